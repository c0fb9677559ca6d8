-- What l2_train, l2_versions, l2_models, l2_activate and l2_rollback say, column by column, by values that
-- are worked out here; for the owner and for who may read just the model.
SET client_min_messages = error;
SELECT plan(54);
CREATE TABLE homes AS SELECT i AS id, 20 + i % 37 AS area, i % 5 AS rooms, 1 + i % 3 AS w, i * 7 % 10 < i %
  5 + 3 AS sold,
  CASE WHEN i > 2 THEN 100 + 3 * (20 + i % 37) + 10 * (i % 5) + 9 * sin(i) END AS price
FROM generate_series(1, 102) i;
ALTER TABLE homes ADD PRIMARY KEY (id);
CREATE TABLE trained AS SELECT 'rows' AS what, t.* FROM l2_train('hp', 'homes', 'price ~ area + rooms',
  'lasso') t
UNION ALL SELECT 'weights', t.* FROM l2_train('heavy', 'homes', 'price ~ area', 'ridge',
  options => '{"weight": "w", "fold": "id", "folds": 4}') t
UNION ALL SELECT 'fixed', t.* FROM l2_train('fixed', 'homes', 'price ~ area', 'ridge', 1) t
UNION ALL SELECT 'zero', t.* FROM l2_train('zero', 'homes', 'price ~ area', 'ridge', 0) t
UNION ALL SELECT 'ols', t.* FROM l2_train('plain', 'homes', 'price ~ area', 'ols') t
UNION ALL SELECT 'classes', t.* FROM l2_train('sold', 'homes', 'sold ~ area', 'logistic') t;
SELECT is((t.name::text, t.version, t.active, t.outcome, t.method, t.target, t.n, t.n_skipped, t.skipped,
  t.columns),
  ('hp'::text, 1, 1, 'ok'::text, 'lasso'::text, 'price'::text, 100::bigint, 2::bigint,
  '{"price": 2}'::jsonb, 2),
  'what was trained') FROM trained t WHERE what = 'rows';
SELECT is((t.r_squared, t.sigma, t.lambda, t.nonzero, t.cv_error, t.cv_se), (g.r_squared, g.sigma, g.lambda,
  g.nonzero,
  g.cv_error, g.cv_se), what || ': as the model has it')
FROM trained t, l2_glance(l2_get(t.name)) g WHERE what NOT IN ('ols', 'classes') ORDER BY what;
SELECT ok(coalesce(lambda, 0) = 0 AND cv_error IS NULL AND cv_r_squared IS NULL AND fold IS NULL, what ||
  ': nothing was chosen')
FROM trained WHERE what IN ('ols', 'classes') ORDER BY what;
SELECT ok(lambda = 1 AND cv_error IS NULL AND cv_r_squared IS NULL AND fold IS NULL,
  'a strength that was given')
FROM trained WHERE what = 'fixed';
SELECT is((t.fold, round(t.cv_r_squared::numeric, 9)), ('id'::text, round((1 - t.cv_error / (SELECT
  var_pop(price)
  FROM homes))::numeric, 9)), 'R^2 on rows not seen, dealt by the primary key') FROM trained t WHERE what =
  'rows';
SELECT is((t.fold, round(t.cv_r_squared::numeric, 9)), ('id'::text, round((1 - t.cv_error / v)::numeric, 9)),
  'of rows by their weights, dealt by a column')
FROM trained t, (SELECT sum(w * price ^ 2) / sum(w) - (sum(w * price) / sum(w)) ^ 2 AS v FROM homes
  WHERE price IS NOT NULL) h WHERE what = 'weights';
SELECT ok(cv_error = 0 AND cv_r_squared IS NULL, 'of a target that does not vary nothing is explained')
FROM l2_train('flat', 'SELECT id, 3.0 AS y, price AS x FROM homes WHERE price IS NOT NULL', 'y ~ x', 'ridge',
  options => '{"fold": "id"}');
SELECT l2_drop('flat');
SELECT ok(t.trained_at = h.trained_at AND t.duration = h.duration AND t.reason IS NULL,
  'when, how long, and no reason')
FROM trained t, hp h WHERE what = 'rows';

-- a second version, one that failed, and one more; one of the gate
UPDATE homes SET price = price + id % 2;
SELECT l2_refresh('hp');
ALTER TABLE homes RENAME area TO size;
CREATE TEMP TABLE failed AS SELECT * FROM l2_refresh('hp');
ALTER TABLE homes RENAME size TO area;
SELECT is((f.version, f.active, f.outcome, f.method, f.target, f.n, f.columns, f.reason),
  (3, 2, 'failed'::text, 'lasso'::text, 'price'::text, NULL::bigint, NULL::int,
  'column "area" does not exist in the source'::text), 'of a refresh that failed') FROM failed f;
SELECT is(last_error, 'column "area" does not exist in the source', 'the newest version says why') FROM
  l2_models
WHERE name = 'hp';
SELECT is((version, n, target, method), (2, 100::bigint, 'price'::text, 'lasso'::text),
  'of the one in use')
FROM l2_models WHERE name = 'hp';
SELECT l2_refresh('hp');
SELECT is(last_error, NULL, 'an error before the newest version is none') FROM l2_models WHERE name = 'hp';

-- the views against the tables that they are made of
SELECT results_eq($$SELECT version, active, event, outcome, method, n, n_skipped, r_squared, sigma, lambda,
  nonzero, cv_error,
    cv_se, trained_at, duration, trained_by, error_code, reason FROM l2_versions WHERE name = 'hp' ORDER BY
  version$$,
  $$SELECT version, active, details ->> 'event', outcome, model::jsonb ->> 'method', n, n_skipped,
  r_squared, sigma, lambda,
    nonzero, cv_error, cv_se, trained_at, duration, trained_by, error_code, reason FROM hp ORDER BY version$$,
  'l2_versions has what the table has');
SELECT is((SELECT array_agg(outcome || ' ' || coalesce(method, '-') || ' ' || coalesce(n::text, '-') ORDER
  BY version)
  FROM l2_versions WHERE name = 'hp'), '{ok lasso 100,ok lasso 100,failed - -,ok lasso 100}',
  'a row a training');
SELECT is((m.owner::text, m.method, m.target, m.version, m.n, m.r_squared, m.cv_error, m.lambda, m.trained_at,
  m.age, m.schedule),
  (CURRENT_USER::text, 'lasso'::text, 'price'::text, 4, h.n, h.r_squared, h.cv_error, h.lambda,
  date_trunc('second', h.trained_at),
  date_trunc('second', now() - h.trained_at), NULL::text), 'l2_models has the version in use')
FROM l2_models m, hp h WHERE m.name = 'hp' AND h.version = 4;
SELECT is((SELECT array_agg(name || coalesce(' ' || lambda, '') ORDER BY name) FROM l2_models WHERE method
  <> 'lasso'
  AND name <> 'heavy'), '{"fixed 1",plain,sold,zero}', 'a strength of 0 is none');
-- whoever may read the model alone is told what the model knows
CREATE ROLE l2reg_guest;
SELECT l2_grant(name, 'l2reg_guest') FROM l2_models;
SET ROLE l2reg_guest;
CREATE TEMP TABLE seen AS SELECT * FROM l2_versions;
CREATE TEMP TABLE seen_models AS SELECT * FROM l2_models;
SET ROLE NONE;
SELECT is((SELECT array_agg(name || coalesce(' ' || lambda, '') ORDER BY name) FROM seen_models WHERE method
  <> 'lasso'
  AND name <> 'heavy'), '{"fixed 1",plain,sold,zero}', 'a guest sees strengths');
SELECT is((SELECT array_agg(name || coalesce(' ' || lambda, '') ORDER BY name) FROM seen WHERE method <>
  'lasso'
  AND name <> 'heavy'), '{"fixed 1",plain,sold,zero}', 'of versions, too');
SELECT is((s.name, s.version, s.active, s.event, s.outcome, s.method, s.n, s.n_skipped, s.r_squared,
  s.sigma, s.nonzero,
  s.cv_error, s.cv_se, s.trained_at, s.duration, s.trained_by, s.error_code, s.reason), (v.name, v.version,
  v.active,
  NULL::text, NULL::text, v.method, v.n, v.n_skipped, v.r_squared, v.sigma, NULL::int, v.cv_error, v.cv_se,
  NULL::timestamptz,
  NULL::interval, NULL::name, NULL::text, NULL::text), v.name || ' ' || v.version ||
  ': what its model has, and no more')
FROM seen s JOIN l2_versions v USING (name, version) WHERE v.outcome = 'ok' ORDER BY name, version;
DROP OWNED BY l2reg_guest;
DROP ROLE l2reg_guest;

-- activating and going back
SELECT is((t.version, t.active, t.outcome, t.cv_error), (1, 1, 'ok'::text, h.cv_error),
  'l2_activate says what it did')
FROM l2_activate('hp', 1) t, hp h WHERE h.version = 1;
SELECT is((SELECT array_agg(version) FROM hp WHERE active), '{1}', 'one version is in use');
SELECT throws_ok($$SELECT l2_activate('hp', 3)$$, '42704', 'model hp has no version 3',
  'none without a model');
SELECT throws_ok($$SELECT l2_rollback('hp')$$, '42704', 'model hp has no version before 1',
  'nothing before the first');
SELECT l2_activate('hp', 4);
UPDATE hp SET active = NULL WHERE version = 1;
SELECT is((t.version, t.active), (2, 2), 'l2_rollback goes past what failed') FROM l2_rollback('hp') t;
UPDATE hp SET outcome = 'rejected' WHERE version = 1;
SELECT throws_ok($$SELECT l2_rollback('hp')$$, '42704', 'model hp has no version before 2',
  'nor to what was rejected');
SELECT is((SELECT array_agg(version || ' ' || coalesce(active::text, '-') ORDER BY version) FROM hp),
  '{"1 -","2 true","3 false","4 false"}', 'the rest is left alone');
ALTER TABLE hp DROP CONSTRAINT hp_pkey;
INSERT INTO hp SELECT * FROM hp WHERE version = 4;
SELECT throws_ok($$SELECT l2_activate('hp', 4)$$, 'XX001', 'model hp has 2 versions 4',
  'which of two cannot be said');
UPDATE hp SET active = false;
SELECT is((version, n, method, target, trained_at, age)::text, '(,,,,,)',
  'a model without a version in use is a model')
FROM l2_models WHERE name = 'hp';
SELECT throws_ok($$SELECT l2_rollback('hp')$$, '42704', 'model hp has no active version',
  'and has none before');
UPDATE plain SET trained_at = 'infinity';
SELECT is((trained_at, age)::text, '(infinity,)', 'no age of what was never trained') FROM l2_models WHERE
  name = 'plain';

-- versions that are kept: so many with a model, so many without, and the one in use
SELECT l2_train('few', 'homes', 'price ~ area', 'ols', options => '{"keep": 2}');
SELECT l2_refresh('few') FROM generate_series(1, 3);
SELECT is((SELECT array_agg(version ORDER BY version) FROM few), '{3,4}', 'the newest are kept');
SELECT l2_activate('few', 3);
ALTER TABLE homes RENAME area TO size;
SELECT l2_refresh('few') FROM generate_series(1, 3);
SELECT is((SELECT array_agg(version || ' ' || outcome ORDER BY version) FROM few),
  '{"3 ok","4 ok","6 failed","7 failed"}', 'and those without a model');
ALTER TABLE homes RENAME size TO area;
UPDATE few SET active = NULL WHERE version = 4;
SELECT l2_refresh('few') FROM generate_series(1, 2);
SELECT is((SELECT array_agg(version || ' ' || outcome || ' ' || active ORDER BY version) FROM few),
  '{"6 failed false","7 failed false","8 ok false","9 ok true"}', 'in the order of their numbers');

-- a gate holds back what is worse by more than its share, and no less; settings of the training are not the
-- session's
CREATE TABLE noisy AS SELECT i, i % 7 + sin(i * i) AS y, i % 7 AS x, sin(i * i) AS e FROM generate_series(1,
  200) i;
SELECT l2_train('gated', 'noisy', 'y ~ x', 'ridge', 1, '{"gate": 0.5, "fold": "i"}');
UPDATE noisy SET y = x + e * 1.2;
SELECT is((t.outcome, t.version, t.active), ('ok'::text, 2, 2), 'an error of 1.44 times is let through')
  FROM l2_refresh('gated') t;
UPDATE noisy SET y = x + e * 1.2 * 1.3;
SELECT is((t.outcome, t.version, t.active), ('rejected'::text, 3, 2), 'and one of 1.69 times is not') FROM
  l2_refresh('gated') t;
SELECT ok(reason ~ '^cross-validated error [0-9.]+ is worse than [0-9.]+ of version 2 by more than 0.5$'
  AND v.model IS NOT NULL, 'for a reason') FROM gated v WHERE version = 3;
SET DateStyle = 'German, DMY';
SET TimeZone = 'Asia/Tokyo';
SELECT is((SELECT outcome FROM l2_refresh('gated')), 'rejected', 'a refresh by other settings');
SELECT is((SELECT count(*)::int FROM l2_drift('gated')), 3, 'and a comparison');
SELECT is(current_setting('DateStyle') || ' ' || current_setting('TimeZone'), 'German, DMY Asia/Tokyo',
  'leave those of the session');
-- a column that a term is worked out of, of another type; a new level, which moves the columns behind it
SELECT l2_train('twice', 'noisy', 'y ~ I(x * 2)', 'ols');
ALTER TABLE noisy ALTER x TYPE numeric;
SELECT is(reason, 'column "x" was integer when the model was defined, and is numeric now', 'one input')
FROM l2_refresh('twice');
ALTER TABLE noisy ADD zone text, ADD day date;
UPDATE noisy SET zone = 'z' || i % 3, day = date '2026-01-01' + i * i % 31;
SELECT l2_train('moved', 'noisy', 'y ~ zone * x + day', 'ols');
UPDATE noisy SET zone = 'z3' WHERE i % 5 = 0;
SELECT is(outcome, 'ok', 'levels and a date') FROM l2_refresh('moved');
SELECT is(l2_names('moved'), '{y,zone=z1,zone=z2,zone=z3,x,day,zone=z1:x,zone=z2:x,zone=z3:x}',
  'in the order of the formula');
-- features within groups, and a number that has become a text
SELECT l2_train('within', 'noisy', 'y ~ x | zone', 'ols');
ALTER TABLE noisy ALTER x TYPE text;
SELECT is(reason, 'feature "x" was a number when the model was defined, and is a category now', 'of groups')
FROM l2_refresh('within');
SELECT l2_drop(name) FROM l2_models WHERE name <> 'hp';
SELECT * FROM finish();
