-- L1, L2 and dropout in one objective; dropout in generalised linear models as a mean over masks.
SET extra_float_digits = 0;
\pset null NULL

CREATE FUNCTION rounded(float8[], int DEFAULT 6) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE many AS SELECT i, sin(i * 1.7) * 3 AS a, cos(i * 0.9) * 3 AS b, i % 4 / 2.0 AS c,
  2 * sin(i * 1.7) - cos(i * 0.9) + sin(i * 5.1) AS y, 1 + i % 3 AS w, sin(i * 0.2) / 4 AS o
  FROM generate_series(1, 200) i;
-- each row with every mask, of which each has its probability as weight: a rate of 0.2
CREATE VIEW masked AS SELECT many.*, p, a * ma / 0.8 AS ma, b * mb / 0.8 AS mb, c * mc / 0.8 AS mc
FROM many, generate_series(0, 1) ma, generate_series(0, 1) mb, generate_series(0, 1) mc,
  LATERAL (SELECT 0.8 ^ (ma + mb + mc) * 0.2 ^ (3 - ma - mb - mc) AS p) q;

-- least squares: exact, in one scan, from a gram too
SELECT method, rounded(dropout) AS dropout, dropout IS NOT DISTINCT FROM gram AS from_a_gram,
  rounded(dropout, 8) = rounded(masks, 8) AS as_all_masks FROM (
  SELECT 'ridge' AS method, ridge_fit(y, ARRAY[a, b, c], 20, '{"dropout": 0.2}')::float8[] AS dropout,
    l2_ridge(l2_gram_agg(y, ARRAY[a, b, c]), 20, '{"dropout": 0.2}')::float8[] AS gram,
    (SELECT ridge_fit(l2_obs(y, weight => p), ARRAY[ma, mb, mc], 20)::float8[] FROM masked) AS masks FROM many
  UNION ALL SELECT 'lasso', lasso_fit(y, ARRAY[a, b, c], 20, '{"dropout": 0.2}')::float8[],
    l2_lasso(l2_gram_agg(y, ARRAY[a, b, c]), 20, '{"dropout": 0.2}')::float8[],
    (SELECT lasso_fit(l2_obs(y, weight => p), ARRAY[ma, mb, mc], 20)::float8[] FROM masked) FROM many
  UNION ALL SELECT 'elastic_net', elastic_net_fit(y, ARRAY[a, b, c], 20,
  '{"dropout": 0.2, "upper": 0.3}')::float8[],
    l2_elastic_net(l2_gram_agg(y, ARRAY[a, b, c]), 20, '{"dropout": 0.2, "upper": 0.3}')::float8[],
    (SELECT elastic_net_fit(l2_obs(y, weight => p), ARRAY[ma, mb, mc], 20, '{"upper": 0.3}')::float8[]
    FROM masked) FROM many) s;
-- each solver, and a path
SELECT solver, rounded(lasso_fit(y, ARRAY[a, b, c], 20,
  l2_options('dropout', 0.2, 'solver', solver))::float8[]) AS lasso
  FROM many, unnest('{coordinate,fista,gradient}'::text[]) solver GROUP BY solver ORDER BY solver;
SELECT rounded(p.model::float8[]) AS path FROM (SELECT l2_gram_agg(y, ARRAY[a, b, c]) AS g FROM many) s,
  l2_path(g, 'lasso', '{"dropout": 0.2, "lambdas": [20, 1]}') p;
SELECT rounded(ridge_fit(y, ARRAY[a, b, c], 1,
  '{"dropout": 0.2, "dropout_to": "mean"}')::float8[]) AS to_mean, m::jsonb->'rate' AS rate,
  m::jsonb->'dropout_to' AS dropout_to, m::text::l2_model::text = m::text AS text
FROM many, (SELECT lasso_fit(y, ARRAY[a, b, c], 1, '{"dropout": 0.2, "dropout_to": "mean"}') m FROM many) s
  GROUP BY m::text, m;
-- no lambda, and no dropout
SELECT rounded(ridge_fit(y, ARRAY[a, b, c], 0, '{"dropout": 0.2}')::float8[])
  = rounded(dropout_fit(y, ARRAY[a, b, c], 0.2)::float8[]) AS dropout,
       ridge_fit(y, ARRAY[a, b, c], 3, '{"dropout": 0}')::text = ridge_fit(y, ARRAY[a, b, c], 3)::text AS none
       FROM many;

-- generalised linear models: weights, offsets, L1 and L2 beside it
SELECT family, rounded(dropout) AS dropout, rounded(dropout, 8) = rounded(masks, 8) AS as_all_masks FROM (
  SELECT 'logistic' AS family, logistic_fit(l2_obs(y > 0, weight => w, offset_by => o), ARRAY[a, b, c], 3,
  '{"dropout": 0.2, "l1_ratio": 0.5}')::float8[] AS dropout,
    (SELECT logistic_fit(l2_obs(y > 0, weight => w * p, offset_by => o), ARRAY[ma, mb, mc], 3,
    '{"l1_ratio": 0.5}')::float8[] FROM masked) AS masks FROM many
  UNION ALL SELECT 'poisson', poisson_fit(l2_obs(greatest(round(y), 0), weight => w, offset_by => o),
  ARRAY[a, b, c], '{"dropout": 0.2, "lower": -0.1}')::float8[],
    (SELECT poisson_fit(l2_obs(greatest(round(y), 0), weight => w * p, offset_by => o), ARRAY[ma, mb, mc], 0,
    '{"lower": -0.1}')::float8[] FROM masked) FROM many
  UNION ALL SELECT 'gamma', glm_fit(exp(y / 2), ARRAY[a, b, c], 1,
  '{"family": "gamma", "dropout": 0.2}')::float8[],
    (SELECT glm_fit(l2_obs(exp(y / 2), weight => p), ARRAY[ma, mb, mc], 1, '{"family": "gamma"}')::float8[]
    FROM masked) FROM many
  UNION ALL SELECT 'probit', glm_fit(y > 0, ARRAY[a, b, c], 1,
  '{"family": "binomial", "link": "probit", "dropout": 0.2}')::float8[],
    (SELECT glm_fit(l2_obs(y > 0, weight => p), ARRAY[ma, mb, mc], 1,
    '{"family": "binomial", "link": "probit"}')::float8[] FROM masked) FROM many) s;
-- the gaussian family is least squares
SELECT rounded(glm_fit(y, ARRAY[a, b, c], '{"dropout": 0.2}')::float8[])
  = rounded(dropout_fit(y, ARRAY[a, b, c], 0.2)::float8[]) AS dropout,
  round((l2_glance(glm_fit(y, ARRAY[a, b, c], '{"dropout": 0.2}'))).df::numeric, 6)
  = round((l2_glance(dropout_fit(y, ARRAY[a, b, c], 0.2))).df::numeric, 6) AS df FROM many;
-- ways to have the mean; what approximations are off by is said
CREATE TABLE strong AS SELECT i, ARRAY[sin(i * 1.7) * 3, cos(i * 0.9) * 3, sin(i * 0.31)] AS x,
  2 * sin(i * 1.7) * 3 - 1.5 * cos(i * 0.9) * 3 + 0.8 * sin(i * 5.1) > 0 AS y FROM generate_series(1, 400) i;
SELECT rounded(logistic_fit(y, x, '{"dropout": 0.2}')::float8[]) AS exact FROM strong;
SELECT rounded(logistic_fit(y, x, '{"dropout": 0.2, "masks": "normal"}')::float8[]) AS normal FROM strong;
SELECT rounded(logistic_fit(y, x, '{"dropout": 0.2, "masks": "quadratic"}')::float8[]) AS quadratic
  FROM strong;
-- drawn masks: near, and the same in any order of the rows; copies of a row have their own, so that many are
-- as all masks
SELECT rounded(ARRAY[abs(drawn[2] / 1.5177418 - 1), abs(drawn[3] / -0.6144434 - 1)], 1) AS off
  FROM (SELECT logistic_fit(y, x, '{"dropout": 0.2, "masks": 200}')::float8[] AS drawn FROM strong) s;
SELECT rounded(logistic_fit(y, x, '{"dropout": 0.2, "masks": 5}' ORDER BY i)::float8[], 9)
  = rounded(logistic_fit(y, x, '{"dropout": 0.2, "masks": 5}' ORDER BY -i)::float8[], 9) AS in_any_order,
       logistic_fit(y, x, '{"dropout": 0.2, "masks": 5}')::text
       = logistic_fit(y, x, '{"dropout": 0.2, "masks": 5, "seed": 1}')::text AS seed FROM strong;
SELECT abs(copies / exact - 1) < 0.02 AS copies
  FROM (SELECT (logistic_fit(y, x, '{"dropout": 0.2, "masks": 20}')::float8[])[2] AS copies,
  (logistic_fit(y, x, '{"dropout": 0.2}')::float8[])[2] AS exact FROM strong, generate_series(1, 100)
  WHERE i <= 60) s;
SELECT m::jsonb->'masks' AS masks, m::text::l2_model::text = m::text AS text
  FROM (SELECT unnest(ARRAY[logistic_fit(y, x, 1, '{"dropout": 0.2}'),
  logistic_fit(y, x, 50, '{"dropout": 0.01, "masks": "normal"}'),
  logistic_fit(y, x, 1, '{"dropout": 0.2, "masks": 2}')]) AS m FROM strong) s;
-- by name, over records, and used as any model
SELECT rounded(l2_fit('many', 'y ~ a + b + c', 'lasso', 20,
  '{"dropout": 0.2, "standardize": false}')::float8[]) AS lasso,
  rounded(l2_fit('SELECT i % 3 AS n, a, b FROM many', 'n', 'poisson',
  options => '{"dropout": 0.2}')::float8[]) AS poisson;
SELECT rounded(l2_fit('SELECT y > 0 AS y, a, b, c FROM many', 'y', 'logistic',
  options => '{"dropout": 0.2}')::float8[]) AS logistic;
SELECT rounded(ARRAY[l2_predict(m, 1, 1, 1), l2_predict_link(m, 1, 1, 1)]) AS predicted
  FROM (SELECT logistic_fit(y > 0, ARRAY[a, b, c], '{"dropout": 0.2}') m FROM many) s;
SELECT term, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error
  FROM l2_summary((SELECT logistic_fit(y > 0, ARRAY[a, b, c], '{"dropout": 0.2, "covariance": true}')
  FROM many));

-- the rate cross-validated as lambda is
SELECT dropout, l1_ratio, count(*) AS lambdas, bool_or(is_min) AS has_min
  FROM (SELECT l2_gram_folds(y, ARRAY[a, b, c, i % 2]) AS g FROM many) s,
  l2_cv_curve(g, 'elastic_net', '{"dropout": [0, 0.1, 0.3], "l1_ratio": [0.5, 1], "n_lambda": 20}')
  GROUP BY dropout, l1_ratio ORDER BY dropout, l1_ratio;
SELECT m::jsonb->'rate' AS rate, (m::jsonb->>'cv_error')::float8 = least AS least
  FROM (SELECT elastic_net_cv(y, ARRAY[a, b, c, i % 2], '{"dropout": [0.3, 0.05], "lambdas": [0, 3]}') m
  FROM many) s,
  (SELECT min(mean) AS least FROM (SELECT l2_gram_folds(y, ARRAY[a, b, c, i % 2]) AS g FROM many) s,
  l2_cv_curve(g, 'elastic_net', '{"dropout": [0.3, 0.05], "lambdas": [0, 3]}')) c;
SELECT dropout, round(min(mean)::numeric, 6) AS least, bool_or(is_min) AS has_min
  FROM (SELECT logistic_cv_curve(y > 0, ARRAY[a, b, c], '{"dropout": [0, 0.02, 0.3], "lambdas": [0.5, 3]}') c
  FROM many) s, unnest(c) GROUP BY dropout ORDER BY dropout;
SELECT m::jsonb->'rate' AS rate, m::jsonb->'masks' AS masks
  FROM (SELECT logistic_cv(y > 0, ARRAY[a, b, c], '{"dropout": [0.02, 0.3], "lambdas": [0.5, 3]}') m
  FROM many) s;

-- groups: in or out as a whole, by the objective over the sum of weights that gglasso has
CREATE TABLE flats AS SELECT i, y + CASE i % 4 WHEN 1 THEN 1 ELSE 0 END AS y, a, b, chr(97 + i % 4) AS zone,
  chr(120 + i % 3) AS kind FROM many;
SELECT l, rounded(m::float8[]) AS lasso, m::jsonb->'nonzero' AS nonzero,
  round((m::jsonb->>'df')::numeric, 6) AS df, m::jsonb->'converged' AS converged,
  m::jsonb->>'solver' AS solver
FROM unnest('{1,60,110,200,1000}'::float8[]) l,
  LATERAL (SELECT lasso_fit(y, ARRAY[a, b, a * b, a * a, c, c * c], l, '{"group": [1, 1, 2, 2, 7, 7]}') m
  FROM many) s;
-- each slope is the penalty's in its group's direction, or has no more length than the penalty in one that is
-- out
SELECT g, round(sqrt(sum(slope ^ 2))::numeric, 6) AS length, round((110 * sqrt(2))::numeric, 6) AS penalty,
  bool_and(b <> 0) AS is_in, round(max(abs(slope - CASE WHEN norm > 0 THEN 110 * sqrt(2) * b / norm
  ELSE slope END))::numeric, 8) AS off
FROM (SELECT j, (j - 1) / 2 AS g, b, sqrt(sum(b ^ 2) OVER (PARTITION BY (j - 1) / 2)) AS norm, slope
  FROM (SELECT j, m[j + 1] AS b, sum(x[j] * (y - m[1] - m[2] * x[1] - m[3] * x[2] - m[4] * x[3]
  - m[5] * x[4])) AS slope
  FROM (SELECT lasso_fit(y, ARRAY[a, b, a * b, a * a], 110, '{"group": [1, 1, 2, 2]}')::float8[] AS m
  FROM many) f, (SELECT y, ARRAY[a, b, a * b, a * a] AS x FROM many) r, generate_series(1, 4) j
  GROUP BY j, m) s) s GROUP BY g ORDER BY g;
SELECT rounded(lasso_fit(y, ARRAY[a, b, c], 20, '{"group": [3, 1, 2]}')::float8[])
  = rounded(lasso_fit(y, ARRAY[a, b, c], 20)::float8[]) AS groups_of_one,
       rounded(elastic_net_fit(y, ARRAY[a, b, c], 20,
       '{"group": [3, 1, 2], "dropout": 0.2, "standardize": true, "lambda_scale": "glmnet", '
       '"l1_ratio": 0.3}')::float8[]) = rounded(elastic_net_fit(y, ARRAY[a, b, c], 20,
       '{"dropout": 0.2, "standardize": true, "lambda_scale": "glmnet", '
       '"l1_ratio": 0.3}')::float8[]) AS with_all_else FROM many;
SELECT term, round(estimate::numeric, 6) AS estimate
  FROM l2_summary((SELECT lasso_fit(y, f, 12,
  '{"group": "factors", "target": "y", "features": ["a", "b", "zone", "kind"]}') FROM flats f));
SELECT l2_coef(l2_fit('SELECT y, a, b, zone, kind FROM flats', 'y', 'lasso', 12,
  '{"group": "factors", "standardize": false}'))
  = l2_coef(lasso_fit(y, f, 12,
  '{"group": "factors", "features": ["a", "b", "zone", "kind"], "target": "y"}')) AS by_name FROM flats f;
SELECT nonzero, round(df::numeric, 6) AS df, converged
  FROM (SELECT l2_gram_agg(y, ARRAY[a, b, a * b, a * a]) AS g FROM many) s,
  l2_path(g, 'lasso', '{"group": [1, 1, 2, 2], "n_lambda": 5}') p;
SELECT (m::jsonb->>'cv_error')::float8 = least AS least
  FROM (SELECT lasso_cv(y, ARRAY[a, b, a * b, a * a], '{"group": [1, 1, 2, 2], "lambdas": [1, 10, 100]}') m
  FROM many) s,
  (SELECT min(mean) AS least FROM (SELECT l2_gram_folds(y, ARRAY[a, b, a * b, a * a]) AS g FROM many) s,
  l2_cv_curve(g, 'lasso', '{"group": [1, 1, 2, 2], "lambdas": [1, 10, 100]}')) c;

-- of generalised linear models
SELECT l, rounded(m::float8[]) AS logistic, m::jsonb->'nonzero' AS nonzero, m::jsonb->'converged' AS converged
  FROM unnest('{1,10,100}'::float8[]) l, LATERAL (SELECT logistic_fit(y > 0, ARRAY[a, b, a * b, a * a], l,
  '{"l1_ratio": 1, "group": [1, 1, 2, 2]}') m FROM many) s;
SELECT term, round(estimate::numeric, 6) AS estimate
  FROM l2_summary((SELECT poisson_fit(i % 4, f, 12,
  '{"l1_ratio": 1, "group": "factors", "target": "i", "features": ["a", "b", "zone", "kind"]}')
  FROM flats f));
SELECT rounded(l2_coef(l2_fit('SELECT y > 0 AS y, a, zone FROM flats', 'y', 'logistic', 5,
  '{"l1_ratio": 1, "group": "factors", "standardize": false}')))
  = rounded(l2_coef(logistic_fit(y > 0, f, 5,
  '{"l1_ratio": 1, "group": "factors", "features": ["a", "zone"], "target": "y"}'))) AS by_name FROM flats f;

-- no end: one feature tells all rows apart, whenever it is there
SELECT (l2_glance(logistic_fit(a > 0, ARRAY[a], '{"dropout": 0.2}'))).converged FROM many;
SELECT rounded(logistic_fit(a > 0, ARRAY[a], 1, '{"dropout": 0.2}')::float8[]) AS held FROM many;
-- a column of zeros, one value of y, huge x
SELECT rounded(l2_coef(logistic_fit(y > 0, ARRAY[a, 0], '{"dropout": 0.2}'))) AS zeros,
  rounded(l2_coef(logistic_fit(y > 0, ARRAY[a, 0], 1, '{"dropout": 0.2, "masks": "normal"}'))) AS normal
  FROM many;
SELECT logistic_fit(true, ARRAY[a], '{"dropout": 0.2}') FROM many;
SELECT rounded(ARRAY[1e90 * (l2_coef(logistic_fit(y > 0, ARRAY[a * 1e90], '{"dropout": 0.2}')))[1],
  (l2_coef(logistic_fit(y > 0, ARRAY[a], '{"dropout": 0.2}')))[1]]) AS huge FROM many;
SELECT rounded(poisson_fit(CASE WHEN i % 50 = 0 THEN 1e9 ELSE 0 END, ARRAY[a, b],
  '{"dropout": 0.1}')::float8[]) AS counts FROM many;

-- relaxed fits: nothing left, everything left, a refit that separates, and no word where there is none to say
SELECT rounded(l2_coef(lasso_fit(y, ARRAY[a, b], 1e6, '{"relax": true}'))) AS nothing,
  rounded(l2_coef(lasso_fit(y, ARRAY[a, b], 0, '{"relax": true}'))) AS no_lambda, rounded(l2_coef(ols_fit(y,
  ARRAY[a, b]))) AS ols FROM many;
SELECT l2_coef(lasso_fit(y, ARRAY[a, b], 30, '{"relax": false}'))
    = l2_coef(lasso_fit(y, ARRAY[a, b], 30)) AS false,
  lasso_fit(y, ARRAY[a, b], 30, '{"relax": true}')::text::l2_model::text = lasso_fit(y, ARRAY[a, b], 30,
  '{"relax": 0}')::text AS true FROM many;
SELECT (l2_glance(logistic_fit(y > 0, ARRAY[a, CASE WHEN y > 0 THEN 1 ELSE 0 END], 1,
  '{"relax": 0.5, "l1_ratio": 1}'))).converged FROM many;
SELECT rounded(l2_coef(lasso_fit(y, ARRAY[a, b, a], 5, '{"relax": true}'))) AS copies FROM many;
SELECT (l2_glance(lasso_fit(y, ARRAY[a, b], 30, '{"relax": 0.25}'))).relax, (l2_glance(lasso_fit(y, ARRAY[a,
  b], 30, '{"dropout": 0.25}'))).dropout FROM many;

-- errors
SELECT ridge_fit(y, ARRAY[a], 1, '{"dropout": 1}') FROM many;
SELECT ridge_fit(y, ARRAY[a], 1, '{"dropout": "some"}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"dropout": [0.1, 0.2]}') FROM many;
SELECT lasso_cv(y, ARRAY[a], '{"dropout": [0.1, 2]}') FROM many;
SELECT lasso_cv(y, ARRAY[a], '{"dropout": []}') FROM many;
SELECT ols_fit(y, ARRAY[a], '{"dropout": 0.1}') FROM many;
SELECT huber_fit(y, ARRAY[a], '{"dropout": 0.1}') FROM many;
SELECT lasso_fit(y, ARRAY[a], 1, '{"dropout_to": "mean"}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a], '{"masks": "exact"}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a], '{"dropout": 0.1, "masks": 0}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a], '{"dropout": 0.1, "masks": "gaussian"}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a], '{"dropout": 0.1, "masks": true}') FROM many;
SELECT logistic_fit(y > 0, array_fill(a, ARRAY[21]), '{"dropout": 0.1, "masks": "exact"}') FROM many;
SELECT glm_fit(exp(y), ARRAY[a], '{"family": "gamma", "link": "inverse", "dropout": 0.1}') FROM many;
SELECT glm_fit(round(exp(y)), ARRAY[a], '{"family": "negative_binomial", "dropout": 0.1}') FROM many;
SELECT glm_fit(exp(y), ARRAY[a], '{"family": "gamma", "dropout": 0.1, "masks": "quadratic"}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a], '{"dropout": 0.1, "vcov": "HC0"}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": [1]}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": [1, 0]}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": "factor"}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": "factors"}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": {"a": 1}}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": [1, 1], "non_negative": true}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"group": [1, 1], "penalty_factor": [1, 2]}') FROM many;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"group": [1, 1]}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a, b], 1, '{"group": [1, 1]}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a, b], 1, '{"l1_ratio": 1, "group": [1, 1], "upper": 3}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a, b], 1, '{"l1_ratio": 1, "group": [1, 1, 2]}') FROM many;
SELECT '{"l2_model": 1, "method": "logistic", "masks": "gaussian", "terms": []}'::l2_model;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"relax": 2}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"relax": "yes"}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"relax": [0, 1]}') FROM many;
SELECT lasso_cv(y, ARRAY[a, b], '{"relax": []}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"relax": true, "non_negative": true}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"relax": true, "dropout": 0.1}') FROM many;
SELECT lasso_fit(y, ARRAY[a, b], 1, '{"relax": 0.5, "solver": "fista"}') FROM many;
SELECT ridge_fit(y, ARRAY[a, b], 1, '{"relax": true}') FROM many;
SELECT logistic_fit(y > 0, ARRAY[a, b], 1, '{"relax": true}') FROM many;
SELECT glm_fit(round(exp(y)), ARRAY[a], 1, '{"family": "negative_binomial", "l1_ratio": 1, "relax": true}')
  FROM many;

DROP TABLE flats, strong;
DROP VIEW masked;
DROP TABLE many;
DROP FUNCTION rounded(float8[], int);
