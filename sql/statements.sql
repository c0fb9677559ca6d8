-- What a definition means: the one statement that trains it, and what is kept of it.  What these statements
-- come to other tests compare with aggregates and with other programs.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE SCHEMA paper;
SET search_path = paper, public;
CREATE TYPE size AS ENUM ('small', 'large', 'huge');
CREATE TABLE firm (id int, unit int, wage float8, tenure int, age numeric, sex text, size size, city varchar,
  "Team ID" text, day date, w float8, off float8, z1 int, z2 boolean, labels text, x float8[],
  PRIMARY KEY (id) INCLUDE (unit));
-- another key and columns of the same names in another schema are not those of the source
CREATE SCHEMA other;
CREATE TABLE other.firm (tenure int PRIMARY KEY, age text, wage text, sex float8, unit text);
INSERT INTO firm SELECT i, i % 6, 10 + i % 7 + i % 3, i * 3 % 8, i * 5 % 9, (ARRAY['f', 'm', 'x'])[1 + i % 3],
  (ARRAY['small', 'huge', 'large'])[1 + i % 3]::size, 'c' || i % 4, 't' || i % 5, date '2026-01-01' + i,
  1 + (i % 3 = 2)::int * 2, i % 2, i * 7 % 5, i % 4 = 0, CASE WHEN i * 5 % 7 > 3 THEN 'yes' ELSE 'no' END,
  ARRAY[i % 2, i % 5, i % 3] FROM generate_series(1, 60) i;
CREATE TABLE cases (i serial, source text, formula text, method text, lambda float8, options jsonb);
-- groups, clusters and instruments: grams by them
INSERT INTO cases (formula, method, options) VALUES
  ('wage ~ tenure + age | city', 'ols', '{}'),
  ('wage ~ age | "Team ID"', 'ols', '{}'), ('wage ~ age | CITY', 'ols', '{}'),
  ('wage ~ tenure | unit', 'ols', '{"keep_gram": true, "nonfinite": "skip", "covariance": 7}'),
  ('wage ~ tenure | city', 'ols', '{"vcov": "CR1", "cluster": "Team ID", "ssc": "cluster"}'),
  ('wage ~ tenure | city', 'ols',
    '{"vcov": "CR0", "cluster": ["Team ID", "div(unit, 2)"], "keep_gram": true}'),
  ('wage ~ age | tenure ~ z1 + z2', 'ols', '{"weight": "w"}'),
  ('wage ~ age | tenure ~ z1', 'ols', '{"vcov": "CR1", "cluster": "unit"}'),
  ('wage ~ age | city | tenure ~ z1 + z2', 'ols', '{"vcov": "CR1", "cluster": ["unit", "day"], "psd": true}');
-- clusters of rows, an order, an offset, and weights, by names and by expressions
INSERT INTO cases (formula, method, lambda, options) VALUES
  ('wage ~ tenure', 'ols', NULL, '{"vcov": "CR1", "cluster": "Team ID"}'),
  ('wage ~ tenure', 'ols', NULL, '{"vcov": "CR0", "cluster": ["Team ID", "unit"], "weight": "w"}'),
  ('wage ~ tenure', 'ols', NULL, '{"vcov": "CR1", "cluster": ["w", "floor(unit / 4)"]}'),
  ('wage ~ tenure', 'ols', NULL, '{"vcov": "HAC", "bandwidth": 2, "order_by": "day"}'),
  ('wage ~ tenure', 'ols', NULL, '{"vcov": "HAC", "bandwidth": 2, "order_by": "id * 2"}'),
  ('wage ~ tenure', 'ols', NULL, '{"offset_by": "off", "weight": "w + unit", "keep_gram": true}'),
  ('wage ~ tenure + offset(off)', 'huber', NULL, '{"weight": "w"}'),
  ('wage ~ tenure', 'quantile', 0.3, '{"offset_by": "off * 2"}'),
  ('I(unit > 2) ~ age', 'logistic', NULL, '{"offset_by": "off", "weight": "w", "keep_gram": true}'),
  ('unit ~ age', 'poisson', 2, '{"offset_by": "off"}'),
  ('wage ~ 1', 'ols', NULL, '{}');
-- rows are dealt to folds by the primary key, a column, or an expression; a gate at a lambda
INSERT INTO cases (formula, method, lambda, options) VALUES
  ('wage ~ tenure', 'ridge', NULL, '{}'),
  ('wage ~ tenure', 'lasso', NULL, '{"fold": "Team ID", "folds": 4}'),
  ('wage ~ tenure', 'elastic_net', 0.2, '{"fold": "div(unit, 3)", "gate": 0.1, "l1_ratio": 0.4}'),
  ('unit ~ age', 'poisson', NULL, '{"l1_ratio": 0.5, "fold": "unit"}'),
  ('unit ~ age', 'glm', NULL, '{"family": "poisson"}'),
  ('unit ~ age', 'glm', 0.5, '{"family": "gaussian"}'),
  ('sex ~ age', 'multinomial', NULL, '{}'), ('sex ~ age', 'multinomial', 1, '{"standardize": false}'),
  ('labels ~ age', 'logistic', NULL, '{"positive": "yes"}'),
  ('labels ~ age', 'glm', NULL, '{"positive": "no", "family": "binomial"}'),
  ('factor(unit) ~ age', 'multinomial', NULL, '{}');
-- categories: as they are, as levels of a formula, by a reference, as one group of a penalty
INSERT INTO cases (formula, method, lambda, options) VALUES
  ('wage ~ sex + age', 'ols', NULL, '{"reference": "most_frequent", "weight": "w"}'),
  ('wage ~ sex * age', 'ridge', 1, '{"max_levels": 3}'),
  ('wage ~ size + sex - 1', 'ols', NULL, '{}'),
  ('wage ~ sex + size', 'ols', NULL, '{"reference": {"sex": "m", "size": "huge"}}'),
  ('wage ~ sex:age', 'ols', NULL, '{"reference": "most_frequent", "weight": "w"}'),
  ('unit ~ sex * age', 'poisson', 0, '{}'), ('unit ~ sex * age', 'poisson', 0.5, '{}'),
  ('wage ~ sex * age + tenure', 'lasso', 1, '{"group": "factors"}'),
  ('wage ~ factor(unit) * age + tenure', 'ridge', 1, '{"reference": "none", "group": "factors"}');
-- features by name, arrays, and a target and columns that are called as the record and its attributes are
INSERT INTO cases (source, formula, method, lambda, options) VALUES
  ('SELECT wage, age, sex, tenure, z1, size, off FROM firm', 'wage ~ . | tenure ~ z1 + size', 'ols', NULL,
    '{"reference": {"sex": "m"}, "offset_by": "off"}'),
  (NULL, 'wage', 'ols', NULL, '{"features": ["size", "Team ID", "age"]}'),
  (NULL, 'wage', 'ols', NULL, '{"features": ["sex", "age"], "intercept": false}'),
  (NULL, 'wage', 'ols', NULL, '{"features": ["size", "age"], "null_level": true}'),
  (NULL, 'wage', 'ols', NULL, '{"features": ["age", "tenure"], "intercept": false}'),
  (NULL, 'wage ~ x', 'ols', NULL, '{}'), (NULL, 'wage ~ age + x', 'ridge', 1, '{"fold": "id"}'),
  ('SELECT wage AS f10, sex FROM firm', 'f10 ~ sex', 'ols', NULL, '{}'),
  ('SELECT wage AS f2, age AS f, tenure AS f_, sex AS f1 FROM firm', 'f2 ~ f + f_ + f1', 'ridge', 1, '{}'),
  ('SELECT wage, tenure, sex, w, unit, off, id, "Team ID", ''(1,2)''::point AS p FROM firm', 'wage', 'ols',
    NULL, '{"weight": "w", "offset_by": "off", "vcov": "CR1", "cluster": "Team ID"}'),
  ('SELECT wage, sex, unit, day FROM firm', 'wage ~ . - sex', 'ols', NULL,
    '{"vcov": "HAC", "bandwidth": 1, "order_by": "day"}'),
  ('SELECT wage, tenure, unit, id FROM firm', 'wage ~ .', 'lasso', NULL, '{"fold": "unit"}'),
  ('SELECT wage, tenure FROM firm', 'wage ~ .', 'lasso', NULL, '{}');
\pset format unaligned
\pset tuples_only on
\pset fieldsep '\n'
SELECT format('-- %s, %s %s %s', coalesce(source, 'firm'), formula, method, lambda) || E'\n-- ' || options,
  (_l2_definition_json(_l2_define(coalesce(source, 'firm'), formula, method, lambda, options,
    'paper, public'))
    - '{source,search_path,formula,method,lambda,refresh,keep,settings,inputs,input_types}'::text[])::text,
  l2_train_sql(coalesce(source, 'firm'), formula, method, lambda, options::text::l2_options)
FROM cases ORDER BY i;
-- what follows its source: what is kept of the definition, and the scan for its grams, of all rows or of some
CREATE TEMP TABLE followed (i serial, formula text, method text, lambda float8, options jsonb);
INSERT INTO followed (formula, method, lambda, options) VALUES
  ('wage ~ tenure + age', 'ols', NULL, '{"refresh": "live"}'),
  ('wage ~ 1', 'ols', NULL, '{"refresh": "live"}'),
  ('wage', 'ols', NULL, '{"refresh": "live", "features": ["size", "age"]}'),
  ('wage ~ tenure + sex', 'ridge', NULL, '{"refresh": "live", "weight": "w", "folds": 4}'),
  ('wage ~ tenure', 'lasso', 2, '{"refresh": "live", "offset_by": "off", "nonfinite": "skip"}'),
  ('I(wage * 2) ~ tenure', 'elastic_net', NULL,
    '{"refresh": "live", "fold": "div(unit, 2)", "l1_ratio": 0.3, "offset_by": "z1 + 1"}'),
  ('wage ~ age + I(tenure / 2)', 'ridge', 3,
    '{"refresh": "buckets", "time_column": "day", "bucket": "week"}'),
  ('wage ~ tenure', 'ridge', 1,
    '{"refresh": "buckets", "time_column": "day", "bucket": "month", "gate": 0.2}'),
  ('wage ~ age', 'dropout', 0.2,
    '{"refresh": "buckets", "time_column": "day", "bucket": "day", "lag": "1 day"}');
CREATE TABLE model OF l2_version (PRIMARY KEY (version));
SELECT format('-- %s %s %s', f.formula, f.method, f.lambda) || E'\n-- ' || f.options,
  (SELECT jsonb_strip_nulls(to_jsonb(r) - '{model,source,input_types}'::text[])::text
   FROM _l2_remembered('model', d, 'firm') r),
  (SELECT array_agg(t::regtype) FROM unnest((_l2_remembered('model', d, 'firm')).input_types) t),
  _l2_follows(d), _l2_scan_sql('model', d, NULL),
  (SELECT split_part(_l2_scan_sql('model', d, _l2_time_condition(d, '{2026-01-05,2026-02-01}',
    '{2026-01-06,infinity}', true)), 'WHERE', 2) WHERE d.time_column IS NOT NULL)
FROM followed f, _l2_define('firm', f.formula, f.method, f.lambda, f.options, 'paper, public') d ORDER BY i;
-- of 89 columns at most the sum is one of columns
SELECT n, (_l2_grams_sql(_l2_define('SELECT 1 AS y, ' || string_agg('1 AS x' || i, ', '), 'y', 'ols', NULL,
  '{}', 'paper, public'))).grams ~ 'l2_gram_cols' AS by_columns
FROM unnest('{1,89,90}'::int[]) n, generate_series(1, n) i GROUP BY n ORDER BY n;
-- grams of one's own, with and without times
CREATE TABLE daily AS SELECT day, day + time '12:00' AS at, (day + time '12:00') AT TIME ZONE 'UTC' AS tz,
  l2_gram_agg(wage, ARRAY[tenure, age], '{"names": ["tenure", "age"], "target": "wage"}') AS g,
  l2_gram_folds(wage, ARRAY[tenure, age], '{"names": ["tenure", "age"], "target": "wage", "folds": 2}') AS f
FROM firm GROUP BY day;
SELECT o, (_l2_definition_json(_l2_define('daily', 'wage ~ .', 'ridge', 1, o, 'paper, public'))
    - '{source,search_path,settings}'::text[])::text,
  -- seconds have places from PostgreSQL 14 on
  replace(l2_train_sql('daily', 'wage ~ .', 'ridge', 1, o::text::l2_options), '.000000', '')
FROM unnest(ARRAY['{"gram": "g"}'::jsonb, '{"gram": "g", "time_column": "day", "training_window": "3 days"}',
  '{"gram": "g", "time_column": "tz", "half_life": "12 hours"}',
  '{"gram": "f", "time_column": "at", "training_window": "1 week", "half_life": "2 days", "gate": 0.1}']) o;
SELECT l2_train_sql('daily', 'wage ~ tenure', 'ridge', 1, '{"gram": "f"}');
SELECT l2_train_sql('daily', 'wage ~ tenure | age', 'ols', '{"gram": "g"}');
SELECT l2_train_sql('daily', 'wage ~ age | tenure ~ age', 'ols', '{"gram": "g"}');
-- two columns may be the one that is meant, and two terms be endogenous and exogenous
CREATE TABLE grams AS SELECT g AS gram_1, g AS gram_2, 1 AS other FROM daily;
SELECT l2_train_sql('grams', 'wage', 'ols');
SELECT l2_train_sql('grams', 'other gram_1', 'ols');
CREATE TABLE odd AS SELECT 1 AS a, 2 AS "a b";
SELECT l2_train_sql('odd', 'a b c', 'ols');
SELECT l2_train_sql('firm', 'wage ~ tenure:age | age:tenure ~ z1', 'ols');
SELECT l2_train_sql('firm', 'wage ~ tenure + age | age + tenure ~ z1 + unit', 'ols');
SELECT l2_train_sql('firm', 'wage ~ tenure | age + unit ~ z1 + unit', 'ols');
SELECT l2_train_sql('firm', 'wage ~ tenure', 'ols', '{"vcov": "CR1", "cluster": "unit / 4"}');
SELECT l2_train_sql('firm', 'labels ~ age', 'glm', '{"family": "poisson"}');
SELECT l2_train_sql('firm', 'factor(unit) ~ age', 'ols');
SELECT l2_train_sql('firm', 'sex ~ age', 'multinomial', '{"offset_by": "off"}');
SELECT l2_train_sql('firm', 'wage', 'ols', '{"features": ["age"], "reference": {"sex": "m"}}');
SELECT l2_train_sql('firm', 'wage ~ sex:age', 'ols', '{"null_level": true}');
SELECT l2_train_sql('firm', 'wage ~ size', 'ols', '{"max_levels": 2}');
DROP SCHEMA paper, other CASCADE;
