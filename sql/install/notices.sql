-- What l2_train and l2_fit say of rows and columns that are not what a model is for.

CREATE FUNCTION @extschema@._l2_key_column(query text, search_path text) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_key_column(text, text) IS
'The column of a query that is the primary key of the one table whose rows it gives; NULL where there is '
  'none.';

CREATE FUNCTION @extschema@._l2_level_count(bytea, text) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION @extschema@._l2_level_count(bytea, text) IS 'transition function of _l2_levels';
CREATE FUNCTION @extschema@._l2_level_count_final(bytea) RETURNS float8
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_level_count_final(bytea) IS 'final function of _l2_levels';
CREATE FUNCTION @extschema@._l2_level_combine(bytea, bytea) RETURNS bytea
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_level_combine(bytea, bytea) IS 'combine function of _l2_levels';
CREATE AGGREGATE @extschema@._l2_levels(level text) (
  SFUNC = @extschema@._l2_level_count, STYPE = bytea, SSPACE = 8192,
  FINALFUNC = @extschema@._l2_level_count_final, COMBINEFUNC = @extschema@._l2_level_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@._l2_levels(text) IS
'How many different texts there are: exact to 1,024, beyond it to about 3 in a hundred.';

CREATE FUNCTION @extschema@._l2_identifiers(
  source text, search_path text, names text[], kinds text[], columns text[], types regtype[], OUT key text,
  OUT near_key text[]
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@._l2_source(source, search_path)).from_item;
  categories text[];
  counted text[];
BEGIN
  key := @extschema@._l2_key_column(format('SELECT * FROM %s AS q', from_item), search_path);
  key := CASE WHEN key = ANY (names) THEN key END;
  categories := ARRAY(SELECT n FROM unnest(names, kinds) WITH ORDINALITY u(n, k, i)
                      WHERE k = 'category' AND n IS DISTINCT FROM key ORDER BY i);
  near_key := '{}';
  IF cardinality(categories) > 0 THEN
    PERFORM @extschema@._l2_check_functions('{_l2_levels}'::text[]);
    counted := @extschema@._l2_run_values(format('SELECT ARRAY[%s] FROM %s AS q',
      (SELECT
        string_agg(format('pg_catalog.count(q.%1$I)::pg_catalog.text, '
          '@extschema@._l2_levels(%2$s)::pg_catalog.text', c,
          @extschema@._l2_text('q.' || quote_ident(c), columns, types, 'q.' || quote_ident(c))),
                         ', ' ORDER BY i) FROM unnest(categories) WITH ORDINALITY u(c, i)), from_item),
                           search_path);
    near_key := ARRAY(SELECT categories[i] FROM generate_subscripts(categories, 1) i
                      WHERE counted[2 * i - 1]::bigint >= 20
                        AND counted[2 * i]::float8 >= 0.9 * counted[2 * i - 1]::bigint
                      ORDER BY i);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_identifiers(text, text, text[], text[], text[], regtype[]) IS
'Of some columns of a source the primary key, and categories in which nine of ten rows have a level of their
own. columns, types: all that the source has.';

CREATE FUNCTION @extschema@._l2_uses(expressions text[], names text[], types regtype[]) RETURNS text[]
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT u.name), '{}')
  FROM unnest(expressions) e(expression),
    LATERAL unnest((@extschema@._l2_term(e.expression, names, types, NULL::regtype[])).uses) u(name)
  WHERE e.expression IS NOT NULL
$$;
COMMENT ON FUNCTION @extschema@._l2_uses(text[], text[], regtype[]) IS
'The columns that expressions of a definition use, of columns of those names and types.';

CREATE FUNCTION @extschema@._l2_skipped(
  d @extschema@._l2_definition, OUT total bigint, OUT complete bigint, OUT weightless bigint,
  OUT clusterless bigint, OUT nulls jsonb
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  names text[];
  types regtype[];
  kinds text[];
  clusters text[];
  uses text[];
  cluster_uses text[];
  labels text[];
  items text[];
  usable text;
  clustered text;
  counted text[];
BEGIN
  SELECT array_agg(t.name ORDER BY t.i), array_agg(t.type ORDER BY t.i), array_agg(t.kind ORDER BY t.i)
  INTO names, types, kinds
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path)
    WITH ORDINALITY t(name, type, kind, i);
  clusters := ARRAY(SELECT CASE WHEN c = ANY (names) THEN 'q.' || quote_ident(c) ELSE c END
    FROM jsonb_array_elements_text(CASE jsonb_typeof(d.options -> 'cluster') WHEN 'array'
      THEN d.options -> 'cluster' WHEN 'string' THEN jsonb_build_array(d.options -> 'cluster')
      ELSE '[]' END) c);
  -- the group and instruments are no features, and say themselves what they are made of
  uses := @extschema@._l2_uses(d.instrument_expressions || d.absorbed, names, types);
  cluster_uses := @extschema@._l2_uses(clusters, names, types);
  SELECT array_agg(t.name ORDER BY t.i), array_agg('q.' || quote_ident(t.name) ORDER BY t.i)
  INTO labels, items
  FROM unnest(names, kinds) WITH ORDINALITY t(name, kind, i)
  WHERE t.name = ANY (uses) OR ((t.name = ANY (d.inputs)
      OR 'q.' || quote_ident(t.name) = ANY (d.expressions || d.target_expression || d.weight || d.offset_by)
      OR d.arrays ? t.name)
    AND NOT (t.kind = 'category' AND coalesce(d.options -> 'null_level' = 'true', false)));
  usable := coalesce((SELECT string_agg(format('%s IS NOT NULL', c), ' AND ') FROM unnest(items) c), 'true');
  -- and what is NULL though its columns are not, as NULLIF and CASE are
  SELECT labels || array_agg(u.label ORDER BY u.i), items || array_agg(format('CASE WHEN %s THEN '
      'CASE WHEN %s IS NULL THEN NULL::integer ELSE 1 END ELSE 1 END', usable, u.item) ORDER BY u.i),
    concat_ws(' AND ', usable, string_agg(format('%s IS NOT NULL', u.item), ' AND '))
  INTO labels, items, usable
  FROM (SELECT l AS label, i, format('(%s)', @extschema@._l2_column(e, names, types)) AS item
        FROM unnest(d.features || d.target, d.expressions || d.target_expression)
          WITH ORDINALITY v(l, e, i)
        WHERE e ~* '\m(nullif|case)\M' AND e !~ '^q[.]([a-z_][a-z0-9_]*|"([^"]|"")*")$') u;
  clustered := coalesce((SELECT string_agg(
    format('(%s) IS NOT NULL', @extschema@._l2_column(c, names, types)), ' AND ')
    FROM unnest(clusters) c), 'true');
  SELECT labels || array_agg(c), items || array_agg('q.' || quote_ident(c)) INTO labels, items
  FROM unnest(cluster_uses) c WHERE c <> ALL (coalesce(labels, '{}'));
  counted := @extschema@._l2_run_values(format(
    'SELECT ARRAY[pg_catalog.count(*)::pg_catalog.text, (pg_catalog.count(*) FILTER (WHERE '
      '%1$s AND %2$s))::pg_catalog.text, (pg_catalog.count(*) FILTER (WHERE %1$s AND %2$s AND '
      '(%3$s)::pg_catalog.float8 OPERATOR(pg_catalog.=) 0))::pg_catalog.text, (pg_catalog.count(*) FILTER '
      '(WHERE %1$s AND NOT (%2$s)))::pg_catalog.text%4$s] FROM %5$s AS q',
    usable, clustered, coalesce(@extschema@._l2_column(d.weight, names, types), '1'),
    (SELECT
      string_agg(format(', (pg_catalog.count(*) OPERATOR(pg_catalog.-) '
        'pg_catalog.count(%s))::pg_catalog.text', c), '' ORDER BY i)
     FROM unnest(items) WITH ORDINALITY u(c, i)), from_item), d.search_path);
  total := counted[1];
  complete := counted[2];
  weightless := counted[3];
  clusterless := counted[4];
  nulls := coalesce((SELECT jsonb_object_agg(labels[i], counted[i + 4]::bigint)
    FROM generate_subscripts(labels, 1) i
                     WHERE counted[i + 4] <> '0'), '{}');
END $$;
COMMENT ON FUNCTION @extschema@._l2_skipped(@extschema@._l2_definition) IS
'The rows that the source of a definition has, those of them without a NULL in what it uses, of these the rows
of weight 0, the rows that only the cluster is NULL of, and in how many rows each column, or term that makes a
NULL of its columns, is NULL.';

CREATE FUNCTION @extschema@._l2_list(counts jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(CASE WHEN i <= 5 THEN format('"%s" in %s', key, value) ELSE '...' END, ', ' ORDER BY i)
  FROM (SELECT key, value, row_number() OVER (ORDER BY value::bigint DESC, key) AS i
    FROM jsonb_each_text(counts)) s
  WHERE i <= 6
$$;
COMMENT ON FUNCTION @extschema@._l2_list(jsonb) IS 'The largest counts by name, to read.';

CREATE FUNCTION @extschema@._l2_no_rows(
  d @extschema@._l2_definition, what text, OUT message text, OUT detail text, OUT hint text
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s record;
  always text;
BEGIN
  message := format('%s has no usable row', what);
  detail := 'Rows with a NULL in the target, a feature, the weight or the cluster are left out.';
  hint := 'l2_train_sql shows the statement that reads the rows.';
  IF d.gram IS NULL THEN
    s := @extschema@._l2_skipped(d);
    always := (SELECT string_agg(format('"%s"', key), ', ') FROM jsonb_each_text(s.nulls)
      WHERE value::bigint = s.total);
    IF s.complete > 0 AND s.complete < 3 AND @extschema@._l2_by_cv(d) THEN
      message := format('%s has too few rows for cross-validation: %s', what, s.complete);
      hint := 'Give lambda, or method ols.';
    ELSIF s.total > 0 AND s.complete = 0 THEN
      detail := CASE WHEN always IS NOT NULL THEN format('NULL in all %s rows: %s.', s.total, always)
        ELSE format('In each of %s rows a column is NULL: %s.', s.total, @extschema@._l2_list(s.nulls)) END;
      hint := 'Leave such columns out: name the others in a formula, or in option features.';
    ELSIF s.total = 0 THEN
      detail := 'It has no rows at all.';
    ELSIF s.complete = s.weightless THEN
      detail := format('The weight is 0 in all %s rows.', s.complete);
    END IF;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_no_rows(@extschema@._l2_definition, text) IS
'What to say where no model came of the rows of a definition''s source: which columns are to blame.';

CREATE FUNCTION @extschema@._l2_alone(d @extschema@._l2_definition) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s record := @extschema@._l2_training_pieces(d);
  y text := CASE WHEN s.weight IS NULL THEN s.target
    ELSE format('@extschema@.l2_obs(%s, weight => %s)', s.target, s.weight) END;
  names text[];
  c float8[];
  means float8[];
  r record;
  alone boolean;
BEGIN
  IF d.method = 'multinomial' THEN
    -- a category each level of which is of one class
    FOR names IN SELECT ARRAY[u.f, u.e] FROM unnest(d.features, d.expressions, d.kinds) u(f, e, k)
        WHERE u.k = 'category' LOOP
      alone := (@extschema@._l2_run_values(format(
        'SELECT ARRAY[(pg_catalog.count(*) OPERATOR(pg_catalog.>) 1 AND pg_catalog.count(*) '
          'OPERATOR(pg_catalog.=) pg_catalog.count(DISTINCT g.l))::pg_catalog.text] '
          'FROM (SELECT DISTINCT (%s)::pg_catalog.text AS l, (%s)::pg_catalog.text AS y FROM %s) AS g '
          'WHERE g.l IS NOT NULL AND g.y IS NOT NULL', names[2], s.target, s.from_item), d.search_path))[1];
      IF alone THEN
        RETURN names[1];
      END IF;
    END LOOP;
    RETURN NULL;
  END IF;
  r :=
    @extschema@._l2_run(format('SELECT NULL::@extschema@.l2_model AS model, @extschema@.l2_gram_agg(%s, %s, '
      '%L::@extschema@.l2_options) AS gram FROM %s',
    y, s.features, @extschema@._l2_gram_options(d), s.from_item), d.search_path);
  names := @extschema@.l2_names(r.gram);
  c := @extschema@.l2_covariance(r.gram, 0);
  FOR j IN 2 .. cardinality(names) LOOP
    IF c[1][j] * c[1][j] >= (1 - 1e-9) * c[1][1] * c[j][j] AND c[j][j] > 0 AND c[1][1] > 0 THEN
      RETURN names[j];
    END IF;
  END LOOP;
  -- of a category the variance of the levels' means
  means := @extschema@.l2_means(r.gram);
  RETURN (SELECT u.f FROM unnest(d.features, d.kinds) WITH ORDINALITY u(f, k, i)
    JOIN unnest(names) WITH ORDINALITY n(name, j) ON starts_with(n.name, u.f || '=')
          WHERE u.k = 'category' AND c[1][1] > 0 AND means[j] > 0
          GROUP BY u.f, u.i HAVING sum(c[1][j] * c[1][j] / means[j]) >= (1 - 1e-9) * c[1][1]
          ORDER BY u.i LIMIT 1);
END $$;
COMMENT ON FUNCTION @extschema@._l2_alone(@extschema@._l2_definition) IS
'A feature that alone explains all but 1e-9 of the target''s variance, or of classes all of them; NULL where
none does.';

CREATE FUNCTION @extschema@._l2_say(d @extschema@._l2_definition, model @extschema@.l2_model, what text)
  RETURNS jsonb
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record := @extschema@.l2_glance(model);
  names text[] := @extschema@.l2_names(model);
  s record;
  skipped jsonb;
  item text;
  target text;
  levels bigint;
  ids text[] := '{}';
BEGIN
  IF d.gram IS NOT NULL THEN
    RETURN '{}';
  END IF;
  IF g.n_skipped > 0 AND d.half_life IS NULL AND d.training_window IS NULL THEN
    s := @extschema@._l2_skipped(d);
    skipped := s.nulls;
    -- rows of weight 0 are left out too, as their weight says
    IF (g.n_skipped - s.weightless) * 10 > g.n + g.n_skipped THEN
      RAISE NOTICE '% is of % rows, and leaves out % with a NULL%', what, g.n, g.n_skipped - s.weightless,
          coalesce(': ' || @extschema@._l2_list(skipped), '')
        USING HINT = CASE WHEN skipped - d.target = '{}' THEN
            'A row without a target teaches nothing; leave such rows out in a query to have no notice.'
          ELSE 'Leave such columns out, or fill them in a query with coalesce; of categories '
            '{"null_level": true} makes a level.' END;
    ELSIF s.clusterless > 0 THEN
      RAISE NOTICE '% leaves out % of % rows whose cluster is NULL', what, s.clusterless, g.n + g.n_skipped
        USING DETAIL = 'Estimates are of the other rows, and not what they are without clusters.',
          HINT = 'Give these rows a cluster in a query, with coalesce.';
    END IF;
  END IF;
  IF 'category' = ANY (d.kinds) OR cardinality(d.guards) > 0 THEN
    FOR item, levels IN
      -- columns, and the levels that have none
      SELECT a.name, count(*) + max(a.left_out)
      FROM (SELECT j ->> 'attribute' AS name, coalesce(jsonb_array_length(j -> 'reference'), 0) AS left_out
            FROM jsonb_array_elements(model::jsonb -> 'encoding' -> 'attributes') j
            WHERE j ->> 'kind' = 'category' AND j -> 'guard' IS NULL) a
              JOIN unnest(names[2 :]) f ON starts_with(f, a.name || '=')
      GROUP BY 1
      UNION ALL SELECT k, count(*) FROM unnest(d.known_names) k WHERE k = ANY (d.guards) GROUP BY 1 LOOP
      IF g.n >= 20 AND 2 * levels > g.n THEN
        ids := ids || item;
        RAISE NOTICE 'category "%" has % levels in % rows', item, levels, g.n
          USING DETAIL = 'A level that few rows have tells these rows apart, and nothing of others.',
            HINT = 'Leave it out if it is an id or a name.';
      END IF;
    END LOOP;
  END IF;
  IF d.method IN ('ridge', 'lasso', 'elastic_net', 'dropout') THEN
    item := (@extschema@._l2_source(d.source, d.search_path)).from_item;
    target := d.target_expression;
    IF target <> 'q.' || quote_ident(d.target) THEN
      target := (SELECT @extschema@._l2_column(target, array_agg(c.name), array_agg(c.type))
        FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', item), d.search_path) c);
    END IF;
    item := (SELECT t.kind FROM @extschema@._l2_describe(format('SELECT %s FROM %s AS q', target, item),
      d.search_path) t);
    IF item = 'boolean' THEN
      RAISE NOTICE 'target "%" is true or false, and method % is for numbers', d.target, d.method
        USING HINT = 'Method logistic gives probabilities; ols is the linear probability model.';
    END IF;
  END IF;
  -- a strength that somebody chose may take much of what a feature explains; some models have no R-squared
  IF coalesce(g.r_squared, 1) >= (CASE WHEN d.method = 'ols' OR @extschema@._l2_by_cv(d) THEN 0.99
      ELSE 0.5 END) AND cardinality(d.features) > 0 AND d.method <> 'iv' AND d.absorbed IS NULL THEN
    item := @extschema@._l2_alone(d);
    IF item IS NOT NULL AND item <> ALL (ids) THEN
      RAISE NOTICE 'feature "%" alone explains the target "%"', item, d.target
        USING DETAIL = CASE WHEN d.method = 'multinomial' THEN 'Each level of it is of one class.'
            ELSE 'All but 1e-9 of its variance, or less.' END,
          HINT = 'If one is made from the other, leave it out.';
    END IF;
  END IF;
  RETURN CASE WHEN skipped <> '{}' THEN jsonb_build_object('skipped', skipped) ELSE '{}' END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_say(@extschema@._l2_definition, @extschema@.l2_model, text) IS
'NOTICEs of a model that has been trained anew: rows left out, categories that are ids, a target that is true
or false, a feature that is the target. Gives details to keep: skipped, the NULLs of each column.';
