-- Whichever way rows are given, a fit with one feature is what sums in SQL say: of arrays, records and rows,
-- with weights and without, at once and in frames, by every aggregate and solver; and so is what is told of a
-- row.
SET client_min_messages = warning;
CREATE TABLE t AS SELECT i, 2.5 + sin(i * 1.7) * 3 + i % 5 AS y, cos(i) + i % 4 - 1.5 AS x,
  (1 + i % 3)::float8 AS w, i % 7 AS c, (i % 2)::float8 AS b, i % 5 + i % 2 AS k,
  i * 7 % 10 < 4 + i % 2 * 3 AS won
  FROM generate_series(1, 90) i;
-- rows that are not usable
INSERT INTO t (i, y, x, w, b) VALUES (91, NULL, 1, 2, 1), (92, 1, NULL, 2, NULL), (93, NULL, NULL, 1, NULL);

-- what a gram of one feature knows, by weights or without
CREATE TABLE sums AS SELECT weighed, sum(v) AS n, sum(v * x) / sum(v) AS mx, sum(v * y) / sum(v) AS my,
  sum(v * x * x) - sum(v * x) ^ 2 / sum(v) AS sxx, sum(v * y * y) - sum(v * y) ^ 2 / sum(v) AS syy,
  sum(v * x * y) - sum(v * x) * sum(v * y) / sum(v) AS sxy
  FROM (SELECT weighed, x, y, CASE WHEN weighed THEN w ELSE 1 END AS v FROM t, unnest('{t,f}'::bool[]) weighed
  WHERE x IS NOT NULL AND y IS NOT NULL) s GROUP BY weighed;
CREATE FUNCTION slope(method text, sxx float8, sxy float8, lambda float8) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE method WHEN 'ols' THEN sxy / sxx WHEN 'ridge' THEN sxy / (sxx + lambda)
  WHEN 'lasso' THEN sign(sxy) * greatest(abs(sxy) - lambda, 0) / sxx
  WHEN 'elastic_net' THEN sign(sxy) * greatest(abs(sxy) - lambda / 2, 0) / (sxx + lambda / 2) END $$;

CREATE TABLE way (call text, method text, weighed bool DEFAULT false, source text DEFAULT 't');
-- y and x in all forms, and methods with their lambda, at once and chosen from one
INSERT INTO way SELECT format(c.call, y.y, x.x), c.method, y.weighed, c.source
  FROM (VALUES ('y', false), ('y::numeric', false), ('l2_obs(y)', false),
  ('l2_obs(y, weight => w)', true)) y(y, weighed),
  unnest('{ARRAY[x],ARRAY[x::numeric],ROW(x),ROW(x::numeric),l2_row(ROW(x))}'::text[]) x(x), (VALUES
  ('ols_fit(%s, %s)', 'ols', 't'), ('ols_fit(%s, %s, ''{"names": ["x"]}'')', 'ols', 't'),
  ('ols_fit(%s, %s, ''{"vcov": "HC1"}'')', 'ols', 't'),
  ('ols_fit(%s, %s, ''{"vcov": "HAC", "bandwidth": 2}'' ORDER BY i)', 'ols', 't'),
  ('ridge_fit(%s, %s, 7)', 'ridge', 't'), ('lasso_fit(%s, %s, 7)', 'lasso', 't'),
  ('ridge_fit(%s, %s, 7, ''{"solver": "gradient"}'')', 'ridge', 't'),
  ('lasso_fit(%s, %s, 7, ''{"solver": "fista"}'')', 'lasso', 't'),
  ('elastic_net_fit(%s, %s, 7)', 'elastic_net', 't'),
  ('elastic_net_fit(%s, %s, 7, ''{"l1_ratio": 0.5, "intercept": true}'')', 'elastic_net', 't'),
  ('ridge_cv(%s, %s, ''{"lambdas": [7]}'')', 'ridge', 't'),
  ('lasso_cv(%s, %s, ''{"lambdas": [7]}'')', 'lasso', 't'),
  ('elastic_net_cv(%s, %s, ''{"lambdas": [7]}'')', 'elastic_net', 't'),
  ('l2_ols(l2_gram_agg(%s, %s))', 'ols', 't'), ('l2_ridge(l2_gram_agg(%s, %s), 7)', 'ridge', 't'),
  ('l2_lasso(l2_gram_agg(%s, %s), 7)', 'lasso', 't'),
  ('l2_elastic_net(l2_gram_agg(%s, %s), 7)', 'elastic_net', 't'),
  ('l2_ols(l2_gram_agg(%s, %s)::text::l2_gram)', 'ols', 't'),
  ('l2_cv(l2_gram_folds(%s, %s), ''lasso'', ''{"lambdas": [7]}'')', 'lasso', 't'),
  ('glm_fit(%s, %s)', 'ols', 't'), ('glm_fit(%s, %s, 0, ''{"max_iter": 50}'')', 'ols', 't'),
  ('huber_fit(%s, %s, ''{"huber_k": 1000}'')', 'ols', 't'),
  ('(array_agg(m))[1] FROM (SELECT ols_fit(%s, %s) OVER () AS m FROM t) s', 'ols', ''),
  ('(array_agg(m ORDER BY i DESC))[1] FROM (SELECT i, ridge_fit(%s, %s, 7) OVER (ORDER BY i) AS m FROM t) s',
  'ridge', '')) c(call, method, source);
INSERT INTO way VALUES ('l2_ols(l2_gram_cols(y, x))', 'ols', false, 't'),
  ('l2_ols(l2_gram_cols(l2_obs(y, weight => w), x))', 'ols', true, 't'),
  ('l2_ols(l2_gram_sum(g)) FROM (SELECT l2_gram_agg(y, ARRAY[x]) AS g FROM t GROUP BY c) s', 'ols',
  false, ''),
  ('l2_ols(l2_gram_sum(g)) FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ROW(x)) AS g FROM t GROUP BY c) '
  's', 'ols', true, ''),
  ('l2_ols(l2_gram_sum(l2_gram(ARRAY[y, x], ''{y,x}'', w)))', 'ols', true, 't'),
  ('ols_fit(l2_obs(y, cluster => c), ARRAY[x], ''{"vcov": "CR1"}'')', 'ols', false, 't'),
  ('ols_fit(l2_obs(y, weight => w, cluster => c), ROW(x), ''{"vcov": "CR1"}'')', 'ols', true, 't'),
  ('ols_fit(y::numeric(30, 20), ARRAY[x::numeric(30, 20)])', 'ols', false, 't'),
  ('l2_fit(''t'', ''y ~ x'', ''ols'')', 'ols', false, ''),
  ('l2_fit(''t'', ''y ~ x'', ''ridge'', 7, ''{"standardize": false}'')', 'ridge', false, ''),
  ('l2_fit(''t'', ''y ~ x'', ''ols'', options => ''{"weight": "w"}'')', 'ols', true, ''),
  ('l2_fit(''t'', ''y ~ x'', ''lasso'', 7, ''{"weight": "w", "standardize": false}'')', 'lasso', true, '');
CREATE FUNCTION fit(call text, source text) RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
BEGIN
  EXECUTE format('SELECT %s %s', call, CASE WHEN source <> '' THEN 'FROM ' || source ELSE '' END) INTO m;
  RETURN m;
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING '%: %', call, SQLERRM;
  RETURN NULL;
END $$;
SELECT no_plan();
SELECT ok(abs(l2_intercept(m) - (my - mx * b)) < 1e-9 AND abs((l2_coef(m))[1] - b) < 1e-9
  AND (m::jsonb->>'n')::int = 90 AND (m::jsonb->>'n_skipped')::int IN (0, 3)
  AND abs((m::jsonb->>'sum_weights')::float8 - n) < 1e-9
  AND abs((m::jsonb->>'target_mean')::float8 - my) < 1e-9, call)
FROM way JOIN sums USING (weighed), LATERAL (SELECT slope(method, sxx, sxy, 7) AS b) s,
  LATERAL (SELECT fit(call, source) AS m) f;
SELECT ok(abs(std_error - sqrt((syy - sxy * sxy / sxx) / 88 / sxx)) < 1e-9
  AND abs(estimate - sxy / sxx) < 1e-9, 'its error: ' || call)
FROM way JOIN sums USING (weighed), l2_summary(fit(call, source)) s
  WHERE method = 'ols' AND call !~ 'vcov|huber' AND term <> '(Intercept)';

-- frames that rows go out of: regr_slope and regr_intercept of the same frames
CREATE TABLE framed (frame text, i int, slope float8, base float8, a l2_model, r l2_model, g l2_gram,
  w l2_gram, n bigint, skipped bigint, weights float8, logs float8);
DO $$
DECLARE
  frame text;
BEGIN
  FOREACH frame IN ARRAY ARRAY['ROWS 9 PRECEDING', 'ROWS BETWEEN 4 PRECEDING AND 6 FOLLOWING',
    'ROWS BETWEEN CURRENT ROW AND 12 FOLLOWING', 'RANGE BETWEEN 10 PRECEDING AND 3 PRECEDING',
    'ROWS BETWEEN UNBOUNDED PRECEDING AND 5 PRECEDING'] LOOP
    EXECUTE format('INSERT INTO framed SELECT %L, i, regr_slope(y, x) OVER f, regr_intercept(y, x) OVER f, '
    'ols_fit(y, ARRAY[x]) OVER f, ridge_fit(l2_obs(y), ROW(x), 0) OVER f, l2_gram_agg(y, ARRAY[x]) OVER f, '
    'l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]) OVER f, count(x * y) OVER f, '
    'count(*) OVER f - count(x * y) OVER f, sum(w + 0 * x * y) OVER f, sum(ln(w) + 0 * x * y) OVER f '
    'FROM (SELECT i * 37 %% 97 AS i, x, y, w FROM t) t WINDOW f AS (ORDER BY i %1$s)', frame);
  END LOOP;
END $$;
SELECT is(count(*) FILTER (WHERE NOT coalesce(abs((l2_coef(m))[1] - slope) < 1e-9
  AND abs(l2_intercept(m) - base) < 1e-9, false))::int, 0, how || ' over ' || frame)
FROM framed, LATERAL (VALUES ('arrays', a), ('records', r), ('grams', l2_ols(g))) v(how, m)
WHERE slope IS NOT NULL GROUP BY frame, how ORDER BY frame, how;

SELECT is(count(*) FILTER (WHERE NOT coalesce(l2_n(w) = n AND l2_n_skipped(w) = skipped
  AND abs(l2_sum_weights(w) - weights) < 1e-9
  AND abs(coalesce((w::jsonb->>'sum_log_weights')::float8, 0) - logs) < 1e-9, false))::int, 0,
  'counts and weights over ' || frame)
  FROM framed WHERE n > 0 GROUP BY frame ORDER BY frame;

-- a feature of two values: what links say of the two means
CREATE TABLE links (call text, source text DEFAULT 't', link text, y text);
INSERT INTO links SELECT format(c.call, given, x), 't', c.link, c.y
  FROM unnest('{ARRAY[b],ARRAY[b::int],ROW(b),ROW(b = 1),l2_row(ROW(b))}'::text[]) x(x),
  (VALUES ('logistic_fit(%s, %s)', 'logit', 'won'), ('logistic_fit(%s, %s, 0)', 'logit', 'won'),
  ('logistic_cv(%s, %s, ''{"lambdas": [0]}'')', 'logit', 'won'),
  ('poisson_fit(%s, %s)', 'log', 'k'), ('poisson_cv(%s, %s, ''{"lambdas": [0]}'')', 'log', 'k'),
  ('glm_fit(%s, %s, ''{"family": "gamma"}'')', 'log', '(k + 1)'),
  ('glm_fit(%s, %s, ''{"family": "gamma", "link": "inverse"}'')', 'inverse', '(k + 1)'),
  ('glm_fit(%s, %s, ''{"family": "poisson", "link": "identity"}'')', 'identity', '(k + 1)'),
  ('glm_cv(%s, %s, ''{"family": "poisson", "lambdas": [0]}'')', 'log', 'k')) c(call, link, y),
  LATERAL (SELECT c.y UNION ALL SELECT format('l2_obs(%s)', CASE c.y WHEN 'won' THEN 'won::int' ELSE c.y END)
  UNION ALL SELECT format('l2_obs(%s, weight => w)', CASE c.y WHEN 'won' THEN 'won::int' ELSE c.y END))
  v(given);
CREATE FUNCTION linked(link text, mean float8) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE link WHEN 'logit' THEN ln(mean / (1 - mean)) WHEN 'log' THEN ln(mean)
  WHEN 'inverse' THEN 1 / mean ELSE mean END $$;
CREATE FUNCTION mean_of(y text, weighed bool, b float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  r float8;
BEGIN
  EXECUTE format('SELECT sum(%s * (%s)::int) / sum(%1$s) FROM t WHERE b = $1 AND k IS NOT NULL',
  CASE WHEN weighed THEN 'w' ELSE '1.0' END, y) INTO r USING b;
  RETURN r;
END $$;
SELECT ok(abs(l2_intercept(m) - zero) < 1e-7 AND abs((l2_coef(m))[1] + zero - one) < 1e-7, call)
FROM links, LATERAL (SELECT linked(link, mean_of(y, call ~ 'weight', 0)) AS zero,
  linked(link, mean_of(y, call ~ 'weight', 1)) AS one) l, LATERAL (SELECT fit(call, source) AS m) f;

-- the same of formulas, whose steps are one query or one each; and of rows that do not fit into memory
CREATE FUNCTION by_steps(steps text, call text) RETURNS l2_model LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('l2reg.steps', steps, true);
  RETURN fit(call, '');
END $$;
SELECT ok(abs(l2_intercept(m) - zero) < 1e-7 AND abs((l2_coef(m))[1] + zero - one) < 1e-7,
  call || ', steps ' || steps)
FROM (VALUES ('won', 'logistic', 'logit', '{}'), ('k', 'poisson', 'log', '{}'),
  ('won', 'logistic', 'logit', '{"weight": "w"}'), ('k', 'poisson', 'log', '{"weight": "w"}'),
  ('k', 'glm', 'log', '{"family": "poisson"}')) v(y, method, link, options), unnest('{on,off}'::text[]) steps,
  LATERAL (SELECT format('l2_fit(''t'', ''%s ~ b'', %L, options => %L)', y, method, options) AS call) c,
  LATERAL (SELECT linked(link, mean_of(y, options ~ 'weight', 0)) AS zero,
    linked(link, mean_of(y, options ~ 'weight', 1)) AS one) l, LATERAL (SELECT by_steps(steps, call) AS m) f;
CREATE FUNCTION in_little(call text) RETURNS l2_model LANGUAGE plpgsql SET work_mem = '64kB' AS $$
BEGIN
  RETURN fit(call, 't, generate_series(1, 60)');
END $$;
SELECT ok(abs(l2_intercept(m) - zero) < 1e-7 AND abs((l2_coef(m))[1] + zero - one) < 1e-7,
  'in a file: ' || call)
FROM links, LATERAL (SELECT linked(link, mean_of(y, call ~ 'weight', 0)) AS zero,
  linked(link, mean_of(y, call ~ 'weight', 1)) AS one) l, LATERAL (SELECT in_little(call) AS m) f
  WHERE call !~ '_cv|l2_row|::int\]|b = 1|, 0\)|inverse';

-- what is told of a row, by the formulas of one feature: of the model's covariance, and of a gram
CREATE TABLE told AS SELECT weighed, method, m, g, b, my - mx * b AS base, mx, sxx, n,
  sqrt((syy - 2 * b * sxy + b * b * sxx) / 88) AS s
  FROM sums, unnest('{ols,ridge}'::text[]) method, LATERAL (SELECT slope(method, sxx, sxy, 7) AS b) k,
  LATERAL (SELECT l2_gram_agg(l2_obs(y, weight => CASE WHEN weighed THEN w ELSE 1 END), ROW(x),
    '{"names": ["x"]}') AS g FROM t) l, LATERAL (SELECT CASE method
    WHEN 'ols' THEN l2_ols(g, '{"covariance": true}') ELSE l2_ridge(g, 7, '{"covariance": true}') END AS m) f;
CREATE TABLE asked AS SELECT x FROM (VALUES (-1.5), (0), (0.25), (4)) v(x);
CREATE TABLE given AS SELECT weighed, x, base + b * x AS fit, b, base, mx, sxx, n, s, m, g, p.*, l.level
  FROM told,
  asked a, unnest('{0.95,0.5}'::float8[]) l(level), LATERAL (
  SELECT 'array' AS how, i.* FROM l2_predict_interval(m, ARRAY[x]::float8[], level) i UNION ALL
  SELECT 'record', i.* FROM l2_predict_interval(m, a, level) i UNION ALL
  SELECT 'row', i.* FROM l2_predict_interval(m, l2_row(a), level) i UNION ALL
  SELECT 'array, gram', i.* FROM l2_predict_interval(m, ARRAY[x]::float8[], level, g) i UNION ALL
  SELECT 'record, gram', i.* FROM l2_predict_interval(m, a, level, g) i) p(how, fitted, se_fit, conf_low,
  conf_high, pred_low, pred_high, leverage) WHERE method = 'ols';
SELECT ok(bool_and(abs(fitted - fit) < 1e-9 AND abs(leverage - h) < 1e-9 AND abs(se_fit - s * sqrt(h)) < 1e-9
  AND abs(conf_high - fit - t * se_fit) < 1e-9 AND abs(fit - conf_low - t * se_fit) < 1e-9
  AND abs(pred_high - fit - t * s * sqrt(1 + h)) < 1e-9 AND abs(fit - pred_low - t * s * sqrt(1 + h)) < 1e-9)
  AND count(*) = 8, format('intervals, %s, %s', how, weighed))
FROM given, LATERAL (SELECT 1 / n + (x - mx) ^ 2 / sxx AS h) k,
  LATERAL (SELECT (upper - estimate) / std_error AS t FROM l2_summary(m, level) WHERE term = 'x') q
  GROUP BY how, weighed;
SELECT ok(bool_and(abs(p - base - b * x) < 1e-9) AND count(*) = 4 * 6,
  format('predictions, %s, %s', method, weighed))
FROM told, asked a, LATERAL (VALUES (l2_predict(m, ARRAY[x]::float8[])), (l2_predict(m, x)),
  (l2_predict(m, a)), (l2_predict(m, l2_row(a))), (l2_predict(m::text::l2_model, x)),
  (l2_predict(l2_model(m::float8[]), x::float8))) v(p)
  GROUP BY method, weighed;
SELECT ok(bool_and(CASE term WHEN '(Intercept)' THEN abs(contribution - base) < 1e-9
  AND abs(from_mean - base - b * mx) < 1e-9 AND value = 1 ELSE abs(contribution - b * x) < 1e-9
  AND abs(from_mean - b * (x - mx)) < 1e-9 AND value = x AND abs(estimate - b) < 1e-9 END)
  AND count(*) = 4 * 3 * 2, format('explained, %s, %s', method, weighed))
FROM told, asked a, LATERAL (SELECT * FROM l2_explain(m, ARRAY[x]::float8[])
  UNION ALL SELECT * FROM l2_explain(m, x) UNION ALL SELECT * FROM l2_explain(m, a)) e
  GROUP BY method, weighed;
SELECT ok(bool_and(abs(fitted - base - b * x) < 1e-9 AND abs(residual - (5 - base - b * x)) < 1e-9
  AND abs(l.leverage - h) < 1e-9 AND abs(standardized - residual * sqrt(v) / s / sqrt(1 - h)) < 1e-9
  AND abs(cooks_distance - standardized ^ 2 * h / (1 - h) / 2) < 1e-9) AND count(*) = 12,
  format('rows against the fit, %s', weighed))
FROM told, asked a, LATERAL (SELECT CASE WHEN weighed THEN 2 ELSE 1 END AS v) w,
  LATERAL (SELECT v * (1 / n + (x - mx) ^ 2 / sxx) AS h, l2_obs(5, weight => v) AS y) k,
  LATERAL (SELECT * FROM l2_augment(m, ARRAY[x]::float8[], y) UNION ALL SELECT * FROM l2_augment(m, a, y)
  UNION ALL SELECT * FROM l2_augment(m, l2_row(a), y)) l WHERE method = 'ols' GROUP BY weighed;
DO $$ BEGIN
  PERFORM l2_train('by_rows', 't', 'y ~ x', 'ols');
  PERFORM l2_train('by_weights', 't', 'y ~ x', 'ols', options => '{"weight": "w"}');
END $$;
SELECT ok(abs(estimate - b) < 1e-9 AND abs(std_error - s / sqrt(sxx)) < 1e-9 AND e.n = 4,
  format('margins, %s', weighed))
FROM told, l2_margins(CASE WHEN weighed THEN 'by_weights' ELSE 'by_rows' END, 'asked') e
  WHERE method = 'ols';
SELECT ok(abs(estimate - (2 * base - 3 * b)) < 1e-9
  AND abs(std_error - s * sqrt(4 / n + (2 * mx + 3) ^ 2 / sxx)) < 1e-9,
  format('a form, %s', weighed)) FROM told, l2_contrast(m, '2 * (Intercept) - 3 * x') e WHERE method = 'ols';

-- a formula adds to the fit of its columns what they are made of, and changes no number: coefficients,
-- errors, covariances, how dropped columns are explained, classes
CREATE TABLE formulas (formula text, method text, lambda float8, options jsonb, call text);
INSERT INTO formulas VALUES ('y ~ x + b', 'ols', NULL, '{"covariance": true}', 'ols_fit(y, ARRAY[x, b], %L)'),
  ('y ~ x + b', 'ols', NULL, '{"covariance": true, "vcov": "HC1"}', 'ols_fit(y, ARRAY[x, b], %L)'),
  ('y ~ x + I(2 * x) + b', 'ols', NULL, '{"covariance": true}', 'ols_fit(y, ARRAY[x, 2 * x, b], %L)'),
  ('y ~ x + b', 'ridge', 3, '{"covariance": true, "standardize": true}', 'ridge_fit(y, ARRAY[x, b], 3, %L)'),
  ('y ~ x + b', 'ridge', 3, '{"covariance": true, "penalty_factor": [1, 2], "standardize": false}',
  'ridge_fit(y, ARRAY[x, b], 3, %L)'),
  ('y ~ x + b', 'lasso', 3, '{"standardize": false}', 'lasso_fit(y, ARRAY[x, b], 3, %L)'),
  ('won ~ x + b', 'logistic', NULL, '{"covariance": true}', 'logistic_fit(won, ARRAY[x, b], %L)'),
  ('k ~ x + b', 'poisson', NULL, '{"covariance": true, "vcov": "HC1"}', 'poisson_fit(k, ARRAY[x, b], %L)'),
  ('c ~ x + b', 'multinomial', NULL, '{"covariance": true}', 'multinomial_fit(c::text, ARRAY[x, b], %L)'),
  ('y ~ x + b', 'huber', NULL, '{"covariance": true}', 'huber_fit(y, ARRAY[x, b], %L)'),
  ('y ~ x + b', 'quantile', 0.4, '{"covariance": true}', 'quantile_fit(y, ARRAY[x, b], 0.4, %L)');
CREATE VIEW usable AS SELECT i, y, x, b, won, k, c::text AS c FROM t WHERE y IS NOT NULL AND x IS NOT NULL;
CREATE FUNCTION rounded(jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT regexp_replace(regexp_replace($1::text, '(\.\d{12})\d+', '\1', 'g'), '-(0\.0{12})', '\1', 'g') $$;
SELECT is(rounded((SELECT jsonb_agg(e - 'term') FROM jsonb_array_elements(m->'terms') e)),
  rounded((SELECT jsonb_agg(e - 'term') FROM jsonb_array_elements(o->'terms') e)),
  format('terms of %s %s', method, options))
FROM formulas, LATERAL (SELECT l2_fit('usable', formula, method, lambda, options::l2_options)::jsonb AS m,
  fit(format(call, options), 'usable')::jsonb AS o) f;
SELECT is(rounded(m - 'encoding' - 'terms' - 'target'), rounded(o - 'terms' - 'target'),
  format('the rest of %s %s', method, options))
FROM formulas, LATERAL (SELECT l2_fit('usable', formula, method, lambda, options::l2_options)::jsonb AS m,
  fit(format(call, options), 'usable')::jsonb AS o) f;
SELECT * FROM finish();
