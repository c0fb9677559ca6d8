-- The tables that the comparison measures, p<columns>_<rows> and a few more; called by run.py.
--	cap		no table gets more rows
--
-- Features are random() with a fixed seed.  Up to 30 columns each is a column of the table, beyond an array.
-- The schema head has the first rows of each table under the same name: every contender runs on them before
-- it is measured.

\set QUIET on
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = public;
CREATE EXTENSION IF NOT EXISTS l2reg;
CREATE SCHEMA head;

-- form for 1 to n: x1, x2, ...
CREATE FUNCTION columns(form text, n int, separator text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format(form, i), separator ORDER BY i) FROM generate_series(1, n) i
$$;

BEGIN;
SELECT setseed(0.25) \g /dev/null

-- The largest first, the others are its head
SELECT format('CREATE TABLE p10_10000000 AS SELECT id, 1 + %s + random() AS y, %s
               FROM (SELECT id, %s FROM generate_series(1, least(%s, 10000000)) id OFFSET 0) s',
              columns('(0.05 + %1$s %% 4) * x%1$s', 10, ' - '), columns('x%s', 10, ', '),
              columns('random() AS x%s', 10, ', '), :cap) \gexec
CREATE TABLE p10_1000000 AS SELECT * FROM p10_10000000 WHERE id <= 1000000;
CREATE TABLE p10_100000 AS SELECT * FROM p10_1000000 WHERE id <= 100000;
CREATE TABLE p10_10000 AS SELECT * FROM p10_100000 WHERE id <= 10000;
CREATE TABLE p5_100000 AS SELECT id, y, x1, x2, x3, x4, x5 FROM p10_100000;
CREATE TABLE p5_10000 AS SELECT * FROM p5_100000 WHERE id <= 10000;
CREATE TABLE p1_1000000 AS SELECT id, y, x1 FROM p10_1000000;

SELECT format('CREATE TABLE p30_100000 AS SELECT id, 1 + %s + random() AS y, %s
               FROM (SELECT id, %s FROM generate_series(1, least(%s, 100000)) id OFFSET 0) s',
              columns('(0.05 + %1$s %% 4) * x%1$s', 30, ' - '), columns('x%s', 30, ', '),
              columns('random() AS x%s', 30, ', '), :cap) \gexec

-- Correlated by 0.2, so that paths and folds have something to do; every feature has an effect
SELECT format('CREATE TABLE p%1$s_100000 AS SELECT id, %2$s + 3 * random() AS y, x
               FROM (SELECT id, ARRAY[%3$s] AS x FROM (SELECT id, 0.5 * random() AS z
                FROM generate_series(1, least(%4$s, 100000)) id) r OFFSET 0) s',
              p, (SELECT string_agg(format('%s * x[%s]', (j * 37 % 101 - 50) / 101.0, j), ' + ' ORDER BY j)
              FROM generate_series(1, p) j),
              columns('random() + z', p, ', '), :cap)
FROM unnest('{100,300}'::int[]) p \gexec

CREATE TABLE grouped AS SELECT id, floor(greatest(least(:cap, 1000000) / 100, 1) * random())::int AS g,
  x1 - 2 * x2 + x3 / 2 + random() AS y, x1, x2, x3
FROM (SELECT id, random() AS x1, random() AS x2, random() AS x3
  FROM generate_series(1, least(:cap, 1000000)) id OFFSET 0) s;

CREATE TABLE series AS SELECT id, x1 - 2 * x2 + x3 / 2 + random() AS y, x1, x2, x3
FROM (SELECT id, random() AS x1, random() AS x2, random() AS x3
  FROM generate_series(1, least(:cap, 100000)) id OFFSET 0) s;

CREATE TABLE clicks AS SELECT id, (random() < 1 / (1 + exp(2 - x1 + x2 - x3 / 2 - x4 / 3)))::int::float8 AS y,
  x1, x2, x3, x4, x5, x6, x7, x8, x9, x10
FROM p10_1000000;

-- Exponential amounts, and classes drawn by their odds
CREATE TABLE amounts AS SELECT id, -exp(1 + x1 - x2 / 2 + x3) * ln(1 - random()) AS y, x1, x2, x3, x4, x5, x6,
  x7, x8, x9, x10 FROM p10_100000;
CREATE TABLE classes AS SELECT id, CASE WHEN u * (1 + a + b) < 1 THEN 0 WHEN u * (1 + a + b) < 1 + a THEN 1
  ELSE 2 END::float8 AS y, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10
FROM (SELECT *, random() AS u, exp(x1 - x2) AS a, exp(x3 - x4 / 2) AS b FROM p10_100000 OFFSET 0) s;

SELECT format('CREATE TABLE head.%I AS SELECT * FROM %1$I WHERE %s', relname,
  CASE relname WHEN 'grouped' THEN 'g < 10' ELSE 'id <= 1000' END)
FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') -- not those of l2reg
ORDER BY relname \gexec
COMMIT;
VACUUM (FREEZE, ANALYZE);
