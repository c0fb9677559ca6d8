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
'The gram of the attributes of a record: a table''s alias, a subquery''s, ROW(...)::type. Numbers, booleans, dates, timestamps and intervals (days since 2000-01-01, days) are a column each, of the attribute''s name. text, varchar, char (without trailing blanks), name, types that are text by another name (citext, whose levels differ by case), enums and domains over them are categories: one column of 0 and 1 a level, attribute=level, in the order of the bytes; levels are found in the scan and kept sparsely. Other types are an error that names the attribute. An attribute that equals y in every row is one too, unless options name the target or the features. The target is called y. Rows with a NULL in y or an attribute in use are skipped and counted. NULL where no row is usable.';

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
