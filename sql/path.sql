-- The path: grids, methods, degenerate problems, errors.
SET extra_float_digits = 0;
\pset null NULL

CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, sqrt(i) AS c, i % 7 + 2 * (i % 11) - sqrt(i)
  + sin(i) AS y
FROM generate_series(1, 300) i;
CREATE TABLE g AS SELECT l2_set_names(l2_gram_cols(y, a, b, c), '{a,b,c}') AS g FROM many;

SELECT round(lambda::numeric, 6) AS lambda, round(df::numeric, 6) AS df, nonzero,
  round(dev_ratio::numeric, 6) AS dev_ratio, round(rss::numeric, 4) AS rss,
       round(gcv::numeric, 6) AS gcv, round(aic::numeric, 4) AS aic, round(aicc::numeric, 4) AS aicc,
       round(bic::numeric, 4) AS bic, converged,
       l2_names(model) FROM g, l2_path(g, options => '{"n_lambda": 8}');
SELECT method, count(*), round(max(lambda)::numeric, 6) AS largest,
  round((max(lambda) / min(lambda))::numeric, 4) AS ratio, bool_and(converged) AS converged
FROM g, unnest('{lasso,elastic_net,ridge}'::text[]) method, LATERAL l2_path(g, method) p GROUP BY method
  ORDER BY method;
-- the lambdas that are given, largest first
SELECT lambda, nonzero FROM g, l2_path(g, options => '{"lambdas": [0, 10, 1e300, 500, 10]}');
SELECT lambda, round(df::numeric, 6) AS df FROM g, l2_path(g, 'ridge', '{"lambdas": [0, 10, 1e300, 500]}');
SELECT count(*) FROM g, l2_path(g, options => '{"lambdas": []}');
-- the least BIC of a lasso
SELECT round(lambda::numeric, 6) AS lambda, nonzero FROM g, l2_path(g) ORDER BY bic LIMIT 1;
-- features, intercept, penalty factors
SELECT l2_names(model), round(lambda::numeric, 6) AS lambda
  FROM g, l2_path(g, options => '{"features": ["c", "a"], "n_lambda": 1}');
SELECT round(lambda::numeric, 6) AS lambda, l2_intercept(model) AS b0
  FROM g, l2_path(g, options => '{"intercept": false, "n_lambda": 1}');
SELECT nonzero, (l2_coef(model))[1] <> 0 AS first
  FROM g, l2_path(g, options => '{"penalty_factor": [0, 1, 1], "n_lambda": 3}');

-- few rows, many columns; duplicates; nothing to explain; nothing at all
SELECT count(*), round((max(lambda) / min(lambda))::numeric, 4) AS ratio, bool_and(converged) AS converged,
  max(nonzero) <= 6 AS at_most_n
FROM l2_path((SELECT l2_gram_agg(sin(i), (SELECT array_agg(cos(i * j * j) ORDER BY j)
  FROM generate_series(1, 40) j)) FROM generate_series(1, 6) i));
SELECT count(*), bool_and(converged) AS converged
  FROM l2_path((SELECT l2_gram_cols(y, a, a, b, 5) FROM many), options => '{"n_lambda": 20}');
SELECT lambda, nonzero, dev_ratio, aic, converged
  FROM l2_path((SELECT l2_gram_cols(7, a, b) FROM many), options => '{"n_lambda": 2}');
SELECT count(*) FROM l2_path((SELECT l2_gram_cols(y, a) FROM many WHERE false));
SELECT count(*) FROM l2_path(NULL);

-- stopped short: all lambdas, each with its own word, and one WARNING
SELECT count(*), count(*) FILTER (WHERE converged) < 4 AS some_not
FROM l2_path((SELECT l2_gram_cols(sin(i), i, i * i, i * i * i, sqrt(i)) FROM generate_series(1, 40) i),
  options => '{"n_lambda": 4, "lambda_min_ratio": 1e-12, "max_iter": 1}');

-- errors
SELECT count(*) FROM g, l2_path(g, 'ols');
SELECT count(*) FROM g, l2_path(g, 'lars');
SELECT count(*) FROM g, l2_path(g, 'lasso', '{"l1_ratio": 0.5}');
SELECT count(*) FROM g, l2_path(g, 'elastic_net', '{"l1_ratio": 2}');
SELECT count(*) FROM g, l2_path(g, options => '{"n_lambda": 0}');
SELECT count(*) FROM g, l2_path(g, options => '{"lambda_min_ratio": 1}');
SELECT count(*) FROM g, l2_path(g, options => '{"lambdas": [1, -1]}');
SELECT count(*) FROM g, l2_path(g, options => '{"lambdas": [1, null]}');
SELECT count(*) FROM g, l2_path(g, options => '{"features": ["z"]}');
DROP TABLE many, g;
