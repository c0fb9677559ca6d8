-- l2_gram: everything a linear model needs to know of its rows.

CREATE TYPE l2_gram;

CREATE FUNCTION _l2_gram_in(cstring) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_gram_out(l2_gram) RETURNS cstring
  AS 'MODULE_PATHNAME', 'l2_gram_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_gram_recv(internal) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _l2_gram_send(l2_gram) RETURNS bytea
  AS 'MODULE_PATHNAME', 'l2_gram_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_gram_in(cstring) IS 'I/O';
COMMENT ON FUNCTION _l2_gram_out(l2_gram) IS 'I/O';
COMMENT ON FUNCTION _l2_gram_recv(internal) IS 'I/O';
COMMENT ON FUNCTION _l2_gram_send(l2_gram) IS 'I/O';

-- Storage external: sums of products do not compress, so do not try.
CREATE TYPE l2_gram (
  INPUT = _l2_gram_in,
  OUTPUT = _l2_gram_out,
  RECEIVE = _l2_gram_recv,
  SEND = _l2_gram_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = external
);
COMMENT ON TYPE l2_gram IS
'Sufficient statistics of a linear model: row count, weights, means and centred cross products of the '
'target y and the features, in double-double precision. Add, subtract, store and ship it; solve it as '
'often as you like. Takes 8 k^2 bytes for k columns; of records with categories, which are kept by levels, '
'16 (2 + j) a level beside j numbers, and 20 a pair of levels of two categories that occurs. Made by '
'l2_gram_agg and l2_gram_cols.';

-- Support functions.  None is REVOKEd: distributed planners check the caller's right to them.
--
-- Transition functions are known by what they take.  Which aggregate they work for the state says: its
-- initial value names it, as 'ridge'.

CALL _l2_function('_l2_accum(l2_gram, float8, float8[])', 'l2_gram', 'l2_accum', 5,
  'transition function of l2_gram_agg and ols_fit');
CALL _l2_function('_l2_accum(l2_gram, float8, float8[], l2_options)', 'l2_gram', 'l2_accum_options', 6,
  'transition function of l2_gram_agg and ols_fit with options');
CALL _l2_function('_l2_accum(l2_gram, float8, float8[], float8)', 'l2_gram', 'l2_accum_lambda', 6,
  'transition function of penalised fits');
CALL _l2_function('_l2_accum(l2_gram, float8, float8[], float8, l2_options)',
  'l2_gram', 'l2_accum_lambda_options', 6,
  'transition function of penalised fits with options');
CALL _l2_function('_l2_accum_cols(l2_gram, float8, VARIADIC "any")', 'l2_gram', 'l2_accum_columns', 5,
  'transition function of l2_gram_cols');
CALL _l2_function('_l2_accum(l2_gram, l2_obs, float8[])', 'l2_gram', 'l2_accum_obs', 5,
  'transition function of l2_gram_agg and ols_fit of l2_obs');
CALL _l2_function('_l2_accum(l2_gram, l2_obs, float8[], l2_options)', 'l2_gram', 'l2_accum_obs_options', 6,
  'transition function of l2_gram_agg and ols_fit of l2_obs with options');
CALL _l2_function('_l2_accum(l2_gram, l2_obs, float8[], float8)', 'l2_gram', 'l2_accum_obs_lambda', 6,
  'transition function of penalised fits of l2_obs');
CALL _l2_function('_l2_accum(l2_gram, l2_obs, float8[], float8, l2_options)',
  'l2_gram', 'l2_accum_obs_lambda_options', 6,
  'transition function of penalised fits of l2_obs with options');
CALL _l2_function('_l2_accum_cols(l2_gram, l2_obs, VARIADIC "any")', 'l2_gram', 'l2_accum_columns_obs', 5,
  'transition function of l2_gram_cols of l2_obs');
CALL _l2_function('_l2_combine(l2_gram, l2_gram)', 'l2_gram', 'l2_gram_combine', 20,
  'combine function of the gram and fit aggregates; transition function of l2_gram_sum');
CALL _l2_function('_l2_gram_final(l2_gram)', 'l2_gram', 'l2_gram_final', 20,
  'final function of the gram aggregates');

-- Over moving frames: rows enter and leave, at the same cost whatever the frame.

CALL _l2_function('_l2_moving_add(internal, float8, float8[])', 'internal', 'l2_moving_add', 5,
  'transition function of l2_gram_agg and ols_fit over moving frames');
CALL _l2_function('_l2_moving_add_gram(internal, float8, float8[], l2_options)',
  'internal', 'l2_moving_add_gram', 5,
  'transition function of l2_gram_agg over moving frames');
CALL _l2_function('_l2_moving_add_cols(internal, float8, VARIADIC "any")',
  'internal', 'l2_moving_add_columns', 5,
  'transition function of l2_gram_cols over moving frames');
CALL _l2_function('_l2_moving_remove(internal, float8, float8[])', 'internal', 'l2_moving_remove', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove(internal, float8, float8[], l2_options)',
  'internal', 'l2_moving_remove', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove(internal, float8, float8[], float8)', 'internal', 'l2_moving_remove', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove(internal, float8, float8[], float8, l2_options)',
  'internal', 'l2_moving_remove', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove_cols(internal, float8, VARIADIC "any")',
  'internal', 'l2_moving_remove_columns', 5,
  'inverse transition function of l2_gram_cols over moving frames');
CALL _l2_function('_l2_moving_add(internal, l2_obs, float8[])', 'internal', 'l2_moving_add_obs', 5,
  'transition function of l2_gram_agg and ols_fit of l2_obs over moving frames');
CALL _l2_function('_l2_moving_add_gram(internal, l2_obs, float8[], l2_options)',
  'internal', 'l2_moving_add_gram_obs', 5,
  'transition function of l2_gram_agg of l2_obs over moving frames');
CALL _l2_function('_l2_moving_add_cols(internal, l2_obs, VARIADIC "any")',
  'internal', 'l2_moving_add_columns_obs', 5,
  'transition function of l2_gram_cols of l2_obs over moving frames');
CALL _l2_function('_l2_moving_remove(internal, l2_obs, float8[])', 'internal', 'l2_moving_remove_obs', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove(internal, l2_obs, float8[], l2_options)',
  'internal', 'l2_moving_remove_obs', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove(internal, l2_obs, float8[], float8)',
  'internal', 'l2_moving_remove_obs', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove(internal, l2_obs, float8[], float8, l2_options)',
  'internal', 'l2_moving_remove_obs', 5,
  'inverse transition function over moving frames');
CALL _l2_function('_l2_moving_remove_cols(internal, l2_obs, VARIADIC "any")',
  'internal', 'l2_moving_remove_columns_obs', 5,
  'inverse transition function of l2_gram_cols of l2_obs over moving frames');
CALL _l2_function('_l2_gram_moving_final(internal)', 'l2_gram', 'l2_gram_moving_final', 50,
  'final function of the gram aggregates over moving frames');

CALL _l2_forms('l2_gram_agg', 'x float8[]',
  'SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add, MINVFUNC = _l2_moving_remove,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_gram_moving_final',
'The gram of rows (y, x). Rows with a NULL in y, x or an element of x are skipped and counted. Errors: '
'arrays of different lengths, empty or with more than one dimension; NaN, infinite and too large values. '
'NULL where no row is usable.',
'The gram with options: names (of the features, in order), nonfinite ("error", or "skip": such rows are '
'skipped and counted), target (the name of y).',
'The gram of rows with weights, l2_obs(y, weight => w): each counts weight times. Weights are finite and '
'>= 0; rows of weight 0 are skipped and counted, as are rows with a NULL.',
'The same with what a row brings besides: l2_obs(y, weight => w).',
  definition_options =>
  'SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = ''gram'', FINALFUNC = _l2_gram_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add_gram, MINVFUNC = _l2_moving_remove,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_gram_moving_final');

CALL _l2_aggregate('l2_gram_cols(y float8, VARIADIC "any")',
  'SFUNC = _l2_accum_cols, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add_cols, MINVFUNC = _l2_moving_remove_cols,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_gram_moving_final',
'The gram of rows whose features are separate arguments of any numeric type or boolean: as l2_gram_agg(y, '
'ARRAY[...]), and faster, since no array is built. On one node only: distributed planners want the array.');

CALL _l2_aggregate('l2_gram_cols(y l2_obs, VARIADIC "any")',
  'SFUNC = _l2_accum_cols, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add_cols, MINVFUNC = _l2_moving_remove_cols,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_gram_moving_final',
  'The same with what a row brings besides: l2_obs(y, weight => w).');

CALL _l2_function('_l2_gram_sum_moving_add(internal, l2_gram)', 'internal', 'l2_gram_sum_moving_add', 20,
  'transition function of l2_gram_sum over moving frames');
CALL _l2_function('_l2_gram_sum_moving_remove(internal, l2_gram)',
  'internal', 'l2_gram_sum_moving_remove', 20,
  'inverse transition function of l2_gram_sum over moving frames');
CALL _l2_function('_l2_gram_sum_moving_final(internal)', 'l2_gram', 'l2_gram_sum_moving_final', 20,
  'final function of l2_gram_sum over moving frames');

CALL _l2_aggregate('l2_gram_sum(gram l2_gram)',
  'SFUNC = _l2_combine, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
    COMBINEFUNC = _l2_combine, MSFUNC = _l2_gram_sum_moving_add, MINVFUNC = _l2_gram_sum_moving_remove,
    MSTYPE = internal, MSSPACE = 4096, MFINALFUNC = _l2_gram_sum_moving_final',
  'The gram of all rows of the grams: rolls groups up. Error where the grams have different columns.');

CALL _l2_function('_l2_within(l2_gram, l2_gram)', 'l2_gram', 'l2_gram_within_add', 20,
  'transition function of l2_gram_within');

CALL _l2_aggregate('l2_gram_within(gram l2_gram)',
  'SFUNC = _l2_within, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = _l2_gram_final,
    COMBINEFUNC = _l2_combine',
'Of one gram a group, the sums of all rows about the weighted means of their groups: what least squares with
an effect of each group, fixed effects, needs of them. A fit of it has no intercept, the coefficients,
errors and residual degrees of freedom of a fit with a column for each group (which are counted in
"absorbed" of the model and in df), and r_squared within groups. Such grams add up by l2_gram_sum. They do
not combine with grams of rows, and their models do not predict.');

CREATE FUNCTION _l2_about(part l2_gram, whole l2_gram, number bigint) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_about' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_about(l2_gram, l2_gram, bigint) IS
'As l2_gram_within of one group, of a part of its rows, about the means of all of them; the group counts as
absorbed with its part of number 1.';

CREATE FUNCTION _l2_of_rows(gram l2_gram, n_rows bigint) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_of_rows(l2_gram, bigint) IS
'The gram as one of so many rows: those that are not in it were skipped. Groups without a usable row have no
gram to say so.';

-- Algebra

CREATE FUNCTION _l2_gram_add(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_add' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_gram_add(l2_gram, l2_gram) IS 'implementation of + operator';
CREATE FUNCTION _l2_gram_subtract(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_subtract' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_gram_subtract(l2_gram, l2_gram) IS 'implementation of - operator';

CREATE OPERATOR + (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_add, COMMUTATOR = +);
COMMENT ON OPERATOR + (l2_gram, l2_gram) IS 'The gram of the rows of both (Chan, Golub and LeVeque 1979).';
CREATE OPERATOR - (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_subtract);
COMMENT ON OPERATOR - (l2_gram, l2_gram) IS
'The gram of the rows of the first that are not in the second, which must all be in the first. Error '
'where a count, weight or sum of squares would become negative.';

CREATE FUNCTION l2_set_names(gram l2_gram, features text[], target text DEFAULT 'y') RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_set_names(l2_gram, text[], text) IS
'The gram with names for its features, in order, and its target; without, they are x1, x2, ... and y.';

-- Accessors

CREATE FUNCTION l2_n(gram l2_gram) RETURNS bigint
  AS 'MODULE_PATHNAME', 'l2_gram_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_n(l2_gram) IS 'Rows in the gram.';

CREATE FUNCTION l2_n_skipped(gram l2_gram) RETURNS bigint
  AS 'MODULE_PATHNAME', 'l2_gram_n_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_n_skipped(l2_gram) IS
'Rows left out: something in them was NULL, or their weight was 0.';

CREATE FUNCTION l2_sum_weights(gram l2_gram) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_gram_sum_weights' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_sum_weights(l2_gram) IS 'Sum of the weights; the row count where there were none.';

CREATE FUNCTION l2_names(gram l2_gram) RETURNS text[]
  AS 'MODULE_PATHNAME', 'l2_gram_names' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_names(l2_gram) IS 'Names of the columns: the target, then the features.';

CREATE FUNCTION l2_means(gram l2_gram) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_gram_means' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_means(l2_gram) IS 'Weighted means of the columns, in the order of l2_names.';

CREATE FUNCTION l2_covariance(gram l2_gram, ddof integer DEFAULT 1) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_gram_covariance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION l2_covariance(l2_gram, integer) IS
'Covariance matrix of the columns, in the order of l2_names: cross products over (n - ddof), as '
'covar_samp for ddof 1 and covar_pop for 0; with weights over sum(weights) (n - ddof) / n. NULL with too '
'few rows.';

CREATE FUNCTION _l2_to_jsonb(gram l2_gram) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'l2_gram_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_to_jsonb(l2_gram) IS
'The gram to read: n, n_skipped, sum_weights, columns, means, covariance (ddof 1). Rounded to double; the '
'text form of the type loses nothing.';
CREATE CAST (l2_gram AS jsonb) WITH FUNCTION _l2_to_jsonb(l2_gram);

CREATE FUNCTION _l2_to_json(gram l2_gram) RETURNS json
  AS 'MODULE_PATHNAME', 'l2_gram_to_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _l2_to_json(l2_gram) IS
'As _l2_to_jsonb. Being a cast, it makes to_jsonb, row_to_json and the like give an object, which cannot be
read back.';
CREATE CAST (l2_gram AS json) WITH FUNCTION _l2_to_json(l2_gram);

-- Comparison: the functions behind the operators and operator classes.  The operators of the order, which
-- means nothing, have names of their own: a condition with < stays an error.

CREATE FUNCTION _l2_gram_eq(l2_gram, l2_gram) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_eq(l2_gram, l2_gram) IS 'implementation of = operator';
CREATE FUNCTION _l2_gram_ne(l2_gram, l2_gram) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_ne(l2_gram, l2_gram) IS 'implementation of <> operator';
CREATE FUNCTION _l2_gram_lt(l2_gram, l2_gram) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_lt(l2_gram, l2_gram) IS 'implementation of *< operator';
CREATE FUNCTION _l2_gram_le(l2_gram, l2_gram) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_le(l2_gram, l2_gram) IS 'implementation of *<= operator';
CREATE FUNCTION _l2_gram_ge(l2_gram, l2_gram) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_ge(l2_gram, l2_gram) IS 'implementation of *>= operator';
CREATE FUNCTION _l2_gram_gt(l2_gram, l2_gram) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_gt(l2_gram, l2_gram) IS 'implementation of *> operator';
CREATE FUNCTION _l2_gram_cmp(l2_gram, l2_gram) RETURNS integer
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_cmp(l2_gram, l2_gram) IS 'less-equal-greater';
CREATE FUNCTION _l2_gram_hash(l2_gram) RETURNS integer
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_hash(l2_gram) IS 'hash';
CREATE FUNCTION _l2_gram_hash_extended(l2_gram, bigint) RETURNS bigint
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION _l2_gram_hash_extended(l2_gram, bigint) IS 'hash';

CREATE OPERATOR = (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_eq, COMMUTATOR = =,
  NEGATOR = <>,
  RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_ne, COMMUTATOR = <>,
  NEGATOR = =,
  RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR *< (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_lt, COMMUTATOR = *>,
  NEGATOR = *>=,
  RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR *<= (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_le, COMMUTATOR = *>=,
  NEGATOR = *>,
  RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR *>= (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_ge, COMMUTATOR = *<=,
  NEGATOR = *<,
  RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR *> (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_gt, COMMUTATOR = *<,
  NEGATOR = *<=,
  RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR = (l2_gram, l2_gram) IS
'Whether the grams are the same value, to the last bit: counts, weights, moments, names. Those of the same
rows in another order may differ in the last bits.';
COMMENT ON OPERATOR <> (l2_gram, l2_gram) IS 'Whether the grams differ.';
COMMENT ON OPERATOR *< (l2_gram, l2_gram) IS 'Before, in an order that serves sorting and means nothing.';
COMMENT ON OPERATOR *<= (l2_gram, l2_gram) IS 'Before or equal, in an order that means nothing.';
COMMENT ON OPERATOR *>= (l2_gram, l2_gram) IS 'Behind or equal, in an order that means nothing.';
COMMENT ON OPERATOR *> (l2_gram, l2_gram) IS 'Behind, in an order that means nothing.';

CREATE OPERATOR FAMILY l2_gram_ops USING hash;
COMMENT ON OPERATOR FAMILY l2_gram_ops USING hash IS 'Hashing of grams.';
CREATE OPERATOR CLASS l2_gram_ops DEFAULT FOR TYPE l2_gram USING hash FAMILY l2_gram_ops AS
  OPERATOR 1 =, FUNCTION 1 _l2_gram_hash(l2_gram), FUNCTION 2 _l2_gram_hash_extended(l2_gram, bigint);
COMMENT ON OPERATOR CLASS l2_gram_ops USING hash IS
'DISTINCT, UNION, GROUP BY and joins of grams, by hashing.';

-- count(DISTINCT ...), PARTITION BY and GROUP BY beside an ordered aggregate must sort
CREATE OPERATOR FAMILY l2_gram_ops USING btree;
COMMENT ON OPERATOR FAMILY l2_gram_ops USING btree IS 'Sorting of grams.';
CREATE OPERATOR CLASS l2_gram_ops DEFAULT FOR TYPE l2_gram USING btree FAMILY l2_gram_ops AS
  OPERATOR 1 *<, OPERATOR 2 *<=, OPERATOR 3 =, OPERATOR 4 *>=, OPERATOR 5 *>,
    FUNCTION 1 _l2_gram_cmp(l2_gram, l2_gram);
COMMENT ON OPERATOR CLASS l2_gram_ops USING btree IS
'DISTINCT, GROUP BY, PARTITION BY and joins of grams, by sorting.';
