-- What a user may do to a trusted extension on purpose: aggregates of their own over our functions,
-- with states that our aggregates did not make.  An error or the right answer, never a crash.
SET extra_float_digits = 0;
CREATE TABLE rows AS SELECT i, (i * 7 % 13)::float8 AS x1, (i * 5 % 11)::float8 AS x2, (i % 17)::float8 AS y
  FROM generate_series(1, 600) i;
CREATE TABLE made AS SELECT l2_gram_cols(y, x1, x2) AS plain,
  l2_gram_agg(l2_obs(y, weight => i), ARRAY[x1, x2]) AS weighted FROM rows;

-- another number of columns than the state has
DO $$ BEGIN EXECUTE format('CREATE AGGREGATE wider(float8, VARIADIC "any") (SFUNC = _l2_accum_cols, STYPE = '
  'l2_gram, INITCOND = %L)', (SELECT plain FROM made)); END $$;
SELECT l2_n(wider(y, x1, x2, x1, x2, x1, x2, x1, x2)) FROM rows;
SELECT l2_n(wider(y, x1)) FROM rows;
SELECT l2_n(wider(y, x1, x2)) FROM rows;
DO $$ BEGIN EXECUTE format('CREATE AGGREGATE longer(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram, '
  'INITCOND = %L, FINALFUNC = _l2_gram_final)', (SELECT plain FROM made)); END $$;
SELECT l2_n(longer(y, ARRAY[x1, x2, x1])) FROM rows;

-- weights on a state without, and none on a state with
DO $$ BEGIN EXECUTE format('CREATE AGGREGATE weigh(l2_obs, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram, '
  'INITCOND = %L, FINALFUNC = _l2_gram_final)', (SELECT plain FROM made)); END $$;
SELECT l2_n(g), l2_sum_weights(g) FROM (SELECT weigh(l2_obs(y, 3), ARRAY[x1, x2]) g FROM rows) s;
DO $$ BEGIN EXECUTE format('CREATE AGGREGATE unweigh(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram, '
  'INITCOND = %L, FINALFUNC = _l2_gram_final)', (SELECT weighted FROM made)); END $$;
SELECT l2_n(g), l2_sum_weights(g) FROM (SELECT unweigh(y, ARRAY[x1, x2]) g FROM rows) s;

-- states as values, rows still in their buffers, merged in either order
CREATE AGGREGATE raw_agg(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE AGGREGATE raw_weighted(l2_obs, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE TABLE raws AS SELECT 1 AS k, raw_agg(y, ARRAY[x1, x2]) AS g FROM rows WHERE i <= 250
  UNION ALL SELECT 2, raw_weighted(l2_obs(y, 2), ARRAY[x1, x2]) FROM rows WHERE i > 250 AND i < 600
  UNION ALL SELECT 3, raw_agg(y, ARRAY[x1, x2]) FROM rows WHERE i = 600
  UNION ALL SELECT 4, raw_weighted(l2_obs(y, 2), ARRAY[x1, x2]) FROM rows WHERE i = 1
  UNION ALL SELECT 5, raw_agg(NULL, ARRAY[x1, x2]) FROM rows WHERE i = 1;
SELECT l2_n(a), l2_n_skipped(a), l2_sum_weights(a), l2_sum_weights(b) AS reverse, l2_coef(l2_ols(a))
  = l2_coef(l2_ols(b)) AS same
FROM (SELECT l2_gram_sum(g ORDER BY k) a, l2_gram_sum(g ORDER BY k DESC) b FROM raws) s;
SELECT k, l2_n(g), l2_means(g), g::text::l2_gram::text = g::text AS text FROM raws WHERE k IN (3, 4, 5);
SELECT l2_n(a.g + b.g) FROM raws a, raws b WHERE a.k = 1 AND b.k = 4;

-- a fit over a state without a fit in it, and over another's
DO $$ BEGIN EXECUTE format('CREATE AGGREGATE odd(float8, float8[], float8) (SFUNC = _l2_accum, STYPE = '
  'l2_gram, INITCOND = %L, FINALFUNC = _l2_ridge_final)', (SELECT plain FROM made)); END $$;
SELECT odd(y, ARRAY[x1, x2], 0.1) FROM rows;
CREATE AGGREGATE raw_ridge(float8, float8[], float8) (SFUNC = _l2_accum, STYPE = l2_gram, INITCOND = 'ridge');
SELECT _l2_ols_final(raw_ridge(y, ARRAY[x1, x2], 0.1)) FROM rows;
SELECT _l2_ridge_final(raw_ridge(y, ARRAY[x1, x2], 0.1)) IS NOT NULL AS fits FROM rows;
SELECT _l2_ridge_final(raw_ridge(y, ARRAY[x1, x2], 0.1)::text::l2_gram)::text
  = ridge_fit(y, ARRAY[x1, x2], 0.1)::text AS by_text FROM rows;
-- no initial value, that of another signature, and that of another method
CREATE AGGREGATE no_start(float8, float8[], float8) (SFUNC = _l2_accum, STYPE = l2_gram);
SELECT no_start(y, ARRAY[x1, x2], 0.1) FROM rows;
CREATE AGGREGATE odd_start(float8, float8[], l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'ridge');
SELECT odd_start(y, ARRAY[x1, x2], '{}') FROM rows;
CREATE AGGREGATE other_start(float8, float8[], float8) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'lasso', FINALFUNC = _l2_ridge_final);
SELECT other_start(y, ARRAY[x1, x2], 0.1) FROM rows;
SELECT l2_n('ridge'), l2_coef(l2_ols('ridge')), l2_gram_sum('ridge');
SELECT l2_gram_sum(g) FROM (SELECT raw_ridge(y, ARRAY[x1, x2], i % 2) g FROM rows GROUP BY i % 2) s;

-- names that mean something else
SELECT l2_set_names(plain, '{a,(Intercept)}') FROM made;
SELECT ols_fit(y, ARRAY[x1, x2], '{"names": ["a", "a"]}') FROM rows;
SELECT l2_names(ols_fit(y, ARRAY[x1, x2], '{"names": ["a", "y"]}')) FROM rows;
SELECT '{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 1}, {"term": "(Intercept)", '
  '"estimate": 10}]}'::l2_model;

-- tiny and constant columns are told apart; small spreads on large means are spreads
SELECT l2_coef(ols_fit(y, ARRAY[a, 1.0])) FROM (VALUES (1::float8, 2::float8), (2, 3), (1e-200, 5),
  (7, 1)) v(y, a);
SELECT l2_coef(ols_fit(2 * i, ARRAY[1.7e15::float8 + i])) FROM generate_series(1, 10) i;
SELECT l2_coef(ols_fit(2 * i, ARRAY[1.7e15::float8 + 0.25])) FROM generate_series(1, 1000) i;
-- what a fit dropped counts for nothing, whatever it is
SELECT l2_predict(m, ARRAY[1, 'Infinity'::float8]), l2_predict(m, 1, 'NaN'::float8),
  l2_predict(m, ARRAY[1, NULL]) IS NULL AS null
FROM (SELECT ols_fit(2 * i, ARRAY[i, 3 * i]) m FROM generate_series(1, 5) i) s;
-- a penalty of any size leaves standard errors of the right size
SELECT lambda, round((std_error * lambda)::numeric, 6) AS se_times_lambda
FROM made, unnest('{1e20,1e30,1e32,1e35,1e60,1e100}'::float8[]) lambda, l2_summary(l2_ridge(plain, lambda))
  WHERE term = 'x1';

-- a row that goes, and was so far from the others that nothing is left of them
SELECT away, (SELECT max(abs(p - q)) < 1e-9 FROM unnest(l2_coef(l2_ols(all_rows - one)),
  l2_coef(l2_ols(plain))) u(p, q)) AS same
FROM made, unnest('{1e3,1e6,1e20,1e40}'::float8[]) away,
  LATERAL (SELECT l2_gram_cols(y, x1, x2) AS one FROM (VALUES (away, 3::float8, 4::float8)) v(y, x1, x2)) o,
  LATERAL (SELECT plain + one AS all_rows) a ORDER BY away;
-- rows of which none is too far from the next for its subtraction to tell; and a row of much weight.  What is
-- left is right, or there is a WARNING
CREATE FUNCTION one(y float8, w float8) RETURNS l2_gram
  LANGUAGE sql AS 'SELECT l2_gram_cols(l2_obs(y, weight => w), 3::float8, 4::float8)';
SELECT far, further, (SELECT max(abs(p - q)) < 1e-9
  FROM unnest(l2_coef(l2_ols(rest)), l2_coef(l2_ols(plain))) u(p, q)) AS same
FROM made, (VALUES (5e8, 1e16), (1e6, 1e5)) v(far, further),
  LATERAL (SELECT plain + one(further, 1) + one(far, 1) - one(further, 1) - one(far, 1) AS rest) r
  ORDER BY far;
SELECT weight, (SELECT max(abs(p - q)) < 1e-9
  FROM unnest(l2_coef(l2_ols(rest)), l2_coef(l2_ols(plain))) u(p, q)) AS same
FROM made, (VALUES (1e30), (1e6)) v(weight),
  LATERAL (SELECT plain + one(7, weight) - one(7, weight) AS rest) r ORDER BY weight;
-- the record of what was subtracted goes with the gram: through text, sums, decay and names
SELECT l2_n(l2_set_names(g::text::l2_gram, '{x1,x2}', 'y') - l2_gram_decay(one(5e8, 1), 0.5)) AS n,
  g::text::l2_gram::text = g::text AS text
FROM (SELECT l2_gram_decay(l2_gram_sum(u.g), 0.5) AS g FROM made,
  LATERAL (VALUES (plain + one(1e16, 1) + one(5e8, 1) - one(1e16, 1)), (plain)) u(g)) s;
-- a level that is not known, beside a NULL: no prediction, no error
SELECT l2_predict(m, r) IS NULL AS predict, l2_encode(m, r) AS encode,
  (SELECT count(*) FROM l2_explain(m, r)) AS explain, l2_predict_interval(m, r) IS NULL AS interval
FROM (SELECT l2_ols(l2_gram_agg(y, l2_row(ROW(x1, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END), '{x1,z}')),
  '{"covariance": true}') AS m FROM rows) s, l2_row(ROW(NULL::float8, 'new'::text), '{x1,z}') r;
-- models of the same coefficients, of which one keeps no covariance, and of other coefficients; and states
-- that keep rows, as values
CREATE TABLE models AS SELECT 'keeps' AS k, ols_fit(y, ARRAY[x1, x2], '{"covariance": true}') AS m FROM rows
  UNION ALL SELECT 'keeps none', ols_fit(y, ARRAY[x1, x2]) FROM rows
  UNION ALL SELECT 'other', ols_fit(y + x1, ARRAY[x1, x2], '{"covariance": true}') FROM rows;
SELECT l2_meat(CASE WHEN i = 1 THEN a.m ELSE b.m END, y, ARRAY[x1, x2], '{"vcov": "HC3"}')
  FROM rows, models a, models b WHERE a.k = 'keeps' AND b.k = 'keeps none';
SELECT l2_meat(CASE WHEN i = 1 THEN a.m ELSE b.m END, y, ARRAY[x1, x2]) FROM rows, models a, models b
  WHERE a.k = 'keeps' AND b.k = 'other';
SELECT l2_robust(m, plain) FROM models, made WHERE k <> 'other' GROUP BY ();
CREATE AGGREGATE sum_squares(l2_model, float8, float8[]) (SFUNC = _l2_meat_add, STYPE = l2_model);
CREATE AGGREGATE add_squares(l2_model) (SFUNC = _l2_robust_combine, STYPE = l2_model,
  FINALFUNC = _l2_meat_final);
SELECT add_squares(s) FROM (SELECT sum_squares(m, y, ARRAY[x1, x2]) AS s FROM rows, models
  WHERE k <> 'keeps none' GROUP BY k) s;
CREATE AGGREGATE keep_rows(float8, float8[], l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'ols');
CREATE AGGREGATE join_rows(l2_gram) (SFUNC = _l2_combine, STYPE = l2_gram, FINALFUNC = _l2_ols_final);
SELECT (l2_glance(join_rows(g))).n AS joined FROM (SELECT keep_rows(y, ARRAY[x1, x2], '{"vcov": "HC1"}') AS g
  FROM rows GROUP BY i % 3) s;
-- until 15 the state comes as bytes, refused outside an aggregate; from 16 on as it is, and fits
DO $$
BEGIN
  ASSERT (SELECT _l2_ols_final(keep_rows(y, ARRAY[x1, x2], '{"vcov": "HC1"}'))::text
    = ols_fit(y, ARRAY[x1, x2], '{"vcov": "HC1"}')::text FROM rows);
EXCEPTION WHEN feature_not_supported THEN
  ASSERT SQLERRM = 'this function may be called only by an aggregate';
END $$;
SELECT l2_coef(l2_ols(keep_rows(y, ARRAY[x1, x2], '{"vcov": "HC1"}'))) FROM rows;
SELECT join_rows(g) FROM (SELECT keep_rows(y, ARRAY[x1, x2], '{"vcov": "HC1"}') AS g FROM rows
  UNION ALL SELECT plain FROM made) s;
DROP AGGREGATE sum_squares(l2_model, float8, float8[]), add_squares(l2_model),
  keep_rows(float8, float8[], l2_options), join_rows(l2_gram);
DROP TABLE models;

DROP AGGREGATE wider(float8, VARIADIC "any");
DROP AGGREGATE longer(float8, float8[]), weigh(l2_obs, float8[]), unweigh(float8, float8[]),
  raw_agg(float8, float8[]),
  raw_weighted(l2_obs, float8[]), no_start(float8, float8[], float8), odd_start(float8, float8[], l2_options),
  other_start(float8, float8[], float8), odd(float8, float8[], float8), raw_ridge(float8, float8[], float8);
DROP TABLE rows, raws, made;
-- queries that anybody may have run for a training, and that give something else
CREATE TABLE yes_or_no AS SELECT i % 3 = 0 AS y, i::float8 AS x FROM generate_series(1, 40) i;
-- what is no SQL servers say in words of their own
CREATE FUNCTION run_by_likelihood(query text, rows text[], method text DEFAULT 'logistic',
  gram_options l2_options DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT (model IS NOT NULL, gram IS NOT NULL)
  FROM _l2_run_by_likelihood(query, 'public', method, rows, 'y', '{x}', NULL, '{}', gram_options, NULL));
EXCEPTION WHEN OTHERS THEN
  RETURN regexp_replace(SQLSTATE || ': ' || SQLERRM, '^.{7}syntax error.*|.*must have an alias$', 'no SQL');
END $$;
-- few rows are read once, by the query
SELECT q AS query, run_by_likelihood(q, ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x]', NULL, NULL, NULL])
  FROM unnest(ARRAY['SELECT 1, 2', 'SELECT 1', 'SELECT 1, 2, 3, 4, 5, 6, 7',
  'SELECT NULL::l2_model, NULL::l2_gram', 'SELECT NULL::l2_model, NULL::l2_gram FROM generate_series(1, 2)',
  'SELECT NULL::l2_model, NULL::l2_gram WHERE false', 'SELECT NULL::l2_gram, NULL::l2_model', 'SELECT',
  'TABLE yes_or_no', 'DELETE FROM yes_or_no RETURNING 1, 2',
  'SELECT logistic_fit(y, ARRAY[x]), NULL::l2_gram FROM yes_or_no']) q;
SELECT q AS query, run_by_likelihood(q, ARRAY['yes_or_no AS q', 'q.y::int', 'l2_row(ROW(q.x))', NULL, NULL,
  NULL], gram_options => '{}') FROM unnest(ARRAY['SELECT 1', NULL]) q;
SELECT method, run_by_likelihood('SELECT 1, 2', ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x]', NULL, NULL,
  NULL], method) FROM unnest(ARRAY['ols', 'glm', 'nosuch', NULL]) method;
-- where many processes share the work, by a query a step
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
ALTER TABLE yes_or_no SET (parallel_workers = 8);
SET max_parallel_workers_per_gather = 8;
SELECT r AS rows, run_by_likelihood('SELECT 1, 2', r)
  FROM (VALUES (ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x]', NULL, NULL, NULL]),
  (ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x]', NULL, NULL, '1']),
  (ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x]', NULL, NULL, 'l2_gram_agg(q.y::int, ARRAY[q.x])']),
  (ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x]', NULL, NULL, '1, 2, 3']),
  (ARRAY['yes_or_no AS q GROUP BY q.y', 'q.y::int', 'ARRAY[1]', NULL, NULL, NULL]),
  (ARRAY['yes_or_no AS q HAVING false', 'q.y::int', 'ARRAY[q.x]', NULL, NULL, NULL]),
  (ARRAY['yes_or_no AS q', '1); SELECT (1', 'ARRAY[q.x]', NULL, NULL, NULL]),
  (ARRAY['yes_or_no AS q', 'q.y::int', 'ARRAY[q.x], $1, $2, $3, $4)::text::float8, count(*', NULL, NULL,
  NULL]), (ARRAY['yes_or_no AS q', 'q.y::int', NULL, NULL, NULL, NULL]), ('{}'), (NULL)) v(r);
-- whose columns are those of the rows
SET l2reg.steps = on;
SELECT x, run_by_likelihood('SELECT 1, 2', ARRAY['yes_or_no AS q', 'q.y::int', x, NULL, NULL, NULL],
  gram_options => '{}')
  FROM unnest(ARRAY['ROW(q.x)', 'l2_row(ROW(q.x, sin(q.x)))', 'l2_row(NULL)', 'ARRAY[q.x]']) x;
RESET l2reg.steps;
DROP FUNCTION run_by_likelihood;
DROP TABLE yes_or_no;

-- a row type that is altered between two rows of one query
CREATE TYPE altered AS (x text, z integer);
CREATE FUNCTION altered_row(i integer) RETURNS altered LANGUAGE plpgsql AS $$
DECLARE
  r altered;
BEGIN
  r.x := CASE WHEN i < 3 THEN '1' ELSE '123456' END;
  r.z := i;
  RETURN r;
END $$;
BEGIN;
DECLARE folds CURSOR FOR SELECT l2_obs(1, fold => altered_row(i)) FROM generate_series(1, 4) i;
DECLARE ways CURSOR FOR SELECT l2_obs(1, cluster => altered_row(i)) FROM generate_series(1, 4) i;
FETCH 2 FROM folds;
FETCH 2 FROM ways;
ALTER TYPE altered ALTER ATTRIBUTE x TYPE integer;
FETCH 2 FROM folds;
FETCH 2 FROM ways;
ALTER TYPE altered ADD ATTRIBUTE y integer;
FETCH 1 FROM ways;
ROLLBACK;
DROP FUNCTION altered_row;
DROP TYPE altered;
