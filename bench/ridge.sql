-- Ridge over 100 lambdas of many columns; called by run.sh.
--	ROWS			in the environment: the file to export the rows to
--	RIDGE_OTHERS	likewise: a shell command that reads it and prints what cv.glmnet takes for its columns, as
--					lines of a name, a tab and milliseconds; not installed it prints none

\warn 'l2reg: ridge of many columns'

-- ---- data: 5,000 rows of 2,000 correlated features, of which the first are taken; text columns

SELECT setseed(0.5) \g /dev/null
BEGIN;
CREATE TABLE wide (y float8, x float8[]);
ALTER TABLE wide ALTER x SET STORAGE EXTERNAL; -- else decompression would be measured
INSERT INTO wide SELECT 3 * random() + x[1] - 2 * x[200] + x[400], x
FROM (SELECT array_agg(random() + z) AS x FROM (SELECT i, 0.5 * random() AS z
  FROM generate_series(1, 5000) i OFFSET 0) r,
             generate_series(1, 2000) GROUP BY i) s;
SELECT format('CREATE TABLE wide%s AS SELECT y, x[:%1$s] AS x FROM wide', p)
  FROM unnest('{464,886}'::int[]) p \gexec
ALTER TABLE wide RENAME TO wide2000;
SELECT format('CREATE TABLE levels%s AS SELECT ''c'' || i AS id, (i * 7919 %% 1009) / 1009.0::float8 AS x,
               (i * 7919 %% 1009) / 1009.0::float8 + (i * i %% 13) / 13.0::float8 AS y
               FROM generate_series(1, %1$s - 1) i', p)
FROM unnest('{500,501}'::int[]) p \gexec
CREATE TABLE wide_gram AS SELECT 500 AS p, l2_gram_agg(y, x[:500]) AS g FROM wide2000
    UNION ALL SELECT 501, l2_gram_agg(y, x[:501]) FROM wide2000;
COMMIT;
VACUUM (FREEZE, ANALYZE) wide464, wide886, wide2000, levels500, levels501, wide_gram;

\connect
SET client_min_messages = warning;

INSERT INTO query (item, name, sql) VALUES
('wide', '464', 'SELECT ridge_cv(y, x) FROM wide464'),
('wide', '886', 'SELECT ridge_cv(y, x) FROM wide886'),
('wide', '2000', 'SELECT ridge_cv(y, x) FROM wide2000'),
('wide', 'levels 500', 'SELECT ridge_cv(y, l, ''{"target": "y", "standardize": true}'') FROM levels500 l'),
('wide', 'levels 501', 'SELECT ridge_cv(y, l, ''{"target": "y", "standardize": true}'') FROM levels501 l'),
('wide', 'path 500', 'SELECT count(model) FROM wide_gram, l2_path(g, ''ridge'') WHERE p = 500'),
('wide', 'path 501', 'SELECT count(model) FROM wide_gram, l2_path(g, ''ridge'') WHERE p = 501');
CALL measure('wide', 2);

\warn 'l2reg: the same by cv.glmnet'

CREATE TABLE wide_others (name text, ms float8);
\set rows `printf %s "$ROWS"`
-- a csv file, though a target list cannot have that many columns
COPY (SELECT y || ',' || array_to_string(x, ',') FROM wide2000) TO STDOUT \g :rows
\copy wide_others FROM PROGRAM 'eval "$RIDGE_OTHERS"'
INSERT INTO query (item, name) SELECT DISTINCT 'wide_others', name FROM wide_others;
INSERT INTO timing SELECT q.id, o.ms FROM wide_others o JOIN query q USING (name)
  WHERE q.item = 'wide_others';

CALL measure('wide', 2);

SELECT format('CALL report(''10 folds, 100 lambdas, 5,000 rows of %s: ridge_cv, times faster'', ''cv.glmnet '
  'alone'', ms(''wide'', %1$L), ms(''wide_others'', %1$L),
               at_least => 1.0, bests => ARRAY[best(''wide'', %1$L), best(''wide_others'', %1$L)])', p)
FROM unnest('{464,886,2000}'::text[]) p \gexec
CALL report('a text column of as many levels as rows: ridge_cv, 501 columns', '500 columns',
  ms('wide', 'levels 501'), ms('wide', 'levels 500'),
            at_most => 1.5, bests => ARRAY[best('wide', 'levels 501'), best('wide', 'levels 500')]);
CALL report('100 lambdas of a ready gram: ridge path, 501 columns', '500 columns', ms('wide', 'path 501'),
  ms('wide', 'path 500'),
            at_most => 1.5, bests => ARRAY[best('wide', 'path 501'), best('wide', 'path 500')]);
