CREATE FUNCTION @extschema@._l2_term(sql text, names text[], types regtype[], OUT sql text, OUT type regtype, OUT uses text[]) RETURNS record LANGUAGE sql STABLE AS $$ SELECT $1, NULL::regtype, ARRAY(SELECT n FROM unnest($2) n WHERE strpos($1, n) > 0) $$;
CREATE FUNCTION @extschema@._l2_builtin_type(type regtype) RETURNS regtype LANGUAGE sql STABLE AS $$ SELECT $1 $$;
