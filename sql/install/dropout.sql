-- Dropout on the inputs, in closed form.

CREATE FUNCTION l2_dropout(gram l2_gram, rate float8, options l2_options DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_dropout(l2_gram, float8, l2_options) IS
'Least squares under dropout of the inputs (Srivastava et al. 2014), in expectation, exactly (Wager, Wang '
'and Liang 2013): each feature of each row is, on its own, 0 with probability rate and x / (1 - rate) '
'otherwise (inverted dropout); the expected sum of squares is 1/2 sum w (y - b0 - x''b)^2 + rate/(1 - '
'rate)/2 sum_j b_j^2 sum w x_j^2, and is minimised. The intercept is never dropped. dropout_to: "zero", '
'or "mean": what is dropped is x less its mean, and the penalty has sum w (x_j - mean_j)^2. 0 <= rate < '
'1; 0 is least squares. Predictions take x as it is. Standard errors are those of ridge with that '
'penalty: of the rows, not of the masks, which are averaged over, and without the bias that the penalty '
'makes. Others as l2_ols. NULL for a gram without rows.';

CREATE FUNCTION _l2_dropout_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'dropout_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_dropout_final(l2_gram) IS 'final function of dropout_fit';
CREATE FUNCTION _l2_dropout_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'dropout_moving_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_dropout_moving_final(internal) IS 'final function of dropout_fit over moving frames';
CREATE FUNCTION _l2_moving_add_dropout(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_moving_add_dropout' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION _l2_moving_add_dropout(internal, float8, float8[], float8) IS
'transition function of dropout_fit over moving frames';
CREATE FUNCTION _l2_moving_add_dropout(internal, float8, float8[], float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_moving_add_dropout_options' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION _l2_moving_add_dropout(internal, float8, float8[], float8, l2_options) IS
'transition function of dropout_fit over moving frames';
CREATE FUNCTION _l2_moving_add_dropout(internal, l2_obs, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_moving_add_dropout_obs' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION _l2_moving_add_dropout(internal, l2_obs, float8[], float8) IS
'transition function of dropout_fit over moving frames';
CREATE FUNCTION _l2_moving_add_dropout(internal, l2_obs, float8[], float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_moving_add_dropout_obs_options' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION _l2_moving_add_dropout(internal, l2_obs, float8[], float8, l2_options) IS
'transition function of dropout_fit over moving frames';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8) (
  SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = 'dropout', FINALFUNC = _l2_dropout_final,
  COMBINEFUNC = _l2_combine, PARALLEL = SAFE, MSFUNC = _l2_moving_add_dropout, MINVFUNC = _l2_moving_remove,
  MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8) IS
'Least squares of y on the elements of x under dropout of these; see l2_dropout. NULLs as in l2_gram_agg. '
'NULL where no row is usable.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, options l2_options) (
  SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = 'dropout', FINALFUNC = _l2_dropout_final,
  COMBINEFUNC = _l2_combine, PARALLEL = SAFE, MSFUNC = _l2_moving_add_dropout, MINVFUNC = _l2_moving_remove,
  MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, l2_options) IS
'The same with options, as those of l2_dropout, and nonfinite ("error" or "skip").';

CREATE AGGREGATE dropout_fit(y l2_obs, x float8[], rate float8) (
  SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = 'dropout', FINALFUNC = _l2_dropout_final,
  COMBINEFUNC = _l2_combine, PARALLEL = SAFE, MSFUNC = _l2_moving_add_dropout, MINVFUNC = _l2_moving_remove,
  MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(l2_obs, float8[], float8) IS
'The same with what a row brings besides: l2_obs(y, weight => w). Each square counts weight times.';

CREATE AGGREGATE dropout_fit(y l2_obs, x float8[], rate float8, options l2_options) (
  SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = 'dropout', FINALFUNC = _l2_dropout_final,
  COMBINEFUNC = _l2_combine, PARALLEL = SAFE, MSFUNC = _l2_moving_add_dropout, MINVFUNC = _l2_moving_remove,
  MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(l2_obs, float8[], float8, l2_options) IS
'The same with options and what a row brings besides.';
