-- Dropout in closed form against what it is the expectation of: least squares over all masks of all
-- rows, each with its probability, and over masks drawn at random.
SET client_min_messages = warning;

CREATE TEMP TABLE rows AS
  SELECT i, ARRAY[i % 5 + 3, sin(i * 1.7) * 4 + 1, sqrt(i)]::float8[] AS x, 2 * (i % 5) - sin(i * 1.7)
  + sqrt(i) * 3 + cos(i * i) AS y, 1 + i % 3 AS w
  FROM generate_series(1, 24) i;
CREATE FUNCTION pg_temp.apart(got float8[], want float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT max(abs(g - w)) / (SELECT max(abs(v)) FROM unnest(want) v) FROM unnest(got, want) u(g, w) $$;

-- all 8 masks of every row: x * mask / (1 - rate), or dropped to the mean
CREATE TEMP TABLE enumerated AS
  SELECT rate, dropout_to, weighted, intercept,
         ols_fit(l2_obs(y, weight => w * p), z, jsonb_build_object('intercept', intercept)) AS masks,
         min(closed) AS closed
  FROM unnest('{0.05,0.2,0.5,0.75}'::float8[]) rate, unnest('{zero,mean}'::text[]) dropout_to,
  unnest('{f,t}'::bool[]) weighted, unnest('{f,t}'::bool[]) intercept,
       LATERAL (SELECT l2_means(l2_gram_agg(l2_obs(y, weight => CASE WHEN weighted THEN w ELSE 1 END),
       x)) AS means,
                       dropout_fit(l2_obs(y, weight => CASE WHEN weighted THEN w ELSE 1 END), x, rate,
                       jsonb_build_object('intercept', intercept, 'dropout_to',
                       dropout_to))::float8[] AS closed
                FROM rows) c,
       LATERAL (SELECT y, CASE WHEN weighted THEN w ELSE 1 END AS w, prod AS p,
                       ARRAY[c1 + (x[1] - c1) * (m & 1) / (1 - rate),
                       c2 + (x[2] - c2) * (m >> 1 & 1) / (1 - rate),
                       c3 + (x[3] - c3) * (m >> 2) / (1 - rate)] AS z
                FROM rows, generate_series(0, 7) m,
                     LATERAL (SELECT (1 - rate) ^ kept * rate ^ (3 - kept) AS prod
                     FROM (SELECT (m & 1) + (m >> 1 & 1) + (m >> 2) AS kept) k) q,
                     LATERAL (SELECT CASE dropout_to WHEN 'mean' THEN means[2] ELSE 0 END AS c1,
                     CASE dropout_to WHEN 'mean' THEN means[3] ELSE 0 END AS c2,
                                     CASE dropout_to WHEN 'mean' THEN means[4] ELSE 0 END AS c3) mc) r
  GROUP BY 1, 2, 3, 4;

-- masks drawn with uniform numbers from a hash: 256 batches of 25 masks of every row
CREATE TEMP TABLE batches AS
  SELECT rate, batch, l2_gram_agg(y, z) AS g
  FROM (SELECT rate, batch, y,
               (SELECT array_agg(x[j] * (('x' || substr(h, 8 * j - 7, 7))::bit(28)::int / 2.0 ^ 28
               >= rate)::int / (1 - rate) ORDER BY j) FROM generate_series(1, 3) j) AS z
        FROM unnest('{0.2,0.5}'::float8[]) rate, generate_series(1, 256) batch, generate_series(1, 25) k,
        rows, md5(format('%s %s %s', batch, k, i)) h) s
  GROUP BY 1, 2;
-- every coefficient: from all masks together, and how far groups of 1 and of 16 batches are off
CREATE TEMP TABLE drawn AS
  SELECT rate, j, closed[j] AS closed, together[j] AS together, rms1, rms16
  FROM (SELECT rate, l2_ols(l2_gram_sum(g))::float8[] AS together FROM batches GROUP BY rate) a
  JOIN (SELECT rate, dropout_fit(y, x, rate)::float8[] AS closed FROM rows, unnest('{0.2,0.5}'::float8[]) rate
  GROUP BY rate) c USING (rate),
       generate_series(1, 4) j,
       LATERAL (SELECT sqrt(avg(((l2_ols(g)::float8[])[j] - closed[j]) ^ 2)) AS rms1 FROM batches b
       WHERE b.rate = a.rate) one,
       LATERAL (SELECT sqrt(avg((m[j] - closed[j]) ^ 2)) AS rms16
       FROM (SELECT l2_ols(l2_gram_sum(g))::float8[] AS m FROM batches b WHERE b.rate = a.rate
       GROUP BY batch % 16) s) sixteen;

SELECT plan(32 + 8 + 2 + 1);
SELECT cmp_ok(pg_temp.apart(closed, masks::float8[]), '<=', 1e-12::float8,
  format('all masks, rate %s to %s%s%s', rate, dropout_to, CASE WHEN weighted THEN ' weighted' END,
  CASE WHEN NOT intercept THEN ' no intercept' END))
FROM enumerated ORDER BY rate, dropout_to, weighted, intercept;

-- the standard error of 256 batches together is a sixteenth of that of one
SELECT cmp_ok(abs(together - closed), '<=', 5 * rms1 / 16,
  format('masks at random, rate %s, coefficient %s: within 5 standard errors', rate, j)) FROM drawn
  ORDER BY rate, j;
SELECT ok(avg(rms1 / rms16) BETWEEN 2.8 AND 5.7,
  format('rate %s: 16 times the masks are 4 times as near, and not %s', rate, avg(rms1 / rms16))) FROM drawn
  GROUP BY rate ORDER BY rate;
-- the test is able to fail: the centred diagonal in place of the uncentred one is far outside
SELECT ok(bool_or(abs(d.together - w.wrong[j]) > 50 * rms1 / 16),
  'dropout to the mean would not pass for dropout to zero')
FROM drawn d, LATERAL (SELECT dropout_fit(y, x, d.rate, '{"dropout_to": "mean"}')::float8[] AS wrong
  FROM rows) w;
SELECT * FROM finish();
