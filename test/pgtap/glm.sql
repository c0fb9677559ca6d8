-- Generalised linear models of every family and link against R's glm, MASS's glm.nb and statmod's tweedie
-- (test/data/make_glm.R).
SET client_min_messages = error; -- Poisson's variance is not that of the made counts

CREATE TABLE made (x1 float8, x2 float8, x3 float8, w float8, e float8, amount float8, "time" float8,
  counted int, any_y float8, yes int, rare int, share float8, claims float8);
\copy made FROM 'test/data/glm_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE quine ("Eth" text, "Sex" text, "Age" text, "Lrn" text, days int);
\copy quine FROM 'test/data/glm_quine.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (kase text, options jsonb, target text, weighted bool, has_offset bool, term text,
  statistic text, value float8);
\copy r FROM 'test/data/glm_r.csv' WITH (FORMAT csv, HEADER true, FORCE_NOT_NULL (term))

CREATE FUNCTION fit(target text, weighted bool, has_offset bool, options jsonb) RETURNS l2_model
  LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
BEGIN
  IF target = 'days' THEN
    SELECT glm_fit(q.days, q, options || '{"features": ["Eth", "Sex", "Age", "Lrn"]}') INTO m FROM quine q;
  ELSE
    EXECUTE format('SELECT glm_fit(%s, ARRAY[x1, x2, x3], %L) FROM made',
      CASE WHEN weighted OR has_offset THEN format('l2_obs(%I, %s, %s)', target,
      CASE WHEN weighted THEN 'w' ELSE '1' END, CASE WHEN has_offset THEN 'e' ELSE '0' END)
           ELSE quote_ident(target) END, options) INTO m;
  END IF;
  RETURN m;
END $$;
CREATE TABLE fits AS SELECT kase, fit(target, weighted, has_offset, options) AS m
  FROM (SELECT DISTINCT kase, options, target, weighted, has_offset FROM r) s;
CREATE VIEW said AS
  SELECT kase, regexp_replace(s.term, '=', '') AS term, v.* FROM fits, l2_summary(m) s,
    LATERAL (VALUES ('estimate', s.estimate), ('std_error', s.std_error), ('t', s.t), ('p', s.p)) v(statistic,
    value)
  UNION ALL
  SELECT kase, '', v.* FROM fits, l2_glance(m) g,
    LATERAL (VALUES ('deviance', g.deviance), ('null_deviance', g.null_deviance),
    ('dispersion', g.dispersion), ('log_likelihood', g.log_likelihood),
                    ('aic', g.aic), ('bic', g.bic), ('theta', g.theta),
                    ('theta_std_error', (m::jsonb ->> 'theta_std_error')::float8)) v(statistic, value);
CREATE VIEW apart AS
  SELECT r.*, said.value AS got, abs(said.value - r.value) / greatest(abs(r.value),
  CASE r.statistic WHEN 'p' THEN 1e-3 WHEN 't' THEN 1 WHEN 'estimate' THEN 0.1 END) AS off
  FROM r LEFT JOIN said ON said.kase = r.kase AND said.statistic = r.statistic
    AND said.term = CASE WHEN r.term ~ '^x\d$' THEN r.term ELSE r.term END;

SELECT plan((SELECT count(DISTINCT kase) FROM r)::int + 7);
-- R's own steps leave errors of some 1e-10 where they shrink slowly
SELECT cmp_ok(max(coalesce(off, 1)), '<', 1e-8::float8, kase || ' is R''s: ' || count(*) || ' numbers')
  FROM apart GROUP BY kase ORDER BY kase;
SELECT is((SELECT count(*)::int FROM fits, l2_glance(m) g WHERE NOT g.converged), 0, 'every fit converged');

-- Venables and Ripley, section 7.4: what MASS prints of quine
SELECT results_eq($$ SELECT round((l2_glance(m)).theta::numeric, 3),
  round((m::jsonb ->> 'theta_std_error')::numeric, 3) FROM fits WHERE kase = 'quine' $$,
  $$ VALUES (1.275, 0.161) $$, 'theta of quine');
SELECT is((SELECT round((l2_glance(m)).dispersion::numeric, 1) FROM fits WHERE kase = 'quine_quasi'), 13.2,
  'days vary 13.2 times as much as Poisson''s would');

-- What R cannot fit is stationary all the same
SELECT cmp_ok(max(abs(slope)), '<', 1e-9::float8, 'inverse Gaussian, identity: the likelihood''s slope is 0')
  FROM (
  SELECT sum((y - mu) / mu ^ 3 * x[j]) / sum(abs(y - mu) / mu ^ 3 * abs(x[j])) AS slope
  FROM (SELECT "time" AS y, l2_predict(m, x1, x2, x3) AS mu, ARRAY[1, x1, x2, x3] AS x
  FROM made, (SELECT fit('time', false, false,
  '{"family": "inverse_gaussian", "link": "identity"}') AS m) f) s,
    generate_series(1, 4) j GROUP BY j) s;

-- The same in another way
SELECT ok(bool_and(abs(a - b) < 1e-12), 'logistic_fit and poisson_fit are glm_fit of their families') FROM (
  SELECT logistic_fit(yes, ARRAY[x1, x2, x3], 0.5)::float8[] || poisson_fit(counted, ARRAY[x1, x2, x3],
  0.5)::float8[] AS p,
    glm_fit(yes, ARRAY[x1, x2, x3], 0.5, '{"family": "binomial"}')::float8[]
    || glm_fit(counted, ARRAY[x1, x2, x3], 0.5, '{"family": "poisson"}')::float8[] AS q FROM made) s,
  unnest(p, q) u(a, b);
SELECT ok(bool_and(abs(a - b) < 1e-11), 'gaussian is ols_fit and ridge_fit') FROM (
  SELECT ols_fit(any_y, ARRAY[x1, x2, x3])::float8[] || ridge_fit(any_y, ARRAY[x1, x2, x3], 3)::float8[] AS p,
    glm_fit(any_y, ARRAY[x1, x2, x3])::float8[] || glm_fit(any_y, ARRAY[x1, x2, x3], 3)::float8[] AS q
    FROM made) s, unnest(p, q) u(a, b);

-- theta and the coefficients in turn: all their steps count, more than where theta is known
SELECT cmp_ok((l2_glance(glm_fit(y, ARRAY[x], '{"family": "negative_binomial"}'))).iterations, '>',
  (l2_glance(glm_fit(y, ARRAY[x], '{"family": "negative_binomial", "theta": 0.9}'))).iterations,
  'iterations of all turns')
  FROM (SELECT i * 7 % 5 * (i % 4) * (i % 3) AS y, sin(i) AS x FROM generate_series(1, 90) i) s;
SELECT * FROM finish();
