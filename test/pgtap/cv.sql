-- Cross-validation against cv.glmnet, scikit-learn and exact curves on the Ames house sales and the
-- diamonds, the same folds (test/data/make_cv.py); and the folds themselves.
\ir ames.psql
\ir diamonds.psql
SET client_min_messages = warning;

CREATE TEMP TABLE grams AS
  SELECT 'ames' AS data, false AS weighted, l2_gram_folds(l2_obs(y, fold => fold - 1), x) AS grams FROM houses
  UNION ALL
  SELECT 'ames', true, l2_gram_folds(l2_obs(y, weight => w, fold => fold - 1), x) FROM houses UNION ALL
  SELECT 'diamonds', false, l2_gram_folds(l2_obs(y, fold => fold - 1), x) FROM stones;

CREATE TEMP TABLE glmnet (data text, weighted bool, standardize bool, l1_ratio float8, step int,
  lambda float8, cvm float8, cvsd float8,
  nonzero int, is_min bool, is_1se bool, exact_cvm float8, exact_cvsd float8);
\copy glmnet FROM 'test/data/cv_glmnet.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE sklearn (method text, l1_ratio float8, standardize bool, lambda_scale text, step int,
  lambda float8, mse float8,
  fold_mse float8[], is_min bool, exact_mse float8, exact_fold_mse float8[]);
\copy sklearn FROM 'test/data/cv_sklearn.csv' WITH (FORMAT csv, HEADER true)

SELECT plan(6 * 6 + 6 * 3 + 7);

CREATE TEMP TABLE ours AS
  SELECT t.*, format('%s%s%s, l1_ratio %s: ', t.data, CASE WHEN t.weighted THEN ', weighted' END,
  CASE WHEN t.standardize THEN ', standardized' END, t.l1_ratio) AS label,
         p.mean, p.se, p.nonzero AS n, p.is_min AS ours_min, p.is_1se AS ours_1se
  FROM (SELECT data, weighted, standardize, l1_ratio, array_agg(lambda) AS list FROM glmnet
  GROUP BY 1, 2, 3, 4) c
  JOIN grams g USING (data, weighted)
  CROSS JOIN LATERAL l2_cv_curve(grams, 'elastic_net', l2_options('l1_ratio', c.l1_ratio, 'lambdas', list,
  'lambda_scale', 'glmnet', 'standardize', c.standardize)) p
  JOIN glmnet t ON (t.data, t.weighted, t.standardize, t.l1_ratio, t.lambda)
  = (c.data, c.weighted, c.standardize, c.l1_ratio, p.lambda);
SELECT ok(max(abs(mean / exact_cvm - 1)) < 1e-12, label || 'means of the exact curve, off by '
  || max(abs(mean / exact_cvm - 1))) FROM ours GROUP BY label;
SELECT ok(max(abs(se / exact_cvsd - 1)) < 1e-11, label || 'its standard errors, off by '
  || max(abs(se / exact_cvsd - 1))) FROM ours GROUP BY label;
SELECT ok(max(abs(mean / cvm - 1)) < 1e-11, label || 'means of cv.glmnet') FROM ours GROUP BY label;
SELECT ok(max(abs(se / cvsd - 1)) < 1e-11, label || 'its standard errors') FROM ours GROUP BY label;
SELECT ok(bool_and(is_min = ours_min) AND bool_and(is_1se = ours_1se), label || 'lambda.min and lambda.1se')
  FROM ours GROUP BY label;
SELECT is(count(*) FILTER (WHERE nonzero <> n AND step > 1)::int, 0, label || 'numbers of columns') FROM ours
  GROUP BY label;

-- scikit-learn counts every fold the same; its first fold is our second
CREATE TEMP TABLE theirs AS
  SELECT s.*, format('%s%s, l1_ratio %s: ', s.method, CASE WHEN s.standardize THEN ', standardized' END,
  s.l1_ratio) AS label, p.fold_mse AS ours
  FROM (SELECT method, l1_ratio, standardize, lambda_scale, array_agg(lambda) AS list FROM sklearn
  GROUP BY 1, 2, 3, 4) c
  JOIN grams ON data = 'ames' AND NOT weighted
  CROSS JOIN LATERAL l2_cv_curve(grams, 'elastic_net', l2_options('l1_ratio', c.l1_ratio, 'lambdas', list,
  'lambda_scale', c.lambda_scale, 'standardize', c.standardize)) p
  JOIN sklearn s ON (s.method, s.l1_ratio, s.standardize, s.lambda_scale, s.lambda)
  = (c.method, c.l1_ratio, c.standardize, c.lambda_scale, p.lambda);
SELECT ok(max(abs(o / e - 1)) < 1e-12, label || 'errors of each fold, off by ' || max(abs(o / e - 1)))
  FROM theirs, unnest(ours, exact_fold_mse) u(o, e) GROUP BY label;
SELECT ok(max(abs(o / f - 1)) < 1e-9, label || 'as scikit-learn''s')
  FROM theirs, unnest(ours, fold_mse) u(o, f) GROUP BY label;
SELECT is(lambda, (SELECT lambda FROM theirs t WHERE t.label = s.label AND is_min), label || 'its choice')
FROM (SELECT DISTINCT ON (label) label, lambda
  FROM (SELECT label, lambda, (SELECT avg(o) FROM unnest(ours) o) AS mean FROM theirs) m
  ORDER BY label, mean, lambda DESC) s;

-- The model of the choice is the fit of its lambda; the aggregates are the two steps in one
SELECT is(l2_coef(l2_cv(grams, 'lasso', '{"lambda_scale": "mean"}')),
  l2_coef(l2_lasso(g, lambda, '{"lambda_scale": "mean"}')), 'the model of the smallest error')
FROM grams, LATERAL (SELECT l2_gram_sum(u) AS g FROM unnest(grams) u) s,
  l2_cv_curve(grams, 'lasso', '{"lambda_scale": "mean"}') WHERE data = 'ames' AND NOT weighted AND is_min;
SELECT is(l2_coef(l2_cv(grams, 'ridge', '{"rule": "1se"}')), l2_coef(l2_ridge(g, lambda)),
  'and that of a standard error more')
FROM grams, LATERAL (SELECT l2_gram_sum(u) AS g FROM unnest(grams) u) s, l2_cv_curve(grams, 'ridge')
  WHERE data = 'ames' AND NOT weighted AND is_1se;
SELECT is((SELECT elastic_net_cv(l2_obs(y, weight => w), x,
  '{"l1_ratio": [0.1, 0.5, 1], "standardize": true, "folds": 5, "rule": "1se"}')::text FROM houses),
          (SELECT l2_cv(l2_gram_folds(l2_obs(y, weight => w), x, '{"folds": 5}'), 'elastic_net',
          '{"l1_ratio": [0.1, 0.5, 1], "standardize": true, "rule": "1se"}')::text FROM houses),
          'one line or two');
SELECT ok(bool_and(l2_coef(m) = l2_coef(first)), 'in any order of the rows, to the last bit')
FROM (SELECT lasso_cv(y, x ORDER BY hashtext(i::text || y::text)) AS m FROM houses, generate_series(1, 20) i
  GROUP BY i) s,
     (SELECT lasso_cv(y, x) AS first FROM houses) f;

-- The folds: of even size, other ones for another seed, and small differences between values deal anew
CREATE TEMP TABLE seeds AS SELECT seed, (lasso_cv(y, x, format('{"seed": %s}', seed)))::jsonb AS m
  FROM houses, generate_series(1, 5) seed GROUP BY seed;
SELECT is(count(DISTINCT m->>'cv_error')::int, 5, 'a seed deals anew') FROM seeds;
SELECT ok(sum((n - 1000.0) ^ 2 / 1000) < 30, 'a hash deals evenly: chi-square '
  || sum((n - 1000.0) ^ 2 / 1000))
FROM (SELECT l2_n(unnest(l2_gram_folds(i, ARRAY[1, i % 2]))) AS n FROM generate_series(1, 10000) i) s;
SELECT is(array_agg(l2_n(g)), '{5,5,5}', 'a key deals as it says, negative ones too')
FROM (SELECT unnest(l2_gram_folds(l2_obs(i, fold => i), ARRAY[i], '{"folds": 3}')) AS g
  FROM generate_series(-7, 7) i) s;

SELECT * FROM finish();
