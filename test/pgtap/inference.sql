-- Rows through a model, tests of terms and marginal effects against R (test/data/make_robust.R,
-- make_margins.R).
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
CREATE TABLE d (id int, store int, week int, half int, lone int, a float8, b float8, zone text, y float8,
  w float8, won int, visits int, single int);
\copy d FROM 'test/data/robust_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE rows_of_r (kase text, id int, fitted float8, residual float8, standardized float8,
  leverage float8, cooks float8, link float8, link_se float8);
\copy rows_of_r FROM 'test/data/robust_augment.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE tests (kase text, estimate float8, std_error float8, statistic float8, df float8, p float8);
\copy tests FROM 'test/data/robust_tests.csv' WITH (FORMAT csv, HEADER true, NULL 'NA')
SELECT no_plan();

CREATE TABLE models AS
  SELECT 'ols' AS kase, ols_fit(y, ARRAY[a, b], '{"covariance": true}') AS m FROM d
  UNION ALL SELECT 'weighted', ols_fit(l2_obs(y, weight => w), ARRAY[a, b], '{"covariance": true}') FROM d
  UNION ALL SELECT 'logistic', logistic_fit(won, ARRAY[a, b], '{"covariance": true}') FROM d
  UNION ALL SELECT 'poisson', poisson_fit(l2_obs(visits, weight => w, offset_by => w / 5), ARRAY[a, b],
  '{"covariance": true}') FROM d;
CREATE VIEW outcomes AS SELECT d.*, kase, CASE kase WHEN 'logistic' THEN l2_obs(won) WHEN 'poisson'
  THEN l2_obs(visits, weight => w, offset_by => w / 5)
  WHEN 'weighted' THEN l2_obs(y, weight => w) ELSE l2_obs(y) END AS o, m FROM d, models;

-- rstandard, hatvalues and cooks.distance
SELECT cmp_ok(max(greatest(abs(g.fitted / r.fitted - 1), abs(g.residual / r.residual - 1),
  abs(g.standardized / r.standardized - 1), abs(g.leverage / r.leverage - 1),
  abs(g.cooks_distance / r.cooks - 1))), '<=', 1e-9::float8,
  kase || ': rows of R') FROM rows_of_r r JOIN outcomes o USING (kase, id), l2_augment(m, ARRAY[a, b], o) g
  GROUP BY kase;
SELECT is(count(*)::int, (SELECT count(*)::int FROM rows_of_r), 'all rows') FROM rows_of_r r
  JOIN outcomes o USING (kase, id), l2_augment(m, ARRAY[a, b], o) g WHERE g.cooks_distance > 0;
SELECT cmp_ok(abs(sum(leverage) - 3), '<=', 1e-9::float8,
  kase || ': leverages sum to the number of coefficients') FROM outcomes, l2_augment(m, ARRAY[a, b], o)
  GROUP BY kase;
-- Cook's distance by its definition, without the row
SELECT cmp_ok(max(abs(far / cooks_distance - 1)), '<=', 1e-8::float8,
  'Cook''s distance is what leaving out does') FROM (SELECT id, g.cooks_distance,
  (SELECT sum((l2_predict(m, ARRAY[e.a, e.b]) - l2_predict(without, ARRAY[e.a, e.b])) ^ 2)
  FROM d e) / 3 / (m::jsonb ->> 'sigma')::float8 ^ 2 AS far
  FROM outcomes o, l2_augment(m, ARRAY[a, b], o) g, LATERAL (SELECT ols_fit(y, ARRAY[a, b]) AS without FROM d
  WHERE id <> o.id) s WHERE kase = 'ols' AND id <= 3) q;
SELECT is(l2_augment(m, ARRAY[a, b], y), l2_augment(m, ARRAY[a, b], o), 'a plain outcome') FROM outcomes
  WHERE kase = 'ols' AND id = 4;

-- predict(se.fit = TRUE) and its limits on the link, mapped back
SELECT cmp_ok(max(greatest(abs((i.conf_high - i.conf_low) / (2 * qt.t * link_se) - 1),
  abs(i.se_fit / link_se - 1))), '<=', 1e-9::float8, kase || ': limits of the mean') FROM rows_of_r
  JOIN outcomes USING (kase, id),
  l2_predict_interval(m, ARRAY[a, b]) i, (SELECT (upper - estimate) / std_error AS t
  FROM l2_summary((SELECT m FROM models WHERE kase = 'ols')) LIMIT 1) qt WHERE kase IN ('ols', 'weighted')
  GROUP BY kase;
SELECT cmp_ok(max(greatest(abs(i.conf_low * (1 + exp(-link + 1.959963984540054 * link_se)) - 1),
  abs(i.conf_high * (1 + exp(-link - 1.959963984540054 * link_se)) - 1),
  abs(i.se_fit / (link_se * fitted * (1 - fitted)) - 1))),
  '<=', 1e-9::float8, 'logistic limits') FROM rows_of_r JOIN outcomes USING (kase, id),
  l2_predict_interval(m, ARRAY[a, b]) i WHERE kase = 'logistic';
SELECT cmp_ok(max(greatest(abs(i.conf_low * exp(w / 5 - link + 1.959963984540054 * link_se) - 1),
  abs(i.conf_high * exp(w / 5 - link - 1.959963984540054 * link_se) - 1),
  abs(i.se_fit * exp(w / 5) / (link_se * fitted) - 1))),
  '<=', 1e-9::float8, 'Poisson limits') FROM rows_of_r JOIN outcomes USING (kase, id),
  l2_predict_interval(m, ARRAY[a, b]) i WHERE kase = 'poisson';
SELECT is(count(pred_low) + count(pred_high), 0::bigint, 'a new row of a GLM has no limits')
  FROM outcomes, l2_predict_interval(m, ARRAY[a, b]) WHERE kase IN ('logistic', 'poisson');

-- drop1(test = "F"), of a gram and of a model and its gram; likelihood ratios of lrtest and anova
CREATE TABLE grams AS SELECT l2_gram_agg(y, s) AS g FROM d, LATERAL (SELECT a, b, zone) s;
SELECT cmp_ok(max(greatest(abs(x.f / t.statistic - 1), abs(x.p / t.p - 1), abs(x.df - t.df))), '<=',
  1e-9::float8, t.kase) FROM grams, l2_drop1(g) x JOIN tests t ON t.kase = 'drop1 ' || x.term GROUP BY t.kase;
SELECT is(string_agg(x::text, ' '), (SELECT string_agg(x::text, ' ') FROM grams, l2_drop1(g) x), 'of a model')
  FROM grams, l2_drop1(l2_ols(g), g) x;
SELECT is(array_agg(term), '{a,b,zone}', 'terms') FROM grams, l2_drop1(g);
SELECT cmp_ok(abs(x.f / w.f - 1), '<=', 1e-9::float8, 'Wald''s F is the same') FROM grams, l2_drop1(g) x,
  l2_wald(l2_ols(g, '{"covariance": true}'), '{zone}') w WHERE x.term = 'zone';
SELECT is(array_agg(term ORDER BY term), '{b,zone:a}', 'main effects stay in an interaction')
  FROM l2_drop1(l2_set_names((SELECT l2_gram_cols(y, a, b, (zone = 'west')::int, (zone = 'west')::int * a)
  FROM d), '{a,b,zone,zone:a}', 'y'));
SELECT cmp_ok(greatest(abs(chi_sq / statistic - 1), abs(x.p / t.p - 1), abs(x.df - t.df)), '<=', 1e-9::float8,
  'lrtest') FROM (SELECT logistic_fit(l2_obs(won, weight => w), s1) AS m1,
  logistic_fit(l2_obs(won, weight => w), s2) AS m2 FROM d, LATERAL (SELECT d.a) s1,
  LATERAL (SELECT d.a, d.b, d.zone) s2) m,
  l2_anova(m2, m1) x, tests t WHERE t.kase = 'lrtest' AND number = 1;
SELECT cmp_ok(greatest(abs(chi_sq / statistic - 1), abs(x.p / t.p - 1), abs(x.df - t.df)), '<=', 1e-9::float8,
  'anova poisson') FROM (SELECT poisson_fit(l2_obs(visits, weight => w, offset_by => w / 5),
  ARRAY[]::float8[], '{"names": []}') AS m1, poisson_fit(l2_obs(visits, weight => w, offset_by => w / 5),
  ARRAY[a, b]) AS m2 FROM d) m,
  l2_anova(m1, m2) x, tests t WHERE t.kase = 'anova poisson' AND number = 2;
SELECT is(array_agg(DISTINCT kind), '{rate ratio}', 'a rate ratio')
  FROM l2_odds_ratios((SELECT m FROM models WHERE kase = 'poisson'));

-- marginal effects
ALTER TABLE d ADD early boolean;
UPDATE d SET early = week < 6;
CREATE TABLE margins_of_r (kase text, term text, estimate float8, std_error float8);
\copy margins_of_r FROM 'test/data/margins.csv' WITH (FORMAT csv, HEADER true)
SELECT is(outcome, 'ok', method) FROM l2_train('margins_ols', 'd', 'y ~ a + b + early + zone', 'ols');
SELECT is(outcome, 'ok', method) FROM l2_train('margins_logistic', 'd', 'won ~ a + b + early + zone',
  'logistic');
SELECT is(outcome, 'ok', 'CR1') FROM l2_train('margins_cr1', 'd', 'won ~ a + b + early + zone', 'logistic',
  options => '{"vcov": "CR1", "cluster": "store"}');
SELECT is(outcome, 'ok', method) FROM l2_train('margins_poisson', 'd', 'visits ~ a + b + early + zone',
  'poisson');
SELECT is(outcome, 'ok', 'probit') FROM l2_train('margins_probit', 'd', 'won ~ a + b + early + zone', 'glm',
  options => '{"family": "binomial", "link": "probit"}');
SELECT is(outcome, 'ok', 'weighted') FROM l2_train('margins_weighted', 'd', 'y ~ a + b + early + zone', 'ols',
  options => '{"weight": "w"}');
SELECT is(outcome, 'ok', 'counted') FROM l2_train('margins_counted', 'd', 'won ~ a + b + early + zone',
  'logistic', options => '{"weight": "w", "weight_type": "frequency"}');
SELECT is(outcome, 'ok', 'without a covariance')
  FROM l2_train('margins_bare', 'd', 'won ~ a + b', 'logistic', options => '{"covariance": false}');
CREATE VIEW margins AS SELECT kase, m.*, r.estimate AS r_estimate, r.std_error AS r_error FROM margins_of_r r,
  LATERAL l2_margins('margins_' || CASE kase WHEN 'logistic CR1' THEN 'cr1' ELSE kase END,
    CASE kase WHEN 'counted' THEN 'SELECT d.* FROM d, generate_series(1, w::integer)' ELSE 'd' END) m
  WHERE m.term = r.term;
SELECT cmp_ok(max(greatest(abs(estimate / r_estimate - 1), abs(std_error / r_error - 1))), '<=', 1e-7::float8,
  kase || ': margins by hand in R') FROM margins GROUP BY kase;
SELECT is(count(*)::int, (SELECT count(*)::int FROM margins_of_r), 'all margins') FROM margins;
SELECT is(string_agg(term || ' ' || kind, ', ' ORDER BY term),
  'a slope, b slope, early difference, zone=north difference, zone=west difference', 'kinds')
  FROM l2_margins('margins_logistic', 'd');
SELECT is(count(*) FILTER (WHERE abs(upper - estimate - (estimate - lower)) < 1e-12 AND (p < 0.1)
  = (lower * upper > 0))::int, 5, 'limits and p') FROM l2_margins('margins_logistic', 'd', 0.9);
SELECT is(max(n), 160::bigint, 'rows with NULLs are left out')
  FROM l2_margins('margins_ols'::regclass, 'SELECT a, b, early, nullif(zone, ''west'') AS zone FROM d');
SELECT is(count(*)::int, 0, 'no rows') FROM l2_margins('margins_ols',
  'SELECT a, b, early, zone FROM d WHERE false');
-- without an intercept all levels have a term: they are compared with the first
SELECT is(outcome, 'ok', 'all levels')
FROM l2_train('margins_all', 'd', 'y ~ a + b + early + zone - 1', 'ols');
SELECT is(count(*)::int, 5, 'margins of all levels are those of all but one')
FROM l2_margins('margins_all', 'd') m
  JOIN l2_margins('margins_ols', 'd') o USING (term, kind)
WHERE abs(m.estimate - o.estimate) < 1e-9 AND abs(m.std_error - o.std_error) < 1e-9;
-- of the columns of a formula whose terms are worked out, crossed and with an offset
CREATE TABLE worked_of_r (kase text, term text, estimate float8, std_error float8);
\copy worked_of_r FROM 'test/data/margins_worked.csv' WITH (FORMAT csv, HEADER true)
SELECT is(outcome, 'ok', 'worked ' || method)
  FROM l2_train('worked_ols', 'd', 'y ~ log(b + 1) + a*zone + early + I(a^2) + factor(half)', 'ols');
SELECT is(outcome, 'ok', 'worked ' || method)
  FROM l2_train('worked_logistic', 'd', 'won ~ log(b + 1) + a*zone + early + I(a^2) + factor(half)',
  'logistic');
SELECT is(outcome, 'ok', 'worked ' || method)
  FROM l2_train('worked_poisson', 'd',
  'visits ~ log(b + 1) + a*zone + early + I(a^2) + factor(half) + offset(log(w))', 'poisson');
SELECT is(outcome, 'ok', 'worked plain') FROM l2_train('worked_plain', 'd', 'won ~ log(b + 1) + zone',
  'logistic');
CREATE VIEW worked AS SELECT kase, m.*, r.estimate AS r_estimate, r.std_error AS r_error FROM worked_of_r r,
  LATERAL l2_margins('worked_' || kase, 'd') m WHERE m.term = r.term;
SELECT cmp_ok(max(greatest(abs(estimate / r_estimate - 1), abs(std_error / r_error - 1))), '<=', 1e-7::float8,
  kase || ': margins of columns by hand in R') FROM worked GROUP BY kase;
SELECT is(count(*)::int, (SELECT count(*)::int FROM worked_of_r), 'all margins of columns') FROM worked;
-- a level that was dropped since another column says the same has no effect that is known; nor has that
ALTER TABLE d ADD northern boolean;
UPDATE d SET northern = zone = 'north';
SELECT is(outcome, 'ok', 'a level that is dropped')
  FROM l2_train('worked_dropped', 'd', 'y ~ log(b + 1) + northern + zone', 'ols');
SELECT is(array_agg(term ORDER BY term) FILTER (WHERE estimate IS NULL AND std_error IS NULL),
  '{northern,zone=north}', 'NULL for the level, and for what it cannot be told from')
  FROM l2_margins('worked_dropped', 'd');
-- whole numbers are moved by less than 1
SELECT is(outcome, 'ok', 'whole numbers') FROM l2_train('worked_whole', 'd', 'y ~ I(week^2) + week', 'ols');
SELECT cmp_ok(abs(estimate / (SELECT 2 * (l2_coef(l2_get('worked_whole')))[1] * avg(week)
  + (l2_coef(l2_get('worked_whole')))[2] FROM d) - 1), '<=', 1e-9::float8, 'whole numbers')
  FROM l2_margins('worked_whole', 'd');
-- where a logarithm ends, a derivative is none
SELECT throws_ok($$SELECT * FROM l2_margins('worked_ols',
  'SELECT CASE id WHEN 1 THEN -0.9999999 ELSE b END AS b, a, zone, early, half FROM d')$$, '22023',
  'a term of the model has no derivative at a row');
SELECT throws_ok($$SELECT * FROM l2_margins('worked_ols', 'SELECT b, a, early, half FROM d')$$, '42703',
  'the source has no column "zone", which the model takes');
SELECT is(count(*)::int, 0, 'no rows') FROM l2_margins('worked_ols', 'SELECT * FROM d WHERE false');
-- what only the target, a weight or a key of folds mentions is no feature, and need not be there
CREATE VIEW told AS SELECT *, CASE WHEN won::integer = 1 THEN 'yes' ELSE 'no' END AS answer,
  ln(visits + 1) AS log_visits, w + 1 AS w1 FROM d;
SELECT is(outcome, 'ok', kase) FROM (VALUES
    ('label', 'answer ~ a*zone + log(b + 1)', 'logistic', '{"positive": "yes"}'),
    ('compared', 'I(answer = ''yes'') ~ a*zone + log(b + 1)', 'logistic', '{"fold": "week % 5"}'),
    ('yes', 'won ~ a*zone + log(b + 1)', 'logistic', '{}'),
    ('log', 'log(visits + 1) ~ a*zone + log(b + 1)', 'ols', '{"weight": "w + 1"}'),
    ('plain', 'log_visits ~ a*zone + log(b + 1)', 'ols', '{"weight": "w1"}')) v(kase, formula, method, o),
  LATERAL l2_train('target_' || kase, 'told', formula, method, options => o::jsonb);
SELECT results_eq(
  format($$SELECT term, kind, estimate, std_error, n
    FROM l2_margins('target_%s', 'SELECT a, b, zone FROM d')$$, made),
  format($$SELECT term, kind, estimate, std_error, n FROM l2_margins('target_%s', 'told')$$, plain),
  'margins of target ' || made) FROM (VALUES ('label', 'yes'), ('compared', 'yes'), ('log', 'plain'))
  v(made, plain);
SELECT is(array_agg(term ORDER BY term), '{a,b,zone=north,zone=west}', 'no row of the target''s column')
  FROM l2_margins('target_compared', 'told');
SELECT is(count(*)::int, 6, 'drift of rows without an outcome')
  FROM l2_drift('target_log', 'SELECT a, b, zone FROM d');
SELECT is(jsonb_path_query_array(l2_get('worked_poisson')::jsonb, '$.encoding.inputs[*].attribute')
  @> '["a", "b", "half", "w", "zone"]', true, 'an offset''s column is the model''s') ;
SELECT throws_ok($$SELECT * FROM l2_margins('margins_bare', 'd')$$, '55000',
  'the model does not keep its covariance, which l2_margins needs');
SELECT throws_ok($$SELECT * FROM l2_margins('margins_ols', 'SELECT a, b FROM d')$$, '42703',
  'record has no attribute "zone"');
SELECT throws_ok($$SELECT * FROM l2_margins('margins_ols', 'd', 2)$$, '22023',
  'level must lie between 0 and 1, but is 2');
SELECT * FROM finish();
