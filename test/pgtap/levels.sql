-- How many different texts a column has, as trainings tell: exactly up to a thousand, within a tenth beyond;
-- in any order and any parts; and states that nobody made here are refused.
SET client_min_messages = warning;
SELECT plan(7 + 3 + 2 + 2 + 9);
SELECT is(_l2_levels('k' || i % n), n::float8, n || ' texts') FROM generate_series(1, 3000) i,
  unnest('{1,2,7,255,1000,1022,1023}'::int[]) n GROUP BY n ORDER BY n;
SELECT cmp_ok(abs(_l2_levels(i % n || 'x') / n - 1), '<', 0.1::float8, n || ' texts, nearly')
  FROM generate_series(1, 60000) i, unnest('{1100,5000,50000}'::int[]) n GROUP BY n ORDER BY n;
SELECT is(array_agg(n), ARRAY[0, 1, 2]::float8[], 'no rows, NULLs, the empty text')
  FROM (SELECT _l2_levels(v) AS n FROM (VALUES (0, NULL), (1, ''), (1, NULL), (2, ''), (2, 'a'),
  (2, '')) t(k, v) GROUP BY k ORDER BY k) s;
SELECT is(_l2_levels(v), 0::float8, 'no rows') FROM (SELECT 'a' AS v) s WHERE false;

-- put together of parts, whichever comes first
CREATE AGGREGATE part(text) (SFUNC = _l2_level_count, STYPE = bytea);
CREATE AGGREGATE whole(bytea) (SFUNC = _l2_level_combine, STYPE = bytea, FINALFUNC = _l2_level_count_final);
SELECT is(whole(p ORDER BY k), _l2_levels, format('parts of %s texts', n))
  FROM (SELECT n, k, part('k' || i % n) AS p FROM generate_series(1, 6000) i, unnest('{900,4000}'::int[]) n,
    LATERAL (SELECT i * 7919 % 5 AS k) r GROUP BY n, k
    UNION ALL SELECT n, 9, NULL FROM unnest('{900,4000}'::int[]) n) s
  JOIN (SELECT n, _l2_levels('k' || i % n) FROM generate_series(1, 6000) i, unnest('{900,4000}'::int[]) n
    GROUP BY n) t
  USING (n) GROUP BY n, _l2_levels ORDER BY n;

-- the number of hashes, in the server's own order of bytes, and the hashes in order
CREATE FUNCTION attempt(state bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT whole(s) FROM (VALUES (state), (state)) v(s));
EXCEPTION WHEN datatype_mismatch THEN
  RETURN 'refused';
END $$;
SELECT is(attempt(CASE what WHEN 'as it is' THEN p WHEN 'empty' THEN '' WHEN 'short' THEN substr(p, 2)
  WHEN 'long' THEN p || '\x00'::bytea WHEN 'count -1' THEN overlay(p placing '\xffffffff'::bytea from 1)
  WHEN 'a large count' THEN overlay(p placing '\x01040401'::bytea from 1)
  WHEN 'a hash twice' THEN overlay(p placing substr(p, 5, 8) from 13)
  WHEN 'out of order' THEN overlay(p placing substr(p, 13, 8) || substr(p, 5, 8) from 5)
  ELSE overlay(p placing '\x00000000'::bytea from 1) END), said, what)
FROM (SELECT part('k' || i) AS p FROM generate_series(1, 5) i) s, (VALUES ('as it is', '5'),
  ('empty', 'refused'), ('short', 'refused'), ('long', 'refused'), ('count -1', 'refused'),
  ('a large count', 'refused'),
  ('a hash twice', 'refused'), ('out of order', 'refused'), ('none', '0')) w(what, said);
SELECT * FROM finish();
