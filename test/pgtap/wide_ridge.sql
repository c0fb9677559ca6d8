-- Ridge over many lambdas with about 500 columns and more, where the solvers used to change: the curve of
-- cross-validation against a fit by hand for each fold and lambda, and paths against single fits.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;

CREATE TEMP TABLE wide AS
  SELECT i, i % 3 AS fold, 1 + i % 4 AS w, sin(i * i) + x[1] - x[77] + 0.5 * x[300] AS y, x
  FROM generate_series(1, 720) i, LATERAL (
    SELECT array_agg(CASE WHEN j = 5 THEN 3 ELSE (1 + j % 7) * sin(i * j * 0.37 + j * j * 0.11) END
    ORDER BY j) AS x
    FROM generate_series(1, 640) j) s;
-- p columns of the rows to n; a constant one among them
CREATE TEMP TABLE trial (name text PRIMARY KEY, p int, n int, weighted bool, standardize bool,
  lambdas float8[]);
INSERT INTO trial VALUES
  ('499 columns', 499, 720, false, false, '{1}'),
  ('501 columns', 501, 720, false, false, '{3000,1,1e-3}'),
  ('501 columns, standardized', 501, 720, false, true, '{1}'),
  ('501 columns, weighted', 501, 720, true, true, '{0.1}'),
  ('more columns than rows', 520, 150, false, true, '{300,1,1e-4}'),
  ('next to no penalty', 501, 720, false, false, '{1e-8}'),
  ('640 columns', 640, 720, false, true, '{10}');

CREATE TEMP TABLE grams AS
  SELECT name, fold, CASE WHEN weighted THEN l2_gram_agg(l2_obs(y, weight => w), x[:p])
  ELSE l2_gram_agg(y, x[:p]) END AS g
  FROM trial JOIN wide ON i <= n GROUP BY name, weighted, fold;

CREATE TEMP TABLE by_hand AS
  SELECT t.name, lambda, fold, sum(weight * (y - l2_predict(m, x[:p])) ^ 2) / sum(weight) AS mse
  FROM trial t, unnest(lambdas) lambda, generate_series(0, 2) AS out,
    LATERAL (SELECT l2_ridge(l2_gram_sum(g), lambda, l2_options('standardize', t.standardize)) AS m FROM grams
    WHERE grams.name = t.name AND fold <> out OFFSET 0) f,
    LATERAL (SELECT fold, y, x, CASE WHEN weighted THEN w ELSE 1 END AS weight FROM wide
    WHERE i <= n AND fold = out) r
  GROUP BY t.name, lambda, fold;

SELECT plan(7 + 4);
SELECT ok(count(*) = min(cardinality(lambdas)) * 3 AND max(abs(mse / c.fold_mse[fold + 1] - 1)) < 1e-10,
  format('%s: the errors of each fold are those of fits by hand, off by %s', t.name,
  max(abs(mse / c.fold_mse[fold + 1] - 1))))
FROM trial t, LATERAL (SELECT array_agg(g ORDER BY fold) AS folds FROM grams WHERE grams.name = t.name) s,
  l2_cv_curve(folds, 'ridge', l2_options('lambdas', lambdas, 'standardize', t.standardize)) c
  JOIN by_hand h ON h.lambda = c.lambda
WHERE h.name = t.name GROUP BY t.name ORDER BY t.name;

CREATE TEMP TABLE path AS
  SELECT p.lambda, p.model, p.df, l2_ridge(g, p.lambda) AS single
  FROM (SELECT l2_gram_agg(y, x[:4] || x[6:502]) AS g FROM wide) s,
  l2_path(g, 'ridge', '{"lambdas": [1e4, 300, 10]}') p;
SELECT is(count(*) FILTER (WHERE l2_coef(model) = l2_coef(single))::int, 3,
  'a path at 501 columns has the coefficients of single fits, to the last bit') FROM path;
SELECT is(array_agg(DISTINCT model::jsonb ->> 'solver'), '{eigen}'::text[], 'by eigenvalues') FROM path;
SELECT ok(max(abs(a.std_error / b.std_error - 1)) < 1e-10, 'and the standard errors')
  FROM path, l2_summary(model) a, l2_summary(single) b WHERE a.term = b.term;

-- A lambda so small that the rows explain nearly all leaves few degrees of freedom, of which no digit may be
-- lost: with as many singular values as rows, rows - 1 - tr(2 H - H^2) is the sum of (lambda / (d +
-- lambda))^2
CREATE TEMP TABLE few AS
  SELECT p.lambda, (p.model::jsonb ->> 'df_residual')::float8 AS residual
  FROM (SELECT l2_gram_agg(y, x) AS g FROM (VALUES (1, '{1,0,0}'::float8[]), (2, '{0,1,0}'),
  (4, '{0,0,1}')) v(y, x)) s, l2_path(g, 'ridge', '{"lambdas": [1, 1e-5]}') p;
-- centred, the unit matrix has the singular values 1, 1, 0
SELECT ok(max(abs(residual / (2 * (lambda / (1 + lambda)) ^ 2) - 1)) < 1e-14,
  'degrees of freedom of three rows and columns, in closed form') FROM few;

SELECT * FROM finish();
