-- Named models are tables: their types, and the functions of a model by its name or its table.
--
-- Functions of named models are C, or PL/pgSQL with a search_path of their own; what a definition names is
-- looked up in the search_path that was in force when it was made.  None is SECURITY DEFINER: see
-- src/named/owner.c.

-- Operators and functions below are those of pg_catalog, whatever else the schema holds.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE TYPE @extschema@.l2_version AS (
  version integer,
  active boolean,
  outcome text,
  model @extschema@.l2_model,
  definition jsonb,
  n bigint,
  n_skipped bigint,
  r_squared float8,
  sigma float8,
  lambda float8,
  nonzero integer,
  cv_error float8,
  cv_se float8,
  trained_at timestamptz,
  duration interval,
  trained_by name,
  error_code text,
  reason text,
  details jsonb
);
COMMENT ON TYPE @extschema@.l2_version IS
'A training of a named model: a named model is a table of this type. version counts from 1; active: the one in
use. outcome: ok; rejected, the gate kept it out of use; failed, there is no model (error_code, the SQLSTATE,
and reason). definition: what was trained; n, n_skipped: rows used and left out; r_squared, sigma: of the fit,
on the same rows; cv_error, cv_se: mean squared error on rows not seen, and its standard error; nonzero:
coefficients, where the solver iterates; trained_at: when training began, rows committed later are not in it;
details: event ("train", "refresh"), and what option keep_gram keeps.';
COMMENT ON COLUMN @extschema@.l2_version.model IS 'NULL where the training failed';
GRANT USAGE ON TYPE @extschema@.l2_version TO PUBLIC;

CREATE TYPE @extschema@.l2_bucket AS (
  version integer,
  bucket timestamp,
  rows bigint,
  grams @extschema@.l2_gram[]
);
COMMENT ON TYPE @extschema@.l2_bucket IS
'What a model with refresh "buckets" or "live" knows of rows: a table of this type belongs to it. bucket: its
beginning, in UTC; -infinity: rows without a time, and those of a live model. rows: skipped ones too. grams:
one a fold, or one; NULL where no row was usable. version: the training that read them.';
GRANT USAGE ON TYPE @extschema@.l2_bucket TO PUBLIC;

CREATE TYPE @extschema@.l2_training AS (
  name regclass,
  version integer,
  active integer,
  outcome text,
  method text,
  target text,
  n bigint,
  n_skipped bigint,
  skipped jsonb,
  columns integer,
  r_squared float8,
  sigma float8,
  lambda float8,
  nonzero integer,
  cv_error float8,
  cv_se float8,
  cv_r_squared float8,
  fold text,
  trained_at timestamptz,
  duration interval,
  reason text
);
COMMENT ON TYPE @extschema@.l2_training IS
'What l2_train, l2_refresh, l2_activate and l2_rollback give: the model''s name, a version of it, which one is
in use, and of the version what l2_version has. skipped: in how many rows each column was NULL, where rows
were left out by l2_train; columns: of the design, without the intercept; cv_r_squared: R^2 on rows not seen;
fold: what rows are dealt to the folds of cross-validation by, the columns of the primary key, what option
fold says, or their values.';

CREATE FUNCTION @extschema@._l2_caller() RETURNS name
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION @extschema@._l2_caller() IS
'The role that asked for the work that is done as a model''s owner; elsewhere the current user.';

CREATE FUNCTION @extschema@._l2_model_name(model regclass) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_model_name(regclass) IS 'The name of a model''s table with its schema.';

CREATE FUNCTION @extschema@._l2_model_shown(model regclass) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_model_shown(regclass) IS
'The same as the caller would write it, without its schema where that is on the search_path: for messages.';

CREATE FUNCTION @extschema@._l2_find_model(name text) RETURNS regclass
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_find_model(text) IS
'The table of the model of that name, looked up in the search_path but not among temporary tables.';

CREATE FUNCTION @extschema@._l2_take_back(relation regclass, is_model boolean) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := @extschema@._l2_model_name(relation);
  grantees text[] := ARRAY(SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
      ELSE quote_ident(pg_get_userbyid(a.grantee)) END
    FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = relation AND a.grantee <> c.relowner ORDER BY 1);
BEGIN
  IF cardinality(grantees) > 0 THEN
    EXECUTE format('REVOKE ALL ON %s FROM %s', item, array_to_string(grantees, ', '));
    IF is_model THEN
      RAISE NOTICE 'default privileges of % do not hold for model %',
        array_to_string(grantees, ', '), @extschema@._l2_model_shown(relation)
        USING HINT = 'l2_grant gives the right to predict with it.';
    END IF;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_take_back(regclass, boolean) IS
'Take back what default privileges have given to others of a relation that is new.';

CREATE FUNCTION @extschema@._l2_check_writers(model regclass) RETURNS void
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
BEGIN
  -- of who is not the owner and cannot become him
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE format('role "%s"', pg_get_userbyid(a.grantee)) END AS who,
    format('REVOKE INSERT, UPDATE, TRIGGER ON %s FROM %s', @extschema@._l2_model_name(c.oid::regclass),
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) AS command
  INTO r
  FROM pg_class c, LATERAL (
    SELECT e.grantee FROM aclexplode(c.relacl) e WHERE e.privilege_type IN ('INSERT', 'UPDATE', 'TRIGGER')
    UNION SELECT e.grantee FROM pg_attribute t, aclexplode(t.attacl) e
      WHERE t.attrelid = c.oid AND t.attname = 'definition' AND e.privilege_type IN ('INSERT', 'UPDATE')) a
  WHERE c.oid IN (model, @extschema@._l2_grams_table(model)) AND a.grantee <> c.relowner
    AND CASE a.grantee WHEN 0 THEN true ELSE NOT pg_has_role(a.grantee, c.relowner, 'MEMBER') END
  ORDER BY 1 LIMIT 1;
  IF FOUND THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('%s may write to model %s', r.who, @extschema@._l2_model_shown(model)),
      DETAIL = 'What is written there, a definition or a trigger, would run as the owner of the model.',
      HINT = format('%s; then see that its definition is yours, or define it anew with l2_train.', r.command);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_writers(regclass) IS
'Error where others than the owner of a model have a right to write a definition to its table, or to put a
trigger on it or on that of its grams.';

CREATE FUNCTION @extschema@._l2_versions(model regclass DEFAULT NULL, in_use boolean DEFAULT false)
  RETURNS TABLE (model regclass, owner name, training @extschema@.l2_version)
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION @extschema@._l2_versions(regclass, boolean) IS
'The versions of a model, or of all models that the current user may use; columns that he may not read are
NULL. in_use: of each model the active one alone.';

CREATE FUNCTION @extschema@.l2_get(name text, version integer DEFAULT NULL) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.l2_get(text, integer) IS
'The model in use under that name, or that version of it. The name is an SQL identifier, which may be
qualified, and needs the right to SELECT version, active and model of its table. A text that begins with a
brace is read as the model itself. NULL for a NULL name.';
CREATE FUNCTION @extschema@.l2_get(model regclass, version integer DEFAULT NULL) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.l2_get(regclass, integer) IS
'The same of a model''s table, for views and functions.';

-- What a function does with models, it does with those in use under names, or in tables.
DO $$
DECLARE
  f record;
  comment_of text;
BEGIN
  FOR f IN
    SELECT p.proname AS name, takes,
           replace(pg_get_function_arguments(p.oid), given || p.proargtypes[0]::regtype, takes) AS arguments,
           replace(pg_get_function_identity_arguments(p.oid), given || p.proargtypes[0]::regtype,
             takes) AS identity,
           format('RETURNS %s STABLE %s PARALLEL SAFE COST %s %s', pg_get_function_result(p.oid),
             CASE WHEN p.proisstrict THEN 'STRICT' END, p.procost, CASE WHEN p.proretset THEN 'ROWS '
               || p.prorows END)
             AS rest
    FROM pg_proc p
    JOIN unnest('{l2_predict, l2_predict_link, l2_predict_label, l2_predict_proba, l2_class_model,
           l2_classify, l2_encode, l2_explain, l2_predict_interval, l2_augment, l2_drop1, l2_coef, l2_vcov,
           l2_contrast, l2_wald, l2_intercept,
           l2_names, l2_summary, l2_glance, l2_odds_ratios, l2_sql, l2_pmml, l2_compare,
           l2_anova}'::name[]) name
      ON p.proname = name
    JOIN (VALUES ('@extschema@.l2_model'::regtype, 'model ', 'name text'),
                 ('@extschema@.l2_model', 'model ', 'model regclass'),
                 ('@extschema@.l2_model[]', 'models ', 'names text[]'))
      v(type, given, takes) ON p.proargtypes[0] = v.type
    WHERE p.pronamespace = '@extschema@'::regnamespace AND NOT 'attributes' = ANY (p.proargnames)
      AND coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^An error:'
    ORDER BY p.proname, takes
  LOOP
    EXECUTE format('CREATE FUNCTION %s.%I(%s) %s LANGUAGE C AS %L, %L', '@extschema@', f.name, f.arguments,
      f.rest,
      'MODULE_PATHNAME', f.name || '_named');
    comment_of := CASE f.takes
      WHEN 'name text' THEN
        'The same of the model in use under that name, which is looked up once a query, with the '
        'rights of the current user.'
      WHEN 'model regclass' THEN
        'The same of the model of that table, bound when a view or function is made: '
        '''sales.house_price''::regclass.'
      ELSE 'The same of the models in use under these names.'
    END;
    EXECUTE format('COMMENT ON FUNCTION %s.%I(%s) IS %L', '@extschema@', f.name, f.identity, comment_of);
  END LOOP;
END
$$;

CREATE FUNCTION @extschema@._l2_predict_record(model regclass, features record) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_predict_named' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_predict_record(regclass, record) IS
'l2_predict for our own statements, which call functions by exactly the types of their arguments.';

CREATE FUNCTION @extschema@._l2_predict_proba_record(
  model regclass, features record, OUT class text, OUT probability float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_predict_proba_named' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_predict_proba_record(regclass, record) IS
'l2_predict_proba for our own statements.';

