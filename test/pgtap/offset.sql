-- Models with a formula's offset, and what is made of them: the fit is that of the target less the offset,
-- where the method has one, and whoever reads the target's moments must know of it.
SET client_min_messages = error;

SELECT plan(31);

CREATE TABLE s AS SELECT i AS id, (i % 17)::float8 AS x, (i % 5)::float8 AS b, 'k' || i % 3 AS z,
  i % 7 AS store,
  (2 * (i % 17) + 10 * (i % 5) + i % 3)::float8 AS y
FROM generate_series(1, 200) i;
CREATE TABLE less AS SELECT id, x, z, store, y - b AS y FROM s;

-- The page of a kept gram: its path is the path of the target less the offset
SELECT l2_train('with_' || m.method, 's', 'y ~ x + z + offset(b)', m.method, m.lambda, '{"keep_gram": true}'),
  l2_train('less_' || m.method, 'less', 'y ~ x + z', m.method, m.lambda, '{"keep_gram": true}')
FROM (VALUES ('ols', NULL), ('ridge', 1::float8), ('lasso', 1), ('dropout', 0.1)) m(method, lambda)
\g /dev/null
CREATE FUNCTION pg_temp.path(name text) RETURNS text LANGUAGE sql AS $$
  SELECT (regexp_match(l2_report(name, options => '{"title": "t", "made": "2026-01-01"}'),
    '<figure>((?:(?!</figure>).)*Path of the coefficients(?:(?!</figure>).)*)</figure>'))[1]
$$;
SELECT ok(pg_temp.path('with_' || m) = pg_temp.path('less_' || m),
  m || ': path of the target less the offset')
FROM unnest('{ols,ridge,lasso,dropout}'::text[]) m;
SELECT ok(l2_report('with_' || m, 's') LIKE '%<h2>Drift</h2>%', m || ': page with a source')
FROM unnest('{ols,ridge,lasso,dropout}'::text[]) m;
-- a gram whose target still has the offset, or that has it as a feature, would say another path
SELECT throws_ok(format(
  'SELECT l2_report(l2_get(''with_ridge''), (SELECT l2_gram_agg(y, ARRAY[%s], ''%s'') FROM s))',
  v.x, v.options), '22023', 'the gram''s target is not the model''s less its offset', 'report: ' || v.x)
FROM (VALUES ('x', '{"target": "y", "names": ["x"]}'),
    ('x, b', '{"target": "y", "names": ["x", "(offset)"]}'))
  v(x, options);

-- Drift of the rows of training is none, of the target either
CREATE FUNCTION pg_temp.drift(name text, source text) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(abs(shift)) FROM (SELECT * FROM l2_drift(name, source) WHERE source IS NOT NULL
    UNION ALL SELECT * FROM l2_drift(name) WHERE source IS NULL) d WHERE sd > 0
$$;
SELECT l2_train('with_huber', 's', 'y ~ x + z + offset(b)', 'huber'),
  l2_train('with_quantile', 's', 'y ~ x + z + offset(b)', 'quantile', 0.3),
  l2_train('with_poisson', 's', 'y ~ x + z + offset(ln(1 + b))', 'poisson') \g /dev/null
SELECT cmp_ok(greatest(pg_temp.drift('with_' || m, NULL), pg_temp.drift('with_' || m, 's')), '<',
  1e-12::float8,
  m || ': no drift of the rows of training')
FROM unnest('{ols,dropout,huber,quantile,poisson}'::text[]) m;
SELECT ok(abs(d.mean_now - f.mean_now) < 1e-12 AND abs(d.sd_now - f.sd_now) < 1e-12
  AND abs(d.shift - f.shift) < 1e-12, 'drift of the target: that of it less the offset')
FROM l2_drift('with_ols', 'SELECT * FROM s WHERE b <> 2 AND x > 3') d,
  l2_drift('less_ols', 'SELECT l.* FROM less l JOIN s USING (id) WHERE b <> 2 AND s.x > 3') f
WHERE d.term = 'y' AND f.term = 'y';

-- Tests of a model and a gram: of the target less the offset, or with it as a column where
-- residuals are wanted
SELECT results_eq(
  $$SELECT term, sum_sq, p FROM l2_drop1(l2_fit('s', 'y ~ x + store + offset(b)', 'ols'),
    (SELECT l2_gram_agg(y, ARRAY[x, store], '{"target": "y", "names": ["x", "store"]}') FROM less))$$,
  $$SELECT term, sum_sq, p FROM l2_drop1(l2_fit('less', 'y ~ x + store', 'ols'),
    (SELECT l2_gram_agg(y, ARRAY[x, store], '{"target": "y", "names": ["x", "store"]}') FROM less))$$,
  'l2_drop1 of the target less the offset');
SELECT throws_ok($$SELECT * FROM l2_drop1(l2_fit('s', 'y ~ x + offset(b)', 'ols'),
  (SELECT l2_gram_agg(y, ARRAY[x, b], '{"target": "y", "names": ["x", "(offset)"]}') FROM s))$$,
  '22023', 'model was not fitted from this gram', 'l2_drop1 of a gram whose target has the offset');
SELECT ok(abs((l2_summary(w.m)).std_error - (l2_summary(l.m)).std_error) < 1e-12,
  'l2_robust with the offset in the grams')
FROM (SELECT l2_robust(f, g) AS m FROM l2_fit('s', 'y ~ x + offset(b)', 'ols') f,
    (SELECT l2_gram_agg(y, ARRAY[x, b], '{"target": "y", "names": ["x", "(offset)"]}') AS g
     FROM s GROUP BY store) g) w,
  (SELECT ols_fit(l2_obs(y, cluster => store), ARRAY[x], '{"vcov": "CR1"}') AS m FROM less) l LIMIT 2;
SELECT is(std_error, NULL, 'an offset has no error: ' || m) FROM (
  SELECT 'iid' AS m, l2_fit('s', 'y ~ x + offset(b)', 'ols') AS f
  UNION ALL SELECT 'HC1', l2_fit('s', 'y ~ x + offset(b)', 'ols', options => '{"vcov": "HC1"}')
  UNION ALL SELECT 'CR1', (SELECT l2_robust(f, g) FROM l2_fit('s', 'y ~ x + offset(b)', 'ols') f, (
    SELECT l2_gram_agg(y, ARRAY[x, b], '{"target": "y", "names": ["x", "(offset)"]}') AS g
    FROM s GROUP BY store) g)
  ) v, l2_summary(f) WHERE term = '(offset)';
SELECT throws_ok($$SELECT * FROM l2_compare(l2_fit('s', 'y ~ x + offset(b)', 'ols'),
  l2_fit('s', 'y ~ x', 'ols'))$$,
  '22023', 'models 1 and 2 have different targets', 'l2_compare of models with and without');
SELECT results_eq(
  $$SELECT number, rss, f, p FROM l2_anova(l2_fit('s', 'y ~ x + offset(b)', 'ols'),
    l2_fit('s', 'y ~ x + z + offset(b)', 'ols'))$$,
  $$SELECT number, rss, f, p FROM l2_anova(l2_fit('less', 'y ~ x', 'ols'),
    l2_fit('less', 'y ~ x + z', 'ols'))$$,
  'l2_anova of models with the offset');
SELECT throws_ok($$SELECT l2_robust(l2_fit('s', 'y ~ x + offset(b)', 'ols'), g)
  FROM (SELECT l2_gram_agg(y, ARRAY[x], '{"target": "y", "names": ["x"]}') AS g FROM less GROUP BY store) g$$,
  '42703', 'gram has no column "(offset)"', 'l2_robust without it');
SELECT results_eq(
  $$SELECT w.f, w.p, g.f_statistic, g.p_value FROM l2_fit('s', 'y ~ x + z + offset(b)', 'ols',
    options => '{"vcov": "HC1"}') m, l2_wald(m) w, l2_glance(m) g WHERE g.f_statistic > 0$$,
  $$SELECT w.f, w.p, g.f_statistic, g.p_value FROM l2_fit('less', 'y ~ x + z', 'ols',
    options => '{"vcov": "HC1"}') m, l2_wald(m) w, l2_glance(m) g$$,
  'l2_wald and the F of l2_glance test what was fitted');

-- Methods that have no offset say so, those that have one take it from y
SELECT throws_ok(call, '22023', 'method multinomial has no offset', call)
FROM (VALUES ($$SELECT l2_train('q3', 's', 'z ~ x + offset(b)', 'multinomial', 1)$$),
  ($$SELECT l2_fit('s', 'z ~ x + offset(b)', 'multinomial')$$)) v(call);
SELECT cmp_ok((SELECT max(abs(l2_predict('with_' || f.method, s) - b
    - l2_predict(f.m, x, (z = 'k1')::int, (z = 'k2')::int))) FROM s), '<', 1e-9::float8,
  f.method || ': y less the offset')
FROM (SELECT 'huber' AS method, huber_fit(y, ARRAY[x, (z = 'k1')::int, (z = 'k2')::int]) AS m FROM less
  UNION ALL SELECT 'quantile', quantile_fit(y, ARRAY[x, (z = 'k1')::int, (z = 'k2')::int], 0.3) FROM less) f;

SELECT finish();
