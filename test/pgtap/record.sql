-- Records on the Ames house sales, all 25 columns, 7 of them categories, against R's lm with treatment
-- contrasts and scikit-learn's OneHotEncoder with Ridge and Lasso.  test/data/make_record.py made the
-- values; "exact" columns are solutions in exact arithmetic.
\ir ames.psql
SET client_min_messages = warning;

CREATE TABLE given (program text, weighted bool, term text, value float8, std_error float8, exact float8,
  exact_std_error float8);
\copy given FROM 'test/data/record.csv' WITH (FORMAT csv, HEADER true)

-- Price and the 25 columns
CREATE TABLE house AS SELECT * FROM ames;
ALTER TABLE house DROP year_sold, DROP mo_sold;

CREATE TABLE fit (program text, weighted bool, model l2_model);
INSERT INTO fit SELECT 'lm', false, ols_fit(sale_price, h, '{"target": "sale_price"}') FROM house h;
INSERT INTO fit SELECT 'lm_nested', false, ols_fit(sale_price, h)
  FROM ames, LATERAL (SELECT left(neighborhood, 1) AS initial, gr_liv_area, neighborhood) h;
INSERT INTO fit SELECT 'ridge', false, ridge_fit(sale_price, h, 10, '{"target": "sale_price"}') FROM house h;
INSERT INTO fit SELECT 'lasso', false, lasso_fit(sale_price, h, 2000,
  '{"target": "sale_price", "standardize": true, "lambda_scale": "mean"}') FROM house h;
-- all but the dates, by name
SELECT jsonb_build_object('features', array_agg(attname ORDER BY attnum)) AS features FROM pg_attribute
  WHERE attrelid = 'house'::regclass AND attnum > 1 AND NOT attisdropped \gset
INSERT INTO fit SELECT 'lm', true, ols_fit(l2_obs(sale_price, weight => year_sold - 2005), a, :'features')
  FROM ames a;
INSERT INTO fit SELECT 'ridge', true, ridge_fit(l2_obs(sale_price, weight => year_sold - 2005), a, 10,
  :'features') FROM ames a;

-- Largest relative differences, and terms that only one of two has, or has a value for
CREATE TABLE compared AS
  WITH ours AS (SELECT program, weighted, s.* FROM fit, l2_summary(model) s)
  SELECT program, weighted,
    max(CASE WHEN g.exact = 0 THEN abs(o.estimate) ELSE abs(o.estimate / g.exact - 1) END) AS exact,
    max(CASE WHEN g.value = 0 THEN abs(o.estimate) ELSE abs(o.estimate / g.value - 1) END) AS value,
    coalesce(max(abs(o.std_error / g.exact_std_error - 1)), 0) AS std_error,
    string_agg(term, ' ' ORDER BY term COLLATE "C")
    FILTER (WHERE g.term IS NULL AND o.estimate = 0 AND o.std_error IS NULL) AS reference,
    string_agg(term, ' ' ORDER BY term COLLATE "C") FILTER (WHERE (g.exact IS NULL) <> (o.estimate IS NULL)
    AND NOT (g.term IS NULL AND o.estimate = 0)) AS other
  FROM given g FULL JOIN ours o USING (program, weighted, term) GROUP BY 1, 2;

-- Ours are right to the last bits but for the digits that collinearity takes
\set ours 1e-12
\set theirs 1e-8

SELECT plan(6 * 4 + 3 + 5 + 1 + 2 * 4 + 4 + 3 + 5);
SELECT is(other, NULL, program || ': the same terms, the same ones aliased') FROM compared
  ORDER BY program, weighted;
SELECT cmp_ok(exact, '<=', :ours::float8, program || ': exact') FROM compared ORDER BY program, weighted;
SELECT cmp_ok(value, '<=', :theirs::float8, program || ': as the program says') FROM compared
  ORDER BY program, weighted;
SELECT cmp_ok(std_error, '<=', :ours::float8, program || ': standard errors') FROM compared
  ORDER BY program, weighted;
SELECT is(reference, CASE WHEN program = 'lm'
  THEN 'bldg_type=Duplex central_air=N foundation=BrkTil house_style=One_Story ms_zoning=A_agr '
  'neighborhood=Bloomington_Heights overall_cond=Above_Average'
                          ELSE 'initial=B neighborhood=Bloomington_Heights' END, program || ': references')
  FROM compared WHERE program LIKE 'lm%' ORDER BY program, weighted;

-- Predictions are those of the columns made by hand
SELECT ok((SELECT max(abs(l2_predict(model, h) / by_hand - 1)) < 1e-12
  FROM (SELECT * FROM house ORDER BY sale_price, lot_area LIMIT 100) h, LATERAL (
    SELECT l2_intercept(model) + sum(b * CASE WHEN term LIKE '%=%'
    THEN (to_jsonb(h)->>split_part(term, '=', 1) = split_part(term, '=', 2))::int
                                              ELSE (to_jsonb(h)->>term)::float8 END) AS by_hand
    FROM unnest((l2_names(model))[2:], l2_coef(model)) t(term, b)) x), program || ': predictions')
  FROM fit WHERE program <> 'lm_nested' ORDER BY program, weighted;
SELECT ok((SELECT max(abs(l2_predict(model, n) - l2_predict(model, m))) < 1e-9
           FROM (SELECT left(neighborhood, 1) AS initial, gr_liv_area, neighborhood FROM ames) n,
             LATERAL (SELECT n.neighborhood, n.gr_liv_area::numeric, n.initial::varchar) m),
             'attributes in another order, of like types')
  FROM fit WHERE program = 'lm_nested';

-- A model is the same after any way of writing it down
SELECT is(model::text::l2_model::text, model::text, program || ': text and back') FROM fit WHERE NOT weighted
  ORDER BY program;
SELECT is(_l2_model_send(model::jsonb::l2_model), _l2_model_send(model), program || ': jsonb and back')
  FROM fit WHERE NOT weighted ORDER BY program;

-- A gram of records is as good as the aggregate; groups whose levels differ add up to the whole
CREATE TABLE gram AS SELECT l2_gram_agg(sale_price, h, '{"target": "sale_price"}') AS g FROM house h;
CREATE TABLE parts AS SELECT h.bldg_type, l2_gram_agg(sale_price, h, '{"target": "sale_price"}') AS g
  FROM house h GROUP BY h.bldg_type;
SELECT is(l2_ridge(g, 10)::text, model::text, 'l2_ridge of a gram of records') FROM gram, fit
  WHERE program = 'ridge' AND NOT weighted;
SELECT is(l2_names(l2_ols(g, '{"features": ["neighborhood", "lot_area"]}')),
          (SELECT array_agg(n) FROM (SELECT 'sale_price' AS n UNION ALL
             (SELECT DISTINCT 'neighborhood=' || neighborhood COLLATE "C" FROM ames ORDER BY 1 OFFSET 1)
             UNION ALL SELECT 'lot_area') s), 'a category by its name, its first level left out')
  FROM gram;
SELECT is((SELECT count(DISTINCT array_length(l2_names(g), 1))::int FROM parts), 5,
  'groups have other levels');
SELECT ok(max(abs(a - b) / greatest(abs(b), 1)) <= 1e-12 AND count(*) = 84,
  'coefficients of the sum of groups')
  FROM unnest((SELECT l2_ridge(l2_gram_sum(g), 10)::float8[] FROM parts), (SELECT l2_ridge(g, 10)::float8[]
  FROM gram)) t(a, b);

-- Parallel workers meet levels in other orders
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE house SET (parallel_workers = 2);
PREPARE fits AS
  SELECT ols_fit(sale_price, h, '{"target": "sale_price"}') AS ols,
    lasso_cv(sale_price, h,
    '{"target": "sale_price", "lambdas": [100, 10000, 1e6], "standardize": true}') AS cv FROM house h;
CREATE TABLE parallel AS EXECUTE fits;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS EXECUTE fits;
SELECT ok(max(abs(a - b) / greatest(abs(b), 1)) <= 1e-12, 'parallel and serial agree')
  FROM parallel p, serial s, unnest(p.ols::float8[], s.ols::float8[]) t(a, b);
SELECT ok(max(abs(a - b) / greatest(abs(b), 1)) <= 1e-12, 'in cross-validation too')
  FROM parallel p, serial s, unnest(p.cv::float8[], s.cv::float8[]) t(a, b);
SELECT ok(abs((cv::jsonb->>'cv_error')::float8
  / (l2_cv(folds, 'lasso', '{"lambdas": [100, 10000, 1e6], "standardize": true}')::jsonb->>'cv_error')::float8
  - 1) < 1e-12,
          'l2_gram_folds and l2_cv do the same')
  FROM serial, (SELECT l2_gram_folds(sale_price, h) AS folds FROM ames,
  LATERAL (SELECT gr_liv_area, lot_area, total_bsmt_sf, first_flr_sf,
    second_flr_sf, garage_cars, garage_area, year_built, year_remod_add, full_bath, half_bath, bedroom_abvgr,
    totrms_abvgrd, fireplaces,
    lot_frontage, mas_vnr_area, wood_deck_sf, open_porch_sf, overall_cond, neighborhood, bldg_type,
    house_style, ms_zoning, central_air,
    foundation) h) f;
-- Levels are different where their bytes are, whatever the collation of the column calls equal
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE cased AS
  SELECT i, (ARRAY['a', 'A', 'b', 'B'])[1 + i % 4] COLLATE any_case AS z, i % 4 * (10 + i) + sin(i) AS y
  FROM generate_series(1, 120) i;
SELECT is(count(DISTINCT z)::int, 2, 'to the column two levels are the same as two others') FROM cased;
SELECT results_eq(
  $$SELECT term COLLATE "default", round(estimate::numeric, 9)
    FROM l2_summary(l2_fit('cased', 'y ~ z - 1', 'ols'))$$,
  $$SELECT ('z=' || z)::text COLLATE "default", round(avg(y)::numeric, 9)
    FROM (SELECT z COLLATE "C" AS z, y FROM cased) s GROUP BY z ORDER BY z$$,
  'a mean for each, in the order of bytes');
SELECT is(l2_names((l2_fit('cased', 'y ~ z * i', 'ols'))),
  '{y,z=B,z=a,z=b,i,z=B:i,z=a:i,z=b:i}'::text[], 'and an interaction');
SELECT ok(abs((l2_coef(l2_fit('cased', 'y ~ i | z', 'ols')))[1]
    / (l2_coef(l2_fit('cased', 'y ~ i + z', 'ols')))[1] - 1) < 1e-12
    AND (l2_glance(l2_fit('cased', 'y ~ i | z', 'ols',
      options => '{"vcov": "CR1", "cluster": "z"}'))).clusters = 4,
  'effects of groups and clusters are those of levels');
SELECT ok(max(abs(l2_predict(m, t) - l2_predict(n, c))) < 1e-9, 'and a row is found by its own')
  FROM cased t, LATERAL (SELECT i, z COLLATE "C" AS z) c, (SELECT l2_fit('cased', 'y ~ i + z', 'ols') AS m,
    l2_fit('SELECT y, i, z COLLATE "C" AS z FROM cased', 'y ~ i + z', 'ols') AS n) f;
SELECT * FROM finish();
