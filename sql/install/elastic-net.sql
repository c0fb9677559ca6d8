-- Grams into models: lasso and elastic net.

CREATE FUNCTION l2_lasso(gram l2_gram, lambda float8, options l2_options DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_lasso(l2_gram, float8, l2_options) IS
'Lasso (Tibshirani 1996): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda sum f |b|; b0 is never '
'penalised. lambda_scale: "sum" (this objective), "mean" (lambda times sum(w): scikit-learn''s Lasso '
'alpha), "glmnet" (the same; factors rescaled to mean 1). solver, learning_rate, tolerance and max_iter: '
'see l2_elastic_net, and there group and relax. No standard errors. Others as l2_ridge.';

CREATE FUNCTION l2_elastic_net(gram l2_gram, lambda float8, options l2_options DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_elastic_net(l2_gram, float8, l2_options) IS
'Elastic net (Zou and Hastie 2005): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda sum f (l1_ratio |b| + '
'(1 - l1_ratio)/2 b^2); b0 is never penalised. Option l1_ratio goes from 0 (ridge) to 1 (lasso); 0.5 by '
'default. lambda_scale: "sum" (this objective), "mean" (lambda times sum(w): scikit-learn''s ElasticNet '
'alpha), "glmnet" (its gaussian family: the squares'' share also over the population sd of y; factors '
'rescaled to mean 1). solver: "coordinate", the default where there are an L1 penalty or bounds: '
'coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010), and once the signs '
'have settled the non-zero coefficients are solved for in double-double; "fista": proximal gradient steps '
'with momentum (Beck and Teboulle 2009) on columns of equal length, begun anew where it leads uphill '
'(O''Donoghue and Candes 2015); "gradient": batch gradient descent, b_j += learning_rate/N (x_j''(y - Xb) '
'- l2 b_j), N = sum(w), in the units of the columns (with standardize: of their sd), then soft '
'thresholding by learning_rate/N l1; b0 is solved for at every step, that is, the columns are centred; '
'learning_rate is by default 1/L, L the largest eigenvalue of (X''X + l2)/N; from 2/L on, where it '
'diverges (with an L1 penalty: may diverge), it is an error; "cholesky": without an L1 penalty the '
'default. tolerance: duality gap to reach, as a share of y''y / 2: 1e-13; 1e-30 for gradient and fista '
'without an L1 penalty, where the gap goes with the square of the error. max_iter: sweeps over the '
'columns (10,000), or steps of fista (100,000) or gradient (10,000,000). Short of the tolerance a '
'WARNING, and converged is false in the model. No standard errors. group: "factors", or an array with a '
'whole number for each feature: columns of one category, or of one number, are in or out together, by sum '
'f_g sqrt(p_g) |b_g| over groups of p_g columns, with the Euclidean norm, in place of sum f |b| (group '
'lasso, Yuan and Lin 2006; gglasso''s objective where lambda_scale is "mean", and not that of grpreg, which '
'makes the columns of a group orthonormal); blockwise descent, and Newton''s steps to the end, which is '
'where the optimality conditions hold to 9e-10 of their terms. relax: true for the relaxed lasso '
'(Meinshausen 2007; glmnet''s relax), the features whose coefficients are not 0 fitted again without a '
'penalty; or the share of the penalised fit in a blend of both, glmnet''s gamma: 0 is the refit alone, 1 '
'the penalised fit; degrees of freedom are blended likewise; without bounds and dropout. In '
'cross-validation an array of shares to choose from, or true for 1, 0.75, 0.5, 0.25 and 0; rule "1se" takes '
'the largest lambda of any share. Others as l2_ridge.';

CALL _l2_penalised_forms('lasso_fit', 'lasso', 'lambda',
'Lasso of y on the elements of x; see l2_lasso. NULLs as in l2_gram_agg. NULL where no row is usable.',
'The same with options, as those of l2_lasso, and nonfinite ("error" or "skip").');

CALL _l2_penalised_forms('elastic_net_fit', 'elastic_net', 'lambda',
'Elastic net of y on the elements of x, half of the penalty on |b|: option l1_ratio says another share. '
'See l2_elastic_net. NULLs as in l2_gram_agg. NULL where no row is usable.',
'The same with options, as those of l2_elastic_net, and nonfinite ("error" or "skip").');
