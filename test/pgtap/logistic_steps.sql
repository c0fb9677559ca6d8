-- A fit is the same, whether a query passes over the rows for each step or one keeps them: what steps cannot
-- do, errors that need the rows, penalties that are chosen, other solvers, no features, is done by the other.
SET client_min_messages = error;
CREATE TABLE wait AS SELECT i, i % 7 AS x, (ARRAY['a', 'b', 'c'])[1 + i * 3 % 5 % 3] AS z, 1 + i % 2 AS w, i
  % 3 / 2.0 AS off,
  i * 7 % 11 < 3 + i % 7 AS yes, i * 5 % 7 + i % 3 AS n FROM generate_series(1, 200) i;
CREATE TABLE cases AS SELECT row_number() OVER () AS nth, v.* FROM (VALUES ('yes ~ x', 'logistic',
  NULL::float8, '{}'),
  ('yes ~ x + z', 'logistic', NULL, '{"vcov": "HC1"}'), ('n ~ x', 'poisson', NULL, '{"vcov": "HC0"}'),
  ('yes ~ x', 'logistic', NULL, '{"vcov": "CR1", "cluster": "z"}'), ('yes ~ 1', 'logistic', NULL, '{}'),
  ('n ~ 1', 'poisson', NULL, '{}'), ('yes ~ x', 'logistic', 1, '{"solver": "gradient"}'),
  ('yes ~ x', 'logistic', NULL, '{"l1_ratio": 0.5, "fold": "i", "folds": 4}'),
  ('n ~ x + z', 'poisson', NULL, '{"folds": 4, "fold": "i", "l1_ratio": 0}'),
  ('yes ~ x + z', 'logistic', 2, '{}'), ('yes ~ x', 'logistic', 0.1, '{"l1_ratio": 0.5}'),
  ('yes ~ x + z + offset(off)', 'logistic', NULL, '{"weight": "w"}'),
  ('n ~ x + z', 'poisson', NULL, '{"null_level": true, "offset_by": "off"}'),
  ('n ~ x', 'glm', NULL, '{"family": "negative_binomial", "theta": 2}')) v(formula, method, lambda, o);
CREATE TABLE fits (nth bigint, steps text, m l2_model);
DO $$ BEGIN
  FOR k IN 0 .. 1 LOOP
    PERFORM set_config('l2reg.steps', (ARRAY['on', 'off'])[k + 1], false);
    INSERT INTO fits SELECT nth, current_setting('l2reg.steps'), l2_fit('wait', formula, method, lambda,
      o::l2_options) FROM cases;
  END LOOP;
END $$;
SELECT plan(14 * 2);
SELECT is((SELECT string_agg(concat_ws(' ', term, round(estimate::numeric, 7), round(std_error::numeric, 7),
  vcov), ', ')
  FROM l2_summary(a.m)), (SELECT string_agg(concat_ws(' ', term, round(estimate::numeric, 7),
  round(std_error::numeric, 7),
  vcov), ', ') FROM l2_summary(b.m)), concat_ws(' ', formula, method, lambda, o))
FROM fits a JOIN fits b USING (nth) JOIN cases USING (nth) WHERE a.steps = 'on' AND b.steps = 'off' ORDER BY
  nth;
SELECT is((g.n, g.n_skipped, round(g.deviance::numeric, 6), g.lambda, round(g.cv_error::numeric, 6),
  g.folds, g.l1_ratio,
  g.vcov, g.clusters), (h.n, h.n_skipped, round(h.deviance::numeric, 6), h.lambda,
  round(h.cv_error::numeric, 6), h.folds,
  h.l1_ratio, h.vcov, h.clusters), 'so is what it says of the fit: ' || nth)
FROM fits a JOIN fits b USING (nth), l2_glance(a.m) g, l2_glance(b.m) h
WHERE a.steps = 'on' AND b.steps = 'off' ORDER BY nth;
SELECT * FROM finish();
