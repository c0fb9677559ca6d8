-- Metrics of probabilities: answers by hand, NULLs, weights, degenerate rows, errors.
SET extra_float_digits = 0;
\pset null NULL

CREATE TABLE told AS SELECT * FROM (VALUES (1, true, 0.9::float8, 1::float8), (2, true, 0.6, 2),
  (3, false, 0.6, 1), (4, false, 0.2, 3), (5, true, 0.2, 1), (6, false, 0, 2)) v(i, y, p, w);
-- pairs: 3 x 3; won 9: (0.9: 3), (0.6: 2 and a tie), (0.2: 1 and a tie)
SELECT l2_auc(y, p) AS auc, (3 + 2.5 + 1.5) / 9 AS by_hand, l2_auc(l2_obs(y, weight => w), p) AS weighted,
  (1 * 6 + 2 * 5.5 + 1 * 3.5) / (4 * 6) AS by_hand FROM told;
SELECT l2_logloss(y, p) AS logloss, -(ln(0.9) + ln(0.6) + ln(0.4) + ln(0.8) + ln(0.2)) / 6 AS by_hand,
  l2_brier(y, p) AS brier, (0.01 + 0.16 + 0.36 + 0.04 + 0.64) / 6 AS by_hand, l2_accuracy(y, p) AS accuracy,
  4 / 6.0 AS by_hand FROM told;
SELECT l2_logloss(l2_obs(y, weight => w), p) AS logloss,
  -(ln(0.9) + 2 * ln(0.6) + ln(0.4) + 3 * ln(0.8) + ln(0.2)) / 10 AS by_hand,
  l2_brier(l2_obs(y, weight => w), p) AS brier, (0.01 + 2 * 0.16 + 0.36 + 3 * 0.04 + 0.64) / 10 AS by_hand,
  l2_accuracy(l2_obs(y, weight => w), p) AS accuracy FROM told;
SELECT (l2_confusion(y, p, 0.5)).* FROM told \gx
SELECT (l2_confusion(l2_obs(y, weight => w), p, 0.2)).* FROM told \gx
SELECT r.* FROM (SELECT l2_roc(y, p) AS r FROM told) s, unnest(r) r;
SELECT r.* FROM (SELECT l2_roc(l2_obs(y, weight => w), p) AS r FROM told) s, unnest(r) r;
SELECT c.* FROM (SELECT l2_calibration(y, p, 5) AS c FROM told) s, unnest(c) c;
SELECT c.* FROM (SELECT l2_calibration(l2_obs(y, weight => w), p, 2) AS c FROM told) s, unnest(c) c;
-- y of other types
SELECT count(DISTINCT a) AS aucs FROM (SELECT l2_auc(y, p) a FROM told UNION ALL SELECT l2_auc(y::int, p)
  FROM told UNION ALL SELECT l2_auc(y::int::numeric, p::real) FROM told
  UNION ALL SELECT l2_auc(l2_obs(y::int::float8, weight => 3), p) FROM told) s;
-- a model's own
CREATE TABLE seen AS SELECT i, i % 7 AS a, sin(i * i) < (i % 7 - 3) / 6.0 AS y FROM generate_series(1, 300) i;
SELECT round(l2_auc(y, p)::numeric, 9) AS auc, round(l2_logloss(y, p)::numeric, 9) AS logloss,
  round((deviance / 600)::numeric, 9) AS half_the_deviance_a_row, round(avg(p)::numeric, 9) AS mean_p,
  round(avg(y::int), 9) AS mean_y
FROM (SELECT y, l2_predict(m, a) AS p, deviance FROM seen, (SELECT logistic_fit(y, ARRAY[a]) m FROM seen) f,
  l2_glance(m)) s GROUP BY deviance;

-- skipped rows; none at all; one class only; one row
SELECT l2_auc(l2_obs(y, weight => w), p) AS auc, l2_logloss(l2_obs(y, weight => w), p) AS logloss,
  (l2_confusion(l2_obs(y, weight => w), p, 0.5)).n, (l2_confusion(l2_obs(y, weight => w), p, 0.5)).n_skipped
FROM (SELECT y, p, w FROM told UNION ALL VALUES (NULL, 0.5, 1), (true, NULL, 1), (true, 0.5, NULL),
  (true, 0.5, 0)) s;
SELECT l2_auc(y, p) AS auc, l2_roc(y, p) AS roc, l2_logloss(y, p) AS logloss, l2_brier(y, p) AS brier,
  l2_accuracy(y, p) AS accuracy, l2_confusion(y, p, 0.5) AS confusion, l2_calibration(y, p, 2) AS calibration
  FROM told WHERE i < 0;
SELECT l2_auc(y, NULL) AS auc, l2_roc(y, NULL) AS roc, l2_logloss(y, NULL) AS logloss,
  l2_confusion(y, NULL, 0.5) AS confusion, l2_calibration(y, NULL, 2) AS calibration FROM told;
SELECT l2_auc(true, p) AS auc, l2_roc(false, p) AS roc, round(l2_logloss(true, p)::numeric, 6) AS logloss,
  (l2_confusion(true, p, 0.5)).* FROM told \gx
SELECT l2_auc(y, p) AS auc, l2_logloss(y, p) AS logloss FROM told WHERE i = 1;
-- certain and wrong: 2^-52 stands for 0
SELECT l2_logloss(true, 0) AS wrong, l2_logloss(true, 1e-300) AS nearly, l2_logloss(false, 1) AS likewise,
  l2_logloss(true, 1) AS "right", l2_logloss(false, 0) AS too, -ln(2 ^ -52::float8) AS most;
SELECT l2_accuracy(true, 0.5) AS half_is_one, (l2_confusion(false, 0, 0)).fp AS all_at_zero,
  (l2_confusion(true, 1, 1)).tp AS at_one;
SELECT l2_auc(y, '-0'::float8) AS minus_zero, l2_auc(y, CASE WHEN y THEN '-0' ELSE 0::float8 END) AS and_zero
  FROM told;
-- groups, FILTER, windows, which sort the same rows again and again
SELECT i % 2 AS g, l2_auc(y, p), l2_auc(y, p) FILTER (WHERE p < 0.9) AS filtered FROM told GROUP BY 1
  ORDER BY 1;
SELECT i, l2_auc(y, p) OVER (ORDER BY i) AS auc, l2_logloss(y, p) OVER (ORDER BY i) AS logloss,
  array_length(l2_roc(y, p) OVER (ORDER BY i), 1) AS points FROM told;
-- bins: an edge belongs below, 0 to the first
SELECT bin, lower, upper, n FROM (SELECT l2_calibration(true, i / 10.0, 10) AS c
  FROM generate_series(0, 10) i) s, unnest(c);
SELECT n, mean_y FROM (SELECT l2_calibration(y, p, 1) AS c FROM told) s, unnest(c);

-- errors
SELECT l2_auc(2, p) FROM told;
SELECT l2_auc(0.5, p) FROM told;
\set VERBOSITY terse
SELECT l2_auc('yes'::text, p) FROM told;
\set VERBOSITY default
SELECT l2_logloss('NaN'::float8, p) FROM told;
SELECT l2_brier(y, 1.5) FROM told;
SELECT l2_brier(y, -0.1) FROM told;
SELECT l2_accuracy(y, 'NaN') FROM told;
SELECT l2_logloss(y, 'Infinity') FROM told;
SELECT l2_auc(y, 'NaN') FROM told;
SELECT l2_roc(y, 'NaN') FROM told;
SELECT l2_auc(l2_obs(y, weight => -1), p) FROM told;
SELECT l2_logloss(l2_obs(y, weight => 'NaN'), p) FROM told;
SELECT l2_confusion(y, p, 1.5) FROM told;
SELECT l2_confusion(y, p, NULL) FROM told;
SELECT l2_confusion(y, p, p) FROM told;
SELECT l2_calibration(y, p, 0) FROM told;
SELECT l2_calibration(y, p, 1000001) FROM told;
SELECT l2_calibration(y, p, NULL) FROM told;
SELECT l2_calibration(y, p, i) FROM told;
-- support functions called by hand
SELECT _l2_loss_accum(NULL, true, 0.5);
SELECT _l2_logloss_final('{1,2,3}');
SELECT _l2_confusion_final('{11,0.5,0,1,1,0,1,0,1,0,1,0}');
SELECT _l2_calibration_final('{13,1e9,0,1}');
SELECT _l2_calibration_final('{13,NaN,0,1}');
CREATE AGGREGATE odd_state(boolean, float8) (SFUNC = _l2_loss_accum, STYPE = float8[], INITCOND = '{1,2}');
SELECT odd_state(y, p) FROM told;
CREATE AGGREGATE odd_combine(float8[]) (SFUNC = _l2_class_combine, STYPE = float8[]);
SELECT odd_combine(v) FROM (VALUES ('{}'::float8[]), ('{13,NaN,0,0,0,0,0,0,0,0,0,0}')) s(v);
SELECT odd_combine(v) FROM (VALUES ('{12,0.5,0,1,1,0,1,0,1,0,1,0}'::float8[]),
  ('{12,0.6,0,1,1,0,1,0,1,0,1,0}')) s(v);
DROP AGGREGATE odd_state(boolean, float8);
DROP AGGREGATE odd_combine(float8[]);
-- states that are forged: of another kind or setting, of another size
CREATE AGGREGATE forged_loss(float8[]) (SFUNC = _l2_class_combine, STYPE = float8[],
  FINALFUNC = _l2_logloss_final);
CREATE AGGREGATE forged_confusion(float8[]) (SFUNC = _l2_class_combine, STYPE = float8[],
  FINALFUNC = _l2_confusion_final);
CREATE AGGREGATE forged_calibration(float8[]) (SFUNC = _l2_class_combine, STYPE = float8[],
  FINALFUNC = _l2_calibration_final);
CREATE FUNCTION forged_class(final text, state float8[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT forged_%s(s)::text FROM (VALUES ($1), ($1)) v(s)', final) INTO result USING state;
  RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT what, final, forged_class(final, state) FROM (VALUES
  ('losses', 'loss', '{11,0.5,0,2,2,0,1,0,0.25,0,1,0}'::float8[]),
  ('losses', 'confusion', '{11,0.5,0,2,2,0,1,0,0.25,0,1,0}'),
  ('losses', 'calibration', '{11,0.5,0,2,2,0,1,0,0.25,0,1,0}'),
  ('confusion', 'confusion', '{12,0.5,0,2,1,0,0,0,0,0,1,0}'),
  ('confusion', 'loss', '{12,0.5,0,2,1,0,0,0,0,0,1,0}'),
  ('calibration', 'calibration', '{13,1,0,2,2,0,2,0,1,0,1,0}'),
  ('calibration', 'loss', '{13,1,0,2,2,0,2,0,1,0,1,0}'),
  ('kind 10', 'loss', '{10,0.5,0,2,2,0,1,0,0.25,0,1,0}'),
  ('kind 14', 'loss', '{14,0.5,0,2,2,0,1,0,0.25,0,1,0}'),
  ('kind 11.5', 'loss', '{11.5,0.5,0,2,2,0,1,0,0.25,0,1,0}'),
  ('kind NaN', 'loss', '{NaN,0.5,0,2,2,0,1,0,0.25,0,1,0}'),
  ('setting 0', 'confusion', '{12,0,0,2,1,0,0,0,0,0,1,0}'),
  ('setting 1', 'confusion', '{12,1,0,2,1,0,0,0,0,0,1,0}'),
  ('setting -0.1', 'confusion', '{12,-0.1,0,2,1,0,0,0,0,0,1,0}'),
  ('setting 1.1', 'confusion', '{12,1.1,0,2,1,0,0,0,0,0,1,0}'),
  ('setting NaN', 'confusion', '{12,NaN,0,2,1,0,0,0,0,0,1,0}'),
  ('two bins', 'calibration', '{13,2,0,2,2,0,2,0,1,0,1,0}'),
  ('no bin', 'calibration', '{13,0,0,2,2,0,2,0,1,0,1,0}'),
  ('half a bin', 'calibration', '{13,1.5,0,2,2,0,2,0,1,0,1,0}'),
  ('bins too many', 'calibration', '{13,1000001,0,2,2,0,2,0,1,0,1,0}'),
  ('NaN bins', 'calibration', '{13,NaN,0,2,2,0,2,0,1,0,1,0}'),
  ('a sum less', 'loss', '{11,0.5,0,2,2,0,1,0,0.25,0,1}'),
  ('a sum more', 'loss', '{11,0.5,0,2,2,0,1,0,0.25,0,1,0,0}'),
  ('a head', 'loss', '{11,0.5,0,2}'),
  ('less', 'loss', '{11,0.5,0}'),
  ('nothing', 'loss', '{}'),
  ('a NULL', 'loss', '{11,0.5,0,2,2,0,1,0,0.25,0,1,NULL}'),
  ('two dimensions', 'loss', '{{11,0.5,0,2,2,0},{1,0,0.25,0,1,0}}'),
  ('no weight', 'loss', '{11,0.5,0,2,0,0,1,0,0.25,0,1,0}'))
  v(what, final, state);
DROP AGGREGATE forged_loss(float8[]), forged_confusion(float8[]), forged_calibration(float8[]);
DROP FUNCTION forged_class;
EXPLAIN (COSTS OFF) SELECT l2_logloss(y, p), l2_brier(y, p), l2_auc(y, p) FROM told;
DROP TABLE told, seen;
-- any scores, of which the order counts: negative, infinite, ones that differ by a bit, and denormal
SELECT l2_auc(y, p) AS auc, l2_auc(y, ln(p + 0.001) * 1e300) AS of_logs,
  l2_auc(y, 1e-320 * round((p * 100)::numeric)::float8) AS tiny,
  l2_auc(y, -p) AS turned, l2_auc(y, 7e77) AS equal
FROM (SELECT i % 3 = 1 AS y, (i * i % 11) / 11.0::float8 AS p FROM generate_series(1, 20) i) s;
SELECT l2_auc(y, p) FROM (VALUES (1, 2::float8), (0, 5), (0, 10), (1, 10)) v(y, p);
SELECT l2_auc(y, p) FROM (VALUES (1, 1.0000000000000002::float8), (0, 1), (0, '-Infinity'),
  (1, 'Infinity')) v(y, p);
SELECT l2_roc(y, p) FROM (VALUES (1, 2::float8), (0, 5), (0, -10), (1, 10)) v(y, p);
SELECT l2_roc(y, p) FROM (VALUES (1, 'Infinity'::float8), (0, 5), (0, '-Infinity'), (1, -10)) v(y, p);
SET work_mem = '64kB';
SELECT l2_auc(y, p) = l2_auc(l2_obs(y, weight => 2), p) AS weighted, l2_auc(y, p) AS auc,
  (sum(rank) FILTER (WHERE y) - ones * (ones + 1) / 2.0) / (ones * (count(*) - ones)) AS mann_whitney
FROM (SELECT y, p, (rank() OVER (ORDER BY p) + rank() OVER (ORDER BY p) + count(*) OVER (PARTITION BY p) - 1)
  / 2.0 AS rank,
        count(*) FILTER (WHERE y) OVER () AS ones
      FROM (SELECT i % 3 = 0 AS y, (-(i::bigint * i % 9973))::float8 - i % 3 AS p
      FROM generate_series(1, 30000) i) t) s GROUP BY ones;
RESET work_mem;
-- a probability that rounding has carried beyond 1, or below 0
SELECT l2_logloss(1, 1.0000000000000002) AS one, l2_logloss(1, -1e-17) = l2_logloss(1, 0) AS zero,
  l2_brier(1, 1.0000000000000002) AS brier,
  l2_accuracy(1, 1.0000000000000002) AS accuracy, (l2_confusion(1, 1.0000000000000002, 0.5)).tp,
  (SELECT b.n FROM unnest((SELECT l2_calibration(1, 1.0000000000000002, 2))) b
  WHERE b.bin = 2) AS in_last_bin;
SELECT l2_logloss(1, 1.00000000001);
