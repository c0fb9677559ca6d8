-- values.sql: a value of every kind that a database may keep, in stored_gram and stored_model.  For a
-- database with l2reg in the search_path.  Of pg_upgrade.sh and fuzz-types.sh.
--
-- Numbers in the rows are multiples of 1/4, so that sums of squares need no second word of a double-double
-- and little of the first.

CREATE TABLE stored_row AS
  SELECT i, i * 5 % 16 / 4.0::float8 AS a, (i * i % 7)::float8 AS b, i % 2 = 0 AS c,
  (ARRAY['north', 'sout"h', 'öst', NULL])[1 + i * 3 % 11 % 4] AS zone,
    date '2024-01-01' + i * 3 AS day, (i * 5 % 16 / 2.0 - i * i % 7 + i % 3 / 4.0)::float8 AS y,
    (i * 7 % 10 < i % 8 + 1) AS cured, i % 5 AS visits, (1 + i % 3)::float8 AS w
  FROM generate_series(1, 40) i;

-- part: of several that belong together.  final: of a state, what makes a model of it.
CREATE TABLE stored_gram (name text, part int DEFAULT 1, final text, v l2_gram, PRIMARY KEY (name, part));
CREATE TABLE stored_model (name text PRIMARY KEY, v l2_model);

-- ---- grams

INSERT INTO stored_gram (name, v) SELECT 'array', l2_gram_agg(y, ARRAY[a, b]) FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'columns', l2_gram_cols(y, a, b) FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'weights', l2_gram_agg(l2_obs(y, weight => w), ARRAY[a, b])
  FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'names', l2_set_names(l2_gram_cols(y, a, b), ARRAY['größe', 'b "c"'],
  'Preis €') FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'options',
  l2_gram_agg(l2_obs(y, weight => w), ARRAY[a, b],
  '{"names": ["a", "b"], "target": "y", "nonfinite": "skip"}') FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'rows left out', l2_gram_cols(nullif(y, 0), a, nullif(b, 2))
  FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'no row', g - g FROM stored_gram s, LATERAL (SELECT s.v AS g) v
  WHERE name = 'array';
INSERT INTO stored_gram (name, v) SELECT 'one row', l2_gram_cols(y, a, b) FROM stored_row WHERE i = 7;
INSERT INTO stored_gram (name, v) SELECT 'tiny', l2_gram_cols(y, a * 2.0 ^ -600, b) FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'thirds', l2_gram_cols(y / 3, a / 7 + 1e9, exp(b)) FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'decayed', l2_gram_decay(l2_gram_cols(y, a, b), 0.25)
  FROM stored_row;
INSERT INTO stored_gram (name, v) SELECT 'record', l2_gram_agg(y, f) FROM stored_row,
  LATERAL (SELECT a, zone, c, day) f;
INSERT INTO stored_gram (name, v) SELECT 'record without reference',
  l2_gram_agg(y, f, '{"reference": "none", "unseen": "zero", "null_level": true}') FROM stored_row,
  LATERAL (SELECT a, zone) f;
INSERT INTO stored_gram (name, part, v) SELECT 'folds', part, u.v
  FROM (SELECT l2_gram_folds(l2_obs(y, fold => i::bigint), ARRAY[a, b], '{"folds": 3}') AS v
  FROM stored_row) s, unnest(s.v) WITH ORDINALITY u(v, part);
INSERT INTO stored_gram (name, part, v) SELECT 'folds of records', part, u.v
  FROM (SELECT l2_gram_folds(l2_obs(y, fold => i::bigint), f, '{"folds": 2}') AS v FROM stored_row,
  LATERAL (SELECT a, zone) f) s, unnest(s.v) WITH ORDINALITY u(v, part);
INSERT INTO stored_gram (name, v) SELECT 'wide',
  l2_gram_agg(i % 4, (SELECT array_agg((i * k % 13 % 2)::float8 ORDER BY k) FROM generate_series(1, 101) k))
  FROM generate_series(1, 160) i;

-- ---- states, as a node sends them and an aggregate without a final function keeps them

CREATE AGGREGATE stored_state(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE AGGREGATE stored_state_weight(l2_obs, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE AGGREGATE stored_state_columns(float8, VARIADIC "any") (SFUNC = _l2_accum_cols, STYPE = l2_gram);
CREATE AGGREGATE stored_state_ols(float8, float8[], l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'ols');
CREATE AGGREGATE stored_state_ridge(l2_obs, float8[], float8, l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'ridge');
CREATE AGGREGATE stored_state_lasso(float8, float8[], float8, l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'lasso');
CREATE AGGREGATE stored_state_elastic_net(float8, float8[], float8, l2_options) (SFUNC = _l2_accum,
  STYPE = l2_gram, INITCOND = 'elastic_net');
CREATE AGGREGATE stored_state_dropout(float8, float8[], float8, l2_options) (SFUNC = _l2_accum,
  STYPE = l2_gram, INITCOND = 'dropout');
CREATE AGGREGATE stored_state_folds(float8, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
CREATE AGGREGATE stored_state_ridge_cv(float8, float8[], l2_options) (SFUNC = _l2_folds_accum,
  STYPE = l2_gram[], INITCOND = '{ridge_cv}');
CREATE AGGREGATE stored_state_lasso_cv(float8, float8[]) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{lasso_cv}');
CREATE AGGREGATE stored_state_elastic_net_cv(l2_obs, float8[], l2_options) (SFUNC = _l2_folds_accum,
  STYPE = l2_gram[], INITCOND = '{elastic_net_cv}');

INSERT INTO stored_gram (name, final, v) SELECT 'state', '_l2_ols_final', stored_state(y, ARRAY[a, b])
  FROM stored_row WHERE i < 10;
INSERT INTO stored_gram (name, final, v) SELECT 'state with moments', '_l2_ols_final',
  stored_state(y, ARRAY[a, b]) FROM stored_row, generate_series(1, 5);
INSERT INTO stored_gram (name, final, v) SELECT 'state with weights', '_l2_ols_final',
  stored_state_weight(l2_obs(y, w), ARRAY[a, b]) FROM stored_row WHERE i < 10;
INSERT INTO stored_gram (name, final, v) SELECT 'state of columns', '_l2_ols_final',
  stored_state_columns(y, a, b) FROM stored_row WHERE i < 10;
INSERT INTO stored_gram (name, final, v) SELECT 'state of ols', '_l2_ols_final',
  stored_state_ols(y, ARRAY[a, b], '{"names": ["größe", "b"], "intercept": false}') FROM stored_row
  WHERE i < 10;
INSERT INTO stored_gram (name, final, v) SELECT 'state of ridge', '_l2_ridge_final',
  stored_state_ridge(l2_obs(y, w), ARRAY[a, b], 0.5,
  '{"standardize": true, "weight_type": "frequency", "penalty_factor": [1, 3]}') FROM stored_row;
INSERT INTO stored_gram (name, final, v) SELECT 'state of lasso', '_l2_lasso_final',
  stored_state_lasso(y, ARRAY[a, b], 0.5, '{"lambda_scale": "mean", "lower": [0, -1]}') FROM stored_row;
INSERT INTO stored_gram (name, final, v) SELECT 'state of elastic net', '_l2_elastic_net_final',
  stored_state_elastic_net(y, ARRAY[a, b], 0.5, '{"l1_ratio": 0.25}') FROM stored_row;
INSERT INTO stored_gram (name, final, v) SELECT 'state of dropout', '_l2_dropout_final',
  stored_state_dropout(y, ARRAY[a, b], 0.5, '{"dropout_to": "mean"}') FROM stored_row;
INSERT INTO stored_gram (name, part, v) SELECT 'state of folds', part, u.v
  FROM (SELECT stored_state_folds(y, ARRAY[a, b], '{"folds": 3}') AS v FROM stored_row) s,
  unnest(s.v) WITH ORDINALITY u(v, part);
INSERT INTO stored_gram (name, part, final, v) SELECT 'state of ridge_cv', part, '_l2_ridge_cv_final', u.v
  FROM (SELECT stored_state_ridge_cv(y, ARRAY[a, b], '{"folds": 4, "lambdas": [8, 2, 1]}') AS v
  FROM stored_row) s, unnest(s.v) WITH ORDINALITY u(v, part);
INSERT INTO stored_gram (name, part, final, v) SELECT 'state of lasso_cv', part, '_l2_lasso_cv_final', u.v
  FROM (SELECT stored_state_lasso_cv(y, ARRAY[a, b]) AS v FROM stored_row) s,
  unnest(s.v) WITH ORDINALITY u(v, part);
INSERT INTO stored_gram (name, part, final, v) SELECT 'state of elastic_net_cv', part,
  '_l2_elastic_net_cv_final', u.v FROM (SELECT stored_state_elastic_net_cv(l2_obs(y, w), ARRAY[a, b],
  '{"folds": 3, "l1_ratio": 0.75, "n_lambda": 5}') AS v FROM stored_row) s,
  unnest(s.v) WITH ORDINALITY u(v, part);

-- ---- rows that describe themselves, and states over them

CREATE TABLE shipped_row (name text PRIMARY KEY, v l2_row);
CREATE TABLE shipped_state (name text PRIMARY KEY, v l2_state);
CREATE AGGREGATE shipped_gram(float8, l2_row) (SFUNC = _l2_row_accum, STYPE = l2_state, INITCOND = 'gram');
CREATE AGGREGATE shipped_gram(l2_obs, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'gram');
CREATE AGGREGATE shipped_folds(float8, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'folds');
INSERT INTO shipped_row SELECT 'row ' || i, l2_row(r) FROM stored_row r WHERE i < 8;
INSERT INTO shipped_row SELECT 'all kinds', l2_row(ROW(1.5, NULL::int, 'NaN'::real, true, NULL::boolean,
  date '2024-02-29', date 'infinity', timestamp '1999-12-31 12:00:00.000001', timestamptz '-infinity',
  interval '1 year 2 days -3 s', NULL::interval, 'ö "x"'::text, NULL::text, '{}'::json),
  '{a,b,c,d,e,f,g,h,i,j,k,"l ü",m,n}');
INSERT INTO shipped_row VALUES ('nothing', '{}');
INSERT INTO shipped_state SELECT 'gram', shipped_gram(y, l2_row(f)) FROM stored_row,
  LATERAL (SELECT a, c, day) f;
INSERT INTO shipped_state SELECT 'categories',
  shipped_gram(y, l2_row(ROW(a, zone, i % 3 = 0, 'k' || i % 3), '{a,zone,c,größe}')) FROM stored_row;
INSERT INTO shipped_state SELECT 'options', shipped_gram(l2_obs(y, weight => w), l2_row(r),
  '{"target": "y", "features": ["zone", "a"], "null_level": true, "reference": "first"}') FROM stored_row r;
INSERT INTO shipped_state SELECT 'folds', shipped_folds(y, l2_row(r),
  '{"target": "y", "features": ["zone", "a"], "folds": 3}') FROM stored_row r;
INSERT INTO shipped_state SELECT 'skipped', shipped_gram(y, NULL::l2_row) FROM stored_row;
INSERT INTO shipped_state VALUES ('start', 'gram');

-- ---- models

INSERT INTO stored_model SELECT 'ols', ols_fit(y, ARRAY[a, b]) FROM stored_row;
INSERT INTO stored_model SELECT 'ols with names', ols_fit(y, ARRAY[a, b], '{"names": ["größe", "b \"c\""]}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'ols without intercept',
  ols_fit(l2_obs(y, weight => w), ARRAY[a, b], '{"intercept": false}') FROM stored_row;
INSERT INTO stored_model SELECT 'ols with a column dropped', ols_fit(y, ARRAY[a, 2 * a, b]) FROM stored_row;
INSERT INTO stored_model SELECT 'ols of a record', ols_fit(y, f) FROM stored_row,
  LATERAL (SELECT a, zone, c, day) f;
INSERT INTO stored_model SELECT 'ols of one row', ols_fit(y, ARRAY[a]) FROM stored_row WHERE i = 3;
INSERT INTO stored_model SELECT 'ridge', ridge_fit(y, ARRAY[a, b], 0.5) FROM stored_row;
INSERT INTO stored_model SELECT 'ridge with options', ridge_fit(l2_obs(y, weight => w), ARRAY[a, b], 0.5,
  '{"standardize": true, "weight_type": "frequency", "penalty_factor": [1, 3], "lambda_scale": "glmnet"}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'ridge of a record',
  ridge_fit(y, f, 2, '{"unseen": "zero", "null_level": true}') FROM stored_row,
  LATERAL (SELECT a, zone, c, day) f;
INSERT INTO stored_model SELECT 'ridge by gradient', ridge_fit(y, ARRAY[a, b], 0.5, '{"solver": "gradient"}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'ridge_cv', ridge_cv(y, ARRAY[a, b], '{"folds": 4, "n_lambda": 7}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'lasso', lasso_fit(y, ARRAY[a, b], 4) FROM stored_row;
INSERT INTO stored_model SELECT 'lasso with bounds',
  lasso_fit(y, ARRAY[a, b], 0.5, '{"lower": [0, -0.5], "upper": [1, 3]}') FROM stored_row;
INSERT INTO stored_model SELECT 'lasso by fista', lasso_fit(y, ARRAY[a, b], 0.5, '{"solver": "fista"}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'lasso_cv', lasso_cv(y, f, '{"folds": 4, "n_lambda": 7}') FROM stored_row,
  LATERAL (SELECT a, zone) f;
INSERT INTO stored_model SELECT 'elastic net', elastic_net_fit(y, ARRAY[a, b], 0.5, '{"l1_ratio": 0.25}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'elastic_net_cv',
  elastic_net_cv(y, ARRAY[a, b], '{"folds": 4, "n_lambda": 7, "l1_ratio": 0.5}') FROM stored_row;
INSERT INTO stored_model SELECT 'dropout', dropout_fit(y, ARRAY[a, b], 0.25) FROM stored_row;
INSERT INTO stored_model SELECT 'dropout to the mean',
  dropout_fit(y, ARRAY[a, b], 0.25, '{"dropout_to": "mean"}') FROM stored_row;
INSERT INTO stored_model SELECT 'logistic', logistic_fit(cured, ARRAY[a, b]) FROM stored_row;
INSERT INTO stored_model SELECT 'logistic ridge',
  logistic_fit(cured, ARRAY[a, b], 0.5, '{"names": ["a", "b"], "standardize": true}') FROM stored_row;
INSERT INTO stored_model SELECT 'logistic lasso', logistic_fit(cured, ARRAY[a, b], 0.5, '{"l1_ratio": 1}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'logistic of a record', logistic_fit(cured, f, 1::float8) FROM stored_row,
  LATERAL (SELECT a, zone) f;
INSERT INTO stored_model SELECT 'logistic_cv', logistic_cv(cured, ARRAY[a, b], '{"folds": 3, "n_lambda": 5}')
  FROM stored_row;
INSERT INTO stored_model SELECT 'poisson', poisson_fit(visits, ARRAY[a, b]) FROM stored_row;
INSERT INTO stored_model SELECT 'poisson with weights', poisson_fit(l2_obs(visits, weight => w), ARRAY[a, b],
  0.5, '{"l1_ratio": 0.5}') FROM stored_row;
-- short numbers
INSERT INTO stored_model SELECT 'wide', l2_model(jsonb_set(m::jsonb, '{terms}',
  (SELECT jsonb_agg(jsonb_build_object('term', t ->> 'term', 'estimate',
  round((t ->> 'estimate')::numeric, 3)) ORDER BY i)
  FROM jsonb_array_elements(m::jsonb -> 'terms') WITH ORDINALITY u(t, i))))
  FROM (SELECT l2_ridge(v, 4) AS m FROM stored_gram WHERE name = 'wide') s;
INSERT INTO stored_model VALUES ('by hand',
  '{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": 20}, {"term": "area", '
  '"estimate": 1.5}]}');
