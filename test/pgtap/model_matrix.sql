-- Formulas span what R's model.matrix spans: rank, coefficients and standard errors in its order, fitted
-- values, also beyond the rows of training; 105 formulas over four tables, with empty cells, missing values
-- and large columns.
BEGIN;
SELECT plan(9);
SET client_min_messages = warning;

CREATE TABLE rows (t int, id int, g text, h text, s text, k int, x float8, z float8, b boolean, y float8);
\copy rows FROM 'test/data/model_matrix_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (t int, formula text, what text, i int, value float8);
\copy r FROM 'test/data/model_matrix.csv' WITH (FORMAT csv, HEADER true)

-- R's spelling of what is written otherwise here
CREATE FUNCTION pg_temp.ours(formula text) RETURNS text LANGUAGE sql AS
  $$SELECT replace(replace(formula, ', raw = TRUE', ''), 'x / 10', 'x / 10')$$;

CREATE TABLE fits AS
SELECT q.t, q.formula, l2_fit(format('SELECT g, h, s, k, x, z, b, y FROM rows WHERE t = %s', q.t),
  pg_temp.ours(q.formula), 'ols') AS m
FROM (SELECT DISTINCT t, formula FROM r) q;
SELECT is(count(*)::int, 420, 'all formulas are read') FROM fits;

CREATE TABLE terms AS
SELECT f.t, f.formula, o::int AS i, (e ->> 'estimate')::float8 AS estimate,
  (e ->> 'std_error')::float8 AS std_error
FROM fits f, jsonb_array_elements(f.m::jsonb -> 'terms') WITH ORDINALITY u(e, o);
CREATE TABLE fitted AS
SELECT f.t, f.formula, q.id AS i, l2_predict(f.m, q) AS value FROM fits f JOIN rows q ON q.t = f.t;
CREATE TABLE beyond AS
SELECT f.t, f.formula, r.i, l2_predict(f.m, new) AS value
FROM fits f JOIN (SELECT *, row_number() OVER (PARTITION BY t, formula ORDER BY i) AS nth FROM r
  WHERE what = 'beyond') r
    ON (r.t, r.formula) = (f.t, f.formula)
  JOIN rows q ON q.t = r.t AND q.id = r.i,
  LATERAL (SELECT q.g, q.h, q.s, q.k, (ARRAY[0.2, 9.7, 12])[r.nth]::float8 AS x, q.z, q.b) new;

-- wrong by more than 1e-9 of the size of what is compared, in each fit
CREATE FUNCTION pg_temp.off(got float8, wanted float8, size float8) RETURNS boolean LANGUAGE sql AS
  'SELECT (got IS NULL) <> (wanted IS NULL) OR coalesce(abs(got - wanted) > 1e-9 * size, false)';

SELECT is((SELECT count(DISTINCT (t, formula))::int FROM r WHERE what = 'fitted'), 420,
  'there is something to compare');
SELECT is((SELECT string_agg(format('%s: %s, %s', r.t, r.formula, n), '; ')
  FROM (SELECT t, formula, count(estimate) AS n FROM terms GROUP BY 1, 2) g JOIN r USING (t, formula)
  WHERE r.what = 'rank' AND r.value <> g.n), NULL, 'the rank is R''s');
SELECT is((SELECT string_agg(format('%s: %s', t, formula), '; ' ORDER BY t, formula) FROM (
  SELECT g.t, g.formula FROM (SELECT t, formula, count(*) AS n FROM terms GROUP BY 1, 2) g
    JOIN (SELECT t, formula, count(*) AS n FROM r WHERE what = 'coef' GROUP BY 1, 2) w USING (t, formula)
    WHERE g.n <> w.n) s), NULL,
  'so is the number of columns');
SELECT is((SELECT string_agg(DISTINCT format('%s: %s, %s: %s', t, formula, i, got), '; ') FROM (
  SELECT r.t, r.formula, r.i, g.estimate AS got, r.value, max(abs(r.value))
  OVER (PARTITION BY r.t, r.formula) AS size
  FROM r JOIN terms g USING (t, formula, i) WHERE r.what = 'coef') s WHERE pg_temp.off(got, value, size)),
  NULL,
  'coefficients, in R''s order');
SELECT is((SELECT string_agg(DISTINCT format('%s: %s, %s: %s', t, formula, i, got), '; ') FROM (
  SELECT r.t, r.formula, r.i, g.std_error AS got, r.value, max(abs(r.value))
  OVER (PARTITION BY r.t, r.formula) AS size
  FROM r JOIN terms g USING (t, formula, i) WHERE r.what = 'se') s WHERE pg_temp.off(got, value, size)), NULL,
  'standard errors');
SELECT is((SELECT string_agg(DISTINCT format('%s: %s', r.t, r.formula), '; ') FROM r
  JOIN fitted g USING (t, formula, i)
  WHERE r.what = 'fitted' AND pg_temp.off(g.value, r.value, 30)), NULL, 'fitted values');
SELECT is((SELECT string_agg(DISTINCT format('%s: %s, %s for %s', r.t, r.formula, g.value, r.value), '; ')
  FROM r JOIN beyond g USING (t, formula, i)
  WHERE r.what = 'beyond' AND pg_temp.off(g.value, r.value, abs(r.value) + 30)), NULL,
  'beyond the rows of training');
SELECT cmp_ok((SELECT count(*) FROM beyond), '>', 100::bigint, 'of which there are some');
SELECT * FROM finish();
ROLLBACK;
