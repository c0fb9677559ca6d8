-- R, scikit-learn and glmnet on the Ames house sales, Longley and Norris.  test/data/README.md has
-- the commands that made the values; "exact" columns are solutions in exact arithmetic.
\ir ames.psql
SET client_min_messages = warning;

-- Largest relative difference, in units of the largest of the case where a value is 0
CREATE FUNCTION pg_temp.apart(got float8[], want float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT max(CASE WHEN g = w THEN 0 ELSE abs(g - w) / nullif(abs(w), 0) END)
  FROM unnest(got, want) u(g, w) $$;

-- Our answers are right to the last bits, those of others as far as they go.
\set ours 1e-14
\set r 1e-11
\set sklearn 1e-9

CREATE TEMP TABLE grams AS
  SELECT false AS weighted, l2_gram_agg(y, x) AS gram FROM houses
  UNION ALL SELECT true, l2_gram_agg(l2_obs(y, weight => w), x) FROM houses;

--
-- scikit-learn's Ridge
--
CREATE TEMP TABLE sk (weighted bool, standardized bool, intercept bool, alpha float8, term text,
  cholesky float8, svd float8, exact float8);
\copy sk FROM 'test/data/ridge_sklearn.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE sk_case AS
  SELECT k.*, (SELECT array_agg(s.estimate ORDER BY o)
  FROM l2_summary(l2_ridge(g.gram, k.alpha, l2_options('intercept', k.intercept, 'standardize',
  k.standardized, 'names', house_names()))) WITH ORDINALITY
           s(term, estimate, se, t, p, lo, hi, st, vc, positive, o)) AS ours
  FROM (SELECT weighted, standardized, intercept, alpha, array_agg(svd ORDER BY place) AS svd,
               array_agg(exact ORDER BY place) AS exact
        FROM sk, LATERAL (SELECT coalesce(array_position(house_names(), term), 0) AS place) p
        WHERE intercept OR term <> '(Intercept)'
        GROUP BY 1, 2, 3, 4) k JOIN grams g USING (weighted);

--
-- glmnet, alpha = 0
--
CREATE TEMP TABLE gl (kind text, standardize bool, lambda float8, lambda_sum float8, term text,
  penalty_factor float8, glmnet float8, exact float8);
\copy gl FROM 'test/data/ridge_glmnet.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE gl_case AS
  SELECT k.*, m::float8[] AS ours, (m::jsonb->>'lambda_effective')::float8 AS lambda_effective
  FROM (SELECT kind, standardize, lambda, lambda_sum, array_agg(glmnet ORDER BY place) AS glmnet,
               array_agg(exact ORDER BY place) AS exact,
               array_agg(penalty_factor ORDER BY place) FILTER (WHERE place > 0) AS factors
        FROM gl, LATERAL (SELECT coalesce(array_position(house_names(), term), 0) AS place) p
        GROUP BY 1, 2, 3, 4) k,
       LATERAL l2_ridge((SELECT gram FROM grams WHERE NOT weighted), k.lambda,
       l2_options('standardize', k.standardize, 'lambda_scale', 'glmnet', 'penalty_factor',
       CASE WHEN kind = 'factors' THEN factors END)) m;

--
-- R's lm
--
CREATE TEMP TABLE lm (model text, term text, statistic text, r float8, exact float8);
\copy lm FROM 'test/data/lm_r.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE longley (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8);
\copy longley FROM 'test/data/strd/Longley.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE norris (y float8, x float8);
\copy norris FROM 'test/data/strd/Norris.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE lm_model AS
  SELECT 'ames' AS model, l2_ols(gram, l2_options('names', house_names())) AS m FROM grams WHERE NOT weighted
  UNION ALL SELECT 'ames_weighted', l2_ols(gram, l2_options('names', house_names())) FROM grams WHERE weighted
  UNION ALL SELECT 'longley', l2_ols(l2_gram_cols(y, x1, x2, x3, x4, x5, x6)) FROM longley
  UNION ALL SELECT 'longley_no_intercept', l2_ols(l2_gram_cols(y, x1, x2, x3, x4, x5, x6),
  '{"intercept": false}') FROM longley
  UNION ALL SELECT 'norris', ols_fit(y, ARRAY[x], '{"names": ["x"]}') FROM norris;
CREATE TEMP TABLE lm_ours AS
  SELECT model, term, statistic, value FROM lm_model, l2_summary(m),
    LATERAL (VALUES ('estimate', estimate), ('std_error', std_error), ('t', t), ('p', p),
                    ('conf_low', lower), ('conf_high', upper)) v(statistic, value)
  UNION ALL
  SELECT model, NULL, statistic, value FROM lm_model, l2_glance(m),
    LATERAL (VALUES ('sigma', sigma), ('r_squared', r_squared), ('adj_r_squared', adj_r_squared),
                    ('f', f_statistic), ('f_df1', df - (m::jsonb->>'intercept')::bool::int),
                    ('f_df2', df_residual),
                    ('f_p', p_value)) v(statistic, value);
CREATE TEMP TABLE lm_case AS
  SELECT l.model, l.statistic, array_agg(o.value ORDER BY l.term) AS ours,
  array_agg(l.r ORDER BY l.term) AS r,
         array_agg(l.exact ORDER BY l.term) AS exact
  FROM lm l LEFT JOIN lm_ours o
    ON o.model = l.model AND o.statistic = l.statistic AND o.term IS NOT DISTINCT FROM l.term
  GROUP BY 1, 2;

SELECT plan((SELECT 2 * count(*) FROM sk_case)::int + (SELECT 3 * count(*) FROM gl_case)::int
            + (SELECT 2 * count(*) FROM lm_case)::int + 7);

SELECT is((SELECT count(*)::int FROM sk_case), 24, 'cases of scikit-learn');
SELECT cmp_ok(pg_temp.apart(ours, value), '<=', tolerance, format('ridge alpha %s%s%s%s: %s', alpha,
         CASE WHEN weighted THEN ', weighted' END, CASE WHEN standardized THEN ', standardized' END,
         CASE WHEN NOT intercept THEN ', no intercept' END, whose))
FROM sk_case, LATERAL (VALUES ('exact', exact, :ours::float8),
  ('scikit-learn', svd, :sklearn::float8)) v(whose, value, tolerance);

SELECT is((SELECT count(*)::int FROM gl_case), 9, 'cases of glmnet');
SELECT cmp_ok(pg_temp.apart(v.ours, value), '<=', tolerance,
  format('glmnet scale, %s, lambda %s: %s', kind, lambda, whose))
FROM gl_case, LATERAL (VALUES ('exact', ours, exact, :ours::float8),
  ('lambda_effective', ARRAY[lambda_effective], ARRAY[lambda_sum], 1e-15::float8),
  ('glmnet', ours, glmnet, CASE kind WHEN 'standardized' THEN 1e-7 ELSE 1e-6 END::float8)) v(whose, ours,
  value, tolerance);

SELECT is((SELECT count(DISTINCT model)::int FROM lm_case), 5, 'models of lm');
SELECT cmp_ok(pg_temp.apart(ours, value), '<=', tolerance, format('lm %s, %s: %s', model, statistic, whose))
FROM lm_case, LATERAL (VALUES ('exact', exact,
  CASE WHEN statistic IN ('p', 'f_p') THEN 1e-12 ELSE :ours END::float8),
  ('R', r, :r::float8)) v(whose, value, tolerance);

-- Weights that count rows are the rows, in every figure
SELECT is(f.m::jsonb - 'n' - 'weights' - 'sum_weights', r.m::jsonb - 'n' - 'weights' - 'sum_weights',
  'frequency weights are rows')
FROM (SELECT l2_ols(gram, '{"weight_type": "frequency"}') m FROM grams WHERE weighted) f,
     (SELECT ols_fit(y, x) m FROM houses, generate_series(1, w::int)) r;

-- The same rows in any order, cut and merged in any way: the same model to the last bit
CREATE FUNCTION pg_temp.ways() RETURNS TABLE (how text, models bigint, first text) LANGUAGE plpgsql AS $$
DECLARE m text; seed int; parts int; seen text[] := '{}';
BEGIN
  FOR seed IN 1 .. 20 LOOP
    FOREACH parts IN ARRAY '{1,2,3,7,50}'::int[] LOOP
      EXECUTE format('SELECT l2_ridge(l2_gram_sum(g
          ORDER BY hashint4(part + %1$s)), 10, ''{"standardize": true}'')::text
        FROM (SELECT hashfloat8(y * %1$s) %% %2$s AS part,
                l2_gram_agg(y, x ORDER BY hashfloat8(y + x[1] + x[2] * %1$s)) g
              FROM houses GROUP BY 1) s', seed, parts) INTO m;
      seen := seen || m;
    END LOOP;
  END LOOP;
  RETURN QUERY SELECT 'shuffled', count(DISTINCT s), min(s) FROM unnest(seen) s;
END $$;
SELECT is(models, 1::bigint, '100 shuffles and partitions give one model, bit for bit') FROM pg_temp.ways();

-- ... and so does a parallel plan
CREATE TEMP TABLE serial AS SELECT ridge_fit(l2_obs(y, weight => w), x, 10)::text AS m,
  ols_fit(y, x)::text AS o FROM houses;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TEMP TABLE plan AS SELECT ''::text AS line WHERE false;
DO $$
DECLARE l text;
BEGIN
  FOR l IN EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT ridge_fit(l2_obs(y, weight => w), x, 10) '
  'FROM houses' LOOP
    INSERT INTO plan VALUES (l);
  END LOOP;
END $$;
SELECT ok(EXISTS (SELECT FROM plan WHERE line ~ 'Workers Launched: [12]'), 'the plan has parallel workers');
SELECT is((SELECT ridge_fit(l2_obs(y, weight => w), x, 10)::text || ols_fit(y, x)::text FROM houses), m || o,
  'a parallel plan gives the same bits') FROM serial;

SELECT * FROM finish();
