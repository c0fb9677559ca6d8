-- Dropout on the inputs, in closed form.

CREATE FUNCTION l2_dropout(
  gram l2_gram,
  rate float8,
  dropout_to text DEFAULT 'zero',
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision'
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_dropout(l2_gram, float8, text, boolean, text[], text, text[], text) IS
'Least squares under dropout of the inputs (Srivastava et al. 2014), in expectation, exactly (Wager, Wang and Liang 2013): each feature of each row is, on its own, 0 with probability rate and x / (1 - rate) otherwise (inverted dropout); the expected sum of squares is 1/2 sum w (y - b0 - x''b)^2 + rate/(1 - rate)/2 sum_j b_j^2 sum w x_j^2, and is minimised. The intercept is never dropped. dropout_to: "zero", or "mean": what is dropped is x less its mean, and the penalty has sum w (x_j - mean_j)^2. 0 <= rate < 1; 0 is least squares. Predictions take x as it is. Standard errors are those of ridge with that penalty: of the rows, not of the masks, which are averaged over, and without the bias that the penalty makes. Others as l2_ols. NULL for a gram without rows.';

-- One-line aggregates

CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8) IS 'transition function of dropout_fit';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of dropout_fit with options';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, text) IS 'transition function of dropout_fit with options';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of dropout_fit with weights';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of dropout_fit with weights and options';
CREATE FUNCTION dropout_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION dropout_final(l2_gram) IS 'final function of dropout_fit';

-- Over moving frames: rows enter and leave, at the same cost whatever the frame.
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, text) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, text) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION dropout_moving_final(internal) IS 'final function of dropout_fit over moving frames';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8) IS
'Least squares of y on the elements of x under dropout of these; see l2_dropout. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, options jsonb) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, jsonb) IS
'Dropout with options, a JSON object of: dropout_to ("zero" or "mean"), features, intercept, names, nonfinite ("error" or "skip"), target, weights; as the arguments of l2_dropout. An unknown option is an error.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, options text) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, text) IS
'As dropout_fit(y, x, rate, options jsonb), for a literal without a cast.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, weight float8) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, float8) IS
'Dropout with weights: each square counts weight times. See l2_dropout.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, weight float8, options jsonb) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, float8, jsonb) IS
'Dropout with weights and options; see dropout_fit(y, x, rate, options).';
