-- Models without an intercept are themselves everywhere, not only where one is fitted: on curves of
-- cross-validation, at the first lambda of a grid, in what is exported and predicted.
SET client_min_messages = warning;

CREATE TEMP TABLE r AS
SELECT i, i % 5 AS fold, 4 + sin(i) AS a, cos(i * i) - 2 AS b, 1 + i % 3 AS c, 1 + i % 2 AS w,
  20 + 3 * sin(i) - cos(i * i) + i % 7 AS y, i % 9 < 7 AS won, i % 4 AS visits
FROM generate_series(1, 120) i;

SELECT plan(23);

-- the curve against fits of all other folds, on the rows of each
CREATE FUNCTION pg_temp.by_hand(method text, l float8, weighted bool, options l2_options) RETURNS float8[]
  LANGUAGE plpgsql AS $$
DECLARE
  result float8[];
  one float8;
BEGIN
  FOR f IN 0 .. 4 LOOP
    EXECUTE format('SELECT sum(v * (r.y - l2_predict(m, a, b, c)) ^ 2) / sum(v)
      FROM (SELECT l2_%1$s(l2_gram_agg(l2_obs(y, weight => %2$s), ARRAY[a, b, c]), $1, $3) AS m
          FROM r WHERE fold <> $2) s,
        (SELECT *, %2$s AS v FROM r) r WHERE fold = $2', method, CASE WHEN weighted THEN 'w' ELSE '1' END)
      INTO one USING l, f, options;
    result := result || one;
  END LOOP;
  RETURN result;
END $$;
SELECT cmp_ok(max(abs(u.got / u.want - 1)), '<', 1e-11::float8,
    format('the curve of %s%s, intercept %s, is that of fits by hand', method,
    CASE WHEN weighted THEN ', weighted' END, intercept))
FROM unnest('{ridge,lasso}'::text[]) method, unnest('{t,f}'::bool[]) weighted,
  unnest('{t,f}'::bool[]) intercept,
  LATERAL (SELECT l2_gram_folds(l2_obs(y, weight => CASE WHEN weighted THEN w ELSE 1 END, fold => fold),
  ARRAY[a, b, c]) AS g FROM r) s,
  LATERAL l2_cv_curve(g, method, l2_options('lambdas', '{0.5,20}'::float8[], 'intercept', intercept)) p,
  LATERAL unnest(p.fold_mse, pg_temp.by_hand(method, p.lambda, weighted,
  l2_options('intercept', intercept))) u(got, want)
GROUP BY method, weighted, intercept ORDER BY 1;

-- the first lambda of a grid is the least that leaves no feature: the largest slope where all are 0
CREATE TEMP TABLE first AS
SELECT 'lasso' AS of, p.lambda, p.nonzero, l.largest, p.model,
  l2_lasso(g, 0.999 * p.lambda, '{"intercept": false}') AS next
FROM (SELECT l2_gram_cols(y, a, b, c) AS g, greatest(abs(sum(y * a)), abs(sum(y * b)),
  abs(sum(y * c))) AS largest FROM r) l,
  LATERAL l2_path(g, 'lasso', '{"intercept": false, "n_lambda": 1}') p
UNION ALL
SELECT 'logistic', p.lambda, p.nonzero, l.largest, p.model,
  logistic_fit(r.won, ARRAY[a, b, c], 0.999 * l.largest, '{"intercept": false, "l1_ratio": 1}')
FROM r, (SELECT logistic_path(won, ARRAY[a, b, c],
  '{"intercept": false, "l1_ratio": 1, "n_lambda": 1}') AS path,
    greatest(abs(sum((won::int - 0.5) * a)), abs(sum((won::int - 0.5) * b)),
    abs(sum((won::int - 0.5) * c))) AS largest FROM r) l, unnest(path) p
GROUP BY p.lambda, p.nonzero, l.largest, p.model
UNION ALL
SELECT 'poisson', p.lambda, p.nonzero, l.largest, p.model,
  poisson_fit(r.visits, ARRAY[a, b, c], 0.999 * l.largest, '{"intercept": false, "l1_ratio": 1}')
FROM r, (SELECT poisson_path(visits, ARRAY[a, b, c],
  '{"intercept": false, "l1_ratio": 1, "n_lambda": 1}') AS path,
    greatest(abs(sum((visits - 1) * a)), abs(sum((visits - 1) * b)), abs(sum((visits - 1) * c))) AS largest
    FROM r) l, unnest(path) p
GROUP BY p.lambda, p.nonzero, l.largest, p.model;
SELECT ok(abs(lambda / largest - 1) < 1e-6, format('%s: the first lambda is the largest slope, off by %s', of,
  lambda / largest - 1)) FROM first ORDER BY of;
SELECT is(nonzero, 0, of || ': which leaves no feature') FROM first ORDER BY of;
SELECT is((l2_glance(next)).nonzero, 1, of || ': and a little less leaves one') FROM first ORDER BY of;

-- what is exported is what is predicted, and no row of a summary is an intercept
CREATE TEMP TABLE m AS
SELECT 'ols' AS method, ols_fit(y, ARRAY[a, b, c], '{"intercept": false}') AS m FROM r UNION ALL
SELECT 'ridge', ridge_fit(y, ARRAY[a, b, c], 3, '{"intercept": false, "standardize": true}') FROM r UNION ALL
SELECT 'logistic', logistic_fit(won, ARRAY[a, b, c], 1, '{"intercept": false}') FROM r UNION ALL
SELECT 'poisson', poisson_fit(visits, ARRAY[a, b, c], 1, '{"intercept": false}') FROM r;
CREATE FUNCTION pg_temp.exported(m l2_model) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  result float8;
BEGIN
  EXECUTE format('SELECT max(abs(%s - l2_predict($1, x1, x2, x3))) FROM (SELECT a AS x1, b AS x2, c AS x3 '
  'FROM r) s', l2_sql(m)) INTO result USING m;
  RETURN result;
END $$;
SELECT cmp_ok(pg_temp.exported(m), '<', 1e-12::float8, method || ': l2_sql is l2_predict') FROM m
  ORDER BY method;
SELECT is((SELECT count(*)::int FROM l2_summary(m) WHERE estimate <> 0 AND term !~ '^x\d$'), 0,
  'no other terms in a summary') FROM m WHERE method = 'ols';
SELECT cmp_ok(abs(g.r_squared - (SELECT 1 - sum((y - l2_predict(m, a, b, c)) ^ 2) / sum(y ^ 2) FROM r)), '<',
  1e-12::float8, 'R squared is about 0')
FROM m, l2_glance(m) g WHERE method = 'ols';

SELECT * FROM finish();
