-- Metrics against exact values and scikit-learn's, whatever the order of the rows; holdout sets
-- against the xxHash library, and as random as they should be (test/data/make_score.py).
\ir ames.psql
SET client_min_messages = warning;

CREATE TABLE score_rows (problem text, i int, y float8, yhat float8, w float8);
\copy score_rows FROM 'test/data/score_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE reference (problem text, weighted bool, metric text, sklearn float8, exact float8);
\copy reference FROM 'test/data/score_sklearn.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE score AS
  SELECT problem, false AS weighted, l2_score(y, yhat) AS s FROM score_rows GROUP BY problem
  UNION ALL SELECT problem, true, l2_score(l2_obs(y, weight => w), yhat) FROM score_rows GROUP BY problem;
CREATE TEMP TABLE compared AS
  SELECT r.*, (to_jsonb(s)->>metric)::float8 AS ours FROM reference r JOIN score USING (problem, weighted);

-- Sums lose nothing: the exact value itself, but for terms that are rounded one by one (a quotient,
-- a logarithm) or two of which are averaged.
CREATE FUNCTION pg_temp.tolerance(metric text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN metric IN ('mape', 'median_ae') THEN 3e-16 WHEN metric = 'msle' THEN 1e-15 ELSE 0 END $$;

SELECT plan(43);
SELECT is((SELECT count(*)::int FROM compared), 340, 'values to compare');
SELECT is(string_agg(format('%s%s %s, exactly %s', problem, CASE WHEN weighted THEN ' weighted' END,
  coalesce(ours::text, 'NULL'), coalesce(exact::text, 'NULL')), '; ')
            FILTER (WHERE (ours IS NULL) <> (exact IS NULL) OR abs(ours - exact) > pg_temp.tolerance(metric)
            * abs(exact)), NULL,
          metric || ': the exact value') FROM compared GROUP BY metric;
-- scikit-learn's, to the digits that it has: with a mean of 1e12 spreads its means are off, and its two
-- logarithms cancel.  Not its median at half of the weight, where it takes the lower error; nor R^2 of a
-- constant; nor its refusal of logarithms between -1 and 0.
SELECT is(string_agg(format('%s%s %s, scikit-learn %s', problem, CASE WHEN weighted THEN ' weighted' END,
  coalesce(ours::text, 'NULL'), sklearn), '; ')
            FILTER (WHERE ours IS NULL OR abs(ours - sklearn) > abs(sklearn) * CASE WHEN metric = 'msle'
            AND problem IN ('large_mean', 'tiny_spread') THEN 0.1
              WHEN metric IN ('r2', 'explained_variance') AND problem IN ('tiny_spread', 'biased') THEN 1e-3
              ELSE 1e-12 END), NULL,
          metric || ': scikit-learn''s value')
FROM compared WHERE sklearn IS NOT NULL AND NOT (metric IN ('r2', 'explained_variance')
  AND problem ~ '^(constant|one_row)')
  AND NOT (metric = 'median_ae' AND weighted AND problem IN ('ties', 'constant', 'worse_than_mean'))
  GROUP BY metric;
SELECT is((SELECT count(*)::int FROM compared WHERE sklearn IS NULL AND ours IS NOT NULL), 2,
  'scikit-learn has none where we have: logarithms of -1 to 0');
SELECT is(count(*)::int, 0, 'r2 of a constant y the way of scikit-learn, as l2_r2''s comment has it')
FROM (SELECT problem, coalesce(l2_r2(y, yhat), (l2_mse(y, yhat) = 0)::int) AS ours FROM score_rows
  WHERE problem LIKE 'constant%' GROUP BY problem) o
JOIN reference r USING (problem) WHERE NOT weighted AND metric = 'r2' AND ours <> sklearn;

-- one metric or all
SELECT is(count(*)::int, 0, 'single metrics are those of l2_score')
FROM (SELECT problem, l2_mse(y, yhat) mse, l2_rmse(y, yhat) rmse, l2_mae(y, yhat) mae, l2_mape(y, yhat) mape,
  l2_r2(y, yhat) r2 FROM score_rows GROUP BY problem) a
JOIN score b USING (problem) WHERE NOT weighted
  AND (a.mse, a.rmse, a.mae, a.mape, a.r2) IS DISTINCT FROM ((s).mse, (s).rmse, (s).mae, (s).mape, (s).r2);
SELECT is(count(*)::int, 0, 'also with weights')
FROM (SELECT problem, l2_mse(l2_obs(y, weight => w), yhat) mse, l2_rmse(l2_obs(y, weight => w), yhat) rmse,
  l2_mae(l2_obs(y, weight => w), yhat) mae, l2_mape(l2_obs(y, weight => w), yhat) mape,
  l2_r2(l2_obs(y, weight => w), yhat) r2 FROM score_rows GROUP BY problem) a
JOIN score b USING (problem) WHERE weighted AND (a.mse, a.rmse, a.mae, a.mape,
  a.r2) IS DISTINCT FROM ((s).mse, (s).rmse, (s).mae, (s).mape, (s).r2);

-- the same to the last bit in any order, in any parts
SELECT is(count(*)::int, 0, 'twenty orders of the rows, one result')
FROM (SELECT problem, o, l2_score(y, yhat ORDER BY md5(i || ' ' || o)) AS a,
  l2_score(l2_obs(y, weight => w), yhat ORDER BY md5(i || ' ' || o)) AS b
      FROM score_rows, generate_series(1, 20) o GROUP BY problem, o) t
JOIN score p USING (problem) JOIN score q USING (problem) WHERE NOT p.weighted AND q.weighted
  AND (a IS DISTINCT FROM p.s OR b IS DISTINCT FROM q.s);
CREATE AGGREGATE parts(float8, float8) (SFUNC = _l2_score_accum, STYPE = float8[]);
CREATE AGGREGATE parts(l2_obs, float8) (SFUNC = _l2_score_accum, STYPE = float8[]);
CREATE AGGREGATE whole(float8[]) (SFUNC = _l2_score_combine, STYPE = float8[], FINALFUNC = _l2_score_final);
SELECT is(count(*)::int, 0, 'parts of one to fifty rows, joined in any order, one result')
FROM (SELECT problem, k, whole(a ORDER BY md5(part::text)) AS a, whole(b ORDER BY md5(part::text)) AS b
      FROM (SELECT problem, k, floor(sqrt(i * k)) AS part, parts(y, yhat) AS a, parts(l2_obs(y, w), yhat) AS b
            FROM score_rows, generate_series(1, 20) k GROUP BY problem, k, part) t GROUP BY problem, k) t
JOIN score p USING (problem) JOIN score q USING (problem) WHERE NOT p.weighted AND q.weighted
  AND (a IS DISTINCT FROM p.s OR b IS DISTINCT FROM q.s);

-- weights are numbers of equal rows
SELECT is(count(*)::int, 0, 'a row of weight k is k rows, in every metric but n')
FROM (SELECT problem, l2_score(l2_obs(y, weight => 1 + i % 3), yhat) AS a FROM score_rows GROUP BY problem) t
JOIN (SELECT problem, l2_score(y, yhat) AS b FROM score_rows, generate_series(1, 1 + i % 3)
  GROUP BY problem) u USING (problem)
WHERE to_jsonb(a) - 'n' <> to_jsonb(b) - 'n';

-- the median is PostgreSQL's, of many sizes
SELECT is(count(*)::int, 0, 'the median error is percentile_cont''s')
FROM (SELECT n, (l2_score(0, e)).median_ae AS ours,
  (l2_score(l2_obs(0, weight => 7), e)).median_ae AS weighted, percentile_cont(0.5)
  WITHIN GROUP (ORDER BY e) AS theirs
      FROM generate_series(1, 120) n, generate_series(1, n) i,
      LATERAL (SELECT ((i * 7919) % (n % 13 + 5) + (i * 31 % 11) * (n % 2))::float8 AS e) v GROUP BY n) t
WHERE ours <> theirs OR weighted <> theirs;

-- a model on its own rows
CREATE TEMP TABLE f AS SELECT ols_fit(y, x) AS m, ols_fit(l2_obs(y, weight => w), x) AS mw, sum(w) AS total
  FROM houses;
SELECT cmp_ok(abs(ours - (l2_glance(m)).r_squared), '<=', 1e-13::float8,
  'R^2 of predictions is that of the fit')
FROM f, LATERAL (SELECT l2_r2(y, l2_predict(m, x)) AS ours FROM houses) p;
SELECT cmp_ok(abs(ours * total / (l2_glance(mw)).rss - 1), '<=', 1e-13::float8,
  'the weighted mean square is the weighted fit''s')
FROM f, LATERAL (SELECT l2_mse(l2_obs(y, weight => w), l2_predict(mw, x)) AS ours FROM houses) p;

--
-- Holdout: the same split for ever
--
CREATE TEMP TABLE hashed (type text, key text, seed bigint, not_at float8, held_out_at float8);
\copy hashed FROM 'test/data/holdout_xxhash.csv' WITH (FORMAT csv, HEADER true)
SELECT is((SELECT count(*)::int FROM hashed), 150, 'hashes to compare');
SELECT is(string_agg(key || ', ' || seed, '; ') FILTER (WHERE CASE type
    WHEN 'bigint' THEN l2_holdout(key::bigint, not_at, seed) OR NOT l2_holdout(key::bigint, held_out_at, seed)
    WHEN 'uuid' THEN l2_holdout(key::uuid, not_at, seed) OR NOT l2_holdout(key::uuid, held_out_at, seed)
    ELSE l2_holdout(key, not_at, seed) OR NOT l2_holdout(key, held_out_at, seed) END), NULL,
    type || ': the hash of the xxHash library')
FROM hashed GROUP BY type;

-- 100,000 keys of each kind; five standard deviations are allowed (chance: one in 1.7 million)
CREATE TEMP TABLE keys AS SELECT id::bigint AS id, 'customer-' || id AS name, md5(id::text)::uuid AS uuid
  FROM generate_series(1, 100000) id;
CREATE FUNCTION pg_temp.deviations(hits bigint, n bigint, p float8) RETURNS numeric
  LANGUAGE sql IMMUTABLE AS $$
  SELECT round((abs(hits - n * p) / sqrt(n * p * (1 - p)))::numeric, 1) $$;
SELECT cmp_ok(max(pg_temp.deviations(hits, 100000, f)), '<', 5.0, type || ': seven fractions are met')
FROM (SELECT f, unnest('{bigint,text,uuid}'::text[]) AS type,
             unnest(ARRAY[count(*) FILTER (WHERE l2_holdout(id, f, 5)), count(*)
             FILTER (WHERE l2_holdout(name, f, 5)), count(*) FILTER (WHERE l2_holdout(uuid, f, 5))]) AS hits
      FROM keys, unnest('{0.001,0.01,0.1,0.2,0.5,0.8,0.99}'::float8[]) f GROUP BY f) t GROUP BY type;
SELECT is(count(*)::int, 0, 'the set of a fraction lies within that of a larger one')
FROM keys, unnest('{0,0.001,0.01,0.1,0.2,0.5,0.8,0.99}'::float8[],
  '{0.001,0.01,0.1,0.2,0.5,0.8,0.99,1}'::float8[]) f(a, b)
WHERE l2_holdout(id, a, 5) AND NOT l2_holdout(id, b, 5) OR l2_holdout(name, a, 5)
  AND NOT l2_holdout(name, b, 5);
SELECT cmp_ok(max(pg_temp.deviations(shared, 100000, 0.04)), '<', 5.0,
  'forty pairs of seeds share as many keys as chance gives them')
FROM (SELECT s, u, count(*) FILTER (WHERE l2_holdout(id, 0.2, s) AND l2_holdout(id, 0.2, u)) AS shared
      FROM keys, generate_series(0, 7) s, unnest(ARRAY[s + 1, s + 256, -s - 1, s # 1073741824, s + 1000003]) u
      GROUP BY s, u) t;
-- chi-square with one degree of freedom; 25 is five deviations
SELECT cmp_ok(round(((n * (a * d - b * c)^2) / ((a + b) * (c + d) * (a + c) * (b + d)))::numeric, 1), '<',
  25.0, 'seeds 0 and 1 are independent: chi-square')
FROM (SELECT 100000::float8 AS n, count(*) FILTER (WHERE p AND q)::float8 a, count(*)
  FILTER (WHERE p AND NOT q)::float8 b, count(*) FILTER (WHERE NOT p AND q)::float8 c,
             count(*) FILTER (WHERE NOT p AND NOT q)::float8 d
      FROM (SELECT l2_holdout(id, 0.3, 0) p, l2_holdout(id, 0.3, 1) q FROM keys) k) t;
SELECT cmp_ok(max(pg_temp.deviations(shared, 100000 - lag, 0.09)), '<', 5.0,
  'keys 1 to 64 apart know nothing of each other')
FROM (SELECT lag, count(*) FILTER (WHERE l2_holdout(id, 0.3) AND l2_holdout(id + lag, 0.3)) AS shared
  FROM keys, unnest('{1,2,3,4,5,8,10,16,32,64}'::int[]) lag
      WHERE id + lag <= 100000 GROUP BY lag) t;
SELECT cmp_ok(max(pg_temp.deviations(hits, 100000, 0.2)), '<', 5.0,
  'nor do multiples of 2^k or 10^k stand out')
FROM (SELECT step, count(*) FILTER (WHERE l2_holdout(id * step, 0.2)) AS hits
  FROM keys, unnest('{2,16,1024,65536,4294967296,10,1000,1000000}'::bigint[]) step GROUP BY step) t;

SELECT * FROM finish();
