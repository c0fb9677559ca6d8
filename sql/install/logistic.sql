-- Logistic and Poisson regression: generalised linear models with their canonical links.
--
-- y is of any numeric type, boolean, or an l2_obs; features are an array or a record.  The state keeps rows,
-- so it is internal: the scan beneath may be parallel, the aggregate is not.  For a parallel or distributed
-- fit see l2_fit.

-- Logistic regression

CALL _l2_glm_forms('logistic_fit', 'logistic', 'l2_model',
'Logistic regression of y on the elements of x, with an intercept: maximum likelihood, as R''s glm(family '
'= binomial). y: boolean, or a number from 0 to 1: 0, 1 or the share of 1s among weight trials; or text or '
'an enum of two labels, of which option positive names the one that is 1. NULLs as '
'in l2_gram_agg; NULL where no row is usable. Newton steps until the last one moves the linear predictor '
'by less than tolerance (root mean square). Rows are kept in work_mem and beyond it in a temporary file. '
'WARNING and converged false where the features separate 0 from 1, so that coefficients go to infinity; '
'error where y is 0, or 1, in every row. l2_predict(model, x) is the probability of 1. Over a record, a '
'table''s alias say, features are its attributes, numbers and categories by name, as in l2_gram_agg(y, '
'features): the first level of each category is the reference, without a column; with a lambda > 0 each '
'level has one. Rows are kept as numbers and levels, 8 bytes an attribute. l2_obs(y, weight => w, '
'offset_by => e): each row counts weight times, a share y of weight trials is weight rows, and offset_by '
'is added to the linear predictor. l2_predict does not know the offset, and l2_predict_link(model, x) + '
'offset is then the predictor.',
'Logistic regression with options: covariance (as of l2_ols, by one more pass), vcov, bandwidth, ssc and '
'psd (as of ols_fit, without a penalty: sandwiches of the inverse Fisher information and the scores, as '
'R''s sandwich, CR1 as its vcovCL with type = "HC1", and with ssc "cluster" as its default of a glm, HC0; '
'p and limits are of the normal distribution, of clusters of t), class_weight ("none", or '
'"balanced": weights times sum(w) / (2 sum of w of the row''s class)), dropout (the share of each '
'feature''s values that are set to 0 while the others are divided by 1 - rate, which keeps their mean: '
'what is minimised is the mean of -log likelihood over what is dropped, plus the penalties, within the '
'bounds; see masks), features, intercept, l1_ratio (0), lambda_scale, lower, masks (how '
'that mean is had: "exact", over all masks of each row; "normal", with the linear predictor taken for '
'a normal one; a number of masks that are drawn for each row, by what the row is, option seed, and which of '
'its copies it is: 50 or more for coefficients within 2 % where effects are strong, and 8 bytes a row, and '
'some 40 a different row at the start, beside work_mem; or "quadratic", the approximation of Wager, Wang '
'and Liang 2013, log likelihood - 1/2 rate/(1 - rate) sum_j b_j^2 sum_i w_i p_i (1 - p_i) x_ij^2, '
'which is for small effects. Left out: exact of up to 12 features where rows times masks are at most '
'16,000,000, else normal. A WARNING where an approximation adds something else to the loss than masks do), '
'max_iter (steps, '
'100), names, non_negative, nonfinite ("error" or "skip"), one_class ("error", or "null" for the result '
'where y is 0, or 1, in every row), penalty_factor, positive (the label that counts as 1, where y is text '
'or an enum; the model keeps both labels, and l2_predict_label gives them; more than two are an error), '
'solver ("gradient": the textbook''s steps, with batch_size, learning_rate, max_iter (10000), seed and '
'start, as in logistic_trace; an error where the rate diverges, and no standard errors), '
'standardize, tolerance (1e-11), upper, weight_type; '
'as the arguments of l2_elastic_net where not said otherwise. standardize goes by the weighted population'
' sd of x; lambda_scale "mean" and "glmnet" multiply lambda by sum(w). Over records those of l2_gram_agg '
'over records too.',
'Logistic regression with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2, the intercept '
'not penalised; scikit-learn''s LogisticRegression(C = 1/lambda). Standard errors are those of A^-1 C '
'A^-1, C the information and A = C + lambda: they leave out the bias that the penalty makes. See '
'logistic_fit(y, x).',
'The same with options. With option l1_ratio the penalty is that of l2_elastic_net: minimises -log '
'likelihood + lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2); l1_ratio 1 is the lasso. Proximal Newton '
'steps (Lee, Sun and Saunders 2014), each solved exactly by coordinate descent on moments. With l1_ratio '
'> 0 there are no standard errors. group, as of l2_elastic_net and with l1_ratio > 0: columns of one '
'category, or of one number, are in or out together (group lasso); without bounds. relax, as of '
'l2_elastic_net and with l1_ratio > 0. See logistic_fit(y, x).');

-- Poisson regression

CALL _l2_glm_forms('poisson_fit', 'poisson', 'l2_model',
'Poisson regression of counts y on the elements of x, with an intercept: mean exp(b0 + x''b), maximum '
'likelihood, as R''s glm(family = poisson). y >= 0. NULLs as in l2_gram_agg; NULL where no row is usable. '
'Steps, memory and separation (a feature singles out rows whose counts are all 0) as in logistic_fit(y, '
'x). Error where every count is 0. l2_predict(model, x) is the mean. Records, weights and offsets as in '
'logistic_fit. With l2_obs(y, offset_by => ln(exposure)) for counts from unequal times or populations '
'l2_predict(model, x) is the mean for exposure 1.',
'Poisson regression with options; see logistic_fit(y, x, options), but for class_weight; masks '
'"quadratic" has the mean in place of p (1 - p).',
'Poisson regression with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2; scikit-learn''s '
'PoissonRegressor(alpha) is lambda = alpha sum(w). See logistic_fit(y, x, lambda).',
'The same with options. See logistic_fit(y, x, lambda, options).');

-- A pass over the rows: l2_fit makes one query of each.

CALL _l2_function('_l2_newton_accum(l2_gram, float8, float8[], l2_model)', 'l2_gram', 'l2_newton_accum', 8,
  'transition function of _l2_newton_agg');
CALL _l2_function('_l2_newton_accum(l2_gram, l2_obs, float8[], l2_model)',
  'l2_gram', 'l2_newton_accum_obs', 8,
  'transition function of _l2_newton_agg');

CREATE AGGREGATE _l2_newton_agg(y float8, x float8[], model l2_model) (
  SFUNC = _l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
  COMBINEFUNC = _l2_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE _l2_newton_agg(float8, float8[], l2_model) IS
'What a Newton step of logistic or Poisson regression needs of the rows at a model, as a gram: with '
'residual r = y - mean, variance v and loss d (half the deviance) of each row there, the gram of the rows '
'(r / v, x, d / v) of weight v. Its cross products of column 1 with the others, about 0, are the '
'gradient, those of the others the information, weight times mean of the last column the sum of losses. '
'At a model with "n": 0, as l2_fit starts from: the gram of (y, x, d, log likelihood of a perfect '
'fit). y as in logistic_fit or poisson_fit. NULLs as in l2_gram_agg. Every row must bring the same model.';

CREATE AGGREGATE _l2_newton_agg(y l2_obs, x float8[], model l2_model) (
  SFUNC = _l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
  COMBINEFUNC = _l2_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE _l2_newton_agg(l2_obs, float8[], l2_model) IS
'The same with weights, which multiply v, and offsets, which are added to the linear predictor.';

-- The same of numbers and levels

CALL _l2_function('_l2_newton_accum(l2_state, float8, l2_row, l2_model, l2_options)',
  'l2_state', 'l2_newton_accum_row', 20, 'transition function of _l2_newton_agg over l2_row');
CALL _l2_function('_l2_newton_accum(l2_state, l2_obs, l2_row, l2_model, l2_options)',
  'l2_state', 'l2_newton_accum_row_obs', 20, 'transition function of _l2_newton_agg over l2_row');

CALL _l2_aggregate('_l2_newton_agg(y float8, x l2_row, model l2_model, options l2_options)',
  'SFUNC = _l2_newton_accum, STYPE = l2_state, SSPACE = 16384, INITCOND = ''gram'',
    FINALFUNC = _l2_row_gram_final, COMBINEFUNC = _l2_row_combine',
'The same of the attributes of rows, which the options name, as those of l2_gram_agg over l2_row: all levels '
'have columns; d and the log likelihood are columns "=loss" and "=saturated". A model at which a step is '
'taken has these attributes, and rows with a level that it does not know are skipped.');
CALL _l2_aggregate('_l2_newton_agg(y l2_obs, x l2_row, model l2_model, options l2_options)',
  'SFUNC = _l2_newton_accum, STYPE = l2_state, SSPACE = 16384, INITCOND = ''gram'',
    FINALFUNC = _l2_row_gram_final, COMBINEFUNC = _l2_row_combine',
'The same with weights and offsets.');
