-- Tables of models whose owners mean harm.  A superuser predicts with them, lists them, refreshes, activates,
-- grants, reports on and drops them: he gets an error or a number, and code of an owner runs as that owner or
-- not at all.
SET client_min_messages = warning;
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
CREATE ROLE l2reg_bob;
CREATE SCHEMA bob AUTHORIZATION l2reg_bob;
GRANT USAGE ON SCHEMA bob TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO l2reg_bob;
CREATE TABLE treasure AS SELECT 42 AS secret;
CREATE TEMP TABLE mine AS SELECT i::float8 AS x, i * 3 % 7 + i AS y FROM generate_series(1, 20) i;

SET ROLE l2reg_bob;
CREATE TABLE bob.rows AS SELECT i::float8 AS x, i * 3 % 7 + i AS y FROM generate_series(1, 20) i;
-- whatever of bob's runs leaves a trace, says as whom if it is not bob, and tries what it can
CREATE SEQUENCE bob.trace;
CREATE FUNCTION bob.boo(what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user <> 'l2reg_bob' THEN
    RAISE WARNING '% runs as %', what, current_user;
  END IF;
  BEGIN
    PERFORM nextval('bob.trace');
  EXCEPTION WHEN read_only_sql_transaction THEN
    NULL;
  END;
  BEGIN
    PERFORM set_config('role', 'none', false);
    RAISE WARNING '% became %', what, current_user;
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
  BEGIN
    RAISE WARNING '% knows %', what, (SELECT secret FROM public.treasure);
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
  RETURN true;
END $$;
CREATE FUNCTION bob.boo_number(what text) RETURNS float8
  LANGUAGE sql IMMUTABLE AS 'SELECT bob.boo($1)::int::float8';
CREATE FUNCTION bob.boo_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM bob.boo(TG_ARGV[0]);
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END $$;
CREATE DOMAIN bob.dom AS int CHECK (bob.boo('a domain'));
CREATE TYPE bob.ety AS (x float8);
CREATE FUNCTION bob.ety_number(bob.ety) RETURNS float8
  LANGUAGE sql IMMUTABLE AS 'SELECT bob.boo_number(''a cast'')';
CREATE CAST (bob.ety AS float8) WITH FUNCTION bob.ety_number(bob.ety) AS IMPLICIT;
SELECT version, n FROM l2_train('bob.m', 'bob.rows', 'y ~ x', 'ols', options => '{"keep_gram": true}');
SELECT version, n FROM l2_refresh('bob.m');
RESET ROLE;

-- What a superuser may do with it.  All is undone.
CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE statement INTO result;
  RAISE SQLSTATE 'UNDO1' USING MESSAGE = coalesce(result, 'NULL');
EXCEPTION
  WHEN SQLSTATE 'UNDO1' THEN
    RETURN SQLERRM;
  WHEN OTHERS THEN
    RETURN format('%s: %s', SQLSTATE, SQLERRM);
END $$;
CREATE FUNCTION pg_temp.tries(name text DEFAULT 'bob.m') RETURNS TABLE (what text, outcome text)
  LANGUAGE plpgsql AS $$
DECLARE
  statement text;
BEGIN
  FOR what, statement IN VALUES
    ('predict', 'SELECT round(l2_predict(%1$L, 2)::numeric, 3)'),
    ('predict record', 'SELECT round(l2_predict(%1$L::regclass, m)::numeric, 3) FROM mine m LIMIT 1'),
    ('explain', 'SELECT count(*) FROM l2_explain(%1$L, 2)'),
    ('get', 'SELECT round(l2_intercept(l2_get(%1$L, 1))::numeric, 3)'),
    ('l2_models',
    'SELECT row(m.version, n, method, target, left(last_error, 40)) FROM l2_models m WHERE name = %1$L'),
    ('l2_versions', 'SELECT string_agg(concat_ws('' '', version, active, outcome, n, trained_by = '
    'current_user, left(reason, 40)), ''; '' ORDER BY version, active) FROM l2_versions v WHERE name = %1$L'),
    ('l2_schedules', 'SELECT count(*) FROM l2_schedules'),
    ('refresh', 'SELECT row(version, active, outcome, n, left(reason, 90)) FROM l2_refresh(%1$L)'),
    ('activate', 'SELECT row(version, active, outcome) FROM l2_activate(%1$L, 1)'),
    ('rollback', 'SELECT row(version, active, outcome) FROM l2_rollback(%1$L)'),
    ('train', 'SELECT row(version, active, outcome, n) FROM l2_train(%1$L, ''bob.rows'', ''y'', ''ols'')'),
    ('refresh_sql', 'SELECT count(*) FROM l2_train_sql(''mine'', ''y ~ x'')'),
    ('grant', 'SELECT l2_grant(%1$L, ''public'')'),
    ('report', 'SELECT l2_report(%1$L, ''mine'') ~ ''</html>'''),
    ('drift', 'SELECT count(*) FROM l2_drift(%1$L)'),
    ('drift of mine', 'SELECT count(*) FROM l2_drift(%1$L, ''mine'')'),
    ('drop', 'SELECT l2_drop(%1$L)')
  LOOP
    PERFORM setval('bob.trace', 1, false);
    outcome := pg_temp.attempt(format(statement, name));
    outcome := outcome || CASE WHEN is_called THEN ' (and code of bob ran)' ELSE '' END FROM bob.trace;
    RETURN NEXT;
  END LOOP;
END $$;
-- only whether it is an error, for what may be refused with more words one day
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE sql AS
  $$SELECT CASE WHEN a ~ '^[0-9A-Z]{5}: ' AND a !~ '^XX' THEN 'refused' ELSE a END
  FROM pg_temp.attempt($1) a$$;

SELECT * FROM pg_temp.tries();

-- Contents
BEGIN;
SET LOCAL ROLE l2reg_bob;
UPDATE bob.m SET outcome = '<script>', n = -1, n_skipped = -9223372036854775807, r_squared = 'NaN',
  sigma = 'Infinity', lambda = '-Infinity', nonzero = -5, cv_error = -1,
  cv_se = 'NaN', trained_at = 'infinity', duration = '-178000000 years', trained_by = current_user,
  error_code = repeat('x', 1000), reason = repeat('<b>', 1000), details = '[{"gram": 1}]';
RESET ROLE;
SELECT * FROM pg_temp.tries();
SELECT trained_at, age FROM l2_models WHERE name = 'bob.m';
ROLLBACK;
BEGIN;
SET LOCAL ROLE l2reg_bob;
UPDATE bob.m SET trained_at = '-infinity', details = '{"gram": "{*}", "event": {"a": 1}}',
  model = '{"l2_model": 1, "method": "ols", "terms": [{"term": "x", "estimate": null}]}';
RESET ROLE;
SELECT * FROM pg_temp.tries();
ROLLBACK;
-- the active row has no model
BEGIN;
SET LOCAL ROLE l2reg_bob;
UPDATE bob.m SET model = NULL;
RESET ROLE;
SELECT * FROM pg_temp.tries();
ROLLBACK;
-- versions that are none, and more than one active
BEGIN;
SET LOCAL ROLE l2reg_bob;
ALTER TABLE bob.m DROP CONSTRAINT m_pkey;
ALTER TABLE bob.m ALTER version DROP NOT NULL;
UPDATE bob.m SET version = NULL WHERE active;
RESET ROLE;
SELECT * FROM pg_temp.tries();
ROLLBACK;
BEGIN;
SET LOCAL ROLE l2reg_bob;
UPDATE bob.m SET version = CASE WHEN active THEN 0 ELSE -2147483648 END;
RESET ROLE;
SELECT * FROM pg_temp.tries();
SELECT pg_temp.attempt('SELECT l2_get(''bob.m'', 0)'),
  pg_temp.attempt('SELECT l2_get(''bob.m'', -2147483648)'),
  pg_temp.attempt('SELECT active FROM l2_activate(''bob.m'', -2147483648)');
ROLLBACK;
BEGIN;
SET LOCAL ROLE l2reg_bob;
UPDATE bob.m SET version = 2147483647 WHERE active;
RESET ROLE;
SELECT * FROM pg_temp.tries();
ROLLBACK;
BEGIN;
SET LOCAL ROLE l2reg_bob;
DROP INDEX bob.m_active_idx;
ALTER TABLE bob.m DROP CONSTRAINT m_pkey;
UPDATE bob.m SET active = true;
RESET ROLE;
SELECT * FROM pg_temp.tries();
SET LOCAL ROLE l2reg_bob;
INSERT INTO bob.m SELECT * FROM bob.m;
RESET ROLE;
SELECT * FROM pg_temp.tries();
ROLLBACK;
BEGIN;
SET LOCAL ROLE l2reg_bob;
DELETE FROM bob.m;
RESET ROLE;
SELECT * FROM pg_temp.tries();
ROLLBACK;

-- Definitions: the query is bob's, as bob
CREATE FUNCTION pg_temp.defined(definition jsonb) RETURNS TABLE (refresh text, drift text)
  LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL ROLE l2reg_bob;
  UPDATE bob.m SET definition = CASE WHEN jsonb_typeof(defined.definition) = 'object' THEN m.definition
  || defined.definition ELSE defined.definition END;
  RESET ROLE;
  refresh := pg_temp.attempt('SELECT row(outcome, n, left(reason, 110)) FROM l2_refresh(''bob.m'')');
  drift := pg_temp.attempt('SELECT count(*) FROM l2_drift(''bob.m'')');
  RETURN NEXT;
END $$;
CREATE FUNCTION pg_temp.definitions(VARIADIC definitions jsonb[])
  RETURNS TABLE (definition jsonb, refresh text, drift text) LANGUAGE plpgsql AS $$
BEGIN
  FOREACH definition IN ARRAY definitions LOOP
    SELECT d.refresh, d.drift INTO refresh, drift FROM pg_temp.defined(definition) d;
    RETURN NEXT;
    UPDATE bob.m SET definition = kept.definition FROM kept WHERE m.version = kept.version;
  END LOOP;
END $$;
CREATE TEMP TABLE kept AS SELECT version, definition FROM bob.m;
\pset format unaligned
SELECT * FROM pg_temp.definitions('1', '[]', '{}', '"x"', 'null', '{"source": null}', '{"features": {}}',
  '{"features": []}', '{"features": ["x", "x"]}', '{"features": [null]}', '{"features": "{*}"}',
  '{"expressions": []}',
  '{"kinds": ["x"]}', '{"kinds": []}', '{"inputs": ["x"]}', '{"inputs": ["x"], "input_types": ["nosuch"]}',
  '{"inputs": ["x"], "input_types": ["bob.dom"]}', '{"options": "{*}"}', '{"options": [1]}',
  '{"options": {"folds": "many"}}', '{"method": "nosuch"}',
  '{"method": "ols_fit(1, ARRAY[1.0]), bob.boo(''a method''); --"}', '{"method": "ridge", "lambda": -1}',
  '{"method": "ridge", "lambda": "NaN"}', '{"keep": -5}', '{"gate": "NaN"}', '{"search_path": "\"\"\""}',
  '{"search_path": "bob, pg_catalog"}',
  '{"refresh": "nosuch"}', '{"half_life": "-1 day"}', '{"weight": "0"}', '{"weight": "-1"}', '{"target": ""}',
  '{"nosuch": 1}');
-- none of its parts may be missing
SELECT * FROM pg_temp.definitions('{"search_path": null}', '{"target": null}', '{"target_expression": null}',
  '{"method": null}', '{"options": null}', '{"refresh": null}', '{"features": null}', '{"expressions": null}',
  '{"kinds": null}', '{"inputs": ["x"], "input_types": null}', '{"expressions": [null]}',
  '{"inputs": ["x"], "input_types": [null]}', '{"inputs": [null], "input_types": ["float8"]}');
SELECT * FROM pg_temp.definitions('{"source": "DELETE FROM bob.rows RETURNING *"}',
  '{"source": "SELECT 1; DROP TABLE bob.rows"}', '{"source": "public.treasure"}',
  '{"source": "SELECT x, y FROM bob.rows, public.treasure"}', '{"source": "nosuch"}',
  '{"source": "pg_temp.mine"}',
  '{"source": "SELECT x, y FROM bob.rows WHERE bob.boo(''a source'')"}',
  '{"source": "SELECT x, y, set_config(''search_path'', ''bob'', false) FROM bob.rows"}',
  '{"source": "SELECT x, y FROM bob.rows WHERE set_config(''role'', ''none'', false) IS NOT NULL"}');
SHOW search_path;
-- expressions: nothing but the closed language, on refresh as on everything else
CREATE FUNCTION pg_temp.expression(e text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  SET LOCAL ROLE l2reg_bob;
  UPDATE bob.m SET definition = m.definition || jsonb_build_object('expressions', jsonb_build_array(e),
  'features', jsonb_build_array('t'), 'inputs', '["x"]'::jsonb, 'input_types', '["double precision"]'::jsonb);
  RESET ROLE;
  result := replace(pg_temp.refused('SELECT outcome FROM l2_refresh(''bob.m'')'), 'failed', 'refused');
  UPDATE bob.m SET definition = kept.definition FROM kept WHERE m.version = kept.version;
  RETURN result;
END $$;
CREATE FUNCTION pg_temp.forged(e text) RETURNS TABLE (predict text, explain text, drift text, report text)
  LANGUAGE plpgsql AS $$
DECLARE
  forged text := format('{"l2_model": 1, "method": "ols", "target": "y", "n": 20,
    "terms": [{"term": "(Intercept)", "estimate": 1, "mean": 1},
      {"term": "x", "estimate": 2, "mean": 1, "sd": 1}],
    "encoding": {"unseen": "error",
      "attributes": [{"attribute": "x", "kind": "number", "expression": %s}],
      "inputs": [{"attribute": "x", "type": "double precision"}]}}', to_jsonb(e));
BEGIN
  SET LOCAL ROLE l2reg_bob;
  UPDATE bob.m SET model = forged::l2_model;
  RESET ROLE;
  predict := pg_temp.refused('SELECT l2_predict(''bob.m'', m) FROM mine m WHERE x = 2');
  explain := pg_temp.refused('SELECT sum(contribution) FROM mine m, l2_explain(''bob.m'', m) WHERE x = 2');
  drift := pg_temp.refused('SELECT count(*) FROM l2_drift(''bob.m'', ''mine'')');
  report := pg_temp.refused('SELECT l2_report(''bob.m'', ''mine'') ~ ''</html>''');
  RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
  SELECT 'refused', 'refused', 'refused', 'refused' INTO predict, explain, drift, report;
  RETURN NEXT;
END $$;
CREATE TEMP TABLE expressions AS SELECT * FROM unnest(ARRAY['x * x', '{*}', '*', 'q.*',
  '(SELECT secret FROM public.treasure)', 'bob.boo_number(''an expression'')',
  'boo_number(''an expression'')', 'cardinality(''{1}''::bob.dom[])', '1::bob.dom', 'x::bob.ety',
  '1) FROM public.treasure; DROP TABLE bob.rows; --', '1, 2', '$1', 'x; SELECT 1',
  'set_config(''role'', ''none'', false)', 'x OPERATOR(bob.+) 1', 'pg_catalog.pg_sleep(0)', 'sum(x) OVER ()',
  'sum(x)', 'random()', 'generate_series(1, 2)',
  'CASE WHEN bob.boo(''a case'') THEN 1 END', 'x::text::bob.dom', 'repeat(''x'', 1000000000)',
  'current_setting(''is_superuser'')', 'xmlparse(DOCUMENT ''<a/>'')', '']) WITH ORDINALITY u(e, i);
SET client_min_messages = error;
SELECT e AS expression, pg_temp.expression(e) AS in_definition FROM expressions ORDER BY i;
SET client_min_messages = warning;
SELECT e AS expression, m.predict, m.explain, m.drift, m.report FROM expressions, pg_temp.forged(e) m
  ORDER BY i;
-- a record of types whose casts are bob's
UPDATE bob.m SET model = (SELECT ols_fit(y, m, '{"target": "y"}') FROM mine m);
SELECT pg_temp.refused('SELECT l2_predict(''bob.m'', r) FROM (SELECT ROW(1)::bob.ety AS x) r') AS composite,
  pg_temp.refused('SELECT l2_predict(''bob.m'', r) FROM (SELECT ARRAY[]::bob.dom[] AS x) r') AS domains;
\pset format aligned

-- Tables
CREATE FUNCTION pg_temp.with_ddl(VARIADIC statements text[]) RETURNS TABLE (what text, outcome text)
  LANGUAGE plpgsql AS $$
DECLARE
  s text;
BEGIN
  FOREACH s IN ARRAY statements LOOP
    SET LOCAL ROLE l2reg_bob;
    EXECUTE s;
    RESET ROLE;
  END LOOP;
  RETURN QUERY SELECT * FROM pg_temp.tries();
END $$;
\set ON_ERROR_ROLLBACK on
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE INDEX ON bob.m (version) WHERE bob.boo(''a predicate'')');
  ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE INDEX ON bob.m (bob.boo(''an index''))'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl(CASE WHEN current_setting('server_version_num')::integer < 140000
  THEN 'CREATE INDEX ON bob.m (version) WHERE bob.boo_number(''statistics'') > 0'
  ELSE 'CREATE STATISTICS bob.s ON (bob.boo_number(''statistics'')) FROM bob.m' END); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE bob.m FORCE ROW LEVEL SECURITY', 'CREATE POLICY p ON bob.m USING (bob.boo(''a policy''))');
  ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE POLICY p ON bob.m USING (bob.boo(''a policy''))'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE RULE i AS ON INSERT TO bob.m DO ALSO '
  'SELECT bob.boo(''a rule of inserts'')',
  'CREATE RULE u AS ON UPDATE TO bob.m DO ALSO SELECT bob.boo(''a rule of updates'')',
  'CREATE RULE d AS ON DELETE TO bob.m DO INSTEAD SELECT bob.boo(''a rule of deletes'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE RULE u AS ON UPDATE TO bob.m DO INSTEAD NOTHING'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE TRIGGER b BEFORE INSERT OR UPDATE '
  'OR DELETE ON bob.m FOR EACH ROW EXECUTE FUNCTION bob.boo_trigger(''a trigger of rows'')',
  'CREATE TRIGGER a AFTER INSERT OR UPDATE OR DELETE ON bob.m FOR EACH STATEMENT EXECUTE FUNCTION '
  'bob.boo_trigger(''a trigger of statements'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE CONSTRAINT TRIGGER c AFTER INSERT '
  'OR UPDATE ON bob.m DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bob.boo_trigger(''a '
  'deferred trigger'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE TRIGGER t BEFORE INSERT ON bob.m FOR EACH ROW WHEN '
  '(bob.boo(''a condition'')) EXECUTE FUNCTION bob.boo_trigger(''a trigger'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m ADD CHECK (bob.boo(''a check'')) NOT VALID');
  ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m ALTER n SET DEFAULT bob.boo_number(''a default'')');
  ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m RENAME TO old',
  'CREATE TABLE bob.m OF l2_version (sigma GENERATED ALWAYS '
  'AS (bob.boo_number(''a generated column'')) STORED, PRIMARY KEY (version))',
  'INSERT INTO bob.m (version, active, outcome, model, definition) '
  'SELECT version, active, outcome, model, definition FROM bob.old'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE TABLE bob.child () INHERITS (bob.m)',
  'INSERT INTO bob.child SELECT * FROM ONLY bob.m'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE TABLE bob.whole (LIKE bob.m) PARTITION BY LIST (version)',
  'ALTER TABLE bob.whole ATTACH PARTITION bob.m DEFAULT'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m NOT OF'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m NOT OF', 'ALTER TABLE bob.m ALTER model TYPE text',
  'ALTER TABLE bob.m OF l2_version'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m NOT OF',
  'ALTER TABLE bob.m DROP error_code, DROP reason, DROP details',
  'ALTER TABLE bob.m ADD error_code text DEFAULT ''x'', ADD reason text DEFAULT ''y'', ADD details jsonb '
  'DEFAULT ''{"gram": null}''', 'ALTER TABLE bob.m OF l2_version'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m SET UNLOGGED'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m RENAME TO old',
  'CREATE VIEW bob.m AS SELECT * FROM bob.old WHERE bob.boo(''a view'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('ALTER TABLE bob.m RENAME TO old', 'CREATE TEMP TABLE m OF l2_version',
  'INSERT INTO pg_temp.m SELECT * FROM bob.old'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.with_ddl('CREATE VIEW bob.v AS SELECT l2_predict(''bob.m''::regclass, 1)');
  ROLLBACK;
-- what waits for the end of the transaction would run as whoever ends it
BEGIN;
SET LOCAL ROLE l2reg_bob;
CREATE CONSTRAINT TRIGGER c AFTER INSERT OR UPDATE
  ON bob.m DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bob.boo_trigger('a deferred trigger');
RESET ROLE;
SELECT outcome FROM l2_refresh('bob.m');
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK;
\set ON_ERROR_ROLLBACK off

-- A view, a function of bob's with the rights of its owner, and a namesake among the caller's temporary
-- tables
CREATE ROLE l2reg_carol;
GRANT USAGE ON SCHEMA bob TO l2reg_carol;
SET ROLE l2reg_bob;
SELECT version FROM l2_activate('bob.m', 1);
CREATE FUNCTION bob.predicted() RETURNS float8 LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT l2_predict(''m'', 2)';
CREATE FUNCTION bob.predicted_loosely() RETURNS float8
  LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN l2_predict(''m'', 2); END';
CREATE FUNCTION bob.trained() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT n FROM l2_train(''t'', ''rows'', ''y ~ x'', ''ols'')';
CREATE FUNCTION bob.drifted() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT count(*) FROM l2_drift(''m'', ''rows'')';
CREATE VIEW bob.shown AS SELECT l2_predict((SELECT model FROM bob.m WHERE active), 2) AS p;
GRANT SELECT ON bob.shown TO l2reg_carol;
SELECT round(bob.predicted()::numeric, 3) AS p;
SET ROLE l2reg_carol;
CREATE TEMP TABLE m OF l2_version;
INSERT INTO pg_temp.m (version, active, outcome, model)
  VALUES (1, true, 'ok', '{"l2_model": 1, "method": "ols", "terms": [{"term": "x", "estimate": 1000000}]}');
CREATE TEMP TABLE rows AS SELECT 1 AS x, 2 AS y;
SET search_path = bob, public;
SELECT round(bob.predicted()::numeric, 3) AS predicted, round(bob.predicted_loosely()::numeric, 3) AS loosely,
  round(p::numeric, 3) AS shown FROM bob.shown;
SELECT l2_predict('m', 2);
SELECT l2_predict('bob.m', 2);
SET search_path = pg_temp, bob, public;
SELECT bob.predicted_loosely() IS NOT NULL AS not_the_temporary_one;
SELECT l2_predict('m', 2);
SELECT bob.trained(), bob.drifted() > 0 AS drifted;
RESET search_path;
RESET ROLE;
DROP TABLE pg_temp.m, pg_temp.rows;

-- an index's constant is computed once a session, here by the superuser's first statements
DROP VIEW bob.shown;
SET ROLE l2reg_bob;
CREATE INDEX first ON bob.m (bob.boo('an index'));
SELECT setval('bob.trace', 1, false);
\c -
SET client_min_messages = warning;
SELECT l2_predict('bob.m', 2) IS NOT NULL AS predicts,
  (SELECT count(*) FROM l2_models WHERE name = 'bob.m') AS listed;
SELECT is_called AS ran FROM bob.trace;
SELECT outcome FROM l2_refresh('bob.m');
SELECT is_called AS ran FROM bob.trace;
SELECT l2_drop('bob.m'), l2_drop('bob.t');
DROP FUNCTION bob.predicted, bob.predicted_loosely, bob.trained, bob.drifted;
DROP SCHEMA bob CASCADE;
DROP TABLE treasure;
DROP OWNED BY l2reg_bob, l2reg_carol;
DROP ROLE l2reg_bob, l2reg_carol;

-- no aggregate of somebody else in the extension's schema is taken for ours, in drift neither; nor is a
-- relation made to depend on a model that is no table of its grams
CREATE TABLE plain_rows AS SELECT i::float8 AS x, i * 3 % 7 + i AS y, 'k' || i % 3 AS k
  FROM generate_series(1, 60) i;
SELECT n FROM l2_train('drifts', 'plain_rows', 'y', 'ridge', 0.1);
CREATE FUNCTION spoil(s l2_gram, a float8, b record, c l2_options) RETURNS l2_gram
  LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'called as %', current_user; RETURN s; END $$;
CREATE AGGREGATE l2_gram_agg(float8, record, l2_options) (sfunc = spoil, stype = l2_gram);
SELECT count(*) FROM l2_drift('drifts', 'plain_rows');
SELECT count(*) FROM l2_drift('drifts');
DROP AGGREGATE l2_gram_agg(float8, record, l2_options);
DROP FUNCTION spoil;
SELECT count(*) > 3 AS drifts FROM l2_drift('drifts', 'plain_rows');
SELECT _l2_tie('plain_rows', 'drifts');
SELECT l2_drop('drifts');
DROP TABLE plain_rows;
