-- Coefficients along whole paths of glmnet and scikit-learn, on the Ames house sales and the diamonds, and
-- against the exact minima (test/data/make_cv.py).
\ir ames.psql
\ir diamonds.psql
SET client_min_messages = warning;

CREATE TEMP TABLE theirs (package text, data text, standardize bool, l1_ratio float8, step int, lambda float8,
  intercept float8, coefficients float8[], exact_intercept float8, exact_coefficients float8[]);
\copy theirs FROM 'test/data/path_coef.csv' WITH (FORMAT csv, HEADER true)

-- Largest difference, as a share of the largest coefficient
CREATE FUNCTION pg_temp.apart(got float8[], want float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT max(abs(g - w)) / max(abs(w)) FROM unnest(got, want) u(g, w) $$;

CREATE TEMP TABLE grams AS
  SELECT 'ames' AS data, l2_gram_agg(y, x) AS gram FROM houses UNION ALL SELECT 'diamonds', l2_gram_agg(y, x)
  FROM stones;
CREATE TEMP TABLE ours AS
  SELECT t.*, converged, nonzero, l2_intercept(model) AS b0, l2_coef(model) AS b,
  (model::jsonb->>'gap')::float8 AS gap,
         format('%s, %s%s, l1_ratio %s: ', package, data, CASE WHEN standardize THEN ' standardized' END,
         l1_ratio) AS label
  FROM (SELECT package, data, standardize, l1_ratio, array_agg(lambda ORDER BY step) AS lambdas
        FROM theirs GROUP BY 1, 2, 3, 4) c
  JOIN grams USING (data)
  CROSS JOIN LATERAL l2_path(gram, 'elastic_net', l2_options('l1_ratio', l1_ratio, 'lambdas', lambdas,
  'standardize', standardize, 'lambda_scale', CASE package WHEN 'glmnet' THEN 'glmnet' ELSE 'mean' END)) p
  JOIN theirs t USING (package, data, standardize, l1_ratio, lambda);

SELECT plan(3 + 16 * 5);
SELECT is((SELECT array_agg(n ORDER BY fold)
  FROM (SELECT fold, count(*)::int AS n FROM houses GROUP BY fold) f),
          '{314,279,285,297,287,294,263,322,296,293}', 'the folds of Ames are those of the files');
SELECT is((SELECT array_agg(n ORDER BY fold)
  FROM (SELECT fold, count(*)::int AS n FROM stones GROUP BY fold) f),
          '{5678,5234,5134,5627,5591,5416,5436,5277,5363,5184}', 'those of the diamonds too');
SELECT is((SELECT count(*)::int FROM ours), 754, 'a fit for every lambda of the file');

SELECT cmp_ok(max(pg_temp.apart(b, coefficients)), '<=', 1e-11::float8,
  label || package || '''s coefficients') FROM ours GROUP BY label, package;
SELECT cmp_ok(max(pg_temp.apart(b, exact_coefficients)), '<=', 1e-14::float8,
  label || 'the exact coefficients') FROM ours GROUP BY label;
SELECT cmp_ok(max(abs(b0 / exact_intercept - 1)), '<=', 1e-12::float8, label || 'the exact intercept')
  FROM ours GROUP BY label;
SELECT is(count(*) FILTER (WHERE nonzero <> (SELECT count(*) FROM unnest(exact_coefficients) v
  WHERE v <> 0))::int, 0, label || 'numbers of columns') FROM ours GROUP BY label;
SELECT ok(bool_and(converged AND gap <= 1e-13), label || 'every gap within 1e-13') FROM ours GROUP BY label;

SELECT * FROM finish();
