#!/bin/bash
#
# named.sh: what needs more than one session, or a server that fails: plans, killed trainings, dump
# and restore.

. test/lib/tap.bash

run -c 'CREATE DATABASE named' -c 'CREATE ROLE named_alice LOGIN' -c 'CREATE ROLE named_bob LOGIN'
export PGDATABASE=named
run <<'SQL'
GRANT CREATE ON DATABASE named TO named_alice;
CREATE SCHEMA "Odd schema";
GRANT USAGE ON SCHEMA "Odd schema" TO PUBLIC;
CREATE EXTENSION l2reg SCHEMA "Odd schema";
ALTER DATABASE named SET search_path = named_alice, public, "Odd schema";
SQL
as named_alice <<'SQL'
CREATE SCHEMA named_alice;
CREATE TABLE homes AS SELECT i AS id, 20 + i % 37 AS area, i % 5 AS rooms, 100 + 3 * (20 + i % 37)
  + 10 * (i % 5) + sin(i) AS price FROM generate_series(1, 20000) i;
ANALYZE homes;
CREATE FUNCTION slowly() RETURNS int
  LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(coalesce(current_setting('test.sleep', true), '0')::float8);
  RETURN 1; END $$;
SQL

# ---- one statement, so in parallel where it pays, as the owner and read-only

as named_alice -c "SELECT l2_train('price', 'homes', 'price ~ area + rooms')" >/dev/null
parallel='SET client_min_messages = log; LOAD '\''auto_explain'\''; SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off;
    SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0'
plan=$(run -c "$parallel" -c "SELECT n FROM l2_refresh('price')")
check 'training is a parallel aggregate' \
    "$(grep -o -E 'Finalize Aggregate|Workers Launched: [1-9]|Parallel Seq Scan on homes' <<<"$plan" | sort \
    -u | wc -l)" 3
check 'all rows are in it' "$(tail -n 1 <<<"$plan")" 20000
plan=$(run -c "$parallel" -c "SELECT count(l2_predict('price', area, rooms)) FROM named_alice.homes")
check 'predicting by name is done by workers' \
    "$(grep -c -E 'Workers Launched: [1-9]' <<<"$plan") $(tail -n 1 <<<"$plan")" '1 20000'
check 'the model is looked up once, not once a row' "$(run <<'SQL'
SET max_parallel_workers_per_gather = 0;
BEGIN;
SELECT count(l2_predict('price', area, rooms)) FROM homes;
SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'price';
SQL
)" '20000
1|0'

# ---- killed in the middle

as named_alice -c "SELECT l2_train('slow', 'SELECT *, slowly() AS one FROM homes LIMIT 10', 'price ~ area')" \
    >/dev/null
versions="SELECT name, version, active, outcome FROM l2_versions ORDER BY name, version"
before=$(run -c "$versions")
slow="SET test.sleep = 30"

# HOW: kill a refresh with this command, given its process; then look
killed()
{
    as named_alice -c "$slow" -c "SELECT l2_refresh('slow')" >"$L2REG_TMP/killed" &
    local session=$! pid
    for ((i = 0; i < 300; i++)); do
        pid=$(run -c "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'
            AND query LIKE '%l2_refresh%'")
        [ -n "$pid" ] && break
        sleep 0.1
    done
    check "$1: the old version serves meanwhile" \
        "$(as named_alice -c "SELECT version, round(l2_predict('slow', 20)) > 0 FROM l2_models
        WHERE name = 'slow'")" '1|t'
    "$2" "$pid"
    wait "$session" 2>/dev/null
    for ((i = 0; i < 300; i++)); do pg_isready -q && break; sleep 0.1; done
    check "$1: nothing is left of it" "$(run -c "$versions")" "$before"
}
cancel() { run -c "SELECT pg_cancel_backend($1)" >/dev/null; }
terminate() { run -c "SELECT pg_terminate_backend($1)" >/dev/null; }
crash() { kill -QUIT "$1"; } # as if the server had crashed: it restarts and recovers
killed 'a refresh that is cancelled' cancel
check 'cancelling is no failure of the model' \
    "$(grep -c 'canceling statement due to user request' "$L2REG_TMP/killed")" 1
killed 'a refresh that is terminated' terminate
killed 'a refresh when the server crashes' crash
check 'a timeout is no failure either' "$(as named_alice -c "$slow" -c "SET statement_timeout
    = '200ms'" -c "SELECT l2_refresh('slow')" | grep -c 'statement timeout'; run -c "$versions")" "1
$before"
check 'the next refresh works' "$(as named_alice -c "SELECT version, active, outcome
    FROM l2_refresh('slow')")" '2|2|ok'

# ---- dump and restore

as named_alice >/dev/null <<'SQL'
SELECT l2_train('formula', 'SELECT * FROM homes WHERE id > 100',
  'price ~ area + rooms + area:rooms + I(area^2)', 'lasso',
  options => '{"keep": 3, "gate": 0.5, "keep_gram": true}');
SELECT l2_refresh('formula');
SELECT l2_rollback('formula');
SELECT l2_train('"it''s"', 'homes', 'price', 'ols');
SELECT l2_grant('"it''s"', 'named_bob');
GRANT USAGE ON SCHEMA named_alice TO named_bob;
SELECT l2_train('broken', 'SELECT 1 AS y, id AS x FROM homes', 'y');
ALTER TABLE homes RENAME id TO number;
SET client_min_messages = error;
SELECT l2_refresh('broken');
SQL
contents="SELECT format('SELECT %L, m.* FROM %s m ORDER BY m.version; SELECT l2_predict(%L, array_fill(3, ARRAY[cardinality(l2_names(l2_get(%L))) - 1]));', name, name, name, name) FROM l2_models ORDER BY name COLLATE \"C\"
\\gexec
SELECT relname, relacl, relowner::regrole, relkind, reloftype::regtype, string_agg(attacl::text, ' '
    ORDER BY attnum) FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
    WHERE relnamespace = 'named_alice'::regnamespace GROUP BY c.oid ORDER BY relname COLLATE \"C\";"
before=$(run <<<"$contents")
run -d postgres -c 'CREATE DATABASE named_restored' -c \
    'ALTER DATABASE named_restored SET search_path = named_alice, public, "Odd schema"'
pg_dump -Fc -f "$L2REG_TMP/named.dump" && pg_restore --exit-on-error -d named_restored \
    "$L2REG_TMP/named.dump" 2>"$L2REG_TMP/errors"
check 'pg_restore says nothing' "$(cat "$L2REG_TMP/errors")" ''
check 'restored models are the same' "$(run -d named_restored <<<"$contents" | md5sum)" \
    "$(md5sum <<<"$before")"
check 'and there is something' "$(wc -l <<<"$before") $(grep -c l2_model <<<"$before")" '30 8'
export PGDATABASE=named_restored
check 'owners see theirs' "$(as named_alice -c 'SELECT count(*) FROM l2_models')" 5
check 'grantees see what they were granted' "$(as named_bob -c 'SELECT name, owner, last_error
    FROM l2_models' -c 'SELECT definition FROM "it'"'"'s"' | sed 's/ for .*//')" '"it'"'"'s"|named_alice|
ERROR:  permission denied'
check 'models are refreshed' "$(as named_alice -c "SELECT name, version, outcome, n FROM l2_refresh('price')
    UNION ALL SELECT name, version, outcome, n FROM l2_refresh('slow')")" 'price|3|ok|20000
slow|3|ok|10'
export PGDATABASE=named
check 'models keep the extension' "$(run -c 'DROP EXTENSION l2reg' | head -n 1)" \
    'ERROR:  cannot drop extension l2reg because other objects depend on it'
check 'or go with it' "$(run -c 'SET client_min_messages = error' -c 'DROP EXTENSION l2reg CASCADE' -c \
    "SELECT relname FROM pg_class WHERE relname LIKE 'l2\_%' OR relnamespace
    = 'named_alice'::regnamespace")" homes

# ---- positions in characters

export PGDATABASE=named_restored
check 'formulas count characters' "$(run -c "SELECT _l2_formula('y ~ \"größe\" + I(größe +)', '{y,größe}',
    '{number,number}', '{größe}', '{}', '{}', false, '{float8,float8}')" | sed -n 2,3p)" \
    'LINE 1: y ~ "größe" + I(größe +)
                               ^'

export PGDATABASE=postgres
run -c 'DROP DATABASE named' -c 'DROP DATABASE named_restored' -c 'DROP ROLE named_alice' -c \
    'DROP ROLE named_bob'
echo "1..$n"
