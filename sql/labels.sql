-- Logistic regression of text and enums, by label.
SET extra_float_digits = 0;
\pset null NULL

CREATE TYPE answer AS ENUM ('no', 'it''s "yes" \ here');
CREATE TABLE client AS SELECT i AS id, (i % 7)::float8 AS age,
  CASE i % 3 WHEN 0 THEN 'web' ELSE 'shop' END AS channel,
  sin(i * i) < (i % 7 - 3) / 6.0 AS truth, CASE WHEN sin(i * i) < (i % 7 - 3) / 6.0 THEN 'yes'
  ELSE 'no' END AS churned,
  (CASE WHEN sin(i * i) < (i % 7 - 3) / 6.0 THEN 'it''s "yes" \ here' ELSE 'no' END)::answer AS said
  FROM generate_series(1, 300) i;

-- Aggregates: what a boolean gives, with labels besides
CREATE TABLE fitted AS SELECT logistic_fit(churned, ARRAY[age], '{"positive": "yes"}') AS by_text,
  logistic_fit(truth, ARRAY[age]) AS by_boolean,
  logistic_fit(said, ARRAY[age], '{"positive": "it''s \"yes\" \\ here"}') AS by_enum,
  logistic_fit(churned, ARRAY[age], '{"positive": "no"}') AS turned FROM client;
SELECT by_text::jsonb - '{positive,negative}'::text[] = by_boolean::jsonb AS same_fit,
  by_enum::jsonb - '{positive,negative}'::text[] = by_boolean::jsonb AS of_enum_too,
  by_text::jsonb ->> 'positive' AS positive, by_text::jsonb ->> 'negative' AS negative,
  by_enum::jsonb ->> 'positive' AS of_enum,
  abs(l2_intercept(turned) + l2_intercept(by_text)) < 1e-12 AS turned FROM fitted;
SELECT age, l2_predict_label(by_text, age) AS label, l2_classify(by_text, age) AS is_yes,
  l2_predict_label(turned, age) AS turned, l2_predict_label(by_enum, ARRAY[age]) AS of_enum
FROM fitted, (SELECT DISTINCT age FROM client) a ORDER BY age;
SELECT l2_predict_label(by_text, NULL::float8) AS of_null,
  l2_predict_label(by_text, ARRAY[NULL]::float8[]) AS of_null_too,
  l2_predict_label(by_text, 'NaN'::float8) AS of_nan FROM fitted;
SELECT term, round(estimate::numeric, 6) AS estimate, positive FROM fitted, l2_summary(by_text)
  UNION ALL SELECT term, NULL, positive FROM fitted, l2_summary(by_boolean);
-- the value: text, binary, equality, order
SELECT by_text::text::l2_model = by_text AS text, by_text::jsonb::l2_model = by_text AS jsonb,
  by_text = by_boolean AS unlike, by_enum::text::l2_model = by_enum AS quoted,
  count(*) OVER () AS one FROM fitted;
CREATE TABLE copied (LIKE fitted);
DO $$ DECLARE file text := current_setting('data_directory') || '/l2reg_labels_test'; BEGIN
  EXECUTE format('COPY fitted TO %L WITH (FORMAT binary)', file);
  EXECUTE format('COPY copied FROM %L WITH (FORMAT binary)', file);
END $$;
SELECT c.by_text = f.by_text AS text, c.by_enum = f.by_enum AS enum, l2_predict_label(c.by_text, 6) AS label
  FROM copied c, fitted f;
-- records, other strings, domains; other ways to fit
CREATE DOMAIN verdict AS varchar(5);
SELECT l2_predict_label(logistic_fit(churned, r, '{"positive": "yes"}'), ROW(6, 'web'::text)) AS unnamed
  FROM (SELECT churned, ROW(age, channel) AS r FROM client) c;
SELECT id, l2_predict_label(m, c) AS label, l2_predict_label(m::text::l2_model, c)
  = l2_predict_label(m, c) AS same FROM client c, (SELECT logistic_fit(churned, r, '{"positive": "yes"}') AS m
  FROM client, LATERAL (SELECT age, channel) r) f WHERE id < 4 ORDER BY id;
SELECT count(DISTINCT m) AS models FROM (SELECT logistic_fit(churned::varchar, ARRAY[age],
  '{"positive": "yes"}') AS m FROM client UNION ALL SELECT logistic_fit(churned::char(5), ARRAY[age],
  '{"positive": "yes"}') FROM client
  UNION ALL SELECT logistic_fit(churned::name, ARRAY[age], '{"positive": "yes"}') FROM client
  UNION ALL SELECT logistic_fit(churned::verdict, ARRAY[age], '{"positive": "yes"}') FROM client) s;
SELECT l2_predict_label(glm_fit(churned, ARRAY[age], '{"positive": "yes", "family": "binomial"}'), 6) AS glm,
  l2_predict_label(logistic_fit(churned, ARRAY[age], 0.1, '{"positive": "yes"}'), 6) AS penalised,
  l2_predict_label(logistic_cv(churned, ARRAY[age], '{"positive": "yes", "lambdas": [1, 10]}'), 6) AS cv,
  l2_predict_label(logistic_fit(churned, ARRAY[age], '{"positive": "yes", "vcov": "HC0"}'), 6) AS robust
  FROM client;
SELECT lambda, l2_predict_label(model, 6) AS label
  FROM (SELECT logistic_path(churned, ARRAY[age], '{"positive": "yes", "lambdas": [10, 1]}') AS p
  FROM client) s, unnest(p);
SELECT cv.lambda, cv = b AS as_boolean FROM (SELECT logistic_cv_curve(churned, ARRAY[age],
  '{"positive": "yes", "lambdas": [10, 1]}') AS c,
  logistic_cv_curve(truth, ARRAY[age], '{"lambdas": [10, 1]}') AS d FROM client) s, unnest(c) cv
  JOIN unnest(d) b USING (lambda);
-- rows that do not count: NULL labels, and whatever is skipped, labels of which do not count either
SELECT l2_glance.n, n_skipped, m::jsonb ->> 'negative' AS negative
  FROM (SELECT logistic_fit(y, x, '{"positive": "yes", "nonfinite": "skip"}') AS m
  FROM (SELECT churned AS y, ARRAY[age] AS x FROM client
  UNION ALL VALUES (NULL, ARRAY[1.0]), ('maybe', NULL), ('maybe', ARRAY[NULL]::float8[]),
  ('maybe', ARRAY['NaN'::float8])) s) f, l2_glance(m);
SELECT l2_glance.n, n_skipped FROM (SELECT logistic_fit(y, r, '{"positive": "yes", "nonfinite": "skip"}') AS m
  FROM (SELECT churned AS y, age FROM client
  UNION ALL VALUES (NULL, 1.0), ('maybe', NULL), ('maybe', 'NaN'::float8)) s, LATERAL (SELECT age) r) f,
  l2_glance(m);
SELECT logistic_fit(churned, ARRAY[age], '{"positive": "yes"}') IS NULL AS no_rows FROM client WHERE id < 0;
SELECT channel, logistic_fit(y, ARRAY[age], '{"positive": "yes", "one_class": "null"}') IS NULL AS one_class
  FROM (SELECT channel, age, CASE channel WHEN 'web' THEN 'no' ELSE churned END AS y FROM client) c GROUP BY 1
  ORDER BY 1;
SELECT (m::jsonb ->> 'positive') || '|' || (m::jsonb ->> 'negative') || '|' AS empty, l2_predict_label(m, 6)
  FROM (SELECT logistic_fit(CASE WHEN truth THEN 'x' ELSE '' END, ARRAY[age], '{"positive": "x"}') AS m
  FROM client) s;
-- refused: no guess which label is 1, three labels, one, none of that name; a target that has no labels
SELECT logistic_fit(churned, ARRAY[age]) FROM client;
SELECT logistic_fit(churned, c, 0.1) FROM client c;
SELECT logistic_fit(CASE WHEN id = 300 THEN 'maybe' ELSE churned END, ARRAY[age], '{"positive": "yes"}'
  ORDER BY id) FROM client;
SELECT logistic_cv(CASE WHEN id = 300 THEN 'maybe' ELSE churned END, ARRAY[age] ORDER BY id) FROM client;
SELECT logistic_fit(churned, ARRAY[age], '{"positive": "Yes"}') FROM client;
SELECT logistic_fit(churned, ARRAY[age], '{"positive": "Yes"}') FROM client WHERE churned = 'no';
SELECT logistic_fit(churned, ARRAY[age], '{"positive": "yes"}') FROM client WHERE churned = 'yes';
SELECT logistic_fit(churned, ARRAY[age]) FROM client WHERE churned = 'no';
SELECT logistic_fit(truth, ARRAY[age], '{"positive": "true"}') FROM client;
SELECT logistic_fit(l2_obs(truth, weight => 2), ARRAY[age], '{"positive": "true"}') FROM client;
SELECT logistic_fit(churned, ARRAY[age], '{"positive": 1}') FROM client;
SELECT poisson_fit(churned, ARRAY[age]) FROM client;
SELECT glm_fit(churned, ARRAY[age], '{"family": "poisson", "positive": "yes"}') FROM client;
SELECT ols_fit(churned, ARRAY[age]) FROM client;
SELECT l2_predict_label(by_boolean, 1) FROM fitted;
SELECT (by_text::jsonb - 'negative')::l2_model FROM fitted;
SELECT (by_text::jsonb || '{"negative": "yes"}')::l2_model FROM fitted;
SELECT (by_text::jsonb || '{"method": "poisson"}')::l2_model FROM fitted;
SELECT (by_text::jsonb || '{"negative": 0}')::l2_model FROM fitted;

-- By name
SELECT version, outcome, n FROM l2_train('churn', 'client', 'churned ~ age + channel', 'logistic',
  options => '{"positive": "yes"}');
SELECT l2_coef(l2_get('churn')) = l2_coef(l2_fit('client', 'truth ~ age + channel',
  'logistic')) AS as_boolean, l2_names('churn');
SELECT id, churned, l2_predict_label('churn', c) AS by_name,
  l2_predict_label('churn'::regclass, c) AS by_table, l2_classify('churn', c) AS is_yes,
  l2_predict_label('churn', r) AS without_target FROM client c, LATERAL (SELECT age, channel) r WHERE id < 4
  ORDER BY id;
SELECT term, positive FROM l2_summary('churn');
SELECT l2_report('churn') LIKE '%1 is yes%0 is no%' AS told;
SELECT l2_report('churn', 'client') LIKE '%Confusion matrix%' AS with_rows;
SELECT term, mean, mean_now FROM l2_drift('churn', 'client') WHERE term <> 'age';
SELECT regexp_matches(l2_pmml(by_enum), '<Value[^>]*>|targetCategory="[^"]*"|dataType="string"', 'g') AS pmml
  FROM fitted;
\pset format unaligned
SELECT l2_train_sql('client', 'churned ~ age', 'logistic', options => '{"positive": "yes"}');
\pset format aligned
SELECT l2_predict_label(l2_fit('client', 'said ~ age', 'logistic',
  options => '{"positive": "it''s \"yes\" \\ here"}'), 6) AS of_enum,
  l2_predict_label(l2_fit('SELECT churned::char(5) AS z, age FROM client', 'z', 'logistic',
  options => '{"positive": "yes"}'), 6) AS by_column,
  l2_predict_label(l2_fit('client', 'I(upper(churned)) ~ age', 'logistic', options => '{"positive": "YES"}'),
  6) AS worked_out,
  l2_predict_label(l2_fit('client', 'churned ~ age', 'glm',
  options => '{"positive": "no", "family": "binomial"}'), 6) AS glm,
  l2_predict_label(l2_fit('client', 'churned ~ age', 'logistic', 1,
  options => '{"positive": "yes", "weight": "id"}'), 6) AS weighted;
SELECT l2_fit('client', 'churned ~ age', 'logistic');
SELECT l2_fit('client', 'said ~ age', 'logistic');
SELECT l2_fit('client', 'churned ~ age', 'logistic', options => '{"positive": "Yes"}');
SELECT l2_fit('client', 'churned ~ age', 'logistic', options => '{"positive": true}');
SELECT l2_fit('client', 'truth ~ age', 'logistic', options => '{"positive": "true"}');
SELECT l2_fit('client', 'churned ~ age', 'ridge', options => '{"positive": "yes"}');
SELECT l2_fit('SELECT id % 3 || ''%'' AS "Z", age FROM client', '"Z" ~ age', 'logistic',
  options => '{"positive": "0%"}');
SELECT l2_fit('SELECT * FROM client WHERE truth', 'churned ~ age', 'logistic',
  options => '{"positive": "yes"}');
SELECT l2_fit('SELECT * FROM client WHERE id < 0', 'churned ~ age', 'logistic',
  options => '{"positive": "yes"}');
-- rows whose label is NULL are skipped; a third label is a failure that keeps the old version, as is another
-- one
INSERT INTO client (id, age, channel) VALUES (301, 1, 'web');
SELECT version, outcome, n, n_skipped FROM l2_refresh('churn');
INSERT INTO client (id, age, channel, churned) VALUES (302, 1, 'web', 'maybe');
SELECT version, outcome, reason FROM l2_refresh('churn');
SELECT version, active FROM l2_versions WHERE name = 'churn' ORDER BY version;
DELETE FROM client WHERE id = 302;
UPDATE client SET churned = 'nope' WHERE churned = 'no';
SELECT version, outcome, reason FROM l2_refresh('churn');
SELECT l2_predict_label('churn', c) FROM client c WHERE id = 1;

DROP TABLE client, fitted, copied;
DROP TABLE churn;
DROP TYPE answer;
DROP DOMAIN verdict;
