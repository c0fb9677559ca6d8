\echo Use "CREATE EXTENSION l2reg" to load this file. \quit

-- l2_gram: everything a linear model needs to know of its rows.

CREATE TYPE l2_gram;

CREATE FUNCTION l2_gram_in(cstring) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION l2_gram_out(l2_gram) RETURNS cstring
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION l2_gram_recv(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION l2_gram_send(l2_gram) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_gram_in(cstring) IS 'I/O';
COMMENT ON FUNCTION l2_gram_out(l2_gram) IS 'I/O';
COMMENT ON FUNCTION l2_gram_recv(internal) IS 'I/O';
COMMENT ON FUNCTION l2_gram_send(l2_gram) IS 'I/O';

-- Storage external: sums of products do not compress, so do not try.
CREATE TYPE l2_gram (
  INPUT = l2_gram_in,
  OUTPUT = l2_gram_out,
  RECEIVE = l2_gram_recv,
  SEND = l2_gram_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = external
);
COMMENT ON TYPE l2_gram IS
'Sufficient statistics of a linear model: row count, weights, means and centred cross products of the target y and the features, in double-double precision. Add, subtract, store and ship it; solve it as often as you like. Takes 8 k^2 bytes for k columns. Made by l2_gram_agg and l2_gram_cols.';

-- Support functions.  None is REVOKEd: distributed planners check the caller's right to them.

CREATE FUNCTION l2_gram_accum(l2_gram, float8, float8[]) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION l2_gram_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION l2_gram_accum(l2_gram, float8, float8[], jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION l2_gram_accum(l2_gram, float8, float8[], text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION l2_gram_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION l2_gram_accum_cols(l2_gram, float8, VARIADIC "any") RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION l2_gram_combine(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
CREATE FUNCTION l2_gram_final(l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
CREATE FUNCTION l2_gram_named_final(l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_accum(l2_gram, float8, float8[], jsonb) IS 'transition function of l2_gram_agg with options';
COMMENT ON FUNCTION l2_gram_accum(l2_gram, float8, float8[], text) IS 'transition function of l2_gram_agg with options';
COMMENT ON FUNCTION l2_gram_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of l2_gram_agg with weights and options';
COMMENT ON FUNCTION l2_gram_named_final(l2_gram) IS 'final function of l2_gram_agg with options';
COMMENT ON FUNCTION l2_gram_accum(l2_gram, float8, float8[]) IS 'transition function of l2_gram_agg and ols_fit';
COMMENT ON FUNCTION l2_gram_accum(l2_gram, float8, float8[], float8) IS 'transition function of l2_gram_agg and ols_fit with weights';
COMMENT ON FUNCTION l2_gram_accum_cols(l2_gram, float8, VARIADIC "any") IS 'transition function of l2_gram_cols';
COMMENT ON FUNCTION l2_gram_combine(l2_gram, l2_gram) IS 'combine function of the gram and fit aggregates; transition function of l2_gram_sum';
COMMENT ON FUNCTION l2_gram_final(l2_gram) IS 'final function of the gram aggregates';

-- Over moving frames: rows enter and leave, at the same cost whatever the frame.
CREATE FUNCTION l2_gram_moving_add(internal, float8, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_add(internal, float8, float8[]) IS 'transition function of l2_gram_agg over moving frames';
CREATE FUNCTION l2_gram_moving_remove(internal, float8, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_remove(internal, float8, float8[]) IS 'inverse transition function of l2_gram_agg over moving frames';
CREATE FUNCTION l2_gram_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_add(internal, float8, float8[], float8) IS 'transition function of l2_gram_agg with weights over moving frames';
CREATE FUNCTION l2_gram_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of l2_gram_agg with weights over moving frames';
CREATE FUNCTION l2_gram_moving_add(internal, float8, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_add(internal, float8, float8[], jsonb) IS 'transition function of l2_gram_agg with options over moving frames';
CREATE FUNCTION l2_gram_moving_remove(internal, float8, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_remove(internal, float8, float8[], jsonb) IS 'inverse transition function of l2_gram_agg with options over moving frames';
CREATE FUNCTION l2_gram_moving_add(internal, float8, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_add(internal, float8, float8[], text) IS 'transition function of l2_gram_agg with options over moving frames';
CREATE FUNCTION l2_gram_moving_remove(internal, float8, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_remove(internal, float8, float8[], text) IS 'inverse transition function of l2_gram_agg with options over moving frames';
CREATE FUNCTION l2_gram_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of l2_gram_agg with weights and options over moving frames';
CREATE FUNCTION l2_gram_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of l2_gram_agg with weights and options over moving frames';
CREATE FUNCTION l2_gram_cols_moving_add(internal, float8, VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_cols_moving_add(internal, float8, VARIADIC "any") IS 'transition function of l2_gram_cols over moving frames';
CREATE FUNCTION l2_gram_cols_moving_remove(internal, float8, VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_gram_cols_moving_remove(internal, float8, VARIADIC "any") IS 'inverse transition function of l2_gram_cols over moving frames';
CREATE FUNCTION l2_gram_moving_named_final(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION l2_gram_moving_named_final(internal) IS 'final function of l2_gram_agg with options over moving frames';
CREATE FUNCTION l2_gram_moving_final(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION l2_gram_moving_final(internal) IS 'final function of l2_gram_agg over moving frames';

CREATE AGGREGATE l2_gram_agg(y float8, x float8[]) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_moving_final
);
COMMENT ON AGGREGATE l2_gram_agg(float8, float8[]) IS
'The gram of rows (y, x). Rows with a NULL in y, x or an element of x are skipped and counted. Errors: arrays of different lengths, empty or with more than one dimension; NaN, infinite and too large values. NULL where no row is usable.';

CREATE AGGREGATE l2_gram_agg(y float8, x float8[], weight float8) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_moving_final
);
COMMENT ON AGGREGATE l2_gram_agg(float8, float8[], float8) IS
'The gram of rows (y, x), each counting weight times. Weights are finite and >= 0; rows of weight 0 are skipped and counted, as are rows with a NULL.';

CREATE AGGREGATE l2_gram_agg(y float8, x float8[], options jsonb) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_named_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_moving_named_final
);
COMMENT ON AGGREGATE l2_gram_agg(float8, float8[], jsonb) IS
'The gram of rows (y, x) with options, a JSON object of: names (of the features, in order), nonfinite ("error" or "skip": such rows are skipped and counted), target (name of y). An unknown option is an error.';

CREATE AGGREGATE l2_gram_agg(y float8, x float8[], options text) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_named_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_moving_named_final
);
COMMENT ON AGGREGATE l2_gram_agg(float8, float8[], text) IS
'As l2_gram_agg(y, x, options jsonb), for a literal without a cast.';

CREATE AGGREGATE l2_gram_agg(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_named_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_moving_named_final
);
COMMENT ON AGGREGATE l2_gram_agg(float8, float8[], float8, jsonb) IS
'The gram of rows (y, x), each counting weight times, with options.';

CREATE AGGREGATE l2_gram_cols(y float8, VARIADIC "any") (
  SFUNC = l2_gram_accum_cols, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_cols_moving_add, MINVFUNC = l2_gram_cols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_moving_final
);
COMMENT ON AGGREGATE l2_gram_cols(float8, VARIADIC "any") IS
'The gram of rows whose features are separate arguments of any numeric type or boolean: as l2_gram_agg(y, ARRAY[...]), and faster, since no array is built.';

CREATE FUNCTION l2_gram_sum_moving_add(internal, l2_gram) RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_sum_moving_add(internal, l2_gram) IS 'transition function of l2_gram_sum over moving frames';
CREATE FUNCTION l2_gram_sum_moving_remove(internal, l2_gram) RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_sum_moving_remove(internal, l2_gram) IS 'inverse transition function of l2_gram_sum over moving frames';
CREATE FUNCTION l2_gram_sum_moving_final(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_sum_moving_final(internal) IS 'final function of l2_gram_sum over moving frames';

CREATE AGGREGATE l2_gram_sum(gram l2_gram) (
  SFUNC = l2_gram_combine, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_sum_moving_add, MINVFUNC = l2_gram_sum_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = l2_gram_sum_moving_final
);
COMMENT ON AGGREGATE l2_gram_sum(l2_gram) IS
'The gram of all rows of the grams: rolls groups up. Error where the grams have different columns.';

-- Algebra

CREATE FUNCTION l2_gram_add(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_add(l2_gram, l2_gram) IS 'implementation of + operator';
CREATE FUNCTION l2_gram_subtract(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_subtract(l2_gram, l2_gram) IS 'implementation of - operator';

CREATE OPERATOR + (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = l2_gram_add, COMMUTATOR = +);
COMMENT ON OPERATOR + (l2_gram, l2_gram) IS
'The gram of the rows of both (Chan, Golub and LeVeque 1979).';
CREATE OPERATOR - (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = l2_gram_subtract);
COMMENT ON OPERATOR - (l2_gram, l2_gram) IS
'The gram of the rows of the first that are not in the second, which must all be in the first. Error where a count, weight or sum of squares would become negative.';

CREATE FUNCTION l2_set_names(gram l2_gram, features text[], target text DEFAULT 'y') RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_set_names(l2_gram, text[], text) IS
'The gram with names for its features, in order, and its target; without, they are x1, x2, ... and y.';

-- Accessors

CREATE FUNCTION l2_n(gram l2_gram) RETURNS bigint
  AS 'MODULE_PATHNAME', 'l2_gram_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_n(l2_gram) IS 'Rows in the gram.';

CREATE FUNCTION l2_n_skipped(gram l2_gram) RETURNS bigint
  AS 'MODULE_PATHNAME', 'l2_gram_n_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_n_skipped(l2_gram) IS 'Rows left out: something in them was NULL, or their weight was 0.';

CREATE FUNCTION l2_sum_weights(gram l2_gram) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_gram_sum_weights' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_sum_weights(l2_gram) IS 'Sum of the weights; the row count where there were none.';

CREATE FUNCTION l2_names(gram l2_gram) RETURNS text[]
  AS 'MODULE_PATHNAME', 'l2_gram_names' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_names(l2_gram) IS 'Names of the columns: the target, then the features.';

CREATE FUNCTION l2_means(gram l2_gram) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_gram_means' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_means(l2_gram) IS 'Weighted means of the columns, in the order of l2_names.';

CREATE FUNCTION l2_covariance(gram l2_gram, ddof integer DEFAULT 1) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_gram_covariance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_covariance(l2_gram, integer) IS
'Covariance matrix of the columns, in the order of l2_names: cross products over (n - ddof), as covar_samp for ddof 1 and covar_pop for 0; with weights over sum(weights) (n - ddof) / n. NULL with too few rows.';

CREATE FUNCTION l2_to_jsonb(gram l2_gram) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'l2_gram_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_to_jsonb(l2_gram) IS
'The gram to read: n, n_skipped, sum_weights, columns, means, covariance (ddof 1). Rounded to double; the text form of the type loses nothing.';
CREATE CAST (l2_gram AS jsonb) WITH FUNCTION l2_to_jsonb(l2_gram);

-- Joins without joining: the gram of all pairs of two grams' rows.

CREATE FUNCTION l2_gram("values" float8[], names text[], weight float8 DEFAULT 1) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_of_row' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_gram(float8[], text[], float8) IS
'The gram of one row: a value a column, the first as the target, and their names; the row counts weight times. NULL where a value is NULL or the weight 0. Errors: as many names as values, all different; finite values.';

CREATE FUNCTION l2_gram_multiply(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_multiply(l2_gram, l2_gram) IS 'implementation of * operator';

CREATE OPERATOR * (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = l2_gram_multiply);
COMMENT ON OPERATOR * (l2_gram, l2_gram) IS
'The gram of every row of the first with every row of the second, their columns side by side and the first''s target as target: what a cross join would give, without making it. Sum the products over the groups of a join key for the gram of the join. Counts and weights multiply. Error where a column is in both, or a count is beyond bigint.';

-- l2_model: a fitted model.

CREATE TYPE l2_model;

CREATE FUNCTION l2_model_in(cstring) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION l2_model_out(l2_model) RETURNS cstring
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION l2_model_recv(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION l2_model_send(l2_model) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_model_in(cstring) IS 'I/O';
COMMENT ON FUNCTION l2_model_out(l2_model) IS 'I/O';
COMMENT ON FUNCTION l2_model_recv(internal) IS 'I/O';
COMMENT ON FUNCTION l2_model_send(l2_model) IS 'I/O';

CREATE TYPE l2_model (
  INPUT = l2_model_in,
  OUTPUT = l2_model_out,
  RECEIVE = l2_model_recv,
  SEND = l2_model_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = external
);
COMMENT ON TYPE l2_model IS
'A fitted linear model: terms with estimates, standard errors, means and spreads; penalty; fit statistics. Its text form is JSON that reads back to the last bit.';

CREATE FUNCTION l2_to_jsonb(model l2_model) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'l2_model_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_to_jsonb(l2_model) IS 'The model as JSON, every number exact.';
CREATE CAST (l2_model AS jsonb) WITH FUNCTION l2_to_jsonb(l2_model);

CREATE FUNCTION l2_model(document jsonb) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_model(jsonb) IS
'The model that a JSON document describes: as l2_to_jsonb writes it, or by hand: {"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", "estimate": 1}, {"term": "area", "estimate": 2}]}.';
CREATE CAST (jsonb AS l2_model) WITH FUNCTION l2_model(jsonb);

CREATE FUNCTION l2_to_float8_array(model l2_model) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_model_to_float8_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_to_float8_array(l2_model) IS
'Intercept (0 where none was fitted), then coefficients; NULL for a dropped column.';
CREATE CAST (l2_model AS float8[]) WITH FUNCTION l2_to_float8_array(l2_model);

CREATE FUNCTION l2_coef(model l2_model) RETURNS float8[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_coef(l2_model) IS
'Coefficients of the features, in order, without the intercept; NULL for a dropped column.';

CREATE FUNCTION l2_intercept(model l2_model) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_intercept(l2_model) IS 'The intercept; 0 where none was fitted.';

CREATE FUNCTION l2_names(model l2_model) RETURNS text[]
  AS 'MODULE_PATHNAME', 'l2_model_terms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_names(l2_model) IS 'Names of the target and the features, in order.';

-- Grams into models: ordinary least squares and ridge.

CREATE FUNCTION l2_ols(
  gram l2_gram,
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision'
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_ols(l2_gram, boolean, text[], text, text[], text) IS
'Ordinary (with weights: weighted) least squares: minimises 1/2 sum w (y - b0 - x''b)^2. features: columns to use, all by default; target: column to explain, y by default; names: for the terms. weights: "precision" (n counts rows, as R''s lm) or "frequency" (n is their sum). Constant and collinear columns are dropped, the later of two, with a NOTICE: NULL coefficient. Cholesky in double-double; large well-conditioned problems in double with double-double refinement. NULL for a gram without rows.';

CREATE FUNCTION l2_ridge(
  gram l2_gram,
  lambda float8,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT NULL,
  max_iter integer DEFAULT NULL,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  solver text DEFAULT NULL,
  learning_rate float8 DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_ridge(l2_gram, float8, boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text, float8) IS
'Ridge regression (Hoerl and Kennard 1970): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda/2 sum f b^2; b0 is never penalised. lambda >= 0. standardize: penalise coefficients of x over its population sd; they are returned for x as it is. lambda_scale: "sum" (this objective; scikit-learn''s Ridge alpha), "mean" (lambda times sum(w)), "glmnet" (lambda times sum(w) over the population sd of y, factors rescaled to mean 1). penalty_factor: f, one a feature, 0 leaves it unpenalised. lower, upper: bounds of the coefficients of x as it is, one for all or one a feature, NULL for none; non_negative: none below 0. solver: "cholesky", the default; "coordinate", the default with bounds; "fista" or "gradient": these take tolerance, max_iter and (gradient) learning_rate, and give no standard errors: see l2_elastic_net. With bounds, lambda 0 is bounded least squares. Others as l2_ols.';

-- One-line aggregates.  Options as jsonb, or as text so that a plain literal is understood.

CREATE FUNCTION ols_accum(l2_gram, float8, float8[], jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ols_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ols_accum(l2_gram, float8, float8[], text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ols_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ols_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ols_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION ols_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'ridge_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION ridge_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION ols_accum(l2_gram, float8, float8[], jsonb) IS 'transition function of ols_fit with options';
COMMENT ON FUNCTION ols_accum(l2_gram, float8, float8[], text) IS 'transition function of ols_fit with options';
COMMENT ON FUNCTION ols_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of ols_fit with weights and options';
COMMENT ON FUNCTION ols_final(l2_gram) IS 'final function of ols_fit';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8) IS 'transition function of ridge_fit';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of ridge_fit with options';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, text) IS 'transition function of ridge_fit with options';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of ridge_fit with weights';
COMMENT ON FUNCTION ridge_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of ridge_fit with weights and options';
COMMENT ON FUNCTION ridge_final(l2_gram) IS 'final function of ridge_fit';

-- Over moving frames: rows enter and leave, at the same cost whatever the frame.
CREATE FUNCTION ols_moving_add(internal, float8, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_add(internal, float8, float8[], jsonb) IS 'transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_remove(internal, float8, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_remove(internal, float8, float8[], jsonb) IS 'inverse transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_add(internal, float8, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_add(internal, float8, float8[], text) IS 'transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_remove(internal, float8, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_remove(internal, float8, float8[], text) IS 'inverse transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ols_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of ols_fit over moving frames';
CREATE FUNCTION ols_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ols_moving_final(internal) IS 'final function of ols_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, text) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, text) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ridge_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of ridge_fit over moving frames';
CREATE FUNCTION ridge_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ridge_moving_final(internal) IS 'final function of ridge_fit over moving frames';

CREATE AGGREGATE ols_fit(y float8, x float8[]) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[]) IS
'Ordinary least squares of y on the elements of x, with an intercept; see l2_ols. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE ols_fit(y float8, x float8[], weight float8) (
  SFUNC = l2_gram_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = l2_gram_moving_add, MINVFUNC = l2_gram_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], float8) IS
'Weighted least squares; weights are inverse variances, as in R''s lm. See l2_ols.';

CREATE AGGREGATE ols_fit(y float8, x float8[], options jsonb) (
  SFUNC = ols_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ols_moving_add, MINVFUNC = ols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], jsonb) IS
'Ordinary least squares with options, a JSON object of: features, intercept, names, nonfinite ("error" or "skip"), target, weights; as the arguments of l2_ols. An unknown option is an error.';

CREATE AGGREGATE ols_fit(y float8, x float8[], options text) (
  SFUNC = ols_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ols_moving_add, MINVFUNC = ols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], text) IS
'As ols_fit(y, x, options jsonb), for a literal without a cast.';

CREATE AGGREGATE ols_fit(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = ols_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ols_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ols_moving_add, MINVFUNC = ols_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ols_moving_final
);
COMMENT ON AGGREGATE ols_fit(float8, float8[], float8, jsonb) IS
'Weighted least squares with options; see ols_fit(y, x, options).';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8) IS
'Ridge regression of y on the elements of x: minimises 1/2 sum (y - b0 - x''b)^2 + lambda/2 |b|^2, the intercept b0 not penalised; lambda is scikit-learn''s alpha. See l2_ridge. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, options jsonb) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, jsonb) IS
'Ridge regression with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, names, non_negative, nonfinite ("error" or "skip"), penalty_factor, solver, standardize, target, tolerance, upper, weights; as the arguments of l2_ridge. An unknown option is an error.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, options text) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, text) IS
'As ridge_fit(y, x, lambda, options jsonb), for a literal without a cast.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, weight float8) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, float8) IS
'Weighted ridge regression: each square counts weight times. See l2_ridge.';

CREATE AGGREGATE ridge_fit(y float8, x float8[], lambda float8, weight float8, options jsonb) (
  SFUNC = ridge_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = ridge_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = ridge_moving_add, MINVFUNC = ridge_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = ridge_moving_final
);
COMMENT ON AGGREGATE ridge_fit(float8, float8[], float8, float8, jsonb) IS
'Weighted ridge regression with options; see ridge_fit(y, x, lambda, options).';

-- Grams into models: lasso and elastic net.

CREATE FUNCTION l2_lasso(
  gram l2_gram,
  lambda float8,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT NULL,
  max_iter integer DEFAULT NULL,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  solver text DEFAULT NULL,
  learning_rate float8 DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_lasso(l2_gram, float8, boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text, float8) IS
'Lasso (Tibshirani 1996): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda sum f |b|; b0 is never penalised. lambda_scale: "sum" (this objective), "mean" (lambda times sum(w): scikit-learn''s Lasso alpha), "glmnet" (the same; factors rescaled to mean 1). solver, learning_rate, tolerance and max_iter: see l2_elastic_net. No standard errors. Others as l2_ridge.';

CREATE FUNCTION l2_elastic_net(
  gram l2_gram,
  lambda float8,
  l1_ratio float8,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT NULL,
  max_iter integer DEFAULT NULL,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT false,
  solver text DEFAULT NULL,
  learning_rate float8 DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_elastic_net(l2_gram, float8, float8, boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text, float8) IS
'Elastic net (Zou and Hastie 2005): minimises 1/2 sum w (y - b0 - x''b)^2 + lambda sum f (l1_ratio |b| + (1 - l1_ratio)/2 b^2); b0 is never penalised. l1_ratio from 0 (ridge) to 1 (lasso). lambda_scale: "sum" (this objective), "mean" (lambda times sum(w): scikit-learn''s ElasticNet alpha), "glmnet" (its gaussian family: the squares'' share also over the population sd of y; factors rescaled to mean 1). solver: "coordinate", the default where there are an L1 penalty or bounds: coordinate descent with covariance updates (Friedman, Hastie and Tibshirani 2010), and once the signs have settled the non-zero coefficients are solved for in double-double; "fista": proximal gradient steps with momentum (Beck and Teboulle 2009) on columns of equal length, begun anew where it leads uphill (O''Donoghue and Candes 2015); "gradient": batch gradient descent, b_j += learning_rate/N (x_j''(y - Xb) - l2 b_j), N = sum(w), in the units of the columns (with standardize: of their sd), then soft thresholding by learning_rate/N l1; b0 is solved for at every step, that is, the columns are centred; learning_rate is by default 1/L, L the largest eigenvalue of (X''X + l2)/N; from 2/L on, where it diverges (with an L1 penalty: may diverge), it is an error; "cholesky": without an L1 penalty the default. tolerance: duality gap to reach, as a share of y''y / 2: 1e-13; 1e-30 for gradient and fista without an L1 penalty, where the gap goes with the square of the error. max_iter: sweeps over the columns (10,000), or steps of fista (100,000) or gradient (10,000,000). Short of the tolerance a WARNING, and converged is false in the model. No standard errors. Others as l2_ridge.';

-- One-line aggregates

CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8) IS 'transition function of lasso_fit';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of lasso_fit with options';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, text) IS 'transition function of lasso_fit with options';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of lasso_fit with weights';
CREATE FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'lasso_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION lasso_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of lasso_fit with weights and options';
CREATE FUNCTION lasso_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION lasso_final(l2_gram) IS 'final function of lasso_fit';

-- Over moving frames
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, text) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, text) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION lasso_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of lasso_fit over moving frames';
CREATE FUNCTION lasso_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION lasso_moving_final(internal) IS 'final function of lasso_fit over moving frames';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8) IS
'Lasso of y on the elements of x; see l2_lasso. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, options jsonb) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, jsonb) IS
'Lasso with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, names, non_negative, nonfinite ("error" or "skip"), penalty_factor, solver, standardize, target, tolerance, upper, weights; as the arguments of l2_lasso. An unknown option is an error.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, options text) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, text) IS
'As lasso_fit with options jsonb, for a literal without a cast.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, weight float8) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, float8) IS
'Lasso with weights: each square counts weight times. See l2_lasso.';

CREATE AGGREGATE lasso_fit(y float8, x float8[], lambda float8, weight float8, options jsonb) (
  SFUNC = lasso_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = lasso_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = lasso_moving_add, MINVFUNC = lasso_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = lasso_moving_final
);
COMMENT ON AGGREGATE lasso_fit(float8, float8[], float8, float8, jsonb) IS
'Lasso with weights and options.';

CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of elastic_net_fit';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of elastic_net_fit with options';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, text) IS 'transition function of elastic_net_fit with options';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8) IS 'transition function of elastic_net_fit with weights';
CREATE FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'elastic_net_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION elastic_net_accum(l2_gram, float8, float8[], float8, float8, float8, jsonb) IS 'transition function of elastic_net_fit with weights and options';
CREATE FUNCTION elastic_net_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION elastic_net_final(l2_gram) IS 'final function of elastic_net_fit';

-- Over moving frames
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, text) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, text) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_add(internal, float8, float8[], float8, float8, float8, jsonb) IS 'transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION elastic_net_moving_remove(internal, float8, float8[], float8, float8, float8, jsonb) IS 'inverse transition function of elastic_net_fit over moving frames';
CREATE FUNCTION elastic_net_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION elastic_net_moving_final(internal) IS 'final function of elastic_net_fit over moving frames';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8) IS
'Elastic net of y on the elements of x; see l2_elastic_net. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, jsonb) IS
'Elastic net with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, names, non_negative, nonfinite ("error" or "skip"), penalty_factor, solver, standardize, target, tolerance, upper, weights; as the arguments of l2_elastic_net. An unknown option is an error.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, options text) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, text) IS
'As elastic_net_fit with options jsonb, for a literal without a cast.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, weight float8) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, float8) IS
'Elastic net with weights: each square counts weight times. See l2_elastic_net.';

CREATE AGGREGATE elastic_net_fit(y float8, x float8[], lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = elastic_net_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = elastic_net_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = elastic_net_moving_add, MINVFUNC = elastic_net_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = elastic_net_moving_final
);
COMMENT ON AGGREGATE elastic_net_fit(float8, float8[], float8, float8, float8, jsonb) IS
'Elastic net with weights and options.';

-- Dropout on the inputs, in closed form.

CREATE FUNCTION l2_dropout(
  gram l2_gram,
  rate float8,
  dropout_to text DEFAULT 'zero',
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision'
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_dropout(l2_gram, float8, text, boolean, text[], text, text[], text) IS
'Least squares under dropout of the inputs (Srivastava et al. 2014), in expectation, exactly (Wager, Wang and Liang 2013): each feature of each row is, on its own, 0 with probability rate and x / (1 - rate) otherwise (inverted dropout); the expected sum of squares is 1/2 sum w (y - b0 - x''b)^2 + rate/(1 - rate)/2 sum_j b_j^2 sum w x_j^2, and is minimised. The intercept is never dropped. dropout_to: "zero", or "mean": what is dropped is x less its mean, and the penalty has sum w (x_j - mean_j)^2. 0 <= rate < 1; 0 is least squares. Predictions take x as it is. Standard errors are those of ridge with that penalty: of the rows, not of the masks, which are averaged over, and without the bias that the penalty makes. Others as l2_ols. NULL for a gram without rows.';

-- One-line aggregates

CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8) IS 'transition function of dropout_fit';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, jsonb) IS 'transition function of dropout_fit with options';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, text) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, text) IS 'transition function of dropout_fit with options';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8) IS 'transition function of dropout_fit with weights';
CREATE FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8, jsonb) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'dropout_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION dropout_accum(l2_gram, float8, float8[], float8, float8, jsonb) IS 'transition function of dropout_fit with weights and options';
CREATE FUNCTION dropout_final(l2_gram) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION dropout_final(l2_gram) IS 'final function of dropout_fit';

-- Over moving frames: rows enter and leave, at the same cost whatever the frame.
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, jsonb) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, jsonb) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_text_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, text) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_text_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, text) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_jsonb_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_moving_weight_jsonb_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION dropout_moving_remove(internal, float8, float8[], float8, float8, jsonb) IS 'inverse transition function of dropout_fit over moving frames';
CREATE FUNCTION dropout_moving_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION dropout_moving_final(internal) IS 'final function of dropout_fit over moving frames';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8) IS
'Least squares of y on the elements of x under dropout of these; see l2_dropout. NULLs as in l2_gram_agg. NULL where no row is usable.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, options jsonb) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, jsonb) IS
'Dropout with options, a JSON object of: dropout_to ("zero" or "mean"), features, intercept, names, nonfinite ("error" or "skip"), target, weights; as the arguments of l2_dropout. An unknown option is an error.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, options text) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, text) IS
'As dropout_fit(y, x, rate, options jsonb), for a literal without a cast.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, weight float8) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, float8) IS
'Dropout with weights: each square counts weight times. See l2_dropout.';

CREATE AGGREGATE dropout_fit(y float8, x float8[], rate float8, weight float8, options jsonb) (
  SFUNC = dropout_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = dropout_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE,
  MSFUNC = dropout_moving_add, MINVFUNC = dropout_moving_remove, MSTYPE = internal, MSSPACE = 4096,
  MFINALFUNC = dropout_moving_final
);
COMMENT ON AGGREGATE dropout_fit(float8, float8[], float8, float8, jsonb) IS
'Dropout with weights and options; see dropout_fit(y, x, rate, options).';

-- Rows that fade.

CREATE FUNCTION l2_gram_decay(gram l2_gram, factor float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_gram_decay(l2_gram, float8) IS
'The gram with every row counting factor times what it did, 0 < factor <= 1: to add a new day''s gram to the faded ones of the days before. The number of rows stays, the sum of weights fades.';

CREATE FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8) IS 'transition function of ridge_ewm';
CREATE FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, jsonb) IS 'transition function of ridge_ewm with options';
CREATE FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_ewm_add_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION ridge_ewm_add(internal, float8, float8[], float8, float8, text) IS 'transition function of ridge_ewm with options';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8) (
  SFUNC = ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8) IS
'Ridge regression with rows that fade: each counts half as much after half_life further rows (recursive least squares). In the order of the rows: ridge_ewm(y, x, 1, 30 ORDER BY day), or OVER (ORDER BY day) for a model a row at O(p^2) each. The latest row has weight 1; weights are precision weights. NULLs as in l2_gram_agg: such a row neither counts nor ages the others. See l2_ridge.';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8, options jsonb) (
  SFUNC = ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8, jsonb) IS
'The same with options as ridge_fit.';

CREATE AGGREGATE ridge_ewm(y float8, x float8[], lambda float8, half_life float8, options text) (
  SFUNC = ridge_ewm_add, STYPE = internal, SSPACE = 4096, FINALFUNC = ridge_moving_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_ewm(float8, float8[], float8, float8, text) IS
'The same with options as ridge_fit, for a literal without a cast.';

-- Models into numbers.

CREATE FUNCTION l2_predict(model l2_model, x float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, float8[]) IS
'b0 + x''b; of a generalised linear model the mean: the probability of 1 (logistic), the expected count (poisson). x has one element a feature, in the order of l2_names; NULL where one is NULL. A dropped column counts as 0. Error where the length is wrong.';

CREATE FUNCTION l2_predict(model l2_model, VARIADIC "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, VARIADIC "any") IS
'The same, the features as separate arguments of any numeric type or boolean; faster than building an array.';

CREATE FUNCTION l2_predict(coefficients float8[], x float8[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_coef' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(float8[], float8[]) IS
'The same for coefficients from elsewhere: the intercept first (0 for none), then one a feature; a NULL coefficient counts as 0.';

-- ARRAY[...] of whole numbers is no float8[], and with the VARIADIC form in reach the parser
-- would not convert it.
CREATE FUNCTION l2_predict(model l2_model, x smallint[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, smallint[]) IS 'As l2_predict(model, x double precision[]).';
CREATE FUNCTION l2_predict(model l2_model, x integer[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, integer[]) IS 'As l2_predict(model, x double precision[]).';
CREATE FUNCTION l2_predict(model l2_model, x bigint[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, bigint[]) IS 'As l2_predict(model, x double precision[]).';
CREATE FUNCTION l2_predict(model l2_model, x real[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, real[]) IS 'As l2_predict(model, x double precision[]).';
CREATE FUNCTION l2_predict(model l2_model, x numeric[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, numeric[]) IS 'As l2_predict(model, x double precision[]).';

CREATE FUNCTION l2_predict_link(model l2_model, x float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict_link(l2_model, float8[]) IS
'The linear predictor b0 + x''b: log odds (logistic), log of the mean (poisson); l2_predict for models of least squares. An offset is added by the caller. NULLs and errors as in l2_predict.';

CREATE FUNCTION l2_classify(model l2_model, x float8[], threshold float8 DEFAULT 0.5) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_classify(l2_model, float8[], float8) IS
'Whether the probability of 1 is at least threshold, from 0 to 1. NULL where an element of x is NULL or NaN. Error for models other than of logistic regression.';

-- How a prediction comes about.

CREATE FUNCTION l2_explain(
  model l2_model,
  x float8[],
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_explain(l2_model, float8[]) IS
'What each term adds to the prediction for x: the intercept, then a row a feature in the order of l2_names. contribution is estimate * value. from_mean is estimate * (value - mean), the mean that of the rows of training, and for the intercept the prediction at the means: Shapley values of independent features (Strumbelj and Kononenko 2014). Either column sums to l2_predict, or to l2_predict_link where the model has a link. A NULL feature has NULL contributions; a dropped column adds 0; from_mean is NULL where the model knows no means. Error where the length is wrong.';

CREATE FUNCTION l2_explain(
  model l2_model,
  features record,
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_explain_of_record' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_explain(l2_model, record) IS
'The same for a record, attributes matched by name. A category has one row, that of the record''s level, named attribute=level: its value is 1, its from_mean the effect of the level less that of the mean row. An unseen level is an error, adds 0 or is NULL, as the model was told.';

-- Models in the languages of other programs.

CREATE FUNCTION l2_sql(model l2_model) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_sql(l2_model) IS
'The model''s prediction as an SQL expression of its features, to paste elsewhere: standard SQL, names always quoted, coefficients to the last bit, categories as CASE, dates and timestamps as days since 2000-01-01, a dropped column with 0. Of a generalised linear model the mean. NULL where l2_predict is; an unseen level gives NULL where the model was told "error", which SQL cannot do.';

CREATE FUNCTION l2_sql(model l2_model, attributes text[], expressions text[]) RETURNS text
  AS 'MODULE_PATHNAME', 'l2_sql_with' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_sql(l2_model, text[], text[]) IS
'The same with an SQL expression, which is taken as it is, for each attribute of that name, the others as column names. Error for a name that the model does not use, and where the lengths differ.';

CREATE FUNCTION l2_pmml(model l2_model) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_pmml(l2_model) IS
'The model as PMML 4.4, a RegressionModel, for scoring engines: XML that says it is in UTF-8, so fetch it with that client_encoding. Dates are dateDaysSince[2000], timestamps dateTimeSecondsSince[2000], intervals days. NULL as a level is missingValueReplacement. Logistic regression is a classification of 1 against 0 (logit), poisson a regression (exp). Error where a name has a control character, which XML cannot hold.';

-- A solver's way to the minimum.

CREATE FUNCTION l2_trace(
  gram l2_gram,
  lambda float8,
  l1_ratio float8 DEFAULT 0,
  solver text DEFAULT 'gradient',
  learning_rate float8 DEFAULT NULL,
  max_iter integer DEFAULT 100,
  tolerance float8 DEFAULT NULL,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT false,
  lambda_scale text DEFAULT 'sum',
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  OUT iteration integer,
  OUT objective float8,
  OUT gap float8,
  OUT nonzero integer,
  OUT rss float8,
  OUT step float8,
  OUT coefficients float8[]
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION l2_trace(l2_gram, float8, float8, text, float8, integer, float8, boolean, boolean, text, float8[], text[], text) IS
'How a solver comes to the elastic net (l1_ratio 0, the default: ridge; 1: lasso), a row an iteration; row 0 is the start, where all coefficients are 0. solver: "gradient", "fista" or "coordinate" (a row a sweep over all columns, without the exact finish), as in l2_elastic_net. A row: what is minimised, 1/2 rss + penalty; duality gap as a share of y''y / 2; coefficients not zero; residual sum of squares; learning rate of gradient; the intercept and the coefficients, in the units of the columns, as l2_predict takes them. Ends where the gap is at most tolerance, after max_iter iterations, or before a number overflows. A learning_rate that diverges is not refused: the rows show it, and a WARNING at the end names the largest that converges. Others as l2_elastic_net. No rows for a gram without rows.';

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
  OUT standardized float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_summary(l2_model, float8) IS
'One row a term: estimate, standard error, t, two-sided p of Student''s t with df_residual degrees of freedom, confidence limits at level, and the coefficient for x and y in units of their sample sd. For ridge the errors are sigma^2 A^-1 C A^-1, A = C + lambda, sigma^2 = RSS / (n - tr(2H - H^2)): they leave out the bias that the penalty makes, so intervals and p are approximate. For generalised linear models t is Wald''s z, p and limits are those of the normal distribution, and standardized is for x alone in units of its sd.';

CREATE FUNCTION l2_summary(
  gram l2_gram,
  level float8 DEFAULT 0.95,
  OUT term text,
  OUT estimate float8,
  OUT std_error float8,
  OUT t float8,
  OUT p float8,
  OUT lower float8,
  OUT upper float8,
  OUT standardized float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_summary_gram' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION l2_summary(l2_gram, float8) IS
'The summary of ordinary least squares on the gram.';

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
  OUT bic float8
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_glance(l2_model) IS
'The fit in one row: rows used and skipped; R^2 (about 0 for a model without an intercept) and adjusted; sigma, the residual standard error; df, the effective number of parameters, and n - tr(2H - H^2); residual sum of squares; F of all features and its p (OLS only); lambda as given and as in the objective; reciprocal condition number of the scaled normal equations. Of an elastic net l1_ratio. Where the solver iterates: coefficients that are not zero, iterations, duality gap as a share of y''y / 2, and whether that is within the tolerance. Where cross-validation chose lambda: mean squared error on rows not seen, its standard error, folds. Of a generalised linear model r_squared is 1 - deviance / null_deviance (McFadden''s pseudo-R^2 for y of 0 and 1), gap the change of the linear predictor by the last step (root mean square); deviance, that of the intercept and offset alone, log likelihood; aic = -2 log likelihood + 2 df, bic with log(n) in place of 2.';

CREATE FUNCTION l2_odds_ratios(
  model l2_model,
  level float8 DEFAULT 0.95,
  OUT term text,
  OUT odds_ratio float8,
  OUT lower float8,
  OUT upper float8,
  OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION l2_odds_ratios(l2_model, float8) IS
'One row a feature: exp(b), the factor by which one more unit of it multiplies the odds (logistic) or the mean (poisson: a rate ratio), its confidence limits at level, and the p of Wald''s z. NULL limits and p where the fit has no standard errors. Error for models of least squares.';

-- Can this model be trusted: collinear columns, intervals of predictions, models side by side.

CREATE FUNCTION l2_collinearity(
  gram l2_gram,
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  OUT term text,
  OUT vif float8,
  OUT tolerance float8,
  OUT r_squared float8,
  OUT aliased text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION l2_collinearity(l2_gram, boolean, text[], text) IS
'How far each feature is explained by the others, one row a feature: r_squared of its regression on the others, tolerance = 1 - r_squared, and vif = 1 / tolerance, by which collinearity inflates the variance of its coefficient (Belsley, Kuh and Welsch 1980; as R''s car::vif for numeric terms). aliased: for a column that those before it explain to 12 digits, which least squares would drop, the relation in words, like "x3 = 2 + x1 + 1.8 x2"; its vif is infinite, and it does not count for the others. NULL elsewhere. Without an intercept r_squared is about 0. features: columns to use, by default all but the target; target: the column left out, y by default. Weights count as in the gram. No rows for a gram that is NULL or has no rows.';

CREATE FUNCTION l2_condition_indexes(
  gram l2_gram,
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  center boolean DEFAULT false,
  OUT dimension integer,
  OUT eigenvalue float8,
  OUT condition_index float8,
  OUT term text,
  OUT proportion float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200 ROWS 100;
COMMENT ON FUNCTION l2_condition_indexes(l2_gram, boolean, text[], text, boolean) IS
'Condition indexes with variance decomposition proportions (Belsley, Kuh and Welsch 1980, chapter 3; R''s perturb::colldiag): one row a dimension and term; psql''s \crosstabview dimension term proportion makes it the book''s table. Columns, the intercept''s of ones among them, are scaled to unit length, but not centred; eigenvalue of their cross products, largest first; condition_index, the square root of the largest eigenvalue over this one; proportion of the variance of the term''s coefficient that comes from the dimension: those of a term sum to 1. An index above 30 where two terms or more have a proportion above 0.5 is a near dependency of those terms. center: columns about their means, and no intercept. Others as l2_collinearity. Small eigenvalues are as exact as large ones (one-sided Jacobi on a double-double factor; Demmel and Veselic 1992). Columns that those before them explain are left out, with a NOTICE.';

CREATE FUNCTION l2_predict_interval(
  gram l2_gram,
  model l2_model,
  x float8[],
  level float8 DEFAULT 0.95,
  OUT fit float8,
  OUT se_fit float8,
  OUT conf_low float8,
  OUT conf_high float8,
  OUT pred_low float8,
  OUT pred_high float8,
  OUT leverage float8
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_predict_interval(l2_gram, l2_model, float8[], float8) IS
'b0 + x''b as l2_predict; its standard error; limits at level for the mean of such rows (conf) and for one new row of weight 1 (pred), as R''s predict.lm; leverage, what a row of weight 1 at x counts for in its own fit: 1/W + d''(X''WX)^-1 d, d = x - mean. gram: the one that the model was fitted from, by least squares or ridge, whose intercept, penalty, features and weights are taken from the model; another gram is an error. Ridge: se_fit^2 = sigma^2 (1/W + d''A^-1 C A^-1 d), A = C + penalty: it leaves out the bias that the penalty makes, so the intervals are approximate; leverage is the diagonal of its hat matrix. Other methods, bounded coefficients and solvers that stop at a tolerance are an error. x: one element a feature, in the order of l2_names(model); one that is NULL makes all NULL. Without residual degrees of freedom only fit and leverage are known. The gram is factored once and kept while gram and model stay the same: sort rows by model, or call it in a LATERAL join after FROM models.';

CREATE FUNCTION l2_anova(
  VARIADIC models l2_model[],
  OUT number integer,
  OUT added text[],
  OUT df_residual float8,
  OUT rss float8,
  OUT df float8,
  OUT sum_sq float8,
  OUT f float8,
  OUT p float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION l2_anova(l2_model[]) IS
'Analysis of variance of nested least squares fits, as R''s anova: one row a model, smallest first whatever the order of the arguments; number is the argument''s. added: terms that the model before lacks; df and sum_sq: what they take from the residuals; f = (sum_sq / df) / (rss / df_residual of the largest model), p its upper tail. NULL f where the models have the same rank or the largest no residual degrees of freedom. Errors: fewer than two models; a model that is no least squares fit; other rows, weights or targets; terms that a larger model lacks. No rows where a model is NULL.';

CREATE FUNCTION l2_compare(
  VARIADIC models l2_model[],
  OUT number integer,
  OUT method text,
  OUT terms text[],
  OUT n bigint,
  OUT df float8,
  OUT rss float8,
  OUT r_squared float8,
  OUT adj_r_squared float8,
  OUT sigma float8,
  OUT aic float8,
  OUT aicc float8,
  OUT bic float8,
  OUT delta_aic float8,
  OUT delta_bic float8,
  OUT lambda float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION l2_compare(l2_model[]) IS
'Models of the same rows and target side by side, one row each, in the order of the arguments. terms: features whose coefficients are not zero; df: effective number of parameters, the intercept among them; AIC = n log(RSS/n) + 2 df, AICc = AIC + 2 df (df + 1) / (n - df - 1), BIC = n log(RSS/n) + df log n, and their distance from the least: the smaller the better. R''s AIC() is larger by n (1 + log 2 pi) + 2, its BIC() by n (1 + log 2 pi) + log n, the same for all models of the same rows; with AICc, R counts sigma as a parameter. NULL where the fit is perfect. r_squared is about 0 for a model without an intercept: compare it with its like. Errors: other rows, weights or targets, which make these numbers incomparable. A NULL model has no row.';

-- The rows a model was fitted to against those that have come since.

CREATE FUNCTION l2_drift(
  model l2_model,
  gram l2_gram,
  OUT term text,
  OUT mean float8,
  OUT mean_now float8,
  OUT shift float8,
  OUT sd float8,
  OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10;
COMMENT ON FUNCTION l2_drift(l2_model, l2_gram) IS
'How far the rows of a gram, fresh ones say, are from those of training, in one scan: a row for the target, one a feature, matched by name, then levels of categories that training did not see. mean and sd (sample standard deviation) are those of training, mean_now and sd_now those of the gram; shift is (mean_now - mean) / sd, spread sd_now / sd. The last row, "(Residual)", is for the model''s error: mean_now the mean of y less its prediction, sd the root of the mean squared residual in training and sd_now that on the gram''s rows, as l2_rmse has it, without another scan; not for models with a link. No rows where the gram has none. Error where the gram lacks a feature that is no level of a category.';

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

-- Cross-validation in one scan: a gram a fold.

CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_key' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_name' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint, float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_key_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, bigint, float8) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text, float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_accum_name_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION l2_folds_accum(l2_gram[], float8, float8[], integer, text, float8) IS 'transition function of l2_gram_folds';
CREATE FUNCTION l2_folds_combine(l2_gram[], l2_gram[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_folds_combine(l2_gram[], l2_gram[]) IS 'combine function of the aggregates over folds';
CREATE FUNCTION l2_folds_final(l2_gram[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_folds_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_folds_final(l2_gram[]) IS 'final function of l2_gram_folds';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer) IS
'One gram for each of 2 to 10000 folds, in an array, NULL for a fold without rows; for l2_cv. A row''s fold is a hash of its values y and x, so it does not depend on order, plan or session, and equal rows share a fold. Their sum is l2_gram_agg(y, x). Takes 8 k^2 + 1024 k bytes a fold for k columns. NULL rows and errors as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key bigint) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, counted from 0, so rows that share a key share a fold: a group, a block of time, a fold that you have chosen. Where fold_key is NULL the row''s values decide.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key text) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, text) IS
'The same; a hash of fold_key decides. Where it is NULL the row''s values do.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key bigint, weight float8) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, bigint, float8) IS
'The same, each row counting weight times; for no key give NULL.';

CREATE AGGREGATE l2_gram_folds(y float8, x float8[], folds integer, fold_key text, weight float8) (
  SFUNC = l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = l2_folds_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds(float8, float8[], integer, text, float8) IS
'The same, each row counting weight times; for no key give NULL.';

-- Grams of folds into a model

CREATE FUNCTION l2_cv(
  grams l2_gram[],
  method text DEFAULT 'lasso',
  l1_ratio float8 DEFAULT NULL,
  l1_ratios float8[] DEFAULT NULL,
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
  rule text DEFAULT 'min'
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION l2_cv(l2_gram[], text, float8, float8[], integer, float8, float8[], boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean, text) IS
'The model at the penalty that cross-validation over the grams, one a fold, chooses. For each fold, models are fitted to the sum of the others at every lambda and their squared errors on the fold computed, all from the grams. method: "ridge", "lasso", "elastic_net" (l1_ratio, 0.5 by default, or several l1_ratios to choose from). lambdas, or the grid of l2_path for all rows; lambda means the same, on the scale given, for the training rows as for all. rule: "min" (least mean squared error) or "1se" (the largest lambda within a standard error of it). The model is fitted to all rows, and states cv_error, cv_se and folds. Others as l2_path. Error where fewer than two folds have rows; NULL where none has.';

CREATE FUNCTION l2_cv_curve(
  grams l2_gram[],
  method text DEFAULT 'lasso',
  l1_ratio float8 DEFAULT NULL,
  l1_ratios float8[] DEFAULT NULL,
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
  OUT l1_ratio float8,
  OUT lambda float8,
  OUT mean float8,
  OUT se float8,
  OUT df float8,
  OUT nonzero integer,
  OUT fold_mse float8[],
  OUT is_min boolean,
  OUT is_1se boolean
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION l2_cv_curve(l2_gram[], text, float8, float8[], integer, float8, float8[], boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean) IS
'What l2_cv compares: for each l1_ratio and lambda, largest first, the mean squared error over all folds, each counting by its weight, its standard error sqrt(sum W_k (mse_k - mean)^2 / W / (K - 1)) over K folds (as cv.glmnet with lambda given), degrees of freedom and coefficients not zero of the fit to all rows, the mean squared error of each fold that has rows, and which row the rules "min" and "1se" choose.';

-- One-line aggregates

CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[]) IS 'transition function of ridge_cv';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], jsonb) IS 'transition function of ridge_cv with options';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], text) IS 'transition function of ridge_cv with options';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8) IS 'transition function of ridge_cv with weights';
CREATE FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8, jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'ridge_cv_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION ridge_cv_accum(l2_gram[], float8, float8[], float8, jsonb) IS 'transition function of ridge_cv with weights and options';
CREATE FUNCTION ridge_cv_final(l2_gram[]) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'ridge_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION ridge_cv_final(l2_gram[]) IS 'final function of ridge_cv';

CREATE AGGREGATE ridge_cv(y float8, x float8[]) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[]) IS
'Ridge regression at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x, 10), ''ridge''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], options jsonb) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], jsonb) IS
'Ridge regression with lambda by cross-validation and options, a JSON object of: features, folds (10), intercept, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, n_lambda (100), names, non_negative, nonfinite ("error" or "skip"), penalty_factor, rule ("min" or "1se"), seed (of the hash that deals rows to folds), standardize, target, tolerance, upper, weights; as the arguments of l2_cv. An unknown option is an error.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], options text) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], text) IS
'As ridge_cv with options jsonb, for a literal without a cast.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], weight float8) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], float8) IS
'Ridge regression with lambda by cross-validation and weights: each square counts weight times, in fitting and in errors.';

CREATE AGGREGATE ridge_cv(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = ridge_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = ridge_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv(float8, float8[], float8, jsonb) IS
'Ridge regression with lambda by cross-validation, weights and options.';

CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[]) IS 'transition function of lasso_cv';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], jsonb) IS 'transition function of lasso_cv with options';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], text) IS 'transition function of lasso_cv with options';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8) IS 'transition function of lasso_cv with weights';
CREATE FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8, jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'lasso_cv_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION lasso_cv_accum(l2_gram[], float8, float8[], float8, jsonb) IS 'transition function of lasso_cv with weights and options';
CREATE FUNCTION lasso_cv_final(l2_gram[]) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'lasso_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION lasso_cv_final(l2_gram[]) IS 'final function of lasso_cv';

CREATE AGGREGATE lasso_cv(y float8, x float8[]) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[]) IS
'Lasso at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x, 10), ''lasso''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], options jsonb) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], jsonb) IS
'Lasso with lambda by cross-validation and options, a JSON object of: features, folds (10), intercept, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, n_lambda (100), names, non_negative, nonfinite ("error" or "skip"), penalty_factor, rule ("min" or "1se"), seed (of the hash that deals rows to folds), standardize, target, tolerance, upper, weights; as the arguments of l2_cv. An unknown option is an error.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], options text) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], text) IS
'As lasso_cv with options jsonb, for a literal without a cast.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], weight float8) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], float8) IS
'Lasso with lambda by cross-validation and weights: each square counts weight times, in fitting and in errors.';

CREATE AGGREGATE lasso_cv(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = lasso_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = lasso_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv(float8, float8[], float8, jsonb) IS
'Lasso with lambda by cross-validation, weights and options.';

CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[]) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[]) IS 'transition function of elastic_net_cv';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], jsonb) IS 'transition function of elastic_net_cv with options';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], text) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], text) IS 'transition function of elastic_net_cv with options';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8) IS 'transition function of elastic_net_cv with weights';
CREATE FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8, jsonb) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'elastic_net_cv_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
COMMENT ON FUNCTION elastic_net_cv_accum(l2_gram[], float8, float8[], float8, jsonb) IS 'transition function of elastic_net_cv with weights and options';
CREATE FUNCTION elastic_net_cv_final(l2_gram[]) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'elastic_net_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION elastic_net_cv_final(l2_gram[]) IS 'final function of elastic_net_cv';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[]) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[]) IS
'Elastic net at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x, 10), ''elastic_net''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into one fold.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], options jsonb) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], jsonb) IS
'Elastic net with lambda by cross-validation and options, a JSON object of: features, folds (10), intercept, l1_ratio (a number, 0.5 by default, or an array to choose from), lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, n_lambda (100), names, non_negative, nonfinite ("error" or "skip"), penalty_factor, rule ("min" or "1se"), seed (of the hash that deals rows to folds), standardize, target, tolerance, upper, weights; as the arguments of l2_cv. An unknown option is an error.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], options text) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], text) IS
'As elastic_net_cv with options jsonb, for a literal without a cast.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], weight float8) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], float8) IS
'Elastic net with lambda by cross-validation and weights: each square counts weight times, in fitting and in errors.';

CREATE AGGREGATE elastic_net_cv(y float8, x float8[], weight float8, options jsonb) (
  SFUNC = elastic_net_cv_accum, STYPE = l2_gram[], SSPACE = 8192, FINALFUNC = elastic_net_cv_final,
  COMBINEFUNC = l2_folds_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv(float8, float8[], float8, jsonb) IS
'Elastic net with lambda by cross-validation, weights and options.';

-- The best of many models of one gram.

CREATE FUNCTION l2_subset(
  gram l2_gram,
  method text DEFAULT 'best',
  criterion text DEFAULT 'bic',
  max_features integer DEFAULT NULL,
  force text[] DEFAULT NULL,
  intercept boolean DEFAULT true,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  OUT size integer,
  OUT features text[],
  OUT rss float8,
  OUT r2 float8,
  OUT adj_r2 float8,
  OUT cp float8,
  OUT gcv float8,
  OUT aic float8,
  OUT aicc float8,
  OUT bic float8,
  OUT chosen boolean,
  OUT model l2_model
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 20;
COMMENT ON FUNCTION l2_subset(l2_gram, text, text, integer, text[], boolean, text[], text, text[], text) IS
'Least squares on one subset of the features of each size, smallest first: as R''s leaps::regsubsets. method: "best" (the least RSS of all subsets of that size, by branch and bound: Furnival and Wilson 1974; at most 40 features beside the forced ones), "forward" (always the feature that lowers RSS most), "backward" (from all of them, always without the one that raises RSS least). force: features in every subset; max_features: the largest size, forced ones counted. A row: features as columns of the gram, RSS, R^2, adjusted R^2, Mallows''s Cp = RSS/s^2 - n + 2 df with s^2 from all features (NULL where they leave no degrees of freedom), GCV, AIC, AICc and BIC as in l2_path (NULL with as many parameters as rows; -Infinity for a perfect fit with fewer), whether this size is chosen, having the best criterion ("gcv", "aic", "aicc", "bic", "cp", "adj_r2"; the smallest of equal ones), the model. No subset has a feature that others in it explain, so with collinear features or few rows there are fewer sizes; of equally good subsets it is the one with the earlier features. A NOTICE names features that were left out. With no more rows than features give max_features: bounds say little then. Standard errors, p values and R^2 of a model that was selected on the same rows are too optimistic: judge it on other rows. Others as l2_ols. No rows for a gram without rows.';

CREATE FUNCTION l2_select(
  gram l2_gram,
  method text DEFAULT 'lasso',
  criterion text DEFAULT 'bic',
  max_features integer DEFAULT NULL,
  force text[] DEFAULT NULL,
  l1_ratio float8 DEFAULT NULL,
  n_lambda integer DEFAULT NULL,
  lambda_min_ratio float8 DEFAULT NULL,
  lambdas float8[] DEFAULT NULL,
  intercept boolean DEFAULT true,
  standardize boolean DEFAULT NULL,
  lambda_scale text DEFAULT NULL,
  penalty_factor float8[] DEFAULT NULL,
  features text[] DEFAULT NULL,
  target text DEFAULT NULL,
  names text[] DEFAULT NULL,
  weights text DEFAULT 'precision',
  tolerance float8 DEFAULT NULL,
  max_iter integer DEFAULT NULL,
  lower float8[] DEFAULT NULL,
  upper float8[] DEFAULT NULL,
  non_negative boolean DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION l2_select(l2_gram, text, text, integer, text[], float8, integer, float8, float8[], boolean, boolean, text, float8[], text[], text, text[], text, float8, integer, float8[], float8[], boolean) IS
'The model with the best criterion. method "ridge", "lasso" or "elastic_net": of the lambdas of l2_path, by "gcv", "aic", "aicc" or "bic" with its effective parameters as df (of a lasso the coefficients not zero: Zou, Hastie and Tibshirani 2007); of equal ones the largest lambda. "forward", "backward" or "best": of the subsets of l2_subset, by those, "cp" or "adj_r2"; of equal ones the smallest. max_features and force are for these methods, l1_ratio, n_lambda, lambda_min_ratio, lambdas, standardize, lambda_scale, penalty_factor, tolerance, max_iter and bounds for the others; NULL: as in l2_path. Where no model has the criterion, having no fewer parameters than rows, the simplest. Standard errors, p values and R^2 of a model that was selected on the same rows are too optimistic: judge it on other rows. NULL for a gram without rows.';

-- Columns and categories by name: aggregates over records.
--
-- y is "any" (any numeric type or boolean) so that a literal or NULL for the features still means the
-- forms with an array.  The state is internal: a record type means nothing on another node anyway.

CREATE FUNCTION l2_record_combine(internal, internal) RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_record_combine(internal, internal) IS 'combine function of the aggregates over records';
CREATE FUNCTION l2_record_serialize(internal) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION l2_record_serialize(internal) IS 'serialization function of the aggregates over records';
CREATE FUNCTION l2_record_deserialize(bytea, internal) RETURNS internal
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION l2_record_deserialize(bytea, internal) IS 'deserialization function of the aggregates over records';

-- Grams

CREATE FUNCTION l2_gram_record_final(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION l2_gram_record_final(internal) IS 'final function of l2_gram_agg over records';

CREATE FUNCTION l2_gram_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_record_accum(internal, "any", record) IS 'transition function of l2_gram_agg over records';
CREATE AGGREGATE l2_gram_agg(y "any", features record) (
  SFUNC = l2_gram_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_gram_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", record) IS
'The gram of the attributes of a record: a table''s alias, a subquery''s, ROW(...)::type. Numbers, booleans, dates, timestamps and intervals (days since 2000-01-01, days) are a column each, of the attribute''s name. text, varchar, char (without trailing blanks), name, enums and domains over them are categories: one column of 0 and 1 a level, attribute=level, in the order of the bytes; levels are found in the scan and kept sparsely. Other types are an error that names the attribute. An attribute that equals y in every row is one too, unless options name the target or the features. The target is called y. Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION l2_gram_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_record_accum(internal, "any", record, float8) IS 'transition function of l2_gram_agg over records';
CREATE AGGREGATE l2_gram_agg(y "any", features record, weight float8) (
  SFUNC = l2_gram_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_gram_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", record, float8) IS
'The gram of the attributes of a record, each row counting weight times. Weights are finite and >= 0; rows of weight 0 are skipped and counted.';

CREATE FUNCTION l2_gram_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_record_accum(internal, "any", record, jsonb) IS 'transition function of l2_gram_agg over records';
CREATE AGGREGATE l2_gram_agg(y "any", features record, options jsonb) (
  SFUNC = l2_gram_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_gram_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", record, jsonb) IS
'The gram of the attributes of a record with options, a JSON object of: features (attributes to use, in this order), max_levels (1000: more are an error), names (of the attributes in use, in order, instead of their own), nonfinite ("error" or "skip"), null_level (true: NULL is a level of each category, column "attribute IS NULL"), reference (the level that gets no column: "first" in the order of the bytes, "most_frequent", or "none", the default), target (its name; an attribute of that name is no feature), unseen (what l2_predict makes of a level that training did not see: "error", the default, "zero", or "null"). An unknown option is an error.';

CREATE FUNCTION l2_gram_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_record_accum(internal, "any", record, text) IS 'transition function of l2_gram_agg over records';
CREATE AGGREGATE l2_gram_agg(y "any", features record, options text) (
  SFUNC = l2_gram_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_gram_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", record, text) IS
'As l2_gram_agg(y, features, options jsonb), for a literal without a cast.';

CREATE FUNCTION l2_gram_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_gram_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_gram_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of l2_gram_agg over records';
CREATE AGGREGATE l2_gram_agg(y "any", features record, weight float8, options jsonb) (
  SFUNC = l2_gram_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_gram_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", record, float8, jsonb) IS
'The gram of the attributes of a record with weights and options.';

CREATE FUNCTION l2_folds_record_final(internal) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 500;
COMMENT ON FUNCTION l2_folds_record_final(internal) IS 'final function of l2_gram_folds over records';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer) IS
'One gram for each of 2 to 10000 folds of records, in an array, NULL for a fold without rows, all with the same columns; for l2_cv. A row''s fold is a hash of its values, so it does not depend on order, plan or session, and equal rows share a fold. See l2_gram_agg over records.';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer, bigint) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer, fold_key bigint) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, counted from 0. Where fold_key is NULL the row''s values decide.';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer, text) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer, fold_key text) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer, text) IS
'The same; a hash of fold_key decides. Where it is NULL the row''s values do.';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer, bigint, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer, bigint, float8) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer, fold_key bigint, weight float8) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer, bigint, float8) IS
'The same, each row counting weight times; for no key give NULL.';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer, text, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer, text, float8) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer, fold_key text, weight float8) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer, text, float8) IS
'The same, each row counting weight times; for no key give NULL.';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer, jsonb) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer, options jsonb) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer, jsonb) IS
'The same with options as l2_gram_agg over records.';

CREATE FUNCTION l2_folds_record_accum(internal, "any", record, integer, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_folds_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION l2_folds_record_accum(internal, "any", record, integer, float8, jsonb) IS 'transition function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features record, folds integer, weight float8, options jsonb) (
  SFUNC = l2_folds_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = l2_folds_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", record, integer, float8, jsonb) IS
'The same with weights and options.';

-- Ordinary least squares

CREATE FUNCTION ols_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION ols_record_final(internal) IS 'final function of ols_fit over records';

CREATE FUNCTION ols_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ols_record_accum(internal, "any", record) IS 'transition function of ols_fit over records';
CREATE AGGREGATE ols_fit(y "any", features record) (
  SFUNC = ols_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ols_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", record) IS
'Ordinary least squares of y on the attributes of a record, numbers and categories by name: l2_ols of l2_gram_agg(y, features). The first level of each category is the reference, without a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION ols_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ols_record_accum(internal, "any", record, jsonb) IS 'transition function of ols_fit over records';
CREATE AGGREGATE ols_fit(y "any", features record, options jsonb) (
  SFUNC = ols_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ols_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", record, jsonb) IS
'Ordinary least squares over records with options, a JSON object of: features, intercept, max_levels, nonfinite, null_level, reference, target, unseen, weights; as the arguments of l2_ols and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION ols_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ols_record_accum(internal, "any", record, text) IS 'transition function of ols_fit over records';
CREATE AGGREGATE ols_fit(y "any", features record, options text) (
  SFUNC = ols_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ols_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", record, text) IS
'As ols_fit over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION ols_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ols_record_accum(internal, "any", record, float8) IS 'transition function of ols_fit over records';
CREATE AGGREGATE ols_fit(y "any", features record, weight float8) (
  SFUNC = ols_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ols_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", record, float8) IS
'Ordinary least squares over records with weights: each square counts weight times.';

CREATE FUNCTION ols_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ols_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ols_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of ols_fit over records';
CREATE AGGREGATE ols_fit(y "any", features record, weight float8, options jsonb) (
  SFUNC = ols_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ols_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", record, float8, jsonb) IS
'Ordinary least squares over records with weights and options.';

-- Ridge regression

CREATE FUNCTION ridge_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION ridge_record_final(internal) IS 'final function of ridge_fit over records';

CREATE FUNCTION ridge_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_record_accum(internal, "any", record, float8) IS 'transition function of ridge_fit over records';
CREATE AGGREGATE ridge_fit(y "any", features record, lambda float8) (
  SFUNC = ridge_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", record, float8) IS
'Ridge regression of y on the attributes of a record, numbers and categories by name: l2_ridge of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION ridge_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of ridge_fit over records';
CREATE AGGREGATE ridge_fit(y "any", features record, lambda float8, options jsonb) (
  SFUNC = ridge_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", record, float8, jsonb) IS
'Ridge regression over records with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, max_levels, non_negative, nonfinite, null_level, penalty_factor, reference, solver, standardize, target, tolerance, unseen, upper, weights; as the arguments of l2_ridge and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION ridge_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_record_accum(internal, "any", record, float8, text) IS 'transition function of ridge_fit over records';
CREATE AGGREGATE ridge_fit(y "any", features record, lambda float8, options text) (
  SFUNC = ridge_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", record, float8, text) IS
'As ridge_fit over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION ridge_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_record_accum(internal, "any", record, float8, float8) IS 'transition function of ridge_fit over records';
CREATE AGGREGATE ridge_fit(y "any", features record, lambda float8, weight float8) (
  SFUNC = ridge_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", record, float8, float8) IS
'Ridge regression over records with weights: each square counts weight times.';

CREATE FUNCTION ridge_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of ridge_fit over records';
CREATE AGGREGATE ridge_fit(y "any", features record, lambda float8, weight float8, options jsonb) (
  SFUNC = ridge_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", record, float8, float8, jsonb) IS
'Ridge regression over records with weights and options.';

-- Lasso

CREATE FUNCTION lasso_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION lasso_record_final(internal) IS 'final function of lasso_fit over records';

CREATE FUNCTION lasso_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_record_accum(internal, "any", record, float8) IS 'transition function of lasso_fit over records';
CREATE AGGREGATE lasso_fit(y "any", features record, lambda float8) (
  SFUNC = lasso_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", record, float8) IS
'Lasso of y on the attributes of a record, numbers and categories by name: l2_lasso of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION lasso_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of lasso_fit over records';
CREATE AGGREGATE lasso_fit(y "any", features record, lambda float8, options jsonb) (
  SFUNC = lasso_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", record, float8, jsonb) IS
'Lasso over records with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, max_levels, non_negative, nonfinite, null_level, penalty_factor, reference, solver, standardize, target, tolerance, unseen, upper, weights; as the arguments of l2_lasso and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION lasso_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_record_accum(internal, "any", record, float8, text) IS 'transition function of lasso_fit over records';
CREATE AGGREGATE lasso_fit(y "any", features record, lambda float8, options text) (
  SFUNC = lasso_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", record, float8, text) IS
'As lasso_fit over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION lasso_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_record_accum(internal, "any", record, float8, float8) IS 'transition function of lasso_fit over records';
CREATE AGGREGATE lasso_fit(y "any", features record, lambda float8, weight float8) (
  SFUNC = lasso_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", record, float8, float8) IS
'Lasso over records with weights: each square counts weight times.';

CREATE FUNCTION lasso_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of lasso_fit over records';
CREATE AGGREGATE lasso_fit(y "any", features record, lambda float8, weight float8, options jsonb) (
  SFUNC = lasso_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", record, float8, float8, jsonb) IS
'Lasso over records with weights and options.';

-- Elastic net

CREATE FUNCTION elastic_net_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION elastic_net_record_final(internal) IS 'final function of elastic_net_fit over records';

CREATE FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8) IS 'transition function of elastic_net_fit over records';
CREATE AGGREGATE elastic_net_fit(y "any", features record, lambda float8, l1_ratio float8) (
  SFUNC = elastic_net_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", record, float8, float8) IS
'Elastic net of y on the attributes of a record, numbers and categories by name: l2_elastic_net of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of elastic_net_fit over records';
CREATE AGGREGATE elastic_net_fit(y "any", features record, lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = elastic_net_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", record, float8, float8, jsonb) IS
'Elastic net over records with options, a JSON object of: features, intercept, lambda_scale, learning_rate, lower, max_iter, max_levels, non_negative, nonfinite, null_level, penalty_factor, reference, solver, standardize, target, tolerance, unseen, upper, weights; as the arguments of l2_elastic_net and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, text) IS 'transition function of elastic_net_fit over records';
CREATE AGGREGATE elastic_net_fit(y "any", features record, lambda float8, l1_ratio float8, options text) (
  SFUNC = elastic_net_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", record, float8, float8, text) IS
'As elastic_net_fit over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, float8) IS 'transition function of elastic_net_fit over records';
CREATE AGGREGATE elastic_net_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8) (
  SFUNC = elastic_net_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", record, float8, float8, float8) IS
'Elastic net over records with weights: each square counts weight times.';

CREATE FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_record_accum(internal, "any", record, float8, float8, float8, jsonb) IS 'transition function of elastic_net_fit over records';
CREATE AGGREGATE elastic_net_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = elastic_net_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", record, float8, float8, float8, jsonb) IS
'Elastic net over records with weights and options.';

-- Least squares under dropout

CREATE FUNCTION dropout_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION dropout_record_final(internal) IS 'final function of dropout_fit over records';

CREATE FUNCTION dropout_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION dropout_record_accum(internal, "any", record, float8) IS 'transition function of dropout_fit over records';
CREATE AGGREGATE dropout_fit(y "any", features record, rate float8) (
  SFUNC = dropout_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = dropout_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", record, float8) IS
'Least squares under dropout of y on the attributes of a record, numbers and categories by name: l2_dropout of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION dropout_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION dropout_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of dropout_fit over records';
CREATE AGGREGATE dropout_fit(y "any", features record, rate float8, options jsonb) (
  SFUNC = dropout_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = dropout_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", record, float8, jsonb) IS
'Least squares under dropout over records with options, a JSON object of: dropout_to, features, intercept, max_levels, nonfinite, null_level, reference, target, unseen, weights; as the arguments of l2_dropout and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION dropout_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION dropout_record_accum(internal, "any", record, float8, text) IS 'transition function of dropout_fit over records';
CREATE AGGREGATE dropout_fit(y "any", features record, rate float8, options text) (
  SFUNC = dropout_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = dropout_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", record, float8, text) IS
'As dropout_fit over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION dropout_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION dropout_record_accum(internal, "any", record, float8, float8) IS 'transition function of dropout_fit over records';
CREATE AGGREGATE dropout_fit(y "any", features record, rate float8, weight float8) (
  SFUNC = dropout_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = dropout_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", record, float8, float8) IS
'Least squares under dropout over records with weights: each square counts weight times.';

CREATE FUNCTION dropout_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'dropout_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION dropout_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of dropout_fit over records';
CREATE AGGREGATE dropout_fit(y "any", features record, rate float8, weight float8, options jsonb) (
  SFUNC = dropout_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = dropout_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", record, float8, float8, jsonb) IS
'Least squares under dropout over records with weights and options.';

-- Ridge regression with lambda by cross-validation

CREATE FUNCTION ridge_cv_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION ridge_cv_record_final(internal) IS 'final function of ridge_cv over records';

CREATE FUNCTION ridge_cv_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_cv_record_accum(internal, "any", record) IS 'transition function of ridge_cv over records';
CREATE AGGREGATE ridge_cv(y "any", features record) (
  SFUNC = ridge_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", record) IS
'Ridge regression with lambda by cross-validation of y on the attributes of a record, numbers and categories by name: l2_cv(..., ''ridge'') of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION ridge_cv_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_cv_record_accum(internal, "any", record, jsonb) IS 'transition function of ridge_cv over records';
CREATE AGGREGATE ridge_cv(y "any", features record, options jsonb) (
  SFUNC = ridge_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", record, jsonb) IS
'Ridge regression with lambda by cross-validation over records with options, a JSON object of: features, folds, intercept, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, max_levels, n_lambda, non_negative, nonfinite, null_level, penalty_factor, reference, rule, seed, standardize, target, tolerance, unseen, upper, weights; as the arguments of l2_cv(..., ''ridge'') and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION ridge_cv_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_cv_record_accum(internal, "any", record, text) IS 'transition function of ridge_cv over records';
CREATE AGGREGATE ridge_cv(y "any", features record, options text) (
  SFUNC = ridge_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", record, text) IS
'As ridge_cv over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION ridge_cv_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_cv_record_accum(internal, "any", record, float8) IS 'transition function of ridge_cv over records';
CREATE AGGREGATE ridge_cv(y "any", features record, weight float8) (
  SFUNC = ridge_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", record, float8) IS
'Ridge regression with lambda by cross-validation over records with weights: each square counts weight times.';

CREATE FUNCTION ridge_cv_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'ridge_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION ridge_cv_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of ridge_cv over records';
CREATE AGGREGATE ridge_cv(y "any", features record, weight float8, options jsonb) (
  SFUNC = ridge_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = ridge_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", record, float8, jsonb) IS
'Ridge regression with lambda by cross-validation over records with weights and options.';

-- Lasso with lambda by cross-validation

CREATE FUNCTION lasso_cv_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION lasso_cv_record_final(internal) IS 'final function of lasso_cv over records';

CREATE FUNCTION lasso_cv_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_cv_record_accum(internal, "any", record) IS 'transition function of lasso_cv over records';
CREATE AGGREGATE lasso_cv(y "any", features record) (
  SFUNC = lasso_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", record) IS
'Lasso with lambda by cross-validation of y on the attributes of a record, numbers and categories by name: l2_cv(..., ''lasso'') of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION lasso_cv_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_cv_record_accum(internal, "any", record, jsonb) IS 'transition function of lasso_cv over records';
CREATE AGGREGATE lasso_cv(y "any", features record, options jsonb) (
  SFUNC = lasso_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", record, jsonb) IS
'Lasso with lambda by cross-validation over records with options, a JSON object of: features, folds, intercept, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, max_levels, n_lambda, non_negative, nonfinite, null_level, penalty_factor, reference, rule, seed, standardize, target, tolerance, unseen, upper, weights; as the arguments of l2_cv(..., ''lasso'') and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION lasso_cv_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_cv_record_accum(internal, "any", record, text) IS 'transition function of lasso_cv over records';
CREATE AGGREGATE lasso_cv(y "any", features record, options text) (
  SFUNC = lasso_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", record, text) IS
'As lasso_cv over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION lasso_cv_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_cv_record_accum(internal, "any", record, float8) IS 'transition function of lasso_cv over records';
CREATE AGGREGATE lasso_cv(y "any", features record, weight float8) (
  SFUNC = lasso_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", record, float8) IS
'Lasso with lambda by cross-validation over records with weights: each square counts weight times.';

CREATE FUNCTION lasso_cv_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'lasso_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION lasso_cv_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of lasso_cv over records';
CREATE AGGREGATE lasso_cv(y "any", features record, weight float8, options jsonb) (
  SFUNC = lasso_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = lasso_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", record, float8, jsonb) IS
'Lasso with lambda by cross-validation over records with weights and options.';

-- Elastic net with lambda by cross-validation

CREATE FUNCTION elastic_net_cv_record_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION elastic_net_cv_record_final(internal) IS 'final function of elastic_net_cv over records';

CREATE FUNCTION elastic_net_cv_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_cv_record_accum(internal, "any", record) IS 'transition function of elastic_net_cv over records';
CREATE AGGREGATE elastic_net_cv(y "any", features record) (
  SFUNC = elastic_net_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", record) IS
'Elastic net with lambda by cross-validation of y on the attributes of a record, numbers and categories by name: l2_cv(..., ''elastic_net'') of l2_gram_agg(y, features). Each level of a category has a column. Predict with l2_predict(model, record). Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

CREATE FUNCTION elastic_net_cv_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_cv_record_accum(internal, "any", record, jsonb) IS 'transition function of elastic_net_cv over records';
CREATE AGGREGATE elastic_net_cv(y "any", features record, options jsonb) (
  SFUNC = elastic_net_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", record, jsonb) IS
'Elastic net with lambda by cross-validation over records with options, a JSON object of: features, folds, intercept, l1_ratio, lambda_min_ratio, lambda_scale, lambdas, lower, max_iter, max_levels, n_lambda, non_negative, nonfinite, null_level, penalty_factor, reference, rule, seed, standardize, target, tolerance, unseen, upper, weights; as the arguments of l2_cv(..., ''elastic_net'') and the options of l2_gram_agg over records. features and target are attributes; arrays of factors and bounds have an element a column, levels included. An unknown option is an error.';

CREATE FUNCTION elastic_net_cv_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_cv_record_accum(internal, "any", record, text) IS 'transition function of elastic_net_cv over records';
CREATE AGGREGATE elastic_net_cv(y "any", features record, options text) (
  SFUNC = elastic_net_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", record, text) IS
'As elastic_net_cv over records with options jsonb, for a literal without a cast.';

CREATE FUNCTION elastic_net_cv_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_cv_record_accum(internal, "any", record, float8) IS 'transition function of elastic_net_cv over records';
CREATE AGGREGATE elastic_net_cv(y "any", features record, weight float8) (
  SFUNC = elastic_net_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", record, float8) IS
'Elastic net with lambda by cross-validation over records with weights: each square counts weight times.';

CREATE FUNCTION elastic_net_cv_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'elastic_net_cv_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION elastic_net_cv_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of elastic_net_cv over records';
CREATE AGGREGATE elastic_net_cv(y "any", features record, weight float8, options jsonb) (
  SFUNC = elastic_net_cv_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = elastic_net_cv_record_final,
  COMBINEFUNC = l2_record_combine, SERIALFUNC = l2_record_serialize,
  DESERIALFUNC = l2_record_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", record, float8, jsonb) IS
'Elastic net with lambda by cross-validation over records with weights and options.';

-- Logistic and Poisson regression: generalised linear models with their canonical links.

-- y is of any numeric type or boolean.  The state keeps rows, so it is internal: the scan beneath may be
-- parallel, the aggregate is not.  For a parallel or distributed fit see l2_logistic.

CREATE FUNCTION logistic_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_ridge_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_ridge_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_net_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_net_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_weight_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_offset' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_offset_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
CREATE FUNCTION logistic_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[]) IS 'transition function of logistic_fit';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], jsonb) IS 'transition function of logistic_fit with options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], text) IS 'transition function of logistic_fit with options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8) IS 'transition function of logistic_fit with a penalty';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, text) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of logistic_fit with a penalty';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of logistic_fit with a penalty and weights';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of logistic_fit with a penalty, weights and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of logistic_fit with a penalty, weights and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8) IS 'transition function of logistic_fit with a penalty, weights and offsets';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) IS 'transition function of logistic_fit with a penalty, weights, offsets and options';
COMMENT ON FUNCTION logistic_final(internal) IS 'final function of logistic_fit';

CREATE FUNCTION poisson_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_ridge_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_ridge_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_net_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_net_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_weight_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_offset' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_offset_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
CREATE FUNCTION poisson_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[]) IS 'transition function of poisson_fit';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], jsonb) IS 'transition function of poisson_fit with options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], text) IS 'transition function of poisson_fit with options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8) IS 'transition function of poisson_fit with a penalty';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, text) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of poisson_fit with a penalty';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of poisson_fit with a penalty and weights';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of poisson_fit with a penalty, weights and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of poisson_fit with a penalty, weights and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8) IS 'transition function of poisson_fit with a penalty, weights and offsets';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) IS 'transition function of poisson_fit with a penalty, weights, offsets and options';
COMMENT ON FUNCTION poisson_final(internal) IS 'final function of poisson_fit';

CREATE AGGREGATE logistic_fit(y anyelement, x float8[]) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[]) IS
'Logistic regression of y on the elements of x, with an intercept: maximum likelihood, as R''s glm(family = binomial). y: boolean, or a number from 0 to 1: 0, 1 or the share of 1s among weight trials. NULLs as in l2_gram_agg; NULL where no row is usable. Newton steps until the last one moves the linear predictor by less than tolerance (root mean square). Rows are kept in work_mem and beyond it in a temporary file. WARNING and converged false where the features separate 0 from 1, so that coefficients go to infinity; error where y is 0, or 1, in every row. l2_predict(model, x) is the probability of 1.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], jsonb) IS
'Logistic regression with options, a JSON object of: class_weight ("none", or "balanced": weights times sum(w) / (2 sum of w of the row''s class)), dropout (the share of each feature''s values that are set to 0 while the others grow to keep the mean: its expected loss, by the quadratic approximation of Wager, Wang and Liang 2013, -log likelihood + 1/2 rate/(1 - rate) sum_j b_j^2 sum_i w_i p_i (1 - p_i) x_ij^2, which is not convex far from 0 and does not cure separation; instead of another penalty or bounds), features, intercept, lambda_scale, lower, max_iter (steps, 100), names, non_negative, nonfinite ("error" or "skip"), one_class ("error", or "null" for the result where y is 0, or 1, in every row), penalty_factor, standardize, tolerance (1e-11), upper, weights; as the arguments of l2_elastic_net where not said otherwise. standardize goes by the weighted population sd of x; lambda_scale "mean" and "glmnet" multiply lambda by sum(w). An unknown option is an error.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], text) IS
'As logistic_fit(y, x, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8) IS
'Logistic regression with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2, the intercept not penalised; scikit-learn''s LogisticRegression(C = 1/lambda). Standard errors are those of A^-1 C A^-1, C the information and A = C + lambda: they leave out the bias that the penalty makes. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, text) IS
'As logistic_fit(y, x, lambda, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8) IS
'Logistic regression with the penalty of l2_elastic_net: minimises -log likelihood + lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2); l1_ratio 1 is the lasso. Proximal Newton steps (Lee, Sun and Saunders 2014), each solved exactly by coordinate descent on moments. With l1_ratio > 0 there are no standard errors. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, text) IS
'As logistic_fit(y, x, lambda, l1_ratio, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8) IS
'Logistic regression with weights: each row counts weight times, and a share y of weight trials is weight rows. lambda 0 for no penalty. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, text) IS
'As logistic_fit(y, x, lambda, l1_ratio, weight, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, float8) IS
'Logistic regression with an offset, which is added to the linear predictor; l2_predict does not know it, and l2_predict_link(model, x) + offset is then the predictor. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';

CREATE AGGREGATE poisson_fit(y anyelement, x float8[]) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[]) IS
'Poisson regression of counts y on the elements of x, with an intercept: mean exp(b0 + x''b), maximum likelihood, as R''s glm(family = poisson). y >= 0. NULLs as in l2_gram_agg; NULL where no row is usable. Steps, memory and separation (a feature singles out rows whose counts are all 0) as in logistic_fit(y, x). Error where every count is 0. l2_predict(model, x) is the mean.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], jsonb) IS
'Poisson regression with options; see logistic_fit(y, x, options), but for class_weight; of dropout the variance is the mean, not p (1 - p).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], text) IS
'As poisson_fit(y, x, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8) IS
'Poisson regression with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2; scikit-learn''s PoissonRegressor(alpha) is lambda = alpha sum(w). See logistic_fit(y, x, lambda).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, text) IS
'As poisson_fit(y, x, lambda, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8) IS
'Poisson regression with the penalty of l2_elastic_net. See logistic_fit(y, x, lambda, l1_ratio).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, text) IS
'As poisson_fit(y, x, lambda, l1_ratio, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8) IS
'Poisson regression with weights: each row counts weight times. lambda 0 for no penalty. See poisson_fit(y, x).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, text) IS
'As poisson_fit(y, x, lambda, l1_ratio, weight, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, float8) IS
'Poisson regression with an offset, which is added to the linear predictor: the log of the exposure, for counts from unequal times or populations. l2_predict(model, x) is then the mean for exposure 1. See poisson_fit(y, x).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';

-- A pass over the rows, and the fits that make one query a pass.

CREATE FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_newton_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
CREATE FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_newton_accum_offset' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
COMMENT ON FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model) IS 'transition function of l2_newton_agg';
COMMENT ON FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8) IS 'transition function of l2_newton_agg with weights';
COMMENT ON FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8, float8) IS 'transition function of l2_newton_agg with weights and offsets';

CREATE AGGREGATE l2_newton_agg(y float8, x float8[], model l2_model) (
  SFUNC = l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_newton_agg(float8, float8[], l2_model) IS
'What a Newton step of logistic or Poisson regression needs of the rows at a model, as a gram: with residual r = y - mean, variance v and loss d (half the deviance) of each row there, the gram of the rows (r / v, x, d / v) of weight v. Its cross products of column 1 with the others, about 0, are the gradient, those of the others the information, weight times mean of the last column the sum of losses. At a model with "n": 0, as l2_logistic starts from: the gram of (y, x, d, log likelihood of a perfect fit). y as in logistic_fit or poisson_fit. NULLs as in l2_gram_agg. Every row must bring the same model.';
CREATE AGGREGATE l2_newton_agg(y float8, x float8[], model l2_model, weight float8) (
  SFUNC = l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_newton_agg(float8, float8[], l2_model, float8) IS
'The same with weights, which multiply v.';
CREATE AGGREGATE l2_newton_agg(y float8, x float8[], model l2_model, weight float8, "offset" float8) (
  SFUNC = l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_newton_agg(float8, float8[], l2_model, float8, float8) IS
'The same with weights and offsets, which are added to the linear predictor.';

CREATE FUNCTION l2_logistic(
  relation text,
  target text,
  features text[] DEFAULT NULL,
  lambda float8 DEFAULT 0,
  l1_ratio float8 DEFAULT 0,
  weight text DEFAULT NULL,
  "offset" text DEFAULT NULL,
  options jsonb DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION l2_logistic(text, text, text[], float8, float8, text, text, jsonb) IS
'Logistic regression of a table, view or query that need not fit into memory or temporary files: a query of l2_newton_agg for each step, which parallel workers share and distributed tables push down; all see the rows of one snapshot. relation: the name of a table or view, or a query. target, features, weight, offset: columns of it, numeric or boolean; features NULL: all the others. The model and the options are those of logistic_fit(y, x, lambda, l1_ratio, weight, offset, options), and the coefficients but for rounding. The terms have the columns'' names.';

CREATE FUNCTION l2_poisson(
  relation text,
  target text,
  features text[] DEFAULT NULL,
  lambda float8 DEFAULT 0,
  l1_ratio float8 DEFAULT 0,
  weight text DEFAULT NULL,
  "offset" text DEFAULT NULL,
  options jsonb DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION l2_poisson(text, text, text[], float8, float8, text, text, jsonb) IS
'Poisson regression of a table, view or query, as l2_logistic; see poisson_fit.';

-- Many lambdas for logistic and Poisson regression: paths and cross-validation.
--
-- After y and x come l1_ratio, weight, offset and the key of a fold in turn, and then options.

CREATE TYPE l2_glm_path_point AS (
  lambda float8,
  df float8,
  nonzero integer,
  dev_ratio float8,
  deviance float8,
  aic float8,
  aicc float8,
  bic float8,
  converged boolean,
  model l2_model
);
COMMENT ON TYPE l2_glm_path_point IS 'A fit of logistic_path or poisson_path.';
COMMENT ON COLUMN l2_glm_path_point.lambda IS 'the penalty, on the scale asked for';
COMMENT ON COLUMN l2_glm_path_point.df IS 'effective parameters, the intercept among them';
COMMENT ON COLUMN l2_glm_path_point.nonzero IS 'coefficients not zero';
COMMENT ON COLUMN l2_glm_path_point.dev_ratio IS 'share of the null deviance that is explained';
COMMENT ON COLUMN l2_glm_path_point.deviance IS 'residual deviance';
COMMENT ON COLUMN l2_glm_path_point.aic IS 'Akaike''s criterion, -2 log likelihood + 2 df';
COMMENT ON COLUMN l2_glm_path_point.aicc IS 'the same, corrected for few rows';
COMMENT ON COLUMN l2_glm_path_point.bic IS 'Schwarz''s criterion, -2 log likelihood + df log n';
COMMENT ON COLUMN l2_glm_path_point.converged IS 'whether the search reached its tolerance';
COMMENT ON COLUMN l2_glm_path_point.model IS 'the model';

CREATE TYPE l2_glm_cv_point AS (
  l1_ratio float8,
  lambda float8,
  mean float8,
  se float8,
  df float8,
  nonzero integer,
  fold_means float8[],
  is_min boolean,
  is_1se boolean
);
COMMENT ON TYPE l2_glm_cv_point IS 'A penalty that logistic_cv or poisson_cv compares with others.';
COMMENT ON COLUMN l2_glm_cv_point.l1_ratio IS 'share of the penalty that is on |b|';
COMMENT ON COLUMN l2_glm_cv_point.lambda IS 'the penalty, on the scale asked for';
COMMENT ON COLUMN l2_glm_cv_point.mean IS 'the measure on rows not seen: mean of the folds, each counting by its weight';
COMMENT ON COLUMN l2_glm_cv_point.se IS 'its standard error, as cv.glmnet has it';
COMMENT ON COLUMN l2_glm_cv_point.df IS 'effective parameters of the fit to all rows';
COMMENT ON COLUMN l2_glm_cv_point.nonzero IS 'its coefficients not zero';
COMMENT ON COLUMN l2_glm_cv_point.fold_means IS 'the measure of each fold that has rows; NULL for an AUC of rows of one class';
COMMENT ON COLUMN l2_glm_cv_point.is_min IS 'what rule "min" chooses';
COMMENT ON COLUMN l2_glm_cv_point.is_1se IS 'what rule "1se" chooses';

-- Logistic regression

CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[]) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION logistic_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve';
CREATE FUNCTION logistic_path_final(internal) RETURNS l2_glm_path_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION logistic_path_final(internal) IS 'final function of logistic_path';
CREATE FUNCTION logistic_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION logistic_cv_final(internal) IS 'final function of logistic_cv';
CREATE FUNCTION logistic_cv_curve_final(internal) RETURNS l2_glm_cv_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION logistic_cv_curve_final(internal) IS 'final function of logistic_cv_curve';

CREATE AGGREGATE logistic_path(y anyelement, x float8[]) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[]) IS
'Logistic regression at many lambdas, largest first, each fit from the one before, in an array: SELECT p.* FROM (SELECT logistic_path(y, x, 1) AS p FROM t) s, unnest(p) p. Without l1_ratio the penalty is quadratic. lambdas: given in options, or glmnet''s grid, n_lambda values from the smallest that leaves no coefficient (for l1_ratio below 0.001 the one for that) down to lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; without l1_ratio a hundredth of that, unless lambda_scale is "glmnet"). See type l2_glm_path_point, and logistic_fit for the fits. One WARNING where some did not converge. NULL where no row is usable.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of logistic_fit and: lambda_min_ratio, lambdas, n_lambda (100). An unknown option is an error.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], text) IS
'As logistic_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See logistic_path(y, x).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_path(y, x, options).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, text) IS
'As logistic_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See logistic_path(y, x).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_path(y, x, options).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, text) IS
'As logistic_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_path(y, x).';
CREATE AGGREGATE logistic_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_path(y, x, options).';

CREATE AGGREGATE logistic_cv(y anyelement, x float8[]) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[]) IS
'Logistic regression at the lambda that 10-fold cross-validation chooses, of those of logistic_path: the least mean deviance of rows not seen. Without l1_ratio the penalty is quadratic. A row''s fold is a hash of its values, as in l2_gram_folds, so it does not depend on order, plan or session, and equal rows share a fold. lambda means the same, on the scale given, for the training rows as for all. The model is fitted to all rows, and states cv_error, cv_se and folds. y, x and NULLs as in logistic_fit. NULL where no row is usable, or with a NOTICE where all are in one fold; error where the rows outside a fold have one class.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of logistic_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, measure ("deviance", "auc" or "misclassification"), n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], text) IS
'As logistic_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, text) IS
'As logistic_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, text) IS
'As logistic_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See logistic_cv(y, x).';
CREATE AGGREGATE logistic_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see logistic_cv(y, x, options).';

CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[]) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[]) IS
'What logistic_cv compares, in an array: SELECT c.* FROM (SELECT logistic_cv_curve(y, x, 1) AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of logistic_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, measure ("deviance", "auc" or "misclassification"), n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], text) IS
'As logistic_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, text) IS
'As logistic_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, text) IS
'As logistic_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See logistic_cv_curve(y, x).';
CREATE AGGREGATE logistic_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = logistic_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see logistic_cv_curve(y, x, options).';

-- Poisson regression

CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[]) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, bigint, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION poisson_tune_accum(internal, anyelement, float8[], float8, float8, float8, text, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve';
CREATE FUNCTION poisson_path_final(internal) RETURNS l2_glm_path_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION poisson_path_final(internal) IS 'final function of poisson_path';
CREATE FUNCTION poisson_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION poisson_cv_final(internal) IS 'final function of poisson_cv';
CREATE FUNCTION poisson_cv_curve_final(internal) RETURNS l2_glm_cv_point[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION poisson_cv_curve_final(internal) IS 'final function of poisson_cv_curve';

CREATE AGGREGATE poisson_path(y anyelement, x float8[]) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[]) IS
'Poisson regression at many lambdas, largest first, each fit from the one before, in an array: SELECT p.* FROM (SELECT poisson_path(y, x, 1) AS p FROM t) s, unnest(p) p. Without l1_ratio the penalty is quadratic. lambdas: given in options, or glmnet''s grid, n_lambda values from the smallest that leaves no coefficient (for l1_ratio below 0.001 the one for that) down to lambda_min_ratio times that (1e-4; 1e-2 where there are no more rows than columns; without l1_ratio a hundredth of that, unless lambda_scale is "glmnet"). See type l2_glm_path_point, and poisson_fit for the fits. One WARNING where some did not converge. NULL where no row is usable.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of poisson_fit and: lambda_min_ratio, lambdas, n_lambda (100). An unknown option is an error.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], text) IS
'As poisson_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See poisson_path(y, x).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_path(y, x, options).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, text) IS
'As poisson_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See poisson_path(y, x).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_path(y, x, options).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, text) IS
'As poisson_path with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_path(y, x).';
CREATE AGGREGATE poisson_path(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_path(y, x, options).';

CREATE AGGREGATE poisson_cv(y anyelement, x float8[]) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[]) IS
'Poisson regression at the lambda that 10-fold cross-validation chooses, of those of poisson_path: the least mean deviance of rows not seen. Without l1_ratio the penalty is quadratic. A row''s fold is a hash of its values, as in l2_gram_folds, so it does not depend on order, plan or session, and equal rows share a fold. lambda means the same, on the scale given, for the training rows as for all. The model is fitted to all rows, and states cv_error, cv_se and folds. y, x and NULLs as in poisson_fit. NULL where no row is usable, or with a NOTICE where all are in one fold; error where the rows outside a fold have one class.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of poisson_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], text) IS
'As poisson_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, text) IS
'As poisson_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, text) IS
'As poisson_cv with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See poisson_cv(y, x).';
CREATE AGGREGATE poisson_cv(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see poisson_cv(y, x, options).';

CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[]) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[]) IS
'What poisson_cv compares, in an array: SELECT c.* FROM (SELECT poisson_cv_curve(y, x, 1) AS c FROM t) s, unnest(c) c. See type l2_glm_cv_point.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], jsonb) IS
'The same with options, a JSON object of those of poisson_fit and: folds (10), l1_ratio (a number, or an array of them to choose from), lambda_min_ratio, lambdas, n_lambda (100), rule ("min", or "1se": the largest lambda within a standard error of the best), seed (of the hash that deals rows to folds). An unknown option is an error.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], text) IS
'As poisson_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8) IS
'The same with the penalty of l2_elastic_net: lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2). See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, text) IS
'As poisson_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8) IS
'The same, each row counting weight times. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, text) IS
'As poisson_cv_curve with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds, so rows that share a key share a fold. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, bigint, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See poisson_cv_curve(y, x).';
CREATE AGGREGATE poisson_cv_curve(y anyelement, x float8[], l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = poisson_tune_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve(anyelement, float8[], float8, float8, float8, text, jsonb) IS
'The same with options; see poisson_cv_curve(y, x, options).';

-- Logistic and Poisson regression over records: columns and categories by name.
--
-- y is "any" (any numeric type or boolean) so that a literal or NULL for the features still means the
-- forms with an array.

-- Logistic regression

CREATE FUNCTION logistic_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, jsonb) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, text) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, text) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, text) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, jsonb) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, text) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, float8) IS 'transition function of logistic_fit over records';
CREATE FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_record_accum(internal, "any", record, float8, float8, float8, float8, jsonb) IS 'transition function of logistic_fit over records';

CREATE AGGREGATE logistic_fit(y "any", features record) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record) IS
'Logistic regression of y on the attributes of a record, numbers and categories by name, as in l2_gram_agg(y, features). The first level of each category is the reference, without a column; with a lambda > 0 each level has one. Rows are kept as numbers and levels, 8 bytes an attribute. Predict with l2_predict(model, record). Otherwise as logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y "any", features record, options jsonb) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, jsonb) IS
'The same with options, a JSON object of those of logistic_fit(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records. Arrays of factors and bounds have an element a column, levels included.';
CREATE AGGREGATE logistic_fit(y "any", features record, options text) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, text) IS
'As logistic_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8) IS
'Logistic regression over records with a quadratic penalty; each level of a category has a column where lambda > 0. See logistic_fit(y, x, lambda).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, options jsonb) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, jsonb) IS
'The same with options; see logistic_fit(y, features, options).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, options text) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, text) IS
'As logistic_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8) IS
'Logistic regression over records with the penalty of l2_elastic_net. See logistic_fit(y, x, lambda, l1_ratio).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, features, options).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, options text) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, text) IS
'As logistic_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, float8) IS
'Logistic regression over records with weights: each row counts weight times. See logistic_fit(y, x, lambda, l1_ratio, weight).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, features, options).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, float8, text) IS
'As logistic_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, float8, float8) IS
'Logistic regression over records with an offset. See logistic_fit(y, x, lambda, l1_ratio, weight, offset).';
CREATE AGGREGATE logistic_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit("any", record, float8, float8, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, features, options).';

CREATE FUNCTION logistic_tune_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, bigint) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, bigint, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, bigint, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, text) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';
CREATE FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, text, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION logistic_tune_record_accum(internal, "any", record, float8, float8, float8, text, jsonb) IS 'transition function of logistic_path, logistic_cv and logistic_cv_curve over records';

CREATE AGGREGATE logistic_path(y "any", features record) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record) IS
'As logistic_path(y, x), the attributes of a record being the features, numbers and categories by name, as in l2_gram_agg(y, features); each level of a category has a column.';
CREATE AGGREGATE logistic_path(y "any", features record, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, jsonb) IS
'The same with options, a JSON object of those of logistic_path(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records.';
CREATE AGGREGATE logistic_path(y "any", features record, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, text) IS
'As logistic_path over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8) IS
'The same with the penalty of l2_elastic_net. See logistic_path(y, features).';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, jsonb) IS
'The same with options; see logistic_path(y, features, options).';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, text) IS
'As logistic_path over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, float8) IS
'The same, each row counting weight times. See logistic_path(y, features).';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, float8, jsonb) IS
'The same with options; see logistic_path(y, features, options).';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, float8, text) IS
'As logistic_path over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_path(y, features).';
CREATE AGGREGATE logistic_path(y "any", features record, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_path("any", record, float8, float8, float8, jsonb) IS
'The same with options; see logistic_path(y, features, options).';

CREATE AGGREGATE logistic_cv(y "any", features record) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record) IS
'As logistic_cv(y, x), the attributes of a record being the features, numbers and categories by name, as in l2_gram_agg(y, features); each level of a category has a column.';
CREATE AGGREGATE logistic_cv(y "any", features record, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, jsonb) IS
'The same with options, a JSON object of those of logistic_cv(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records.';
CREATE AGGREGATE logistic_cv(y "any", features record, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, text) IS
'As logistic_cv over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8) IS
'The same with the penalty of l2_elastic_net. See logistic_cv(y, features).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, jsonb) IS
'The same with options; see logistic_cv(y, features, options).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, text) IS
'As logistic_cv over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8) IS
'The same, each row counting weight times. See logistic_cv(y, features).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, jsonb) IS
'The same with options; see logistic_cv(y, features, options).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, text) IS
'As logistic_cv over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_cv(y, features).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, float8, jsonb) IS
'The same with options; see logistic_cv(y, features, options).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See logistic_cv(y, features).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, float8, bigint, jsonb) IS
'The same with options; see logistic_cv(y, features, options).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See logistic_cv(y, features).';
CREATE AGGREGATE logistic_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv("any", record, float8, float8, float8, text, jsonb) IS
'The same with options; see logistic_cv(y, features, options).';

CREATE AGGREGATE logistic_cv_curve(y "any", features record) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record) IS
'As logistic_cv_curve(y, x), the attributes of a record being the features, numbers and categories by name, as in l2_gram_agg(y, features); each level of a category has a column.';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, jsonb) IS
'The same with options, a JSON object of those of logistic_cv_curve(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records.';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, text) IS
'As logistic_cv_curve over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8) IS
'The same with the penalty of l2_elastic_net. See logistic_cv_curve(y, features).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, features, options).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, text) IS
'As logistic_cv_curve over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8) IS
'The same, each row counting weight times. See logistic_cv_curve(y, features).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, features, options).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, text) IS
'As logistic_cv_curve over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See logistic_cv_curve(y, features).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, float8, jsonb) IS
'The same with options; see logistic_cv_curve(y, features, options).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See logistic_cv_curve(y, features).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, float8, bigint, jsonb) IS
'The same with options; see logistic_cv_curve(y, features, options).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See logistic_cv_curve(y, features).';
CREATE AGGREGATE logistic_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = logistic_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = logistic_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_cv_curve("any", record, float8, float8, float8, text, jsonb) IS
'The same with options; see logistic_cv_curve(y, features, options).';

-- Poisson regression

CREATE FUNCTION poisson_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, jsonb) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, text) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, text) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, text) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, jsonb) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, text) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, float8) IS 'transition function of poisson_fit over records';
CREATE FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_record_accum(internal, "any", record, float8, float8, float8, float8, jsonb) IS 'transition function of poisson_fit over records';

CREATE AGGREGATE poisson_fit(y "any", features record) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record) IS
'Poisson regression of y on the attributes of a record, numbers and categories by name, as in l2_gram_agg(y, features). The first level of each category is the reference, without a column; with a lambda > 0 each level has one. Rows are kept as numbers and levels, 8 bytes an attribute. Predict with l2_predict(model, record). Otherwise as poisson_fit(y, x).';
CREATE AGGREGATE poisson_fit(y "any", features record, options jsonb) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, jsonb) IS
'The same with options, a JSON object of those of poisson_fit(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records. Arrays of factors and bounds have an element a column, levels included.';
CREATE AGGREGATE poisson_fit(y "any", features record, options text) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, text) IS
'As poisson_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8) IS
'Poisson regression over records with a quadratic penalty; each level of a category has a column where lambda > 0. See poisson_fit(y, x, lambda).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, options jsonb) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, jsonb) IS
'The same with options; see poisson_fit(y, features, options).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, options text) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, text) IS
'As poisson_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8) IS
'Poisson regression over records with the penalty of l2_elastic_net. See poisson_fit(y, x, lambda, l1_ratio).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, features, options).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, options text) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, text) IS
'As poisson_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, float8) IS
'Poisson regression over records with weights: each row counts weight times. See poisson_fit(y, x, lambda, l1_ratio, weight).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, features, options).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, float8, text) IS
'As poisson_fit over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, float8, float8) IS
'Poisson regression over records with an offset. See poisson_fit(y, x, lambda, l1_ratio, weight, offset).';
CREATE AGGREGATE poisson_fit(y "any", features record, lambda float8, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_record_accum, STYPE = internal, SSPACE = 8192, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit("any", record, float8, float8, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, features, options).';

CREATE FUNCTION poisson_tune_record_accum(internal, "any", record) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, bigint) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, bigint) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, bigint, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, bigint, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, text) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';
CREATE FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, text, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_tune_record_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 15;
COMMENT ON FUNCTION poisson_tune_record_accum(internal, "any", record, float8, float8, float8, text, jsonb) IS 'transition function of poisson_path, poisson_cv and poisson_cv_curve over records';

CREATE AGGREGATE poisson_path(y "any", features record) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record) IS
'As poisson_path(y, x), the attributes of a record being the features, numbers and categories by name, as in l2_gram_agg(y, features); each level of a category has a column.';
CREATE AGGREGATE poisson_path(y "any", features record, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, jsonb) IS
'The same with options, a JSON object of those of poisson_path(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records.';
CREATE AGGREGATE poisson_path(y "any", features record, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, text) IS
'As poisson_path over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8) IS
'The same with the penalty of l2_elastic_net. See poisson_path(y, features).';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, jsonb) IS
'The same with options; see poisson_path(y, features, options).';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, text) IS
'As poisson_path over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, float8) IS
'The same, each row counting weight times. See poisson_path(y, features).';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, float8, jsonb) IS
'The same with options; see poisson_path(y, features, options).';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, float8, text) IS
'As poisson_path over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_path(y, features).';
CREATE AGGREGATE poisson_path(y "any", features record, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_path_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_path("any", record, float8, float8, float8, jsonb) IS
'The same with options; see poisson_path(y, features, options).';

CREATE AGGREGATE poisson_cv(y "any", features record) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record) IS
'As poisson_cv(y, x), the attributes of a record being the features, numbers and categories by name, as in l2_gram_agg(y, features); each level of a category has a column.';
CREATE AGGREGATE poisson_cv(y "any", features record, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, jsonb) IS
'The same with options, a JSON object of those of poisson_cv(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records.';
CREATE AGGREGATE poisson_cv(y "any", features record, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, text) IS
'As poisson_cv over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8) IS
'The same with the penalty of l2_elastic_net. See poisson_cv(y, features).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, jsonb) IS
'The same with options; see poisson_cv(y, features, options).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, text) IS
'As poisson_cv over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8) IS
'The same, each row counting weight times. See poisson_cv(y, features).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, jsonb) IS
'The same with options; see poisson_cv(y, features, options).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, text) IS
'As poisson_cv over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_cv(y, features).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, float8, jsonb) IS
'The same with options; see poisson_cv(y, features, options).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See poisson_cv(y, features).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, float8, bigint, jsonb) IS
'The same with options; see poisson_cv(y, features, options).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See poisson_cv(y, features).';
CREATE AGGREGATE poisson_cv(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv("any", record, float8, float8, float8, text, jsonb) IS
'The same with options; see poisson_cv(y, features, options).';

CREATE AGGREGATE poisson_cv_curve(y "any", features record) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record) IS
'As poisson_cv_curve(y, x), the attributes of a record being the features, numbers and categories by name, as in l2_gram_agg(y, features); each level of a category has a column.';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, jsonb) IS
'The same with options, a JSON object of those of poisson_cv_curve(y, x, options) and: features and target (attributes), max_levels, null_level, reference, unseen, as of l2_gram_agg over records.';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, text) IS
'As poisson_cv_curve over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8) IS
'The same with the penalty of l2_elastic_net. See poisson_cv_curve(y, features).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, features, options).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, text) IS
'As poisson_cv_curve over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8) IS
'The same, each row counting weight times. See poisson_cv_curve(y, features).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, features, options).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, text) IS
'As poisson_cv_curve over records with options jsonb, for a literal without a cast.';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, float8) IS
'The same with an offset, which is added to the linear predictor. See poisson_cv_curve(y, features).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, float8, jsonb) IS
'The same with options; see poisson_cv_curve(y, features, options).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, float8, bigint) IS
'The same; a row goes to fold number fold_key modulo folds. Where fold_key is NULL the row''s values decide. weight 1 and offset 0 stand for none. See poisson_cv_curve(y, features).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key bigint, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, float8, bigint, jsonb) IS
'The same with options; see poisson_cv_curve(y, features, options).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, float8, text) IS
'The same; a hash of fold_key decides. See poisson_cv_curve(y, features).';
CREATE AGGREGATE poisson_cv_curve(y "any", features record, l1_ratio float8, weight float8, "offset" float8, fold_key text, options jsonb) (
  SFUNC = poisson_tune_record_accum, STYPE = internal, SSPACE = 16384, FINALFUNC = poisson_cv_curve_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_cv_curve("any", record, float8, float8, float8, text, jsonb) IS
'The same with options; see poisson_cv_curve(y, features, options).';

-- How good predictions are, and which rows to ask.

CREATE TYPE l2_scores AS (
  n bigint,
  n_skipped bigint,
  mse float8,
  rmse float8,
  mae float8,
  median_ae float8,
  max_error float8,
  mape float8,
  msle float8,
  r2 float8,
  explained_variance float8,
  bias float8
);
COMMENT ON TYPE l2_scores IS
'What l2_score finds; w is 1 without weights, W their sum, e = yhat - y. n: rows used; n_skipped: rows with a NULL or weight 0; mse: sum w e^2 / W; rmse: its root; mae: sum w |e| / W; median_ae: median of |e|; max_error: largest |e|; mape: sum w |e| / max(|y|, 2^-52) / W, a share, not percent; msle: sum w log((1 + y) / (1 + yhat))^2 / W, NULL where some y or yhat is <= -1; r2: 1 - sum w e^2 / sum w (y - mean y)^2; explained_variance: 1 - var e / var y; both NULL where y is constant; bias: sum w e / W, above 0 where predictions are too high.';
COMMENT ON COLUMN l2_scores.n IS 'rows used';
COMMENT ON COLUMN l2_scores.n_skipped IS 'rows left out: a NULL in them, or weight 0';
COMMENT ON COLUMN l2_scores.mse IS 'mean squared error, in the square of y''s unit';
COMMENT ON COLUMN l2_scores.rmse IS 'its root, in y''s unit';
COMMENT ON COLUMN l2_scores.mae IS 'mean absolute error, in y''s unit';
COMMENT ON COLUMN l2_scores.median_ae IS 'median absolute error, in y''s unit';
COMMENT ON COLUMN l2_scores.max_error IS 'largest absolute error, in y''s unit';
COMMENT ON COLUMN l2_scores.mape IS 'mean absolute error as a share of |y|, 0.1 for 10 percent';
COMMENT ON COLUMN l2_scores.msle IS 'mean squared difference of log(1 + y) and log(1 + yhat)';
COMMENT ON COLUMN l2_scores.r2 IS 'share of the squares of y about its mean that is explained';
COMMENT ON COLUMN l2_scores.explained_variance IS 'r2 of the predictions less their bias';
COMMENT ON COLUMN l2_scores.bias IS 'mean of yhat - y, in y''s unit';

-- Support functions.  None is REVOKEd: distributed planners check the caller's right to them.

CREATE FUNCTION l2_error_accum(float8[], float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
CREATE FUNCTION l2_error_accum(float8[], float8, float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_error_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION l2_score_accum(float8[], float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION l2_score_accum(float8[], float8, float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_score_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION l2_score_combine(float8[], float8[]) RETURNS float8[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
CREATE FUNCTION l2_mse_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION l2_rmse_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION l2_mae_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION l2_mape_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION l2_r2_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION l2_score_final(float8[]) RETURNS l2_scores
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_error_accum(float8[], float8, float8) IS 'transition function of l2_mse, l2_rmse, l2_mae, l2_mape and l2_r2';
COMMENT ON FUNCTION l2_error_accum(float8[], float8, float8, float8) IS 'transition function of l2_mse, l2_rmse, l2_mae, l2_mape and l2_r2 with weights';
COMMENT ON FUNCTION l2_score_accum(float8[], float8, float8) IS 'transition function of l2_score';
COMMENT ON FUNCTION l2_score_accum(float8[], float8, float8, float8) IS 'transition function of l2_score with weights';
COMMENT ON FUNCTION l2_score_combine(float8[], float8[]) IS 'combine function of l2_score, l2_mse, l2_rmse, l2_mae, l2_mape and l2_r2';
COMMENT ON FUNCTION l2_mse_final(float8[]) IS 'final function of l2_mse';
COMMENT ON FUNCTION l2_rmse_final(float8[]) IS 'final function of l2_rmse';
COMMENT ON FUNCTION l2_mae_final(float8[]) IS 'final function of l2_mae';
COMMENT ON FUNCTION l2_mape_final(float8[]) IS 'final function of l2_mape';
COMMENT ON FUNCTION l2_r2_final(float8[]) IS 'final function of l2_r2';
COMMENT ON FUNCTION l2_score_final(float8[]) IS 'final function of l2_score';

-- One metric each.  In one query they share a state.

CREATE AGGREGATE l2_mse(y float8, yhat float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_mse_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_mse(y float8, yhat float8, weight float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_mse_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_rmse(y float8, yhat float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_rmse_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_rmse(y float8, yhat float8, weight float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_rmse_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_mae(y float8, yhat float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_mae_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_mae(y float8, yhat float8, weight float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_mae_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_mape(y float8, yhat float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_mape_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_mape(y float8, yhat float8, weight float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_mape_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_r2(y float8, yhat float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_r2_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
CREATE AGGREGATE l2_r2(y float8, yhat float8, weight float8) (
  SFUNC = l2_error_accum, STYPE = float8[], SSPACE = 256, FINALFUNC = l2_r2_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_mse(float8, float8) IS
'Mean squared error of predictions yhat of y. Rows with a NULL are skipped; NULL where no row is usable. Errors: NaN, infinite and too large values. Sums in double-double: right to the last digit, whatever the order of the rows and the plan.';
COMMENT ON AGGREGATE l2_mse(float8, float8, float8) IS
'Weighted mean squared error: sum w (y - yhat)^2 / sum w. Weights are finite and >= 0; rows of weight 0 or with a NULL are skipped. See l2_mse(y, yhat).';
COMMENT ON AGGREGATE l2_rmse(float8, float8) IS
'Root of the mean squared error, in y''s unit. NULLs and errors as in l2_mse.';
COMMENT ON AGGREGATE l2_rmse(float8, float8, float8) IS
'Root of the weighted mean squared error, in y''s unit. NULLs and errors as in l2_mse.';
COMMENT ON AGGREGATE l2_mae(float8, float8) IS
'Mean absolute error, in y''s unit. NULLs and errors as in l2_mse.';
COMMENT ON AGGREGATE l2_mae(float8, float8, float8) IS
'Weighted mean absolute error: sum w |y - yhat| / sum w. NULLs and errors as in l2_mse.';
COMMENT ON AGGREGATE l2_mape(float8, float8) IS
'Mean absolute percentage error, as a share: 0.1 for 10 percent. Mean of |y - yhat| / max(|y|, 2^-52), so that y = 0 gives a huge number, not an error; scikit-learn''s mean_absolute_percentage_error. NULLs and errors as in l2_mse.';
COMMENT ON AGGREGATE l2_mape(float8, float8, float8) IS
'Weighted mean absolute percentage error, as a share. See l2_mape(y, yhat).';
COMMENT ON AGGREGATE l2_r2(float8, float8) IS
'R^2: 1 - sum (y - yhat)^2 / sum (y - mean y)^2, the mean that of the same rows; below 0 for predictions worse than the mean. Not the square of a correlation: for that regr_r2. NULL where y is constant, as regr_r2 and l2_glance; scikit-learn has 1 there if every prediction is right and else 0: coalesce(l2_r2(y, yhat), (l2_mse(y, yhat) = 0)::int). NULLs and errors as in l2_mse.';
COMMENT ON AGGREGATE l2_r2(float8, float8, float8) IS
'Weighted R^2: 1 - sum w (y - yhat)^2 / sum w (y - weighted mean of y)^2. See l2_r2(y, yhat).';

-- All of them

CREATE AGGREGATE l2_score(y float8, yhat float8) (
  SFUNC = l2_score_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = l2_score_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_score(float8, float8) IS
'All metrics of predictions yhat of y in one row: (l2_score(y, yhat)).*, or one with (l2_score(y, yhat)).median_ae; see type l2_scores. The median needs all errors: 8 bytes a row are kept, up to 134 million rows; the single metrics need no such memory. NULLs and errors as in l2_mse.';
CREATE AGGREGATE l2_score(y float8, yhat float8, weight float8) (
  SFUNC = l2_score_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = l2_score_final,
  COMBINEFUNC = l2_score_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_score(float8, float8, float8) IS
'All metrics, each row counting weight times. The median has half of the weight on either side; where the weight up to an error is just half, it is the mean of that error and the next. max_error asks only for weight > 0. 16 bytes a row are kept, up to 67 million rows. See l2_score(y, yhat).';

-- Which rows to train on, and which to ask

CREATE FUNCTION l2_holdout(key bigint, fraction float8, seed bigint DEFAULT 0) RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_holdout_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_holdout(bigint, float8, bigint) IS
'Whether the row of this key is held out for testing: true for the given fraction of keys, 0 to 1. Depends on key and seed alone, so a row stays where it is whatever happens to others, on every server and in every version. The set of a smaller fraction lies within that of a larger one; another seed makes an independent choice. The hash is XXH64 (Collet 2014) of the key''s eight bytes, lowest first, and a key is held out where it is below fraction * 2^64; in Python: xxhash.xxh64_intdigest(struct.pack("<q", key), seed) < fraction * 2**64. NULL for a NULL key: such a row is in neither set.';
CREATE FUNCTION l2_holdout(key text, fraction float8, seed bigint DEFAULT 0) RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_holdout_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_holdout(text, float8, bigint) IS
'The same for a key of text: XXH64 of its bytes in UTF-8, whatever the encoding of the database (in SQL_ASCII, of the bytes as they are) and the collation. Several columns make a key as in l2_holdout(a || ''/'' || b, 0.2); keys of other types are cast to bigint or text, in a format that does not depend on settings.';
CREATE FUNCTION l2_holdout(key uuid, fraction float8, seed bigint DEFAULT 0) RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_holdout_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_holdout(uuid, float8, bigint) IS
'The same for a uuid: XXH64 of its sixteen bytes.';

-- How good probabilities of 0 or 1 are.

CREATE TYPE l2_confusions AS (
  n bigint,
  n_skipped bigint,
  threshold float8,
  tp float8,
  fp float8,
  fn float8,
  tn float8,
  accuracy float8,
  balanced_accuracy float8,
  "precision" float8,
  recall float8,
  specificity float8,
  f1 float8,
  mcc float8
);
COMMENT ON TYPE l2_confusions IS
'What l2_confusion finds. Counts are sums of weights, and numbers of rows without. NULL where a share would be of nothing.';
COMMENT ON COLUMN l2_confusions.n IS 'rows used';
COMMENT ON COLUMN l2_confusions.n_skipped IS 'rows left out: a NULL in them, or weight 0';
COMMENT ON COLUMN l2_confusions.threshold IS 'rows of this probability or more are said to be 1';
COMMENT ON COLUMN l2_confusions.tp IS 'rightly said to be 1';
COMMENT ON COLUMN l2_confusions.fp IS 'said to be 1, but 0';
COMMENT ON COLUMN l2_confusions.fn IS 'said to be 0, but 1';
COMMENT ON COLUMN l2_confusions.tn IS 'rightly said to be 0';
COMMENT ON COLUMN l2_confusions.accuracy IS 'share of all that is right';
COMMENT ON COLUMN l2_confusions.balanced_accuracy IS 'mean of recall and specificity';
COMMENT ON COLUMN l2_confusions."precision" IS 'share of those said to be 1 that are';
COMMENT ON COLUMN l2_confusions.recall IS 'share of the 1s that are said to be; sensitivity, true positive rate';
COMMENT ON COLUMN l2_confusions.specificity IS 'share of the 0s that are said to be';
COMMENT ON COLUMN l2_confusions.f1 IS 'harmonic mean of precision and recall';
COMMENT ON COLUMN l2_confusions.mcc IS 'Matthews'' correlation coefficient of y and the prediction';

CREATE TYPE l2_roc_point AS (
  threshold float8,
  fpr float8,
  tpr float8,
  fp float8,
  tp float8,
  "precision" float8
);
COMMENT ON TYPE l2_roc_point IS 'A point of a ROC curve: what comes of saying 1 to every row of at least this probability.';
COMMENT ON COLUMN l2_roc_point.threshold IS 'a probability; Infinity for the first point, where no row is said to be 1';
COMMENT ON COLUMN l2_roc_point.fpr IS 'false positive rate: share of the 0s that are said to be 1';
COMMENT ON COLUMN l2_roc_point.tpr IS 'true positive rate: share of the 1s that are said to be; recall';
COMMENT ON COLUMN l2_roc_point.fp IS 'weight of the 0s said to be 1';
COMMENT ON COLUMN l2_roc_point.tp IS 'weight of the 1s said to be 1';
COMMENT ON COLUMN l2_roc_point."precision" IS 'tp / (tp + fp); NULL for the first point';

CREATE TYPE l2_calibration_bin AS (
  bin integer,
  lower float8,
  upper float8,
  n bigint,
  weight float8,
  mean_p float8,
  mean_y float8
);
COMMENT ON TYPE l2_calibration_bin IS 'Rows whose probabilities are near each other, and how many of them came out 1.';
COMMENT ON COLUMN l2_calibration_bin.bin IS 'its number, from 1';
COMMENT ON COLUMN l2_calibration_bin.lower IS 'probabilities in it are above this; the first bin has 0 too';
COMMENT ON COLUMN l2_calibration_bin.upper IS 'and at most this';
COMMENT ON COLUMN l2_calibration_bin.n IS 'rows';
COMMENT ON COLUMN l2_calibration_bin.weight IS 'their weight';
COMMENT ON COLUMN l2_calibration_bin.mean_p IS 'mean of their probabilities; NULL without rows';
COMMENT ON COLUMN l2_calibration_bin.mean_y IS 'share that came out 1; NULL without rows';

-- Support functions

CREATE FUNCTION l2_loss_accum(float8[], anyelement, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_loss_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION l2_loss_accum(float8[], anyelement, float8) IS 'transition function of l2_logloss, l2_brier and l2_accuracy';
CREATE FUNCTION l2_loss_accum(float8[], anyelement, float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_loss_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
COMMENT ON FUNCTION l2_loss_accum(float8[], anyelement, float8, float8) IS 'transition function of l2_logloss, l2_brier and l2_accuracy with weights';
CREATE FUNCTION l2_confusion_accum(float8[], anyelement, float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_confusion_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
COMMENT ON FUNCTION l2_confusion_accum(float8[], anyelement, float8, float8) IS 'transition function of l2_confusion';
CREATE FUNCTION l2_confusion_accum(float8[], anyelement, float8, float8, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_confusion_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_confusion_accum(float8[], anyelement, float8, float8, float8) IS 'transition function of l2_confusion with weights';
CREATE FUNCTION l2_calibration_accum(float8[], anyelement, float8, integer) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_calibration_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_calibration_accum(float8[], anyelement, float8, integer) IS 'transition function of l2_calibration';
CREATE FUNCTION l2_calibration_accum(float8[], anyelement, float8, integer, float8) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_calibration_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
COMMENT ON FUNCTION l2_calibration_accum(float8[], anyelement, float8, integer, float8) IS 'transition function of l2_calibration with weights';
CREATE FUNCTION l2_class_combine(float8[], float8[]) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_class_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_class_combine(float8[], float8[]) IS 'combine function of l2_logloss, l2_brier, l2_accuracy, l2_confusion and l2_calibration';
CREATE FUNCTION l2_logloss_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_logloss_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION l2_logloss_final(float8[]) IS 'final function of l2_logloss';
CREATE FUNCTION l2_brier_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_brier_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION l2_brier_final(float8[]) IS 'final function of l2_brier';
CREATE FUNCTION l2_accuracy_final(float8[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_accuracy_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION l2_accuracy_final(float8[]) IS 'final function of l2_accuracy';
CREATE FUNCTION l2_confusion_final(float8[]) RETURNS l2_confusions
  AS 'MODULE_PATHNAME', 'l2_confusion_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_confusion_final(float8[]) IS 'final function of l2_confusion';
CREATE FUNCTION l2_calibration_final(float8[]) RETURNS l2_calibration_bin[]
  AS 'MODULE_PATHNAME', 'l2_calibration_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_calibration_final(float8[]) IS 'final function of l2_calibration';
CREATE FUNCTION l2_roc_accum(internal, anyelement, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_roc_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
COMMENT ON FUNCTION l2_roc_accum(internal, anyelement, float8) IS 'transition function of l2_auc and l2_roc';
CREATE FUNCTION l2_roc_accum(internal, anyelement, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_roc_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_roc_accum(internal, anyelement, float8, float8) IS 'transition function of l2_auc and l2_roc with weights';
CREATE FUNCTION l2_auc_final(internal) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_auc_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION l2_auc_final(internal) IS 'final function of l2_auc';
CREATE FUNCTION l2_roc_final(internal) RETURNS l2_roc_point[]
  AS 'MODULE_PATHNAME', 'l2_roc_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION l2_roc_final(internal) IS 'final function of l2_roc';

-- Sums, from any plan. In one query the first three share a state.

CREATE AGGREGATE l2_logloss(y anyelement, p float8) (
  SFUNC = l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_logloss_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_logloss(anyelement, float8) IS
'Logarithmic loss of probabilities: mean of -log(p) where y is 1, of -log(1 - p) where it is 0; half the deviance a row. A probability of what happened below 2^-52 counts as that, 36.04, as in scikit-learn: one p of exactly 0 would make all infinite. y: boolean, or 0 or 1 of any numeric type; p: the probability that it is 1, from 0 to 1; others are an error. Rows with a NULL are skipped; NULL where no row is usable. Sums in double-double: the same whatever the plan.';
CREATE AGGREGATE l2_logloss(y anyelement, p float8, weight float8) (
  SFUNC = l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_logloss_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_logloss(anyelement, float8, float8) IS
'Weighted logarithmic loss. Weights are finite and >= 0; rows of weight 0 or with a NULL are skipped. See l2_logloss(y, p).';
CREATE AGGREGATE l2_brier(y anyelement, p float8) (
  SFUNC = l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_brier_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_brier(anyelement, float8) IS
'Brier score: mean of (p - y)^2 (Brier 1950, for two classes half of his). y, p and NULLs as in l2_logloss.';
CREATE AGGREGATE l2_brier(y anyelement, p float8, weight float8) (
  SFUNC = l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_brier_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_brier(anyelement, float8, float8) IS
'Weighted Brier score: sum w (p - y)^2 / sum w. See l2_brier(y, p).';
CREATE AGGREGATE l2_accuracy(y anyelement, p float8) (
  SFUNC = l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_accuracy_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_accuracy(anyelement, float8) IS
'Share of rows that are right where p >= 0.5 says 1. For other thresholds see l2_confusion. y, p and NULLs as in l2_logloss.';
CREATE AGGREGATE l2_accuracy(y anyelement, p float8, weight float8) (
  SFUNC = l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_accuracy_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_accuracy(anyelement, float8, float8) IS
'Weighted share of rows that are right. See l2_accuracy(y, p).';
CREATE AGGREGATE l2_confusion(y anyelement, p float8, threshold float8) (
  SFUNC = l2_confusion_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_confusion_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_confusion(anyelement, float8, float8) IS
'Who is taken for whom where p >= threshold says 1: (l2_confusion(y, p, 0.5)).*, or one column of it; see type l2_confusions. threshold: from 0 to 1, the same in every row. y, p and NULLs as in l2_logloss.';
CREATE AGGREGATE l2_confusion(y anyelement, p float8, threshold float8, weight float8) (
  SFUNC = l2_confusion_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = l2_confusion_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_confusion(anyelement, float8, float8, float8) IS
'The same, each row counting weight times. See l2_confusion(y, p, threshold).';
CREATE AGGREGATE l2_calibration(y anyelement, p float8, bins integer) (
  SFUNC = l2_calibration_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = l2_calibration_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_calibration(anyelement, float8, integer) IS
'Whether probabilities come true: for each of bins equal parts of 0 to 1, the mean probability and the share of 1s, in an array: SELECT c.* FROM (SELECT l2_calibration(y, p, 10) AS c FROM t) s, unnest(c) c. A row a bin, with or without rows; see type l2_calibration_bin. scikit-learns calibration_curve(strategy = "uniform"). bins: 1 to 1000000, the same in every row; 64 bytes each are kept. y, p and NULLs as in l2_logloss.';
CREATE AGGREGATE l2_calibration(y anyelement, p float8, bins integer, weight float8) (
  SFUNC = l2_calibration_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = l2_calibration_final,
  COMBINEFUNC = l2_class_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_calibration(anyelement, float8, integer, float8) IS
'The same, each row counting weight times. See l2_calibration(y, p, bins).';

-- What needs the rows in order. They are kept, so the scan beneath may be parallel, the aggregate is not.

CREATE AGGREGATE l2_auc(y anyelement, p float8) (
  SFUNC = l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = l2_auc_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_auc(anyelement, float8) IS
'Area under the ROC curve: the share of pairs of a 1 and a 0 in which the 1 has the larger probability, ties counting half (Mann and Whitney 1947). Exact but for the last rounding. NULL where y is 0, or 1, in all rows. One sort; 8 bytes a row in work_mem, beyond it in temporary files, which obey temp_file_limit. y, p and NULLs as in l2_logloss.';
CREATE AGGREGATE l2_auc(y anyelement, p float8, weight float8) (
  SFUNC = l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = l2_auc_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_auc(anyelement, float8, float8) IS
'Area under the ROC curve, each row counting weight times; 16 bytes a row. See l2_auc(y, p).';
CREATE AGGREGATE l2_roc(y anyelement, p float8) (
  SFUNC = l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = l2_roc_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_roc(anyelement, float8) IS
'The ROC curve from (0, 0) to (1, 1), in an array: SELECT r.* FROM (SELECT l2_roc(y, p) AS r FROM t) s, unnest(r) r ORDER BY fpr, tpr. A point for each probability that occurs, but for those within a horizontal or vertical stretch; see type l2_roc_point. Lines from point to point have the area l2_auc(y, p) under them. NULL where y is 0, or 1, in all rows. Rows are kept as by l2_auc.';
CREATE AGGREGATE l2_roc(y anyelement, p float8, weight float8) (
  SFUNC = l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = l2_roc_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_roc(anyelement, float8, float8) IS
'The same, each row counting weight times. See l2_roc(y, p).';

-- Models by name: what the registry keeps, and who may see it.
--
-- Functions of the registry are PL/pgSQL with a search_path of their own, so that nothing in the
-- caller's can change their meaning; what a definition names is looked up in the search_path that
-- was in force when it was made (l2_source, l2_describe, l2_run).  None is SECURITY DEFINER: roles
-- work on the tables with their own rights, under row security.

-- Operators and functions below are those of pg_catalog, whatever else the schema holds.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION @extschema@.l2_has_role(VARIADIC roles name[]) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_has_role(name[]) IS
'Whether the current user has the rights of one of the roles, or may see all rows of all tables; "public" is everybody. Names of roles that are gone count for nothing.';

CREATE FUNCTION @extschema@.l2_registry_changed() RETURNS trigger
  AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION @extschema@.l2_registry_changed() IS 'trigger function of l2_registry: makes l2_predict look the model up again, in all sessions';

CREATE TABLE @extschema@.l2_registry (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (octet_length(name) BETWEEN 1 AND 63 AND name !~ '^\s*(\{|$)'),
  owner name NOT NULL DEFAULT current_user CHECK (owner <> 'public'),
  grantees name[] NOT NULL DEFAULT '{}',
  source text NOT NULL,
  search_path text NOT NULL,
  target text NOT NULL,
  target_expression text NOT NULL,
  features text[] NOT NULL,
  expressions text[] NOT NULL CHECK (cardinality(expressions) = cardinality(features)),
  kinds text[] NOT NULL DEFAULT '{}',
  formula text,
  weight text,
  method text NOT NULL,
  lambda float8,
  options jsonb NOT NULL DEFAULT '{}',
  refresh text NOT NULL DEFAULT 'full' CHECK (refresh IN ('full', 'buckets', 'live')),
  time_column text,
  bucket interval,
  lag interval,
  training_window interval,
  half_life interval,
  grams_sql text[],
  bucket_sql text,
  follow_sql text[],
  row_sql text[],
  follows integer,
  live integer,
  gate float8 CHECK (gate >= 0),
  keep integer CHECK (keep >= 1),
  active integer,
  versions integer NOT NULL DEFAULT 0 CHECK (versions >= 0),
  created_at timestamptz NOT NULL DEFAULT now() CHECK (isfinite(created_at))
);
COMMENT ON SEQUENCE @extschema@.l2_registry_id_seq IS 'numbers of models';
COMMENT ON TABLE @extschema@.l2_registry IS
'A row a model: its definition and which version is in use. Read it here, change it with l2_train, l2_activate, l2_rename, l2_drop, l2_grant and l2_revoke. Row security: visible to the owner, his members and the grantees; changed by the owner and his members.';
COMMENT ON COLUMN @extschema@.l2_registry.name IS 'one in the database, whoever owns it';
COMMENT ON COLUMN @extschema@.l2_registry.owner IS 'role that it is trained as';
COMMENT ON COLUMN @extschema@.l2_registry.grantees IS 'roles that may see it and predict with it; public for all';
COMMENT ON COLUMN @extschema@.l2_registry.source IS 'relation, qualified, or query';
COMMENT ON COLUMN @extschema@.l2_registry.search_path IS 'in which the names in source and expressions are looked up';
COMMENT ON COLUMN @extschema@.l2_registry.features IS 'names of the terms';
COMMENT ON COLUMN @extschema@.l2_registry.expressions IS 'SQL of each term over q, a row of the source';
COMMENT ON COLUMN @extschema@.l2_registry.kinds IS 'what each term was when the model was defined: number, boolean, time or category';
COMMENT ON COLUMN @extschema@.l2_registry.formula IS 'what target and features were made from, if it was a formula';
COMMENT ON COLUMN @extschema@.l2_registry.weight IS 'column of the source, if rows have weights';
COMMENT ON COLUMN @extschema@.l2_registry.lambda IS 'NULL: cross-validation chooses';
COMMENT ON COLUMN @extschema@.l2_registry.refresh IS 'how l2_refresh works: full reads all rows again; buckets those of times that were touched; live none, changes being added up as they come';
COMMENT ON COLUMN @extschema@.l2_registry.time_column IS 'column of the source that says which bucket a row is in';
COMMENT ON COLUMN @extschema@.l2_registry.bucket IS 'width of a bucket';
COMMENT ON COLUMN @extschema@.l2_registry.lag IS 'how much of the newest buckets each refresh reads anew; NULL: statements are followed';
COMMENT ON COLUMN @extschema@.l2_registry.training_window IS 'how much of the newest buckets the model is trained on; NULL: all';
COMMENT ON COLUMN @extschema@.l2_registry.half_life IS 'after which time rows weigh half as much; NULL: they do not fade';
COMMENT ON COLUMN @extschema@.l2_registry.grams_sql IS 'SQL of the grams of rows, before and behind their relation';
COMMENT ON COLUMN @extschema@.l2_registry.bucket_sql IS 'SQL of the bucket of q, a row of the source';
COMMENT ON COLUMN @extschema@.l2_registry.follow_sql IS 'SQL of what a statement did, before and behind the relation with its rows';
COMMENT ON COLUMN @extschema@.l2_registry.row_sql IS 'SQL of the numbers that a row of the source is to a live model; NULL where it has categories';
COMMENT ON COLUMN @extschema@.l2_registry.follows IS 'how many relations have triggers that follow what statements do; NULL: none should';
COMMENT ON COLUMN @extschema@.l2_registry.live IS 'version that the kept grams made: where it is in use, a live model is';
COMMENT ON COLUMN @extschema@.l2_registry.gate IS 'share by which a new cross-validated error may be worse';
COMMENT ON COLUMN @extschema@.l2_registry.keep IS 'so many versions are kept, and the active one; NULL: all';
COMMENT ON COLUMN @extschema@.l2_registry.active IS 'version in use';
COMMENT ON COLUMN @extschema@.l2_registry.versions IS 'number of the newest version there was';

CREATE TABLE @extschema@.l2_registry_version (
  id integer NOT NULL REFERENCES @extschema@.l2_registry ON DELETE CASCADE,
  version integer NOT NULL CHECK (version >= 1),
  event text NOT NULL CHECK (event IN ('train', 'refresh')),
  outcome text NOT NULL CHECK (outcome IN ('ok', 'rejected', 'failed')),
  model @extschema@.l2_model CHECK ((model IS NULL) = (outcome = 'failed')),
  gram @extschema@.l2_gram,
  method text NOT NULL,
  target text NOT NULL,
  features text[] NOT NULL,
  expressions text[] NOT NULL,
  search_path text NOT NULL,
  n bigint,
  n_skipped bigint,
  r_squared float8,
  sigma float8,
  lambda float8,
  nonzero integer,
  cv_error float8,
  cv_se float8,
  trained_at timestamptz NOT NULL CHECK (isfinite(trained_at)),
  duration interval NOT NULL,
  trained_by name NOT NULL DEFAULT current_user,
  error_code text,
  reason text,
  PRIMARY KEY (id, version)
);
COMMENT ON TABLE @extschema@.l2_registry_version IS
'A row a training, failed ones too: read it through l2_versions. Visible and changed with the model''s row in l2_registry.';
COMMENT ON COLUMN @extschema@.l2_registry_version.outcome IS 'ok; rejected: the gate kept it out of use; failed: there is no model, see error_code and reason';
COMMENT ON COLUMN @extschema@.l2_registry_version.gram IS 'moments of the rows, where option keep_gram asked for them';
COMMENT ON COLUMN @extschema@.l2_registry_version.method IS 'of this training; the definition may have changed since, as with target, features and expressions';
COMMENT ON COLUMN @extschema@.l2_registry_version.expressions IS 'SQL of each feature, as trained';
COMMENT ON COLUMN @extschema@.l2_registry_version.trained_at IS 'when training began: rows committed later are not in it';
COMMENT ON COLUMN @extschema@.l2_registry_version.error_code IS 'SQLSTATE';

CREATE TABLE @extschema@.l2_registry_gram (
  id integer NOT NULL REFERENCES @extschema@.l2_registry ON DELETE CASCADE,
  bucket timestamp NOT NULL,
  rows bigint NOT NULL,
  grams @extschema@.l2_gram[],
  PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE @extschema@.l2_registry_gram IS
'A row a bucket of a model with buckets, one for a live model: what it knows of rows. Visible and changed with the model''s row in l2_registry.';
COMMENT ON COLUMN @extschema@.l2_registry_gram.bucket IS 'beginning of the bucket, in UTC; -infinity: rows without a time, and those of a live model';
COMMENT ON COLUMN @extschema@.l2_registry_gram.rows IS 'skipped ones too';
COMMENT ON COLUMN @extschema@.l2_registry_gram.grams IS 'one a fold, or one; NULL where no row was usable';

-- No foreign key: writers would all lock the model's row.  src/changes.c knows the columns and their order.
CREATE TABLE @extschema@.l2_registry_change (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  id integer NOT NULL,
  rows bigint NOT NULL DEFAULT 0,
  added @extschema@.l2_gram[],
  removed @extschema@.l2_gram[],
  came float8[],
  went float8[],
  bucket timestamp,
  until timestamp,
  reason text,
  PRIMARY KEY (id, seq)
);
COMMENT ON SEQUENCE @extschema@.l2_registry_change_seq_seq IS 'numbers of changes';
COMMENT ON TABLE @extschema@.l2_registry_change IS
'A row for each statement that touched the source of a live model, or a bucket, since the model was refreshed. Visible and changed with the model''s row in l2_registry; triggers add to it whoever writes.';
COMMENT ON COLUMN @extschema@.l2_registry_change.rows IS 'rows that came, less those that went';
COMMENT ON COLUMN @extschema@.l2_registry_change.added IS 'grams of rows that came';
COMMENT ON COLUMN @extschema@.l2_registry_change.removed IS 'grams of rows that went';
COMMENT ON COLUMN @extschema@.l2_registry_change.came IS 'instead, a single row that came: target, features, weight';
COMMENT ON COLUMN @extschema@.l2_registry_change.went IS 'a single row that went';
COMMENT ON COLUMN @extschema@.l2_registry_change.bucket IS 'beginning of the bucket to read anew; NULL: all, of a model with buckets';
COMMENT ON COLUMN @extschema@.l2_registry_change.until IS 'end of a range of buckets; NULL: just one';
COMMENT ON COLUMN @extschema@.l2_registry_change.reason IS 'why it is not known what came and went: the source must be read anew';

CREATE TRIGGER l2_registry_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.l2_registry
  FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.l2_registry_changed();
COMMENT ON TRIGGER l2_registry_changed ON @extschema@.l2_registry IS 'makes l2_predict look the model up again';

SELECT pg_catalog.pg_extension_config_dump('@extschema@.l2_registry', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.l2_registry_version', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.l2_registry_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.l2_registry_gram', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.l2_registry_change', '');
SELECT pg_catalog.pg_extension_config_dump('@extschema@.l2_registry_change_seq_seq', '');

-- Numbers come from the sequence alone: nobody can take those of others in advance.
GRANT SELECT, DELETE ON @extschema@.l2_registry TO PUBLIC;
GRANT SELECT ON SEQUENCE @extschema@.l2_registry_id_seq TO PUBLIC; -- pg_dump reads it
GRANT INSERT (name, owner, grantees, source, search_path, target, target_expression, features, expressions, kinds, formula, weight, method, lambda, options, refresh, time_column, bucket, lag, training_window, half_life, grams_sql, bucket_sql, follow_sql, row_sql, follows, live, gate, keep, active, versions),
  UPDATE (name, owner, grantees, source, search_path, target, target_expression, features, expressions, kinds, formula, weight, method, lambda, options, refresh, time_column, bucket, lag, training_window, half_life, grams_sql, bucket_sql, follow_sql, row_sql, follows, live, gate, keep, active, versions)
  ON @extschema@.l2_registry TO PUBLIC;
GRANT SELECT, INSERT, DELETE ON @extschema@.l2_registry_version TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON @extschema@.l2_registry_gram TO PUBLIC;
GRANT SELECT, DELETE, INSERT (id, rows, added, removed, bucket, until, reason) ON @extschema@.l2_registry_change TO PUBLIC;
GRANT SELECT ON SEQUENCE @extschema@.l2_registry_change_seq_seq TO PUBLIC; -- pg_dump reads it

ALTER TABLE @extschema@.l2_registry ENABLE ROW LEVEL SECURITY;
CREATE POLICY l2_see ON @extschema@.l2_registry FOR SELECT USING (@extschema@.l2_has_role(VARIADIC owner || grantees));
CREATE POLICY l2_add ON @extschema@.l2_registry FOR INSERT WITH CHECK (@extschema@.l2_has_role(owner));
CREATE POLICY l2_change ON @extschema@.l2_registry FOR UPDATE USING (@extschema@.l2_has_role(owner));
CREATE POLICY l2_remove ON @extschema@.l2_registry FOR DELETE USING (@extschema@.l2_has_role(owner));
COMMENT ON POLICY l2_see ON @extschema@.l2_registry IS 'the owner, his members, and whom they granted it';
COMMENT ON POLICY l2_add ON @extschema@.l2_registry IS 'everybody, as himself or a role that he has the rights of';
COMMENT ON POLICY l2_change ON @extschema@.l2_registry IS 'the owner and his members';
COMMENT ON POLICY l2_remove ON @extschema@.l2_registry IS 'the owner and his members';

ALTER TABLE @extschema@.l2_registry_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY l2_see ON @extschema@.l2_registry_version FOR SELECT
  USING (id IN (SELECT d.id FROM @extschema@.l2_registry d));
CREATE POLICY l2_add ON @extschema@.l2_registry_version FOR INSERT
  WITH CHECK (id IN (SELECT d.id FROM @extschema@.l2_registry d WHERE @extschema@.l2_has_role(d.owner)) AND trained_by = current_user);
CREATE POLICY l2_remove ON @extschema@.l2_registry_version FOR DELETE
  USING (id IN (SELECT d.id FROM @extschema@.l2_registry d WHERE @extschema@.l2_has_role(d.owner)));
COMMENT ON POLICY l2_see ON @extschema@.l2_registry_version IS 'whoever sees the model';
COMMENT ON POLICY l2_add ON @extschema@.l2_registry_version IS 'the model''s owner and his members';
COMMENT ON POLICY l2_remove ON @extschema@.l2_registry_version IS 'the model''s owner and his members';

ALTER TABLE @extschema@.l2_registry_gram ENABLE ROW LEVEL SECURITY;
CREATE POLICY l2_see ON @extschema@.l2_registry_gram FOR SELECT
  USING (id IN (SELECT d.id FROM @extschema@.l2_registry d));
CREATE POLICY l2_own ON @extschema@.l2_registry_gram
  USING (id IN (SELECT d.id FROM @extschema@.l2_registry d WHERE @extschema@.l2_has_role(d.owner)));
COMMENT ON POLICY l2_see ON @extschema@.l2_registry_gram IS 'whoever sees the model';
COMMENT ON POLICY l2_own ON @extschema@.l2_registry_gram IS 'the model''s owner and his members';

ALTER TABLE @extschema@.l2_registry_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY l2_see ON @extschema@.l2_registry_change FOR SELECT
  USING (id IN (SELECT d.id FROM @extschema@.l2_registry d));
CREATE POLICY l2_own ON @extschema@.l2_registry_change
  USING (id IN (SELECT d.id FROM @extschema@.l2_registry d WHERE @extschema@.l2_has_role(d.owner)));
COMMENT ON POLICY l2_see ON @extschema@.l2_registry_change IS 'whoever sees the model';
COMMENT ON POLICY l2_own ON @extschema@.l2_registry_change IS 'the model''s owner and his members';

-- Refreshing on a schedule, through pg_cron where the database has it.

CREATE FUNCTION @extschema@.l2_find_model(name text, for_owner boolean) RETURNS @extschema@.l2_registry
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
BEGIN
  SELECT * INTO d FROM @extschema@.l2_registry r WHERE r.name = l2_find_model.name;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" does not exist', name),
      HINT = 'The view l2_models lists the models that you may use.';
  END IF;
  IF for_owner AND NOT @extschema@.l2_has_role(d.owner) THEN
    RAISE insufficient_privilege USING MESSAGE = format('must be owner of model "%s"', name),
      DETAIL = format('It belongs to role "%s".', d.owner);
  END IF;
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@.l2_find_model(text, boolean) IS
'The row of a model in l2_registry; an error where there is none that the current user may see, or, for_owner, where he has not the rights of its owner.';

CREATE FUNCTION @extschema@.l2_cron_jobs(
  OUT id integer, OUT job bigint, OUT schedule text, OUT username text, OUT active boolean
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  command text := 'SELECT * FROM @extschema@.l2_refresh(';
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
     OR NOT has_schema_privilege('cron', 'USAGE') OR NOT has_table_privilege('cron.job', 'SELECT') THEN
    RETURN;
  END IF;
  RETURN QUERY EXECUTE
    'SELECT substring(command FROM length($1) + 1 FOR strpos(command, '','') - length($1) - 1)::integer,
            jobid, schedule, username::text, active
     FROM cron.job WHERE database = current_database() AND starts_with(command, $1)
       AND substring(command FROM length($1) + 1) ~ ''^[0-9]{1,9}, ''''skip''''[)]$'''
    USING command;
END $$;
COMMENT ON FUNCTION @extschema@.l2_cron_jobs() IS
'Jobs of pg_cron that refresh models of this database, as far as the current user may see them; none where pg_cron is not installed.';

CREATE VIEW @extschema@.l2_schedules WITH (security_barrier) AS
  SELECT d.name, j.schedule, j.job, j.username, j.active, v.trained_at AS last_refresh, v.outcome AS last_outcome
  FROM @extschema@.l2_cron_jobs() j JOIN @extschema@.l2_registry d ON d.id = j.id
    LEFT JOIN @extschema@.l2_registry_version v ON v.id = d.id AND v.version = d.versions
  WHERE @extschema@.l2_has_role(VARIADIC d.owner || d.grantees);
COMMENT ON VIEW @extschema@.l2_schedules IS
'A row for each job of pg_cron that refreshes a model: schedule in cron''s notation (pg_cron takes it in GMT unless cron.timezone says otherwise), its number, the role that it runs as, whether it is switched on, and when it last trained and how that went.';
GRANT SELECT ON @extschema@.l2_schedules TO PUBLIC;

CREATE FUNCTION @extschema@.l2_schedule(name text, schedule text) RETURNS bigint
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  command text := format('SELECT * FROM @extschema@.l2_refresh(%s, ''skip'')', d.id);
  elsewhere text := (SELECT setting FROM pg_settings s WHERE s.name = 'cron.database_name' AND setting <> current_database());
  job bigint;
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    IF NOT has_schema_privilege('cron', 'USAGE') THEN
      RAISE insufficient_privilege USING MESSAGE = format('role "%s" may not use pg_cron', current_user),
        HINT = format('A superuser can allow it: GRANT USAGE ON SCHEMA cron TO %I', current_user);
    END IF;
    EXECUTE 'SELECT cron.schedule($1::text, $2::text, $3::text)' INTO job
      USING format('l2reg model %s', d.id), schedule, command;
    RETURN job;
  END IF;
  IF schedule ~ '[[:cntrl:]]' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('invalid schedule: %s', schedule);
  END IF;
  IF elsewhere IS NOT NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('pg_cron is installed in database "%s", not in this one', elsewhere),
      HINT = format('There, run: SELECT cron.schedule_in_database(%L, %L, %L, %L)',
                    format('l2reg model %s', d.id), schedule, command, current_database());
  END IF;
  -- a line of a crontab: quoted for the shell, and % would start the command's input
  RAISE object_not_in_prerequisite_state USING MESSAGE = 'pg_cron is not installed in this database',
    HINT = format(E'Put this line into a crontab instead:\n%s  %s', schedule,
                  replace(format('psql -X -d ''%s'' -c ''%s''', replace(current_database(), '''', '''\'''''),
                                 replace(command, '''', '''\''''')), '%', '\%'));
END $$;
COMMENT ON FUNCTION @extschema@.l2_schedule(text, text) IS
'Refresh the model at the times that a schedule in cron''s notation gives, as the current user, who must be its owner, a member of that role, or a superuser; gives pg_cron''s number of the job. A second schedule of the same user replaces the first. A run is left out while another refresh of the model is at work. Needs pg_cron in this database, and USAGE of schema cron; without it the error''s hint is a line for a crontab. NULL where an argument is NULL.';

CREATE FUNCTION @extschema@.l2_unschedule(name text) RETURNS boolean
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  job bigint;
  found_one boolean := false;
BEGIN
  FOR job IN SELECT j.job FROM @extschema@.l2_cron_jobs() j WHERE j.id = d.id LOOP
    EXECUTE 'SELECT cron.unschedule($1)' USING job;
    found_one := true;
  END LOOP;
  RETURN found_one;
END $$;
COMMENT ON FUNCTION @extschema@.l2_unschedule(text) IS
'End the schedules of the model that the current user may see; whether there was one. Only for the owner, members of that role and superusers.';

-- What is in the registry, and its upkeep.

CREATE VIEW @extschema@.l2_versions WITH (security_barrier) AS
  SELECT d.name, v.version, v.version IS NOT DISTINCT FROM d.active AS active, v.event, v.outcome, v.method, v.n, v.n_skipped,
    v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se, v.trained_at, v.duration, v.trained_by,
    v.error_code, v.reason
  FROM @extschema@.l2_registry_version v JOIN @extschema@.l2_registry d USING (id)
  WHERE @extschema@.l2_has_role(VARIADIC d.owner || d.grantees);
COMMENT ON VIEW @extschema@.l2_versions IS
'A row for each training of each model that the current user may see. outcome: ok; rejected (the gate kept the version out of use); failed (no model came of it: error_code, the SQLSTATE, and reason). n, n_skipped: rows used and left out; r_squared, sigma: of the fit, on the same rows; cv_error, cv_se: mean squared error on rows not seen, and its standard error, where cross-validation chose lambda; nonzero: coefficients, where the solver iterates. trained_at: when training began.';
GRANT SELECT ON @extschema@.l2_versions TO PUBLIC;

CREATE VIEW @extschema@.l2_models WITH (security_barrier) AS
  SELECT d.name, d.owner, coalesce(v.method, d.method) AS method, coalesce(v.target, d.target) AS target, d.active AS version, v.n, v.r_squared, v.cv_error, v.lambda,
    date_trunc('second', v.trained_at) AS trained_at, date_trunc('second', now() - v.trained_at) AS age,
    j.schedule, newest.reason AS last_error
  FROM @extschema@.l2_registry d
    LEFT JOIN @extschema@.l2_registry_version v ON v.id = d.id AND v.version = d.active
    LEFT JOIN @extschema@.l2_registry_version newest ON newest.id = d.id AND newest.version = d.versions
    LEFT JOIN (SELECT id, string_agg(schedule, ', ' ORDER BY job) AS schedule
               FROM @extschema@.l2_cron_jobs() GROUP BY id) j ON j.id = d.id
  WHERE @extschema@.l2_has_role(VARIADIC d.owner || d.grantees);
COMMENT ON VIEW @extschema@.l2_models IS
'A row for each model that the current user may use: the version in use with its rows, R^2 on those, mean squared error in cross-validation and lambda; how old the data in it are; when pg_cron refreshes it, as far as the user may know; and why the last training was not put to use, if so.';
GRANT SELECT ON @extschema@.l2_models TO PUBLIC;

CREATE FUNCTION @extschema@.l2_model_row(id integer) RETURNS @extschema@.l2_models
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS
  'SELECT m FROM @extschema@.l2_models m JOIN @extschema@.l2_registry d ON d.name = m.name WHERE d.id = $1';
COMMENT ON FUNCTION @extschema@.l2_model_row(integer) IS 'The row of l2_models of the model of that number in l2_registry.';

CREATE FUNCTION @extschema@.l2_activate(name text, version integer) RETURNS @extschema@.l2_models
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  -- from here on no refresh takes the version away
  PERFORM FROM @extschema@.l2_registry r WHERE r.id = d.id FOR UPDATE;
  IF NOT EXISTS (SELECT FROM @extschema@.l2_registry_version v
                 WHERE v.id = d.id AND v.version = l2_activate.version AND v.model IS NOT NULL) THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" has no version %s', name, version),
      HINT = 'The view l2_versions lists the versions, and which have a model.';
  END IF;
  UPDATE @extschema@.l2_registry r SET active = l2_activate.version WHERE r.id = d.id;
  RETURN @extschema@.l2_model_row(d.id);
END $$;
COMMENT ON FUNCTION @extschema@.l2_activate(text, integer) IS
'Put that version of the model to use, from the commit on; a refresh will replace it. For the owner and members of that role. Gives the model''s row of l2_models.';

CREATE FUNCTION @extschema@.l2_rollback(name text) RETURNS @extschema@.l2_models
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  earlier integer := (SELECT max(v.version) FROM @extschema@.l2_registry_version v
                      WHERE v.id = d.id AND v.version < d.active AND v.outcome = 'ok');
BEGIN
  IF earlier IS NULL THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" has no version before %s', name, d.active),
      HINT = 'The view l2_versions lists the versions; l2_train''s keep says how many are kept.';
  END IF;
  RETURN @extschema@.l2_activate(name, earlier);
END $$;
COMMENT ON FUNCTION @extschema@.l2_rollback(text) IS
'Put the version before the one in use to use, leaving out those that the gate rejected. As l2_activate.';

CREATE FUNCTION @extschema@.l2_lock_model(id integer, wait boolean) RETURNS boolean
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  registry integer := '@extschema@.l2_registry'::regclass::oid::integer;
BEGIN
  IF NOT wait THEN
    RETURN pg_try_advisory_xact_lock(registry, id);
  END IF;
  PERFORM pg_advisory_xact_lock(registry, id);
  RETURN true;
END $$;
COMMENT ON FUNCTION @extschema@.l2_lock_model(integer, boolean) IS
'Take the lock that trainings and removals of a model hold until their transaction ends: the advisory lock of the pair l2_registry''s oid and the model''s number there. False where wait is false and another session has it.';

CREATE FUNCTION @extschema@.l2_check_model_name(name text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF name IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'name must not be NULL';
  ELSIF octet_length(name) NOT BETWEEN 1 AND 63 OR name ~ '^\s*(\{|$)' THEN
    RAISE invalid_name USING MESSAGE = format('invalid name of a model: "%s"', name),
      DETAIL = 'A name has 1 to 63 bytes, is not blank, and does not begin with a brace.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_check_model_name(text) IS
'Error unless a model may have that name. Names are those of the whole database; with a brace begins the text form of a model, which l2_predict tells from a name by it.';

CREATE FUNCTION @extschema@.l2_rename(name text, new_name text) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  PERFORM @extschema@.l2_check_model_name(new_name);
  UPDATE @extschema@.l2_registry r SET name = new_name WHERE r.id = d.id;
EXCEPTION WHEN unique_violation THEN
  RAISE duplicate_object USING MESSAGE = format('model "%s" already exists', new_name);
END $$;
COMMENT ON FUNCTION @extschema@.l2_rename(text, text) IS
'Give the model another name; its versions, grants and schedules go on. For the owner and members of that role.';

CREATE FUNCTION @extschema@.l2_drop(name text, if_exists boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
BEGIN
  IF if_exists AND NOT EXISTS (SELECT FROM @extschema@.l2_registry r WHERE r.name = l2_drop.name) THEN
    RAISE NOTICE 'model "%" does not exist, skipping', name;
    RETURN;
  END IF;
  d := @extschema@.l2_find_model(name, true);
  PERFORM @extschema@.l2_lock_model(d.id, true);
  PERFORM @extschema@.l2_unschedule(name);
  PERFORM @extschema@.l2_unfollow(d.id, NULL), @extschema@.l2_forget(d.id);
  DELETE FROM @extschema@.l2_registry r WHERE r.id = d.id;
END $$;
COMMENT ON FUNCTION @extschema@.l2_drop(text, boolean) IS
'Remove the model, its versions and its schedules. Waits for a training that is at work. For the owner and members of that role. if_exists: a NOTICE where there is none, instead of an error.';

CREATE FUNCTION @extschema@.l2_grant(name text, role name) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  IF role <> 'public' AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
    RAISE undefined_object USING MESSAGE = format('role "%s" does not exist', role);
  END IF;
  UPDATE @extschema@.l2_registry r SET grantees = array_append(array_remove(r.grantees, role), role) WHERE r.id = d.id;
END $$;
COMMENT ON FUNCTION @extschema@.l2_grant(text, name) IS
'Let a role and its members see the model and predict with it; "public": everybody. For the owner and members of that role.';

CREATE FUNCTION @extschema@.l2_revoke(name text, role name) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  UPDATE @extschema@.l2_registry r SET grantees = array_remove(r.grantees, role) WHERE r.id = d.id;
END $$;
COMMENT ON FUNCTION @extschema@.l2_revoke(text, name) IS
'Take back what l2_grant gave. For the owner and members of that role.';

-- Training by name: a definition, the one statement that it means, and its outcome.

-- Texts of a definition, analysed and run as its owner

CREATE FUNCTION @extschema@.l2_source(source text, search_path text, owner name, OUT source text, OUT from_item text) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@.l2_source(text, text, name) IS
'What source means to that role with that search_path: a relation, with its schema, or a query without its semicolon; and either as it stands after FROM. Error for anything but a relation''s name or a single SELECT, VALUES or TABLE.';

CREATE FUNCTION @extschema@.l2_describe(query text, search_path text, owner name, OUT name text, OUT type regtype, OUT kind text) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@.l2_describe(text, text, name) IS
'The columns of a query, which is analysed as that role and with that search_path, and not run. kind: number, boolean, time (dates and timestamps), category (strings and enums), or NULL for other types. Only for those who can SET ROLE to it.';

CREATE FUNCTION @extschema@.l2_run(query text, search_path text, owner name, OUT model @extschema@.l2_model, OUT gram @extschema@.l2_gram) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_run(text, text, name) IS
'The one row of a query that gives a model and a gram, run as that role, with that search_path, and read-only: an error where a function in it writes. Only for those who can SET ROLE to the role; for any other than themselves as a security-restricted operation, as REFRESH MATERIALIZED VIEW is.';

CREATE FUNCTION @extschema@.l2_formula(
  formula text, columns text[], kinds text[], dot text[],
  OUT target text, OUT target_expression text, OUT terms text[], OUT expressions text[], OUT intercept boolean, OUT dot_used boolean
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_formula(text, text[], text[], text[]) IS
'What a formula means for a source with those columns, of those kinds (see l2_describe; "" for none), "." standing for the columns dot: names of the terms, and SQL for each over q, a row of the source. [target] ~ terms joined by + (- takes one out again); a:b is the product, a*b is a + b + a:b; I(...) is any SQL expression; - 1 or + 0: no intercept; dot_used: whether there was a ".". After Wilkinson and Rogers (1973) and R. Terms come once each, fewest factors first. Errors point to their place in the formula.';

-- From a definition to SQL

CREATE FUNCTION @extschema@.l2_as_number(expression text, type regtype, kind text, what text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF type = 'double precision'::regtype THEN
    RETURN expression;
  ELSIF kind = 'number' THEN
    RETURN expression || '::double precision';
  ELSIF kind = 'boolean' THEN
    RETURN expression || '::integer::double precision';
  END IF;
  RAISE datatype_mismatch USING MESSAGE = format('%s has type %s, which is not numeric', what, type),
    HINT = 'Leave it out, or make numbers of it in a query or in I(...) of a formula.';
END $$;
COMMENT ON FUNCTION @extschema@.l2_as_number(text, regtype, text, text) IS
'SQL that makes a double precision of an expression of that type and kind (see l2_describe); what names it in the error for kinds that are no numbers.';

CREATE FUNCTION @extschema@.l2_gram_options(d @extschema@.l2_registry) RETURNS jsonb
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('names', d.features, 'target', d.target)
    || coalesce(jsonb_object_agg(key, value) FILTER (WHERE key IN ('max_levels', 'null_level', 'nonfinite', 'unseen')), '{}')
  FROM jsonb_each(d.options)
$$;
COMMENT ON FUNCTION @extschema@.l2_gram_options(@extschema@.l2_registry) IS
'Of the options of a model those that its grams over records are made with; all levels have columns in them.';

CREATE FUNCTION @extschema@.l2_needs_records(d @extschema@.l2_registry, kinds text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
  'SELECT kinds && ''{category,time}'' OR d.options ?| ''{max_levels,null_level,reference,unseen}''';
COMMENT ON FUNCTION @extschema@.l2_needs_records(@extschema@.l2_registry, text[]) IS
'Whether features of those kinds, or the options, are a matter for aggregates over records; numbers go into an array, which is faster.';

CREATE FUNCTION @extschema@.l2_takes_records(method text) RETURNS boolean
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS
  'SELECT EXISTS (SELECT FROM pg_proc WHERE pronamespace = ''@extschema@''::regnamespace AND proname = $1 || ''_fit'' AND ''record''::regtype = ANY (proargtypes))';
COMMENT ON FUNCTION @extschema@.l2_takes_records(text) IS 'Whether the aggregate of a method, ridge_fit for ridge, takes records, and so categories.';

CREATE FUNCTION @extschema@.l2_by_cv(d @extschema@.l2_registry) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
  'SELECT d.method IN (''ridge'', ''lasso'', ''elastic_net'') AND (d.lambda IS NULL OR d.gate IS NOT NULL)';
COMMENT ON FUNCTION @extschema@.l2_by_cv(@extschema@.l2_registry) IS 'Whether training takes cross-validation: to choose lambda, or for the gate.';

CREATE FUNCTION @extschema@.l2_columns(d @extschema@.l2_registry, OUT columns text[], OUT kinds text[], OUT record text) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
  n integer := cardinality(d.features);
  expressions text[] := d.target_expression || d.expressions;
  labels text[] := ARRAY[format('target "%s"', d.target)] || ARRAY(SELECT format('feature "%s"', f) FROM unnest(d.features) f);
  other text;
BEGIN
  IF d.weight IS NOT NULL THEN
    expressions := expressions || ('q.' || quote_ident(d.weight));
    labels := labels || format('weight "%s"', d.weight);
  END IF;
  -- numbers as they are wanted; of what is in a record the aggregate makes its own
  SELECT array_agg(CASE WHEN t.kind IN ('category', 'time') AND i BETWEEN 2 AND n + 1 THEN c.expression
                   ELSE @extschema@.l2_as_number(c.expression, t.type, t.kind, c.what) END ORDER BY c.i),
    array_agg(t.kind ORDER BY c.i) FILTER (WHERE i BETWEEN 2 AND n + 1),
    string_agg(format('%s AS f%s', CASE WHEN t.kind = 'number' THEN @extschema@.l2_as_number(c.expression, t.type, t.kind, c.what) ELSE c.expression END, i - 1),
               ', ' ORDER BY i) FILTER (WHERE i BETWEEN 2 AND n + 1)
  INTO columns, kinds, record
  FROM unnest(expressions, labels) WITH ORDINALITY c(expression, what, i)
    JOIN @extschema@.l2_describe(format('SELECT %s FROM %s AS q', array_to_string(expressions, ', '), from_item), d.search_path, d.owner)
      WITH ORDINALITY t(name, type, kind, i) USING (i);
  SELECT format('feature "%s" was a %s when the model was defined, and is a %s now', f, was, k) INTO other
  FROM unnest(d.features, d.kinds, kinds) u(f, was, k)
  WHERE array_position('{number,category,time}', replace(was, 'boolean', 'number')) <> array_position('{number,category,time}', replace(k, 'boolean', 'number')) LIMIT 1;
  IF FOUND THEN
    RAISE datatype_mismatch USING MESSAGE = other, HINT = 'Define the model anew with l2_train.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_columns(@extschema@.l2_registry) IS
'SQL over q, a row of the source, for a definition: of target, features and weight as numbers (categories and times as they are), of what kinds the features are, and of a record of them. Error where the source no longer has its columns, or not of the kinds they were.';

CREATE FUNCTION @extschema@.l2_training_sql(d @extschema@.l2_registry) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
  options jsonb := d.options - '{keep_gram,rate}'::text[];
  penalised boolean := d.method IN ('ridge', 'lasso', 'elastic_net');
  by_cv boolean := @extschema@.l2_by_cv(d);
  by_likelihood boolean := d.method IN ('logistic', 'poisson');
  n integer := cardinality(d.features);
  columns text[];
  kinds text[];
  record text;
  penalty text[];
  weight text[];
  features text;
  arguments text[];
BEGIN
  SELECT c.columns, c.kinds, c.record INTO columns, kinds, record FROM @extschema@.l2_columns(d) c;
  weight := columns[n + 2 :];
  IF @extschema@.l2_needs_records(d, kinds) THEN
    IF NOT @extschema@.l2_takes_records(d.method) THEN
      RAISE feature_not_supported USING MESSAGE = format('method %s takes numeric columns only', d.method),
        DETAIL = (SELECT format('Feature "%s" is %s.', f, CASE kind WHEN 'category' THEN 'a category' ELSE 'a date or a time' END)
                  FROM unnest(d.features, kinds) u(f, kind) WHERE kind IN ('category', 'time') LIMIT 1),
        HINT = 'Name numeric columns as features, or make numbers in I(...) of a formula.';
    END IF;
    from_item := from_item || format(E' AS q,\n  LATERAL (SELECT %s) AS f', record);
    features := 'f';
    IF NOT by_likelihood THEN
      options := options || jsonb_build_object('target', d.target);
    END IF;
  ELSE
    from_item := from_item || ' AS q';
    features := format('ARRAY[%s]', array_to_string(columns[2 : n + 1], ', '));
  END IF;

  -- target, features, penalty, weight, options: the order of the aggregates' arguments
  IF d.method = 'dropout' THEN
    penalty := ARRAY[(d.options ->> 'rate')::double precision];
  ELSIF by_cv AND d.lambda IS NOT NULL THEN
    options := options || jsonb_build_object('lambdas', jsonb_build_array(d.lambda));
  ELSIF by_likelihood AND (d.lambda IS NOT NULL OR d.weight IS NOT NULL) THEN
    penalty := ARRAY[coalesce(d.lambda, 0), coalesce((options ->> 'l1_ratio')::double precision, 0)];
  ELSIF penalised AND NOT by_cv THEN
    penalty := ARRAY[d.lambda];
    IF d.method = 'elastic_net' THEN
      penalty := penalty || coalesce((options ->> 'l1_ratio')::double precision, 0.5)::text;
    END IF;
  END IF;
  IF penalty IS NOT NULL THEN
    options := options - 'l1_ratio';
  END IF;
  IF penalised OR (by_likelihood AND d.lambda IS NOT NULL) THEN
    options := '{"standardize": true}' || options;
  END IF;
  options := options || jsonb_build_object('names', d.features);
  arguments := ARRAY[columns[1], features] || ARRAY(SELECT format('%L::double precision', p) FROM unnest(penalty) WITH ORDINALITY u(p, i) ORDER BY i) || weight;

  RETURN format(E'SELECT @extschema@.%s(%s, %L::pg_catalog.jsonb) AS model,\n       %s AS gram\nFROM %s',
    d.method || CASE WHEN by_cv THEN '_cv' ELSE '_fit' END, array_to_string(arguments, ', '), options,
    CASE WHEN d.options -> 'keep_gram' = 'true'
      THEN format('@extschema@.l2_gram_agg(%s)', array_to_string(ARRAY[columns[1], features] || weight
             || CASE WHEN features = 'f' THEN ARRAY[format('%L::pg_catalog.jsonb', @extschema@.l2_gram_options(d))] END, ', '))
      ELSE 'NULL::@extschema@.l2_gram' END,
    from_item);
END $$;
COMMENT ON FUNCTION @extschema@.l2_training_sql(@extschema@.l2_registry) IS
'The one statement that trains the model of a row of l2_registry. Error where the source no longer has its columns, or not as numbers.';

-- Definitions

CREATE FUNCTION @extschema@.l2_define(
  owner name, source text, target text, method text, lambda float8, features text[], options jsonb,
  formula text, weight text, refresh text, keep integer, gate float8, time_column text, bucket text, lag interval,
  training_window interval, half_life interval, search_path text
) RETURNS @extschema@.l2_registry
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  from_item text;
  columns text[];
  kinds text[];
  types text[];
  usable text[];
  others text;
  f record;
  name text;
BEGIN
  SELECT NULL::text AS target, NULL::text AS target_expression, NULL::boolean AS dot_used INTO f;
  IF source IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'source must not be NULL';
  END IF;
  d.owner := l2_define.owner;
  d.grantees := '{}';
  d.search_path := l2_define.search_path;
  SELECT s.source, s.from_item INTO d.source, from_item FROM @extschema@.l2_source(source, d.search_path, d.owner) s;

  d.method := coalesce(l2_define.method, 'ridge');
  d.lambda := l2_define.lambda;
  d.options := coalesce(l2_define.options, '{}');
  d.weight := l2_define.weight;
  d.formula := l2_define.formula;
  d.refresh := coalesce(l2_define.refresh, 'full');
  d.keep := l2_define.keep;
  d.gate := l2_define.gate;
  d.time_column := l2_define.time_column;
  d.bucket := @extschema@.l2_width(l2_define.bucket);
  d.lag := l2_define.lag;
  d.training_window := l2_define.training_window;
  d.half_life := l2_define.half_life;
  IF d.method NOT IN ('ols', 'ridge', 'lasso', 'elastic_net', 'dropout', 'logistic', 'poisson') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown method "%s"', d.method),
      HINT = 'Known values: ols, ridge, lasso, elastic_net, dropout, logistic, poisson.';
  ELSIF d.refresh NOT IN ('full', 'buckets', 'live') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown refresh "%s"', d.refresh), HINT = 'Known values: full, buckets, live.';
  ELSIF d.keep < 1 THEN
    RAISE invalid_parameter_value USING MESSAGE = format('keep must be at least 1, but is %s', d.keep);
  ELSIF NOT d.gate >= 0 OR d.gate = 'NaN' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('gate must be a share >= 0, but is %s', d.gate);
  ELSIF jsonb_typeof(d.options) <> 'object' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'options must be a JSON object', HINT = 'For example: {"intercept": false}.';
  ELSIF d.options ?| '{features,names,target}' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'options must not have features, names or target',
      HINT = 'Give features and target, or a formula, as arguments.';
  ELSIF d.method IN ('ols', 'dropout') AND d.lambda IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has no lambda', d.method);
  ELSIF d.method NOT IN ('ridge', 'lasso', 'elastic_net') AND d.gate IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has no gate', d.method),
      DETAIL = 'A gate compares errors of cross-validation.', HINT = 'Use ridge, lasso or elastic_net; lambda may be given.';
  ELSIF (d.method = 'dropout') <> (d.options ? 'rate') OR coalesce(jsonb_typeof(d.options -> 'rate'), 'number') <> 'number' THEN
    RAISE invalid_parameter_value USING MESSAGE = CASE WHEN d.method = 'dropout' THEN 'method dropout needs option rate, a number'
                                                       ELSE format('method %s has no rate', d.method) END,
      HINT = 'For example: method => ''dropout'', options => ''{"rate": 0.1}''.';
  ELSIF coalesce(jsonb_typeof(d.options -> 'keep_gram'), 'boolean') <> 'boolean' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'option "keep_gram" must be true or false';
  ELSIF d.lambda IS NOT NULL AND coalesce(jsonb_typeof(d.options -> 'l1_ratio'), 'number') <> 'number' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'option "l1_ratio" must be a number where lambda is given';
  ELSIF d.method IN ('logistic', 'poisson') AND d.lambda IS NULL AND d.options ? 'l1_ratio' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has a penalty only where lambda is given', d.method),
      HINT = 'Cross-validation chooses lambda for ridge, lasso and elastic_net.';
  END IF;

  SELECT array_agg(c.name ORDER BY c.i), array_agg(c.kind ORDER BY c.i), array_agg(c.type::text ORDER BY c.i)
  INTO columns, kinds, types
  FROM @extschema@.l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path, d.owner) WITH ORDINALITY c(name, type, kind, i);

  -- what stands for every other column
  SELECT array_agg(c.name ORDER BY c.i) FILTER (WHERE c.kind IS NOT NULL),
    string_agg(format('%s (%s)', c.name, c.type), ', ' ORDER BY c.i) FILTER (WHERE c.kind IS NULL)
  INTO usable, others
  FROM unnest(columns, kinds, types) WITH ORDINALITY c(name, kind, type, i)
  WHERE c.name IS DISTINCT FROM l2_define.target AND c.name IS DISTINCT FROM d.weight;
  usable := coalesce(usable, '{}');

  IF formula IS NOT NULL THEN
    IF l2_define.features IS NOT NULL THEN
      RAISE invalid_parameter_value USING MESSAGE = 'give either features or a formula';
    END IF;
    SELECT * INTO f FROM @extschema@.l2_formula(formula, columns, array_replace(kinds, NULL, ''), usable);
    IF (f.target IS NULL) = (l2_define.target IS NULL) THEN
      RAISE invalid_parameter_value USING
        MESSAGE = CASE WHEN f.target IS NULL THEN 'there is no target' ELSE 'there are two targets' END,
        HINT = 'Give it before the ~ of the formula, or as target.';
    END IF;
    d.features := f.terms;
    d.expressions := f.expressions;
    IF NOT f.intercept THEN
      d.options := d.options || '{"intercept": false}';
    END IF;
  ELSE
    IF l2_define.target IS NULL THEN
      RAISE null_value_not_allowed USING MESSAGE = 'there is no target', HINT = 'Give a target, or a formula.';
    END IF;
    d.features := coalesce(l2_define.features, usable);
    d.expressions := ARRAY(SELECT 'q.' || quote_ident(u) FROM unnest(d.features) WITH ORDINALITY u(u, i) ORDER BY i);
    IF cardinality(d.features) = 0 THEN
      RAISE invalid_parameter_value USING MESSAGE = CASE WHEN l2_define.features IS NULL
        THEN 'the source has no usable column but the target' ELSE 'features has no elements' END;
    END IF;
  END IF;
  d.target := coalesce(l2_define.target, f.target);
  d.target_expression := coalesce(f.target_expression, 'q.' || quote_ident(d.target));
  IF d.target = ANY (d.features) THEN
    RAISE invalid_parameter_value USING MESSAGE = format('column "%s" is both feature and target', d.target);
  END IF;
  FOREACH name IN ARRAY ARRAY[l2_define.target, d.weight] || l2_define.features LOOP
    CONTINUE WHEN name IS NULL OR name = ANY (columns);
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', name),
      HINT = format('Its columns: %s.', array_to_string(columns, ', '));
  END LOOP;
  d.kinds := ARRAY(SELECT coalesce(c.kind, '') FROM @extschema@.l2_describe(format('SELECT %s FROM %s AS q',
    array_to_string(d.expressions, ', '), from_item), d.search_path, d.owner) WITH ORDINALITY c(name, type, kind, i) ORDER BY c.i);
  IF others IS NOT NULL AND (f.dot_used OR (formula IS NULL AND l2_define.features IS NULL)) THEN
    RAISE NOTICE 'columns left out, being neither numbers nor categories: %', others;
  END IF;
  RETURN @extschema@.l2_check_follow(d);
END $$;
COMMENT ON FUNCTION @extschema@.l2_define(name, text, text, text, float8, text[], jsonb, text, text, text, integer, float8, text, text, interval, interval, interval, text) IS
'The row that l2_train puts into l2_registry, without name and number: arguments checked, source and columns looked up as the owner.';

CREATE FUNCTION @extschema@.l2_train_sql(
  source text,
  target text DEFAULT NULL,
  method text DEFAULT 'ridge',
  lambda float8 DEFAULT NULL,
  features text[] DEFAULT NULL,
  options jsonb DEFAULT NULL,
  formula text DEFAULT NULL,
  weight text DEFAULT NULL,
  gate float8 DEFAULT NULL,
  search_path text DEFAULT pg_catalog.current_setting('search_path')
) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN @extschema@.l2_training_sql(@extschema@.l2_define(
    current_user, source, target, method, lambda, features, options, formula, weight, 'full', NULL, gate, NULL, NULL, NULL, NULL, NULL, search_path));
END $$;
COMMENT ON FUNCTION @extschema@.l2_train_sql(text, text, text, float8, text[], jsonb, text, text, float8, text) IS
'The statement that l2_train with the same arguments would run: to read, to EXPLAIN, or to run by oneself.';

-- Training

CREATE FUNCTION @extschema@.l2_fit_model(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_registry_version
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v @extschema@.l2_registry_version;
  progress boolean := coalesce(current_setting('l2reg.progress', true) = 'on', false);
BEGIN
  v.id := d.id;
  v.trained_at := clock_timestamp();
  v.trained_by := current_user;
  v.method := d.method;
  v.target := d.target;
  v.features := d.features;
  v.expressions := d.expressions;
  v.search_path := d.search_path;
  IF progress THEN
    RAISE NOTICE 'model "%": %', d.name, CASE WHEN d.refresh = 'full' OR anew THEN 'reading all rows' WHEN d.refresh = 'live' THEN 'adding up changes' ELSE 'reading buckets' END;
  END IF;
  IF d.refresh = 'full' THEN
    SELECT r.model, r.gram INTO v.model, v.gram
    FROM @extschema@.l2_run(@extschema@.l2_training_sql(d), d.search_path, d.owner) r;
  ELSIF d.refresh = 'live' THEN
    v.model := @extschema@.l2_refit_live(d, anew);
  ELSE
    v.model := @extschema@.l2_refit_buckets(d, anew);
  END IF;
  IF v.model IS NULL THEN
    RAISE data_exception USING MESSAGE = format('the source of model "%s" has no usable row', d.name),
      HINT = 'Rows with a NULL in the target, a feature or the weight are left out.';
  END IF;
  IF (@extschema@.l2_names(v.model))[1] <> d.target THEN
    v.model := @extschema@.l2_model(jsonb_set(v.model::jsonb, '{target}', to_jsonb(d.target)));
  END IF;
  SELECT g.n, g.n_skipped, g.r_squared, g.sigma, CASE WHEN d.method <> 'ols' THEN g.lambda END, g.nonzero, g.cv_error, g.cv_se
  INTO v.n, v.n_skipped, v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se
  FROM @extschema@.l2_glance(v.model) g;
  v.duration := clock_timestamp() - v.trained_at;
  v.outcome := 'ok';
  IF progress THEN
    RAISE NOTICE 'model "%": trained on % rows', d.name, v.n;
  END IF;
  RETURN v;
END $$;
COMMENT ON FUNCTION @extschema@.l2_fit_model(@extschema@.l2_registry, boolean) IS
'Train the model of a row of l2_registry, from all rows where anew: a row for l2_registry_version, without its number.';

CREATE FUNCTION @extschema@.l2_store_version(v @extschema@.l2_registry_version, keep integer) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE @extschema@.l2_registry r SET versions = r.versions + 1,
    active = CASE WHEN v.outcome = 'ok' THEN r.versions + 1 ELSE r.active END,
    live = CASE WHEN r.refresh = 'live' AND v.outcome <> 'failed' THEN r.versions + 1 ELSE r.live END
  WHERE r.id = v.id RETURNING r.versions INTO v.version;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model number %s was dropped while it was trained', v.id);
  END IF;
  INSERT INTO @extschema@.l2_registry_version VALUES (v.*);
  DELETE FROM @extschema@.l2_registry_version o
  USING (SELECT version, row_number() OVER (PARTITION BY model IS NULL ORDER BY version DESC) AS nth
         FROM @extschema@.l2_registry_version WHERE id = v.id) n, @extschema@.l2_registry r
  WHERE o.id = v.id AND r.id = v.id AND o.version = n.version AND n.nth > l2_store_version.keep
    AND o.version IS DISTINCT FROM r.active;
  RETURN v.version;
END $$;
COMMENT ON FUNCTION @extschema@.l2_store_version(@extschema@.l2_registry_version, integer) IS
'Give a training''s outcome a number and keep it, in use if it is ok; remove all but the newest keep versions, with a model and without one, and the one in use. Gives the number.';

CREATE FUNCTION @extschema@.l2_train(
  name text,
  source text,
  target text DEFAULT NULL,
  method text DEFAULT 'ridge',
  lambda float8 DEFAULT NULL,
  features text[] DEFAULT NULL,
  options jsonb DEFAULT NULL,
  formula text DEFAULT NULL,
  weight text DEFAULT NULL,
  refresh text DEFAULT 'full',
  keep integer DEFAULT 10,
  gate float8 DEFAULT NULL,
  time_column text DEFAULT NULL,
  bucket text DEFAULT NULL,
  lag interval DEFAULT NULL,
  training_window interval DEFAULT NULL,
  half_life interval DEFAULT NULL,
  search_path text DEFAULT pg_catalog.current_setting('search_path')
) RETURNS @extschema@.l2_models
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  old @extschema@.l2_registry;
  v @extschema@.l2_registry_version;
BEGIN
  PERFORM @extschema@.l2_check_model_name(name);
  SELECT * INTO old FROM @extschema@.l2_registry r WHERE r.name = l2_train.name;
  IF FOUND AND NOT @extschema@.l2_has_role(old.owner) THEN
    RAISE duplicate_object USING MESSAGE = format('model "%s" already exists', name),
      DETAIL = format('It belongs to role "%s".', old.owner);
  END IF;
  d := @extschema@.l2_define(coalesce(old.owner, current_user), source, target, method, lambda, features, options,
    formula, weight, refresh, keep, gate, time_column, bucket, lag, training_window, half_life, search_path);
  d.name := l2_train.name;
  d.id := old.id;

  IF d.id IS NULL THEN
    INSERT INTO @extschema@.l2_registry AS r (name, owner, source, search_path, target, target_expression, features,
      expressions, kinds, formula, weight, method, lambda, options, refresh, gate, keep)
    VALUES (d.name, d.owner, d.source, d.search_path, d.target, d.target_expression, d.features,
      d.expressions, d.kinds, d.formula, d.weight, d.method, d.lambda, d.options, d.refresh, d.gate, d.keep)
    ON CONFLICT DO NOTHING RETURNING r.id INTO d.id;
    IF d.id IS NULL THEN
      -- another session was faster
      SELECT * INTO old FROM @extschema@.l2_registry r WHERE r.name = l2_train.name AND r.owner = d.owner;
      IF NOT FOUND THEN
        RAISE duplicate_object USING MESSAGE = format('model "%s" already exists', name),
          DETAIL = 'It belongs to another role.';
      END IF;
      d.id := old.id;
    END IF;
  END IF;
  PERFORM @extschema@.l2_lock_model(d.id, true);
  PERFORM @extschema@.l2_forget(d.id);
  IF d.follows IS NOT NULL THEN
    d.follows := @extschema@.l2_follow(d);
  END IF;
  v := @extschema@.l2_fit_model(d, true);
  v.event := 'train';
  UPDATE @extschema@.l2_registry r SET grams_sql = d.grams_sql, bucket_sql = d.bucket_sql, follow_sql = d.follow_sql, row_sql = d.row_sql, follows = d.follows, live = NULL,
    refresh = d.refresh, time_column = d.time_column, bucket = d.bucket, lag = d.lag, training_window = d.training_window, half_life = d.half_life
  WHERE r.id = d.id;
  IF old.id IS NOT NULL THEN
    UPDATE @extschema@.l2_registry r SET source = d.source, search_path = d.search_path, target = d.target,
      target_expression = d.target_expression, features = d.features, expressions = d.expressions,
      kinds = d.kinds, formula = d.formula, weight = d.weight, method = d.method, lambda = d.lambda, options = d.options,
      gate = d.gate, keep = d.keep
    WHERE r.id = d.id;
  END IF;
  PERFORM @extschema@.l2_store_version(v, d.keep);
  PERFORM @extschema@.l2_unfollow(d.id, CASE WHEN d.follows IS NOT NULL THEN d.source END);
  RETURN @extschema@.l2_model_row(d.id);
END $$;
COMMENT ON FUNCTION @extschema@.l2_train(text, text, text, text, float8, text[], jsonb, text, text, text, integer, float8, text, text, interval, interval, interval, text) IS
'Train a model, keep it under a name, and give its row of l2_models. source: a relation, or a query. target: its column to explain; features: the columns to explain it by, every other usable one by default: numbers and booleans, dates and times (days since 2000-01-01), and strings and enums, which are categories, as in ridge_fit over records; or a formula: ''price ~ area + zone + area:rooms + I(area^2)''. method: "ridge", "ols", "lasso", "elastic_net" (option l1_ratio), "dropout" (option rate), "logistic" or "poisson" (as logistic_fit and poisson_fit; penalised where lambda is given, with option l1_ratio). lambda: by cross-validation in the same scan where NULL (ridge, lasso, elastic_net). options: as those of the aggregates ridge_cv, ridge_fit and so on; standardize is true here unless given; keep_gram: keep the rows'' moments with each version. weight: column of the source. For l2_refresh: keep, so many versions are kept (NULL: all); gate, a refreshed model is put to use only if its cross-validated error is not worse by more than this share; refresh: "full" reads all rows again; "buckets" keeps a gram a bucket ("day", ''6 hours'', ''3 months'') of time_column, a date or timestamp of the source, and reads those only that statements have touched since, or, with lag, the newest ones as far back from the newest one, and those named by l2_mark; training_window: trained on the newest buckets only; half_life: rows weigh half as much for each such time that their bucket is older than the newest; "live": the model is that of the rows that the query sees, whatever was written since, also in the transaction that writes. Statements are followed by triggers on the source, a table of the owner''s, and its partitions; until l2_train''s transaction ends others cannot write to it. They do not follow what ALTER TABLE rewrites, replication, and what is done while they are disabled: see l2_mark. search_path: where the names in source are looked up, now and at each refresh: by default as now. Runs one statement (l2_train_sql), as the current user, who becomes the owner, under his row security, and read-only. A name that is there, and is the current user''s or of a role of his, gets a new definition and a new version.';

CREATE FUNCTION @extschema@.l2_refresh_sql(name text) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  RETURN CASE WHEN d.refresh = 'full' THEN @extschema@.l2_training_sql(d) ELSE @extschema@.l2_scan_sql(d, NULL) END;
END $$;
COMMENT ON FUNCTION @extschema@.l2_refresh_sql(text) IS
'The statement that l2_refresh of the model would run now, if it reads all rows anew. For the owner and members of that role.';

-- Refreshing

CREATE FUNCTION @extschema@.l2_refresh(id integer, on_lock text DEFAULT 'wait') RETURNS SETOF @extschema@.l2_versions
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  v @extschema@.l2_registry_version;
  old @extschema@.l2_registry_version;
  name text;
  started timestamptz;
  detail text;
BEGIN
  IF on_lock NOT IN ('wait', 'skip') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown on_lock "%s"', on_lock), HINT = 'Known values: wait, skip.';
  END IF;
  SELECT * INTO d FROM @extschema@.l2_registry r WHERE r.id = l2_refresh.id;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model number %s does not exist', id);
  END IF;
  d := @extschema@.l2_find_model(d.name, true);
  IF NOT @extschema@.l2_lock_model(id, on_lock = 'wait') THEN
    RAISE NOTICE 'another session is training model "%", skipping', d.name;
    RETURN;
  END IF;
  name := d.name;
  SELECT * INTO d FROM @extschema@.l2_registry r WHERE r.id = l2_refresh.id;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" was dropped by another session', name);
  END IF;
  SELECT * INTO old FROM @extschema@.l2_registry_version o WHERE o.id = d.id AND o.version = d.active;

  started := clock_timestamp();
  BEGIN
    v := @extschema@.l2_fit_model(d, false);
    IF NOT v.cv_error <= old.cv_error * (1 + d.gate) THEN
      v.outcome := 'rejected';
      v.reason := format('cross-validated error %s is worse than %s of version %s by more than %s',
                         v.cv_error, old.cv_error, old.version, d.gate);
      RAISE WARNING 'model "%" stays at version %', d.name, d.active USING DETAIL = v.reason;
    END IF;
  EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS v.error_code = RETURNED_SQLSTATE, v.reason = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    -- the whole transaction is to be tried again
    IF v.error_code LIKE '40%' THEN
      RAISE;
    END IF;
    IF detail <> '' THEN
      v.reason := v.reason || E'\n' || detail;
    END IF;
    v.id := d.id;
    v.outcome := 'failed';
    v.model := NULL;
    v.method := d.method;
    v.target := d.target;
    v.features := d.features;
    v.expressions := d.expressions;
    v.search_path := d.search_path;
    v.trained_at := started;
    v.trained_by := current_user;
    v.duration := clock_timestamp() - started;
    RAISE WARNING 'refresh of model "%" failed, version % stays in use', d.name, d.active
      USING DETAIL = v.reason, ERRCODE = v.error_code;
  END;
  v.event := 'refresh';
  v.version := @extschema@.l2_store_version(v, d.keep);
  RETURN QUERY SELECT o.* FROM @extschema@.l2_versions o JOIN @extschema@.l2_registry r ON r.name = o.name
    WHERE r.id = d.id AND o.version = v.version;
END $$;
COMMENT ON FUNCTION @extschema@.l2_refresh(integer, text) IS
'l2_refresh of the model of that number in l2_registry, which it keeps when it is renamed: what schedules call.';

CREATE FUNCTION @extschema@.l2_refresh(name text, on_lock text DEFAULT 'wait') RETURNS SETOF @extschema@.l2_versions
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT * FROM @extschema@.l2_refresh((@extschema@.l2_find_model(name, true)).id, on_lock);
END $$;
COMMENT ON FUNCTION @extschema@.l2_refresh(text, text) IS
'Train the model again as it is defined, from all rows that its owner sees now, and put the new version to use from the commit on; until then the old one serves. With refresh "buckets" only some of the rows are read, with "live" none: changes are added up, so that the model need not add up as many; all of them where changes were missed, for example since a partition was attached. Gives the version''s row of l2_versions. For the owner, members of that role and superusers; runs as the owner. Other trainings of the same model wait until the transaction ends; where one is at work this one waits, or with on_lock "skip" gives no row and a NOTICE. An error leaves the old version in use: it is kept as a version with outcome failed, and told by a WARNING; only cancelling, a timeout and serialization failures end the transaction. A version whose cross-validated error is worse than the gate allows is kept, rejected.';

-- Predicting by a model's name.

CREATE FUNCTION @extschema@.l2_model(name text, version integer DEFAULT NULL) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME', 'l2_model_by_name' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.l2_model(text, integer) IS
'The model in use under that name, or that version of it. Error where the current user may see no such model. A single literal is no name to SQL but a cast to type l2_model: write l2_model(name => ''house_price''). A text that begins with a brace is read as the model itself. NULL for a NULL name.';

CREATE FUNCTION @extschema@.l2_predict(name text, x float8[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, float8[]) IS
'l2_predict(model, x) by the model in use under that name, which is looked up once a query and call, with the rights of the current user. Features in the order of l2_names(l2_model(name => ...)), without the first, the target. A text that begins with a brace is read as the model itself, so that a literal still may be one.';

CREATE FUNCTION @extschema@.l2_predict(name text, VARIADIC "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_any' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, VARIADIC "any") IS
'The same, the features as separate arguments of any numeric type or boolean; or one argument, a record: its attributes are matched by name, in any order, others are ignored, and what a formula makes of columns, a:b and I(...), is worked out from it. Error where an attribute is missing or no longer of the kind it was. What in I(...) is more than immutable functions that come with the server is evaluated as the model''s owner, in his search_path and read-only; a subquery cannot be.';

-- With the same arrays as for models: else a literal would be taken for one of those
CREATE FUNCTION @extschema@.l2_predict(name text, x smallint[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, smallint[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x integer[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, integer[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x bigint[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, bigint[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x real[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, real[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x numeric[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, numeric[]) IS 'As l2_predict(name, x double precision[]).';

SET LOCAL search_path = @extschema@, pg_temp;

-- Refreshing without reading all rows: grams that are kept, and what statements did since.
--
-- Model and grams belong together by l2_registry.live: the version that the grams made.  Everything
-- here holds the model's lock (l2_lock_model) while it writes, but for the triggers, which only add rows
-- to l2_registry_change.

CREATE FUNCTION @extschema@.l2_fit_grams(
  grams @extschema@.l2_gram[], n_rows bigint, method text, strength float8, by_cv boolean, l1_ratio float8, options jsonb
) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION @extschema@.l2_fit_grams(@extschema@.l2_gram[], bigint, text, float8, boolean, float8, jsonb) IS
'What an aggregate over records would have made of the rows of these grams, one a fold with by_cv, else one. strength: lambda, or the rate of dropout. n_rows: with those that were skipped. Levels that no row has are taken out, and so is the reference.';

CREATE FUNCTION @extschema@.l2_bare_grams(grams @extschema@.l2_gram[]) RETURNS @extschema@.l2_gram[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.l2_bare_grams(@extschema@.l2_gram[]) IS 'The grams without their counts of skipped rows.';

CREATE FUNCTION @extschema@.l2_bucket(t timestamp, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(timestamp, interval) IS
'The beginning of the bucket of that width that a time is in: months are counted from January of year 0, days and less from Monday 2000-01-03. -infinity for infinite times. Error for a width of months and days.';
CREATE FUNCTION @extschema@.l2_bucket(t timestamptz, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(timestamptz, interval) IS 'The same, in UTC.';
CREATE FUNCTION @extschema@.l2_bucket(t date, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME', 'l2_bucket_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(date, interval) IS 'The same for dates.';

CREATE FUNCTION @extschema@.l2_run_grams(query text, search_path text, owner name, OUT grams @extschema@.l2_registry_gram[], OUT seen bigint[]) RETURNS record
  AS 'MODULE_PATHNAME', 'l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_run_grams(text, text, name, OUT @extschema@.l2_registry_gram[], OUT bigint[]) IS
'As l2_run, for a query that gives rows of l2_registry_gram, and the numbers of the rows of l2_registry_change that its snapshot saw.';

CREATE FUNCTION @extschema@.l2_changed() RETURNS trigger
  AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION @extschema@.l2_changed() IS
'trigger function on the source of a model that follows it; argument: the model''s number. Writes what the statement did into l2_registry_change. Expressions are evaluated as the model''s owner, read-only; an error in one is written down and does not stop the statement.';

-- Definitions

CREATE FUNCTION @extschema@.l2_width(bucket text) RETURNS interval
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres' AS $$
DECLARE
  width interval;
BEGIN
  width := CASE WHEN bucket ~ '^\s*[a-zA-Z]+\s*$' THEN '1 ' || bucket ELSE bucket END;
  PERFORM @extschema@.l2_bucket(timestamp '2000-01-01', width);
  RETURN width;
END $$;
COMMENT ON FUNCTION @extschema@.l2_width(text) IS 'The width of a bucket: an interval, or the word for one of its unit, "day".';

CREATE FUNCTION @extschema@.l2_check_follow(INOUT d @extschema@.l2_registry) RETURNS @extschema@.l2_registry
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  others text := (SELECT string_agg(key, ', ' ORDER BY key) FROM jsonb_each(jsonb_strip_nulls(jsonb_build_object('time_column', d.time_column,
    'bucket', d.bucket, 'lag', d.lag, 'training_window', d.training_window, 'half_life', d.half_life))));
  s record;
  call text;
  gram text := 'l2_gram_agg';
  after text;
  weight text;
  folds text;
  options text;
  columns record;
  time_type regtype;
  n integer := cardinality(d.features);
BEGIN
  IF d.refresh = 'full' THEN
    IF others IS NULL THEN
      RETURN;
    END IF;
    RAISE invalid_parameter_value USING MESSAGE = format('refresh full has no %s', others), HINT = 'It goes with refresh => ''buckets''.';
  ELSIF d.method IN ('logistic', 'poisson') THEN
    RAISE feature_not_supported USING MESSAGE = format('method %s has no refresh but full', d.method),
      DETAIL = 'It needs the rows themselves, not sums over them.';
  ELSIF d.options ? 'seed' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh %s has no option seed', d.refresh);
  ELSIF d.options -> 'keep_gram' = 'true' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh %s keeps the grams anyway', d.refresh),
      HINT = 'Leave out option keep_gram; the grams are in l2_registry_gram.';
  ELSIF d.refresh = 'live' AND others IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh live has no %s', others), HINT = 'It goes with refresh => ''buckets''.';
  ELSIF d.refresh = 'buckets' AND (d.time_column IS NULL OR d.bucket IS NULL) THEN
    RAISE invalid_parameter_value USING MESSAGE = 'refresh buckets needs time_column and bucket',
      HINT = 'For example: refresh => ''buckets'', time_column => ''sold_at'', bucket => ''day''.';
  ELSIF d.half_life <= '0' OR d.training_window <= '0' OR d.lag < '0' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'half_life and training_window must be above 0, and lag not below';
  END IF;

  -- what makes the grams of a set of rows
  SELECT * INTO s FROM @extschema@.l2_source(d.source, d.search_path, d.owner);
  SELECT * INTO columns FROM @extschema@.l2_columns(d);
  weight := CASE WHEN d.weight IS NOT NULL THEN columns.columns[n + 2] END;
  folds := CASE WHEN @extschema@.l2_by_cv(d) THEN coalesce((d.options ->> 'folds')::integer, 10)::text END;
  IF @extschema@.l2_needs_records(d, columns.kinds) OR d.options ? 'nonfinite' THEN
    options := format('%L::pg_catalog.jsonb', @extschema@.l2_gram_options(d));
    call := array_to_string(ARRAY[columns.columns[1], 'f', folds, weight, options], ', ');
    after := format('AS q, LATERAL (SELECT %s) AS f', columns.record);
  ELSIF folds IS NULL AND weight IS NULL AND n < 90 THEN
    call := array_to_string(columns.columns, ', ');
    gram := 'l2_gram_cols';
    after := 'AS q';
  ELSE
    call := array_to_string(ARRAY[columns.columns[1], format('ARRAY[%s]', array_to_string(columns.columns[2 : n + 1], ', ')), folds,
                                  CASE WHEN weight IS NOT NULL AND folds IS NOT NULL THEN 'NULL::bigint' END, weight], ', ');
    after := 'AS q';
  END IF;
  call := CASE WHEN folds IS NULL THEN format('ARRAY[@extschema@.%s(%s)]', gram, call) ELSE format('@extschema@.l2_gram_folds(%s)', call) END;
  d.grams_sql := ARRAY[format('pg_catalog.count(*) AS rows, @extschema@.l2_bare_grams(%s) AS grams', call), after];

  IF d.refresh = 'live' THEN
    IF s.from_item <> s.source THEN
      RAISE invalid_parameter_value USING MESSAGE = 'a live model needs a table as its source, not a query',
        HINT = 'Name the columns as features, or use a formula.';
    END IF;
    d.follow_sql := ARRAY[format('SELECT %s FROM', d.grams_sql[1]), d.grams_sql[2]];
    d.row_sql := CASE WHEN after = 'AS q' THEN columns.columns END;
    d.follows := 0;
    RETURN;
  END IF;

  SELECT t.type INTO time_type FROM @extschema@.l2_describe(format('SELECT * FROM %s AS q', s.from_item), d.search_path, d.owner) t
  WHERE t.name = d.time_column;
  IF NOT FOUND THEN
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', d.time_column);
  ELSIF time_type NOT IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
    RAISE datatype_mismatch USING MESSAGE = format('time_column "%s" has type %s, which is no date and no timestamp', d.time_column, time_type),
      HINT = 'Make one in a query.';
  ELSIF time_type = 'date'::regtype AND date_trunc('day', d.bucket) <> d.bucket THEN
    RAISE invalid_parameter_value USING MESSAGE = 'buckets of dates are whole days';
  END IF;
  d.bucket_sql := format('coalesce(@extschema@.l2_bucket(q.%I, %L::pg_catalog.interval), ''-infinity'')', d.time_column, d.bucket);
  IF d.lag IS NULL THEN
    IF s.from_item <> s.source THEN
      RAISE invalid_parameter_value USING MESSAGE = 'statements can be followed on a table, not in a query',
        HINT = 'Say with lag how long after its time a row may come: lag => ''1 day''. l2_mark names other buckets.';
    END IF;
    d.follow_sql := ARRAY[format('SELECT pg_catalog.count(*), pg_catalog.array_agg(DISTINCT %s) FROM', d.bucket_sql), 'AS q'];
    d.follows := 0;
  ELSE
    d.follow_sql := NULL;
    d.follows := NULL;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_check_follow(@extschema@.l2_registry) IS
'The definition with the SQL of its refresh: grams_sql makes count and grams of a set of rows, bucket_sql the bucket of one, follow_sql what a statement did; each in two parts, with a relation between them.';

-- Following the source

CREATE FUNCTION @extschema@.l2_tree(source text) RETURNS TABLE (relation oid, kind "char")
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE tree(relation) AS (
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, parse_ident(source) p
    WHERE n.nspname = p[1] AND c.relname = p[2]
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.relation
  )
  SELECT c.oid, c.relkind FROM tree JOIN pg_class c ON c.oid = relation
$$;
COMMENT ON FUNCTION @extschema@.l2_tree(text) IS 'The relation of that name, with its schema, and its partitions and children, whoever may see them.';

CREATE FUNCTION @extschema@.l2_unfollowed(d @extschema@.l2_registry) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n integer;
  without oid;
  hidden oid;
BEGIN
  SELECT count(*), min(c.oid) FILTER (WHERE c.relrowsecurity AND c.relforcerowsecurity),
    min(c.oid) FILTER (WHERE (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgfoid = '@extschema@.l2_changed'::regproc
      AND g.tgname ~ format('^l2reg_%s_(insert|update|delete|truncate)$', d.id) AND g.tgenabled IN ('O', 'A')) <> 4)
  INTO n, hidden, without FROM @extschema@.l2_tree(d.source) t JOIN pg_class c ON c.oid = t.relation;
  RETURN CASE WHEN n = 0 THEN format('Relation %s does not exist.', d.source)
              WHEN without IS NOT NULL THEN format('Relation %s has not all of the model''s triggers.', without::regclass)
              WHEN n <> d.follows THEN format('Partitions or children of %s have come or gone.', d.source)
              WHEN hidden IS NOT NULL THEN format('Row security may hide rows of %s from its owner.', hidden::regclass) END;
END $$;
COMMENT ON FUNCTION @extschema@.l2_unfollowed(@extschema@.l2_registry) IS
'Why changes may have been missed that statements made to the source of a model; NULL where none were.';

CREATE FUNCTION @extschema@.l2_missed(d @extschema@.l2_registry) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(@extschema@.l2_unfollowed(d), (SELECT 'A change could not be worked out: ' || c.reason FROM @extschema@.l2_registry_change c
    WHERE c.id = d.id AND c.reason IS NOT NULL ORDER BY c.seq LIMIT 1))
$$;
COMMENT ON FUNCTION @extschema@.l2_missed(@extschema@.l2_registry) IS
'Why the changes that were written down are not all that there were, or could not be worked out; NULL where all is well.';

CREATE FUNCTION @extschema@.l2_follow(d @extschema@.l2_registry) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
  event text;
  trigger_name name;
  n integer := 0;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = 'statements can be followed from a transaction of isolation level read committed only',
      DETAIL = 'The model must start from all rows that were committed before its triggers were there.';
  END IF;
  FOR r IN SELECT c.oid::regclass AS name, c.relkind, c.relowner FROM @extschema@.l2_tree(d.source) t JOIN pg_class c ON c.oid = t.relation ORDER BY c.oid LOOP
    IF r.relkind NOT IN ('r', 'p') THEN
      RAISE wrong_object_type USING MESSAGE = format('statements cannot be followed: %s is no table', r.name),
        HINT = 'Use refresh => ''full'', or ''buckets'' with lag.';
    ELSIF NOT pg_has_role(d.owner, r.relowner, 'USAGE') THEN
      RAISE insufficient_privilege USING MESSAGE = format('role "%s" must be owner of table %s for its model to follow it', d.owner, r.name);
    END IF;
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', r.name);
  END LOOP;
  -- as they are under the lock
  FOR r IN SELECT c.oid, c.oid::regclass AS name, c.relrowsecurity AND c.relforcerowsecurity AS hides
           FROM @extschema@.l2_tree(d.source) t JOIN pg_class c ON c.oid = t.relation LOOP
    IF r.hides THEN
      RAISE feature_not_supported USING MESSAGE = format('a model cannot follow %s, whose row security may hide rows from its owner', r.name);
    END IF;
    FOREACH event IN ARRAY '{insert,update,delete,truncate}'::text[] LOOP
      trigger_name := format('l2reg_%s_%s', d.id, event);
      IF NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND g.tgname = trigger_name) THEN
        EXECUTE format('CREATE TRIGGER %I %s %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.l2_changed(%L)',
          trigger_name, CASE event WHEN 'truncate' THEN 'BEFORE' ELSE 'AFTER' END, event, r.name,
          CASE event WHEN 'insert' THEN 'REFERENCING NEW TABLE AS l2_new' WHEN 'delete' THEN 'REFERENCING OLD TABLE AS l2_old'
            WHEN 'update' THEN 'REFERENCING OLD TABLE AS l2_old NEW TABLE AS l2_new' ELSE '' END, d.id);
      ELSIF EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND g.tgname = trigger_name AND g.tgenabled NOT IN ('O', 'A')) THEN
        EXECUTE format('ALTER TABLE ONLY %s ENABLE TRIGGER %I', r.name, trigger_name);
      END IF;
    END LOOP;
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;
COMMENT ON FUNCTION @extschema@.l2_follow(@extschema@.l2_registry) IS
'Put the triggers on the source and its partitions that write down what statements do, where they are not there; how many relations. Until the transaction ends, others can read the source and not write to it.';

CREATE FUNCTION @extschema@.l2_forget(id integer) RETURNS void
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM @extschema@.l2_registry_change c WHERE c.id = $1;
  DELETE FROM @extschema@.l2_registry_gram k WHERE k.id = $1;
$$;
COMMENT ON FUNCTION @extschema@.l2_forget(integer) IS 'Forget the grams and changes of the model of that number.';

CREATE FUNCTION @extschema@.l2_unfollow(id integer, keep text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record;
BEGIN
  FOR g IN SELECT t.tgname, t.tgrelid::regclass AS name, c.relowner FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE t.tgfoid = '@extschema@.l2_changed'::regproc AND t.tgname ~ format('^l2reg_%s_(insert|update|delete|truncate)$', id)
             AND NOT t.tgrelid IN (SELECT k.relation FROM @extschema@.l2_tree(keep) k) LOOP
    IF pg_has_role(g.relowner, 'USAGE') THEN
      EXECUTE format('DROP TRIGGER %I ON %s', g.tgname, g.name);
    ELSE
      RAISE WARNING 'trigger "%" stays on %, which belongs to role "%"', g.tgname, g.name, g.relowner::regrole
        USING DETAIL = 'It has nothing to do any more.';
    END IF;
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.l2_unfollow(integer, text) IS 'Take the triggers of the model of that number away, but those on keep and its partitions.';

-- From grams to a model

CREATE FUNCTION @extschema@.l2_fit_kept(d @extschema@.l2_registry, grams @extschema@.l2_gram[], n_rows bigint) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  by_cv boolean := @extschema@.l2_by_cv(d);
  options jsonb := d.options - '{keep_gram,rate}'::text[];
  m @extschema@.l2_model;
BEGIN
  IF by_cv AND d.lambda IS NOT NULL THEN
    options := options || jsonb_build_object('lambdas', jsonb_build_array(d.lambda));
  ELSIF NOT by_cv THEN
    options := options - 'l1_ratio';
  END IF;
  IF d.method IN ('ridge', 'lasso', 'elastic_net') THEN
    options := '{"standardize": true}' || options;
  END IF;
  -- of numbers alone there are grams without names
  options := options || jsonb_build_object('names', d.features);
  m := @extschema@.l2_fit_grams(grams, n_rows, d.method, CASE WHEN by_cv THEN 0 ELSE coalesce((d.options ->> 'rate')::float8, d.lambda, 0) END,
    by_cv, CASE WHEN by_cv THEN 0.5 ELSE coalesce((d.options ->> 'l1_ratio')::float8, 0.5) END, options);
  IF (@extschema@.l2_names(m))[1] <> d.target THEN
    m := @extschema@.l2_model(jsonb_set(m::jsonb, '{target}', to_jsonb(d.target)));
  END IF;
  RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.l2_fit_kept(@extschema@.l2_registry, @extschema@.l2_gram[], bigint) IS 'The model of a definition, from grams of its rows.';

CREATE FUNCTION @extschema@.l2_live_grams(d @extschema@.l2_registry, OUT grams @extschema@.l2_gram[], OUT n_rows bigint, OUT seen bigint[]) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n integer := cardinality(d.features) + 1;
  folds integer := CASE WHEN @extschema@.l2_by_cv(d) THEN coalesce((d.options ->> 'folds')::integer, 10) END;
BEGIN
  WITH changes AS MATERIALIZED (
    SELECT c.seq, c.rows, c.added, c.removed, c.came, c.went FROM @extschema@.l2_registry_change c WHERE c.id = d.id
  ), single AS (
    SELECT true AS is_added, c.came[1] AS y, c.came[2:n] AS x, CASE WHEN d.weight IS NULL THEN 1 ELSE c.came[n + 1] END AS w FROM changes c WHERE c.came IS NOT NULL
    UNION ALL SELECT false, c.went[1], c.went[2:n], CASE WHEN d.weight IS NULL THEN 1 ELSE c.went[n + 1] END FROM changes c WHERE c.went IS NOT NULL
  ), parts AS (
    SELECT true AS is_added, k.grams FROM @extschema@.l2_registry_gram k WHERE k.id = d.id
    UNION ALL SELECT true, c.added FROM changes c WHERE c.added IS NOT NULL
    UNION ALL SELECT false, c.removed FROM changes c WHERE c.removed IS NOT NULL
    UNION ALL SELECT s.is_added, @extschema@.l2_bare_grams(ARRAY[@extschema@.l2_gram_agg(s.y, s.x, s.w)]) FROM single s WHERE folds IS NULL GROUP BY 1
    UNION ALL SELECT s.is_added, @extschema@.l2_bare_grams(@extschema@.l2_gram_folds(s.y, s.x, folds, NULL::bigint, s.w)) FROM single s WHERE folds IS NOT NULL GROUP BY 1
  ), sums AS (
    SELECT i, @extschema@.l2_gram_sum(g) FILTER (WHERE is_added) AS added, @extschema@.l2_gram_sum(g) FILTER (WHERE NOT is_added) AS removed
    FROM parts p, unnest(p.grams) WITH ORDINALITY u(g, i) GROUP BY i
  )
  SELECT (SELECT array_agg(CASE WHEN s.removed IS NULL THEN s.added ELSE s.added OPERATOR(@extschema@.-) s.removed END ORDER BY i) FROM sums s),
    (SELECT k.rows FROM @extschema@.l2_registry_gram k WHERE k.id = d.id) + coalesce((SELECT sum(c.rows)::bigint FROM changes c), 0),
    (SELECT array_agg(c.seq) FROM changes c)
  INTO grams, n_rows, seen;
END $$;
COMMENT ON FUNCTION @extschema@.l2_live_grams(@extschema@.l2_registry, OUT @extschema@.l2_gram[], OUT bigint, OUT bigint[]) IS
'The grams of a live model, one a fold, and its rows, skipped ones too: what was kept, and the changes since that the snapshot sees, whose numbers are in seen.';

CREATE FUNCTION @extschema@.l2_live_model(id integer, stored @extschema@.l2_model) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  g record;
  m @extschema@.l2_model;
  reason text;
BEGIN
  SELECT * INTO STRICT d FROM @extschema@.l2_registry r WHERE r.id = l2_live_model.id;
  reason := @extschema@.l2_missed(d);
  IF reason IS NOT NULL THEN
    RAISE WARNING 'model "%" is not up to date', d.name USING DETAIL = reason, HINT = 'l2_refresh reads the source anew.';
    RETURN stored;
  ELSIF NOT EXISTS (SELECT FROM @extschema@.l2_registry_change c WHERE c.id = d.id) THEN
    RETURN stored;
  END IF;
  SELECT * INTO g FROM @extschema@.l2_live_grams(d);
  m := @extschema@.l2_fit_kept(d, g.grams, g.n_rows);
  IF m IS NULL THEN
    RAISE data_exception USING MESSAGE = format('the source of model "%s" has no usable row', d.name);
  END IF;
  RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.l2_live_model(integer, @extschema@.l2_model) IS
'A live model as the snapshot sees its source; stored, the version that its grams made, with a WARNING where changes were missed.';

CREATE FUNCTION @extschema@.l2_scan_sql(d @extschema@.l2_registry, condition text) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
BEGIN
  RETURN format(E'SELECT pg_catalog.array_agg(ROW(%s, s.bucket, s.rows, s.grams)::@extschema@.l2_registry_gram) AS grams,\n'
    '  (SELECT pg_catalog.array_agg(c.seq) FROM @extschema@.l2_registry_change c WHERE c.id OPERATOR(pg_catalog.=) %s) AS seen\n'
    'FROM (SELECT %s AS bucket, %s\n  FROM %s %s%s%s) AS s',
    d.id, d.id, coalesce(d.bucket_sql, '''-infinity''::pg_catalog.timestamp'), d.grams_sql[1], from_item, d.grams_sql[2],
    E'\n  WHERE ' || condition, CASE WHEN d.bucket_sql IS NOT NULL THEN E'\n  GROUP BY 1' ELSE '' END);
END $$;
COMMENT ON FUNCTION @extschema@.l2_scan_sql(@extschema@.l2_registry, text) IS
'The statement that reads the grams of a model from its source: all of them, or of the rows for which a condition over q holds.';

CREATE FUNCTION @extschema@.l2_time_condition(d @extschema@.l2_registry, first timestamp[], past timestamp[], endless boolean) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' AS $$
DECLARE
  item text := 'q.' || quote_ident(d.time_column);
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
  type regtype := (SELECT t.type FROM @extschema@.l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path, d.owner) t WHERE t.name = d.time_column);
  literal text := CASE type WHEN 'date'::regtype THEN '%L::pg_catalog.timestamp::pg_catalog.date'
    WHEN 'timestamptz'::regtype THEN 'pg_catalog.timezone(''UTC'', %L::pg_catalog.timestamp)' ELSE '%L::pg_catalog.timestamp' END;
BEGIN
  RETURN (SELECT string_agg(format('(%s)', c), ' OR ') FROM (
    SELECT format('%s >= ' || literal || ' AND %s < ' || literal, item, f, item, p) AS c
    FROM unnest(first, past) u(f, p) WHERE p < 'infinity'
    UNION ALL SELECT format('%s >= ' || literal || ' AND %s < ''infinity''', item, f, item) FROM unnest(first, past) u(f, p) WHERE p = 'infinity'
    UNION ALL SELECT format('%s IS NULL OR %s = ''infinity'' OR %s = ''-infinity''', item, item, item) WHERE endless) s);
END $$;
COMMENT ON FUNCTION @extschema@.l2_time_condition(@extschema@.l2_registry, timestamp[], timestamp[], boolean) IS
'The condition over q that the time column lies in one of the ranges, or, endless, that it is NULL or infinite.';

CREATE FUNCTION @extschema@.l2_refit_live(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  scan record;
  g record;
  n bigint;
BEGIN
  IF anew OR @extschema@.l2_missed(d) IS NOT NULL
     OR NOT EXISTS (SELECT FROM @extschema@.l2_registry_gram k WHERE k.id = d.id) THEN
    IF NOT anew AND @extschema@.l2_unfollowed(d) IS NOT NULL THEN
      d.follows := @extschema@.l2_follow(d);
      UPDATE @extschema@.l2_registry r SET follows = d.follows WHERE r.id = d.id;
    END IF;
    -- rows and the changes that they are in: one snapshot
    SELECT * INTO scan FROM @extschema@.l2_run_grams(@extschema@.l2_scan_sql(d, NULL), d.search_path, d.owner);
    DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (scan.seen);
    DELETE FROM @extschema@.l2_registry_gram k WHERE k.id = d.id;
    INSERT INTO @extschema@.l2_registry_gram SELECT * FROM unnest(scan.grams);
    RETURN @extschema@.l2_fit_kept(d, scan.grams[1].grams, scan.grams[1].rows);
  END IF;
  -- nobody else takes changes away: those that were added up are still there
  SELECT * INTO g FROM @extschema@.l2_live_grams(d);
  DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (g.seen);
  UPDATE @extschema@.l2_registry_gram k SET grams = g.grams, rows = g.n_rows WHERE k.id = d.id;
  RETURN @extschema@.l2_fit_kept(d, g.grams, g.n_rows);
END $$;
COMMENT ON FUNCTION @extschema@.l2_refit_live(@extschema@.l2_registry, boolean) IS
'Add the changes of a live model up, or read its source anew where that is asked for, or needed since changes were missed.';

CREATE FUNCTION @extschema@.l2_refit_buckets(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  scan record;
  g record;
  newest timestamp := (SELECT max(k.bucket) FROM @extschema@.l2_registry_gram k WHERE k.id = d.id);
  seen bigint[];
  first timestamp[];
  past timestamp[];
  endless boolean;
BEGIN
  -- marks first: what comes between them and the scan is read, and stays marked
  SELECT array_agg(c.seq), anew OR newest IS NULL OR coalesce(bool_or(c.bucket IS NULL), false)
    OR (d.follows IS NOT NULL AND @extschema@.l2_missed(d) IS NOT NULL)
  INTO seen, anew FROM @extschema@.l2_registry_change c WHERE c.id = d.id;
  IF d.follows IS NOT NULL AND @extschema@.l2_unfollowed(d) IS NOT NULL THEN
    d.follows := @extschema@.l2_follow(d);
    UPDATE @extschema@.l2_registry r SET follows = d.follows WHERE r.id = d.id;
  END IF;
  IF NOT anew THEN
    WITH dirty AS (
      SELECT c.bucket AS lo, coalesce(c.until, c.bucket + d.bucket) AS hi FROM @extschema@.l2_registry_change c
      WHERE c.id = d.id AND c.seq = ANY (seen) AND c.bucket > '-infinity'
      UNION SELECT @extschema@.l2_bucket(CASE WHEN newest > '-infinity' THEN newest - d.lag ELSE '4000-01-01 BC' END, d.bucket), 'infinity' WHERE d.lag IS NOT NULL
    ), starts AS (
      SELECT lo, hi, lo > max(hi) OVER (ORDER BY lo, hi ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) IS NOT FALSE AS new FROM dirty
    ), islands AS (
      SELECT min(lo) AS lo, max(hi) AS hi FROM (SELECT lo, hi, count(*) FILTER (WHERE new) OVER (ORDER BY lo, hi) AS island FROM starts) s GROUP BY island
    ), few AS (
      SELECT min(lo) AS lo, max(hi) AS hi FROM islands GROUP BY CASE WHEN (SELECT count(*) FROM islands) <= 100 THEN lo END
    )
    SELECT array_agg(lo), array_agg(hi) INTO first, past FROM few;
    endless := d.lag IS NOT NULL OR EXISTS (SELECT FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (seen) AND c.bucket = '-infinity');
  END IF;
  IF anew OR first IS NOT NULL OR endless THEN
    SELECT * INTO scan FROM @extschema@.l2_run_grams(@extschema@.l2_scan_sql(d,
      CASE WHEN NOT anew THEN @extschema@.l2_time_condition(d, first, past, endless) END), d.search_path, d.owner);
    DELETE FROM @extschema@.l2_registry_gram k WHERE k.id = d.id AND (anew OR (endless AND k.bucket = '-infinity')
      OR EXISTS (SELECT FROM unnest(first, past) u(f, p) WHERE k.bucket >= f AND k.bucket < p));
    INSERT INTO @extschema@.l2_registry_gram SELECT * FROM unnest(scan.grams);
    DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (seen);
  END IF;
  SELECT * INTO g FROM @extschema@.l2_bucket_grams(d);
  RETURN @extschema@.l2_fit_kept(d, g.grams, g.n_rows);
END $$;
COMMENT ON FUNCTION @extschema@.l2_refit_buckets(@extschema@.l2_registry, boolean) IS
'Read the buckets anew that are marked, and those within the lag; all of them where that is asked for, or needed. Add up those in the training window.';

CREATE FUNCTION @extschema@.l2_bucket_grams(d @extschema@.l2_registry, OUT grams @extschema@.l2_gram[], OUT n_rows bigint) RETURNS record
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH newest(bucket) AS (
    SELECT max(k.bucket) FROM @extschema@.l2_registry_gram k WHERE k.id = d.id
  ), used AS (
    SELECT k.rows, k.grams, CASE WHEN d.half_life IS NULL THEN 1 ELSE power(0.5::float8, least(extract(epoch FROM n.bucket - k.bucket)::float8 / extract(epoch FROM d.half_life)::float8, 2000)) END AS weight
    FROM @extschema@.l2_registry_gram k, newest n
    WHERE k.id = d.id AND CASE WHEN d.training_window IS NULL AND d.half_life IS NULL THEN true
                               WHEN k.bucket = '-infinity' THEN false
                               WHEN d.training_window IS NULL THEN true ELSE k.bucket > n.bucket - d.training_window END
  ), folds AS (
    SELECT i, @extschema@.l2_gram_sum(CASE WHEN weight < 1 THEN @extschema@.l2_gram_decay(gram, weight) ELSE gram END) AS gram
    FROM used, unnest(used.grams) WITH ORDINALITY u(gram, i) WHERE weight > 1e-100 GROUP BY i
  )
  SELECT (SELECT array_agg(gram ORDER BY i) FROM folds), (SELECT sum(rows)::bigint FROM used WHERE weight > 1e-100)
$$;
COMMENT ON FUNCTION @extschema@.l2_bucket_grams(@extschema@.l2_registry, OUT @extschema@.l2_gram[], OUT bigint) IS
'The sum of a model''s buckets within its training window, each weighing half as much for every half_life that it is older than the newest; those of rows without a time only where neither is set.';

CREATE FUNCTION @extschema@.l2_mark(name text, first timestamp DEFAULT NULL, last timestamp DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  IF d.refresh = 'full' THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('model "%s" is always read in full', name);
  ELSIF d.refresh = 'live' AND (first, last) IS DISTINCT FROM (NULL, NULL) THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('model "%s" has no buckets', name),
      HINT = 'l2_mark(name) has all of its source read anew.';
  ELSIF last < first THEN
    RAISE invalid_parameter_value USING MESSAGE = format('last, %s, is before first, %s', last, first);
  END IF;
  IF d.refresh = 'live' THEN
    INSERT INTO @extschema@.l2_registry_change (id, reason) VALUES (d.id, 'marked by l2_mark');
  ELSIF first IS NULL AND last IS NULL THEN
    INSERT INTO @extschema@.l2_registry_change (id) VALUES (d.id);
  ELSE
    first := coalesce(first, '-infinity');
    last := coalesce(last, 'infinity');
    INSERT INTO @extschema@.l2_registry_change (id, bucket, until)
    VALUES (d.id, CASE WHEN isfinite(first) THEN @extschema@.l2_bucket(first, d.bucket) ELSE '4000-01-01 BC'::timestamp END,
            CASE WHEN isfinite(last) THEN @extschema@.l2_bucket(last, d.bucket) + d.bucket ELSE 'infinity' END);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_mark(text, timestamp, timestamp) IS
'Have the next l2_refresh of a model with buckets read those from the first time to the last, in UTC, anew; all of them where both are NULL, and then a live model too. NULL: without limit. For changes that the model could not follow: a restore into the table, ALTER TABLE that rewrites values, disabled triggers, replication. For the owner and members of that role.';

-- Explaining and exporting by a model's name.

CREATE FUNCTION @extschema@.l2_explain(
  name text,
  x float8[],
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_explain_name' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION @extschema@.l2_explain(text, float8[]) IS
'l2_explain(model, x) of the model in use under that name. A text that begins with a brace is read as the model itself.';

CREATE FUNCTION @extschema@.l2_explain(
  name text,
  features record,
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_explain_name' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION @extschema@.l2_explain(text, record) IS
'l2_explain(model, record) of the model in use under that name; a row of its source will do, of which the terms of a formula are worked out.';

CREATE FUNCTION @extschema@.l2_sql(name text) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(
    (SELECT @extschema@.l2_sql(v.model, coalesce(array_agg(f ORDER BY i) FILTER (WHERE f IS NOT NULL), '{}'), coalesce(array_agg(sql ORDER BY i) FILTER (WHERE f IS NOT NULL), '{}'))
     FROM @extschema@.l2_registry d JOIN @extschema@.l2_registry_version v ON v.id = d.id AND v.version = d.active
       LEFT JOIN LATERAL (
         SELECT f, i, CASE WHEN k = 'boolean' AND NOT v.model::jsonb ? 'encoding' THEN format('CASE (%s) WHEN true THEN 1 WHEN false THEN 0 END', e) ELSE e END AS sql
         FROM unnest(v.features, v.expressions, CASE WHEN d.features = v.features THEN d.kinds END) WITH ORDINALITY u(f, e, k, i)) t
         ON sql <> 'q.' || quote_ident(f)
     WHERE d.name = $1 GROUP BY v.id, v.version),
    @extschema@.l2_sql(@extschema@.l2_model(name => $1)))
$$;
COMMENT ON FUNCTION @extschema@.l2_sql(text) IS
'l2_sql of the model in use under that name, the terms of a formula and other expressions as they were trained: over q, a row of its source, SELECT ... FROM source AS q. A text that begins with a brace is read as the model itself.';

CREATE FUNCTION @extschema@.l2_drift(
  name text,
  source text,
  search_path text DEFAULT pg_catalog.current_setting('search_path'),
  OUT term text,
  OUT mean float8,
  OUT mean_now float8,
  OUT shift float8,
  OUT sd float8,
  OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  from_item text;
  c record;
  n integer := cardinality(d.features);
  query text;
BEGIN
  SELECT s.source, s.from_item INTO d.source, from_item FROM @extschema@.l2_source(l2_drift.source, l2_drift.search_path, d.owner) s;
  SELECT * INTO c FROM @extschema@.l2_columns(d);
  IF @extschema@.l2_needs_records(d, c.kinds) THEN
    query := format('@extschema@.l2_gram_agg(%s, %L::pg_catalog.jsonb) AS gram FROM %s AS q, LATERAL (SELECT %s) AS f',
      array_to_string(ARRAY[c.columns[1], 'f'] || c.columns[n + 2 :], ', '), @extschema@.l2_gram_options(d), from_item, c.record);
  ELSE
    query := format('@extschema@.l2_set_names(@extschema@.l2_gram_agg(%s), %L, %L) AS gram FROM %s AS q',
      array_to_string(ARRAY[c.columns[1], format('ARRAY[%s]', array_to_string(c.columns[2 : n + 1], ', '))] || c.columns[n + 2 :], ', '),
      d.features, d.target, from_item);
  END IF;
  RETURN QUERY SELECT r.* FROM @extschema@.l2_run('SELECT NULL::@extschema@.l2_model AS model, ' || query, d.search_path, d.owner) g,
    @extschema@.l2_drift(@extschema@.l2_model(name => l2_drift.name), g.gram) r;
END $$;
COMMENT ON FUNCTION @extschema@.l2_drift(text, text, text) IS
'l2_drift of the model in use under that name against the rows of a relation or a query, which has the columns that the model''s source has: read once, with the rights of the model''s owner. search_path: where the names in source are looked up, by default as now. For the owner and members of that role.';

-- A page to look at.
--
-- Every number comes from the function that a user would call for it; src/report.c makes places of
-- them.  Pages are ASCII but for the names in them: what is more is written as entities, so that the
-- extension installs in every encoding.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Pieces

CREATE FUNCTION @extschema@.l2_plot(plot jsonb) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.l2_plot(jsonb) IS
'A plot as inline SVG, 420 by 280: {"title", "desc", "x": {"label", "log", "reverse", "whole"}, "y": {...}, "layers": [...]}. A layer has a type: line (x, y, label), points (x, y), band (x, low, high), rule (x or y, label, anchor) or diagonal, and a class, by which the page''s style sheet colours it. Texts are HTML and taken as they are; values that are not finite are left out.';

CREATE FUNCTION @extschema@.l2_plot_interval(value float8, low float8, high float8, size float8, title text, description text) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_plot_interval(float8, float8, float8, float8, text, text) IS
'A point in its interval on a scale from -size to size as inline SVG, for a row of a table; what is beyond is drawn at the end. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@.l2_html_number(value float8, digits integer DEFAULT 4) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_html_number(float8, integer) IS
'A number of 1 to 15 significant digits as HTML; a dash for NULL and NaN.';

CREATE FUNCTION @extschema@.l2_html(value text, longest integer DEFAULT 100) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT replace(replace(replace(replace(replace(regexp_replace(CASE WHEN length($1) > $2 THEN left($1, $2 - 1) ELSE $1 END, '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]', '?', 'g'),
    '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;') || CASE WHEN length($1) > $2 THEN '&hellip;' ELSE '' END
$$;
COMMENT ON FUNCTION @extschema@.l2_html(text, integer) IS 'A text as HTML, cut where it is longer than that many characters.';

CREATE FUNCTION @extschema@.l2_html_p(p float8) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN p < 0.001 THEN '&lt; 0.001' WHEN p <= 1 THEN round(p::numeric, 3)::text ELSE '&ndash;' END
$$;
COMMENT ON FUNCTION @extschema@.l2_html_p(float8) IS 'A probability as HTML, to three places.';

CREATE FUNCTION @extschema@.l2_html_count(n bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
  'SELECT coalesce(ltrim(to_char(n, ''FM999,999,999,999,999,999,990'')), ''&ndash;'')';
COMMENT ON FUNCTION @extschema@.l2_html_count(bigint) IS 'A count as HTML.';

CREATE FUNCTION @extschema@.l2_html_figure(heading text, plot jsonb, caption text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<figure>\n<h3>%s</h3>\n%s\n<figcaption>%s</figcaption>\n</figure>\n', heading,
    @extschema@.l2_plot(plot || jsonb_build_object('title', heading, 'desc', caption)), caption)
$$;
COMMENT ON FUNCTION @extschema@.l2_html_figure(text, jsonb, text) IS 'A plot with its heading and caption, which also say to those who do not see it what it shows. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@.l2_html_table(heading text, columns text[], lines text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<div class="wide" role="region" aria-label="%s" tabindex="0">\n<table>\n<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody>\n</table>\n</div>\n',
    heading, (SELECT string_agg(format('<th scope="col">%s</th>', c), '' ORDER BY i) FROM unnest(columns) WITH ORDINALITY u(c, i)), lines)
$$;
COMMENT ON FUNCTION @extschema@.l2_html_table(text, text[], text) IS 'A table that scrolls by itself where it is too wide. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@.l2_html_row(head text, cells text[], class text DEFAULT '') RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<tr class="%s"><th scope="row">%s</th>%s</tr>\n', class, head,
    (SELECT string_agg('<td>' || coalesce(c, '') || '</td>', '' ORDER BY i) FROM unnest(cells) WITH ORDINALITY u(c, i)))
$$;
COMMENT ON FUNCTION @extschema@.l2_html_row(text, text[], text) IS 'A row of a table, its first cell the head. Texts are HTML and taken as they are.';

CREATE FUNCTION @extschema@.l2_html_scale(label text, size float8) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('<span class="scale"><b>%s</b><i>%s</i><i>0</i><i>%s</i></span>', label, @extschema@.l2_html_number(-size, 2), @extschema@.l2_html_number(size, 2))
$$;
COMMENT ON FUNCTION @extschema@.l2_html_scale(text, float8) IS 'A label and the scale of l2_plot_interval, for the head of its column.';

CREATE FUNCTION @extschema@.l2_html_facts(facts text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format(E'<dl class="facts">\n%s</dl>\n', string_agg(format(E'<div><dt>%s</dt><dd>%s</dd></div>\n', facts[i], facts[i + 1]), '' ORDER BY i))
  FROM generate_series(1, cardinality(facts), 2) i WHERE facts[i + 1] IS NOT NULL
$$;
COMMENT ON FUNCTION @extschema@.l2_html_facts(text[]) IS 'A list of names and values, in turn; those whose value is NULL are left out. Texts are HTML and taken as they are.';

-- Sections

CREATE FUNCTION @extschema@.l2_report_fit(model @extschema@.l2_model) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record;
  has_link boolean := model::jsonb ->> 'method' IN ('logistic', 'poisson');
BEGIN
  SELECT * INTO g FROM @extschema@.l2_glance(model);
  RETURN format(E'<section>\n<h2>Fit</h2>\n%s%s</section>\n', @extschema@.l2_html_facts(ARRAY[
    CASE WHEN has_link THEN 'Deviance explained' ELSE 'R&sup2;' END, @extschema@.l2_html_number(g.r_squared),
    'Adjusted R&sup2;', CASE WHEN NOT has_link THEN @extschema@.l2_html_number(g.adj_r_squared) END,
    'Residual standard error', CASE WHEN g.sigma IS NOT NULL THEN @extschema@.l2_html_number(g.sigma) END,
    CASE WHEN has_link THEN 'Cross-validation' ELSE 'Error on rows not seen' END, CASE WHEN g.cv_error IS NOT NULL THEN
      CASE WHEN has_link THEN format('%s <small>&plusmn; %s, %s folds</small>', @extschema@.l2_html_number(g.cv_error), @extschema@.l2_html_number(g.cv_se, 2), g.folds)
      ELSE format('%s <small>RMSE, %s folds</small>', @extschema@.l2_html_number(sqrt(g.cv_error)), g.folds) END END,
    'Deviance', CASE WHEN g.deviance IS NOT NULL THEN format('%s <small>of %s</small>', @extschema@.l2_html_number(g.deviance), @extschema@.l2_html_number(g.null_deviance)) END,
    'AIC', CASE WHEN g.aic IS NOT NULL THEN @extschema@.l2_html_number(g.aic, 5) END,
    'BIC', CASE WHEN g.bic IS NOT NULL THEN @extschema@.l2_html_number(g.bic, 5) END,
    'Degrees of freedom', format('%s <small>%s left</small>', @extschema@.l2_html_number(g.df), @extschema@.l2_html_number(g.df_residual)),
    'Coefficients not zero', CASE WHEN g.nonzero IS NOT NULL THEN format('%s <small>of %s</small>', g.nonzero, cardinality(@extschema@.l2_names(model)) - 1) END,
    'F', CASE WHEN g.f_statistic IS NOT NULL THEN format('%s <small>p %s</small>', @extschema@.l2_html_number(g.f_statistic), @extschema@.l2_html_p(g.p_value)) END,
    'Rows left out', CASE WHEN g.n_skipped > 0 THEN @extschema@.l2_html_count(g.n_skipped) END]),
    CASE WHEN NOT g.converged THEN E'<p class="warning">The solver stopped before it reached its tolerance.</p>\n' ELSE '' END);
END $$;
COMMENT ON FUNCTION @extschema@.l2_report_fit(@extschema@.l2_model) IS 'What l2_glance says, as a section of l2_report.';

CREATE FUNCTION @extschema@.l2_report_terms(model @extschema@.l2_model, level float8) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown CONSTANT integer := 50;
  intercept integer := (model::jsonb ->> 'intercept')::boolean::integer;
  has_link boolean := model::jsonb ->> 'method' IN ('logistic', 'poisson');
  n integer := cardinality(@extschema@.l2_names(model)) - 1;
  percent text := @extschema@.l2_html_number(level * 100, 5) || '&nbsp;%';
  by_sd boolean;
  errors boolean;
  size float8;
  lines text;
BEGIN
  SELECT bool_or(s.standardized IS NOT NULL), bool_or(s.std_error IS NOT NULL) INTO by_sd, errors
  FROM @extschema@.l2_summary(model, level) s;
  WITH terms AS (
    SELECT s.*, CASE WHEN i > intercept THEN CASE WHEN by_sd THEN s.standardized ELSE s.estimate END END AS b,
      -- the interval in the same units
      CASE WHEN NOT by_sd THEN 1 WHEN s.estimate <> 0 AND abs(s.standardized / s.estimate) < 'Infinity' THEN s.standardized / s.estimate END AS unit
    FROM @extschema@.l2_summary(model, level) WITH ORDINALITY s(term, estimate, std_error, t, p, lower, upper, standardized, i)
  ), chosen AS (
    SELECT * FROM terms ORDER BY i > intercept, CASE WHEN n > shown THEN abs(b) END DESC NULLS LAST, i LIMIT shown + intercept
  ), scale AS (
    SELECT nullif(max(greatest(abs(b), abs(lower * unit), abs(upper * unit))) FILTER (WHERE i > intercept AND abs(b) < 'Infinity'), 0) AS size FROM chosen
  )
  SELECT s.size, string_agg(@extschema@.l2_html_row(CASE WHEN i > intercept THEN @extschema@.l2_html(term) ELSE 'Intercept' END, ARRAY[
      CASE WHEN i > intercept THEN @extschema@.l2_plot_interval(b, CASE WHEN errors THEN lower * unit ELSE least(b, 0) END, CASE WHEN errors THEN upper * unit ELSE greatest(b, 0) END, s.size, @extschema@.l2_html(term),
        format('%s%s', @extschema@.l2_html_number(b), CASE WHEN lower * unit IS NOT NULL THEN format(', from %s to %s', @extschema@.l2_html_number(least(lower * unit, upper * unit)), @extschema@.l2_html_number(greatest(lower * unit, upper * unit))) END)) END,
      @extschema@.l2_html_number(estimate)]
      || CASE WHEN errors THEN ARRAY[CASE WHEN lower IS NULL THEN '&ndash;' ELSE format('%s to %s', @extschema@.l2_html_number(lower), @extschema@.l2_html_number(upper)) END,
        @extschema@.l2_html_number(std_error), @extschema@.l2_html_number(t, 3), @extschema@.l2_html_p(p)] END,
      CASE WHEN i <= intercept THEN 'quiet' ELSE '' END),
    '' ORDER BY i > intercept, CASE WHEN n > shown THEN abs(b) END DESC NULLS LAST, i)
  INTO size, lines FROM chosen, scale s GROUP BY s.size;
  RETURN format(E'<section>\n<h2>Coefficients</h2>\n<p>%s%s</p>\n%s</section>\n',
    CASE WHEN n > shown THEN format('The %s largest of %s. ', shown, @extschema@.l2_html_count(n)) ELSE '' END,
    CASE WHEN by_sd AND has_link THEN 'Drawn for one standard deviation of the feature.'
         WHEN by_sd THEN 'Drawn in standard deviations of the target for one of the feature.'
         ELSE 'Drawn as they are.' END
    || CASE WHEN errors THEN format(' Intervals at %s.', percent) ELSE ' This method has no standard errors.' END,
    @extschema@.l2_html_table('Coefficients', ARRAY['Term', @extschema@.l2_html_scale(CASE WHEN by_sd THEN 'Standardised' ELSE '' END, coalesce(size, 1)), 'Estimate']
      || CASE WHEN errors THEN ARRAY[percent || ' interval', 'Std. error', CASE WHEN has_link THEN 'z' ELSE 't' END, 'p'] END, coalesce(lines, '')));
END $$;
COMMENT ON FUNCTION @extschema@.l2_report_terms(@extschema@.l2_model, float8) IS 'What l2_summary says, as a section of l2_report.';

CREATE FUNCTION @extschema@.l2_report_penalties(
  model @extschema@.l2_model, gram @extschema@.l2_gram, grams @extschema@.l2_gram[],
  OUT curve text, OUT path text
) RETURNS record
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  m jsonb := model::jsonb;
  penalty text := CASE m ->> 'method' WHEN 'ridge' THEN 'ridge' WHEN 'dropout' THEN 'ridge' WHEN 'elastic_net' THEN 'elastic_net' ELSE 'lasso' END;
  name text := CASE penalty WHEN 'ridge' THEN 'ridge' WHEN 'lasso' THEN 'the lasso' ELSE 'the elastic net' END;
  ratio float8 := CASE penalty WHEN 'elastic_net' THEN (m ->> 'l1_ratio')::float8 END;
  standardize boolean := coalesce((m ->> 'standardize')::boolean, true);
  scale text := coalesce(m ->> 'lambda_scale', 'sum');
  intercept boolean := (m ->> 'intercept')::boolean;
  features text[] := (@extschema@.l2_names(model))[2 :];
  target text := (@extschema@.l2_names(model))[1];
  lambda float8 := CASE WHEN m ->> 'method' IN ('ridge', 'lasso', 'elastic_net') THEN nullif((m ->> 'lambda')::float8, 0) END;
  factor float8[];
  axis jsonb := '{"label": "&lambda;, log scale, decreasing", "log": true, "reverse": true}';
  mark jsonb;
  c record;
  p record;
BEGIN
  IF m ->> 'method' IN ('logistic', 'poisson') THEN
    RAISE feature_not_supported USING MESSAGE = format('a path of method %s cannot be made from grams', m ->> 'method'),
      HINT = 'Leave gram and grams out; logistic_path and logistic_cv_curve read rows.';
  END IF;
  SELECT array_agg(coalesce((t ->> 'penalty_factor')::float8, 1) ORDER BY i) INTO factor
  FROM jsonb_array_elements(m -> 'terms') WITH ORDINALITY u(t, i) WHERE i > intercept::integer HAVING bool_or(t ? 'penalty_factor');
  mark := CASE WHEN lambda IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('type', 'rule', 'class', 'here', 'x', ARRAY[lambda], 'label', 'this model', 'anchor', 'end')) END;

  IF grams IS NOT NULL THEN
    SELECT array_agg(lambda ORDER BY i) AS lambda, array_agg(mean ORDER BY i) AS mean, array_agg(mean - se ORDER BY i) AS low, array_agg(mean + se ORDER BY i) AS high,
      max(lambda) FILTER (WHERE is_min) AS least, max(mean) FILTER (WHERE is_min) AS error, max(se) FILTER (WHERE is_min) AS se, max(nonzero) FILTER (WHERE is_min) AS nonzero,
      max(lambda) FILTER (WHERE is_1se) AS simple, max(mean) FILTER (WHERE is_1se) AS simple_error, max(nonzero) FILTER (WHERE is_1se) AS simple_nonzero
    INTO c
    FROM @extschema@.l2_cv_curve(grams, penalty, l1_ratio => ratio, intercept => intercept, standardize => standardize, lambda_scale => scale, penalty_factor => factor, features => features, target => target)
      WITH ORDINALITY u(l1_ratio, lambda, mean, se, df, nonzero, fold_mse, is_min, is_1se, i);
    curve := @extschema@.l2_html_figure('Cross-validation', jsonb_build_object('x', axis, 'y', '{"label": "mean squared error, log scale", "log": true}'::jsonb,
      'layers', jsonb_build_array(
        jsonb_build_object('type', 'band', 'class', 'band', 'x', c.lambda, 'low', c.low, 'high', c.high),
        jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.lambda, 'y', c.mean),
        jsonb_build_object('type', 'rule', 'class', 'choice', 'x', ARRAY[c.simple], 'label', CASE WHEN c.simple > c.least THEN '1 s.e.' ELSE '' END, 'anchor', 'end'),
        jsonb_build_object('type', 'rule', 'class', 'choice', 'x', ARRAY[c.least], 'label', 'min'))),
      format('%s of %s on rows not seen, within a standard error. Least: %s at &lambda; = %s, %s coefficients. Largest &lambda; within a standard error of it: %s, with %s and %s coefficients.',
        'Error', name, @extschema@.l2_html_number(c.error), @extschema@.l2_html_number(c.least), c.nonzero,
        @extschema@.l2_html_number(c.simple), @extschema@.l2_html_number(c.simple_error), c.simple_nonzero));
  END IF;

  WITH steps AS MATERIALIZED (
    SELECT * FROM @extschema@.l2_path(gram, penalty, l1_ratio => ratio, intercept => intercept, standardize => standardize, lambda_scale => scale, penalty_factor => factor, features => features, target => target)
      WITH ORDINALITY u(lambda, df, nonzero, dev_ratio, rss, gcv, aic, aicc, bic, converged, fit, i)
  ), terms AS (
    SELECT term, k, array_agg(standardized ORDER BY i) AS b, row_number() OVER w AS rank, max(abs(standardized)) >= 0.02 * first_value(max(abs(standardized))) OVER w AS large
    FROM steps, @extschema@.l2_summary(fit) WITH ORDINALITY s(term, estimate, std_error, t, p, lower, upper, standardized, k)
    WHERE k > intercept::integer GROUP BY term, k WINDOW w AS (ORDER BY max(abs(standardized)) DESC NULLS LAST, k)
  ), x AS (
    -- without the steep beginning, beside which the rest would be flat
    SELECT array_agg(lambda ORDER BY i) AS lambda, array_agg(CASE WHEN aic <= aic_top THEN aic END ORDER BY i) AS aic, array_agg(CASE WHEN bic <= bic_top THEN bic END ORDER BY i) AS bic,
      (array_agg(lambda ORDER BY aic, i) FILTER (WHERE aic IS NOT NULL))[1] AS aic_at, (array_agg(lambda ORDER BY bic, i) FILTER (WHERE bic IS NOT NULL))[1] AS bic_at,
      min(aic) AS aic_least, min(bic) AS bic_least, (array_agg(nonzero ORDER BY bic, i))[1] AS nonzero
    FROM (SELECT *, 0.9 * min(aic) OVER () + 0.1 * max(aic) OVER () AS aic_top, 0.9 * min(bic) OVER () + 0.1 * max(bic) OVER () AS bic_top FROM steps) s
  )
  SELECT x.*, (SELECT count(*) FROM terms) AS n,
    (SELECT jsonb_agg(jsonb_build_object('type', 'line', 'class', CASE WHEN rank <= 6 AND large THEN 'c' || rank ELSE 'other' END,
              'label', CASE WHEN rank <= 6 AND large THEN CASE WHEN length(term) > 11 THEN @extschema@.l2_html(left(term, 4)) || '&hellip;' || @extschema@.l2_html(right(term, 6)) ELSE @extschema@.l2_html(term) END ELSE '' END, 'x', x.lambda, 'y', b) ORDER BY rank DESC)
     FROM terms WHERE rank <= 50) AS lines
  INTO p FROM x;
  IF p.lambda IS NOT NULL THEN
    path := @extschema@.l2_html_figure('Path of the coefficients', jsonb_build_object('x', axis, 'y', '{"label": "standardised coefficient"}'::jsonb,
        'layers', '[{"type": "rule", "class": "zero", "y": [0]}]'::jsonb || mark || p.lines),
      format('Coefficients of %s as its penalty falls%s.', name, CASE WHEN p.n > 50 THEN format(', the 50 largest of %s', @extschema@.l2_html_count(p.n)) ELSE '' END))
    || CASE WHEN p.bic_at IS NULL THEN '' ELSE @extschema@.l2_html_figure('Information criteria', jsonb_build_object('x', axis, 'y', '{"label": "criterion, the smaller the better"}'::jsonb,
        'layers', mark || jsonb_build_array(
          jsonb_build_object('type', 'line', 'class', 'c1', 'label', 'AIC', 'x', p.lambda, 'y', p.aic),
          jsonb_build_object('type', 'line', 'class', 'c2', 'label', 'BIC', 'x', p.lambda, 'y', p.bic),
          jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', ARRAY[p.aic_at], 'y', ARRAY[p.aic_least]),
          jsonb_build_object('type', 'points', 'class', 'dot c2', 'x', ARRAY[p.bic_at], 'y', ARRAY[p.bic_least]))),
      format('AIC is least at &lambda; = %s, BIC at %s, where %s coefficients are not zero.', @extschema@.l2_html_number(p.aic_at), @extschema@.l2_html_number(p.bic_at), p.nonzero)) END;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_report_penalties(@extschema@.l2_model, @extschema@.l2_gram, @extschema@.l2_gram[]) IS
'What l2_path and l2_cv_curve say for the features and the penalty of a model, as figures of l2_report.';

CREATE FUNCTION @extschema@.l2_report_sample(model @extschema@.l2_model, y float8[], predicted float8[]) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  drawn CONSTANT integer := 2000;
  logistic boolean := model::jsonb ->> 'method' = 'logistic';
  every integer;
  n bigint;
  facts text[];
  s record;
  c record;
  figures text;
BEGIN
  SELECT count(*) INTO n FROM unnest(l2_report_sample.y, l2_report_sample.predicted) u(y, yhat) WHERE y + yhat IS NOT NULL;
  IF n = 0 THEN
    RETURN '';
  END IF;
  IF logistic THEN
    SELECT @extschema@.l2_auc(y, yhat) AS auc, @extschema@.l2_logloss(y, yhat) AS logloss, @extschema@.l2_brier(y, yhat) AS brier, @extschema@.l2_accuracy(y, yhat) AS accuracy,
      @extschema@.l2_roc(y, yhat) AS roc, @extschema@.l2_calibration(y, yhat, 10) AS bins
    INTO s FROM unnest(l2_report_sample.y, l2_report_sample.predicted) u(y, yhat);
    facts := ARRAY['Area under the curve', @extschema@.l2_html_number(s.auc), 'Log loss', @extschema@.l2_html_number(s.logloss),
      'Brier score', @extschema@.l2_html_number(s.brier), 'Accuracy', @extschema@.l2_html_number(s.accuracy)];
    SELECT array_agg(mean_p ORDER BY bin) AS p, array_agg(mean_y ORDER BY bin) AS y INTO c FROM unnest(s.bins) WHERE mean_p IS NOT NULL;
    figures := @extschema@.l2_html_figure('Calibration', jsonb_build_object('x', '{"label": "predicted probability"}'::jsonb, 'y', '{"label": "share that came out 1"}'::jsonb,
        'layers', jsonb_build_array('{"type": "diagonal", "class": "zero"}'::jsonb, jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.p, 'y', c.y),
          jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', c.p, 'y', c.y))),
      'Rows in ten bins by their predicted probability. A model that says the truth is on the line.');
    SELECT array_agg(fpr ORDER BY fpr, tpr) AS x, array_agg(tpr ORDER BY fpr, tpr) AS y INTO c
    FROM (SELECT fpr, tpr, row_number() OVER (ORDER BY fpr, tpr) AS i, count(*) OVER () AS points FROM unnest(s.roc)) r
    WHERE i = points OR (i - 1) % greatest(1, ceil(points / 1000.0)::integer) = 0;
    figures := figures || @extschema@.l2_html_figure('Receiver operating characteristic', jsonb_build_object('x', '{"label": "false positive rate"}'::jsonb, 'y', '{"label": "true positive rate"}'::jsonb,
        'layers', jsonb_build_array('{"type": "diagonal", "class": "zero"}'::jsonb, jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.x, 'y', c.y))),
      format('What share of the 1s is found at what share of false alarms; the area under the curve is %s.', @extschema@.l2_html_number(s.auc)));
  ELSE
    SELECT (@extschema@.l2_score(y, yhat)).* INTO s FROM unnest(l2_report_sample.y, l2_report_sample.predicted) u(y, yhat);
    facts := ARRAY['R&sup2;', @extschema@.l2_html_number(s.r2), 'RMSE', @extschema@.l2_html_number(s.rmse),
      'Mean absolute error', @extschema@.l2_html_number(s.mae), 'Median absolute error', @extschema@.l2_html_number(s.median_ae),
      'Largest error', @extschema@.l2_html_number(s.max_error), 'Bias', @extschema@.l2_html_number(s.bias, 3)];
    every := greatest(1, ceil(n / drawn::float8)::integer);
    SELECT array_agg(y) AS y, array_agg(yhat) AS yhat, array_agg(y - yhat) AS residual INTO c
    FROM (SELECT y, yhat, row_number() OVER (ORDER BY i) AS i FROM unnest(l2_report_sample.y, l2_report_sample.predicted) WITH ORDINALITY u(y, yhat, i) WHERE y + yhat IS NOT NULL) r
    WHERE (i - 1) % every = 0;
    figures := @extschema@.l2_html_figure('Actual against predicted', jsonb_build_object('x', '{"label": "predicted"}'::jsonb, 'y', '{"label": "actual"}'::jsonb,
        'layers', jsonb_build_array('{"type": "diagonal", "class": "zero"}'::jsonb, jsonb_build_object('type', 'points', 'class', CASE WHEN cardinality(c.y) > 300 THEN 'cloud many' ELSE 'cloud' END, 'x', c.yhat, 'y', c.y))),
      'A perfect prediction is on the line.')
    || @extschema@.l2_html_figure('Residuals', jsonb_build_object('x', '{"label": "predicted"}'::jsonb, 'y', '{"label": "actual &minus; predicted"}'::jsonb,
        'layers', jsonb_build_array('{"type": "rule", "class": "zero", "y": [0]}'::jsonb, jsonb_build_object('type', 'points', 'class', CASE WHEN cardinality(c.y) > 300 THEN 'cloud many' ELSE 'cloud' END, 'x', c.yhat, 'y', c.residual))),
      'A pattern or a funnel here is something that the model does not know.');
  END IF;
  RETURN format(E'<section>\n<h2>Predictions on a sample</h2>\n<p>%s rows%s.</p>\n%s<div class="figures">\n%s</div>\n</section>\n', @extschema@.l2_html_count(n),
    CASE WHEN every > 1 THEN format(', of which %s are drawn', @extschema@.l2_html_count(cardinality(c.y))) ELSE '' END, @extschema@.l2_html_facts(facts), figures);
END $$;
COMMENT ON FUNCTION @extschema@.l2_report_sample(@extschema@.l2_model, float8[], float8[]) IS
'What l2_score, or for logistic regression l2_auc, l2_roc and l2_calibration say of predictions, as a section of l2_report.';

CREATE FUNCTION @extschema@.l2_report_drift(drift jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  WITH d AS (
    SELECT r.*, i, i > 1 AND r.term = '(Residual)' AND i = jsonb_array_length($1) AS is_error
    FROM jsonb_array_elements($1) WITH ORDINALITY u(r0, i), jsonb_to_record(r0) AS r(term text, mean float8, mean_now float8, shift float8, sd float8, sd_now float8, spread float8)
  ), chosen AS (
    SELECT * FROM d ORDER BY is_error DESC, i = 1 DESC, CASE WHEN jsonb_array_length($1) > 52 THEN abs(shift) END DESC NULLS LAST, i LIMIT 52
  ), scale AS (
    SELECT greatest(1, least(5, max(abs(shift)))) AS size FROM chosen
  )
  SELECT format(E'<section>\n<h2>Drift</h2>\n<p>%sThe rows given against those of training: how many standard deviations each mean has moved, and how much wider the values spread now.</p>\n%s%s</section>\n',
    CASE WHEN jsonb_array_length($1) > 52 THEN format('The 50 features that moved most, of %s. ', @extschema@.l2_html_count(jsonb_array_length($1) - 2)) ELSE '' END,
    (SELECT @extschema@.l2_html_facts(ARRAY['RMSE in training', @extschema@.l2_html_number(sd), 'RMSE now', @extschema@.l2_html_number(sd_now), 'Mean residual now', @extschema@.l2_html_number(mean_now, 3)])
     FROM chosen WHERE is_error),
    @extschema@.l2_html_table('Drift', ARRAY['Column', @extschema@.l2_html_scale('Standard deviations', max(s.size)), 'Shift', 'Spread', 'Mean then', 'Mean now', 'Std. dev. then', 'Std. dev. now'],
      string_agg(@extschema@.l2_html_row(@extschema@.l2_html(term), ARRAY[
        @extschema@.l2_plot_interval(shift, least(shift, 0), greatest(shift, 0), s.size, @extschema@.l2_html(term), format('shift %s', @extschema@.l2_html_number(shift, 2))),
        @extschema@.l2_html_number(shift, 2), @extschema@.l2_html_number(spread, 2), @extschema@.l2_html_number(mean), @extschema@.l2_html_number(mean_now),
        @extschema@.l2_html_number(sd), @extschema@.l2_html_number(sd_now)],
        CASE WHEN abs(shift) >= 0.5 THEN 'moved' ELSE '' END), '' ORDER BY i)))
  FROM chosen, scale s WHERE NOT is_error HAVING count(*) > 0
$$;
COMMENT ON FUNCTION @extschema@.l2_report_drift(jsonb) IS 'Rows of l2_drift, an array of objects, as a section of l2_report.';

CREATE FUNCTION @extschema@.l2_report_versions(name text) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  shown CONSTANT integer := 30;
  n bigint;
  by_cv boolean;
  by_sigma boolean;
  lines text;
  c record;
  figure text := '';
BEGIN
  SELECT count(*), bool_or(v.active AND v.cv_error IS NOT NULL), bool_or(v.active AND v.sigma IS NOT NULL) INTO n, by_cv, by_sigma
  FROM @extschema@.l2_versions v WHERE v.name = l2_report_versions.name;
  SELECT array_agg(version ORDER BY version) AS version, array_agg(error ORDER BY version) AS error, array_agg(low ORDER BY version) AS low, array_agg(high ORDER BY version) AS high,
    array_agg(version) FILTER (WHERE active) AS active, array_agg(error) FILTER (WHERE active) AS active_error
  INTO c FROM (
    SELECT version, active, CASE WHEN by_cv THEN sqrt(cv_error) WHEN by_sigma THEN sigma ELSE r_squared END AS error,
      CASE WHEN by_cv THEN sqrt(greatest(cv_error - cv_se, 0)) END AS low, CASE WHEN by_cv THEN sqrt(cv_error + cv_se) END AS high
    FROM @extschema@.l2_versions v WHERE v.name = l2_report_versions.name AND v.outcome <> 'failed') v;
  IF cardinality(c.version) > 1 THEN
    figure := '<div class="figures">' || @extschema@.l2_html_figure(CASE WHEN by_cv OR by_sigma THEN 'Error by version' ELSE 'Deviance explained by version' END,
      jsonb_build_object('x', '{"label": "version", "whole": true}'::jsonb,
        'y', jsonb_build_object('label', CASE WHEN by_cv THEN 'RMSE on rows not seen' WHEN by_sigma THEN 'residual standard error' ELSE 'share' END),
        'layers', jsonb_build_array(jsonb_build_object('type', 'band', 'class', 'band', 'x', c.version, 'low', c.low, 'high', c.high),
          jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.version, 'y', c.error), jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', c.version, 'y', c.error),
          jsonb_build_object('type', 'points', 'class', 'ring', 'x', c.active, 'y', c.active_error))),
      'The version in use has a ring.') || '</div>';
  END IF;
  SELECT string_agg(@extschema@.l2_html_row(version || CASE WHEN active THEN ' <small>in use</small>' ELSE '' END, ARRAY[
      to_char(trained_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), event, CASE WHEN outcome = 'ok' THEN outcome ELSE format('<strong>%s</strong>', outcome) END,
      @extschema@.l2_html_count(v.n), @extschema@.l2_html_number(r_squared), @extschema@.l2_html_number(CASE WHEN by_cv THEN sqrt(cv_error) ELSE sigma END), @extschema@.l2_html_number(lambda),
      @extschema@.l2_html_number(extract(epoch FROM duration)::float8, 2) || ' s'],
      CASE WHEN active THEN 'now' ELSE '' END)
    || CASE WHEN reason IS NULL THEN '' ELSE format(E'<tr class="reason"><td></td><td colspan="8">%s</td></tr>\n', @extschema@.l2_html(reason, 300)) END, '' ORDER BY version DESC)
  INTO lines FROM (SELECT * FROM @extschema@.l2_versions v WHERE v.name = l2_report_versions.name ORDER BY version DESC LIMIT shown) v;
  RETURN format(E'<section>\n<h2>Versions</h2>\n%s%s%s</section>\n',
    CASE WHEN n > shown THEN format(E'<p>The newest %s of %s.</p>\n', shown, n) ELSE '' END, figure,
    @extschema@.l2_html_table('Versions', ARRAY['Version', 'Trained (UTC)', 'By', 'Outcome', 'Rows', 'R&sup2;', CASE WHEN by_cv THEN 'RMSE, not seen' ELSE 'Std. error' END, '&lambda;', 'Took'], lines));
END $$;
COMMENT ON FUNCTION @extschema@.l2_report_versions(text) IS 'The rows of l2_versions of a model, as a section of l2_report.';

-- Pages

CREATE FUNCTION @extschema@.l2_report_page(
  model @extschema@.l2_model, gram @extschema@.l2_gram, grams @extschema@.l2_gram[], y float8[], predicted float8[],
  title text, level float8, made date, drift jsonb, versions text, version integer
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  m jsonb := model::jsonb;
  names text[] := @extschema@.l2_names(model);
  method text := CASE m ->> 'method' WHEN 'ols' THEN 'Ordinary least squares' WHEN 'ridge' THEN 'Ridge regression' WHEN 'lasso' THEN 'Lasso'
    WHEN 'elastic_net' THEN 'Elastic net' WHEN 'dropout' THEN 'Least squares with dropout' WHEN 'logistic' THEN 'Logistic regression'
    WHEN 'poisson' THEN 'Poisson regression' ELSE m ->> 'method' END;
  g record;
  figures record;
  facts text;
  style CONSTANT text := '
:root{color-scheme:light dark;--page:#fff;--ink:#1c2127;--soft:#5d6772;--line:#d9dee3;--faint:#eef1f4;--card:#f7f8fa;--warn:#a1400f;
--c1:#1f66b3;--c2:#c4551d;--c3:#23804f;--c4:#8450ab;--c5:#946c00;--c6:#b8336f}
@media screen and (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e4e8ec;--soft:#9ba6b1;--line:#343b43;--faint:#242a30;--card:#1b2025;--warn:#f0a070;
--c1:#6cb0f5;--c2:#f0905e;--c3:#62c590;--c4:#c39be8;--c5:#dcb54a;--c6:#f087b3}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:980px;margin:0 auto;padding:0 20px}
header{padding-top:40px}
h1{font-size:28px;line-height:1.2;margin:0 0 6px;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;margin:0 0 10px;font-weight:650}
h3{font-size:14px;margin:0 0 8px;font-weight:600}
p{margin:0 0 12px;max-width:70ch}
header p,section>p,figcaption,footer{color:var(--soft);font-size:14px}
header p{overflow-wrap:anywhere}
section{margin-top:32px;padding-top:20px;border-top:1px solid var(--line)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,148px),1fr));gap:8px;margin:0 0 18px}
.facts div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:9px 12px}
dt{font-size:12.5px;color:var(--soft)}
dd{margin:0;font-size:19px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
dd small{display:block;font-size:12.5px;color:var(--soft)}
.wide{overflow-x:auto}
table{border-collapse:collapse;min-width:min(100%,600px);font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--faint);font-weight:400}
thead th{color:var(--soft);font-size:12.5px;border-bottom:1px solid var(--line);vertical-align:bottom}
th:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--page)}
tbody th{font-weight:600;white-space:normal;overflow-wrap:anywhere;min-width:84px;max-width:260px}
tbody th small{font-weight:400;color:var(--c1)}
td:nth-child(2){padding-top:0;padding-bottom:0}
.quiet th{font-weight:400;color:var(--soft)}
.moved td:nth-child(3){color:var(--warn);font-weight:600}
.reason td{white-space:normal;text-align:left;color:var(--warn);font-size:13px}
.scale{display:grid;grid-template-columns:1fr 1fr 1fr;width:140px}
.scale b{grid-column:1/4;font-weight:400}
.scale b,.scale i{font-style:normal;text-align:center}
.scale i:first-child{text-align:left}
.scale i:last-child{text-align:right}
svg{display:block}
.row{width:140px;height:18px}
.plot{width:100%;height:auto}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:28px;margin-bottom:18px}
.figures>figure:only-child{max-width:476px}
figure{margin:0;break-inside:avoid}
figcaption{margin-top:6px}
svg text{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}
svg .name{font-weight:500}
svg line,svg path{fill:none;stroke:var(--soft);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
svg .grid{stroke:var(--faint);stroke-width:1}
svg .axis{stroke:var(--line);stroke-width:1}
svg .zero{stroke:var(--soft);stroke-width:1;opacity:.7}
svg .choice,svg .here{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3;stroke-linecap:butt}
svg .note{fill:var(--ink)}
svg .other{stroke:var(--soft);stroke-width:1;opacity:.35}
svg .band{fill:var(--c1);stroke:none;opacity:.16}
svg .cloud{stroke:var(--c1);stroke-width:5;opacity:.6}
svg .many{stroke-width:3.4;opacity:.5}
svg .dot{stroke-width:6.5}
svg .ring{stroke:var(--c1);stroke-width:13;opacity:.35}
svg .interval{stroke:var(--c1);stroke-width:2}
svg .mark{fill:var(--c1)}
.warning{color:var(--warn);font-weight:600}
footer{padding-top:24px;padding-bottom:40px}
@media(max-width:520px){header{padding-top:24px}main,header,footer{padding-left:16px;padding-right:16px}h1{font-size:24px}svg text{font-size:14px}.row{width:112px;height:auto}.scale{width:112px}dd{font-size:17px}.facts{grid-template-columns:1fr 1fr}th,td{padding-left:6px;padding-right:6px}tbody th{min-width:112px;max-width:140px}}
@media print{@page{margin:15mm}body{font-size:11pt}header{padding-top:0}main,header,footer{max-width:none;padding-left:0;padding-right:0}section{margin-top:18px;padding-top:12px}.wide{overflow:visible}tr,figure,.facts{break-inside:avoid}h2,h3{break-after:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
' || string_agg(format('svg .c%s{stroke:var(--c%s)}svg text.c%s{fill:var(--c%s);stroke:none}', i, i, i, i), '') FROM generate_series(1, 6) i;
BEGIN
  IF model IS NULL THEN
    RETURN NULL;
  END IF;
  IF (y IS NULL) <> (predicted IS NULL) OR cardinality(y) <> cardinality(predicted) THEN
    RAISE array_subscript_error USING MESSAGE = 'y and predicted must have the same length',
      HINT = 'For example: y => array_agg(price), predicted => array_agg(l2_predict(model, area, rooms)).';
  END IF;
  title := coalesce(title, names[1]);
  SELECT * INTO g FROM @extschema@.l2_glance(model);
  IF grams IS NOT NULL AND gram IS NULL THEN
    SELECT @extschema@.l2_gram_sum(u) INTO gram FROM unnest(grams) u;
  END IF;
  IF gram IS NOT NULL THEN
    SELECT * INTO figures FROM @extschema@.l2_report_penalties(model, gram, grams);
  ELSE
    SELECT NULL::text AS curve, NULL::text AS path INTO figures;
  END IF;
  facts := array_to_string(ARRAY[
    format('%s of %s on %s feature%s', method, @extschema@.l2_html(names[1]), @extschema@.l2_html_count(cardinality(names) - 1), CASE WHEN cardinality(names) = 2 THEN '' ELSE 's' END),
    @extschema@.l2_html_count(g.n) || ' rows',
    CASE WHEN m ->> 'method' <> 'ols' AND g.lambda > 0 THEN '&lambda;&nbsp;=&nbsp;' || @extschema@.l2_html_number(g.lambda) END,
    CASE WHEN m ->> 'method' IN ('elastic_net', 'logistic', 'poisson') AND g.l1_ratio > 0 THEN 'L1&nbsp;ratio&nbsp;' || @extschema@.l2_html_number(g.l1_ratio) END,
    CASE WHEN m ? 'rate' THEN 'rate&nbsp;' || @extschema@.l2_html_number((m ->> 'rate')::float8) END,
    'version&nbsp;' || version, to_char(made::timestamp, 'YYYY-MM-DD')], ' &middot; ');
  RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>%s</title>\n<link rel="icon" href="data:,">\n<style>%s</style>\n</head>\n<body>\n<header>\n<h1>%s</h1>\n<p>%s</p>\n</header>\n<main>\n%s</main>\n<footer>Made by l2reg.</footer>\n</body>\n</html>',
    @extschema@.l2_html(title), style, @extschema@.l2_html(title), facts,
    concat(@extschema@.l2_report_fit(model), @extschema@.l2_report_terms(model, coalesce(level, 0.95)),
      @extschema@.l2_report_sample(model, y, predicted),
      E'<section>\n<h2>Penalty</h2>\n<div class="figures">\n' || nullif(concat(figures.curve, figures.path), '') || E'</div>\n</section>\n',
      versions, @extschema@.l2_report_drift(drift)));
END $$;
COMMENT ON FUNCTION @extschema@.l2_report_page(@extschema@.l2_model, @extschema@.l2_gram, @extschema@.l2_gram[], float8[], float8[], text, float8, date, jsonb, text, integer) IS
'The page of l2_report, of its sections.';

CREATE FUNCTION @extschema@.l2_report(
  model @extschema@.l2_model,
  gram @extschema@.l2_gram DEFAULT NULL,
  grams @extschema@.l2_gram[] DEFAULT NULL,
  y float8[] DEFAULT NULL,
  predicted float8[] DEFAULT NULL,
  fresh @extschema@.l2_gram DEFAULT NULL,
  title text DEFAULT NULL,
  level float8 DEFAULT 0.95,
  made date DEFAULT CURRENT_DATE
) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100000 SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  SELECT @extschema@.l2_report_page(model, gram, grams, y, predicted, title, level, made,
    (SELECT jsonb_agg(to_jsonb(d) ORDER BY i) FROM @extschema@.l2_drift(model, fresh) WITH ORDINALITY d(term, mean, mean_now, shift, sd, sd_now, spread, i)), NULL, NULL)
$$;
COMMENT ON FUNCTION @extschema@.l2_report(@extschema@.l2_model, @extschema@.l2_gram, @extschema@.l2_gram[], float8[], float8[], @extschema@.l2_gram, text, float8, date) IS
'A report on the model: one page of HTML with its style and its drawings (SVG) in it, without scripts, that needs nothing from elsewhere; light and dark, for screens, telephones and paper. It has what l2_glance and l2_summary say, intervals at level; above 50 features the 50 largest standardised coefficients. With gram, the rows'' moments: the path of the coefficients over lambda and information criteria (l2_path), of the model''s own penalty, the lasso for least squares. With grams, one a fold: the curve of cross-validation too (l2_cv_curve), with the choices "min" and "1se"; gram is their sum by default. With y and predicted, arrays of the same length: predictions against what came, residuals and l2_score; for logistic regression calibration, ROC curve and its area. With fresh, a gram of other rows: l2_drift. title: by default the target; made: the date on the page. Names are escaped. The page says it is in UTF-8, so fetch it with that client_encoding: psql -At -o report.html. NULL for a NULL model. Error where gram and grams are given for a model with a link, and as those functions have.';

CREATE FUNCTION @extschema@.l2_run_sample(query text, search_path text, owner name, OUT y float8[], OUT predicted float8[]) RETURNS record
  AS 'MODULE_PATHNAME', 'l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_run_sample(text, text, name) IS 'As l2_run, for a query of two arrays.';

CREATE FUNCTION @extschema@.l2_report(
  name text,
  source text DEFAULT NULL,
  gram @extschema@.l2_gram DEFAULT NULL,
  grams @extschema@.l2_gram[] DEFAULT NULL,
  y float8[] DEFAULT NULL,
  predicted float8[] DEFAULT NULL,
  title text DEFAULT NULL,
  level float8 DEFAULT 0.95,
  made date DEFAULT CURRENT_DATE,
  search_path text DEFAULT pg_catalog.current_setting('search_path')
) RETURNS text
  LANGUAGE plpgsql STABLE COST 100000 SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  rows_drawn CONSTANT integer := 2000;
  d @extschema@.l2_registry;
  model @extschema@.l2_model := @extschema@.l2_model(name => l2_report.name);
  drift jsonb;
  kept @extschema@.l2_gram;
  item text;
BEGIN
  IF model IS NULL THEN
    RETURN NULL;
  ELSIF name ~ '^\s*\{' THEN
    IF source IS NOT NULL THEN
      RAISE invalid_parameter_value USING MESSAGE = 'source is for models of the registry';
    END IF;
    RETURN @extschema@.l2_report_page(model, gram, grams, y, predicted, title, level, made, NULL, NULL, NULL);
  END IF;
  d := @extschema@.l2_find_model(name, source IS NOT NULL);
  IF source IS NOT NULL THEN
    SELECT jsonb_agg(to_jsonb(r) ORDER BY i) INTO drift
    FROM @extschema@.l2_drift(l2_report.name, l2_report.source, l2_report.search_path) WITH ORDINALITY r(term, mean, mean_now, shift, sd, sd_now, spread, i);
    IF y IS NULL AND predicted IS NULL THEN
      SELECT s.source, s.from_item INTO d.source, item FROM @extschema@.l2_source(l2_report.source, l2_report.search_path, d.owner) s;
      SELECT s.y, s.predicted INTO y, predicted FROM @extschema@.l2_run_sample(format(
        'SELECT pg_catalog.array_agg(s.y), pg_catalog.array_agg(@extschema@.l2_predict(%L::pg_catalog.text, s.q))
         FROM (SELECT q, %s AS y, pg_catalog.row_number() OVER () AS i FROM %s AS q) s
         WHERE s.i OPERATOR(pg_catalog.%%) ((SELECT pg_catalog.count(*) FROM %s AS q) OPERATOR(pg_catalog./) %s OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog.=) 0',
        name, (@extschema@.l2_columns(d)).columns[1], item, item, rows_drawn), d.search_path, d.owner) s;
    END IF;
  END IF;
  IF gram IS NULL AND grams IS NULL THEN
    SELECT v.gram INTO kept FROM @extschema@.l2_registry_version v
    WHERE v.id = d.id AND v.version = d.active AND v.method NOT IN ('logistic', 'poisson');
  END IF;
  RETURN @extschema@.l2_report_page(model, coalesce(gram, kept), grams, y, predicted, coalesce(title, name), level, made, drift,
    @extschema@.l2_report_versions(name), d.active);
END $$;
COMMENT ON FUNCTION @extschema@.l2_report(text, text, @extschema@.l2_gram, @extschema@.l2_gram[], float8[], float8[], text, float8, date, text) IS
'l2_report of the model in use under that name: psql -At -c "SELECT l2_report(''house_price'')" > report.html. It has the versions too, their errors and what became of them; the path where the version was trained with option keep_gram. With source, a relation or a query with the columns that the model''s source has: l2_drift against its rows, and predictions on an even sample of about 2,000 of them, unless y and predicted are given; read twice, with the rights of the model''s owner, for whom and whose members that is. search_path: where the names in source are looked up, by default as now. A text that begins with a brace is read as the model itself.';

SET LOCAL search_path = @extschema@, pg_temp;
