-- What a named model may be made of: definitions, sources and the search_path.
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
CREATE TABLE homes AS
SELECT i AS id, 20 + i % 37 AS area, (i % 5)::numeric AS rooms, i % 4 = 0 AS garden, 'z' || i % 3 AS zone,
  date '2024-01-01' + i AS sold,
  100 + 3 * (20 + i % 37) + 10 * (i % 5) + CASE WHEN i % 4 = 0 THEN 7 ELSE 0 END + sin(i) AS price
FROM generate_series(1, 200) i;
CREATE TABLE before AS TABLE homes;

-- definitions that cannot be
\set VERBOSITY terse
SELECT name FROM l2_train('x', 'homes');
\set VERBOSITY default
SELECT name FROM l2_train('x', 'homes', NULL);
SELECT name FROM l2_train('x', NULL, 'price');
SELECT name FROM l2_train(NULL, 'homes', 'price');
SELECT name FROM l2_train('', 'homes', 'price');
SELECT name FROM l2_train(' {', 'homes', 'price');
SELECT name FROM l2_train('my model', 'homes', 'price');
SELECT name FROM l2_train(repeat('x', 64), 'homes', 'price');
SELECT name FROM l2_train('x', 'homes', 'cost');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area", "Area"]}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area", "area"]}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": []}');
SELECT name FROM l2_train('x', 'SELECT *, ''{}''::json AS doc FROM homes', 'price',
  options => '{"features": ["area", "doc"]}');
SELECT name FROM l2_train('x', 'homes', 'zone', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area"], "weight": "zone"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area"], "weight": "w"}');
SELECT name FROM l2_train('x', 'SELECT price, ''{}''::json AS doc FROM homes', 'price');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area", "price"]}');
SELECT name FROM l2_train('x', 'homes', '~ area');
SELECT name FROM l2_train('x', 'homes', 'price ~ area', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'homes', 'price ~ area + aera');
SELECT name FROM l2_train('x', 'homes', 'price ~ I(point(area, 1))');
SELECT name FROM l2_train('x', 'homes', 'price ~ area:sold');
SELECT name FROM l2_train('x', 'homes', 'price ~ I(area + aera)');
SELECT name FROM l2_train('x', 'homes', 'price', 'logit');
SELECT name FROM l2_train('x', 'homes', 'garden', 'logistic', options => '{"gate": 0.1}');
SELECT name FROM l2_train('x', 'homes', 'garden', 'logistic', 1, options => '{"l1_ratio": [1]}');
SELECT name FROM l2_train('x', 'homes', 'price', 'ols', 0.1);
SELECT name FROM l2_train('x', 'homes', 'price', 'ols', options => '{"gate": 0.1}');
SELECT name FROM l2_train('x', 'homes', 'price', 'dropout');
SELECT name FROM l2_train('x', 'homes', 'price', 'ridge', -1, options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"gate": -1}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"gate": "NaN"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"keep": 0}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"refresh": "often"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area"], "lambda_scal": 1}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": ["area"], "names": ["a"]}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '[]');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"keep_gram": 1}');
SELECT name FROM l2_train('x', 'SELECT * FROM homes WHERE false', 'price',
  options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'nowhere.homes', 'price');
SELECT name FROM l2_train('x', 'flats', 'price');
SELECT name FROM l2_train('x', 'homes_', 'price', options => '{"search_path": "pg_catalog,,"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"features": "area"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"keep": "many"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"keep": 1.5}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"gate": "wide"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"lag": "a while"}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"weight": 3}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"search_path": 3}');
SELECT name FROM l2_train('x', 'homes', 'price', options => '{"refresh": ["full"]}');
-- nothing is left of any
SELECT count(*) FROM l2_models;
SELECT to_regclass('x');
-- a name in lower case stands for the column, a formula for itself
SELECT name, target FROM l2_train('x', 'homes', 'PRICE', 'ols') UNION ALL SELECT name, target
  FROM l2_train('x', 'homes', 'price ~ area');
SELECT l2_drop('x');
-- l2_fit is l2_train without a name
SELECT l2_fit('homes', 'price ~ area', 'ols')::float8[] = ols_fit(price, ARRAY[area])::float8[] AS same
  FROM homes;
SELECT l2_fit('SELECT * FROM homes WHERE false', 'price',
  options => '{"features": ["area"]}') IS NULL AS none;
SELECT l2_fit('homes', 'price', options => '{"keep": 3}');
SELECT l2_fit('homes', 'price', options => '{"gate": 0.1}');
SELECT l2_fit(NULL, 'price');
SELECT l2_fit('homes', 'price ~ area + aera');
SELECT l2_train_sql('homes', 'price ~ area + (');

-- queries are one SELECT that writes nothing
CREATE FUNCTION leave_a_trace() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO before SELECT *
  FROM before; RETURN 1; END $$;
CREATE SEQUENCE counter;
SELECT l2_train('x', q, 'price', options => '{"features": ["area"]}')
  FROM (SELECT 'SELECT 1; DROP TABLE homes' AS q) s;
SELECT name FROM l2_train('x', 'SELECT * FROM homes) q, (SELECT 1', 'price',
  options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'SELECT * FROM homes) q; DROP TABLE homes; --', 'price',
  options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'homes; DROP TABLE homes', 'price', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'homes) q --', 'price', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'DELETE FROM homes RETURNING *', 'price', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'WITH gone AS (DELETE FROM homes RETURNING *) SELECT * FROM gone', 'price',
  options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'SELECT * INTO copy FROM homes', 'price', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'SELECT * FROM homes FOR UPDATE', 'price',
  options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'SELECT *, leave_a_trace() AS one FROM homes', 'price',
  options => '{"features": ["area", "one"]}');
SELECT name FROM l2_train('x', 'SELECT *, nextval(''counter'') AS one FROM homes', 'price',
  options => '{"features": ["area", "one"]}');
SELECT name FROM l2_train('x', 'homes', 'price ~ area + I(leave_a_trace())');
SELECT name FROM l2_train('x', 'SELECT * FROM homes /*', 'price', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'SELECT $1', 'price', options => '{"features": ["area"]}');
SELECT name FROM l2_train('x', 'generate_series(1,3)', 'price');
SELECT name FROM l2_train('x', '"homes', 'price');
SELECT name FROM l2_train('x', 'EXPLAIN SELECT 1', 'price');
SELECT name FROM l2_train('x', '', 'price');
SELECT name FROM l2_train('x', ';', 'price');
SHOW transaction_read_only;
SELECT count(*) FROM homes;
-- what may be odd and is right
SELECT n FROM l2_train('x', 'SELECT * FROM homes -- all', 'price', options => '{"features": ["area"]}');
SELECT n FROM l2_train('x', ' /* these */ (SELECT * FROM homes WHERE id < 100);  ', 'price',
  options => '{"features": ["area"]}');
SELECT n FROM l2_train('x', 'WITH h AS (SELECT * FROM homes) SELECT * FROM h ORDER BY id LIMIT 50', 'price',
  options => '{"features": ["area"]}');
SELECT n FROM l2_train('x', 'VALUES (1, 2.5, true), (2, 3.5, false), (3, 3, true), (4, 7, false)', 'column1');
SELECT n FROM l2_train('x', '(VALUES(1,2),(2,3),(3,5))', 'column1');
SELECT n FROM l2_train('x', 'TABLE homes', 'price', options => '{"features": ["area"]}');
CREATE TABLE "Odd "" table'" AS SELECT i AS "q", i % 3 AS "x'); DROP TABLE homes; --", i * 2 AS "%s $1 \",
  i % 5 AS "select" FROM generate_series(1, 30) i;
SELECT n FROM l2_train('"odd ""name""''; --"', '"Odd "" table''"', '%s $1 \');
SELECT n, outcome FROM l2_refresh('"odd ""name""''; --"');
SELECT round(l2_predict('"odd ""name""''; --"', 1, 2, 3)::numeric, 1);
SELECT n FROM l2_train('"odd ""name""''; --"', '"Odd "" table''"',
  'q ~ "x''); DROP TABLE homes; --":"select" + I("%s $1 \" * 2)');
SELECT l2_drop('"odd ""name""''; --"');

-- search_path: names mean what they meant when the model was trained, and nothing in it changes what is done
-- with them
CREATE SCHEMA here;
CREATE SCHEMA there;
CREATE TABLE here.t AS SELECT i AS y, i % 3 AS x FROM generate_series(1, 10) i;
CREATE TABLE there.t AS SELECT i AS y, i % 3 AS x FROM generate_series(1, 20) i;
CREATE FUNCTION here.twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1';
SET search_path = here, public;
SELECT n FROM l2_train('tm', 't', 'y');
SELECT n FROM l2_train('query', 'SELECT y, twice(x) AS x FROM t', 'y');
SELECT n FROM l2_train('elsewhere', 't', 'y', options => '{"search_path": "there"}');
SET search_path = there, public;
SELECT name, n FROM l2_refresh('here.tm') UNION ALL SELECT name, n FROM l2_refresh('here.query')
  UNION ALL SELECT name, n FROM l2_refresh('here.elsewhere');
SELECT l2_refresh('tm');
SELECT current_setting('search_path');
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.boo() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'boo'; END $$;
CREATE FUNCTION hostile.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'boo'; END $$;
CREATE FUNCTION hostile.cat(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'boo'; END $$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.cat);
CREATE FUNCTION hostile.format(text, text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile.quote_ident(text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile._l2_run(text, text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile.l2_get(regclass, integer) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE TABLE hostile.l2_version (name text);
CREATE DOMAIN hostile.jsonb AS text CHECK (false);
CREATE DOMAIN hostile.l2_gram AS text CHECK (false);
SET search_path = hostile, pg_catalog, public, here;
SELECT n FROM l2_train('here.tm', 'here.t', 'y ~ x + I(x * x)');
SELECT n FROM l2_refresh('tm');
SELECT count(*) FROM l2_models;
SELECT l2_predict('tm', 1, 1) IS NOT NULL AS predicted;
SELECT l2_drop('tm');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA hostile CASCADE;
RESET client_min_messages;
-- Arrays have as many elements in each row, and when they are read again; levels and knots have values
CREATE TABLE parts (id int PRIMARY KEY, y float8, x float8, v float8[], zone text, none text, nil float8);
INSERT INTO parts SELECT i, i % 7 + i % 3, i % 5, ARRAY[i % 4, i % 9], 'z' || i % 3
FROM generate_series(1, 40) i;
SELECT n, columns FROM l2_train('of_parts', 'parts', 'y ~ v + x', 'ols');
UPDATE parts SET v = v || 1.0::float8;
SELECT outcome, reason FROM l2_refresh('of_parts');
UPDATE parts SET v = v[1:2] WHERE id > 1;
SELECT outcome, reason FROM l2_refresh('of_parts');
SELECT l2_fit('parts', 'y ~ v', 'ols');
SELECT l2_fit('SELECT y, ''{}''::float8[] AS v FROM parts', 'y ~ v', 'ols');
SELECT l2_fit('SELECT y, ''[0:1]={1,2}''::float8[] AS v FROM parts', 'y ~ v', 'ols');
SELECT l2_fit('parts', 'y ~ x * none', 'ols');
SELECT l2_fit('parts', 'y ~ ns(nil, 3)', 'ols');
SELECT l2_coef(l2_fit('parts', 'y ~ x | Zone', 'ols')) =
  l2_coef(l2_fit('parts', 'y ~ x | zone', 'ols')) AS same;
SELECT l2_fit('parts', 'y ~ x | Area', 'ols');
SELECT l2_fit('SELECT y, x FROM parts', 'y', 'ols', options => '{"reference": {"zone": "z1"}}');
-- what is made of text calls our own functions only: one of the same name beside them is refused
CREATE FUNCTION pg_temp.beside(name text, call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE FUNCTION public.%I(varchar) RETURNS integer LANGUAGE sql AS %L', name, 'SELECT 1');
  EXECUTE call;
  RAISE SQLSTATE 'OK000' USING MESSAGE = 'called';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT name, pg_temp.beside(name, format('SELECT l2_fit(%L, %L, %L, %s)',
  'SELECT y, x, zone FROM parts', formula, method, lambda)) AS beside
FROM (VALUES ('_l2_levels', 'y', 'ols', 'NULL'), ('ols_fit', 'y ~ x', 'ols', 'NULL'),
  ('l2_obs', 'y ~ x', 'ols', 'NULL'), ('ridge_fit', 'y ~ x', 'ridge', '1'),
  ('ridge_cv', 'y ~ x', 'ridge', 'NULL'), ('l2_gram_agg', 'y ~ x | zone', 'ols', 'NULL'),
  ('l2_gram_within', 'y ~ x | zone', 'ols', 'NULL'), ('l2_ols', 'y ~ x | zone', 'ols', 'NULL'),
  ('l2_nothing', 'y ~ x', 'ols', 'NULL')) v(name, formula, method, lambda);
-- rows in the order of time
SELECT l2_vcov(l2_fit('parts', 'y ~ x', 'ols',
    options => '{"vcov": "HAC", "bandwidth": 2, "order_by": "x * 100 + id"}'))
  = l2_vcov(ols_fit(y, ARRAY[x], '{"vcov": "HAC", "bandwidth": 2, "covariance": true}'
    ORDER BY x * 100 + id)) AS ordered
FROM parts;
SELECT l2_fit('parts', 'y ~ x', 'ols', options => '{"vcov": "HAC", "bandwidth": 2, "order_by": "x"}');
-- a penalty that is given, and judged by cross-validation
SELECT outcome, lambda, cv_error > 0 AS judged FROM l2_train('given', 'parts', 'y ~ x + zone', 'ridge', 5,
  '{"gate": 0.5, "folds": 4}');
UPDATE parts SET y = y + 50 * x WHERE id % 2 = 0;
SELECT outcome, lambda FROM l2_refresh('given');
-- against rows in which a category is NULL as training had it
UPDATE parts SET zone = NULL WHERE id % 4 = 0;
SELECT n FROM l2_train('with_null', 'parts', 'y ~ x + zone', 'ridge', 1, '{"null_level": true}');
SELECT term, mean, mean_now, round(shift::numeric, 4) AS shift
FROM l2_drift('with_null', 'SELECT x, CASE WHEN id > 20 THEN zone END AS zone FROM parts');
-- grams have the columns that they have
CREATE TABLE part_grams AS SELECT date '2024-01-01' + id / 10 AS day,
  l2_gram_agg(y, ARRAY[x], '{"names": ["x"], "target": "y"}') AS gram FROM parts GROUP BY 1;
SELECT l2_fit('part_grams', 'y', 'ols', options =>
  '{"gram": "gram", "time_column": "week", "half_life": "1 day"}');
SELECT l2_fit('part_grams', 'y', 'ols', options =>
  '{"gram": "gram", "time_column": "day", "half_life": "0"}');
SELECT l2_fit('part_grams', 'y', 'ols', options =>
  '{"gram": "gram", "time_column": "day", "training_window": "-1 day"}');
SELECT l2_fit('part_grams', 'y ~ x', 'ols', options => '{"gram": "gram", "features": ["x"]}');
SELECT l2_glance.n FROM l2_glance(l2_fit('part_grams', 'y', 'ols', options =>
  '{"gram": "gram", "time_column": "day", "training_window": "2 days"}'));
SELECT l2_glance.n, sum_weights < 11.001 AS of_the_newest FROM l2_fit('part_grams', 'y', 'ols', options =>
  '{"gram": "gram", "time_column": "day", "half_life": "1 minute"}') m, l2_glance(m),
  LATERAL (SELECT (m::jsonb ->> 'sum_weights')::float8 AS sum_weights) w;
DROP TABLE part_grams;
SELECT l2_drop(name) FROM l2_models;

-- A name that is a temporary table's and another one's: pg_temp is searched last, where the session means it
CREATE TABLE twofold AS SELECT i AS a, i + sin(i) AS y FROM generate_series(1, 30) i;
CREATE TEMP TABLE twofold AS SELECT i AS a, sin(i) - 5 * i AS y FROM generate_series(1, 30) i;
SELECT round((l2_coef(l2_fit('twofold', 'y ~ a', 'ols')))[1]::numeric, 6) AS permanent;
SELECT l2_names(l2_fit('SELECT * FROM (SELECT s.* FROM twofold s) s', 'y ~ a', 'ols'));
SELECT round((l2_coef(l2_fit('pg_temp.twofold', 'y ~ a', 'ols')))[1]::numeric, 6) AS temporary,
  round((l2_coef(l2_fit('WITH twofold AS (SELECT a, -y AS y FROM pg_temp.twofold) SELECT * FROM twofold',
    'y ~ a', 'ols')))[1]::numeric, 6) AS of_with;
DROP TABLE pg_temp.twofold, twofold;
-- A column of the name that a row of the source has in our SQL
CREATE TABLE queued AS SELECT i % 17 + 0.5 AS a, i % 5 AS q, 3 * (i % 17) + 2 * (i % 5) + sin(i) AS y
FROM generate_series(1, 200) i;
SELECT n FROM l2_train('of_q', 'queued', 'y ~ a + q + log(a)', 'ols');
SELECT term, round(estimate::numeric, 3) AS estimate FROM l2_margins('of_q', 'queued');
SELECT l2_report('of_q', 'queued') ~ 'Residuals' AS report;
SELECT l2_drop('of_q');
DROP TABLE queued;
-- What a session says of how SQL and names are written is nothing to a model
CREATE TABLE written AS SELECT i AS id, i % 17 AS a, i % 11 AS "b c", date '2026-01-01' + i % 60 AS sold,
  timestamptz '2026-01-01 20:30+00' + i * interval '7 hours' AS at, 2 * (i % 17) + i % 5 + sin(i) AS y
FROM generate_series(1, 200) i;
CREATE FUNCTION is_live(name text, formula text) RETURNS boolean LANGUAGE sql AS $$
  SELECT l2_coef(name)::numeric(12, 8)[] = l2_coef(l2_fit('written', formula, 'ols'))::numeric(12, 8)[] $$;
SELECT n FROM l2_train('plainly', 'written', 'y ~ a + "b c"', 'ols', options => '{"refresh": "live"}');
SET quote_all_identifiers = on;
SELECT n FROM l2_train('quoted', 'written', 'y ~ a + "b c" + I(sold - ''2026-01-01'')', 'ols',
  options => '{"refresh": "live"}');
INSERT INTO written SELECT id + 200, a, 1, sold, at, y FROM written WHERE id < 9;
SELECT is_live('plainly', 'y ~ a + "b c"'), is_live('quoted', 'y ~ a + "b c" + I(sold - ''2026-01-01'')');
SELECT outcome FROM l2_refresh('plainly');
RESET quote_all_identifiers;
SELECT is_live('plainly', 'y ~ a + "b c"'), is_live('quoted', 'y ~ a + "b c" + I(sold - ''2026-01-01'')');
SELECT definition -> 'expressions' AS expressions, definition -> 'input_types' AS types FROM quoted;
SELECT length(l2_report('quoted', 'written')) > 1000 AS report;
-- and columns that change their names are seen
ALTER TABLE written RENAME a TO other;
ALTER TABLE written RENAME "b c" TO a;
ALTER TABLE written RENAME other TO "b c";
SELECT is_live('plainly', 'y ~ a + "b c"');
SELECT outcome FROM l2_refresh('plainly');
SELECT is_live('plainly', 'y ~ a + "b c"');
-- PostgreSQL 19 knows standard strings alone
SELECT count(set_config(name, 'off', false)) < 3 AS as_they_were FROM pg_settings
WHERE name IN ('standard_conforming_strings', 'escape_string_warning')
  AND current_setting('server_version_num')::int < 190000;
SELECT l2_names(l2_fit('written', 'y ~ a + id | log("b c" + 1) ~ sold', 'ols')) AS names;
SELECT l2_report('plainly', 'written', '{"made": "2026-01-01"}') AS page,
  (SELECT l2_report(l2_ols(l2_gram_cols(y, a)), options => '{"made": "2026-01-01"}') FROM written) AS bare
\gset
SET standard_conforming_strings = on;
SELECT l2_report('plainly', 'written', '{"made": "2026-01-01"}') = :'page' AS same,
  (SELECT l2_report(l2_ols(l2_gram_cols(y, a)), options => '{"made": "2026-01-01"}') FROM written) = :'bare'
    AS bare;
SELECT count(set_config(name, 'on', false)) < 3 AS reset FROM pg_settings
WHERE name IN ('standard_conforming_strings', 'escape_string_warning');
SELECT l2_drop('plainly'), l2_drop('quoted');
-- A source reads times by the settings of the session that trained
SET DateStyle = 'ISO, DMY';
SET TimeZone = 'Asia/Tokyo';
SELECT n FROM l2_train('dated', 'SELECT *, extract(hour FROM at)::int AS hour, at::date AS day FROM written
  WHERE sold < ''02/03/2026''', 'y ~ hour + day', 'ols');
SELECT l2_coef('dated')::numeric(12, 6)[] AS was \gset
SET DateStyle = 'ISO, MDY';
SET TimeZone = 'America/New_York';
SELECT n FROM l2_refresh('dated');
SELECT l2_coef('dated')::numeric(12, 6)[] = :'was' AS same, current_setting('DateStyle') AS style,
  current_setting('TimeZone') AS zone;
SELECT max(abs(shift)) < 1e-9 AS no_drift FROM l2_drift('dated');
RESET DateStyle;
RESET TimeZone;
SELECT l2_drop('dated');
DROP FUNCTION is_live;
DROP TABLE written;
DROP TABLE parts, homes, before, here.t, there.t, "Odd "" table'";
DROP FUNCTION here.twice;
DROP SCHEMA here;
DROP SCHEMA there;
DROP FUNCTION leave_a_trace;
DROP SEQUENCE counter;
