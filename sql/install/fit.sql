-- Grams into models: ordinary least squares and ridge.

CREATE FUNCTION l2_ols(
  gram l2_gram,
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision'
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_ols(l2_gram, boolean, text[], text, text[], text) IS
'Ordinary (with weights: weighted) least squares: minimises 1/2 sum w (y - b0 - x''b)^2. features: columns to use, all by default; target: column to explain, y by default; names: for the terms. weights: "precision" (n counts rows, as R''s lm) or "frequency" (n is their sum). Constant and collinear columns are dropped, the later of two, with a NOTICE: NULL coefficient. Cholesky in double-double; large well-conditioned problems in double with double-double refinement. NULL for a gram without rows.';

CREATE FUNCTION l2_ridge(
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
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_ridge(l2_gram, float8, boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text, float8) IS
'Ridge regression (Hoerl and Kennard 1970): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda/2 sum f b^2; b0 is never penalised. lambda >= 0. standardize: penalise coefficients of x over its population sd; they are returned for x as it is. lambda_scale: "sum" (this objective; scikit-learn''s Ridge alpha), "mean" (lambda times sum(w)), "glmnet" (lambda times sum(w) over the population sd of y, factors rescaled to mean 1). penalty_factor: f, one a feature, 0 leaves it unpenalised. lower, upper: bounds of the coefficients of x as it is, one for all or one a feature, NULL for none; non_negative: none below 0. solver: "cholesky", the default; "coordinate", the default with bounds; "fista" or "gradient": these take tolerance, max_iter and (gradient) learning_rate, and give no standard errors: see l2_elastic_net. With bounds, lambda 0 is bounded least squares. Others as l2_ols.';

-- One-line aggregates.  Options as jsonb, or as text so that a plain literal is understood.

CREATE FUNCTION ols_accum(l2_gram, float8, float8[], jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ols_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ols_accum(l2_gram, float8, float8[], text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ols_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ols_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ols_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION ols_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION ridge_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION ols_accum(l2_gram, float8, float8[], jsonb) IS 'transition function of ols_fit with options';
COMMENT ON FUNCTION ols_accum(l2_gram, float8, float8[], text) IS 'transition function of ols_fit with options';
COMMENT ON FUNCTION ols_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of ols_fit with weights and options';
COMMENT ON FUNCTION ols_final(l2_gram) IS 'final function of ols_fit';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8) IS 'transition function of ridge_fit';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of ridge_fit with options';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, text) IS 'transition function of ridge_fit with options';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of ridge_fit with weights';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of ridge_fit with weights and options';
COMMENT ON FUNCTION ridge_final(l2_gram) IS 'final function of ridge_fit';

-- Over moving frames: rows enter and leave, at the same cost whatever the frame.
CREATE FUNCTION ols_moving_add(internal, float8, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_add(internal, float8, float8[], jsonb) IS 'transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_remove(internal, float8, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_remove(internal, float8, float8[], jsonb) IS 'inverse transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_add(internal, float8, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_add(internal, float8, float8[], text) IS 'transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_remove(internal, float8, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_remove(internal, float8, float8[], text) IS 'inverse transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ols_moving_final(internal) IS 'final function of ols_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, text) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, text) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ridge_moving_final(internal) IS 'final function of ridge_fit over moving frames';

CREATE AGGREGATE ols_fit(y float8, x float8[]) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[]) IS
'Ordinary least squares of y on the elements of x, with an intercept; see l2_ols. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE ols_fit(y float8, x float8[], weight float8) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], float8) IS
'Weighted least squares; weights are inverse variances, as in R''s lm. See l2_ols.';

CREATE AGGREGATE ols_fit(y float8, x float8[], options jsonb) (
  SFUNC = ols_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ols_moving_add, MINVFUNC = ols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], jsonb) IS
'Ordinary least squares with options, a JSON object of: features, intercept, names, nonfinite ("error" or "skip"), target, weights; as the arguments of l2_ols. An unknown option is an error.';

CREATE AGGREGATE ols_fit(y float8, x float8[], options text) (
  SFUNC = ols_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ols_moving_add, MINVFUNC = ols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], text) IS
'As ols_fit(y, x, options jsonb), for a literal without a cast.';

CREATE AGGREGATE ols_fit(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = ols_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ols_moving_add, MINVFUNC = ols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], float8, jsonb) IS
'Weighted least squares with options; see ols_fit(y, x, options).';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8) IS
'Ridge regression of y on the elements of x: minimises 1/2 sum (y - b0 - x''b)^2 + lambda/2 |b|^2, the intercept b0 not penalised; lambda is scikit-learn''s alpha. See l2_ridge. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, options jsonb) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, jsonb) IS
'Ridge regression with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, names, non_negative, nonfinite ("error" or "skip"), penalty_factor, solver, standardize, target, tolerance, upper, weights; as the arguments of l2_ridge. An unknown option is an error.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, options text) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, text) IS
'As ridge_fit(y, x, lambda, options jsonb), for a literal without a cast.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, weight float8) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, float8) IS
'Weighted ridge regression: each square counts weight times. See l2_ridge.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, weight float8, options jsonb) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, float8, jsonb) IS
'Weighted ridge regression with options; see ridge_fit(y, x, lambda, options).';
