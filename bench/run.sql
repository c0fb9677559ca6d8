-- What the measurements share, those of the parts asked for, and the table; called by run.sh.
--	fit, cv, windows, logistic, scale, ridge	true where that part is to run
--
-- Every item is a set of queries, run in turn, again and again; what counts is the median of each.
-- They run in the server, which executes each to its end and sends nothing to a client.

\set QUIET on
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION l2reg;

CREATE TABLE query (id int GENERATED ALWAYS AS IDENTITY, item text, name text, sql text,
                    loops int DEFAULT 1, workers int DEFAULT 0);
CREATE TABLE timing (query int, ms float8);
CREATE TABLE result (id int GENERATED ALWAYS AS IDENTITY, what text, reference text, ours numeric,
                     base numeric, ratio float8, of_bests float8, at_most float8, at_least float8);

-- Runs the queries of an item in turn, once unmeasured and then `repeats` times.
CREATE PROCEDURE measure(of_item text, repeats int) LANGUAGE plpgsql AS $$
DECLARE
    q query;
    start timestamptz;
    ms float8;
    answer record;
BEGIN
    FOR r IN 0 .. repeats LOOP
        FOR q IN SELECT * FROM query WHERE item = of_item ORDER BY id LOOP
            PERFORM set_config('max_parallel_workers_per_gather', q.workers::text, true);
            start := clock_timestamp();
            EXECUTE q.sql INTO answer;
            ms := 1000 * extract(epoch FROM clock_timestamp() - start) / q.loops;
            IF answer IS NULL THEN
                RAISE 'no answer from: %', q.sql;
            END IF;
            IF r > 0 THEN
                INSERT INTO timing VALUES (q.id, ms);
            END IF;
        END LOOP;
        COMMIT;
    END LOOP;
END $$;

-- Median milliseconds
CREATE FUNCTION ms(of_item text, of_name text) RETURNS float8 LANGUAGE sql AS $$
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)
    FROM query JOIN timing ON query = id WHERE item = of_item AND name = of_name
$$;

-- The least of them
CREATE FUNCTION best(of_item text, of_name text) RETURNS float8 LANGUAGE sql AS $$
    SELECT min(ms) FROM query JOIN timing ON query = id WHERE item = of_item AND name = of_name
$$;

CREATE FUNCTION show(v float8) RETURNS numeric LANGUAGE sql AS $$
    SELECT round(v::numeric, CASE WHEN v >= 100 THEN 0 WHEN v >= 1 THEN 1 ELSE 3 END)
$$;

-- A line of the table.  The ratio is ours over the reference, and the reverse for a speed-up; bests
-- are the least times of both.
CREATE PROCEDURE report(what text, reference text, ours float8, base float8,
                        at_most float8 DEFAULT NULL, at_least float8 DEFAULT NULL,
                        bests float8[] DEFAULT NULL, faster bool DEFAULT false)
LANGUAGE sql AS $$
    INSERT INTO result (what, reference, ours, base, ratio, of_bests, at_most, at_least)
    SELECT what, reference, show(ours), show(base), CASE WHEN up THEN base / ours ELSE ours / base END,
        CASE WHEN up THEN bests[2] / bests[1] ELSE bests[1] / bests[2] END, at_most, at_least
    FROM (SELECT faster OR at_least IS NOT NULL AS up) s
$$;

-- form for 1 to n: x1, x2, ...
CREATE FUNCTION columns(form text, n int, separator text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format(form, i), separator ORDER BY i) FROM generate_series(1, n) i
$$;

CREATE FUNCTION plan_of(sql text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || sql INTO plan;
    RETURN plan;
END $$;

-- A number in a plan, wherever it is
CREATE FUNCTION in_plan(plan jsonb, key text) RETURNS float8 LANGUAGE sql AS $$
    SELECT max(v::float8) FROM jsonb_path_query(plan, format('strict $.**.%s', to_jsonb(key))::jsonpath) v
$$;

\if :fit
    \ir fit.sql
\endif
\if :cv
    \ir cv.sql
\endif
\if :windows
    \ir windows.sql
\endif
\if :logistic
    \ir logistic.sql
\endif
\if :scale
    \ir scale.sql
\endif
\if :ridge
    \ir ridge.sql
\endif

-- ---- the table

\pset null ''
SELECT what, reference, ours AS "ours ms", base AS "reference ms", round(ratio::numeric, 2) AS ratio,
    round(of_bests::numeric, 2) AS "of bests",
    coalesce('<= ' || at_most::numeric(9,1), '>= ' || at_least::numeric(9,1)) AS "limit",
    CASE WHEN ratio <= at_most OR ratio >= at_least THEN 'ok'
         WHEN ratio IS NULL AND reference IS NOT NULL THEN 'not measured'
         WHEN at_most IS NULL AND at_least IS NULL THEN NULL
         ELSE 'missed' END AS verdict
FROM result ORDER BY id;
