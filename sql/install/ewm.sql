-- Rows that fade.

CREATE FUNCTION l2_gram_decay(gram l2_gram, factor float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_gram_decay(l2_gram, float8) IS
'The gram with every row counting factor times what it did, 0 < factor <= 1: to add a new day''s gram to the faded ones of the days before. The number of rows stays, the sum of weights fades.';

CREATE FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8) IS 'transition function of ridge_ewm';
CREATE FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of ridge_ewm with options';
CREATE FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, text) IS 'transition function of ridge_ewm with options';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8) (
  SFUNC = ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8) IS
'Ridge regression with rows that fade: each counts half as much after half_life further rows (recursive least squares). In the order of the rows: ridge_ewm(y, x, 1, 30 ORDER BY day), or OVER (ORDER BY day) for a model a row at O(p^2) each. The latest row has weight 1; weights are precision weights. NULLs as in l2_gram_agg: such a row neither counts nor ages the others. See l2_ridge.';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8, options jsonb) (
  SFUNC = ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8, jsonb) IS
'The same with options as ridge_fit.';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8, options text) (
  SFUNC = ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8, text) IS
'The same with options as ridge_fit, for a literal without a cast.';
