-- Collinearity, intervals and nested models against R and 120 digits.  test/data/README.md has the
-- commands that made the values; "exact" columns are solutions in exact arithmetic.
\ir ames.psql
SET client_min_messages = warning;

-- Our answers are right to the last bits, R's as far as they go.
\set ours 1e-14
\set r 1e-10

-- Filip's largest inflation is 5e17 and its largest index 5e9: not the last bits.
\set filip 1e-11

-- A proportion may hang on a component of a singular vector that is 1e-5 of its largest, and they are
-- right to 1e-16 of that one.
\set proportion 1e-11

-- Longley's fits of 6e4 are sums of terms of 3e6: the coefficients' last bits show.
\set sum 1e-13

CREATE FUNCTION pg_temp.apart(got float8, want float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN got = want THEN 0 ELSE abs(got - want) / nullif(abs(want), 0) END $$;

CREATE TEMP TABLE longley (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8,
  row serial);
\copy longley (y, x1, x2, x3, x4, x5, x6) FROM 'test/data/strd/Longley.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE filip (y float8, x float8);
\copy filip FROM 'test/data/strd/Filip.csv' WITH (FORMAT csv, HEADER true)
-- the reference names houses by their line in the file, which a table does not keep
CREATE TEMP TABLE sale AS SELECT 0 AS row, * FROM ames LIMIT 0;
\copy sale FROM PROGRAM 'awk -v OFS=, ''NR > 1 { print NR - 1, $0 }'' test/data/ames.csv' WITH (FORMAT csv)
CREATE TEMP TABLE numbered AS
  SELECT row, array_agg((to_jsonb(sale) ->> name)::float8 ORDER BY o) AS x
  FROM sale, unnest(house_names()) WITH ORDINALITY u(name, o) GROUP BY row;

CREATE TEMP TABLE grams AS
  SELECT 'longley' AS data, l2_gram_cols(y, x1, x2, x3, x4, x5, x6) AS gram FROM longley
  UNION ALL SELECT 'ames', l2_set_names(l2_gram_agg(y, x), house_names()) FROM houses
  UNION ALL SELECT 'ames_weighted', l2_set_names(l2_gram_agg(l2_obs(y, weight => w), x), house_names())
  FROM houses
  UNION ALL SELECT 'filip', l2_gram_agg(y, (SELECT array_agg(power(x, k) ORDER BY k)
  FROM generate_series(1, 10) k)) FROM filip
  -- 20^10 is still an exact double
  UNION ALL SELECT 'powers', l2_gram_agg(0, (SELECT array_agg(power(i::float8, k) ORDER BY k)
  FROM generate_series(1, 10) k)) FROM generate_series(1, 20) i;
CREATE FUNCTION pg_temp.gram(text) RETURNS l2_gram
  LANGUAGE sql STABLE AS 'SELECT gram FROM grams WHERE data = $1';

--
-- Collinearity
--
CREATE TEMP TABLE collinearity (data text, quantity text, dimension int, term text, r float8, exact float8);
\copy collinearity FROM 'test/data/collinearity.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE asked (data text, gram text, intercept boolean, center boolean);
INSERT INTO asked SELECT data, data, true, false FROM grams;
INSERT INTO asked VALUES ('longley_no_intercept', 'longley', false, false),
  ('longley_centered', 'longley', true, true);
CREATE TEMP TABLE collinearity_ours AS
  SELECT data, 'vif' AS quantity, NULL::int AS dimension, term, vif AS value, tolerance, r_squared, aliased
  FROM asked a, l2_collinearity(pg_temp.gram(a.gram), l2_options('intercept', intercept)) WHERE NOT center
  UNION ALL
  SELECT data, 'proportion', dimension, term, proportion, NULL, NULL, NULL
  FROM asked a, l2_condition_indexes(pg_temp.gram(a.gram),
  l2_options('intercept', intercept, 'center', center))
  UNION ALL
  SELECT DISTINCT data, 'index', dimension, NULL, condition_index, NULL::float8, NULL::float8, NULL
  FROM asked a, l2_condition_indexes(pg_temp.gram(a.gram),
  l2_options('intercept', intercept, 'center', center));

-- A proportion of 1e-20 says that there is none: those are compared as shares of 1.
CREATE TEMP TABLE collinearity_case AS
  SELECT w.data, w.quantity, count(*) AS expected, count(o.value) AS found, count(w.r) AS of_r,
         max(abs(o.value - w.exact) / CASE w.quantity WHEN 'proportion' THEN 1
         ELSE w.exact END) AS from_exact,
         max(abs(o.value - w.r) / CASE w.quantity WHEN 'proportion' THEN 1 ELSE w.r END) AS from_r
  FROM collinearity w LEFT JOIN collinearity_ours o ON o.data = w.data AND o.quantity = w.quantity
    AND o.dimension IS NOT DISTINCT FROM w.dimension AND o.term IS NOT DISTINCT FROM w.term
  GROUP BY 1, 2;

--
-- Intervals
--
CREATE TEMP TABLE intervals (model text, level float8, row int, statistic text, r float8, exact float8);
\copy intervals FROM 'test/data/intervals.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE models AS
  SELECT 'longley' AS model, 'longley' AS data, l2_ols(gram) AS m FROM grams WHERE data = 'longley'
  UNION ALL SELECT 'longley_no_intercept', data, l2_ols(gram, '{"intercept": false}') FROM grams
  WHERE data = 'longley'
  UNION ALL SELECT 'longley_ridge_no_intercept', data, l2_ridge(gram, 100, '{"intercept": false}') FROM grams
  WHERE data = 'longley'
  UNION ALL SELECT data, data, l2_ols(gram) FROM grams WHERE data LIKE 'ames%'
  UNION ALL SELECT 'ames_ridge', data, l2_ridge(gram, 1000,
  '{"standardize": true, "penalty_factor": [0, 0.5, 1, 2, 4, 1, 0, 0.5, 1, 2, 4, 1, 0, 0.5, 1, 2, 4, 1]}')
  FROM grams WHERE data = 'ames_weighted';
CREATE TEMP TABLE intervals_ours AS
  SELECT k.model, k.row, v.statistic, v.value
  FROM (SELECT DISTINCT model, level, row FROM intervals) k JOIN models USING (model) JOIN grams USING (data),
       LATERAL (SELECT ARRAY[x1, x2, x3, x4, x5, x6] AS x FROM longley l
       WHERE data = 'longley' AND l.row = k.row
                UNION ALL SELECT x FROM numbered n WHERE data <> 'longley' AND n.row = k.row) x,
       LATERAL l2_predict_interval(m, x, level, gram) p,
       LATERAL (VALUES ('fit', fit), ('se_fit', se_fit), ('conf_low', conf_low), ('conf_high', conf_high),
       ('pred_low', pred_low),
                       ('pred_high', pred_high), ('leverage', leverage)) v(statistic, value);
CREATE TEMP TABLE intervals_case AS
  SELECT model, statistic, count(*) AS expected, count(value) AS found, count(r) AS of_r,
  max(pg_temp.apart(value, exact)) AS from_exact,
         max(pg_temp.apart(value, r)) AS from_r
  FROM intervals LEFT JOIN intervals_ours USING (model, row, statistic) GROUP BY 1, 2;

--
-- Nested models
--
CREATE TEMP TABLE nested (data text, number int, statistic text, r float8, exact float8);
\copy nested FROM 'test/data/nested.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE chains AS
  SELECT data, array_agg(l2_ols(gram, l2_options('features',
  CASE WHEN data = 'longley' THEN (ARRAY['x1','x2','x5','x6','x3','x4'])[:n]
           ELSE (house_names())[:n] END)) ORDER BY n) AS models
  FROM grams JOIN (VALUES ('longley', 2), ('longley', 4), ('longley', 6), ('ames', 0), ('ames', 6),
  ('ames', 12), ('ames', 18),
                          ('ames_weighted', 17), ('ames_weighted', 18)) s(data, n) USING (data)
  GROUP BY data;
CREATE TEMP TABLE nested_ours AS
  SELECT data, number, statistic, value FROM chains, l2_anova(VARIADIC models),
    LATERAL (VALUES ('df_residual', df_residual), ('rss', rss), ('df', df), ('sum_sq', sum_sq), ('f', f),
    ('p', p)) v(statistic, value)
  UNION ALL
  SELECT data, number, statistic, value FROM chains, l2_compare(VARIADIC models),
    LATERAL (VALUES ('aic', aic), ('bic', bic)) v(statistic, value);
CREATE TEMP TABLE nested_case AS
  SELECT data, statistic, count(*) AS expected, count(value) AS found,
  max(pg_temp.apart(value, exact)) AS from_exact, max(pg_temp.apart(value, r)) AS from_r
  FROM nested LEFT JOIN nested_ours USING (data, number, statistic) GROUP BY 1, 2;

SELECT plan((SELECT 3 * count(*) FROM collinearity_case)::int + (SELECT 3 * count(*) FROM intervals_case)::int
            + (SELECT 3 * count(*) FROM nested_case)::int + 24);

SELECT is((SELECT count(*)::int FROM collinearity_case), 20, 'cases of collinearity');
SELECT is(found, expected, format('%s, %s: all are there', data, quantity)) FROM collinearity_case;
SELECT cmp_ok(from_exact, '<=', tolerance, format('%s, %s: exact', data, quantity))
FROM collinearity_case, LATERAL (SELECT CASE WHEN quantity = 'proportion' THEN :proportion WHEN data = 'filip'
  THEN :filip ELSE :ours END::float8 AS tolerance) t;
SELECT CASE WHEN of_r = 0 THEN skip(format('%s, %s: R was not asked', data, quantity), 1)
            ELSE cmp_ok(from_r, '<=', :r::float8, format('%s, %s: R', data, quantity)) END
            FROM collinearity_case;
SELECT is(count(*)::int, 0, 'nothing is aliased') FROM collinearity_ours WHERE aliased IS NOT NULL;
SELECT cmp_ok(max(greatest(abs(tolerance * value - 1), abs(r_squared + tolerance - 1))), '<=', 1e-15::float8,
  'tolerance and R squared go with the inflation')
FROM collinearity_ours WHERE quantity = 'vif';
SELECT cmp_ok(max(abs(r_squared - s.r2)), '<=', 1e-15::float8,
  'R squared is that of a regression on the others')
FROM collinearity_ours o, LATERAL (SELECT (l2_ols(pg_temp.gram('ames'),
  l2_options('target', o.term, 'features', array_remove(house_names(), o.term)))::jsonb
  ->> 'r_squared')::float8 AS r2) s WHERE data = 'ames' AND quantity = 'vif';
SELECT cmp_ok(max(abs(total - 1)), '<=', 1e-14::float8, 'proportions of a term sum to 1')
FROM (SELECT sum(value) AS total FROM collinearity_ours WHERE quantity = 'proportion' GROUP BY data, term) s;

-- Aliases are relations that hold: each as an expression, on every row
CREATE TEMP TABLE aliased AS SELECT x1, x2, x3, x4, 0.1 + x1 / 3 AS x5, x3 - sqrt(2) * x2 AS x6,
  1e6 * x4 - 1e-6 * x1 AS x7, x1 + x2 + x3 + x4 AS x8,
    pi() AS x9, 16777216 * (x3 - x4) AS x10, x1 - (x3 - x4) AS x11
  FROM generate_series(1, 300) i, LATERAL (SELECT sin(i) AS x1, 1e4 + i AS x2, cos(i * i) AS x3) a,
  LATERAL (SELECT x3 + 1e-7 * sin(i * 1.3) AS x4) b;
CREATE FUNCTION pg_temp.worst_residual(term text, relation text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE worst float8;
BEGIN
  EXECUTE format('SELECT max(abs(%1$s - (%2$s))) / nullif(greatest(stddev_pop(%1$s), 1e-2 * max(abs(%1$s))), '
  '0) FROM aliased', term,
                 regexp_replace(substring(relation FROM '= (.*)'), '([0-9]) (x[0-9]+)', '\1 * \2',
                 'g')) INTO worst;
  RETURN worst;
END $$;
CREATE TEMP TABLE relations AS SELECT term, aliased, pg_temp.worst_residual(term, aliased) AS worst
  FROM l2_collinearity((SELECT l2_gram_cols(0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11) FROM aliased))
  WHERE aliased IS NOT NULL;
SELECT is(count(*)::int, 7, 'seven aliases') FROM relations;
SELECT cmp_ok(worst, '<=', 1e-13::float8, aliased) FROM relations;

SELECT is((SELECT count(*)::int FROM intervals_case), 42, 'cases of intervals');
SELECT is(found, expected, format('%s, %s: all are there', model, statistic)) FROM intervals_case;
SELECT cmp_ok(from_exact, '<=', CASE WHEN statistic IN ('se_fit', 'leverage') THEN :ours
  ELSE :sum END::float8, format('%s, %s: exact', model, statistic)) FROM intervals_case;
SELECT CASE WHEN of_r = 0 THEN skip(format('%s, %s: R was not asked', model, statistic), 1)
            ELSE cmp_ok(from_r, '<=', :r::float8, format('%s, %s: R', model, statistic)) END
            FROM intervals_case;
SELECT is(count(*)::int, 0, 'the fit is that of l2_predict, to the last bit') FROM models
  JOIN grams USING (data), houses
WHERE data LIKE 'ames%' AND (l2_predict_interval(m, x, gram => gram)).fit <> l2_predict(m, x);
SELECT cmp_ok(abs(sum((l2_predict_interval(m, x, gram => gram)).leverage) - 19), '<=', 1e-12::float8,
  'leverages sum to the number of coefficients')
FROM models JOIN grams USING (data), houses WHERE model = 'ames';
SELECT cmp_ok(abs(sum(w * (l2_predict_interval(m, x, gram => gram)).leverage)
  - max((m::jsonb ->> 'df')::float8)), '<=', 1e-12::float8,
  'leverages of a weighted ridge sum to its degrees of freedom')
FROM models JOIN grams USING (data), houses WHERE model = 'ames_ridge';
SELECT is(count(*)::int, 0, 'more confidence, wider intervals') FROM models JOIN grams USING (data), houses,
  LATERAL l2_predict_interval(m, x, 0.5, gram) a, LATERAL l2_predict_interval(m, x, 0.95, gram) b
WHERE model = 'ames' AND NOT (b.pred_low < a.pred_low AND a.pred_low < a.conf_low AND a.conf_low < a.fit
  AND a.fit < a.conf_high
  AND a.conf_high < a.pred_high AND a.pred_high < b.pred_high);
-- The factor is kept from row to row: models that change with every row must not be taken for each other
SELECT is(count(*)::int, 0, 'two models in turn') FROM (
  SELECT l2_predict_interval(l2_ridge(gram, 10 * (row % 2)), x, gram => gram) AS a,
         CASE row % 2 WHEN 0 THEN l2_predict_interval(l2_ridge(gram, 0), x, gram => gram)
         ELSE l2_predict_interval(l2_ridge(gram, 10), x, gram => gram) END AS b
  FROM grams, numbered WHERE data = 'ames' AND row <= 20) s WHERE a IS DISTINCT FROM b;
SELECT is(count(DISTINCT se)::int, 3, 'three grams in turn') FROM (
  SELECT data, (l2_predict_interval(m, (SELECT x FROM houses LIMIT 1), gram => gram)).se_fit AS se FROM models
  JOIN grams USING (data),
  generate_series(1, 3) WHERE data LIKE 'ames%' ORDER BY generate_series, model) s;
-- ... in memory and fetched from where it is stored alike
SELECT is(count(*)::int, 0, 'from storage and from memory') FROM models JOIN grams USING (data), numbered
WHERE model = 'ames' AND row <= 50 AND l2_predict_interval(m, x,
  gram => gram) IS DISTINCT FROM l2_predict_interval(m, x,
  gram => (SELECT l2_set_names(l2_gram_agg(y, x), house_names()) FROM houses));

SELECT is((SELECT count(*)::int FROM nested_case), 24, 'cases of nested models');
SELECT is(found, expected, format('%s, %s: all are there', data, statistic)) FROM nested_case;
SELECT cmp_ok(from_exact, '<=', CASE WHEN statistic IN ('sum_sq', 'f', 'p') THEN 1e-12 ELSE :ours END::float8,
  format('%s, %s: exact', data, statistic)) FROM nested_case;
SELECT cmp_ok(from_r, '<=', :r::float8, format('%s, %s: R', data, statistic)) FROM nested_case;
SELECT is(count(*)::int, 0, 'the order of the arguments does not matter') FROM chains,
  LATERAL (SELECT array_agg(m ORDER BY o DESC) AS reversed FROM unnest(models) WITH ORDINALITY u(m, o)) r,
  LATERAL ((SELECT rss, df, sum_sq, f, p, added FROM l2_anova(VARIADIC models)) EXCEPT (SELECT rss, df,
  sum_sq, f, p, added FROM l2_anova(VARIADIC reversed))) e;
SELECT cmp_ok(max(abs(c.aic - q.aic)), '<=', 1e-9::float8, 'criteria are those of a path')
FROM grams, l2_path(gram, 'lasso', '{"n_lambda": 5}') WITH ORDINALITY q,
     LATERAL (SELECT array_agg(model ORDER BY lambda DESC) AS models
     FROM l2_path(gram, 'lasso', '{"n_lambda": 5}')) m,
     LATERAL l2_compare(VARIADIC models) c WHERE data = 'ames' AND c.number = q.ordinality;

SELECT * FROM finish();
