-- Average marginal effects of models by name over the rows of a relation or a query.

-- What a row adds to sums, which are added where the rows are

CREATE FUNCTION @extschema@._l2_margins_of(model @extschema@.l2_model, x float8[]) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_margins_of' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION @extschema@._l2_margins_of(@extschema@.l2_model, float8[]) IS
'What a row adds to the sums that effects of all features are made of: zeros where it is not usable.';
CREATE FUNCTION @extschema@._l2_margin_of(
  model @extschema@.l2_model, x float8[], cases float8[], weights float8[]
) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_margin_of' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION @extschema@._l2_margin_of(@extschema@.l2_model, float8[], float8[], float8[]) IS
'The same of the effect of a column: of the sum of means of cases, rows in which the column is another, one
after the other, with those weights.';
CREATE FUNCTION @extschema@._l2_sum_add(float8[], float8[]) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_sum_add' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@._l2_sum_add(float8[], float8[]) IS 'transition function of _l2_sum';
CREATE FUNCTION @extschema@._l2_sum_combine(float8[], float8[]) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_sum_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@._l2_sum_combine(float8[], float8[]) IS 'combine function of _l2_sum';
CREATE AGGREGATE @extschema@._l2_sum(x float8[]) (
  SFUNC = @extschema@._l2_sum_add, STYPE = float8[], COMBINEFUNC = @extschema@._l2_sum_combine,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@._l2_sum(float8[]) IS 'The sums of the elements of arrays of one length.';
CREATE FUNCTION @extschema@._l2_margins_final(sums float8[], model @extschema@.l2_model, level float8)
  RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_margins_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@._l2_margins_final(float8[], @extschema@.l2_model, float8) IS
'The eight numbers of each row of l2_margins, one after the other, from sums of _l2_margins_of.';
CREATE FUNCTION @extschema@._l2_margin_final(
  sums float8[], model @extschema@.l2_model, n_cases integer, level float8
) RETURNS float8[]
  AS 'MODULE_PATHNAME', 'l2_margin_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@._l2_margin_final(float8[], @extschema@.l2_model, integer, float8) IS
'The eight numbers of one row of l2_margins, from sums of _l2_margin_of, then for each feature 1 where no case
of a slope moves it.';

CREATE FUNCTION @extschema@._l2_run_numbers(
  query text, search_path text, OUT numbers float8[], OUT n bigint
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_numbers(text, text) IS
'As _l2_run, for a query of numbers and how many rows they are of.';

CREATE FUNCTION @extschema@._l2_margin_columns(
  m @extschema@.l2_model, names text[], types oid[],
  OUT name text, OUT type regtype, OUT kind text, OUT levels text[], OUT base text
) RETURNS SETOF record
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH encoding AS (SELECT m::jsonb -> 'encoding' AS e),
    attributes AS (
      SELECT a ->> 'attribute' AS attribute, a ->> 'kind' AS kind, a ? 'expression' AS worked_out,
        -- those that have no column of their own, and those that have one
        ARRAY(SELECT jsonb_array_elements_text(a -> 'reference')
              UNION ALL
              (SELECT substr(t, length(a ->> 'attribute') + 2)
               FROM unnest(@extschema@.l2_names(m)) WITH ORDINALITY u(t, o)
               WHERE a ->> 'kind' = 'category' AND starts_with(t, (a ->> 'attribute') || '=')
                 AND NOT e -> 'attributes' @> jsonb_build_array(jsonb_build_object('attribute', t))
               ORDER BY o)) AS levels
      FROM encoding, jsonb_array_elements(e -> 'attributes') a),
    columns AS (
      SELECT DISTINCT c.name FROM (
        SELECT i ->> 'attribute' FROM encoding, jsonb_array_elements(e -> 'inputs') i
        UNION ALL SELECT attribute FROM attributes WHERE NOT worked_out) c(name))
  SELECT c.name, s.type, CASE WHEN g.levels IS NOT NULL THEN 'levels'
      WHEN s.type = 'boolean'::regtype THEN 'boolean'
      WHEN s.type = ANY ('{smallint,integer,bigint,numeric,real,double precision}'::regtype[])
        THEN 'number' END,
    g.levels,
    -- the level that has no column
    (SELECT l FROM unnest(g.levels) WITH ORDINALITY u(l, i)
     WHERE NOT EXISTS (SELECT FROM attributes a, unnest(string_to_array(a.attribute, ':')) part
                       WHERE part = g.attribute || '=' || l)
     ORDER BY i LIMIT 1)
  FROM columns c
    LEFT JOIN (SELECT n, t::regtype AS type, i FROM unnest(names, types) WITH ORDINALITY u(n, t, i)) s
      ON s.n = c.name
    LEFT JOIN attributes g
      ON g.kind = 'category' AND g.attribute IN (c.name, format('factor(%s)', c.name))
  ORDER BY s.i NULLS FIRST
$$;
COMMENT ON FUNCTION @extschema@._l2_margin_columns(@extschema@.l2_model, text[], oid[]) IS
'The columns that a model''s terms are worked out of, as a source has them: what l2_margins does with each.';

CREATE FUNCTION @extschema@._l2_margin_row(names text[], changed text, value text, distributed boolean)
  RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN distributed
    THEN format('@extschema@.l2_row(ROW(%s), %L::pg_catalog.text[])', string_agg(s.e, ', ' ORDER BY s.i),
      names)
    ELSE format('(SELECT r FROM (SELECT %s) AS r)',
      string_agg(format('%s AS %I', s.e, s.n), ', ' ORDER BY s.i))
    END
  FROM (SELECT n, i, CASE WHEN n = changed THEN value ELSE format('q.%I', n) END AS e
        FROM unnest(names) WITH ORDINALITY u(n, i)) s
$$;
COMMENT ON FUNCTION @extschema@._l2_margin_row(text[], text, text, boolean) IS
'SQL of a record of those columns of q, in which one of them has another value; of an l2_row, where the source
is distributed.';

CREATE FUNCTION @extschema@._l2_margin_query(
  m @extschema@.l2_model, from_item text, level float8, names text[], changed text,
  cases text[], weights text, sd float8, distributed boolean
) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  SELECT format(
    'SELECT @extschema@._l2_margin_final(@extschema@._l2_sum(@extschema@._l2_margin_of(
         %1$L::@extschema@.l2_model, @extschema@._l2_encode(%1$L::@extschema@.l2_model, %2$s), %3$s, %4$s)),
       %1$L::@extschema@.l2_model, %5$s, %6$L::pg_catalog.float8) AS numbers, pg_catalog.count(*) AS n
     FROM %7$s AS q',
    m,
    @extschema@._l2_margin_row(names, changed, CASE WHEN cardinality(cases) = 4
      THEN format('q.%I::pg_catalog.float8', changed) ELSE format('q.%I', changed) END, distributed),
    (SELECT string_agg(format('@extschema@._l2_encode(%L::@extschema@.l2_model, %s)', m,
       @extschema@._l2_margin_row(names, changed, c, distributed)), ' OPERATOR(pg_catalog.||) ' ORDER BY i)
     FROM unnest(cases) WITH ORDINALITY u(c, i)),
    weights, cardinality(cases), level,
    -- by how much a number is moved: little of itself and of how it varies, not so little that it is rounded
    CASE WHEN cardinality(cases) = 4 THEN format(
      '(SELECT q.*, coalesce(greatest(least(CASE WHEN q.%1$I OPERATOR(pg_catalog.<>) 0 '
      'THEN pg_catalog.abs(q.%1$I::pg_catalog.float8) END, %2$L::pg_catalog.float8), '
      '%2$L::pg_catalog.float8 OPERATOR(pg_catalog./) 1024), 1) OPERATOR(pg_catalog./) 1024 AS " h" '
      'FROM %3$s AS q)',
      changed, nullif(sd, 0), from_item) ELSE from_item END)
$$;
COMMENT ON FUNCTION @extschema@._l2_margin_query(@extschema@.l2_model, text, float8, text[], text, text[],
  text, float8, boolean) IS
'SQL of one row of l2_margins: that of a column, from rows of the names in which it is what cases say. sd: by
which a number varies.';

CREATE FUNCTION @extschema@._l2_margin_of_column(
  m @extschema@.l2_model, from_item text, level float8, search_path text, names text[],
  changed text, cases text[], weights text, sd float8, distributed boolean
) RETURNS float8[]
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (@extschema@._l2_run_numbers(@extschema@._l2_margin_query(
    CASE WHEN cardinality(cases) = 4 THEN jsonb_set(m::jsonb, '{encoding,inputs}', coalesce((
      SELECT jsonb_agg(CASE WHEN i ->> 'attribute' = changed
                         AND i ->> 'type' IN ('smallint', 'integer', 'bigint')
                       THEN jsonb_set(i, '{type}', '"double precision"') ELSE i END ORDER BY o)
      FROM jsonb_array_elements(m::jsonb #> '{encoding,inputs}') WITH ORDINALITY u(i, o)),
      '[]'))::@extschema@.l2_model
    ELSE m END, from_item, level, names, changed, cases, weights, sd, distributed), search_path)).numbers
$$;
COMMENT ON FUNCTION @extschema@._l2_margin_of_column(@extschema@.l2_model, text, float8, text, text[], text,
  text[], text, float8, boolean) IS
'The numbers of one row of l2_margins; with four cases the column, an integer too, takes values between.';

CREATE FUNCTION @extschema@._l2_margin_of_number(
  m @extschema@.l2_model, from_item text, level float8, search_path text, names text[],
  changed text, cases text[], weights text, distributed boolean
) RETURNS float8[]
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN @extschema@._l2_margin_of_column(m, from_item, level, search_path, names, changed, cases, weights,
    (@extschema@._l2_run_numbers(format(
       'SELECT ARRAY[pg_catalog.stddev_pop(q.%I::pg_catalog.float8)] AS numbers, pg_catalog.count(*) AS n '
       'FROM %s AS q', changed, from_item), search_path)).numbers[1], distributed);
EXCEPTION WHEN division_by_zero OR numeric_value_out_of_range OR invalid_argument_for_logarithm
  OR invalid_argument_for_power_function THEN
  -- the same error, where the rows themselves are what terms cannot be computed of
  PERFORM @extschema@._l2_run_number(format(
    'SELECT pg_catalog.count(@extschema@._l2_encode(%L::@extschema@.l2_model, %s)), 0::bigint FROM %s AS q',
    m, @extschema@._l2_margin_row(names, NULL::text, NULL::text, distributed), from_item), search_path);
  RAISE invalid_parameter_value USING MESSAGE = 'a term of the model has no derivative at a row',
    DETAIL = format('A value of "%s" lies where it ends, or too near: beside it, %s.', changed, SQLERRM),
    HINT = 'Leave such rows out of the source, or compare l2_predict at two values of the column.';
END $$;
COMMENT ON FUNCTION @extschema@._l2_margin_of_number(@extschema@.l2_model, text, float8, text, text[], text,
  text[], text, boolean) IS
'_l2_margin_of_column for a number, which is moved up and down: an error of its own where terms end there.';

CREATE FUNCTION @extschema@._l2_margin_steps(
  m @extschema@.l2_model, changed text, names text[], types oid[], stays float8[]
) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(a ->> 'attribute', ', ' ORDER BY i)
  FROM jsonb_array_elements(m::jsonb #> '{encoding,attributes}') WITH ORDINALITY u(a, i)
  WHERE a ? 'expression' AND NOT coalesce((a ->> 'guard')::boolean, false)
    AND a ->> 'attribute' = ANY (ARRAY(SELECT f FROM unnest((@extschema@.l2_names(m))[2 :], stays) t(f, s)
      WHERE s = 1))
    AND changed = ANY ((@extschema@._l2_term(a ->> 'expression', names, types::regtype[],
      NULL::regtype[])).uses)
$$;
COMMENT ON FUNCTION @extschema@._l2_margin_steps(@extschema@.l2_model, text, text[], oid[], float8[]) IS
'The terms that have a column in them and do not move with it, of features that stay; NULL for none.';

CREATE FUNCTION @extschema@._l2_margins(
  model regclass, source text, level float8, search_path text,
  OUT term text, OUT kind text, OUT estimate float8, OUT std_error float8, OUT t float8, OUT p float8,
  OUT lower float8, OUT upper float8, OUT n bigint
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  m @extschema@.l2_model := @extschema@.l2_get(model, NULL::integer);
  item text := (@extschema@._l2_source(source, search_path)).from_item;
  names text[];
  types oid[];
  terms text[] := (@extschema@.l2_names(m))[2 :];
  a float8[];
  level_type text;
  c record;
  numbers float8[];
  steps text;
  distributed boolean := @extschema@._l2_is_distributed(format('SELECT * FROM %s AS q', item), search_path);
  unknown text[] := '{}';
BEGIN
  IF (m::jsonb ->> 'sum_weights')::float8 <> (m::jsonb ->> 'n')::float8 THEN
    RAISE NOTICE 'rows weigh alike in these effects, and did not in the fit'
      USING HINT = 'Give rows that count for several as often in a query.';
  END IF;
  SELECT array_agg(s.name), array_agg(s.type::oid) INTO names, types
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', item), search_path) s;
  IF m::jsonb #> '{encoding,attributes}' @? '$[*] ? (exists(@.expression))' THEN
    terms := '{}';
    FOR c IN SELECT *, array_agg(x.name) OVER () AS names
             FROM @extschema@._l2_margin_columns(m, names, types) x LOOP
      IF c.type IS NULL THEN
        RAISE undefined_column USING
          MESSAGE = format('the source has no column "%s", which the model takes', c.name);
      ELSIF c.kind IS NULL THEN
        RAISE feature_not_supported USING
          MESSAGE = format('no marginal effect of column "%s", which is of type %s', c.name, c.type),
          HINT = 'Compare l2_predict at two values of the column.';
      ELSIF c.kind = 'levels' THEN
        -- whoever gives the source: the search_path does not say what a type is, nor is a domain's check run
        SELECT CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN format('pg_catalog.%I', t.typname)
          WHEN t.typtype = 'e' THEN c.type::text ELSE 'pg_catalog.text' END
        INTO level_type FROM pg_type t WHERE t.oid = c.type;
        FOR i IN 1 .. cardinality(c.levels) LOOP
          CONTINUE WHEN c.levels[i] = coalesce(c.base, c.levels[1]);
          terms := terms || (c.name || '=' || c.levels[i]);
          numbers := @extschema@._l2_margin_of_column(m, item, level, search_path, c.names, c.name, ARRAY[
            format('%L::%s', c.levels[i], level_type),
            format('%L::%s', coalesce(c.base, c.levels[1]), level_type)],
            '''{1,-1}''::pg_catalog.float8[]'::text, NULL::double precision,
            distributed);
          a := a || numbers[1 : 8];
          unknown := unknown || CASE WHEN 2 = ANY (numbers[9 :]) THEN terms[cardinality(terms)] END;
        END LOOP;
      ELSIF c.kind = 'boolean' THEN
        terms := terms || c.name;
        numbers := @extschema@._l2_margin_of_column(m, item, level, search_path, c.names, c.name,
          '{true,false}'::text[], '''{1,-1}''::pg_catalog.float8[]'::text, NULL::double precision,
            distributed);
        a := a || numbers[1 : 8];
        unknown := unknown || CASE WHEN 2 = ANY (numbers[9 :]) THEN c.name END;
      ELSE
        terms := terms || c.name;
        numbers := @extschema@._l2_margin_of_number(m, item, level, search_path, c.names, c.name,
          ARRAY(SELECT format(
                  '(q.%I::pg_catalog.float8 OPERATOR(pg_catalog.+) ((%s) OPERATOR(pg_catalog.*) q." h"))',
                  c.name, k) FROM unnest('{1,-1,2,-2}'::integer[]) WITH ORDINALITY u(k, o) ORDER BY o),
          (SELECT format('ARRAY[%s]', string_agg(format(
             '(%s) OPERATOR(pg_catalog./) (12 OPERATOR(pg_catalog.*) q." h")', w), ', ' ORDER BY o))
           FROM unnest('{8,-8,-1,1}'::integer[]) WITH ORDINALITY u(w, o)), distributed);
        a := a || numbers[1 : 8];
        unknown := unknown || CASE WHEN 2 = ANY (numbers[9 :]) THEN c.name END;
        steps := @extschema@._l2_margin_steps(m, c.name, names, types, numbers[9 :]);
        IF steps IS NOT NULL THEN
          RAISE NOTICE 'terms of "%" are steps, which have no slope: %', c.name, steps
            USING DETAIL = CASE WHEN numbers[1] IS NULL THEN 'Its effect is NULL.'
                             ELSE 'Its slope is that of its other terms.' END,
              HINT =
                'Compare l2_predict at two values of the column, or make the step a column of the source.';
        END IF;
      END IF;
    END LOOP;
    IF cardinality(array_remove(unknown, NULL)) > 0 THEN
      RAISE NOTICE 'the rows of training do not determine effects: %', array_to_string(unknown, ', ')
        USING DETAIL = 'They are of rows in which a column that was dropped is not what others made it.',
          HINT = 'Leave rows out of the source that are of combinations which training had none of, a term '
                 'out of the model, or put levels together.';
    END IF;
  ELSE
    a := (@extschema@._l2_run_numbers(format(
      'SELECT @extschema@._l2_margins_final(@extschema@._l2_sum(@extschema@._l2_margins_of(
         %1$L::@extschema@.l2_model, @extschema@._l2_encode(%1$L::@extschema@.l2_model, %2$s))),
         %1$L::@extschema@.l2_model, %3$L::pg_catalog.float8) AS numbers, pg_catalog.count(*) AS n
       FROM %4$s AS q',
      m, CASE WHEN distributed THEN @extschema@._l2_margin_row(ARRAY(
           -- what the model takes; other columns may be of any type
           SELECT u FROM unnest(names) u
           WHERE u = ANY (terms)
             OR u IN (SELECT x.name FROM @extschema@._l2_margin_columns(m, names, types) x)),
           NULL::text, NULL::text, true)
         ELSE 'q.*::pg_catalog.record' END, level, item), search_path)).numbers;
  END IF;
  IF coalesce(cardinality(a), 0) = 0 AND cardinality(terms) > 0 THEN
    RAISE NOTICE 'there is nothing to average: in no row of the source are all features known';
  END IF;
  FOR i IN 0 .. coalesce(cardinality(a), 0) / 8 - 1 LOOP
    term := terms[i + 1];
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
false or to the level that was left out. Where terms are worked out of other
columns, transformed or crossed, rows are of these: the derivative by the column, numerically, of all its
terms together (to ten digits or so; an error where a term ends too near), and the difference of a level to
that without a column. Errors by the delta method from the model''s own covariance (option covariance),
whatever its vcov, rows taken as given. Rows weigh alike, whatever the fit weighed by: of rows that count
for several give a query that repeats them; a NOTICE says so. A term that is a step of a number, as I(x > 0),
has no slope, of which a NOTICE tells. An offset is added as the model has it; rows with NULLs are left out.
NULL where only features matter that the fit dropped, and, with a NOTICE, where the effect is of rows whose
mean those of training do not determine, as of levels in a combination that no row had.';
CREATE FUNCTION @extschema@.l2_margins(
  model regclass, source text, level float8 DEFAULT 0.95,
  OUT term text, OUT kind text, OUT estimate float8, OUT std_error float8, OUT t float8, OUT p float8,
  OUT lower float8, OUT upper float8, OUT n bigint
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_margins(regclass, text, float8) IS 'The same of a model''s table.';

-- The call that other functions of models have is an error that says what to write
CREATE FUNCTION @extschema@.l2_margins(
  model @extschema@.l2_model, source text, level float8 DEFAULT 0.95,
  OUT term text, OUT kind text, OUT estimate float8, OUT std_error float8, OUT t float8, OUT p float8,
  OUT lower float8, OUT upper float8, OUT n bigint
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_refuse_call' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_margins(@extschema@.l2_model, text, float8) IS
'An error: a model is given by its name or its table: l2_train(''m'', ''houses'', ''price ~ area''), then
l2_margins(''m'', ''houses'').';
