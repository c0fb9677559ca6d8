-- Log likelihood, AIC and BIC of least squares against R's logLik, AIC and BIC (test/data/make_likelihood.R),
-- and where they are not known.
\ir ames.psql
SET client_min_messages = warning;
CREATE TEMP TABLE r (model text, log_likelihood float8, aic float8, bic float8);
\copy r FROM 'test/data/lm_likelihood.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE longley (y float8, x1 float8, x2 float8, x3 float8, x4 float8, x5 float8, x6 float8);
\copy longley FROM 'test/data/strd/Longley.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE norris (y float8, x float8);
\copy norris FROM 'test/data/strd/Norris.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP VIEW house AS
  SELECT sale_price AS y, ARRAY[gr_liv_area, lot_area, year_built, fireplaces] AS x, ms_zoning,
  year_sold - 2005 AS w FROM ames;
SELECT plan(7 + 1 + 7 + 9);

CREATE TEMP TABLE ours AS
  SELECT 'longley' AS model, ols_fit(y, ARRAY[x1, x2, x3, x4, x5, x6]) AS m FROM longley UNION ALL
  SELECT 'longley_no_intercept', ols_fit(y, ARRAY[x1, x2, x3, x4, x5, x6], '{"intercept": false}')
  FROM longley UNION ALL
  SELECT 'norris', ols_fit(y, ARRAY[x]) FROM norris UNION ALL
  SELECT 'mean', ols_fit(y, '{}'::float8[], '{"names": []}') FROM norris UNION ALL
  SELECT 'ames', l2_ols(l2_gram_agg(y, x)) FROM house UNION ALL
  SELECT 'zones', l2_fit('SELECT sale_price, gr_liv_area, lot_area, year_built, fireplaces, ms_zoning '
  'FROM ames', 'sale_price ~ .', 'ols') UNION ALL
  SELECT 'counted', ols_fit(l2_obs(y, weight => w), x, '{"weight_type": "frequency"}') FROM house;
SELECT ok(abs(g.log_likelihood / r.log_likelihood - 1) < 1e-12 AND abs(g.aic / r.aic - 1) < 1e-12
  AND abs(g.bic / r.bic - 1) < 1e-12,
          format('%s: log likelihood, AIC and BIC of R, not %s, %s, %s', r.model, g.log_likelihood, g.aic,
          g.bic))
  FROM r LEFT JOIN ours USING (model), l2_glance(m) g;

-- group means taken out are the dummies of the groups
SELECT ok(abs(g.log_likelihood / r.log_likelihood - 1) < 1e-12 AND abs(g.bic / r.bic - 1) < 1e-12,
  'within groups')
  FROM r, l2_glance((SELECT l2_ols(l2_gram_within(gram))
  FROM (SELECT l2_gram_agg(y, x) AS gram FROM house GROUP BY ms_zoning) s)) g
  WHERE model = 'zones';

-- weights that say how well rows are known: NULL, on every way that a weight takes, and not where all are 1
CREATE TEMP TABLE way AS
  SELECT 'array' AS way, ols_fit(l2_obs(y, weight => w), x) AS weighed,
  ols_fit(l2_obs(y, weight => 1), x) AS ones FROM house UNION ALL
  SELECT 'scaled to the number of rows', ols_fit(l2_obs(y, weight => w / mean), x),
  ols_fit(l2_obs(y, weight => w / w), x) FROM house, (SELECT avg(w) AS mean FROM house) s UNION ALL
  SELECT 'text', l2_ols(l2_gram_agg(l2_obs(y, weight => w), x)::text::l2_gram),
  l2_ols(l2_gram_agg(l2_obs(y, weight => 1), x)::text::l2_gram) FROM house UNION ALL
  SELECT 'columns', l2_ols(l2_gram_cols(l2_obs(y, weight => w), x[1], x[2])),
  l2_ols(l2_gram_cols(l2_obs(y, weight => 1), x[1], x[2])) FROM house UNION ALL
  SELECT 'records', ols_fit(l2_obs(y, weight => w), ROW(x[1], ms_zoning)),
  ols_fit(l2_obs(y, weight => 1), ROW(x[1], ms_zoning)) FROM house UNION ALL
  SELECT 'folds', (SELECT l2_ols(l2_gram_sum(g)) FROM unnest(weighed) g), (SELECT l2_ols(l2_gram_sum(g))
  FROM unnest(ones) g)
    FROM (SELECT l2_gram_folds(l2_obs(y, weight => w), x) AS weighed,
    l2_gram_folds(l2_obs(y, weight => 1), x) AS ones FROM house, generate_series(1, 20)) s UNION ALL
  SELECT 'sums', l2_ols(l2_gram_sum(a)), l2_ols(l2_gram_sum(b))
    FROM (SELECT l2_gram_agg(l2_obs(y, weight => CASE WHEN i = 7 THEN 2 ELSE 1 END), x) AS a,
    l2_gram_agg(y, x) AS b
          FROM (SELECT *, row_number() OVER () AS i FROM house) h GROUP BY i % 5) s;
SELECT ok((l2_glance(weighed)).log_likelihood IS NULL AND (l2_glance(weighed)).aic IS NULL
  AND (l2_glance(weighed)).bic IS NULL
          AND (l2_glance(weighed::text::l2_model)).aic IS NULL AND (l2_glance(ones)).aic IS NOT NULL
          AND (l2_glance(ones)).bic IS NOT NULL,
          way || ': weights make them NULL, ones do not') FROM way;
SELECT is((l2_glance(ols_fit(l2_obs(y, weight => w), x, '{"weight_type": "frequency"}')::text::l2_model)).aic,
          (l2_glance(l2_ols(l2_gram_agg(l2_obs(y, weight => w), x), '{"weight_type": "frequency"}'))).aic,
          'counts, from a gram and from text') FROM house;
SELECT is((l2_glance(l2_ols(l2_gram_decay(l2_gram_agg(y, x), 0.5)))).aic, NULL::float8,
  'rows that have decayed are weighed') FROM house;
SELECT isnt((l2_glance(l2_ols(l2_gram_decay(l2_gram_agg(y, x), 1)))).aic, NULL::float8, 'unless by nothing')
  FROM house;
SELECT is((l2_glance(l2_ridge(l2_gram_agg(y, x), 1))).aic, NULL::float8,
  'a penalised fit has no likelihood of its own') FROM house;
SELECT is((l2_glance(ols_fit(i, ARRAY[2 * i]))).aic, NULL::float8, 'nor has a perfect one')
  FROM generate_series(1, 5) i;
SELECT is((l2_glance(ols_fit(i * i, ARRAY[i]))).aic, NULL::float8, 'nor one of as many parameters as rows')
  FROM generate_series(1, 2) i;
SELECT results_eq($$SELECT l2_sum_weights(g), (l2_glance(l2_ols(g))).aic,
  (l2_glance(l2_ols(g::text::l2_gram))).aic
    FROM (SELECT unnest(ARRAY[l2_gram_decay(l2_gram_agg(y, x), 0.5),
    l2_gram_agg(l2_obs(y, weight => 0.5), x)]) AS g FROM house) s$$,
  'SELECT count(*) / 2::float8, NULL::float8, NULL::float8 FROM house, generate_series(1, 2) i GROUP BY i',
  'a gram remembers that rows were weighed, whatever they weigh together');
SELECT isnt((SELECT l2_gram_agg(1, ARRAY[2]) FROM generate_series(1, 2)),
            (SELECT l2_gram_agg(l2_obs(1, weight => i - 0.5), ARRAY[2]) FROM generate_series(0.5 + 0.5, 2) i),
            'a gram of weights that add up to its rows is another');
SELECT is(g::text::l2_gram, g, 'and its text says so')
  FROM (SELECT l2_gram_agg(l2_obs(1, weight => 0.5), ARRAY[2]) AS g) s;
SELECT * FROM finish();
