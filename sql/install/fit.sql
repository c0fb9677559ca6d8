-- Least squares and ridge regression.

CREATE FUNCTION l2_ols(gram l2_gram, options l2_options DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_ols(l2_gram, l2_options) IS
'Ordinary (with weights: weighted) least squares: minimises 1/2 sum w (y - b0 - x''b)^2. features: '
'columns to use, all by default; target: column to explain, y by default; names: for the terms. '
'weight_type: "precision" (n counts rows, as R''s lm) or "frequency" (n is their sum). Constant and '
'collinear columns are dropped, the later of two, with a NOTICE: NULL coefficient. Options: intercept '
'too. Cholesky in double-double; large well-conditioned problems in double with double-double refinement. '
'NULL for a gram without rows. covariance: true for a model that keeps the covariance of its coefficients, '
'which l2_vcov, l2_predict_interval without a gram and the like need: 8 bytes for each two features; or the '
'most features for which it does. l2_train keeps it for up to 500.';

CREATE FUNCTION l2_ridge(gram l2_gram, lambda float8, options l2_options DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_ridge(l2_gram, float8, l2_options) IS
'Ridge regression (Hoerl and Kennard 1970): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda/2 sum f b^2; '
'b0 is never penalised. lambda >= 0. standardize: penalise coefficients of x over its population sd; they '
'are returned for x as it is. lambda_scale: "sum" (this objective; scikit-learn''s Ridge alpha), "mean" '
'(lambda times sum(w)), "glmnet" (lambda times sum(w) over the population sd of y, factors rescaled to '
'mean 1). penalty_factor: f, one a feature, 0 leaves it unpenalised. lower, upper: bounds of the '
'coefficients of x as it is, one for all or one a feature, null for none; non_negative: none below 0. '
'solver: "cholesky", the default; "coordinate", the default with bounds; "fista" or "gradient": these '
'take tolerance, max_iter and (gradient) learning_rate, and give no standard errors: see l2_elastic_net. '
'With bounds, lambda 0 is bounded least squares. dropout: a rate, and what dropout of the inputs adds to '
'the sum of squares is added here too, in closed form; dropout_to as l2_dropout. Others as l2_ols.';

CALL _l2_function('_l2_ols_final(l2_gram)', 'l2_model', 'ols_final', 1000, 'final function of ols_fit');
CALL _l2_function('_l2_ols_moving_final(internal)', 'l2_model', 'ols_moving_final', 1000,
  'final function of ols_fit over moving frames');
CALL _l2_function('_l2_moving_add_ols(internal, float8, float8[], l2_options)',
  'internal', 'l2_moving_add_ols', 5,
  'transition function of ols_fit over moving frames');
CALL _l2_function('_l2_moving_add_ols(internal, l2_obs, float8[], l2_options)',
  'internal', 'l2_moving_add_ols_obs', 5,
  'transition function of ols_fit over moving frames');

CALL _l2_forms('ols_fit', 'x float8[]',
  'SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_ols_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add, MINVFUNC = _l2_moving_remove,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_ols_moving_final',
'Ordinary least squares of y on the elements of x, with an intercept; see l2_ols. NULLs as in '
'l2_gram_agg. NULL where no row is usable.',
'The same with options, as those of l2_ols, and nonfinite ("error" or "skip"). vcov: which standard '
'errors: "iid"; "HC0" to "HC3", of rows that vary differently (White 1980; MacKinnon and White 1985), HC1'
' with n/(n-k); "CR0" and "CR1", of clusters: l2_obs(y, cluster => store), or two ways: cluster => '
'ROW(store, week), V1 + V2 - V12 (Cameron, Gelbach and Miller 2011); "HAC" (Newey and West 1987), of rows'
' in time up to bandwidth apart: ORDER BY in the call; that no two rows have the same time, l2_train '
'checks. For these the rows are kept, in work_mem and beyond it in a temporary file. A weight is an '
'inverse variance; with weight_type "frequency" a row of weight 3 is three rows. p and limits are of t '
'with n-k degrees of freedom, of clusters with one less than clusters (of two ways the fewer). ssc, what '
'corrects CR1 and HAC for few rows: "full", G/(G-1) (n-1)/(n-k), the default of CR1, as Stata''s regress '
'and R''s vcovCL with type = "HC1", its default for lm, each of two ways with its own G; "min", the same '
'with the least G for both, as fixest; "cluster", G/(G-1), as Stata''s logit and the default of vcovCL for '
'all but lm; "none". HAC: "none" is the default, "full" n/(n-k), as Stata''s newey. Rows whose '
'cluster is NULL are skipped. Errors are NULL, with a NOTICE, where there is '
'one cluster, a row has leverage 1 (HC2, HC3), no degree of freedom is left, or a coefficient would have '
'a negative variance, which two ways of few clusters can make: psd true sets such eigenvalues to 0, as '
'vcovCL''s fix = TRUE. Of one coefficient an error is NULL, with a NOTICE, where it is nothing but '
'rounding, as of a cluster''s own mean.',
'The same with what a row brings besides: l2_obs(y, weight => w). Weights are inverse variances, as in '
'R''s lm.',
  definition_options =>
  'SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = ''ols'', FINALFUNC = _l2_ols_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add_ols, MINVFUNC = _l2_moving_remove,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_ols_moving_final');

CALL _l2_penalised_forms('ridge_fit', 'ridge', 'lambda',
'Ridge regression of y on the elements of x: minimises 1/2 sum (y - b0 - x''b)^2 + lambda/2 |b|^2, the '
'intercept b0 not penalised; lambda is scikit-learn''s alpha. See l2_ridge. NULLs as in l2_gram_agg. NULL '
'where no row is usable.',
'The same with options, as those of l2_ridge, and nonfinite ("error" or "skip").');
