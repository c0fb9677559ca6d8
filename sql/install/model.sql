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
'statistics; with option covariance also factor, upper triangular, which times its transpose is '
'(X''WX + penalty)^-1 or the inverse of the Fisher information, and where the covariance is not sigma^2 '
'times that variance: the covariance of a penalised fit in units of sigma^2, and of another vcov what it is '
'between factor and its transpose; aliases: how columns explained those that were dropped. They are upper '
'triangles by rows, of '
'what the fit says at the means of the features (link_at_mean) and of the coefficients. Its text form is '
'JSON that reads back to the last bit.';

CREATE FUNCTION _l2_to_jsonb(model l2_model) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'l2_model_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_to_jsonb(l2_model) IS 'The model as JSON, every number exact.';
CREATE CAST (l2_model AS jsonb) WITH FUNCTION _l2_to_jsonb(l2_model);

CREATE FUNCTION _l2_to_json(model l2_model) RETURNS json
  AS 'MODULE_PATHNAME', 'l2_model_to_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_to_json(l2_model) IS
'As _l2_to_jsonb. Being a cast, it makes to_jsonb, row_to_json and the like give an object.';
CREATE CAST (l2_model AS json) WITH FUNCTION _l2_to_json(l2_model);

CREATE FUNCTION l2_model(document jsonb) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_model(jsonb) IS
'The model that a JSON document describes: as _l2_to_jsonb writes it, or by hand: {"l2_model": 1, '
'"method": "ols", "terms": [{"term": "(Intercept)", "estimate": 1}, {"term": "area", "estimate": '
'2}]}.';
CREATE CAST (jsonb AS l2_model) WITH FUNCTION l2_model(jsonb);

CREATE FUNCTION l2_model(coefficients float8[], names text[] DEFAULT NULL) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_model_of_coefficients' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_model(float8[], text[]) IS
'The model of coefficients from elsewhere: the intercept first (0 for none), then one a feature; a '
'feature whose coefficient is NULL does not count. names: of the features, x1, x2, ... by default.';

CREATE FUNCTION _l2_to_float8_array(model l2_model) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_model_to_float8_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_to_float8_array(l2_model) IS
'Intercept (0 where none was fitted), then coefficients; NULL for a dropped column.';
CREATE CAST (l2_model AS float8[]) WITH FUNCTION _l2_to_float8_array(l2_model);

CREATE FUNCTION l2_vcov(model l2_model) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_model_vcov_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_vcov(l2_model) IS
'The covariance matrix of the coefficients, the intercept first where there is one, then the features in
their order, as R''s vcov, of several classes those of one class after the other: the kind that option vcov
asked for. NULL for dropped columns, and where sigma is not known. Error for a model that does not keep it:
see option covariance.';

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

-- Comparison: the functions behind the operators and operator classes.  The operators of the order, which
-- means nothing, have names of their own: a condition with < stays an error.

CREATE FUNCTION _l2_model_eq(l2_model, l2_model) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_eq(l2_model, l2_model) IS 'implementation of = operator';
CREATE FUNCTION _l2_model_ne(l2_model, l2_model) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_ne(l2_model, l2_model) IS 'implementation of <> operator';
CREATE FUNCTION _l2_model_lt(l2_model, l2_model) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_lt(l2_model, l2_model) IS 'implementation of *< operator';
CREATE FUNCTION _l2_model_le(l2_model, l2_model) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_le(l2_model, l2_model) IS 'implementation of *<= operator';
CREATE FUNCTION _l2_model_ge(l2_model, l2_model) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_ge(l2_model, l2_model) IS 'implementation of *>= operator';
CREATE FUNCTION _l2_model_gt(l2_model, l2_model) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_gt(l2_model, l2_model) IS 'implementation of *> operator';
CREATE FUNCTION _l2_model_cmp(l2_model, l2_model) RETURNS integer
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_cmp(l2_model, l2_model) IS 'less-equal-greater';
CREATE FUNCTION _l2_model_hash(l2_model) RETURNS integer
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_hash(l2_model) IS 'hash';
CREATE FUNCTION _l2_model_hash_extended(l2_model, bigint) RETURNS bigint
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_model_hash_extended(l2_model, bigint) IS 'hash';

CREATE OPERATOR = (LEFTARG = l2_model, RIGHTARG = l2_model, FUNCTION = _l2_model_eq, COMMUTATOR = =,
  NEGATOR = <>,
  RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = l2_model, RIGHTARG = l2_model, FUNCTION = _l2_model_ne, COMMUTATOR = <>,
  NEGATOR = =,
  RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR *< (LEFTARG = l2_model, RIGHTARG = l2_model, FUNCTION = _l2_model_lt, COMMUTATOR = *>,
  NEGATOR = *>=,
  RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR *<= (LEFTARG = l2_model, RIGHTARG = l2_model, FUNCTION = _l2_model_le, COMMUTATOR = *>=,
  NEGATOR = *>,
  RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR *>= (LEFTARG = l2_model, RIGHTARG = l2_model, FUNCTION = _l2_model_ge, COMMUTATOR = *<=,
  NEGATOR = *<,
  RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR *> (LEFTARG = l2_model, RIGHTARG = l2_model, FUNCTION = _l2_model_gt, COMMUTATOR = *<,
  NEGATOR = *<=,
  RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR = (l2_model, l2_model) IS
'Whether the models are the same value: every number to the last bit, names, method and how they were fitted.
What differs only by rounding is not equal.';
COMMENT ON OPERATOR <> (l2_model, l2_model) IS 'Whether the models differ.';
COMMENT ON OPERATOR *< (l2_model, l2_model) IS 'Before, in an order that serves sorting and means nothing.';
COMMENT ON OPERATOR *<= (l2_model, l2_model) IS 'Before or equal, in an order that means nothing.';
COMMENT ON OPERATOR *>= (l2_model, l2_model) IS 'Behind or equal, in an order that means nothing.';
COMMENT ON OPERATOR *> (l2_model, l2_model) IS 'Behind, in an order that means nothing.';

CREATE OPERATOR FAMILY l2_model_ops USING hash;
COMMENT ON OPERATOR FAMILY l2_model_ops USING hash IS 'Hashing of models.';
CREATE OPERATOR CLASS l2_model_ops DEFAULT FOR TYPE l2_model USING hash FAMILY l2_model_ops AS
  OPERATOR 1 =, FUNCTION 1 _l2_model_hash(l2_model), FUNCTION 2 _l2_model_hash_extended(l2_model, bigint);
COMMENT ON OPERATOR CLASS l2_model_ops USING hash IS
'DISTINCT, UNION, GROUP BY and joins of models, by hashing.';

-- count(DISTINCT ...), PARTITION BY and GROUP BY beside an ordered aggregate must sort
CREATE OPERATOR FAMILY l2_model_ops USING btree;
COMMENT ON OPERATOR FAMILY l2_model_ops USING btree IS 'Sorting of models.';
CREATE OPERATOR CLASS l2_model_ops DEFAULT FOR TYPE l2_model USING btree FAMILY l2_model_ops AS
  OPERATOR 1 *<, OPERATOR 2 *<=, OPERATOR 3 =, OPERATOR 4 *>=, OPERATOR 5 *>,
    FUNCTION 1 _l2_model_cmp(l2_model, l2_model);
COMMENT ON OPERATOR CLASS l2_model_ops USING btree IS
'DISTINCT, GROUP BY, PARTITION BY and joins of models, by sorting.';
