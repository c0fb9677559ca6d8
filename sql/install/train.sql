-- Training by name: a definition, the one statement that it means, and its outcome.

CREATE TYPE @extschema@._l2_definition AS (
  source text,
  search_path text,
  formula text,
  target text,
  target_expression text,
  features text[],
  expressions text[],
  kinds text[],
  inputs text[],
  input_types text[],
  arrays jsonb,
  known_names text[],
  known_values text[],
  guards text[],
  guard_expressions text[],
  dot text[],
  offset_by text,
  fold text,
  key text[],
  weight text,
  method text,
  lambda float8,
  options jsonb,
  keep integer,
  gate float8,
  refresh text,
  time_column text,
  bucket interval,
  lag interval,
  training_window interval,
  half_life interval,
  gram text,
  absorbed text,
  instruments text[],
  instrument_expressions text[],
  labels text[],
  label_expression text,
  settings jsonb
);
COMMENT ON TYPE @extschema@._l2_definition IS
'The definition of a model, kept as JSON in the row that it trained. source: a relation, qualified, or a
query; search_path: where its names are looked up; expressions: SQL of each feature over q, a row of the
source; kinds: what each was, number, boolean, time or category; inputs: columns that expressions use, and
the built-in types they have there; arrays: array columns, and how many elements each has; known_names,
known_values: levels and knots that the formula took from the rows; guards: categories whose levels are
features; dot: the columns that . stands for; fold: SQL of the key by which rows are dealt to folds, or else
key: the columns of the primary key of the source; absorbed: SQL of the group whose effects are taken out;
instruments: of l2_iv, names and SQL; labels:
of a target of two, that of 0 first, and label_expression SQL of a row''s; settings: of the session that
trained, by which the source reads and writes times; options: those of the aggregate; the rest: options of
l2_train.';

CREATE FUNCTION @extschema@._l2_settings() RETURNS jsonb
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_object_agg(name, current_setting(name))
  FROM unnest('{DateStyle,IntervalStyle,TimeZone}'::text[]) name
$$;
COMMENT ON FUNCTION @extschema@._l2_settings() IS
'The settings that a source may depend on, by which it is read when the model is refreshed.';

-- Texts of a definition, analysed and run as the current user

CREATE FUNCTION @extschema@._l2_source(
  source text, search_path text, OUT source text, OUT from_item text
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_source(text, text) IS
'What source means with that search_path: a relation, with its schema, or a query without its semicolon; and
either as it stands after FROM. Error for anything but a relation''s name or a single SELECT, VALUES or
TABLE.';

CREATE FUNCTION @extschema@._l2_describe(query text, search_path text, OUT name text, OUT type regtype,
  OUT kind text)
  RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_describe(text, text) IS
'The columns of a query, which is analysed with that search_path, and not run. kind: number, boolean, time
(dates and timestamps), category (strings and enums), array (of numbers), or NULL for other types.';

CREATE FUNCTION @extschema@._l2_is_distributed(query text, search_path text) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_is_distributed(text, text) IS
'Whether a query, which is planned with that search_path, and not run, reads tables that Citus distributes.';

CREATE FUNCTION @extschema@._l2_run(
  query text, search_path text, OUT model @extschema@.l2_model, OUT gram @extschema@.l2_gram
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run(text, text) IS
'The one row of a query that gives a model and a gram, run with that search_path, and read-only: an error
where a function in it writes.';
CREATE FUNCTION @extschema@._l2_run_number(
  query text, search_path text, OUT a bigint, OUT b bigint
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_number(text, text) IS 'As _l2_run, for a query of two numbers.';

CREATE FUNCTION @extschema@._l2_run_by_likelihood(
  query text, search_path text, method text, rows text[], target text, features text[], lambda float8,
  options @extschema@.l2_options, gram_options @extschema@.l2_options, relation regclass,
  OUT model @extschema@.l2_model, OUT gram @extschema@.l2_gram
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE COST 100000;
COMMENT ON FUNCTION @extschema@._l2_run_by_likelihood(text, text, text, text[], text, text[], float8,
  @extschema@.l2_options, @extschema@.l2_options, regclass) IS
'What the query of a logistic or Poisson training gives, by running it or, where that is the faster way, by a
query of _l2_newton_agg a step. rows: SQL over q, a row of the source: the source after FROM, y, x (an array,
or an l2_row where there are gram_options), weight and offset or NULL, and an aggregate to keep or NULL.
gram_options: what a gram of these rows, with all levels, would be made with. relation: what is read, for
l2_progress.';

CREATE FUNCTION @extschema@._l2_formula(
  formula text, columns text[], kinds text[], dot text[], known_names text[], known_values text[],
    all_levels boolean,
  types regtype[],
  OUT target text, OUT target_expression text, OUT terms text[], OUT expressions text[],
    OUT intercept boolean,
  OUT dot_used boolean, OUT dropped text[], OUT offset_by text, OUT guards text[],
  OUT guard_expressions text[],
  OUT needs text[], OUT need_expressions text[], OUT need_kinds text[]
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_formula(text, text[], text[], text[], text[], text[], boolean,
  regtype[]) IS
'What a formula means for a source with those columns, of those kinds (see _l2_describe; "enum"; "levels", a
category whose levels are terms; "" for none),
"." standing for the columns dot: names of the terms, and SQL for each over q, a row of the source. needs:
what must be known of the rows first, levels of a category (kind: their order, text, number or enum) or knots
of a spline (kind: the number of interior ones); then known_names and known_values, a name a value.
all_levels: none is left out. dropped: what is subtracted.
guards: categories whose levels are terms, and an expression of a row''s
level.';

CREATE FUNCTION @extschema@._l2_formula_parts(formula text) RETURNS text[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_formula_parts(text) IS
'Of a formula y ~ terms | group | endogenous ~ instruments its four parts, NULL for those that are not '
  'there.';

CREATE FUNCTION @extschema@._l2_with_recipe(
  model @extschema@.l2_model, features text[], expressions text[], inputs text[], types text[], target text,
  guards text[], guard_expressions text[], level_guards text[], levels text[], unseen text, offset_by text,
  labels text[], kinds text[]
) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_with_recipe(@extschema@.l2_model, text[], text[], text[], text[], text,
  text[],
  text[], text[], text[], text, text, text[], text[]) IS
'The model with what its features are worked out from: an expression of each, NULL for an attribute of the
record; and the attributes that expressions use, with the types that they are taken as; guards: categories
whose levels are features of their own, an expression of each, and its levels (level_guards names the guard of
each); unseen: what is done with rows of another level; offset_by: an expression that is added, as a feature
whose coefficient is 1, empty for none; labels: of the target, where it has two, that of 0 first; kinds: of
the features, as the definition has them.';

CREATE FUNCTION @extschema@._l2_run_values(query text, search_path text, OUT a text[]) RETURNS text[]
  AS 'MODULE_PATHNAME', '_l2_run_one' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_values(text, text) IS
'As _l2_run, for a query of one array of texts.';

-- From a definition to SQL

CREATE FUNCTION @extschema@._l2_as_number(expression text, type regtype, kind text, what text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF type = 'double precision'::regtype THEN
    RETURN expression;
  ELSIF kind = 'number' THEN
    RETURN expression || '::double precision';
  ELSIF kind = 'boolean' THEN
    RETURN expression || '::integer::double precision';
  END IF;
  RAISE datatype_mismatch USING MESSAGE = format('%s has type %s, which is not numeric', what, type),
    HINT = CASE WHEN what LIKE 'target %' AND kind = 'category'
             THEN format('Methods for classes are "logistic" and "multinomial". Here compare it with the '
               'class that counts as 1: I(%s = ''...'') ~ .',
               regexp_replace(expression, '^q[.]', ''))
             ELSE 'Leave it out, or make numbers of it in a query or in I(...) of a formula.' END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_as_number(text, regtype, text, text) IS
'SQL that makes a double precision of an expression of that type and kind (see _l2_describe); what names it in
the error for kinds that are no numbers.';

CREATE FUNCTION @extschema@._l2_gram_options(d @extschema@._l2_definition) RETURNS jsonb
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jsonb_build_object('names', d.features, 'target', d.target)
    || coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(d.options)
                 WHERE key IN ('max_levels', 'null_level', 'nonfinite', 'unseen')), '{}');
END $$;
COMMENT ON FUNCTION @extschema@._l2_gram_options(@extschema@._l2_definition) IS
'Of the options of a model those that its grams over records are made with; all levels have columns in them.';

CREATE FUNCTION @extschema@._l2_needs_records(d @extschema@._l2_definition, kinds text[]) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN kinds && '{category,time}' OR d.options ?| '{max_levels,null_level,unseen}'
    OR jsonb_typeof(d.options -> 'reference') = 'string';
END $$;
COMMENT ON FUNCTION @extschema@._l2_needs_records(@extschema@._l2_definition, text[]) IS
'Whether features of those kinds, or the options, are a matter for aggregates over records; numbers go into an
array, which is faster.';

CREATE FUNCTION @extschema@._l2_by_cv(d @extschema@._l2_definition) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN d.method IN ('ridge', 'lasso', 'elastic_net')
      THEN d.lambda IS NULL OR d.gate IS NOT NULL
    ELSE d.method IN ('logistic', 'poisson', 'glm', 'multinomial') AND d.lambda IS NULL
      AND d.options ?| '{folds,l1_ratio,lambda_min_ratio,lambdas,measure,n_lambda,relax,rule}' END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_by_cv(@extschema@._l2_definition) IS
'Whether training takes cross-validation: to choose lambda, or for the gate. Generalised linear models have
no penalty where lambda is left out, unless options are about one.';

CREATE FUNCTION @extschema@._l2_primary_key(d @extschema@._l2_definition) RETURNS text[]
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s record := @extschema@._l2_source(d.source, d.search_path);
BEGIN
  IF s.from_item <> s.source THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT array_agg(a.attname::text ORDER BY k.i)
          FROM pg_index x, unnest(x.indkey::smallint[]) WITH ORDINALITY k(number, i)
            JOIN pg_attribute a ON a.attnum = k.number
          WHERE x.indrelid = s.source::regclass AND x.indisprimary AND a.attrelid = x.indrelid
            AND k.i <= x.indnkeyatts);
END $$;
COMMENT ON FUNCTION @extschema@._l2_primary_key(@extschema@._l2_definition) IS
'The columns of the primary key of a definition''s source; NULL where that is a query, or has none.';

CREATE FUNCTION @extschema@._l2_columns(
  d @extschema@._l2_definition, as_before boolean, OUT columns text[], OUT kinds text[],
  OUT record text, OUT record_from text, OUT distributed boolean,
  OUT from_item text, OUT y text, OUT order_by text, OUT cluster text, OUT named_record text
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n integer := cardinality(d.features);
  expressions text[] := d.target_expression || d.expressions;
  labels text[] := ARRAY[format('target "%s"', d.target)]
    || ARRAY(SELECT format('feature "%s"', f) FROM unnest(d.features) f);
  names text[];
  types regtype[];
  by_cv boolean := @extschema@._l2_by_cv(d);
  fold text;
  other text;
  alias text;
  numbers text[];
  -- of the record: an attribute of the target's name would be left out
  attribute text := CASE WHEN d.target ~ '^f[0-9]+$' THEN 'g' ELSE 'f' END;
BEGIN
  from_item := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  SELECT array_agg(t.name), array_agg(t.type) INTO names, types
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path) t;
  IF d.weight IS NOT NULL THEN
    expressions := expressions || d.weight;
    labels := labels || format('weight %s', coalesce(
      (SELECT format('"%s"', u.name) FROM unnest(names) u(name) WHERE d.weight = 'q.' || quote_ident(u.name)),
      d.weight));
  END IF;
  IF d.offset_by IS NOT NULL THEN
    expressions := expressions || d.offset_by;
    labels := labels || 'the offset'::text;
  END IF;
  IF NOT d.target || d.features || d.inputs || d.key <@ names THEN
    SELECT u.c INTO other
    FROM (SELECT f FROM unnest(d.features, d.expressions) u(f, e) WHERE e = 'q.' || quote_ident(f)
          UNION ALL SELECT i FROM unnest(d.inputs) i
          UNION ALL SELECT k FROM unnest(d.key) k WHERE by_cv
          UNION ALL SELECT d.target WHERE d.target_expression = 'q.' || quote_ident(d.target)) u(c)
    WHERE u.c <> ALL (names) LIMIT 1;
    IF FOUND THEN
      RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', other),
        HINT = format('Its columns: %s.', array_to_string(names, ', '));
    END IF;
  END IF;
  IF cardinality(d.inputs) > 0 THEN
    SELECT format('column "%s" was %s when the model was defined, and is %s now', i, t, c.type) INTO other
    FROM unnest(d.inputs, d.input_types) u(i, t) JOIN unnest(names, types) c(name, type) ON c.name = i
    WHERE @extschema@._l2_builtin_type(c.type) IS DISTINCT FROM t::regtype LIMIT 1;
    IF FOUND THEN
      RAISE datatype_mismatch USING MESSAGE = other, HINT = 'Define the model anew with l2_train.';
    END IF;
  END IF;
  expressions := ARRAY(SELECT @extschema@._l2_column(e, names, types)
    FROM unnest(expressions) WITH ORDINALITY u(e, i)
                       ORDER BY i);
  -- numbers as they are wanted; of what is in a record the aggregate makes its own
  SELECT array_agg(s.number ORDER BY s.i),
    array_agg(s.kind ORDER BY s.i) FILTER (WHERE s.i BETWEEN 2 AND n + 1),
    array_agg(CASE s.kind WHEN 'boolean' THEN s.expression ELSE s.number END ORDER BY s.i)
      FILTER (WHERE s.i BETWEEN 2 AND n + 1)
  INTO columns, kinds, numbers
  FROM (SELECT i, c.expression, t.kind,
          CASE WHEN t.kind IN ('category', 'time') AND i BETWEEN 2 AND n + 1
            OR i = 1 AND d.method = 'multinomial' THEN c.expression
          ELSE @extschema@._l2_as_number(c.expression, t.type, t.kind, c.what) END AS number
        FROM unnest(expressions, labels) WITH ORDINALITY c(expression, what, i)
          JOIN @extschema@._l2_describe(format('SELECT %s FROM %s AS q', array_to_string(expressions, ', '),
            from_item), d.search_path) WITH ORDINALITY t(name, type, kind, i) USING (i) OFFSET 0) s;
  kinds := coalesce(kinds, '{}');
  IF as_before AND d.kinds <> kinds THEN
    SELECT format('feature "%s" was a %s when the model was defined, and is a %s now', f, was, k) INTO other
    FROM unnest(d.features, d.kinds, kinds) u(f, was, k)
    WHERE array_position('{number,category,time}', replace(was, 'boolean', 'number'))
          <> array_position('{number,category,time}', replace(k, 'boolean', 'number')) LIMIT 1;
    IF FOUND THEN
      RAISE datatype_mismatch USING MESSAGE = other, HINT = 'Define the model anew with l2_train.';
    END IF;
  END IF;
  -- what belongs to a row goes with its target; least squares have the offset taken from it
  IF d.offset_by IS NOT NULL AND d.method NOT IN ('logistic', 'poisson', 'glm', 'huber', 'quantile') THEN
    columns[1] := format('(%s OPERATOR(pg_catalog.-) %s)', columns[1], columns[cardinality(columns)]);
  END IF;
  cluster := @extschema@._l2_cluster_sql(d.options -> 'cluster', names, types);
  IF cluster IS NOT NULL AND NOT d.options ? 'vcov' THEN
    -- errors come later: rows of no cluster are skipped
    columns[1] := format('CASE WHEN %s IS NOT NULL THEN %s END', cluster, columns[1]);
  END IF;
  y := columns[1];
  IF by_cv AND d.fold IS NOT NULL THEN
    fold := @extschema@._l2_key_sql(d.fold, names, types, 'fold');
  ELSIF by_cv AND cardinality(d.key) > 0 THEN
    fold := (SELECT format('ROW(%s)', string_agg('q.' || quote_ident(k), ', ' ORDER BY i))
             FROM unnest(d.key) WITH ORDINALITY u(k, i));
  END IF;
  other := concat_ws(', ',
    'weight => ' || CASE WHEN d.weight IS NOT NULL THEN columns[n + 2] END,
    'offset_by => ' || CASE WHEN d.offset_by IS NOT NULL
                              AND d.method IN ('logistic', 'poisson', 'glm', 'huber', 'quantile')
                            THEN columns[cardinality(columns)] END,
    'fold => ' || fold,
    'cluster => ' || CASE WHEN d.options ? 'vcov' THEN cluster END);
  order_by := @extschema@._l2_column(CASE WHEN d.options ->> 'order_by' = ANY (names)
    THEN 'q.' || quote_ident(d.options ->> 'order_by') ELSE d.options ->> 'order_by' END, names, types);
  IF other <> '' THEN
    y := format('@extschema@.l2_obs(%s, %s)', y, other);
  END IF;
  distributed := @extschema@._l2_is_distributed(format('SELECT * FROM %s AS q', from_item), d.search_path);
  IF distributed THEN
    record_from := '';
    record := format('@extschema@.l2_row(ROW(%s), %L::pg_catalog.text[])', array_to_string(numbers, ', '),
      ARRAY(SELECT attribute || i FROM generate_series(1, n) i));
    named_record := format('@extschema@.l2_row(ROW(%s), %L::text[])', array_to_string(numbers, ', '),
      d.features);
    RETURN;
  END IF;
  -- a name for the record that no column of the source has: a bare name is the column's first
  alias := 'f';
  WHILE alias = ANY (names) LOOP
    alias := alias || '_';
  END LOOP;
  record := alias;
  record_from := format(E',\n  LATERAL (SELECT %s) AS %s',
    (SELECT string_agg(format('%s AS %s%s', u.e, attribute, u.i), ', ' ORDER BY u.i)
     FROM unnest(numbers) WITH ORDINALITY u(e, i)), alias);
END $$;
COMMENT ON FUNCTION @extschema@._l2_columns(@extschema@._l2_definition, boolean) IS
'SQL over q, a row of the source, for a definition: of target, features and weight as numbers (categories and
times as they are), of what kinds the features are, and of a record of them, with what it adds to the source
after FROM: where that is distributed, nothing, since the record is an l2_row, here with names of its own and
with those of the features; the source; and y, the target with what else belongs to its row; what rows are in
the order of; and their clusters.
Error where the source no longer has its columns, or, as_before, not of the kinds they were.';

CREATE FUNCTION @extschema@._l2_column(expression text, names text[], types regtype[]) RETURNS text
  AS 'MODULE_PATHNAME', 'l2_sql_column' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_column(text, text[], regtype[]) IS
'SQL over q of an expression of a definition, for a source whose columns have those types: a column as it is,
anything else as the language of terms understands it.';

CREATE FUNCTION @extschema@._l2_text(expression text, names text[], types regtype[], item text) RETURNS text
  AS 'MODULE_PATHNAME', 'l2_sql_level' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_text(text, text[], regtype[], text) IS
'SQL of the text that item has, which is SQL of the values of an expression of a definition. The owner of an
enum may have made a cast to text, which is not used.';

CREATE FUNCTION @extschema@._l2_key_sql(expression text, names text[], types regtype[], what text)
  RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := @extschema@._l2_column(expression, names, types);
  type regtype := coalesce((SELECT t FROM unnest(names, types) u(n, t) WHERE 'q.' || quote_ident(n) = item),
    (@extschema@._l2_term(expression, names, types, NULL::regtype[])).type);
BEGIN
  IF item ~ 'OPERATOR\(pg_catalog\./\)' AND item !~ '^pg_catalog\.(floor|ceil|ceiling|round|trunc)\('
     AND type = 'float8'::regtype THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('%s %s is a fraction, by which hardly two rows go together', what, expression),
      DETAIL = 'Terms divide whole numbers as numbers: 7 / 2 is 3.5.',
      HINT = 'The division of whole numbers is div(a, b).';
  END IF;
  -- as levels are, keys of text are different where their bytes are
  RETURN item || CASE WHEN type = ANY ('{text,varchar,bpchar}'::regtype[])
    THEN ' COLLATE pg_catalog."C"' ELSE '' END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_key_sql(text, text[], regtype[], text) IS
'_l2_column of a key that rows share: of a fold, a cluster or a group. Error where it is a fraction.';

CREATE FUNCTION @extschema@._l2_cluster_keys(cluster jsonb, names text[], types regtype[]) RETURNS text[]
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(@extschema@._l2_key_sql(CASE WHEN c = ANY (names) THEN 'q.' || quote_ident(c) ELSE c END,
    names, types, 'cluster') ORDER BY i)
  FROM jsonb_array_elements_text(CASE jsonb_typeof(cluster) WHEN 'array' THEN cluster
    ELSE jsonb_build_array(cluster) END) WITH ORDINALITY u(c, i)
$$;
COMMENT ON FUNCTION @extschema@._l2_cluster_keys(jsonb, text[], regtype[]) IS
'SQL over q of what option cluster has: a column or an expression, or two of them.';

CREATE FUNCTION @extschema@._l2_cluster_sql(cluster jsonb, names text[], types regtype[]) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE cardinality(k) WHEN 1 THEN k[1] ELSE format('ROW(%s)', array_to_string(k, ', ')) END
  FROM @extschema@._l2_cluster_keys(cluster, names, types) k
$$;
COMMENT ON FUNCTION @extschema@._l2_cluster_sql(jsonb, text[], regtype[]) IS
'The same as one key: that, or a row of two.';

CREATE FUNCTION @extschema@._l2_untied(model @extschema@.l2_model, n_rows bigint, n_times bigint)
  RETURNS @extschema@.l2_model
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF n_rows <> n_times THEN
    RAISE cardinality_violation USING MESSAGE = format('option order_by has %s different values in %s rows',
      n_times, n_rows),
      DETAIL = 'Errors that are correlated in time need an order: no two rows of one time, and none without.',
      HINT = 'Of a panel, take vcov "CR1" with its unit as "cluster".';
  END IF;
  RETURN model;
END $$;
COMMENT ON FUNCTION @extschema@._l2_untied(@extschema@.l2_model, bigint, bigint) IS
'The model, unless rows have equal times.';

CREATE FUNCTION @extschema@._l2_check_functions(names text[]) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION @extschema@._l2_check_functions(text[]) IS
'Error where the extension''s schema has functions of those names that are not of the extension: ours take
"any", and one with the types that there are would come before them.';

CREATE FUNCTION @extschema@._l2_features_sql(columns text[]) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN cardinality(columns) = 0 THEN '''{}''::double precision[]'
    ELSE format('ARRAY[%s]', array_to_string(columns, ', ')) END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_features_sql(text[]) IS 'SQL of the array of features that are numbers.';

CREATE FUNCTION @extschema@._l2_clustered_parts_sql(
  d @extschema@._l2_definition, grams text, fit text[], item boolean, two_ways boolean
) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  names text[] := CASE WHEN two_ways THEN '{clusters,clusters_2,clusters_12}' ELSE '{clusters}' END;
  keys text[] := '{c.cluster,c.cluster_2,"c.cluster, c.cluster_2"}';
  errors jsonb := (SELECT jsonb_object_agg(key, value) FROM jsonb_each('{"covariance": 500}' || d.options)
                   WHERE key IN ('vcov', 'ssc', 'psd', 'covariance'));
  distinct_in_cells text := '(SELECT pg_catalog.count(*) FROM (SELECT 1 FROM cells AS c GROUP BY %s) AS s)';
  cells text := 'p.gram';
  others text := '';
  nested text := 'true';
  ways text[] := '{}';
BEGIN
  IF item THEN
    -- a cluster may have rows of a part of a group: their sums are about the means of all of its rows
    cells := E'p.item,\n    @extschema@._l2_about(p.gram, @extschema@.l2_gram_sum(p.gram) OVER (PARTITION BY '
      'p.item), pg_catalog.row_number() OVER (PARTITION BY p.item)) AS gram';
    nested := (SELECT string_agg(format(distinct_in_cells, 'c.item, ' || keys[i])
      || ' OPERATOR(pg_catalog.=) ' || format(distinct_in_cells, 'c.item'), E'\n    OR ' ORDER BY i)
      FROM generate_subscripts(names, 1) i WHERE i < 3);
  END IF;
  cells := concat_ws(', ', 'SELECT p.cluster', CASE WHEN two_ways THEN 'p.cluster_2' END, cells)
    || ' FROM pairs AS p WHERE @extschema@.l2_n(p.gram) OPERATOR(pg_catalog.>) 0::bigint';
  FOR i IN 1 .. cardinality(names) LOOP
    IF i > 1 THEN
      others := others || format(E',\n  %s AS (SELECT @extschema@.l2_gram_sum(c.gram) AS gram FROM cells AS '
        'c GROUP BY %s)', names[i], keys[i]);
    END IF;
    ways := ways || CASE WHEN d.instruments IS NULL
      THEN format('(SELECT @extschema@.l2_robust(f.model, c.gram, %L::@extschema@.l2_options) '
        'FROM %s AS c, fitted AS f)', '{"vcov": "CR0"}', names[i])
      ELSE fit[1] || format('(SELECT pg_catalog.array_agg(c.gram) FROM %s AS c)', names[i]) || fit[2] END;
  END LOOP;
  IF d.instruments IS NULL THEN
    others := others || format(E',\n  fitted AS MATERIALIZED (SELECT %s AS model FROM whole AS g)',
      fit[1] || 'g.gram' || fit[2]);
  END IF;
  -- skipped rows are counted once, with the first cluster, whichever that is
  RETURN format(E'WITH pairs AS (%s),\n  cells AS (%s),\n  clusters AS (SELECT '
      '@extschema@._l2_of_rows(c.gram, @extschema@.l2_n(c.gram) OPERATOR(pg_catalog.+) '
      'CASE WHEN pg_catalog.row_number() OVER () OPERATOR(pg_catalog.=) 1::bigint '
      'THEN (SELECT pg_catalog.sum(p.n) FROM pairs AS p)::bigint OPERATOR(pg_catalog.-) '
      'pg_catalog.sum(@extschema@.l2_n(c.gram)) OVER ()::bigint ELSE 0::bigint END) AS gram '
      'FROM (SELECT @extschema@.l2_gram_sum(c.gram) AS gram FROM cells AS c GROUP BY c.cluster) AS c),\n'
      '  whole AS (SELECT @extschema@.l2_gram_sum(c.gram) AS gram FROM clusters AS c)%s\n'
      'SELECT @extschema@._l2_ways(ARRAY[%s],\n    %s, %L::@extschema@.l2_options) AS model,\n       %s '
      'AS gram\nFROM whole AS g', grams, cells, others, array_to_string(ways, E',\n    '), nested, errors,
    CASE WHEN d.options -> 'keep_gram' = 'true' THEN 'g.gram' ELSE 'NULL::@extschema@.l2_gram' END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_clustered_parts_sql(@extschema@._l2_definition, text, text[], boolean,
  boolean) IS
'_l2_parts_sql with clustered errors: of grams by cluster, of one way or of two, and by group where item.
fit: SQL of the fit before its gram, or grams, and behind.';

CREATE FUNCTION @extschema@._l2_parts_sql(d @extschema@._l2_definition) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  bare @extschema@._l2_definition := d;
  c record;
  n integer := cardinality(d.features);
  names text[] := d.features;
  columns text[];
  extra @extschema@._l2_definition := d;
  y text;
  item text;
  clusters text[];
  grams text;
  fit text[];
  solving jsonb := coalesce((SELECT jsonb_object_agg(key, value)
    FROM jsonb_each('{"covariance": 500}' || d.options)
                             WHERE key IN ('covariance', 'intercept', 'weight_type')), '{}')
                               || jsonb_build_object('target', d.target);
BEGIN
  bare.options := d.options - 'cluster';
  c := @extschema@._l2_columns(bare, true);
  columns := c.columns[2 : n + 1];
  y := c.y;
  SELECT array_agg(t.name), array_agg(t.type::oid) INTO extra.known_names, extra.known_values
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', c.from_item), d.search_path) t;
  item := @extschema@._l2_key_sql(d.absorbed, extra.known_names, extra.known_values::oid[]::regtype[],
    'group');
  clusters := @extschema@._l2_cluster_keys(d.options -> 'cluster', extra.known_names,
    extra.known_values::oid[]::regtype[]);
  IF clusters IS NOT NULL THEN
    solving := solving || '{"covariance": true}';
  END IF;
  -- rows of no group are skipped, and those of no cluster
  y := coalesce((SELECT format('CASE WHEN %s THEN %s END', string_agg(k || ' IS NOT NULL', ' AND '
    ORDER BY i), y)
    FROM unnest(item || clusters) WITH ORDINALITY u(k, i) WHERE k IS NOT NULL HAVING count(*) > 0), y);
  IF d.instruments IS NOT NULL THEN
    SELECT array_agg(i ORDER BY o), array_agg(e ORDER BY o) INTO extra.features, extra.expressions
    FROM unnest(d.instruments, d.instrument_expressions) WITH ORDINALITY u(i, e, o)
      WHERE i <> ALL (d.features);
    IF cardinality(extra.features) > 0 THEN
      extra.kinds := array_fill('number'::text, ARRAY[cardinality(extra.features)]);
      extra.options := bare.options;
      columns := columns || (@extschema@._l2_columns(extra,
        false)).columns[2 : cardinality(extra.features) + 1];
      names := names || extra.features;
    END IF;
    fit := ARRAY['@extschema@.l2_iv(', format(', %L::pg_catalog.text[], %L::pg_catalog.text[], '
      '%L::@extschema@.l2_options)',
      d.features, d.instruments, solving
        || CASE WHEN clusters IS NULL THEN '{}' ELSE '{"vcov": "CR0"}' END::jsonb)];
  ELSE
    fit := ARRAY['@extschema@.l2_ols(', format(', %L::@extschema@.l2_options)', solving)];
  END IF;
  PERFORM @extschema@._l2_check_functions(
    '{l2_gram_agg,l2_gram_sum,l2_gram_within,l2_n,l2_obs,l2_ols,l2_iv,l2_robust}'::text[]);
  grams := format(E'SELECT @extschema@.l2_gram_agg(%s, %s, %L::@extschema@.l2_options) AS gram, '
      'pg_catalog.count(*) AS n%s%s\n  FROM %s AS q%s',
    y, @extschema@._l2_features_sql(columns), jsonb_build_object('names', names, 'target', d.target)
      || coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(d.options)
        WHERE key = 'nonfinite'), '{}'),
    ', ' || item || ' AS item', ', ' || clusters[1] || ' AS cluster' || coalesce(', ' || clusters[2]
      || ' AS cluster_2', ''), c.from_item,
    E'\n  GROUP BY ' || nullif(array_to_string(item || clusters, ', '), ''));
  IF clusters IS NOT NULL THEN
    RETURN @extschema@._l2_clustered_parts_sql(d, grams, fit, item IS NOT NULL, cardinality(clusters) > 1);
  END IF;
  RETURN format(E'SELECT %s AS model,\n       %s AS gram\nFROM (%s) AS g', fit[1] || 'g.gram' || fit[2],
    CASE WHEN d.options -> 'keep_gram' = 'true' THEN 'g.gram' ELSE 'NULL::@extschema@.l2_gram' END,
    CASE WHEN item IS NULL THEN grams ELSE
      format('SELECT @extschema@._l2_of_rows(@extschema@.l2_gram_within(s.gram), '
        'pg_catalog.sum(s.n)::bigint) AS gram FROM (%s) AS s', grams) END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_parts_sql(@extschema@._l2_definition) IS
'_l2_training_sql of a formula with groups or instruments: a gram, or one a group, and the fit of it.';

CREATE FUNCTION @extschema@._l2_whole_array(d @extschema@._l2_definition) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT format('q.%I::double precision[]', a.key) FROM jsonb_each_text(d.arrays) a
    WHERE d.expressions = ARRAY(SELECT format('q.%I[%s]', a.key, k)
      FROM generate_series(1, a.value::integer) k));
END $$;
COMMENT ON FUNCTION @extschema@._l2_whole_array(@extschema@._l2_definition) IS
'SQL of the one array column whose elements are all features that there are; NULL for other features.';

CREATE FUNCTION @extschema@._l2_term_numbers(d @extschema@._l2_definition) RETURNS integer[]
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  terms text[] := ARRAY(SELECT ':' || f || ':' FROM unnest(d.features) WITH ORDINALITY u(f, i) ORDER BY i);
  guard text;
  level text;
BEGIN
  FOR guard, level IN SELECT n, v FROM unnest(d.known_names, d.known_values) u(n, v)
      WHERE n = ANY (d.guards) LOOP
    terms := ARRAY(SELECT replace(t, format(':%s=%s:', guard, level), format(':%s:', guard))
                   FROM unnest(terms) WITH ORDINALITY u(t, i) ORDER BY i);
  END LOOP;
  RETURN ARRAY(SELECT array_position(terms, t) FROM unnest(terms) WITH ORDINALITY u(t, i) ORDER BY i);
END $$;
COMMENT ON FUNCTION @extschema@._l2_term_numbers(@extschema@._l2_definition) IS
'For each feature of a formula the number of the first one of its term, a category being one term with its
levels.';

CREATE FUNCTION @extschema@._l2_training_pieces(
  d @extschema@._l2_definition, OUT records boolean, OUT distributed boolean, OUT from_item text,
    OUT features text, OUT y text, OUT target text,
  OUT weight text, OUT offset_by text, OUT options jsonb, OUT gram text, OUT order_by text
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  by_likelihood boolean := d.method IN ('logistic', 'poisson', 'glm');
  c record := @extschema@._l2_columns(d, true);
BEGIN
  -- references by category are those of the formula
  options := d.options - CASE WHEN jsonb_typeof(d.options -> 'reference') = 'object'
                              THEN '{keep_gram,cluster,order_by,positive,reference}'
                              ELSE '{keep_gram,cluster,order_by,positive}' END::text[];
  records := @extschema@._l2_needs_records(d, c.kinds);
  distributed := c.distributed;
  from_item := c.from_item || ' AS q';
  IF records THEN
    from_item := from_item || c.record_from;
    features := c.record;
    options := options || jsonb_build_object('target', d.target);
  ELSE
    features := coalesce(@extschema@._l2_whole_array(d),
      @extschema@._l2_features_sql(c.columns[2 : cardinality(d.features) + 1]));
  END IF;
  IF d.method IN ('ridge', 'lasso', 'elastic_net')
      OR ((by_likelihood OR d.method = 'multinomial') AND (d.lambda IS NOT NULL
        OR @extschema@._l2_by_cv(d))) THEN
    options := '{"standardize": true}' || options;
  END IF;
  IF d.method NOT IN ('lasso', 'elastic_net')
      AND NOT ((by_likelihood OR d.method = 'multinomial') AND @extschema@._l2_by_cv(d)) THEN
    options := '{"covariance": 500}' || options;
  END IF;
  options := options || jsonb_build_object('names', d.features);
  -- of a record they are found by their names
  IF options ->> 'group' = 'factors' AND cardinality(d.guards) > 0 AND records IS NOT TRUE THEN
    options := options || jsonb_build_object('group', @extschema@._l2_term_numbers(d));
  END IF;
  y := c.y;
  order_by := c.order_by;
  target := c.columns[1];
  weight := CASE WHEN d.weight IS NOT NULL THEN c.columns[cardinality(d.features) + 2] END;
  offset_by := CASE WHEN d.offset_by IS NOT NULL AND (by_likelihood OR d.method IN ('huber', 'quantile'))
                    THEN c.columns[cardinality(c.columns)] END;
  IF d.options -> 'keep_gram' = 'true' THEN
    -- a gram has no offsets
    gram := CASE WHEN offset_by IS NOT NULL THEN format('CASE WHEN %s IS NOT NULL THEN %s END', offset_by,
      target)
                 ELSE target END;
    gram := CASE WHEN weight IS NOT NULL THEN format('@extschema@.l2_obs(%s, weight => %s)', gram, weight)
      ELSE gram END;
    gram := format('@extschema@.l2_gram_agg(%s, %s, %L::@extschema@.l2_options)', gram, features,
                   @extschema@._l2_gram_options(d));
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_training_pieces(@extschema@._l2_definition) IS
'What the statement that trains the model of a definition is made of, as SQL over q, a row of the source: the
source after FROM, features (a record, or an array), y with what belongs to its row, and target, weight and
offset apart, the options of the fit, an aggregate of the gram to keep, and what rows are in the order of.
Error where the source no longer has its columns, or not of the kinds they were.';

CREATE FUNCTION @extschema@._l2_model_of_grams_sql(d @extschema@._l2_definition, y text, features text)
  RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  a record := @extschema@._l2_fit_arguments(d);
  options jsonb := @extschema@._l2_gram_options(d);
  grams text := 'ARRAY[@extschema@.l2_gram_agg(%s, %s, %L::@extschema@.l2_options)]';
BEGIN
  IF a.by_cv THEN
    grams := '@extschema@.l2_gram_folds(%s, %s, %L::@extschema@.l2_options)';
    options := options || coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(d.options)
      WHERE key IN ('folds', 'seed')), '{}');
  END IF;
  PERFORM @extschema@._l2_check_functions('{l2_gram_agg,l2_gram_folds,l2_obs,l2_row}'::text[]);
  RETURN format('@extschema@._l2_fit_grams(@extschema@._l2_bare_grams(%s), pg_catalog.count(*), %L, '
    '%L::double precision, %L::boolean, %L::double precision, %L::@extschema@.l2_options)',
    format(grams, y, features, options), d.method, a.strength, a.by_cv, a.l1_ratio,
    a.options - '{seed,cluster}'::text[]);
END $$;
COMMENT ON FUNCTION @extschema@._l2_model_of_grams_sql(@extschema@._l2_definition, text, text) IS
'SQL of the model of a definition by way of grams, which other servers make of their rows, as no aggregate
over records is.';

CREATE FUNCTION @extschema@._l2_training_sql(d @extschema@._l2_definition) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  by_cv boolean := @extschema@._l2_by_cv(d);
  aggregate text := d.method || CASE WHEN by_cv THEN '_cv' ELSE '_fit' END;
  s record;
  model text;
  strength text := format(', %L::double precision', d.lambda);
BEGIN
  IF d.absorbed IS NOT NULL OR d.instruments IS NOT NULL THEN
    RETURN @extschema@._l2_parts_sql(d);
  END IF;
  s := @extschema@._l2_training_pieces(d);
  IF d.lambda IS NULL OR by_cv THEN
    strength := '';
  END IF;
  IF by_cv AND d.lambda IS NOT NULL THEN
    s.options := s.options || jsonb_build_object('lambdas', jsonb_build_array(d.lambda));
  END IF;
  PERFORM @extschema@._l2_check_functions(ARRAY[aggregate, 'l2_gram_agg', 'l2_obs']);
  model := format('@extschema@.%s(%s, %s%s, %L::@extschema@.l2_options%s)', aggregate, s.y, s.features,
    strength,
    s.options, ' ORDER BY ' || s.order_by);
  IF s.records AND s.distributed AND coalesce(d.options ->> 'vcov', 'iid') = 'iid'
    AND d.method IN ('ols', 'ridge', 'lasso', 'elastic_net', 'dropout') THEN
    model := @extschema@._l2_model_of_grams_sql(d, s.y, s.features);
  ELSIF s.order_by IS NOT NULL THEN
    model := format('@extschema@._l2_untied(%1$s, pg_catalog.count(*), pg_catalog.count(DISTINCT %2$s))',
      model, s.order_by);
  END IF;
  RETURN format(E'SELECT %s AS model,\n       %s AS gram\nFROM %s', model,
    coalesce(s.gram, 'NULL::@extschema@.l2_gram'),
    s.from_item);
END $$;
COMMENT ON FUNCTION @extschema@._l2_training_sql(@extschema@._l2_definition) IS
'The one statement that trains the model of a definition.';

CREATE FUNCTION @extschema@._l2_run_training(
  d @extschema@._l2_definition, OUT model @extschema@.l2_model, OUT gram @extschema@.l2_gram
) RETURNS record
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  query text;
  s record;
  gram_options jsonb;
  bare @extschema@._l2_definition := d;
BEGIN
  IF @extschema@._l2_has_late_errors(d) THEN
    bare.options := d.options - '{vcov,ssc}'::text[] || '{"covariance": true}';
    SELECT r.model, r.gram INTO model, gram FROM @extschema@._l2_run_training(bare) r;
    IF model IS NOT NULL THEN
      model := @extschema@._l2_late_errors(d, bare, model);
    END IF;
    RETURN;
  END IF;
  query := @extschema@._l2_training_sql(d);
  -- errors of another vcov need rows that are kept; the steps' queries have no array of nothing
  IF d.method NOT IN ('logistic', 'poisson') OR coalesce(d.options ->> 'vcov', 'iid') <> 'iid'
      OR cardinality(d.features) = 0 OR d.options ->> 'solver' = 'gradient' OR @extschema@._l2_by_cv(d) THEN
    SELECT r.model, r.gram INTO model, gram FROM @extschema@._l2_run(query, d.search_path) r;
    RETURN;
  END IF;
  s := @extschema@._l2_training_pieces(d);
  IF s.records THEN
    gram_options := @extschema@._l2_gram_options(d);
    IF NOT s.distributed THEN
      s.features := format('@extschema@.l2_row(%s, NULL::pg_catalog.text[])', s.features);
    END IF;
  END IF;
  SELECT r.model, r.gram INTO model, gram
  FROM @extschema@._l2_run_by_likelihood(query, d.search_path, d.method,
    ARRAY[s.from_item, s.target, s.features, s.weight, s.offset_by, s.gram], d.target, d.features, d.lambda,
    s.options::@extschema@.l2_options, gram_options::@extschema@.l2_options,
    CASE WHEN s.from_item NOT LIKE '(%' THEN to_regclass(d.source) END) r;
END $$;
COMMENT ON FUNCTION @extschema@._l2_run_training(@extschema@._l2_definition) IS
'Train the model of a definition, and make the gram that it keeps.';

CREATE FUNCTION @extschema@._l2_has_late_errors(d @extschema@._l2_definition) RETURNS boolean
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.options ->> 'vcov' IN ('HC0', 'HC1', 'HC2', 'HC3', 'CR0', 'CR1')
    AND d.method IN ('ols', 'logistic', 'poisson') AND coalesce(d.lambda, 0) = 0
    AND coalesce(d.absorbed, d.instruments::text) IS NULL AND NOT @extschema@._l2_by_cv(d)
    -- of two ways there are pairs, too
    AND coalesce(jsonb_typeof(d.options -> 'cluster'), 'string') = 'string'
    -- a kept gram has the rows without a cluster
    AND NOT (d.options ? 'cluster' AND d.options @> '{"keep_gram": true}')
    -- what else is asked of the rows is a matter for the aggregate that has them
    AND d.options - '{cluster,covariance,dispersion,intercept,keep_gram,max_iter,max_levels}'::text[]
      - '{null_level,positive,reference,ssc,tolerance,unseen,vcov,weight_type}'::text[] = '{}'
    AND @extschema@._l2_is_distributed(format('SELECT * FROM %s AS q',
      (@extschema@._l2_source(d.source, d.search_path)).from_item), d.search_path)
$$;
COMMENT ON FUNCTION @extschema@._l2_has_late_errors(@extschema@._l2_definition) IS
'Whether a definition''s standard errors are made by a query of their own after the fit: where the rows are on
other servers, which sum scores of the model that they are sent.';

CREATE FUNCTION @extschema@._l2_late_errors(
  d @extschema@._l2_definition, bare @extschema@._l2_definition, fitted @extschema@.l2_model
) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  s record := @extschema@._l2_training_pieces(bare);
  c record := @extschema@._l2_columns(bare, true);
  model text := format('%L::@extschema@.l2_model', fitted);
  errors jsonb := (SELECT jsonb_object_agg(key, value) FROM jsonb_each(d.options)
                   WHERE key IN ('vcov', 'ssc'));
  x text := s.features;
BEGIN
  IF s.records THEN
    -- rows of a level that the fit did not see have been skipped by it
    x := format('@extschema@._l2_encode(%L::@extschema@.l2_model, %s)',
      jsonb_set(fitted::jsonb, '{encoding,unseen}', '"null"')::@extschema@.l2_model, c.named_record);
  END IF;
  RETURN (@extschema@._l2_run(CASE WHEN d.options ? 'cluster' THEN
    format('SELECT @extschema@._l2_robust(%1$s, c.scores, %5$L::@extschema@.l2_options) AS model, '
      'NULL::@extschema@.l2_gram AS gram FROM (SELECT @extschema@._l2_scores(%1$s, %2$s, %3$s) AS scores '
      'FROM %4$s GROUP BY %6$s) AS c', model, s.y, x, s.from_item, errors, c.cluster)
    ELSE
      format('SELECT @extschema@.l2_robust(%1$s, @extschema@.l2_meat(%1$s, %2$s, %3$s, '
        '%5$L::@extschema@.l2_options)) AS model, NULL::@extschema@.l2_gram AS gram FROM %4$s', model, s.y, x,
        s.from_item, errors)
    END, d.search_path)).model;
END $$;
COMMENT ON FUNCTION @extschema@._l2_late_errors(@extschema@._l2_definition, @extschema@._l2_definition,
  @extschema@.l2_model) IS
'The model of a definition with the errors that it asks for, from the one of bare, which is without.';

-- Definitions

CREATE FUNCTION @extschema@._l2_array_elements(
  source text, search_path text, names text[], OUT name text, OUT elements integer
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@._l2_source(source, search_path)).from_item;
  fewest bigint;
  most bigint;
BEGIN
  FOREACH name IN ARRAY names LOOP
    -- -1 for one that is not numbered from 1, or has more than one dimension
    SELECT r.a, r.b INTO fewest, most FROM @extschema@._l2_run_number(format(
      'SELECT pg_catalog.min(s.n)::bigint, pg_catalog.max(s.n)::bigint FROM (SELECT CASE '
      'WHEN pg_catalog.array_lower(q.%1$I, 1) OPERATOR(pg_catalog.<>) 1 '
      'OR pg_catalog.array_ndims(q.%1$I) OPERATOR(pg_catalog.<>) 1 THEN -1 '
      'ELSE pg_catalog.cardinality(q.%1$I) END AS n FROM %2$s AS q) AS s', name, from_item), search_path) r;
    IF fewest = -1 THEN
      RAISE array_subscript_error USING
        MESSAGE = format('array column "%s" has other subscripts in a row than from 1 on', name),
        HINT = 'Each element is a feature, by its number: give arrays of one dimension, numbered from 1.';
    ELSIF fewest <> most OR coalesce(most, 0) = 0 THEN
      RAISE array_subscript_error USING MESSAGE = CASE WHEN coalesce(most, 0) = 0
          THEN format('array column "%s" has no elements', name)
          ELSE format('array column "%s" has %s elements in one row and %s in another', name, fewest,
            most) END,
        HINT = 'Each element is a feature: all rows must have as many.';
    END IF;
    elements := most;
    RETURN NEXT;
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@._l2_array_elements(text, text, text[]) IS
'How many elements the arrays in those columns of a source have; error where rows differ, or number them
from elsewhere than 1.';

CREATE FUNCTION @extschema@._l2_check_arrays(d @extschema@._l2_definition) RETURNS void
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a record;
BEGIN
  FOR a IN SELECT n.name, n.elements, (d.arrays ->> n.name)::integer AS were
    FROM @extschema@._l2_array_elements(
             d.source, d.search_path, ARRAY(SELECT jsonb_object_keys(d.arrays))) n LOOP
    IF a.elements <> a.were THEN
      RAISE array_subscript_error USING
        MESSAGE = format('array column "%s" had %s elements when the model was defined, and has %s now',
                         a.name, a.were, a.elements), HINT = 'Define the model anew with l2_train.';
    END IF;
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_arrays(@extschema@._l2_definition) IS
'Error where array columns of the source have other numbers of elements than when the model was defined.';

CREATE FUNCTION @extschema@._l2_target_of(formula text, columns text[]) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF formula IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'there is no target',
      HINT = 'Give the name of a column, or a formula: price ~ area + zone.';
  ELSIF strpos(formula, '~') > 0 AND NOT formula = ANY (columns) THEN
    RETURN NULL;
  ELSIF formula = ANY (columns) THEN
    RETURN formula;
  ELSIF lower(formula COLLATE "C") = ANY (columns) THEN
    RETURN lower(formula COLLATE "C");
  ELSIF replace(substring(formula, '^"(.+)"$'), '""', '"') = ANY (columns) THEN
    RETURN replace(substring(formula, '^"(.+)"$'), '""', '"');
  END IF;
  RAISE undefined_column USING MESSAGE = format('the source has no column "%s"', formula),
    DETAIL = format('Its columns: %s.', array_to_string(columns, ', ')),
    HINT = CASE WHEN formula ~ '^[^=<>!]+(=+|<-)[^=]' THEN
        format('A formula has a ~: %s.', regexp_replace(formula, '\s*(=+|<-)\s*', ' ~ '))
      WHEN formula ~ '[(+*/^-]' THEN format('A formula has a ~: %s ~ .', formula)
      WHEN array_to_string(columns, ' ') ~ 'gram' THEN
        format('Of a column of grams: options => ''{"gram": "%s"}''.',
               (SELECT c FROM unnest(columns) c WHERE c ~ 'gram' LIMIT 1))
                ELSE format('A formula has a ~, as in %s ~ .', coalesce(
                  (SELECT c FROM unnest(columns) c WHERE starts_with(formula, c || ' ') LIMIT 1),
                  columns[1], 'price')) END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_target_of(text, text[]) IS
'The column that is the target where formula is just a column''s name, as it is or in lower case; NULL for a
formula.';

CREATE FUNCTION @extschema@._l2_check_method(method text) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_check_method(text) IS 'Error for what is no method of l2_train.';

CREATE FUNCTION @extschema@._l2_check_definition(
  INOUT d @extschema@._l2_definition
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  names text[];
BEGIN
  PERFORM @extschema@._l2_check_method(d.method);
  -- what each option must be for itself, src/options/options.c has checked
  IF d.options ?| '{names,target}' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'options must not have names or target',
      HINT = 'Say in the formula what is explained by what: price ~ area + zone.';
  ELSIF d.options ? 'cluster' AND coalesce(d.options ->> 'vcov', '') NOT IN ('CR0', 'CR1') THEN
    RAISE invalid_parameter_value USING MESSAGE = 'option "cluster" is for vcov "CR0" and "CR1"',
      HINT = 'As {"vcov": "CR1", "cluster": "store"}.';
  ELSIF d.options ->> 'cluster' ~ '^\s*~|^\s*[[:alpha:]_]\w*\s*[+:^*]\s*[[:alpha:]_]\w*\s*$' THEN
    names := ARRAY(SELECT to_json(c[1])::text FROM regexp_matches(d.options ->> 'cluster', '\w+', 'g') c);
    RAISE invalid_parameter_value USING
      MESSAGE = format('option "cluster" is no formula: %s', d.options ->> 'cluster'),
      DETAIL = 'It is a column, or an expression that differs between clusters; of two ways an array of two.',
      HINT = CASE WHEN cardinality(names) = 1 THEN format('As {"vcov": "CR1", "cluster": %s}.', names[1])
                  ELSE format('Two ways are {"vcov": "CR1", "cluster": [%s, %s]}; pairs are a column of the '
                    'source, and an expression that is meant is in parentheses.', names[1], names[2]) END;
  ELSIF NOT d.options ? 'cluster' AND d.options ->> 'vcov' IN ('CR0', 'CR1') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('vcov "%s" needs the option "cluster"',
      d.options ->> 'vcov'),
      HINT = 'As {"vcov": "CR1", "cluster": "store"}.';
  ELSIF (coalesce(d.options ->> 'vcov', '') = 'HAC') <> (d.options ? 'order_by') THEN
    RAISE invalid_parameter_value USING MESSAGE = 'vcov "HAC" and the option "order_by" go together',
      HINT = 'As {"vcov": "HAC", "bandwidth": 4, "order_by": "day"}.';
  ELSIF d.options ->> 'vcov' <> 'iid' AND d.refresh <> 'full' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh "%s" has no errors of vcov "%s"', d.refresh,
      d.options ->> 'vcov'),
      DETAIL = 'They need the rows, and no gram of them is enough.', HINT = 'Use refresh "full".';
  ELSIF d.method IN ('ols', 'huber') AND d.lambda IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has no lambda', d.method);
  ELSIF d.method = 'quantile' AND d.lambda IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'method quantile needs its tau as lambda',
      HINT = 'For example: l2_train(''m'', ''houses'', ''price'', ''quantile'', 0.9).';
  ELSIF d.method = 'dropout' AND d.lambda IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'method dropout needs its rate as lambda',
      HINT = 'For example: l2_train(''m'', ''houses'', ''price'', ''dropout'', 0.1).';
  ELSIF d.method NOT IN ('ridge', 'lasso', 'elastic_net') AND d.gate IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has no gate', d.method),
      DETAIL = 'A gate compares errors of cross-validation.',
      HINT = 'Use ridge, lasso or elastic_net; lambda may be given.';
  ELSIF d.lambda IS NOT NULL AND coalesce(jsonb_typeof(d.options -> 'l1_ratio'), 'number') <> 'number' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'option "l1_ratio" must be a number where lambda is given';
  ELSIF d.method = 'multinomial' AND d.options -> 'keep_gram' = 'true' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'method multinomial keeps no gram',
      DETAIL = 'Its target is no number.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_definition(@extschema@._l2_definition) IS
'The definition, if what it says of the method and the options goes together.';

CREATE FUNCTION @extschema@._l2_known_values(
  d @extschema@._l2_definition, expression text, kind text, columns text[], types regtype[]
) RETURNS text[]
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  item text := @extschema@._l2_column(expression, columns, types);
  level text := @extschema@._l2_text(expression, columns, types, CASE kind WHEN 'text' THEN item
    ELSE 's.l' END);
  most integer := coalesce((d.options ->> 'max_levels')::integer, 1000);
  found text[];
  query text;
BEGIN
  IF kind IN ('text', 'number', 'enum') THEN
    -- in the order of the type, texts by bytes; one more than there may be
    query := format('SELECT pg_catalog.array_agg(%s ORDER BY s.l) FROM (SELECT DISTINCT %s AS l '
      'FROM %s AS q WHERE %s IS NOT NULL LIMIT %s) AS s', CASE kind WHEN 'text' THEN 's.l' ELSE level END,
      CASE kind WHEN 'text' THEN level || ' COLLATE pg_catalog."C"' ELSE item END, from_item, item, most + 1);
    found := @extschema@._l2_run_values(query, d.search_path);
    IF cardinality(found) > most THEN
      RAISE program_limit_exceeded USING
        MESSAGE = format('category %s has more than %s levels', regexp_replace(expression, '^q[.]', ''),
          most),
        HINT = 'Option max_levels raises the limit; a column that tells rows apart, an id, is no category.';
    END IF;
    RETURN coalesce(found, '{}');
  END IF;
  -- knots: the boundary, and quantiles as R takes them
  query := format(
    'SELECT ARRAY[pg_catalog.min(s.x)::pg_catalog.text] OPERATOR(pg_catalog.||) '
    'pg_catalog.percentile_cont(%L::double precision[]) WITHIN GROUP (ORDER BY s.x)::pg_catalog.text[] '
    'OPERATOR(pg_catalog.||) ARRAY[pg_catalog.max(s.x)::pg_catalog.text] '
    'FROM (SELECT %s AS x FROM %s AS q) AS s '
    'WHERE s.x OPERATOR(pg_catalog.<) ''Infinity'' AND s.x OPERATOR(pg_catalog.>) ''-Infinity''',
    ARRAY(SELECT i / (kind::integer + 1)::double precision FROM generate_series(1, kind::integer) i),
    item, from_item);
  IF @extschema@._l2_is_distributed(format('SELECT * FROM %s AS q', from_item), d.search_path) THEN
    RAISE NOTICE 'every value of % is sent to this server, for the knots of a spline', expression
      USING HINT = 'A polynomial, poly(x, 3), has none.';
  END IF;
  found := @extschema@._l2_run_values(query, d.search_path);
  IF found[1] IS NULL THEN
    RAISE data_exception USING MESSAGE = format('the source has no row with a value of %s', expression);
  END IF;
  RETURN found;
END $$;
COMMENT ON FUNCTION @extschema@._l2_known_values(@extschema@._l2_definition, text, text, text[], regtype[]) IS
'What _l2_formula needs to know of the rows: levels, or knots.';

CREATE FUNCTION @extschema@._l2_most_frequent(
  d @extschema@._l2_definition, expression text, kind text, columns text[], types regtype[]
) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  item text := @extschema@._l2_column(expression, columns, types);
  level text := @extschema@._l2_text(expression, columns, types, CASE kind WHEN 'text' THEN item
    ELSE 's.l' END);
  weight text := @extschema@._l2_column(d.weight, columns, types);
BEGIN
  IF weight IS NOT NULL THEN
    weight := (SELECT @extschema@._l2_as_number(weight, t.type, t.kind,
        format('weight "%s"', regexp_replace(weight, '^q[.]', '')))
      FROM @extschema@._l2_describe(format('SELECT %s FROM %s AS q', weight, from_item), d.search_path) t);
  END IF;
  RETURN (@extschema@._l2_run_values(format(
    'SELECT ARRAY[(SELECT %s FROM (SELECT %s AS l, %s AS w FROM %s AS q) AS s WHERE s.l IS NOT NULL '
    'GROUP BY s.l ORDER BY pg_catalog.sum(s.w) DESC NULLS LAST, s.l LIMIT 1)]',
    CASE kind WHEN 'text' THEN 's.l' ELSE level END,
    CASE kind WHEN 'text' THEN level || ' COLLATE pg_catalog."C"' ELSE item END, coalesce(weight, '1'),
    from_item), d.search_path))[1];
END $$;
COMMENT ON FUNCTION @extschema@._l2_most_frequent(@extschema@._l2_definition, text, text, text[],
  regtype[]) IS
'The level of most rows, or of the largest sum of weights; of several the first.';

CREATE FUNCTION @extschema@._l2_check_parts(d @extschema@._l2_definition) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text := (SELECT min(k) FROM jsonb_object_keys(d.options) k
               WHERE k NOT IN ('covariance', 'intercept', 'weight_type', 'keep_gram', 'nonfinite',
                 'reference', 'max_levels', 'unseen', 'vcov', 'cluster', 'ssc', 'psd'));
BEGIN
  IF d.method NOT IN ('ols', 'iv') THEN
    RAISE feature_not_supported USING MESSAGE = format('method %s with a formula that has a |', d.method),
      HINT =
        'Groups and instruments are for least squares: l2_fit(''houses'', ''price ~ area | zone'', ''ols'').';
  ELSIF d.refresh <> 'full' THEN
    RAISE feature_not_supported USING MESSAGE = format('refresh "%s" with a formula that has a |', d.refresh),
      HINT = 'Leave refresh out, or "full": it reads the rows again.';
  ELSIF d.options ->> 'vcov' NOT IN ('iid', 'CR0', 'CR1') THEN
    RAISE feature_not_supported USING MESSAGE = format('vcov "%s" with a formula that has a |',
      d.options ->> 'vcov'),
      DETAIL = 'Errors are made of grams by cluster' || CASE WHEN d.options ->> 'vcov' IN ('HC2', 'HC3')
        THEN ', which do not know leverage; of a row with instruments packages do not even agree what it is.'
        ELSE '.' END,
      HINT = CASE d.options ->> 'vcov'
        WHEN 'HAC' THEN 'Here vcov is "iid", "CR0" or "CR1".'
        ELSE format('Of rows that vary differently it is "%s" with a cluster a row, as {"vcov": "%1$s", '
          '"cluster": "id"}; of groups that are observed again, cluster by these.',
          CASE d.options ->> 'vcov' WHEN 'HC0' THEN 'CR0' ELSE 'CR1' END) END;
  ELSIF key IS NOT NULL THEN
    RAISE feature_not_supported USING MESSAGE = format('option "%s" with a formula that has a |', key);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_parts(@extschema@._l2_definition) IS
'Error where a definition has what does not go with groups or instruments.';

CREATE FUNCTION @extschema@._l2_added(part text) RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(SELECT trim(t) FROM regexp_split_to_table(part, '[+](?![^()]*[)])') WITH ORDINALITY u(t, i)
               WHERE trim(t) ~ '^[^()]+([(][^()]*[)])?$' ORDER BY i)
$$;
COMMENT ON FUNCTION @extschema@._l2_added(text) IS
'What a part of a formula adds, as it is written; what has parentheses within others is left out.';

CREATE FUNCTION @extschema@._l2_names_in(part text) RETURNS text[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@._l2_names_in(text) IS
'The names in a part of a formula, as the catalog has them, but for those of functions.';

CREATE FUNCTION @extschema@._l2_as_instruments(given text, part text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  terms text[] := @extschema@._l2_added(regexp_replace(given, '^[^~]*~', ''));
  behind text[] := @extschema@._l2_added(part);
  own text := array_to_string(ARRAY(SELECT t FROM unnest(terms) WITH ORDINALITY u(t, i)
                                    WHERE t = ANY (behind) ORDER BY i), ' + ');
  endogenous text := array_to_string(ARRAY(SELECT t FROM unnest(terms) WITH ORDINALITY u(t, i)
                                           WHERE t <> ALL (behind) ORDER BY i), ' + ');
  others text := array_to_string(ARRAY(SELECT t FROM unnest(behind) WITH ORDINALITY u(t, i)
                                       WHERE t <> ALL (terms) ORDER BY i), ' + ');
BEGIN
  RETURN 'Instruments are y ~ exogenous | endogenous ~ instruments'
    || CASE WHEN own <> '' AND endogenous <> '' AND others <> ''
         THEN format(': here y ~ %s | %s ~ %s.', own, endogenous, others)
       ELSE ', as in log(wage) ~ unemp | education ~ distance.' END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_as_instruments(text, text) IS
'A hint for who writes terms | instruments, as R''s ivreg has them: each on its own side of a second ~.';

CREATE FUNCTION @extschema@._l2_group_column(given text, part text, columns text[]) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := CASE WHEN part ~ '^".*"$' THEN replace(substr(part, 2, length(part) - 2), '""', '"')
    ELSE part END;
BEGIN
  IF part = ANY (@extschema@._l2_added(regexp_replace(given, '^[^~]*~', ''))) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('"%s" is both a term and what rows are grouped by', part),
      DETAIL = 'The effects of the groups take up all that it explains.',
      HINT = format('Leave the term out. %s', @extschema@._l2_as_instruments(given, part));
  ELSIF name = ANY (columns) OR name IS NULL THEN
    RETURN 'q.' || quote_ident(name);
  ELSIF lower(name COLLATE "C") = ANY (columns) AND name = part THEN
    RETURN 'q.' || quote_ident(lower(name COLLATE "C"));
  ELSIF part ~ '[+]' THEN
    RAISE feature_not_supported USING MESSAGE = 'groups of one column can be taken out, not of several',
      HINT = coalesce('Take out those that are many, and give the others as levels: y ~ x + factor('
          || substring(part, '[+]\s*(\w+)\s*$') || ') | ' || substring(part, '^\s*(\w+)\s*[+]') || '. ', '')
        || @extschema@._l2_as_instruments(given, part);
  END IF;
  RAISE undefined_column USING MESSAGE = format('the source has no column "%s" to group by', part),
    DETAIL = format('Its columns: %s.', array_to_string(columns, ', ')),
    HINT = 'Behind the | of a formula stands a column, or features and their instruments, d ~ z.';
END $$;
COMMENT ON FUNCTION @extschema@._l2_group_column(text, text, text[]) IS
'SQL over q of the column that a formula groups by, the part behind its |; NULL for none.';

CREATE FUNCTION @extschema@._l2_kinds_of_categories(
  columns text[], types regtype[], kinds text[], bases jsonb, by_enum boolean
) RETURNS text[]
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT CASE WHEN t.typtype = 'e' AND k = 'category' AND by_enum THEN 'enum'
                           WHEN k = 'category' AND bases ? c THEN 'levels' ELSE coalesce(k, '') END
               FROM unnest(kinds, types, columns) WITH ORDINALITY u(k, y, c, i)
                 LEFT JOIN pg_type t ON t.oid = u.y
               ORDER BY u.i);
END $$;
COMMENT ON FUNCTION @extschema@._l2_kinds_of_categories(text[], regtype[], text[], jsonb, boolean) IS
'Kinds of columns as _l2_formula takes them: categories that have a reference in bases stand as levels, and,
by_enum, enums in their own order. Models that follow their source add up sums in which levels are in the
order of bytes.';

CREATE FUNCTION @extschema@._l2_read_formula(
  d @extschema@._l2_definition, columns text[], types regtype[], kinds text[], usable text[],
  OUT target text, OUT target_expression text, OUT terms text[], OUT expressions text[],
    OUT intercept boolean,
  OUT dot_used boolean, OUT dropped text[], OUT offset_by text, OUT guards text[],
  OUT guard_expressions text[],
  OUT known_names text[], OUT known_values text[], OUT absorbed text, OUT instruments text[],
  OUT instrument_expressions text[]
) RETURNS record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  f record;
  i integer;
  found text[];
  single text[] := '{}';
  base text;
  bases jsonb := CASE WHEN jsonb_typeof(d.options -> 'reference') = 'object' THEN d.options -> 'reference'
    ELSE '{}' END;
  named_kinds text[] := CASE WHEN 'category' = ANY (kinds)
    THEN @extschema@._l2_kinds_of_categories(columns, types, kinds, bases, d.refresh = 'full')
    ELSE array_replace(kinds, NULL, '') END;
  parts text[] := @extschema@._l2_formula_parts(d.formula);
  with_instruments record;
  endogenous bigint;
  excluded bigint;
  all_levels boolean := coalesce(d.options ->> 'reference' = 'none',
    d.method IN ('ridge', 'lasso', 'elastic_net') OR d.method IN ('logistic', 'poisson', 'glm', 'multinomial')
      AND (d.lambda > 0 OR @extschema@._l2_by_cv(d)), false);
BEGIN
  IF num_nulls(VARIADIC parts) < 3 THEN
    PERFORM @extschema@._l2_check_parts(d);
    absorbed := @extschema@._l2_group_column(parts[1], parts[2], columns);
    -- the grams are of numbers
    named_kinds := ARRAY(SELECT CASE WHEN k = 'category' THEN 'levels' WHEN t = 'date'::regtype THEN 'date'
                                ELSE k END
                         FROM unnest(named_kinds, types) WITH ORDINALITY u(k, t, nth) ORDER BY nth);
    usable := ARRAY(SELECT u FROM unnest(usable) WITH ORDINALITY v(u, nth)
                    WHERE 'q.' || quote_ident(u) IS DISTINCT FROM absorbed
                      AND u <> ALL (@extschema@._l2_names_in(concat_ws(' ', parts[3], parts[4])))
                    ORDER BY nth);
    IF parts[3] IS NOT NULL THEN
      d.formula := parts[1] || ' + ' || parts[4];
      with_instruments := @extschema@._l2_read_formula(d, columns, types, named_kinds, usable);
      PERFORM @extschema@._l2_check_endogenous(d, parts[3], parts[4], with_instruments.terms, columns, types,
        named_kinds, usable);
      instruments := with_instruments.terms;
      instrument_expressions := with_instruments.expressions;
    END IF;
    d.formula := parts[1] || coalesce(' + ' || parts[3], '');
  END IF;
  -- knots are kept; levels are found anew
  known_names := '{}';
  known_values := '{}';
  IF cardinality(d.known_names) > 0 THEN
    SELECT coalesce(array_agg(n ORDER BY o), '{}'), coalesce(array_agg(v ORDER BY o), '{}')
    INTO known_names, known_values
    FROM unnest(d.known_names, d.known_values) WITH ORDINALITY u(n, v, o) WHERE n ~ '^[nb]s[(]';
  END IF;
  LOOP
    SELECT * INTO f FROM @extschema@._l2_formula(d.formula, columns, named_kinds, usable, known_names,
      known_values,
                                                 all_levels, types);
    EXIT WHEN cardinality(f.needs) = 0;
    FOR i IN 1 .. cardinality(f.needs) LOOP
      found := @extschema@._l2_known_values(d, f.need_expressions[i], f.need_kinds[i], columns, types);
      IF cardinality(found) = 0 THEN
        RAISE data_exception USING MESSAGE = format('the source has no row with a value of "%s"', f.needs[i]);
      END IF;
      IF cardinality(found) = 1 AND f.need_kinds[i] IN ('text', 'number', 'enum') THEN
        single := single || f.needs[i] || found;
      END IF;
      base := coalesce(bases ->> f.needs[i], bases ->> substring(f.needs[i], '^factor[(](.*)[)]$'));
      IF d.options ->> 'reference' = 'most_frequent' AND f.need_kinds[i] IN ('text', 'number', 'enum') THEN
        base := @extschema@._l2_most_frequent(d, f.need_expressions[i], f.need_kinds[i], columns, types);
      END IF;
      IF base IS NOT NULL AND NOT base = ANY (found) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('"%s" has no level "%s"', f.needs[i], base),
          DETAIL = format('Its levels: %s.', array_to_string(found, ', '));
      END IF;
      IF base IS NOT NULL THEN
        found := base || array_remove(found, base);
      END IF;
      known_names := known_names || array_fill(f.needs[i], ARRAY[cardinality(found)]);
      known_values := known_values || found;
    END LOOP;
  END LOOP;
  FOR i IN 1 .. cardinality(single) BY 2 LOOP
    -- without an intercept, and in products, its level may have a column
    IF NOT EXISTS (SELECT FROM unnest(f.terms) t
                   WHERE position(format(':%s=%s:', single[i], single[i + 1]) IN ':' || t || ':') > 0) THEN
      RAISE NOTICE 'category "%" has one level, and no effect', single[i]
        USING DETAIL = 'The intercept stands for it, as for a column that is constant.';
    END IF;
  END LOOP;
  IF bases <> '{}' THEN
    base := (SELECT min(b) FROM jsonb_object_keys(bases) b
      WHERE b <> ALL (f.guards) AND format('factor(%s)', b) <> ALL (f.guards));
  ELSE
    base := NULL;
  END IF;
  IF base IS NOT NULL THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('option "reference" names "%s", which is no category of the formula', base),
      HINT = CASE WHEN cardinality(f.guards) > 0 THEN format('Categories: %s.',
        array_to_string(f.guards, ', '))
                  ELSE 'For example: {"reference": {"zone": "north"}} of price ~ zone + area.' END;
  END IF;
  IF instruments IS NOT NULL THEN
    endogenous := (SELECT count(*) FROM unnest(f.terms) t WHERE t <> ALL (instruments));
    excluded := (SELECT count(*) FROM unnest(instruments) t WHERE t <> ALL (f.terms));
    IF excluded < endogenous THEN
      RAISE invalid_parameter_value USING
        MESSAGE = format('too few instruments: %s for %s endogenous features', excluded, endogenous),
        DETAIL = 'A term that is exogenous is its own instrument, and counts for that one alone.',
        HINT = 'Behind the second ~ stand columns that are no terms: '
          'y ~ exogenous | endogenous ~ instruments, as in log(wage) ~ unemp | education ~ distance.';
    END IF;
  END IF;
  target := f.target;
  target_expression := f.target_expression;
  terms := f.terms;
  expressions := f.expressions;
  intercept := f.intercept;
  dot_used := f.dot_used;
  dropped := f.dropped;
  offset_by := f.offset_by;
  guards := f.guards;
  guard_expressions := f.guard_expressions;
END $$;
COMMENT ON FUNCTION @extschema@._l2_read_formula(@extschema@._l2_definition, text[], regtype[], text[],
  text[]) IS
'_l2_formula of a definition, with what it needs to know of the rows.';

CREATE FUNCTION @extschema@._l2_check_endogenous(
  d @extschema@._l2_definition, endogenous text, instruments text, others text[], columns text[],
  types regtype[], kinds text[], usable text[]
) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  twice text;
  excluded text[];
BEGIN
  d.options := d.options - 'reference';
  d.formula := '~ ' || endogenous;
  -- as terms, not as they are written, and b:a is a:b
  twice := (SELECT min(t) FROM unnest(
    (@extschema@._l2_read_formula(d, columns, types, kinds, usable)).terms) t, unnest(others) o
    WHERE ARRAY(SELECT unnest(string_to_array(t, ':')) ORDER BY 1)
      = ARRAY(SELECT unnest(string_to_array(o, ':')) ORDER BY 1));
  IF twice IS NULL THEN
    RETURN;
  END IF;
  d.formula := '~ ' || instruments;
  excluded := (@extschema@._l2_read_formula(d, columns, types, kinds, usable)).terms;
  RAISE invalid_parameter_value USING
    MESSAGE = format('"%s" is both endogenous and %s', twice,
      CASE WHEN twice = ANY (excluded) THEN 'an instrument' ELSE 'exogenous' END),
    HINT = 'Name it once: a formula is y ~ exogenous | endogenous ~ instruments.';
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_endogenous(@extschema@._l2_definition, text, text, text[], text[],
  regtype[], text[], text[]) IS
'Error for a term of a formula that is endogenous and one of the others, exogenous ones and instruments, which
would make it exogenous.';

CREATE FUNCTION @extschema@._l2_target_labels(
  d @extschema@._l2_definition, expression text, columns text[], types regtype[]
) RETURNS text[]
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(@extschema@._l2_run_values(format(
    'SELECT pg_catalog.array_agg(s.l ORDER BY s.l) FROM (SELECT DISTINCT %s COLLATE pg_catalog."C" '
    'AS l FROM %s AS q ORDER BY l LIMIT 4) AS s WHERE s.l IS NOT NULL',
    @extschema@._l2_text(expression, columns, types, @extschema@._l2_column(expression, columns, types)),
    (@extschema@._l2_source(d.source, d.search_path)).from_item), d.search_path), '{}')
$$;
COMMENT ON FUNCTION @extschema@._l2_target_labels(@extschema@._l2_definition, text, text[], regtype[]) IS
'The labels that an expression of a definition gives in the rows of its source, in the order of their bytes,
at least three where there are more.';

CREATE FUNCTION @extschema@._l2_check_labels(target text, labels text[], positive text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  listed text := format('Its labels: "%s".', array_to_string(labels, '", "'));
BEGIN
  IF cardinality(labels) = 0 THEN
    RAISE data_exception USING MESSAGE = format('the source has no row with a value of "%s"', target);
  ELSIF cardinality(labels) > 2 THEN
    RAISE data_exception USING MESSAGE = format('target "%s" has more than two labels', target),
      DETAIL = format('Among them are "%s", "%s" and "%s".', labels[1], labels[2], labels[3]),
      HINT = format('Method "multinomial" tells several apart. Else compare it with the one that is to count '
        'as 1, as in I(%s = ''%s'') ~ ., or leave the others out in a query.', quote_ident(target),
        replace(labels[1], '''', ''''''));
  ELSIF cardinality(labels) = 1 THEN
    RAISE data_exception USING MESSAGE = format('target "%s" is "%s" in every row', target, labels[1]),
      DETAIL = 'There is nothing to tell apart, and the intercept would be infinite.';
  ELSIF positive IS NULL THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('option "positive" must say which label of "%s" counts as 1', target), DETAIL = listed,
      HINT = format('Write {"positive": %s} or {"positive": %s}.', to_json(labels[1]), to_json(labels[2]));
  ELSIF positive <> ALL (labels) THEN
    RAISE invalid_parameter_value USING MESSAGE = format('target "%s" has no label "%s"', target, positive),
      DETAIL = listed;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_labels(text, text[], text) IS
'Error unless a target has two labels, and positive is one of them.';

CREATE FUNCTION @extschema@._l2_label_number(expression text, positive text, negative text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('(CASE WHEN %1$s = ''%2$s'' THEN 1 WHEN %1$s = ''%3$s'' THEN 0 END)', expression,
    replace(positive, '''', ''''''), replace(negative, '''', ''''''))
$$;
COMMENT ON FUNCTION @extschema@._l2_label_number(text, text, text) IS
'What makes 1 and 0 of an expression that gives labels, in the language of terms.';

CREATE FUNCTION @extschema@._l2_with_labels(
  INOUT d @extschema@._l2_definition, columns text[], types regtype[]
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := @extschema@._l2_column(d.target_expression, columns, types);
  positive text := d.options ->> 'positive';
  t record;
  found text[];
BEGIN
  SELECT * INTO t FROM @extschema@._l2_describe(
    format('SELECT %s FROM %s AS q', item, (@extschema@._l2_source(d.source, d.search_path)).from_item),
    d.search_path);
  IF t.kind IS DISTINCT FROM 'category' THEN
    IF positive IS NOT NULL THEN
      RAISE invalid_parameter_value USING
        MESSAGE = format('option "positive" is for a target of labels, but "%s" has type %s',
                         d.target, t.type),
        DETAIL = 'Of numbers 1 counts as 1, of booleans true.';
    END IF;
    RETURN;
  END IF;
  found := @extschema@._l2_target_labels(d, d.target_expression, columns, types);
  PERFORM @extschema@._l2_check_labels(d.target, found, positive);
  d.label_expression := d.target_expression;
  d.labels := array_remove(found, positive) || positive;
  -- a third label, of a row that comes while this is at work, is NULL: the row is skipped
  d.target_expression := @extschema@._l2_label_number(
    CASE WHEN d.label_expression = 'q.' || quote_ident(d.target) THEN quote_ident(d.target)
         ELSE d.label_expression END, d.labels[2], d.labels[1]);
END $$;
COMMENT ON FUNCTION @extschema@._l2_with_labels(@extschema@._l2_definition, text[], regtype[]) IS
'The definition, with a target that is text or an enum made 1 for the label that option positive names and 0
for the other one. Error where there are not two labels.';

CREATE FUNCTION @extschema@._l2_check_labels_now(d @extschema@._l2_definition) RETURNS void
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found text[];
BEGIN
  SELECT @extschema@._l2_target_labels(d, d.label_expression, array_agg(t.name), array_agg(t.type)) INTO found
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q',
    (@extschema@._l2_source(d.source, d.search_path)).from_item), d.search_path) t;
  PERFORM @extschema@._l2_check_labels(d.target, found, d.labels[2]);
  IF NOT found <@ d.labels THEN
    RAISE data_exception USING
      MESSAGE = format('target "%s" had the labels "%s" and "%s" when the model was defined', d.target,
        d.labels[1], d.labels[2]),
      DETAIL = format('It has "%s" and "%s" now.', found[1], found[2]),
      HINT = 'Define the model anew with l2_train.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_labels_now(@extschema@._l2_definition) IS
'Error where the target of a definition has other labels than when the model was defined.';

CREATE FUNCTION @extschema@._l2_define(
  source text, formula text, method text, lambda float8, options jsonb, search_path text
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@._l2_definition;
  o jsonb := coalesce(jsonb_strip_nulls(options), '{}');
  own text[] :=
    '{features,weight,offset_by,fold,keep,gate,refresh,time_column,bucket,lag,training_window,half_life,gram,'
    'search_path}';
  from_item text;
  columns text[];
  kinds text[];
  types regtype[];
  plain text[];
  usable text[];
  others text[];
  arrays text[];
  computed text[];
  f record;
  target text;
  given text[];
  t record;
  key text;
  near_key text[];
  given_all boolean := false;
  weight text;
  item text;
BEGIN
  SELECT NULL::text AS target, NULL::text AS target_expression, NULL::boolean AS dot_used,
    NULL::text[] AS dropped INTO f;
  d.search_path := _l2_define.search_path;
  SELECT s.source, s.from_item INTO d.source, from_item FROM @extschema@._l2_source(source, d.search_path) s;
  d.formula := _l2_define.formula;
  d.method := coalesce(_l2_define.method, 'ridge');
  d.lambda := _l2_define.lambda;
  d.options := o - own;
  d.keep := CASE WHEN options ? 'keep' THEN (o ->> 'keep')::integer ELSE 10 END;
  d.gate := (o ->> 'gate')::float8;
  d.refresh := coalesce(o ->> 'refresh', 'full');
  d.time_column := o ->> 'time_column';
  d.bucket := @extschema@._l2_width(o ->> 'bucket');
  d.lag := (o ->> 'lag')::interval;
  d.training_window := (o ->> 'training_window')::interval;
  d.half_life := (o ->> 'half_life')::interval;
  d.gram := o ->> 'gram';
  d.fold := o ->> 'fold';
  d.offset_by := o ->> 'offset_by';
  d := @extschema@._l2_check_definition(d);
  IF o ? 'features' THEN
    given := ARRAY(SELECT jsonb_array_elements_text(o -> 'features'));
  END IF;

  IF d.gram IS NULL AND d.fold IS NULL AND @extschema@._l2_by_cv(d) THEN
    d.key := @extschema@._l2_primary_key(d);
  END IF;

  IF d.gram IS NOT NULL THEN
    d.weight := o ->> 'weight';
    RETURN @extschema@._l2_define_gram_source(d, given);
  END IF;

  SELECT array_agg(c.name ORDER BY c.i), array_agg(c.kind ORDER BY c.i), array_agg(c.type ORDER BY c.i),
    array_agg('q.' || quote_ident(c.name) ORDER BY c.i)
  INTO columns, kinds, types, plain
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path)
    WITH ORDINALITY c(name, type, kind, i);
  target := @extschema@._l2_target_of(formula, columns);
  weight := o ->> 'weight';
  -- a column, or SQL over columns
  d.weight := CASE WHEN weight = ANY (columns) THEN 'q.' || quote_ident(weight) ELSE weight END;
  d.fold := CASE WHEN d.fold = ANY (columns) THEN 'q.' || quote_ident(d.fold) ELSE d.fold END;
  d.offset_by := CASE WHEN d.offset_by = ANY (columns) THEN 'q.' || quote_ident(d.offset_by) ELSE '('
    || d.offset_by || ')' END;

  -- what stands for every other column
  SELECT array_agg(c.name ORDER BY c.i) FILTER (WHERE c.kind IS NOT NULL),
    array_agg(c.name ORDER BY c.i) FILTER (WHERE c.kind IS NULL)
  INTO usable, others
  FROM unnest(columns, kinds, types) WITH ORDINALITY c(name, kind, type, i)
  WHERE c.name IS DISTINCT FROM target AND c.name IS DISTINCT FROM weight
    AND 'q.' || quote_ident(c.name) IS DISTINCT FROM d.fold AND 'q.' || quote_ident(c.name) IS DISTINCT
      FROM d.offset_by
    AND c.name IS DISTINCT FROM o ->> 'order_by'
    AND NOT coalesce(o -> 'cluster' @> to_jsonb(c.name), false);
  usable := coalesce(usable, '{}');
  IF given IS NULL AND (target IS NOT NULL OR formula ~ '[.]') THEN
    SELECT a.key, a.near_key INTO key, near_key
    FROM @extschema@._l2_identifiers(d.source, d.search_path, usable,
      ARRAY(SELECT k FROM unnest(usable) WITH ORDINALITY u(n, i)
        JOIN unnest(columns, kinds) c(name, k) ON c.name = n ORDER BY i), columns, types) a;
    IF NOT usable <@ (near_key || key) THEN
      usable := ARRAY(SELECT n FROM unnest(usable) WITH ORDINALITY u(n, i)
                      WHERE n <> ALL (near_key) AND n IS DISTINCT FROM key ORDER BY i);
    ELSE
      key := NULL;
      near_key := NULL;
    END IF;
  END IF;

  -- categories whose order counts, or that stand for the intercept, are a matter of the formula
  IF d.refresh = 'full' AND d.options -> 'null_level' IS DISTINCT FROM 'true' THEN
    item := CASE WHEN d.options -> 'intercept' = 'false' THEN ' - 1' ELSE '' END;
    IF target IS NULL THEN
      d.formula := d.formula || item;
    ELSIF coalesce(given, usable) <@ columns AND EXISTS (
        SELECT FROM unnest(columns, kinds, types) c(name, kind, type) LEFT JOIN pg_type p ON p.oid = c.type
        WHERE c.kind = 'category' AND c.name = ANY (coalesce(given, usable)) 
          AND (item <> '' OR p.typtype = 'e' OR jsonb_typeof(d.options -> 'reference') = 'object')) THEN
      d.formula := format('%s ~ %s%s', quote_ident(target),
        (SELECT string_agg(quote_ident(u), ' + ' ORDER BY i)
         FROM unnest(coalesce(given, usable)) WITH ORDINALITY u(u, i)), item);
      given_all := given IS NULL;
      given := NULL;
      target := NULL;
    END IF;
  END IF;

  IF target IS NULL THEN
    IF given IS NOT NULL THEN
      RAISE invalid_parameter_value USING MESSAGE = 'give either option features or a formula';
    END IF;
    f := @extschema@._l2_read_formula(d, columns, types, kinds, usable);
    d.known_names := f.known_names;
    d.known_values := f.known_values;
    d.guards := f.guards;
    d.guard_expressions := f.guard_expressions;
    d.dot := CASE WHEN f.dot_used THEN usable END;
    d.absorbed := f.absorbed;
    d.instruments := f.instruments;
    d.instrument_expressions := f.instrument_expressions;
    d.method := CASE WHEN d.instruments IS NOT NULL THEN 'iv' ELSE d.method END;
    d.offset_by := coalesce(f.offset_by, d.offset_by);
    IF d.options -> 'null_level' = 'true' AND cardinality(d.guards) > 0 THEN
      RAISE feature_not_supported USING
        MESSAGE = format('option null_level with a formula whose terms are levels of "%s"', d.guards[1]),
        DETAIL = 'NULL can be a level of a category that stands alone.',
        HINT = format('Let the source give it as a level: coalesce(%s::text, ''none'').',
          quote_ident(d.guards[1]));
    END IF;
    IF f.target IS NULL THEN
      RAISE null_value_not_allowed USING MESSAGE = 'there is no target',
        HINT = 'Give it before the ~ of the formula.';
    END IF;
    IF f.target LIKE 'factor(%' AND d.method NOT IN ('multinomial', 'logistic') THEN
      RAISE invalid_parameter_value USING
        MESSAGE = format('target "%s" is of classes, and method %s is for numbers', f.target, d.method),
        HINT = 'Method multinomial tells classes apart; the number itself is the column without factor(...).';
    END IF;
    d.features := f.terms;
    d.expressions := f.expressions;
    IF NOT f.intercept THEN
      d.options := d.options || '{"intercept": false}';
    END IF;
  ELSE
    IF jsonb_typeof(d.options -> 'reference') = 'object' THEN
      RAISE invalid_parameter_value USING MESSAGE = 'option "reference" by category needs a formula',
        HINT = format('For example: %s ~ .', quote_ident(target));
    END IF;
    d.features := coalesce(given, usable);
    d.expressions := ARRAY(SELECT 'q.' || quote_ident(u) FROM unnest(d.features) WITH ORDINALITY u(u, i)
      ORDER BY i);
    IF cardinality(d.features) = 0 THEN
      RAISE invalid_parameter_value USING MESSAGE = CASE WHEN given IS NULL
        THEN 'the source has no usable column but the target' ELSE 'option features has no elements' END;
    END IF;
  END IF;
  -- given as an option or by the formula
  IF d.method = 'multinomial' AND d.offset_by IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = 'method multinomial has no offset',
      DETAIL = 'It would be the same for all classes, and change nothing.';
  END IF;
  d.target := coalesce(target, f.target);
  d.target_expression := coalesce(f.target_expression, 'q.' || quote_ident(d.target));
  IF d.target = ANY (d.features) THEN
    RAISE invalid_parameter_value USING MESSAGE = format('column "%s" is both feature and target', d.target);
  END IF;
  IF d.method = 'logistic' OR d.method = 'glm' AND d.options ->> 'family' = 'binomial' THEN
    d := @extschema@._l2_with_labels(d, columns, types);
  END IF;
  FOREACH item IN ARRAY coalesce(given, '{}') LOOP
    CONTINUE WHEN item = ANY (columns);
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', item),
      HINT = format('Its columns: %s.', array_to_string(columns, ', '));
  END LOOP;

  -- an array stands for its elements
  IF 'array' = ANY (kinds) THEN
    arrays := ARRAY(SELECT c.name FROM unnest(columns, kinds) c(name, kind)
                    WHERE c.kind = 'array' AND 'q.' || quote_ident(c.name) = ANY (d.expressions));
  END IF;
  IF cardinality(arrays) > 0 THEN
    d.arrays := (SELECT jsonb_object_agg(a.name, a.elements)
                 FROM @extschema@._l2_array_elements(d.source, d.search_path, arrays) a);
    SELECT array_agg(CASE WHEN a.name IS NULL THEN u.feature ELSE format('%s[%s]', u.feature, k) END
      ORDER BY u.i, k),
      array_agg(CASE WHEN a.name IS NULL THEN u.expression ELSE format('%s[%s]', u.expression, k) END
        ORDER BY u.i, k)
    INTO d.features, d.expressions
    FROM unnest(d.features, d.expressions) WITH ORDINALITY u(feature, expression, i)
      LEFT JOIN jsonb_each_text(d.arrays) a(name, elements)
        ON u.expression = 'q.' || quote_ident(a.name)
      LEFT JOIN LATERAL generate_series(1, a.elements::integer) k ON true;
  END IF;

  -- what the terms of a formula are made from
  d.inputs := '{}';
  d.input_types := '{}';
  computed := array_remove(d.expressions || d.target_expression || d.weight || d.guard_expressions
    || d.offset_by || d.fold, NULL);
  IF NOT computed <@ plain THEN
    FOR t IN SELECT DISTINCT ON (c.i) c.name, @extschema@._l2_builtin_type(c.type) AS type
             FROM unnest(computed) e(expression),
               LATERAL (
                 SELECT (@extschema@._l2_term(e.expression, columns, types, NULL::regtype[])).uses
               ) u(uses), unnest(u.uses) x(name)
               JOIN unnest(columns, types) WITH ORDINALITY c(name, type, i) ON c.name = x.name
             WHERE e.expression <> ALL (plain)
             ORDER BY c.i LOOP
      d.inputs := d.inputs || t.name;
      d.input_types := d.input_types || t.type::text;
    END LOOP;
  END IF;
  d.kinds := (@extschema@._l2_columns(d, true)).kinds;
  IF f.dot_used OR given_all OR (target IS NOT NULL AND given IS NULL) THEN
    item := NULL;
    IF cardinality(others) > 0 THEN
      item := (SELECT string_agg(format('%s (%s)', c.name, c.type), ', ' ORDER BY c.i)
               FROM unnest(columns, types) WITH ORDINALITY c(name, type, i)
               WHERE c.name = ANY (others) AND c.name <> ALL (coalesce(f.dropped, '{}')));
    END IF;
    IF item IS NOT NULL THEN
      RAISE NOTICE 'columns left out, being neither numbers nor categories: %', item;
    END IF;
    item := CASE WHEN key <> ALL (d.features || f.dropped) THEN key END;
    IF item IS NOT NULL THEN
      RAISE NOTICE 'column left out, being the primary key: %', item
        USING HINT = format('To use it: %s ~ . + %s.', coalesce(trim(split_part(d.formula, '~', 1)),
          quote_ident(d.target)), quote_ident(item));
    END IF;
    item := NULL;
    IF cardinality(near_key) > 0 THEN
      item := (SELECT string_agg(n, ', ' ORDER BY i) FROM unnest(near_key) WITH ORDINALITY u(n, i)
               WHERE NOT EXISTS (SELECT FROM unnest(d.features) x WHERE x = n OR starts_with(x, n || '='))
                 AND n <> ALL (coalesce(f.dropped, '{}')));
    END IF;
    IF item IS NOT NULL THEN
      RAISE NOTICE 'columns left out, nearly every row having a value of its own: %', item
        USING HINT = 'Texts that tell rows apart are no categories; a formula may name them all the same.';
    END IF;
  END IF;
  RETURN @extschema@._l2_check_follow(d);
END $$;
COMMENT ON FUNCTION @extschema@._l2_define(text, text, text, float8, jsonb, text) IS
'The definition that l2_train keeps: arguments checked, source and columns looked up as the current user.';

CREATE FUNCTION @extschema@._l2_definition_json(d @extschema@._l2_definition) RETURNS jsonb
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET intervalstyle = 'iso_8601'
  SET extra_float_digits = 1 AS $$
BEGIN
  RETURN jsonb_strip_nulls(to_jsonb(d));
END $$;
COMMENT ON FUNCTION @extschema@._l2_definition_json(@extschema@._l2_definition) IS
'A definition as it is stored, whatever the session''s settings.';

CREATE FUNCTION @extschema@._l2_definition(model regclass) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET intervalstyle = 'iso_8601' AS $$
DECLARE
  document jsonb := (SELECT (v.training).definition
                     FROM @extschema@._l2_versions(_l2_definition.model, false) v
                     WHERE (v.training).definition IS NOT NULL ORDER BY (v.training).version DESC LIMIT 1);
  d @extschema@._l2_definition;
BEGIN
  PERFORM @extschema@._l2_check_writers(model);
  IF document IS NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('model %s has no definition', @extschema@._l2_model_shown(model)),
        HINT = 'l2_train makes one.';
  END IF;
  d := jsonb_populate_record(NULL::@extschema@._l2_definition,
                             CASE WHEN jsonb_typeof(document) = 'object' THEN document ELSE '{}' END);
  IF d.source IS NULL OR d.search_path IS NULL OR d.target IS NULL OR d.target_expression IS NULL
    OR d.method IS NULL
     OR d.options IS NULL OR jsonb_typeof(d.options) <> 'object' OR d.refresh IS NULL OR d.features IS NULL
     OR cardinality(d.expressions) IS DISTINCT FROM cardinality(d.features)
     OR cardinality(d.kinds) IS DISTINCT FROM cardinality(d.features)
     OR cardinality(d.inputs) IS DISTINCT FROM cardinality(d.input_types)
     OR array_position(d.features || d.expressions || d.inputs || d.input_types, NULL) IS NOT NULL THEN
    RAISE data_corrupted USING
      MESSAGE = format('the definition of model %s is not complete', @extschema@._l2_model_shown(model)),
      HINT = 'Define the model anew with l2_train.';
  END IF;
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@._l2_definition(regclass) IS 'The newest definition of a model.';

-- Training

CREATE FUNCTION @extschema@._l2_trained(
  d @extschema@._l2_definition, OUT model @extschema@.l2_model, OUT gram @extschema@.l2_gram
) RETURNS record
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bare @extschema@._l2_definition := d;
  e record;
  said text;
  detail text;
  hint text;
  code text;
  culprit text;
BEGIN
  SELECT r.model, r.gram INTO model, gram FROM @extschema@._l2_run_training(d) r;
  IF model IS NULL AND d.options ? 'cluster' THEN
    -- grams by cluster do not tell rows of no cluster from no rows
    bare.options := d.options - '{cluster,vcov,ssc,keep_gram}'::text[];
    IF (@extschema@._l2_run_training(bare)).model IS NOT NULL THEN
      RAISE invalid_parameter_value USING MESSAGE = 'no row has a cluster',
        HINT = 'Rows whose cluster is NULL are skipped.';
    END IF;
  END IF;
EXCEPTION WHEN division_by_zero OR numeric_value_out_of_range OR invalid_argument_for_logarithm
  OR invalid_argument_for_power_function OR datetime_field_overflow OR invalid_text_representation THEN
  GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
    code = RETURNED_SQLSTATE;
  -- which term it was
  FOR e IN SELECT * FROM (SELECT format('target "%s"', d.target) AS what, d.target_expression AS sql
                          UNION ALL SELECT format('term "%s"', u.f), u.e
                            FROM unnest(d.features, d.expressions) u(f, e)
                          UNION ALL SELECT 'the weight', d.weight UNION ALL SELECT 'the offset',
                            d.offset_by) t
           WHERE t.sql !~ '^q[.]("([^"]|"")*"|[a-z0-9_$]+)$' LOOP
    BEGIN
      PERFORM @extschema@._l2_run_number(format('SELECT pg_catalog.count(%s), 0::bigint FROM %s AS q',
        c.columns[1], c.from_item),
                                         d.search_path)
      FROM @extschema@._l2_columns(
        jsonb_populate_record(d, jsonb_build_object('target_expression', e.sql, 'features', '{}'::text[],
          'expressions', '{}'::text[],
                                                    'kinds', '{}'::text[], 'weight', NULL, 'offset_by', NULL,
                                                      'fold', NULL)), true) c;
    EXCEPTION WHEN division_by_zero OR numeric_value_out_of_range OR invalid_argument_for_logarithm
      OR invalid_argument_for_power_function OR datetime_field_overflow OR invalid_text_representation THEN
      culprit := coalesce(culprit, e.what);
    END;
  END LOOP;
  -- ours say so themselves
  IF culprit IS NULL OR detail <> '' OR hint <> '' THEN
    RAISE;
  END IF;
  RAISE EXCEPTION USING MESSAGE = format('%s: %s', culprit, said), ERRCODE = code,
    HINT = 'Leave such rows out in a query, or make NULL of them: NULLIF, CASE.';
END $$;
COMMENT ON FUNCTION @extschema@._l2_trained(@extschema@._l2_definition) IS
'_l2_run_training, with the term''s name in the error where an expression cannot be computed.';

CREATE FUNCTION @extschema@._l2_finish_model(d @extschema@._l2_definition, model @extschema@.l2_model)
  RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  inputs text[] := '{}';
  types text[] := '{}';
BEGIN
  -- columns that only the target, a weight or a key of folds mentions are none of the model's
  IF cardinality(d.inputs) > 0 THEN
    SELECT coalesce(array_agg(i.name ORDER BY i.o), '{}'), coalesce(array_agg(i.type ORDER BY i.o), '{}')
    INTO inputs, types
    FROM unnest(d.inputs, d.input_types) WITH ORDINALITY i(name, type, o)
    WHERE i.name IN (
      SELECT unnest((@extschema@._l2_term(e, d.inputs, d.input_types::regtype[], NULL::regtype[])).uses)
      FROM unnest(d.expressions || d.guard_expressions || d.offset_by) e
      WHERE e !~ '^q[.]([a-z_][a-z0-9_]*|"([^"]|"")*")$');
  END IF;
  RETURN @extschema@._l2_with_recipe(model, d.features,
    ARRAY(SELECT CASE WHEN e <> 'q.' || quote_ident(f) THEN e END
          FROM unnest(d.features, d.expressions) WITH ORDINALITY u(f, e, i) ORDER BY i),
    inputs, types, d.target, coalesce(d.guards, '{}'), coalesce(d.guard_expressions, '{}'),
    coalesce(d.known_names, '{}'), coalesce(d.known_values, '{}'), coalesce(d.options ->> 'unseen', 'error'),
    coalesce(d.offset_by, ''), coalesce(d.labels, '{}'), d.kinds);
END $$;
COMMENT ON FUNCTION @extschema@._l2_finish_model(@extschema@._l2_definition, @extschema@.l2_model) IS
'The model of a definition, with the name of its target and what its features are made from.';

CREATE FUNCTION @extschema@._l2_with_new_levels(
  d @extschema@._l2_definition
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c record;
  f record;
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
BEGIN
  SELECT array_agg(t.name ORDER BY t.i) AS columns, array_agg(t.type ORDER BY t.i) AS types,
    array_agg(t.kind ORDER BY t.i) AS kinds,
    array_agg(t.name ORDER BY t.i) FILTER (WHERE t.kind IS NOT NULL AND 'q.'
      || quote_ident(t.name) IS DISTINCT FROM d.weight) AS usable
  INTO c FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path)
    WITH ORDINALITY t(name, type, kind, i);
  f := @extschema@._l2_read_formula(d, c.columns, c.types, c.kinds, coalesce(d.dot, c.usable));
  d.features := f.terms;
  d.expressions := f.expressions;
  d.known_names := f.known_names;
  d.known_values := f.known_values;
  d.instruments := f.instruments;
  d.instrument_expressions := f.instrument_expressions;
  d.kinds := (@extschema@._l2_columns(d, false)).kinds;
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@._l2_with_new_levels(@extschema@._l2_definition) IS
'A definition whose formula has levels as terms, with those that the source has now.';

CREATE FUNCTION @extschema@._l2_fit_model(
  model regclass, d @extschema@._l2_definition, anew boolean, rows_before bigint
) RETURNS @extschema@.l2_version
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v @extschema@.l2_version;
  r record;
  name text := @extschema@._l2_model_shown(model);
  progress boolean := coalesce(current_setting('l2reg.progress', true) = 'on', false);
  phase text := CASE WHEN d.refresh = 'full' OR anew THEN 'reading rows'
                     WHEN d.refresh = 'live' THEN 'adding up changes' ELSE 'reading buckets' END;
BEGIN
  v.trained_at := clock_timestamp();
  v.trained_by := @extschema@._l2_caller();
  v.definition := @extschema@._l2_definition_json(d);
  v.details := '{}';
  IF progress THEN
    RAISE NOTICE 'model %: %', name, phase;
  END IF;
  PERFORM @extschema@._l2_set_progress(CASE WHEN anew THEN 'l2_train' ELSE 'l2_refresh' END, name, phase,
    CASE WHEN d.refresh = 'full' THEN rows_before END);
  IF NOT anew THEN
    IF d.arrays IS NOT NULL THEN
      PERFORM @extschema@._l2_check_arrays(d);
    END IF;
    IF d.labels IS NOT NULL THEN
      PERFORM @extschema@._l2_check_labels_now(d);
    END IF;
    IF cardinality(d.guards) > 0 THEN
      d := @extschema@._l2_with_new_levels(d);
      v.definition := @extschema@._l2_definition_json(d);
    END IF;
  END IF;
  IF d.gram IS NOT NULL THEN
    v.model := @extschema@._l2_fit_gram_source(d);
  ELSIF d.refresh = 'full' THEN
    r := @extschema@._l2_trained(d);
    v.model := r.model;
    IF r.gram IS NOT NULL THEN
      v.details := jsonb_build_object('gram', r.gram::text);
    END IF;
  ELSIF d.refresh = 'live' THEN
    v.model := @extschema@._l2_refit_live(model, d, anew);
  ELSE
    v.model := @extschema@._l2_refit_buckets(model, d, anew);
  END IF;
  IF v.model IS NULL THEN
    r := @extschema@._l2_no_rows(d, 'the source of model ' || name);
    RAISE data_exception USING MESSAGE = r.message, DETAIL = r.detail, HINT = r.hint;
  END IF;
  v.model := @extschema@._l2_finish_model(d, v.model);
  IF @extschema@._l2_by_cv(d) AND d.gram IS NULL THEN
    v.details := v.details || jsonb_build_object('fold',
      coalesce(regexp_replace(d.fold, '^q[.]', ''), array_to_string(d.key, ', '), 'values'));
  END IF;
  IF anew THEN
    v.details := v.details || @extschema@._l2_say(d, v.model, 'model ' || name);
  END IF;
  SELECT g.n, g.n_skipped, g.r_squared, g.sigma, CASE WHEN d.method <> 'ols' THEN g.lambda END, g.nonzero,
    g.cv_error,
    g.cv_se
  INTO v.n, v.n_skipped, v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se
  FROM @extschema@.l2_glance(v.model) g;
  v.duration := clock_timestamp() - v.trained_at;
  v.outcome := 'ok';
  IF progress THEN
    RAISE NOTICE 'model %: trained on % rows', name, v.n;
  END IF;
  RETURN v;
END $$;
COMMENT ON FUNCTION @extschema@._l2_fit_model(regclass, @extschema@._l2_definition, boolean, bigint) IS
'Train the model of a definition, from all rows where anew: a row for its table, without a number.
rows_before: that the version in use read, for l2_progress.';

CREATE FUNCTION @extschema@._l2_store(model regclass, v @extschema@.l2_version, keep integer) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := @extschema@._l2_model_name(model);
  n bigint;
BEGIN
  EXECUTE format('SELECT coalesce(max(v.version), 0) + 1, count(*) FROM ONLY %s v', item) INTO v.version, n;
  v.active := v.outcome = 'ok';
  IF v.active THEN
    EXECUTE format('UPDATE ONLY %s SET active = false WHERE active', item);
  END IF;
  EXECUTE format('INSERT INTO %s SELECT ($1).*', item) USING v;
  IF n >= keep THEN
    EXECUTE format(
      'DELETE FROM ONLY %1$s o USING (SELECT v.version, row_number() OVER (PARTITION BY v.model IS NULL
         ORDER BY v.version DESC) AS nth FROM ONLY %1$s v) n
       WHERE o.version = n.version AND n.nth > $1 AND o.active IS NOT TRUE', item) USING keep;
  END IF;
  RETURN v.version;
END $$;
COMMENT ON FUNCTION @extschema@._l2_store(regclass, @extschema@.l2_version, integer) IS
'Give a training''s outcome a number and keep it, in use if it is ok; remove all but the newest keep versions,
with a model and without one, and the one in use. Gives the number.';

CREATE FUNCTION @extschema@._l2_train(
  model regclass, source text, formula text, method text, lambda float8, options @extschema@.l2_options,
    search_path text,
  is_new boolean
) RETURNS @extschema@.l2_training
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := @extschema@._l2_model_shown(model);
  d @extschema@._l2_definition;
  v @extschema@.l2_version;
  was text;
  was_method text;
  n bigint;
BEGIN
  PERFORM @extschema@._l2_set_progress('l2_train'::text, name, 'waiting for another session'::text,
    NULL::bigint);
  PERFORM @extschema@._l2_lock(model, true);
  IF NOT is_new THEN
    PERFORM @extschema@._l2_check_writers(model);
    SELECT (@extschema@.l2_names((a.training).model))[1], (a.training).definition ->> 'method',
      (a.training).n + (a.training).n_skipped
    INTO was, was_method, n
    FROM @extschema@._l2_versions(_l2_train.model, true) a LIMIT 1;
  END IF;
  IF (@extschema@._l2_source(source, search_path)).source = @extschema@._l2_model_name(model) THEN
    RAISE invalid_parameter_value USING MESSAGE = format('the source is the model''s own table, %s', name),
      HINT = format('Give the model another name; a temporary table is written pg_temp.%s.',
                    regexp_replace(name, '^.*[.]', ''));
  END IF;
  d := @extschema@._l2_define(source, formula, method, lambda, options::jsonb, search_path);
  d.settings := @extschema@._l2_settings();
  PERFORM @extschema@._l2_begin_following(model, d);
  v := @extschema@._l2_fit_model(model, d, true, n);
  v.details := v.details || '{"event": "train"}';
  v.version := @extschema@._l2_store(model, v, d.keep);
  IF was <> (@extschema@.l2_names(v.model))[1] THEN
    RAISE NOTICE 'model % now explains "%", and no longer "%"', name, (@extschema@.l2_names(v.model))[1], was
      USING HINT = 'l2_rollback goes back to the version before.';
  ELSIF was_method <> d.method THEN
    RAISE NOTICE 'model % is now of method %, and no longer of %', name, d.method, was_method
      USING HINT = 'l2_rollback goes back to the version before.';
  END IF;
  PERFORM @extschema@._l2_end_following(model, d, v.version);
  PERFORM @extschema@._l2_set_progress(NULL::text, NULL::text, NULL::text, NULL::bigint);
  RETURN @extschema@._l2_training(model, v, v.version);
END $$;
COMMENT ON FUNCTION @extschema@._l2_train(regclass, text, text, text, float8, @extschema@.l2_options, text,
  boolean) IS
'l2_train, as the owner of the model''s table, which is there.';

CREATE FUNCTION @extschema@.l2_train(
  name text,
  source text,
  formula text,
  method text DEFAULT 'ridge',
  lambda float8 DEFAULT NULL,
  options @extschema@.l2_options DEFAULT NULL
) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE COST 10000;
COMMENT ON FUNCTION @extschema@.l2_train(text, text, text, text, float8, @extschema@.l2_options) IS
'Train a model and keep it under a name: a table, made by the current user, with a row a training. source: a
relation, or a query. formula: the column to explain, by all others that are usable, or ''price ~ area +
zone + I(area^2)''. method: ridge, ols, lasso, elastic_net, dropout (lambda is its rate), logistic, poisson,
glm (option family), multinomial (a target of
classes), huber or quantile (lambda is tau). lambda: by cross-validation in the same scan where
NULL (ridge, lasso, elastic_net; of logistic, poisson, glm and multinomial, which are without a penalty
then, where options ask for one: l1_ratio, folds, rule, lambdas, n_lambda, lambda_min_ratio, measure or
relax); rows are dealt to folds by option fold, a key, or the primary key of the
source, else by their values (l2_gram_folds). options: those of the aggregates, standardize being true and
covariance 500 unless given, and these. features: columns to use; weight: a column; cluster: for vcov "CR1",
the column or expression that says the cluster of a row, or an array of two; order_by: for vcov "HAC", that
of the time of a row; keep_gram: keep the rows'' moments with each version; keep: so many versions are kept
(10; null: all); gate: a refreshed model is put to use only if its cross-validated error is not worse by
more than this share; search_path: where names in source are looked up, by default as now, as its times are
read by the DateStyle and TimeZone of now. refresh: "full" reads all rows again; "buckets" keeps a gram a
bucket ("day", "6 hours") of time_column, and reads those
only that were touched, or, with lag, the newest; training_window and half_life: which buckets count, and
how much; "live": the model is that of the rows that the query sees. Runs as the owner of the table,
read-only and security-restricted. A name that is there, and belongs to whom the current user can become,
gets a new definition and a new version.';
CREATE FUNCTION @extschema@.l2_train(
  name text, source text, formula text, method text, @extschema@.l2_options
) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_without_lambda' LANGUAGE C VOLATILE COST 10000;
COMMENT ON FUNCTION @extschema@.l2_train(text, text, text, text, @extschema@.l2_options) IS
'The same without lambda: l2_train(''m'', ''houses'', ''price ~ area'', ''ols'', ''{"vcov": "HC3"}'').';

CREATE FUNCTION @extschema@._l2_train_sql(
  source text, formula text, method text, lambda float8, options @extschema@.l2_options, search_path text
) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN (d).gram IS NULL THEN @extschema@._l2_training_sql(d)
    ELSE @extschema@._l2_gram_source_sql(d) END
  FROM @extschema@._l2_define($1, $2, $3, $4, $5::jsonb, $6) d
$$;
COMMENT ON FUNCTION @extschema@._l2_train_sql(text, text, text, float8, @extschema@.l2_options, text) IS
'l2_train_sql with a search_path.';
CREATE FUNCTION @extschema@.l2_train(name text, source text DEFAULT NULL) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', 'l2_refuse_call' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION @extschema@.l2_train(text, text) IS
'An error: a name comes first, then the source and a formula: l2_train(''house_price'', ''houses'',
''price ~ area + zone''). Without a name: l2_fit(''houses'', ''price ~ area + zone'').';

CREATE FUNCTION @extschema@.l2_train(name text, source text, formula text, n "any")
  RETURNS @extschema@.l2_training AS 'MODULE_PATHNAME', 'l2_refuse_call' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION @extschema@.l2_train(text, text, text, "any") IS
'An error: the method comes before lambda, and features are in the formula: l2_train(''house_price'',
''houses'', ''price ~ area + zone'', ''lasso'', 0.1).';

CREATE FUNCTION @extschema@.l2_train_sql(
  source text, formula text, method text DEFAULT 'ridge', lambda float8 DEFAULT NULL,
  options @extschema@.l2_options DEFAULT NULL
) RETURNS text
  AS 'MODULE_PATHNAME', '_l2_without_name' LANGUAGE C STABLE;
COMMENT ON FUNCTION @extschema@.l2_train_sql(text, text, text, float8, @extschema@.l2_options) IS
'The statement that l2_train with the same arguments would run: to read, to EXPLAIN, or to run by oneself. For
logistic and poisson it is the one that keeps the rows in one process: see l2_fit.';
CREATE FUNCTION @extschema@.l2_train_sql(
  source text, formula text, method text, @extschema@.l2_options
) RETURNS text
  AS 'MODULE_PATHNAME', '_l2_without_lambda' LANGUAGE C STABLE;
COMMENT ON FUNCTION @extschema@.l2_train_sql(text, text, text, @extschema@.l2_options) IS
'The same without lambda.';

CREATE FUNCTION @extschema@._l2_fit(
  source text, formula text, method text, lambda float8, options @extschema@.l2_options, search_path text
) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@._l2_definition;
  m @extschema@.l2_model;
  r record;
BEGIN
  IF source IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'source must not be NULL';
  END IF;
  d := @extschema@._l2_define(source, formula, method, lambda, options::jsonb, search_path);
  IF d.refresh <> 'full' OR d.gate IS NOT NULL OR options::jsonb ? 'keep' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'refresh, keep and gate are for models that have a name',
      HINT = 'l2_train keeps the model under a name.';
  END IF;
  m := CASE WHEN d.gram IS NOT NULL THEN @extschema@._l2_fit_gram_source(d)
            ELSE (@extschema@._l2_trained(d)).model END;
  -- by one_class it may be NULL of rows that are usable
  IF m IS NULL AND d.options ->> 'one_class' = 'null' THEN
    RETURN NULL;
  ELSIF m IS NULL THEN
    r := @extschema@._l2_no_rows(d, 'the source');
    RAISE NOTICE 'there is no model: %', r.message
      USING DETAIL = r.detail, HINT = r.hint;
    RETURN NULL;
  END IF;
  m := @extschema@._l2_finish_model(d, m);
  PERFORM @extschema@._l2_say(d, m, 'the model');
  RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@._l2_fit(text, text, text, float8, @extschema@.l2_options, text) IS
'l2_fit with a search_path.';
CREATE FUNCTION @extschema@.l2_fit(
  source text, formula text, method text DEFAULT 'ridge', lambda float8 DEFAULT NULL,
  options @extschema@.l2_options DEFAULT NULL
) RETURNS @extschema@.l2_model
  -- VOLATILE, or SELECT ... FROM t, (SELECT l2_fit(...) AS m) f would fit again for each row of t
  AS 'MODULE_PATHNAME', '_l2_without_name' LANGUAGE C VOLATILE COST 10000;
COMMENT ON FUNCTION @extschema@.l2_fit(text, text, text, float8, @extschema@.l2_options) IS
'The model that l2_train with the same arguments would keep, as a value. NULL where no row is usable. Of
methods logistic and poisson, whose fits pass over the rows again and again, it chooses the faster way, to
the same numbers. Every pass is a query, which parallel workers or other servers share, and no row is kept,
where the planner would give it at least two workers (with categories three), or fewer and the rows, 8 bytes
a number, exceed work_mem, or where other servers can aggregate (Citus, postgres_fdw). Else one aggregate,
logistic_fit or poisson_fit, reads the rows once and keeps them. Setting l2reg.steps, auto, on or off,
decides it by hand. All passes see the rows of one snapshot. It fits once where it stands in FROM,
FROM t, (SELECT l2_fit(...) AS m) f, and anew for each row among what is selected of rows.';
CREATE FUNCTION @extschema@.l2_fit(
  source text, formula text, method text, @extschema@.l2_options
) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME', '_l2_without_lambda' LANGUAGE C VOLATILE COST 10000;
COMMENT ON FUNCTION @extschema@.l2_fit(text, text, text, @extschema@.l2_options) IS
'The same without lambda: l2_fit(''houses'', ''price ~ area'', ''ols'', ''{"vcov": "HC3"}'').';

CREATE FUNCTION @extschema@._l2_refresh_sql(model regclass) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@._l2_definition := @extschema@._l2_definition(model);
BEGIN
  RETURN CASE WHEN d.gram IS NOT NULL THEN @extschema@._l2_gram_source_sql(d)
              WHEN d.refresh = 'full' THEN @extschema@._l2_training_sql(d)
                ELSE @extschema@._l2_scan_sql(model, d, NULL::text) END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_refresh_sql(regclass) IS
'l2_refresh_sql of a model''s table, as its owner.';
CREATE FUNCTION @extschema@.l2_refresh_sql(name text) RETURNS text
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@.l2_refresh_sql(text) IS
'The statement that l2_refresh of the model would run now, if it reads all rows anew.';
CREATE FUNCTION @extschema@.l2_refresh_sql(model regclass) RETURNS text
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@.l2_refresh_sql(regclass) IS 'The same of a model''s table.';

-- Refreshing

CREATE FUNCTION @extschema@._l2_refresh(model regclass, on_lock text) RETURNS @extschema@.l2_training
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := @extschema@._l2_model_shown(model);
  d @extschema@._l2_definition;
  v @extschema@.l2_version;
  old record;
  started timestamptz;
  detail text;
BEGIN
  IF on_lock NOT IN ('wait', 'skip') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown on_lock "%s"', on_lock),
      HINT = 'Known values: wait, skip.';
  END IF;
  PERFORM @extschema@._l2_set_progress('l2_refresh'::text, name, 'waiting for another session'::text,
    NULL::bigint);
  IF NOT @extschema@._l2_lock(model, on_lock = 'wait') THEN
    PERFORM @extschema@._l2_set_progress(NULL::text, NULL::text, NULL::text, NULL::bigint);
    RAISE NOTICE 'another session is training model %, skipping', name;
    RETURN NULL;
  END IF;
  d := @extschema@._l2_definition(model);
  SELECT (o.training).version, (o.training).cv_error, (o.training).n + (o.training).n_skipped AS n INTO old
    FROM @extschema@._l2_versions(_l2_refresh.model, true) o;

  started := clock_timestamp();
  BEGIN
    -- until this function returns, which has a setting of its own
    PERFORM set_config(key, d.settings ->> key, true) FROM jsonb_object_keys(@extschema@._l2_settings()) key
    WHERE d.settings ? key;
    v := @extschema@._l2_fit_model(model, d, false, old.n);
    IF NOT v.cv_error <= old.cv_error * (1 + d.gate) THEN
      v.outcome := 'rejected';
      v.reason := format('cross-validated error %s is worse than %s of version %s by more than %s',
                         v.cv_error, old.cv_error, old.version, d.gate);
      RAISE WARNING 'model % stays at version %', name, old.version USING DETAIL = v.reason;
    END IF;
  EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS v.error_code = RETURNED_SQLSTATE, v.reason = MESSAGE_TEXT,
      detail = PG_EXCEPTION_DETAIL;
    -- the whole transaction is to be tried again
    IF v.error_code LIKE '40%' THEN
      RAISE;
    END IF;
    IF detail <> '' THEN
      v.reason := v.reason || E'\n' || detail;
    END IF;
    v.outcome := 'failed';
    v.model := NULL;
    v.definition := @extschema@._l2_definition_json(d);
    v.details := '{}';
    v.trained_at := started;
    v.trained_by := @extschema@._l2_caller();
    v.duration := clock_timestamp() - started;
    RAISE WARNING 'refresh of model % failed, %', name,
      coalesce(format('version %s stays in use', old.version), 'and no version is in use')
      USING DETAIL = v.reason, ERRCODE = v.error_code;
  END;
  v.details := v.details || '{"event": "refresh"}';
  v.version := @extschema@._l2_store(model, v, d.keep);
  IF v.outcome <> 'failed' THEN
    PERFORM @extschema@._l2_end_following(model, d, v.version);
  END IF;
  PERFORM @extschema@._l2_set_progress(NULL::text, NULL::text, NULL::text, NULL::bigint);
  RETURN @extschema@._l2_training(model, v, CASE v.outcome WHEN 'ok' THEN v.version ELSE old.version END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_refresh(regclass, text) IS
'l2_refresh of a model''s table, as its owner.';

CREATE FUNCTION @extschema@.l2_refresh(name text, on_lock text DEFAULT 'wait') RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_refresh(text, text) IS
'Train the model again as it is defined, from all rows that its owner sees now, and put the new version to use
from the commit on; until then the old one serves. With refresh "buckets" only some of the rows are read, with
"live" none: changes are added up; all of them where changes were missed. For whoever can become the owner;
runs as he. Other trainings of the same model wait until the transaction ends; where one is at work this one
waits, or with on_lock "skip" gives NULL and a NOTICE. An error leaves the old version in use: it is kept as a
version with outcome failed, and told by a WARNING; only cancelling, a timeout and serialization failures end
the transaction. A version whose cross-validated error is worse than the gate allows is kept, rejected.';
CREATE FUNCTION @extschema@.l2_refresh(
  model regclass, on_lock text DEFAULT 'wait'
) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_refresh(regclass, text) IS 'The same of a model''s table.';

CREATE PROCEDURE @extschema@.l2_refresh_now(name text)
  LANGUAGE plpgsql AS $$
DECLARE
  t @extschema@.l2_training;
BEGIN
  t := @extschema@.l2_refresh(name, 'skip'::pg_catalog.text);
  IF t.outcome OPERATOR(pg_catalog.=) 'failed' THEN
    COMMIT;
    RAISE EXCEPTION 'refresh of model % failed', t.name
      USING DETAIL = t.reason, HINT = 'The version that was in use stays so: see l2_versions.';
  END IF;
END $$;
COMMENT ON PROCEDURE @extschema@.l2_refresh_now(text) IS
'l2_refresh that leaves out a run while another is at work, keeps the record of a failure and then ends with
an error: what schedules call, so that the scheduler''s log shows it.';
