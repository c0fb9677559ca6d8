-- The best of many models of one gram.

CREATE FUNCTION l2_subset(
  gram l2_gram,
  method text DEFAULT 'best',
  options l2_options DEFAULT NULL,
  OUT size integer,
  OUT features text[],
  OUT rss float8,
  OUT r2 float8,
  OUT adj_r2 float8,
  OUT cp float8,
  OUT gcv float8,
  OUT aic float8,
  OUT aicc float8,
  OUT bic float8,
  OUT chosen boolean,
  OUT model l2_model
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 20;
COMMENT ON FUNCTION l2_subset(l2_gram, text, l2_options) IS
'Least squares on one subset of the features of each size, smallest first: as R''s leaps::regsubsets. '
'method: "best" (the least RSS of all subsets of that size, by branch and bound: Furnival and Wilson '
'1974; at most 40 terms and 160 columns beside the forced ones), "forward" (always the feature that lowers '
'RSS most), "backward" (from all of them, always without the one that raises RSS least). The levels of a '
'category are one term, in a subset together or not at all, and an interaction is in none without its main '
'effects, as R''s step has it; sizes count columns, so some have no subset, and of the best those are left '
'out that a smaller one does better than; where a term has more columns than one, steps go by the criterion, '
'not RSS. Options: force: features, or categories, in every subset; max_features: the largest size, forced '
'ones counted. A row: features as columns of the '
'gram, RSS, R^2, adjusted R^2, Mallows''s Cp = RSS/s^2 - n + 2 df with s^2 from all features (NULL where '
'they leave no degrees of freedom), GCV, AIC, AICc and BIC as in l2_path (NULL with as many parameters as '
'rows; -Infinity for a perfect fit with fewer), whether this size is chosen, having the best criterion '
'(option; "bic" by default, "gcv", "aic", "aicc", "cp", "adj_r2"; the smallest of equal ones), the model. '
'No subset has a feature that others in it explain, so with collinear features or few rows there are '
'fewer sizes; of equally good subsets it is the one with the earlier features. A NOTICE names features '
'that were left out. With no more rows than features give max_features: bounds say little then. Standard '
'errors, p values and R^2 of a model that was selected on the same rows are too optimistic: judge it on '
'other rows. Others as l2_ols. No rows for a gram without rows.';

CREATE FUNCTION l2_select(
  gram l2_gram,
  method text DEFAULT 'lasso',
  options l2_options DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_select(l2_gram, text, l2_options) IS
'The model with the best criterion (option; "bic" by default). method "ridge", "lasso" or "elastic_net": '
'of the lambdas of l2_path, by "gcv", "aic", "aicc" or "bic" with its effective parameters as df (of a '
'lasso the coefficients not zero: Zou, Hastie and Tibshirani 2007); of equal ones the largest lambda. Of '
'ridge also by "evidence": the lambda, of all there are unless lambdas names some, under which the rows '
'are most likely, coefficients integrated out (MacKay 1992; scikit-learn''s BayesianRidge without '
'hyperpriors: lambda_ / alpha_). "forward", "backward" or "best": of the subsets of l2_subset, by those, '
'"cp" or "adj_r2"; of equal ones the smallest. Options max_features and force are for these methods, '
'those of l2_path for the others. Where no model has the criterion, having no fewer parameters than rows,'
' the simplest. Standard errors, p values and R^2 of a model that was selected on the same rows are too '
'optimistic: judge it on other rows. NULL for a gram without rows.';
