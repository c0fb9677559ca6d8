#!/bin/bash
#
# parallel.sh: with the settings that PostgreSQL comes with, plans over 2,000,000 rows are parallel, of a
# table and of partitions, and give the numbers of one process.

. test/lib/tap.bash

run >"$L2REG_TMP/setup" <<'SQL' || { sed 's/^/# /' "$L2REG_TMP/setup" >&2; exit 1; }
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
CREATE UNLOGGED TABLE many AS
SELECT i % 4 AS part, (i % 1009) / 7.0::float8 + i % 3 AS y, (i % 1009)::float8 AS a, (i % 13)::float8 AS b
  FROM generate_series(1, 2000000) i;
CREATE TABLE parted (LIKE many) PARTITION BY LIST (part);
CREATE UNLOGGED TABLE parted0 PARTITION OF parted FOR VALUES IN (0, 1);
CREATE UNLOGGED TABLE parted1 PARTITION OF parted FOR VALUES IN (2, 3);
INSERT INTO parted SELECT * FROM many;
ANALYZE many, parted;
CREATE FUNCTION apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE WHEN array_length(a, 1) = array_length(b, 1) AND array_positions(a, NULL)
    = array_positions(b, NULL)
        THEN (SELECT max(abs(u - v)) / max(abs(v)) FROM unnest(a, b) r(u, v)) ELSE 'inf' END $$;
SQL
# the tests' server may have settings of its own
usual=(-c "DO \$\$ DECLARE s text; BEGIN
    FOR s IN SELECT format('SET %s = %L', name, boot_val) FROM pg_settings
        WHERE name ~ '^(max_parallel_workers|parallel_(setup|tuple)_cost|min_parallel_|enable_|(seq|random)_page_cost|cpu_)' AND context = 'user'
    LOOP EXECUTE s; END LOOP; END \$\$")

# AGGREGATE: its plans over both tables
parallel()
{
    local table
    for table in many parted; do
        check "$1 of $table: a parallel plan" "$(run "${usual[@]}" -c "EXPLAIN (COSTS OFF) SELECT $1
            FROM $table t" | grep -c -E 'Finalize Aggregate|Gather|Partial Aggregate')" 3
    done
}
same() # AGGREGATE, as an array
{
    local alone table
    alone=$(run -c 'SET max_parallel_workers_per_gather = 0' -c "SELECT $1 FROM many t")
    for table in many parted; do
        check "$1 of $table: the numbers of one process" \
            "$(run "${usual[@]}" -c "SELECT apart($1, '$alone') < 1e-12 FROM $table t")" t
    done
}
for what in 'ridge_fit(y, ARRAY[a, b], 0.1)' 'lasso_cv(l2_obs(y, weight => b), ARRAY[a, b])' \
    "l2_gram_agg(y, l2_row(t), '{\"features\": [\"a\", \"b\"]}')" \
    "ols_fit(y, t, '{\"features\": [\"a\", \"b\"]}')" \
    'l2_gram_cols(y, a, b)' 'l2_gram_folds(l2_obs(y, fold => part), ARRAY[a, b])' 'l2_r2(y, a)' \
    'l2_logloss(b > 6, 0.5)'; do
    parallel "$what"
done
same 'ridge_fit(y, ARRAY[a, b], 0.1)::float8[]'

# What keeps rows is in one process; l2_fit makes a query a pass of its own.
check 'logistic_fit: one process' "$(run "${usual[@]}" -c 'EXPLAIN (COSTS OFF) SELECT logistic_fit(b > 6,
    ARRAY[a]) FROM many' | grep -c Finalize)" 0
check 'l2_auc: one process' "$(run "${usual[@]}" -c 'EXPLAIN (COSTS OFF) SELECT l2_auc(b > 6, a)
    FROM many' | grep -c Finalize)" 0
check 'logistic_cv: one process' "$(run "${usual[@]}" -c 'EXPLAIN (COSTS OFF) SELECT logistic_cv(b > 6,
    ARRAY[a]) FROM many' | grep -c Finalize)" 0
# but of counts, which are made in parallel
counted='l2_auc(l2_obs(won, weight => n), p)
    FROM (SELECT b > 6 AS won, l2_predict((SELECT l2_model(ARRAY[0, 1 / 7.0])), ARRAY[a]) AS p, count(*) AS n
    FROM many GROUP BY 1, 2) s'
check 'l2_auc of counts: a parallel plan' "$(run "${usual[@]}" -c "EXPLAIN (COSTS OFF) SELECT $counted" | \
    grep -c -E 'Finalize|Gather|Partial|Parallel Seq Scan')" 4
check 'l2_auc of counts: that of the rows' "$(run "${usual[@]}" -c "SELECT abs((SELECT $counted)
    - (SELECT l2_auc(b > 6, a) FROM many)) < 1e-12")" t
check 'l2_meat: a parallel plan' \
    "$(run "${usual[@]}" -c "EXPLAIN (COSTS OFF) SELECT l2_meat((SELECT ols_fit(y, ARRAY[a],
    '{\"covariance\": true}') FROM many WHERE part < 0), y, ARRAY[a])
    FROM many" | grep -c -E '^Finalize Aggregate|^  ->  Gather|^        ->  Partial Aggregate')" 3
run -c 'CREATE TABLE few AS SELECT * FROM many LIMIT 1000' >/dev/null
check 'l2_fit of few rows: in one process' "$(run "${usual[@]}" -c 'SET l2reg.progress
    = on' -c "SELECT l2_names(l2_fit('SELECT b + a / 100 > 6 + 5 * sin(a) AS won, a FROM few', 'won ~ a',
    'logistic'))" | grep -c 'pass 2 over the rows')" 0
for table in many parted; do
    run "${usual[@]}" -c 'SET l2reg.progress = on' -c \
        "SELECT l2_names(l2_fit('SELECT b + a / 100 > 6 + 5 * sin(a) AS won, a FROM $table', 'won ~ a',
        'logistic'))" >"$L2REG_TMP/passes"
    check "l2_fit of $table: a query a pass" "$(grep -c 'pass 2 over the rows' "$L2REG_TMP/passes")" 1
done
run -c 'DROP TABLE many, parted, few; DROP FUNCTION apart' >/dev/null

echo "1..$n"
