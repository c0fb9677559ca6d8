-- Dropout on the inputs in closed form: answers, options, degenerate problems.
SET extra_float_digits = 0;
\pset null NULL

CREATE FUNCTION rounded(float8[], int DEFAULT 6) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, sqrt(i) AS c, i % 7 + 2 * (i % 11) - sqrt(i)
  + sin(i) AS y, 1 + i % 4 AS w, i % 2 AS half
FROM generate_series(1, 300) i;
CREATE TABLE gram AS SELECT l2_gram_cols(y, a, b, c) AS g FROM many;

-- one feature, by hand: y = 2x over 1 .. 5, so that C = 10, c = 20, and the squares sum up to 55
SELECT rate, rounded(l2_dropout(g, rate)::float8[], 9) AS zero,
  round((20 / (10 + 55 * rate / (1 - rate)))::numeric, 9) AS by_hand,
       rounded(l2_dropout(g, rate, '{"dropout_to": "mean"}')::float8[], 9) AS mean,
       round((2 * (1 - rate))::numeric, 9) AS by_hand,
       rounded(l2_dropout(g, rate, '{"intercept": false}')::float8[], 9) AS no_intercept
FROM (SELECT l2_gram_cols(2 * i, i) g FROM generate_series(1, 5) i) s,
  unnest('{0,0.1,0.5,0.9}'::float8[]) rate;
-- every mask of a row, with its probability as weight, is what is minimised over (test/pgtap/dropout.sql has
-- more)
SELECT rounded(ols_fit(l2_obs(y, weight => p), ARRAY[a * ma / 0.8, b * mb / 0.8])::float8[], 9) AS all_masks,
  rounded((SELECT dropout_fit(y, ARRAY[a, b], 0.2) FROM many)::float8[], 9) AS dropout
FROM many, generate_series(0, 1) ma, generate_series(0, 1) mb,
  LATERAL (SELECT 0.8 ^ (ma + mb) * 0.2 ^ (2 - ma - mb) AS p) q;
-- it is ridge with these factors
SELECT rounded(l2_dropout(g, 0.3)::float8[], 9)
  = rounded(l2_ridge(g, 3 / 7.0, l2_options('penalty_factor',
  (SELECT ARRAY[sum(a * a), sum(b * b), sum(c * c)] FROM many)))::float8[], 9) AS ridge FROM gram;
-- at rate 0 least squares
SELECT l2_dropout(g, 0)::float8[] = l2_ols(g)::float8[] AS ols FROM gram;

-- the same model by every way
SELECT count(DISTINCT m::float8[]) AS models FROM (
  SELECT dropout_fit(y, ARRAY[a, b, c], 0.3) m FROM many
  UNION ALL SELECT dropout_fit(y, ARRAY[a, b, c], 0.3, '{}') FROM many
  UNION ALL SELECT dropout_fit(y, ARRAY[a, b, c], 0.3, '{"dropout_to": "zero"}') FROM many
  UNION ALL SELECT dropout_fit(y, ARRAY[a, b, c], 0.3) FROM many
  UNION ALL SELECT dropout_fit(y, ARRAY[a, b, c], 0.3, '{}') FROM many
  UNION ALL SELECT l2_dropout(g, 0.3) FROM gram) s;
SELECT rounded(dropout_fit(l2_obs(y, weight => w), ARRAY[a, b, c], 0.3)::float8[], 9)
  = rounded((SELECT dropout_fit(y, ARRAY[a, b, c], 0.3) FROM many, generate_series(1, w))::float8[],
  9) AS weights_are_rows FROM many;
SELECT half, rounded(dropout_fit(y, ARRAY[a, b, c], 0.3, '{"dropout_to": "mean"}')::float8[]) AS coefficients
  FROM many GROUP BY half ORDER BY half;

-- what the model says
SELECT m::jsonb - 'terms' AS model, m::jsonb->'terms'->1 AS term, m::text::l2_model::text = m::text AS text
FROM (SELECT dropout_fit(i * i, ARRAY[i], 0.5, '{"dropout_to": "mean", "names": ["i"]}') m
  FROM generate_series(1, 5) i) s;
SELECT m::jsonb->'dropout_to' AS dropout_to, m::jsonb->'rate' AS rate FROM gram, l2_dropout(g, 0.25) m;
SELECT term, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error,
  round(t::numeric, 4) AS t FROM gram, l2_summary(l2_dropout(g, 0.3));
SELECT round(r_squared::numeric, 6) AS r2, round(df::numeric, 6) AS df, round(sigma::numeric, 6) AS sigma,
  f_statistic, lambda, lambda_effective, converged FROM gram, l2_glance(l2_dropout(g, 0.3));
SELECT round(l2_predict(m, 3, 5, 4)::numeric, 6) FROM gram, l2_dropout(g, 0.3) m;

-- options
SELECT rounded(l2_dropout(g, 0.3, '{"intercept": false}')::float8[]) AS no_intercept,
  rounded(l2_dropout(g, 0.3, '{"dropout_to": "mean", "intercept": false}')::float8[]) AS mean,
       rounded(l2_dropout(g, 0.3, '{"features": ["x3", "x1"]}')::float8[]) AS features,
       rounded(l2_dropout(g, 0.3, '{"target": "x2", "features": ["x1", "y"]}')::float8[]) AS target,
       l2_names(l2_dropout(g, 0.3, '{"names": ["a", "b", "c"]}')) AS names FROM gram \gx
SELECT rounded(dropout_fit(y, x, 0.3, '{"nonfinite": "skip"}')::float8[]) AS skipped
  FROM (SELECT y, ARRAY[a, b] x FROM many UNION ALL SELECT 'NaN', '{1,2}') s;

-- degenerate: constant, zero and copied columns; few rows; NULLs
SELECT rounded(l2_coef(dropout_fit(y, ARRAY[a, 5], 0.3))) AS constant_is_penalised,
  rounded(l2_coef(dropout_fit(y, ARRAY[a, 0], 0.3))) AS zeros FROM many;
SELECT rounded(l2_coef(dropout_fit(y, ARRAY[a, 5], 0.3, '{"dropout_to": "mean"}'))) AS constant_is_not
  FROM many;
SELECT rounded(l2_coef(dropout_fit(y, ARRAY[a, a, b], 0.3))) AS equal FROM many;
SELECT rounded(dropout_fit(7, ARRAY[i, 2 * i], 0.5)::float8[]) AS one_row FROM generate_series(1, 1) i;
SELECT rounded(dropout_fit(y, ARRAY[a], 1 - 1e-15)::float8[]) AS nearly_all FROM many;
SELECT m::jsonb->'n' AS n, m::jsonb->'n_skipped' AS skipped
  FROM (SELECT dropout_fit(nullif(y, 0), ARRAY[nullif(a, 3), b], 0.3) m FROM many) s;
SELECT dropout_fit(y, ARRAY[a], 0.5) IS NULL AS no_rows, l2_dropout(NULL, 0.5) IS NULL AS no_gram FROM many
  WHERE false;

-- errors
SELECT dropout_fit(y, ARRAY[a], 1) FROM many;
SELECT dropout_fit(y, ARRAY[a], -0.1) FROM many;
SELECT dropout_fit(y, ARRAY[a], 'NaN') FROM many;
SELECT dropout_fit(y, ARRAY[a], NULL) FROM many;
SELECT dropout_fit(y, ARRAY[a], a / 10.0) FROM many;
SELECT dropout_fit(y, ARRAY[a], 0.5, '{"dropout_to": "median"}') FROM many;
SELECT dropout_fit(y, ARRAY[a], 0.5, '{"standardize": true}') FROM many;
SELECT ridge_fit(y, ARRAY[a], 0.5, '{"dropout_to": "mean"}') FROM many;
SELECT l2_dropout(g, NULL) FROM gram;
SELECT l2_dropout(g, 2) FROM gram;
SELECT l2_dropout(g, 0.5, '{"dropout_to": "half"}') FROM gram;
SELECT count(*) FROM gram, l2_path(g, 'dropout');
SELECT '{"l2_model": 1, "method": "dropout", "dropout_to": "nowhere", "terms": []}'::l2_model;

-- parallel
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT dropout_fit(y, ARRAY[a, b, c], 0.3) FROM many;
CREATE TABLE parallel AS SELECT dropout_fit(y, ARRAY[a, b, c], 0.3, '{"dropout_to": "mean"}') AS m FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT p.m::text = s.m::text AS same FROM parallel p,
  (SELECT dropout_fit(y, ARRAY[a, b, c], 0.3, '{"dropout_to": "mean"}') AS m FROM many) s;

DROP TABLE many, gram, parallel;
DROP FUNCTION rounded;
