-- Paths and cross-validation over 100 lambdas; called by run.sh.
--	ROWS		in the environment: the file to export the rows to
--	OTHERS		likewise: shell commands that read it and print what glmnet and scikit-learn take for
--				the same, as lines of a name, a tab and milliseconds; those not installed print none

\warn 'l2reg: paths and cross-validation'

-- ---- data: correlated features, all with an effect on the dense target, ten on the sparse

BEGIN;
SELECT setseed(0.5) \g /dev/null
CREATE TABLE effect AS SELECT j, random() - 0.5 AS b FROM generate_series(1, 100) j;
CREATE TABLE rows100 (dense float8, sparse float8, x float8[]);
SELECT format('INSERT INTO rows100 SELECT %s + 3 * random(), %s + 3 * random(), x
               FROM (SELECT ARRAY[%s] AS x FROM (SELECT 0.5 * random() AS z FROM generate_series(1, 100000)) r
                     OFFSET 0) s',
              string_agg(format('%s * x[%s]', b, j), ' + ' ORDER BY j),
              string_agg(format('x[%s]', j), ' + ' ORDER BY j) FILTER (WHERE j % 10 = 0),
              columns('random() + z', 100, ', ')) FROM effect \gexec
CREATE TABLE gram100 AS SELECT l2_gram_agg(dense, x) AS dense, l2_gram_agg(sparse, x) AS sparse FROM rows100;
COMMIT;
VACUUM (FREEZE, ANALYZE) rows100, gram100;

-- A million rows, of which 40 are different, and as many that all are
BEGIN;
SELECT setseed(0.5) \g /dev/null
CREATE TABLE rows40 AS SELECT mod(i * i, 7) + mod(i, 40) AS y, ARRAY(SELECT sin(mod(i, 40) * j)
  FROM generate_series(1, 10) j) AS x
    FROM generate_series(1, 1000000) r(n), LATERAL (SELECT mod(n, 40) AS i) s;
CREATE TABLE rows10 AS SELECT random() AS y, ARRAY(SELECT random() + 0 * n FROM generate_series(1, 10)) AS x
    FROM generate_series(1, 1000000) n;
COMMIT;
VACUUM (FREEZE, ANALYZE) rows40, rows10;

-- A backend of its own: memory that the above left behind would be a head start
\connect
SET client_min_messages = warning;

-- ---- paths of a ready gram

INSERT INTO query (item, name, sql) VALUES
('path', 'dense', 'SELECT count(model) FROM gram100, l2_path(dense)'),
('path', 'sparse', 'SELECT count(model) FROM gram100, l2_path(sparse)'),
('path', 'ridge', 'SELECT count(model) FROM gram100, l2_path(dense, ''ridge'')'),
('path', 'ridges', 'SELECT count(l2_ridge(dense, i)) FROM gram100, generate_series(1, 100) i');
CALL measure('path', 31);

-- ---- cross-validation, before and after the others' turn

INSERT INTO query (item, name, sql) VALUES
('cv', 'ridge_fit', 'SELECT ridge_fit(dense, x, 0.1) FROM rows100'),
('cv', 'lasso_cv', 'SELECT lasso_cv(dense, x) FROM rows100'),
('cv', 'sparse', 'SELECT lasso_cv(sparse, x) FROM rows100'),
('cv', 'ridge_cv', 'SELECT ridge_cv(dense, x) FROM rows100'),
('cv', 'scan and path',
  'SELECT count(model) FROM (SELECT l2_gram_agg(dense, x) g FROM rows100 OFFSET 0) s, l2_path(g)');
CALL measure('cv', 10);
INSERT INTO query (item, name, sql) VALUES
('copies', 'different', 'SELECT lasso_cv(y, x) FROM rows10'),
('copies', 'fit', 'SELECT ridge_fit(y, x, 0.1) FROM rows10'),
('copies', '40', 'SELECT lasso_cv(y, x) FROM rows40'),
('copies', '40 fit', 'SELECT ridge_fit(y, x, 0.1) FROM rows40');
CALL measure('copies', 10);

\warn 'l2reg: others'' paths and cross-validation'

CREATE TABLE others (name text, ms float8);
SELECT format('COPY (SELECT dense, sparse, %s FROM rows100) TO STDOUT (FORMAT csv)',
  columns('x[%s]', 100, ', ')) AS export,
    clock_timestamp() AS start \gset
\set rows `printf %s "$ROWS"`
:export \g :rows
INSERT INTO others SELECT 'export', 1000 * extract(epoch FROM clock_timestamp() - :'start');
\copy others FROM PROGRAM 'eval "$OTHERS"'
INSERT INTO query (item, name) SELECT DISTINCT 'others', name FROM others;
INSERT INTO timing SELECT q.id, o.ms FROM others o JOIN query q USING (name) WHERE q.item = 'others';

CALL measure('cv', 10);

-- ---- their lines

-- Times of one of our queries against one of another item, medians and bests
CREATE PROCEDURE compare(what text, reference text, item text, name text, other_item text, other text,
                         at_most float8 DEFAULT NULL, at_least float8 DEFAULT NULL)
LANGUAGE sql AS $$
    CALL report(what, reference, ms(item, name), ms(other_item, other), at_most, at_least,
                ARRAY[best(item, name), best(other_item, other)], at_most IS NULL)
$$;

CALL report('100 lambdas of a ready gram, p = 100: lasso path', 'limit, ms', ms('path', 'dense'), 5,
            at_most => 1.0, bests => ARRAY[best('path', 'dense'), 5]);
CALL compare('  lasso path, times faster', 'glmnet, the rows in memory', 'path', 'dense', 'others',
  'glmnet dense');
CALL compare('  lasso path and scan, times faster', 'glmnet, the rows in memory', 'cv', 'scan and path',
  'others', 'glmnet dense');
CALL compare('  lasso path, times faster', 'scikit-learn, from the gram', 'path', 'dense', 'others',
  'sklearn dense');
CALL report('  lasso path, few effects', 'limit, ms', ms('path', 'sparse'), 5,
            at_most => 1.0, bests => ARRAY[best('path', 'sparse'), 5]);
CALL compare('  lasso path, few effects, times faster', 'glmnet, the rows in memory', 'path', 'sparse',
  'others', 'glmnet sparse');
CALL compare('  lasso path, few effects, times faster', 'scikit-learn, from the gram', 'path', 'sparse',
  'others', 'sklearn sparse');
CALL compare('  ridge path, times faster', '100 l2_ridge', 'path', 'ridge', 'path', 'ridges');

CALL compare('10 folds, 100 lambdas, 100,000 stored arrays of 100: lasso_cv', 'ridge_fit', 'cv', 'lasso_cv',
  'cv', 'ridge_fit', at_most => 1.5);
CALL compare('  lasso_cv, few effects', 'ridge_fit', 'cv', 'sparse', 'cv', 'ridge_fit', at_most => 1.5);
CALL compare('  ridge_cv', 'ridge_fit', 'cv', 'ridge_cv', 'cv', 'ridge_fit', at_most => 1.5);

CALL compare('  lasso_cv, 1,000,000 arrays of 10', 'ridge_fit', 'copies', 'different', 'copies', 'fit');
CALL compare('  lasso_cv, 40 of which are different', 'ridge_fit', 'copies', '40', 'copies', '40 fit');
CALL compare('  lasso_cv, 40 of which are different', 'all different', 'copies', '40', 'copies', 'different',
  at_most => 1.0);

-- The way to a file and from it, and what is done there
CREATE PROCEDURE exported(what text, reference text, name text, read_by text, other text,
                          at_least float8 DEFAULT NULL)
LANGUAGE sql AS $$
    CALL report(what, format('export %s s, read %s s, %s', round(ms('others', 'export')::numeric / 1000, 1),
                             coalesce(round(ms('others', read_by)::numeric / 1000, 1)::text, '?'), reference),
                ms('cv', name), ms('others', 'export') + ms('others', read_by) + ms('others', other),
                at_least => at_least, faster => true)
$$;
CALL exported('  lasso_cv, times faster', 'cv.glmnet', 'lasso_cv', 'glmnet read', 'cv.glmnet lasso',
  at_least => 50);
CALL compare('  lasso_cv, times faster', 'cv.glmnet alone', 'cv', 'lasso_cv', 'others', 'cv.glmnet lasso',
  at_least => 50);
CALL exported('  ridge_cv, times faster', 'cv.glmnet', 'ridge_cv', 'glmnet read', 'cv.glmnet ridge',
  at_least => 50);
CALL compare('  ridge_cv, times faster', 'cv.glmnet alone', 'cv', 'ridge_cv', 'others', 'cv.glmnet ridge',
  at_least => 50);
CALL exported('  lasso_cv, times faster', 'LassoCV', 'lasso_cv', 'sklearn read', 'LassoCV');
CALL compare('  lasso_cv, times faster', 'LassoCV alone', 'cv', 'lasso_cv', 'others', 'LassoCV');

-- The state itself, which lasso_cv's final function would read
CREATE AGGREGATE folds_state(float8, float8[]) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
SELECT pg_column_size(folds_state(dense, x)) / 1024.0 AS state,
    10 * pg_column_size(l2_gram_agg(dense, x)) / 1024.0 AS grams FROM rows100 \gset
CALL report('  lasso_cv, kB of its state', 'ten l2_gram', :state, :grams);
