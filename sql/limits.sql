-- What options may be: the least and the largest that are allowed and what is just beyond, the words, and
-- other
-- types than theirs.  There is no usable row, so NULL says that the options were taken.
CREATE FUNCTION said_of(method text, options text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  call text := CASE WHEN method ~ '^(ridge|lasso|elastic_net)_fit' THEN 'y, x, 1' WHEN method ~ '^quantile'
  THEN
    'y, x, 0.5' WHEN method ~ '^dropout' THEN 'y, x, 0.5' WHEN method ~ '^multinomial' THEN 'z, x'
    WHEN method ~ '^l2_gram' THEN 'y, r' ELSE 'y, x' END;
  result text;
BEGIN
  EXECUTE format('SELECT %s(%s, %L) FROM (VALUES (NULL::float8, ''{1,2}''::float8[], NULL::text, '
  'l2_row(ROW(1.0::float8)))) v(y, x, z, r)', method, call, options) INTO result;
  RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
-- of each method and option the values
CREATE TABLE tried (i serial, method text, key text, values text[]);
INSERT INTO tried (method, key, values) VALUES
  ('ridge_fit', 'intercept', ARRAY['true', 'false', '1', '"true"', 'null', '[true]']),
  ('lasso_fit', 'tolerance', ARRAY['0', '1', '1e308', '-1e-300', '1e999', '"1"', 'null', 'true']),
  ('lasso_fit', 'max_iter', ARRAY['1', '2147483647', '0', '2147483648', '1.5', '"1"', 'null']),
  ('ridge_fit', 'penalty_factor', ARRAY['[0, 1]', '[1e308, 0]', '[-1e-300, 1]', '[1e999]', '1', '["1"]',
  '[null]', '{}', '"1"']),
  ('ridge_fit', 'lower', ARRAY['0', 'null', '[0, null]', '-1e999', '1e999', '[0, 1e999]', '"0"', '["0"]',
  '{}']),
  ('ridge_fit', 'upper', ARRAY['0', '[null, 3]', '1e999', '-1e999', '[-1e999, 0]', 'true']),
  ('ridge_fit', 'non_negative', ARRAY['true', '0']),
  ('ridge_fit', 'dropout', ARRAY['0', '0.9999', '1', '-1e-300', '"0.5"', '[0.5]', 'true']),
  ('ridge_fit', 'dropout": 0.5, "dropout_to', ARRAY['"zero"', '"mean"', '"means"', '0']),
  ('ridge_fit', 'solver": "gradient", "learning_rate', ARRAY['1e-300', '1e308', '0', '-1', '1e999', '"1"']),
  ('ridge_fit', 'solver', ARRAY['"cholesky"', '"coordinate"', '"fista"', '"gradient"', '"auto"', '"newton"',
  '1']),
  ('ridge_fit', 'covariance', ARRAY['true', 'false', '0', '2147483647', '-1', '2147483648', '1.5', '"yes"',
  'null', '[1]']),
  ('ridge_fit', 'lambda_scale', ARRAY['"sum"', '"mean"', '"glmnet"', '"means"', 'null']),
  ('ridge_fit', 'names', ARRAY['["a", "b"]', '["a", 1]', '"a"', '["a", null]']),
  ('ridge_fit', 'weight_type', ARRAY['"precision"', '"frequency"', '"count"']),
  ('ridge_fit', 'relax', ARRAY['true']), ('ridge_fit', 'l1_ratio', ARRAY['0.5']),
  ('ridge_fit', 'folds', ARRAY['3']),
  ('lasso_fit', 'relax', ARRAY['0', '1', 'true', 'false', '-1e-300', '1.0000001', '"true"', 'null', '[2]']),
  ('lasso_fit', 'group', ARRAY['"factors"', '[1, 2147483647]', '"factor"', '[0, 1]', '[1.5]', '[2147483648]',
  '[]', '1', 'true']),
  ('lasso_cv', 'relax', ARRAY['[0, 1]', '[]', '[-1e-300]', '["1"]']),
  ('ridge_cv', 'folds', ARRAY['2', '10000', '1', '10001', '2.5', '"3"', 'null']),
  ('ridge_cv', 'n_lambda', ARRAY['1', '100000', '0', '100001', '1.5', '"1"']),
  ('ridge_cv', 'lambdas', ARRAY['[0]', '[1e308, 1]', '[]', '[-1e-300]', '[1e999]', '[null]', '1', '{}']),
  ('ridge_cv', 'lambda_min_ratio', ARRAY['1e-300', '0.9999999', '0', '1', '"1"']),
  ('ridge_cv', 'seed', ARRAY['-9223372036854775808', '9223372036854775807', '9223372036854775808', '"1"',
  'true']),
  ('ridge_cv', 'rule', ARRAY['"min"', '"1se"', '"2se"', '1']),
  ('ridge_cv', 'dropout', ARRAY['[0, 0.5]', '[]', '[1]']),
  ('elastic_net_fit', 'l1_ratio', ARRAY['0', '1', '-1e-300', '1.0000001', '"1"', 'true', '[0.5]']),
  ('elastic_net_cv', 'l1_ratio', ARRAY['[0, 1]', '[]', '[1.0000001]', '[null]', '{}']),
  ('logistic_fit', 'solver": "gradient", "batch_size', ARRAY['1', '2147483647', '0', '1.5', '2147483648']),
  ('logistic_fit', 'solver": "gradient", "start', ARRAY['[0, 1e308]', '[]', '[1e999]', '[null]', '0']),
  ('logistic_fit', 'class_weight', ARRAY['"none"', '"balanced"', '"balance"']),
  ('logistic_fit', 'one_class', ARRAY['"error"', '"null"', 'null']),
  ('logistic_fit', 'solver', ARRAY['"newton"', '"gradient"', '"cholesky"', '"coordinate"']),
  ('logistic_fit', 'positive', ARRAY['"a"', 'true', '1']),
  ('logistic_fit', 'nonfinite', ARRAY['"error"', '"skip"', '"null"']),
  ('logistic_fit', 'dropout": 0.5, "masks', ARRAY['"exact"', '"normal"', '"quadratic"', '1', '100000', '0',
  '100001', '1.5',
  '"odd"', 'true']),
  ('logistic_cv', 'measure', ARRAY['"deviance"', '"auc"', '"misclassification"', '"error"']),
  ('poisson_fit', 'dispersion', ARRAY['"pearson"', '1e-300', '1e308', '0', '-1', '1e999', '"1"', 'true',
  'null']),
  ('glm_fit', 'family', ARRAY['"gaussian"', '"binomial"', '"poisson"', '"gamma"', '"inverse_gaussian"',
  '"negative_binomial"', '"tweedie"', '"quasi"', '"normal"', '1']),
  ('glm_fit', 'link', ARRAY['"identity"', '"log"', '"inverse"', '"inverse_squared"', '"logit"', '"logs"',
  '1']),
  ('glm_fit', 'family": "tweedie", "power', ARRAY['0', '1', '1.5', '3', '0.9999999', '3.0000001', '-1',
  '"1"']),
  ('glm_fit', 'family": "negative_binomial", "theta', ARRAY['1e-6', '1e9', '9.99e-7', '1.001e9', '0', '"1"']),
  ('huber_fit', 'huber_k', ARRAY['1e-300', '1e308', '0', '1e999', 'true']),
  ('multinomial_fit', 'reference_class', ARRAY['"a"', '1']),
  ('ols_fit', 'vcov": "HAC", "bandwidth', ARRAY['0', '1000000', '-1', '1000001', '1.5', '"1"']),
  ('ols_fit', 'vcov', ARRAY['"iid"', '"HC0"', '"HC1"', '"HC2"', '"HC3"', '"CR0"', '"CR1"', '"HAC"', '"HC4"',
  '1']),
  ('ols_fit', 'vcov": "CR1", "psd', ARRAY['true', '"true"']),
  ('ols_fit', 'vcov": "CR1", "ssc', ARRAY['"full"', '"cluster"', '"min"', '"none"']),
  ('l2_gram_agg', 'max_levels', ARRAY['1', '11000', '0', '11001', '1.5', '"1"']),
  ('l2_gram_agg', 'reference', ARRAY['"first"', '"most_frequent"', '"none"', '{}', '{"z": "a"}',
  '{"z": 1.50}',
  '"last"', '{"z": null}', '{"z": true}', '{"z": ["a"]}', '["a"]', '1']),
  ('l2_gram_agg', 'unseen', ARRAY['"error"', '"zero"', '"null"', '"mean"', 'null']),
  ('l2_gram_agg', 'null_level', ARRAY['true', '"yes"']), ('l2_gram_agg', 'target', ARRAY['"y"', 'null']),
  ('l2_gram_agg', 'features', ARRAY['["a"]', '"a"', '[1]']),
  ('l2_gram_folds', 'adds_up', ARRAY['true', '1']),
  ('l2_gram_folds', 'folds', ARRAY['2', '10000', '1', '10001']);
SELECT method, key, value, said_of(method, format('{"%s": %s}', key, value)) AS said
  FROM tried, unnest(values) WITH ORDINALITY u(value, j) ORDER BY i, j;

-- what l2_train and l2_report read themselves
CREATE TABLE limited_rows AS SELECT i::float8 AS y, sin(i) AS x FROM generate_series(1, 20) i;
CREATE FUNCTION trained(options text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  SELECT outcome INTO result FROM l2_train('limited', 'limited_rows', 'y ~ x', 'ols', options =>
  options::jsonb);
  PERFORM l2_drop('limited');
  RETURN result;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT options, trained(options) FROM unnest(ARRAY['{"keep": 1}', '{"keep": 2147483647}', '{"keep": 0}',
  '{"keep": 1.5}', '{"keep": 2147483648}', '{"keep": "1"}', '{"gate": 0}', '{"gate": 1e308}',
  '{"gate": -1e-300}',
  '{"gate": "1"}', '{"keep_gram": true}', '{"keep_gram": 1}', '{"refresh": "full"}', '{"refresh": "fast"}',
  '{"refresh": 1}', '{"cluster": []}', '{"cluster": ["x", "y", "x"]}', '{"cluster": ["x", 1]}',
  '{"cluster": 1}',
  '{"cluster": {}}', '{"weight": 1}', '{"order_by": true}', '{"lag": 1}']) options;
CREATE FUNCTION reported(options text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT l2_report(ols_fit(y, ARRAY[x]), options => reported.options::l2_options) IS NOT NULL
  FROM limited_rows);
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT options, reported(options) FROM unnest(ARRAY['{"level": 1e-9}', '{"level": 0.99}', '{"level": 0}',
  '{"level": 1}', '{"level": "1"}', '{"title": 1}', '{"made": 1}']) options;
DROP FUNCTION said_of, trained, reported;
DROP TABLE tried, limited_rows;

-- no more columns than l2reg.max_columns, the target among them, wherever they come from
CREATE TABLE columned AS SELECT i::float8 AS y, i % 2 = 0 AS won, sin(i) AS a, cos(i) AS b, sin(i * i) AS c,
  'k' || i % 3 AS k FROM generate_series(1, 40) i;
CREATE FUNCTION columns_of(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT %s IS NOT NULL FROM columned', call) INTO result;
  RETURN CASE result WHEN 'true' THEN 'taken' ELSE result END;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SET l2reg.max_columns = 3;
SET client_min_messages = warning;
SELECT call, columns_of(replace(call, '...', 'a, b')) AS three,
  columns_of(replace(call, '...', 'a, b, c')) AS four
FROM unnest(ARRAY['l2_gram_agg(y, ARRAY[...])', 'l2_gram_cols(y, ...)', 'l2_gram_agg(y, ROW(...))',
  'l2_gram_folds(y, ARRAY[...])', 'ols_fit(y, ARRAY[...])', 'ridge_fit(y, ROW(...), 1)',
  'ols_fit(y, ARRAY[...], ''{"vcov": "HC1"}'')', 'lasso_cv(y, ARRAY[...])', 'logistic_fit(won, ARRAY[...])',
  'logistic_fit(won, ROW(...))', 'multinomial_fit(k, ARRAY[...])', 'huber_fit(y, ARRAY[...])',
  'logistic_cv(won, ARRAY[...])']) call;
SELECT call, columns_of(call) AS levels FROM unnest(ARRAY['ols_fit(y, ROW(k))', 'ols_fit(y, ROW(k, a))',
  'ridge_fit(y, ROW(k), 1)', 'l2_gram_agg(y, ROW(k))', 'logistic_fit(won, ROW(k))',
  'logistic_fit(won, ROW(k, a))']) call;
SELECT call, columns_of(format('count(%s)', call)) AS said
FROM unnest(ARRAY['l2_gram(''{1,2,3}'', ''{y,a,b}'')', 'l2_gram(''{1,2,3,4}'', ''{y,a,b,c}'')',
  'l2_model(''{1,2,3}''::float8[])', 'l2_model(''{1,2,3,4}''::float8[])',
  'l2_gram(''{1,2}'', ''{y,a}'') * l2_gram(''{1}'', ''{b}'')',
  'l2_gram(''{1,2}'', ''{y,a}'') * l2_gram(''{1,2}'', ''{b,c}'')']) call;
SELECT l2_n(l2_gram_agg(y, ROW(k)) FILTER (WHERE k <> 'k0') + l2_gram_agg(y, ROW(k)) FILTER (WHERE k <> 'k0'))
  FROM columned;
SELECT l2_n(l2_gram_agg(y, ROW(k)) FILTER (WHERE k <> 'k0') + l2_gram_agg(y, ROW(k)) FILTER (WHERE k <> 'k1'))
  FROM columned;
RESET client_min_messages;
RESET l2reg.max_columns;
DROP FUNCTION columns_of;
DROP TABLE columned;
