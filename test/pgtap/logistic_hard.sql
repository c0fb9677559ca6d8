-- Penalised logistic and Poisson fits that are hard to find: weights far apart, rows far on the wrong side,
-- groups that tell rows apart.  The right values are roots of the optimality conditions, found with 50 digits
-- (mpmath).
SET client_min_messages = error;


CREATE FUNCTION off(got float8[], want float8[]) RETURNS float8 LANGUAGE sql AS
'SELECT max(abs(g - w) / greatest(abs(w), 1)) FROM unnest(got, want) v(g, w)';

SELECT plan(13);

SET l2reg.steps = on;
-- all working weights vanish on the way
CREATE TABLE few AS SELECT * FROM (VALUES (1, '{12,-20}'::float8[], 10::float8), (0, '{9,10}', 0.01),
  (0, '{-14,20}', 1e6)) v(y, x, w);
CREATE TEMP TABLE fits AS SELECT logistic_fit(l2_obs(y, weight => w), x, 0.01, '{"l1_ratio": 1}') AS m
  FROM few;
SELECT cmp_ok(off(l2_coef(m) || l2_intercept(m), '{0,-0.8176546928261,-5.756493015058}'), '<', 1e-11::float8,
  'lasso, weights 0.01 to 1e6') FROM fits;
SELECT ok(converged, 'and it has converged') FROM fits, l2_glance(m);
SELECT cmp_ok(off(l2_coef(l2_fit('SELECT y, x[1] * 100 AS a, x[2] * 100 AS b, w FROM few', 'y ~ a + b',
  'logistic', 1, '{"l1_ratio": 1, "weight": "w", "standardize": false}')),
                  '{0,-0.008176546928261}'), '<', 1e-11::float8, 'the driver, columns times 100');
SELECT is((SELECT l2_coef(logistic_fit(l2_obs(y, weight => w), x, 0.01, '{"l1_ratio": 1}'))
  FROM (TABLE few UNION ALL VALUES (1, '{3,3}'::float8[], 0::float8)) v(y, x, w)),
          l2_coef(m), 'rows of weight 0 do not count') FROM fits;
SELECT throws_ok($$SELECT logistic_fit(l2_obs(y, weight => w), ARRAY[y]::float8[], 1, '{"l1_ratio": 1}')
  FROM (VALUES (1, 1::float8), (1, 2), (0, 0)) v(y, w)$$,
                 '22000', 'y is 1 in every row that counts', 'nor do they make a second class');

-- a row at eta = -90
CREATE TABLE far AS SELECT * FROM (VALUES (0, '{-0.6,0.5}'::float8[], 1::float8), (1, '{-1.4,-0.5}', 1000),
  (0, '{-1.6,0.3}', 100),
  (0, '{-0.8,-1.7}', 100), (1, '{0.4,0.8}', 1), (0, '{0,0.2}', 1), (0, '{-0.8,0.2}', 100),
  (0, '{-1,0.6}', 1)) v(y, x, w);
SELECT cmp_ok(off(l2_coef(logistic_fit(l2_obs(y, weight => w), x, 0.01, '{"l1_ratio": 0.5}')),
  '{-49.41963361847,-19.46470504216}'), '<', 1e-11::float8, 'elastic net, a row on the wrong side') FROM far;
SELECT ok(bool_and(converged), 'a path through there converges')
  FROM (SELECT logistic_path(l2_obs(y, weight => w), x,
  '{"lambdas": [10, 1, 0.1, 0.03, 0.01, 0.003], "l1_ratio": 0.5}') AS p FROM far) s, unnest(p) t;

-- a penalty keeps separated groups finite
CREATE TABLE parts AS SELECT mod(i, 2) AS y, i >= 50 AS apart FROM generate_series(0, 99) i;
SELECT cmp_ok(abs((l2_coef(logistic_fit(CASE WHEN apart THEN 0 ELSE y END,
  ARRAY[CASE WHEN apart THEN 10000 ELSE 0 END]::float8[], 1)))[1] / -0.0019369028413210 - 1),
              '<', 1e-11::float8, 'ridge, a group of zeros') FROM parts;
SELECT cmp_ok(abs((l2_coef(poisson_fit(CASE WHEN apart THEN 0 ELSE 2 END,
  ARRAY[CASE WHEN apart THEN 10000 ELSE 0 END]::float8[], 1)))[1] / -0.0020028685411397 - 1),
              '<', 1e-11::float8, 'Poisson ridge, a group of zeros') FROM parts;
SELECT is((SELECT bool_and(converged) FROM l2_glance(logistic_fit(CASE WHEN apart THEN 0 ELSE y END,
  ARRAY[CASE WHEN apart THEN 10000 ELSE 0 END]::float8[], 1))), true, 'and says so') FROM parts;
SELECT is((SELECT bool_or(converged) FROM l2_glance(logistic_fit(apart::int, ARRAY[apart::int]::float8[]))),
  false, 'without one it is told') FROM parts;

-- many columns of a million, few rows, next to no L1
CREATE TEMP TABLE wide AS SELECT mod(i, 2) AS y,
  (SELECT array_agg(1e6 * sin(i * 7.3 + j * j * 1.7) ORDER BY j) FROM generate_series(1, 25) j) AS x
  FROM generate_series(1, 5) i;
SELECT ok(converged, '5 x 25, l1_ratio 1e-5') FROM (SELECT logistic_fit(y, x, 1, '{"l1_ratio": 1e-5}') AS m
  FROM wide) s, l2_glance(m);
SELECT cmp_ok(extract(epoch FROM clock_timestamp() - now())::float8, '<', 10::float8,
  'all that takes seconds');

SELECT * FROM finish();
