-- Whom a role need not trust: not the owner of the table that it trains on, nor of the types of its columns,
-- nor whom default privileges hand new tables out to, nor whoever was first to make a model of some name.
SET client_min_messages = warning;
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
CREATE ROLE l2reg_bob;
CREATE ROLE l2reg_carol;
CREATE SCHEMA bob AUTHORIZATION l2reg_bob;
GRANT USAGE ON SCHEMA bob TO PUBLIC;

-- Casts that a type's owner made, to text, to numbers and of arrays, are not used, by whatever reads the rows
SET ROLE l2reg_bob;
CREATE TYPE bob.size AS ENUM ('small', 'large', 'huge');
CREATE DOMAIN bob.fit AS bob.size;
CREATE DOMAIN bob.rate AS float8;
CREATE FUNCTION bob.to_text(bob.size) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
  RAISE WARNING 'a cast runs as %', current_user; RETURN 'small'; END $$;
CREATE FUNCTION bob.to_number(bob.size) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN
  RAISE WARNING 'a cast runs as %', current_user; RETURN 1; END $$;
CREATE FUNCTION bob.to_array(bob.rate[]) RETURNS float8[] LANGUAGE plpgsql AS $$ BEGIN
  RAISE WARNING 'a cast runs as %', current_user; RETURN '{1,2}'; END $$;
CREATE CAST (bob.size AS text) WITH FUNCTION bob.to_text(bob.size) AS IMPLICIT;
CREATE CAST (bob.size AS float8) WITH FUNCTION bob.to_number(bob.size) AS IMPLICIT;
CREATE CAST (bob.rate[] AS float8[]) WITH FUNCTION bob.to_array(bob.rate[]) AS IMPLICIT;
CREATE TABLE bob.orders AS SELECT i AS id, (enum_range(NULL::bob.size))[1 + i % 3] AS size,
  (enum_range(NULL::bob.size))[1 + i / 3 % 3]::bob.fit AS fit,
  (enum_range(NULL::bob.size))[1 + i * 7 % 11 % 2] AS two, (i % 5)::bob.rate AS rate,
  ARRAY[i % 4, i % 5]::bob.rate[] AS rates, (i % 13 + i % 3)::float8 AS price FROM generate_series(1, 90) i;
RESET ROLE;
SELECT l2_names(l2_fit('bob.orders', 'price ~ size', 'ols'));
SELECT l2_names(l2_fit('bob.orders', 'price', lambda => 1));
SELECT l2_names(l2_fit('bob.orders', 'price ~ size:fit + rate', 'ols', options =>
  '{"reference": "most_frequent", "weight": "rate"}'));
SELECT l2_names(l2_fit('bob.orders', 'price ~ rate | size', 'ols', options =>
  '{"vcov": "CR1", "cluster": "size"}'));
SELECT l2_names(l2_fit('bob.orders', 'price ~ rate', options => '{"fold": "fit", "folds": 3}'));
SELECT l2_names(l2_fit('bob.orders', 'two ~ price + fit', 'logistic', options => '{"positive": "large"}'));
SELECT l2_names(l2_fit('bob.orders', 'price ~ rate', 'ols', options => '{"weight": "size"}'));
SELECT l2_names(l2_fit('bob.orders', 'price ~ size', 'ols', options =>
  '{"weight": "two", "reference": "most_frequent"}'));
SELECT l2_names(l2_fit('bob.orders', 'size ~ price', 'ols'));
SELECT l2_names(l2_fit('bob.orders', 'price ~ rates', 'ols'));
SELECT name, n FROM l2_train('sizes', 'bob.orders', 'size ~ price + two', 'multinomial', 1);
SELECT name, n FROM l2_train('twos', 'bob.orders', 'two ~ price + size + fit', 'logistic', 1,
  '{"positive": "large"}');
SELECT version, outcome FROM l2_refresh('sizes');
SELECT version, outcome FROM l2_refresh('twos');
SELECT count(*) FROM l2_drift('twos');
SELECT count(*) FROM l2_drift('twos', 'bob.orders');
SELECT count(*) FROM l2_margins('twos', 'bob.orders');
SELECT l2_report('sizes', 'bob.orders') ~ 'huge' AS a_class,
  l2_report('twos', 'bob.orders') ~ 'large' AS a_label;
SELECT l2_drop('sizes'), l2_drop('twos');

-- Default privileges open neither what the extension knows of rows, nor tables of models and of their grams
SET client_min_messages = notice;
CREATE TABLE mine AS SELECT i AS x, 3 * i + i % 5 AS y FROM generate_series(1, 40) i;
BEGIN;
SET LOCAL client_min_messages = warning;
DROP EXTENSION l2reg CASCADE;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO l2reg_carol;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE EXTENSION l2reg;
SELECT c.relname, c.relkind, a.grantee::regrole, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
WHERE c.relname ~ '^_l2_' AND a.grantee <> c.relowner;
SET LOCAL client_min_messages = notice;
SELECT n FROM l2_train('m', 'mine', 'y ~ x', 'ols', options => '{"refresh": "live"}');
SELECT c.relname, c.reloftype::regtype, a.grantee::regrole, a.privilege_type
FROM pg_class c, aclexplode(c.relacl) a WHERE c.reloftype::regtype::text ~ '^l2_' AND a.grantee <> c.relowner;
-- what the owner gives is kept
SELECT l2_grant('m', 'l2reg_carol');
GRANT DELETE ON m TO l2reg_carol;
SELECT version, outcome FROM l2_refresh('m');
SELECT has_table_privilege('l2reg_carol', 'm', 'DELETE') AS may_delete,
  has_column_privilege('l2reg_carol', 'm', 'model', 'SELECT') AS may_predict;
ROLLBACK;

-- A definition that another role could write does not run, by whichever right and whoever asks
SET client_min_messages = warning;
GRANT SELECT ON mine TO l2reg_bob;
SET ROLE l2reg_bob;
SELECT n FROM l2_train('bob.m', 'mine', 'y ~ x', 'ols');
GRANT SELECT, UPDATE (definition) ON bob.m TO l2reg_carol;
RESET ROLE;
SET ROLE l2reg_carol;
CREATE FUNCTION pg_temp.evil() RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN
  RAISE WARNING 'a definition runs as %', current_user; RETURN 1; END $$;
UPDATE bob.m SET definition = jsonb_set(definition, '{source}',
  '"SELECT x + pg_temp.evil() AS x, y FROM public.mine"');
RESET ROLE;
SELECT outcome FROM l2_refresh('bob.m');
SET ROLE l2reg_bob;
SELECT outcome FROM l2_refresh('bob.m');
SELECT l2_refresh_sql('bob.m');
SELECT count(*) FROM l2_drift('bob.m');
SELECT version FROM l2_activate('bob.m', 1);
SELECT n FROM l2_train('bob.m', 'mine', 'y ~ x', 'ols');
CALL l2_refresh_now('bob.m');
REVOKE UPDATE (definition) ON bob.m FROM l2reg_carol;
SELECT n FROM l2_train('bob.m', 'mine', 'y ~ x', 'ols');
SELECT outcome FROM l2_refresh('bob.m');
GRANT INSERT ON bob.m TO PUBLIC;
SELECT outcome FROM l2_refresh('bob.m');
REVOKE INSERT ON bob.m FROM PUBLIC;
GRANT TRIGGER ON bob.m TO l2reg_carol;
SELECT outcome FROM l2_refresh('bob.m');
REVOKE INSERT, UPDATE, TRIGGER ON bob.m FROM l2reg_carol;
-- rights by which nothing of another's runs
GRANT SELECT, DELETE, REFERENCES ON bob.m TO PUBLIC;
GRANT UPDATE (active), INSERT (reason) ON bob.m TO l2reg_carol;
SELECT outcome FROM l2_refresh('bob.m');
-- who can become the owner may write as him
RESET ROLE;
GRANT l2reg_bob TO l2reg_carol;
SET ROLE l2reg_bob;
GRANT UPDATE, INSERT ON bob.m TO l2reg_carol;
SELECT outcome FROM l2_refresh('bob.m');
RESET ROLE;
REVOKE l2reg_bob FROM l2reg_carol;
SELECT outcome FROM l2_refresh('bob.m');
-- taking rights back, and dropping, need no trust
SELECT l2_revoke('bob.m', 'l2reg_carol'), l2_drop('bob.m');

-- A superuser's data do not go into a model that somebody else was the first to make of that name
CREATE SCHEMA market;
GRANT USAGE, CREATE ON SCHEMA market TO l2reg_carol;
GRANT SELECT ON mine TO l2reg_carol;
SET ROLE l2reg_carol;
SELECT n FROM l2_train('market.price', 'public.mine', 'y ~ x', 'ols');
RESET ROLE;
SET search_path = market, public;
SELECT n FROM l2_train('price', 'mine', 'y ~ x', 'ols');
SELECT n FROM l2_train('market.price', 'mine', 'y ~ x', 'ols');
SELECT version FROM l2_refresh('price');
SELECT name, n FROM l2_train('public.price', 'mine', 'y ~ x', 'ols');
RESET search_path;
-- who is a member of the role is meant to
GRANT l2reg_carol TO l2reg_bob;
SET ROLE l2reg_bob;
SELECT version, n FROM l2_train('market.price', 'mine', 'y ~ x', 'ols');
RESET ROLE;
SET ROLE l2reg_carol;
SELECT version, n FROM l2_train('market.price', 'mine', 'y ~ x', 'ols');
RESET ROLE;
REVOKE l2reg_carol FROM l2reg_bob;
SELECT l2_drop('market.price'), l2_drop('public.price');

-- Who has no right on a relation does not lock it by naming it as a model
REVOKE ALL ON mine FROM l2reg_carol;
BEGIN;
SET LOCAL ROLE l2reg_carol;
SELECT _l2_find_model('public.mine');
SELECT count(*) FROM pg_locks WHERE relation = 'mine'::regclass;
SAVEPOINT tried;
SELECT l2_predict('public.mine', 1);
ROLLBACK TO tried;
SELECT l2_train('public.mine', 'public.mine', 'y');
ROLLBACK TO tried;
SELECT l2_drop('public.mine');
ROLLBACK TO tried;
SELECT l2_refresh('public.mine');
ROLLBACK TO tried;
SELECT count(*) FROM pg_locks WHERE relation = 'mine'::regclass;
ROLLBACK;
GRANT SELECT (x) ON mine TO l2reg_carol;
BEGIN;
SET LOCAL ROLE l2reg_carol;
SELECT _l2_find_model('public.mine');
SELECT mode FROM pg_locks WHERE relation = 'mine'::regclass;
ROLLBACK;

DROP TABLE mine;
DROP SCHEMA market CASCADE;
DROP SCHEMA bob CASCADE;
DROP OWNED BY l2reg_bob, l2reg_carol;
DROP ROLE l2reg_bob, l2reg_carol;
