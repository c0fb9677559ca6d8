-- What releases wrote is read by this one: test/data/stored_*.csv, made by make_stored.sh, have a value of
-- every kind in its text form, its binary form, and as a table keeps it.  What a newer one wrote is refused by
-- an error that says so.
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
\i test/data/stored_says.sql
\i test/data/stored_bytes.sql

CREATE TABLE stored (release text, type text, name text, part int, final text, text text, sent text, bytes text, says jsonb);
\copy stored FROM PROGRAM 'for f in test/data/stored_*.csv; do v=${f##*stored_}; tail -n +2 "$f" | sed "s/^/${v%.csv},/"; done' WITH (FORMAT csv)
-- the payload of a gram's text is its binary form
UPDATE stored SET sent = split_part(text, ' data=', 2) WHERE type = 'gram';

-- ---- three ways in

CREATE TABLE gram (release text, name text, part int, how text, v l2_gram);
CREATE TABLE model (release text, name text, part int, how text, v l2_model);

INSERT INTO gram SELECT release, name, part, 'text', text::l2_gram FROM stored WHERE type = 'gram';
INSERT INTO model SELECT release, name, part, 'text', text::l2_model FROM stored WHERE type = 'model';

-- COPY of rows of release, name, part, how and value
CREATE FUNCTION pg_temp.field(v bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT int4send(length(v)) || v $$;
CREATE FUNCTION pg_temp.load(into_table text, of_type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  file text := current_setting('data_directory') || '/l2reg_stored_test';
  lo oid := lo_from_bytea(0, (SELECT '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'::bytea || string_agg('\x0005'::bytea || pg_temp.field(textsend(release)) || pg_temp.field(textsend(name))
      || pg_temp.field(int4send(part)) || pg_temp.field('binary') || pg_temp.field(decode(sent, 'base64')), '') || '\xffff'::bytea FROM stored WHERE type = of_type));
BEGIN
  PERFORM lo_export(lo, file), lo_unlink(lo);
  EXECUTE format('COPY %I FROM %L WITH (FORMAT binary)', into_table, file);
END $$;
SELECT pg_temp.load('gram', 'gram') IS NULL, pg_temp.load('model', 'model') IS NULL \g /dev/null

-- what tables have depends on the order of bytes
SELECT (ols_fit(i, ARRAY[i])::stored_bytes::text ~ '^\\x.{16}01000000') AS little FROM generate_series(1, 3) i \gset
\if :little
INSERT INTO gram SELECT release, name, part, 'bytes', decode(bytes, 'base64')::text::stored_bytes::l2_gram FROM stored WHERE type = 'gram' AND bytes IS NOT NULL;
INSERT INTO model SELECT release, name, part, 'bytes', decode(bytes, 'base64')::text::stored_bytes::l2_model FROM stored WHERE type = 'model';
\endif

-- ---- what they say

-- The same but for the last digits of numbers, which kernels and sums in another order may change
CREATE FUNCTION pg_temp.alike(a jsonb, b jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(a) = 'number' AND jsonb_typeof(b) = 'number' THEN
    RETURN abs(a::float8 - b::float8) <= 1e-9 * greatest(1, abs(b::float8));
  ELSIF jsonb_typeof(a) = 'array' AND jsonb_typeof(b) = 'array' THEN
    RETURN jsonb_array_length(a) = jsonb_array_length(b) AND coalesce((SELECT bool_and(pg_temp.alike(x, b -> (i - 1)::int)) FROM jsonb_array_elements(a) WITH ORDINALITY u(x, i)), true);
  ELSIF jsonb_typeof(a) = 'object' AND jsonb_typeof(b) = 'object' THEN
    -- later releases may say more
    RETURN coalesce((SELECT bool_and(b ? k AND pg_temp.alike(b -> k, x)) FROM jsonb_each(a) u(k, x)), true);
  END IF;
  RETURN a IS NOT DISTINCT FROM b;
END $$;

CREATE VIEW said AS
  SELECT 'gram' AS type, release, name, how, stored_says(array_agg(v ORDER BY part), final) AS says
  FROM gram JOIN (SELECT release, name, part, final FROM stored WHERE type = 'gram') s USING (release, name, part) GROUP BY release, name, how, final
  UNION ALL SELECT 'model', release, name, how, stored_says(v) FROM model;
CREATE VIEW written AS
  SELECT 'gram' AS type, release, name, part, how, v::text AS text, translate(encode(_l2_gram_send(v), 'base64'), E'\n', '') AS sent FROM gram
  UNION ALL SELECT 'model', release, name, part, how, v::text, translate(encode(_l2_model_send(v), 'base64'), E'\n', '') FROM model;

SELECT plan(25);

SELECT set_eq('SELECT DISTINCT release FROM stored', 'SELECT version FROM pg_available_extension_versions WHERE name = ''l2reg'' AND version <= (SELECT default_version FROM pg_available_extensions WHERE name = ''l2reg'')',
  'there are values of every release');
SELECT set_eq($$ SELECT text::jsonb ->> 'method' FROM stored WHERE type = 'model' AND release = '0.2.0' $$, '{ols,ridge,lasso,elastic_net,dropout,logistic,poisson}'::text[], 'and models of every method');
SELECT set_eq($$ SELECT text::jsonb ->> 'solver' FROM stored WHERE type = 'model' AND release = '0.2.0' AND name <> 'by hand' $$, '{cholesky_dd,coordinate,fista,gradient,newton,proximal_newton,eigen}'::text[], 'and solver');
SELECT cmp_ok((SELECT count(*) FROM stored WHERE type = 'gram' AND text ~ 'columns=102'), '=', 1::bigint, 'a gram of many columns');

SELECT is((SELECT count(*) FROM said WHERE how = w), (SELECT count(DISTINCT (release, type, name)) FROM stored WHERE w <> 'bytes' OR bytes IS NOT NULL), 'all are read: ' || w)
FROM (VALUES ('text'), ('binary'), ('bytes')) v(w) WHERE w <> 'bytes' OR :'little';
SELECT is_empty(format($$ SELECT n.release, n.type, n.name, s.says, n.says FROM said n JOIN (SELECT release, type, name, says FROM stored WHERE part = 1) s USING (release, type, name)
  WHERE n.how = %L AND pg_temp.alike(s.says, n.says) IS NOT TRUE $$, w), 'and say what they said: ' || w)
FROM (VALUES ('text'), ('binary'), ('bytes')) v(w) WHERE w <> 'bytes' OR :'little';
-- Writing a value again changes nothing: so far there is one format of each type.
SELECT is_empty(format($$ SELECT n.release, n.type, n.name, n.part, n.text, s.text FROM written n JOIN stored s USING (release, type, name, part)
  WHERE n.how = %L AND (n.text <> s.text OR n.sent <> s.sent) $$, w), 'and are written as they were: ' || w)
FROM (VALUES ('text'), ('binary'), ('bytes')) v(w) WHERE w <> 'bytes' OR :'little';
SELECT skip('values as tables keep them are of a little-endian machine', 3) WHERE NOT :'little';

-- the comparison sees what differs
SELECT ok(NOT pg_temp.alike('{"a": [1, 2]}', '{"a": [1, 2.00001]}') AND NOT pg_temp.alike('{"a": [1]}', '{"a": [1, 2]}') AND NOT pg_temp.alike('{"a": 1}', '{"b": 1}') AND NOT pg_temp.alike('{"a": null}', '{"a": 1}')
  AND pg_temp.alike('{"a": [1, "b"]}', '{"a": [1.00000000001, "b"], "c": 2}'), 'the comparison sees what differs');

-- ---- newer than this one

CREATE FUNCTION pg_temp.try(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
  EXECUTE sql;
  RETURN 'read';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN format('%s %s / %s / %s', SQLSTATE, SQLERRM, detail, hint);
END $$;
-- in binary: only the first byte is as it is now
CREATE FUNCTION pg_temp.receive(of_type text, v bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  file text := current_setting('data_directory') || '/l2reg_stored_test';
  lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'::bytea || '\x0001'::bytea || pg_temp.field(v) || '\xffff'::bytea);
BEGIN
  PERFORM lo_export(lo, file), lo_unlink(lo);
  RETURN pg_temp.try(format('COPY %I (v) FROM %L WITH (FORMAT binary)', of_type, file));
END $$;
CREATE FUNCTION pg_temp.newer(type text, state text) RETURNS text LANGUAGE sql AS $$
  SELECT format('^%s %s was written by a newer l2reg / Its format version is [0-9]+; this l2reg reads versions up to 1[.] / Install an l2reg that is no older', state, type) $$;

SELECT matches(pg_temp.try($$ SELECT 'l2_gram/2 n=3 of another kind'::l2_gram $$), pg_temp.newer('l2_gram', '22P02'), 'a newer gram, text');
SELECT matches(pg_temp.try($$ SELECT '{"l2_model": 17, "new": 1}'::l2_model $$), pg_temp.newer('l2_model', '22P02'), 'a newer model, text');
SELECT matches(pg_temp.try($$ SELECT l2_model('{"l2_model": 2}'::jsonb) $$), pg_temp.newer('l2_model', '22P02'), 'a newer model, jsonb');
SELECT matches(pg_temp.receive(t, v), pg_temp.newer('l2_' || t, '22P03'), format('a newer %s, binary, of %s bytes', t, length(v)))
FROM (VALUES ('gram', '\x02'::bytea), ('gram', decode('02' || repeat('00', 60), 'hex')), ('model', '\x02'), ('model', decode('ff' || repeat('01', 60), 'hex'))) f(t, v);
-- as tables have them, and another release left them
SELECT matches(pg_temp.try(format('SELECT %s(%L::stored_bytes::l2_%s)', CASE type WHEN 'gram' THEN 'l2_n' ELSE 'l2_coef' END, overlay(bytes placing byte from 3 + 2 * at), type)), error, what)
FROM (SELECT g::stored_bytes::text AS gram, l2_ols(g)::stored_bytes::text AS model FROM (SELECT l2_gram_cols(i, i % 3) AS g FROM generate_series(1, 5) i) s) s,
  LATERAL (VALUES (gram, 'gram', 0, '02', pg_temp.newer('l2_gram', '0A000'), 'a newer gram, stored'),
    (model, 'model', 0, '02', pg_temp.newer('l2_model', '0A000'), 'a newer model, stored'),
    (model, 'model', 2, '63', '^0A000 l2_model was written by a newer l2reg / It has a method', 'a model of a newer method, stored'),
    (gram, 'gram', 0, '00', '^0A000 invalid l2_gram', 'a version that never was')) f(bytes, type, at, byte, error, what);

SELECT * FROM finish();
