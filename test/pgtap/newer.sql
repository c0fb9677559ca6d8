-- What a newer release wrote, and bytes that no release wrote, are refused by an error that says so: as text,
-- in binary, and as tables have them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;

-- the bytes of grams and models as tables have them: casts to a type that shows them, and back
SET client_min_messages = error;
CREATE TYPE stored_bytes;
CREATE FUNCTION stored_bytes_in(cstring) RETURNS stored_bytes AS 'byteain' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION stored_bytes_out(stored_bytes) RETURNS cstring AS 'byteaout'
  LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE stored_bytes (INPUT = stored_bytes_in, OUTPUT = stored_bytes_out, ALIGNMENT = double,
  STORAGE = external);
CREATE CAST (l2_gram AS stored_bytes) WITHOUT FUNCTION;
CREATE CAST (l2_model AS stored_bytes) WITHOUT FUNCTION;
CREATE CAST (stored_bytes AS l2_gram) WITHOUT FUNCTION;
CREATE CAST (stored_bytes AS l2_model) WITHOUT FUNCTION;
SET client_min_messages = warning;

CREATE TABLE gram (v l2_gram);
CREATE TABLE model (v l2_model);
CREATE FUNCTION pg_temp.field(v bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT int4send(length(v)) || v $$;
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
  file text := current_setting('data_directory') || '/l2reg_newer_test';
  lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'::bytea
  || '\x0001'::bytea || pg_temp.field(v) || '\xffff'::bytea);
BEGIN
  PERFORM lo_export(lo, file), lo_unlink(lo);
  RETURN pg_temp.try(format('COPY %I (v) FROM %L WITH (FORMAT binary)', of_type, file));
END $$;
CREATE FUNCTION pg_temp.newer(type text, state text) RETURNS text LANGUAGE sql AS $$
  SELECT format('^%s %s was written by a newer l2reg / Its format version is [0-9]+; this l2reg reads '
  'versions up to 1[.] / Install an l2reg that is no older', state, type) $$;

SELECT plan(11);
SELECT matches(pg_temp.try($$ SELECT 'l2_gram/2 n=3 of another kind'::l2_gram $$),
  pg_temp.newer('l2_gram', '22P02'), 'a newer gram, text');
SELECT matches(pg_temp.try($$ SELECT '{"l2_model": 17, "new": 1}'::l2_model $$),
  pg_temp.newer('l2_model', '22P02'), 'a newer model, text');
SELECT matches(pg_temp.try($$ SELECT l2_model('{"l2_model": 2}'::jsonb) $$),
  pg_temp.newer('l2_model', '22P02'), 'a newer model, jsonb');
SELECT matches(pg_temp.receive(t, v), pg_temp.newer('l2_' || t, '22P03'),
  format('a newer %s, binary, of %s bytes', t, length(v)))
FROM (VALUES ('gram', '\x02'::bytea), ('gram', decode('02' || repeat('00', 60), 'hex')), ('model', '\x02'),
  ('model', decode('ff' || repeat('01', 60), 'hex'))) f(t, v);
-- as tables have them, and another one left them
SELECT matches(pg_temp.try(format('SELECT %s(%L::stored_bytes::l2_%s)',
  CASE type WHEN 'gram' THEN 'l2_n' ELSE 'l2_coef' END, overlay(bytes placing byte from 3 + 2 * at), type)),
  error, what)
FROM (SELECT g::stored_bytes::text AS gram, l2_ols(g)::stored_bytes::text AS model
  FROM (SELECT l2_gram_cols(i, i % 3) AS g FROM generate_series(1, 5) i) s) s,
  LATERAL (VALUES (gram, 'gram', 0, '02', pg_temp.newer('l2_gram', '0A000'), 'a newer gram, stored'),
    (model, 'model', 0, '02', pg_temp.newer('l2_model', '0A000'), 'a newer model, stored'),
    (model, 'model', 2, '63', '^0A000 l2_model was written by a newer l2reg / It has a method',
    'a model of a newer method, stored'),
    (gram, 'gram', 0, '00', '^0A000 invalid l2_gram', 'a version that never was')) f(bytes, type, at, byte,
    error, what);

SELECT * FROM finish();
