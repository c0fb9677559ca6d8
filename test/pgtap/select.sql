-- Selection on the Ames house sales and Longley's data: subsets against R's leaps and MASS, against all
-- 2^p least-squares fits, and penalties against glmnet's and an SVD's criteria (test/data/make_select.R).
\ir ames.psql
SET client_min_messages = warning;

CREATE TEMP TABLE longley (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8);
\copy longley FROM 'test/data/strd/Longley.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE theirs ("case" text, method text, size int, features text[], rss float8, adj_r2 float8,
  cp float8, aic float8, bic float8);
\copy theirs FROM 'test/data/subset_leaps.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE step (data text, method text, criterion text, features text[]);
\copy step FROM 'test/data/step_mass.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE penalty (method text, l1_ratio float8, criterion text, step int, lambda float8,
  value float8, b float8[]);
\copy penalty FROM 'test/data/select_lambda.csv' WITH (FORMAT csv, HEADER true)

CREATE TEMP TABLE grams AS
  SELECT 'ames' AS "case", l2_set_names(l2_gram_agg(y, x), house_names()) AS g FROM houses
  UNION ALL SELECT 'ames_weighted', l2_set_names(l2_gram_agg(l2_obs(y, weight => w), x), house_names())
  FROM houses
  UNION ALL SELECT 'ames_squares', l2_set_names(l2_gram_agg(y,
  x || ARRAY(SELECT v * v FROM unnest(x[:12]) WITH ORDINALITY u(v, i) ORDER BY i)),
    house_names() || ARRAY(SELECT n || '_2' FROM unnest((house_names())[:12]) WITH ORDINALITY u(n, i)
    ORDER BY i)) FROM houses
  UNION ALL SELECT 'longley', l2_gram_cols(y, x1, x2, x3, x4, x5, x6) FROM longley;
INSERT INTO grams SELECT 'ames_forced', g FROM grams WHERE "case" = 'ames'
  UNION ALL SELECT 'longley_no_intercept', g FROM grams WHERE "case" = 'longley';
CREATE TEMP TABLE ours AS
  SELECT "case", method, s.*
  FROM grams, unnest('{best,forward,backward}'::text[]) method,
       LATERAL l2_subset(g, method, l2_options('intercept', "case" <> 'longley_no_intercept', 'force',
       CASE WHEN "case" = 'ames_forced' THEN '{lot_area,open_porch_sf}'::text[] END)) s;
CREATE TEMP VIEW both_ AS SELECT "case", method, size, o, t, o.features AS of, t.features AS tf FROM ours o
  JOIN theirs t USING ("case", method, size);

SELECT plan(6 * 3 * 2 + 2 + 6 + 1 + 8 + 3 + 1 + 12 + 1);

SELECT is(count(*) FILTER (WHERE of = tf) || ' of ' || count(*), count(*) || ' of ' || max(size)
  - CASE WHEN "case" = 'ames_forced' THEN 2 ELSE 0 END,
          format('%s: leaps'' subset of every size, %s', "case", method)) FROM both_ GROUP BY "case", method;
-- extractAIC leaves the constants of the likelihood out, and sigma from the parameters
SELECT cmp_ok(greatest(max(abs((o).rss / (t).rss - 1)), max(abs((o).adj_r2 - (t).adj_r2)),
  max(abs((o).cp - (t).cp)) / 1e3,
                       max(abs((o).aic - (t).aic - constant - 2)) / 1e3,
                       max(abs((o).bic - (t).bic - constant - ln(n))) / 1e3), '<=', 1e-12::float8,
              format('%s: RSS, adjusted R^2, Cp, AIC and BIC of R''s lm, %s', "case", method))
FROM both_ JOIN (SELECT "case", l2_n(g) AS n, l2_n(g) * (1 + ln(2 * pi()))
    - CASE "case" WHEN 'ames_weighted' THEN (SELECT sum(ln(w)) FROM houses) ELSE 0 END AS constant
  FROM grams) c USING ("case") GROUP BY "case", method;

-- a subset's model is least squares on it, and its RSS
SELECT is(count(*) FILTER (WHERE o.model::text
  <> l2_ols(g, l2_options('features', o.features, 'intercept', "case" <> 'longley_no_intercept'))::text)::int,
  0,
          'models are those of l2_ols') FROM ours o JOIN grams USING ("case");
SELECT cmp_ok(max(abs(o.rss / (l2_glance(model)).rss - 1)), '<=', 4e-16::float8, 'and so is RSS') FROM ours o;

-- the chosen size has the best of the criterion, and l2_select gives its model
SELECT ok(count(*) FILTER (WHERE chosen) = 1 AND bool_and(NOT chosen OR value = best)
  AND max(l2_select(g, 'best', l2_options('criterion', criterion))::text) = max(model::text)
  FILTER (WHERE chosen),
          'chosen by ' || criterion)
FROM grams, unnest('{gcv,aic,aicc,bic,cp,adj_r2}'::text[]) criterion,
     LATERAL (SELECT chosen, model, value, min(value) OVER () AS best
     FROM l2_subset(g, 'best', l2_options('criterion', criterion)) s,
              LATERAL (SELECT CASE criterion WHEN 'gcv' THEN gcv WHEN 'aic' THEN aic WHEN 'aicc' THEN aicc
              WHEN 'bic' THEN bic WHEN 'cp' THEN cp ELSE -adj_r2 END AS value) v) r
WHERE "case" = 'ames' GROUP BY criterion;
SELECT is(count(*) FILTER (WHERE abs(aicc - aic - 2 * (size + 2) * (size + 3) / (2927. - size)) > 1e-9
  OR abs(gcv / (rss / 2930 / (1 - (size + 1) / 2930.) ^ 2) - 1) > 1e-14)::int, 0, 'AICc and GCV')
FROM ours WHERE "case" = 'ames';

-- stepAIC stops where no single step helps: at one of our subsets, here at the one that we choose
SELECT is(l2_names(l2_select(g, method, l2_options('criterion', criterion))), 'y'::text || s.features,
  format('%s: stepAIC, %s by %s', data, method, criterion))
FROM step s JOIN grams ON "case" = data;

-- all subsets of eight columns, one fit each: precision and frequency weights, and about zero
CREATE TEMP TABLE all_ AS
  SELECT kind, coalesce(array_length(f, 1), 0) AS size,
  min((l2_glance(l2_ols(g, l2_options('features', f, 'intercept', kind <> 'no intercept', 'weight_type',
  CASE kind WHEN 'frequency' THEN kind ELSE 'precision' END)))).rss) AS rss
  FROM grams, unnest('{precision,frequency,no intercept}'::text[]) kind, generate_series(0, 255) bits,
       LATERAL (SELECT ARRAY(SELECT (house_names())[2 * i + 2] FROM generate_series(0, 7) i
       WHERE (bits >> i) & 1 = 1) AS f) b
  WHERE "case" = 'ames_weighted' GROUP BY kind, size;
SELECT is(count(*) FILTER (WHERE abs(s.rss / a.rss - 1) < 1e-14)::int, 9, 'the least RSS of all subsets: '
  || k.kind)
FROM grams, unnest('{precision,frequency,no intercept}'::text[]) k(kind),
     LATERAL l2_subset(g, options => l2_options('features', ARRAY(SELECT (house_names())[2 * i + 2]
     FROM generate_series(0, 7) i), 'intercept', k.kind <> 'no intercept', 'weight_type',
     CASE k.kind WHEN 'frequency' THEN k.kind ELSE 'precision' END)) s
     JOIN all_ a USING (size)
WHERE "case" = 'ames_weighted' AND a.kind = k.kind GROUP BY k.kind;

-- the hardest of NIST's problems: ten powers, condition number 1e9
CREATE TEMP TABLE filip (y float8, x float8);
\copy filip FROM 'test/data/strd/Filip.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE powers AS SELECT l2_gram_agg(y, ARRAY(SELECT x ^ i FROM generate_series(1, 10) i)) AS g
  FROM filip;
SELECT is(count(*) FILTER (WHERE abs(s.rss / a.rss - 1) < 1e-13)::int, 11,
  'the least RSS of all subsets: Filip')
FROM powers, l2_subset(g) s JOIN (
  SELECT coalesce(array_length(f, 1), 0) AS size,
  min((l2_glance(l2_ols(g, l2_options('features', f)))).rss) AS rss
  FROM powers, generate_series(0, 1023) bits,
  LATERAL (SELECT ARRAY(SELECT 'x' || i + 1 FROM generate_series(0, 9) i WHERE (bits >> i) & 1 = 1) AS f) b
  GROUP BY 1) a USING (size);

-- lambda: glmnet's lasso and elastic net with criteria from its coefficients; ridge by a singular value
-- decomposition
SELECT ok(abs((m::jsonb->>'lambda')::float8 / lambda - 1) < 1e-12 AND
          (SELECT max(abs(u - v)) <= 1e-9 * max(abs(v)) FROM unnest(l2_coef(m), b) w(u, v)),
          format('%s by %s', method, criterion))
FROM penalty, grams,
     LATERAL (SELECT CASE method
       WHEN 'ridge' THEN l2_select(g, method, l2_options('criterion', criterion, 'standardize', true,
       'lambdas', ARRAY(SELECT 10 ^ (4 - i * 0.1::float8) FROM generate_series(0, 60) i)))
       ELSE l2_select(g, method, l2_options('criterion', criterion, 'l1_ratio',
       CASE method WHEN 'elastic_net' THEN l1_ratio END, 'standardize', true, 'lambda_scale',
       'glmnet')) END AS m) s
WHERE "case" = 'ames';
SELECT is(count(*) FILTER (WHERE abs(v / value - 1) > 1e-11)::int, 0, 'and their values')
FROM penalty JOIN (
  SELECT method, step, gcv, aic, aicc, bic FROM grams, unnest('{ridge,lasso,elastic_net}'::text[]) method,
    LATERAL (SELECT *, row_number() OVER (ORDER BY lambda DESC) AS step
    FROM l2_path(g, method, l2_options('standardize', true, 'lambda_scale',
    CASE method WHEN 'ridge' THEN 'sum' ELSE 'glmnet' END, 'lambdas',
    CASE method WHEN 'ridge' THEN ARRAY(SELECT 10 ^ (4 - i * 0.1::float8)
    FROM generate_series(0, 60) i) END))) p
  WHERE "case" = 'ames') o USING (method, step),
  LATERAL (SELECT CASE criterion WHEN 'gcv' THEN gcv WHEN 'aic' THEN aic WHEN 'aicc' THEN aicc
  ELSE bic END AS v) x;

SELECT * FROM finish();
