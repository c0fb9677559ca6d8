-- What people are told who ask for what does not go together, and under which SQLSTATE: errors that no other
-- test comes by.
SET client_min_messages = error;
CREATE TABLE d AS SELECT i, sin(i) AS y, cos(i * i) AS a, i % 7 AS b, i % 5 AS c,
  (ARRAY['p', 'q', 'r'])[1 + i % 3] AS g, i % 2 = 0 AS yes, now() AS t,
  timestamp '2024-01-01' + i * interval '1 hour' AS at, ARRAY[i, i * i % 7, 3] AS list
  FROM generate_series(1, 60) i;
CREATE TABLE asked (query text, code text, message text);
INSERT INTO asked VALUES
  -- training
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"vcov": "HAC", "order_by": "c", "bandwidth": 2}')$$,
    '21000', 'option order_by has 5 different values in 60 rows'),
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"vcov": "HC1", "cluster": "c"}')$$, '22023',
    'option "cluster" is for vcov "CR0" and "CR1"'),
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"vcov": "CR1"}')$$, '22023',
    'vcov "CR1" needs the option "cluster"'),
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"order_by": "i"}')$$, '22023',
    'vcov "HAC" and the option "order_by" go together'),
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"vcov": "HAC", "bandwidth": 2}')$$, '22023',
    'vcov "HAC" and the option "order_by" go together'),
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"vcov": "HC1", "refresh": "live"}')$$, '22023',
    'refresh "live" has no errors of vcov "HC1"'),
  ($$l2_train('t', 'd', 'y ~ a', 'ols', options => '{"keep": 0}')$$, '22023',
    'keep must be a whole number >= 1, but is 0'),
  ($$l2_train('t', 'd', 'y ~ factor(c)', 'ols', options => '{"null_level": true}')$$, '0A000',
    'option null_level with a formula whose terms are levels of "factor(c)"'),
  ($$l2_train('t', 'd', 'y ~ factor(c)', 'ols', options => '{"refresh": "live"}')$$, '0A000',
    'refresh live of a formula whose terms are levels of "factor(c)"'),
  ($$l2_mark('followed', '2024-02-01', '2024-01-01')$$, '22023',
    'last, 2024-01-01 00:00:00, is before first, 2024-02-01 00:00:00'),
  -- terms and formulas
  ($$l2_wald(m, '{x1,nosuch}') FROM ols$$, '42703', 'the model has no term "nosuch"'),
  ($$l2_contrast(m, 'nosuch') FROM ols$$, '42703', 'the model has no term "nosuch"'),
  ($$l2_fit('d', 'y ~ I(date_part(''hour'', timezone(''No/Where'', t)))', 'ols')$$, '22023',
    'time zone "No/Where" not recognized'),
  ($$l2_fit('d', 'y ~ a', 'ols', options => '{"refresh": "live"}')$$, '22023',
    'refresh, keep and gate are for models that have a name'),
  ($$l2_wald(ols_fit(y, ARRAY[a, a + 2e-11 * b, b], '{"covariance": true}'), '{x1,x2}') FROM d$$, '22023',
    'the covariance of these coefficients is singular'),
  ($$l2_contrast(ols_fit(y, ARRAY[a, 2 * a, b], '{"covariance": true}'), 'x2') FROM d$$, '22023',
    'term "x2" was dropped'),
  ($$l2_margins('listed', 'd')$$, '0A000', 'no marginal effect of column "list", which is of type integer[]'),
  -- rows
  ($$logistic_fit(l2_obs(yes, offset_by => 1), ARRAY[a, b], 0.1, '{"solver": "gradient"}') FROM d$$, '0A000',
    'solver gradient has no offset'),
  ($$ols_fit(CASE WHEN i < 30 THEN l2_obs(y, cluster => i) ELSE l2_obs(y, cluster => ROW(i, i)) END,
    ARRAY[a, b], '{"vcov": "CR1"}') FROM d$$, '22023', 'rows have clusters of 1 and of 2 ways'),
  ($$logistic_fit(CASE WHEN i < 30 THEN l2_obs(yes, cluster => i) ELSE l2_obs(yes, cluster => ROW(i, i)) END,
    ARRAY[a, b], '{"vcov": "CR1"}') FROM d$$, '22023', 'rows have clusters of 1 and of 2 ways'),
  ($$l2_gram_agg(l2_obs(y, cluster => i), ARRAY[a]) FROM d$$, '0A000',
    'clusters are for fits with option vcov "CR0" or "CR1"'),
  -- options
  ($$l2_options('lambdas', '{{1,2},{3,4}}'::float8[])$$, '2202E',
    'option "lambdas" must be a one-dimensional array'),
  ($$l2_options('folds', 3, 'seed')$$, '22023', 'options come in pairs, but their number is 3'),
  ($$l2_ols(l2_gram_cols(y, a, b), '{"vcov": "HC1"}') FROM d$$, '22023',
    'option "vcov" is not one of l2_ols'),
  -- after a fit
  ($$l2_robust(m, g) FROM (SELECT lasso_fit(y, ARRAY[a, b], 1) AS m FROM d) s,
    (SELECT l2_gram_cols(y, a, b) AS g FROM d) g$$, '0A000',
    'a fit with an L1 penalty has no covariance, which l2_robust needs'),
  ($$l2_robust(m, g) FROM (SELECT ols_fit(y, ARRAY[a, b]) AS m FROM d) s,
    (SELECT l2_gram_cols(y, a, b) AS g FROM d) g$$, '55000',
    'the model does not keep its covariance, which l2_robust needs'),
  ($$l2_drop1(m, g) FROM (SELECT ols_fit(y, ARRAY[a, b], '{"vcov": "HC1"}') AS m, l2_gram_cols(y, a, b) AS g
    FROM d) s$$, '0A000', 'model has errors of vcov HC1'),
  ($$l2_predict(m, q) FROM (SELECT ols_fit(y, r) AS m FROM d, LATERAL (SELECT a, g) r) s,
    (SELECT 1::float8 AS a, 2 AS g) q$$, '42804',
    'attribute "g" has type integer, but was a category when the model was trained'),
  ($$l2_predict(m, q) FROM (SELECT ols_fit(y, r, '{"null_level": true}') AS m
    FROM d, LATERAL (SELECT a, g) r) s, (SELECT 1::float8 AS a, NULL::text AS g) q$$, '22023',
    'the model was not trained on NULL in attribute "g"'),
  ($$l2_predict(m, q) FROM l2_fit('d', 'y ~ I(a * 2)', 'ols') m, (SELECT 'x'::text AS a) q$$, '42804',
    'attribute "a" has type text, and the model takes a number'),
  ($$l2_augment(l2_fit('d', 'log(i) ~ a', 'ols', options => '{"covariance": true}'), d, 5) FROM d
    WHERE i = 5$$, '22023', 'y is 5, and the model is of log(i), which is 1.60944');
CREATE TABLE ols AS SELECT ols_fit(y, ARRAY[a, b], '{"covariance": true}') AS m FROM d;
SELECT l2_train('followed', 'd', 'y ~ a + b', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');

SELECT l2_train('listed', 'd', 'y', 'ols', options => '{"features": ["list", "a"]}');

SELECT plan(2 + count(*)::int) FROM asked;
SELECT throws_ok('SELECT ' || query, code, message, message) FROM asked;
-- trainings that fail keep the reason
UPDATE d SET list = list || 1;
SELECT is((l2_refresh('listed')).reason,
  'array column "list" had 3 elements when the model was defined, and has 4 now', 'another length');
UPDATE d SET list = '[0:2]={1,2,3}';
SELECT is((l2_refresh('listed')).reason,
  'array column "list" has other subscripts in a row than from 1 on', 'other subscripts');
SELECT * FROM finish();
