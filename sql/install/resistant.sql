-- Resistant regression: Huber's, and quantiles.
--
-- The state keeps rows as that of logistic_fit does; the fit takes them into memory.

-- Huber's regression

CALL _l2_function('_l2_huber_final(internal)', 'l2_model', 'huber_final', 100000,
  'final function of huber_fit');
CALL _l2_any_forms('huber_fit', 'huber', 'x', '', 8,
  'SSPACE = 2048, FINALFUNC = _l2_huber_final', '',
'Huber''s robust regression of y on the elements of x, with an intercept, as MASS''s rlm: residuals '
'beyond 1.345 times their scale count by their sign only. The scale, median |residual| / 0.6745, is '
'found along with the coefficients, and is sigma of l2_glance. Standard errors are those of rlm''s '
'summary (Huber 1981, 7.6). A weight is an inverse variance, as rlm''s wt.method "inv.var"; with '
'weight_type "frequency" a row of weight 3 is three rows, as "case", and errors are NULL where the rows '
'come to no more than there are coefficients. NULLs, records and offsets as in logistic_fit; the '
'offset is taken from y. Rows are in memory while the model is fitted, 8 bytes a '
'number and beside work_mem. WARNING and '
'converged false where half of the rows are fitted exactly, so that the scale is 0; NULL where no row '
'is usable.',
'The same with options: covariance (as of l2_ols), features, huber_k (1.345), intercept, max_iter (10000), '
'names, nonfinite, weight_type; over records those of l2_gram_agg over records too.');
CALL _l2_refused_form('huber_fit', 'huber', '_l2_huber_final', 'b "any", VARIADIC "any"');

-- Quantiles

CALL _l2_function('_l2_quantile_final(internal)', 'l2_model', 'quantile_final', 100000,
  'final function of quantile_fit');
CALL _l2_any_forms('quantile_fit', 'quantile', 'x', ', tau float8', 8,
  'SSPACE = 2048, FINALFUNC = _l2_quantile_final', '',
'Quantile regression of y on the elements of x, with an intercept, as quantreg''s rq: minimises sum of '
'w (tau - [r < 0]) r of residuals r, 0 < tau < 1; 0.5 is least absolute deviations. The minimum is '
'exact: a vertex of the simplex method, proved by its dual solution; where several are (the median of '
'an even number of rows) it is one of them. Standard errors are Powell''s, as quantreg''s se = "ker" '
'with Hall and Sheather''s bandwidth; of weighted rows those of rows w x, w y, as there. With '
'weight_type "frequency" a row of weight 3 is three rows, and errors are NULL where the rows come to no '
'more than there are coefficients. NULLs, records and offsets as in logistic_fit, the offset taken from y. '
'Rows are in memory while the model is fitted, 8 bytes a number and beside work_mem. '
'NULL where no row is usable.',
'The same with options: covariance (as of l2_ols), features, intercept, max_iter (vertices, 10000), names, '
'nonfinite, weight_type; over records those of l2_gram_agg over records too.');
CALL _l2_refused_form('quantile_fit', 'quantile', '_l2_quantile_final', 'b "any", c "any", VARIADIC "any"');
