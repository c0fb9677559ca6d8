#!/bin/bash
#
# upgrade.sh: the extension installed in each release that there was and updated step by step has the catalog
# of a fresh install (test/catalog.sql).
#
# Releases are the install scripts in sql/releases, steps between them the scripts in sql/upgrade: none before 1.1.

. test/tap.bash
w=$L2REG_TMP/upgrade
mkdir "$w" || exit 1
shopt -s nullglob
export PGCLIENTENCODING=UTF8 PGOPTIONS='-c client_min_messages=warning'

this=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" l2reg.control)
releases=(sql/releases/l2reg--*.sql)
releases=("${releases[@]##*--}")
releases=("${releases[@]%.sql}")

# database NAME VERSION: with the extension
database() { run -c "CREATE DATABASE $1" && run -d "$1" -c "CREATE EXTENSION l2reg VERSION '$2'"; }
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
check 'and has all kinds of things' "$(for what in aggregate cast 'default value' 'extension l2reg, dumped' function 'function of access method' index operator 'operator class' 'operator family' 'operator of access method' policy 'table column' 'table constraint' trigger type rule; do grep -q "^$what.*: " "$w/$this" && echo "$what"; done | wc -l)" 17
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
UPDATE pg_opclass SET opcdefault = false WHERE opcname = 'l2_gram_ops' -- "default": false
UPDATE pg_amop SET amopopr = '<>(l2_gram,l2_gram)'::regoperator WHERE amopopr = '=(l2_gram,l2_gram)'::regoperator AND amopstrategy = 1 -- "operator": "public.<>(public.l2_gram,public.l2_gram)"
UPDATE pg_amproc SET amproc = 'l2_gram_cmp'::regproc WHERE amproc = 'l2_model_cmp'::regproc -- "function": "public.l2_gram_cmp(public.l2_gram,public.l2_gram)"
UPDATE pg_extension SET extcondition[1] = 'WHERE false' WHERE extname = 'l2reg' -- WHERE false
SQL
run -d upgrade_fresh -f <(sed 's/ -- .*/;/' "$w/changes")
catalog upgrade_fresh | diff "$w/$this" - >"$w/diff"
check 'a difference is seen' "$(sed 's/.* -- //' "$w/changes" | while IFS= read -r mark; do grep -qF -- "$mark" "$w/diff" || echo "$mark"; done)" ''
drop upgrade_fresh

echo "1..$n"
