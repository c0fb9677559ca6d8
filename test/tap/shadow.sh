#!/bin/bash
#
# shadow.sh: a hostile schema in front of the search path changes nothing.
#
# In it are functions and operators with the names and arguments of all those of pg_catalog and of
# l2reg, relations with the names of theirs, and domains with the names of types.  Whatever
# is called there writes to the server's log and raises an error.

. test/tap.bash
log=$L2REG_TMP/log

run -c 'DROP DATABASE IF EXISTS shadow' -c 'CREATE DATABASE shadow' -c 'CREATE ROLE shadow_owner LOGIN' -c 'CREATE ROLE shadow_writer LOGIN'
export PGDATABASE=shadow
run <<'SQL'
SET client_min_messages = warning;
CREATE SCHEMA l2x;
GRANT USAGE ON SCHEMA l2x TO PUBLIC;
CREATE EXTENSION l2reg SCHEMA l2x;
CREATE SCHEMA shop AUTHORIZATION shadow_owner;
GRANT USAGE ON SCHEMA shop TO shadow_writer;
SET ROLE shadow_owner;
CREATE TABLE shop.rows (id int PRIMARY KEY, at timestamp NOT NULL, area float8, rooms numeric, garden boolean, zone text, sold date, w float8, n int, price float8);
CREATE TABLE shop.parts (id int, at timestamptz NOT NULL, a float8, b int, y float8) PARTITION BY RANGE (at);
CREATE TABLE shop.part PARTITION OF shop.parts FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
INSERT INTO shop.rows SELECT i, timestamp '2024-01-01' + i * interval '6 hours', 20 + i % 37, i % 5, i % 4 = 0, 'z' || i % 3, date '2024-01-01' + i, 1 + i % 2, i % 6, 100 + 3 * (i % 37) + sin(i) FROM generate_series(1, 200) i;
INSERT INTO shop.parts SELECT i, timestamptz '2024-01-01' + i * interval '6 hours', i % 17, i % 5, i % 17 + sin(i) FROM generate_series(1, 200) i;
UPDATE shop.rows SET price = 111, zone = 'z9' WHERE garden;
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.rows, shop.parts TO shadow_writer;
SQL

# ---- the hostile schema

run -o /dev/null <<'SQL'
CREATE SCHEMA evil;
GRANT USAGE ON SCHEMA evil TO PUBLIC;
SET check_function_bodies = off;
SET client_min_messages = error;
CREATE FUNCTION evil.bomb(what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE LOG 'shadow was called: %', what;
  RAISE 'shadow was called: %', what USING ERRCODE = 'F0666';
END $$;
-- What can be written in PL/pgSQL: whose arguments and result are no pseudo-types but the polymorphic
-- ones.  Aggregates and functions of sets too are shadowed by plain functions, and "any" by anyelement.
CREATE TABLE evil.made (kind text);
DO $do$
DECLARE
  f record;
  o record;
  body text;
BEGIN
  FOR f IN
    SELECT p.oid, p.proname, p.oid::regprocedure::text AS signature, v.arguments,
      CASE WHEN p.prokind = 'f' AND NOT p.proretset AND (r.typtype <> 'p' OR r.typname ~ '^any' AND v.polymorphic) AND p.prorettype <> '"any"'::regtype THEN p.prorettype::regtype::text ELSE 'boolean' END AS result
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_type r ON r.oid = p.prorettype,
      LATERAL (SELECT coalesce(string_agg(CASE WHEN p.provariadic <> 0 AND u.t <> '"any"'::regtype AND i = p.pronargs THEN 'VARIADIC ' ELSE '' END
          || CASE WHEN u.t = '"any"'::regtype AND p.provariadic <> 0 THEN 'VARIADIC text[]' WHEN u.t = '"any"'::regtype THEN 'anyelement' ELSE u.t::regtype::text END, ', ' ORDER BY i), '') AS arguments,
        coalesce(bool_or(t.typname ~ '^any'), false) AS polymorphic,
        coalesce(bool_and(t.typtype <> 'p' OR t.typname ~ '^any' OR t.typname = 'record'), true) AS fits FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i) JOIN pg_type t ON t.oid = u.t) v
    WHERE n.nspname IN ('pg_catalog', 'l2x') AND v.fits AND p.proname NOT LIKE 'binary\_upgrade%'
  LOOP
    BEGIN
      body := format('BEGIN PERFORM evil.bomb(%L); END', f.signature);
      EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', f.proname, f.arguments, f.result, body);
      INSERT INTO evil.made VALUES ('function');
      FOR o IN SELECT oprname, nullif(oprleft, 0)::regtype AS l, nullif(oprright, 0)::regtype AS r FROM pg_operator WHERE oprcode = f.oid LOOP
        EXECUTE format('CREATE OPERATOR evil.%s (%s FUNCTION = evil.%I)', o.oprname,
          coalesce(format('LEFTARG = %s, ', o.l), '') || coalesce(format('RIGHTARG = %s, ', o.r), ''), f.proname);
        INSERT INTO evil.made VALUES ('operator');
      END LOOP;
    EXCEPTION WHEN OTHERS THEN
      INSERT INTO evil.made VALUES ('failure');
    END;
  END LOOP;
  FOR f IN SELECT c.relname, c.oid::regclass AS relation, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND atttypid <> 'anyarray'::regtype) AS columns
    FROM pg_class c WHERE c.relnamespace IN ('pg_catalog'::regnamespace, 'l2x'::regnamespace) AND c.relkind IN ('r', 'v')
  LOOP
    BEGIN
      EXECUTE format('CREATE VIEW evil.%I AS SELECT %s FROM %s WHERE evil.bomb(%L)', f.relname, f.columns, f.relation, f.relname);
      INSERT INTO evil.made VALUES ('relation');
    EXCEPTION WHEN OTHERS THEN
      INSERT INTO evil.made VALUES ('failure');
    END;
  END LOOP;
  FOR f IN SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname IN ('pg_catalog', 'l2x') AND t.typtype IN ('b', 'r', 'd', 'm')
    AND t.typname NOT LIKE '\_%' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typname = t.typname AND e.typnamespace = 'evil'::regnamespace)
  LOOP
    EXECUTE format('CREATE DOMAIN evil.%I AS pg_catalog.text CHECK (evil.bomb(%L))', f.typname, f.typname);
    INSERT INTO evil.made VALUES ('type');
  END LOOP;
END $do$;
GRANT SELECT ON ALL TABLES IN SCHEMA evil TO PUBLIC;
SQL
read -r functions operators relations types failures <<<"$(run -F ' ' -c "SELECT count(*) FILTER (WHERE kind = 'function'), count(*) FILTER (WHERE kind = 'operator'), count(*) FILTER (WHERE kind = 'relation'), count(*) FILTER (WHERE kind = 'type'), count(*) FILTER (WHERE kind = 'failure') FROM evil.made")"
echo "# $functions functions, $operators operators, $relations relations and $types types are shadowed; $failures could not be"
[ "$functions" -gt 2000 ] && [ "$operators" -gt 600 ] && ok 'most of what there is has a shadow' || not_ok 'most of what there is has a shadow' "$functions $operators"

evil='SET search_path = evil, l2x, shop, pg_catalog'
# operators, functions, types and relations
for s in "SELECT 1 = 1" "SELECT 'a'::pg_catalog.text || 'b'::pg_catalog.text" "SELECT upper('a'::pg_catalog.text)" "SELECT '1'::text" "SELECT * FROM pg_class" \
    "SELECT format('%s', 'a'::pg_catalog.text)" "SELECT l2_n(NULL::l2x.l2_gram)" "SELECT ARRAY[1] || ARRAY[2]" "SELECT 1 BETWEEN 0 AND 2" "SELECT '[1]'::pg_catalog.jsonb -> 0"; do
    [[ $(run -c "$evil" -c "$s") == *'shadow was called'* ]] || not_ok "the shadow is met by $s"
done
ok 'a shadow is met by whoever does not look out'
before=$(grep -c 'shadow was called' "$log")

# ---- what is called

# Everything qualified, and neither operators nor casts that look for a function.
cat >"$L2REG_TMP/shadow.sql" <<'SQL'
\set ON_ERROR_STOP 0
SELECT name, method, version, n FROM l2x.l2_train('ridge', 'shop.rows', 'price', features => '{area,rooms,garden}');
SELECT name, method, version, n FROM l2x.l2_train('formula', 'shop.rows', formula => 'price ~ area * rooms + zone + sold + garden:area', method => 'lasso', lambda => 0.1, weight => 'w', options => '{"keep_gram": true, "unseen": "zero"}');
SELECT name, method, version, n FROM l2x.l2_train('cv', 'SELECT area, rooms, price FROM shop.rows', 'price', method => 'elastic_net', gate => 0.5, keep => 2, options => '{"folds": 3, "n_lambda": 5}');
SELECT name, method, version, n FROM l2x.l2_train('logit', 'shop.rows', 'garden', 'logistic', lambda => 1, features => '{area,zone}');
SELECT name, method, version, n FROM l2x.l2_train('count', 'shop.rows', 'n', 'poisson', lambda => 1, features => '{area,rooms}');
SELECT name, method, version, n FROM l2x.l2_train('dropout', 'shop.rows', 'price', 'dropout', features => '{area,rooms}', options => '{"rate": 0.2}');
SELECT name, method, version, n FROM l2x.l2_train('live', 'shop.rows', formula => 'price ~ area + rooms + area:rooms', lambda => 1, refresh => 'live');
SELECT name, method, version, n FROM l2x.l2_train('live zones', 'shop.rows', formula => 'price ~ area + zone', lambda => 1, refresh => 'live', options => '{"unseen": "zero"}');
SELECT name, method, version, n FROM l2x.l2_train('live cv', 'shop.parts', formula => 'y ~ a * b', refresh => 'live', options => '{"folds": 3, "n_lambda": 5}');
SELECT name, method, version, n FROM l2x.l2_train('buckets', 'shop.rows', formula => 'price ~ area + zone', lambda => 1, refresh => 'buckets', time_column => 'at', bucket => 'week', half_life => '90 days', training_window => '400 days');
SELECT name, method, version, n FROM l2x.l2_train('dates', 'shop.rows', formula => 'price ~ area', weight => 'w', refresh => 'buckets', time_column => 'sold', bucket => 'month', lag => '1 day', options => '{"folds": 3, "n_lambda": 5}');
SELECT name, method, version, n FROM l2x.l2_train('zones of time', 'shop.parts', formula => 'y ~ a + b', lambda => 1, refresh => 'buckets', time_column => 'at', bucket => 'day');
SELECT l2x.l2_train_sql('shop.rows', 'price', features => '{area,zone}');
SELECT l2x.l2_train('nonsense', 'shop.rows', 'price', features => '{nosuch}');
SELECT l2x.l2_train('nonsense', 'shop.nosuch', 'price');
SELECT l2x.l2_train('nonsense', 'shop.rows', formula => 'price ~ area', refresh => 'buckets');
\connect - :writer
:path
INSERT INTO shop.rows (id, at, area, rooms, garden, zone, sold, w, n, price) VALUES (1001, '2024-01-05', 3, 4, false, 'new', '2024-01-05', 1, 1, 7), (1002, '2024-03-05', NULL, 4, true, 'z1', '2024-03-05', 1, 1, 7);
UPDATE shop.rows SET price = 111, zone = 'z9' WHERE garden;
DELETE FROM shop.rows WHERE garden IS NULL;
INSERT INTO shop.parts (id, at, a, b, y) VALUES (1001, '2024-01-05', 3, 4, 5), (1002, '2024-01-06', NULL, 4, 5), (1003, '2024-01-06', 1, NULL, 5);
UPDATE shop.parts SET y = 5, at = '2024-02-02' WHERE a IS NULL;
DELETE FROM shop.parts WHERE b IS NULL;
\connect - :owner
:path
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('ridge');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('formula', 'skip');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('cv');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('logit');
SELECT pg_catalog.float8(l2x.l2_predict('live', 1, 2, 2)), l2x.l2_predict('live zones', r), l2x.l2_predict('live cv', 1, 2, 2) FROM shop.rows r LIMIT 2;
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('live');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('live zones');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('live cv');
SELECT l2x.l2_mark('buckets', '2024-01-03', '2024-01-20');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('buckets');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('dates');
SELECT l2x.l2_mark('zones of time');
SELECT name, version, outcome, n, n_skipped, error_code, reason FROM l2x.l2_refresh('zones of time');
SELECT pg_catalog.length(l2x.l2_refresh_sql('ridge')), pg_catalog.int4gt(pg_catalog.length(l2x.l2_refresh_sql('buckets')), 100);
SELECT l2x.l2_refresh('nosuch');
SELECT name, version FROM l2x.l2_activate('cv', 1);
SELECT name, version FROM l2x.l2_rollback('ridge');
SELECT l2x.l2_rename('ridge', 'renamed');
SELECT l2x.l2_grant('renamed', :'writer');
SELECT l2x.l2_revoke('renamed', :'writer');
SELECT l2x.l2_grant('renamed', 'public');
SELECT l2x.l2_schedule('renamed', '0 3 * * *');
SELECT l2x.l2_unschedule('renamed');
SELECT name FROM l2x.l2_schedules;
SELECT name, owner, method, target, version, n, schedule, last_error FROM l2x.l2_models ORDER BY name;
SELECT name, version, active, event, outcome, n, error_code FROM l2x.l2_versions ORDER BY name, version;
SELECT l2x.l2_coef(l2x.l2_model(name => 'formula')), l2x.l2_coef(l2x.l2_model('cv', 1)), l2x.l2_coef(l2x.l2_model(name => 'live zones')), l2x.l2_coef(l2x.l2_model(name => 'dates'));
SELECT l2x.l2_predict('formula', r), l2x.l2_predict('renamed', r.area, r.rooms, r.garden), l2x.l2_predict('logit', r), l2x.l2_predict('cv', ARRAY[1, 2]) FROM shop.rows r LIMIT 2;
SELECT * FROM l2x.l2_explain('formula', (SELECT r FROM shop.rows r LIMIT 1));
SELECT * FROM l2x.l2_explain('renamed', '{1,2,3}'::pg_catalog.float8[]);
SELECT * FROM l2x.l2_drift('formula', 'shop.rows');
SELECT * FROM l2x.l2_drift('live', 'SELECT * FROM shop.rows LIMIT 50');
SELECT pg_catalog.int4gt(pg_catalog.length(l2x.l2_report('formula', 'shop.rows')), 1000), pg_catalog.int4gt(pg_catalog.length(l2x.l2_report('cv')), 1000), pg_catalog.int4gt(pg_catalog.length(l2x.l2_report('logit')), 1000);
SELECT pg_catalog.md5(l2x.l2_report(m, l2x.l2_gram_agg(r.price, ARRAY[r.area, r.n]), made => '2024-01-01')) FROM shop.rows r, (SELECT l2x.ols_fit(price, ARRAY[area, n]) AS m FROM shop.rows) m GROUP BY pg_catalog.textin(l2x._l2_model_out(m)), m;
SELECT l2x.l2_coef(l2x.l2_logistic('shop.rows', 'garden', '{area,rooms}', lambda => 1, weight => 'w'));
SELECT l2x.l2_coef(l2x.l2_logistic('shop.rows', 'garden', '{area,rooms}', lambda => 1, weight => 'w', "offset" => 'rooms', options => '{"class_weight": "balanced", "nonfinite": "skip"}'));
SELECT l2x.l2_coef(l2x.l2_poisson('shop.rows', 'n', '{area,rooms}', lambda => 1));
SELECT l2x.l2_coef(l2x.ridge_cv(price, ARRAY[area, n])), l2x.l2_coef(l2x.lasso_fit(price, pg_catalog."row"(zone, at), 1)) FROM shop.rows;
SELECT l2x.l2_coef(l2x.ridge_fit(price, r, 1, '{"target": "price", "features": ["zone", "at", "area"]}')), l2x.l2_coef(l2x.logistic_cv(garden, ARRAY[area, n], '{"folds": 3, "n_lambda": 5}')) FROM shop.rows r;
SELECT l2x.l2_n(l2x.l2_gram_cols(price, area, rooms, n)), l2x.l2_auc(garden, 0.5), l2x.l2_r2(price, area) FROM shop.rows;
SELECT l2x.l2_n(l2x.l2_gram_agg(price, ARRAY[area]) OPERATOR(l2x.+) l2x.l2_gram_agg(price, ARRAY[area])) FROM shop.rows;
SELECT s.* FROM (SELECT l2x.ols_fit(price, ARRAY[area, n]) AS m FROM shop.rows) q, l2x.l2_summary(m) s;
SELECT l2x.l2_drop('renamed'), l2x.l2_drop('formula'), l2x.l2_drop('cv'), l2x.l2_drop('logit'), l2x.l2_drop('count'), l2x.l2_drop('dropout'), l2x.l2_drop('live'), l2x.l2_drop('live zones'), l2x.l2_drop('live cv'), l2x.l2_drop('buckets'), l2x.l2_drop('dates'), l2x.l2_drop('zones of time'), l2x.l2_drop('nosuch', true), l2x.l2_drop('ridge', true);
SELECT count(*) FROM l2x.l2_registry_version;
DELETE FROM shop.rows WHERE area IS NULL;
SQL
sed -i "s/, pg_catalog.\"row\"(zone, at), 1)/, ROW(zone, at), 1)/; s/^SELECT count(\*) FROM/SELECT pg_catalog.count(*) FROM/" "$L2REG_TMP/shadow.sql"

calls() # PATH OWNER WRITER
{
    psql -XAt -U "$2" -v path="$1;" -v owner="$2" -v writer="$3" -c "$1" -f "$L2REG_TMP/shadow.sql" 2>&1 | sed -E 's/^psql:[^:]*:[0-9]+: //; /^(SET|You are now|LOCATION)/d; s/"(shadow_owner|postgres)"/"owner"/; s/model [0-9]+/model N/; s/l2_refresh\([0-9]+/l2_refresh(N/; s/\|(shadow_owner|postgres)\|/|owner|/'
}
for who in shadow_owner postgres; do
    run -o /dev/null -c "DELETE FROM shop.rows WHERE id > 1000" -c 'DELETE FROM shop.parts WHERE id > 1000'
    clean=$(calls 'SET search_path = pg_catalog' $who shadow_writer)
    run -o /dev/null -c "DELETE FROM shop.rows WHERE id > 1000" -c 'DELETE FROM shop.parts WHERE id > 1000'
    hostile=$(calls "$evil" $who shadow_writer)
    grep -q 'ERROR:  function\|syntax error' <<<"$clean" && not_ok 'what is called is there' "$clean"
    [ "$hostile" = "$clean" ] && ok "behind the shadows all is the same for $who" || not_ok "behind the shadows all is the same for $who" "$(diff <(echo "$clean") <(echo "$hostile") | head -n 40)"
done
check 'no shadow was called' "$(grep 'shadow was called' "$log" | tail -n +$((before + 1)) | sed 's/.*shadow was called: //' | sort | uniq -c | head -n 20)" ''

# ---- the catalog

check 'no function runs as its owner' "$(run -c "SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'l2x'::regnamespace AND prosecdef")" ''
check 'each function in a language that looks names up has its own search_path' "$(run -c "SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
  WHERE p.pronamespace = 'l2x'::regnamespace AND l.lanname NOT IN ('c', 'internal') AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)")" ''

export PGDATABASE=postgres
run -c 'DROP DATABASE shadow' -c 'DROP ROLE shadow_writer' -c 'DROP ROLE shadow_owner'
echo "1..$n"
