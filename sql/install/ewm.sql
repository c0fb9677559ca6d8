-- Rows that fade.

CREATE FUNCTION l2_gram_decay(gram l2_gram, factor float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_gram_decay(l2_gram, float8) IS
'The gram with every row counting factor times what it did, 0 < factor <= 1: to add a new day''s gram to '
'the faded ones of the days before. The number of rows stays, the sum of weights fades.';

CALL _l2_transitions('_l2_ridge_ewm_add', 'internal', 'float8[], float8, float8', 'ridge_ewm_add', 8,
  'transition function of ridge_ewm');
CALL _l2_forms('ridge_ewm', 'x float8[], lambda float8, half_life float8',
  'SFUNC = _l2_ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = _l2_ridge_moving_final',
'Ridge regression with rows that fade: each counts half as much after half_life further rows (recursive '
'least squares). In the order of the rows: ridge_ewm(y, x, 1, 30 ORDER BY day), or OVER (ORDER BY day) '
'for a model a row at O(p^2) each. The latest row has weight 1; weights are precision weights. NULLs as '
'in l2_gram_agg: such a row neither counts nor ages the others. See l2_ridge.',
'The same with options as ridge_fit.',
'The same with what a row brings besides: l2_obs(y, weight => w).',
'The same with options as ridge_fit.');
