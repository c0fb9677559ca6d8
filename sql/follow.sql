-- Refreshing without reading all rows: buckets of time, and live models.
SET extra_float_digits = 0;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, DMY';
\set SHOW_CONTEXT never

CREATE TABLE sale (id int PRIMARY KEY, at timestamp, a float8, b int, zone text, w float8, y float8);
INSERT INTO sale SELECT i, timestamp '2024-01-01' + i * interval '1 hour', (i * 7) % 31, i % 11, 'z' || i % 3,
  1 + i % 2, 3 * ((i * 7) % 31) + i % 11 + 5 * (i % 3) + sin(i)
FROM generate_series(1, 2000) i;

-- what a model is in comparison with one that was trained on all rows just now
CREATE FUNCTION against(name text, method text DEFAULT 'ridge', lambda float8 DEFAULT NULL,
  options jsonb DEFAULT NULL,
  weight text DEFAULT NULL, source text DEFAULT 'sale', formula text DEFAULT 'y ~ a + b + zone')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m l2_model := l2_get(name);
  o l2_model := l2_fit(source, formula, method, lambda, coalesce(options, '{}')
  || jsonb_strip_nulls(jsonb_build_object('weight', weight)));
  g record;
  h record;
  far float8;
BEGIN
  IF l2_names(m) <> l2_names(o) THEN
    RETURN format('columns %s, not %s', l2_names(m), l2_names(o));
  END IF;
  SELECT * INTO g FROM l2_glance(m);
  SELECT * INTO h FROM l2_glance(o);
  SELECT max(abs(p - q) / greatest(abs(q), 1)) INTO far
  FROM unnest(m::float8[] || ARRAY[g.cv_error, g.lambda, g.r_squared],
  o::float8[] || ARRAY[h.cv_error, h.lambda, h.r_squared]) u(p, q);
  RETURN CASE WHEN (g.n, g.n_skipped) <> (h.n, h.n_skipped)
                THEN format('%s rows and %s skipped, not %s and %s', g.n, g.n_skipped, h.n, h.n_skipped)
              WHEN far < 1e-10 THEN format('the same, of %s rows', g.n)
                || CASE WHEN g.n_skipped > 0 THEN format(' and %s skipped', g.n_skipped) ELSE '' END
              ELSE format('off by %s', far) END;
END $$;

-- Buckets: statements are followed, so that a refresh knows which to read
SELECT name, version, n FROM l2_train('b', 'sale', 'y ~ a + b + zone',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT against('b');
SELECT count(*), sum(rows), min(bucket), max(bucket) FROM b_grams;
UPDATE sale SET y = y + 9, zone = 'new' WHERE id BETWEEN 500 AND 530;
DELETE FROM sale WHERE id = 900;
INSERT INTO sale VALUES (5001, NULL, 1, 2, 'z0', 1, 3), (5002, 'infinity', 1, 2, 'z0', 1, 3),
  (5003, '2024-01-05 12:00', NULL, 2, 'z0', 1, 3), (5004, '2030-01-01', NULL, 0, NULL, NULL, NULL);
INSERT INTO sale SELECT 6000, '2024-01-06', 1, 2, 'z0', 1, 3 WHERE false;
SELECT DISTINCT bucket, reason FROM _l2_change ORDER BY bucket;
SELECT l2_refresh_sql('b') \g (format=unaligned)
SELECT version, outcome, n, n_skipped FROM l2_refresh('b');
SELECT against('b'), (SELECT count(*) FROM _l2_change) AS changes;
-- what was written while the triggers were disabled is seen to be missing, and read
ALTER TABLE sale DISABLE TRIGGER USER;
UPDATE sale SET y = y + 1000 WHERE at::date = '2024-02-01';
ALTER TABLE sale ENABLE TRIGGER USER;
SELECT outcome FROM l2_refresh('b');
SELECT against('b');
SELECT l2_mark('b', '2024-02-01 03:00', '2024-02-01 04:00');
SELECT bucket, until FROM _l2_change;
SELECT outcome FROM l2_refresh('b');
SELECT against('b');
SELECT l2_mark('b', NULL, '2024-01-02');
SELECT l2_mark('b', '2024-03-01 05:00');
SELECT l2_mark('b');
SELECT bucket, until, reason FROM _l2_change;
SELECT outcome FROM l2_refresh('b');
SELECT against('b');
-- more buckets than it names one by one; all of them; none left
UPDATE sale SET y = y + 1 WHERE id % 17 = 0;
SELECT outcome FROM l2_refresh('b');
SELECT against('b');
BEGIN;
TRUNCATE sale;
SELECT count(*) FILTER (WHERE bucket IS NULL) AS all FROM _l2_change;
SELECT outcome, reason FROM l2_refresh('b');
ROLLBACK;
SELECT against('b');
-- a column that is gone is no matter for writers
ALTER TABLE sale RENAME at TO moment;
DELETE FROM sale WHERE id = 1000;
ALTER TABLE sale RENAME moment TO at;
SELECT bucket, reason FROM _l2_change;
SELECT outcome FROM l2_refresh('b');
SELECT against('b');
SELECT l2_drop('b');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';

-- with a lag nothing is followed, and queries will do
DELETE FROM sale WHERE at > '2029-01-01' AND at < 'infinity';
SELECT n FROM l2_train('lag', 'SELECT y, a, b, zone, at::date AS day FROM sale WHERE b < 10',
  'y ~ a + b + zone', lambda => 1,
  options => '{"refresh": "buckets", "time_column": "day", "bucket": "week", "lag": "7 days"}');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';
SELECT min(bucket), to_char(min(bucket), 'Dy') AS weekday, max(bucket) FROM lag_grams WHERE isfinite(bucket);
UPDATE sale SET y = y + 5 WHERE at > '2024-03-18';
INSERT INTO sale SELECT 7000 + i, timestamp '2024-03-24' + i * interval '1 day', i, 1, 'z1', 1, i
  FROM generate_series(1, 30) i;
SELECT outcome, n FROM l2_refresh('lag');
SELECT against('lag', lambda => 1, source => 'SELECT * FROM sale WHERE b < 10');
-- the newest ones only, and older ones weighing less
SELECT n FROM l2_train('window', 'sale', 'y ~ a + b + zone', lambda => 1,
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "1 month", "lag": "1 month", '
  '"training_window": "2 months"}');
SELECT against('window', lambda => 1,
  source => 'SELECT * FROM sale WHERE at >= ''2024-03-01'' AND at < ''infinity''');
SELECT n FROM l2_train('fading', 'sale', 'y ~ a + b + zone', lambda => 1,
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day", "lag": "0", '
  '"half_life": "30 days"}');
SELECT against('fading', lambda => 1,
  source => 'SELECT *, 0.5 ^ ((date ''2024-04-23'' - at::date) / 30.0) AS fade FROM sale WHERE isfinite(at)',
  weight => 'fade');
SELECT array_agg(l2_bucket(t, '3 months')::date) AS quarters,
  array_agg(l2_bucket(t::date, '1 year')::date) AS years, array_agg(l2_bucket(t, '7 days')::date) AS weeks,
  array_agg(l2_bucket(t::timestamptz, '90 min')) AS others
FROM unnest('{2024-02-29 23:59,1999-12-31 12:00,0001-02-03 BC}'::timestamp[]) t;
SELECT l2_bucket('-infinity'::timestamp, '1 day'), l2_bucket('infinity'::date, '1 month'),
  l2_bucket(NULL::timestamptz, '1 day');
SELECT count(l2_drop(name)) FROM l2_models;

-- definitions that cannot be
SELECT l2_train('x', 'sale', 'y', options => '{"refresh": "buckets"}');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "1 month 1 day"}');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "-1 day"}');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "fortnight"}');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "when", "bucket": "day"}');
SELECT l2_train('x', 'sale', 'y', options => '{"refresh": "buckets", "time_column": "b", "bucket": "day"}');
SELECT l2_train('x', 'SELECT at::date AS day, a, y FROM sale', 'y',
  options => '{"refresh": "buckets", "time_column": "day", "bucket": "hour", "lag": "1 day"}');
SELECT l2_train('x', 'SELECT * FROM sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day", "lag": "-1 day"}');
SELECT l2_train('x', 'sale', 'y', options => '{"time_column": "at", "lag": "1 day"}');
SELECT l2_train('x', 'sale', 'y', options => '{"refresh": "live", "bucket": "day"}');
SELECT l2_train('x', 'SELECT * FROM sale', 'y', options => '{"refresh": "live"}');
SELECT l2_train('x', 'pg_stat_activity', 'pid ~ datid', options => '{"refresh": "live"}');
SELECT l2_train('x', 'sale', 'I(b > 5) ~ a', 'logistic', options => '{"refresh": "live"}');
SELECT l2_train('x', 'sale', 'y', options => '{"seed": 1, "refresh": "live"}');
SELECT l2_train('x', 'sale', 'y', options => '{"keep_gram": true, "refresh": "live"}');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT l2_train('x', 'sale', 'y ~ a', options => '{"refresh": "live"}');
ROLLBACK;
SELECT count(*) FROM l2_models;
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';

-- Live: always what a training on all rows would be
SELECT name, version, n FROM l2_train('live', 'sale', 'y ~ a + b + zone', options => '{"refresh": "live"}');
SELECT against('live');
INSERT INTO sale VALUES (8001, now(), 5, 6, 'z1', 1, 7);
INSERT INTO sale SELECT 9000 + i, now(), i % 3, i % 5, 'new' || i % 2, 1, i % 7
  FROM generate_series(1, 100) i;
SELECT against('live');
UPDATE sale SET y = y + 100, zone = zone || '''' WHERE id % 10 = 3;
DELETE FROM sale WHERE id % 7 = 2 OR zone = 'new1';
SELECT against('live');
-- rows that are skipped, that become usable and the other way round
INSERT INTO sale VALUES (10001, now(), NULL, 1, 'z1', 1, 1), (10002, now(), 1, 1, NULL, 1, 1);
UPDATE sale SET a = NULL WHERE id IN (11, 12);
UPDATE sale SET a = 3 WHERE id IN (11, 10001);
SELECT against('live');
-- a change that is none leaves no trace
SELECT count(*) AS before FROM _l2_change \gset
UPDATE sale SET w = w + 1 WHERE id < 1000;
DELETE FROM sale WHERE false;
SELECT count(*) - :before AS more FROM _l2_change;
COPY sale FROM stdin;
11001	2024-01-01	1	2	z0	1	5
11002	2024-01-01	2	2	z1	1	6
\.
INSERT INTO sale VALUES (11002, now(), 1, 1, 'z2', 1, 1), (11003, now(), 1, 2, 'z2', 1, 4)
  ON CONFLICT (id) DO UPDATE SET y = excluded.y + 1;
WITH gone AS (DELETE FROM sale WHERE id = 11001 RETURNING *) INSERT INTO sale SELECT 11009, at, a, b, zone, w,
  y FROM gone;
SELECT against('live');
SELECT version, outcome, n FROM l2_refresh('live');
SELECT against('live'), (SELECT count(*) FROM _l2_change) AS changes;
-- inside the transaction that writes, and after what it undoes
BEGIN;
DELETE FROM sale WHERE id < 100;
SELECT against('live');
SAVEPOINT s;
UPDATE sale SET y = -y;
SELECT against('live');
ROLLBACK TO s;
SELECT against('live');
SELECT outcome, n FROM l2_refresh('live');
SELECT against('live');
ROLLBACK;
SELECT against('live'), version FROM l2_models WHERE name = 'live';
DO $$
DECLARE p float8;
BEGIN
  FOR i IN 1 .. 2 LOOP
    BEGIN
      FOR j IN 1 .. 2 LOOP
        p := l2_predict('live', s) FROM (SELECT 1 AS a, 2 AS b, 'z1' AS zone) s;
        RAISE NOTICE 'round %, after % changes: %', i, j - 1, round(p::numeric, 6);
        UPDATE sale SET y = y + 1000;
      END LOOP;
      RAISE 'undone';
    EXCEPTION WHEN raise_exception THEN
    END;
  END LOOP;
END $$;
-- all rows go, and others come
TRUNCATE sale;
SELECT l2_predict('live', s) FROM (SELECT 1 AS a, 2 AS b, 'z1' AS zone) s;
INSERT INTO sale SELECT i, now(), i % 7, i % 5, 'y' || i % 3, 1, i % 7 + i % 11 / 10.0
  FROM generate_series(1, 300) i;
SELECT against('live');
SELECT outcome, n FROM l2_refresh('live');
SELECT against('live');
-- an earlier version is what it was; the newest one is live
SELECT version FROM l2_activate('live', 1);
SELECT l2_coef(l2_get('live')) = l2_coef(l2_get('live', 1)) AS first;
INSERT INTO sale VALUES (8001, now(), 5, 6, 'y1', 1, 7);
SELECT l2_coef(l2_get('live')) = l2_coef(l2_get('live', 1)) AS first;
SELECT max(version) AS newest FROM l2_versions WHERE name = 'live' \gset
SELECT version FROM l2_activate('live', :newest);
SELECT against('live');
-- rows that the model cannot stand are no matter for writers; it waits for them to be mended
INSERT INTO sale VALUES (8002, now(), 'NaN', 6, 'y1', 1, 7);
SELECT l2_predict('live', s) IS NOT NULL AS still FROM sale s WHERE id = 1;
SELECT outcome, reason FROM l2_refresh('live');
DELETE FROM sale WHERE id = 8002;
SELECT outcome FROM l2_refresh('live');
SELECT against('live');
ALTER TABLE sale RENAME a TO aa;
INSERT INTO sale VALUES (8003, now(), 5, 6, 'y1', 1, 7);
SELECT reason FROM _l2_change WHERE reason IS NOT NULL;
ALTER TABLE sale RENAME aa TO a;
SELECT outcome FROM l2_refresh('live');
SELECT against('live');
ALTER TABLE sale ADD more text DEFAULT 'x', DROP w, ADD w float8 DEFAULT 2;
INSERT INTO sale SELECT i + 400, now(), i % 7, i % 5, 'y' || i % 3, i % 11, 'more', 2
  FROM generate_series(1, 30) i;
UPDATE sale SET a = a + 1 WHERE id = 1;
SELECT against('live');
ALTER TABLE sale DISABLE TRIGGER USER;
SELECT l2_predict('live', s) IS NOT NULL AS still FROM sale s WHERE id = 1;
UPDATE sale SET a = a + 2 WHERE id % 2 = 1;
SELECT outcome FROM l2_refresh('live');
SELECT against('live');
SELECT l2_mark('live', '2024-01-01');
SELECT l2_mark('live');
SELECT outcome FROM l2_refresh('live');
SELECT against('live');
-- other methods, numbers alone, weights, terms
SELECT n FROM l2_train('live', 'sale', 'y ~ a + b + a:b + I(b > 2)', 'lasso', 0.1,
  '{"refresh": "live", "weight": "w"}');
INSERT INTO sale VALUES (8101, now(), 5, 6, 'y1', 7, 'm', 0.5), (8102, now(), 5, 2, 'y1', 7, 'm', 0);
INSERT INTO sale VALUES (8103, now(), 5, 6, 'y1', 8, 'm', 0.25);
UPDATE sale SET w = NULL WHERE id = 8101;
UPDATE sale SET b = 9 WHERE id = 8103;
DELETE FROM sale WHERE id = 3;
SELECT against('live', 'lasso', 0.1, weight => 'w', formula => 'y ~ a + b + a:b + I(b > 2)');
SELECT n FROM l2_train('live', 'sale', 'y ~ a + b', options => '{"refresh": "live"}');
UPDATE sale SET y = y + 1 WHERE id = 8103;
UPDATE sale SET y = y + 1 WHERE id < 10;
DELETE FROM sale WHERE id = 4;
SELECT against('live', formula => 'y ~ a + b');
SELECT n FROM l2_train('live', 'sale', 'y ~ b + zone', 'ols',
  options => '{"reference": "most_frequent", "unseen": "zero", "null_level": true, "refresh": "live"}');
UPDATE sale SET zone = NULL WHERE id < 10;
UPDATE sale SET zone = 'y2' WHERE id % 2 = 0;
SELECT against('live', 'ols', formula => 'y ~ b + zone',
  options => '{"reference": "most_frequent", "unseen": "zero", "null_level": true}');
SELECT n FROM l2_train('live', 'sale', 'y ~ a + b', 'dropout', 0.1, '{"refresh": "live"}');
INSERT INTO sale VALUES (8201, now(), 5, 6, 'y1', 8, 'm', 0.25);
SELECT against('live', 'dropout', 0.1, formula => 'y ~ a + b');
-- terms that need more than the row are refused: nobody's code runs in a trigger
CREATE FUNCTION twice(float8) RETURNS float8 LANGUAGE sql AS 'SELECT 2 * $1';
SELECT n FROM l2_train('live', 'sale', 'y ~ I(twice(a))', lambda => 1, options => '{"refresh": "live"}');
-- from live to full and back
SELECT n FROM l2_train('live', 'sale', 'y ~ a + b', lambda => 1);
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';
SELECT count(*) FROM pg_class WHERE reloftype = 'l2_bucket'::regtype;
SELECT count(l2_drop(name)) FROM l2_models;

-- partitions
CREATE TABLE part (k int, a float8, y float8) PARTITION BY LIST (k);
CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part2 PARTITION OF part FOR VALUES IN (2, 3) PARTITION BY LIST (k);
CREATE TABLE part2a PARTITION OF part2 FOR VALUES IN (2);
CREATE TABLE part3 (y float8, k int, a float8);
INSERT INTO part SELECT 1 + i % 2, i % 13, i % 7 + i % 13 FROM generate_series(1, 200) i;
INSERT INTO part3 SELECT i % 5, 4, i % 3 FROM generate_series(1, 50) i;
SELECT n FROM l2_train('live', 'part', 'y ~ a', lambda => 1, options => '{"refresh": "live"}');
INSERT INTO part VALUES (1, 2, 3), (2, 3, 4);
INSERT INTO part1 VALUES (1, 2, 9);
UPDATE part SET k = 3 - k WHERE a = 2;
UPDATE part2a SET y = y + 1;
DELETE FROM part2 WHERE a = 5;
SELECT against('live', lambda => 1, source => 'part', formula => 'y ~ a');
TRUNCATE part1;
INSERT INTO part VALUES (1, NULL, 3), (2, NULL, 4);
SELECT against('live', lambda => 1, source => 'part', formula => 'y ~ a');
ALTER TABLE part ATTACH PARTITION part3 FOR VALUES IN (4);
SELECT l2_predict('live', 1) IS NOT NULL AS still;
SELECT outcome, n FROM l2_refresh('live');
INSERT INTO part VALUES (4, 2, 3);
SELECT against('live', lambda => 1, source => 'part', formula => 'y ~ a');
ALTER TABLE part DETACH PARTITION part2;
SELECT l2_predict('live', 1) IS NOT NULL AS still;
SELECT outcome, n FROM l2_refresh('live');
SELECT against('live', lambda => 1, source => 'part', formula => 'y ~ a');
INSERT INTO part2 VALUES (2, 1, 1);
SELECT against('live', lambda => 1, source => 'part', formula => 'y ~ a');
-- the table itself is exchanged
ALTER TABLE part RENAME TO part_old;
SELECT l2_predict('live', 1) IS NOT NULL AS still;
SELECT outcome, reason FROM l2_refresh('live');
ALTER TABLE part_old RENAME TO part;
SELECT against('live', lambda => 1, source => 'part', formula => 'y ~ a');
SELECT count(l2_drop(name)) FROM l2_models;
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';

-- names with everything in them
CREATE SCHEMA "it's";
CREATE TABLE "it's"."a.b""; DROP" ("y'" float8, "x"";--" float8, "t'" timestamptz, "c$$" text);
INSERT INTO "it's"."a.b""; DROP" SELECT i, i % 7, timestamptz '2024-01-01 00:00+00' + i * interval '1 hour',
  'c'' = ' || i % 3 FROM generate_series(1, 100) i;
SELECT n FROM l2_train('"it''s live; --"', '"it''s"."a.b""; DROP"', 'y''', lambda => 1,
  options => '{"features": ["x\";--", "c$$"], "refresh": "live"}');
SELECT n FROM l2_train('"it''s $$ buckets"', '"it''s"."a.b""; DROP"', 'y''', lambda => 1,
  options => '{"features": ["x\";--", "c$$"], "refresh": "buckets", "time_column": "t''", '
  '"bucket": "6 hours"}');
INSERT INTO "it's"."a.b""; DROP" VALUES (5, 6, '2024-01-01', 'new''''');
SELECT against('"it''s live; --"', lambda => 1, source => '"it''s"."a.b""; DROP"',
  formula => '"y''" ~ "x"";--" + "c$$"');
SELECT outcome, n FROM l2_refresh('"it''s $$ buckets"');
SELECT against('"it''s $$ buckets"', lambda => 1, source => '"it''s"."a.b""; DROP"',
  formula => '"y''" ~ "x"";--" + "c$$"');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at\" IS NULL); DROP TABLE sale; --", "bucket": "day"}');
SELECT l2_train('x', 'sale', 'y',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day''); DROP TABLE sale; --"}');
SELECT l2_mark('"it''s'' OR true; --"');
SELECT count(l2_drop(name)) FROM l2_models;
SET client_min_messages = warning;
DROP SCHEMA "it's" CASCADE;
RESET client_min_messages;

-- roles: writers need not know of the model; only who owns the table has it followed
CREATE ROLE l2reg_alice;
CREATE ROLE l2reg_bob;
CREATE SCHEMA l2reg_alice AUTHORIZATION l2reg_alice;
CREATE SCHEMA l2reg_bob AUTHORIZATION l2reg_bob;
SET ROLE l2reg_alice;
CREATE TABLE l2reg_alice.rows (a float8, y float8);
INSERT INTO l2reg_alice.rows SELECT i % 7, i % 11 FROM generate_series(1, 100) i;
GRANT USAGE ON SCHEMA l2reg_alice TO l2reg_bob;
GRANT SELECT, INSERT, UPDATE, TRIGGER ON l2reg_alice.rows TO l2reg_bob;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO l2reg_bob;
SELECT n FROM l2_train('l2reg_alice.model', 'l2reg_alice.rows', 'y', lambda => 1,
  options => '{"refresh": "live"}');
REVOKE ALL ON l2reg_alice.model FROM l2reg_bob;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM l2reg_bob;
SET ROLE l2reg_bob;
INSERT INTO l2reg_alice.rows VALUES (1, 2), (3, 4);
UPDATE l2reg_alice.rows SET y = 5 WHERE a = 1;
SELECT FROM _l2_change;
SELECT FROM _l2_followed;
DELETE FROM _l2_change;
SELECT FROM l2reg_alice.model_grams;
SELECT * FROM _l2_changes('l2reg_alice.model');
SELECT _l2_changes_done('l2reg_alice.model', '{"(0,1)"}');
SELECT _l2_note('l2reg_alice.model', NULL, NULL, 'mine');
SELECT _l2_forget('l2reg_alice.model');
SELECT _l2_missed('l2reg_alice.model', false);
SELECT _l2_live_grams('l2reg_alice.model', 1);
SELECT _l2_tie('l2reg_alice.rows', 'l2reg_alice.model');
SELECT _l2_remember(ROW('l2reg_alice.model'::regclass, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::_l2_followed,
  true);
SELECT l2_predict('l2reg_alice.model', 1);
SELECT l2_mark('l2reg_alice.model');
SELECT l2_train('l2reg_bob.model', 'l2reg_alice.rows', 'y', lambda => 1, options => '{"refresh": "live"}');
-- a trigger of his own does nothing
CREATE TABLE l2reg_bob.rows (a float8, y float8);
CREATE TRIGGER l2reg_x AFTER INSERT ON l2reg_bob.rows REFERENCING NEW TABLE AS l2_new FOR EACH STATEMENT
  WHEN ('l2reg_alice.model'::regclass IS NOT NULL) EXECUTE FUNCTION _l2_follow();
INSERT INTO l2reg_bob.rows VALUES (100, 100);
CREATE TRIGGER each_row BEFORE INSERT ON l2reg_bob.rows FOR EACH ROW EXECUTE FUNCTION _l2_follow();
INSERT INTO l2reg_bob.rows VALUES (100, 100);
DROP TABLE l2reg_bob.rows;
SET ROLE l2reg_alice;
SELECT against('l2reg_alice.model', lambda => 1, source => 'l2reg_alice.rows', formula => 'y ~ a');
SELECT l2_grant('l2reg_alice.model', 'l2reg_bob');
SET ROLE l2reg_bob;
INSERT INTO l2reg_alice.rows VALUES (1, 2);
SELECT l2_predict('l2reg_alice.model', 1) IS NOT NULL AS granted,
  (SELECT n FROM l2_glance(l2_get('l2reg_alice.model'))) AS n;
-- errors in rows are the owner's business
INSERT INTO l2reg_alice.rows VALUES ('NaN', 2);
SELECT l2_predict('l2reg_alice.model', 1) IS NOT NULL AS still;
SET ROLE l2reg_alice;
SELECT l2_predict('l2reg_alice.model', 1) IS NOT NULL AS still;
DELETE FROM l2reg_alice.rows WHERE a = 'NaN';
SELECT outcome, n FROM l2_refresh('l2reg_alice.model');
ALTER TABLE l2reg_alice.rows ENABLE ROW LEVEL SECURITY;
SELECT against('l2reg_alice.model', lambda => 1, source => 'l2reg_alice.rows', formula => 'y ~ a');
ALTER TABLE l2reg_alice.rows FORCE ROW LEVEL SECURITY;
INSERT INTO l2reg_alice.rows VALUES (1, 2);
SELECT l2_predict('l2reg_alice.model', 1) IS NOT NULL AS still;
SELECT outcome, reason FROM l2_refresh('l2reg_alice.model');
ALTER TABLE l2reg_alice.rows NO FORCE ROW LEVEL SECURITY;
RESET ROLE;
SELECT outcome, n FROM l2_refresh('l2reg_alice.model');
ALTER TABLE l2reg_alice.rows OWNER TO l2reg_bob;
SET ROLE l2reg_bob;
SELECT l2_predict('l2reg_alice.model', 1) IS NOT NULL AS still;
SET ROLE l2reg_alice;
SELECT l2_predict('l2reg_alice.model', 1) IS NOT NULL AS still;
SELECT l2_drop('l2reg_alice.model');
RESET ROLE;
INSERT INTO l2reg_alice.rows VALUES (1, 2);
SELECT count(*) FROM _l2_change;
SET client_min_messages = warning;
DROP SCHEMA l2reg_alice, l2reg_bob CASCADE;
RESET client_min_messages;
DROP OWNED BY l2reg_bob, l2reg_alice;
DROP ROLE l2reg_alice, l2reg_bob;

-- grams of one's own as a source: a table of them, a materialized view
CREATE TABLE house AS SELECT i AS id, date '2024-01-01' + i % 10 AS day, i * 7 % 13 AS a, i * 5 % 11 AS b,
  'z' || i % 3 AS zone,
  i * 7 % 13 + 2 * (i % 3) + sin(i) AS y FROM generate_series(1, 200) i;
CREATE TABLE daily AS SELECT day, day + time '12:00' AS at, l2_gram_agg(y, f, '{"target": "y"}') AS g,
  l2_gram_folds(l2_obs(y, fold => id), f, '{"folds": 5, "target": "y"}') AS folds, 7 AS n FROM house,
  LATERAL (SELECT a, b, zone) f GROUP BY day;
CREATE MATERIALIZED VIEW days AS SELECT * FROM daily;
SELECT n, cv_error FROM l2_train('g', 'daily', 'y', lambda => 1, options => '{"gram": "g"}');
SELECT against('g', lambda => 1, source => 'house', formula => 'y ~ a + b + zone');
SELECT l2_refresh_sql('g') \g (format=unaligned)
SELECT n FROM l2_train('g', 'days', 'y ~ . - b', 'ols', options => '{"gram": "g"}');
SELECT against('g', 'ols', source => 'house', formula => 'y ~ a + zone');
SELECT n FROM l2_train('g', 'days', 'a ~ y + zone - 1', lambda => 1, options => '{"gram": "g"}');
SELECT against('g', lambda => 1, source => 'house', formula => 'a ~ y + zone - 1');
SELECT n FROM l2_train('g', 'days', 'y', 'lasso',
  options => '{"gram": "folds", "features": ["a", "b", "zone"], "gate": 0.1}');
SELECT against('g', 'lasso', source => 'house', formula => 'y ~ a + b + zone',
  options => '{"folds": 5, "fold": "id"}');
SELECT n FROM l2_train('g', 'days', 'y ~ a + b', lambda => 1,
  options => '{"gram": "g", "time_column": "day", "training_window": "3 days"}');
SELECT against('g', lambda => 1, source => 'SELECT * FROM house WHERE day > (SELECT max(day) FROM house) - 3',
  formula => 'y ~ a + b');
SELECT n FROM l2_train('g', 'days', 'y ~ .', lambda => 1,
  options => '{"gram": "g", "time_column": "at", "half_life": "3 days", "keep": 3}');
SELECT against('g', lambda => 1,
  source => 'SELECT *, 0.5 ^ ((date ''2024-01-10'' - day) / 3.0) AS fade FROM house', weight => 'fade',
  formula => 'y ~ a + b + zone');
INSERT INTO house SELECT 1000 + i, '2024-02-01', i % 5, i % 7, 'new', i FROM generate_series(1, 20) i;
INSERT INTO daily SELECT '2024-02-01', '2024-02-01 12:00', l2_gram_agg(y, f, '{"target": "y"}') FROM house,
  LATERAL (SELECT a, b, zone) f WHERE id > 1000;
SELECT n FROM l2_refresh('g');
REFRESH MATERIALIZED VIEW days;
SELECT outcome, n FROM l2_refresh('g');
SELECT against('g', lambda => 1,
  source => 'SELECT *, 0.5 ^ ((date ''2024-02-01'' - day) / 3.0) AS fade FROM house', weight => 'fade',
  formula => 'y ~ a + b + zone');
SELECT round(l2_predict('g', h)::numeric, 6) FROM house h WHERE id = 1;
SELECT l2_n(g) FROM daily WHERE day = '2024-02-01';
-- what grams cannot give
SELECT l2_fit('daily', 'y ~ a + c', lambda => 1, options => '{"gram": "g"}');
SELECT l2_fit('daily', 'y ~ a + a:b', lambda => 1, options => '{"gram": "g"}');
SELECT l2_fit('daily', 'y ~ I(a + 1)', lambda => 1, options => '{"gram": "g"}');
SELECT l2_fit('daily', 'y ~ .', options => '{"gram": "g"}');
SELECT l2_fit('daily', 'y ~ .', lambda => 1, options => '{"gram": "folds"}');
SELECT l2_fit('daily', 'y ~ .', lambda => 1, options => '{"gram": "n"}');
SELECT l2_fit('daily', 'y ~ .', lambda => 1, options => '{"gram": "h"}');
SELECT l2_fit('daily', 'y ~ .', lambda => 1, options => '{"gram": "g", "weight": "n"}');
SELECT l2_fit('daily', 'y ~ .', lambda => 1, options => '{"gram": "g", "half_life": "1 day"}');
SELECT l2_fit('daily', 'y ~ .', lambda => 1,
  options => '{"gram": "g", "half_life": "1 day", "time_column": "n"}');
SELECT l2_fit('daily', 'y ~ .', 'logistic', options => '{"gram": "g"}');
SELECT l2_train('other', 'daily', 'y ~ .', lambda => 1, options => '{"gram": "g", "refresh": "live"}');
SELECT l2_fit('SELECT * FROM daily WHERE false', 'y ~ .', lambda => 1, options => '{"gram": "g"}');
SELECT l2_mark('g');
SELECT l2_drop('g');
-- whatever a model is called and wherever it is, its triggers are its own, and go with its table
CREATE SCHEMA l2reg_elsewhere;
SELECT (l2_train('one', 'house', 'y ~ a', 'ols', options => '{"refresh": "live"}')).outcome AS one,
  (l2_train('two', 'house', 'y ~ b', 'ols', options => '{"refresh": "live"}')).outcome AS two;
ALTER TABLE one RENAME TO two_; ALTER TABLE two_ SET SCHEMA l2reg_elsewhere;
DELETE FROM house WHERE id > 1015;
SELECT (l2_glance(l2_get('l2reg_elsewhere.two_'))).n = count(*) AS counts, (l2_glance(l2_get('two'))).n
  = count(*) AS counts_too FROM house;
SELECT outcome FROM l2_refresh('l2reg_elsewhere.two_');
DROP TABLE l2reg_elsewhere.two_;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'house'::regclass AND NOT tgisinternal ORDER BY 1;
-- the source by another name, or gone: a model that says so, and that can be dropped
ALTER TABLE house RENAME TO home; ALTER TABLE home SET SCHEMA l2reg_elsewhere;
DELETE FROM l2reg_elsewhere.home WHERE id > 1010;
SELECT l2_get('two') IS NOT NULL AS two;
SELECT outcome, reason FROM l2_refresh('two');
SELECT l2_drop('two');
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';
SELECT outcome FROM l2_train('two', 'l2reg_elsewhere.home', 'y ~ b', 'ols', options => '{"refresh": "live"}');
DROP TABLE l2reg_elsewhere.home;
SELECT l2_get('two') IS NOT NULL AS two;
SELECT l2_drop('two');
-- with a role
CREATE ROLE l2reg_carl;
CREATE ROLE l2reg_cleo;
CREATE TABLE l2reg_elsewhere.home AS SELECT i AS a, i % 3 AS y FROM generate_series(1, 9) i;
ALTER TABLE l2reg_elsewhere.home OWNER TO l2reg_carl;
GRANT ALL ON SCHEMA l2reg_elsewhere TO l2reg_carl;
SET ROLE l2reg_carl;
SELECT outcome FROM l2_train('l2reg_elsewhere.one', 'l2reg_elsewhere.home', 'y ~ a', 'ols',
  options => '{"refresh": "live"}');
RESET ROLE;
REASSIGN OWNED BY l2reg_carl TO l2reg_cleo;
INSERT INTO l2reg_elsewhere.home VALUES (1, 2);
SELECT l2_get('l2reg_elsewhere.one') IS NOT NULL AS one;
GRANT ALL ON SCHEMA l2reg_elsewhere TO l2reg_cleo;
SELECT outcome, n FROM l2_refresh('l2reg_elsewhere.one');
INSERT INTO l2reg_elsewhere.home VALUES (2, 3);
SELECT (l2_glance(l2_get('l2reg_elsewhere.one'))).n;
ALTER TABLE l2reg_elsewhere.home OWNER TO CURRENT_USER;
DROP OWNED BY l2reg_cleo, l2reg_carl;
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg%';
DROP TABLE l2reg_elsewhere.home;
DROP SCHEMA l2reg_elsewhere;
DROP ROLE l2reg_carl, l2reg_cleo;
DROP TABLE sale, part, part2;
DROP MATERIALIZED VIEW days;
DROP TABLE daily;
DROP FUNCTION against, twice;

-- More live models than tables of changes: what is noted for one is none of another's business
CREATE TABLE many (y float8, x float8);
INSERT INTO many SELECT i % 17, i % 5 FROM generate_series(1, 60) i;
SELECT count(t.n) FROM generate_series(1, 11) i,
  l2_train('many' || i, 'many', 'y ~ x', 'ridge', 1, '{"refresh": "live"}') t;
INSERT INTO many VALUES (4, 3);
SELECT count(DISTINCT tableoid) AS tables, count(*) AS changes, count(DISTINCT model) AS models
FROM _l2_change;
SELECT outcome, n FROM l2_refresh('many3');
DELETE FROM many WHERE y = 4 AND x = 3;
SELECT count(*) FILTER (WHERE model = 'many3'::regclass) AS refreshed, count(*) AS changes FROM _l2_change;
SELECT count(l2_drop('many' || i)) FROM generate_series(1, 5) i;
SELECT bool_and(abs(l2_predict('many' || i, 3) - l2_predict(m, 3)) < 1e-12) AS right
FROM generate_series(6, 11) i, l2_fit('many', 'y ~ x', 'ridge', 1) m;
DROP TABLE many6 CASCADE;
SELECT count(l2_drop('many' || i)) FROM generate_series(7, 11) i;
SELECT count(*) FROM _l2_change;
DROP TABLE many;

-- An offset is taken from the target of what comes and goes, too, and the model keeps it
CREATE TABLE part_known AS SELECT i AS id, (i % 17)::float8 AS x, i % 5 AS b, 'k' || i % 3 AS z,
  (2 * (i % 17) + 10 * (i % 5) + i % 3)::numeric AS y FROM generate_series(1, 200) i;
SELECT count(t.n) FROM (VALUES ('plain', 'y ~ x + offset(b)', 'ols', NULL::float8, '{}'),
  ('levels', 'log(y + 1) ~ x + z + offset(log(b + 1))', 'ridge', 1, '{}'),
  ('alone', 'y ~ offset(b)', 'ols', NULL, '{}'),
  ('folds', 'y ~ x + z + offset(b)', 'lasso', NULL, '{"folds": 4, "fold": "id"}')
) d(name, formula, method, lambda, o), l2_train('known_' || name, 'part_known', formula, method, lambda,
  (o::jsonb || '{"refresh": "live"}')::l2_options) t;
INSERT INTO part_known (id, x, b, y, z) VALUES (1000, 3, 3, 38, 'k1');
UPDATE part_known SET y = y + 1, b = b + 1 WHERE id < 5;
DELETE FROM part_known WHERE id = 77;
INSERT INTO part_known (id, x, b, y, z) VALUES (1001, 3, NULL, 38, 'k1');
CREATE VIEW known_now AS SELECT p.id,
  l2_predict('known_plain', p) - l2_predict(l2_fit('part_known', 'y ~ x + offset(b)', 'ols'), p) AS plain,
  l2_predict('known_levels', p) - l2_predict(l2_fit('part_known', 'log(y + 1) ~ x + z + offset(log(b + 1))',
    'ridge', 1), p) AS levels,
  l2_predict('known_alone', p) - l2_predict(l2_fit('part_known', 'y ~ offset(b)', 'ols'), p) AS alone,
  l2_predict('known_folds', p) - l2_predict(l2_fit('part_known', 'y ~ x + z + offset(b)', 'lasso',
    options => '{"folds": 4, "fold": "id"}'), p) AS folds
FROM part_known p WHERE id IN (6, 7);
SELECT abs(plain) < 1e-10 AS plain, abs(levels) < 1e-10 AS levels, abs(alone) < 1e-10 AS alone,
  abs(folds) < 1e-8 AS folds FROM known_now;
SELECT l2_names('known_plain');
SELECT r.outcome FROM l2_models m, l2_refresh(m.name) r WHERE m.name LIKE 'known%';
SELECT abs(plain) < 1e-10 AS plain, abs(levels) < 1e-10 AS levels, abs(alone) < 1e-10 AS alone,
  abs(folds) < 1e-8 AS folds FROM known_now;
DROP VIEW known_now;
SELECT count(l2_drop(name)) FROM l2_models WHERE name LIKE 'known%';
-- A trigger that the training's own transaction turned off and on again has let rows pass
BEGIN;
SELECT n FROM l2_train('known', 'part_known', 'y ~ x', 'ols', options => '{"refresh": "live"}');
ALTER TABLE part_known DISABLE TRIGGER l2reg_known_update;
UPDATE part_known SET y = y + 1000;
ALTER TABLE part_known ENABLE TRIGGER l2reg_known_update;
COMMIT;
SELECT l2_predict('known', 0) < 100 AS stale;
SELECT outcome FROM l2_refresh('known');
SELECT l2_predict('known', 0) > 1000 AS healed;
BEGIN;
ALTER TABLE part_known DISABLE TRIGGER l2reg_known_update;
ROLLBACK;
SELECT l2_predict('known', 0) > 1000 AS still;
SELECT l2_drop('known');
DROP TABLE part_known;
-- A model that is defined anew leaves nothing behind of what it followed; a long name, and triggers by hand
CREATE TABLE kept (id int PRIMARY KEY, at timestamp, x float8, y float8);
INSERT INTO kept SELECT i, timestamp '2024-01-01' + i * interval '1 day', i % 7, i % 11 + i % 7
FROM generate_series(1, 60) i;
CREATE TRIGGER l2reg_lost_insert AFTER INSERT ON kept REFERENCING NEW TABLE AS l2_new
  FOR EACH STATEMENT EXECUTE FUNCTION _l2_follow();
CREATE VIEW followed_by AS SELECT tgname AS trigger FROM pg_trigger WHERE tgrelid = 'kept'::regclass
  AND NOT tgisinternal ORDER BY 1;
SELECT n FROM l2_train('"größer als vierzig Buchstaben ist dieser Name, öfter"', 'kept', 'y ~ x', 'ols',
  options => '{"refresh": "live"}');
SELECT n FROM l2_train('"größer als vierzig Buchstaben ist dieser Name, zwei"', 'kept', 'y ~ x', 'ols',
  options => '{"refresh": "live"}');
SELECT trigger, octet_length(trigger) FROM followed_by;
INSERT INTO kept VALUES (100, '2024-02-01', 3, 30);
SELECT name, abs(l2_predict(name, 1) - l2_predict(l2_fit('kept', 'y ~ x', 'ols'), ARRAY[1.0])) < 1e-10 AS same
FROM l2_models WHERE name LIKE '%vierzig%' ORDER BY 1;
SELECT count(l2_drop(name)) FROM l2_models WHERE name LIKE '%vierzig%';
SELECT * FROM followed_by;
SELECT n FROM l2_train('again', 'kept', 'y ~ x', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT * FROM followed_by;
SELECT n FROM l2_train('again', 'kept', 'y ~ x', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "week", "lag": "2 days"}');
SELECT count(*) AS triggers, (SELECT count(*) FROM again_grams) AS weeks FROM followed_by;
SELECT n FROM l2_train('again', 'kept', 'y ~ x', 'ols');
SELECT count(*) AS triggers, to_regclass('again_grams') AS grams FROM followed_by;
-- what has lost more than a hundred digits of its weight does not count: all but the last three days
SELECT n FROM l2_train('again', 'kept', 'y ~ x', 'ols', options =>
  '{"refresh": "buckets", "time_column": "at", "bucket": "day", "half_life": "10 minutes"}');
-- the ranges of time that a refresh reads: neighbours are one, and more than a hundred are one, too
SELECT n FROM l2_train('again', 'kept', 'y ~ x', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT l2_mark('again', t, t + i) FROM (VALUES (timestamp '2024-01-03 10:00', interval '1 day'),
  ('2024-01-20', '2 days'), ('2024-01-05', '0'), ('2024-01-10', '9 days'), ('2024-01-12', '0'),
  ('2024-01-14', '0')) v(t, i);
CREATE FUNCTION pg_temp.dirty(lag interval, newest timestamp DEFAULT '2024-02-05')
RETURNS TABLE (first timestamp, past timestamp)
LANGUAGE plpgsql AS $$
DECLARE
  d _l2_definition := _l2_definition('again');
BEGIN
  d.lag := dirty.lag;
  RETURN QUERY SELECT u.f, u.p FROM _l2_dirty_buckets('again', d, newest, ARRAY(
    SELECT c.id FROM _l2_changes('again') c)) r, unnest(r.first, r.past) u(f, p) ORDER BY 1;
END $$;
SELECT * FROM pg_temp.dirty(NULL);
SELECT * FROM pg_temp.dirty('30 days');
-- rows without a time have no range, and a lag without any time has them all
BEGIN;
INSERT INTO kept VALUES (102, NULL, 3, 40);
SELECT count(*) FILTER (WHERE bucket = '-infinity') AS timeless FROM _l2_change;
SELECT * FROM pg_temp.dirty(NULL);
SELECT * FROM pg_temp.dirty('1 day', '-infinity');
ROLLBACK;
SELECT count(l2_mark('again', t, t)) FROM generate_series(timestamp '2020-01-01', '2020-07-13', '2 days') t;
SELECT count(*), min(first), max(past) FROM pg_temp.dirty(NULL);
SELECT l2_mark('again', '2020-08-01', '2020-08-01');
SELECT * FROM pg_temp.dirty(NULL);
SELECT n FROM l2_refresh('again');
-- there is no time after the end of time
INSERT INTO kept VALUES (101, '294276-12-31 12:00', 3, 40);
SELECT n, outcome FROM l2_refresh('again');
SELECT abs(l2_predict('again', 1) - l2_predict(l2_fit('kept', 'y ~ x', 'ols'), ARRAY[1.0])) < 1e-10 AS same;
-- new levels would be new terms
SELECT l2_train('again', 'SELECT *, ''z'' || id % 3 AS zone FROM kept', 'y ~ x * zone',
  options => '{"refresh": "live"}');
SELECT l2_drop('again');
DROP VIEW followed_by;
DROP TABLE kept;

-- What another extension keeps elsewhere is not followed; these are pretended, since they are not here
BEGIN;
SET LOCAL allow_system_table_mods = on;
CREATE SCHEMA _timescaledb_catalog;
CREATE TABLE _timescaledb_catalog.hypertable (schema_name name, table_name name);
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass);
CREATE SCHEMA aside;
CREATE TABLE hyper (id int PRIMARY KEY, x float8, y float8);
CREATE TABLE hyper_chunk () INHERITS (hyper);
CREATE TABLE aside.hyper (x float8, y float8);
CREATE TABLE spread (x float8, y float8);
INSERT INTO hyper SELECT i, i, sin(i) FROM generate_series(1, 9) i;
INSERT INTO _timescaledb_catalog.hypertable VALUES ('public', 'hyper');
INSERT INTO pg_dist_partition VALUES ('spread');
CREATE VIEW engines AS SELECT c::regclass AS relation, _l2_is_engines(c) AS is
  FROM unnest('{hyper,hyper_chunk,aside.hyper,spread}'::regclass[]) c;
SELECT * FROM engines;
INSERT INTO pg_extension VALUES (99998, 'timescaledb', 10, 'pg_catalog'::regnamespace, false, '2'),
  (99999, 'citus', 10, 'pg_catalog'::regnamespace, false, '12');
SELECT * FROM engines;
-- nor are tables that are called alike, or without the other extension's
SAVEPOINT s;
DROP TABLE pg_catalog.pg_dist_partition;
ALTER TABLE _timescaledb_catalog.hypertable SET SCHEMA aside;
SELECT * FROM engines;
ROLLBACK TO s;
\set VERBOSITY default
SAVEPOINT s;
SELECT l2_train('of_hyper', 'hyper', 'y ~ x', 'ols', options => '{"refresh": "live"}');
ROLLBACK TO s;
SELECT l2_train('of_spread', 'spread', 'y ~ x', 'ols', options => '{"refresh": "live"}');
ROLLBACK;

-- Which relations can be followed, for a model of whom
BEGIN;
SET LOCAL allow_system_table_mods = on;
CREATE ROLE l2reg_owner;
CREATE ROLE l2reg_member;
CREATE ROLE l2reg_stranger;
GRANT l2reg_owner TO l2reg_member;
CREATE TABLE plain (x float8, y float8);
CREATE VIEW seen AS TABLE plain;
CREATE TEMP TABLE passing (x float8);
CREATE UNLOGGED TABLE unlogged (x float8);
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE stored (x float8) USING heap_too;
CREATE TABLE hidden (x float8);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
CREATE TABLE forced (x float8);
ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE whole (x float8) PARTITION BY RANGE (x);
CREATE TABLE whole_part PARTITION OF whole FOR VALUES FROM (0) TO (9);
CREATE TABLE brought (x float8);
INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate) VALUES (1, 'whole'::regclass, 'r'),
  (1, 'brought'::regclass, 'r');
-- as PostgreSQL 18 has them
CREATE TABLE virtual (x float8);
CREATE TABLE once_virtual (x float8, gone float8);
UPDATE pg_attribute SET attgenerated = 'v' WHERE attrelid = 'virtual'::regclass AND attname = 'x'
  OR attrelid = 'once_virtual'::regclass AND attname = 'gone';
UPDATE pg_attribute SET attisdropped = true WHERE attrelid = 'once_virtual'::regclass AND attname = 'gone';
CREATE TABLE owned (x float8);
ALTER TABLE owned OWNER TO l2reg_owner;
CREATE FUNCTION pg_temp.followed(owner name, c regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM _l2_check_relation(owner::regrole, c);
  RETURN 'yes';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT c AS relation, pg_temp.followed(CURRENT_USER, c) AS followed
FROM unnest('{plain,seen,passing,unlogged,stored,hidden,forced,whole,whole_part,brought,
  owned,virtual,once_virtual}'::regclass[]) c;
SELECT r AS owner, pg_temp.followed(r, 'owned') AS followed
FROM unnest('{l2reg_owner,l2reg_member,l2reg_stranger}'::name[]) r;
ROLLBACK;

-- What is written through a parent of the source, which its triggers do not see
CREATE TABLE pp (k integer, a float8, y float8) PARTITION BY LIST (k);
CREATE TABLE pp1 PARTITION OF pp FOR VALUES IN (1);
INSERT INTO pp SELECT 1, i % 7, i % 7 + i % 3 FROM generate_series(1, 50) i;
SELECT l2_train('pm', 'pp1', 'y ~ a', 'ols', options => '{"refresh": "live"}');
CREATE TABLE parent (a float8, y float8, at timestamp);
CREATE TABLE child () INHERITS (parent);
INSERT INTO child SELECT i % 7, i % 7 + i % 3, timestamp '2024-01-01' + i * interval '1 hour'
FROM generate_series(1, 50) i;
SELECT l2_train('pm', 'child', 'y ~ a', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT n FROM l2_train('pm', 'child', 'y ~ a', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day", "lag": "2 days"}');
SELECT n FROM l2_train('pm', 'parent', 'y ~ a', 'ols', options => '{"refresh": "live"}');
UPDATE parent SET y = -500 WHERE at = '2024-01-01 01:00';
SELECT (l2_coef('pm'))[1]::numeric(8, 4),
  (l2_coef(l2_fit('parent', 'y ~ a', 'ols')))[1]::numeric(8, 4) AS truth;
-- a child of the source that has another parent, too; and a source that becomes a child
CREATE TABLE other (a float8, y float8);
ALTER TABLE child INHERIT other;
SELECT n FROM l2_glance('pm');
SELECT outcome, reason FROM l2_refresh('pm');
ALTER TABLE child NO INHERIT other;
SELECT outcome, n FROM l2_refresh('pm');
ALTER TABLE parent INHERIT other;
SELECT n FROM l2_glance('pm');
SELECT outcome, reason FROM l2_refresh('pm');
ALTER TABLE parent NO INHERIT other;
SELECT outcome, n FROM l2_refresh('pm');
SELECT n FROM l2_glance('pm');
SELECT l2_drop('pm');
DROP TABLE pp, other, child, parent;

-- of several the first is named, and its first parent
CREATE TABLE pa (a float8, y float8);
CREATE TABLE pb (a float8, y float8);
CREATE TABLE pc (a float8, y float8);
CREATE TABLE c1 (a float8, y float8);
CREATE TABLE c2 (a float8, y float8);
CREATE TABLE c3 (a float8, y float8);
ALTER TABLE c3 INHERIT pa; ALTER TABLE c2 INHERIT pa; ALTER TABLE c1 INHERIT pa;
ALTER TABLE c3 INHERIT pc; ALTER TABLE c2 INHERIT pc; ALTER TABLE c1 INHERIT pc; ALTER TABLE c1 INHERIT pb;
SELECT l2_train('pm', 'pa', 'y ~ a', 'ols', options => '{"refresh": "live"}');
DROP TABLE c1, c2, c3, pa, pb, pc;
CREATE TABLE ga (k integer, y float8, z float8 GENERATED ALWAYS AS (k * 2) STORED,
  a float8 GENERATED ALWAYS AS (k * 3) STORED) PARTITION BY LIST (k);
CREATE TABLE ga1 (y float8, k integer, z float8 GENERATED ALWAYS AS (k * 2) STORED,
  a float8 GENERATED ALWAYS AS (k * 3) STORED);
ALTER TABLE ga ATTACH PARTITION ga1 FOR VALUES IN (1);
INSERT INTO ga1 SELECT i, 1 FROM generate_series(1, 5) i;
SELECT l2_train('pm', 'ga', 'y ~ z + a', 'ols', options => '{"refresh": "live"}');
DROP TABLE ga;

-- Generated columns of partitions: rows that are inserted through a parent of another layout have none yet
CREATE TABLE gp (k integer, a float8, y float8, gen float8 GENERATED ALWAYS AS (a * 2 + 1) STORED)
  PARTITION BY LIST (k);
CREATE TABLE gp1 PARTITION OF gp FOR VALUES IN (1);
INSERT INTO gp SELECT 1, i % 7, i % 7 + i % 3 FROM generate_series(1, 50) i;
SELECT n FROM l2_train('gm', 'gp', 'y ~ gen', 'ols', options => '{"refresh": "live"}');
INSERT INTO gp VALUES (1, 100, -500);
SELECT (l2_coef('gm'))[1]::numeric(8, 4), (l2_glance('gm')).n, (l2_glance('gm')).n_skipped,
  (l2_coef(l2_fit('gp', 'y ~ gen', 'ols')))[1]::numeric(8, 4) AS truth;
CREATE TABLE gp2 (junk integer, k integer, a float8, y float8,
  gen float8 GENERATED ALWAYS AS (a * 2 + 1) STORED);
ALTER TABLE gp2 DROP junk;
ALTER TABLE gp ATTACH PARTITION gp2 FOR VALUES IN (2);
SELECT n FROM l2_glance('gm');
SELECT outcome, reason FROM l2_refresh('gm');
SELECT n FROM l2_train('gm', 'gp', 'y ~ gen', 'ols', options => '{"refresh": "live"}');
SELECT n FROM l2_train('gm', 'gp', 'y ~ a', 'ols', options => '{"refresh": "live"}');
INSERT INTO gp VALUES (2, 100, -500);
SELECT (l2_coef('gm'))[1]::numeric(8, 4), (l2_coef(l2_fit('gp', 'y ~ a', 'ols')))[1]::numeric(8, 4) AS truth;
SELECT l2_drop('gm');
DROP TABLE gp;

-- There is nothing to hold back of a live model
CREATE TABLE gated AS SELECT i % 7 AS a, i AS y FROM generate_series(1, 50) i;
SELECT l2_train('gm', 'gated', 'y ~ a', 'ridge', options => '{"refresh": "live", "gate": 0.1}');
DROP TABLE gated;

-- Within a statement on it a live model does not read its source: its trigger would count those rows again
CREATE TABLE within (a float8, y float8);
INSERT INTO within SELECT i % 17, i % 17 + sin(i) FROM generate_series(1, 60) i;
SELECT n FROM l2_train('wm', 'within', 'y ~ a', 'ols', options => '{"refresh": "live"}');
CREATE FUNCTION read_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_ARGV[0] = 'mark' THEN
    PERFORM l2_mark('wm');
    PERFORM l2_refresh('wm');
  ELSIF TG_ARGV[0] = 'refresh' THEN
    PERFORM l2_refresh('wm');
  ELSE
    PERFORM l2_train('wm', 'within', 'y ~ a', 'ols', options => '{"refresh": "live"}');
  END IF;
  RETURN NEW;
END $$;
-- its changes alone may be added up there, for that of the statement comes later
CREATE TRIGGER a AFTER INSERT ON within FOR EACH STATEMENT EXECUTE FUNCTION read_anew('refresh');
INSERT INTO within VALUES (3, 50), (4, 2);
DROP TRIGGER a ON within;
SELECT (l2_coef('wm'))[1]::numeric(12, 8) = (l2_coef(l2_fit('within', 'y ~ a', 'ols')))[1]::numeric(12, 8)
  AS same;
CREATE TRIGGER a AFTER INSERT ON within FOR EACH STATEMENT EXECUTE FUNCTION read_anew('train');
INSERT INTO within VALUES (3, 50);
DROP TRIGGER a ON within;
CREATE TRIGGER a BEFORE INSERT ON within FOR EACH ROW EXECUTE FUNCTION read_anew('train');
INSERT INTO within VALUES (3, 50), (4, 60);
DROP TRIGGER a ON within;
CREATE FUNCTION read_in_between(i integer) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  IF i = 3 THEN
    PERFORM l2_train('wm', 'within', 'y ~ a', 'ols', options => '{"refresh": "live"}');
  END IF;
  RETURN i;
END $$;
INSERT INTO within SELECT i, read_in_between(i) FROM generate_series(1, 5) i;
SELECT count(*) FROM within;
SELECT (l2_coef('wm'))[1]::numeric(12, 8) = (l2_coef(l2_fit('within', 'y ~ a', 'ols')))[1]::numeric(12, 8)
  AS same;
-- the writer goes on where a refresh fails, and the model is not up to date until another
CREATE TRIGGER a AFTER INSERT ON within FOR EACH ROW EXECUTE FUNCTION read_anew('mark');
INSERT INTO within VALUES (3, 70);
DROP TRIGGER a ON within;
SELECT (l2_glance('wm')).n;
SELECT outcome FROM l2_refresh('wm');
SELECT (l2_coef('wm'))[1]::numeric(12, 8) = (l2_coef(l2_fit('within', 'y ~ a', 'ols')))[1]::numeric(12, 8)
  AS same;
-- what a statement elsewhere does to it by foreign keys has not been noted either
CREATE TABLE elsewhere (a int);
CREATE TRIGGER a AFTER INSERT ON elsewhere FOR EACH ROW EXECUTE FUNCTION read_anew('train');
INSERT INTO elsewhere VALUES (3);
DROP TABLE elsewhere;
SELECT l2_drop('wm');
DROP TABLE within;
DROP FUNCTION read_anew, read_in_between;
