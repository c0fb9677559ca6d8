-- Generalised linear models: families and links by hand, options, edges, models elsewhere.
SET extra_float_digits = 0;
\pset null NULL
CREATE FUNCTION rounded(float8[], int DEFAULT 9) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS
  $$ SELECT array_agg(round(v::numeric, $2) ORDER BY o) FROM unnest($1) WITH ORDINALITY u(v, o) $$;
CREATE TABLE two AS SELECT g, y, w FROM (VALUES (0, 1.0, 1), (0, 3.0, 1), (1, 4.0, 2), (1, 7.0, 1)) v(g, y,
  w);
CREATE TABLE stay AS SELECT i, sin(i * 1.7) AS a, cos(i * 0.9) AS b,
  CASE WHEN i % 3 = 0 THEN 'north' WHEN i % 5 = 0 THEN 'west' ELSE 'south' END AS zone, 1 + i % 3 AS w,
  exp(1 + sin(i * 1.7) / 2 - cos(i * 0.9) / 3 + sin(i * 12.9898) / 2) AS cost,
  floor(exp(1 + sin(i * 1.7) / 2 + sin(i * 78.233)))::int AS nights,
  sin(i * 1.7) + sin(i * 4.1) > 0.2 AS back, greatest(sin(i * 33.3) * 4 + sin(i * 1.7), 0) AS claim
  FROM generate_series(1, 240) i;

-- two groups: the means, whatever the family and the link
SELECT f AS family, l AS link, round(l2_predict(m, 0)::numeric, 9) AS low,
  round(l2_predict(m, 1)::numeric, 9) AS high, round(l2_intercept(m)::numeric, 9) AS intercept,
  (l2_glance(m)).converged FROM (SELECT f, l,
  glm_fit(l2_obs(y, w), ARRAY[g], jsonb_build_object('family', f, 'link', l)::l2_options) AS m FROM two,
    unnest('{gaussian,poisson,gamma,inverse_gaussian,tweedie,quasi}'::text[]) f,
    unnest('{identity,log,inverse,inverse_squared,canonical}'::text[]) l GROUP BY 1, 2) s ORDER BY 1, 2;
SELECT l AS link, round(l2_predict(m, 0)::numeric, 9) AS low, round(l2_predict(m, 1)::numeric, 9) AS high,
  l2_classify(m, 1.1) AS yes
FROM (SELECT l, glm_fit(l2_obs(y / 10, w * 10), ARRAY[g],
  jsonb_build_object('family', 'binomial', 'link', l)::l2_options) AS m
  FROM two, unnest('{logit,probit,cloglog,log,identity,canonical}'::text[]) l GROUP BY 1) s ORDER BY 1;
-- what is said of a fit
SELECT family, link, round(dispersion::numeric, 6) AS dispersion, theta, df, df_residual,
  log_likelihood IS NULL AS no_likelihood FROM l2_glance((SELECT glm_fit(y, ARRAY[g],
  '{"family": "tweedie", "power": 1.5}') FROM two));
SELECT family, link, round(theta::numeric, 6) AS theta, round(log_likelihood::numeric, 6) AS log_likelihood,
  round(aic::numeric, 6) AS aic FROM l2_glance((SELECT glm_fit(nights, ARRAY[a],
  '{"family": "negative_binomial"}') FROM stay));
SELECT family, link, dispersion IS NOT NULL AS dispersion
  FROM l2_glance((SELECT logistic_fit(back, ARRAY[a]) FROM stay));
SELECT family, link, dispersion, theta FROM l2_glance((SELECT ols_fit(cost, ARRAY[a]) FROM stay));
-- errors by the family's variance, by an estimate, by a number
SELECT d AS dispersion, round(se::numeric, 9) AS std_error,
  round((se / first_value(se) OVER (ORDER BY d))::numeric, 6) AS ratio, round(p::numeric, 9) AS p
FROM (SELECT d, s.std_error AS se, s.p FROM (SELECT d,
  poisson_fit(nights, ARRAY[a], CASE WHEN d <> '' THEN format('{"dispersion": %s}', d)
  ELSE '{}' END::l2_options) AS m FROM stay, unnest('{1,4,"\"pearson\""}'::text[]) d GROUP BY 1) f,
  l2_summary(m) s WHERE s.term = 'x1') q ORDER BY 1;
-- counts that vary more than Poisson's
SELECT poisson_fit(nights * nights, ARRAY[a]) IS NOT NULL AS told FROM stay;
SELECT glm_fit(nights * nights, ARRAY[a],
  '{"family": "poisson", "dispersion": "pearson"}') IS NOT NULL AS untold FROM stay;
-- theta: none is finite
SELECT round(l2_intercept(m)::numeric, 6) AS intercept, (l2_glance(m)).converged
  FROM (SELECT glm_fit(5 + i % 2, ARRAY[a], '{"family": "negative_binomial"}') AS m FROM stay) s;
-- and given
SELECT (l2_glance(m)).theta, m::jsonb ? 'theta_std_error' AS estimated
  FROM (SELECT glm_fit(nights, ARRAY[a], '{"family": "negative_binomial", "theta": 2}') AS m FROM stay) s;

-- penalties
SELECT l1, rounded(l2_coef(m), 6) AS b, (l2_glance(m)).nonzero
  FROM (SELECT l1, glm_fit(cost, ARRAY[a, b, sin(i * 5.0)], 20,
  jsonb_build_object('family', 'gamma', 'l1_ratio', l1)::l2_options) AS m
  FROM stay, unnest('{0,1}'::float8[]) l1 GROUP BY 1) s ORDER BY 1;
SELECT count(*), bool_and(converged) AS converged, round(max(dev_ratio)::numeric, 6) AS dev_ratio
  FROM (SELECT glm_path(cost, ARRAY[a, b], '{"family": "gamma", "l1_ratio": 1, "n_lambda": 20}') AS p
  FROM stay) s, unnest(p);
SELECT round((l2_glance(m)).lambda::numeric, 6) AS lambda, (l2_glance(m)).folds, rounded(l2_coef(m), 6) AS b
  FROM (SELECT glm_cv(l2_obs(cost, fold => i), ARRAY[a, b],
  '{"family": "gamma", "l1_ratio": 1, "n_lambda": 20, "folds": 5}') AS m FROM stay) s;
SELECT count(*), count(*) FILTER (WHERE is_min) AS best
  FROM (SELECT glm_cv_curve(l2_obs(back, fold => i), ARRAY[a, b],
  '{"family": "binomial", "link": "probit", "measure": "auc", "n_lambda": 10, "folds": 5}') AS c FROM stay) s,
  unnest(c);
SELECT rounded(glm_fit(cost, ARRAY[a, b], '{"family": "gamma", "lower": [0, 0]}')::float8[], 6) AS bounded
  FROM stay;

-- records, groups, windows
SELECT l2_names(m), rounded(m::float8[], 6) AS b
  FROM (SELECT glm_fit(l2_obs(cost, weight => w), s, '{"family": "gamma", "features": ["a", "zone"]}') AS m
  FROM stay s) f;
SELECT zone, rounded(glm_fit(cost, ARRAY[a], '{"family": "inverse_gaussian"}')::float8[], 6) AS b FROM stay
  GROUP BY zone ORDER BY 1;
SELECT DISTINCT rounded(glm_fit(cost, ARRAY[a], '{"family": "gamma"}') OVER ()::float8[], 6) AS b FROM stay;

-- the model elsewhere
SELECT l2_sql(glm_fit(cost, ARRAY[a],
  '{"family": "gamma", "link": "inverse", "names": ["a"], "tolerance": 1e-3}')) ~ '^\(SELECT 1 / l2.link '
  'FROM' AS sql FROM stay;
SELECT max(abs(l2_predict(m, a) - p)) < 1e-12 AS same
  FROM stay, (SELECT glm_fit(back, ARRAY[a], '{"family": "binomial", "link": "cloglog", "names": ["a"]}') AS m
  FROM stay) s,
  LATERAL (SELECT 1 - exp(-exp(l2_predict_link(m, a))) AS p) q;
SELECT l2_sql(glm_fit(back, ARRAY[a], '{"family": "binomial", "link": "probit"}')) FROM stay;
SELECT regexp_matches(l2_pmml(glm_fit(back, ARRAY[a], '{"family": "binomial", "link": "probit"}')),
  'functionName="\w+" algorithmName="\w+" normalizationMethod="\w+"') FROM stay;
SELECT l2_pmml(glm_fit(cost, ARRAY[a], '{"family": "gamma", "link": "inverse"}')) FROM stay;
SELECT m::text::l2_model::text = m::text AS text_is_lossless, (m::jsonb)::l2_model::text = m::text AS json_too
  FROM (SELECT glm_fit(nights, ARRAY[a], '{"family": "negative_binomial"}') AS m FROM stay) s;
SELECT term, round(ratio::numeric, 6) AS ratio
  FROM l2_odds_ratios((SELECT glm_fit(cost, ARRAY[a], '{"family": "gamma"}') FROM stay));
SELECT * FROM l2_odds_ratios((SELECT glm_fit(cost, ARRAY[a], '{"family": "gamma", "link": "inverse"}')
  FROM stay));
SELECT method, round(aic::numeric, 3) AS aic
  FROM l2_compare((SELECT glm_fit(nights, ARRAY[a], '{"family": "negative_binomial"}') FROM stay),
  (SELECT poisson_fit(nights, ARRAY[a]) FROM stay));
SELECT method FROM l2_compare((SELECT glm_fit(nights + 1, ARRAY[a], '{"family": "gamma"}') FROM stay),
  (SELECT poisson_fit(nights + 1, ARRAY[a], '{"dispersion": 1}') FROM stay));
SELECT round(fit::numeric, 6) AS fit, round(conf_low::numeric, 6) AS low,
  round(conf_high::numeric, 6) AS high, pred_low
  FROM l2_predict_interval((SELECT glm_fit(cost, ARRAY[a],
  '{"family": "gamma", "link": "inverse", "covariance": true}') FROM stay), ARRAY[0.5]);
-- by name
SELECT name, method, n FROM l2_train('cost_of_stay', 'stay', 'cost ~ a + zone', 'glm',
  options => '{"family": "gamma", "weight": "w"}');
SELECT term, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error
  FROM l2_summary('cost_of_stay');
SELECT round(sum(w * l2_predict('cost_of_stay', s))::numeric / sum(w), 6) AS predicted FROM stay s;
SELECT rounded(l2_fit('stay', 'nights ~ a', 'glm',
  options => '{"family": "negative_binomial", "offset_by": "ln(w)"}')::float8[], 6) AS nb,
  rounded(l2_fit('stay', 'nights ~ a', 'poisson',
  options => '{"offset_by": "ln(w)", "dispersion": "pearson"}')::float8[], 6) AS poisson;
SELECT l2_report('cost_of_stay') ~ 'Generalised linear model, gamma, link log' AS reported;

-- edges
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma"}') IS NULL AS of_no_rows FROM two WHERE false;
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma"}') FROM (VALUES (0.0, 1), (2, 3)) v(y, g);
SELECT glm_fit(y, ARRAY[g], '{"family": "tweedie"}') FROM (VALUES (-1.0, 1), (2, 3)) v(y, g);
SELECT glm_fit(y, ARRAY[g], '{"family": "negative_binomial"}') FROM (VALUES (-1, 1), (2, 3)) v(y, g);
SELECT glm_fit(y, ARRAY[g], '{"family": "binomial", "link": "probit"}') FROM two;
SELECT glm_fit(0, ARRAY[g], '{"family": "negative_binomial"}') FROM two;
SELECT glm_fit(0, ARRAY[g], '{"family": "negative_binomial", "one_class": "null"}') IS NULL AS none FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma", "intercept": false, "link": "inverse"}') FROM two;
SELECT rounded(glm_fit(y, ARRAY[g, 1 - g], '{"family": "gamma", "intercept": false}')::float8[], 6) AS means
  FROM two;
SELECT (l2_glance(glm_fit(i > 120, ARRAY[i], '{"family": "binomial", "link": "probit"}'))).converged
  FROM stay;
SELECT (l2_glance(glm_fit(CASE WHEN i > 120 THEN nights ELSE 0 END, ARRAY[(i > 120)::int],
  '{"family": "negative_binomial", "theta": 1}'))).converged FROM stay;
SELECT rounded(glm_fit(y * 1e12, ARRAY[g * 1e9], '{"family": "gamma"}')::float8[], 15) AS huge FROM two;
SELECT rounded(glm_fit(y * 1e-12, ARRAY[g], '{"family": "gamma", "link": "inverse"}')::float8[], 1) AS tiny
  FROM two;
SELECT round((l2_glance(glm_fit(n, ARRAY[g], '{"family": "negative_binomial"}'))).theta::numeric,
  6) AS of_huge_counts FROM (VALUES (0, 0), (0, 1000000), (1, 0), (1, 5), (1, 90000000)) v(g, n);
-- counts of 0 and 1e16: by mpmath 36.918260, -0.462098 of both, log likelihoods -252.489072 and -96.244882
SELECT round(b::numeric, 6) AS b, round(slope::numeric, 6) AS slope, round(log_likelihood::numeric, 6)
  AS log_likelihood, converged
FROM (VALUES ('{"theta": 1}'::jsonb), ('{}')) o(options), LATERAL (SELECT glm_fit(n, ARRAY[x],
    ('{"family": "negative_binomial"}'::jsonb || options)::text::l2_options) AS m
    FROM (VALUES (0, 1), (1e16, 2), (3, 3), (0, 4), (5e15, 5), (12, 6), (0, 7)) v(n, x)) f,
  LATERAL (SELECT l2_intercept(m) AS b, (l2_coef(m))[1] AS slope) c, l2_glance(m);
SELECT (l2_glance(glm_fit(y, ARRAY[g, 2 * g], '{"family": "gamma"}'))).df FROM two;
SELECT (l2_glance(glm_fit(1 + g, ARRAY[g], '{"family": "gamma"}'))).dispersion < 1e-20 AS perfect FROM two;
-- the largest likelihood is where a mean is 1, which no step reaches; where none may be, steps do
SELECT (l2_glance(glm_fit(i IN (3, 5, 6, 7, 8), ARRAY[i],
  '{"family": "binomial", "link": "log", "max_iter": 1}'))).converged FROM generate_series(1, 8) i;
SELECT (l2_glance(glm_fit(y, ARRAY[g], '{"family": "gamma", "link": "identity", "max_iter": 1}'))).converged
  FROM two;
CREATE TABLE varied AS SELECT x, floor(-ln(1 - u) / ln(1 + exp(-1 - x / 2))) AS n
FROM (SELECT (i * 7919 % 20011 + 0.5) / 20011 AS u, i % 101 / 100.0 AS x FROM generate_series(1, 20000) i) s;
-- a best fit at the edge of what the link allows, where its slope along the edge vanishes
CREATE TABLE edge AS SELECT x, (x >= 3 AND x <> 5)::int AS y, greatest(0, x - 4) AS n
FROM generate_series(1, 10) x;
SELECT round((m).estimate::numeric, 8) AS b, (m).std_error,
  abs(sum(CASE WHEN y = 1 THEN -(10 - x) / (1 - (m).estimate * (10 - x))
    ELSE 1 / (m).estimate END)) < 1e-5 AS best
FROM edge, (SELECT l2_summary(glm_fit(y, ARRAY[x], '{"family": "binomial", "link": "identity"}')) AS m
  FROM edge) s
WHERE (m).term = 'x1' GROUP BY m;
SELECT round((m).estimate::numeric, 8) AS b, (m).std_error, abs(sum((10 - x) * CASE WHEN y = 1 THEN -1
    WHEN x < 10 THEN 1 / (exp((m).estimate * (10 - x)) - 1) END)) < 1e-5 AS best
FROM edge, (SELECT l2_summary(glm_fit(y, ARRAY[x], '{"family": "binomial", "link": "log"}')) AS m FROM edge) s
WHERE (m).term = 'x1' GROUP BY m;
SELECT round(l2_intercept(m)::numeric, 6) AS a,
  round(((l2_coef(m))[1] - sum(n)::float8 / sum(x - 1))::numeric, 8) AS off, (l2_glance(m)).converged
FROM edge, (SELECT glm_fit(n, ARRAY[x], '{"family": "poisson", "link": "identity"}') AS m FROM edge) s
GROUP BY m;
-- counts above and below those that are kept by how many there are: glm.nb's theta and null deviance
SELECT round(theta::numeric, 6) AS theta, round(null_deviance::numeric, 3) AS null_deviance
FROM l2_glance((SELECT glm_fit(n, ARRAY[x], '{"family": "negative_binomial"}')
  FROM (SELECT x, floor(exp(x * 2) * (1 + 300 * (i % 7 = 0)::int) + i % 4) AS n
  FROM (SELECT i, i % 11 / 10.0 AS x FROM generate_series(1, 150) i) s) s));
-- the likelihood of an estimated theta is that of this theta given
SELECT abs(log_likelihood / (l2_glance(given)).log_likelihood - 1) < 1e-13 AS same
FROM (SELECT g.log_likelihood, (SELECT glm_fit(n, ARRAY[x], jsonb_build_object('family', 'negative_binomial',
    'theta', g.theta)::l2_options) FROM varied) AS given
  FROM l2_glance((SELECT glm_fit(n, ARRAY[x], '{"family": "negative_binomial"}') FROM varied)) g) s;
-- typing mistakes
SELECT glm_fit(y, ARRAY[g], '{"family": "gama"}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma", "link": "logit"}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "binomial", "link": "inverse"}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma", "power": 2}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "poisson", "theta": 2}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "negative_binomial", "theta": 0}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "quasi", "power": 0.5}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma", "dispersion": "deviance"}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "gamma", "dispersion": 0}') FROM two;
SELECT glm_fit(y, ARRAY[g], '{"family": "inverse_gaussian", "dropout": 0.2}') FROM two;
SELECT logistic_fit(y > 2, ARRAY[g], '{"family": "gamma"}') FROM two;
SELECT glm_cv(y, ARRAY[g], '{"family": "negative_binomial"}') FROM two;
SELECT glm_cv(y, ARRAY[g], '{"family": "gamma", "measure": "auc"}') FROM two;
SELECT '{"l2_model": 1, "method": "glm", "terms": [{"term": "(Intercept)", "estimate": 1}]}'::l2_model;
SELECT l2_predict('{"l2_model": 1, "method": "glm", "family": "gamma", "link": "inverse", '
  '"terms": [{"term": "(Intercept)", "estimate": 4}]}'::l2_model, '{}'::float8[]);
SELECT '{"l2_model": 1, "method": "glm", "family": "gamma", "link": "logit", "terms": []}'::l2_model;
SELECT '{"l2_model": 1, "method": "ols", "family": "gamma", "terms": []}'::l2_model;
DROP TABLE two, stay, cost_of_stay;
DROP FUNCTION rounded;
