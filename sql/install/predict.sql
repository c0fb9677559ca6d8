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
