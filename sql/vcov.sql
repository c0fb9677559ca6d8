-- Covariances that models keep, and standard errors that do not take rows for independent.
SET client_min_messages = warning;
CREATE TABLE plots (id int, store int, week int, y float8, a float8, b float8, zone text, w float8,
  won boolean, k int, x float8[]);
INSERT INTO plots SELECT i, i % 7, i % 5, i % 11 + 0.3 * (i * i % 17), i % 13, i * 7 % 10,
  (ARRAY['east', 'north', 'west'])[1 + i % 3], 1 + i % 3, i * i % 5 < 2, i * 3 % 7, ARRAY[i % 13, i * 7 % 10]
  FROM generate_series(1, 80) i;
CREATE FUNCTION r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6) + 0';
CREATE FUNCTION near(float8[], float8[], float8 DEFAULT 1e-10) RETURNS boolean LANGUAGE sql AS
  'SELECT bool_and(abs(a - b) <= $3 * (abs(a) + abs(b))) AND count(*) > 0 FROM unnest($1, $2) u(a, b)';
CREATE FUNCTION errors(l2_model) RETURNS float8[]
  LANGUAGE sql AS 'SELECT array_agg(std_error) FROM l2_summary($1) WHERE std_error IS NOT NULL';
CREATE FUNCTION diagonal(float8[]) RETURNS float8[]
  LANGUAGE sql AS 'SELECT array_agg(sqrt($1[i][i]) ORDER BY i) FROM generate_subscripts($1, 1) i';

-- the covariance that a model keeps is that of its errors
CREATE TABLE fits AS
SELECT 'ols' AS fit, ols_fit(y, x, '{"covariance": true}') AS m FROM plots
UNION ALL SELECT 'weighted', ols_fit(l2_obs(y, weight => w), x, '{"covariance": true}') FROM plots
UNION ALL SELECT 'counted', ols_fit(l2_obs(y, weight => w), x,
  '{"covariance": true, "weight_type": "frequency"}') FROM plots
UNION ALL SELECT 'through 0', ols_fit(y, x, '{"covariance": true, "intercept": false}') FROM plots
UNION ALL SELECT 'record', ols_fit(y, f, '{"covariance": true}')
  FROM (SELECT y, s FROM plots, LATERAL (SELECT a, zone) s) q(y, f)
UNION ALL SELECT 'ridge', ridge_fit(y, x, 3, '{"covariance": true, "standardize": true}') FROM plots
UNION ALL SELECT 'ridge_cv', ridge_cv(l2_obs(y, fold => id), x, '{"covariance": 2}') FROM plots
UNION ALL SELECT 'dropout', dropout_fit(y, x, 0.2, '{"covariance": true}') FROM plots
UNION ALL SELECT 'gram', l2_ridge(l2_gram_agg(y, x), 3, '{"covariance": true}') FROM plots
UNION ALL SELECT 'logistic', logistic_fit(won, x, '{"covariance": true}') FROM plots
UNION ALL SELECT 'penalised', logistic_fit(won, x, 2, '{"covariance": true, "standardize": true}') FROM plots
UNION ALL SELECT 'poisson', poisson_fit(l2_obs(k, weight => w, offset_by => ln(w)), x, '{"covariance": true}')
  FROM plots;
SELECT fit, near(errors(m), diagonal(l2_vcov(m))) AS same, array_length(l2_vcov(m), 1) AS k, m::text::l2_model
  = m AS text, l2_model(m::jsonb) = m AS json FROM fits;
SELECT l2_vcov(ols_fit(y, ARRAY[a, 2 * a, b], '{"covariance": true}')) IS NOT NULL AS aliased FROM plots;
SELECT (l2_vcov(m))[3][3] IS NULL AS dropped,
  near(ARRAY[(l2_vcov(m))[4][4]], ARRAY[(l2_vcov(n))[3][3]]) AS others
FROM (SELECT ols_fit(y, ARRAY[a, 2 * a, b], '{"covariance": true}') AS m,
  ols_fit(y, ARRAY[a, b], '{"covariance": true}') AS n FROM plots) s;
SELECT l2_vcov(ols_fit(y, x, '{"covariance": true}')) FROM plots WHERE id <= 2;
-- intervals by the model are those by the gram
SELECT s.fit, count(*), bool_and(near(ARRAY[i.fit, i.se_fit, i.conf_low, i.pred_high, i.leverage],
  ARRAY[j.fit, j.se_fit, j.conf_low, j.pred_high, j.leverage])) AS same
FROM plots, (SELECT 'ols' AS fit, ols_fit(y, x, '{"covariance": true}') AS m, l2_gram_agg(y, x) AS g
  FROM plots
             UNION ALL SELECT 'far from 0', ols_fit(y, ARRAY[a + 1e8, b], '{"covariance": true}'),
             l2_gram_agg(y, ARRAY[a + 1e8, b]) FROM plots
             UNION ALL SELECT 'ridge', ridge_fit(y, x, 3, '{"covariance": true}'), l2_gram_agg(y, x)
             FROM plots) s,
  LATERAL (SELECT CASE WHEN s.fit = 'far from 0' THEN ARRAY[a + 1e8, b] ELSE x END AS row) r,
  l2_predict_interval(m, row) i, l2_predict_interval(m, row, gram => g) j GROUP BY s.fit ORDER BY s.fit;
SELECT f.fit, r(i.fit) AS mean, r(se_fit) AS se, r(conf_low) AS low, r(conf_high) AS high, pred_low,
  r(leverage) AS leverage FROM fits f, l2_predict_interval(m, ARRAY[5, 3]) i
  WHERE f.fit IN ('logistic', 'poisson');
SELECT l2_predict_interval(m, ARRAY[1e200, 1]) FROM fits WHERE fit = 'ols';
SELECT l2_predict_interval(m, ARRAY['NaN', 1::float8]) FROM fits WHERE fit = 'ols';
SELECT l2_predict_interval(m, ARRAY[NULL, 1]) FROM fits WHERE fit = 'ols';
-- not kept, and not to be had
SELECT l2_vcov(ols_fit(y, x)) FROM plots;
SELECT l2_vcov(ols_fit(y, x, '{"covariance": 1}')) FROM plots;
SELECT l2_vcov(NULL::l2_model) IS NULL AS nothing;
SELECT ridge_fit(y, x, 1, '{"covariance": true, "non_negative": true}') FROM plots;
SELECT logistic_fit(won, x, 1, '{"covariance": true, "l1_ratio": 1}') FROM plots;
SELECT lasso_fit(y, x, 1, '{"covariance": true}') FROM plots;
SELECT ridge_fit(y, x, 1, '{"covariance": 9, "non_negative": true}') IS NOT NULL AS where_there_is_one
  FROM plots;
SELECT '{"covariance": "yes"}'::l2_options;
SELECT '{"covariance": -1}'::l2_options;
-- up to how many features it is kept: as many as are asked for, whichever way fits
CREATE FUNCTION keeps(fit text, n int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE m l2_model;
BEGIN
  EXECUTE format('SELECT %s FROM plots', replace(fit, 'upto', format('{"covariance": %s', n))) INTO m;
  RETURN m::jsonb ? 'factor';
END $$;
SELECT fit, keeps(fit, 2) AS two, keeps(fit, 1) AS one, keeps(fit, 0) AS none
FROM unnest(ARRAY['ols_fit(y, x, ''upto}'')', 'ols_fit(y, x, ''upto, "vcov": "HC1"}'')',
  'ols_fit(y, x, ''upto, "vcov": "HAC", "bandwidth": 3}'' ORDER BY id)',
  'ols_fit(l2_obs(y, cluster => store), x, ''upto, "vcov": "CR1"}'')',
  'ols_fit(l2_obs(y, cluster => ROW(store, week)), x, ''upto, "vcov": "CR1"}'')',
  'ridge_fit(y, x, 1, ''upto}'')', 'logistic_fit(won, x, ''upto}'')',
  'logistic_fit(won, x, ''upto, "vcov": "HC1"}'')', 'glm_fit(k + 1, x, ''upto, "family": "gamma"}'')',
  'quantile_fit(y, x, 0.5, ''upto}'')', 'huber_fit(y, x, ''upto}'')',
  'l2_ols(l2_gram_agg(y, x), ''upto}'')',
  'l2_iv(l2_gram_agg(y, x || (a + w)), ''{x1,x2}'', ''{x3,x2}'', ''upto}'')']) fit;
-- of three classes two features are six
SELECT n, keeps('multinomial_fit(zone, x, ''upto}'')', n) FROM unnest('{5,6}'::int[]) n;
SELECT n, l2_iv(grams, '{x1,x2}', '{x3,x2}', l2_options('covariance', n, 'vcov', 'CR1'))::jsonb
  ? 'factor' AS clustered,
  _l2_ways(ARRAY[m, m, m], false, l2_options('covariance', n, 'vcov', 'CR1'))::jsonb ? 'factor' AS two_ways
FROM (SELECT array_agg(g) AS grams FROM (SELECT l2_gram_agg(y, x || (a + w)) AS g FROM plots GROUP BY store)
  s) g,
  (SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR0", "covariance": true}') AS m FROM plots) c,
  unnest('{0,1,2}'::int[]) n;
DROP FUNCTION keeps;
-- what is no covariance
SELECT l2_model(jsonb_set(m::jsonb, '{factor}', '[1, 2]')) FROM fits WHERE fit = 'ols';
SELECT l2_model(jsonb_set(m::jsonb, '{factor,0}', '-1')) FROM fits WHERE fit = 'ols';
SELECT l2_model(jsonb_set(m::jsonb, '{factor,3}', '-1')) FROM fits WHERE fit = 'ols';
SELECT l2_model(jsonb_set(m::jsonb, '{factor,0}', 'null')) FROM fits WHERE fit = 'ols';
SELECT l2_model(m::jsonb - 'factor') FROM fits WHERE fit = 'ridge';
SELECT l2_model(m::jsonb || '{"vcov": "HC9"}') FROM fits WHERE fit = 'ols';

-- named models keep it
CREATE SCHEMA vcov_models;
SET search_path = vcov_models, public;
SELECT (l2_train('yield', 'public.plots', 'y ~ a + zone', 'ols')).outcome;
SELECT array_length(l2_vcov('yield'), 1) AS by_name, array_length(l2_vcov('yield'::regclass), 1) AS by_table,
  r((l2_predict_interval('yield', p)).se_fit) AS se FROM plots p WHERE id = 1;
DROP TABLE yield;
RESET search_path;
DROP SCHEMA vcov_models;
