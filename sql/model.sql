-- The model: forms, accessors, prediction, summary.
SET extra_float_digits = 0;

CREATE TABLE cars (dist float8, speed float8, wet boolean);
INSERT INTO cars VALUES (2, 4, false), (10, 4, true), (4, 7, false), (22, 7, true), (16, 8, false),
  (10, 9, true),
  (18, 10, false), (26, 10, false), (34, 10, true), (17, 11, false), (28, 11, false), (14, 12, true),
  (NULL, 12, false);
CREATE TABLE fitted AS SELECT 'ols' AS how, ols_fit(dist, ARRAY[speed, wet::int],
  '{"names": ["speed", "wet \"road\""]}') AS m FROM cars
  UNION ALL SELECT 'ridge', ridge_fit(dist, ARRAY[speed, wet::int], 2.5,
  '{"standardize": true, "penalty_factor": [1, 0.5]}') FROM cars
  UNION ALL SELECT 'no intercept', ols_fit(dist, ARRAY[speed], '{"intercept": false}') FROM cars
  UNION ALL SELECT 'dropped', ols_fit(dist, ARRAY[speed, 2 * speed]) FROM cars;

-- forms: text and jsonb read back to the last bit, whatever extra_float_digits
SELECT how, m::text::l2_model::text = m::text AS text, m::jsonb::l2_model::text = m::text AS jsonb
  FROM fitted;
SET extra_float_digits = -10;
SELECT count(DISTINCT m::text) AS forms FROM (SELECT m FROM fitted WHERE how = 'ols'
  UNION ALL SELECT m::text::l2_model FROM fitted WHERE how = 'ols') s;
RESET extra_float_digits;
SET extra_float_digits = 0;
SELECT how, jsonb_object_agg(k, v) FROM fitted, jsonb_each(m::jsonb) e(k, v)
WHERE jsonb_typeof(v) <> 'array' AND (jsonb_typeof(v) <> 'number'
  OR k IN ('l2_model', 'n', 'n_skipped', 'lambda', 'sum_weights')) GROUP BY how ORDER BY how;
SELECT how, t->>'term' AS term, round((t->>'estimate')::numeric, 6) AS estimate,
  round((t->>'mean')::numeric, 6) AS mean,
       t->'penalty_factor' AS factor FROM fitted, jsonb_array_elements(m::jsonb->'terms') t;
\pset null NULL
SELECT how, l2_names(m), (SELECT array_agg(round(v::numeric, 6)) FROM unnest(l2_coef(m)) v) AS coef,
  round(l2_intercept(m)::numeric, 6) AS b0,
       (SELECT array_agg(round(v::numeric, 6)) FROM unnest(m::float8[]) v) AS array FROM fitted;

-- a model written by hand
SELECT l2_predict('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": 1},
  {"term": "a", "estimate": 2}, {"term": "b", "estimate": null}]}'::l2_model, 10, 1000);
SELECT '{"l2_model": 1, "method": "ols", "terms": []}'::l2_model;

-- input says what is wrong
SELECT ''::l2_model;
SELECT '{'::l2_model;
SELECT '[]'::l2_model;
SELECT '{}'::l2_model;
SELECT '{"l2_model": 2}'::l2_model;
SELECT '{"l2_model": 1}'::l2_model;
SELECT '{"l2_model": 1, "terms": [1]}'::l2_model;
SELECT '{"l2_model": 1, "terms": [{"estimate": 1}]}'::l2_model;
SELECT '{"l2_model": 1, "terms": [{"term": "a"}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "terms": [{"term": "a"}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": "1"}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "magic", "terms": [{"term": "a", "estimate": 1}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "n": -1, "terms": [{"term": "a", "estimate": 1}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "rsq": 1, "terms": [{"term": "a", "estimate": 1}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "intercept": true, "terms": [{"term": "a", '
  '"estimate": 1}]}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 1e999}]}'::l2_model;
-- every cut and every changed character of the text: a model or an error
CREATE FUNCTION reads(t text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM l2_predict(t::l2_model, 1, 2);
  RETURN true;
EXCEPTION WHEN invalid_text_representation OR invalid_parameter_value OR numeric_value_out_of_range
  OR array_subscript_error
    OR untranslatable_character THEN
  RETURN false;
END $$;
SELECT count(*) FILTER (WHERE reads(left(m::text, i))) AS accepted
  FROM fitted, generate_series(0, length(m::text) - 1) i WHERE how = 'ols';
SELECT count(reads(overlay(m::text placing c from i for 1))) > 1000 AS tried
FROM fitted, generate_series(1, length(m::text)) i, unnest(ARRAY['"', '0', 'x', '-', '}', ',']) c
  WHERE how = 'ridge';

-- predict: array, columns, coefficients; NULL, NaN, infinite, lengths
SELECT how, l2_predict(m, ARRAY[10, 1]) = l2_predict(m, 10, 1) AS same,
  round(l2_predict(m, 10, true)::numeric, 6) AS boolean,
       round(l2_predict(m, 10.0::numeric, 1::smallint)::numeric, 6) AS other_types,
       round(l2_predict(l2_model(m::float8[]), ARRAY[10, 1])::numeric, 6) AS coefficients FROM fitted
       WHERE how <> 'no intercept';
SELECT round(avg(dist - l2_predict(m, speed, wet))::numeric, 9) AS mean_residual FROM cars, fitted
  WHERE how = 'ols';
SELECT l2_predict(m, VARIADIC ARRAY[10, 1]) = l2_predict(m, 10, 1) AS variadic FROM fitted WHERE how = 'ols';
SELECT round(l2_predict(m, ARRAY[10])::numeric, 6), round(l2_predict(m, 10)::numeric, 6) FROM fitted
  WHERE how = 'no intercept';
SELECT l2_predict(m, ARRAY[10, NULL]), l2_predict(m, 10, NULL::int), l2_predict(m, NULL::float8[]),
  l2_predict(NULL::l2_model, 1),
       l2_predict(m, ARRAY[10, NULL]::int[]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, 'NaN'::float8, 1), l2_predict(m, ARRAY['inf'::float8, 1]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, 1e308::float8, 1e308::float8) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, ARRAY[10, 1, 2]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, ARRAY[10]::float8[]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, 10) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, ARRAY[]::float8[]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, ARRAY[[10, 1]]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, ARRAY[[10, 1]]::float8[]) FROM fitted WHERE how = 'ols';
SELECT l2_predict(m, 'a'::text, 1) FROM fitted WHERE how = 'ols';
SELECT l2_predict(l2_model(ARRAY[1, 2]), ARRAY[10]), l2_predict(l2_model(ARRAY[1]), ARRAY[]::float8[]),
  l2_predict(l2_model(ARRAY[1, NULL]), ARRAY[10]), l2_names(l2_model(ARRAY[0, 2, 3], '{a,b}')) AS names;
SELECT l2_predict(l2_model(ARRAY[1, 2]), ARRAY[10, 20]);
SELECT l2_model(ARRAY[]::float8[]);
SELECT l2_model(ARRAY[NULL, 2]::float8[]);
SELECT l2_model(ARRAY[1, 'NaN'::float8]);
SELECT l2_model(ARRAY[1, 2], '{a,b}');

-- summary and glance
SELECT how, term, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error,
  round(t::numeric, 6) AS t,
       round(p::numeric, 9) AS p, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper,
       round(standardized::numeric, 6) AS standardized FROM fitted, l2_summary(m);
SELECT term, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
  FROM fitted, l2_summary(m, 0.5) WHERE how = 'ols';
SELECT term, round(upper::numeric, 6) AS upper
  FROM l2_summary((SELECT ols_fit(dist, ARRAY[speed]) FROM cars), level => 0.9);
SELECT l2_summary(m, 0) FROM fitted;
SELECT l2_summary(m, 'NaN') FROM fitted;
SELECT count(*) FROM l2_summary(NULL::l2_model);
SELECT count(*) FROM l2_summary((SELECT ols_fit(dist, ARRAY[speed]) FROM cars WHERE false));
SELECT how, n, n_skipped, round(r_squared::numeric, 6) AS r_squared,
  round(adj_r_squared::numeric, 6) AS adj_r_squared, round(sigma::numeric, 6) AS sigma,
       round(df::numeric, 6) AS df, round(df_residual::numeric, 6) AS df_residual,
       round(rss::numeric, 6) AS rss,
       round(f_statistic::numeric, 6) AS f, round(p_value::numeric, 9) AS p, lambda, lambda_effective
       FROM fitted, l2_glance(m);

-- what jsonb may say of options, encoding and terms
CREATE FUNCTION said_of(part text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m text;
  d text;
BEGIN
  PERFORM ('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 1}, {"term": "z=u", "estimate": 2}], ' || part || '}')::l2_model;
  RETURN 'read';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL;
  RETURN concat_ws(': ', m, nullif(d, ''));
END $$;
SELECT part, said_of(part) FROM unnest(ARRAY['"converged": false', '"converged": 1', '"weights": "frequency"',
  '"weights": 3', '"weights": "odd"', '"target": 3']) part;
SELECT encoding, said_of('"encoding": ' || encoding) AS said
  FROM unnest(ARRAY['1', '{}', '{"attributes": 1}']) encoding;
SELECT attribute, said_of('"encoding": {"attributes": [' || attribute || ']}') AS said
  FROM unnest(ARRAY['1', '{}', '{"attribute": "z"}',
  '{"attribute": "z", "kind": "odd"}', '{"attribute": "z", "kind": "number", "reference": ["u"]}',
  '{"attribute": "z", "kind": "number"}',
  '{"attribute": "z=u", "kind": "category"}', '{"attribute": "z", "kind": "category", "reference": "u"}',
  '{"attribute": "z", "kind": "category", "reference": ["v"]}',
  '{"attribute": "z", "kind": "category", "reference": [null, "v"]}']) attribute;
SELECT '{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": null}]}'::l2_model;
DROP FUNCTION said_of;

-- NULL in an array
SELECT l2_predict(m, ARRAY[NULL]::float8[]) AS feature,
  l2_predict(l2_model('{1,2}'::float8[]), ARRAY[NULL]::float8[]) AS also,
  l2_predict(l2_model('{0,NULL}'::float8[]), ARRAY[1]) AS coefficient FROM fitted WHERE how = 'no intercept';
DROP FUNCTION reads;
DROP TABLE cars, fitted;
