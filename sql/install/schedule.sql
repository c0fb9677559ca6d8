-- Refreshing on a schedule, through pg_cron where the database has it.

CREATE FUNCTION @extschema@.l2_find_model(name text, for_owner boolean) RETURNS @extschema@.l2_registry
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry;
BEGIN
  SELECT * INTO d FROM @extschema@.l2_registry r WHERE r.name = l2_find_model.name;
  IF NOT FOUND THEN
    RAISE undefined_object USING MESSAGE = format('model "%s" does not exist', name),
      HINT = 'The view l2_models lists the models that you may use.';
  END IF;
  IF for_owner AND NOT @extschema@.l2_has_role(d.owner) THEN
    RAISE insufficient_privilege USING MESSAGE = format('must be owner of model "%s"', name),
      DETAIL = format('It belongs to role "%s".', d.owner);
  END IF;
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@.l2_find_model(text, boolean) IS
'The row of a model in l2_registry; an error where there is none that the current user may see, or, for_owner, where he has not the rights of its owner.';

CREATE FUNCTION @extschema@.l2_cron_jobs(
  OUT id integer, OUT job bigint, OUT schedule text, OUT username text, OUT active boolean
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  command text := 'SELECT * FROM @extschema@.l2_refresh(';
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
     OR NOT has_schema_privilege('cron', 'USAGE') OR NOT has_table_privilege('cron.job', 'SELECT') THEN
    RETURN;
  END IF;
  RETURN QUERY EXECUTE
    'SELECT substring(command FROM length($1) + 1 FOR strpos(command, '','') - length($1) - 1)::integer,
            jobid, schedule, username::text, active
     FROM cron.job WHERE database = current_database() AND starts_with(command, $1)
       AND substring(command FROM length($1) + 1) ~ ''^[0-9]{1,9}, ''''skip''''[)]$'''
    USING command;
END $$;
COMMENT ON FUNCTION @extschema@.l2_cron_jobs() IS
'Jobs of pg_cron that refresh models of this database, as far as the current user may see them; none where pg_cron is not installed.';

CREATE VIEW @extschema@.l2_schedules WITH (security_barrier) AS
  SELECT d.name, j.schedule, j.job, j.username, j.active, v.trained_at AS last_refresh, v.outcome AS last_outcome
  FROM @extschema@.l2_cron_jobs() j JOIN @extschema@.l2_registry d ON d.id = j.id
    LEFT JOIN @extschema@.l2_registry_version v ON v.id = d.id AND v.version = d.versions
  WHERE @extschema@.l2_has_role(VARIADIC d.owner || d.grantees);
COMMENT ON VIEW @extschema@.l2_schedules IS
'A row for each job of pg_cron that refreshes a model: schedule in cron''s notation (pg_cron takes it in GMT unless cron.timezone says otherwise), its number, the role that it runs as, whether it is switched on, and when it last trained and how that went.';
GRANT SELECT ON @extschema@.l2_schedules TO PUBLIC;

CREATE FUNCTION @extschema@.l2_schedule(name text, schedule text) RETURNS bigint
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  command text := format('SELECT * FROM @extschema@.l2_refresh(%s, ''skip'')', d.id);
  elsewhere text := (SELECT setting FROM pg_settings s WHERE s.name = 'cron.database_name' AND setting <> current_database());
  job bigint;
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    IF NOT has_schema_privilege('cron', 'USAGE') THEN
      RAISE insufficient_privilege USING MESSAGE = format('role "%s" may not use pg_cron', current_user),
        HINT = format('A superuser can allow it: GRANT USAGE ON SCHEMA cron TO %I', current_user);
    END IF;
    EXECUTE 'SELECT cron.schedule($1::text, $2::text, $3::text)' INTO job
      USING format('l2reg model %s', d.id), schedule, command;
    RETURN job;
  END IF;
  IF schedule ~ '[[:cntrl:]]' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('invalid schedule: %s', schedule);
  END IF;
  IF elsewhere IS NOT NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('pg_cron is installed in database "%s", not in this one', elsewhere),
      HINT = format('There, run: SELECT cron.schedule_in_database(%L, %L, %L, %L)',
                    format('l2reg model %s', d.id), schedule, command, current_database());
  END IF;
  -- a line of a crontab: quoted for the shell, and % would start the command's input
  RAISE object_not_in_prerequisite_state USING MESSAGE = 'pg_cron is not installed in this database',
    HINT = format(E'Put this line into a crontab instead:\n%s  %s', schedule,
                  replace(format('psql -X -d ''%s'' -c ''%s''', replace(current_database(), '''', '''\'''''),
                                 replace(command, '''', '''\''''')), '%', '\%'));
END $$;
COMMENT ON FUNCTION @extschema@.l2_schedule(text, text) IS
'Refresh the model at the times that a schedule in cron''s notation gives, as the current user, who must be its owner, a member of that role, or a superuser; gives pg_cron''s number of the job. A second schedule of the same user replaces the first. A run is left out while another refresh of the model is at work. Needs pg_cron in this database, and USAGE of schema cron; without it the error''s hint is a line for a crontab. NULL where an argument is NULL.';

CREATE FUNCTION @extschema@.l2_unschedule(name text) RETURNS boolean
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  job bigint;
  found_one boolean := false;
BEGIN
  FOR job IN SELECT j.job FROM @extschema@.l2_cron_jobs() j WHERE j.id = d.id LOOP
    EXECUTE 'SELECT cron.unschedule($1)' USING job;
    found_one := true;
  END LOOP;
  RETURN found_one;
END $$;
COMMENT ON FUNCTION @extschema@.l2_unschedule(text) IS
'End the schedules of the model that the current user may see; whether there was one. Only for the owner, members of that role and superusers.';
