-- Logistic and Poisson regression over records: columns by name, options, levels not seen, errors.
SET extra_float_digits = 0;
\pset null NULL
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE visit AS SELECT sin(i * i) < (i % 7 - 3) / 6.0 AS bought, i * i % 11 / 2 AS clicks, i % 7 AS age,
  i % 4 = 1 AS member, date '2024-01-01' + i % 50 AS day,
  (ARRAY['web', 'app', NULL, 'shop'])[1 + i % 4] AS channel,
  (ARRAY['sad', 'glad'])[1 + (i * i) % 3 % 2]::mood AS mood, 1 + i % 3 AS w, i % 5 AS k
  FROM generate_series(1, 400) i;
CREATE VIEW features AS SELECT age, member, day, channel, mood FROM visit;
CREATE FUNCTION terms(m l2_model) RETURNS TABLE (term text, estimate numeric, std_error numeric)
  LANGUAGE sql AS $$ SELECT term, round(estimate::numeric, 5), round(std_error::numeric, 5)
  FROM l2_summary(m) $$;

SELECT n, n_skipped, converged FROM l2_glance((SELECT logistic_fit(bought, v,
  '{"features": ["age", "member", "day", "channel", "mood"]}') FROM visit v));
SELECT t.* FROM (SELECT logistic_fit(bought, v,
  '{"features": ["age", "member", "day", "channel", "mood"], "null_level": true}') AS m FROM visit v) s,
  terms(m) t;
SELECT t.* FROM (SELECT logistic_fit(bought, v, 1,
  '{"features": ["age", "channel", "mood"], "null_level": true}') AS m FROM visit v) s, terms(m) t;
SELECT t.* FROM (SELECT poisson_fit(l2_obs(clicks, weight => w, offset_by => 0.1), v,
  '{"features": ["age", "mood"], "reference": "most_frequent"}') AS m FROM visit v) s, terms(m) t;
SELECT l2_names(logistic_fit(l2_obs(bought, weight => w), v, 1,
  '{"l1_ratio": 1, "target": "bought", "features": ["mood", "age"]}')) AS names FROM visit v;
SELECT l2_names(logistic_fit(bought, r)) AS all_attributes FROM visit v, LATERAL (SELECT age, mood) r;
-- every form
SELECT count(DISTINCT rounded) FROM (SELECT (SELECT array_agg(round(v::numeric, 8))
  FROM unnest(m::float8[]) v) AS rounded FROM (
  SELECT logistic_fit(bought, r) AS m FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought::int, r, '{}') FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, '{}') FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, 0) FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, 0, '{}') FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, '{"l1_ratio": 1}') FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, '{"l1_ratio": 1, "unseen": "zero"}') FROM visit v,
  LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, '{"l1_ratio": 1}') FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, '{"l1_ratio": 1}') FROM visit v, LATERAL (SELECT age, mood) r
  UNION ALL SELECT logistic_fit(bought, r, '{"l1_ratio": 1}') FROM visit v,
  LATERAL (SELECT age, mood) r) s) t;
SELECT logistic_fit(bought, NULL::float8[]) IS NULL AS null_features,
  (l2_glance(logistic_fit(bought, '{1}'::float8[], 1))).n AS an_array FROM visit;
-- predictions: the probability, by name, in any order; levels not seen
SELECT round(l2_predict(m, r)::numeric, 6) AS p,
  round(l2_predict(m, age, (mood = 'sad')::int, (mood = 'glad')::int)::numeric, 6) AS by_columns
FROM (SELECT logistic_fit(bought, f, 2) AS m FROM visit, LATERAL (SELECT age, mood) f) s,
  (SELECT mood, age FROM visit LIMIT 3) r;
SELECT l2_predict(m, r) FROM (SELECT logistic_fit(bought, f, 2) AS m FROM visit,
  LATERAL (SELECT channel) f) s, (SELECT 'fax' AS channel) r;
SELECT round(l2_predict(m, r)::numeric, 6) AS p, round(l2_predict(m, s)::numeric, 6) AS of_null
  FROM (SELECT logistic_fit(bought, f, 2, '{"unseen": "zero"}') AS m FROM visit,
  LATERAL (SELECT channel) f) x, (SELECT 'fax' AS channel) r, (SELECT NULL AS channel) s;
SELECT age, l2_predict(m, r) AS p FROM (SELECT logistic_fit(bought, f) AS m FROM visit,
  LATERAL (SELECT age) f) x, (SELECT unnest('{-1e308,1e9}'::float8[]) AS age) r;
-- cross-validation and paths
SELECT nonzero, round(lambda::numeric, 4) AS lambda, round(cv_error::numeric, 5) AS cv_error
  FROM (SELECT logistic_cv(bought, r, '{"l1_ratio": 1, "n_lambda": 8, "null_level": true}') AS m FROM visit,
  LATERAL (SELECT age, channel, mood) r) s, l2_glance(m);
SELECT lambda, nonzero FROM (SELECT logistic_path(l2_obs(bought, weight => w), v,
  '{"l1_ratio": 1, "features": ["age", "mood"], "lambdas": [1, 100, 10]}') AS p FROM visit v) s, unnest(p);
SELECT count(*) AS points FROM (SELECT poisson_cv_curve(l2_obs(clicks, fold => k), v,
  '{"l1_ratio": 1, "features": ["age", "mood"], "n_lambda": 5, "folds": 5}') AS c FROM visit v) s, unnest(c);
-- groups and windows
SELECT k, n, n_skipped, round(r_squared::numeric, 5) AS r2
  FROM (SELECT k, logistic_fit(bought, r, 1) AS m FROM visit, LATERAL (SELECT age, channel) r GROUP BY k) s,
  l2_glance(m) ORDER BY k;
SELECT n, array_length(l2_names(m), 1) AS columns
  FROM (SELECT logistic_fit(bought, r, 1, '{"one_class": "null"}')
  OVER (ORDER BY day ROWS UNBOUNDED PRECEDING) AS m FROM visit, LATERAL (SELECT age, channel) r) s,
  l2_glance(m) WHERE n IN (20, 300);

-- errors
SELECT logistic_fit(bought, v) FROM visit v;
SELECT l2_names(logistic_fit(bought, v, '{"target": "bought"}')) AS "right"
  FROM (SELECT bought, age FROM visit) v;
SELECT logistic_fit(bought, v) FROM (SELECT bought, bought::int AS again FROM visit) v;
SELECT logistic_fit(bought, v, '{"features": ["agee"]}') FROM visit v;
SELECT l2_names(logistic_fit(bought, r, '{"names": ["x", "z"]}')) FROM visit v,
  LATERAL (SELECT v.bought::int * 0 + length(v::text) AS a,
  CASE WHEN length(v::text) % 2 = 0 THEN 'even' ELSE 'odd' END AS b) r;
SELECT logistic_fit(bought, v, '{"names": ["a"]}') FROM visit v;
SELECT logistic_fit(bought, ARRAY[age], '{"target": "bought"}') FROM visit v;
SELECT logistic_fit(bought, v, '{"features": ["channel"], "max_levels": 2}') FROM visit v;
SELECT logistic_fit(bought, r) FROM visit, LATERAL (SELECT CASE WHEN age = 3 THEN 'NaN'
  ELSE age::float8 END AS age) r;
SELECT (l2_glance(logistic_fit(bought, r, '{"nonfinite": "skip"}'))).n_skipped FROM visit,
  LATERAL (SELECT CASE WHEN age = 3 THEN 'NaN' ELSE age::float8 END AS age) r;
SELECT logistic_fit(bought, r) FROM visit, LATERAL (SELECT 1e101 * age AS age) r;
SELECT logistic_fit(clicks, r) FROM visit, LATERAL (SELECT age) r;
SELECT logistic_fit('yes'::text, r) FROM visit, LATERAL (SELECT age) r;
SELECT logistic_fit(true, r) FROM visit, LATERAL (SELECT age) r;
SELECT logistic_fit(l2_obs(bought, weight => -1), r) FROM visit, LATERAL (SELECT age) r;
SELECT logistic_fit(bought, r, k) FROM visit, LATERAL (SELECT age) r;
SELECT logistic_fit(bought, r, 1) FROM visit, LATERAL (SELECT json '1' AS j) r;

-- offsets and weights that are none
SELECT logistic_fit(l2_obs(bought, offset_by => 1e200), ROW(age), 1, '{"l1_ratio": 1}') FROM visit;
SELECT n_skipped > 0 AS skipped FROM l2_glance((SELECT logistic_fit(l2_obs(bought,
  weight => CASE WHEN age = 3 THEN 'Infinity'::float8 ELSE 1 END), ROW(age), 1,
  '{"l1_ratio": 1, "nonfinite": "skip"}') FROM visit));
DROP VIEW features;
DROP TABLE visit;
DROP TYPE mood;
DROP FUNCTION terms;
