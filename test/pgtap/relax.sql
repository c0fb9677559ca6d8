-- Relaxed fits against glmnet (test/data/make_relax.R), and against the same done by hand.
\ir ames.psql
SET client_min_messages = warning;

CREATE TABLE made (y int, clicks int, w float8, e float8, x1 float8, x2 float8, x3 float8, x4 float8, x5
  float8);
\copy made FROM 'test/data/logistic_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE ref_path (kase text, l1_ratio float8, step int, lambda float8, nonzero int, refit float8[], b
  float8[]);
\copy ref_path FROM 'test/data/relax_path.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE ref_cv (kase text, l1_ratio float8, relax float8, step int, mean float8, se float8, is_min bool,
  is_1se bool);
\copy ref_cv FROM 'test/data/relax_cv.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE case_rows AS
  SELECT 'ames' AS kase, y / 1000 AS y, x, w::float8 AS w, fold, true AS standardize FROM houses
  UNION ALL SELECT 'made', y, ARRAY[x1, x2, x3, x4, x5], 1, i % 10 + 1, false FROM (SELECT *, row_number()
    OVER () AS i FROM made) s
  UNION ALL SELECT 'rooms', totrms_abvgrd, ARRAY[gr_liv_area, lot_area, year_built, fireplaces, garage_area],
    1, h.fold, true
    FROM (SELECT *, mod(mod((sale_price + 31 * lot_area)::bigint, 7919), 10)::int + 1 AS fold FROM ames) h;
CREATE FUNCTION pg_temp.options(standardize bool, l1_ratio float8, relax jsonb) RETURNS jsonb LANGUAGE sql
  IMMUTABLE AS $$
  SELECT jsonb_build_object('standardize', standardize, 'lambda_scale', 'glmnet', 'n_lambda', 12, 'l1_ratio',
    l1_ratio, 'relax', relax, 'tolerance', 1e-13) $$;
-- Largest difference, as a share of the largest coefficient, in units of the features' deviations
CREATE FUNCTION pg_temp.apart(of_kase text, got float8[], want float8[]) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(abs(g - w) * s) / greatest(max(abs(w) * s), 1e-300) FROM unnest(got, want, (SELECT array_agg(s
    ORDER BY j) FROM
    (SELECT j, stddev_pop(x[j]) AS s FROM case_rows, generate_subscripts(x, 1) j WHERE kase = of_kase GROUP BY
      j) t)) u(g, w, s) $$;

SELECT no_plan();

-- Paths: the refit, and a blend
CREATE TABLE path AS
SELECT kase, l1_ratio, relax::text::float8 AS relax, row_number() OVER (PARTITION BY kase, l1_ratio, relax
  ORDER BY (p).lambda DESC)::int AS step, (p).lambda, (p).df, (p).nonzero, (p).dev_ratio, (p).converged,
  (p).model FROM (
  SELECT kase, l1_ratio, relax, unnest(glm_path(l2_obs(y, weight => w), x, pg_temp.options(standardize,
    l1_ratio, relax) || family)) AS p
  FROM case_rows, unnest('{1,0.5}'::float8[]) l1_ratio, unnest('{0,0.25}'::jsonb[]) relax, LATERAL (SELECT
    jsonb_build_object('family', CASE kase WHEN 'made' THEN 'binomial' ELSE 'poisson' END) AS family) f WHERE
    kase <> 'ames' GROUP BY kase, l1_ratio, relax) s
UNION ALL SELECT 'ames', l1_ratio, relax::text::float8, row_number() OVER (PARTITION BY l1_ratio, relax ORDER
  BY p.lambda DESC), p.lambda, p.df, p.nonzero, p.dev_ratio, p.converged, p.model
FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), x) AS g FROM case_rows WHERE kase = 'ames') s,
  unnest('{1,0.5}'::float8[]) l1_ratio, unnest('{0,0.25}'::jsonb[]) relax,
  l2_path(g, 'elastic_net', pg_temp.options(true, l1_ratio, relax) - 'tolerance') p;
SELECT is(count(*)::int, 2 * (SELECT count(*)::int FROM ref_path), 'models of the paths') FROM path JOIN
  ref_path USING (kase, l1_ratio, step);
SELECT cmp_ok(max(pg_temp.apart(kase, l2_coef(p.model), (SELECT array_agg(p.relax * a + (1 - p.relax) * c
  ORDER BY i) FROM unnest(r.b, r.refit) WITH ORDINALITY u(a, c, i) WHERE i > 1))), '<=', 1e-8::float8,
  format('%s l1_ratio %s relax %s: glmnet''s coefficients', kase, l1_ratio, p.relax))
FROM path p JOIN ref_path r USING (kase, l1_ratio, step) WHERE step > 1 GROUP BY kase, l1_ratio, p.relax ORDER
  BY kase, l1_ratio, p.relax;
SELECT cmp_ok(max(abs(l2_intercept(p.model) / (p.relax * b[1] + (1 - p.relax) * refit[1]) - 1)), '<=',
  1e-8::float8, format('%s: intercepts', kase))
FROM path p JOIN ref_path r USING (kase, l1_ratio, step) WHERE step > 1 GROUP BY kase ORDER BY kase;
SELECT is(bool_and(p.nonzero = CASE WHEN step > 1 THEN r.nonzero ELSE 0 END OR step = 1), true,
  'as many coefficients') FROM path p JOIN ref_path r USING (kase, l1_ratio, step);
SELECT ok(bool_and(converged), 'all converged') FROM path;
SELECT cmp_ok(max(abs(df - nonzero - 1)), '<=', 1e-9::float8,
  'of the refit degrees of freedom are its coefficients') FROM path WHERE relax = 0;
SELECT cmp_ok(max(abs(df - 0.25 * l - 0.75 * (nonzero + 1))), '<=', 1e-8::float8,
  'and of a blend their share')
FROM (SELECT df, nonzero, (SELECT (l2_glance(logistic_fit(y, x, p.lambda, pg_temp.options(false, p.l1_ratio,
  'null') - 'n_lambda'))).df FROM case_rows WHERE kase = 'made') AS l
  FROM path p WHERE kase = 'made' AND relax = 0.25) s;

-- Cross-validation
CREATE TABLE curve AS SELECT kase, row_number() OVER (PARTITION BY kase, (p).l1_ratio, (p).relax ORDER BY
  (p).lambda DESC)::int AS step, (p).* FROM (
  SELECT kase, unnest(glm_cv_curve(l2_obs(y, weight => w, fold => fold), x, o)) AS p
  FROM (SELECT *, pg_temp.options(standardize, l1_ratio, '[0.25, 1e-5, 1, 0.75, 0.5]') ||
    jsonb_build_object('family', CASE kase WHEN 'made' THEN 'binomial' ELSE 'poisson' END) AS o FROM
    case_rows, unnest('{1,0.5}'::float8[]) l1_ratio WHERE kase <> 'ames') s GROUP BY kase, o) s;
INSERT INTO curve SELECT 'ames', row_number() OVER (PARTITION BY p.l1_ratio, p.relax ORDER BY p.lambda DESC),
  p.*
FROM (SELECT l2_gram_folds(l2_obs(y, weight => w, fold => fold), x) AS g FROM case_rows WHERE kase = 'ames')
  s, unnest('{1,0.5}'::float8[]) r,
  l2_cv_curve(g, 'elastic_net', pg_temp.options(true, r, '[0.25, 1e-5, 1, 0.75, 0.5]') - 'tolerance') p;
CREATE VIEW both_curves AS SELECT c.*, r.mean AS r_mean, r.se AS r_se, r.is_min AS r_is_min, r.is_1se AS
  r_is_1se FROM curve c JOIN ref_cv r USING (kase, l1_ratio, relax, step);
SELECT is(count(*)::int, (SELECT count(*)::int FROM ref_cv), 'points of the curves') FROM both_curves;
SELECT cmp_ok(max(abs(mean / r_mean - 1)), '<=', 1e-8::float8, format('%s: cv.glmnet''s means', kase)) FROM
  both_curves GROUP BY kase ORDER BY kase;
SELECT cmp_ok(max(abs(se / r_se - 1)), '<=', 1e-6::float8, format('%s: its standard errors', kase)) FROM
  both_curves GROUP BY kase ORDER BY kase;
SELECT is(string_agg(format('%s %s %s %s', kase, l1_ratio, relax, step), ', '), NULL, 'the same choices') FROM
  both_curves WHERE is_min <> r_is_min OR is_1se <> r_is_1se;
SELECT is(array_agg(DISTINCT p.relax ORDER BY p.relax), '{0,0.25,0.5,0.75,1}',
  'true is glmnet''s five shares')
FROM (SELECT l2_gram_folds(y, x) AS g FROM case_rows WHERE kase = 'rooms') s, l2_cv_curve(g, 'lasso',
  '{"relax": true, "n_lambda": 5}') p;
-- the model that is chosen is the fit at what is chosen
SELECT is((g.lambda, g.relax), (c.lambda, c.relax), f.kase || ': rule ' || rule)
FROM (SELECT 'made' AS kase, rule, logistic_cv(l2_obs(y, weight => w, fold => fold), x, o) AS m
      FROM (SELECT *, pg_temp.options(standardize, 1, '[0.25, 1e-5, 1, 0.75, 0.5]') ||
        jsonb_build_object('rule', rule) AS o FROM case_rows, unnest('{min,1se}'::text[]) rule WHERE kase =
        'made') s GROUP BY rule
      UNION ALL SELECT 'ames', rule, elastic_net_cv(l2_obs(y, weight => w, fold => fold), x, o)
      FROM (SELECT *, pg_temp.options(standardize, 1, '[0.25, 1e-5, 1, 0.75, 0.5]') - 'tolerance' ||
        jsonb_build_object('rule', rule) AS o FROM case_rows, unnest('{min,1se}'::text[]) rule WHERE kase =
        'ames') s GROUP BY rule) f,
  l2_glance(m) g JOIN curve c ON c.l1_ratio = 1 WHERE c.kase = f.kase AND CASE rule WHEN 'min' THEN c.is_min
    ELSE c.is_1se END ORDER BY f.kase, rule;

-- What the model says of its rows is what its predictions make of them
SELECT cmp_ok(abs(rss / want - 1), '<=', 1e-10::float8, 'rss is that of the predictions')
FROM (SELECT lasso_fit(y, x, 100, '{"relax": 0.3, "standardize": true}') AS m FROM case_rows WHERE kase =
  'ames') s,
  LATERAL (SELECT (l2_glance(m)).rss, (SELECT sum((y - l2_predict(m, x)) ^ 2) FROM case_rows WHERE kase =
    'ames') AS want) t;
SELECT cmp_ok(abs(deviance / want - 1), '<=', 1e-10::float8, 'and the deviance')
FROM (SELECT logistic_fit(y, x, 20, '{"relax": 0.3, "l1_ratio": 1}') AS m FROM case_rows WHERE kase = 'made')
  s,
  LATERAL (SELECT (l2_glance(m)).deviance, (SELECT -2 * sum(ln(CASE WHEN y = 1 THEN l2_predict(m, x) ELSE 1 -
    l2_predict(m, x) END)) FROM case_rows WHERE kase = 'made') AS want) t;
-- groups are refitted whole
SELECT cmp_ok(abs((l2_glance(m)).rss / (l2_glance(l2_ols(g, l2_options('features', kept)))).rss - 1), '<=',
  1e-12::float8, format('the refit of a group lasso, of %s columns', cardinality(kept)))
FROM (SELECT l2_gram_agg(y, x) AS g FROM case_rows WHERE kase = 'ames') s,
  LATERAL (SELECT l2_lasso(g, 30000,
    '{"relax": true, "standardize": true, "group": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]}')
    AS m) f,
  LATERAL (SELECT array_agg(term) FILTER (WHERE estimate <> 0 AND term <> '(Intercept)') AS kept FROM
    l2_summary(m)) k WHERE cardinality(kept) BETWEEN 2 AND 16;
SELECT * FROM finish();
