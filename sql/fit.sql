-- Least squares and ridge: answers, options, degenerate problems.
SET extra_float_digits = 0;

CREATE FUNCTION rounded(float8[], int DEFAULT 9) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;

-- one feature, against core
CREATE TABLE line AS SELECT i::float8 AS x, 3 + 2 * i + sin(i) AS y, 1 + i % 3 AS w
  FROM generate_series(1, 50) i;
SELECT round(regr_intercept(y, x)::numeric, 9) AS b0, round(regr_slope(y, x)::numeric, 9) AS b1,
       round(regr_r2(y, x)::numeric, 9) AS r2 FROM line;
SELECT rounded(m::float8[]) AS b, round((m::jsonb->>'r_squared')::numeric, 9) AS r2
FROM (SELECT ols_fit(y, ARRAY[x]) AS m FROM line) s;

-- by hand: (C + lambda) b = c with C = 10, c = 20 for y = 2x over x = 1 .. 5
SELECT lambda, round(((l2_coef(m))[1])::numeric, 12) AS slope, round(20 / (10 + lambda), 12) AS by_hand
FROM unnest('{0,0.1,1,10,1000}'::numeric[]) lambda,
     LATERAL (SELECT l2_ridge(l2_gram_cols(2 * i, i), lambda::float8) m FROM generate_series(1, 5) i) s;

-- the same model by every way
CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, sqrt(i) AS c, i % 7 + 2 * (i % 11) - sqrt(i)
  + sin(i) AS y, 1 + i % 4 AS w
FROM generate_series(1, 300) i;
SELECT count(DISTINCT m::text) AS models FROM (
  SELECT ridge_fit(y, ARRAY[a, b, c], 2) m FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 2, '{}') FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 2, '{}') FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 2) FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 2, '{}') FROM many
  UNION ALL SELECT ridge_fit(y, ARRAY[a, b, c], 2, NULL::jsonb) FROM many
  UNION ALL SELECT l2_ridge(l2_gram_cols(y, a, b, c), 2) FROM many) s;
SELECT count(DISTINCT m::text) AS models FROM (
  SELECT ols_fit(l2_obs(y, weight => w), ARRAY[a, b, c]) m FROM many
  UNION ALL SELECT ols_fit(l2_obs(y, weight => w), ARRAY[a, b, c], '{}') FROM many
  UNION ALL SELECT l2_ols(l2_gram_agg(l2_obs(y, weight => w), ARRAY[a, b, c])) FROM many) s;
SELECT count(DISTINCT m::text) AS models FROM (
  SELECT ols_fit(y, ARRAY[a, b, c]) m FROM many
  UNION ALL SELECT ols_fit(y, ARRAY[a, b, c], '{"intercept": true}') FROM many
  UNION ALL SELECT ols_fit(y, ARRAY[a, b, c], '{"intercept": true, "features": null}') FROM many
  UNION ALL SELECT l2_ols(l2_gram_cols(y, a, b, c)) FROM many) s;

-- options
SELECT rounded(ols_fit(y, ARRAY[a, b, c], '{"intercept": false}')::float8[]) FROM many;
SELECT rounded(l2_ols(l2_gram_cols(y, a, b, c), '{"intercept": false}')::float8[]) FROM many;
SELECT rounded(ols_fit(y, ARRAY[a, b, c], '{"features": ["x3", "x1"]}')::float8[]) FROM many;
SELECT rounded(ols_fit(y, ARRAY[c, a])::float8[]) FROM many;
SELECT l2_names(m), rounded(m::float8[]) FROM (SELECT l2_ols(l2_gram_cols(y, a, b, c), '{"target": "x2"}') m
  FROM many) s;
SELECT rounded(ols_fit(b, ARRAY[y, a, c])::float8[]) FROM many;
SELECT l2_names(l2_ols(l2_gram_cols(y, a, b, c), '{"features": ["x3", "x1"], "names": ["third", "first"]}'))
  FROM many;
SELECT l2_names(m), rounded(m::float8[]) FROM (
  SELECT l2_ols(l2_set_names(l2_gram_cols(y, a, b, c), '{a,b,c}', 'why'), '{"features": ["c", "a"]}') m
  FROM many) s;
SELECT rounded(l2_ols(l2_gram_cols(y, a, b), '{"features": []}')::float8[]) AS only_the_mean,
  round(avg(y)::numeric, 9) FROM many;

-- standardize: the penalty does not depend on units
SELECT rounded(ridge_fit(y, ARRAY[a, b, c], 5, '{"standardize": true}')::float8[]) AS metres,
       rounded(ridge_fit(y, ARRAY[a * 1000, b, c], 5, '{"standardize": true}')::float8[]) AS millimetres
       FROM many;
-- ... and is the fit on x / sd(x), by hand
WITH sd AS (SELECT stddev_pop(a) sa, stddev_pop(b) sb, stddev_pop(c) sc FROM many),
     m AS (SELECT l2_coef(ridge_fit(y, ARRAY[a / sa, b / sb, c / sc], 5)) b FROM many, sd)
SELECT rounded(ARRAY[b[1] / sa, b[2] / sb, b[3] / sc]::float8[]) FROM m, sd;

-- lambda scales: sum = mean * n; glmnet = sum / sd(y) * n
SELECT rounded(l2_ridge(g, 6)::float8[]) AS "sum",
  rounded(l2_ridge(g, 6 / 300.0, '{"lambda_scale": "mean"}')::float8[]) AS mean,
       rounded(l2_ridge(g, 6 * sd / 300.0, '{"lambda_scale": "glmnet"}')::float8[]) AS glmnet
FROM (SELECT l2_gram_cols(y, a, b, c) g, stddev_pop(y) sd FROM many) s;
SELECT lambda, lambda_effective FROM l2_glance((SELECT ridge_fit(y, ARRAY[a, b, c], 0.5,
  '{"lambda_scale": "mean"}') FROM many));

-- penalty_factor: 0 leaves a column alone, equal factors change lambda
SELECT rounded(l2_ridge(g, 1e12, '{"penalty_factor": [0, 1, 1]}')::float8[], 6) AS only_first,
       rounded(l2_ols(g, '{"features": ["x1"]}')::float8[], 6) AS ols_of_first,
       l2_ridge(g, 3, '{"penalty_factor": [2, 2, 2]}')::float8[] = l2_ridge(g, 6)::float8[] AS doubled,
       l2_ridge(g, 6, '{"lambda_scale": "glmnet", "penalty_factor": [7, 7, 7]}')::float8[]
         = l2_ridge(g, 6, '{"lambda_scale": "glmnet"}')::float8[] AS glmnet_rescales
FROM (SELECT l2_gram_cols(y, a, b, c) g FROM many) s;

-- weights: precision and frequency differ in degrees of freedom only
SELECT kind, n, df_residual, round(sigma::numeric, 9) AS sigma
FROM unnest('{precision,frequency}'::text[]) kind,
     LATERAL (SELECT (l2_glance(l2_ols(l2_gram_agg(l2_obs(y, weight => w), ARRAY[a, b, c]),
     l2_options('weight_type', kind)))).* FROM many) g;
SELECT n, df_residual, round(sigma::numeric, 9) AS sigma FROM l2_glance((SELECT ols_fit(y, ARRAY[a, b, c])
  FROM many, generate_series(1, w)));

-- one scan, many models
SELECT lambda, round((m::jsonb->>'rss')::numeric, 6) AS rss, round((m::jsonb->>'df')::numeric, 6) AS df
FROM (SELECT l2_gram_cols(y, a, b, c) g FROM many) s, unnest('{0,1,10,100,1e6,1e300}'::float8[]) lambda,
     l2_ridge(g, lambda) m;

-- rank: constant, duplicate, summed and shifted columns are named and dropped, the later of two
SELECT l2_names(m), l2_coef(m) IS NOT NULL, rounded(m::float8[]) FROM
  (SELECT ols_fit(y, ARRAY[a, a, b, 5, a + b, c, 1.8 * c + 32]) m FROM many) s;
SELECT term, estimate IS NULL AS dropped FROM l2_summary((SELECT ols_fit(y,
  ARRAY[a, a, b, 5, a + b, c, 1.8 * c + 32]) FROM many));
SELECT rounded(ridge_fit(y, ARRAY[a, a, b], 1)::float8[]) AS shared FROM many;
SELECT rounded(ridge_fit(y, ARRAY[a, 5, b], 1)::float8[]) AS constant_gets_0 FROM many;
SELECT ridge_fit(y, ARRAY[a, a, b], 1e-30) FROM many;
-- without an intercept a constant column is a column
SELECT rounded(ols_fit(y, ARRAY[a, 5], '{"intercept": false}')::float8[]) FROM many;

-- few rows: one, two, n = p + 1, n < p
SELECT n, rounded(m::float8[]) AS b, round(r_squared::numeric, 9) AS r_squared,
  round(sigma::numeric, 9) AS sigma, df_residual
FROM generate_series(1, 4) k, LATERAL (SELECT ols_fit(i * i, ARRAY[i, i % 2]) m
  FROM generate_series(1, k) i) s, l2_glance(m);
SELECT rounded(ridge_fit(i * i, ARRAY[i, i % 2, sqrt(i), i % 3], 0.5)::float8[]) FROM generate_series(1, 3) i;
SELECT std_error, p FROM l2_summary((SELECT ols_fit(i * i, ARRAY[i, i % 2]) FROM generate_series(1, 3) i));
-- a constant target
SELECT rounded(m::float8[]) AS b, r_squared, sigma
  FROM (SELECT ols_fit(7, ARRAY[i]) m FROM generate_series(1, 9) i) s, l2_glance(m);
-- a perfect fit
SELECT rounded(m::float8[]) AS b, r_squared, round(sigma::numeric, 12) AS sigma
FROM (SELECT ols_fit(1 + 2 * i + 3 * i * i, ARRAY[i, i * i]) m FROM generate_series(1, 9) i) s, l2_glance(m);

-- hard numbers
SELECT round((l2_coef(m))[1]::numeric, 12) AS slope_at_1e9 FROM (
  SELECT ols_fit(2 * x, ARRAY[x]) m FROM (SELECT 1e9::float8 + sin(i * i)::float8 AS x
  FROM generate_series(1, 1000) i) s) t;
SELECT round((l2_coef(m))[1]::numeric, 12) AS slope_at_2038 FROM (
  SELECT ols_fit(2 * i, ARRAY[1.7e9 + i]) m FROM generate_series(1, 1000) i) t;
SELECT round((l2_coef(m))[1]::numeric, 12) AS outlier_gone FROM (
  SELECT l2_ols(l2_gram_agg(2 * i, ARRAY[i]) + (SELECT l2_gram_agg(1e9, ARRAY[-1e9]))
                - (SELECT l2_gram_agg(1e9, ARRAY[-1e9]))) m FROM generate_series(1, 1000) i) t;
SELECT round((l2_coef(m))[1]::numeric, 12) AS slope FROM (
  SELECT ols_fit(i * 3e140::float8, ARRAY[i * 1e140::float8, i % 3]) m FROM generate_series(1, 9) i) s;
SELECT round((l2_coef(m))[1]::numeric, 12) AS slope FROM (
  SELECT ols_fit(3e-130 * i, ARRAY[1e-130 * i]) m FROM generate_series(1, 9) i) s;
-- denormals beside ordinary values, and alone
SELECT round((l2_coef(m))[1]::numeric, 12) AS slope FROM (
  SELECT ols_fit(i + 5e-324, ARRAY[CASE WHEN i = 3 THEN 5e-324 ELSE i - 3 END]) m
  FROM generate_series(1, 9) i) s;
SELECT ols_fit(i, ARRAY[i * 1e-310]) FROM generate_series(1, 9) i;

-- large enough for OpenBLAS, and the same as in double-double
CREATE TABLE wide AS SELECT i, sin(i * 0.7) + cos(i * i) AS y,
  (SELECT array_agg(sin(i * j * 0.37 + j * j) ORDER BY j) FROM generate_series(1, 200) j) AS x
  FROM generate_series(1, 600) i;
WITH g AS (SELECT l2_gram_agg(y, x) g FROM wide),
     m AS (SELECT l2_ridge(g, 0.5) wide, l2_ridge(g, 0.5,
     l2_options('features', (SELECT array_agg('x' || j) FROM generate_series(1, 200) j))) same FROM g)
SELECT wide::jsonb->>'solver' AS solver, wide::text = same::text AS same FROM m;
-- its residuals are orthogonal to the columns but for the penalty: sum x_j (y - yhat) = lambda b_j
WITH m AS (SELECT ridge_fit(y, x, 0.5) m FROM wide),
     r AS (SELECT x, y - l2_predict(m, x) AS r FROM wide, m)
SELECT max(abs(s - 0.5 * b)) < 1e-10 AS stationary FROM
  (SELECT j, sum(x[j] * r) AS s, ((SELECT l2_coef(m) FROM m))[j] AS b FROM r, generate_series(1, 200) j
  GROUP BY j) t;

-- the scale of glmnet without an intercept: y over its root mean square
SELECT rounded(l2_ridge(g, 0.5, '{"lambda_scale": "glmnet", "intercept": false}')::float8[]) =
  rounded(l2_ridge(g, 0.5 * n / rms, '{"intercept": false}')::float8[]) AS same
FROM (SELECT l2_gram_agg(y, ARRAY[x]) AS g, count(*) AS n, sqrt(avg(y * y)) AS rms FROM line) s;
-- no factor left to bring to a mean of 1
SELECT rounded(l2_ridge(g, 1, '{"lambda_scale": "glmnet", "penalty_factor": [0]}')::float8[])
  = rounded(l2_ols(g)::float8[]) AS same
FROM (SELECT l2_gram_agg(y, ARRAY[x]) AS g FROM line) s;
-- a penalty that the number of rows makes infinite
SELECT l2_ridge(l2_gram_agg(y, ARRAY[x]), 1e308, '{"lambda_scale": "mean"}') FROM line;
-- a long list of columns is cut
SELECT l2_coef(ols_fit(x, ARRAY[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,y])) IS NOT NULL AS fitted
  FROM line;
DROP TABLE line, many, wide;
DROP FUNCTION rounded;

-- Each kind of notice once for all groups, and for all frames of a window
SELECT count(ols_fit) FROM (SELECT ols_fit(i % 5, ARRAY[i, 2 * i])
  FROM generate_series(1, 30) i GROUP BY i % 3) s;
SELECT count(ols_fit)
  FROM (SELECT ols_fit(i % 5, ARRAY[i, 2 * i]) OVER (ORDER BY i ROWS 4 PRECEDING)
  FROM generate_series(1, 9) i) s;
SELECT count(poisson_fit)
  FROM (SELECT poisson_fit(i * i % 7 * 9, ARRAY[i]) FROM generate_series(1, 30) i GROUP BY i % 3) s;
SELECT count(l2_ols(g)) FROM (SELECT l2_gram_agg(i % 5, ARRAY[i, 2 * i]) AS g
  FROM generate_series(1, 30) i GROUP BY i % 3) s;

-- Arguments that no fit takes are errors where there is not one usable row, too
CREATE FUNCTION said_of_no_rows(fit text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT %s FROM (VALUES (NULL::float8, ''{1,2}''::float8[], NULL::text, '
  'l2_row(ROW(1.0::float8)))) v(y, x, z, r)', fit) INTO result;
  RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT fit, said_of_no_rows(fit) AS said
FROM unnest(ARRAY['ridge_fit(y, x, -1)', 'ridge_fit(l2_obs(y), x, -1)',
  'ridge_fit(y, x, 1, ''{"intercept": 2}'')', 'ridge_fit(y, r, -1)', 'lasso_fit(y, x, -1)',
  'lasso_fit(y, r, -1, ''{}'')', 'elastic_net_fit(y, x, -1)',
  'elastic_net_fit(y, x, 1, ''{"l1_ratio": 2}'')', 'dropout_fit(y, x, 1.5)', 'dropout_fit(y, r, 1.5)',
  'ols_fit(y, x, ''{"odd": 1}'')', 'ols_fit(y, r, ''{"odd": 1}'')', 'logistic_fit(y, x, -1)',
  'logistic_fit(y, x, ''{"odd": 1}'')', 'logistic_fit(y, r, -1)', 'poisson_fit(y, x, -1)',
  'glm_fit(y, x, ''{"family": "odd"}'')', 'glm_fit(y, x, -1, ''{"family": "gamma"}'')',
  'multinomial_fit(z, x, -1)', 'multinomial_fit(z, r, -1)', 'multinomial_fit(z, x, ''{"odd": 1}'')',
  'quantile_fit(y, x, 2)', 'quantile_fit(y, r, 2)', 'huber_fit(y, x, ''{"huber_k": -1}'')',
  'ridge_cv(y, x, ''{"folds": 1}'')', 'lasso_cv(y, r, ''{"folds": 1}'')',
  'elastic_net_cv(y, x, ''{"l1_ratio": 2}'')', 'logistic_cv(y, x, ''{"folds": 1}'')',
  'glm_cv(y, x, ''{"family": "odd"}'')', 'multinomial_cv(z, x, ''{"folds": 1}'')',
  'l2_gram_agg(y, x, ''{"odd": 1}'')', 'l2_gram_agg(y, r, ''{"odd": 1}'')',
  'l2_gram_folds(y, x, ''{"folds": 1}'')', 'l2_gram_folds(y, r, ''{"folds": 1}'')',
  'logistic_path(y, x, ''{"n_lambda": 0}'')', 'ridge_fit(y, x, NULL)', 'ridge_fit(y, x, ''NaN'')',
  'quantile_fit(y, x, NULL)', 'logistic_fit(y, x, NULL::float8)', 'dropout_fit(y, x, NULL)']) fit;
DROP FUNCTION said_of_no_rows;
