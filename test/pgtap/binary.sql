-- Binary input and output of both types, through COPY ... WITH (FORMAT binary): values come back
-- to the last bit; every damaged byte and every cut is refused; values that a hostile client
-- makes, with a right checksum, are refused for what is wrong with them.
SET client_min_messages = warning;

CREATE TABLE gram_t (v l2_gram);
CREATE TABLE model_t (v l2_model);

\ir ../lib/bytes.sql

-- Values with names, from an odd number of rows
CREATE TABLE value AS
  SELECT 'gram_t' AS tab, _l2_gram_send(l2_set_names(l2_gram_cols(sqrt(i), i, i * i), '{a,b}', 't')) AS v,
  'names' AS what FROM generate_series(1, 7) i
  UNION ALL SELECT 'gram_t', _l2_gram_send(l2_gram_agg(l2_obs(sqrt(i), weight => i), ARRAY[i, i * i])),
  'weights' FROM generate_series(1, 7) i
  UNION ALL SELECT 'gram_t', _l2_gram_send(g - g), 'no rows'
  FROM (SELECT l2_gram_cols(i, i) g FROM generate_series(1, 3) i) s
  UNION ALL SELECT 'model_t', _l2_model_send(ols_fit(sqrt(i), ARRAY[i, 5, i % 3],
  '{"names": ["a", "b", "c"]}')), 'ols' FROM generate_series(1, 9) i
  UNION ALL SELECT 'model_t', _l2_model_send(ridge_fit(sqrt(i), ARRAY[i, i % 3], 2,
  '{"penalty_factor": [1, 3], "names": ["a", "b"], "intercept": false}')), 'ridge'
  FROM generate_series(1, 9) i
  UNION ALL SELECT 'model_t', _l2_model_send(dropout_fit(sqrt(i), ARRAY[i, i % 3], 0.5,
  '{"dropout_to": "mean"}')), 'dropout' FROM generate_series(1, 9) i
  UNION ALL SELECT 'model_t', _l2_model_send(ridge_fit(sqrt(i), ARRAY[i, i % 3], 2,
  '{"solver": "gradient"}')), 'gradient' FROM generate_series(1, 9) i
  UNION ALL SELECT 'model_t', _l2_model_send(ridge_fit(sqrt(i), ARRAY[i, i % 3], 2, '{"covariance": true}')),
  'covariance' FROM generate_series(1, 9) i;
CREATE FUNCTION pg_temp.gram() RETURNS bytea LANGUAGE sql AS $$ SELECT v FROM value WHERE what = 'names' $$;
CREATE FUNCTION pg_temp.model() RETURNS bytea LANGUAGE sql AS $$ SELECT v FROM value WHERE what = 'ols' $$;

-- What a forger may try.  A gram is: version, flags, 2 reserved bytes, columns (at 4), n (8), skipped (16),
-- sum of weights high (24), low (32), lengths of options (40) and names (44), names (48), means, cross
-- products. A model is: version, flags, method, scale, solver, counts of statistics and vectors, what is kept
-- of covariances (7), p (8), length of names (12), n (16), skipped (24), numbers (32), names, dropped.
CREATE TABLE forged (tab text, what text, v bytea, complaint text);
INSERT INTO forged
  SELECT 'gram_t', what, pg_temp.forge(pg_temp.gram(), at, new), complaint FROM (VALUES
    ('version 0', 0, '\x00'::bytea, 'version'), ('version 2', 0, '\x02', 'version'),
    ('all flags', 1, '\xff', 'flags'),
    ('reserved bits', 2, '\x0100', 'flags'), ('no moments', 1, '\x00', 'row counts'),
    ('0 columns', 4, '\x00000000', 'row counts'), ('1 column', 4, '\x00000001', 'columns'),
    ('4 columns', 4, '\x00000004', 'length'),
    ('-1 columns', 4, '\xffffffff', 'columns'), ('2^31 columns', 4, '\x7fffffff', 'columns'),
    ('11000 columns', 4, '\x00002af8', 'length'),
    ('n = -1', 8, int8send(-1), 'row counts'), ('n = 0', 8, int8send(0), 'weights'),
    ('skipped = -1', 16, int8send(-1), 'row counts'),
    ('weight 0', 24, float8send(0), 'weights'), ('weight -1', 24, float8send(-1), 'weights'),
    ('weight NaN', 24, float8send('NaN'), 'double-double'),
    ('weight infinite', 24, float8send('inf'), 'double-double'),
    ('large low word', 32, float8send(1), 'double-double'),
    ('options of 2^32', 40, '\xffffffff', 'length'), ('options of 1', 40, '\x00000001', 'length'),
    ('names of 2^32', 44, '\xffffffff', 'length'), ('no names', 44, '\x00000000', 'length'),
    ('shorter names', 44, '\x00000005', 'length'),
    ('a name too many', 48, '\x0000', 'names'), ('names without an end', 53, '\x61', 'names'),
    ('names not in the encoding', 48, '\xff', 'encoding'),
    ('NaN mean', 54, float8send('NaN'), 'double-double'),
    ('infinite mean', 54, float8send('-inf'), 'double-double'),
    ('negative square', 54 + 48, float8send(-1), 'negative'),
    ('NaN square', 54 + 48, float8send('NaN'), 'double-double')) f(what, at, new, complaint)
  UNION ALL
  -- of weights the sum of their logarithms comes before the lengths
  SELECT 'gram_t', f.of, pg_temp.forge(v.v, at, new), 'double-double' FROM value v, (VALUES
    ('logarithms of weights NaN', 40, float8send('NaN')),
    ('their low word large', 48, float8send(1))) f(of, at, new) WHERE v.what = 'weights'
  UNION ALL
  SELECT 'model_t', what, pg_temp.forge(pg_temp.model(), at, new), complaint FROM (VALUES
    ('version 0', 0, '\x00'::bytea, 'version'), ('method 99', 2, '\x63', 'range'),
    ('scale 9', 3, '\x09', 'range'),
    ('solver 99', 4, '\x63', 'range'), ('no statistics', 5, '\x00', 'range'),
    ('255 vectors', 6, '\xff', 'range'),
    ('matrices of no kind', 7, '\x04', 'range'), ('vcov 9', 7, '\x90', 'range'),
    ('variance without inverse', 7, '\x02', 'range'), ('inverse too many', 7, '\x01', 'length'),
    ('p = -1', 8, '\xffffffff', 'range'), ('p = 2^31 - 1', 8, '\x7fffffff', 'range'),
    ('p = 4', 8, '\x00000004', 'length'), ('p = 0', 8, '\x00000000', 'length'),
    ('names of 2^32', 12, '\xffffffff', 'length'), ('no names', 12, '\x00000000', 'length'),
    ('n = -1', 16, int8send(-1), 'range'),
    ('skipped = -1', 24, int8send(-1), 'range'), ('infinite statistic', 32, float8send('inf'), 'infinite'),
    ('NaN coefficient', 32 + 8 * get_byte(pg_temp.model(), 5), float8send('NaN'), 'not a number'),
    ('a name too many', 32 + 8 * (4 * get_byte(pg_temp.model(), 6) + get_byte(pg_temp.model(), 5)), '\x00',
    'names')) f(what, at, new, complaint);

-- A row's y and what goes with it, without a checksum: version, flags, y, then what the flags say
CREATE TABLE obs_t (v l2_obs);
CREATE TABLE obs AS SELECT _l2_obs_send(v) AS v
  FROM (VALUES (l2_obs(0.1)), (l2_obs(float8 'NaN')), (l2_obs(1, weight => 1e-300)), (l2_obs(1, 0.3, -0.7)),
  (l2_obs(2, fold => 7)), (l2_obs(2, fold => 'a'::text)),
  (l2_obs(1.0 / 3, weight => 3, offset_by => 2, fold => -1))) o(v);

SELECT plan((SELECT 3 * count(*) FROM value)::int + (SELECT count(*) FROM forged)::int + 10);

SELECT is(pg_temp.crc('123456789'), '\xe3069283'::bytea, 'the test''s own CRC-32C');

SELECT is(pg_temp.try(tab, v), 'read', 'reads a ' || tab || ' with ' || what) FROM value;
SELECT bag_eq('SELECT _l2_gram_send(v) FROM gram_t UNION ALL SELECT _l2_model_send(v) FROM model_t',
  'SELECT v FROM value',
              'binary round trips to the last bit');
SELECT bag_eq('SELECT _l2_gram_send(v::text::l2_gram) FROM gram_t UNION ALL '
  'SELECT _l2_model_send(v::text::l2_model) FROM model_t', 'SELECT v FROM value',
              'text round trips to the last bit');

SELECT is((SELECT count(*)::int FROM generate_series(0, length(v) - 1) i, unnest('{1,128,255}'::int[]) k
           WHERE pg_temp.try(tab, set_byte(v, i, (get_byte(v, i) + k) % 256)) !~ '^22'), 0,
           format('%s, %s: no damaged byte is read', tab, what)) FROM value;
SELECT is((SELECT count(*)::int FROM generate_series(0, length(v) - 1) i
  WHERE pg_temp.try(tab, substr(v, 1, i)) !~ '^(22|08)')
          + (pg_temp.try(tab, v || '\x00') ~ 'read')::int, 0,
          format('%s, %s: no cut or longer value is read', tab, what)) FROM value;

SELECT matches(pg_temp.try(tab, v), '^22.*' || complaint, format('%s, %s is refused', tab, what)) FROM forged;

-- What JSON cannot tell is not kept: the sign of 0, the bits of a NaN
CREATE TABLE odd_model (v l2_model);
SELECT is(pg_temp.try('odd_model', pg_temp.forge(pg_temp.forge(pg_temp.model(), 32, '\xfff8000000000001'),
  32 + 8 * get_byte(pg_temp.model(), 5), '\x8000000000000000')),
          'read', 'reads a model with a -0 and an odd NaN');
SELECT ok(v::text::l2_model::text = v::text AND v::text ~ '"estimate": 0'
  AND _l2_model_send(v::text::l2_model) = _l2_model_send(v) AND v::text !~ '-0\D',
  'which text and binary tell alike') FROM odd_model;

SELECT is((SELECT array_agg(DISTINCT pg_temp.try('obs_t', v)) FROM obs), '{read}', 'reads l2_obs');
SELECT bag_eq('SELECT _l2_obs_send(v) FROM obs_t', 'SELECT v FROM obs', 'binary l2_obs to the last bit');
SELECT bag_eq('SELECT _l2_obs_send(v::text::l2_obs) FROM obs_t', 'SELECT v FROM obs',
  'text of l2_obs to the last bit');
SELECT is((SELECT count(*)::int FROM obs, generate_series(0, length(v)) i
  WHERE pg_temp.try('obs_t', CASE WHEN i = length(v) THEN v || '\x00'
  ELSE substr(v, 1, i) END) !~ '^(22|08)'), 0,
          'no cut or longer l2_obs is read');
SELECT is((SELECT count(*)::int FROM obs, unnest('{2,4,8,16,32,64,128}'::int[]) k
  WHERE pg_temp.try('obs_t', set_byte(v, 0, k)) = 'read'
                                                                                    OR pg_temp.try('obs_t',
                                                                                    set_byte(v, 1,
                                                                                    get_byte(v, 1) # k))
                                                                                    = 'read'
                                                                                    AND (k <> 8
                                                                                    OR get_byte(v, 1) & 4
                                                                                    = 0)), 0,
          'no l2_obs of another version or with other flags is read');

SELECT * FROM finish();
