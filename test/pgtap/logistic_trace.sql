-- The textbook's logistic unit: its iterations against plain Python (test/data/make_unit.py), where it ends
-- against Newton's steps, and the rates at which it does not.
SET client_min_messages = error;
CREATE TABLE iris (sepal_length float8, sepal_width float8, petal_length float8, petal_width float8,
  species text, i serial);
\copy iris (sepal_length, sepal_width, petal_length, petal_width, species) FROM 'test/data/iris.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE steps (kase int, lambda float8, weighted bool, options jsonb, iteration int, objective float8,
  loss float8, b0 float8, b1 float8, b2 float8);
\copy steps FROM 'test/data/unit_steps.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE traces AS
SELECT kase, (SELECT CASE WHEN weighted THEN logistic_trace(l2_obs(species = 'virginica',
  weight => 1 + (i - 1) % 3), ARRAY[petal_length, petal_width], lambda, options::text::l2_options)
                     ELSE logistic_trace(species = 'virginica', ARRAY[petal_length, petal_width], lambda,
                     options::text::l2_options) END FROM iris) AS p
FROM (SELECT DISTINCT kase, lambda, weighted, options FROM steps) s;

SELECT plan((SELECT count(DISTINCT kase) FROM steps)::int + 20);
SELECT cmp_ok(max(greatest(abs(t.objective - s.objective) / (1 + s.objective),
  abs(t.loss - s.loss) / (1 + s.loss), abs(t.coefficients[1] - s.b0) / (1 + abs(s.b0)),
    abs(t.coefficients[2] - s.b1) / (1 + abs(s.b1)), abs(t.coefficients[3] - s.b2) / (1 + abs(s.b2)),
    CASE WHEN t.objective IS NULL THEN 1 ELSE 0 END)), '<', 1e-12::float8,
  s.options::text || ', lambda ' || s.lambda || ': ' || count(*) || ' iterations are Python''s')
FROM steps s LEFT JOIN (SELECT kase, t.* FROM traces, unnest(p) t) t USING (kase, iteration)
  GROUP BY s.kase, s.options, s.lambda ORDER BY s.kase;

-- The minimum is Newton's
CREATE TABLE ends AS SELECT l, r,
  logistic_fit(species = 'virginica', ARRAY[petal_length, petal_width], l,
  l2_options('solver', 'gradient', 'l1_ratio', r, 'standardize', true, 'max_iter', 200000)) AS g,
  logistic_fit(species = 'virginica', ARRAY[petal_length, petal_width], l,
  l2_options('l1_ratio', r, 'standardize', true)) AS n
FROM iris, (VALUES (1, 0), (2, 0.5), (5, 1)) v(l, r) GROUP BY l, r;
SELECT cmp_ok(max(abs(a.b - c.b)), '<', 1e-6::float8,
  'gradient descent ends where Newton''s steps do, l1_ratio ' || r)
FROM ends, unnest(g::float8[]) WITH ORDINALITY a(b, i)
  JOIN LATERAL unnest(n::float8[]) WITH ORDINALITY c(b, i) USING (i) GROUP BY r ORDER BY r;
SELECT is(bool_and((l2_glance(g)).converged AND (l2_glance(g)).gap <= 1e-9), true,
  'and says that it has converged') FROM ends;
SELECT cmp_ok(max(abs((l2_glance(g)).deviance - (l2_glance(n)).deviance)
  + abs((l2_glance(g)).null_deviance - (l2_glance(n)).null_deviance)), '<', 1e-6::float8,
  'deviances are the same') FROM ends;

-- The largest rate that is sure to converge: 2 over the largest eigenvalue of what bounds the Hessian
CREATE FUNCTION said(options text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  PERFORM logistic_fit(species = 'virginica', ARRAY[petal_length, petal_width], 1, options) FROM iris;
  RETURN 'fitted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN detail;
END $$;
CREATE TABLE bound AS SELECT 2 / (max(e) / 4 + 1 / 150.0) AS least, 2 / (max(e) / 4) AS most FROM (
  -- power iteration on X'X / n
  WITH RECURSIVE a AS (SELECT 1.0::float8 AS c11, avg(petal_length) AS c12, avg(petal_width) AS c13,
  avg(petal_length ^ 2) AS c22, avg(petal_length * petal_width) AS c23, avg(petal_width ^ 2) AS c33
  FROM iris),
  p(i, x, y, z, e) AS (SELECT 0, 1.0::float8, 1.0::float8, 1.0::float8, 0.0::float8 UNION ALL
    SELECT i + 1, u / s, v / s, w / s, s FROM (SELECT i, c11 * x + c12 * y + c13 * z AS u, c12 * x + c22 * y
    + c23 * z AS v, c13 * x + c23 * y + c33 * z AS w FROM p, a WHERE i < 200) q,
    LATERAL (SELECT sqrt(u * u + v * v + w * w) AS s) r)
  SELECT e FROM p WHERE i = 200) s;
SELECT ok(substring(said('{"solver": "gradient", "learning_rate": 50}')
  FROM '[0-9.]+(?=[.]$)')::float8 BETWEEN least AND most,
  'a rate that diverges says the largest that does not') FROM bound;
SELECT is(said(format('{"solver": "gradient", "max_iter": 200000, "learning_rate": %s}', least * 0.999)),
  'fitted', 'which does not') FROM bound;
SELECT is(array_length(logistic_trace(species = 'virginica', ARRAY[petal_length, petal_width],
  '{"learning_rate": 50, "max_iter": 30}'), 1), 31, 'a trace shows how it goes') FROM iris;
-- Rows in another order, the same batches
CREATE TABLE shuffled AS SELECT k, (SELECT logistic_trace(y, x,
  '{"batch_size": 16, "seed": 3, "learning_rate": 0.1, "max_iter": 9}'
  ORDER BY CASE k WHEN 0 THEN i::text ELSE md5(i::text) END)
  FROM (SELECT species = 'virginica' AS y, ARRAY[petal_length, petal_width] AS x, i FROM iris) s) AS p
  FROM generate_series(0, 1) k;
SELECT is(a.b, c.b, 'batches do not depend on the order of rows')
  FROM (SELECT array_agg(coefficients ORDER BY iteration) AS b FROM shuffled, unnest(p) WHERE k = 0) a,
  (SELECT array_agg(coefficients ORDER BY iteration) AS b FROM shuffled, unnest(p) WHERE k = 1) c;
SELECT throws_ok(format('SELECT logistic_fit(species = ''virginica'', ARRAY[petal_length], 1, %L) FROM iris',
  o), s, m, o) FROM (VALUES
  ('{"learning_rate": 0.1}', '22023', 'learning_rate is for solver gradient only'),
  ('{"batch_size": 5}', '22023', 'batch_size is for solver gradient only'),
  ('{"start": [0, 0]}', '22023', 'start is for solver gradient only'),
  ('{"solver": "fista"}', '22023', 'solver fista is for least squares'),
  ('{"solver": "gradient", "start": [0]}', '2202E',
  'option "start" has 1 numbers, but an intercept and 1 features are 2'),
  ('{"solver": "gradient", "intercept": false, "start": [1, 0]}', '22023',
  'option "start" begins with an intercept that is not fitted'),
  ('{"solver": "gradient", "non_negative": true}', '22023', 'solver gradient cannot take bounds'),
  ('{"solver": "gradient", "vcov": "HC0"}', '0A000', 'solver gradient has no vcov'),
  ('{"solver": "gradient", "batch_size": 0}', '22023', 'batch_size must be a whole number >= 1, but is 0'),
  ('{"solver": "gradient", "batch_size": 9, "tolerance": 1}', '22023',
  'steps over batches have no tolerance'),
  ('{"solver": "gradient", "learning_rate": 1e9}', '22023',
  'gradient descent diverges with learning_rate 1e+09')) v(o, s, m);
SELECT * FROM finish();
