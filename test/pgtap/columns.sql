-- Every column that l2_glance, l2_summary, l2_explain, l2_drift and l2_versions return, of each family of
-- models, against what SQL works out from the rows: with two features the algebra can be written down.
SET client_min_messages = error;

CREATE TABLE rows_ AS SELECT i, sin(i * 1.3) + i % 7 * 0.4 + cos(i * 2.1) AS y, cos(i * 2.1) AS a,
  i % 7 * 1.0 AS b, cos(i * 2.1) + sin(i * i) > 0.4 AS yes, (i * 5 % 6 + i % 7 / 2)::float8 AS n,
  exp(sin(i * 0.9) * (1 + i % 2)) AS amount FROM generate_series(1, 80) i;
INSERT INTO rows_ VALUES (81, NULL, 1, 1, NULL, NULL, NULL), (82, 1, NULL, 1, true, 1, 1),
  (83, 1, 1, NULL, true, 1, 1);
CREATE VIEW d AS SELECT * FROM rows_ WHERE i <= 80;

-- y: what of a row is explained; family and link as l2_glance tells them, of least squares NULL
CREATE TABLE fits (kind text, y text, family text, link text, m l2_model);
INSERT INTO fits
SELECT 'ols', 'y', NULL, NULL, ols_fit(y, ARRAY[a, b]) FROM rows_ UNION ALL
SELECT 'ols 0', 'y', NULL, NULL, ols_fit(y, ARRAY[a, b], '{"intercept": false}') FROM rows_ UNION ALL
SELECT 'ridge', 'y', NULL, NULL, ridge_fit(y, ARRAY[a, b], 0.3, '{"lambda_scale": "mean"}') FROM rows_
UNION ALL SELECT 'lasso', 'y', NULL, NULL, lasso_fit(y, ARRAY[a, b], 30) FROM rows_ UNION ALL
SELECT 'elastic_net', 'y', NULL, NULL, elastic_net_fit(y, ARRAY[a, b], 5, '{"l1_ratio": 0.3}') FROM rows_
UNION ALL SELECT 'dropout', 'y', NULL, NULL, dropout_fit(y, ARRAY[a, b], 0.25) FROM rows_ UNION ALL
SELECT 'huber', 'y', NULL, NULL, huber_fit(y, ARRAY[a, b]) FROM rows_ UNION ALL
SELECT 'quantile', 'y', NULL, NULL, quantile_fit(y, ARRAY[a, b], 0.5) FROM rows_ UNION ALL
SELECT 'logistic', 'yes::int', 'binomial', 'logit', logistic_fit(yes, ARRAY[a, b]) FROM rows_ UNION ALL
SELECT 'logistic 0', 'yes::int', 'binomial', 'logit',
  logistic_fit(yes, ARRAY[a, b], '{"intercept": false}') FROM rows_ UNION ALL
SELECT 'logistic l2', 'yes::int', 'binomial', 'logit', logistic_fit(yes, ARRAY[a, b], 2) FROM rows_ UNION ALL
SELECT 'poisson', 'n', 'poisson', 'log', poisson_fit(n, ARRAY[a, b]) FROM rows_ UNION ALL
SELECT 'poisson 0', 'n', 'poisson', 'log', poisson_fit(n, ARRAY[a, b], '{"intercept": false}') FROM rows_
UNION ALL SELECT 'gamma', 'amount', 'gamma', 'log', glm_fit(amount, ARRAY[a, b], '{"family": "gamma"}')
  FROM rows_ UNION ALL
SELECT 'inverse_gaussian', 'amount', 'inverse_gaussian', 'log',
  glm_fit(amount, ARRAY[a, b], '{"family": "inverse_gaussian"}') FROM rows_ UNION ALL
SELECT 'negative_binomial', 'n', 'negative_binomial', 'log',
  glm_fit(n, ARRAY[a, b], '{"family": "negative_binomial", "theta": 2}') FROM rows_ UNION ALL
SELECT 'tweedie', 'amount', 'tweedie', 'log', glm_fit(amount, ARRAY[a, b], '{"family": "tweedie"}') FROM rows_
UNION ALL SELECT 'probit', 'yes::int', 'binomial', 'probit',
  glm_fit(yes::int, ARRAY[a, b], '{"family": "binomial", "link": "probit"}') FROM rows_ UNION ALL
SELECT 'cloglog', 'yes::int', 'binomial', 'cloglog',
  glm_fit(yes::int, ARRAY[a, b], '{"family": "binomial", "link": "cloglog"}') FROM rows_;

-- A row of each for each row: eta and mu by the coefficients and the link's formula; mean is that of y, or 0
CREATE TABLE points (kind text, i int, y float8, a float8, b float8, eta float8, mu float8);
DO $$
DECLARE
  f fits;
BEGIN
  FOR f IN SELECT * FROM fits LOOP
    EXECUTE format('INSERT INTO points SELECT %L, i, %s, a, b, eta, CASE %L WHEN ''log'' THEN exp(eta)
      WHEN ''logit'' THEN 1 / (1 + exp(-eta)) WHEN ''cloglog'' THEN 1 - exp(-exp(eta))
      WHEN ''probit'' THEN l2_predict($1, ARRAY[a, b]) ELSE eta END
      FROM d, LATERAL (SELECT $2 + $3[1] * a + $3[2] * b AS eta) s', f.kind, f.y, coalesce(f.link, ''))
    USING f.m, coalesce(l2_intercept(f.m), 0), l2_coef(f.m);
  END LOOP;
END $$;

-- Half the deviance of a row, by the family's formula, and the variance of its mean
CREATE FUNCTION half(family text, y float8, mu float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE family WHEN 'binomial' THEN -ln(CASE WHEN y = 1 THEN mu ELSE 1 - mu END)
    WHEN 'poisson' THEN CASE WHEN y > 0 THEN y * ln(y / mu) ELSE 0 END - (y - mu)
    WHEN 'gamma' THEN (y - mu) / mu - ln(y / mu)
    WHEN 'inverse_gaussian' THEN (y - mu) ^ 2 / (2 * mu ^ 2 * y)
    WHEN 'negative_binomial' THEN CASE WHEN y > 0 THEN y * ln(y / mu) ELSE 0 END
      - (y + 2) * ln((y + 2) / (mu + 2))
    WHEN 'tweedie' THEN y ^ 0.5 / (-0.5 * 0.5) - y * mu ^ -0.5 / -0.5 + mu ^ 0.5 / 0.5 END $$;
CREATE FUNCTION variance(family text, mu float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE family WHEN 'binomial' THEN mu * (1 - mu) WHEN 'poisson' THEN mu WHEN 'gamma' THEN mu ^ 2
    WHEN 'inverse_gaussian' THEN mu ^ 3 WHEN 'negative_binomial' THEN mu + mu ^ 2 / 2
    WHEN 'tweedie' THEN mu ^ 1.5 END $$;

-- Sums over the rows; without an intercept about 0, and the mean of the null model is the link of 0
CREATE VIEW sums AS
SELECT f.kind, f.family, f.kind ~ ' 0$' AS bare, count(*) AS n, sum((p.y - p.mu) ^ 2) AS rss,
  CASE WHEN f.kind ~ ' 0$' THEN sum(p.y ^ 2) ELSE sum(p.y ^ 2) - count(*) * avg(p.y) ^ 2 END AS tss,
  2 * sum(half(f.family, p.y, p.mu)) AS deviance,
  2 * sum(half(f.family, p.y, CASE WHEN f.kind !~ ' 0$' THEN mean WHEN f.link = 'log' THEN 1 ELSE 0.5 END))
    AS null_deviance,
  sum((p.y - p.mu) ^ 2 / variance(f.family, p.mu)) AS pearson
FROM fits f JOIN (SELECT *, avg(y) OVER (PARTITION BY kind) AS mean FROM points) p USING (kind)
GROUP BY 1, 2, 3, f.link;
-- and of the features: the matrix of their products about the means, divided by nothing
CREATE VIEW products AS SELECT regr_sxx(b, a) AS aa, regr_sxx(a, b) AS bb, regr_sxy(a, b) AS ab FROM d;

CREATE FUNCTION near(got float8, want float8, what text, digits float8 DEFAULT 1e-9) RETURNS text
  LANGUAGE sql AS $$
  SELECT ok(abs(got - want) <= digits * greatest(abs(want), 1e-3), format('%s: %s, not %s', what, want, got))
$$;

SELECT no_plan();

-- of every one
SELECT is(ROW(g.n, g.n_skipped, g.family, g.link, g.vcov), ROW(80::bigint, 3::bigint, f.family, f.link,
  CASE WHEN kind NOT IN ('lasso', 'elastic_net') THEN 'iid' END),
  kind || ': rows and names') FROM fits f, l2_glance(m) g;
SELECT is(ROW(g.cv_error, g.cv_se, g.folds, g.clusters, g.relax), ROW(NULL::float8, NULL::float8, NULL::int,
  NULL::int, NULL::float8), kind || ': what it has not') FROM fits f, l2_glance(m) g;
SELECT is(g.lambda, CASE kind WHEN 'ridge' THEN 0.3 WHEN 'lasso' THEN 30 WHEN 'elastic_net' THEN 5
  WHEN 'logistic l2' THEN 2 WHEN 'ols' THEN NULL WHEN 'ols 0' THEN NULL WHEN 'dropout' THEN NULL
  WHEN 'huber' THEN NULL WHEN 'quantile' THEN NULL ELSE 0 END::float8, kind || ': lambda')
  FROM fits f, l2_glance(m) g;
SELECT is(g.lambda_effective, CASE kind WHEN 'ridge' THEN 24 ELSE g.lambda END, kind || ': its effect')
  FROM fits f, l2_glance(m) g;
SELECT is(g.dropout, CASE kind WHEN 'dropout' THEN 0.25::float8 END, kind || ': rate')
  FROM fits f, l2_glance(m) g;
-- least squares; F of two features has a p in closed form
SELECT near(g.rss, s.rss, s.kind || ': rss') FROM sums s JOIN fits f USING (kind), l2_glance(m) g
  WHERE g.rss IS NOT NULL;
SELECT is(count(g.rss)::int, 6, 'of all that leave the least squares') FROM fits, l2_glance(m) g;
SELECT near(g.r_squared, 1 - s.rss / s.tss, s.kind || ': r_squared') FROM sums s JOIN fits f USING (kind),
  l2_glance(m) g WHERE g.rss IS NOT NULL;
SELECT near(g.adj_r_squared, 1 - (1 - g.r_squared) * (80 - (NOT bare)::int) / g.df_residual,
  s.kind || ': adj_r_squared') FROM sums s JOIN fits f USING (kind), l2_glance(m) g WHERE g.rss IS NOT NULL;
SELECT near(g.sigma, sqrt(s.rss / g.df_residual), s.kind || ': sigma') FROM sums s JOIN fits f USING (kind),
  l2_glance(m) g WHERE g.rss IS NOT NULL;
SELECT near(g.f_statistic, (tss - s.rss) / 2 / (s.rss / g.df_residual), s.kind || ': F') FROM sums s
  JOIN fits f USING (kind), l2_glance(m) g WHERE s.kind ~ '^ols';
SELECT near(g.p_value, (1 + 2 * g.f_statistic / g.df_residual) ^ (-g.df_residual / 2), kind || ': its p')
  FROM fits, l2_glance(m) g WHERE kind ~ '^ols';
SELECT is(count(f_statistic)::int + count(p_value)::int, 4, 'of no other') FROM fits, l2_glance(m) g;
-- the reciprocal condition in the norm of column sums, of products in units that are powers of 2
SELECT near(g.rcond, (p * q - r ^ 2) / (greatest(p, q) + abs(r)) ^ 2, 'ols: rcond')
FROM fits, l2_glance(m) g, (
  SELECT aa * u ^ 2 AS p, bb * v ^ 2 AS q, ab * u * v AS r FROM (
    SELECT *, 2::float8 ^ (-(floor(ln(aa) / ln(2))::int + 1) / 2) AS u,
      2::float8 ^ (-(floor(ln(bb) / ln(2))::int + 1) / 2) AS v FROM products) s) s
WHERE kind = 'ols';

-- df: parameters, of penalties the trace of (C + L)^-1 C, and n - tr(2H - H^2) of ridge and dropout
CREATE VIEW traces AS SELECT kind, ((aa + p) * bb + (bb + q) * aa - 2 * ab ^ 2) / det AS h,
  (((bb + q) * aa - ab ^ 2) ^ 2 + 2 * (ab * q) * (ab * p) + ((aa + p) * bb - ab ^ 2) ^ 2) / det ^ 2 AS hh
FROM (SELECT kind, p, q, aa, bb, ab, (aa + p) * (bb + q) - ab ^ 2 AS det FROM products, (
    SELECT 'ridge' AS kind, 24::float8 AS p, 24::float8 AS q UNION ALL SELECT 'elastic_net', 3.5, 3.5
    UNION ALL SELECT 'dropout', sum(a ^ 2) / 3, sum(b ^ 2) / 3 FROM d) k) s;
SELECT near(g.df, 1 + h, kind || ': df') FROM traces JOIN fits USING (kind), l2_glance(m) g;
SELECT near(g.df_residual, CASE kind WHEN 'elastic_net' THEN 80 - g.df ELSE 79 - 2 * h + hh END,
  kind || ': df_residual') FROM traces JOIN fits USING (kind), l2_glance(m) g;
SELECT is(ROW(g.df, g.df_residual), ROW(3.0::float8 - bare::int, 77.0::float8 + bare::int),
  s.kind || ': df without a penalty') FROM sums s JOIN fits f USING (kind), l2_glance(m) g
  WHERE s.kind NOT IN (SELECT kind FROM traces) AND s.kind <> 'logistic l2';

-- which iterate, and how they end
SELECT ok(CASE WHEN kind ~ '^(ols|ridge|dropout)' THEN g.iterations IS NULL AND g.gap IS NULL
  AND g.converged IS NULL ELSE g.converged AND coalesce(g.gap, 0) BETWEEN 0 AND 1e-11
  AND g.iterations BETWEEN 0 AND 20 END, kind || ': iterations') FROM fits, l2_glance(m) g;
SELECT is(ROW(g.nonzero, g.l1_ratio), ROW(CASE WHEN kind IN ('lasso', 'elastic_net') THEN
  (SELECT count(*)::int FROM unnest(l2_coef(m)) b WHERE b <> 0) END,
  CASE kind WHEN 'elastic_net' THEN 0.3::float8 END), kind || ': nonzero, l1_ratio')
  FROM fits, l2_glance(m) g;

-- generalised linear models
SELECT near(g.deviance, s.deviance, s.kind || ': deviance') FROM sums s JOIN fits f USING (kind),
  l2_glance(m) g WHERE s.family IS NOT NULL;
SELECT near(g.null_deviance, s.null_deviance, s.kind || ': null_deviance') FROM sums s
  JOIN fits f USING (kind), l2_glance(m) g WHERE s.family IS NOT NULL;
SELECT near(g.r_squared, 1 - s.deviance / s.null_deviance, s.kind || ': its share') FROM sums s
  JOIN fits f USING (kind), l2_glance(m) g WHERE s.family IS NOT NULL;
SELECT near(g.dispersion, s.pearson / g.df_residual, s.kind || ': dispersion') FROM sums s
  JOIN fits f USING (kind), l2_glance(m) g WHERE s.family IS NOT NULL;
SELECT is(g.theta, CASE kind WHEN 'negative_binomial' THEN 2::float8 END, kind || ': theta')
  FROM fits, l2_glance(m) g;
-- logarithms of the likelihood; sum of ln(n!) by its product
SELECT near(g.log_likelihood, CASE f.family WHEN 'binomial' THEN -s.deviance / 2 WHEN 'poisson' THEN (
    SELECT sum(y * ln(mu) - mu - ln(factorial(y::int)::float8)) FROM points p WHERE p.kind = s.kind)
  ELSE -40 * (ln(2 * pi() * s.rss / 80) + 1) END, s.kind || ': log_likelihood') FROM sums s
  JOIN fits f USING (kind), l2_glance(m) g WHERE f.family IN ('binomial', 'poisson') OR s.kind ~ '^ols';
SELECT near(g.aic, -2 * g.log_likelihood + 2 * k, kind || ': aic') FROM fits f, l2_glance(m) g,
  LATERAL (SELECT g.df + (coalesce(f.family, 'ols') IN ('ols', 'gamma', 'inverse_gaussian'))::int AS k) s
  WHERE g.log_likelihood IS NOT NULL;
SELECT near(g.bic, -2 * g.log_likelihood + ln(80) * k, kind || ': bic') FROM fits f, l2_glance(m) g,
  LATERAL (SELECT g.df + (coalesce(f.family, 'ols') IN ('ols', 'gamma', 'inverse_gaussian'))::int AS k) s
  WHERE g.log_likelihood IS NOT NULL;

-- l2_summary: errors are those of weighted least squares with the weights (dmu/deta)^2 / variance, which a
-- constant takes its part of
CREATE VIEW working AS SELECT p.kind, p.a, p.b, CASE WHEN f.family IS NULL THEN 1
  ELSE CASE f.link WHEN 'log' THEN mu WHEN 'logit' THEN mu * (1 - mu)
    WHEN 'cloglog' THEN (mu - 1) * ln(1 - mu) WHEN 'probit' THEN exp(-(eta ^ 2) / 2) / sqrt(2 * pi())
    END ^ 2 / variance(f.family, mu) END AS w
FROM points p JOIN fits f USING (kind) WHERE kind ~ '^ols' OR f.family IS NOT NULL AND kind <> 'logistic l2';
CREATE VIEW errors AS SELECT kind, sqrt(bb / det) AS a, sqrt(aa / det) AS b FROM (
  SELECT *, aa * bb - ab ^ 2 AS det FROM (
    SELECT kind, sum(w * a * a) - c * sum(w * a) ^ 2 AS aa, sum(w * b * b) - c * sum(w * b) ^ 2 AS bb,
      sum(w * a * b) - c * sum(w * a) * sum(w * b) AS ab
    FROM working JOIN (SELECT kind, CASE WHEN kind ~ ' 0$' THEN 0 ELSE 1 / sum(w) END AS c FROM working
      GROUP BY kind) m USING (kind) GROUP BY kind, c) s) s;
-- those whose dispersion is estimated, by Student's t
CREATE VIEW told AS SELECT f.kind, s.*, g.sigma, g.dispersion,
  CASE WHEN coalesce(f.family, '') NOT IN ('binomial', 'poisson', 'negative_binomial') THEN g.df_residual END
    AS df FROM fits f, l2_summary(m) s, l2_glance(m) g;
SELECT near(t.std_error, CASE t.term WHEN 'x1' THEN e.a ELSE e.b END * CASE WHEN t.df IS NULL THEN 1
  ELSE coalesce(sqrt(t.dispersion), t.sigma) END, kind || ' ' || term || ': std_error', 1e-7)
  FROM told t JOIN errors e USING (kind) WHERE t.term IN ('x1', 'x2');
SELECT is(array_agg(kind ORDER BY kind), '{elastic_net,lasso}', 'whose errors are not known')
  FROM (SELECT kind FROM told GROUP BY kind HAVING bool_and(std_error IS NULL AND t IS NULL AND p IS NULL
    AND lower IS NULL AND upper IS NULL)) s;
SELECT near(t, estimate / std_error, kind || ' ' || term || ': t') FROM told WHERE std_error > 0;
-- what lies beyond t, by Simpson's rule over the density from there on
CREATE FUNCTION beyond(t float8, df float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT sum(CASE i WHEN 0 THEN 1 WHEN 4000 THEN 1 ELSE 2 + 2 * (i % 2) END
    * CASE WHEN df IS NULL THEN exp(-(x ^ 2) / 2) ELSE (1 + x ^ 2 / df) ^ (-(df + 1) / 2) END) * 0.0025 / 3
  FROM generate_series(0, 4000) i, LATERAL (SELECT t + i * 0.0025 AS x) s $$;
SELECT near(p, beyond(abs(t), df) / beyond(0, df), kind || ' ' || term || ': p', 1e-8)
  FROM told WHERE std_error > 0;
SELECT near(beyond((upper - estimate) / std_error, df) / beyond(0, df), 0.05,
  kind || ' ' || term || ': upper', 1e-8) FROM told WHERE std_error > 0;
SELECT near(estimate - lower, upper - estimate, kind || ' ' || term || ': lower') FROM told
  WHERE std_error > 0;
SELECT near(s.standardized, s.estimate * CASE term WHEN 'x1' THEN stddev_samp(a) ELSE stddev_samp(b) END
  / CASE WHEN f.family IS NULL THEN stddev_samp(d.y) ELSE 1 END, kind || ' ' || term || ': standardized')
  FROM d, fits f, l2_summary(m) s WHERE term <> '(Intercept)'
  GROUP BY kind, f.family, term, estimate, s.standardized;
SELECT is(array_agg(DISTINCT coalesce(vcov, '') || coalesce(positive, '')),
  CASE WHEN kind IN ('lasso', 'elastic_net') THEN '{""}'::text[] ELSE '{iid}' END, kind || ': vcov')
  FROM told GROUP BY kind;

-- l2_explain: what adds up to the linear predictor, and to its distance from that of a mean row
SELECT is(array_agg(e.term), '{(Intercept),x1,x2}', kind || ': terms explained')
  FROM fits, l2_explain(m, ARRAY[0.5, 2]) e GROUP BY kind;
SELECT ok(bool_and(abs(e.estimate - w.b) < 1e-13 AND e.value = w.x AND abs(e.contribution - w.b * w.x) < 1e-13
    AND abs(e.from_mean - w.away) < 1e-13), kind || ': explained by hand')
FROM fits, l2_explain(m, ARRAY[0.5, 2]) e, (SELECT avg(a) AS a, avg(b) AS b FROM d) mean,
  LATERAL (SELECT coalesce(l2_intercept(m), 0) AS i, (l2_coef(m))[1] AS a, (l2_coef(m))[2] AS b) c,
  LATERAL (VALUES ('(Intercept)', c.i, 1, c.i + c.a * mean.a + c.b * mean.b),
    ('x1', c.a, 0.5, c.a * (0.5 - mean.a)), ('x2', c.b, 2, c.b * (2 - mean.b))) w(term, b, x, away)
WHERE w.term = e.term GROUP BY kind;
SELECT near(sum(e.contribution), l2_predict_link(m, 0.5, 2), kind || ': which adds up')
  FROM fits, l2_explain(m, ARRAY[0.5, 2]) e GROUP BY kind, m;

-- l2_drift against other rows
CREATE VIEW later AS SELECT y + 1 AS y, 2 * a + 0.5 AS a, b - i % 2 AS b FROM d;
SELECT ok(bool_and(abs(r.mean - w.mean) < 1e-12 AND abs(r.mean_now - w.mean_now) < 1e-12
    AND abs(r.shift - (w.mean_now - w.mean) / w.sd) < 1e-11 AND abs(r.sd - w.sd) < 1e-12
    AND abs(r.sd_now - w.sd_now) < 1e-12 AND abs(r.spread - w.sd_now / w.sd) < 1e-11) AND count(*) = 2,
  kind || ': drift by hand')
FROM fits, l2_drift(m, (SELECT l2_gram_cols(y, a, b) FROM later)) r, (
  SELECT 'x1' AS term, (SELECT avg(a) FROM d) AS mean, avg(a) AS mean_now,
    (SELECT stddev_samp(a) FROM d) AS sd, stddev_samp(a) AS sd_now FROM later
  UNION ALL SELECT 'x2', (SELECT avg(b) FROM d), avg(b), (SELECT stddev_samp(b) FROM d), stddev_samp(b)
  FROM later) w WHERE r.term = w.term GROUP BY kind;

-- l2_versions: of a training what its model's l2_glance says, and of one that failed why
SELECT l2_train('v_ols', 'rows_', 'y ~ a + b', 'ols');
SELECT l2_train('v_ridge', 'rows_', 'y ~ a + b', options => '{"folds": 4, "fold": "i", "gate": 0}');
SELECT l2_train('v_lasso', 'rows_', 'y ~ a + b', 'lasso', 3);
SELECT l2_train('v_logistic', 'rows_', 'yes ~ a + b', 'logistic');
SELECT l2_train('v_poisson', 'rows_', 'n ~ a + b', 'poisson', 1);
CREATE VIEW versions AS SELECT v.*, l2_get(v.name, v.version) AS m FROM l2_versions v
  WHERE v.outcome <> 'failed';
SELECT is(ROW(v.n, v.n_skipped, v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se),
  ROW(g.n, g.n_skipped, g.r_squared, g.sigma, g.lambda, g.nonzero, g.cv_error, g.cv_se),
  name || ': numbers of a version') FROM versions v, l2_glance(m) g;
SELECT is(ROW(v.version, v.active, v.event, v.outcome, v.method, v.trained_by, v.error_code, v.reason),
  ROW(1, true, 'train'::text, 'ok'::text, substr(name, 3), current_user, NULL::text, NULL::text),
  name || ': the rest')
  FROM versions v;
SELECT ok(v.trained_at BETWEEN now() - interval '1 hour' AND clock_timestamp()
  AND v.duration BETWEEN interval '0' AND interval '1 hour' AND v.duration > interval '0',
  name || ': when') FROM versions v;
UPDATE rows_ SET y = y + 5 * sin(i * i);
SELECT l2_refresh('v_ridge');
ALTER TABLE rows_ RENAME b TO c;
SELECT l2_refresh('v_ridge');
SELECT results_eq($$SELECT version, active, event, outcome, n, error_code,
    reason IS NOT NULL, cv_error IS NULL FROM l2_versions WHERE name = 'v_ridge' ORDER BY version$$,
  $$VALUES (1, true, 'train', 'ok', 80::bigint, NULL, false, false),
    (2, false, 'refresh', 'rejected', 80, NULL, true, false),
    (3, false, 'refresh', 'failed', NULL, '42703', true, true)$$,
  'a version that is rejected, and one that failed');

SELECT * FROM finish();
