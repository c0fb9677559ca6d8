-- The path on the Ames house sales against glmnet's own grid (test/data/make_path.R), against single
-- fits, and with information criteria worked out apart.
\ir ames.psql
SET client_min_messages = warning;

CREATE TEMP TABLE theirs (l1_ratio float8, free bool, step int, lambda float8, nonzero int, dev_ratio float8);
\copy theirs FROM 'test/data/path_glmnet.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE hg AS SELECT l2_gram_agg(y, x) AS g FROM houses;
CREATE TEMP TABLE ours AS
  SELECT l1_ratio, free, p.*, row_number() OVER (PARTITION BY l1_ratio, free ORDER BY lambda DESC) AS step
  FROM hg, unnest('{1,0.5,0.1}'::float8[]) l1_ratio, unnest('{false,true}'::bool[]) free,
       LATERAL l2_path(g, 'elastic_net', l2_options('l1_ratio', l1_ratio, 'standardize', true, 'lambda_scale',
       'glmnet', 'penalty_factor', CASE WHEN free
       THEN '{0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}'::float8[] END)) p;

SELECT plan(6 * 5 + 7);
SELECT is(count(*)::int, 100, format('l1_ratio %s%s: 100 lambdas', l1_ratio,
  CASE WHEN free THEN ', two free' END)) FROM ours GROUP BY l1_ratio, free;
SELECT cmp_ok(max(abs(o.lambda / t.lambda - 1)), '<=', 1e-12::float8,
  format('l1_ratio %s%s: glmnet''s grid', l1_ratio, CASE WHEN free THEN ', two free' END))
FROM ours o JOIN theirs t USING (l1_ratio, free, step) GROUP BY l1_ratio, free;
SELECT cmp_ok(max(abs(o.dev_ratio - t.dev_ratio)), '<=', 1e-9::float8,
  format('l1_ratio %s%s: glmnet''s fraction of deviance', l1_ratio, CASE WHEN free THEN ', two free' END))
FROM ours o JOIN theirs t USING (l1_ratio, free, step) GROUP BY l1_ratio, free;
-- at its first lambda a column is just about to enter: rounding decides there, so look from the second on
SELECT is(count(*) FILTER (WHERE o.nonzero <> t.nonzero AND step > 1)::int, 0,
  format('l1_ratio %s%s: glmnet''s numbers of columns', l1_ratio, CASE WHEN free THEN ', two free' END))
FROM ours o JOIN theirs t USING (l1_ratio, free, step) GROUP BY l1_ratio, free;
SELECT ok(bool_and(converged AND (model::jsonb->>'gap')::float8 <= 1e-13),
  format('l1_ratio %s%s: every gap within 1e-13', l1_ratio, CASE WHEN free THEN ', two free' END))
FROM ours GROUP BY l1_ratio, free;

SELECT is(count(*) FILTER (WHERE l2_coef(o.model)
  <> l2_coef(l2_elastic_net(g, lambda, l2_options('l1_ratio', l1_ratio, 'standardize', true, 'lambda_scale',
  'glmnet'))))::int, 0,
          'each fit of a path is the fit of its lambda, to the last bit') FROM ours o, hg
          WHERE NOT free AND step % 7 = 0;
SELECT is(count(*) FILTER (WHERE abs(aic - (2930 * (ln(2 * pi() * rss / 2930) + 1) + 2 * (df + 1))) > 1e-6
  OR abs(bic - (aic + (ln(2930) - 2) * (df + 1))) > 1e-6
          OR abs(aicc - aic - 2 * (df + 1) * (df + 2) / (2928 - df)) > 1e-6
          OR abs(gcv / (rss / 2930 / (1 - df / 2930) ^ 2) - 1) > 1e-12)::int, 0, 'AIC, AICc, BIC and GCV')
          FROM ours;
SELECT is(count(*)::int, 100, 'df of a lasso counts its columns') FROM ours WHERE l1_ratio = 1 AND NOT free
  AND df = nonzero + 1;
SELECT is(count(*) FILTER (WHERE l2_coef(p.model)
  <> l2_coef(l2_ridge(g, p.lambda, '{"standardize": true}')))::int, 0,
  'a path of ridges is ridges, to the last bit')
FROM hg, l2_path(g, 'ridge', '{"n_lambda": 10, "standardize": true}') p;
SELECT ok(count(DISTINCT p.model::jsonb->>'solver') = 1 AND min(p.model::jsonb->>'solver') = 'eigen'
  AND max(abs(a.std_error / b.std_error - 1)) < 1e-12
          AND max(abs(p.df / (l2_glance(m)).df - 1)) < 1e-12,
          'with their standard errors and degrees of freedom')
FROM (SELECT *, l2_ridge(g, lambda, '{"standardize": true}') AS m
  FROM hg, l2_path(g, 'ridge', '{"n_lambda": 10, "standardize": true}') OFFSET 0) p,
  l2_summary(p.model) a, l2_summary(p.m) b WHERE a.term = b.term;
SELECT ok(max(df) BETWEEN 18 AND 19 AND min(df) BETWEEN 1 AND 1.2 AND max(lambda) / min(lambda) BETWEEN 999999
  AND 1000001, 'from next to no effective parameters to next to all')
FROM hg, l2_path(g, 'ridge', '{"standardize": true}') p;
SELECT ok(abs(max(lambda) / (max(g.largest) * 2930 / sqrt(max(variance) * 2929 / 2930)) - 1) < 1e-12,
  'its largest penalty is glmnet''s')
FROM hg, l2_path(g, 'ridge', '{"standardize": true}') p, (SELECT max(lambda) AS largest
  FROM hg, l2_path(g, 'ridge', '{"standardize": true, "lambda_scale": "glmnet"}')) g,
  (SELECT var_samp(y) AS variance FROM houses) v;

SELECT * FROM finish();
