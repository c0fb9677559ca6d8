-- How predictions come about, models elsewhere, and what has changed since.
CREATE TEMP TABLE home AS
SELECT 100 + 2 * i + (i * i) % 11 + 9 * (i % 3) AS price, 50 + (i * 7) % 31 AS "a""rea", i % 4 = 1 AS garden,
       (ARRAY['north', 'so''uth', NULL])[1 + i % 3] AS zone,
       (ARRAY['a ', 'b', 'c<&>'])[1 + i / 8 % 3]::char(5) AS grade,
       date '1999-11-30' + 3 * i AS built, timestamptz '2001-02-03 04:05:06+01'
       + i * i * interval '1 day 1 min' AS sold,
       timestamp '1990-01-01 12:00' + i * i % 13 * interval '7 hours' AS seen,
       interval '1 mon 2 h' * (i % 7) AS lease
FROM generate_series(1, 60) i;
CREATE TEMP TABLE model AS
SELECT ols_fit(price, h, '{"target": "price"}') AS ols,
  ridge_fit(price, h, 1, '{"target": "price", "unseen": "zero", "null_level": true}') AS zero,
       ridge_fit(price, h, 1, '{"target": "price", "unseen": "null", "null_level": false}') AS nulls,
       ridge_fit(price, h, 1, '{"target": "price", "reference": "first"}') AS error FROM home h;
CREATE TEMP TABLE fresh AS TABLE home;
INSERT INTO fresh SELECT 1, 2, true, zone, grade, '2001-01-01', now(), now(), '1 hour'
FROM unnest(ARRAY['north', 'west', NULL]) zone, unnest(ARRAY['b', 'z', NULL]) grade;
INSERT INTO fresh (price) VALUES (1);

-- Explanations: the record's own level of each category, both columns sum to the prediction
CREATE FUNCTION pg_temp.rounded(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 4) + 0';
SELECT term, pg_temp.rounded(value) AS value, pg_temp.rounded(estimate) AS estimate,
  pg_temp.rounded(contribution) AS contribution, pg_temp.rounded(from_mean) AS from_mean
FROM model, (SELECT * FROM home ORDER BY price LIMIT 1) h, l2_explain(ols, h);
SELECT count(*), bool_and(abs(sum / predicted - 1) < 1e-12 AND abs(from_mean / predicted - 1) < 1e-12) AS same
FROM (SELECT m, h FROM home h, LATERAL (SELECT unnest(ARRAY[ols, zero, error]) AS m FROM model) s
  WHERE zone IS NOT NULL OFFSET 0) s,
     LATERAL (SELECT l2_predict(m, h) AS predicted) p,
     LATERAL (SELECT sum(contribution), sum(from_mean) AS from_mean FROM l2_explain(m, h)) e;
SELECT term, value, estimate IS NULL AS unknown, contribution
  FROM model, (SELECT * FROM fresh WHERE zone = 'west' AND grade IS NULL) f, l2_explain(zero, f)
  WHERE term ~ 'zone|grade';
SELECT term, value, estimate IS NULL AS unknown, contribution
  FROM model, (SELECT * FROM fresh WHERE zone = 'west' AND grade IS NULL) f, l2_explain(nulls, f)
  WHERE term ~ 'zone|grade';
SELECT l2_explain(error, f) FROM model, fresh f WHERE zone = 'west';
SELECT l2_explain(ols, ROW(1)) FROM model;
-- Arrays; a dropped column adds nothing, whatever it is
SELECT term, value, round(estimate::numeric, 6) AS estimate, round(contribution::numeric, 6) AS contribution,
  round(from_mean::numeric, 6) + 0 AS from_mean
FROM (SELECT ols_fit(2 * i + (i % 2) * 0.5, ARRAY[i, 7, i % 2], '{"names": ["a", "seven", "odd"]}') m
  FROM generate_series(1, 9) i) s, l2_explain(m, '{3, Infinity, NULL}'::float8[]);
SELECT l2_explain('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 2}]}', ARRAY[4]);
SELECT l2_explain('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 2}]}', ARRAY[4, 5]);
SELECT count(*) FROM l2_explain(NULL, ARRAY[4]);

-- As SQL
SELECT l2_sql('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 0.1}, {"term": "select", "estimate": -2}, {"term": "a\"b", "estimate": 1e300}]}');
SELECT l2_sql('{"l2_model": 1, "method": "logistic", "terms": [{"term": "(Intercept)", '
  '"estimate": 1}, {"term": "x", "estimate": 2}]}');
SELECT l2_sql('{"l2_model": 1, "method": "poisson", "terms": [{"term": "x", "estimate": 2}]}');
CREATE FUNCTION pg_temp.ask(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text; BEGIN EXECUTE format('SELECT json_agg(t) FROM (%s) t', query) INTO result; RETURN result;
  END $$;
SELECT name, pg_temp.ask(format('SELECT count(*), count(p) AS known, bool_and(abs(p - s) <= 1e-12 * abs(p)) '
  'AS same, count(*) FILTER (WHERE (p IS NULL) <> (s IS NULL)) AS differ
               FROM (SELECT l2_predict(%s, f) AS p, %s AS s FROM model, %s f) t', name, l2_sql(m), source))
FROM model, LATERAL (VALUES ('ols', ols, 'home'), ('zero', zero, 'fresh'), ('nulls', nulls, 'fresh'),
  ('error', error, 'home')) v(name, m, source);
SELECT pg_temp.ask(format('SELECT %s AS unseen FROM fresh WHERE zone = ''west'' AND grade = ''b''',
  l2_sql(error))) FROM model;
CREATE TEMP TABLE doses AS SELECT i / 10.0 AS dose, (i * 7 % 10 < i / 4)::int AS ill,
  (i * 3 % 7)::int AS visits FROM generate_series(1, 40) i;
SELECT pg_temp.ask(format('SELECT bool_and(abs(l2_predict(%2$L::l2_model, ARRAY[dose]) / %1$s - 1) < 1e-14) '
  'AS same FROM doses', l2_sql(m), m))
FROM (SELECT logistic_fit(ill, ARRAY[dose], 0.1, '{"names": ["dose"]}') l,
  poisson_fit(visits, ARRAY[dose], 0.1, '{"names": ["dose"]}') p FROM doses) s, LATERAL unnest(ARRAY[l, p]) m;
SELECT pg_temp.ask(format('SELECT x, %s AS p FROM (VALUES (-1e5), (0), (1e5), (NULL)) v(x)',
  l2_sql('{"l2_model": 1, "method": "logistic", "terms": [{"term": "x", "estimate": 2}]}')));

-- As PMML
SELECT regexp_replace(l2_pmml(m::l2_model), 'version="[0-9.]+"/', 'version="..."/') AS l2_pmml
  FROM (SELECT regexp_replace(zero::text, '"estimate": [-.0-9e]+', '"estimate": 1.5', 'g') AS m FROM model) s;
SELECT regexp_replace(l2_pmml('{"l2_model": 1, "method": "logistic", "target": "ill", '
  '"terms": [{"term": "(Intercept)", "estimate": -1}, {"term": "dose", "estimate": 2}]}'),
  'version="[0-9.]+"/', 'version="..."/') AS l2_pmml;
SELECT l2_pmml('{"l2_model": 1, "method": "ols", "terms": [{"term": "a\u0007b", "estimate": 2}]}');

-- Drift: means, spreads, levels that are new or gone, and the error on the fresh rows
CREATE TEMP TABLE since AS SELECT m, g FROM
  (SELECT ols_fit(price, h,
  '{"target": "price", "features": ["a\"rea", "garden", "grade"], "unseen": "zero"}') AS m FROM home h) s,
  (SELECT l2_gram_agg(price, f, '{"target": "price"}') AS g
  FROM (SELECT price + 5 AS price, "a""rea", garden, CASE grade WHEN 'b' THEN 'new' ELSE grade END AS grade
  FROM home WHERE price > 150) f) t;
SELECT term, pg_temp.rounded(mean) AS mean, pg_temp.rounded(mean_now) AS mean_now,
  pg_temp.rounded(shift) AS shift, pg_temp.rounded(sd) AS sd, pg_temp.rounded(sd_now) AS sd_now,
  pg_temp.rounded(spread) AS spread
FROM since, l2_drift(m, g);
SELECT abs(mean_now - bias) < 1e-9 AS bias, abs(sd_now - rmse) < 1e-9 AS rmse FROM since, l2_drift(m, g),
  (SELECT avg(price - l2_predict(m, f)) AS bias, l2_rmse(price, l2_predict(m, f)) AS rmse
  FROM since, (SELECT price + 5 AS price, "a""rea", garden,
  CASE grade WHEN 'b' THEN 'new' ELSE grade END AS grade FROM home WHERE price > 150) f) s
WHERE term = '(Residual)';
SELECT term, pg_temp.rounded(shift) + 0 AS shift, pg_temp.rounded(spread) AS spread
  FROM (SELECT ridge_fit(price, ARRAY["a""rea"], 0) m, l2_gram_cols(price, "a""rea") g FROM home) s,
  l2_drift(m, g);
SELECT count(*) FROM since, l2_drift(m, (SELECT l2_gram_cols(price, price) FILTER (WHERE false) FROM home));
SELECT l2_drift(m, (SELECT l2_gram_cols(1, 2))) FROM since;

-- By name: rows of the source, whatever a formula makes of them
CREATE TABLE flat AS SELECT area, garden, zone, price
  FROM (SELECT "a""rea" AS area, garden, coalesce(zone, 'west') AS zone, price::float8 FROM home) s;
DO $$ BEGIN
  PERFORM l2_train('flats', 'flat', 'price', 'ols');
  PERFORM l2_train('formula', 'flat', 'price ~ area + garden + I(area ^ 2) + area:garden', 'ols');
END $$;
SELECT term, pg_temp.rounded(value) AS value, pg_temp.rounded(contribution) AS contribution
  FROM (SELECT * FROM flat ORDER BY price LIMIT 1) h, l2_explain('formula', h);
SELECT name, bool_and(abs(sum / l2_predict(name, f) - 1) < 1e-12) AS same
  FROM unnest('{flats,formula}'::text[]) name, flat f,
  LATERAL (SELECT sum(contribution) FROM l2_explain(name, f)) s GROUP BY name;
SELECT term, value FROM l2_explain('formula', ARRAY[1, 0, 1, 0]);
SELECT regexp_replace(l2_sql(l2_get('formula')), '-?[0-9]*\.[0-9]+(e[-+][0-9]+)?', '...', 'g') AS formula;
SELECT name, pg_temp.ask(format('SELECT count(*), max(abs(l2_predict(%L, q) - (%s))) < 1e-9 AS same '
  'FROM flat q', name, l2_sql(l2_get(name)))) FROM unnest('{flats,formula}'::text[]) name;
SELECT l2_sql(l2_get('nothing'));
SELECT l2_sql(l2_get('formula'));
SELECT l2_sql(l2_get('formula'), '{area}', '{}');
SELECT l2_sql(l2_get('formula'), '{acre}', '{1}');
SELECT name, term, pg_temp.rounded(shift) AS shift, pg_temp.rounded(spread) AS spread
  FROM unnest('{flats,formula}'::text[]) name,
  l2_drift(name, 'SELECT area + 1 AS area, garden, CASE zone WHEN ''west'' THEN ''east'' ELSE zone END '
  'AS zone, price - 10 AS price FROM flat') d;
SELECT term, pg_temp.rounded(mean_now - bias) AS bias, pg_temp.rounded(sd_now - rmse) AS rmse
  FROM l2_drift('formula', 'SELECT area + 1 AS area, garden, price - 10 AS price FROM flat') d,
  (SELECT l2_rmse(price, p) AS rmse, avg(price - p) AS bias
  FROM (SELECT price - 10 AS price, l2_predict('formula', ROW(f.*)::flat) AS p
  FROM (SELECT area + 1, garden, zone, price FROM flat) f) s) t WHERE term = '(Residual)';
SELECT count(*) FROM l2_drift('flats', 'SELECT * FROM flat WHERE false');
SELECT l2_drift('flats', 'SELECT area FROM flat');
SELECT l2_drift('flats', 'DROP TABLE flat');
SELECT l2_drop('flats') IS NOT NULL AND l2_drop('formula') IS NOT NULL AS dropped;
DROP TABLE flat;
