-- Clustered errors whose sums are in grams: with instruments and with effects of groups, against AER's ivreg
-- and R's lm with dummies and the package sandwich (test/data/make_robust_grams.R); and categories whose
-- levels some clusters lack.
SET client_min_messages = warning;
CREATE TEMP TABLE d (id int, store int, w float8, z1 float8, z2 float8, z3 float8, x1 float8, d1 float8,
  d2 float8, y float8, far float8, g text);
\copy d FROM 'test/data/iv_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE theirs (kase text, term text, std_error float8, covariance float8);
\copy theirs FROM 'test/data/robust_grams.csv' WITH (FORMAT csv, HEADER true)

CREATE TEMP TABLE grams AS
  SELECT store % 7 AS region, store, id,
    l2_set_names(l2_gram_agg(y, ARRAY[x1, d1, d2, z1, z2, z3]), '{x1,d1,d2,z1,z2,z3}') AS g,
    l2_set_names(l2_gram_agg(l2_obs(y, weight => w), ARRAY[x1, d1, d2, z1, z2, z3]),
    '{x1,d1,d2,z1,z2,z3}') AS weighted,
    l2_set_names(l2_gram_agg(y, ARRAY[d1, z1, z3, (g = 'b')::int, (g = 'c')::int]),
    '{d1,z1,z3,g=b,g=c}') AS levels
  FROM d GROUP BY GROUPING SETS ((store % 7), (store % 7, store), (id));
CREATE TEMP TABLE regions AS
  SELECT region, l2_gram_sum(g) AS g, l2_gram_sum(weighted) AS weighted, l2_gram_sum(levels) AS levels
  FROM grams WHERE store IS NULL AND id IS NULL GROUP BY region;
CREATE TEMP TABLE stores AS
  SELECT region, store, l2_gram_sum(g) AS g, l2_gram_sum(weighted) AS weighted FROM grams
  WHERE store IS NOT NULL GROUP BY region, store;
CREATE TEMP TABLE within AS
  SELECT region, l2_gram_within(g) AS g, l2_gram_within(weighted) AS weighted FROM stores GROUP BY region;

CREATE TEMP TABLE models AS
  SELECT 'iv ' || kind AS kase, l2_iv(array_agg(g), '{x1,d1,d2}', '{x1,z1,z2,z3}', o::l2_options) AS m
    FROM regions, (VALUES ('CR0', '{"vcov": "CR0", "covariance": true}'), ('CR1', '{"covariance": true}'),
    ('cluster', '{"ssc": "cluster", "covariance": true}')) o(kind, o) GROUP BY kind, o
  UNION ALL SELECT 'iv weighted ' || kind, l2_iv(array_agg(weighted), '{x1,d1,d2}', '{x1,z1,z2,z3}',
  o::l2_options)
    FROM regions, (VALUES ('CR0', '{"vcov": "CR0", "covariance": true}'), ('CR1', '{"covariance": true}'),
    ('cluster', '{"ssc": "cluster", "covariance": true}')) o(kind, o) GROUP BY kind, o
  UNION ALL SELECT 'iv through 0 ' || kind, l2_iv(array_agg(g), '{x1,d1}', '{x1,z1,z3}', o::l2_options)
    FROM regions, (VALUES ('CR0', '{"vcov": "CR0", "covariance": true, "intercept": false}'),
    ('CR1', '{"covariance": true, "intercept": false}'),
    ('cluster', '{"ssc": "cluster", "covariance": true, "intercept": false}')) o(kind, o) GROUP BY kind, o
  UNION ALL SELECT 'iv levels ' || kind, l2_iv(array_agg(levels), '{g=b,g=c,d1}', '{g=b,g=c,z1,z3}',
  o::l2_options)
    FROM regions, (VALUES ('CR0', '{"vcov": "CR0", "covariance": true}'), ('CR1', '{"covariance": true}'),
    ('cluster', '{"ssc": "cluster", "covariance": true}')) o(kind, o) GROUP BY kind, o
  UNION ALL SELECT 'iv ' || kind, l2_iv(array_agg(g), '{x1,d1,d2}', '{x1,z1,z2,z3}', o::l2_options)
    FROM grams, (VALUES ('HC0', '{"vcov": "CR0", "covariance": true}'),
    ('HC1', '{"covariance": true}')) o(kind, o) WHERE id IS NOT NULL GROUP BY kind, o
  UNION ALL SELECT 'within iv ' || kind, l2_iv(array_agg(g), '{x1,d1}', '{x1,z1,z3}', o::l2_options)
    FROM within, (VALUES ('CR0', '{"vcov": "CR0", "covariance": true}'),
    ('CR1', '{"ssc": "full", "covariance": true}'), ('cluster', '{"ssc": "cluster", "covariance": true}'),
    ('nested', '{"covariance": true}')) o(kind, o) GROUP BY kind, o
  UNION ALL SELECT 'within ' || kind, l2_robust(m, w.g, o::l2_options)
    FROM within w, (SELECT l2_ols(l2_gram_sum(g), '{"features": ["x1", "d1", "d2"], "covariance": true}') AS m
    FROM within) m,
         (VALUES ('CR0', '{"vcov": "CR0"}'), ('CR1', '{"ssc": "full"}'), ('cluster', '{"ssc": "cluster"}'),
         ('nested', '{}')) o(kind, o) GROUP BY kind
  UNION ALL SELECT 'within weighted nested', l2_robust(m, w.weighted)
    FROM within w, (SELECT l2_ols(l2_gram_sum(weighted),
    '{"features": ["x1", "d1", "d2"], "covariance": true}') AS m FROM within) m
  UNION ALL SELECT 'within stores nested', l2_robust(m, s.g)
    FROM (SELECT store, l2_gram_within(g) AS g FROM stores GROUP BY store) s,
    (SELECT l2_ols(l2_gram_sum(g), '{"features": ["x1", "d1", "d2"], "covariance": true}') AS m
    FROM within) m;

-- the gram of a cluster of records has the levels that its rows have
CREATE TEMP TABLE records AS
  SELECT store % 7 AS region, y, x1, CASE WHEN store % 7 < 2 THEN 'p' WHEN store % 7 < 4
  THEN ('{p,q}'::text[])[1 + id % 2] ELSE ('{p,q,r}'::text[])[1 + id % 3] END AS part FROM d;
CREATE TEMP TABLE record_grams AS
  SELECT region, l2_gram_agg(y, r, '{"target": "y"}') AS g FROM (SELECT region, y, x1, part FROM records) q,
  LATERAL (SELECT x1, part) r GROUP BY region;
INSERT INTO models
  SELECT 'levels CR1', l2_robust(m, g) FROM record_grams,
  (SELECT l2_ols(l2_gram_sum(g), '{"covariance": true}') AS m FROM record_grams) m;

CREATE TEMP TABLE both_ AS
  SELECT t.*, s.std_error AS ours, (SELECT l2_vcov(m)) AS v, s.row
  FROM models CROSS JOIN LATERAL (SELECT *, row_number() OVER () AS row FROM l2_summary(m)
  WHERE std_error IS NOT NULL) s JOIN theirs t ON t.kase = models.kase AND t.term = s.term;

SELECT plan(1 + 2 + 18);
SELECT is(count(*)::int, (SELECT count(*)::int FROM theirs
  WHERE kase !~ ' (weeks|two|rows|halves|lone|counted)'), 'every number has its case') FROM both_;
SELECT is(max(abs(ours / std_error - 1)) < 1e-10, true, 'standard errors of vcovCL: '
  || max(abs(ours / std_error - 1))) FROM both_;
SELECT is(count(*) FILTER (WHERE NOT abs(v[array_length(v, 1)][row] / covariance - 1) < 1e-8)::int, 0,
  'and covariances') FROM both_;

SELECT is((l2_glance(m)).clusters, 7, 'glance counts the clusters') FROM models WHERE kase = 'iv CR1';
SELECT is((SELECT string_agg(estimate::text, ' ') FROM l2_summary(m)), (SELECT string_agg(estimate::text, ' ')
  FROM l2_summary(l2_iv((SELECT l2_gram_sum(g) FROM regions), '{x1,d1,d2}', '{x1,z1,z2,z3}'))),
  'the coefficients are those of the sum')
FROM models WHERE kase = 'iv CR1';
SELECT throws_ok($$SELECT l2_iv(array_agg(g), '{x1,d1}', '{x1,z1}', '{"vcov": "HC3"}') FROM regions$$,
  '22023', 'vcov of grams by cluster is "CR0" or "CR1"');
SELECT throws_ok($$SELECT l2_robust(m, g) FROM regions, (SELECT m FROM models WHERE kase = 'iv CR1') m$$,
  '0A000', 'l2_robust does not take models with instruments');
SELECT is(l2_iv(ARRAY[NULL]::l2_gram[], '{x1,d1}', '{x1,z1}'), NULL, 'no rows');
SELECT is((SELECT count(std_error)::int FROM l2_summary(l2_iv(ARRAY[g], '{x1,d1}', '{x1,z1}'))), 0,
  'one cluster has no errors') FROM regions WHERE region = 0;
SELECT throws_ok($$SELECT l2_robust(m, s.g) FROM (SELECT l2_gram_within(g) AS g FROM grams
  WHERE id IS NOT NULL GROUP BY id % 2) s,
  (SELECT l2_ols(l2_gram_sum(g), '{"features": ["x1", "d1", "d2"], "covariance": true}') AS m
  FROM within) m$$, '22023', 'the grams have effects of 300 groups, the model of 40');
SELECT throws_ok($$SELECT l2_robust(m, s.g) FROM regions s,
  (SELECT l2_ols(l2_gram_sum(g), '{"features": ["x1", "d1", "d2"], "covariance": true}') AS m
  FROM within) m$$,
  '22023', 'the model has effects of groups, the gram is not one within them');
-- the same by formulas, to which the cluster is an option
ALTER TABLE d ADD region int;
UPDATE d SET region = store % 7;
CREATE TEMP TABLE formulas AS
  SELECT f.kase || kind AS kase, l2_fit('d', f.formula, 'ols', options => f.o || k.o) AS m
    FROM (VALUES ('within ', 'y ~ x1 + d1 + d2 | store', '{"cluster": "region"}'::jsonb),
      ('iv ', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{"cluster": "region"}'),
      ('iv weighted ', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{"cluster": ["region"], "weight": "w"}'),
      ('iv through 0 ', 'y ~ x1 - 1 | d1 ~ z1 + z3', '{"cluster": "store % 7"}'),
      ('within iv ', 'y ~ x1 | store | d1 ~ z1 + z3', '{"cluster": "region"}')) f(kase, formula, o),
    (VALUES ('CR0', '{"vcov": "CR0"}'::jsonb), ('CR1', '{"vcov": "CR1", "ssc": "full"}'),
      ('cluster', '{"vcov": "CR1", "ssc": "cluster"}')) k(kind, o)
  UNION ALL SELECT kase, l2_fit('d', formula, 'ols', options => o::jsonb)
    FROM (VALUES ('within nested', 'y ~ x1 + d1 + d2 | store', '{"vcov": "CR1", "cluster": "region"}'),
      ('within stores nested', 'y ~ x1 + d1 + d2 | store', '{"vcov": "CR1", "cluster": "store"}'),
      ('within weighted nested', 'y ~ x1 + d1 + d2 | store',
        '{"vcov": "CR1", "cluster": "region", "weight": "w"}'),
      ('within iv nested', 'y ~ x1 | store | d1 ~ z1 + z3', '{"vcov": "CR1", "cluster": "region"}'))
    f(kase, formula, o);
SELECT is(count(*)::int, 56, 'formulas with clusters have the numbers of vcovCL')
  FROM formulas CROSS JOIN LATERAL l2_summary(m) s JOIN theirs t ON t.kase = formulas.kase AND t.term = s.term
  WHERE abs(s.std_error / t.std_error - 1) < 1e-10;
SELECT is(count(*)::int, 56, 'all of them') FROM theirs JOIN formulas USING (kase);

-- clusters in which groups lie in parts, two ways, two clusters, a cluster of one row or of each, weights
CREATE TEMP TABLE ways AS
  SELECT f.kase || kind AS kase, l2_fit('d', f.formula, 'ols', options => k.o) AS m
    FROM (VALUES ('within ', 'y ~ x1 + d1 + d2 | store'), ('within iv ', 'y ~ x1 | store | d1 ~ z1 + z3'))
      f(kase, formula),
    (VALUES ('weeks CR0', '{"vcov": "CR0", "cluster": "id % 13"}'::jsonb),
      ('weeks', '{"vcov": "CR1", "cluster": "id % 13"}'), ('rows', '{"vcov": "CR1", "cluster": "id"}'),
      ('two full', '{"vcov": "CR1", "cluster": ["region", "id % 13"], "ssc": "full"}'),
      ('two', '{"vcov": "CR1", "cluster": ["id % 13", "region"]}'),
      ('two CR0', '{"vcov": "CR0", "cluster": ["region", "id % 13"]}'),
      ('two cluster', '{"vcov": "CR1", "cluster": ["region", "id % 13"], "ssc": "cluster"}'),
      ('two min', '{"vcov": "CR1", "cluster": ["region", "id % 13"], "ssc": "min"}')) k(kind, o)
  UNION ALL SELECT kase, l2_fit('d', formula, 'ols', options => o::jsonb)
    FROM (VALUES ('within weighted weeks', 'y ~ x1 + d1 + d2 | store',
        '{"vcov": "CR1", "cluster": "id % 13", "weight": "w"}'),
      ('within weighted two full', 'y ~ x1 + d1 + d2 | store',
        '{"vcov": "CR1", "cluster": ["region", "id % 13"], "weight": "w", "ssc": "full"}'),
      ('within counted weeks', 'y ~ x1 + d1 + d2 | store',
        '{"vcov": "CR1", "cluster": "id % 13", "weight": "w", "weight_type": "frequency"}'),
      ('iv two full', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3',
        '{"vcov": "CR1", "cluster": ["region", "id % 13"]}'),
      ('iv halves', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{"vcov": "CR1", "cluster": "id % 2"}'),
      ('iv lone', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{"vcov": "CR1", "cluster": "least(id, 40)"}'),
      ('iv rows', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{"vcov": "CR1", "cluster": "id"}'),
      ('iv counted CR0', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3',
        '{"vcov": "CR0", "cluster": "region", "weight": "w", "weight_type": "frequency"}'),
      ('iv counted CR1', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3',
        '{"vcov": "CR1", "cluster": "region", "weight": "w", "weight_type": "frequency"}'),
      ('iv counted two full', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3',
        '{"vcov": "CR1", "cluster": ["region", "id % 13"], "weight": "w", "weight_type": "frequency"}'))
    f(kase, formula, o);
SELECT is(count(*)::int, (SELECT count(*)::int FROM theirs
  WHERE kase ~ ' (weeks|two|rows|halves|lone|counted)'),
  'of parts of groups, and of two ways, vcovCL''s numbers')
  FROM ways CROSS JOIN LATERAL l2_summary(m) s JOIN theirs t ON t.kase = ways.kase AND t.term = s.term
  WHERE abs(s.std_error / t.std_error - 1) < 1e-9;
SELECT is((SELECT array_agg(vcov ORDER BY kase) FROM ways, l2_glance(m)
  WHERE kase ~ 'within (rows|two|weeks)$'),
  '{"CR1, 300 clusters","CR1, 13 and 7 clusters","CR1, 13 clusters"}', 'glance says which');

-- a column at 1e7 of its own deviation, or explained by another, has the errors of the plain one
CREATE TEMP VIEW apart AS
  SELECT kind, f.formula, max(abs(a.std_error / b.std_error - 1)) AS apart FROM (VALUES
      ('y ~ far + d1 + d2 | store', 'y ~ x1 + d1 + d2 | store'),
      ('y ~ far | d1 + d2 ~ z1 + z2 + z3', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3'),
      ('y ~ far | store | d1 ~ z1 + z3', 'y ~ x1 | store | d1 ~ z1 + z3'),
      ('y ~ x1 + I(2 * x1) + d1 + d2 | store', 'y ~ x1 + d1 + d2 | store'),
      ('y ~ x1 + I(2 * x1) | d1 + d2 ~ z1 + z2 + z3', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3')) f(formula, plain),
    (VALUES ('regions', '{"vcov": "CR1", "cluster": "region"}'),
      ('weeks', '{"vcov": "CR1", "cluster": "id % 13"}'),
      ('two', '{"vcov": "CR1", "cluster": ["region", "id % 13"]}')) k(kind, o),
    LATERAL (SELECT l2_fit('d', f.formula, 'ols', options => o::jsonb) AS m,
      l2_fit('d', f.plain, 'ols', options => o::jsonb) AS other) q,
    LATERAL l2_summary(m) a JOIN LATERAL l2_summary(other) b ON b.term = CASE a.term WHEN 'far' THEN 'x1'
      ELSE a.term END AND b.term <> '(Intercept)' GROUP BY 1, 2;
SELECT is((SELECT string_agg(format('%s %s %s', formula, kind, apart), '; ') FROM apart
  WHERE (apart < CASE WHEN formula ~ 'far' THEN 1e-8 ELSE 1e-12 END) IS NOT TRUE), NULL,
  'far from 0, and collinear');
SELECT is(count(*)::int, 15, 'all of them') FROM apart;

-- two-way: groups that are few as levels, the others taken out
ALTER TABLE d ADD week int;
UPDATE d SET week = id % 11;
CREATE TEMP TABLE two_ways (term text, estimate float8, std_error float8);
INSERT INTO two_ways VALUES ('x1', 0.347551278589136, 0.0850204892309776),
  ('d1', 1.765576577259205, 0.0576802059572486), ('factor(week)=1', 0.477867994078415, 0.4054300491586766);
SELECT is(count(*)::int, 3, 'effects of weeks and of stores: R''s lm with dummies') FROM two_ways t
  JOIN l2_summary(l2_fit('d', 'y ~ x1 + d1 + factor(week) | store', 'ols')) s ON s.term = t.term
  AND abs(s.estimate / t.estimate - 1) < 1e-12 AND abs(s.std_error / t.std_error - 1) < 1e-12;

-- far from 0 the mean of y is rounded: digits are there, or an error is
SELECT cmp_ok(max(abs(f.std_error / n.std_error - 1)), '<', 1e-6::float8, 'y of 1e10')
  FROM l2_summary((SELECT l2_robust(m, g) FROM
    (SELECT l2_gram_agg(round(y * 1024) / 1024 + 1e10, ARRAY[x1, d1]) AS g FROM d GROUP BY store) g,
    (SELECT ols_fit(round(y * 1024) / 1024 + 1e10, ARRAY[x1, d1], '{"covariance": true}') AS m FROM d) m)) f
  JOIN l2_summary((SELECT ols_fit(l2_obs(round(y * 1024) / 1024, cluster => store), ARRAY[x1, d1],
  '{"vcov": "CR1"}') FROM d)) n USING (term);
SELECT throws_ok($$SELECT l2_robust(m, g) FROM (SELECT l2_gram_agg(y + 1e12, ARRAY[x1, d1]) AS g FROM d
  GROUP BY store) g, (SELECT ols_fit(y + 1e12, ARRAY[x1, d1], '{"covariance": true}') AS m FROM d) m$$,
  '22003', 'y is too far from 0 for errors from sums of others');
SELECT throws_ok($$SELECT l2_meat(m, y + 1e12, ARRAY[x1, d1])
  FROM d, (SELECT ols_fit(y + 1e12, ARRAY[x1, d1], '{"covariance": true}') AS m FROM d) m$$,
  '22003', 'y is too far from 0 for errors from sums of others');
SELECT * FROM finish();
