-- Statements for tables that Citus distributes, of a table that is not: they come to the same. There is no
-- Citus here; that a query reads such a table is pretended.
SET client_min_messages = error;
CREATE TABLE spread (id int PRIMARY KEY, y float8, x float8, zone text, w float8, yes boolean, at date,
  team int, z int);
INSERT INTO spread SELECT i, i % 7 + i % 3 + 2 * (i % 5), i % 5, 'z' || i % 3, 1 + i % 2,
  i * 7 % 10 < i % 5 + 3, date '2024-01-01' + i, nullif(i % 13, 12), i % 8 FROM generate_series(1, 200) i;
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
  ('clusters', 'y ~ x + zone', 'ols', NULL, '{"vcov": "CR1", "cluster": "team", "ssc": "none"}'),
  ('likely', 'yes ~ x + zone', 'logistic', NULL, '{"vcov": "CR0", "cluster": "team", "weight": "w"}'),
  ('two ways', 'y ~ x', 'ols', NULL, '{"vcov": "CR1", "cluster": ["team", "zone"]}'),
  ('bare', 'y ~ x', 'ols', NULL, '{"vcov": "HC3"}'),
  ('instruments', 'y ~ x | w ~ z', 'ols', NULL, '{"vcov": "CR1", "cluster": "team"}'),
  ('logistic', 'yes ~ x + zone', 'logistic', 1, '{}')) v(name, formula, method, lambda, options);
CREATE TEMP TABLE here AS SELECT name, l2_fit('spread', formula, method, lambda, options) AS m FROM cases;
SELECT n FROM l2_train('spread_model', 'spread', 'y ~ x + zone', 'ols');
SELECT n FROM l2_train('spread_zone', 'spread', 'zone ~ x + y', 'multinomial');
SELECT n FROM l2_train('spread_curve', 'spread', 'y ~ x + I(x ^ 2) + zone:w', 'ols', '{"covariance": true}');
CREATE TEMP TABLE effects AS SELECT name, m.* FROM unnest('{spread_model,spread_curve}'::text[]) name,
  l2_margins(name, 'spread') m;
CREATE TEMP TABLE report AS
SELECT l2_report('spread_model', 'spread', '{"made": "2026-01-02", "title": "x"}') AS html;
BEGIN;
CREATE OR REPLACE FUNCTION _l2_is_distributed(query text, search_path text) RETURNS boolean
  LANGUAGE sql STABLE STRICT AS 'SELECT true';
SELECT name, method, l2_names(m) = l2_names(t) AS names, (SELECT max(abs(a - b)) < 1e-9
  FROM unnest(l2_coef(m), l2_coef(t)) u(a, b)) AS coefficients, g.n, g.n_skipped,
  abs(g.cv_error - h.cv_error) < 1e-9 AS cv_error, abs(g.sigma - h.sigma) < 1e-9 AS sigma, g.vcov = h.vcov
  AS vcov,
  (SELECT max(abs(a.std_error - b.std_error)) < 1e-9 FROM l2_summary(t) a JOIN l2_summary(m) b USING (term))
  AS errors
FROM cases JOIN here USING (name), l2_fit('spread', formula, method, lambda, options) t, l2_glance(t) g,
  l2_glance(m) h ORDER BY name;
\pset format unaligned
SELECT l2_train_sql('spread', formula, method, lambda, options) FROM cases WHERE name IN ('levels', 'folds')
ORDER BY name;
-- errors come by a query of their own where the rows are summed elsewhere and nothing else is asked of them
SELECT method, lambda, options, _l2_has_late_errors(_l2_define('spread', CASE WHEN method IN ('logistic',
  'glm')
  THEN 'yes ~ x' ELSE 'y ~ x' END || coalesce(part, ''), method, lambda, options, 'public')) AS late
FROM (VALUES ('ols', NULL::float8, '{"vcov": "HC1"}'::jsonb, NULL), ('ols', NULL,
  '{"vcov": "HC1", "ssc": "none"}', NULL),
  ('ols', NULL, '{}', NULL), ('ols', NULL, '{"vcov": "iid"}', NULL), ('logistic', NULL, '{"vcov": "HC0"}',
  NULL),
  ('logistic', 0, '{"vcov": "HC0"}', NULL), ('logistic', 0.5, '{"vcov": "HC0"}', NULL),
  ('logistic', 1, '{"vcov": "HC0"}', NULL), ('glm', NULL, '{"vcov": "HC0", "family": "binomial"}', NULL),
  ('ols', NULL, '{"vcov": "CR1", "cluster": "team"}', NULL), ('ols', NULL,
  '{"vcov": "CR1", "cluster": ["team", "zone"]}', NULL),
  ('ols', NULL, '{"vcov": "CR1", "cluster": "team", "keep_gram": true}', NULL), ('ols', NULL,
  '{"vcov": "HC1", "keep_gram": true}', NULL),
  ('ols', NULL, '{"vcov": "CR1", "cluster": "team"}', ' | zone'), ('ols', NULL,
  '{"vcov": "CR1", "cluster": "team"}', ' | w ~ z'),
  ('ols', NULL, '{"vcov": "HC1", "intercept": false}', NULL), ('ols', NULL,
  '{"vcov": "HC1", "nonfinite": "skip"}', NULL))
  v(method, lambda, options, part);
SELECT l2_fit('SELECT * FROM spread WHERE false', 'y ~ x', 'ols', '{"vcov": "HC1"}') IS NULL AS none;
-- a spline needs every value here, which is said
SET client_min_messages = notice;
SELECT l2_names(l2_fit('spread', 'y ~ ns(x, 3)', 'ols'));
SET client_min_messages = error;
\pset format aligned
-- a live or a bucket model makes its grams of the same
SELECT n FROM l2_train('spread_weeks', 'spread', 'y ~ x + zone', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "week", "lag": "1 day"}');
SELECT max(abs(a - b)) < 1e-9 AS same
FROM here, unnest(l2_coef(l2_get('spread_weeks')), l2_coef(m)) u(a, b) WHERE name = 'levels';
SELECT term, round(mean_now::numeric, 4) AS mean_now FROM l2_drift('spread_model', 'spread');
SELECT name, term, m.kind, m.n, abs(m.estimate - e.estimate) < 1e-9 AS estimate,
  abs(m.std_error - e.std_error) < 1e-9 AS std_error
FROM effects e JOIN LATERAL l2_margins(name, 'spread') m USING (term) ORDER BY name, term;
-- a report draws rows by a hash of their values, all of fewer than 2,000
SELECT l2_report('spread_model', 'spread', '{"made": "2026-01-02", "title": "x"}') = html AS same FROM report;
SELECT (regexp_match(r, 'Of ([0-9,]+) rows'))[1] AS drawn FROM l2_report('spread_model',
  'SELECT x, zone, y + j AS y FROM spread, generate_series(1, 20) j') r;
SELECT l2_report('spread_zone', 'spread');
ROLLBACK;
SELECT l2_drop(name) FROM l2_models WHERE name LIKE 'spread%';
DROP TABLE spread;
