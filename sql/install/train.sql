-- Training by name: a definition, the one statement that it means, and its outcome.

-- Texts of a definition, analysed and run as its owner

CREATE FUNCTION @extschema@.l2_source(source text, search_path text, owner name, OUT source text, OUT from_item text) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@.l2_source(text, text, name) IS
'What source means to that role with that search_path: a relation, with its schema, or a query without its semicolon; and either as it stands after FROM. Error for anything but a relation''s name or a single SELECT, VALUES or TABLE.';

CREATE FUNCTION @extschema@.l2_describe(query text, search_path text, owner name, OUT name text, OUT type regtype, OUT kind text) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@.l2_describe(text, text, name) IS
'The columns of a query, which is analysed as that role and with that search_path, and not run. kind: number, boolean, time (dates and timestamps), category (strings and enums), or NULL for other types. Only for those who can SET ROLE to it.';

CREATE FUNCTION @extschema@.l2_run(query text, search_path text, owner name, OUT model @extschema@.l2_model, OUT gram @extschema@.l2_gram) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_run(text, text, name) IS
'The one row of a query that gives a model and a gram, run as that role, with that search_path, and read-only: an error where a function in it writes. Only for those who can SET ROLE to the role; for any other than themselves as a security-restricted operation, as REFRESH MATERIALIZED VIEW is.';

CREATE FUNCTION @extschema@.l2_formula(
  formula text, columns text[], kinds text[], dot text[],
  OUT target text, OUT target_expression text, OUT terms text[], OUT expressions text[], OUT intercept boolean, OUT dot_used boolean
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_formula(text, text[], text[], text[]) IS
'What a formula means for a source with those columns, of those kinds (see l2_describe; "" for none), "." standing for the columns dot: names of the terms, and SQL for each over q, a row of the source. [target] ~ terms joined by + (- takes one out again); a:b is the product, a*b is a + b + a:b; I(...) is any SQL expression; - 1 or + 0: no intercept; dot_used: whether there was a ".". After Wilkinson and Rogers (1973) and R. Terms come once each, fewest factors first. Errors point to their place in the formula.';

-- From a definition to SQL

CREATE FUNCTION @extschema@.l2_as_number(expression text, type regtype, kind text, what text) RETURNS text
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
    HINT = 'Leave it out, or make numbers of it in a query or in I(...) of a formula.';
END $$;
COMMENT ON FUNCTION @extschema@.l2_as_number(text, regtype, text, text) IS
'SQL that makes a double precision of an expression of that type and kind (see l2_describe); what names it in the error for kinds that are no numbers.';

CREATE FUNCTION @extschema@.l2_gram_options(d @extschema@.l2_registry) RETURNS jsonb
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('names', d.features, 'target', d.target)
    || coalesce(jsonb_object_agg(key, value) FILTER (WHERE key IN ('max_levels', 'null_level', 'nonfinite', 'unseen')), '{}')
  FROM jsonb_each(d.options)
$$;
COMMENT ON FUNCTION @extschema@.l2_gram_options(@extschema@.l2_registry) IS
'Of the options of a model those that its grams over records are made with; all levels have columns in them.';

CREATE FUNCTION @extschema@.l2_needs_records(d @extschema@.l2_registry, kinds text[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
  'SELECT kinds && ''{category,time}'' OR d.options ?| ''{max_levels,null_level,reference,unseen}''';
COMMENT ON FUNCTION @extschema@.l2_needs_records(@extschema@.l2_registry, text[]) IS
'Whether features of those kinds, or the options, are a matter for aggregates over records; numbers go into an array, which is faster.';

CREATE FUNCTION @extschema@.l2_takes_records(method text) RETURNS boolean
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS
  'SELECT EXISTS (SELECT FROM pg_proc WHERE pronamespace = ''@extschema@''::regnamespace AND proname = $1 || ''_fit'' AND ''"any"''::regtype = ANY (proargtypes))';
COMMENT ON FUNCTION @extschema@.l2_takes_records(text) IS 'Whether the aggregate of a method, ridge_fit for ridge, takes records, and so categories.';

CREATE FUNCTION @extschema@.l2_by_cv(d @extschema@.l2_registry) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
  'SELECT d.method IN (''ridge'', ''lasso'', ''elastic_net'') AND (d.lambda IS NULL OR d.gate IS NOT NULL)';
COMMENT ON FUNCTION @extschema@.l2_by_cv(@extschema@.l2_registry) IS 'Whether training takes cross-validation: to choose lambda, or for the gate.';

CREATE FUNCTION @extschema@.l2_columns(d @extschema@.l2_registry, OUT columns text[], OUT kinds text[], OUT record text) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
  n integer := cardinality(d.features);
  expressions text[] := d.target_expression || d.expressions;
  labels text[] := ARRAY[format('target "%s"', d.target)] || ARRAY(SELECT format('feature "%s"', f) FROM unnest(d.features) f);
  other text;
BEGIN
  IF d.weight IS NOT NULL THEN
    expressions := expressions || ('q.' || quote_ident(d.weight));
    labels := labels || format('weight "%s"', d.weight);
  END IF;
  -- numbers as they are wanted; of what is in a record the aggregate makes its own
  SELECT array_agg(CASE WHEN t.kind IN ('category', 'time') AND i BETWEEN 2 AND n + 1 THEN c.expression
                   ELSE @extschema@.l2_as_number(c.expression, t.type, t.kind, c.what) END ORDER BY c.i),
    array_agg(t.kind ORDER BY c.i) FILTER (WHERE i BETWEEN 2 AND n + 1),
    string_agg(format('%s AS f%s', CASE WHEN t.kind = 'number' THEN @extschema@.l2_as_number(c.expression, t.type, t.kind, c.what) ELSE c.expression END, i - 1),
               ', ' ORDER BY i) FILTER (WHERE i BETWEEN 2 AND n + 1)
  INTO columns, kinds, record
  FROM unnest(expressions, labels) WITH ORDINALITY c(expression, what, i)
    JOIN @extschema@.l2_describe(format('SELECT %s FROM %s AS q', array_to_string(expressions, ', '), from_item), d.search_path, d.owner)
      WITH ORDINALITY t(name, type, kind, i) USING (i);
  SELECT format('feature "%s" was a %s when the model was defined, and is a %s now', f, was, k) INTO other
  FROM unnest(d.features, d.kinds, kinds) u(f, was, k)
  WHERE array_position('{number,category,time}', replace(was, 'boolean', 'number')) <> array_position('{number,category,time}', replace(k, 'boolean', 'number')) LIMIT 1;
  IF FOUND THEN
    RAISE datatype_mismatch USING MESSAGE = other, HINT = 'Define the model anew with l2_train.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_columns(@extschema@.l2_registry) IS
'SQL over q, a row of the source, for a definition: of target, features and weight as numbers (categories and times as they are), of what kinds the features are, and of a record of them. Error where the source no longer has its columns, or not of the kinds they were.';

CREATE FUNCTION @extschema@.l2_training_sql(d @extschema@.l2_registry) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
  options jsonb := d.options - '{keep_gram,rate}'::text[];
  penalised boolean := d.method IN ('ridge', 'lasso', 'elastic_net');
  by_cv boolean := @extschema@.l2_by_cv(d);
  by_likelihood boolean := d.method IN ('logistic', 'poisson');
  n integer := cardinality(d.features);
  columns text[];
  kinds text[];
  record text;
  penalty text[];
  y text;
  features text;
  arguments text[];
BEGIN
  SELECT c.columns, c.kinds, c.record INTO columns, kinds, record FROM @extschema@.l2_columns(d) c;
  -- a row's weight goes with its target
  y := CASE WHEN d.weight IS NULL THEN columns[1] ELSE format('@extschema@.l2_obs(%s, %s)', columns[1], columns[n + 2]) END;
  IF @extschema@.l2_needs_records(d, kinds) THEN
    IF NOT @extschema@.l2_takes_records(d.method) THEN
      RAISE feature_not_supported USING MESSAGE = format('method %s takes numeric columns only', d.method),
        DETAIL = (SELECT format('Feature "%s" is %s.', f, CASE kind WHEN 'category' THEN 'a category' ELSE 'a date or a time' END)
                  FROM unnest(d.features, kinds) u(f, kind) WHERE kind IN ('category', 'time') LIMIT 1),
        HINT = 'Name numeric columns as features, or make numbers in I(...) of a formula.';
    END IF;
    from_item := from_item || format(E' AS q,\n  LATERAL (SELECT %s) AS f', record);
    features := 'f';
    IF NOT by_likelihood THEN
      options := options || jsonb_build_object('target', d.target);
    END IF;
  ELSE
    from_item := from_item || ' AS q';
    features := format('ARRAY[%s]', array_to_string(columns[2 : n + 1], ', '));
  END IF;

  -- target, features, penalty, options: the order of the aggregates' arguments
  IF d.method = 'dropout' THEN
    penalty := ARRAY[(d.options ->> 'rate')::double precision];
  ELSIF by_cv AND d.lambda IS NOT NULL THEN
    options := options || jsonb_build_object('lambdas', jsonb_build_array(d.lambda));
  ELSIF d.lambda IS NOT NULL AND (by_likelihood OR penalised) THEN
    penalty := ARRAY[d.lambda];
  END IF;
  IF penalised OR (by_likelihood AND d.lambda IS NOT NULL) THEN
    options := '{"standardize": true}' || options;
  END IF;
  options := options || jsonb_build_object('names', d.features);
  arguments := ARRAY[y, features] || ARRAY(SELECT format('%L::double precision', p) FROM unnest(penalty) WITH ORDINALITY u(p, i) ORDER BY i);

  RETURN format(E'SELECT @extschema@.%s(%s, %L::@extschema@.l2_options) AS model,\n       %s AS gram\nFROM %s',
    d.method || CASE WHEN by_cv THEN '_cv' ELSE '_fit' END, array_to_string(arguments, ', '), options,
    CASE WHEN d.options -> 'keep_gram' = 'true'
      THEN format('@extschema@.l2_gram_agg(%s)', array_to_string(ARRAY[y, features]
             || CASE WHEN features = 'f' THEN ARRAY[format('%L::@extschema@.l2_options', @extschema@.l2_gram_options(d))] END, ', '))
      ELSE 'NULL::@extschema@.l2_gram' END,
    from_item);
END $$;
COMMENT ON FUNCTION @extschema@.l2_training_sql(@extschema@.l2_registry) IS
'The one statement that trains the model of a row of l2_registry. Error where the source no longer has its columns, or not as numbers.';

-- Definitions

CREATE FUNCTION @extschema@.l2_define(
  owner name, source text, target text, method text, lambda float8, features text[], options jsonb,
  formula text, weight text, refresh text, keep integer, gate float8, time_column text, bucket text, lag interval,
  training_window interval, half_life interval, search_path text
) RETURNS @extschema@.l2_registry
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  from_item text;
  columns text[];
  kinds text[];
  types text[];
  usable text[];
  others text;
  f record;
  name text;
BEGIN
  SELECT NULL::text AS target, NULL::text AS target_expression, NULL::boolean AS dot_used INTO f;
  IF source IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'source must not be NULL';
  END IF;
  d.owner := l2_define.owner;
  d.grantees := '{}';
  d.search_path := l2_define.search_path;
  SELECT s.source, s.from_item INTO d.source, from_item FROM @extschema@.l2_source(source, d.search_path, d.owner) s;

  d.method := coalesce(l2_define.method, 'ridge');
  d.lambda := l2_define.lambda;
  d.options := coalesce(l2_define.options, '{}');
  d.weight := l2_define.weight;
  d.formula := l2_define.formula;
  d.refresh := coalesce(l2_define.refresh, 'full');
  d.keep := l2_define.keep;
  d.gate := l2_define.gate;
  d.time_column := l2_define.time_column;
  d.bucket := @extschema@.l2_width(l2_define.bucket);
  d.lag := l2_define.lag;
  d.training_window := l2_define.training_window;
  d.half_life := l2_define.half_life;
  IF d.method NOT IN ('ols', 'ridge', 'lasso', 'elastic_net', 'dropout', 'logistic', 'poisson') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown method "%s"', d.method),
      HINT = 'Known values: ols, ridge, lasso, elastic_net, dropout, logistic, poisson.';
  ELSIF d.refresh NOT IN ('full', 'buckets', 'live') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown refresh "%s"', d.refresh), HINT = 'Known values: full, buckets, live.';
  ELSIF d.keep < 1 THEN
    RAISE invalid_parameter_value USING MESSAGE = format('keep must be at least 1, but is %s', d.keep);
  ELSIF NOT d.gate >= 0 OR d.gate = 'NaN' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('gate must be a share >= 0, but is %s', d.gate);
  ELSIF jsonb_typeof(d.options) <> 'object' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'options must be a JSON object', HINT = 'For example: {"intercept": false}.';
  ELSIF d.options ?| '{features,names,target}' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'options must not have features, names or target',
      HINT = 'Give features and target, or a formula, as arguments.';
  ELSIF d.method IN ('ols', 'dropout') AND d.lambda IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has no lambda', d.method);
  ELSIF d.method NOT IN ('ridge', 'lasso', 'elastic_net') AND d.gate IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has no gate', d.method),
      DETAIL = 'A gate compares errors of cross-validation.', HINT = 'Use ridge, lasso or elastic_net; lambda may be given.';
  ELSIF (d.method = 'dropout') <> (d.options ? 'rate') OR coalesce(jsonb_typeof(d.options -> 'rate'), 'number') <> 'number' THEN
    RAISE invalid_parameter_value USING MESSAGE = CASE WHEN d.method = 'dropout' THEN 'method dropout needs option rate, a number'
                                                       ELSE format('method %s has no rate', d.method) END,
      HINT = 'For example: method => ''dropout'', options => ''{"rate": 0.1}''.';
  ELSIF coalesce(jsonb_typeof(d.options -> 'keep_gram'), 'boolean') <> 'boolean' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'option "keep_gram" must be true or false';
  ELSIF d.lambda IS NOT NULL AND coalesce(jsonb_typeof(d.options -> 'l1_ratio'), 'number') <> 'number' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'option "l1_ratio" must be a number where lambda is given';
  ELSIF d.method IN ('logistic', 'poisson') AND d.lambda IS NULL AND d.options ? 'l1_ratio' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('method %s has a penalty only where lambda is given', d.method),
      HINT = 'Cross-validation chooses lambda for ridge, lasso and elastic_net.';
  END IF;

  SELECT array_agg(c.name ORDER BY c.i), array_agg(c.kind ORDER BY c.i), array_agg(c.type::text ORDER BY c.i)
  INTO columns, kinds, types
  FROM @extschema@.l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path, d.owner) WITH ORDINALITY c(name, type, kind, i);

  -- what stands for every other column
  SELECT array_agg(c.name ORDER BY c.i) FILTER (WHERE c.kind IS NOT NULL),
    string_agg(format('%s (%s)', c.name, c.type), ', ' ORDER BY c.i) FILTER (WHERE c.kind IS NULL)
  INTO usable, others
  FROM unnest(columns, kinds, types) WITH ORDINALITY c(name, kind, type, i)
  WHERE c.name IS DISTINCT FROM l2_define.target AND c.name IS DISTINCT FROM d.weight;
  usable := coalesce(usable, '{}');

  IF formula IS NOT NULL THEN
    IF l2_define.features IS NOT NULL THEN
      RAISE invalid_parameter_value USING MESSAGE = 'give either features or a formula';
    END IF;
    SELECT * INTO f FROM @extschema@.l2_formula(formula, columns, array_replace(kinds, NULL, ''), usable);
    IF (f.target IS NULL) = (l2_define.target IS NULL) THEN
      RAISE invalid_parameter_value USING
        MESSAGE = CASE WHEN f.target IS NULL THEN 'there is no target' ELSE 'there are two targets' END,
        HINT = 'Give it before the ~ of the formula, or as target.';
    END IF;
    d.features := f.terms;
    d.expressions := f.expressions;
    IF NOT f.intercept THEN
      d.options := d.options || '{"intercept": false}';
    END IF;
  ELSE
    IF l2_define.target IS NULL THEN
      RAISE null_value_not_allowed USING MESSAGE = 'there is no target', HINT = 'Give a target, or a formula.';
    END IF;
    d.features := coalesce(l2_define.features, usable);
    d.expressions := ARRAY(SELECT 'q.' || quote_ident(u) FROM unnest(d.features) WITH ORDINALITY u(u, i) ORDER BY i);
    IF cardinality(d.features) = 0 THEN
      RAISE invalid_parameter_value USING MESSAGE = CASE WHEN l2_define.features IS NULL
        THEN 'the source has no usable column but the target' ELSE 'features has no elements' END;
    END IF;
  END IF;
  d.target := coalesce(l2_define.target, f.target);
  d.target_expression := coalesce(f.target_expression, 'q.' || quote_ident(d.target));
  IF d.target = ANY (d.features) THEN
    RAISE invalid_parameter_value USING MESSAGE = format('column "%s" is both feature and target', d.target);
  END IF;
  FOREACH name IN ARRAY ARRAY[l2_define.target, d.weight] || l2_define.features LOOP
    CONTINUE WHEN name IS NULL OR name = ANY (columns);
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', name),
      HINT = format('Its columns: %s.', array_to_string(columns, ', '));
  END LOOP;
  d.kinds := ARRAY(SELECT coalesce(c.kind, '') FROM @extschema@.l2_describe(format('SELECT %s FROM %s AS q',
    array_to_string(d.expressions, ', '), from_item), d.search_path, d.owner) WITH ORDINALITY c(name, type, kind, i) ORDER BY c.i);
  IF others IS NOT NULL AND (f.dot_used OR (formula IS NULL AND l2_define.features IS NULL)) THEN
    RAISE NOTICE 'columns left out, being neither numbers nor categories: %', others;
  END IF;
  RETURN @extschema@.l2_check_follow(d);
END $$;
COMMENT ON FUNCTION @extschema@.l2_define(name, text, text, text, float8, text[], jsonb, text, text, text, integer, float8, text, text, interval, interval, interval, text) IS
'The row that l2_train puts into l2_registry, without name and number: arguments checked, source and columns looked up as the owner.';

CREATE FUNCTION @extschema@.l2_train_sql(
  source text,
  target text DEFAULT NULL,
  method text DEFAULT 'ridge',
  lambda float8 DEFAULT NULL,
  features text[] DEFAULT NULL,
  options jsonb DEFAULT NULL,
  formula text DEFAULT NULL,
  weight text DEFAULT NULL,
  gate float8 DEFAULT NULL,
  search_path text DEFAULT pg_catalog.current_setting('search_path')
) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN @extschema@.l2_training_sql(@extschema@.l2_define(
    current_user, source, target, method, lambda, features, options, formula, weight, 'full', NULL, gate, NULL, NULL, NULL, NULL, NULL, search_path));
END $$;
COMMENT ON FUNCTION @extschema@.l2_train_sql(text, text, text, float8, text[], jsonb, text, text, float8, text) IS
'The statement that l2_train with the same arguments would run: to read, to EXPLAIN, or to run by oneself.';

-- Training

CREATE FUNCTION @extschema@.l2_fit_model(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_registry_version
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v @extschema@.l2_registry_version;
  progress boolean := coalesce(current_setting('l2reg.progress', true) = 'on', false);
BEGIN
  v.id := d.id;
  v.trained_at := clock_timestamp();
  v.trained_by := current_user;
  v.method := d.method;
  v.target := d.target;
  v.features := d.features;
  v.expressions := d.expressions;
  v.search_path := d.search_path;
  IF progress THEN
    RAISE NOTICE 'model "%": %', d.name, CASE WHEN d.refresh = 'full' OR anew THEN 'reading all rows' WHEN d.refresh = 'live' THEN 'adding up changes' ELSE 'reading buckets' END;
  END IF;
  PERFORM @extschema@.l2_set_progress(CASE WHEN anew THEN 'l2_train' ELSE 'l2_refresh' END, d.name,
    CASE WHEN d.refresh = 'full' OR anew THEN 'reading rows' WHEN d.refresh = 'live' THEN 'adding up changes' ELSE 'reading buckets' END,
    CASE WHEN d.refresh = 'full' THEN (SELECT o.n + o.n_skipped FROM @extschema@.l2_registry_version o WHERE o.id = d.id AND o.version = d.active) END);
  IF d.refresh = 'full' THEN
    SELECT r.model, r.gram INTO v.model, v.gram
    FROM @extschema@.l2_run(@extschema@.l2_training_sql(d), d.search_path, d.owner) r;
  ELSIF d.refresh = 'live' THEN
    v.model := @extschema@.l2_refit_live(d, anew);
  ELSE
    v.model := @extschema@.l2_refit_buckets(d, anew);
  END IF;
  IF v.model IS NULL THEN
    RAISE data_exception USING MESSAGE = format('the source of model "%s" has no usable row', d.name),
      HINT = 'Rows with a NULL in the target, a feature or the weight are left out.';
  END IF;
  IF (@extschema@.l2_names(v.model))[1] <> d.target THEN
    v.model := @extschema@.l2_model(jsonb_set(v.model::jsonb, '{target}', to_jsonb(d.target)));
  END IF;
  SELECT g.n, g.n_skipped, g.r_squared, g.sigma, CASE WHEN d.method <> 'ols' THEN g.lambda END, g.nonzero, g.cv_error, g.cv_se
  INTO v.n, v.n_skipped, v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se
  FROM @extschema@.l2_glance(v.model) g;
  v.duration := clock_timestamp() - v.trained_at;
  v.outcome := 'ok';
  IF progress THEN
    RAISE NOTICE 'model "%": trained on % rows', d.name, v.n;
  END IF;
  RETURN v;
END $$;
COMMENT ON FUNCTION @extschema@.l2_fit_model(@extschema@.l2_registry, boolean) IS
'Train the model of a row of l2_registry, from all rows where anew: a row for l2_registry_version, without its number.';

CREATE FUNCTION @extschema@.l2_store_version(v @extschema@.l2_registry_version, keep integer) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE @extschema@.l2_registry r SET versions = r.versions + 1,
    active = CASE WHEN v.outcome = 'ok' THEN r.versions + 1 ELSE r.active END,
    live = CASE WHEN r.refresh = 'live' AND v.outcome <> 'failed' THEN r.versions + 1 ELSE r.live END
  WHERE r.id = v.id RETURNING r.versions INTO v.version;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model number %s was dropped while it was trained', v.id);
  END IF;
  INSERT INTO @extschema@.l2_registry_version VALUES (v.*);
  DELETE FROM @extschema@.l2_registry_version o
  USING (SELECT version, row_number() OVER (PARTITION BY model IS NULL ORDER BY version DESC) AS nth
         FROM @extschema@.l2_registry_version WHERE id = v.id) n, @extschema@.l2_registry r
  WHERE o.id = v.id AND r.id = v.id AND o.version = n.version AND n.nth > l2_store_version.keep
    AND o.version IS DISTINCT FROM r.active;
  RETURN v.version;
END $$;
COMMENT ON FUNCTION @extschema@.l2_store_version(@extschema@.l2_registry_version, integer) IS
'Give a training''s outcome a number and keep it, in use if it is ok; remove all but the newest keep versions, with a model and without one, and the one in use. Gives the number.';

CREATE FUNCTION @extschema@.l2_train(
  name text,
  source text,
  target text DEFAULT NULL,
  method text DEFAULT 'ridge',
  lambda float8 DEFAULT NULL,
  features text[] DEFAULT NULL,
  options jsonb DEFAULT NULL,
  formula text DEFAULT NULL,
  weight text DEFAULT NULL,
  refresh text DEFAULT 'full',
  keep integer DEFAULT 10,
  gate float8 DEFAULT NULL,
  time_column text DEFAULT NULL,
  bucket text DEFAULT NULL,
  lag interval DEFAULT NULL,
  training_window interval DEFAULT NULL,
  half_life interval DEFAULT NULL,
  search_path text DEFAULT pg_catalog.current_setting('search_path')
) RETURNS @extschema@.l2_models
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  old @extschema@.l2_registry;
  v @extschema@.l2_registry_version;
BEGIN
  PERFORM @extschema@.l2_check_model_name(name);
  SELECT * INTO old FROM @extschema@.l2_registry r WHERE r.name = l2_train.name;
  IF FOUND AND NOT @extschema@.l2_has_role(old.owner) THEN
    RAISE duplicate_object USING MESSAGE = format('model "%s" already exists', name),
      DETAIL = format('It belongs to role "%s".', old.owner);
  END IF;
  d := @extschema@.l2_define(coalesce(old.owner, current_user), source, target, method, lambda, features, options,
    formula, weight, refresh, keep, gate, time_column, bucket, lag, training_window, half_life, search_path);
  d.name := l2_train.name;
  d.id := old.id;

  IF d.id IS NULL THEN
    INSERT INTO @extschema@.l2_registry AS r (name, owner, source, search_path, target, target_expression, features,
      expressions, kinds, formula, weight, method, lambda, options, refresh, gate, keep)
    VALUES (d.name, d.owner, d.source, d.search_path, d.target, d.target_expression, d.features,
      d.expressions, d.kinds, d.formula, d.weight, d.method, d.lambda, d.options, d.refresh, d.gate, d.keep)
    ON CONFLICT DO NOTHING RETURNING r.id INTO d.id;
    IF d.id IS NULL THEN
      -- another session was faster
      SELECT * INTO old FROM @extschema@.l2_registry r WHERE r.name = l2_train.name AND r.owner = d.owner;
      IF NOT FOUND THEN
        RAISE duplicate_object USING MESSAGE = format('model "%s" already exists', name),
          DETAIL = 'It belongs to another role.';
      END IF;
      d.id := old.id;
    END IF;
  END IF;
  PERFORM @extschema@.l2_set_progress('l2_train', d.name, 'waiting for another session', NULL);
  PERFORM @extschema@.l2_lock_model(d.id, true);
  PERFORM @extschema@.l2_forget(d.id);
  IF d.follows IS NOT NULL THEN
    d.follows := @extschema@.l2_follow(d);
  END IF;
  v := @extschema@.l2_fit_model(d, true);
  v.event := 'train';
  UPDATE @extschema@.l2_registry r SET grams_sql = d.grams_sql, bucket_sql = d.bucket_sql, follow_sql = d.follow_sql, row_sql = d.row_sql, follows = d.follows, live = NULL,
    refresh = d.refresh, time_column = d.time_column, bucket = d.bucket, lag = d.lag, training_window = d.training_window, half_life = d.half_life
  WHERE r.id = d.id;
  IF old.id IS NOT NULL THEN
    UPDATE @extschema@.l2_registry r SET source = d.source, search_path = d.search_path, target = d.target,
      target_expression = d.target_expression, features = d.features, expressions = d.expressions,
      kinds = d.kinds, formula = d.formula, weight = d.weight, method = d.method, lambda = d.lambda, options = d.options,
      gate = d.gate, keep = d.keep
    WHERE r.id = d.id;
  END IF;
  PERFORM @extschema@.l2_store_version(v, d.keep);
  PERFORM @extschema@.l2_unfollow(d.id, CASE WHEN d.follows IS NOT NULL THEN d.source END);
  PERFORM @extschema@.l2_set_progress(NULL, NULL, NULL, NULL);
  RETURN @extschema@.l2_model_row(d.id);
END $$;
COMMENT ON FUNCTION @extschema@.l2_train(text, text, text, text, float8, text[], jsonb, text, text, text, integer, float8, text, text, interval, interval, interval, text) IS
'Train a model, keep it under a name, and give its row of l2_models. source: a relation, or a query. target: its column to explain; features: the columns to explain it by, every other usable one by default: numbers and booleans, dates and times (days since 2000-01-01), and strings and enums, which are categories, as in ridge_fit over records; or a formula: ''price ~ area + zone + area:rooms + I(area^2)''. method: "ridge", "ols", "lasso", "elastic_net" (option l1_ratio), "dropout" (option rate), "logistic" or "poisson" (as logistic_fit and poisson_fit; penalised where lambda is given, with option l1_ratio). lambda: by cross-validation in the same scan where NULL (ridge, lasso, elastic_net). options: as those of the aggregates ridge_cv, ridge_fit and so on; standardize is true here unless given; keep_gram: keep the rows'' moments with each version. weight: column of the source. For l2_refresh: keep, so many versions are kept (NULL: all); gate, a refreshed model is put to use only if its cross-validated error is not worse by more than this share; refresh: "full" reads all rows again; "buckets" keeps a gram a bucket ("day", ''6 hours'', ''3 months'') of time_column, a date or timestamp of the source, and reads those only that statements have touched since, or, with lag, the newest ones as far back from the newest one, and those named by l2_mark; training_window: trained on the newest buckets only; half_life: rows weigh half as much for each such time that their bucket is older than the newest; "live": the model is that of the rows that the query sees, whatever was written since, also in the transaction that writes. Statements are followed by triggers on the source, a table of the owner''s, and its partitions; until l2_train''s transaction ends others cannot write to it. They do not follow what ALTER TABLE rewrites, replication, and what is done while they are disabled: see l2_mark. search_path: where the names in source are looked up, now and at each refresh: by default as now. Runs one statement (l2_train_sql), as the current user, who becomes the owner, under his row security, and read-only. A name that is there, and is the current user''s or of a role of his, gets a new definition and a new version.';

CREATE FUNCTION @extschema@.l2_refresh_sql(name text) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  RETURN CASE WHEN d.refresh = 'full' THEN @extschema@.l2_training_sql(d) ELSE @extschema@.l2_scan_sql(d, NULL) END;
END $$;
COMMENT ON FUNCTION @extschema@.l2_refresh_sql(text) IS
'The statement that l2_refresh of the model would run now, if it reads all rows anew. For the owner and members of that role.';

-- Refreshing

CREATE FUNCTION @extschema@.l2_refresh(id integer, on_lock text DEFAULT 'wait') RETURNS SETOF @extschema@.l2_versions
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  v @extschema@.l2_registry_version;
  old @extschema@.l2_registry_version;
  name text;
  started timestamptz;
  detail text;
BEGIN
  IF on_lock NOT IN ('wait', 'skip') THEN
    RAISE invalid_parameter_value USING MESSAGE = format('unknown on_lock "%s"', on_lock), HINT = 'Known values: wait, skip.';
  END IF;
  SELECT * INTO d FROM @extschema@.l2_registry r WHERE r.id = l2_refresh.id;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model number %s does not exist', id);
  END IF;
  d := @extschema@.l2_find_model(d.name, true);
  PERFORM @extschema@.l2_set_progress('l2_refresh', d.name, 'waiting for another session', NULL);
  IF NOT @extschema@.l2_lock_model(id, on_lock = 'wait') THEN
    PERFORM @extschema@.l2_set_progress(NULL, NULL, NULL, NULL);
    RAISE NOTICE 'another session is training model "%", skipping', d.name;
    RETURN;
  END IF;
  name := d.name;
  SELECT * INTO d FROM @extschema@.l2_registry r WHERE r.id = l2_refresh.id;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" was dropped by another session', name);
  END IF;
  SELECT * INTO old FROM @extschema@.l2_registry_version o WHERE o.id = d.id AND o.version = d.active;

  started := clock_timestamp();
  BEGIN
    v := @extschema@.l2_fit_model(d, false);
    IF NOT v.cv_error <= old.cv_error * (1 + d.gate) THEN
      v.outcome := 'rejected';
      v.reason := format('cross-validated error %s is worse than %s of version %s by more than %s',
                         v.cv_error, old.cv_error, old.version, d.gate);
      RAISE WARNING 'model "%" stays at version %', d.name, d.active USING DETAIL = v.reason;
    END IF;
  EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS v.error_code = RETURNED_SQLSTATE, v.reason = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    -- the whole transaction is to be tried again
    IF v.error_code LIKE '40%' THEN
      RAISE;
    END IF;
    IF detail <> '' THEN
      v.reason := v.reason || E'\n' || detail;
    END IF;
    v.id := d.id;
    v.outcome := 'failed';
    v.model := NULL;
    v.method := d.method;
    v.target := d.target;
    v.features := d.features;
    v.expressions := d.expressions;
    v.search_path := d.search_path;
    v.trained_at := started;
    v.trained_by := current_user;
    v.duration := clock_timestamp() - started;
    -- one reason to read the source anew will do: a subscription brings many
    DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.reason IS NOT NULL
      AND EXISTS (SELECT FROM @extschema@.l2_registry_change o WHERE o.id = c.id AND o.reason IS NOT NULL AND o.seq > c.seq);
    RAISE WARNING 'refresh of model "%" failed, version % stays in use', d.name, d.active
      USING DETAIL = v.reason, ERRCODE = v.error_code;
  END;
  v.event := 'refresh';
  v.version := @extschema@.l2_store_version(v, d.keep);
  PERFORM @extschema@.l2_set_progress(NULL, NULL, NULL, NULL);
  RETURN QUERY SELECT o.* FROM @extschema@.l2_versions o JOIN @extschema@.l2_registry r ON r.name = o.name
    WHERE r.id = d.id AND o.version = v.version;
END $$;
COMMENT ON FUNCTION @extschema@.l2_refresh(integer, text) IS
'l2_refresh of the model of that number in l2_registry, which it keeps when it is renamed: what schedules call.';

CREATE FUNCTION @extschema@.l2_refresh(name text, on_lock text DEFAULT 'wait') RETURNS SETOF @extschema@.l2_versions
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT * FROM @extschema@.l2_refresh((@extschema@.l2_find_model(name, true)).id, on_lock);
END $$;
COMMENT ON FUNCTION @extschema@.l2_refresh(text, text) IS
'Train the model again as it is defined, from all rows that its owner sees now, and put the new version to use from the commit on; until then the old one serves. With refresh "buckets" only some of the rows are read, with "live" none: changes are added up, so that the model need not add up as many; all of them where changes were missed, for example since a partition was attached. Gives the version''s row of l2_versions. For the owner, members of that role and superusers; runs as the owner. Other trainings of the same model wait until the transaction ends; where one is at work this one waits, or with on_lock "skip" gives no row and a NOTICE. An error leaves the old version in use: it is kept as a version with outcome failed, and told by a WARNING; only cancelling, a timeout and serialization failures end the transaction. A version whose cross-validated error is worse than the gate allows is kept, rejected.';
