-- Refreshing on a schedule, through pg_cron where the database has it.

CREATE FUNCTION @extschema@._l2_refresh_command(model text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
  $$SELECT format('CALL @extschema@.l2_refresh_now(%L)', $1)$$;
COMMENT ON FUNCTION @extschema@._l2_refresh_command(text) IS
'What a job that refreshes the model of that name runs.';

CREATE FUNCTION @extschema@._l2_cron_jobs(
  OUT name text, OUT model regclass, OUT job bigint, OUT schedule text, OUT username text, OUT active boolean
) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
DECLARE
  command text := 'CALL @extschema@.l2_refresh_now(''';
  part text := '("([^"]|"")+"|[a-z_][a-z0-9_]*)';
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
     OR NOT has_schema_privilege('cron', 'USAGE') OR NOT has_table_privilege('cron.job', 'SELECT') THEN
    RETURN;
  END IF;
  -- anybody can write such a job: only names as l2_schedule writes them, looked up without asking for rights
  RETURN QUERY EXECUTE
    'SELECT j.name, c.oid::regclass, j.jobid, j.schedule, j.username::text, j.active
     FROM (SELECT replace(substring(command FROM length($1) + 1 FOR length(command) - length($1) - 2),
                          '''''''''''', '''''''') AS name,
             jobid, schedule, username, active
           FROM cron.job
           WHERE database = current_database() AND starts_with(command, $1)
             AND right(command, 2) = '''''')'') j
       CROSS JOIN LATERAL (SELECT CASE WHEN j.name ~ $2 THEN parse_ident(j.name) END AS part) p
       LEFT JOIN pg_namespace n ON n.nspname = p.part[1]
       LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.part[2]
     WHERE p.part IS NOT NULL'
    USING command, format('^%s\.%s$', part, part);
END $$;
COMMENT ON FUNCTION @extschema@._l2_cron_jobs() IS
'Jobs of pg_cron that refresh models of this database, as far as the current user may see them; none where
pg_cron is not installed.';

CREATE VIEW @extschema@.l2_schedules AS
  SELECT j.name, j.schedule, j.job, j.username, j.active, v.trained_at AS last_refresh,
    v.outcome AS last_outcome,
    CASE WHEN j.model IS NULL THEN 'the model is gone, or has another name' END AS problem
  FROM @extschema@._l2_cron_jobs() j
    LEFT JOIN LATERAL (
      SELECT (n.training).trained_at, (n.training).outcome FROM @extschema@._l2_versions() n
      WHERE n.model = j.model ORDER BY (n.training).version DESC NULLS LAST LIMIT 1) v ON true;
COMMENT ON VIEW @extschema@.l2_schedules IS
'A row for each job of pg_cron that refreshes a model: schedule in cron''s notation (pg_cron takes it in GMT
unless cron.timezone says otherwise), its number, the role that it runs as, whether it is switched on, when
the model last trained and how that went; and what is wrong, if the model was renamed or dropped.';
GRANT SELECT ON @extschema@.l2_schedules TO PUBLIC;

CREATE FUNCTION @extschema@._l2_schedule(model regclass, schedule text) RETURNS bigint
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := @extschema@._l2_model_name(model);
  command text := @extschema@._l2_refresh_command(name);
  -- unique for a user over all databases
  job_name text := format('l2reg %I %s', current_database(), name);
  elsewhere text := (SELECT setting FROM pg_settings s
                     WHERE s.name = 'cron.database_name' AND setting <> current_database());
  job bigint;
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    IF NOT has_schema_privilege('cron', 'USAGE') THEN
      RAISE insufficient_privilege USING MESSAGE = format('role "%s" may not use pg_cron', current_user),
        HINT = format('A superuser can allow it: GRANT USAGE ON SCHEMA cron TO %I', current_user);
    END IF;
    EXECUTE 'SELECT cron.schedule($1::text, $2::text, $3::text)' INTO job USING job_name, schedule, command;
    RETURN job;
  END IF;
  IF schedule ~ '[[:cntrl:]]' OR schedule !~ '^ *(@[a-z]+|([^ @]+ +){4}[^ ]+) *$' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('invalid schedule: %s', schedule),
      HINT = 'Five fields as in a crontab: minute, hour, day, month, weekday; ''0 3 * * *'' is 3 at night.';
  END IF;
  IF elsewhere IS NOT NULL THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = format('pg_cron is installed in database "%s", not in this one', elsewhere),
      HINT = format('There, run: SELECT cron.schedule_in_database(%L, %L, %L, %L)',
                    job_name, schedule, command, current_database());
  END IF;
  -- a line of a crontab: quoted for the shell, and % would start the command's input
  RAISE object_not_in_prerequisite_state USING MESSAGE = 'pg_cron is not installed in this database',
    HINT = format(E'Put this line into a crontab instead:\n%s  %s', schedule,
                  replace(format('psql -X -d ''%s'' -c ''%s''', replace(current_database(), '''', '''\'''''),
                                 replace(command, '''', '''\''''')), '%', '\%'));
END $$;
COMMENT ON FUNCTION @extschema@._l2_schedule(regclass, text) IS 'l2_schedule of a model''s table.';

CREATE FUNCTION @extschema@._l2_unschedule(model regclass) RETURNS boolean
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  job bigint;
  found_one boolean := false;
BEGIN
  FOR job IN SELECT j.job FROM @extschema@._l2_cron_jobs() j WHERE j.model = _l2_unschedule.model LOOP
    EXECUTE 'SELECT cron.unschedule($1)' USING job;
    found_one := true;
  END LOOP;
  RETURN found_one;
END $$;
COMMENT ON FUNCTION @extschema@._l2_unschedule(regclass) IS 'l2_unschedule of a model''s table.';

CREATE FUNCTION @extschema@.l2_schedule(name text, schedule text) RETURNS bigint
  AS 'MODULE_PATHNAME', '_l2_for_member' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_schedule(text, text) IS
'Refresh the model at the times that a schedule in cron''s notation gives, as the current user, who must be
able to become its owner; gives pg_cron''s number of the job. A second schedule of the same user replaces the
first. A run is left out while another refresh of the model is at work. Needs pg_cron in this database, and
USAGE of schema cron; without it the error''s hint is a line for a crontab. The job goes by the model''s name:
it ends with an error that says so when the model was renamed.';
CREATE FUNCTION @extschema@.l2_schedule(model regclass, schedule text) RETURNS bigint
  AS 'MODULE_PATHNAME', '_l2_for_member' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_schedule(regclass, text) IS 'The same of a model''s table.';

CREATE FUNCTION @extschema@.l2_unschedule(name text) RETURNS boolean
  AS 'MODULE_PATHNAME', '_l2_for_member' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_unschedule(text) IS
'End the schedules of the model that the current user may see; whether there was one.';
CREATE FUNCTION @extschema@.l2_unschedule(model regclass) RETURNS boolean
  AS 'MODULE_PATHNAME', '_l2_for_member' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@.l2_unschedule(regclass) IS 'The same of a model''s table.';
