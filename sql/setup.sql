-- What every other test stands on: the extension, by a role that is no superuser, in any schema.
CREATE ROLE l2reg_user;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO l2reg_user', current_database()); END $$;
-- whatever default privileges hand out, tables of the extension are nobody's, without a word
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO l2reg_user;
SET ROLE l2reg_user;
CREATE SCHEMA elsewhere;
CREATE EXTENSION l2reg SCHEMA elsewhere;
SELECT count(*) AS tables, count(*) FILTER (WHERE has_table_privilege(oid, 'SELECT')) AS readable
FROM pg_class WHERE relnamespace = 'elsewhere'::regnamespace AND relkind = 'r';
RESET ROLE;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM l2reg_user;
SET ROLE l2reg_user;
SELECT extversion IS NOT NULL AS installed, extrelocatable, extnamespace::regnamespace FROM pg_extension
  WHERE extname = 'l2reg';
-- it works from a search path that does not have it
SELECT elsewhere.l2_predict(elsewhere.ols_fit(i, ARRAY[2 * i]), 10) FROM generate_series(1, 5) i;
SELECT elsewhere.l2_coef(elsewhere.l2_fit('SELECT i > 2 AND i <> 4 AS y, i FROM generate_series(1, 5) i', 'y',
  'logistic', 1)) IS NOT NULL AS driven;
SELECT term, estimate FROM elsewhere.l2_summary((SELECT elsewhere.ols_fit(i, ARRAY[2 * i])
  FROM generate_series(1, 5) i));
DROP EXTENSION l2reg;
DROP SCHEMA elsewhere;
RESET ROLE;
REVOKE ALL ON SCHEMA public FROM l2reg_user;
DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM l2reg_user', current_database()); END $$;
DROP ROLE l2reg_user;

SELECT current_setting('search_path') AS before \gset
CREATE EXTENSION l2reg;
SELECT current_setting('search_path') = :'before' AS same;

-- every object has a comment
SELECT pg_describe_object(classid, objid, objsubid) AS without_comment
FROM pg_depend WHERE refclassid = 'pg_extension'::regclass
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'l2reg')
  AND classid <> 'pg_cast'::regclass
  AND NOT (classid = 'pg_type'::regclass AND (objid IN (SELECT typarray FROM pg_type)
  OR objid IN (SELECT reltype FROM pg_class)))
  AND obj_description(objid, classid::regclass::name) IS NULL ORDER BY 1;
-- every function is immutable and parallel safe, except where a named model or a query comes in
CREATE TEMP VIEW functions AS
SELECT p.*, l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid IN (SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'l2reg') AND classid = 'pg_proc'::regclass);
SELECT oid::regprocedure, provolatile, proparallel FROM functions
WHERE (proparallel <> 's' OR provolatile <> 'i') AND lanname IN ('c', 'internal')
ORDER BY oid::regprocedure::text;
-- none lends rights, and what is not C has its own search_path, but for a procedure that commits
SELECT oid::regprocedure FROM functions WHERE prosecdef OR
  (lanname NOT IN ('c', 'internal') AND prokind <> 'p' AND NOT 'search_path=pg_catalog, pg_temp'
  = ANY (coalesce(proconfig, '{}')));
