-- Huber's and quantile regression: by hand, weights, records, by name, edges and mistakes.
SET extra_float_digits = 0;
\pset null NULL
CREATE FUNCTION rounded(float8[], int DEFAULT 9) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE wages AS SELECT i, i % 10 AS years, (ARRAY['east', 'north', 'west'])[1 + i % 3] AS zone,
  1 + i % 2 AS w, i % 4 / 10.0 AS o,
  10 + 2 * (i % 10) + sin(i * 1.7) * (1 + i % 10) / 4 + CASE WHEN i % 17 = 0 THEN 300 ELSE 0 END AS pay
  FROM generate_series(1, 200) i;

-- without features: quantiles of the rows; a line through most rows whatever the others are
SELECT tau, round(l2_intercept(quantile_fit(v, '{}'::float8[], tau, '{"names": []}'))::numeric, 9) AS quantile
  FROM unnest('{1,2,4,8,16}'::float8[]) v, unnest('{0.1,0.5,0.7,0.9}'::float8[]) tau GROUP BY tau
  ORDER BY tau;
SELECT rounded(ols_fit(pay, ARRAY[years])::float8[], 3) AS ols,
  rounded(huber_fit(pay, ARRAY[years])::float8[], 3) AS huber,
  rounded(quantile_fit(pay, ARRAY[years], 0.5)::float8[], 3) AS median FROM wages;
SELECT round(sigma::numeric, 6) AS sigma, df, df_residual, iterations > 1 AS iterated, converged, r_squared
  FROM l2_glance((SELECT huber_fit(pay, ARRAY[years]) FROM wages));
SELECT m::jsonb ->> 'solver' AS solver, m::jsonb ->> 'huber_k' AS k, m::text::l2_model::text
  = m::text AS lossless FROM (SELECT huber_fit(pay, ARRAY[years], '{"huber_k": 2}') AS m FROM wages) s;
SELECT m::jsonb ->> 'solver' AS solver, m::jsonb ->> 'tau' AS tau, m::text::l2_model::text
  = m::text AS lossless FROM (SELECT quantile_fit(pay, ARRAY[years], 0.3) AS m FROM wages) s;
SELECT term, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error,
  round(p::numeric, 6) AS p FROM l2_summary((SELECT quantile_fit(pay, ARRAY[years], 0.9) FROM wages));
-- a row of weight 2 is two rows; an offset is taken from y
SELECT count(DISTINCT rounded(m::float8[], 9)) AS huber
  FROM (SELECT huber_fit(l2_obs(pay, w), ARRAY[years], '{"weight_type": "frequency"}') AS m FROM wages
  UNION ALL SELECT huber_fit(pay, ARRAY[years]) FROM wages, generate_series(1, w)) s;
SELECT count(DISTINCT rounded(m::float8[], 9)) AS quantile
  FROM (SELECT quantile_fit(l2_obs(pay, w), ARRAY[years], 0.4) AS m FROM wages
  UNION ALL SELECT quantile_fit(pay, ARRAY[years], 0.4) FROM wages, generate_series(1, w)) s;
SELECT count(DISTINCT rounded(m::float8[], 9)) AS huber
  FROM (SELECT huber_fit(l2_obs(pay, offset_by => o), ARRAY[years]) AS m FROM wages
  UNION ALL SELECT huber_fit(pay - o, ARRAY[years]) FROM wages) s;
-- the covariance is kept where it is asked for, and in l2_train; of a prediction its mean has limits only
CREATE TABLE keeping AS SELECT huber_fit(pay, ARRAY[years, w],
  '{"covariance": true, "names": ["years", "w"]}') AS h,
  quantile_fit(pay, ARRAY[years, w], 0.5, '{"covariance": true, "names": ["years", "w"]}') AS q FROM wages;
SELECT contrast, round(t::numeric, 6) AS t, round(p::numeric, 6) AS p FROM keeping,
  l2_contrast(h, 'years = 2; years - w') UNION ALL SELECT contrast, round(t::numeric, 6), round(p::numeric, 6)
  FROM keeping, l2_contrast(q, 'years = 2; years - w');
SELECT round((l2_wald(h)).f::numeric, 6) AS huber, round((l2_wald(q, 'w')).f::numeric, 6) AS median
  FROM keeping;
SELECT round((sqrt((l2_vcov(q))[3][3]) / s.std_error)::numeric, 9) AS same FROM keeping, l2_summary(q) s
  WHERE term = 'w';
SELECT round(fit::numeric, 6) AS fit, round(se_fit::numeric, 6) AS se_fit, conf_low < fit AND fit
  < conf_high AS within, pred_low, leverage FROM keeping, l2_predict_interval(h, ARRAY[3, 1]);
SELECT h::text::l2_model::text = h::text AND q::text::l2_model::text = q::text AS lossless FROM keeping;
SELECT l2_augment(h, ARRAY[3, 1], 10) FROM keeping;
SELECT l2_contrast(huber_fit(pay, ARRAY[years], '{"names": ["years"]}'), 'years') FROM wages;
-- rows that come to no more than there are coefficients: no errors, nor tests
CREATE TABLE few AS SELECT huber_fit(l2_obs(pay, w / 1000.0), ARRAY[years],
  '{"weight_type": "frequency", "covariance": true, "names": ["years"]}') AS m FROM wages
  UNION ALL SELECT quantile_fit(l2_obs(pay, w / 1000.0), ARRAY[years], 0.3,
  '{"weight_type": "frequency", "covariance": true, "names": ["years"]}') AS m FROM wages;
SELECT term, s.std_error, s.t, s.p, c.std_error AS of_contrast, l2_vcov(m), (l2_wald(m)).f, i.se_fit,
  i.conf_low
  FROM few, l2_summary(m) s, l2_contrast(m, term) c, l2_predict_interval(m, ARRAY[1]) i;
SELECT m::text::l2_model::text = m::text AS lossless FROM few;
-- records, groups, without an intercept, collinear columns, far from 0
SELECT l2_names(m), rounded(m::float8[], 6) AS b
  FROM (SELECT quantile_fit(pay, t, 0.5, '{"features": ["years", "zone"]}') AS m FROM wages t) s;
SELECT zone, rounded(huber_fit(pay, ARRAY[years])::float8[], 6) AS b FROM wages GROUP BY zone ORDER BY 1;
SELECT rounded(huber_fit(pay, ARRAY[years], '{"intercept": false}')::float8[], 6) AS huber,
  rounded(quantile_fit(pay, ARRAY[years], 0.5, '{"intercept": false}')::float8[], 6) AS median FROM wages;
SELECT rounded(quantile_fit(pay, ARRAY[years, 2 * years, 1], 0.5)::float8[], 6) AS median FROM wages;
SELECT rounded(l2_coef(quantile_fit(pay * 1e6, ARRAY[years + 1e9], 0.5)), 3) AS median,
  rounded(l2_coef(huber_fit(pay * 1e6, ARRAY[years + 1e9])), 3) AS huber FROM wages;
-- predicted, explained, exported, by name
SELECT round(l2_predict(m, 3)::numeric, 6) AS predicted, l2_sql(m) = replace(l2_sql(m), 'EXP', '') AS plain
  FROM (SELECT quantile_fit(pay, ARRAY[years], 0.5, '{"names": ["years"]}') AS m FROM wages) s;
SELECT name, method, n FROM l2_train('high_pay', 'wages', 'pay ~ years + zone', 'quantile', 0.9,
  '{"weight": "w"}');
SELECT round(avg((pay < l2_predict('high_pay', t))::int), 1) AS below FROM wages t;
SELECT rounded(l2_fit('wages', 'pay ~ years', 'huber', options => '{"offset_by": "o"}')::float8[], 6) AS b;
SELECT l2_report('high_pay') ~ 'Quantile regression, 0.9' AS reported;
-- edges
SELECT huber_fit(pay, ARRAY[years]) IS NULL AS huber, quantile_fit(pay, ARRAY[years], 0.5) IS NULL AS quantile
  FROM wages WHERE false;
SELECT (l2_glance(huber_fit(1 + 2 * years, ARRAY[years]))).converged FROM wages;
SELECT rounded(m::float8[], 9) AS perfect, (l2_glance(m)).converged
  FROM (SELECT quantile_fit(1 + 2 * years, ARRAY[years], 0.2) AS m FROM wages) s;
SELECT rounded(quantile_fit(y, ARRAY[x], 0.5)::float8[], 6) AS two_rows FROM (VALUES (1, 2), (2, 5)) v(x, y);
SELECT rounded(quantile_fit(y, ARRAY[x], 0.5)::float8[], 6) AS one_row FROM (VALUES (1, 2)) v(x, y);
SELECT (l2_glance(quantile_fit(i % 3, ARRAY[i % 2, i % 5], 0.5))).converged AS ties
  FROM generate_series(1, 1000) i;
SELECT quantile_fit(pay, ARRAY[years], 1) FROM wages;
SELECT quantile_fit(pay, ARRAY[years], NULL) FROM wages;
\set VERBOSITY terse
SELECT quantile_fit(pay, ARRAY[years]) FROM wages;
\set VERBOSITY default
SELECT quantile_fit(pay, ARRAY[years], 0.5 + w / 10.0) FROM wages;
\set VERBOSITY terse
SELECT huber_fit(pay, ARRAY[years], 0.5) FROM wages;
\set VERBOSITY default
SELECT huber_fit(pay, ARRAY[years], '{"lambda": 1}') FROM wages;
SELECT huber_fit(pay, ARRAY[years], '{"standardize": true}') FROM wages;
SELECT huber_fit(pay, ARRAY[years], '{"huber_k": 0}') FROM wages;
SELECT huber_fit('NaN'::float8, ARRAY[years]) FROM wages;
SELECT l2_train('q', 'wages', 'pay ~ years', 'quantile');
SELECT l2_train('q', 'wages', 'pay ~ years', 'huber', 1);
DROP TABLE wages, high_pay, keeping, few;
DROP FUNCTION rounded;
