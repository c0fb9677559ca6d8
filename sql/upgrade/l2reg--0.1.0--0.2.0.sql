\echo Use "ALTER EXTENSION l2reg UPDATE TO '0.2.0'" to load this file. \quit

-- What differs from 0.1.0, in the order of the install script.  Operators and functions are those of
-- pg_catalog, as there.
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION @extschema@.l2_set_progress(command text, model text, phase text, rows_expected bigint) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.l2_set_progress(text, text, text, bigint) IS
'Say in l2_progress what this session is at: l2_train and l2_refresh do. command NULL: nothing.';

CREATE FUNCTION @extschema@.l2_progress_entries(
  OUT pid integer, OUT datid oid, OUT usesysid oid, OUT relation oid, OUT command text, OUT model text, OUT phase text,
  OUT pass bigint, OUT passes bigint, OUT rows bigint, OUT rows_expected bigint, OUT workers integer, OUT started timestamptz
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.l2_progress_entries() IS 'What the view l2_progress shows.';

CREATE VIEW @extschema@.l2_progress AS
  SELECT e.pid, d.datname, r.rolname AS usename, e.command, e.model, e.relation::regclass AS relation, e.phase, e.pass, e.passes,
    e.rows, e.rows_expected, e.workers,
    CASE WHEN e.passes > 0 THEN e.pass::float8 / e.passes WHEN e.rows_expected > 0 THEN least(e.rows::float8 / e.rows_expected, 1) END AS share,
    e.started
  FROM @extschema@.l2_progress_entries() e
    LEFT JOIN pg_catalog.pg_database d ON d.oid = e.datid LEFT JOIN pg_catalog.pg_roles r ON r.oid = e.usesysid;

COMMENT ON VIEW @extschema@.l2_progress IS
'A row for each session of the server that is at long work of l2reg: l2_train and l2_refresh, l2_logistic and l2_poisson, paths, cross-validation, and the steps of logistic_fit and poisson_fit. command: which; model, relation: its name and what is read, in this database. phase: "reading rows", "reading buckets" or "adding up changes"; "fitting", of rows in memory or a temporary file; "path" and "cross-validation"; "waiting for another session", which trains the same model. pass: the pass over the rows, from 1; in a path or a cross-validation how many fits are done of passes. rows: usable ones read in this pass, by the session and its parallel workers (workers: how many told so), in steps of up to 256; rows_expected: as many as the pass or the training before had. share, from 0 to 1: of the passes, else of the rows of this pass, where they are known. started: when. As in pg_stat_activity sessions of other roles show no more than that they are there, except to members of pg_read_all_stats; nothing is told by a session whose track_activities is off, or which is in a COPY, CREATE INDEX or another command that PostgreSQL reports itself, nor in PostgreSQL 13.';

GRANT SELECT ON @extschema@.l2_progress TO PUBLIC;

CREATE OR REPLACE FUNCTION @extschema@.l2_fit_model(d @extschema@.l2_registry, anew boolean) RETURNS @extschema@.l2_registry_version
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

CREATE OR REPLACE FUNCTION @extschema@.l2_train(
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

CREATE OR REPLACE FUNCTION @extschema@.l2_refresh(id integer, on_lock text DEFAULT 'wait') RETURNS SETOF @extschema@.l2_versions
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

CREATE FUNCTION @extschema@.l2_subscribed(relation oid) RETURNS boolean
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = $1 OR s.srrelid IN (SELECT a.relid FROM pg_partition_ancestors($1) a))
$$;

COMMENT ON FUNCTION @extschema@.l2_subscribed(oid) IS
'Whether a subscription of logical replication fills the relation, or what it is a partition of: its rows come without statements, and so past the triggers of a model.';

CREATE OR REPLACE FUNCTION @extschema@.l2_unfollowed(d @extschema@.l2_registry) RETURNS text
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

CREATE OR REPLACE FUNCTION @extschema@.l2_follow(d @extschema@.l2_registry) RETURNS integer
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

CREATE OR REPLACE FUNCTION @extschema@.l2_unfollow(id integer, keep text) RETURNS void
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

CREATE OR REPLACE FUNCTION @extschema@.l2_time_condition(d @extschema@.l2_registry, first timestamp[], past timestamp[], endless boolean) RETURNS text
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

CREATE OR REPLACE FUNCTION @extschema@.l2_report_sample(model @extschema@.l2_model, y float8[], predicted float8[]) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
#variable_conflict use_column
DECLARE
  drawn CONSTANT integer := 2000;
  logistic boolean := model::jsonb ->> 'method' = 'logistic';
  every integer;
  n bigint;
  facts text[];
  s record;
  c record;
  figures text;
BEGIN
  SELECT count(*) INTO n FROM unnest(l2_report_sample.y, l2_report_sample.predicted) u(y, yhat) WHERE y + yhat IS NOT NULL;
  IF n = 0 THEN
    RETURN '';
  END IF;
  IF logistic THEN
    SELECT @extschema@.l2_auc(y, yhat) AS auc, @extschema@.l2_logloss(y, yhat) AS logloss, @extschema@.l2_brier(y, yhat) AS brier, @extschema@.l2_accuracy(y, yhat) AS accuracy,
      @extschema@.l2_roc(y, yhat) AS roc, @extschema@.l2_calibration(y, yhat, 10) AS bins
    INTO s FROM unnest(l2_report_sample.y, l2_report_sample.predicted) u(y, yhat);
    facts := ARRAY['Area under the curve', @extschema@.l2_html_number(s.auc), 'Log loss', @extschema@.l2_html_number(s.logloss),
      'Brier score', @extschema@.l2_html_number(s.brier), 'Accuracy', @extschema@.l2_html_number(s.accuracy)];
    SELECT array_agg(mean_p ORDER BY bin) AS p, array_agg(mean_y ORDER BY bin) AS y INTO c FROM unnest(s.bins) WHERE mean_p IS NOT NULL;
    figures := @extschema@.l2_html_figure('Calibration', jsonb_build_object('x', '{"label": "predicted probability"}'::jsonb, 'y', '{"label": "share that came out 1"}'::jsonb,
        'layers', jsonb_build_array('{"type": "diagonal", "class": "zero"}'::jsonb, jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.p, 'y', c.y),
          jsonb_build_object('type', 'points', 'class', 'dot c1', 'x', c.p, 'y', c.y))),
      'Rows in ten bins by their predicted probability. A model that says the truth is on the line.');
    SELECT array_agg(fpr ORDER BY fpr, tpr) AS x, array_agg(tpr ORDER BY fpr, tpr) AS y INTO c
    FROM (SELECT fpr, tpr, row_number() OVER (ORDER BY fpr, tpr) AS i, count(*) OVER () AS points FROM unnest(s.roc)) r
    WHERE i = points OR (i - 1) % greatest(1, ceil(points / 1000.0)::integer) = 0;
    figures := figures || @extschema@.l2_html_figure('Receiver operating characteristic', jsonb_build_object('x', '{"label": "false positive rate"}'::jsonb, 'y', '{"label": "true positive rate"}'::jsonb,
        'layers', jsonb_build_array('{"type": "diagonal", "class": "zero"}'::jsonb, jsonb_build_object('type', 'line', 'class', 'c1', 'x', c.x, 'y', c.y))),
      format('What share of the 1s is found at what share of false alarms; the area under the curve is %s.', @extschema@.l2_html_number(s.auc)));
  ELSE
    SELECT (@extschema@.l2_score(y, yhat)).* INTO s FROM unnest(l2_report_sample.y, l2_report_sample.predicted) u(y, yhat);
    facts := ARRAY['R&sup2;', @extschema@.l2_html_number(s.r2), 'RMSE', @extschema@.l2_html_number(s.rmse),
      'Mean absolute error', @extschema@.l2_html_number(s.mae), 'Median absolute error', @extschema@.l2_html_number(s.median_ae),
      'Largest error', @extschema@.l2_html_number(s.max_error), 'Bias', @extschema@.l2_html_number(CASE WHEN abs(s.bias) < 1e-12 * s.rmse THEN 0 ELSE s.bias END, 3)];
    every := greatest(1, ceil(n / drawn::float8)::integer);
    SELECT array_agg(y) AS y, array_agg(yhat) AS yhat, array_agg(y - yhat) AS residual INTO c
    FROM (SELECT y, yhat, row_number() OVER (ORDER BY i) AS i FROM unnest(l2_report_sample.y, l2_report_sample.predicted) WITH ORDINALITY u(y, yhat, i) WHERE y + yhat IS NOT NULL) r
    WHERE (i - 1) % every = 0;
    figures := @extschema@.l2_html_figure('Actual against predicted', jsonb_build_object('x', '{"label": "predicted"}'::jsonb, 'y', '{"label": "actual"}'::jsonb,
        'layers', jsonb_build_array('{"type": "diagonal", "class": "zero"}'::jsonb, jsonb_build_object('type', 'points', 'class', CASE WHEN cardinality(c.y) > 300 THEN 'cloud many' ELSE 'cloud' END, 'x', c.yhat, 'y', c.y))),
      'A perfect prediction is on the line.')
    || @extschema@.l2_html_figure('Residuals', jsonb_build_object('x', '{"label": "predicted"}'::jsonb, 'y', '{"label": "actual &minus; predicted"}'::jsonb,
        'layers', jsonb_build_array('{"type": "rule", "class": "zero", "y": [0]}'::jsonb, jsonb_build_object('type', 'points', 'class', CASE WHEN cardinality(c.y) > 300 THEN 'cloud many' ELSE 'cloud' END, 'x', c.yhat, 'y', c.residual))),
      'A pattern or a funnel here is something that the model does not know.');
  END IF;
  RETURN format(E'<section>\n<h2>Predictions on a sample</h2>\n<p>%s rows%s.</p>\n%s<div class="figures">\n%s</div>\n</section>\n', @extschema@.l2_html_count(n),
    CASE WHEN every > 1 THEN format(', of which %s are drawn', @extschema@.l2_html_count(cardinality(c.y))) ELSE '' END, @extschema@.l2_html_facts(facts), figures);
END $$;

CREATE OR REPLACE FUNCTION @extschema@.l2_report_drift(drift jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
  WITH d AS (
    SELECT r.*, i, i > 1 AND r.term = '(Residual)' AND i = jsonb_array_length($1) AS is_error
    FROM jsonb_array_elements($1) WITH ORDINALITY u(r0, i), jsonb_to_record(r0) AS r(term text, mean float8, mean_now float8, shift float8, sd float8, sd_now float8, spread float8)
  ), chosen AS (
    SELECT * FROM d ORDER BY is_error DESC, i = 1 DESC, CASE WHEN jsonb_array_length($1) > 52 THEN abs(shift) END DESC NULLS LAST, i LIMIT 52
  ), scale AS (
    SELECT greatest(1, least(5, max(abs(shift)))) AS size FROM chosen
  )
  SELECT format(E'<section>\n<h2>Drift</h2>\n<p>%sThe rows given against those of training: how many standard deviations each mean has moved, and how much wider the values spread now.</p>\n%s%s</section>\n',
    CASE WHEN jsonb_array_length($1) > 52 THEN format('The 50 features that moved most, of %s. ', @extschema@.l2_html_count(jsonb_array_length($1) - 2)) ELSE '' END,
    (SELECT @extschema@.l2_html_facts(ARRAY['RMSE in training', @extschema@.l2_html_number(sd), 'RMSE now', @extschema@.l2_html_number(sd_now), 'Mean residual now', @extschema@.l2_html_number(CASE WHEN abs(mean_now) < 1e-12 * sd_now THEN 0 ELSE mean_now END, 3)])
     FROM chosen WHERE is_error),
    @extschema@.l2_html_table('Drift', ARRAY['Column', @extschema@.l2_html_scale('Standard deviations', max(s.size)), 'Shift', 'Spread', 'Mean then', 'Mean now', 'Std. dev. then', 'Std. dev. now'],
      string_agg(@extschema@.l2_html_row(@extschema@.l2_html(term), ARRAY[
        @extschema@.l2_plot_interval(shift, least(shift, 0), greatest(shift, 0), s.size, @extschema@.l2_html(term), format('shift %s', @extschema@.l2_html_number(shift, 2))),
        @extschema@.l2_html_number(shift, 2), @extschema@.l2_html_number(spread, 2), @extschema@.l2_html_number(mean), @extschema@.l2_html_number(mean_now),
        @extschema@.l2_html_number(sd), @extschema@.l2_html_number(sd_now)],
        CASE WHEN abs(shift) >= 0.5 THEN 'moved' ELSE '' END), '' ORDER BY i)))
  FROM chosen, scale s WHERE NOT is_error HAVING count(*) > 0
$$;

CREATE OR REPLACE FUNCTION @extschema@.l2_report_page(
  model @extschema@.l2_model, gram @extschema@.l2_gram, grams @extschema@.l2_gram[], y float8[], predicted float8[],
  title text, level float8, made date, drift jsonb, versions text, version integer
) RETURNS text
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS $$
DECLARE
  m jsonb := model::jsonb;
  names text[] := @extschema@.l2_names(model);
  method text := CASE m ->> 'method' WHEN 'ols' THEN 'Ordinary least squares' WHEN 'ridge' THEN 'Ridge regression' WHEN 'lasso' THEN 'Lasso'
    WHEN 'elastic_net' THEN 'Elastic net' WHEN 'dropout' THEN 'Least squares with dropout' WHEN 'logistic' THEN 'Logistic regression'
    WHEN 'poisson' THEN 'Poisson regression' ELSE m ->> 'method' END;
  g record;
  figures record;
  facts text;
  style CONSTANT text := '
:root{color-scheme:light dark;--page:#fff;--ink:#1c2127;--soft:#5d6772;--line:#d9dee3;--faint:#eef1f4;--card:#f7f8fa;--warn:#a1400f;
--c1:#1f66b3;--c2:#c4551d;--c3:#23804f;--c4:#8450ab;--c5:#946c00;--c6:#b8336f}
@media screen and (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e4e8ec;--soft:#9ba6b1;--line:#343b43;--faint:#242a30;--card:#1b2025;--warn:#f0a070;
--c1:#6cb0f5;--c2:#f0905e;--c3:#62c590;--c4:#c39be8;--c5:#dcb54a;--c6:#f087b3}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:980px;margin:0 auto;padding:0 20px}
header{padding-top:40px}
h1{font-size:28px;line-height:1.2;margin:0 0 6px;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;margin:0 0 10px;font-weight:650}
h3{font-size:14px;margin:0 0 8px;font-weight:600}
p{margin:0 0 12px;max-width:70ch}
header p,section>p,figcaption,footer{color:var(--soft);font-size:14px}
header p{overflow-wrap:anywhere}
section{margin-top:32px;padding-top:20px;border-top:1px solid var(--line)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,148px),1fr));gap:8px;margin:0 0 18px}
.facts div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:9px 12px}
dt{font-size:12.5px;color:var(--soft)}
dd{margin:0;font-size:19px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
dd small{display:block;font-size:12.5px;color:var(--soft)}
.wide{overflow-x:auto}
table{border-collapse:collapse;min-width:min(100%,600px);font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--faint);font-weight:400}
thead th{color:var(--soft);font-size:12.5px;border-bottom:1px solid var(--line);vertical-align:bottom}
th:first-child{text-align:left;padding-left:0;position:sticky;left:0;background:var(--page)}
tbody th{font-weight:600;white-space:normal;overflow-wrap:anywhere;min-width:104px;max-width:260px}
tbody th small{font-weight:400;color:var(--c1)}
td:nth-child(2){padding-top:0;padding-bottom:0}
.quiet th{font-weight:400;color:var(--soft)}
.moved td:nth-child(3){color:var(--warn);font-weight:600}
.reason td{white-space:normal;text-align:left;color:var(--warn);font-size:13px}
.scale{display:grid;grid-template-columns:1fr 1fr 1fr;width:140px}
.scale b{grid-column:1/4;font-weight:400}
.scale b,.scale i{font-style:normal;text-align:center}
.scale i:first-child{text-align:left}
.scale i:last-child{text-align:right}
svg{display:block}
.row{width:140px;height:18px}
.plot{width:100%;height:auto}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:28px;margin-bottom:18px}
.figures>figure:only-child{max-width:476px}
figure{margin:0;break-inside:avoid}
figcaption{margin-top:6px}
svg text{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}
svg .name{font-weight:500}
svg line,svg path{fill:none;stroke:var(--soft);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
svg .grid{stroke:var(--faint);stroke-width:1}
svg .axis{stroke:var(--line);stroke-width:1}
svg .zero{stroke:var(--soft);stroke-width:1;opacity:.7}
svg .choice,svg .here{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3;stroke-linecap:butt}
svg .note{fill:var(--ink)}
svg .other{stroke:var(--soft);stroke-width:1;opacity:.35}
svg .band{fill:var(--c1);stroke:none;opacity:.16}
svg .cloud{stroke:var(--c1);stroke-width:5;opacity:.6}
svg .many{stroke-width:3.4;opacity:.5}
svg .dot{stroke-width:6.5}
svg .ring{stroke:var(--c1);stroke-width:13;opacity:.35}
svg .interval{stroke:var(--c1);stroke-width:2}
svg .mark{fill:var(--c1)}
.warning{color:var(--warn);font-weight:600}
footer{padding-top:24px;padding-bottom:40px}
@media(max-width:520px){header{padding-top:24px}main,header,footer{padding-left:16px;padding-right:16px}h1{font-size:24px}svg text{font-size:14px}.row{width:112px;height:auto}.scale{width:112px}dd{font-size:17px}.facts{grid-template-columns:1fr 1fr}th,td{padding-left:6px;padding-right:6px}tbody th{min-width:112px;max-width:140px}}
@media print{@page{margin:15mm}body{font-size:11pt}header{padding-top:0}main,header,footer{max-width:none;padding-left:0;padding-right:0}section{margin-top:18px;padding-top:12px}.wide{overflow:visible}tr,figure,.facts{break-inside:avoid}h2,h3{break-after:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
' || string_agg(format('svg .c%s{stroke:var(--c%s)}svg text.c%s{fill:var(--c%s);stroke:none}', i, i, i, i), '') FROM generate_series(1, 6) i;
BEGIN
  IF model IS NULL THEN
    RETURN NULL;
  END IF;
  IF (y IS NULL) <> (predicted IS NULL) OR cardinality(y) <> cardinality(predicted) THEN
    RAISE array_subscript_error USING MESSAGE = 'y and predicted must have the same length',
      HINT = 'For example: y => array_agg(price), predicted => array_agg(l2_predict(model, area, rooms)).';
  END IF;
  title := coalesce(title, names[1]);
  SELECT * INTO g FROM @extschema@.l2_glance(model);
  IF grams IS NOT NULL AND gram IS NULL THEN
    SELECT @extschema@.l2_gram_sum(u) INTO gram FROM unnest(grams) u;
  END IF;
  IF gram IS NOT NULL THEN
    SELECT * INTO figures FROM @extschema@.l2_report_penalties(model, gram, grams);
  ELSE
    SELECT NULL::text AS curve, NULL::text AS path INTO figures;
  END IF;
  facts := array_to_string(ARRAY[
    format('%s of %s on %s feature%s', method, @extschema@.l2_html(names[1]), @extschema@.l2_html_count(cardinality(names) - 1), CASE WHEN cardinality(names) = 2 THEN '' ELSE 's' END),
    @extschema@.l2_html_count(g.n) || ' rows',
    CASE WHEN m ->> 'method' <> 'ols' AND g.lambda > 0 THEN '&lambda;&nbsp;=&nbsp;' || @extschema@.l2_html_number(g.lambda) END,
    CASE WHEN m ->> 'method' IN ('elastic_net', 'logistic', 'poisson') AND g.l1_ratio > 0 THEN 'L1&nbsp;ratio&nbsp;' || @extschema@.l2_html_number(g.l1_ratio) END,
    CASE WHEN m ? 'rate' THEN 'rate&nbsp;' || @extschema@.l2_html_number((m ->> 'rate')::float8) END,
    'version&nbsp;' || version, to_char(made::timestamp, 'YYYY-MM-DD')], ' &middot; ');
  RETURN format(E'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>%s</title>\n<link rel="icon" href="data:,">\n<style>%s</style>\n</head>\n<body>\n<header>\n<h1>%s</h1>\n<p>%s</p>\n</header>\n<main>\n%s</main>\n<footer>Made by l2reg.</footer>\n</body>\n</html>',
    @extschema@.l2_html(title), style, @extschema@.l2_html(title), facts,
    concat(@extschema@.l2_report_fit(model), @extschema@.l2_report_terms(model, coalesce(level, 0.95)),
      @extschema@.l2_report_sample(model, y, predicted),
      E'<section>\n<h2>Penalty</h2>\n<div class="figures">\n' || nullif(concat(figures.curve, figures.path), '') || E'</div>\n</section>\n',
      versions, @extschema@.l2_report_drift(drift)));
END $$;

ALTER TABLE @extschema@.l2_registry_version DROP CONSTRAINT l2_registry_version_id_fkey;
ALTER TABLE @extschema@.l2_registry_gram DROP CONSTRAINT l2_registry_gram_id_fkey;

-- No foreign keys: pg_restore -j fills the tables of an extension in any order, and writers would all lock the
-- row of a live model.
CREATE FUNCTION @extschema@.l2_registry_removed() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    TRUNCATE @extschema@.l2_registry_version, @extschema@.l2_registry_gram, @extschema@.l2_registry_change;
    RETURN NULL;
  END IF;
  DELETE FROM @extschema@.l2_registry_version v WHERE v.id = OLD.id;
  PERFORM @extschema@.l2_forget(OLD.id);
  RETURN OLD;
END $$;
COMMENT ON FUNCTION @extschema@.l2_registry_removed() IS 'For the triggers of l2_registry: what belongs to a model goes before it.';
CREATE TRIGGER l2_registry_removed BEFORE DELETE ON @extschema@.l2_registry
  FOR EACH ROW EXECUTE FUNCTION @extschema@.l2_registry_removed();
COMMENT ON TRIGGER l2_registry_removed ON @extschema@.l2_registry IS 'takes versions, grams and changes along';
CREATE TRIGGER l2_registry_emptied BEFORE TRUNCATE ON @extschema@.l2_registry
  FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.l2_registry_removed();
COMMENT ON TRIGGER l2_registry_emptied ON @extschema@.l2_registry IS 'takes versions, grams and changes along';

-- pg_restore --data-only: the rows of the source may come after the model that knows them.  With pg_restore -j the
-- triggers may be there before the model, but not before the rows.
CREATE FUNCTION @extschema@.l2_registry_restored() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.follows > 0 AND EXISTS (SELECT FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
       WHERE g.tgname = format('l2reg_%s_insert', NEW.id) AND g.tgfoid = '@extschema@.l2_changed'::regproc AND c.relkind = 'r' AND pg_relation_size(c.oid) = 0) THEN
    NEW.follows := -1;
  END IF;
  RETURN NEW;
END $$;
COMMENT ON FUNCTION @extschema@.l2_registry_restored() IS
'For the trigger of l2_registry: a model that comes when its source has triggers already, but no rows, follows nothing until its source was read anew.';
CREATE TRIGGER l2_registry_restored BEFORE INSERT ON @extschema@.l2_registry
  FOR EACH ROW EXECUTE FUNCTION @extschema@.l2_registry_restored();
COMMENT ON TRIGGER l2_registry_restored ON @extschema@.l2_registry IS 'lets no row count twice that is restored after the model';

COMMENT ON COLUMN @extschema@.l2_registry.follows IS 'how many relations have triggers that follow what statements do; NULL: none should; -1: the model was restored when they had them, and no rows';

COMMENT ON FUNCTION @extschema@.l2_mark(text, timestamp, timestamp) IS
'Have the next l2_refresh of a model with buckets read those from the first time to the last, in UTC, anew; all of them where both are NULL, and then a live model too. NULL: without limit. For changes that the model could not follow: a restore into the table, ALTER TABLE that rewrites values, disabled triggers. For the owner and members of that role.';

-- with session_replication_role = replica too
ALTER TABLE @extschema@.l2_registry ENABLE ALWAYS TRIGGER l2_registry_changed;
ALTER TABLE @extschema@.l2_registry ENABLE ALWAYS TRIGGER l2_registry_removed;
ALTER TABLE @extschema@.l2_registry ENABLE ALWAYS TRIGGER l2_registry_emptied;

CREATE OR REPLACE FUNCTION @extschema@.l2_drop(name text, if_exists boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
BEGIN
  IF if_exists AND NOT EXISTS (SELECT FROM @extschema@.l2_registry r WHERE r.name = l2_drop.name) THEN
    RAISE NOTICE 'model "%" does not exist, skipping', name;
    RETURN;
  END IF;
  d := @extschema@.l2_find_model(name, true);
  PERFORM @extschema@.l2_lock_model(d.id, true);
  PERFORM @extschema@.l2_unschedule(name);
  PERFORM @extschema@.l2_unfollow(d.id, NULL);
  DELETE FROM @extschema@.l2_registry r WHERE r.id = d.id;
END $$;
