-- How far other rows are from those of training, by a model's name: which rows there are, and that they are
-- what avg and stddev say of the source.
SET client_min_messages = notice;
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
CREATE TABLE was AS SELECT i AS id, (i * 7 % 31)::float8 AS area, i % 4 AS rooms, 'z' || i % 3 AS zone,
  i % 5 = 0 AS garden, date '2026-01-01' + i AS day, 1 + i % 2 AS w, i * 3 % 7 AS off, ARRAY[i % 2, i % 5]
  AS x,
  CASE WHEN i * 5 % 7 > 3 THEN 'yes' ELSE 'no' END AS sold, i % 11 + i * 7 % 31 AS price
FROM generate_series(1, 60) i;
CREATE TABLE now AS SELECT id, area + 3 AS area, rooms, CASE WHEN id % 5 = 0 THEN 'new' ELSE zone END AS zone,
  garden, day + 10 AS day, w, off, x, sold, price - 5 AS price FROM was WHERE id % 4 > 0;
CREATE FUNCTION pg_temp.drift(name text, source text DEFAULT 'now') RETURNS TABLE (term text, mean numeric,
  mean_now numeric, shift numeric, sd numeric, sd_now numeric, spread numeric) LANGUAGE sql AS $$
  SELECT term, round(mean::numeric, 5), round(mean_now::numeric, 5), round(shift::numeric, 5),
    round(sd::numeric, 5), round(sd_now::numeric, 5), round(spread::numeric, 5) FROM l2_drift(name, source)
$$;
SELECT round(avg(price), 5) AS price, round(stddev(price), 5) AS of_price, round(avg(area)::numeric, 5) AS
  area,
  round(stddev(area)::numeric, 5) AS of_area, round(avg((zone = 'z1')::int), 5) AS z1,
  round(avg((zone = 'new')::int), 5) AS new, round(stddev((zone = 'new')::int), 5) AS of_new,
  round(avg(w * price) / avg(w), 5) AS weighed FROM now;
-- numbers; a category as it is, and as levels of a formula, with those that training did not see
SELECT l2_train('numbers', 'was', 'price ~ area + rooms', 'ols') IS NULL;
SELECT * FROM pg_temp.drift('numbers');
SELECT l2_train('levels', 'was', 'price ~ zone + area', 'ridge', 1) IS NULL;
SELECT * FROM pg_temp.drift('levels', 'SELECT * FROM now WHERE zone <> ''new''');
SELECT l2_train('crossed', 'was', 'price ~ zone * area', 'ols', options => '{"unseen": "zero"}') IS NULL;
SELECT * FROM pg_temp.drift('crossed');
-- rows without what comes, and without what a term of the target is made of; a logarithm of it
SELECT term FROM pg_temp.drift('numbers', 'SELECT area, rooms FROM now');
SELECT l2_train('logs', 'was', 'log(price + 1) ~ area', 'ols') IS NULL;
SELECT term FROM pg_temp.drift('logs');
SELECT term FROM l2_drift('logs');
-- NULL as a level, elements of an array, an offset, labels, and classes, which have no moments
SELECT l2_train('gaps', 'SELECT price, nullif(zone, ''z2'') AS zone FROM was', 'price ~ zone', 'ridge', 1,
  '{"null_level": true}') IS NULL;
SELECT term, mean, mean_now FROM pg_temp.drift('gaps',
  'SELECT price, nullif(zone, ''z0'') AS zone FROM was');
SELECT l2_train('arrays', 'was', 'price ~ x', 'ols') IS NULL;
SELECT term, mean, mean_now FROM pg_temp.drift('arrays');
SELECT l2_train('shifted', 'was', 'price ~ area + offset(off)', 'ols') IS NULL;
SELECT term, mean, mean_now FROM pg_temp.drift('shifted');
SELECT l2_train('sold', 'was', 'sold ~ area', 'logistic', options => '{"positive": "yes"}') IS NULL;
SELECT term, mean, mean_now FROM pg_temp.drift('sold');
SELECT l2_train('zones', 'was', 'zone ~ area + garden', 'multinomial', 1) IS NULL;
SELECT term, mean, mean_now FROM pg_temp.drift('zones');
-- weights, where the source has them; a model that was fitted with weights and has no definition; times
SELECT l2_train('heavy', 'was', 'price ~ area', 'ols', options => '{"weight": "w"}') IS NULL;
SELECT term, mean, mean_now FROM pg_temp.drift('heavy');
SELECT term, mean, mean_now FROM pg_temp.drift('heavy', 'SELECT price, area FROM now');
SELECT l2_train('fading', 'was', 'price ~ area', 'ols', options =>
  '{"refresh": "buckets", "time_column": "day",
  "bucket": "week", "lag": "1 day", "half_life": "30 days"}') IS NULL;
SELECT count(*) FROM l2_drift('fading');
SELECT l2_train('lately', 'was', 'price ~ area', 'ols', options =>
  '{"refresh": "buckets", "time_column": "day",
  "bucket": "week", "lag": "1 day", "training_window": "30 days"}') IS NULL;
SELECT count(*) FROM l2_drift('lately');
CREATE TABLE by_hand OF l2_version;
INSERT INTO by_hand (version, active, model) SELECT 1, true,
  l2_ols(l2_gram_agg(l2_obs(price, weight => w), ARRAY[rooms, area, off],
  '{"names": ["rooms", "area", "off"], "target": "price"}')) FROM was;
SELECT term, mean, mean_now FROM pg_temp.drift('by_hand');
UPDATE by_hand SET model = (SELECT l2_ols(l2_gram_agg(price, ARRAY[rooms],
  '{"names": ["rooms"], "target": "price"}')) FROM was);
SELECT term, mean, mean_now FROM pg_temp.drift('by_hand');
SELECT * FROM pg_temp.drift('by_hand', 'SELECT NULL::int AS rooms, 1 AS price');
-- within groups means are not known, of a source of grams there are no rows
SELECT l2_train('within', 'was', 'price ~ area | zone', 'ols') IS NULL;
SELECT l2_drift('within');
SELECT l2_drift('within', 'now');
CREATE TABLE grams AS SELECT day, l2_gram_agg(price, ARRAY[area], '{"names": ["area"], "target": "price"}')
  AS g
FROM was GROUP BY day;
SELECT l2_train('daily', 'grams', 'price', 'ols', options => '{"gram": "g"}') IS NULL;
INSERT INTO grams SELECT day, l2_gram_agg(price, ARRAY[area], '{"names": ["area"], "target": "price"}')
FROM now GROUP BY day;
SELECT term, round(mean::numeric, 5) AS mean, round(mean_now::numeric, 5) AS mean_now FROM l2_drift('daily');
SET client_min_messages = warning;
SELECT l2_drop(name) FROM l2_models;
DROP TABLE was, now, grams;
