-- Many lambdas for logistic and Poisson regression: paths and cross-validation.

CREATE TYPE l2_glm_path_point AS (
  lambda float8,
  df float8,
  nonzero integer,
  dev_ratio float8,
  deviance float8,
  aic float8,
  aicc float8,
  bic float8,
  converged boolean,
  model l2_model
);
COMMENT ON TYPE l2_glm_path_point IS 'A fit of logistic_path or poisson_path.';
COMMENT ON COLUMN l2_glm_path_point.lambda IS 'the penalty, on the scale asked for';
COMMENT ON COLUMN l2_glm_path_point.df IS 'effective parameters, the intercept among them';
COMMENT ON COLUMN l2_glm_path_point.nonzero IS 'coefficients not zero';
COMMENT ON COLUMN l2_glm_path_point.dev_ratio IS 'share of the null deviance that is explained';
COMMENT ON COLUMN l2_glm_path_point.deviance IS 'residual deviance';
COMMENT ON COLUMN l2_glm_path_point.aic IS 'Akaike''s criterion, -2 log likelihood + 2 df';
COMMENT ON COLUMN l2_glm_path_point.aicc IS 'the same, corrected for few rows';
COMMENT ON COLUMN l2_glm_path_point.bic IS 'Schwarz''s criterion, -2 log likelihood + df log n';
COMMENT ON COLUMN l2_glm_path_point.converged IS 'whether the search reached its tolerance';
COMMENT ON COLUMN l2_glm_path_point.model IS 'the model';

CREATE TYPE l2_glm_cv_point AS (
  l1_ratio float8,
  lambda float8,
  mean float8,
  se float8,
  df float8,
  nonzero integer,
  fold_means float8[],
  is_min boolean,
  is_1se boolean,
  dropout float8,
  relax float8
);
COMMENT ON TYPE l2_glm_cv_point IS 'A penalty that logistic_cv or poisson_cv compares with others.';
COMMENT ON COLUMN l2_glm_cv_point.l1_ratio IS 'share of the penalty that is on |b|';
COMMENT ON COLUMN l2_glm_cv_point.lambda IS 'the penalty, on the scale asked for';
COMMENT ON COLUMN l2_glm_cv_point.mean IS
'the measure on rows not seen: mean of the folds, each counting by its weight';
COMMENT ON COLUMN l2_glm_cv_point.se IS 'its standard error, as cv.glmnet has it';
COMMENT ON COLUMN l2_glm_cv_point.df IS 'effective parameters of the fit to all rows';
COMMENT ON COLUMN l2_glm_cv_point.nonzero IS 'its coefficients not zero';
COMMENT ON COLUMN l2_glm_cv_point.fold_means IS
'the measure of each fold that has rows; NULL for an AUC of rows of one class';
COMMENT ON COLUMN l2_glm_cv_point.is_min IS 'what rule "min" chooses';
COMMENT ON COLUMN l2_glm_cv_point.is_1se IS 'what rule "1se" chooses';
COMMENT ON COLUMN l2_glm_cv_point.dropout IS 'rate of dropout';
COMMENT ON COLUMN l2_glm_cv_point.relax IS 'share of the penalised fit; 1 where it is not relaxed';

-- Gradient descent

CREATE TYPE l2_trace_point AS (
  iteration integer,
  objective float8,
  loss float8,
  gap float8,
  step float8,
  coefficients float8[]
);
COMMENT ON TYPE l2_trace_point IS 'Where the search of logistic_trace is after an iteration.';
COMMENT ON COLUMN l2_trace_point.iteration IS 'how often every row was seen; 0: the start';
COMMENT ON COLUMN l2_trace_point.objective IS '-log likelihood and penalty, over all rows';
COMMENT ON COLUMN l2_trace_point.loss IS '-log likelihood, over all rows';
COMMENT ON COLUMN l2_trace_point.gap IS
'by how much the worst optimality condition is missed, as a share of its terms';
COMMENT ON COLUMN l2_trace_point.step IS 'the learning rate';
COMMENT ON COLUMN l2_trace_point.coefficients IS
'the intercept and the coefficients, in the units of the columns';

CALL _l2_glm_forms('logistic_trace', 'logistic_trace', 'l2_trace_point[]',
'How gradient descent comes to a logistic regression, a textbook''s logistic unit, a row an iteration in an '
'array: SELECT t.* FROM (SELECT logistic_trace(y, x) AS p FROM t) s, unnest(p) t. A step is b - rate * the '
'mean over rows of (p - y) x, the intercept among them, with rate 1/L, where 2/L is the largest that is sure '
'to converge. 100 iterations, or until each optimality condition is missed by at most 1e-9 of its terms. '
'NULLs, records, weights and labels as in logistic_fit.',
'The same with options: batch_size (rows of a step: an iteration is then several steps, over all rows in an '
'order shuffled by SplitMix64 from seed, beginning from that of their values), class_weight, features, '
'intercept, learning_rate, max_iter (100), one_class, seed, standardize (steps in units of (x - mean) / sd), '
'start (the intercept and the coefficients to start from; 0 each), tolerance; l1_ratio, lambda_scale and '
'penalty_factor with a lambda; others as in logistic_fit. A learning_rate that diverges is not refused: the '
'rows show it, and a WARNING names the largest that is sure to converge.',
'The same with a quadratic penalty, lambda/2 |b|^2 over the number of rows in a step: that of '
'logistic_fit(y, x, lambda), where the search ends.',
'The same with options. An l1 penalty takes its part by soft thresholding behind each step.');

-- Logistic regression

CALL _l2_glm_forms('logistic_path', 'logistic_path', 'l2_glm_path_point[]',
'Logistic regression at many lambdas, largest first, each fit from the one before, in an array: SELECT '
'p.* FROM (SELECT logistic_path(y, x, ''{"l1_ratio": 1}'') AS p FROM t) s, unnest(p) p. Without option '
'l1_ratio the penalty is quadratic. lambdas: given in options, or glmnet''s grid, n_lambda values from '
'the smallest that leaves no coefficient (for l1_ratio below 0.001 the one for that) down to '
'lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; without l1_ratio a '
'hundredth of that, unless lambda_scale is "glmnet"). See type l2_glm_path_point, and logistic_fit for '
'the fits. One WARNING where some did not converge. NULL where no row is usable.',
'The same with options, as those of logistic_fit, and lambdas, lambda_min_ratio, n_lambda.');

CALL _l2_glm_forms('logistic_cv', 'logistic_cv', 'l2_model',
'Logistic regression at the lambda that 10-fold cross-validation chooses, of those of logistic_path: the '
'least mean deviance of rows not seen. The grid goes on downwards while it still falls, unless lambdas or '
'lambda_min_ratio are given. Without option l1_ratio the penalty is quadratic. Rows are dealt '
'to folds as by l2_gram_folds: by chance, each copy of a row on its own, and always in the same way, '
'whatever order, plan or session. lambda means the same, on the scale given, for the training rows as for '
'all. The model is fitted to all rows, and states cv_error, cv_se and folds. y, x and NULLs as '
'in logistic_fit. NULL where no row is usable, or with a NOTICE where all are in one fold; error where '
'the rows outside a fold have one class. l2_obs(y, fold => key) says the fold of a row, as in l2_gram_folds.',
'The same with options, as those of logistic_path, and folds (10), measure ("deviance", "auc" or '
'"misclassification"), rule ("min" or "1se"), seed; l1_ratio may be an array to choose from.');

CALL _l2_glm_forms('logistic_cv_curve', 'logistic_cv_curve', 'l2_glm_cv_point[]',
'What logistic_cv compares, in an array: SELECT c.* FROM (SELECT logistic_cv_curve(y, x, ''{"l1_ratio": '
'1}'') AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.',
'The same with options, as those of logistic_cv.');

-- Poisson regression

CALL _l2_glm_forms('poisson_path', 'poisson_path', 'l2_glm_path_point[]',
'Poisson regression at many lambdas, largest first, each fit from the one before, in an array: SELECT p.* '
'FROM (SELECT poisson_path(y, x, ''{"l1_ratio": 1}'') AS p FROM t) s, unnest(p) p. Without option '
'l1_ratio the penalty is quadratic. lambdas: given in options, or glmnet''s grid, n_lambda values from '
'the smallest that leaves no coefficient (for l1_ratio below 0.001 the one for that) down to '
'lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; without l1_ratio a '
'hundredth of that, unless lambda_scale is "glmnet"). See type l2_glm_path_point, and poisson_fit for the '
'fits. One WARNING where some did not converge. NULL where no row is usable.',
'The same with options, as those of poisson_fit, and lambdas, lambda_min_ratio, n_lambda.');

CALL _l2_glm_forms('poisson_cv', 'poisson_cv', 'l2_model',
'Poisson regression at the lambda that 10-fold cross-validation chooses, of those of poisson_path: the '
'least mean deviance of rows not seen. Without option l1_ratio the penalty is quadratic. Rows are dealt '
'to folds as by l2_gram_folds: by chance, each copy of a row on its own, and always in the same way, '
'whatever order, plan or session. lambda means the same, on the scale given, for the training rows as for '
'all. The model is fitted to all rows, and states cv_error, cv_se and folds. y, x and NULLs as '
'in poisson_fit. NULL where no row is usable, or with a NOTICE where all are in one fold; error where '
'the rows outside a fold have one class. l2_obs(y, fold => key) says the fold of a row, as in l2_gram_folds.',
'The same with options, as those of poisson_path, and folds (10), rule ("min" or "1se"), seed; l1_ratio '
'may be an array to choose from.');

CALL _l2_glm_forms('poisson_cv_curve', 'poisson_cv_curve', 'l2_glm_cv_point[]',
'What poisson_cv compares, in an array: SELECT c.* FROM (SELECT poisson_cv_curve(y, x, ''{"l1_ratio": '
'1}'') AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.',
'The same with options, as those of poisson_cv.');
