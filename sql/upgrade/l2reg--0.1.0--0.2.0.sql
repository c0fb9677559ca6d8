\echo Use "ALTER EXTENSION l2reg UPDATE TO '0.2.0'" to load this file. \quit

-- As in the install script, operators and functions are those of pg_catalog.
SET LOCAL search_path = pg_catalog, pg_temp;
