-- Statements for tables that Citus distributes, of a table that is not: they come to the same. There is no
-- Citus here; that a query reads such a table is pretended.
SET client_min_messages = error;
CREATE TABLE spread (id int PRIMARY KEY, y float8, x float8, zone text, w float8, yes boolean, at date);
INSERT INTO spread SELECT i, i % 7 + i % 3 + 2 * (i % 5), i % 5, 'z' || i % 3, 1 + i % 2,
  i * 7 % 10 < i % 5 + 3, date '2024-01-01' + i FROM generate_series(1, 200) i;
UPDATE spread SET x = NULL WHERE id = 7;
CREATE TEMP TABLE cases AS
SELECT name, formula, method, lambda, options::l2_options FROM (VALUES
  ('numbers', 'y ~ x', 'ols', NULL::float8, '{}'), ('levels', 'y ~ x + zone', 'ols', NULL, '{}'),
  ('weights', 'y ~ x + zone', 'ridge', 2, '{"weight": "w"}'),
  ('folds', 'y ~ x + zone', 'ridge', NULL, '{"folds": 4, "seed": 3}'),
  ('lasso', 'y ~ x + zone', 'lasso', NULL, '{"folds": 5, "fold": "id"}'),
  ('one lambda', 'y ~ x + zone', 'elastic_net', 1, '{"l1_ratio": 0.3}'),
  ('dropout', 'y ~ x + zone', 'dropout', 0.1, '{}'),
  ('robust', 'y ~ x + zone', 'ols', NULL, '{"vcov": "HC1"}'),
  ('logistic', 'yes ~ x + zone', 'logistic', 1, '{}')) v(name, formula, method, lambda, options);
CREATE TEMP TABLE here AS SELECT name, l2_fit('spread', formula, method, lambda, options) AS m FROM cases;
SELECT n FROM l2_train('spread_model', 'spread', 'y ~ x + zone', 'ols');
SELECT n FROM l2_train('spread_zone', 'spread', 'zone ~ x + y', 'multinomial');
CREATE TEMP TABLE report AS
SELECT l2_report('spread_model', 'spread', '{"made": "2026-01-02", "title": "x"}') AS html;
BEGIN;
CREATE OR REPLACE FUNCTION _l2_is_distributed(query text, search_path text) RETURNS boolean
  LANGUAGE sql STABLE STRICT AS 'SELECT true';
SELECT name, method, l2_names(m) = l2_names(t) AS names, (SELECT max(abs(a - b)) < 1e-9
  FROM unnest(l2_coef(m), l2_coef(t)) u(a, b)) AS coefficients, g.n, g.n_skipped,
  abs(g.cv_error - h.cv_error) < 1e-9 AS cv_error, abs(g.sigma - h.sigma) < 1e-9 AS sigma
FROM cases JOIN here USING (name), l2_fit('spread', formula, method, lambda, options) t, l2_glance(t) g,
  l2_glance(m) h ORDER BY name;
\pset format unaligned
SELECT l2_train_sql('spread', formula, method, lambda, options) FROM cases WHERE name IN ('levels', 'folds')
ORDER BY name;
\pset format aligned
-- a live or a bucket model makes its grams of the same
SELECT n FROM l2_train('spread_weeks', 'spread', 'y ~ x + zone', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "week", "lag": "1 day"}');
SELECT max(abs(a - b)) < 1e-9 AS same
FROM here, unnest(l2_coef(l2_get('spread_weeks')), l2_coef(m)) u(a, b) WHERE name = 'levels';
SELECT term, round(mean_now::numeric, 4) AS mean_now FROM l2_drift('spread_model', 'spread');
-- a report draws rows by a hash of their values, all of fewer than 2,000
SELECT l2_report('spread_model', 'spread', '{"made": "2026-01-02", "title": "x"}') = html AS same FROM report;
SELECT (regexp_match(r, 'Of ([0-9,]+) rows'))[1] AS drawn FROM l2_report('spread_model',
  'SELECT x, zone, y + j AS y FROM spread, generate_series(1, 20) j') r;
SELECT l2_report('spread_zone', 'spread');
ROLLBACK;
SELECT l2_drop(name) FROM l2_models WHERE name LIKE 'spread%';
DROP TABLE spread;
