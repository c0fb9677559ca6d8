-- What a statistician reads.

CREATE FUNCTION l2_summary(
  model l2_model,
  level float8 DEFAULT 0.95,
  OUT term text,
  OUT estimate float8,
  OUT std_error float8,
  OUT t float8,
  OUT p float8,
  OUT lower float8,
  OUT upper float8,
  OUT standardized float8,
  OUT vcov text,
  OUT positive text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_summary(l2_model, float8) IS
'One row a term: estimate, standard error, t, two-sided p of Student''s t with df_residual degrees of '
'freedom, confidence limits at level, and the coefficient for x and y in units of their sample sd. For '
'ridge the errors are sigma^2 A^-1 C A^-1, A = C + lambda, sigma^2 = RSS / (n - tr(2H - H^2)): they leave'
' out the bias that the penalty makes, so intervals and p are approximate. For generalised linear models '
't is Wald''s z, p and limits are those of the normal distribution, of Student''s where the dispersion is'
' estimated, and standardized is for x alone in units of its sd. vcov: which errors they are, with how '
'many clusters or what bandwidth: "iid" (rows are independent and vary alike), or what option vcov asked '
'for. With clusters t has one degree of freedom less than clusters, of two ways the fewer. positive: of a '
'target of two labels the one that counts as 1; coefficients are of its log odds. '
'A level of a category that was left out, of records as of formulas, has a row before the others: estimate '
'0 and nothing else (l2_names and l2_coef have it not); of interactions none is listed. '
'Of several classes a row for each class but the reference, in positive, and term.';

CREATE FUNCTION l2_glance(
  model l2_model,
  OUT n bigint,
  OUT n_skipped bigint,
  OUT r_squared float8,
  OUT adj_r_squared float8,
  OUT sigma float8,
  OUT df float8,
  OUT df_residual float8,
  OUT rss float8,
  OUT f_statistic float8,
  OUT p_value float8,
  OUT lambda float8,
  OUT lambda_effective float8,
  OUT rcond float8,
  OUT l1_ratio float8,
  OUT nonzero integer,
  OUT iterations integer,
  OUT gap float8,
  OUT converged boolean,
  OUT cv_error float8,
  OUT cv_se float8,
  OUT folds integer,
  OUT deviance float8,
  OUT null_deviance float8,
  OUT log_likelihood float8,
  OUT aic float8,
  OUT bic float8,
  OUT family text,
  OUT link text,
  OUT dispersion float8,
  OUT theta float8,
  OUT vcov text,
  OUT clusters integer,
  OUT dropout float8,
  OUT relax float8
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_glance(l2_model) IS
'The fit in one row: rows used and skipped; R^2 (about 0 for a model without an intercept) and adjusted; '
'sigma, the residual standard error; df, the effective number of parameters, and n - tr(2H - H^2); '
'residual sum of squares; F of all features and its p (least squares only); lambda as given and as in the '
'objective; reciprocal condition number of the scaled normal equations. Of an elastic net l1_ratio. Where'
' the solver iterates: coefficients that are not zero, iterations, duality gap as a share of y''y / 2, '
'and whether that is within the tolerance. Where cross-validation chose lambda: mean squared error on '
'rows not seen, its standard error, folds. Of a generalised linear model r_squared is 1 - deviance / '
'null_deviance (McFadden''s pseudo-R^2 for y of 0 and 1), gap the change of the linear predictor by the '
'last step (root mean square); deviance, that of the intercept and offset alone, log likelihood; aic = -2'
' log likelihood + 2 df, bic with log(n) in place of 2, where a dispersion or theta that was estimated is'
' a parameter more. Of least squares by ols_fit or l2_ols the three are R''s logLik, AIC and BIC, sigma a '
'parameter more; NULL where weights other than 1 do not count rows (the sum of log w is not kept), or the '
'fit is perfect; l2_compare leaves constants out. family and link; '
'dispersion: Pearson''s chi square over df_residual, whether or not '
'standard errors go by it; theta of a negative binomial. vcov: which standard errors there are, as in '
'l2_summary; clusters: how many, of two ways the fewer. With errors other than iid the overall F is '
'Wald''s by them, as Stata''s and statsmodels'', where the model keeps its covariance and clusters are more '
'than features, else NULL. dropout: its rate; relax: the share of the penalised fit in a relaxed one.';

CREATE FUNCTION l2_odds_ratios(
  model l2_model,
  level float8 DEFAULT 0.95,
  OUT term text,
  OUT ratio float8,
  OUT lower float8,
  OUT upper float8,
  OUT p float8,
  OUT kind text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_odds_ratios(l2_model, float8) IS
'One row a feature: exp(b), the factor by which one more unit of it multiplies the odds (logistic) or the
mean, its confidence limits at level, the p of Wald''s z, and what it is called: "odds ratio"; "rate
ratio" (poisson and negative binomial); "risk ratio" (binomial with link log); "mean ratio". NULL limits
and p where the fit has no standard errors. Error for models of least squares.';
