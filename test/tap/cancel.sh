#!/bin/bash
#
# cancel.sh: long work stops when it is told to, and leaves the session usable.
#
# Each statement would run for a second or more; the timeout strikes in the middle.

. test/lib/tap.bash

# 1,500 columns from 300 rows: enough for the solvers, quick to make
psql -Xq <<'SQL'
SET client_min_messages = warning;
DROP TABLE IF EXISTS cancel_rows, cancel_gram, cancel_many, cancel_folds, cancel_slow;
CREATE EXTENSION IF NOT EXISTS l2reg;
CREATE TABLE cancel_rows AS SELECT i, sin(i * i) AS y,
  (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j) FROM generate_series(1, 1500) j) AS x
  FROM generate_series(1, 300) i;
CREATE TABLE cancel_gram AS SELECT l2_gram_agg(y, x) AS g FROM cancel_rows;
-- enough rows for their columns
CREATE TABLE cancel_many AS SELECT l2_gram_sum(g) AS g FROM cancel_gram, generate_series(1, 12);
CREATE TABLE cancel_folds AS SELECT l2_gram_folds(y, x, '{"folds": 3}') AS folds FROM cancel_rows;
-- columns of lengths so far apart that a gradient's steps never get anywhere
CREATE TABLE cancel_slow AS SELECT l2_gram_cols(sin(i), i, i * i * 1e6) AS g FROM generate_series(1, 300) i;
SQL

# NAME, STATEMENT: is stopped, says so, and the same session goes on
stops()
{
    local out
    out=$(psql -XqAt -v ON_ERROR_STOP=0 -c 'SET statement_timeout = 100' -c "$2" \
        -c 'SET statement_timeout = 0' \
        -c "SELECT 'alive', l2_n(l2_gram_cols(i, i)) FROM generate_series(1, 3) i" 2>&1)
    if [[ $out == *'canceling statement due to statement timeout'*'alive|3'* ]]; then
        ok "$1 is canceled, the session lives"
    else
        not_ok "$1 is canceled, the session lives" "$out"
    fi
}

stops 'accumulating' 'SELECT l2_n(l2_gram_agg(y, x)) FROM cancel_rows, generate_series(1, 100)'
stops 'the solver for large problems' 'SELECT l2_ridge(g, 1000 + i) FROM cancel_gram,
    generate_series(1, 20) i'
stops 'the solver in double-double' 'SELECT l2_ridge(g, 1e-9) FROM cancel_gram'
stops 'the bound on a step' 'SELECT l2_ridge(g, 1000, $${"solver": "gradient"}$$) FROM cancel_gram,
    generate_series(1, 20) i'
stops 'FISTA' 'SELECT l2_lasso(g, 1e-3, $${"solver": "fista", "tolerance": 0, "max_iter": 2000000000}$$)
    FROM cancel_gram'
stops 'gradient descent on a few columns' \
    'SELECT l2_lasso(g, 1e-3, $${"solver": "gradient", "tolerance": 0, "max_iter": 2000000000}$$)
    FROM cancel_slow'
stops 'a trace' 'SELECT count(*) FROM cancel_slow,
    l2_trace(g, 1e-3, $${"l1_ratio": 1, "tolerance": 0, "max_iter": 2000000000}$$)'
stops 'a thousand small fits' 'SELECT count(l2_ridge(g, i,
    $${"features": ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10"]}$$)) FROM cancel_gram,
    generate_series(1, 1000000) i'
stops 'a lasso path' 'SELECT count(*) FROM cancel_gram, l2_path(g)'
stops 'a path of bounded fits' 'SELECT count(*) FROM cancel_gram,
    l2_path(g, $$elastic_net$$, $${"non_negative": true}$$)'
stops 'a ridge path' 'SELECT count(*) FROM cancel_gram, l2_path(g, $$ridge$$)'
stops 'cross-validation' 'SELECT l2_cv(l2_gram_folds(y, x, $${"folds": 5}$$)) FROM cancel_rows'
stops 'a ridge path, well beyond its start' 'SELECT count(*) FROM cancel_gram, generate_series(1, 20),
    l2_path(g, $$ridge$$, $${"lambdas": [1000]}$$)'
stops 'cross-validation of ridge' 'SELECT count(l2_cv(folds, $$ridge$$)) FROM cancel_folds,
    generate_series(1, 20)'
stops 'explaining columns by each other' 'SELECT count(aliased) FROM cancel_gram, l2_collinearity(g)'
stops 'decomposing for condition indexes' 'SELECT count(*) FROM cancel_gram, l2_condition_indexes(g)'
stops 'selection by leaving columns out' 'SELECT count(l2_select(g, $$backward$$)) FROM cancel_many,
    generate_series(1, 20)'
stops 'the search for the best subset' \
    'SELECT l2_select(l2_gram_agg(y, x[:20] || (SELECT array_agg(x[k] + x[k + 1])
    FROM generate_series(1, 19) k)), $$best$$) FROM cancel_rows'

# Fits of the rows themselves: few columns of more rows, which are read in no time
psql -Xq -c 'SET client_min_messages = warning' -c 'CREATE TABLE cancel_tall AS SELECT i, sin(i * i) AS y,
  (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j) FROM generate_series(1, 600) j) AS x
  FROM generate_series(1, 1500) i'
stops 'Huber regression' 'SELECT huber_fit(y, x) FROM cancel_tall'
stops 'quantile regression' 'SELECT quantile_fit(y, x[:150], 0.3) FROM cancel_tall'
stops 'regression of several classes' 'SELECT multinomial_fit(i % 6, x[:200], 1) FROM cancel_tall'
stops 'their lasso' 'SELECT multinomial_fit(i % 4, x[:150], 5, $${"l1_ratio": 1}$$) FROM cancel_tall'
stops 'their cross-validation' 'SELECT multinomial_cv(i % 3, x[:20], $${"l1_ratio": 1}$$) FROM cancel_tall'
stops 'cross-validation of relaxed fits' 'SELECT logistic_cv(y > 0, x[:100],
    $${"l1_ratio": 1, "relax": true}$$) FROM cancel_tall'
stops 'the search for theta' 'SELECT glm_fit(floor(abs(y * 20)), x[:300], $${"family": "negative_binomial"}$$)
    FROM cancel_tall'
psql -Xqc 'DROP TABLE cancel_tall'

psql -Xqc 'DROP TABLE cancel_rows, cancel_gram, cancel_many, cancel_folds, cancel_slow'
echo "1..$n"
