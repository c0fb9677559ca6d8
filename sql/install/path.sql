-- One gram, many penalties.

CREATE FUNCTION l2_path(
  gram l2_gram,
  method text DEFAULT 'lasso',
  l1_ratio float8 DEFAULT NULL,
  n_lambda integer DEFAULT 100,
  lambda_min_ratio float8 DEFAULT NULL,
  lambdas float8[] DEFAULT NULL,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT 1e-13,
  max_iter integer DEFAULT 10000,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
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
COMMENT ON FUNCTION l2_path(l2_gram, text, float8, integer, float8, float8[], boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean) IS
'Fits at many lambdas, largest first, each from the one before. method: "ridge", "lasso" or "elastic_net" (with l1_ratio, 0.5 by default). lambdas, or by default glmnet''s grid: n_lambda values from the smallest that leaves no coefficient (for ridge, which never leaves none: the same penalty as glmnet''s, its grid for l1_ratio 0.001) down to lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; for ridge a hundredth of that, unless lambda_scale is "glmnet"). A row: lambda, effective parameters df, coefficients not zero, dev_ratio = R^2, residual sum of squares; GCV = (RSS/n) / (1 - df/n)^2 (Golub, Heath and Wahba 1979), AIC = n log(RSS/n) + 2 df, AICc, BIC; whether it converged; the model. One WARNING where some did not. Others as l2_elastic_net. No rows for a gram without rows.';
