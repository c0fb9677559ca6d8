-- Lasso and elastic net: answers, options, degenerate problems.
SET extra_float_digits = 0;
\pset null NULL

CREATE FUNCTION rounded(float8[], int DEFAULT 9) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, sqrt(i) AS c, i % 7 + 2 * (i % 11) - sqrt(i)
  + sin(i) AS y, 1 + i % 4 AS w
FROM generate_series(1, 300) i;

-- one feature, by hand: soft thresholding of c = 20, C = 10 for y = 2x over x = 1 .. 5
SELECT lambda, l1_ratio, round(((l2_coef(m))[1])::numeric, 12) AS slope,
       round(greatest(20 - lambda * l1_ratio, 0) / (10 + lambda * (1 - l1_ratio)), 12) AS by_hand
FROM unnest('{0.1,1,10,20,1000}'::numeric[]) lambda, unnest('{0,0.5,1}'::numeric[]) l1_ratio,
     LATERAL (SELECT l2_elastic_net(l2_gram_cols(2 * i, i), lambda::float8,
     l2_options('l1_ratio', l1_ratio::float8)) m FROM generate_series(1, 5) i) s;

-- the same model by every way
SELECT count(DISTINCT m::float8[]) AS models FROM (
  SELECT lasso_fit(y, ARRAY[a, b, c], 200) m FROM many
  UNION ALL SELECT lasso_fit(y, ARRAY[a, b, c], 200, '{}') FROM many
  UNION ALL SELECT lasso_fit(y, ARRAY[a, b, c], 200, '{}') FROM many
  UNION ALL SELECT lasso_fit(y, ARRAY[a, b, c], 200) FROM many
  UNION ALL SELECT lasso_fit(y, ARRAY[a, b, c], 200, '{}') FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 200, '{"l1_ratio": 1}') FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 200, '{"l1_ratio": 1}') FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 200, '{"l1_ratio": 1}') FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 200, '{"l1_ratio": 1}') FROM many
  UNION ALL SELECT elastic_net_fit(y, ARRAY[a, b, c], 200, '{"l1_ratio": 1}') FROM many
  UNION ALL SELECT l2_lasso(l2_gram_cols(y, a, b, c), 200) FROM many) s;
-- l1_ratio 0 is ridge, lambda 0 least squares
SELECT l2_elastic_net(g, 5, '{"l1_ratio": 0}')::float8[] = l2_ridge(g, 5)::float8[] AS ridge,
  l2_lasso(g, 0)::float8[] = l2_ols(g)::float8[] AS ols,
       rounded(l2_lasso(g, 1e-9)::float8[], 6) = rounded(l2_ols(g)::float8[], 6) AS nearly_ols
FROM (SELECT l2_gram_cols(y, a, b, c) g FROM many) s;

-- what the model says
SELECT lambda, rounded(m::float8[], 6) AS b, nonzero, round(df::numeric, 6) AS df,
  round(r_squared::numeric, 6) AS r2, gap <= 1e-13 AS gap, converged
FROM (SELECT l2_gram_cols(y, a, b, c) g FROM many) s, unnest('{1,100,500,2000,7000,1e6,1e300}'::float8[]) l,
  l2_lasso(g, l) m, l2_glance(m);
SELECT m::jsonb - 'terms' - 'rss' - 'tss' - 'r_squared' - 'adj_r_squared' - 'sigma' - 'df' - 'df_residual'
  - 'gap' - 'iterations' - 'target_mean' - 'target_sd' AS model,
       m::text::l2_model::text = m::text AS text
FROM (SELECT elastic_net_fit(y, ARRAY[a, b, c], 50,
  '{"l1_ratio": 0.25, "standardize": true, "names": ["a", "b", "c"]}') m FROM many) s;
SELECT term, round(estimate::numeric, 6) AS estimate, std_error, p
  FROM l2_summary((SELECT lasso_fit(y, ARRAY[a, b, c], 2000) FROM many));
SELECT round(l2_predict(m, 3, 5, 4)::numeric, 6) FROM (SELECT lasso_fit(y, ARRAY[a, b, c], 2000) m
  FROM many) s;

-- options
SELECT rounded(l2_lasso(g, 1000, '{"penalty_factor": [0, 1, 1]}')::float8[], 6) AS first_free,
       rounded(l2_lasso(g, 1e9, '{"penalty_factor": [0, 1, 1]}')::float8[], 6) AS only_first,
       rounded(l2_ols(g, '{"features": ["x1"]}')::float8[], 6) AS ols,
       rounded(l2_lasso(g, 1000, '{"intercept": false}')::float8[], 6) AS no_intercept,
       rounded(l2_lasso(g, 1000, '{"features": ["x3", "x1"]}')::float8[], 6) AS features,
       rounded(l2_lasso(g, 1000 / 300.0, '{"lambda_scale": "mean"}')::float8[], 6) AS mean,
       rounded(l2_lasso(g, 1000)::float8[], 6) AS sum
FROM (SELECT l2_gram_cols(y, a, b, c) g FROM many) s \gx
SELECT rounded(lasso_fit(l2_obs(y, weight => w), ARRAY[a, b, c], 300)::float8[], 9)
  = rounded((SELECT lasso_fit(y, ARRAY[a, b, c], 300) FROM many, generate_series(1, w))::float8[],
  9) AS weights_are_rows FROM many;
-- units do not matter when standardised
SELECT rounded(lasso_fit(y, ARRAY[a, b, c], 100, '{"standardize": true}')::float8[], 6) AS metres,
       rounded(lasso_fit(y, ARRAY[a * 1000, b, c], 100, '{"standardize": true}')::float8[], 6) AS millimetres
       FROM many;

-- degenerate: duplicates, constant columns, all-zero y, two rows, more columns than rows
SELECT round((b[2] + b[3])::numeric, 6) AS shared, round(b[4]::numeric, 6) AS b, converged
FROM (SELECT lasso_fit(y, ARRAY[a, a, b], 100) m FROM many) s, l2_glance(m),
  LATERAL (SELECT m::float8[] AS b) t;
SELECT rounded(lasso_fit(y, ARRAY[a, b], 100)::float8[], 6) FROM many;
SELECT rounded(elastic_net_fit(y, ARRAY[a, a, b], 100)::float8[], 6) AS equal FROM many;
SELECT rounded(lasso_fit(y, ARRAY[a, 5, b], 100)::float8[], 6) AS constant_gets_0 FROM many;
SELECT rounded(m::float8[]) AS b, r_squared, gap, converged
  FROM (SELECT lasso_fit(0, ARRAY[a, b], 1) m FROM many) s, l2_glance(m);
SELECT rounded(lasso_fit(i, ARRAY[i * i], 0.5)::float8[]) AS two_rows FROM generate_series(1, 2) i;
SELECT rounded(lasso_fit(7, ARRAY[i], 0.5)::float8[]) AS one_row FROM generate_series(1, 1) i;
SELECT nonzero <= 6 AS at_most_n, converged, gap <= 1e-13 AS gap, sigma IS NOT NULL AS sigma
FROM l2_glance((SELECT lasso_fit(sin(i), (SELECT array_agg(cos(i * j * j) ORDER BY j)
  FROM generate_series(1, 40) j), 0.01) FROM generate_series(1, 6) i));
SELECT lasso_fit(y, ARRAY[a], 1) IS NULL AS no_rows FROM many WHERE false;

-- short of convergence: said, and the model says it too
SELECT converged, iterations, gap > 1e-13 AS gap
  FROM l2_glance((SELECT lasso_fit(y, x, 1e-3, '{"max_iter": 1, "tolerance": 0}')
  FROM (SELECT sin(i) AS y, ARRAY[i, i * i, i * i * i, sqrt(i)] AS x FROM generate_series(1, 40) i) s));

-- errors
SELECT lasso_fit(y, ARRAY[a], -1) FROM many;
SELECT lasso_fit(y, ARRAY[a], 'Infinity') FROM many;
SELECT elastic_net_fit(y, ARRAY[a], 1, '{"l1_ratio": 1.5}') FROM many;
SELECT elastic_net_fit(y, ARRAY[a], 1, l2_options('l1_ratio', a / 7.0)) FROM many;
SELECT elastic_net_fit(y, ARRAY[a], a) FROM many;
SELECT l2_elastic_net(l2_gram_cols(y, a), 1, '{"l1_ratio": "NaN"}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"max_iter": 0}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"max_iter": 1.5}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"tolerance": -1}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"l1_ratio": 0.5}') FROM many;
SELECT ridge_fit(y, ARRAY[a], 1, '{"l1_ratio": 0.5}') FROM many;
SELECT l2_lasso(l2_gram_cols(y, a), 1, '{"max_iter": 0}') FROM many;

-- bounds: one for all, one each, none where NULL
SELECT l2_coef(ridge_fit(y, x, 0)) IS NOT NULL AS free,
  rounded(ridge_fit(y, x, 0, '{"non_negative": true}')::float8[]) AS nnls,
  rounded(lasso_fit(y, x, 1, '{"lower": [-0.1, null, 0.2], "upper": 0.5}')::float8[]) AS boxed,
  rounded(elastic_net_fit(y, x, 1, '{"lower": 0.2, "upper": [0.2, 0.3, 0.4]}')::float8[]) AS above_0
FROM (SELECT sin(i) + 0.1 * i AS y, ARRAY[0.1 * i, cos(i), -sin(i + 0.1)] AS x
  FROM generate_series(1, 30) i) s;
SELECT solver, bounded, converged, round(df::numeric, 9) AS df, se FROM (
  SELECT m->>'solver' AS solver, m->>'bounded' AS bounded, m->>'converged' AS converged,
  (m->>'df')::float8 AS df, m#>>'{terms,1,std_error}' AS se
  FROM (SELECT ridge_fit(y, ARRAY[a, b], 1, '{"non_negative": true}')::jsonb AS m FROM many) s) s;
SELECT model::jsonb::l2_model::text = model::text AS round_trip
  FROM (SELECT ridge_fit(y, ARRAY[a, b], 1, '{"upper": 0}') AS model FROM many) s;
SELECT count(*), min(b) >= -0.5 AND max(b) <= 0.25 AS inside, bool_and(converged) AS converged
FROM l2_path((SELECT l2_gram_cols(y, a, b, a * b) FROM many),
  options => '{"lower": [-0.5], "upper": [0.25]}'), unnest(l2_coef(model)) b;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"lower": [0]}') IS NULL FROM many;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"lower": [0, 1, 2]}') FROM many;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"lower": "none"}') FROM many;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"lower": [0, "none"]}') FROM many;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"lower": [0, 2], "upper": 1, "names": ["a", "b"]}') FROM many;
SELECT l2_ridge(l2_gram_cols(y, a), 1, '{"upper": [-1], "non_negative": true}') FROM many;
SELECT l2_lasso(l2_gram_cols(y, a), 1, l2_options('upper', '{NaN}'::float8[])) FROM many;
SELECT l2_lasso(l2_gram_cols(y, a), 1, '{"upper": -1e400}') FROM many;

-- parallel
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT elastic_net_fit(y, ARRAY[a, b, c], 10) FROM many;
CREATE TABLE parallel AS SELECT elastic_net_fit(y, ARRAY[a, b, c], 10) AS m FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT p.m::text = s.m::text AS same FROM parallel p, (SELECT elastic_net_fit(y, ARRAY[a, b, c], 10) AS m
  FROM many) s;

DROP TABLE many, parallel;
DROP FUNCTION rounded;
-- more columns than rows, most of them in: bounded, by a small ridge penalty
SELECT converged, gap < 1e-13 AS gap, iterations < 500 AS soon, nonzero > 80 AS many
FROM l2_glance((SELECT l2_elastic_net(l2_gram_agg(sin(1.1 * i * i) + cos(2.59 * i * i + 1), x), 0.001,
  '{"l1_ratio": 0, "non_negative": true}')
  FROM (SELECT i, array_agg(sin(0.37 * i * i * j + 1.7 * j * j) ORDER BY j) AS x
  FROM generate_series(1, 80) i, generate_series(1, 600) j GROUP BY i) s));
