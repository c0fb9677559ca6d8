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

CALL _l2_record_forms('l2_gram_agg', 'gram', NULL, 'l2_gram', 200,
'The gram of the attributes of a record: a table''s alias, a subquery''s, ROW(...)::type. Numbers, '
'booleans, dates, timestamps and intervals (days since 2000-01-01, days) are a column each, of the '
'attribute''s name. text, varchar, char (without trailing blanks), name, enums and domains over them are '
'categories: one column of 0 and 1 a level, attribute=level, in the order of the bytes; levels are found '
'in the scan and kept sparsely. Other types are an error that names the attribute. An attribute that '
'equals y in every row is one too, unless options name the target or the features. The target is called '
'y. With weights: l2_obs(y, weight => w). Rows with a NULL in y or an attribute in use are skipped and '
'counted. NULL where no row is usable.',
'The gram of the attributes of a record with options: features (attributes to use, in this order), '
'max_levels (1000: more are an error), names (of the attributes in use, in order, instead of their own), '
'nonfinite ("error" or "skip"), null_level (true: NULL is a level of each category, column "attribute IS '
'NULL"), reference (the level that gets no column: "first" in the order of an enum, or of the bytes of a '
'text, "most_frequent", or "none", the default), target (its name; an attribute of that name is no '
'feature), unseen (what '
'l2_predict makes of a level that training did not see: "error", the default, "zero", or "null").');

CALL _l2_record_forms('l2_gram_folds', 'folds', NULL, 'l2_gram[]', 500,
'One gram for each of ten folds of records, in an array, NULL for a fold without rows, all with the same '
'columns; for l2_cv. Rows are dealt to folds as by l2_gram_folds(y, x), labels by their text. See '
'l2_gram_agg over records.',
'The same with options: folds (10, from 2 to 10000), seed, adds_up, and those of l2_gram_agg over records.');

-- Fits

CALL _l2_record_forms('ols_fit', 'ols', NULL, 'l2_model', 1000,
'Ordinary least squares of y on the attributes of a record, numbers and categories by name, as in '
'l2_gram_agg(y, features). The first level of each category is the reference, without a column. See '
'l2_ols. Predict with l2_predict(model, record). NULL where no row is usable.',
'The same with options, as those of l2_ols and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.');

CALL _l2_record_forms('ridge_fit', 'ridge', 'lambda', 'l2_model', 1000,
'Ridge regression of y on the attributes of a record, numbers and categories by name, as in '
'l2_gram_agg(y, features). Each level of a category has a column. See l2_ridge. Predict with '
'l2_predict(model, record). NULL where no row is usable.',
'The same with options, as those of l2_ridge and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.');

CALL _l2_record_forms('lasso_fit', 'lasso', 'lambda', 'l2_model', 1000,
'Lasso of y on the attributes of a record, numbers and categories by name, as in l2_gram_agg(y, '
'features). Each level of a category has a column. See l2_lasso. Predict with l2_predict(model, record). '
'NULL where no row is usable.',
'The same with options, as those of l2_lasso and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.');

CALL _l2_record_forms('elastic_net_fit', 'elastic_net', 'lambda', 'l2_model', 1000,
'Elastic net of y on the attributes of a record, numbers and categories by name, as in l2_gram_agg(y, '
'features). Each level of a category has a column. See l2_elastic_net. Predict with l2_predict(model, '
'record). NULL where no row is usable.',
'The same with options, as those of l2_elastic_net and of l2_gram_agg over records: features and target '
'are attributes. Arrays of factors and bounds have an element a column, levels included.');

CALL _l2_record_forms('dropout_fit', 'dropout', 'rate', 'l2_model', 1000,
'Least squares under dropout of y on the attributes of a record, numbers and categories by name, as in '
'l2_gram_agg(y, features). Each level of a category has a column. See l2_dropout. Predict with '
'l2_predict(model, record). NULL where no row is usable.',
'The same with options, as those of l2_dropout and of l2_gram_agg over records: features and target are '
'attributes. Arrays of factors and bounds have an element a column, levels included.');

CALL _l2_record_forms('ridge_cv', 'ridge_cv', NULL, 'l2_model', 10000,
'Ridge regression over records at the lambda that 10-fold cross-validation chooses. See ridge_cv(y, x) '
'and l2_gram_agg(y, features).',
'The same with options, as those of ridge_cv(y, x, options) and of l2_gram_agg over records.');

CALL _l2_record_forms('lasso_cv', 'lasso_cv', NULL, 'l2_model', 10000,
'Lasso over records at the lambda that 10-fold cross-validation chooses. See lasso_cv(y, x) and '
'l2_gram_agg(y, features).',
'The same with options, as those of lasso_cv(y, x, options) and of l2_gram_agg over records.');

CALL _l2_record_forms('elastic_net_cv', 'elastic_net_cv', NULL, 'l2_model', 10000,
'Elastic net over records at the lambda that 10-fold cross-validation chooses. See elastic_net_cv(y, x) '
'and l2_gram_agg(y, features).',
'The same with options, as those of elastic_net_cv(y, x, options) and of l2_gram_agg over records.');

-- Not a sum

CREATE FUNCTION _l2_no_sum(internal, l2_gram) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_no_sum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION _l2_no_sum(internal, l2_gram) IS 'error of sum';
CREATE AGGREGATE sum(gram l2_gram) (
  SFUNC = _l2_no_sum, STYPE = internal, FINALFUNC = _l2_any_gram_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(l2_gram) IS 'An error: the sum of grams is l2_gram_sum(gram).';
