-- What a single one of a thing would not show: skipped rows in several parts and frames, a second version,
-- other plans, levels at the limit, errors that come while a model trains.
SET client_min_messages = error;

SELECT plan(83);

-- Rows that are skipped in each of several parts count in all of them
CREATE TABLE parts (part int, i int, y float8, a float8, b float8, w float8) PARTITION BY LIST (part);
CREATE TABLE part_0 PARTITION OF parts FOR VALUES IN (0);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF parts FOR VALUES IN (2);
CREATE TABLE part_3 PARTITION OF parts FOR VALUES IN (3);
-- 0 and 2 have nothing but NULLs, the others some
INSERT INTO parts SELECT i % 4, i, CASE WHEN i % 4 IN (1, 3) AND i % 5 > 0 THEN sin(i) END, cos(i * i), i % 7,
  1 + i % 3
FROM generate_series(1, 60) i;
ANALYZE parts;
CREATE TABLE calls (call text);
INSERT INTO calls VALUES
  ('l2_n_skipped(l2_gram_agg(y, ARRAY[a, b]))'),
  ('l2_n_skipped(l2_gram_cols(y, a, b))'),
  ('l2_n_skipped(l2_gram_agg(l2_obs(y, weight => w), ARRAY[a, b]))'),
  ('(l2_glance(ols_fit(y, ARRAY[a, b]))).n_skipped'),
  ('(l2_glance(ridge_fit(y, ARRAY[a, b], 2))).n_skipped'),
  ('(l2_glance(ols_fit(y, ARRAY[a, b], ''{"vcov": "HC1"}''))).n_skipped'),
  ('(l2_glance(ols_fit(l2_obs(y, cluster => i % 9), ARRAY[a, b], ''{"vcov": "CR1"}''))).n_skipped'),
  ('(l2_glance(logistic_fit(y > 0, ARRAY[a, b], 1))).n_skipped'),
  ('(l2_glance(poisson_fit(abs(y), ARRAY[a, b], 1))).n_skipped'),
  ('(l2_glance(ridge_cv(y, ARRAY[a, b]))).n_skipped'),
  ('(l2_glance(dropout_fit(y, ARRAY[a, b], 0.2))).n_skipped');
CREATE FUNCTION answer(call text, OUT skipped bigint) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT %s FROM parts', call) INTO skipped;
END $$;
SET enable_partitionwise_aggregate = on;
SELECT is(answer(call), 36::bigint, call || ' in parts') FROM calls;
RESET enable_partitionwise_aggregate;
SELECT is(answer(call), 36::bigint, call) FROM calls;

SELECT is(l2_n_skipped(l2_gram_sum(g)), 6::bigint, 'of grams, where one of NULLs alone is none')
FROM (SELECT l2_gram_cols(y, a, b) AS g FROM parts GROUP BY part) s;

-- in frames that move: rows, and grams of rows
CREATE TABLE days AS SELECT i, CASE WHEN i % 3 > 0 THEN sin(i) END AS y, cos(i * i) AS a
  FROM generate_series(1, 60) i;
CREATE TABLE weeks AS SELECT i / 7 AS week, l2_gram_cols(y, a) AS g, count(*) FILTER (WHERE y IS NULL) AS n
  FROM days GROUP BY 1;
SELECT ok(bool_and(got = want), 'rows skipped in a frame are those in it') FROM (
  SELECT l2_n_skipped(l2_gram_cols(y, a) OVER f) AS got, count(*) FILTER (WHERE y IS NULL) OVER f AS want
  FROM days WINDOW f AS (ORDER BY i ROWS 9 PRECEDING)) s;
SELECT ok(bool_and(got = want), 'and of grams in a frame') FROM (
  SELECT l2_n_skipped(l2_gram_sum(g) OVER f) AS got, sum(n) OVER f AS want
  FROM weeks WINDOW f AS (ORDER BY week ROWS 2 PRECEDING)) s;

-- and two fits of rows that are written to disk between one frame and the next
CREATE TABLE wide AS SELECT i, sin(i * i * 0.3) > i % 2 - 0.5 AS y,
  array_agg(cos(i * j * 0.17 + j) ORDER BY j) AS x
  FROM generate_series(1, 400) i, generate_series(1, 20) j GROUP BY i;
CREATE FUNCTION pg_temp.frames(memory text) RETURNS SETOF float8[] LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('work_mem', memory, true);
  RETURN QUERY SELECT l2_coef(logistic_fit(y, x, 1, '{"one_class": "null"}') OVER f)
      || l2_coef(logistic_fit(NOT y, x, 2, '{"one_class": "null"}') OVER f)
    FROM wide WINDOW f AS (ORDER BY i ROWS UNBOUNDED PRECEDING);
END $$;
SELECT is(count(*) FILTER (WHERE abs(a[1] - b[1]) + abs(a[21] - b[21]) < 1e-10)::int, 399,
  'frames are the same in little memory')
  FROM ROWS FROM (pg_temp.frames('64MB'), pg_temp.frames('64kB')) f(a, b);

-- A summary's columns, each by itself
CREATE TEMP TABLE m AS
SELECT 'ols' AS kind, ols_fit(y, ARRAY[a, b]) AS m, stddev(y) AS sy, stddev(a) AS sa FROM parts
  WHERE y IS NOT NULL UNION ALL
SELECT 'ridge', ridge_fit(y, ARRAY[a, b], 2), stddev(y), stddev(a) FROM parts WHERE y IS NOT NULL UNION ALL
SELECT 'logistic', logistic_fit(y > 0, ARRAY[a, b], 1), 1, stddev(a) FROM parts WHERE y IS NOT NULL UNION ALL
SELECT 'poisson', poisson_fit(abs(y), ARRAY[a, b], 1), 1, stddev(a) FROM parts WHERE y IS NOT NULL UNION ALL
SELECT 'gamma', glm_fit(abs(y) + 1, ARRAY[a, b], '{"family": "gamma"}'), 1, stddev(a) FROM parts
  WHERE y IS NOT NULL;
SELECT cmp_ok(abs(s.standardized - s.estimate * sa / sy), '<', 1e-12::float8, kind || ': standardized')
  FROM m, l2_summary(m) s WHERE s.term = 'x1';
SELECT ok(s.standardized IS NULL, 'an intercept has none') FROM m, l2_summary(m) s
  WHERE kind = 'ols' AND s.term NOT IN ('x1', 'x2');
SELECT throws_ok(format('SELECT l2_summary(m, %s) FROM m', l), '22023',
  format('level must lie between 0 and 1, but is %s', l)) FROM unnest('{0,1,-0.5}'::text[]) l;

-- A gate: with only one version to keep, the one in use stays, whatever is rejected after it
CREATE TABLE homes AS SELECT i AS id, 40 + i % 50 AS area, 1 + i % 3 AS rooms, 1000.0 * (40 + i % 50)
  - 50 * (i % 3) + sin(i) AS price FROM generate_series(1, 90) i;
SELECT l2_train('gated', 'homes', 'price', lambda => 0.01,
  options => '{"features": ["rooms", "area"], "gate": 0.1, "keep": 1}');
UPDATE homes SET price = price + 5000 * (id % 7);
SELECT is((SELECT outcome FROM l2_refresh('gated')), 'rejected', 'worse');
SELECT is((SELECT outcome FROM l2_refresh('gated')), 'rejected', 'and worse again');
SELECT results_eq($$SELECT version, outcome FROM gated WHERE active$$, $$VALUES (1, 'ok')$$,
  'the version in use is still there');
SELECT ok(l2_predict('gated', 2, 60) BETWEEN 55000 AND 65000, 'and predicts');
SELECT is((SELECT count(*)::int FROM gated), 2, 'one more is kept');

-- A second version: all that goes by the name goes by the one in use
SELECT l2_train('two', 'homes', 'price', 'ols', options => '{"features": ["rooms", "area"]}');
UPDATE homes SET price = -price;
SELECT l2_refresh('two');
CREATE FUNCTION by_name() RETURNS bool LANGUAGE sql AS $$
  SELECT l2_sql('two') = l2_sql(model) AND l2_coef('two') = l2_coef(model) AND l2_intercept('two')
  = l2_intercept(model)
    AND l2_pmml('two') = l2_pmml(model) AND l2_predict('two', 2, 60) = l2_predict(model, 2, 60)
    AND (SELECT array_agg(s) FROM l2_summary('two') s) = (SELECT array_agg(s) FROM l2_summary(model) s)
    AND l2_glance('two') = l2_glance(model) FROM two WHERE active $$;
SELECT ok(by_name() AND l2_predict('two', 2, 60) < 0, 'the second version');
SELECT l2_activate('two', 1);
SELECT ok(by_name() AND l2_predict('two', 2, 60) > 0, 'and the first, when that is in use again');
SELECT is(array_agg(tick[1]), '{1,2}', 'the axis of versions has whole numbers')
  FROM regexp_matches(substring(l2_report('two') FROM 'Error by version.*?</figure>'),
  'text-anchor="middle"[^>]*>([0-9.]+)<', 'g') tick;

SELECT l2_train('kinds', 'homes', 'rooms ~ area + price', 'multinomial');
SELECT ok(l2_report(name, 'homes') ~ 'Of 90 rows of public.homes,',
  name || ': a report reads all of few rows')
  FROM unnest('{two,kinds}'::text[]) name;

-- a name with what XML has other words for
SELECT is(array_agg(DISTINCT name[1]), '{"a&#9;b&#10;c&#13; &lt;&gt;&amp;&quot;"}', 'a name in XML')
  FROM (SELECT ols_fit(price, ARRAY[area], '{"names": ["a\tb\nc\r <>&\""]}') AS m FROM homes) s,
  regexp_matches(l2_pmml(m), 'name="(a.*?)"', 'g') name;

-- Features stay in their order, whatever the planner does
CREATE TEMP TABLE plans AS SELECT NULL::text AS plan, NULL::l2_model AS m, NULL::text AS drift LIMIT 0;
CREATE TYPE size AS ENUM ('small', 'large', 'huge');
CREATE TABLE arrays AS SELECT i AS y, i % 7 AS a, ARRAY[i % 2, i % 5, i % 11] AS x,
  (ARRAY['small', 'huge', 'large'])[1 + i % 3]::size AS size, 'z' || i % 4 AS zone
FROM generate_series(1, 90) i;
CREATE PROCEDURE plan(name text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM l2_train('ordered', 'homes', 'price', 'ridge', 1, '{"features": ["rooms", "area", "id"]}');
  -- elements of arrays, and levels of text and of an enum, in the order of their columns
  PERFORM l2_train('elements', 'arrays', 'y', 'ridge', 1, '{"features": ["zone", "x", "size", "a"]}');
  PERFORM l2_train('formula', 'homes', 'price ~ rooms + log(area) + rooms:id + I(id % 4)', 'ridge', 1);
  INSERT INTO plans SELECT name, l2_get('ordered'), (SELECT string_agg(d::text, ' ')
  FROM l2_drift('ordered') d)
    UNION ALL SELECT name || ', elements', l2_get('elements'), (SELECT string_agg(d::text, ' ')
    FROM l2_drift('elements') d)
    UNION ALL SELECT name || ', formula', l2_get('formula'), (SELECT string_agg(d::text, ' ')
    FROM l2_drift('formula') d);
END $$;
CALL plan('usual');
SET enable_hashjoin = off; SET enable_mergejoin = off;
CALL plan('nested loops');
RESET enable_mergejoin; SET enable_nestloop = off;
CALL plan('merge joins');
RESET enable_hashjoin; SET enable_mergejoin = off;
CALL plan('hash joins');
RESET enable_nestloop; RESET enable_mergejoin;
SELECT is(count(DISTINCT (m::text, drift))::int, 3, 'the same models by every plan') FROM plans;
SELECT is(l2_names(m), '{y,zone=z0,zone=z1,zone=z2,zone=z3,x[1],x[2],x[3],size=small,size=large,size=huge,a}',
  'elements and levels, too') FROM plans WHERE plan = 'merge joins, elements';
SELECT is(l2_names(m), '{price,rooms,area,id}', 'features in the order given') FROM plans
  WHERE plan = 'usual';

-- drift by name is drift of the same gram
SELECT results_eq($$SELECT term, round(mean_now::numeric, 6), round(sd_now::numeric, 6),
  round(shift::numeric, 6), round(spread::numeric, 6)
  FROM l2_drift('ordered', 'SELECT id + 7 AS id, rooms, area * 2 AS area, price + 5 AS price FROM homes')$$,
  $$SELECT term, round(mean_now::numeric, 6), round(sd_now::numeric, 6), round(shift::numeric, 6),
  round(spread::numeric, 6) FROM l2_drift(l2_get('ordered'),
    (SELECT l2_gram_agg(price + 5, ARRAY[rooms, area * 2, id + 7],
    '{"names": ["rooms", "area", "id"], "target": "price"}') FROM homes))$$, 'drift by name');
SELECT results_eq($$SELECT round(mean_now::numeric, 6), round(sd_now::numeric, 6) FROM l2_drift('ordered')
  WHERE term = 'price'$$,
  $$SELECT round(avg(price)::numeric, 6), round(stddev(price)::numeric, 6) FROM homes$$,
  'and of the target the target''s');

-- rows that have no outcome yet
SELECT is((SELECT array_agg(term ORDER BY term COLLATE "C")
  FROM l2_drift(name, 'SELECT id + 1 AS id, rooms, area FROM homes')),
  (SELECT array_agg(term ORDER BY term COLLATE "C") FROM l2_drift(name) WHERE term !~ '^\(|^price$'),
  name || ': features alone without an outcome') FROM unnest('{ordered,formula}'::text[]) name;
CREATE TABLE sold AS SELECT rooms, area, price FROM homes;
SELECT l2_train('sold_', 'sold', 'price', 'ols', options => '{"features": ["rooms", "area"]}');
ALTER TABLE sold DROP price;
SELECT is((SELECT array_agg(term) FROM l2_drift('sold_')), '{rooms,area}', 'nor in the model''s own source');

-- A single group has a mean that the fit within does not know, as several have
SELECT throws_ok(format($$SELECT l2_predict(m, %s) FROM (SELECT 5 AS area) r,
  l2_fit('SELECT *, 1 AS one FROM homes', 'price ~ area | one', 'ols') m$$, x), '55000', NULL,
  'no prediction of ' || x) FROM unnest('{r,area,ARRAY[area]}'::text[]) x;

-- What is to be tried again is no failed version
CREATE FUNCTION raising(x float8) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('second.state', true) <> '' THEN
    RAISE 'in the source' USING ERRCODE = current_setting('second.state');
  END IF;
  RETURN x;
END $$;
SELECT l2_train('raised', 'SELECT raising(area) AS area, price FROM homes', 'price', 'ols');
SET second.state = '40001';
SELECT throws_ok($$SELECT l2_refresh('raised')$$, '40001', 'in the source',
  'a serialization failure ends a refresh');
SET second.state = '40P01';
SELECT throws_ok($$SELECT l2_refresh('raised')$$, '40P01', 'in the source', 'so does a deadlock');
SELECT is((SELECT count(*)::int FROM raised), 1, 'and neither is a version');
SET second.state = '22012';
SELECT is((SELECT outcome FROM l2_refresh('raised')), 'failed', 'other errors are');
SELECT is((SELECT error_code FROM l2_versions WHERE name = 'raised' AND outcome = 'failed'), '22012',
  'with their code');
RESET second.state;

-- Levels up to the default limit, and no more, wherever they are counted
CREATE TABLE levels AS SELECT i % 1000 AS l, 'l' || i % 1000 AS name, sin(i) AS y
  FROM generate_series(1, 1500) i;
CREATE TABLE more AS SELECT i % 1001 AS l, 'l' || i % 1001 AS name, sin(i) AS y
  FROM generate_series(1, 1500) i;
CREATE VIEW limits AS SELECT t, replace(c, '$', t) AS call FROM unnest('{levels,more}'::text[]) t, (VALUES
  ('SELECT l2_n(l2_gram_agg(y, s, ''{"target": "y"}'')) FROM (SELECT y, name FROM $) s'),
  ('SELECT ridge_fit(y, s, 1, ''{"target": "y"}'') FROM (SELECT y, name FROM $) s'),
  ('SELECT n FROM l2_train(''many'', ''SELECT y, name FROM $'', ''y'', ''ridge'', 1)')) v(c);
SELECT lives_ok(call, call) FROM limits WHERE t = 'levels' ORDER BY call;
SELECT throws_like(call, '%1000%', call) FROM limits WHERE t = 'more' ORDER BY call;

-- NULL where training had it and where it had not, by what an unseen level is: as an expression and predicted
CREATE TABLE zones AS SELECT i, CASE i % 4 WHEN 0 THEN 'a' WHEN 1 THEN 'b' WHEN 2 THEN 'c' END AS zone,
  i % 4 + sin(i) AS y FROM generate_series(1, 80) i;
CREATE TABLE asked (zone text);
INSERT INTO asked VALUES ('a'), ('b'), ('c'), ('new'), (NULL);
CREATE FUNCTION pasted(m l2_model) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT string_agg(coalesce(round((%s)::numeric, 9)::text, ''NULL''), '' '' ORDER BY zone) '
  'FROM asked q', l2_sql(m)) INTO result;
  RETURN result;
END $$;
CREATE FUNCTION predicted(m l2_model) RETURNS text LANGUAGE sql AS
  $$SELECT string_agg(coalesce(round(l2_predict(m, q)::numeric, 9)::text, 'NULL'), ' ' ORDER BY zone)
  FROM asked q$$;
CREATE TABLE coded AS SELECT unseen, null_level, seen,
  (SELECT ridge_fit(y, s, 1, format('{"unseen": "%s", "null_level": %s, "target": "y"}', unseen,
  null_level::text)::l2_options) FROM (SELECT zone, y FROM zones WHERE seen OR zone IS NOT NULL) s) AS m
FROM unnest(ARRAY['zero', 'null']) unseen, unnest('{t,f}'::bool[]) null_level, unnest('{t,f}'::bool[]) seen;
SELECT is(pasted(m), predicted(m), format('unseen %s, null_level %s, NULL %sseen', unseen, null_level,
  CASE WHEN seen THEN '' ELSE 'not ' END)) FROM coded;
SELECT is(count(*)::int, 3, 'NULL has a prediction only as a level, or as one that has no effect') FROM coded
  WHERE predicted(m) !~ 'NULL$';

-- a value in a dropped column does not matter, whatever it is
SELECT is(l2_predict(m, row_of), l2_predict(m, other), 'infinity in a dropped column') FROM
  (SELECT ols_fit(y, s, '{"target": "y"}') AS m FROM (SELECT y, a, 2 * a AS twice FROM days) s) f,
  (SELECT d AS row_of FROM (SELECT 1.5::float8 AS a, 'Infinity'::float8 AS twice) d) p,
  (SELECT d AS other FROM (SELECT 1.5::float8 AS a, 3::float8 AS twice) d) q;

-- a model that is kept out of line is read once a query where records are predicted, not once a row
CREATE TABLE large (m l2_model);
ALTER TABLE large ALTER m SET STORAGE EXTERNAL;
INSERT INTO large SELECT ols_fit(sin(i), (SELECT array_agg(cos(i * j)) FROM generate_series(1, 60) j),
  '{"covariance": true}') FROM generate_series(1, 200) i;
CREATE FUNCTION points() RETURNS text LANGUAGE sql AS $$
  SELECT 'CREATE TABLE points AS SELECT i::float8 AS y, '
  || string_agg(format('sin(i * %s) AS x%1$s', j), ', ' ORDER BY j) || ' FROM generate_series(1, 300) i'
  FROM generate_series(1, 60) j $$;
DO $$ BEGIN EXECUTE points(); END $$;
CREATE FUNCTION blocks(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  said json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) ' || query INTO said;
  RETURN (said->0->'Plan'->>'Shared Hit Blocks')::int + (said->0->'Plan'->>'Shared Read Blocks')::int;
END $$;
SELECT cmp_ok(blocks(format('SELECT %s FROM large, points p', call)), '<',
  blocks('SELECT * FROM points') + 50, call || ' reads the model once')
  FROM unnest(ARRAY['l2_predict(m, p)', 'l2_predict_interval(m, p)',
  'l2_augment(m, p, y)', 'l2_encode(m, p)']) call;
SELECT cmp_ok(pg_relation_size(reltoastrelid), '>', 8192::bigint, 'it is out of line') FROM pg_class
  WHERE oid = 'large'::regclass;
SELECT * FROM finish();
