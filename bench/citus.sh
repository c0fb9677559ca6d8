#!/bin/bash
#
# citus.sh: 1,000,000 rows, two numbers and two categories of 12 and 50 levels, over 8 shards of two workers
# of Citus: what the sums of the numbers as an array take, and those of the same and the categories as l2_row;
# likewise the steps of logistic regression.  ROWS and ROUNDS say how many; the least time counts.  The answer
# is compared with that of one server.

set -u
cd "$(dirname "$0")/.." || exit 1
[ -n "${WORKER2:-}" ] || exec bash test/lib/citus.sh bash "$0"

run() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

run -o /dev/null -v rows="${ROWS:-1000000}" <<'SQL' || exit 1
SET client_min_messages = warning;
CREATE EXTENSION l2reg;
CREATE TABLE flat AS SELECT i AS id, cos(i) AS a, i % 11 + sin(i) AS b, 'zone ' || i % 12 AS zone,
  'k' || i * 7 % 50 AS kind,
    3 * cos(i) + i % 11 + i % 12 * 0.1 + sin(i::float8 * i) AS y, (hashint4(i) & 1023) / 1024.0
    < 1 / (1 + exp(-cos(i) - i % 12 / 10.0)) AS won FROM generate_series(1, :rows) i;
CREATE TABLE t (LIKE flat);
SELECT create_distributed_table('t', 'id', shard_count => 8);
INSERT INTO t SELECT * FROM flat;
VACUUM ANALYZE;
SELECT run_command_on_workers('VACUUM ANALYZE');
SQL

least() # STATEMENT: milliseconds
{
    for ((i = 0; i < ${ROUNDS:-5}; i++)); do
        run -c '\timing on' -c "$1" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
    done | sort -n | head -n 1
}
line() # WHAT, STATEMENT, and its time against that of an array
{
    local ms
    ms=$(least "$2")
    printf '%-58s %8.0f %6.2f\n' "$1" "$ms" "$(awk "BEGIN { print $ms / ${array:-$ms} }")"
    array=${array:-$ms}
}

printf '%-58s %8s %6s\n' what ms ratio
line 'ridge_fit(y, ARRAY[a, b], 0.1)' 'SELECT ridge_fit(y, ARRAY[a, b], 0.1) IS NULL FROM t'
rows="l2_gram_agg(y, l2_row(t), '{\"target\": \"y\", \"features\": [\"a\", \"b\", \"zone\", \"kind\"]}')"
line 'l2_ridge(l2_gram_agg(y, l2_row(t)), 0.1)' "SELECT l2_ridge($rows, 0.1) IS NULL FROM t"
columns="l2_gram_agg(y, l2_row((a, b, zone, kind), '{a,b,zone,kind}'))"
line 'the same of l2_row((a, b, zone, kind), names)' "SELECT l2_ridge($columns, 0.1) IS NULL FROM t"
line "l2_fit('t', 'y ~ a + b + zone + kind', 'ridge', 0.1)" \
    "SELECT l2_fit('t', 'y ~ a + b + zone + kind', 'ridge', 0.1) IS NULL"
array=
line "l2_fit('t', 'won ~ a + b', 'logistic', 1)" "SELECT l2_fit('t', 'won ~ a + b', 'logistic', 1) IS NULL"
line "l2_fit('t', 'won ~ a + b + zone + kind', 'logistic', 1)" \
    "SELECT l2_fit('t', 'won ~ a + b + zone + kind', 'logistic', 1) IS NULL"
run -c "WITH pair AS (SELECT l2_coef(m) AS there, l2_coef(h) AS here
        FROM (SELECT l2_ridge($columns, 0.1) AS m FROM t) t,
          (SELECT ridge_fit(y, ROW(a, b, zone, kind), 0.1,
          '{\"names\": [\"a\", \"b\", \"zone\", \"kind\"]}') AS h FROM flat) f)
    SELECT 'largest difference from one server: ' || max(abs(u - v)) / max(abs(v))
    FROM pair, unnest(there, here) r(u, v)"
