#!/bin/bash
#
# state_memory.sh: what states take is what docs/operations.md says they do, by the peak of a backend's own
# memory beyond what it takes to read the same rows.

. test/lib/tap.bash
if [ ! -r /proc/self/status ] || [ "${SANITIZE:-0}" = 1 ] || [ "${FUZZ:-0}" = 1 ]; then
    echo '1..0 # SKIP no peaks of memory here'
    exit 0
fi
psql -Xq <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
DROP TABLE IF EXISTS memory_wide, memory_long, memory_gram, memory_levels;
CREATE TABLE memory_wide AS SELECT sin(i * i) AS y, sin(i * i) > 0 AS b,
  (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j) FROM generate_series(1, 1000) j) AS x
FROM generate_series(1, 1500) i;
CREATE TABLE memory_long AS SELECT i, sin(i) > 0 AS b, sin(i * 0.7) AS p,
  ARRAY[sin(i), sin(i * 0.77), sin(i * 0.3)] AS x FROM generate_series(1, 200000) i;
CREATE TABLE memory_gram AS SELECT l2_gram_agg(y, x) AS g FROM memory_wide;
CREATE TABLE memory_levels AS SELECT i, sin(i) AS y, 'a' || i % 3500 AS a, 'b' || i % 199 AS b
  FROM generate_series(1, 200000) i;
VACUUM ANALYZE memory_wide, memory_long, memory_levels;
SQL

# kB that a fresh backend takes at most for a statement, beyond what it had after another
peak() # BEFORE, STATEMENT
{
    psql -XqAt -v ON_ERROR_STOP=1 <<SQL
SET client_min_messages = error;
SET work_mem = '8MB';
SET max_parallel_workers_per_gather = 0;
SET jit = off;
LOAD 'l2reg';
SELECT pg_backend_pid() AS pid \gset
\setenv BACKEND :pid
$1 \g /dev/null
\set before \`awk '/RssAnon/ { print \$2 }' /proc/\$BACKEND/status\`
$2 \g /dev/null
\set after \`awk '/VmHWM/ { hwm = \$2 } /RssFile|RssShmem/ { other += \$2 } END { print hwm - other }' /proc/\$BACKEND/status\`
\echo :after :before
SQL
}

# What a statement takes is between those shares of so many bytes, and some MB of caches
within() # NAME, BYTES, LEAST, MOST, BEFORE, STATEMENT
{
    local after before took
    read -r after before < <(peak "$5" "$6" 2>&1)
    took=$(((after - before) * 1024))
    if [ -n "${before:-}" ] && [ "$took" -ge "$(($2 * $3 / 100))" ] && [ "$took" -le \
        "$(($2 * $4 / 100 + 6000000))" ]; then
        ok "$1: $((took / 1000)) kB of $(($2 / 1000))"
    else
        not_ok "$1" "took $took bytes ($after - $before kB), which is not $3 to $4 hundredths of $2, and 6 MB"
    fi
}

k=1001
gram=$((8 * k * (k + 3)))
scan_wide='SELECT count(x[1000] + y) FROM memory_wide'
scan_long='SELECT count(x[3]) FROM memory_long'
within 'making a gram' $gram 300 450 "$scan_wide" 'SELECT l2_n(l2_gram_agg(y, x)) FROM memory_wide'
within 'making and solving one' $((4 * gram + 40 * k * k)) 60 100 "$scan_wide" \
    'SELECT ridge_fit(y, x, 1) FROM memory_wide'
within 'solving' $((40 * k * k)) 30 100 'SELECT l2_n(g) FROM memory_gram' \
    'SELECT l2_ridge(g, 1) FROM memory_gram'
window='OVER (ORDER BY y ROWS 9 PRECEDING)'
within 'a gram along a window' $gram 400 700 \
    "SELECT count(n) FROM (SELECT count(x[1000]) $window AS n FROM memory_wide) s" \
    "SELECT count(g) FROM (SELECT l2_gram_agg(y, x) $window AS g FROM (SELECT * FROM memory_wide
    LIMIT 40) t) s"
k=301
folds=$((10 * (8 * k * k + 1048 * k)))
within 'ten folds' $folds 200 500 "$scan_wide" 'SELECT ridge_cv(y, x[1:300]) FROM memory_wide'
work=$((8 * 1024 * 1024))
for statement in 'logistic_fit(b, x, 1)' 'poisson_fit(b::int, x, 1)' 'l2_auc(b, p)' 'logistic_cv(b, x)' \
    "ols_fit(l2_obs(p, cluster => i), x, '{\"vcov\": \"CR1\"}')"; do
    within "rows of $statement" $work 20 250 "$scan_long" "SELECT $statement FROM memory_long"
done
for statement in 'multinomial_fit((i % 4)::text, x, 1)' 'multinomial_cv((i % 4)::text, x)' \
    "glm_fit(p * p + 1, x, 1, '{\"family\": \"gamma\"}')"; do
    within "rows of $statement" $work 20 250 "$scan_long" "SELECT $statement FROM memory_long"
done
# six classes, 300 features and an intercept
within 'the information of six classes' $((32 * 1505 * 1505)) 50 100 "$scan_wide" \
    "SELECT cardinality(l2_names(m)) FROM (SELECT multinomial_fit((ascii(md5(y::text)) % 6)::text, x[1:300],
    1) AS m FROM memory_wide OFFSET 0) s"
# rows and scores that are taken into memory
for statement in 'huber_fit(p, x)' 'quantile_fit(p, x, 0.5)'; do
    within "rows of $statement" $((work + 8 * 200000 * (4 + 9))) 50 100 "$scan_long" \
        "SELECT $statement FROM memory_long"
done
within 'a ROC curve' $((160 * 200000)) 50 100 "$scan_long" 'SELECT cardinality(l2_roc(b, p)) FROM memory_long'
# 200,000 different pairs of levels, and of one category 3,500 levels
scan_levels='SELECT count(a || b) FROM memory_levels'
levels="'{\"max_levels\": 3900}'"
within 'levels of a category' $((512 * 3500)) 40 100 "$scan_levels" \
    "SELECT l2_n(l2_gram_agg(y, ROW(sin(i * 0.7), a), $levels)) FROM memory_levels"
within 'pairs of levels' $((128 * 200000)) 60 100 "$scan_levels" \
    "SELECT l2_n(l2_gram_agg(y, ROW(a, b), $levels)) FROM memory_levels"
echo "1..$n"
