#!/bin/bash
#
# registry.sh: what needs more than one session, or a server that fails: plans, killed trainings, dump
# and restore.

. test/tap.bash

run -c 'CREATE DATABASE registry' -c 'CREATE ROLE registry_alice LOGIN' -c 'CREATE ROLE registry_bob LOGIN'
export PGDATABASE=registry
run <<'SQL'
GRANT CREATE ON DATABASE registry TO registry_alice;
CREATE SCHEMA "Odd schema";
GRANT USAGE ON SCHEMA "Odd schema" TO PUBLIC;
CREATE EXTENSION l2reg SCHEMA "Odd schema";
ALTER DATABASE registry SET search_path = "$user", public, "Odd schema";
SQL
as registry_alice <<'SQL'
CREATE SCHEMA registry_alice;
CREATE TABLE homes AS SELECT i AS id, 20 + i % 37 AS area, i % 5 AS rooms, 100 + 3 * (20 + i % 37) + 10 * (i % 5) + sin(i) AS price FROM generate_series(1, 20000) i;
ANALYZE homes;
CREATE FUNCTION slowly() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(coalesce(current_setting('test.sleep', true), '0')::float8); RETURN 1; END $$;
SQL

# ---- one statement, so in parallel where it pays, as the owner and read-only

as registry_alice -c "SELECT l2_train('price', 'homes', 'price', options => '{"features": ["area", "rooms"]}')" >/dev/null
parallel='SET client_min_messages = log; LOAD '\''auto_explain'\''; SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off;
    SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0'
plan=$(run -c "$parallel" -c "SELECT n FROM l2_refresh('price')")
check 'training is a parallel aggregate' "$(grep -o -E 'Finalize Aggregate|Workers Launched: [1-9]|Parallel Seq Scan on homes' <<<"$plan" | sort -u | wc -l)" 3
check 'all rows are in it' "$(tail -n 1 <<<"$plan")" 20000
plan=$(run -c "$parallel" -c "SELECT count(l2_predict('price', area, rooms)) FROM registry_alice.homes")
check 'predicting by name is done by workers' "$(grep -c -E 'Workers Launched: [1-9]' <<<"$plan") $(tail -n 1 <<<"$plan")" '1 20000'
# two prepared statements a worker and the leader would be a look-up a row
check 'the model is looked up once, not once a row' "$(run -c "$parallel" -c 'SET max_parallel_workers_per_gather = 0' \
    -c "SELECT count(l2_predict('price', area, rooms)) FROM registry_alice.homes" | grep -c "Query Text: SELECT CASE WHEN x.live")" 1

# ---- killed in the middle

as registry_alice -c "SELECT l2_train('slow', 'SELECT *, slowly() AS one FROM homes LIMIT 10', 'price', options => '{"features": ["area"]}')" >/dev/null
versions="SELECT name, version, active, outcome FROM l2_versions ORDER BY name, version"
before=$(run -c "$versions")
slow="SET test.sleep = 30"

# HOW: kill a refresh with this command, given its process; then look
killed()
{
    as registry_alice -c "$slow" -c "SELECT l2_refresh('slow')" >"$L2REG_TMP/killed" &
    local session=$! pid
    for ((i = 0; i < 300; i++)); do
        pid=$(run -c "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%l2_refresh%'")
        [ -n "$pid" ] && break
        sleep 0.1
    done
    check "$1: the old version serves meanwhile" "$(as registry_alice -c "SELECT version, round(l2_predict('slow', 20)) > 0 FROM l2_models WHERE name = 'slow'")" '1|t'
    "$2" "$pid"
    wait "$session" 2>/dev/null
    for ((i = 0; i < 300; i++)); do pg_isready -q && break; sleep 0.1; done
    check "$1: nothing is left of it" "$(run -c "$versions")" "$before"
}
cancel() { run -c "SELECT pg_cancel_backend($1)" >/dev/null; }
terminate() { run -c "SELECT pg_terminate_backend($1)" >/dev/null; }
crash() { kill -QUIT "$1"; } # as if the server had crashed: it restarts and recovers
killed 'a refresh that is cancelled' cancel
check 'cancelling is no failure of the model' "$(grep -c 'canceling statement due to user request' "$L2REG_TMP/killed")" 1
killed 'a refresh that is terminated' terminate
killed 'a refresh when the server crashes' crash
check 'a timeout is no failure either' "$(as registry_alice -c "$slow" -c "SET statement_timeout = '200ms'" -c "SELECT l2_refresh('slow')" | grep -c 'statement timeout'; run -c "$versions")" "1
$before"
check 'the next refresh works' "$(as registry_alice -c "SELECT version, active, outcome FROM l2_refresh('slow')")" '2|t|ok'

# ---- dump and restore

as registry_alice >/dev/null <<'SQL'
SELECT l2_train('formula', 'SELECT * FROM homes WHERE id > 100', 'price ~ area + rooms + area:rooms + I(area^2)', 'lasso', options => '{"keep": 3, "gate": 0.5, "keep_gram": true}');
SELECT l2_refresh('formula');
SELECT l2_rollback('formula');
SELECT l2_train('it''s', 'homes', 'price', 'ols');
SELECT l2_grant('it''s', 'registry_bob');
SELECT l2_train('broken', 'SELECT 1 AS y, id AS x FROM homes', 'y');
ALTER TABLE homes RENAME id TO number;
SET client_min_messages = error;
SELECT l2_refresh('broken');
SQL
contents='SELECT * FROM l2_registry ORDER BY id; SELECT * FROM l2_registry_version ORDER BY id, version;
    SELECT m.name, l2_predict(l2_get(m.name), array_fill(3, ARRAY[cardinality(r.features)])) FROM l2_models m JOIN l2_registry r ON r.name = m.name ORDER BY 1'
contents=$(tr -d '\n' <<<"$contents")
before=$(run <<<"$contents")
run -d postgres -c 'CREATE DATABASE registry_restored' -c 'ALTER DATABASE registry_restored SET search_path = "$user", public, "Odd schema"'
pg_dump -Fc -f "$L2REG_TMP/registry.dump" && pg_restore --exit-on-error -d registry_restored "$L2REG_TMP/registry.dump" 2>"$L2REG_TMP/errors"
check 'pg_restore says nothing' "$(cat "$L2REG_TMP/errors")" ''
check 'a restored registry is the same' "$(run -d registry_restored <<<"$contents" | md5sum)" "$(md5sum <<<"$before")"
check 'and has something' "$(wc -l <<<"$before")" 19
export PGDATABASE=registry_restored
check 'owners see theirs' "$(as registry_alice -c 'SELECT count(*) FROM l2_models')" 5
check 'grantees see what they were granted' "$(as registry_bob -c 'SELECT name, owner FROM l2_models' -c 'SELECT count(*) FROM l2_registry')" "it's|registry_alice
1"
check 'models are refreshed' "$(as registry_alice -c "SELECT name, version, outcome, n FROM l2_refresh('price') UNION ALL SELECT name, version, outcome, n FROM l2_refresh('slow')")" 'price|3|ok|20000
slow|3|ok|10'
check 'new models get new numbers' "$(as registry_alice -c "SELECT version FROM l2_train('new', 'homes', 'price', options => '{"features": ["area"]}')"; run -c "SELECT id > (SELECT max(id) FROM l2_registry WHERE name <> 'new') FROM l2_registry WHERE name = 'new'")" '1
t'
export PGDATABASE=registry
check 'who may not see all dumps what he may' "$(pg_dump -U registry_bob --enable-row-security -a -t '"Odd schema".l2_registry' 2>&1 | grep -c "^[0-9]*.it's")" 1
check 'and is told if he does not say so' "$(pg_dump -U registry_bob -a -t '"Odd schema".l2_registry' 2>&1 | grep -c 'row-level security')" 1
check 'rows of the registry go with the extension' "$(run -c 'SET client_min_messages = error' -c 'DROP EXTENSION l2reg' -c "SELECT count(*) FROM pg_class WHERE relname LIKE 'l2\_%'")" 0

# ---- positions in characters

export PGDATABASE=registry_restored
check 'formulas count characters' "$(run -c "SELECT l2_formula('y ~ \"größe\" + I(größe +)', '{y,größe}', '{number,number}', '{größe}')" | sed -n 2,3p)" \
    'LINE 1: y ~ "größe" + I(größe +)
                               ^'

export PGDATABASE=postgres
run -c 'DROP DATABASE registry' -c 'DROP DATABASE registry_restored' -c 'DROP ROLE registry_alice' -c 'DROP ROLE registry_bob'
echo "1..$n"
