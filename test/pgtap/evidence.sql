-- The lambda with the most evidence is scikit-learn's BayesianRidge's, and so are the coefficients.
BEGIN;
SELECT plan(6);

CREATE TABLE rows (id int, store int, w float8, z1 float8, z2 float8, z3 float8, x1 float8, d1 float8,
  d2 float8,
  y float8, far float8, g text);
\copy rows FROM 'test/data/iv_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (c text, i int, value float8);
\copy r FROM 'test/data/evidence.csv' WITH (FORMAT csv, HEADER true)

CREATE TABLE cases AS
SELECT c, l2_select(l2_gram_agg(y, x), 'ridge', o) AS m
FROM (SELECT *, ARRAY(SELECT sin(((id - 1) * j) ^ 2) FROM generate_series(1, 30) j ORDER BY j) AS noise,
        ARRAY[z1, z2, z3, x1, d1, d2] AS a, ARRAY[z1, z2 * 10, z3 * 100, x1 * 1e3, d1 * 1e-3, d2] AS units
        FROM rows) q,
  LATERAL (VALUES ('all', a, '{"criterion": "evidence"}'),
  ('no intercept', a, '{"criterion": "evidence", "intercept": false}'),
    ('few rows', CASE WHEN id <= 25 THEN a END, '{"criterion": "evidence"}'),
    ('with noise', a || noise, '{"criterion": "evidence"}'),
    ('standardized', units || noise, '{"criterion": "evidence", "standardize": true}'),
    ('collinear', a || (z1 + 1e-4 * noise[1]), '{"criterion": "evidence"}')) v(c, x, o)
GROUP BY c, o;
CREATE TABLE got AS
SELECT c, 0 AS i, (m::jsonb ->> 'lambda')::float8 AS value FROM cases
UNION ALL SELECT c, o::int, b FROM cases, unnest(l2_coef(m)) WITH ORDINALITY u(b, o);

SELECT is(count(*)::int, 103, 'all are there') FROM got JOIN r USING (c, i);
SELECT is(string_agg(format('%s: %s, not %s', c, got.value, r.value), E'\n'), NULL, 'lambda')
FROM got JOIN r USING (c, i) WHERE i = 0 AND NOT abs(got.value / r.value - 1) < 1e-7;
SELECT is(string_agg(format('%s, %s: %s, not %s', c, i, got.value, r.value), E'\n'), NULL, 'coefficients')
FROM got JOIN r USING (c, i) WHERE i > 0 AND NOT abs(got.value - r.value)
  < 1e-8 * greatest(abs(r.value), 1e-3);

-- the scale of lambda changes nothing but lambda
SELECT is(count(DISTINCT (SELECT array_agg(round(b::numeric, 10)) FROM unnest(l2_coef(m)) b))::int, 1,
  'whatever its scale')
FROM (SELECT l2_gram_agg(y, ARRAY[z1, x1, d1]) AS g FROM rows) s, unnest('{sum,mean,glmnet}'::text[]) scale,
  LATERAL l2_select(g, 'ridge', l2_options('criterion', 'evidence', 'lambda_scale', scale)) m;
-- of lambdas that are named, the nearest in evidence
SELECT is(m::jsonb ->> 'lambda', '1', 'of lambdas that are named')
FROM (SELECT l2_gram_agg(y, ARRAY[z1, z2, z3, x1, d1, d2]) AS g FROM rows) s,
  l2_select(g, 'ridge', '{"criterion": "evidence", "lambdas": [1000, 100, 1, 0]}') m;
-- where y is noise
SELECT ok((l2_glance(m)).df < 1.1, 'nothing is explained by what says nothing')
FROM (SELECT l2_gram_agg(id % 2, ARRAY[id / 2 % 2, id / 4 % 2]) AS g FROM generate_series(0, 79) id) s,
  l2_select(g, 'ridge', '{"criterion": "evidence"}') m;
SELECT * FROM finish();
ROLLBACK;
