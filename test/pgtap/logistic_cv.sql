-- Paths and cross-validation of logistic and Poisson regression against glmnet
-- (test/data/make_logistic_cv.R), and against the same done by hand.
\ir ames.psql
SET client_min_messages = warning;

CREATE TABLE made (y int, clicks int, w float8, e float8, x1 float8, x2 float8, x3 float8, x4 float8,
  x5 float8);
\copy made FROM 'test/data/logistic_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE ref_path (kase text, l1_ratio float8, step int, lambda float8, dev_ratio float8, nonzero int,
  b float8[]);
\copy ref_path FROM 'test/data/logistic_path.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE ref_cv (kase text, l1_ratio float8, measure text, step int, mean float8, se float8, is_min bool,
  is_1se bool);
\copy ref_cv FROM 'test/data/logistic_cv.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE case_rows AS
  SELECT k AS kase, (y > 160000)::int::float8 AS y, x, CASE WHEN k = 'ames' THEN 1 ELSE w END::float8 AS w,
  fold, true AS standardize FROM houses, unnest('{ames,ames_weighted}'::text[]) k
  UNION ALL SELECT 'made', y, ARRAY[x1, x2, x3, x4, x5], 1, i % 10 + 1, false
  FROM (SELECT *, row_number() OVER () AS i FROM made) s
  UNION ALL SELECT 'rooms', totrms_abvgrd, ARRAY[gr_liv_area, lot_area, year_built, fireplaces, garage_area],
  1, h.fold, true
    FROM (SELECT *, mod(mod((sale_price + 31 * lot_area)::bigint, 7919), 10)::int + 1 AS fold FROM ames) h;
-- Largest difference, as a share of the largest coefficient, after weights that make them comparable
CREATE FUNCTION pg_temp.apart(of_kase text, got float8[], want float8[]) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(abs(g - w) * s) / greatest(max(abs(w) * s), 1e-300)
  FROM unnest(got, want, (SELECT array_agg(s ORDER BY j) FROM
    (SELECT j, CASE WHEN bool_or(standardize) THEN stddev_pop(x[j]) ELSE 1 END AS s
    FROM case_rows, generate_subscripts(x, 1) j WHERE kase = of_kase GROUP BY j) t)) u(g, w, s) $$;

SELECT no_plan();

CREATE FUNCTION pg_temp.options(standardize bool, more jsonb DEFAULT '{}') RETURNS jsonb
  LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('standardize', standardize, 'lambda_scale', 'glmnet', 'n_lambda', 25) || more $$;
CREATE TABLE path AS SELECT kase, l1_ratio, row_number() OVER (PARTITION BY kase, l1_ratio
  ORDER BY (p).lambda DESC)::int AS step, (p).* FROM (
  SELECT kase, l1_ratio, unnest(logistic_path(l2_obs(y, weight => w), x,
  pg_temp.options(standardize, jsonb_build_object('l1_ratio', l1_ratio)))) AS p
  FROM case_rows, unnest('{1,0.5}'::float8[]) l1_ratio WHERE kase <> 'rooms' GROUP BY kase, l1_ratio
  UNION ALL SELECT kase, l1_ratio, unnest(poisson_path(l2_obs(y, weight => w), x,
  pg_temp.options(standardize, jsonb_build_object('l1_ratio', l1_ratio))))
  FROM case_rows, unnest('{1,0.5}'::float8[]) l1_ratio WHERE kase = 'rooms' GROUP BY kase, l1_ratio) s;
SELECT is(count(*)::int, 200, 'models of the paths') FROM path JOIN ref_path USING (kase, l1_ratio, step);
SELECT cmp_ok(max(abs(p.lambda / r.lambda - 1)), '<=', 1e-9::float8,
  format('%s l1_ratio %s: glmnet''s lambdas', kase, l1_ratio)) FROM path p
  JOIN ref_path r USING (kase, l1_ratio, step) GROUP BY kase, l1_ratio ORDER BY kase, l1_ratio;
SELECT cmp_ok(max(pg_temp.apart(kase, l2_coef(model), b[2:])), '<=', 1e-6::float8,
  format('%s l1_ratio %s: glmnet''s coefficients', kase, l1_ratio)) FROM path p
  JOIN ref_path r USING (kase, l1_ratio, step) WHERE r.step > 1 GROUP BY kase, l1_ratio
  ORDER BY kase, l1_ratio;
SELECT is(count(*)::int, 0, 'as many coefficients as in glmnet') FROM path p
  JOIN ref_path r USING (kase, l1_ratio, step)
  WHERE p.nonzero <> CASE WHEN step > 1 THEN r.nonzero ELSE 0 END; -- where rounding may leave it one
SELECT cmp_ok(max(abs(p.dev_ratio - r.dev_ratio)), '<=', 1e-9::float8,
  format('%s: glmnet''s fraction of deviance', kase)) FROM path p JOIN ref_path r USING (kase, l1_ratio, step)
  WHERE r.step > 1 AND kase NOT LIKE 'ames%' -- where it holds probabilities off 0 and 1
 GROUP BY kase ORDER BY kase;
SELECT ok(bool_and(converged), 'all converged') FROM path;
-- a row of the path is the fit at its lambda
SELECT is(count(*)::int, 0, 'each is the fit at its lambda')
  FROM (SELECT kase, l1_ratio, step, model, (SELECT CASE WHEN p.kase = 'rooms' THEN NULL
  ELSE logistic_fit(l2_obs(c.y, weight => c.w), c.x, p.lambda,
  pg_temp.options(standardize, jsonb_build_object('l1_ratio', p.l1_ratio)) - 'n_lambda') END FROM case_rows c
  WHERE c.kase = p.kase) AS alone FROM path p WHERE step IN (3, 12, 25) AND kase = 'made') s
WHERE pg_temp.apart(kase, l2_coef(model), l2_coef(alone)) > 1e-12;
SELECT cmp_ok(abs(l2_logloss(y::int, l2_predict(m, x)) * 2 * count(*) / max(deviance) - 1), '<=',
  1e-12::float8, 'deviance is that of the predictions')
FROM case_rows, (SELECT model AS m, deviance FROM path WHERE kase = 'made' AND l1_ratio = 1 AND step = 9) p
  WHERE kase = 'made';

-- curves over the same folds.  cv.glmnet holds probabilities 1e-5 off 0 and 1, which makes its deviances on
-- the house sales, where some houses are sure to be dear and were not, a little less.
CREATE TABLE curve (kase text, measure text, step int, p l2_glm_cv_point);
INSERT INTO curve SELECT kase, measure, row_number() OVER (PARTITION BY kase, measure, (p).l1_ratio
  ORDER BY (p).lambda DESC), p FROM (
  SELECT kase, measure, unnest(logistic_cv_curve(l2_obs(y, weight => w, fold => fold), x,
  pg_temp.options(standardize, jsonb_build_object('l1_ratio', l1_ratio, 'measure', measure)))) AS p
  FROM case_rows, unnest('{deviance,auc,misclassification}'::text[]) measure,
  unnest('{1,0.5}'::float8[]) l1_ratio WHERE kase <> 'rooms' GROUP BY kase, measure, l1_ratio
  UNION ALL SELECT kase, 'deviance', unnest(poisson_cv_curve(l2_obs(y, weight => w, fold => fold), x,
  pg_temp.options(standardize, jsonb_build_object('l1_ratio', l1_ratio))))
  FROM case_rows, unnest('{1,0.5}'::float8[]) l1_ratio WHERE kase = 'rooms' GROUP BY kase, l1_ratio) s;
UPDATE ref_cv SET measure = 'misclassification' WHERE measure = 'class';
CREATE VIEW both_curves AS SELECT c.kase, c.measure, c.step, (c.p).*, r.mean AS r_mean, r.se AS r_se,
  r.is_min AS r_is_min, r.is_1se AS r_is_1se
FROM curve c JOIN ref_cv r ON r.kase = c.kase AND r.measure = c.measure AND r.step = c.step AND r.l1_ratio
  = (c.p).l1_ratio;
SELECT is(count(*)::int, (SELECT count(*)::int FROM ref_cv), 'points of the curves') FROM both_curves;
SELECT cmp_ok(max(abs(mean / r_mean - 1)), '<=', CASE WHEN kase NOT LIKE 'ames%' OR measure = 'auc' THEN 1e-8
  WHEN measure = 'deviance' THEN 0.05 ELSE 0.005 END::float8,
  format('%s %s: cv.glmnet''s means', kase, measure)) FROM both_curves
  WHERE NOT (measure = 'auc' AND nonzero = 0) GROUP BY kase, measure ORDER BY kase, measure;
SELECT cmp_ok(max(abs(se / r_se - 1)), '<=', CASE WHEN kase NOT LIKE 'ames%' OR measure = 'auc' THEN 1e-6
  WHEN measure = 'deviance' THEN 0.5 ELSE 0.01 END::float8,
  format('%s %s: its standard errors', kase, measure)) FROM both_curves
  WHERE r_se > 1e-12 AND NOT (measure = 'auc' AND nonzero = 0) GROUP BY kase, measure ORDER BY kase, measure;
SELECT is(string_agg(format('%s %s %s %s', kase, measure, l1_ratio, step), ', '), NULL, 'the same choice')
  FROM both_curves WHERE NOT (measure <> 'auc' AND kase LIKE 'ames%')
  AND (is_min <> r_is_min OR is_1se <> r_is_1se);

-- the same by hand: models of the other folds, and the metrics of their predictions
CREATE TABLE by_hand AS SELECT f.fold, p.model AS m FROM generate_series(1, 10) f(fold),
  LATERAL (SELECT logistic_fit(l2_obs(y, weight => w), x, (SELECT (p).lambda FROM curve
  WHERE kase = 'made' AND measure = 'auc' AND (p).l1_ratio = 1 AND step = 8),
  '{"l1_ratio": 1, "lambda_scale": "glmnet"}') AS model FROM case_rows c
  WHERE kase = 'made' AND c.fold <> f.fold) p;
SELECT cmp_ok(max(abs(want - got)), '<=', 1e-12::float8, measure || ' of each fold by hand') FROM (
  SELECT measure, (p).fold_means[c.fold % 10 + 1] AS got,
  CASE measure WHEN 'deviance' THEN 2 * l2_logloss(y, pr) WHEN 'auc' THEN l2_auc(y, pr)
  ELSE 1 - l2_accuracy(y, pr) END AS want
  FROM curve v, (SELECT c.fold, c.y, l2_predict(m, x) AS pr FROM case_rows c JOIN by_hand USING (fold)
  WHERE kase = 'made') c WHERE v.kase = 'made' AND (p).l1_ratio = 1 AND step = 8
  GROUP BY measure, p, c.fold) s GROUP BY measure;

-- what is chosen, and its model
CREATE TABLE chosen AS SELECT rule, logistic_cv(l2_obs(y, weight => w, fold => fold), x,
  pg_temp.options(standardize, jsonb_build_object('l1_ratio', 1, 'rule', rule, 'measure', 'auc'))) AS m
  FROM case_rows, unnest('{min,1se}'::text[]) rule WHERE kase = 'made' GROUP BY rule;
SELECT is((g.lambda, g.cv_error, g.cv_se, g.folds), ((p).lambda, (p).mean, (p).se, 10), 'rule ' || rule)
  FROM chosen, l2_glance(m) g, curve WHERE kase = 'made' AND measure = 'auc' AND (p).l1_ratio = 1
  AND CASE rule WHEN 'min' THEN (p).is_min ELSE (p).is_1se END;
SELECT ok((SELECT (g).l1_ratio FROM l2_glance(m) g) IN (0.1, 0.9), 'several l1_ratios')
  FROM (SELECT logistic_cv(y, x, '{"l1_ratio": [0.1, 0.9], "n_lambda": 10}') AS m FROM case_rows
  WHERE kase = 'made') s;
-- folds by hash: any order, memory and plan
CREATE TABLE answers AS SELECT 'memory' AS how, (logistic_cv(y, x, '{"l1_ratio": 1}'))::text AS m
  FROM case_rows WHERE kase = 'made';
SET work_mem = '64kB';
INSERT INTO answers SELECT 'temporary files', (logistic_cv(y, x, '{"l1_ratio": 1}'))::text FROM case_rows
  WHERE kase = 'made';
INSERT INTO answers SELECT 'auc, temporary files',
  l2_glance(logistic_cv(y, x, '{"l1_ratio": 1, "measure": "auc", "n_lambda": 5}'))::text FROM case_rows
  WHERE kase = 'made';
RESET work_mem;
INSERT INTO answers SELECT 'auc, memory', l2_glance(logistic_cv(y, x,
  '{"l1_ratio": 1, "measure": "auc", "n_lambda": 5}'))::text FROM case_rows WHERE kase = 'made';
INSERT INTO answers SELECT 'another order', (logistic_cv(y, x, '{"l1_ratio": 1}' ORDER BY y, x))::text
  FROM case_rows WHERE kase = 'made';
CREATE FUNCTION pg_temp.numbers(m text) RETURNS numeric[]
  LANGUAGE sql AS $$ SELECT array_agg(round((v #>> '{}')::numeric, 9) ORDER BY o)
  FROM jsonb_path_query((m)::jsonb, '$.terms[*].estimate') WITH ORDINALITY u(v, o) $$;
SELECT is(pg_temp.numbers(m), (SELECT pg_temp.numbers(m) FROM answers WHERE how = 'memory'), how) FROM answers
  WHERE how IN ('temporary files', 'another order');
SELECT * FROM finish();
