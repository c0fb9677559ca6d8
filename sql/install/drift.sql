-- The rows a model was fitted to against those that have come since.

CREATE FUNCTION l2_drift(
  model l2_model,
  gram l2_gram,
  OUT term text,
  OUT mean float8,
  OUT mean_now float8,
  OUT shift float8,
  OUT sd float8,
  OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION l2_drift(l2_model, l2_gram) IS
'How far the rows of a gram, fresh ones say, are from those of training, in one scan: a row for '
'the target, one a feature, matched by name, then levels of categories that training did not see. '
'mean and sd (sample standard deviation) are those of training, mean_now and sd_now those of the '
'gram; shift is (mean_now - mean) / sd, spread sd_now / sd. The last row, "(Residual)", is for '
'the model''s error: mean_now the mean of y less its prediction, sd the root of the mean squared '
'residual in training and sd_now that on the gram''s rows, as l2_rmse has it, without another '
'scan; not for models with a link. Of a model with an offset the target is less the offset, as in '
'training, which the gram has as a column "(offset)". Rows weigh as in the gram. Of a model within '
'groups, and only of such, a gram of l2_gram_within. No rows where the gram has none. Error where the gram '
'lacks a feature that is no level of a category.';
