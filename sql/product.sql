-- Models over a join that is never made: products of grams, summed over the join key.
\pset null NULL
SET client_min_messages = warning;

-- Every visit of a store meets every promotion of it: many to many
CREATE TABLE visits AS SELECT i AS id, i % 20 AS store, 100 + sin(i) * 20 + i % 20 AS spent,
  1e6 + i % 13 + cos(i) AS minutes FROM generate_series(1, 2000) i;
CREATE TABLE promotions AS SELECT i AS id, i % 20 AS store, 1e6 + sqrt(i) * (i % 7) AS budget, i % 3 AS kind
  FROM generate_series(1, 500) i;
CREATE TABLE stores AS SELECT i AS store, 50.0 + i * i % 11 AS size FROM generate_series(0, 19) i;

CREATE TABLE joined AS
SELECT l2_gram_sum(v * p * l2_gram(ARRAY[size, store], '{size,store}')) AS gram
FROM (SELECT store, l2_gram_agg(spent, ARRAY[minutes], '{"names": ["minutes"], "target": "spent"}') AS v
  FROM visits GROUP BY store) v
JOIN (SELECT store, l2_set_names(l2_gram_cols(budget, kind), '{kind}', 'budget') AS p FROM promotions
  GROUP BY store) p USING (store)
JOIN stores USING (store);
CREATE TABLE flat AS
SELECT l2_set_names(l2_gram_cols(spent, minutes, budget, kind, size, store),
  '{minutes,budget,kind,size,store}', 'spent') AS gram
FROM visits JOIN promotions p USING (store) JOIN stores USING (store);

SELECT l2_n(j.gram) AS n, l2_n(j.gram) = l2_n(f.gram) AS same_n, l2_names(j.gram),
  l2_means(j.gram) = l2_means(f.gram) AS means,
  (SELECT max(abs(a - b) / sqrt(abs(a * b))) < 1e-13
  FROM unnest(l2_covariance(j.gram), l2_covariance(f.gram)) u(a, b)) AS covariance
FROM joined j, flat f;
SELECT a.term, round(a.estimate::numeric, 6) AS estimate, abs(a.estimate / b.estimate - 1) < 1e-10 AS same,
  abs(a.std_error / b.std_error - 1) < 1e-10 AS same_se
FROM joined j, flat f, l2_summary(l2_ols(j.gram)) a, l2_summary(l2_ols(f.gram)) b WHERE a.term = b.term;
-- any column can be the target
SELECT l2_names(m), round(l2_intercept(m)::numeric, 6) AS b0
  FROM (SELECT l2_ridge(gram, 1, '{"target": "size", "features": ["budget", "spent"]}') AS m FROM joined) s;

-- A state without a usable row does not know its columns, nor does the product; its pairs are all left out
SELECT l2_n(e * f) AS n, l2_n_skipped(e * f) AS skipped, l2_n(e * e) AS n_of_two,
  l2_n_skipped(e * e) AS skipped_of_two
  FROM (SELECT l2_gram 'l2_gram/1 n=0 skipped=3 columns=0 '
  'data=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAARvh7Gg==' AS e,
  l2_set_names(l2_gram_cols(i, i * i), '{a}', 'b') AS f, l2_set_names(l2_gram_cols(i, i * i), '{c}', 'd') AS h
  FROM generate_series(1, 4) i) s;

-- Weights multiply; skipped rows are those of the pairs
SELECT l2_n(g) AS n, l2_sum_weights(g) AS w, l2_n_skipped(g) AS skipped, l2_means(g)
FROM (SELECT l2_set_names(l2_gram_agg(l2_obs(i, weight => i / 2.0), ARRAY[i * i]), '{b}', 'a')
  * l2_gram('{5,6}', '{c,d}', 4) AS g FROM (VALUES (1), (2), (NULL), (3)) v(i)) s;
SELECT l2_n(g) AS n, l2_names(g), l2_means(g) FROM l2_gram('{1,2.5}', '{y,x1}') g;
SELECT l2_gram('{1,NULL}', '{a,b}') AS null_value, l2_gram('{1}', '{a}', 0) AS no_weight,
  l2_gram(NULL, '{a}') AS no_values;
SELECT l2_n(g * l2_gram('{1}', '{c}')) AS n FROM (SELECT h - h AS g FROM l2_gram('{1,2}', '{a,b}') h) s;
SELECT l2_n(g) FROM (SELECT l2_gram_sum(l2_gram(ARRAY[i, i * i], '{a,b}')) AS g
  FROM generate_series(1, 100) i) s;
SELECT l2_coef(l2_ols(l2_gram_sum(l2_gram(ARRAY[3 + 2 * i, i], '{y,x}')))) FROM generate_series(1, 10) i;

-- Errors
SELECT l2_gram('{1,2}', '{a,b}') * l2_gram('{1,2}', '{b,c}');
SELECT l2_gram_cols(i, i) * l2_gram_cols(i, i) FROM generate_series(1, 3) i;
SELECT l2_gram('{1,2}', '{a}');
SELECT l2_gram('{1,2}', '{a,a}');
SELECT l2_gram('{}', '{}');
SELECT l2_gram('{1,NaN}', '{a,b}');
SELECT l2_gram('{1,1e200}', '{a,b}');
SELECT l2_gram('{1}', '{a}', -1);
-- more pairs than can be counted: a gram added to itself 40 times
WITH RECURSIVE big AS (SELECT l2_gram('{1,2}', '{a,b}') AS g, 0 AS i UNION ALL SELECT g + g, i + 1 FROM big
  WHERE i < 40)
SELECT l2_n(g * l2_set_names(g, '{d}', 'c')) FROM big WHERE i IN (30, 40) ORDER BY i;
SET l2reg.max_columns = 3;
SELECT l2_gram('{1,2}', '{a,b}') * l2_gram('{1,2}', '{c,d}');
RESET l2reg.max_columns;

DROP TABLE visits, promotions, stores, joined, flat;
