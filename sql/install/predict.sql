-- Models into numbers.
--
-- Features are one array of any numeric type, one record, or columns: one signature for all of them.

CREATE FUNCTION l2_predict(model l2_model, VARIADIC features "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, VARIADIC "any") IS
'b0 + x''b; of a generalised linear model the mean: the probability of 1 (logistic), the expected count '
'(poisson). The features: an array x with one element each, in the order of l2_names; NULL where one is '
'NULL. A dropped column counts as 0. Error where the length is wrong. Or as separate arguments of any '
'numeric type or boolean, which is faster than building an array; or one record, whose attributes are '
'matched by name.';

CREATE FUNCTION l2_predict_link(model l2_model, VARIADIC features "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_link' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict_link(l2_model, VARIADIC "any") IS
'The linear predictor b0 + x''b: log odds (logistic), log of the mean (poisson); l2_predict for models of '
'least squares. An offset is added by the caller. NULLs and errors as in l2_predict.';

CREATE FUNCTION l2_classify(model l2_model, VARIADIC features "any") RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_classify' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_classify(l2_model, VARIADIC "any") IS
'Whether the probability of 1 is at least 0.5; for another threshold l2_predict(model, features) >= 0.3. '
'NULL where a feature is NULL or NaN. Error for models other than of logistic regression. Features as in '
'l2_predict.';
