-- Models by formulas whose terms are made here: levels, functions, splines and offsets, from training to
-- prediction.
SET extra_float_digits = 0;
\set SHOW_CONTEXT never
CREATE TYPE size AS ENUM ('small', 'middle', 'large');
CREATE TABLE house AS
SELECT i AS id, 20 + i * 7 % 37 AS area, 1 + i % 4 AS rooms, 'z' || i % 3 AS zone,
  ('{middle,large,small}'::size[])[1 + i % 3] AS size,
  i % 4 = 0 AS garden, (ARRAY[10, 9, 2])[1 + i % 3] AS k, 50 + 3 * (20 + i * 7 % 37)
  + 10 * (i % 3) * (1 + i % 4) + sin(i) AS price
FROM generate_series(1, 120) i;
CREATE FUNCTION pg_temp.alike(a float8, b float8) RETURNS boolean
  LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-9 * greatest(abs(a), abs(b), 1) $$;

-- Without an intercept the coefficients are the means of the levels
SELECT n FROM l2_train('means', 'house', 'price ~ zone - 1', 'ols');
SELECT term, round(estimate::numeric, 6) AS estimate FROM l2_summary(l2_get('means'));
SELECT zone, round(avg(price)::numeric, 6) AS mean,
  bool_and(pg_temp.alike(l2_predict('means', h), m.mean)) AS predicted
FROM house h JOIN (SELECT zone, avg(price) AS mean FROM house GROUP BY 1) m USING (zone) GROUP BY 1
  ORDER BY 1;
-- a level that training did not see, and none
SELECT l2_predict('means', r) FROM (SELECT 'z9' AS zone) r;
SELECT l2_predict('means', r) FROM (SELECT NULL::text AS zone) r;
SELECT l2_predict('means', r) FROM (SELECT 1 AS area) r;
-- a refresh takes the levels that there are then
INSERT INTO house SELECT 1000 + i, 30, 2, 'new', 'small', false, 2, 500 + i FROM generate_series(1, 5) i;
SELECT outcome, n FROM l2_refresh('means');
SELECT l2_names(l2_get('means')), pg_temp.alike(l2_predict('means', r), 503) AS predicted
  FROM (SELECT 'new' AS zone) r;
DELETE FROM house WHERE id > 1000;

-- Interactions of categories, numbers and booleans are those of the design by hand
SELECT n FROM l2_train('slopes', 'house', 'price ~ area + zone * rooms + zone:garden', 'ols');
SELECT l2_names(l2_get('slopes'));
SELECT max(abs(l2_predict('slopes', h) - l2_predict(m, ARRAY[area, (zone = 'z1')::int, (zone = 'z2')::int,
  rooms, (zone = 'z1')::int * rooms,
  (zone = 'z2')::int * rooms, (zone = 'z0' AND garden)::int, (zone = 'z1' AND garden)::int,
  (zone = 'z2' AND garden)::int]))) < 1e-9 AS by_hand
FROM house h, (SELECT ols_fit(price, ARRAY[area, (zone = 'z1')::int, (zone = 'z2')::int, rooms,
  (zone = 'z1')::int * rooms,
  (zone = 'z2')::int * rooms, (zone = 'z0' AND garden)::int, (zone = 'z1' AND garden)::int,
  (zone = 'z2' AND garden)::int]) AS m FROM house) f;
SELECT bool_and(pg_temp.alike(l2_predict('slopes', h), l2_predict(l2_get('slopes'), h))) AS as_value,
  bool_and(pg_temp.alike(l2_predict('slopes', h), (SELECT sum(contribution)
  FROM l2_explain('slopes', h)))) AS explained,
  bool_and(pg_temp.alike(l2_predict('slopes', h),
  l2_predict(l2_get('slopes'), l2_encode('slopes', h)))) AS encoded FROM house h;
SELECT term, value, round(contribution::numeric, 4) AS contribution FROM house h, l2_explain('slopes', h)
  WHERE id = 4;
SELECT l2_encode('slopes', h) FROM house h WHERE id IN (3, 4) ORDER BY id;
SELECT l2_sql(l2_get('slopes')) AS by_sql \gset
SELECT bool_and(pg_temp.alike(l2_predict('slopes', h), :by_sql)) AS as_sql FROM house h;
SELECT max(abs(shift)) FILTER (WHERE term <> '(Residual)') < 1e-9 AS none FROM l2_drift('slopes', 'house');
SELECT term, round(shift::numeric, 4) AS shift
  FROM l2_drift('slopes', 'SELECT * FROM house WHERE zone = ''z1''');
SELECT l2_drift('slopes', 'SELECT id, area, rooms, ''z9'' AS zone, garden, price FROM house');
-- ... of levels not seen: an error, the shares of none, or NULL
SELECT l2_predict('slopes', r) FROM (SELECT 30 AS area, 2 AS rooms, 'z9' AS zone, true AS garden) r;
SELECT * FROM l2_explain('slopes', (SELECT r
  FROM (SELECT 30 AS area, 2 AS rooms, 'z9' AS zone, true AS garden) r));
SELECT n FROM l2_train('zero', 'house', 'price ~ area + zone:rooms', 'ols', options => '{"unseen": "zero"}');
SELECT pg_temp.alike(l2_predict('zero', r), l2_intercept(l2_get('zero'))
  + 30 * (l2_coef(l2_get('zero')))[1]) AS zero, l2_encode('zero', r)
  FROM (SELECT 30 AS area, 2 AS rooms, 'z9' AS zone) r;
SELECT n FROM l2_train('null', 'house', 'price ~ area + zone:rooms', 'ols', options => '{"unseen": "null"}');
SELECT l2_predict('null', r), l2_encode('null', r), l2_predict('null', s) IS NOT NULL AS seen
  FROM (SELECT 30 AS area, 2 AS rooms, 'z9' AS zone) r, (SELECT 30 AS area, 2 AS rooms, 'z1' AS zone) s;
SELECT term, value, contribution IS NULL AS unknown
  FROM l2_explain('null', (SELECT r FROM (SELECT 30 AS area, 2 AS rooms, 'z9' AS zone) r));
-- the first level is another one by name
SELECT n FROM l2_train('by', 'house', 'price ~ zone * rooms', 'ols',
  options => '{"reference": {"zone": "z1"}}');
SELECT l2_names(l2_get('by'));
SELECT n FROM l2_train('by', 'house', 'price ~ zone + rooms', 'ols',
  options => '{"reference": {"zone": "z2"}}');
SELECT l2_names(l2_get('by'));
SELECT n FROM l2_train('by', 'house', 'price ~ zone * rooms', 'ols',
  options => '{"reference": {"zone": "z7"}}');
SELECT n FROM l2_train('by', 'house', 'price ~ zone * rooms', 'ols',
  options => '{"reference": {"zoen": "z1"}}');
SELECT n FROM l2_train('by', 'house', 'price ~ area', 'ols', options => '{"reference": {"zone": "z1"}}');
SELECT n FROM l2_train('by', 'house', 'price', 'ols', options => '{"reference": {"zone": "z1"}}');
SELECT l2_names(l2_fit('house', 'price ~ zone + rooms', 'ridge', 1, '{"reference": {"zone": "z2"}}')),
  l2_names(l2_fit('house', 'price ~ . - id - size', 'ols', options => '{"reference": {"zone": "z1"}}')),
  l2_names(l2_fit('house', 'price ~ zone + rooms', 'ols')) \gx
SELECT l2_names(l2_fit('SELECT * FROM house WHERE zone <> ''z0'' OR id < 60', 'price ~ zone:area + zone',
  'ols', options => '{"reference": "most_frequent"}')),
  l2_names(l2_fit('SELECT *, CASE zone WHEN ''z2'' THEN 3 ELSE 1 END AS w FROM house',
  'price ~ zone:area + zone', 'ols', options => '{"reference": "most_frequent", "weight": "w"}')),
  l2_names(l2_fit('house', 'price ~ zone:area + zone', 'ols', options => '{"reference": "none"}')),
  l2_names(l2_fit('house', 'price ~ zone:area + zone', lambda => 1)) \gx
-- numbers in their order, enums in theirs, as R's factors
SELECT l2_names(l2_fit('house', 'price ~ factor(k)', 'ols')),
  l2_names(l2_fit('house', 'price ~ factor(k) - 1', 'ols')), l2_names(l2_fit('house', 'price ~ size', 'ols')),
  l2_names(l2_fit('house', 'price ~ size:area', 'ols')),
  l2_names(l2_fit('house', 'price ~ factor(garden)', 'ols')),
  l2_names(l2_fit('house', 'price ~ factor(zone)', 'ols')) \gx
SELECT l2_predict(m, r) = l2_predict(m, s) AS same FROM l2_fit('house', 'price ~ factor(k)', 'ols') m,
  (SELECT 9 AS k) r, (SELECT 9.0::float8 AS k) s;
SELECT l2_predict(l2_fit('house', 'price ~ factor(k)', 'ols'), r) FROM (SELECT 3 AS k) r;
SELECT l2_names(m), bool_and(pg_temp.alike(l2_predict(m, s), mean)) AS predicted
  FROM (SELECT i % 7 AS y, (i % 3 / 10.0)::real AS k FROM generate_series(1, 60) i) s
  JOIN (SELECT (i % 3 / 10.0)::real AS k, avg(i % 7) AS mean FROM generate_series(1, 60) i
  GROUP BY 1) a USING (k), l2_fit('SELECT i % 7 AS y, (i % 3 / 10.0)::real AS k '
  'FROM generate_series(1, 60) i', 'y ~ factor(k)', 'ols') m GROUP BY 1;
SELECT l2_names(l2_fit('SELECT i % 7 AS y, (i % 3 / 10.0)::numeric(5, 2) - 0.1 AS k '
  'FROM generate_series(1, 60) i', 'y ~ factor(k) - 1', 'ols'));
-- levels are strings of any kind, whatever the settings
CREATE TABLE odd AS SELECT i AS y, i % 5 AS x,
  (ARRAY['it''s', 'a\b', '', 'a"b:c', E'two\nlines'])[1 + i % 5] AS g FROM generate_series(1, 60) i;
-- 19 has it always on
DO $$ BEGIN SET escape_string_warning = off; SET standard_conforming_strings = off;
  EXCEPTION WHEN OTHERS THEN NULL; END $$;
SELECT n FROM l2_train('strange', 'odd', 'y ~ g - 1', 'ols');
SELECT bool_and(pg_temp.alike(l2_predict('strange', o), mean)) AS predicted FROM odd o
  JOIN (SELECT g, avg(y) AS mean FROM odd GROUP BY 1) m USING (g);
RESET standard_conforming_strings;
SELECT bool_and(pg_temp.alike(l2_predict('strange', o), mean)) AS predicted FROM odd o
  JOIN (SELECT g, avg(y) AS mean FROM odd GROUP BY 1) m USING (g);
SELECT l2_fit('SELECT 1 AS y, ''NaN''::float8 AS k UNION ALL SELECT 2, 1', 'y ~ factor(k)',
  'ols') IS NOT NULL;
SELECT n, n_skipped FROM l2_glance(l2_fit('SELECT i AS y, CASE i % 3 WHEN 1 THEN ''a'' WHEN 2 THEN ''b'' END '
  'AS g FROM generate_series(1, 30) i', 'y ~ g - 1', 'ols'));
SELECT l2_fit('SELECT i AS y, i::text AS g FROM generate_series(1, 2000) i', 'y ~ g - 1', lambda => 1);

-- Offsets are added, and not fitted
SELECT n FROM l2_train('rate',
  'SELECT *, 1 + id % 9 AS years, floor((1 + id % 9) * (1 + rooms + abs(sin(id))))::int AS visits FROM house',
  'visits ~ rooms + offset(log(years))', 'poisson');
SELECT term, kind FROM l2_odds_ratios('rate');
SELECT l2_names(l2_get('rate')), pg_temp.alike(l2_predict('rate', r) * 4,
  l2_predict('rate', s)) AS proportional, pg_temp.alike(ln(l2_predict('rate', s)),
  l2_predict_link('rate', s)) AS link,
  pg_temp.alike(l2_predict_link('rate', s), l2_intercept(l2_get('rate')) + 3 * (l2_coef(l2_get('rate')))[1]
  + ln(8)) AS by_hand
FROM (SELECT 3 AS rooms, 2 AS years) r, (SELECT 3 AS rooms, 8 AS years) s;
SELECT max(abs((l2_coef(l2_get('rate')))[1] - (l2_coef(m))[1])) < 1e-9 AS same
  FROM (SELECT poisson_fit(l2_obs(floor((1 + id % 9) * (1 + rooms + abs(sin(id)))),
  offset_by => ln(1 + id % 9)), ARRAY[rooms]) AS m FROM house) s;
SELECT l2_predict('rate', r) FROM (SELECT 3 AS rooms) r;
SELECT n FROM l2_train('shift', 'house', 'price ~ area + offset(log(rooms)) + offset(10 * rooms)', 'ols');
SELECT bool_and(pg_temp.alike(l2_predict('shift', h), l2_predict(m, ARRAY[area]) + ln(rooms)
  + 10 * rooms)) AS by_hand
FROM house h, (SELECT ols_fit(price - ln(rooms) - 10 * rooms, ARRAY[area]) AS m FROM house) f;
SELECT term, value, round(estimate::numeric, 6) AS estimate FROM house h, l2_explain('shift', h) WHERE id = 2;
SELECT l2_sql(l2_get('shift')) AS by_sql \gset
SELECT bool_and(pg_temp.alike(l2_predict('shift', h), :by_sql)) AS as_sql FROM house h;
SELECT outcome FROM l2_refresh('shift');

-- A target worked out from a column takes that column from the dot
SELECT l2_names(l2_fit('SELECT area, rooms, zone, price FROM house', 'log(price) ~ .', 'ols')),
  l2_names(l2_fit('SELECT area, rooms, price FROM house', 'I(price / area) ~ .', 'ols'));
SELECT pg_temp.alike((l2_coef(m))[1], (l2_coef(ols_fit(ln(price), ARRAY[area])))[1]) AS of_the_logarithm
  FROM house, l2_fit('house', 'log(price) ~ area', 'ols') m GROUP BY m;

-- Powers and splines: prediction beyond the range of training, and knots that a refresh keeps
SELECT pg_temp.alike(l2_predict(m, r), l2_intercept(m) + 500 * (l2_coef(m))[1]
  + 250000 * (l2_coef(m))[2]) AS poly FROM l2_fit('house', 'price ~ poly(area, 2)', 'ols') m,
  (SELECT 500 AS area) r;
CREATE TABLE curve AS SELECT i / 10.0 AS x, sin(i / 10.0) AS y FROM generate_series(0, 100) i;
SELECT n FROM l2_train('smooth', 'curve', 'y ~ ns(x, 8)', 'ols') UNION ALL SELECT n
  FROM l2_train('b', 'curve', 'y ~ bs(x, 10)', 'ols');
SELECT l2_names(l2_get('smooth')), l2_names(l2_get('b'));
SELECT max(abs(l2_predict('smooth', c) - y)) < 0.05 AS natural, max(abs(l2_predict('b', c) - y)) < 0.05 AS b
  FROM curve c;
-- cubes of their distances are numbers
SELECT l2_fit('SELECT y, x * 1e112::float8 AS x FROM curve', 'y ~ ns(x, 3)', 'ols');
SELECT l2_fit('SELECT y, x * 1e-112::float8 AS x FROM curve', 'y ~ bs(x, 5)', 'ols');
-- a natural one goes on in straight lines, the other as its last cubic does
SELECT round(max(abs(d2))::numeric, 9) AS bend
  FROM (SELECT g.x, l2_predict('smooth', r) - 2 * lag(l2_predict('smooth', r))
  OVER w + lag(l2_predict('smooth', r), 2) OVER w AS d2
  FROM generate_series(10, 20) g(x), LATERAL (SELECT g.x) r WINDOW w AS (ORDER BY g.x)) s;
SELECT round(max(abs(d4))::numeric, 6) AS fourth_difference, max(abs(d3)) > 0.01 AS cubic
  FROM (SELECT x, d3, d3 - lag(d3) OVER w AS d4
  FROM (SELECT x, d2 - lag(d2) OVER w AS d3 FROM (SELECT g.x, l2_predict('b', r) - 2 * lag(l2_predict('b', r))
  OVER w + lag(l2_predict('b', r), 2) OVER w AS d2
  FROM generate_series(10, 20) g(x), LATERAL (SELECT g.x) r WINDOW w AS (ORDER BY g.x)) s
  WINDOW w AS (ORDER BY x)) s WINDOW w AS (ORDER BY x)) s;
SELECT l2_sql(l2_get('smooth')) AS of_natural, l2_sql(l2_get('b')) AS of_b \gset
SELECT max(abs(l2_predict('smooth', r) - (:of_natural))) < 1e-9 AS natural,
  max(abs(l2_predict('b', r) - (:of_b))) < 1e-9 AS b
  FROM (SELECT i / 7.0 AS x FROM generate_series(-20, 100) i) r;
CREATE TEMP TABLE was AS SELECT definition -> 'known_names' AS names, definition -> 'known_values' AS knots
  FROM smooth WHERE active;
INSERT INTO curve SELECT 10 + i / 10.0, sin(10 + i / 10.0) FROM generate_series(1, 100) i;
SELECT outcome, n FROM l2_refresh('smooth');
SELECT definition -> 'known_names' = names AND definition -> 'known_values' = knots AS kept,
  jsonb_array_length(knots) AS knots FROM smooth, was WHERE active;
SELECT l2_fit('SELECT i AS y, i % 2 AS x FROM generate_series(1, 50) i', 'y ~ ns(x, 4)', 'ols');
SELECT l2_fit('curve', 'y ~ bs(x, 2)', 'ols');

-- What does not go together
SELECT l2_fit('house', 'price ~ area + offset(zone)', 'ols');
SELECT l2_fit('house', 'price ~ area + log(zone)', 'ols');
SELECT l2_fit('house', 'price ~ poly(zone, 2)', 'ols');
SELECT l2_fit('house', 'zone ~ area', 'ols');
SELECT l2_fit('SELECT *, now() AS at FROM house', 'price ~ factor(at)', 'ols');
SELECT l2_fit('SELECT *, now() AS at FROM house', 'price ~ at:zone', 'ols');
SELECT l2_fit('house', 'price ~ I(sum(area))', 'ols');
SELECT l2_fit('house', 'price ~ I(log(area))', 'ols');
SELECT l2_fit('SELECT area - 100 AS area, price FROM house', 'price ~ log(area)', 'ols');
SELECT l2_drop(name) FROM l2_models;

-- l2_sql of terms is to paste into any query over their columns, and gives what l2_predict does: for NULLs,
-- levels not seen, quotes in levels and in names of columns, enums, dates, whole numbers
CREATE TYPE humour AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE plain AS SELECT chr(97 + i % 3) AS g, CASE WHEN i % 2 = 0 THEN 'u' ELSE 'v''"v' END AS h,
  (ARRAY['sad', 'ok', 'happy'])[1 + (i / 2) % 3]::humour AS e, i % 5 < 2 AS b, 1 + (i * 7) % 4 AS k,
  ((i * 13) % 7)::numeric / 2 AS n,
  date '2020-01-01' + i * 3 AS d, timestamp '2020-01-01 10:00' + i * interval '7 hours' AS ts,
  1 + (i * 11) % 17 / 3.0::float8 AS x,
  i + sin(i) * 3 + 40 AS y, 1 + (i * 5) % 9 AS "Big ""Col" FROM generate_series(1, 60) i;
CREATE TABLE hard AS SELECT * FROM plain UNION ALL
  VALUES (NULL, 'u', 'sad'::humour, true, 3, 1.5, date '2020-01-01', timestamp '2020-01-01', 1, 1, 1),
  ('a', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('zz', 'u', 'ok', false, 3, 1.50, '2021-01-01', '2021-01-01', 1e3, 1, 2),
  ('a', 'u', 'ok', false, 77, 1.50, '2021-01-01', '2021-01-01', 1e3, 1, 2),
  ('b', 'u', 'happy', NULL, 3, 7, '1999-01-01', '2021-05-05', -5, 1, 2);
CREATE FUNCTION pg_temp.pasted(formula text, OUT n bigint, OUT differ bigint, OUT nulls bigint)
  LANGUAGE plpgsql AS $$
DECLARE m l2_model := l2_fit('plain', formula, 'ols', options => '{"unseen": "null"}');
BEGIN
  EXECUTE format('SELECT count(*), count(*) FILTER (WHERE p IS DISTINCT FROM s '
  'AND NOT coalesce(abs(p - s) <= 1e-12 * abs(p), false)),
    count(*) FILTER (WHERE p IS NULL) FROM (SELECT l2_predict($1, hard) AS p, %s AS s FROM hard) v',
  l2_sql(m)) INTO n, differ, nulls USING m;
END $$;
SELECT f AS formula, p.* FROM unnest(ARRAY['y ~ g*x + log(x + 6)', 'y ~ g:h + x',
  'y ~ poly(x, 2) + "Big ""Col" + factor(k)',
  'y ~ ns(x, 2) + d + I(x^2 / "Big ""Col")', 'log(y) ~ bs(x, 3) + exp(x / 100) + offset(x)', 'y ~ e*b + n',
  'y ~ factor(n) + log10(k + 1) + sqrt(k)',
  'y ~ I((g = ''a'')::int) + I(CASE WHEN k > 2 THEN x ELSE 0 END) + I(coalesce(x, 0)) + I(greatest(x, k))',
  'y ~ I(extract(month from d)) + I(d - date ''2020-01-01'') + I(length(h)) + I(k / 2) + I(k % 3)',
  'y ~ I(extract(hour from ts)) + ts + I(g IN (''a'', ''b'')) + I(b IS TRUE)', 'y ~ e:x + b:h - 1',
  'y ~ I(upper(g)) + I(round(n, 1)) + I(abs(x - 3)) + I(1 / x) + log2(k)',
  'y ~ I(-x) + I(log(2, n + 1)) + I(date_part(''dow'', d))']) f, pg_temp.pasted(f) p;
SELECT regexp_replace(l2_sql(l2_fit('plain', 'y ~ log(k) + g:x', 'ols'), '{k}', '{t.k}'),
  '-?[0-9]*\.[0-9]+(e[-+][0-9]+)?', '...', 'g') AS "column" ;
SELECT l2_sql(l2_fit('plain', 'y ~ log(k)', 'ols'), '{z}', '{t.k}');

-- the levels that contrasts leave out have a row of 0 before the others, and a name in contrasts, as those of
-- records have; none where all levels have a column, or where a category is in interactions only
SELECT f AS formula, string_agg(term || CASE WHEN estimate = 0 AND std_error IS NULL THEN ' (0)' ELSE '' END,
  ', ' ORDER BY i) AS terms
FROM unnest('{y ~ e + x,y ~ x + e*h,y ~ factor(k) + b,y ~ e*h - 1,y ~ e:x + h,y ~ x + h:g}'::text[]) f,
  LATERAL l2_fit('plain', f, 'ols') m,
  LATERAL l2_summary(m) WITH ORDINALITY s(term, estimate, std_error, t, p, lower, upper, standardized, vcov,
  positive, i) GROUP BY f ORDER BY f;
SELECT s.term, abs(c.estimate - s.estimate) < 1e-12 AND abs(c.std_error / s.std_error - 1) < 1e-9 AS same
FROM l2_fit('plain', 'y ~ x + e*h', 'ols') m,
  LATERAL l2_contrast(m, 'e=ok - e=sad; e=happy - e=sad') WITH ORDINALITY c
  JOIN l2_summary(m) s ON s.term = split_part(c.contrast, ' ', 1);
SELECT term, effect, level FROM _l2_effects(l2_fit('plain', 'y ~ x + e*h', 'ols'))
  WHERE level IN ('sad', 'u');

-- A spline in two terms has one set of knots; dates beside groups and instruments are days; "." leaves out
-- what stands behind the |, whatever it is called
CREATE TABLE sale AS SELECT i % 5 AS store, date '2024-01-01' + i AS sold, sin(i) AS d, cos(i * i) AS "x?",
  cos(i) + sin(i) / 2 AS "p.1", i % 7 AS p11, sin(i) + 0.1 * i + i % 5 AS y FROM generate_series(1, 90) i;
SELECT l2_names(l2_fit('sale', 'y ~ ns(p11, 3)*d + ns(p11, 3)*"x?"', 'ols'));
SELECT pg_temp.alike((l2_coef(l2_fit('sale', 'y ~ sold + d | store', 'ols')))[i],
    (l2_coef(l2_fit('sale', 'y ~ sold + d + factor(store)', 'ols')))[i]) AS same
  FROM generate_series(1, 2) i;
SELECT pg_temp.alike((l2_coef(l2_fit('sale', 'y ~ p11 | d ~ "p.1" + sold', 'ols')))[i],
    (l2_coef(l2_fit('SELECT y, p11, d, "p.1", sold - ''2000-01-01'' AS day FROM sale',
    'y ~ p11 | d ~ "p.1" + day', 'ols')))[i]) AS same FROM generate_series(1, 2) i;
SELECT l2_names(l2_fit('sale', 'y ~ . | store', 'ols')) AS groups,
  l2_names(l2_fit('sale', 'y ~ . | D ~ "p.1"', 'ols')) AS instruments;
DROP TABLE sale;

DROP TABLE house, odd, curve, plain, hard;
DROP TYPE size, humour;
