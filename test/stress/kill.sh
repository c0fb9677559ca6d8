#!/bin/bash
#
# kill.sh: backends are killed (SIGKILL) while they fit, KILLS (10) times; what was committed is
# there afterwards, no temporary file is, and the server answers.  By hand, with a server of its own.

set -u
cd "$(dirname "$0")/../.." || exit 1
if [ -z "${L2REG_KILLS:-}" ]; then
    export L2REG_KILLS=1
    exec bash test/cluster.sh bash test/stress/kill.sh
fi

wait_for_server() { for ((i = 0; i < 300; i++)); do psql -XqAtc 'SELECT 1' >/dev/null 2>&1 && return; sleep \
    0.1; done; return 1; }

psql -Xq -v ON_ERROR_STOP=1 <<'SQL' || exit 1
CREATE EXTENSION l2reg;
CREATE TABLE rows AS SELECT i, sin(i * i) AS y, sin(i) > 0 AS b, 'l' || i % 50 AS c,
  (SELECT array_agg(sin(i * j * 0.37)) FROM generate_series(1, 30) j) AS x FROM generate_series(1, 5000) i;
CREATE TABLE kept AS SELECT l2_gram_agg(y, x) AS g, ridge_fit(y, x, 1) AS m FROM rows;
CHECKPOINT;
SQL
before=$(psql -XqAtc 'SELECT md5(g::text || m::text) FROM kept')
failed=0
for ((k = 0; k < ${KILLS:-10}; k++)); do
    for s in 'SELECT logistic_cv(b, x) FROM rows' \
        'SELECT logistic_fit(b, x, 0.01) FROM rows, generate_series(1, 50)' \
        'SELECT l2_gram_agg(y, ROW(c, i)) FROM rows, generate_series(1, 500)'; do
        psql -Xq -c 'SET work_mem = 64' -c "$s" >/dev/null 2>&1 &
    done
    sleep "1.$((RANDOM % 10))"
    pid=$(psql -XqAtc "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()
        AND backend_type = 'client backend' ORDER BY random() LIMIT 1")
    [ -n "$pid" ] && kill -9 "$pid"
    wait
    wait_for_server || { echo 'not ok 1 - the server comes back'; exit 1; }
    after=$(psql -XqAtc 'SELECT md5(g::text || m::text) FROM kept')
    files=$(psql -XqAtc 'SELECT count(*) FROM pg_ls_tmpdir()')
    [ "$after" = "$before" ] && [ "$files" = 0 ] || { failed=$((failed + 1)); echo \
        "# kill $k: $after, $files temporary files"; }
done
[ "$failed" -eq 0 ] && echo "ok 1 - ${KILLS:-10} kills survived" || echo \
    "not ok 1 - $failed of ${KILLS:-10} kills"
echo 1..1
exit "$failed"
