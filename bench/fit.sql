-- One scan, groups, predictions, workers, one solve; called by run.sql.
--	KERNEL_MS	in the environment: a shell command that prints the milliseconds which the kernel
--				alone takes for 200,000 rows of 100 features, or nothing

-- ---- data

\warn 'l2reg: making tables'

BEGIN;
SELECT setseed(0.25) \g /dev/null

CREATE TABLE t10 (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8,
                  x7 float8, x8 float8, x9 float8, x10 float8);
SELECT format('INSERT INTO t10 SELECT 5 + %s + random(), %s
               FROM (SELECT %s FROM generate_series(1, 1000000) OFFSET 0) s',
              columns('%1$s * x%1$s', 10, ' + '), columns('x%s', 10, ', '),
              columns('random() AS x%s', 10, ', ')) \gexec
CREATE TABLE a10 (y float8, x float8[]);
INSERT INTO a10 SELECT y, ARRAY[x1,x2,x3,x4,x5,x6,x7,x8,x9,x10] FROM t10;

-- 824 bytes an array: stored in the row, not compressed
CREATE TABLE a100 (y float8, x float8[]);
SELECT format('INSERT INTO a100 SELECT 5 + x[1] - x[100] + random(), x
               FROM (SELECT ARRAY[%s] AS x FROM generate_series(1, 200000) OFFSET 0) s',
              columns('random()', 100, ', ')) \gexec

CREATE TABLE grouped (g int, y float8, x1 float8, x2 float8, x3 float8);
INSERT INTO grouped SELECT floor(100000 * random()), x1 - x2 + random(), x1, x2, x3
FROM (SELECT random() AS x1, random() AS x2, random() AS x3 FROM generate_series(1, 1000000) OFFSET 0) s;

-- Beyond a quarter of shared_buffers a scan goes through a ring of 256 kB.  From shared_buffers a
-- worker, a new process, would spend its time mapping the pages, and so would any parallel query.
-- CREATE TABLE AS writes through a ring too; INSERT would leave the table in shared_buffers.
CREATE TABLE big WITH (parallel_workers = 2) AS SELECT a100.* FROM a100, generate_series(1, 5);

-- p features from p + 1000 rows
CREATE TABLE ready (p int, gram l2_gram);
SELECT format('INSERT INTO ready SELECT %1$s, l2_gram_agg(x[1] - x[%1$s] + random(), x)
               FROM (SELECT ARRAY[%2$s] AS x FROM generate_series(1, %1$s + 1000) OFFSET 0) s',
              p, columns('random()', p, ', '))
FROM unnest('{10, 100, 300, 1000}'::int[]) p \gexec
COMMIT;
VACUUM (FREEZE, ANALYZE) t10, a10, a100, big, grouped, ready;

-- ---- one scan, 1,000,000 x 10

\warn 'l2reg: measuring'

INSERT INTO query (item, name, sql) VALUES
('scan', 'sums', format('SELECT %s, sum(y) FROM t10', columns('sum(x%s)', 10, ', '))),
('scan', 'cols', format('SELECT l2_ridge(l2_gram_cols(y, %s), 0.1) FROM t10', columns('x%s', 10, ', '))),
('scan', 'array', format('SELECT ridge_fit(y, ARRAY[%s], 0.1) FROM t10', columns('x%s', 10, ', '))),
('scan', 'stored', 'SELECT ridge_fit(y, x, 0.1) FROM a10'),
('scan', 'products', (
    SELECT format('SELECT %s FROM t10', string_agg(format('sum(%s * %s)', a, b), ', ' ORDER BY i, j))
    FROM unnest('{y,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10}'::text[]) WITH ORDINALITY AS a(a, i),
        unnest('{y,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10}'::text[]) WITH ORDINALITY AS b(b, j)
    WHERE i <= j AND j > 1)); -- all but y * y: 55 of two features, 10 of a feature and y
CALL measure('scan', 9);

CALL report('1,000,000 x 10 columns: l2_ridge(l2_gram_cols())', 'sum() of the 11 columns',
            ms('scan', 'cols'), ms('scan', 'sums'), at_most => 1.0);
CALL report('  ridge_fit over ARRAY[...]', 'sum() of the 11 columns',
            ms('scan', 'array'), ms('scan', 'sums'), at_most => 1.3);
CALL report('  ridge_fit over stored arrays', 'sum() of the 11 columns',
            ms('scan', 'stored'), ms('scan', 'sums'), at_most => 1.3);
CALL report('  l2_ridge(l2_gram_cols()), times faster', 'the 65 sum(xi*xj), sum(xi*y)',
            ms('scan', 'cols'), ms('scan', 'products'), at_least => 6);

-- ---- clustered errors in one statement: rows are kept, in work_mem and beyond it in a file

INSERT INTO query (item, name, sql) VALUES
('clusters', 'ols', 'SELECT ols_fit(y, x) FROM a10'),
('clusters', 'cr1',
  'SELECT ols_fit(l2_obs(y, cluster => (x[1] * 100000)::integer), x, ''{"vcov": "CR1"}'') FROM a10');
CALL measure('clusters', 5);
CALL report('1,000,000 x 10, CR1 of 100,000 clusters: ols_fit', 'ols_fit without clusters',
            ms('clusters', 'cr1'), ms('clusters', 'ols'), at_most => 3);

-- ---- stored arrays of 100: the kernel is asked before, between and after

INSERT INTO query (item, name, sql) VALUES
('stored', 'scan', 'SELECT sum(x[100]) FROM a100'),
('stored', 'fit', 'SELECT ridge_fit(y, x, 0.1) FROM a100');
\set k1 `eval "$KERNEL_MS"`
CALL measure('stored', 4);
\set k2 `eval "$KERNEL_MS"`
CALL measure('stored', 5);
\set k3 `eval "$KERNEL_MS"`
SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY nullif(k, '')::float8)::text, '') AS kernel_ms
FROM unnest(ARRAY[:'k1', :'k2', :'k3']) k \gset
CALL report('200,000 stored arrays of 100: ridge_fit', 'sum(x[100]) + kernel alone',
            ms('stored', 'fit'), ms('stored', 'scan') + nullif(:'kernel_ms', '')::float8, at_most => 1.3);

-- ---- 100,000 groups

INSERT INTO query (item, name, sql) VALUES
('groups', 'avg', 'SELECT count(a + b + c + d) FROM (
    SELECT g, avg(y) a, avg(x1) b, avg(x2) c, avg(x3) d FROM grouped GROUP BY g OFFSET 0) s'),
('groups', 'gram', 'SELECT count(m) FROM (
    SELECT g, l2_gram_cols(y, x1, x2, x3) m FROM grouped GROUP BY g OFFSET 0) s'),
('groups', 'cols', 'SELECT count(m) FROM (
    SELECT g, l2_ridge(l2_gram_cols(y, x1, x2, x3), 0.1) m FROM grouped GROUP BY g OFFSET 0) s'),
('groups', 'fit', 'SELECT count(m) FROM (
    SELECT g, ridge_fit(y, ARRAY[x1, x2, x3], 0.1) m FROM grouped GROUP BY g OFFSET 0) s');
SET enable_sort = off; -- all four by hash
CALL measure('groups', 7);
SELECT plan_of(sql) AS plan FROM query WHERE item = 'groups' AND name = 'gram' \gset
SELECT plan_of(sql) AS avg_plan FROM query WHERE item = 'groups' AND name = 'avg' \gset
RESET enable_sort;

CALL report('1,000,000 rows in 100,000 groups, p = 3: l2_gram_cols', 'four avg()',
            ms('groups', 'gram'), ms('groups', 'avg'), at_most => 1.5);
CALL report('  l2_ridge(l2_gram_cols())', 'four avg()',
            ms('groups', 'cols'), ms('groups', 'avg'), at_most => 1.5);
CALL report('  ridge_fit over ARRAY[...]', 'four avg()',
            ms('groups', 'fit'), ms('groups', 'avg'), at_most => 1.5);
INSERT INTO result (what, reference, ours, base, ratio, at_most)
SELECT '  l2_gram_cols, kB of memory a group'
           || CASE WHEN in_plan(:'plan', 'HashAgg Batches') > 1 THEN ' (spilled)' ELSE '' END,
       format('1 kB (four avg(): %s kB)', show(in_plan(:'avg_plan', 'Peak Memory Usage') / n)),
       show(memory), 1, memory, 1.0
FROM (SELECT count(DISTINCT g) AS n FROM grouped) s,
    LATERAL (SELECT in_plan(:'plan', 'Peak Memory Usage') / n AS memory) m;

-- ---- predictions

SELECT l2_ridge(l2_gram_cols(y, x1,x2,x3,x4,x5,x6,x7,x8,x9,x10), 0.1) AS model
INTO model FROM t10;
INSERT INTO query (item, name, sql)
SELECT 'predict', 'sql', format('SELECT sum(%L::float8 + %s) FROM t10', l2_intercept(model),
    (SELECT string_agg(format('%L::float8 * x%s', b, i), ' + ' ORDER BY i)
     FROM unnest(l2_coef(model)) WITH ORDINALITY AS c(b, i))) FROM model
UNION ALL
SELECT 'predict', 'cols', format('SELECT sum(l2_predict(%L::l2_model, %s)) FROM t10', model,
  columns('x%s', 10, ', ')) FROM model
UNION ALL
SELECT 'predict', 'array', format('SELECT sum(l2_predict(%L::l2_model, ARRAY[%s])) FROM t10', model,
  columns('x%s', 10, ', ')) FROM model;
CALL measure('predict', 11);
CALL report('l2_predict on 1,000,000 x 10: columns', 'b0 + b1 * x1 + ... in SQL',
            ms('predict', 'cols'), ms('predict', 'sql'), at_most => 1.0);
CALL report('  over ARRAY[...]', 'b0 + b1 * x1 + ... in SQL',
            ms('predict', 'array'), ms('predict', 'sql'), at_most => 1.0);

-- ---- two workers: two processes compute, the leader waits

SET parallel_leader_participation = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
INSERT INTO query (item, name, workers, sql) VALUES
('workers', 'fit 0', 0, 'SELECT ridge_fit(y, x, 0.1) FROM big'),
('workers', 'fit 2', 2, 'SELECT ridge_fit(y, x, 0.1) FROM big'),
('workers', 'sum 0', 0, 'SELECT sum(x[100]) FROM big'),
('workers', 'sum 2', 2, 'SELECT sum(x[100]) FROM big');
\set load `cut -d ' ' -f 1 /proc/loadavg`
CALL measure('workers', 9);
SET max_parallel_workers_per_gather = 2;
SELECT in_plan(plan_of(sql), 'Workers Launched') AS launched
FROM query WHERE item = 'workers' AND name = 'fit 2' \gset
RESET max_parallel_workers_per_gather;
CALL report(format('1,000,000 stored arrays of 100: ridge_fit, %s workers', :'launched'),
            format('without workers (load was %s)', :'load'),
            ms('workers', 'fit 2'), ms('workers', 'fit 0'), at_least => 1.7);
CALL report(format('  sum(x[100]), %s workers, to compare', :'launched'), 'without workers',
            ms('workers', 'sum 2'), ms('workers', 'sum 0'), faster => true);

-- ---- solving

INSERT INTO query (item, name, loops, sql)
SELECT 'solve', p::text, n, format(
    'SELECT count(l2_ridge(gram, 0.1 + i)) FROM ready, generate_series(1, %s) i WHERE p = %s', n, p)
FROM (VALUES (10, 1000), (100, 30), (300, 2), (1000, 1)) v(p, n);
CALL measure('solve', 7);
INSERT INTO result (what, ours)
SELECT format('l2_ridge of a ready gram, p = %s', p), show(ms('solve', p::text)) FROM ready ORDER BY p;
