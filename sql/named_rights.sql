-- Named models and roles: a model is a table, and rights on it are those of tables.
SET extra_float_digits = 0;
SET client_min_messages = warning;
REVOKE CREATE ON SCHEMA public FROM PUBLIC; -- as it is from PostgreSQL 15 on
\set SHOW_CONTEXT never
CREATE ROLE l2reg_alice;
CREATE ROLE l2reg_bob;
CREATE ROLE l2reg_carol;
CREATE ROLE l2reg_dave;
CREATE ROLE l2reg_eve NOINHERIT;
GRANT l2reg_alice TO l2reg_carol, l2reg_eve;
CREATE SCHEMA shop AUTHORIZATION l2reg_alice;
GRANT USAGE ON SCHEMA shop TO l2reg_bob, l2reg_dave;
CREATE TABLE homes AS SELECT i AS id, 20 + i % 37 AS area, i % 5 AS rooms, 100 + 3 * (20 + i % 37)
  + 10 * (i % 5) + sin(i) AS price FROM generate_series(1, 200) i;
GRANT SELECT ON homes TO l2reg_alice, l2reg_bob;
SET ROLE l2reg_alice;
SELECT name, version FROM l2_train('shop.m', 'homes', 'price', 'ols',
  options => '{"features": ["area", "rooms"], "keep_gram": true}');
SELECT version, outcome FROM l2_refresh('shop.m');
SELECT l2_grant('shop.m', 'l2reg_bob');
RESET ROLE;
SELECT relname, relacl, attname, attacl FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.oid = 'shop.m'::regclass AND attacl IS NOT NULL ORDER BY attnum;

-- What each may do: carol can become alice, and so can eve, who does not inherit; bob was granted the model,
-- dave nothing.  All is undone.
CREATE FUNCTION pg_temp.attempt(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  EXECUTE statement INTO result;
  RAISE SQLSTATE 'UNDO1' USING MESSAGE = coalesce(result, 'NULL');
EXCEPTION
  WHEN SQLSTATE 'UNDO1' THEN
    RETURN SQLERRM;
  WHEN insufficient_privilege THEN
    RETURN CASE WHEN SQLERRM LIKE 'must be owner of %' THEN 'not owner'
    WHEN SQLERRM LIKE 'permission denied for model%' THEN 'denied'
                WHEN SQLERRM LIKE 'permission denied for table homes' THEN 'no homes'
                WHEN SQLERRM LIKE 'permission denied for table m' THEN 'no m' ELSE SQLERRM END;
  WHEN OTHERS THEN
    RETURN format('%s: %s', SQLSTATE, SQLERRM);
END $$;
CREATE FUNCTION pg_temp.attempts(VARIADIC statements text[])
  RETURNS TABLE (statement text, alice text, carol text, eve text, bob text, dave text, superuser text)
  LANGUAGE sql AS $$
  SELECT s, pg_temp.attempt('l2reg_alice', s), pg_temp.attempt('l2reg_carol', s),
  pg_temp.attempt('l2reg_eve', s), pg_temp.attempt('l2reg_bob', s), pg_temp.attempt('l2reg_dave', s),
  pg_temp.attempt('none', s)
  FROM unnest(statements) s
$$;
SELECT * FROM pg_temp.attempts($$SELECT round(l2_predict('shop.m', 21, 1))$$,
  $$SELECT round(l2_predict('shop.m'::regclass, 21, 1))$$,
  $$SELECT round(l2_predict(model, 21, 1)) FROM shop.m WHERE active$$,
  $$SELECT count(*) FROM l2_explain('shop.m', 21, 1)$$,
  $$SELECT count(*) FROM l2_explain('shop.m'::regclass, 21, 1)$$, $$SELECT l2_names(l2_get('shop.m'))$$,
  $$SELECT l2_names(l2_get('shop.m'::regclass, 1))$$,
  $$SELECT count(*) FROM l2_models$$, $$SELECT count(*) FROM l2_versions$$,
  $$SELECT count(trained_by) FROM l2_versions$$, $$SELECT count(*) FROM l2_schedules$$,
  $$SELECT count(definition) FROM shop.m$$,
  $$SELECT outcome FROM l2_refresh('shop.m')$$,
  $$SELECT outcome FROM l2_refresh('shop.m'::regclass, 'skip')$$,
  $$SELECT length(l2_refresh_sql('shop.m')) > 10$$,
  $$SELECT length(l2_refresh_sql('shop.m'::regclass)) > 10$$,
  $$SELECT version FROM l2_activate('shop.m', 1)$$,
  $$SELECT version FROM l2_activate('shop.m'::regclass, 1)$$, $$SELECT version FROM l2_rollback('shop.m')$$,
  $$SELECT version FROM l2_rollback('shop.m'::regclass)$$,
  $$SELECT version FROM l2_train('shop.m', 'homes', 'price', 'ols')$$,
  $$SELECT l2_grant('shop.m', 'l2reg_dave')$$, $$SELECT l2_grant('shop.m'::regclass, 'public')$$,
  $$SELECT l2_revoke('shop.m', 'l2reg_bob')$$, $$SELECT l2_revoke('shop.m'::regclass, 'l2reg_bob')$$,
  $$SELECT count(*) FROM l2_drift('shop.m')$$, $$SELECT count(*) FROM l2_drift('shop.m'::regclass)$$,
  $$SELECT count(*) FROM l2_drift('shop.m', 'homes')$$,
  $$SELECT count(*) FROM l2_drift('shop.m'::regclass, 'VALUES (1, 2)')$$,
  $$SELECT l2_report('shop.m') ~ '<h2>Versions'$$, $$SELECT l2_report('shop.m'::regclass) ~ '<h2>Penalty'$$,
  $$SELECT l2_report('shop.m', 'homes') ~ 'Drift'$$,
  $$SELECT l2_unschedule('shop.m')$$, $$SELECT l2_unschedule('shop.m'::regclass)$$,
  $$SELECT l2_drop('shop.m')$$, $$SELECT l2_drop('shop.m'::regclass)$$,
  $$SELECT l2_coef(l2_fit('homes', 'price ~ area', 'ols')) IS NOT NULL$$,
  $$SELECT name FROM l2_train('shop.other', 'homes', 'price ~ area', 'ols')$$,
  $$SELECT name FROM l2_train('elsewhere', 'homes', 'price ~ area', 'ols')$$) \g (format=unaligned)
-- what works behind has no rights of its own
SELECT * FROM pg_temp.attempts($$SELECT version FROM _l2_activate('shop.m', 1)$$,
  $$SELECT version FROM _l2_rollback('shop.m')$$, $$SELECT outcome FROM _l2_refresh('shop.m', 'wait')$$,
  $$SELECT _l2_lock('shop.m', true)$$,
  $$SELECT _l2_store('shop.m', NULL, 1)$$,
  $$SELECT version FROM _l2_train('shop.m', 'homes', 'price', 'ols', NULL, NULL, 'public', false)$$,
  $$SELECT _l2_grant('shop.m', 'public')$$, $$SELECT _l2_revoke('shop.m', 'public')$$,
  $$SELECT _l2_drop('shop.m', false)$$,
  $$SELECT (_l2_definition('shop.m')).source$$, $$SELECT length(_l2_refresh_sql('shop.m')) > 10$$,
  $$SELECT count(*) FROM _l2_versions('shop.m'::regclass)$$,
  $$SELECT (_l2_run('SELECT NULL::l2_model, NULL::l2_gram FROM homes LIMIT 1', 'public')).model IS NULL$$,
  $$SELECT _l2_caller() = current_user$$, $$SELECT _l2_run('SELECT 1', '')$$,
  $$SELECT _l2_run('DELETE FROM homes', '')$$) \g (format=unaligned)

-- the errors in full
SET ROLE l2reg_dave;
SELECT l2_predict('shop.m', 21, 1);
SELECT l2_refresh('shop.m');
SELECT l2_train('shop.m', 'homes', 'price');
SELECT l2_train('shop.mine', 'homes', 'price');
SELECT l2_train('mine', 'homes', 'price');
CALL l2_refresh_now('shop.m');
UPDATE shop.m SET active = false;
DELETE FROM shop.m;
RESET ROLE;
REVOKE USAGE ON SCHEMA shop FROM l2reg_dave;
SET ROLE l2reg_dave;
SELECT l2_predict('shop.m', 21, 1);
SELECT l2_drop('shop.m', if_exists => true);
SELECT count(*) FROM l2_models;
SET search_path = shop, public;
SELECT l2_predict('m', 21, 1);
RESET search_path;

-- one right after the other: version, active and model, or the whole table
SET ROLE l2reg_alice;
SET client_min_messages = notice;
SELECT l2_grant('shop.m', 'l2reg_dave');
SELECT l2_grant('shop.m', 'public');
SELECT l2_revoke('shop.m', 'public');
SELECT l2_revoke('shop.m', 'l2reg_dave');
SET client_min_messages = warning;
GRANT USAGE ON SCHEMA shop TO l2reg_dave;
GRANT SELECT (version, active) ON shop.m TO l2reg_dave;
SET ROLE l2reg_dave;
SELECT l2_predict('shop.m', 21, 1);
SELECT count(*) FROM l2_models;
SET ROLE l2reg_alice;
GRANT SELECT (model) ON shop.m TO l2reg_dave;
SET ROLE l2reg_dave;
SELECT round(l2_predict('shop.m', 21, 1)) AS predicted;
SELECT name, owner, method, target, version, n, trained_at, last_error FROM l2_models;
SELECT name, version, active, event, outcome, method, n, sigma IS NOT NULL AS sigma, trained_at, trained_by,
  reason FROM l2_versions;
SELECT l2_report('shop.m') ~ '<h2>Penalty' AS with_gram;
SET ROLE l2reg_alice;
GRANT SELECT (outcome, details) ON shop.m TO l2reg_dave;
SET ROLE l2reg_dave;
SELECT version, event, outcome, trained_by FROM l2_versions;
SELECT l2_report('shop.m') ~ '<h2>Penalty' AS with_gram;
SET ROLE l2reg_alice;
REVOKE SELECT (outcome, details), SELECT (version) ON shop.m FROM l2reg_dave;
SET ROLE l2reg_dave;
SELECT count(*) FROM l2_versions;
SET ROLE l2reg_alice;
GRANT SELECT ON shop.m TO l2reg_dave;
SET ROLE l2reg_dave;
SELECT count(definition), count(trained_by) FROM shop.m JOIN l2_versions USING (version, trained_by);
SET ROLE l2reg_alice;
REVOKE ALL ON shop.m FROM l2reg_dave;
REVOKE SELECT (active, model) ON shop.m FROM l2reg_dave;
SELECT l2_grant('shop.m', 'l2reg_nobody');
SELECT l2_grant('shop.m', NULL), l2_grant(NULL::text, 'l2reg_dave');
SELECT l2_grant('shop.m', 'l2reg_bob), SELECT ON homes TO l2reg_bob; --');

-- a view without a right on its model, one with the model in it, and one call site with another role
CREATE VIEW shop.by_table AS SELECT l2_predict('shop.m'::regclass, 21, 1) AS p;
CREATE VIEW shop.by_value AS SELECT l2_predict((SELECT model FROM shop.m WHERE active), 21, 1) AS p;
GRANT SELECT ON shop.by_table, shop.by_value TO l2reg_dave;
SET ROLE l2reg_dave;
SELECT round(p) FROM shop.by_value;
SELECT round(p) FROM shop.by_table;
RESET ROLE;
DROP VIEW shop.by_table, shop.by_value;
GRANT l2reg_dave TO l2reg_alice;
SET ROLE l2reg_alice;
DO $$
DECLARE p float8;
BEGIN
  FOR i IN 1 .. 2 LOOP
    p := l2_predict('shop.m', 21, 1);
    RAISE WARNING '%: %', current_user, round(p::numeric);
    SET LOCAL ROLE l2reg_dave;
  END LOOP;
END $$;
RESET ROLE;
REVOKE l2reg_dave FROM l2reg_alice;

-- row security of a source: a model knows the rows that its owner sees, whoever refreshes it; a source that
-- is given is the caller's
ALTER TABLE homes ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON homes FOR SELECT TO l2reg_alice USING (id <= 50);
CREATE POLICY others ON homes FOR SELECT TO l2reg_bob USING (id > 50);
SELECT n FROM l2_refresh('shop.m');
SELECT trained_by = current_user AS by_me FROM l2_versions ORDER BY version DESC LIMIT 1;
SET ROLE l2reg_carol;
SELECT n FROM l2_refresh('shop.m');
SELECT trained_by FROM l2_versions ORDER BY version DESC LIMIT 1;
SELECT current_user, session_user <> current_user AS other_session;
SET ROLE l2reg_bob;
SELECT term, round(mean_now::numeric, 2) AS mean_now, mean_now = (SELECT avg(area) FROM homes) AS mine
  FROM l2_drift('shop.m', 'homes') WHERE term = 'area';
RESET ROLE;
SELECT term, mean_now = (SELECT avg(area) FROM homes WHERE id <= 50) AS of_alice FROM l2_drift('shop.m')
  WHERE term = 'area';
SELECT term, mean_now = (SELECT avg(area) FROM homes) AS all_rows FROM l2_drift('shop.m', 'homes')
  WHERE term = 'area';
ALTER TABLE homes DISABLE ROW LEVEL SECURITY;

-- another owner: his rights on the source count from then on
ALTER TABLE shop.m OWNER TO l2reg_dave;
SELECT outcome, reason FROM l2_refresh('shop.m');
SET ROLE l2reg_alice;
SELECT l2_refresh('shop.m');
SELECT l2_predict('shop.m', 21, 1);
SET ROLE l2reg_dave;
SELECT version, active FROM l2_rollback('shop.m');
RESET ROLE;
GRANT SELECT ON homes TO l2reg_dave;
SELECT owner, outcome FROM l2_refresh('shop.m') t, l2_models m;
-- his name
ALTER ROLE l2reg_dave RENAME TO l2reg_david;
SELECT name, owner FROM l2_models;
SELECT outcome, reason FROM l2_refresh('shop.m');
-- who leaves
DROP ROLE l2reg_david;
REASSIGN OWNED BY l2reg_david TO l2reg_bob;
SELECT owner, outcome FROM l2_refresh('shop.m') t, l2_models m;
SET ROLE l2reg_bob;
CREATE TEMP TABLE t AS SELECT 1 AS x;
SELECT l2_grant('shop.m', 'l2reg_carol');
RESET ROLE;
ALTER TABLE shop.m SET SCHEMA public;
SELECT name, owner FROM l2_models;
SELECT outcome FROM l2_refresh('m');
ALTER TABLE m RENAME TO model_of_bob;
SELECT outcome FROM l2_refresh('model_of_bob');
SELECT attname, attacl FROM pg_attribute WHERE attrelid = 'model_of_bob'::regclass AND attacl IS NOT NULL
  ORDER BY attnum;
DROP OWNED BY l2reg_david, l2reg_bob;
SELECT count(*) FROM l2_models;
DROP ROLE l2reg_david, l2reg_bob;
-- dropped as any table
SET ROLE l2reg_alice;
SELECT version FROM l2_train('shop.m', 'homes', 'price ~ area', 'ols');
RESET ROLE;
DROP TABLE shop.m;
SELECT l2_predict('shop.m', 21, 1);
SELECT l2_drop('shop.m', if_exists => true);
SELECT count(*) FROM l2_models;

DROP TABLE homes;
DROP SCHEMA shop;
DROP ROLE l2reg_alice, l2reg_carol, l2reg_eve;
