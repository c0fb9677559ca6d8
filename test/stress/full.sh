#!/bin/bash
#
# full.sh: memory that runs out, and a disk that does.  By hand, or make faults; with a server of its own.
#
# ROOM (8 40 100 300): megabytes that a backend may take more than it has (prlimit): each statement gives
# its result or an error of SQLSTATE 53200, and the session goes on.  Temporary files go to a tmpfs
# of 2 MB, mounted out of everybody's sight (root, unshare): an error of SQLSTATE 53100, no file is
# left, and the session goes on.

cd "$(dirname "$0")/../.." || exit 1
if [ -z "${L2REG_TMP:-}" ]; then
    [ "$(id -u)" -ne 0 ] || exec unshare --mount bash test/cluster.sh bash test/stress/full.sh
    exec bash test/cluster.sh bash test/stress/full.sh
fi
. test/lib/tap.bash

run -o /dev/null <<'SQL'
CREATE EXTENSION l2reg;
CREATE TABLE wide AS SELECT i, sin(i * i) AS y, (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j)
  FROM generate_series(1, 1000) j) AS x FROM generate_series(1, 60) i;
CREATE TABLE gram AS SELECT l2_gram_agg(y, x) AS g FROM wide;
CREATE TABLE narrow AS SELECT i, sin(i * i) AS y, (i % 1000) / 1000.0 AS p, sin(i) > 0 AS b,
  'l' || i % 50 AS c FROM generate_series(1, 20000) i;
CREATE TABLE small AS SELECT * FROM narrow WHERE i <= 300;
ANALYZE;
SQL
alive="SELECT 'alive', round(l2_intercept(logistic_fit(b, ARRAY[p, y], 0.1))::numeric, 6),
    round(l2_auc(b, p)::numeric, 6) FROM small"
want=$(run -c "$alive")

# ---- memory

memory=(
    'SELECT l2_n(l2_gram_agg(y, x || x || x)) FROM wide'
    'SELECT l2_n(l2_gram_agg(y, ROW(x[1], i, c))) FROM (SELECT y, x, i, (i % 90)::text AS c
        FROM wide, generate_series(1, 50)) s'
    'SELECT l2_n(g + g) FROM gram'
    'SELECT length(g::text) FROM gram'
    'SELECT cardinality(l2_coef(l2_ridge(g, 1000))) FROM gram'
    'SELECT cardinality(l2_coef(l2_ridge(g, 1e-9))) FROM gram'
    'SELECT cardinality(l2_coef(l2_lasso(g, 5))) FROM gram'
    'SELECT cardinality(l2_coef(l2_lasso(g, 5, $${"solver": "gradient", "max_iter": 3, "tolerance": 1}$$)))
        FROM gram'
    'SELECT count(*) FROM gram, l2_path(g, options => $${"n_lambda": 2}$$)'
    'SELECT cardinality(l2_coef(lasso_cv(y, x[:500], $${"folds": 3, "n_lambda": 2}$$))) FROM wide'
    'SELECT cardinality(l2_coef(logistic_fit(y > 0, x, 10))) FROM wide'
    'SELECT cardinality(l2_coef(logistic_fit(b, ARRAY[y, p, i * y, i * p], 10)))
        FROM narrow, generate_series(1, 20)'
    'SELECT l2_auc(b, p) IS NULL, array_length(l2_roc(b, p), 1) IS NULL FROM narrow, generate_series(1, 20)'
    'SELECT count(m) FROM (SELECT ridge_fit(y, x[:300], 1) OVER (ORDER BY i ROWS 9 PRECEDING) AS m
        FROM wide) s'
)
refused=0 given=0
wrong=
for s in "${memory[@]}"; do
    for room in ${ROOM:-8 40 100 300}; do
        out=$(PGOPTIONS='-c work_mem=1GB -c max_parallel_workers_per_gather=0 -c client_min_messages=error' \
            timeout 120 psql -XqAt -v VERBOSITY=verbose 2>&1 <<SQL
SELECT l2_n(l2_gram_cols(1, 1));
COPY (SELECT 1) TO PROGRAM 'prlimit --pid \$PPID --as=\$((\$(sed -n "s/^VmSize:[^0-9]*\\([0-9]*\\).*/\\1/p" '
  '/proc/\$PPID/status) * 1024 + $room * 1048576)):';
$s;
COPY (SELECT 1) TO PROGRAM 'prlimit --pid \$PPID --as=unlimited:';
$alive;
SQL
        )
        [ -z "${VERBOSE:-}" ] || echo "# $SECONDS s: $room MB, $s: ${out:0:150}"
        case $out in
            *53200*"$want") refused=$((refused + 1)) ;;
            *ERROR* | *FATAL*) wrong+="$s, $room MB: $out"$'\n' ;;
            *"$want") given=$((given + 1)) ;;
            *) wrong+="$s, $room MB: $out"$'\n' ;;
        esac
    done
done
check 'a statement without memory gives an error, and the session goes on' "$wrong" ''
[ "$refused" -gt 5 ] && [ "$given" -gt 5 ] && ok 'some had enough' || not_ok 'some had enough' \
    "$refused refused, $given not"
echo "# $refused statements were refused memory, $given had enough"

# ---- disk

if [ "$(id -u)" -ne 0 ]; then
    echo "1..$n"
    exit
fi
disk=$L2REG_TMP/disk
mkdir "$disk" && mount -t tmpfs -o "size=2m,mode=700,uid=$(stat -c %u "$L2REG_TMP/data")" tmpfs "$disk" || { \
    not_ok 'a small disk'; echo "1..$n"; exit 1; }
run -c "CREATE TABLESPACE small_disk LOCATION '$disk'" -c 'ALTER SYSTEM SET temp_tablespaces = small_disk' \
    -c 'SELECT pg_reload_conf()' >/dev/null
files() { find "$disk" -type f | wc -l; }

for s in 'SELECT logistic_fit(b, ARRAY[y, p, i, i * p], 10) FROM narrow, generate_series(1, 10)' \
    'SELECT logistic_fit(b, ROW(y, c, p), 10) FROM narrow, generate_series(1, 10)' \
    'SELECT c, logistic_fit(b, ARRAY[y, p, i, i * p], 10) FROM narrow, generate_series(1, 10) GROUP BY c' \
    'SELECT logistic_cv(b, ARRAY[y, p, i, i * p]) FROM narrow, generate_series(1, 10)' \
    'SELECT logistic_path(b, ARRAY[y, p, i, i * p]) FROM narrow, generate_series(1, 10)' \
    'SELECT poisson_fit(i % 5, ARRAY[y, p, i * p], 10) FROM narrow, generate_series(1, 10)' \
    'SELECT l2_auc(b, p + 1e-9 * y * y) FROM narrow, generate_series(1, 10)' \
    'SELECT l2_roc(b, p + 1e-9 * y * y) FROM narrow, generate_series(1, 10)'; do
    out=$(PGOPTIONS='-c work_mem=64 -c max_parallel_workers_per_gather=0' timeout 120 psql -XqAt -v \
        VERBOSITY=verbose -c "$s" -c "SELECT 'files', count(*)
        FROM pg_ls_tmpdir((SELECT oid FROM pg_tablespace WHERE spcname = 'small_disk'))
        WHERE name ~ ('^pgsql_tmp' || pg_backend_pid() || '[.]')" -c "$alive" 2>&1)
    case $out in
        *53100*'files|0'*"$want") ok "no room on the disk: ${s:0:40}..." ;;
        *) not_ok "no room on the disk: $s" "${out:0:600}" ;;
    esac
done
check 'no file is left' "$(files)" 0
umount -l "$disk"
echo "1..$n"
