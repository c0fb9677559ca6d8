-- Multinomial regression against R's nnet and glmnet (test/data/make_multinomial.R) and scikit-learn
-- (test/data/make_multinomial.py).
SET client_min_messages = error;

CREATE TABLE rows (class text, x1 float8, x2 float8, x3 float8, w float8);
\copy rows FROM 'test/data/multinomial_rows.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE iris (sepal_length float8, sepal_width float8, petal_length float8, petal_width float8,
  species text);
\copy iris FROM 'test/data/iris.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE r (fit text, class text, term text, estimate float8, std_error float8);
\copy r FROM 'test/data/multinomial.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE sklearn (fit text, class text, term text, estimate float8);
\copy sklearn FROM 'test/data/multinomial_sklearn.csv' WITH (FORMAT csv, HEADER true)

CREATE TABLE fits AS
SELECT 'plain' AS fit, multinomial_fit(class, ARRAY[x1, x2, x3]) AS m FROM rows
UNION ALL SELECT 'weighted', multinomial_fit(l2_obs(class, weight => w), ARRAY[x1, x2, x3]) FROM rows
UNION ALL SELECT 'reference red', multinomial_fit(class, ARRAY[x1, x2, x3], '{"reference_class": "red"}')
  FROM rows
UNION ALL SELECT 'collinear', multinomial_fit(class, ARRAY[u, u + round(100 * x2) / 2 ^ 18],
  '{"names": ["u", "v"]}') FROM (SELECT *, round(1000 * x1) AS u FROM rows) s
UNION ALL SELECT format('penalised %s', a), multinomial_fit(class, ARRAY[x1, x2, x3], 6,
  l2_options('l1_ratio', a))
          FROM rows, unnest('{0,0.5,1}'::numeric[]) a GROUP BY a;

SELECT plan((SELECT count(DISTINCT fit) FROM r)::int + 18);
-- of the lasso alone differences between classes are known: a shift of all four may cost nothing
SELECT cmp_ok(max(coalesce(abs(off), 1)), '<', 1e-8::float8, fit || ': coefficients are R''s, ' || count(*)
  || ' of them')
FROM (SELECT r.fit, s.estimate - r.estimate - CASE WHEN r.fit = 'penalised 1'
  THEN first_value(s.estimate - r.estimate) OVER (PARTITION BY r.fit, r.term ORDER BY r.class)
  ELSE 0 END AS off
      FROM r LEFT JOIN (SELECT fit, s.* FROM fits, l2_summary(m) s) s ON s.fit = r.fit AND s.term = r.term
      AND s.positive = r.class) d
GROUP BY fit ORDER BY fit;
SELECT cmp_ok(max(coalesce(abs(s.std_error / r.std_error - 1), 1)), '<', 1e-8::float8,
  'standard errors are those of nnet''s Hessian')
FROM r LEFT JOIN (SELECT fit, s.* FROM fits, l2_summary(m) s) s ON s.fit = r.fit AND s.term = r.term
  AND s.positive = r.class WHERE r.std_error IS NOT NULL;
SELECT is(array_agg(DISTINCT std_error IS NULL), '{t}', 'penalised fits have none') FROM fits, l2_summary(m)
  WHERE fit ~ 'penalised';
SELECT is(bool_and((l2_glance(m)).converged), true, 'all converged') FROM fits;

-- The optimality conditions, from the rows
CREATE TABLE wholes AS
SELECT fit, m, p.class, x.term, sum((p.probability - (p.class = rows.class)::int) * x.value) AS slope
FROM fits, rows, l2_predict_proba(m, ARRAY[x1, x2, x3]) p,
  LATERAL (VALUES ('(Intercept)', 1), ('x1', x1), ('x2', x2), ('x3', x3)) x(term, value)
WHERE fit ~ 'penalised' GROUP BY 1, 2, 3, 4;
SELECT cmp_ok(max(CASE WHEN s.term = '(Intercept)' THEN abs(w.slope)
    WHEN s.estimate = 0 THEN greatest(abs(w.slope) - 6 * ratio, 0)
    ELSE abs(w.slope + 6 * (1 - ratio) * s.estimate + 6 * ratio * sign(s.estimate)) END), '<', 1e-9::float8,
    'optimality conditions hold to 1e-9')
FROM wholes w, l2_summary(m) s, LATERAL (SELECT substr(fit, 11)::float8) r(ratio)
  WHERE s.term = w.term AND s.positive = w.class;
SELECT ok(count(*) FILTER (WHERE estimate = 0) BETWEEN 3 AND 9, 'the lasso leaves some out')
  FROM fits, l2_summary(m) WHERE fit = 'penalised 1';
SELECT is((l2_glance(m)).nonzero::bigint, (SELECT count(*)
  FILTER (WHERE estimate <> 0 AND term <> '(Intercept)') FROM l2_summary(m)), 'and says how many are left')
  FROM fits WHERE fit = 'penalised 1';

-- scikit-learn
CREATE VIEW ours AS
SELECT 'rows' AS fit, s.* FROM fits, l2_summary(m) s WHERE fit = 'penalised 0'
UNION ALL SELECT 'weighted', s.* FROM (SELECT multinomial_fit(l2_obs(class, w), ARRAY[x1, x2, x3], 6) AS m
  FROM rows) f, l2_summary(m) s
UNION ALL SELECT 'iris', s.* FROM (SELECT multinomial_fit(species, i, 1, '{"target": "species"}') AS m
  FROM iris i) f, l2_summary(m) s;
SELECT cmp_ok(max(coalesce(abs(o.estimate - s.estimate), 1)), '<', 1e-8::float8,
  s.fit || ': coefficients are scikit-learn''s')
FROM sklearn s LEFT JOIN ours o ON o.fit = s.fit AND o.term = s.term AND o.positive = s.class
  WHERE s.class IS NOT NULL GROUP BY s.fit ORDER BY s.fit;
CREATE TABLE guesses AS SELECT i.species, l2_predict_label(m, i) AS guess, p.probability
FROM (SELECT multinomial_fit(species, i, 1, '{"target": "species"}') AS m FROM iris i) f, iris i,
  l2_predict_proba(m, i) p WHERE p.class = i.species;
SELECT cmp_ok(abs(avg(-ln(probability)) - (SELECT estimate FROM sklearn WHERE term = 'log_loss')), '<',
  1e-12::float8, 'log loss of iris') FROM guesses;
SELECT cmp_ok(max(abs(coalesce(v.value, 9) - s.estimate)), '<', 1e-12::float8,
  'accuracy, macro averages and kappa of iris are scikit-learn''s')
FROM (SELECT (l2_label_score(species, guess)).* FROM guesses) g,
  LATERAL (VALUES ('accuracy', g.accuracy), ('precision', g.precision), ('recall', g.recall), ('f1', g.f1),
  ('kappa', g.kappa)) v(term, value)
  RIGHT JOIN sklearn s ON s.term = v.term WHERE s.class IS NULL AND s.term <> 'log_loss';
SELECT is((l2_label_score(species, guess)).confusion, (SELECT jsonb_object_agg(species, c)
  FROM (SELECT species, jsonb_object_agg(guess, n) AS c
  FROM (SELECT species, guess, count(*) AS n FROM guesses GROUP BY 1, 2) s GROUP BY 1) t),
  'the confusion matrix') FROM guesses;
-- a label that is never guessed, and one that never comes: scikit-learn's zeros
SELECT is((round(s.precision::numeric, 6), round(s.recall::numeric, 6), round(s.f1::numeric, 6), s.labels,
  s.n), (0.166667, 0.166667, 0.166667, 3, 3::bigint), 'what is 0 / 0 is 0')
FROM (SELECT (l2_label_score(a, b)).* FROM (VALUES ('x', 'x'), ('y', 'x'), ('x', 'z'), (NULL, 'x'),
  ('x', NULL)) v(a, b)) s;

-- Two classes are logistic regression
SELECT cmp_ok(max(greatest(abs(a.estimate - b.estimate), abs(a.std_error - b.std_error))), '<', 1e-8::float8,
  'two classes without a penalty are logistic_fit')
FROM (SELECT multinomial_fit(petal_width > 1.2, ARRAY[sepal_length, sepal_width]) AS m,
  logistic_fit(petal_width > 1.2, ARRAY[sepal_length, sepal_width]) AS l FROM iris) f,
  l2_summary(m) a JOIN LATERAL l2_summary(l) b USING (term);
SELECT cmp_ok(max(abs(a.estimate - b.estimate)), '<', 1e-8::float8, 'with one half of lambda')
FROM (SELECT multinomial_fit(petal_width > 1.2, ARRAY[sepal_length, sepal_width], 3) AS m,
  logistic_fit(petal_width > 1.2, ARRAY[sepal_length, sepal_width], 1.5) AS l FROM iris) f,
  l2_summary(l2_class_model(m, 'true', 'false')) a JOIN LATERAL l2_summary(l) b USING (term);
SELECT cmp_ok(max(abs(a.estimate - b.estimate)), '<', 1e-8::float8, 'and the lasso''s with the same lambda')
FROM (SELECT multinomial_fit(petal_width > 1.2, ARRAY[sepal_length, sepal_width], 3, '{"l1_ratio": 1}') AS m,
  logistic_fit(petal_width > 1.2, ARRAY[sepal_length, sepal_width], 3, '{"l1_ratio": 1}') AS l FROM iris) f,
  l2_summary(l2_class_model(m, 'true', 'false')) a JOIN LATERAL l2_summary(l) b USING (term);
-- The likelihood, by AIC
SELECT cmp_ok(abs(g.aic - (2 * 12 - 2 * s.l)) + abs(g.log_likelihood - s.l) + abs(g.df - 12), '<',
  1e-9::float8, 'log likelihood and AIC are those of the probabilities')
FROM fits f, l2_glance(m) g, LATERAL (SELECT sum(ln(p.probability)) AS l
  FROM rows, l2_predict_proba(m, ARRAY[x1, x2, x3]) p WHERE p.class = rows.class) s WHERE fit = 'plain';
-- Far from 0, and in other units: the same probabilities
SELECT cmp_ok(max(abs(a.probability - b.probability)), '<', 1e-8::float8, 'x far away and in large units')
FROM (SELECT multinomial_fit(class, ARRAY[x1, x2, x3]) AS m,
  multinomial_fit(class, ARRAY[1e6 + x1, 1e40 * x2, 1e-40 * x3]) AS n FROM rows) f, rows,
  l2_predict_proba(m, ARRAY[x1, x2, x3]) a JOIN LATERAL l2_predict_proba(n,
  ARRAY[1e6 + x1, 1e40 * x2, 1e-40 * x3]) b USING (class);
SELECT * FROM finish();
