-- Logistic and Poisson regression over records against R's glm on factors
-- (test/data/make_logistic_record.R), and against the same columns made by hand.
\ir ames.psql
SET client_min_messages = warning;
CREATE TABLE reference (kase text, term text, estimate float8, std_error float8);
\copy reference FROM 'test/data/logistic_record.csv' WITH (FORMAT csv, HEADER true)
CREATE VIEW features AS SELECT ln(gr_liv_area) AS size, ln(lot_area) AS lot, bldg_type, central_air, foundation, fireplaces FROM ames;
CREATE TABLE rows AS SELECT row_number() OVER () AS i, (sale_price > 160000) AS dear, totrms_abvgrd AS rooms, year_sold - 2005 AS seen,
  ROW(ln(gr_liv_area), ln(lot_area), bldg_type, central_air, foundation, fireplaces)::features AS f,
  ARRAY[ln(gr_liv_area), ln(lot_area)] || (SELECT array_agg((bldg_type = l)::int::float8 ORDER BY l COLLATE "C") FROM (SELECT DISTINCT bldg_type AS l FROM ames) s)
    || (SELECT array_agg((central_air = l)::int::float8 ORDER BY l COLLATE "C") FROM (SELECT DISTINCT central_air AS l FROM ames) s)
    || (SELECT array_agg((foundation = l)::int::float8 ORDER BY l COLLATE "C") FROM (SELECT DISTINCT foundation AS l FROM ames) s) || fireplaces AS x FROM ames;
SELECT no_plan();

CREATE TABLE fits AS SELECT 'dear' AS kase, logistic_fit(dear, f) AS m FROM rows UNION ALL SELECT 'dear_weighted', logistic_fit(l2_obs(dear, weight => seen), f) FROM rows
  UNION ALL SELECT 'rooms', poisson_fit(rooms, f) FROM rows UNION ALL SELECT 'rooms_offset', poisson_fit(l2_obs(rooms, offset_by => seen / 10), f) FROM rows;
CREATE VIEW compared AS SELECT kase, r.term, r.estimate AS r_estimate, r.std_error AS r_std_error, s.estimate, s.std_error FROM fits JOIN reference r USING (kase), l2_summary(m) s WHERE s.term = r.term;
SELECT is(count(*)::int, (SELECT count(*)::int FROM reference), 'terms of R') FROM compared;
SELECT cmp_ok(max(abs(estimate / r_estimate - 1)), '<=', 1e-9::float8, kase || ': coefficients of R') FROM compared GROUP BY kase;
SELECT cmp_ok(max(abs(std_error / r_std_error - 1)), '<=', 1e-9::float8, kase || ': standard errors of R') FROM compared GROUP BY kase;

-- the same as columns
CREATE FUNCTION pg_temp.apart(a l2_model, b l2_model) RETURNS float8 LANGUAGE sql AS $$ SELECT max(abs(x - y)) / max(abs(y)) FROM unnest(a::float8[], b::float8[]) u(x, y) $$;
SELECT cmp_ok(pg_temp.apart(logistic_fit(dear, f, 3), logistic_fit(dear, x, 3)), '<=', 1e-13::float8, 'ridge') FROM rows;
SELECT cmp_ok(pg_temp.apart(logistic_fit(l2_obs(dear, weight => seen), f, 3, '{"l1_ratio": 1, "standardize": true}'), logistic_fit(l2_obs(dear, weight => seen), x, 3, '{"l1_ratio": 1, "standardize": true}')), '<=', 1e-12::float8, 'lasso, standardised, weighted') FROM rows;
SELECT cmp_ok(pg_temp.apart(logistic_fit(dear, f, 3, '{"class_weight": "balanced"}'), logistic_fit(dear, x, 3, '{"class_weight": "balanced"}')), '<=', 1e-13::float8, 'balanced') FROM rows;
SELECT cmp_ok(pg_temp.apart(logistic_cv(l2_obs(dear, fold => i), f, '{"l1_ratio": 1, "standardize": true, "n_lambda": 20}'), logistic_cv(l2_obs(dear, fold => i), x, '{"l1_ratio": 1, "standardize": true, "n_lambda": 20}')), '<=', 1e-11::float8, 'cross-validation') FROM rows;
SELECT cmp_ok(max(pg_temp.apart(a.model, b.model)), '<=', 1e-11::float8, 'path') FROM (SELECT poisson_path(rooms, f, '{"l1_ratio": 0.5, "standardize": true, "n_lambda": 9}') AS a, poisson_path(rooms, x, '{"l1_ratio": 0.5, "standardize": true, "n_lambda": 9}') AS b FROM rows) s, LATERAL unnest(a) WITH ORDINALITY a, LATERAL unnest(b) WITH ORDINALITY b WHERE a.ordinality = b.ordinality;
SELECT cmp_ok(max(abs(l2_predict(m, f) - l2_predict(n, x))), '<=', 1e-13::float8, 'predictions') FROM rows, (SELECT logistic_fit(dear, f, 3) AS m, logistic_fit(dear, x, 3) AS n FROM rows) s;

-- by way of a temporary file, and in groups
CREATE TABLE serial AS SELECT logistic_fit(dear, f, 3) AS m FROM rows;
CREATE TABLE by_group AS SELECT i % 7 AS g, logistic_fit(dear, f, 3) AS m FROM rows GROUP BY 1;
SET work_mem = '64kB';
SELECT cmp_ok(pg_temp.apart(logistic_fit(dear, f, 3), (SELECT m FROM serial)), '<=', 1e-13::float8, 'by way of a temporary file') FROM rows;
SELECT cmp_ok(max(pg_temp.apart(a.m, b.m)), '<=', 1e-13::float8, 'in groups') FROM (SELECT i % 7 AS g, logistic_fit(dear, f, 3) AS m FROM rows GROUP BY 1) a JOIN by_group b USING (g);
SELECT * FROM finish();
