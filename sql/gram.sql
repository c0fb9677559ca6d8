-- The gram: making it, its plans, its algebra, its accessors.
SET extra_float_digits = 0;

CREATE TABLE points (g int, y float8, x1 float8, x2 float8, w float8);
INSERT INTO points
  SELECT i % 3, 3 + 2 * i - sqrt(i) + sin(i), i, sqrt(i), 1 + i % 4 FROM generate_series(1, 1000) i;

-- one row a way of making it: they are the same gram
WITH g(how, gram) AS (
  SELECT 'agg', l2_gram_agg(y, ARRAY[x1, x2]) FROM points
  UNION ALL SELECT 'cols', l2_gram_cols(y, x1, x2) FROM points
  UNION ALL SELECT 'cols, other types', l2_gram_cols(y, x1::int, x2) FROM points
  UNION ALL SELECT 'weights of 1', l2_gram_agg(y, ARRAY[x1, x2]) FROM points
  UNION ALL SELECT 'sum', l2_gram_sum(s) FROM (SELECT l2_gram_cols(y, x1, x2) s FROM points GROUP BY g) t
  UNION ALL SELECT 'plus', (SELECT l2_gram_cols(y, x1, x2) FROM points WHERE g = 0)
                         + (SELECT l2_gram_cols(y, x1, x2) FROM points WHERE g > 0)
  UNION ALL SELECT 'minus', (SELECT l2_gram_cols(y, x1, x2) FROM points)
                          + (SELECT l2_gram_cols(y * 7, x1, x2 - 5) FROM points WHERE g > 0)
                          - (SELECT l2_gram_cols(y * 7, x1, x2 - 5) FROM points WHERE g > 0)
)
SELECT how, l2_n(gram) n, l2_sum_weights(gram) w, l2_names(gram),
       (SELECT array_agg(round(m::numeric, 9)) FROM unnest(l2_means(gram)) m) AS means,
       (SELECT array_agg(round(c::numeric, 9)) FROM unnest(l2_covariance(gram)) c) AS covariance
FROM g \gx

-- against core
SELECT round(covar_samp(y, x1)::numeric, 6) AS y_x1, round(covar_samp(x1, x2)::numeric, 6) AS x1_x2,
       round(var_samp(y)::numeric, 6) AS y_y, round(var_pop(y)::numeric, 6) AS pop_y_y FROM points;
SELECT round(c[1][2]::numeric, 6) AS y_x1, round(c[2][3]::numeric, 6) AS x1_x2,
       round(c[1][1]::numeric, 6) AS y_y, round(c0[1][1]::numeric, 6) AS pop_y_y
FROM (SELECT l2_covariance(l2_gram_cols(y, x1, x2)) c, l2_covariance(l2_gram_cols(y, x1, x2), 0) c0
      FROM points) s;

-- weights count rows
SELECT l2_n(a) n, l2_sum_weights(a) w, l2_means(a) = l2_means(b) AS means,
       l2_covariance(a, 0) = l2_covariance(b, 0) AS covariance
FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ARRAY[x1, x2]) a FROM points) s,
     (SELECT l2_gram_agg(y, ARRAY[x1, x2]) b FROM points, generate_series(1, w::int)) t;

-- NULLs are skipped and counted; weight 0 too
SELECT l2_n(g), l2_n_skipped(g), l2_means(g)
FROM (SELECT l2_gram_agg(y, x) AS g
      FROM (VALUES (1, ARRAY[1, 2]), (NULL, ARRAY[1, 2]), (2, NULL), (3, ARRAY[NULL, 5]), (5, ARRAY[3, 3]))
           v(y, x)) s;
SELECT l2_n(g), l2_n_skipped(g), l2_means(g)
FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]) AS g
      FROM (VALUES (1, 1, 2), (7, 7, 0), (8, 8, NULL), (4, 4, 1)) v(y, x, w)) s;
SELECT l2_n(g), l2_n_skipped(g) FROM (SELECT l2_gram_cols(y, x, x * x) g
      FROM (VALUES (1, 1), (2, NULL), (NULL, 3), (4, 4)) v(y, x)) s;

-- nothing usable
SELECT l2_gram_agg(y, ARRAY[x1]) IS NULL AS empty FROM points WHERE false;
SELECT l2_gram_agg(NULL::float8, ARRAY[x1]) IS NULL AS only_nulls FROM points;
SELECT l2_gram_agg(y, NULL::float8[]) IS NULL AS only_nulls FROM points;
SELECT l2_gram_sum(NULL) IS NULL AS only_nulls FROM points;

-- FILTER, GROUP BY by hash and by sort, GROUPING SETS, DISTINCT, ORDER BY
SELECT l2_n(l2_gram_cols(y, x1, x2) FILTER (WHERE g = 1)) FROM points;
SET enable_sort = off;
SELECT g, l2_n(l2_gram_cols(y, x1, x2)), round(l2_intercept(ols_fit(y, ARRAY[x1, x2]))::numeric, 6) AS b0
FROM points GROUP BY g ORDER BY g;
RESET enable_sort;
SET enable_hashagg = off;
SELECT g, l2_n(l2_gram_cols(y, x1, x2)), round(l2_intercept(ols_fit(y, ARRAY[x1, x2]))::numeric, 6) AS b0
FROM points GROUP BY g ORDER BY g;
RESET enable_hashagg;
SELECT g, w, l2_n(l2_gram_cols(y, x1, x2)) FROM points
GROUP BY GROUPING SETS ((g), (w), ()) ORDER BY g, w;
SELECT l2_n(l2_gram_agg(DISTINCT g, ARRAY[g, g * g])) FROM points;
SELECT l2_n(l2_gram_agg(y, ARRAY[x1] ORDER BY x2 DESC)) FROM points;
SELECT i, l2_n(l2_gram_cols(i, i * i) OVER (ORDER BY i)) FROM generate_series(1, 4) i;

-- parallel and partial aggregation
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT ridge_fit(y, ARRAY[x1, x2], 1) FROM points;
EXPLAIN (COSTS OFF) SELECT l2_gram_cols(y, x1, x2) FROM points;
CREATE TABLE parallel AS SELECT l2_gram_cols(y, x1, x2) gram, ridge_fit(y, ARRAY[x1, x2], 1) model,
  ridge_fit(l2_obs(y, weight => w), ARRAY[x1, x2], 1, '{"standardize": true}') weighted FROM points;
SET max_parallel_workers_per_gather = 0;
SELECT p.model::text = s.model::text AS same_model, p.weighted::text = s.weighted::text AS same_weighted,
       l2_n(p.gram) = l2_n(s.gram) AS same_n
FROM parallel p, (SELECT l2_gram_cols(y, x1, x2) gram, ridge_fit(y, ARRAY[x1, x2], 1) model,
  ridge_fit(l2_obs(y, weight => w), ARRAY[x1, x2], 1, '{"standardize": true}') weighted FROM points) s;
RESET max_parallel_workers_per_gather;
DROP TABLE parallel;
CREATE TABLE parts (g int, y float8, x1 float8, x2 float8) PARTITION BY LIST (g);
CREATE TABLE parts0 PARTITION OF parts FOR VALUES IN (0);
CREATE TABLE parts1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts2 PARTITION OF parts FOR VALUES IN (2);
INSERT INTO parts SELECT g, y, x1, x2 FROM points;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
EXPLAIN (COSTS OFF) SELECT l2_gram_agg(y, ARRAY[x1, x2]) FROM parts;
SELECT a::text = b::text AS same
FROM (SELECT ols_fit(y, ARRAY[x1, x2]) a FROM parts) s, (SELECT ols_fit(y, ARRAY[x1, x2]) b FROM points) t;
RESET ALL;
SET extra_float_digits = 0;

-- small groups stay small, and are right: one row, a few, one block, more than one
SELECT n, l2_n(g) AS rows, round(c[1][2]::numeric, 4) AS ours, round(core::numeric, 4) AS core
FROM (SELECT n, l2_gram_cols(i * i, i) g, l2_covariance(l2_gram_cols(i * i, i), 0) c, covar_pop(i * i, i) core
      FROM unnest('{1,2,7,8,9,29,30,127,128,129,256,257,1000}'::int[]) n, generate_series(1, n) i
      GROUP BY n) s ORDER BY n;

-- algebra
CREATE TABLE grams AS SELECT g, l2_gram_cols(y, x1, x2) AS gram FROM points GROUP BY g;
SELECT (a.gram + b.gram)::jsonb = (b.gram + a.gram)::jsonb AS commutes
FROM grams a, grams b WHERE a.g = 0 AND b.g = 1;
SELECT l2_n(gram - gram), l2_means(gram - gram), l2_ols(gram - gram) IS NULL AS no_model,
       ((gram - gram) + gram)::jsonb = gram::jsonb AS back FROM grams WHERE g = 1;
SELECT a.gram - b.gram FROM grams a, grams b WHERE a.g = 0 AND b.g = 1;
SELECT (SELECT l2_gram_cols(i, i) FROM generate_series(1, 10) i)
     - (SELECT l2_gram_cols(i, i) FROM generate_series(100, 102) i);
SELECT gram + (SELECT l2_gram_cols(y, x1) FROM points) FROM grams LIMIT 1;
SELECT l2_gram_sum(l2_set_names(gram, ARRAY['a', 'b' || g])) FROM grams;
SELECT l2_names(l2_gram_sum(l2_set_names(gram, '{a,b}', 't'))) FROM grams;
-- a name given to one holds for the sum
SELECT l2_names(l2_gram_sum(CASE WHEN g = 2 THEN l2_set_names(gram, '{a,b}') ELSE gram END ORDER BY g))
  FROM grams;
SELECT l2_set_names(gram, '{a}') FROM grams LIMIT 1;
SELECT l2_set_names(gram, '{a,a}') FROM grams LIMIT 1;
SELECT l2_set_names(gram, ARRAY['a', repeat('ä', 32768)]) FROM grams LIMIT 1;
SELECT octet_length((l2_names(l2_set_names(gram, ARRAY['a', repeat('ä', 32767)])))[3]) FROM grams LIMIT 1;
SELECT l2_set_names(gram, '{a,NULL}') FROM grams LIMIT 1;

-- text and binary forms lose nothing
SELECT gram::text::l2_gram::text = gram::text AS text_round_trip FROM grams WHERE g = 0;
SELECT left(l2_gram_cols(i, 2 * i)::text, 45) AS head FROM generate_series(1, 3) i;
SELECT l2_gram_cols(i, 2 * i)::jsonb FROM generate_series(1, 3) i;

-- input refuses what is not a gram
SELECT 'nonsense'::l2_gram;
SELECT ''::l2_gram;
SELECT 'l2_gram/1 n=3 skipped=0 columns=2 data='::l2_gram;
SELECT 'l2_gram/1 n=3 skipped=0 columns=2 data=!!!!'::l2_gram;
SELECT replace(l2_gram_cols(i, i)::text, 'n=3', 'n=4')::l2_gram FROM generate_series(1, 3) i;
-- damage at any place is found: every character changed, every length cut
CREATE FUNCTION refused(t text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM t::l2_gram;
  RETURN false;
EXCEPTION WHEN invalid_text_representation OR invalid_binary_representation THEN
  RETURN true;
END $$;
SELECT count(*) > 200 AS many, count(*)
  FILTER (WHERE NOT refused(overlay(t placing chr(c) from i for 1))) AS accepted
FROM (SELECT l2_gram_cols(i, i * i)::text t FROM generate_series(1, 3) i) s, generate_series(1, length(t)) i,
     LATERAL (SELECT CASE WHEN substr(t, i, 1) = 'B' THEN 67 ELSE 66 END c) k;
SELECT count(*) FILTER (WHERE NOT refused(left(t, i))) AS accepted
FROM (SELECT l2_gram_cols(i, i * i)::text t FROM generate_series(1, 3) i) s,
  generate_series(0, length(t) - 1) i;

-- only an aggregate may change a state in place
SELECT _l2_accum(NULL, 1, ARRAY[1]);
SELECT _l2_combine(gram, gram) FROM grams LIMIT 1;

-- Names and other options of the aggregate
SELECT l2_names(l2_gram_agg(i, x, '{"names": ["a", "b"], "target": "t"}')) AS text,
  l2_names(l2_gram_agg(i, x, '{"names": ["a", "b"]}')) AS jsonb,
  l2_names(l2_gram_agg(i, x, '{"target": "t"}')) AS target,
  l2_names(l2_gram_agg(l2_obs(i, weight => i), x, '{"names": ["a", "b"]}')) AS weight,
  l2_names(l2_gram_agg(i, x, '{"names": ["x1", "x2"]}') + l2_gram_agg(i, x)) AS default_names,
  l2_names(l2_gram_agg(i, x, NULL::text)) AS no_options,
  l2_sum_weights(l2_gram_agg(l2_obs(i, weight => i), x, '{"target": "t"}')) AS weights,
  l2_gram_agg(i, x, '{"names": ["a", "b"]}') FILTER (WHERE i > 9) AS no_rows,
  l2_n_skipped(l2_gram_agg(i, x || CASE i WHEN 2 THEN 'inf' ELSE i ^ 3 END,
  '{"nonfinite": "skip"}')) AS skipped
FROM (SELECT i, ARRAY[i, i * i]::float8[] AS x FROM generate_series(1, 5) i) s;
SELECT l2_gram_agg(1, '{1,2}'::float8[], '{"names": ["a"]}');
SELECT l2_gram_agg(1, '{1,2}'::float8[], '{"names": ["a", "a"]}');
SELECT l2_names(l2_gram_agg(1, '{1,2}'::float8[], '{"names": ["a", "y"]}'));
SELECT l2_gram_agg(1, '{1,2}'::float8[], '{"features": ["a"]}');
SELECT l2_gram_agg(i, '{1,2}'::float8[], format('{"names": ["a", "%s"]}', i)) FROM generate_series(1, 2) i;
-- The text is the binary form in base64, whatever its length; a character amiss is an error
SELECT bool_and(data = translate(encode(_l2_gram_send(g), 'base64'), E'\n', '')) AS base64,
  count(DISTINCT length(rtrim(data, '=')) % 4) AS endings,
  bool_and(refused(head || overlay(data placing '-' from at))) AS refused
FROM (SELECT l2_gram('{1,2}', ARRAY['y', repeat('x', i)]) AS g FROM generate_series(1, 9) i) s,
  LATERAL (SELECT substring(g::text from '.*data=') AS head, substring(g::text from 'data=(.*)') AS data) t,
  generate_series(1, length(data) - 4) at;

-- degrees of freedom to take off
SELECT l2_covariance(l2_gram_agg(y, ARRAY[x1]), -1) FROM points;
SELECT l2_covariance(g, l2_n(g)::int) IS NULL AS nothing_left
  FROM (SELECT l2_gram_agg(y, ARRAY[x1]) AS g FROM points) s;
-- more rows skipped than there were
SELECT l2_gram_agg(y, ARRAY[x1]) - l2_gram_agg(CASE WHEN g = 0 THEN y END, ARRAY[x1]) FROM points;
-- a long list of columns is cut
SELECT l2_ols(l2_gram_agg(i, ARRAY[i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i]), '{"features": ["nope"]}')
  FROM generate_series(1, 5) i;
DROP FUNCTION refused;
DROP TABLE points, parts, grams;
