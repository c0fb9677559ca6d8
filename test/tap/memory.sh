#!/bin/bash
#
# memory.sh: where there is no memory for the working area of linear algebra, which OpenBLAS would try to
# take for ever, the statement fails, and the session goes on.  test/stress/full.sh has more of the kind.  And
# rows that are written to disk leave memory: a fit of more than work_mem holds needs little more.

. test/lib/tap.bash
if ! command -v prlimit >/dev/null || [ "${SANITIZE:-0}" = 1 ]; then
    echo '1..0 # SKIP no limit of memory here'
    exit 0
fi
run -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION IF NOT EXISTS l2reg'
out=$(timeout 300 psql -XqAt -v VERBOSITY=terse 2>&1 <<'SQL'
CREATE TEMP TABLE wide AS SELECT l2_gram_agg(sin(i * i),
  (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j) FROM generate_series(1, 200) j)) AS g
  FROM generate_series(1, 250) i;
COPY (SELECT 1) TO PROGRAM 'prlimit --pid $PPID --as=$(($(sed -n "s/^VmSize:[^0-9]*\([0-9]*\).*/\1/p" '
  '/proc/$PPID/status) * 1024 + 20000000)):';
SELECT cardinality(l2_coef(l2_ridge(g, 1000))) FROM wide;
SELECT l2_n(g) FROM wide;
COPY (SELECT 1) TO PROGRAM 'prlimit --pid $PPID --as=unlimited:';
SELECT cardinality(l2_coef(l2_ridge(g, 1000))) FROM wide;
SQL
)
check 'a limit of memory is an error' "$out" 'ERROR:  out of memory
250
200'

# 300,000 rows of 17 doubles are 41 MB
out=$(timeout 300 psql -XqAt 2>&1 <<'SQL'
SET work_mem = '2MB'; SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE peak (kb int);
SELECT logistic_fit(i % 3 = 0, array_fill(sin(i), '{16}'), 1) IS NOT NULL FROM generate_series(1, 300) i;
COPY peak FROM PROGRAM 'sed -n "s/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p" /proc/$PPID/status';
SELECT logistic_fit(i % 3 = 0, array_fill(sin(i), '{16}'), 1) IS NOT NULL FROM generate_series(1, 300000) i;
COPY peak FROM PROGRAM 'sed -n "s/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p" /proc/$PPID/status';
SELECT CASE WHEN max(kb) - min(kb) < 20000 THEN 'within 20 MB' ELSE max(kb) - min(kb) || ' kB' END FROM peak;
SQL
)
check 'memory of rows that went to disk' "$out" 't
t
within 20 MB'
echo "1..$n"
