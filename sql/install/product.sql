-- Joins without joining: the gram of all pairs of two grams' rows.

CREATE FUNCTION l2_gram("values" float8[], names text[], weight float8 DEFAULT 1) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_of_row' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION l2_gram(float8[], text[], float8) IS
'The gram of one row: a value a column, the first as the target, and their names; the row counts '
'weight times. NULL where a value is NULL or the weight 0. Errors: as many names as values, all '
'different; finite values.';

CREATE FUNCTION _l2_gram_multiply(l2_gram, l2_gram) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_gram_multiply' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_gram_multiply(l2_gram, l2_gram) IS 'implementation of * operator';

CREATE OPERATOR * (LEFTARG = l2_gram, RIGHTARG = l2_gram, FUNCTION = _l2_gram_multiply);
COMMENT ON OPERATOR * (l2_gram, l2_gram) IS
'The gram of every row of the first with every row of the second, their columns side by side and '
'the first''s target as target: what a cross join would give, without making it. Sum the products '
'over the groups of a join key for the gram of the join. Counts and weights multiply. Error where '
'a column is in both, or a count is beyond bigint.';
