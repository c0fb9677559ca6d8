-- l2_model: a fitted model.

CREATE TYPE l2_model;

CREATE FUNCTION _l2_model_in(cstring) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_model_out(l2_model) RETURNS cstring
  AS 'MODULE_PATHNAME', 'l2_model_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_model_recv(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_model_send(l2_model) RETURNS bytea
  AS 'MODULE_PATHNAME', 'l2_model_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_model_in(cstring) IS 'I/O';
COMMENT ON FUNCTION _l2_model_out(l2_model) IS 'I/O';
COMMENT ON FUNCTION _l2_model_recv(internal) IS 'I/O';
COMMENT ON FUNCTION _l2_model_send(l2_model) IS 'I/O';

CREATE TYPE l2_model (
  INPUT = _l2_model_in,
  OUTPUT = _l2_model_out,
  RECEIVE = _l2_model_recv,
  SEND = _l2_model_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = external
);
COMMENT ON TYPE l2_model IS
'A fitted linear model: terms with estimates, standard errors, means and spreads; penalty; fit '
'statistics. Its text form is JSON that reads back to the last bit.';

CREATE FUNCTION l2_to_jsonb(model l2_model) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'l2_model_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_to_jsonb(l2_model) IS 'The model as JSON, every number exact.';
CREATE CAST (l2_model AS jsonb) WITH FUNCTION l2_to_jsonb(l2_model);

CREATE FUNCTION l2_model(document jsonb) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_model(jsonb) IS
'The model that a JSON document describes: as l2_to_jsonb writes it, or by hand: {"l2_model": 1, '
'"method": "ols", "terms": [{"term": "(Intercept)", "estimate": 1}, {"term": "area", "estimate": '
'2}]}.';
CREATE CAST (jsonb AS l2_model) WITH FUNCTION l2_model(jsonb);

CREATE FUNCTION l2_model(coefficients float8[], names text[] DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_of_coefficients' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_model(float8[], text[]) IS
'The model of coefficients from elsewhere: the intercept first (0 for none), then one a feature; a '
'feature whose coefficient is NULL does not count. names: of the features, x1, x2, ... by default.';

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
