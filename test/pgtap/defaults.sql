-- What an option is where it is not given: the result is that of its default as the page of the reference has
-- it, and another one with another value.  No key is without a test.
SET client_min_messages = error;

CREATE TABLE d AS SELECT i, sin(i * 1.3) + i % 7 * 0.4 + i % 3 AS y, cos(i * 2.1) AS a, i % 7 * 1.0 AS b,
  sin(i * i * 0.7) AS c, (ARRAY['p', 'q', 'q', 'r'])[1 + i % 4] AS g, nullif('k' || i % 3, 'k2') AS h,
  cos(i * 2.1) + sin(i * i) > 0.4 AS yes, i * 5 % 6 AS n, 1.0 + i % 3 AS w,
  exp(sin(i * 0.9) * (1 + i % 2)) AS amount, (ARRAY['x', 'y', 'z'])[1 + i * i % 3] AS kind
  FROM generate_series(1, 80) i;
CREATE TABLE twice AS SELECT i % 20 AS a, i % 20 * i % 5 AS y FROM generate_series(1, 60) i;

-- What a query gives, as text, or the error's SQLSTATE.  The last digits of a number may depend on where in
-- memory it is, which a text of options moves.
CREATE FUNCTION pg_temp.told(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  EXECUTE query INTO r;
  RETURN regexp_replace(regexp_replace(r, '(\.\d{9})\d+', '\1', 'g'), '"gap": [^,]*', '');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END $$;

-- A training in a place of its own
CREATE FUNCTION pg_temp.trained(options jsonb, refreshes int DEFAULT 0) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  PERFORM l2_train('tried', 'd', 'y ~ a + b + c', 'lasso', options => options);
  FOR i IN 1 .. refreshes LOOP
    PERFORM l2_refresh('tried');
  END LOOP;
  SELECT count(*) || (array_agg(model::text ORDER BY version))[1] INTO r FROM tried;
  r := r || (SELECT count(details -> 'gram') FROM tried);
  PERFORM l2_drop('tried');
  RETURN r;
END $$;

-- %s stands for the options; usual is the default, other another value, beside the options with
CREATE TABLE option (key text, call text, usual jsonb, other jsonb, with_ jsonb DEFAULT '{}');
INSERT INTO option (key, call, usual, other) VALUES
  ('adjust', 'array_agg(c)::text
    FROM (SELECT ols_fit(y, ARRAY[a, b], ''{"covariance": true}'') AS m FROM d) s,
    l2_contrast(m, ''x1 - x2; x1 + x2'', options => %s) c', '"none"', '"holm"'),
  ('center', 'array_agg(c)::text FROM (SELECT l2_gram_cols(y, a, b + 10) AS m FROM d) s,
    l2_condition_indexes(m, %s) c', 'false', 'true'),
  ('class_weight', 'logistic_fit(yes, ARRAY[a, b], 0.1, %s) FROM d', '"none"', '"balanced"'),
  ('covariance', 'ols_fit(y, ARRAY[a, b], %s) FROM d', 'false', 'true'),
  ('covariance', 'l2_fit(''d'', ''y ~ a'', ''ols'', options => %s)', 'true', 'false'),
  ('criterion', 'array_agg(s)::text FROM (SELECT l2_gram_cols(y + c / 4, a, b, c) AS m FROM d) g,
    l2_subset(m, options => %s) s', '"bic"', '"adj_r2"'),
  ('dispersion', 'poisson_fit(n, ARRAY[a, b], %s) FROM d', '1', '"pearson"'),
  ('dropout', 'ridge_fit(y, ARRAY[a, b], 1, %s) FROM d', '0', '0.5'),
  ('dropout', 'logistic_fit(yes, ARRAY[a, b], 1, %s) FROM d', '0', '0.5'),
  ('dropout_to', 'dropout_fit(y, ARRAY[a, b], 0.5, %s) FROM d', '"zero"', '"mean"'),
  ('family', 'glm_fit(amount, ARRAY[a, b], %s) FROM d', '"gaussian"', '"gamma"'),
  ('features', 'l2_ols(l2_gram_cols(y, a, b), %s) FROM d', '["x1", "x2"]', '["x2"]'),
  ('folds', 'ridge_cv(y, ARRAY[a, b], %s) FROM d', '10', '5'),
  ('folds', 'logistic_cv(yes, ARRAY[a, b], %s) FROM d', '10', '5'),
  ('folds', 'l2_gram_folds(y, ARRAY[a, b], %s) FROM d', '10', '11'),
  ('huber_k', 'huber_fit(y, ARRAY[a, b], %s) FROM d', '1.345', '0.5'),
  ('intercept', 'ols_fit(y, ARRAY[a, b], %s) FROM d', 'true', 'false'),
  ('intercept', 'l2_lasso(l2_gram_cols(y, a, b), 1, %s) FROM d', 'true', 'false'),
  ('intercept', 'poisson_fit(n, ARRAY[a, b], %s) FROM d', 'true', 'false'),
  ('keep', 'pg_temp.trained(%s::jsonb, 12)', '10', '5'),
  ('keep_gram', 'pg_temp.trained(%s::jsonb)', 'false', 'true'),
  ('l1_ratio', 'elastic_net_fit(y, ARRAY[a, b], 1, %s) FROM d', '0.5', '1'),
  ('l1_ratio', 'logistic_fit(yes, ARRAY[a, b], 1, %s) FROM d', '0', '1'),
  ('l1_ratio', 'poisson_fit(n, ARRAY[a, b], 1, %s) FROM d', '0', '1'),
  ('lambda_min_ratio', 'array_agg(p)::text FROM (SELECT l2_gram_cols(y, a, b) AS m FROM d) s,
    l2_path(m, options => %s) p', '1e-4', '1e-2'),
  ('lambda_min_ratio', 'array_agg(p)::text FROM (SELECT l2_gram_cols(y, a, b, c) AS m FROM d WHERE i < 4) s,
    l2_path(m, options => %s) p', '1e-2', '1e-4'),
  ('lambda_scale', 'ridge_fit(y, ARRAY[a, b], 1, %s) FROM d', '"sum"', '"mean"'),
  ('lambda_scale', 'logistic_fit(yes, ARRAY[a, b], 1, %s) FROM d', '"sum"', '"glmnet"'),
  ('level', 'l2_report(ols_fit(y, ARRAY[a, b]), options => %s) FROM d', '0.95', '0.9'),
  ('link', 'glm_fit(y, ARRAY[a, b], %s) FROM d', '"identity"', '"log"'),
  ('made', 'l2_report(ols_fit(y, ARRAY[a, b]), options => %s) FROM d', to_jsonb(current_date),
    '"2001-02-03"'),
  ('max_features', 'array_agg(s)::text FROM (SELECT l2_gram_cols(y, a, b, c) AS m FROM d) g,
    l2_subset(m, options => %s) s', '3', '2'),
  ('max_iter', 'logistic_fit(yes, ARRAY[a, b], 0.1, %s) FROM d', '100', '1'),
  ('measure', 'logistic_cv(yes, ARRAY[a, b], %s) FROM d', '"deviance"', '"auc"'),
  ('n_lambda', 'ridge_cv(y, ARRAY[a, b], %s) FROM d', '100', '7'),
  ('names', 'ols_fit(y, ARRAY[a, b], %s) FROM d', '["x1", "x2"]', '["a", "b"]'),
  ('non_negative', 'ridge_fit(-y, ARRAY[a, b], 1, %s) FROM d', 'false', 'true'),
  ('nonfinite', 'ols_fit(CASE WHEN i = 1 THEN ''NaN'' ELSE y END, ARRAY[a, b], %s) FROM d', '"error"',
    '"skip"'),
  ('null_level', 'ridge_fit(y, r, 1, %s) FROM d, LATERAL (SELECT a, h) r', 'false', 'true'),
  ('one_class', 'logistic_fit(true, ARRAY[a, b], 1, %s) FROM d', '"error"', '"null"'),
  ('penalty_factor', 'l2_coef(ridge_fit(y, ARRAY[a, b], 1, %s)) FROM d', '[1, 1]', '[1, 0]'),
  ('reference', 'ols_fit(y, r, %s) FROM d, LATERAL (SELECT a, g) r', '"first"', '"most_frequent"'),
  ('reference', 'ridge_fit(y, r, 1, %s) FROM d, LATERAL (SELECT a, g) r', '"none"', '"first"'),
  ('reference_class', 'multinomial_fit(kind, ARRAY[a, b], %s) FROM d', '"x"', '"y"'),
  ('refresh', 'pg_temp.trained(%s::jsonb)', '"full"', '"live"'),
  ('relax', 'lasso_fit(y, ARRAY[a, b, c], 10, %s) FROM d', 'false', 'true'),
  ('rule', 'lasso_cv(y, ARRAY[a, b, c], %s) FROM d', '"min"', '"1se"'),
  ('rule', 'logistic_cv(yes, ARRAY[a, b, c], %s) FROM d', '"min"', '"1se"'),
  ('seed', 'ridge_cv(y, ARRAY[a, b], %s) FROM d', '0', '1'),
  ('solver', 'ridge_fit(y, ARRAY[a, b], 1, %s) FROM d', '"cholesky"', '"gradient"'),
  ('solver', 'lasso_fit(y, ARRAY[a, b], 1, %s) FROM d', '"coordinate"', '"fista"'),
  ('standardize', 'ridge_fit(y, ARRAY[a, b], 1, %s) FROM d', 'false', 'true'),
  ('standardize', 'logistic_fit(yes, ARRAY[a, b], 1, %s) FROM d', 'false', 'true'),
  ('standardize', 'l2_fit(''d'', ''y ~ a + b'', lambda => 1, options => %s)', 'true', 'false'),
  ('standardize', 'pg_temp.trained(%s::jsonb)', 'true', 'false'),
  ('tolerance', 'logistic_fit(yes, ARRAY[a, b], 0.1, %s) FROM d', '1e-11', '0.1'),
  ('unseen', 'l2_predict(ols_fit(y, r, %s), (SELECT q FROM (SELECT 0.5::float8 AS a, ''s'' AS g) q)) FROM d,
    LATERAL (SELECT a, g) r', '"error"', '"zero"'),
  ('unseen', 'l2_predict(ols_fit(y, r, %s), (SELECT q FROM (SELECT 0.5::float8 AS a, ''s'' AS g) q)) FROM d,
    LATERAL (SELECT a, g) r', '"error"', '"null"'),
  ('vcov', 'ols_fit(y, ARRAY[a, b], %s) FROM d', '"iid"', '"HC1"'),
  ('weight_type', 'ols_fit(l2_obs(y, weight => w), ARRAY[a, b], %s) FROM d', '"precision"', '"frequency"');
INSERT INTO option (key, call, usual, other, with_) VALUES
  ('tolerance', 'lasso_fit(y, ARRAY[a, b, c], 1, %s) FROM d', '1e-13', '0.1', '{"solver": "fista"}'),
  ('adds_up', 'l2_gram_folds(y, ARRAY[a], %s)::text FROM twice', 'false', 'true', '{"folds": 3}'),
  ('batch_size', 'logistic_fit(yes, ARRAY[a, b], 0.1, %s) FROM d', '80', '10',
    '{"solver": "gradient", "max_iter": 5}'),
  ('dropout_to', 'ridge_fit(y, ARRAY[a, b], 1, %s) FROM d', '"zero"', '"mean"', '{"dropout": 0.5}'),
  ('link', 'glm_fit(yes::int, ARRAY[a, b], %s) FROM d', '"logit"', '"probit"', '{"family": "binomial"}'),
  ('link', 'glm_fit(amount, ARRAY[a, b], %s) FROM d', '"log"', '"inverse"', '{"family": "gamma"}'),
  ('masks', 'logistic_fit(yes, ARRAY[a, b], 1, %s) FROM d', '"exact"', '"normal"', '{"dropout": 0.5}'),
  ('power', 'glm_fit(amount, ARRAY[a, b], %s) FROM d', '1.5', '1.2', '{"family": "tweedie"}'),
  ('power', 'glm_fit(amount, ARRAY[a, b], %s) FROM d', '1', '2', '{"family": "quasi"}'),
  ('start', 'logistic_fit(yes, ARRAY[a, b], 0.1, %s) FROM d', '[0, 0, 0]', '[1, 0, 0]',
    '{"solver": "gradient", "max_iter": 5}'),
  ('psd', 'ols_fit(l2_obs(y, cluster => ROW(i % 3, i % 4)), ARRAY[a, b, c], %s) FROM d', 'false', 'true',
    '{"vcov": "CR1"}'),
  ('ssc', 'ols_fit(l2_obs(y, cluster => i % 9), ARRAY[a, b], %s) FROM d', '"full"', '"none"',
    '{"vcov": "CR1"}');

-- and those whose default is that there is none, or that needs more than a value to tell
CREATE TABLE no_value AS SELECT unnest('{bandwidth,bucket,cluster,fold,force,gate,gram,group,half_life,lag,
  lambdas,learning_rate,lower,offset_by,order_by,positive,search_path,target,theta,time_column,title,
  training_window,upper,weight}'::text[]) AS key;
-- the limit itself is tried in second.sql
INSERT INTO no_value VALUES ('max_levels');

CREATE FUNCTION pg_temp.given(o option, value jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT pg_temp.told('SELECT ' || replace(o.call, '%s', quote_literal(
    o.with_ || CASE WHEN value IS NULL THEN '{}' ELSE jsonb_build_object(o.key, value) END)
    || '::l2_options'))
$$;

SELECT plan(2 + 2 * count(*)::int) FROM option;

SELECT set_eq('SELECT key FROM option UNION SELECT key FROM no_value', 'SELECT key FROM _l2_option_page()',
  'every key of the page has a test');
SELECT is(count(*)::int, 0, 'what has no value for a default has none on the page') FROM _l2_option_page() p
  JOIN no_value USING (key) WHERE otherwise ~ '^(true|false|[0-9.e-]+|"[a-z0-9]+")$' AND key <> 'max_levels';
SELECT is(pg_temp.given(o, usual), pg_temp.given(o, NULL), format('%s is %s: %s', key, usual, line))
  FROM option o, regexp_replace(call, '\s+', ' ', 'g') line;
SELECT isnt(pg_temp.given(o, other), pg_temp.given(o, NULL), format('and not %s: %s, %s', other, key, line))
  FROM option o, regexp_replace(call, '\s+', ' ', 'g') line;

SELECT * FROM finish();
