-- What l2_train says of rows and columns that are not what a model is for; and that it says nothing of clean
-- data.
CREATE SCHEMA quiet;
SET search_path = quiet, public;
SET extra_float_digits = 0;
CREATE TABLE shop (id int PRIMARY KEY, name text, zone text, area float8, rooms int, sold boolean,
  price float8);
INSERT INTO shop SELECT i, 'shop ' || i, (ARRAY['north', 'south', 'west'])[1 + i % 3], 20 + i * 37 % 61,
  i % 4, i * i % 5 < 2,
    100 + 3 * (i * 37 % 61) + 10 * (i % 4) + 7 * (i % 3) + (i * i * 7919) % 23 FROM generate_series(1, 120) i;

-- keys and names are left out, where nobody names the features
SELECT n, columns, skipped FROM l2_train('by_all', 'shop', 'price');
SELECT l2_names('by_all');
SELECT l2_names(l2_fit('shop', 'price ~ .', 'ols')), l2_names(l2_fit('shop', 'log(price) ~ . - sold', 'ols'));
SELECT l2_names(l2_fit('SELECT * FROM shop WHERE area > 30', 'price', 'ols'));
SELECT l2_names(l2_fit('SELECT price, number, area FROM (SELECT id AS number, s.* FROM shop s) s ORDER BY 1',
  'price ~ .', 'ols'));
-- a key of one table in a join tells no rows apart
SELECT l2_names(l2_fit('SELECT s.price, s.area, o.id FROM shop s JOIN shop o ON o.id = s.rooms', 'price',
  'ols'));
-- who names them gets them
SELECT l2_names(l2_fit('shop', 'price ~ . - name + id - zone', 'ols'));
SELECT l2_names(l2_fit('shop', 'price', 'ols', options => '{"features": ["id", "area"]}'));
SELECT cardinality(l2_names(l2_fit('shop', 'price ~ area + name', 'ridge', 1)));
SELECT cardinality(l2_names(l2_fit('shop', 'price ~ area:name', 'ridge', 1)));
-- and so does who has nothing else
SELECT l2_names(l2_fit('SELECT id, price FROM shop', 'price', 'ols'));
-- a refresh takes the columns that there were
SELECT n, columns FROM l2_train('by_zone', 'shop', 'price ~ . + zone:area - sold', 'ols');
INSERT INTO shop VALUES (121, 'shop 121', 'east', 40, 2, true, 210),
  (122, 'shop 122', 'east', 50, 1, true, 230);
SELECT n, columns FROM l2_refresh('by_zone');
SELECT l2_names('by_zone');
DELETE FROM shop WHERE id > 120;

-- rows left out for a NULL: told when they are more than a tenth, kept in any case
CREATE TABLE gap AS SELECT id, CASE WHEN id % 3 > 0 THEN area END AS area,
  CASE WHEN id % 5 > 0 THEN rooms END AS rooms, zone, price FROM shop;
SELECT n, n_skipped, skipped FROM l2_train('gaps', 'gap', 'price ~ area + rooms + zone', 'ols');
SELECT n, n_skipped, skipped FROM l2_train('gaps', 'gap', 'log(price) ~ zone*sqrt(area)', 'ols');
SELECT n, n_skipped, skipped FROM l2_train('few_gaps',
  'SELECT * FROM gap WHERE area IS NOT NULL AND (rooms IS NOT NULL OR id % 7 = 0)',
  'price ~ area + rooms', 'ols');
SELECT n, skipped FROM l2_refresh('few_gaps');
SELECT (l2_glance(l2_fit('gap', 'price ~ area', 'ols'))).n;
SELECT n, n_skipped FROM l2_train('levels',
  'SELECT price, CASE WHEN id % 2 = 0 THEN zone END AS zone FROM shop', 'price', 'ols',
  options => '{"null_level": true}');
-- none is usable: which columns it is
SELECT n FROM l2_train('none', 'SELECT price, area, NULL::int AS rooms FROM shop', 'price');
SELECT n FROM l2_train('none',
  'SELECT price, CASE WHEN id % 2 = 0 THEN area END AS area, CASE WHEN id % 2 = 1 THEN rooms END AS rooms '
  'FROM shop', 'price', 'ols');
SELECT n FROM l2_train('none', 'SELECT * FROM shop WHERE false', 'price');
SELECT n FROM l2_train('none', 'SELECT * FROM shop LIMIT 1', 'price ~ area');
SELECT l2_fit('SELECT price, area, NULL::int AS rooms FROM shop', 'price');

-- a category that tells rows apart
SELECT n, columns FROM l2_train('ids', 'SELECT price, area, (id / 2)::text AS pair FROM shop',
  'price ~ area + pair', 'ridge', 1);
SELECT n, columns FROM l2_train('ids', 'SELECT price, area, (id / 3)::text AS three FROM shop',
  'price ~ area + three', 'ridge', 1);
SELECT n, columns FROM l2_train('pairs', 'SELECT price, area, id / 2 AS pair FROM shop',
  'price ~ area + factor(pair)', 'ridge', 1);

-- a feature that is the target
SELECT n FROM l2_train('leak', 'SELECT price, area, price * 1.19 AS gross FROM shop', 'price', 'ols');
SELECT n FROM l2_train('leak', 'SELECT price, area, price * 1.19 AS gross FROM shop', 'price');
SELECT n FROM l2_train('leak', 'SELECT price, area, zone, -price / 3 AS part FROM shop', 'price ~ .', 'ols');
SELECT n FROM l2_train('leak',
  'SELECT zone, rooms, CASE zone WHEN ''north'' THEN 3.0 WHEN ''south'' THEN 1 ELSE 2 END AS price FROM shop',
  'price', 'ols');
SELECT n FROM l2_train('leak', 'SELECT area, sold, sold::int AS again FROM shop', 'sold', 'logistic', 0.001);
-- whatever the method, and under a penalty
SELECT n FROM l2_train('leak', 'SELECT area, sold, (NOT sold)::int AS unsold FROM shop', 'sold', 'logistic',
  1);
SELECT n FROM l2_train('leak', 'SELECT area, rooms, 2 * rooms AS doors FROM shop WHERE rooms > 0', 'rooms',
  'poisson', 1);
SELECT n FROM l2_train('leak', 'SELECT area, price, 2 * price AS gross FROM shop', 'price', 'glm', 1,
  '{"family": "gamma", "link": "log"}');
SELECT n FROM l2_train('leak', 'SELECT area, price, 2 * price AS gross FROM shop', 'price', 'quantile', 0.5);
SELECT n FROM l2_train('leak', 'SELECT area, price, 2 * price AS gross FROM shop', 'price', 'ridge', 30);
SELECT n FROM l2_train('leak', 'SELECT area, zone, upper(zone) AS region FROM shop', 'zone', 'multinomial',
  1);
SELECT n FROM l2_train('no_leak_m', 'SELECT area, zone, rooms::text FROM shop', 'zone', 'multinomial', 1);
SELECT n FROM l2_train('no_leak_l', 'SELECT area, zone, sold FROM shop', 'sold', 'logistic', 1);
SELECT n FROM l2_train('no_leak', 'SELECT price, area, price + (id % 2) / 10.0 AS near FROM shop', 'price',
  'ols');

-- a target that is true or false, and methods for numbers
SELECT n FROM l2_train('chance', 'shop', 'sold ~ area', 'ridge', 1);
SELECT n FROM l2_train('chance', 'shop', 'I(price > 200) ~ area', 'lasso');
SELECT n FROM l2_train('odds', 'shop', 'sold ~ area', 'logistic');
SELECT n FROM l2_train('shares', 'shop', 'sold ~ area', 'ols');

-- another target, another method, under the same name
SELECT n FROM l2_train('shares', 'shop', 'price ~ area', 'ols');
SELECT n FROM l2_train('shares', 'shop', 'price ~ area', 'ridge', 1);
SELECT n FROM l2_train('shares', 'shop', 'price ~ area + rooms', 'ridge', 2);

-- how well rows not seen are told
SELECT abs(cv_r_squared - (1 - cv_error / (SELECT var_pop(price) FROM shop))) < 1e-12 AS cv_r2,
  cv_r_squared BETWEEN 0.9 AND r_squared AS of_the_fit, columns
  FROM l2_train('told', 'shop', 'price ~ area + rooms + zone');

-- what the formula takes out itself needs no notice
SELECT l2_names(l2_fit('shop', 'price ~ . - name', 'ols'));
SELECT l2_names(l2_fit('shop', 'price ~ . - id - name - sold', 'ols'));
SELECT l2_names(l2_fit('SELECT *, ''{}''::json AS extra, ''{}''::json AS more FROM shop',
  'price ~ . - extra - id - name', 'ols'));
SELECT l2_names(l2_fit('SELECT *, ''{}''::json AS extra FROM shop', 'price ~ (. - extra) - id - name',
  'ols'));

-- clean data: silence
CREATE TABLE clean AS SELECT area, rooms, zone, sold, price FROM shop;
SELECT n, columns FROM l2_train('clean_all', 'clean', 'price');
SELECT n, columns FROM l2_train('clean_some', 'clean', 'price ~ area*zone + factor(rooms)', 'lasso');
SELECT n, columns FROM l2_train('clean_odds', 'clean', 'sold ~ .', 'logistic');
SELECT l2_names(l2_fit('clean', 'log(price) ~ ns(area, 3) + zone', 'ols'));

-- rows that have no outcome yet, and levels that training did not see, of categories that a formula codes
CREATE TABLE visit AS SELECT (ARRAY['a', 'b', 'c'])[1 + i % 3] AS g, i % 7 AS x, i AS y
  FROM generate_series(1, 60) i;
SELECT n FROM l2_train('crossed', 'visit', 'log(y) ~ g*sqrt(x)', 'ols');
SELECT n FROM l2_train('plain', 'visit', 'y ~ g + x', 'ols');
SELECT term, mean, mean_now, sd_now FROM l2_drift('crossed',
  'SELECT CASE WHEN x = 1 THEN ''new'' ELSE g END AS g, x FROM visit');
SELECT term, mean, mean_now FROM l2_drift('plain',
  'SELECT CASE WHEN x = 1 THEN ''new'' ELSE g END AS g, x, NULL::int AS y FROM visit');
SELECT term, mean, mean_now FROM l2_drift('plain', 'SELECT g, x + 1 AS x FROM visit');
SELECT l2_report('crossed', 'SELECT g, x FROM visit') LIKE '%sqrt(x)%' AS report;
UPDATE visit SET y = NULL;
SELECT term, mean, mean_now FROM l2_drift('crossed');
ALTER TABLE visit DROP COLUMN y;
SELECT term, mean, mean_now FROM l2_drift('crossed');
SELECT term, mean, mean_now FROM l2_drift('plain');
ALTER TABLE visit DROP COLUMN x;
SELECT term FROM l2_drift('crossed');
SELECT term FROM l2_drift('plain');
-- a row whose prediction is NULL is not stopped by a level that training did not see
CREATE TABLE short AS SELECT * FROM (VALUES ('a', 1.0, 1.0), ('a', 2, 2.1), ('b', 3, 3.2), ('b', 4, 3.9),
  ('a', 5, 5.2), ('c', NULL, 6)) v(g, x, y);
SELECT bool_and((l2_predict(m, s) IS NULL) = (x IS NULL)) AS known FROM short s,
  (SELECT l2_fit('short', 'y ~ g + x', 'ols') UNION ALL SELECT l2_fit('short', 'y ~ x + g', 'ols')
  UNION ALL SELECT l2_fit('short', 'y ~ g*x', 'ridge', 1)) f(m);
SELECT l2_predict(l2_fit('short', 'y ~ g + x', 'ols'), ROW('c', 1.0, NULL)::short);
-- a model is not its own source
CREATE TEMP TABLE mine AS SELECT i AS a, i * i % 7 AS y FROM generate_series(1, 50) i;
SELECT n FROM l2_train('mine', 'mine', 'y');
SELECT n FROM l2_train('mine', 'pg_temp.mine', 'y ~ a', 'ols');
-- rows of weight 0 are no rows with a NULL
CREATE TABLE weighed AS SELECT i % 4 AS w, CASE WHEN i % 9 > 0 THEN i END AS a,
  CASE WHEN i % 3 > 0 THEN i END AS b, i * i % 7 AS y FROM generate_series(1, 60) i;
SELECT n FROM l2_train('weighed_a', 'weighed', 'y ~ a', 'ols', options => '{"weight": "w"}');
SELECT n FROM l2_train('weighed_b', 'weighed', 'y ~ b', 'ols', options => '{"weight": "w"}');
SELECT n, n_skipped FROM l2_glance('weighed_a') UNION ALL SELECT n, n_skipped FROM l2_glance('weighed_b');
-- Rows left out, and what of: the group, the cluster, instruments, and terms that make a NULL
CREATE TABLE holes AS SELECT i AS id, i % 5 AS store, i % 7 AS a, sin(i) AS z, 1 + i % 3 AS w,
  i % 7 + i % 3 AS y, CASE WHEN i % 2 > 0 THEN i % 5 END AS half, CASE WHEN i % 20 > 0 THEN i % 5 END AS most
FROM generate_series(1, 100) i;
SELECT round((l2_coef(l2_fit('holes', v.f, 'ols', NULL, v.o::l2_options)))[1]::numeric, 6) AS b
FROM (VALUES ('y ~ a', '{"vcov": "CR1", "cluster": "half"}'), ('y ~ a | half', '{}'),
  ('y ~ z | a ~ half', '{}'), ('y ~ a + I(half + 1)', '{}'), ('y ~ a + I(nullif(store, 4))', '{}')) v(f, o);
-- few rows without a cluster change the estimates, and nothing in the formula says so
SELECT round((l2_coef(l2_fit('holes', 'y ~ a', 'ols', NULL, v.o::l2_options)))[1]::numeric, 6) AS b
FROM (VALUES ('{}'), ('{"vcov": "CR1", "cluster": "most"}'), ('{"vcov": "CR1", "cluster": "most + 1"}'),
  ('{"vcov": "CR1", "cluster": ["most", "a"]}')) v(o);
SELECT n, n_skipped, skipped FROM l2_train('gappy', 'holes', 'y ~ a', 'ols', NULL,
  '{"vcov": "CR1", "cluster": "most"}');
-- weights that a source does not have, effects of rows that weigh alike, and steps
SELECT n FROM l2_train('gappy', 'holes', 'y ~ a', 'ols', NULL, '{"weight": "w"}');
SELECT term, round(shift::numeric, 6) AS shift FROM l2_drift('gappy', 'SELECT y, a FROM holes');
SELECT term, round(estimate::numeric, 6) AS estimate FROM l2_margins('gappy', 'holes');
SELECT n FROM l2_train('gappy', 'holes', 'y ~ a + z + I(z > 0)', 'ols');
SELECT term, round(estimate::numeric, 6) AS estimate FROM l2_margins('gappy', 'holes');
CREATE TABLE dated AS SELECT a, y, date '2026-01-01' + id AS day FROM holes;
SELECT n FROM l2_train('gappy', 'dated', 'y ~ a', 'ols', NULL,
  '{"time_column": "day", "half_life": "9 days", "refresh": "buckets", "bucket": "day"}');
SELECT count(*) FROM l2_drift('gappy') WHERE abs(shift) > 0.01;
-- counts of a penalised fit have no errors that could be too small
SELECT l2_fit('SELECT a, y * y AS n FROM holes', 'n ~ a', 'poisson', 1,
  '{"l1_ratio": 1}') IS NOT NULL AS fitted;
SELECT l2_drop('gappy');
DROP TABLE holes, dated;

-- Where each of these begins: what is one row less says nothing
\set VERBOSITY terse
CREATE FUNCTION pg_temp.said(source text, formula text, method text DEFAULT 'ols', lambda float8 DEFAULT NULL,
  options l2_options DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
BEGIN
  m := l2_fit(source, formula, method, lambda, options);
  RETURN (SELECT format('%s rows, %s skipped, %s features', n, n_skipped, cardinality(l2_names(m)) - 1)
    FROM l2_glance(m));
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- a name is left out that 18 of 20 rows have for themselves, and not one that 17 have, or 19 of 19
CREATE VIEW twenty AS SELECT i, i * i % 7 AS y, i % 5 AS x, 'n' || least(i, 18) AS own,
  'n' || least(i, 17) AS shared, 'k' || i % 10 AS ten, 'k' || i % 11 AS eleven, sin(i) AS z
FROM generate_series(1, 20) i;
SELECT pg_temp.said('SELECT y, x, own FROM twenty', 'y');
SELECT pg_temp.said('SELECT y, own FROM twenty', 'y ~ own');
SELECT pg_temp.said('SELECT y, x, own FROM twenty WHERE i < 20', 'y');
SELECT pg_temp.said('SELECT y, x, shared FROM twenty', 'y');
-- a category has more levels than every second row: 11 of 20, not 10, and not 11 of 19; the one without
-- a column counts too
SELECT pg_temp.said('SELECT z, ten FROM twenty', 'z ~ ten', 'ridge', 1);
SELECT pg_temp.said('SELECT z, eleven FROM twenty', 'z ~ eleven', 'ridge', 1);
SELECT pg_temp.said('SELECT z, x, eleven FROM twenty', 'z ~ log(x + 1) + eleven');
SELECT pg_temp.said('SELECT z, eleven FROM twenty WHERE i < 20', 'z ~ eleven', 'ridge', 1);
-- more than a tenth of the rows are left out: 2 of 19, not 2 of 20; those of weight 0 do not count
SELECT pg_temp.said('SELECT y, nullif(i, 3) AS x, nullif(i, 4) AS u FROM twenty', 'y ~ x + u');
SELECT pg_temp.said('SELECT y, nullif(i, 3) AS x, nullif(i, 4) AS u FROM twenty WHERE i < 20', 'y ~ x + u');
SELECT pg_temp.said('SELECT y, nullif(i, 3) AS x, i % 4 AS w FROM twenty', 'y ~ x', 'ols', NULL,
  '{"weight": "w"}');
SELECT pg_temp.said('SELECT y, nullif(i, 4) AS x, nullif(nullif(i, 8), 9) AS u, i % 4 AS w FROM twenty
  WHERE i > 2', 'y ~ x + u', 'ols', NULL, '{"weight": "w"}');
-- the columns with most NULLs, five of them, then by name
SELECT pg_temp.said('SELECT y, nullif(i, 3) AS g, nullif(i, 3) AS f, nullif(i, 3) AS e, nullif(i, 3) AS d,
  nullif(i, 3) AS c, nullif(i % 4, 3) AS b, x AS a FROM twenty', 'y ~ a + b + c + d + e + f');
SELECT pg_temp.said('SELECT y, nullif(i, 3) AS g, nullif(i, 3) AS f, nullif(i, 3) AS e, nullif(i, 3) AS d,
  nullif(i, 3) AS c, nullif(i % 4, 3) AS b, x AS a, nullif(i, 3) AS h FROM twenty',
  'y ~ a + b + c + d + e + f + g + h');
-- a feature that is the target, but for less than 1e-9 of its variance; also a category, with weights
SELECT pg_temp.said('SELECT y, x, y + 3e-5 * z AS near FROM twenty', 'y ~ x + near');
SELECT pg_temp.said('SELECT y, x, y + 2e-4 * z AS near FROM twenty', 'y ~ x + near');
SELECT pg_temp.said('SELECT x AS y, x::text AS c, z, i AS w FROM twenty', 'y ~ z + c', 'ols', NULL,
  '{"weight": "w"}');
SELECT pg_temp.said('SELECT x + i / 20 * 1.0 AS y, x::text AS c, z FROM twenty', 'y ~ z + c');
-- a target that is true or false, or numbers of it
SELECT pg_temp.said('SELECT y > 3 AS y, x FROM twenty', 'y ~ x', 'ridge', 1);
SELECT pg_temp.said('SELECT y > 3 AS y, x FROM twenty', 'y ~ x');
SELECT pg_temp.said('SELECT y, x FROM twenty', 'I(y > 3) ~ x', 'lasso', 0.1);
SELECT pg_temp.said('SELECT y, x FROM twenty', 'y ~ x', 'lasso', 0.1);
-- no row at all, no usable one, and too few for cross-validation
\set VERBOSITY default
SELECT l2_train('none', 'SELECT y, x FROM twenty WHERE false', 'y ~ x', 'ols');
SELECT l2_train('none', 'SELECT y, nullif(x, x) AS x, z FROM twenty', 'y ~ x + z', 'ols');
SELECT l2_train('none', 'SELECT y, nullif(i % 2, 0) AS x, nullif(i % 2, 1) AS z FROM twenty', 'y ~ x + z',
  'ols');
-- of l2_fit it is NULL, and a NOTICE says the same
SELECT l2_fit('SELECT y, x FROM twenty WHERE false', 'y ~ x', 'ols') IS NULL AS none;
SELECT l2_fit('SELECT y, nullif(x, x) AS x, z FROM twenty', 'y ~ x + z', 'lasso') IS NULL AS none;
SELECT l2_fit('twenty', 'y ~ x', 'ols', '{"weight": "0"}') IS NULL AS none;
SELECT l2_fit('SELECT y, x FROM twenty WHERE i < 2', 'y ~ x', 'ridge') IS NULL AS none;
SELECT l2_fit('SELECT y > 9 AS y, x FROM twenty', 'y ~ x', 'logistic', '{"one_class": "null"}') IS NULL
  AS none;
\set VERBOSITY terse
SELECT l2_train('few', 'SELECT y, x FROM twenty WHERE i < 2', 'y ~ x', 'ridge');
SELECT n FROM l2_train('few', 'SELECT y, x FROM twenty WHERE i < 2', 'y ~ x', 'ridge', 1);
-- what the rows of training do not determine: a combination of levels that none had, once a call site; there
-- is nothing to tell of rows of others, and where a column that was dropped is what it was
\set VERBOSITY default
CREATE TABLE two AS SELECT i, (ARRAY['a', 'b', 'c'])[1 + i % 3] AS g, (ARRAY['u', 'v'])[1 + i / 3 % 2] AS h,
  y, x FROM twenty WHERE i % 3 > 0 OR i / 3 % 2 = 0;
SELECT l2_train('combined', 'two', 'y ~ g*h + x', 'ols') IS NULL;
SELECT count(l2_predict('combined', t)), count((l2_predict_interval('combined', t)).se_fit) FROM two t;
SELECT count(l2_predict('combined', t))
  FROM (SELECT 'a' AS g, 'v' AS h, x FROM two) t;
SELECT se_fit, conf_low, leverage FROM (SELECT 'a' AS g, 'v' AS h, 0.0::float8 AS x) t,
  l2_predict_interval('combined', t);
SELECT term, estimate IS NULL AS unknown FROM l2_margins('combined', 'two');
SELECT l2_predict(m, 1, 3) IS NULL, l2_predict(m, ARRAY[1, 3]) IS NULL, l2_predict(m, ARRAY[1, 3.5]) IS NULL
  FROM (SELECT ols_fit(y, ARRAY[x, 2 * x + 1], '{"covariance": true}') AS m FROM two) s;
\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA quiet CASCADE;

RESET client_min_messages;
-- Rounding to double precision has left a few digits: whole numbers that are much larger than they vary
CREATE TABLE long AS SELECT 1000000000000000000 + 70 * i AS id, i, sin(i) AS y FROM generate_series(1, 40) i;
SELECT l2_coef(ols_fit(id, ARRAY[y])) = l2_coef(ols_fit(70 * i, ARRAY[y])) AS same FROM long;
SELECT (l2_glance(l2_fit('long', 'y ~ id', 'lasso', 0.1))).n;
SELECT (l2_glance(l2_fit('long', 'y ~ I(id - 1000000000000000000)', 'ols'))).n;
SELECT (l2_glance(ols_fit(y, ARRAY[1.7e15 + i]))).n FROM long;
DROP TABLE long;
\set VERBOSITY default
-- Where the limits are.  Names: nine tenths of at least 20 rows with a level of their own
SELECT n, levels, l2_names(l2_fit(format('SELECT i AS y, i %% 7 AS x, ''c'' || i %% 3 AS a,
  ''k'' || least(i, %s) AS b, '
  '''c'' || i %% 2 AS c FROM generate_series(1, %s) i', levels, n), 'y', 'ridge', 1)) AS names
FROM (VALUES (20, 18), (20, 17), (19, 19), (21, 19), (21, 18)) v(n, levels);
-- a tenth of the rows may have a NULL, but for those of weight 0; NULL may be made of what is none
SELECT k, w, n, n_skipped FROM (VALUES (10, 0), (11, 0), (11, 1), (12, 1)) v(k, w), l2_glance(l2_fit(format(
  'SELECT i + i %% 7 AS y, CASE WHEN i > %s THEN i %% 5 END AS x,
  (i < 100 OR %s = 0)::int AS w FROM generate_series(1, 100) i', k, w),
  'y ~ x', 'ols', options => '{"weight": "w"}'));
SELECT n FROM l2_train('limits', 'SELECT i + i % 7 AS y, i % 5 AS x FROM generate_series(1, 100) i',
  'I(CASE WHEN y > 50 THEN y END) ~ I(NULLIF(x, 0)) + x', 'ols');
SELECT details -> 'skipped' AS skipped FROM limits;
SELECT l2_drop('limits');
-- a category may have as many levels as half of the rows
SELECT n, k, cardinality(l2_names(l2_fit(format('SELECT i * i %% 11 AS y, i %% 5 AS x,
  ''k'' || i %% %s AS k FROM generate_series(1, %s) i',
  k, n), 'y ~ x + k', method, lambda, o::l2_options))) AS names
FROM (VALUES (20, 10, 'ridge', 1, '{}'), (20, 11, 'ridge', 1, '{}'), (19, 19, 'ridge', 1, '{}'), (20, 10,
  'ols', NULL, '{}'),
  (20, 11, 'ols', NULL, '{}'), (21, 11, 'ols', NULL, '{}'), (20, 11, 'ols', NULL, '{"reference": "first"}'))
  v(n, k, method, lambda, o);
-- a feature says it all up to 1e-9 of the variance; numbers of little variance do, constants do not
SELECT what, (l2_glance(l2_fit('SELECT i::float8 AS i, ' || c || ' FROM generate_series(1, 100) i', f, m,
  l))).n FROM (VALUES
  ('5e-10 off', 'i AS y, 5 AS one, i + 6.45e-4 * (-1) ^ i AS x', 'y ~ one + x', 'ols', NULL::float8),
  ('5e-9 off', 'i AS y, 5 AS one, i + 2.04e-3 * (-1) ^ i AS x', 'y ~ one + x', 'ols', NULL),
  ('the first', 'i AS y, 3 * i AS x, i % 7 AS a', 'y ~ x + a', 'ols', NULL),
  ('little', 'i / 1000.0 AS y, i / 1e4 AS x, i % 7 AS a', 'y ~ a + x', 'ols', NULL),
  ('two', 'i % 7 + i % 5 AS y, 5 AS one, i % 7 AS a, i % 5 AS b', 'y ~ one + a + b', 'ols', NULL),
  ('constant', '5 AS y, i % 7 AS a', 'y ~ a', 'ols', NULL),
  ('shrunken', 'i AS y, 3 * i AS x', 'y ~ x', 'ridge', 20), ('more so', 'i AS y, 3 * i AS x', 'y ~ x',
  'ridge', 200),
  ('levels', '(i % 3) / 100.0 AS y, ''k'' || i % 3 AS k, ''j'' || (i + 1) % 3 AS j', 'y ~ k', 'ridge', 0.01),
  ('two categories', 'i % 3 AS y, ''k'' || i % 3 AS k, ''j'' || (i + 1) % 3 AS j', 'y ~ k + j', 'ridge',
  0.01),
  ('half a percent off', 'i % 3 + 0.0577 * (-1) ^ i AS y, ''k'' || i % 3 AS k', 'y ~ k', 'ridge', 0.01),
  ('constant by levels', '5 AS y, ''k'' || i % 3 AS k', 'y ~ k', 'ridge', 0.01)) v(what, c, f, m, l);
SELECT what, l2_fit('SELECT ' || c || ' FROM generate_series(1, 99) i', 'y ~ k + x', 'multinomial', 1) IS
  NOT NULL AS fitted FROM (VALUES
  ('each level of one class', 'CASE WHEN i % 4 < 2 THEN ''a'' ELSE ''b'' END AS y, ''k'' || i % 4 AS k,
  i % 7 AS x'),
  ('but one', 'CASE WHEN i % 4 < 2 OR i = 7 THEN ''a'' ELSE ''b'' END AS y, ''k'' || i % 4 AS k, i % 7 AS x'),
  ('one level', 'CASE WHEN i % 4 < 2 THEN ''a'' ELSE ''b'' END AS y, ''k'' AS k, i % 7 AS x')) v(what, c);
-- what is wrong where there is no model
SELECT what, l2_fit('SELECT ' || c, 'y ~ x', m, l, o::l2_options) IS NULL AS none FROM (VALUES
  ('one row', '1 AS y, 2 AS x', 'ridge', NULL::float8, '{}'), ('two',
  'i AS y, i AS x, 1 AS g FROM generate_series(1, 2) i', 'ridge', NULL, '{"fold": "g"}'),
  ('three', 'i AS y, i AS x, 1 AS g FROM generate_series(1, 3) i', 'ridge', NULL, '{"fold": "g"}'),
  ('none known', '1 AS y, NULL::int AS x', 'ols', NULL, '{}'),
  ('in turn', 'nullif(i, 1) AS y, nullif(i, 2) AS x FROM generate_series(1, 2) i', 'ols', NULL, '{}'),
  ('of no weight', 'i AS y, i AS x, 0 AS w FROM generate_series(1, 5) i', 'ols', NULL, '{"weight": "w"}'),
  ('none at all', '1 AS y, 2 AS x WHERE false', 'ridge', NULL, '{}')) v(what, c, m, l, o);
SELECT _l2_list('{"a": 1, "b": 30, "c": 2, "d": 2, "e": 5}') AS five,
  _l2_list('{"a": 1, "b": 30, "c": 2, "d": 2, "e": 5, "f": 9}') AS six,
  _l2_list('{"a": 1, "b": 30, "c": 2, "d": 2, "e": 5, "f": 9, "g": 8}') AS seven;
-- what a dot leaves out it says, unless the formula does, or names it
CREATE TABLE dotted AS SELECT i AS id, i % 7 + i % 5 AS y, i % 5 AS x, 'n' || i AS name, point(i, i) AS at
FROM generate_series(1, 40) i;
ALTER TABLE dotted ADD PRIMARY KEY (id);
SELECT f, l2_names(l2_fit('dotted', f, 'ridge', 1)) IS NOT NULL AS fitted FROM
  unnest('{y,y ~ .,y ~ . - at,y ~ . - id,
  y ~ . - name,y ~ . + id,y ~ . - at - id - name,y ~ x,y ~ . + name:x}'::text[]) f;
DROP TABLE dotted;
-- effects that the rows of training do not determine, of the first feature, too; and of no features
SELECT l2_train('fixed', 'SELECT 5 AS one, i % 7 AS x, i % 7 + sin(i) AS y FROM generate_series(1, 50) i',
  'y ~ I(one * 1) + x', 'ols', '{"covariance": true}') IS NULL;
SELECT term, kind, estimate IS NULL AS unknown, n FROM l2_margins('fixed', 'SELECT 6 AS one, 3 AS x');
SELECT l2_train('fixed', 'SELECT true AS one, i % 7 AS x, i % 7 + sin(i) AS y FROM generate_series(1, 50) i',
  'y ~ I(one::int * 2) + x', 'ols', '{"covariance": true}') IS NULL;
SELECT term, kind, estimate IS NULL AS unknown, n FROM l2_margins('fixed', 'SELECT false AS one, 3 AS x');
SELECT l2_train('fixed', 'SELECT i AS y FROM generate_series(1, 5) i', 'y ~ 1', 'ols') IS NULL;
SELECT term FROM l2_margins('fixed', 'SELECT 1 AS x');
SELECT l2_drop('fixed');
-- several categories of one level each, some of whose levels have columns; and one of none
SELECT f, l2_names(l2_fit('SELECT i AS y, 5 AS k, 6 AS j, ''c'' AS g, ''d'' AS h, i % 3 AS x '
  'FROM generate_series(1, 9) i', f, 'ols')) AS names
FROM unnest('{y ~ g:x + h*x,y ~ factor(k) + factor(j) + x,y ~ factor(k) + factor(j) + x - 1}'::text[]) f;
SELECT l2_fit('SELECT 1 AS y, NULL::int AS k', 'y ~ factor(k)', 'ols');
