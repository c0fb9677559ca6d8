-- Groups of generalised linear models: the optimality conditions, worked out from the rows, and what is the
-- same as another fit.
SET client_min_messages = error;

CREATE TABLE rows (x1 float8, x2 float8, x3 float8, w float8, e float8, amount float8, time float8,
  counted float8, any_y float8, yes float8, rare float8, share float8, claims float8);
\copy rows FROM 'test/data/glm_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE wide AS SELECT *, ARRAY[x1, x2, x3, x1 * x2, x1 * x1, x2 * x3, cos(x1 * 3) * 100,
  sin(x2 * 40)] AS x FROM rows;

-- groups {1}, {2, 4, 5}, {3, 6}, {7, 8}, given by any numbers
CREATE TABLE fits AS
SELECT family, link, method, l1, ratio, standardize, intercept, m::float8[] AS b, (l2_glance(m)).converged,
  (l2_glance(m)).df AS df, l1 * ratio AS pull, l1 * (1 - ratio) AS shrink
FROM (VALUES ('binomial', 'logit', 1), ('poisson', 'log', 2), ('gamma', 'log', 3), ('binomial', 'cloglog', 1),
  ('gaussian', 'identity', 4)) f(family, link, method),
     unnest('{0.02,4,15,50,150}'::float8[]) l1, unnest('{1,0.4}'::float8[]) ratio,
     unnest('{t,f}'::bool[]) standardize, unnest('{t,f}'::bool[]) intercept,
     LATERAL (SELECT glm_fit(l2_obs(CASE method WHEN 1 THEN yes WHEN 2 THEN counted WHEN 3 THEN amount
     ELSE any_y END, weight => w), x, l1,
                     jsonb_build_object('family', family, 'link', link, 'l1_ratio', ratio, 'standardize',
                     standardize, 'intercept', intercept, 'group', '[9, 2, 4, 2, 2, 4, 1, 1]'::jsonb)) AS m
                     FROM wide) s;

-- how the loss falls with each coefficient: the row's score by its linear predictor, times x
CREATE TABLE slopes AS
SELECT f.family, link, l1, ratio, standardize, intercept, j, '{9,2,4,2,2,4,1,1}'::int[] AS groups,
  ('{9,2,4,2,2,4,1,1}'::int[])[j] AS g,
       f.b[j + 1] AS b, pull, shrink, sum(w * score * x[j]) AS slope, sum(abs(w * score * x[j])) AS size,
       CASE WHEN standardize THEN sqrt(sum(w * x[j] ^ 2) / sum(w) - (sum(w * x[j]) / sum(w)) ^ 2)
       ELSE 1 END AS unit
FROM fits f, wide, generate_series(1, 8) j,
     LATERAL (SELECT b[1] + b[2] * x[1] + b[3] * x[2] + b[4] * x[3] + b[5] * x[4] + b[6] * x[5] + b[7] * x[6]
     + b[8] * x[7] + b[9] * x[8]) e(eta),
     LATERAL (SELECT CASE WHEN link = 'logit' THEN yes - 1 / (1 + exp(-eta)) WHEN f.family = 'poisson'
     THEN counted - exp(eta) WHEN f.family = 'gamma' THEN amount * exp(-eta) - 1
                          WHEN f.family = 'gaussian' THEN any_y - eta
                          ELSE CASE WHEN yes = 1 THEN exp(eta - exp(eta)) / (1 - exp(-exp(eta)))
                          ELSE -exp(eta) END END AS score) s
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12;
CREATE TABLE conditions AS
SELECT *, pull * sqrt(count(*) OVER one) AS length, sqrt(sum((unit * b) ^ 2) OVER one) AS norm,
  sqrt(sum((slope / unit) ^ 2) OVER one) AS steep, sqrt(sum((size / unit) ^ 2) OVER one) AS sizes
FROM slopes WINDOW one AS (PARTITION BY family, link, l1, ratio, standardize, intercept, g);

SELECT plan(18);
SELECT cmp_ok(max(CASE WHEN norm > 0 THEN abs(slope - shrink * unit ^ 2 * b - length * unit ^ 2 * b / norm)
  / (size + length * unit)
                       ELSE greatest(steep - length, 0) / (sizes + length) END), '<', 1e-9::float8,
                       format('%s %s: the conditions hold of each group', family, link))
FROM conditions GROUP BY family, link ORDER BY 1;
SELECT is(array_agg(DISTINCT (b = 0) = (norm = 0)), '{t}', 'groups are in or out as a whole') FROM conditions;
SELECT cmp_ok(count(*) FILTER (WHERE norm > 0), '>', 500::bigint, 'many are in') FROM conditions;
SELECT cmp_ok(count(*) FILTER (WHERE norm = 0), '>', 100::bigint, 'and many out') FROM conditions;
SELECT is(array_agg(DISTINCT converged), '{t}', 'all have converged') FROM fits;

-- What is the same
CREATE FUNCTION apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT max(abs(x - y)) / greatest(max(abs(y)), 1e-300) + CASE WHEN cardinality(a) = cardinality(b) THEN 0
  ELSE 1 END FROM unnest(a, b) u(x, y) $$;
SELECT cmp_ok(max(apart(a::float8[], b::float8[])), '<', 1e-9::float8, 'groups of one are no groups')
FROM unnest('{1,10}'::float8[]) l, LATERAL (SELECT logistic_fit(l2_obs(yes, weight => w), x, l,
  '{"l1_ratio": 0.7, "standardize": true, "group": [1, 2, 3, 4, 5, 6, 7, 8]}') AS a,
  logistic_fit(l2_obs(yes, weight => w), x, l, '{"l1_ratio": 0.7, "standardize": true}') AS b FROM wide) s;
SELECT cmp_ok(max(apart(a::float8[], b::float8[])), '<', 1e-10::float8,
  'the gaussian family is least squares, with dropout, too')
FROM unnest('{0,0.2}'::float8[]) rate, LATERAL (SELECT glm_fit(any_y, x, 8,
  l2_options('group', '[9, 2, 4, 2, 2, 4, 1, 1]'::jsonb, 'l1_ratio', 0.5, 'dropout', rate)) AS a,
  elastic_net_fit(any_y, x, 8, l2_options('group', '[9, 2, 4, 2, 2, 4, 1, 1]'::jsonb, 'dropout', rate)) AS b
  FROM wide) s;
SELECT cmp_ok(max(abs((l2_glance(a)).df - (l2_glance(b)).df)), '<', 1e-8::float8,
  'and so are the effective parameters')
FROM unnest('{0,0.2}'::float8[]) rate, LATERAL (SELECT glm_fit(any_y, x, 8,
  l2_options('group', '[9, 2, 4, 2, 2, 4, 1, 1]'::jsonb, 'l1_ratio', 0.5, 'dropout', rate)) AS a,
  elastic_net_fit(any_y, x, 8, l2_options('group', '[9, 2, 4, 2, 2, 4, 1, 1]'::jsonb, 'dropout', rate)) AS b
  FROM wide) s;

-- dropout: all masks of all rows, each with its probability
CREATE TABLE masked AS
SELECT counted, yes, p, ARRAY[x1 * (m & 1), x2 * (m >> 1 & 1), x3 * (m >> 2)] AS x,
  ARRAY[x1, x2, x3] AS plain, m
FROM rows, generate_series(0, 7) m, LATERAL (SELECT 0.75 ^ kept * 0.25 ^ (3 - kept)
  FROM (SELECT (m & 1) + (m >> 1 & 1) + (m >> 2) AS kept) k) q(p);
SELECT cmp_ok(apart(a::float8[], b::float8[]), '<', 1e-9::float8, 'a group and dropout: as over all masks')
FROM (SELECT logistic_fit(yes, plain, 3, '{"l1_ratio": 0.8, "group": [1, 1, 2], "dropout": 0.25}')
  FILTER (WHERE m = 0) AS a,
  logistic_fit(l2_obs(yes, weight => p), ARRAY[x[1] / 0.75, x[2] / 0.75, x[3] / 0.75], 3,
  '{"l1_ratio": 0.8, "group": [1, 1, 2]}') AS b FROM masked) s;

-- Paths and cross-validation
CREATE TABLE points AS SELECT p.* FROM (SELECT logistic_path(yes, x,
  '{"l1_ratio": 1, "group": [9, 2, 4, 2, 2, 4, 1, 1], "n_lambda": 30, "standardize": true}') AS points
  FROM wide) s, unnest(points) p;
SELECT is(array_agg(DISTINCT converged), '{t}', 'a path converges') FROM points;
SELECT is(nonzero, 0, 'nothing is in at the largest lambda') FROM points ORDER BY lambda DESC LIMIT 1;
SELECT cmp_ok(l2_nonzero, '>', 0, 'and something just below it')
FROM (SELECT (SELECT count(*)::int FROM unnest(l2_coef(logistic_fit(yes, x, largest * (1 - 1e-6),
  '{"l1_ratio": 1, "group": [9, 2, 4, 2, 2, 4, 1, 1], "standardize": true}'))) b WHERE b <> 0) AS l2_nonzero
      FROM wide, (SELECT max(lambda) AS largest FROM points) m GROUP BY largest) s;
SELECT cmp_ok(max(apart(model::float8[], alone::float8[])), '<', 1e-8::float8,
  'its fits are those of each lambda')
FROM points, LATERAL (SELECT logistic_fit(yes, x, lambda,
  '{"l1_ratio": 1, "group": [9, 2, 4, 2, 2, 4, 1, 1], "standardize": true}') AS alone FROM wide) s;
SELECT cmp_ok(apart(m::float8[], alone::float8[]), '<', 1e-8::float8,
  'cross-validation ends in the fit at its lambda')
FROM (SELECT poisson_cv(counted, x,
  '{"l1_ratio": 1, "group": [9, 2, 4, 2, 2, 4, 1, 1], "lambdas": [1, 5, 30], "standardize": true}') AS m
  FROM wide) c,
     LATERAL (SELECT poisson_fit(counted, x, (m::jsonb->>'lambda')::float8,
     '{"l1_ratio": 1, "group": [9, 2, 4, 2, 2, 4, 1, 1], "standardize": true}') AS alone FROM wide) s;
SELECT finish();
