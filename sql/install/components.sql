-- How the columns of a gram go together.

CREATE FUNCTION l2_correlation(
  gram l2_gram, options l2_options DEFAULT NULL,
  OUT x text, OUT y text, OUT correlation float8, OUT covariance float8, OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION l2_correlation(l2_gram, l2_options) IS
'Pearson''s correlation and the sample covariance of every two columns of the gram, the target among them,
one row each: psql''s \crosstabview x y correlation makes a matrix. p: two-sided, of t with n - 2 degrees of
freedom, as R''s cor.test; NULL on the diagonal. Option features: the columns. Weights count as in the gram,
n is its rows. Of a gram of l2_gram_within: within groups. NULL correlation of a column that is constant. No
rows for a gram that is NULL or has no rows.';

CREATE FUNCTION l2_pca(
  gram l2_gram, k integer DEFAULT NULL, options l2_options DEFAULT NULL,
  OUT component integer, OUT sd float8, OUT proportion float8, OUT cumulative float8, OUT loadings float8[],
  OUT model l2_model
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 5;
COMMENT ON FUNCTION l2_pca(l2_gram, integer, l2_options) IS
'The first k principal components (all that have any variance) of the features of the gram, or of those that
option features names, a row each, as R''s prcomp: sd, its standard deviation; proportion of the variance,
and of all components up to it; loadings, a unit vector over the columns, whose largest is positive; and a
model that gives a row''s score: l2_predict(model, row). Columns are centred; option standardize: each
divided by its standard deviation too (prcomp''s scale.), an error for a constant column. Small deviations
are as exact as large ones.';
