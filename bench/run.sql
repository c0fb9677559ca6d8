-- The measurements, called by run.sh.
--	KERNEL_MS	in the environment: a shell command that prints the milliseconds which the kernel
--				alone takes for 200,000 rows of 100 features, or nothing
--
-- Every item is a set of queries, run in turn, again and again; what counts is the median of each.
-- They run in the server, which executes each to its end and sends nothing to a client.

\set QUIET on
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION l2reg;

CREATE TABLE query (id int GENERATED ALWAYS AS IDENTITY, item text, name text, sql text,
                    loops int DEFAULT 1, workers int DEFAULT 0);
CREATE TABLE timing (query int, ms float8);
CREATE TABLE result (id int GENERATED ALWAYS AS IDENTITY, what text, reference text, ours numeric,
                     base numeric, ratio float8, at_most float8, at_least float8);

-- Runs the queries of an item in turn, once unmeasured and then `repeats` times.
CREATE PROCEDURE measure(of_item text, repeats int) LANGUAGE plpgsql AS $$
DECLARE
    q query;
    start timestamptz;
    ms float8;
    answer record;
BEGIN
    FOR r IN 0 .. repeats LOOP
        FOR q IN SELECT * FROM query WHERE item = of_item ORDER BY id LOOP
            PERFORM set_config('max_parallel_workers_per_gather', q.workers::text, true);
            start := clock_timestamp();
            EXECUTE q.sql INTO answer;
            ms := 1000 * extract(epoch FROM clock_timestamp() - start) / q.loops;
            IF answer IS NULL THEN
                RAISE 'no answer from: %', q.sql;
            END IF;
            IF r > 0 THEN
                INSERT INTO timing VALUES (q.id, ms);
            END IF;
        END LOOP;
        COMMIT;
    END LOOP;
END $$;

-- Median milliseconds
CREATE FUNCTION ms(of_item text, of_name text) RETURNS float8 LANGUAGE sql AS $$
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)
    FROM query JOIN timing ON query = id WHERE item = of_item AND name = of_name
$$;

CREATE FUNCTION show(v float8) RETURNS numeric LANGUAGE sql AS $$
    SELECT round(v::numeric, CASE WHEN v >= 100 THEN 0 WHEN v >= 1 THEN 1 ELSE 3 END)
$$;

-- A line of the table.  The ratio is ours over the reference, and the reverse for a speed-up.
CREATE PROCEDURE report(what text, reference text, ours float8, base float8,
                        at_most float8 DEFAULT NULL, at_least float8 DEFAULT NULL)
LANGUAGE sql AS $$
    INSERT INTO result (what, reference, ours, base, ratio, at_most, at_least)
    VALUES (what, reference, show(ours), show(base),
            CASE WHEN at_least IS NULL THEN ours / base ELSE base / ours END, at_most, at_least)
$$;

-- form for 1 to n: x1, x2, ...
CREATE FUNCTION columns(form text, n int, separator text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format(form, i), separator ORDER BY i) FROM generate_series(1, n) i
$$;

CREATE FUNCTION plan_of(sql text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || sql INTO plan;
    RETURN plan;
END $$;

-- A number in a plan, wherever it is
CREATE FUNCTION in_plan(plan jsonb, key text) RETURNS float8 LANGUAGE sql AS $$
    SELECT max(v::float8) FROM jsonb_path_query(plan, format('strict $.**.%s', to_jsonb(key))::jsonpath) v
$$;

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
SELECT 'predict', 'cols', format('SELECT sum(l2_predict(%L::l2_model, %s)) FROM t10', model, columns('x%s', 10, ', ')) FROM model
UNION ALL
SELECT 'predict', 'array', format('SELECT sum(l2_predict(%L::l2_model, ARRAY[%s])) FROM t10', model, columns('x%s', 10, ', ')) FROM model;
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
            ms('workers', 'sum 2'), ms('workers', 'sum 0'));
UPDATE result SET ratio = 1 / ratio WHERE what LIKE '  sum(x[100])%';

-- ---- solving

INSERT INTO query (item, name, loops, sql)
SELECT 'solve', p::text, n, format(
    'SELECT count(l2_ridge(gram, 0.1 + i)) FROM ready, generate_series(1, %s) i WHERE p = %s', n, p)
FROM (VALUES (10, 1000), (100, 30), (300, 2), (1000, 1)) v(p, n);
CALL measure('solve', 7);
INSERT INTO result (what, ours)
SELECT format('l2_ridge of a ready gram, p = %s', p), show(ms('solve', p::text)) FROM ready ORDER BY p;

-- ---- the table

\pset null ''
SELECT what, reference, ours AS "ours ms", base AS "reference ms", round(ratio::numeric, 2) AS ratio,
    coalesce('<= ' || at_most::numeric(9,1), '>= ' || at_least::numeric(9,1)) AS "limit",
    CASE WHEN ratio <= at_most OR ratio >= at_least THEN 'ok'
         WHEN at_most IS NULL AND at_least IS NULL THEN NULL
         WHEN ratio IS NULL THEN 'not measured'
         ELSE 'missed' END AS verdict
FROM result ORDER BY id;
