-- Every aggregate that can be worked out in parts: over the partitions of a table, one of which
-- has no usable row and one no row at all, it gives what it gives over the rows in one go.
CREATE TABLE part (i int, y float8, b boolean, c int, x1 float8, x2 float8, k text, l text, w float8,
  o float8,
  p float8, yhat float8, g l2_gram, level text GENERATED ALWAYS AS (l) STORED) PARTITION BY RANGE (i);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (1) TO (81);
CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (81) TO (101);
CREATE TABLE part3 PARTITION OF part FOR VALUES FROM (101) TO (201);
CREATE TABLE part4 PARTITION OF part FOR VALUES FROM (201) TO (MAXVALUE);
-- l has levels that only one partition has; x2 is y in the first one
INSERT INTO part
SELECT i, y, y > 0, floor(3 + y), x1, CASE WHEN i < 81 THEN y ELSE cos(i * 2.3) END,
  (ARRAY['red', 'green', NULL])[1 + i * i % 3],
  CASE WHEN i < 81 THEN 'early' WHEN i % 4 = 0 THEN 'late' ELSE 'other' END, 1 + i % 3, i % 5 * 0.1,
  (1 + sin(i * 1.7)) / 2, y + sin(i) / 3, 
  (SELECT l2_gram_agg(v.y, v.x) FROM (VALUES (t.y, ARRAY[x1, i])) v(y, x) WHERE v.y IS NOT NULL)
FROM (SELECT i, sin(i * 1.1) AS x1, CASE WHEN i NOT BETWEEN 81 AND 100 THEN sin(i * 1.1) + cos(i * 7.0)
  + i % 7 * 0.1 END AS y
  FROM generate_series(1, 200) i) t;
ANALYZE part;

-- what stands for an argument of that name and type in a call
CREATE FUNCTION argument(aggregate name, name text, type regtype) RETURNS text LANGUAGE sql AS $$
SELECT CASE
  WHEN type = 'l2_obs'::regtype THEN
    format('l2_obs(%s, %s, %s, i %% 7)', argument(aggregate, name, 'boolean'),
  CASE WHEN aggregate ~ 'meat' THEN '1' ELSE 'w' END, -- the model is one without weights
  CASE WHEN aggregate ~ 'newton' THEN 'o' ELSE '0' END)
  WHEN name = 'y'
  AND aggregate ~ '^_?(logistic|l2_(accuracy|auc|brier|calibration|confusion|logloss|roc|newton))' THEN
    CASE WHEN type = 'float8'::regtype THEN 'b::int' ELSE 'b' END
  WHEN name = 'y' AND aggregate ~ '^poisson' THEN CASE WHEN type = 'boolean'::regtype THEN 'b' ELSE 'c' END
  WHEN type = 'l2_row'::regtype THEN 'l2_row(ROW(k, l, x1, x2), ''{k,l,x1,x2}'')'
  WHEN name = 'x' THEN 'ARRAY[x1, i * 0.01]'
  WHEN name = 'features' THEN 'ROW(k, l, x1, x2)'
  WHEN name = 'gram' THEN 'g'
  WHEN name = 'lambda' THEN '0.5'
  WHEN name = 'rate' THEN '0.25'
  WHEN name = 'threshold' THEN '0.5'
  WHEN name = 'bins' THEN '4'
  WHEN name = 'options' THEN '''{}'''
  WHEN name = 'model' AND aggregate ~ '^l2_(robust|meat)' THEN
    format($m$(SELECT ols_fit(y, ARRAY[x1, %s], '{"covariance": true}') FROM part)$m$,
    CASE aggregate WHEN 'l2_robust' THEN 'i' ELSE 'i * 0.01' END)
  WHEN name = 'model' AND aggregate ~ ' over l2_row'
  THEN $m$(SELECT logistic_fit(b, l2_row(ROW(k, l, x1, x2), '{k,l,x1,x2}'), 1) FROM part)$m$
  WHEN name = 'model'
  THEN $m$(SELECT logistic_fit(y > 1, ARRAY[y, y * y], 1) FROM generate_series(-2, 3) y)$m$
  WHEN coalesce(name, '') = '' THEN 'x1, i * 0.01' -- VARIADIC
  ELSE name
END $$;
CREATE VIEW calls AS
SELECT a.aggfnoid::regprocedure AS aggregate, p.prorettype::regtype AS result,
  format('%s(%s)', p.proname, (SELECT string_agg(argument(p.proname || CASE WHEN 'l2_row'::regtype
    = ANY (p.proargtypes::oid[]) THEN ' over l2_row' ELSE '' END, p.proargnames[n], t), ', ' ORDER BY n)
    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u(t, n))) AS call
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_depend d ON d.objid = p.oid AND d.classid
  = 'pg_proc'::regclass
WHERE a.aggcombinefn <> 0 AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'l2reg')
  AND d.deptype = 'e' AND p.proname NOT IN ('_l2_scores', '_l2_robust'); -- see test/pgtap/robust.sql

-- the numbers and words of a value; those of grams are in the models that they make
CREATE FUNCTION words(value text) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(CASE WHEN w ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$' THEN round(w::numeric, 7)::text ELSE w END, ' '
  ORDER BY n)
FROM regexp_split_to_table(value, '[][\s,:{}()"]+') WITH ORDINALITY AS t(w, n) $$;
CREATE FUNCTION answer(call text, result regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  EXECUTE format(CASE result
    WHEN 'l2_gram'::regtype
    THEN 'SELECT l2_n(g) || l2_ridge(g, lambda => 1)::text FROM (SELECT %s AS g FROM part) t'
    WHEN 'l2_gram[]'::regtype
    THEN 'SELECT string_agg(l2_n(h) || l2_ridge(h, lambda => 1)::text, '' '') FROM (SELECT %s AS g '
    'FROM part) t, unnest(g) h'
    ELSE 'SELECT %s::text FROM part' END, call) INTO r;
  RETURN words(r);
END $$;

SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning; -- keys are fewer than folds
CREATE TABLE whole AS SELECT aggregate, result, call, answer(call, result) FROM calls;
SET enable_partitionwise_aggregate = on;
SET cpu_operator_cost = 0; -- functions cost nothing, rows do
EXPLAIN (costs off) SELECT ridge_cv(y, ROW(k, l, x1, x2)) FROM part;
SELECT aggregate, answer AS in_one_go, answer(call, result) AS in_parts FROM whole
WHERE answer(call, result) IS DISTINCT FROM answer ORDER BY aggregate::text;
-- none was without an answer
SELECT count(*) > 50 AS many, count(*) = count(answer) AS answered, count(DISTINCT result) AS types
  FROM whole;
-- what must be the same in every row must be so in all parts, each of which has only one of it
CREATE FUNCTION said_of_parts(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  EXECUTE format('SELECT %s IS NOT NULL FROM part', call) INTO r;
  RETURN 'taken: ' || coalesce(r, 'NULL');
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TABLE model AS SELECT ols_fit(y, ARRAY[x1, i], '{"covariance": true}') AS m,
  ols_fit(y, ARRAY[x1, -i], '{"covariance": true}') AS n FROM part;
SELECT replace(call, 'OF ', '') AS call, said_of_parts(replace(call, 'OF ', 'CASE WHEN i < 101 THEN '))
FROM unnest(ARRAY['ridge_fit(y, ARRAY[x1], OF 1 ELSE 2 END)',
  'lasso_fit(y, ARRAY[x1], 1, OF ''{}'' ELSE ''{"tolerance": 0.001}'' END::l2_options)',
  'ridge_fit(y, ROW(k, x1), 1, OF ''{}'' ELSE ''{"null_level": true}'' END::l2_options)',
  'ridge_cv(y, ARRAY[x1], OF ''{}'' ELSE ''{"folds": 4}'' END::l2_options)',
  'l2_gram_folds(y, ARRAY[x1], OF ''{}'' ELSE ''{"folds": 4}'' END::l2_options)',
  'l2_gram_agg(y, ARRAY[x1], OF ''{}'' ELSE ''{"names": ["a"]}'' END::l2_options)',
  'logistic_fit(b, ARRAY[x1], OF 1 ELSE 2 END)',
  'logistic_fit(b, ARRAY[x1], 1, OF ''{}'' ELSE ''{"tolerance": 0.01}'' END::l2_options)',
  'dropout_fit(y, ARRAY[x1], OF 0.1 ELSE 0.2 END)',
  'l2_calibration(b, p, OF 4 ELSE 5 END)', 'l2_confusion(b, p, OF 0.5 ELSE 0.4 END)',
  'l2_robust(OF (SELECT m FROM model) ELSE (SELECT n FROM model) END, g)',
  'l2_robust((SELECT m FROM model), g, OF ''{}'' ELSE ''{"vcov": "CR0"}'' END::l2_options)',
  'l2_meat(OF (SELECT m FROM model) ELSE (SELECT n FROM model) END, y, ARRAY[x1, i])']) call;
RESET ALL;
DROP TABLE part, whole, model CASCADE;
DROP VIEW calls;
DROP FUNCTION argument, words, answer, said_of_parts;
