-- Models by name against other rows: l2_drift of a relation or a query.

CREATE FUNCTION @extschema@._l2_model_definition(model @extschema@.l2_model, source text, search_path text)
  RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  m jsonb := model::jsonb;
  d @extschema@._l2_definition;
  from_item text;
BEGIN
  SELECT s.source, s.from_item INTO d.source, from_item FROM @extschema@._l2_source(source, search_path) s;
  d.search_path := _l2_model_definition.search_path;
  d.method := m ->> 'method';
  d.target := m ->> 'target';
  d.options := '{}';
  d.inputs := '{}';
  d.input_types := '{}';
  IF m ? 'encoding' THEN
    SELECT array_agg(a ->> 'attribute' ORDER BY i),
      array_agg(coalesce(a ->> 'expression', 'q.' || quote_ident(a ->> 'attribute')) ORDER BY i),
      array_agg(CASE WHEN a ->> 'kind' IN ('number', 'boolean', 'category') THEN a ->> 'kind' ELSE 'time' END
        ORDER BY i)
    INTO d.features, d.expressions, d.kinds
    FROM jsonb_array_elements(m -> 'encoding' -> 'attributes') WITH ORDINALITY u(a, i)
    WHERE (a ->> 'guard') IS NULL;
    -- of an intercept alone there are none
    d.features := coalesce(d.features, '{}');
    d.expressions := coalesce(d.expressions, '{}');
    d.kinds := coalesce(d.kinds, '{}');
    SELECT coalesce(array_agg(a ->> 'attribute'), '{}'), coalesce(array_agg(a ->> 'type'), '{}')
    INTO d.inputs, d.input_types FROM jsonb_array_elements(m -> 'encoding' -> 'inputs') a;
    IF EXISTS (SELECT FROM jsonb_array_elements(m -> 'encoding' -> 'attributes') a
      WHERE (a ->> 'null_level')::boolean) THEN
      d.options := '{"null_level": true}';
    END IF;
  ELSE
    d.features := (@extschema@.l2_names(model))[2 :];
    d.expressions := ARRAY(SELECT 'q.' || quote_ident(f) FROM unnest(d.features) WITH ORDINALITY u(f, i)
      ORDER BY i);
    d.kinds := array_fill('number'::text, ARRAY[cardinality(d.features)]);
  END IF;
  -- rows may have no outcome yet
  d.target_expression := coalesce((SELECT CASE WHEN m ? 'positive' AND c.kind = 'category'
    THEN @extschema@._l2_label_number(quote_ident(c.name), m ->> 'positive', m ->> 'negative')
    ELSE 'q.' || quote_ident(c.name) END FROM @extschema@._l2_describe(
    format('SELECT * FROM %s AS q', from_item), search_path) c WHERE c.name = d.target), '0::float8');
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@._l2_model_definition(@extschema@.l2_model, text, text) IS
'A definition by which the features of a model can be made from the rows of a source; 0 for the target where
the source has no column of its name.';

CREATE FUNCTION @extschema@._l2_without_outcome(
  d @extschema@._l2_definition
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  names text[] := (SELECT array_agg(c.name) FROM @extschema@._l2_describe(
    format('SELECT * FROM %s AS q', (@extschema@._l2_source(d.source, d.search_path)).from_item),
    d.search_path) c);
  lost boolean := EXISTS (SELECT FROM unnest(d.inputs) i WHERE i <> ALL (names));
BEGIN
  -- what features are made from is looked for where they are
  SELECT coalesce(array_agg(i ORDER BY o), '{}'), coalesce(array_agg(t ORDER BY o), '{}')
  INTO d.inputs, d.input_types
  FROM unnest(d.inputs, d.input_types) WITH ORDINALITY u(i, t, o) WHERE i = ANY (names);
  IF d.target_expression = 'q.' || quote_ident(d.target) THEN
    lost := d.target <> ALL (names);
  END IF;
  -- labels have no moments
  lost := lost OR d.method = 'multinomial';
  IF lost THEN
    d.target_expression := '0::float8';
  END IF;
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@._l2_without_outcome(@extschema@._l2_definition) IS
'A definition for the rows that its source has now, which may have no target: then that is 0.';

CREATE FUNCTION @extschema@._l2_unseen_levels(
  model @extschema@.l2_model, d @extschema@._l2_definition, OUT term text, OUT share float8, OUT n bigint
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  names text[];
  types regtype[];
  item text;
  found text[];
  a record;
BEGIN
  SELECT array_agg(c.name ORDER BY c.i), array_agg(c.type ORDER BY c.i) INTO names, types
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path)
    WITH ORDINALITY c(name, type, kind, i);
  FOR a IN SELECT j ->> 'attribute' AS name,
             coalesce(j ->> 'expression', 'q.' || quote_ident(j ->> 'attribute')) AS expression,
             ARRAY(SELECT jsonb_array_elements_text(j -> 'reference')) AS levels
           FROM jsonb_array_elements(model::jsonb -> 'encoding' -> 'attributes') j
           WHERE (j ->> 'guard')::boolean LOOP
    item := @extschema@._l2_text(a.expression, names, types,
      @extschema@._l2_column(a.expression, names, types));
    found := @extschema@._l2_run_values(format(
      'SELECT pg_catalog.array_agg(u.t ORDER BY s.n DESC, s.l COLLATE pg_catalog."C", u.i) '
      'FROM (SELECT %1$s AS l, pg_catalog.count(*) AS n '
      'FROM %2$s AS q WHERE %1$s IS NOT NULL GROUP BY 1) AS s, '
      'pg_catalog.unnest(ARRAY[s.l, s.n::pg_catalog.text]) WITH ORDINALITY AS u(t, i)', item, from_item),
      d.search_path);
    n := (SELECT sum(found[i]::bigint) FROM generate_series(2, cardinality(found), 2) i);
    FOR i IN 1 .. coalesce(cardinality(found), 0) / 2 LOOP
      IF found[2 * i - 1] <> ALL (a.levels) THEN
        term := a.name || '=' || found[2 * i - 1];
        share := found[2 * i]::float8 / n;
        RETURN NEXT;
      END IF;
    END LOOP;
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@._l2_unseen_levels(@extschema@.l2_model, @extschema@._l2_definition) IS
'Levels that training did not see, of categories whose levels a formula has coded, with their share of the n
rows.';

CREATE FUNCTION @extschema@._l2_run_pair(
  query text, search_path text, OUT features @extschema@.l2_gram, OUT labelled @extschema@.l2_gram
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_pair(text, text) IS 'As _l2_run, for a query of two grams.';

CREATE FUNCTION @extschema@._l2_drift_of(
  model @extschema@.l2_model, d @extschema@._l2_definition,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c record;
  n integer;
  features text;
  from_item text;
  weight text;
  g record;
BEGIN
  IF d.gram IS NOT NULL THEN
    RETURN QUERY SELECT r.* FROM (
        SELECT @extschema@.l2_gram_sum(u.gram) AS gram
        FROM @extschema@._l2_run_gram(@extschema@._l2_gram_source_sql(d), d.search_path) s, unnest(s.grams)
          u(gram)) s,
      @extschema@.l2_drift(model, s.gram) r;
    RETURN;
  END IF;
  IF d.absorbed IS NOT NULL OR model::jsonb ? 'absorbed' THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = 'the model was fitted within groups, and does not know their means',
      DETAIL = 'Rows are compared with those of training about the means of their groups.',
      HINT = 'Make a gram of each group, and give l2_drift(l2_get(name), l2_gram_within(gram)).';
  END IF;
  IF d.half_life IS NOT NULL OR d.training_window IS NOT NULL THEN
    RAISE NOTICE 'rows of all times count alike in this comparison, and did not in training'
      USING HINT = 'Give a source of the rows to compare: l2_drift(name, ''SELECT ...'').';
  END IF;
  IF d.offset_by IS NOT NULL THEN
    -- the feature that the model has it as
    d.features := d.features || '(offset)'::text;
    d.expressions := d.expressions || d.offset_by;
    d.kinds := d.kinds || 'number'::text;
    d.offset_by := NULL;
  END IF;
  c := @extschema@._l2_columns(d, true);
  n := cardinality(d.features);
  from_item := c.from_item || ' AS q';
  weight := CASE WHEN d.weight IS NULL THEN '1::double precision' ELSE c.columns[n + 2] END;
  IF @extschema@._l2_needs_records(d, c.kinds) THEN
    from_item := from_item || c.record_from;
    features := c.record;
  ELSE
    features := @extschema@._l2_features_sql(c.columns[2 : n + 1]);
  END IF;
  PERFORM @extschema@._l2_check_functions('{l2_gram_agg,l2_obs}'::text[]);
  -- rows without an outcome tell of the features too
  g := @extschema@._l2_run_pair(format(
    'SELECT @extschema@.l2_gram_agg(@extschema@.l2_obs(0::double precision, weight => %6$s), %1$s,
         %2$L::@extschema@.l2_options),
       @extschema@.l2_gram_agg(@extschema@.l2_obs(%3$s, weight => %6$s), %1$s, %4$L::@extschema@.l2_options)
     FROM %5$s',
    features, @extschema@._l2_gram_options(d) || '{"target": "(none)"}', c.columns[1],
      @extschema@._l2_gram_options(d),
    from_item, weight), d.search_path);
  IF g.features IS NULL THEN
    RAISE NOTICE 'there is nothing to compare: in no row of the source are all features known';
  END IF;
  RETURN QUERY
    SELECT r.* FROM @extschema@.l2_drift(model, g.labelled) r WHERE r.term = d.target
      AND d.target_expression <> '0::float8'
    UNION ALL SELECT r.* FROM @extschema@.l2_drift(model, g.features) r
    UNION ALL SELECT u.term, 0, u.share, NULL, 0,
        sqrt(u.share * (1 - u.share) * u.n / nullif(u.n - 1, 0)), NULL
      FROM @extschema@._l2_unseen_levels(model, d) u
    UNION ALL SELECT r.* FROM @extschema@.l2_drift(model, g.labelled) r
      WHERE r.term = '(Residual)' AND d.target_expression <> '0::float8';
END $$;
COMMENT ON FUNCTION @extschema@._l2_drift_of(@extschema@.l2_model, @extschema@._l2_definition) IS
'l2_drift of a model against the rows of a definition''s source: of the target where there is one.';

CREATE FUNCTION @extschema@._l2_with_weight(
  model regclass, m @extschema@.l2_model, d @extschema@._l2_definition
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  weight text := (SELECT (v.training).definition ->> 'weight' FROM @extschema@._l2_versions(model, true) v);
  weighed boolean := weight IS NOT NULL
    OR (m::jsonb ->> 'sum_weights')::float8 <> (m::jsonb ->> 'n')::float8;
BEGIN
  IF weight IS NOT NULL THEN
    BEGIN
      d.weight := weight;
      PERFORM @extschema@._l2_columns(d, true);
    EXCEPTION WHEN undefined_column THEN
      d.weight := NULL;
    END;
  END IF;
  IF weighed AND d.weight IS NULL THEN
    RAISE NOTICE 'rows weigh alike in this comparison, and did not in training'
      USING DETAIL =
        'The source does not have what the model was weighed by, or its definition may not be read.';
  END IF;
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@._l2_with_weight(regclass, @extschema@.l2_model, @extschema@._l2_definition) IS
'A definition over another source with the weight that the model was trained with, where the source has it; a
NOTICE where it has not.';

CREATE FUNCTION @extschema@._l2_drift(
  model regclass, source text, search_path text,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.* FROM @extschema@.l2_get(model, NULL::integer) m,
    @extschema@._l2_drift_of(m, @extschema@._l2_with_weight(model, m,
      @extschema@._l2_without_outcome(@extschema@._l2_model_definition(m, source, search_path)))) r
$$;
COMMENT ON FUNCTION @extschema@._l2_drift(regclass, text, text) IS
'l2_drift of a model''s table against a source.';

CREATE FUNCTION @extschema@._l2_drift(
  model regclass,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  m @extschema@.l2_model := @extschema@.l2_get(model, NULL::integer);
  d @extschema@._l2_definition := @extschema@._l2_definition(model);
BEGIN
  -- until this function returns, which has a setting of its own
  PERFORM set_config(key, d.settings ->> key, true) FROM jsonb_object_keys(@extschema@._l2_settings()) key
  WHERE d.settings ? key;
  RETURN QUERY SELECT r.* FROM @extschema@._l2_drift_of(m, @extschema@._l2_without_outcome(d)) r;
END $$;
COMMENT ON FUNCTION @extschema@._l2_drift(regclass) IS
'l2_drift of a model''s table against the rows that its own source has now, as its owner.';

CREATE FUNCTION @extschema@.l2_drift(
  name text,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_drift(text) IS
'How far the rows that the model''s own source has now are from those of training: runs the definition''s
query as the model''s owner, for whoever can become him.';
CREATE FUNCTION @extschema@.l2_drift(
  model regclass,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_drift(regclass) IS 'The same of a model''s table.';

CREATE FUNCTION @extschema@.l2_drift(
  name text, source text,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_drift(text, text) IS
'The same against the rows of a relation or a query, which has the columns that the model takes; it is read as
the current user. Rows need no outcome: those of the target and the error are given where the source has it.
They weigh as in training, where the source has what it was weighed by, and else alike, of which a NOTICE
tells.';
CREATE FUNCTION @extschema@.l2_drift(
  model regclass, source text,
  OUT term text, OUT mean float8, OUT mean_now float8, OUT shift float8, OUT sd float8, OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', '_l2_for_reader' LANGUAGE C STABLE STRICT ROWS 10 COST 10000;
COMMENT ON FUNCTION @extschema@.l2_drift(regclass, text) IS 'The same of a model''s table.';
