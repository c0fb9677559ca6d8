-- Instrumental variables.

CREATE FUNCTION l2_iv(
  gram l2_gram, features text[], instruments text[], options l2_options DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_iv(l2_gram, text[], text[], l2_options) IS
'Two-stage least squares of the target on features, by instruments, all of them columns of the gram (or
categories of it, which stand for their levels): b = (X''PX)^-1 X''Py, P the projection on the instruments
and the intercept (Wooldridge 2010, chapter 5; as R''s AER::ivreg). A feature that is named among the
instruments too is exogenous, any other endogenous: there must be as many instruments that are no features.
Residuals, sigma, r_squared and standard errors are those of the features themselves, not of a second stage;
r_squared may be negative. Options: covariance, intercept, target, weight_type. Of a gram of l2_gram_within:
with fixed effects. NULL where the gram is NULL or has no rows.';

CREATE FUNCTION l2_iv(
  grams l2_gram[], features text[], instruments text[], options l2_options DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_iv_of_clusters' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_iv(l2_gram[], text[], text[], l2_options) IS
'The same of the sum of grams, with errors clustered, each gram being the rows of a cluster: '
'l2_iv(array_agg(gram), features, instruments) FROM by_store; as R''s vcovCL of an ivreg with type = '
'"HC1"; its default there, HC0, is ssc "cluster". With fixed effects where each is of '
'l2_gram_within, over groups that lie in the cluster; a gram of each row gives HC0 and HC1. '
'Options: also vcov "CR1" (default) or "CR0", and ssc as in l2_robust.';

CREATE FUNCTION l2_iv_diagnostics(
  gram l2_gram, features text[], instruments text[], options l2_options DEFAULT NULL,
  OUT test text, OUT term text, OUT statistic float8, OUT df1 float8, OUT df2 float8, OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200 ROWS 4;
COMMENT ON FUNCTION l2_iv_diagnostics(l2_gram, text[], text[], l2_options) IS
'Whether l2_iv with those arguments can be trusted, as summary(ivreg, diagnostics = TRUE) in R. weak
instruments, a row an endogenous feature: F of the instruments that are no features in its first stage (below
10 they are called weak: Staiger and Stock 1997). Wu-Hausman: F of the endogeneity of the features; where p is
large, least squares would do. Sargan: chi-squared of the instruments beyond those needed being uncorrelated
with the errors, df1 of them; NULL where there are none. df2 of F; NULL for chi-squared.';
