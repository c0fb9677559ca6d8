#!/bin/bash
#
# live.sh: models that follow their source while many write to it, while they are refreshed, and when
# refreshes, writers and servers are killed.
#
# LIVE_SECONDS: how long the writers write at a time (3).

. test/lib/tap.bash
seconds=${LIVE_SECONDS:-3}
w=$L2REG_TMP/live
mkdir "$w" || exit 1

run -c 'CREATE DATABASE live' -c 'CREATE ROLE live_writer LOGIN' -c 'CREATE ROLE live_owner LOGIN'
run -d live -c 'GRANT CREATE ON DATABASE live TO live_owner' -c \
    'CREATE SCHEMA live AUTHORIZATION live_owner' -c 'CREATE SCHEMA "Odd schema"' -c \
    'GRANT USAGE ON SCHEMA "Odd schema" TO PUBLIC' \
    -c 'CREATE EXTENSION l2reg SCHEMA "Odd schema"' -c \
    'ALTER DATABASE live SET search_path = live, "Odd schema"'
export PGDATABASE=live
run -U live_owner >/dev/null <<'SQL'
CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL, zone text, x1 float8, x2 float8, y float8);
INSERT INTO t SELECT i, timestamptz '2024-01-01 00:00+00' + i % 300 * interval '1 hour', 'z' || i % 5, i % 17,
  sqrt(i % 29), i % 17 + 3 * sqrt(i % 29) + i % 5 + sin(i) FROM generate_series(1, 5000) i;
CREATE SEQUENCE ids START 10000;
GRANT USAGE ON SCHEMA live TO live_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON t TO live_writer;
GRANT USAGE ON SEQUENCE ids TO live_writer;
SET client_min_messages = warning;
SELECT l2_train('numbers', 't', 'y ~ x1 + x2 + x1:x2', 'ridge', 1, '{"refresh": "live"}');
SELECT l2_train('zones', 't', 'y ~ x1 + zone',
  options => '{"unseen": "zero", "n_lambda": 5, "folds": 3, "refresh": "live"}');
SELECT l2_train('buckets', 't', 'y ~ x1 + zone', 'ridge', 1,
  '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
CREATE FUNCTION far(m l2_model, o l2_model) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE WHEN l2_names(m) <> l2_names(o) OR (SELECT n FROM l2_glance(m)) <> (SELECT n FROM l2_glance(o))
  THEN 1e9 ELSE max(abs(p - q) / greatest(abs(q), 1)) END FROM unnest(m::float8[], o::float8[]) u(p, q) $$;
CREATE VIEW differences AS
  SELECT far(l2_get('numbers'), (SELECT ridge_fit(y, h, 1,
  '{"standardize": true, "target": "y", "names": ["x1", "x2", "x1:x2"]}') FROM t,
  LATERAL (SELECT x1, x2, x1 * x2) h)) AS numbers,
         far(l2_get('zones'), (SELECT ridge_cv(l2_obs(y, fold => ROW(id)), h,
         '{"standardize": true, "target": "y", "unseen": "zero", "n_lambda": 5, "folds": 3}') FROM t,
         LATERAL (SELECT x1, zone) h)) AS zones;
SQL
same='SELECT numbers < 1e-10 AND zones < 1e-10 FROM differences'
buckets="SELECT far(l2_get('buckets'), (SELECT ridge_fit(y, h, 1,
    '{\"standardize\": true, \"target\": \"y\"}') FROM t, LATERAL (SELECT x1, zone) h)) < 1e-10"
check 'to begin with, models are those of all rows' "$(run -c "$same" -c "$buckets")" 't
t'

# single rows, many, changes, removals, transactions that end well and others
cat >"$w/write.sql" <<'SQL'
\set id random(1, 5000)
\set what random(1, 10)
\set x random(1, 100)
\if :what <= 3
INSERT INTO t VALUES (nextval('ids'), timestamptz '2024-01-01 00:00+00' + :x * interval '1 hour',
  'z' || :x % 6, :x % 17, sqrt(:x % 29), :x);
\elif :what <= 6
UPDATE t SET y = y + :x, x1 = x1 + 1, zone = 'z' || :x % 7 WHERE id = :id;
\elif :what <= 7
DELETE FROM t WHERE id = :id;
\elif :what <= 8
BEGIN;
UPDATE t SET y = y - 1 WHERE id = :id;
SAVEPOINT s;
INSERT INTO t SELECT nextval('ids'), timestamptz '2024-02-01 00:00+00', 'many', i, i % 3, :x
  FROM generate_series(1, 20) i;
ROLLBACK TO s;
INSERT INTO t VALUES (nextval('ids'), now(), NULL, :x, NULL, 1);
COMMIT;
\elif :what <= 9
BEGIN;
DELETE FROM t WHERE id = :id;
INSERT INTO t VALUES (nextval('ids'), now(), 'gone', 1e6, 2, 3);
ROLLBACK;
\else
DELETE FROM t WHERE zone IS NULL AND id % 10 = :x % 10 AND id IN (SELECT id FROM t
  WHERE zone IS NULL FOR UPDATE SKIP LOCKED);
\endif
SQL
writers() { pgbench -U live_writer -n -c 8 -j 2 -T "$1" -f "$w/write.sql" >"$w/pgbench" 2>&1; }
transactions() { sed -n 's/^number of transactions actually processed: //p' "$w/pgbench"; }

# ---- eight writers, while models are looked at and refreshed

run -c 'VACUUM ANALYZE t' >/dev/null
writers "$seconds" &
writing=$!
looked=0 wrong=0
while kill -0 $writing 2>/dev/null || [ "$looked" -lt 2 ]
do # the second look may come late where all is slow
    out=$(run -U live_owner -c 'BEGIN ISOLATION LEVEL REPEATABLE READ' -c "$same" -c 'COMMIT')
    [ "$out" = t ] || { wrong=$((wrong + 1)); echo "# $out"; }
    looked=$((looked + 1))
    [ $((looked % 2)) -eq 0 ] || run -U live_owner -c "SELECT l2_refresh(name) FROM l2_models" >"$w/refresh" \
        || cat "$w/refresh"
done
wait $writing
check 'at any moment a live model is that of the rows of the snapshot' "$wrong" 0
check 'the writers had no trouble' "$(grep -c -E 'ERROR|aborted' "$w/pgbench"), $(($(transactions) > 100))" \
    '0, 1'
check 'nor had the refreshes' "$(run -c "SELECT outcome, count(*) > 1 FROM l2_versions GROUP BY 1")" 'ok|t'
check 'afterwards' "$(run -U live_owner -c "$same" -c "SELECT count(*)
    FROM l2_refresh('buckets')" -c "$buckets")" 't
1
t'
check 'when all is added up' "$(run -U live_owner -c "SELECT outcome FROM l2_models m,
    l2_refresh(m.name)" -c "$same"; run -c 'SELECT count(*) FROM _l2_change')" 'ok
ok
ok
t
0'

# ---- refreshes that are killed

versions='SELECT count(*), bool_and(outcome = '\''ok'\'') FROM l2_versions'
writers $((seconds + 2)) &
writing=$!
killed=0
for ((i = 0; i < 60 && killed < 10; i++)); do
    run -U live_owner -c "SET application_name = 'refresher'" -c \
        "$([ $((i % 2)) = 0 ] && echo "SELECT l2_mark(name) FROM l2_models")" -c \
        "SELECT l2_refresh(name) FROM l2_models" >"$w/refresh" &
    refresh=$!
    sleep "0.0$((RANDOM % 10))"
    run -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'refresher'" \
        >/dev/null
    wait $refresh || killed=$((killed + 1))
done
wait $writing
check 'refreshes were killed' "$killed" 10
check 'which left nothing behind' "$(run -c "$versions" | cut -d '|' -f 2) $(run -c "SELECT count(*)
    FROM pg_locks WHERE locktype = 'advisory'")" 't 0'
check 'and the models go on' "$(run -U live_owner -c "SELECT outcome FROM l2_models m,
    l2_refresh(m.name)" -c "$same" -c "$buckets")" 'ok
ok
ok
t
t'

# ---- a server that crashes under the writers, and under a refresh

for what in writers refresh; do
    writers 20 &
    writing=$!
    sleep 1
    if [ $what = refresh ]; then
        for ((i = 0; i < 5; i++)); do run -U live_owner -c "SELECT l2_refresh(name) FROM l2_models"; done \
            >"$w/refresh" 2>&1 &
        sleep "0.$((RANDOM % 5 + 1))"
    fi
    kill -QUIT "$(run -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench'
        LIMIT 1")" # as if the server had crashed
    wait
    for ((i = 0; i < 300; i++)); do run -c 'SELECT 1' >/dev/null && break; sleep 0.1; done
    check "nothing is lost or counted twice when the server crashes under the $what" \
        "$(run -U live_owner -c "$same" -c "SELECT outcome FROM l2_models m, l2_refresh(m.name)" -c "$same" \
        -c "$buckets" -c "$versions" | sed 's/.*|//')" 't
ok
ok
ok
t
t
t'
done

# ---- dump and restore, with changes that are not added up yet

run -U live_writer -c "UPDATE t SET y = y + 5 WHERE id % 50 = 0" -c \
    "INSERT INTO t VALUES (nextval('ids'), now(), 'last', 1, 2, 3)" -c 'DELETE FROM t WHERE id % 77 = 0'
check 'there are some' "$(run -c 'SELECT count(*) > 3, count(added) > 0, count(bucket) > 0
    FROM _l2_change')" 't|t|t'
state='SELECT version, bucket, rows, grams FROM numbers_grams UNION ALL SELECT version, bucket, rows, grams
    FROM zones_grams UNION ALL
    SELECT version, bucket, rows, grams FROM buckets_grams ORDER BY 1, 2, 3'
before=$(run -c "$state" | md5sum)
run -d postgres -c 'CREATE DATABASE live_restored' -c 'ALTER DATABASE live_restored SET search_path = live,
    "Odd schema"'
pg_dump -Fc -f "$w/dump" && pg_restore --exit-on-error -d live_restored "$w/dump" 2>"$w/errors"
check 'pg_restore says nothing' "$(cat "$w/errors")" ''
export PGDATABASE=live_restored
check 'what was kept is the same' "$(run -c "$state" | md5sum)" "$before"
check 'live models do not know their source' \
    "$(run -U live_owner -c "SELECT l2_get('numbers') IS NOT NULL" | grep -v HINT)" \
    'WARNING:  model numbers is not up to date
DETAIL:  It is not known what its source was like: the model was restored, or its source left.
t'
check 'until they are refreshed' "$(run -U live_owner -c "SELECT outcome FROM l2_models m,
    l2_refresh(m.name)" -c "$same" -c "$buckets")" 'ok
ok
ok
t
t'
check 'and follow what is written' "$(run -U live_writer -c "INSERT INTO t
    VALUES (nextval('ids'), now(), 'more', 1, 2, 3)" -c 'DELETE FROM t
    WHERE id % 77 = 1'; run -U live_owner -c "$same" -c "SELECT outcome FROM l2_models m,
    l2_refresh(m.name)" -c "$same" -c "$buckets")" 't
ok
ok
ok
t
t'
check 'their triggers go with them' "$(run -U live_owner -c "SELECT count(l2_drop(name))
    FROM l2_models" -c "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%'"; run -c 'SELECT count(*)
    FROM _l2_change')" '3
0
0'

export PGDATABASE=postgres
run -c 'DROP DATABASE live' -c 'DROP DATABASE live_restored' -c 'DROP ROLE live_writer' -c \
    'DROP ROLE live_owner'
echo "1..$n"
