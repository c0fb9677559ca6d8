-- Average marginal effects of models by name over the rows of a relation or a query.

CREATE FUNCTION @extschema@._l2_margins_add(internal, @extschema@.l2_model, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_margins_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION @extschema@._l2_margins_add(internal, @extschema@.l2_model, float8[], float8) IS
'transition function of _l2_margins_agg';
CREATE FUNCTION @extschema@._l2_margins_final(internal) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_margins_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@._l2_margins_final(internal) IS 'final function of _l2_margins_agg';
CREATE AGGREGATE @extschema@._l2_margins_agg(model @extschema@.l2_model, x float8[], level float8) (
  SFUNC = @extschema@._l2_margins_add, STYPE = internal, SSPACE = 8192,
  FINALFUNC = @extschema@._l2_margins_final
);
COMMENT ON AGGREGATE @extschema@._l2_margins_agg(@extschema@.l2_model, float8[], float8) IS
'The eight numbers of each row of l2_margins, one after the other.';

CREATE FUNCTION @extschema@._l2_run_numbers(
  query text, search_path text, OUT numbers float8[], OUT n bigint
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_numbers(text, text) IS
'As _l2_run, for a query of numbers and how many rows they are of.';

CREATE FUNCTION @extschema@._l2_margins(
  model regclass, source text, level float8, search_path text,
  OUT term text, OUT kind text, OUT estimate float8, OUT std_error float8, OUT t float8, OUT p float8,
  OUT lower float8, OUT upper float8, OUT n bigint
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  m @extschema@.l2_model := @extschema@.l2_get(model, NULL::integer);
  names text[] := (@extschema@.l2_names(m))[2 :];
  a float8[];
BEGIN
  a := (@extschema@._l2_run_numbers(format(
    'SELECT @extschema@._l2_margins_agg(%1$L::@extschema@.l2_model,
       @extschema@._l2_encode(%1$L::@extschema@.l2_model, q), %2$L::pg_catalog.float8) AS numbers,
       pg_catalog.count(*) AS n FROM %3$s AS q',
    m, level, (@extschema@._l2_source(source, search_path)).from_item), search_path)).numbers;
  FOR i IN 0 .. coalesce(cardinality(a), 0) / 8 - 1 LOOP
    term := names[i + 1];
    estimate := a[8 * i + 1];
    std_error := a[8 * i + 2];
    t := a[8 * i + 3];
    p := a[8 * i + 4];
    lower := a[8 * i + 5];
    upper := a[8 * i + 6];
    kind := CASE a[8 * i + 7] WHEN 1 THEN 'difference' ELSE 'slope' END;
    n := a[8 * i + 8];
    RETURN NEXT;
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@._l2_margins(regclass, text, float8, text) IS
'l2_margins of a model''s table over a source.';

CREATE FUNCTION @extschema@.l2_margins(
  name text, source text, level float8 DEFAULT 0.95,
  OUT term text, OUT kind text, OUT estimate float8, OUT std_error float8, OUT t float8, OUT p float8,
  OUT lower float8, OUT upper float8, OUT n bigint
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_margins(text, text, float8) IS
'Average marginal effects: by how much the mean of y (a probability, a count) moves with a feature,
averaged over the n rows of a relation or a query, which is read as the current user and has the columns
that the model takes. kind "slope": of a number, the derivative; "difference": of a boolean or a level, to
false or to the level that was left out. Errors by the delta method from the model''s own covariance
(option covariance), whatever its vcov, rows taken as given. Rows weigh alike, offsets are 0, rows with
NULLs are left out. Error for a model of a formula with terms worked out of several columns, or
transformed.';
CREATE FUNCTION @extschema@.l2_margins(
  model regclass, source text, level float8 DEFAULT 0.95,
  OUT term text, OUT kind text, OUT estimate float8, OUT std_error float8, OUT t float8, OUT p float8,
  OUT lower float8, OUT upper float8, OUT n bigint
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_margins(regclass, text, float8) IS 'The same of a model''s table.';
