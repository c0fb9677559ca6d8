-- Walks through the calls of the server that a statement makes, and lets each fail in turn.
LOAD '$libdir/l2reg_fault';
SET client_min_messages = error;

-- Runs a statement, of which the call that is after-th fails, and undoes what it did.  result: what it
-- gave; error: of its failure; left: calls that were to come until the failure
CREATE FUNCTION attempt(statement text, after int, OUT result text, OUT error text, OUT left_over int) LANGUAGE plpgsql AS $$
DECLARE
  message text;
BEGIN
  PERFORM set_config('fault.after', after::text, false);
  EXECUTE statement INTO result;
  RAISE EXCEPTION USING ERRCODE = 'F0002', MESSAGE = coalesce(result, ''), DETAIL = current_setting('fault.after');
EXCEPTION
  WHEN SQLSTATE 'F0002' THEN -- the setting is undone too
    GET STACKED DIAGNOSTICS message = PG_EXCEPTION_DETAIL;
    left_over := message;
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS error = PG_EXCEPTION_DETAIL;
    error := concat_ws(' ', sqlstate, sqlerrm, error);
    left_over := 0;
END $$;

CREATE FUNCTION memory() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('server_version_num')::int >= 140000 THEN
    RETURN (SELECT sum(used_bytes) FROM pg_backend_memory_contexts);
  END IF;
  RETURN 0;
END $$;

-- Of the statements takes the first that gives something; lets its first calls fail one after the
-- other, and later ones farther and farther apart, until the seconds are over.  After each failure the
-- statement gives what it gave before.  failed: calls that failed; caught: those of them that the
-- statement itself caught; calls: how many it makes, 0 if not known; wrong: what was
CREATE FUNCTION walk(statements text[], most int, seconds float8, OUT failed int, OUT caught int, OUT calls int, OUT wrong text) LANGUAGE plpgsql AS $$
DECLARE
  start timestamptz := clock_timestamp();
  statement text;
  want text;
  a record;
  before bigint;
  n int := 1;
BEGIN
  failed := 0;
  caught := 0;
  calls := 0;
  wrong := '';
  FOREACH statement IN ARRAY statements LOOP
    SELECT * INTO a FROM attempt(statement, 0);
    EXIT WHEN a.result <> '';
  END LOOP;
  IF a.result IS NULL OR a.result = '' THEN
    wrong := CASE WHEN cardinality(statements) > 1 THEN 'never' ELSE coalesce(a.error, 'gives nothing') END;
    RETURN;
  END IF;
  want := a.result;
  SELECT * INTO a FROM attempt(statement, 0);
  IF a.result IS DISTINCT FROM want THEN
    wrong := format('gives now %s and then %s', want, a.result);
    RETURN;
  END IF;
  LOOP
    SELECT * INTO a FROM attempt(statement, n);
    EXIT WHEN a.left_over > 0;
    IF a.error IS NULL THEN
      caught := caught + 1;
    ELSIF a.error NOT LIKE '53200 out of memory Injected%' THEN
      wrong := format('call %s: %s', n, a.error);
      RETURN;
    END IF;
    failed := failed + 1;
    SELECT * INTO a FROM attempt(statement, 0);
    IF a.error IS NOT NULL OR a.result IS DISTINCT FROM want THEN
      wrong := format('after call %s: %s, not %s', n, coalesce(a.error, a.result), want);
      RETURN;
    END IF;
    IF failed = 10 THEN
      before := memory();
    END IF;
    IF clock_timestamp() - start > seconds * interval '1 second' THEN
      n := 0;
      EXIT;
    END IF;
    n := n + 1 + greatest(0, n - most) * 8 / most;
  END LOOP;
  calls := greatest(n - 1, 0);
  before := memory() - before;
  -- what the server keeps of what it has met comes to some pages, and more where errors are caught
  IF before > 150000 + 200 * failed + 4000 * caught THEN
    wrong := format('%s bytes are left after %s failures', before, failed);
  END IF;
END $$;
