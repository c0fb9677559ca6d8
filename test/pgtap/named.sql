-- Named models on the Ames house sales: formulas against R's lm (test/data/make_formula.R), and every
-- method by name against the aggregate that it stands for.
\ir ames.psql
SET client_min_messages = warning;

CREATE TEMP TABLE r (formula text, position int, term text, estimate float8);
\copy r FROM 'test/data/formula_lm.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE formulas AS SELECT formula, 'formula_' || row_number()
  OVER (ORDER BY formula COLLATE "C") AS name FROM r GROUP BY formula;
CREATE TABLE numbers AS TABLE ames;
ALTER TABLE numbers DROP overall_cond, DROP neighborhood, DROP bldg_type, DROP house_style, DROP ms_zoning,
  DROP central_air, DROP foundation;
DO $$ BEGIN PERFORM l2_train(name, 'numbers', formula, 'ols') FROM formulas; END $$;

-- R's lm, scikit-learn and exact values for all columns, 7 of them categories (test/data/make_record.py)
CREATE TEMP TABLE given (program text, weighted bool, term text, value float8, std_error float8, exact float8,
  exact_std_error float8);
\copy given FROM 'test/data/record.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE house AS TABLE ames;
ALTER TABLE house DROP year_sold, DROP mo_sold;
DO $$ BEGIN
  PERFORM l2_train('r_lm', 'house', 'sale_price', 'ols');
  PERFORM l2_train('r_ridge', 'house', 'sale_price', lambda => 10, options => '{"standardize": false}');
  PERFORM l2_train('r_lasso', 'house', 'sale_price', 'lasso', 2000, options => '{"lambda_scale": "mean"}');
  PERFORM l2_train('r_cv', 'house', 'sale_price');
  PERFORM l2_train('r_formula', 'ames',
  'sale_price ~ gr_liv_area + neighborhood + gr_liv_area:year_built + I(lot_area ^ 2) + I(left(bldg_type, '
  '2)) + I(lot_area > 9000)', 'ols');
END $$;

SELECT plan(8 * 2 + 8 + 8 + 3 * 2 + 6);

SELECT is(array_agg(term ORDER BY position), (SELECT array_agg(s.term ORDER BY i)
  FROM l2_summary(l2_get(f.name)) WITH ORDINALITY s(term, a, b, c, d, e, g, h, v, positive, i)),
          'R''s terms: ' || formula) FROM r JOIN formulas f USING (formula) GROUP BY formula, name
          ORDER BY name;
SELECT cmp_ok(max(abs(s.estimate / r.estimate - 1)), '<', 1e-8::float8, 'R''s coefficients: ' || formula)
FROM r JOIN formulas f USING (formula), LATERAL l2_summary(l2_get(f.name)) s WHERE s.term = r.term
  GROUP BY formula, name ORDER BY name;

-- the 18 columns of table houses, by name and in order
CREATE TEMP TABLE trained AS
SELECT t.name::text, t.n, t.r_squared, t.cv_error FROM (VALUES
  ('ols', NULL::float8, NULL::jsonb, NULL), ('ridge', NULL, '{"folds": 5}', NULL),
  ('ridge', 100, '{"standardize": false}', NULL), ('lasso', NULL, NULL, NULL),
  ('lasso', 1000000, NULL, NULL), ('elastic_net', NULL, '{"l1_ratio": [0.2, 0.8]}', NULL),
  ('elastic_net', 1000000, '{"l1_ratio": 0.2}', NULL),
  ('dropout', 0.1, NULL, 'w')) v(method, lambda, options, weight),
  LATERAL l2_train(format('%I', concat(v.method, '_', v.lambda)), 'SELECT *, year_sold - 2005 AS w FROM ames',
  'sale_price', v.method, v.lambda,
    jsonb_build_object('features', house_names(), 'weight', v.weight) || coalesce(v.options, '{}')) t;
CREATE TEMP TABLE direct AS
SELECT 'ols_' AS name, ols_fit(y, x) AS m FROM houses
UNION ALL SELECT 'ridge_', ridge_cv(y, x, '{"folds": 5, "standardize": true}') FROM houses
UNION ALL SELECT 'ridge_100', ridge_fit(y, x, 100) FROM houses
UNION ALL SELECT 'lasso_', lasso_cv(y, x, '{"standardize": true}') FROM houses
UNION ALL SELECT 'lasso_1000000', lasso_fit(y, x, 1000000, '{"standardize": true}') FROM houses
UNION ALL SELECT 'elastic_net_', elastic_net_cv(y, x, '{"standardize": true, "l1_ratio": [0.2, 0.8]}')
  FROM houses
UNION ALL SELECT 'elastic_net_1000000', elastic_net_fit(y, x, 1000000,
  '{"standardize": true, "l1_ratio": 0.2}') FROM houses
UNION ALL SELECT '"dropout_0.1"', dropout_fit(l2_obs(y, weight => w), x, 0.1) FROM houses;
SELECT is(l2_get(name)::float8[], m::float8[], 'by name as by aggregate, to the last bit: ' || name)
  FROM direct;

SELECT is(count(*)::int, 8, 'their rows are what l2_glance says')
FROM trained t JOIN direct d USING (name), l2_glance(m) g WHERE (t.n, t.r_squared) = (g.n, g.r_squared)
  AND t.cv_error IS NOT DISTINCT FROM g.cv_error;
SELECT is(l2_names(l2_get('lasso_')), ARRAY['sale_price'] || house_names(), 'names are those of the table');
SELECT is(count(*)::int, 2930, 'predictions by name are those of the model, to the last bit') FROM houses
  WHERE l2_predict('lasso_', x) = l2_predict(l2_get('lasso_'), x);
SELECT is((SELECT version FROM l2_train('two', 'ames', 'sale_price ~ year_sold + full_bath')), 1,
  'a formula of two columns');
SELECT is(count(*)::int, 2930, 'so are those from separate columns') FROM ames
  WHERE l2_predict('two', year_sold, full_bath) = l2_predict(l2_get('two'), year_sold, full_bath);
SELECT bag_eq('SELECT kind, type::text, count(*) FROM _l2_describe(''SELECT *, true AS b, now() '
  'AS t, point(0, 0) AS p, ''''x'''' AS lit FROM ames'', ''public'') GROUP BY 1, 2',
  $$VALUES ('number', 'double precision', 21::bigint), ('category', 'text', 8), ('boolean', 'boolean', 1),
  ('time', 'timestamp with time zone', 1), (NULL, 'point', 1)$$, 'kinds of columns');
SELECT is(t.cv_error, (SELECT (l2_glance(ridge_cv(y, x, '{"lambdas": [100], "standardize": true}'))).cv_error
  FROM houses), 'a gate has a fixed lambda cross-validated')
FROM l2_train('fixed', 'ames', 'sale_price', 'ridge', 100,
  options => jsonb_build_object('features', house_names(), 'gate', 0.1)) t;
SELECT is((l2_glance(l2_get('fixed'))).lambda, 100::float8, 'at that lambda');

SELECT is(count(*) FILTER (WHERE (g.value IS NULL) <> (s.estimate IS NULL)
  AND NOT (g.term IS NULL AND s.estimate = 0))::int, 0, 'all columns, the same terms: ' || which)
FROM unnest('{lm,ridge,lasso}'::text[]) m(which),
  LATERAL (SELECT * FROM given WHERE program = which AND NOT weighted) g FULL
  JOIN LATERAL l2_summary(l2_get('r_' || which)) s USING (term) GROUP BY which ORDER BY which;
SELECT cmp_ok(max(abs(s.estimate / nullif(g.value, 0) - 1)), '<', 1e-8::float8,
  'all columns, the same coefficients: ' || which)
FROM unnest('{lm,ridge,lasso}'::text[]) m(which), given g, LATERAL l2_summary(l2_get('r_' || which)) s
  WHERE g.program = which AND NOT weighted AND s.term = g.term GROUP BY which ORDER BY which;
SELECT is(l2_get('r_cv')::float8[], ridge_cv(sale_price, h,
  '{"target": "sale_price", "standardize": true}')::float8[],
  'with lambda by cross-validation as the aggregate') FROM house h;
SELECT is((t.n, t.cv_error), ((SELECT (g.n, g.cv_error) FROM l2_glance(l2_get('r_cv')) g)),
  'its metrics are kept') FROM l2_models t WHERE name = 'r_cv';
SELECT is(count(*)::int, 2930, 'predictions of records by name are those of the model') FROM house h
  WHERE l2_predict('r_lm', h) = l2_predict(l2_get('r_lm'), h);
CREATE TEMP TABLE by_hand AS SELECT a, sale_price, gr_liv_area, neighborhood,
  gr_liv_area * year_built AS product, lot_area ^ 2 AS square, left(bldg_type, 2) AS type,
  lot_area > 9000 AS large FROM ames a;
SELECT is(count(*)::int, 2930, 'terms of a formula are worked out from the record') FROM by_hand b,
  (SELECT ols_fit(sale_price, h) AS m FROM by_hand,
  LATERAL (SELECT gr_liv_area, neighborhood, product, square, type, large) h) s
  WHERE l2_predict('r_formula', a) = l2_predict(l2_get('r_formula'), a)
  AND abs(l2_predict('r_formula', a) / l2_predict(m, b) - 1) < 1e-9;
SELECT is(l2_predict('r_formula', r), l2_predict('r_formula', a), 'from any record with the columns in it')
FROM ames a, LATERAL (SELECT 'x' AS y, bldg_type::varchar, lot_area::numeric, year_built::int, neighborhood,
  gr_liv_area::real) r LIMIT 1;
SELECT is(l2_coef(l2_get('r_formula')), (SELECT l2_coef(ols_fit(sale_price, h)) FROM ames a,
  LATERAL (SELECT a.gr_liv_area, a.neighborhood, a.lot_area ^ 2 AS square, left(a.bldg_type, 2) AS type,
  a.lot_area > 9000 AS large, a.gr_liv_area * a.year_built AS product) h),
  'coefficients of a formula with categories');
SELECT * FROM finish();
