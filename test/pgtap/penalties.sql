-- Penalties of every family: the optimality conditions of L1, L2, groups and dropout, worked out from the
-- rows, by weights and offsets.  Under dropout rows are all masks of each row, with their probabilities for
-- weights.
SET client_min_messages = error;

CREATE TABLE made (x1 float8, x2 float8, x3 float8, w float8, e float8, amount float8, "time" float8,
  counted float8, any_y float8, yes float8, rare float8, share float8, claims float8);
\copy made FROM 'test/data/glm_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE families (id int, family text, link text, target text, options jsonb, power float8, theta float8,
  dropout bool);
INSERT INTO families VALUES
  (1, 'gaussian', 'identity', 'any_y', '{}', 0, NULL, true),
  (2, 'gaussian', 'log', 'amount', '{}', 0, NULL, false),
  (3, 'binomial', 'logit', 'yes', '{}', NULL, NULL, true),
  (4, 'binomial', 'logit', 'share', '{}', NULL, NULL, true),
  (5, 'binomial', 'probit', 'yes', '{}', NULL, NULL, true),
  (6, 'binomial', 'cloglog', 'rare', '{}', NULL, NULL, true),
  (7, 'poisson', 'log', 'counted', '{}', 1, NULL, true),
  (8, 'gamma', 'log', 'amount', '{}', 2, NULL, true),
  (9, 'inverse_gaussian', 'log', 'time', '{}', 3, NULL, false),
  (10, 'negative_binomial', 'log', 'counted', '{"theta": 1.5}', NULL, 1.5, true),
  (11, 'tweedie', 'log', 'claims', '{"power": 1.5}', 1.5, NULL, true),
  (12, 'quasi', 'log', 'claims', '{"power": 1.2}', 1.2, NULL, true);

-- eight features, in groups {1}, {2, 4, 5}, {3, 6}, {7, 8}; and three of every mask, a rate of 0.25
CREATE TABLE plain AS SELECT *, ARRAY[x1, x2, x3, x1 * x2, x1 * x1, x2 * x3, cos(x1 * 3) * 100,
  sin(x2 * 40)] AS x FROM made;
CREATE TABLE masked AS SELECT made.*, p, ARRAY[x1, x2, x3] AS plain,
  ARRAY[x1 * (m & 1), x2 * (m >> 1 & 1), x3 * (m >> 2)]::float8[] AS x, m
FROM made, generate_series(0, 7) m, LATERAL (SELECT (m & 1) + (m >> 1 & 1) + (m >> 2) AS kept) k,
  LATERAL (SELECT 0.75 ^ kept * 0.25 ^ (3 - kept) AS p) q;
UPDATE masked SET x = ARRAY[x[1] / 0.75, x[2] / 0.75, x[3] / 0.75];

CREATE FUNCTION y_of(r made, target text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE target WHEN 'any_y' THEN r.any_y WHEN 'yes' THEN r.yes WHEN 'share' THEN r.share
    WHEN 'rare' THEN r.rare WHEN 'counted' THEN r.counted WHEN 'amount' THEN r.amount
    WHEN 'time' THEN r."time" WHEN 'claims' THEN r.claims END $$;
CREATE TABLE cases AS SELECT f.*, l1, ratio, standardize, groups, drops
FROM families f, unnest('{0.5,6,60}'::float8[]) l1, unnest('{1,0.4}'::float8[]) ratio,
  unnest('{t,f}'::bool[]) standardize, unnest('{t,f}'::bool[]) groups, unnest('{t,f}'::bool[]) drops
WHERE NOT drops OR (dropout AND NOT standardize);
CREATE FUNCTION fit(c cases) RETURNS l2_model LANGUAGE plpgsql AS $$
DECLARE
  m l2_model;
  o jsonb := c.options || jsonb_build_object('family', c.family, 'link', c.link, 'l1_ratio', c.ratio,
    'standardize', c.standardize);
BEGIN
  IF c.groups THEN
    o := o || jsonb_build_object('group', CASE WHEN c.drops THEN '[1, 2, 1]'
      ELSE '[9, 2, 4, 2, 2, 4, 1, 1]' END::jsonb);
  END IF;
  IF c.drops THEN
    EXECUTE format('SELECT glm_fit(l2_obs(%I, weight => w, offset_by => e), ARRAY[x1, x2, x3], $1, $2) '
      'FROM made', c.target) INTO m USING c.l1, o || '{"dropout": 0.25}';
  ELSE
    EXECUTE format('SELECT glm_fit(l2_obs(%I, weight => w, offset_by => e), x, $1, $2) FROM plain', c.target)
      INTO m USING c.l1, o;
  END IF;
  RETURN m;
END $$;
CREATE TABLE fits AS SELECT row_number() OVER () AS kase, c.*, m, m::float8[] AS b,
  CASE WHEN NOT groups THEN '{1,2,3,4,5,6,7,8}' WHEN drops THEN '{1,2,1}'
  ELSE '{9,2,4,2,2,4,1,1}' END::int[] AS g
FROM cases c, LATERAL (SELECT fit(c) AS m OFFSET 0) s;

-- the mean of a linear predictor, by a model of the family with the coefficient 1
CREATE TABLE means AS SELECT id, jsonb_build_object('l2_model', 1, 'method', 'glm', 'family', family,
  'link', link, 'terms', '[{"term": "x", "estimate": 1}]'::jsonb)::text::l2_model AS mean
  FROM (SELECT id, CASE WHEN family IN ('negative_binomial', 'tweedie', 'quasi') THEN 'poisson'
    ELSE family END AS family, link FROM families) f;
CREATE FUNCTION score(f fits, y float8, mu float8, eta float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (y - mu) * CASE f.link WHEN 'identity' THEN 1 WHEN 'log' THEN mu WHEN 'logit' THEN mu * (1 - mu)
      WHEN 'probit' THEN exp(-eta * eta / 2) / sqrt(2 * pi()) ELSE exp(eta - exp(eta)) END
    / CASE WHEN f.family = 'binomial' THEN mu * (1 - mu) WHEN f.theta > 0 THEN mu + mu * mu / f.theta
      ELSE mu ^ f.power END $$;
CREATE VIEW looks AS
  SELECT kase, target, x, w, e, y_of((x1, x2, x3, w, e, amount, "time", counted, any_y, yes, rare, share,
    claims), target) AS y FROM fits, plain WHERE NOT drops
  UNION ALL
  SELECT kase, target, x, w * p, e, y_of((x1, x2, x3, w, e, amount, "time", counted, any_y, yes, rare, share,
    claims), target) FROM fits, masked WHERE drops;
CREATE TABLE scored AS
  SELECT f.kase, x, w * score(f, y, l2_predict(mean, eta), eta) AS r
  FROM looks l JOIN fits f USING (kase) JOIN means USING (id),
    LATERAL (SELECT b[1] + e + sum(b[j + 1] * x[j]) AS eta FROM generate_series(1, cardinality(x)) j) s;
CREATE TABLE conditions AS
SELECT *, l1 * ratio * sqrt(count(*) OVER one) AS length, sqrt(sum((unit * b) ^ 2) OVER one) AS norm,
  sqrt(sum((slope / unit) ^ 2) OVER one) AS steep, sqrt(sum((size / unit) ^ 2) OVER one) AS sizes
FROM (SELECT f.kase, id, family, link, l1, ratio, groups, drops, j, f.g[j] AS g, f.b[j + 1] AS b,
    sum(r * x[j]) AS slope, sum(abs(r * x[j])) AS size, l1 * (1 - ratio) AS shrink,
    CASE WHEN standardize
      THEN (SELECT sqrt(sum(w * x[j] ^ 2) / sum(w) - (sum(w * x[j]) / sum(w)) ^ 2) FROM plain)
      ELSE 1 END AS unit
  FROM scored s JOIN fits f USING (kase), generate_series(1, cardinality(x)) j
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, standardize) s
WINDOW one AS (PARTITION BY kase, g);

SELECT plan(12 + 10 + 4);
SELECT cmp_ok(max(CASE WHEN norm > 0 THEN abs(slope - shrink * unit ^ 2 * b - length * unit ^ 2 * b / norm)
  / (size + length * unit) ELSE greatest(steep - length, 0) / (sizes + length) END), '<', 1e-9::float8,
  format('%s: %s %s%s: conditions of %s fits', id, family, link, CASE WHEN drops THEN ', dropout' ELSE '' END,
    count(DISTINCT kase)))
FROM conditions GROUP BY id, family, link, drops ORDER BY drops, id;
SELECT is(array_agg(DISTINCT (l2_glance(m)).converged), '{t}', 'all have converged') FROM fits;
SELECT cmp_ok(max(abs(slope)), '<', 1e-9::float8, 'the intercept has no penalty')
FROM (SELECT kase, sum(r) / sum(abs(r)) AS slope FROM scored GROUP BY kase) s;
SELECT is(array_agg(DISTINCT (b = 0) = (norm = 0)), '{t}', 'groups are in or out as a whole') FROM conditions;
SELECT ok(count(*) FILTER (WHERE norm > 0) > 500 AND count(*) FILTER (WHERE norm = 0) > 300
  AND count(DISTINCT id) FILTER (WHERE norm = 0) > 8, 'many are in, and many out') FROM conditions;
SELECT * FROM finish();
