-- l2_options: what a fit is asked for, with the same keys wherever there are options.

CREATE TYPE l2_options;

CREATE FUNCTION _l2_options_in(cstring) RETURNS l2_options
  AS 'MODULE_PATHNAME', 'l2_options_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_options_out(l2_options) RETURNS cstring
  AS 'MODULE_PATHNAME', 'l2_options_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_options_in(cstring) IS 'I/O';
COMMENT ON FUNCTION _l2_options_out(l2_options) IS 'I/O';

-- Of category S, so that a literal is one wherever options may stand; not collatable.
CREATE TYPE l2_options (
  INPUT = _l2_options_in,
  OUTPUT = _l2_options_out,
  INTERNALLENGTH = VARIABLE,
  STORAGE = extended,
  CATEGORY = 'S'
);
COMMENT ON TYPE l2_options IS
'Options of a fit: a JSON object, as {"standardize": true}. Its keys are known and its values checked '
'when it is read; a key that another package has is an error that names the one here. A null is as if '
'it were not given. Text, varchar, json and jsonb become options by themselves.';

CREATE CAST (text AS l2_options) WITH INOUT AS IMPLICIT;
COMMENT ON CAST (text AS l2_options) IS 'By itself: options may be an expression.';
CREATE CAST (varchar AS l2_options) WITH INOUT AS IMPLICIT;
COMMENT ON CAST (varchar AS l2_options) IS 'By itself: options may be an expression.';
CREATE CAST (json AS l2_options) WITH INOUT AS IMPLICIT;
COMMENT ON CAST (json AS l2_options) IS 'By itself: options may be an expression.';
CREATE CAST (jsonb AS l2_options) WITH INOUT AS IMPLICIT;
COMMENT ON CAST (jsonb AS l2_options) IS 'By itself: options may be an expression.';
CREATE CAST (l2_options AS jsonb) WITH INOUT;
COMMENT ON CAST (l2_options AS jsonb) IS 'Options as a document, to take apart.';

CREATE FUNCTION l2_options(VARIADIC pairs "any") RETURNS l2_options
  AS 'MODULE_PATHNAME', 'l2_options_build' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_options(VARIADIC "any") IS
'Options from names and values in turn: l2_options(''standardize'', true, ''folds'', 5). Values are '
'booleans, numbers, text, json, jsonb, and arrays of these; one that is NULL is as if it were not given.';

-- l2_obs: what a row brings besides its features.

CREATE TYPE l2_obs;

CREATE FUNCTION _l2_obs_in(cstring) RETURNS l2_obs
  AS 'MODULE_PATHNAME', 'l2_obs_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_obs_out(l2_obs) RETURNS cstring
  AS 'MODULE_PATHNAME', 'l2_obs_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_obs_recv(internal) RETURNS l2_obs
  AS 'MODULE_PATHNAME', 'l2_obs_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_obs_send(l2_obs) RETURNS bytea
  AS 'MODULE_PATHNAME', 'l2_obs_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_obs_in(cstring) IS 'I/O';
COMMENT ON FUNCTION _l2_obs_out(l2_obs) IS 'I/O';
COMMENT ON FUNCTION _l2_obs_recv(internal) IS 'I/O';
COMMENT ON FUNCTION _l2_obs_send(l2_obs) IS 'I/O';

-- Storage plain: values are read where they lie, once a row.
CREATE TYPE l2_obs (
  INPUT = _l2_obs_in,
  OUTPUT = _l2_obs_out,
  RECEIVE = _l2_obs_recv,
  SEND = _l2_obs_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = plain
);
COMMENT ON TYPE l2_obs IS
'What an aggregate takes in place of y where a row has a weight, an offset or a fold. Made by the '
'function l2_obs.';

CREATE FUNCTION l2_obs(
  y "any",
  weight float8 DEFAULT 1,
  offset_by float8 DEFAULT 0,
  fold "any" DEFAULT NULL,
  cluster "any" DEFAULT NULL
) RETURNS l2_obs
  AS 'MODULE_PATHNAME', 'l2_obs_make' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION l2_obs("any", float8, float8, "any", "any") IS
'y of a row, a number or boolean, with its weight, its offset (which logistic and Poisson regression add '
'to the linear predictor) and the key of its fold in cross-validation: rows that share a key share a '
'fold, number key modulo folds where it is a whole number, else by a hash, also of ROW(a, b). NULL y, '
'weight or offset_by gives NULL, and the row is skipped; NULL fold: dealt as without one. cluster: the '
'key, of any type, of the cluster that errors of vcov "CR0" and "CR1" take the row to belong to, or '
'ROW(a, b) for two ways. ridge_fit(l2_obs(price, weight => w), x, 0.1).';

CREATE FUNCTION _l2_option_page(
  OUT key text, OUT value text, OUT otherwise text, OUT about text, OUT callers text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_option_page() IS
'Every option: what it may be, its default, what it is, and who knows it. docs/make.sh makes a page of it.';
CREATE FUNCTION _l2_refused_page(OUT keys text, OUT hint text) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refused_page() IS
'Names that options have elsewhere, with blanks between them, and what to write for each.';
