-- What a textbook does with regression, end to end, as the README tells it: five houses by formula
-- and by gradient descent; then real ones: split, ridge and its penalty by cross-validation, lasso's
-- zeros, errors on houses never seen.
\ir ames.psql

SELECT plan(14);

CREATE TABLE five (area float8, rooms int, price float8);
INSERT INTO five VALUES (150, 3, 200000), (200, 3, 250000), (250, 4, 300000), (300, 4, 350000),
  (350, 5, 400000);

-- Of these numbers the books give 49997.7500652482, 999.971000840, 2.4999275; with 60 digits they are
SELECT ok(abs(b / exact - 1) < 1e-15, format('ridge by formula: %s', exact))
FROM (SELECT ridge_fit(price, ARRAY[area, rooms], 0.1)::float8[] AS m FROM five) s,
  unnest(m, '{49997.7500652481078, 999.971000840975612, 2.49992750210243903}'::float8[]) u(b, exact);
SELECT throws_ok($$SELECT ridge_fit(price, ARRAY[area, rooms], 0.1,
  '{"solver": "gradient", "learning_rate": 0.01}') FROM five$$,
  '22023', 'gradient descent diverges with learning_rate 0.01', 'a rate of 0.01 is refused');
SELECT ok(abs(b / exact - 1) < 1e-10, format('gradient descent by its own rate: %s', b))
FROM (SELECT ridge_fit(price, ARRAY[area, rooms], 0.1, '{"solver": "gradient"}')::float8[] AS m FROM five) s,
  unnest(m, '{49997.7500652481078, 999.971000840975612, 2.49992750210243903}'::float8[]) u(b, exact);

-- Every tenth house or so is kept aside; which ones does not depend on the others
CREATE TABLE sales AS
SELECT id, y AS price, x, l2_holdout(id, 0.2, seed => 42) AS test
  FROM (SELECT *, row_number() OVER (ORDER BY y, x) AS id FROM houses) h;
SELECT ok(count(*) FILTER (WHERE test) BETWEEN 520 AND 650, 'a fifth is kept aside') FROM sales;

CREATE TABLE fits AS
SELECT 'ols' AS method, ols_fit(price, x) AS model FROM sales WHERE NOT test UNION ALL
SELECT 'ridge', ridge_cv(price, x, '{"standardize": true}') FROM sales WHERE NOT test UNION ALL
SELECT 'lasso', lasso_cv(price, x, '{"standardize": true, "rule": "1se"}') FROM sales WHERE NOT test;
SELECT ok(nonzero BETWEEN 5 AND 17, 'lasso leaves columns out: ' || nonzero || ' of 18 stay')
  FROM fits, l2_glance(model) WHERE method = 'lasso';
SELECT ok(lambda > 0 AND sqrt(cv_error) BETWEEN 30000 AND 45000 AND folds = 10,
  'ridge has chosen a penalty; its error in cross-validation is ' || round(sqrt(cv_error)))
FROM fits, l2_glance(model) WHERE method = 'ridge';
SELECT ok(rmse BETWEEN 30000 AND 50000 AND r2 > 0.7, method || ' on houses never seen: ' || round(rmse))
FROM (SELECT method, (l2_score(price, l2_predict(model, x))).* FROM fits, sales WHERE test GROUP BY method) s;
SELECT ok(abs((l2_score(price, l2_predict(model, x))).mse / avg((price - l2_predict(model, x)) ^ 2) - 1)
  < 1e-12, 'the test error is that of the predictions')
FROM fits, sales WHERE test AND method = 'ridge';

SELECT * FROM finish();
