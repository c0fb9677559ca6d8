-- Multinomial logistic regression: a target of several classes.

CALL _l2_glm_forms('multinomial_fit', 'multinomial', 'l2_model',
'Multinomial logistic regression (softmax) of a target of classes on the elements of x, with an intercept: '
'maximum likelihood, as R''s nnet::multinom. y: text, an enum, a boolean or whole numbers; its classes are '
'those of the rows, in the order of the enum or the numbers, text by its bytes; the first is the reference, '
'whose coefficients are 0. Newton steps with the exact Hessian, until each optimality condition is missed '
'by at most tolerance (1e-9) of its terms; standard errors from the inverse Hessian. NULLs, records and '
'memory as in logistic_fit; l2_obs(y, weight => w) for weights. l2_predict_proba(model, x) has the '
'probabilities, l2_predict_label(model, x) the most probable class. WARNING and converged false where the '
'features separate classes, so that coefficients go to infinity; error where all rows are of one class.',
'The same with options: covariance (as of l2_ols, of the coefficients of all classes, for l2_vcov, '
'l2_contrast and l2_wald; a number counts a feature once for each class), features, intercept, max_iter '
'(steps, 100), names, nonfinite, one_class ("error", or "null" for the result where all rows are of one '
'class), reference_class (the label of the class whose coefficients are 0), tolerance, weight_type; over '
'records those of l2_gram_agg over records too.',
'The same with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2 over the coefficients of all '
'classes, the intercepts not penalised; scikit-learn''s LogisticRegression(C = 1/lambda). No class is the '
'reference: coefficients of a feature sum to 0 over the classes, and so do the intercepts. Of two classes '
'the difference of the coefficients is what logistic_fit gives at half the lambda. No standard errors.',
'The same with options, and l1_ratio (0), lambda_scale, penalty_factor and standardize, as in logistic_fit: '
'minimises -log likelihood + lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2), as glmnet''s '
'multinomial of type "ungrouped". Where l1_ratio is 1 and several shifts of a feature''s coefficients are as '
'good, the one that keeps a 0, or the least squares.');

CALL _l2_glm_forms('multinomial_cv', 'multinomial_cv', 'l2_model',
'Multinomial logistic regression at the lambda that 10-fold cross-validation chooses: the least mean '
'deviance of rows not seen, of a grid as that of logistic_path, which goes on downwards while it still '
'falls. Without option l1_ratio the penalty is quadratic. Rows are dealt to folds as by l2_gram_folds: by '
'chance, each copy of a row on its own, and always in the same way. The model is fitted to all rows, and '
'states cv_error, cv_se and folds. y, x and NULLs as in multinomial_fit, the objective that of '
'multinomial_fit with a lambda. NULL with a NOTICE where all rows are in one fold; error where a class '
'has all its rows in one. l2_obs(y, fold => key) says the fold of a row.',
'The same with options, as those of multinomial_fit with a lambda, and folds (10), lambdas, '
'lambda_min_ratio, measure ("deviance" or "misclassification"), n_lambda, rule ("min" or "1se"), seed; '
'l1_ratio may be an array to choose from.');

CREATE FUNCTION l2_class_model(model l2_model, class text, other text) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_class_model(l2_model, text, text) IS
'Of a model of several classes the logistic regression between two of them, whose log odds are linear: for '
'l2_explain, l2_odds_ratios, l2_predict (the probability of class among these two) and what else takes a '
'logistic model. Standard errors, and their covariance, where the model keeps its own (option covariance), '
'and standard errors where one of the two is the reference class. The errors come from the rows of all '
'classes.';
