-- Statements that fault.sh walks through besides a call of each function; each gives one text, and is
-- undone.  An empty line after each.

-- rows that are kept, in memory and in temporary files
SET work_mem = 64;

SELECT md5(logistic_fit((k + i) % 3 = 0, ARRAY[x1 + i, x2, x3], 0.1)::text) FROM t_plain, generate_series(1, 20) i;

SELECT md5(logistic_fit(l2_obs(b > 0, weight => 0.5), ROW(x1, c, d), 0.1, '{"l1_ratio": 1}')::text) FROM t_plain, generate_series(1, 20) i;

SELECT md5(logistic_cv(b > 0, ARRAY[x1, x2, x3], '{"folds": 3, "n_lambda": 5}')::text) FROM t_plain, generate_series(1, 10) i;

SELECT md5(string_agg(m::text, '|' ORDER BY c)) FROM (SELECT c, logistic_fit((k + i) % 2 = 0, ARRAY[x1, x2], 1) AS m FROM t_plain, generate_series(1, 40) i GROUP BY c) s;

SELECT md5(string_agg(m::text, '|' ORDER BY c)) FROM (SELECT c, poisson_fit(n, ARRAY[x1, x2], 1) AS m FROM t_plain, generate_series(1, 30) i GROUP BY c) s;

SELECT md5(l2_auc((k + i) % 2 = 0, p * i / 40)::text || l2_auc(b, p)) FROM t_plain, generate_series(1, 40) i;

SELECT md5(l2_roc((k + i) % 2 = 0, p * i / 40)::text) FROM t_plain, generate_series(1, 20) i;

SELECT md5(string_agg(s::text, '|')) FROM (SELECT c, b, logistic_fit(n > 2, ROW(x1, d), 0.1), l2_auc(n > 2, p), lasso_cv(y, ARRAY[x1, x2]) FROM t_plain GROUP BY ROLLUP (c, b) ORDER BY 1, 2) s;

SELECT md5(ridge_fit(y, ROW(x1, 'l' || i % 90, c), 1)::text) FROM t_plain, generate_series(1, 20) i;

SELECT md5(ridge_cv(y, ROW(x1, c))::text || l2_gram_folds(y, ROW(x1, 'l' || i % 20), '{"folds": 3}')::text) FROM t_plain, generate_series(1, 3) i;

SELECT md5(l2_gram_agg(DISTINCT y, ARRAY[x1, x2])::text || ridge_fit(y, ARRAY[x1, x2], 1 ORDER BY y)::text) FROM t_plain;

-- frames
SELECT md5(string_agg(m::text, '|')) FROM (SELECT ols_fit(y, ARRAY[x1, x2]) OVER (ORDER BY k ROWS 9 PRECEDING) AS m FROM t_plain LIMIT 30) s;

SELECT md5(string_agg(m::text, '|')) FROM (SELECT lasso_fit(y, ARRAY[x1, x2], 0.1) OVER (PARTITION BY c ORDER BY k ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING) AS m FROM t_plain LIMIT 20) s;

SELECT md5(string_agg(m::text, '|')) FROM (SELECT ridge_ewm(y, ARRAY[x1, x2], 1, 50) OVER (ORDER BY k) AS m FROM t_plain LIMIT 30) s;

SELECT md5(string_agg(m::text, '|')) FROM (SELECT logistic_fit(b > 0, ARRAY[x1, x2], 1, '{"one_class": "null"}') OVER (ORDER BY k ROWS 20 PRECEDING) AS m FROM t_plain LIMIT 30) s;

SELECT md5(string_agg(m::text, '|')) FROM (SELECT ridge_fit(y, ROW(x1, c), 1) OVER (ORDER BY k ROWS 20 PRECEDING) AS m FROM t_plain LIMIT 20) s;

SELECT md5(string_agg(m::text, '|')) FROM (SELECT coalesce((l2_auc(b, p) OVER w)::text, '') || ' ' || coalesce((l2_r2(y, x1) OVER w)::text, '') AS m FROM t_plain WINDOW w AS (ORDER BY k ROWS 20 PRECEDING) LIMIT 30) s;

-- parallel plans
SET max_parallel_workers_per_gather = 2;

SET parallel_setup_cost = 0;

SET parallel_tuple_cost = 0;

SET min_parallel_table_scan_size = 0;

SELECT l2_n(l2_gram_agg(y, ARRAY[x1, x2, x3]))::text || l2_n(l2_gram_cols(y, x1)) FROM t_large;

SELECT round(l2_intercept(ridge_fit(y, ROW(x1, c), 1))::numeric, 6)::text FROM t_large;

SELECT string_agg(round(m::numeric, 6)::text, '|' ORDER BY c) FROM (SELECT c, l2_intercept(lasso_fit(y, ARRAY[x1, x2], 0.1)) AS m FROM t_large GROUP BY c) s;

SELECT round(l2_intercept(logistic_fit(b > 0, ARRAY[x1, x2], 0.1))::numeric, 6)::text || round(l2_auc(b, p)::numeric, 6) || round(l2_brier(b, p)::numeric, 6) FROM t_large;

SELECT round(l2_intercept(ridge_cv(y, ARRAY[x1, x2], '{"folds": 3, "n_lambda": 5}'))::numeric, 6)::text FROM t_large;

SELECT round(sum(l2_predict(m, ARRAY[x1, x2, x3]))::numeric, 3)::text FROM t_large, (SELECT m FROM models WHERE k = 1 OFFSET 0) m;

RESET max_parallel_workers_per_gather;

-- the drivers that read a table again and again
SELECT md5(l2_fit('t_plain', 'b ~ x1 + x2', 'logistic', 0.1)::text);

SELECT md5(l2_fit('t_plain', 'n ~ x1 + x2', 'poisson', 0.1)::text);

-- functions that give sets
SELECT md5(string_agg(p::text, '|')) FROM grams, l2_path(g, options => '{"n_lambda": 5}') p WHERE k IN (1, 9);

SELECT md5(string_agg(p::text, '|')) FROM grams, l2_trace(g, 0.1, '{"l1_ratio": 1, "max_iter": 20}') p WHERE k = 1;

SELECT md5(string_agg(p::text, '|')) FROM models, l2_summary(m) p WHERE k IN (1, 5, 15);

SELECT md5(string_agg(p::text, '|')) FROM (SELECT l2_summary(m), l2_explain(m, ARRAY[1, 2, 3]) FROM models WHERE k = 1 LIMIT 2) p;

-- the types
SELECT md5(string_agg(g::text::l2_gram::text, '|')) FROM grams WHERE k < 15;

SELECT md5(string_agg(m::text::l2_model::text || (m::text::jsonb)::text, '|')) FROM models;

DO $$ BEGIN EXECUTE format('COPY (SELECT k, g FROM grams) TO %L (FORMAT binary)', current_setting('data_directory') || '/fault.copy'); END $$;
DO $$ BEGIN EXECUTE format('COPY grams_read FROM %L (FORMAT binary)', current_setting('data_directory') || '/fault.copy'); END $$;
SELECT md5(string_agg(g::text, '|' ORDER BY k)) FROM grams_read;

DO $$ BEGIN EXECUTE format('COPY (SELECT k, m FROM models) TO %L (FORMAT binary)', current_setting('data_directory') || '/fault.copy'); END $$;
DO $$ BEGIN EXECUTE format('COPY models_read FROM %L (FORMAT binary)', current_setting('data_directory') || '/fault.copy'); END $$;
SELECT md5(string_agg(m::text, '|' ORDER BY k)) FROM models_read;

-- terms
SELECT md5(string_agg(coalesce(_l2_eval_term('CASE WHEN c = ''a'' THEN round(1.0 / k, 3) ELSE round((ln(abs(x1) + 1) * n)::numeric, 3) END || c', r, '{k,c,x1,n}', '{bigint,text,numeric,int}'), ''), '|')) FROM (SELECT k, c, x1, n FROM t_plain LIMIT 5) r;

SELECT t::text FROM _l2_term('round(ln(a)::numeric / b, 2) || c || (d > ''2024-01-01'')', '{a,b,c,d}', '{int,numeric,varchar,date}') t;

-- named models
SELECT (t.n, t.method)::text FROM l2_train('new', 't_plain', 'y', options => '{"features": ["x1", "x2", "x3"]}') t;

SELECT (t.n, t.method)::text FROM l2_train('new', 't_nulls', 'y ~ x1 * x2 + I(sqrt(w + 1)) + c + I(x3 ^ 2)', lambda => 1, options => '{"keep_gram": true}') t;

SELECT (t.n, t.method)::text FROM l2_train('new', 'SELECT b > 0 AS b, x1, c FROM t_plain', 'b', 'logistic', 1) t;

SELECT (outcome IN ('ok', 'failed'))::text FROM l2_refresh('m2');

SELECT l2_predict('m1', 1.5, 2, 3, 4)::text || l2_predict('m2', f)::text FROM f_mixed f LIMIT 1;

SELECT (l2_grant('m1', 'public'), l2_revoke('m1', 'public'), l2_drop('m1'))::text;

SELECT (SELECT count(*) FROM l2_models)::text || (SELECT md5(string_agg((name, version, n)::text, '|' ORDER BY name)) FROM l2_versions);

SELECT md5(string_agg(d::text, '|')) FROM l2_drift('m1', 'f_plain') d;

SELECT (l2_activate('m1', 1)).version::text || (l2_activate('m2'::regclass, 1)).active || md5(l2_get('m2'::regclass, 1)::text);

SELECT md5(string_agg(e::text, '|')) FROM l2_explain('m1', 1, 2, 3, 4) e;

SELECT md5(l2_fit('t_plain', 'y ~ x1 + c', 'ols')::text);

SELECT (length(l2_report('m1')) > 1000)::text;

-- a live model, and one with buckets
SELECT (t.n, t.method)::text FROM l2_train('live', 't_plain', 'y ~ x1 + c', lambda => 1, options => '{"refresh": "live"}') t;
INSERT INTO t_plain SELECT 200 + k, y, b, n, x1, x2, x3, p, w, c, d FROM t_plain WHERE k < 20;
UPDATE t_plain SET y = y + 1 WHERE k = 7;
DELETE FROM t_plain WHERE k > 203;
SELECT (SELECT n FROM l2_glance(l2_get('live')))::text || (SELECT outcome FROM l2_refresh('live')) || (SELECT n FROM l2_glance(l2_get('live')));

SELECT (t.n, t.method)::text FROM l2_train('buckets', 't_plain', 'y ~ x1 + c', lambda => 1, options => '{"refresh": "buckets", "time_column": "d", "bucket": "month"}') t;
INSERT INTO t_plain SELECT 200 + k, y, b, n, x1, x2, x3, p, w, c, d FROM t_plain WHERE k < 20;
UPDATE t_plain SET y = y + 1, d = d + 40 WHERE k = 7;
SELECT outcome FROM l2_refresh('buckets');

SELECT (t.n, t.method)::text FROM l2_train('numbers', 't_plain', 'y ~ x1 + x2', lambda => 1, options => '{"refresh": "live"}') t;
INSERT INTO t_plain(k, y, x1, x2) VALUES (300, 1, 2, 3);
UPDATE t_plain SET y = y + 1 WHERE k = 300;
DELETE FROM t_plain WHERE k = 300;
SELECT (SELECT n FROM l2_glance(l2_get('numbers')))::text || l2_predict('numbers', 1, 2);

