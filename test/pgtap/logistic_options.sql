-- Options of logistic and Poisson regression by their conditions of optimality: the gradient, summed up
-- row by row, is 0, or held by a bound.  Dropout against noise that is drawn.
\ir ames.psql
SET client_min_messages = warning;

CREATE TABLE made (y int, clicks int, w float8, e float8, x1 float8, x2 float8, x3 float8, x4 float8,
  x5 float8);
\copy made FROM 'test/data/logistic_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE case_rows AS
  SELECT 'made' AS kase, y::float8, ARRAY[x1, x2, x3, x4, x5] AS x, w, e / 3 AS o FROM made
  UNION ALL SELECT 'clicks', clicks, ARRAY[x1, x2, x3, x4, x5], w, e FROM made
  UNION ALL SELECT 'ames', (y > 160000)::int, (SELECT array_agg((x[j] - m) / s ORDER BY j)
  FROM (SELECT j, avg(x[j]) AS m, stddev_pop(x[j]) AS s FROM houses, generate_series(1, 18) j GROUP BY j) t),
  w, 0 FROM houses;
CREATE FUNCTION fit(of_kase text, lambda float8, l1_ratio float8, options jsonb) RETURNS l2_model
  LANGUAGE plpgsql AS $$
BEGIN
  IF of_kase = 'clicks' THEN
    RETURN (SELECT poisson_fit(l2_obs(y, weight => w, offset_by => o), x, lambda,
    options || jsonb_build_object('l1_ratio', l1_ratio)) FROM case_rows WHERE kase = of_kase);
  END IF;
  RETURN (SELECT logistic_fit(l2_obs(y, weight => w, offset_by => o), x, lambda,
  options || jsonb_build_object('l1_ratio', l1_ratio)) FROM case_rows WHERE kase = of_kase);
END $$;
-- The slope of the log likelihood, without what dropout takes of it and with, and what it is summed from
CREATE FUNCTION slopes(of_kase text, m l2_model, rate float8 DEFAULT 0, OUT j int, OUT slope float8,
  OUT size float8) RETURNS SETOF record LANGUAGE sql AS $$
  SELECT j, sum(w * (y - mu - 0.5 * r * bend * q) * xj - r * w * v * b[j + 1] * xj * xj * (j > 0)::int),
  sum(abs(w * (y - mu) * xj))
  FROM (SELECT *, rate / (1 - rate) AS r, (SELECT sum((b[i + 1] * x[i]) ^ 2)
  FROM generate_subscripts(x, 1) i) AS q,
          CASE WHEN of_kase = 'clicks' THEN mu ELSE mu * (1 - mu) END AS v,
          CASE WHEN of_kase = 'clicks' THEN mu ELSE mu * (1 - mu) * (1 - 2 * mu) END AS bend
        FROM (SELECT *, m::float8[] AS b, CASE WHEN of_kase = 'clicks' THEN exp(eta)
        ELSE 1 / (1 + exp(-eta)) END AS mu
              FROM (SELECT *, l2_predict_link(m, x) + o AS eta FROM case_rows
              WHERE kase = of_kase) r1) r2) r3,
    LATERAL (SELECT 0 AS j, 1.0::float8 AS xj UNION ALL SELECT i, x[i] FROM generate_subscripts(x, 1) i) f
    GROUP BY j $$;

SELECT no_plan();
-- dropout, as Wager and others approximate it
SET client_min_messages = error;
CREATE TABLE dropped AS SELECT kase, rate, fit(kase, 0, 0,
  jsonb_build_object('dropout', rate, 'masks', 'quadratic')) AS m
  FROM unnest('{made,clicks,ames}'::text[]) kase, unnest('{0.1,0.5,0.8}'::float8[]) rate;
SELECT cmp_ok(max(abs(slope) / size), '<=', 1e-11::float8,
  format('%s dropout %s: the slope is 0', kase, rate)) FROM dropped, slopes(kase, m, rate) GROUP BY kase, rate
  ORDER BY kase, rate;
SELECT ok(bool_and(converged), 'all converged, in ' || max(iterations) || ' steps at most')
  FROM dropped, l2_glance(m);
SELECT ok(bool_and(a < b), 'the more is dropped, the less is left')
  FROM (SELECT sum(abs(v)) AS a, lag(sum(abs(v))) OVER (PARTITION BY kase ORDER BY rate) AS b
  FROM dropped, unnest(l2_coef(m)) v GROUP BY kase, rate) s;
SELECT cmp_ok(abs(g.deviance - 2 * sum(w * (ln(1 + exp(eta)) - y * eta))) / g.deviance, '<=', 1e-12::float8,
  'the deviance is without dropout''s part')
FROM (SELECT w, y, l2_predict_link(m, x) + o AS eta, m FROM case_rows JOIN dropped USING (kase)
  WHERE kase = 'made' AND rate = 0.5) s, l2_glance(m) g GROUP BY g.deviance;
-- a little of it is what drawn noise does to the loss: the expectation over rows of x z / (1 - rate), z 0 or
-- 1
SELECT cmp_ok(abs(approximate / drawn - 1), '<=', 0.1::float8, 'the approximation of the expected loss')
FROM (SELECT 0.5 * 0.1 / 0.9 * avg(mu * (1 - mu) * q) AS approximate, avg(noisy - plain) AS drawn
  FROM (SELECT 1 / (1 + exp(-eta)) AS mu, q, ln(1 + exp(eta)) AS plain, (SELECT avg(ln(1 + exp(b[1] + o + n)))
  FROM (SELECT d, sum(b[j + 1] * x[j] * CASE WHEN l2_holdout(format('%s %s %s', i, d, j), 0.1) THEN 0
  ELSE 1 / 0.9 END) AS n FROM generate_series(1, 60) d, generate_subscripts(x, 1) j GROUP BY d) z) AS noisy
    FROM (SELECT row_number() OVER () AS i, x, o, m::float8[] AS b, l2_predict_link(m, x) + o AS eta,
    (SELECT sum((l2_coef(m))[j] ^ 2 * x[j] ^ 2) FROM generate_subscripts(x, 1) j) AS q FROM case_rows
    JOIN dropped USING (kase) WHERE kase = 'made' AND rate = 0.1) r) s) t;
-- by name the same, though rows are kept
SET l2reg.steps = on;
CREATE VIEW made_rows AS SELECT y, x[1] AS x1, x[2] AS x2, x[3] AS x3, x[4] AS x4, x[5] AS x5, w, o
  FROM case_rows WHERE kase = 'made';
SELECT cmp_ok(max(abs(a / b - 1)), '<=', 1e-9::float8, 'l2_fit')
  FROM dropped, unnest(l2_fit('made_rows', 'y ~ x1 + x2 + x3 + x4 + x5', 'logistic',
  options => '{"dropout": 0.5, "masks": "quadratic", "weight": "w", "offset_by": "o"}')::float8[],
  m::float8[]) u(a, b) WHERE kase = 'made' AND rate = 0.5;

-- bounds: a slope of 0, or one that pushes against the bound
CREATE TABLE bounded AS SELECT kase, lambda, l1_ratio,
  fit(kase, lambda, l1_ratio, '{"lower": -0.1, "upper": 0.3}') AS m
  FROM unnest('{made,clicks,ames}'::text[]) kase, (VALUES (0, 0), (5, 0), (5, 0.5)) v(lambda, l1_ratio);
CREATE VIEW held AS SELECT kase, lambda, l1_ratio, j, b,
  slope - (j > 0)::int * lambda * ((1 - l1_ratio) * b
  + l1_ratio * CASE WHEN b = 0 THEN greatest(least(slope / nullif(lambda * l1_ratio, 0), 1), -1)
  ELSE sign(b) END) AS slope, size
  FROM (SELECT *, (m::float8[])[j + 1] AS b FROM bounded, slopes(kase, m)) s;
SELECT cmp_ok(max(abs(slope) / size), '<=', 1e-11::float8,
  format('%s lambda %s l1_ratio %s: slopes of those off the bounds', kase, lambda, l1_ratio)) FROM held
  WHERE j = 0 OR b NOT IN (-0.1, 0.3) GROUP BY kase, lambda, l1_ratio ORDER BY kase, lambda, l1_ratio;
SELECT is(count(*) FILTER (WHERE (b = -0.1 AND slope > 0) OR (b = 0.3 AND slope < 0) OR NOT b BETWEEN -0.1
  AND 0.3)::int, 0, count(*) || ' held by bounds') FROM held WHERE j > 0 AND (b <= -0.1 OR b >= 0.3);
SELECT cmp_ok(count(*)::int, '>', 10, 'some are held') FROM held WHERE j > 0 AND b IN (-0.1, 0.3);

-- both classes weigh the same, with weights, offsets and a penalty
SELECT cmp_ok(abs(a / b - 1), '<=', 1e-12::float8, 'class_weight')
  FROM (SELECT logistic_fit(l2_obs(y, weight => w, offset_by => o), x, 2,
  '{"class_weight": "balanced"}')::float8[] AS balanced FROM case_rows WHERE kase = 'made') s,
  (SELECT logistic_fit(l2_obs(y, weight => w * CASE WHEN y = 1 THEN t / 2 / ones ELSE t / 2 / (t - ones) END,
  offset_by => o), x, 2)::float8[] AS by_hand FROM case_rows, (SELECT sum(w) AS t, sum(w * y) AS ones
  FROM case_rows WHERE kase = 'made') c WHERE kase = 'made') h, unnest(balanced, by_hand) u(a, b);
-- shares of so many trials are rows of 0 and 1
SELECT cmp_ok(max(abs(a / b - 1)), '<=', 1e-12::float8, 'shares as weighted rows')
  FROM (SELECT logistic_fit(l2_obs(s, weight => n), x, 1, '{"l1_ratio": 0.3}')::float8[] AS shares
  FROM (SELECT avg(y) AS s, sum(w) AS n, ARRAY[round(x[1]), round(x[2])]::float8[] AS x
  FROM (SELECT y, 1 AS w, x FROM case_rows WHERE kase = 'made') r GROUP BY 3) g) s,
  (SELECT logistic_fit(y, ARRAY[round(x[1]), round(x[2])]::float8[], 1, '{"l1_ratio": 0.3}')::float8[] AS rows
  FROM case_rows WHERE kase = 'made') r, unnest(shares, rows) u(a, b);
SELECT * FROM finish();
