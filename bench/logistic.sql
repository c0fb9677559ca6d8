-- Logistic regression of 1,000,000 x 10, scan and all passes; called by run.sh.
--	ROWS		in the environment: the file to export the rows to
--	LOGISTIC	likewise: shell commands that read it and print what scikit-learn takes for the same, as
--				lines of a name, a tab and milliseconds; nothing where it is not installed

\warn 'l2reg: logistic regression'

BEGIN;
SELECT setseed(0.5) \g /dev/null
-- n: counts of a negative binomial distribution, theta 1, which is the whole part of an exponential one;
-- g: amounts for a gamma
CREATE TABLE clicks (y boolean, n float8, g float8, x float8[]);
INSERT INTO clicks SELECT random() < 1 / (1 + exp(2 - x[1] + x[2] - x[3] / 2 - x[4] / 3)),
  floor(-ln(1 - random()) / ln(1 + exp(x[2] / 2 - x[1] / 2 - 1))), x[1] + x[10] * x[9] + 0.1, x
  FROM (SELECT ARRAY[random(), random(), random(), random(), random(), random(), random(), random(),
    random(), random()] AS x
  FROM generate_series(1, 1000000)) s;
COMMIT;
VACUUM (FREEZE, ANALYZE) clicks;

-- A backend of its own: memory that the above left behind would be a head start
\connect
SET client_min_messages = warning;

-- Peak memory of a backend of its own while it fits, and does nothing but read the table
CREATE TABLE peak (name text, kb float8);
\connect
SET work_mem = '16MB';
SELECT pg_backend_pid() AS backend \gset
\setenv BACKEND :backend
SELECT count(x[10]) FROM clicks \g /dev/null
\set before `awk '/RssAnon/ { print $2 }' /proc/$BACKEND/status 2>/dev/null`
SELECT logistic_fit(y, x) FROM clicks \g /dev/null
SELECT l2_auc(y, x[1]) FROM clicks \g /dev/null
\set after `awk '/VmHWM/ { hwm = $2 } /RssFile|RssShmem/ { other += $2 } END { print hwm - other }' /proc/$BACKEND/status 2>/dev/null`
INSERT INTO peak SELECT 'logistic_fit', nullif(:'after', '')::float8 - nullif(:'before', '')::float8;
\connect
SET client_min_messages = warning;

INSERT INTO query (item, name, sql, workers) VALUES
('logistic', 'scan', 'SELECT count(x[10]) FROM clicks', 0),
('logistic', 'ridge', 'SELECT ridge_fit(y::int, x, 1) FROM clicks', 0),
('logistic', 'fit', 'SELECT logistic_fit(y, x, 1) FROM clicks', 0),
('logistic', 'gamma', 'SELECT glm_fit(g, x, 1, ''{"family": "gamma"}'') FROM clicks', 0),
('logistic', 'poisson', 'SELECT poisson_fit(n, x, 1) FROM clicks', 0),
('logistic', 'negative binomial',
  'SELECT glm_fit(n, x, 1, ''{"family": "negative_binomial", "theta": 1}'') FROM clicks', 0),
('logistic', 'theta', 'SELECT glm_fit(n, x, 1, ''{"family": "negative_binomial"}'') FROM clicks', 0),
('logistic', 'auc', 'SELECT l2_auc(y, x[1]) FROM clicks', 0),
('logistic', 'logloss', 'SELECT l2_logloss(y, x[1]) FROM clicks', 0);
CALL measure('logistic', 5);
INSERT INTO query (item, name, sql) VALUES
('logistic more', 'driver',
  'SELECT set_config(''l2reg.steps'', ''on'', true), l2_fit(''clicks'', ''y ~ x'', ''logistic'', 1)'),
('logistic more', 'path', 'SELECT logistic_path(y, x, ''{"l1_ratio": 1, "n_lambda": 20}'') FROM clicks');
CALL measure('logistic more', 2);

-- The same with MADlib, where it is installed in this database
SELECT count(*) > 0 AS madlib FROM pg_namespace WHERE nspname = 'madlib' \gset
\if :madlib
CREATE TABLE clicks_one AS SELECT y, 1::float8 || x AS x FROM clicks;
DO $$
DECLARE
    start timestamptz := clock_timestamp();
BEGIN
    PERFORM madlib.logregr_train('clicks_one', 'clicks_madlib', 'y', 'x', NULL, 20, 'irls');
    INSERT INTO query (item, name) VALUES ('madlib', 'train');
    INSERT INTO timing SELECT id, 1000 * extract(epoch FROM clock_timestamp() - start) FROM query
    WHERE item = 'madlib';
END $$;
\endif

\warn 'l2reg: others'' logistic regression'

CREATE TABLE others_logistic (name text, ms float8);
SELECT format('COPY (SELECT y::int, %s FROM clicks) TO STDOUT (FORMAT csv)',
  columns('x[%s]', 10, ', ')) AS export,
    clock_timestamp() AS start \gset
\set rows `printf %s "$ROWS"`
:export \g :rows
INSERT INTO others_logistic SELECT 'export', 1000 * extract(epoch FROM clock_timestamp() - :'start');
\copy others_logistic FROM PROGRAM 'eval "$LOGISTIC"'
INSERT INTO query (item, name) SELECT DISTINCT 'others logistic', name FROM others_logistic;
INSERT INTO timing SELECT q.id, o.ms FROM others_logistic o JOIN query q USING (name)
  WHERE q.item = 'others logistic';
CALL measure('logistic', 5);

-- empty where they are not installed: \gset unsets what is NULL
SELECT coalesce((ms('others logistic', 'export') + ms('others logistic', 'read'))::text, '') AS moved,
    coalesce(ms('others logistic', 'newton')::text, '') AS newton \gset
CALL report('1,000,000 x 10: logistic_fit, times faster',
            format('export %s s, read %s s, newton-cholesky',
            round(ms('others logistic', 'export')::numeric / 1000, 1),
                   coalesce(round(ms('others logistic', 'read')::numeric / 1000, 1)::text, '?')),
            ms('logistic', 'fit'), nullif(:'moved', '')::float8 + nullif(:'newton', '')::float8,
            at_least => 3, faster => true);
CALL report('  logistic_fit, times faster', 'newton-cholesky alone', ms('logistic', 'fit'),
  nullif(:'newton', '')::float8, faster => true);
CALL report('  logistic_fit, times faster', 'MADlib logregr_train', ms('logistic', 'fit'),
  ms('madlib', 'train'), faster => true);
CALL report('  logistic_fit', 'ridge_fit', ms('logistic', 'fit'), ms('logistic', 'ridge'),
            bests => ARRAY[best('logistic', 'fit'), best('logistic', 'ridge')]);
CALL report('  glm_fit, gamma', 'logistic_fit', ms('logistic', 'gamma'), ms('logistic', 'fit'),
  at_most => 1.5,
            bests => ARRAY[best('logistic', 'gamma'), best('logistic', 'fit')]);
CALL report('  glm_fit, negative binomial', 'logistic_fit', ms('logistic', 'negative binomial'),
  ms('logistic', 'fit'), at_most => 1.5,
            bests => ARRAY[best('logistic', 'negative binomial'), best('logistic', 'fit')]);
CALL report('  glm_fit, its theta too', 'logistic_fit', ms('logistic', 'theta'), ms('logistic', 'fit'),
  at_most => 1.5,
            bests => ARRAY[best('logistic', 'theta'), best('logistic', 'fit')]);
CALL report('  poisson_fit', 'logistic_fit', ms('logistic', 'poisson'), ms('logistic', 'fit'),
            bests => ARRAY[best('logistic', 'poisson'), best('logistic', 'fit')]);
CALL report('  l2_fit, a query a step', 'logistic_fit', ms('logistic more', 'driver'), ms('logistic', 'fit'));
CALL report('  logistic_path, 20 lambdas', 'logistic_fit', ms('logistic more', 'path'),
  ms('logistic', 'fit'));
CALL report('  l2_auc', 'a scan', ms('logistic', 'auc'), ms('logistic', 'scan'));
CALL report('  l2_logloss', 'a scan', ms('logistic', 'logloss'), ms('logistic', 'scan'));
SELECT kb FROM peak \gset
CALL report('  peak of a backend at work_mem 16 MB, kB', 'work_mem + 64 MB', nullif(:'kb', '')::float8,
  80 * 1024, at_most => 1.0);
