-- What models there are, and their upkeep.

CREATE VIEW @extschema@.l2_versions AS
  SELECT v.model::text AS name, (v.training).version, (v.training).active,
    (v.training).details ->> 'event' AS event, (v.training).outcome,
      (v.training).model::jsonb ->> 'method' AS method, coalesce((v.training).n, g.n) AS n,
    coalesce((v.training).n_skipped, g.n_skipped) AS n_skipped,
      coalesce((v.training).r_squared, g.r_squared) AS r_squared,
    coalesce((v.training).sigma, g.sigma) AS sigma,
      coalesce((v.training).lambda, nullif(g.lambda, 0)) AS lambda,
    (v.training).nonzero, coalesce((v.training).cv_error, g.cv_error) AS cv_error,
      coalesce((v.training).cv_se, g.cv_se) AS cv_se,
    (v.training).trained_at, (v.training).duration, (v.training).trained_by, (v.training).error_code,
      (v.training).reason
  FROM @extschema@._l2_versions() v LEFT JOIN LATERAL @extschema@.l2_glance((v.training).model) g ON true
  WHERE (v.training).version IS NOT NULL;
COMMENT ON VIEW @extschema@.l2_versions IS
'A row for each training of each model that the current user may use, of those columns of its table that he
may read. outcome: ok; rejected (the gate kept the version out of use); failed (no model came of it:
error_code, the SQLSTATE, and reason). n, n_skipped: rows used and left out; r_squared, sigma: of the fit, on
the same rows; cv_error, cv_se: mean squared error on rows not seen, and its standard error; nonzero:
coefficients, where the solver iterates. trained_at: when training began.';
GRANT SELECT ON @extschema@.l2_versions TO PUBLIC;

CREATE VIEW @extschema@.l2_models AS
  SELECT m.model::text AS name, m.owner, (a.training).model::jsonb ->> 'method' AS method,
    (@extschema@.l2_names((a.training).model))[1] AS target, (a.training).version, g.n, g.r_squared,
      g.cv_error,
    nullif(g.lambda, 0) AS lambda, date_trunc('second', (a.training).trained_at) AS trained_at,
    CASE WHEN isfinite((a.training).trained_at)
      THEN date_trunc('second', now() - (a.training).trained_at) END AS age, j.schedule,
        (m.newest).reason AS last_error
  FROM (SELECT v.model, v.owner, (array_agg(v.training
    ORDER BY (v.training).version DESC NULLS LAST))[1] AS newest,
          (array_agg(v.training ORDER BY (v.training).version DESC NULLS LAST)
            FILTER (WHERE (v.training).active))[1] AS training
        FROM @extschema@._l2_versions() v GROUP BY 1, 2) m
    CROSS JOIN LATERAL (SELECT m.training) a
    LEFT JOIN LATERAL @extschema@.l2_glance((a.training).model) g ON true
    LEFT JOIN (SELECT c.model, string_agg(c.schedule, ', ' ORDER BY c.job) AS schedule
               FROM @extschema@._l2_cron_jobs() c GROUP BY 1) j ON j.model = m.model;
COMMENT ON VIEW @extschema@.l2_models IS
'A row for each model that the current user may use: the version in use with its rows, R^2 on those, mean
squared error in cross-validation and lambda; how old the data in it are; when pg_cron refreshes it; and why
the last training was not put to use, if so. A column that he may not read, and what another session keeps
locked, is NULL.';
GRANT SELECT ON @extschema@.l2_models TO PUBLIC;

-- Work below is done as the model's owner: see src/named/owner.c.

CREATE FUNCTION @extschema@._l2_training(
  model regclass, v @extschema@.l2_version, active integer
) RETURNS @extschema@.l2_training
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t @extschema@.l2_training;
  m jsonb;
BEGIN
  t.name := model;
  t.version := v.version;
  t.active := active;
  t.outcome := v.outcome;
  t.method := v.definition ->> 'method';
  t.target := v.definition ->> 'target';
  t.n := v.n;
  t.n_skipped := v.n_skipped;
  t.skipped := v.details -> 'skipped';
  t.columns := cardinality(@extschema@.l2_names(v.model)) - 1;
  t.r_squared := v.r_squared;
  t.sigma := v.sigma;
  t.lambda := v.lambda;
  t.nonzero := v.nonzero;
  t.cv_error := v.cv_error;
  t.cv_se := v.cv_se;
  IF v.cv_error IS NOT NULL THEN
    -- of the variance of rows that count by their weights
    m := v.model::jsonb;
    t.cv_r_squared := 1 - v.cv_error * (m ->> 'sum_weights')::float8 / nullif((m ->> 'tss')::float8, 0);
  END IF;
  t.fold := v.details ->> 'fold';
  t.trained_at := v.trained_at;
  t.duration := v.duration;
  t.reason := v.reason;
  RETURN t;
END $$;
COMMENT ON FUNCTION @extschema@._l2_training(regclass, @extschema@.l2_version, integer) IS
'A version of a model as l2_train gives it, and which one is in use.';

CREATE FUNCTION @extschema@._l2_training(model regclass, version integer) RETURNS @extschema@.l2_training
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT @extschema@._l2_training($1, v.training,
    (SELECT (a.training).version FROM @extschema@._l2_versions($1, true) a))
  FROM @extschema@._l2_versions($1, false) v WHERE (v.training).version = $2
$$;
COMMENT ON FUNCTION @extschema@._l2_training(regclass, integer) IS
'The same, by the version''s number.';

CREATE FUNCTION @extschema@._l2_lock(model regclass, wait boolean) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_lock(regclass, boolean) IS
'Lock the model''s table against other trainings until the transaction ends; reading goes on. False where wait
is false and another session has it.';

CREATE FUNCTION @extschema@._l2_activate(model regclass, version integer) RETURNS @extschema@.l2_training
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text;
  shown text;
  n integer;
BEGIN
  -- from here on no refresh takes the version away, and nobody renames the table
  PERFORM @extschema@._l2_lock(model, true);
  PERFORM @extschema@._l2_check_writers(model);
  item := @extschema@._l2_model_name(model);
  shown := @extschema@._l2_model_shown(model);
  EXECUTE format('SELECT count(*) FROM ONLY %s v WHERE v.version = $1 AND v.model IS NOT NULL', item)
  INTO n USING version;
  IF n = 0 THEN
    RAISE undefined_object USING MESSAGE = format('model %s has no version %s', shown, version),
      HINT = 'The view l2_versions lists the versions, and which have a model.';
  ELSIF n > 1 THEN
    RAISE data_corrupted USING MESSAGE = format('model %s has %s versions %s', shown, n, version),
      HINT = 'Delete all but one of these rows.';
  END IF;
  EXECUTE format('UPDATE ONLY %s SET active = false WHERE active AND version IS DISTINCT FROM $1', item)
    USING version;
  EXECUTE format('UPDATE ONLY %s SET active = true WHERE version = $1 AND active IS NOT TRUE', item)
    USING version;
  RETURN @extschema@._l2_training(model, version);
END $$;
COMMENT ON FUNCTION @extschema@._l2_activate(regclass, integer) IS
'l2_activate of a model''s table, as its owner.';

CREATE FUNCTION @extschema@._l2_rollback(model regclass) RETURNS @extschema@.l2_training
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text;
  shown text;
  active integer;
  earlier integer;
BEGIN
  PERFORM @extschema@._l2_lock(model, true);
  item := @extschema@._l2_model_name(model);
  shown := @extschema@._l2_model_shown(model);
  EXECUTE format('SELECT max(v.version) FROM ONLY %s v WHERE v.active', item) INTO active;
  EXECUTE format('SELECT max(v.version) FROM ONLY %s v WHERE v.version < $1 AND v.outcome = ''ok''', item)
  INTO earlier USING active;
  IF active IS NULL THEN
    RAISE undefined_object USING MESSAGE = format('model %s has no active version', shown),
      HINT = 'l2_refresh makes one, l2_activate chooses one.';
  ELSIF earlier IS NULL THEN
    RAISE undefined_object USING MESSAGE = format('model %s has no version before %s', shown, active),
      HINT = 'The view l2_versions lists the versions; option keep says how many are kept.';
  END IF;
  RETURN @extschema@._l2_activate(model, earlier);
END $$;
COMMENT ON FUNCTION @extschema@._l2_rollback(regclass) IS 'l2_rollback of a model''s table, as its owner.';

CREATE FUNCTION @extschema@.l2_activate(name text, version integer) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_activate(text, integer) IS
'Put that version of the model to use, from the commit on; a refresh will replace it. For whoever can become
its owner, and done as he.';
CREATE FUNCTION @extschema@.l2_activate(model regclass, version integer) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_activate(regclass, integer) IS 'The same of a model''s table.';

CREATE FUNCTION @extschema@.l2_rollback(name text) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_rollback(text) IS
'Put the version before the one in use to use, leaving out those that the gate rejected. As l2_activate.';
CREATE FUNCTION @extschema@.l2_rollback(model regclass) RETURNS @extschema@.l2_training
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_rollback(regclass) IS 'The same of a model''s table.';

CREATE FUNCTION @extschema@._l2_grant(model regclass, role name, take boolean) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := @extschema@._l2_model_name(model);
  schema name := (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = model);
  grantee text := CASE WHEN role = 'public' THEN 'PUBLIC' ELSE quote_ident(role) END;
BEGIN
  IF role <> 'public' AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
    RAISE undefined_object USING MESSAGE = format('role "%s" does not exist', role);
  END IF;
  IF take THEN
    EXECUTE format('REVOKE SELECT (version, active, model) ON %s FROM %s', item, grantee);
    RETURN;
  END IF;
  EXECUTE format('GRANT SELECT (version, active, model) ON %s TO %s', item, grantee);
  IF NOT has_schema_privilege(CASE WHEN role = 'public' THEN 'public' ELSE role END, schema, 'USAGE') THEN
    RAISE NOTICE '% cannot use schema "%" yet', CASE WHEN role = 'public' THEN 'PUBLIC'
      ELSE format('role "%s"', role) END,
      schema USING HINT = format('GRANT USAGE ON SCHEMA %I TO %s', schema, grantee);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_grant(regclass, name, boolean) IS
'l2_grant and l2_revoke, as the model''s owner.';
CREATE FUNCTION @extschema@._l2_grant(model regclass, role name) RETURNS void
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'SELECT @extschema@._l2_grant($1, $2, false)';
COMMENT ON FUNCTION @extschema@._l2_grant(regclass, name) IS 'l2_grant of a model''s table, as its owner.';
CREATE FUNCTION @extschema@._l2_revoke(model regclass, role name) RETURNS void
  LANGUAGE sql SET search_path = pg_catalog, pg_temp AS 'SELECT @extschema@._l2_grant($1, $2, true)';
COMMENT ON FUNCTION @extschema@._l2_revoke(regclass, name) IS 'l2_revoke of a model''s table, as its owner.';

CREATE FUNCTION @extschema@.l2_grant(name text, role name) RETURNS void
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_grant(text, name) IS
'GRANT SELECT (version, active, model) on the model''s table to a role, "public": everybody; so definitions,
texts of errors and grams stay the owner''s. A NOTICE tells where the role lacks USAGE of the schema.';
CREATE FUNCTION @extschema@.l2_grant(model regclass, role name) RETURNS void
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_grant(regclass, name) IS 'The same of a model''s table.';
CREATE FUNCTION @extschema@.l2_revoke(name text, role name) RETURNS void
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_revoke(text, name) IS 'Take back what l2_grant gave.';
CREATE FUNCTION @extschema@.l2_revoke(model regclass, role name) RETURNS void
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_revoke(regclass, name) IS 'The same of a model''s table.';

CREATE FUNCTION @extschema@._l2_drop(model regclass, if_exists boolean) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- the model before its source, as refreshing and training lock them
  PERFORM @extschema@._l2_lock(model, true);
  PERFORM @extschema@._l2_unfollow(model);
  PERFORM @extschema@._l2_forget(model);
  -- a restored table of grams does not go with the model yet
  PERFORM @extschema@._l2_tie(g, model) FROM @extschema@._l2_grams_table(model) g WHERE g IS NOT NULL;
  EXECUTE format('DROP TABLE %s', @extschema@._l2_model_name(model));
END $$;
COMMENT ON FUNCTION @extschema@._l2_drop(regclass, boolean) IS 'l2_drop of a model''s table, as its owner.';

CREATE FUNCTION @extschema@.l2_drop(name text, if_exists boolean DEFAULT false) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_drop(text, boolean) IS
'DROP TABLE of a model, with its schedules, its triggers on the source and what it knows of rows. Waits for a
training that is at work. if_exists: a NOTICE where there is none, instead of an error.';
CREATE FUNCTION @extschema@.l2_drop(model regclass, if_exists boolean DEFAULT false) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_drop(regclass, boolean) IS 'The same of a model''s table.';
