-- Models of little: terms that are true or false alone, no feature at all, no derivative, no cluster.
SET client_min_messages = error;

SELECT plan(59);

CREATE TABLE s AS SELECT i AS id, (i % 17)::float8 AS x, (i % 5)::float8 AS b, 'k' || i % 3 AS z,
  i % 2 = 0 AS won,
  timestamp '2026-01-01' + i % 50 * interval '1 day' AS at, NULL::integer AS nobody, i % 7 AS store,
  (2 * (i % 17) + 10 * (i % 5) + i % 3)::float8 AS y
FROM generate_series(1, 200) i;
INSERT INTO s SELECT 200 + i, CASE WHEN i <> 1 THEN 3 END, CASE WHEN i <> 2 THEN 1 END, 'k1',
  CASE WHEN i <> 3 THEN true END, CASE WHEN i <> 4 THEN timestamp '2026-01-02' END, NULL, 1, 5
FROM generate_series(1, 4) i;

-- What l2_sql writes of a boolean runs, and gives what l2_predict does
CREATE FUNCTION pg_temp.unlike(model l2_model) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT l2_predict($1, s) AS p, %s AS e FROM s) v '
    'WHERE (p IS NULL) <> (e IS NULL) OR abs(p - e) > 1e-12 * (1 + abs(p))', l2_sql(model))
  INTO n USING model;
  RETURN n;
END $$;
SELECT is(pg_temp.unlike(l2_fit('s', f, m.method, m.lambda)), 0::bigint,
  format('l2_sql of %s, %s', f, m.method))
FROM unnest('{y ~ I(b > 2),y ~ won,y ~ I(won),y ~ I(NOT won) + x,"y ~ I(at > ''2026-01-20''::timestamp) + x",
  y ~ won - 1,y ~ won * x,y ~ won + z,y ~ I(won) + I(won AND b > 1) + offset(x)}'::text[]) f,
  (VALUES ('ols', NULL), ('lasso', 1::float8), ('poisson', NULL)) m(method, lambda);
SELECT is(pg_temp.unlike(l2_fit('s', 'won ~ I(b > 2)', 'logistic', 1)), 0::bigint, 'l2_sql of a probability');
-- PMML has such a column as what it is
SELECT ok(l2_pmml(l2_fit('s', 'y ~ won', 'ols')) LIKE
  '%<DataField name="won" optype="categorical" dataType="boolean">%'
  '<CategoricalPredictor name="won" value="true" coefficient=%', 'l2_pmml of a boolean column');
-- and its effect is a difference, not a slope
SELECT l2_train('chance', 's', 'won ~ x + I(b > 2)', 'logistic'),
  l2_train('count', 's', 'y ~ won', 'poisson') \g /dev/null
SELECT ok(kind = 'difference' AND abs(estimate -
  (SELECT avg(y) FILTER (WHERE won) - avg(y) FILTER (WHERE NOT won) FROM s)) < 1e-6,
  'l2_margins of a boolean column') FROM l2_margins('count', 's');

-- A model of its intercept
SELECT l2_train('mean_' || method, 's', t || ' ~ 1', method, lambda, options::l2_options)
FROM (VALUES ('ols', 'y', NULL, '{"keep_gram": true}'), ('ridge', 'y', 1::float8, NULL),
    ('lasso', 'y', 1, NULL),
    ('logistic', 'won', NULL, NULL), ('poisson', 'y', NULL, NULL), ('huber', 'y', NULL, NULL),
    ('quantile', 'y', 0.5, NULL)) m(method, t, lambda, options) \g /dev/null
SELECT is(d.drift, CASE WHEN m IN ('logistic', 'poisson') THEN 1 ELSE 2 END, m || ': drift of the target')
FROM unnest('{ols,ridge,lasso,logistic,poisson,huber,quantile}'::text[]) m, LATERAL (
  SELECT count(*)::integer FROM l2_drift('mean_' || m, 's')) d(drift);
SELECT ok(abs(mean_now - (SELECT avg(y) FROM s)) < 1e-12 AND abs(shift) < 1e-12, 'its numbers')
FROM l2_drift('mean_ols', 's') WHERE term = 'y';
SELECT is((SELECT count(*) FROM l2_drift('mean_ols', 'SELECT x FROM s')), 0::bigint, 'rows without a target');
SELECT ok(l2_report('mean_' || m, 's') LIKE '%<h2>Drift</h2>%', m || ': page with a source')
FROM unnest('{ols,ridge,lasso,logistic,poisson,huber,quantile}'::text[]) m;
SELECT ok(l2_report('mean_ols') NOT LIKE '%Path of the coefficients%', 'no path of no feature');

-- Where a term ends there is no derivative; where it cannot be computed, that is the error
SELECT l2_train('root', 's', 'y ~ sqrt(b) + x', 'ols'),
  l2_train('part', 'SELECT y, x, b + 1 AS b FROM s', 'y ~ I(1 / b) + log(b) + x', 'ols') \g /dev/null
SELECT throws_ok($$SELECT * FROM l2_margins('root', 's')$$, '22023',
  'a term of the model has no derivative at a row', 'a root at 0');
SELECT throws_ok($$SELECT * FROM l2_margins('root', 'SELECT x, b - 1 AS b FROM s')$$, '2201F',
  'cannot take square root of a negative number', 'a root below 0');
SELECT throws_ok($$SELECT * FROM l2_margins('part', 's')$$, '22012', 'division by zero',
  'a fraction at its pole');
SELECT cmp_ok(abs(estimate - (SELECT l2.estimate * avg(1 / (2 * sqrt(b))) FROM s, l2_summary('root') l2
    WHERE b > 0 AND x IS NOT NULL AND l2.term LIKE 'sqrt%' GROUP BY l2.estimate)), '<', 1e-9::float8,
  'a root above 0') FROM l2_margins('root', 'SELECT * FROM s WHERE b > 0') WHERE term = 'b';

-- Clusters that are all NULL
SELECT throws_ok(format($$SELECT %s 's', %L, 'ols', options => '{"vcov": "CR1", "cluster": "nobody"}')$$,
  call, f), '22023', 'no row has a cluster', call || f)
FROM unnest('{"l2_fit(","l2_train(''none'',"}'::text[]) call,
  unnest('{y ~ x,y ~ x | store,y ~ x | b ~ id}'::text[]) f;
SELECT is(l2_fit('SELECT * FROM s WHERE id < 0', f, 'ols', options => '{"vcov": "CR1", "cluster": "nobody"}'),
  NULL, 'no rows: ' || f) FROM unnest('{y ~ x,y ~ x | store}'::text[]) f;

SELECT finish();
