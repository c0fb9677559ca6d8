-- Terms: a closed language that is read without running anybody's code, and that gives the same number in
-- every session.
CREATE SCHEMA term;
SET search_path = term, public;

-- what a term means over columns of all kinds
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE DOMAIN euros AS numeric(12, 2);
CREATE DOMAIN spirits AS mood;
-- as citext has it
SET client_min_messages = warning;
CREATE TYPE words;
CREATE FUNCTION words_in(cstring) RETURNS words LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION words_out(words) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE words (INPUT = words_in, OUTPUT = words_out, LIKE = text);
CREATE CAST (words AS text) WITHOUT FUNCTION AS IMPLICIT;
RESET client_min_messages;

CREATE TABLE cells (
  id int, b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, d date, ts timestamp,
  tz timestamptz, tm time, iv interval,
  t text, v varchar(20), c char(6), nm name, m mood, w words, e euros, s spirits, x float8[], xi int[],
  "Odd ""name""" int
);
CREATE TEMP TABLE columns AS SELECT array_agg(attname::text ORDER BY attnum) AS names,
  array_agg(atttypid::regtype ORDER BY attnum) AS types
FROM pg_attribute WHERE attrelid = 'cells'::regclass AND attnum > 0;
SELECT n, t, _l2_builtin_type(t) FROM columns, unnest(names, types) u(n, t);
SELECT t, _l2_builtin_type(t)
  FROM unnest('{record,cells,point,json,"char",oid,int4range,text[],mood[],euros[],smallint[],numeric[],xml,'
  'int2vector}'::regtype[]) t;
CREATE FUNCTION term(term text, OUT sql text, OUT type regtype, OUT uses text[])
  LANGUAGE sql STABLE AS $$ SELECT t.* FROM columns, _l2_term(term, names, types) t $$;

\pset format unaligned
\pset tuples_only on
\pset fieldsep '  '
SELECT (term('f8 + q.i4')).*;
SELECT (term('i4 / 2')).*;
SELECT (term('i4 / i8 + 1')).*;
SELECT (term('i4 / 2.5')).*;
SELECT (term('n ^ 2')).*;
SELECT (term('e * 2')).*;
SELECT (term('ln(n) + log10(i4)')).*;
SELECT (term('t || '':'' || i4 || b')).*;
SELECT (term('m = ''sad''')).*;
SELECT (term('s')).*;
SELECT (term('w ILIKE ''a%''')).*;
SELECT (term('c IN (''a'', E''\\'')')).*;
SELECT (term('i4 NOT IN (1, 2.5, -3)')).*;
SELECT (term('CASE t WHEN ''a'' THEN 1 WHEN ''b'' THEN 2.5 END')).*;
SELECT (term('nullif(i4, 0)')).*;
SELECT (term('t IS NOT DISTINCT FROM ''a''')).*;
SELECT (term('i4 BETWEEN SYMMETRIC 3 AND 1')).*;
SELECT (term('x[2] * xi[1]')).*;
SELECT (term('ts > ''2024-02-29'' AND tz < ''2024-02-29 12:00:00+02'' AND d = ''2024-02-29'' '
  'AND tm > ''12:00''')).*;
SELECT (term('ts + ''1 year -2 months 3 days -04:05:06.789'' > d')).*;
SELECT (term('interval ''-0.5 seconds''')).*;
SELECT (term('extract(epoch FROM tz AT TIME ZONE ''Europe/Berlin'')')).uses;
SELECT (term('"Odd ""name""" /* a comment */ + 1 -- another')).*;
SELECT (term('v::varchar')).*;
SELECT (term('NULL')).*;
SELECT (term('greatest(i4, f8) - least(1, n) + coalesce(f4, 0) + pg_catalog.abs(i2) OPERATOR(pg_catalog.*) '
  '2')).type;
-- over columns that have other types than they had in training
SELECT sql FROM _l2_term('a + b + c', '{a,b,c}', '{smallint,numeric,integer}',
  '{bigint,double precision,numeric}');
SELECT sql FROM _l2_term('a', '{a}', '{double precision}', '{integer}');
SELECT sql FROM _l2_term('a', '{a}', '{text}', '{integer}');
SELECT sql FROM _l2_term('a', '{a}', '{integer,integer}');
SELECT _l2_term(NULL, '{a}', '{integer}') IS NULL;
\pset tuples_only off
\pset format aligned

-- what is refused, as the one who wrote it sees it
\set SHOW_CONTEXT never
SELECT term('f8 + date_part(''hour'', tz)');
SELECT term('age(tz, tz)');
SELECT term('tz::date');
SELECT term('my.function(f8)');
SELECT term('d > ''today''');
SELECT term('log(f8)');
SELECT term('f8::text');
SELECT term('t::float8');
SELECT term('iv::text');
SELECT term('f8::numeric(10, 2)');
SELECT term('''{1}''::bob.dom[]');
SELECT term('tz AT TIME ZONE t');
SELECT term('tz AT TIME ZONE ''CET''');
SELECT term('i4 IN (i8, 2)');
SELECT term('(SELECT 1)');
SELECT term('h.f8 + 1');
SELECT term('f9 + 1');
\set VERBOSITY terse
SELECT term('f8 + t');
\set VERBOSITY default
SELECT term('f8 +');
SELECT term('m > ''sad''');
SELECT term('tm');
SELECT term('x');
SELECT sql FROM _l2_term('p', '{p}', '{point}');
SELECT term('1e1000000');
SELECT term('i4 || repeat(t, 1000000)');
SELECT term(repeat('(', 100000) || 'f8' || repeat(')', 100000));

-- and what else there is
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION refusal(t text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE s text; h text;
BEGIN
  PERFORM term(t);
  RETURN 'TAKEN';
EXCEPTION WHEN OTHERS THEN
  RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT left(t, 100), refusal(t) FROM unnest(ARRAY[
  '', ' ', '*', 'q.*', 'q', 'cells', 'f8, i4', '(f8, i4)', 'row(f8)', 'f8 AS a', 'f8 FROM cells',
  'f8; SELECT 1', '; f8', 'DISTINCT f8', 'f8 WHERE b', 'f8 LIMIT 1', 'f8 UNION SELECT 1', 'f8 INTO a',
  'f8 FOR UPDATE',
  '$1', 'count(*)', 'sum(f8)', 'sum(f8) OVER ()', 'abs(f8) OVER ()', 'abs(DISTINCT f8)', 'abs(f8 ORDER BY 1)',
  'abs(f8) FILTER (WHERE b)', 'abs(VARIADIC x)', 'make_date(year => 1, month => 1, day => 1)',
  'percentile_cont(0.5) WITHIN GROUP (ORDER BY f8)',
  'EXISTS (SELECT 1)', 'f8 IN (SELECT 1)', 'f8 = ANY (x)', 'f8 > ALL (x)', 'ARRAY[f8]', 'x[1:2]', 'x[:]',
  'xi', '(x)[1]', 'x[1][1]', '(q).f8', '(q.m).f8', 'q.cells.f8', 'generate_series(1, 3)', 'unnest(x)',
  'array_length(x, 1)',
  't COLLATE "C"', 'CURRENT_DATE', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'CURRENT_USER', 'SESSION_USER',
  'CURRENT_SCHEMA', 'now()', 'random()', 'pg_sleep(1)', 'current_setting(t)', 'clock_timestamp()',
  'to_char(d, t)', 'to_date(t, t)', 'concat(t, t)', 'format(t)', 'lpad(t, 9)', 'rpad(t, 9)', 'chr(65)',
  'xmlelement(name a)', 'xmlparse(CONTENT t)', 't IS DOCUMENT', 'f8::cells', 't::mood', 't::regclass',
  't::name', 't::bytea', 't::xml', 'f8::int[]', 'f8::"char"', 't::bit', 'B''101''', 'X''1F''',
  't SIMILAR TO ''a''', '(d, d) OVERLAPS (d, d)',
  'date ''tomorrow''', 'date ''01/02/2024''', 'date ''2024-02-30''', 'date ''infinity''',
  'date ''2024-01-01 10:00''', 'timestamp ''now''', 'timestamp ''2024-01-01 10:00+02''',
  'timestamptz ''2024-01-01 10:00''', 'timestamptz ''2024-01-01 10:00 CET''', 'ts > ''epoch''',
  'tm > ''allballs''', 'tm > ''noon''',
  'interval ''1'' day', 'interval ''1 day''(3)', 'time ''12:00'' + interval ''nonsense''', 't::date',
  'd::text', 'tz::text', 'tz::time', 'ts::timestamptz', 'd::timestamptz', 'tz::timestamp', 'd > tz',
  'tz + iv', 'date_trunc(''day'', tz)', 'date_trunc(''day'', tz, ''UTC'')', 'date_part(''hour'', tz)',
  'age(ts)', 'timezone(''EST'', ts)', 'ts AT TIME ZONE iv', 'ts AT TIME ZONE ''+02''',
  '1e400', '1e-1000', '''1e1000''::numeric', repeat('9', 500), 'int ''1e5''', '''x''::int + i4',
  'i4 OPERATOR(term.+) 1', 'i4 OPERATOR(public.+) 1', 'term.abs(f8)', 'i4 & 1', 'i4 << 1', '~ i4', 'd @> d',
  't ~~ t', 't ^@ t', 'factorial(5)', 'x = x', 'x + 1', 'f8 OPERATOR(pg_catalog.<->) f8',
  'replace(t, ''a'', t)', 'replace(t, v, ''a'')', 'regexp_replace(t, ''a'', v)',
  'replace(replace(replace(replace(t, ''a'', ''aaaaaaaaaa''), ''a'', ''aaaaaaaaaa''), ''a'', '
    '''aaaaaaaaaa''), ''a'', ''aaaaaaaaaa'')',
  'regexp_replace(regexp_replace(t, ''.*'', ''\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&''), '
    '''.*'', ''\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&\&'')',
  'greatest(s, t)', 'm BETWEEN ''ok'' AND ''sad''', 'GROUPING(f8)', 'NULLIF(f8, x)',
  'CASE WHEN f8 THEN 1 END', 'COALESCE(x, x)', 'a.b.c.d', 'DEFAULT', 'VALUES (1)', 'TABLE cells',
  'ROW(1) = ROW(1)', 'ROW(1, 2) < ROW(1, 2)', 'pg_typeof(f8)', 'enum_out(m)', 'nextval(t)', 'lo_import(t)',
  'pg_read_file(t)', 'query_to_xml(t, b, b, t)'
]) t;

-- names and strings in every notation
SELECT t, (term(t)).uses, (term(t)).type FROM unnest(ARRAY['"f8"', 'F8', 'Q."f8"', 'U&"f8" UESCAPE ''!'' + 1',
  'U&"\0066\0038"', 't = E''a\nb''', 't = U&''\0061''', 't = $$a$$', 't = $x$a$x$', 't = ''it''''s''',
  '((f8))', 'CAST(f8 AS int)', 'float8(i4)::float8', 'int ''5''', 'TRUE', 'b IS NOT UNKNOWN',
  'numeric ''1e5''',
  'position(''a'' IN t)', 'substring(t FROM 2 FOR 1)', 'substring(t FROM ''a.'')', 'trim(BOTH ''x'' FROM t)',
  't LIKE ''a!%'' ESCAPE ''!''', 't NOT ILIKE v', 't !~* ''x''', 'extract(''year'' FROM d)::int', 'd - d',
  'd + 1', 'ts - ts', 'tz - tz', 'd + tm', '|/ f8', '@ i4', '-i4', 'i4 % 2', 'div(i4, 2)', 'mod(i8, 3)']) t;
\pset tuples_only off
\pset format aligned

-- long ones: as long as they may be, and longer
SELECT (term('f8' || repeat(' + f8', 1500))).type;
SELECT refusal(repeat('f8 + ', 20000) || 'f8');
SELECT refusal(repeat(' ', 70000) || 'f8');
SELECT refusal(repeat('(', 12) || 'i4' || repeat(' BETWEEN SYMMETRIC 1 AND 2)::int', 12));
SELECT refusal('i4 IN (1' || repeat(', 1', 4000) || ')'),
  refusal('(f8 + 1 + 2 + 3) IN (1' || repeat(', 1', 4000) || ')');
SELECT left(refusal(repeat('-', 1) || repeat('(', 8000) || 'f8' || repeat(')', 8000)), 5);
SELECT left(refusal(repeat('abs(', 10000) || 'f8' || repeat(')', 10000)), 5);
SELECT refusal('f8' || repeat(' + f8', 9000)) ~ '^(TAKEN|54001)' AS deep;

-- The same in SQL and from a record, bit for bit, for every row, under all settings that could matter.
INSERT INTO cells VALUES
  (1, true, 1, 7, 9, 1.5, 2.25, 12.50, '2024-02-29', '2024-02-29 13:14:15.678901', '2024-02-29 13:14:15+00',
  '13:14:15.5', '1 mon -2 days 03:04:05', 'abc', 'Abc', 'ab', 'name', 'sad', 'Word', 19.99, 'glad',
  '{1.5,2.5,NULL}', '{3,4}', 5),
  (2, false, -3, -2, -11, 0.1, -0.1, -0.003, '1999-12-31', '1999-12-31 23:59:59.999999',
  '1999-12-31 23:59:59.999999+00', '00:00', '-1 day', '', '', '', '', 'ok', '', 0, 'sad', '{}', '{}', -5),
  (3, true, 32767, 2147483647, 9223372036854775807, 3.4e38, 1.7976931348623157e308,
  123456789012345678901234567890.123456789, '0001-01-01', '0001-01-01', '0001-01-01 00:00:00+00', '24:00',
  '178000000 years', 'ÄÖÜ äöü', E'a\\b\'c', 'äöü', 'Odd "x"', 'glad', 'WORD word', 9999999999.99,
  'ok', '{NaN,Infinity}', '{2147483647}', 2147483647),
  (4, false, -32768, -2147483648, -9223372036854775808, 1.4e-45, 5e-324, 1e-30, '5000000-01-01',
  '290000-12-31', '290000-12-31 00:00:00+00', '23:59:59.999999', '-178000000 years', repeat('x', 3000), 'a  ',
  'a', 'a', 'sad', repeat('y', 3000)::words, -9999999999.99, 'sad', '[2:3]={7,8}', '[0:1]={7,8}',
  -2147483648),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL),
  (6, true, 0, 0, 0, 'NaN', 'NaN', 'NaN', 'infinity', 'infinity', 'infinity', '12:00', '0', 'a%', '%', '%',
  'q', 'ok', 'NULL', 0.01, 'ok', '{0}', '{0}', 0),
  (7, false, 0, 0, 0, '-0', '-0', 0.000, '-infinity', '-infinity', '-infinity', '12:00', '1 us', ' a ', ' a ',
  ' a ', ' a ', 'ok', ' a ', 0.10, 'ok', '{-0}', '{0}', 1),
  (8, true, 2, 3, 4, 'infinity', '-infinity', 1.10, '2024-03-31', '2024-03-31 02:30',
  '2024-03-31 02:30:00+00', '02:30', '1 year 2 mons', '12', '-3', '1.5', 'true', 'ok', 'f', 2.00, 'glad',
  '{1e300,1e-300,3}', '{1,2,3}', 12);
CREATE TABLE terms (k serial, term text, sql text, type regtype);
INSERT INTO terms (term) SELECT unnest(ARRAY[
  'f8', 'f8 + 1', 'f8 * f4', 'f8 / i4', 'i4 / 2', 'i4 / i2', 'i8 / 3 * 3', 'i4 % 5', 'n / 3', 'n / e',
  'e / i4', 'n * e', 'n + f8', 'f8 ^ 2', 'i4 ^ 0.5', 'n ^ 2', 'i4 + 1', 'i2 - i8', '-f8', '+n', '@ f8',
  '|/ abs(f8)', '||/ f8',
  'ln(abs(f8) + 1)', 'ln(n)', 'log10(abs(n) + 1)', 'log(2, 8.0)', 'log(n, 10)', 'exp(f4)', 'exp(n)',
  'sqrt(i4)', 'power(f8, 3)', 'pow(n, 0.5)', 'cbrt(f8)', 'sin(f8) + cos(f4) - tan(i2)', 'atan2(f8, i4)',
  'sinh(f4)', 'round(n, 1)', 'round(f8)', 'trunc(n)', 'ceil(f4)', 'floor(n)', 'sign(f8)', 'div(i4, 2)',
  'mod(i8, 7)', 'gcd(i4, 12)', 'degrees(f8)', 'pi() * f8', 'width_bucket(f8, 0, 10, 5)',
  'f8::int', 'f8::numeric', 'f4::numeric', 'n::int8', 'n::float4', 'i4::bool::int', 'b::int', 'n::text',
  'i8::text', 'b::text', 't::int', 't::numeric', 'v::int', 'nm::bool', 'f8::float4',
  'f8 > 1', 'i4 = 0', 'n <> 12.5', 'i4 <= i8', 't < v', 'm = ''sad''', 's <> ''sad''',
  'b AND f8 > 0 OR NOT b', 'b IS TRUE', 'b IS NOT FALSE', 'f8 IS NULL', 't IS NOT NULL',
  'f8 IS DISTINCT FROM f4', 't IS NOT DISTINCT FROM v', 'nullif(i4, 0)', 'nullif(t, '''')',
  'coalesce(f8, n, -1)', 'greatest(f8, f4, i4)', 'least(t, v, c)', 'CASE WHEN f8 > 0 THEN n ELSE i4 END',
  'CASE m WHEN ''sad'' THEN 1 WHEN ''ok'' THEN 2.5 END', 'CASE i4 WHEN 7 THEN ''seven'' ELSE t END',
  'i4 IN (0, 7, -2)', 'n IN (1.1, 2)', 't NOT IN (''abc'', '''')', 'd IN (''2024-02-29'', ''1999-12-31'')',
  'f8 BETWEEN -1 AND 3', 'i4 NOT BETWEEN SYMMETRIC 10 AND 0',
  'length(t)', 'length(c)', 'octet_length(v)', 'char_length(w)', 'lower(t)', 'upper(w)', 'substr(t, 2, 3)',
  'left(t, 2)', 'right(v, -1)', 'trim(t)', 'ltrim(v, ''A'')', 'rtrim(w)', 'strpos(t, ''b'')',
  'replace(t, ''a'', ''bb'')', 'split_part(w, '' '', 2)', 'regexp_replace(t, ''[ab]'', ''<\&>'', ''g'')',
  't || ''-'' || v || c || nm', 't || i4 || b || n', 'reverse(t)', 'translate(t, ''abc'', ''xyz'')',
  't LIKE ''a%''', 't LIKE v', 'w NOT LIKE ''%!%'' ESCAPE ''!''', 'v ILIKE ''A%''', 't ~ ''^[a-z]+$''',
  't !~* ''X''', 'starts_with(t, ''a'')', 'm || s',
  'extract(year FROM d)', 'extract(dow FROM ts)', 'extract(hour FROM tz AT TIME ZONE ''UTC'')',
  'extract(hour FROM tz AT TIME ZONE ''Asia/Tokyo'')', 'extract(epoch FROM iv)', 'extract(second FROM tm)',
  'date_part(''doy'', d)', 'date_part(''epoch'', ts)', 'date_trunc(''month'', ts)',
  'date_trunc(''hour'', iv)', 'age(ts, ''2000-02-29'')', 'd - ''2000-01-01''', 'd + 30',
  'd + interval ''1 month''', 'ts - ''2000-01-01''', 'ts - iv', 'tz - ''2000-01-01 00:00:00+01''', 'ts::date',
  'd::timestamp', 'ts AT TIME ZONE ''Europe/Berlin''', 'd > ''2020-01-01''', 'ts > d',
  'tz >= ''2024-02-29 12:00:00-02:30''', 'tm < ''12:30''', 'iv > ''1 day''', 'iv * 2',
  'extract(epoch FROM tm + interval ''01:00'')', 'make_date(2000 + i2, 1, 1)', 'isfinite(d)', 'd', 'tz', 'iv',
  'x[1]', 'x[i2]', 'x[2] + xi[1]', 'xi[1]', 'x IS NULL', 'i4 * i4', 'i8 + 1', '1 / i4', 'f8 / f4',
  '"Odd ""name""" / 7', 'c', 'v', 'nm', 'm', 'w', 'e', 's', 'n', 'f4', 'e::text', 'n = 12.5', '''2024-01-01'''
]);
UPDATE terms SET (sql, type) = (SELECT t.sql, t.type FROM term(terms.term) t);
SELECT count(*) > 170 AS enough, count(DISTINCT type) FROM terms;
-- the bits of a value of a type; NaN has a sign that nobody sees
CREATE FUNCTION image(type regtype, value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format(CASE WHEN type IN ('float8'::regtype, 'float4')
  THEN 'replace(encode(float8send((%s)::float8), ''hex''), ''fff8000000000000'', ''7ff8000000000000'')'
    WHEN type IN ('date'::regtype, 'timestamp', 'timestamptz')
    THEN 'encode(timestamp_send((%s)::timestamp), ''hex'')'
    WHEN type = 'interval'::regtype THEN 'encode(interval_send(%s), ''hex'')' ELSE '(%s)::text' END,
    CASE WHEN type = 'timestamptz'::regtype THEN format('(%s) AT TIME ZONE ''UTC''', value) ELSE value END)
$$;
CREATE TABLE results (settings int, k int, id int, in_sql text, from_record text);
CREATE FUNCTION work_out(number int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t terms; r cells; a text; b text; c columns;
BEGIN
  SELECT * INTO c FROM columns;
  FOR t IN SELECT * FROM terms LOOP
    FOR r IN SELECT * FROM cells LOOP
      BEGIN
        EXECUTE format('SELECT %s FROM cells q WHERE id = $1', image(t.type, t.sql)) INTO a USING r.id;
      EXCEPTION WHEN OTHERS THEN
        a := sqlstate;
      END;
      BEGIN
        b := _l2_eval_term(t.term, r, c.names, c.types);
        EXECUTE format('SELECT %s', image(t.type,
        CASE WHEN t.type = 'interval'::regtype THEN 'public_interval($1)'
        ELSE format('$1::%s', t.type) END)) INTO b USING b;
      EXCEPTION WHEN OTHERS THEN
        b := sqlstate;
      END;
      INSERT INTO results VALUES (number, t.k, r.id, a, b);
    END LOOP;
  END LOOP;
END $$;
-- a postgres-style interval, whatever the style
CREATE FUNCTION public_interval(text) RETURNS interval LANGUAGE sql
  SET intervalstyle = postgres AS 'SELECT $1::interval';
SELECT work_out(1);
SET datestyle = 'German, DMY'; SET timezone = 'Asia/Tokyo'; SET intervalstyle = sql_standard;
  SET extra_float_digits = -15; SET quote_all_identifiers = on; SET transform_null_equals = on;
  SET search_path = pg_catalog, term, public;
-- 19 has it always on
DO $$ BEGIN SET escape_string_warning = off; SET standard_conforming_strings = off;
  EXCEPTION WHEN OTHERS THEN NULL; END $$;
SELECT work_out(2);
RESET datestyle; SET timezone = 'America/St_Johns'; SET intervalstyle = iso_8601; SET extra_float_digits = 0;
  RESET standard_conforming_strings; RESET quote_all_identifiers; SET lc_numeric = 'C';
  SET timezone_abbreviations = 'Australia';
SELECT work_out(3);
UPDATE terms SET sql = (SELECT t.sql FROM term(terms.term) t WHERE t.sql <> terms.sql)
  WHERE sql <> (term(term)).sql;
SELECT term AS reads_differently FROM terms WHERE sql IS NULL;
RESET ALL;
SET search_path = term, public;
SELECT settings, count(*) = (SELECT count(*) FROM terms, cells) AS all, count(*)
  FILTER (WHERE in_sql ~ '^[02][0-9A-Z]{4}$' AND length(in_sql) = 5) BETWEEN 50 AND 120 AS some_errors,
  count(in_sql) > 900 AS values FROM results GROUP BY 1 ORDER BY 1;
SELECT term, id, settings, left(in_sql, 30) AS in_sql, left(from_record, 30) AS from_record FROM results
  JOIN terms USING (k) WHERE in_sql IS DISTINCT FROM from_record ORDER BY 1, 2, 3;
SELECT term, id, count(DISTINCT in_sql) FROM results JOIN terms USING (k) GROUP BY 1, 2
  HAVING count(DISTINCT in_sql) > 1 ORDER BY 1, 2;
SELECT term FROM results JOIN terms USING (k) GROUP BY 1
  HAVING count(in_sql) FILTER (WHERE in_sql !~ '^[02][0-9A-Z]{4}$') = 0 ORDER BY 1;

-- A caller's record: whatever type a number comes in, the term gives the same, or an error
CREATE FUNCTION value(term text, r record, types regtype[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN _l2_eval_term(term, r, '{a,b}', types);
EXCEPTION WHEN OTHERS THEN
  RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE TYPE pair_i2 AS (a int2, b int2);
CREATE TYPE pair_i4 AS (a int4, b int8);
CREATE TYPE pair_f AS (b float4, a float8);
CREATE TYPE pair_n AS (x int, a numeric, b numeric(20, 10));
CREATE TYPE pair_e AS (a euros, b int8);
SELECT t AS term, y AS types, count(DISTINCT v), min(v), max(v)
  FROM unnest(ARRAY['a / b', 'a / 2 + b', 'a ^ b', 'a % 5', 'a + b * 0.1', 'round(a / b, 3)']) t,
  unnest(ARRAY['{integer,integer}', '{numeric,numeric}', '{double precision,double precision}',
  '{smallint,numeric}', '{real,bigint}']) y,
  LATERAL (SELECT value(t, ROW(7, 3)::pair_i2, y::regtype[])
  UNION ALL SELECT value(t, ROW(7, 3)::pair_i4, y::regtype[])
  UNION ALL SELECT value(t, ROW(3, 7)::pair_f, y::regtype[])
    UNION ALL SELECT value(t, ROW(0, 7.000, 3.0)::pair_n, y::regtype[])
    UNION ALL SELECT value(t, ROW(7.00, 3)::pair_e, y::regtype[])) r(v)
GROUP BY 1, 2 ORDER BY 1, 2;
\pset format unaligned
\pset tuples_only on
SELECT value('a + b', r, '{integer,numeric}') FROM (SELECT 0.1::float8 AS b, 2 AS a) r;
SELECT value('a + b', r, '{integer,numeric}') FROM (SELECT 0.1::float4 AS b, 2.5 AS a) r;
SELECT value('a', r, '{smallint,numeric}') FROM (SELECT 40000 AS a) r;
SELECT value('a', r, '{bigint,numeric}') FROM (SELECT 9223372036854775808 AS a) r;
SELECT value('a', r, '{bigint,numeric}') FROM (SELECT -9223372036854775807.0 AS a) r;
SELECT value('a', r, '{integer,numeric}') FROM (SELECT 'NaN'::float8 AS a) r;
SELECT value('a', r, '{integer,numeric}') FROM (SELECT 'NaN'::numeric AS a) r;
SELECT value('a', r, '{real,numeric}') FROM (SELECT 1e300::float8 AS a) r;
SELECT value('a', r, '{boolean,numeric}') FROM (SELECT 2 AS a) r;
SELECT value('a AND b', r, '{boolean,boolean}'), value('a + b', r, '{integer,numeric}')
  FROM (SELECT 1 AS a, true AS b) r;
SELECT value('a', r, '{date,numeric}') FROM (SELECT timestamp '2024-02-29' AS a) r;
SELECT value('a', r, '{date,numeric}') FROM (SELECT timestamp '2024-02-29 01:00' AS a) r;
SELECT value('a', r, '{timestamp,numeric}') FROM (SELECT date '2024-02-29' AS a) r;
SELECT value('a', r, '{timestamp,numeric}') FROM (SELECT timestamptz '2024-02-29 01:00' AS a) r;
SELECT value('a[2] + a[1]', r, '{double precision[],numeric}') FROM (SELECT '{1.5,2}'::numeric[] AS a) r;
SELECT value('a', r, '{text,numeric}'), value('length(a)', r, '{text,numeric}')
  FROM (SELECT 'ab  '::char(4) AS a) r;
SELECT value('a || b', r, '{text,text}') FROM (SELECT 'glad'::spirits AS a, 'Word'::words AS b) r;
SELECT value('a', r, '{text,numeric}') FROM (SELECT 1 AS a) r;
SELECT value('a', r, '{integer,numeric}') FROM (SELECT '1'::text AS a) r;
SELECT value('a + b', r, '{integer,numeric}') FROM (SELECT 1 AS a) r;
-- of columns that the term does not use nothing is asked
SELECT value('a + 1', r, '{integer,numeric}') FROM (SELECT 1 AS a, point(1, 2) AS b) r;

-- Types whose owner makes them run his code: none of it runs, whoever asks.
CREATE ROLE l2reg_bob;
CREATE SCHEMA bob AUTHORIZATION l2reg_bob;
GRANT USAGE ON SCHEMA term TO l2reg_bob;
SET ROLE l2reg_bob;
SET search_path = bob, term, public;
CREATE FUNCTION boom() RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'the code of bob runs';
  RETURN 1; END $$;
CREATE TYPE ety AS (v float8);
CREATE TYPE ecat AS ENUM ('a', 'b');
CREATE DOMAIN dom AS int CHECK (bob.boom() > 0);
CREATE DOMAIN ftext AS text CHECK (bob.boom() > 0);
CREATE DOMAIN float8 AS double precision CHECK (bob.boom() > 0);
CREATE FUNCTION cast_ety(ety) RETURNS double precision LANGUAGE sql AS 'SELECT bob.boom()';
CREATE FUNCTION cast_ecat(ecat) RETURNS text LANGUAGE sql AS 'SELECT bob.boom()::text';
CREATE FUNCTION ecat_number(ecat) RETURNS double precision LANGUAGE sql AS 'SELECT bob.boom()';
CREATE FUNCTION add(double precision, double precision) RETURNS double precision
  LANGUAGE sql AS 'SELECT bob.boom()';
CREATE CAST (ety AS double precision) WITH FUNCTION cast_ety(ety) AS IMPLICIT;
CREATE CAST (ety AS text) WITH INOUT AS IMPLICIT;
CREATE CAST (ecat AS text) WITH FUNCTION cast_ecat(ecat) AS IMPLICIT;
CREATE CAST (ecat AS double precision) WITH FUNCTION ecat_number(ecat) AS IMPLICIT;
CREATE TYPE span AS RANGE (subtype = double precision);
CREATE FUNCTION ln(double precision) RETURNS double precision LANGUAGE sql AS 'SELECT bob.boom()';
CREATE OPERATOR + (LEFTARG = double precision, RIGHTARG = double precision, FUNCTION = add);
CREATE FUNCTION same(ecat, text) RETURNS boolean LANGUAGE sql AS 'SELECT bob.boom() > 0';
CREATE OPERATOR = (LEFTARG = ecat, RIGHTARG = text, FUNCTION = same);
SET search_path = bob, pg_catalog, term, public;
-- it does where nobody looks out
\set VERBOSITY terse
SELECT 2.0::double precision + '1'::double precision AS shadowed, '1'::dom IS NULL AS checked,
  ROW(1)::ety::double precision AS cast, 'b'::ecat = 'a'::text AS equals;
-- none of it here
SELECT value('ln(a) + b', r, '{double precision,double precision}')
  FROM (SELECT 1::double precision AS a, 2::double precision AS b) r;
SELECT value('ln(a) + b', r, '{double precision,double precision}')
  FROM (SELECT 1::double precision AS a, ROW(2)::ety AS b) r;
SELECT value('a + b', r, '{double precision,double precision}')
  FROM (SELECT 1::double precision AS a, 'a'::ecat AS b) r;
SELECT value('a + b', r, '{double precision,double precision}')
  FROM (SELECT 1::double precision AS a, '[1,2]'::span AS b) r;
SELECT value('a || b', r, '{text,text}') FROM (SELECT 'x' AS a, 'b'::ecat AS b) r;
SELECT value('b = ''b'' AND a IS NOT NULL', r, '{text,text}') FROM (SELECT 'x' AS a, 'b'::ecat AS b) r;
SELECT value('a || b', r, '{text,text}') FROM (SELECT 'x' AS a, ROW(2)::ety AS b) r;
CREATE TABLE checked AS SELECT 2::dom AS a, 'x'::ftext AS b;
SELECT value('ln(a::float8) + length(b)', r, '{integer,text}') FROM checked r;
\set VERBOSITY default
RESET ROLE;
SELECT refusal(t) FROM unnest(ARRAY['''{1}''::bob.dom[]', '''1''::bob.dom', '1::dom', 'f8::bob.float8',
  'i4 OPERATOR(bob.+) 1', 'bob.boom()', 'boom()', '''[1,2]''::bob.span', '''(1)''::bob.ety',
  '(''(1)''::bob.ety).v']) t;
SELECT sql FROM term('ln(f8::float8 + 1) + f4');
SELECT sql AS made FROM _l2_term('ln(a) + (b = ''a'')::int + length(c)', '{a,b,c}', '{dom,ecat,ftext}') \gset
\echo :made
GRANT SELECT ON bob.checked TO PUBLIC;
SELECT :made FROM (SELECT a, 'a'::ecat AS b, b AS c FROM bob.checked OFFSET 0) q;

-- the same by prediction: the model is a superuser's, the record is bob's
SET search_path = term, public;
CREATE TABLE houses AS SELECT (50 + i)::float8 AS area, (i % 5)::float8 AS rooms, 'z' || i % 3 AS zone,
  (10 * i + i * i % 7)::float8 AS price FROM generate_series(1, 50) i;
SELECT n FROM l2_train('hostile', 'houses',
  formula => 'price ~ area + zone + rooms:area + I(area ^ 2) + I(zone = ''z1'')', method => 'ridge',
  lambda => 1);
SELECT l2_grant('hostile', 'l2reg_bob');
GRANT SELECT ON houses TO l2reg_bob;
SET ROLE l2reg_bob;
SET search_path = bob, pg_catalog, term, public;
SELECT l2_predict('hostile', h) = l2_predict('hostile', r) AS same FROM houses h,
  LATERAL (SELECT h.area::numeric, h.rooms::int, h.zone::words) r LIMIT 1;
SELECT l2_predict('hostile', r) FROM (SELECT 2.0::double precision AS area, ROW(2)::ety AS rooms,
  'z1' AS zone) r;
SELECT l2_predict('hostile', r) FROM (SELECT ROW(2)::ety AS area, 2 AS rooms, 'z1' AS zone) r;
SELECT l2_predict('hostile', r) FROM (SELECT 2 AS area, 2 AS rooms, 'a'::ecat AS zone) r;
SELECT l2_predict('hostile', r) FROM (SELECT 2 AS area, 2 AS rooms, ROW(2)::ety AS zone) r;
SELECT l2_predict('hostile', r) FROM (SELECT 2 AS area, 2 AS rooms, '[1,2]'::span AS zone) r;
SELECT * FROM l2_explain('hostile', (SELECT r FROM (SELECT 2 AS area, ROW(2)::ety AS rooms, 'z1' AS zone) r));
RESET ROLE;
SET search_path = term, public;

-- thousands of terms
SELECT n FROM l2_train('many', 'houses', formula => (SELECT 'price ~ '
  || string_agg(format('I(area * %s)', i), ' + ') FROM generate_series(1, 1000) i), method => 'ridge',
  lambda => 1);
SELECT l2_predict('many', h) IS NOT NULL AS worked_out FROM houses h LIMIT 1;
SELECT count(_l2_eval_term('area / ' || i, h, '{area}', '{integer}')) FROM generate_series(1, 4000) i,
  (SELECT area FROM houses LIMIT 1) h;

SELECT l2_drop(name) FROM unnest('{hostile,many}'::text[]) name;
SET client_min_messages = warning;
DROP SCHEMA bob, term CASCADE;
DROP ROLE l2reg_bob;
