-- Standard errors that do not take rows for independent and alike against R's sandwich
-- (test/data/make_robust.R): of aggregates over arrays and records, in parallel and in groups, of grams by
-- cluster and of a second pass.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
CREATE TABLE d (id int, store int, week int, half int, lone int, a float8, b float8, zone text, y float8,
  w float8, won int, visits int, single int);
\copy d FROM 'test/data/robust_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE reference (kase text, term text, std_error float8, covariance float8);
\copy reference FROM 'test/data/robust.csv' WITH (FORMAT csv, HEADER true)
ALTER TABLE d ADD x float8[];
UPDATE d SET x = ARRAY[a, b];
ANALYZE d;
SELECT no_plan();

-- every fit, its target, weight and offset, its features and options
CREATE TABLE fits (fit text, method text, y text, more text, features text, options jsonb, encode boolean);
INSERT INTO fits VALUES ('ols', 'ols', 'y', '', 'x', '{}', false),
  ('factor', 'ols', 'y', '', 'r', '{}', true), ('weighted', 'ols', 'y', 'weight => w', 'x', '{}', false),
  ('counted', 'ols', 'y', 'weight => w', 'x', '{"weight_type": "frequency"}', false),
  ('through_0', 'ols', 'y', '', 'x', '{"intercept": false}', false),
  ('aliased', 'ols', 'y', '', 'ARRAY[a, 2 * a, b]', '{"names": ["a", "twice", "b"]}', false),
  ('logistic', 'logistic', 'won', '', 'x', '{}', false),
  ('trials', 'logistic', 'won', 'weight => w', 'r', '{}', true),
  ('poisson', 'poisson', 'visits', 'weight => w, offset_by => w / 5', 'x', '{}', false),
  ('probit', 'glm', 'won', '', 'x', '{"family": "binomial", "link": "probit"}', false),
  ('cloglog', 'glm', 'won', 'weight => w', 'x', '{"family": "binomial", "link": "cloglog"}', false),
  ('gamma', 'glm', 'exp(y / 10)', 'weight => w', 'x', '{"family": "gamma", "link": "log"}', false),
  ('inverse', 'glm', 'exp(y / 10)', '', 'x', '{"family": "gamma", "link": "inverse"}', false),
  ('logistic counted', 'logistic', 'won', 'weight => w', 'x', '{"weight_type": "frequency"}', false),
  ('poisson counted', 'poisson', 'visits', 'weight => w', 'x', '{"weight_type": "frequency"}', false),
  ('single', 'ols', 'y', '', 'ARRAY[a, b, single]', '{"names": ["a", "b", "single"]}', false);
CREATE TABLE kinds (kind text, options jsonb, cluster text, ordered text);
INSERT INTO kinds SELECT k, jsonb_build_object('vcov', k), NULL, ''
  FROM unnest('{HC0,HC1,HC2,HC3}'::text[]) k;
INSERT INTO kinds VALUES ('CR0', '{"vcov": "CR0"}', 'store', ''), ('CR1', '{"vcov": "CR1"}', 'store', ''),
  ('CR1 cluster', '{"vcov": "CR1", "ssc": "cluster"}', 'store::text', ''),
  ('CR1 two', '{"vcov": "CR1"}', 'ROW(store, week::text)', ''),
  ('HAC', '{"vcov": "HAC", "bandwidth": 5}', NULL, ' ORDER BY id'),
  ('HAC full', '{"vcov": "HAC", "bandwidth": 5, "ssc": "full"}', NULL, ' ORDER BY id DESC');
CREATE FUNCTION pg_temp.fit(f fits, k kinds, rows text) RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE r l2_model;
BEGIN
  EXECUTE format('SELECT %s_fit(l2_obs(%s), %s, %L%s) FROM (SELECT d.*, s AS r '
  'FROM %s d, LATERAL (SELECT a, b, zone) s) q', f.method,
    concat_ws(', ', f.y, nullif(f.more, ''), 'cluster => ' || k.cluster), f.features,
    (f.options || k.options || '{"covariance": true}'), k.ordered, rows) INTO r;
  RETURN r;
END $$;
CREATE TABLE models AS SELECT fit || ' ' || kind AS kase, pg_temp.fit(f, k, 'd') AS m FROM fits f, kinds k
  WHERE NOT (fit ~ 'counted' AND kind LIKE 'HAC%') AND (fit <> 'single' OR kind IN ('HC0', 'HC1', 'CR1'))
    AND (fit NOT IN ('probit', 'cloglog', 'gamma', 'inverse') OR kind NOT IN ('CR1 cluster', 'HAC full'));
-- two ways of few clusters, indefinite, and what is cut off; two clusters, and clusters of one row
INSERT INTO models SELECT fit || ' ' || kind, pg_temp.fit(f, (kind, v.options, cluster, '')::kinds, 'd')
FROM (VALUES ('factor', 'odd', '{"vcov": "CR1"}'::jsonb, 'ROW(store % 4, week % 3)'),
    ('factor', 'odd psd', '{"vcov": "CR1", "psd": true}', 'ROW(store % 4, week % 3)'),
    ('factor', 'bad psd', '{"vcov": "CR1", "psd": true}', 'ROW(store % 7, week % 2)'),
    ('trials', 'odd psd', '{"vcov": "CR1", "psd": true}', 'ROW(store % 4, week % 3)'),
    ('logistic', 'CR1 halves', '{"vcov": "CR1"}', 'half'),
    ('logistic', 'CR1 lone', '{"vcov": "CR1"}', 'lone'), ('poisson', 'CR1 halves', '{"vcov": "CR1"}', 'half'),
    ('poisson', 'CR1 lone', '{"vcov": "CR1"}', 'lone'))
  v(fit, kind, options, cluster) JOIN fits f USING (fit);
INSERT INTO models SELECT 'crossed ' || kind, l2_fit('d', 'y ~ a * zone + b', 'ols', options => options)
FROM (SELECT k, jsonb_build_object('vcov', k) FROM unnest('{HC0,HC1,HC2,HC3}'::text[]) k
  UNION ALL VALUES ('CR1', '{"vcov": "CR1", "cluster": "store"}'::jsonb),
    ('CR1 two', '{"vcov": "CR1", "cluster": ["store", "week"]}')) v(kind, options);
INSERT INTO models SELECT 'ols CR1 halves', ols_fit(l2_obs(y, cluster => half = 0), x,
  '{"vcov": "CR1", "covariance": true}') FROM d
  UNION ALL SELECT 'ols CR1 lone', ols_fit(l2_obs(y, cluster => lone), x,
  '{"vcov": "CR1", "covariance": true}') FROM d
  UNION ALL SELECT 'ols CR1 rows', ols_fit(l2_obs(y, cluster => id), x, '{"vcov": "CR1", "covariance": true}')
  FROM d
  UNION ALL SELECT 'ols CR1 min', ols_fit(l2_obs(y, cluster => ROW(store, week)), x,
  '{"vcov": "CR1", "covariance": true, "ssc": "min"}') FROM d
  UNION ALL SELECT 'far6 HC3', ols_fit(y, ARRAY[a + 2e6, b], '{"vcov": "HC3", "covariance": true}') FROM d
  UNION ALL SELECT 'far8 HC3', ols_fit(y, ARRAY[a + 2e8, b], '{"vcov": "HC3", "covariance": true}') FROM d
  UNION ALL SELECT 'far6 CR1', ols_fit(l2_obs(y, cluster => store), ARRAY[a + 2e6, b],
  '{"vcov": "CR1", "covariance": true}') FROM d
  UNION ALL SELECT 'far8 CR1', ols_fit(l2_obs(y, cluster => store), ARRAY[a + 2e8, b],
  '{"vcov": "CR1", "covariance": true}') FROM d;

-- terms by what R calls them
CREATE FUNCTION pg_temp.told(m l2_model) RETURNS TABLE (term text, std_error float8, covariance float8)
  LANGUAGE sql AS $$
  WITH t AS (SELECT n.term, n.i, (l2_vcov(m))[n.i][n.i] AS square, l2_vcov(m) AS v
  FROM unnest(CASE WHEN m::jsonb ->> 'intercept' = 'true' THEN '{(Intercept)}'::text[] ELSE '{}' END
  || (l2_names(m))[2:]) WITH ORDINALITY n(term, i)),
    u AS (SELECT CASE term WHEN 'x1' THEN 'a' WHEN 'x2' THEN 'b' ELSE term END AS term, i, square, v FROM t
    WHERE square IS NOT NULL)
  SELECT u.term, sqrt(square), v[(SELECT max(i) FROM u)][i] FROM u $$;
CREATE VIEW compared AS SELECT kase, r.term, r.std_error AS r_error, r.covariance AS r_covariance,
  t.std_error, t.covariance, s.std_error AS shown
FROM models JOIN reference r USING (kase), LATERAL pg_temp.told(m) t
  LEFT JOIN LATERAL (SELECT std_error, CASE s.term WHEN 'x1' THEN 'a' WHEN 'x2' THEN 'b'
  ELSE s.term END AS term FROM l2_summary(m) s WHERE std_error IS NOT NULL) s USING (term)
WHERE t.term = r.term;
SELECT is(count(*)::int, (SELECT count(*)::int FROM reference), 'all terms of R') FROM compared;
SELECT is(count(DISTINCT kase)::int, (SELECT count(*)::int FROM models), 'all models') FROM compared;
-- far from 0 the intercept is another; at 1e8 the values themselves are rounded to 3e-9 of their spread
SELECT cmp_ok(max(abs(std_error / r_error - 1)), '<=',
  CASE WHEN kase LIKE 'far8%' THEN 1e-7 ELSE 1e-9 END::float8, kase || ': standard errors of R') FROM compared
  WHERE NOT (kase LIKE 'far%' AND term = '(Intercept)') GROUP BY kase;
SELECT cmp_ok(max(abs(covariance - r_covariance) / (r_error * (SELECT std_error FROM reference o
  WHERE o.kase = compared.kase AND o.term = CASE WHEN o.kase ~ 'factor|trials' THEN 'zone=west'
  WHEN o.kase ~ 'crossed' THEN 'a:zone=west' WHEN o.kase ~ 'single' THEN 'single' ELSE 'b' END))), '<=',
  CASE WHEN kase LIKE 'far8%' THEN 1e-7 ELSE 1e-9 END::float8, kase || ': covariances of R') FROM compared
  WHERE NOT (kase LIKE 'far%' AND term = '(Intercept)') GROUP BY kase;
SELECT cmp_ok(max(abs(shown / std_error - 1)), '<=', 1e-12::float8, 'l2_summary shows them') FROM compared;

-- statsmodels' cov_type, and its overall F
CREATE TABLE of_statsmodels (kase text, term text, value float8);
\copy of_statsmodels FROM 'test/data/robust_statsmodels.csv' WITH (FORMAT csv, HEADER true)
CREATE VIEW by_statsmodels AS
SELECT s.*, CASE s.term WHEN 'F' THEN g.f_statistic WHEN 'p' THEN g.p_value ELSE (SELECT std_error
  FROM pg_temp.told(m) t WHERE t.term = s.term) END AS ours
FROM of_statsmodels s JOIN models ON CASE WHEN s.kase LIKE '% two' THEN replace(s.kase, 'two', 'CR1 two')
  ELSE s.kase END = models.kase, l2_glance(m) g;
SELECT is(count(ours)::int, (SELECT count(*)::int FROM of_statsmodels), 'all of statsmodels')
  FROM by_statsmodels;
SELECT cmp_ok(max(abs(ours / value - 1)), '<=', 1e-9::float8, kase || ': statsmodels') FROM by_statsmodels
  GROUP BY kase;
SELECT is(f_statistic, NULL, 'no overall F of as many features as clusters') FROM models, l2_glance(m)
  WHERE kase = 'ols CR1 halves';

-- the same in parallel, in groups, out of work_mem; and by l2_train and l2_fit
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE TABLE many AS SELECT d.*, g FROM d, generate_series(1, 60) g ORDER BY g, id;
ALTER TABLE many SET (parallel_workers = 2);
ANALYZE many;
CREATE FUNCTION pg_temp.apart(a l2_model, b l2_model) RETURNS float8 LANGUAGE sql AS $$
  SELECT max(abs(x.std_error / y.std_error - 1))
  FROM l2_summary(a) WITH ORDINALITY x(term, estimate, std_error, t, p, lower, upper, st, vcov, positive, i)
  JOIN l2_summary(b) WITH ORDINALITY y(term, estimate, std_error, t, p, lower, upper, st, vcov, positive,
  i) USING (i)
  WHERE x.vcov = y.vcov $$;
CREATE TABLE planned AS SELECT fit, kind, pg_temp.fit(f, k, 'many') AS m FROM fits f, kinds k
  WHERE kind IN ('HC3', 'CR1', 'CR1 two') AND fit IN ('ols', 'factor', 'counted');
CREATE FUNCTION pg_temp.plan(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; r text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || sql LOOP r := r || line || E'\n'; END LOOP;
  RETURN r;
END $$;
CREATE FUNCTION pg_temp.buffers(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; r text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (ANALYZE, BUFFERS) ' || sql LOOP r := r || line || E'\n'; END LOOP;
  RETURN r;
END $$;
SELECT matches(pg_temp.plan($$ SELECT ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}')
  FROM many $$), 'Partial Aggregate', 'the plan is parallel');
SET max_parallel_workers_per_gather = 0;
SET work_mem = '64kB';
SELECT cmp_ok(max(pg_temp.apart(m, pg_temp.fit(f, k, 'many'))), '<=', 1e-12::float8,
  'parallel plans, and rows beyond work_mem') FROM planned JOIN fits f USING (fit) JOIN kinds k USING (kind);
SELECT is(count(*)::int, 60, 'sixty groups')
  FROM (SELECT g, ols_fit(l2_obs(y, cluster => store), x, '{"vcov": "CR1"}') AS m FROM many GROUP BY g) s
  WHERE pg_temp.apart(m, (SELECT m FROM models WHERE kase = 'ols CR1')) <= 1e-12;
-- 3,000 clusters do not fit 64 kB: several passes
CREATE TABLE wide AS SELECT i % 3000 AS c, sin(i * 1.7) AS y,
  ARRAY[cos(i), sin(i * 3.1), i % 7, i % 11, i % 13, i % 5] AS x FROM generate_series(1, 9000) i;
CREATE TABLE small_memory AS SELECT ols_fit(l2_obs(y, cluster => c), x, '{"vcov": "CR1"}') AS m FROM wide;
RESET work_mem;
SELECT cmp_ok(pg_temp.apart(m, (SELECT ols_fit(l2_obs(y, cluster => c), x, '{"vcov": "CR1"}') FROM wide)),
  '<=', 1e-12::float8, 'parts of the clusters') FROM small_memory;
SELECT is(l2_glance(m), (SELECT l2_glance(ols_fit(l2_obs(y, cluster => c), x, '{"vcov": "CR1"}')) FROM wide),
  'and their number') FROM small_memory;

-- the first rows stay in memory and the rest is in a file; and all of them are, when there are more groups
CREATE TABLE tall AS SELECT i / 60000 AS g, i % 300 AS c, sin(i * 1.7) AS y,
  ARRAY[cos(i), sin(i * 3.1), i % 7] AS x FROM generate_series(0, 63999) i;
CREATE VIEW few AS SELECT CASE WHEN g > 0 THEN c % 4 + 1 ELSE 0 END AS g,
  ols_fit(l2_obs(y, cluster => c), x, '{"vcov": "CR1"}') AS m FROM tall GROUP BY 1
  UNION ALL SELECT -1, ols_fit(l2_obs(y, cluster => c), x, '{"vcov": "CR1"}') FROM tall;
SET enable_sort = off;
CREATE TABLE in_memory AS SELECT * FROM few;
SET work_mem = '3MB';
SELECT matches(pg_temp.buffers($$ SELECT ols_fit(l2_obs(y, cluster => c), x, '{"vcov": "CR1"}') FROM tall $$),
  'temp read=1[0-9]{2} written=1[0-9]{2}', 'what does not fit is in a file, and EXPLAIN tells of it');
SELECT is(count(*)::int, 6, 'rows in memory and in a file, and all in a file')
  FROM in_memory JOIN few USING (g) WHERE pg_temp.apart(in_memory.m, few.m) = 0;
RESET work_mem;
RESET enable_sort;

-- grams by cluster, and a second pass
CREATE TABLE plain AS SELECT ols_fit(y, x, '{"covariance": true}') AS ols,
  ols_fit(l2_obs(y, weight => w), x, '{"covariance": true}') AS weighted,
  ols_fit(l2_obs(y, weight => w), x, '{"covariance": true, "weight_type": "frequency"}') AS counted,
  ols_fit(y, ARRAY[a + 2e8, b], '{"covariance": true}') AS far8,
  logistic_fit(won, x, '{"covariance": true}') AS logistic,
  poisson_fit(l2_obs(visits, weight => w, offset_by => w / 5), x, '{"covariance": true}') AS poisson FROM d;
SELECT cmp_ok(pg_temp.apart((SELECT l2_robust(ols, g)
  FROM plain, (SELECT l2_gram_agg(y, x) AS g FROM d GROUP BY store) s),
  (SELECT m FROM models WHERE kase = 'ols CR1')), '<=', 1e-12::float8, 'grams');
SELECT cmp_ok(pg_temp.apart((SELECT l2_robust(weighted, g)
  FROM plain, (SELECT l2_gram_agg(l2_obs(y, weight => w), x) AS g FROM d GROUP BY store) s),
  (SELECT m FROM models WHERE kase = 'weighted CR1')), '<=', 1e-12::float8, 'weighted grams');
SELECT cmp_ok(pg_temp.apart((SELECT l2_robust(counted, g, '{"vcov": "CR0"}')
  FROM plain, (SELECT l2_gram_agg(l2_obs(y, weight => w), x) AS g FROM d GROUP BY store) s),
  (SELECT m FROM models WHERE kase = 'counted CR0')), '<=', 1e-12::float8, 'counted grams');
SELECT cmp_ok(max(abs(x.std_error / y.std_error - 1)), '<=', 1e-10::float8, 'grams far from 0')
  FROM l2_summary((SELECT l2_robust(far8, g) FROM plain, (SELECT l2_gram_agg(y, ARRAY[a + 2e8, b]) AS g FROM d
  GROUP BY store) s)) x
  JOIN l2_summary((SELECT m FROM models WHERE kase = 'far8 CR1')) y USING (term);
SELECT cmp_ok(max(abs(x.std_error / y.std_error - 1)), '<=', 1e-12::float8,
  'grams in another order of columns') FROM
  l2_summary((SELECT l2_robust(m, g) FROM (SELECT ols_fit(y, x,
  '{"covariance": true, "names": ["a", "b"]}') AS m FROM d) s,
  (SELECT l2_set_names(l2_gram_cols(b, y, a), '{y,a}', 'b') AS g FROM d
  GROUP BY store) t)) WITH ORDINALITY x(term, e, std_error, t, p, l, u, st, v, positive, i)
  JOIN l2_summary((SELECT m FROM models WHERE kase = 'ols CR1')) WITH ORDINALITY y(term, e, std_error, t, p,
  l, u, st, v, positive, i) USING (i);
SELECT cmp_ok(pg_temp.apart(l2_robust(ols, l2_meat(ols, y, x, jsonb_build_object('vcov', v))),
  (SELECT m FROM models WHERE kase = 'ols ' || v)), '<=', 1e-12::float8, 'meat ' || v)
  FROM d, plain, unnest('{HC0,HC1,HC2,HC3}'::text[]) v GROUP BY ols, v;
SELECT cmp_ok(pg_temp.apart(l2_robust(logistic, l2_meat(logistic, won, x, '{"vcov": "HC3"}')),
  (SELECT m FROM models WHERE kase = 'logistic HC3')), '<=', 1e-12::float8, 'meat, logistic') FROM d, plain
  GROUP BY logistic;
SELECT cmp_ok(pg_temp.apart(l2_robust(poisson,
  l2_meat(poisson, l2_obs(visits, weight => w, offset_by => w / 5), x, '{"vcov": "HC2"}')),
  (SELECT m FROM models WHERE kase = 'poisson HC2')), '<=', 1e-12::float8, 'meat, Poisson') FROM d, plain
  GROUP BY poisson;
SELECT cmp_ok(pg_temp.apart(l2_robust(f, l2_meat(f, l2_obs(y, weight => w), x, l2_options('vcov', v))),
  (SELECT m FROM models WHERE kase = fit || ' ' || v)), '<=', 1e-12::float8, format('meat, %s, %s', fit, v))
  FROM d, plain, unnest('{HC0,HC1,HC2,HC3}'::text[]) v, LATERAL (VALUES ('counted', counted),
  ('weighted', weighted)) k(fit, f) GROUP BY fit, f, v;
-- weights are a part of the rows
SELECT throws_ok($$SELECT l2_meat(weighted, y, x) FROM d, plain GROUP BY weighted$$, '22023',
  'the rows do not have the weights or values of y that the model was fitted to', 'meat without the weights');
CREATE TABLE balanced AS SELECT logistic_fit(won, x, '{"covariance": true, "class_weight": "balanced"}') AS m,
  logistic_fit(won, x, '{"vcov": "HC1", "class_weight": "balanced"}') AS hc1 FROM d;
SELECT throws_ok($$SELECT l2_meat(m, won, x) FROM d, balanced GROUP BY m$$, '22023',
  'the rows do not have the weights or values of y that the model was fitted to', 'nor those of classes');
SELECT cmp_ok(pg_temp.apart(l2_robust(m, l2_meat(m, l2_obs(won, weight => n / (2 * k)), x)), hc1), '<=',
  1e-12::float8, 'which may be given') FROM balanced, (SELECT d.*, count(*) OVER ()::float8 AS n,
  count(*) OVER (PARTITION BY won)::float8 AS k FROM d) d GROUP BY m, hc1;
-- sums of scores by cluster, as l2_train has them made by other servers
CREATE TABLE scores AS
  SELECT 'ols' AS fit, ols AS m, _l2_scores(ols, y, x) AS s FROM d, plain GROUP BY ols, store
  UNION ALL SELECT 'counted', counted, _l2_scores(counted, l2_obs(y, weight => w), x) FROM d, plain
  GROUP BY counted, store
  UNION ALL SELECT 'logistic', logistic, _l2_scores(logistic, won, x) FROM d, plain GROUP BY logistic, store
  UNION ALL SELECT 'poisson', poisson, _l2_scores(poisson, l2_obs(visits, weight => w, offset_by => w / 5), x)
  FROM d, plain GROUP BY poisson, store;
SELECT cmp_ok(pg_temp.apart(_l2_robust(s.m, s, jsonb_build_object('vcov', v)::text::l2_options), models.m),
  '<=', 1e-12::float8, 'scores, ' || kase)
  FROM scores s, unnest('{CR0,CR1}'::text[]) v, models WHERE kase = fit || ' ' || v GROUP BY kase, models.m;
SELECT throws_ok($$SELECT _l2_robust(ols, '\x00', NULL) FROM plain$$, NULL, NULL, 'bytes of something else');
SET max_parallel_workers_per_gather = 2;
CREATE TABLE of_many AS SELECT ols_fit(y, x, '{"covariance": true}') AS m,
  ols_fit(y, x, '{"vcov": "HC1", "covariance": true}') AS hc1 FROM many;
SELECT matches(pg_temp.plan('SELECT l2_meat((SELECT m FROM of_many), y, x) FROM many'), 'Partial Aggregate',
  'a parallel second pass');
SELECT cmp_ok(pg_temp.apart(l2_robust(m, (SELECT l2_meat((SELECT m FROM of_many), y, x) FROM many)), hc1),
  '<=', 1e-12::float8, 'which gives the same') FROM of_many;
CREATE FUNCTION pg_temp.scores() RETURNS text LANGUAGE sql AS $$ SELECT
  'SELECT _l2_scores((SELECT m FROM of_many), y, x) AS s FROM many GROUP BY (1000 * x[1])::int % 9' $$;
SELECT matches(pg_temp.plan(pg_temp.scores()), 'Partial [A-Za-z]*Aggregate',
  'scores of clusters, in parallel');
SELECT cmp_ok(pg_temp.apart(_l2_robust(m, s, '{}'), cr1), '<=', 1e-10::float8, 'which give the same')
  FROM of_many, (SELECT _l2_scores((SELECT m FROM of_many), y, x) AS s FROM many
  GROUP BY (1000 * x[1])::int % 9) s, (SELECT ols_fit(l2_obs(y, cluster => (1000 * x[1])::int % 9), x,
  '{"vcov": "CR1"}') AS cr1 FROM many) o GROUP BY m, cr1;

-- workers hand over the rows of records, whose levels each has met in an order of its own
CREATE TABLE recorded AS SELECT i % 11 AS c, i % 13 AS d, 1 + i % 2 AS w,
  sin(i) + i % 11 % 4 + i % 13 % 5 AS y,
  cos(i) + i % 11 % 3 + i % 13 % 2 AS a, chr(97 + i * 7919 % 23 % 4) AS z FROM generate_series(1, 20000) i;
ANALYZE recorded;
CREATE FUNCTION pg_temp.of_records(vcov text, y text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT ols_fit(%s, l2_row(ROW(a, z)), ''{"vcov": "%s"}'') AS m FROM recorded', y, vcov) $$;
CREATE FUNCTION pg_temp.run(query text) RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
BEGIN
  EXECUTE query INTO m;
  RETURN m;
END $$;
CREATE TABLE by_workers AS SELECT vcov, y, pg_temp.run(pg_temp.of_records(vcov, y)) AS m
  FROM (VALUES ('HC1', 'y'), ('HC3', 'l2_obs(y, weight => w)'),
  ('CR1', 'l2_obs(y, weight => w, cluster => c)'), ('CR0', 'l2_obs(y, cluster => d)')) v(vcov, y);
SELECT matches(pg_temp.plan(pg_temp.of_records(vcov, y)), 'Partial Aggregate',
  'records in parallel: ' || vcov) FROM by_workers;
SET max_parallel_workers_per_gather = 0;
SELECT cmp_ok(pg_temp.apart(m, pg_temp.run(pg_temp.of_records(vcov, y))), '<=', 1e-10::float8,
  format('the same of records in one process: %s, %s', vcov, y)) FROM by_workers;
SET max_parallel_workers_per_gather = 2;

-- columns nearly collinear, and y far from 0: what does not depend on how columns are written does not lose
-- its digits
CREATE TABLE near AS SELECT i, (i * 37 % 101) / 8.0 AS a, (i * 53 % 29) / 4.0 AS b,
  (i * i * 7 % 31) / 2.0 AS y, i % 7 AS store, i * 11 % 5 AS week, 1 + i % 3 AS w
  FROM generate_series(1, 60) i;
SELECT cmp_ok(max(abs(x.std_error / y.std_error - 1)), '<=', 1e-9::float8, 'nearly collinear columns, ' || v)
FROM unnest('{HC0,HC1,HC2,HC3}'::text[]) v, LATERAL (SELECT ols_fit(l2_obs(y, weight => w),
  ARRAY[a, a + b / 131072], l2_options('vcov', v)) AS m,
  ols_fit(l2_obs(y, weight => w), ARRAY[a, b], l2_options('vcov', v)) AS plain FROM near) s,
  LATERAL (SELECT i, std_error * CASE WHEN i = 3 THEN 1 / 131072.0 ELSE 1 END AS std_error
  FROM l2_summary(m) WITH ORDINALITY t(term, e, std_error, t, p, l, u, st, errors, positive, i)
  WHERE i IN (1, 3)) x JOIN l2_summary(plain) WITH ORDINALITY y(term, e, std_error, t, p, l, u, st, errors,
  positive, i) USING (i) GROUP BY v;
SELECT cmp_ok(max(abs(x.std_error / y.std_error - 1)), '<=', 1e-9::float8, 'nearly collinear columns, '
  || kind)
FROM (SELECT 'two ways' AS kind, ols_fit(l2_obs(y, cluster => ROW(store, week)), ARRAY[a, a + b / 131072],
  '{"vcov": "CR1"}') AS m, ols_fit(l2_obs(y, cluster => ROW(store, week)), ARRAY[a, b],
  '{"vcov": "CR1"}') AS plain FROM near
  UNION ALL SELECT 'HAC', ols_fit(y, ARRAY[a, a + b / 131072], '{"vcov": "HAC", "bandwidth": 3}' ORDER BY i),
  ols_fit(y, ARRAY[a, b], '{"vcov": "HAC", "bandwidth": 3}' ORDER BY i) FROM near
  UNION ALL SELECT 'grams', (SELECT l2_robust(m, g)
  FROM (SELECT ols_fit(y, ARRAY[a, a + b / 131072], '{"covariance": true}') AS m FROM near) f,
  (SELECT l2_gram_cols(y, a, a + b / 131072) AS g FROM near GROUP BY store) g),
    (SELECT ols_fit(l2_obs(y, cluster => store), ARRAY[a, b], '{"vcov": "CR1"}') FROM near)
  UNION ALL SELECT 'meat', (SELECT l2_robust(m, l2_meat(m, y, ARRAY[a, a + b / 131072]))
  FROM (SELECT ols_fit(y, ARRAY[a, a + b / 131072], '{"covariance": true}') AS m FROM near) f, near
  GROUP BY m), (SELECT ols_fit(y, ARRAY[a, b], '{"vcov": "HC1"}') FROM near)) s,
  LATERAL (SELECT i, std_error * CASE WHEN i = 3 THEN 1 / 131072.0 ELSE 1 END AS std_error
  FROM l2_summary(m) WITH ORDINALITY t(term, e, std_error, t, p, l, u, st, errors, positive, i)
  WHERE i IN (1, 3)) x JOIN l2_summary(plain) WITH ORDINALITY y(term, e, std_error, t, p, l, u, st, errors,
  positive, i) USING (i) GROUP BY kind;
-- forms of them: (b1 + b2) of a, a + b/d is the coefficient of a by a, b; and a test of both is one of both
SELECT cmp_ok(greatest(max(abs(c.std_error / p.std_error - 1)), max(abs(f.f / g.f - 1))), '<=', 1e-9::float8,
  'forms of nearly collinear columns, ' || v)
FROM unnest('{iid,HC0,HC3,CR1}'::text[]) v, LATERAL (SELECT ols_fit(l2_obs(y,
  cluster => CASE v WHEN 'CR1' THEN store END), ARRAY[a, a + b / 131072], l2_options('vcov', v,
  'covariance', true)) AS m, ols_fit(l2_obs(y, cluster => CASE v WHEN 'CR1' THEN store END), ARRAY[a, b],
  l2_options('vcov', v, 'covariance', true)) AS plain FROM near) s,
  LATERAL l2_contrast(m, 'x1 + x2') c, LATERAL l2_contrast(plain, 'x1') p, LATERAL l2_wald(m) f,
  LATERAL l2_wald(plain) g GROUP BY v;
SELECT cmp_ok(abs(i.se_fit / j.se_fit - 1), '<=', 1e-9::float8, 'intervals of nearly collinear columns')
FROM (SELECT ols_fit(y, ARRAY[a, a + b / 131072], '{"vcov": "HC3", "covariance": true}') AS m,
  ols_fit(y, ARRAY[a, b], '{"vcov": "HC3", "covariance": true}') AS plain FROM near) s,
  LATERAL l2_predict_interval(m, ARRAY[2, 2 + 1 / 131072.0]) i,
  LATERAL l2_predict_interval(plain, ARRAY[2, 1]) j;
SELECT cmp_ok(pg_temp.apart(m, plain), '<=', 1e-9::float8, 'y far from 0, ' || v)
FROM unnest('{HC0,HC3,CR1}'::text[]) v, LATERAL (SELECT ols_fit(l2_obs(y + 4294967296 * 1024, weight => w,
  cluster => CASE WHEN v = 'CR1' THEN store END), ARRAY[a, b], l2_options('vcov', v)) AS m,
  ols_fit(l2_obs(y, weight => w, cluster => CASE WHEN v = 'CR1' THEN store END), ARRAY[a, b],
  l2_options('vcov', v)) AS plain FROM near) s;

-- linear forms and Wald's test, as by hand and by car
CREATE TABLE tests (kase text, estimate float8, std_error float8, statistic float8, df float8, p float8);
\copy tests FROM 'test/data/robust_tests.csv' WITH (FORMAT csv, HEADER true, NULL 'NA')
CREATE TABLE three AS SELECT 'iid' AS kind, ols_fit(y, s, '{"covariance": true}') AS m FROM d,
  LATERAL (SELECT a, b, zone) s UNION ALL SELECT 'HC3', ols_fit(y, s, '{"covariance": true, "vcov": "HC3"}')
  FROM d, LATERAL (SELECT a, b, zone) s
  UNION ALL SELECT 'CR1', ols_fit(l2_obs(y, cluster => store), s, '{"covariance": true, "vcov": "CR1"}')
  FROM d, LATERAL (SELECT a, b, zone) s;
SELECT cmp_ok(max(greatest(abs(c.estimate / t.estimate - 1), abs(c.std_error / t.std_error - 1),
  abs(c.t / t.statistic - 1), abs(c.p / t.p - 1))), '<=', 1e-9::float8, t.kase)
FROM three, l2_contrast(m, 'zone=north - zone=west') c JOIN tests t ON true WHERE t.kase = 'contrast ' || kind
  GROUP BY t.kase;
SELECT cmp_ok(max(greatest(abs(c.estimate / t.estimate - 1), abs(c.std_error / t.std_error - 1))), '<=',
  1e-9::float8, t.kase)
FROM three, l2_contrast(m, '(Intercept) + 3*a + 2*b + zone=north - 2 * "zone=east"') c JOIN tests t ON true
  WHERE t.kase = 'contrast value ' || kind GROUP BY t.kase;
SELECT cmp_ok(max(greatest(abs(w.f / t.statistic - 1), abs(w.p / t.p - 1), abs(w.df - t.df))), '<=',
  1e-9::float8, t.kase)
FROM three, (VALUES ('zonenorth zonewest', '{zone}'::text[]), ('a b', '{a,b}'), ('b', '{b}')) v(named, terms),
  l2_wald(m, terms) w, tests t WHERE t.kase = format('wald %s %s', kind, named) GROUP BY t.kase;
SELECT cmp_ok(max(abs(w.p / t.p - 1)), '<=', 1e-9::float8, 'linearHypothesis of car')
  FROM three, l2_wald(m, '{zone=west,zone=north}') w, tests t WHERE t.kase = 'car' AND kind = 'HC3';
SELECT cmp_ok(max(greatest(abs(c.t * c.t / t.statistic - 1), abs(c.p / t.p - 1),
  abs(c.estimate - c.lower - (c.upper - c.lower) / 2))), '<=', 1e-9::float8, 'linearHypothesis: ' || t.kase)
FROM three, tests t, l2_contrast(m, replace(substring(t.kase, 5), 'zonenorth', '"zone=north"')) c
WHERE t.kase LIKE 'car %' AND kind = 'HC3' GROUP BY t.kase ORDER BY t.kase;
SELECT is(array_agg(DISTINCT w::text), ARRAY[l2_wald(m, '{zone}')::text], 'one name is an array of it')
FROM three, LATERAL (VALUES (l2_wald(m, 'zone')), (l2_wald(m, 'zone'::varchar)),
  (l2_wald(m, ARRAY['zone'::name])), (l2_wald(m, terms => '{"zone"}'::text))) v(w)
  WHERE kind = 'HC3' GROUP BY m::text, m;
SELECT is(array_agg(h.p ORDER BY h.contrast),
  array_agg(least(1, CASE n.rank WHEN 1 THEN 3 * n.p WHEN 2 THEN 2 * n.p ELSE n.p END) ORDER BY h.contrast),
  'Holm, where p are far apart')
FROM three, LATERAL (SELECT *, rank() OVER (ORDER BY p) FROM l2_contrast(m, 'a; b; zone=west')) n
  JOIN LATERAL l2_contrast(m, 'a; b; zone=west', 0.95, '{"adjust": "holm"}') h USING (contrast)
  WHERE kind = 'iid';
SELECT cmp_ok(max(abs(b.p - least(1, 2 * n.p)) + abs(b.lower / w.lower - 1)), '<=', 1e-12::float8,
  'Bonferroni') FROM three, l2_contrast(m, 'a; b') n
  JOIN LATERAL l2_contrast(m, 'a; b', 0.95, '{"adjust": "bonferroni"}') b USING (contrast)
  JOIN LATERAL l2_contrast(m, 'a; b', 0.975) w USING (contrast);
SELECT * FROM finish();
