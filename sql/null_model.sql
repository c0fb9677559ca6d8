-- Models of nothing but the mean: y ~ 1.
CREATE SCHEMA quiet;
SET search_path = quiet, public;
SET extra_float_digits = 0;
CREATE TABLE hour (id int PRIMARY KEY, at timestamp, y float8, sold boolean, calls int, years float8);
INSERT INTO hour SELECT i, timestamp '2024-01-01' + i * interval '5 hours', i % 7 * 1.5, i % 4 = 0, i % 5,
  1 + i % 3
  FROM generate_series(1, 30) i;

SELECT method, n, r_squared, sigma, lambda, cv_error
  FROM (VALUES ('ols'), ('ridge'), ('lasso'), ('elastic_net')) v(m),
  l2_train('mean_by_' || m, 'hour', 'y ~ 1', m);
SELECT n FROM l2_train('mean_of_y', 'hour', 'y ~ 1');
SELECT l2_names('mean_of_y'), l2_coef('mean_of_y'), l2_intercept('mean_of_y') = avg(y) AS mean FROM hour;
SELECT l2_predict('mean_of_y', h), l2_explain('mean_of_y', h), l2_sql('mean_of_y') FROM hour h LIMIT 1;
SELECT term, estimate, std_error FROM l2_summary('mean_of_y');
SELECT term, mean, mean_now FROM l2_drift('mean_of_y');
SELECT n FROM l2_refresh('mean_of_y');

-- of generalised linear models too, with an offset, by least squares with one
SELECT abs(l2_predict(l2_fit('hour', 'sold ~ 1', 'logistic'), '{}'::float8[]) - avg(sold::int))
  < 1e-12 AS share,
  abs(l2_predict(l2_fit('hour', 'calls ~ 1', 'poisson'), '{}'::float8[]) - avg(calls)) < 1e-12 AS rate,
  abs(exp(l2_intercept(l2_fit('hour', 'calls ~ offset(log(years))', 'poisson'))) - sum(calls) / sum(years))
  < 1e-12 AS per_year,
  abs(l2_intercept(l2_fit('hour', 'y ~ offset(years)', 'ols')) - avg(y - years)) < 1e-12 AS rest
FROM hour;
SELECT added, df, round(f::numeric, 6) AS f FROM l2_anova(l2_fit('hour', 'y ~ 1', 'ols'),
  l2_fit('hour', 'y ~ years', 'ols'));

-- that follow their source
SELECT n FROM l2_train('live_mean', 'hour', 'y ~ 1', 'ols', options => '{"refresh": "live"}');
SELECT n FROM l2_train('day_mean', 'hour', 'y ~ 1', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
INSERT INTO hour VALUES (31, '2024-01-02', 100, true, 3, 2);
SELECT n FROM l2_refresh('live_mean');
SELECT n FROM l2_refresh('day_mean');
SELECT l2_intercept('live_mean') = avg(y) AS live, l2_intercept('day_mean') = avg(y) AS day FROM hour;

-- terms that come and go, and none
SELECT l2_names(l2_fit('hour', 'y ~ years - years', 'ols')), l2_names(l2_fit('hour', 'y ~ 0 + 1', 'ols'));
SELECT l2_fit('hour', 'y ~ 0', 'ols');
SELECT l2_fit('hour', 'y ~ years - years - 1', 'ols');
SELECT l2_fit('SELECT y FROM hour', 'y ~ .', 'ols');
SELECT l2_fit('SELECT y FROM hour', 'y', 'ols');
-- an array without elements is a mistake, unless it is said
SELECT ols_fit(y, '{}'::float8[]) FROM hour;
SELECT logistic_fit(sold, '{}'::float8[]) FROM hour;
SELECT l2_intercept(ols_fit(y, '{}'::float8[], '{"names": []}')) = avg(y) AS mean FROM hour;
SELECT ols_fit(y, '{1,2}'::float8[], '{"names": []}') FROM hour;
SET client_min_messages = warning;
DROP SCHEMA quiet CASCADE;
