-- Types that are text by another name are categories, as text is: by their bytes.
SET client_min_messages = warning;
CREATE EXTENSION citext;
CREATE TYPE word;
CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, LIKE = text);
RESET client_min_messages;
CREATE DOMAIN district AS citext CHECK (VALUE <> 'nowhere');
CREATE TABLE flat AS SELECT 50 + i % 9 + 3 * (i % 3) + 5 * (i % 2) + sin(i) AS rent, i % 9 AS area,
  (ARRAY['North', 'north', 'Öst'])[1 + i % 3]::citext AS zone,
  (ARRAY['a', 'b'])[1 + i % 2]::district AS district FROM generate_series(1, 60) i;
INSERT INTO flat SELECT 70 + i, i, repeat('long ', 1000), 'a' FROM generate_series(1, 5) i;

-- as of text; North and north, which citext takes for equal, are two levels
CREATE TABLE of_text AS SELECT rent, area, zone::text, district::text FROM flat;
SELECT (SELECT ols_fit(rent, f, '{"target": "rent"}') FROM flat f)
  = (SELECT ols_fit(rent, f, '{"target": "rent"}') FROM of_text f) AS ols,
  (SELECT l2_gram_agg(rent, f, '{"target": "rent"}') FROM flat f)
  = (SELECT l2_gram_agg(rent, f, '{"target": "rent"}') FROM of_text f) AS gram,
  (SELECT logistic_fit(rent > 60, f, 1, '{"features": ["zone", "district"]}') FROM flat f)
  = (SELECT logistic_fit(rent > 60, f, 1, '{"features": ["zone", "district"]}') FROM of_text f) AS logistic;
SELECT left(n, 20) AS name, length(n) FROM unnest((SELECT l2_names(ols_fit(rent, f, '{"target": "rent"}'))
  FROM flat f)) n;

-- a model of the one predicts rows of the other
SELECT count(*) AS rows, count(*) FILTER (WHERE l2_predict(m, f)
  = l2_predict(m, ROW(f.rent, f.area, f.zone::text, f.district::varchar)::of_text)) AS same,
  count(DISTINCT round(l2_predict(m, f)::numeric, 6)) > 15 AS vary
FROM flat f, (SELECT ols_fit(rent, f, '{"target": "rent"}') AS m FROM of_text f) m;
SELECT l2_predict(m, f) = l2_predict(m, ARRAY[f.area, 0, (f.zone::text = 'north')::int,
  (f.zone::text = 'Öst')::int, (f.district = 'B')::int]) AS by_hand
FROM (SELECT rent, area, zone, district FROM flat LIMIT 1) f,
  (SELECT ols_fit(rent, f, '{"target": "rent", "features": ["area", "zone", "district"]}') AS m
  FROM flat f) m;
SELECT l2_predict(m, r) FROM (SELECT ols_fit(rent, f, '{"features": ["zone"]}') AS m FROM flat f
  WHERE length(zone) < 9) m, (SELECT 'NORTH'::citext AS zone) r;
SELECT bool_and(total = round(l2_predict(m, f)::numeric, 6)) AS sums, count(*) AS rows
  FROM flat f, (SELECT ols_fit(rent, f, '{"features": ["area", "zone"]}') AS m FROM flat f) m,
  LATERAL (SELECT round(sum(contribution)::numeric, 6) AS total FROM l2_explain(m, f)) e
  WHERE f.zone = 'NORTH';

-- what the cast says: by explicit casts only it is no text; a function is not the same bytes
SELECT ols_fit(i, r) FROM generate_series(1, 3) i, LATERAL (SELECT i::text::word AS w) r;
CREATE CAST (word AS text) WITHOUT FUNCTION;
SELECT ols_fit(i, r) FROM generate_series(1, 3) i, LATERAL (SELECT i::text::word AS w) r;
DROP CAST (word AS text);
CREATE FUNCTION upper(word) RETURNS text LANGUAGE internal IMMUTABLE STRICT AS 'upper';
CREATE CAST (word AS text) WITH FUNCTION upper(word) AS IMPLICIT;
SELECT ols_fit(i, r) FROM generate_series(1, 3) i, LATERAL (SELECT i::text::word AS w) r;
DROP CAST (word AS text);
CREATE CAST (word AS text) WITHOUT FUNCTION AS ASSIGNMENT;
SELECT l2_names(ols_fit(i, r)) FROM generate_series(1, 9) i, LATERAL (SELECT (i % 3)::text::word AS w) r;
-- and documents are none
SELECT ols_fit(i, r) FROM generate_series(1, 3) i, LATERAL (SELECT NULL::xml AS doc) r;

SET client_min_messages = warning;
DROP TABLE flat, of_text;
DROP DOMAIN district;
DROP TYPE word CASCADE;
DROP EXTENSION citext;
