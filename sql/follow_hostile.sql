-- What a model remembers of its source, forged by its owner, who may, and by a superuser, column by column:
-- writers are never stopped, readers get a WARNING and the last version or an error that is no internal one,
-- a refresh heals, and nobody's code runs.
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE ROLE l2reg_bob;
CREATE ROLE l2reg_dora;
CREATE SCHEMA bob AUTHORIZATION l2reg_bob;
CREATE SCHEMA dora AUTHORIZATION l2reg_dora;
CREATE SCHEMA forge;
GRANT USAGE ON SCHEMA forge, bob, dora TO PUBLIC;
SET ROLE l2reg_bob;
CREATE TABLE bob.rows (t timestamp, x float8, y float8, z text);
INSERT INTO bob.rows SELECT timestamp '2024-01-01' + i * interval '6 hours', i, i * 3 % 7 + i, 'k' || i % 3
  FROM generate_series(1, 40) i;
CREATE TABLE bob.others AS SELECT * FROM bob.rows;
CREATE FUNCTION bob.boo() RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user NOT IN ('l2reg_bob', 'l2reg_dora') THEN
    RAISE EXCEPTION 'code of bob ran as %', current_user;
  END IF;
  RETURN 1;
END $$;
CREATE FUNCTION bob.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM bob.boo(); RETURN NULL; END';
CREATE DOMAIN bob.dom AS int CHECK (bob.boo() > 0);
-- one of numbers, one of records with folds, one with buckets
SELECT n FROM l2_train('bob.numbers', 'bob.rows', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT n FROM l2_train('bob.records', 'bob.rows', 'y ~ x + z + I(x * 2 + 1 > 9)', 'ridge',
  options => '{"refresh": "live", "folds": 3, "fold": "t"}');
SELECT n FROM l2_train('bob.buckets', 'bob.rows', 'y ~ x', 'ols',
  options => '{"refresh": "buckets", "time_column": "t", "bucket": "day"}');
RESET ROLE;
-- somebody else's table of grams, and one that is his own and none of a model's
SET ROLE l2reg_dora;
CREATE TABLE dora.rows AS SELECT i::float8 AS x, i * 3 % 7 + i AS y FROM generate_series(1, 20) i;
SELECT n FROM l2_train('dora.model', 'dora.rows', 'y ~ x', 'ols', options => '{"refresh": "live"}');
CREATE INDEX ON dora.model_grams ((bob.boo()));
RESET ROLE;
CREATE FUNCTION forge.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE statement INTO result;
  RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
-- whether a model is what a training on all rows would be
CREATE FUNCTION forge.against(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m l2_model := l2_get(name);
  o l2_model := CASE name WHEN 'bob.records' THEN l2_fit('bob.rows', 'y ~ x + z + I(x * 2 + 1 > 9)', 'ridge',
  options => '{"folds": 3, "fold": "t"}') ELSE l2_fit('bob.rows', 'y ~ x', 'ols') END;
BEGIN
  RETURN CASE WHEN l2_names(m) = l2_names(o) AND (SELECT max(abs(p - q) / greatest(abs(q), 1)) < 1e-10
  FROM unnest(m::float8[], o::float8[]) u(p, q)) THEN 'right' ELSE 'wrong' END;
END $$;
-- write, predict and refresh after a forgery; all that is expected is said as ok
CREATE FUNCTION forge.after(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  s text;
  result text := '';
BEGIN
  FOREACH s IN ARRAY ARRAY[
    'INSERT INTO bob.rows VALUES (''2024-01-05'', 3, 9, ''k1'') RETURNING ''ok''',
    'INSERT INTO bob.rows SELECT ''2024-01-06'', i, 2 * i, ''k2'' '
    'FROM generate_series(1, 5) i RETURNING ''ok''',
    'UPDATE bob.rows SET y = y + 1 WHERE x = 3 RETURNING ''ok''',
    'DELETE FROM bob.rows WHERE x = 4 RETURNING ''ok''',
    'SELECT l2_predict(%L, r) IS NOT NULL FROM bob.rows r LIMIT 1', 'SELECT count(*) FROM l2_models',
    'SELECT outcome FROM l2_refresh(%1$L)', 'SELECT forge.against(%1$L)',
    'INSERT INTO bob.rows VALUES (''2024-01-07'', 5, 9, ''k1'') RETURNING ''ok''',
    'SELECT CASE %1$L WHEN ''bob.buckets'' THEN (SELECT outcome FROM l2_refresh(''bob.buckets'')) END',
    'SELECT forge.against(%1$L)'] LOOP
    s := forge.attempt(format(s, name));
    result := result || CASE WHEN s IN ('ok', 'NULL', 'true', '4', 'right') THEN '' ELSE s || '; ' END;
  END LOOP;
  RETURN coalesce(nullif(result, ''), 'healed');
END $$;
-- a row that the owner gives to _l2_remember, with the token where readers look for it
CREATE FUNCTION forge.remember(name text, forged text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  f _l2_followed;
  token text;
BEGIN
  EXECUTE format('SELECT (jsonb_populate_record(f, %L)).* FROM _l2_followed f WHERE model = %L::regclass',
  forged, name) INTO f;
  SET LOCAL ROLE l2reg_bob;
  EXECUTE format('UPDATE %s SET details = details || jsonb_build_object(''token'', _l2_remember($1, true)) '
  'WHERE version = (SELECT max(version) FROM %1$s)', name) USING f;
  RESET ROLE;
  RETURN 'remembered';
EXCEPTION WHEN OTHERS THEN
  RESET ROLE;
  RETURN CASE WHEN SQLSTATE LIKE 'XX%' THEN SQLSTATE || ': ' || SQLERRM ELSE 'refused' END;
END $$;
-- the same past the owner's rights, as a tampering superuser
CREATE FUNCTION forge.update(name text, forged text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE _l2_followed SET (token, key, source, buckets, relations, state, used, expressions, weighted, inputs,
  input_types, records, gram_options, folds, time_column, bucket, target, features, recipe, method, strength,
  by_cv, l1_ratio, fit_options, fold, fold_is_row)
    = (SELECT f.token, f.key, f.source, f.buckets, f.relations, f.state, f.used, f.expressions, f.weighted,
    f.inputs, f.input_types, f.records, f.gram_options, f.folds, f.time_column, f.bucket, f.target,
    f.features, f.recipe, f.method, f.strength, f.by_cv, f.l1_ratio, f.fit_options, f.fold, f.fold_is_row
       FROM jsonb_populate_record(_l2_followed, forged::jsonb) f) WHERE model = name::regclass;
  -- sessions know it from memory
  EXECUTE format('COMMENT ON TABLE %s IS %L', name, forged);
  EXECUTE format('ALTER TABLE %s SET (fillfactor = 90)', name);
  RETURN 'updated';
EXCEPTION WHEN OTHERS THEN
  RETURN CASE WHEN SQLSTATE LIKE 'XX%' THEN SQLSTATE || ': ' || SQLERRM ELSE 'refused' END;
END $$;
CREATE TABLE forge.rows (i serial, forged text);
INSERT INTO forge.rows (forged) VALUES ('{"token": null}'), ('{"token": "x"}'), ('{"key": null}'),
  ('{"key": 0}'),
  ('{"source": null}'), ('{"source": 0}'), ('{"source": 1259}'), ('{"source": 4294967295}'),
  (format('{"source": %s}', 'bob.others'::regclass::oid)),
  (format('{"source": %s}', 'bob.numbers'::regclass::oid)),
  (format('{"source": %s}', 'dora.rows'::regclass::oid)),
  ('{"buckets": null}'), ('{"buckets": 0}'), ('{"buckets": 1259}'), ('{"buckets": 4294967295}'),
  (format('{"buckets": %s}', 'bob.others'::regclass::oid)),
  (format('{"buckets": %s}', 'bob.numbers'::regclass::oid)),
  (format('{"buckets": %s}', 'bob.records_grams'::regclass::oid)),
  (format('{"buckets": %s}', 'dora.model_grams'::regclass::oid)),
  ('{"relations": null}'), ('{"relations": []}'), ('{"relations": [null, 0, 1259]}'),
  (format('{"relations": [%s]}', 'bob.others'::regclass::oid)), ('{"state": null}'), ('{"state": []}'),
  ('{"state": [null]}'), ('{"state": ["", "x", "s"]}'), ('{"state": [["v 1", "v 2"], ["v 3", "v 4"]]}'),
  ('{"used": null}'), ('{"used": []}'), ('{"used": [null]}'), ('{"used": ["nosuch", "", "x", "x"]}'),
  ('{"used": [["x"], ["y"]]}'),
  ('{"expressions": null}'), ('{"expressions": []}'), ('{"expressions": ["q.y"]}'),
  ('{"expressions": ["q.y", null]}'), ('{"expressions": ["q.y", "q.x", "q.x"]}'),
  ('{"expressions": ["q.x", "q.y"]}'), ('{"expressions": ["q.y", "q.z"]}'),
  ('{"expressions": ["q.y", "q.t"]}'), ('{"expressions": ["q.y", "q.nosuch"]}'),
  ('{"expressions": ["q.y", "*"]}'), ('{"expressions": ["q.y", "{*}"]}'), ('{"expressions": ["q.y", ""]}'),
  ('{"expressions": ["q.y", "q.*"]}'), ('{"expressions": ["q.y", "q"]}'),
  ('{"expressions": ["q.y", "q.x); SELECT bob.boo("]}'), ('{"expressions": ["q.y", "(SELECT bob.boo())"]}'),
  ('{"expressions": ["q.y", "bob.boo()"]}'),
  ('{"expressions": ["q.y", "cardinality(''{1}''::bob.dom[])"]}'), ('{"expressions": ["q.y", "$1"]}'),
  ('{"expressions": ["q.y", "1/0"]}'), ('{"expressions": ["q.y", "NULL"]}'),
  ('{"expressions": ["q.y", "q.x / (q.x - 3)"]}'), ('{"expressions": [["q.y"], ["q.x"]]}'),
  ('{"weighted": null}'), ('{"weighted": true}'),
  ('{"weighted": true, "expressions": ["q.y", "q.x", "q.x - 4"]}'), ('{"inputs": null}'),
  ('{"inputs": ["x", "y"]}'), ('{"inputs": [null]}'), ('{"input_types": null}'), ('{"input_types": []}'),
  ('{"input_types": [0]}'),
  ('{"inputs": ["x"], "input_types": [0], "expressions": ["q.y", "q.x + 0"]}'),
  ('{"inputs": ["x"], "input_types": [4294967295], "expressions": ["q.y", "q.x + 0"]}'),
  (format('{"inputs": ["x"], "input_types": [%s], "expressions": ["q.y", "q.x + 0"]}',
  'bob.dom'::regtype::oid)), (format('{"inputs": ["x"], "input_types": [%s], '
  '"expressions": ["q.y", "q.x + 0"]}', 'bob.rows'::regtype::oid)),
  ('{"records": null}'), ('{"records": true}'), ('{"records": false}'), ('{"gram_options": null}'),
  ('{"gram_options": "x"}'), ('{"gram_options": "[]"}'), ('{"gram_options": "{}"}'),
  ('{"gram_options": "{\"nosuch\": 1}"}'), ('{"gram_options": "{\"names\": []}"}'),
  ('{"gram_options": "{\"names\": [\"a\", \"b\", \"c\"], \"target\": \"a\"}"}'),
  ('{"folds": null}'), ('{"folds": 1}'), ('{"folds": 7}'), ('{"folds": -1}'), ('{"folds": 2147483647}'),
  ('{"time_column": "t"}'), ('{"time_column": "nosuch", "bucket": "1 day"}'),
  ('{"time_column": "x", "bucket": "1 day"}'), ('{"time_column": "t", "bucket": "1 day"}'),
  ('{"time_column": "t", "bucket": "1 mon 1 day"}'), ('{"time_column": "t", "bucket": "-1 day"}'),
  ('{"time_column": null}'), ('{"bucket": null}'), ('{"bucket": "170000000 years"}'),
  ('{"target": null}'), ('{"target": ""}'), ('{"features": null}'), ('{"features": []}'),
  ('{"features": ["a", "b", "c"]}'), ('{"recipe": null}'), ('{"recipe": ["bob.boo()"]}'),
  ('{"method": null}'), ('{"method": "nosuch"}'), ('{"method": "lasso"}'), ('{"method": "logistic"}'),
  ('{"method": "dropout"}'),
  ('{"strength": null}'), ('{"strength": "NaN"}'), ('{"strength": -1}'), ('{"strength": "Infinity"}'),
  ('{"by_cv": null}'), ('{"by_cv": true}'), ('{"by_cv": false}'), ('{"l1_ratio": null}'),
  ('{"l1_ratio": "NaN"}'), ('{"l1_ratio": 17}'), ('{"fit_options": null}'), ('{"fit_options": []}'),
  ('{"fit_options": 1}'), ('{"fit_options": {"nosuch": 1}}'),
  ('{"fit_options": {"names": ["a", "b", "c", "d"]}}'), ('{"fit_options": {"folds": "many"}}'),
  ('{"fit_options": {}}'),
  ('{"fold": null}'), ('{"fold": ["q.nosuch"]}'), ('{"fold": ["q.x", "q.z"]}'), ('{"fold_is_row": true}');

-- each forgery undone again: what writers, readers and refreshes get that is neither right nor a WARNING
\pset format unaligned
CREATE FUNCTION forge.all(name text, how text, part int)
  RETURNS TABLE (forgery text, given text, outcome text) LANGUAGE plpgsql AS $$
BEGIN
  FOR forgery IN SELECT r.forged FROM forge.rows r WHERE part IS NULL OR r.i % 8 = part ORDER BY r.i LOOP
    BEGIN
      EXECUTE format('SELECT forge.%I($1, $2)', how) INTO given USING name, forgery;
      outcome := forge.after(name);
      RAISE SQLSTATE 'UNDO1';
    EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
    END;
    RETURN NEXT;
  END LOOP;
END $$;
CREATE TABLE forge.outcomes AS
SELECT name, how, forgery, given, outcome FROM (VALUES ('bob.numbers', 'update', NULL),
  ('bob.numbers', 'remember', 0), ('bob.records', 'remember', 1), ('bob.records', 'update', 2),
  ('bob.buckets', 'remember', 3), ('bob.buckets', 'update', 4), ('bob.records', 'remember', 7)) v(name, how,
  part), forge.all(name, how, part) f;
SELECT name, how, count(*) AS forgeries, count(*) FILTER (WHERE given IN ('remembered', 'updated')) AS given,
  count(*) FILTER (WHERE outcome = 'healed') AS healed, count(*)
  FILTER (WHERE (given, outcome)::text LIKE '%XX%') AS internal_errors FROM forge.outcomes GROUP BY 1, 2
  ORDER BY 1, 2;
SELECT DISTINCT given, outcome FROM forge.outcomes
  WHERE outcome <> 'healed' OR given NOT IN ('remembered', 'updated', 'refused') ORDER BY 1, 2;

-- what they are told
RESET client_min_messages;
BEGIN;
SELECT forge.update('bob.numbers', format('{"buckets": %s}', 'dora.model_grams'::regclass::oid));
INSERT INTO bob.rows VALUES ('2024-01-05', 3, 9, 'k1');
SELECT l2_predict('bob.numbers', 1) IS NOT NULL AS still;
ROLLBACK;
BEGIN;
SELECT forge.update('bob.numbers', '{"inputs": [null]}');
INSERT INTO bob.rows VALUES ('2024-01-05', 3, 9, 'k1');
SELECT reason FROM _l2_change WHERE model = 'bob.numbers'::regclass AND reason IS NOT NULL;
SELECT l2_predict('bob.numbers', 1) IS NOT NULL AS still;
GRANT SELECT ON bob.numbers TO l2reg_dora;
SET LOCAL ROLE l2reg_dora;
SELECT l2_predict('bob.numbers', 1) IS NOT NULL AS still;
ROLLBACK;
-- marks that are of no live model, and of no time
SET ROLE l2reg_bob;
SELECT _l2_note('bob.numbers', 'infinity', '-infinity', NULL);
SELECT l2_predict('bob.numbers', 1) IS NOT NULL AS still;
SELECT outcome FROM l2_refresh('bob.numbers');
SELECT forge.against('bob.numbers');
SELECT _l2_note('bob.buckets', '294276-12-31 23:59:59', NULL, NULL);
SELECT _l2_note('bob.buckets', 'infinity', 'infinity', NULL);
SELECT outcome FROM l2_refresh('bob.buckets');
SELECT forge.against('bob.buckets');
RESET ROLE;

-- the tables of grams, forged by their owner: he gets an error, or a number that his own hand made; the
-- others heal
SET client_min_messages = error;
CREATE FUNCTION forge.grams(name text, VARIADIC statements text[])
  RETURNS TABLE (statement text, outcome text) LANGUAGE plpgsql AS $$
BEGIN
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      SET LOCAL ROLE l2reg_bob;
      EXECUTE format(statement, name || '_grams');
      RESET ROLE;
      outcome := forge.after(name);
      RAISE SQLSTATE 'UNDO1';
    EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
    END;
    RETURN NEXT;
  END LOOP;
END $$;
SELECT name, g.* FROM unnest(ARRAY['bob.numbers', 'bob.records', 'bob.buckets']) name,
  forge.grams(name, 'DELETE FROM %s', 'UPDATE %s SET grams = NULL', 'UPDATE %s SET grams = ''{}''',
  'UPDATE %s SET grams = ''{NULL}''',
  'UPDATE %s SET grams = ARRAY[(SELECT l2_gram_cols(y, x) FROM bob.rows)]',
  'UPDATE %s SET grams = ARRAY[(SELECT l2_gram_cols(y, x, x * x) FROM bob.rows)]',
  'UPDATE %s SET grams = array_fill(NULL::l2_gram, ARRAY[2, 2])', 'UPDATE %s SET rows = NULL',
  'UPDATE %s SET rows = 9223372036854775807',
  'UPDATE %s SET version = NULL', 'INSERT INTO %s SELECT * FROM %1$s', 'UPDATE %s SET bucket = ''infinity''',
  'UPDATE %s SET bucket = NULL', 'ALTER TABLE %s NOT OF', 'DROP TABLE %s',
  'ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
  'CREATE RULE r AS ON UPDATE TO %s DO INSTEAD NOTHING',
  'CREATE RULE r AS ON INSERT TO %s DO INSTEAD NOTHING',
  'CREATE RULE r AS ON DELETE TO %s DO INSTEAD NOTHING',
  'CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION bob.swallow()',
  'CREATE INDEX ON %s ((bob.boo())) WHERE bob.boo() > 0', 'ALTER TABLE %s ADD CHECK (bob.boo() > 0)') g
WHERE outcome <> 'healed';
RESET client_min_messages;
-- whose they are, and what they go with
SET ROLE l2reg_bob;
SELECT _l2_tie('dora.model_grams', 'bob.numbers');
SELECT _l2_tie('bob.numbers_grams', 'dora.model');
SELECT _l2_tie('bob.others', 'bob.numbers');
SELECT _l2_tie('bob.numbers', 'bob.numbers');
SELECT _l2_tie('bob.numbers_grams', 'bob.others');
SELECT _l2_tie(0, 'bob.numbers');
SELECT _l2_tie('bob.numbers_grams', 0);
SELECT _l2_remember(NULL, true), _l2_remembers(NULL);
SELECT _l2_remembers(ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::_l2_followed);
SELECT _l2_remembers(ROW('bob.others'::regclass, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL)::_l2_followed);
SELECT _l2_remembers(ROW('dora.model'::regclass, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL)::_l2_followed);
SELECT _l2_drop_trigger('bob.numbers', 0);
-- what the engine asks for is for the owner: a stranger may not ask it, though he may read the model
RESET ROLE;
GRANT SELECT ON dora.model TO l2reg_bob;
SET ROLE l2reg_bob;
SELECT call, regexp_replace(forge.attempt('SELECT ' || replace(call, 'TRIGGER',
  '(SELECT min(oid) FROM pg_trigger WHERE tgrelid = ''dora.rows''::regclass)')), 'trigger [0-9]+', 'trigger')
  AS said
FROM unnest(ARRAY['_l2_token(''dora.model'')', '_l2_missed(''dora.model'', false)',
  '_l2_changes(''dora.model'')', '_l2_changes_done(''dora.model'', ''{}'')',
  '_l2_note(''dora.model'', NULL, NULL, ''stopped'')', '_l2_live_grams(''dora.model'', 1)',
  '_l2_grams_digest(''dora.model_grams'')', '_l2_tie(''dora.model_grams'', ''dora.model'')',
  '_l2_link_trigger(''dora.model'', TRIGGER)', '_l2_link_trigger(''bob.numbers'', TRIGGER)',
  '_l2_drop_trigger(''dora.model'', TRIGGER)', '_l2_drop_trigger(''bob.numbers'', TRIGGER)',
  '_l2_lock(''dora.model'', false)', '_l2_forget(''dora.model'')', 'l2_activate(''dora.model'', 1)',
  'l2_rollback(''dora.model'')', 'l2_refresh(''dora.model'')', 'l2_drop(''dora.model'')',
  'l2_grant(''dora.model'', ''l2reg_bob'')', 'l2_revoke(''dora.model'', ''l2reg_bob'')']) call;
RESET ROLE;
INSERT INTO dora.rows VALUES (100, 100);
SELECT abs(l2_predict('dora.model', 7) - l2_predict(l2_fit('dora.rows', 'y ~ x', 'ols'), 7)) < 1e-9
  AS follows;
SET ROLE l2reg_bob;
-- a row that was so far from the others that nothing is left of them when it goes
SELECT outcome FROM l2_refresh('bob.numbers');
RESET ROLE;
INSERT INTO bob.rows VALUES ('2024-01-05', 3, 1e20, 'k1');
SELECT forge.against('bob.numbers');
DELETE FROM bob.rows WHERE y = 1e20;
SELECT forge.against('bob.numbers');
SELECT outcome FROM l2_refresh('bob.numbers');
SELECT forge.against('bob.numbers');
-- rows of which none is too far from the next for its going to tell
INSERT INTO bob.rows VALUES ('2024-01-05', 3, 1e16, 'k1'), ('2024-01-05', 3, 5e8, 'k1');
SELECT outcome FROM l2_refresh('bob.numbers');
DELETE FROM bob.rows WHERE y = 1e16;
SELECT outcome FROM l2_refresh('bob.numbers');
SELECT forge.against('bob.numbers');
DELETE FROM bob.rows WHERE y = 5e8;
SELECT forge.against('bob.numbers');
SELECT outcome FROM l2_refresh('bob.numbers');
SELECT forge.against('bob.numbers');
-- what an owner does to the grams that are kept for him: never a wrong number without a word, and a refresh
-- heals it
CREATE FUNCTION forge.damaged(name text, damage text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  before text;
BEGIN
  EXECUTE replace(damage, 'GRAMS', (SELECT conrelid::regclass::text FROM pg_constraint
  WHERE confrelid = name::regclass));
  INSERT INTO bob.rows VALUES ('2024-01-05', 3, 11, 'k1');
  before := forge.against(name);
  PERFORM l2_refresh(name);
  RETURN before || ', then ' || forge.against(name);
END $$;
SELECT name, damage, forge.damaged(name, damage) FROM (VALUES ('bob.numbers'), ('bob.records')) m(name),
  (VALUES (1, 'UPDATE GRAMS SET grams = NULL'), (2, 'UPDATE GRAMS SET rows = rows + 1'),
  (3, 'INSERT INTO GRAMS SELECT * FROM GRAMS'), (4, 'DELETE FROM GRAMS'),
    (5, 'UPDATE GRAMS SET grams = ARRAY[(SELECT l2_gram_cols(1, 2))]'),
    (6, 'UPDATE GRAMS SET grams = grams[2:] || grams[1]'), (7, 'UPDATE GRAMS SET version = NULL')) d(i,
    damage) ORDER BY name, i;
-- a model with buckets serves its last version until it is refreshed
SELECT damage, split_part(forge.damaged('bob.buckets', damage), ', ', 2) AS refreshed
FROM (VALUES (1, 'UPDATE GRAMS SET grams = NULL WHERE bucket = ''2024-01-09'''),
  (2, 'UPDATE GRAMS SET rows = rows + 1 WHERE bucket = ''2024-01-09'''),
  (3, 'INSERT INTO GRAMS SELECT * FROM GRAMS WHERE bucket = ''2024-01-09'''),
  (4, 'DELETE FROM GRAMS WHERE bucket = ''2024-01-09'''), (5, 'TRUNCATE GRAMS'),
  (6, 'UPDATE GRAMS g SET grams = (SELECT o.grams FROM GRAMS o WHERE o.bucket <> g.bucket '
  'ORDER BY o.bucket LIMIT 1) WHERE bucket = ''2024-01-09'''),
  (7, 'UPDATE GRAMS SET bucket = NULL WHERE bucket = ''2024-01-09''')) d(i, damage) ORDER BY i;
SET client_min_messages = warning;
DROP SCHEMA forge, bob, dora CASCADE;
DROP OWNED BY l2reg_bob, l2reg_dora;
DROP ROLE l2reg_bob, l2reg_dora;
