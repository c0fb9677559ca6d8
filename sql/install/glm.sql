-- Generalised linear models of a family and a link.

-- Fits

CREATE FUNCTION _l2_any_glm(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm(internal, "any", "any") IS 'transition function of glm_fit';
CREATE FUNCTION _l2_any_glm(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm(internal, "any", "any", l2_options) IS
'transition function of glm_fit';
CREATE FUNCTION _l2_any_glm(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm(internal, "any", "any", float8) IS 'transition function of glm_fit';
CREATE FUNCTION _l2_any_glm(internal, "any", "any", float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm(internal, "any", "any", float8, l2_options) IS
'transition function of glm_fit';
CREATE FUNCTION _l2_glm_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'glm_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_glm_final(internal) IS 'final function of glm_fit';

CREATE AGGREGATE glm_fit(y "any", x "any") (
  SFUNC = _l2_any_glm, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_fit("any", "any") IS
'Generalised linear model of y on the elements of x, with an intercept, by maximum likelihood, as R''s '
'glm: without options of family gaussian, which is least squares. See glm_fit(y, x, options). '
'l2_predict(model, x) is the mean, l2_predict_link the linear predictor. NULLs, records, weights and '
'offsets as in logistic_fit; memory too.';

CREATE AGGREGATE glm_fit(y "any", x "any", options l2_options) (
  SFUNC = _l2_any_glm, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_fit("any", "any", l2_options) IS
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
'negative_binomial (theta given) and tweedie.';

CREATE AGGREGATE glm_fit(y "any", x "any", lambda float8) (
  SFUNC = _l2_any_glm, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_fit("any", "any", float8) IS
'Generalised linear model with a quadratic penalty: minimises half the deviance + lambda/2 |b|^2. See '
'logistic_fit(y, x, lambda).';

CREATE AGGREGATE glm_fit(y "any", x "any", lambda float8, options l2_options) (
  SFUNC = _l2_any_glm, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_fit("any", "any", float8, l2_options) IS
'The same with options: minimises half the deviance + lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2).'
' See glm_fit(y, x, options) and logistic_fit(y, x, lambda, options).';

CREATE FUNCTION _l2_numbers_glm(internal, "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_glm' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_glm(internal, "any", "any", "any", VARIADIC "any") IS
'error of glm_fit for features that are no array';
CREATE AGGREGATE glm_fit(y "any", a "any", b "any", VARIADIC "any") (
  SFUNC = _l2_numbers_glm, STYPE = internal, FINALFUNC = _l2_glm_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_fit("any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';

-- Many lambdas

CREATE FUNCTION _l2_any_glm_path(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm_path' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm_path(internal, "any", "any") IS 'transition function of glm_path';
CREATE FUNCTION _l2_any_glm_path(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm_path' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm_path(internal, "any", "any", l2_options) IS
'transition function of glm_path';
CREATE FUNCTION _l2_glm_path_final(internal) RETURNS l2_glm_path_point[]
  AS 'MODULE_PATHNAME', 'glm_path_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_glm_path_final(internal) IS 'final function of glm_path';

CREATE AGGREGATE glm_path(y "any", x "any") (
  SFUNC = _l2_any_glm_path, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_path_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_path("any", "any") IS
'glm_fit at many lambdas, largest first, each fit from the one before, in an array; see logistic_path, '
'type l2_glm_path_point and glm_fit.';

CREATE AGGREGATE glm_path(y "any", x "any", options l2_options) (
  SFUNC = _l2_any_glm_path, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_path_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_path("any", "any", l2_options) IS
'The same with options, as those of glm_fit, and lambdas, lambda_min_ratio, n_lambda. Family '
'negative_binomial wants theta.';

CREATE FUNCTION _l2_numbers_glm_path(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_glm_path' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_glm_path(internal, "any", "any", float8) IS
'error of glm_path for features that are no array';
CREATE AGGREGATE glm_path(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_glm_path, STYPE = internal, FINALFUNC = _l2_glm_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_path("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_glm_cv(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm_cv(internal, "any", "any") IS 'transition function of glm_cv';
CREATE FUNCTION _l2_any_glm_cv(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm_cv(internal, "any", "any", l2_options) IS
'transition function of glm_cv';
CREATE FUNCTION _l2_glm_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'glm_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_glm_cv_final(internal) IS 'final function of glm_cv';

CREATE AGGREGATE glm_cv(y "any", x "any") (
  SFUNC = _l2_any_glm_cv, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_cv_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_cv("any", "any") IS
'glm_fit at the lambda that 10-fold cross-validation chooses, of those of glm_path: the least mean '
'deviance of rows not seen. See logistic_cv.';

CREATE AGGREGATE glm_cv(y "any", x "any", options l2_options) (
  SFUNC = _l2_any_glm_cv, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_cv_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_cv("any", "any", l2_options) IS
'The same with options, as those of glm_path, and folds (10), measure ("deviance"; of binomial also '
'"auc" and "misclassification"), rule ("min" or "1se"), seed; l1_ratio may be an array to choose from.';

CREATE FUNCTION _l2_numbers_glm_cv(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_glm_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_glm_cv(internal, "any", "any", float8) IS
'error of glm_cv for features that are no array';
CREATE AGGREGATE glm_cv(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_glm_cv, STYPE = internal, FINALFUNC = _l2_glm_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_cv("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_glm_cv_curve(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm_cv_curve' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm_cv_curve(internal, "any", "any") IS
'transition function of glm_cv_curve';
CREATE FUNCTION _l2_any_glm_cv_curve(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_glm_cv_curve' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_glm_cv_curve(internal, "any", "any", l2_options) IS
'transition function of glm_cv_curve';
CREATE FUNCTION _l2_glm_cv_curve_final(internal) RETURNS l2_glm_cv_point[]
  AS 'MODULE_PATHNAME', 'glm_cv_curve_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_glm_cv_curve_final(internal) IS 'final function of glm_cv_curve';

CREATE AGGREGATE glm_cv_curve(y "any", x "any") (
  SFUNC = _l2_any_glm_cv_curve, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_cv_curve_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_cv_curve("any", "any") IS
'What glm_cv compares, in an array: SELECT c.* FROM (SELECT glm_cv_curve(y, x, ''{"family": "gamma"}'')'
' AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.';

CREATE AGGREGATE glm_cv_curve(y "any", x "any", options l2_options) (
  SFUNC = _l2_any_glm_cv_curve, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_glm_cv_curve_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_cv_curve("any", "any", l2_options) IS
'The same with options, as those of glm_cv.';

CREATE FUNCTION _l2_numbers_glm_cv_curve(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_glm_cv_curve' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_glm_cv_curve(internal, "any", "any", float8) IS
'error of glm_cv_curve for features that are no array';
CREATE AGGREGATE glm_cv_curve(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_glm_cv_curve, STYPE = internal, FINALFUNC = _l2_glm_cv_curve_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE glm_cv_curve("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';
