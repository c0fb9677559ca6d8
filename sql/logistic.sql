-- Logistic and Poisson regression: answers, options, separation, degenerate problems, storage of rows.
SET extra_float_digits = 0;
\pset null NULL

CREATE FUNCTION rounded(float8[], int DEFAULT 9) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE trial AS SELECT i, i % 7 AS a, sqrt(i) AS b, i % 3 AS k, 1 + i % 4 AS w, sin(i) / 4 AS o,
  sin(i * i) < (i % 7 - 3) / 6.0 AS y, i * i % 11 / 2 AS visits FROM generate_series(1, 300) i;

-- one feature of two values, by hand: the log odds of 30 in 100 and 80 in 100
CREATE TABLE doses AS SELECT d, d = 0 AND i <= 30 OR d = 1 AND i <= 80 AS cured FROM generate_series(0, 1) d,
  generate_series(1, 100) i;
SELECT rounded(m::float8[], 12) AS b, rounded(ARRAY[ln(30 / 70.0), ln(80 / 20.0) - ln(30 / 70.0)],
  12) AS by_hand FROM (SELECT logistic_fit(cured, ARRAY[d]) m FROM doses) s;
SELECT d, round(l2_predict(m, ARRAY[d])::numeric, 12) AS probability, l2_classify(m, ARRAY[d]) AS cured,
  l2_predict(m, ARRAY[d]) >= 0.2 AS at_a_fifth,
       round(l2_predict_link(m, ARRAY[d])::numeric, 12) AS log_odds
       FROM (SELECT logistic_fit(cured, ARRAY[d]) m FROM doses) s, generate_series(0, 1) d;
SELECT term, round(estimate::numeric, 9) AS estimate, round((std_error ^ 2)::numeric, 9) AS variance,
  round(t::numeric, 6) AS z, round(p::numeric, 12) AS p,
       round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
       FROM l2_summary((SELECT logistic_fit(cured, ARRAY[d]) FROM doses));
SELECT round(1 / 30.0 + 1 / 70.0, 9) AS intercept, round(1 / 30.0 + 1 / 70.0 + 1 / 80.0 + 1 / 20.0, 9) AS d;
SELECT term, round(ratio::numeric, 9) AS odds_ratio, round((80 / 20.0) / (30 / 70.0), 9) AS by_hand,
  round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
FROM l2_odds_ratios((SELECT logistic_fit(cured, ARRAY[d], '{"names": ["dose"]}') FROM doses));
-- shares with trials as weights are the same rows
SELECT rounded(logistic_fit(l2_obs(share, weight => n), ARRAY[d])::float8[], 12) AS b
  FROM (VALUES (0, 0.3, 100), (1, 0.8, 100)) v(d, share, n);

-- rates: 1 and 3 events a day
SELECT rounded(m::float8[], 12) AS b, round(ln(3)::numeric, 12) AS by_hand,
  round(l2_predict(m, ARRAY[1])::numeric, 12) AS rate
FROM (SELECT poisson_fit(l2_obs(n, offset_by => ln(days)), ARRAY[g]) m
  FROM (VALUES (0, 2, 1), (0, 3, 4), (1, 12, 4), (1, 9, 3)) v(g, n, days)) s;

-- the same model by every way
SELECT count(DISTINCT rounded(m::float8[], 10)) AS models FROM (
  SELECT logistic_fit(y, ARRAY[a, b]) m FROM trial
  UNION ALL SELECT logistic_fit(y::int, ARRAY[a, b]) FROM trial
  UNION ALL SELECT logistic_fit(y::int::numeric, ARRAY[a, b], '{}') FROM trial
  UNION ALL SELECT logistic_fit(y::int::float8, ARRAY[a, b], '{}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], 0) FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], 0, '{}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], 0, '{}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT logistic_fit(y, ARRAY[a, b], '{"l1_ratio": 1}') FROM trial
  UNION ALL SELECT l2_fit('trial', 'y ~ a + b', 'logistic')
  UNION ALL SELECT l2_fit(' select y, a, b from trial; ', 'y', 'logistic')
  UNION ALL SELECT l2_fit('TABLE trial', 'y', 'logistic',
  options => '{"tolerance": 1e-12, "features": ["a", "b"]}')) s;
SELECT count(DISTINCT rounded((m::float8[])[1:3], 10)) AS models FROM (
  SELECT poisson_fit(l2_obs(visits, weight => w, offset_by => o), ARRAY[a, b], 2, '{"l1_ratio": 0.5}') m
  FROM trial
  UNION ALL SELECT poisson_fit(l2_obs(visits, weight => w, offset_by => o), ARRAY[a, b], 2,
  '{"l1_ratio": 0.5}') FROM trial
  UNION ALL SELECT l2_fit('public.trial', 'visits ~ a + b', 'poisson', 2,
  '{"l1_ratio": 0.5, "weight": "w", "offset_by": "o", "standardize": false}')) s;
SELECT rounded(logistic_fit(l2_obs(y, weight => w), ARRAY[a, b])::float8[], 9)
  = rounded((SELECT logistic_fit(y, ARRAY[a, b]) FROM trial, generate_series(1, w))::float8[],
  9) AS weights_are_rows FROM trial;

-- what the model says
SELECT m::jsonb - 'terms' - 'deviance' - 'null_deviance' - 'log_likelihood' - 'r_squared' - 'df'
  - 'df_residual' - 'gap' - 'target_mean' - 'target_sd' - 'link_at_mean' - 'rcond' - 'dispersion' AS model,
       m::text::l2_model::text = m::text AS text
FROM (SELECT logistic_fit(y, ARRAY[a, b], 0.5, '{"standardize": true, "names": ["a", "b"]}') m FROM trial) s;
SELECT n, round(r_squared::numeric, 9) AS r2, round(deviance::numeric, 6) AS deviance,
  round(null_deviance::numeric, 6) AS null_deviance, round(log_likelihood::numeric, 6) AS log_likelihood,
       round(aic::numeric, 6) AS aic, round((2 * 3 - 2 * log_likelihood)::numeric, 6) AS by_hand,
       round(bic::numeric, 6) AS bic, df, df_residual, rss, sigma, f_statistic, lambda, nonzero, converged
FROM l2_glance((SELECT logistic_fit(y, ARRAY[a, b]) FROM trial)) \gx
SELECT lambda, rounded(m::float8[], 6) AS b, nonzero, round(df::numeric, 6) AS df,
  round(deviance::numeric, 6) AS deviance, converged, m::jsonb->>'solver' AS solver
FROM unnest('{0,0.1,10,50,1e9}'::float8[]) l(l),
  LATERAL (SELECT logistic_fit(y, ARRAY[a, b, k], l, '{"l1_ratio": 0.7}') m FROM trial) f, l2_glance(m);

-- options
SELECT rounded(logistic_fit(y, ARRAY[a, b, k], 1e9, '{"penalty_factor": [0, 1, 1]}')::float8[],
  6) AS only_first, rounded(logistic_fit(y, ARRAY[a])::float8[], 6) AS one,
       rounded(logistic_fit(y, ARRAY[a, b, k], '{"features": ["x1"]}')::float8[], 6) AS features,
       rounded(logistic_fit(y, ARRAY[a, b, k], '{"intercept": false}')::float8[], 6) AS no_intercept,
       rounded(logistic_fit(y, ARRAY[a, b, k], 3, '{"lambda_scale": "sum"}')::float8[], 6) AS sum,
       rounded(logistic_fit(y, ARRAY[a, b, k], 0.01, '{"lambda_scale": "mean"}')::float8[], 6) AS mean,
       rounded(logistic_fit(y, ARRAY[a, b, k], 0, '{"lower": [null, 0.1, null], "upper": 0.5}')::float8[],
       6) AS bounded, rounded(logistic_fit(y, ARRAY[a, b, -k], '{"non_negative": true}')::float8[],
       6) AS non_negative,
       rounded(logistic_fit(y, ARRAY[a, b, k], '{"class_weight": "balanced"}')::float8[], 6) AS balanced,
       (SELECT rounded(logistic_fit(l2_obs(y,
       weight => CASE WHEN y THEN 300.0 / 2 / t ELSE 300.0 / 2 / (300 - t) END), ARRAY[a, b, k])::float8[], 6)
       FROM trial, (SELECT count(*) AS t FROM trial WHERE y) c) AS by_hand
FROM trial \gx
SELECT rounded(logistic_fit(y, ARRAY[a, b], 1, '{"standardize": true}')::float8[], 6) AS metres,
  rounded(logistic_fit(y, ARRAY[a * 1000, b], 1, '{"standardize": true}')::float8[], 6) AS millimetres
  FROM trial;
SELECT rounded(logistic_fit(y, ARRAY[a, b, k], '{"dropout": 0.5}')::float8[], 6) AS dropout,
  rounded(logistic_fit(y, ARRAY[a, b, k], '{"dropout": 0}')::float8[], 6)
  = rounded(logistic_fit(y, ARRAY[a, b, k])::float8[], 6) AS none,
       logistic_fit(y, ARRAY[a], '{"dropout": 0.5}')::jsonb->>'rate' AS rate FROM trial;
SELECT rounded(logistic_fit(y, ARRAY[a], 1, '{"dropout": 0.5}')::float8[], 6) AS with_ridge FROM trial;
SELECT logistic_fit(y, ARRAY[a], '{"dropout": 1}') FROM trial;
SELECT logistic_fit(y, ARRAY[a], 1, '{"solver": "fista"}') FROM trial;
SELECT poisson_fit(visits, ARRAY[a], '{"class_weight": "balanced"}') FROM trial;
SELECT logistic_fit(y, ARRAY[a], '{"class_weight": "heavy"}') FROM trial;
SELECT logistic_fit(y, ARRAY[a], -1) FROM trial;
SELECT logistic_fit(y, ARRAY[a], i) FROM trial;
SELECT logistic_fit(y, ARRAY[a], 1, l2_options('l1_ratio', i)) FROM trial;
SELECT logistic_fit(y, ARRAY[a], 1, format('{"max_iter": %s}', i)) FROM trial;
SELECT logistic_fit(y, ARRAY[a], NULL::float8) FROM trial;
SELECT logistic_fit(y, ARRAY[a, b], '{"max_iter": 2}')::jsonb->>'converged' AS converged FROM trial;

-- rows: NULLs, weights of 0, FILTER, groups, none at all
SELECT n, n_skipped FROM l2_glance((SELECT logistic_fit(l2_obs(y, weight => w, offset_by => o), x)
  FROM (SELECT y, ARRAY[a]::float8[] AS x, w, o FROM trial UNION ALL
  SELECT v.y, v.x::float8[], v.w, v.o FROM (VALUES (NULL, '{1}', 1, 1), (true, NULL, 1, 1),
  (true, '{NULL}', 1, 1), (true, '{1}', NULL, 1), (true, '{1}', 0, 1), (true, '{1}', 1, NULL)) v(y, x, w,
  o)) s));
SELECT logistic_fit(y, ARRAY[a]) AS none, poisson_fit(visits, ARRAY[a], 1) FILTER (WHERE i < 0) AS none_either
  FROM trial WHERE i < 0;
SELECT logistic_fit(l2_obs(y, weight => 0), ARRAY[a]) AS no_weight, logistic_fit(y, ARRAY[NULL, a]) AS no_row
  FROM trial;
SELECT k, n, rounded(m::float8[], 6) AS b FROM (SELECT k, logistic_fit(y, ARRAY[a, b], 0.1) m FROM trial
  GROUP BY k) s, l2_glance(m) ORDER BY k;
SELECT k, n, rounded(m::float8[], 6) AS b FROM (SELECT k, logistic_fit(y, ARRAY[a, b], 0.1) m FROM trial
  GROUP BY ROLLUP (k)) s, l2_glance(m) ORDER BY k;
SELECT rounded(logistic_fit(y, ARRAY[a, b], 0.1) FILTER (WHERE k = 1)::float8[], 6) AS b FROM trial;
-- the state goes on after its final function
SELECT i, n, rounded(m::float8[], 6) AS b FROM (SELECT i,
  logistic_fit(y, ARRAY[a, b], 0.1, '{"one_class": "null"}') OVER (ORDER BY i) m FROM trial) s, l2_glance(m)
  WHERE i IN (10, 200, 300);
SELECT i, n, rounded(m::float8[], 6) AS b FROM (SELECT i,
  logistic_fit(y, ARRAY[a, b], 0.1, '{"one_class": "null"}') OVER (ORDER BY i ROWS 49 PRECEDING) m
  FROM trial) s, l2_glance(m) WHERE i IN (200, 300);

-- degenerate columns: constant, collinear, zero
SELECT rounded(logistic_fit(y, ARRAY[a, 5, b, 2 * a + 1])::float8[], 6) AS dropped,
  rounded(logistic_fit(y, ARRAY[a, b])::float8[], 6) AS without FROM trial;
SELECT rounded(logistic_fit(y, ARRAY[a, a, 0], 1)::float8[], 6) AS shared FROM trial;
SELECT rounded(b, 6) AS b, round((b[2] + b[3])::numeric, 6) AS shared
  FROM (SELECT logistic_fit(y, ARRAY[a, a, 7], 5, '{"l1_ratio": 1}')::float8[] AS b FROM trial) s,
  LATERAL (SELECT 1) t WHERE b[4] = 0 AND b[2] >= 0 AND b[3] >= 0 \gset one_
SELECT :'one_shared' = round((b[2])::numeric, 6)::text AS lasso_of_equal_columns
  FROM (SELECT logistic_fit(y, ARRAY[a], 5, '{"l1_ratio": 1}')::float8[] AS b FROM trial) s;
-- units: huge, tiny, and a column far from 0
SELECT round((c.b[2] * 1e6)::numeric, 6) AS huge, round((c.b[3] * 1e-60)::numeric, 6) AS tiny,
  round(c.b[4]::numeric, 6) AS far, rounded(p.b[2:], 6) AS plain
FROM (SELECT logistic_fit(y, ARRAY[a * 1e6, b * 1e-60, k + 1e9])::float8[] AS b FROM trial) c,
  (SELECT logistic_fit(y, ARRAY[a, b, k])::float8[] AS b FROM trial) p;
SELECT rounded(l2_coef(logistic_fit(y, ARRAY[a * 1e6, b], 1, '{"standardize": true}')), 15) AS huge
  FROM trial;

-- separation is told of, and a penalty cures it; so is a column that singles out some rows
SELECT converged, b[2] > 5 AS large FROM (SELECT logistic_fit(i > 5, ARRAY[i]) m
  FROM generate_series(1, 10) i) s, l2_glance(m), LATERAL (SELECT m::float8[] AS b) t;
SELECT converged FROM l2_glance((SELECT logistic_fit(y OR k = 2, ARRAY[(k = 2)::int, a]) FROM trial));
SELECT converged FROM l2_glance((SELECT poisson_fit(CASE WHEN k <> 2 THEN visits ELSE 0 END,
  ARRAY[(k = 2)::int, a]) FROM trial));
SELECT converged FROM l2_glance(l2_fit('SELECT i > 5 AS y, i FROM generate_series(1, 10) i', 'y',
  'logistic'));
SELECT converged, rounded(m::float8[], 6) AS b FROM (SELECT logistic_fit(i > 5, ARRAY[i], 0.1) m
  FROM generate_series(1, 10) i) s, l2_glance(m);
SELECT converged, rounded(m::float8[], 6) AS b
  FROM (SELECT logistic_fit(i > 5, ARRAY[i], 0.1, '{"l1_ratio": 1}') m FROM generate_series(1, 10) i) s,
  l2_glance(m);
SELECT converged, rounded(m::float8[], 4) AS b FROM (SELECT logistic_fit(i > 5, ARRAY[i], 1e-6) m
  FROM generate_series(1, 10) i) s, l2_glance(m);
-- one class only
SELECT logistic_fit(true, ARRAY[a]) FROM trial;
SELECT logistic_fit(false, ARRAY[a], 1) FROM trial;
SELECT logistic_fit(y, ARRAY[a]) FROM trial WHERE i = 1;
SELECT logistic_fit(true, ARRAY[a], '{"one_class": "null"}') AS one,
  poisson_fit(0, ARRAY[a], '{"one_class": "null"}') AS none,
  l2_fit('SELECT 1 AS y, a FROM trial', 'y', 'logistic', options => '{"one_class": "null"}') AS query
  FROM trial;
SELECT poisson_fit(0, ARRAY[a]) FROM trial;
SELECT rounded(logistic_fit(0.25, ARRAY[a])::float8[], 6) AS constant_share,
  rounded(poisson_fit(3, ARRAY[a])::float8[], 6) AS constant_count FROM trial;

-- what y, x, weight and offset cannot be
SELECT logistic_fit(i, ARRAY[a]) FROM trial;
SELECT logistic_fit(-0.5, ARRAY[a]) FROM trial;
SELECT poisson_fit(-1, ARRAY[a]) FROM trial;
SELECT logistic_fit('yes'::text, ARRAY[a]) FROM trial;
SELECT logistic_fit('NaN'::float8, ARRAY[a]) FROM trial;
SELECT logistic_fit(y, ARRAY[a, 'NaN'::float8]) FROM trial;
SELECT logistic_fit(y, ARRAY[a, 'Infinity'::float8]) FROM trial;
SELECT logistic_fit(y, ARRAY[a, 1e101]) FROM trial;
SELECT logistic_fit(l2_obs(y, weight => -1), ARRAY[a]) FROM trial;
SELECT logistic_fit(l2_obs(y, offset_by => 'NaN'::float8), ARRAY[a]) FROM trial;
SELECT logistic_fit(y, CASE WHEN i < 9 THEN ARRAY[a] ELSE ARRAY[a, b] END) FROM trial;
SELECT logistic_fit(y, '{}'::float8[]) FROM trial;
SELECT logistic_fit(y, '{{1}}'::float8[]) FROM trial;
SELECT n, n_skipped FROM l2_glance((SELECT logistic_fit(l2_obs(y,
  weight => CASE WHEN i = 10 THEN 'NaN' ELSE 1::float8 END,
  offset_by => CASE WHEN i = 11 THEN 'Infinity' ELSE 0::float8 END),
  ARRAY[a, CASE WHEN i < 9 THEN 'NaN' ELSE b END], '{"nonfinite": "skip"}') FROM trial));
SELECT n, n_skipped FROM l2_glance(l2_fit('SELECT y, a, CASE WHEN i < 9 THEN ''NaN'' ELSE b END '
  'AS b, CASE WHEN i = 10 THEN ''NaN'' ELSE 1::float8 END '
  'AS w, CASE WHEN i = 11 THEN ''Infinity'' ELSE 0::float8 END AS o FROM trial', 'y', 'logistic',
  options => '{"nonfinite": "skip", "weight": "w", "offset_by": "o"}'));

-- predictions never give NaN for numbers
SELECT x, l2_predict(m, ARRAY[x]) AS p, 1 - l2_predict(m, ARRAY[x]) AS complement,
  l2_classify(m, ARRAY[x]) AS class
  FROM (SELECT '{"l2_model": 1, "method": "logistic", "terms": [{"term": "(Intercept)", '
  '"estimate": 1}, {"term": "x", "estimate": 1e10}]}'::l2_model m) s,
  unnest('{-1e308,-1e-8,-1e-10,0,1e-9,1e300}'::float8[]) x;
SELECT l2_predict(m, ARRAY[-800]) AS small, l2_predict(m, ARRAY[-700]) AS normal,
  l2_predict(m, ARRAY['NaN'::float8]) AS of_nan, l2_classify(m, ARRAY['NaN'::float8]) AS class,
  l2_predict(m, ARRAY[NULL]::float8[]) AS of_null,
       l2_predict(m, 1) AS variadic, l2_predict(m, ARRAY[1]) AS int,
       l2_predict(m, ARRAY['Infinity'::float8]) AS of_infinity
FROM (SELECT '{"l2_model": 1, "method": "logistic", "terms": [{"term": "x", "estimate": 1}]}'::l2_model m) s;
SELECT l2_predict('{"l2_model": 1, "method": "logistic", "terms": [{"term": "x", '
  '"estimate": 10}, {"term": "z", "estimate": 10}]}', ARRAY[1e308, -1e308]);
SELECT l2_predict(m, ARRAY[-1000]) AS nothing, l2_predict(m, ARRAY[700]) AS much
  FROM (SELECT '{"l2_model": 1, "method": "poisson", "terms": [{"term": "x", "estimate": 1}]}'::l2_model m) s;
SELECT l2_predict('{"l2_model": 1, "method": "poisson", "terms": [{"term": "x", "estimate": 1}]}',
  ARRAY[710]);
-- beyond the range of doubles one row is infinite, and does not stop the others
SELECT i, l2_predict(l2_model(ARRAY[0, 1.5]::float8[]), ARRAY[i]) AS linear,
  l2_predict('{"l2_model": 1, "method": "poisson", "terms": [{"term": "x", "estimate": 1.5}]}',
  ARRAY[i]) AS mean,
  l2_predict_link('{"l2_model": 1, "method": "poisson", "terms": [{"term": "x", "estimate": 1.5}]}',
  ARRAY[i]) AS link
FROM (VALUES (-1e9), (0), (1000)) v(i);
SELECT l2_predict(m, ARRAY[1, 2]) FROM (SELECT logistic_fit(y, ARRAY[a]) m FROM trial) s;
SELECT l2_classify(m, ARRAY[1], 0.5) FROM (SELECT logistic_fit(y, ARRAY[a]) m FROM trial) s;
SELECT l2_classify(m, ARRAY[1]) FROM (SELECT poisson_fit(visits, ARRAY[a]) m FROM trial) s;
SELECT l2_predict_link(m, ARRAY[2]) = l2_predict(m, ARRAY[2]) AS link_of_least_squares
  FROM (SELECT ols_fit(visits, ARRAY[a]) m FROM trial) s;

-- what other functions make of such a model
SELECT number, method, terms, round(df::numeric, 6) AS df, rss, round(r_squared::numeric, 6) AS r2,
  round(aic::numeric, 4) AS aic, round(aicc::numeric, 4) AS aicc, round(bic::numeric, 4) AS bic,
  round(delta_aic::numeric, 4) AS delta
FROM l2_compare(VARIADIC (SELECT ARRAY[logistic_fit(y, ARRAY[a, b]), logistic_fit(y, ARRAY[a]),
  logistic_fit(y, ARRAY[a, b], 1)] FROM trial));
SELECT count(*) FROM l2_compare(VARIADIC (SELECT ARRAY[logistic_fit(y, ARRAY[a]), ols_fit(y::int, ARRAY[a])]
  FROM trial));
SELECT count(*) FROM l2_anova(VARIADIC (SELECT ARRAY[logistic_fit(y, ARRAY[a]), logistic_fit(y, ARRAY[a, b])]
  FROM trial));
SELECT l2_predict_interval(m, ARRAY[1], gram => g)
  FROM (SELECT logistic_fit(y, ARRAY[a]) m, l2_gram_agg(y::int, ARRAY[a]) g FROM trial) s;
SELECT count(*) FROM l2_odds_ratios((SELECT ols_fit(visits, ARRAY[a]) FROM trial));
SELECT count(*) FROM l2_path((SELECT l2_gram_agg(y::int, ARRAY[a]) FROM trial), 'logistic');

-- the query a step
SET l2reg.steps = on;
SELECT l2_names(l2_fit('SELECT y, a, b AS "B b" FROM trial', 'y', 'logistic')) AS names;
SELECT l2_names(l2_fit('trial', 'y', 'logistic', 1)) AS all_columns;
SELECT l2_fit('doses', 'cured ~ e', 'logistic');
SELECT l2_fit('doses', 'cured', 'logistic', options => '{"features": ["cured"]}');
SELECT l2_fit('no_such_table', 'y', 'logistic');
SELECT l2_fit('SELECT 1 AS y, d AS t, NULL::text AS u FROM doses', 'y', 'logistic') AS no_rows;
SELECT l2_fit('SELECT y, a FROM trial WHERE i < 0', 'y', 'logistic') AS no_rows;
SELECT l2_fit('doses', 'cured', 'logistic', -1);
SELECT l2_fit('doses', 'cured', 'logistic', options => '{"solver": "fista"}');
SELECT l2_fit('DELETE FROM trial', 'y', 'logistic');
SELECT l2_fit('WITH d AS (DELETE FROM trial RETURNING *) SELECT y, a FROM d', 'y', 'logistic');
SELECT l2_fit('SELECT random() < 0.5 AS y, a FROM trial WHERE random() < 0.9', 'y', 'logistic');
SELECT l2_fit('SELECT random() < 0.5 AS y, a, i % 3 || '''' AS k FROM trial WHERE random() < 0.9', 'y',
  'logistic');
-- as many rows each time, but others: by order alone they may differ, and by rounding
SELECT l2_fit('SELECT random() < 0.5 AS y, a FROM trial', 'y', 'logistic');
SELECT l2_fit('SELECT y, CASE WHEN i = 7 THEN random() ELSE a END AS a FROM trial', 'y', 'logistic');
SELECT l2_fit('SELECT y, a, random() AS o FROM trial', 'y ~ a + offset(o)', 'logistic');
SELECT l2_fit('SELECT y, a, 1 + random() AS w FROM trial', 'y ~ a', 'logistic', 1, '{"weight": "w"}');
SELECT l2_fit('SELECT y, a, (ARRAY[''u'', ''v''])[1 + i % 2 * (random() * 0.999)::int] AS k FROM trial', 'y',
  'logistic');
SELECT max(abs(c - d)) < 1e-12 AS same FROM (SELECT unnest(l2_coef(l2_fit('trial', 'y ~ a + b',
  'logistic'))) c,
  unnest(l2_coef(l2_fit('SELECT y, a, b FROM trial ORDER BY random()', 'y ~ a + b', 'logistic'))) d) s;
SELECT max(abs(c - d)) < 1e-12 AS same FROM (SELECT unnest(l2_coef(l2_fit('trial', 'y ~ a + b',
  'logistic'))) c,
  unnest(l2_coef(l2_fit('SELECT y, a * (1 + 1e-15 * random()) AS a, b FROM trial', 'y ~ a + b',
  'logistic'))) d) s;
RESET l2reg.steps;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE TABLE start AS SELECT '{"l2_model": 1, "method": "logistic", "n": 1, '
  '"terms": [{"term": "(Intercept)", "estimate": 0}, {"term": "a", "estimate": 0}]}'::l2_model AS m;
EXPLAIN (COSTS OFF) SELECT _l2_newton_agg(y::int, ARRAY[a],
  '{"l2_model": 1, "method": "logistic", "n": 1, "terms": [{"term": "(Intercept)", '
  '"estimate": 0}, {"term": "a", "estimate": 0}]}') FROM trial;
EXPLAIN (COSTS OFF) SELECT logistic_fit(y, ARRAY[a]) FROM trial WHERE sqrt(i) < 1e6;
SELECT rounded(logistic_fit(y, ARRAY[a, b])::float8[], 9)
  = rounded(l2_fit('trial', 'y ~ a + b', 'logistic')::float8[], 9) AS same FROM trial;
RESET max_parallel_workers_per_gather;
-- a step by hand: at 0 every residual is 4 y - 2, every weight 1/4
SELECT l2_n(g) AS n, l2_sum_weights(g) AS weight, round((l2_means(g))[1]::numeric, 9) AS residual,
  round((l2_sum_weights(g) * (l2_means(g))[3])::numeric, 9) AS loss,
  round((300 * ln(2))::numeric, 9) AS by_hand
FROM (SELECT _l2_newton_agg(y::int, ARRAY[a], m) g FROM trial, start) s;
SELECT _l2_newton_agg(y::int, ARRAY[a, b], m) FROM trial, start;
-- a worker may meet it first, and PostgreSQL 18 says so
\set SHOW_CONTEXT never
SELECT _l2_newton_agg(y::int, ARRAY[a], NULL) FROM trial;
\set SHOW_CONTEXT errors
SELECT _l2_newton_agg(y::int, ARRAY[a], (SELECT ols_fit(visits, ARRAY[a]) FROM trial)) FROM trial;
SELECT _l2_newton_agg(i, ARRAY[a], m) FROM trial, start;
SELECT _l2_newton_agg(1, ARRAY['NaN'::float8], m) FROM start;
SELECT _l2_newton_agg(l2_obs(1, offset_by => 'Infinity'), ARRAY[1], m) FROM start;
-- numbers and levels: the sums of the arrays that they stand for
CREATE TABLE leveled AS SELECT i, y::int, a::float8, nullif('z' || i % 4, 'z2') AS z, 'w' || i % 7 AS w,
  1 + i % 3 AS weight FROM trial;
CREATE TABLE at AS SELECT logistic_fit(y = 1, l2_row(ROW(a, z, w), '{a,z,w}'), 1, '{"null_level": true}') AS m
  FROM leveled;
WITH g AS (
  SELECT _l2_newton_agg(l2_obs(y, weight, a / 9), row, m, '{"null_level": true}') AS r,
    _l2_newton_agg(l2_obs(y, weight, a / 9), l2_encode(m, row), m) AS x
  FROM leveled, at, l2_row(ROW(a, z, w), '{a,z,w}') row)
SELECT l2_names(r), l2_n(r) = l2_n(x) AND l2_sum_weights(r) = l2_sum_weights(x) AS counts,
  (SELECT max(abs(u - v)) < 1e-15 FROM unnest(l2_means(r), l2_means(x)) t(u, v)) AS means,
  (SELECT max(abs(u - v)) < 1e-15 FROM unnest(l2_covariance(r), l2_covariance(x)) t(u, v)) AS covariance
FROM g;
-- at the start, of no model yet, the rows as they are
UPDATE start SET m = (m::jsonb || '{"n": 0}')::l2_model;
SELECT l2_names(g), l2_n(g), l2_n_skipped(g) AS of_z2, round((l2_means(g))[13]::numeric, 9) AS loss
  FROM (SELECT _l2_newton_agg(y, l2_row(ROW(a, z, w), '{a,z,w}'), m, '{"max_levels": 7}') AS g
        FROM leveled, start) s;
-- a level that the model does not know is one of a row that is skipped; so is a number that is none
SELECT l2_n(g), l2_n_skipped(g)
  FROM (SELECT _l2_newton_agg(y, l2_row(ROW(CASE WHEN i % 5 > 0 THEN a ELSE 'NaN' END, z,
          CASE WHEN i > 7 THEN w ELSE 'new' END), '{a,z,w}'), m, '{"nonfinite": "skip"}') AS g
        FROM leveled, at) s;
SELECT _l2_newton_agg(y, l2_row(ROW(a + 'NaN', z, w), '{a,z,w}'), m, '{"names": ["age", "zone", "way"]}')
  FROM leveled, start;
SELECT _l2_newton_agg(y, l2_row(ROW(a * 1e100, z, w), '{a,z,w}'), m, '{}') FROM leveled, at;
SELECT _l2_newton_agg(l2_obs(y, offset_by => 'NaN'), l2_row(ROW(a, z, w), '{a,z,w}'), m, '{}')
  FROM leveled, at;
SELECT _l2_newton_agg(y + 1, l2_row(ROW(a, z, w), '{a,z,w}'), m, '{}') FROM leveled, at;
SELECT _l2_newton_agg(y, l2_row(ROW(a, z, w), '{a,z,w}'), m, '{"max_levels": 6}') FROM leveled, start;
-- the model must be one of such rows, and one
SELECT _l2_newton_agg(y, l2_row(ROW(a, z, w), '{a,z,v}'), m, '{}') FROM leveled, at;
SELECT _l2_newton_agg(y, l2_row(ROW(a, z), '{a,z}'), ols_model, '{}')
  FROM leveled, (SELECT ols_fit(y, ARRAY[a]) AS ols_model FROM leveled) s;
SELECT _l2_newton_agg(y, l2_row(ROW(a, z, w), '{a,z,w}'), CASE WHEN i < 9 THEN m END, '{}') FROM leveled, at;
SELECT _l2_newton_agg(y, l2_row(ROW(a, z, w), '{a,z,w}'), CASE WHEN i < 9 THEN m ELSE other END, '{}')
  FROM leveled, at, (SELECT logistic_fit(y = 1, l2_row(ROW(a, z, w), '{a,z,w}'), 2) AS other FROM leveled) s;
SELECT _l2_newton_agg(y, l2_row(ROW(a, z, w), '{a,z,w}'), CASE WHEN i < 9 THEN at.m ELSE start.m END, '{}')
  FROM leveled, at, start;
SELECT _l2_newton_agg(y, NULL::l2_row, m, '{}') IS NULL AS none FROM leveled, at;
UPDATE start SET m = (m::jsonb || '{"n": 1}')::l2_model;
DROP TABLE leveled, at;

-- a target that is called as attributes are in a query of l2_fit
SET l2reg.steps = on;
SELECT l2_names(l2_fit('SELECT y AS f1, a, i % 3 || ''z'' AS z FROM trial', 'f1 ~ a + z', method)) AS names
  FROM unnest('{ols,logistic}'::text[]) method;
RESET l2reg.steps;

-- rows beyond work_mem go to a temporary file, which obeys its limit and goes away
CREATE TABLE stream AS SELECT i, sin(i * i) < cos(i / 100.0) AS y, ARRAY[cos(i / 100.0), sin(i), i % 5] AS x
  FROM generate_series(1, 20000) i;
CREATE TABLE in_memory AS SELECT logistic_fit(y, x)::float8[] AS b FROM stream;
SET work_mem = '64kB';
SELECT rounded(logistic_fit(y, x)::float8[]) = (SELECT rounded(b) FROM in_memory) AS same FROM stream;
SELECT count(*) AS groups, count(DISTINCT rounded(m::float8[], 6)) AS models
  FROM (SELECT i % 100 AS g, logistic_fit(y, x, 1) m FROM stream GROUP BY 1) s;
SELECT rounded(logistic_fit(y, x)::float8[]) = (SELECT rounded(b) FROM in_memory) AS in_order
  FROM (SELECT * FROM stream ORDER BY i % 100, i DESC) s;
SET temp_file_limit = '200kB';
\set VERBOSITY sqlstate
SELECT logistic_fit(y, x) FROM stream;
\set VERBOSITY default
DO $$ BEGIN
  PERFORM logistic_fit(y, x) FROM stream;
EXCEPTION WHEN configuration_limit_exceeded THEN
  RAISE NOTICE 'caught';
END $$;
SET temp_file_limit = -1;
-- an error while rows are in the file, in a cursor that goes on, in a transaction that does not
BEGIN;
DECLARE c CURSOR FOR SELECT g, rounded(m::float8[], 6)
  FROM (SELECT i % 3 AS g, logistic_fit(y, x, 1) m FROM stream GROUP BY 1 ORDER BY 1) s;
FETCH 1 FROM c;
SAVEPOINT before;
SELECT logistic_fit(y, x, 1 / (i - 20000)) FROM stream;
ROLLBACK TO before;
FETCH 1 FROM c;
SAVEPOINT again;
DECLARE d CURSOR FOR SELECT logistic_fit(y, x, 1)::jsonb->'n' FROM stream;
FETCH 1 FROM d;
ROLLBACK TO again;
FETCH 1 FROM c;
COMMIT;
BEGIN;
SELECT logistic_fit(y, x, 1 / (i - 20000)) FROM stream;
ROLLBACK;
SELECT count(*) AS files_left FROM pg_ls_tmpdir();
RESET work_mem;

-- a support function outside of an aggregate
SELECT _l2_newton_accum(NULL, 1, '{1}', m) FROM start;

-- a penalty that the number of rows makes infinite
SELECT logistic_fit(y, ARRAY[a], 1e308, '{"lambda_scale": "mean"}') FROM trial;
-- fits that do not get there
\set VERBOSITY terse
SELECT logistic_cv(y, ARRAY[a, k], '{"max_iter": 1, "n_lambda": 3}') IS NOT NULL AS chosen FROM trial;
\set VERBOSITY default
-- a row without an offset does not count; a relation by a number that is none
SELECT l2_n(_l2_newton_agg(l2_obs(y::int, offset_by => CASE WHEN i > 3 THEN 0 END), ARRAY[a], m)) = count(*)
  - 3 AS others FROM trial, start GROUP BY m::text;
SELECT l2_fit('12345678', 'y', 'logistic');
DROP TABLE trial, doses, start, stream, in_memory;
DROP FUNCTION rounded;
