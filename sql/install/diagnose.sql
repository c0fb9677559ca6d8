-- Can this model be trusted: collinear columns, intervals of predictions, models side by side.

CREATE FUNCTION l2_collinearity(
  gram l2_gram,
  options l2_options DEFAULT NULL,
  OUT term text,
  OUT vif float8,
  OUT tolerance float8,
  OUT r_squared float8,
  OUT aliased text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION l2_collinearity(l2_gram, l2_options) IS
'How far each feature is explained by the others, one row a feature: r_squared of its regression on the '
'others, tolerance = 1 - r_squared, and vif = 1 / tolerance, by which collinearity inflates the variance '
'of its coefficient (Belsley, Kuh and Welsch 1980; as R''s car::vif for numeric terms). aliased: for a '
'column that those before it explain to 12 digits, which least squares would drop, the relation in words, '
'like "x3 = 2 + x1 + 1.8 x2"; its vif is infinite, and it does not count for the others. NULL elsewhere. '
'Without an intercept r_squared is about 0. Options: intercept; features: columns to use, by default all '
'but the target; target: the column left out, y by default. Weights count as in the gram. No rows for a '
'gram that is NULL or has no rows.';

CREATE FUNCTION l2_condition_indexes(
  gram l2_gram,
  options l2_options DEFAULT NULL,
  OUT dimension integer,
  OUT eigenvalue float8,
  OUT condition_index float8,
  OUT term text,
  OUT proportion float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200 ROWS 100;
COMMENT ON FUNCTION l2_condition_indexes(l2_gram, l2_options) IS
'Condition indexes with variance decomposition proportions (Belsley, Kuh and Welsch 1980, chapter 3; R''s '
'perturb::colldiag): one row a dimension and term; psql''s \crosstabview dimension term proportion makes '
'it the book''s table. Columns, the intercept''s of ones among them, are scaled to unit length, but not '
'centred; eigenvalue of their cross products, largest first; condition_index, the square root of the '
'largest eigenvalue over this one; proportion of the variance of the term''s coefficient that comes from '
'the dimension: those of a term sum to 1. An index above 30 where two terms or more have a proportion '
'above 0.5 is a near dependency of those terms. Option center: columns about their means, and no '
'intercept. Others as l2_collinearity. Small eigenvalues are as exact as large ones (one-sided Jacobi on '
'a double-double factor; Demmel and Veselic 1992). Columns that those before them explain are left out, '
'with a NOTICE.';

CREATE FUNCTION l2_predict_interval(
  model l2_model,
  features "any",
  level float8 DEFAULT 0.95,
  gram l2_gram DEFAULT NULL,
  OUT fit float8,
  OUT se_fit float8,
  OUT conf_low float8,
  OUT conf_high float8,
  OUT pred_low float8,
  OUT pred_high float8,
  OUT leverage float8
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_predict_interval(l2_model, "any", float8, l2_gram) IS
'l2_predict; its standard error; limits at level for the mean of such rows (conf) and for one new row of
weight 1 (pred), as R''s predict.lm; leverage, what a row of weight 1 at x counts for in its own fit: 1/W +
d''(X''WX)^-1 d, d = x - mean. features: an array of any number type, or a record, as in l2_predict; one
that is NULL makes all NULL. The model has to keep its covariance (option covariance), whatever its vcov is.
Ridge: se_fit^2 = sigma^2 (1/W + d''A^-1 C A^-1 d), A = C + penalty: it leaves out the bias that the penalty
makes, so the intervals are approximate; leverage is the diagonal of its hat matrix. Logistic and Poisson:
limits of the linear predictor, mapped back (conf); se_fit by the delta method; no pred. Huber''s
and quantiles: no pred, no leverage. Without residual
degrees of freedom only fit and leverage are known; of a row that those of training do not determine, see
l2_predict, only fit. gram, in place of the covariance: the one that the model
was fitted from, by least squares or ridge, whose intercept, penalty, features and weights are taken from
the model; another gram is an error. What is needed of model and gram is worked out once and kept while both
stay the same: sort rows by model, or call it in a LATERAL join after FROM models.';

CREATE FUNCTION l2_augment(
  model l2_model,
  features "any",
  y "any" DEFAULT NULL,
  OUT fitted float8,
  OUT residual float8,
  OUT standardized float8,
  OUT leverage float8,
  OUT cooks_distance float8
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_augment(l2_model, "any", "any") IS
'What a fit makes of one of its own rows: the fitted mean; y - fitted; standardized, that by its standard
deviation (R''s rstandard; of generalised linear models the Pearson residual); leverage, the diagonal of the
hat matrix; Cook''s distance, how far the coefficients move without the row (Cook 1977), above 4/n worth a
look. features: an array of any number type, or a record, as in l2_predict. y: by default the attribute of a
record that has the target''s name, of a target log(price) log of price (so exp, sqrt, log2, log10); without
one only fitted and leverage are known; where it is given, it is as the model has it, log(price). The model
has to keep its covariance (option covariance), whatever its vcov. Least squares, ridge and generalised
linear models; standardized and Cook''s distance are NULL of penalised ones, where leverage is 1, and where
sigma is 0 or not known. y may be a number, a boolean, a label of the target, or l2_obs(y, weight => w) with
the weight and the offset that the row had in the fit, which a model with weights needs: weights that count
rows give the numbers of one of them; a row of weight 0 has no standardized residual.';
CREATE FUNCTION l2_anova(
  VARIADIC models l2_model[],
  OUT number integer,
  OUT added text[],
  OUT df_residual float8,
  OUT rss float8,
  OUT df float8,
  OUT sum_sq float8,
  OUT f float8,
  OUT p float8,
  OUT deviance float8,
  OUT chi_sq float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION l2_anova(l2_model[]) IS
'Analysis of variance of nested least squares fits, or of deviance of nested generalised linear or
multinomial models, as R''s anova: one row a model, smallest first whatever the order of the arguments;
number is the argument''s. added: terms that the model before lacks; df and sum_sq: what they take from the
residuals; f = (sum_sq / df) / (rss / df_residual of the largest model), p its upper tail. Of logistic,
Poisson and other models whose variance is known chi_sq, the likelihood ratio, is what is taken from the
deviance; where a dispersion is estimated f has that of the largest model. NULL f where the models have the
same rank or the largest no residual degrees of freedom. Errors: fewer than two models; a penalty; another
family or link; other rows, weights, offsets or targets; terms that a larger model lacks, by its names: also
age is part of poly(age, 2), and with an intercept of ns(age, 3) and, up to its cube, of bs(age, 4). No rows
where a model is NULL.';

CREATE FUNCTION l2_drop1(
  gram l2_gram,
  options l2_options DEFAULT NULL,
  OUT term text,
  OUT df integer,
  OUT sum_sq float8,
  OUT rss float8,
  OUT aic float8,
  OUT f float8,
  OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION l2_drop1(l2_gram, l2_options) IS
'What least squares loses without each of its terms, as R''s drop1(test = "F"): one row a term, a category
with all of its levels being one. df: how many coefficients go; sum_sq: by how much that raises the
residual sum of squares, to rss; aic of the model without the term, as in l2_compare (R''s drop1
leaves its constants out); f = (sum_sq / df) / sigma^2 of the full model, p its upper tail. A term of a
formula that is part of an interaction is not dropped before it. df 0, and no f, of a term that the others
explain. Options: features, target, intercept as in l2_ols. No rows for a gram that is NULL or has no rows.';
CREATE FUNCTION l2_drop1(
  model l2_model,
  gram l2_gram,
  OUT term text,
  OUT df integer,
  OUT sum_sq float8,
  OUT rss float8,
  OUT aic float8,
  OUT f float8,
  OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_drop1_of_model' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION l2_drop1(l2_model, l2_gram) IS
'The same of the terms of a least squares model and the gram that it was fitted from. Error where that is of
other rows. Generalised linear models are compared by l2_anova.';

CREATE FUNCTION l2_compare(
  VARIADIC models l2_model[],
  OUT number integer,
  OUT method text,
  OUT terms text[],
  OUT n bigint,
  OUT df float8,
  OUT rss float8,
  OUT r_squared float8,
  OUT adj_r_squared float8,
  OUT sigma float8,
  OUT aic float8,
  OUT aicc float8,
  OUT bic float8,
  OUT delta_aic float8,
  OUT delta_bic float8,
  OUT lambda float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION l2_compare(l2_model[]) IS
'Models of the same rows and target side by side, one row each, in the order of the arguments. terms: '
'features whose coefficients are not zero; df: effective number of parameters, the intercept among them; '
'AIC = -2 log likelihood + 2 k, AICc = AIC + 2 k (k + 1) / (n - k - 1), BIC = -2 log likelihood + k log n, '
'and their distance from the least: the smaller the better. As in R''s AIC() and BIC(), and l2_glance, k is '
'df and 1 for sigma, and -2 log likelihood = n (log(2 pi RSS/n) + 1) of least squares, penalised or not, '
'less the sum of the logarithms of weights that do not count rows. NULL where the fit is perfect. '
'r_squared is about 0 for a model without an intercept: compare it with its like. Errors: other rows, '
'weights or targets, which make these numbers incomparable. '
'A NULL model has no row.';
