-- Instruments, effects of groups, components, correlations: what is refused, and what comes of nothing.
CREATE TABLE demand AS
SELECT i, i % 5 AS shop, sin(i * 1.3) + 0.1 * (i % 7) AS cost, cos(i * 0.7) AS rain,
  (i % 11)::float8 AS income,
  2 * sin(i * 1.3) + cos(i * 3.1) + 0.2 * (i % 5) AS price,
  10 - 1.5 * (2 * sin(i * 1.3) + cos(i * 3.1)) + 0.3 * (i % 11) + cos(i * 3.1) + (i % 5) AS sold
FROM generate_series(1, 60) i;
CREATE TABLE g AS
SELECT shop, l2_gram_agg(sold, ARRAY[price, income, cost, rain],
  '{"names": ["price", "income", "cost", "rain"], "target": "sold"}') AS gram FROM demand GROUP BY shop;

-- price moves with what is not seen: least squares and instruments differ
SELECT how, term, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error
FROM (SELECT l2_gram_sum(gram) AS gram FROM g) s, LATERAL (VALUES
    (1, 'ols', l2_ols(gram, '{"features": ["price", "income"]}')),
    (2, 'iv', l2_iv(gram, '{price,income}', '{income,cost,rain}'))) v(o, how, m), LATERAL l2_summary(m)
    ORDER BY o;
SELECT test, term, round(statistic::numeric, 6) AS statistic, df1, df2, round(p::numeric, 6) AS p
FROM (SELECT l2_gram_sum(gram) AS gram FROM g) s,
  l2_iv_diagnostics(gram, '{price,income}', '{income,cost,rain}');
SELECT l2_iv(gram, '{price,income}', '{income,cost}')::jsonb - 'terms' - 'rcond' - 'rss' - 'tss' - 'sigma'
  - 'r_squared'
    - 'adj_r_squared' - 'target_sd' - 'target_mean' AS model
FROM (SELECT l2_gram_sum(gram) AS gram FROM g) s;
SELECT l2_iv(NULL::l2_gram, '{price}', '{cost}') IS NULL AS no_gram,
  l2_iv(gram, NULL, '{cost}') IS NULL AS no_features,
  l2_iv(gram, '{price}', NULL) IS NULL AS no_instruments FROM g WHERE shop = 0;
SELECT count(*) FROM l2_iv_diagnostics(NULL, '{price}', '{cost}');
SELECT l2_iv(gram, '{price,income}', '{income}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{price,income}', '{cost}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{price}', '{csot}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{prise}', '{cost}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{price}', '{cost,cost}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{price}', '{sold}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{sold}', '{cost}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{price}', '{cost}', '{"standardize": true}') FROM g WHERE shop = 0;
SELECT l2_iv(gram, '{price}', ARRAY['cost', NULL]) FROM g WHERE shop = 0;
-- an instrument that is the same twice counts once, and one that says nothing leaves nothing
SELECT count(*) FILTER (WHERE l2_coef(a) = l2_coef(b)) AS same
FROM (SELECT l2_gram_agg(sold, ARRAY[price, cost, 2 * cost]) AS g FROM demand) s,
  LATERAL (SELECT l2_iv(g, '{x1}', '{x2}') AS a, l2_iv(g, '{x1}', '{x2,x3}') AS b) m;
SELECT l2_coef(l2_iv(g, '{x1}', '{x2}')) FROM (SELECT l2_gram_agg(y, ARRAY[x, z]) AS g
  FROM (VALUES (1, 1, 1), (2, 2, 1), (3, -1, -1), (5, -2, -1), (3, 4, 2), (1, 0, -2), (1, -4, 0)) v(y, x,
  z)) s;
SELECT l2_coef(l2_iv(g, '{x1}', '{x2}')) FROM (SELECT l2_gram_agg(y, ARRAY[x, 7]) AS g
  FROM (VALUES (1, 1), (2, 5), (3, 2)) v(y, x)) s;
-- with its covariance: intervals of IV's own
SELECT t.term, round(sqrt((l2_vcov(m))[1 + (t.term = 'x1')::int][1 + (t.term = 'x1')::int])::numeric, 8)
  = round(std_error::numeric, 8) AS vcov,
  round(se_fit::numeric, 8) = round(std_error::numeric, 8) AS at_0
FROM (SELECT l2_iv(l2_gram_agg(sold, ARRAY[price, cost]), '{x1}', '{x2}', '{"covariance": true}') AS m
  FROM demand) s,
  l2_predict_interval(m, ARRAY[0]), l2_summary(m) t;
SELECT l2_predict_interval(l2_ols(l2_gram_within(gram), '{"covariance": true}'), ARRAY[1, 2, 3, 4]) FROM g;
-- no rows; as many parameters as rows; a perfect fit
SELECT l2_iv(l2_gram_agg(sold, ARRAY[price, cost]) FILTER (WHERE false), '{x1}', '{x2}') IS NULL AS none
  FROM demand;
SELECT l2_coef(m) IS NOT NULL AS fits, (l2_glance(m)).df_residual, (l2_glance(m)).sigma
FROM (SELECT l2_iv(l2_gram_agg(y, ARRAY[x, z]), '{x1}', '{x2}') AS m
  FROM (VALUES (1, 1, 3), (2, 5, 4)) v(y, x, z)) s;
SELECT s.* FROM (SELECT l2_iv(l2_gram_agg(2 * x + 1, ARRAY[x, z]), '{x1}', '{x2}') AS m
  FROM (VALUES (1, 1), (2, 5), (4, 2), (8, 8)) v(x, z)) q, l2_summary(m) s;

-- groups: the same by a column a shop, added in parts, sent through text and binary
CREATE TABLE w AS SELECT l2_gram_within(gram) AS gram FROM g;
SELECT v.how, s.term, round(s.estimate::numeric, 10) AS estimate,
  round(s.std_error::numeric, 10) AS std_error, l.df_residual
FROM (SELECT 1, 'within', l2_ols(gram, '{"features": ["price", "income"]}') FROM w
      UNION ALL SELECT 2, 'columns', ols_fit(sold, r) FROM (SELECT sold, price, income, 's' || shop AS shop
      FROM demand) q,
        LATERAL (SELECT price, income, shop) r) v(o, how, m),
  LATERAL l2_summary(m) s, LATERAL l2_glance(m) l WHERE s.term IN ('price', 'income') ORDER BY o, term;
SELECT (SELECT l2_ols(gram) FROM w) = (SELECT l2_ols(l2_gram_sum(p))
  FROM (SELECT l2_gram_within(gram) AS p FROM g GROUP BY shop < 2) s) AS in_parts,
  (SELECT gram::text::l2_gram = gram FROM w) AS text,
  (SELECT l2_ols((gram - a) + a) = l2_ols(gram)
  FROM w, (SELECT l2_gram_within(gram) AS a FROM g WHERE shop = 1) s) AS minus_and_plus,
  (SELECT gram::jsonb -> 'absorbed' FROM w) AS absorbed;
SELECT l2_coef(l2_iv(gram, '{price,income}', '{income,cost,rain}')) IS NOT NULL AS instruments FROM w;
SELECT (l2_glance(l2_ridge(gram, 1))).df_residual > 51 AS ridge FROM w;
SELECT l2_predict(l2_ols(gram), ARRAY[1, 2, 3, 4]) FROM w;
SELECT l2_predict(l2_ols(gram), d) FROM w, demand d LIMIT 1;
SELECT l2_sql(l2_ols(gram)) FROM w;
SELECT l2_pmml(l2_ols(gram)) FROM w;
SELECT l2_explain(l2_ols(gram), d) FROM w, demand d LIMIT 1;
SELECT l2_gram_within(gram) FROM w;
SELECT w.gram + g.gram FROM w, g WHERE shop = 1;
SELECT w.gram - g.gram FROM w, g WHERE shop = 1;
SELECT l2_gram_sum(gram) FROM (SELECT gram FROM w UNION ALL SELECT gram FROM g) s;
SELECT w.gram * w.gram FROM w;
SELECT l2_gram_within(NULL::l2_gram) IS NULL AS nothing, (SELECT l2_gram_within(gram) IS NULL FROM g
  WHERE false) AS no_rows;
-- what does not change in a group says nothing of it
SELECT l2_coef(l2_ols(l2_gram_within(g))) FROM (SELECT l2_gram_agg(sold, ARRAY[price, shop]) AS g FROM demand
  GROUP BY shop) s;
-- clusters that lack levels of a category, whose columns are fewer and elsewhere: errors as of numbers in
-- their place
SELECT p.term, round(p.estimate::numeric, 8) AS estimate, round(p.std_error::numeric, 8) AS std_error,
  abs(p.std_error / q.std_error - 1) < 1e-9 AS as_numbers
FROM (SELECT l2_iv(array_agg(by_record ORDER BY shop DESC), '{price,"kind=k1"}',
  '{"kind=k1",cost,rain}') AS a, l2_iv(array_agg(by_array), '{x1,x2}', '{x2,x3,x4}') AS b
  FROM (SELECT shop, l2_gram_agg(sold, r) AS by_record,
  l2_gram_agg(sold, ARRAY[d.price, (d.kind = 'k1')::int, d.cost, d.rain]) AS by_array
    FROM (SELECT shop, sold, price, cost, rain,
    CASE shop WHEN 0 THEN 'z' WHEN 1 THEN 'k1' ELSE 'k' || i % 3 END AS kind FROM demand) d,
      LATERAL (SELECT kind, price, cost, rain) r GROUP BY shop) s) m,
  l2_summary(a) p, l2_summary(b) q WHERE (p.term, q.term) IN (('price', 'x1'), ('kind=k1', 'x2'));
-- by rolling windows
SELECT shop, (gram::jsonb ->> 'absorbed')::int AS absorbed, l2_n(gram) FROM (
  SELECT shop, l2_gram_sum(p) OVER (ORDER BY shop ROWS 1 PRECEDING) AS gram
  FROM (SELECT shop, l2_gram_within(gram) AS p FROM g GROUP BY shop) s) q ORDER BY shop;

-- components and correlations
SELECT component, round(sd::numeric, 6) AS sd, round(proportion::numeric, 6) AS proportion,
  (SELECT array_agg(round(l::numeric, 4)) FROM unnest(loadings) l) AS loadings, l2_names(model) AS names
FROM (SELECT l2_gram_sum(gram) AS gram FROM g) s, l2_pca(gram, 2, '{"standardize": true}');
SELECT component, round(l2_predict(model, d)::numeric, 6) AS score
FROM (SELECT l2_gram_sum(gram) AS gram FROM g) s, l2_pca(gram) p, (SELECT * FROM demand WHERE i = 3) d;
SELECT count(*) FROM l2_pca(NULL);
SELECT l2_pca(gram, 9) FROM g WHERE shop = 0;
SELECT l2_pca(gram, 0) FROM g WHERE shop = 0;
SELECT l2_pca(gram, 1, '{"scale": true}') FROM g WHERE shop = 0;
SELECT component, sd FROM (SELECT l2_gram_agg(0, ARRAY[a, b, a + b, 5]) AS g
  FROM (VALUES (1, 0), (0, 1), (-1, 0), (0, -1)) v(a, b)) s, l2_pca(g);
SELECT l2_pca(g, 1, '{"standardize": true}')
  FROM (SELECT l2_gram_agg(0, ARRAY[a, 5]) AS g FROM (VALUES (1), (2)) v(a)) s;
SELECT l2_pca(g) FROM (SELECT l2_gram_agg(0, ARRAY[a, 5]) AS g FROM (VALUES (1)) v(a)) s;
SELECT x, y, round(correlation::numeric, 6) AS correlation, round(p::numeric, 6) AS p
FROM (SELECT l2_gram_sum(gram) AS gram FROM g) s, l2_correlation(gram, '{"features": ["price", "cost"]}');
SELECT x, y, correlation, covariance, p FROM (SELECT l2_gram_agg(2 * a,
  ARRAY[a, 5, 1e-200 * a, 1e100 * a]) AS g FROM (VALUES (1), (2), (4)) v(a)) s, l2_correlation(g)
WHERE x <= y;
SELECT count(*) FROM l2_correlation(NULL);
SELECT x, y, correlation, covariance, p FROM (SELECT l2_gram_agg(1, ARRAY[2])  AS g) s, l2_correlation(g);

-- by formula
SELECT l2_train_sql('demand', 'sold ~ income | shop | price ~ cost + rain', 'ols');
SELECT term, round(estimate::numeric, 8) AS estimate, round(std_error::numeric, 8) AS std_error
FROM l2_summary(l2_fit('demand', 'sold ~ income | shop | price ~ cost + rain', 'ols'));
SELECT l2_fit('demand', 'sold ~ income | shop');
SELECT l2_fit('demand', 'sold ~ income | shop', 'logistic');
SELECT l2_fit('demand', 'sold ~ income | shpo', 'ols');
SELECT l2_fit('demand', 'sold ~ income | shop + rain', 'ols');
SELECT l2_fit('demand', 'sold ~ income |', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~ cost | price ~ rain', 'ols');
SELECT l2_fit('demand', 'sold ~ income | shop | rain', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~ sold', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~ csot', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~ income', 'ols');
-- as R's ivreg has it, and what would be instrumented by itself
SELECT l2_fit('demand', 'log(sold) ~ price + income | cost + income', 'ols');
SELECT l2_fit('demand', 'sold ~ price + log(income) + rain | cost + log(income) + rain', 'ols');
SELECT l2_fit('demand', 'sold ~ price + income | income', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~ price + cost', 'ols');
SELECT l2_fit('demand', 'sold ~ price + income | price ~ cost', 'ols');
SELECT l2_names(l2_fit('demand', 'sold ~ 1 | price ~ cost', 'ols'));
SELECT l2_fit('demand', 'sold ~ income | shop', 'ols', options => '{"null_level": true}');
SELECT l2_fit('demand', 'sold ~ income | shop', 'ols', options => '{"vcov": "HC1"}');
SELECT vcov FROM l2_glance(l2_fit('demand', 'sold ~ income | shop', 'ols',
  options => '{"vcov": "CR1", "cluster": ["shop", "i"]}'));
SELECT term, round(std_error::numeric, 6) AS std_error, vcov FROM l2_summary(l2_fit('demand',
  'sold ~ income | shop', 'ols', options => '{"vcov": "CR1", "cluster": "i % 7"}'));
SELECT n, n_skipped, vcov FROM l2_glance(l2_fit('demand', 'sold ~ income | shop | price ~ cost', 'ols',
  options => '{"vcov": "CR1", "cluster": ["i % 7", "nullif(shop, 2)"], "psd": true}'));
SELECT l2_fit('demand', 'sold ~ income | price ~ cost', 'ols', options => '{"vcov": "HC3"}');
SELECT l2_fit('demand', 'sold ~ income | price ~ cost', 'ols', options => '{"vcov": "HAC", "bandwidth": 2,
  "order_by": "i"}');
SELECT n, df_residual, vcov FROM l2_glance(l2_fit('demand', 'sold ~ income | shop', 'ols',
  options => '{"vcov": "CR1", "cluster": "1"}'));
SELECT l2_fit('SELECT * FROM demand WHERE false', 'sold ~ income | shop', 'ols',
  options => '{"vcov": "CR1", "cluster": ["i", "shop"]}') IS NULL AS nothing;
SELECT _l2_ways(ARRAY[l2_ols(gram)], true, '{"vcov": "CR1"}') FROM g WHERE shop = 1;
SELECT _l2_about(w.gram, g.gram, 1) FROM w, g WHERE shop = 1;
SELECT n, n_skipped, vcov FROM l2_glance(l2_fit('demand', 'sold ~ income | shop', 'ols',
  options => '{"vcov": "CR1", "cluster": "nullif(shop, 2)"}'));
SELECT n, n_skipped, vcov FROM l2_glance(l2_fit('demand', 'sold ~ income | price ~ cost', 'ols',
  options => '{"vcov": "CR1", "cluster": "nullif(shop, 2)"}'));
SELECT l2_train('m', 'demand', 'sold ~ income | shop', 'ols', options => '{"refresh": "live"}');
SELECT l2_names(l2_fit('demand', 'sold ~ . | shop', 'ols')) AS within,
  l2_names(l2_fit('demand', 'sold ~ . - i | price ~ cost', 'ols')) AS iv;
-- a model that is refreshed: rows of no group are skipped, new levels get a term
ALTER TABLE demand ADD kind text;
UPDATE demand SET kind = 'k' || i % 3;
SELECT method, n, n_skipped FROM l2_train('kept', 'demand',
  'sold ~ kind + income | shop | log(price + 9) ~ cost + rain', 'ols', options => '{"keep_gram": true}');
INSERT INTO demand VALUES (61, NULL, 1, 1, 1, 1, 1, 'k0'), (62, 3, 0, 1, 2, 3, 4, 'new'),
  (63, 4, 0, 1, 2, 4, 4, 'new');
SELECT method, n, n_skipped FROM l2_refresh('kept');
SELECT term, estimate IS NOT NULL AS known FROM l2_summary('kept');
SELECT test, df1 FROM kept v, l2_iv_diagnostics((v.details ->> 'gram')::l2_gram, '{income,"log(price + 9)"}',
  '{income,cost,rain}') WHERE v.active;
SELECT l2_predict('kept', d) FROM demand d LIMIT 1;
SELECT l2_drop('kept');
-- what is endogenous, however it is written, and whatever letters it has
SELECT l2_fit('demand', 'sold ~ income + price | PRICE ~ cost + rain', 'ols');
SELECT l2_fit('demand', 'sold ~ income | price ~ cost + (price)', 'ols');
SELECT l2_fit('demand', 'sold ~ income * price | price:income ~ cost + rain', 'ols');
SELECT l2_names(l2_fit('SELECT sold, income, price AS "größe", cost AS "Öl" FROM demand',
    'sold ~ . | größe ~ "Öl"', 'ols')) AS names,
  l2_coef(l2_fit('SELECT sold, income, price AS größe, cost AS "Öl" FROM demand',
    'sold ~ . | größe ~ "Öl"', 'ols'))
    = l2_coef(l2_fit('demand', 'sold ~ income | price ~ cost', 'ols')) AS same;
SELECT _l2_names_in('A + "b c" + log (d) + ''e'' || f$1 + 2e5 + ns(Größe, 3) + "g""h"');
DROP TABLE demand, g, w;
