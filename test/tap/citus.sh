#!/bin/bash
#
# citus.sh: aggregates over distributed tables: states are made where the shards are and combined on the
# coordinator, no row travels, and the answers are those of one server.  The servers are those of
# test/lib/citus.sh.

. test/lib/tap.bash
if ! [ -f "$("$PG_CONFIG" --sharedir)/extension/citus.control" ]; then
    echo '1..0 # SKIP Citus is not installed'
    exit
fi

[ -n "${WORKER2:-}" ] || exec bash test/lib/citus.sh bash "$0"

# Nothing is to be pulled to the coordinator instead.
run >"$L2REG_TMP/setup" <<'SQL' || { sed 's/^/# /' "$L2REG_TMP/setup" >&2; exit 1; }
SET client_min_messages = warning;
CREATE SCHEMA l2;
CREATE EXTENSION l2reg SCHEMA l2;
ALTER DATABASE postgres SET search_path = public, l2;
ALTER DATABASE postgres SET citus.coordinator_aggregation_strategy = 'disabled';
SET search_path = public, l2;
CREATE TABLE flat AS SELECT i AS id, i % 7 AS store, 3 * cos(i) - i % 11 + sin(i * i) + 1e3 AS y,
  ARRAY[1e6 + cos(i), i / 3e3, i % 11] AS x,
    CASE WHEN i % 10 > 0 THEN cos(i) / 7 END AS a, i % 13 AS b, cos(i) + 0.1 * (i % 11) + 2 * sin(i * i)
    > 0.5 AS won,
    l2_gram(ARRAY[sin(i), cos(i), i], '{y,a,b}') AS gram, 'z' || i % 11 AS zone,
    CASE WHEN i % 17 > 0 THEN 'k' || i % 5 END AS kind,
    CASE WHEN i = 8 THEN 'rare' ELSE 'rest' END::varchar AS rare, date '2024-01-01' + i % 99 AS day,
    jsonb_build_object('names', ARRAY['p', 'q', 'r']) AS asked
  FROM generate_series(1, 20000) i;
CREATE TABLE sales (LIKE flat);
SELECT create_distributed_table('sales', 'id', shard_count => 8);
INSERT INTO sales SELECT * FROM flat;
CREATE TABLE stores AS SELECT i AS store, i * i / 7.0::float8 AS size FROM generate_series(0, 6) i;
SELECT create_reference_table('stores');
CREATE TABLE flat_stores AS SELECT * FROM stores;
CREATE TABLE local_model AS SELECT ols_fit(y, x, '{"covariance": true}') AS model,
  logistic_fit(won, ARRAY[b, id / 1e3], 10) AS odds FROM flat;
CREATE TABLE model AS TABLE local_model;
SELECT create_reference_table('model');
-- largest relative difference
CREATE FUNCTION apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE WHEN array_length(a, 1) = array_length(b, 1) AND array_positions(a, NULL)
    = array_positions(b, NULL)
        THEN (SELECT max(abs(u - v)) / max(abs(v)) FROM unnest(a, b) r(u, v)) ELSE 'inf' END $$;
ANALYZE;
SQL
# a machine of another kind
PGHOST=$WORKER2 run -c "LOAD '\$libdir/l2reg'" -c 'ALTER SYSTEM SET l2reg.kernel = portable' -c \
    'SELECT pg_reload_conf()' >/dev/null
check 'the extension is on the workers' "$(PGHOST=$WORKER2 run -c "SELECT count(*) FROM pg_extension
    WHERE extname = 'l2reg'")" 1

# NAME, QUERY of (part, m): the plan combines states of an aggregate, and the answer is that of the same
# query of the table that is not distributed
same()
{
    local plan
    plan=$(run -c "EXPLAIN (VERBOSE, COSTS OFF) $2")
    check "$1: partial aggregation" "$(grep -c -E 'Query: .*worker_(binary_)?partial_agg\(' \
        <<<"$plan") $(grep -c -E 'Output: .*coord_(binary_)?combine_agg\(' <<<"$plan")" '1 1'
    answers "$1" "$2"
}
answers()
{
    local there=$2 here=$2
    here=${here//few_sales/few}; here=${here//sales/flat}; here=${here//stores/flat_stores}; \
        here=${here// model / local_model }
    run -c 'DROP TABLE IF EXISTS there, here' -c "CREATE TEMP TABLE there AS $there" -c \
        "CREATE TEMP TABLE here AS $here" \
        -c 'SELECT count(*) > 0 AND count(*) = count(h.m) AND count(*) = count(t.m) AND max(apart(t.m, h.m))
        < 1e-12 FROM there t FULL JOIN here h USING (part)' >"$L2REG_TMP/same"
    check "$1: the answer of one server" "$(tail -n 1 "$L2REG_TMP/same")" t
}

same 'ridge_fit' 'SELECT 1 AS part, ridge_fit(y, x, 0.1)::float8[] AS m FROM sales'
same 'a filter that leaves shards empty' 'SELECT 1 AS part, ols_fit(y, x)::float8[] AS m FROM sales
    WHERE id < 12'
same 'options' "SELECT 1 AS part, ridge_fit(y, x, 1,
    '{\"standardize\": true, \"names\": [\"größe\", \"b\", \"c\"]}')::float8[] AS m FROM sales WHERE y > 1000"
same 'weights, options as jsonb' "SELECT 1 AS part, lasso_fit(l2_obs(y, weight => b), x, 5,
    '{\"weight_type\": \"frequency\"}')::float8[] AS m FROM sales"
same 'groups, NULLs, FILTER, HAVING' 'SELECT store AS part, ols_fit(y, ARRAY[a, b])
    FILTER (WHERE id > 99)::float8[] AS m FROM sales GROUP BY store HAVING count(*) > 1'
same 'a reference table' 'SELECT store AS part, elastic_net_fit(y, ARRAY[a, size * b], 1)::float8[] AS m
    FROM sales JOIN stores USING (store) WHERE size < 4 GROUP BY store'
same 'several at once' 'SELECT 1 AS part, ols_fit(y, x)::float8[] || dropout_fit(y, ARRAY[b], 0.2)::float8[]
    || l2_means(l2_gram_agg(l2_obs(y, weight => b), ARRAY[a])) AS m FROM sales'
same 'l2_gram_agg' 'SELECT store AS part, l2_means(g) || ARRAY[l2_n(g), l2_n_skipped(g)]
    || l2_ridge(g, 1)::float8[] AS m FROM (SELECT store, l2_gram_agg(y, ARRAY[a, b]) AS g FROM sales
    GROUP BY store) s'
same 'l2_gram_agg with names' "SELECT 1 AS part,
    l2_ols(l2_gram_agg(l2_obs(y, weight => b), x, '{\"names\": [\"größe\", \"c\", \"d\"]}'),
    '{\"features\": [\"größe\", \"d\"]}')::float8[] AS m FROM sales"
same 'l2_gram_sum' 'SELECT 1 AS part, l2_ols(l2_gram_sum(gram))::float8[] AS m FROM sales'
same 'l2_gram_folds' 'SELECT 1 AS part, l2_cv(l2_gram_folds(y,
    x, '\''{"folds": 5}'\''))::float8[] AS m FROM sales'
same 'l2_gram_folds by a key' 'SELECT 1 AS part,
    l2_cv(l2_gram_folds(l2_obs(y, fold => store),
    x, '\''{"folds": 7}'\''), '\''ridge'\'')::float8[] AS m FROM sales'
same 'ridge_cv' 'SELECT 1 AS part, ridge_cv(y, x)::float8[] AS m FROM sales'
same 'lasso_cv' "SELECT store AS part, lasso_cv(y, x, '{\"folds\": 4, \"standardize\": true}')::float8[] AS m
    FROM sales GROUP BY store"
same 'elastic_net_cv' "SELECT 1 AS part, elastic_net_cv(y, x, '{\"l1_ratio\": [0.2, 0.9]}')::float8[] AS m
    FROM sales"
# whatever a shard holds: folds of which it has no row, no row at all
run -c "CREATE TABLE few AS SELECT id, y, x, zone FROM flat WHERE id <= 1000;
    CREATE TABLE few_sales (LIKE few); SELECT create_distributed_table('few_sales', 'id', shard_count => 32);
    INSERT INTO few_sales SELECT * FROM few" >/dev/null
same 'folds of shards with few rows' 'SELECT 1 AS part, ridge_cv(y, x)::float8[] AS m FROM few_sales'
same 'a fold that few shards have rows of' 'SELECT 1 AS part,
    l2_cv(l2_gram_folds(l2_obs(y, fold => CASE WHEN id % 100 > 0 THEN id % 2 ELSE 2 END),
    x, '\''{"folds": 3}'\''), '\''ridge'\'')::float8[] AS m FROM few_sales'
same 'shards without rows' 'SELECT 1 AS part, lasso_cv(y, x)::float8[] AS m FROM few_sales WHERE id < 30'
same 'folds of categories in small shards' 'SELECT 1 AS part,
    l2_cv(l2_gram_folds(y, l2_row(few_sales), '\''{"features": ["zone", "id"], "folds": 7}'\''), '\''ridge'\'')::float8[] AS m FROM few_sales'
run -c "CREATE TABLE few_sales_b AS SELECT id, y, b FROM flat WHERE id <= 300;
    SELECT create_distributed_table('few_sales_b', 'id', shard_count => 4)" >/dev/null
# how options and observations come
same 'options: NULL' 'SELECT 1 AS part, ridge_fit(y, x, 1, NULL)::float8[] AS m FROM sales'
same 'options: text' "SELECT 1 AS part, ridge_fit(y, x, 1, '{\"standardize\": true}'::text)::float8[] AS m
    FROM sales"
same 'options: a column of jsonb' 'SELECT 1 AS part, ridge_fit(y, x, 1, asked)::float8[] AS m FROM sales'
same 'options: jsonb_build_object' "SELECT 1 AS part,
    ridge_fit(y, x, 1, jsonb_build_object('standardize', true))::float8[] AS m FROM sales"
same 'options: l2_options' "SELECT 1 AS part,
    ridge_fit(y, x, 1, l2_options('standardize', true))::float8[] AS m FROM sales"
check 'options arrive as a literal' "$(run -c "EXPLAIN (VERBOSE, COSTS OFF) SELECT ridge_fit(y, x, 1,
    l2_options('standardize', true)) FROM sales" | grep -c "'{\"standardize\": true}'::l2.l2_options")" 1
same 'observations: of an integer, a weight' \
    'SELECT 1 AS part, ols_fit(l2_obs(b, 1 + id % 3), x)::float8[] AS m FROM sales'
same 'observations: of a boolean' 'SELECT 1 AS part, ridge_fit(l2_obs(won, weight => b), x, 1)::float8[] AS m
    FROM sales'
same 'observations: a fold by text' "SELECT 1 AS part, ridge_cv(l2_obs(y, fold => zone), x,
    '{\"folds\": 4}')::float8[] AS m FROM sales"
same 'observations: a fold that is NULL' "SELECT 1 AS part,
    ridge_cv(l2_obs(y, fold => CASE WHEN id % 2 = 0 THEN store END), x)::float8[] AS m FROM sales"
same 'two methods over one transition function' \
    'SELECT 1 AS part, ridge_fit(y, x, 1)::float8[] || lasso_fit(y, x, 1)::float8[] AS m FROM sales'
# categories
same 'l2_row of a table' "SELECT 1 AS part, l2_ridge(l2_gram_agg(y, l2_row(sales),
    '{\"target\": \"y\", \"features\": [\"a\", \"zone\", \"kind\", \"day\", \"won\"]}'), 1)::float8[] AS m
    FROM sales"
same 'l2_row of an alias, groups' "SELECT store AS part,
    l2_ridge(l2_gram_agg(s.y, l2_row(s),
    '{\"features\": [\"b\", \"zone\", \"kind\"], \"null_level\": true, \"reference\": \"first\"}'),
    1)::float8[] AS m FROM sales s GROUP BY store"
same 'l2_row of ROW and names' "SELECT 1 AS part,
    l2_means(l2_gram_agg(l2_obs(y, weight => b), l2_row(ROW(a, zone), '{a,zone}'))) AS m FROM sales"
same 'l2_row of columns and names' "SELECT 1 AS part,
    l2_means(l2_gram_agg(y, l2_row((a, zone), '{a,zone}'))) AS m FROM sales"
same 'l2_row of a row that is selected' "SELECT 1 AS part,
    l2_means(l2_gram_agg(y, l2_row((SELECT r FROM (SELECT zone, won, day) r)))) AS m FROM sales"
same 'l2_row with a join' "SELECT store AS part,
    l2_means(l2_gram_agg(y, l2_row((size, zone), '{size,zone}'))) AS m FROM sales JOIN stores USING (store)
    WHERE size < 4 GROUP BY store"
same 'l2_row with a filter' "SELECT 1 AS part, l2_means(l2_gram_agg(y, l2_row((b, rare), '{b,rare}'))
    FILTER (WHERE id < 9)) AS m FROM sales"
same 'a level of one shard' "SELECT 1 AS part, l2_ridge(l2_gram_agg(y, l2_row((b, rare), '{b,rare}')),
    1)::float8[] AS m FROM sales"
same 'l2_row with folds' "SELECT 1 AS part, l2_cv(l2_gram_folds(l2_obs(y, fold => id),
    l2_row((b, zone), '{b,zone}'), '{\"folds\": 5}'))::float8[] AS m FROM sales"
same 'l2_row of a subquery, with names' "SELECT 1 AS part,
    l2_means(l2_gram_agg(y, l2_row(q, '{y,zone,b}'), '{\"target\": \"y\"}')) AS m
    FROM (SELECT y, zone, b FROM sales) q"
check 'l2_row of a subquery, without: its attributes are f1, f2' "$(run -c 'SELECT l2_gram_agg(y, l2_row(q))
    FROM (SELECT y, zone, b FROM sales) q' | head -n 1)" \
    'ERROR:  attribute "f1" is the target: the two are equal in every row'
check 'too many levels' "$(run -c "SELECT l2_gram_agg(y, l2_row((b, id::text), '{b,id}'))
    FROM sales" | head -n 1)" 'ERROR:  attribute "id" has more than 1000 levels'
answers 'predictions of rows' 'SELECT id AS part,
    ARRAY[l2_predict((SELECT l2_ridge(l2_gram_agg(y, f), 1) FROM flat, LATERAL (SELECT b, zone) f),
    l2_row((b, zone), '\''{b,zone}'\''))] AS m FROM sales WHERE id < 50'
# and how it does not go
check '("any", "any") is not pushed' "$(run -c 'SELECT l2_gram_agg(y, sales) FROM sales' | grep -c ERROR)" 1
check 'but right' "$(run -c 'SET citus.coordinator_aggregation_strategy
    = "row-gather"' -c 'SELECT apart(l2_means(s.g), l2_means(f.g)) < 1e-12
    FROM (SELECT l2_gram_agg(y,
    s, '\''{"features": ["zone", "b"]}'\'') AS g FROM sales s) s, (SELECT l2_gram_agg(y, f, '\''{"features": ["zone", "b"]}'\'') AS g FROM flat f) f' | tail -n 1)" t
check 'nor columns' "$(run -c 'SELECT l2_gram_cols(y, a, b)
    FROM sales' | grep -c 'could not confirm type correctness')" 1
same '_l2_newton_agg' 'SELECT 1 AS part, l2_means(_l2_newton_agg(won::int, ARRAY[b, x[1] - 1e6], odds)) AS m
    FROM sales, model '
same 'scores' 'SELECT 1 AS part, ARRAY[l2_mse(y, l2_predict(model, x)), l2_r2(y, l2_predict(model, x)),
    (l2_score(y, l2_predict(model, x))).mae] AS m FROM sales, model '
answers 'groups that are on one shard each' 'SELECT id AS part, l2_means(l2_gram_agg(y, x)) AS m FROM sales
    GROUP BY id'
check 'no rows' "$(run -c 'SELECT ridge_fit(y, x, 0.1) IS NULL FROM sales WHERE id < 0')" t
check 'an error of a worker' "$(run -c "SELECT ridge_fit(CASE WHEN id = 8 THEN 'NaN' ELSE y END, x, 0.1)
    FROM sales" | head -n 1)" 'ERROR:  column y is NaN'
check 'other penalties on other shards' "$(run -c 'SELECT ridge_fit(y, x, id)
    FROM sales' | grep -c -E '^ERROR:  lambda .*must be the same in every row of a group$')" 1

# Drivers that make queries of their own: all that they ask the shards for are states.
drives() # NAME, AGGREGATE, STATEMENT
{
    run -c 'SET client_min_messages = log' -c 'SET citus.log_remote_commands = on' -c "$3" \
        >"$L2REG_TMP/drives"
    check "$1: asks for states" "$(grep -c -E "issuing SELECT .*partial_agg\('l2\.$2\(.* FROM public.sales_" \
        "$L2REG_TMP/drives" | sed 's/^[1-9].*/some/')" some
    check "$1: and for no rows" "$(grep -E 'issuing .* FROM public.sales_' "$L2REG_TMP/drives" | grep -c -v \
        -E "partial_agg\\(|issuing SELECT count\\(")" 0
}
drives 'l2_fit' _l2_newton_agg \
    "CREATE TABLE logistic AS SELECT l2_fit('SELECT won::int AS y, b, x[1] - 1e6 AS c FROM sales', 'y',
    'logistic') AS m"
check 'l2_fit: the answer of one server' "$(run -c 'SELECT apart(m::float8[],
    logistic_fit(won, ARRAY[b, x[1] - 1e6])::float8[]) < 1e-12 FROM logistic, flat GROUP BY m::float8[]')" t
run -c "SELECT l2_train('logistic_here', 'flat', 'won ~ b + zone', 'logistic')" >/dev/null
drives 'l2_train of logistic with a category' _l2_newton_agg \
    "SELECT l2_train('logistic_there', 'sales', 'won ~ b + zone', 'logistic')"
check 'whose steps find its levels: there is no gram before them' \
    "$(grep -c 'l2_gram_agg(' "$L2REG_TMP/drives")" 0
check 'l2_train of logistic with a category: the answer of one server' \
    "$(run -c "SELECT apart(l2_get('logistic_there')::float8[], l2_get('logistic_here')::float8[]) < 1e-10,
    l2_names('logistic_there') = l2_names('logistic_here')")" 't|t'
run -c 'SET citus.coordinator_aggregation_strategy = "row-gather"' -c "SELECT
    apart(l2_fit('sales', 'y ~ ns(b, 3) + zone', 'ols')::float8[],
    l2_fit('flat', 'y ~ ns(b, 3) + zone', 'ols')::float8[]) < 1e-11" >"$L2REG_TMP/knots"
check 'splines: the answer of one server' "$(tail -n 1 "$L2REG_TMP/knots")" t
check 'splines: says that the values of one column travel' \
    "$(grep -c '^NOTICE:  every value of .* for the knots of a spline' "$L2REG_TMP/knots")" 1
drives 'l2_fit of poisson with a category and an offset' _l2_newton_agg \
    "SELECT l2_fit('sales', 'b ~ zone + store', 'poisson', 0.1,
    '{\"offset_by\": \"id / 1e5\", \"dispersion\": \"pearson\"}')"
# least squares over categories: sums of l2_row, whatever solves them
for method in ols ridge lasso elastic_net dropout; do
    for lambda in NULL 2; do
        case $method$lambda in ols2 | dropoutNULL) continue ;; esac
        strength=$lambda
        [ $method = dropout ] && strength=0.2
        options='{"weight": "1 + id % 3", "null_level": true}'
        made=l2_gram_folds
        [ $lambda = 2 ] || [ $method = ols ] && made=l2_gram_agg
        drives "l2_train, $method, $strength, with categories" $made \
            "SELECT l2_train('there', 'sales', 'y ~ zone + kind + b + day', '$method', $strength, '$options')"
        run -c "SELECT l2_train('here', 'flat', 'y ~ zone + kind + b + day', '$method', $strength,
            '$options')" >/dev/null
        check "l2_train, $method, $strength, with categories: the answer of one server" \
            "$(run -c "SELECT apart(l2_get('there')::float8[], l2_get('here')::float8[]) < 1e-11,
            l2_names('there') = l2_names('here'), (SELECT n = t.n AND n_skipped = h.n_skipped
            FROM l2_glance('there')), t.lambda IS NOT DISTINCT FROM h.lambda,
            coalesce(abs(t.cv_error / h.cv_error - 1) < 1e-12, h.cv_error IS NULL) FROM l2_models t,
            (SELECT m.*, g.n_skipped FROM l2_models m, l2_glance('here') g WHERE m.name = 'here') h
            WHERE t.name = 'there'")" 't|t|t|t|t'
    done
done
drives 'grams of buckets, with a category' l2_gram_folds \
    "SELECT l2_train('bucketed', 'sales', 'y ~ b + zone',
    options => '{\"refresh\": \"buckets\", \"time_column\": \"day\", \"bucket\": \"month\", \"lag\": \"1 day\"}')"
drives 'l2_drift' l2_gram_agg "SELECT * FROM l2_drift('there', 'sales')"
check 'l2_drift: the answer of one server' \
    "$(run -c "SELECT bool_and(coalesce(abs(t.mean_now - h.mean_now) <= 1e-12 * abs(h.mean_now),
    h.mean_now IS NULL)), count(*) > 10 FROM l2_drift('there', 'sales') t FULL
    JOIN l2_drift('there', 'flat') h USING (term)")" 't|t'
run -c 'SET client_min_messages = log' -c 'SET citus.log_remote_commands = on' -c \
    "SELECT l2_report('there', 'sales') ~ 'of public.sales, evenly taken'" >"$L2REG_TMP/drives"
check 'l2_report: a sample' "$(tail -n 1 "$L2REG_TMP/drives")" t
check 'that is drawn, and predicted, where the rows are' \
    "$(grep -E 'issuing .* FROM public.sales_' "$L2REG_TMP/drives" | grep -v partial_agg | grep -v \
    'count(\*)' | grep -v -c -E 'l2_predict.*l2_holdout')" 0
drives 'l2_fit over categories' _l2_newton_agg \
    "CREATE TABLE of_zones AS SELECT l2_fit('SELECT won::int AS y, b, zone FROM sales', 'y', 'logistic',
    1) AS m"
check 'l2_fit over categories: the answer of one server' \
    "$(run -c "SELECT apart(m::float8[], l2_fit('SELECT won::int AS y, b, zone FROM flat', 'y', 'logistic',
    1)::float8[]) < 1e-12 FROM of_zones")" t
drives 'l2_train' ridge_cv "SELECT l2_train('price', 'sales', 'y ~ b + store')"
drives 'l2_refresh' ridge_cv "SELECT l2_refresh('price')"
run -c "SELECT l2_train('here', 'flat', 'y ~ b + store')" >/dev/null
check 'l2_train: the answer of one server' "$(run -c "SELECT t.version, t.n, t.lambda = h.lambda,
    abs(t.cv_error / h.cv_error - 1) < 1e-12 FROM l2_models t, l2_models h WHERE t.name = 'price' AND h.name
    = 'here'")" '2|20000|t|t'

# Predictions: a model by its value, which travels; by its name, an error that says so
run -c "SELECT l2_train('m', 'flat', 'y ~ b + zone')" >/dev/null
answers 'predictions of a model by its value' \
    "SELECT id AS part, ARRAY[l2_predict((SELECT l2_get('m')), sales)] AS m FROM sales WHERE id < 50"
answers 'predictions, summed where the rows are' \
    "SELECT store AS part, ARRAY[sum(l2_predict((SELECT l2_get('m')), s))] AS m FROM sales s GROUP BY store"
same 'scores of predictions' "SELECT 1 AS part, ARRAY[l2_r2(y, l2_predict((SELECT l2_get('m')), s))] AS m
    FROM sales s"
check 'a name on a worker: what to write' "$(run -c "SELECT sum(l2_predict('m', s))
    FROM sales s" | sed -n 2p)" \
    "HINT:  A model is where it was trained. Over a distributed table write its value for its name: l2_predict((SELECT l2_get('m')), t)."
same 'scores of classes' 'SELECT store AS part, ARRAY[l2_logloss(won, b / 13.0::float8),
    l2_brier(won, b / 13.0::float8), l2_accuracy(won, b / 13.0::float8),
    (l2_confusion(won, b / 13.0::float8, 0.3)).f1, l2_logloss(l2_obs(won, weight => b), b / 13.0::float8),
    (l2_calibration(won, b / 13.0::float8, 4))[2].mean_p] AS m FROM sales GROUP BY store'

# What is pulled says so, and what to write; by default it is not an error.
pulls() # NAME, QUERY of one boolean, what the hint has
{
    run -c 'SET citus.coordinator_aggregation_strategy = "row-gather"' -c "$2" >"$L2REG_TMP/pulls"
    check "$1: right" "$(tail -n 1 "$L2REG_TMP/pulls")" t
    check "$1: says that rows travel" \
        "$(grep -c '^NOTICE:  every row of a distributed table is sent to this server' "$L2REG_TMP/pulls")" 1
    check "$1: says what to write" "$(sed -n 's/^HINT:  //p' "$L2REG_TMP/pulls" | grep -c -F "$3")" 1
}
pulls 'records' "SELECT apart(s.m::float8[], f.m::float8[]) < 1e-12
    FROM (SELECT ridge_fit(y, s, 1, '{\"features\": [\"zone\", \"b\"]}') AS m FROM sales s) s,
    (SELECT ridge_fit(y, f, 1, '{\"features\": [\"zone\", \"b\"]}') AS m FROM flat f) f" \
    'l2_gram_agg(y, l2_row(t))'
pulls 'records as l2_row' "SELECT apart(s.m::float8[], f.m::float8[]) < 1e-12
    FROM (SELECT ridge_fit(y, l2_row(sales), 0.1, '{\"features\": [\"b\", \"zone\"]}') AS m FROM sales) s,
    (SELECT ridge_fit(y, f, 0.1, '{\"features\": [\"b\", \"zone\"]}') AS m FROM flat f) f" \
    'l2_ridge and l2_cv'
pulls 'DISTINCT' "SELECT abs(s.m / f.m - 1) < 1e-12 FROM (SELECT l2_mse(DISTINCT y, b) AS m FROM sales) s,
    (SELECT l2_mse(DISTINCT y, b) AS m FROM flat) f" 'DISTINCT'
pulls 'l2_roc' "SELECT s.m = f.m FROM (SELECT l2_roc(won, b)::text AS m FROM sales) s,
    (SELECT l2_roc(won, b)::text AS m FROM flat) f" 'GROUP BY 1, 2'
pulls 'l2_fit with errors by the order of rows' \
    "SELECT apart(l2_fit('sales', 'y ~ b + zone', 'ols',
    options => '{\"vcov\": \"HAC\", \"bandwidth\": 3, \"order_by\": \"id\"}')::float8[],
    l2_fit('flat', 'y ~ b + zone', 'ols',
    options => '{\"vcov\": \"HAC\", \"bandwidth\": 3, \"order_by\": \"id\"}')::float8[]) < 1e-11" \
    'but for "HAC"'
pulls 'l2_fit with errors of classes that are weighed' \
    "SELECT apart(l2_fit('sales', 'won ~ b', 'logistic',
    options => '{\"vcov\": \"HC1\", \"class_weight\": \"balanced\"}')::float8[],
    l2_fit('flat', 'won ~ b', 'logistic',
    options => '{\"vcov\": \"HC1\", \"class_weight\": \"balanced\"}')::float8[]) < 1e-11" \
    "l2_fit('t', 'y ~ .', 'logistic')"
run -c "SELECT l2_train('effects', 'flat', 'won ~ b + zone', 'logistic')" >/dev/null
for formula in 'won ~ b + zone' 'won ~ log(b + 2) * zone + kind' 'won ~ b + store'; do
    run -c "SELECT l2_train('effects', 'flat', '$formula', 'logistic')" >/dev/null
    drives "l2_margins of $formula" _l2_sum "DROP TABLE IF EXISTS margins;
        CREATE TABLE margins AS SELECT * FROM l2_margins('effects', 'sales')"
    check "l2_margins of $formula: those of one server" "$(run -c "SELECT
        apart(array_agg(s.estimate ORDER BY term), array_agg(f.estimate ORDER BY term)) < 1e-9,
        apart(array_agg(s.std_error ORDER BY term), array_agg(f.std_error ORDER BY term)) < 1e-9,
        bool_and(s.n = f.n), count(*) >= 2
        FROM margins s FULL JOIN l2_margins('effects', 'flat') f USING (term, kind)")" 't|t|t|t'
done
run -c "SELECT l2_train('effects', 'flat', 'won ~ b + zone', 'logistic')" >/dev/null
check 'l2_margins of a query' "$(run -c "SELECT apart(array_agg(s.estimate ORDER BY term),
    array_agg(f.estimate ORDER BY term)) < 1e-12
    FROM l2_margins('effects', 'SELECT * FROM sales WHERE b > 3') s FULL JOIN
    l2_margins('effects', 'SELECT * FROM flat WHERE b > 3') f USING (term, kind, n)")" t
answers 'l2_augment' "SELECT id AS part, ARRAY[(l2_augment((SELECT l2_get('effects')), sales)).fitted] AS m
    FROM sales WHERE id < 50"
pulls 'poisson_fit' "SELECT apart(s.m::float8[], f.m::float8[]) < 1e-11
    FROM (SELECT poisson_fit(b, ARRAY[store], '{\"dispersion\": \"pearson\"}') AS m FROM sales) s,
    (SELECT poisson_fit(b, ARRAY[store], '{\"dispersion\": \"pearson\"}') AS m FROM flat) f" \
    "l2_fit('t', 'y ~ .', 'logistic')"
pulls 'logistic_fit' "SELECT apart(s.m::float8[], f.m::float8[]) < 1e-11
    FROM (SELECT logistic_fit(won, ARRAY[b, store]) AS m FROM sales) s,
    (SELECT logistic_fit(won, ARRAY[b, store]) AS m FROM flat) f" "l2_fit('t', 'y ~ .', 'logistic')"
pulls 'l2_auc' "SELECT s.m = f.m FROM (SELECT l2_auc(won, b) AS m FROM sales) s, (SELECT l2_auc(won, b) AS m
    FROM flat) f" 'GROUP BY 1, 2'
pulls 'ORDER BY' "SELECT apart(s.m::float8[], f.m::float8[]) < 1e-12
    FROM (SELECT ols_fit(y, x ORDER BY id) AS m FROM sales) s, (SELECT ols_fit(y, x) AS m FROM flat) f" \
    'Without ORDER BY'
pulls 'a window' "SELECT bool_and(apart(s.m::float8[], f.m::float8[]) < 1e-9)
    FROM (SELECT id, ols_fit(y, ARRAY[b]) OVER (ORDER BY id ROWS 20 PRECEDING) AS m FROM few_sales_b) s
    JOIN (SELECT id, ols_fit(y, ARRAY[b]) OVER (ORDER BY id ROWS 20 PRECEDING) AS m FROM flat
    WHERE id <= 300) f USING (id) WHERE id > 30" 'PARTITIONed BY'
check 'a window by the distribution column stays: no word' \
    "$(run -c 'SET citus.coordinator_aggregation_strategy = "row-gather"' -c 'SELECT count(r)
    FROM (SELECT l2_gram_agg(y, x) OVER (PARTITION BY id) r FROM sales) q')" 20000
check 'area under the curve of counts: no word' \
    "$(run -c 'SET citus.coordinator_aggregation_strategy
    = "row-gather"' -c 'SELECT l2_auc(l2_obs(y, weight => n), p) = (SELECT l2_auc(won, b) FROM flat)
    FROM (SELECT won AS y, b::float8 AS p, count(*) AS n FROM sales GROUP BY 1, 2) s')" t
same 'grams of groups, for a window over them' \
    'SELECT store AS part, l2_means(l2_gram_agg(y, ARRAY[a, b])) AS m FROM sales GROUP BY store'
# errors that need the rows
check 'errors of another vcov are refused' "$(run -c "SELECT ols_fit(y, x, '{\"vcov\": \"HC1\"}')
    FROM sales" | head -n 1)" 'ERROR:  the rows of a fit with vcov cannot be sent between servers'
run -c "CREATE TABLE meat_there AS SELECT l2_meat(model, y, x, '{\"vcov\": \"HC1\"}') AS meat
    FROM sales, model; CREATE TABLE meat_here AS SELECT l2_meat(model, y, x, '{\"vcov\": \"HC1\"}') AS meat
    FROM flat, local_model" >/dev/null
check 'what to write: l2_meat, which is pushed down' \
    "$(run -c "EXPLAIN (VERBOSE, COSTS OFF) SELECT l2_meat(model, y, x, '{\"vcov\": \"HC1\"}')
    FROM sales, model" | grep -c 'Query: .*worker_.*partial_agg(')" 1
check 'and its errors are those of one server' \
    "$(run -c "SELECT apart(array_agg(t.std_error), array_agg(f.std_error)) < 1e-9 FROM local_model,
    meat_there, meat_here, l2_summary(l2_robust(model, meat_there.meat)) t
    JOIN l2_summary(l2_robust(model, meat_here.meat)) f USING (term)")" t
run -c "SELECT l2_train('of_rows', 'sales', 'y ~ b + zone', 'ols');
    SELECT l2_train('of_clusters', 'flat', 'y ~ b + zone', 'ols',
    options => '{\"vcov\": \"CR1\", \"cluster\": \"store\"}');
    SELECT l2_train('odds', 'sales', 'won ~ b + zone', 'logistic')" >/dev/null
# NAME, MEAT of rows, MODEL, FIT of one server
errors()
{
    check "$1: pushed" "$(run -c "EXPLAIN (VERBOSE, COSTS OFF) SELECT $2
        FROM sales" | grep -c 'Query: .*worker_.*partial_agg(')" 1
    run -c 'DROP TABLE IF EXISTS meat' -c "CREATE TABLE meat AS SELECT $2 AS meat FROM sales" >/dev/null
    check "$1: the errors of one server" "$(run -c "SELECT apart(array_agg(t.std_error ORDER BY f.term),
        array_agg(f.std_error ORDER BY f.term)) < 1e-9, count(*)
        FROM meat, l2_summary(l2_robust(l2_get('$3'), meat)) t FULL JOIN l2_summary($4) f USING (term)")" \
        't|13'
}
errors 'l2_meat of categories' "l2_meat((SELECT l2_get('of_rows')), y, l2_encode((SELECT l2_get('of_rows')),
    sales))" of_rows "l2_fit('flat', 'y ~ b + zone', 'ols', options => '{\"vcov\": \"HC1\"}')"
errors 'l2_meat of categories, HC3' "l2_meat((SELECT l2_get('of_rows')), y,
    l2_encode((SELECT l2_get('of_rows')), sales), '{\"vcov\": \"HC3\"}')" of_rows \
    "l2_fit('flat', 'y ~ b + zone', 'ols', options => '{\"vcov\": \"HC3\"}')"
errors 'l2_meat of categories, logistic' "l2_meat((SELECT l2_get('odds')), l2_obs(won),
    l2_encode((SELECT l2_get('odds')), sales))" odds \
    "l2_fit('flat', 'won ~ b + zone', 'logistic', options => '{\"vcov\": \"HC1\"}')"
same 'grams of clusters, with categories' "SELECT store AS part,
    l2_means(l2_gram_agg(y, l2_row((b, zone), '{b,zone}'))) AS m FROM sales GROUP BY store"
check 'clustered errors of them: those of one server' \
    "$(run -c "SELECT apart(array_agg(t.std_error), array_agg(f.std_error)) < 1e-9, count(*)
    FROM l2_summary((SELECT l2_robust(l2_get('of_rows'), g)
    FROM (SELECT l2_gram_agg(y, l2_row((b, zone), '{b,zone}')) AS g FROM sales GROUP BY store) s)) t FULL
    JOIN l2_summary('of_clusters') f USING (term)")" 't|13'
# l2_train and l2_fit ask for these sums themselves
late() # FORMULA, METHOD, OPTIONS, AGGREGATE
{
    drives "$2 with $3" "$4" "DROP TABLE IF EXISTS late;
        CREATE TABLE late AS SELECT l2_fit('sales', '$1', '$2', options => '$3') AS m"
    check "$2 with $3: the errors of one server" \
        "$(run -c "SELECT apart(array_agg(t.std_error ORDER BY term), array_agg(f.std_error ORDER BY term))
        < 1e-10, count(*) > 2, array_agg(t.vcov) = array_agg(f.vcov),
        apart(array_agg(t.estimate ORDER BY term), array_agg(f.estimate ORDER BY term)) < 1e-11
        FROM late, l2_summary(m) t FULL JOIN l2_summary(l2_fit('flat', '$1', '$2',
        options => '$3')) f USING (term)" | tail -n 1)" 't|t|t|t'
}
late 'y ~ b + a' ols '{"vcov": "HC3"}' l2_meat
late 'y ~ b + zone + I(b^2)' ols '{"vcov": "HC1", "weight": "1 + id % 3"}' l2_meat
late 'won ~ b + zone' logistic '{"vcov": "HC2"}' l2_meat
late 'b ~ zone' poisson '{"vcov": "HC0", "dispersion": "pearson"}' l2_meat
late 'y ~ b + a' ols '{"vcov": "CR1", "cluster": "kind"}' _l2_scores
late 'y ~ b + zone' ols '{"vcov": "CR0", "cluster": "store", "weight": "1 + id % 3"}' _l2_scores
late 'won ~ b + zone' logistic '{"vcov": "CR1", "cluster": "kind", "ssc": "full"}' _l2_scores
check 'of clusters that are NULL rows are skipped' "$(run -c "SELECT t.n = f.n AND t.n_skipped = f.n_skipped,
    t.n_skipped > 0 FROM late, l2_glance(m) t,
    l2_glance(l2_fit('flat', 'won ~ b + zone', 'logistic',
    options => '{\"vcov\": \"CR1\", \"cluster\": \"kind\", \"ssc\": \"full\"}')) f" | tail -n 1)" 't|t'
drives 'l2_train with clusters' _l2_scores "SELECT l2_train('of_few', 'sales', 'y ~ b + zone', 'ols',
    options => '{\"vcov\": \"CR1\", \"cluster\": \"store\"}')"
drives 'l2_refresh with clusters' _l2_scores "SELECT l2_refresh('of_few')"
check 'l2_refresh with clusters: the errors of one server' \
    "$(run -c "SELECT apart(array_agg(t.std_error ORDER BY term), array_agg(f.std_error ORDER BY term))
    < 1e-12, count(*) FROM l2_summary('of_few') t FULL JOIN l2_summary('of_clusters') f USING (term)")" 't|13'
check 'no row has a cluster' "$(run -c "SELECT l2_fit('sales', 'y ~ b', 'ols',
    options => '{\"vcov\": \"CR1\", \"cluster\": \"nullif(b, b)\"}')" | head -n 1)" \
    'ERROR:  no row has a cluster'
check 'following is refused' "$(run -c "SELECT l2_train('live', 'sales', 'y ~ b',
    options => '{\"refresh\": \"live\"}')" | head -n 1)" \
    'ERROR:  a model cannot follow public.sales, which is distributed by Citus'
check 'buckets without a lag, too' "$(run -c "SELECT l2_train('live', 'sales', 'y ~ b',
    options => '{\"refresh\": \"buckets\", \"time_column\": \"day\", \"bucket\": \"month\"}')" | head -n 1)" \
    'ERROR:  a model cannot follow public.sales, which is distributed by Citus'

# Digits that a worker does not print are not lost with them.
for host in "$WORKER1" "$WORKER2"; do
    PGHOST=$host run -c 'ALTER SYSTEM SET extra_float_digits = -15' -c 'SELECT pg_reload_conf()' >/dev/null
done
same 'without extra_float_digits' 'SELECT store AS part, ridge_fit(y, x, 0.1)::float8[] AS m FROM sales
    GROUP BY store'

# A worker that fails in the middle is an error, and not another number.
run -c 'CREATE FUNCTION slow(y float8) RETURNS float8 LANGUAGE sql
    AS $$SELECT y + 0 * length(pg_sleep(0.001)::text)$$' -c 'CREATE VIEW slow_sales AS SELECT slow(y) AS y, b,
    zone, won FROM sales' >/dev/null
failing() # STATEMENT: what it says while a worker's part of it is ended
{
    run -c "$1" >"$L2REG_TMP/failing" &
    for ((i = 0; i < 300; i++)); do
        sleep 0.1
        [ "$(PGHOST=$WORKER2 run -c "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE application_name LIKE 'citus_internal%' AND query LIKE '%partial_agg%' AND state
            = 'active'")" = 0 ] || break
    done
    wait $!
    grep -E '^ERROR: |\|' "$L2REG_TMP/failing" | sed -E \
        's/^ERROR: .*(terminat|connection).*/ERROR: the worker/'
}
check 'a worker fails' "$(failing "SELECT l2_ridge(l2_gram_agg(slow(y), l2_row((b, zone), '{b,zone}')),
    1)::float8[] FROM sales")" 'ERROR: the worker'
check 'a worker fails in l2_fit' "$(failing "SELECT l2_fit('slow_sales', 'won ~ b + y',
    'logistic')::float8[]")" 'ERROR: the worker'
check 'a worker fails in l2_train' "$(failing "SELECT l2_train('slow', 'slow_sales', 'y ~ b + zone', 'ridge',
    1)")" 'ERROR: the worker'
check 'and there is no model' "$(run -c "SELECT to_regclass('slow') IS NULL")" t
run -c "SELECT l2_train('slow', 'slow_sales', 'y ~ b + zone', 'ridge', 1)" >/dev/null
check 'a worker fails in l2_refresh: the version stays' "$(failing "SELECT version, active, outcome
    FROM l2_refresh('slow')")" '2|1|failed'
check 'and the next is trained' "$(run -c "SELECT version, active, outcome, n FROM l2_refresh('slow')")" \
    '3|3|ok|20000'
same 'and the next statement' "SELECT 1 AS part, l2_ridge(l2_gram_agg(y, l2_row((b, zone), '{b,zone}')),
    1)::float8[] AS m FROM sales"

echo "1..$n"
