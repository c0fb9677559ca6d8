#!/bin/bash
#
# upgrade.sh: the extension installed in each release that there was and updated step by step has the catalog
# of a fresh install (test/lib/catalog.sql).
#
# Releases are the install scripts in sql/releases, steps between them the scripts in sql/upgrade: none before 1.1.

. test/lib/tap.bash
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
catalog() { psql -XqAt -v ON_ERROR_STOP=1 -d "$1" -f test/lib/catalog.sql; }

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
check 'and has all kinds of things' "$(for what in aggregate cast 'composite type' 'composite type column' function 'function of access method' operator 'operator class' 'operator family' 'operator of access method' procedure rule type view 'view column'; do grep -q "^$what .*: " "$w/$this" && echo "$what"; done | wc -l)" 15
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
ALTER EXTENSION l2reg DROP FUNCTION _l2_caller() -- < function public._l2_caller(), catalog
CREATE OR REPLACE FUNCTION _l2_refresh_command(model text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS 'SELECT $1' -- "prosrc": "SELECT $1"
ALTER PROCEDURE l2_refresh_now(text) SET work_mem = '64kB' -- "work_mem=64kB"
ALTER TYPE l2_version ADD ATTRIBUTE other text -- > composite type column public.l2_version.other
ALTER TYPE l2_training ALTER ATTRIBUTE method TYPE name -- "type": "name"
REVOKE USAGE ON TYPE l2_bucket FROM PUBLIC -- <         "=U/postgres"
COMMENT ON COLUMN l2_version.model IS 'other column' -- comment: other column
GRANT UPDATE ON l2_models TO PUBLIC -- "=rw/postgres"
CREATE OR REPLACE VIEW l2_schedules WITH (security_barrier) AS SELECT j.name, j.schedule, j.job, j.username, j.active, now() AS last_refresh, NULL::text AS last_outcome, NULL::text AS problem FROM _l2_cron_jobs() j -- now() AS last_refresh
UPDATE pg_opclass SET opcdefault = false WHERE opcname = 'l2_gram_ops' -- "default": false
UPDATE pg_amop SET amopopr = '<>(l2_gram,l2_gram)'::regoperator WHERE amopopr = '=(l2_gram,l2_gram)'::regoperator AND amopstrategy = 1 -- "operator": "public.<>(public.l2_gram,public.l2_gram)"
UPDATE pg_amproc SET amproc = '_l2_gram_cmp'::regproc WHERE amproc = '_l2_model_cmp'::regproc -- "function": "public._l2_gram_cmp(public.l2_gram,public.l2_gram)"
UPDATE pg_extension SET extrelocatable = true WHERE extname = 'l2reg' -- "extrelocatable": true
SQL
run -d upgrade_fresh -f <(sed 's/ -- .*/;/' "$w/changes")
catalog upgrade_fresh | diff "$w/$this" - >"$w/diff"
check 'a difference is seen' "$(sed 's/.* -- //' "$w/changes" | while IFS= read -r mark; do grep -qF -- "$mark" "$w/diff" || echo "$mark"; done)" ''
drop upgrade_fresh

echo "1..$n"
