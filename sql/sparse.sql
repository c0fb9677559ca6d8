-- Grams with categories, which are kept by levels and made dense by whoever reads them.
SET client_min_messages = warning;
CREATE SCHEMA sparse;
SET search_path = sparse, public;
CREATE TABLE sold AS SELECT i, (10 * sin(i) + i % 7)::float8 AS y, cos(i)::float8 AS a, i % 11 AS n,
  'z' || i / 40 AS zone, CASE WHEN i % 10 > 0 THEN 'k' || i * 7 % 5 END AS kind,
  (1 + i % 3) / 4.0::float8 AS w, i / 500 AS day FROM generate_series(0, 3999) i;
CREATE VIEW few AS SELECT i, y, day, w, a, n, zone FROM sold;
\set target '''{"target": "y", "features": ["a", "n", "zone"]}'''
\set both '''{"target": "y", "features": ["zone", "a", "kind", "n"], "null_level": true}'''
-- largest difference of two grams, as a share
CREATE FUNCTION apart(a l2_gram, b l2_gram) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE WHEN l2_n(a) <> l2_n(b) OR l2_n_skipped(a) <> l2_n_skipped(b) OR l2_names(a) <> l2_names(b)
  THEN 'inf' ELSE greatest(abs(l2_sum_weights(a) / l2_sum_weights(b) - 1),
    (SELECT max(abs(u - v) / (1 + abs(v))) FROM unnest(l2_means(a), l2_means(b)) m(u, v)),
    (SELECT max(abs(u - v) / (1 + abs(v))) FROM unnest(l2_covariance(a), l2_covariance(b)) m(u, v))) END $$;

-- What it takes, beside a dense one: 8 k^2 bytes; and it is the same to the last bit
CREATE TABLE whole AS SELECT l2_gram_agg(y, s, :target) AS one, l2_gram_agg(l2_obs(y, w), s, :both) AS two,
  l2_gram_agg(l2_obs(y, w), s,
  '{"target": "y", "features": ["zone", "kind", "a"], "reference": "first"}') AS less FROM sold s;
SELECT pg_column_size(one) < 12000 AS one, pg_column_size(l2_set_names(one, (l2_names(one))[2:], 'y'))
  > 80000 AS dense, pg_column_size(two) < 30000 AS two, pg_column_size(less) < 30000 AS less FROM whole;
SELECT l2_ridge(one, 1)::text = ridge_fit(y, s, 1, :target)::text AS one,
  l2_ols(less, '{"features": ["zone=z71", "a"]}') IS NOT NULL AS subset FROM whole, sold s GROUP BY one, less;
SELECT l2_ridge(two, 1)::text = ridge_fit(l2_obs(y, w), s, 1, :both)::text AS two FROM whole, sold s
  GROUP BY two;
SELECT l2_ols(less)::text = ols_fit(l2_obs(y, w), s,
  '{"target": "y", "features": ["zone", "kind", "a"], "reference": "first"}')::text AS less FROM whole, sold s
  GROUP BY less;
SELECT l2_cv(f, 'ridge')::text = m::text AS folds, cardinality(f) AS n, pg_column_size(f) < 150000 AS small
  FROM (SELECT l2_gram_folds(y, s, :target) AS f, ridge_cv(y, s, :target) AS m FROM sold s) q;
SELECT l2_n(two) AS n, l2_n_skipped(less) AS skipped, l2_sum_weights(two) AS weights,
  cardinality(l2_names(two)) AS names, (l2_names(less))[1:3] AS some, cardinality(l2_means(two)) AS means,
  jsonb_array_length(two::jsonb -> 'columns') AS json FROM whole;

-- Whatever reads a gram reads both kinds alike; of a dense one the categories are not known, which those that
-- go by whole categories are without here
CREATE FUNCTION read(call text, g l2_gram) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r jsonb;
BEGIN
  EXECUTE format('SELECT jsonb_agg(to_jsonb(r)) FROM %s r', call) INTO r USING g;
  RETURN r;
END $$;
CREATE TABLE calls AS SELECT call FROM unnest(ARRAY[
  'l2_collinearity($1)', 'l2_condition_indexes($1)', 'l2_correlation($1)', 'l2_covariance($1)',
  'l2_coef(l2_cv(ARRAY[$1, $1], ''ridge'', ''{"lambdas": [1]}''))',
  'l2_cv_curve(ARRAY[$1, $1], ''ridge'', ''{"lambdas": [1]}'')',
  'l2_coef(l2_dropout($1, 0.2))', 'l2_coef(l2_elastic_net($1, 1))', 'l2_covariance(l2_gram_decay($1, 0.5))',
  '(SELECT l2_coef(l2_ridge(l2_gram_within(x), 1)) FROM unnest(ARRAY[$1, $1]) x)',
  'l2_coef(l2_iv($1, ''{a}'', ''{n,zone=z3}''))', 'l2_iv_diagnostics($1, ''{a}'', ''{n,zone=z3}'')',
  'l2_coef(l2_lasso($1, 5))', 'l2_means($1)', 'l2_n($1)', 'l2_n_skipped($1)', 'l2_names($1)',
  'l2_coef(l2_ols($1, ''{"features": ["a", "zone=z7"]}''))',
  '(SELECT array_agg(l2_coef(model)) FROM l2_path($1, ''lasso'', ''{"lambdas": [500, 5]}''))',
  '(SELECT array_agg(to_jsonb(p) - ''model'') FROM l2_pca($1, 2) p)', 'l2_coef(l2_ridge($1, 1))',
  '(SELECT l2_vcov(l2_robust(l2_ols($1 + $1, ''{"features": ["a"], "covariance": true}''), x))
    FROM unnest(ARRAY[$1, $1]) x)',
  'l2_coef(l2_select($1, ''forward'', ''{"features": ["a", "n"]}''))',
  '(SELECT jsonb_agg(l2_coef(model)) FROM l2_subset($1, ''forward'', ''{"features": ["a", "n"]}''))',
  'l2_sum_weights($1)', 'l2_trace($1, 1)',
  'l2_drift(l2_ridge($1, 1), $1)', 'l2_drop1($1, ''{"features": ["a", "n"]}'')',
  'l2_predict_interval(l2_ridge($1, 1), array_fill(1, ARRAY[102]), 0.9, $1)',
  'length(l2_report(l2_ridge($1, 1, ''{"features": ["a"]}''), $1, options => ''{"made": "2026-01-01"}''))',
  'l2_set_names($1, (l2_names($1))[2:], ''y'')', 'jsonb_array_length($1::jsonb -> ''columns'')']) call;
SELECT call FROM calls, (SELECT one AS g, l2_set_names(one, (l2_names(one))[2:], 'y') AS dense FROM whole) w
WHERE read(call, g) IS DISTINCT FROM read(call, dense);
SELECT string_agg(DISTINCT proname, ' ') AS not_tried FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proname !~ '^_l2_' AND prokind = 'f'
  AND 'l2_gram'::regtype = ANY (proargtypes) AND obj_description(oid, 'pg_proc') !~ '^An error:'
  AND NOT EXISTS (SELECT FROM calls WHERE call ~ ('(^|\W)' || proname || '\('));
DROP TABLE calls;
DROP FUNCTION read;

-- Added up from days, whose levels differ; taken off again; faded
CREATE TABLE days AS SELECT day, l2_gram_agg(y, s, :target) AS one, l2_gram_agg(l2_obs(y, w), s, :both) AS two
  FROM sold s GROUP BY day;
INSERT INTO days SELECT 8, l2_gram_agg(y, s, :target), l2_gram_agg(l2_obs(y, w), s, :both) FROM sold s
  WHERE i IN (5, 77);
SELECT apart(l2_gram_sum(d.one), w.one) < 1e-14 AS one, apart(l2_gram_sum(d.two), w.two) < 1e-14 AS two,
  pg_column_size(l2_gram_sum(d.two)) < 30000 AS sparse FROM days d, whole w WHERE day < 8
  GROUP BY w.one, w.two;
SELECT bool_and(apart(w.two + d.two - d.two, w.two) < 1e-14) AS and_back,
  bool_and(pg_column_size(w.two + d.two) < 30000) AS sparse, max(apart(l2_gram_decay(d.two, 0.25), d.two))
  = 0.75 AS half FROM days d, whole w;
SELECT apart(l2_gram_sum(l2_gram_decay(d.two, 0.5)), l2_gram_decay(w.two, 0.5)) < 1e-14 AS faded
  FROM days d, whole w WHERE day < 8 GROUP BY w.two;
SELECT apart((SELECT l2_gram_sum(two) FROM days WHERE day < 8) - taken, l2_gram_agg(l2_obs(y, w), s, :both)
  + (taken - taken)) < 1e-13 AS rest FROM sold s, (SELECT l2_gram_sum(two) AS taken FROM days
  WHERE day IN (1, 3)) d WHERE day NOT IN (1, 3) GROUP BY taken;
SELECT l2_n(two - two) AS n, l2_sum_weights(two - two) AS weights, l2_means(two - two) IS NULL AS no_means,
  apart((two - two) + two, two) AS again FROM days WHERE day = 8;
SELECT bool_and(apart(s, t) < 1e-12) AS frames, count(*)
  FROM (SELECT day, l2_gram_sum(one) OVER (ORDER BY day ROWS 2 PRECEDING) AS s FROM days WHERE day < 8) x
  JOIN (SELECT b.day, l2_gram_agg(s.y, s, :target) AS t FROM days b JOIN sold s ON s.day BETWEEN b.day - 2
  AND b.day WHERE b.day < 8 GROUP BY b.day) y USING (day);
SELECT a.one - b.one FROM days a, days b WHERE a.day = 1 AND b.day = 2;
SELECT a.one - b.two FROM days a, days b WHERE a.day = 1 AND b.day = 1;
SELECT one + less FROM whole;
SELECT a.one - b.one FROM days a, days b WHERE a.day = 8 AND b.day = 0;
-- a level that loses its rows has nothing left of them
SELECT l2_names(d) AS names, l2_means(d) AS means
  FROM (SELECT l2_gram_agg(v, q) - l2_gram_agg(v, q) FILTER (WHERE r.c = 'x') AS d
  FROM (VALUES (1, 0.1, 'x'), (0, 1, 'y'), (1, 0, 'z'), (1, 0, 'z'), (1, 0, 'z'), (1, 0.3, 'x')) r(v, b, c),
  LATERAL (SELECT r.b, r.c) q) s;
-- with dense ones, and made dense by what is not kept so
SELECT apart(one + l2_set_names(one, (l2_names(one))[2:], 'y'), one + one) < 1e-14 AS mixed,
  l2_n(one * l2_gram(ARRAY[1, 2], '{p,q}')) AS product,
  cardinality(l2_names(l2_set_names(one, (l2_names(one))[2:], 'y'))) AS renamed FROM whole;

-- Text and binary, equality
SELECT bool_and(one::text::l2_gram::text = one::text AND two::text::l2_gram::text = two::text) AS text,
  bool_and(_l2_gram_send(two::text::l2_gram) = _l2_gram_send(two)) AS binary,
  bool_and(length(two::text) < 60000) AS short FROM days;
SELECT count(DISTINCT g) AS different, count(*) FROM (SELECT one FROM days UNION ALL SELECT one::text::l2_gram
  FROM days UNION ALL SELECT d.one + e.one - e.one FROM days d, days e WHERE d.day = 3 AND e.day = 8) d(g);
SELECT overlay(one::text placing 'AAAA' from 500)::l2_gram FROM whole;
SELECT left(one::text, -400)::l2_gram FROM whole;
SELECT replace(one::text, 'columns=103', 'columns=102')::l2_gram FROM whole;
-- no state of rows
CREATE TABLE text_of AS SELECT two::text AS t FROM days WHERE day = 8;
DO $$ BEGIN EXECUTE format('CREATE AGGREGATE on_top(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram, '
  'INITCOND = %L)', (SELECT t FROM text_of)); END $$;
SELECT on_top(1, '{1}');

-- Buckets and a live model keep what they need of it
CREATE TABLE orders (id int PRIMARY KEY, placed timestamptz NOT NULL, amount float8, size float8, shop text);
INSERT INTO orders SELECT i, timestamptz '2026-01-01 UTC' + i * interval '20 min', sin(i) + i % 5, cos(i),
  's' || i % 300 FROM generate_series(1, 2000) i;
SELECT version FROM l2_train('by_day', 'orders', 'amount ~ size + shop', lambda => 1,
  options => '{"refresh": "buckets", "time_column": "placed", "bucket": "1 day", "lag": "0"}');
SELECT version FROM l2_train('at_once', 'orders', 'amount ~ size + shop', lambda => 1,
  options => '{"refresh": "live"}');
CREATE FUNCTION against(name text) RETURNS boolean LANGUAGE sql AS $$
  SELECT l2_names(l2_get(name)) = l2_names(f) AND (SELECT max(abs(u - v))
  FROM unnest(l2_coef(l2_get(name)), l2_coef(f)) m(u, v)) < 1e-9
  FROM l2_fit('orders', 'amount ~ size + shop', 'ridge', 1) f $$;
SELECT against('by_day') AS by_day, against('at_once') AS at_once;
INSERT INTO orders SELECT i, timestamptz '2026-01-01 UTC' + i * interval '20 min', sin(i) + i % 5, cos(i),
  's' || i % 301 FROM generate_series(2001, 2100) i;
DELETE FROM orders WHERE id % 7 = 0;
UPDATE orders SET shop = 'new', size = size + 1 WHERE id % 9 = 0;
SELECT against('at_once') AS at_once;
SELECT l2_mark('by_day', '2025-01-01', '2027-01-01') IS NOT NULL AS marked,
  (SELECT outcome FROM l2_refresh('by_day')) AS by_day,
  (SELECT outcome FROM l2_refresh('at_once')) AS at_once;
SELECT against('by_day') AS by_day, against('at_once') AS at_once;
-- dense, one of 300 shops would take 700,000 bytes, one of a day 29,000
SELECT count(*) AS buckets, max(octet_length(_l2_gram_send(grams[1]))) < 6000 AS small FROM by_day_grams;
SELECT count(*) AS versions, max(octet_length(_l2_gram_send(grams[1]))) < 30000 AS small FROM at_once_grams;
SELECT l2_drop('by_day') AS by_day, l2_drop('at_once') AS at_once;
