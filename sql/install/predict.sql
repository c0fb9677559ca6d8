-- Models into numbers.

-- One signature for arrays, columns and records: with float8[] beside it VARIADIC "any" would make
-- ARRAY[1, 2] and NULL ambiguous.
CREATE FUNCTION l2_predict(model l2_model, VARIADIC features "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, VARIADIC "any") IS
'b0 + x''b; of a generalised linear model the mean: the probability of 1 (logistic), the expected count (poisson).
features: one array of any number type, in the order of the features in l2_names; or as many numbers or booleans;
or one record, whose attributes are matched by name, others ignored, and from which terms of a formula are worked
out. NULL where a feature is NULL. A dropped column counts as 0. Error where the number of features is wrong, or an
attribute is missing or no longer of the kind it was.';

CREATE FUNCTION l2_predict_link(model l2_model, x float8[]) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict_link(l2_model, float8[]) IS
'The linear predictor b0 + x''b: log odds (logistic), log of the mean (poisson); l2_predict for models of least squares. An offset is added by the caller. NULLs and errors as in l2_predict.';

CREATE FUNCTION l2_classify(model l2_model, x float8[], threshold float8 DEFAULT 0.5) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_classify(l2_model, float8[], float8) IS
'Whether the probability of 1 is at least threshold, from 0 to 1. NULL where an element of x is NULL or NaN. Error for models other than of logistic regression.';
