-- One gram, many penalties.

CREATE FUNCTION l2_path(
  gram l2_gram,
  method text DEFAULT 'lasso',
  options l2_options DEFAULT NULL,
  OUT lambda float8,
  OUT df float8,
  OUT nonzero integer,
  OUT dev_ratio float8,
  OUT rss float8,
  OUT gcv float8,
  OUT aic float8,
  OUT aicc float8,
  OUT bic float8,
  OUT converged boolean,
  OUT model l2_model
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION l2_path(l2_gram, text, l2_options) IS
'Fits at many lambdas, largest first, each from the one before. method: "ridge", "lasso" or "elastic_net" '
'(option l1_ratio, 0.5 by default). Options: lambdas, or by default glmnet''s grid: n_lambda values from '
'the smallest that leaves no coefficient (for ridge, which never leaves none: the same penalty as '
'glmnet''s, its grid for l1_ratio 0.001) down to lambda_min_ratio times that (1e-4; 1e-2 where there are '
'no more rows than columns; for ridge a hundredth of that, unless lambda_scale is "glmnet"). A row: '
'lambda, effective parameters df, coefficients not zero, dev_ratio = R^2, residual sum of squares; GCV = '
'(RSS/n) / (1 - df/n)^2 (Golub, Heath and Wahba 1979), AIC, AICc and BIC as in l2_compare; whether it '
'converged; the model. One WARNING where some did not. Others as l2_elastic_net. No rows for a gram '
'without rows.';
