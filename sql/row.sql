-- Rows that describe themselves, and the state over them: l2_row, l2_state.
SET client_min_messages = warning;
CREATE SCHEMA rows;
SET search_path = rows, public;
CREATE TYPE mood AS ENUM ('sad', 'so so', 'glad');
CREATE DOMAIN short AS varchar(3);
CREATE TABLE rowed AS SELECT i, (10 * sin(i) + i % 7)::float8 AS y, cos(i)::float8 AS a, i % 11 AS n,
  (i % 5) / 4.0::numeric AS q, i % 2 = 0 AS b, date '2024-01-01' + i AS d,
  timestamptz '2024-01-01 UTC' + i * interval '1 hour 1 microsecond' AS tz, i * interval '1 hour' AS iv,
  ('c' || i % 4)::text AS zone, ('Z' || i % 3)::short AS s,
  (ARRAY['sad', 'so so', 'glad'])[1 + i % 3]::mood AS m,
  ('x' || i % 2)::char(5) AS bp, CASE WHEN i % 9 > 0 THEN 'k' || i % 5 END AS nz, 1 + i % 3 AS w
  FROM generate_series(1, 500) i;
ALTER TABLE rowed ADD gone int;
ALTER TABLE rowed DROP gone;

-- Text says the names, kinds and values in order, whatever the settings, and reads back
SELECT l2_row(r) FROM rowed r WHERE i = 9;
SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = 'iso_8601';
  SET extra_float_digits = -15;
SELECT l2_row(r) FROM rowed r WHERE i = 9;
RESET DateStyle; RESET TimeZone; RESET IntervalStyle; RESET extra_float_digits;
SELECT count(*), bool_and(l2_row(r)::text::l2_row::text = l2_row(r)::text) AS same FROM rowed r;
SELECT l2_row(ROW(1, 'a'::text)), l2_row(ROW(1, 'a'::text), '{b,a}'), l2_row(NULL::rowed) IS NULL AS "null",
  l2_row(ROW(), '{}');
SELECT l2_row(ROW(NULL::int, 'NaN'::float8, '-Infinity'::real, -0.0::float8, NULL::boolean, true,
  date 'infinity', NULL::date, NULL::text, ''::text, e'a"\\\n', interval '-1 mon 2 days 0.5 s', '{}'::json,
  ARRAY[1]));
SELECT ' { "z" : "\u00f6\"}" , "z":1,"iv":{"interval":[1,-2,9223372036854775807]},"d":{"date":null},'
  '"n":{"number":"NaN"}, "c":{"category":"x"}, "b":{"boolean":false}, "o":{"other":null} } '::l2_row;
SELECT '{"d": {"date": 2147483647}, "t": {"timestamp": -9223372036854775808}, "x": 1e-320, '
  '"e": 1.7976931348623157e308}'::l2_row;
-- what is no row
SELECT 'x'::l2_row;
SELECT '[1]'::l2_row;
SELECT '{"a": 1'::l2_row;
SELECT '{"a": null}'::l2_row;
SELECT '{"a": [1]}'::l2_row;
SELECT '{"a": {"b": 1}}'::l2_row;
SELECT '{"a": {"date": 1, "number": 2}}'::l2_row;
SELECT '{"a": {"date": 1.5}}'::l2_row;
SELECT '{"a": {"date": 2147483648}}'::l2_row;
SELECT '{"a": {"date": 2147483646}}'::l2_row;
SELECT '{"a": {"other": 1}}'::l2_row;
SELECT '{"a": {"interval": [1, 2]}}'::l2_row;
SELECT l2_row(ROW(1, 2), '{a}');
SELECT l2_row(ROW(1, 2), '{a,NULL}');
SELECT l2_row(ROW(1), ARRAY[repeat('x', 64)]);
SELECT length(l2_row(ROW(1), ARRAY[repeat('x', 63)])::text);
-- stored, and toasted
CREATE TABLE stored_rows AS SELECT i, y, l2_row(r) AS x FROM rowed r;
INSERT INTO stored_rows SELECT 0, 1, l2_row(ROW(repeat('long', 100000)), '{zone}');
SELECT length(x::text) FROM stored_rows WHERE i = 0;
SELECT count(DISTINCT x::text) FROM stored_rows;

-- The same gram as of records
\set target '''{"target": "y"}'''
SELECT l2_gram_agg(y, r, :target)::text = l2_gram_agg(y, l2_row(r), :target)::text AS gram,
  l2_gram_folds(y, r, :target)::text = l2_gram_folds(y, l2_row(r), :target)::text AS folds,
  l2_gram_agg(y, x, :target)::text = l2_gram_agg(y, l2_row(r), :target)::text AS stored,
  l2_n(l2_gram_agg(y, x, :target)) AS n, l2_n_skipped(l2_gram_agg(y, x, :target)) AS skipped FROM rowed r
  JOIN stored_rows USING (i, y);
SELECT o, l2_gram_agg(y, r, o)::text = l2_gram_agg(y, l2_row(r), o)::text AS gram,
  l2_gram_agg(l2_obs(y, w), r, o)::text = l2_gram_agg(l2_obs(y, weight => w), l2_row(r), o)::text AS weighted,
  l2_gram_folds(l2_obs(y, w, 0, zone), r, o)::text = l2_gram_folds(l2_obs(y, w, 0, zone), l2_row(r),
  o)::text AS folds
FROM rowed r, unnest(ARRAY['{"features": ["zone", "a", "m"]}', '{"target": "y", "null_level": true}',
  '{"target": "y", "reference": "first"}', '{"target": "y", "reference": "most_frequent", "unseen": "zero"}',
  '{"target": "y", "features": ["nz", "zone"], "reference": {"zone": "c2"}}',
  '{"features": ["bp", "a"], "names": ["x", "größe"]}']) o GROUP BY o ORDER BY o;
SELECT bool_and(rows = records) AS groups FROM (SELECT i % 40, l2_gram_agg(y, r, :target)::text AS records,
  l2_gram_agg(y, l2_row(r), :target)::text AS rows FROM rowed r GROUP BY 1) s;
SELECT bool_and(rows = records) AS frames FROM (SELECT l2_gram_agg(y, r,
  '{"target": "y", "features": ["a", "zone"]}') OVER w::text AS records,
  l2_gram_agg(y, l2_row(r), '{"target": "y", "features": ["a", "zone"]}') OVER w::text AS rows
  FROM rowed r WHERE i < 60 WINDOW w AS (ORDER BY i ROWS 4 PRECEDING)) s;
SELECT bool_and(rows = records) AS running FROM (SELECT l2_gram_folds(y, r,
  '{"target": "y", "features": ["a", "zone"], "folds": 3}') OVER w::text AS records,
  l2_gram_folds(y, l2_row(r), '{"target": "y", "features": ["a", "zone"], "folds": 3}') OVER w::text AS rows
  FROM rowed r WHERE i < 60 WINDOW w AS (ORDER BY i)) s;
SELECT l2_gram_agg(y, l2_row(r)) IS NULL AS no_row, l2_gram_folds(y, l2_row(r)) IS NULL AS no_folds
  FROM rowed r WHERE i < 0;
SELECT l2_gram_agg(y, l2_row(r)) FILTER (WHERE i < 0) IS NULL AS filtered,
  l2_gram_agg(y, NULL::l2_row) IS NULL AS no_x, l2_gram_agg(NULL::float8, l2_row(r)) IS NULL AS no_y,
  l2_gram_agg(l2_obs(y, 0), l2_row(r)) IS NULL AS no_weight FROM rowed r;
SELECT l2_gram_agg(y, l2_row(ROW(a, zone), '{a,zone}'))::text = l2_gram_agg(y, f)::text AS names,
  l2_gram_agg(y::numeric, l2_row(ROW(a, zone), '{a,zone}')) IS NOT NULL AS numeric FROM rowed,
  LATERAL (SELECT a, zone) f;
-- which aggregate a call means
CREATE FUNCTION meant(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  EXECUTE format('CREATE TEMP VIEW meant_view AS SELECT %s AS m FROM rowed r', call);
  SELECT string_agg(replace(p.oid::regprocedure::text, 'double precision', 'float8'), ' ') INTO r
  FROM pg_rewrite w JOIN pg_depend d ON d.objid = w.oid AND d.refclassid = 'pg_proc'::regclass
    JOIN pg_proc p ON p.oid = d.refobjid WHERE w.ev_class = 'meant_view'::regclass AND p.prokind = 'a';
  DROP VIEW meant_view;
  RETURN r;
END $$;
SELECT call, meant(call) FROM unnest(ARRAY['l2_gram_agg(y, l2_row(r))', 'l2_gram_agg(n, l2_row(r))',
  'l2_gram_agg(q, l2_row(r), ''{}'')', 'l2_gram_agg(l2_obs(b), l2_row(r))',
  'l2_gram_folds(l2_obs(y, fold => i), l2_row(r), ''{"folds": 3}'')',
  'l2_gram_agg(b, l2_row(r))', 'l2_gram_folds(y, l2_row(r))', 'l2_gram_agg(y, r)',
  'l2_gram_agg(y, ARRAY[a, n])', 'ridge_fit(y, l2_row(r), 1)', 'logistic_fit(b, l2_row(r))']) call;

-- The state by text, and put together from any parts
CREATE AGGREGATE shipped(float8, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'gram');
CREATE AGGREGATE shipped_folds(l2_obs, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'folds');
CREATE AGGREGATE put_together(l2_state) (SFUNC = _l2_row_combine, STYPE = l2_state,
  FINALFUNC = _l2_row_gram_final);
CREATE AGGREGATE put_folds_together(l2_state) (SFUNC = _l2_row_combine, STYPE = l2_state,
  FINALFUNC = _l2_row_folds_final);
CREATE TABLE parts AS SELECT i % 7 AS part, shipped(y, l2_row(r), :target) AS s,
  shipped_folds(l2_obs(y, w, 0, zone), l2_row(r), '{"target": "y", "folds": 3}') AS f FROM rowed r GROUP BY 1;
INSERT INTO parts SELECT 7, shipped(y, NULL, :target), 'folds' FROM rowed;
INSERT INTO parts VALUES (8, 'gram', NULL);
CREATE FUNCTION apart(a l2_gram, b l2_gram) RETURNS boolean LANGUAGE sql AS $$
  SELECT l2_n(a) <> l2_n(b) OR l2_names(a) <> l2_names(b) OR abs(l2_sum_weights(a) - l2_sum_weights(b)) > 1e-9
    OR (SELECT max(abs(u - v)) FROM unnest(l2_means(a), l2_means(b)) m(u, v)) > 1e-12
    OR (SELECT max(abs(u - v) / (1 + abs(v))) FROM unnest(l2_covariance(a), l2_covariance(b)) m(u, v))
    > 1e-12 $$;
SELECT apart(put_together(s), w.g) AS kept, apart(put_together(s::text::l2_state), w.g) AS text,
  l2_n_skipped(put_together(s)) - l2_n_skipped(w.g) AS nulls,
  bool_and(s::text::l2_state::text = s::text) AS lossless
FROM parts, (SELECT l2_gram_agg(y, r, :target) AS g FROM rowed r) w GROUP BY w.g;
SELECT count(*) AS folds, bool_or(apart(p, w)) AS apart
  FROM (SELECT put_folds_together(f::text::l2_state) AS f FROM parts) s,
  (SELECT l2_gram_folds(l2_obs(y, w, 0, zone), r, '{"target": "y", "folds": 3}') AS g FROM rowed r) t,
  unnest(f, g) u(p, w);
-- settings that do not matter, and rows put on top of a state that was read
SET extra_float_digits = -15;
SELECT md5(string_agg(s::text, ' ' ORDER BY part)) AS digits FROM parts \gset
RESET extra_float_digits;
SELECT md5(string_agg(s::text, ' ' ORDER BY part)) = :'digits' AS independent FROM parts;
SELECT 'gram'::l2_state, 'folds'::l2_state;
SELECT apart(g, put_together(s)) AS rows_on_top FROM parts, (SELECT l2_gram_agg(y, l2_row(r), :target) AS g
  FROM rowed r) w GROUP BY g;
-- what is no state
SELECT 'x'::l2_state;
SELECT 'l2_state/2 AAAA'::l2_state;
SELECT 'l2_state/1 AgAA'::l2_state;
SELECT 'l2_state/1 A*'::l2_state;
SELECT overlay(s::text placing 'zzzz' from 200)::l2_state FROM parts WHERE part = 1;
SELECT left(s::text, -40)::l2_state FROM parts WHERE part = 1;
CREATE AGGREGATE mixed(l2_state) (SFUNC = _l2_row_combine, STYPE = l2_state, FINALFUNC = _l2_row_gram_final);
SELECT mixed(x) FROM (SELECT s AS x FROM parts UNION ALL SELECT f FROM parts) u WHERE x::text <> '';
SELECT _l2_row_accum('gram', 1, '{"a": 1}');
SELECT _l2_row_combine('gram', 'gram');
CREATE AGGREGATE wrong(float8, l2_row) (SFUNC = _l2_row_accum, STYPE = l2_state);
SELECT wrong(y, l2_row(r)) FROM rowed r;
SELECT put_folds_together(s) FROM parts;

-- A feature is the target where it is in every row of every part, though it may be one number in each
CREATE FUNCTION suspected(rows text, descending boolean, options text DEFAULT '{}') RETURNS text
  LANGUAGE plpgsql AS $$
DECLARE
  result text;
BEGIN
  EXECUTE format('SELECT l2_names(put_together(s ORDER BY part %s)) FROM (SELECT part, shipped(y, '
  'l2_row(ROW(aa, bbbb), ''{aa,bbbb}''), %L) AS s FROM %s v(part, y, aa, bbbb) GROUP BY part) t',
  CASE WHEN descending THEN 'DESC' ELSE 'ASC' END, options, rows) INTO result;
  RETURN result;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN SQLERRM;
END $$;
SELECT what, suspected(rows, false) AS forwards, suspected(rows, true) = suspected(rows, false) AS backwards
FROM (VALUES ('in both', '(VALUES (1, 1, 1, 0), (1, 2, 2, 0), (2, 3, 3, 0), (2, 4, 4, 0))'),
  ('in one', '(VALUES (1, 1, 1, 0), (1, 2, 2, 0), (2, 3, 4, 0), (2, 4, 3, 0))'),
  ('one in each', '(VALUES (1, 1, 1, 0), (1, 2, 2, 0), (2, 3, 0, 3), (2, 4, 0, 4))'),
  ('one of two', '(VALUES (1, 1, 1, 1), (1, 2, 2, 2), (2, 3, 0, 3), (2, 4, 0, 4))'),
  ('one number in each', '(VALUES (1, 1, 1, 0), (1, 1, 1, 0), (2, 3, 3, 0), (2, 3, 3, 0))'),
  ('one number in all', '(VALUES (1, 3, 3, 0), (1, 3, 3, 0), (2, 3, 3, 0), (2, 3, 3, 0))'),
  ('no row in one', '(VALUES (1, NULL, 1, 0), (2, 3, 3, 0), (2, 4, 4, 0))'),
  ('none, and one number', '(VALUES (1, NULL, 1, 0), (2, 3, 3, 0), (2, 3, 3, 0))')) v(what, rows);
-- few rows may be it by chance, unless its name is nearly the target's: two letters of four or more
SELECT rows, target, suspected(format('(SELECT 1, i, i, i * i FROM generate_series(1, %s) i)', rows), false,
  format('{"target": "%s"}', target)) AS aa,
  suspected(format('(SELECT 1, i, i * i, i FROM generate_series(1, %s) i)', rows), false,
  format('{"target": "%s"}', target)) AS bbbb
FROM unnest('{9,10}'::int[]) rows, unnest('{cost,bbxx,bxxx,abbbbc,abbbbcd,BBBB,ab,AA}'::text[]) target;

-- Errors of rows
SELECT l2_gram_agg(y, l2_row(r)) FROM rowed r;
SELECT l2_gram_agg(y, l2_row(ROW(a, '{}'::json), '{a,j}')) FROM rowed;
SELECT l2_gram_agg(y, l2_row(ROW(a, 1), '{a,a}')) FROM rowed;
SELECT l2_gram_agg(y, l2_row(ROW(a, 'z'::text), '{a,"b=c"}')) FROM rowed;
SELECT l2_gram_agg(y, CASE WHEN i % 2 = 0 THEN l2_row(ROW(a), '{a}') ELSE l2_row(ROW(a), '{b}') END)
  FROM rowed;
SELECT l2_gram_agg(y, CASE WHEN i % 2 = 0 THEN l2_row(ROW(a), '{a}') ELSE l2_row(ROW('x'::text), '{a}') END)
  FROM rowed;
SELECT l2_names(l2_gram_agg(y, CASE WHEN i % 2 = 0 THEN l2_row(ROW(a, zone), '{a,zone}')
  ELSE l2_row(ROW(zone, 1, a), '{zone,other,a}') END, '{"features": ["a", "zone"]}')) FROM rowed;
SELECT l2_gram_agg(y, l2_row(r), '{"target": "y", "max_levels": 2}') FROM rowed r;
SELECT l2_gram_agg(y, l2_row(r), '{"features": ["nothing"]}') FROM rowed r;
SELECT l2_gram_agg(y, l2_row(r), format('{"target": "y", "max_levels": %s}', 100 + i)) FROM rowed r;
SELECT l2_gram_agg(y, '{}'::l2_row) FROM rowed;
SELECT l2_gram_agg(l2_obs(y, offset_by => 1), l2_row(ROW(a), '{a}')) FROM rowed;
SELECT l2_gram_agg(l2_obs(y, -1), l2_row(ROW(a), '{a}')) FROM rowed;
SELECT l2_gram_agg(y, l2_row(ROW('NaN'::float8), '{a}')) FROM rowed;
SELECT l2_n_skipped(l2_gram_agg(y, l2_row(ROW(CASE WHEN i > 9 THEN a ELSE 'NaN' END), '{a}'),
  '{"nonfinite": "skip"}')) AS skipped FROM rowed;

-- In the place of a record
\set few '{"target": "y", "features": ["a", "n", "b", "d", "tz", "iv", "zone", "m", "nz"]}'
CREATE TABLE fitted AS SELECT ridge_fit(y, r, 1, :'few') AS ridge,
  logistic_fit(b, r, 1, '{"features": ["a", "zone"]}') AS logistic FROM rowed r;
SELECT ridge_fit(y, l2_row(r), 1, :'few')::text = ridge::text AS ridge,
  logistic_fit(b, l2_row(r), 1, '{"features": ["a", "zone"]}')::text = logistic::text AS logistic,
  lasso_cv(y, l2_row(r), '{"features": ["a", "zone"]}')::text
  = lasso_cv(y, r, '{"features": ["a", "zone"]}')::text AS cv FROM rowed r, fitted
  GROUP BY ridge::text, logistic::text;
SELECT count(*), count(l2_predict(ridge, l2_row(r))) AS predicted,
  bool_and(l2_predict(ridge, r) IS NOT DISTINCT FROM l2_predict(ridge, l2_row(r))) AS predict,
  bool_and(l2_encode(ridge, r) IS NOT DISTINCT FROM l2_encode(ridge, l2_row(r))) AS encode,
  bool_and(l2_classify(logistic, r) = l2_classify(logistic, l2_row(r))) AS classify,
  bool_and(l2_predict_link(logistic, r) = l2_predict_link(logistic, l2_row(r))) AS link FROM rowed r, fitted;
SELECT count(*) AS different FROM fitted, LATERAL (SELECT r, l2_row(r) AS w FROM rowed r WHERE i = 7) s,
  LATERAL ((SELECT * FROM l2_explain(ridge, r) EXCEPT ALL SELECT * FROM l2_explain(ridge, w))
  UNION ALL (SELECT * FROM l2_explain(ridge, w) EXCEPT ALL SELECT * FROM l2_explain(ridge, r))) d;
SELECT l2_predict(ridge, '{"a": 1, "n": 2, "b": true, "d": {"date": 8800}, "tz": {"timestamptz": 0}, '
  '"iv": {"interval": [0, 1, 0]}, "zone": "c9", "m": "sad", "nz": "k1"}'::l2_row) FROM fitted;
SELECT l2_predict(ridge, '{"a": 1}'::l2_row) FROM fitted;
SELECT l2_predict(l2_model(ARRAY[1, 2], '{a}'), '{"a": "x"}'::l2_row);
SELECT l2_predict(l2_model(ARRAY[1, 2], '{a}'), '{"b": "x", "a": 20.5}'::l2_row) AS by_name,
  l2_predict(l2_model(ARRAY[1, 2], '{a}'), '{"a": {"number": null}}'::l2_row) IS NULL AS "null",
  l2_predict(l2_model(ARRAY[1, 2]), NULL::l2_row) IS NULL AS no_row;

-- Workers make states, and many groups fit a small work_mem
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
  SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT l2_gram_agg(y, l2_row(r), :target) FROM rowed r;
EXPLAIN (COSTS OFF) SELECT l2_gram_folds(l2_obs(y), l2_row(ROW(a, zone), '{a,zone}')) FROM rowed r;
CREATE TABLE whole AS SELECT l2_gram_agg(y, l2_row(r), :target) AS g FROM rowed r;
SET max_parallel_workers_per_gather = 0;
SELECT apart(l2_gram_agg(y, l2_row(r), :target), g) AS parallel FROM rowed r, whole GROUP BY g;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;
  RESET max_parallel_workers_per_gather;
SET work_mem = '1MB'; SET enable_sort = off;
SELECT count(*) AS groups, sum(l2_n(g)) AS rows, count(DISTINCT l2_names(g)) AS names
  FROM (SELECT k, l2_gram_agg(k % 7 + e, l2_row(ROW(k % 5 * e, 'z' || e % 2), '{a,zone}'),
  '{"target": "b"}') AS g FROM generate_series(1, 10000) k, generate_series(1, 3) e GROUP BY k) s;
RESET work_mem; RESET enable_sort;

-- Folds of arrays, put together from parts of which some have no row of a fold, or none at all
CREATE AGGREGATE parts_of_folds(l2_obs, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
CREATE AGGREGATE put_arrays_together(l2_gram[]) (SFUNC = _l2_folds_combine, STYPE = l2_gram[],
  FINALFUNC = _l2_folds_final);
SELECT parts, count(*) AS folds, bool_or(apart(p, w)) AS apart FROM unnest(ARRAY[3, 40, 500]) parts,
  LATERAL (SELECT put_arrays_together(s::text::l2_gram[]) AS f
  FROM (SELECT parts_of_folds(l2_obs(y, w), ARRAY[a, n], '{"folds": 5}') AS s FROM rowed GROUP BY i % parts
  UNION ALL SELECT parts_of_folds(NULL, NULL, '{"folds": 5}') UNION ALL VALUES ('{folds}'::l2_gram[])) q) s,
  LATERAL (SELECT l2_gram_folds(l2_obs(y, w), ARRAY[a, n], '{"folds": 5}') AS g FROM rowed) t,
  unnest(f, g) u(p, w) GROUP BY parts ORDER BY parts;
SELECT put_arrays_together(ARRAY['gram', NULL]::l2_gram[]);
