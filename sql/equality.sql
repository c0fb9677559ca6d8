-- = and <> of grams and models, and what needs them: DISTINCT, GROUP BY, set operations, joins, arrays, rows;
-- JSON.
SET extra_float_digits = 0;
CREATE TABLE raw AS SELECT i, i % 7 + sin(i) AS y, ARRAY[i % 5, cos(i)] AS x, 1 + i % 3 AS w,
  (ARRAY['a', 'b', 'c'])[1 + i % 3] AS zone FROM generate_series(1, 90) i;

-- A state as a value: rows in it may not be added up yet
CREATE AGGREGATE state_of(float8, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE AGGREGATE state_of(l2_obs, float8[]) (SFUNC = _l2_accum, STYPE = l2_gram);
CREATE TABLE gram (id serial, how text, g l2_gram);
INSERT INTO gram (how, g) SELECT 'rows', l2_gram_agg(y, x) FROM raw;
INSERT INTO gram (how, g) SELECT 'state', state_of(y, x) FROM raw;
INSERT INTO gram (how, g) SELECT 'text', g::text::l2_gram FROM gram WHERE how = 'rows';
INSERT INTO gram (how, g) SELECT 'names', l2_set_names(g, '{x1,x2}') FROM gram WHERE how = 'rows';
INSERT INTO gram (how, g) SELECT 'other names', l2_set_names(g, '{x1,x3}') FROM gram WHERE how = 'rows';
INSERT INTO gram (how, g) SELECT 'other target', l2_set_names(g, '{x1,x2}', 'z') FROM gram WHERE how = 'rows';
INSERT INTO gram (how, g) SELECT 'one less', l2_gram_agg(y, x) FROM raw WHERE i < 90;
INSERT INTO gram (how, g) SELECT 'one skipped', l2_gram_agg(CASE WHEN i < 90 THEN y END, x) FROM raw;
INSERT INTO gram (how, g) SELECT 'weights', l2_gram_agg(l2_obs(y, weight => w), x) FROM raw;
INSERT INTO gram (how, g) SELECT 'weights, a state', state_of(l2_obs(y, weight => w), x) FROM raw;
INSERT INTO gram (how, g) SELECT 'one bit', l2_gram_agg(CASE WHEN i = 90 THEN y * (1 + 1e-15) ELSE y END, x)
  FROM raw;
INSERT INTO gram (how, g) SELECT 'nonfinite', l2_gram_agg(y, x, '{"nonfinite": "skip"}') FROM raw;
INSERT INTO gram (how, g) SELECT 'few, a state', state_of(y, x) FROM raw WHERE i < 4;
INSERT INTO gram (how, g) SELECT 'few', l2_gram_agg(y, x) FROM raw WHERE i < 4;
INSERT INTO gram (how, g) SELECT 'no rows', state_of(NULL::float8, x) FROM raw WHERE i < 4;
INSERT INTO gram (how, g) SELECT 'no usable row', state_of(l2_obs(y, weight => 0), x) FROM raw WHERE i < 4;
INSERT INTO gram (how, g) SELECT 'categories', l2_gram_agg(y, r, '{"features": ["zone"]}') FROM raw r;
INSERT INTO gram (how, g) SELECT 'categories, text', g::text::l2_gram FROM gram WHERE how = 'categories';
INSERT INTO gram (how, g) SELECT 'categories, no encoding',
  l2_set_names(l2_gram_agg(y, ARRAY[(zone = 'b')::int, (zone = 'c')::int]), '{zone=b,zone=c}') FROM raw;
INSERT INTO gram (how, g) VALUES ('null', NULL), ('null too', NULL);
SELECT string_agg(how, ', ' ORDER BY id) AS equal FROM gram GROUP BY g ORDER BY min(id);
-- In every way, and by an index
SELECT count(*) = 14 AS "DISTINCT" FROM (SELECT DISTINCT g FROM gram) s;
SELECT count(DISTINCT g) = 13 AS "count(DISTINCT)" FROM gram;
SELECT count(*) = 21 AS "PARTITION BY" FROM (SELECT row_number() OVER (PARTITION BY g) FROM gram) s;
SELECT count(*) = 14 AS "DISTINCT ON" FROM (SELECT DISTINCT ON (g) g FROM gram ORDER BY g, id) s;
SELECT count(*) = 14 AS "UNION" FROM (SELECT g FROM gram UNION SELECT g FROM gram) s;
SELECT how FROM gram JOIN (SELECT g FROM gram WHERE how = 'few' EXCEPT SELECT g FROM gram
  WHERE how = 'rows') s USING (g) ORDER BY id;
SELECT count(*) = 13 AS "INTERSECT" FROM (SELECT g FROM gram INTERSECT SELECT g FROM gram
  WHERE g IS NOT NULL) s;
SELECT a.g IS DISTINCT FROM b.g AS "IS DISTINCT FROM", a.g = b.g AS "=", a.g <> b.g AS "<>"
  FROM gram a, gram b WHERE a.how = 'rows' AND b.how IN ('state', 'one bit', 'null') ORDER BY b.id;
SELECT count(*) FILTER (WHERE g IN (SELECT g FROM gram WHERE how = 'rows')) = 4 AS "IN",
  count(NULLIF(g, (SELECT g FROM gram WHERE how = 'rows'))) = 15 AS "NULLIF" FROM gram;
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM gram a JOIN gram b USING (g);
SELECT count(*) AS hash_join FROM gram a JOIN gram b USING (g);
SET enable_hashjoin = off;
SET enable_mergejoin = on;
EXPLAIN (COSTS OFF) SELECT count(*) FROM gram a JOIN gram b USING (g);
SELECT count(*) AS merge_join FROM gram a JOIN gram b USING (g);
SET enable_nestloop = on;
SET enable_mergejoin = off;
SELECT count(*) AS nested_loop FROM gram a JOIN gram b USING (g);
RESET enable_hashjoin; RESET enable_nestloop; RESET enable_mergejoin;
CREATE INDEX by_hash ON gram USING hash (g);
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_seqscan = off;
-- from 18 on a plan says what of it was to be avoided
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    IF line !~ 'Disabled' THEN RETURN NEXT line; END IF;
  END LOOP;
END $$;
SELECT * FROM plan('SELECT FROM gram a JOIN gram b USING (g) WHERE a.how = ''rows''');
DROP FUNCTION plan;
RESET enable_hashjoin; RESET enable_mergejoin;
SELECT count(*) = 4 AS index FROM gram WHERE g = (SELECT g FROM gram WHERE id = 1);
DROP INDEX by_hash;
CREATE UNIQUE INDEX by_order ON gram (g) WHERE how IN ('few', 'rows', 'one bit');
\set VERBOSITY terse
INSERT INTO gram (how, g) SELECT 'few', g FROM gram WHERE how = 'few, a state';
\set VERBOSITY default
SELECT count(*) AS index FROM gram WHERE g = (SELECT g FROM gram WHERE id = 1)
  AND how IN ('few', 'rows', 'one bit');
RESET enable_seqscan;
-- Partitions by hash, whose seed is not 0
CREATE TABLE part (id int, g l2_gram) PARTITION BY HASH (g);
CREATE TABLE part_0 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE part_1 PARTITION OF part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO part SELECT id, g FROM gram;
SELECT count(DISTINCT tableoid) AS partitions,
  (SELECT max(n) FROM (SELECT count(DISTINCT tableoid) AS n FROM part GROUP BY g) s) AS each FROM part;

-- The order is one, and agrees with =; < is no operator
SELECT count(*) AS pairs, bool_and(_l2_gram_cmp(a.g, b.g) = -_l2_gram_cmp(b.g, a.g)) AS antisymmetric,
  bool_and((a.g = b.g) = (_l2_gram_cmp(a.g, b.g) = 0) AND (a.g <> b.g) = (_l2_gram_cmp(a.g, b.g) <> 0)
  AND (a.g *< b.g) = (_l2_gram_cmp(a.g, b.g) < 0)
    AND (a.g *<= b.g) = (_l2_gram_cmp(a.g, b.g) <= 0) AND (a.g *>= b.g) = (_l2_gram_cmp(a.g, b.g) >= 0)
    AND (a.g *> b.g) = (_l2_gram_cmp(a.g, b.g) > 0)) AS operators,
  bool_and((a.g = b.g) = (_l2_gram_hash(a.g) = _l2_gram_hash(b.g))) AS hash,
  bool_and((a.g = b.g) = (_l2_gram_hash_extended(a.g, 7) = _l2_gram_hash_extended(b.g, 7))) AS extended
FROM gram a, gram b WHERE a.g IS NOT NULL AND b.g IS NOT NULL;
SELECT bool_and(NOT (a.g *< b.g AND b.g *< c.g) OR a.g *< c.g) AS transitive FROM gram a, gram b, gram c;
SELECT bool_and(_l2_gram_hash(g)::bigint & 4294967295 = _l2_gram_hash_extended(g, 0) & 4294967295) AS low_bits
  FROM gram;
\set VERBOSITY terse
SELECT a.g < b.g FROM gram a, gram b;
\set VERBOSITY default
SELECT _l2_gram_eq(NULL, g) IS NULL AND _l2_gram_hash(NULL) IS NULL AS strict FROM gram LIMIT 1;

-- Values of the same rows are the same from text, from binary, fetched from TOAST or not, and packed
CREATE TABLE form (how text, g l2_gram, m l2_model);
ALTER TABLE form ALTER g SET STORAGE external, ALTER m SET STORAGE external;
INSERT INTO form SELECT 'external', g, l2_ridge(g, 1)
  FROM (SELECT l2_gram_agg(i, ARRAY(SELECT sin(i * k) FROM generate_series(1, 60) k)) AS g
  FROM generate_series(1, 100) i) s;
ALTER TABLE form ALTER g SET STORAGE extended, ALTER m SET STORAGE extended;
INSERT INTO form SELECT 'extended', g::text::l2_gram, m::text::l2_model FROM form;
ALTER TABLE form ALTER g SET STORAGE main, ALTER m SET STORAGE main;
INSERT INTO form SELECT 'main', g::text::l2_gram, m::jsonb::l2_model FROM form WHERE how = 'external';
SELECT how, g = first_value(g) OVER w AND m = first_value(m) OVER w AS equal,
  _l2_gram_hash(g) = _l2_gram_hash(first_value(g) OVER w) AND _l2_model_hash(m)
  = _l2_model_hash(first_value(m) OVER w) AS hash
FROM form WINDOW w AS (ORDER BY how = 'external' DESC, how) ORDER BY how;
SELECT count(*) AS packed FROM gram WHERE g = (SELECT state_of(NULL::float8, x) FROM raw WHERE i < 4);

-- 0 equals -0
SELECT a <> b AS texts_differ, a::l2_gram = b::l2_gram AS equal, _l2_gram_hash(a::l2_gram)
  = _l2_gram_hash(b::l2_gram) AS hash, _l2_gram_cmp(a::l2_gram, b::l2_gram)
FROM (SELECT l2_gram(ARRAY[0, 1], '{y,a}')::text AS a, l2_gram(ARRAY['-0'::float8, 1], '{y,a}')::text AS b) s;

-- Models
CREATE TABLE model (id serial, how text, m l2_model);
INSERT INTO model (how, m) SELECT 'ols', l2_ols(g) FROM gram WHERE how = 'rows';
INSERT INTO model (how, m) SELECT 'of a state', l2_ols(g) FROM gram WHERE how = 'state';
INSERT INTO model (how, m) SELECT 'of rows', ols_fit(y, x) FROM raw;
INSERT INTO model (how, m) SELECT 'text', m::text::l2_model FROM model WHERE how = 'ols';
INSERT INTO model (how, m) SELECT 'jsonb', m::jsonb::l2_model FROM model WHERE how = 'ols';
INSERT INTO model (how, m) SELECT 'standardize says nothing of it',
  jsonb_set(m::jsonb, '{standardize}', 'true')::l2_model FROM model WHERE how = 'ols';
INSERT INTO model (how, m) SELECT 'no intercept', l2_ols(g, '{"intercept": false}') FROM gram
  WHERE how = 'rows';
INSERT INTO model (how, m) SELECT 'ridge 0', ridge_fit(y, x, 0) FROM raw;
INSERT INTO model (how, m) SELECT 'ridge', ridge_fit(y, x, 1,
  '{"standardize": true, "penalty_factor": [0, 1], "intercept": false}') FROM raw;
INSERT INTO model (how, m) SELECT 'ridge, other names',
  ridge_fit(y, x, 1,
  '{"standardize": true, "penalty_factor": [0, 1], "intercept": false, "names": ["a", "b"]}') FROM raw;
INSERT INTO model (how, m) SELECT 'lasso', lasso_fit(y, x, 0.1, '{"lambda_scale": "glmnet"}') FROM raw;
INSERT INTO model (how, m) SELECT 'bounds', elastic_net_fit(y, x, 2, '{"lower": 0, "l1_ratio": 0.5}')
  FROM raw;
INSERT INTO model (how, m) SELECT 'dropout', dropout_fit(y, x, 0.2) FROM raw;
INSERT INTO model (how, m) SELECT 'dropout to mean', dropout_fit(y, x, 0.2, '{"dropout_to": "mean"}')
  FROM raw;
INSERT INTO model (how, m) SELECT 'logistic', logistic_fit(y > 3, x, 2, '{"intercept": false}') FROM raw;
INSERT INTO model (how, m) SELECT 'poisson', poisson_fit(floor(abs(y)), x, 2.0) FROM raw;
SET client_min_messages = warning;
INSERT INTO model (how, m) SELECT 'dropped', ols_fit(y, x || x[1]) FROM raw;
RESET client_min_messages;
INSERT INTO model (how, m) SELECT 'frequency',
  ols_fit(l2_obs(y, weight => w), x, '{"weight_type": "frequency"}') FROM raw;
INSERT INTO model (how, m) SELECT 'categories', ols_fit(y, r, '{"features": ["zone", "i"]}') FROM raw r;
INSERT INTO model (how, m) SELECT 'first column', l2_ols(g, '{"features": ["x1"]}') FROM gram
  WHERE how = 'names';
INSERT INTO model (how, m) SELECT 'second column', l2_ols(g, '{"features": ["x2"]}') FROM gram
  WHERE how = 'names';
INSERT INTO model (how, m) VALUES ('null', NULL),
  ('by hand', '{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 0}, {"term": "a", "estimate": null}]}'),
  ('by hand, -0', '{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": -0.0}, {"term": "a", "estimate": null}]}'),
  ('by hand, sigma', '{"l2_model": 1, "method": "ols", "sigma": 1, "terms": [{"term": "(Intercept)", '
  '"estimate": 0}, {"term": "a", "estimate": null}]}');
SELECT string_agg(how, ', ' ORDER BY id) AS equal FROM model GROUP BY m ORDER BY min(id);
SELECT count(*) AS models, count(DISTINCT m) AS different, count(*)
  FILTER (WHERE m = m::text::l2_model AND m = m::jsonb::l2_model
  AND m = m::json::jsonb::l2_model) AS "read back" FROM model WHERE m IS NOT NULL;
SELECT count(*) AS pairs, bool_and(_l2_model_cmp(a.m, b.m) = -_l2_model_cmp(b.m, a.m)) AS antisymmetric,
  bool_and((a.m = b.m) = (_l2_model_cmp(a.m, b.m) = 0) AND (a.m <> b.m) = (_l2_model_cmp(a.m, b.m) <> 0)
  AND (a.m *< b.m) = (_l2_model_cmp(a.m, b.m) < 0)
    AND (a.m *<= b.m) = (_l2_model_cmp(a.m, b.m) <= 0) AND (a.m *>= b.m) = (_l2_model_cmp(a.m, b.m) >= 0)
    AND (a.m *> b.m) = (_l2_model_cmp(a.m, b.m) > 0)) AS operators,
  bool_and((a.m = b.m) = (_l2_model_hash(a.m) = _l2_model_hash(b.m))) AS hash,
  bool_and((a.m = b.m) = (_l2_model_hash_extended(a.m, 7) = _l2_model_hash_extended(b.m, 7))) AS extended,
  bool_and(_l2_model_hash(a.m)::bigint & 4294967295
  = _l2_model_hash_extended(a.m, 0) & 4294967295) AS low_bits
FROM model a, model b WHERE a.m IS NOT NULL AND b.m IS NOT NULL;
SELECT bool_and(NOT (a.m *< b.m AND b.m *< c.m) OR a.m *< c.m) AS transitive FROM model a, model b, model c;
SELECT how FROM model WHERE m
  = '{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": 0}, {"term": "a", '
  '"estimate": null}]}' ORDER BY id;

-- In arrays and rows, with NULLs in them
SELECT ARRAY[a.g, NULL] = ARRAY[b.g, NULL] AS arrays, ARRAY[a.g, NULL] <> ARRAY[b.g, NULL] AS differ,
  (a.g, NULL::l2_model, a.id > 0) IS NOT DISTINCT FROM (b.g, NULL::l2_model, true) AS rows,
  a.g = ANY (ARRAY[NULL, b.g]) AS "ANY" FROM gram a, gram b WHERE a.how = 'rows' AND b.how IN ('state', 'few')
  ORDER BY b.id;
CREATE TYPE pair AS (g l2_gram, m l2_model);
SELECT count(*) AS rows, count(DISTINCT p) AS different, count(DISTINCT ARRAY[p]) AS arrays
  FROM (SELECT (g, NULL)::pair AS p FROM gram WHERE how IN ('rows', 'state', 'null', 'null too')
  UNION ALL SELECT (NULL, m)::pair FROM model WHERE how IN ('ols', 'text', 'null')) s;
SELECT count(*) AS grouped FROM (SELECT p FROM (SELECT (g, NULL)::pair AS p FROM gram
  UNION ALL SELECT (g::text::l2_gram, NULL)::pair FROM gram) s GROUP BY p) s;
CREATE DOMAIN checked AS l2_model CHECK (VALUE <> '{"l2_model": 1, "method": "ols", "terms": []}');
SELECT m::checked = m FROM model WHERE id = 1;
SELECT '{"l2_model": 1, "method": "ols", "terms": []}'::checked;
ANALYZE gram, model;
SELECT attname, n_distinct FROM pg_stats WHERE tablename IN ('gram', 'model') AND attname IN ('g', 'm')
  ORDER BY 1;

-- JSON: an object wherever a row becomes one, the same as of the cast
SELECT jsonb_typeof(to_jsonb(m)) AS to_jsonb, json_typeof(to_json(m)) AS to_json,
  json_typeof(row_to_json(r)->'m') AS row_to_json, jsonb_typeof(to_jsonb(r)->'m') AS row,
  json_typeof(json_build_object('a', m)->'a') AS json_build_object,
  jsonb_typeof(jsonb_build_object('a', m)->'a') AS jsonb_build_object, to_jsonb(m) = m::jsonb
  AND m::json::jsonb = m::jsonb AS same, to_jsonb(m)->>'method' AS method
FROM model r WHERE how = 'ols';
SELECT jsonb_typeof(to_jsonb(g)) AS to_jsonb, json_typeof(row_to_json(r)->'g') AS row_to_json,
  to_jsonb(g) = g::jsonb AND g::json::jsonb = g::jsonb AS same, to_jsonb(g)->'n' AS n FROM gram r
  WHERE how IN ('rows', 'state', 'no rows', 'null') ORDER BY id;
SELECT json_typeof(json_agg(r)->0->'m') AS json_agg, jsonb_typeof(jsonb_agg(m)->0) AS jsonb_agg,
  jsonb_typeof(jsonb_object_agg(id, m)->'1') AS jsonb_object_agg,
  json_typeof(array_to_json(array_agg(m))->0) AS array_to_json FROM model r WHERE id = 1;
SELECT count(*) AS models, count(*) FILTER (WHERE (jsonb_populate_record(r, to_jsonb(r))).m = m) AS populated
  FROM model r WHERE m IS NOT NULL;
SELECT jsonb_typeof(to_jsonb(m::checked)) FROM model WHERE id = 1;
-- and nowhere else
\set VERBOSITY terse
SELECT m -> 'method' FROM model WHERE id = 1;
\set VERBOSITY default
SELECT (m || '')::text = m::text AS concatenation, format('%s', m) = m::text AS format,
  concat(m) = m::text AS concat FROM model WHERE id = 1;
SELECT m FROM model UNION ALL SELECT '{}'::json;
CREATE TABLE document (d json);
INSERT INTO document SELECT m FROM model WHERE id = 1;
INSERT INTO document SELECT m::json FROM model WHERE id = 1;
SELECT json_typeof(d) FROM document;
DROP TABLE raw, gram, part, form, model, document;
DROP TYPE pair;
DROP DOMAIN checked;
DROP AGGREGATE state_of(float8, float8[]), state_of(l2_obs, float8[]);
