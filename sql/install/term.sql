-- Terms: expressions that l2reg reads itself.

CREATE FUNCTION @extschema@._l2_term(
  sql text,
  names text[],
  types regtype[],
  kept regtype[] DEFAULT NULL,
  OUT sql text,
  OUT type regtype,
  OUT uses text[]
) RETURNS record
  AS 'MODULE_PATHNAME', 'l2_sql_term' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_term(text, text[], regtype[], regtype[]) IS
'What a term means over columns of those names and types: as SQL over q, a row of the source, in which
everything is qualified; the type of its value; and the columns that it uses. kept: the built-in types that
the columns had in training, by default those that go with types. Error where it is not of the language.';

CREATE FUNCTION @extschema@._l2_builtin_type(type regtype) RETURNS regtype
  AS 'MODULE_PATHNAME', 'l2_sql_builtin_type' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_builtin_type(regtype) IS
'The built-in type by which terms take columns of a type: what a domain is over, text for enums and whatever
is text, float8[] for arrays of numbers. NULL for none.';

CREATE FUNCTION @extschema@._l2_eval_term(sql text, r record, names text[], types regtype[]) RETURNS text
  AS 'MODULE_PATHNAME', 'l2_eval_term' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_eval_term(text, record, text[], regtype[]) IS
'A term worked out from a record, whose attributes become those of the names and built-in types that are
given, as text that no setting changes.';
