-- Lasso and elastic net on the Ames house sales against scikit-learn and glmnet, and against the
-- exact minimum (test/data/make_lasso.py).
\ir ames.psql
SET client_min_messages = warning;

-- Largest difference, as a share of the largest coefficient; the intercept compares with itself
CREATE FUNCTION pg_temp.apart(got float8[], want float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT max(abs(g - w) / CASE WHEN o = 1 THEN abs(w)
  ELSE nullif((SELECT max(abs(v)) FROM unnest(want[2:]) v), 0) END)
  FROM unnest(got, want) WITH ORDINALITY u(g, w, o) WHERE g <> w $$;

CREATE TEMP TABLE net (package text, weighted bool, standardized bool, l1_ratio float8, lambda float8,
  term text,
  value float8, exact float8);
\copy net FROM 'test/data/elastic_net.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE grams AS
  SELECT false AS weighted, l2_gram_agg(y, x) AS gram FROM houses
  UNION ALL SELECT true, l2_gram_agg(l2_obs(y, weight => w), x) FROM houses;

CREATE TEMP TABLE cases AS
  SELECT k.*, m, g.gram
  FROM (SELECT package, weighted, standardized, l1_ratio, lambda, array_agg(value ORDER BY place) AS value,
               array_agg(exact ORDER BY place) AS exact
        FROM net, LATERAL (SELECT coalesce(array_position(house_names(), term), 0) AS place) p
        GROUP BY 1, 2, 3, 4, 5) k
  JOIN grams g USING (weighted),
  LATERAL (SELECT CASE WHEN l1_ratio = 1
             THEN l2_lasso(gram, lambda, l2_options('standardize', standardized, 'lambda_scale',
             CASE package WHEN 'glmnet' THEN 'glmnet' ELSE 'mean' END))
             ELSE l2_elastic_net(gram, lambda, l2_options('l1_ratio', l1_ratio, 'standardize', standardized,
             'lambda_scale', CASE package WHEN 'glmnet' THEN 'glmnet' ELSE 'mean' END))
           END AS m) f;

SELECT plan((SELECT 4 * count(*) FROM cases)::int + 4);
SELECT is((SELECT count(*)::int FROM cases WHERE package = 'sklearn'), 48, 'cases of scikit-learn');
SELECT is((SELECT count(*)::int FROM cases WHERE package = 'glmnet'), 15, 'cases of glmnet');

-- 1e-13 of the largest coefficient, zeros exactly; glmnet goes as far as its threshold lets it
SELECT cmp_ok(coalesce(pg_temp.apart(m::float8[], v), 0), '<=', tolerance,
              format('%s l1_ratio %s lambda %s%s%s: %s', package, l1_ratio, lambda,
              CASE WHEN weighted THEN ' weighted' END,
                     CASE WHEN standardized THEN ' standardized' END, whose))
FROM cases, LATERAL (VALUES ('exact', exact, 1e-14::float8),
  (package, value, CASE package WHEN 'glmnet' THEN 1e-7 ELSE 1e-12 END::float8)) w(whose, v, tolerance);
SELECT is((SELECT array_agg(v <> 0 ORDER BY o) FROM unnest(l2_coef(m)) WITH ORDINALITY u(v, o)),
          (SELECT array_agg(v <> 0 ORDER BY o) FROM unnest(exact[2:]) WITH ORDINALITY u(v, o)),
          format('%s l1_ratio %s lambda %s: the same columns', package, l1_ratio, lambda)) FROM cases;
SELECT ok(g.converged AND g.gap <= 1e-13, format('%s l1_ratio %s lambda %s: gap %s in %s iterations', package,
  cases.l1_ratio, cases.lambda, gap, iterations))
FROM cases, l2_glance(m) g;

-- The optimality conditions, from the rows: x_j'(y - yhat) = l1 sign(b_j), or at most l1 where b_j = 0
SELECT cmp_ok(max(CASE WHEN b = 0 THEN greatest(abs(s) / l1 - 1, 0) ELSE abs(s / (l1 * sign(b)) - 1) END),
  '<=', 1e-7::float8,
              'optimality conditions of a lasso, worked out from the rows')
FROM (SELECT j, sum((x[j] - mean) * (y - l2_predict(m, x))) AS s, min((l2_coef(m))[j]) AS b, 1e7::float8 AS l1
      FROM houses, (SELECT lasso_fit(y, x, 1e7) AS m FROM houses) f, generate_series(1, 18) j,
           LATERAL (SELECT (l2_means(gram))[j + 1] AS mean FROM grams WHERE NOT weighted) c
      GROUP BY j) t;

-- next to no lasso in it: the degrees of freedom are those of ridge, which counts in double-double, where
-- columns are nearly the same, too
SELECT cmp_ok(max(abs(e.df / r.df - 1)), '<', 1e-13::float8, 'degrees of freedom of columns nearly the same')
FROM unnest('{1e-3,1e-4,1e-5,1e-6}'::float8[]) noise, unnest('{1e-9,1e-7,1e-5}'::float8[]) lam, LATERAL (
  SELECT l2_gram_cols(a + b + c + d + e, a, a + noise * b, c, d, e) AS g FROM (
    SELECT sin(i * 1.1) AS a, cos(i * i * 0.7) AS b, sin(i * i * 1.3) AS c, sin(i * 2.9) AS d,
      cos(i * 3.7) AS e, noise FROM generate_series(1, 300) i) s) s,
  l2_glance(l2_ridge(g, lam * (1 - 1e-9))) r, l2_glance(l2_elastic_net(g, lam, '{"l1_ratio": 1e-9}')) e;

SELECT * FROM finish();
