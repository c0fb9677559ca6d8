-- One surface: which signature a call means, what options and observations are, and what is said to calls
-- that mean none.
SET client_min_messages = warning;
CREATE DOMAIN price AS float8;
CREATE DOMAIN sizes AS float8[];
CREATE TYPE colour AS ENUM ('red', 'green');
CREATE TABLE flats (id int, price float8, p price, n int, v numeric, area float8, rooms int, sold boolean,
  zone text, k bigint, c colour,
  x float8[], xi int[], xn numeric[], xr real[], xs sizes, xb boolean[], o l2_options, t text, vc varchar,
  j json, jb jsonb, w float8);
INSERT INTO flats SELECT i, 3 * i + i % 7, 3 * i + i % 7, i, i + 0.5, i % 11, i % 4, i % 3 = 0,
  (ARRAY['north', 'south', 'west'])[1 + i % 3], i % 5, (ARRAY['red', 'green'])[1 + i % 2]::colour,
  ARRAY[i % 11, i % 4], ARRAY[i % 11, i % 4], ARRAY[i % 11, i % 4], ARRAY[i % 11, i % 4],
  ARRAY[i % 11, i % 4], ARRAY[i % 2 = 0, i % 3 = 0],
  '{"standardize": true}', '{"standardize": true}', '{"standardize": true}', '{"standardize": true}',
  '{"standardize": true}', 1 + i % 3
FROM generate_series(1, 60) i;

-- The aggregate that a call means, or what is said to it
CREATE FUNCTION meant(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  EXECUTE format('CREATE TEMP VIEW meant_view AS SELECT %s AS r FROM flats f', call);
  SELECT string_agg(replace(p.oid::regprocedure::text, 'double precision', 'float8'), ' '
  ORDER BY p.oid) INTO r
  FROM pg_rewrite w JOIN pg_depend d ON d.objid = w.oid AND d.refclassid = 'pg_proc'::regclass
  JOIN pg_proc p ON p.oid = d.refobjid
  WHERE w.ev_class = 'meant_view'::regclass AND p.prokind IN ('a', 'w');
  DROP VIEW meant_view;
  RETURN r;
EXCEPTION WHEN OTHERS THEN
  RETURN upper(SQLERRM);
END $$;

-- y of every type, x of every type
SELECT y, meant(format('ols_fit(%s, x)', y)) AS array, meant(format('ols_fit(%s, f)', y)) AS record,
  meant(format('ols_fit(%s, xb)', y)) AS booleans
FROM unnest('{price,p,n,v,sold,l2_obs(price),l2_obs(sold),NULL::float8,1,"NULL",''1''}'::text[]) y;
SELECT x, meant(format('ridge_fit(price, %s, 0.1)', x)) AS of_number,
  meant(format('ridge_fit(sold, %s, 1)', x)) AS of_boolean,
  meant(format('ridge_fit(l2_obs(price, w), %s, 1)', x)) AS of_obs
FROM unnest('{x,xi,xn,xr,xs,xb,"ARRAY[area, rooms]","ARRAY[area, 1.5, rooms]","''{1,2}''","NULL",f,f.*,'
  '"ROW(area, zone)","(SELECT s FROM (SELECT area, zone) s)",NULL::flats}'::text[]) x;
-- options of every type
SELECT o, meant(format('ridge_fit(price, x, 1, %s)', o)) AS ridge,
  meant(format('ols_fit(price, f, %s)', o)) AS record,
  meant(format('lasso_cv(l2_obs(price), x, %s)', o)) AS cv,
  meant(format('logistic_fit(sold, x, %s)', o)) AS logistic
FROM unnest('{"''{}''","NULL",o,t,vc,j,jb,"jsonb_build_object(''folds'', 5)","format(''{}'')",'
  '"(SELECT ''{}''::text)","l2_options(''folds'', 5)","''{\"folds\": 5}''::json"}'::text[]) o;
-- the rest of a call
SELECT call, meant(call) FROM unnest(ARRAY[
  'elastic_net_fit(price, x, 1)', 'elastic_net_fit(price, x, 1, ''{"l1_ratio": 0.3}'')',
  'dropout_fit(price, x, 0.2)', 'dropout_fit(price, f, 0.2, ''{}'')',
  'ridge_ewm(price, x, 1, 30 ORDER BY id)', 'ridge_ewm(l2_obs(price, w), x, 1, 30, ''{}'' ORDER BY id)',
  'l2_gram_agg(price, x)', 'l2_gram_agg(l2_obs(price, weight => w, fold => k), f, ''{}'')',
  'l2_gram_folds(price, x, ''{"folds": 3}'')', 'l2_gram_folds(sold, f)',
  'l2_gram_cols(price, area, rooms)', 'l2_gram_cols(l2_obs(price, w), area)', 'logistic_fit(sold, x)',
  'logistic_fit(sold, f, 1)', 'logistic_fit(sold, x, 1, ''{}'')',
  'poisson_fit(l2_obs(n, offset_by => ln(n)), x)', 'logistic_path(sold, x, ''{"l1_ratio": 1}'')',
  'poisson_cv_curve(n, f)', 'ridge_fit(price, x, 1) FILTER (WHERE sold)',
  'ridge_fit(price, x, 1 ORDER BY id)', 'ridge_fit(price, x, 1) OVER (ORDER BY id ROWS 9 PRECEDING)',
  'l2_mse(price, n)', 'l2_mse(l2_obs(price, w), n)', 'l2_auc(sold, 0.5)', 'l2_auc(n, 0.5)',
  'l2_auc(l2_obs(sold, w), 0.5)', 'l2_confusion(sold, 0.5, 0.3)', 'l2_calibration(l2_obs(sold), 0.5, 4)',
  'l2_accuracy(sold, 0.5, 0.3)', 'l2_gram_folds(price, x, 10, k)', 'ols_fit(price, x, w, ''{}'')',
  'elastic_net_fit(price, x, 1, 0.5)']) call;
-- The same by every way
SELECT count(DISTINCT m) AS models FROM (SELECT ridge_fit(price, x, 1, '{"standardize": true}')::text m
  FROM flats UNION ALL SELECT ridge_fit(price, xi, 1, '{"standardize": true}'::text)::text FROM flats
  UNION ALL SELECT ridge_fit(p, xs, 1, j)::text FROM flats UNION ALL SELECT ridge_fit(price, xn, 1, vc)::text
  FROM flats UNION ALL SELECT ridge_fit(l2_obs(price), xr, 1, o)::text FROM flats
  UNION ALL SELECT ridge_fit(price, x, 1, l2_options('standardize', true))::text FROM flats
  UNION ALL SELECT ridge_fit(l2_obs(price, 1, 0, zone), x, 1, jb)::text FROM flats
  UNION ALL SELECT l2_ridge(l2_gram_agg(price, x), 1, '{"standardize": true}')::text FROM flats
  UNION ALL SELECT l2_ridge(l2_gram_cols(l2_obs(price), area, rooms), 1, '{"standardize": true}')::text
  FROM flats) s;
SELECT l2_coef(ols_fit(sold, x)) = l2_coef(ols_fit(sold::int, x)) AS boolean_y,
  l2_names(ols_fit(sold, x, '{"names": ["a", "b"], "target": "y"}')) AS names,
  l2_coef(ols_fit(price, xb)) = l2_coef(ols_fit(price, ARRAY[xb[1]::int, xb[2]::int])) AS booleans,
  l2_coef(lasso_cv(sold, xn)) = l2_coef(lasso_cv(sold::int, x)) AS cv,
  l2_names(l2_gram_agg(sold, x, '{"target": "sold", "names": ["a", "b"]}')) AS gram,
  (SELECT sum(l2_n(g)) FROM unnest(l2_gram_folds(sold, x, '{"folds": 4}')) g) AS folds FROM flats;
SELECT rounded FROM (SELECT round(l2_intercept(logistic_fit(sold, x, 1))::numeric, 9)
  = round(l2_intercept(logistic_fit(sold::int, xn, 1))::numeric, 9) AS rounded FROM flats) s;
-- weights that come late, and not to every fold; none is one
SELECT round(l2_sum_weights(g)::numeric, 6) AS weight, l2_n(g)
  FROM (SELECT l2_gram_agg(l2_obs(price, CASE WHEN id > 50 THEN 2 ELSE 1 END), x ORDER BY id) g FROM flats) s;
SELECT array_agg(l2_sum_weights(g) ORDER BY i)
  FROM (SELECT l2_gram_folds(l2_obs(price, CASE WHEN id = 60 THEN 2 ELSE 1 END, 0, id), x, '{"folds": 3}'
  ORDER BY id) AS f FROM flats) s, unnest(f) WITH ORDINALITY u(g, i);
SELECT bool_and(a.m = b.m) AS same FROM (SELECT id,
  l2_coef(ridge_fit(l2_obs(price, CASE WHEN id % 9 = 0 THEN 2 ELSE 1 END), x, 1)
  OVER (ORDER BY id ROWS 19 PRECEDING))::numeric(20,6)[] AS m FROM flats) a,
  LATERAL (SELECT l2_coef(ridge_fit(l2_obs(price, CASE WHEN id % 9 = 0 THEN 2 ELSE 1 END), x,
  1))::numeric(20,6)[] AS m FROM flats WHERE id BETWEEN a.id - 19 AND a.id) b;
-- two methods over one transition function, no rows, a filter without any, a window
SELECT ridge_fit(price, x, 1)::jsonb->>'method' AS a, lasso_fit(price, x, 1)::jsonb->>'method' AS b,
  dropout_fit(price, x, 0.5)::jsonb->>'method' AS c, ols_fit(price, x, '{}')::jsonb->>'method' AS d,
  l2_n(l2_gram_agg(price, x, '{}')) AS e, ridge_fit(price, x, 1) FILTER (WHERE false) IS NULL AS f,
  lasso_cv(price, x) FILTER (WHERE id < 0) IS NULL AS g FROM flats;
SELECT ridge_fit(price, x, 1) IS NULL AS a, lasso_cv(price, f) IS NULL AS b,
  l2_gram_folds(l2_obs(price), x) IS NULL AS c, logistic_fit(sold, x) IS NULL AS d,
  ridge_fit(price, x) IS NULL AS e FROM flats f WHERE false;
-- options of another scope fail in the first row
SELECT ridge_fit(price, x, 1, '{"folds": 3}') FROM (SELECT * FROM flats LIMIT 1) f;
SELECT logistic_path(sold, x, '{"folds": 3}') FROM (SELECT * FROM flats LIMIT 1) f;
SELECT l2_path(l2_gram_agg(price, x), 'lasso', '{"criterion": "bic"}') FROM flats;
SELECT l2_gram_agg(price, x, '{"standardize": true}') FROM flats;
SELECT ols_fit(sold, x, '{"unseen": "zero"}') FROM flats;
SELECT elastic_net_fit(price, x, 1, '{"l1_ratio": [0.1, 0.5]}') FROM flats;

-- Options: one form, so that equal ones are equal bytes
SELECT '{"standardize": true, "folds": 5.00, "lambdas": [0.10, 1e2], "lower": [null, -1.50], '
  '"rule": null}'::l2_options;
SELECT '{"lambdas":[0.1,100],"standardize":true,"folds":5,"lower":[null,-1.5]}'::l2_options::text
  = '{"standardize": true, "folds": 5.00, "lambdas": [0.10, 1e2], "lower": [null, -1.50], '
  '"rule": null}'::l2_options::text AS equal;
SELECT '{}'::l2_options AS none, ' {"names": ["ä \"b\"", "c"]} '::l2_options AS names,
  pg_typeof(('{"folds": 3}'::l2_options)::jsonb) AS cast;
SELECT l2_options('standardize', true, 'folds', 5::smallint, 'seed', 7::bigint, 'tolerance', 1e-9::float8,
  'learning_rate', 0.1::real, 'lambda_min_ratio', 0.010, 'rule', '1se', 'target', 'y'::text,
  'names', ARRAY['a', 'b'], 'penalty_factor', ARRAY[1, 0.5], 'lower', ARRAY[NULL, 0]::float8[], 'upper',
  '[1, null]'::json, 'features', '["a"]'::jsonb, 'max_iter', NULL);
SELECT l2_options('folds', date '2026-01-01');
SELECT l2_options('lambda_min_ratio', 'NaN'::float8);
SELECT l2_options('folds');
SELECT l2_options(1, 2);
SELECT l2_options('fold', 5);
SELECT '{"fit_intercept": false}'::l2_options;
SELECT '{"alpha": 1}'::l2_options;
SELECT '{"standardsize": true}'::l2_options;
SELECT '{"Standardize": true}'::l2_options;
SELECT '{"nonsense": true}'::l2_options;
SELECT 'lasso'::l2_options;
SELECT '0.1'::l2_options;
SELECT '[1]'::l2_options;
SELECT '{"folds": 3'::l2_options;
SELECT '{"folds": "3"}'::l2_options;
PREPARE fit AS SELECT l2_n_skipped(g) FROM (SELECT l2_gram_agg(price, x, $1) AS g FROM flats) s;
EXECUTE fit('{"names": ["a", "b"]}');
DEALLOCATE fit;
-- a constant is in the plan; a view keeps the literal
EXPLAIN (COSTS OFF, VERBOSE) SELECT ridge_fit(price, x, 0.1, l2_options('standardize', true)) FROM flats;
CREATE VIEW kept AS SELECT zone, lasso_cv(l2_obs(price, weight => w), x, '{"rule":"1se"}') AS m FROM flats
  GROUP BY zone;
-- until 15 every column is qualified
SELECT replace(pg_get_viewdef('kept'::regclass), 'flats.', '') AS kept;
DROP VIEW kept;
-- somebody's own functions over text and jsonb mean what they did
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS $$ SELECT 'text'::text $$;
CREATE FUNCTION f(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'jsonb'::text $$;
SELECT f('a') AS literal, f('a'::varchar) AS varchar, f('{}'::jsonb) AS jsonb, f(NULL) AS null,
  'a' || 'b' AS concatenated, 'x' = 'x' AS equal, coalesce(NULL, 'a') AS coalesced;
CREATE FUNCTION f(l2_options) RETURNS text LANGUAGE sql AS $$ SELECT 'l2_options'::text $$;
SELECT f('a') AS literal, f('a'::varchar) AS varchar, f('{}'::jsonb) AS jsonb, f('{}'::l2_options) AS options;
DROP FUNCTION f(text), f(jsonb), f(l2_options);

-- Observations
SELECT l2_obs(1.5), l2_obs(true, 2), l2_obs(3, offset_by => -1), l2_obs(4, fold => 7),
  l2_obs(5, 2, 1, 'north'), l2_obs('NaN'::float8, 'Infinity');
SELECT l2_obs(NULL::int) IS NULL AS y, l2_obs(1, NULL) IS NULL AS weight,
  l2_obs(1, offset_by => NULL) IS NULL AS "offset", l2_obs(1, fold => NULL::text) AS fold;
SELECT l2_obs(1, fold => 'north'::text)::text = l2_obs(1, fold => 'north')::text AS literal,
  l2_obs(1, fold => 'red'::colour)::text = l2_obs(1, fold => 'red')::text AS enum,
  l2_obs(1, fold => true)::text AS boolean, l2_obs(1, fold => 1.50)::text
  = l2_obs(1, fold => 1.5)::text AS numeric, l2_obs(1, fold => 'a'::char(5))::text
  = l2_obs(1, fold => 'a')::text AS char;
SELECT bool_and(o::text::l2_obs::text = o::text) AS text
  FROM (SELECT unnest(ARRAY[l2_obs(price), l2_obs(price, w), l2_obs(n, w, -0.5, zone),
  l2_obs(sold, fold => id)]) AS o FROM flats) s;
CREATE TABLE stored AS SELECT id, l2_obs(price, w, 0, zone) AS o, x FROM flats;
SELECT ridge_fit(o, x, 1)::text = (SELECT ridge_fit(l2_obs(price, w), x, 1)::text FROM flats) AS stored
  FROM stored;
SELECT ridge_fit(o, x, 1)::text = (SELECT ridge_fit(l2_obs(price, w), x, 1)::text FROM flats) AS packed
  FROM (SELECT (r).o, (r).x FROM (SELECT ROW(o, x)::record, stored AS r FROM stored) s) t;
SELECT '{"y": 1, "weight": 2, "offset_by": "Infinity", "fold": -3}'::l2_obs;
SELECT '{"weight": 2}'::l2_obs;
SELECT '{"y": 1, "wheight": 2}'::l2_obs;
SELECT '{"y": 1, "fold": 1, "fold_hash": 2}'::l2_obs;
SELECT l2_obs(zone) FROM flats;
SELECT ols_fit(l2_obs(price, cluster => zone), x) FROM flats;
SELECT l2_obs(1, fold => point '(1,2)');
SELECT ols_fit(l2_obs(price, offset_by => 1), x) FROM flats;
SELECT l2_mse(l2_obs(price, offset_by => 1), n) FROM flats;
SELECT ols_fit(l2_obs(price, -1), x) FROM flats;
-- rows of a key share a fold, whatever its type; a number says which
SELECT array_agg(l2_n(g) ORDER BY i) AS by_number
  FROM (SELECT l2_gram_folds(l2_obs(price, fold => id), x, '{"folds": 7}') AS f FROM flats) s,
  unnest(f) WITH ORDINALITY u(g, i);
SELECT count(g) AS zones, count(DISTINCT l2_n(g)) AS sizes
  FROM (SELECT l2_gram_folds(l2_obs(price, fold => zone), x, '{"folds": 50}') AS f FROM flats) s, unnest(f) g;
SELECT l2_coef(lasso_cv(l2_obs(price, fold => k), f, '{"features": ["area", "rooms"], "folds": 5}'))
  = l2_coef(lasso_cv(l2_obs(price, fold => k), x, '{"folds": 5}')) AS records_too FROM flats f;

-- Before and after
SELECT l2_coef(ridge_fit(l2_obs(price, weight => w), x, 0.1))
  = l2_coef(l2_ridge(l2_gram_agg(l2_obs(price, w), x), 0.1)) AS weights,
  l2_names(ols_fit(l2_obs(price, weight => w), x, '{"names": ["a", "b"]}')) AS and_options,
  lasso_cv(l2_obs(price, fold => zone), x, '{"rule": "1se"}')::text
  = l2_cv(l2_gram_folds(l2_obs(price, fold => zone), x), 'lasso', '{"rule": "1se"}')::text AS folds,
  (l2_glance(logistic_cv(l2_obs(sold, fold => id), x, '{"measure": "auc"}'))).folds AS logistic,
  poisson_fit(l2_obs(n, offset_by => ln(n)), x) IS NOT NULL AS "offset",
  array_length(logistic_path(sold, x, '{"l1_ratio": 1, "n_lambda": 4}'), 1) AS path,
  l2_auc(l2_obs(sold, weight => w), id / 100.0) IS NOT NULL AS auc FROM flats;
SELECT count(*) FROM l2_path((SELECT l2_gram_agg(price, x) FROM flats), 'lasso',
  '{"standardize": true, "n_lambda": 4}');
SELECT l2_names(l2_ols(g, '{"target": "rooms", "features": ["area"]}')) AS other_target,
  l2_coef(l2_ridge(g, 1, l2_options('penalty_factor', ARRAY[1, 0]))) IS NOT NULL AS computed,
  l2_elastic_net(g, 1, '{"l1_ratio": 1}')::float8[] = l2_lasso(g, 1)::float8[] AS lasso
  FROM (SELECT l2_set_names(l2_gram_cols(price, area, rooms), '{area,rooms}', 'price') AS g FROM flats) s;
SELECT zone, l2_coef(ridge_fit(price, x, 0.1)) IS NOT NULL AS model FROM flats GROUP BY zone ORDER BY zone;

-- Features of a prediction: an array of any numbers, columns, a record
CREATE FUNCTION same(float8, float8) RETURNS boolean
  LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) <= 1e-12 * abs($1)';
CREATE TABLE two_models AS SELECT ols_fit(price, ARRAY[area, rooms], '{"names": ["area", "rooms"]}') AS m,
  logistic_fit(sold, f, 1, '{"features": ["area", "zone"]}') AS g FROM flats f;
SELECT count(*), bool_and(same(said, l2_predict(m, xi)) AND same(said, l2_predict(m, xn))
  AND same(said, l2_predict(m, xr)) AND same(said, l2_predict(m, xs))
  AND same(said, l2_predict(m, area, rooms)) AND same(said, l2_predict(m, f))
  AND same(said, l2_predict(m, VARIADIC x))) AS predict,
  bool_and(same(said, l2_predict_link(m, f)) AND same(said, l2_predict_link(m, area, rooms))
  AND same(said, l2_predict_link(m, xi))) AS link,
  bool_and(l2_classify(g, f) = (l2_predict(g, f) >= 0.5)
  AND abs(ln(l2_predict(g, f) / (1 - l2_predict(g, f))) - l2_predict_link(g, f)) < 1e-12) AS classify,
  bool_and(same(e, (SELECT sum(contribution) FROM l2_explain(m, f)))
  AND same(e, (SELECT sum(contribution) FROM l2_explain(m, xi)))
  AND same(e, (SELECT sum(contribution) FROM l2_explain(m, area, rooms)))) AS explain
FROM flats f, two_models, LATERAL (SELECT l2_predict(m, x) AS said, (SELECT sum(contribution)
  FROM l2_explain(m, x)) AS e) s;
SELECT l2_predict(m, NULL) IS NULL AS nothing, l2_predict_link(m, 1, NULL) IS NULL AS no_rooms,
  l2_classify(g, NULL::flats) IS NULL AS no_row FROM two_models;
SELECT l2_predict(m, '{1,2}') FROM two_models;
SELECT l2_classify(m, 1, 2) FROM two_models;
SELECT l2_classify(g, ARRAY[1, 0, 0], 0.3) FROM two_models;
DROP TABLE two_models;

-- What to write instead
SELECT ridge_fit(price, area, rooms, 0.1) FROM flats;
SELECT ridge_fit(price, area, 0.1) FROM flats;
SELECT ridge_fit(price, x) FROM flats;
SELECT dropout_fit(price, f) FROM flats f;
SELECT ridge_fit(price, x, 0.1, w) FROM flats;
SELECT ols_fit(price, area) FROM flats;
SELECT ols_fit(price, area, rooms) FROM flats;
SELECT ols_fit(price, x, w) FROM flats;
SELECT lasso_cv(price, x, 5) FROM flats;
SELECT l2_gram_agg(price, area, rooms) FROM flats;
SELECT l2_gram_folds(price, x, 10) FROM flats;
SELECT ols_fit(zone, x) FROM flats;
SELECT logistic_fit(zone, f) FROM flats f;
SELECT logistic_fit(c, x) FROM flats;
SELECT ols_fit(price, ARRAY[zone]) FROM flats;
SELECT logistic_fit(sold, area, rooms) FROM flats;
SELECT logistic_fit(sold, x, 0, 1, w) FROM flats;
SELECT poisson_cv(n, x, 0.5) FROM flats;
SELECT logistic_fit(sold, '{1,2}') FROM flats;
SELECT logistic_fit(sold, NULL) IS NULL AS nothing FROM flats;
SELECT sum(g) FROM (SELECT l2_gram_agg(price, x) AS g FROM flats GROUP BY zone) s;
PREPARE lambda AS SELECT logistic_fit(sold, x, $1) IS NOT NULL FROM flats;
EXECUTE lambda('0.5');
DEALLOCATE lambda;

-- and for spellings of before 1.0
SELECT l2_auc(sold, 0.5, w) FROM flats;
SELECT l2_mse(price, n, w) FROM flats;
SELECT l2_accuracy(sold, 0.5, 0.3) FROM flats;
SELECT l2_rmse(price, n, 2) IS NULL AS nothing FROM flats WHERE false;
SELECT l2_gram_folds(price, x, 10, k) FROM flats;
SELECT lasso_cv(price, x, 10, k, '{}') FROM flats;
SELECT logistic_cv(sold, x, 0, 1, 0, id, '{"measure": "auc"}'::jsonb) FROM flats;
SELECT l2_coef(poisson_cv(n, x, 0, 1)) FROM flats;
SELECT l2_ridge(l2_gram_agg(price, x), lambda => 1, standardize => true) FROM flats;
SELECT l2_path(l2_gram_agg(price, x), 'lasso', standardize => true) FROM flats;
SELECT l2_lasso(l2_gram_agg(price, x), 1, NULL) IS NOT NULL AS options,
  l2_select(l2_gram_agg(price, x), 'ridge', '{}') IS NOT NULL AS text FROM flats;
PREPARE solve AS SELECT l2_ridge(l2_gram_agg(price, x), $1, $2) IS NOT NULL AS parameters FROM flats;
EXECUTE solve(1, '{"standardize": true}');
DEALLOCATE solve;
SELECT l2_train('m', 'flats', 'price', 'Ridge');
SELECT l2_fit('flats', 'price', 'lm');
SELECT l2_path(l2_gram_agg(price, x), 'ElasticNet') FROM flats;
SELECT l2_train('m', 'flats', 'price ~ area', options => '{"weights": "w"}');
SELECT l2_train('m', 'flats', 'price ~ area', options => '{"C": 1}');
SELECT ridge_fit(price, x, 1, '{"fold": "k"}') FROM flats;

DROP FUNCTION meant(text), same(float8, float8);
DROP TABLE flats, stored;
DROP TYPE colour;
DROP DOMAIN price, sizes;

-- What a user sees: these names, each with at most eight signatures and few arguments, beside those that are
-- an error which says what to write; all else begins with _l2_.  l2_gram_agg and l2_gram_folds have ten: y is
-- float8 or l2_obs, with and without options, of arrays and of l2_row, which must be concrete types for Citus
-- to ship them, and ("any", "any") of records.
CREATE TEMP VIEW seen AS SELECT proname::text AS name, count(*) FILTER (WHERE NOT refusal) AS signatures,
    count(*) FILTER (WHERE refusal) AS errors, max(pronargs) AS arguments
  FROM pg_proc JOIN pg_depend ON objid = pg_proc.oid AND classid = 'pg_proc'::regclass AND deptype = 'e'
  JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND refobjid = e.oid AND extname = 'l2reg',
  LATERAL (SELECT obj_description(pg_proc.oid, 'pg_proc') ~ '^An error:' AS refusal) r
  WHERE proname !~ '^_l2_' GROUP BY 1;
SELECT string_agg(name, ' ' ORDER BY name COLLATE "C") AS names, sum(signatures) AS signatures,
  sum(errors) AS errors
FROM seen \gx (format=unaligned)
SELECT * FROM seen WHERE signatures > 8 OR errors > 4 OR arguments > 7 ORDER BY name COLLATE "C";
