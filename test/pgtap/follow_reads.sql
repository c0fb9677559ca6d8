-- What a refresh reads and locks of a source that is followed, which triggers stay, and which table of grams
-- is a model's: the numbers are right in any case, and other tests compare them.
SET client_min_messages = error;
SELECT plan(65);

CREATE TABLE sale (id int PRIMARY KEY, at timestamp, x float8, y float8);
INSERT INTO sale SELECT i, timestamp '2024-01-01' + i * interval '6 hours', i % 7, i % 11 + i % 7
FROM generate_series(1, 80) i;
CREATE TABLE other AS TABLE sale;
SELECT l2_train('live', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT l2_train('days', 'sale', 'y ~ x', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}') FROM generate_series(1, 2);

CREATE FUNCTION counted(grams oid) RETURNS bigint[] LANGUAGE sql VOLATILE AS $$
  SELECT ARRAY[pg_stat_get_xact_numscans('sale'::regclass), pg_stat_get_xact_tuples_deleted(grams),
    pg_stat_get_xact_tuples_inserted(grams)]
$$;
-- In a transaction of its own, which is undone: what the statements before a refresh make it do
CREATE FUNCTION doing(model text, VARIADIC statements text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  s text;
  grams oid;
  was bigint[];
  result text;
BEGIN
  FOREACH s IN ARRAY statements LOOP
    EXECUTE s;
  END LOOP;
  grams := _l2_grams_table(model::regclass);
  was := counted(grams);
  PERFORM l2_refresh(model);
  SELECT format('%s scans, %s buckets away, %s made, %s', n[1] - was[1], n[2] - was[2], n[3] - was[3],
    CASE WHEN EXISTS (SELECT FROM pg_locks WHERE relation = 'sale'::regclass AND pid = pg_backend_pid()
      AND mode = 'ShareRowExclusiveLock') THEN 'locked' ELSE 'free' END)
  INTO result FROM counted(grams) n;
  RAISE SQLSTATE 'UNDO1' USING MESSAGE = result;
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
  RETURN SQLERRM;
END $$;
SELECT is(doing('live', 'SELECT 1'), '0 scans, 0 buckets away, 0 made, free',
  'a live model does not read its source');
SELECT is(doing('live', 'UPDATE sale SET y = y + 1 WHERE id = 3', 'INSERT INTO sale SELECT 100, at, 1, 2 '
  'FROM sale WHERE id = 9'), '0 scans, 0 buckets away, 0 made, free', 'nor after changes');
SELECT is(doing('live', 'SELECT l2_mark(''live'')'), '1 scans, 1 buckets away, 1 made, free',
  'but all of it where that is asked for, without keeping writers out');
SELECT is(doing('live', 'ALTER TABLE sale DISABLE TRIGGER USER', 'ALTER TABLE sale ENABLE TRIGGER USER'),
  '1 scans, 1 buckets away, 1 made, locked', 'who are kept out where its triggers were away');
SELECT is(doing('live', 'UPDATE live_grams SET rows = 7'), '1 scans, 1 buckets away, 1 made, free',
  'grams that somebody altered are made anew');
SELECT is(doing('live', 'UPDATE live SET details = details - ''token'''),
  '1 scans, 1 buckets away, 1 made, free', 'so are those of a version that does not know them');
SELECT is(doing('live', 'UPDATE live SET details = details - ''grams'''),
  '1 scans, 1 buckets away, 1 made, free', 'or what they were');
SELECT is(doing('live', 'UPDATE live SET definition = definition || ''{"lambda": 2, "method": "ridge"}'''),
  '1 scans, 1 buckets away, 1 made, locked', 'or is of another definition');
SELECT is(doing('live', 'INSERT INTO live_grams SELECT * FROM live_grams'),
  '1 scans, 2 buckets away, 1 made, free', 'or where there are two');
SELECT is(doing('days', 'SELECT 1'), '0 scans, 0 buckets away, 0 made, free', 'buckets are not read');
SELECT is(doing('days', 'UPDATE sale SET y = y + 1 WHERE id IN (3, 50)'),
  '1 scans, 2 buckets away, 2 made, free', 'but those that were touched');
SELECT is(doing('days', 'INSERT INTO sale VALUES (101, NULL, 1, 2)'), '1 scans, 0 buckets away, 1 made, free',
  'or that of rows without a time');
SELECT is(doing('days', 'SELECT l2_mark(''days'')'), '1 scans, 21 buckets away, 21 made, free',
  'all of them where that is asked for');
SELECT is(doing('days', 'UPDATE days_grams SET rows = 7 WHERE bucket = ''2024-01-05'''),
  '1 scans, 21 buckets away, 21 made, free', 'or where somebody altered one');
SELECT is(doing('days', 'UPDATE days_grams SET version = 1 WHERE bucket = ''2024-01-05'''),
  '1 scans, 21 buckets away, 21 made, free', 'or one is of another version');
SELECT is(doing('days', 'UPDATE days SET details = details - ''token'''),
  '1 scans, 21 buckets away, 21 made, free', 'or of a version that does not know them');
SELECT is(doing('days', 'ALTER TABLE sale DISABLE TRIGGER USER', 'ALTER TABLE sale ENABLE TRIGGER USER'),
  '1 scans, 21 buckets away, 21 made, locked', 'or its triggers were away');
SELECT is(doing('days', 'UPDATE days SET definition = definition || ''{"lambda": 2, "method": "ridge"}'''),
  '1 scans, 21 buckets away, 21 made, locked', 'or of another definition');
SELECT is((SELECT count(*)::int FROM sale), 80, 'all of that is undone');
SELECT l2_drop('days');

-- What has less than 1e-100 of its weight does not count, on either side of that
CREATE TABLE few AS SELECT timestamp '2024-01-01' + i / 5 * interval '1 day' AS at, i % 3 AS x, i AS y
FROM generate_series(0, 9) i;
SELECT is(n, CASE h WHEN '261 seconds' THEN 10 ELSE 5 END::bigint, 'half a weight for every ' || h)
FROM unnest('{258 seconds,259 seconds,261 seconds}'::text[]) h, l2_train('fade', 'few', 'y ~ x', 'ols',
  options =>
  jsonb_build_object('refresh', 'buckets', 'time_column', 'at', 'bucket', 'day', 'half_life', h)::l2_options);
SELECT l2_drop('fade');

-- Triggers: those that are as they should be stay, and others are made anew
CREATE VIEW triggers AS SELECT t.oid, t.tgrelid::regclass AS relation, regexp_replace(tgname, '^.*_', '') AS
  event,
  tgtype, tgenabled, tgoldtable, tgnewtable, tgattr
FROM pg_trigger t WHERE tgfoid = '_l2_follow'::regproc;
CREATE VIEW as_it_should_be AS SELECT string_agg(format('%s %s %s %s %s', event, tgtype, tgenabled,
  tgoldtable,
  tgnewtable), ', ' ORDER BY oid) FROM triggers WHERE relation = 'sale'::regclass;
SELECT is(t.*, ROW('insert 4 O  l2_new, delete 8 O l2_old , update 16 O l2_old l2_new, replica 29 R  , '
  'truncate 34 A  ')::as_it_should_be, 'one a kind of statement') FROM as_it_should_be t;
CREATE TABLE before AS SELECT oid, event FROM triggers;
CREATE FUNCTION stays(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE statement;
  PERFORM l2_train('live', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
  result := (SELECT string_agg(event, ' ' ORDER BY event) FROM triggers JOIN before USING (oid, event))
    || '; ' || (SELECT count(*) FROM triggers)
    || (SELECT CASE WHEN string_agg(format('%s %s %s %s %s', tgtype, tgenabled, tgoldtable,
      tgnewtable, tgattr), ', ' ORDER BY tgtype) = '4 O  l2_new , 8 O l2_old  , '
      '16 O l2_old l2_new , 29 R   , 34 A   ' THEN '' ELSE ', not right' END
    FROM triggers WHERE oid IN (SELECT m.trigger FROM _l2_model_triggers('live') m));
  RAISE SQLSTATE 'UNDO1' USING MESSAGE = result;
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
  RETURN SQLERRM;
END $$;
SELECT is(stays('SELECT 1'), 'delete insert replica truncate update; 5', 'a training leaves them alone');
SELECT is(stays('ALTER TABLE sale DISABLE TRIGGER l2reg_live_update'), 'delete insert replica truncate; 5',
  'but one that is disabled');
SELECT is(stays('ALTER TABLE sale ENABLE ALWAYS TRIGGER l2reg_live_insert'),
  'delete replica truncate update; 5', 'or fires where it should not');
SELECT is(stays('ALTER TABLE sale ENABLE TRIGGER l2reg_live_replica'), 'delete insert truncate update; 5',
  'or not where it should');
SELECT is(stays(format('DROP TRIGGER l2reg_live_%1$s ON sale; CREATE TRIGGER l2reg_live_%1$s %2$s '
  'EXECUTE FUNCTION _l2_follow(); SELECT _l2_link_trigger(''live'', t.oid) FROM pg_trigger t '
  'WHERE tgname = ''l2reg_live_%1$s''', event, made)), replace('delete insert replica truncate update; 5',
  event || ' ', ''), 'or is made otherwise: ' || made)
FROM (VALUES ('insert', 'AFTER INSERT ON sale REFERENCING NEW TABLE AS newer FOR EACH STATEMENT'),
  ('insert', 'AFTER INSERT ON sale FOR EACH STATEMENT'), ('insert',
  'BEFORE INSERT ON sale FOR EACH STATEMENT'),
  ('delete', 'AFTER DELETE ON sale REFERENCING OLD TABLE AS l2_new FOR EACH STATEMENT'),
  ('delete', 'AFTER DELETE ON sale FOR EACH STATEMENT')) v(event, made);
SELECT is(stays('DROP TRIGGER l2reg_live_replica ON sale; CREATE TRIGGER l2reg_live_replica '
  'AFTER INSERT OR DELETE OR UPDATE OF x ON sale FOR EACH ROW EXECUTE FUNCTION _l2_follow(); '
  'ALTER TABLE sale ENABLE REPLICA TRIGGER l2reg_live_replica; SELECT _l2_link_trigger(''live'', t.oid) '
  'FROM pg_trigger t WHERE tgname = ''l2reg_live_replica'''), 'delete insert truncate update; 5',
  'or for one column on a replica');
SELECT is(stays('DROP TRIGGER l2reg_live_update ON sale; CREATE TRIGGER l2reg_live_update '
  'AFTER UPDATE OF x ON sale FOR EACH STATEMENT EXECUTE FUNCTION _l2_follow(); '
  'SELECT _l2_link_trigger(''live'', t.oid) '
  'FROM pg_trigger t WHERE tgname = ''l2reg_live_update'''), 'delete insert replica truncate; 5',
  'or is for one column');
SELECT is(stays('CREATE TRIGGER l2reg_twice AFTER INSERT ON sale REFERENCING NEW TABLE AS l2_new FOR EACH '
  'STATEMENT EXECUTE FUNCTION _l2_follow(); SELECT _l2_link_trigger(''live'', t.oid) '
  'FROM pg_trigger t WHERE tgname = ''l2reg_twice'''), 'delete insert replica truncate update; 5',
  'of two that are the same the older stays');
-- another model of the same table, and a table of another one, are not touched
SELECT l2_train('second', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT l2_train('third', 'other', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT is(stays('ALTER TABLE sale DISABLE TRIGGER l2reg_live_update'), 'delete insert replica truncate; 15',
  'nor are those of other models');
SELECT is((SELECT count(*)::int FROM triggers WHERE relation = 'other'::regclass), 5, 'each has its own');
-- a trigger that is for none goes with the next training, and with a model that had that source once
CREATE FUNCTION lost(relation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER lost AFTER INSERT ON %s REFERENCING NEW TABLE AS l2_new FOR EACH STATEMENT '
    'EXECUTE FUNCTION _l2_follow()', relation);
END $$;
CREATE VIEW lost_ones AS SELECT tgrelid::regclass AS relation FROM pg_trigger WHERE tgname = 'lost';
SELECT lost('sale'), lost('other');
SELECT l2_train('live', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT is((SELECT array_agg(relation::text) FROM lost_ones), '{other}',
  'of its own source a training takes it');
SELECT is((SELECT count(*)::int FROM triggers WHERE relation = 'sale'::regclass), 10, 'and no other');
SELECT l2_train('third', 'sale', 'y ~ x', 'ols');
SELECT is((SELECT count(*)::int FROM triggers WHERE relation = 'other'::regclass), 0,
  'of a source that it followed before, too');
SELECT is((SELECT count(*)::int FROM _l2_followed WHERE model = 'third'::regclass), 0, 'which is forgotten');
SELECT lost('other'), lost('sale');
SELECT l2_drop('third');
SELECT is((SELECT array_agg(relation::text) FROM lost_ones), '{sale}', 'and when it is dropped');
SELECT is((SELECT count(*)::int FROM triggers WHERE relation = 'sale'::regclass), 11,
  'what it never followed is left alone');
SELECT l2_drop('second'), l2_drop('live');
SELECT is((SELECT count(*)::int FROM triggers), 0, 'then there are none');
SELECT is((SELECT count(*)::int FROM _l2_followed), 0, 'and nothing is remembered');
-- a table that belongs to another by now does not stand in the way
CREATE ROLE l2reg_alice;
GRANT ALL ON SCHEMA public TO l2reg_alice;
ALTER TABLE sale OWNER TO l2reg_alice;
SET ROLE l2reg_alice;
SELECT l2_train('live', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT lost('sale');
RESET ROLE;
ALTER TABLE sale OWNER TO CURRENT_USER;
SET ROLE l2reg_alice;
SELECT lives_ok($$SELECT l2_drop('live')$$, 'a model is dropped whose source has another owner');
RESET ROLE;
SELECT is((SELECT string_agg(event, ' ') FROM triggers), 'lost',
  'with its triggers, and none of the other''s');
DROP TRIGGER lost ON sale;

-- The table of a model's grams is of its type and its owner, refers to it, and lets rows in
SELECT l2_train('m', 'sale', 'y ~ x', 'ols');
SELECT l2_train('n', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
CREATE TABLE notes (version int REFERENCES m (version), bucket timestamp, rows bigint, grams l2_gram[]);
CREATE TABLE loose OF l2_bucket;
GRANT REFERENCES ON m TO l2reg_alice;
SET ROLE l2reg_alice;
CREATE TABLE hers OF l2_bucket (FOREIGN KEY (version) REFERENCES m (version));
RESET ROLE;
INSERT INTO notes VALUES (1, NULL, 7, NULL);
INSERT INTO loose VALUES (1, NULL, 7, NULL);
SELECT is(_l2_grams_table('m'), NULL, 'a model has none');
SELECT is(_l2_grams_table('n'), 'n_grams', 'or its own');
SELECT l2_train('m', 'sale', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT is(_l2_grams_table('m'), 'm_grams', 'which is made');
SELECT is((SELECT array_agg(rows) FROM (TABLE notes UNION ALL TABLE loose UNION ALL TABLE hers) s), '{7,7}',
  'whatever else there is');
CREATE TABLE later OF l2_bucket (FOREIGN KEY (version) REFERENCES m (version));
SELECT is(_l2_grams_table('m'), 'm_grams', 'of two it is the older one');
DROP TABLE later, hers, notes, loose;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION table_with(statement text) RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE statement;
  result := _l2_grams_table('m');
  RAISE SQLSTATE 'UNDO1' USING MESSAGE = coalesce(result, '-');
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
  RETURN nullif(SQLERRM, '-');
END $$;
SELECT is(table_with(statement), CASE WHEN fine THEN 'm_grams'::regclass END, statement) FROM (VALUES
  ('ALTER TABLE m_grams ENABLE ROW LEVEL SECURITY', true), ('ALTER TABLE m_grams FORCE ROW LEVEL SECURITY',
  true),
  ('ALTER TABLE m_grams ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', false),
  ('CREATE TRIGGER t AFTER INSERT ON m_grams FOR EACH ROW EXECUTE FUNCTION note()', true),
  ('CREATE TRIGGER t BEFORE INSERT ON m_grams FOR EACH STATEMENT EXECUTE FUNCTION note()', true),
  ('CREATE TRIGGER t BEFORE INSERT ON n_grams FOR EACH ROW EXECUTE FUNCTION note()', true),
  ('CREATE TRIGGER t BEFORE INSERT ON m_grams FOR EACH ROW EXECUTE FUNCTION note()', false),
  ('CREATE RULE r AS ON INSERT TO n_grams DO INSTEAD NOTHING', true),
  ('CREATE RULE r AS ON INSERT TO m_grams DO INSTEAD NOTHING', false),
  ('ALTER TABLE m_grams OWNER TO l2reg_alice', false)) v(statement, fine);

-- A generated column of another relation is none of the source's; children have their values in triggers
CREATE TABLE apart (gen float8 GENERATED ALWAYS AS (1 + 1) STORED);
CREATE TABLE parts (k int, gen float8, y float8) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE part_2 (y float8, gen float8, k int);
ALTER TABLE parts ATTACH PARTITION part_2 FOR VALUES IN (2);
INSERT INTO parts SELECT 1 + i % 2, i % 7, i FROM generate_series(1, 40) i;
SELECT lives_ok($$SELECT l2_train('of_parts', 'parts', 'y ~ gen', 'ols', options => '{"refresh": "live"}')$$,
  'partitions of two layouts, a generated column elsewhere');
CREATE TABLE elder (y float8, x float8, gen float8 GENERATED ALWAYS AS (x * x) STORED);
CREATE TABLE child (more int) INHERITS (elder);
INSERT INTO elder SELECT i, i % 7 FROM generate_series(1, 40) i;
SELECT lives_ok($$SELECT l2_train('of_elder', 'elder', 'y ~ gen', 'ols', options => '{"refresh": "live"}')$$,
  'a generated column of a table with children');
-- of two relations that are at work the first is named
CREATE FUNCTION refreshed(x int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM l2_train('of_parts', 'parts', 'y ~ gen', 'ols', options => '{"refresh": "live"}');
  RETURN x;
EXCEPTION WHEN object_in_use THEN
  RETURN SQLERRM;
END $$;
SELECT is((SELECT refreshed(k) FROM (SELECT k FROM parts LIMIT 1) s),
  'the source of live model of_parts cannot be read within a statement that may write to it',
  'a query is at work on both partitions');
DROP OWNED BY l2reg_alice;
DROP ROLE l2reg_alice;
SELECT * FROM finish();
