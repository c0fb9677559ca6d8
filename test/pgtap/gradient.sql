-- Gradient descent and FISTA: their iterations against plain numpy over the rows
-- (test/data/make_gradient.py), their minima against the direct solvers on the Ames house sales, the
-- duality gap against the true distance, and the limit of the learning rate.
\ir ames.psql
SET client_min_messages = error;

-- Largest difference as a share of the largest coefficient; the intercept compares with itself
CREATE FUNCTION pg_temp.apart(got float8[], want float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(max(abs(g - w) / CASE WHEN o = 1 THEN abs(w) ELSE (SELECT max(abs(v))
  FROM unnest(want[2:]) v) END), 0)
  FROM unnest(got, want) WITH ORDINALITY u(g, w, o) WHERE g <> w $$;

-- iterations, one by one
CREATE TEMP TABLE longley (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8,
  i serial);
\copy longley (y, x1, x2, x3, x4, x5, x6) FROM 'test/data/strd/Longley.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE steps (solver text, l1 float8, l2 float8, rate float8, weighted int, standardized int,
  intercept int, iteration int, term int, value float8);
\copy steps FROM 'test/data/gradient_steps.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE compared AS
  SELECT s.*, pg_temp.apart(t.coefficients, s.value) AS apart
  FROM (SELECT solver, l1, l2, rate, weighted, standardized, intercept, iteration,
  array_agg(value ORDER BY term) AS value
        FROM steps GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) s
  JOIN (SELECT c.*, t.iteration, t.coefficients
        FROM (SELECT l2_gram_agg(y, ARRAY[x1, x2, x3, x4, x5, x6]) AS g,
        l2_gram_agg(l2_obs(y, weight => i), ARRAY[x1, x2, x3, x4, x5, x6]) AS gw FROM longley) l,
             (SELECT DISTINCT solver, l1, l2, rate, weighted, standardized, intercept FROM steps) c,
             l2_trace(CASE weighted WHEN 1 THEN gw ELSE g END, l1 + l2,
             l2_options('l1_ratio', CASE WHEN l1 > 0 THEN l1 / (l1 + l2) ELSE 0 END, 'solver', solver,
             'learning_rate', rate, 'max_iter', 60, 'tolerance', 0, 'intercept', intercept = 1, 'standardize',
             standardized = 1)) t) t
  ON (s.solver, s.l1, s.l2, s.weighted, s.standardized, s.intercept, s.iteration)
  = (t.solver, t.l1, t.l2, t.weighted, t.standardized, t.intercept, t.iteration)
     AND s.rate IS NOT DISTINCT FROM t.rate;

-- minima on the house sales
CREATE TEMP TABLE fits AS
  SELECT solver, lambda, l1_ratio, standardized, weighted, factor IS NOT NULL AS factors, i AS intercept, m,
  e, g
  FROM (SELECT false AS weighted, l2_gram_agg(y, x) AS g FROM houses
  UNION ALL SELECT true, l2_gram_agg(l2_obs(y, weight => w), x) FROM houses) h,
       unnest('{fista,gradient}'::text[]) solver, unnest('{0,100,1e6}'::float8[]) lambda,
       unnest('{0,0.5,1}'::float8[]) l1_ratio,
       unnest('{t,f}'::bool[]) standardized, unnest('{t,f}'::bool[]) i,
       (VALUES (NULL), ('{0,0,1,2,0.5,1,1,1,1,1,1,1,1,1,1,1,1,1}'::float8[])) f(factor),
       LATERAL l2_elastic_net(g, lambda, l2_options('l1_ratio', l1_ratio, 'intercept', i, 'standardize',
       standardized, 'penalty_factor', factor, 'solver', solver, 'tolerance',
       CASE WHEN lambda * l1_ratio > 0 THEN 1e-16 ELSE 1e-30 END)) m,
       LATERAL l2_elastic_net(g, lambda, l2_options('l1_ratio', l1_ratio, 'intercept', i, 'standardize',
       standardized, 'penalty_factor', factor)) e
  WHERE (solver = 'fista' OR standardized AND i AND NOT weighted AND factor IS NULL) AND (i OR weighted)
  AND (factor IS NULL OR NOT weighted);

-- every row of a trace: no model is better by more than the gap says, and steps of 1/L never go up
CREATE TEMP TABLE traces AS
  SELECT solver, lambda, l1_ratio, free, t.*, (e::jsonb->>'rss')::float8 / 2 AS half_rss,
  (e::jsonb->>'tss')::float8 AS tss,
         (SELECT sum(CASE WHEN free AND j <= 2 THEN 0
         ELSE lambda * (l1_ratio * abs(b * s) + (1 - l1_ratio) / 2 * (b * s) ^ 2) END)
          FROM unnest(l2_coef(e), sd) WITH ORDINALITY u(b, s, j)) AS penalty
  FROM (SELECT l2_gram_agg(y, x) AS g FROM houses) h,
       (SELECT array_agg(s ORDER BY j) AS sd
       FROM (SELECT j, stddev_pop(x[j]) s FROM houses, generate_series(1, 18) j GROUP BY j) d) d,
       unnest('{fista,gradient,coordinate}'::text[]) solver, unnest('{100,1e6,3e8}'::float8[]) lambda,
       unnest('{0,0.5,1}'::float8[]) l1_ratio, unnest('{f,t}'::bool[]) free,
       LATERAL (SELECT CASE WHEN free THEN '{0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}'::float8[] END AS f) f,
       LATERAL l2_elastic_net(g, lambda, l2_options('l1_ratio', l1_ratio, 'standardize', true,
       'penalty_factor', f)) e,
       LATERAL l2_trace(g, lambda, l2_options('l1_ratio', l1_ratio, 'solver', solver, 'max_iter', 200,
       'standardize', true, 'penalty_factor', f)) t;

-- the error's own largest rate, from its detail
CREATE FUNCTION pg_temp.largest_rate(g l2_gram, lambda float8, l1_ratio float8, standardized bool,
  rate float8 DEFAULT 1e300) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE detail text; state text; message text;
BEGIN
  PERFORM l2_elastic_net(g, lambda, l2_options('l1_ratio', l1_ratio, 'standardize', standardized, 'solver',
  'gradient', 'learning_rate', rate, 'max_iter', 1));
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
  IF state <> '22023' OR message !~ '^gradient descent (diverges|need not converge) with learning_rate '
  THEN RAISE; END IF;
  RETURN (regexp_match(detail,
  '^The largest rate that (converges|is sure to converge) is (.*)\.$'))[2]::float8;
END $$;
-- grams whose largest eigenvalue is hard to find: two that are nearly equal, a copied column, a column of
-- zeros
CREATE TEMP TABLE rates AS
  SELECT what, g, standardized, lambda, l1_ratio,
  pg_temp.largest_rate(g, lambda, l1_ratio, standardized) AS largest
  FROM (SELECT 'houses' AS what, l2_gram_agg(y, x) AS g FROM houses
        UNION ALL SELECT 'equal', l2_gram_cols(i + j, i, j * 1.0000000001) FROM generate_series(-3, 3) i,
        generate_series(-3, 3) j
        UNION ALL SELECT 'copy', l2_gram_cols(sin(i), i % 7, i % 7, cos(i)) FROM generate_series(1, 50) i
        UNION ALL SELECT 'zeros', l2_gram_cols(sin(i), i % 7, 0, cos(i)) FROM generate_series(1, 50) i
        UNION ALL SELECT 'many', l2_gram_agg(sin(i), (SELECT array_agg(cos(i * j) ORDER BY j)
        FROM generate_series(1, 60) j)) FROM generate_series(1, 300) i) s,
       unnest('{t,f}'::bool[]) standardized, (VALUES (0.0, 0.0), (5, 0), (5, 0.5)) l(lambda, l1_ratio);

SELECT plan((SELECT count(*) FROM compared)::int + (SELECT count(*) FROM fits)::int + 17);

SELECT is(count(*)::int, 87, 'iterations of numpy') FROM compared;
-- with a given rate to rounding; 1/L is known to 1e-10 from above
SELECT cmp_ok(apart, '<=', CASE WHEN rate IS NULL AND solver <> 'coordinate' THEN 1e-8 ELSE 1e-12 END::float8,
              format('%s l1 %s l2 %s rate %s%s%s%s: iteration %s', solver, l1, l2,
              coalesce(rate::text, '1/L'), CASE weighted WHEN 1 THEN ' weighted' END,
                     CASE standardized WHEN 1 THEN ' standardized' END,
                     CASE intercept WHEN 0 THEN ' no intercept' END, iteration))
FROM compared ORDER BY solver, l1, l2, rate, weighted, standardized, intercept, iteration;

SELECT cmp_ok(pg_temp.apart(m::float8[], e::float8[]), '<=', 1e-10::float8,
              format('%s lambda %s l1_ratio %s%s%s%s%s: the minimum', solver, lambda, l1_ratio,
              CASE WHEN weighted THEN ' weighted' END,
                     CASE WHEN standardized THEN ' standardized' END, CASE WHEN factors THEN ' factors' END,
                     CASE WHEN NOT intercept THEN ' no intercept' END))
FROM fits ORDER BY solver, lambda, l1_ratio, weighted, standardized, factors, intercept;
SELECT is(count(*)::int, 0, 'all of them converged') FROM fits, l2_glance(m) g WHERE NOT converged OR gap < 0;
SELECT is(count(*)::int, 0, 'zeros of a lasso exactly') FROM fits WHERE lambda * l1_ratio > 0
  AND (SELECT array_agg(v = 0) FROM unnest(l2_coef(m)) v) <> (SELECT array_agg(v = 0)
  FROM unnest(l2_coef(e)) v);
SELECT cmp_ok(max(greatest(abs(a.df - b.df), abs(a.df_residual - b.df_residual), abs(a.sigma / b.sigma - 1),
  abs(a.r_squared - b.r_squared))), '<=', 1e-9::float8,
              'effective parameters, sigma and R^2 are the direct solver''s') FROM fits, l2_glance(m) a,
              l2_glance(e) b;

SELECT is(count(*)::int, 54, 'traces') FROM traces WHERE iteration = 0;
SELECT is(count(*)::int, 0, 'no gap is negative, or above that of no model at all') FROM traces
  WHERE gap < 0 OR iteration = 0 AND gap > 1;
SELECT is(count(*)::int, 0, 'no gap is less than the distance to the minimum') FROM traces
  WHERE objective - (half_rss + penalty) > gap * tss / 2 * (1 + 1e-9) + 1e-13 * objective;
SELECT is(count(*)::int, 0, 'nor is any objective less than the minimum') FROM traces
  WHERE objective < (half_rss + penalty) * (1 - 1e-12);
SELECT is(count(*)::int, 0, 'steps of 1/L and sweeps never go up')
FROM (SELECT objective, lag(objective) OVER (PARTITION BY solver, lambda, l1_ratio, free
  ORDER BY iteration) AS before FROM traces WHERE solver <> 'fista') s
WHERE objective > before * (1 + 1e-14);
SELECT is(count(*)::int, 0, 'an objective is half the residual sum of squares and the penalty') FROM traces
  WHERE iteration = 0 AND (objective <> rss / 2 OR nonzero <> 0);

SELECT is(count(*)::int, 30, 'rates too large are refused, with the largest that is not') FROM rates
  WHERE largest > 0;
SELECT is(count(*)::int, 0, 'a rate that much smaller is taken') FROM rates
  WHERE pg_temp.largest_rate(g, lambda, l1_ratio, standardized, largest * 0.999999) IS NOT NULL;
SELECT is(count(*)::int, 0, 'a rate that much larger is not') FROM rates
  WHERE pg_temp.largest_rate(g, lambda, l1_ratio, standardized, largest * 1.00001) IS NULL;
SELECT is(count(*)::int, 0, 'below it nothing goes up, though it oscillates')
FROM (SELECT objective, lag(objective) OVER (PARTITION BY what, standardized, lambda, l1_ratio
  ORDER BY iteration) AS before
      FROM rates, l2_trace(g, lambda, l2_options('l1_ratio', l1_ratio, 'learning_rate', largest * 0.99999,
      'standardize', standardized, 'max_iter', 300))) s
WHERE objective > before * (1 + 1e-12);
SELECT is(count(*)::int, 0, 'above it everything does, where there is no L1 penalty to save it')
FROM (SELECT max(objective) AS top, max(objective) FILTER (WHERE iteration = 0) AS start
      FROM rates, l2_trace(g, lambda, l2_options('l1_ratio', l1_ratio, 'learning_rate', largest * 1.05,
      'standardize', standardized, 'max_iter', 3000))
      WHERE l1_ratio = 0 GROUP BY what, standardized, lambda) s
WHERE top < 1e100 * start;

-- five houses
CREATE TEMP TABLE house AS SELECT l2_gram_cols(50000 + 1000 * area, area, rooms) AS g
  FROM (VALUES (150, 2), (200, 3), (250, 3), (300, 4), (350, 5)) h(area, rooms);
SELECT throws_like('SELECT l2_ridge(g, 0.1, ''{"solver": "gradient", "learning_rate": 0.01}'') FROM house',
  'gradient descent diverges with learning_rate 0.01', 'rate 0.01 on five houses');
SELECT cmp_ok(max(abs(a / b - 1)), '<=', 1e-10::float8,
  'with its own step every coefficient of ridge to 1e-10')
FROM house, unnest(l2_ridge(g, 0.1, '{"solver": "gradient"}')::float8[], l2_ridge(g, 0.1)::float8[]) u(a, b);

SELECT * FROM finish();
