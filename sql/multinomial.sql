-- Multinomial regression: classes of every type, what models of several classes say, and what is said to
-- those who ask them for one number.
SET client_min_messages = notice;
CREATE TYPE shirt_size AS ENUM ('small', 'medium', 'unused', 'large');
CREATE TABLE shirts (id int PRIMARY KEY, height float8, weight float8, fit text, size shirt_size, code int,
  tall bool, colour varchar, w float8);
INSERT INTO shirts SELECT i, 150 + (i * 37) % 50, 50 + (i * 53) % 40 + (i * 37) % 50 / 2.0,
  (ARRAY['slim', 'regular', 'wide'])[1 + (i * i + i / 7) % 3],
  (ARRAY['small', 'medium', 'large'])[1 + ((i * 37) % 50 / 17 + (i % 5) / 4) % 3]::shirt_size,
  2 - ((i * 37) % 50 / 17 + (i % 4) / 3) % 3, (i * 37 + i * i) % 50 > 25, (ARRAY['red', 'blue'])[1 + i % 2],
  1 + i % 3
FROM generate_series(1, 120) i;

-- Text by its bytes, an enum in its order and without the levels that no row has, numbers by size, booleans
SELECT y, l2_coef(m) IS NOT NULL AS fitted, m::jsonb -> 'classes' AS classes,
  m::jsonb ->> 'reference_class' AS reference, (l2_glance(m)).df
FROM (SELECT 'fit' AS y, multinomial_fit(fit, ARRAY[height, weight]) AS m FROM shirts
  UNION ALL SELECT 'size', multinomial_fit(size, ARRAY[height, weight]) FROM shirts
      UNION ALL SELECT 'code', multinomial_fit(code, ARRAY[height, weight]) FROM shirts
      UNION ALL SELECT 'tall', multinomial_fit(tall, ARRAY[height, weight]) FROM shirts
      UNION ALL SELECT 'obs', multinomial_fit(l2_obs(size, weight => w), ARRAY[height, weight]) FROM shirts
      UNION ALL SELECT 'obs of a number', multinomial_fit(l2_obs(code, weight => w), ARRAY[height, weight])
      FROM shirts) s;
-- A record: its categories as of every fit, the target by name
CREATE TABLE class_fits AS SELECT multinomial_fit(size, s,
  '{"target": "size", "features": ["height", "colour"]}') AS plain,
  multinomial_fit(size, s, 2,
  '{"target": "size", "features": ["height", "colour"], "l1_ratio": 0.5, "standardize": true}') AS penalised
  FROM shirts s;
SELECT term, positive, round(estimate::numeric, 5) AS estimate, round(std_error::numeric, 5) AS std_error,
  round(p::numeric, 5) AS p, vcov FROM class_fits, l2_summary(plain);
SELECT term, positive, round(estimate::numeric, 5) AS estimate, std_error,
  round(standardized::numeric, 5) AS standardized FROM class_fits, l2_summary(penalised);
SELECT n, n_skipped, round(r_squared::numeric, 6) AS r_squared, round(df::numeric, 6) AS df,
  round(df_residual::numeric, 6) AS df_residual, nonzero, converged, gap < 1e-9 AS certified,
  round(deviance::numeric, 5) AS deviance, round(null_deviance::numeric, 5) AS null_deviance,
  round(aic::numeric, 5) AS aic, round(bic::numeric, 5) AS bic, vcov
  FROM class_fits, unnest(ARRAY[plain, penalised]) u, l2_glance(u);
SELECT l2_names(plain) FROM class_fits;
SELECT id, class, round(probability::numeric, 6) AS probability
  FROM class_fits, (SELECT * FROM shirts ORDER BY id LIMIT 2) s, l2_predict_proba(plain, s);
SELECT size, l2_predict_label(plain, s) AS guess, count(*) FROM class_fits, shirts s GROUP BY 1, 2
  ORDER BY 1, 2;
-- NULL features, unknown levels; of a logistic model both classes; of others none
SELECT p.* FROM class_fits, (SELECT NULL::float8 AS height, 'red' AS colour) s, l2_predict_proba(plain, s) p;
SELECT l2_predict_label(plain, s) IS NULL AS null
  FROM class_fits, (SELECT NULL::float8 AS height, 'red' AS colour) s;
SELECT l2_predict_label(plain, s) FROM class_fits, (SELECT 170 AS height, 'green' AS colour) s;
SELECT class, round(probability::numeric, 6) AS probability
  FROM (SELECT logistic_fit(tall, ARRAY[height]) AS a,
  logistic_fit(colour, ARRAY[height], '{"positive": "red"}') AS b FROM shirts) s, unnest(ARRAY[a, b]) u,
  l2_predict_proba(u, 170);
SELECT l2_predict_proba(ols_fit(weight, ARRAY[height]), 170) FROM shirts;
SELECT l2_predict_proba(plain, 170) FROM class_fits;
-- No function of one number takes it
SELECT l2_predict(plain, s) FROM class_fits, shirts s;
SELECT l2_predict_link(plain, ARRAY[1, 2, 3]) FROM class_fits;
SELECT l2_classify(plain, s) FROM class_fits, shirts s;
SELECT l2_explain(plain, s) FROM class_fits, shirts s;
SELECT l2_intercept(plain) FROM class_fits;
SELECT plain::float8[] FROM class_fits;
SELECT l2_vcov(plain) FROM class_fits;
SELECT l2_odds_ratios(plain) FROM class_fits;
-- The covariance where it is kept: by classes, "class:term"; a column that was dropped; without an intercept
CREATE TABLE kept AS SELECT multinomial_fit(size, s, '{"target": "size", "covariance": true,
  "features": ["height", "colour"]}') AS m, multinomial_fit(size, ARRAY[height, 1, weight],
  '{"covariance": 9}') AS dropped, multinomial_fit(size, ARRAY[height, weight],
  '{"covariance": true, "intercept": false}') AS bare FROM shirts s;
SELECT array_dims(l2_vcov(m)) AS m, array_dims(l2_vcov(dropped)) AS dropped,
  array_dims(l2_vcov(bare)) AS bare, (l2_vcov(dropped))[7:8][7:8] AS corner FROM kept;
SELECT bool_and(abs(v[i][i] / (s.std_error * s.std_error) - 1) < 1e-9) AS variances
FROM kept, unnest(ARRAY[dropped, bare]) u, l2_vcov(u) v, l2_summary(u) WITH ORDINALITY s(term, estimate,
  std_error, t, p, lower, upper, standardized, vcov, positive, i);
SELECT name, round(f::numeric, 5) AS f, df, df_errors, round(p::numeric, 5) AS p, vcov
FROM kept, unnest('{height,colour,colour=red,medium:height,(Intercept)}'::text[]) name, l2_wald(m, name);
SELECT df, round(f::numeric, 5) AS f FROM kept, unnest(ARRAY[m, dropped, bare]) u, l2_wald(u);
SELECT contrast, round(estimate::numeric, 5) AS estimate, round(std_error::numeric, 5) AS std_error
FROM kept, l2_contrast(m, 'medium:colour=red - large:colour=red; "large:height" = 0.5*medium:height; '
  'small:height + large:height; large:colour=blue + large:height') WHERE l2_vcov(m) IS NOT NULL;
SELECT l2_contrast(m, 'height') FROM kept;
SELECT l2_contrast(dropped, 'large:x2') FROM kept;
SELECT l2_wald(m, 'small:height') FROM kept;
SELECT l2_wald(m, 'huge:height') FROM kept;
SELECT m::text::l2_model = m AS same, l2_model(m::jsonb) = m AS jsonb,
  jsonb_array_length(m::jsonb -> 'factor') AS numbers FROM kept;
SELECT multinomial_fit(size, ARRAY[height], 1, '{"covariance": true}') FROM shirts;
SELECT l2_vcov(multinomial_fit(size, ARRAY[height], '{"covariance": 2}')) FROM shirts;
SELECT l2_contrast(multinomial_fit(CASE WHEN id % 2 = 0 THEN 'a' WHEN id % 3 = 0 THEN 'a:b' ELSE 'c' END,
  ARRAY[height, weight], '{"covariance": true, "names": ["b:x", "x"]}'), 'a:b:x') FROM shirts;
SELECT l2_augment(l2_class_model(m, 'large', 'medium'), s, 1) FROM kept, shirts s;
CREATE VIEW shirts_less AS
SELECT multinomial_fit(size, s, '{"target": "size", "features": ["height"]}') AS less FROM shirts s;
-- Models of the same classes side by side; of other classes, of another kind, with a penalty
SELECT number, added, df_residual, df, round(deviance::numeric, 5) AS deviance,
  round(chi_sq::numeric, 5) AS chi_sq, round(p::numeric, 5) AS p FROM kept, shirts_less, l2_anova(less, m);
SELECT number, terms, df, round(aic::numeric, 5) AS aic FROM kept, class_fits, shirts_less,
  l2_compare(m, less, penalised);
SELECT l2_anova(m, fit) FROM kept, (SELECT multinomial_fit(fit, ARRAY[height]) AS fit FROM shirts) s;
SELECT l2_anova(plain, penalised) FROM class_fits;
SELECT l2_compare(plain, two) FROM class_fits,
  (SELECT logistic_fit(tall, ARRAY[height]) AS two FROM shirts) s;
-- but the logistic regression of two of its classes
SELECT term, round(estimate::numeric, 5) AS estimate, round(std_error::numeric, 5) AS std_error, positive
  FROM class_fits, l2_summary(l2_class_model(plain, 'large', 'small'));
SELECT round(l2_predict(l2_class_model(plain, 'large', 'small'), s)::numeric, 6) AS of_two,
  round((p.large / (p.large + p.small))::numeric, 6) AS of_all
FROM class_fits, (SELECT * FROM shirts WHERE id = 3) s,
  LATERAL (SELECT max(probability) FILTER (WHERE class = 'large') AS large, max(probability)
  FILTER (WHERE class = 'small') AS small FROM l2_predict_proba(plain, s)) p;
SELECT l2_predict_label(l2_class_model(penalised, 'large', 'medium'), s) FROM class_fits, shirts s
  WHERE id = 3;
SELECT l2_class_model(plain, 'large', 'huge') FROM class_fits;
SELECT l2_class_model(plain, 'large', 'large') FROM class_fits;
SELECT l2_class_model(ols_fit(weight, ARRAY[height]), 'a', 'b') FROM shirts;
-- In other languages
SELECT l2_sql(penalised) AS sql, l2_pmml(penalised) AS pmml FROM class_fits \gset
SELECT count(*) FROM (SELECT l2_predict_label(penalised, s) AS a, :sql AS b FROM class_fits, shirts s) s
  WHERE a IS DISTINCT FROM b;
SELECT regexp_replace(x, '"(-?[0-9]+[.][0-9]{4})[0-9]*"', '"\1"', 'g') AS pmml
  FROM regexp_split_to_table(:'pmml', E'\n') x WHERE x ~ 'Table|Predictor|RegressionModel|Value';

-- The document, and back
SELECT plain::text::l2_model = plain AND penalised::text::l2_model = penalised AS same, l2_model(plain::jsonb)
  = plain AS jsonb FROM class_fits;
SELECT plain = penalised AS equal, plain = plain AS itself FROM class_fits;
SELECT l2_predict_label('{"l2_model": 1, "method": "multinomial", "classes": ["a", "b", "c"], '
  '"reference_class": "b", "terms": [{"term": "(Intercept)", "estimate": [1, 0, -1]}, {"term": "x", '
  '"estimate": [2, 0, 0.5]}]}'::l2_model, 3);
CREATE FUNCTION said_of(d text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  RETURN d::l2_model::text;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN detail;
END $$;
SELECT d, said_of('{"l2_model": 1, "method": "' || CASE WHEN d ~ 'reference_class": "a"' THEN 'ols'
  WHEN d ~ 'LOGIT' THEN 'logistic' ELSE 'multinomial' END || '", ' || replace(d, 'LOGIT', 'x') || '}')
  FROM unnest(ARRAY[
  '"terms": [{"term": "x", "estimate": 1}]', '"classes": ["a"], "terms": [{"term": "x", "estimate": [1]}]',
  '"classes": ["a", "a"], "terms": [{"term": "x", "estimate": [1, 2]}]',
  '"classes": ["a", 1], "terms": [{"term": "x", "estimate": [1, 2]}]',
  '"classes": ["a", "b"], "terms": [{"term": "x", "estimate": [1]}]',
  '"classes": ["a", "b"], "terms": [{"term": "x", "estimate": 1}]',
  '"classes": ["a", "b"], "terms": [{"term": "x", "estimate": [1, null]}]',
  '"classes": ["a", "b"], "terms": [{"term": "x", "estimate": [1, 2], "std_error": [-1, 0]}]',
  '"classes": ["a", "b"], "reference_class": "c", "terms": [{"term": "x", "estimate": [1, 2]}]',
  '"classes": ["a", "b"], "vcov": "HC1", "terms": [{"term": "x", "estimate": [1, 2]}]',
  '"classes": ["a", "b"], "terms": [{"term": "LOGIT", "estimate": [1, 2]}]',
  '"reference_class": "a", "terms": [{"term": "x", "estimate": 1}]',
  '"classes": ["a", "b"], "terms": [{"term": "x", "estimate": null}]',
  '"classes": ["a", "b"], "terms": [{"term": "x"}]',
  '"classes": "a", "terms": [{"term": "x", "estimate": [1, 2]}]']) d;

SELECT said_of('{"l2_model": 1, "method": "multinomial", "classes": ["a", "b"], "positive": "a", '
  '"negative": "b", "terms": []}');
SELECT l2_class_model('{"l2_model": 1, "method": "multinomial", "classes": ["a", "b"], '
  '"terms": [{"term": "x", "estimate": [1e308, -1e308]}]}', 'a', 'b');

-- What cannot be
SELECT multinomial_fit(weight, ARRAY[height]) FROM shirts;
SELECT multinomial_fit(id, ARRAY[height, weight], 1) FROM shirts, generate_series(1, 2) WHERE id < 3;
SELECT multinomial_fit('x'::text, ARRAY[height]) FROM shirts;
SELECT multinomial_fit('x'::text, ARRAY[height], '{"one_class": "null"}') IS NULL AS null FROM shirts;
SELECT multinomial_fit(i::text, ARRAY[i]) FROM generate_series(1, 1001) i;
SELECT multinomial_fit((i % 900)::text, ARRAY[i, i * i % 7, i % 11, i % 13]) FROM generate_series(1, 2000) i;
SELECT multinomial_fit(fit, ARRAY[height], 1, '{"reference_class": "slim"}') FROM shirts;
SELECT multinomial_fit(fit, ARRAY[height], '{"reference_class": "huge"}') FROM shirts;
SELECT multinomial_fit(fit, ARRAY[height], '{"positive": "slim"}') FROM shirts;
SELECT multinomial_fit(fit, ARRAY[height], '{"vcov": "HC1"}') FROM shirts;
SELECT multinomial_fit(fit, height, weight) FROM shirts;
SELECT multinomial_fit(l2_obs(fit, offset_by => 1), ARRAY[height]) FROM shirts;
SELECT multinomial_fit(fit, ARRAY[height], -1) FROM shirts;
SELECT multinomial_fit(fit, ARRAY['NaN'::float8]) FROM shirts;
SELECT logistic_fit(l2_obs(fit, 2), ARRAY[height]) FROM shirts;
SELECT ols_fit(l2_obs(fit, w), ARRAY[height]) FROM shirts;
SELECT multinomial_fit(fit, ARRAY[height]) IS NULL AS none FROM shirts WHERE false;
-- Separated; a column that says nothing; rows with NULL, of weight 0
SELECT (l2_glance(m)).converged FROM (SELECT multinomial_fit(CASE WHEN height > 180 THEN 'a' WHEN weight > 80
  THEN 'b' ELSE 'c' END, ARRAY[height, weight]) AS m FROM shirts) s;
SELECT (l2_coef(m))[1:3][2:2] AS dropped, (l2_glance(m)).df
  FROM (SELECT multinomial_fit(fit, ARRAY[height, 1, weight]) AS m FROM shirts OFFSET 0) s;
SELECT (l2_glance(m)).n, (l2_glance(m)).n_skipped, m::jsonb -> 'classes' AS classes
FROM (SELECT multinomial_fit(l2_obs(CASE WHEN id > 9 THEN fit WHEN id > 5 THEN 'never' END,
  CASE WHEN id > 9 THEN w ELSE 0 END), ARRAY[height, weight]) AS m FROM shirts) s;
SELECT count(*) AS groups, bool_and((l2_glance(m)).converged) AS converged
  FROM (SELECT multinomial_fit(fit, ARRAY[height], 1) AS m FROM shirts GROUP BY tall) s;
-- l2_obs of labels
SELECT l2_obs(fit, weight => 2, fold => 7), l2_obs(size, 1), l2_obs('a"b '::char(6), 3) FROM shirts
  WHERE id = 1;
SELECT o::text::l2_obs::text = o::text AS same
  FROM shirts, unnest(ARRAY[l2_obs(fit, weight => 2), l2_obs(size, 1)]) o WHERE id = 1;
SELECT '{"label": 1}'::l2_obs;

-- By name
SELECT (t).outcome, (t).method, (t).target, (t).n, (t).columns, round((t).r_squared::numeric, 5) AS r_squared
  FROM l2_train('shirt', 'shirts', 'size ~ height + colour', 'multinomial', options => '{"weight": "w"}') t;
SELECT term, positive, round(estimate::numeric, 5) AS estimate FROM l2_summary('shirt');
-- l2_train keeps the covariance: the square of a contrast's t is Wald's F
SELECT round(t::numeric, 5) AS t, abs(f / t ^ 2 - 1) < 1e-9 AS wald, array_dims(l2_vcov('shirt')) AS vcov
FROM l2_contrast('shirt', 'large:height'), l2_wald('shirt', 'large:height');
SELECT id, class, round(probability::numeric, 6) AS probability
  FROM (SELECT * FROM shirts ORDER BY id LIMIT 1) s, l2_predict_proba('shirt', s);
SELECT round(avg((l2_predict_label('shirt', s) = size::text)::int), 4) AS right FROM shirts s;
SELECT round(avg(-ln(p.probability))::numeric, 5) AS log_loss
  FROM shirts s, l2_predict_proba('shirt'::regclass, s) p WHERE p.class = s.size::text;
SELECT (t).version, (t).outcome FROM l2_refresh('shirt') t;
SELECT length(l2_sql('shirt')) > 100 AS sql;
SELECT (t).outcome, (t).lambda FROM l2_train('shirt2', 'shirts', 'fit ~ height * weight + colour',
  'multinomial', 0.5, '{"l1_ratio": 1}') t;
SELECT term, positive FROM l2_summary('shirt2') WHERE positive = 'slim';
SELECT l2_predict_label(l2_fit('shirts', 'code ~ height', 'multinomial', 1), s) FROM shirts s WHERE id = 1;
SELECT l2_train('shirt3', 'shirts', 'size', 'multinomial', options => '{"refresh": "live"}');
SELECT l2_train('shirt3', 'shirts', 'size', 'multinomial', options => '{"offset_by": "w"}');
SELECT l2_train('shirt3', 'shirts', 'size', 'multinomial', options => '{"keep_gram": true}');
-- lambda by cross-validation
SELECT outcome, fold, lambda > 0 AS chosen, cv_error < 2 AS cv_error
FROM l2_train('shirt3', 'shirts', 'size ~ height + colour', 'multinomial',
  options => '{"l1_ratio": 1, "n_lambda": 20, "folds": 5}');
SELECT folds, l1_ratio, lambda = (SELECT lambda FROM l2_refresh('shirt3')) AS same FROM l2_glance('shirt3');
SELECT l2_drop('shirt3');
SELECT l2_train('shirt3', 'shirts', 'size', 'multinomial', options =>
  '{"l1_ratio": 1, "reference_class": "small"}');
SELECT multinomial_cv(size, ARRAY[height], '{"measure": "auc"}') FROM shirts;
SELECT multinomial_cv(size, ARRAY[height], '{"lambdas": [0, 1]}') FROM shirts;
SELECT multinomial_cv(size, ARRAY[height], '{"folds": 1}') FROM shirts;
SELECT multinomial_cv(size, ARRAY[height], 3) FROM shirts;
SELECT multinomial_cv(l2_obs(size, fold => 1), ARRAY[height]) IS NULL AS one_fold FROM shirts;
SELECT multinomial_cv(l2_obs(size, offset_by => 1), ARRAY[height]) FROM shirts;
SELECT multinomial_cv(size, ARRAY[height]) IS NULL AS none FROM shirts WHERE false;
SELECT multinomial_cv('one'::text, ARRAY[height]) FROM shirts;
SELECT multinomial_cv('one'::text, ARRAY[height], '{"one_class": "null"}') IS NULL AS one_class FROM shirts;
SELECT multinomial_cv(CASE WHEN id = 1 THEN 'rare' ELSE size::text END, ARRAY[height]) FROM shirts;
CREATE FUNCTION shown(page text, lines text) RETURNS SETOF text LANGUAGE sql AS
  $$SELECT regexp_replace(regexp_replace(r, '[0-9-]{10}', 'today'), '<svg.*</svg>', '')
  FROM regexp_split_to_table($1, E'\n') r WHERE r ~ $2 $$;
SELECT shown(l2_report('shirt'), '^<p>Multi|<dt>Deviance|row">(medium|large):');
-- With a source: labels against what came; classes that the model does not know; numbers; no target
SELECT shown(substring(l2_report('shirt', 'shirts') FROM '<h2>Predictions.*<h2>Versions'),
  '^<p|<dt>|<t[hr]|<h3>');
SELECT shown(substring(l2_report('shirt',
  'SELECT height, colour, CASE WHEN id < 4 THEN ''huge'' WHEN id < 6 THEN NULL ELSE size::text END AS size '
  'FROM shirts WHERE id < 40') FROM '<h2>Predictions.*<h2>Versions'), '^<p|<dt>|<t[hr]');
SELECT (t).outcome FROM l2_train('shirt_code', 'shirts', 'code ~ height + weight', 'multinomial') t;
SELECT shown(substring(l2_report('shirt_code', 'shirts') FROM '<h2>Predictions.*<h2>Versions'),
  'Log loss|<tr class=""><th');
SELECT round(avg(-ln(p.probability))::numeric, 5) AS log_loss,
  (SELECT (l2_label_score(code, l2_predict_label('shirt_code', s))).confusion FROM shirts s) AS confusion
FROM shirts s, l2_predict_proba('shirt_code', s) p WHERE p.class = s.code::text;
SELECT l2_report('shirt', 'SELECT height, colour FROM shirts') ~ 'Predictions' AS predictions;
SELECT l2_drift('shirt', 'shirts');
SELECT l2_drop('shirt_code');
-- Scores of labels
SELECT n, labels, round(accuracy::numeric, 5) AS accuracy, round(precision::numeric, 5) AS precision,
  round(recall::numeric, 5) AS recall, round(f1::numeric, 5) AS f1, round(kappa::numeric, 5) AS kappa,
  confusion
FROM (SELECT (l2_label_score(size, l2_predict_label('shirt', s))).* FROM shirts s) s;
SELECT (l2_label_score(a, b)).* FROM (VALUES ('x', 'x '::char(3)), ('x', 'x'), (NULL, 'y'), ('y', NULL)) v(a,
  b);
SELECT (l2_label_score(a, b)).confusion FROM (VALUES (true, 'true'), (false, 'true')) v(a, b);
SELECT l2_label_score(a, b) IS NULL AS none FROM (VALUES (NULL::text, 'x')) v(a, b);
SELECT l2_label_score(i, i) FROM generate_series(1, 1001) i;
SELECT l2_drop('shirt'), l2_drop('shirt2');
DROP FUNCTION said_of(text), shown(text, text);
DROP TABLE shirts, class_fits, kept CASCADE;
DROP TYPE shirt_size;
