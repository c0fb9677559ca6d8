-- What the fuzzer works on: tables, records, grams, models, and the checks.
SET client_min_messages = error;
CREATE EXTENSION l2reg;

CREATE FUNCTION must(what text, holds boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT holds THEN RAISE EXCEPTION '%', what USING ERRCODE = 'F0001'; END IF;
  RETURN true;
END $$;
-- a and b are the same up to eps of the larger of both and size
CREATE FUNCTION close(a float8, b float8, eps float8, size float8 DEFAULT 0) RETURNS boolean
  LANGUAGE sql IMMUTABLE AS $$
  SELECT a = b OR abs(a - b) <= eps * greatest(abs(a), abs(b), abs(size)) $$;
-- arrays: of the largest element
CREATE FUNCTION alike(a float8[], b float8[], eps float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT a IS NULL OR b IS NULL OR (array_length(a, 1) IS NOT DISTINCT FROM array_length(b, 1) AND
    coalesce(bool_and(close(x, y, eps, greatest((SELECT max(abs(z)) FROM unnest(a) z),
    (SELECT max(abs(z)) FROM unnest(b) z)))), true))
  FROM unnest(a, b) u(x, y) $$;
-- grams: means and cross products, each to the scale of its columns
CREATE FUNCTION near(a l2_gram, b l2_gram, eps float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT l2_n(a) = 0 OR (alike(l2_means(a), l2_means(b), eps)
  AND alike(l2_covariance(a, 0), l2_covariance(b, 0), eps)) $$;
-- an expression over x1 .. x3
CREATE FUNCTION run(expression text, x1 float8, x2 float8, x3 float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE r float8;
BEGIN
  EXECUTE format('SELECT (%s)::float8 FROM (SELECT $1 AS x1, $2 AS x2, $3 AS x3) s', expression) USING x1, x2,
  x3 INTO r;
  RETURN r;
END $$;
-- Calls the first of calls that gives something n times in one query, or as often as it can in the
-- seconds; returns the name, how often, the bytes that are in use after the last call and were not after
-- the first quarter, and the call
CREATE FUNCTION leak(name text, n int, seconds float8, calls text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  call text;
  given bigint;
  bytes numeric;
  start timestamptz;
BEGIN
  FOREACH call IN ARRAY calls LOOP
    BEGIN
      EXECUTE format('SELECT max(%s) FROM generate_series(1, 1) i', call) INTO given;
      CONTINUE WHEN given = 0;
      start = clock_timestamp();
      EXECUTE format('SELECT max(%s) FROM generate_series(1, 20) i', call) INTO given;
      n = least(n, 16 * seconds / greatest(extract(epoch FROM clock_timestamp() - start), 1e-6));
      EXECUTE format('SELECT max(used) - min(used), count(called) FROM (SELECT %s '
      'AS called, CASE WHEN i IN ($1 / 4, $1)
        THEN (SELECT sum(used_bytes) FROM pg_backend_memory_contexts WHERE i > 0) END AS used FROM generate_series(1, $1) i OFFSET 0) s', call)
        INTO bytes, given USING n;
      RETURN concat_ws(E'\t', name, n, bytes, replace(call, E'\n', ' '));
    EXCEPTION
      WHEN query_canceled THEN EXIT; -- too slow
      WHEN OTHERS THEN NULL;
    END;
  END LOOP;
  RETURN concat_ws(E'\t', name, 0, '', '');
END $$;

-- k, y, b: 0 or 1, n: a count, x1 .. x3, p: a probability, w: a weight, c: a category, d: a date
CREATE TABLE t_plain AS SELECT k, 3 + sin(k * 0.7) * 2 + cos(k * k) AS y,
  (sin(k * k * 1.3) + sin(k * 0.7) > 0)::int::float8 AS b,
  (k * 7 % 5)::float8 AS n, sin(k * 0.7) AS x1, cos(k * 1.1) * 3 AS x2, (k * 13 % 29)::float8 AS x3,
  (k * 11 % 64) / 63.0::float8 AS p,
  (1 + k % 3)::float8 AS w, 'l' || k % 4 AS c, '2020-01-01'::date + k AS d FROM generate_series(1, 200) k;
CREATE TABLE t_empty AS SELECT * FROM t_plain WHERE false;
CREATE TABLE t_one AS SELECT * FROM t_plain WHERE k = 7;
CREATE TABLE t_constant AS SELECT k, 5::float8 AS y, 1::float8 AS b, 2::float8 AS n, 1::float8 AS x1,
  0::float8 AS x2, 7::float8 AS x3, 0.5::float8 AS p, w, 'c'::text AS c, d FROM t_plain;
CREATE TABLE t_collinear AS SELECT k, y, b, n, x1, x1 * 2 AS x2, x1 + 1e-9 * x3 AS x3, p, w, c, d
  FROM t_plain;
CREATE TABLE t_nulls AS SELECT k, CASE WHEN k % 7 > 0 THEN y END AS y, CASE WHEN k % 11 > 0 THEN b END AS b,
  n, CASE WHEN k % 5 > 0 THEN x1 END AS x1, x2, x3, p,
  CASE WHEN k % 13 > 0 THEN (k % 4)::float8 END AS w, CASE WHEN k % 3 > 0 THEN c END AS c,
  CASE WHEN k % 6 > 0 THEN d END AS d FROM t_plain;
CREATE TABLE t_wide AS SELECT k, y * 1e6 AS y, b, n, x1 * 1e-6 + 1e3 AS x1, x2 * 1e8 AS x2, x3, p,
  w * 1e-3 AS w, c, d FROM t_plain WHERE k <= 60;
CREATE TABLE t_binary AS SELECT k, b AS y, b, n, (k % 2)::float8 AS x1, (k % 3 = 0)::int::float8 AS x2,
  b * x3 AS x3, (k % 2)::float8 AS p, w, c, d FROM t_plain;
CREATE TABLE t_large AS SELECT i AS k, y + sin(i) AS y, b, n, x1 + cos(i) AS x1, x2, x3, p, w,
  c || i % 7 AS c, d FROM t_plain, generate_series(k, 3000, 200) i;
CREATE TABLE t_odd AS SELECT k, v[1 + k * 5 % n0] AS y, (k % 2)::float8 AS b, v[1 + k * 3 % n0] AS n,
  v[1 + k * 7 % n0] AS x1, v[1 + k * 11 % n0] AS x2, v[1 + k % n0] AS x3,
  (k % 2)::float8 AS p, abs(v[1 + k * 2 % n0]) AS w,
  (ARRAY['', 'a=b', NULL, 'c', E'\x01', repeat('x', 300), 'ä', ' '])[1 + k % 8] AS c, d
  FROM t_plain, (SELECT v, array_length(v, 1) n0
  FROM (SELECT '{0,-0,1,1e-170,1e150,NULL,-1,1e-310,5e-324,1e154,-1e100,1e-16,3,1e308,Infinity,NaN,'
  '2}'::float8[] v) s) s;
ALTER TABLE t_large SET (parallel_workers = 2);
ANALYZE;

-- records
CREATE TYPE colour AS ENUM ('red', 'green', 'blue');
CREATE DOMAIN positive AS float8 CHECK (VALUE > 0);
CREATE TYPE pair AS (p float8, q text);
CREATE TABLE f_plain AS SELECT i::float8 AS a, sin(i) AS b, cos(i) AS c, i + sin(i) AS y, i % 2 AS k
  FROM generate_series(1, 12) i;
CREATE TABLE f_mixed AS SELECT i AS a, 'v' || i % 3 AS b, i % 2 = 0 AS c, i::numeric AS x1, i::real AS x2,
  (ARRAY['red', 'green', 'blue']::colour[])[1 + i % 3] AS x3, i + sin(i) AS y FROM generate_series(1, 12) i;
CREATE TABLE f_odd AS SELECT 'NaN'::float8 AS a, 'Infinity'::numeric::text AS b, 1e400::numeric AS c,
  '\x00'::bytea AS x1, '{1,2}'::int[] AS x2, now() AS x3, i AS y FROM generate_series(1, 3) i;
CREATE TABLE f_dates AS SELECT ('2020-01-01'::date + i) AS a, (now() + i * interval '1 day') AS b,
  (i * interval '1 month') AS c, 'infinity'::date AS x1, 1.5::positive AS x2, i::float8 AS y
  FROM generate_series(1, 9) i;
CREATE TABLE f_nested AS SELECT ROW(i, 'a')::pair AS a, ARRAY[ROW(i, 'b')::pair] AS b, i AS c, i AS y
  FROM generate_series(1, 3) i;
CREATE TABLE f_dropped AS SELECT i AS gone, i AS a, i * i AS b, 'x'::text AS also, i AS y
  FROM generate_series(1, 9) i;
ALTER TABLE f_dropped DROP gone, DROP also, ADD c float8 DEFAULT 3;
CREATE TABLE f_equals AS SELECT i AS "a=b", 'v' AS "c=d", i AS "(Intercept)", i AS y, i AS "Ä ""quoted"""
  FROM generate_series(1, 3) i;
CREATE TABLE f_none AS SELECT FROM generate_series(1, 3);
CREATE TABLE f_null AS SELECT NULL::float8 AS a, NULL::text AS b, NULL::boolean AS c, NULL::date AS x1, 1 AS y
  FROM generate_series(1, 3);

-- grams
CREATE TABLE grams (k serial PRIMARY KEY, g l2_gram, odd boolean NOT NULL DEFAULT false);
INSERT INTO grams(g)
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) FROM t_plain UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) FROM t_wide UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) FROM t_plain WHERE k < 30 UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) FROM t_one UNION ALL
  SELECT l2_gram_agg(l2_obs(y, weight => w), ARRAY[x1, x2, x3]) FROM t_nulls UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) FROM t_constant UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) FROM t_collinear UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1]) FROM t_plain UNION ALL
  SELECT l2_gram_agg(y, ARRAY[x1, x2, x3, x1 * x2, x3 * x3]) FROM t_plain UNION ALL
  SELECT l2_set_names(l2_gram_agg(y, ARRAY[x1, x2, x3]), '{a,b,c}', 'y') FROM t_plain UNION ALL
  SELECT l2_set_names(l2_gram_agg(x1, ARRAY[x2]), '{b}', 'x1') FROM t_plain UNION ALL
  SELECT l2_gram_agg(y, ROW(x1, c)) FROM t_plain UNION ALL
  SELECT l2_gram_agg(y, ROW(x1, c)) FROM t_plain WHERE k % 4 < 2 UNION ALL
  SELECT l2_gram_agg(y, r, '{"target": "y"}') FROM f_mixed r UNION ALL
  SELECT l2_gram_agg(y, t, '{"target": "y"}') FROM t_nulls t UNION ALL
  SELECT g - g FROM (SELECT l2_gram_agg(y, ARRAY[x1, x2, x3]) g FROM t_plain) s UNION ALL
  SELECT l2_gram_agg(y * 1e-200, ARRAY[x1 * 1e-300, x2, 0]) FROM t_plain UNION ALL
  SELECT l2_gram_agg(y * 1e140, ARRAY[x1 * 1e144, x2, x3 * 1e-140]) FROM t_plain UNION ALL
  SELECT l2_gram_cols(b, x1, x2) FROM t_plain UNION ALL
  SELECT l2_gram_agg(l2_obs(y, weight => w * 1e-100), ARRAY[x1, x2, x3]) FROM t_plain UNION ALL
  SELECT l2_gram_agg(NULL::float8, ARRAY[x1, x2]) FROM t_plain;
CREATE AGGREGATE raw_agg(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE AGGREGATE raw_ridge(float8, float8[], float8) (SFUNC = _l2_accum, STYPE = l2_gram, INITCOND = 'ridge');
CREATE AGGREGATE raw_elastic(float8, float8[], float8, l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'elastic_net');
INSERT INTO grams(g)
  SELECT raw_agg(y, ARRAY[x1, x2, x3]) FROM t_plain UNION ALL
  SELECT raw_agg(y, ARRAY[x1, x2, x3]) FROM t_one UNION ALL
  SELECT raw_ridge(y, ARRAY[x1, x2, x3], 0.1) FROM t_plain UNION ALL
  SELECT raw_elastic(y, ARRAY[x1, x2, x3], 0.1, '{"standardize": true, "names": ["a", "b", "c"]}')
  FROM t_plain;
CREATE TABLE grams_read (k int, g l2_gram);

-- models
CREATE TABLE models (k serial PRIMARY KEY, m l2_model, odd boolean NOT NULL DEFAULT false);
INSERT INTO models(m)
  SELECT ols_fit(y, ARRAY[x1, x2, x3]) FROM t_plain UNION ALL
  SELECT ols_fit(y, ARRAY[x1, x2, x3]) FROM t_collinear UNION ALL
  SELECT ols_fit(y, ARRAY[x1, x2, x3], '{"intercept": false, "names": ["a", "b", "c"]}') FROM t_plain
  UNION ALL
  SELECT ols_fit(y, ARRAY[x1]) FROM t_one UNION ALL
  SELECT ridge_fit(y, ARRAY[x1, x2, x3], 1) FROM t_plain UNION ALL
  SELECT ridge_fit(l2_obs(y, weight => w), ARRAY[x1, x2, x3], 1,
  '{"standardize": true, "weight_type": "frequency", "penalty_factor": [1, 0, 2]}') FROM t_plain UNION ALL
  SELECT ridge_fit(y, ARRAY[x1, x2, x3], 0.1, '{"solver": "gradient"}') FROM t_plain UNION ALL
  SELECT lasso_fit(y, ARRAY[x1, x2, x3], 1) FROM t_plain UNION ALL
  SELECT elastic_net_fit(y, ARRAY[x1, x2, x3], 1, '{"non_negative": true}') FROM t_plain UNION ALL
  SELECT dropout_fit(y, ARRAY[x1, x2, x3], 0.2, '{"dropout_to": "mean"}') FROM t_plain UNION ALL
  SELECT lasso_cv(y, ARRAY[x1, x2, x3]) FROM t_plain UNION ALL
  SELECT logistic_fit(b::int, ARRAY[x1, x2, x3], 0.1) FROM t_plain UNION ALL
  SELECT logistic_fit(b::int, ARRAY[x1, x2]) FROM t_plain UNION ALL
  SELECT poisson_fit(n, ARRAY[x1, x2, x3], 0.1) FROM t_plain UNION ALL
  SELECT ols_fit(y, ROW(x1, c)) FROM t_plain UNION ALL
  SELECT ridge_fit(y, r, 1, '{"target": "y", "unseen": "zero"}') FROM f_mixed r UNION ALL
  SELECT ridge_fit(y, t, 1, '{"target": "y", "null_level": true, "features": ["x1", "c", "d", "b"]}')
  FROM t_nulls t UNION ALL
  SELECT logistic_fit(b > 0, ROW(x1, c), 0.1) FROM t_plain UNION ALL
  SELECT l2_ols(g) FROM grams WHERE k = 9 UNION ALL
  SELECT '{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 1.5}, {"term": "x1", "estimate": null}, {"term": "x2", "estimate": -2}]}' UNION ALL
  SELECT multinomial_fit(c, ARRAY[x1, x2], 0.5) FROM t_plain UNION ALL
  SELECT '{"l2_model": 1, "method": "multinomial", "classes": ["a", "b"], "reference_class": "a", '
  '"terms": [{"term": "(Intercept)", "estimate": [0, 1], "std_error": [null, 2]}, {"term": "x", '
  '"estimate": null}]}' UNION ALL
  SELECT '{"l2_model": 1, "method": "ridge", "terms": []}' UNION ALL
  SELECT '{"l2_model": 1, "method": "logistic", "terms": [{"term": "(Intercept)", "estimate": 0}]}' UNION ALL
  SELECT ridge_fit(y, x, 2, '{"covariance": true}')
  FROM (SELECT sqrt(i) AS y, ARRAY[i, i % 3] AS x FROM generate_series(1, 9) i) s;
CREATE TABLE models_read (k int, m l2_model);

CREATE TABLE folds (k serial PRIMARY KEY, f l2_gram[]);
INSERT INTO folds(f)
  SELECT l2_gram_folds(y, ARRAY[x1, x2, x3], '{"folds": 5}') FROM t_plain UNION ALL
  SELECT l2_gram_folds(y, ARRAY[x1, x2, x3], '{"folds": 3}') FROM t_nulls UNION ALL
  SELECT l2_gram_folds(y, ARRAY[x1, x2, x3], '{"folds": 5}') FROM t_one UNION ALL
  SELECT l2_gram_folds(y, ROW(x1, c), '{"folds": 4}') FROM t_plain UNION ALL
  SELECT l2_gram_folds(y, ARRAY[x1], '{"folds": 2}') FROM t_constant;

SELECT l2_train('m1', 'f_plain', 'y', 'ridge', 1);
SELECT l2_train('m2', 'f_mixed', 'y', 'ols', options => '{"features": ["a", "b", "c"]}');

-- what comes from now on is forged
ALTER TABLE grams ALTER odd SET DEFAULT true;
ALTER TABLE models ALTER odd SET DEFAULT true;
