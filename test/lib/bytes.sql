-- bytes.sql: binary values as a hostile client may send them.  Of test/pgtap.

-- The bytes of a COPY file with one row of one column
CREATE FUNCTION pg_temp.copy_file(v bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'::bytea || '\x0001'::bytea
         || int4send(length(v)) || v || '\xffff'::bytea $$;

-- Reads v as a value of the column of tab; returns 'read' or the condition's SQLSTATE and message
CREATE FUNCTION pg_temp.try(tab text, v bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  lo oid := lo_from_bytea(0, pg_temp.copy_file(v));
  file text := current_setting('data_directory') || '/l2reg_binary_test';
  detail text;
BEGIN
  PERFORM lo_export(lo, file);
  PERFORM lo_unlink(lo);
  EXECUTE format('COPY %I FROM %L WITH (FORMAT binary)', tab, file);
  RETURN 'read';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ' ' || coalesce(nullif(detail, ''), SQLERRM);
END $$;

-- CRC-32C (Castagnoli), bit by bit
CREATE FUNCTION pg_temp.crc(v bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE c bigint := 4294967295;
BEGIN
  FOR i IN 0 .. length(v) - 1 LOOP
    c := c # get_byte(v, i);
    FOR k IN 1 .. 8 LOOP
      c := (c >> 1) # (CASE WHEN c & 1 = 1 THEN 2197175160 ELSE 0 END);
    END LOOP;
  END LOOP;
  RETURN substr(int8send(c # 4294967295), 5);
END $$;

-- v with the bytes from position at on replaced and the checksum made right
CREATE FUNCTION pg_temp.forge(v bytea, at int, new bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT b || pg_temp.crc(b) FROM (SELECT overlay(substr(v, 1, length(v) - 4) placing new from at
  + 1) b) s $$;
