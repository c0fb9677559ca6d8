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

CALL _l2_penalised_forms('dropout_fit', 'dropout', 'rate',
'Least squares of y on the elements of x under dropout of these; see l2_dropout. NULLs as in l2_gram_agg. '
'NULL where no row is usable.',
'The same with options, as those of l2_dropout, and nonfinite ("error" or "skip").');
