-- What reports say: all of their text, and of each drawing its texts, and a sum over the places that it draws
SET client_min_messages = error;
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
-- Points of a cloud have no order: they are drawn as they come from the scan
CREATE FUNCTION pg_temp.sorted(svg text) RETURNS text LANGUAGE sql AS $$
  SELECT coalesce((SELECT replace(svg, d, (SELECT string_agg(p, 'M' ORDER BY p COLLATE "C")
      FROM regexp_split_to_table(d, 'M') p))
    FROM substring(svg FROM '"cloud[^"]*" d="([^"]*)"') d WHERE d IS NOT NULL), svg)
$$;
-- Each number of a drawing counts by its place, so that no two can change places
CREATE FUNCTION pg_temp.drawn(svg text) RETURNS text LANGUAGE sql AS $$
  SELECT format('[%s: %s]', round((SELECT sum(m[1]::numeric * (1 + i % 7))
    FROM regexp_matches(pg_temp.sorted(svg), '(?<![\d.#a-z])(-?\d+\.?\d*)(?=[" ,LM])', 'g')
      WITH ORDINALITY u(m, i))),
    (SELECT string_agg(m[1], ' ' ORDER BY i)
     FROM regexp_matches(svg, '(?:<text[^>]*>|class="(?!grid|axis|tick))([^<"]+)', 'g')
       WITH ORDINALITY u(m, i)))
$$;
CREATE FUNCTION pg_temp.text_of(page text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  svg text;
BEGIN
  page := substring(page FROM '<body>.*</body>');
  LOOP
    svg := substring(page FROM '<svg.*?</svg>');
    EXIT WHEN svg IS NULL;
    page := replace(page, svg, pg_temp.drawn(svg));
  END LOOP;
  page := regexp_replace(page, '<(?:tr|p) class="(\w+)">', '(\1) ', 'g');
  page := regexp_replace(page, '<(h[123])>', '\1 ', 'g');
  page := regexp_replace(page, '</t[hd]>(?!</tr>)|</dt>', ' | ', 'g');
  page := regexp_replace(regexp_replace(page, '<wbr>', '', 'g'), '<[^>]*>', '', 'g');
  RETURN QUERY SELECT l FROM regexp_split_to_table(page, '\n') l WHERE l ~ '[^ |]';
END $$;

CREATE TABLE houses AS
SELECT 90 + 3 * area - 2 * age + 9 * (i % 3) * (i % 2) + (i * 37 % 23 - 11) * area / 60.0 AS price, area,
  2 * area AS twice, age, rooms, zone, i, timestamp '2026-01-01' + i * interval '1 day' AS sold,
  i * 31 % 17 - 8 + area / 5.0 > 14 AS dear, i % 4 + area / 30 AS visits, i % 7 + 1 AS weight
FROM (SELECT i, 50 + (i * 29) % 41 AS area, (i * i) % 13 AS age,
  nullif(i % 5, CASE WHEN i > 60 THEN 9 ELSE 4 END) AS rooms,
  (ARRAY['north', 'south', 'west'])[1 + i * 7 % 3] AS zone FROM generate_series(1, 90) i) s;
CREATE TEMP TABLE fits AS
SELECT l2_gram_agg(price, ARRAY[area, twice, age, rooms],
    '{"names": ["area", "twice", "age", "rooms"], "target": "price"}') AS gram,
  l2_gram_folds(l2_obs(price, fold => i), ARRAY[area, age, rooms], '{"folds": 4}') AS folds,
  l2_gram_agg(price, ARRAY[area, age], '{"names": ["area", "age"], "target": "price"}') AS two,
  l2_gram_agg(price, ARRAY[area, age], '{"names": ["area", "age"], "target": "price"}')
    FILTER (WHERE area > 60) AS large
FROM houses;
-- What a model predicts of the houses, and what came: in the order of the arrays
CREATE FUNCTION pg_temp.page(m l2_model, target text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT pg_temp.text_of(l2_report($1, y => y, predicted => p, options => %L))
    FROM (SELECT array_agg(%I::numeric::float8 ORDER BY i) AS y,
      array_agg(l2_predict($1, ARRAY[area, age]) ORDER BY i) AS p FROM houses) h',
    '{"made": "2026-01-02"}', target) USING m;
END $$;

-- Least squares with a column that says nothing new, rows that are left out, and other intervals
SELECT pg_temp.text_of(l2_report(l2_ols(gram), gram, options => '{"made": "2026-01-02", "level": 0.9}'))
FROM fits;
-- Errors that are not those of equal variances
SELECT pg_temp.text_of(l2_report(ols_fit(price, ARRAY[area, age], '{"vcov": "HC1"}'),
  options => '{"made": "2026-01-02", "title": "Robust"}')) FROM houses;
-- The penalties of each method, factors of them, and no intercept
SELECT pg_temp.text_of(l2_report(l2_ridge(gram, 30, '{"penalty_factor": [1, 2, 0, 1]}'), gram,
  options => '{"made": "2026-01-02"}')) FROM fits;
SELECT pg_temp.text_of(l2_report(l2_lasso(gram, 300, '{"intercept": false, "standardize": false}'), gram,
  options => '{"made": "2026-01-02"}')) FROM fits;
SELECT pg_temp.text_of(l2_report(l2_dropout(two, 0.2), two, options => '{"made": "2026-01-02"}')) FROM fits;
SELECT pg_temp.text_of(l2_report(l2_cv(folds, 'elastic_net', '{"l1_ratio": 0.3, "n_lambda": 30}'),
  folds => folds, options => '{"made": "2026-01-02"}')) FROM fits;
-- A sample, and what is different in other rows; rows without a number are not counted
SELECT pg_temp.text_of(l2_report(m, y => y, predicted => p, fresh => large,
  options => '{"made": "2026-01-02"}'))
FROM fits, l2_ols(two) m, LATERAL (SELECT array_agg(price::float8 ORDER BY i) || '{NULL,5}'::float8[] AS y,
  array_agg(l2_predict(m, ARRAY[area, age]) ORDER BY i) || '{5,NULL}'::float8[] AS p FROM houses) h;
-- More rows than are drawn, more features than are shown
SELECT l FROM pg_temp.text_of((SELECT l2_report(l2_ols(two), y => y, predicted => p) FROM fits,
  (SELECT array_agg(i::float8) AS y, array_agg(i + 2.0 * (i % 3)) AS p FROM generate_series(1, 4001) i) s)) l
WHERE l ~ '^(Of|h3|R&sup2;|Median|Bias|\d+ \|)';
SELECT l FROM pg_temp.text_of((SELECT l2_report(ridge_fit(y, x, 5)) FROM (SELECT i % 7 + i AS y,
  array_agg((i * j * j % 101)::float8 * j ORDER BY j) AS x FROM generate_series(1, 90) i,
  generate_series(1, 51) j GROUP BY i) s)) l WHERE l ~ '^(The|.*Inter|x(1|2|50|51) |Coeff)';
SELECT l FROM pg_temp.text_of((SELECT l2_report(l2_ridge(g, 5), g) FROM (SELECT l2_gram_agg(y, x) AS g
  FROM (SELECT i % 7 + i AS y, array_agg(sin(i * j) + i / j ORDER BY j) AS x
    FROM generate_series(1, 90) i, generate_series(1, 50) j GROUP BY i) s) t)) l
WHERE l ~ '^(The|Drawn|Coefficients of)';
SELECT l FROM pg_temp.text_of((SELECT l2_report(l2_ridge(g, 5), g) FROM (SELECT l2_gram_agg(y, x) AS g
  FROM (SELECT i % 7 + i AS y, array_agg(sin(i * j) + i / j ORDER BY j) AS x
    FROM generate_series(1, 90) i, generate_series(1, 8) j GROUP BY i) s) t)) l WHERE l ~ 'standardised';
-- Classes, counts, quantiles; a solver that stopped early
ALTER TABLE houses ADD is_dear integer;
UPDATE houses SET is_dear = dear::integer;
SELECT pg_temp.page((SELECT logistic_fit(dear, ARRAY[area, age], 0, '{"names": ["area", "age"]}')
  FROM houses), 'is_dear');
SELECT pg_temp.page((SELECT poisson_fit(visits, ARRAY[area, age], 0, '{"dispersion": "pearson"}')
  FROM houses), 'visits');
SELECT pg_temp.page((SELECT quantile_fit(price, ARRAY[area, age], 0.3) FROM houses), 'price');
SELECT pg_temp.text_of(l2_report(logistic_fit(dear, ARRAY[area], 0, '{"max_iter": 1}'),
  options => '{"made": "2026-01-02"}')) FROM houses;

-- By name: how it was made, categories, an even sample with times, drift, versions rejected and failed
SELECT version FROM l2_train('house', 'houses', 'price ~ area + age + zone', 'ols',
  options => '{"keep_gram": true, "weight": "weight", "unseen": "zero"}');
SELECT version FROM l2_train('ridge', 'houses', 'log(price) ~ area + age', 'ridge',
  options => '{"fold": "i", "folds": 5, "gate": 0.5}');
UPDATE houses SET price = price + 400 * (i % 2), zone = CASE WHEN i % 9 = 0 THEN 'east' ELSE zone END;
SELECT version, outcome FROM l2_refresh('house');
ALTER TABLE houses RENAME age TO years;
SELECT version, outcome FROM l2_refresh('house');
ALTER TABLE houses RENAME years TO age;
CREATE FUNCTION pg_temp.timeless(page text) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT regexp_replace(regexp_replace(regexp_replace(t, '\d\d\d\d-\d\d-\d\d \d\d:\d\d', 'then', 'g'),
    '\d[\d.]* s( \||$)', 'time\1'), '(\.\d{6})\d+', '\1', 'g')
  FROM pg_temp.text_of(page) t
$$;
SELECT pg_temp.timeless(l2_report('house', 'houses', '{"made": "2026-01-02"}'));
SELECT t FROM pg_temp.timeless(l2_report('house',
  'SELECT price, area, age, zone FROM houses WHERE zone <> ''east''', '{"made": "2026-01-02"}')) t
WHERE t ~ '^(Of|h1|h2|.*middot|zone|\(Res)';
-- of a ridge by cross-validation, of a logarithm, that the gate rejects now; and without the target
SELECT version, outcome FROM l2_refresh('ridge');
SELECT t FROM pg_temp.timeless(l2_report('ridge', 'houses', '{"made": "2026-01-02"}')) t
WHERE t ~ '^(Of|h|.*middot|Source|Formula|Options|&lambda|Rows|Error|RMSE|Bias|Ver|\d+ \||\(|\[)';
SELECT t FROM pg_temp.timeless(l2_report('ridge', 'SELECT area, age FROM houses')) t WHERE t ~ '^(Of|h)';
-- Several classes, one of which the model does not know
SELECT version FROM l2_train('zones', '(SELECT area, age, zone FROM houses WHERE zone <> ''east'')',
  'zone ~ area + age', 'multinomial');
SELECT pg_temp.timeless(l2_report('zones', 'houses', '{"made": "2026-01-02"}'));
-- weights that are all 1 are weights; a level of some digits
SELECT version FROM l2_train('even', 'houses', 'price ~ area', 'ols', options => '{"weight": "i / i"}');
SELECT t FROM pg_temp.timeless(l2_report('even', 'houses', '{"level": 0.9567891}')) t
WHERE t ~ '^(Of|Weights|Term)';
SELECT l2_drop('even');
-- none of the rows has a label; a reason that is long
SELECT t FROM pg_temp.timeless(l2_report('zones', 'SELECT area, age, NULL::text AS zone FROM houses')) t
WHERE t ~ '^(Of|h)';
UPDATE zones SET reason = repeat('0123456789', 30) || 'a';
SELECT t FROM pg_temp.timeless(l2_report('zones')) t WHERE t ~ '^.reason';
SELECT pg_temp.text_of(l2_report(l2_ols(g), g, options => '{"made": "2026-01-02"}'))
FROM (SELECT l2_gram_agg(price, '{}'::float8[], '{"names": [], "target": "price"}') AS g FROM houses) s;
SELECT l2_drop('house'), l2_drop('ridge'), l2_drop('zones');
DROP TABLE houses;
