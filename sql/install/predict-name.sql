-- Predicting by a model's name.

CREATE FUNCTION @extschema@.l2_model(name text, version integer DEFAULT NULL) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME', 'l2_model_by_name' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.l2_model(text, integer) IS
'The model in use under that name, or that version of it. Error where the current user may see no such model. A single literal is no name to SQL but a cast to type l2_model: write l2_model(name => ''house_price''). A text that begins with a brace is read as the model itself. NULL for a NULL name.';

CREATE FUNCTION @extschema@.l2_predict(name text, x float8[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, float8[]) IS
'l2_predict(model, x) by the model in use under that name, which is looked up once a query and call, with the rights of the current user. Features in the order of l2_names(l2_model(name => ...)), without the first, the target. A text that begins with a brace is read as the model itself, so that a literal still may be one.';

CREATE FUNCTION @extschema@.l2_predict(name text, VARIADIC "any") RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_any' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, VARIADIC "any") IS
'The same, the features as separate arguments of any numeric type or boolean; or one argument, a record: its attributes are matched by name, in any order, others are ignored, and what a formula makes of columns, a:b and I(...), is worked out from it. Error where an attribute is missing or no longer of the kind it was. A term is of a closed language (docs/terms.md): nothing in it runs anybody''s code, whatever types the record has.';

-- With the same arrays as for models: else a literal would be taken for one of those
CREATE FUNCTION @extschema@.l2_predict(name text, x smallint[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, smallint[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x integer[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, integer[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x bigint[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, bigint[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x real[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, real[]) IS 'As l2_predict(name, x double precision[]).';
CREATE FUNCTION @extschema@.l2_predict(name text, x numeric[]) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_name_array' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_predict(text, numeric[]) IS 'As l2_predict(name, x double precision[]).';

SET LOCAL search_path = @extschema@, pg_temp;
