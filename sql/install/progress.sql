-- What long work is at.

CREATE FUNCTION @extschema@._l2_set_progress(
  command text, model text, phase text, rows_expected bigint
) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION @extschema@._l2_set_progress(text, text, text, bigint) IS
'Say in l2_progress what this session is at: l2_train and l2_refresh do. command NULL: nothing.';

CREATE FUNCTION @extschema@._l2_progress_entries(
  OUT pid integer, OUT datid oid, OUT usesysid oid, OUT relation oid, OUT command text, OUT model text,
    OUT phase text,
  OUT pass bigint, OUT passes bigint, OUT rows bigint, OUT rows_expected bigint, OUT workers integer,
    OUT started timestamptz
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION @extschema@._l2_progress_entries() IS 'What the view l2_progress shows.';

CREATE VIEW @extschema@.l2_progress AS
  SELECT e.pid, d.datname, r.rolname AS usename, e.command, e.model, e.relation::regclass AS relation,
    e.phase, e.pass, e.passes,
    e.rows, e.rows_expected, e.workers,
    CASE WHEN e.passes > 0 THEN e.pass::float8 / e.passes
      WHEN e.rows_expected > 0 THEN least(e.rows::float8 / e.rows_expected, 1) END AS share,
    e.started
  FROM @extschema@._l2_progress_entries() e
    LEFT JOIN pg_catalog.pg_database d ON d.oid = e.datid LEFT
      JOIN pg_catalog.pg_roles r ON r.oid = e.usesysid;
COMMENT ON VIEW @extschema@.l2_progress IS
'A row for each session of the server that is at long work of l2reg: l2_train and l2_refresh, l2_fit of
logistic and poisson, paths, cross-validation, and the steps of logistic_fit and poisson_fit. command:
which; model, relation: its name and what is read, in this database. phase: "reading rows", "reading
buckets" or "adding up changes"; "fitting", of rows in memory or a temporary file; "path" and
"cross-validation"; "waiting for another session", which trains the same model. pass: the pass over the
rows, from 1; in a path or a cross-validation how many fits are done of passes. rows: usable ones read in
this pass, by the session and its parallel workers (workers: how many told so), in steps of up to 256;
rows_expected: as many as the pass or the training before had. share, from 0 to 1: of the passes, else of
the rows of this pass, where they are known. started: when. As in pg_stat_activity sessions of other roles
show no more than that they are there, except to members of pg_read_all_stats; nothing is told by a session
whose track_activities is off, or which is in a COPY, CREATE INDEX or another command that PostgreSQL
reports itself, nor in PostgreSQL 13.';
GRANT SELECT ON @extschema@.l2_progress TO PUBLIC;
