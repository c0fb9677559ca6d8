-- What is in the registry, and its upkeep.

CREATE VIEW @extschema@.l2_versions WITH (security_barrier) AS
  SELECT d.name, v.version, v.version IS NOT DISTINCT FROM d.active AS active, v.event, v.outcome, v.method, v.n, v.n_skipped,
    v.r_squared, v.sigma, v.lambda, v.nonzero, v.cv_error, v.cv_se, v.trained_at, v.duration, v.trained_by,
    v.error_code, v.reason
  FROM @extschema@.l2_registry_version v JOIN @extschema@.l2_registry d USING (id)
  WHERE @extschema@.l2_has_role(VARIADIC d.owner || d.grantees);
COMMENT ON VIEW @extschema@.l2_versions IS
'A row for each training of each model that the current user may see. outcome: ok; rejected (the gate kept the version out of use); failed (no model came of it: error_code, the SQLSTATE, and reason). n, n_skipped: rows used and left out; r_squared, sigma: of the fit, on the same rows; cv_error, cv_se: mean squared error on rows not seen, and its standard error, where cross-validation chose lambda; nonzero: coefficients, where the solver iterates. trained_at: when training began.';
GRANT SELECT ON @extschema@.l2_versions TO PUBLIC;

CREATE VIEW @extschema@.l2_models WITH (security_barrier) AS
  SELECT d.name, d.owner, coalesce(v.method, d.method) AS method, coalesce(v.target, d.target) AS target, d.active AS version, v.n, v.r_squared, v.cv_error, v.lambda,
    date_trunc('second', v.trained_at) AS trained_at, date_trunc('second', now() - v.trained_at) AS age,
    j.schedule, newest.reason AS last_error
  FROM @extschema@.l2_registry d
    LEFT JOIN @extschema@.l2_registry_version v ON v.id = d.id AND v.version = d.active
    LEFT JOIN @extschema@.l2_registry_version newest ON newest.id = d.id AND newest.version = d.versions
    LEFT JOIN (SELECT id, string_agg(schedule, ', ' ORDER BY job) AS schedule
               FROM @extschema@.l2_cron_jobs() GROUP BY id) j ON j.id = d.id
  WHERE @extschema@.l2_has_role(VARIADIC d.owner || d.grantees);
COMMENT ON VIEW @extschema@.l2_models IS
'A row for each model that the current user may use: the version in use with its rows, R^2 on those, mean squared error in cross-validation and lambda; how old the data in it are; when pg_cron refreshes it, as far as the user may know; and why the last training was not put to use, if so.';
GRANT SELECT ON @extschema@.l2_models TO PUBLIC;

CREATE FUNCTION @extschema@.l2_model_row(id integer) RETURNS @extschema@.l2_models
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS
  'SELECT m FROM @extschema@.l2_models m JOIN @extschema@.l2_registry d ON d.name = m.name WHERE d.id = $1';
COMMENT ON FUNCTION @extschema@.l2_model_row(integer) IS 'The row of l2_models of the model of that number in l2_registry.';

CREATE FUNCTION @extschema@.l2_activate(name text, version integer) RETURNS @extschema@.l2_models
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  -- from here on no refresh takes the version away
  PERFORM FROM @extschema@.l2_registry r WHERE r.id = d.id FOR UPDATE;
  IF NOT EXISTS (SELECT FROM @extschema@.l2_registry_version v
                 WHERE v.id = d.id AND v.version = l2_activate.version AND v.model IS NOT NULL) THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" has no version %s', name, version),
      HINT = 'The view l2_versions lists the versions, and which have a model.';
  END IF;
  UPDATE @extschema@.l2_registry r SET active = l2_activate.version WHERE r.id = d.id;
  RETURN @extschema@.l2_model_row(d.id);
END $$;
COMMENT ON FUNCTION @extschema@.l2_activate(text, integer) IS
'Put that version of the model to use, from the commit on; a refresh will replace it. For the owner and members of that role. Gives the model''s row of l2_models.';

CREATE FUNCTION @extschema@.l2_rollback(name text) RETURNS @extschema@.l2_models
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  earlier integer := (SELECT max(v.version) FROM @extschema@.l2_registry_version v
                      WHERE v.id = d.id AND v.version < d.active AND v.outcome = 'ok');
BEGIN
  IF earlier IS NULL THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" has no version before %s', name, d.active),
      HINT = 'The view l2_versions lists the versions; l2_train''s keep says how many are kept.';
  END IF;
  RETURN @extschema@.l2_activate(name, earlier);
END $$;
COMMENT ON FUNCTION @extschema@.l2_rollback(text) IS
'Put the version before the one in use to use, leaving out those that the gate rejected. As l2_activate.';

CREATE FUNCTION @extschema@.l2_lock_model(id integer, wait boolean) RETURNS boolean
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  registry integer := '@extschema@.l2_registry'::regclass::oid::integer;
BEGIN
  IF NOT wait THEN
    RETURN pg_try_advisory_xact_lock(registry, id);
  END IF;
  PERFORM pg_advisory_xact_lock(registry, id);
  RETURN true;
END $$;
COMMENT ON FUNCTION @extschema@.l2_lock_model(integer, boolean) IS
'Take the lock that trainings and removals of a model hold until their transaction ends: the advisory lock of the pair l2_registry''s oid and the model''s number there. False where wait is false and another session has it.';

CREATE FUNCTION @extschema@.l2_check_model_name(name text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF name IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'name must not be NULL';
  ELSIF octet_length(name) NOT BETWEEN 1 AND 63 OR name ~ '^\s*(\{|$)' THEN
    RAISE invalid_name USING MESSAGE = format('invalid name of a model: "%s"', name),
      DETAIL = 'A name has 1 to 63 bytes, is not blank, and does not begin with a brace.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@.l2_check_model_name(text) IS
'Error unless a model may have that name. Names are those of the whole database; with a brace begins the text form of a model, which l2_predict tells from a name by it.';

CREATE FUNCTION @extschema@.l2_rename(name text, new_name text) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  PERFORM @extschema@.l2_check_model_name(new_name);
  UPDATE @extschema@.l2_registry r SET name = new_name WHERE r.id = d.id;
EXCEPTION WHEN unique_violation THEN
  RAISE duplicate_object USING MESSAGE = format('model "%s" already exists', new_name);
END $$;
COMMENT ON FUNCTION @extschema@.l2_rename(text, text) IS
'Give the model another name; its versions, grants and schedules go on. For the owner and members of that role.';

CREATE FUNCTION @extschema@.l2_drop(name text, if_exists boolean DEFAULT false) RETURNS void
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
COMMENT ON FUNCTION @extschema@.l2_drop(text, boolean) IS
'Remove the model, its versions and its schedules. Waits for a training that is at work. For the owner and members of that role. if_exists: a NOTICE where there is none, instead of an error.';

CREATE FUNCTION @extschema@.l2_grant(name text, role name) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  IF role <> 'public' AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
    RAISE undefined_object USING MESSAGE = format('role "%s" does not exist', role);
  END IF;
  UPDATE @extschema@.l2_registry r SET grantees = array_append(array_remove(r.grantees, role), role) WHERE r.id = d.id;
END $$;
COMMENT ON FUNCTION @extschema@.l2_grant(text, name) IS
'Let a role and its members see the model and predict with it; "public": everybody. For the owner and members of that role.';

CREATE FUNCTION @extschema@.l2_revoke(name text, role name) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
BEGIN
  UPDATE @extschema@.l2_registry r SET grantees = array_remove(r.grantees, role) WHERE r.id = d.id;
END $$;
COMMENT ON FUNCTION @extschema@.l2_revoke(text, name) IS
'Take back what l2_grant gave. For the owner and members of that role.';
