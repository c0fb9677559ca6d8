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
WHERE l ~ '^(Of|h3|R&sup2;|Median|Bias|\[|\d+ \|)';
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
-- The head: a strength below 1, a share of L1 or none, one feature; no features worth a scale
SELECT l FROM fits, unnest(ARRAY[l2_ridge(gram, 0.5), l2_elastic_net(gram, 0.5, '{"l1_ratio": 0}'),
  l2_elastic_net(gram, 0.5, '{"l1_ratio": 0.25}'), l2_lasso(two, 1e9)]) m, pg_temp.text_of(l2_report(m,
  options => '{"made": "2026-01-02"}')) l
WHERE l ~ 'middot|^Term|^\[|^Drawn|^Coefficients not';
SELECT l FROM pg_temp.text_of((SELECT l2_report(logistic_cv(dear, ARRAY[area, age],
  '{"folds": 3, "l1_ratio": 0.5,
  "lambdas": [0.02, 0.01]}'), options => '{"made": "2026-01-02"}') FROM houses)) l
WHERE l ~ 'middot|^Cross';
SELECT page ~ '<meta charset="utf-8">' AS coded FROM (SELECT l2_report(l2_ols(two)) AS page FROM fits) s;
-- Two levels need no test of all, a model without its covariance has none; an offset has no ratio
SELECT l FROM pg_temp.text_of((SELECT l2_report(ols_fit(price, s, '{"target": "price", "covariance": true}'))
  FROM (SELECT price, area, 'l' || i % 2 AS two, zone FROM houses) s)) l WHERE l ~ '^.(group|level)';
SELECT m[1] FROM (SELECT ols_fit(price, s, '{"target": "price"}') AS fit
  FROM (SELECT price, zone FROM houses) s) f,
  regexp_matches(l2_report(fit), '(<tr class="group">.*?</tr>)') m;
SELECT l FROM pg_temp.text_of((SELECT l2_report(ols_fit(price, s, '{"target": "price", "covariance": false}'))
  FROM (SELECT price, zone FROM houses) s)) l WHERE l ~ '^.(group|level)';
SELECT l FROM pg_temp.text_of(l2_report(l2_fit('houses', 'visits ~ area + offset(log(weight))', 'poisson'))) l
WHERE l ~ '^Term|^(\(quiet|\(\)|area|\(offset)';
-- Links without ratios
SELECT l FROM unnest('{identity,inverse,log}'::text[]) k, pg_temp.text_of((SELECT l2_report(glm_fit(price +
  500,
  ARRAY[area / 100.0], format('{"family": "gamma", "link": "%s"}', k)::l2_options)) FROM houses)) l WHERE l
  ~ '^Term';
SELECT l FROM pg_temp.text_of((SELECT l2_report(glm_fit(price, ARRAY[area])) FROM houses)) l WHERE l ~
  '^Term';
-- Ratios are of e to the 700 at most, and limits too; a standardised coefficient may be beyond all numbers
SELECT l FROM pg_temp.text_of(l2_report('{"l2_model": 1, "method": "logistic", "terms": [
  {"term": "(Intercept)", "estimate": 20, "std_error": 1}, {"term": "up", "estimate": 701, "std_error": 700},
  {"term": "sure", "estimate": 800, "std_error": 0.1},
  {"term": "down", "estimate": -701, "std_error": 0.1}, {"term": "at", "estimate": 0,
  "std_error": 400}]}'::l2_model)) l
WHERE l ~ '^.*(up|sure|down|at) \|';
SELECT l FROM pg_temp.text_of(l2_report('{"l2_model": 1, "method": "ols", "target_sd": 1e-10,
  "df_residual": 18, "terms": [
  {"term": "(Intercept)", "estimate": 2, "mean": 1}, {"term": "beyond", "estimate": 1, "sd": 1e300,
  "mean": 0, "std_error": 0.5},
  {"term": "zero", "estimate": 0, "sd": 2, "mean": 0, "std_error": 1e-11}, {"term": "one", "estimate": 1e-10,
  "sd": 2, "mean": 0, "std_error": 1e-11}]}'::l2_model)) l
WHERE l ~ '^(Term|\[|beyond|zero|one|Drawn)';
-- Samples: predictions that are right, almost, or at the threshold; one class alone; many points; few rows
SELECT l FROM pg_temp.text_of((SELECT l2_report(l2_ols(two), y => '{1,-1,5e-13,0,0.5,-0.5,0.25}',
  predicted => '{0,0,0,0,0,0,0}') FROM fits)) l WHERE l ~ '^(\d+ \||h3|R&sup2;|Bias|\[|Of)';
SELECT l FROM fits, unnest('{"{5e-281,-5e-281}","{1,1,1}","{1,-0.999999999999}"}'::text[]) y,
  pg_temp.text_of(l2_report(l2_ols(two), y => y::float8[], predicted => array_fill(0::float8,
  ARRAY[cardinality(y::float8[])]))) l WHERE l ~ '^(\d+ \||h3|Bias|Of)';
SELECT l FROM pg_temp.text_of((SELECT l2_report(quantile_fit(price, ARRAY[area], 0.3),
  y => '{1,2,3,4,5}', predicted => '{1,3,3,3,9}') FROM houses)) l WHERE l ~ '^(Share|Mean check)';
SELECT l FROM (SELECT logistic_fit(dear, ARRAY[area]) AS m FROM houses) s, (VALUES ('{1,0,1,0,0}',
  '{0.5,0.5,0.9,0.1,0.5}'),
  ('{1,1}', '{0.5,0.9}'), ('{0,0}', '{0.5,0.9}'), ('{1}', '{0.25}')) v(y, p),
  pg_temp.text_of(l2_report(m, y => v.y::float8[], predicted => v.p::float8[])) l WHERE l ~
  '^(Of|Area|Prec|Recall|Share|h3|0 \||1 \|)';
SELECT cardinality(regexp_split_to_array(d, 'L')) AS points, split_part(d, 'L', 1) AS first,
  regexp_replace(d, '.*L', '') AS last
FROM (SELECT substring(l2_report(m, y => y, predicted => p) FROM
  'Receiver operating characteristic</h3>.*?class="c1" d="M([^"]*)"') AS d
  FROM (SELECT logistic_fit(dear, ARRAY[area]) AS m FROM houses) s, (SELECT array_agg((i * 7 % 5 <
  2)::int::float8) AS y,
    array_agg((i * 0.618034) - floor(i * 0.618034)) AS p FROM generate_series(1, 3000) i) t) u;
SELECT l FROM (SELECT glm_fit(dear, ARRAY[area], '{"family": "binomial"}') AS m FROM houses) s,
  pg_temp.text_of(l2_report(m, y => '{1,0}', predicted => '{0.75,0.5}', options =>
  '{"made": "2026-01-02"}')) l
WHERE l ~ '^(Of|h3|.*middot)';
-- labels: more than 25, one that never came, a row alone, probabilities that are not known
SELECT l FROM (SELECT multinomial_fit(zone, ARRAY[area]) AS m FROM houses) s, _l2_report_labels(m,
    (SELECT array_agg(CASE WHEN i > 30 THEN 'north' WHEN i > 28 THEN 'west' ELSE 'other ' || i END ORDER BY i)
     FROM generate_series(1, 40) i), (SELECT array_agg(p ORDER BY i, j) FROM generate_series(1, 40) i,
      LATERAL (VALUES (1, CASE WHEN i % 2 = 0 THEN 0.6 ELSE 0.1 END), (2, 0.1), (3, CASE WHEN i % 2 = 0 THEN
  0.3 ELSE 0.8 END))
      v(j, p)), ' here.') h, pg_temp.text_of('<body>' || h || '</body>') l
WHERE l !~ '^other (1|2)\d \|';
SELECT l FROM (SELECT multinomial_fit(zone, ARRAY[area]) AS m FROM houses) s, _l2_report_labels(m,
  '{north,south,NULL}',
  '{0.5,0.25,0.25,0.5,NULL,0.5,1,0,0}', ' here.') h, pg_temp.text_of('<body>' || h || '</body>') l;
SELECT l FROM (SELECT multinomial_fit(zone, ARRAY[area]) AS m FROM houses) s, _l2_report_labels(m,
  '{north,north}', '{0.1,0.8,0.1,0.9,0.05,0.05}', ' here.') h, pg_temp.text_of('<body>' || h || '</body>') l
WHERE l ~ '^(Prec|Recall|F1|north|south)';
-- A path names its longest lines; where a standard error more is no other penalty, the curve says it once
SELECT substring(l FROM '\[.*') AS path FROM (SELECT l2_gram_agg(price, ARRAY[area, age, rooms],
  '{"names": ["eleven_char", '
  '"twelve_chars", "age"], "target": "price"}') AS g FROM houses) s, pg_temp.text_of(l2_report(l2_ridge(g,
  5), g)) l
WHERE l ~ 'standardised';
SELECT l FROM (SELECT l2_gram_folds(l2_obs(i * 7919 % 101, fold => i), ARRAY[i % 7], '{"folds": 5}') AS g
  FROM generate_series(1, 100) i) s, pg_temp.text_of(l2_report(l2_cv(g, 'lasso'), folds => g)) l WHERE l ~
  '^(\[|Error of)';
-- A gram that is given is not made of the folds
SELECT l FROM (SELECT l2_gram_agg(price, ARRAY[area, age], '{"names": ["area", "age"], "target": "price"}')
    FILTER (WHERE i < 40) AS g, l2_gram_folds(l2_obs(price, fold => i), ARRAY[area, age],
    '{"folds": 4, "names": ["area", "age"], "target": "price"}') AS f FROM houses) s,
  pg_temp.text_of(l2_report(l2_ridge(g, 5), g, f)) l WHERE l ~ '^\[';
-- Drift: features that are called as the error is, shifts on their scale, no rows
SELECT l FROM pg_temp.text_of('<body>' ||
  _l2_report_drift('[{"term": "y", "mean": 1, "mean_now": 2, "shift": 0.25, "sd": 1,
  "sd_now": 2, "spread": 2}, {"term": "(Residual)", "mean": 3, "mean_now": 4, "shift": -7, "sd": 1,
  "sd_now": 1, "spread": 1},
  {"term": "x", "mean": 3, "mean_now": 4, "shift": 0.7531, "sd": 1, "sd_now": 1, "spread": 1},
  {"term": "(Residual)", "mean": 0, "mean_now": 5e-13, "shift": 0.5, "sd": 1, "sd_now": 1, "spread": 1}]')
  || '</body>') l;
SELECT l FROM pg_temp.text_of('<body>' ||
  _l2_report_drift('[{"term": "(Residual)", "mean": 1, "mean_now": 1, "shift": 0.25,
  "sd": 1, "sd_now": 1, "spread": 1}]') || '</body>') l;
SELECT l FROM pg_temp.text_of('<body>' || _l2_report_drift('[{"term": "y", "mean": 1, "mean_now": 1, "sd": 2,
  "shift": 0.25}, {"term": "(Residual)", "mean": 0, "mean_now": 0, "sd": 3, "sd_now": 0}]') || '</body>') l
WHERE l ~ '^(y|.Res|RMSE|Mean)';
SELECT _l2_report_drift('[]') IS NULL AS nothing;
-- what is said of a bar
SELECT m[2] FROM regexp_matches(_l2_report_drift('[{"term": "<x>", "mean": 3, "mean_now": 4,
  "shift": 0.7531, "sd": 1, "sd_now": 1, "spread": 1}, {"term": "(Residual)", "mean": 0, "mean_now": 1,
  "shift": -0.5149, "sd": 1, "sd_now": 1, "spread": 1}]'), '<(title|desc)>([^<]*)</', 'g') m;

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
-- An offset is no feature of a path, which needs the gram of the target less it; logistic models have none
SELECT version FROM l2_train('shifted', 'houses', 'price ~ area + offset(2 * age) + i', 'ols',
  options => '{"keep_gram": true}');
SELECT t FROM pg_temp.timeless(l2_report('shifted', options => '{"made": "2026-01-02"}')) t
WHERE t ~ '^(\[|h|area|\(off|.*middot)';
SELECT l2_report(l2_get('shifted'), l2_gram_agg(price - 2.0001 * age, ARRAY[area, i],
  '{"names": ["area", "i"], "target": "price"}')) FROM houses;
SELECT version FROM l2_train('shrunk', 'houses', 'price ~ area + offset(2 * age) + i', 'ridge', 5,
  '{"keep_gram": true, "penalty_factor": [0, 2]}');
SELECT t FROM pg_temp.timeless(l2_report('shrunk', options => '{"made": "2026-01-02"}')) t
WHERE t ~ '^(\[.*standardised|area|\(off|i \|)';
SELECT version FROM l2_train('likely', 'houses', 'dear ~ area', 'logistic', options => '{"keep_gram": true}');
SELECT t FROM pg_temp.timeless(l2_report('likely')) t WHERE t ~ '^h2';
-- Versions in their order, whatever that of the rows, 30 at most; how long they took, and how they compare
SELECT version FROM l2_train('many', 'houses', 'price ~ area', 'ridge', 1);
SELECT version FROM l2_refresh('many');
SELECT version FROM l2_refresh('many');
SELECT version FROM l2_activate('many', 1);
UPDATE many SET duration = '1.23456 s', trained_at = '2026-01-02 03:04:05+00', sigma = 10 + version * version,
  reason = CASE WHEN version = 2 THEN 'odd' END;
SELECT m[1] FROM regexp_matches(l2_report('many'), '<h2>Versions.*<tbody>\n(.*)</tbody>') m;
SELECT t FROM pg_temp.timeless(l2_report('many')) t WHERE t ~ '^(\[.*version|h3|The new|Version)';
INSERT INTO many SELECT (jsonb_populate_record(m, jsonb_build_object('version', i, 'active', false))).*
FROM many m, generate_series(4, 30) i WHERE m.version = 3;
SELECT count(*) FILTER (WHERE t ~ '\| then \|') AS shown, max(t) FILTER (WHERE t ~ '^The newest') AS told
FROM pg_temp.timeless(l2_report('many')) t;
INSERT INTO many SELECT (jsonb_populate_record(m, '{"version": 31, "active": false}')).* FROM many m WHERE
  version = 3;
SELECT count(*) FILTER (WHERE t ~ '\| then \|') AS shown, max(t) FILTER (WHERE t ~ '^The newest') AS told,
  bool_or(t ~ '^31 \| then') AS newest, bool_or(t ~ '^2 \| then') AS second FROM
  pg_temp.timeless(l2_report('many')) t;
DELETE FROM many WHERE version > 3;
-- what the version in use does not have is not compared
SELECT version FROM l2_train('many', 'houses', 'price ~ area', 'ridge', options => '{"folds": 3}');
SELECT t FROM pg_temp.timeless(l2_report('many')) t WHERE t ~ '^(\[.*version|h3 (Err|Dev)|Version)';
SELECT version FROM l2_refresh('many');
UPDATE many SET cv_error = 4 * cv_error WHERE version = 5;
SELECT version FROM l2_activate('many', 4);
SELECT t FROM pg_temp.timeless(l2_report('many')) t WHERE t ~ '^\[.*version';
SELECT version FROM l2_activate('many', 1);
SELECT t FROM pg_temp.timeless(l2_report('many')) t WHERE t ~ '^(\[.*version|h3 (Err|Dev)|Version)';
SELECT version FROM l2_train('many', 'houses', 'dear ~ area', 'logistic', options =>
  '{"folds": 3, "l1_ratio": 0.5}');
SELECT t FROM pg_temp.timeless(l2_report('many')) t WHERE t ~ '^(\[.*version|h3 (Err|Dev)|Version)';
-- Times of rows: of two columns that of the definition; one alone is enough, but not one time alone
SELECT version FROM l2_train('weekly', 'houses', 'price ~ area + age', 'ols',
  options => '{"refresh": "buckets", "time_column": "sold", "bucket": "week", "lag": "1 day"}');
SELECT version FROM l2_train('flat', 'houses', 'price ~ area + age', 'ols');
SELECT name, columns, l2_report(name, 'SELECT ' || columns || ' FROM houses') ~ 'Residuals over time' AS
  over_time
FROM unnest('{weekly,flat}'::text[]) name, unnest(ARRAY['price, area, age, sold',
  'price, area, age, sold AS at',
  'price, area, age, sold, sold AS at', 'price, area, age, ''2026-01-02''::date AS day',
  'price, area, age, ''2026-01-02''::date + i % 2 AS day']) columns;
-- Rows drawn: every one of 1,999, every second of 2,000; a long source is cut
SELECT n, (regexp_match(l2_report('flat',
  'SELECT price + j AS price, area, age FROM houses, generate_series(1, 23) j '
  'ORDER BY i, j LIMIT ' || n), 'Of [0-9,]+ rows'))[1] AS drawn FROM unnest('{1999,2000}'::int[]) n;
SELECT (regexp_match(l2_report('flat', 'SELECT ' || repeat('1, ', 55) || repeat(' ', n)
  || 'price, area, age FROM houses'), 'rows of (.*?), evenly'))[1] ~ 'hellip' AS cut FROM generate_series(0,
  1) n;
-- a column that is of another kind than in training
SELECT l2_report('zones', 'SELECT area::text, age, zone FROM houses');
-- Who may use the model and not read its definition is told that rows weighed; long definitions are cut
SELECT version FROM l2_train('heavy', 'houses', 'price ~ area', 'ols', options => '{"weight": "weight"}');
CREATE ROLE l2reg_guest;
GRANT SELECT ON houses TO l2reg_guest;
SELECT l2_grant('heavy', 'l2reg_guest');
SET ROLE l2reg_guest;
SELECT l2_report('heavy', 'houses') ~ 'Each counts once here, whatever it weighed in training' AS told;
RESET ROLE;
REVOKE SELECT ON houses FROM l2reg_guest;
DROP OWNED BY l2reg_guest;
DROP ROLE l2reg_guest;
UPDATE heavy SET definition = definition || jsonb_build_object('source', repeat('s', 501), 'formula',
  repeat('f', 501),
  'options', jsonb_build_object('o', repeat('v', 497)));
SELECT m[1], length(m[2]) FROM regexp_matches(l2_report('heavy'),
  '<th scope="row">(Source|Formula|Options)</th><td><span class="text">([^<]*)&hellip;</span>', 'g') m;
SELECT l2_drop(name) FROM l2_models WHERE name NOT IN ('house', 'ridge', 'zones');
SELECT l2_drop('house'), l2_drop('ridge'), l2_drop('zones');
DROP TABLE houses;
