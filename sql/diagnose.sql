-- Diagnostics: collinear columns, intervals of predictions, models side by side.
SET extra_float_digits = 0;
\pset null NULL

CREATE TABLE car AS
SELECT i AS id, i % 7 AS age, 900 + (i * 37) % 400 AS weight, 50 + (i * 13) % 90 AS power, 1 + i % 3 AS n,
       40 - i % 7 - 0.02 * ((i * 37) % 400) + 0.01 * ((i * 13) % 90) + sin(i) AS mileage
FROM generate_series(1, 60) i;
CREATE TABLE g AS SELECT l2_set_names(l2_gram_cols(mileage, age, weight, power), '{age,weight,power}',
  'mileage') AS g FROM car;

-- by hand: 1 / (1 - r^2) of two columns
SELECT round((1 / (1 - corr(age, weight) ^ 2))::numeric, 9) AS by_hand FROM car;
SELECT term, round(vif::numeric, 9) AS vif, round(tolerance::numeric, 9) AS tolerance,
  round(r_squared::numeric, 9) AS r_squared, aliased
FROM g, l2_collinearity(g, '{"features": ["age", "weight"]}');
SELECT term, round(vif::numeric, 6) AS vif FROM g, l2_collinearity(g);
SELECT term, round(vif::numeric, 6) AS vif FROM g, l2_collinearity(g, '{"intercept": false}');
-- another target is no feature; weights count
SELECT term, round(vif::numeric, 6) AS vif FROM g, l2_collinearity(g, '{"target": "power"}');
SELECT term, round(w.vif::numeric, 6) AS weighted, round(r.vif::numeric, 6) AS repeated
FROM l2_collinearity((SELECT l2_gram_agg(l2_obs(mileage, weight => n), ARRAY[age, weight, power]) FROM car)) w
JOIN l2_collinearity((SELECT l2_gram_agg(mileage, ARRAY[age, weight, power])
  FROM car, generate_series(1, n))) r USING (term);
-- alone; with nothing in common
SELECT term, vif, tolerance, r_squared FROM g, l2_collinearity(g, '{"features": ["age"]}');
SELECT term, vif, tolerance, r_squared FROM l2_collinearity((SELECT l2_gram_cols(1, a, b)
  FROM generate_series(-2, 2) a, generate_series(-2, 2) b));

-- aliases, in words (numeric has no infinity before PostgreSQL 14)
SELECT term, round(vif * 1e4) / 1e4 AS vif, tolerance, r_squared, aliased
FROM l2_collinearity((SELECT l2_set_names(l2_gram_cols(mileage, weight, power, weight + power,
  weight * 0.45359237, 18 + 1.8 * age, age + 10, 5, 0,
    10 * age, 2 + weight - 1.8 * power, 1000000 * age - 0.25 * weight, 100 - weight - power + 25e-5 * age),
  '{weight,power,both,kilograms,fahrenheit,celsius,five,zero,again,mixture,large,rest}') FROM car));
SELECT term, aliased FROM l2_collinearity((SELECT l2_gram_cols(mileage, weight, power, weight + power,
  2 * weight + 5, 5, 0, -weight) FROM car), '{"intercept": false}');
-- as many as rows: what is left is told by those before
SELECT term, vif, aliased FROM l2_collinearity((SELECT l2_gram_cols(i, i, i * i, i * i * i, 0.5 ^ i)
  FROM generate_series(1, 3) i));
-- columns that are all but the same lend the relation no noise
SELECT term, round(log(vif) * 1e3) / 1e3 AS digits, aliased
  FROM l2_collinearity((SELECT l2_gram_cols(mileage, age, age + 1e-8 * sin(id), power, 3 + 2 * age - power,
    0.25 * (age + 1e-8 * sin(id)) + power) FROM car));
-- nor do two that leave little of each other: start, end and duration
CREATE TABLE trip AS SELECT i + sin(i) AS y, 1600000000 + i * 100000.0 + 37 * (i % 97) AS s,
  1600000000 + i * 100000.0 + 37 * (i % 97) + (i * i) % 41 + 0.25 * (i % 3) AS e
FROM generate_series(1, 1000) i;
SELECT term, round(log(vif) * 1e3) / 1e3 AS digits, aliased
  FROM l2_collinearity((SELECT l2_gram_cols(y, s, e, e - s, 60 * (e - s)) FROM trip));
SELECT rounded FROM (SELECT ols_fit(y, ARRAY[s, e, e - s]) AS m FROM trip) t,
  LATERAL (SELECT array_agg(round(b::numeric, 9) ORDER BY o) AS rounded
  FROM unnest(l2_coef(m)) WITH ORDINALITY u(b, o)) r;
DROP TABLE trip;
-- dummies of all levels: the trap
SELECT term, aliased FROM l2_collinearity((SELECT l2_set_names(l2_gram_cols(mileage, n = 1, n = 2, n = 3),
  '{one,two,three}') FROM car));
-- what it says is what least squares drops
SELECT array_agg(term) FILTER (WHERE aliased IS NOT NULL) AS aliased
  FROM l2_collinearity((SELECT l2_gram_cols(mileage, age, 2 * age, weight, age - weight, 7) AS g FROM car));
SELECT l2_coef(ols_fit(0, ARRAY[age, 2 * age, weight, age - weight, 7])) FROM car;

-- condition indexes: the book's table
SELECT dimension, round(condition_index::numeric, 3) AS condition_index, term,
  round(proportion::numeric, 3) AS proportion
FROM g, l2_condition_indexes(g) \crosstabview dimension term proportion
SELECT DISTINCT dimension, round(eigenvalue::numeric, 6) AS eigenvalue,
  round(condition_index::numeric, 6) AS condition_index
FROM g, l2_condition_indexes(g) ORDER BY 1;
SELECT dimension, round(condition_index::numeric, 6) AS condition_index, term,
  round(proportion::numeric, 6) AS proportion
FROM g, l2_condition_indexes(g, '{"center": true, "features": ["age", "power"]}');
SELECT dimension, round(condition_index::numeric, 6) AS condition_index, term,
  round(proportion::numeric, 6) AS proportion
FROM g, l2_condition_indexes(g, '{"intercept": false, "features": ["age", "power"]}');
-- near dependencies, as the book finds them
SELECT dimension, array_agg(term ORDER BY term) AS involved
FROM l2_condition_indexes((SELECT l2_set_names(l2_gram_cols(mileage, weight, power,
  weight + power + 1e-3 * sin(id)), '{weight,power,both}') FROM car))
WHERE condition_index > 30 AND proportion > 0.5 GROUP BY dimension HAVING count(*) > 1;
-- far from 0 and far apart, where an index from eigenvalues in double would be noise
SELECT DISTINCT dimension, round(log(condition_index)::numeric, 6) AS digits
FROM l2_condition_indexes((SELECT l2_gram_cols(0, 1e9 + i, 1e9 + i + (i % 2) * 1e-3)
  FROM generate_series(1, 100) i)) ORDER BY 1;
-- exact ones are left out
SELECT dimension, term, round(proportion::numeric, 6) AS proportion
FROM l2_condition_indexes((SELECT l2_gram_cols(mileage, age, 2 * age, 5) FROM car));
SELECT * FROM l2_condition_indexes((SELECT l2_gram_cols(mileage, 5) FROM car));
SELECT * FROM l2_condition_indexes((SELECT l2_gram_cols(mileage, 0) FROM car), '{"intercept": false}');

-- one row; no features; no rows; NULL; errors
SELECT term, vif, aliased FROM l2_collinearity((SELECT l2_gram_cols(mileage, age, weight) FROM car
  WHERE id = 1));
SELECT count(*) FROM g, l2_collinearity(g, '{"features": []}');
SELECT dimension, term, condition_index FROM g, l2_condition_indexes(g, '{"features": []}');
SELECT count(*) FROM g, l2_condition_indexes(g, '{"features": [], "center": true}');
SELECT count(*) FROM l2_collinearity((SELECT l2_gram_cols(mileage, age) FROM car WHERE false));
SELECT count(*) FROM l2_collinearity(NULL);
SELECT count(*) FROM l2_condition_indexes(NULL);
SELECT count(*) FROM g, l2_collinearity(g);
SELECT count(*) FROM g, l2_condition_indexes(g);
SELECT count(*) FROM g, l2_collinearity(g, '{"features": ["age", "colour"]}');
SELECT count(*) FROM g, l2_collinearity(g, '{"features": ["age", "age"]}');
SELECT count(*) FROM g, l2_collinearity(g, '{"features": ["mileage"]}');
SELECT count(*) FROM g, l2_condition_indexes(g, '{"target": "colour"}');
SELECT count(*) FROM g, l2_condition_indexes(g, '{"intercept": false, "center": true}');

-- intervals: by hand for one feature, at its mean and away from it
CREATE TABLE m AS SELECT g, l2_ols(g) AS m FROM g;
SELECT x, round(fit::numeric, 6) AS fit, round(se_fit::numeric, 6) AS se_fit,
  round(leverage::numeric, 6) AS leverage,
       round((1 / n + (x - mean) ^ 2 / sxx)::numeric, 6) AS by_hand,
       round((sqrt(s2 * (1 / n + (x - mean) ^ 2 / sxx)))::numeric, 6) AS se_by_hand,
       round(((pred_high - fit) ^ 2 / (conf_high - fit) ^ 2)::numeric, 6) AS ratio,
       round(((s2 + se_fit ^ 2) / se_fit ^ 2)::numeric, 6) AS by_hand
FROM (SELECT count(*)::float8 AS n, avg(weight) AS mean, regr_sxx(mileage, weight) AS sxx,
             (regr_syy(mileage, weight) - regr_sxy(mileage, weight) ^ 2 / regr_sxx(mileage, weight))
             / (count(*) - 2) AS s2 FROM car) c,
     (VALUES (1000.0), (2000.0)) v(x), m, LATERAL l2_predict_interval(l2_ols(g, '{"features": ["weight"]}'),
     ARRAY[x], gram => g) i;
SELECT round(fit::numeric, 6) AS fit, round(se_fit::numeric, 6) AS se_fit,
  round(conf_low::numeric, 6) AS conf_low, round(conf_high::numeric, 6) AS conf_high,
       round(pred_low::numeric, 6) AS pred_low, round(pred_high::numeric, 6) AS pred_high,
       round(leverage::numeric, 6) AS leverage
FROM m, LATERAL l2_predict_interval(m, '{3,1000,100}'::float8[], gram => g) i;
SELECT round(conf_low::numeric, 6) AS conf_low, round(pred_low::numeric, 6) AS pred_low FROM m,
  LATERAL l2_predict_interval(m, '{3,1000,100}'::float8[], 0.5, g) i;
-- with every option that a model may have
SELECT how, round(fit::numeric, 6) AS fit, round(se_fit::numeric, 6) AS se_fit,
  round(pred_low::numeric, 6) AS pred_low, round(leverage::numeric, 6) AS leverage
FROM g, LATERAL (VALUES
  (1, 'ols', l2_ols(g), '{3,1000,100}'::float8[]),
  (2, 'renamed', l2_ols(g, '{"names": ["a", "b", "c"]}'), '{3,1000,100}'),
  (3, 'features in another order', l2_ols(g, '{"features": ["power", "weight", "age"]}'), '{100,1000,3}'),
  (4, 'fewer features', l2_ols(g, '{"features": ["power", "age"]}'), '{100,3}'),
  (5, 'another target', l2_ols(g, '{"target": "age"}'), '{30,1000,100}'),
  (6, 'another target, renamed', l2_ols(g, '{"target": "age", "names": ["a", "b", "c"]}'), '{30,1000,100}'),
  (7, 'no intercept', l2_ols(g, '{"intercept": false}'), '{3,1000,100}'),
  (8, 'no feature', l2_ols(g, '{"features": []}'), '{}'),
  (9, 'ridge, lambda 0', l2_ridge(g, 0), '{3,1000,100}'),
  (10, 'ridge', l2_ridge(g, 50), '{3,1000,100}'),
  (11, 'ridge, standardized', l2_ridge(g, 50, '{"standardize": true}'), '{3,1000,100}'),
  (12, 'ridge, factors', l2_ridge(g, 50, '{"penalty_factor": [0, 1, 2]}'), '{3,1000,100}'),
  (13, 'ridge, all factors 0', l2_ridge(g, 50, '{"penalty_factor": [0, 0, 0]}'), '{3,1000,100}'),
  (14, 'ridge, glmnet', l2_ridge(g, 0.05, '{"lambda_scale": "glmnet", "penalty_factor": [1, 1, 2]}'),
  '{3,1000,100}'),
  (15, 'elastic net that is a ridge', l2_elastic_net(g, 50, '{"l1_ratio": 0}'), '{3,1000,100}'),
  (16, 'lasso that is least squares', l2_lasso(g, 0), '{3,1000,100}'),
  (17, 'through JSON', l2_model(_l2_to_jsonb(l2_ridge(g, 50))), '{3,1000,100}'),
  (18, 'of a path', (SELECT model FROM l2_path(g, 'ridge', '{"lambdas": [50, 40, 30]}') p
  WHERE p.lambda = 50), '{3,1000,100}')) v(o, how, model, x),
  LATERAL l2_predict_interval(model, x, gram => g) i ORDER BY o;
-- weights: rows, or precision
SELECT how, round(se_fit::numeric, 6) AS se_fit, round(leverage::numeric, 6) AS leverage
FROM (SELECT l2_gram_agg(l2_obs(mileage, weight => n), ARRAY[age, weight, power]) AS w,
  l2_gram_agg(mileage, ARRAY[age, weight, power]) AS one FROM car) a,
     (SELECT l2_gram_agg(mileage, ARRAY[age, weight, power]) AS repeated FROM car, generate_series(1, n)) b,
     LATERAL (VALUES (1, 'precision', w, l2_ols(w)),
     (2, 'frequency', w, l2_ols(w, '{"weight_type": "frequency"}')),
     (3, 'repeated', repeated, l2_ols(repeated)),
                     (4, 'of 1', one, l2_ols(one))) v(o, how, gram, model),
                     LATERAL l2_predict_interval(model, '{3,1000,100}'::float8[], gram => gram) i ORDER BY o;
-- a dropped column does not count, whatever it holds
SET client_min_messages = warning;
SELECT x, round(fit::numeric, 6) AS fit, round(leverage::numeric, 6) AS leverage
FROM (SELECT l2_gram_cols(mileage, age, 2 * age, weight) AS g FROM car) s, LATERAL (SELECT l2_ols(g) AS m) o,
     (VALUES ('{3,6,1000}'::float8[]), ('{3,0,1000}'), ('{3,Infinity,1000}'), ('{3,NULL,1000}')) v(x),
     LATERAL l2_predict_interval(m, x, gram => g) i;
RESET client_min_messages;
-- no degrees of freedom are left; NULL; not finite; too large
SELECT fit, se_fit, conf_low, pred_high, round(leverage::numeric, 6) AS leverage
FROM (SELECT l2_gram_cols(i * i, i) AS g FROM generate_series(1, 2) i) s,
  LATERAL l2_predict_interval(l2_ols(g), '{3}'::float8[], gram => g) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(m, '{3,NULL,100}'::float8[], gram => g) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(NULL, '{3,1000,100}'::float8[], gram => g) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(m, '{3,1000,100}'::float8[], gram => NULL) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(m, NULL, gram => g) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(m, '{3,1000,100}'::float8[], NULL, g) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(m, '{3,NaN,100}'::float8[], gram => g) i;
SELECT i.* FROM m, LATERAL l2_predict_interval(m, '{3,1e200,100}'::float8[], gram => g) i;
-- errors
SELECT l2_predict_interval(m, '{3,1000}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(m, '{3,NULL}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[], 1, g) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[], 'NaN', g) FROM m;
SELECT l2_predict_interval(l2_lasso(g, 1), '{3,1000,100}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(l2_elastic_net(g, 1), '{3,1000,100}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(l2_ridge(g, 1, '{"non_negative": true}'), '{3,1000,100}'::float8[], gram => g)
  FROM m;
SELECT l2_predict_interval(l2_ridge(g, 1, '{"solver": "fista"}'), '{3,1000,100}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(l2_dropout(g, 0.1), '{3,1000,100}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[], gram => g + g) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[],
  gram => (SELECT l2_set_names(l2_gram_cols(mileage, age, weight, power), '{age,weight,colour}', 'mileage')
  FROM car WHERE id > 1)) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[],
  gram => (SELECT l2_set_names(l2_gram_cols(mileage, age, weight), '{age,weight}', 'mileage') FROM car))
  FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[],
  gram => (SELECT l2_gram_agg(l2_obs(mileage, weight => 2), ARRAY[age, weight, power]) FROM car)) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[],
  gram => (SELECT l2_set_names(l2_gram_cols(mileage, age, weight + 1, power), '{age,weight,power}', 'mileage')
  FROM car)) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[],
  gram => (SELECT l2_set_names(l2_gram_cols(mileage + id % 2, age, weight, power), '{age,weight,power}',
  'mileage') FROM car)) FROM m;
-- the model that was right for one row is wrong for the next, whose gram is another
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[], gram => gram) FROM m,
  LATERAL (VALUES (1, g), (2, g + g)) v(o, gram) ORDER BY o;
-- the same means and sums of squares, and yet other rows
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[],
  gram => (SELECT l2_set_names(l2_gram_cols(mileage, age, c2.weight, power), '{age,weight,power}', 'mileage')
  FROM car JOIN (SELECT 61 - id AS id, weight FROM car) c2 USING (id))) FROM m;
SELECT l2_predict_interval(l2_model(jsonb_set(m::jsonb, '{terms,1,estimate}', '-1')),
  '{3,1000,100}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 1}, {"term": "age", "estimate": 2}]}', '{3}'::float8[], gram => g) FROM m;
SELECT l2_predict_interval(m, '{3,1000,100}'::float8[], gram => g - g) FROM m;

-- nested models, in any order
CREATE TABLE models AS SELECT l2_ols(g, '{"features": []}') AS m0,
  l2_ols(g, '{"features": ["weight"]}') AS m1, l2_ols(g, '{"features": ["power", "weight"]}') AS m2, m AS m3,
  l2_ols(g, '{"intercept": false}') AS bare, l2_ridge(g, 1) AS ridge, l2_lasso(g, 100) AS lasso FROM m;
SELECT number, added, df_residual, round(rss::numeric, 6) AS rss, df, round(sum_sq::numeric, 6) AS sum_sq,
  round(f::numeric, 6) AS f, round(p::numeric, 9) AS p
FROM models, l2_anova(m1, m2, m3) a;
SELECT number, added, df, round(f::numeric, 6) AS f FROM models, l2_anova(m3, m0) a;
-- one term more: F is the square of its t
SELECT round(f::numeric, 9) AS f, round((t ^ 2)::numeric, 9) AS t2, round(a.p::numeric, 12)
  = round(s.p::numeric, 12) AS same_p
FROM models, l2_anova(m2, m3) a, l2_summary(m3) s WHERE number = 2 AND term = 'age';
-- against no feature: F of the whole
SELECT round(f::numeric, 9) AS f, round(f_statistic::numeric, 9) AS of_glance FROM models, l2_anova(m0, m3) a,
  l2_glance(m3) WHERE number = 2;
SELECT number, added, df FROM models, l2_anova(bare, m3) a;
-- the same twice; nothing left over; a dropped column is explained by the others
SELECT number, added, df, sum_sq, f, p FROM models, l2_anova(m1, m1) a;
SELECT number, added, df_residual, round(rss::numeric, 9) AS rss, df, f, p
FROM (SELECT l2_gram_cols(i * i, i, i * i) AS g FROM generate_series(1, 5) i) s,
  l2_anova(l2_ols(g, '{"features": ["x1"]}'), l2_ols(g)) a;
SELECT number, df_residual, df, f, p FROM (SELECT l2_gram_cols(i * i, i) AS g FROM generate_series(1, 2) i) s,
  l2_anova(l2_ols(g, '{"features": []}'), l2_ols(g)) a;
SET client_min_messages = warning;
SELECT number, added, df FROM (SELECT l2_gram_cols(mileage, age, weight, age + weight) AS g FROM car) s,
  l2_anova(l2_ols(g), l2_ols(g, '{"features": ["x3"]}')) a;
RESET client_min_messages;
SELECT count(*) FROM models, l2_anova(VARIADIC ARRAY[m1, m2]) a;
SELECT count(*) FROM models, l2_anova(m1, NULL) a;
SELECT count(*) FROM l2_anova(VARIADIC NULL::l2_model[]) a;
-- errors
SELECT * FROM models, LATERAL (SELECT number FROM l2_anova(m1)) a;
\set VERBOSITY terse
SELECT number FROM l2_anova(VARIADIC '{}');
\set VERBOSITY default
SELECT number FROM models, l2_anova(m1, ridge);
SELECT number FROM g, l2_anova(l2_ols(g, '{"features": ["age"]}'),
  l2_ols(g, '{"features": ["weight", "power"]}'));
SELECT number FROM models, l2_anova(bare, m0);
SELECT number FROM g, l2_anova(l2_ols(g, '{"features": ["age"]}'), l2_ols(g, '{"target": "weight"}'));
SELECT number FROM g, l2_anova(l2_ols(g), l2_ols(g + g));
SELECT number FROM g, l2_anova(l2_ols(g, '{"features": ["age"]}'),
  (SELECT ols_fit(mileage + 1, ARRAY[age, weight], '{"names": ["age", "weight"]}') FROM car));
SELECT number FROM (SELECT l2_set_names(l2_gram_cols(mileage + 1, age, weight), '{age,weight}',
  'mileage') AS h FROM car) s, g, l2_anova(l2_ols(g, '{"features": ["age"]}'), l2_ols(h));
SELECT number FROM (SELECT l2_set_names(l2_gram_cols(mileage, -id, weight), '{age,weight}', 'mileage') AS h
  FROM car) s, g, l2_anova(l2_ols(g, '{"features": ["age", "power"]}'), l2_ols(h, '{"features": ["age"]}'));
SELECT number FROM (SELECT l2_set_names(l2_gram_cols(mileage, sin(id), cos(id)), '{weight,power}',
  'mileage') AS h FROM car) s, models, l2_anova(m1, l2_ols(h));
SELECT number FROM models, l2_anova(m1, l2_model(jsonb_set(m3::jsonb, '{rss}', '1000')));
SELECT number FROM l2_anova('{"l2_model": 1, "method": "ols", "terms": []}',
  '{"l2_model": 1, "method": "ols", "terms": []}');
SELECT number FROM models, l2_anova(VARIADIC ARRAY[[m1], [m2]]);

-- side by side
SELECT number, method, terms, n, round(df::numeric, 3) AS df, round(rss::numeric, 3) AS rss,
  round(r_squared::numeric, 4) AS r_squared,
       round(adj_r_squared::numeric, 4) AS adj_r_squared, round(sigma::numeric, 4) AS sigma, lambda
FROM models, l2_compare(m0, m1, m2, m3, bare, ridge, lasso) c;
SELECT number, round(aic::numeric, 3) AS aic, round(aicc::numeric, 3) AS aicc, round(bic::numeric, 3) AS bic,
  round(delta_aic::numeric, 3) AS delta_aic,
       round(delta_bic::numeric, 3) AS delta_bic,
       round((60 * (ln(2 * pi() * rss / 60) + 1) + 2 * (df + 1))::numeric, 3) AS by_hand,
       round(aic - (l2_glance((ARRAY[m0, m1, m2, m3, bare])[number])).aic) AS apart
FROM models, l2_compare(m0, m1, m2, m3, bare, ridge, lasso) c;
-- frequency weights: as the rows they stand for
SELECT number, n, round(aic::numeric, 6) AS aic, round(bic::numeric, 6) AS bic
FROM l2_compare((SELECT l2_ols(l2_gram_agg(l2_obs(mileage, weight => n), ARRAY[age]),
  '{"weight_type": "frequency"}') FROM car)) c
UNION ALL SELECT 2, n, round(aic::numeric, 6), round(bic::numeric, 6)
  FROM l2_compare((SELECT ols_fit(mileage, ARRAY[age]) FROM car, generate_series(1, n)));
-- a model a row; a perfect fit; NULLs; none
SELECT number, terms FROM (SELECT array_agg(model ORDER BY lambda DESC) AS path
  FROM g, l2_path(g, options => '{"n_lambda": 4}')) p, l2_compare(VARIADIC path);
SELECT number, rss, aic, aicc, bic, delta_aic
  FROM (SELECT l2_gram_cols(i, i, sin(i)) AS g FROM generate_series(1, 5) i) s,
  l2_compare(l2_ols(g), l2_ols(g, '{"features": []}')) WHERE number = 1;
SELECT number, aic IS NULL AS aic, aicc IS NULL AS aicc
  FROM (SELECT l2_gram_cols(i * i, i, sin(i)) AS g FROM generate_series(1, 4) i) s, l2_compare(l2_ols(g));
SELECT number, method FROM models, l2_compare(NULL, ridge, NULL, m3) c;
SELECT count(*) FROM l2_compare(NULL, NULL) c;
SELECT count(*) FROM l2_compare(VARIADIC NULL::l2_model[]) c;
SELECT number, method, terms, n, df, aic
  FROM l2_compare('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", "estimate": 2}]}');
SELECT number FROM g, l2_compare(l2_ols(g), l2_ols(g, '{"weight_type": "frequency"}'));
SELECT number FROM g, l2_compare(l2_ols(g), NULL, l2_ols(g, '{"target": "age"}'));
SELECT number FROM g, l2_compare(l2_ols(g), l2_ols(g
  - (SELECT l2_set_names(l2_gram_cols(mileage, age, weight, power), '{age,weight,power}', 'mileage') FROM car
  WHERE id = 1)));
SELECT number FROM (SELECT l2_gram_agg(mileage, ARRAY[age]) AS a,
  l2_gram_agg(l2_obs(mileage, weight => n), ARRAY[age]) AS b FROM car) s, l2_compare(l2_ols(a), l2_ols(b));
DROP TABLE car, g, m, models;
