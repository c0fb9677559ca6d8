-- Aggregates over sliding frames.
\pset null NULL
SET client_min_messages = warning;

CREATE TABLE prices AS
SELECT i AS day, i % 2 AS stock, 2 * a - b + 0.01 * sin(i) AS y, ARRAY[a, b] AS x, a, b, 1 + i % 3 AS w
FROM (SELECT i, round((10 * sin(i * 0.7))::numeric, 2)::float8 AS a,
  round((5 * cos(i * 1.3))::numeric, 2)::float8 AS b FROM generate_series(1, 40) i) s;
CREATE FUNCTION rounded(m l2_model) RETURNS numeric[]
  LANGUAGE sql IMMUTABLE AS 'SELECT array_agg(round(v::numeric, 6) ORDER BY o) '
  'FROM unnest(m::float8[]) WITH ORDINALITY u(v, o)';

SELECT day, rounded(ols_fit(y, x) OVER (ORDER BY day ROWS 9 PRECEDING)) AS ols,
  rounded(ridge_fit(y, x, 1) OVER (ORDER BY day ROWS 9 PRECEDING)) AS ridge
FROM prices ORDER BY day LIMIT 12;

-- every kind of frame is the fit of its rows
CREATE TABLE rolling AS SELECT day, stock,
  l2_n(l2_gram_agg(y, x) OVER (ORDER BY day ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING)) AS around,
  rounded(ridge_fit(y, x, 1, '{"standardize": true}') OVER (PARTITION BY stock
  ORDER BY day ROWS 7 PRECEDING)) AS by_stock,
  rounded(lasso_fit(y, x, 1) OVER (ORDER BY day RANGE BETWEEN 6 PRECEDING AND 2 PRECEDING)) AS range,
  rounded(elastic_net_fit(y, x, 1) OVER (ORDER BY day / 5 GROUPS 1 PRECEDING)) AS groups,
  rounded(ols_fit(l2_obs(y, weight => w), x) FILTER (WHERE day % 4 > 0)
  OVER (ORDER BY day ROWS 11 PRECEDING)) AS filtered,
  rounded(ridge_fit(l2_obs(y, weight => w), x, 1, '{"weight_type": "frequency"}')
  OVER (ORDER BY day ROWS 8 PRECEDING EXCLUDE CURRENT ROW)) AS others,
  rounded(dropout_fit(y, x, 0.2) OVER (ORDER BY day ROWS 8 PRECEDING)) AS dropout,
  rounded(dropout_fit(l2_obs(y, weight => w), x, 0.2, '{"dropout_to": "mean"}')
  OVER (ORDER BY day ROWS 8 PRECEDING)) AS to_mean,
  rounded(l2_ols(l2_gram_cols(y, a, b) OVER (ORDER BY day ROWS 8 PRECEDING))) AS cols,
  l2_gram_agg(l2_obs(y, weight => w), x, '{"names": ["a", "b"]}')
  OVER (ORDER BY day ROWS BETWEEN 8 PRECEDING AND 3 FOLLOWING) AS named
FROM prices;
SELECT bool_and(around = (SELECT count(*) FROM prices p
  WHERE p.day BETWEEN r.day - 5 AND r.day + 5)) AS around,
  bool_and(by_stock = (SELECT rounded(ridge_fit(y, x, 1, '{"standardize": true}')) FROM prices p
  WHERE p.stock = r.stock AND p.day BETWEEN r.day - 14 AND r.day)) AS by_stock,
  bool_and(range IS NOT DISTINCT FROM (SELECT rounded(lasso_fit(y, x, 1)) FROM prices p
  WHERE p.day BETWEEN r.day - 6 AND r.day - 2)) AS range,
  bool_and(groups = (SELECT rounded(elastic_net_fit(y, x, 1)) FROM prices p
  WHERE p.day / 5 BETWEEN r.day / 5 - 1 AND r.day / 5)) AS groups,
  bool_and(filtered IS NOT DISTINCT FROM (SELECT rounded(ols_fit(l2_obs(y, weight => w), x)) FROM prices p
  WHERE p.day % 4 > 0 AND p.day BETWEEN r.day - 11 AND r.day)) AS filtered,
  bool_and(others IS NOT DISTINCT FROM (SELECT rounded(ridge_fit(l2_obs(y, weight => w), x, 1,
  '{"weight_type": "frequency"}')) FROM prices p WHERE p.day BETWEEN r.day - 8 AND r.day - 1)) AS others,
  bool_and(dropout = (SELECT rounded(dropout_fit(y, x, 0.2)) FROM prices p
  WHERE p.day BETWEEN r.day - 8 AND r.day)) AS dropout,
  bool_and(to_mean = (SELECT rounded(dropout_fit(l2_obs(y, weight => w), x, 0.2, '{"dropout_to": "mean"}'))
  FROM prices p WHERE p.day BETWEEN r.day - 8 AND r.day)) AS to_mean,
  bool_and(cols = (SELECT rounded(ols_fit(y, x)) FROM prices p
  WHERE p.day BETWEEN r.day - 8 AND r.day)) AS cols,
  bool_and(rounded(l2_ols(named, '{"features": ["b"]}'))
  = (SELECT rounded(ols_fit(l2_obs(y, weight => w), ARRAY[b])) FROM prices p WHERE p.day BETWEEN r.day - 8
  AND r.day + 3)) AS named
FROM rolling r;
-- every aggregate of rows into fits and grams takes rows out again, but for those over records and l2_rows
SELECT aggfnoid::regprocedure FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid
WHERE proname ~ '^(ols|ridge|lasso|elastic_net|dropout)_fit$|^l2_gram_(agg|cols|sum)$'
  AND NOT '"any"'::regtype = proargtypes[0] AND proargtypes[1] <> 'l2_row'::regtype AND aggminvtransfn = 0;

-- nothing in the frame, only NULLs, counts of what was skipped
SELECT day, l2_n(g) AS n, l2_n_skipped(g) AS skipped, rounded(m) IS NULL AS no_fit
FROM (SELECT day, l2_gram_agg(nullif(y, y * (day % 3 > 0)::int), x) OVER f AS g,
  ols_fit(CASE WHEN day > 3 THEN y END, x) OVER f AS m
      FROM prices WINDOW f AS (ORDER BY day ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING)) s ORDER BY day LIMIT 6;
-- the same result twice: the state is read, not used up
SELECT count(DISTINCT rounded(m)) AS fits, count(*)
  FROM (SELECT ols_fit(y, x) OVER (ORDER BY day / 10 RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS m
  FROM prices) s;
-- collinear in some frames
SELECT count(*) FILTER (WHERE array_position(l2_coef(m), NULL) > 0) AS dropped FROM
  (SELECT ols_fit(y, ARRAY[a, CASE WHEN day BETWEEN 10 AND 25 THEN 2 * a ELSE b END])
  OVER (ORDER BY day ROWS 5 PRECEDING) AS m FROM prices) s;

-- grams of days, summed over weeks: NULLs, names, constant columns, a gram that dwarfs the others
CREATE TABLE days AS SELECT week, CASE WHEN week % 7 <> 3 THEN g END AS g
  FROM (SELECT day / 2 AS week, l2_set_names(l2_gram_agg(y,
  ARRAY[a, CASE WHEN day BETWEEN 20 AND 30 THEN 1 ELSE b END, CASE day WHEN 8 THEN 1e12 ELSE a END]),
  '{a,b,c}', 'y') AS g FROM prices GROUP BY 1) s;
SELECT bool_and(m IS NOT DISTINCT FROM (SELECT rounded(l2_ridge(l2_gram_sum(g), 1)) FROM days d
  WHERE d.week BETWEEN s.week - 3 AND s.week)) AS weeks, count(m), min(l2_n(s.g)) AS least,
  max(l2_n(s.g)) AS most
FROM (SELECT week, rounded(l2_ridge(l2_gram_sum(g) OVER f, 1)) AS m, l2_gram_sum(g) OVER f AS g
  FROM days WINDOW f AS (ORDER BY week ROWS 3 PRECEDING)) s;
SELECT count(g) AS sums FROM (SELECT l2_gram_sum(g)
  OVER (ORDER BY week ROWS BETWEEN 3 PRECEDING AND 3 PRECEDING) AS g FROM days) s;
SELECT l2_gram_sum(CASE WHEN week = 9 THEN l2_gram_minus ELSE g END) OVER (ORDER BY week ROWS 3 PRECEDING)
  FROM days, LATERAL (SELECT l2_gram('{1,2}', '{y,a}') AS l2_gram_minus) s;
DROP TABLE days;

-- Rows that fade: as weights by age, in order, and as a window
SELECT rounded(ridge_ewm(y, x, 1, 10 ORDER BY day))
  = (SELECT rounded(ridge_fit(l2_obs(y, weight => 0.5 ^ ((40 - day) / 10.0)), x, 1)) FROM prices) AS faded,
  rounded(ridge_ewm(y, x, 1, 10, '{"standardize": true}' ORDER BY -day))
  = (SELECT rounded(ridge_fit(l2_obs(y, weight => 0.5 ^ ((day - 1) / 10.0)), x, 1, '{"standardize": true}'))
  FROM prices) AS back,
  rounded(ridge_ewm(nullif(y, y * (day % 2)), x, 1, 10 ORDER BY day))
  = (SELECT rounded(ridge_ewm(y, x, 1, 10 ORDER BY day)) FROM prices WHERE day % 2 = 0) AS nulls_do_not_age
  FROM prices;
SELECT bool_and(rounded(m) = (SELECT rounded(ridge_ewm(y, x, 1, 5 ORDER BY day)) FROM prices p
  WHERE p.day <= s.day)) AS each_day FROM (SELECT day, ridge_ewm(y, x, 1, 5) OVER (ORDER BY day) AS m
  FROM prices) s;
SELECT rounded(l2_ridge(l2_gram_decay(l2_gram_agg(y, x) FILTER (WHERE day <= 20), 0.25) + l2_gram_agg(y, x)
  FILTER (WHERE day > 20), 1)) =
  rounded(ridge_fit(l2_obs(y, weight => CASE WHEN day <= 20 THEN 0.25 ELSE 1 END), x, 1)) AS days,
  round(l2_sum_weights(l2_gram_decay(l2_gram_agg(y, x), 0.25))::numeric, 9) AS weights FROM prices;
SELECT ridge_ewm(y, x, 1, 0) FROM prices;
SELECT ridge_ewm(y, x, 1, day) FROM prices;
SELECT ridge_ewm(y, x, 1, NULL) FROM prices;
SELECT l2_gram_decay(l2_gram_agg(y, x), 1.5) FROM prices;

-- Errors
SELECT ridge_fit(y, x, day) OVER (ORDER BY day ROWS 3 PRECEDING) FROM prices;
SELECT ridge_fit(y, x, -1) OVER (ORDER BY day ROWS 3 PRECEDING) FROM prices;
SELECT ridge_fit(y, CASE WHEN day < 9 THEN x ELSE x || 1.0::float8 END, 1)
  OVER (ORDER BY day ROWS 3 PRECEDING) FROM prices;
SELECT ols_fit(y, ARRAY[a, CASE day WHEN 9 THEN 'NaN' ELSE b END]) OVER (ORDER BY day ROWS 3 PRECEDING)
  FROM prices;
SELECT ols_fit(y, x, '{"lambda": 1}') OVER (ORDER BY day ROWS 3 PRECEDING) FROM prices;
SELECT min(l2_n_skipped(g)) AS least, max(l2_n_skipped(g)) AS most
  FROM (SELECT l2_gram_agg(y, ARRAY[a, nullif(b, b * (day = 9)::int)])
  OVER (ORDER BY day ROWS 3 PRECEDING) AS g FROM prices) s;

-- grams in a frame: NULL, with and without names, of other columns
SELECT i, l2_n(s), l2_names(s) FROM (SELECT i, l2_gram_sum(g) OVER (ORDER BY i ROWS 1 PRECEDING) AS s FROM
  (SELECT i, CASE WHEN i IN (1, 3, 4) THEN NULL WHEN i = 6 THEN l2_set_names(g, '{a}', 'y') ELSE g END AS g
  FROM (SELECT l2_gram_agg(y, ARRAY[a]) AS g FROM prices) p, generate_series(1, 7) i) t) u;
SELECT l2_gram_sum(g) OVER (ORDER BY i ROWS 1 PRECEDING) FROM
  (SELECT 1 AS i, l2_gram_agg(y, ARRAY[a]) AS g FROM prices UNION ALL SELECT 2, l2_gram_agg(y, ARRAY[a, b])
  FROM prices) t;
DROP TABLE prices, rolling;
DROP FUNCTION rounded(l2_model);
