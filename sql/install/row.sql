-- Categories where the rows are: rows that describe themselves, and a state that can be shipped.

CREATE TYPE l2_row;

CREATE FUNCTION _l2_row_in(cstring) RETURNS l2_row
  AS 'MODULE_PATHNAME', 'l2_row_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_row_out(l2_row) RETURNS cstring
  AS 'MODULE_PATHNAME', 'l2_row_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_row_recv(internal) RETURNS l2_row
  AS 'MODULE_PATHNAME', 'l2_row_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_row_send(l2_row) RETURNS bytea
  AS 'MODULE_PATHNAME', 'l2_row_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_row_in(cstring) IS 'I/O';
COMMENT ON FUNCTION _l2_row_out(l2_row) IS 'I/O';
COMMENT ON FUNCTION _l2_row_recv(internal) IS 'I/O';
COMMENT ON FUNCTION _l2_row_send(l2_row) IS 'I/O';

CREATE TYPE l2_row (
  INPUT = _l2_row_in,
  OUTPUT = _l2_row_out,
  RECEIVE = _l2_row_recv,
  SEND = _l2_row_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended
);
COMMENT ON TYPE l2_row IS
'A row that describes itself: names, kinds and values of the attributes of a record. Made by the function '
'l2_row. As text a JSON object of the attributes in order: {"area": 120.5, "zone": "north", "built": '
'{"date": 8401}, "rooms": {"number": null}, "size": {"enum": "small", "labels": ["small", "large"]}}.';

CREATE FUNCTION l2_row(features record, names text[] DEFAULT NULL) RETURNS l2_row
  AS 'MODULE_PATHNAME', 'l2_row_of_record' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION l2_row(record, text[]) IS
'A record as a row that describes itself: for aggregates and predictions over distributed tables, where '
'a record does not travel. l2_gram_agg(y, l2_row(t)) is l2_gram_agg(y, t). Give names where the record has '
'none of its own: l2_row(ROW(area, zone), ''{area,zone}''), and for the alias of a subquery on Citus. '
'NULL for NULL.';

CREATE FUNCTION _l2_encode(model l2_model, features l2_row) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_encode_any' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_encode(l2_model, l2_row) IS
'_l2_encode of a row that describes itself, for a source that is distributed.';

-- The state has no use of its own.  None of its functions is REVOKEd: distributed planners check the
-- caller's right to them.

CREATE TYPE l2_state;

CREATE FUNCTION _l2_state_in(cstring) RETURNS l2_state
  AS 'MODULE_PATHNAME', 'l2_state_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_state_out(l2_state) RETURNS cstring
  AS 'MODULE_PATHNAME', 'l2_state_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_state_recv(internal) RETURNS l2_state
  AS 'MODULE_PATHNAME', 'l2_state_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_state_send(l2_state) RETURNS bytea
  AS 'MODULE_PATHNAME', 'l2_state_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_state_in(cstring) IS 'I/O';
COMMENT ON FUNCTION _l2_state_out(l2_state) IS 'I/O';
COMMENT ON FUNCTION _l2_state_recv(internal) IS 'I/O';
COMMENT ON FUNCTION _l2_state_send(l2_state) IS 'I/O';

CREATE TYPE l2_state (
  INPUT = _l2_state_in,
  OUTPUT = _l2_state_out,
  RECEIVE = _l2_state_recv,
  SEND = _l2_state_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended
);
COMMENT ON TYPE l2_state IS
'The state of an aggregate over l2_row: of no use of its own. PostgreSQL and Citus ship it between '
'processes and nodes.';

CALL _l2_transitions('_l2_row_accum', 'l2_state', 'l2_row', 'l2_row_accum', 20,
  'transition function over l2_row');
CALL _l2_function('_l2_row_combine(l2_state, l2_state)', 'l2_state', 'l2_row_combine', 200,
  'combine function of the aggregates over l2_row');
CALL _l2_function('_l2_row_gram_final(l2_state)', 'l2_gram', 'l2_row_gram_final', 200,
  'final function of l2_gram_agg over l2_row');
CALL _l2_function('_l2_row_folds_final(l2_state)', 'l2_gram[]', 'l2_row_folds_final', 500,
  'final function of l2_gram_folds over l2_row');

CALL _l2_forms('l2_gram_agg', 'x l2_row',
  'SFUNC = _l2_row_accum, STYPE = l2_state, SSPACE = 16384, INITCOND = ''gram'',
    FINALFUNC = _l2_row_gram_final, COMBINEFUNC = _l2_row_combine',
'The gram of the attributes of rows, l2_gram_agg(y, l2_row(t)): as over records, and also where a record '
'does not travel, over a distributed table of Citus.',
'The same with options, those of l2_gram_agg over records.',
'The same with what a row brings besides: l2_obs(y, weight => w).');

CALL _l2_forms('l2_gram_folds', 'x l2_row',
  'SFUNC = _l2_row_accum, STYPE = l2_state, SSPACE = 16384, INITCOND = ''folds'',
    FINALFUNC = _l2_row_folds_final, COMBINEFUNC = _l2_row_combine',
'One gram for each of ten folds of rows, as l2_gram_folds over records: '
'l2_cv(l2_gram_folds(y, l2_row(t))).',
'The same with options, those of l2_gram_folds over records.',
'The same with what a row brings besides: l2_obs(y, fold => key).');
