-- Logistic and Poisson regression over records against R's glm on factors
-- (test/data/make_logistic_record.R), and against the same columns made by hand.
\ir ames.psql
SET client_min_messages = warning;
CREATE TABLE reference (kase text, term text, estimate float8, std_error float8);
\copy reference FROM 'test/data/logistic_record.csv' WITH (FORMAT csv, HEADER true)
CREATE VIEW features AS SELECT ln(gr_liv_area) AS size, ln(lot_area) AS lot, bldg_type, central_air,
  foundation, fireplaces FROM ames;
CREATE TABLE rows AS SELECT row_number() OVER () AS i, (sale_price > 160000) AS dear, totrms_abvgrd AS rooms,
  year_sold - 2005 AS seen,
  ROW(ln(gr_liv_area), ln(lot_area), bldg_type, central_air, foundation, fireplaces)::features AS f,
  ARRAY[ln(gr_liv_area), ln(lot_area)] || (SELECT array_agg((bldg_type = l)::int::float8
  ORDER BY l COLLATE "C") FROM (SELECT DISTINCT bldg_type AS l FROM ames) s)
    || (SELECT array_agg((central_air = l)::int::float8 ORDER BY l COLLATE "C")
    FROM (SELECT DISTINCT central_air AS l FROM ames) s)
    || (SELECT array_agg((foundation = l)::int::float8 ORDER BY l COLLATE "C")
    FROM (SELECT DISTINCT foundation AS l FROM ames) s) || fireplaces AS x FROM ames;
SELECT no_plan();

CREATE TABLE fits AS SELECT 'dear' AS kase, logistic_fit(dear, f) AS m FROM rows
  UNION ALL SELECT 'dear_weighted', logistic_fit(l2_obs(dear, weight => seen), f) FROM rows
  UNION ALL SELECT 'rooms', poisson_fit(rooms, f) FROM rows UNION ALL SELECT 'rooms_offset',
  poisson_fit(l2_obs(rooms, offset_by => seen / 10), f) FROM rows;
CREATE VIEW compared AS SELECT kase, r.term, r.estimate AS r_estimate, r.std_error AS r_std_error, s.estimate,
  s.std_error FROM fits JOIN reference r USING (kase), l2_summary(m) s WHERE s.term = r.term;
SELECT is(count(*)::int, (SELECT count(*)::int FROM reference), 'terms of R') FROM compared;
SELECT cmp_ok(max(abs(estimate / r_estimate - 1)), '<=', 1e-9::float8, kase || ': coefficients of R')
  FROM compared GROUP BY kase;
SELECT cmp_ok(max(abs(std_error / r_std_error - 1)), '<=', 1e-9::float8, kase || ': standard errors of R')
  FROM compared GROUP BY kase;

-- the same as columns
CREATE FUNCTION pg_temp.apart(a l2_model, b l2_model) RETURNS float8
  LANGUAGE sql AS $$ SELECT max(abs(x - y)) / max(abs(y)) FROM unnest(a::float8[], b::float8[]) u(x, y) $$;
SELECT cmp_ok(pg_temp.apart(logistic_fit(dear, f, 3), logistic_fit(dear, x, 3)), '<=', 1e-13::float8, 'ridge')
  FROM rows;
SELECT cmp_ok(pg_temp.apart(logistic_fit(l2_obs(dear, weight => seen), f, 3,
  '{"l1_ratio": 1, "standardize": true}'), logistic_fit(l2_obs(dear, weight => seen), x, 3,
  '{"l1_ratio": 1, "standardize": true}')), '<=', 1e-12::float8, 'lasso, standardised, weighted') FROM rows;
SELECT cmp_ok(pg_temp.apart(logistic_fit(dear, f, 3, '{"class_weight": "balanced"}'),
  logistic_fit(dear, x, 3, '{"class_weight": "balanced"}')), '<=', 1e-13::float8, 'balanced') FROM rows;
SELECT cmp_ok(pg_temp.apart(logistic_cv(l2_obs(dear, fold => i), f,
  '{"l1_ratio": 1, "standardize": true, "n_lambda": 20}'),
  logistic_cv(l2_obs(dear, fold => i), x, '{"l1_ratio": 1, "standardize": true, "n_lambda": 20}')), '<=',
  1e-11::float8, 'cross-validation') FROM rows;
SELECT cmp_ok(max(pg_temp.apart(a.model, b.model)), '<=', 1e-11::float8, 'path')
  FROM (SELECT poisson_path(rooms, f, '{"l1_ratio": 0.5, "standardize": true, "n_lambda": 9}') AS a,
  poisson_path(rooms, x, '{"l1_ratio": 0.5, "standardize": true, "n_lambda": 9}') AS b FROM rows) s,
  LATERAL unnest(a) WITH ORDINALITY a, LATERAL unnest(b) WITH ORDINALITY b WHERE a.ordinality = b.ordinality;
SELECT cmp_ok(max(abs(l2_predict(m, f) - l2_predict(n, x))), '<=', 1e-13::float8, 'predictions')
  FROM rows, (SELECT logistic_fit(dear, f, 3) AS m, logistic_fit(dear, x, 3) AS n FROM rows) s;

-- l2_fit, by one aggregate and by a query a step: names, levels, references, rows that are skipped
CREATE TABLE homes AS SELECT dear, rooms, (f).*, seen, seen / 10.0 AS shift,
  CASE WHEN i % 50 > 0 THEN (f).foundation END AS base,
  CASE WHEN i % 40 > 0 THEN (f).size ELSE 'NaN' END AS holes,
  CASE WHEN i % 30 > 0 THEN seen ELSE 0 END AS sparse FROM rows;
-- a row of weight 0: its levels are none
INSERT INTO homes VALUES (true, 5, 7.0, 9.0, 'Igloo', 'Y', 'Ice', 1, 2, 0.1, NULL, 7.0, 0);
CREATE FUNCTION pg_temp.by_steps(how text, call text) RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
BEGIN
  PERFORM set_config('l2reg.steps', how, false);
  EXECUTE 'SELECT ' || call INTO m;
  RETURN m;
END $$;
SET client_min_messages = error; -- one level alone tells its rows apart
CREATE TABLE ways AS SELECT call, pg_temp.by_steps('on', call) AS a, pg_temp.by_steps('off', call) AS b
  FROM unnest(ARRAY[
  $$l2_fit('homes', 'dear ~ size + bldg_type + central_air', 'logistic')$$,
  $$l2_fit('homes', 'dear ~ bldg_type + fireplaces', 'logistic', 2)$$,
  $$l2_fit('homes', 'dear', 'logistic', 3,
  '{"features": ["size", "bldg_type", "foundation"], "l1_ratio": 1, "weight": "sparse"}')$$,
  $$l2_fit('homes', 'rooms', 'poisson',
  options => '{"features": ["lot", "foundation"], "offset_by": "shift", "weight": "seen"}')$$,
  $$l2_fit('homes', 'rooms', 'poisson',
  options => '{"features": ["base", "lot"], "null_level": true, "reference": "most_frequent"}')$$,
  $$l2_fit('homes', 'rooms', 'poisson',
  options => '{"features": ["base", "lot"], "reference": "none", "intercept": false, "unseen": "zero"}')$$,
  $$l2_fit('homes', 'dear ~ size * central_air + base', 'logistic',
  options => '{"class_weight": "balanced", "reference": {"base": "Slab"}}')$$,
  $$l2_fit('homes', 'dear', 'logistic', 1,
  '{"features": ["holes", "base"], "nonfinite": "skip", "weight": "sparse"}')$$,
  $$l2_fit('homes', 'rooms', 'poisson', 0.5, '{"features": ["dear", "base", "seen"], "lower": 0}')$$,
  $$l2_fit('SELECT dear, ARRAY[size, lot, fireplaces] AS x FROM homes', 'dear ~ x', 'logistic', 1,
  '{"penalty_factor": [1, 0, 2]}')$$,
  $$l2_fit('homes', 'dear ~ size + I(size^2) + bs(lot, df = 4)', 'logistic', 1)$$
]) c, regexp_replace(c, '\s+', ' ', 'g') call;
SELECT cmp_ok(pg_temp.apart(a, b), '<=', 1e-10::float8, 'both ways: ' || call) FROM ways;
SELECT is(l2_names(a), l2_names(b), 'names of ' || call) FROM ways;
SELECT is(a::jsonb - '{terms,factor,variance,gap,rcond,deviance,dispersion,null_deviance,log_likelihood,'
  'r_squared,df,df_residual,link_at_mean,target_mean,target_sd,nonzero,iterations,lambda_effective,'
  'sum_weights}'::text[],
          b::jsonb - '{terms,factor,variance,gap,rcond,deviance,dispersion,null_deviance,log_likelihood,'
          'r_squared,df,df_residual,link_at_mean,target_mean,target_sd,nonzero,iterations,lambda_effective,'
          'sum_weights}'::text[], 'levels and rows of ' || call) FROM ways;
SELECT cmp_ok(abs(g.deviance / h.deviance - 1) + abs(g.null_deviance / h.null_deviance - 1)
  + abs(g.log_likelihood / h.log_likelihood - 1), '<=', 1e-12::float8, 'deviances of ' || call)
FROM ways, l2_glance(a) g, l2_glance(b) h;
SELECT cmp_ok(max(abs(l2_predict(a, h) - l2_predict(b, h))), '<=', 1e-10::float8, 'predictions of ' || call)
  FROM ways, homes h
WHERE call !~ 'ARRAY' AND bldg_type <> 'Igloo' AND base IS NOT NULL AND holes <> 'NaN' GROUP BY call;

SET client_min_messages = warning;
-- by way of a temporary file, and in groups
CREATE TABLE serial AS SELECT logistic_fit(dear, f, 3) AS m FROM rows;
CREATE TABLE by_group AS SELECT i % 7 AS g, logistic_fit(dear, f, 3) AS m FROM rows GROUP BY 1;
SET work_mem = '64kB';
SELECT cmp_ok(pg_temp.apart(logistic_fit(dear, f, 3), (SELECT m FROM serial)), '<=', 1e-13::float8,
  'by way of a temporary file') FROM rows;
SELECT cmp_ok(max(pg_temp.apart(a.m, b.m)), '<=', 1e-13::float8, 'in groups')
  FROM (SELECT i % 7 AS g, logistic_fit(dear, f, 3) AS m FROM rows GROUP BY 1) a JOIN by_group b USING (g);
SELECT * FROM finish();
