-- Lasso, elastic net and bounds where columns are collinear: more of them than rows, duplicates,
-- sums of others, powers, offsets far larger than the spread.  Held against the optimality
-- conditions, worked out from the rows; and the search has to end soon.
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS l2reg;
SET client_min_messages = warning;

CREATE TEMP TABLE kinds (kind text, n int, p int, element text);
INSERT INTO kinds VALUES
  ('wide', 8, 24, 'sin(1.7 * i * j + j * j)'),
  ('duplicates', 12, 16, 'sin(1.7 * i * (j % 5) + j % 5)'),
  ('sums', 20, 12, 'sin(i * (1 + j % 4)) + CASE WHEN j > 4 THEN cos(i * (1 + j % 3)) ELSE 0 END'),
  ('dummies', 12, 14,
  '(CASE WHEN j <= 4 THEN i % 4 = j - 1 WHEN j <= 8 THEN i % 3 = j % 3 ELSE (i * j) % 5 = 0 END)::int'),
  ('powers', 30, 10, '(i / 30.0::float8) ^ j'),
  ('offset', 15, 20, '1e6 + sin(1.7 * i * j + j * j)'),
  ('nearly equal', 30, 12, 'sin(i) + 1e-4 * sin(1.7 * i * j)');
CREATE TEMP TABLE rows (kind text, i int, y float8, x float8[]);
SELECT format($$INSERT INTO rows SELECT %L, i, sin(3 * i * i) + cos(i),
  (SELECT array_agg((%s)::float8 ORDER BY j) FROM generate_series(1, %s) j)
  FROM generate_series(1, %s) i$$, kind, element, p, n) FROM kinds \gexec
CREATE TEMP TABLE grams AS SELECT kind, l2_gram_agg(y, x) AS gram FROM rows GROUP BY kind;

-- penalties as a share of the least that leaves no coefficient; bounds that some coefficients meet
CREATE TEMP TABLE fits AS
SELECT kind, share, l1_ratio, bounded, intercept, lower, upper, at * l1_ratio AS l1,
  at * (1 - l1_ratio) AS l2,
  l2_elastic_net(gram, at, l2_options('l1_ratio', l1_ratio, 'lower', ARRAY[lower], 'upper', ARRAY[upper],
  'intercept', intercept)) AS m
FROM grams, unnest('{0.3,0.01,1e-4,1e-7,0}'::float8[]) share, unnest('{1,0.5}'::float8[]) l1_ratio,
  (VALUES ('no bounds', NULL::float8, NULL::float8), ('non-negative', 0, NULL),
  ('in a box', -0.2, 0.3)) b(bounded, lower, upper),
  unnest('{true,false}'::bool[]) intercept,
  LATERAL (SELECT lambda * share AS at FROM l2_path(gram, options => '{"n_lambda": 1}')) largest
WHERE share > 0 OR l1_ratio = 1 AND bounded <> 'no bounds';

-- x'(y - yhat) about the means, less the pull of the penalty, as a share of |x| |y|: 0 between the bounds
CREATE TEMP TABLE checks AS
SELECT f.kind, share, l1_ratio, bounded, intercept, max(abs(
    CASE WHEN pull - l2 * b < 0 AND b <= lower THEN 0 WHEN pull - l2 * b > 0 AND b >= upper THEN 0
         WHEN b <> 0 THEN pull - l2 * b - l1 * sign(b)
         WHEN pull < 0 AND lower = 0 THEN 0
         ELSE greatest(abs(pull) - l1, 0) END) / size) AS miss,
  bool_and(b >= coalesce(lower, '-Infinity') AND b <= coalesce(upper, 'Infinity')) AS inside
FROM fits f, LATERAL (
  SELECT j, (l2_coef(m))[j] AS b, sum((x[j] - mean) * (y - l2_predict(m, x))) AS pull,
  sqrt(sum((x[j] - mean) ^ 2) * sum(y * y)) AS size
  FROM rows r, generate_subscripts(r.x, 1) j,
    LATERAL (SELECT CASE WHEN intercept THEN (l2_means(gram))[j + 1] ELSE 0 END AS mean FROM grams g
    WHERE g.kind = f.kind) c
  WHERE r.kind = f.kind GROUP BY j) t
WHERE size > 0 GROUP BY 1, 2, 3, 4, 5;

SELECT plan((2 * count(*))::int + 4) FROM kinds;
SELECT is(string_agg(format('%s %s %s %s: %s sweeps, gap %s', share, l1_ratio, bounded, intercept, iterations,
  gap), '; ') FILTER (WHERE share IS NOT NULL), NULL,
          format('%s: converged within 300 sweeps', k.kind))
FROM kinds k LEFT JOIN (SELECT f.*, g.gap, g.iterations FROM fits f, l2_glance(m) g
  WHERE NOT g.converged OR g.iterations > 300 OR NOT g.gap BETWEEN 0 AND 1e-13) f USING (kind)
GROUP BY k.kind;
-- the rows are rounded, and so is the prediction: of numbers near 1e6 without an intercept
SELECT is(string_agg(format('%s %s %s %s: %s', share, l1_ratio, bounded, intercept, miss), '; ')
  FILTER (WHERE share IS NOT NULL), NULL, format('%s: optimal', k.kind))
FROM kinds k LEFT JOIN checks c ON c.kind = k.kind
  AND NOT (inside AND miss <= CASE k.kind WHEN 'offset' THEN 1e-8 ELSE 1e-9 END)
GROUP BY k.kind;

-- of two equal columns the earlier is taken; and the models that cross-validation compares find their way,
-- too
SELECT is((SELECT array_agg(b <> 0 ORDER BY o)
  FROM unnest(l2_coef(l2_lasso(l2_gram_agg(y, ARRAY[x, x, 2 * x]), 1e-3))) WITH ORDINALITY u(b, o)),
  '{f,f,t}', 'the cheapest of three equal columns')
FROM (SELECT i AS x, i + sin(i) AS y FROM generate_series(1, 9) i) s;
SELECT is((SELECT array_agg(b <> 0 ORDER BY o)
  FROM unnest(l2_coef(l2_lasso(l2_gram_agg(y, ARRAY[x, z, x]), 1e-3))) WITH ORDINALITY u(b, o)), '{t,t,f}',
  'the first of two equal columns')
FROM (SELECT i AS x, i * i % 7 AS z, i + sin(i) AS y FROM generate_series(1, 9) i) s;
SET client_min_messages = notice;
SELECT lives_ok($$ SELECT l2_cv(l2_gram_folds(y, x, '{"folds": 4}'), 'lasso', '{"lambdas": [1e-6]}') FROM rows
  WHERE kind = 'wide' $$, 'cross-validation of wide folds');
-- a penalty below all rounding is none
SELECT is((l2_glance(l2_lasso(gram, 1e-300))).converged, true, 'a penalty too small to count') FROM grams
  WHERE kind = 'sums';
SELECT * FROM finish();
