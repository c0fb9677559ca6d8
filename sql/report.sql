-- Reports: what is in them, and that nothing else is.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.count_of(page text, pattern text) RETURNS bigint
  LANGUAGE sql AS 'SELECT count(*) FROM regexp_matches(page, pattern, ''g'')';
CREATE FUNCTION pg_temp.outline(page text) RETURNS TABLE (heading text) LANGUAGE sql AS
  'SELECT m[2] FROM regexp_matches(page, ''<(h[123])>(.*?)</h[123]>'', ''g'') m';
-- Elements are closed, drawings have alternatives, numbers are numbers, nothing is fetched, no line is NULL's
CREATE FUNCTION pg_temp.faults(page text) RETURNS TABLE (fault text) LANGUAGE sql AS $$
  SELECT 'no page' WHERE page IS NULL OR page !~ '^<!DOCTYPE html>\n<html lang="en">' OR page !~ '</html>$'
  UNION ALL SELECT format('%s <%s> but %s </%s>', pg_temp.count_of(page, format('<%s[ >]', e)), e,
  pg_temp.count_of(page, format('</%s>', e)), e)
    FROM unnest('{html,head,body,main,header,footer,section,div,table,thead,tbody,tr,th,td,dl,dt,dd,figure,'
    'figcaption,svg,text,title,desc,h1,h2,h3,p,style,small,span,i,b,strong}'::text[]) e
    WHERE pg_temp.count_of(page, format('<%s[ >]', e)) <> pg_temp.count_of(page, format('</%s>', e))
  UNION ALL SELECT 'a drawing without alternatives'
  WHERE pg_temp.count_of(page, '<svg') <> pg_temp.count_of(page,
  '<svg class="[a-z]+" viewBox="[0-9 ]+" role="img"><title>[^<]+</title><desc>')
  UNION ALL SELECT 'a head without scope' WHERE page ~ '<th[ >](?!scope=)'
  UNION ALL SELECT 'a script, or something from elsewhere'
  WHERE page ~* '<script|http|@import|url\(|src=|javascript:|\mon[a-z]+='
  UNION ALL SELECT 'not a number' WHERE page ~* '[" ,LM](nan|-?inf(inity)?|null)[" ,LM]'
  UNION ALL SELECT 'a place beyond the drawing'
  FROM regexp_matches(page, '[ML](-?[0-9.]+) (-?[0-9.]+)', 'g') m
    WHERE NOT m[1]::float8 BETWEEN 0 AND 420 OR NOT m[2]::float8 BETWEEN 0 AND 280
  UNION ALL SELECT 'not ASCII' WHERE page ~ '[^\x01-\x7e]'
$$;

CREATE TEMP TABLE home AS
SELECT 20 + 3 * i + 40 * (i % 3) + (i * i) % 17 AS price, 50 + (i * 7) % 31 AS area, i % 5 AS rooms,
  (i * i) % 13 AS age, (ARRAY['north', 'south', 'west'])[1 + i % 3] AS zone
FROM generate_series(1, 120) i;
CREATE TEMP TABLE fits AS
SELECT l2_set_names(l2_gram_agg(price, ARRAY[area, rooms, age]), '{area,rooms,age}', 'price') AS gram,
       l2_gram_folds(price, ARRAY[area, rooms, age], '{"folds": 5}') AS grams FROM home;
CREATE TEMP TABLE pages AS
SELECT 'ols' AS page, l2_report(l2_ols(gram), options => '{"made": "2026-01-02"}') AS html FROM fits
UNION ALL SELECT 'path', l2_report(l2_ridge(gram, 3), gram, options => '{"made": "2026-01-02"}') FROM fits
UNION ALL SELECT 'folds', l2_report(l2_cv(grams, 'elastic_net', '{"standardize": true}'), folds => grams)
  FROM fits
UNION ALL SELECT 'factors', l2_report(l2_lasso(gram, 3, '{"penalty_factor": [0, 1, 2], "intercept": false}'),
  gram) FROM fits
UNION ALL SELECT 'sample', l2_report(m, y => y, predicted => p, fresh => g,
  options => '{"title": "Of a sample"}')
  FROM fits, l2_ols(gram) m, LATERAL (SELECT array_agg(price::float8) AS y,
  array_agg(l2_predict(m, area, rooms, age)) AS p,
       l2_set_names(l2_gram_cols(price, area, rooms, age) FILTER (WHERE rooms > 1), '{area,rooms,age}',
       'price') AS g FROM home) h
UNION ALL SELECT 'logistic', l2_report(m, y => y, predicted => p)
  FROM (SELECT logistic_fit(price > 200, ARRAY[area, age], 0, '{"names": ["area", "age"]}') AS m FROM home) s,
       LATERAL (SELECT array_agg((price > 200)::int::float8) AS y,
       array_agg(l2_predict(m, ARRAY[area, age])) AS p FROM home) h
UNION ALL SELECT 'poisson', l2_report(poisson_fit(age, ARRAY[area, rooms])) FROM home
UNION ALL SELECT 'dropout', l2_report(l2_dropout(gram, 0.1), gram, options => '{"made": "2026-01-02"}')
  FROM fits
UNION ALL SELECT 'large', l2_report(ridge_fit(i, x, 1))
  FROM (SELECT i, array_agg((i * j * j % 101)::float8 * j ORDER BY j) AS x FROM generate_series(1, 90) i,
  generate_series(1, 60) j GROUP BY i) s
UNION ALL SELECT 'by hand', l2_report('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 20}, {"term": "area", "estimate": 1.5}, {"term": "odd", "estimate": 1e308}]}'::jsonb::l2_model)
UNION ALL SELECT 'constant', l2_report(ols_fit(5, ARRAY[1, 2]), y => '{5,NULL,5}', predicted => '{5,5,NULL}')
UNION ALL SELECT 'perfect', l2_report(l2_ols(g), g) FROM (SELECT l2_gram_agg(2 * i, ARRAY[i, 3 * i]) AS g
  FROM generate_series(1, 9) i) s
UNION ALL SELECT 'one row', l2_report(ols_fit(5, ARRAY[1]), y => '{5}', predicted => '{5}')
UNION ALL SELECT 'huge', l2_report(m, y => '{1e100,-1e100,1e-320,0}', predicted => '{-1e100,1e100,2,1e-310}')
  FROM (SELECT l2_ols(gram) AS m FROM fits) s
UNION ALL SELECT 'hostile', l2_report(l2_ols(l2_set_names(gram,
  ARRAY['<script>alert(1)</script>', '"&amp;''', E'a\x01b\nc'], '</title><b>'), '{"target": "</title><b>"}'),
  gram => l2_set_names(gram, ARRAY['<script>alert(1)</script>', '"&amp;''', E'a\x01b\nc'], '</title><b>'),
  options => '{"title": "</h1><script>"}') FROM fits;

SELECT page, pg_temp.count_of(html, '<section>') AS sections, pg_temp.count_of(html, '<figure>') AS figures,
  pg_temp.count_of(html, '<tr ') AS lines, faults
FROM pages LEFT JOIN LATERAL (SELECT string_agg(fault, '; ') AS faults FROM pg_temp.faults(html)) f ON true;
SELECT heading FROM pages, pg_temp.outline(html) WHERE page = 'folds';
SELECT heading FROM pages, pg_temp.outline(html) WHERE page = 'sample';
SELECT heading FROM pages, pg_temp.outline(html) WHERE page = 'logistic';
SELECT substring(html FROM '<p>(.*?)</p>') AS facts FROM pages WHERE page IN ('ols', 'path', 'dropout');
SELECT m[1] AS fact, m[2] AS value FROM pages, regexp_matches(html, '<dt>(.*?)</dt><dd>(.*?)</dd>', 'g') m
  WHERE page = 'ols';
SELECT regexp_replace(m[1], '<svg.*?</svg>', '...') AS line
  FROM pages, regexp_matches(html, '<tr class="[a-z]*?">(.*?)</tr>', 'g') m WHERE page = 'ols';
SELECT substring(html FROM '<h2>Coefficients</h2>\n(.*?)\n') AS large FROM pages WHERE page = 'large';
SELECT substring(html FROM '<h1>.*?</h1>') AS h1,
  substring(html FROM '<th scope="row">&lt;.*?</th>') AS script,
  substring(html FROM '<th scope="row">&quot;.*?</th>') AS entity,
  substring(html FROM '<th scope="row">a.*?</th>') AS control FROM pages WHERE page = 'hostile';
-- The same whatever the session's settings; a sample of many is thinned
SET extra_float_digits = -15; SET DateStyle = 'German';
SELECT l2_report(l2_ridge(gram, 3), gram, options => '{"made": "2.1.2026"}') = html AS same FROM fits, pages
  WHERE page = 'path';
RESET extra_float_digits; RESET DateStyle;
SELECT pg_temp.count_of(html, 'h0') AS dots, substring(html FROM '<p>(Of [0-9,]+ rows, .*?)</p>') AS told
FROM (SELECT l2_report(l2_ols(gram), y => y, predicted => y) AS html
  FROM fits, (SELECT array_agg(i::float8) AS y FROM generate_series(1, 5001) i) s) s;

-- NULL, and what cannot be
SELECT l2_report(NULL::l2_model) IS NULL AS model, l2_report(NULL::text) IS NULL AS name;
SELECT l2_report(l2_ols(gram), y => '{1,2}', predicted => '{1}') FROM fits;
SELECT l2_report(l2_ols(gram), y => '{1,2}') FROM fits;
SELECT l2_report(l2_ols(gram), y => '{1,2}', predicted => '{NaN,1}') FROM fits;
SELECT l2_report(l2_ols(gram), options => '{"level": 2}') FROM fits;
SELECT l2_report(l2_ols(gram), options => '{"folds": 3}') FROM fits;
SELECT l2_report(logistic_fit(price > 200, ARRAY[area]), (SELECT gram FROM fits)) FROM home;
SELECT l2_report(l2_ols(gram, '{"names": ["a", "b", "c"]}'), gram) FROM fits;
SELECT provolatile, proparallel FROM pg_proc WHERE proname = 'l2_report' ORDER BY oid;

-- By name: versions, drift, predictions
CREATE TABLE report_home AS TABLE home;
SELECT version FROM l2_train('"report <of> home"', 'report_home', 'price', options => '{"keep_gram": true}');
INSERT INTO report_home SELECT price + 30, area + 5, rooms, age, zone FROM home LIMIT 40;
SELECT version, outcome FROM l2_refresh('"report <of> home"');
ALTER TABLE report_home RENAME TO report_gone;
SELECT version, outcome FROM l2_refresh('"report <of> home"');
ALTER TABLE report_gone RENAME TO report_home;
CREATE TEMP TABLE named AS SELECT l2_report('"report <of> home"',
  'SELECT * FROM report_home WHERE area > 60') AS html;
SELECT heading FROM named, pg_temp.outline(html);
SELECT faults FROM named, LATERAL (SELECT string_agg(fault, '; ') AS faults FROM pg_temp.faults(html)) f;
SELECT regexp_replace(regexp_replace(m[1], '20[0-9][0-9]-[0-9: -]+', 'when', 'g'), '<td>[^<]* s</td>',
  '<td>s</td>', 'g') AS line FROM named, regexp_matches(substring(html FROM '<h2>Versions.*?</section>'),
  '<tr class="[a-z]*?">(.*?)</tr>', 'g') m;
SELECT pg_temp.count_of(html, '<section>') AS sections
  FROM (SELECT l2_report('"report <of> home"') AS html) s;
SELECT length(l2_report('{"l2_model": 1, "method": "ols", "terms": [{"term": "a", '
  '"estimate": 2}]}'::l2_model)) > 1000 AS by_value;
SELECT l2_report('nobody');
-- Whoever may use the model sees a report, of the columns that he may read; a source is read as himself
CREATE ROLE l2reg_reader;
SELECT l2_grant('"report <of> home"', 'l2reg_reader');
SET ROLE l2reg_reader;
SELECT pg_temp.count_of(l2_report('"report <of> home"'), '<section>') AS sections;
SELECT l2_report('"report <of> home"', 'report_home');
RESET ROLE;
SELECT l2_drop('"report <of> home"');
DROP TABLE report_home;
DROP ROLE l2reg_reader;

-- Plots of anything
SELECT _l2_plot('[]');
SELECT _l2_plot('{}');
SELECT _l2_plot('{"x": {}, "y": {}, "layers": [1]}');
SELECT _l2_plot('{"x": {}, "y": {}, "layers": [{"type": "pie"}]}');
SELECT _l2_plot('{"title": "t", "desc": "d", "x": {"label": "x"}, "y": {"label": "y", "log": true}, '
  '"layers": [{"type": "line", "class": "c1", "x": [0, 1, 2, "a"], '
  '"y": [1, null, 1000, 5, 6]}, {"type": "band", "x": [], "low": []}]}');
SELECT bool_and(_l2_plot(format('{"x": {"log": %s, "whole": %s, "reverse": %s}, "y": {"log": %s}, '
  '"layers": [{"type": "line", "label": "a", "x": [%s, %s], "y": [%s, %s]}, {"type": "diagonal"}]}',
  log::text, whole::text, whole::text, log::text, a, b, b, a)::jsonb) !~* 'nan|inf[^i]') AS plotted
FROM unnest('{true,false}'::boolean[]) log, unnest('{true,false}'::boolean[]) whole,
  unnest('{0,1,-1,1e-320,1e300,-1e300,1.7e308,0.1,0.1000000000000001,99999}'::float8[]) a,
  unnest('{0,1,1e-300,1e300,1e308,5}'::float8[]) b;
SELECT _l2_plot_interval(1, 0.5, 'Infinity', 2, 't', 'd'),
  _l2_plot_interval(NULL, NULL, NULL, NULL, NULL, NULL);
SELECT v, _l2_html_number(v), _l2_html_number(v, 2)
  FROM unnest('{0,-0,1,-12.5,123456.789,9999999,99999.6,1e7,-1.25e-7,0.00012345,NaN,Infinity,-Infinity,'
  'NULL}'::float8[]) v;
SELECT _l2_html('<a href="x">&''' || chr(7), 20), _l2_html('too long', 5), _l2_html_p(0), _l2_html_p(0.05),
  _l2_html_p('NaN'), _l2_html_count(1234567), _l2_html_count(NULL);
SELECT n, _l2_html(repeat('x', n), 5) AS cut, length(_l2_html(repeat('x', n))) AS length,
  length(regexp_replace(_l2_html_name(repeat('-', n)), '<.*?>', '', 'g')) AS name
FROM unnest('{4,5,6,100,101,102}'::int[]) n;
SELECT p, _l2_html_p(p) FROM unnest('{0.0009,0.001,0.00149,0.1234,1,1.0001,NULL}'::float8[]) p;

-- Residuals over the deviation that a family says of a row with that mean, 4; those of a quantile are no
-- errors of a mean.
CREATE TABLE waits AS SELECT i % 5 AS x, exp(1 + 0.2 * (i % 5) + sin(i)) AS y FROM generate_series(1, 200) i;
SELECT family, _l2_report_deviation(m, 4) AS deviation, report LIKE '%Pearson residual%' AS pearson,
  report LIKE '%Normal Q&ndash;Q%' AS normal, report LIKE '%<small>of 0.300 meant</small>%' AS share
FROM (
  SELECT 'gamma' AS family, glm_fit(y, ARRAY[x], '{"family": "gamma", "link": "log"}') AS m FROM waits
  UNION ALL
  SELECT 'inverse_gaussian', glm_fit(y, ARRAY[x], '{"family": "inverse_gaussian", "link": "log"}') FROM waits
  UNION ALL
  SELECT 'tweedie', glm_fit(y, ARRAY[x], '{"family": "tweedie", "power": 1.5, "link": "log"}') FROM waits
  UNION ALL
  SELECT 'theta 2', glm_fit(round(y), ARRAY[x], '{"family": "negative_binomial", "theta": 2}') FROM waits
  UNION ALL SELECT 'poisson', poisson_fit(round(y), ARRAY[x]) FROM waits
  UNION ALL SELECT 'gaussian', glm_fit(y, ARRAY[x]) FROM waits
  UNION ALL SELECT 'ols', ols_fit(y, ARRAY[x]) FROM waits
  UNION ALL SELECT 'quantile', quantile_fit(y, ARRAY[x], 0.3) FROM waits
) f, LATERAL (
  SELECT l2_report(m, y => array_agg(y), predicted => array_agg(l2_predict(m, ARRAY[x]))) AS report FROM waits
) r;
SELECT _l2_report_deviation(glm_fit(y, ARRAY[x], '{"family": "gamma"}'), -1) AS none FROM waits;
DROP TABLE waits;
