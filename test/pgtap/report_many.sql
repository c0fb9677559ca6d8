-- A report on a model of many features shows the 50 that say most, and says so; of 50 it shows all.
SET client_min_messages = error;
CREATE TABLE rows AS SELECT i, sin(i) AS y, (SELECT array_agg(cos(i * j) + j ORDER BY j)
  FROM generate_series(1, 51) j) AS x FROM generate_series(1, 200) i;
-- each feature has moved, the later the more
CREATE TABLE pages AS SELECT n, l2_report(l2_ridge(g, 1), g, fresh => f) AS page
FROM (SELECT n, l2_gram_agg(y, x[1:n]) AS g, l2_gram_agg(y, (SELECT array_agg(v * (1 + j * 0.01) + j
  ORDER BY j)
  FROM unnest(x[1:n]) WITH ORDINALITY u(v, j))) AS f FROM rows, generate_series(50, 51) n GROUP BY n) s;

SELECT plan(14);
SELECT is(page ~ 'The 50 features that moved most, of 51\. ', n > 50, n || ' features that moved') FROM pages;
SELECT is(page ~ 'features that moved most', n > 50, n || ': or no word of it') FROM pages;
SELECT is(cardinality(string_to_array(split_part(split_part(page, '<h2>Drift</h2>', 2), '</section>', 1),
  '<tr')) - 1, 50 + 2, n || ': 50 of them, the target and the head') FROM pages;
SELECT is(split_part(page, '<h2>Drift</h2>', 2) ~ '<th scope="row">x1</th>', n = 50,
  n || ': the one that moved least is left out, or none') FROM pages;
SELECT is(page ~ ', the 50 largest of 51\.', n > 50, n || ' lines of a path') FROM pages;
SELECT is((SELECT count(*)::int FROM regexp_matches(split_part(split_part(page,
  '<h3>Path of the coefficients</h3>', 2), '</svg>', 1), 'class="(c[0-9]|other)" d="', 'g')), 50, n ||
  ': 50 of them')
FROM pages;
SELECT ok(strpos(d, '<th scope="row">x2</th>') < strpos(d, '<th scope="row">x50</th>'),
  n || ': in their order, whichever moved most')
FROM pages, LATERAL (SELECT split_part(page, '<h2>Drift</h2>', 2) AS d) s;
SELECT * FROM finish();
