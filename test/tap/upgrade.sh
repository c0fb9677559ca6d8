#!/bin/bash
#
# upgrade.sh: the extension installed in every release that there was, with values and models in it, updated
# to this one: the catalog is that of a fresh install (test/catalog.sql), and all goes on.
#
# Releases are the install scripts in sql/releases, steps between them the scripts in sql/upgrade.

. test/tap.bash
w=$L2REG_TMP/upgrade
mkdir "$w" || exit 1
shopt -s nullglob
export PGCLIENTENCODING=UTF8 PGOPTIONS='-c client_min_messages=warning'

this=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" l2reg.control)
releases=(sql/releases/l2reg--*.sql)
releases=("${releases[@]##*--}")
releases=("${releases[@]%.sql}")

run -c 'CREATE ROLE upgrade_owner LOGIN' >/dev/null

# database NAME VERSION [SCHEMA]: with the extension; in a schema of its own by a role that is no superuser
database()
{
    run -c "CREATE DATABASE $1"
    if [ -n "${3:-}" ]; then
        run -c "GRANT CREATE ON DATABASE $1 TO upgrade_owner" -c "ALTER DATABASE $1 SET search_path = \"\$user\", public, \"$3\""
        run -d "$1" -c "SET ROLE upgrade_owner" -c "CREATE SCHEMA \"$3\"" -c "CREATE EXTENSION l2reg SCHEMA \"$3\" VERSION '$2'" -c "GRANT USAGE ON SCHEMA \"$3\" TO PUBLIC"
    else
        run -d "$1" -c "CREATE EXTENSION l2reg VERSION '$2'"
    fi
}
drop() { local d; for d; do run -d postgres -c "DROP DATABASE $d"; done; }
catalog() { psql -XqAt -v ON_ERROR_STOP=1 -d "$1" -f test/catalog.sql; }

# same NAME FRESH GOT: two catalogs in files; what differs goes to the terminal
same()
{
    if [ -s "$2" ] && diff "$2" "$3" >"$w/diff" 2>&1; then
        ok "$1"
    else
        not_ok "$1" "$(head -n 60 "$w/diff")"
        head -n 60 "$w/diff" >&2
    fi
}

# ---- each step: from the release that it begins with to the one that it leads to

for version in "${releases[@]}" "$this"; do
    [ -f "$w/$version" ] && continue
    out=$(database upgrade_fresh "$version")
    check "$version is installed" "$out" ''
    catalog upgrade_fresh >"$w/$version"
    [ "$version" = "$this" ] || drop upgrade_fresh # it serves once more, below
done
check 'the catalog has no thing that catalog.sql does not know' "$(grep -c '!!!' "$w/$this")" 0
check 'and has all kinds of things' "$(for what in aggregate cast 'default value' 'extension l2reg, dumped' function index operator policy 'table column' 'table constraint' trigger type rule; do grep -q "^$what.*: " "$w/$this" && echo "$what"; done | wc -l)" 13
steps=(sql/upgrade/l2reg--*--*.sql)
for step in "${steps[@]}"; do
    from=${step#*--} from=${from%%--*} to=${step##*--} to=${to%.sql}
    database upgrade_step "$from"
    run -d upgrade_step -c "ALTER EXTENSION l2reg UPDATE TO '$to'"
    catalog upgrade_step >"$w/step"
    same "$from to $to: the catalog is that of a fresh install" "$w/$to" "$w/step"
    drop upgrade_step
done

# the comparison must see what differs: what one thing a line does, and a word of the line that tells
cat >"$w/changes" <<'SQL'
ALTER FUNCTION l2_n(l2_gram) COST 77 -- "procost": 77
ALTER FUNCTION l2_n(l2_gram) PARALLEL UNSAFE -- "proparallel": "u"
COMMENT ON FUNCTION l2_means(l2_gram) IS 'other' -- comment: other
ALTER EXTENSION l2reg DROP FUNCTION l2_forget(integer) -- < function public.l2_forget(integer), catalog
CREATE OR REPLACE FUNCTION l2_unfollow(id integer, keep text) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'SELECT' -- "prosrc": "SELECT"
UPDATE pg_aggregate SET aggtransspace = 777 WHERE aggfnoid = 'l2_gram_sum'::regproc -- "aggtransspace": 777
ALTER TABLE l2_registry ALTER keep SET DEFAULT 777 -- "default": "777"
ALTER TABLE l2_registry ADD CHECK (keep < 777) -- CHECK ((keep < 777))
ALTER TABLE l2_registry DISABLE TRIGGER l2_registry_changed -- "tgenabled": "D"
ALTER TABLE l2_registry ALTER lambda SET STATISTICS 77 -- "attstattarget": 77
ALTER POLICY l2_add ON l2_registry WITH CHECK (true) -- "check": "true"
GRANT TRUNCATE ON l2_registry_change TO PUBLIC -- "=rdD/postgres"
CREATE OR REPLACE VIEW l2_versions WITH (security_barrier) AS SELECT d.name, v.version, true AS active, v.event, v.outcome, v.method, v.n, v.n_skipped, v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se, v.trained_at, v.duration, v.trained_by, v.error_code, v.reason FROM l2_registry_version v JOIN l2_registry d USING (id) -- true AS active
UPDATE pg_extension SET extcondition[1] = 'WHERE false' WHERE extname = 'l2reg' -- WHERE false
SQL
run -d upgrade_fresh -f <(sed 's/ -- .*/;/' "$w/changes")
catalog upgrade_fresh | diff "$w/$this" - >"$w/diff"
check 'a difference is seen' "$(sed 's/.* -- //' "$w/changes" | while IFS= read -r mark; do grep -qF -- "$mark" "$w/diff" || echo "$mark"; done)" ''
drop upgrade_fresh

# ---- each release: with values and models, in a schema of another role's

rows() # a table and models that follow it, in all ways
{
    cat <<'SQL'
CREATE TABLE homes (id int PRIMARY KEY, at timestamptz NOT NULL, zone text, area float8, price float8);
INSERT INTO homes SELECT i, timestamptz '2024-01-01 00:00+00' + i % 50 * interval '1 day', 'z' || i % 3, i % 17, i % 17 * 3 + i % 3 + sin(i) FROM generate_series(1, 500) i;
SELECT l2_train('full', 'homes', formula => 'price ~ area + zone', keep => 3, gate => 0.5, options => '{"keep_gram": true}');
SELECT l2_train('live', 'homes', formula => 'price ~ area', lambda => 1, refresh => 'live');
SELECT l2_train('live zones', 'homes', formula => 'price ~ area + zone', refresh => 'live', options => '{"unseen": "zero", "n_lambda": 5, "folds": 3}');
SELECT l2_train('buckets', 'homes', formula => 'price ~ area + zone', lambda => 1, refresh => 'buckets', time_column => 'at', bucket => 'day');
SELECT l2_train('late', 'homes', formula => 'price ~ area', lambda => 1, refresh => 'buckets', time_column => 'at', bucket => '6 hours', lag => '2 days', training_window => '30 days', half_life => '10 days');
SELECT l2_train('odds', 'SELECT *, id * 7 % 10 < area AS dear FROM homes', 'dear', 'logistic', features => '{area}');
SELECT l2_refresh('full');
SELECT l2_rollback('full'), l2_grant('full', 'public');
-- changes that are not added up yet
UPDATE homes SET price = price + 1 WHERE id % 50 = 0;
INSERT INTO homes VALUES (1000, '2024-02-01', 'z9', 5, 6);
SQL
}
stored="SELECT name, stored_says(array_agg(v ORDER BY part), min(final)) FROM stored_gram GROUP BY name ORDER BY name; SELECT name, part, v FROM stored_gram ORDER BY 1, 2; SELECT name, stored_says(v), v FROM stored_model ORDER BY name;"
kept="SELECT r.id, r.name, r.owner, r.grantees, r.source, r.features, r.expressions, r.options, r.refresh, r.follow_sql, r.row_sql, r.active, r.versions FROM l2_registry r ORDER BY id; SELECT * FROM l2_registry_gram ORDER BY id, bucket;
    SELECT id, seq, rows, added, removed, came, went, bucket, until, reason FROM l2_registry_change ORDER BY id, seq; SELECT v.id, v.version, v.event, v.outcome, v.model, v.gram, v.n, v.trained_at, v.trained_by FROM l2_registry_version v ORDER BY 1, 2;
    SELECT name, l2_model(name => name) FROM l2_models ORDER BY 1;"
# what is seen of the models by name, after a change to the table and refreshes
goes_on="INSERT INTO homes SELECT i, timestamptz '2024-02-10 00:00+00', 'z1', i % 7, i % 7 * 3 + 1 + sin(i) FROM generate_series(2000, 2050) i; DELETE FROM homes WHERE id < 9; TRUNCATE other;
    SELECT 'live', (SELECT n FROM l2_glance(l2_model(name => 'live'))) = count(*), round(l2_predict('live', 5)::numeric, 9) = round(l2_predict(ridge_fit(price, ARRAY[area], 1, '{\"standardize\": true}'), ARRAY[5])::numeric, 9) FROM homes;
    SELECT m.name, r.outcome, r.n FROM l2_models m, LATERAL (SELECT * FROM l2_refresh(m.name)) r ORDER BY m.name;
    SELECT 'refreshed', round(l2_predict('live', 5)::numeric, 9) = round(l2_predict(one, ARRAY[5])::numeric, 9), round(l2_predict('buckets', r)::numeric, 9) = round(l2_predict(two, r)::numeric, 9)
      FROM (SELECT ridge_fit(price, ARRAY[homes.area], 1, '{\"standardize\": true}') AS one, ridge_fit(price, h, 1, '{\"standardize\": true}') AS two FROM homes, LATERAL (SELECT area, zone) h) m, (SELECT 5::float8 AS area, 'z1'::text AS zone) r;
    SELECT count(*) FROM l2_registry_change; SELECT l2_drop(name) FROM l2_models; SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';"

database upgrade_fresh "$this" 'Odd schema' >/dev/null
catalog upgrade_fresh >"$w/odd"
for release in "${releases[@]}"; do
    [ "$release" = "$this" ] && continue
    d=upgrade_odd
    check "$release is installed by a role that is no superuser" "$(database $d "$release" 'Odd schema')" ''
    run -d $d -f test/data/make_stored.sql -f test/data/stored_says.sql >"$w/out" || cat "$w/out"
    { echo 'CREATE SCHEMA upgrade_owner; CREATE TABLE other (a int); SELECT 1;'; rows; } | run -d $d -U upgrade_owner -f - >"$w/out" || cat "$w/out"
    { echo "$stored"; } | run -d $d -f - >"$w/stored"
    echo "$kept" | run -d $d -f - >"$w/kept"
    check "$release: there is something to keep" "$(grep -c . "$w/stored") $(grep -c '^[0-9]*|[a-z]' "$w/kept") $(($(wc -l <"$w/kept") > 60))" '105 6 1'
    pg_dump -Fc -d $d -f "$w/dump"
    check "$release: the owner updates it" "$(run -d $d -U upgrade_owner -c 'ALTER EXTENSION l2reg UPDATE')" ''
    catalog $d >"$w/updated"
    same "$release: the catalog is that of a fresh install" "$w/odd" "$w/updated"
    check "$release: values are what they were" "$(run -d $d -f - <<<"$stored" | diff - "$w/stored" | head -n 5)" ''
    check "$release: so is the registry" "$(run -d $d -f - <<<"$kept" | diff - "$w/kept" | head -n 5)" ''
    run -d $d -U upgrade_owner -f - <<<"$goes_on" >"$w/went"
    check "$release: models go on" "$(grep -v '^$' "$w/went")" 'live|t|t
buckets|ok|544
full|ok|544
late|ok|300
live|ok|544
live zones|ok|544
odds|ok|544
refreshed|t|t
0
0'
    # a dump has no version in it: restored, it is of this one
    run -c "CREATE DATABASE upgrade_restored" -c "ALTER DATABASE upgrade_restored SET search_path = \"\$user\", public, \"Odd schema\""
    check "$release: its dump is restored into this one" "$(pg_restore --exit-on-error -d upgrade_restored "$w/dump" 2>&1; run -d upgrade_restored -c "SELECT extversion FROM pg_extension WHERE extname = 'l2reg'")" "$this"
    check "$release: with the same values" "$(run -d upgrade_restored -f - <<<"$stored" | diff - "$w/stored" | head -n 5)" ''
    check "$release: and registry" "$(run -d upgrade_restored -f - <<<"$kept" | diff - "$w/kept" | head -n 5)" ''
    check "$release: whose models go on" "$(run -d upgrade_restored -U upgrade_owner -f - <<<"$goes_on" | diff - "$w/went")" ''
    drop upgrade_odd upgrade_restored
done
drop upgrade_fresh
run -d postgres -c 'DROP ROLE upgrade_owner'
echo "1..$n"
