-- Grams into models: lasso and elastic net.

CREATE FUNCTION l2_lasso(
  gram l2_gram,
  lambda float8,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT NULL,
  max_iter integer DEFAULT NULL,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  solver text DEFAULT NULL,
  learning_rate float8 DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_lasso(l2_gram, float8, boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text, float8) IS
'Lasso (Tibshirani 1996): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda sum f |b|; b0 is never penalised. lambda_scale: "sum" (this objective), "mean" (lambda times sum(w): scikit-learn''s Lasso alpha), "glmnet" (the same; factors rescaled to mean 1). solver, learning_rate, tolerance and max_iter: see l2_elastic_net. No standard errors. Others as l2_ridge.';

CREATE FUNCTION l2_elastic_net(
  gram l2_gram,
  lambda float8,
  l1_ratio float8,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT NULL,
  max_iter integer DEFAULT NULL,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  solver text DEFAULT NULL,
  learning_rate float8 DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_elastic_net(l2_gram, float8, float8, boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text, float8) IS
'Elastic net (Zou and Hastie 2005): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda sum f (l1_ratio |b| + (1 - l1_ratio)/2 b^2); b0 is never penalised. l1_ratio from 0 (ridge) to 1 (lasso). lambda_scale: "sum" (this objective), "mean" (lambda times sum(w): scikit-learn''s ElasticNet alpha), "glmnet" (its gaussian family: the squares'' share also over the population sd of y; factors rescaled to mean 1). solver: "coordinate", the default where there are an L1 penalty or bounds: coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010), and once the signs have settled the non-zero coefficients are solved for in double-double; "fista": proximal gradient steps with momentum (Beck and Teboulle 2009) on columns of equal length, begun anew where it leads uphill (O''Donoghue and Candes 2015); "gradient": batch gradient descent, b_j += learning_rate/N (x_j''(y - Xb) - l2 b_j), N = sum(w), in the units of the columns (with standardize: of their sd), then soft thresholding by learning_rate/N l1; b0 is solved for at every step, that is, the columns are centred; learning_rate is by default 1/L, L the largest eigenvalue of (X''X + l2)/N; from 2/L on, where it diverges (with an L1 penalty: may diverge), it is an error; "cholesky": without an L1 penalty the default. tolerance: duality gap to reach, as a share of y''y / 2: 1e-13; 1e-30 for gradient and fista without an L1 penalty, where the gap goes with the square of the error. max_iter: sweeps over the columns (10,000), or steps of fista (100,000) or gradient (10,000,000). Short of the tolerance a WARNING, and converged is false in the model. No standard errors. Others as l2_ridge.';

-- One-line aggregates

CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8) IS 'transition function of lasso_fit';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of lasso_fit with options';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, text) IS 'transition function of lasso_fit with options';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of lasso_fit with weights';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of lasso_fit with weights and options';
CREATE FUNCTION lasso_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION lasso_final(l2_gram) IS 'final function of lasso_fit';

-- Over moving frames
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, text) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, text) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION lasso_moving_final(internal) IS 'final function of lasso_fit over moving frames';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8) IS
'Lasso of y on the elements of x; see l2_lasso. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, options jsonb) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, jsonb) IS
'Lasso with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, names, non_negative, nonfinite ("error" or "skip"), penalty_factor, solver, standardize, target, tolerance, upper, weights; as the arguments of l2_lasso. An unknown option is an error.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, options text) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, text) IS
'As lasso_fit with options jsonb, for a literal without a cast.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, weight float8) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, float8) IS
'Lasso with weights: each square counts weight times. See l2_lasso.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, weight float8, options jsonb) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, float8, jsonb) IS
'Lasso with weights and options.';

CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of elastic_net_fit';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of elastic_net_fit with options';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, text) IS 'transition function of elastic_net_fit with options';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8) IS 'transition function of elastic_net_fit with weights';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8, jsonb) IS 'transition function of elastic_net_fit with weights and options';
CREATE FUNCTION elastic_net_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION elastic_net_final(l2_gram) IS 'final function of elastic_net_fit';

-- Over moving frames
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, text) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, text) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8, jsonb) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8, jsonb) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION elastic_net_moving_final(internal) IS 'final function of elastic_net_fit over moving frames';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8) IS
'Elastic net of y on the elements of x; see l2_elastic_net. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, jsonb) IS
'Elastic net with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, names, non_negative, nonfinite ("error" or "skip"), penalty_factor, solver, standardize, target, tolerance, upper, weights; as the arguments of l2_elastic_net. An unknown option is an error.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, options text) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, text) IS
'As elastic_net_fit with options jsonb, for a literal without a cast.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, weight float8) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, float8) IS
'Elastic net with weights: each square counts weight times. See l2_elastic_net.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, float8, jsonb) IS
'Elastic net with weights and options.';
