#!/bin/bash
#
# live.sh: what a live model of ten columns costs those who write to its table.  Runs in a cluster:
#
#     bash test/cluster.sh bash bench/live.sh
#
# Transactions a second of eight pgbench clients, with the model as a share of those without, the two
# measured in turns, since other work on the machine comes and goes.  SECONDS_EACH (5), ROUNDS (3).

set -u
run() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
w=$L2REG_TMP/bench
mkdir "$w" || exit 1
values=$(printf 'random(), %.0s' {1..11})
values=${values%, }
columns=y,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10
features=${columns#y,}
run -c 'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS l2reg'
echo "INSERT INTO t ($columns) VALUES ($values);" >"$w/insert.sql"
printf '%s\n' '\set id random(1, 20000)' 'UPDATE t SET y = y + 1, x1 = x1 + 1 WHERE id = :id;' \
    >"$w/update.sql"
echo "INSERT INTO t ($columns) SELECT $values FROM generate_series(1, 1000);" >"$w/thousand.sql"

fresh()
{
    run -c 'SET client_min_messages = warning; SELECT count(l2_drop(name)) FROM l2_models' -c \
        'DROP TABLE IF EXISTS t' \
        -c "CREATE TABLE t (id bigserial PRIMARY KEY, ${columns//,/ float8,} float8)" \
        -c "INSERT INTO t ($columns) SELECT $values FROM generate_series(1, 20000)" -c 'VACUUM ANALYZE t' -c \
        CHECKPOINT
    [ "$1" = without ] || run -c "SELECT l2_train('live', 't', 'y ~ ${features//,/ + }', 'ridge', 1,
        '{\"refresh\": \"live\"}')"
} >/dev/null
tps() { fresh "$2" && pgbench -n -c 8 -j 2 -M prepared -T "${SECONDS_EACH:-5}" -f "$w/$1.sql" 2>/dev/null | \
    awk '/^tps/ { print $3 }'; }

for what in insert update thousand; do
    for ((i = 0; i < ${ROUNDS:-3}; i++)); do echo "$(tps $what without) $(tps $what with)"; done |
        awk -v what=$what '{ a += $1; b += $2 } END { printf "%-10s %8.0f/s without, %8.0f/s with a live model: %3.0f %%\n", what, a / NR, b / NR, 100 * b / a }'
done
