-- Generalised linear models of a family and a link.

-- Fits

CALL _l2_glm_forms('glm_fit', 'glm', 'l2_model',
'Generalised linear model of y on the elements of x, with an intercept, by maximum likelihood, as R''s '
'glm: without options of family gaussian, which is least squares. See glm_fit(y, x, options). '
'l2_predict(model, x) is the mean, l2_predict_link the linear predictor. NULLs, records, weights and '
'offsets as in logistic_fit; memory too.',
'Generalised linear model. Options: family "gaussian", "binomial" (y as in logistic_fit), "poisson" '
'(counts), "gamma" and "inverse_gaussian" (y > 0), "negative_binomial" (counts of variance mean + '
'mean^2 / theta; option theta, else by maximum likelihood as MASS''s glm.nb, a WARNING where it is '
'infinite), "tweedie" and "quasi" (variance mean^power; option power 0, or 1 to 3: 1.5 and 1 if not '
'given; amounts of which some are 0 where it is below 2), and link "identity", "log", "logit", '
'"probit", "cloglog", "inverse", "inverse_squared" or "canonical". Without link the identity for '
'gaussian, logit for binomial, else log. Newton steps by the observed information where that is '
'positive; standard errors by the expected, as R has them, times the root of the dispersion: option '
'dispersion a number, or "pearson" for chi^2 / df_residual, which is what families but binomial, '
'poisson and negative_binomial (1) have without it. l2_glance has that estimate always. Others as '
'logistic_fit(y, x, options), but for class_weight. dropout is for families whose loss is convex: '
'gaussian (identity), binomial (logit, probit, cloglog), and with link log poisson, gamma, '
'negative_binomial (theta given) and tweedie.',
'Generalised linear model with a quadratic penalty: minimises half the deviance + lambda/2 |b|^2. See '
'logistic_fit(y, x, lambda).',
'The same with options: minimises half the deviance + lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2).'
' See glm_fit(y, x, options) and logistic_fit(y, x, lambda, options).');

-- Many lambdas

CALL _l2_glm_forms('glm_path', 'glm_path', 'l2_glm_path_point[]',
'glm_fit at many lambdas, largest first, each fit from the one before, in an array; see logistic_path, '
'type l2_glm_path_point and glm_fit.',
'The same with options, as those of glm_fit, and lambdas, lambda_min_ratio, n_lambda. Family '
'negative_binomial wants theta.');

CALL _l2_glm_forms('glm_cv', 'glm_cv', 'l2_model',
'glm_fit at the lambda that 10-fold cross-validation chooses, of those of glm_path: the least mean '
'deviance of rows not seen. See logistic_cv.',
'The same with options, as those of glm_path, and folds (10), measure ("deviance"; of binomial also '
'"auc" and "misclassification"), rule ("min" or "1se"), seed; l1_ratio may be an array to choose from.');

CALL _l2_glm_forms('glm_cv_curve', 'glm_cv_curve', 'l2_glm_cv_point[]',
'What glm_cv compares, in an array: SELECT c.* FROM (SELECT glm_cv_curve(y, x, ''{"family": "gamma"}'')'
' AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.',
'The same with options, as those of glm_cv.');
