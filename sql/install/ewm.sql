-- Rows that fade.

CREATE FUNCTION l2_gram_decay(gram l2_gram, factor float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_gram_decay(l2_gram, float8) IS
'The gram with every row counting factor times what it did, 0 < factor <= 1: to add a new day''s gram to '
'the faded ones of the days before. The number of rows stays, the sum of weights fades.';

CREATE FUNCTION _l2_ridge_ewm_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_ridge_ewm_add(internal, float8, float8[], float8, float8) IS
'transition function of ridge_ewm';
CREATE FUNCTION _l2_ridge_ewm_add(internal, float8, float8[], float8, float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_options' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_ridge_ewm_add(internal, float8, float8[], float8, float8, l2_options) IS
'transition function of ridge_ewm';
CREATE FUNCTION _l2_ridge_ewm_add(internal, l2_obs, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_obs' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_ridge_ewm_add(internal, l2_obs, float8[], float8, float8) IS
'transition function of ridge_ewm';
CREATE FUNCTION _l2_ridge_ewm_add(internal, l2_obs, float8[], float8, float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_obs_options' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_ridge_ewm_add(internal, l2_obs, float8[], float8, float8, l2_options) IS
'transition function of ridge_ewm';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8) (
  SFUNC = _l2_ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = _l2_ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8) IS
'Ridge regression with rows that fade: each counts half as much after half_life further rows (recursive '
'least squares). In the order of the rows: ridge_ewm(y, x, 1, 30 ORDER BY day), or OVER (ORDER BY day) '
'for a model a row at O(p^2) each. The latest row has weight 1; weights are precision weights. NULLs as '
'in l2_gram_agg: such a row neither counts nor ages the others. See l2_ridge.';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8, options l2_options) (
  SFUNC = _l2_ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = _l2_ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8, l2_options) IS
'The same with options as ridge_fit.';

CREATE AGGREGATE ridge_ewm(y l2_obs, x float8[], lambda float8, half_life float8) (
  SFUNC = _l2_ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = _l2_ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(l2_obs, float8[], float8, float8) IS
'The same with what a row brings besides: l2_obs(y, weight => w).';

CREATE AGGREGATE ridge_ewm(y l2_obs, x float8[], lambda float8, half_life float8, options l2_options) (
  SFUNC = _l2_ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = _l2_ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(l2_obs, float8[], float8, float8, l2_options) IS
'The same with options as ridge_fit.';
