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

DROP SCHEMA bob CASCADE;
DROP OWNED BY l2reg_bob, l2reg_carol;
DROP ROLE l2reg_bob, l2reg_carol;
