-- Bad input to the aggregates: a clear error, or skipped and counted; never a wrong answer.
SET extra_float_digits = 0;

-- shapes
SELECT l2_gram_agg(1, x) FROM (VALUES (ARRAY[1, 2]), (ARRAY[1, 2, 3])) v(x);
SELECT l2_gram_agg(1, x) FROM (VALUES (ARRAY[1, 2]), (ARRAY[1, NULL, 3])) v(x);
SELECT l2_gram_agg(1, '{}'::float8[]);
SELECT l2_gram_agg(1, '{{1,2},{3,4}}'::float8[]);
SELECT l2_n(l2_gram_agg(1, '[5:6]={1,2}'::float8[])) AS bounds_do_not_matter;
SELECT l2_gram_cols(1, 'a'::text);
SELECT l2_gram_cols(1, 'a');
SELECT l2_gram_cols(1, now());
SELECT l2_gram_cols(1, VARIADIC ARRAY[1, 2]);
SELECT l2_n(l2_gram_cols(y, a, b, c, d, e, f, g)) FROM
  (VALUES (1::float8, 1::smallint, 2::int, 3::bigint, 4::real, 5::float8, 6::numeric, true)) v(y, a, b, c, d,
  e, f, g);

-- numbers
SELECT l2_gram_agg('NaN'::float8, ARRAY[1]);
SELECT l2_gram_agg(1, ARRAY[1, 'NaN']);
SELECT l2_gram_agg(1, ARRAY['-Infinity', 1]::float8[]);
SELECT l2_gram_cols(1, 2, 'Infinity'::float8);
SELECT l2_gram_agg(1, ARRAY[1e300]);
SELECT l2_gram_agg(-1e200, ARRAY[1]);
SELECT l2_gram_cols(1, 1e400::numeric);
SELECT n, n_skipped FROM l2_glance((SELECT ols_fit(y, ARRAY[x], '{"nonfinite": "skip"}')
  FROM (VALUES (1, 1::float8), (2, 2), (3, 'NaN'), (4, 'inf'), (5, 5)) v(y, x)));
SELECT ols_fit(y, ARRAY[x], '{"nonfinite": "skip"}') FROM (VALUES (1, 1::float8), (2, 1e300)) v(y, x);

-- weights
SELECT l2_gram_agg(l2_obs(1, weight => -1), ARRAY[1]);
SELECT l2_gram_agg(l2_obs(1, weight => 'NaN'::float8), ARRAY[1]);
SELECT l2_gram_agg(l2_obs(1, weight => 'Infinity'::float8), ARRAY[1]);
SELECT l2_gram_agg(l2_obs(1, weight => 1e-300), ARRAY[1]);
SELECT l2_gram_agg(l2_obs(1, weight => 1e50), ARRAY[1e140::float8]);
SELECT l2_gram_agg(l2_obs(1, weight => 0), ARRAY[1]) IS NULL AS no_weight_at_all;

-- lambda
SELECT ridge_fit(1, ARRAY[1], -1);
SELECT ridge_fit(1, ARRAY[1], 'NaN'::float8);
SELECT ridge_fit(1, ARRAY[1], 'Infinity');
SELECT ridge_fit(1, ARRAY[1], NULL);
SELECT ridge_fit(i, ARRAY[i], i) FROM generate_series(1, 3) i;
SELECT ridge_fit(i, ARRAY[i], CASE WHEN i < 3 THEN 1 END) FROM generate_series(1, 3) i;
SELECT l2_ridge(g, -1) FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
SELECT l2_ridge(g, NULL) FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
SELECT l2_ridge(NULL, 1) IS NULL AS null_gram;

-- options
SELECT ridge_fit(1, ARRAY[1], 1, '{"lamda": 1}');
SELECT ols_fit(1, ARRAY[1], '{"standardize": true}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"standardize": "yes"}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"lambda_scale": "mena"}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"weight_type": "case"}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"nonfinite": true}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"names": "a"}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"names": [1]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"names": ["a", "b"]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"features": ["x9"]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"features": ["y"]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"features": ["x1", "x1"]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"target": "z"}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"penalty_factor": [1, 2]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"penalty_factor": [-1]}');
SELECT ridge_fit(1, ARRAY[1], 1, '{"penalty_factor": ["a"]}');
SELECT ridge_fit(1, ARRAY[1], 1, '[]');
SELECT ridge_fit(1, ARRAY[1], 1, 'standardize');
SELECT ridge_fit(1, ARRAY[1], 1, ''::text);
SELECT ridge_fit(i, ARRAY[i], 1, CASE WHEN i > 1 THEN '{"intercept": false}' ELSE '{}' END::jsonb)
  FROM generate_series(1, 2) i;
SELECT l2_ridge(g, 1, '{"penalty_factor": [null]}')
  FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
SELECT l2_ridge(g, 1, '{"lambda_scale": "SUM"}')
  FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
SELECT l2_ols(g, '{"names": [["a"]]}') FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
\set VERBOSITY terse
SELECT l2_ols(g, '{"feature": ["x1"]}') FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
\set VERBOSITY default

-- too many columns: said before anything is allocated
SELECT l2_gram_agg(1, (SELECT array_agg(i) FROM generate_series(1, 10000) i));
SET l2reg.max_columns = 5;
SELECT l2_gram_cols(1, 2, 3, 4, 5, 6);
SELECT l2_n(l2_gram_cols(1, 2, 3, 4, 5));
SET l2reg.max_columns = 100000;
RESET l2reg.max_columns;

-- settings
SET l2reg.kernel = 'sse9';

-- a state is none of the caller's business, but cannot hurt
SELECT _l2_gram_final(NULL) IS NULL AS nothing;
SELECT l2_n(_l2_gram_final(g)) FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;
SELECT _l2_ridge_final(g) IS NOT NULL AS ridge_with_lambda_0
  FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s;

-- an infinite weight
SELECT n, n_skipped FROM l2_glance((SELECT ols_fit(l2_obs(i,
  weight => CASE WHEN i = 2 THEN 'Infinity'::float8 ELSE 1 END), ARRAY[i * i], '{"nonfinite": "skip"}')
  FROM generate_series(1, 4) i));
SELECT ols_fit(l2_obs(i, weight => 'Infinity'::float8), ARRAY[i * i]) FROM generate_series(1, 4) i;
-- an option of any length, in an error that can be read
SELECT ols_fit(1, ARRAY[i], jsonb_build_object(repeat('ö', 1000), 1)) FROM generate_series(1, 3) i;
-- a NULL in an array of options is one, not a value
SELECT l2_options('lambdas', ARRAY[1, NULL]::float8[]);
SELECT l2_options('features', ARRAY['a', NULL]);
SELECT l2_options('lower', ARRAY[NULL, 1]::float8[]);
SELECT l2_options('lambdas', ARRAY[]::float8[]);
