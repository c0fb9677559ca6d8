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
