-- Subsets that take a category whole, on the diamonds: against all 2^8 fits of R's lm, and the steps of its
-- add1 and drop1 (test/data/make_select_terms.R).
\ir diamonds.psql
SET client_min_messages = warning;

CREATE TEMP TABLE theirs (method text, size int, terms text[], rss float8, bic float8);
\copy theirs FROM 'test/data/select_terms.csv' WITH (FORMAT csv, HEADER true)
CREATE TEMP TABLE g AS
  SELECT l2_gram_agg(price, d, '{"target": "price"}') AS g
  FROM (SELECT carat, cut, color, clarity, depth, "table",
  mod(floor(price * 7919)::bigint, 13)::float8 AS noise,
               chr(97 + mod(floor(price * 31)::bigint, 7)::int) AS lot, price FROM diamonds) d;
CREATE TEMP TABLE ours AS
  SELECT m.method, s.*, ARRAY(SELECT t FROM (SELECT split_part(f, '=', 1) AS t, min(i) AS i
  FROM unnest(s.features) WITH ORDINALITY u(f, i) GROUP BY 1) d ORDER BY i) AS terms
  FROM g, unnest('{best,forward bic,forward aic,backward bic,backward aic}'::text[]) m(method),
       LATERAL l2_subset(g, split_part(m.method, ' ', 1),
       l2_options('criterion', CASE WHEN m.method LIKE '%aic' THEN 'aic' ELSE 'bic' END)) s;

SELECT plan(5 * 2 + 9);
SELECT is(string_agg(o.size || ' ' || o.terms::text, ';' ORDER BY o.size),
  string_agg(t.size || ' ' || t.terms::text, ';' ORDER BY t.size), method || ': R''s terms of every size')
FROM ours o FULL JOIN theirs t USING (method, size) GROUP BY method;
-- R's have not the constants of the likelihood, nor sigma as a parameter
SELECT cmp_ok(greatest(max(abs(o.rss / t.rss - 1)), max(abs(o.bic / (t.bic + constant) - 1))), '<=',
  1e-11::float8, method || ': and their RSS and BIC')
FROM ours o JOIN theirs t USING (method, size), (SELECT l2_n(g) * (1 + ln(2 * pi())) + ln(l2_n(g)) AS constant
  FROM g) c GROUP BY method;

-- what is chosen, and what l2_select gives
SELECT is(l2_names(l2_select(g, 'best')), 'price'::text || (SELECT features FROM ours
  WHERE method = 'best' AND bic = (SELECT min(bic) FROM ours WHERE method = 'best')),
          'l2_select takes the subset of the least BIC') FROM g;
SELECT is(count(*) FILTER (WHERE chosen)::int, 1, 'one is chosen: ' || method) FROM ours
  WHERE method IN ('best', 'forward bic') GROUP BY method ORDER BY method;
-- a term that is forced is whole, by its name or that of a level, and the largest size counts columns
SELECT is(count(*) FILTER (WHERE features @> '{lot=b,lot=c,lot=d,lot=e,lot=f,lot=g}') - count(*), 0::bigint,
  'a category is forced by ' || force)
FROM g, unnest('{lot,lot=c}'::text[]) force, LATERAL l2_subset(g, 'best', l2_options('force', ARRAY[force])) s
  GROUP BY force ORDER BY force;
SELECT is(max(size), (SELECT max(size) FROM ours WHERE method = 'best' AND size <= 9),
  'max_features counts columns') FROM g, l2_subset(g, 'best', '{"max_features": 9}') s;
SELECT throws_ok($$SELECT l2_subset(g, 'best', '{"force": ["lots"]}') FROM g$$, '42703',
  'forced column "lots" is not among the features');
-- sizes that no subset has are passed over, also by the choice
SELECT is((SELECT string_agg(size || CASE WHEN chosen THEN '!' ELSE '' END, ' ' ORDER BY size)
  FROM l2_subset((SELECT l2_gram_agg((i % 4 * (i % 4) + sin(i))::float8, s)
  FROM generate_series(1, 60) i, LATERAL (SELECT chr(97 + i % 4) AS level, cos(i) AS noise) s), 'best')),
  '0 1 3! 4', 'there is no subset of two columns');
-- columns of numbers alone are terms of their own
SELECT is((SELECT string_agg(array_to_string(features, ' '), ';' ORDER BY size)
  FROM g, l2_subset(g, 'best', l2_options('features', '{carat,depth,table,noise}'::text[]))),
          ';carat;carat table;carat depth table;carat depth table noise', 'numbers are terms of their own');
SELECT * FROM finish();
