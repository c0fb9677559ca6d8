-- What people of R, scikit-learn, BigQuery ML and MADlib write, and slips: the error says what to write.
SET client_min_messages = warning;
CREATE SCHEMA quiet;
SET search_path = quiet, public;
CREATE TABLE houses AS SELECT i AS id, 50.0 + i % 80 AS area, 1 + i % 5 AS rooms, 1 + i % 2 AS w,
  (ARRAY['north', 'south', 'east'])[1 + i % 3] AS zone, 100 + i % 80 * 2 + sin(i) AS price, i % 3 = 0 AS sold,
  0.3 AS p, i % 7 AS visits, '{"area": 1}'::jsonb AS doc FROM generate_series(1, 60) i;
CREATE TABLE "Up Per" AS SELECT area AS "Area", price AS "Price" FROM houses;
CREATE TABLE g AS SELECT l2_gram_agg(price, ARRAY[area, rooms]) AS gram FROM houses;
CREATE TABLE m AS SELECT l2_ols(gram) AS model FROM g;
CREATE FUNCTION said(call text, relation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  message text;
  hint text;
BEGIN
  EXECUTE format('SELECT %s FROM %s LIMIT 1', call, relation);
  RETURN 'an answer';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
  RETURN format('%s%s   %s', message, E'\n', coalesce(hint, 'NO HINT'));
END $$;
\pset format unaligned
\pset tuples_only on
SELECT format(E'%s\n   %s', call, said(call, relation)) FROM (VALUES
  -- a gram in the place of rows or of a model, rows in the place of a gram
  ('l2_ridge(gram)', 'g'), ('l2_lasso(gram)', 'g'), ('l2_elastic_net(gram)', 'g'), ('l2_dropout(gram)', 'g'),
  ('l2_elastic_net(gram, 1, 0.5)', 'g'), ('l2_ridge(gram, 1, true)', 'g'), ('estimate',
  'g, l2_summary(gram)'),
  ('l2_subset(gram, 5)', 'g'), ('l2_select(gram, ''aic'')', 'g'),
  ('l2_drop1(model)', 'm'), ('l2_margins(model, ''houses'')', 'm'),
  ('l2_margins(model, ''houses'', 0.9)', 'm'),
  ('l2_summary(gram)', 'g'), ('l2_glance(gram)', 'g'), ('l2_coef(gram)', 'g'), ('l2_intercept(gram)', 'g'),
  ('l2_sql(gram)', 'g'), ('l2_pmml(gram)', 'g'), ('l2_predict(gram, 1, 2)', 'g'),
  ('l2_predict(gram, ARRAY[1, 2])', 'g'), ('l2_ols(price, ARRAY[area])', 'houses'),
  ('l2_ols(price, area)', 'houses'), ('l2_ols(visits, area, rooms)', 'houses'),
  ('l2_ridge(price, ARRAY[area], 1)', 'houses'), ('l2_lasso(price, h, 1)', 'houses h'),
  ('l2_elastic_net(price, ARRAY[area], 1, 0.5)', 'houses'), ('l2_dropout(price, ARRAY[area], 0.1)', 'houses'),
  ('zone, l2_ols(price, ARRAY[area])', '(SELECT zone, array_agg(area) FROM houses GROUP BY zone) s, houses'),
  -- y and x
  ('ols_fit(h)', 'houses h'), ('ridge_fit(area)', 'houses'), ('logistic_fit(h)', 'houses h'),
  ('lasso_cv(price)', 'houses'), ('l2_gram_agg(h)', 'houses h'),
  ('ols_fit(''price'', ARRAY[area])', 'houses'), ('ridge_fit(''price'', h, 1)', 'houses h'),
  ('ols_fit(price, ARRAY[area], w)', 'houses'), ('lasso_cv(price, ARRAY[area], 5)', 'houses'),
  ('l2_gram_agg(price, ARRAY[area], w)', 'houses'), ('ols_fit(price, area, rooms)', 'houses'),
  ('logistic_fit(sold, area + rooms)', 'houses'), ('poisson_fit(visits, area)', 'houses'),
  ('glm_fit(visits, ARRAY[area], ''poisson'')', 'houses'), ('ols_fit(zone, ARRAY[area])', 'houses'),
  ('ols_fit(price, ARRAY[zone])', 'houses'), ('ols_fit(price, doc)', 'houses'),
  -- a table and a formula
  ('ols_fit(''houses'', ''price ~ area'')', 'g'), ('logistic_fit(''houses'', ''sold ~ area'')', 'g'),
  ('ridge_fit(''houses'', ''price ~ area'', 0.1)', 'g'), ('glm_fit(''houses'', ''visits ~ area'')', 'g'),
  ('l2_train(''t'', ''r'')', 'g'), ('l2_train(''houses'')', 'g'), ('l2_fit(''houses'')', 'g'),
  ('l2_train(''m1'', ''houses'', ''price ~ area'', 0.1)', 'g'),
  ('l2_train(''m1'', ''houses'', ''price'', ARRAY[''area''])', 'g'),
  ('l2_train(''m1'', ''houses'', ''price'', ''area,rooms'')', 'g'),
  ('l2_fit(''houses'', ''price ~ area'', 0.1)', 'g'), ('l2_fit(''houses'', ''price'', ''{area,rooms}'')',
  'g'),
  ('l2_fit(''houses'', ''price'', ''area + rooms'')', 'g'),
  ('l2_fit(''houses'', ''price ~ area'', ''lm'')', 'g'),
  ('l2_fit(''price ~ area'', ''houses'')', 'g'), ('l2_fit(''Up Per'', ''"Price" ~ "Area"'')', 'g'),
  ('l2_fit(''"Up Per"'', ''Price ~ Area'')', 'g'), ('l2_fit(''houses, g'', ''price ~ area'')', 'g'),
  ('l2_fit(''SELECT price, area, zone AS "a=b" FROM houses'', ''price ~ area * "a=b"'')', 'g'),
  ('l2_model(''house_price'')', 'g'), ('''[1]''::l2_model', 'g'),
  -- predictions and scores
  ('l2_predict(model)', 'm'), ('l2_predict(model, 1)', 'm'), ('l2_predict(model, 1, ''north'')', 'm'),
  ('l2_predict(model, ''houses'')', 'm'), ('l2_predict(model, doc)', 'm, houses'),
  ('l2_predict(model, ARRAY[''a'', ''b''])', 'm'), ('l2_predict(model, ARRAY[1, 2], ''class'')', 'm'),
  ('l2_predict(model, 1, 2, 3)', 'm'), ('l2_contrast(model)', 'm'), ('l2_anova(model)', 'm'),
  ('l2_predict_proba(model, ARRAY[1, 2])', 'm'), ('l2_confusion(sold, p)', 'houses'),
  ('l2_confusion(sold, sold)', 'houses'), ('l2_calibration(sold, p)', 'houses'),
  ('l2_auc(sold, p > 0.2)', 'houses'), ('l2_auc(p, sold)', 'houses'), ('l2_accuracy(zone, zone)', 'houses'),
  ('l2_accuracy(sold, sold)', 'houses'), ('l2_logloss(sold, zone)', 'houses'),
  ('l2_logloss(sold, price)', 'houses'), ('l2_rmse(price, area, w)', 'houses')
  ) c(call, relation);
-- by name, to a name that is taken by all aggregates
SELECT said('ols_fit(price, ARRAY[area], weight => w)', 'houses'),
  said('ridge_fit(price, ARRAY[area], lambda => 1)', 'houses');
-- valid calls mean what they did: literals, parameters without a type, NULLs
SELECT said(call, 'g') FROM unnest(ARRAY['l2_ridge(gram, ''0.1'')', 'l2_ridge(gram, 1, ''{}'')',
  'l2_ols(gram, ''{}'')', 'l2_ols(gram, NULL)', 'l2_ridge(NULL, 1)', 'l2_path(gram, ''lasso'')',
  'l2_subset(gram, ''best'')', 'l2_gram(''{1,2}'', ''{y,a}'')', 'l2_ols(gram, ''{}''::text)',
  'l2_fit(''houses'', ''price ~ area'', ''ols''::varchar)', 'l2_fit(''houses'', ''price ~ area'', NULL)'])
  call;
PREPARE ridge AS SELECT l2_ridge(gram, $1) IS NOT NULL FROM g;
EXECUTE ridge(0.1);
PREPARE fit AS SELECT l2_fit($1, $2, $3) IS NOT NULL;
EXECUTE fit('houses', 'price ~ area', 'ols');
DROP SCHEMA quiet CASCADE;
