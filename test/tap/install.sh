#!/bin/bash
#
# install.sh: a schema full of functions and operators gives its owner nothing.
#
# Who may create in a database can create the extension there, and its script runs as a superuser.  The
# schema it goes into may be his: here it has functions and operators that suit the script's calls better
# than those of pg_catalog do, where names are looked up in both.

. test/lib/tap.bash
log=$L2REG_TMP/log

run -c 'CREATE ROLE nest_owner LOGIN' -c 'CREATE DATABASE nest OWNER nest_owner TEMPLATE template0'
export PGDATABASE=nest
made=$(run -U nest_owner <<'SQL'
CREATE SCHEMA nest;
SET check_function_bodies = off;
SET client_min_messages = error;
CREATE FUNCTION nest.made(name text, arguments text[], sign text) RETURNS integer LANGUAGE plpgsql AS $f$
DECLARE
  what text := pg_catalog.format('%s(%s)', name, array_to_string(arguments, ', '));
BEGIN
  EXECUTE pg_catalog.format('CREATE FUNCTION nest.%I(%s) RETURNS text LANGUAGE plpgsql AS %L', name,
    array_to_string(arguments, ', '),
    pg_catalog.format('BEGIN RAISE ''nest ran as %%: %s'', current_user; END', replace(what, '''', '')));
  IF sign IS NOT NULL THEN
    EXECUTE pg_catalog.format('CREATE OPERATOR nest.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = nest.%I)', sign,
      arguments[1], arguments[2], name);
  END IF;
  RETURN 1;
EXCEPTION WHEN OTHERS THEN
  RETURN 0;
END $f$;
-- each polymorphic and variadic function, of the types that the script has
CREATE TEMP TABLE types AS SELECT unnest('{text,name,integer,oid,regtype,boolean}'::text[]) AS t;
SELECT count(*) FILTER (WHERE nest.made(proname, arguments, NULL) = 1) FROM (
  SELECT DISTINCT p.proname, ARRAY(
      SELECT CASE WHEN a::regtype::text ~ '^any.*array$' THEN e.t || '[]'
        WHEN a::regtype::text ~ 'any' THEN e.t ELSE a::regtype::text END
      FROM unnest(p.proargtypes) WITH ORDINALITY u(a, i) ORDER BY i) AS arguments
  FROM pg_proc p, types e
  WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proargtypes::oid[]::regtype[]::text ~ 'any'
  UNION SELECT 'format', 'text'::text || a
  FROM (SELECT ARRAY[a.t] AS a FROM types a UNION ALL SELECT ARRAY[a.t, b.t] FROM types a, types b
        UNION ALL SELECT ARRAY[a.t, b.t, c.t] FROM types a, types b, types c
        UNION ALL SELECT ARRAY[a.t, b.t, c.t, d.t] FROM types a, types b, types c, types d) v
  UNION SELECT name, arguments || ARRAY(SELECT 'text'::text FROM generate_series(1, more))
  FROM (VALUES ('coalesce'), ('concat'), ('unnest'), ('replace'), ('regexp_replace'), ('substring'), ('left'),
          ('array_agg'), ('string_agg'), ('array_to_string'), ('obj_description')) n(name), generate_series(0, 3) more,
    (SELECT ARRAY[t] AS arguments FROM types UNION ALL SELECT ARRAY[t || '[]'] FROM types) a) f;
SELECT count(*) FILTER (WHERE nest.made('o' || n, ARRAY[a, b], sign) = 1) FROM (
  SELECT row_number() OVER () AS n, a, b, sign
  FROM (SELECT t AS a FROM types UNION ALL SELECT t || '[]' FROM types UNION ALL SELECT '"char"') l,
    (SELECT t AS b FROM types UNION ALL SELECT t || '[]' FROM types UNION ALL SELECT '"char"') r,
    unnest('{=,<>,||,~,!~,<,>,+,-,@>,&&}'::text[]) sign) o;
SQL
)
functions=$(head -n 1 <<<"$made") operators=$(tail -n 1 <<<"$made")
[ "$functions" -gt 1500 ] && [ "$operators" -gt 1000 ] && ok 'the schema is full' || not_ok 'the schema is full' "$made"
for s in "SELECT format('%s', 'a'::pg_catalog.name)" "SELECT unnest('{a}'::pg_catalog.name[])" \
    "SELECT oid = 'text'::pg_catalog.regtype FROM pg_type" "SELECT 'a'::pg_catalog.text || 1"; do
    [[ $(run -U nest_owner -c 'SET search_path = nest, pg_temp' -c "$s" 2>&1) == *'nest ran as nest_owner'* ]] ||
        not_ok "what is in the schema is met by $s"
done
ok 'what is in the schema is met by whoever does not look out'
check 'its owner creates the extension in it' \
    "$(run -U nest_owner -c 'CREATE EXTENSION l2reg SCHEMA nest' 2>&1 | head -n 3)" ''
check 'and nothing of his has run as a superuser' "$(grep -o 'nest ran as postgres.*' "$log" | sort | uniq -c | head)" ''
check 'who is none' "$(run -c "SELECT rolsuper FROM pg_roles WHERE rolname = 'nest_owner'")" f
check 'all objects are there, as in an empty schema' \
    "$(run -c "SELECT count(*) FROM pg_depend WHERE refobjid = (SELECT oid FROM pg_extension WHERE extname = 'l2reg') AND deptype = 'e'")" \
    "$(run -c 'CREATE SCHEMA empty' -c 'DROP EXTENSION l2reg' -c 'CREATE EXTENSION l2reg SCHEMA empty' -c "SELECT count(*) FROM pg_depend WHERE refobjid = (SELECT oid FROM pg_extension WHERE extname = 'l2reg') AND deptype = 'e'")"

export PGDATABASE=postgres
run -c 'DROP DATABASE nest' -c 'DROP ROLE nest_owner'
echo "1..$n"
