-- Rows of two categories, of whose combinations one, a and w, has no row: against R's glm without an
-- intercept, and emmeans (test/data/make_cells.R).
CREATE TABLE cells (g text, h text, x float8, b bool, amount float8, counted int, yes int);
\copy cells FROM 'test/data/cells_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (formula text, options jsonb, term text, statistic text, value float8);
\copy r FROM 'test/data/cells_r.csv' WITH (FORMAT csv, HEADER true, FORCE_NOT_NULL (term))
CREATE TABLE means (g text, h text, fit float8, se float8, low float8, high float8);
\copy means FROM 'test/data/cells_emmeans.csv' WITH (FORMAT csv, HEADER true)

SELECT plan((SELECT count(DISTINCT (formula, options)) FROM r)::int + 13);

-- Without an intercept, and a link that has no mean for a linear predictor of 0
CREATE TABLE fits AS SELECT formula, options, l2_fit('cells', formula, 'glm', options => options) AS m
  FROM (SELECT DISTINCT formula, options FROM r) s;
CREATE VIEW said AS
  SELECT formula, options, s.term, v.* FROM fits, l2_summary(m) s,
    LATERAL (VALUES ('estimate', s.estimate), ('std_error', s.std_error)) v(statistic, value)
  UNION ALL SELECT formula, options, '', 'deviance', (l2_glance(m)).deviance FROM fits;
SELECT cmp_ok(off, '<', 1e-9::float8, formula || ' ' || options || ' is R''s: ' || n || ' numbers')
  FROM (SELECT r.formula, r.options, count(*) AS n,
      max(coalesce(abs(said.value - r.value) / abs(r.value), 1)) AS off
    FROM r LEFT JOIN said USING (formula, options, term, statistic)
    GROUP BY r.formula, r.options ORDER BY 1, 2) s;
SELECT is((SELECT count(*)::int FROM fits, l2_glance(m) WHERE NOT converged OR null_deviance IS NOT NULL
    OR r_squared IS NOT NULL), 0, 'they converge, and no null model is made up');
-- a penalty that falls to 0 ends at the fit without one
SELECT cmp_ok((SELECT max(abs(a - b)) FROM fits, unnest(l2_coef(m),
    l2_coef(l2_fit('cells', formula, 'glm', 1e-9, options || '{"reference": "first"}'))) u(a, b)
  WHERE formula = 'amount ~ g - 1'), '<', 1e-7::float8, 'a small penalty does little');
SELECT throws_matching($$ SELECT glm_path(amount, ARRAY[x], '{"family": "gamma", "link": "inverse",
  "intercept": false, "l1_ratio": 1}') FROM cells $$, 'no fit of family gamma',
  'a path has nowhere to begin');

-- Models of nothing but a mean, by a query a step
CREATE TABLE steps AS SELECT setting, set_config('l2reg.steps', setting, true) IS NOT NULL AS is_set,
    l2_intercept(l2_fit('cells', 'yes ~ 1', 'logistic')) AS yes,
    l2_intercept(l2_fit('cells', 'counted ~ offset(log(x))', 'poisson')) AS counted
  FROM unnest('{on,off}'::text[]) setting;
SELECT is((SELECT max(abs(yes - ln(p / (1 - p)))) < 1e-14 FROM steps,
    (SELECT avg(yes::float8) AS p FROM cells) s), true, 'a logit of the mean');
SELECT is((SELECT max(abs(counted - ln(m))) < 1e-14 FROM steps,
    (SELECT sum(counted)::float8 / sum(x) AS m FROM cells) s), true, 'a logarithm of the rate');

-- What is known of a combination is the same however the model is written; of that without a row nothing is
CREATE TABLE written AS SELECT f, l2_fit('cells', f, 'ols', options => o) AS m
  FROM unnest('{amount ~ g*h,amount ~ g:h,amount ~ g:h - 1,amount ~ h + g:h}'::text[]) f,
    unnest('{"{}","{\"vcov\": \"HC3\"}"}'::l2_options[]) o;
CREATE VIEW intervals AS SELECT f, vcov, e.*, i.fit AS our_fit, i.se_fit, i.conf_low,
    i.conf_high, i.pred_low, i.leverage
  FROM (SELECT f, m, m::jsonb ->> 'vcov' AS vcov FROM written) w, means e,
    l2_predict_interval(m, e) i;
SELECT is((SELECT count(*)::int FROM intervals WHERE se IS NULL), 8, 'each is asked for what nobody knows');
SELECT is((SELECT count(*)::int FROM intervals WHERE se IS NULL
    AND num_nonnulls(se_fit, conf_low, conf_high, pred_low, leverage) > 0), 0, 'and has no limits for it');
SELECT cmp_ok((SELECT max(coalesce(abs(our_fit / fit - 1), 1)) FROM intervals WHERE se IS NOT NULL), '<',
  1e-13::float8, 'means of the other combinations are emmeans''');
SELECT cmp_ok((SELECT max(coalesce(greatest(abs(se_fit / se - 1), abs(conf_low / low - 1),
    abs(conf_high / high - 1)), 1)) FROM intervals WHERE se IS NOT NULL AND vcov IS NULL), '<',
  1e-12::float8, 'and so are errors and limits');
SELECT ok((SELECT bool_and(m::jsonb::l2_model = m AND m::text::l2_model = m AND m::jsonb ? 'aliases')
    FROM written),
  'how columns explain others is kept, and reads back');

-- marginal effects of rows that training had, and of others
CREATE TEMP TABLE trained AS SELECT t.* FROM l2_train('star', 'cells', 'counted ~ g*h + x', 'poisson') t
  UNION ALL SELECT t.* FROM l2_train('colon', 'cells', 'counted ~ g:h + x', 'poisson') t;
CREATE TABLE effects AS SELECT source, model, e.term, e.estimate, e.std_error
  FROM unnest('{cells,SELECT * FROM cells WHERE h <> $$w$$}'::text[]) source,
    unnest('{star,colon}'::text[]) model, l2_margins(model, source) e;
SELECT set_eq($$ SELECT term FROM effects WHERE source = 'cells' AND estimate IS NOT NULL $$,
  '{h=v,x}'::text[], 'effects that take a row to the combination are not known');
SELECT is((SELECT count(estimate)::int FROM effects WHERE source <> 'cells' AND term ~ '^g'), 6,
  'of rows that do not get there they are');
SELECT cmp_ok((SELECT max(coalesce(abs(a.estimate - b.estimate) + abs(a.std_error - b.std_error),
    CASE WHEN (a.estimate IS NULL) <> (b.estimate IS NULL) THEN 1 ELSE 0 END)) FROM effects a JOIN effects b
  ON a.source = b.source AND a.term = b.term AND a.model < b.model), '<', 1e-9::float8, 'whoever is asked');
SELECT * FROM finish();
