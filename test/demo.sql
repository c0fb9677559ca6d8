-- A regression on house prices: load, fit, read, judge, keep.  Run by demo.sh, which sets report: the page to
-- write.

\set QUIET on
\set ON_ERROR_STOP on
\pset footer off
\pset border 2
\pset null ''
SET client_min_messages = warning;

CREATE EXTENSION l2reg CASCADE;

-- Numbers as float8, which is what a regression computes with
CREATE TABLE ames (
    id int GENERATED ALWAYS AS IDENTITY,
    sale_price float8, gr_liv_area float8, lot_area float8, total_bsmt_sf float8,
    first_flr_sf float8, second_flr_sf float8, garage_cars float8, garage_area float8,
    year_built float8, year_remod_add float8, full_bath float8, half_bath float8,
    bedroom_abvgr float8, totrms_abvgrd float8, fireplaces float8, lot_frontage float8,
    mas_vnr_area float8, wood_deck_sf float8, open_porch_sf float8,
    overall_cond text, neighborhood text, bldg_type text, house_style text, ms_zoning text,
    central_air text, foundation text, year_sold float8, mo_sold float8
);
\copy ames (sale_price, gr_liv_area, lot_area, total_bsmt_sf, first_flr_sf, second_flr_sf, garage_cars, garage_area, year_built, year_remod_add, full_bath, half_bath, bedroom_abvgr, totrms_abvgrd, fireplaces, lot_frontage, mas_vnr_area, wood_deck_sf, open_porch_sf, overall_cond, neighborhood, bldg_type, house_style, ms_zoning, central_air, foundation, year_sold, mo_sold) FROM 'test/data/ames.csv' WITH (FORMAT csv, HEADER)

-- Every fifth sale is held out.
CREATE VIEW houses AS
SELECT id, replace(neighborhood, '_', ' ') AS neighborhood, year_built, id % 5 = 0 AS held_out,
    sale_price AS price,
    ARRAY[gr_liv_area, total_bsmt_sf, lot_area, garage_cars, full_bath, bedroom_abvgr, fireplaces,
          year_sold - year_built, year_sold - year_remod_add] AS x
FROM ames;
CREATE VIEW train AS SELECT * FROM houses WHERE NOT held_out;
CREATE VIEW test AS SELECT * FROM houses WHERE held_out;
ANALYZE ames;

SELECT to_char(count(*), 'FM9,999') AS sales, min(year_sold) AS since, max(year_sold) AS until,
    to_char(count(*) FILTER (WHERE id % 5 <> 0), 'FM9,999') AS train,
    to_char(count(*) FILTER (WHERE id % 5 = 0), 'FM9,999') AS test
FROM ames \gset

\echo
\echo '  What is a house worth?  Linear regression inside PostgreSQL, with l2reg'
\echo '  ======================================================================='
\echo
\echo ' ' :sales house sales in Ames, Iowa, :since to :until.  Every fifth is held out:
\echo ' ' :train to learn from, :test to judge by.
\echo
\echo '  1. Fit: one aggregate, one scan.  The model is a value; keep it in a table.'
\echo

SELECT clock_timestamp() AS started \gset
CREATE TABLE fits AS
SELECT ols_fit(price, x, '{"names": [
    "living sq ft", "basement sq ft", "lot sq ft", "garage cars", "bathrooms",
    "bedrooms", "fireplaces", "years of age", "years unaltered"]}') AS model
FROM train
\p
\g
SELECT to_char(1000 * extract(epoch FROM clock_timestamp() - :'started'), 'FM99990.0') AS ms \gset

\echo
\echo '  Done in' :ms 'ms.'
\echo
\echo '  2. Read it: what each thing adds to the price, in dollars,'
\echo '     and the 95 % interval around it.'
\echo

-- Digits as far as they say something
CREATE FUNCTION dollars(x float8, width int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lpad(to_char(x, CASE WHEN abs(x) >= 1000 THEN 'FM999,990'
                                WHEN abs(x) >= 1 THEN 'FM990.0' ELSE 'FM0.00' END), width)
$$;

SELECT term,
    dollars(estimate, 8) AS estimate,
    dollars(std_error, 7) AS "std err",
    to_char(t, '990.0') AS t,
    lpad(CASE WHEN p < 0.0001 THEN '<0.0001' ELSE to_char(p, 'FM0.0000') END, 7) AS p,
    dollars(lower, 7) AS lower,
    dollars(upper, 7) AS upper
FROM fits, l2_summary(model);

SELECT to_char(n, 'FM9,999') AS n, to_char(r_squared, 'FM0.000') AS r2,
    to_char(sigma, 'FM$999,999') AS sigma
FROM fits, l2_glance(model) \gset

\echo '  R-squared' :r2 'on n =' :n 'sales; a typical error of' :sigma'.'
\echo
\echo '  3. Judge it: the' :test 'sales that it has never seen.'
\echo

WITH judged AS (
    SELECT price, l2_predict(model, x) AS predicted,
        (SELECT avg(price) FROM train) AS mean_price
    FROM test, fits
)
SELECT guess, lpad(to_char(sqrt(avg((price - value) ^ 2)), 'FM$999,999'), 14) AS "root mean square error",
    lpad(to_char(100 * avg(abs(price - value) / price), 'FM990.0'), 12) || ' %' AS "mean error in percent"
FROM judged, LATERAL (VALUES (1, 'l2reg', predicted),
    (2, 'the mean price, for all', mean_price)) AS g(rank, guess, value)
GROUP BY rank, guess
ORDER BY rank;

\echo '  4. Use it: five of them.'
\echo

SELECT neighborhood, year_built::int AS built, to_char(x[1], '9,990') AS "sq ft",
    lpad(to_char(price, 'FM$999,999'), 10) AS "true price",
    lpad(to_char(predicted, 'FM$999,999'), 9) AS predicted,
    to_char(100 * (predicted / price - 1), 'S990') || ' %' AS error
FROM (SELECT *, l2_predict(model, x) AS predicted FROM test, fits) AS t
WHERE id % 500 = 0
ORDER BY id;

\echo '  5. Keep it under a name: a formula as in R, categories, lambda by ten-fold cross-validation.'
\echo

CREATE VIEW sold AS SELECT * FROM ames WHERE id % 5 <> 0;
SELECT name, version, method, n, round(lambda::numeric, 1) AS lambda,
  round(cv_r_squared::numeric, 3) AS cv_r_squared
FROM l2_train('house_price', 'sold',
              'sale_price ~ gr_liv_area * overall_cond + total_bsmt_sf + garage_cars + year_built + '
              'neighborhood')
\p
\g

\echo '     One house, and the 95 % interval in which its price should be:'
\echo

SELECT to_char(fit, 'FM$999,999') AS fit, to_char(pred_low, 'FM$999,999') AS low,
    to_char(pred_high, 'FM$999,999') AS high
FROM (SELECT 1500 AS gr_liv_area, 'Average' AS overall_cond, 1000 AS total_bsmt_sf, 2 AS garage_cars,
             1990 AS year_built, 'Gilbert' AS neighborhood) AS new,
     l2_predict_interval('house_price', new)
\p
\g

\set QUIET on
\t on
\a
\o :report
SELECT l2_report('house_price', 'sold');
\o
\a
\t off

\echo '  6. A page with its drawings, to open in a browser, made by'
\echo
\echo '       SELECT l2_report(''house_price'', ''sold'');'
\echo
\echo '     is in' :report
\echo
