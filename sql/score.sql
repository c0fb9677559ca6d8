-- Holding rows out, and scoring predictions of them.
-- libm's logarithms may differ in their last digits
SET extra_float_digits = -3;
\pset null NULL

-- the textbook's way: fit on some rows, judge by the others
CREATE TABLE houses AS
  SELECT id, 80 + id * 37 % 200 AS area, 1 + id * 7 % 5 AS rooms, 50 + 2.5 * (80 + id * 37 % 200)
  + 30 * (1 + id * 7 % 5) + 40 * sin(id) AS price
  FROM generate_series(1, 400) id;
SELECT l2_holdout(id, 0.25, 2) AS test, count(*) FROM houses GROUP BY test ORDER BY test;
CREATE TABLE model AS
  SELECT ridge_fit(price, ARRAY[area, rooms], 0.1) FILTER (WHERE NOT l2_holdout(id, 0.25, 2)) AS m
  FROM houses;
CREATE TABLE judged AS
  SELECT l2_score(price, l2_predict(m, area, rooms)) FILTER (WHERE NOT l2_holdout(id, 0.25, 2)) AS train,
         l2_score(price, l2_predict(m, area, rooms)) FILTER (WHERE l2_holdout(id, 0.25, 2)) AS test
  FROM houses, model;
SELECT metric, round(t::numeric, 6) AS train, round(u::numeric, 6) AS test
FROM judged, json_each_text(row_to_json(train)) WITH ORDINALITY a(metric, t, o)
  JOIN LATERAL json_each_text(row_to_json(test)) b(metric, u) USING (metric) ORDER BY o;

-- all metrics by hand
CREATE TABLE four (y float8, yhat float8, w float8);
INSERT INTO four VALUES (1, 2, 1), (2, 2, 2), (4, 3, 1), (9, 5, 0.5);
\x on
SELECT (l2_score(y, yhat)).* FROM four;
SELECT (l2_score(l2_obs(y, weight => w), yhat)).* FROM four;
\x off
SELECT l2_mse(y, yhat), l2_rmse(y, yhat), l2_mae(y, yhat), l2_r2(y, yhat), l2_mape(y, yhat) FROM four;
SELECT l2_mse(l2_obs(y, weight => w), yhat), l2_rmse(l2_obs(y, weight => w), yhat),
  l2_mae(l2_obs(y, weight => w), yhat), l2_r2(l2_obs(y, weight => w), yhat),
  l2_mape(l2_obs(y, weight => w), yhat) FROM four;
-- arguments of other numeric types
SELECT l2_mae(1::smallint, 2::bigint), l2_mae(l2_obs(1.5::numeric, weight => 3), 2::real),
  (l2_score(1, 2)).bias;
-- groups and windows
SELECT y > 3 AS large, round(l2_rmse(y, yhat)::numeric, 6) AS rmse, (l2_score(y, yhat)).n FROM four GROUP BY 1
  ORDER BY 1;
SELECT y, round(l2_rmse(y, yhat) OVER (ORDER BY y ROWS 1 PRECEDING)::numeric, 6) AS rmse,
  (l2_score(y, yhat) OVER (ORDER BY y)).median_ae FROM four ORDER BY y;

-- NULLs and weights of 0 are skipped and counted; without a row that is left there is no score
SELECT (s).n, (s).n_skipped, (s).mae FROM (SELECT l2_score(l2_obs(y, weight => w), p) AS s
  FROM (VALUES (1, 2, 1), (NULL, 2, 1), (1, NULL, 1), (1, 2, NULL), (7, 2, 0), (1, 4, 1)) v(y, p, w)) t;
SELECT l2_mae(y, p), l2_mae(l2_obs(y, weight => w), p)
  FROM (VALUES (1, 2, 1), (NULL, 2, 1), (1, NULL, 1), (7, 2, 0)) v(y, p, w);
SELECT l2_mse(y, yhat), l2_rmse(y, yhat), l2_mae(y, yhat), l2_r2(y, yhat), l2_mape(y, yhat),
  l2_score(y, yhat), l2_score(l2_obs(y, weight => w), yhat) FROM four WHERE false;
SELECT l2_mse(y, NULL), l2_r2(l2_obs(NULL, weight => w), yhat), l2_mae(l2_obs(y, weight => 0), yhat),
  l2_score(y, NULL), l2_score(l2_obs(NULL, weight => w), yhat), l2_score(l2_obs(y, weight => 0), yhat)
  FROM four;

-- one row; a constant y; perfect predictions
SELECT (l2_score(3, 2.5)).*;
SELECT l2_r2(5, p), (l2_score(5, p)).explained_variance,
  coalesce(l2_r2(5, p), (l2_mse(5, p) = 0)::int) AS sklearn FROM (VALUES (5.0), (4), (6.5)) v(p);
SELECT l2_r2(y, y), l2_mse(y, y), l2_mape(y, y), (l2_score(y, y)).explained_variance FROM four;
SELECT l2_r2(y, 10 - y) AS worse_than_the_mean FROM four;
-- a y of 0 in MAPE counts as 2^-52; logarithms end at -1
SELECT l2_mape(y, p) = 0.25 * 2 ^ 52 + 0.25 AS floor FROM (VALUES (0, 0.5), (4, 6)) v(y, p);
SELECT (l2_score(y, p)).msle, (l2_score(y, p)).mae FROM (VALUES (0, 0), (-1, 0)) v(y, p);
SELECT (l2_score(y, p)).msle FROM (VALUES (0, 0), (0, -1)) v(y, p);
SELECT round((l2_score(y, p)).msle::numeric, 6) AS msle FROM (VALUES (0, 0), (-0.5, 1)) v(y, p);
-- the middle error; of an even number the mean of two; by weight
SELECT (l2_score(0, e)).median_ae FROM unnest('{5,-1,3}'::float8[]) e;
SELECT (l2_score(0, e)).median_ae FROM unnest('{5,-1,3,-4}'::float8[]) e;
SELECT (l2_score(l2_obs(0, weight => w), e)).median_ae AS at_half,
  (l2_score(l2_obs(0, weight => w + (e = 1)::int), e)).median_ae AS more,
  (l2_score(l2_obs(0, weight => w + (e = 3)::int), e)).median_ae AS less
FROM (VALUES (1, 2), (3, 1), (5, 1)) v(e, w);

-- digits: errors of 2^-20 on 1e9, and a spread of 1 on it; in plain sums nothing would be left
SELECT l2_mse(y, y + e) = e * e AS mse, 1 - l2_r2(y, y + e) = e * e / 0.25 AS r2, (l2_score(y, y + e)).bias
  = e AS bias
FROM (SELECT 1e9::float8 + i % 2 AS y, 2::float8 ^ -20 AS e FROM generate_series(1, 1000) i) s GROUP BY e;
SELECT l2_r2(y, p) FROM (SELECT 1e15::float8 + i AS y, 1e15::float8 + i + (i % 2) AS p
  FROM generate_series(1, 100) i) s;

-- parallel, to the last bit
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE TABLE many AS SELECT sin(i) * 100 AS y, sin(i) * 100 + cos(i * i) AS p, 1 + i % 3 AS w
  FROM generate_series(1, 20000) i;
ANALYZE many;
EXPLAIN (COSTS OFF) SELECT l2_rmse(y, p), l2_score(y, p), l2_score(l2_obs(y, weight => w), p) FROM many;
CREATE TABLE parallel AS SELECT l2_rmse(y, p), l2_mae(y, p), l2_mape(y, p), l2_r2(l2_obs(y, weight => w), p),
  l2_score(y, p) a, l2_score(l2_obs(y, weight => w), p) b FROM many;
SET max_parallel_workers_per_gather = 0;
SELECT (SELECT p FROM parallel p) = s AS same
  FROM (SELECT l2_rmse(y, p), l2_mae(y, p), l2_mape(y, p), l2_r2(l2_obs(y, weight => w), p), l2_score(y, p) a,
  l2_score(l2_obs(y, weight => w), p) b FROM many) s;
SELECT (a).n, round((a).r2::numeric, 6) AS r2, round((b).r2::numeric, 6) AS weighted FROM parallel;
RESET max_parallel_workers_per_gather;
DROP TABLE many, parallel;

-- errors
SELECT l2_mse('NaN', 1);
SELECT l2_mse(1, 'NaN'::float8);
SELECT l2_score('Infinity', 1);
SELECT l2_r2(l2_obs(1, weight => 2), '-Infinity');
SELECT l2_mae(1, 1e200);
SELECT l2_mae(l2_obs(1e140, weight => 1e20), 1);
SELECT l2_mse(l2_obs(1, weight => -1), 2);
SELECT l2_score(l2_obs(1, weight => 'NaN'), 2);
SELECT l2_score(l2_obs(1, weight => 1e-200), 2);
SELECT l2_mse('a', 1);
\set VERBOSITY terse
SELECT l2_mse(y) FROM four;
\set VERBOSITY default

-- states that somebody else made
SELECT _l2_error_accum(NULL, 1, 2);
SELECT _l2_score_combine('{1}', '{2}');
CREATE AGGREGATE raw_sums(float8, float8) (SFUNC = _l2_error_accum, STYPE = float8[]);
CREATE AGGREGATE raw_errors(float8, float8) (SFUNC = _l2_score_accum, STYPE = float8[]);
CREATE AGGREGATE raw_weighted(l2_obs, float8) (SFUNC = _l2_score_accum, STYPE = float8[]);
CREATE AGGREGATE join_scores(float8[]) (SFUNC = _l2_score_combine, STYPE = float8[],
  FINALFUNC = _l2_score_final);
CREATE TABLE states AS SELECT raw_sums(y, yhat) AS sums, raw_errors(y, yhat) AS errors,
  raw_weighted(l2_obs(y, w), yhat) AS weighted FROM four;
SELECT _l2_mse_final(sums), _l2_mae_final(errors), _l2_r2_final(weighted),
  (_l2_score_final(weighted)).median_ae FROM states;
SELECT (join_scores(errors)).n, (join_scores(errors)).median_ae, (join_scores(errors::text::float8[])).rmse
  FROM states, generate_series(1, 3);
SELECT _l2_score_final(sums) FROM states;
SELECT join_scores(s) FROM states, unnest(ARRAY[1, 2]) i,
  LATERAL (SELECT CASE i WHEN 1 THEN errors ELSE weighted END AS s) v;
-- any element of a state changed to any number: an error or some answer
CREATE FUNCTION outcome(s float8[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM _l2_score_final(s), _l2_mse_final(s), _l2_r2_final(s);
  PERFORM join_scores(t) FROM unnest(ARRAY[1, 2, 3]) i, LATERAL (SELECT s AS t) v;
  EXECUTE format('CREATE AGGREGATE forged(float8, float8) (SFUNC = _l2_score_accum, STYPE = float8[], '
  'INITCOND = %L, FINALFUNC = _l2_score_final)', s);
  PERFORM forged(y, yhat) FROM four, generate_series(1, 40);
  DROP AGGREGATE forged(float8, float8);
  RETURN 'answer';
EXCEPTION WHEN datatype_mismatch OR numeric_value_out_of_range OR program_limit_exceeded THEN RETURN 'error';
END $$;
SELECT count(*) AS tried, count(outcome(errors[:i - 1] || bad || errors[i + 1:])) AS survived
FROM states, generate_series(1, cardinality(errors)) i,
  unnest('{0,-1,1.5,2,3,5,1e9,1e18,1e300,-1e300,NaN,Infinity,-Infinity}'::float8[]) bad;
SELECT s AS state, outcome(s::float8[]) FROM unnest('{"{}","{2}","{NULL}","{{1,2},{3,4}}"}'::text[]) s;
SELECT outcome(errors[:25]), outcome(errors[:26]), outcome(errors[:29]), outcome(errors || NULL::float8),
  outcome(ARRAY[errors]) FROM states;
DROP FUNCTION outcome;
DROP AGGREGATE raw_sums(float8, float8);
DROP AGGREGATE raw_errors(float8, float8);
DROP AGGREGATE raw_weighted(l2_obs, float8);
DROP AGGREGATE join_scores(float8[]);

--
-- l2_holdout
--
-- these rows, for ever
SELECT array_agg(id ORDER BY id) FILTER (WHERE l2_holdout(id, 0.2)) AS seed_0, array_agg(id ORDER BY id)
  FILTER (WHERE l2_holdout(id, 0.2, 42)) AS seed_42,
       array_agg(id ORDER BY id) FILTER (WHERE l2_holdout(id, 0.2, -1)) AS seed_minus_1,
       array_agg(id ORDER BY id) FILTER (WHERE l2_holdout(-id, 0.2)) AS negative
FROM generate_series(1, 50) id;
SELECT array_agg(id ORDER BY id) FILTER (WHERE l2_holdout('k' || id, 0.2)) AS text, array_agg(id ORDER BY id)
  FILTER (WHERE l2_holdout(lpad(id::text, 40, 'x'), 0.2)) AS longer,
       array_agg(id ORDER BY id) FILTER (WHERE l2_holdout(lpad(to_hex(id), 32, '0')::uuid, 0.2)) AS uuid
FROM generate_series(1, 50) id;
-- a larger fraction keeps the rows of a smaller one
SELECT f AS fraction, array_agg(id ORDER BY id) FILTER (WHERE l2_holdout(id, f)) AS held_out
  FROM generate_series(1, 20) id, unnest('{0,0.1,0.2,0.4,1}'::float8[]) f GROUP BY f ORDER BY f;
-- keys of every integer type agree, those of every text type, too
SELECT bool_and(l2_holdout(id::smallint, 0.5, 1) = l2_holdout(id, 0.5, 1) AND l2_holdout(id::bigint, 0.5, 1)
  = l2_holdout(id, 0.5, 1)) AS integers,
       bool_and(l2_holdout(id::varchar, .5, 1) = l2_holdout(id::text, .5, 1)
       AND l2_holdout(id::char(4), .5, 1) = l2_holdout(id::text, .5, 1) AND l2_holdout(id::name, .5, 1)
       = l2_holdout(id::text, .5, 1)) AS texts
FROM generate_series(1, 200) id;
SELECT l2_holdout('a literal', 0.5), l2_holdout(key => 1, fraction => 0.5, seed => 1), l2_holdout(1, 1),
  l2_holdout(1, 0);
SELECT l2_holdout(NULL::int, 0.5), l2_holdout(NULL::text, 0.5), l2_holdout(NULL::uuid, 0.5);
-- errors
SELECT l2_holdout(1, 20);
SELECT l2_holdout(1, 1.5);
SELECT l2_holdout('a', -0.1);
SELECT l2_holdout(1, 'NaN');
SELECT l2_holdout(1, NULL);
SELECT l2_holdout('a', 0.2, NULL);
\set VERBOSITY terse
SELECT l2_holdout(1.5, 0.2);
SELECT l2_holdout(id, 0.2, 4.2) FROM houses;
SELECT l2_holdout(current_date, 0.2);
\set VERBOSITY default
DROP TABLE houses, model, judged, four, states;
