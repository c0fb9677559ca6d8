-- The examples of docs/reference, which docs/make.sh runs in one session.  A line "--- names" starts the
-- example of the functions of those names, with "!" behind them one that is shown but not run; "--- setup" shows
-- nowhere.  Results must not depend on the last bits: round them.

--- setup
CREATE TABLE houses (area float8, rooms int, zone text, price float8);
INSERT INTO houses VALUES
  (150, 3, 'north', 310), (200, 4, 'north', 395), (250, 4, 'south', 455), (300, 5, 'south', 560),
  (350, 6, 'north', 640), (180, 3, 'south', 335), (220, 4, 'north', 425), (270, 5, 'south', 520);
CREATE TABLE grams AS SELECT l2_set_names(l2_gram_cols(price, area, rooms), '{area,rooms}', 'price') AS gram
FROM houses;
CREATE TABLE models AS SELECT l2_ols(gram, '{"covariance": true}') AS model FROM grams;
CREATE TABLE patients (id int, age int, dose float8, cured boolean, visits int);
INSERT INTO patients SELECT i, 20 + i * 17 % 50, i % 8 / 2.0, i * 7 % 10 < i % 8 + 1, (i % 8 + i * 3 % 5) / 2
FROM generate_series(1, 60) i;
CREATE TABLE cures AS SELECT logistic_fit(cured, ARRAY[age, dose], 0.1, '{"names": ["age", "dose"]}') AS model
FROM patients;
CREATE TABLE scores AS SELECT cured, round(l2_predict(model, ARRAY[age, dose])::numeric, 3)::float8 AS p
FROM patients, cures;
CREATE TABLE prices AS SELECT date '2026-01-01' + i AS day, i % 7 + i * 0.1 AS y, i % 7 * 2.0 AS x
FROM generate_series(0, 20) i;
CREATE TABLE folds AS SELECT l2_gram_folds(l2_obs(visits, fold => id % 5), ARRAY[age, dose],
  '{"folds": 5}') AS grams FROM patients;
CREATE FUNCTION r(float8, int DEFAULT 3) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, $2) + 0';
CREATE FUNCTION r(float8[], int DEFAULT 3) RETURNS numeric[] LANGUAGE sql AS
  'SELECT array_agg(round(b::numeric, $2) + 0 ORDER BY i) FROM unnest($1) WITH ORDINALITY u(b, i)';

--- l2_options
SELECT l2_options('standardize', true, 'penalty_factor', ARRAY[1, 0]) AS options;
SELECT r(ridge_fit(price, ARRAY[area, rooms], 1,
  '{"standardize": true, "names": ["area", "rooms"]}')::float8[]) AS coefficients FROM houses;

--- l2_obs
SELECT r(ols_fit(l2_obs(price, weight => rooms), ARRAY[area])::float8[]) AS coefficients FROM houses;
SELECT l2_obs(310, weight => 2, fold => 'north') AS observation;

--- l2_row
SELECT l2_row(h) FROM houses h LIMIT 1;
SELECT l2_names(l2_gram_agg(price, l2_row(h), '{"target": "price"}')) FROM houses h;
SELECT r(l2_predict(l2_ridge(l2_gram_agg(price, l2_row(ROW(area, zone), '{area,zone}')), 1),
  '{"area": 200, "zone": "north"}'::l2_row)) AS price FROM houses;

--- l2_gram_agg
SELECT l2_n(g), l2_means(g) FROM (SELECT l2_gram_agg(price, ARRAY[area, rooms]) AS g FROM houses) s;

--- l2_gram_cols
SELECT zone, l2_means(l2_gram_cols(price, area, rooms)) FROM houses GROUP BY zone ORDER BY zone;

--- l2_gram_sum
SELECT l2_n(l2_gram_sum(g)) FROM (SELECT l2_gram_cols(price, area) AS g FROM houses GROUP BY zone) s;

--- l2_gram_within
SELECT l2_coef(l2_ols(l2_gram_within(g))) FROM (SELECT l2_gram_cols(price, area) AS g FROM houses GROUP BY zone) s;

--- l2_gram
SELECT l2_means(l2_gram(ARRAY[310, 150, 3], '{price,area,rooms}'));

--- l2_gram_decay
SELECT l2_sum_weights(l2_gram_decay(gram, 0.5)) FROM grams;

--- l2_set_names
SELECT l2_names(l2_set_names(l2_gram_cols(price, area, rooms), '{area,rooms}', 'price')) FROM houses;

--- l2_names
SELECT l2_names(gram), l2_names(model) FROM grams, models;

--- l2_n l2_n_skipped l2_sum_weights
SELECT l2_n(g), l2_n_skipped(g), l2_sum_weights(g)
FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]) AS g
  FROM (VALUES (1, 2, 0.5), (2, 3, 2), (3, NULL, 1)) v(y, x, w)) s;

--- l2_means
SELECT l2_means(gram) FROM grams;

--- l2_covariance
SELECT r(l2_covariance(gram)) AS covariance FROM grams;

--- l2_ols
SELECT r(l2_coef(l2_ols(gram))) AS both, r(l2_coef(l2_ols(gram, '{"features": ["area"]}'))) AS area FROM grams;

--- l2_ridge
SELECT lambda, r(l2_coef(l2_ridge(gram, lambda))) AS coefficients FROM grams, unnest(ARRAY[0, 1, 100]) lambda;

--- l2_lasso
SELECT lambda, r(l2_coef(l2_lasso(gram, lambda))) AS coefficients FROM grams, unnest(ARRAY[0, 100, 10000]) lambda;

--- l2_elastic_net
SELECT r(l2_coef(l2_elastic_net(gram, 100))) AS coefficients FROM grams;

--- l2_dropout
SELECT r(l2_coef(l2_dropout(gram, 0.1))) AS coefficients FROM grams;

--- ols_fit
SELECT r(ols_fit(price, ARRAY[area, rooms])::float8[]) AS coefficients FROM houses;
SELECT term, r(estimate) AS estimate FROM l2_summary((SELECT ols_fit(price, h, '{"target": "price"}') FROM houses h));

--- ridge_fit
SELECT zone, r(l2_coef(ridge_fit(price, ARRAY[area, rooms], 0.1))) AS coefficients FROM houses GROUP BY zone
ORDER BY zone;
SELECT day, r(l2_coef(ridge_fit(y, ARRAY[x], 1) OVER (ORDER BY day ROWS 6 PRECEDING))) AS slope FROM prices OFFSET 17;

--- lasso_fit
SELECT r(lasso_fit(price, ARRAY[area, rooms], 10, '{"standardize": true}')::float8[]) AS coefficients FROM houses;

--- elastic_net_fit
SELECT r(elastic_net_fit(price, ARRAY[area, rooms], 10)::float8[]) AS coefficients FROM houses;

--- dropout_fit
SELECT r(dropout_fit(price, ARRAY[area, rooms], 0.2)::float8[]) AS coefficients FROM houses;

--- ridge_ewm
SELECT day, r(l2_coef(ridge_ewm(y, ARRAY[x], 1, 7) OVER (ORDER BY day))) AS slope FROM prices OFFSET 18;

--- ridge_cv
SELECT r(l2_coef(m)) AS coefficients, r(lambda) AS lambda, r(sqrt(cv_error)) AS rmse
FROM (SELECT ridge_cv(visits, ARRAY[age, dose], '{"folds": 5}') AS m FROM patients) s, l2_glance(m);

--- lasso_cv
SELECT r(l2_coef(lasso_cv(visits, ARRAY[age, dose], '{"rule": "1se"}'))) AS coefficients FROM patients;

--- elastic_net_cv
SELECT r(l2_coef(elastic_net_cv(visits, ARRAY[age, dose], '{"l1_ratio": [0.1, 0.5, 1]}'))) AS coefficients
FROM patients;

--- l2_path
SELECT r(lambda) AS lambda, nonzero, r(dev_ratio) AS dev_ratio, r(bic) AS bic, r(l2_coef(model)) AS coefficients
FROM grams, l2_path(gram, 'lasso', '{"n_lambda": 5}');

--- l2_trace
SELECT iteration, r(objective) AS objective, r(coefficients) AS coefficients
FROM grams, l2_trace(gram, 100, '{"max_iter": 3}');

--- l2_gram_folds
SELECT array_length(l2_gram_folds(l2_obs(visits, fold => id % 5), ARRAY[age, dose], '{"folds": 5}'), 1) AS folds
FROM patients;

--- l2_cv
SELECT r(l2_coef(l2_cv(grams, 'lasso'))) AS least_error,
  r(l2_coef(l2_cv(grams, 'lasso', '{"rule": "1se"}'))) AS simpler FROM folds;

--- l2_cv_curve
SELECT r(lambda) AS lambda, r(mean) AS mean, r(se) AS se, is_min, is_1se
FROM folds, l2_cv_curve(grams, 'lasso', '{"n_lambda": 6}');

--- l2_select
SELECT r(l2_coef(l2_select(gram, 'lasso', '{"criterion": "bic"}'))) AS coefficients FROM grams;

--- l2_subset
SELECT size, features, r(bic) AS bic, chosen FROM grams, l2_subset(gram, 'best');

--- l2_summary
SELECT term, r(estimate) AS estimate, r(std_error) AS std_error, r(t) AS t, r(p, 5) AS p
FROM models, l2_summary(model);

--- l2_glance
SELECT n, r(r_squared) AS r_squared, r(sigma) AS sigma, df FROM models, l2_glance(model);

--- l2_coef l2_intercept
SELECT r(l2_coef(model)) AS coefficients, r(l2_intercept(model)) AS intercept FROM models;

--- l2_predict
SELECT r(l2_predict(model, ARRAY[260, 4])) AS array, r(l2_predict(model, 260, 4)) AS columns,
  r(l2_predict(model, h)) AS record
FROM models, (SELECT 4 AS rooms, 260 AS area) h;

--- l2_predict_link
SELECT r(l2_predict_link(model, ARRAY[30, 2])) AS log_odds, r(l2_predict(model, ARRAY[30, 2])) AS probability
FROM cures;

--- l2_classify
SELECT l2_classify(model, ARRAY[30, 2]), l2_predict(model, ARRAY[30, 2]) >= 0.9 AS surely FROM cures;

--- l2_predict_label
SELECT l2_predict_label(m, ARRAY[30, 2]) AS label, l2_classify(m, ARRAY[30, 2]) AS cured
FROM (SELECT logistic_fit(CASE WHEN cured THEN 'cured' ELSE 'ill' END, ARRAY[age, dose], 0.1,
  '{"positive": "cured"}') AS m FROM patients) s;

--- l2_predict_proba
SELECT class, r(probability) AS probability
FROM (SELECT multinomial_fit(least(visits, 2), ARRAY[age, dose]) AS m FROM patients) s,
  l2_predict_proba(m, 30, 2);

--- l2_predict_interval
SELECT r(fit) AS fit, r(conf_low) AS conf_low, r(conf_high) AS conf_high, r(pred_low) AS pred_low,
  r(pred_high) AS pred_high
FROM models, l2_predict_interval(model, ARRAY[260, 4]);

--- l2_robust
SELECT term, r(std_error) AS std_error, vcov
FROM l2_summary((SELECT l2_robust(model, gram) FROM models,
  (SELECT l2_set_names(l2_gram_cols(price, area, rooms), '{area,rooms}', 'price') AS gram
   FROM houses GROUP BY zone, rooms) s));
SELECT term, r(std_error) AS std_error, vcov FROM l2_summary((SELECT ols_fit(l2_obs(price, cluster => rooms),
  ARRAY[area], '{"vcov": "CR1"}') FROM houses));

--- l2_meat
SELECT term, r(std_error) AS std_error, vcov
FROM l2_summary((SELECT l2_robust(model, l2_meat(model, price, ARRAY[area, rooms], '{"vcov": "HC3"}'))
  FROM models, houses GROUP BY model));

--- l2_contrast
SELECT contrast, r(estimate) AS estimate, r(std_error) AS std_error, r(p) AS p
FROM models, l2_contrast(model, 'rooms - 10*area; area', options => '{"adjust": "holm"}');

--- l2_wald
SELECT r(f) AS f, df, df_errors, r(p, 6) AS p FROM models, l2_wald(model, '{area,rooms}');

--- l2_vcov
SELECT r(l2_vcov(model)) AS covariance FROM models;

--- l2_explain
SELECT term, value, r(contribution) AS contribution, r(from_mean) AS from_mean
FROM models, l2_explain(model, ARRAY[260, 4]);

--- l2_drift
SELECT term, r(mean) AS mean, r(mean_now) AS mean_now, r(shift) AS shift, r(spread) AS spread
FROM models, (SELECT l2_set_names(l2_gram_cols(price, area, rooms), '{area,rooms}', 'price') AS g FROM houses
  WHERE zone = 'south') s,
  l2_drift(model, g);

--- l2_sql
SELECT l2_sql('{"l2_model": 1, "method": "ols",
  "terms": [{"term": "(Intercept)", "estimate": 20}, {"term": "area", "estimate": 1.5}]}');

--- l2_pmml
SELECT l2_pmml('{"l2_model": 1, "method": "ols",
  "terms": [{"term": "(Intercept)", "estimate": 20}, {"term": "area", "estimate": 1.5}]}');

--- l2_report
SELECT length(l2_report(model, gram)) > 10000 AS page FROM models, grams;

--- l2_collinearity
SELECT term, r(vif) AS vif FROM grams, l2_collinearity(gram);

--- l2_condition_indexes
SELECT r(condition_index) AS condition_index, term, r(proportion) AS proportion
FROM grams, l2_condition_indexes(gram);

--- l2_iv
SELECT term, r(estimate) AS estimate, r(std_error) AS std_error
FROM grams, l2_iv(gram, '{area}', '{rooms}') m, l2_summary(m);

--- l2_iv_diagnostics
SELECT test, term, r(statistic) AS statistic, df1, df2, r(p) AS p
FROM grams, l2_iv_diagnostics(gram, '{area}', '{rooms}');

--- l2_correlation
SELECT x, y, r(correlation) AS correlation, r(p, 5) AS p FROM grams, l2_correlation(gram) WHERE x < y;

--- l2_pca
SELECT component, r(sd) AS sd, r(proportion) AS proportion, r(loadings) AS loadings
FROM grams, l2_pca(gram, 2, '{"standardize": true}');

--- l2_augment
SELECT area, r(fitted) AS fitted, r(residual) AS residual, r(leverage) AS leverage,
  r(cooks_distance) AS cooks_distance
FROM models, houses, l2_augment(model, ARRAY[area, rooms], price) WHERE cooks_distance > 0.3;

--- l2_drop1
SELECT term, df, r(sum_sq) AS sum_sq, r(f) AS f, r(p, 5) AS p
FROM l2_drop1((SELECT l2_gram_agg(price, s) FROM houses, LATERAL (SELECT area, rooms, zone) s));

--- l2_margins !
SELECT term, kind, estimate, std_error FROM l2_margins('cure', 'patients');

--- l2_anova
SELECT added, df_residual, r(rss) AS rss, df, r(f) AS f, r(p, 5) AS p
FROM grams, l2_anova(l2_ols(gram, '{"features": ["area"]}'), l2_ols(gram));

--- l2_compare
SELECT number, terms, r(r_squared) AS r_squared, r(aic) AS aic
FROM grams, l2_compare(l2_ols(gram, '{"features": ["area"]}'), l2_ols(gram));

--- l2_mse l2_rmse l2_mae l2_mape l2_r2
SELECT r(l2_mse(price, p)) AS mse, r(l2_rmse(price, p)) AS rmse, r(l2_mae(price, p)) AS mae,
  r(l2_mape(price, p)) AS mape, r(l2_r2(price, p)) AS r2
FROM (SELECT price, l2_predict(model, area, rooms) AS p FROM houses, models) s;

--- l2_score
SELECT (l2_score(price, round(l2_predict(model, area, rooms)))).* FROM houses, models;

--- l2_holdout
SELECT count(*), count(*) FILTER (WHERE l2_holdout(id, 0.25, seed => 42)) AS aside FROM patients;

--- logistic_fit
SELECT term, r(estimate) AS estimate, r(std_error) AS std_error, r(p, 5) AS p
FROM l2_summary((SELECT logistic_fit(cured, ARRAY[age, dose], 0, '{"names": ["age", "dose"]}') FROM patients));

--- poisson_fit
SELECT r(l2_coef(poisson_fit(visits, ARRAY[age, dose]))) AS coefficients FROM patients;

--- logistic_cv
SELECT r(l2_coef(logistic_cv(cured, ARRAY[age, dose]))) AS coefficients FROM patients;

--- logistic_path
SELECT r(lambda) AS lambda, nonzero, r(dev_ratio) AS dev_ratio FROM
  (SELECT logistic_path(cured, ARRAY[age, dose], '{"l1_ratio": 1, "n_lambda": 4}') AS path FROM patients) s,
    unnest(path);

--- logistic_cv_curve
SELECT r(lambda) AS lambda, r(mean) AS mean, is_min, is_1se FROM
  (SELECT logistic_cv_curve(cured, ARRAY[age, dose], '{"l1_ratio": 1, "n_lambda": 4}') AS curve
    FROM patients) s, unnest(curve);

--- poisson_cv
SELECT r(l2_coef(poisson_cv(visits, ARRAY[age, dose]))) AS coefficients FROM patients;

--- poisson_path
SELECT r(lambda) AS lambda, nonzero FROM
  (SELECT poisson_path(visits, ARRAY[age, dose], '{"l1_ratio": 1, "n_lambda": 3}') AS path FROM patients) s,
    unnest(path);

--- poisson_cv_curve
SELECT r(lambda) AS lambda, r(mean) AS mean FROM
  (SELECT poisson_cv_curve(visits, ARRAY[age, dose], '{"l1_ratio": 1, "n_lambda": 3}') AS curve
    FROM patients) s, unnest(curve);

--- glm_fit
SELECT term, r(estimate) AS estimate, r(std_error) AS std_error, r(p, 5) AS p
FROM l2_summary((SELECT glm_fit(visits, ARRAY[age, dose],
  '{"family": "negative_binomial", "theta": 2, "names": ["age", "dose"]}') FROM patients));

--- glm_path
SELECT r(lambda) AS lambda, nonzero FROM
  (SELECT glm_path(visits + 1, ARRAY[age, dose], '{"family": "gamma", "l1_ratio": 1, "n_lambda": 3}') AS path
    FROM patients) s, unnest(path);

--- glm_cv
SELECT r(l2_coef(glm_cv(cured, ARRAY[age, dose], '{"family": "binomial", "link": "probit"}'))) AS coefficients
FROM patients;

--- glm_cv_curve
SELECT r(lambda) AS lambda, r(mean) AS mean FROM
  (SELECT glm_cv_curve(visits + 1, ARRAY[age, dose],
    '{"family": "gamma", "l1_ratio": 1, "n_lambda": 3}') AS curve FROM patients) s, unnest(curve);

--- huber_fit
SELECT r(m::float8[]) AS coefficients, r((l2_glance(m)).sigma) AS scale
FROM (SELECT huber_fit(visits, ARRAY[age, dose]) AS m FROM patients) s;

--- quantile_fit
SELECT tau, r(m::float8[]) AS coefficients FROM unnest('{0.1,0.9}'::float8[]) tau,
  LATERAL (SELECT quantile_fit(visits, ARRAY[age, dose], tau) AS m FROM patients) s;

--- logistic_trace
SELECT iteration, r(objective, 4) AS objective, r(coefficients) AS coefficients
FROM (SELECT logistic_trace(cured, ARRAY[age, dose], '{"standardize": true, "learning_rate": 1, "max_iter": 4}') AS p
  FROM patients) s, unnest(p);
SELECT r(logistic_fit(cured, ARRAY[age, dose], '{"solver": "gradient", "standardize": true}')::float8[]) AS there
FROM patients;

--- multinomial_fit
SELECT positive, term, r(estimate) AS estimate, r(std_error) AS std_error
FROM (SELECT multinomial_fit(zone, ARRAY[price]) AS m FROM houses) s, l2_summary(m);
SELECT positive, term, r(estimate) AS estimate
FROM (SELECT multinomial_fit(least(visits, 2), ARRAY[age, dose], 1) AS m FROM patients) s, l2_summary(m);

--- multinomial_cv
SELECT r(lambda) AS lambda, l1_ratio, r(cv_error) AS cv_error, folds
FROM (SELECT multinomial_cv(least(visits, 2), ARRAY[age, dose], '{"l1_ratio": 1, "folds": 3}') AS m FROM patients) s,
  l2_glance(m);

--- l2_label_score
SELECT n, labels, r(accuracy) AS accuracy, r(precision) AS precision, r(recall) AS recall, r(f1) AS f1, confusion
FROM (SELECT (l2_label_score(zone, CASE WHEN price > 400 THEN 'south' ELSE 'north' END)).* FROM houses) s;

--- l2_class_model
SELECT term, r(ratio) AS ratio, kind
FROM (SELECT multinomial_fit(least(visits, 2), ARRAY[age, dose]) AS m FROM patients) s,
  l2_odds_ratios(l2_class_model(m, '2', '0'));

--- l2_odds_ratios
SELECT term, r(ratio) AS ratio, r(lower) AS lower, r(upper) AS upper, kind FROM cures, l2_odds_ratios(model);

--- l2_auc l2_logloss l2_brier l2_accuracy
SELECT r(l2_auc(cured, p)) AS auc, r(l2_logloss(cured, p)) AS logloss, r(l2_brier(cured, p)) AS brier,
  r(l2_accuracy(cured, p)) AS accuracy FROM scores;

--- l2_confusion
SELECT (l2_confusion(cured, p, 0.5)).* FROM scores;

--- l2_roc
SELECT r.* FROM (SELECT l2_roc(cured, round(p)) AS roc FROM scores) s, unnest(roc) r ORDER BY fpr, tpr;

--- l2_calibration
SELECT c.* FROM (SELECT l2_calibration(cured, round(p * 4) / 4, 2) AS bins FROM scores) s, unnest(bins) c;

--- l2_train l2_predict
SELECT name, version, method, n FROM l2_train('house_price', 'houses', 'price', 'ols');
SELECT r(l2_predict('house_price', h)) AS predicted FROM houses h LIMIT 2;

--- l2_get
SELECT r(l2_coef(l2_get('house_price'))) AS newest, r(l2_coef(l2_get('house_price', 1))) AS first;
CREATE VIEW predicted AS SELECT zone, l2_predict('house_price'::regclass, h) AS price FROM houses h;

--- l2_encode
SELECT l2_encode('house_price', ROW(120, 3, 'south', 0)::houses) AS columns,
  r(l2_coef(l2_get('house_price'))) AS coefficients;

--- l2_model
SELECT r(l2_predict(l2_model(ARRAY[20, 1.5]), 100)) AS predicted;

--- l2_fit
SELECT r(l2_coef(l2_fit('houses', 'price ~ area + rooms', 'ols'))) AS coefficients;

--- l2_train_sql
SELECT l2_train_sql('houses', 'price ~ area + zone', 'ridge', 1);

--- l2_refresh_sql
SELECT l2_refresh_sql('house_price');

--- l2_drift
SELECT term, r(mean) AS mean, r(mean_now) AS mean_now, r(shift) AS shift
FROM l2_drift('house_price', 'SELECT * FROM houses WHERE rooms > 3');

--- l2_report
SELECT l2_report('house_price', 'houses') ~ '<h2>Drift</h2>' AS has_drift;

--- l2_grant
SELECT l2_grant('house_price', 'public');

--- l2_revoke
SELECT l2_revoke('house_price', 'public');

--- l2_refresh
SELECT name, version FROM l2_refresh('house_price');

--- l2_refresh_now !
CALL l2_refresh_now('house_price');

--- l2_mark
CREATE TABLE orders AS SELECT timestamp '2024-05-01' + i * interval '7 hours' AS at, i % 5 AS items,
  3 * (i % 5) + i % 2 AS amount FROM generate_series(1, 50) i;
SELECT outcome FROM l2_train('by_day', 'orders', 'amount ~ items', 'ols',
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT l2_mark('by_day', '2024-05-02', '2024-05-03');

--- l2_bucket
SELECT l2_bucket('2024-05-17 10:00', '1 week');

--- l2_rollback
SELECT (l2_rollback('house_price')).version;

--- l2_activate
SELECT (l2_activate('house_price', 2)).version;

--- l2_drop
DROP VIEW predicted;
SELECT l2_drop('house_price');

--- l2_schedule l2_unschedule !
SELECT l2_schedule('house_price', '0 3 * * *');
SELECT l2_unschedule('house_price');
