-- Lassos whose columns are hard to find: nearly collinear, collinear, more than rows; from a cold start
-- at one small penalty, where plain coordinate descent takes tens of thousands of sweeps, and along paths.
SET client_min_messages = error;

CREATE FUNCTION pg_temp.wave(i int, j int) RETURNS float8
  LANGUAGE sql IMMUTABLE AS 'SELECT sin(i * i * 0.37 * j + j * j * 1.7)';
CREATE TEMP TABLE problems AS
  SELECT 'powers 1 to 12' AS name, l2_gram_agg(sin(i * i * 1.1) + i / 50.0,
  (SELECT array_agg(power(i / 100.0, j) ORDER BY j) FROM generate_series(1, 12) j)) AS g
  FROM generate_series(1, 100) i UNION ALL
  SELECT 'running sums', l2_gram_agg(sin(i * i * 1.1), (SELECT array_agg(s ORDER BY j)
  FROM (SELECT j, sum(pg_temp.wave(i, j)) OVER (ORDER BY j) AS s FROM generate_series(1, 60) j) w))
  FROM generate_series(1, 300) i UNION ALL
  SELECT 'a common factor', l2_gram_agg(sin(i * i * 1.1) + pg_temp.wave(i, 7),
  (SELECT array_agg(30 * sin(i * i * 1.7) + pg_temp.wave(i, j) ORDER BY j) FROM generate_series(1, 60) j))
  FROM generate_series(1, 300) i UNION ALL
  SELECT 'more columns than rows', l2_gram_agg(sin(i * i * 1.1) + pg_temp.wave(i, 7),
  (SELECT array_agg(pg_temp.wave(i, j) ORDER BY j) FROM generate_series(1, 120) j))
  FROM generate_series(1, 40) i UNION ALL
  SELECT 'copies and sums', l2_gram_agg(sin(i) + i % 7,
  ARRAY[i % 7, i % 7, i % 11, i % 7 + i % 11, 5, (i % 7) * 2.0 - 3, cos(i), cos(i) + i % 11])
  FROM generate_series(1, 200) i;

SELECT plan(5 * 6);

CREATE TEMP TABLE cold AS
  SELECT name, g, share, o.lambda, g.model FROM problems, (VALUES (1e-2), (1e-5), (1e-9)) v(share),
    LATERAL (SELECT share * max(lambda) AS lambda FROM l2_path(g, options => '{"n_lambda": 1}')) o,
    LATERAL (SELECT l2_lasso(g, o.lambda) AS model) g;
SELECT ok(bool_and(converged AND gap <= 1e-13), name || ': converges from a cold start, gap ' || max(gap))
  FROM cold, l2_glance(model) GROUP BY name;
SELECT ok(max(iterations) < 5000, name || ': in ' || max(iterations) || ' sweeps') FROM cold, l2_glance(model)
  GROUP BY name;
SELECT ok(bool_and(converged) AND max((model::jsonb->>'gap')::float8) <= 1e-13,
  name || ': converges all along a path') FROM problems, l2_path(g, options => '{"lambda_min_ratio": 1e-9}')
  GROUP BY name;
-- where the minimum is unique both ways lead to it; where not, they fit as well
SELECT ok(max(abs(c.rss - w.rss) / tss) < 1e-12, name || ': cold and warm fits are as good')
FROM cold, l2_glance(model) c, LATERAL (SELECT (model::jsonb->>'tss')::float8 AS tss) t,
  LATERAL (SELECT rss FROM l2_path(g, options => l2_options('lambdas',
  ARRAY[cold.lambda, cold.lambda * 1.5, cold.lambda * 3, cold.lambda * 10, cold.lambda * 100])) p
  WHERE p.lambda = cold.lambda) w GROUP BY name;
SELECT ok(bool_and(converged), name || ': with bounds too')
  FROM problems, l2_glance(l2_lasso(g, 1e-6, '{"lower": [-1], "upper": [2]}')) GROUP BY name;
SELECT ok(bool_and(converged AND least >= 0), name || ': and least squares without negative coefficients')
FROM problems, LATERAL (SELECT l2_ridge(g, 0, '{"non_negative": true}') AS m) r, l2_glance(m),
  LATERAL (SELECT min(b) AS least FROM unnest(l2_coef(m)) b) s GROUP BY name;

SELECT * FROM finish();
