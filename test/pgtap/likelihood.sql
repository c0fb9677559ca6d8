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
SELECT plan(7 + 1 + 9 + 3 + 7 + 2 + 16);

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
  FROM r LEFT JOIN ours USING (model), l2_glance(m) g WHERE model NOT LIKE 'known%';

-- group means taken out are the dummies of the groups
SELECT ok(abs(g.log_likelihood / r.log_likelihood - 1) < 1e-12 AND abs(g.bic / r.bic - 1) < 1e-12,
  'within groups')
  FROM r, l2_glance((SELECT l2_ols(l2_gram_within(gram))
  FROM (SELECT l2_gram_agg(y, x) AS gram FROM house GROUP BY ms_zoning) s)) g
  WHERE model = 'zones';

-- weights that say how well rows are known, on every way that a weight takes: their logarithms are in the
-- likelihood, and those of 1 change nothing
CREATE TEMP TABLE way AS
  SELECT 'array' AS way, 'known' AS model, ols_fit(l2_obs(y, weight => w), x) AS weighed,
  ols_fit(l2_obs(y, weight => 1), x) AS ones FROM house UNION ALL
  SELECT 'scaled to the number of rows', 'known', ols_fit(l2_obs(y, weight => w / mean), x),
  ols_fit(l2_obs(y, weight => w / w), x) FROM house, (SELECT avg(w) AS mean FROM house) s UNION ALL
  SELECT 'text', 'known', l2_ols(l2_gram_agg(l2_obs(y, weight => w), x)::text::l2_gram),
  l2_ols(l2_gram_agg(l2_obs(y, weight => 1), x)::text::l2_gram) FROM house UNION ALL
  SELECT 'columns', 'known_columns', l2_ols(l2_gram_cols(l2_obs(y, weight => w), x[1], x[2])),
  l2_ols(l2_gram_cols(l2_obs(y, weight => 1), x[1], x[2])) FROM house UNION ALL
  SELECT 'records', 'known_zones', ols_fit(l2_obs(y, weight => w), ROW(x[1], ms_zoning)),
  ols_fit(l2_obs(y, weight => 1), ROW(x[1], ms_zoning)) FROM house UNION ALL
  SELECT 'sums of grams kept by levels', 'known_zones', l2_ols(l2_gram_sum(a)), l2_ols(l2_gram_sum(b))
    FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ROW(x[1], ms_zoning)) AS a,
    l2_gram_agg(l2_obs(y, weight => 1), ROW(x[1], ms_zoning)) AS b FROM house GROUP BY w) s UNION ALL
  SELECT 'folds', 'known_copies', (SELECT l2_ols(l2_gram_sum(g)) FROM unnest(weighed) g),
    (SELECT l2_ols(l2_gram_sum(g)) FROM unnest(ones) g)
    FROM (SELECT l2_gram_folds(l2_obs(y, weight => w), x) AS weighed,
    l2_gram_folds(l2_obs(y, weight => 1), x) AS ones FROM house, generate_series(1, 20)) s UNION ALL
  SELECT 'what was taken out and came back', 'known', l2_ols(l2_gram_sum(a)), l2_ols(l2_gram_sum(b))
    FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), x) - l2_gram_agg(l2_obs(y, weight => w), x)
      FILTER (WHERE w > 3) + l2_gram_agg(l2_obs(y, weight => w), x) FILTER (WHERE w > 3) AS a,
    l2_gram_agg(l2_obs(y, weight => 1), x) AS b FROM house) s UNION ALL
  SELECT 'sums', 'known_one', l2_ols(l2_gram_sum(a)), l2_ols(l2_gram_sum(b))
    FROM (SELECT l2_gram_agg(l2_obs(y, weight => CASE WHEN i = 7 THEN 2 ELSE 1 END), x) AS a,
    l2_gram_agg(y, x) AS b
          FROM (SELECT *, row_number() OVER () AS i FROM house) h GROUP BY i % 5) s;
SELECT ok(abs(g.log_likelihood / r.log_likelihood - 1) < 1e-12 AND abs(g.aic / r.aic - 1) < 1e-12
  AND abs(g.bic / r.bic - 1) < 1e-12 AND (l2_glance(weighed::text::l2_model)).aic = g.aic
  AND (l2_glance(weighed::jsonb::l2_model)).aic = g.aic AND NOT ones::jsonb ? 'sum_log_weights'
  AND abs((SELECT aic FROM l2_compare(weighed)) / r.aic - 1) < 1e-12,
          format('%s: log likelihood, AIC and BIC of R with weights, not %s, %s, %s', way, g.log_likelihood,
          g.aic, g.bic))
  FROM way LEFT JOIN r USING (model), l2_glance(weighed) g;
-- cross-validation deals rows that repeat as copies of one: sums of weights, and of their logarithms, count
-- all of them
SELECT ok(abs((m->>'sum_log_weights')::float8 / logs - 1) < 1e-12 AND (m->>'n')::int = 4000
  AND abs((m->>'sum_weights')::float8 / weights - 1) < 1e-12, 'copies of rows of weights about ' || scale)
  FROM (SELECT scale, ridge_cv(l2_obs(i % 3, weight => scale * (1 + i % 2)), ARRAY[i % 5])::jsonb AS m,
    sum(ln(scale * (1 + i % 2))) AS logs, sum(scale * (1 + i % 2)) AS weights
    FROM generate_series(1, 4000) i, unnest('{2,0.3}'::float8[]) scale GROUP BY scale) s;
-- whatever is made of grams, the sum of the logarithms of the weights is that of the rows in it
CREATE TEMP TABLE w AS SELECT i, (i % 17)::float8 AS y, (i * 7 % 13)::float8 AS x, chr(97 + i % 3) AS z,
  1 + i % 4 AS w FROM generate_series(1, 60) i;
SELECT cmp_ok(abs((g::jsonb->>'sum_log_weights')::float8 - logs), '<', 1e-9::float8, 'logarithms: ' || what)
FROM (SELECT 'arrays, less some' AS what, l2_gram_agg(l2_obs(y, weight => w), ARRAY[x])
  - l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]) FILTER (WHERE i > 40) AS g,
  sum(ln(w)) FILTER (WHERE i <= 40) AS logs FROM w
UNION ALL SELECT 'levels, less some', l2_gram_agg(l2_obs(y, weight => w), ROW(x, z))
  - l2_gram_agg(l2_obs(y, weight => w), ROW(x, z)) FILTER (WHERE i > 40),
  sum(ln(w)) FILTER (WHERE i <= 40) FROM w
UNION ALL SELECT 'levels, and others', l2_gram_agg(l2_obs(y, weight => w), ROW(x, z)) FILTER (WHERE i <= 40)
  + l2_gram_agg(l2_obs(y, weight => w), ROW(x, z)) FILTER (WHERE z <> 'b'),
  sum(ln(w)) FILTER (WHERE i <= 40) + sum(ln(w)) FILTER (WHERE z <> 'b') FROM w
UNION ALL SELECT 'levels, and none weighed', l2_gram_agg(l2_obs(y, weight => w), ROW(x, z))
  + l2_gram_agg(y, ROW(x, z)), sum(ln(w)) FROM w
UNION ALL SELECT 'none weighed, and levels', l2_gram_agg(y, ROW(x, z))
  + l2_gram_agg(l2_obs(y, weight => w), ROW(x, z)), sum(ln(w)) FROM w
UNION ALL SELECT 'sum of levels', l2_gram_sum(g), max(logs)
  FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ROW(x, z)) AS g
  FROM w GROUP BY i % 7) s, (SELECT sum(ln(w)) AS logs FROM w) l
UNION ALL SELECT 'weighed by less', l2_gram_decay(l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]), 0.25),
  sum(ln(w * 0.25)) FROM w
UNION ALL SELECT 'levels weighed by less',
  l2_gram_decay(l2_gram_agg(l2_obs(y, weight => w), ROW(x, z)), 0.25), sum(ln(w * 0.25)) FROM w
UNION ALL SELECT 'one weight for all', l2_gram_decay(l2_gram_agg(y, ARRAY[x]), 0.25), sum(ln(0.25)) FROM w
UNION ALL SELECT 'pairs', l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]) * l2_gram('{1,2}', '{c,d}', 3),
  sum(ln(w * 3)) FROM w
UNION ALL SELECT 'pairs of pairs', l2_gram_agg(l2_obs(y, weight => w), ARRAY[x])
  * (l2_gram('{1,2}', '{c,d}', 3) + l2_gram('{3,1}', '{c,d}', 5)), sum(ln(w * 3) + ln(w * 5)) FROM w
UNION ALL SELECT 'columns', l2_gram_cols(l2_obs(y, weight => w), x), sum(ln(w)) FROM w
UNION ALL SELECT 'records, from text', l2_gram_agg(l2_obs(y, weight => w), ROW(x, z))::text::l2_gram,
  sum(ln(w)) FROM w
UNION ALL SELECT 'named', l2_set_names(l2_gram_agg(l2_obs(y, weight => w), ROW(x)), '{b}'), sum(ln(w)) FROM w
UNION ALL SELECT 'within', l2_gram_within(g), max(logs)
  FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), ARRAY[x]) AS g
  FROM w GROUP BY z) s, (SELECT sum(ln(w)) AS logs FROM w) l
UNION ALL SELECT 'folds', l2_gram_sum(g), max(logs)
  FROM (SELECT unnest(l2_gram_folds(l2_obs(y, weight => w), ROW(x, z))) AS g
  FROM w) s, (SELECT sum(ln(w)) AS logs FROM w) l
) s;
-- those of a path and of a term less are those of the fits
SELECT ok(abs((SELECT p.aic FROM l2_path(gram, 'ridge', '{"lambdas": [0]}') p) / whole.aic - 1) < 1e-12
    AND abs(d.aic / less.aic - 1) < 1e-12, 'of l2_path and l2_drop1, too')
  FROM (SELECT l2_gram_agg(l2_obs(y, weight => w), x) AS gram,
      l2_gram_agg(l2_obs(y, weight => w), x[2:]) AS rest FROM house) h,
    l2_glance(l2_ols(gram)) whole, l2_glance(l2_ols(rest)) less, l2_drop1(gram) d
  WHERE d.term = 'x1';
-- rows that come and go, and grams of them
CREATE TEMP TABLE numbered AS
  SELECT i, y, x[:2] AS x, w, l2_gram(y || x[:2], '{y,a,b}', w) AS g
  FROM (SELECT row_number() OVER () AS i, * FROM house) h WHERE i <= 160;
SELECT ok(count(*) = 100 AND max(abs(f.aic / r.aic - 1)) < 1e-11 AND max(abs(s.aic / r.aic - 1)) < 1e-11,
  'of windows of rows and of grams')
  FROM (SELECT i, ols_fit(l2_obs(y, weight => w), x) OVER frame AS m, l2_gram_sum(g) OVER frame AS g
    FROM numbered WINDOW frame AS (ORDER BY i ROWS 39 PRECEDING)) v,
    LATERAL (SELECT ols_fit(l2_obs(y, weight => w), x) AS again FROM numbered n
      WHERE n.i BETWEEN v.i - 39 AND v.i) a,
    l2_glance(m) f, l2_glance(l2_ols(g)) s, l2_glance(again) r WHERE i > 60;
SELECT ok(abs(ours.aic / r.aic - 1) < 1e-12 AND abs(decayed.aic / r.aic - 1) < 1e-12,
  'of the pairs of two grams'' rows, and of what decays')
  FROM (SELECT l2_set_names(l2_gram_agg(l2_obs(y, weight => w), x), '{a,b}', 'y') AS g
      FROM numbered WHERE i < 9) a,
    (SELECT l2_gram_sum(l2_gram(ARRAY[j, j * j % 7], '{c,d}', 1 / j::float8)) AS g
     FROM generate_series(1, 5) j) b,
    (SELECT ols_fit(l2_obs(n.y, weight => n.w / j::float8), n.x || ARRAY[j, j * j % 7]::float8[]) AS m
     FROM numbered n, generate_series(1, 5) j WHERE n.i < 9) c,
    l2_glance(m) r, l2_glance(l2_ols(a.g * b.g)) ours,
    l2_glance(l2_ols(l2_gram_decay(a.g * b.g, 0.3))) decayed;
SELECT is((l2_glance(ols_fit(l2_obs(y, weight => w), x, '{"weight_type": "frequency"}')::text::l2_model)).aic,
          (l2_glance(l2_ols(l2_gram_agg(l2_obs(y, weight => w), x), '{"weight_type": "frequency"}'))).aic,
          'counts, from a gram and from text') FROM house;
SELECT ok(abs((l2_glance(l2_ols(l2_gram_decay(g, 0.5)))).aic / (l2_glance(l2_ols(g))).aic - 1) < 1e-14,
  'rows that have all decayed alike are as likely')
  FROM (SELECT l2_gram_agg(y, x) AS g FROM house) h;
SELECT is((l2_glance(l2_ridge(l2_gram_agg(y, x), 1))).aic, NULL::float8,
  'a penalised fit has no likelihood of its own') FROM house;
SELECT is((l2_glance(ols_fit(i, ARRAY[2 * i]))).aic, NULL::float8, 'nor has a perfect one')
  FROM generate_series(1, 5) i;
SELECT is((l2_glance(ols_fit(i * i, ARRAY[i]))).aic, NULL::float8, 'nor one of as many parameters as rows')
  FROM generate_series(1, 2) i;
SELECT isnt((SELECT l2_gram_agg(1, ARRAY[2]) FROM generate_series(1, 2)),
            (SELECT l2_gram_agg(l2_obs(1, weight => i - 0.5), ARRAY[2]) FROM generate_series(0.5 + 0.5, 2) i),
            'a gram of weights that add up to its rows is another');
SELECT is(g::text::l2_gram, g, 'and its text says so')
  FROM (SELECT l2_gram_agg(l2_obs(1, weight => 0.5), ARRAY[2]) AS g) s;
SELECT * FROM finish();
