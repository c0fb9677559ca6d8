-- Sliding frames against a refit of every frame: values that spoil sums when they leave.
SET client_min_messages = error;

CREATE TEMP TABLE series AS
SELECT i,
  3 * sin(i) - cos(2.0 * i) AS y, sin(i) + i % 5 AS a, cos(2.0 * i) + i % 3 AS b
FROM generate_series(1, 400) i;
CREATE TEMP TABLE cases AS
  SELECT 'plain' AS name, i, y, ARRAY[a, b] AS x, 1.0::float8 AS w FROM series UNION ALL
  SELECT 'an outlier of 1e9 passes', i, y, ARRAY[a + CASE i WHEN 150 THEN 1e9 ELSE 0 END, b], 1 FROM series
  UNION ALL
  SELECT 'a target of 1e12 passes', i, y + CASE i WHEN 200 THEN 1e12 ELSE 0 END, ARRAY[a, b], 1 FROM series
  UNION ALL
  SELECT 'mean drifts from 1e6 to 2e6', i, y, ARRAY[a + 1e6 + i * 2500, b], 1 FROM series UNION ALL
  SELECT 'values near 1e9', i, y + 1e9, ARRAY[a + 1e9, b - 1e9], 1 FROM series UNION ALL
  SELECT 'monotone', i, y + i, ARRAY[i, b], 1 FROM series UNION ALL
  SELECT 'a column is constant for a while', i, y, ARRAY[CASE WHEN i BETWEEN 100 AND 250 THEN 7 ELSE a END,
  b], 1 FROM series UNION ALL
  SELECT 'all columns are', i, CASE WHEN i BETWEEN 100 AND 250 THEN 1e7 ELSE y END,
  ARRAY[CASE WHEN i BETWEEN 100 AND 250 THEN 0.1 ELSE a END,
  CASE WHEN i BETWEEN 100 AND 250 THEN -3 ELSE b END], 1 FROM series UNION ALL
  SELECT 'collinear for a while', i, y, ARRAY[a, CASE WHEN i BETWEEN 100 AND 250 THEN 2 * a + 1 ELSE b END], 1
  FROM series UNION ALL
  SELECT 'runs of NULL', i, CASE WHEN i % 90 > 30 THEN y END, ARRAY[a, CASE WHEN i % 7 > 0 THEN b END], 1
  FROM series UNION ALL
  SELECT 'weights over 12 decades', i, y, ARRAY[a, b], 10.0 ^ (i % 13 - 6) FROM series;

-- the same rows from scratch
CREATE FUNCTION pg_temp.apart(got float8[], want float8[]) RETURNS float8 LANGUAGE sql AS $$
  SELECT CASE WHEN got IS NULL AND want IS NULL THEN 0 WHEN array_positions(got, NULL)
  <> array_positions(want, NULL) THEN 'inf' ELSE
    (SELECT max(abs(g - w)) / nullif(max(abs(w)), 0) FROM unnest(got, want) u(g, w)) END $$;

SELECT plan(11 * 6 + 1);

CREATE TEMP TABLE fits AS
SELECT name, i, (ridge_fit(y, x, 0.5) OVER f)::float8[] AS ridge,
  (ols_fit(l2_obs(y, weight => w), x) OVER f)::float8[] AS ols, l2_gram_agg(l2_obs(y, weight => w), x)
  OVER f AS gram,
  (dropout_fit(y, x, 0.2) OVER f)::float8[] AS dropout,
  l2_ridge(l2_gram_cols(y, x[1], x[2]) OVER f, 0.5)::float8[] AS cols
FROM cases WINDOW f AS (PARTITION BY name ORDER BY i ROWS 29 PRECEDING);
CREATE TEMP TABLE refits AS
SELECT c.name, c.i, ridge_fit(p.y, p.x, 0.5)::float8[] AS ridge,
  ols_fit(l2_obs(p.y, weight => p.w), p.x)::float8[] AS ols,
  l2_gram_agg(l2_obs(p.y, weight => p.w), p.x) AS gram, dropout_fit(p.y, p.x, 0.2)::float8[] AS dropout
FROM cases c JOIN cases p ON p.name = c.name AND p.i BETWEEN c.i - 29 AND c.i GROUP BY 1, 2;

SELECT is(count(*)::int, 400, name || ': a fit a row') FROM fits GROUP BY name;
SELECT ok(max(pg_temp.apart(f.ridge, r.ridge)) < 1e-8, name || ': ridge, apart by '
  || max(pg_temp.apart(f.ridge, r.ridge))) FROM fits f JOIN refits r USING (name, i) GROUP BY name;
SELECT ok(max(pg_temp.apart(f.ols, r.ols)) < 1e-8,
  name || ': least squares, with the same columns dropped, apart by ' || max(pg_temp.apart(f.ols, r.ols)))
  FROM fits f JOIN refits r USING (name, i) GROUP BY name;
SELECT ok(max(pg_temp.apart(f.dropout, r.dropout)) < 1e-8, name || ': dropout, apart by '
  || max(pg_temp.apart(f.dropout, r.dropout))) FROM fits f JOIN refits r USING (name, i) GROUP BY name;
SELECT ok(max(pg_temp.apart(f.cols, r.ridge)) < 1e-8, name || ': columns, apart by '
  || max(pg_temp.apart(f.cols, r.ridge))) FROM fits f JOIN refits r USING (name, i) GROUP BY name;
SELECT ok(bool_and((f.gram IS NULL) = (r.gram IS NULL) AND l2_n(f.gram) IS NOT DISTINCT FROM l2_n(r.gram)
  AND l2_n_skipped(f.gram) IS NOT DISTINCT FROM l2_n_skipped(r.gram)
       AND coalesce(abs(l2_sum_weights(f.gram) / l2_sum_weights(r.gram) - 1) < 1e-12, true)),
       name || ': counts') FROM fits f JOIN refits r USING (name, i) GROUP BY name;

-- grams that leave a frame of sums take no digits of the others with them, however large their values
CREATE TABLE weeks AS SELECT i / 5 AS week, l2_gram_cols(y, a + CASE i WHEN 17 THEN 1e13 ELSE 0 END) AS g
  FROM series WHERE i <= 60 GROUP BY 1;
SELECT ok(max(pg_temp.apart(l2_ols(s)::float8[], l2_ols(alone)::float8[])) < 1e-12,
  'sums of grams: apart by ' || max(pg_temp.apart(l2_ols(s)::float8[], l2_ols(alone)::float8[])))
FROM (SELECT week, l2_gram_sum(g) OVER (ORDER BY week ROWS 2 PRECEDING) AS s FROM weeks) f
  JOIN LATERAL (SELECT l2_gram_sum(g) AS alone FROM weeks w WHERE w.week BETWEEN f.week - 2 AND f.week) a
  ON true;

SELECT * FROM finish();
