-- What other languages write in formulas, and mistakes: the error says what to write.
CREATE SCHEMA quiet;
SET search_path = quiet, public;
CREATE TABLE lot (price float8, area float8, rooms int, zone text, garden boolean, built date,
  "lot.size" float8);
INSERT INTO lot SELECT i + i % 5, i + 0.5, i % 4, (ARRAY['a', 'b', 'c'])[1 + i % 3], i % 2 = 0,
  date '2000-01-01' + i, i % 9
  FROM generate_series(1, 30) i;
SELECT l2_fit('lot', 'price ~ as.factor(rooms)', 'ols');
SELECT l2_fit('lot', 'price ~ C(zone)', 'ols');
SELECT l2_fit('lot', 'price ~ scale(area)', 'ols');
SELECT l2_fit('lot', 'price ~ area**2', 'ols');
SELECT l2_fit('lot', 'price ~ `area`', 'ols');
SELECT l2_fit('lot', 'price ~ area %% 2', 'ols');
SELECT l2_fit('lot', 'price ~ area %in% zone', 'ols');
SELECT l2_fit('lot', 'price ~ np.log(area)', 'ols');
SELECT l2_fit('lot', 'price ~ ln(area)', 'ols');
SELECT l2_fit('lot', 'price ~ lot.area', 'ols');
SELECT l2_fit('lot', 'price ~ lot.size', 'ols');
SELECT l2_names(l2_fit('lot', 'price ~ "lot.size"', 'ols'));
SELECT l2_fit('lot', 'price = area', 'ols');
SELECT l2_fit('lot', 'price == area + zone', 'ols');
SELECT l2_fit('lot', 'log(price)', 'ols');
SELECT l2_fit('lot', 'price ~ area / rooms', 'ols');
SELECT l2_fit('lot', 'price ~ area, rooms', 'ols');
SELECT l2_fit('lot', 'price ~ area > 3', 'ols');
SELECT l2_fit('lot', 'price ~ 2 * area', 'ols');
SELECT l2_fit('lot', 'price ~ relevel(zone, ''b'')', 'ols');
SELECT l2_fit('lot', 'price ~ I(rooms == 2)', 'ols');
SELECT l2_fit('lot', 'price ~ I(area**2)', 'ols');
SELECT l2_fit('lot', 'price ~ I(rooms = 2 && garden)', 'ols');
SELECT l2_fit('lot', 'price ~ I(rooms = 2 | garden)', 'ols');
SELECT l2_fit('lot', 'price ~ I(!garden)', 'ols');
-- classes are no numbers, but what method multinomial is for
SELECT l2_fit('lot', 'factor(rooms) ~ area', 'ols');
SELECT l2_fit('lot', 'factor(rooms) ~ area', 'poisson');
SELECT l2_fit('lot', 'factor(rooms) ~ area', 'multinomial', 1) IS NOT NULL AS fits;
SELECT l2_fit('lot', 'price ~ s(area)', 'ols');
SELECT l2_fit('lot', 'price ~ abs(area)', 'ols');
SELECT l2_fit('lot', 'price ~ area ~ zone', 'ols');
SELECT l2_fit('lot', 'price ~ month(built)', 'ols');
SELECT l2_fit('lot', 'price ~ lag(area)', 'ols');
SELECT l2_fit('lot', 'price ~ factor(extract(year FROM built))', 'ols');
SELECT l2_fit('lot', '(zone = ''a'') ~ area', 'logistic');
-- the formula where the source belongs; a relation with a condition; methods of others, and slips
SELECT l2_fit('price ~ area', 'lot', 'ols');
SELECT l2_fit('I(zone = ''a'') ~ area', 'lot', 'logistic');
SELECT l2_fit('lot WHERE rooms > 2', 'price ~ area', 'ols');
SELECT l2_fit('SELECT zone, l2_gram_cols(price, area) AS gram FROM lot GROUP BY zone', 'price', 'ols');
SELECT l2_fit('lot', 'price ~ area', 'rigde', 1);
SELECT l2_fit('lot', 'price ~ area', 'rdge');
SELECT l2_fit('lot', 'price ~ area', 'rdgi');
SELECT l2_fit('lot', 'price ~ area', 'logistc');
SELECT l2_fit('lot', 'price ~ area', 'xgboost');
-- names that are near
SELECT l2_fit('lot', 'price ~ aera', 'ols');
SELECT l2_fit('lot', 'price ~ log(aera)', 'ols');
SELECT l2_fit('lot', 'price ~ I(aera * 2)', 'ols');
SELECT l2_fit('lot', 'price ~ "Area"', 'ols');
SELECT l2_fit('lot', 'pirce ~ area', 'ols');
SELECT l2_fit('lot', 'price ~ taxes', 'ols');
-- what is no number
SELECT l2_fit('lot', 'price ~ log(zone)', 'ols');
SELECT l2_fit('lot', 'price ~ sqrt(built)', 'ols');
SELECT l2_fit('lot', 'price ~ poly(garden, 2)', 'ols');
SELECT l2_fit('lot', 'zone ~ area', 'ols');
SELECT l2_fit('lot', 'zone', 'ols');
-- what cannot be computed: the term is named
SELECT l2_fit('lot', 'price ~ area + log(area - 9.5)', 'ols');
SELECT l2_fit('lot', 'price ~ I(area / (rooms - 1)) + zone', 'ols');
SELECT l2_fit('lot', 'log(price - 20) ~ area', 'ols');
SELECT l2_fit('lot', 'price ~ area + offset(log(rooms))', 'ols');
SELECT n FROM l2_train('lots', 'lot', 'price ~ area + sqrt(area - 9)', 'ols');
SELECT l2_fit('lot', 'price ~ zone + exp(100 * area)', 'ols');
SELECT l2_fit('lot', 'garden ~ exp(100 * area)', 'logistic');
-- what R and scikit-learn call it
SELECT l2_fit('lot', 'cbind(garden, rooms) ~ area', 'logistic');
SELECT l2_fit('lot', 'price ~ area + (1 | zone)', 'ols');
SELECT l2_fit('lot', 'price ~ area +', 'ols');
SELECT l2_fit('lot', 'price ~', 'ols');
SELECT l2_fit('lot', 'price ~ area', 'rlm');
SELECT l2_fit('lot', 'price ~ area', 'Gamma');
SELECT l2_fit('lot', 'rooms ~ area', 'negbin');
SELECT l2_fit('lot', 'rooms ~ area', 'nb');
SELECT l2_fit('lot', 'garden ~ area', 'probit');
SELECT l2_fit('lot', 'garden ~ area', 'cloglog');
SELECT l2_fit('lot', 'price ~ area', 'tweedie');
SELECT l2_fit('lot', 'price ~ area', 'stepwise');
SELECT l2_fit('lot', 'price ~ area', 'backward');
SELECT l2_fit('lot', 'rooms ~ area', 'quasipoisson');
SELECT l2_fit('lot', 'rooms ~ area', 'glm', options => '{"family": "quasipoisson"}');
SELECT l2_fit('lot', 'garden ~ area', 'glm', options => '{"family": "quasibinomial"}');
SELECT l2_fit('lot', 'garden ~ area', 'glm', options => '{"family": "cloglog"}');
-- which is then accepted
SELECT count(*) FROM (VALUES ('price', '{"family": "gamma", "link": "log"}'),
    ('I(rooms ^ 3)', '{"family": "negative_binomial", "link": "log"}'),
    ('garden', '{"family": "binomial", "link": "probit"}'),
    ('garden', '{"family": "binomial", "link": "cloglog"}'),
    ('price', '{"family": "tweedie", "link": "log"}'),
    ('price', '{"family": "inverse_gaussian", "link": "log"}'),
    ('rooms', '{"family": "poisson", "dispersion": "pearson"}')) v(y, o),
  LATERAL l2_names(l2_fit('lot', y || ' ~ area', 'glm', options => o::jsonb));
SELECT l2_names(l2_fit('lot', 'price ~ area + I(extract(month FROM built)::int::text) + zone', 'lasso', 3,
  '{"group": "factors"}'));
SELECT l2_fit('lot', 'price ~ area', 'quantreg');
SELECT l2_fit('lot', 'zone ~ area', 'multinom');
SELECT l2_fit('lot', 'rooms ~ area', 'glm', options => '{"family": "negbin"}');
SELECT l2_fit('lot', 'garden ~ area', 'glm', options => '{"family": "bernoulli"}');
SELECT l2_fit('lot', 'price ~ area', 'ols', options => '{"vcov": "robust"}');
SELECT l2_fit('lot', 'price ~ area', 'quantile', options => '{"tau": 0.9}');
SELECT l2_fit('lot', 'price ~ area', 'huber', options => '{"epsilon": 1.35}');
SELECT l2_fit('lot', 'price ~ area', 'lasso', options => '{"groups": [1]}');
SELECT l2_fit('lot', 'garden ~ area', 'logistic', options => '{"multi_class": "ovr"}');
SELECT l2_predict(m, t, 'response') FROM lot t, (SELECT l2_fit('lot', 'price ~ area', 'ols') AS m) f;
SELECT l2_predict(l2_fit('lot', 'price ~ area + zone', 'ols'), 50, 'a'::text);
-- categories of factor() are groups, as those of text are
SELECT a.term, a.estimate, a.estimate - b.estimate AS difference FROM
  l2_summary(l2_fit('lot', 'price ~ factor(rooms) + factor(zone) + area', 'lasso', 1,
  options => '{"group": "factors"}')) WITH ORDINALITY a
  JOIN l2_summary(l2_fit('SELECT price, rooms::text AS r, zone AS z, area FROM lot', 'price ~ r + z + area',
  'lasso', 1, options => '{"group": "factors"}')) WITH ORDINALITY b USING (ordinality);
SELECT term, estimate = 0 AS out FROM l2_summary(l2_fit('lot', 'price ~ factor(rooms) * area', 'lasso', 30,
  options => '{"group": "factors"}'));
SELECT count(DISTINCT estimate <> 0) AS whole FROM l2_summary(l2_fit('lot', 'price ~ factor(rooms) + zone',
  'lasso', 30, options => '{"group": "factors"}')) WHERE term LIKE 'factor%';
-- two columns of a name
SELECT l2_fit('SELECT *, area AS area FROM lot', 'price', 'ols');
SELECT l2_names(l2_fit('SELECT *, area AS area FROM lot', 'price ~ rooms', 'ols'));
SELECT l2_fit('SELECT *, area AS area FROM lot', 'price ~ area', 'ols');
SELECT l2_fit('SELECT *, area AS area FROM lot', 'price ~ log(area)', 'ols');
-- a target among the terms, as it is or transformed
SELECT l2_fit('lot', 'price ~ price + area', 'ols');
SELECT l2_fit('lot', 'price ~ log(price) + area', 'ols');
SELECT l2_fit('lot', 'log(price) ~ area + price', 'ols');
SELECT l2_fit('lot', 'log(price) ~ area:price', 'ols');
SELECT l2_fit('lot', 'price ~ I(area * price)', 'ols');
SELECT l2_fit('lot', 'price ~ factor(price)', 'ols');
SELECT l2_fit('lot', 'price ~ poly(price, 2)', 'ols');
SELECT l2_fit('lot', 'price ~ ns(log(price), 3)', 'ols');
SELECT l2_fit('lot', 'price ~ area + offset(log(price))', 'ols');
SELECT l2_fit('lot', 'I(price / area) ~ log(price / area)', 'ols');
SELECT l2_names(l2_fit('lot', 'I(price / area) ~ area + rooms', 'ols'));
SELECT l2_names(l2_fit('lot', 'I(price / area) ~ .', 'ols'));
SELECT l2_fit('lot', 'price', 'ols', options => '{"features": ["area", "price"]}');
SELECT l2_fit('lot', 'price', 'ols', options => '{"features": ["aera"]}');

-- A column that is called as a term is written: which of the two a model has could not be told
ALTER TABLE lot ADD "log(area)" float8 DEFAULT 1, ADD "factor(rooms)" int DEFAULT 2;
SELECT l2_fit('lot', 'price ~ "log(area)" + log(area)', 'ols');
SELECT l2_fit('lot', 'price ~ "log(area)" - log(area)', 'ols');
SELECT l2_fit('lot', 'price ~ factor(rooms) + "factor(rooms)"', 'ols');
SELECT l2_fit('lot', 'price ~ . + log(area)', 'ols');
ALTER TABLE lot DROP "log(area)", DROP "factor(rooms)";

-- Powers are raw; levels as Stata and R write them; dates and times
SELECT l2_fit('lot', 'price ~ poly(area, 2, raw = FALSE)', 'ols');
SELECT l2_names(l2_fit('lot', 'price ~ poly(area, 2, raw = TRUE)', 'ols'));
SELECT l2_fit('lot', 'price ~ i.rooms', 'ols');
SELECT l2_fit('lot', 'price ~ factor(zone, ref = "b")', 'ols');
SELECT l2_fit('lot', 'price ~ bs(area, knots = 30)', 'ols');
SELECT l2_fit('lot', 'price ~ built*area', 'ols');
SELECT l2_names(l2_fit('lot', 'price ~ I(built - ''2000-01-01'')*area', 'ols'));
SELECT l2_fit('lot', 'price ~ poly(built, 2)', 'ols');
SELECT l2_fit('lot', 'price ~ I(date_trunc(''month'', built))', 'ols');

-- A target's name in quotes; a category of one level; a value that is no number under a spline
SELECT l2_names(l2_fit('SELECT price AS "Sale Price", area FROM lot', '"Sale Price"', 'ols'));
SELECT l2_names(l2_fit('SELECT *, ''x''::text AS k FROM lot', 'price ~ area + k', 'ols'));
SELECT l2_names(l2_fit('SELECT *, 1 AS k FROM lot', 'price ~ area + factor(k)', 'ols'));
-- its level has a column without an intercept, and in a product
SELECT l2_names(l2_fit('SELECT *, 1 AS k FROM lot', 'price ~ factor(k) + area - 1', 'ols'));
SELECT l2_names(l2_fit('SELECT *, ''x''::text AS k FROM lot', 'price ~ k:area', 'ols'));
SELECT l2_fit('SELECT price, CASE rooms WHEN 1 THEN ''NaN'' ELSE area END AS area FROM lot',
  'price ~ ns(area, 3)', 'ols');
SELECT n, n_skipped FROM l2_glance(l2_fit('SELECT price, CASE rooms WHEN 1 THEN ''NaN'' ELSE area END '
  'AS area FROM lot', 'price ~ ns(area, 3)', 'ols', options => '{"nonfinite": "skip"}'));
SELECT l2_fit('lot', 'price ~ ' || repeat('log(', 12000) || 'area' || repeat(')', 12000), 'ols');

-- Options right behind the method, where there is no lambda
SELECT l2_fit('lot', 'price ~ area', 'ols', '{"vcov": "HC3"}') = l2_fit('lot', 'price ~ area', 'ols',
    options => '{"vcov": "HC3"}') AS fit,
  l2_train_sql('lot', 'price ~ area', 'ols', '{"vcov": "HC3"}') = l2_train_sql('lot', 'price ~ area', 'ols',
    options => '{"vcov": "HC3"}') AS statement,
  l2_fit('lot', 'price ~ area', 'ridge', NULL) = l2_fit('lot', 'price ~ area') AS none;
SELECT name, version, lambda FROM l2_train('first', 'lot', 'price ~ area', 'ridge', '{"lambdas": [3]}');
SELECT vcov FROM l2_summary(l2_fit('lot', 'price ~ area', 'ols', jsonb_build_object('vcov', 'HC1'))) LIMIT 1;
SELECT l2_fit('lot', 'price ~ area', 'ridge', '0.1');
SELECT l2_drop('first');

-- No row to compare or to average over
SELECT n FROM l2_train('first', 'lot', 'price ~ area + zone', 'ols');
SELECT * FROM l2_drift('first', 'SELECT * FROM lot WHERE false');
SELECT * FROM l2_margins('first', 'SELECT * FROM lot WHERE false');
SELECT * FROM l2_margins('first', 'SELECT price, NULL::float8 AS area, zone FROM lot');
SELECT l2_drop('first');

-- First tries
SELECT l2_fit('lot', 'price ~ area rooms', 'ols');
SELECT l2_fit('lot', 'price ~ rooms::text', 'ols');
SELECT l2_fit('lot', 'price ~ CASE WHEN rooms > 2 THEN 1 END', 'ols');
SELECT l2_fit('lot', 'price ~ area GROUP BY zone', 'ols');
SELECT l2_fit('lot', 'price ~ area WHERE rooms > 2', 'ols');
SELECT l2_fit('lot', 'price ~ pmin(area, 50) + fe(zone)', 'ols');
SELECT l2_fit('lot', '. ~ area', 'ols');
SELECT l2_fit('lot', 'price <- area', 'ols');
SELECT l2_fit('lot', 'price area rooms', 'ols');
SELECT l2_fit('lot l', 'l.price ~ l.area', 'ols');
SELECT l2_fit('(SELECT * FROM lot) AS l', 'price ~ area', 'ols');
SELECT l2_names(l2_fit('(SELECT * FROM lot) UNION ALL (SELECT * FROM lot)', 'price ~ area', 'ols'));
SELECT l2_fit('lot', 'price ~ area', 'ols', '{"where": "rooms > 2"}');
SELECT l2_fit('lot', 'price ~ area', 'ols', '{"by": "zone"}');
SELECT l2_fit('lot', 'price ~ area', 'lasso', '{"group": "zone"}');
SELECT l2_fit('lot', 'price ~ area', options => '{"vcov": "HC3"}');
SELECT l2_fit('lot', 'price ~ area', 'ols', '{"level": 0.9}');
SELECT l2_fit('lot', 'price ~ area', 'lasso_cv');
SELECT l2_fit('lot', 'price ~ area', 'logistic_cv');
SELECT l2_fit('lot', 'price ~ area', 'gaussian');
SELECT l2_fit('lot', 'price ~ area', 'ivreg');
SELECT l2_fit('lot', 'price ~ area', 'quantile', 90);
SELECT l2_coef(quantile_fit(price, ARRAY[area])) FROM lot;
SELECT ols_fit(price, l, '{"features": ["area", "roms"]}') FROM lot l;
SELECT l2_predict(rooms, 'm') FROM lot;
-- the level of numbers, and their column's own name
SELECT l2_names(l2_fit('lot', 'price ~ factor(rooms)', 'ols', '{"reference": {"rooms": 2}}'))
  = l2_names(l2_fit('lot', 'price ~ factor(rooms)', 'ols', '{"reference": {"factor(rooms)": "2"}}')) AS same;
SELECT l2_fit('lot', 'price ~ factor(rooms)', 'ols', '{"reference": {"room": 2}}');
SELECT l2_fit('lot', 'price ~ area||zone', 'ols');
-- outcomes that are functions of a column, and which of them l2_augment can take from a row
SELECT target, round(fitted::numeric, 6) AS fitted, round(fitted::numeric, 6)
    = round((l2_predict(m, l))::numeric, 6) AS same, round((fitted + residual)::numeric, 6) AS outcome
FROM unnest('{log,log2,log10,exp,sqrt}'::text[]) target,
  LATERAL (SELECT l2_fit('lot', target || '(area) ~ price', 'ols') AS m) f,
  LATERAL (SELECT * FROM lot ORDER BY price LIMIT 1) l, LATERAL l2_augment(m, l) ORDER BY target;
SET client_min_messages = warning;
DROP SCHEMA quiet CASCADE;
