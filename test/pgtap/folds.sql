-- Folds tell of rows not seen: of rows that repeat, dealt by their values, what folds by an id tell;
-- and the deal is a function of the rows alone, whatever their order, plan, or partial states.
SELECT plan(34 + 10);
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.sep(n int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
  'SELECT hashint8extended(n, 1) / 2^64 + 0.5';

-- ---- 20,000 rows of 4, 40, 400 and 4,000 different ones, a third of them the same

CREATE TABLE repeated AS
  SELECT m, i, 0.5 * a + 0.3 * b + pg_temp.sep(k + 7777) AS y, ARRAY[a, b, c] AS x, a, b, chr(65 + k % 3) AS g
  FROM (SELECT m, i, k, pg_temp.sep(k) AS a, pg_temp.sep(-k - 1) AS b, pg_temp.sep(k * 3 + 5000000) AS c
        FROM (SELECT m, i, CASE WHEN pg_temp.sep(i + 100000) < 1 / 3.0 THEN 0
        ELSE (pg_temp.sep(i + 300000) * m)::int END AS k
              FROM generate_series(1, 20000) i, (VALUES (4), (40), (400), (4000)) v(m)) s) t;

CREATE FUNCTION pg_temp.both(what text, aggregate text, x text, from_item text, y text DEFAULT 'y')
  RETURNS TABLE (label text, by_rows l2_model, by_id l2_model)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT %L, %s(%s, %s), %2$s(l2_obs(%3$s, fold => i::text), %4$s) FROM %5$s',
  what, aggregate, y, x, from_item);
END $$;
CREATE TABLE pairs AS
  SELECT p.* FROM (VALUES (4), (40), (400), (4000)) v(m),
    LATERAL (SELECT * FROM pg_temp.both(format('lasso of %s rows', m), 'lasso_cv', 'x',
    format('repeated WHERE m = %s', m)) UNION ALL
             SELECT * FROM pg_temp.both(format('ridge of %s rows', m), 'ridge_cv', 'x',
             format('repeated WHERE m = %s', m)) UNION ALL
             SELECT * FROM pg_temp.both(format('lasso of %s records', m), 'lasso_cv', 'r',
             format('repeated, LATERAL (SELECT a, b, g) r WHERE m = %s', m))) p;
SELECT ok(abs(r.cv_error / d.cv_error - 1) < 0.02 AND abs(log(r.lambda / d.lambda)) < 0.5,
          format('%s: error %s, by id %s; lambda %s, %s', label, round(r.cv_error::numeric, 5),
          round(d.cv_error::numeric, 5), round(r.lambda::numeric, 3), round(d.lambda::numeric, 3)))
FROM pairs, l2_glance(by_rows) r, l2_glance(by_id) d;

-- ---- the passengers of the Titanic, 24 different rows among 2,201

CREATE TABLE titanic AS SELECT row_number() OVER () AS i, class, sex, age, survived FROM (VALUES
 ('3rd','M','C',0,35),('3rd','F','C',0,17),('1st','M','A',0,118),('2nd','M','A',0,154),('3rd','M','A',0,387),
 ('Crew','M','A',0,670),('1st','F','A',0,4),('2nd','F','A',0,13),('3rd','F','A',0,89),('Crew','F','A',0,3),
 ('1st','M','C',1,5),('2nd','M','C',1,11),('3rd','M','C',1,13),('1st','F','C',1,1),('2nd','F','C',1,13),
 ('3rd','F','C',1,14),('1st','M','A',1,57),('2nd','M','A',1,14),('3rd','M','A',1,75),('Crew','M','A',1,192),
 ('1st','F','A',1,140),('2nd','F','A',1,80),('3rd','F','A',1,76),('Crew','F','A',1,20))
 v(class, sex, age, survived, n), generate_series(1, n);
-- one deal by id may choose anything where the curve is flat: so many of them
CREATE FUNCTION pg_temp.near(aggregate text, options text, OUT label text, OUT error float8,
  OUT errors float8, OUT lambda float8, OUT low float8, OUT high float8)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format($q$SELECT %L, (SELECT cv_error FROM l2_glance(r)),
  (SELECT avg(g.cv_error) FROM unnest(d) m, l2_glance(m) g),
      (SELECT g.lambda FROM l2_glance(r) g), (SELECT min(g.lambda) FROM unnest(d) m, l2_glance(m) g),
      (SELECT max(g.lambda) FROM unnest(d) m, l2_glance(m) g)
    FROM (SELECT %1$s(survived, x, %2$L) AS r FROM titanic, LATERAL (SELECT class, sex, age) x) a,
      (SELECT array_agg(m) AS d FROM (SELECT %1$s(l2_obs(survived, fold => seed || ' ' || i), x, %2$L) AS m
       FROM titanic, LATERAL (SELECT class, sex, age) x, generate_series(1, 9) seed GROUP BY seed) s) b$q$,
       aggregate, options)
  INTO label, error, errors, lambda, low, high;
END $$;
SELECT ok(abs(error / errors - 1) < 0.02 AND log(lambda) BETWEEN log(low) - 0.5 AND log(high) + 0.5,
          format('Titanic by %s: error %s, by id %s; lambda %s, from %s to %s', label,
          round(error::numeric, 5), round(errors::numeric, 5),
                 round(lambda::numeric, 3), round(low::numeric, 3), round(high::numeric, 3)))
FROM (VALUES ('ridge_cv', '{"standardize": true}'), ('lasso_cv', '{}'), ('logistic_cv', '{}'),
  ('poisson_cv', '{"l1_ratio": 1}')) v(a, o), pg_temp.near(a, o);
SELECT ok(cv_error < 0.167 AND lambda < 1000, 'and in l2_train')
  FROM l2_train('tit', 'SELECT class, sex, age, survived FROM titanic', 'survived');

-- ---- noise in ten levels scores no better than nothing

CREATE TABLE noise AS
  SELECT seed, i, k, y, (SELECT array_agg((k = j)::int::float8) FROM generate_series(1, 9) j) AS x
  FROM (SELECT seed, i, (pg_temp.sep(seed * 1000000 + i) * 10)::int % 10 AS k,
  floor(pg_temp.sep(-seed * 1000000 - i) * 2) AS y
        FROM generate_series(1, 150) seed, generate_series(1, 400) i) s;
CREATE TABLE scores AS
  SELECT seed, (SELECT cv_error FROM l2_glance(by_rows)) / variance AS by_rows,
  (SELECT cv_error FROM l2_glance(by_id)) / variance AS by_id,
    l2_coef(by_rows) <@ '{0}' AS null_by_rows, l2_coef(by_id) <@ '{0}' AS null_by_id
  FROM (SELECT seed, var_pop(y) AS variance, lasso_cv(y, x) AS by_rows,
  lasso_cv(l2_obs(y, fold => i::text), x) AS by_id FROM noise GROUP BY seed) s;
SELECT ok(avg(by_rows) >= 1, format('noise: error over variance is %s, by id %s',
  round(avg(by_rows)::numeric, 4), round(avg(by_id)::numeric, 4))) FROM scores;
SELECT ok(abs(avg(null_by_rows::int) - avg(null_by_id::int)) <= 0.1,
          format('the null model is chosen in %s of 150, by id in %s', count(*) FILTER (WHERE null_by_rows),
          count(*) FILTER (WHERE null_by_id))) FROM scores;

-- ---- any order, any plan, any partial states

CREATE TABLE bits AS SELECT i, floor(pg_temp.sep(i) * 7) AS y, ARRAY[i % 4, i % 3]::float8[] AS x, i % 4 AS a,
  chr(65 + i % 3) AS g,
  1 + i % 2 AS w, i % 5 = 0 AS b FROM generate_series(1, 3000) i;
CREATE FUNCTION pg_temp.models(by text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  r text[];
BEGIN
  EXECUTE format('SELECT ARRAY[l2_cv(l2_gram_folds(y, x%1$s))::text,
    lasso_cv(l2_obs(y, weight => w), x%1$s)::text, ridge_cv(y, q%1$s)::text,
    elastic_net_cv(l2_obs(y, weight => w + 0.1, fold => nullif(bits.a, 0)), q%1$s)::text,
    l2_cv(l2_gram_folds(y, l2_row(q)%1$s))::text,
    logistic_cv(b, x%1$s)::text, poisson_cv(l2_obs(y, weight => w + 0.1), q%1$s)::text]
    FROM bits, LATERAL (SELECT a, g) q', by) INTO r;
  RETURN r;
END $$;
SELECT is((SELECT count(DISTINCT pg_temp.models(format(' ORDER BY hashint8extended(i, %s)', seed)))
  FROM generate_series(1, 50) seed)::int, 1, '50 orders of the rows: the same models');
SELECT is((SELECT l2_cv(l2_gram_folds(y, l2_row(q)), 'ridge')::text FROM bits, LATERAL (SELECT a, g) q),
  (SELECT ridge_cv(y, q)::text FROM bits, LATERAL (SELECT a, g) q),
  'a row that describes itself is dealt as the record');

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE bits SET (parallel_workers = 3);
CREATE FUNCTION pg_temp.in_parallel() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXPLAIN (COSTS OFF) SELECT lasso_cv(y, x) FROM bits LOOP
    IF line ~ 'Partial Aggregate' THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END $$;
SELECT ok(pg_temp.in_parallel(), 'three workers');
CREATE TEMP TABLE plans (parallel boolean, models text[]);
INSERT INTO plans SELECT true, ARRAY[lasso_cv(y, x)::text, (SELECT ridge_cv(y, ROW(a, g))::text FROM bits)]
  FROM bits;
SET max_parallel_workers_per_gather = 0;
INSERT INTO plans SELECT false, ARRAY[lasso_cv(y, x)::text, (SELECT ridge_cv(y, ROW(a, g))::text FROM bits)]
  FROM bits;
SELECT is(count(DISTINCT models)::int, 1, 'in parallel as without') FROM plans;

-- Partial states, some of them sent as text, put together as a random tree: of rows that wait to the end, and
-- of too many for that, in parts that are too many by themselves and in parts that are not
CREATE AGGREGATE state_of(float8, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
CREATE AGGREGATE joined(l2_gram[]) (SFUNC = _l2_folds_combine, STYPE = l2_gram[]);
CREATE AGGREGATE folds_of(l2_gram[]) (SFUNC = _l2_folds_combine, STYPE = l2_gram[],
  FINALFUNC = _l2_folds_final);
CREATE FUNCTION pg_temp.tree(few int, parts int, seed int) RETURNS l2_gram[] LANGUAGE plpgsql AS $$
DECLARE
  r l2_gram[];
BEGIN
  CREATE TEMP TABLE t AS SELECT (pg_temp.sep(i + seed * 100000) ^ 2 * parts)::int AS part,
  state_of(i * 7 % few, ARRAY[i % few, i % few % 5], '{"folds": 5}') AS s
    FROM generate_series(1, 12000) i GROUP BY 1;
  WHILE (SELECT count(*) FROM t) > 3 LOOP
    CREATE TEMP TABLE u AS SELECT (pg_temp.sep(part + seed * 1000) * (SELECT count(*) FROM t)
    / 2)::int AS part,
      joined(CASE WHEN part % 3 = 0 THEN s::text::l2_gram[] ELSE s END ORDER BY pg_temp.sep(part)) AS s FROM t
      GROUP BY 1;
    DROP TABLE t;
    ALTER TABLE u RENAME TO t;
  END LOOP;
  SELECT folds_of(s ORDER BY pg_temp.sep(part + seed)) INTO r FROM t;
  DROP TABLE t;
  RETURN r;
END $$;
CREATE TEMP TABLE trees AS SELECT few, seed, pg_temp.tree(few, 2 + seed * 3, seed) AS g
  FROM generate_series(1, 12) seed, (VALUES (40), (4096), (4097), (9000)) v(few);
SELECT is(count(DISTINCT (ARRAY(SELECT l2_n(h) FROM unnest(g) h), l2_cv(g)::float8[],
  (l2_glance(l2_cv(g))).cv_error::numeric(30, 12)))::int, 1,
          format('twelve trees of partial states of %s different rows', few))
FROM trees GROUP BY few ORDER BY few;
SELECT is(ARRAY(SELECT l2_n(h) FROM unnest(g) h),
  ARRAY(SELECT l2_n(h) FROM unnest((SELECT l2_gram_folds(i * 7 % few, ARRAY[i % few, i % few % 5],
  '{"folds": 5}') FROM generate_series(1, 12000) i)) h),
          format('which have the folds of all rows at once, of %s different ones', few))
FROM trees WHERE seed = 1 ORDER BY few;

CREATE AGGREGATE rows_state(float8, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'folds');
CREATE AGGREGATE rows_folds(l2_state) (SFUNC = _l2_row_combine, STYPE = l2_state,
  FINALFUNC = _l2_row_folds_final);
SELECT ok(bool_and(l2_cv(one)::float8[] = l2_cv(other)::float8[] AND ARRAY(SELECT l2_n(h) FROM unnest(one) h)
  = ARRAY(SELECT l2_n(h) FROM unnest(other) h)), 'states of such rows, sent as text')
FROM (SELECT few, rows_folds(s) AS one, rows_folds(s::text::l2_state) AS other FROM (
    SELECT few, i % 4, rows_state(i * 7 % few, l2_row(q), '{"folds": 5}') AS s
    FROM generate_series(1, 12000) i, (VALUES (40), (4500)) v(few),
      LATERAL (SELECT i % few AS a, chr(65 + i % few % 5) AS g) q GROUP BY 1, 2) t GROUP BY few) u;

-- ---- a key is dealt by its value, so that folds add up; rows by their values alone do too

SELECT is((SELECT array_agg(l2_n(s) ORDER BY k)
  FROM (SELECT k, l2_gram_sum(h) AS s FROM (SELECT g, l2_gram_folds(l2_obs(y, fold => ROW(i, g)), x) AS f
  FROM bits GROUP BY g) t, unnest(f) WITH ORDINALITY u(h, k) GROUP BY k) v),
          (SELECT array_agg(l2_n(h)) FROM (SELECT unnest(l2_gram_folds(l2_obs(y, fold => ROW(i, g)), x)) AS h
          FROM bits) s), 'folds by a key of two columns add up by groups');
SELECT is((SELECT array_agg(l2_n(s) ORDER BY k)
  FROM (SELECT k, l2_gram_sum(h) AS s FROM (SELECT i % 4 AS p,
  l2_gram_folds(sin(i), x, '{"adds_up": true}') AS f FROM bits GROUP BY 1) t,
  unnest(f) WITH ORDINALITY u(h, k) GROUP BY k) v),
          (SELECT array_agg(l2_n(h)) FROM (SELECT unnest(l2_gram_folds(sin(i), x, '{"adds_up": true}')) AS h
          FROM bits) s), 'and by values alone with adds_up');

-- ---- whatever is dealt, the folds together are the gram of all rows, and what is chosen is a fit to them

CREATE TABLE plain AS SELECT n, i, 3 + sin(i) + i % 7 AS y, i % 5 - 0.5 AS a, cos(i * 2.0) AS b,
  chr(97 + i % 3) AS z, 1 + i % 3 AS w FROM (VALUES (60), (20000)) v(n), generate_series(1, n) i;
CREATE TABLE dealt AS
  SELECT n, 'arrays' AS how, l2_gram_folds(y, ARRAY[a, b]) AS f, l2_gram_agg(y, ARRAY[a, b]) AS g,
    ridge_cv(y, ARRAY[a, b]) AS cv FROM plain GROUP BY n
  UNION ALL SELECT n, 'weights', l2_gram_folds(l2_obs(y, weight => w), ARRAY[a, b]),
    l2_gram_agg(l2_obs(y, weight => w), ARRAY[a, b]), ridge_cv(l2_obs(y, weight => w), ARRAY[a, b])
    FROM plain GROUP BY n
  UNION ALL SELECT n, 'rows that repeat', l2_gram_folds(i % 7, ARRAY[a, i % 3]), l2_gram_agg(i % 7, ARRAY[a, i
  % 3]),
    ridge_cv(i % 7, ARRAY[a, i % 3]) FROM plain GROUP BY n
  UNION ALL SELECT n, 'records', l2_gram_folds(y, l2_row(ROW(a, z))), l2_gram_agg(y, l2_row(ROW(a, z))),
    ridge_cv(y, l2_row(ROW(a, z))) FROM plain GROUP BY n
  UNION ALL SELECT n, 'records of weights', l2_gram_folds(l2_obs(i % 7, weight => w), l2_row(ROW(a, z))),
    l2_gram_agg(l2_obs(i % 7, weight => w), l2_row(ROW(a, z))),
    ridge_cv(l2_obs(i % 7, weight => w), l2_row(ROW(a, z))) FROM plain GROUP BY n;
SELECT ok(l2_n(s) = l2_n(g) AND l2_names(s) = l2_names(g) AND abs(l2_sum_weights(s) / l2_sum_weights(g) - 1) <
  1e-12
  AND (SELECT max(abs(u - v)) < 1e-11 FROM unnest(l2_means(s), l2_means(g)) m(u, v))
  AND (SELECT max(abs(u - v)) < 1e-10 FROM unnest(l2_covariance(s), l2_covariance(g)) m(u, v))
  AND (SELECT max(abs(u - v)) < 1e-8 FROM unnest(cv::float8[], l2_ridge(g, lambda)::float8[]) m(u, v)),
  format('%s rows, %s', n, how))
FROM dealt, LATERAL (SELECT l2_gram_sum(u) AS s FROM unnest(f) u) t,
  LATERAL (SELECT lambda FROM l2_glance(cv)) l;
SELECT * FROM finish();
