-- Huber's and quantile regression against MASS's rlm and quantreg's rq (test/data/make_resistant.R).
CREATE TABLE made (x1 float8, x2 float8, x3 float8, w float8, e float8, amount float8, "time" float8,
  counted int, any_y float8, yes int, rare int, share float8, claims float8);
\copy made FROM 'test/data/glm_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE stackloss (air float8, water float8, acid float8, loss float8);
\copy stackloss FROM 'test/data/resistant_stackloss.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (kase text, method text, tau float8, term text, statistic text, value float8);
\copy r FROM 'test/data/resistant_r.csv' WITH (FORMAT csv, HEADER true, FORCE_NOT_NULL (term))

CREATE FUNCTION fit(kase text, method text, tau float8) RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
BEGIN
  EXECUTE format('SELECT %s_fit(%s%s, %L) FROM %s', method,
    CASE kase WHEN 'stackloss' THEN 'loss, ARRAY[air, water, acid]' WHEN 'made'
    THEN 'any_y, ARRAY[x1, x2, x3]'
    WHEN 'made_counted' THEN 'l2_obs(any_y, 1 + counted % 3), ARRAY[x1, x2, x3]'
    ELSE 'l2_obs(any_y, w), ARRAY[x1, x2, x3]' END, ', ' || tau,
    CASE WHEN kase = 'stackloss' THEN '{"names": ["air", "water", "acid"]}'
    WHEN kase IN ('made_weighted', 'made_counted') THEN '{"weight_type": "frequency"}' ELSE '{}' END,
    substring(kase, '^[a-z]+')) INTO m;
  RETURN m;
END $$;
CREATE TABLE fits AS SELECT kase, method, tau, fit(kase, method, tau) AS m
  FROM (SELECT DISTINCT kase, method, tau FROM r) s;
CREATE VIEW said AS
  SELECT kase, method, tau, s.term, v.* FROM fits, l2_summary(m) s,
  LATERAL (VALUES ('estimate', s.estimate), ('std_error', s.std_error)) v(statistic, value)
  UNION ALL SELECT kase, method, tau, '', 'sigma', (l2_glance(m)).sigma FROM fits;
SELECT plan((SELECT count(*) FROM fits)::int + 11);
SELECT cmp_ok(max(coalesce(abs(said.value - r.value) / greatest(abs(r.value), 0.01), 1)), '<', 1e-8::float8,
  format('%s of %s%s is R''s: %s numbers', r.method, r.kase, ' at ' || r.tau, count(*)))
FROM r LEFT JOIN said ON said.kase = r.kase AND said.method = r.method AND said.tau IS NOT DISTINCT FROM r.tau
  AND said.term = r.term AND said.statistic = r.statistic
GROUP BY r.kase, r.method, r.tau ORDER BY r.method, r.kase, r.tau;
SELECT is((SELECT count(*)::int FROM fits, l2_glance(m) g WHERE NOT g.converged), 0, 'every fit converged');

-- the minimum is one, by its dual: no other model of ours loses less, and no more rows lie below than tau of
-- them
SELECT cmp_ok(min(other - best), '>=', -1e-9::float8, 'no fit at another tau has a smaller loss') FROM (
  SELECT a.tau, b.tau, (SELECT sum((any_y - p) * (a.tau - (any_y < p)::int)) FROM made,
  LATERAL (SELECT l2_predict(a.m, x1, x2, x3) AS p) q) AS best,
    (SELECT sum((any_y - p) * (a.tau - (any_y < p)::int)) FROM made,
    LATERAL (SELECT l2_predict(b.m, x1, x2, x3) AS p) q) AS other
  FROM fits a, fits b WHERE a.kase = 'made' AND b.kase = 'made' AND a.method = 'quantile' AND b.method
  = 'quantile') s;
SELECT ok(bool_and(below <= tau * 300 AND 300 - above >= tau * 300),
  'at most tau of the rows lie below, at most 1 - tau above') FROM (
  SELECT tau, count(*) FILTER (WHERE any_y < p - 1e-9) AS below, count(*)
  FILTER (WHERE any_y > p + 1e-9) AS above FROM fits, made, LATERAL (SELECT l2_predict(m, x1, x2, x3) AS p) q
  WHERE kase = 'made' AND method = 'quantile' GROUP BY tau) s;
-- many ties, many rows
CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, (i * 7919) % 101 / 10 + i % 7 AS y
  FROM generate_series(1, 20000) i;
SELECT ok((l2_glance(m)).converged, 'ties do not keep it from an end')
  FROM (SELECT quantile_fit(y, ARRAY[a, b], 0.5) AS m FROM many) s;
SELECT cmp_ok((SELECT sum(abs(y - l2_predict(m, a, b)))
  FROM many, (SELECT quantile_fit(y, ARRAY[a, b], 0.5) AS m FROM many) s), '<=',
  (SELECT sum(abs(y - l2_predict(m, a, b))) FROM many, (SELECT ols_fit(y, ARRAY[a, b]) AS m FROM many) s),
  'least absolute deviations are less than least squares''');
-- of precisions only what they are to each other matters, down to a millionth of a millionth
SELECT cmp_ok(max(abs(b.std_error / a.std_error - 1)), '<', 1e-9::float8,
  method || ': errors do not go by the size of precisions')
FROM unnest('{huber,quantile}'::text[]) method, LATERAL (SELECT l2_fit('made', 'any_y ~ x1 + x2 + x3', method,
    CASE method WHEN 'quantile' THEN 0.25 END, '{"weight": "w"}') AS m) one,
  LATERAL (SELECT l2_fit('made', 'any_y ~ x1 + x2 + x3', method, CASE method WHEN 'quantile' THEN 0.25 END,
    '{"weight": "w * 1e-12"}') AS m) small, l2_summary(one.m) a JOIN l2_summary(small.m) b USING (term)
GROUP BY method ORDER BY method;
-- fewer rows than coefficients, by their number: nothing is known, and nothing said to be
SELECT is(count(*) FILTER (WHERE std_error IS NULL)::int, 4,
  method || ': rows that come to less than one have no errors')
FROM unnest('{huber,quantile}'::text[]) method, LATERAL l2_summary(l2_fit('made', 'any_y ~ x1 + x2 + x3',
  method, CASE method WHEN 'quantile' THEN 0.25 END,
  '{"weight": "w / 1000", "weight_type": "frequency"}'))
GROUP BY method ORDER BY method;
-- the covariance that is kept is the one that the errors are of: of any form of the coefficients, by itself
CREATE TABLE kept AS SELECT method, intercept, fit.m
  FROM unnest('{huber,quantile}'::text[]) method, unnest('{false,true}'::bool[]) intercept,
  LATERAL (SELECT CASE method WHEN 'huber' THEN huber_fit(any_y, ARRAY[x1 + 100, x2, x3],
    format('{"covariance": true, "intercept": %s}', intercept::text)::l2_options)
    ELSE quantile_fit(any_y, ARRAY[x1 + 100, x2, x3], 0.25,
    format('{"covariance": true, "intercept": %s}', intercept::text)::l2_options) END AS m FROM made) fit;
SELECT cmp_ok(max(abs(c.std_error / s.std_error - 1)), '<', 1e-7::float8,
  'each coefficient is a contrast with the error that the summary has')
FROM kept, l2_summary(m) s, l2_contrast(m, s.term) c;
SELECT cmp_ok(max(abs(c.std_error / s.std_error - 1)), '<', 1e-7::float8,
  'the difference of two is the coefficient of another parametrisation')
FROM kept, l2_contrast(m, 'x2 - x3') c, LATERAL (SELECT CASE method WHEN 'huber'
  THEN huber_fit(any_y, ARRAY[x1, x2, x3 + x2]) ELSE quantile_fit(any_y, ARRAY[x1, x2, x3 + x2], 0.25) END
  AS other FROM made) o, l2_summary(other) s
WHERE intercept AND s.term = 'x2';
SELECT * FROM finish();
