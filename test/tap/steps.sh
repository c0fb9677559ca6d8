#!/bin/bash
#
# steps.sh: l2_fit and l2_train of logistic and Poisson regression by a query a step: each of them runs in
# parallel workers, as the model's owner in a restricted operation, and can be canceled; and which way is
# taken.

. test/lib/tap.bash

run >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
DROP TABLE IF EXISTS step_rows;
CREATE TABLE step_rows AS SELECT i, hashint4(i) % 7 > 2 * sin(i) AS y, abs(hashint4(-i)) % 5 AS n,
  sin(i) AS a, cos(i * 1.7) AS b,
  (ARRAY['red', 'green', 'blue'])[1 + i % 3] AS k FROM generate_series(1, 100000) i;
ALTER TABLE step_rows SET (parallel_workers = 2);
ANALYZE step_rows;
SQL

# the plans of all statements that STATEMENT runs, with settings before it
plans() # STATEMENT
{
    run -c "LOAD 'auto_explain'" -c "SET auto_explain.log_min_duration = 0" -c \
        'SET auto_explain.log_nested_statements = on' \
        -c 'SET auto_explain.log_analyze = on' -c 'SET auto_explain.log_timing = off' -c \
        'SET client_min_messages = log' \
        -c "SET work_mem = '64MB'" -c 'SET max_parallel_workers_per_gather = 2' -c \
        'SET parallel_setup_cost = 0' "$@"
}
# NAME, LEAST, STATEMENT: as many queries of a pass or more, and each has its workers
parallel()
{
    local out name=$1 least=$2 passes
    shift 2
    out=$(plans "$@")
    passes=$(grep -c 'Query Text: SELECT .*\(_l2_newton_agg\|l2_gram_agg\)(' <<<"$out")
    check "$name: queries of a pass" "$((passes >= least && (least > 0 || passes == 0)))" 1
    check "$name: all of them parallel" "$(grep -c 'Gather' <<<"$out")" "$passes"
    check "$name: with two workers at work" "$(grep -c 'Workers Launched: 2' <<<"$out")" "$passes"
}
if plans -c 'SELECT 1' >/dev/null; then
    parallel 'logistic' 3 -c "SELECT l2_names(l2_fit('step_rows', 'y ~ a + b', 'logistic'))"
    parallel 'poisson, weights and an offset' 3 -c \
        "SELECT l2_names(l2_fit('step_rows', 'n ~ a + b', 'poisson', 1,
        '{\"weight\": \"1 + i % 2\", \"offset_by\": \"a\"}'))"
    parallel 'categories' 3 -c 'SET l2reg.steps = on' -c \
        "SELECT l2_names(l2_fit('step_rows', 'y ~ a + k', 'logistic'))"
    parallel 'a query as the source' 3 -c \
        "SELECT l2_names(l2_fit('SELECT y, a * b AS ab FROM step_rows WHERE a > 0', 'y', 'logistic'))"
    parallel 'with a name' 3 -c "SELECT version FROM l2_train('step_model', 'step_rows', 'y ~ a + b',
        'logistic')"
    parallel 'refreshed' 3 -c "SELECT version FROM l2_refresh('step_model')"
    parallel 'too few workers' 0 -c 'SET max_parallel_workers_per_gather = 1' -c \
        "SELECT l2_names(l2_fit('step_rows', 'y ~ a + b', 'logistic'))"
    parallel 'not wanted' 0 -c 'SET l2reg.steps = off' -c \
        "SELECT l2_names(l2_fit('SELECT * FROM step_rows ORDER BY i', 'y ~ a + b', 'logistic'))"
else
    n=$((n + 1)); echo "ok $n # SKIP there is no auto_explain"
fi

# ---- the way that is taken, by the passes that are told

way() # SETTING...
{
    local out s=()
    for out; do s+=(-c "SET $out"); done
    out=$(run -c 'SET parallel_setup_cost = 0' "${s[@]}" -c 'SET l2reg.progress = on' \
        -c "SELECT l2_names(l2_fit('step_rows', '${formula:-y ~ a + b}', 'logistic'))")
    grep -q 'pass 2 over the rows' <<<"$out" && echo steps || echo aggregate
}
check 'two workers: steps' "$(way "work_mem = '64MB'")" steps
check 'no workers: one aggregate' "$(way "max_parallel_workers_per_gather = 0" "work_mem = '64kB'")" aggregate
check 'one worker, and room for the rows: one aggregate' \
    "$(way "max_parallel_workers_per_gather = 1" "work_mem = '64MB'")" aggregate
check 'one worker, and no room: steps' "$(way "max_parallel_workers_per_gather = 1" "work_mem = '1MB'")" steps
formula='y ~ a + k'
check 'two workers, categories, and room: one aggregate' "$(way "work_mem = '64MB'")" aggregate
check 'two workers, categories, and no room: steps' "$(way "work_mem = '1MB'")" steps
formula=
check 'by hand' "$(way "l2reg.steps = off")$(way 'max_parallel_workers_per_gather = 0' 'l2reg.steps = on')" \
    aggregatesteps

# ---- whose code a step runs: the owner's, who cannot be left within it

run >/dev/null <<'SQL'
SET client_min_messages = warning;
DROP ROLE IF EXISTS step_owner;
CREATE ROLE step_owner;
CREATE SCHEMA step_own AUTHORIZATION step_owner;
SET ROLE step_owner;
CREATE FUNCTION step_own.who(float8) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  IF current_user <> 'step_owner' THEN
    RAISE EXCEPTION 'run as %', current_user;
  END IF;
  BEGIN
    EXECUTE 'SET ROLE ' || quote_ident(session_user);
    RAISE EXCEPTION 'became %', session_user;
  EXCEPTION WHEN insufficient_privilege THEN
    RETURN $1;
  END;
END $$;
CREATE TABLE step_own.t AS SELECT i % 3 = 0 AS y, sin(i) AS a FROM generate_series(1, 50) i;
CREATE VIEW step_own.v AS SELECT y, step_own.who(a) AS a FROM step_own.t;
SET l2reg.steps = on;
SQL
as_owner="SET l2reg.steps = on; SET ROLE step_owner"
check 'a step runs as the owner, restricted' \
    "$(run -c "$as_owner" -c "SELECT n FROM l2_train('step_own.m', 'step_own.v', 'y ~ a', 'logistic')")" 50
check 'so does a refresh that somebody else asks for' \
    "$(run -c "SET l2reg.steps = on" -c "SELECT n FROM l2_refresh('step_own.m')")" 50
run >/dev/null <<'SQL'
SET ROLE step_owner;
CREATE OR REPLACE FUNCTION step_own.who(float8) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO step_own.t VALUES (true, 1);
  RETURN $1;
END $$;
SQL
check 'and writes nothing' \
    "$(psql -XqAt -v VERBOSITY=sqlstate -c "$as_owner" -c "SELECT l2_names(l2_fit('step_own.v', 'y ~ a',
    'logistic'))" 2>&1)" 'ERROR:  25006'

# ---- stopped within a step

# How long that takes is the median of seven, and by the session's share of a processor: other work on the
# machine makes it wait, and is no fault of ours.
limit=700
stopped() # STATEMENT: what is said, then the milliseconds, and the processor's hundredths before and after
{
    psql -XqAt 2>&1 <<SQL
SET l2reg.steps = on;
SET max_parallel_workers_per_gather = 0;
SELECT pg_backend_pid() AS pid \gset
\setenv STEP_PID :pid
SET statement_timeout = $limit;
\! awk '{ print "Processor: " \$14 + \$15 }' /proc/\$STEP_PID/stat
\timing on
$1;
\timing off
\! awk '{ print "Processor: " \$14 + \$15 }' /proc/\$STEP_PID/stat
SQL
}
over() # WHAT IS SAID: milliseconds of a processor after the limit
{
    awk -v limit=$limit '/^Time: / { wall = $2 } /^Processor: / { cpu = last == "" ? 0 : 10 * ($2 - last); last = $2 }
        END { if (wall == "") print 9999; else printf "%d\n", (wall - limit) * (cpu < wall ? cpu / wall : 1) }' <<<"$1"
}
took=()
for _ in 1 2 3 4 5 6 7; do
    seen=$(stopped "SELECT l2_names(l2_fit('SELECT y, a, b, r.i + g AS c FROM step_rows r, generate_series(1, 10000) g', 'y', 'logistic'))")
    took+=("$(over "$seen")")
done
check 'a step is canceled' "$(grep -c 'canceling statement due to statement timeout' <<<"$seen")" 1
check 'and it worked until then' "$(awk '/^Processor: / { if (last != "") print ($2 > last); last = $2 }' \
    <<<"$seen")" 1
median=$(printf '%s\n' "${took[@]}" | sort -n | sed -n 4p)
echo "# it stopped after ${took[*]} ms more"
[ "$median" -lt 100 ] && ok 'within 100 ms' || not_ok 'within 100 ms' "${took[*]}: $seen"

run -c "SELECT l2_drop('step_model')" -c "SELECT l2_drop('step_own.m')" -c 'DROP SCHEMA step_own CASCADE' -c \
    'DROP ROLE step_owner' -c 'DROP TABLE step_rows' >/dev/null
echo "1..$n"
