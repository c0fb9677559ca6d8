-- catalog.sql: all that the catalog says of the extension l2reg, a line a thing, without oids: what a fresh
-- install and an update must agree on.  For psql -XAt.
--
-- A thing is a member of the extension, or part of one (columns, constraints, indexes, triggers, policies,
-- defaults, row and array types).  Of each: its row in the catalog, with names for oids and without what says
-- only when it was made or used (also pg_attver of minor releases of 2026, and attndims, which a dump makes
-- anew); its comment; the privileges it began with, where they are not the default; what it depends on.
SET search_path = pg_catalog;
WITH RECURSIVE thing(class, id, sub) AS (
    SELECT d.classid, d.objid, d.objsubid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    AND d.refclassid = 'pg_extension'::regclass
    WHERE e.extname = 'l2reg' AND d.deptype = 'e'
  UNION
    SELECT d.classid, d.objid, d.objsubid FROM thing t JOIN pg_depend d ON d.refclassid = t.class
    AND d.refobjid = t.id AND d.deptype IN ('a', 'i')
    -- a table's store of long values has its oid as its name
    WHERE NOT EXISTS (SELECT FROM pg_class c WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid
    AND c.relkind = 't')
      -- a column that came later depends on its type
      AND d.objsubid = 0
), columns AS (
    SELECT t.class, t.id, a.attnum::int AS sub FROM thing t
    JOIN pg_attribute a ON t.class = 'pg_class'::regclass AND a.attrelid = t.id AND a.attnum > 0
), said AS (
  SELECT 'pg_proc'::regclass::oid AS class, p.oid AS id, 0 AS sub,
  to_jsonb(p) - '{oid,pronamespace,proowner,prolang,provariadic,prorettype,proargtypes,proallargtypes,'
  'proargdefaults,prosqlbody,proacl}'::text[]
      || jsonb_build_object('owner', proowner::regrole, 'acl', (SELECT array_agg(a::text ORDER BY a::text)
      FROM unnest(coalesce(proacl, acldefault('f', proowner))) a), 'language',
      (SELECT lanname FROM pg_language l WHERE l.oid = prolang),
           'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid), 'support',
           prosupport, 'variadic', provariadic::regtype,
           'definition', CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END,
           'aggregate', (SELECT to_jsonb(a) - '{aggfnoid,aggsortop,aggtranstype,aggmtranstype}'::text[]
               || jsonb_build_object('aggsortop', aggsortop::regoperator, 'aggtranstype',
               aggtranstype::regtype, 'aggmtranstype', aggmtranstype::regtype)
             FROM pg_aggregate a WHERE a.aggfnoid = p.oid)) AS says
  FROM pg_proc p
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, 0, to_jsonb(t)
  - '{oid,typname,typnamespace,typowner,typrelid,typelem,typarray,typbasetype,typcollation,typdefaultbin,'
  'typacl}'::text[]
      || jsonb_build_object('owner', typowner::regrole, 'acl', (SELECT array_agg(a::text ORDER BY a::text)
      FROM unnest(coalesce(typacl, acldefault('T', typowner))) a), 'element', typelem::regtype, 'array',
      typarray::regtype, 'base', typbasetype::regtype, 'collation', typcollation::regcollation,
           'labels', (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum e
           WHERE e.enumtypid = t.oid))
  FROM pg_type t
  UNION ALL
  SELECT 'pg_cast'::regclass, oid, 0, jsonb_build_object('function', castfunc::regprocedure, 'context',
  castcontext, 'method', castmethod) FROM pg_cast
  UNION ALL
  SELECT 'pg_operator'::regclass, oid, 0, to_jsonb(o)
  - '{oid,oprnamespace,oprowner,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[]
      || jsonb_build_object('owner', oprowner::regrole, 'result', oprresult::regtype, 'commutator',
      oprcom::regoperator, 'negator', oprnegate::regoperator)
  FROM pg_operator o
  UNION ALL
  SELECT 'pg_opclass'::regclass, c.oid, 0, jsonb_build_object('method', (SELECT amname FROM pg_am
  WHERE oid = opcmethod), 'owner', opcowner::regrole, 'type', opcintype::regtype, 'default', opcdefault,
  'key', opckeytype::regtype)
  FROM pg_opclass c
  UNION ALL
  SELECT 'pg_opfamily'::regclass, f.oid, 0, jsonb_build_object('owner', opfowner::regrole,
      'operators', (SELECT array_agg(jsonb_build_object('strategy', amopstrategy, 'purpose', amoppurpose,
      'operator', amopopr::regoperator) ORDER BY amopstrategy, amopopr::regoperator::text) FROM pg_amop
      WHERE amopfamily = f.oid),
      'functions', (SELECT array_agg(jsonb_build_object('number', amprocnum, 'function',
      amproc::oid::regprocedure) ORDER BY amprocnum, amproc::oid::regprocedure::text) FROM pg_amproc
      WHERE amprocfamily = f.oid))
  FROM pg_opfamily f
  UNION ALL
  SELECT 'pg_amop'::regclass, oid, 0, jsonb_build_object('strategy', amopstrategy, 'purpose', amoppurpose,
  'operator', amopopr::regoperator) FROM pg_amop
  UNION ALL
  SELECT 'pg_amproc'::regclass, oid, 0, jsonb_build_object('number', amprocnum, 'function',
  amproc::oid::regprocedure) FROM pg_amproc
  UNION ALL
  SELECT 'pg_class'::regclass, c.oid, 0, to_jsonb(c)
  - '{oid,relname,relnamespace,reltype,reloftype,relowner,relam,relfilenode,reltablespace,relpages,reltuples,'
  'relallvisible,relallfrozen,reltoastrelid,relrewrite,relfrozenxid,relminmxid,relacl,relpartbound,'
  'relhasindex,relhastriggers}'::text[]
      || jsonb_build_object('owner', relowner::regrole, 'acl', (SELECT array_agg(a::text ORDER BY a::text)
      FROM unnest(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
      relowner))) a), 'method', (SELECT amname FROM pg_am WHERE oid = relam),
           'view', CASE WHEN relkind = 'v' THEN pg_get_viewdef(c.oid) END, 'index',
           CASE WHEN relkind = 'i' THEN pg_get_indexdef(c.oid) END,
           'index row', (SELECT to_jsonb(i)
           - '{indexrelid,indrelid,indcollation,indclass,indexprs,indpred}'::text[] FROM pg_index i
           WHERE i.indexrelid = c.oid),
           'sequence', (SELECT to_jsonb(s) - '{seqrelid,seqtypid}'::text[]
           || jsonb_build_object('type', seqtypid::regtype) FROM pg_sequence s WHERE s.seqrelid = c.oid))
  FROM pg_class c
  UNION ALL
  SELECT 'pg_class'::regclass, attrelid, attnum,
  to_jsonb(a) - '{attrelid,atttypid,attcollation,attcacheoff,attndims,atthasmissing,attmissingval,attacl,'
  'attoptions}'::text[]
      || jsonb_build_object('options', (SELECT array_agg(o ORDER BY o) FROM unnest(attoptions) o
      WHERE o !~ '^pg_attver='), 'type', format_type(atttypid, atttypmod), 'collation',
      attcollation::regcollation, 'acl', (SELECT array_agg(x::text ORDER BY x::text) FROM unnest(attacl) x))
  FROM pg_attribute a
  UNION ALL
  SELECT 'pg_attrdef'::regclass, oid, 0, jsonb_build_object('default', pg_get_expr(adbin, adrelid))
  FROM pg_attrdef
  UNION ALL
  SELECT 'pg_constraint'::regclass, oid, 0, to_jsonb(c)
  - '{oid,connamespace,conrelid,contypid,conindid,conparentid,confrelid,conpfeqop,conppeqop,conffeqop,'
  'conexclop,conbin,confdelsetcols}'::text[]
      || jsonb_build_object('definition', pg_get_constraintdef(oid))
  FROM pg_constraint c
  UNION ALL
  SELECT 'pg_trigger'::regclass, oid, 0, to_jsonb(g)
  - '{oid,tgrelid,tgparentid,tgfoid,tgconstrrelid,tgconstrindid,tgconstraint,tgqual}'::text[]
  || jsonb_build_object('definition', pg_get_triggerdef(oid))
  FROM pg_trigger g
  UNION ALL
  SELECT 'pg_policy'::regclass, oid, 0, jsonb_build_object('command', polcmd, 'permissive', polpermissive,
  'roles', (SELECT array_agg(r::regrole::text ORDER BY 1) FROM unnest(polroles) r),
      'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
  FROM pg_policy
  UNION ALL
  SELECT 'pg_rewrite'::regclass, oid, 0, jsonb_build_object('definition', pg_get_ruledef(oid), 'enabled',
  ev_enabled) FROM pg_rewrite
), line AS (
  SELECT i.type, i.identity, 'catalog' AS what,
  coalesce((SELECT jsonb_pretty(s.says) FROM said s WHERE s.class = t.class AND s.id = t.id
  AND s.sub = t.sub),
      '!!! catalog.sql knows no ' || t.class::regclass) AS says
  FROM (TABLE thing UNION TABLE columns) t, pg_identify_object(t.class, t.id, t.sub) i
  UNION ALL
  SELECT i.type, i.identity, 'comment', c.description
  FROM (TABLE thing UNION TABLE columns) t JOIN pg_description c ON c.classoid = t.class AND c.objoid = t.id
  AND c.objsubid = t.sub, pg_identify_object(t.class, t.id, t.sub) i
  UNION ALL
  SELECT i.type, i.identity, 'initial privileges', (SELECT string_agg(a::text, ' ' ORDER BY a::text)
  FROM unnest(p.initprivs) a) || ' ' || p.privtype::text::text
  FROM (TABLE thing UNION TABLE columns) t JOIN pg_init_privs p ON p.classoid = t.class AND p.objoid = t.id
  AND p.objsubid = t.sub, pg_identify_object(t.class, t.id, t.sub) i
  -- those that are the default need not have been written down
  WHERE p.initprivs::text IS DISTINCT FROM (CASE t.class
      WHEN 'pg_class'::regclass THEN (SELECT acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
      relowner) FROM pg_class c WHERE c.oid = t.id AND t.sub = 0)
      WHEN 'pg_type'::regclass THEN (SELECT acldefault('T', typowner) FROM pg_type y WHERE y.oid = t.id)
      WHEN 'pg_proc'::regclass THEN (SELECT acldefault('f', proowner) FROM pg_proc f
      WHERE f.oid = t.id) END)::text
  UNION ALL
  SELECT i.type, i.identity, 'depends', format('%s: %s %s', d.deptype, r.type, r.identity)
  FROM (TABLE thing UNION TABLE columns) t JOIN pg_depend d ON d.classid = t.class AND d.objid = t.id
  AND d.objsubid = t.sub, pg_identify_object(t.class, t.id, t.sub) i,
    pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) r
  UNION ALL
  SELECT 'extension', extname, 'catalog', (to_jsonb(e)
  - '{oid,extowner,extnamespace,extconfig,extcondition}'::text[]
      || jsonb_build_object('owner', extowner::regrole, 'schema', extnamespace::regnamespace))::text
  FROM pg_extension e WHERE extname = 'l2reg'
  UNION ALL
  SELECT 'extension', extname, 'dumped', format('%s %s', t::regclass, c)
  FROM pg_extension e, unnest(extconfig, extcondition) u(t, c) WHERE extname = 'l2reg'
)
-- the triggers of foreign keys have an oid in their names
SELECT l FROM line, regexp_replace(format('%s %s, %s: %s', type, identity, what, says),
  '(RI_ConstraintTrigger_[ac])_\d+', '\1', 'g') l
ORDER BY l COLLATE "C";
