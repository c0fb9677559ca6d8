-- Selection of columns and penalties: methods, criteria, degenerate problems, errors.
SET extra_float_digits = 0;
\pset null NULL

CREATE TABLE many AS SELECT i % 7 AS a, i % 11 AS b, sqrt(i) AS c, (i * i) % 13 AS d, i % 7 + 2 * (i % 11)
  - sqrt(i) + 4 * sin(i) AS y
FROM generate_series(1, 300) i;
CREATE TABLE g AS SELECT l2_set_names(l2_gram_cols(y, a, b, c, d), '{a,b,c,d}') AS g FROM many;

-- the best subset of each size
SELECT size, features, round(rss::numeric, 4) AS rss, round(r2::numeric, 6) AS r2,
  round(adj_r2::numeric, 6) AS adj_r2, round(cp::numeric, 4) AS cp,
       round(gcv::numeric, 6) AS gcv, round(aic::numeric, 4) AS aic, round(aicc::numeric, 4) AS aicc,
       round(bic::numeric, 4) AS bic, chosen
FROM g, l2_subset(g);
SELECT size, l2_names(model), (l2_glance(model)).df
  FROM g, l2_subset(g, options => '{"max_features": 2, "names": ["A", "B", "C", "D"]}');
SELECT criterion, size, l2_names(model) = l2_names(l2_select(g, 'best',
  l2_options('criterion', criterion))) AS selected
FROM g, unnest('{gcv,aic,aicc,bic,cp,adj_r2}'::text[]) criterion,
  LATERAL l2_subset(g, options => l2_options('criterion', criterion)) s WHERE chosen ORDER BY criterion;
-- alone the sum is best, and forward keeps it; two others are better together
CREATE TABLE sums AS SELECT l2_set_names(l2_gram_cols(a + b + sin(i) / 4, a, b, a + b + cos(7 * i)),
  '{a,b,sum}') AS g
FROM (SELECT i, sin(i * i) AS a, cos(i * i * i) AS b FROM generate_series(1, 60) i) s;
SELECT method, size, features, round(rss::numeric, 4) AS rss, chosen
  FROM sums, unnest('{forward,backward,best}'::text[]) method, LATERAL l2_subset(g, method)
  ORDER BY method, size;
-- forced columns, fewer columns, another target, no intercept
SELECT size, features, round(rss::numeric, 4) AS rss FROM g, l2_subset(g, options => '{"force": ["d", "a"]}');
SELECT method, size, features, chosen FROM g, unnest('{forward,backward}'::text[]) method,
  LATERAL l2_subset(g, method, '{"criterion": "aic", "max_features": 3, "force": ["d"]}')
  ORDER BY method, size;
SELECT size, features, l2_names(model) FROM g,
  l2_subset(g, options => '{"target": "c", "features": ["y", "b", "a"]}');
SELECT size, features, round(rss::numeric, 4) AS rss, round(r2::numeric, 6) AS r2,
  round(aic::numeric, 4) AS aic, l2_intercept(model) AS b0
  FROM g, l2_subset(g, options => '{"intercept": false}');
SELECT size, features FROM g, l2_subset(g, options => '{"features": []}');
SELECT size, features, chosen FROM g, l2_subset(g, options => '{"features": ["a"], "max_features": 7}');

-- weights: twice the weight is another n only where weights count rows
SELECT weights, size, features, round(rss::numeric, 3) AS rss, round(bic::numeric, 3) AS bic
FROM (SELECT l2_gram_agg(l2_obs(y, weight => 2), ARRAY[a, c]) AS w FROM many) s,
  unnest('{precision,frequency}'::text[]) weights,
  LATERAL l2_subset(w, options => l2_options('weight_type', weights)) ORDER BY 1, 2;
SELECT size, round(rss::numeric, 3) AS rss, round(bic::numeric, 3) AS bic
  FROM (SELECT l2_gram_agg(y, ARRAY[a, c]) AS w FROM (SELECT * FROM many UNION ALL SELECT * FROM many) t) s,
  l2_subset(w);

-- constant columns, copies, sums of others
CREATE TABLE odd AS SELECT l2_set_names(l2_gram_cols(y, 5, a, b, 1.8 * a + 32, a - b, c),
  '{five,a,b,fahrenheit,difference,c}') AS g FROM many;
SELECT size, features FROM odd, l2_subset(g);
SELECT size, features FROM odd, l2_subset(g, 'backward');
SELECT size, features FROM odd, l2_subset(g, 'forward', '{"force": ["difference", "fahrenheit", "b"]}');
SELECT size, features FROM odd, l2_subset(g,
  options => '{"features": ["five", "b", "a"], "intercept": false}');

-- a perfect fit: the smallest of them
SELECT size, features, rss = 0 AS perfect, CASE WHEN rss = 0 THEN aic END AS aic, cp,
  CASE WHEN rss = 0 THEN gcv END AS gcv, chosen
FROM l2_subset((SELECT l2_gram_cols(2 * a - 3 * c, a, b, c) FROM (SELECT a, b, d AS c FROM many) s),
  options => '{"criterion": "aic"}');
SELECT criterion, l2_names(l2_select((SELECT l2_gram_cols(2 * a - 3 * d, a, b, d) FROM many), 'best',
  l2_options('criterion', criterion))) FROM unnest('{gcv,aic,aicc,bic,cp,adj_r2}'::text[]) criterion;
-- few rows: no criteria with as many parameters as rows
SELECT size, array_length(features, 1) AS features, rss = 0 AS perfect, adj_r2 IS NULL AS adj_r2, cp,
  aic IS NULL AS aic, aicc IS NULL AS aicc, chosen
FROM l2_subset((SELECT l2_gram_agg(sin(i * i), ARRAY[cos(i), cos(2 * i), cos(3 * i), cos(4 * i), cos(5 * i),
  cos(6 * i), cos(7 * i)]) FROM generate_series(1, 5) i), options => '{"criterion": "aicc"}');
SELECT size, rss, aic, chosen FROM l2_subset((SELECT l2_gram_cols(y, a, b)
  FROM (SELECT * FROM many LIMIT 1) s));
-- nothing to explain; nothing at all
SELECT size, features, rss, r2, adj_r2, bic, chosen FROM l2_subset((SELECT l2_gram_cols(7, a, b) FROM many));
SELECT count(*) FROM l2_subset((SELECT l2_gram_cols(y, a) FROM many WHERE false));
SELECT count(*) FROM l2_subset(NULL);
SELECT l2_select((SELECT l2_gram_cols(y, a) FROM many WHERE false)) IS NULL AS no_rows,
  l2_select((SELECT l2_gram_cols(y, a) FROM many WHERE false), 'best') IS NULL AS best,
  l2_select(NULL) IS NULL AS no_gram;

-- penalties: the least of the path's criteria
SELECT method, criterion, round((m::jsonb->>'lambda')::numeric, 6) AS lambda,
  round((m::jsonb->>'df')::numeric, 4) AS df, m::text = (
    SELECT model::text FROM l2_path(g, method)
    ORDER BY CASE criterion WHEN 'gcv' THEN gcv WHEN 'aic' THEN aic WHEN 'aicc' THEN aicc ELSE bic END,
    lambda DESC LIMIT 1) AS of_path
FROM g, unnest('{ridge,lasso,elastic_net}'::text[]) method, unnest('{gcv,bic}'::text[]) criterion,
  LATERAL l2_select(g, method, l2_options('criterion', criterion)) m ORDER BY 1, 2;
SELECT l2_select(g, options => '{"lambdas": [3, 1, 2]}')::jsonb->'lambda' AS lambda,
  l2_select(g, 'elastic_net',
  '{"l1_ratio": 0.9, "n_lambda": 3, "lambda_min_ratio": 0.5}')::jsonb->'l1_ratio' AS l1_ratio,
       l2_select(g, options => '{"features": ["c", "a"], "standardize": true, '
       '"lambda_scale": "mean"}')::jsonb->'lambda_scale' AS scale,
       (l2_coef(l2_select(g, options => '{"non_negative": true}')))[3] AS c FROM g;
-- each group its own
SELECT a, array_length(l2_names(l2_select(gram, 'forward')), 1) - 1 AS columns,
  l2_select(gram, 'ridge', '{"criterion": "gcv"}')::jsonb->'n' AS n
FROM (SELECT a, l2_gram_cols(y, b, c, d) AS gram FROM many GROUP BY a) s ORDER BY a;
-- no more rows than columns: models with as many parameters as rows are chosen only where there are no others
SELECT (l2_select(few, options => '{"criterion": "aicc"}')::jsonb->>'df')::float8 < 5 AS aicc
  FROM (SELECT l2_gram_agg(sin(i), ARRAY[cos(i), cos(2 * i), cos(3 * i), cos(4 * i), cos(5 * i),
  cos(6 * i)]) AS few FROM generate_series(1, 6) i) s;
-- none can be judged: by aicc, which is taken there, and of subsets
SELECT l2_select(few, options => '{"lambdas": [0.001, 0.002]}')
  FROM (SELECT l2_gram_agg(sin(i), ARRAY[cos(i), cos(2 * i), cos(3 * i), cos(4 * i), cos(5 * i),
  cos(6 * i)]) AS few FROM generate_series(1, 6) i) s;
SELECT l2_select(few, 'forward') FROM (SELECT l2_gram_agg(sin(i),
  ARRAY[cos(i), cos(2 * i), cos(3 * i), cos(4 * i), cos(5 * i), cos(6 * i)]) AS few
  FROM generate_series(1, 6) i) s;
SELECT nonzero FROM l2_glance((SELECT l2_select(few)
  FROM (SELECT l2_gram_agg(sin(i), ARRAY[cos(i), cos(2 * i), cos(3 * i), cos(4 * i), cos(5 * i),
  cos(6 * i)]) AS few FROM generate_series(1, 6) i) s));
SELECT nonzero FROM l2_glance((SELECT l2_select(few, options => '{"criterion": "bic"}')
  FROM (SELECT l2_gram_agg(sin(i), ARRAY[cos(i), cos(2 * i), cos(3 * i), cos(4 * i), cos(5 * i),
  cos(6 * i)]) AS few FROM generate_series(1, 6) i) s));
-- columns of noise, as many as rows and half as many; three times as many rows are judged by bic, and
-- silently
SELECT columns, nonzero, r_squared FROM (VALUES (60, 30), (20, 30), (10, 30)) v(columns, of_rows),
  LATERAL (SELECT l2_select(l2_gram_agg(('x' || left(md5('y' || i), 7))::bit(28)::int / 1e8,
  ARRAY(SELECT ('x' || left(md5(i || ',' || j), 7))::bit(28)::int / 1e8
  FROM generate_series(1, columns) j))) m
           FROM generate_series(1, of_rows) i) s, l2_glance(m);
SELECT l2_select((SELECT l2_gram_cols(sin(i), i, i * i, i * i * i, sqrt(i)) FROM generate_series(1, 40) i),
  options => '{"n_lambda": 4, "lambda_min_ratio": 1e-12, "max_iter": 1}')::jsonb->'converged' AS converged;

-- errors
SELECT count(*) FROM g, l2_subset(g, 'lasso');
SELECT count(*) FROM g, l2_subset(g, 'best', '{"criterion": "r2"}');
SELECT count(*) FROM g, l2_subset(g, options => '{"max_features": -1}');
SELECT count(*) FROM g, l2_subset(g, options => '{"max_features": 1, "force": ["a", "b"]}');
SELECT count(*) FROM g, l2_subset(g, options => '{"force": ["a", "a"]}');
SELECT count(*) FROM g, l2_subset(g, options => '{"force": ["z"]}');
SELECT count(*) FROM g, l2_subset(g, options => '{"force": ["y"]}');
SELECT count(*) FROM g, l2_subset(g, options => '{"features": ["b", "c"], "force": ["a"]}');
SELECT count(*) FROM g, l2_subset(g, options => '{"force": ["a", null]}');
SELECT count(*) FROM g, l2_subset(g, options => '{"names": ["p", "q"]}');
SELECT count(*) FROM l2_subset((SELECT l2_gram_agg(i, array_fill(i::float8, '{41}'))
  FROM generate_series(1, 3) i));
SELECT count(*) FROM l2_subset((SELECT l2_gram_agg(i, array_fill(i::float8, '{41}'))
  FROM generate_series(1, 3) i), options => '{"force": ["x7"]}');
SELECT l2_select(l2_gram_agg(i, ARRAY[cos(i), sin(i), i]), 'best', '{"criterion": "cp"}')
  FROM generate_series(1, 4) i;
SELECT l2_select(g, 'ols') FROM g;
SELECT l2_select(g, 'lasso', '{"criterion": "cp"}') FROM g;
SELECT l2_select(g, 'lasso', '{"max_features": 2}') FROM g;
SELECT l2_select(g, 'best', '{"standardize": false}') FROM g;
SELECT l2_select(g, 'forward', '{"lambdas": [1]}') FROM g;
SELECT l2_select(g, 'lasso', '{"l1_ratio": 0.5}') FROM g;
SELECT l2_select(g, options => '{"lambdas": []}') FROM g;
SELECT l2_select(g, options => '{"lambdas": [-1]}') FROM g;
DROP TABLE many, g, sums, odd;

-- by evidence
SELECT l2_select(g, 'ridge', '{"criterion": "evidence"}') IS NOT NULL AS orthogonal
  FROM (SELECT l2_gram_agg(i % 2, ARRAY[i / 2 % 2, i / 4 % 2]) AS g FROM generate_series(0, 79) i) s;
SELECT l2_select(g, 'ridge', '{"criterion": "evidence"}') IS NOT NULL AS fitted
  FROM (SELECT l2_gram_agg(2 * i, ARRAY[i]) AS g FROM generate_series(0, 79) i) s;
SELECT l2_select(g, 'ridge', '{"criterion": "evidence"}') IS NOT NULL AS constant
  FROM (SELECT l2_gram_agg(i, ARRAY[5]) AS g FROM generate_series(0, 79) i) s;
SELECT l2_select(g, 'lasso', '{"criterion": "evidence"}')
  FROM (SELECT l2_gram_agg(i, ARRAY[i % 7]) AS g FROM generate_series(0, 79) i) s;
SELECT l2_select(g, 'best', '{"criterion": "evidence"}')
  FROM (SELECT l2_gram_agg(i, ARRAY[i % 7]) AS g FROM generate_series(0, 79) i) s;
SELECT * FROM (SELECT l2_gram_agg(i, ARRAY[i % 7]) AS g FROM generate_series(0, 79) i) s,
  l2_subset(g, 'best', '{"criterion": "evidence"}');
SELECT l2_select(g, 'ridge', '{"criterion": "evidence", "penalty_factor": [0, 1]}')
  FROM (SELECT l2_gram_agg(i, ARRAY[i % 7, i % 3]) AS g FROM generate_series(0, 79) i) s;
SELECT l2_select(g, 'ridge', '{"criterion": "evidence", "non_negative": true}')
  FROM (SELECT l2_gram_agg(i, ARRAY[i % 7, i % 3]) AS g FROM generate_series(0, 79) i) s;
SELECT l2_select(NULL, 'ridge', '{"criterion": "evidence"}') IS NULL AS nothing;

-- The grid goes on while the criterion falls: columns that are nearly the same want little penalty.
CREATE TABLE twins AS SELECT l2_gram_agg(a + b + sin(i * 37.7) / 10, ARRAY[a, a + b / 100]) AS g
  FROM generate_series(1, 300) i, LATERAL (SELECT sin(i * 12.9898), cos(i * 78.233)) r(a, b);
SELECT c, bool_and((l2_glance(l2_select(g, m, l2_options('criterion', c)))).r_squared > 0.98)
  FROM twins, unnest('{gcv,aic,aicc,bic}'::text[]) c, unnest('{ridge,lasso,elastic_net}'::text[]) m
  GROUP BY c ORDER BY c;
SELECT (l2_glance(l2_select(g, 'ridge', '{"lambda_min_ratio": 0.001}'))).r_squared < 0.6 FROM twins;
SELECT (l2_glance(l2_select(g, 'ridge', '{"lambdas": [10, 100]}'))).lambda FROM twins;
-- of an exact line there is no end to it, which is of no matter
SELECT round((l2_glance(l2_select(l2_gram_agg(2 * i, ARRAY[i]), 'ridge'))).r_squared::numeric, 9)
  FROM generate_series(0, 79) i;
DROP TABLE twins;
