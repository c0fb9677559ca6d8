-- Models into numbers.

-- One signature for arrays, columns and records: with float8[] beside it VARIADIC "any" would make
-- ARRAY[1, 2] and NULL ambiguous.
CREATE FUNCTION l2_predict(model l2_model, VARIADIC features "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict(l2_model, VARIADIC "any") IS
'b0 + x''b; of a generalised linear model the mean: the probability of 1 (logistic), the expected count
(poisson). features: one array of any number type, in the order of the features in l2_names; or as many
numbers or booleans; or one record, whose attributes are matched by name, others ignored, and from which terms
of a formula are worked out. NULL where a feature is NULL. A dropped column counts as 0; where a model
that keeps its covariance has it another value than the rows of training explained it by, which then do not
determine the prediction, a NOTICE says so. Error where the number of features is wrong, or an attribute is
missing or no longer of the kind it was.';

CREATE FUNCTION l2_predict_link(model l2_model, VARIADIC features "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_link_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict_link(l2_model, VARIADIC "any") IS
'The linear predictor b0 + x''b: log odds (logistic), log of the mean (poisson); l2_predict for models of
least squares. An offset is added by the caller. Features, NULLs and errors as in l2_predict.';

CREATE FUNCTION l2_classify(model l2_model, VARIADIC features "any") RETURNS boolean
  AS 'MODULE_PATHNAME', 'l2_classify_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_classify(l2_model, VARIADIC "any") IS
'Whether the probability that a logistic model predicts is at least 0.5; for another threshold write
l2_predict(...) >= 0.3. Features and NULLs as in l2_predict. Error for models that give no probability.';

CREATE FUNCTION l2_predict_label(model l2_model, VARIADIC features "any") RETURNS text
  AS 'MODULE_PATHNAME', 'l2_predict_label_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_predict_label(l2_model, VARIADIC "any") IS
'The most probable class of a model of multinomial_fit, the first of several. Of a logistic model of text or
an enum the label that is the likelier: that of option positive where its
probability is at least 0.5, as in l2_classify, else the other. Features and NULLs as in l2_predict. Error for
a model whose target has no labels.';

CREATE FUNCTION l2_predict_proba(
  model l2_model, VARIADIC features "any", OUT class text, OUT probability float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_predict_proba_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION l2_predict_proba(l2_model, VARIADIC "any") IS
'The probability of each class, a row each in the order of the model: of multinomial_fit its classes; of a
logistic model first the label that counts as 0, then the one that counts as 1, "0" and "1" where there are
none. SELECT t.id, p.* FROM t, l2_predict_proba(m, t) p. Features as in l2_predict; NULL probabilities where a
feature is NULL.';

CREATE FUNCTION l2_encode(model l2_model, VARIADIC features "any") RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_encode_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_encode(l2_model, VARIADIC "any") IS
'The row of the design matrix: of a record the numbers that the coefficients belong to, in the order of
l2_coef, terms of a formula worked out, and a level 1 in its own column and 0 in those of the other levels
(R''s model.matrix). NULL for what is NULL; an unseen level is an error, zeros or NULLs, as the model was
told.';
CREATE FUNCTION _l2_encode(model l2_model, features record) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_encode_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_encode(l2_model, record) IS
'l2_encode of a record, by a name and types that nothing else has: for the statements of l2_fit.';
