-- Sliding frames, and joins that are not made; called by run.sql.

\warn 'l2reg: sliding frames and products'

-- ---- data: features whose fit has something to do in every frame

BEGIN;
SELECT setseed(0.75) \g /dev/null
CREATE TABLE rolling (i int, y float8, x1 float8, x3 float8[], x9 float8[]);
INSERT INTO rolling SELECT i, x[1] - x[3] + random(), x[1], x[1:3], x
FROM (SELECT i, ARRAY[random(), random(), random(), random(), random(), random(), random(), random(),
  random()] AS x
      FROM generate_series(1, 100000) i OFFSET 0) s;

-- 100 keys, 200 rows of either side each: 4,000,000 pairs, values near 1e6
CREATE TABLE visits AS SELECT i % 100 AS store, 100 + 20 * random() + i % 100 AS spent,
  1e6 + 30 * random() AS minutes, random() AS age
FROM generate_series(1, 20000) i;
CREATE TABLE promotions AS SELECT i % 100 AS store, 1e6 + 500 * random() AS budget,
  random() * (i % 100) AS kind
FROM generate_series(1, 20000) i;
COMMIT;
VACUUM (FREEZE, ANALYZE) rolling, visits, promotions;

\connect
SET client_min_messages = warning;

-- ---- frames

INSERT INTO query (item, name, sql)
SELECT 'frames', format('%s %s', name, n),
  format('SELECT count(f) FROM (SELECT %s OVER (ORDER BY i ROWS %s PRECEDING) AS f FROM rolling OFFSET 0) s',
  f, n - 1)
FROM (VALUES ('count 3', 'count(x3)'), ('fit 3', 'ridge_fit(y, x3, 0.1)'), ('count 9', 'count(x9)'),
  ('fit 9', 'ridge_fit(y, x9, 0.1)'), ('gram 3', 'l2_gram_agg(y, x3)')) v(name, f),
    unnest('{100,1000}'::int[]) n;
INSERT INTO query (item, name, sql)
SELECT 'slope', name, format('SELECT count(f) FROM (SELECT %s OVER (ORDER BY i ROWS 999 PRECEDING) AS f '
  'FROM rolling WHERE i <= 20000 OFFSET 0) s', f)
FROM (VALUES ('core', 'regr_slope(y, x1)'), ('fit', 'ols_fit(y, ARRAY[x1])')) v(name, f);
CALL measure('frames', 7);
CALL measure('slope', 3);

CREATE PROCEDURE rolling(what text, p int, n int, at_most float8)
LANGUAGE sql AS $$
    CALL report(what, format('count(x) over the same %s rows', n), ms('frames', format('fit %s %s', p, n)),
    ms('frames', format('count %s %s', p, n)),
                at_most => at_most, bests => ARRAY[best('frames', format('fit %s %s', p, n)),
                best('frames', format('count %s %s', p, n))])
$$;
CALL rolling('100,000 frames of 100 rows: ridge_fit, p = 3', 3, 100, 4);
CALL rolling('  of 1,000 rows, p = 3', 3, 1000, 4);
CALL rolling('  of 100 rows, p = 9', 9, 100, 6);
CALL rolling('  of 1,000 rows, p = 9', 9, 1000, 6);
CALL report('  1,000 rows, p = 3', '100 rows', ms('frames', 'fit 3 1000'), ms('frames', 'fit 3 100'),
            bests => ARRAY[best('frames', 'fit 3 1000'), best('frames', 'fit 3 100')]);
CALL report('  l2_gram_agg over 1,000 rows, p = 3', 'ridge_fit over them', ms('frames', 'gram 3 1000'),
  ms('frames', 'fit 3 1000'));
CALL report('20,000 frames of 1,000 rows: ols_fit, p = 1, times faster', 'regr_slope', ms('slope', 'fit'),
  ms('slope', 'core'),
            at_least => 10, bests => ARRAY[best('slope', 'fit'), best('slope', 'core')]);

-- ---- products

CREATE VIEW product AS SELECT l2_gram_sum(v * p) AS gram
FROM (SELECT store, l2_gram_agg(spent, ARRAY[minutes, age],
  '{"names": ["minutes", "age"], "target": "spent"}') AS v FROM visits GROUP BY store) v
JOIN (SELECT store, l2_gram_agg(budget, ARRAY[kind], '{"names": ["kind"], "target": "budget"}') AS p
  FROM promotions GROUP BY store) p USING (store);
CREATE VIEW flat AS SELECT l2_gram_agg(spent, ARRAY[minutes, age, budget, kind],
  '{"names": ["minutes", "age", "budget", "kind"], "target": "spent"}') AS gram
FROM visits JOIN promotions USING (store);
INSERT INTO query (item, name, sql) VALUES
('join', 'product', 'SELECT l2_ols(gram) FROM product'),
('join', 'flat', 'SELECT l2_ols(gram) FROM flat');
CALL measure('join', 5);
CALL report('20,000 rows with 20,000, 4,000,000 pairs: product of grams, times faster', 'the fit of the join',
  ms('join', 'product'), ms('join', 'flat'),
            at_least => 40, bests => ARRAY[best('join', 'product'), best('join', 'flat')]);
SELECT CASE WHEN count(*) = 5 THEN max(abs(a.estimate / b.estimate - 1)) ELSE 'inf' END AS apart
FROM product p, flat f, l2_summary(l2_ols(p.gram)) a JOIN l2_summary(l2_ols(f.gram)) b USING (term) \gset
INSERT INTO result (what, reference, ratio, at_most) VALUES
(format('  largest relative difference of a coefficient: %s', to_char(:apart, '9.9EEEE')), 'limit, 1e-10',
  :apart * 1e10, 1.0);
