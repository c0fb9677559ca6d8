-- Bytes that a hostile client makes, with a right checksum: states of aggregates, grams by levels and within
-- groups, rows that wait for their fold, models of classes, families and covariances.  Each is refused for
-- what is wrong with it; what a value cannot say is left out of it; and what is just allowed is read.
SET client_min_messages = warning;
SET extra_float_digits = 0;
\ir ../lib/bytes.sql

CREATE TABLE gram_t (v l2_gram);
CREATE TABLE model_t (v l2_model);
CREATE TABLE state_t (v l2_state);
CREATE TABLE row_t (v l2_row);
CREATE TABLE obs_t (v l2_obs);

-- v with what is from position at on, len bytes, replaced, and the checksum made right
CREATE FUNCTION pg_temp.splice(v bytea, at int, len int, new bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT b || pg_temp.crc(b) FROM (SELECT substr(v, 1, at) || new
  || substr(v, at + len + 1, length(v) - 4 - at - len) b) s $$;
-- the same of a gram that is in v from position at on, behind its length
CREATE FUNCTION pg_temp.inner_gram(v bytea, at int) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT substr(v, at + 5, ('x' || encode(substr(v, at + 1, 4), 'hex'))::bit(32)::int) $$;
CREATE FUNCTION pg_temp.put_gram(v bytea, at int, g bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT pg_temp.splice(v, at, 4 + length(pg_temp.inner_gram(v, at)), int4send(length(g)) || g) $$;
CREATE FUNCTION pg_temp.zeros(n int) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT decode(repeat('00', n), 'hex') $$;
-- n hashes in order
CREATE FUNCTION pg_temp.hashes(n int) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg(int8send(i), '' ORDER BY i), '') FROM generate_series(1, n) i $$;

CREATE TABLE d AS SELECT i::float8 AS y, (i % 3)::float8 AS x, chr(97 + i % 3) AS z, chr(120 + i % 2) AS u
  FROM generate_series(1, 12) i;
CREATE AGGREGATE row_state(float8, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'gram');
CREATE AGGREGATE row_deal(float8, l2_row, l2_options) (SFUNC = _l2_row_accum, STYPE = l2_state,
  INITCOND = 'folds');
CREATE AGGREGATE deal(float8, float8[], l2_options) (SFUNC = _l2_folds_accum, STYPE = l2_gram[],
  INITCOND = '{folds}');
CREATE AGGREGATE fit_state(float8, float8[], float8, l2_options) (SFUNC = _l2_accum, STYPE = l2_gram,
  INITCOND = 'ridge');

CREATE TABLE value (what text, tab text, v bytea);
INSERT INTO value
  SELECT 'levels', 'state_t', _l2_state_send(row_state(y, l2_row(ROW(x, z, u), '{x,z,u}'), '{}')) FROM d
  UNION ALL SELECT 'few levels', 'state_t', _l2_state_send(row_state(y, l2_row(ROW(x, z), '{x,z}'),
  '{"max_levels": 3}')) FROM d
  UNION ALL SELECT 'numbers', 'state_t', _l2_state_send(row_state(y, l2_row(ROW(x, y + x), '{x,w}'), '{}'))
  FROM d
  UNION ALL SELECT 'features', 'state_t', _l2_state_send(row_state(y, l2_row(ROW(x, y + x), '{x,w}'),
  '{"features": ["x", "w"]}')) FROM d
  UNION ALL SELECT 'nothing', 'state_t', _l2_state_send('gram'::l2_state)
  UNION ALL SELECT 'waiting', 'state_t', _l2_state_send(row_deal(y, l2_row(ROW(x, z), '{x,z}'),
  '{"folds": 2}')) FROM d
  UNION ALL SELECT 'dealt', 'gram_t', _l2_gram_send((SELECT g FROM unnest(gs) g)) FROM (
  SELECT deal(y, ARRAY[x], '{"folds": 2}') AS gs FROM d) s
  UNION ALL SELECT 'fit', 'gram_t', _l2_gram_send(fit_state(y, ARRAY[x], 0.5, '{}')) FROM d
  UNION ALL SELECT 'sparse', 'gram_t', _l2_gram_send(l2_gram_agg(y, l2_row(ROW(x, z, u), '{x,z,u}'))) FROM d
  UNION ALL SELECT 'within', 'gram_t', _l2_gram_send(l2_gram_within(g)) FROM (
  SELECT l2_gram_cols(y, x) AS g FROM d GROUP BY z) s
  UNION ALL SELECT 'dense', 'gram_t', _l2_gram_send(l2_gram_cols(y, x)) FROM d
  UNION ALL SELECT 'wide', 'gram_t', _l2_gram_send(l2_set_names(l2_gram_cols(y, x, x * x), '{x,w}')) FROM d
  UNION ALL SELECT 'named', 'gram_t', _l2_gram_send(l2_set_names(l2_gram_cols(y, x), '{v}')) FROM d;
CREATE FUNCTION pg_temp.v(name text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT v FROM value WHERE what = name $$;
-- a gram whose rows are dealt, of the fit's options: by a table of rows, or by a sketch
CREATE FUNCTION pg_temp.dealt_by(flag bytea, rest bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT pg_temp.forge(pg_temp.splice(v, 88, length(v) - 92, rest), 1, flag) FROM (SELECT pg_temp.v('dealt')
  v) s
  $$;

CREATE TABLE forged (of text, what text, v bytea, complaint text);

-- ---- states of records: version, flags, 2 reserved bytes, skipped rows (4), the gram of the options (12),
-- the target (98), attributes (103: number; each its kind, name and labels), the first y (137), suspects
-- (145), levels of each category (149, 168), the gram of numbers (182), sums of levels (346: each weight and
-- two sums, then their low words), pairs (586: number; each two levels, weight, low word)
INSERT INTO forged SELECT 'levels', what, pg_temp.forge(pg_temp.v('levels'), at, new), complaint FROM (VALUES
  ('version 0', 0, '\x00'::bytea, 'version'), ('version 2', 0, '\x02', 'version'),
  ('a flag too many', 1, '\x1d', 'flags'), ('a reserved bit', 2, '\x0001', 'flags'),
  ('no columns, but rows', 1, '\x0c', 'flags'), ('no columns, but weights', 1, '\x02', 'flags'),
  ('no columns, but bytes of some', 1, '\x00', 'length'),
  ('skipped = -1', 4, int8send(-1), 'row counts'),
  ('options without an end', 12, '\x7fffffff', 'length'), ('options of -1', 12, '\xffffffff', 'length'),
  ('options of 0', 12, '\x00000000', 'short'), ('damaged options', 20, '\x01', 'checksum'),
  ('a target of -1', 98, '\xffffffff', 'length'), ('a long target', 98, '\x00ffffff', 'length'),
  ('no attributes', 103, '\x00000000', 'no attributes'), ('-1 attributes', 103, '\xffffffff', 'length'),
  ('a kind too many', 107, '\x07', 'kind'), ('another kind', 107, '\x06', ''),
  ('a number called otherwise', 112, '=', 'columns'), ('a category with =', 122, '=', '"="'),
  ('two of one name', 132, 'z', 'one name'), ('a number of that name', 112, 'u', 'one name'),
  ('NaN y', 137, float8send('NaN'), 'target'), ('infinite y', 137, float8send('-inf'), 'target'),
  ('a suspect that is none', 145, '\x00000001', 'target'), ('two suspects', 145, '\x00000002', 'target'),
  ('-1 suspects', 145, '\xffffffff', 'length'),
  ('-1 levels', 149, '\xffffffff', 'length'), ('a level twice', 162, 'a', 'not in order'),
  ('levels out of order', 157, 'c', 'not in order'), ('a level of -2', 153, '\xfffffffe', 'length'),
  ('a level too long', 153, '\x00ffffff', 'length'), ('a level more', 149, '\x00000004', ''),
  ('a damaged gram', 190, '\xff', 'checksum'),
  ('a negative weight', 346, float8send(-4), 'negative'), ('a weight more', 346, float8send(5), 'add up'),
  ('a weight less', 346, float8send(3), 'add up'),
  ('a weight slightly more', 346, float8send(4 * (1 + 1e-8::float8)), 'add up'),
  ('NaN weight', 346, float8send('NaN'), 'double-double'),
  ('NaN sum', 354, float8send('NaN'), 'double-double'),
  ('infinite last sum', 362, float8send('inf'), 'double-double'),
  ('a large low word', 370, float8send(1), 'double-double'),
  ('a large last low word', 386, float8send(1), 'double-double'),
  ('another category''s weight', 346 + 3 * 48, float8send(7), 'add up'),
  ('-1 pairs', 586, '\xffffffff', 'length'), ('a pair more', 586, '\x00000007', 'length'),
  ('a pair less', 586, '\x00000005', 'add up'),
  ('a level that is none', 590, '\x00000003', 'pair'), ('another that is none', 594, '\x00000002', 'pair'),
  ('a pair twice', 618, '\x00000000', 'pair'), ('pairs out of order', 614, '\x00000001', 'pair'),
  ('a pair of no weight', 598, float8send(0), 'pair'), ('of a negative one', 598, float8send(-2), 'pair'),
  ('of NaN', 598, float8send('NaN'), 'double-double'),
  ('of a large low word', 606, float8send(1), 'double-double'),
  ('of more weight', 598, float8send(3), 'add up')) f(what, at, new, complaint);
INSERT INTO forged SELECT 'levels', what, v, complaint FROM pg_temp.v('levels') s, LATERAL (VALUES
  ('just enough weight', pg_temp.forge(s, 346, float8send(4 * (1 + 1e-10::float8))), 'read'),
  ('a number with labels', pg_temp.splice(s, 113, 4, '\x000000010000000176'), 'has labels'),
  ('a category with labels', pg_temp.splice(s, 123, 4, '\x000000010000000161'), 'read'),
  ('a category with a label without end', pg_temp.splice(s, 123, 4, '\x0000000100ffffff'), 'length'),
  ('a name too long', pg_temp.splice(s, 108, 5, int4send(65536) || decode(repeat('61', 65536), 'hex')),
  'too long'),
  ('a suspect', pg_temp.splice(s, 145, 4, '\x0000000100000001'), 'read'),
  ('y itself suspected', pg_temp.splice(s, 145, 4, '\x0000000100000000'), 'target'),
  ('a column behind the last', pg_temp.splice(s, 145, 4, '\x0000000100000002'), 'target'),
  ('something behind the end', pg_temp.splice(s, length(s) - 4, 0, '\x00'), 'length'),
  ('options with columns', pg_temp.put_gram(s, 12, pg_temp.v('dense')), 'not those of a state'),
  ('numbers that are options', pg_temp.put_gram(s, 182, pg_temp.inner_gram(s, 12)), 'not a state'),
  ('numbers by levels', pg_temp.put_gram(s, 182, pg_temp.v('sparse')), 'not a state'),
  ('numbers with options', pg_temp.put_gram(s, 182, pg_temp.v('fit')), 'not a state'),
  ('numbers that wait',
  pg_temp.put_gram(s, 182, pg_temp.splice(pg_temp.forge(pg_temp.v('dealt'), 40, '\x00000000'), 48, 40, '')),
  'not a state'),
  ('numbers without columns', pg_temp.put_gram(s, 182, pg_temp.splice('\x010000000000'::bytea, 2, 0,
  pg_temp.zeros(46))),
  'columns'),
  ('no names', pg_temp.put_gram(s, 182, pg_temp.v('dense')), 'columns'),
  ('one column more', pg_temp.put_gram(s, 182, pg_temp.v('wide')), 'columns'),
  ('other names', pg_temp.put_gram(s, 182, pg_temp.v('named')), 'columns')) f(what, v, complaint);
-- of the options: method (48), place (52), whether they are there (56)
INSERT INTO forged SELECT 'levels', what,
  pg_temp.put_gram(s, 12, pg_temp.forge(pg_temp.inner_gram(s, 12), at, new)), complaint
  FROM pg_temp.v('levels') s, LATERAL (VALUES
  ('another method', 48, '\x00000001'::bytea, 'not one of this function'),
  ('another place', 52, '\x00000001', 'not one of this function'),
  ('rows without options', 56, '\x00000000', 'rows, but no options')) f(what, at, new, complaint);
INSERT INTO forged SELECT 'few levels', what, pg_temp.put_gram(s, 12, g2), complaint
  FROM pg_temp.v('few levels') s, pg_temp.inner_gram(s, 12) g,
  LATERAL (VALUES ('as many levels as may be', g, 'read'), ('a level more than may be',
  pg_temp.forge(g, position('3}'::bytea IN g) - 1, '2'), 'more levels')) f(what, g2, complaint);
-- suspects are behind the first y, which is before 4 columns' names
INSERT INTO forged SELECT of, what, pg_temp.splice(s, at, 4, new), complaint FROM (VALUES
  ('numbers', 'one suspect', '\x0000000100000002'::bytea, 'read'),
  ('numbers', 'two suspects', '\x000000020000000200000001', 'read'),
  ('numbers', 'the same twice', '\x000000020000000200000002', 'target'),
  ('numbers', 'three suspects', '\x00000003000000020000000100000000', 'target'),
  ('features', 'no suspect', '\x00000000', 'read'),
  ('features', 'a suspect that nobody looks for', '\x0000000100000002', 'target')) f(of, what, new,
  complaint),
  LATERAL (SELECT pg_temp.v(of) AS s) v,
  LATERAL (SELECT position('\x0177000000003ff0000000000000'::bytea IN s) + 13 AS at) p;
INSERT INTO forged SELECT 'nothing', what, pg_temp.forge(pg_temp.v('nothing'), at, new), complaint FROM
  (VALUES
  ('as it is', 1, '\x00'::bytea, 'read'), ('rows', 1, '\x04', 'flags'), ('columns', 1, '\x01', 'no options'))
  f(what, at, new, complaint);

-- rows that wait: behind the sums of two folds whether there is a table (576), the number of rows (577), and
-- of each hash (581), copies (589), y (597), x (605), weight (613), level (621)
INSERT INTO forged SELECT 'waiting', what, pg_temp.forge(pg_temp.v('waiting'), at, new), complaint FROM
  (VALUES
  ('as it is', 0, '\x01'::bytea, 'read'), ('a flag too many', 576, '\x02', 'flags'),
  ('a row more', 577, '\x0000000d', 'length'), ('-1 rows', 577, '\xffffffff', 'length'),
  ('a row less', 577, '\x0000000b', 'length'),
  ('no copies', 589, int8send(0), 'row counts'), ('-1 copies', 589, int8send(-1), 'row counts'),
  ('too many copies', 589, int8send((1::bigint << 40) + 1), 'row counts'),
  ('too many copies with the others', 589, int8send((1::bigint << 40) - 10), 'row counts'),
  ('many copies', 589, int8send((1::bigint << 40) - 11), 'read'),
  ('NaN y', 597, float8send('NaN'), 'out of range'), ('large x', 605, float8send(1e200), 'out of range'),
  ('no weight', 613, float8send(0), 'damaged'), ('negative weight', 613, float8send(-1), 'damaged'),
  ('weight 2', 613, float8send(2), 'damaged'), ('a level too many', 621, float8send(3), 'damaged'),
  ('level -1', 621, float8send(-1), 'damaged'), ('level 0.5', 621, float8send(0.5), 'damaged'),
  ('another level', 621, float8send(0), 'read')) f(what, at, new, complaint);
INSERT INTO forged SELECT 'waiting', 'instead of rows ' || what,
  pg_temp.splice(s, 576, length(s) - 580, '\x00' || int8send(n) || int4send(k) || hashes), complaint
  FROM pg_temp.v('waiting') s, LATERAL (VALUES
  ('no hashes', 0, 0, ''::bytea, 'read'), ('-1 rows', -1, 0, '', 'repeat'),
  ('two', 2, 2, pg_temp.hashes(2), 'read'), ('more than rows', 1, 2, pg_temp.hashes(2), 'repeat'),
  ('the same twice', 9, 2, int8send(4) || int8send(4), 'repeat'),
  ('in the wrong order', 9, 2, int8send(4) || int8send(3), 'repeat'),
  ('256', 256, 256, pg_temp.hashes(256), 'read'), ('257', 257, 257, pg_temp.hashes(257), 'repeat'),
  ('fewer than it says', 9, 3, pg_temp.hashes(2), 'length')) f(what, n, k, hashes, complaint);

-- ---- states of arrays that deal rows: behind the options (48 to 87) of each row hash, copies, y, x, weight
INSERT INTO forged SELECT 'dealt', what, pg_temp.forge(pg_temp.v('dealt'), at, new), complaint FROM (VALUES
  ('as it is', 1, '\x40'::bytea, 'read'), ('both flags', 1, '\xc0', 'flags'),
  ('with moments', 1, '\x42', 'flags'), ('within groups', 1, '\x50', 'flags'), ('flag 1', 1, '\x41', 'flags'),
  ('flag 32', 1, '\x60', 'flags'), ('by levels', 2, '\x01', 'go together'),
  ('names', 44, '\x00000001', 'length'), ('no columns', 4, '\x00000000', 'length'),
  ('no copies', 96, int8send(0), 'row counts'), ('too many copies', 96, int8send((1::bigint << 40) + 1),
  'row counts'), ('too many copies with the others', 96, int8send((1::bigint << 40) - 10), 'row counts'),
  ('many copies', 96, int8send((1::bigint << 40) - 11), 'read'),
  ('NaN y', 104, float8send('NaN'), 'out of range'), ('large x', 112, float8send(1e200), 'out of range'),
  ('no weight', 120, float8send(0), 'row counts'), ('negative weight', 120, float8send(-1), 'row counts'),
  ('options too short', 40, '\x0000001b', 'length')) f(what, at, new, complaint);
INSERT INTO forged SELECT 'dealt', what, pg_temp.dealt_by(flag, rest), complaint FROM (VALUES
  ('a byte more', '\x40'::bytea, pg_temp.zeros(1), 'length'), ('no rows', '\x40', '', 'read'),
  ('a sketch of nothing', '\x80', '', 'length'), ('a sketch of no rows', '\x80', int8send(0), 'read'),
  ('a sketch and a half', '\x80', int8send(1) || '\x00000000', 'length'),
  ('more hashes than rows', '\x80', int8send(1) || pg_temp.hashes(2), 'row counts'),
  ('as many', '\x80', int8send(2) || pg_temp.hashes(2), 'read'),
  ('a hash twice', '\x80', int8send(9) || int8send(1) || int8send(1), 'order'),
  ('hashes out of order', '\x80', int8send(9) || int8send(2) || int8send(1), 'order'),
  ('256 hashes', '\x80', int8send(256) || pg_temp.hashes(256), 'read'),
  ('257 hashes', '\x80', int8send(257) || pg_temp.hashes(257), 'length')) f(what, flag, rest, complaint);
INSERT INTO forged SELECT 'fit', what, pg_temp.forge(pg_temp.v('fit'), at, new), complaint FROM (VALUES
  ('as it is', 0, '\x01'::bytea, 'read'), ('options too short', 40, '\x0000001b', 'length'),
  ('options too long', 40, '\x00ffffff', 'length')) f(what, at, new, complaint);

-- ---- grams by levels: columns, categories, levels of each (80, 84), pairs (88), means (92), cross products
-- (124), their rounding errors (172), sums of levels (196), weights of pairs (436), pairs (532)
INSERT INTO forged SELECT 'sparse', what, pg_temp.forge(pg_temp.v('sparse'), at, new), complaint FROM (VALUES
  ('as it is', 0, '\x01'::bytea, 'read'), ('of another kind', 2, '\x02', 'flags'),
  ('with moments', 1, '\x02', 'go together'), ('within groups', 1, '\x10', 'groups'),
  ('a flag of neither kind', 3, '\x04', 'flags'), ('names only', 2, '\x00', 'row counts'),
  ('0 numbers', 72, '\x00000000', 'levels'), ('a number more', 72, '\x00000003', 'levels'),
  ('11001 numbers', 72, '\x00002af9', 'levels'), ('-1 numbers', 72, '\xffffffff', 'levels'),
  ('no category', 76, '\x00000000', 'levels'), ('a category more', 76, '\x00000003', 'levels'),
  ('-1 categories', 76, '\xffffffff', 'levels'), ('11000 categories', 76, '\x00002af8', 'levels'),
  ('other levels', 80, '\x0000000200000003', 'levels'), ('-1 levels', 80, '\xffffffff', 'levels'),
  ('12000 levels', 80, '\x00002ee0', 'levels'),
  ('-1 pairs', 88, '\xffffffff', 'levels'), ('a pair more', 88, '\x00000007', 'levels'),
  ('NaN mean', 92, float8send('NaN'), 'levels'), ('NaN last mean', 100, float8send('NaN'), 'levels'),
  ('a large low word of it', 116, float8send(1), 'levels'),
  ('a negative square', 124, float8send(-1), 'levels'), ('another', 140, float8send(-1), 'levels'),
  ('NaN product', 132, float8send('NaN'), 'levels'),
  ('a large low word of it', 164, float8send(100), 'levels'),
  ('a negative rounding error', 172, float8send(-1), 'levels'), ('NaN', 180, float8send('NaN'), 'levels'),
  ('an infinite one', 188, float8send('inf'), 'levels'),
  ('a negative weight', 196, float8send(-1), 'levels'), ('NaN weight', 196, float8send('NaN'), 'levels'),
  ('no weight', 196, float8send(0), 'read'),
  ('more than all', 196, float8send(5), 'levels'),
  ('slightly more', 196, float8send(4 + 3e-8::float8), 'levels'),
  ('more by rounding', 196, float8send(4 + 3e-9::float8), 'read'),
  ('NaN sum', 212, float8send('NaN'), 'levels'), ('a large low word', 236, float8send(1), 'levels'),
  ('the other''s level', 340, float8send(7), 'levels'), ('its last one', 388, float8send(-6), 'levels'),
  ('a pair of no weight', 436, float8send(0), 'levels'), ('of a negative one', 436, float8send(-2), 'levels'),
  ('of NaN', 436, float8send('NaN'), 'levels'), ('a large low word', 444, float8send(1), 'levels'),
  ('of more than all', 516, float8send(3), 'levels'), ('of less', 516, float8send(1), 'read'),
  ('of more by rounding', 516, float8send(2 + 3e-9::float8), 'read'),
  ('of slightly more', 516, float8send(2 + 3e-8::float8), 'levels'),
  ('a pair that is none', 552, '\x00000006', 'levels'), ('a pair twice', 536, '\x00000000', 'levels'),
  ('pairs out of order', 532, '\x00000002', 'levels')) f(what, at, new, complaint);

-- ---- grams within groups, of which there are so many (40); means (56), products (88), rounding errors (136)
INSERT INTO forged SELECT 'within', what, pg_temp.forge(pg_temp.v('within'), at, new), complaint FROM (VALUES
  ('no groups', 40, int8send(0), 'groups'), ('-1 groups', 40, int8send(-1), 'groups'),
  ('a group more than rows', 40, int8send(13), 'groups'), ('a group a row', 40, int8send(12), 'read'),
  ('one group', 40, int8send(1), 'read'), ('with a hash', 3, '\x02', 'go together'),
  ('a mean', 56, float8send(1), 'other than 0'), ('the last mean', 64, float8send(-1), 'other than 0'),
  ('a negative square', 104, float8send(-1), 'negative'),
  ('NaN product', 96, float8send('NaN'), 'double-double'),
  ('a large low word', 120, float8send(1), 'double-double'),
  ('a negative rounding error', 136, float8send(-1e-300), 'rounding error'),
  ('NaN', 144, float8send('NaN'), 'rounding error'),
  ('an infinite one', 152, float8send('inf'), 'rounding error'),
  ('no rows', 8, int8send(0), 'groups')) f(what, at, new, complaint);

-- ---- models: version, flags, method, scale, solver, numbers of statistics and vectors, what is kept (7),
-- classes (8), features (10), length of names (12), n (16), skipped (24), statistics (32), vectors (estimate,
-- mean, sd, error, penalty factor; each of the intercept and p features), matrices, coefficients of classes
-- and their errors, names, which are dropped, labels
INSERT INTO value
  SELECT 'ols', 'model_t', _l2_model_send(ols_fit(y, ARRAY[x, 2 * x, x * y])) FROM d
  UNION ALL SELECT 'weights', 'model_t', _l2_model_send(ols_fit(l2_obs(y, weight => x + 1), ARRAY[x])) FROM d
  UNION ALL SELECT 'ridge', 'model_t', _l2_model_send(ridge_fit(y, ARRAY[x, x * y], 2,
  '{"intercept": false, "penalty_factor": [1, 3]}')) FROM d
  UNION ALL SELECT 'aliases', 'model_t', _l2_model_send(ols_fit(y, ARRAY[x, 2 * x, x * y],
  '{"covariance": true}')) FROM d
  UNION ALL SELECT 'HC1', 'model_t', _l2_model_send(ols_fit(y, ARRAY[x],
  '{"covariance": true, "vcov": "HC1"}'))
  FROM d
  UNION ALL SELECT 'logistic', 'model_t', _l2_model_send(logistic_fit(u, ARRAY[x * y], '{"positive": "y"}'))
  FROM d
  UNION ALL SELECT 'negative_binomial', 'model_t', _l2_model_send(glm_fit((y * y)::int % 13, ARRAY[x],
  '{"family": "negative_binomial"}')) FROM d
  UNION ALL SELECT 'tweedie', 'model_t', _l2_model_send(glm_fit(y, ARRAY[x],
  '{"family": "tweedie", "power": 1.5}')) FROM d
  UNION ALL SELECT 'quasi', 'model_t', _l2_model_send(glm_fit(y, ARRAY[x],
  '{"family": "quasi", "power": 1.5, "link": "log"}')) FROM d
  UNION ALL SELECT 'classes', 'model_t', _l2_model_send(multinomial_fit(CASE WHEN y < 10 THEN z ELSE 'a' END,
  ARRAY[y::int * 5 % 7], '{"covariance": true, "reference_class": "a"}')) FROM d;

CREATE FUNCTION pg_temp.of_term(v bytea, vector int, term int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT 32 + 8 * (get_byte(v, 5) + vector * (get_byte(v, 11) + 1) + term) $$;
-- a triangle of what coefficients there are for each matrix that is kept
CREATE FUNCTION pg_temp.of_class(v bytea, class int, errors int, term int) RETURNS int
  LANGUAGE sql IMMUTABLE AS $$
  SELECT pg_temp.of_term(v, get_byte(v, 6), term) + 8 * (get_byte(v, 7) & 1) * k * (k + 1) / 2
  + 8 * (errors * k + class * (get_byte(v, 11) + 1))
  FROM (SELECT get_byte(v, 9) * (get_byte(v, 11) + 1) AS k) s $$;

INSERT INTO forged SELECT of, what, pg_temp.forge(pg_temp.v(of), at, new), complaint FROM (VALUES
  ('ols', 'a flag too many', 1, '\x89'::bytea, 'range'),
  ('ols', 'the first method too many', 2, '\x0d', 'range'),
  ('ols', 'the last scale', 3, '\x02', 'read'), ('ols', 'the first scale too many', 3, '\x03', 'range'),
  ('ols', 'the last solver', 4, '\x0b', 'read'), ('ols', 'the first solver too many', 4, '\x0c', 'range'),
  ('ols', 'a statistic less than always', 5, '\x17', 'range'),
  ('ols', 'statistics too many', 5, '\x2b', 'range'),
  ('ols', 'two vectors', 6, '\x02', 'range'), ('ols', 'six vectors', 6, '\x06', 'range'),
  ('ols', 'a matrix that is none', 7, '\x08', 'range'),
  ('ols', 'aliases without a factor', 7, '\x04', 'range'),
  ('ols', '1001 classes', 8, '\x03e9', 'range'), ('ols', '2 classes', 8, '\x0002', 'length'),
  ('ols', '11001 features', 10, '\x2af9', 'range'), ('ols', 'several classes', 2, '\x0c', 'classes'),
  ('ols', 'a name more', 14, '\x00ff', 'length'),
  ('HC1', 'a negative variance', pg_temp.of_term(pg_temp.v('HC1'), 4, 3), float8send(-1), 'covariance'),
  ('HC1', 'NaN', pg_temp.of_term(pg_temp.v('HC1'), 4, 4), float8send('NaN'), 'covariance'),
  ('HC1', 'a negative factor', pg_temp.of_term(pg_temp.v('HC1'), 4, 2), float8send(-1), 'covariance'),
  ('HC1', 'beside the diagonal', pg_temp.of_term(pg_temp.v('HC1'), 4, 1), float8send(-1), 'read'),
  ('aliases', 'the last of NaN', pg_temp.of_term(pg_temp.v('aliases'), 4, 19), float8send('NaN'),
  'covariance'),
  ('aliases', 'the first of NaN', pg_temp.of_term(pg_temp.v('aliases'), 4, 10), float8send('NaN'),
  'covariance'),
  ('ols', 'a family', 32, '\x00', 'read'),
  ('logistic', 'of least squares', 2, '\x00', 'positive'), ('logistic', 'of counts', 2, '\x08', 'positive'),
  ('logistic', 'one label', length(pg_temp.v('logistic')) - 7, '-', 'length'),
  ('logistic', 'one label twice', length(pg_temp.v('logistic')) - 6, 'x', 'length'),
  ('negative_binomial', 'no family', 32 + 8 * 31, float8send('NaN'), 'together'),
  ('negative_binomial', 'family -1', 32 + 8 * 31, float8send(-1), 'together'),
  ('negative_binomial', 'family 1.5', 32 + 8 * 31, float8send(1.5), 'together'),
  ('negative_binomial', 'family 99', 32 + 8 * 31, float8send(99), 'together'),
  ('negative_binomial', 'no link', 32 + 8 * 32, float8send('NaN'), 'together'),
  ('negative_binomial', 'link -1', 32 + 8 * 32, float8send(-1), 'together'),
  ('negative_binomial', 'link 99', 32 + 8 * 32, float8send(99), 'together'),
  ('negative_binomial', 'link 1.5', 32 + 8 * 32, float8send(1.5), 'together'),
  ('negative_binomial', 'no theta', 32 + 8 * 34, float8send('NaN'), 'theta'),
  ('negative_binomial', 'theta 0', 32 + 8 * 34, float8send(0), 'theta'),
  ('tweedie', 'no power', 32 + 8 * 33, float8send('NaN'), 'power'),
  ('quasi', 'no power', 32 + 8 * 33, float8send('NaN'), 'power'),
  ('quasi', 'of least squares', 2, '\x00', 'no "family"'),
  ('classes', 'of least squares', 2, '\x00', 'classes'),
  ('classes', 'of classes too many', 9, '\x04', 'length'),
  ('classes', 'reference -1', 32 + 8 * 38, float8send(-1), 'reference_class'),
  ('classes', 'reference 3', 32 + 8 * 38, float8send(3), 'reference_class'),
  ('classes', 'reference 0.5', 32 + 8 * 38, float8send(0.5), 'reference_class'),
  ('classes', 'no reference', 32 + 8 * 38, float8send('NaN'), 'read'),
  ('classes', 'errors of another kind', 7, '\x11', 'vcov'),
  ('classes', 'NaN', pg_temp.of_class(pg_temp.v('classes'), 2, 0, 1), float8send('NaN'), 'of a class'),
  ('classes', 'NaN intercept', pg_temp.of_class(pg_temp.v('classes'), 1, 0, 0), float8send('NaN'),
  'of a class'),
  ('classes', 'an infinite error', pg_temp.of_class(pg_temp.v('classes'), 2, 1, 1), float8send('inf'),
  'infinite'),
  ('classes', 'a negative error', pg_temp.of_class(pg_temp.v('classes'), 2, 1, 1), float8send(-1),
  'error of a'),
  ('classes', 'no error', pg_temp.of_class(pg_temp.v('classes'), 2, 1, 1), float8send('NaN'), 'read'),
  ('classes', 'a factor of NaN', pg_temp.of_term(pg_temp.v('classes'), 3, 20), float8send('NaN'),
  'covariance'),
  ('classes', 'one class twice', length(pg_temp.v('classes')) - 6, 'b', 'length'),
  ('classes', 'a label of two', length(pg_temp.v('classes')) - 7, '-', 'length'))
  f(of, what, at, new, complaint);

-- what the method has no use for is as if it were not there: the value is that without it
CREATE TABLE unsaid AS SELECT of, what, pg_temp.forge(pg_temp.v(of), at, new) AS v FROM (VALUES
  ('ols', 'nothing', 0, '\x01'::bytea),
  ('ols', 'a standardised penalty', 1, '\x0b'), ('ols', 'dropout to the mean', 1, '\x49'),
  ('ols', 'too few iterations', 1, '\x19'), ('ols', 'a scale of penalties', 3, '\x01'),
  ('ols', 'that no feature is dropped', 1, '\x01'), ('weights', 'that some feature is', 1, '\x09'),
  ('ols', 'a coefficient of what is dropped', pg_temp.of_term(pg_temp.v('ols'), 0, 2), float8send(7)),
  ('ridge', 'dropout to the mean', 1, '\x40'), ('ridge', 'too few iterations', 1, '\x10'),
  ('ridge', 'an intercept', pg_temp.of_term(pg_temp.v('ridge'), 0, 0), float8send(7)),
  ('ridge', 'its error', pg_temp.of_term(pg_temp.v('ridge'), 3, 0), float8send(7)),
  ('ridge', 'its penalty', pg_temp.of_term(pg_temp.v('ridge'), 4, 0), float8send(7)),
  ('classes', 'a coefficient of the reference', pg_temp.of_class(pg_temp.v('classes'), 0, 0, 1),
  float8send(7)),
  ('classes', 'its intercept', pg_temp.of_class(pg_temp.v('classes'), 0, 0, 0), float8send(7)),
  ('classes', 'its error', pg_temp.of_class(pg_temp.v('classes'), 0, 1, 1), float8send(7)))
  u(of, what, at, new);
CREATE FUNCTION pg_temp.reread(b bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE said text;
BEGIN
  DELETE FROM model_t;
  said := pg_temp.try('model_t', b);
  ASSERT said = 'read', said;
  RETURN (SELECT _l2_model_send(v) FROM model_t);
END $$;
-- rows counted by weights have no logarithms of weights
CREATE FUNCTION pg_temp.counted() RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_temp.reread(pg_temp.forge(pg_temp.v('weights'), 1, '\x05'));
  RETURN (SELECT v::jsonb FROM model_t);
END $$;

-- ---- rows, without a checksum: version, flags, attributes (2); of each its kind, name, whether it is NULL,
-- and its value: a number (4), a boolean (19), a date (27), timestamps (38, 53), an interval (68), a category
-- (91)
CREATE TYPE pg_temp.mood AS ENUM ('sad', 'glad');
INSERT INTO value SELECT 'row', 'row_t', _l2_row_send(l2_row(ROW(1.5::float8, true, date '2024-01-01',
  timestamp '2024-01-01', timestamptz '2024-01-01 00:00+00', interval '1 day', 'ab'::text, NULL::int),
  '{a,b,c,d,e,f,g,h}'))
  UNION ALL SELECT 'enum', 'row_t', _l2_row_send(l2_row(ROW('sad'::pg_temp.mood), '{m}'))
  UNION ALL SELECT 'odd', 'row_t', _l2_row_send(l2_row(ROW('[]'::json), '{j}'))
  UNION ALL SELECT 'label', 'obs_t', _l2_obs_send(l2_obs('yes'::text, weight => 2))
  UNION ALL SELECT 'ways', 'obs_t', _l2_obs_send(l2_obs(1, cluster => ROW(3, 4)));
CREATE FUNCTION pg_temp.put(v bytea, at int, len int, new bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT substr(v, 1, at) || new || substr(v, at + len + 1) $$;
INSERT INTO forged SELECT of, what, pg_temp.put(pg_temp.v(of), at, length(new), new), complaint FROM (VALUES
  ('row', 'as it is', 0, '\x01'::bytea, 'read'), ('row', 'version 0', 0, '\x00', 'version'),
  ('row', 'version 2', 0, '\x02', 'version'), ('row', 'flags', 1, '\x01', 'flags'),
  ('row', 'an attribute less', 2, '\x0007', 'too long'), ('row', 'an attribute more', 2, '\x0009', ''),
  ('row', '1665 attributes', 2, '\x0681', 'too many'), ('row', '65535 attributes', 2, '\xffff', 'too many'),
  ('row', 'no kind', 4, 'q', 'no kind'), ('row', 'kind 0', 4, '\x00', 'no kind'),
  ('row', 'a name of -1', 5, '\xffffffff', 'too short'), ('row', 'a long name', 5, '\x00ffffff', 'too short'),
  ('row', 'a name with an end in it', 9, '\x00', ''),
  ('row', 'a name of no character', 9, '\xff', 'encoding'),
  ('row', 'another name', 9, 'z', 'read'), ('row', 'neither NULL nor not', 10, '\x02', 'neither NULL'),
  ('row', 'neither true nor false', 26, '\x02', 'neither true'), ('row', 'false', 26, '\x00', 'read'),
  ('row', 'NaN', 11, float8send('NaN'), 'read'),
  ('row', 'a date too far', 34, int4send(2147483646), 'out of range'),
  ('row', 'a date too long ago', 34, int4send(-2147483647), 'out of range'),
  ('row', 'an infinite date', 34, int4send(2147483647), 'read'),
  ('row', 'the other', 34, int4send(-2147483648), 'read'),
  ('row', 'a time too far', 45, int8send(9223372036854775806), 'out of range'),
  ('row', 'a time too long ago', 60, int8send(-9223372036854775807), 'out of range'),
  ('row', 'an infinite time', 60, int8send(9223372036854775807), 'read'),
  ('row', 'a level of -1', 98, '\xffffffff', 'too short'),
  ('row', 'a long level', 98, '\x00ffffff', 'too short'),
  ('row', 'a level with an end in it', 102, '\x00', ''), ('row', 'a value in place of NULL', 110, '\x00', ''),
  ('enum', 'as it is', 0, '\x01', 'read'), ('enum', 'no labels', 10, '\x00000000', 'too short'),
  ('enum', '-1 labels', 10, '\xffffffff', 'too short'),
  ('enum', 'labels too many', 10, '\x00ffffff', 'too short'),
  ('enum', 'a label of -1', 14, '\xffffffff', 'too short'), ('enum', 'a label with an end', 18, '\x00', ''),
  ('odd', 'as it is', 0, '\x01', 'read'), ('odd', 'a value', 10, '\x00', 'of no kind'),
  ('label', 'as it is', 0, '\x01', 'read'), ('label', 'version 0', 0, '\x00', 'version'),
  ('label', 'version 2', 0, '\x02', 'version'),
  ('label', 'and a number', 2, float8send(1), 'label and a number'),
  ('label', 'with an end in it', 19, '\x00', ''), ('label', 'of no character', 19, '\xff', 'encoding'),
  ('label', 'of a fold that is none', 1, '\x49', 'flags'), ('label', 'a flag too many', 1, '\xc1', 'flags'),
  ('ways', 'as it is', 0, '\x01', 'read'), ('ways', 'the second alone', 1, '\x20', 'flags'),
  ('ways', 'the first alone', 1, '\x10', 'length'), ('ways', 'and a weight', 1, '\x31', 'length'))
  f(of, what, at, new, complaint);
INSERT INTO forged SELECT of, what, v, complaint FROM (VALUES
  ('row', 'a byte more', pg_temp.v('row') || '\x00'::bytea, 'too long'),
  ('row', 'no attribute', '\x01000000'::bytea, 'read'),
  ('row', 'a name of 63 letters', pg_temp.put(pg_temp.v('row'), 5, 5,
  int4send(63) || repeat('n', 63)::bytea), 'read'),
  ('row', 'a name of 64', pg_temp.put(pg_temp.v('row'), 5, 5, int4send(64) || repeat('n', 64)::bytea),
  'there may be 63'),
  ('label', 'of no letter', substr(pg_temp.v('label'), 1, 18), 'read'),
  ('label', 'cut', substr(pg_temp.v('label'), 1, 17), 'length'),
  ('ways', 'cut', substr(pg_temp.v('ways'), 1, 25), 'length'),
  ('ways', 'a byte more', pg_temp.v('ways') || '\x00'::bytea, 'length')) f(of, what, v, complaint);
INSERT INTO forged SELECT 'row', 'cut at ' || i, substr(pg_temp.v('row'), 1, i), '' FROM generate_series(0,
  110) i;
-- strings with an end in them: of names, levels and options
INSERT INTO forged VALUES
  ('levels', 'a name with an end', pg_temp.splice(pg_temp.v('levels'), 108, 5, '\x00000003780078'), ''),
  ('levels', 'a level with an end', pg_temp.splice(pg_temp.v('levels'), 153, 5, '\x00000003610061'), ''),
  ('fit', 'options with an end', pg_temp.forge(pg_temp.v('fit'), 77, '\x00'), '');

SELECT plan((SELECT count(*) FROM forged)::int + (SELECT count(*) FROM unsaid)::int + 1);
SELECT matches(pg_temp.try(tab, f.v), CASE complaint WHEN 'read' THEN '^read' ELSE '^(22|42804|42622|08P01).*'
  ||
  complaint END,
  of || ': ' || f.what) FROM forged f JOIN value v ON v.what = f.of;
SELECT is(pg_temp.reread(v), pg_temp.v(of), of || ' says nothing of ' || what) FROM unsaid;
SELECT ok(m->>'weights' = 'frequency' AND NOT m ? 'sum_log_weights', 'counts have no logarithms')
  FROM pg_temp.counted() m;
SELECT * FROM finish();
