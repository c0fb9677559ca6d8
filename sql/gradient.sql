-- Solvers that take steps, and their trace: the textbook's house prices, options, degenerate problems.
SET extra_float_digits = 0;
\pset null NULL

CREATE FUNCTION rounded(float8[], int DEFAULT 6) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE houses (area float8, rooms float8, price float8);
INSERT INTO houses VALUES (150, 2, 200000), (200, 3, 250000), (250, 3, 300000), (300, 4, 350000),
  (350, 5, 400000);
CREATE TABLE house AS SELECT l2_gram_cols(price, area, rooms) AS g FROM houses;
CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, sqrt(i) AS c, i % 7 + 2 * (i % 11) - sqrt(i)
  + sin(i) AS y, 1 + i % 4 AS w
FROM generate_series(1, 300) i;
CREATE TABLE gram AS SELECT l2_gram_cols(y, a, b, c) AS g FROM many;

-- the textbook's rate diverges, and is refused
SELECT ridge_fit(price, ARRAY[area, rooms], 0.1, '{"solver": "gradient", "learning_rate": 0.01}') FROM houses;
-- a row an iteration shows how; at the fourth the price of an ordinary house has 14 digits
SELECT iteration, round(objective::numeric, 0) AS objective, rounded(coefficients, 1) AS coefficients, step
FROM house, l2_trace(g, 0.1, '{"learning_rate": 0.01, "max_iter": 4}');
-- and so on until just before a double overflows
SELECT count(*) BETWEEN 20 AND 200 AS rows, max(objective) > 1e180 AS far,
  bool_and(objective < 'Infinity') AS finite
  FROM house, l2_trace(g, 0.1, '{"learning_rate": 0.01, "max_iter": 100000}');
-- its own step, 1/L, converges, if slowly: the columns' units differ
SELECT iteration, round(objective::numeric, 6) AS objective, rounded(coefficients) AS coefficients,
  round(step::numeric, 9) AS step
FROM house, l2_trace(g, 0.1, '{"max_iter": 3}');
SELECT s AS solver, rounded(m::float8[], 4) AS coefficients, converged, (m::jsonb->>'gap')::float8
  <= 1e-30 AS gap, round((m::jsonb->>'learning_rate')::numeric, 9) AS learning_rate,
       (SELECT max(abs(a / b - 1)) <= 1e-10 FROM unnest(m::float8[], l2_ridge(g, 0.1)::float8[]) u(a,
       b)) AS as_ridge
FROM house, unnest('{gradient,fista,coordinate}'::text[]) s, l2_ridge(g, 0.1, l2_options('solver', s)) m,
  l2_glance(m);
-- in units of the columns' standard deviations it is quick
SELECT iteration, round(objective::numeric, 0) AS objective, round(gap::numeric, 6) AS gap,
  rounded(coefficients, 3) AS coefficients, round(l2_predict(l2_model(coefficients), ARRAY[250, 3])::numeric,
  2) AS predicted
FROM house, l2_trace(g, 0.1, '{"standardize": true, "max_iter": 100}')
  WHERE iteration IN (0, 1, 2, 3, 10, 100);
SELECT s, iterations < 3000 AS quick, round((m::jsonb->>'learning_rate')::numeric, 6) AS learning_rate
FROM house, unnest('{false,true}'::bool[]) s,
  l2_ridge(g, 0.1, l2_options('solver', 'gradient', 'standardize', s)) m, l2_glance(m) ORDER BY s;

-- all solvers on ridge, elastic net and lasso
SELECT ratio, s AS solver, rounded(m::float8[]) AS coefficients, round(df::numeric, 6) AS df, nonzero,
  converged, m::jsonb->>'solver' AS said
FROM gram, unnest('{0,0.5,1}'::float8[]) ratio, unnest('{NULL,cholesky,coordinate,fista,gradient}'::text[]) s,
     l2_elastic_net(g, CASE ratio WHEN 0 THEN 50 ELSE 900 END, l2_options('l1_ratio', ratio, 'solver', s)) m,
     l2_glance(m)
WHERE ratio = 0 OR s IS DISTINCT FROM 'cholesky';
-- what the model says of it
SELECT m::jsonb - 'terms' - 'rss' - 'tss' - 'r_squared' - 'adj_r_squared' - 'sigma' - 'df' - 'df_residual'
  - 'gap' - 'iterations' - 'target_mean' - 'target_sd' - 'learning_rate' AS model,
       m::text::l2_model::text = m::text AS text
FROM (SELECT elastic_net_fit(y, ARRAY[a, b, c], 50,
  '{"l1_ratio": 0.25, "standardize": true, "solver": "gradient", "names": ["a", "b", "c"]}') m FROM many) s;
SELECT term, round(estimate::numeric, 6) AS estimate, std_error, p
  FROM gram, l2_summary(l2_ridge(g, 50, '{"solver": "fista"}'));

-- the same model by every way
SELECT count(DISTINCT m::float8[]) AS models FROM (
  SELECT ridge_fit(y, ARRAY[a, b, c], 50, '{"solver": "fista"}') m FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 50, '{"solver": "fista"}') FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 50, '{"solver": "fista"}') FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 50, '{"l1_ratio": 0, "solver": "fista"}') FROM many
  UNION ALL SELECT l2_elastic_net(g, 50, '{"l1_ratio": 0, "solver": "fista"}') FROM gram
  UNION ALL SELECT l2_ridge(g, 50, '{"solver": "fista"}') FROM gram) s;
SELECT count(DISTINCT m::float8[]) AS models FROM (
  SELECT lasso_fit(y, ARRAY[a, b, c], 50,
  '{"solver": "gradient", "learning_rate": 0.02, "tolerance": 1e-9}') m FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 50,
  '{"l1_ratio": 1, "solver": "gradient", "learning_rate": 0.02, "tolerance": 1e-9}') FROM many
  UNION ALL SELECT l2_lasso(g, 50, '{"solver": "gradient", "learning_rate": 0.02, "tolerance": 1e-9}')
  FROM gram
  UNION ALL SELECT l2_lasso(g, 50 / 300.0,
  '{"lambda_scale": "mean", "solver": "gradient", "learning_rate": 0.02, "tolerance": 1e-9}') FROM gram) s;
-- a trace ends where the fit does, with its coefficients
SELECT s AS solver, abs(max(iteration) - max((m::jsonb->>'iterations')::int)) <= 1 AS iterations, count(*)
  FILTER (WHERE rounded(coefficients) = rounded(m::float8[])) > 0 AS coefficients
FROM gram, unnest('{fista,gradient}'::text[]) s, l2_lasso(g, 900, l2_options('solver', s)) m,
  l2_trace(g, 900, l2_options('l1_ratio', 1, 'solver', s, 'max_iter', 10000)) GROUP BY s ORDER BY s;
-- columns come and go
SELECT iteration, round(objective::numeric, 3) AS objective, round(gap::numeric, 6) AS gap, nonzero,
  round(rss::numeric, 3) AS rss, rounded(coefficients, 3) AS coefficients
FROM gram,
  l2_trace(g, 3000, '{"l1_ratio": 1, "solver": "coordinate", "max_iter": 5, "features": ["x3", "x1", "x2"]}');
SELECT iteration, round(objective::numeric, 3) AS objective, nonzero, rounded(coefficients, 3) AS coefficients
FROM gram, l2_trace(g, 3000, '{"l1_ratio": 1, "solver": "fista", "standardize": true, '
  '"penalty_factor": [1, 0, 1]}') WHERE iteration IN (0, 1, 2, 5, 10, 20);
-- lazily, where the query lets it
SELECT (l2_trace(g, 1, '{"max_iter": 2000000000}')).iteration FROM gram LIMIT 3;

-- degenerate: a copied and a constant column, nothing to explain, nothing to explain it with, one row
SELECT s AS solver, round(((b[2] + b[3]))::numeric, 6) AS shared, rounded(b[4:5]) AS constant_and_b, df
FROM unnest('{fista,gradient}'::text[]) s, LATERAL (SELECT ridge_fit(y, ARRAY[a, a, 5, b], 0,
  format('{"solver": "%s"}', s)::jsonb) m FROM many) f, l2_glance(m), LATERAL (SELECT m::float8[] AS b) t;
SELECT s AS solver, rounded(m::float8[]) AS coefficients, iterations, gap, converged
FROM unnest('{fista,gradient}'::text[]) s, LATERAL (SELECT lasso_fit(0, ARRAY[a, b], 1,
  format('{"solver": "%s"}', s)::jsonb) m FROM many) f, l2_glance(m);
SELECT s AS solver, rounded(m::float8[]) AS coefficients, iterations,
  m::jsonb->'learning_rate' AS learning_rate
FROM unnest('{fista,gradient}'::text[]) s, LATERAL (SELECT ridge_fit(a, ARRAY[5, 7], 0,
  format('{"solver": "%s"}', s)::jsonb) m FROM many) f, l2_glance(m);
SELECT rounded(m::float8[]) AS coefficients, converged
  FROM gram, l2_ridge(g, 1, '{"solver": "gradient", "features": []}') m, l2_glance(m);
SELECT rounded(ridge_fit(7, ARRAY[i, i], 0.5, '{"solver": "gradient"}')::float8[]) AS one_row
  FROM generate_series(1, 1) i;
SELECT ridge_fit(y, ARRAY[a], 1, '{"solver": "gradient"}') IS NULL AS no_rows FROM many WHERE false;
SELECT count(*) FROM l2_trace(NULL, 1);
SELECT count(*) FROM gram, l2_trace(g - g, 1);
SELECT iteration, objective, gap, nonzero, coefficients
  FROM l2_trace((SELECT l2_gram_cols(3, i) FROM generate_series(1, 4) i), 1, '{"learning_rate": 1e300}');
-- units far from 1, penalties of any size
SELECT s AS solver, strength, rounded(l2_coef(m), 6) AS coefficients, converged
FROM unnest('{fista,gradient}'::text[]) s, unnest('{1,1e201,1e300}'::float8[]) strength,
     LATERAL (SELECT ridge_fit(i * 1e100, ARRAY[i * 1e100], strength, format('{"solver": "%s"}', s)::jsonb) m
     FROM generate_series(1, 5) i) f, l2_glance(m);
SELECT s AS solver, rounded(m::float8[], 3) AS all_zero, nonzero, iterations
  FROM gram, unnest('{fista,gradient}'::text[]) s, l2_lasso(g, 1e300, l2_options('solver', s)) m,
  l2_glance(m);

-- short of convergence: said, and the model says it too
SELECT iterations, converged, gap > 1e-30 AS gap
  FROM house, l2_glance(l2_ridge(g, 0.1, '{"solver": "gradient", "max_iter": 7}'));

-- bounds are for coordinate descent, the default with them
SELECT rounded(l2_coef(m)) AS coefficients, m::jsonb->>'solver' AS solver
  FROM gram, unnest('{NULL,coordinate}'::text[]) s,
  l2_ridge(g, 1, l2_options('solver', s, 'upper', ARRAY[1], 'tolerance', 1e-9, 'max_iter', 50)) m;

-- errors
SELECT l2_lasso(g, 1, '{"solver": "cholesky"}') FROM gram;
SELECT lasso_fit(y, ARRAY[a], 1, '{"solver": "cholesky"}') FROM many;
SELECT l2_ridge(g, 1, '{"solver": "newton"}') FROM gram;
SELECT l2_ridge(g, 1, '{"learning_rate": 0.1}') FROM gram;
SELECT l2_lasso(g, 1, '{"solver": "fista", "learning_rate": 0.1}') FROM gram;
SELECT l2_ridge(g, 1, '{"solver": "gradient", "learning_rate": 0}') FROM gram;
SELECT l2_ridge(g, 1, '{"solver": "gradient", "learning_rate": "NaN"}') FROM gram;
SELECT l2_ridge(g, 1, '{"solver": "gradient", "learning_rate": "Infinity"}') FROM gram;
SELECT l2_ridge(g, 1, '{"max_iter": 5}') FROM gram;
SELECT l2_ridge(g, 1, '{"tolerance": 0.1}') FROM gram;
SELECT l2_ridge(g, 1, '{"solver": "cholesky", "non_negative": true}') FROM gram;
SELECT lasso_fit(y, ARRAY[a], 1, '{"solver": "fista", "upper": 2}') FROM many;
SELECT ridge_fit(y, ARRAY[a], 1, '{"solver": 1}') FROM many;
SELECT ridge_fit(y, ARRAY[a], 1, '{"learning_rate": "fast", "solver": "gradient"}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"learning_rate": 10, "solver": "gradient"}') FROM many;
SELECT ols_fit(y, ARRAY[a], '{"solver": "gradient"}') FROM many;
SELECT count(*) FROM gram, l2_trace(g, NULL);
SELECT count(*) FROM gram, l2_trace(g, -1);
SELECT count(*) FROM gram, l2_trace(g, 1, '{"l1_ratio": 2}');
SELECT count(*) FROM gram, l2_trace(g, 1, '{"solver": "cholesky"}');
SELECT count(*) FROM gram, l2_trace(g, 1, '{"max_iter": 0}');
SELECT count(*) FROM gram, l2_trace(g, 1, '{"solver": "coordinate", "learning_rate": 1}');
SELECT count(*) FROM gram, l2_trace(g, 1, '{"penalty_factor": [1]}');
SELECT count(*) FROM gram, l2_trace(g, 1, '{"features": ["x9"]}');

DROP TABLE houses, house, many, gram;
DROP FUNCTION rounded;

-- Degrees of freedom of ridge do not depend on how it is solved
SELECT solver, round(df::numeric, 9) AS df, round(df_residual::numeric, 9) AS df_residual,
  round(sigma::numeric, 9) AS sigma
FROM (VALUES ('cholesky'), ('coordinate'), ('fista'), ('gradient')) v(solver), LATERAL (
  SELECT g.* FROM (SELECT l2_ridge(l2_gram_cols(sin(i), i, cos(i)), 3, l2_options('solver', v.solver)) AS m
  FROM generate_series(1, 30) i) s, l2_glance(m) g) g;
