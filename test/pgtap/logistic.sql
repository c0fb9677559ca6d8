-- Logistic and Poisson regression against R's glm, glmnet, scikit-learn and the exact answers
-- (test/data/make_logistic.py); the aggregate against the parallel query a step.
\ir ames.psql
\ir diamonds.psql
SET client_min_messages = error; -- parallel plans need no NOTICE

CREATE TABLE made (y int, clicks int, w float8, e float8, x1 float8, x2 float8, x3 float8, x4 float8,
  x5 float8);
\copy made FROM 'test/data/logistic_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE glm (kase text, term text, statistic text, r float8, exact float8);
\copy glm FROM 'test/data/logistic_glm.csv' WITH (FORMAT csv, HEADER true, FORCE_NOT_NULL (term))
CREATE TABLE net (kase text, family text, l1_ratio float8, standardize bool, intercept bool, step int,
  lambda float8, dev_ratio float8, b float8[], exact float8[]);
\copy net FROM 'test/data/logistic_glmnet.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE learn (kase text, standardize bool, balanced bool, lambda float8, sklearn float8[],
  exact float8[], exact_se float8[]);
\copy learn FROM 'test/data/logistic_sklearn.csv' WITH (FORMAT csv, HEADER true, NULL 'none')

CREATE FUNCTION five(ames) RETURNS float8[]
  LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[$1.gr_liv_area, $1.lot_area, $1.year_built, $1.fireplaces, '
  '$1.garage_area]';
CREATE VIEW all_ames AS SELECT a.*, ARRAY[gr_liv_area, lot_area, total_bsmt_sf, first_flr_sf,
    second_flr_sf, garage_cars, garage_area, year_built, year_remod_add, full_bath, half_bath, bedroom_abvgr,
    totrms_abvgrd, fireplaces, lot_frontage, mas_vnr_area, wood_deck_sf, open_porch_sf] AS x,
    (sale_price > 160000)::int AS dear,
    year_sold - 2005 AS seen, five(a) AS five FROM ames a;
-- w and o are NULL where the case has none
CREATE TABLE case_rows AS
  SELECT 'diamonds' AS kase, (price > 2401)::int::float8 AS y, ARRAY[carat, depth, "table"] AS x,
  NULL::float8 AS w, NULL::float8 AS o FROM diamonds
  UNION ALL SELECT 'diamonds_all', (price > 2401)::int, ARRAY[carat, depth, "table", x, y, z], NULL, NULL
  FROM diamonds
  UNION ALL SELECT unnest('{ames,ames_free,ames_no_intercept}'::text[]), dear, x, NULL, NULL FROM all_ames
  UNION ALL SELECT 'ames_weighted', dear, x, seen, NULL FROM all_ames
  UNION ALL SELECT 'ames_offset', dear, x, NULL, (year_built - 1970) / 50 FROM all_ames
  UNION ALL SELECT 'ames_share', bedroom_abvgr / totrms_abvgrd, five, totrms_abvgrd, NULL FROM all_ames
  UNION ALL SELECT unnest('{made,made_no_intercept}'::text[]), y, ARRAY[x1, x2, x3, x4, x5], NULL, NULL
  FROM made
  UNION ALL SELECT 'made_weighted_offset', y, ARRAY[x1, x2, x3, x4, x5], w, e / 3 FROM made
  UNION ALL SELECT unnest('{rooms,rooms_no_intercept}'::text[]), totrms_abvgrd, five, NULL, NULL FROM all_ames
  UNION ALL SELECT 'rooms_weighted', totrms_abvgrd, five, seen, NULL FROM all_ames
  UNION ALL SELECT 'rooms_offset', totrms_abvgrd, five[2:], NULL, ln(gr_liv_area / 1000) FROM all_ames
  UNION ALL SELECT 'clicks', clicks, ARRAY[x1, x2, x3, x4, x5], NULL, e FROM made
  UNION ALL SELECT 'clicks_plain', clicks, ARRAY[x1, x2, x3, x4, x5], NULL, NULL FROM made;

CREATE FUNCTION is_poisson(kase text) RETURNS bool
  LANGUAGE sql IMMUTABLE AS $$ SELECT kase ~ '^(rooms|clicks)' $$;
-- The fit of a case, in the plainest form that it can have
CREATE FUNCTION fit(of_case text, lambda float8 DEFAULT 0, l1_ratio float8 DEFAULT 0,
  options jsonb DEFAULT '{}') RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
  asked jsonb := options || CASE WHEN of_case LIKE '%no_intercept' THEN '{"intercept": false}'::jsonb
  ELSE '{}' END;
BEGIN
  IF l1_ratio <> 0 THEN
    asked := asked || jsonb_build_object('l1_ratio', l1_ratio);
  END IF;
  EXECUTE format('SELECT %s_fit(%s, x, %s%s) FROM case_rows WHERE kase = %L',
  CASE WHEN is_poisson(of_case) THEN 'poisson' ELSE 'logistic' END,
    (SELECT CASE WHEN o IS NOT NULL THEN 'l2_obs(y, coalesce(w, 1), o)' WHEN w IS NOT NULL THEN 'l2_obs(y, w)'
    ELSE 'y' END FROM case_rows WHERE kase = of_case LIMIT 1),
    lambda, CASE WHEN asked <> '{}' THEN format(', %L', asked) END, of_case) INTO m;
  RETURN m;
END $$;
CREATE TABLE fits AS SELECT kase, fit(kase) AS m FROM (SELECT DISTINCT kase FROM glm) s;
-- Largest difference, as a share of the largest coefficient, after weights that make them comparable
CREATE FUNCTION apart(got float8[], want float8[], scale float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT max(abs(g - w) * s) / max(abs(w) * s) FROM unnest(got, want, scale) u(g, w, s) $$;
CREATE FUNCTION spread(of_case text) RETURNS float8[] LANGUAGE sql STABLE AS $$
  SELECT array_agg(s ORDER BY j) FROM (SELECT j, stddev_pop(x[j]) AS s
  FROM case_rows, generate_subscripts(x, 1) j WHERE kase = of_case GROUP BY j) t $$;

SELECT no_plan();

-- R
CREATE VIEW ours AS
  SELECT kase, term, v.* FROM fits, l2_summary(m),
  LATERAL (VALUES ('estimate', estimate), ('std_error', std_error), ('z', t), ('p', p)) v(statistic, value)
  UNION ALL SELECT kase, '', v.* FROM fits, l2_glance(m) g,
  LATERAL (VALUES ('deviance', g.deviance), ('null_deviance', g.null_deviance),
    ('log_likelihood', g.log_likelihood), ('aic', g.aic)) v(statistic, value);
CREATE VIEW named AS SELECT kase, coalesce(nullif('x'
  || array_position((SELECT CASE WHEN kase ~ '^made|^clicks' THEN '{x1,x2,x3,x4,x5}'
      WHEN kase = 'diamonds' THEN '{carat,depth,table}' WHEN kase LIKE 'diamonds%'
      THEN '{carat,depth,table,x,y,z}'
      WHEN kase = 'rooms_offset' THEN '{lot_area,year_built,fireplaces,garage_area}'
      WHEN kase ~ '^rooms|share' THEN '{gr_liv_area,lot_area,year_built,fireplaces,garage_area}'
      ELSE house_names() END)::text[], term), 'x'), term) AS term, statistic, r, exact FROM glm;
SELECT is(count(*)::int, (SELECT count(*)::int FROM glm), 'every statistic of R is one of ours') FROM named
  JOIN ours USING (kase, term, statistic);
SELECT cmp_ok(max(abs(value - exact) / abs(exact)), '<=',
  CASE WHEN statistic IN ('std_error', 'z') THEN 1e-10 ELSE 1e-12 END::float8,
  format('%s: %s is exact', kase, statistic))
FROM named JOIN ours USING (kase, term, statistic) WHERE exact <> 0 AND statistic <> 'p'
  GROUP BY kase, statistic ORDER BY kase, statistic;
SELECT cmp_ok(max(abs(value - exact) / abs(exact)), '<=', 1e-8::float8, format('%s: p is that of z', kase))
FROM named JOIN ours USING (kase, term, statistic) WHERE exact > 1e-290 AND statistic = 'p' GROUP BY kase
  ORDER BY kase;
SELECT cmp_ok(max(abs(value - r) / abs(r)), '<=', 1e-9::float8, format('%s: %s of R', kase, statistic))
FROM named JOIN ours USING (kase, term, statistic) WHERE statistic IN ('estimate', 'std_error')
  AND kase NOT IN ('diamonds_all', 'ames_no_intercept') GROUP BY kase, statistic ORDER BY kase, statistic;
SELECT ok(bool_and(converged AND gap <= 1e-11 AND iterations < 15), 'all converged, in ' || max(iterations)
  || ' steps at most') FROM fits, l2_glance(m);

-- scikit-learn: the penalty is on b, or on b times the standard deviation
CREATE TABLE penalised AS SELECT kase, standardize, balanced, lambda, sklearn, exact, exact_se,
    fit(kase, lambda, 0, jsonb_build_object('standardize', standardize)
    || CASE WHEN balanced THEN '{"class_weight": "balanced"}' ELSE '{}'::jsonb END) AS m,
    CASE WHEN standardize THEN spread(kase) ELSE array_fill(1::float8,
    ARRAY[array_length(exact, 1) - 1]) END AS scale FROM learn;
SELECT cmp_ok(apart(l2_coef(m), sklearn[2:], scale), '<=', 1e-8::float8,
  format('%s lambda %s%s: scikit-learn''s', kase, lambda, CASE WHEN balanced THEN ' balanced' END))
  FROM penalised;
SELECT cmp_ok(apart(l2_coef(m), exact[2:], scale), '<=', 1e-13::float8,
  format('%s lambda %s%s: exact', kase, lambda, CASE WHEN balanced THEN ' balanced' END)) FROM penalised;
SELECT cmp_ok(abs(l2_intercept(m) - exact[1]), '<=', 1e-12 * (1 + abs(exact[1])),
  format('%s lambda %s: the intercept', kase, lambda)) FROM penalised;
SELECT cmp_ok(max(abs(std_error / exact_se[o] - 1)), '<=', 1e-10::float8,
  format('%s lambda %s: standard errors', kase, lambda))
FROM penalised, LATERAL (SELECT std_error, o + ((_l2_to_jsonb(m)->>'intercept')::bool = false)::int AS o
  FROM l2_summary(m) WITH ORDINALITY s(term, estimate, std_error, t, p, lower, upper, standardized, vcov,
  positive, o)) s
WHERE exact_se[o] IS NOT NULL GROUP BY kase, lambda ORDER BY kase, lambda;

-- glmnet
CREATE TABLE nets AS SELECT net.*, fit(kase, lambda, l1_ratio,
  jsonb_build_object('standardize', standardize, 'lambda_scale', 'glmnet')
      || CASE WHEN kase = 'ames_free' THEN '{"penalty_factor": [0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}'
      ELSE '{}'::jsonb END) AS m,
    CASE WHEN standardize THEN spread(kase) ELSE array_fill(1::float8,
    ARRAY[array_length(exact, 1) - 1]) END AS scale FROM net;
SELECT cmp_ok(max(apart(l2_coef(m), b[2:], scale)), '<=', 1e-6::float8,
  format('%s l1_ratio %s: glmnet''s', kase, l1_ratio)) FROM nets GROUP BY kase, l1_ratio
  ORDER BY kase, l1_ratio;
SELECT cmp_ok(max(apart(l2_coef(m), exact[2:], scale)), '<=', 1e-12::float8,
  format('%s l1_ratio %s: exact', kase, l1_ratio)) FROM nets GROUP BY kase, l1_ratio ORDER BY kase, l1_ratio;
SELECT is(count(*)::int, 0, 'zeros exactly where glmnet has them')
  FROM nets, unnest(l2_coef(m), exact[2:]) u(g, w) WHERE (g = 0) <> (w = 0);
SELECT cmp_ok(max(abs((l2_glance(m)).r_squared - dev_ratio)), '<=', 1e-6::float8,
  'glmnet''s fraction of deviance') FROM nets WHERE kase NOT LIKE 'ames%';
  -- where it holds probabilities off 0 and 1
SELECT ok(bool_and(converged), 'all converged, in ' || max(iterations) || ' steps at most')
  FROM nets, l2_glance(m);

-- The query a step: the same model but for rounding, serial and parallel
CREATE FUNCTION drive(of_case text, lambda float8 DEFAULT NULL, l1_ratio float8 DEFAULT NULL,
  options jsonb DEFAULT '{}') RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  r record;
BEGIN
  SELECT array_length(x, 1) AS p, w, o INTO r FROM case_rows WHERE kase = of_case LIMIT 1;
  RETURN l2_fit(format('SELECT y, w, o, %s FROM case_rows WHERE kase = %L',
  (SELECT string_agg(format('x[%s] AS x%s', j, j), ', ') FROM generate_series(1, r.p) j), of_case),
    'y', CASE WHEN is_poisson(of_case) THEN 'poisson' ELSE 'logistic' END, lambda, '{"standardize": false}'
    || options
    || jsonb_build_object('features', (SELECT array_agg('x' || j) FROM generate_series(1, r.p) j), 'l1_ratio',
    l1_ratio,
         'weight', CASE WHEN r.w IS NOT NULL THEN 'w' END, 'offset_by',
         CASE WHEN r.o IS NOT NULL THEN 'o' END)
    || CASE WHEN of_case LIKE '%no_intercept' THEN '{"intercept": false}'::jsonb ELSE '{}' END);
END $$;
SET l2reg.steps = on;
CREATE FUNCTION model_apart(a l2_model, b l2_model) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(d) FROM (
    SELECT abs(x.estimate - y.estimate) / abs(y.estimate) FROM l2_summary(a) x
    JOIN l2_summary(b) y USING (term) WHERE y.estimate <> 0
    UNION ALL SELECT abs(x.std_error / y.std_error - 1) FROM l2_summary(a) x JOIN l2_summary(b) y USING (term)
    UNION ALL SELECT abs(x.deviance / y.deviance - 1) FROM l2_glance(a) x, l2_glance(b) y
    UNION ALL SELECT abs(x.null_deviance / y.null_deviance - 1) FROM l2_glance(a) x, l2_glance(b) y
    UNION ALL SELECT abs(x.log_likelihood / y.log_likelihood - 1)
    FROM l2_glance(a) x, l2_glance(b) y) t(d) $$;
CREATE TABLE driven AS SELECT kase, m, drive(kase) AS d FROM fits WHERE kase <> 'diamonds_all';
SELECT cmp_ok(model_apart(m, d), '<=', CASE WHEN kase LIKE 'ames%' THEN 1e-11 ELSE 1e-12 END::float8,
  format('%s: l2_fit', kase)) FROM driven ORDER BY kase;
SELECT cmp_ok(model_apart(m, drive(kase, lambda, 0, jsonb_build_object('standardize', standardize)
  || CASE WHEN balanced THEN '{"class_weight": "balanced"}' ELSE '{}'::jsonb END)),
              '<=', 1e-12::float8, format('%s lambda %s: l2_fit', kase, lambda)) FROM penalised
              ORDER BY kase, lambda;
SELECT cmp_ok(apart(l2_coef(m), l2_coef(drive(kase, lambda, l1_ratio,
  jsonb_build_object('standardize', standardize, 'lambda_scale', 'glmnet')
      || CASE WHEN kase = 'ames_free' THEN '{"penalty_factor": [0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}'
      ELSE '{}'::jsonb END)), scale), '<=', 1e-12::float8,
  format('%s l1_ratio %s: l2_fit', kase, l1_ratio)) FROM nets WHERE step IN (10, 20)
  ORDER BY kase, l1_ratio, step;

CREATE TABLE serial AS SELECT l2_fit('SELECT carat, depth, "table", price > 2401 AS dear FROM diamonds',
  'dear', 'logistic') AS m;
ALTER TABLE diamonds SET (parallel_workers = 2);
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
  SET max_parallel_workers_per_gather = 2;
SELECT cmp_ok(model_apart(m, l2_fit('SELECT carat, depth, "table", price > 2401 AS dear FROM diamonds',
  'dear', 'logistic')), '<=', 1e-12::float8, 'parallel and serial') FROM serial;
SELECT cmp_ok(model_apart(f.m, s.m), '<=', 1e-12::float8, 'the aggregate over a parallel scan')
FROM serial s, (SELECT logistic_fit(price > 2401, ARRAY[carat, depth, "table"],
  '{"names": ["carat", "depth", "table"]}') AS m FROM diamonds) f;
RESET max_parallel_workers_per_gather;
RESET l2reg.steps;

-- Rows that go through the temporary file, in any order, give the same
SET work_mem = '64kB';
SELECT cmp_ok(model_apart(m, fit(kase)), '<=', 1e-11::float8, format('%s: by way of a temporary file', kase))
  FROM fits WHERE kase ~ 'diamonds|weighted' ORDER BY kase;
CREATE TABLE numbered AS SELECT row_number() OVER () AS i, y, x FROM case_rows WHERE kase = 'diamonds';
CREATE TABLE by_group AS SELECT i % 50 AS g, count(*) AS n, logistic_fit(y, x, 1) AS m FROM numbered
  GROUP BY 1;
RESET work_mem;
SELECT cmp_ok(max(model_apart(a.m, b.m)), '<=', 1e-12::float8, 'and so do groups that share one')
  FROM by_group a JOIN (SELECT i % 50 AS g, logistic_fit(y, x, 1) AS m FROM numbered GROUP BY 1) b USING (g);

SELECT * FROM finish();
