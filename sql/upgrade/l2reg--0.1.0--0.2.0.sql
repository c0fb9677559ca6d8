\echo Use "ALTER EXTENSION l2reg UPDATE TO '0.2.0'" to load this file. \quit

-- As in the install script, operators and functions are those of pg_catalog.
SET LOCAL search_path = pg_catalog, pg_temp;

-- Models do not follow tables that a subscription of logical replication fills.

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
  FOR r IN SELECT c.oid, c.oid::regclass AS name, c.relrowsecurity AND c.relforcerowsecurity AS hides
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
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;
