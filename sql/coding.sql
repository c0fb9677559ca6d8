-- One coding of categories, whichever way a model is fitted: by rows, by a gram of them, by a formula, by a
-- column's name.
CREATE SCHEMA quiet;
SET search_path = quiet, public;
CREATE TABLE t (g text, h text, k int, x float8, y float8);
INSERT INTO t VALUES
  ('a','u',3,1,10), ('a','v',4,2,13), ('a','u',5,3,13), ('b','v',3,1,21), ('b','u',4,2,22),
  ('b','v',5,3,27), ('c','u',3,2,30), ('c','v',4,1,36), ('c','u',5,3,33);
CREATE TYPE rt AS (g text, h text, x float8); CREATE VIEW r AS SELECT y, ROW(g,h,x)::rt AS r FROM t;
SELECT l2_names(m), ARRAY(SELECT round(c::numeric, 6) FROM unnest(l2_coef(m)) c) AS coef
  FROM (SELECT ols_fit(y,r) m FROM r UNION ALL SELECT l2_ols(l2_gram_agg(y,r)) FROM r) s;
SELECT l2_names(m), ARRAY(SELECT round(c::numeric, 6) FROM unnest(l2_coef(m)) c) AS coef
  FROM (SELECT ols_fit(y,r,'{"intercept":false}') m FROM r
  UNION ALL SELECT l2_ols(l2_gram_agg(y,r), '{"intercept":false}') FROM r
  UNION ALL SELECT l2_fit('t','y ~ g+h+x-1','ols')
  UNION ALL SELECT l2_fit('SELECT g,h,x,y FROM t','y','ols',options=>'{"intercept":false}')
  UNION ALL SELECT l2_fit('SELECT g,h,x,y FROM t','y ~ .','ols',options=>'{"intercept":false}')) s;
SELECT l2_names(m), ARRAY(SELECT round(c::numeric, 6) FROM unnest(l2_coef(m)) c) AS coef
  FROM (SELECT ols_fit(y,r,'{"reference":"most_frequent"}') m FROM r
  UNION ALL SELECT l2_ols(l2_gram_agg(y,r), '{"reference":"most_frequent"}') FROM r) s;
SELECT l2_names(m), ARRAY(SELECT round(c::numeric, 6) FROM unnest(l2_coef(m)) c) AS coef
  FROM (SELECT ols_fit(y,r,'{"reference":{"g":"c","h":"v"}}') m FROM r
  UNION ALL SELECT l2_ols(l2_gram_agg(y,r), '{"reference":{"g":"c","h":"v"}}') FROM r) s;
SELECT l2_names(l2_ols(l2_gram_agg(y,r), '{"reference":"none"}')) FROM r;
SELECT l2_ols(l2_gram_agg(y,r), '{"reference":{"g":"z"}}') FROM r;
SELECT round(l2_predict(m, q)::numeric, 6) AS of_the_reference
  FROM (SELECT l2_ols(l2_gram_agg(y,r)) m FROM r) s, LATERAL (SELECT 'a'::text g, 'u'::text h, 1 x) q;
SELECT l2_names(poisson_fit(y,r,0,'{"intercept":false}')) FROM (SELECT y, r FROM t, LATERAL (SELECT g) r) s;
SELECT l2_names(l2_ols(g,'{"features":["g","x"]}')), l2_names(l2_ridge(g,1))
  FROM (SELECT l2_gram_agg(y,r) g FROM r) s;
-- A boolean in a product is as many columns as by itself, also with a penalty
CREATE TABLE yes AS SELECT *, k > 3 AS p FROM t;
SELECT f AS formula, l2_names(l2_fit('yes', 'y ~ ' || f, 'ols')) AS ols,
  l2_names(l2_fit('yes', 'y ~ ' || f, 'ridge', 1)) AS ridge
  FROM unnest('{p,x*p,p*h,p + x:p,p + h - 1,x:p}'::text[]) f;
CREATE TYPE sz AS ENUM ('small','medium','large');
CREATE TABLE en AS SELECT (ARRAY['small','medium','large'])[1+i%3]::sz s, i%7 x,
  i*1.0 y from generate_series(1,30) i;
SELECT l2_names(l2_fit('en','y','ols')), l2_names(l2_fit('en','y','ols',options=>'{"features":["x","s"]}')),
  l2_names(l2_fit('en','y~.','ols')), l2_names(l2_fit('en','y')), l2_names(l2_fit('en','y ~ .'));
SELECT l2_names(l2_fit('en','y','ols',options=>'{"features":["x","ss"]}'));
-- Enums by their order: rows, grams, rows that describe themselves, every family
CREATE TYPE enr AS (s sz, x int); CREATE VIEW er AS SELECT y, x > 3 AS b, ROW(s, x)::enr AS r FROM en;
SELECT l2_names(ols_fit(y, r)) AS ols, l2_names(ridge_fit(y, r, 1)) AS ridge, l2_names(ols_fit(y, r,
  '{"intercept": false}')) AS no_intercept,
  l2_names(ols_fit(y, r, '{"reference": {"s": "medium"}}')) AS chosen, l2_names(ols_fit(y,
  l2_row(r))) AS of_rows, l2_names(poisson_fit(y, r)) AS poisson FROM er;
SELECT l2_names(l2_gram_agg(y, r)) AS gram, l2_names(l2_gram_agg(y, l2_row(r))) AS of_rows,
  l2_names(l2_ols(l2_gram_agg(y, r))) AS fitted, l2_gram_agg(y, r)::jsonb -> 'encoding' -> 'attributes' ->
  0 AS labels FROM er;
-- parts that have seen other levels, by whatever way they travel
CREATE TABLE parts AS SELECT x % 3 AS part, l2_gram_agg(y, r) AS g, l2_gram_agg(y, l2_row(r)) AS h
  FROM (SELECT y, ((r).x + ((r).s = 'large')::int + 2 * ((r).s = 'small')::int) AS x, r FROM er) q
  GROUP BY 1;
SELECT l2_names(l2_gram_sum(g ORDER BY part)) = l2_names(l2_gram_sum(g ORDER BY -part)) AS same,
  l2_names(l2_gram_sum(g)), l2_names(l2_gram_sum(h::text::l2_gram)) AS of_text FROM parts;
SELECT l2_row(r), l2_row(r)::text::l2_row::text = l2_row(r)::text AS same FROM er LIMIT 1;
SELECT '{"s": {"enum": "u", "labels": []}}'::l2_row;
SELECT '{"s": {"enum": "u", "labels": ["u", 1]}}'::l2_row;
SELECT '{"s": {"enum": "u", "of": ["u"]}}'::l2_row;
-- labels that came in between, whichever gram is first; another order is an error, text takes the enum's
CREATE TABLE before AS SELECT l2_gram_agg(y, r) AS g FROM er;
ALTER TYPE sz ADD VALUE 'tiny' BEFORE 'small'; ALTER TYPE sz ADD VALUE 'huge';
CREATE TABLE after AS SELECT l2_gram_agg(y, ROW(s, x)::enr) AS g FROM (VALUES (1, 'tiny'::sz, 3), (2,
  'huge', 4), (4, 'small', 1)) v(y, s, x);
SELECT l2_names(b.g + a.g) AS after, l2_names(a.g + b.g) AS before, l2_names(l2_ols(a.g + b.g)) AS fitted
  FROM before b, after a;
CREATE TYPE zs AS ENUM ('medium', 'small');
SELECT l2_gram_sum(g) FROM (SELECT g FROM before UNION ALL SELECT l2_gram_agg(y, r)
  FROM (VALUES (1, 'small'::zs, 3), (2, 'medium', 4)) v(y, s, x), LATERAL (SELECT s, x) r) q;
SELECT l2_names(l2_gram_sum(g)) FROM (SELECT g FROM before UNION ALL SELECT l2_gram_agg(y, r)
  FROM (VALUES (1, 'small'::text, 3), (2, 'other', 4)) v(y, s, x), LATERAL (SELECT s, x) r) q;
-- live: levels that come later have their place
CREATE TABLE grows AS SELECT s, x, y FROM en WHERE s <> 'small';
SELECT n FROM l2_train('growing', 'grows', 'y ~ s + x', 'ridge', 1, '{"refresh": "live"}');
INSERT INTO grows SELECT s, x, y FROM en WHERE s = 'small';
SELECT l2_names('growing');
SELECT l2_drop('growing');
SELECT n FROM l2_train('lv','t','y ~ g','ols',options=>'{"refresh":"live","intercept":false}');
SELECT l2_names('lv');
SELECT l2_names(l2_fit('SELECT g, h, x, y FROM t', 'y', 'ols', options => '{"reference": {"g": "b"}}'));
SET client_min_messages = warning;
DROP SCHEMA quiet CASCADE;
