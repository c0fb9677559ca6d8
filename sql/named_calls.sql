-- What a superuser calls on models of an owner who means harm, beside predicting, refreshing and listing
-- (named_hostile.sql): effects, drift, reports, rows with what the fit makes of them, contrasts and classes.
-- Code of the owner runs as the owner or not at all.
SET client_min_messages = warning;
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
CREATE ROLE l2reg_bob;
CREATE SCHEMA bob AUTHORIZATION l2reg_bob;
GRANT USAGE ON SCHEMA bob TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO l2reg_bob;
CREATE TABLE mine AS SELECT i::float8 AS x, 'k' || i % 3 AS k, i * 3 % 7 + i AS y, i * 5 % 7 > 3 AS b
  FROM generate_series(1, 30) i;

SET ROLE l2reg_bob;
CREATE TABLE bob.rows AS SELECT i::float8 AS x, 'k' || i % 3 AS k, i * 3 % 7 + i AS y, i * 5 % 7 > 3 AS b
  FROM generate_series(1, 30) i;
-- whatever of bob's runs leaves a trace, and says as whom if it is not bob
CREATE SEQUENCE bob.trace;
CREATE FUNCTION bob.boo(what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user <> 'l2reg_bob' THEN
    RAISE WARNING '% runs as somebody else', what;
  END IF;
  BEGIN
    PERFORM nextval('bob.trace');
  EXCEPTION WHEN read_only_sql_transaction THEN
    NULL;
  END;
  RETURN true;
END $$;
CREATE FUNCTION bob.boo_number(what text) RETURNS float8
  LANGUAGE sql IMMUTABLE AS 'SELECT bob.boo($1)::int::float8';
CREATE FUNCTION bob.boo_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM bob.boo(TG_ARGV[0]);
  RETURN NEW; END $$;
CREATE DOMAIN bob.dom AS text CHECK (bob.boo('a domain'));
CREATE FUNCTION bob.yes_equal(float8, int) RETURNS boolean
  LANGUAGE sql IMMUTABLE AS 'SELECT bob.boo(''an operator'')';
CREATE OPERATOR bob.= (LEFTARG = float8, RIGHTARG = int, FUNCTION = bob.yes_equal);
CREATE FUNCTION bob.joined(float8[], float8[]) RETURNS float8[]
  LANGUAGE sql IMMUTABLE AS 'SELECT $1 FROM bob.boo(''an operator of arrays'')';
CREATE OPERATOR bob.|| (LEFTARG = float8[], RIGHTARG = float8[], FUNCTION = bob.joined);
CREATE DOMAIN bob.text AS pg_catalog.text CHECK (bob.boo('a namesake of a type'));
SELECT name, outcome FROM l2_train('bob.m', 'bob.rows', 'y ~ x * k', 'ols',
  options => '{"covariance": true, "keep_gram": true}')
UNION ALL SELECT name, outcome FROM l2_train('bob.c', 'bob.rows', 'k ~ x + b', 'multinomial', 1)
UNION ALL SELECT name, outcome FROM l2_train('bob.live', 'bob.rows', 'y ~ x + k', 'ols',
  options => '{"covariance": true, "refresh": "live"}');
RESET ROLE;

-- What a superuser asks of them: bob.m and bob.live of numbers, bob.c of classes.  All is undone.
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
CREATE FUNCTION pg_temp.asks() RETURNS TABLE (what text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
  statement text;
BEGIN
  FOR what, statement IN VALUES
    ('margins', 'SELECT string_agg(concat(term, '' '', round(estimate::numeric, 4)), '', '') '
    'FROM l2_margins(''bob.m'', ''mine'')'),
    ('margins by table',
    'SELECT count(estimate) FROM l2_margins(''bob.live''::regclass, ''TABLE mine'', 0.9)'),
    ('drift', 'SELECT count(*) FROM l2_drift(''bob.m'')'),
    ('drift of mine', 'SELECT count(*) FROM l2_drift(''bob.m''::regclass, ''mine'')'),
    ('drift, live', 'SELECT count(*) FROM l2_drift(''bob.live'')'),
    ('report', 'SELECT l2_report(''bob.m'') ~ ''</html>'''),
    ('report of mine', 'SELECT l2_report(''bob.live''::regclass, ''mine'') ~ ''</html>'''),
    ('report, classes', 'SELECT l2_report(''bob.c'') ~ ''</html>'''),
    ('augment', 'SELECT round((a).residual::numeric, 4) FROM (SELECT l2_augment(''bob.m'', q, m.y) AS a '
    'FROM mine m, LATERAL (SELECT m.x, m.k) q WHERE m.x > 2.5 AND m.x < 3.5) s'),
    ('contrast', 'SELECT round(estimate::numeric, 4) FROM l2_contrast(''bob.m'', ''x'')'),
    ('wald', 'SELECT w IS NOT NULL FROM l2_wald(''bob.m'', ''{x,"x:k=k1"}'') w'),
    ('summary', 'SELECT count(*) FROM l2_summary(''bob.m'')'),
    ('proba', 'SELECT l2_predict_proba(''bob.c'', m) IS NOT NULL FROM mine m WHERE x > 2.5 AND x < 3.5'),
    ('label', 'SELECT l2_predict_label(''bob.c'', m) FROM mine m WHERE x > 2.5 AND x < 3.5'),
    ('class model', 'SELECT round(l2_predict(l2_class_model(''bob.c'', ''k1'', ''k2''), m)::numeric, 4) '
    'FROM mine m WHERE x > 2.5 AND x < 3.5')
  LOOP
    PERFORM setval('bob.trace', 1, false);
    outcome := pg_temp.attempt(statement);
    outcome := outcome || CASE WHEN is_called THEN ' (and code of bob ran)' ELSE '' END FROM bob.trace;
    RETURN NEXT;
  END LOOP;
END $$;
SELECT * FROM pg_temp.asks();
CREATE TEMP TABLE kept AS SELECT * FROM pg_temp.asks();

-- what is different once bob has done something to his tables
CREATE FUNCTION pg_temp.after(VARIADIC statements text[]) RETURNS TABLE (what text, outcome text)
  LANGUAGE plpgsql AS $$
DECLARE
  s text;
BEGIN
  FOREACH s IN ARRAY statements LOOP
    SET LOCAL ROLE l2reg_bob;
    EXECUTE s;
    RESET ROLE;
  END LOOP;
  RETURN QUERY SELECT a.what, a.outcome FROM pg_temp.asks() a JOIN kept k USING (what)
  WHERE a.outcome <> k.outcome;
END $$;
-- tables of models
BEGIN; SELECT * FROM pg_temp.after('CREATE INDEX ON bob.m (version) WHERE bob.boo(''a predicate'')',
  'CREATE INDEX ON bob.c (bob.boo(''an index''))',
  CASE WHEN current_setting('server_version_num')::integer < 140000
    THEN 'CREATE INDEX ON bob.live (version) WHERE bob.boo_number(''statistics'') > 0'
    ELSE 'CREATE STATISTICS bob.s ON (bob.boo_number(''statistics'')) FROM bob.live' END); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('CREATE POLICY p ON bob.m USING (bob.boo(''a policy''))',
  'CREATE POLICY p ON bob.c USING (bob.boo(''a policy''))',
  'CREATE POLICY p ON bob.live USING (bob.boo(''a policy''))'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('ALTER TABLE bob.m ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY p ON bob.m USING (bob.boo(''a policy''))'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('CREATE RULE u AS ON UPDATE TO bob.m DO ALSO SELECT bob.boo(''a rule'')',
  'CREATE RULE i AS ON INSERT TO bob.c DO INSTEAD SELECT bob.boo(''a rule'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('ALTER TABLE bob.m ALTER n SET DEFAULT bob.boo_number(''a default'')',
  'ALTER TABLE bob.c ADD CHECK (bob.boo(''a check'')) NOT VALID',
  'CREATE TRIGGER t BEFORE INSERT OR UPDATE ON bob.live FOR EACH ROW WHEN (bob.boo(''a condition'')) EXECUTE '
  'FUNCTION bob.boo_trigger(''a trigger'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('CREATE INDEX ON bob.live_grams (version) '
  'WHERE bob.boo(''a predicate of grams'')',
  'CREATE POLICY p ON bob.live_grams USING (bob.boo(''a policy of grams''))',
  'ALTER TABLE bob.live_grams ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE bob.live_grams ALTER rows SET DEFAULT bob.boo_number(''a default of grams'')'); ROLLBACK;
-- the source: what bob wrote runs as bob
BEGIN; SELECT * FROM pg_temp.after('CREATE INDEX ON bob.rows (x) '
  'WHERE bob.boo(''a predicate of the source'')',
  'CREATE INDEX ON bob.rows (bob.boo(''an index of the source''))'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('ALTER TABLE bob.rows ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE bob.rows FORCE ROW LEVEL SECURITY',
  'CREATE POLICY p ON bob.rows USING (bob.boo(''a policy of the source''))'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('ALTER TABLE bob.rows RENAME TO old',
  'CREATE VIEW bob.rows AS SELECT * FROM bob.old WHERE bob.boo(''a view'')'); ROLLBACK;
BEGIN; SELECT * FROM pg_temp.after('ALTER TABLE bob.rows ADD added float8 DEFAULT bob.boo_number(''a default '
  'of the source'')',
  'CREATE RULE i AS ON INSERT TO bob.rows DO ALSO SELECT bob.boo(''a rule of the source'')'); ROLLBACK;
-- types, operators and namesakes in front of the superuser's search_path
BEGIN; SET LOCAL search_path = bob, public, pg_catalog; SELECT * FROM pg_temp.after('SELECT 1'); ROLLBACK;

-- a row or a source with bob's types: their checks are not run but by the cast here, even where effects need
-- other values of a column
CREATE TABLE typed AS SELECT x, k::bob.dom AS k, y, b FROM mine;
SELECT setval('bob.trace', 1, false) AS trace;
SELECT count(estimate) FROM l2_margins('bob.m', 'typed');
SELECT count(*) FROM l2_drift('bob.m', 'typed');
SELECT l2_report('bob.m', 'typed') ~ '</html>' AS report;
SELECT l2_predict_label('bob.c', t) IS NOT NULL AS label,
  (l2_augment('bob.m', t, t.y)).residual IS NOT NULL AS residual FROM typed t WHERE x = 3;
SELECT is_called AS code_of_bob_ran FROM bob.trace;

-- temporary namesakes answer nobody who did not name them: in functions of somebody else, not even of sources
CREATE ROLE l2reg_carol;
GRANT SELECT ON mine TO l2reg_bob;
SET ROLE l2reg_bob;
CREATE FUNCTION bob.effects() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT sum(n)::bigint FROM l2_margins(''m'', ''rows'')';
CREATE FUNCTION bob.reported() RETURNS boolean LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT l2_report(''m'', ''rows'') ~ ''</html>''';
CREATE FUNCTION bob.drifted() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT count(*) FROM l2_drift(''m'', ''rows'')';
CREATE FUNCTION bob.contrasted() RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT count(estimate) FROM l2_contrast(''m'', ''x'')';
CREATE FUNCTION bob.labelled() RETURNS text LANGUAGE sql SECURITY DEFINER
  SET search_path = bob, public AS 'SELECT l2_predict_label(''c'', r) FROM bob.rows r WHERE x = 3';
SET ROLE l2reg_carol;
CREATE FUNCTION pg_temp.mischief() RETURNS float8
  LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'carol''s code runs as %', current_user; RETURN 1; END $$;
CREATE TEMP TABLE one AS SELECT 'k1'::pg_catalog.text AS k;
CREATE TEMP VIEW rows AS SELECT pg_temp.mischief() AS x, k, 1 AS y, true AS b FROM one;
CREATE TEMP TABLE m OF l2_version;
CREATE TEMP TABLE c OF l2_version;
INSERT INTO pg_temp.m (version, active, outcome, model)
  VALUES (1, true, 'ok', '{"l2_model": 1, "method": "ols", "terms": [{"term": "x", "estimate": 1000000}]}');
SELECT bob.effects(), bob.reported(), bob.drifted() > 0 AS drifted, bob.contrasted(), bob.labelled();
RESET ROLE;
DROP VIEW pg_temp.rows;
DROP TABLE pg_temp.m, pg_temp.c, pg_temp.one, kept;
DROP FUNCTION pg_temp.mischief();

DROP TABLE typed;
SELECT l2_drop('bob.m'), l2_drop('bob.c'), l2_drop('bob.live');
DROP SCHEMA bob CASCADE;
DROP TABLE mine;
DROP OWNED BY l2reg_bob, l2reg_carol;
DROP ROLE l2reg_bob, l2reg_carol;
