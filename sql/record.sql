-- Columns and categories by name.
CREATE TYPE size AS ENUM ('small', 'large', 'huge');
CREATE DOMAIN zone AS text CHECK (VALUE <> 'nowhere');
CREATE TABLE home (id int, price numeric(9, 2), area real, rooms smallint, garden boolean, built date,
  zone zone,
  size size, grade char(4));
INSERT INTO home
  SELECT i, 100 + 2 * i + (i * i) % 11 + 9 * (i % 3), 50 + (i * 7) % 31, i % 5, i % 4 = 1, date '1999-06-01'
  + i * i % 997,
    (ARRAY['north', 'south', 'Öst'])[1 + i % 3],
    (ARRAY['small', 'large', 'huge'])[1 + i % 2 + (i % 7 = 0)::int]::size,
    (ARRAY['a', 'b '])[1 + i % 2]
  FROM generate_series(1, 60) i;
ALTER TABLE home ADD junk json, DROP id;
ALTER TABLE home DROP junk;

CREATE FUNCTION show(m l2_model) RETURNS TABLE (term text, estimate numeric, std_error numeric)
  LANGUAGE sql AS $$
  SELECT term, round(estimate::numeric, 4), round(std_error::numeric, 4) FROM l2_summary(m) $$;

-- Every kind of attribute; the levels in the order of their bytes, the first one the reference
SELECT * FROM show((SELECT ols_fit(price, h, '{"target": "price"}') FROM home h));
SELECT l2_names(ridge_fit(price, h, 1, '{"target": "price"}')) FROM home h;
SELECT jsonb_pretty(ols_fit(price, h, '{"target": "price"}')::jsonb->'encoding') FROM home h;

-- As columns made by hand
SELECT bool_and(abs(a - b) < 1e-9 * abs(a)) AS same FROM unnest(
  (SELECT ols_fit(price, h, '{"target": "price"}')::float8[] FROM home h),
  (SELECT ols_fit(price, ARRAY[area, rooms, garden::int, built - date '2000-01-01', (zone = 'south')::int,
  (zone = 'Öst')::int,
                               (size = 'large')::int, (size = 'huge')::int, (grade = 'b')::int])::float8[]
                               FROM home)) t(a, b);
SELECT count(*), bool_and(abs(l2_predict(m, h) / l2_predict(m, area, rooms, garden, built - date '2000-01-01',
  (zone = 'south')::int,
  (zone = 'Öst')::int, (size = 'large')::int, (size = 'huge')::int, (grade = 'b')::int) - 1)
  < 1e-12) AS same
  FROM home h, (SELECT ols_fit(price, h, '{"target": "price"}') AS m FROM home h) f;

-- Timestamps are days and instants, intervals days
SELECT (l2_means(l2_gram_agg(1, r)))[2:] FROM (SELECT timestamp '2000-01-03 06:00' AS a,
  timestamptz '2000-01-03 06:00+06' AS b,
  interval '1 mon 2 days 12:00' AS c, interval '-1 year' AS d, date '1999-12-31' AS e) r;
SET TimeZone = 'Asia/Tokyo';
SELECT (l2_means(l2_gram_agg(1, r)))[2:] FROM (SELECT timestamptz '2000-01-03 06:00+06' AS b) r;
RESET TimeZone;
SELECT l2_gram_agg(1, r) FROM (SELECT date 'infinity' AS moved) r;

-- Forms of a record: a table, a view, a subquery, a row type, a domain over it, anonymous rows
CREATE VIEW sights AS SELECT price, zone, area FROM home;
CREATE TYPE feature AS (zone text, area float8);
CREATE DOMAIN feature_domain AS feature;
SELECT l2_names(l2_gram_agg(price, v, '{"target": "price"}')) AS a_view FROM sights v;
SELECT l2_names(l2_gram_agg(price, s)) AS subquery FROM home, LATERAL (SELECT zone, ln(area) AS log_area) s;
SELECT l2_names(l2_gram_agg(price, ROW(zone, area)::feature)) AS row_type FROM home;
SELECT l2_names(l2_gram_agg(price, ROW(zone, area)::feature_domain)) AS a_domain FROM home;
SELECT l2_names(l2_gram_agg(price, ROW(zone, area))) AS anonymous FROM home;
SELECT l2_names(l2_gram_agg(price, (SELECT r FROM (SELECT zone, area) r))) AS subselect FROM home;

-- Options
SELECT l2_names(l2_gram_agg(price, h,
  '{"features": ["grade", "area"], "reference": "most_frequent"}')) AS most_frequent,
  l2_names(l2_gram_agg(price, h, '{"features": ["size"], "reference": "first", "target": "price"}')) AS first,
  l2_names(l2_gram_agg(price, h, '{"features": ["size"], "reference": "none"}')) AS none FROM home h;
SELECT l2_names(ols_fit(price, h, '{"features": ["size"], "reference": "none"}')) AS ols FROM home h;
SELECT l2_gram_agg(price, h, '{"refrence": "first"}') FROM home h;
SELECT l2_gram_agg(price, h, '{"intercept": false}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"reference": "last"}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"names": ["a"]}') FROM home h;
SELECT ridge_fit(price, ARRAY[area], 1, '{"reference": "first"}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"max_levels": 2, "target": "price"}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"max_levels": 0}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"features": ["area", "zones"]}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"features": ["area", "area"]}') FROM home h;
SELECT ridge_fit(price, h, 1, '{"features": ["area"], "target": "area"}') FROM home h;

-- Mistakes
SELECT ridge_fit(price, h, 1) FROM home h;
SELECT ridge_fit(price * 2, h, 1, '{"features": ["price"]}') IS NOT NULL AS meant FROM home h;
SELECT ridge_fit(1, r, 1) FROM (VALUES (1, '{}'::json)) r(a, doc);
SELECT ridge_fit(1, r, 1, '{"features": ["a"]}') IS NOT NULL AS left_out
  FROM (VALUES (1, '{}'::json)) r(a, doc);
SELECT ridge_fit(1, r, 1) FROM (SELECT 1 AS "a=b") r;
SELECT ols_fit(1, r) FROM (SELECT 1 AS "(Intercept)", 2 AS b) r;
SELECT ridge_fit(ln(y), r, 1) FROM (VALUES (1, 2), (2, 5), (4, 4)) r(y, x);
SELECT l2_names(ridge_fit(ln(y), r, 1, '{"target": "log_y"}')) FROM (VALUES (1, 2), (2, 5), (4, 4)) r(y, x);
SELECT ridge_fit(1, r, 1, '{"target": "a"}') FROM (SELECT 1 AS a) r;
SELECT ridge_fit(1, ROW(), 1);
SELECT l2_gram_agg(1, r) FROM (SELECT ROW(1, 2) UNION ALL SELECT ROW('a'::text, 2)) s(r);
SELECT l2_gram_agg(zone::text, h) FROM home h;
SELECT l2_gram_agg(1, h) FROM (VALUES ('NaN'::float8)) h(rate);
SELECT l2_n(l2_gram_agg(1, h, '{"nonfinite": "skip"}')) AS n,
  l2_n_skipped(l2_gram_agg(1, h, '{"nonfinite": "skip"}')) AS skipped,
  l2_names(l2_gram_agg(1, h, '{"nonfinite": "skip"}'))
  FROM (VALUES ('NaN'::float8, 'bad'), (1, 'good')) h(rate, word);
SELECT l2_gram_agg(l2_obs(1, weight => -1), h) FROM home h;
BEGIN;
SET LOCAL l2reg.max_columns = 20;
SELECT l2_gram_agg(i, r) FROM generate_series(1, 50) i,
  LATERAL (SELECT i % 3 AS a, i::text AS label, (i % 7)::text AS day) r;
ROLLBACK;

-- NULLs: the row is skipped and counted, or NULL is a level
CREATE TABLE gaps (y float8, a float8, c text);
INSERT INTO gaps VALUES (1, 1, 'p'), (2, 3, 'q'), (4, 2, NULL), (3, NULL, 'p'), (NULL, 5, 'q'), (5, 6, 'p'),
  (7, 5, NULL), (6, 8, 'q');
SELECT l2_n(g), l2_n_skipped(g), l2_names(g) FROM (SELECT l2_gram_agg(y, r, '{"target": "y"}') AS g
  FROM gaps r) s;
SELECT l2_n(g), l2_n_skipped(g), l2_names(g)
  FROM (SELECT l2_gram_agg(y, r, '{"target": "y", "null_level": true}') AS g FROM gaps r) s;
SELECT l2_n(g), l2_n_skipped(g) FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), r, '{"target": "y"}') AS g
  FROM gaps r, LATERAL (SELECT CASE WHEN a = 1 THEN 0 WHEN a = 3 THEN NULL ELSE 2 END) w(w)) s;
SELECT l2_gram_agg(NULL, r) IS NULL AS no_y, l2_gram_agg(y, NULL::gaps) IS NULL AS no_record,
  l2_gram_agg(y, r) FILTER (WHERE false) IS NULL AS no_row FROM gaps r;
CREATE TABLE with_null AS SELECT ols_fit(y, r, '{"target": "y", "null_level": true}') AS m,
  ols_fit(y, r, '{"target": "y", "null_level": true, "reference": "most_frequent", '
  '"unseen": "zero"}') AS other FROM gaps r WHERE c IS NULL OR c <> 'q' OR a = 3;
SELECT s.* FROM with_null, show(m) s;
SELECT s.* FROM with_null, show(other) s;
SELECT l2_predict(m, ROW(NULL, 1, NULL)::gaps) IS NOT NULL AS of_null,
  l2_predict(m, ROW(1, NULL, 'p')::gaps) IS NULL AS no_number FROM with_null;
SELECT m::text::l2_model::text = m::text AS text, _l2_model_send(m::jsonb::l2_model)
  = _l2_model_send(m) AS json, m::jsonb->'encoding'->'attributes'->1 AS zone FROM with_null;

-- Levels that training did not see
CREATE TABLE models AS SELECT u, ridge_fit(price, h, 1,
  ('{"features": ["zone", "area"], "unseen": "' || u || '"}')::jsonb) AS m
  FROM home h, unnest(ARRAY['error', 'zero', 'null']) u GROUP BY u;
SELECT u, l2_predict(m, r) IS NULL AS "null",
  round((l2_predict(m, r) - l2_intercept(m) - 10 * (l2_coef(m))[4])::numeric, 9) AS effect
  FROM models, (SELECT 'moon' AS zone, 10 AS area) r WHERE u <> 'error' ORDER BY u;
SELECT l2_predict(m, r) FROM models, (SELECT 'moon' AS zone, 10 AS area) r WHERE u = 'error';
SELECT l2_predict(m, r) IS NULL AS "null" FROM models, (SELECT NULL AS zone, 10 AS area) r WHERE u = 'error';

-- Attributes that are not what they were
SELECT l2_predict(m, r) FROM models, (SELECT 'north' AS zones, 10 AS area) r WHERE u = 'error';
SELECT l2_predict(m, r) FROM models, (SELECT 1 AS zone, 10 AS area) r WHERE u = 'error';
SELECT l2_predict(m, r) FROM models, (SELECT 'north' AS zone, 'large' AS area) r WHERE u = 'error';
SELECT l2_predict(m, r) FROM models, (SELECT 'north' AS zone, '{}'::json AS area) r WHERE u = 'error';
SELECT l2_predict(m, r) FROM (SELECT ols_fit(i * i, t) AS m FROM generate_series(1, 9) i,
  LATERAL (SELECT date '2020-01-01' + i AS day) t) f, (SELECT 10 AS day) r;
SELECT round((l2_predict(m, r) - l2_predict(m, s))::numeric, 6) AS half_a_day
  FROM (SELECT ols_fit(2 * i, t) AS m FROM generate_series(1, 9) i,
  LATERAL (SELECT date '2020-01-01' + i AS day) t) f,
  (SELECT timestamp '2020-01-02 12:00' AS day) r, (SELECT date '2020-01-02' AS day) s;
-- of another order, with more, of a like type
SELECT bool_and(abs(l2_predict(m, r) - l2_predict(m, h)) < 1e-9) AS same
  FROM models, home h, LATERAL (SELECT now() AS at, area::numeric AS area, zone::varchar AS zone) r
  WHERE u = 'error';
-- one call, models and types that change
SELECT u, bool_and(l2_predict(m, h) IS NOT NULL) FROM models, home h GROUP BY u ORDER BY u;
SELECT array_agg(round(l2_predict(m, r)::numeric, 4))
  FROM models, (SELECT ROW('north'::text, 50::real)::feature
  UNION ALL SELECT ROW('north'::text, 50)::feature) s(r) WHERE u = 'error';
DO $$ DECLARE h home; f models; total float8 := 0; each float8 := 0; BEGIN
  FOR h IN SELECT * FROM home LIMIT 5 LOOP
    FOR f IN SELECT 'x', ridge_fit(price, x, lambda, '{"features": ["zone", "area"]}')
    FROM home x, unnest('{1,100}'::float8[]) lambda GROUP BY lambda LOOP
      total := total + l2_predict(f.m, h);
    END LOOP;
  END LOOP;
  SELECT sum(l2_predict(m, x)) INTO each FROM (SELECT * FROM home LIMIT 5) x,
  (SELECT ridge_fit(price, x, lambda, '{"features": ["zone", "area"]}') AS m
  FROM home x, unnest('{1,100}'::float8[]) lambda GROUP BY lambda) f;
  RAISE NOTICE 'same: %', abs(total - each) < 1e-6;
END $$;

-- Models of arrays whose features have names
SELECT round(l2_predict(m, r)::numeric, 6) = round(l2_predict(m, 60, 3)::numeric, 6) AS same
  FROM (SELECT ols_fit(price, ARRAY[area, rooms], '{"names": ["area", "rooms"]}') AS m FROM home) f,
  (SELECT 3 AS rooms, 60 AS area, 'x' AS y) r;
SELECT l2_predict(m, r) FROM (SELECT ols_fit(price, ARRAY[area, rooms]) AS m FROM home) f,
  (SELECT 3 AS rooms, 60 AS area) r;
SELECT l2_predict(m, r) FROM (SELECT ols_fit(price, ARRAY[area, rooms], '{"names": ["area", "rooms"]}') AS m
  FROM home) f, (SELECT 'x' AS rooms, 60 AS area) r;

-- Levels of all sorts
CREATE TEMP TABLE odd AS SELECT i + 0.0 AS y,
  (ARRAY['', 'a=b', 'a"b', 'a,b', E'a\nb', ' a', 'a ', '=', 'Ä', '漢字', repeat('x', 3000), 'null',
  'IS NULL'])[1 + i % 13] AS c FROM generate_series(1, 40) i;
ALTER TABLE odd ALTER c SET STORAGE external;
SELECT l2_n(g), array_length(l2_names(g), 1), left(l2_names(g)::text, 100)
  FROM (SELECT l2_gram_agg(y, o, '{"target": "y"}') AS g FROM odd o) s;
SELECT l2_names(g::text::l2_gram) = l2_names(g) AS text, bool_and(abs(l2_predict(m, o) - avg) < 1e-9) AS means
  FROM (SELECT l2_gram_agg(y, o, '{"target": "y"}') AS g FROM odd o) s,
  LATERAL (SELECT l2_ridge(g, 1e-12) AS m) f,
  odd o, LATERAL (SELECT avg(y)::float8 AS avg FROM odd WHERE c = o.c) a GROUP BY g::text, 1;

-- Least squares leave out the first level of each category, of a gram as of rows
SELECT term, estimate IS NULL AS dropped FROM l2_summary((SELECT l2_ols(l2_gram_agg(price, h,
  '{"features": ["size", "grade"]}')) FROM home h));
-- a category with one level has no column beside the intercept
SELECT * FROM show((SELECT ols_fit(y, r) FROM gaps, LATERAL (SELECT 'p' AS c) r));
SELECT l2_predict(m, (SELECT r FROM (SELECT 'p'::text AS c) r)) = l2_intercept(m) AS known
  FROM (SELECT ols_fit(y, r) AS m FROM gaps, LATERAL (SELECT 'p' AS c) r) f;
SELECT l2_predict(m, (SELECT r FROM (SELECT 'q'::text AS c) r))
  FROM (SELECT ols_fit(y, r) AS m FROM gaps, LATERAL (SELECT 'p' AS c) r) f;

-- Grams of groups, whose levels differ
CREATE TABLE grams AS SELECT zone, l2_gram_agg(price, h, '{"features": ["zone", "area"]}') AS g FROM home h
  GROUP BY zone;
SELECT zone, l2_names(g) FROM grams ORDER BY zone COLLATE "C";
SELECT l2_names(l2_gram_sum(g)) FROM grams;
SELECT max(abs(a - b) / abs(b)) < 1e-12 AS same
  FROM unnest((SELECT l2_ridge(l2_gram_sum(g), 1)::float8[] FROM grams),
  (SELECT ridge_fit(price, h, 1, '{"features": ["zone", "area"]}')::float8[] FROM home h)) t(a, b);
SELECT l2_names(a.g + b.g - b.g) FROM grams a, grams b WHERE a.zone = 'north' AND b.zone = 'south';
SELECT a.g - b.g FROM grams a, grams b WHERE a.zone = 'north' AND b.zone = 'south';
SELECT zone, l2_names(l2_gram_sum(g) OVER (ORDER BY zone COLLATE "C" ROWS 1 PRECEDING)) FROM grams;
SELECT l2_names(a + b) FROM (SELECT l2_gram_agg(price, h, '{"features": ["zone"], "reference": "first"}') AS a
  FROM home h WHERE zone <> 'north') x,
  (SELECT l2_gram_agg(price, h, '{"features": ["zone"], "reference": "first"}') AS b FROM home h) y;
SELECT a + b FROM (SELECT l2_gram_agg(price, h, '{"features": ["zone"]}') AS a FROM home h) x,
  (SELECT l2_gram_agg(price, h, '{"features": ["size"]}') AS b FROM home h) y;

-- A category by its name, a single level by its own
SELECT l2_names(m), m::jsonb->'encoding'->'attributes' AS attributes
  FROM (SELECT l2_ridge(l2_gram_sum(g), 1, '{"features": ["zone"]}') AS m FROM grams) s;
SELECT * FROM show((SELECT l2_ridge(l2_gram_sum(g), 1, '{"features": ["zone=south", "area"]}') FROM grams));
SELECT l2_predict(m, h) IS NOT NULL AS others_are_known
  FROM (SELECT l2_ridge(l2_gram_sum(g), 1, '{"features": ["zone=south", "area"]}') AS m FROM grams) f, home h
  LIMIT 1;
SELECT l2_ridge(g, 1, '{"features": ["zone", "zone=north"]}') FROM grams WHERE zone = 'north';
SELECT l2_ridge(l2_set_names(g, '{a,b}'), 1)::jsonb ? 'encoding' AS renamed FROM grams WHERE zone = 'north';

-- Every aggregate, with its arguments
SET client_min_messages = warning; -- none of the features helps
SELECT bool_and(l2_predict(m, h) IS NOT NULL) AS all_predict FROM home h, (SELECT unnest(ARRAY[
  ols_fit(price, x, '{"target": "price"}'), ols_fit(l2_obs(price, weight => 2), x),
  ols_fit(l2_obs(price, weight => 2), x, '{"target": "price"}'),
  ridge_fit(price, x, 1, '{"target": "price"}'), ridge_fit(l2_obs(price, weight => 2.0), x, 1),
  ridge_fit(l2_obs(price, weight => 2), x, 1, '{"target": "price"}'),
  lasso_fit(price, x, 1), lasso_fit(price, x, 1, '{"target": "price"}'),
  lasso_fit(l2_obs(price, weight => 2), x, 1, '{"target": "price"}'),
  elastic_net_fit(price, x, 1), elastic_net_fit(price, x, 1, '{"target": "price"}'),
  elastic_net_fit(l2_obs(price, weight => 2), x, 1, '{"target": "price"}'),
  dropout_fit(price, x, 0.1), dropout_fit(price, x, 0.1, '{"dropout_to": "mean"}'),
  dropout_fit(l2_obs(price, weight => 2), x, 0.1, '{"target": "price"}'),
  ridge_cv(price, x), ridge_cv(price, x, '{"folds": 5}'), ridge_cv(l2_obs(price, weight => 2), x),
  ridge_cv(l2_obs(price, weight => 2), x, '{"n_lambda": 5}'),
  lasso_cv(price, x, '{"n_lambda": 5}'), lasso_cv(l2_obs(price, weight => 2), x),
  elastic_net_cv(price, x, '{"n_lambda": 5}'),
  elastic_net_cv(l2_obs(price, weight => 2), x, '{"n_lambda": 5, "l1_ratio": 0.2}')]) AS m
  FROM (SELECT h.price, x FROM home h, LATERAL (SELECT zone, area, size) x) s) f;
RESET client_min_messages;
SELECT array_length(l2_gram_folds(price, x, '{"folds": 4}'), 1) AS by_values,
  l2_n((l2_gram_folds(l2_obs(price, fold => rooms::bigint), x, '{"folds": 4}'))[1]) AS by_key,
  array_length(l2_gram_folds(l2_obs(price, fold => h.zone::text), x, '{"folds": 4}'), 1) AS by_name,
  l2_sum_weights((l2_gram_folds(l2_obs(price, weight => 2, fold => rooms::bigint), x,
  '{"folds": 4}'))[1]) AS weighted,
  l2_sum_weights((l2_gram_folds(l2_obs(price, weight => 2), x, '{"folds": 4}'))[1]) AS by_no_name
  FROM home h, LATERAL (SELECT zone, area) x;
SELECT l2_gram_folds(price, x, '{"folds": 1}') FROM home, LATERAL (SELECT zone, area) x;
SELECT ridge_fit(price, x, rooms) FROM home, LATERAL (SELECT zone, area) x;
-- calls with arrays, literals and NULLs mean what they did
SELECT l2_n(l2_gram_agg(price, '{1,2}'::float8[])) AS literal,
  l2_gram_agg(price, NULL::float8[]) IS NULL AS "null",
  l2_gram_agg(price::float8, NULL::float8[]) IS NULL AS weighted, ridge_fit(rooms, NULL, 1) IS NULL AS fit,
  ridge_cv(price, NULL, '{}') IS NULL AS cv,
  l2_n(l2_gram_agg(l2_obs(price, weight => 2), ARRAY[1, rooms])) AS ints,
  l2_names(ols_fit(price, ARRAY[area], '{"names": ["a"]}')) AS options FROM home;

-- Groups, windows, many of them
SELECT zone, l2_names(ols_fit(price, h, '{"features": ["zone", "size"]}')) FROM home h GROUP BY zone
  ORDER BY zone COLLATE "C";
SELECT i, l2_n(g), array_length(l2_names(g), 1) AS columns
  FROM (SELECT rooms AS i, l2_gram_agg(price, h, '{"features": ["zone", "area"]}')
  OVER (ORDER BY rooms, price) AS g, row_number() OVER (ORDER BY rooms, price) AS r FROM home h) s
  WHERE r IN (1, 2, 30, 60);
SELECT count(*), sum(l2_n(g)) FROM (SELECT l2_gram_agg(i, r) AS g FROM generate_series(1, 3000) i,
  LATERAL (SELECT i % 7 AS a, (i % 5)::text AS c) r GROUP BY i % 1000) s;

-- times that never are, names, long lists
CREATE TABLE event AS SELECT i, sin(i) AS y,
  CASE i WHEN 4 THEN 'infinity' WHEN 7 THEN '-infinity' ELSE timestamp '2020-01-01'
  + i * interval '6 hours' END AS at,
  (ARRAY['u', 'v'])[1 + i % 2]::name AS who FROM generate_series(1, 20) i;
SELECT ols_fit(y, ROW(at)) FROM event WHERE i < 5;
SELECT ols_fit(y, ROW(at)) FROM event WHERE i > 5;
SELECT n, n_skipped FROM l2_glance((SELECT ols_fit(y, ROW(at), '{"nonfinite": "skip"}') FROM event));
SELECT l2_names(ols_fit(y, ROW(who))) FROM event;
SELECT ols_fit(y, ROW(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21), '{"features": ["nope"]}')
  FROM event;
DROP TABLE event;

-- a target of another name, or misspelt, does not hide that a feature is the target
CREATE TEMP TABLE own AS SELECT i AS id, cos(i) + i AS "Price", i % 3 = 0 AS sold
  FROM generate_series(1, 20) i;
SELECT ols_fit("Price", o, '{"target": "price"}') FROM own o;
SELECT ridge_cv("Price", o, '{"target": "cost"}') FROM own o;
SELECT logistic_fit(sold, o, 1, '{"target": "sale"}') FROM own o;
SELECT l2_n(l2_gram_agg("Price", o, '{"target": "price"}')) FROM own o;
SELECT cardinality(l2_gram_folds("Price", o, '{"target": "cost"}')) FROM own o;
SELECT l2_n(l2_gram_agg("Price", l2_row(o), '{"target": "price"}')) FROM own o;
-- but not so where it names a column, or one that the record does not have, or all names are given
SELECT l2_names(l2_gram_agg("Price", o, '{"target": "Price"}')),
  l2_names(l2_gram_agg(ln("Price"), o, '{"target": "log"}')) FROM own o;
SELECT l2_names(l2_gram_agg(id, o, '{"target": "Price"}')) FROM own o;
SELECT l2_names(l2_gram_agg(id, l2_row(o), '{"target": "Price"}')) FROM own o;
SELECT l2_names(l2_gram_agg("Price", o, '{"target": "price", "names": ["a", "b", "c"]}')) FROM own o;
-- nor are large letters for small ones a name of its own, of a target that was worked out
SELECT ols_fit(ln("Price"), o, '{"target": "price"}') FROM own o;
SELECT lasso_cv(ln("Price"), o, '{"target": "PRICE", "features": ["id", "Price"]}') FROM own o;
SELECT quantile_fit(ln("Price"), l2_row(o), 0.5, '{"target": "price"}') FROM own o;
SELECT l2_gram_agg(ln("Price"), l2_row(o), '{"target": "price"}') FROM own o;
SELECT logistic_fit("Price" > 9, o, 1, '{"target": "price"}') FROM own o;
SELECT l2_names(ols_fit(ln("Price"), o, '{"target": "price"}'))
  FROM (SELECT id, "Price", "Price" > 9 AS price FROM own) o;
SELECT l2_names(ols_fit(ln("Price"), o, '{"target": "price", "features": ["id"]}')) FROM own o;
-- a label may be a category, as a number may be y
SELECT multinomial_fit(g, o, 1) FROM (SELECT id, chr(65 + id % 3) AS g, sold FROM own) o;
SELECT multinomial_cv(g, o, '{"target": "class"}') FROM (SELECT id, chr(65 + id % 3) AS g, sold FROM own) o;
SELECT logistic_fit(g, o, 1, '{"positive": "yes"}')
  FROM (SELECT CASE WHEN sold THEN 'yes' ELSE 'no' END AS g, id FROM own) o;
SELECT cardinality(l2_names(logistic_fit(g, o, 1, '{"target": "g", "positive": "yes"}'))),
  cardinality(l2_names(logistic_fit(g, ROW(id, CASE WHEN id = 5 THEN 'other' ELSE g END), 1,
    '{"positive": "yes"}')))
  FROM (SELECT CASE WHEN sold THEN 'yes' ELSE 'no' END AS g, id FROM own) o;
-- few rows may be equal by chance, unless a name is like the other
SELECT l2_names(l2_gram_agg(y, ROW(x), '{"target": "worked_out"}')) FROM (VALUES (1, 1), (2, 2)) r(x, y);
SELECT l2_names(l2_gram_agg("Price", o, '{"target": "PRICE"}')) FROM own o WHERE id < 4;
SELECT l2_names(l2_gram_agg("Price", o, '{"target": "Proce"}')) FROM own o WHERE id < 4;
SELECT l2_names(l2_gram_agg("Price", o, '{"target": "log_price"}')) FROM own o WHERE id < 4;
SELECT l2_names(ols_fit("Price", o, '{"target": "Price"}')),
  l2_names(logistic_fit(sold, o, 1, '{"target": "sold"}')) FROM own o;
