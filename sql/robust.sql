-- Standard errors of clusters, of rows that vary differently and of time: what is refused, and what is NULL.
CREATE TABLE plants (id int, store text, week int, y float8, a float8, b float8, zone text, won boolean,
  x float8[]);
INSERT INTO plants SELECT i, 's' || i % 7, i % 5, i % 11 + 0.3 * (i * i % 17), i % 13, i * 7 % 10,
  (ARRAY['east', 'north', 'west'])[1 + i % 3], i * i % 5 < 2, ARRAY[i % 13, i * 7 % 10]
  FROM generate_series(1, 80) i;
CREATE FUNCTION shown(l2_model) RETURNS TABLE (term text, std_error numeric, df numeric, vcov text)
  LANGUAGE sql AS
  $$ SELECT term, round(std_error::numeric, 6), round(($1::jsonb ->> 'df_errors')::numeric, 2), vcov
  FROM l2_summary($1) $$;

SELECT * FROM shown((SELECT ols_fit(y, x, '{"vcov": "HC1"}') FROM plants));
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}') FROM plants));
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => ROW(store, id % 20)), x, '{"vcov": "CR1"}')
  FROM plants));
SELECT * FROM shown((SELECT ols_fit(y, x, '{"vcov": "HAC", "bandwidth": 3}' ORDER BY id) FROM plants));
SELECT * FROM shown((SELECT logistic_fit(l2_obs(won, cluster => store), p, '{"vcov": "CR1"}')
  FROM (SELECT won, store, s FROM plants, LATERAL (SELECT a, zone) s) q(won, store, p)));
SELECT vcov, clusters, f_statistic FROM l2_glance((SELECT ols_fit(l2_obs(y, cluster => ROW(store, id % 20)),
  x, '{"vcov": "CR1"}') FROM plants));
SELECT vcov, clusters, f_statistic IS NOT NULL AS f FROM l2_glance((SELECT ols_fit(y, x) FROM plants));
SELECT vcov, clusters FROM l2_glance((SELECT lasso_fit(y, x, 1) FROM plants));
-- intervals are theirs too
SELECT round(se_fit::numeric, 6) AS se, round(conf_high::numeric, 6) AS high
  FROM l2_predict_interval((SELECT ols_fit(l2_obs(y, cluster => store), x,
  '{"vcov": "CR1", "covariance": true}') FROM plants), ARRAY[3, 4]);
SELECT l2_predict_interval(m, ARRAY[3, 4], gram => g)
  FROM (SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}') AS m FROM plants) s,
  (SELECT l2_gram_agg(y, x) AS g FROM plants) t;

-- NULL, and a word
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => 1), x, '{"vcov": "CR1", "covariance": true}')
  FROM plants));
SELECT l2_vcov(ols_fit(l2_obs(y, cluster => 1), x, '{"vcov": "CR1", "covariance": true}')) FROM plants;
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => ROW(store, 1)), x, '{"vcov": "CR1"}') FROM plants));
SELECT * FROM shown((SELECT ols_fit(y, ARRAY[a, (id = 3)::int], '{"vcov": "HC3"}') FROM plants));
SELECT * FROM shown((SELECT ols_fit(y, x, '{"vcov": "HC1"}') FROM plants WHERE id <= 3));
SELECT * FROM shown((SELECT ols_fit(y, x, '{"vcov": "HAC", "bandwidth": 80}' ORDER BY id) FROM plants));
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => ROW(week, store)), p, '{"vcov": "CR1"}')
  FROM (SELECT y, week, store, s FROM plants, LATERAL (SELECT a, zone) s WHERE week <> 1) q(y, week, store,
  p)));
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => ROW(week, store)), p, '{"vcov": "CR1", "psd": true}')
  FROM (SELECT y, week, store, s FROM plants, LATERAL (SELECT a, zone) s WHERE week <> 1) q(y, week, store,
  p)));
-- clusters of both ways add up to nothing: what is left of the cut is rounding
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => ROW(r, c)), ARRAY[a, b],
  '{"vcov": "CR0", "psd": true}')
  FROM (SELECT r, c, a, b, (-1) ^ (r + c) * (0.7 + 0.3 * a + 0.1 * b) + 5 + 2 * a
    FROM generate_series(1, 2) r, generate_series(1, 2) c, unnest('{-1, 0.3, 0.9}'::float8[]) a,
      unnest('{-0.7, 1.1}'::float8[]) b) q(r, c, a, b, y)));
-- clusters are told apart by all of their bits, and equal ones are one
SELECT k, (SELECT vcov FROM l2_summary(m) LIMIT 1) FROM (
  SELECT 'timestamp' AS k, ols_fit(l2_obs(y, cluster => (ARRAY[timestamp '2000-01-01',
    '2000-01-01 01:11:34.967297', '2001-01-01'])[1 + id % 3]), x, '{"vcov": "CR1"}') AS m FROM plants
  UNION ALL SELECT 'timestamptz', ols_fit(l2_obs(y, cluster => (ARRAY[timestamptz '2000-01-01 00:00+00',
    '2000-01-01 01:11:34.967297+00', '2000-01-01 01:00+01'])[1 + id % 3]), x, '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'time', ols_fit(l2_obs(y, cluster => (ARRAY[time '00:00', '01:11:34.967297', '02:00'])
    [1 + id % 3]), x, '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'timetz', ols_fit(l2_obs(y, cluster => (ARRAY[timetz '00:00+00', '01:11:34.967297+00',
    '01:00+01'])[1 + id % 3]), x, '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'interval', ols_fit(l2_obs(y, cluster => (ARRAY[interval '0', '01:11:34.967297', '1 month',
    '30 days', '1 month 1 day -24:00:00'])[1 + id % 5]), x, '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'xid8', ols_fit(l2_obs(y, cluster => ROW((ARRAY[xid8 '0', '4294967297', '7'])
    [1 + id % 3], id % 7)), x, '{"vcov": "CR1", "psd": true}') FROM plants
  UNION ALL SELECT 'pg_lsn', ols_fit(l2_obs(y, cluster => (ARRAY[pg_lsn '0/0', '1/1', '0/2'])[1 + id % 3]), x,
    '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'float8', ols_fit(l2_obs(y, cluster => (ARRAY[float8 '-0', '0', 'NaN'])[1 + id % 3]), x,
    '{"vcov": "CR1"}') FROM plants
  -- a blank at the end of a text tells it apart, and of char(n) it does not
  UNION ALL SELECT 'text', ols_fit(l2_obs(y, cluster => (ARRAY['a', 'a ', 'b'])[1 + id % 3]), x,
    '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'varchar', ols_fit(l2_obs(y, cluster => (ARRAY['a', 'a ', 'b']::varchar[])[1 + id % 3]), x,
    '{"vcov": "CR1"}') FROM plants
  UNION ALL SELECT 'char', ols_fit(l2_obs(y, cluster => (ARRAY['a', 'a ', 'b']::bpchar[])[1 + id % 3]), x,
    '{"vcov": "CR1"}') FROM plants) q;
SELECT ols_fit(l2_obs(y, cluster => ARRAY[id]), x, '{"vcov": "CR1"}') FROM plants;
SELECT ols_fit(l2_obs(y, cluster => int8range(id, id + 1)), x, '{"vcov": "CR1"}') FROM plants;
SELECT ols_fit(l2_obs(y, cluster => ROW(1, ROW(id, 1))), x, '{"vcov": "CR1"}') FROM plants;
-- of a type without one of its attributes
CREATE TYPE way AS (gone integer, store text, week integer);
ALTER TYPE way DROP ATTRIBUTE gone;
SELECT vcov FROM l2_summary((SELECT ols_fit(l2_obs(y, cluster => ROW(store, id % 20)::way), x,
  '{"vcov": "CR1"}') FROM plants)) LIMIT 1;
DROP TYPE way;
-- what is fitted exactly has no error but rounding's: clusters of their own mean, a row of its own dummy; nor
-- have forms and rows
CREATE TABLE exact AS SELECT ols_fit(l2_obs(y, cluster => week < 2), ARRAY[(week < 2)::int],
  '{"vcov": "CR1", "covariance": true}') AS m FROM plants;
SELECT * FROM shown((SELECT m FROM exact));
SELECT c.std_error, c.p FROM exact, l2_contrast(m, 'x1') c;
SELECT se_fit, conf_low, round(leverage::numeric, 6) AS leverage
  FROM exact, (VALUES (0), (1)) v(x), l2_predict_interval(m, ARRAY[x]);
SELECT l2_wald(m, 'x1') FROM exact;
DROP TABLE exact;
SELECT * FROM shown((SELECT ols_fit(y, ARRAY[(id = 3)::int, (id <> 3)::int],
  '{"vcov": "HC0", "intercept": false}') FROM plants));
-- columns that nearly are the same: their sum is known to fewer digits, and then it is told
SELECT c.std_error > 0 AS known FROM (SELECT ols_fit(y, ARRAY[a, a + b * 2 ^ -34],
  '{"vcov": "HC1", "covariance": true}') AS m FROM plants) s, l2_contrast(m, 'x1 + x2') c;
SELECT * FROM shown((SELECT ols_fit(l2_obs(y, cluster => ROW(week, store)), p,
  '{"vcov": "CR1", "psd": true, "covariance": true}') AS m FROM (SELECT y, week, store, s FROM plants,
  LATERAL (SELECT a * 1e9 AS a, zone) s WHERE week <> 1) q(y, week, store, p)));
-- a row without a cluster is skipped
SELECT n, n_skipped, clusters FROM l2_glance((SELECT ols_fit(l2_obs(y, cluster => nullif(week, 1)), x,
  '{"vcov": "CR1"}') FROM plants));
SELECT n, n_skipped, clusters FROM l2_glance((SELECT ols_fit(l2_obs(y,
  cluster => ROW(nullif(week, 1), store)), p, '{"vcov": "CR1"}')
  FROM (SELECT y, week, store, s FROM plants, LATERAL (SELECT a, zone) s) q(y, week, store, p)));
SELECT n, n_skipped, clusters FROM l2_glance((SELECT logistic_fit(l2_obs(won, cluster => nullif(week, 1)), x,
  '{"vcov": "CR1"}') FROM plants));
SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}') IS NULL AS nothing FROM plants WHERE false;
SELECT ols_fit(l2_obs(NULL::float8, cluster => store), x, '{"vcov": "CR1"}') IS NULL AS nothing FROM plants;
SELECT count(m) FROM (SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}')
  OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS m FROM plants WHERE id > 75) s;

-- refused
SELECT ols_fit(l2_obs(y, cluster => NULL::int), x, '{"vcov": "CR1"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "CR1"}') FROM plants;
SELECT ols_fit(y, p, '{"vcov": "CR1"}') FROM (SELECT y, s FROM plants, LATERAL (SELECT a, zone) s) q(y, p);
SELECT logistic_fit(won, x, '{"vcov": "CR1"}') FROM plants;
SELECT ols_fit(l2_obs(y, cluster => CASE WHEN id < 5 THEN ROW(1, 2) ELSE ROW(1, 2) END), x, '{"vcov": "HC0"}')
  FROM plants;
SELECT ols_fit(l2_obs(y, cluster => store), x) FROM plants;
SELECT logistic_fit(l2_obs(won, cluster => store), x) FROM plants;
SELECT l2_gram_agg(l2_obs(y, cluster => store), x) FROM plants;
SELECT ridge_fit(l2_obs(y, cluster => store), p, 1)
  FROM (SELECT y, store, s FROM plants, LATERAL (SELECT a, zone) s) q(y, store, p);
SELECT ols_fit(y, x, '{"vcov": "HAC", "bandwidth": 3}') FROM plants;
SELECT ols_fit(y, p, '{"vcov": "HAC", "bandwidth": 3}')
  FROM (SELECT y, s FROM plants, LATERAL (SELECT a, zone) s) q(y, p);
SELECT logistic_fit(won, x, '{"vcov": "HAC", "bandwidth": 3}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HAC", "bandwidth": 3}') OVER (ORDER BY id ROWS UNBOUNDED PRECEDING)
  FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HAC"}' ORDER BY id) FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HC0", "bandwidth": 3}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HC0", "ssc": "none"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HAC", "bandwidth": 2, "ssc": "cluster"}' ORDER BY id) FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HC0", "psd": true}') FROM plants;
SELECT ols_fit(l2_obs(y, weight => 2), x, '{"vcov": "HAC", "bandwidth": 2, "weight_type": "frequency"}'
  ORDER BY id) FROM plants;
SELECT ols_fit(y, x, '{"vcov": "hc1"}') FROM plants;
SELECT ols_fit(y, x, '{"cov_type": "HC1"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "hetero"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HC4"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "CR2"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "~store"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "cluster store"}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "CR1", "cadjust": false}') FROM plants;
SELECT ols_fit(y, x, '{"vcov": "HAC", "bandwidth": 2.5}' ORDER BY id) FROM plants;
SELECT l2_fit('plants', 'y ~ a', 'ols', options => '{"vcov": "CR1", "cluster": "~store"}');
SELECT l2_fit('plants', 'y ~ a', 'ols', options => '{"vcov": "CR1", "cluster": "week + id"}');
SELECT vcov FROM l2_glance(l2_fit('plants', 'y ~ a', 'ols',
  options => '{"vcov": "CR1", "cluster": "(week + id)"}'));
SELECT ridge_fit(y, x, 1, '{"vcov": "HC1"}') FROM plants;
SELECT logistic_fit(won, x, 1, '{"vcov": "HC1"}') FROM plants;
SELECT logistic_fit(won, x, '{"vcov": "HC1", "non_negative": true}') FROM plants;
SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}') OVER (ORDER BY id ROWS 10 PRECEDING)
  FROM plants;
SELECT l2_obs(1, cluster => ROW(1, 2, 3));
SELECT l2_obs(1, cluster => point '(1,2)');

-- clusters in observations
SELECT l2_obs(1, cluster => 7), l2_obs(1, cluster => ROW(7, -1)), l2_obs(1, 2, 3, 4, ROW(5)),
  l2_obs(1, cluster => NULL::text), l2_obs(1, cluster => ROW(1, NULL::text));
SELECT l2_obs(1, cluster => 'a'::text)::text = l2_obs(1, cluster => 'a')::text AS literal,
  l2_obs(1, 2, 1, 'f', ROW('a'::text, 2))::text::l2_obs::text
  = l2_obs(1, 2, 1, 'f', ROW('a'::text, 2))::text AS text;
SELECT '{"y": 1, "cluster_2": 1}'::l2_obs;
SELECT '{"y": 1, "cluster": "a"}'::l2_obs;

-- grams by cluster, and a second pass
CREATE TABLE by_store AS SELECT store, l2_gram_agg(y, x) AS g FROM plants GROUP BY store;
CREATE TABLE of_all AS SELECT ols_fit(y, x, '{"covariance": true}') AS m, ols_fit(y, x) AS bare,
  ridge_fit(y, x, 1, '{"covariance": true}') AS ridge,
  logistic_fit(won, x, '{"covariance": true}') AS logistic FROM plants;
SELECT * FROM shown((SELECT l2_robust(m, g) FROM of_all, by_store));
SELECT * FROM shown((SELECT l2_robust(m, g, '{"vcov": "CR1", "ssc": "cluster"}') FROM of_all, by_store));
SELECT * FROM shown((SELECT l2_robust(m, l2_meat(m, y, x, '{"vcov": "HC2"}')) FROM of_all, plants
  GROUP BY m));
SELECT l2_robust(m, g) FROM of_all, by_store WHERE store <> 's1';
SELECT l2_robust(m, g)::jsonb -> 'terms' -> 0 ? 'std_error' AS known
FROM of_all, (SELECT l2_gram_agg(y, x) AS g FROM plants) s;
SELECT l2_robust(bare, g) FROM of_all, by_store;
SELECT l2_robust(ridge, g) FROM of_all, by_store;
SELECT l2_robust(logistic, g) FROM of_all, by_store;
SELECT l2_robust(CASE store WHEN 's1' THEN l2_model('{1,2,3}'::float8[]) ELSE m END, g ORDER BY store)
  FROM of_all, by_store;
SELECT l2_robust(m, g) FROM of_all, (SELECT l2_gram_cols(y, a) AS g FROM plants GROUP BY store) s;
SELECT l2_robust(m, g, '{"vcov": "HC1"}') FROM of_all, by_store;
SELECT l2_robust(NULL, g) FROM by_store;
SELECT l2_robust(m, NULL::l2_gram) IS NULL AS no_grams FROM of_all WHERE false;
SELECT l2_meat(m, y, x, '{"vcov": "CR1"}') FROM of_all, plants;
SELECT l2_meat(m, y, ARRAY[a]) FROM of_all, plants;
SELECT l2_meat(m, CASE id WHEN 7 THEN 'NaN' ELSE y END, x) FROM of_all, plants;
SELECT l2_meat(m, y, CASE id WHEN 7 THEN array_fill('Infinity'::float8, ARRAY[cardinality(x)]) ELSE x END,
  '{"vcov": "HC3"}') FROM of_all, plants;
SELECT l2_robust(m, l2_meat(m, y, x)) FROM of_all, plants WHERE id > 1 GROUP BY m;
SELECT l2_robust(m, '{"vcov": "HC1", "n": 80, "meat": [1, 2]}'::jsonb) FROM of_all;
SELECT l2_robust(m, '[]'::jsonb) FROM of_all;
-- counts that vary: told where errors go by Poisson's law, not where they go by the rows
CREATE TABLE spread AS SELECT i % 5 * (i % 7) * 3 AS visits, i % 3 AS a, i % 20 AS store
  FROM generate_series(1, 100) i;
SELECT poisson_fit(visits, ARRAY[a]) IS NULL AS told FROM spread;
SELECT poisson_fit(visits, ARRAY[a], '{"vcov": "HC1"}') IS NULL AS quiet FROM spread;
SELECT poisson_fit(l2_obs(visits, cluster => store), ARRAY[a], '{"vcov": "CR1"}') IS NULL AS quiet
  FROM spread;
SELECT glm_fit(visits, ARRAY[a], '{"family": "poisson", "vcov": "HC3"}') IS NULL AS quiet FROM spread;
DROP TABLE spread;
-- linear forms, and several coefficients as one
CREATE TABLE tested AS SELECT ols_fit(l2_obs(y, cluster => store), p,
  '{"vcov": "CR1", "covariance": true}') AS m
  FROM (SELECT y, store, s FROM plants, LATERAL (SELECT a, b, 2 * a AS twice, zone) s) q(y, store, p);
SELECT contrast, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error,
  round(p::numeric, 6) AS p, vcov FROM tested,
  l2_contrast(m, ' zone=west - zone=north; 2*a+ .5 * "b" ;zone=west - zone=east');
SELECT round(f::numeric, 6) AS f, df, df_errors, round(p::numeric, 6) AS p, vcov
  FROM tested, l2_wald(m, '{zone,a}');
SELECT df FROM tested, l2_wald(m);
SELECT c.estimate = -2 * (l2_coef(m))[1] + 0.5 * (l2_coef(m))[2] AS signs
  FROM tested, l2_contrast(m, '-2*a - -0.5*b') c;
SELECT l2_contrast(m, 'a - - -b') FROM tested;
-- what a form equals, a level's name with its own =
SELECT contrast, round(estimate::numeric, 6) AS estimate, round(t::numeric, 6) AS t, round(p::numeric, 6) AS p
  FROM tested, l2_contrast(m, 'a=b; a - b; a - b = 0; a == 1 - .5; 2 = a + 3 - b; a - b = -1;'
  'zone=west=zone=north; zone=west - zone=north; "zone=west" = 0.25') c;
SELECT l2_contrast(m, 'a + 0.5') FROM tested;
SELECT l2_contrast(m, 'a = b = 1') FROM tested;
SELECT l2_contrast(m, '1 = 1') FROM tested;
SELECT l2_contrast(m, 'a =') FROM tested;
SELECT l2_contrast(m, 'a = 1e999') FROM tested;
SELECT l2_contrast(m, 'zone=south') FROM tested;
SELECT l2_contrast(m, 'zone = 3') FROM tested;
-- one name is an array of it
SELECT count(DISTINCT w) FROM tested, LATERAL (VALUES (l2_wald(m, 'zone')), (l2_wald(m, '{zone}')),
  (l2_wald(m, 'zone'::varchar)), (l2_wald(m, ARRAY['zone'::name]))) v(w);
SELECT l2_wald(m, 'zones') FROM tested;
SELECT l2_wald(m, '{zone') FROM tested;
SELECT l2_wald(m, 'a, b') FROM tested;
SELECT l2_contrast(m, 'zone') FROM tested;
SELECT l2_contrast(m, 'zone=wset') FROM tested;
SELECT l2_contrast(m, 'a = 0; c = 0') FROM tested;
SELECT l2_contrast(m, 'c=0') FROM tested;
SELECT l2_wald(m, 3) FROM tested;
SELECT l2_wald(m, ARRAY[3]) FROM tested;
-- the name of a category or an interaction stands for its levels, also where a formula made them, and a level
-- has signs of its own
CREATE TABLE crossed AS SELECT i, (ARRAY['1st', '2nd', '3rd'])[1 + i * 7 % 3] AS class,
  (ARRAY['f', 'm:x=1'])[1 + i * 13 % 2] AS sex, i * 37 % 70 AS age, sin(i * i) + i % 3 * (i % 2) AS y
  FROM generate_series(1, 90) i;
SELECT effect, round(w.f::numeric, 6) AS f, w.df, round(a.f::numeric, 6) AS by_anova, round(a.p::numeric, 6)
  = round(w.p::numeric, 6) AS same_p
FROM (VALUES ('class:sex', 'y ~ class * sex + age', 'y ~ class + sex + age'),
  ('class:age', 'y ~ class * age', 'y ~ class + age')) v(effect, larger, smaller),
  LATERAL (SELECT l2_fit('crossed', larger, 'ols') AS larger, l2_fit('crossed', smaller, 'ols') AS smaller) m,
  LATERAL l2_wald(m.larger, ARRAY[effect]) w, LATERAL l2_anova(m.smaller, m.larger) a WHERE a.df > 0;
SELECT term, effect, level, df, round(f::numeric, 6) AS f
  FROM _l2_effects(l2_fit('SELECT *, i % 4 AS k FROM crossed', 'y ~ class * sex + age:sex + factor(k)',
  'ols'));
SELECT term, effect, level, df, f IS NULL AS untested
  FROM _l2_effects(l2_fit('crossed', 'y ~ class + sex', 'ridge', 1));
SELECT df FROM l2_wald(l2_fit('crossed', 'y ~ class * sex', 'ols'), '{class,class:sex}');
SELECT l2_contrast(m, 'a, b') FROM tested;
SELECT l2_contrast(m, 'a b') FROM tested;
SELECT l2_contrast(m, 'a -') FROM tested;
SELECT l2_contrast(m, '') FROM tested;
SELECT l2_contrast(m, 'twice') FROM tested;
SELECT l2_contrast(m, 'a', 2) FROM tested;
SELECT l2_contrast(m, 'a', 0.9, '{"adjust": "tukey"}') FROM tested;
SELECT l2_wald(m, '{zone,price}') FROM tested;
SELECT l2_wald(m, '{twice}') FROM tested;
SELECT l2_wald(m, '{}') FROM tested;
SELECT l2_wald(ols_fit(l2_obs(y, cluster => id % 2), x, '{"vcov": "CR1", "covariance": true}')) FROM plants;
SELECT l2_contrast(bare, 'x1') FROM of_all;
SELECT l2_wald(bare) FROM of_all;
SELECT l2_contrast(NULL::l2_model, 'x1') IS NULL AS nothing;
SELECT l2_anova(ols_fit(y, ARRAY[a]), ols_fit(y, x, '{"vcov": "HC1"}')) FROM plants;
-- rows through a model
CREATE FUNCTION rounded(r record) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT string_agg(key || ' ' || coalesce(round((value #>> '{}')::numeric, 6)::text, '-'), ', ')
  FROM jsonb_each(to_jsonb(r)));
END $$;
CREATE TABLE plain AS SELECT ols_fit(y, s, '{"covariance": true, "target": "y"}') AS m FROM plants,
  LATERAL (SELECT a, b, zone) s;
SELECT rounded(l2_augment(m, q)) FROM plain, plants q WHERE id <= 2;
SELECT l2_augment(m, q) = l2_augment(m, s, y) AS given, rounded(l2_augment(m, s)) AS without
  FROM plain, plants q, LATERAL (SELECT a, b, zone) s WHERE id = 1;
SELECT rounded(l2_augment(of_all.m, x, y)), rounded(l2_augment(of_all.m, x)),
  rounded(l2_augment(ridge, x, y)), rounded(l2_augment(logistic, x, won::int)) FROM of_all, plants
  WHERE id = 1;
SELECT l2_augment(m, NULL::float8[], 1) AS nothing, l2_augment(NULL::l2_model, x, y) AS no_model,
  l2_augment(m, ARRAY[1, NULL], 1) AS null_feature FROM of_all, plants WHERE id = 1;
SELECT l2_augment(bare, x, y) FROM of_all, plants;
SELECT l2_augment(m, ARRAY[1], 2) FROM of_all;
SELECT l2_augment(logistic, x, 2) FROM of_all, plants;
SELECT l2_augment(m, x, l2_obs(y, offset_by => 1)) FROM of_all, plants;
SELECT l2_augment((SELECT ols_fit(l2_obs(y, weight => id), x, '{"covariance": true}') FROM plants), x, y)
  FROM plants;
SELECT l2_augment((SELECT huber_fit(y, x) FROM plants), x, y) FROM plants;
-- a row that decides its own fit, and a fit without error
SELECT x, rounded(l2_augment(m, ARRAY[x], y)) FROM (SELECT ols_fit(y, ARRAY[x], '{"covariance": true}') AS m
  FROM (VALUES (0, 1), (0, 3), (1, 7)) v(x, y)) s, (VALUES (0, 1), (1, 7)) v(x, y);
-- terms one by one, and likelihood ratios
SELECT term, df, round(f::numeric, 6) AS f, round(p::numeric, 6) AS p
  FROM l2_drop1((SELECT l2_gram_agg(y, s) FROM plants, LATERAL (SELECT a, b, 2 * a AS twice, zone) s));
SELECT term, df, f, p FROM l2_drop1((SELECT l2_gram_cols(a, a, b) FROM plants));
SELECT count(*) FROM l2_drop1(NULL::l2_gram) a, l2_drop1(NULL::l2_model, NULL) b;
SELECT l2_drop1(m, g) FROM of_all, by_store WHERE store = 's1';
SELECT l2_drop1(ridge, g) FROM of_all, by_store;
SELECT l2_drop1(logistic, g) FROM of_all, by_store;
SELECT l2_drop1(g, '{"lambda": 1}') FROM by_store;
SELECT number, added, df_residual, df, rss, sum_sq, f, round(p::numeric, 6) AS p,
  round(deviance::numeric, 6) AS deviance, round(chi_sq::numeric, 6) AS chi_sq
  FROM (SELECT logistic_fit(won, ARRAY[a]) AS one, logistic_fit(won, x) AS two FROM plants) s,
  l2_anova(two, one);
SELECT number, df, round(f::numeric, 6) AS f, round(p::numeric, 6) AS p, chi_sq
  FROM (SELECT glm_fit(exp(y / 9), ARRAY[a], '{"family": "gamma"}') AS one,
  glm_fit(exp(y / 9), x, '{"family": "gamma"}') AS two FROM plants) s, l2_anova(one, two);
SELECT l2_anova(logistic_fit(won, ARRAY[a]), logistic_fit(won, x, 1)) FROM plants;
SELECT l2_anova(glm_fit(won, ARRAY[a], '{"family": "binomial", "link": "probit"}'), logistic_fit(won, x))
  FROM plants;
DROP TABLE plain;
DROP FUNCTION rounded(record);
DROP TABLE plants, by_store, of_all, tested;
DROP FUNCTION shown(l2_model);
-- numbers so large that their squares are none
SELECT term, std_error IS NULL AS no_error FROM l2_summary((SELECT ols_fit(1e110 * sin(i),
  ARRAY[1e-50 * cos(i * 3), i % 5], '{"vcov": "HC1"}') FROM generate_series(1, 30) i));
