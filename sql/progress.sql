-- What long work tells while it goes on.
CREATE TABLE progress_rows AS SELECT i % 7 + (i * i % 5) AS y, i % 7 AS a, i * i % 11 AS b,
  (i * 7 % 10 < i % 7 + 2) AS yes FROM generate_series(1, 60) i;
SET l2reg.steps = on;
SELECT l2_coef(l2_fit('progress_rows', 'yes ~ a + b', 'logistic', 1)) IS NOT NULL AS quiet;
SET l2reg.progress = on;
SELECT l2_coef(l2_fit('progress_rows', 'yes ~ a + b', 'logistic', 1)) IS NOT NULL AS told;
SELECT l2_coef(l2_fit('progress_rows', 'y ~ a', 'poisson')) IS NOT NULL AS told;
RESET l2reg.steps;
SELECT version FROM l2_train('progress', 'progress_rows', 'y', 'ols', options => '{"features": ["a", "b"]}');
SELECT version FROM l2_refresh('progress');
-- what follows its source reads rows once, then changes or buckets
ALTER TABLE progress_rows ADD at date DEFAULT '2026-01-02';
SELECT version FROM l2_train('followed', 'progress_rows', 'y ~ a', 'ols', '{"refresh": "live"}');
SELECT version FROM l2_refresh('followed');
SELECT version FROM l2_train('followed', 'progress_rows', 'y ~ a', 'ols',
  '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT version FROM l2_refresh('followed');
RESET l2reg.progress;
SELECT l2_drop('followed');
SELECT version FROM l2_refresh('progress');
SELECT l2_drop('progress');
-- the view that others look at: progress.sh has more
SELECT count(*) FROM l2_progress;
SELECT _l2_set_progress('l2_train', 'm', 'thinking', 10);
SELECT _l2_set_progress('l2_train', 'm', 'reading rows', 10);
SELECT current_setting('server_version_num')::integer < 140000 OR EXISTS (
  SELECT FROM l2_progress WHERE pid = pg_backend_pid() AND datname = current_database()
    AND usename = CURRENT_USER AND started <= clock_timestamp() AND num_nulls(relation, pass, passes) = 3
    AND (command, model, phase, rows, rows_expected, share) =
      ('l2_train', 'm', 'reading rows', 0, 10, 0)) AS shown;
SELECT _l2_set_progress(NULL, NULL, NULL, NULL);
DROP TABLE progress_rows;
