-- Instrumental variables as AER's ivreg and its diagnostics, effects of groups as lm with a column a group,
-- principal components as prcomp, correlations as cor.test: all from one table, with weights, a mean of 1e7,
-- no intercept, levels.
BEGIN;
SELECT plan(13);
SET client_min_messages = warning;

CREATE TABLE rows (id int, store int, w float8, z1 float8, z2 float8, z3 float8, x1 float8, d1 float8,
  d2 float8,
  y float8, far float8, g text);
\copy rows FROM 'test/data/iv_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (what text, c text, term text, value float8);
\copy r FROM 'test/data/iv.csv' WITH (FORMAT csv, HEADER true)

CREATE VIEW grams AS
SELECT l2_gram_agg(y, r, '{"reference": "first"}') AS g, l2_gram_agg(l2_obs(y, weight => w), r) AS weighted
FROM (SELECT y, w, z1, z2, z3, x1, d1, d2, far, g FROM rows) q,
  LATERAL (SELECT z1, z2, z3, x1, d1, d2, far, g) r;
CREATE TABLE cases AS
SELECT c, v.gram, v.features::text[], v.instruments::text[], v.options::l2_options,
  l2_iv(v.gram, v.features::text[], v.instruments::text[], v.options::l2_options) AS m
FROM grams, LATERAL (VALUES
  ('over', grams.g, '{x1,d1}', '{x1,z1,z3}', '{}'),
  ('exact', grams.g, '{x1,d1}', '{x1,z1}', '{}'),
  ('two', grams.g, '{x1,d1,d2}', '{x1,z1,z2,z3}', '{}'),
  ('weighted', weighted, '{x1,d1,d2}', '{x1,z1,z2,z3}', '{}'),
  ('through 0', grams.g, '{x1,d1}', '{x1,z1,z3}', '{"intercept": false}'),
  ('far', grams.g, '{far,d1}', '{far,z1,z3}', '{}'),
  ('ols', grams.g, '{x1,d1}', '{x1,d1}', '{}'),
  ('levels', grams.g, '{g,d1}', '{z3,g,z1}', '{}')) v(c, gram, features, instruments, options);
INSERT INTO cases
SELECT c, gram, features, '{x1,z1,z3}', '{}', CASE c WHEN 'within iv' THEN l2_iv(gram, features, '{x1,z1,z3}')
    ELSE l2_ols(gram, l2_options('features', features)) END
FROM (SELECT l2_gram_within(l2_gram_agg) FROM (SELECT l2_gram_agg(y, ARRAY[x1, d1, d2, far, z1, z3],
          '{"names": ["x1", "d1", "d2", "far", "z1", "z3"], "target": "y"}') FROM rows
          GROUP BY store) s) a(gram),
  LATERAL (VALUES ('within', '{x1,d1,d2}'::text[]), ('within far', '{far,d1}'), ('within iv', '{x1,d1}')) v(c,
  features);
INSERT INTO cases
SELECT 'within weighted', gram, NULL, NULL, NULL, l2_ols(gram)
FROM (SELECT l2_gram_within(g) FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ARRAY[x1, d1, d2],
          '{"names": ["x1", "d1", "d2"]}') AS g FROM rows GROUP BY store) s) a(gram);

-- and by formula
INSERT INTO cases SELECT c, NULL, NULL, NULL, NULL, l2_fit('rows', formula, 'ols', options => o)
FROM (VALUES ('over', 'y ~ x1 | d1 ~ z1 + z3', '{}'), ('exact', 'y ~ x1 | d1 ~ z1', '{}'),
  ('two', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{}'),
  ('weighted', 'y ~ x1 | d1 + d2 ~ z1 + z2 + z3', '{"weight": "w"}'),
  ('through 0', 'y ~ x1 - 1 | d1 ~ z1 + z3', '{}'),
  ('far', 'y ~ far | d1 ~ z1 + z3', '{}'), ('levels', 'y ~ g | d1 ~ z1 + z3', '{}'),
  ('within', 'y ~ x1 + d1 + d2 | store', '{}'),
  ('within weighted', 'y ~ x1 + d1 + d2 | store', '{"weight": "w"}'),
  ('within far', 'y ~ far + d1 | store', '{}'),
  ('within iv', 'y ~ x1 | store | d1 ~ z1 + z3', '{}')) v(c, formula, o);

-- of each case what R has, with its names
CREATE TABLE got AS
SELECT c, CASE term WHEN 'far' THEN 'near' ELSE replace(term, 'g=', 'g') END AS term,
  v.what, v.value
FROM cases, LATERAL l2_summary(m) s, LATERAL (VALUES ('coef', estimate), ('se', std_error),
  ('p', s.p)) v(what, value)
UNION ALL
SELECT c, '', v.what, v.value FROM cases, LATERAL l2_glance(m) q,
  LATERAL (VALUES ('sigma', q.sigma), ('r2', q.r_squared), ('df', q.df_residual),
    ('aic', n * ln(q.rss / n) + 2 * q.df)) v(what, value)
UNION ALL
SELECT c, CASE WHEN test <> 'weak instruments' THEN test WHEN c IN ('two', 'weighted')
    THEN format('Weak instruments (%s)', t.term) ELSE 'Weak instruments' END, v.what, v.value
FROM cases, LATERAL l2_iv_diagnostics(gram, features, instruments, options) t,
  LATERAL (VALUES ('statistic', statistic), ('test_p', p), ('test_df1', df1), ('test_df2', df2)) v(what,
  value)
WHERE instruments IS NOT NULL;

-- the intercept before a mean of 1e7 was taken away is another
CREATE FUNCTION pg_temp.unlike(a float8, b float8, OUT boolean) LANGUAGE sql AS
  'SELECT a IS NULL <> (b IS NULL) OR abs(a - b) > 1e-9 * greatest(abs(b), 1e-3)';
SELECT is(count(*)::int, 23, 'all cases are fitted') FROM cases WHERE m IS NOT NULL;
SELECT is(string_agg(format('%s %s', r.what, r.c), ', '), NULL,
  'each number of R is compared with two, of a gram and of a formula')
FROM (SELECT what, c, count(*) FROM got JOIN r USING (what, c, term)
  WHERE what IN ('coef', 'se', 'sigma', 'df') AND c <> 'ols' GROUP BY 1, 2) g
  JOIN (SELECT what, c, count(*) FROM r GROUP BY 1, 2) r USING (what, c) WHERE g.count <> 2 * r.count;
SELECT is(string_agg(format('%s %s %s: %s, not %s', r.c, r.what, r.term, g.value, r.value), E'\n'), NULL,
  'coefficients, errors and fits are R''s')
FROM r LEFT JOIN got g USING (c, what, term)
WHERE r.what IN ('coef', 'se', 'sigma', 'df', 'aic') AND r.c <> 'far'
  AND (g.c IS NULL OR pg_temp.unlike(g.value, r.value));
SELECT is(string_agg(format('%s %s %s: %s, not %s', r.c, r.what, r.term, g.value, r.value), E'\n'), NULL,
  'a feature far from 0 changes no slope')
FROM r LEFT JOIN got g USING (c, what, term)
WHERE r.what IN ('coef', 'se', 'sigma', 'df') AND r.c = 'far' AND r.term <> '(Intercept)'
  AND (g.c IS NULL OR pg_temp.unlike(g.value, r.value));
SELECT is(string_agg(format('%s %s %s: %s, not %s', r.c, r.what, r.term, g.value, r.value), E'\n'), NULL,
  'r_squared and p are R''s')
FROM r LEFT JOIN got g USING (c, what, term)
WHERE r.what IN ('r2', 'p') AND r.c NOT IN ('far', 'through 0')
  AND (g.c IS NULL OR pg_temp.unlike(g.value, r.value));
SELECT is(string_agg(format('%s %s %s: %s, not %s', r.c, r.what, r.term, g.value, r.value), E'\n'), NULL,
  'so are the tests of the instruments')
FROM r LEFT JOIN got g USING (c, what, term)
WHERE r.what IN ('statistic', 'test_p', 'test_df1', 'test_df2') AND r.c <> 'ols'
  AND (g.c IS NULL OR pg_temp.unlike(g.value, r.value));
SELECT cmp_ok(count(*)::int, '>', 80, 'there is something to compare') FROM r JOIN got USING (c, what, term)
WHERE r.what LIKE 'test%' OR r.what = 'statistic';

-- components
CREATE TABLE found AS
SELECT c, p.* FROM grams, LATERAL (VALUES ('as they are', '{}'),
  ('standardized', '{"standardize": true}')) v(c, o),
  LATERAL l2_pca(grams.g, NULL, l2_options('features', '{z1,z2,z3,x1,d1,d2}'::text[], 'standardize',
  c = 'standardized')) p;
CREATE TABLE components AS
SELECT c, 'sd' AS what, component::text AS term, sd AS value FROM found
UNION ALL SELECT c, 'loading' || component, ('{z1,z2,z3,x1,d1,d2}'::text[])[o], l
  FROM found, unnest(loadings) WITH ORDINALITY u(l, o)
UNION ALL SELECT c, 'score' || component, '7', l2_predict(model, r) FROM found, rows r WHERE id = 7;
SELECT is(string_agg(format('%s %s %s: %s, not %s', r.c, r.what, r.term, g.value, r.value), E'\n'), NULL,
  'components are prcomp''s')
FROM r LEFT JOIN components g USING (c, what, term)
WHERE r.what ~ '^(loading|score|sd)' AND r.c <> 'dim' AND (g.c IS NULL OR pg_temp.unlike(g.value, r.value));
SELECT is(count(*)::int, 96, 'as many as there should be') FROM components;
SELECT is(string_agg(format('%s: %s, not %s', component, p.sd, r.value), E'\n'), NULL,
  'a component of a millionth of the first has all its digits')
FROM (SELECT l2_gram_agg(0, ARRAY[x1, x1 + 1e-6 * z1]) AS g FROM rows) s, LATERAL l2_pca(g) p
  JOIN r ON r.what = 'sd' AND r.c = 'dim' AND r.term = component::text
WHERE abs(p.sd / r.value - 1) > 1e-9;
SELECT is(max(cumulative), 1::float8, 'proportions add up to 1') FROM found;

-- correlations
CREATE TABLE correlated AS
SELECT t.x, t.y, v.what, v.value FROM grams, LATERAL l2_correlation(grams.g) t,
  LATERAL (VALUES ('cor', t.correlation), ('cov', t.covariance), ('cor_p', t.p)) v(what, value);
SELECT is(string_agg(format('%s of %s and %s: %s, not %s', r.what, r.c, r.term, g.value, r.value), E'\n'),
  NULL,
  'correlations, covariances and p are R''s')
FROM r LEFT JOIN correlated g ON g.x = r.term AND g.y = r.c AND g.what = r.what
WHERE r.what IN ('cor', 'cov', 'cor_p') AND (g.x IS NULL OR pg_temp.unlike(g.value, r.value));
SELECT is(count(*)::int, 0, 'they are symmetric') FROM correlated a
  JOIN correlated b ON (a.x, a.y, a.what) = (b.y, b.x, b.what)
WHERE a.value IS DISTINCT FROM b.value;
SELECT * FROM finish();
ROLLBACK;
