#!/bin/bash
#
# citus.sh: aggregates over distributed tables: states are made where the shards are and combined on the
# coordinator, no row travels, and the answers are those of one server.  A coordinator and two workers,
# servers of their own.

. test/tap.bash
if ! [ -f "$("$PG_CONFIG" --sharedir)/extension/citus.control" ]; then
    echo '1..0 # SKIP Citus is not installed'
    exit
fi


conf="shared_preload_libraries = 'citus'
citus.node_conninfo = 'sslmode=prefer'
max_prepared_transactions = 50
max_connections = 100"
case ${1:-} in
    '') L2REG_CONF=$conf exec bash test/cluster.sh bash "$0" coordinator ;;
    coordinator)
        export COORDINATOR=$PGHOST
        L2REG_CONF=$conf exec bash test/cluster.sh bash "$0" worker1
        ;;
    worker1)
        export WORKER1=$PGHOST
        L2REG_CONF="$conf
l2reg.kernel = portable" exec bash test/cluster.sh bash "$0" worker2
        ;;
esac
WORKER2=$PGHOST

for host in "$WORKER1" "$WORKER2" "$COORDINATOR"; do
    PGHOST=$host run -c 'CREATE EXTENSION citus' || exit 1
done
export PGHOST=$COORDINATOR
run -c "SELECT citus_set_coordinator_host('$COORDINATOR', $PGPORT)" -c "SELECT citus_add_node('$WORKER1', $PGPORT)" \
    -c "SELECT citus_add_node('$WORKER2', $PGPORT)" >/dev/null

# Nothing is to be pulled to the coordinator instead.
run >"$L2REG_TMP/setup" <<'SQL' || { sed 's/^/# /' "$L2REG_TMP/setup" >&2; exit 1; }
SET client_min_messages = warning;
CREATE SCHEMA l2;
CREATE EXTENSION l2reg SCHEMA l2;
ALTER DATABASE postgres SET search_path = public, l2;
ALTER DATABASE postgres SET citus.coordinator_aggregation_strategy = 'disabled';
SET search_path = public, l2;
CREATE TABLE flat AS SELECT i AS id, i % 7 AS store, 3 * cos(i) - i % 11 + sin(i * i) + 1e3 AS y, ARRAY[1e6 + cos(i), i / 3e3, i % 11] AS x,
    CASE WHEN i % 10 > 0 THEN cos(i) / 7 END AS a, i % 13 AS b, cos(i) + 0.1 * (i % 11) + 2 * sin(i * i) > 0.5 AS won,
    l2_gram(ARRAY[sin(i), cos(i), i], '{y,a,b}') AS gram
  FROM generate_series(1, 20000) i;
CREATE TABLE sales (LIKE flat);
SELECT create_distributed_table('sales', 'id', shard_count => 8);
INSERT INTO sales SELECT * FROM flat;
CREATE TABLE stores AS SELECT i AS store, i * i / 7.0::float8 AS size FROM generate_series(0, 6) i;
SELECT create_reference_table('stores');
CREATE TABLE flat_stores AS SELECT * FROM stores;
CREATE TABLE local_model AS SELECT ols_fit(y, x) AS model, logistic_fit(won, ARRAY[b, id / 1e3], 10) AS odds FROM flat;
CREATE TABLE model AS TABLE local_model;
SELECT create_reference_table('model');
-- largest relative difference
CREATE FUNCTION apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE WHEN array_length(a, 1) = array_length(b, 1) AND array_positions(a, NULL) = array_positions(b, NULL)
        THEN (SELECT max(abs(u - v)) / max(abs(v)) FROM unnest(a, b) r(u, v)) ELSE 'inf' END $$;
ANALYZE;
SQL
check 'the extension is on the workers' "$(PGHOST=$WORKER2 run -c "SELECT count(*) FROM pg_extension WHERE extname = 'l2reg'")" 1

# NAME, QUERY of (part, m): the plan combines states of an aggregate, and the answer is that of the same
# query of the table that is not distributed
same()
{
    local plan
    plan=$(run -c "EXPLAIN (VERBOSE, COSTS OFF) $2")
    check "$1: partial aggregation" "$(grep -c -E 'Query: .*worker_(binary_)?partial_agg\(' <<<"$plan") $(grep -c -E 'Output: .*coord_(binary_)?combine_agg\(' <<<"$plan")" '1 1'
    answers "$1" "$2"
}
answers()
{
    local there=$2 here=$2
    here=${here//sales/flat}; here=${here//stores/flat_stores}; here=${here// model / local_model }
    run -c 'DROP TABLE IF EXISTS there, here' -c "CREATE TEMP TABLE there AS $there" -c "CREATE TEMP TABLE here AS $here" \
        -c 'SELECT count(*) > 0 AND count(*) = count(h.m) AND count(*) = count(t.m) AND max(apart(t.m, h.m)) < 1e-12 FROM there t FULL JOIN here h USING (part)' >"$L2REG_TMP/same"
    check "$1: the answer of one server" "$(tail -n 1 "$L2REG_TMP/same")" t
}

same 'ridge_fit' 'SELECT 1 AS part, ridge_fit(y, x, 0.1)::float8[] AS m FROM sales'
same 'a filter that leaves shards empty' 'SELECT 1 AS part, ols_fit(y, x)::float8[] AS m FROM sales WHERE id < 12'
same 'options' "SELECT 1 AS part, ridge_fit(y, x, 1, '{\"standardize\": true, \"names\": [\"größe\", \"b\", \"c\"]}')::float8[] AS m FROM sales WHERE y > 1000"
same 'weights, options as jsonb' "SELECT 1 AS part, lasso_fit(l2_obs(y, weight => b), x, 5, '{\"weight_type\": \"frequency\"}')::float8[] AS m FROM sales"
same 'groups, NULLs, FILTER, HAVING' 'SELECT store AS part, ols_fit(y, ARRAY[a, b]) FILTER (WHERE id > 99)::float8[] AS m FROM sales GROUP BY store HAVING count(*) > 1'
same 'a reference table' 'SELECT store AS part, elastic_net_fit(y, ARRAY[a, size * b], 1)::float8[] AS m FROM sales JOIN stores USING (store) WHERE size < 4 GROUP BY store'
same 'several at once' 'SELECT 1 AS part, ols_fit(y, x)::float8[] || dropout_fit(y, ARRAY[b], 0.2)::float8[] || l2_means(l2_gram_agg(l2_obs(y, weight => b), ARRAY[a])) AS m FROM sales'
same 'l2_gram_agg' 'SELECT store AS part, l2_means(g) || ARRAY[l2_n(g), l2_n_skipped(g)] || l2_ridge(g, 1)::float8[] AS m FROM (SELECT store, l2_gram_agg(y, ARRAY[a, b]) AS g FROM sales GROUP BY store) s'
same 'l2_gram_agg with names' "SELECT 1 AS part, l2_ols(l2_gram_agg(l2_obs(y, weight => b), x, '{\"names\": [\"größe\", \"c\", \"d\"]}'), '{\"features\": [\"größe\", \"d\"]}')::float8[] AS m FROM sales"
same 'l2_gram_sum' 'SELECT 1 AS part, l2_ols(l2_gram_sum(gram))::float8[] AS m FROM sales'
same 'l2_gram_folds' 'SELECT 1 AS part, l2_cv(l2_gram_folds(y, x, '\''{"folds": 5}'\''))::float8[] AS m FROM sales'
same 'l2_gram_folds by a key' 'SELECT 1 AS part, l2_cv(l2_gram_folds(l2_obs(y, fold => store), x, '\''{"folds": 7}'\''), '\''ridge'\'')::float8[] AS m FROM sales'
same 'ridge_cv' 'SELECT 1 AS part, ridge_cv(y, x)::float8[] AS m FROM sales'
same 'lasso_cv' "SELECT store AS part, lasso_cv(y, x, '{\"folds\": 4, \"standardize\": true}')::float8[] AS m FROM sales GROUP BY store"
same 'elastic_net_cv' "SELECT 1 AS part, elastic_net_cv(y, x, '{\"l1_ratio\": [0.2, 0.9]}')::float8[] AS m FROM sales"
same '_l2_newton_agg' 'SELECT 1 AS part, l2_means(_l2_newton_agg(won::int, ARRAY[b, x[1] - 1e6], odds)) AS m FROM sales, model '
same 'scores' 'SELECT 1 AS part, ARRAY[l2_mse(y, l2_predict(model, x)), l2_r2(y, l2_predict(model, x)), (l2_score(y, l2_predict(model, x))).mae] AS m FROM sales, model '
answers 'groups that are on one shard each' 'SELECT id AS part, l2_means(l2_gram_agg(y, x)) AS m FROM sales GROUP BY id'
check 'no rows' "$(run -c 'SELECT ridge_fit(y, x, 0.1) IS NULL FROM sales WHERE id < 0')" t
check 'an error of a worker' "$(run -c "SELECT ridge_fit(CASE WHEN id = 8 THEN 'NaN' ELSE y END, x, 0.1) FROM sales" | head -n 1)" 'ERROR:  column y is NaN'
check 'other penalties on other shards' "$(run -c 'SELECT ridge_fit(y, x, id) FROM sales' | grep -c -E '^ERROR:  lambda .*must be the same in every row of a group$')" 1

# Drivers that make queries of their own: all that they ask the shards for are states.
drives() # NAME, AGGREGATE, STATEMENT
{
    run -c 'SET client_min_messages = log' -c 'SET citus.log_remote_commands = on' -c "$3" >"$L2REG_TMP/drives"
    check "$1: asks for states" "$(grep -c -E "issuing SELECT .*partial_agg\('l2\.$2\(.* FROM public.sales_" "$L2REG_TMP/drives" | sed 's/^[1-9].*/some/')" some
    check "$1: and for no rows" "$(grep -E 'issuing .* FROM public.sales_' "$L2REG_TMP/drives" | grep -c -v 'partial_agg(')" 0
}
drives 'l2_fit' _l2_newton_agg "CREATE TABLE logistic AS SELECT l2_fit('SELECT won::int AS y, b, x[1] - 1e6 AS c FROM sales', 'y', 'logistic') AS m"
check 'l2_fit: the answer of one server' "$(run -c 'SELECT apart(m::float8[], logistic_fit(won, ARRAY[b, x[1] - 1e6])::float8[]) < 1e-12 FROM logistic, flat GROUP BY m::float8[]')" t
drives 'l2_train' ridge_cv "SELECT l2_train('price', 'sales', 'y ~ b + store')"
drives 'l2_refresh' ridge_cv "SELECT l2_refresh('price')"
run -c "SELECT l2_train('here', 'flat', 'y ~ b + store')" >/dev/null
check 'l2_train: the answer of one server' "$(run -c "SELECT t.version, t.n, t.lambda = h.lambda, abs(t.cv_error / h.cv_error - 1) < 1e-12 FROM l2_models t, l2_models h WHERE t.name = 'price' AND h.name = 'here'")" '2|20000|t|t'

# Digits that a worker does not print are not lost with them.
for host in "$WORKER1" "$WORKER2"; do
    PGHOST=$host run -c 'ALTER SYSTEM SET extra_float_digits = -15' -c 'SELECT pg_reload_conf()' >/dev/null
done
same 'without extra_float_digits' 'SELECT store AS part, ridge_fit(y, x, 0.1)::float8[] AS m FROM sales GROUP BY store'

echo "1..$n"
