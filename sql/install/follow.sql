-- Refreshing without reading all rows: grams that are kept, and what statements did since.
--
-- Model and grams belong together by l2_registry.live: the version that the grams made.  Everything
-- here holds the model's lock (l2_lock_model) while it writes, but for the triggers, which only add rows
-- to l2_registry_change.

CREATE FUNCTION @extschema@.l2_fit_grams(
  grams @extschema@.l2_gram[], n_rows bigint, method text, strength float8, by_cv boolean, l1_ratio float8, options @extschema@.l2_options
) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION @extschema@.l2_fit_grams(@extschema@.l2_gram[], bigint, text, float8, boolean, float8, @extschema@.l2_options) IS
'What an aggregate over records would have made of the rows of these grams, one a fold with by_cv, else one. strength: lambda, or the rate of dropout. n_rows: with those that were skipped. Levels that no row has are taken out, and so is the reference.';

CREATE FUNCTION @extschema@.l2_bare_grams(grams @extschema@.l2_gram[]) RETURNS @extschema@.l2_gram[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@.l2_bare_grams(@extschema@.l2_gram[]) IS 'The grams without their counts of skipped rows.';

CREATE FUNCTION @extschema@.l2_bucket(t timestamp, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(timestamp, interval) IS
'The beginning of the bucket of that width that a time is in: months are counted from January of year 0, days and less from Monday 2000-01-03. -infinity for infinite times. Error for a width of months and days.';
CREATE FUNCTION @extschema@.l2_bucket(t timestamptz, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(timestamptz, interval) IS 'The same, in UTC.';
CREATE FUNCTION @extschema@.l2_bucket(t date, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME', 'l2_bucket_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(date, interval) IS 'The same for dates.';

CREATE FUNCTION @extschema@.l2_run_grams(query text, search_path text, owner name, OUT grams @extschema@.l2_registry_gram[], OUT seen bigint[]) RETURNS record
  AS 'MODULE_PATHNAME', 'l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@.l2_run_grams(text, text, name, OUT @extschema@.l2_registry_gram[], OUT bigint[]) IS
'As l2_run, for a query that gives rows of l2_registry_gram, and the numbers of the rows of l2_registry_change that its snapshot saw.';

CREATE FUNCTION @extschema@.l2_changed() RETURNS trigger
  AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION @extschema@.l2_changed() IS
'trigger function on the source of a model that follows it; argument: the model''s number. Writes what the statement did into l2_registry_change. Expressions are evaluated as the model''s owner, read-only; an error in one is written down and does not stop the statement.';

-- Definitions

CREATE FUNCTION @extschema@.l2_width(bucket text) RETURNS interval
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres' AS $$
DECLARE
  width interval;
BEGIN
  width := CASE WHEN bucket ~ '^\s*[a-zA-Z]+\s*$' THEN '1 ' || bucket ELSE bucket END;
  PERFORM @extschema@.l2_bucket(timestamp '2000-01-01', width);
  RETURN width;
END $$;
COMMENT ON FUNCTION @extschema@.l2_width(text) IS 'The width of a bucket: an interval, or the word for one of its unit, "day".';

CREATE FUNCTION @extschema@.l2_check_follow(INOUT d @extschema@.l2_registry) RETURNS @extschema@.l2_registry
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  others text := (SELECT string_agg(key, ', ' ORDER BY key) FROM jsonb_each(jsonb_strip_nulls(jsonb_build_object('time_column', d.time_column,
    'bucket', d.bucket, 'lag', d.lag, 'training_window', d.training_window, 'half_life', d.half_life))));
  s record;
  call text;
  gram text := 'l2_gram_agg';
  after text;
  y text;
  folds text;
  options jsonb := '{}';
  columns record;
  time_type regtype;
  n integer := cardinality(d.features);
BEGIN
  IF d.refresh = 'full' THEN
    IF others IS NULL THEN
      RETURN;
    END IF;
    RAISE invalid_parameter_value USING MESSAGE = format('refresh full has no %s', others), HINT = 'It goes with refresh => ''buckets''.';
  ELSIF d.method IN ('logistic', 'poisson') THEN
    RAISE feature_not_supported USING MESSAGE = format('method %s has no refresh but full', d.method),
      DETAIL = 'It needs the rows themselves, not sums over them.';
  ELSIF d.options ? 'seed' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh %s has no option seed', d.refresh);
  ELSIF d.options -> 'keep_gram' = 'true' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh %s keeps the grams anyway', d.refresh),
      HINT = 'Leave out option keep_gram; the grams are in l2_registry_gram.';
  ELSIF d.refresh = 'live' AND others IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh live has no %s', others), HINT = 'It goes with refresh => ''buckets''.';
  ELSIF d.refresh = 'buckets' AND (d.time_column IS NULL OR d.bucket IS NULL) THEN
    RAISE invalid_parameter_value USING MESSAGE = 'refresh buckets needs time_column and bucket',
      HINT = 'For example: refresh => ''buckets'', time_column => ''sold_at'', bucket => ''day''.';
  ELSIF d.half_life <= '0' OR d.training_window <= '0' OR d.lag < '0' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'half_life and training_window must be above 0, and lag not below';
  END IF;

  -- what makes the grams of a set of rows
  SELECT * INTO s FROM @extschema@.l2_source(d.source, d.search_path, d.owner);
  SELECT * INTO columns FROM @extschema@.l2_columns(d);
  y := CASE WHEN d.weight IS NULL THEN columns.columns[1] ELSE format('@extschema@.l2_obs(%s, %s)', columns.columns[1], columns.columns[n + 2]) END;
  folds := CASE WHEN @extschema@.l2_by_cv(d) THEN coalesce((d.options ->> 'folds')::integer, 10)::text END;
  IF @extschema@.l2_needs_records(d, columns.kinds) OR d.options ? 'nonfinite' THEN
    options := @extschema@.l2_gram_options(d);
    call := y || ', f';
    after := format('AS q, LATERAL (SELECT %s) AS f', columns.record);
  ELSIF folds IS NULL AND d.weight IS NULL AND n < 90 THEN
    call := array_to_string(columns.columns, ', ');
    gram := 'l2_gram_cols';
    after := 'AS q';
  ELSE
    call := format('%s, ARRAY[%s]', y, array_to_string(columns.columns[2 : n + 1], ', '));
    after := 'AS q';
  END IF;
  IF folds IS NOT NULL THEN
    options := options || jsonb_build_object('folds', folds::integer);
  END IF;
  IF options <> '{}' THEN
    call := call || format(', %L::@extschema@.l2_options', options);
  END IF;
  call := CASE WHEN folds IS NULL THEN format('ARRAY[@extschema@.%s(%s)]', gram, call) ELSE format('@extschema@.l2_gram_folds(%s)', call) END;
  d.grams_sql := ARRAY[format('pg_catalog.count(*) AS rows, @extschema@.l2_bare_grams(%s) AS grams', call), after];

  IF d.refresh = 'live' THEN
    IF s.from_item <> s.source THEN
      RAISE invalid_parameter_value USING MESSAGE = 'a live model needs a table as its source, not a query',
        HINT = 'Name the columns as features, or use a formula.';
    END IF;
    d.follow_sql := ARRAY[format('SELECT %s FROM', d.grams_sql[1]), d.grams_sql[2]];
    d.row_sql := CASE WHEN after = 'AS q' THEN columns.columns END;
    d.follows := 0;
    RETURN;
  END IF;

  SELECT t.type INTO time_type FROM @extschema@.l2_describe(format('SELECT * FROM %s AS q', s.from_item), d.search_path, d.owner) t
  WHERE t.name = d.time_column;
  IF NOT FOUND THEN
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', d.time_column);
  ELSIF time_type NOT IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
    RAISE datatype_mismatch USING MESSAGE = format('time_column "%s" has type %s, which is no date and no timestamp', d.time_column, time_type),
      HINT = 'Make one in a query.';
  ELSIF time_type = 'date'::regtype AND date_trunc('day', d.bucket) <> d.bucket THEN
    RAISE invalid_parameter_value USING MESSAGE = 'buckets of dates are whole days';
  END IF;
  d.bucket_sql := format('coalesce(@extschema@.l2_bucket(q.%I, %L::pg_catalog.interval), ''-infinity'')', d.time_column, d.bucket);
  IF d.lag IS NULL THEN
    IF s.from_item <> s.source THEN
      RAISE invalid_parameter_value USING MESSAGE = 'statements can be followed on a table, not in a query',
        HINT = 'Say with lag how long after its time a row may come: lag => ''1 day''. l2_mark names other buckets.';
    END IF;
    d.follow_sql := ARRAY[format('SELECT pg_catalog.count(*), pg_catalog.array_agg(DISTINCT %s) FROM', d.bucket_sql), 'AS q'];
    d.follows := 0;
  ELSE
    d.follow_sql := NULL;
    d.follows := NULL;
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_check_follow(@extschema@.l2_registry) IS
'The definition with the SQL of its refresh: grams_sql makes count and grams of a set of rows, bucket_sql the bucket of one, follow_sql what a statement did; each in two parts, with a relation between them.';

-- Following the source

CREATE FUNCTION @extschema@.l2_tree(source text) RETURNS TABLE (relation oid, kind "char")
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE tree(relation) AS (
    SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, parse_ident(source) p
    WHERE n.nspname = p[1] AND c.relname = p[2]
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.relation
  )
  SELECT c.oid, c.relkind FROM tree JOIN pg_class c ON c.oid = relation
$$;
COMMENT ON FUNCTION @extschema@.l2_tree(text) IS 'The relation of that name, with its schema, and its partitions and children, whoever may see them.';

CREATE FUNCTION @extschema@.l2_subscribed(relation oid) RETURNS boolean
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = $1 OR s.srrelid IN (SELECT a.relid FROM pg_partition_ancestors($1) a))
$$;
COMMENT ON FUNCTION @extschema@.l2_subscribed(oid) IS
'Whether a subscription of logical replication fills the relation, or what it is a partition of: its rows come without statements, and so past the triggers of a model.';

CREATE FUNCTION @extschema@.l2_unfollowed(d @extschema@.l2_registry) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n integer;
  without oid;
  hidden oid;
  subscribed oid;
BEGIN
  SELECT count(*), min(c.oid) FILTER (WHERE c.relrowsecurity AND c.relforcerowsecurity), min(c.oid) FILTER (WHERE @extschema@.l2_subscribed(c.oid)),
    min(c.oid) FILTER (WHERE (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgfoid = '@extschema@.l2_changed'::regproc
      AND g.tgname ~ format('^l2reg_%s_(insert|update|delete|truncate)$', d.id) AND g.tgenabled IN ('O', 'A')) <> 4)
  INTO n, hidden, subscribed, without FROM @extschema@.l2_tree(d.source) t JOIN pg_class c ON c.oid = t.relation;
  RETURN CASE WHEN n = 0 THEN format('Relation %s does not exist.', d.source)
              WHEN d.follows < 0 THEN format('The model was restored when %s had its triggers and no rows.', d.source)
              WHEN without IS NOT NULL THEN format('Relation %s has not all of the model''s triggers.', without::regclass)
              WHEN n <> d.follows THEN format('Partitions or children of %s have come or gone.', d.source)
              WHEN hidden IS NOT NULL THEN format('Row security may hide rows of %s from its owner.', hidden::regclass)
              WHEN subscribed IS NOT NULL THEN format('Rows of %s come by a subscription, past the model''s triggers.', subscribed::regclass) END;
END $$;
COMMENT ON FUNCTION @extschema@.l2_unfollowed(@extschema@.l2_registry) IS
'Why changes may have been missed that statements made to the source of a model; NULL where none were.';

CREATE FUNCTION @extschema@.l2_missed(d @extschema@.l2_registry) RETURNS text
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(@extschema@.l2_unfollowed(d), (SELECT 'A change could not be worked out: ' || c.reason FROM @extschema@.l2_registry_change c
    WHERE c.id = d.id AND c.reason IS NOT NULL ORDER BY c.seq LIMIT 1))
$$;
COMMENT ON FUNCTION @extschema@.l2_missed(@extschema@.l2_registry) IS
'Why the changes that were written down are not all that there were, or could not be worked out; NULL where all is well.';

CREATE FUNCTION @extschema@.l2_follow(d @extschema@.l2_registry) RETURNS integer
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
  event text;
  trigger_name name;
  n integer := 0;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = 'statements can be followed from a transaction of isolation level read committed only',
      DETAIL = 'The model must start from all rows that were committed before its triggers were there.';
  END IF;
  FOR r IN SELECT c.oid::regclass AS name, c.relkind, c.relowner FROM @extschema@.l2_tree(d.source) t JOIN pg_class c ON c.oid = t.relation ORDER BY c.oid LOOP
    IF r.relkind NOT IN ('r', 'p') THEN
      RAISE wrong_object_type USING MESSAGE = format('statements cannot be followed: %s is no table', r.name),
        HINT = 'Use refresh => ''full'', or ''buckets'' with lag.';
    ELSIF NOT pg_has_role(d.owner, r.relowner, 'USAGE') THEN
      RAISE insufficient_privilege USING MESSAGE = format('role "%s" must be owner of table %s for its model to follow it', d.owner, r.name);
    END IF;
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', r.name);
  END LOOP;
  -- as they are under the lock
  FOR r IN SELECT c.oid, c.oid::regclass AS name, c.relkind, c.relrowsecurity AND c.relforcerowsecurity AS hides
           FROM @extschema@.l2_tree(d.source) t JOIN pg_class c ON c.oid = t.relation LOOP
    IF r.hides THEN
      RAISE feature_not_supported USING MESSAGE = format('a model cannot follow %s, whose row security may hide rows from its owner', r.name);
    ELSIF @extschema@.l2_subscribed(r.oid) THEN
      RAISE feature_not_supported USING MESSAGE = format('a model cannot follow %s, whose rows come by a subscription', r.name),
        HINT = 'Use refresh => ''full'', or ''buckets'' with lag.';
    END IF;
    FOREACH event IN ARRAY '{insert,update,delete,truncate}'::text[] LOOP
      trigger_name := format('l2reg_%s_%s', d.id, event);
      IF NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND g.tgname = trigger_name) THEN
        EXECUTE format('CREATE TRIGGER %I %s %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.l2_changed(%L)',
          trigger_name, CASE event WHEN 'truncate' THEN 'BEFORE' ELSE 'AFTER' END, event, r.name,
          CASE event WHEN 'insert' THEN 'REFERENCING NEW TABLE AS l2_new' WHEN 'delete' THEN 'REFERENCING OLD TABLE AS l2_old'
            WHEN 'update' THEN 'REFERENCING OLD TABLE AS l2_old NEW TABLE AS l2_new' ELSE '' END, d.id);
      ELSIF EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND g.tgname = trigger_name AND g.tgenabled NOT IN ('O', 'A')) THEN
        EXECUTE format('ALTER TABLE ONLY %s ENABLE TRIGGER %I', r.name, trigger_name);
      END IF;
    END LOOP;
    -- what replication brings: row by row, but for TRUNCATE
    EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER %I', r.name, format('l2reg_%s_truncate', d.id));
    IF r.relkind = 'r' THEN
      trigger_name := format('l2reg_%s_replica', d.id);
      IF NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND g.tgname = trigger_name) THEN
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION @extschema@.l2_changed(%L)',
          trigger_name, r.name, d.id);
      END IF;
      EXECUTE format('ALTER TABLE ONLY %s ENABLE REPLICA TRIGGER %I', r.name, trigger_name);
    END IF;
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;
COMMENT ON FUNCTION @extschema@.l2_follow(@extschema@.l2_registry) IS
'Put the triggers on the source and its partitions that write down what statements do, where they are not there; how many relations. Until the transaction ends, others can read the source and not write to it.';

CREATE FUNCTION @extschema@.l2_forget(id integer) RETURNS void
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM @extschema@.l2_registry_change c WHERE c.id = $1;
  DELETE FROM @extschema@.l2_registry_gram k WHERE k.id = $1;
$$;
COMMENT ON FUNCTION @extschema@.l2_forget(integer) IS 'Forget the grams and changes of the model of that number.';

CREATE FUNCTION @extschema@.l2_unfollow(id integer, keep text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record;
BEGIN
  FOR g IN SELECT t.tgname, t.tgrelid::regclass AS name, c.relowner FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE t.tgfoid = '@extschema@.l2_changed'::regproc AND t.tgname ~ format('^l2reg_%s_(insert|update|delete|truncate|replica)$', id)
             AND NOT t.tgrelid IN (SELECT k.relation FROM @extschema@.l2_tree(keep) k) LOOP
    IF pg_has_role(g.relowner, 'USAGE') THEN
      EXECUTE format('DROP TRIGGER %I ON %s', g.tgname, g.name);
    ELSE
      RAISE WARNING 'trigger "%" stays on %, which belongs to role "%"', g.tgname, g.name, g.relowner::regrole
        USING DETAIL = 'It has nothing to do any more.';
    END IF;
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@.l2_unfollow(integer, text) IS 'Take the triggers of the model of that number away, but those on keep and its partitions.';

-- From grams to a model

CREATE FUNCTION @extschema@.l2_fit_kept(d @extschema@.l2_registry, grams @extschema@.l2_gram[], n_rows bigint) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  by_cv boolean := @extschema@.l2_by_cv(d);
  options jsonb := d.options - '{keep_gram,rate}'::text[];
  m @extschema@.l2_model;
BEGIN
  IF by_cv AND d.lambda IS NOT NULL THEN
    options := options || jsonb_build_object('lambdas', jsonb_build_array(d.lambda));
  ELSIF NOT by_cv THEN
    options := options - 'l1_ratio';
  END IF;
  IF d.method IN ('ridge', 'lasso', 'elastic_net') THEN
    options := '{"standardize": true}' || options;
  END IF;
  -- of numbers alone there are grams without names
  options := options || jsonb_build_object('names', d.features);
  m := @extschema@.l2_fit_grams(grams, n_rows, d.method, CASE WHEN by_cv THEN 0 ELSE coalesce((d.options ->> 'rate')::float8, d.lambda, 0) END,
    by_cv, CASE WHEN by_cv THEN 0.5 ELSE coalesce((d.options ->> 'l1_ratio')::float8, 0.5) END, options);
  IF (@extschema@.l2_names(m))[1] <> d.target THEN
    m := @extschema@.l2_model(jsonb_set(m::jsonb, '{target}', to_jsonb(d.target)));
  END IF;
  RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.l2_fit_kept(@extschema@.l2_registry, @extschema@.l2_gram[], bigint) IS 'The model of a definition, from grams of its rows.';

CREATE FUNCTION @extschema@.l2_live_grams(d @extschema@.l2_registry, OUT grams @extschema@.l2_gram[], OUT n_rows bigint, OUT seen bigint[]) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n integer := cardinality(d.features) + 1;
  folds integer := CASE WHEN @extschema@.l2_by_cv(d) THEN coalesce((d.options ->> 'folds')::integer, 10) END;
BEGIN
  WITH changes AS MATERIALIZED (
    SELECT c.seq, c.rows, c.added, c.removed, c.came, c.went FROM @extschema@.l2_registry_change c WHERE c.id = d.id
  ), single AS (
    SELECT true AS is_added, c.came[1] AS y, c.came[2:n] AS x, CASE WHEN d.weight IS NULL THEN 1 ELSE c.came[n + 1] END AS w FROM changes c WHERE c.came IS NOT NULL
    UNION ALL SELECT false, c.went[1], c.went[2:n], CASE WHEN d.weight IS NULL THEN 1 ELSE c.went[n + 1] END FROM changes c WHERE c.went IS NOT NULL
  ), parts AS (
    SELECT true AS is_added, k.grams FROM @extschema@.l2_registry_gram k WHERE k.id = d.id
    UNION ALL SELECT true, c.added FROM changes c WHERE c.added IS NOT NULL
    UNION ALL SELECT false, c.removed FROM changes c WHERE c.removed IS NOT NULL
    UNION ALL SELECT s.is_added, @extschema@.l2_bare_grams(ARRAY[@extschema@.l2_gram_agg(@extschema@.l2_obs(s.y, s.w), s.x)]) FROM single s WHERE folds IS NULL GROUP BY 1
    UNION ALL SELECT s.is_added, @extschema@.l2_bare_grams(@extschema@.l2_gram_folds(@extschema@.l2_obs(s.y, s.w), s.x, @extschema@.l2_options('folds', folds))) FROM single s WHERE folds IS NOT NULL GROUP BY 1
  ), sums AS (
    SELECT i, @extschema@.l2_gram_sum(g) FILTER (WHERE is_added) AS added, @extschema@.l2_gram_sum(g) FILTER (WHERE NOT is_added) AS removed
    FROM parts p, unnest(p.grams) WITH ORDINALITY u(g, i) GROUP BY i
  )
  SELECT (SELECT array_agg(CASE WHEN s.removed IS NULL THEN s.added ELSE s.added OPERATOR(@extschema@.-) s.removed END ORDER BY i) FROM sums s),
    (SELECT k.rows FROM @extschema@.l2_registry_gram k WHERE k.id = d.id) + coalesce((SELECT sum(c.rows)::bigint FROM changes c), 0),
    (SELECT array_agg(c.seq) FROM changes c)
  INTO grams, n_rows, seen;
END $$;
COMMENT ON FUNCTION @extschema@.l2_live_grams(@extschema@.l2_registry, OUT @extschema@.l2_gram[], OUT bigint, OUT bigint[]) IS
'The grams of a live model, one a fold, and its rows, skipped ones too: what was kept, and the changes since that the snapshot sees, whose numbers are in seen.';

CREATE FUNCTION @extschema@.l2_live_model(id integer, stored @extschema@.l2_model) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
  g record;
  m @extschema@.l2_model;
  reason text;
BEGIN
  SELECT * INTO STRICT d FROM @extschema@.l2_registry r WHERE r.id = l2_live_model.id;
  reason := @extschema@.l2_missed(d);
  IF reason IS NOT NULL THEN
    RAISE WARNING 'model "%" is not up to date', d.name USING DETAIL = reason, HINT = 'l2_refresh reads the source anew.';
    RETURN stored;
  ELSIF NOT EXISTS (SELECT FROM @extschema@.l2_registry_change c WHERE c.id = d.id) THEN
    RETURN stored;
  END IF;
  SELECT * INTO g FROM @extschema@.l2_live_grams(d);
  m := @extschema@.l2_fit_kept(d, g.grams, g.n_rows);
  IF m IS NULL THEN
    RAISE data_exception USING MESSAGE = format('the source of model "%s" has no usable row', d.name);
  END IF;
  RETURN m;
END $$;
COMMENT ON FUNCTION @extschema@.l2_live_model(integer, @extschema@.l2_model) IS
'A live model as the snapshot sees its source; stored, the version that its grams made, with a WARNING where changes were missed.';

CREATE FUNCTION @extschema@.l2_scan_sql(d @extschema@.l2_registry, condition text) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
BEGIN
  RETURN format(E'SELECT pg_catalog.array_agg(ROW(%s, s.bucket, s.rows, s.grams)::@extschema@.l2_registry_gram) AS grams,\n'
    '  (SELECT pg_catalog.array_agg(c.seq) FROM @extschema@.l2_registry_change c WHERE c.id OPERATOR(pg_catalog.=) %s) AS seen\n'
    'FROM (SELECT %s AS bucket, %s\n  FROM %s %s%s%s) AS s',
    d.id, d.id, coalesce(d.bucket_sql, '''-infinity''::pg_catalog.timestamp'), d.grams_sql[1], from_item, d.grams_sql[2],
    E'\n  WHERE ' || condition, CASE WHEN d.bucket_sql IS NOT NULL THEN E'\n  GROUP BY 1' ELSE '' END);
END $$;
COMMENT ON FUNCTION @extschema@.l2_scan_sql(@extschema@.l2_registry, text) IS
'The statement that reads the grams of a model from its source: all of them, or of the rows for which a condition over q holds.';

CREATE FUNCTION @extschema@.l2_time_condition(d @extschema@.l2_registry, first timestamp[], past timestamp[], endless boolean) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' AS $$
DECLARE
  item text := 'q.' || quote_ident(d.time_column);
  from_item text := (@extschema@.l2_source(d.source, d.search_path, d.owner)).from_item;
  type regtype := (SELECT t.type FROM @extschema@.l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path, d.owner) t WHERE t.name = d.time_column);
  literal text := CASE type WHEN 'date'::regtype THEN '%L::pg_catalog.timestamp::pg_catalog.date'
    WHEN 'timestamptz'::regtype THEN 'pg_catalog.timezone(''UTC'', %L::pg_catalog.timestamp)' ELSE '%L::pg_catalog.timestamp' END;
BEGIN
  RETURN (SELECT string_agg(format('(%s)', c), ' OR ') FROM (
    SELECT format('%s OPERATOR(pg_catalog.>=) ' || literal || ' AND %s OPERATOR(pg_catalog.<) ' || literal, item, f, item, p) AS c
    FROM unnest(first, past) u(f, p) WHERE p < 'infinity'
    UNION ALL SELECT format('%s OPERATOR(pg_catalog.>=) ' || literal || ' AND %s OPERATOR(pg_catalog.<) ''infinity''', item, f, item) FROM unnest(first, past) u(f, p) WHERE p = 'infinity'
    UNION ALL SELECT format('%s IS NULL OR %s OPERATOR(pg_catalog.=) ''infinity'' OR %s OPERATOR(pg_catalog.=) ''-infinity''', item, item, item) WHERE endless) s);
END $$;
COMMENT ON FUNCTION @extschema@.l2_time_condition(@extschema@.l2_registry, timestamp[], timestamp[], boolean) IS
'The condition over q that the time column lies in one of the ranges, or, endless, that it is NULL or infinite.';

CREATE FUNCTION @extschema@.l2_refit_live(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  scan record;
  g record;
  n bigint;
BEGIN
  IF anew OR @extschema@.l2_missed(d) IS NOT NULL
     OR NOT EXISTS (SELECT FROM @extschema@.l2_registry_gram k WHERE k.id = d.id) THEN
    IF NOT anew AND @extschema@.l2_unfollowed(d) IS NOT NULL THEN
      d.follows := @extschema@.l2_follow(d);
      UPDATE @extschema@.l2_registry r SET follows = d.follows WHERE r.id = d.id;
    END IF;
    -- rows and the changes that they are in: one snapshot
    SELECT * INTO scan FROM @extschema@.l2_run_grams(@extschema@.l2_scan_sql(d, NULL), d.search_path, d.owner);
    DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (scan.seen);
    DELETE FROM @extschema@.l2_registry_gram k WHERE k.id = d.id;
    INSERT INTO @extschema@.l2_registry_gram SELECT * FROM unnest(scan.grams);
    RETURN @extschema@.l2_fit_kept(d, scan.grams[1].grams, scan.grams[1].rows);
  END IF;
  -- nobody else takes changes away: those that were added up are still there
  SELECT * INTO g FROM @extschema@.l2_live_grams(d);
  DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (g.seen);
  UPDATE @extschema@.l2_registry_gram k SET grams = g.grams, rows = g.n_rows WHERE k.id = d.id;
  RETURN @extschema@.l2_fit_kept(d, g.grams, g.n_rows);
END $$;
COMMENT ON FUNCTION @extschema@.l2_refit_live(@extschema@.l2_registry, boolean) IS
'Add the changes of a live model up, or read its source anew where that is asked for, or needed since changes were missed.';

CREATE FUNCTION @extschema@.l2_refit_buckets(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  scan record;
  g record;
  newest timestamp := (SELECT max(k.bucket) FROM @extschema@.l2_registry_gram k WHERE k.id = d.id);
  seen bigint[];
  first timestamp[];
  past timestamp[];
  endless boolean;
BEGIN
  -- marks first: what comes between them and the scan is read, and stays marked
  SELECT array_agg(c.seq), anew OR newest IS NULL OR coalesce(bool_or(c.bucket IS NULL), false)
    OR (d.follows IS NOT NULL AND @extschema@.l2_missed(d) IS NOT NULL)
  INTO seen, anew FROM @extschema@.l2_registry_change c WHERE c.id = d.id;
  IF d.follows IS NOT NULL AND @extschema@.l2_unfollowed(d) IS NOT NULL THEN
    d.follows := @extschema@.l2_follow(d);
    UPDATE @extschema@.l2_registry r SET follows = d.follows WHERE r.id = d.id;
  END IF;
  IF NOT anew THEN
    WITH dirty AS (
      SELECT c.bucket AS lo, coalesce(c.until, c.bucket + d.bucket) AS hi FROM @extschema@.l2_registry_change c
      WHERE c.id = d.id AND c.seq = ANY (seen) AND c.bucket > '-infinity'
      UNION SELECT @extschema@.l2_bucket(CASE WHEN newest > '-infinity' THEN newest - d.lag ELSE '4000-01-01 BC' END, d.bucket), 'infinity' WHERE d.lag IS NOT NULL
    ), starts AS (
      SELECT lo, hi, lo > max(hi) OVER (ORDER BY lo, hi ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) IS NOT FALSE AS new FROM dirty
    ), islands AS (
      SELECT min(lo) AS lo, max(hi) AS hi FROM (SELECT lo, hi, count(*) FILTER (WHERE new) OVER (ORDER BY lo, hi) AS island FROM starts) s GROUP BY island
    ), few AS (
      SELECT min(lo) AS lo, max(hi) AS hi FROM islands GROUP BY CASE WHEN (SELECT count(*) FROM islands) <= 100 THEN lo END
    )
    SELECT array_agg(lo), array_agg(hi) INTO first, past FROM few;
    endless := d.lag IS NOT NULL OR EXISTS (SELECT FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (seen) AND c.bucket = '-infinity');
  END IF;
  IF anew OR first IS NOT NULL OR endless THEN
    SELECT * INTO scan FROM @extschema@.l2_run_grams(@extschema@.l2_scan_sql(d,
      CASE WHEN NOT anew THEN @extschema@.l2_time_condition(d, first, past, endless) END), d.search_path, d.owner);
    DELETE FROM @extschema@.l2_registry_gram k WHERE k.id = d.id AND (anew OR (endless AND k.bucket = '-infinity')
      OR EXISTS (SELECT FROM unnest(first, past) u(f, p) WHERE k.bucket >= f AND k.bucket < p));
    INSERT INTO @extschema@.l2_registry_gram SELECT * FROM unnest(scan.grams);
    DELETE FROM @extschema@.l2_registry_change c WHERE c.id = d.id AND c.seq = ANY (seen);
  END IF;
  SELECT * INTO g FROM @extschema@.l2_bucket_grams(d);
  RETURN @extschema@.l2_fit_kept(d, g.grams, g.n_rows);
END $$;
COMMENT ON FUNCTION @extschema@.l2_refit_buckets(@extschema@.l2_registry, boolean) IS
'Read the buckets anew that are marked, and those within the lag; all of them where that is asked for, or needed. Add up those in the training window.';

CREATE FUNCTION @extschema@.l2_bucket_grams(d @extschema@.l2_registry, OUT grams @extschema@.l2_gram[], OUT n_rows bigint) RETURNS record
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH newest(bucket) AS (
    SELECT max(k.bucket) FROM @extschema@.l2_registry_gram k WHERE k.id = d.id
  ), used AS (
    SELECT k.rows, k.grams, CASE WHEN d.half_life IS NULL THEN 1 ELSE power(0.5::float8, least(extract(epoch FROM n.bucket - k.bucket)::float8 / extract(epoch FROM d.half_life)::float8, 2000)) END AS weight
    FROM @extschema@.l2_registry_gram k, newest n
    WHERE k.id = d.id AND CASE WHEN d.training_window IS NULL AND d.half_life IS NULL THEN true
                               WHEN k.bucket = '-infinity' THEN false
                               WHEN d.training_window IS NULL THEN true ELSE k.bucket > n.bucket - d.training_window END
  ), folds AS (
    SELECT i, @extschema@.l2_gram_sum(CASE WHEN weight < 1 THEN @extschema@.l2_gram_decay(gram, weight) ELSE gram END) AS gram
    FROM used, unnest(used.grams) WITH ORDINALITY u(gram, i) WHERE weight > 1e-100 GROUP BY i
  )
  SELECT (SELECT array_agg(gram ORDER BY i) FROM folds), (SELECT sum(rows)::bigint FROM used WHERE weight > 1e-100)
$$;
COMMENT ON FUNCTION @extschema@.l2_bucket_grams(@extschema@.l2_registry, OUT @extschema@.l2_gram[], OUT bigint) IS
'The sum of a model''s buckets within its training window, each weighing half as much for every half_life that it is older than the newest; those of rows without a time only where neither is set.';

CREATE FUNCTION @extschema@.l2_mark(name text, first timestamp DEFAULT NULL, last timestamp DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  IF d.refresh = 'full' THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('model "%s" is always read in full', name);
  ELSIF d.refresh = 'live' AND (first, last) IS DISTINCT FROM (NULL, NULL) THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('model "%s" has no buckets', name),
      HINT = 'l2_mark(name) has all of its source read anew.';
  ELSIF last < first THEN
    RAISE invalid_parameter_value USING MESSAGE = format('last, %s, is before first, %s', last, first);
  END IF;
  IF d.refresh = 'live' THEN
    INSERT INTO @extschema@.l2_registry_change (id, reason) VALUES (d.id, 'marked by l2_mark');
  ELSIF first IS NULL AND last IS NULL THEN
    INSERT INTO @extschema@.l2_registry_change (id) VALUES (d.id);
  ELSE
    first := coalesce(first, '-infinity');
    last := coalesce(last, 'infinity');
    INSERT INTO @extschema@.l2_registry_change (id, bucket, until)
    VALUES (d.id, CASE WHEN isfinite(first) THEN @extschema@.l2_bucket(first, d.bucket) ELSE '4000-01-01 BC'::timestamp END,
            CASE WHEN isfinite(last) THEN @extschema@.l2_bucket(last, d.bucket) + d.bucket ELSE 'infinity' END);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_mark(text, timestamp, timestamp) IS
'Have the next l2_refresh of a model with buckets read those from the first time to the last, in UTC, anew; all of them where both are NULL, and then a live model too. NULL: without limit. For changes that the model could not follow: a restore into the table, ALTER TABLE that rewrites values, disabled triggers. For the owner and members of that role.';
