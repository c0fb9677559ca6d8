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
SELECT 'plain' AS fit, multinomial_fit(class, ARRAY[x1, x2, x3], '{"covariance": true}') AS m FROM rows
UNION ALL SELECT 'weighted', multinomial_fit(l2_obs(class, weight => w), ARRAY[x1, x2, x3],
  '{"covariance": true}') FROM rows
UNION ALL SELECT 'reference red', multinomial_fit(class, ARRAY[x1, x2, x3],
  '{"reference_class": "red", "covariance": true}') FROM rows
UNION ALL SELECT 'collinear', multinomial_fit(class, ARRAY[u, u + round(100 * x2) / 2 ^ 18],
  '{"names": ["u", "v"], "covariance": true}') FROM (SELECT *, round(1000 * x1) AS u FROM rows) s
UNION ALL SELECT format('penalised %s', a), multinomial_fit(class, ARRAY[x1, x2, x3], 6,
  l2_options('l1_ratio', a))
          FROM rows, unnest('{0,0.5,1}'::numeric[]) a GROUP BY a;

SELECT plan((SELECT count(DISTINCT fit) FROM r)::int + 42);
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

-- The covariance of all classes' coefficients, and tests of them, as nnet's at the exact maximum
CREATE TABLE tests (fit text, what text, name text, other text, value float8);
\copy tests FROM 'test/data/multinomial_tests.csv' WITH (FORMAT csv, HEADER true)
CREATE TABLE covariances AS
SELECT fit, m, v, array_agg(s.positive || ':' || s.term ORDER BY i) AS names
FROM fits, l2_vcov(m) v, l2_summary(m) WITH ORDINALITY s(term, estimate, std_error, t, p, lower, upper,
  standardized, vcov, positive, i)
WHERE fit !~ 'penalised' GROUP BY 1, 2, 3;
SELECT cmp_ok(max(abs(v[i][j] - t.value) / sqrt(v[i][i] * v[j][j])), '<', 1e-8::float8,
  t.fit || ': the covariance is nnet''s, ' || count(v[j][i]) || ' numbers')
FROM tests t LEFT JOIN covariances c ON c.fit = t.fit, array_position(c.names, t.name) i,
  array_position(c.names, t.other) j
WHERE t.what = 'vcov' GROUP BY t.fit ORDER BY t.fit;
SELECT cmp_ok(max(abs(f / t.value - 1)), '<', 1e-8::float8,
  format('%s: Wald''s %s tests are by nnet''s covariance', fit, count(f)))
FROM tests t JOIN fits USING (fit), l2_wald(m, CASE WHEN name <> 'all' THEN name END)
WHERE what = 'wald' GROUP BY fit ORDER BY fit;
SELECT is(array_agg(w.f IS NOT DISTINCT FROM (s.t * s.t)::numeric(20, 9)), '{t,t}', 'of one class, as its z')
FROM fits, l2_summary(m) s, LATERAL (SELECT f::numeric(20, 9), p FROM l2_wald(m, 'red:x2')) w
WHERE s.positive = 'red' AND s.term = 'x2' AND fit IN ('plain', 'weighted');
SELECT cmp_ok(max(abs(CASE t.other WHEN 'estimate' THEN estimate ELSE std_error END / t.value - 1)), '<',
  1e-8::float8, 'contrasts across classes, ' || count(estimate))
FROM tests t JOIN fits USING (fit), l2_contrast(m, t.name) WHERE t.what = 'contrast';
SELECT cmp_ok(max(abs(CASE t.other WHEN 'p' THEN a.p ELSE chi_sq END / t.value - 1)), '<', 1e-8::float8,
  'likelihood ratio tests are nnet''s anova, ' || count(chi_sq))
FROM tests t JOIN fits USING (fit), LATERAL (SELECT multinomial_fit(l2_obs(class, weight => CASE fit
  WHEN 'plain' THEN 1 ELSE w END), ARRAY[x1, x2]) AS less FROM rows) l, l2_anova(less, m) a
WHERE t.what = 'anova' AND a.df = 3;
-- Between two classes, neither the reference: what a contrast says, and an interval by the same covariance
SELECT cmp_ok(max(abs(c.std_error / s.std_error - 1) + abs(c.estimate - s.estimate) + abs(c.p / s.p - 1)),
  '<', 1e-9::float8, 'models of two classes have the errors of contrasts, ' || count(*))
FROM fits, l2_class_model(m, 'violet', 'green') two, l2_summary(two) s,
  l2_contrast(m, format('violet:%s - green:%1$s', s.term)) c WHERE fit IN ('plain', 'reference red');
SELECT cmp_ok(max(abs(c.std_error / b.std_error - 1) + abs(i.se_fit / (fit * (1 - fit) * b.std_error) - 1)),
  '<', 1e-9::float8, 'and their covariance')
FROM (SELECT m, l2_class_model(m, 'violet', 'green') AS two FROM fits WHERE fit = 'weighted') f,
  l2_contrast(two, '(Intercept) + 0.5*x1 + 50*x2') c, l2_predict_interval(two, ARRAY[0.5, 50, 0]) i,
  l2_contrast(m, 'violet:(Intercept) + 0.5*violet:x1 + 50*violet:x2 - green:(Intercept) - 0.5*green:x1 '
    '- 50*green:x2') b;

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

-- many labels, of groups side by side: what counting says
CREATE TABLE called AS SELECT k, 'l' || i * i % (5 + 14 * k) AS a, 'l' || i * 7 % (5 + 14 * k) AS b
  FROM generate_series(1, 400) i, generate_series(0, 2) k;
SELECT is((SELECT (s.n, s.labels, s.confusion, s.accuracy, round(s.precision::numeric, 12),
    round(s.recall::numeric, 12), round(s.f1::numeric, 12), round(s.kappa::numeric, 12))
    FROM (SELECT (l2_label_score(a, b ORDER BY a)).* FROM called c WHERE c.k = g.k) s),
  (SELECT (sum(hit + miss)::bigint, count(*)::int, (SELECT jsonb_object_agg(a, c)
    FROM (SELECT a, jsonb_object_agg(b, n) AS c FROM (SELECT a, b, count(*) AS n FROM called c
    WHERE c.k = g.k GROUP BY 1, 2) p GROUP BY a) r), sum(hit)::float8 / 400,
    round(avg(coalesce(hit / nullif(got, 0), 0)), 12), round(avg(coalesce(hit / nullif(hit + miss, 0), 0)),
    12),
    round(avg(2 * hit / (got + hit + miss)), 12),
    round((sum(hit) / 400 - sum((hit + miss) * got) / 160000) / (1 - sum((hit + miss) * got) / 160000), 12))
    FROM (SELECT l, count(*) FILTER (WHERE a = l AND b = l)::numeric AS hit,
      count(*) FILTER (WHERE a = l AND b <> l)::numeric AS miss, count(*) FILTER (WHERE b = l)::numeric AS got
      FROM (SELECT a AS l FROM called c WHERE c.k = g.k UNION SELECT b FROM called c WHERE c.k = g.k) u,
      called c WHERE c.k = g.k GROUP BY l) t), format('%s labels', 5 + 14 * g.k))
  FROM generate_series(0, 2) g(k);
SELECT is((l2_label_score(i, i)).labels, 1000, 'so many labels there may be') FROM generate_series(1, 1000) i;

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
-- Cross-validation against cv.glmnet, of given folds
CREATE TABLE ref_cv (weighted bool, l1_ratio float8, measure text, lambda float8, mean float8, se float8,
  is_min bool,
  is_1se bool);
\copy ref_cv FROM 'test/data/multinomial_cv.csv' WITH (FORMAT csv, HEADER true)
UPDATE ref_cv SET measure = 'misclassification' WHERE measure = 'class';
CREATE VIEW dealt AS SELECT *, row_number() OVER () % 10 + 1 AS fold FROM rows;
CREATE TABLE points AS
SELECT r.*, (SELECT multinomial_cv(
    l2_obs(class, weight => CASE WHEN r.weighted THEN w ELSE 1 END, fold => fold), ARRAY[x1, x2, x3],
    l2_options('l1_ratio', r.l1_ratio, 'measure', r.measure, 'lambda_scale', 'glmnet', 'standardize', true,
      'lambdas', ARRAY[r.lambda])) FROM dealt) AS m FROM ref_cv r;
SELECT cmp_ok(max(abs(cv_error / mean - 1)), '<', 1e-8::float8, measure || ': cv.glmnet''s means')
FROM points, l2_glance(m) GROUP BY measure ORDER BY measure;
SELECT cmp_ok(max(abs(cv_se / se - 1)), '<', 1e-7::float8, measure || ': its standard errors')
FROM points, l2_glance(m) GROUP BY measure ORDER BY measure;
CREATE TABLE chosen AS
SELECT weighted, measure, l1_ratio, rule, (SELECT multinomial_cv(
    l2_obs(class, weight => CASE WHEN c.weighted THEN w ELSE 1 END, fold => fold), ARRAY[x1, x2, x3],
    l2_options('l1_ratio', l1_ratio, 'measure', measure, 'lambda_scale', 'glmnet', 'standardize', true,
      'n_lambda', 10, 'lambda_min_ratio', 1e-4, 'rule', rule)) FROM dealt) AS m
FROM (SELECT DISTINCT weighted, measure, l1_ratio FROM ref_cv) c, unnest('{min,1se}'::text[]) rule;
SELECT is(string_agg(format('%s %s %s %s', c.weighted, c.measure, c.l1_ratio, rule), ', '), NULL,
  'the same choices, of the same grid')
FROM chosen c JOIN ref_cv r USING (weighted, measure, l1_ratio), l2_glance(m) g
WHERE CASE rule WHEN 'min' THEN r.is_min ELSE r.is_1se END AND NOT abs(g.lambda / r.lambda - 1) < 1e-8;
-- the model is the fit at what was chosen; several l1_ratios; and folds that no order of the rows changes
SELECT cmp_ok(max(abs(a.estimate - b.estimate)), '<', 1e-8::float8, 'the model is the fit to all rows')
FROM (SELECT multinomial_cv(class, ARRAY[x1, x2, x3], '{"l1_ratio": [0.2, 1]}') AS m FROM rows) f,
  l2_glance(m) g,
  LATERAL (SELECT multinomial_fit(class, ARRAY[x1, x2, x3], g.lambda,
    l2_options('l1_ratio', g.l1_ratio)) AS other
    FROM rows) t,
  l2_summary(m) a JOIN LATERAL l2_summary(other) b USING (term, positive);
SELECT is(count(DISTINCT round(cv_error::numeric, 10)), 1::bigint,
  'by label, by number, over records, in any order: the same folds')
FROM (SELECT (l2_glance(multinomial_cv(class, ARRAY[x1, x2, x3]))).cv_error FROM rows
  UNION ALL SELECT (l2_glance(multinomial_cv(class, ARRAY[x1, x2, x3] ORDER BY class DESC, x1))).cv_error FROM
    rows) s;
SELECT is(count(DISTINCT round(cv_error::numeric, 10)), 1::bigint, 'over records, too')
FROM (SELECT (l2_glance(multinomial_cv(class, r, '{"features": ["x1", "x2", "x3"]}'))).cv_error FROM rows r
  UNION ALL SELECT (l2_glance(multinomial_cv(class, r, '{"features": ["x1", "x2", "x3"]}' ORDER BY class DESC,
    x1))).cv_error FROM rows r) s;
SELECT is(count(DISTINCT round(cv_error::numeric, 10)), 1::bigint, 'and with more rows than wait to be dealt')
FROM (SELECT (l2_glance(multinomial_cv(class, ARRAY[x1 + k, x2, x3], '{"n_lambda": 4}'))).cv_error FROM rows,
  generate_series(1, 20) k
  UNION ALL SELECT (l2_glance(multinomial_cv(class, ARRAY[x1 + k, x2, x3], '{"n_lambda": 4}' ORDER BY class
    DESC, x1))).cv_error FROM rows, generate_series(1, 20) k) s;
SELECT * FROM finish();
