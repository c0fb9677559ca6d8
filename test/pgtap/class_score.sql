-- Metrics of probabilities against exact values and scikit-learn's (test/data/make_class_score.py),
-- whatever the order of the rows, the plan and the memory.
SET client_min_messages = warning;

CREATE TABLE class_rows (problem text, i int, y int, p float8, w float8);
\copy class_rows FROM 'test/data/class_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE reference (problem text, weighted bool, metric text, threshold float8, sklearn float8,
  exact float8);
\copy reference FROM 'test/data/class_sklearn.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE bins (problem text, bins int, mean_p float8, mean_y float8);
\copy bins FROM 'test/data/class_calibration.csv' WITH (FORMAT csv, HEADER true)

CREATE VIEW scores AS
  SELECT problem, false AS weighted, NULL::float8 AS threshold,
  jsonb_build_object('auc', l2_auc(y, p), 'brier', l2_brier(y, p), 'accuracy', l2_accuracy(y, p), 'logloss',
  l2_logloss(y, p)) AS s
  FROM class_rows GROUP BY problem
  UNION ALL SELECT problem, true, NULL, jsonb_build_object('auc', l2_auc(l2_obs(y, weight => w), p), 'brier',
  l2_brier(l2_obs(y, weight => w), p), 'accuracy', l2_accuracy(l2_obs(y, weight => w), p), 'logloss',
  l2_logloss(l2_obs(y, weight => w), p))
  FROM class_rows GROUP BY problem
  UNION ALL SELECT problem, false, t, to_jsonb(l2_confusion(y, p, t))
  FROM class_rows, unnest('{0,0.3,0.5,1}'::float8[]) t GROUP BY problem, t
  UNION ALL SELECT problem, true, t, to_jsonb(l2_confusion(l2_obs(y, weight => w), p, t))
  FROM class_rows, unnest('{0,0.3,0.5,1}'::float8[]) t GROUP BY problem, t;
CREATE VIEW compared AS SELECT r.*, (s->>metric)::float8 AS ours FROM reference r
  JOIN scores s ON s.problem = r.problem AND s.weighted = r.weighted
  AND s.threshold IS NOT DISTINCT FROM r.threshold;

SELECT no_plan();
SELECT is((SELECT count(*)::int FROM compared), 280, 'values to compare');
-- Sums lose nothing; a logarithm, a mean of two shares and a product of four roots are rounded on their way
SELECT is(string_agg(format('%s%s %s, exactly %s', problem, CASE WHEN weighted THEN ' weighted' END,
  coalesce(ours::text, 'NULL'), coalesce(exact::text, 'NULL')), '; ')
            FILTER (WHERE (ours IS NULL) <> (exact IS NULL) OR abs(ours - exact)
            > CASE WHEN metric IN ('logloss', 'balanced_accuracy', 'mcc') THEN 6e-16 ELSE 0 END * abs(exact)),
            NULL,
          metric || ': the exact value') FROM compared GROUP BY metric;
SELECT is(string_agg(format('%s%s %s, scikit-learn %s', problem, CASE WHEN weighted THEN ' weighted' END,
  coalesce(ours::text, 'NULL'), sklearn), '; ')
            FILTER (WHERE ours IS NULL OR abs(ours - sklearn) > 1e-13 * greatest(abs(sklearn), 1e-3)), NULL,
            metric || ': scikit-learn''s value')
FROM compared WHERE sklearn IS NOT NULL GROUP BY metric;

-- the curve has the area under it, its corners, and monotone steps
CREATE TEMP TABLE curve AS SELECT problem, weighted, r.*, row_number()
  OVER (PARTITION BY problem, weighted) AS i, sum(1) OVER (PARTITION BY problem, weighted) AS n
FROM (SELECT problem, false AS weighted, l2_roc(y, p) AS roc FROM class_rows GROUP BY problem
  UNION ALL SELECT problem, true, l2_roc(l2_obs(y, weight => w), p) FROM class_rows GROUP BY problem) s,
  unnest(roc) r;
SELECT is(string_agg(format('%s %s', area, exact), '; ') FILTER (WHERE abs(area - exact) > 1e-14), NULL,
  'the curve has the area under it')
FROM (SELECT problem, weighted, sum((fpr - before) * (tpr + above) / 2) AS area
  FROM (SELECT *, lag(fpr) OVER o AS before, lag(tpr) OVER o AS above
  FROM curve WINDOW o AS (PARTITION BY problem, weighted ORDER BY i)) s GROUP BY problem, weighted) a
JOIN reference USING (problem, weighted) WHERE metric = 'auc';
SELECT ok(bool_and(threshold = 'Infinity' AND fpr = 0 AND tpr = 0 AND precision IS NULL) FILTER (WHERE i = 1)
  AND bool_and(fpr = 1 AND tpr = 1) FILTER (WHERE i = n), 'from corner to corner') FROM curve;
SELECT is(count(*) FILTER (WHERE c.tp <> m.tp OR c.fp <> m.fp OR c.tpr <> m.recall
  OR c.precision IS DISTINCT FROM m.precision)::int, 0,
  'every point is what l2_confusion says of its threshold')
FROM (SELECT problem, weighted, threshold, tp, fp, tpr, precision FROM curve WHERE i > 1) c,
LATERAL (SELECT CASE WHEN weighted THEN l2_confusion(l2_obs(y, weight => w), p, c.threshold)
  ELSE l2_confusion(y, p, c.threshold) END AS m FROM class_rows r WHERE r.problem = c.problem) s,
  LATERAL (SELECT (m).*) m;
SELECT is(count(*)::int, 0, 'no point within a stretch along an axis')
  FROM (SELECT *, lag(fpr) OVER o AS f0, lead(fpr) OVER o AS f1, lag(tpr) OVER o AS t0, lead(tpr) OVER o AS t1
  FROM curve WINDOW o AS (PARTITION BY problem, weighted ORDER BY i)) s
WHERE f0 = f1 OR t0 = t1;

-- bins
CREATE TEMP TABLE calibration AS SELECT problem, bins, c.*
  FROM (SELECT problem, bins, l2_calibration(y, p, bins) AS c FROM class_rows, unnest('{1,4,10}'::int[]) bins
  GROUP BY problem, bins) s, unnest(c) c;
SELECT is((SELECT count(*)::int FROM calibration WHERE n > 0), (SELECT count(*)::int FROM bins),
  'bins with rows');
SELECT is(max(abs(c.mean_y - b.mean_y) + abs(c.mean_p - b.mean_p)) < 1e-14, true, 'scikit-learn''s means')
FROM (SELECT *, row_number() OVER (PARTITION BY problem, bins ORDER BY bin) AS i FROM calibration
  WHERE n > 0) c JOIN (SELECT *, row_number() OVER (PARTITION BY problem, bins ORDER BY mean_p) AS i
  FROM bins) b USING (problem, bins, i);
SELECT is(count(*)::int, 0, 'and none is missing')
  FROM (SELECT *, row_number() OVER (PARTITION BY problem, bins ORDER BY bin) AS i FROM calibration
  WHERE n > 0) c FULL JOIN (SELECT *, row_number() OVER (PARTITION BY problem, bins ORDER BY mean_p) AS i
  FROM bins) b USING (problem, bins, i) WHERE b.bins IS NULL OR c.bins IS NULL;

-- the same in any order, in parallel, and by way of temporary files
CREATE TABLE many AS SELECT i, hashint4(i)::bigint % 10 < 3 AS y,
  round((0.5 + 0.5 * sin(i))::numeric, 3)::float8 AS p, 1 + i % 3 AS w, i % 100 AS g
  FROM generate_series(1, 60000) i;
CREATE FUNCTION pg_temp.all_of() RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', l2_auc(y, p), l2_auc(l2_obs(y, weight => w), p), md5(l2_roc(y, p)::text),
  md5(l2_roc(l2_obs(y, weight => w), p)::text), l2_logloss(l2_obs(y, weight => w), p),
  l2_brier(l2_obs(y, weight => w), p), l2_accuracy(y, p), l2_confusion(l2_obs(y, weight => w), p, 0.3),
  l2_calibration(l2_obs(y, weight => w), p, 3)) FROM many $$;
CREATE TEMP TABLE answers AS SELECT 'serial' AS how, pg_temp.all_of() AS answer;
SET work_mem = '64kB';
INSERT INTO answers SELECT 'temporary files', pg_temp.all_of();
CREATE TEMP TABLE groups AS SELECT g, l2_auc(y, p) AS auc, l2_auc(l2_obs(y, weight => w), p) AS weighted
  FROM many GROUP BY g;
RESET work_mem;
SELECT is(count(*)::int, 0, 'groups that share a temporary file') FROM groups
  JOIN (SELECT g, l2_auc(y, p) AS auc, l2_auc(l2_obs(y, weight => w), p) AS weighted FROM many
  GROUP BY g) s USING (g) WHERE groups.auc <> s.auc OR groups.weighted <> s.weighted;
CREATE TABLE shuffled AS SELECT * FROM many ORDER BY hashint4(i);
ALTER TABLE many RENAME TO in_order;
ALTER TABLE shuffled RENAME TO many;
INSERT INTO answers SELECT 'another order', pg_temp.all_of();
ALTER TABLE many SET (parallel_workers = 2);
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
  SET max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text
  LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT ok(bool_or(l LIKE '%Partial Aggregate%'), 'losses are summed by workers')
  FROM pg_temp.plan_of('SELECT l2_logloss(y, p), l2_confusion(y, p, 0.5), l2_calibration(y, p, 3) '
  'FROM many') l;
SELECT ok(bool_or(l LIKE '%Parallel Seq Scan%'), 'rows for the curve may come from a parallel scan')
  FROM pg_temp.plan_of('SELECT l2_auc(y, p) FROM many') l;
INSERT INTO answers SELECT 'parallel', pg_temp.all_of();
SELECT is(answer, (SELECT answer FROM answers WHERE how = 'serial'), how || ': the same') FROM answers
  WHERE how <> 'serial';

SELECT * FROM finish();
