-- Cross-validation in one scan: a gram a fold.

CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_key' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_name' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint, float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_key_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint, float8) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text, float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_name_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text, float8) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_combine(l2_gram[], l2_gram[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_folds_combine(l2_gram[], l2_gram[]) IS 'combine function of the aggregates over folds';
CREATE FUNCTION l2_folds_final(l2_gram[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_folds_final(l2_gram[]) IS 'final function of l2_gram_folds';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer) IS
'One gram for each of 2 to 10000 folds, in an array, NULL for a fold without rows; for l2_cv. A row''s fold is a hash of its values y and x, so it does not depend on order, plan or session, and equal rows share a fold. Their sum is l2_gram_agg(y, x). Takes 8 k^2 + 1024 k bytes a fold for k columns. NULL rows and errors as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key bigint) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, counted from 0, so rows that share a key share a fold: a group, a block of time, a fold that you have chosen. Where fold_key is NULL the row''s values decide.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key text) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, text) IS
'The same; a hash of fold_key decides. Where it is NULL the row''s values do.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key bigint, weight float8) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, bigint, float8) IS
'The same, each row counting weight times; for no key give NULL.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key text, weight float8) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, text, float8) IS
'The same, each row counting weight times; for no key give NULL.';

-- Grams of folds into a model

CREATE FUNCTION l2_cv(
  grams l2_gram[],
  method text DEFAULT 'lasso',
  l1_ratio float8 DEFAULT NULL,
  l1_ratios float8[] DEFAULT NULL,
  n_lambda integer DEFAULT 100,
  lambda_min_ratio float8 DEFAULT NULL,
  lambdas float8[] DEFAULT NULL,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT 1e-13,
  max_iter integer DEFAULT 10000,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  rule text DEFAULT 'min'
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION l2_cv(l2_gram[], text, float8, float8[], integer, float8, float8[], boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text) IS
'The model at the penalty that cross-validation over the grams, one a fold, chooses. For each fold, models are fitted to the sum of the others at every lambda and their squared errors on the fold computed, all from the grams. method: "ridge", "lasso", "elastic_net" (l1_ratio, 0.5 by default, or several l1_ratios to choose from). lambdas, or the grid of l2_path for all rows; lambda means the same, on the scale given, for the training rows as for all. rule: "min" (least mean squared error) or "1se" (the largest lambda within a standard error of it). The model is fitted to all rows, and states cv_error, cv_se and folds. Others as l2_path. Error where fewer than two folds have rows; NULL where none has.';

CREATE FUNCTION l2_cv_curve(
  grams l2_gram[],
  method text DEFAULT 'lasso',
  l1_ratio float8 DEFAULT NULL,
  l1_ratios float8[] DEFAULT NULL,
  n_lambda integer DEFAULT 100,
  lambda_min_ratio float8 DEFAULT NULL,
  lambdas float8[] DEFAULT NULL,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT 1e-13,
  max_iter integer DEFAULT 10000,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  OUT l1_ratio float8,
  OUT lambda float8,
  OUT mean float8,
  OUT se float8,
  OUT df float8,
  OUT nonzero integer,
  OUT fold_mse float8[],
  OUT is_min boolean,
  OUT is_1se boolean
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION l2_cv_curve(l2_gram[], text, float8, float8[], integer, float8, float8[], boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean) IS
'What l2_cv compares: for each l1_ratio and lambda, largest first, the mean squared error over all folds, each counting by its weight, its standard error sqrt(sum W_k (mse_k - mean)^2 / W / (K - 1)) over K folds (as cv.glmnet with lambda given), degrees of freedom and coefficients not zero of the fit to all rows, the mean squared error of each fold that has rows, and which row the rules "min" and "1se" choose.';

-- One-line aggregates

CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[]) IS 'transition function of ridge_cv';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], jsonb) IS 'transition function of ridge_cv with options';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], text) IS 'transition function of ridge_cv with options';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8) IS 'transition function of ridge_cv with weights';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8, jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8, jsonb) IS 'transition function of ridge_cv with weights and options';
CREATE FUNCTION ridge_cv_final(l2_gram[]) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'ridge_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION ridge_cv_final(l2_gram[]) IS 'final function of ridge_cv';

CREATE AGGREGATE ridge_cv(y float8, x float8[]) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[]) IS
'Ridge regression at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x, 10), ''ridge''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], options jsonb) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], jsonb) IS
'Ridge regression with lambda by cross-validation and options, a JSON object of: features, folds (10), intercept, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, n_lambda (100), names, non_negative, nonfinite ("error" or "skip"), penalty_factor, rule ("min" or "1se"), seed (of the hash that deals rows to folds), standardize, target, tolerance, upper, weights; as the arguments of l2_cv. An unknown option is an error.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], options text) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], text) IS
'As ridge_cv with options jsonb, for a literal without a cast.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], weight float8) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], float8) IS
'Ridge regression with lambda by cross-validation and weights: each square counts weight times, in fitting and in errors.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], float8, jsonb) IS
'Ridge regression with lambda by cross-validation, weights and options.';

CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[]) IS 'transition function of lasso_cv';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], jsonb) IS 'transition function of lasso_cv with options';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], text) IS 'transition function of lasso_cv with options';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8) IS 'transition function of lasso_cv with weights';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8, jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8, jsonb) IS 'transition function of lasso_cv with weights and options';
CREATE FUNCTION lasso_cv_final(l2_gram[]) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'lasso_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION lasso_cv_final(l2_gram[]) IS 'final function of lasso_cv';

CREATE AGGREGATE lasso_cv(y float8, x float8[]) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[]) IS
'Lasso at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x, 10), ''lasso''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], options jsonb) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], jsonb) IS
'Lasso with lambda by cross-validation and options, a JSON object of: features, folds (10), intercept, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, n_lambda (100), names, non_negative, nonfinite ("error" or "skip"), penalty_factor, rule ("min" or "1se"), seed (of the hash that deals rows to folds), standardize, target, tolerance, upper, weights; as the arguments of l2_cv. An unknown option is an error.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], options text) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], text) IS
'As lasso_cv with options jsonb, for a literal without a cast.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], weight float8) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], float8) IS
'Lasso with lambda by cross-validation and weights: each square counts weight times, in fitting and in errors.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], float8, jsonb) IS
'Lasso with lambda by cross-validation, weights and options.';

CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[]) IS 'transition function of elastic_net_cv';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], jsonb) IS 'transition function of elastic_net_cv with options';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], text) IS 'transition function of elastic_net_cv with options';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8) IS 'transition function of elastic_net_cv with weights';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8, jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8, jsonb) IS 'transition function of elastic_net_cv with weights and options';
CREATE FUNCTION elastic_net_cv_final(l2_gram[]) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'elastic_net_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION elastic_net_cv_final(l2_gram[]) IS 'final function of elastic_net_cv';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[]) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[]) IS
'Elastic net at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x, 10), ''elastic_net''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], options jsonb) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], jsonb) IS
'Elastic net with lambda by cross-validation and options, a JSON object of: features, folds (10), intercept, l1_ratio (a number, 0.5 by default, or an array to choose from), lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, n_lambda (100), names, non_negative, nonfinite ("error" or "skip"), penalty_factor, rule ("min" or "1se"), seed (of the hash that deals rows to folds), standardize, target, tolerance, upper, weights; as the arguments of l2_cv. An unknown option is an error.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], options text) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], text) IS
'As elastic_net_cv with options jsonb, for a literal without a cast.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], weight float8) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], float8) IS
'Elastic net with lambda by cross-validation and weights: each square counts weight times, in fitting and in errors.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], float8, jsonb) IS
'Elastic net with lambda by cross-validation, weights and options.';
