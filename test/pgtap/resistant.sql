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
    THEN 'any_y, ARRAY[x1, x2, x3]' ELSE 'l2_obs(any_y, w), ARRAY[x1, x2, x3]' END, ', ' || tau,
    CASE kase WHEN 'stackloss' THEN '{"names": ["air", "water", "acid"]}' WHEN 'made' THEN '{}'
    ELSE '{"weight_type": "frequency"}' END, replace(kase, '_weighted', '')) INTO m;
  RETURN m;
END $$;
CREATE TABLE fits AS SELECT kase, method, tau, fit(kase, method, tau) AS m
  FROM (SELECT DISTINCT kase, method, tau FROM r) s;
CREATE VIEW said AS
  SELECT kase, method, tau, s.term, v.* FROM fits, l2_summary(m) s,
  LATERAL (VALUES ('estimate', s.estimate), ('std_error', s.std_error)) v(statistic, value)
  UNION ALL SELECT kase, method, tau, '', 'sigma', (l2_glance(m)).sigma FROM fits;
SELECT plan((SELECT count(*) FROM fits)::int + 5);
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
SELECT * FROM finish();
