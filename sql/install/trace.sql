-- A solver's way to the minimum.

CREATE FUNCTION l2_trace(
  gram l2_gram,
  lambda float8,
  options l2_options DEFAULT NULL,
  OUT iteration integer,
  OUT objective float8,
  OUT gap float8,
  OUT nonzero integer,
  OUT rss float8,
  OUT step float8,
  OUT coefficients float8[]
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION l2_trace(l2_gram, float8, l2_options) IS
'How a solver comes to the elastic net (option l1_ratio 0, the default: ridge; 1: lasso), a row an '
'iteration; row 0 is the start, where all coefficients are 0. Option solver: "gradient", the default, '
'"fista" or "coordinate" (a row a sweep over all columns, without the exact finish), as in '
'l2_elastic_net. A row: what is minimised, 1/2 rss + penalty; duality gap as a share of y''y / 2; '
'coefficients not zero; residual sum of squares; learning rate of gradient; the intercept and the '
'coefficients, in the units of the columns, as l2_predict takes them. Ends where the gap is at most '
'tolerance, after max_iter iterations (100), or before a number overflows. A learning_rate that diverges '
'is not refused: the rows show it, and a WARNING at the end names the largest that converges. Others as '
'l2_elastic_net. No rows for a gram without rows.';
