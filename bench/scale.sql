-- Large fits; called by run.sql.
--	SCALE_ROWS	in the environment: rows of the largest, by default 100,000,000

\warn 'l2reg: large fits, some minutes'

\set scale `echo "${SCALE_ROWS:-100000000}"`

-- ---- rows that are made as they are read: of a partitioned table, each row so many; in parallel

CREATE TABLE seed (part int, i bigint, filler text) PARTITION BY LIST (part);
ALTER TABLE seed ALTER filler SET STORAGE PLAIN; -- a page a row, which is what workers share out
SELECT format('CREATE TABLE seed%s PARTITION OF seed FOR VALUES IN (%1$s)', p)
  FROM generate_series(0, 3) p \gexec
INSERT INTO seed SELECT i % 4, i, repeat('x', 5000) FROM generate_series(0, 999) i;
ANALYZE seed;
CREATE VIEW generated AS SELECT 1 + x1 - 2 * x5 + 3 * x10 AS y, r.*
FROM (SELECT (u % 11)::float8 AS x1, (u * 3 % 13)::float8 AS x2, (u * 5 % 17)::float8 AS x3,
  (u * 7 % 19)::float8 AS x4, (u * 11 % 23)::float8 AS x5,
             (u * 13 % 29)::float8 AS x6, (u * 17 % 31)::float8 AS x7, (u * 19 % 37)::float8 AS x8,
             (u * 23 % 41)::float8 AS x9, (u * 29 % 43)::float8 AS x10
      FROM (SELECT s.i * (:scale / 1000) + k AS u FROM seed s, generate_series(1, :scale / 1000) k) g) r;

-- ---- 2,000 columns, a million groups

CREATE TABLE wide AS SELECT x[1] - 2 * x[2000] AS y, x
FROM (SELECT (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j)
  FROM generate_series(1, 2000) j) AS x FROM generate_series(1, 20000) i OFFSET 0) s;
CREATE TABLE many AS SELECT i % 1000000 AS g, i / 1000000 + 0.5 AS a, (i / 1000000 - 2) ^ 2 AS b
  FROM generate_series(0, 4999999) i;
VACUUM (FREEZE, ANALYZE) wide, many;

\connect
SET client_min_messages = warning;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
CREATE FUNCTION apart(model l2_model, expected float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT max(abs(b - e)) FROM unnest(model::float8[], expected) u(b, e)
$$;

-- Once each, since once is long enough
SET max_parallel_workers_per_gather = 2;
SELECT clock_timestamp() AS start \gset
SELECT l2_n(gram) AS n, apart(l2_ols(gram), '{1,1,0,0,0,-2,0,0,0,0,3}') AS apart
FROM (SELECT l2_gram_agg(y, ARRAY[x1, x2, x3, x4, x5, x6, x7, x8, x9, x10]) AS gram FROM generated) s \gset
SELECT 1000 * extract(epoch FROM clock_timestamp() - :'start') AS fit_ms, clock_timestamp() AS start \gset
SELECT sum(y), sum(x1), sum(x2), sum(x3), sum(x4), sum(x5), sum(x6), sum(x7), sum(x8), sum(x9), sum(x10)
  FROM generated \g /dev/null
CALL report(format('%s x 10 columns, 2 workers: ols_fit over ARRAY[...]', to_char(:n, 'FM999,999,999,999')),
  'sum() of the 11 columns',
            :fit_ms, 1000 * extract(epoch FROM clock_timestamp() - :'start')::float8);
INSERT INTO result (what) VALUES (format('  largest error of a coefficient: %s', to_char(:apart, '9.9EEEE')));
RESET max_parallel_workers_per_gather;

INSERT INTO query (item, name, sql) VALUES
('wide', 'fit', 'SELECT ols_fit(y, x) FROM wide'),
('wide', 'gram', 'SELECT l2_gram_agg(y, x) FROM wide'),
('wide', 'scan', 'SELECT sum(x[2000]) FROM wide');
CALL measure('wide', 1);
CALL report('20,000 stored arrays of 2,000: ols_fit', 'the gram alone', ms('wide', 'fit'),
  ms('wide', 'gram'));
INSERT INTO result (what) SELECT format('  largest error of a coefficient: %s',
  to_char(apart(ols_fit(y, x), 0::float8 || (1::float8 || array_fill(0::float8, ARRAY[1998]) || -2::float8)),
  '9.9EEEE')) FROM wide;

INSERT INTO query (item, name, sql) VALUES
('many', 'fit',
  'SELECT count(m) FROM (SELECT ols_fit(g * a - b, ARRAY[a, b]) AS m FROM many GROUP BY g OFFSET 0) s'),
('many', 'avg',
  'SELECT count(m) FROM (SELECT avg(a) + avg(b) + avg(g) + avg(a + b) AS m FROM many GROUP BY g OFFSET 0) s');
SET enable_sort = off;
CALL measure('many', 1);
SELECT plan_of(sql) AS plan FROM query WHERE item = 'many' AND name = 'fit' \gset
SELECT plan_of(sql) AS avg_plan FROM query WHERE item = 'many' AND name = 'avg' \gset
CALL report('5,000,000 rows in 1,000,000 groups: ols_fit, p = 2', 'four avg()', ms('many', 'fit'),
  ms('many', 'avg'));
INSERT INTO result (what, reference, ours, base, ratio)
SELECT format('  MB of memory, and %s of disk', round(coalesce(in_plan(:'plan', 'Disk Usage'), 0) / 1024)),
  'four avg()', round(ours / 1024), round(base / 1024), ours / base
FROM (SELECT in_plan(:'plan', 'Peak Memory Usage')::numeric AS ours,
  in_plan(:'avg_plan', 'Peak Memory Usage')::numeric AS base) s;
SET work_mem = '64MB';
SELECT plan_of(sql) AS plan FROM query WHERE item = 'many' AND name = 'fit' \gset
INSERT INTO result (what, ours, reference)
SELECT format('  with work_mem 64MB: MB of memory, and %s of disk',
  round(coalesce(in_plan(:'plan', 'Disk Usage'), 0) / 1024)),
  round(in_plan(:'plan', 'Peak Memory Usage')::numeric / 1024), NULL;
RESET work_mem;
RESET enable_sort;

-- ---- clustered errors in one statement, where grams of 100,000 clusters of 11 columns would take 97 MB:
-- rows beyond go to a file

CREATE TABLE clustered AS SELECT 5 + x[1] - x[10] + random() AS y, x, (random() * 100000)::int AS store,
  'store ' || (random() * 100000)::int AS name
FROM (SELECT ARRAY[random(), random(), random(), random(), random(),
  random(), random(), random(), random(), random()] AS x
  FROM generate_series(1, :scale / 10) OFFSET 0) s;
VACUUM (FREEZE, ANALYZE) clustered;
SET work_mem = '128MB';
INSERT INTO query (item, name, sql) VALUES
('clustered', 'ols', 'SELECT ols_fit(y, x) FROM clustered'),
('clustered', 'number', 'SELECT ols_fit(l2_obs(y, cluster => store), x, ''{"vcov": "CR1"}'') FROM clustered'),
('clustered', 'text', 'SELECT ols_fit(l2_obs(y, cluster => name), x, ''{"vcov": "CR1"}'') FROM clustered');
CALL measure('clustered', 3);
CALL report(format('%s x 10, CR1 of 100,000 clusters, work_mem 128MB: ols_fit',
  to_char(:scale / 10, 'FM999,999,999,999')), 'ols_fit without clusters',
            ms('clustered', 'number'), ms('clustered', 'ols'), at_most => 3);
CALL report('  of clusters by text', 'ols_fit without clusters', ms('clustered', 'text'),
  ms('clustered', 'ols'), at_most => 3);
RESET work_mem;
