-- Cross-validation: one gram a fold, the curve, the choice, the aggregates, and what they refuse.
\pset null NULL
SET client_min_messages = warning;

CREATE FUNCTION rounded(float8[], int DEFAULT 6) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  'SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o)';
CREATE TABLE many AS
  SELECT i, 3 * a - b + sin(i) AS y, a::float8 AS a, b::float8 AS b, c::float8 AS c,
  ARRAY[a, b, c]::float8[] AS x
  FROM (SELECT i, i * 7919 % 101 / 10.0 AS a, i * 104729 % 97 / 10.0 AS b, i * 31 % 89 / 10.0 AS c
  FROM generate_series(1, 300) i) s;
CREATE TABLE f AS SELECT l2_gram_folds(l2_obs(y, fold => i), x, '{"folds": 5}') AS grams FROM many;

-- A gram a fold: of the rows whose key says so; together all rows
SELECT array_agg(l2_n(g)) AS n, l2_coef(l2_ols(l2_gram_sum(g))) = (SELECT l2_coef(ols_fit(y, x))
  FROM many) AS all_rows FROM f, unnest(grams) g;
SELECT rounded(l2_coef(l2_ridge(grams[2], 1)), 9) = (SELECT rounded(l2_coef(ridge_fit(y, x, 1)), 9) FROM many
  WHERE i % 5 = 1) AS one_fold FROM f;

-- The curve is that of fits to the other folds and errors on the fold
WITH curve AS (SELECT k, lambda, mse FROM f, l2_cv_curve(grams, 'lasso', '{"n_lambda": 6}') p,
  unnest(fold_mse) WITH ORDINALITY u(mse, k)),
     fits AS (SELECT k, lambda, mse, (SELECT lasso_fit(y, x, lambda) FROM many WHERE i % 5 <> k - 1) AS m
     FROM curve)
SELECT count(*), bool_and(abs(mse / (SELECT avg((y - l2_predict(m, x)) ^ 2) FROM many WHERE i % 5 = k - 1)
  - 1) < 1e-9) AS same FROM fits;
SELECT round(lambda::numeric, 4) AS lambda, round(mean::numeric, 6) AS mean, round(se::numeric, 6) AS se,
  round(df::numeric, 4) AS df, nonzero, is_min, is_1se
FROM f, l2_cv_curve(grams, 'elastic_net', '{"l1_ratio": 0.5, "n_lambda": 6}');
SELECT method, round((m->>'lambda')::numeric, 4) AS lambda, rounded(l2_coef(model)) AS b,
  m->>'folds' AS folds, round((m->>'cv_error')::numeric, 6) AS cv_error
FROM f, (VALUES ('ridge'), ('lasso'), ('elastic_net')) v(method),
  LATERAL (SELECT l2_cv(grams, method, '{"rule": "1se"}') AS model) s, LATERAL (SELECT model::jsonb AS m) j;
SELECT DISTINCT l1_ratio, count(*) AS lambdas, bool_or(is_min) AS min, bool_or(is_1se) AS one_se
  FROM f, l2_cv_curve(grams, 'elastic_net', '{"l1_ratio": [0, 0.5, 1], "n_lambda": 4}') GROUP BY 1 ORDER BY 1;

-- Aggregates: the two steps in one
SELECT lasso_cv(y, x)::text = (SELECT l2_cv(l2_gram_folds(y, x))::text FROM many) AS lasso,
       ridge_cv(y, x, '{"folds": 4, "seed": 0}')::text
       = (SELECT l2_cv(l2_gram_folds(y, x, '{"folds": 4}'), 'ridge')::text FROM many) AS ridge,
       elastic_net_cv(l2_obs(y, weight => 2.0), x, '{"lambdas": [1, 100, 10], "l1_ratio": 0.2}')::text
       = (SELECT l2_cv(l2_gram_folds(l2_obs(y, weight => 2), x), 'elastic_net',
       '{"l1_ratio": 0.2, "lambdas": [1, 10, 100]}')::text FROM many) AS elastic_net,
       (ridge_cv(y, x)::jsonb->>'n') AS weighted FROM many;
SELECT i % 2 AS g, count(*), (lasso_cv(y, x, '{"folds": 3, "non_negative": true}')::jsonb->>'n') AS n
  FROM many GROUP BY 1 ORDER BY 1;
SELECT lasso_cv(y, x) IS NULL AS none, (SELECT l2_gram_folds(y, x) IS NULL FROM many WHERE false) AS folds
  FROM many WHERE false;
SELECT lasso_cv(NULL::float8, x) IS NULL AS only_nulls,
  l2_gram_folds(y, ARRAY[NULL, a], '{"folds": 3}') IS NULL AS folds FROM many;
SELECT l2_cv(NULL) IS NULL AS a, l2_cv('{NULL,NULL}') IS NULL AS b, l2_cv('{}') IS NULL AS c,
  (SELECT count(*) FROM l2_cv_curve(NULL)) AS d, (SELECT count(*) FROM l2_cv_curve('{NULL}')) AS e;

-- Same folds in any order, in parallel; copies are where chance sends them; skipped rows are counted
SELECT l2_coef(a) = l2_coef(b) AS any_order, a::jsonb->'lambda' = b::jsonb->'lambda' AS lambda
FROM (SELECT l2_cv(l2_gram_folds(y, x, '{"folds": 7}' ORDER BY i)) AS a,
  l2_cv(l2_gram_folds(y, x, '{"folds": 7}' ORDER BY -i)) AS b FROM many) s;
SELECT count(*) FILTER (WHERE g IS NOT NULL) AS folds_of_equal_rows, max(l2_n(g)) AS n
  FROM (SELECT unnest(l2_gram_folds(1, ARRAY[2, -0.0 * i])) AS g FROM generate_series(1, 20) i) s;
SELECT count(DISTINCT l2_n(g)) AS by_name FROM (SELECT unnest(l2_gram_folds(l2_obs(i, fold => 'customer '
  || i % 3), ARRAY[i], '{"folds": 4}')) AS g FROM generate_series(1, 40) i) s;
SELECT sum(l2_n(g)) AS n, sum(l2_n_skipped(g)) AS skipped
  FROM (SELECT unnest(l2_gram_folds(nullif(i, 3), ARRAY[i, nullif(i, 5)], '{"folds": 4}')) AS g
  FROM generate_series(1, 12) i) s;

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE many SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT lasso_cv(y, x) FROM many;
SELECT rounded(l2_coef(p), 9) = rounded(l2_coef(s), 9) AS parallel
FROM (SELECT lasso_cv(y, x) AS p FROM many) a, (SELECT lasso_cv(y, x ORDER BY i) AS s FROM many) b;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- Little or odd data: more folds than rows, two rows, a constant target, a column that is constant where one
-- fold is left out
SELECT count(g) AS folds, sum(l2_n(g)) AS n FROM (SELECT unnest(l2_gram_folds(i, ARRAY[i],
  '{"folds": 1000}')) AS g FROM generate_series(1, 5) i) s;
SELECT rounded(l2_cv(l2_gram_folds(l2_obs(y, fold => i), x, '{"folds": 400}'), 'ridge',
  '{"lambdas": [0.1]}')::float8[]) AS leave_one_out FROM many WHERE i <= 6;
SELECT rounded(l2_cv(l2_gram_folds(l2_obs(i, fold => i), ARRAY[i], '{"folds": 2}'),
  options => '{"lambdas": [0.01]}')::float8[]) AS two_rows FROM generate_series(1, 2) i;
SELECT rounded(l2_cv(l2_gram_folds(l2_obs(7, fold => i), x, '{"folds": 3}'), 'lasso')::float8[]) AS constant
  FROM many;
SELECT bool_and(mean < 1 AND mean = mean) AS finite, count(*) FROM
  l2_cv_curve((SELECT l2_gram_folds(l2_obs(y, fold => i), ARRAY[a, b, (i % 5 = 0)::int * sin(i)],
  '{"folds": 5}') FROM many), 'lasso', '{"standardize": true, "lambdas": [0, 0.1, 1]}');
SELECT bool_and(mean < 1 AND mean = mean) AS finite, count(*) FROM
  l2_cv_curve((SELECT l2_gram_folds(l2_obs(y, fold => i), ARRAY[a, b, (i % 5 = 0)::int * sin(i)],
  '{"folds": 5}') FROM many), 'ridge', '{"standardize": true, "lambdas": [0, 0.1, 1]}');
SELECT bool_and(mean < 1 AND mean = mean) AS finite, count(*) FROM
  l2_cv_curve((SELECT l2_gram_folds(l2_obs(y, fold => i), ARRAY[a, b, a + b, 5], '{"folds": 5}') FROM many),
  'ridge', '{"lambdas": [0, 0.1, 1]}');
SELECT bool_and(mean = mean) AS finite FROM
  l2_cv_curve((SELECT l2_gram_folds(l2_obs(sin(i), fold => i), (SELECT array_agg(cos(i * j * j) ORDER BY j)
  FROM generate_series(1, 30) j), '{"folds": 3}') FROM generate_series(1, 9) i), 'lasso',
  '{"intercept": false}');
SELECT l2_coef(l2_cv(ARRAY[l2_set_names(grams[1], '{p,q,r}'), NULL, grams[3]],
  options => '{"lambdas": [1]}')) IS NOT NULL AS named,
       l2_names(l2_cv(ARRAY[grams[1], l2_set_names(grams[3], '{p,q,r}')],
       options => '{"lambdas": [1], "features": ["r", "p"]}')) AS names FROM f;

-- Errors
SELECT l2_cv(l2_gram_folds(l2_obs(1, fold => 3), ARRAY[2])) FROM generate_series(1, 20) i;
SELECT i, ridge_cv(i, ARRAY[i]) IS NULL AS one_row FROM generate_series(1, 2) i GROUP BY i ORDER BY i;
SELECT l2_gram_folds(y, x, '{"folds": 1}') FROM many;
SELECT l2_gram_folds(y, x, l2_options('folds', i)) FROM many;
SELECT l2_gram_folds(y, CASE WHEN i < 5 THEN x ELSE x || 1.0::float8 END, '{"folds": 3}') FROM many;
SELECT l2_gram_folds(y, ARRAY[a, 'NaN'], '{"folds": 3}') FROM many;
SELECT l2_gram_folds(l2_obs(y, weight => -1, fold => i), x, '{"folds": 3}') FROM many;
SELECT l2_gram_folds(l2_obs(y, fold => i), (SELECT array_agg(j::float8) FROM generate_series(1, 800) j),
  '{"folds": 300}') FROM many;
SELECT lasso_cv(y, x, '{"folds": 1}') FROM many;
SELECT lasso_cv(y, x, '{"folds": "ten"}') FROM many;
SELECT lasso_cv(y, x, '{"seed": "now"}') FROM many;
SELECT lasso_cv(y, x, '{"rule": "max"}') FROM many;
SELECT lasso_cv(y, x, '{"l1_ratio": 0.5}') FROM many;
SELECT elastic_net_cv(y, x, '{"l1_ratio": []}') FROM many;
SELECT elastic_net_cv(y, x, '{"l1_ratio": [0.5, 2]}') FROM many;
SELECT lasso_cv(y, x, '{"lambdas": []}') FROM many;
SELECT lasso_cv(y, x, '{"lambdas": [1, -1]}') FROM many;
SELECT lasso_cv(y, x, '{"n_lambda": 0}') FROM many;
SELECT lasso_fit(y, x, 1, '{"folds": 5}') FROM many;
SELECT lasso_cv(y, x, jsonb_build_object('seed', i)) FROM many;
SELECT l2_cv(grams, 'ols') FROM f;
SELECT l2_cv(grams, 'lasso', '{"l1_ratio": 0.5}') FROM f;
SELECT l2_cv(grams, 'elastic_net', '{"l1_ratio": []}') FROM f;
SELECT l2_cv(grams, options => '{"rule": "best"}') FROM f;
SELECT l2_cv(grams, options => '{"lambdas": [null]}') FROM f;
SELECT l2_cv(ARRAY[grams[1], (SELECT l2_gram_cols(y, a) FROM many)]) FROM f;
SELECT l2_cv(ARRAY[l2_set_names(grams[1], '{p,q,r}'), l2_set_names(grams[2], '{p,q,s}')]) FROM f;
SELECT count(*) FROM f, l2_cv_curve(grams, options => '{"n_lambda": 5, "max_iter": 1, "tolerance": 0}');

-- A value far larger than the others takes no digits from the folds without it
CREATE TABLE outlier AS SELECT i, CASE i WHEN 17 THEN 9.2e18 ELSE sin(i) END AS x, sin(3 * i) AS z,
  cos(i * i) + sin(i) AS y FROM generate_series(1, 200) i;
SELECT fold, to_char(fold_mse[fold + 1], '9.999999EEEE') AS curve,
  (SELECT to_char(avg((y - l2_predict(m, ARRAY[x, z])) ^ 2), '9.999999EEEE') FROM outlier
  WHERE i % 4 = fold) AS by_hand
FROM l2_cv_curve((SELECT l2_gram_folds(l2_obs(y, fold => i), ARRAY[x, z], '{"folds": 4}') FROM outlier),
  options => '{"lambdas": [1]}'), generate_series(0, 3) fold,
  LATERAL (SELECT lasso_fit(y, ARRAY[x, z], 1) AS m FROM outlier WHERE i % 4 <> fold) f;
DROP TABLE outlier;

-- Skipped rows count, those of a fold that has no others too
SELECT n, n_skipped FROM l2_glance((SELECT ridge_cv(i,
  CASE WHEN i <= 15 THEN ARRAY[sin(i)] WHEN i < 25 THEN ARRAY['NaN'::float8] END,
  '{"nonfinite": "skip", "folds": 50}') FROM generate_series(1, 30) i));

-- Somebody's own aggregate over the support functions
SELECT _l2_folds_accum(NULL, 1, ARRAY[1::float8]);
CREATE AGGREGATE raw_folds(float8, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
CREATE AGGREGATE raw_ridge_cv(float8, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{ridge_cv}');
SELECT array_length(raw_folds(y, x, '{"folds": 3}'), 1) FROM many;
CREATE TABLE stolen AS SELECT raw_folds(y, x, '{"folds": 3, "adds_up": true}') AS state FROM many
  WHERE i <= 20;
CREATE AGGREGATE on_a_stolen_state(l2_gram[]) (SFUNC = _l2_folds_combine, STYPE = l2_gram[],
  FINALFUNC = _l2_folds_final);
SELECT array_agg(l2_n(g)) FROM (SELECT unnest(on_a_stolen_state(state)) AS g
  FROM (SELECT state FROM stolen UNION ALL SELECT state FROM stolen) s) t;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen UNION ALL SELECT state[1:2] FROM stolen) t;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen
  UNION ALL SELECT ARRAY[state[1], state[2], state[1], state[4]] FROM stolen) t;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen
  UNION ALL SELECT ARRAY[state[1], NULL, state[3], state[4]] FROM stolen) t;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen UNION ALL SELECT ARRAY[[state[1], state[2]]]
  FROM stolen) t;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen
  UNION ALL SELECT (SELECT raw_folds(y, x || 1.0::float8, '{"folds": 3, "adds_up": true}') FROM many
  WHERE i <= 20) FROM stolen) t;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen
  UNION ALL SELECT (SELECT raw_folds(y, x, '{"folds": 3}') FROM many WHERE i <= 20) FROM stolen) t;
SELECT on_a_stolen_state('{}'::l2_gram[]) FROM stolen;
-- grams of rows in place of what is known of rows that wait, or with them in place of grams
CREATE AGGREGATE raw_gram(float8, float8[], l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'folds');
CREATE AGGREGATE raw_gram_cv(float8, float8[], l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'ridge_cv');
CREATE AGGREGATE on_a_stolen_cv(l2_gram[]) (SFUNC = _l2_folds_combine, STYPE = l2_gram[],
  FINALFUNC = _l2_ridge_cv_final);
CREATE TABLE grams_of_rows AS SELECT raw_gram(y, x, '{"folds": 3, "adds_up": true}') FILTER (WHERE i < 9)
  AS few, raw_gram(y, x, '{"folds": 3, "adds_up": true}') AS all_rows,
  raw_gram(NULL, x, '{"folds": 3, "adds_up": true}') AS none FROM many;
SELECT on_a_stolen_state(ARRAY[few]) FROM grams_of_rows;
SELECT on_a_stolen_state(ARRAY[all_rows]) FROM grams_of_rows;
SELECT on_a_stolen_state(ARRAY[few, few, few, few]) FROM grams_of_rows;
SELECT on_a_stolen_state(ARRAY[none]) IS NULL AS no_rows FROM grams_of_rows;
SELECT on_a_stolen_state(s) FROM (SELECT state AS s FROM stolen UNION ALL SELECT ARRAY[few]
  FROM grams_of_rows) t;
SELECT on_a_stolen_state(s) FROM (SELECT ARRAY[none] AS s FROM grams_of_rows UNION ALL SELECT state
  FROM stolen) t;
SELECT on_a_stolen_state(state[1:3] || state[1]) FROM stolen;
SELECT on_a_stolen_state(state || state[2]) FROM stolen;
SELECT on_a_stolen_state(state[2:4]) FROM stolen;
SELECT on_a_stolen_cv(state) FROM stolen;
SELECT on_a_stolen_cv(ARRAY[g]) FROM (SELECT raw_gram_cv(y, x, '{}') AS g FROM many) s;
SELECT array_agg(l2_n(g))
  FROM (SELECT unnest(on_a_stolen_state(ARRAY[state[1], all_rows, few, state[4]])) AS g
  FROM stolen, grams_of_rows) s;
DROP AGGREGATE on_a_stolen_cv(l2_gram[]), raw_gram_cv(float8, float8[], l2_options),
  raw_gram(float8, float8[], l2_options);
DROP TABLE grams_of_rows;
SELECT array_agg(l2_n(g)) FROM (SELECT unnest(on_a_stolen_state(grams)) AS g
  FROM (SELECT grams FROM f UNION ALL SELECT grams FROM f) t) s;
-- states as text, of rows that wait and of those that do not, with keys and without, and of folds without
-- rows
CREATE AGGREGATE raw_keyed(l2_obs, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
SELECT how, l2_n(l2_gram_sum(a)) AS n, array_agg(l2_n(a) ORDER BY k) AS folds,
  bool_and(l2_ridge(a, 1)::float8[] = l2_ridge(b, 1)::float8[] AND l2_n(a) = l2_n(b)) AS same
FROM (SELECT how, on_a_stolen_state(s) AS one, on_a_stolen_state(s::text::l2_gram[]) AS other FROM (
    SELECT 'waiting' AS how, i % 3 AS part, raw_folds(y, x, '{"folds": 4}') AS s FROM many GROUP BY 2
    UNION ALL
    SELECT 'dealt', i % 3, raw_folds(y, x, '{"folds": 4, "adds_up": true}') FROM many GROUP BY 2 UNION ALL
    SELECT 'copies', i % 3, raw_folds(i % 2, ARRAY[1, -0.0, i % 5], '{"folds": 4}') FROM many GROUP BY 2
    UNION ALL
    SELECT 'keys', i % 3, raw_keyed(l2_obs(y, 1 + i % 2, 0, i % 3), x, '{"folds": 4}') FROM many GROUP BY 2
    UNION ALL
    SELECT 'some keys', i % 3, raw_keyed(l2_obs(y, 1 + i % 2, 0, nullif(i % 3, 0)), x, '{"folds": 4}')
    FROM many GROUP BY 2) s GROUP BY 1) t,
  LATERAL ROWS FROM (unnest(one), unnest(other)) WITH ORDINALITY u(a, b, k) GROUP BY how ORDER BY how;
DROP AGGREGATE raw_keyed(l2_obs, float8[], l2_options);
SELECT _l2_ridge_cv_final(state) FROM stolen;
SELECT _l2_ridge_cv_final(raw_ridge_cv(y, x, '{"folds": 3}')) IS NOT NULL AS a_model FROM many;

-- What is said of folds: keys that are too few or too uneven, copies that are dealt together, a lambda at the
-- end
RESET client_min_messages;
SELECT l2_coef(ridge_cv(l2_obs(y, fold => i % 3), x)) IS NOT NULL AS few FROM many;
SELECT l2_coef(ridge_cv(l2_obs(y, fold => CASE WHEN i < 200 THEN 0 ELSE i END), x,
  '{"folds": 5}')) IS NOT NULL AS uneven FROM many;
SELECT l2_coef(ridge_cv(l2_obs(y, fold => CASE WHEN i < 200 THEN 'a' ELSE 'b' || i END),
  ROW(x[1], x[2]))) IS NOT NULL AS uneven FROM many;
SELECT sum(l2_n(g)) AS n FROM (SELECT unnest(l2_gram_folds(i % 7, ARRAY[i % 3], '{"adds_up": true}')) AS g
  FROM many) s;
SELECT sum(l2_n(g)) AS n FROM (SELECT unnest(l2_gram_folds(i % 7, r, '{"adds_up": true}')) AS g FROM many,
  LATERAL (SELECT i % 3 AS a) r) s;
SELECT l2_coef(lasso_cv(i % 2, ARRAY[i * i % 7, sin(i)])) AS noise FROM many;
SELECT i % 3 AS k, l2_coef(ridge_cv(l2_obs(y, fold => i % 2), x)) IS NOT NULL AS each_kind_once FROM many
  GROUP BY 1 ORDER BY 1;
SELECT count(ridge_cv) AS models FROM (SELECT ridge_cv(y, x, '{"folds": 3, "n_lambda": 5}')
  OVER (ORDER BY i ROWS 20 PRECEDING) FROM many WHERE i <= 30) s;
SELECT round(lambda::numeric, 4) AS lambda FROM l2_glance((SELECT ridge_cv(a + (a + b / 100),
  ARRAY[a, a + b / 100]) FROM many));
SELECT round(lambda::numeric, 4) AS lambda FROM l2_glance((SELECT ridge_cv(100 * b + sin(i),
  ARRAY[a, a + b / 100]) FROM many));
-- nothing of rows that are as they should be
SELECT l2_coef(ridge_cv(y, x)) IS NOT NULL AND l2_coef(lasso_cv(y, x)) IS NOT NULL
  AND l2_coef(ridge_cv(l2_obs(y, fold => i), x)) IS NOT NULL
  AND l2_coef(elastic_net_cv(y, ROW(a, b, c))) IS NOT NULL AS quiet FROM many;
SELECT l2_coef(ridge_cv(y, x, '{"folds": 500}')) IS NOT NULL AS leave_one_out FROM many;
SET client_min_messages = warning;

-- A window is a fit of its frame
CREATE TABLE pairs AS SELECT i, i % 2 + i % 5 AS y, i % 3 AS a, i % 5 AS b FROM generate_series(1, 90) i;
SELECT bool_and(m::text = (SELECT lasso_cv(f.y, ARRAY[f.a, f.b], '{"folds": 3, "n_lambda": 5}') FROM pairs f
  WHERE f.i BETWEEN w.i - 30 AND w.i)::text) AS same, count(*)
FROM (SELECT i, lasso_cv(y, ARRAY[a, b], '{"folds": 3, "n_lambda": 5}')
  OVER (ORDER BY i ROWS 30 PRECEDING) AS m FROM pairs) w WHERE i > 1;

-- A named model deals by the primary key of its source, or by option fold; a refresh moves no row
CREATE TABLE keyed (b text, a int, x float8, y float8, PRIMARY KEY (b, a));
INSERT INTO keyed SELECT 'k' || i % 3, i, i % 7, i % 7 + i % 2 FROM generate_series(1, 100) i;
SELECT fold, n, cv_error = (SELECT (l2_glance(l2_cv(l2_gram_folds(l2_obs(y, fold => ROW(b, a)), ARRAY[x]),
  'ridge', '{"standardize": true}'))).cv_error FROM keyed) AS by_key
FROM l2_train('keyed_model', 'keyed', 'y ~ x');
SELECT details ->> 'fold' AS fold, definition -> 'key' AS key FROM keyed_model;
SELECT fold, cv_error = (SELECT (l2_glance(ridge_cv(l2_obs(y, fold => a), ARRAY[x],
  '{"standardize": true}'))).cv_error FROM keyed) AS by_option
FROM l2_train('keyed_model', 'keyed', 'y ~ x', options => '{"fold": "a"}');
SELECT fold FROM l2_train('keyed_model', 'SELECT x, y FROM keyed', 'y ~ x');
SELECT fold FROM l2_train('keyed_model', 'keyed', 'y ~ x', lambda => 1);
-- live: what comes and goes is dealt by the key too, one row or many
SELECT fold FROM l2_train('keyed_model', 'keyed', 'y ~ x', options => '{"refresh": "live"}');
INSERT INTO keyed VALUES ('k9', 1, 3, 4);
UPDATE keyed SET a = -a WHERE a < 20;
DELETE FROM keyed WHERE a = 33;
INSERT INTO keyed SELECT 'new', i, i % 5, i % 5 - 1 FROM generate_series(1, 40) i;
SELECT cv_error::numeric(20, 12) = (SELECT cv_error::numeric(20, 12)
  FROM l2_glance(l2_fit('keyed', 'y ~ x'))) AS same, n FROM l2_glance(l2_get('keyed_model'));
SELECT fold FROM l2_train('keyed_model', 'keyed', 'y ~ x', options => '{"refresh": "live", "fold": "b"}');
INSERT INTO keyed VALUES ('k9', 2, 3, 4);
DELETE FROM keyed WHERE b = 'k1' AND a > 60;
SELECT cv_error::numeric(20, 12) = (SELECT cv_error::numeric(20, 12)
  FROM l2_glance(l2_fit('keyed', 'y ~ x', options => '{"fold": "b"}'))) AS same, n
  FROM l2_glance(l2_get('keyed_model'));
SELECT l2_drop('keyed_model');
DROP TABLE keyed;

-- how far down the grid goes
SELECT round((l2_glance(ridge_cv(y, x, '{"lambda_min_ratio": 0.25, "n_lambda": 5}'))).lambda::numeric
  / (l2_glance(ridge_cv(y, x, '{"lambda_min_ratio": 0.5, "n_lambda": 5}'))).lambda::numeric, 6) AS ratio
  FROM many;
SELECT ridge_cv(y, x, '{"lambda_min_ratio": 2}') FROM many;
-- fits that do not get there
\set VERBOSITY terse
SELECT lasso_cv(y, x, '{"max_iter": 1, "tolerance": 1e-300, "lambdas": [5]}') IS NOT NULL AS chosen FROM many;
\set VERBOSITY default
DROP TABLE many, f, stolen, pairs;
DROP AGGREGATE raw_folds(float8, float8[], l2_options), raw_ridge_cv(float8, float8[], l2_options);
DROP AGGREGATE on_a_stolen_state(l2_gram[]);
DROP FUNCTION rounded(float8[], int);
SET client_min_messages = notice;
-- the grid of ridge goes on where the error still falls at its end, and ends where that is flat
CREATE TEMP TABLE near AS SELECT a AS c1, a + b / 100 AS c2, a + b + noise / 10 AS y
  FROM (SELECT sin(i * 12.9898) * 1.5 AS a, cos(i * 78.233) * 1.5 AS b, sin(i * 37.719 + 1) * 1.5 AS noise
  FROM generate_series(1, 300) i) s;
SELECT round(r_squared::numeric, 3) AS r2, round(cv_error::numeric, 4) AS cv_error, lambda < 1e-3 AS small
  FROM l2_glance((SELECT ridge_cv(y, ARRAY[c1, c2]) FROM near));
SELECT round(r_squared::numeric, 3) AS r2, round(cv_error::numeric, 4) AS cv_error
  FROM l2_train('near_y', 'near', 'y');
-- not below an end that was given
SELECT round(cv_error::numeric, 3) AS cv_error
  FROM l2_glance((SELECT ridge_cv(y, ARRAY[c1, c2], '{"lambda_min_ratio": 1e-6}') FROM near));
WITH c AS (SELECT c.*, lag(lambda) OVER (ORDER BY lambda DESC) / lambda AS step
           FROM (SELECT l2_gram_folds(y, ARRAY[c1, c2]) AS g FROM near) s, l2_cv_curve(g, 'ridge') c)
SELECT count(*) > 100 AS more, max(step) / min(step) - 1 < 1e-9 AS even, count(*) < 400 AS bounded,
  min(mean) < 0.0115 AS low,
  count(*) FILTER (WHERE is_1se) AS one_se FROM c;
DROP TABLE near, near_y;

-- more distinct rows than wait for their copies: these share a fold, which is said
SELECT ridge_cv(y, x) IS NOT NULL AS fits FROM (SELECT cos(i % 6000) + sin(3 * (i % 6000)) / 9 AS y,
  ARRAY[cos(i % 6000), (i % 6000) % 7] AS x FROM generate_series(1, 20000) i) s;
SELECT ridge_cv(y, ROW(x, g)) IS NOT NULL AS fits
  FROM (SELECT cos(i % 6000) + sin(3 * (i % 6000)) / 9 AS y, cos(i % 6000) AS x, 'g' || i % 6000 % 7 AS g
  FROM generate_series(1, 20000) i) s;
SELECT ridge_cv(l2_obs(y, fold => i), x) IS NOT NULL AS fits
  FROM (SELECT i, cos(i % 6000) + sin(3 * (i % 6000)) / 9 AS y, ARRAY[cos(i % 6000), (i % 6000) % 7] AS x
  FROM generate_series(1, 20000) i) s;
SELECT ridge_cv(y, x) IS NOT NULL AS fits FROM (SELECT cos(i) + sin(3 * i) / 9 AS y, ARRAY[cos(i), i % 7] AS x
  FROM generate_series(1, 20000) i) s;

-- A key that is a whole number is one whatever its type; the others are hashed.
SELECT l2_obs(1, fold => 3.0::float8) AS float, l2_obs(1, fold => 3.0) AS numeric,
  l2_obs(1, fold => 3::real) AS real,
  l2_obs(1, fold => -0.0::float8) AS zero, l2_obs(1, fold => 3.5)::text LIKE '%hash%' AS half,
  l2_obs(1, fold => 1e300)::text LIKE '%hash%' AS large,
  l2_obs(1, fold => 'NaN'::float8)::text LIKE '%hash%' AS nan;
CREATE TABLE keyed AS SELECT i AS id, i % 7 + sin(i) AS y, i % 7 AS x FROM generate_series(1, 400) i;
SELECT (l2_glance(ridge_cv(l2_obs(y, fold => id % 5), ARRAY[x], '{"folds": 5}'))).cv_error
  = (l2_glance(ridge_cv(l2_obs(y, fold => (id % 5)::numeric), ARRAY[x], '{"folds": 5}'))).cv_error AS same
FROM keyed;
-- Terms divide whole numbers as numbers, which is no key.
SELECT (l2_glance(l2_fit('keyed', 'y ~ x', 'ols',
  options => '{"vcov": "CR1", "cluster": "id / 20"}'))).clusters;
SELECT (l2_glance(l2_fit('keyed', 'y ~ x', 'ols',
  options => '{"vcov": "CR1", "cluster": "div(id, 20)"}'))).clusters;
SELECT (l2_glance(l2_fit('keyed', 'y ~ x', 'ols',
  options => '{"vcov": "CR1", "cluster": "floor(id / 20)"}'))).clusters;
SELECT l2_fit('keyed', 'y ~ x', 'ridge', options => '{"fold": "(id - 1) / 40"}');
-- A fit in FROM is made once, and not for each row.
EXPLAIN (COSTS OFF) SELECT l2_predict(m, k) FROM keyed k, (SELECT l2_fit('keyed', 'y ~ x', 'ols') AS m) f;
DROP TABLE keyed;

-- The best of lambdas that somebody gave, at an end of them: told where the error still falls there
CREATE TABLE given AS SELECT i, sin(i) + (i % 5) AS x, cos(i * i) AS z,
  3 * sin(i) + 3 * (i % 5) + cos(i * 7) AS y FROM generate_series(1, 60) i;
SELECT (l2_glance(ridge_cv(y, ARRAY[x], '{"lambdas": [300, 500, 900]}'))).lambda,
  (l2_glance(lasso_cv(y, ARRAY[x], '{"lambdas": [1, 0.1, 0]}'))).lambda AS inside FROM given;
SELECT (l2_glance(ridge_cv(z, ARRAY[x, sin(i * i), sin(7 * i), cos(5 * i)], '{"lambdas": [0.1, 2]}'))).lambda
  FROM given WHERE i < 15;
SELECT (l2_glance(logistic_cv(x > 2, ARRAY[x, z], '{"lambdas": [200, 900]}'))).lambda FROM given;
SELECT (l2_glance(poisson_cv(i % 5, ARRAY[x, z], '{"lambdas": [200, 900]}'))).lambda FROM given;
SELECT multinomial_cv(i % 3, ARRAY[i % 3 + z / 9], '{"lambdas": [20, 90]}') IS NOT NULL AS fits FROM given;
SELECT (l2_glance(l2_fit('given', 'y ~ x', 'ridge', options => '{"lambdas": [300, 900]}'))).lambda;
SELECT (l2_glance(ridge_cv(y, ARRAY[x], '{"lambdas": [300]}'))).lambda FROM given;
DROP TABLE given;
-- errors are squares, whose own squares need not be numbers
CREATE TABLE unit AS SELECT i, i % 13 AS x, 2 * (i % 13) + i * i % 7 AS y FROM generate_series(1, 60) i;
SELECT s, round((g.cv_se / s / s)::numeric, 6) AS se, round((g.cv_error / s / s)::numeric, 6) AS error
FROM unnest('{1e-100, 1, 1e90}'::float8[]) s,
  LATERAL (SELECT ridge_cv(l2_obs(y * s, fold => i), ARRAY[x], '{"folds": 5, "lambdas": [0]}') AS m
    FROM unit) f,
  l2_glance(m) g;
DROP TABLE unit;
