-- Paths and cross-validation of logistic and Poisson regression: forms, options, folds, degenerate rows.
SET extra_float_digits = 0;
\pset null NULL

CREATE FUNCTION rounded(float8[], int DEFAULT 6) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE trial AS SELECT i, i % 7 AS a, sqrt(i) AS b, i % 3 AS k, 1 + i % 4 AS w, sin(i) / 4 AS o,
  sin(i * i) < (i % 7 - 3) / 6.0 AS y, i * i % 11 / 2 AS visits FROM generate_series(1, 300) i;

SELECT round(lambda::numeric, 6) AS lambda, round(df::numeric, 4) AS df, nonzero,
  round(dev_ratio::numeric, 6) AS dev_ratio, round(deviance::numeric, 4) AS deviance,
       round(aic::numeric, 4) AS aic, round(bic::numeric, 4) AS bic, converged,
       rounded(model::float8[], 5) AS b
FROM (SELECT logistic_path(y, ARRAY[a, b, k], '{"l1_ratio": 1, "n_lambda": 6}') AS p FROM trial) s, unnest(p);
-- a quadratic penalty; lambdas of one's own, largest first
SELECT lambda, round(df::numeric, 4) AS df, nonzero, rounded(model::float8[], 5) AS b,
  rounded((SELECT logistic_fit(y, ARRAY[a, b, k], p.lambda) FROM trial)::float8[], 5) AS alone
FROM (SELECT logistic_path(y, ARRAY[a, b, k], '{"lambdas": [0, 1, 100]}') AS p FROM trial) s, unnest(p) p;
SELECT lambda, nonzero, rounded(model::float8[], 5) AS b
  FROM (SELECT poisson_path(l2_obs(visits, weight => w, offset_by => o), ARRAY[a, b, k],
  '{"l1_ratio": 0.5, "lambdas": [1, 50, 5]}') AS p FROM trial) s, unnest(p);
-- columns without a penalty, and bounds, move the largest lambda: the first of these just leaves none
SELECT nonzero, rounded(l2_coef(model), 5) AS b
  FROM (SELECT logistic_path(y, ARRAY[a, b, k],
  '{"l1_ratio": 1, "n_lambda": 3, "penalty_factor": [0, 1, 1]}') AS p FROM trial) s, unnest(p);
SELECT nonzero, rounded(l2_coef(model), 5) AS b
  FROM (SELECT logistic_path(y, ARRAY[a, b, k], '{"l1_ratio": 1, "n_lambda": 3, "non_negative": true}') AS p
  FROM trial) s, unnest(p);
SELECT nonzero, rounded(l2_coef(model), 5) AS b
  FROM (SELECT logistic_path(y, ARRAY[a, b, k],
  '{"l1_ratio": 1, "n_lambda": 3, "intercept": false, "class_weight": "balanced", "standardize": true}') AS p
  FROM trial) s, unnest(p);

-- what is chosen: the point of the curve that says so
SELECT round(l1_ratio::numeric, 2) AS l1_ratio, round(lambda::numeric, 5) AS lambda,
  round(mean::numeric, 6) AS mean, round(se::numeric, 6) AS se, nonzero, array_length(fold_means, 1) AS folds,
  is_min, is_1se
FROM (SELECT logistic_cv_curve(y, ARRAY[a, b, k], '{"l1_ratio": 1, "n_lambda": 6, "folds": 5}') AS c
  FROM trial) s, unnest(c);
SELECT round(lambda::numeric, 5) AS lambda, round(cv_error::numeric, 6) AS cv_error,
  round(cv_se::numeric, 6) AS cv_se, folds, nonzero FROM
  (SELECT logistic_cv(y, ARRAY[a, b, k], '{"l1_ratio": 1, "n_lambda": 6, "folds": 5}') AS m FROM trial
  UNION ALL SELECT logistic_cv(y, ARRAY[a, b, k],
  '{"l1_ratio": 1, "n_lambda": 6, "folds": 5, "rule": "1se"}') AS m FROM trial) s, l2_glance(m);
SELECT measure, round(mean::numeric, 6) AS mean, round(se::numeric, 6) AS se, rounded(fold_means) AS folds,
  round(lambda::numeric, 5) AS lambda
FROM (SELECT measure, logistic_cv_curve(l2_obs(y, fold => i % 4), ARRAY[a, b, k],
  format('{"l1_ratio": 1, "n_lambda": 6, "folds": 4, "measure": "%s"}', measure)::jsonb) AS c
  FROM trial, unnest('{deviance,auc,misclassification}'::text[]) measure GROUP BY measure) s, unnest(c)
  WHERE is_min ORDER BY measure;
SELECT DISTINCT round(lambda::numeric, 5) AS lambda, round(cv_error::numeric, 6) AS cv_error, folds FROM (
  SELECT poisson_cv(visits, ARRAY[a, b, k]) AS m FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k], '{}') FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k], '{}') FROM trial
  UNION ALL SELECT poisson_cv(visits::numeric, ARRAY[a, b, k]) FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k], '{"folds": 10}') FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k]) FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k], '{"seed": 0}') FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k]) FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k]) FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k], '{"rule": "min"}') FROM trial
  UNION ALL SELECT poisson_cv(visits, ARRAY[a, b, k], '{"l1_ratio": 0}') FROM trial) s, l2_glance(m);
-- folds: another seed, keys by number and by name
SELECT how, round(lambda::numeric, 5) AS lambda, round(cv_error::numeric, 6) AS cv_error, folds FROM (
  SELECT 'seed 1' AS how, logistic_cv(y, ARRAY[a, b, k], '{"l1_ratio": 1, "seed": 1, "n_lambda": 9}') AS m
  FROM trial
  UNION ALL SELECT 'seed 2', logistic_cv(y, ARRAY[a, b, k], '{"l1_ratio": 1, "seed": 2, "n_lambda": 9}')
  FROM trial
  UNION ALL SELECT 'key', logistic_cv(l2_obs(y, fold => k), ARRAY[a, b, k], '{"l1_ratio": 1, "n_lambda": 9}')
  FROM trial
  UNION ALL SELECT 'name', logistic_cv(l2_obs(y, fold => 'k' || k), ARRAY[a, b, k],
  '{"l1_ratio": 1, "n_lambda": 9}') FROM trial) s, l2_glance(m);
SELECT round(l1_ratio::numeric, 2) AS l1_ratio, count(*), count(*) FILTER (WHERE is_min) AS min, count(*)
  FILTER (WHERE is_1se) AS one_se
FROM (SELECT logistic_cv_curve(y, ARRAY[a, b, k], '{"l1_ratio": [0.2, 1], "n_lambda": 4}') AS c FROM trial) s,
  unnest(c) GROUP BY l1_ratio ORDER BY 1;
-- an AUC needs both classes in a fold; folds without are left out
SELECT rounded(fold_means) AS folds, round(mean::numeric, 6) AS mean
  FROM (SELECT logistic_cv_curve(l2_obs(y, fold => CASE WHEN i < 8 AND y THEN 0 ELSE 1 + i % 2 END),
  ARRAY[a, b], '{"lambdas": [1], "measure": "auc", "folds": 3}') AS c FROM trial) s, unnest(c);
-- shares count as so many rows of each
SELECT rounded(ARRAY[x.mean, x.se]) = rounded(ARRAY[z.mean, z.se]) AS same, round(x.mean::numeric, 6) AS mean
FROM (SELECT (unnest(logistic_cv_curve(l2_obs(s, weight => n, fold => a), ARRAY[a],
  '{"lambdas": [1], "measure": "auc", "folds": 3}'))).*
  FROM (SELECT a, avg(y::int)::float8 AS s, count(*)::float8 AS n FROM trial GROUP BY a) t) x,
     (SELECT (unnest(logistic_cv_curve(l2_obs(y, fold => a), ARRAY[a],
     '{"lambdas": [1], "measure": "auc", "folds": 3}'))).* FROM trial) z;

-- groups, FILTER, windows; the three share their rows
SELECT k, n, round(lambda::numeric, 5) AS lambda, round(cv_error::numeric, 6) AS cv_error
  FROM (SELECT k, logistic_cv(y, ARRAY[a, b], '{"l1_ratio": 1, "n_lambda": 5}') AS m FROM trial GROUP BY k) s,
  l2_glance(m) ORDER BY k;
SELECT round((l2_glance(logistic_cv(y, ARRAY[a, b], '{"l1_ratio": 1, "n_lambda": 5}')
  FILTER (WHERE k = 1))).cv_error::numeric, 6) AS filtered,
  array_length(logistic_path(y, ARRAY[a, b], '{"l1_ratio": 1, "n_lambda": 5}'), 1) AS path,
  array_length(logistic_cv_curve(y, ARRAY[a, b], '{"l1_ratio": 1, "n_lambda": 5}'), 1) AS curve FROM trial;
SELECT i, n, round(lambda::numeric, 5) AS lambda
  FROM (SELECT i, logistic_cv(y, ARRAY[a, b],
  '{"l1_ratio": 1, "n_lambda": 5, "folds": 3, "one_class": "null"}')
  OVER (ORDER BY i ROWS BETWEEN 99 PRECEDING AND CURRENT ROW) AS m FROM trial WHERE i > 100) s, l2_glance(m)
  WHERE i IN (200, 300);

-- nothing to do; rows skipped; one fold, one class
SELECT logistic_cv(y, ARRAY[a]) AS cv, logistic_path(y, ARRAY[a]) AS path,
  logistic_cv_curve(y, ARRAY[a]) AS curve FROM trial WHERE i < 0;
SELECT logistic_cv(y, NULL::float8[]) AS cv, logistic_path(y, ARRAY[NULL]::float8[]) AS path FROM trial;
SELECT n, n_skipped FROM (SELECT logistic_cv(l2_obs(y, weight => w, offset_by => o), x,
  '{"l1_ratio": 1}') AS m FROM (SELECT y, ARRAY[a, b] AS x, w, o FROM trial UNION ALL
  VALUES (true, ARRAY[1, NULL], 1, 0), (NULL, ARRAY[1, 2], 1, 0), (true, ARRAY[1, 2], 0, 0),
  (true, ARRAY[1, 2], 1, NULL)) s(y, x, w, o)) s, l2_glance(m);
SELECT logistic_cv(l2_obs(y, fold => 5), ARRAY[a], '{"l1_ratio": 1}') AS one_fold,
  logistic_cv_curve(l2_obs(y, fold => 5), ARRAY[a], '{"l1_ratio": 1}') AS curve FROM trial;
SELECT logistic_cv(true, ARRAY[a]) FROM trial;
SELECT logistic_cv(true, ARRAY[a], '{"one_class": "null"}') AS cv,
  logistic_path(true, ARRAY[a], '{"one_class": "null"}') AS path FROM trial;
SELECT logistic_cv(l2_obs(i = 1, fold => i), ARRAY[a, b], '{"l1_ratio": 1}') FROM trial;
SELECT converged, nonzero FROM (SELECT logistic_path(i > 5, ARRAY[i], '{"l1_ratio": 1, "n_lambda": 3}') AS p
  FROM generate_series(1, 10) i) s, unnest(p);
SELECT dev_ratio, nonzero FROM (SELECT logistic_path(y, ARRAY[7], '{"l1_ratio": 1, "n_lambda": 2}') AS p
  FROM trial) s, unnest(p);

-- errors
SELECT logistic_cv(y, ARRAY[a], '{"l1_ratio": 2}') FROM trial;
SELECT logistic_cv(y, ARRAY[a], l2_options('l1_ratio', a)) FROM trial;
SELECT logistic_cv(y, ARRAY[a], '{"measure": "f1"}') FROM trial;
SELECT poisson_cv(visits, ARRAY[a], '{"measure": "auc"}') FROM trial;
SELECT logistic_path(y, ARRAY[a], '{"folds": 5}') FROM trial;
SELECT logistic_cv(y, ARRAY[a], '{"lambda": 5}') FROM trial;
SELECT logistic_cv(y, ARRAY[a], '{"lambdas": []}') FROM trial;
SELECT logistic_cv(y, ARRAY[a], '{"folds": 1}') FROM trial;
SELECT logistic_fit(y, ARRAY[a], 1, '{"n_lambda": 5}') FROM trial;
SELECT logistic_cv(i, ARRAY[a]) FROM trial;
SELECT logistic_cv(y, ARRAY[a, 'NaN'::float8]) FROM trial;
EXPLAIN (COSTS OFF) SELECT logistic_cv(y, ARRAY[a]), logistic_path(y, ARRAY[a]) FROM trial;
DROP TABLE trial;
DROP FUNCTION rounded;
