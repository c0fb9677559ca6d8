-- Columns and categories by name: aggregates over records; and over what else the forms with float8[] do
-- not take: a boolean target, arrays of other numbers.
--
-- The state is internal: a record type means nothing on another node anyway.  What is neither record nor
-- array comes here too, for an error that says what to write.

CREATE FUNCTION _l2_any_combine(internal, internal) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_record_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION _l2_any_combine(internal, internal) IS 'combine function of the aggregates over records';
CREATE FUNCTION _l2_any_serialize(internal) RETURNS bytea
  AS 'MODULE_PATHNAME', 'l2_record_serialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _l2_any_serialize(internal) IS 'serialization function of the aggregates over records';
CREATE FUNCTION _l2_any_deserialize(bytea, internal) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_record_deserialize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _l2_any_deserialize(bytea, internal) IS
'deserialization function of the aggregates over records';

-- Grams

CREATE FUNCTION _l2_any_gram(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_gram' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_gram(internal, "any", "any") IS 'transition function of l2_gram_agg over records';
CREATE FUNCTION _l2_any_gram(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_gram' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_gram(internal, "any", "any", l2_options) IS
'transition function of l2_gram_agg over records';
CREATE FUNCTION _l2_any_gram_final(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_any_gram_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 200;
COMMENT ON FUNCTION _l2_any_gram_final(internal) IS 'final function of l2_gram_agg over records';
CREATE AGGREGATE l2_gram_agg(y "any", features "any") (
  SFUNC = _l2_any_gram, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_gram_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", "any") IS
'The gram of the attributes of a record: a table''s alias, a subquery''s, ROW(...)::type. Numbers, '
'booleans, dates, timestamps and intervals (days since 2000-01-01, days) are a column each, of the '
'attribute''s name. text, varchar, char (without trailing blanks), name, enums and domains over them are '
'categories: one column of 0 and 1 a level, attribute=level, in the order of the bytes; levels are found '
'in the scan and kept sparsely. Other types are an error that names the attribute. An attribute that '
'equals y in every row is one too, unless options name the target or the features. The target is called '
'y. With weights: l2_obs(y, weight => w). Rows with a NULL in y or an attribute in use are skipped and '
'counted. NULL where no row is usable.';
CREATE AGGREGATE l2_gram_agg(y "any", features "any", options l2_options) (
  SFUNC = _l2_any_gram, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_gram_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", "any", l2_options) IS
'The gram of the attributes of a record with options: features (attributes to use, in this order), '
'max_levels (1000: more are an error), names (of the attributes in use, in order, instead of their own), '
'nonfinite ("error" or "skip"), null_level (true: NULL is a level of each category, column "attribute IS '
'NULL"), reference (the level that gets no column: "first" in the order of the bytes, "most_frequent", or '
'"none", the default), target (its name; an attribute of that name is no feature), unseen (what '
'l2_predict makes of a level that training did not see: "error", the default, "zero", or "null").';
CREATE FUNCTION _l2_numbers_gram(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_gram' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_gram(internal, "any", "any", float8) IS
'error of l2_gram_agg for features that are no array';
CREATE AGGREGATE l2_gram_agg(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_gram, STYPE = internal, FINALFUNC = _l2_any_gram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_agg("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_folds(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_folds' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_folds(internal, "any", "any") IS
'transition function of l2_gram_folds over records';
CREATE FUNCTION _l2_any_folds(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_folds' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_folds(internal, "any", "any", l2_options) IS
'transition function of l2_gram_folds over records';
CREATE FUNCTION _l2_any_folds_final(internal) RETURNS l2_gram[]
  AS 'MODULE_PATHNAME', 'l2_any_folds_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 500;
COMMENT ON FUNCTION _l2_any_folds_final(internal) IS 'final function of l2_gram_folds over records';
CREATE AGGREGATE l2_gram_folds(y "any", features "any") (
  SFUNC = _l2_any_folds, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_folds_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", "any") IS
'One gram for each of ten folds of records, in an array, NULL for a fold without rows, all with the same '
'columns; for l2_cv. Rows are dealt to folds as by l2_gram_folds(y, x), labels by their text. See '
'l2_gram_agg over records.';
CREATE AGGREGATE l2_gram_folds(y "any", features "any", options l2_options) (
  SFUNC = _l2_any_folds, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_folds_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", "any", l2_options) IS
'The same with options: folds (10, from 2 to 10000), seed, adds_up, and those of l2_gram_agg over records.';
CREATE FUNCTION _l2_numbers_folds(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_folds' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_folds(internal, "any", "any", float8) IS
'error of l2_gram_folds for features that are no array';
CREATE AGGREGATE l2_gram_folds(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_folds, STYPE = internal, FINALFUNC = _l2_any_folds_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_gram_folds("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

-- Fits

CREATE FUNCTION _l2_any_ols(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_ols' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_ols(internal, "any", "any") IS 'transition function of ols_fit over records';
CREATE FUNCTION _l2_any_ols(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_ols' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_ols(internal, "any", "any", l2_options) IS
'transition function of ols_fit over records';
CREATE FUNCTION _l2_any_ols_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_ols_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_any_ols_final(internal) IS 'final function of ols_fit over records';
CREATE AGGREGATE ols_fit(y "any", features "any") (
  SFUNC = _l2_any_ols, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_ols_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", "any") IS
'Ordinary least squares of y on the attributes of a record, numbers and categories by name, as in '
'l2_gram_agg(y, features). The first level of each category is the reference, without a column. See '
'l2_ols. Predict with l2_predict(model, record). NULL where no row is usable.';
CREATE AGGREGATE ols_fit(y "any", features "any", options l2_options) (
  SFUNC = _l2_any_ols, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_ols_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", "any", l2_options) IS
'The same with options, as those of l2_ols and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.';
CREATE FUNCTION _l2_numbers_ols(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_ols' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_ols(internal, "any", "any", float8) IS
'error of ols_fit for features that are no array';
CREATE AGGREGATE ols_fit(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_ols, STYPE = internal, FINALFUNC = _l2_any_ols_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ols_fit("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_ridge(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_ridge(internal, "any", "any", float8) IS
'transition function of ridge_fit over records';
CREATE FUNCTION _l2_any_ridge(internal, "any", "any", float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_ridge(internal, "any", "any", float8, l2_options) IS
'transition function of ridge_fit over records';
CREATE FUNCTION _l2_any_ridge_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_ridge_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_any_ridge_final(internal) IS 'final function of ridge_fit over records';
CREATE AGGREGATE ridge_fit(y "any", features "any", lambda float8) (
  SFUNC = _l2_any_ridge, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_ridge_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", "any", float8) IS
'Ridge regression of y on the attributes of a record, numbers and categories by name, as in '
'l2_gram_agg(y, features). Each level of a category has a column. See l2_ridge. Predict with '
'l2_predict(model, record). NULL where no row is usable.';
CREATE AGGREGATE ridge_fit(y "any", features "any", lambda float8, options l2_options) (
  SFUNC = _l2_any_ridge, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_ridge_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", "any", float8, l2_options) IS
'The same with options, as those of l2_ridge and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.';
CREATE FUNCTION _l2_lack_ridge(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_lack_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_lack_ridge(internal, "any", "any") IS 'error of ridge_fit without lambda';
CREATE AGGREGATE ridge_fit(y "any", features "any") (
  SFUNC = _l2_lack_ridge, STYPE = internal, FINALFUNC = _l2_any_ridge_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", "any") IS 'An error: ridge_fit needs a lambda.';
CREATE FUNCTION _l2_numbers_ridge(internal, "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_ridge(internal, "any", "any", "any", VARIADIC "any") IS
'error of ridge_fit for features that are no array';
CREATE AGGREGATE ridge_fit(y "any", a "any", b "any", VARIADIC "any") (
  SFUNC = _l2_numbers_ridge, STYPE = internal, FINALFUNC = _l2_any_ridge_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_fit("any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_lasso(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_lasso' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_lasso(internal, "any", "any", float8) IS
'transition function of lasso_fit over records';
CREATE FUNCTION _l2_any_lasso(internal, "any", "any", float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_lasso' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_lasso(internal, "any", "any", float8, l2_options) IS
'transition function of lasso_fit over records';
CREATE FUNCTION _l2_any_lasso_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_lasso_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_any_lasso_final(internal) IS 'final function of lasso_fit over records';
CREATE AGGREGATE lasso_fit(y "any", features "any", lambda float8) (
  SFUNC = _l2_any_lasso, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_lasso_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", "any", float8) IS
'Lasso of y on the attributes of a record, numbers and categories by name, as in l2_gram_agg(y, '
'features). Each level of a category has a column. See l2_lasso. Predict with l2_predict(model, record). '
'NULL where no row is usable.';
CREATE AGGREGATE lasso_fit(y "any", features "any", lambda float8, options l2_options) (
  SFUNC = _l2_any_lasso, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_lasso_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", "any", float8, l2_options) IS
'The same with options, as those of l2_lasso and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.';
CREATE FUNCTION _l2_lack_lasso(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_lack_lasso' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_lack_lasso(internal, "any", "any") IS 'error of lasso_fit without lambda';
CREATE AGGREGATE lasso_fit(y "any", features "any") (
  SFUNC = _l2_lack_lasso, STYPE = internal, FINALFUNC = _l2_any_lasso_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", "any") IS 'An error: lasso_fit needs a lambda.';
CREATE FUNCTION _l2_numbers_lasso(internal, "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_lasso' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_lasso(internal, "any", "any", "any", VARIADIC "any") IS
'error of lasso_fit for features that are no array';
CREATE AGGREGATE lasso_fit(y "any", a "any", b "any", VARIADIC "any") (
  SFUNC = _l2_numbers_lasso, STYPE = internal, FINALFUNC = _l2_any_lasso_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_fit("any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_elastic_net(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_elastic_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_elastic_net(internal, "any", "any", float8) IS
'transition function of elastic_net_fit over records';
CREATE FUNCTION _l2_any_elastic_net(internal, "any", "any", float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_elastic_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_elastic_net(internal, "any", "any", float8, l2_options) IS
'transition function of elastic_net_fit over records';
CREATE FUNCTION _l2_any_elastic_net_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_elastic_net_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_any_elastic_net_final(internal) IS 'final function of elastic_net_fit over records';
CREATE AGGREGATE elastic_net_fit(y "any", features "any", lambda float8) (
  SFUNC = _l2_any_elastic_net, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_elastic_net_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", "any", float8) IS
'Elastic net of y on the attributes of a record, numbers and categories by name, as in l2_gram_agg(y, '
'features). Each level of a category has a column. See l2_elastic_net. Predict with l2_predict(model, '
'record). NULL where no row is usable.';
CREATE AGGREGATE elastic_net_fit(y "any", features "any", lambda float8, options l2_options) (
  SFUNC = _l2_any_elastic_net, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_elastic_net_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", "any", float8, l2_options) IS
'The same with options, as those of l2_elastic_net and of l2_gram_agg over records: features and target '
'are attributes. Arrays of factors and bounds have an element a column, levels included.';
CREATE FUNCTION _l2_lack_elastic_net(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_lack_elastic_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_lack_elastic_net(internal, "any", "any") IS 'error of elastic_net_fit without lambda';
CREATE AGGREGATE elastic_net_fit(y "any", features "any") (
  SFUNC = _l2_lack_elastic_net, STYPE = internal, FINALFUNC = _l2_any_elastic_net_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", "any") IS 'An error: elastic_net_fit needs a lambda.';
CREATE FUNCTION _l2_numbers_elastic_net(internal, "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_elastic_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_elastic_net(internal, "any", "any", "any", VARIADIC "any") IS
'error of elastic_net_fit for features that are no array';
CREATE AGGREGATE elastic_net_fit(y "any", a "any", b "any", VARIADIC "any") (
  SFUNC = _l2_numbers_elastic_net, STYPE = internal, FINALFUNC = _l2_any_elastic_net_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_fit("any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_dropout(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_dropout' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_dropout(internal, "any", "any", float8) IS
'transition function of dropout_fit over records';
CREATE FUNCTION _l2_any_dropout(internal, "any", "any", float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_dropout' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_dropout(internal, "any", "any", float8, l2_options) IS
'transition function of dropout_fit over records';
CREATE FUNCTION _l2_any_dropout_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_dropout_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION _l2_any_dropout_final(internal) IS 'final function of dropout_fit over records';
CREATE AGGREGATE dropout_fit(y "any", features "any", rate float8) (
  SFUNC = _l2_any_dropout, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_dropout_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", "any", float8) IS
'Least squares under dropout of y on the attributes of a record, numbers and categories by name, as in '
'l2_gram_agg(y, features). Each level of a category has a column. See l2_dropout. Predict with '
'l2_predict(model, record). NULL where no row is usable.';
CREATE AGGREGATE dropout_fit(y "any", features "any", rate float8, options l2_options) (
  SFUNC = _l2_any_dropout, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_dropout_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", "any", float8, l2_options) IS
'The same with options, as those of l2_dropout and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.';
CREATE FUNCTION _l2_lack_dropout(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_lack_dropout' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_lack_dropout(internal, "any", "any") IS 'error of dropout_fit without rate';
CREATE AGGREGATE dropout_fit(y "any", features "any") (
  SFUNC = _l2_lack_dropout, STYPE = internal, FINALFUNC = _l2_any_dropout_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", "any") IS 'An error: dropout_fit needs a rate.';
CREATE FUNCTION _l2_numbers_dropout(internal, "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_dropout' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_dropout(internal, "any", "any", "any", VARIADIC "any") IS
'error of dropout_fit for features that are no array';
CREATE AGGREGATE dropout_fit(y "any", a "any", b "any", VARIADIC "any") (
  SFUNC = _l2_numbers_dropout, STYPE = internal, FINALFUNC = _l2_any_dropout_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE dropout_fit("any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_ridge_cv(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_ridge_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_ridge_cv(internal, "any", "any") IS
'transition function of ridge_cv over records';
CREATE FUNCTION _l2_any_ridge_cv(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_ridge_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_ridge_cv(internal, "any", "any", l2_options) IS
'transition function of ridge_cv over records';
CREATE FUNCTION _l2_any_ridge_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_ridge_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_any_ridge_cv_final(internal) IS 'final function of ridge_cv over records';
CREATE AGGREGATE ridge_cv(y "any", features "any") (
  SFUNC = _l2_any_ridge_cv, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_ridge_cv_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", "any") IS
'Ridge regression over records at the lambda that 10-fold cross-validation chooses. See ridge_cv(y, x) '
'and l2_gram_agg(y, features).';
CREATE AGGREGATE ridge_cv(y "any", features "any", options l2_options) (
  SFUNC = _l2_any_ridge_cv, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_ridge_cv_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", "any", l2_options) IS
'The same with options, as those of ridge_cv(y, x, options) and of l2_gram_agg over records.';
CREATE FUNCTION _l2_numbers_ridge_cv(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_ridge_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_ridge_cv(internal, "any", "any", float8) IS
'error of ridge_cv for features that are no array';
CREATE AGGREGATE ridge_cv(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_ridge_cv, STYPE = internal, FINALFUNC = _l2_any_ridge_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ridge_cv("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_lasso_cv(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_lasso_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_lasso_cv(internal, "any", "any") IS
'transition function of lasso_cv over records';
CREATE FUNCTION _l2_any_lasso_cv(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_lasso_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_lasso_cv(internal, "any", "any", l2_options) IS
'transition function of lasso_cv over records';
CREATE FUNCTION _l2_any_lasso_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_lasso_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_any_lasso_cv_final(internal) IS 'final function of lasso_cv over records';
CREATE AGGREGATE lasso_cv(y "any", features "any") (
  SFUNC = _l2_any_lasso_cv, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_lasso_cv_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", "any") IS
'Lasso over records at the lambda that 10-fold cross-validation chooses. See lasso_cv(y, x) and '
'l2_gram_agg(y, features).';
CREATE AGGREGATE lasso_cv(y "any", features "any", options l2_options) (
  SFUNC = _l2_any_lasso_cv, STYPE = internal, SSPACE = 16384, FINALFUNC = _l2_any_lasso_cv_final,
  COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", "any", l2_options) IS
'The same with options, as those of lasso_cv(y, x, options) and of l2_gram_agg over records.';
CREATE FUNCTION _l2_numbers_lasso_cv(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_lasso_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_lasso_cv(internal, "any", "any", float8) IS
'error of lasso_cv for features that are no array';
CREATE AGGREGATE lasso_cv(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_lasso_cv, STYPE = internal, FINALFUNC = _l2_any_lasso_cv_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lasso_cv("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

CREATE FUNCTION _l2_any_elastic_net_cv(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_elastic_net_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_elastic_net_cv(internal, "any", "any") IS
'transition function of elastic_net_cv over records';
CREATE FUNCTION _l2_any_elastic_net_cv(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_elastic_net_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_any_elastic_net_cv(internal, "any", "any", l2_options) IS
'transition function of elastic_net_cv over records';
CREATE FUNCTION _l2_any_elastic_net_cv_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_any_elastic_net_cv_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _l2_any_elastic_net_cv_final(internal) IS 'final function of elastic_net_cv over records';
CREATE AGGREGATE elastic_net_cv(y "any", features "any") (
  SFUNC = _l2_any_elastic_net_cv, STYPE = internal, SSPACE = 16384,
  FINALFUNC = _l2_any_elastic_net_cv_final, COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize,
  DESERIALFUNC = _l2_any_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", "any") IS
'Elastic net over records at the lambda that 10-fold cross-validation chooses. See elastic_net_cv(y, x) '
'and l2_gram_agg(y, features).';
CREATE AGGREGATE elastic_net_cv(y "any", features "any", options l2_options) (
  SFUNC = _l2_any_elastic_net_cv, STYPE = internal, SSPACE = 16384,
  FINALFUNC = _l2_any_elastic_net_cv_final, COMBINEFUNC = _l2_any_combine, SERIALFUNC = _l2_any_serialize,
  DESERIALFUNC = _l2_any_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", "any", l2_options) IS
'The same with options, as those of elastic_net_cv(y, x, options) and of l2_gram_agg over records.';
CREATE FUNCTION _l2_numbers_elastic_net_cv(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_elastic_net_cv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_elastic_net_cv(internal, "any", "any", float8) IS
'error of elastic_net_cv for features that are no array';
CREATE AGGREGATE elastic_net_cv(y "any", a "any", b float8) (
  SFUNC = _l2_numbers_elastic_net_cv, STYPE = internal, FINALFUNC = _l2_any_elastic_net_cv_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE elastic_net_cv("any", "any", float8) IS
'An error: features are one array or record, and weights go with y.';

-- Not a sum

CREATE FUNCTION _l2_no_sum(internal, l2_gram) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_no_sum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION _l2_no_sum(internal, l2_gram) IS 'error of sum';
CREATE AGGREGATE sum(gram l2_gram) (
  SFUNC = _l2_no_sum, STYPE = internal, FINALFUNC = _l2_any_gram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(l2_gram) IS 'An error: the sum of grams is l2_gram_sum(gram).';
