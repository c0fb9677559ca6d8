-- What is said of the rows that a model was fitted to: single rows where there is an offset, drift of
-- weighted and grouped rows, steps, and models of the same rows against each other.  Numbers of R, which
-- test/data/make_own_rows.R made.
SET client_min_messages = warning;
SET extra_float_digits = 3;

SELECT plan(77);

CREATE TEMP TABLE r (name text PRIMARY KEY, r float8);
\copy r FROM 'test/data/own_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE FUNCTION pg_temp.near(got float8, name text) RETURNS text LANGUAGE sql AS $$
  SELECT ok(abs(got - r) <= 1e-8 * abs(r), format('%s: %s, of R %s', near.name, got, r)) FROM r
  WHERE r.name = near.name
$$;

CREATE TABLE d AS SELECT i AS id, 20 + i * 37 % 50 AS age, sin(i * i) AS z, cos(i * 3) AS v,
  0.5 + (i % 5) AS expo, i * 13 % 7 + i % 3 AS cnt, i % 3 = 0 AS third, 1 + i % 4 AS w, i * 7 % 10 AS store,
  i % 2 = 0 AS even, (ARRAY['n', 's', 'w'])[1 + i % 3] AS zone,
  5 + 0.2 * (20 + i * 37 % 50) + 3 * sin(i * i) + (i * 7919 % 101) / 20.0 + i % 3 AS y
FROM generate_series(1, 300) i;
-- An offset is no coefficient
CREATE TEMP TABLE fits AS
  SELECT 'ols' AS name, l2_fit('d', 'y ~ age + offset(v)', 'ols') AS m
  UNION ALL SELECT 'poisson', l2_fit('d', 'cnt ~ age + offset(log(expo))', 'poisson')
  UNION ALL SELECT 'nb', l2_fit('d', 'cnt ~ age', 'glm', NULL,
    '{"family": "negative_binomial", "theta": 2, "offset_by": "ln(expo)"}');
SELECT pg_temp.near(a.cooks_distance, name || '_cooks') FROM fits, d,
  l2_augment(m, d, CASE WHEN name = 'ols' THEN y ELSE cnt END) a WHERE id = 7;
SELECT pg_temp.near(a.leverage, name || '_leverage') FROM fits, d, l2_augment(m, d) a WHERE id = 7;
SELECT is(l2_coef(a), l2_coef(b), 'coefficients beside an offset')
FROM l2_fit('d', 'y ~ age + offset(v)', 'ols') a,
  l2_fit('SELECT age, y - v AS y FROM d', 'y ~ age', 'ols') b;
SELECT is(l2_vcov(a), l2_vcov(b), 'their covariance') FROM l2_fit('d', 'y ~ age + offset(v)', 'ols') a,
  l2_fit('SELECT age, y - v AS y FROM d', 'y ~ age', 'ols') b;
SELECT is(a::float8[], b::float8[], 'the model as an array') FROM l2_fit('d', 'y ~ age + offset(v)', 'ols') a,
  l2_fit('SELECT age, y - v AS y FROM d', 'y ~ age', 'ols') b;
SELECT is(to_jsonb(a), to_jsonb(b), 'l2_glance') FROM l2_glance(l2_fit('d', 'y ~ age + offset(v)', 'ols')) a,
  l2_glance(l2_fit('SELECT age, y - v AS y FROM d', 'y ~ age', 'ols')) b;
SELECT throws_ok(format('SELECT l2_fit(''d'', %L, ''ols'')', f), '42601', 'an offset is not subtracted', f)
FROM unnest('{y ~ age + offset(v) - offset(v),y ~ age + z - (z + offset(v))}'::text[]) f;

-- An outcome in any of the ways that a fit takes it
CREATE TABLE labelled AS SELECT *, CASE WHEN even THEN 'yes' ELSE 'no' END AS said FROM d;
CREATE TEMP TABLE said AS SELECT l2_fit('labelled', 'even ~ age', 'logistic') AS m,
  l2_fit('labelled', 'said ~ age', 'logistic', NULL, '{"positive": "yes"}') AS labels;
SELECT is((SELECT array_agg(DISTINCT a::text) FROM (SELECT l2_augment(m, l, even) AS a
    UNION ALL SELECT l2_augment(m, l, even::int::numeric) UNION ALL SELECT l2_augment(m, l, '1')
    UNION ALL SELECT l2_augment(m, l) UNION ALL SELECT l2_augment(m, l, l2_obs(even))
    UNION ALL SELECT l2_augment(labels, l, said) UNION ALL SELECT l2_augment(labels, l, 'yes')
    UNION ALL SELECT l2_augment(labels, l)) s), ARRAY[l2_augment(m, ARRAY[age], 1)::text],
  'outcome in eight ways')
FROM said, labelled l WHERE id = 4;
SELECT throws_ok('SELECT l2_augment(labels, l, zone) FROM said, labelled l', '22023',
  'y is "s", which is no label of the model''s target', 'another label');
SELECT throws_ok('SELECT l2_augment(m, l, zone) FROM said, labelled l', '42804',
  'y is a label, "s", and the model''s target has none', 'a label of none');
-- that of a function of a column, from the row or as the model has it, and not the column itself
SELECT pg_temp.near(CASE s WHEN 'residual' THEN a.residual ELSE a.standardized END, 'log_' || s)
FROM d, l2_fit('d', 'log(y) ~ age', 'ols') m, unnest('{residual,standardized}'::text[]) s,
  LATERAL (SELECT (l2_augment(m, d)).* UNION ALL SELECT (l2_augment(m, d, ln(y))).*) a WHERE id = 7;
SELECT ok(bool_and(abs(a.fitted + a.residual - v.y) < 1e-12), f) FROM d,
  LATERAL (VALUES ('sqrt("y") ~ age', sqrt(y)), ('log10( Y ) ~ age', log10(y))) v(f, y),
  l2_fit('d', f, 'ols') m, l2_augment(m, d) a WHERE id = 7 GROUP BY f;
SELECT throws_ok($$SELECT l2_augment(m, d, y) FROM d, l2_fit('d', 'log(y) ~ age', 'ols') m WHERE id = 7$$,
  '22023', NULL, 'the column for its logarithm');
SELECT is(residual, NULL, 'a row without the column') FROM l2_fit('d', 'log(y) ~ age', 'ols') m,
  LATERAL (SELECT 30 AS age) r, l2_augment(m, r);
-- weights that sum to the number of rows are weights
SELECT throws_ok($$SELECT l2_augment(l2_fit('SELECT *, w / 2.5 AS u FROM d', 'y ~ age', 'ols', NULL,
    '{"weight": "u"}'), d, y) FROM d$$, '22023', 'the model was fitted with weights, and the row has none',
  'weights of mean 1');

-- Nested models under other names
SELECT pg_temp.near(CASE s WHEN 'df' THEN a.df WHEN 'f' THEN a.f ELSE a.p END, v.name || '_' || s)
FROM (VALUES ('poly', 'y ~ age', 'y ~ poly(age, 2)'),
    ('powers', 'y ~ poly(age, 2)', 'y ~ age + I(age ^ 2) + I(age^3)'),
    ('crossed', 'y ~ age * third', 'y ~ poly(age, 2) * third'),
    ('ns', 'y ~ age', 'y ~ ns(age, 3)'), ('bs', 'y ~ poly(age, 2)', 'y ~ bs(age, 4)')) v(name, small, large),
  l2_anova(l2_fit('d', v.small, 'ols'), l2_fit('d', v.large, 'ols')) a, unnest('{df,f,p}'::text[]) s
WHERE a.number = 2;
SELECT is(added, ARRAY['poly(age, 2)2'], 'what a polynomial adds')
FROM l2_anova(l2_fit('d', 'y ~ age', 'ols'), l2_fit('d', 'y ~ poly(age, 2)', 'ols')) WHERE number = 2;
SELECT throws_ok(format('SELECT l2_anova(l2_fit(''d'', %L, ''ols''), l2_fit(''d'', %L, ''ols''))', a, b),
  '22023', 'models 1 and 2 are not nested', a || ' and ' || b)
FROM (VALUES ('y ~ ns(age, 3)', 'y ~ ns(age, 4)'), ('y ~ poly(age, 2)', 'y ~ ns(age, 4)'),
  ('y ~ z', 'y ~ ns(age, 3)'), ('y ~ poly(z, 2)', 'y ~ poly(age, 3)'),
  ('y ~ age - 1', 'y ~ ns(age, 3) - 1'), ('y ~ age:third', 'y ~ ns(age, 3) + third')) v(a, b);
SELECT pg_temp.near((l2_wald(l2_fit('d', 'y ~ ns(age, 3)', 'ols'), t)).f, 'wald_f')
FROM unnest('{"ns(age, 3)","ns(age,3)"}'::text[]) t;
SELECT is(to_jsonb(l2_wald(m, 'poly(age,2):zone')), to_jsonb(l2_wald(m, ARRAY[
    'poly(age, 2)1:zone=s', 'poly(age, 2)2:zone=s', 'poly(age, 2)1:zone=w', 'poly(age, 2)2:zone=w'])),
  'l2_wald of an interaction''s columns')
FROM l2_fit('d', 'y ~ poly(age, 2) * zone', 'ols') m;
SELECT throws_ok($$SELECT l2_wald(l2_fit('d', 'y ~ ns(age, 3)', 'ols'), 'ns(age, 4)')$$, '42703',
  'the model has no term "ns(age, 4)"', 'of no such columns');

-- Models of other offsets
SELECT pg_temp.near(CASE s WHEN 'chi' THEN a.chi_sq ELSE a.p END, 'rates_' || s)
FROM l2_anova(l2_fit('d', 'cnt ~ age + offset(log(expo))', 'poisson'),
    l2_fit('d', 'cnt ~ age + z + offset(log(expo))', 'poisson')) a, unnest('{chi,p}'::text[]) s
WHERE number = 2;
SELECT throws_ok(
  format('SELECT l2_anova(l2_fit(''d'', %L, ''poisson''), l2_fit(''d'', %L, ''poisson''))', a, b), '22023',
  'models 1 and 2 are not nested', a || ' and ' || b)
FROM (VALUES ('cnt ~ age', 'cnt ~ age + z + offset(log(expo))'),
  ('cnt ~ age + offset(log(expo))', 'cnt ~ age + z'),
  ('cnt ~ age + offset(log(expo))', 'cnt ~ age + z + offset(v)')) v(a, b);
SELECT throws_ok($$SELECT l2_anova(a, b) FROM (SELECT poisson_fit(cnt, ARRAY[age]) AS a,
    poisson_fit(l2_obs(cnt, offset_by => ln(expo)), ARRAY[age, z]) AS b FROM d) s$$, '22023',
  'models 1 and 2 were fitted to different rows, weights or offsets', 'an offset that came with y');
SELECT throws_ok(format('SELECT %s(l2_fit(''d'', ''y ~ age'', ''ols''), l2_fit(''d'', %L, ''ols''))', f, b),
  '22023', 'models 1 and 2 have not absorbed the same groups', f || ' and ' || b)
FROM unnest('{l2_compare,l2_anova}'::text[]) f, unnest('{y ~ age | store,y ~ age + z | zone}'::text[]) b;

-- Drift of the rows of training is none
SELECT l2_train('weighed', 'd', 'y ~ age + zone', 'ols', NULL, '{"weight": "w^3"}'),
  l2_train('counted', 'd', 'y ~ age + zone', 'ridge', 1, '{"weight": "w", "weight_type": "frequency"}'),
  l2_train('within', 'd', 'y ~ age + z | store', 'ols') \g /dev/null
CREATE TABLE grams AS SELECT id % 10 AS part, l2_gram_agg(y, x) AS gram FROM d, LATERAL (SELECT d.age, d.z) x
  GROUP BY 1;
SELECT l2_train('of_grams', 'grams', 'y ~ age', 'ols', NULL, '{"gram": "gram"}') \g /dev/null
SELECT ok(max(greatest(abs(shift), abs(spread - 1))) < 1e-12 AND count(*) >= 2, name || ': no drift')
FROM (SELECT n AS name, x.* FROM unnest('{weighed,counted,of_grams}'::text[]) n, l2_drift(n) x
  UNION ALL SELECT n || ' of its source', x.* FROM unnest('{weighed,counted}'::text[]) n, l2_drift(n, 'd') x
  UNION ALL SELECT 'within', x.* FROM l2_drift(l2_get('within'), (SELECT l2_gram_within(gram) FROM (
    SELECT l2_gram_agg(y, x) AS gram FROM d, LATERAL (SELECT d.age, d.z) x GROUP BY store) g)) x) s
WHERE term <> '(Residual)' GROUP BY name ORDER BY name;
SELECT throws_ok(q, s, m, q) FROM (VALUES
  ('SELECT * FROM l2_drift(''within'')', '55000',
    'the model was fitted within groups, and does not know their means'),
  ('SELECT * FROM l2_drift(''within'', ''d'')', '55000',
    'the model was fitted within groups, and does not know their means'),
  ('SELECT * FROM d, l2_explain(''within'', d)', '55000',
    'the model was fitted within groups, and does not know their means'),
  ('SELECT l2_explain(l2_get(''within''), 1, 2)', '55000',
    'the model was fitted within groups, and does not know their means'),
  ('SELECT l2_drift(l2_get(''within''), gram) FROM grams', '22023',
    'the model was fitted within groups, and the gram is not within them'),
  ('SELECT l2_drift(l2_get(''of_grams''), (SELECT l2_gram_within(gram) FROM grams))', '22023',
    'the gram is one within groups, the model was not fitted so'),
  ('SELECT l2_train(''more'', ''grams'', ''y ~ age | part'', ''ols'', NULL, ''{"gram": "gram"}'')', '0A000',
    'a source of grams has no rows to group, and no instruments')) v(q, s, m);

-- A step has no slope; a difference is one
SELECT l2_train('step', 'd', 'even ~ age + I(z > 0)', 'logistic') \g /dev/null
SELECT is(array_agg(term || ' ' || kind || ' ' || (estimate IS NULL)), '{age slope false,z slope true}',
  'a step has no slope') FROM l2_margins('step', 'd');

-- What an L1 penalty or bounds do not have
SELECT throws_ok(q, '0A000', m, q) FROM (VALUES
  ('SELECT l2_wald(l2_fit(''d'', ''y ~ age'', ''lasso'', 0.1))',
    'a fit with an L1 penalty has no covariance, which l2_wald needs'),
  ('SELECT l2_contrast(l2_fit(''d'', ''even ~ age'', ''logistic'', 0.1, ''{"l1_ratio": 1}''), ''age'')',
    'a fit with an L1 penalty has no covariance, which l2_contrast needs'),
  ('SELECT l2_wald(ridge_fit(y, ARRAY[age], 1, ''{"non_negative": true}'')) FROM d',
    'a fit with bounds has no covariance, which l2_wald needs')) v(q, m);

SELECT finish();
