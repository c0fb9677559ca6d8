#!/bin/bash
#
# crash.sh: the whole server is killed (SIGKILL, with fsync on) while models are trained, refreshed and
# written under, KILLS (10) times; after recovery what was acknowledged is there, models are whole, live ones
# are those of their rows, and all goes on.  By hand, with servers of its own.

set -u
cd "$(dirname "$0")/../.." || exit 1
[ -n "${L2REG_TMP:-}" ] || exec bash test/cluster.sh bash test/stress/crash.sh
. test/lib/tap.bash

bindir=$("$PG_CONFIG" --bindir)
as_server=()
[ "$(id -u)" -ne 0 ] || as_server=(setpriv "--reuid=$(stat -c %U "$L2REG_TMP/data")" \
    "--regid=$(stat -c %g "$L2REG_TMP/data")" --clear-groups)
w=$L2REG_TMP/crash
mkdir "$w" "$w/log" && chmod 777 "$w/log" && mkdir -m 700 "$w/data" && { [ ${#as_server[@]} -eq 0 ] || chown \
    --reference="$L2REG_TMP/data" "$w/data"; } || exit 1
(cd "$w" && "${as_server[@]}" "$L2REG_TMP/root$bindir/initdb" -D data -U postgres -A trust -E UTF8 \
    --locale=C) >/dev/null || exit 1
cat >>"$w/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$PGHOST'
port = 5434
fsync = on
synchronous_commit = on
checkpoint_timeout = 30s
max_wal_size = 64MB
END
export PGPORT=5434 PGOPTIONS='-c client_min_messages=warning'
read -ra server_env <<<"${L2REG_SERVER_ENV:-}"
server=
start()
{
    (cd "$w" && exec "${as_server[@]}" setsid env "${server_env[@]}" "$L2REG_TMP/root$bindir/postgres" -D \
        data >>"$w/log/server" 2>&1 </dev/null) &
    server=$!
    for ((i = 0; i < 600; i++)); do pg_isready -q && return; sleep 0.1; done
    echo 'Bail out! The server does not start'
    tail -n 20 "$w/log/server"
    exit 1
}
trap '[ -z "$server" ] || kill -9 -- "-$server" 2>/dev/null' EXIT
start

run >/dev/null <<'SQL'
CREATE EXTENSION l2reg;
CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL, zone text, x1 float8, x2 float8, y float8);
INSERT INTO t SELECT -i, timestamptz '2024-01-01 00:00+00' + i % 300 * interval '1 hour', 'z' || i % 5,
  i % 17, sqrt(i % 29), i % 17 + 3 * sqrt(i % 29) + i % 5 + sin(i) FROM generate_series(1, 20000) i;
SELECT l2_train('numbers', 't', 'y ~ x1 + x2', lambda => 1, options => '{"refresh": "live"}'),
  l2_train('zones', 't', 'y ~ x1 + zone', lambda => 1, options => '{"refresh": "live"}'),
  l2_train('buckets', 't', 'y ~ x1 + zone', lambda => 1,
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}'),
  l2_train('whole', 't', 'y ~ x1 + x2', lambda => 1);
CREATE TABLE trained (version int);
CREATE FUNCTION far(m l2_model, o l2_model) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE WHEN l2_names(m) <> l2_names(o) OR (SELECT n FROM l2_glance(m)) <> (SELECT n FROM l2_glance(o))
  THEN 1e9 ELSE max(abs(p - q) / greatest(abs(q), 1)) END FROM unnest(m::float8[], o::float8[]) u(p, q) $$;
SQL
of_zones="(SELECT ridge_fit(y, h, 1, '{\"standardize\": true, \"target\": \"y\"}') FROM t,
    LATERAL (SELECT x1, zone) h)"
same="SELECT far(l2_get('numbers'), (SELECT ridge_fit(y, h, 1, '{\"standardize\": true, \"target\": \"y\"}')
    FROM t, LATERAL (SELECT x1, x2) h)) < 1e-10 AND far(l2_get('zones'), $of_zones) < 1e-10"

# Each writer says which rows were acknowledged; each trainer, which version.
writer()
{
    local k=0 id
    while :; do
        id=$(($1 * 1000000 + $2 * 10000 + k++))
        psql -XqAt -v ON_ERROR_STOP=1 -c "BEGIN; INSERT INTO t VALUES ($id, now(), 'new', $k % 17, 1, $k);
            UPDATE t SET y = y + 1 WHERE id = -($id % 20000); COMMIT" >/dev/null 2>&1 || return
        echo "$id" >>"$w/acknowledged"
    done
}
trainer()
{
    local v
    while v=$(psql -XqAt -v ON_ERROR_STOP=1 -c "$1" 2>/dev/null); do
        [ -z "$2" ] || [ -z "$v" ] || echo "$v" >>"$w/$2"
    done
}
: >"$w/acknowledged"
: >"$w/versions"
for ((k = 1; k <= ${KILLS:-10}; k++)); do
    pids=()
    for j in 1 2 3; do writer "$k" "$j" & pids+=($!); done
    trainer "SELECT version FROM l2_train('whole', 't', 'y ~ x1 + x2 + zone', lambda => 1)" versions & \
        pids+=($!)
    trainer "SELECT l2_refresh(name) FROM l2_models WHERE name <> 'whole'" '' & pids+=($!)
    trainer "SELECT l2_train('other', 't', 'y ~ x1', lambda => 1, options => '{\"refresh\": \"live\"}');
        SELECT l2_drop('other')" '' & pids+=($!)
    sleep "$((2 + k % 3)).$((RANDOM % 10))5"
    kill -9 -- "-$server"
    wait "$server" 2>/dev/null
    wait "${pids[@]}" 2>/dev/null
    start
    lost=$(run -c 'CREATE TEMP TABLE a (id bigint)' -c "\\copy a FROM '$w/acknowledged'" -c 'SELECT count(*)
        FROM a LEFT JOIN t USING (id) WHERE t.id IS NULL')
    check "kill $k: rows that were acknowledged are there" "$lost" 0
    check "kill $k: and versions" "$(run -c "SELECT coalesce(max(version), 0)
        >= $(sort -n "$w/versions" | tail -n 1 | grep . || echo 0) FROM l2_versions WHERE name = 'whole'")" t
    check "kill $k: live models are those of the rows" "$(run -c "$same")" t
    check "kill $k: models are whole" "$(run -c "SELECT (SELECT count(*) FROM l2_models
        WHERE version IS NULL), (SELECT count(*) FROM pg_ls_tmpdir())")" '0|0'
    check "kill $k: and all goes on" "$(run -c "SELECT DISTINCT outcome FROM l2_models m,
        LATERAL (SELECT outcome FROM l2_refresh(m.name)) r" -c "$same" -c "SELECT far(l2_get('buckets'),
        $of_zones) < 1e-10")" 'ok
t
t'
    run -c "SELECT l2_drop('other', if_exists => true)" >/dev/null
done
echo "# $(wc -l <"$w/acknowledged") transactions and $(wc -l <"$w/versions") trainings were acknowledged"
check 'recovery had nothing to complain about' \
    "$(grep -E 'PANIC|could not|invalid page|terminated by signal' "$w/log/server" | grep -v \
    'could not receive data from client\|could not send data to client' | head -n 5)" ''
echo "1..$n"
