-- What is refused, and what is told of a fit that was not what it was asked for: in words that say why, and
-- what to do.
CREATE TABLE shops AS SELECT i, i % 4 AS shop, i % 7 AS week, sin(i * 1.3) AS a, cos(i * 0.7) AS b,
  sin(i * 1.3) + i % 4 + 0.3 * cos(i * 2.9) AS y, sin(i * 2.1) > 0.2 AS won FROM generate_series(1, 60) i;
CREATE TABLE by_shop AS SELECT shop, l2_gram_cols(y, a, b) AS g FROM shops GROUP BY shop;
CREATE TABLE made AS SELECT l2_ols(l2_gram_sum(g), '{"covariance": true}') AS plain,
  l2_ols(l2_gram_within(g), '{"covariance": true}') AS within,
  l2_ols(l2_gram_within(g) FILTER (WHERE shop > 1), '{"covariance": true}') AS fewer,
  l2_gram_sum(g) AS gram, l2_gram_within(g) AS gram_within FROM by_shop;

-- models and grams within groups, and others
SELECT l2_compare(plain, within) FROM made;
SELECT l2_compare(within, plain) FROM made;
SELECT l2_compare(within, fewer) FROM made;
SELECT l2_anova(within, plain) FROM made;
SELECT l2_drift(plain, gram_within) FROM made;
SELECT l2_drift(within, gram) FROM made;
SELECT l2_robust(plain, w) FROM made, (SELECT l2_gram_within(g) AS w FROM by_shop GROUP BY shop) s;
SELECT l2_robust(within, g) FROM made, by_shop;
SELECT l2_robust(within, w) IS NOT NULL AS taken
  FROM made, (SELECT l2_gram_within(g) AS w FROM by_shop GROUP BY shop % 2) s;
SELECT l2_robust(within, w) FROM made, (SELECT l2_gram_within(g) AS w
  FROM (SELECT l2_gram_cols(y, a, b) AS g, week
  FROM shops GROUP BY shop, week) s GROUP BY week % 2) s;
SELECT l2_meat(within, y, ARRAY[a, b]) FROM made, shops;
SELECT _l2_about(gram_within, gram, 1) FROM made;
SELECT _l2_about(gram_within, gram_within, 1) FROM made;
SELECT _l2_about(gram, gram - gram, 1) FROM made;
SELECT l2_gram_within(gram_within) FROM made;

-- sums of squares, and errors of other kinds
SELECT l2_drop1(ols_fit(y, ARRAY[a, b], '{"vcov": "HC1"}'), gram) FROM made, shops GROUP BY gram;
SELECT l2_drop1(ols_fit(y, ARRAY[a, b]), gram) FROM made, shops WHERE i > 1 GROUP BY gram;
SELECT l2_drop1(logistic_fit(won, ARRAY[a, b]), gram) FROM made, shops GROUP BY gram;
SELECT l2_ols(gram, '{"vcov": "HC1"}') FROM made;
SELECT l2_robust(huber, g) FROM by_shop, (SELECT huber_fit(y, ARRAY[a, b], '{"covariance": true}') AS huber
  FROM shops) s;
SELECT l2_robust(far, g) FROM (SELECT ols_fit(1e15 + y, ARRAY[a, b], '{"covariance": true}') AS far
  FROM shops) s,
  (SELECT l2_gram_cols(1e15 + y, a, b) AS g FROM shops GROUP BY shop) t;
SELECT l2_iv(array_agg(g), '{x1,x2}', '{x1,x2}', '{"vcov": "HC1"}') FROM by_shop;
SELECT _l2_ways(ARRAY[m, m], true, '{}') FROM (SELECT ols_fit(l2_obs(y, cluster => shop), ARRAY[a, b],
  '{"vcov": "CR0", "covariance": true}') AS m FROM shops) s;
SELECT l2_meat(logistic_fit, won::int, ARRAY[a, b]) FROM (SELECT logistic_fit(won, ARRAY[a, b],
  '{"covariance": true, "class_weight": "balanced"}') FROM shops) s, shops;

-- gradient descent
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "start": [1]}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "start": [1, 2, 3, 4]}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "start": [1, 2, 3],
  "intercept": false}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "batch_size": 5, "tolerance": 1e-3}')
  FROM shops;
SELECT logistic_fit(l2_obs(won, offset_by => 1), ARRAY[a, b], '{"solver": "gradient"}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "covariance": true}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "covariance": 2}')
  IS NOT NULL AS fit FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "vcov": "HC1"}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "dispersion": 2}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "lower": 0}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], 1, '{"solver": "gradient", "dropout": 0.5}') FROM shops;
SELECT logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "learning_rate": 100}') FROM shops;
SELECT l2_coef(logistic_fit(won, ARRAY[a, b], '{"solver": "gradient", "max_iter": 1}'))
  IS NOT NULL AS fit FROM shops;

-- fits that end before they are done
SELECT l2_coef(multinomial_fit(shop, ARRAY[a, b, y], 1, '{"max_iter": 1}')) IS NOT NULL AS fit FROM shops;
SELECT l2_coef(multinomial_fit(shop, ARRAY[a, b], '{"max_iter": 2}')) IS NOT NULL AS fit FROM shops;
SELECT l2_coef(huber_fit(y * y * y, ARRAY[a, b], '{"max_iter": 1}')) IS NOT NULL AS fit FROM shops;
SELECT l2_coef(multinomial_cv(l2_obs(shop, fold => i % 3), ARRAY[a, b], '{"folds": 3, "max_iter": 1,
  "lambdas": [1, 0.1]}')) IS NOT NULL AS fit FROM shops;
SELECT l2_coef(logistic_cv(l2_obs(won, fold => i % 3), ARRAY[a, b], '{"folds": 3, "max_iter": 1,
  "lambdas": [1, 0.1]}')) IS NOT NULL AS fit FROM shops;
SELECT glm_fit(y - 9, ARRAY[a, b], '{"link": "log"}') FROM shops;
SELECT glm_fit(y - 9, ARRAY[a, b], '{"link": "log", "intercept": false}') IS NOT NULL AS fit FROM shops;
SELECT glm_fit(exp(y), ARRAY[a, b], '{"family": "gamma", "link": "inverse", "intercept": false}') FROM shops;
SELECT glm_fit(l2_obs(won::int, offset_by => -3), ARRAY[a, b], '{"family": "binomial", "link": "log"}')
  IS NOT NULL AS fit FROM shops;
SELECT glm_fit(l2_obs(won::int, offset_by => 3 * i), ARRAY[a, b], '{"family": "binomial",
  "link": "identity"}')
  IS NOT NULL AS fit FROM shops;
SELECT l2_coef(ols_fit(1e18::float8 + i, ARRAY[a])) IS NOT NULL AS fit FROM shops;

-- models that people write
SELECT '{"l2_model": 1, "method": "ols", "solver": "odd", "terms": []}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "terms": [], "encoding": {"attributes": [], '
  '"inputs": [{"attribute": "a"}]}}'::l2_model;
SELECT '{"l2_model": 1, "method": "glm", "family": "negative_binomial", "link": "log", '
  '"terms": []}'::l2_model;
SELECT '{"l2_model": 1, "method": "glm", "family": "tweedie", "link": "log", "terms": []}'::l2_model;
DROP TABLE shops, by_shop, made;

-- formulas, and records that are not what training saw
CREATE TABLE sold AS SELECT i AS id, date '2024-01-01' + i AS d, i % 5 AS k, sin(i) + i % 5 AS y,
  (i % 7)::smallint AS s, cos(i) AS x FROM generate_series(1, 60) i;
SELECT l2_fit('sold', 'y ~ x - offset(k)');
SELECT l2_fit('sold', 'y ~ offset(k) - x') IS NOT NULL;
SELECT l2_fit('sold', 'y ~ factor(k + 1)');
SELECT l2_fit('sold', 'y ~ ns(x, df = 3, 4)');
SELECT l2_fit('sold', 'y ~ bs(x, 5, 3)');
SELECT l2_fit('sold', 'y ~ poly(x, 2, 3)');
SELECT l2_fit('SELECT y FROM sold', 'y ~ .');
SELECT l2_fit('SELECT y, NULL::point AS p FROM sold', 'y ~ .');
SELECT l2_fit('SELECT y, x FROM sold', 'y ~ . - x');
SELECT l2_fit('sold', 'y ~ 0');
CREATE TABLE fitted AS SELECT l2_fit('sold', 'y ~ x + I(s * 2) + I(extract(month FROM d))', 'ols') AS m;
SELECT l2_predict(m, r) IS NOT NULL AS usual
  FROM fitted, (SELECT 1.5::float8 AS x, 3 AS s, date '2024-03-01' AS d) r;
SELECT l2_predict(m, r) FROM fitted, (SELECT 1.5::float8 AS x, 70000 AS s, date '2024-03-01' AS d) r;
SELECT l2_predict(m, r) FROM fitted, (SELECT 1.5::float8 AS x, 3.5 AS s, date '2024-03-01' AS d) r;
SELECT l2_predict(m, r) FROM fitted, (SELECT 1.5::float8 AS x, 'NaN'::float8 AS s, date '2024-03-01' AS d) r;
SELECT l2_predict(m, r) FROM fitted, (SELECT 1.5::float8 AS x, 1e30 AS s, date '2024-03-01' AS d) r;
SELECT l2_predict(m, r) IS NOT NULL AS midnight
  FROM fitted, (SELECT 1.5::float8 AS x, 3 AS s, timestamp '2024-03-01' AS d) r;
SELECT l2_predict(m, r) FROM fitted, (SELECT 1.5::float8 AS x, 3 AS s, timestamp '2024-03-01 12:00' AS d) r;
SELECT l2_predict(replace(m::text, '"smallint"', '"money"')::l2_model, r)
  FROM fitted, (SELECT 1.5::float8 AS x, 3 AS s, date '2024-03-01' AS d) r;
DROP TABLE sold, fitted;

-- a value in place of one of the type that training saw: the same number, or an error
CREATE FUNCTION evaluated(value text, type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT _l2_eval_term(%L, r, ''{a}'', ARRAY[%L::regtype]) FROM (SELECT %s AS a) r',
  CASE type WHEN 'boolean'::regtype THEN 'a::int' ELSE 'a + 0' END, type, value) INTO result;
  RETURN result;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || regexp_replace(SQLERRM, 'attribute "a" is (.*), which is no value of type', ': no');
END $$;
SELECT value, evaluated(value, 'smallint') AS int2, evaluated(value, 'integer') AS int4,
  evaluated(value, 'bigint') AS int8, evaluated(value, 'real') AS float4,
  evaluated(value, 'double precision') AS float8, evaluated(value, 'numeric') AS numeric,
  evaluated(value, 'boolean') AS bool
FROM unnest(ARRAY['true', '0', '1', '2', '1.00', '1.5', '32767', '32768', '-32768', '-32769', '2147483647',
  '2147483648', '-2147483648', '-2147483649', '9223372036854775807', '9223372036854775808',
  '-9223372036854775808', '-9223372036854775809', '3::real', '0.1::real', '1.5::float8',
  '9223372036854774784::float8', '9223372036854775808::float8', '(-9223372036854775808)::float8',
  '1e30::float8', '1e300::float8 * 1e-261', '''NaN''::float8', '''NaN''::numeric', 'NULL::int']) value;
DROP FUNCTION evaluated;

-- what a model is told of its features, by hand: lists that are not as long as they must be
CREATE FUNCTION recipe(features text, expressions text, inputs text, types text, guards text, guarded text,
  owners text, levels text, labels text, kinds text, unseen text DEFAULT 'error') RETURNS text
  LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT concat_ws(' ', l2_names(m), m::jsonb->'positive', m::jsonb->'encoding')
  FROM (SELECT _l2_with_recipe(logistic, features::text[], expressions::text[], inputs::text[], types::text[],
  'price', guards::text[], guarded::text[], owners::text[], levels::text[], unseen, '', labels::text[],
  kinds::text[]) AS m FROM (SELECT '{"l2_model": 1, "method": "logistic", "terms": [
  {"term": "a", "estimate": 1}, {"term": "b", "estimate": 2}]}'::l2_model AS logistic) l) s);
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT what, recipe(f, e, i, t, g, ge, o, l, b, k) FROM (VALUES
  ('as it is', '{a,b}', '{NULL,"(x * 2)"}', '{x}', '{integer}', '{z}', '{"(z)"}', '{z,z}', '{u,v}', '{}',
  '{number,boolean}'),
  ('labels', '{a}', '{NULL}', '{}', '{}', '{}', '{}', '{}', '{}', '{no,yes}', '{number}'),
  ('an expression less', '{a,b}', '{NULL}', '{x}', '{integer}', '{}', '{}', '{}', '{}', '{}',
  '{number,number}'),
  ('a kind less', '{a,b}', '{NULL,NULL}', '{x}', '{integer}', '{}', '{}', '{}', '{}', '{}', '{number}'),
  ('a type less', '{a}', '{NULL}', '{x}', '{}', '{}', '{}', '{}', '{}', '{}', '{number}'),
  ('a guard more', '{a}', '{NULL}', '{}', '{}', '{z}', '{}', '{}', '{}', '{}', '{number}'),
  ('a level more', '{a}', '{NULL}', '{}', '{}', '{z}', '{"(z)"}', '{z}', '{u,v}', '{}', '{number}'),
  ('a guard with =', '{a}', '{NULL}', '{}', '{}', '{z=}', '{"(z)"}', '{}', '{}', '{}', '{number}'),
  ('a feature that is NULL', '{NULL}', '{NULL}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{number}'))
  v(what, f, e, i, t, g, ge, o, l, b, k);
DROP FUNCTION recipe;

-- what functions of the engine are told that are called by hand
CREATE TABLE by_hand AS SELECT i, i % 5 + sin(i) AS y, cos(i) AS x FROM generate_series(1, 40) i;
SELECT n FROM l2_train('still', 'by_hand', 'y ~ x', 'ols', options => '{"covariance": true}');
CREATE FUNCTION said_of(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE 'SELECT ' || call INTO result;
  RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT call, said_of(call) AS said FROM unnest(ARRAY['_l2_token(''still'')', '_l2_missed(''still'', true)',
  'count(*) FROM _l2_changes(''still'')', '_l2_changes_done(''still'', ''{}'')',
  '_l2_live_grams(''still'', 1)',
  '_l2_live_grams(''by_hand'', 1)', '_l2_grams_digest(''by_hand'')', '_l2_forget(''still'')',
  '_l2_drop_trigger(''still'', 1)', '_l2_link_trigger(''still'', 1)', '_l2_in_use(''by_hand''::regclass)',
  '_l2_in_use(0)',
  '_l2_formula(''y ~ x'', ''{y,x}'', ''{number,number}'', ''{x}'', ''{}'', ''{}'', false, ''{float8}'')',
  '_l2_formula(''y ~ x'', ''{y,x}'', ''{number}'', ''{x}'', ''{}'', ''{}'', false, ''{float8,float8}'')',
  '_l2_formula(''y ~ x'', ''{y,x}'', ''{number,number}'', ''{x}'', ''{a}'', ''{}'', false, '
  '''{float8,float8}'')']) call;
-- sums of marginal effects
SELECT sums, said_of(format('_l2_margins_final(%L, l2_get(''still''), 0.95)', sums)) AS final,
  said_of(format('_l2_margin_final(%L, l2_get(''still''), 1, 0.95)', sums)) AS of_one,
  said_of(format('_l2_sum(s) FROM (VALUES (%L::float8[]), (%1$L)) v(s)', sums)) AS summed
FROM unnest(ARRAY['{}', '{1}', '{NULL}', '{{1,2},{3,4}}', '{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16}']) sums;
SELECT said_of('_l2_sum(s) FROM (VALUES (''{1,2}''::float8[]), (''{1}'')) v(s)') AS fewer,
  said_of('_l2_sum(s) FROM (VALUES (''{1}''::float8[]), (''{1,2}'')) v(s)') AS more,
  said_of('_l2_sum(s) FROM (VALUES (NULL::float8[]), (''{1,2}''), (NULL)) v(s)') AS nulls,
  said_of('_l2_margins_of(l2_get(''still''), ''{1,2}'')') AS features;
-- documents and rows of as many parts as there may be, and one more
SELECT n, said_of(format('cardinality(l2_names(%L::l2_model))', '{"l2_model": 1, "method": "ols", "terms": ['
  || string_agg(format('{"term": "x%s", "estimate": 1}', i), ',') || ']}')) AS model
  FROM unnest('{11000,11001}'::int[]) n, generate_series(1, n) i GROUP BY n ORDER BY n;
SELECT n, said_of(format('length(_l2_row_send(%L::l2_row)) > 0', '{' || string_agg(format('"x%s": 1', i), ',')
  || '}')) AS row FROM unnest('{1664,1665}'::int[]) n, generate_series(1, n) i GROUP BY n ORDER BY n;
SELECT l2_drop('still');
DROP FUNCTION said_of;
DROP TABLE by_hand;
