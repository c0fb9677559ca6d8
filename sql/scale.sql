-- Sizes: counts beyond 32 bits, a thousand columns, many groups, generated partitions; what each takes.
\pset null NULL
SET client_min_messages = warning;

-- 1,000 rows, added to themselves again and again
CREATE TABLE doubled AS
WITH RECURSIVE r AS (
  SELECT l2_gram_cols(3 + 2 * i - j + (i * 7 + j * 13) % 5, i, j) AS g, 0 AS times
  FROM generate_series(1, 40) i, generate_series(1, 25) j
  UNION ALL SELECT g + g, times + 1 FROM r WHERE times < 53)
SELECT * FROM r WHERE times IN (0, 22, 52, 53);
SELECT times, n, l2_sum_weights(g) = n AS weights, df_residual = n - 3 AS df,
  round(f_statistic::numeric / n, 3) AS f_by_n, round(sigma::numeric, 4) AS sigma,
  round(rss::numeric / n, 4) AS mse
FROM doubled, l2_glance(l2_ols(g)) ORDER BY times;
SELECT times, term, round(estimate::numeric, 9) AS estimate,
  round((std_error * sqrt(l2_n(g)))::numeric, 4) AS se_by_root_n FROM doubled, l2_summary(l2_ols(g))
  WHERE times IN (0, 22) ORDER BY times, term;
SELECT times, round(mean::numeric, 6) AS mean, round(se::numeric, 6) AS se
  FROM doubled, l2_cv_curve(ARRAY[g, g, g, g], 'ridge', '{"lambdas": [0.001], "lambda_scale": "mean"}')
  WHERE times < 50 ORDER BY times;
SELECT l2_n(big.g - small.g) AS rest, (SELECT l2_n(l2_gram_sum(g)) FROM doubled WHERE times < 53) AS sum
  FROM doubled big, doubled small WHERE big.times = 22 AND small.times = 0;
SELECT l2_n(g::text::l2_gram) AS text, _l2_to_jsonb(g) -> 'n' AS json FROM doubled WHERE times = 52;
-- more than can be counted
SELECT g + g FROM doubled WHERE times = 53;
SELECT l2_gram_sum(g) FROM doubled, generate_series(1, 2) WHERE times = 53;
SELECT l2_gram_sum(g) OVER (ORDER BY times ROWS 2 PRECEDING) FROM doubled, generate_series(1, 2)
  WHERE times = 53;
DROP TABLE doubled;

-- Groups beyond work_mem go to disk and come back
SET work_mem = '1MB';
SET hash_mem_multiplier = 1;
SET enable_sort = off;
CREATE FUNCTION hashed(query text, OUT batches int, OUT kb int) LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
  SELECT max(b::int) INTO batches FROM jsonb_path_query(plan::jsonb, 'strict $.**."HashAgg Batches"') b;
  SELECT max(m::int) INTO kb FROM jsonb_path_query(plan::jsonb, 'strict $.**."Peak Memory Usage"') m;
END $$;
CREATE VIEW groups AS SELECT i % 100000 AS g, (i / 100000)::float8 AS a, (i / 100000 - 1) ^ 2 AS b,
  i % 100000 AS effect FROM generate_series(0, 399999) i;
SELECT batches > 1 AS spilled, kb < 1280 AS within
  FROM hashed('SELECT g, ols_fit(effect * a - b, ARRAY[a, b]) FROM groups GROUP BY g');
SELECT count(*), max(abs(c[1] - g)) < 1e-9 AS a, max(abs(c[2] + 1)) < 1e-9 AS b
  FROM (SELECT g, l2_coef(ols_fit(effect * a - b, ARRAY[a, b])) AS c FROM groups GROUP BY g) s;
RESET work_mem;
RESET hash_mem_multiplier;
RESET enable_sort;
DROP VIEW groups;
DROP FUNCTION hashed;

-- A thousand columns
CREATE TABLE wide AS SELECT l2_gram_agg(3 + x[1] - 2 * x[1000], x) AS g
FROM (SELECT (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j)
  FROM generate_series(1, 1000) j) AS x FROM generate_series(1, 1500) i) s;
SELECT pg_column_size(g) - 8 * (1001 * 1005 + 1) AS head, round(l2_intercept(m)::numeric, 9) AS b0,
  round((l2_coef(m))[1]::numeric, 9) AS b1, round((l2_coef(m))[1000]::numeric, 9) AS b1000,
  (SELECT max(abs(b)) < 1e-12 FROM unnest((l2_coef(m))[2:999]) b) AS others FROM wide, l2_ols(g) m;
DROP TABLE wide;

-- What a state takes: 8 (k² + 4 k + 1) bytes and a block of 128 rows; small ones a buffer that doubles from
-- 512 bytes, and of few columns one of a kilobyte, until a thousand rows are there
CREATE AGGREGATE state(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
SELECT n, p, bytes, bytes <= greatest(512, 8 * ((p + 1) * (p + 5) + 1) + 1024 * (p + 1) + 88) AS as_documented
FROM (SELECT n, p, pg_column_size(state(sin(i), array_fill(i::float8, ARRAY[p]))) AS bytes
  FROM unnest('{1,10,100,1000,2000}'::int[]) n, unnest('{3,100}'::int[]) p, generate_series(1, n) i
  GROUP BY n, p) s ORDER BY p, n;
DROP AGGREGATE state(float8, float8[]);
-- beyond the limits: an error before the memory is asked for
SELECT ols_fit(i, array_fill(i::float8, ARRAY[20000])) FROM generate_series(1, 2) i;
SELECT l2_gram_folds(i, array_fill(i::float8, ARRAY[1000]), '{"folds": 1000}')
  FROM generate_series(1, 2000) i;

-- A partitioned table in parallel, each row of it many: 200,000 x 10 without a table of them
CREATE TABLE seed (part int, i bigint, filler text) PARTITION BY LIST (part);
ALTER TABLE seed ALTER filler SET STORAGE PLAIN;
CREATE TABLE seed0 PARTITION OF seed FOR VALUES IN (0);
CREATE TABLE seed1 PARTITION OF seed FOR VALUES IN (1);
CREATE TABLE seed2 PARTITION OF seed FOR VALUES IN (2);
INSERT INTO seed SELECT i % 3, i, repeat('x', 5000) FROM generate_series(0, 19) i;
ANALYZE seed;
CREATE VIEW generated AS SELECT 1 + x[1] - 2 * x[5] + 3 * x[10] + u % 47 / 10.0 AS y, x
FROM (SELECT u, ARRAY[u % 11, u * 3 % 13, u * 5 % 17, u * 7 % 19, u * 11 % 23, u * 13 % 29, u * 17 % 31,
  u * 19 % 37, u * 23 % 41, u * 29 % 43]::float8[] AS x
  FROM (SELECT s.i * 10000 + k AS u FROM seed s, generate_series(1, 10000) k) r) t;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT ols_fit(y, x) FROM generated;
CREATE TABLE parallel AS SELECT ols_fit(y, x) AS m, l2_gram_agg(y, x) AS g FROM generated;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT ols_fit(y, x) AS m, l2_gram_agg(y, x) AS g FROM generated;
SELECT l2_n(p.g) AS n, (SELECT array_agg(round(b::numeric, 6)) FROM unnest(p.m::float8[]) b) AS coefficients,
  p.m::float8[] = s.m::float8[] AS same_bits FROM parallel p, serial s;
RESET ALL;
DROP VIEW generated;
DROP TABLE seed, parallel, serial;
