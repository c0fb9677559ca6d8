-- Many lambdas for logistic and Poisson regression: paths and cross-validation.
--
-- After y and x come l1_ratio, weight, offset and the key of a fold in turn, and then options.

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
  is_1se boolean
);
COMMENT ON TYPE l2_glm_cv_point IS 'A penalty that logistic_cv or poisson_cv compares with others.';
COMMENT ON COLUMN l2_glm_cv_point.l1_ratio IS 'share of the penalty that is on |b|';
COMMENT ON COLUMN l2_glm_cv_point.lambda IS 'the penalty, on the scale asked for';
COMMENT ON COLUMN l2_glm_cv_point.mean IS 'the measure on rows not seen: mean of the folds, each counting by its weight';
COMMENT ON COLUMN l2_glm_cv_point.se IS 'its standard error, as cv.glmnet has it';
COMMENT ON COLUMN l2_glm_cv_point.df IS 'effective parameters of the fit to all rows';
COMMENT ON COLUMN l2_glm_cv_point.nonzero IS 'its coefficients not zero';
COMMENT ON COLUMN l2_glm_cv_point.fold_means IS 'the measure of each fold that has rows; NULL for an AUC of rows of one class';
COMMENT ON COLUMN l2_glm_cv_point.is_min IS 'what rule "min" chooses';
COMMENT ON COLUMN l2_glm_cv_point.is_1se IS 'what rule "1se" chooses';

-- Logistic regression

CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[]) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_path_final(internal) RETURNS l2_glm_path_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION logistic_path_final(internal) IS 'final function of logistic_path';
CREATE FUNCTION logistic_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION logistic_cv_final(internal) IS 'final function of logistic_cv';
CREATE FUNCTION logistic_cv_curve_final(internal) RETURNS l2_glm_cv_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION logistic_cv_curve_final(internal) IS 'final function of logistic_cv_curve';

CREATE AGGREGATE logistic_path(y anyelement, x float8[]) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[]) IS
'Logistic regression at many lambdas, largest first, each fit from the one before, in an array: SELECT p.* FROM (SELECT logistic_path(y, x, 1) AS p FROM t) s, unnest(p) p. Without l1_ratio the penalty is quadratic. lambdas: given in options, or glmnet''s grid, n_lambda values from the smallest that leaves no coefficient (for l1_ratio below 0.001 the one for that) down to lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; without l1_ratio a hundredth of that, unless lambda_scale is "glmnet"). See type l2_glm_path_point, and logistic_fit for the fits. One WARNING where some did not converge. NULL where no row is usable.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of logistic_fit and: lambda_min_ratio, lambdas, n_lambda (100). An unknown option is an error.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], text) IS
'As logistic_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See logistic_path(y, x).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_path(y, x, options).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, text) IS
'As logistic_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See logistic_path(y, x).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_path(y, x, options).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, text) IS
'As logistic_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_path(y, x).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_path(y, x, options).';

CREATE AGGREGATE logistic_cv(y anyelement, x float8[]) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[]) IS
'Logistic regression at the lambda that 10-fold cross-validation chooses, of those of logistic_path: the least mean deviance of rows not seen. Without l1_ratio the penalty is quadratic. A row''s fold is a hash of its values, as in l2_gram_folds, so it does not depend on order, plan or session, and equal rows share a fold. lambda means the same, on the scale given, for the training rows as for all. The model is fitted to all rows, and states cv_error, cv_se and folds. y, x and NULLs as in logistic_fit. NULL where no row is usable, or with a NOTICE where all are in one fold; error where the rows outside a fold have one class.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of logistic_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, measure ("deviance", "auc" or "misclassification"), n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], text) IS
'As logistic_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, text) IS
'As logistic_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, text) IS
'As logistic_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';

CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[]) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[]) IS
'What logistic_cv compares, in an array: SELECT c.* FROM (SELECT logistic_cv_curve(y, x, 1) AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of logistic_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, measure ("deviance", "auc" or "misclassification"), n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], text) IS
'As logistic_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, text) IS
'As logistic_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, text) IS
'As logistic_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';

-- Poisson regression

CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[]) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_path_final(internal) RETURNS l2_glm_path_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION poisson_path_final(internal) IS 'final function of poisson_path';
CREATE FUNCTION poisson_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION poisson_cv_final(internal) IS 'final function of poisson_cv';
CREATE FUNCTION poisson_cv_curve_final(internal) RETURNS l2_glm_cv_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION poisson_cv_curve_final(internal) IS 'final function of poisson_cv_curve';

CREATE AGGREGATE poisson_path(y anyelement, x float8[]) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[]) IS
'Poisson regression at many lambdas, largest first, each fit from the one before, in an array: SELECT p.* FROM (SELECT poisson_path(y, x, 1) AS p FROM t) s, unnest(p) p. Without l1_ratio the penalty is quadratic. lambdas: given in options, or glmnet''s grid, n_lambda values from the smallest that leaves no coefficient (for l1_ratio below 0.001 the one for that) down to lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; without l1_ratio a hundredth of that, unless lambda_scale is "glmnet"). See type l2_glm_path_point, and poisson_fit for the fits. One WARNING where some did not converge. NULL where no row is usable.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of poisson_fit and: lambda_min_ratio, lambdas, n_lambda (100). An unknown option is an error.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], text) IS
'As poisson_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See poisson_path(y, x).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_path(y, x, options).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, text) IS
'As poisson_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See poisson_path(y, x).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_path(y, x, options).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, text) IS
'As poisson_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_path(y, x).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_path(y, x, options).';

CREATE AGGREGATE poisson_cv(y anyelement, x float8[]) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[]) IS
'Poisson regression at the lambda that 10-fold cross-validation chooses, of those of poisson_path: the least mean deviance of rows not seen. Without l1_ratio the penalty is quadratic. A row''s fold is a hash of its values, as in l2_gram_folds, so it does not depend on order, plan or session, and equal rows share a fold. lambda means the same, on the scale given, for the training rows as for all. The model is fitted to all rows, and states cv_error, cv_se and folds. y, x and NULLs as in poisson_fit. NULL where no row is usable, or with a NOTICE where all are in one fold; error where the rows outside a fold have one class.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of poisson_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], text) IS
'As poisson_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, text) IS
'As poisson_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, text) IS
'As poisson_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';

CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[]) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[]) IS
'What poisson_cv compares, in an array: SELECT c.* FROM (SELECT poisson_cv_curve(y, x, 1) AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of poisson_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], text) IS
'As poisson_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, text) IS
'As poisson_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, text) IS
'As poisson_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
