#!/bin/bash
#
# progress.sh: what long work is at, seen from other sessions.
#
# The rows come from views that sleep in the middle of each pass, so that there is time to look.

. test/lib/tap.bash
if [ "$(run -c 'SHOW server_version_num')" -lt 140000 ]; then
    echo '1..0 # SKIP PostgreSQL 13 does not let sessions tell'
    exit
fi

run -c 'CREATE DATABASE progress' -c 'CREATE ROLE progress_owner LOGIN' -c \
    'CREATE ROLE progress_other LOGIN' \
    -c 'CREATE ROLE progress_monitor LOGIN IN ROLE pg_read_all_stats' -c \
    'GRANT CREATE ON DATABASE progress TO progress_owner'
export PGDATABASE=progress
run -c 'CREATE SCHEMA work AUTHORIZATION progress_owner' -c 'CREATE EXTENSION l2reg' \
    -c 'ALTER DATABASE progress SET search_path = work, public'
as progress_owner <<'SQL'
CREATE TABLE few AS SELECT i, i % 7 AS a, i * i % 11 AS b, (i * 7 % 10 < i % 7 + 2) AS yes
  FROM generate_series(1, 4000) i;
ANALYZE few;
CREATE FUNCTION nap(i int, seconds float8) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF i = 3000
  THEN PERFORM pg_sleep(seconds); END IF; RETURN i; END $$;
CREATE VIEW slow AS SELECT nap(i, 0.5) AS i, a, b, yes FROM few;
CREATE VIEW stuck AS SELECT nap(i, 60) AS i, a, b, yes FROM few;
CREATE TABLE hard AS SELECT l2_gram_agg(sin(i * i),
  (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j) FROM generate_series(1, 300) j)) AS g
  FROM generate_series(1, 400) i;
SQL
look='SELECT command, model, relation, phase, pass, passes, rows, rows_expected, round(share::numeric, 2),
    workers FROM l2_progress'

# What is seen, once each, from when STATEMENT begins to its end
watch() # ROLE, STATEMENT
{
    as "$1" -c "$2" >"$L2REG_TMP/watched" &
    local session=$! now last=
    while kill -0 $session 2>/dev/null; do
        now=$(run -c "$look")
        [ "$now" = "$last" ] || [ -z "$now" ] || printf '%s\n' "$now"
        last=$now
        sleep 0.02
    done
    wait $session
}
saw() { grep -q "$1" <<<"$seen" && echo yes; } # PATTERN

# Until something is seen by QUERY, for ten seconds
await() # QUERY
{
    local i
    for ((i = 0; i < 200; i++)); do
        [ -z "$(run -c "$1")" ] || return
        sleep 0.05
    done
}

seen=$(watch progress_owner "SET l2reg.steps = on; SELECT l2_fit('slow', 'yes ~ a + b + i', 'logistic', 1)")
check 'the first pass over a view: how many rows there are is not known' \
    "$(saw '^l2_fit||slow|reading rows|1||[1-9][0-9]*|||0$')" yes
check 'the second: it is' "$(saw '^l2_fit||slow|reading rows|2||[1-9][0-9]*|4000|0.[0-9]*|0$')" yes
check 'and on' "$(saw '^l2_fit||slow|reading rows|3||[1-9][0-9]*|4000|0.[0-9]*|0$')" yes
check 'nothing is left of it' "$(run -c "$look")" ''

as progress_owner -c "SELECT l2_train('m', 'slow', 'a ~ b + i', lambda => 1)" >/dev/null
seen=$(watch progress_owner "SELECT l2_refresh('m')")
check 'a refresh knows how many rows there were' \
    "$(saw '^l2_refresh|m||reading rows|||[0-9]*|4000|0.[0-9]*|0$')" yes

seen=$(watch progress_owner 'SELECT count(l2_cv(ARRAY[g, g, g], $$ridge$$)) FROM hard, generate_series(1, 8)')
check 'cross-validation counts fits' "$(saw '^ridge_cv|||cross-validation|[0-9]*|300||')" yes
seen=$(watch progress_owner 'SELECT count(*) FROM hard, generate_series(1, 4) k,
    l2_path(g, $$ridge$$, l2_options('\''lambda_min_ratio'\'', 0.001 * k))')
check 'a path too' "$(saw '^l2_path|||path|[0-9]*|100||')" yes

# ---- who sees what, and sessions that wait

as progress_owner -c "SELECT l2_train('held', 'few', 'a ~ b + i', lambda => 1)" >/dev/null
run -c "UPDATE held SET definition = definition || jsonb_build_object('source', 'work.stuck')"
as progress_owner -c "SELECT l2_refresh('held')" >"$L2REG_TMP/stuck" &
session=$!
await "SELECT 1 FROM l2_progress WHERE phase = 'reading rows' AND rows > 0"
as progress_owner -c "SELECT l2_refresh('held')" >"$L2REG_TMP/waits" &
waits=$!
await "SELECT 1 FROM l2_progress WHERE phase LIKE 'waiting%'"
everything='SELECT datname, usename, command, model, phase, started < now() AND started > now()
    - interval $$1 minute$$ FROM l2_progress ORDER BY phase'
told='progress|progress_owner|l2_refresh|held|reading rows|t
progress|progress_owner|l2_refresh|held|waiting for another session|t'
check 'a session that waits for the other says so' "$(run -c "$everything")" "$told"
check 'its own role sees it' "$(as progress_owner -c "$everything")" "$told"
check 'those who may read all statistics see it' "$(as progress_monitor -c "$everything")" "$told"
check 'others see that there are sessions' "$(as progress_other -c "$everything")" \
    'progress|progress_owner||||
progress|progress_owner||||'
check 'from another database without names' "$(PGDATABASE=postgres run -c \
    'CREATE EXTENSION IF NOT EXISTS l2reg' -c "$everything" 2>&1 | grep -v NOTICE)" \
    'progress|progress_owner|l2_refresh||reading rows|t
progress|progress_owner|l2_refresh||waiting for another session|t'
check 'no command of PostgreSQL is told instead' "$(run -c 'SELECT * FROM pg_stat_progress_copy')" ''
run -c "SELECT count(pg_cancel_backend(pid)) FROM l2_progress" >/dev/null
wait $session $waits
check 'an error ends it' "$(run -c "$look")$(grep -c canceling "$L2REG_TMP/stuck" "$L2REG_TMP/waits" | sed \
    's/.*://' | paste -sd+)" 1+1

# ---- commands that PostgreSQL reports itself keep their own

as progress_owner -c "COPY (SELECT l2_fit('stuck', 'yes ~ a + b + i', 'logistic', 1)) TO STDOUT" >/dev/null &
session=$!
await 'SELECT 1 FROM pg_stat_progress_copy'
check 'COPY is reported as COPY' "$(run -c "$look")$(run -c 'SELECT command, type
    FROM pg_stat_progress_copy')" 'COPY TO|PIPE'
run -c "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_progress_copy" >/dev/null
wait $session

as progress_owner -c "SELECT l2_drop('m')" -c "SELECT l2_drop('held')" >/dev/null
PGDATABASE=postgres run -c 'DROP DATABASE progress' -c 'DROP ROLE progress_owner' -c \
    'DROP ROLE progress_other' -c 'DROP ROLE progress_monitor'
echo "1..$n"
