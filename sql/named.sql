-- Models by name: training, versions, refreshing, predicting.  named_source.sql has what they are made of,
-- named_rights.sql who may do it.
SET extra_float_digits = 0;
\set SHOW_CONTEXT never

CREATE TABLE homes AS
SELECT i AS id, 20 + i % 37 AS area, (i % 5)::numeric AS rooms, i % 4 = 0 AS garden, 'z' || i % 3 AS zone,
  date '2024-01-01' + i AS sold,
  100 + 3 * (20 + i % 37) + 10 * (i % 5) + CASE WHEN i % 4 = 0 THEN 7 ELSE 0 END + sin(i) AS price
FROM generate_series(1, 200) i;

-- one line: the version that was trained
SELECT name, version, active, outcome, method, target, n, n_skipped, round(r_squared::numeric, 4) AS r2,
  round(sigma::numeric, 2) AS sigma, round(lambda::numeric, 4) AS lambda, nonzero,
  round(cv_error::numeric, 3) AS cv_error, cv_se IS NOT NULL AS cv_se, trained_at = now() OR trained_at
  > now() AS now, duration < '1 minute' AS short, reason
FROM l2_train('hp', 'homes', 'price', options => '{"features": ["area", "rooms", "garden"]}');
SELECT term, round(estimate::numeric, 3) AS estimate FROM l2_summary(l2_get('hp'));
SELECT l2_names(l2_get('hp'));
-- it is what the statement that it ran gives, and what the aggregate gives
\pset format unaligned
SELECT l2_train_sql('homes', 'price', options => '{"features": ["area", "rooms", "garden"]}');
SELECT l2_refresh_sql('hp') = l2_train_sql('homes', 'price',
  options => '{"features": ["area", "rooms", "garden"]}') AS same;
\pset format aligned
SELECT l2_coef(l2_get('hp')) = l2_coef(ridge_cv(price, ARRAY[area, rooms, garden::int],
  '{"standardize": true}')) AS same FROM homes;

-- methods, features, weights, formulas
SELECT * FROM unnest(ARRAY[
  l2_train_sql('homes', 'price', 'ols'),
  l2_train_sql('homes', 'price', 'ridge', 0.1, options => '{"features": ["area"]}'),
  l2_train_sql('homes', 'price', 'lasso',
  options => '{"features": ["area", "rooms"], "weight": "rooms", "folds": 5, "keep_gram": true}'),
  l2_train_sql('homes', 'price', 'elastic_net', 0.1,
  options => '{"features": ["area"], "l1_ratio": 0.3, "standardize": false}'),
  l2_train_sql('homes', 'price', 'elastic_net', 0.1, options => '{"features": ["area"], "gate": 0.05}'),
  l2_train_sql('homes', 'price', 'dropout', 0.2, options => '{"features": ["area"], "weight": "rooms"}'),
  l2_train_sql('SELECT *, area * 2 AS "Twice" FROM homes WHERE zone = ''z1'' -- those',
  'price ~ area + "Twice":garden - 1', lambda => 1)
]) \g (format=unaligned)
SELECT version, method, n, round(r_squared::numeric, 4) AS r2
  FROM l2_train('hp', 'homes', 'price', 'ols', options => '{"features": ["area", "rooms", "garden"]}');
SELECT version, method, target FROM l2_train('hp', 'homes',
  'I(price / 100) ~ area + rooms:garden + I(area ^ 2)', 'lasso', 0.1);
SELECT l2_names(l2_get('hp', 3));
SELECT n FROM l2_train('gram', 'SELECT * FROM homes WHERE id < 100', 'price',
  options => '{"features": ["area"], "keep_gram": true}');
SELECT version, n, l2_n((details ->> 'gram')::l2_gram), details ->> 'event' AS event FROM gram;
SELECT l2_drop('gram');

-- versions
SELECT version, active, event, outcome, n, n_skipped, round(r_squared::numeric, 4) AS r2,
  lambda IS NOT NULL AS lambda, nonzero, cv_error IS NOT NULL AS cv,
  duration > '0' AS took_time, trained_by = current_user AS by_me, error_code, reason FROM l2_versions
  WHERE name = 'hp' ORDER BY version;
SELECT version, method FROM l2_rollback('hp');
SELECT version FROM l2_activate('hp', 1);
SELECT l2_rollback('hp');
SELECT l2_activate('hp', 9);
SELECT l2_coef(l2_get('hp')) = l2_coef(l2_get('hp', 1)) AS first FROM l2_models WHERE name = 'hp';
-- a new definition: kept versions are the newest, and the active one
SELECT version FROM l2_train('hp', 'homes', 'price',
  options => '{"features": ["area", "rooms", "garden"], "keep": 2}');
SELECT version, active FROM l2_versions WHERE name = 'hp' ORDER BY version;
SELECT version FROM l2_activate('hp', 3);
SELECT version, active FROM l2_refresh('hp');
SELECT version, active FROM l2_refresh('hp');
SELECT version, active FROM l2_versions WHERE name = 'hp' ORDER BY version;

-- predicting by name
SELECT round(l2_predict('hp', area, rooms, garden)::numeric, 2) AS columns,
  round(l2_predict('hp', ARRAY[area, rooms, garden::int])::numeric, 2) AS numerics,
  round(l2_predict('hp', ARRAY[area, rooms::int, garden::int])::numeric, 2) AS integers,
  round(l2_predict('hp', ARRAY[area, rooms, garden::int]::float8[])::numeric, 2) AS floats,
  round(l2_predict('hp', VARIADIC ARRAY[area, rooms, garden::int])::numeric, 2) AS variadic,
  round(price::numeric, 2) AS price
FROM homes WHERE id = 1;
SELECT l2_predict('hp', area, NULL::int, garden), l2_predict(NULL, ARRAY[1, 2, 3]) FROM homes WHERE id = 1;
SELECT l2_predict('hp', 1, 2);
SELECT l2_predict('home', 1, 2);
SELECT l2_predict(repeat('home', 16), 1, 2);
SELECT count(*), count(DISTINCT p) FROM (SELECT l2_predict(CASE WHEN id % 2 = 0 THEN 'hp' ELSE 'a_model' END,
  area, rooms, garden) FROM homes) s(p);
SELECT count(l2_predict(m, area, rooms, garden))
  FROM homes, (VALUES ('hp'),
  ('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 1}, {"term": "b", '
  '"estimate": 1}, {"term": "c", "estimate": 1}]}')) m(m);
-- a literal may be a model too
SELECT l2_predict('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 1}, {"term": "a", "estimate": 2}]}', 10);
SELECT l2_predict(' {"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 1}, {"term": "a", "estimate": 2}]}', ARRAY[10]);
SELECT l2_predict(l2_model('{1,2}'::float8[]), ARRAY[10]);
SELECT l2_get('hp') = l2_get('hp'::regclass) AS same, l2_get('hp') = model AS kept FROM hp WHERE active;
SELECT l2_coef(l2_model('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 2}]}'::text));
SELECT l2_get('hp', 99);
SELECT l2_get(NULL::text, 1) IS NULL AS no_name, l2_get(NULL::regclass) IS NULL AS no_table;
SELECT l2_get('hp', 0);
SELECT l2_get('homes');
-- looked up anew by each query, by each call after a refresh, and after a refresh is undone
PREPARE p AS SELECT round(l2_predict('hp', area, rooms, garden)::numeric, 1) AS predicted FROM homes
  WHERE id = 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE p;
UPDATE homes SET price = price + 1000;
SELECT outcome FROM l2_refresh('hp');
EXECUTE p;
RESET plan_cache_mode;
DO $$
DECLARE p float8;
BEGIN
  FOR i IN 1 .. 3 LOOP
    BEGIN
      FOR j IN 1 .. 2 LOOP
        p := l2_predict('hp', 21, 1, false);
        RAISE NOTICE 'round %, after % changes: %', i, j - 1, round(p::numeric, 1);
        UPDATE homes SET price = price + 1000;
        PERFORM l2_refresh('hp');
      END LOOP;
      IF i = 1 THEN
        RAISE 'undone';
      END IF;
    EXCEPTION WHEN raise_exception THEN
    END;
  END LOOP;
END $$;

-- categories, dates and times: columns of a record
CREATE TYPE state AS ENUM ('new', 'old');
CREATE TABLE flats AS SELECT id, area, rooms, garden, zone, ('f' || id % 2)::char(3) AS floor,
  (ARRAY['new', 'old'])[1 + id % 2]::state AS state, sold,
  sold + interval '36 hours' AS moved, '{}'::json AS doc, price + 20 * (id % 3) AS price FROM homes;
SELECT l2_train_sql('flats', 'price ~ area + zone + area:rooms + I(left(zone, 1)) + sold',
  options => '{"reference": "first", "unseen": "zero", "null_level": true, "max_levels": 10, '
  '"keep_gram": true}') \g (format=unaligned)
SELECT l2_train_sql('flats', 'price', 'lasso', 2,
  options => '{"features": ["area", "zone"], "weight": "rooms"}') \g (format=unaligned)
SELECT version, n, round(r_squared::numeric, 4) AS r2, cv_error IS NOT NULL AS cv
  FROM l2_train('fp', 'flats', 'price', options => '{"keep_gram": true}');
SELECT l2_names(model) AS names, l2_names((details ->> 'gram')::l2_gram) = l2_names(model) AS same FROM fp;
SELECT definition -> 'features' AS features, definition -> 'kinds' AS kinds FROM fp;
SELECT bool_and(l2_predict('fp', f) = l2_predict(l2_get('fp'), f)) AS same FROM flats f;
SELECT l2_train('fp', 'flats', 'price', options => '{"max_levels": 2}');
SELECT l2_train('fp', 'flats', 'price', options => '{"features": ["area", "sold"], "refrence": "first"}');
-- levels that training did not see
SELECT n FROM l2_train('error', 'flats', 'price', options => '{"features": ["area", "zone"]}')
  UNION ALL SELECT n FROM l2_train('zero', 'flats', 'price',
  options => '{"features": ["area", "zone"], "unseen": "zero"}')
  UNION ALL SELECT n FROM l2_train('null', 'flats', 'price',
  options => '{"features": ["area", "zone"], "unseen": "null", "null_level": true}');
SELECT l2_predict('zero', r) = l2_intercept(l2_get('zero')) + 10 * (l2_coef(l2_get('zero')))[1] AS zero,
  l2_predict('null', r) AS "null" FROM (SELECT 10 AS area, 'moon' AS zone) r;
SELECT l2_predict('error', r) FROM (SELECT 10 AS area, 'moon' AS zone) r;
SELECT l2_predict('error', r) AS "null" FROM (SELECT 10 AS area, NULL AS zone) r;
-- terms of a formula are worked out from the record
SELECT version FROM l2_train('fp', 'flats',
  'price ~ zone + area:rooms + area:garden + I(left(zone, 2) || '':'' || floor) + I(extract(dow '
  'FROM sold)) + I(zone = ''z1'')', 'ols');
SELECT l2_names(l2_get('fp'));
SELECT count(l2_predict('fp', f)), bool_and(abs(l2_predict('fp', f) - l2_predict('fp', r)) < 1e-9) AS same
FROM flats f, LATERAL (SELECT f.zone::varchar, f.area::numeric, f.rooms::int, f.garden, f.floor, f.sold,
  'x' AS more) r;
SELECT l2_predict('fp', r) AS "null" FROM (SELECT 'z1' AS zone, 1 AS area, NULL::int AS rooms, true AS garden,
  'f1' AS floor, date '2024-01-01' AS sold) r;
SELECT l2_predict('fp', r) FROM (SELECT 'z1' AS zone, 1 AS area, true AS garden, 'f1' AS floor,
  date '2024-01-01' AS sold) r;
SELECT count(l2_predict(l2_get('fp'), f)) FROM flats f;
SELECT version FROM l2_train('fp', 'flats', 'price ~ area + I((SELECT max(area) FROM homes) - area)',
  lambda => 1);
SELECT version FROM l2_train('fp', 'flats', 'price ~ area + I(area * area)', lambda => 1);
SELECT round(l2_predict('fp', 20, 30)) > 0 AS from_numbers;
-- columns that are not what they were
SELECT version FROM l2_train('fp', 'flats', 'price ~ area + zone + area:rooms');
ALTER TABLE flats RENAME rooms TO chambers;
SELECT l2_predict('fp', f) FROM flats f;
SELECT outcome, reason FROM l2_refresh('fp');
ALTER TABLE flats RENAME chambers TO rooms;
ALTER TABLE flats RENAME area TO size;
SELECT l2_predict('fp', f) FROM flats f;
ALTER TABLE flats RENAME size TO area;
ALTER TABLE flats ALTER zone TYPE int USING substr(zone, 2)::int;
SELECT l2_predict('fp', f) FROM flats f;
SELECT outcome, reason FROM l2_refresh('fp');
ALTER TABLE flats ALTER rooms TYPE text USING 'many';
SELECT l2_predict('fp', r) FROM (SELECT rooms, area, 'z1' AS zone FROM flats) r;
ALTER TABLE flats DROP zone;
SELECT l2_predict('fp', f) FROM flats f;
SELECT outcome, reason FROM l2_refresh('fp');
-- a generalised linear model, of numbers
SELECT method, version, n FROM l2_train('garden', 'homes', 'garden', 'logistic',
  options => '{"features": ["area", "rooms"]}');
SELECT l2_coef(l2_get('garden')) = l2_coef(logistic_fit(garden, ARRAY[area, rooms])) AS same FROM homes;
SELECT bool_and(abs(l2_predict('garden', h) - l2_predict('garden', area, rooms)) < 1e-12) AS same,
  bool_and(l2_predict('garden', h) BETWEEN 0 AND 1) AS probability FROM homes h;
SELECT method, n FROM l2_train('garden', 'homes', 'garden ~ zone + area:rooms', 'logistic', 1) UNION ALL
SELECT method, n FROM l2_train('rooms', 'homes', 'rooms', 'poisson',
  options => '{"features": ["area", "zone", "sold"], "weight": "area"}');
SELECT l2_names(l2_get('garden')) AS names, bool_and(abs(l2_predict('garden', h)
  - l2_predict(m, ROW(zone, area * rooms))) < 1e-12) AS same
FROM homes h, (SELECT logistic_fit(garden, ROW(zone, area * rooms), 1, '{"standardize": true}') AS m
  FROM homes) f;
SELECT l2_drop('rooms');
SELECT l2_train_sql('homes', 'garden', 'logistic', 2, options => '{"features": ["area"], "l1_ratio": 0.5}'),
  l2_train_sql('homes', 'rooms', 'poisson',
  options => '{"features": ["area"], "weight": "area"}') \g (format=unaligned)
SELECT method, n FROM l2_train('garden', 'homes', 'garden', 'logistic', 2,
  options => '{"features": ["area"], "l1_ratio": 0.5}') UNION ALL
SELECT method, n FROM l2_train('garden', 'homes', 'rooms', 'poisson',
  options => '{"features": ["area"], "weight": "area"}');
SELECT l2_drop(name) FROM l2_models WHERE name <> 'hp' ORDER BY name;
DROP TABLE flats;
DROP TYPE state;

-- a gate
SELECT version FROM l2_train('gated', 'homes', 'price', lambda => 0.01,
  options => '{"features": ["area", "rooms", "garden"], "gate": 0.5}');
CREATE TABLE before AS SELECT * FROM homes;
UPDATE homes SET price = price + 10 * (id % 7);
SET client_min_messages = error;
SELECT version, active, outcome, n FROM l2_refresh('gated');
RESET client_min_messages;
SELECT version, last_error LIKE 'cross-validated error % is worse than % of version 1 by more than '
  '0.5' AS told FROM l2_models WHERE name = 'gated';
SELECT version FROM l2_activate('gated', 2);
SELECT version, active, outcome FROM l2_refresh('gated');
SELECT version FROM l2_rollback('gated');
SELECT l2_rollback('gated');

-- a refresh that fails leaves the old version, and says why
ALTER TABLE homes ALTER garden TYPE text;
SELECT version, active, outcome, reason FROM l2_refresh('hp');
ALTER TABLE homes RENAME rooms TO chambers;
SELECT version, active, outcome, reason FROM l2_refresh('hp');
DELETE FROM homes;
ALTER TABLE homes RENAME chambers TO rooms;
ALTER TABLE homes ALTER garden TYPE boolean USING garden::boolean;
SELECT version, active, outcome, reason FROM l2_refresh('hp');
SELECT version, last_error FROM l2_models WHERE name = 'hp';
INSERT INTO homes SELECT * FROM before;
SELECT version, active, outcome, reason FROM l2_refresh('hp');
SELECT version, last_error FROM l2_models WHERE name = 'hp';
SELECT version, outcome FROM l2_versions WHERE name = 'hp' ORDER BY version;
SELECT l2_refresh('hp', 'perhaps');
SELECT l2_refresh('nobody''s');
SELECT l2_refresh(0);

-- the row of a training, which is the model's own
SELECT version, active, outcome, model IS NOT NULL AS has_model, definition ->> 'source' AS source,
  definition ->> 'method' AS method, n, error_code, details FROM hp ORDER BY version;
-- a procedure for schedules keeps the record of a failure, and then says so
ALTER TABLE homes RENAME rooms TO chambers;
SET client_min_messages = error;
CALL l2_refresh_now('hp');
RESET client_min_messages;
SELECT version, outcome, reason FROM l2_versions WHERE name = 'hp' ORDER BY version DESC LIMIT 1;
ALTER TABLE homes RENAME chambers TO rooms;
CALL l2_refresh_now('hp');
SELECT version, outcome, active FROM l2_versions WHERE name = 'hp' ORDER BY version DESC LIMIT 1;
CALL l2_refresh_now('nobody');

-- each function takes the table too
SELECT l2_predict('hp'::regclass, h) = l2_predict('hp', h) AS predict, l2_get('hp'::regclass, a.version)
  = l2_get('hp') AS get,
  (SELECT sum(contribution) FROM l2_explain('hp'::regclass, h)) = (SELECT sum(contribution)
  FROM l2_explain('hp', h)) AS explain,
  l2_refresh_sql('hp'::regclass) = l2_refresh_sql('hp') AS refresh_sql FROM homes h, l2_models a
  WHERE id = 1 AND a.name = 'hp';
SELECT (SELECT array_agg(d) FROM l2_drift('hp'::regclass, 'homes') d) = (SELECT array_agg(d)
  FROM l2_drift('hp', 'homes') d) AS drift,
  (SELECT array_agg(d) FROM l2_drift('hp'::regclass) d) = (SELECT array_agg(d)
  FROM l2_drift('hp') d) AS own_source,
  l2_report('hp'::regclass) = l2_report('hp') AS report;
SELECT version, active FROM l2_refresh('hp'::regclass) UNION ALL SELECT version, active
  FROM l2_rollback('hp'::regclass) UNION ALL SELECT version, active FROM l2_activate('hp'::regclass, 17);
SELECT l2_grant('hp'::regclass, 'public'), l2_revoke('hp'::regclass, 'public'), l2_unschedule('hp'::regclass);

-- a name is a table's: renamed, moved and dropped as tables are; what is bound to the table follows
CREATE SCHEMA annex;
CREATE VIEW by_table AS SELECT id, l2_predict('hp'::regclass, h) AS p FROM homes h;
CREATE VIEW by_name AS SELECT id, l2_predict('hp', h) AS p FROM homes h;
ALTER TABLE hp RENAME TO "It's ""the"" price";
SELECT p = l2_predict('"It''s ""the"" price"', h) AS same FROM by_table JOIN homes h USING (id) WHERE id = 1;
SELECT * FROM by_name;
ALTER TABLE "It's ""the"" price" SET SCHEMA annex;
SELECT count(p) FROM by_table;
SELECT l2_predict('"It''s ""the"" price"', h) FROM homes h;
SELECT count(l2_predict('annex."It''s ""the"" price"', h)) FROM homes h;
SELECT name, version, last_error FROM l2_models ORDER BY name;
SELECT name, outcome FROM l2_refresh(' annex . "It''s ""the"" price" ');
SELECT l2_drop('annex."It''s ""the"" price"');
SELECT l2_drop('annex."It''s ""the"" price"'::regclass);
DROP VIEW by_table, by_name;
SELECT l2_drop('annex."It''s ""the"" price"'::regclass);
SELECT l2_drop('annex.nothing'), l2_drop('gated', if_exists => true);
SELECT l2_drop('annex.nothing', if_exists => true), l2_drop('nowhere.nothing', if_exists => true);
-- the first schema of the search_path that has it; a temporary table only where it is named
SELECT n FROM l2_train('annex.gated', 'SELECT * FROM homes WHERE id <= 50', 'price', 'ols',
  options => '{"features": ["area"]}');
SET search_path = annex, public;
SELECT n_skipped FROM l2_glance(l2_get('gated')) WHERE n = 50;
CREATE TEMP TABLE gated OF public.l2_version;
INSERT INTO pg_temp.gated SELECT * FROM annex.gated;
UPDATE pg_temp.gated SET model
  = '{"l2_model": 1, "method": "ols", "terms": [{"term": "area", "estimate": 1000000}]}';
SELECT l2_predict('gated', 1) = l2_predict('annex.gated', 1) AS annex_answers, n
  FROM l2_glance(l2_get('gated'));
SELECT l2_predict('pg_temp.gated', 1);
SELECT l2_predict('gated'::regclass, 1);
SELECT name FROM l2_models ORDER BY name;
DROP TABLE pg_temp.gated;
RESET search_path;
-- names that are none
SELECT l2_predict('', 1);
SELECT l2_predict('my model', 1);
SELECT l2_predict('a.b.c.d', 1);
SELECT l2_predict('elsewhere.public.gated', 1);
SELECT l2_predict('nowhere.gated', 1);
SELECT l2_predict(current_database() || '.public.gated', 1, 2, true) IS NOT NULL AS with_database;
-- tables that are no models
CREATE VIEW shown AS SELECT * FROM gated;
CREATE MATERIALIZED VIEW stored AS SELECT * FROM gated;
CREATE TABLE parts OF l2_version PARTITION BY LIST (version);
CREATE TABLE alike (LIKE gated);
SELECT l2_predict('shown', 1);
SELECT l2_predict('stored', 1);
SELECT l2_predict('parts', 1);
SELECT l2_predict('alike', 1);
SELECT l2_predict('gated_pkey', 1);
SELECT l2_train('alike', 'homes', 'price');
SELECT l2_train('shown', 'homes', 'price');
SELECT l2_train('pg_temp.x', 'homes', 'price');
SELECT l2_train('pg_catalog.x', 'homes', 'price');
SELECT l2_train('nowhere.x', 'homes', 'price');
DROP VIEW shown;
DROP MATERIALIZED VIEW stored;
DROP TABLE parts, alike;
-- a table of the type is a model, whoever made it; an empty one has no version and no definition
CREATE TABLE bare OF l2_version (PRIMARY KEY (version));
SELECT name, version, last_error FROM l2_models WHERE name = 'bare';
SELECT l2_predict('bare', 1);
SELECT l2_refresh('bare');
SELECT l2_rollback('bare');
SELECT version, n FROM l2_train('bare', 'homes', 'price', 'ols', options => '{"features": ["area"]}');
INSERT INTO bare SELECT 7, false, outcome,
  '{"l2_model": 1, "method": "ols", "terms": [{"term": "area", "estimate": 2}]}' FROM bare;
SELECT version, active, outcome, n FROM l2_activate('bare', 7);
SELECT l2_predict('bare', 21);
-- a definition is that of the newest row that has one
SELECT version, outcome, n FROM l2_refresh('bare');
DROP TABLE bare;

-- what functions say of a model, they say by its name, and by its table
SELECT n FROM l2_train('small', 'homes', 'price ~ area', 'ols', options => '{"keep_gram": true}');
SELECT n FROM l2_train('large', 'homes', 'price ~ area + zone + rooms', 'ols');
SELECT n FROM l2_train('sells', 'homes', 'garden ~ area + rooms', 'logistic');
SELECT l2_coef('large') = l2_coef(m) AND l2_coef('large'::regclass) = l2_coef(m) AS coef,
  l2_intercept('large') = l2_intercept(m) AS intercept,
  l2_names('large') = l2_names(m) AS names, l2_sql('large') = l2_sql(m) AS sql,
  l2_pmml('large') = l2_pmml(m) AS pmml,
  l2_glance('large') = l2_glance(m) AND l2_glance('large'::regclass) = l2_glance(m) AS glance,
  (SELECT array_agg(s) FROM l2_summary('large', 0.9) s) = (SELECT array_agg(s)
  FROM l2_summary(m, 0.9) s) AS summary
FROM l2_get('large') m;
SELECT (SELECT array_agg(s) FROM l2_odds_ratios('sells') s) = (SELECT array_agg(s)
  FROM l2_odds_ratios(l2_get('sells')) s) AS odds,
  (SELECT array_agg(s) FROM l2_compare('small', 'large') s) = (SELECT array_agg(s)
  FROM l2_compare(l2_get('small'), l2_get('large')) s) AS compare,
  (SELECT array_agg(s) FROM l2_anova('small', 'large') s) = (SELECT array_agg(s)
  FROM l2_anova(l2_get('small'), l2_get('large')) s) AS anova;
SELECT number, terms FROM l2_compare('large', NULL, l2_get('small')::text, 'sma' || 'll') LIMIT 2;
SELECT number, terms FROM l2_compare('large', 'lagre');
SELECT l2_coef('lagre');
SELECT l2_coef(NULL::text), l2_names(NULL::regclass);
-- intervals of rows, numbers and columns, with the gram that training kept
SELECT id, bool_and((i.fit, i.conf_low, i.pred_high) = (j.fit, j.conf_low, j.pred_high)) AS same,
  bool_and(abs(i.fit - l2_predict('small', h)) < 1e-9) AS fit
FROM homes h, (SELECT (details ->> 'gram')::l2_gram AS g FROM small) s,
  l2_predict_interval('small', h, gram => g) i,
  l2_predict_interval(l2_get('small'), ARRAY[area], 0.95, g) j WHERE id < 3 GROUP BY id ORDER BY id;
SELECT l2_predict_interval('small', h) FROM homes h WHERE id = 1;
SELECT l2_predict_interval('small', r, gram => (details ->> 'gram')::l2_gram) IS NULL AS unknown
  FROM small, (SELECT NULL::int AS area) r;
SELECT l2_predict_interval('small', 'x', gram => (details ->> 'gram')::l2_gram) FROM small;
SELECT l2_drop(name) FROM unnest('{small,large,sells}'::text[]) name;

-- schedules: there are none (test/tap/schedule.sh makes some)
SELECT l2_unschedule('gated');
SELECT * FROM l2_schedules;

SELECT l2_drop(name) FROM l2_models ORDER BY name;
DROP TABLE homes, before;
DROP SCHEMA annex;
