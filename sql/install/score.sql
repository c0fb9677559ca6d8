-- How good predictions are, and which rows to ask.

CREATE TYPE l2_scores AS (
  n bigint,
  n_skipped bigint,
  mse float8,
  rmse float8,
  mae float8,
  median_ae float8,
  max_error float8,
  mape float8,
  msle float8,
  r2 float8,
  explained_variance float8,
  bias float8
);
COMMENT ON TYPE l2_scores IS
'What l2_score finds; w is 1 without weights, W their sum, e = yhat - y. n: rows used; n_skipped: rows '
'with a NULL or weight 0; mse: sum w e^2 / W; rmse: its root; mae: sum w |e| / W; median_ae: median of '
'|e|; max_error: largest |e|; mape: sum w |e| / max(|y|, 2^-52) / W, a share, not percent; msle: sum w '
'log((1 + y) / (1 + yhat))^2 / W, NULL where some y or yhat is <= -1; r2: 1 - sum w e^2 / sum w (y - mean '
'y)^2; explained_variance: 1 - var e / var y; both NULL where y is constant; bias: sum w e / W, above 0 '
'where predictions are too high.';
COMMENT ON COLUMN l2_scores.n IS 'rows used';
COMMENT ON COLUMN l2_scores.n_skipped IS 'rows left out: a NULL in them, or weight 0';
COMMENT ON COLUMN l2_scores.mse IS 'mean squared error, in the square of y''s unit';
COMMENT ON COLUMN l2_scores.rmse IS 'its root, in y''s unit';
COMMENT ON COLUMN l2_scores.mae IS 'mean absolute error, in y''s unit';
COMMENT ON COLUMN l2_scores.median_ae IS 'median absolute error, in y''s unit';
COMMENT ON COLUMN l2_scores.max_error IS 'largest absolute error, in y''s unit';
COMMENT ON COLUMN l2_scores.mape IS 'mean absolute error as a share of |y|, 0.1 for 10 percent';
COMMENT ON COLUMN l2_scores.msle IS 'mean squared difference of log(1 + y) and log(1 + yhat)';
COMMENT ON COLUMN l2_scores.r2 IS 'share of the squares of y about its mean that is explained';
COMMENT ON COLUMN l2_scores.explained_variance IS 'r2 of the predictions less their bias';
COMMENT ON COLUMN l2_scores.bias IS 'mean of yhat - y, in y''s unit';

-- Support functions.  None is REVOKEd: distributed planners check the caller's right to them.

CALL _l2_function('_l2_error_accum(float8[], float8, float8)', 'float8[]', 'l2_error_accum', 4,
  'transition function of l2_mse, l2_rmse, l2_mae, l2_mape and l2_r2');
CALL _l2_function('_l2_score_accum(float8[], float8, float8)', 'float8[]', 'l2_score_accum', 6,
  'transition function of l2_score');
CALL _l2_function('_l2_error_accum(float8[], l2_obs, float8)', 'float8[]', 'l2_error_accum_obs', 4,
  'transition function of l2_mse, l2_rmse, l2_mae, l2_mape and l2_r2');
CALL _l2_function('_l2_score_accum(float8[], l2_obs, float8)', 'float8[]', 'l2_score_accum_obs', 6,
  'transition function of l2_score');
CALL _l2_function('_l2_score_combine(float8[], float8[])', 'float8[]', 'l2_score_combine', 10,
  'combine function of l2_score, l2_mse, l2_rmse, l2_mae, l2_mape and l2_r2');
CALL _l2_function('_l2_mse_final(float8[])', 'float8', 'l2_mse_final', 1, 'final function of l2_mse');
CALL _l2_function('_l2_rmse_final(float8[])', 'float8', 'l2_rmse_final', 1, 'final function of l2_rmse');
CALL _l2_function('_l2_mae_final(float8[])', 'float8', 'l2_mae_final', 1, 'final function of l2_mae');
CALL _l2_function('_l2_mape_final(float8[])', 'float8', 'l2_mape_final', 1, 'final function of l2_mape');
CALL _l2_function('_l2_r2_final(float8[])', 'float8', 'l2_r2_final', 1, 'final function of l2_r2');
CALL _l2_function('_l2_score_final(float8[])', 'l2_scores', 'l2_score_final', 100,
  'final function of l2_score');

-- One metric each.  In one query they share a state.

CALL _l2_aggregate('l2_mse(y float8, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_mse_final,
    COMBINEFUNC = _l2_score_combine',
'Mean squared error of predictions yhat of y. Rows with a NULL are skipped; NULL where no row is usable. '
'Errors: NaN, infinite and too large values. Sums in double-double: right to the last digit, whatever the '
'order of the rows and the plan.');

CALL _l2_aggregate('l2_mse(y l2_obs, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_mse_final,
    COMBINEFUNC = _l2_score_combine',
'Weighted mean squared error: sum w (y - yhat)^2 / sum w. l2_obs(y, weight => w). Weights are finite and '
'>= 0; rows of weight 0 or with a NULL are skipped. See l2_mse(y, yhat).');

CALL _l2_aggregate('l2_rmse(y float8, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_rmse_final,
    COMBINEFUNC = _l2_score_combine',
  'Root of the mean squared error, in y''s unit. NULLs and errors as in l2_mse.');

CALL _l2_aggregate('l2_rmse(y l2_obs, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_rmse_final,
    COMBINEFUNC = _l2_score_combine',
  'Root of the weighted mean squared error, in y''s unit. NULLs and errors as in l2_mse.');

CALL _l2_aggregate('l2_mae(y float8, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_mae_final,
    COMBINEFUNC = _l2_score_combine',
  'Mean absolute error, in y''s unit. NULLs and errors as in l2_mse.');

CALL _l2_aggregate('l2_mae(y l2_obs, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_mae_final,
    COMBINEFUNC = _l2_score_combine',
  'Weighted mean absolute error: sum w |y - yhat| / sum w. NULLs and errors as in l2_mse.');

CALL _l2_aggregate('l2_mape(y float8, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_mape_final,
    COMBINEFUNC = _l2_score_combine',
'Mean absolute percentage error, as a share: 0.1 for 10 percent. Mean of |y - yhat| / max(|y|, 2^-52), so '
'that y = 0 gives a huge number, not an error; scikit-learn''s mean_absolute_percentage_error. NULLs and '
'errors as in l2_mse.');

CALL _l2_aggregate('l2_mape(y l2_obs, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_mape_final,
    COMBINEFUNC = _l2_score_combine',
  'Weighted mean absolute percentage error, as a share. See l2_mape(y, yhat).');

CALL _l2_aggregate('l2_r2(y float8, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_r2_final,
    COMBINEFUNC = _l2_score_combine',
'R^2: 1 - sum (y - yhat)^2 / sum (y - mean y)^2, the mean that of the same rows; below 0 for predictions '
'worse than the mean. Not the square of a correlation: for that regr_r2. NULL where y is constant, as '
'regr_r2 and l2_glance; scikit-learn has 1 there if every prediction is right and else 0: '
'coalesce(l2_r2(y, yhat), (l2_mse(y, yhat) = 0)::int). NULLs and errors as in l2_mse.');

CALL _l2_aggregate('l2_r2(y l2_obs, yhat float8)',
  'SFUNC = _l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = _l2_r2_final,
    COMBINEFUNC = _l2_score_combine',
  'Weighted R^2: 1 - sum w (y - yhat)^2 / sum w (y - weighted mean of y)^2. See l2_r2(y, yhat).');

-- All of them

CALL _l2_aggregate('l2_score(y float8, yhat float8)',
  'SFUNC = _l2_score_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = _l2_score_final,
    COMBINEFUNC = _l2_score_combine',
'All metrics of predictions yhat of y in one row: (l2_score(y, yhat)).*, or one with (l2_score(y, '
'yhat)).median_ae; see type l2_scores. The median needs all errors: 8 bytes a row are kept, up to 134 '
'million rows; the single metrics need no such memory. NULLs and errors as in l2_mse.');

CALL _l2_aggregate('l2_score(y l2_obs, yhat float8)',
  'SFUNC = _l2_score_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = _l2_score_final,
    COMBINEFUNC = _l2_score_combine',
'All metrics, each row counting weight times. The median has half of the weight on either side; where the '
'weight up to an error is just half, it is the mean of that error and the next. max_error asks only for '
'weight > 0. 16 bytes a row are kept, up to 67 million rows. See l2_score(y, yhat).');

-- Which rows to train on, and which to ask

CREATE FUNCTION l2_holdout(key bigint, fraction float8, seed bigint DEFAULT 0) RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_holdout_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_holdout(bigint, float8, bigint) IS
'Whether the row of this key is held out for testing: true for the given fraction of keys, 0 to 1. '
'Depends on key and seed alone, so a row stays where it is whatever happens to others, on every server '
'and in every version. The set of a smaller fraction lies within that of a larger one; another seed makes '
'an independent choice. The hash is XXH64 (Collet 2014) of the key''s eight bytes, lowest first, and a '
'key is held out where it is below fraction * 2^64; in Python: xxhash.xxh64_intdigest(struct.pack("<q", '
'key), seed) < fraction * 2**64. NULL for a NULL key: such a row is in neither set.';
CREATE FUNCTION l2_holdout(key text, fraction float8, seed bigint DEFAULT 0) RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_holdout_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_holdout(text, float8, bigint) IS
'The same for a key of text: XXH64 of its bytes in UTF-8, whatever the encoding of the database (in '
'SQL_ASCII, of the bytes as they are) and the collation. Several columns make a key as in l2_holdout(a || '
'''/'' || b, 0.2); keys of other types are cast to bigint or text, in a format that does not depend on '
'settings.';
CREATE FUNCTION l2_holdout(key uuid, fraction float8, seed bigint DEFAULT 0) RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_holdout_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_holdout(uuid, float8, bigint) IS 'The same for a uuid: XXH64 of its sixteen bytes.';
