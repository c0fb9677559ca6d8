-- Folds of logistic, Poisson and other generalised linear models tell of rows not seen, as those of least
-- squares in folds.sql: of 20,000 rows of few different ones what folds by an id tell, of noise no more than
-- nothing, and the same to the last bit whatever the order, the plan and the workers.
SELECT plan(19);
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.sep(n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
  'SELECT hashint8extended(n, 1) / 2^64 + 0.5';

-- ---- 20,000 rows of 4, 40, 400 and 4,000 different ones, a third of them the same

CREATE TABLE repeated AS
  SELECT m, i, pg_temp.sep(k + 7777) < 1 / (1 + exp(1 - 2 * a - b)) AS won,
    floor(pg_temp.sep(k + 9999) * (1 + 4 * a)) AS n, 0.2 + a + pg_temp.sep(k + 8888) AS cost,
    ARRAY[a, b, c] AS x, a, b, chr(65 + k % 3) AS g
  FROM (SELECT m, i, k, pg_temp.sep(k) AS a, pg_temp.sep(-k - 1) AS b, pg_temp.sep(k * 3 + 5000000) AS c
    FROM (SELECT m, i, CASE WHEN pg_temp.sep(i + 100000) < 1 / 3.0 THEN 0
      ELSE (pg_temp.sep(i + 300000) * m)::int END AS k
    FROM generate_series(1, 20000) i, (VALUES (4), (40), (400), (4000)) v(m)) s) t;

CREATE FUNCTION pg_temp.both(aggregate text, y text, x text, options text, m int, OUT error float8,
  OUT by_id float8, OUT decades float8)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT r.cv_error, d.cv_error, abs(log(r.lambda / d.lambda))
    FROM (SELECT %1$s(%2$s, %3$s, %4$L) AS by_rows, %1$s(l2_obs(%2$s, fold => i::text), %3$s, %4$L) AS by_id
      FROM repeated, LATERAL (SELECT a, b, g) r WHERE m = %5$s) s, l2_glance(by_rows) r, l2_glance(by_id) d',
    aggregate, y, x, options, m) INTO error, by_id, decades;
END $$;
-- where the curve is flat a deal chooses any lambda: then it is the error that must agree
SELECT ok(abs(error / by_id - 1) < 0.02 AND (decades < 0.5 OR abs(error / by_id - 1) < 0.002),
  format('%s of %s different rows: error %s, by id %s, lambdas %s decades apart', aggregate, m,
    round(error::numeric, 5), round(by_id::numeric, 5), round(decades::numeric, 2)))
FROM (VALUES (4), (40), (400), (4000)) v(m),
  (VALUES ('logistic_cv', 'won', 'x', '{"n_lambda": 30}'),
          ('poisson_cv', 'n', 'r', '{"n_lambda": 30}'),
          ('glm_cv', 'cost', 'x', '{"family": "gamma", "link": "log", "n_lambda": 20}'))
    a(aggregate, y, x, o),
  pg_temp.both(aggregate, y, x, o, m);

-- ---- noise in ten levels scores no better than nothing

CREATE TABLE noise AS
  SELECT seed, i, y, (SELECT array_agg((k = j)::int::float8) FROM generate_series(1, 9) j) AS x
  FROM (SELECT seed, i, (pg_temp.sep(seed * 1000000 + i) * 10)::int % 10 AS k,
    pg_temp.sep(-seed * 1000000 - i) < 0.5 AS y
  FROM generate_series(1, 60) seed, generate_series(1, 400) i) s;
CREATE TABLE scores AS
  SELECT seed, (SELECT cv_error FROM l2_glance(by_rows)) / nothing AS by_rows,
    (SELECT cv_error FROM l2_glance(by_id)) / nothing AS by_id
  FROM (SELECT seed, logistic_cv(y, x, '{"l1_ratio": 1, "n_lambda": 20}') AS by_rows,
      logistic_cv(l2_obs(y, fold => i::text), x, '{"l1_ratio": 1, "n_lambda": 20}') AS by_id,
      -2 * (avg(y::int) * ln(avg(y::int)) + (1 - avg(y::int)) * ln(1 - avg(y::int)))::float8 AS nothing
    FROM noise GROUP BY seed) s;
SELECT ok(avg(by_rows) >= 1 AND abs(avg(by_rows) / avg(by_id) - 1) < 0.005, format(
  'noise: the error is %s of that of no features, by id %s', round(avg(by_rows)::numeric, 4),
  round(avg(by_id)::numeric, 4))) FROM scores;

-- ---- any order, any plan, any partial states

CREATE TABLE bits AS SELECT i, floor(pg_temp.sep(i) * 7) AS n, ARRAY[i % 4, i % 3]::float8[] AS x, i % 4 AS a,
  chr(65 + i % 3) AS g, 1 + i % 2 AS w, pg_temp.sep(i + 5) < 0.4 AS b FROM generate_series(1, 3000) i;
CREATE FUNCTION pg_temp.models(by text, relation text DEFAULT 'bits') RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  r text[];
BEGIN
  EXECUTE format('SELECT ARRAY[logistic_cv(b, x, ''{"n_lambda": 10}''%1$s)::text,
    logistic_cv(l2_obs(b, weight => w), q, ''{"l1_ratio": 0.5, "n_lambda": 10, "folds": 7}''%1$s)::text,
    poisson_cv(n, x, ''{"n_lambda": 10, "seed": 3}''%1$s)::text,
    poisson_cv(l2_obs(n, offset_by => w), q, ''{"n_lambda": 10}''%1$s)::text,
    glm_cv(l2_obs(n + 1, weight => w), x, ''{"family": "gamma", "link": "log", "n_lambda": 5}''%1$s)::text]
    FROM %2$s t, LATERAL (SELECT a, g) q', by, relation) INTO r;
  RETURN r;
END $$;
SELECT is((SELECT count(DISTINCT pg_temp.models(format(' ORDER BY hashint8extended(i, %s)', seed)))
  FROM generate_series(1, 50) seed)::int, 1, '50 orders of the rows: the same models');
CREATE TABLE clustered AS TABLE bits ORDER BY g, n, i;
SELECT is(pg_temp.models('', 'clustered'), pg_temp.models('', 'bits'), 'another table of the same rows');
SELECT is(pg_temp.models('', '(TABLE bits UNION ALL (SELECT * FROM bits LIMIT 0))'), pg_temp.models(''),
  'another plan');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE bits SET (parallel_workers = 3);
CREATE FUNCTION pg_temp.with_workers(n int) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('max_parallel_workers_per_gather', n::text, false);
  RETURN pg_temp.models('');
END $$;
SELECT is((SELECT count(DISTINCT pg_temp.with_workers(w)) FROM generate_series(0, 3) w)::int, 1,
  'workers: the same models');
-- copies are copies wherever they come from: a row of weight 1 thrice is not one of weight 3
SELECT is(pg_temp.models('', '(TABLE bits UNION ALL TABLE bits UNION ALL TABLE bits)'),
  pg_temp.models('', '(SELECT b.* FROM bits b, generate_series(1, 3))'), 'copies of all rows, in any order');
SELECT isnt((pg_temp.models('', '(TABLE bits UNION ALL TABLE bits)'))[1], (pg_temp.models(''))[1],
  'which are other folds than one of each');
SELECT * FROM finish();
