-- Models by name: training, versions, refreshing, predicting, and who may do it.
SET extra_float_digits = 0;
\set SHOW_CONTEXT never

CREATE TABLE homes AS
SELECT i AS id, 20 + i % 37 AS area, (i % 5)::numeric AS rooms, i % 4 = 0 AS garden, 'z' || i % 3 AS zone, date '2024-01-01' + i AS sold,
  100 + 3 * (20 + i % 37) + 10 * (i % 5) + CASE WHEN i % 4 = 0 THEN 7 ELSE 0 END + sin(i) AS price
FROM generate_series(1, 200) i;

-- one line: the model's row
SELECT name, owner = current_user AS mine, method, target, version, n, round(r_squared::numeric, 4) AS r2, round(cv_error::numeric, 3) AS cv_error,
  round(lambda::numeric, 4) AS lambda, age < '1 minute' AS young, schedule, last_error
FROM l2_train('homes', 'homes', 'price', features => '{area,rooms,garden}');
SELECT term, round(estimate::numeric, 3) AS estimate FROM l2_summary(l2_model(name => 'homes'));
SELECT l2_names(l2_model(name => 'homes'));
-- it is what the statement that it ran gives, and what the aggregate gives
\pset format unaligned
SELECT l2_train_sql('homes', 'price', features => '{area,rooms,garden}');
SELECT l2_refresh_sql('homes') = l2_train_sql('homes', 'price', features => '{area,rooms,garden}') AS same;
\pset format aligned
SELECT l2_coef(l2_model(name => 'homes')) = l2_coef(ridge_cv(price, ARRAY[area, rooms, garden::int], '{"standardize": true}')) AS same FROM homes;

-- methods, features, weights, formulas
SELECT * FROM unnest(ARRAY[
  l2_train_sql('homes', 'price', 'ols'),
  l2_train_sql('homes', 'price', 'ridge', 0.1, '{area}'),
  l2_train_sql('homes', 'price', 'lasso', features => '{area,rooms}', weight => 'rooms', options => '{"folds": 5, "keep_gram": true}'),
  l2_train_sql('homes', 'price', 'elastic_net', 0.1, '{area}', '{"l1_ratio": 0.3, "standardize": false}'),
  l2_train_sql('homes', 'price', 'elastic_net', 0.1, '{area}', gate => 0.05),
  l2_train_sql('homes', 'price', 'dropout', features => '{area}', options => '{"rate": 0.2}', weight => 'rooms'),
  l2_train_sql('SELECT *, area * 2 AS "Twice" FROM homes WHERE zone = ''z1'' -- those', formula => 'price ~ area + "Twice":garden - 1', lambda => 1)
]) \g (format=unaligned)
SELECT version, method, n, round(r_squared::numeric, 4) AS r2 FROM l2_train('homes', 'homes', 'price', 'ols', features => '{area,rooms,garden}');
SELECT version, method, target FROM l2_train('homes', 'homes', formula => 'I(price / 100) ~ area + rooms:garden + I(area ^ 2)', method => 'lasso', lambda => 0.1);
SELECT l2_names(l2_model('homes', 3));
SELECT n FROM l2_train('gram', 'SELECT * FROM homes WHERE id < 100', 'price', features => '{area}', options => '{"keep_gram": true}');
SELECT version, n, l2_n(gram) FROM l2_registry_version WHERE gram IS NOT NULL;
SELECT l2_drop('gram');

-- versions
SELECT version, active, event, outcome, n, n_skipped, round(r_squared::numeric, 4) AS r2, lambda IS NOT NULL AS lambda, nonzero, cv_error IS NOT NULL AS cv,
  duration > '0' AS took_time, trained_by = current_user AS by_me, error_code, reason FROM l2_versions WHERE name = 'homes' ORDER BY version;
SELECT version, method FROM l2_rollback('homes');
SELECT version FROM l2_activate('homes', 1);
SELECT l2_rollback('homes');
SELECT l2_activate('homes', 9);
SELECT l2_coef(l2_model(name => 'homes')) = l2_coef(l2_model('homes', 1)) AS first FROM l2_models WHERE name = 'homes';
-- a new definition: kept versions are the newest, and the active one
SELECT version FROM l2_train('homes', 'homes', 'price', features => '{area,rooms,garden}', keep => 2);
SELECT version, active FROM l2_versions WHERE name = 'homes' ORDER BY version;
SELECT version FROM l2_activate('homes', 3);
SELECT version, active, event FROM l2_refresh('homes');
SELECT version, active, event FROM l2_refresh('homes');
SELECT version, active FROM l2_versions WHERE name = 'homes' ORDER BY version;

-- predicting by name
SELECT round(l2_predict('homes', area, rooms, garden)::numeric, 2) AS columns, round(l2_predict('homes', ARRAY[area, rooms, garden::int])::numeric, 2) AS numerics,
  round(l2_predict('homes', ARRAY[area, rooms::int, garden::int])::numeric, 2) AS integers, round(l2_predict('homes', ARRAY[area, rooms, garden::int]::float8[])::numeric, 2) AS floats,
  round(l2_predict('homes', VARIADIC ARRAY[area, rooms, garden::int])::numeric, 2) AS variadic, round(price::numeric, 2) AS price
FROM homes WHERE id = 1;
SELECT l2_predict('homes', area, NULL::int, garden), l2_predict(NULL, ARRAY[1, 2, 3]) FROM homes WHERE id = 1;
SELECT l2_predict('homes', 1, 2);
SELECT l2_predict('home', 1, 2);
SELECT l2_predict(repeat('home', 16), 1, 2);
SELECT count(*), count(DISTINCT p) FROM (SELECT l2_predict(CASE WHEN id % 2 = 0 THEN 'homes' ELSE 'a model' END, area, rooms, garden) FROM homes) s(p);
SELECT count(l2_predict(m, area, rooms, garden)) FROM homes, (VALUES ('homes'), ('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 1}, {"term": "b", "estimate": 1}, {"term": "c", "estimate": 1}]}')) m(m);
-- a literal may still be a model, as before there were names
SELECT l2_predict('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": 1}, {"term": "a", "estimate": 2}]}', 10);
SELECT l2_predict(' {"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": 1}, {"term": "a", "estimate": 2}]}', ARRAY[10]);
SELECT l2_predict(l2_model('{1,2}'::float8[]), ARRAY[10]);
SELECT l2_model('homes');
SELECT l2_coef(l2_model('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 2}]}'::text));
SELECT l2_model('homes', 99);
SELECT l2_model(NULL::text, 1);
-- looked up anew by each query, by each call after a refresh, and after a refresh is undone
PREPARE p AS SELECT round(l2_predict('homes', area, rooms, garden)::numeric, 1) AS predicted FROM homes WHERE id = 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE p;
UPDATE homes SET price = price + 1000;
SELECT outcome FROM l2_refresh('homes');
EXECUTE p;
RESET plan_cache_mode;
DO $$
DECLARE p float8;
BEGIN
  FOR i IN 1 .. 3 LOOP
    BEGIN
      FOR j IN 1 .. 2 LOOP
        p := l2_predict('homes', 21, 1, false);
        RAISE NOTICE 'round %, after % changes: %', i, j - 1, round(p::numeric, 1);
        UPDATE homes SET price = price + 1000;
        PERFORM l2_refresh('homes');
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
CREATE TABLE flats AS SELECT id, area, rooms, garden, zone, ('f' || id % 2)::char(3) AS floor, (ARRAY['new', 'old'])[1 + id % 2]::state AS state, sold,
  sold + interval '36 hours' AS moved, '{}'::json AS doc, price + 20 * (id % 3) AS price FROM homes;
SELECT l2_train_sql('flats', 'price', formula => '~ area + zone + area:rooms + I(left(zone, 1)) + sold', options => '{"reference": "first", "unseen": "zero", "null_level": true, "max_levels": 10, "keep_gram": true}') \g (format=unaligned)
SELECT l2_train_sql('flats', 'price', 'lasso', features => '{area,zone}', weight => 'rooms', lambda => 2) \g (format=unaligned)
SELECT version, n, round(r_squared::numeric, 4) AS r2, cv_error IS NOT NULL AS cv FROM l2_train('flats', 'flats', 'price', options => '{"keep_gram": true}');
SELECT l2_names(model) AS names, l2_names(gram) = l2_names(model) AS same FROM l2_registry_version v JOIN l2_registry r USING (id) WHERE name = 'flats';
SELECT kinds FROM l2_registry WHERE name = 'flats';
SELECT bool_and(l2_predict('flats', f) = l2_predict(l2_model(name => 'flats'), f)) AS same FROM flats f;
SELECT l2_train('flats', 'flats', 'price', options => '{"max_levels": 2}');
SELECT l2_train('flats', 'flats', 'price', features => '{area,sold}', options => '{"refrence": "first"}');
-- levels that training did not see
SELECT n FROM l2_train('error', 'flats', 'price', features => '{area,zone}') UNION ALL SELECT n FROM l2_train('zero', 'flats', 'price', features => '{area,zone}', options => '{"unseen": "zero"}')
  UNION ALL SELECT n FROM l2_train('null', 'flats', 'price', features => '{area,zone}', options => '{"unseen": "null", "null_level": true}');
SELECT l2_predict('zero', r) = l2_intercept(l2_model(name => 'zero')) + 10 * (l2_coef(l2_model(name => 'zero')))[1] AS zero, l2_predict('null', r) AS "null" FROM (SELECT 10 AS area, 'moon' AS zone) r;
SELECT l2_predict('error', r) FROM (SELECT 10 AS area, 'moon' AS zone) r;
SELECT l2_predict('error', r) AS "null" FROM (SELECT 10 AS area, NULL AS zone) r;
-- terms of a formula are worked out from the record
SELECT version FROM l2_train('flats', 'flats', formula => 'price ~ zone + area:rooms + area:garden + I(left(zone, 2) || '':'' || floor) + I(extract(dow FROM sold)) + I(zone = ''z1'')', method => 'ols');
SELECT l2_names(l2_model(name => 'flats'));
SELECT count(l2_predict('flats', f)), bool_and(abs(l2_predict('flats', f) - l2_predict('flats', r)) < 1e-9) AS same
FROM flats f, LATERAL (SELECT f.zone::varchar, f.area::numeric, f.rooms::int, f.garden, f.floor, f.sold, 'x' AS more) r;
SELECT l2_predict('flats', r) AS "null" FROM (SELECT 'z1' AS zone, 1 AS area, NULL::int AS rooms, true AS garden, 'f1' AS floor, date '2024-01-01' AS sold) r;
SELECT l2_predict('flats', r) FROM (SELECT 'z1' AS zone, 1 AS area, true AS garden, 'f1' AS floor, date '2024-01-01' AS sold) r;
SELECT l2_predict(l2_model(name => 'flats'), f) FROM flats f;
SELECT version FROM l2_train('flats', 'flats', formula => 'price ~ area + I((SELECT max(area) FROM homes) - area)', lambda => 1);
SELECT l2_predict('flats', f) FROM flats f;
SELECT round(l2_predict('flats', 20, 30)) > 0 AS from_numbers;
-- columns that are not what they were
SELECT version FROM l2_train('flats', 'flats', formula => 'price ~ area + zone + area:rooms');
ALTER TABLE flats RENAME rooms TO chambers;
SELECT l2_predict('flats', f) FROM flats f;
SELECT outcome, reason FROM l2_refresh('flats');
ALTER TABLE flats RENAME chambers TO rooms;
ALTER TABLE flats RENAME area TO size;
SELECT l2_predict('flats', f) FROM flats f;
ALTER TABLE flats RENAME size TO area;
ALTER TABLE flats ALTER zone TYPE int USING substr(zone, 2)::int;
SELECT l2_predict('flats', f) FROM flats f;
SELECT outcome, reason FROM l2_refresh('flats');
ALTER TABLE flats ALTER rooms TYPE text USING 'many';
SELECT l2_predict('flats', r) FROM (SELECT rooms, area, 'z1' AS zone FROM flats) r;
ALTER TABLE flats DROP zone;
SELECT l2_predict('flats', f) FROM flats f;
SELECT outcome, reason FROM l2_refresh('flats');
-- a generalised linear model, of numbers
SELECT method, version, n FROM l2_train('garden', 'homes', 'garden', 'logistic', features => '{area,rooms}');
SELECT l2_coef(l2_model(name => 'garden')) = l2_coef(logistic_fit(garden, ARRAY[area, rooms])) AS same FROM homes;
SELECT bool_and(abs(l2_predict('garden', h) - l2_predict('garden', area, rooms)) < 1e-12) AS same, bool_and(l2_predict('garden', h) BETWEEN 0 AND 1) AS probability FROM homes h;
SELECT method, n FROM l2_train('garden', 'homes', formula => 'garden ~ zone + area:rooms', method => 'logistic', lambda => 1) UNION ALL
SELECT method, n FROM l2_train('rooms', 'homes', 'rooms', 'poisson', features => '{area,zone,sold}', weight => 'area');
SELECT l2_names(l2_model(name => 'garden')) AS names, bool_and(abs(l2_predict('garden', h) - l2_predict(m, ROW(zone, area * rooms))) < 1e-12) AS same
FROM homes h, (SELECT logistic_fit(garden, ROW(zone, area * rooms), 1, '{"standardize": true}') AS m FROM homes) f;
SELECT l2_drop('rooms');
SELECT l2_train_sql('homes', 'garden', 'logistic', features => '{area}', lambda => 2, options => '{"l1_ratio": 0.5}'),
  l2_train_sql('homes', 'rooms', 'poisson', features => '{area}', weight => 'area') \g (format=unaligned)
SELECT method, n FROM l2_train('garden', 'homes', 'garden', 'logistic', features => '{area}', lambda => 2, options => '{"l1_ratio": 0.5}') UNION ALL
SELECT method, n FROM l2_train('garden', 'homes', 'rooms', 'poisson', features => '{area}', weight => 'area');
SELECT l2_drop(name) FROM l2_models WHERE name <> 'homes' ORDER BY name;
DROP TABLE flats;
DROP TYPE state;

-- a gate
SELECT version FROM l2_train('gated', 'homes', 'price', features => '{area,rooms,garden}', gate => 0.5, lambda => 0.01);
CREATE TABLE before AS SELECT * FROM homes;
UPDATE homes SET price = price + 10 * (id % 7);
SET client_min_messages = error;
SELECT version, active, outcome, n FROM l2_refresh('gated');
RESET client_min_messages;
SELECT version, last_error LIKE 'cross-validated error % is worse than % of version 1 by more than 0.5' AS told FROM l2_models WHERE name = 'gated';
SELECT version FROM l2_activate('gated', 2);
SELECT version, active, outcome FROM l2_refresh('gated');
SELECT version FROM l2_rollback('gated');
SELECT l2_rollback('gated');

-- a refresh that fails leaves the old version, and says why
ALTER TABLE homes ALTER garden TYPE text;
SELECT version, active, outcome, error_code, reason FROM l2_refresh('homes');
ALTER TABLE homes RENAME rooms TO chambers;
SELECT version, active, outcome, error_code, reason FROM l2_refresh('homes');
DELETE FROM homes;
ALTER TABLE homes RENAME chambers TO rooms;
ALTER TABLE homes ALTER garden TYPE boolean USING garden::boolean;
SELECT version, active, outcome, error_code, reason FROM l2_refresh('homes');
SELECT version, last_error FROM l2_models WHERE name = 'homes';
INSERT INTO homes SELECT * FROM before;
SELECT version, active, outcome, error_code, reason FROM l2_refresh('homes');
SELECT version, last_error FROM l2_models WHERE name = 'homes';
SELECT version, outcome FROM l2_versions WHERE name = 'homes' ORDER BY version;
SELECT l2_refresh('homes', 'perhaps');
SELECT l2_refresh('nobody''s');
SELECT l2_refresh(-1);

-- definitions that cannot be
SELECT l2_train('x', 'homes');
SELECT l2_train('x', NULL, 'price');
SELECT l2_train(NULL, 'homes', 'price');
SELECT l2_train('', 'homes', 'price');
SELECT l2_train(' {', 'homes', 'price');
SELECT l2_train(repeat('x', 64), 'homes', 'price');
SELECT l2_train('x', 'homes', 'cost');
SELECT l2_train('x', 'homes', 'price', features => '{area,"Area"}');
SELECT l2_train('x', 'homes', 'price', features => '{area,area}');
SELECT l2_train('x', 'homes', 'price', features => '{}');
SELECT l2_train('x', 'SELECT *, ''{}''::json AS doc FROM homes', 'price', features => '{area,doc}');
SELECT l2_train('x', 'homes', 'zone', features => '{area}');
SELECT l2_train('x', 'homes', 'price', features => '{area}', weight => 'zone');
SELECT l2_train('x', 'homes', 'price', features => '{area}', weight => 'w');
SELECT l2_train('x', 'SELECT price, ''{}''::json AS doc FROM homes', 'price');
SELECT l2_train('x', 'homes', 'price', features => '{area,price}');
SELECT l2_train('x', 'homes', 'price', formula => 'price ~ area');
SELECT l2_train('x', 'homes', formula => '~ area');
SELECT l2_train('x', 'homes', features => '{area}', formula => 'price ~ area');
SELECT l2_train('x', 'homes', formula => 'price ~ area + aera');
SELECT l2_train('x', 'homes', formula => 'price ~ I(point(area, 1))');
SELECT l2_train('x', 'homes', formula => 'price ~ area:zone');
SELECT l2_train('x', 'homes', formula => 'price ~ area:sold');
SELECT l2_train('x', 'homes', formula => 'price ~ I(area + aera)');
SELECT l2_train('x', 'homes', 'price', 'logit');
SELECT l2_train('x', 'homes', 'garden', 'logistic', gate => 0.1);
SELECT l2_train('x', 'homes', 'garden', 'logistic', options => '{"l1_ratio": 1}');
SELECT l2_train('x', 'homes', 'price', 'ols', 0.1);
SELECT l2_train('x', 'homes', 'price', 'ols', gate => 0.1);
SELECT l2_train('x', 'homes', 'price', 'dropout');
SELECT l2_train('x', 'homes', 'price', 'ridge', -1, '{area}');
SELECT l2_train('x', 'homes', 'price', gate => -1);
SELECT l2_train('x', 'homes', 'price', gate => 'NaN');
SELECT l2_train('x', 'homes', 'price', keep => 0);
SELECT l2_train('x', 'homes', 'price', refresh => 'often');
SELECT l2_train('x', 'homes', 'price', features => '{area}', options => '{"lambda_scal": 1}');
SELECT l2_train('x', 'homes', 'price', features => '{area}', options => '{"names": ["a"]}');
SELECT l2_train('x', 'homes', 'price', features => '{area}', options => '[]');
SELECT l2_train('x', 'homes', 'price', options => '{"keep_gram": 1}');
SELECT l2_train('x', 'SELECT * FROM homes WHERE false', 'price', features => '{area}');
SELECT l2_train('x', 'nowhere.homes', 'price');
SELECT l2_train('x', 'flats', 'price');
SELECT l2_train('x', 'homes_', 'price', search_path => 'pg_catalog,,');
SELECT count(*) FROM l2_models WHERE name = 'x';

-- queries are one SELECT that writes nothing
CREATE FUNCTION leave_a_trace() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO before SELECT * FROM before; RETURN 1; END $$;
CREATE SEQUENCE counter;
SELECT l2_train('x', q, 'price', features => '{area}') FROM (SELECT 'SELECT 1; DROP TABLE homes' AS q) s;
SELECT l2_train('x', 'SELECT * FROM homes) q, (SELECT 1', 'price', features => '{area}');
SELECT l2_train('x', 'SELECT * FROM homes) q; DROP TABLE homes; --', 'price', features => '{area}');
SELECT l2_train('x', 'homes; DROP TABLE homes', 'price', features => '{area}');
SELECT l2_train('x', 'homes) q --', 'price', features => '{area}');
SELECT l2_train('x', 'DELETE FROM homes RETURNING *', 'price', features => '{area}');
SELECT l2_train('x', 'WITH gone AS (DELETE FROM homes RETURNING *) SELECT * FROM gone', 'price', features => '{area}');
SELECT l2_train('x', 'SELECT * INTO copy FROM homes', 'price', features => '{area}');
SELECT l2_train('x', 'SELECT * FROM homes FOR UPDATE', 'price', features => '{area}');
SELECT l2_train('x', 'SELECT *, leave_a_trace() AS one FROM homes', 'price', features => '{area,one}');
SELECT l2_train('x', 'SELECT *, nextval(''counter'') AS one FROM homes', 'price', features => '{area,one}');
SELECT l2_train('x', 'homes', formula => 'price ~ area + I(leave_a_trace())');
SELECT l2_train('x', 'SELECT * FROM homes /*', 'price', features => '{area}');
SELECT l2_train('x', 'SELECT $1', 'price', features => '{area}');
SELECT l2_train('x', 'generate_series(1,3)', 'price');
SELECT l2_train('x', '"homes', 'price');
SELECT l2_train('x', 'EXPLAIN SELECT 1', 'price');
SELECT l2_train('x', '', 'price');
SELECT l2_train('x', ';', 'price');
SHOW transaction_read_only;
SELECT count(*) FROM homes;
-- what may be odd and is right
SELECT n FROM l2_train('x', 'SELECT * FROM homes -- all', 'price', features => '{area}');
SELECT n FROM l2_train('x', ' /* these */ (SELECT * FROM homes WHERE id < 100);  ', 'price', features => '{area}');
SELECT n FROM l2_train('x', 'WITH h AS (SELECT * FROM homes) SELECT * FROM h ORDER BY id LIMIT 50', 'price', features => '{area}');
SELECT n FROM l2_train('x', 'VALUES (1, 2.5, true), (2, 3.5, false), (3, 3, true), (4, 7, false)', 'column1');
SELECT n FROM l2_train('x', '(VALUES(1,2),(2,3),(3,5))', 'column1');
SELECT n FROM l2_train('x', 'TABLE homes', 'price', features => '{area}');
CREATE TABLE "Odd "" table'" AS SELECT i AS "q", i % 3 AS "x'); DROP TABLE homes; --", i * 2 AS "%s $1 \", i % 5 AS "select" FROM generate_series(1, 30) i;
SELECT n FROM l2_train('odd "name"''; --', '"Odd "" table''"', '%s $1 \');
SELECT n, outcome FROM l2_refresh('odd "name"''; --');
SELECT round(l2_predict('odd "name"''; --', 1, 2, 3)::numeric, 1);
SELECT n FROM l2_train('odd "name"''; --', '"Odd "" table''"', formula => 'q ~ "x''); DROP TABLE homes; --":"select" + I("%s $1 \" * 2)');
SELECT l2_drop('odd "name"''; --');

-- names
SELECT l2_rename('x', 'gated');
SELECT l2_rename('x', '{');
SELECT l2_rename('x', 'y');
SELECT name FROM l2_models ORDER BY name;
SELECT l2_drop('x');
SELECT l2_drop('x', if_exists => true);
SELECT l2_drop('y');

-- schedules: there are none (test/tap/schedule.sh makes some)
SELECT l2_unschedule('gated');
SELECT * FROM l2_schedules;

-- search_path: names mean what they meant when the model was trained, and nothing in it changes what the registry does
CREATE SCHEMA here;
CREATE SCHEMA there;
CREATE TABLE here.t AS SELECT i AS y, i % 3 AS x FROM generate_series(1, 10) i;
CREATE TABLE there.t AS SELECT i AS y, i % 3 AS x FROM generate_series(1, 20) i;
CREATE FUNCTION here.twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1';
SET search_path = here, public;
SELECT n FROM l2_train('t', 't', 'y');
SELECT n FROM l2_train('query', 'SELECT y, twice(x) AS x FROM t', 'y');
SELECT n FROM l2_train('elsewhere', 't', 'y', search_path => 'there');
SET search_path = there, public;
SELECT name, n FROM l2_refresh('t') UNION ALL SELECT name, n FROM l2_refresh('query') UNION ALL SELECT name, n FROM l2_refresh('elsewhere');
SELECT current_setting('search_path');
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.boo() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'boo'; END $$;
CREATE FUNCTION hostile.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'boo'; END $$;
CREATE FUNCTION hostile.cat(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'boo'; END $$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.cat);
CREATE FUNCTION hostile.format(text, text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile.quote_ident(text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile.l2_run(text, text, name) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE FUNCTION hostile.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT hostile.boo()';
CREATE TABLE hostile.l2_registry (name text);
CREATE DOMAIN hostile.jsonb AS text CHECK (false);
CREATE DOMAIN hostile.l2_gram AS text CHECK (false);
SET search_path = hostile, pg_catalog, public, here;
SELECT n FROM l2_train('t', 'here.t', formula => 'y ~ x + I(x * x)');
SELECT n FROM l2_refresh('t');
SELECT count(*) FROM l2_models;
SELECT l2_predict('t', 1, 1) IS NOT NULL AS predicted;
SELECT l2_rename('t', 'u');
SELECT l2_drop('u');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA hostile CASCADE;
RESET client_min_messages;
SELECT l2_drop(name) FROM l2_models;

-- roles
CREATE ROLE l2reg_alice;
CREATE ROLE l2reg_bob;
CREATE ROLE l2reg_carol;
CREATE ROLE l2reg_friends ROLE l2reg_carol;
GRANT SELECT ON homes, before TO l2reg_alice, l2reg_bob;
SET ROLE l2reg_alice;
SELECT name, owner FROM l2_train('alice''s', 'homes', 'price', features => '{area,rooms}');
SELECT n, outcome FROM l2_refresh('alice''s');
-- bob sees nothing, and can do nothing
SET ROLE l2reg_bob;
SELECT count(*) FROM l2_models;
SELECT count(*) FROM l2_versions;
SELECT count(*) FROM l2_registry;
SELECT count(*) FROM l2_registry_version;
SELECT l2_predict('alice''s', 1, 2);
SELECT l2_model(name => 'alice''s');
SELECT l2_refresh('alice''s');
SELECT l2_refresh(id) FROM generate_series(1, 100) id WHERE id = (SELECT max(id) FROM l2_registry);
SELECT l2_activate('alice''s', 1);
SELECT l2_rename('alice''s', 'bob''s');
SELECT l2_drop('alice''s');
SELECT l2_grant('alice''s', 'l2reg_bob');
SELECT l2_train('alice''s', 'homes', 'price', features => '{area,rooms}');
UPDATE l2_registry SET owner = 'l2reg_bob';
DELETE FROM l2_registry_version;
INSERT INTO l2_registry (name, owner, source, search_path, target, target_expression, features, expressions, method) VALUES ('forged', 'l2reg_alice', 'homes', '', 'price', 'price', '{}', '{}', 'ols');
INSERT INTO l2_registry (id, name, source, search_path, target, target_expression, features, expressions, method) VALUES (100000, 'forged', 'homes', '', 'price', 'price', '{}', '{}', 'ols');
INSERT INTO l2_registry_version (id, version, event, outcome, features, expressions, trained_at, duration) SELECT id, 99, 'train', 'failed', '{}', '{}', now(), '1 s' FROM generate_series(1, 100) id;
SELECT * FROM l2_describe('SELECT * FROM homes', 'public', 'l2reg_alice');
SELECT l2_run('SELECT NULL::l2_model, NULL::l2_gram', 'public', 'l2reg_alice');
SELECT l2_source('homes', 'public', 'l2reg_alice');
TRUNCATE l2_registry CASCADE;
-- as a grantee he may look and predict
SET ROLE l2reg_alice;
SELECT l2_grant('alice''s', 'l2reg_bob');
SELECT l2_grant('alice''s', 'l2reg_friends');
SELECT l2_grant('alice''s', 'l2reg_nobody');
SET ROLE l2reg_bob;
SELECT name, owner, version, n FROM l2_models;
SELECT count(*) FROM l2_versions;
SELECT round(l2_predict('alice''s', 21, 1)::numeric) AS predicted;
SELECT l2_refresh('alice''s');
SELECT l2_activate('alice''s', 1);
SELECT l2_drop('alice''s');
SELECT l2_train('alice''s', 'homes', 'price', features => '{area,rooms}');
UPDATE l2_registry SET owner = 'l2reg_bob';
SET ROLE l2reg_carol;
SELECT round(l2_predict('alice''s', 21, 1)::numeric) AS predicted;
SET ROLE l2reg_alice;
SELECT l2_revoke('alice''s', 'l2reg_bob');
SELECT l2_revoke('alice''s', 'l2reg_friends');
SELECT l2_grant('alice''s', 'public');
SET ROLE l2reg_bob;
SELECT round(l2_predict('alice''s', 21, 1)::numeric) AS predicted;
SET ROLE l2reg_alice;
SELECT l2_revoke('alice''s', 'public');
SET ROLE l2reg_bob;
SELECT l2_predict('alice''s', 21, 1);
-- one call site, another role: looked up again
RESET ROLE;
GRANT l2reg_bob TO l2reg_alice;
SET ROLE l2reg_alice;
DO $$
DECLARE p float8;
BEGIN
  FOR i IN 1 .. 2 LOOP
    p := l2_predict('alice''s', 21, 1);
    RAISE NOTICE '%: %', current_user, round(p::numeric);
    SET LOCAL ROLE l2reg_bob;
  END LOOP;
END $$;
RESET ROLE;
REVOKE l2reg_bob FROM l2reg_alice;

-- row security: a model knows the rows that its owner sees, whoever refreshes it
ALTER TABLE homes ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON homes FOR SELECT TO l2reg_alice USING (id <= 50);
CREATE POLICY others ON homes FOR SELECT TO l2reg_bob USING (id > 50);
SET ROLE l2reg_alice;
SELECT n FROM l2_train('alice''s', 'homes', 'price', features => '{area,rooms}');
SET ROLE l2reg_bob;
SELECT n FROM l2_train('bob''s', 'homes', 'price', features => '{area,rooms}');
RESET ROLE;
SELECT name, n, trained_by = current_user AS by_me FROM l2_refresh('alice''s') UNION ALL SELECT name, n, trained_by = current_user AS by_me FROM l2_refresh('bob''s');
SELECT current_user = session_user AS myself_again;
-- a superuser who refreshes lends no rights
CREATE TABLE treasure AS SELECT 1 AS y, 2 AS x;
CREATE FUNCTION grab() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT y FROM treasure); END $$;
CREATE FUNCTION become(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('role', $1, false); RETURN 1; END $$;
SET ROLE l2reg_bob;
SELECT n FROM l2_train('bob''s', 'SELECT *, 1 AS one FROM homes', 'price', features => '{area,one}', method => 'ols');
UPDATE l2_registry SET source = 'SELECT *, grab() AS one FROM homes';
RESET ROLE;
SELECT outcome, reason FROM l2_refresh('bob''s');
UPDATE l2_registry SET source = 'SELECT *, become(''none'') AS one FROM homes' WHERE name = 'bob''s';
SELECT outcome, reason FROM l2_refresh('bob''s');
UPDATE l2_registry SET source = 'homes', expressions = '{"q.area], NULL) AS model, NULL AS gram FROM treasure --","q.area"}' WHERE name = 'bob''s';
SELECT outcome, reason FROM l2_refresh('bob''s');
-- nor one who predicts from records: expressions are the owner's
SET ROLE l2reg_bob;
UPDATE l2_registry SET source = 'homes', expressions = '{q.area,q.one}' WHERE name = 'bob''s';
SELECT n FROM l2_train('bob''s', 'homes', formula => 'price ~ area + rooms + area:rooms', method => 'ols');
RESET ROLE;
UPDATE l2_registry_version v SET expressions = '{q.area,q.rooms,grab()}' FROM l2_registry r WHERE r.id = v.id AND name = 'bob''s' AND version = active;
SELECT l2_predict('bob''s', h) FROM homes h;
UPDATE l2_registry_version v SET expressions = '{q.area,q.rooms,become(''none'')}' FROM l2_registry r WHERE r.id = v.id AND name = 'bob''s' AND version = active;
SELECT l2_predict('bob''s', h) FROM homes h;
UPDATE l2_registry_version v SET expressions = '{q.area,q.rooms,1; DROP TABLE homes}' FROM l2_registry r WHERE r.id = v.id AND name = 'bob''s' AND version = active;
SELECT l2_predict('bob''s', h) FROM homes h;
SELECT current_user = session_user AS myself_again;
-- anybody may call the functions behind, to no more than an error
SELECT l2_run('SELECT 1', '', current_user);
-- a role that is gone
ALTER ROLE l2reg_bob RENAME TO l2reg_robert;
SELECT name, owner FROM l2_models ORDER BY name;
SELECT outcome, reason FROM l2_refresh('bob''s');
SET ROLE l2reg_alice;
SELECT name FROM l2_models;
RESET ROLE;

SELECT l2_drop(name) FROM l2_models ORDER BY name;
DROP TABLE homes, before, treasure, here.t, there.t, "Odd "" table'";
DROP FUNCTION here.twice;
DROP SCHEMA here;
DROP SCHEMA there;
DROP FUNCTION leave_a_trace, grab, become;
DROP SEQUENCE counter;
DROP ROLE l2reg_alice, l2reg_robert, l2reg_carol, l2reg_friends;
