CREATE FUNCTION @extschema@._l2_check_follow(INOUT d @extschema@._l2_definition) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_width(bucket text) RETURNS interval LANGUAGE sql AS 'SELECT bucket::interval';
CREATE FUNCTION @extschema@._l2_begin_following(model regclass, d @extschema@._l2_definition) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_end_following(model regclass, d @extschema@._l2_definition, version integer) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_unfollow(model regclass, keep text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_fit_gram_source(d @extschema@._l2_definition) RETURNS @extschema@.l2_model LANGUAGE sql AS 'SELECT NULL::@extschema@.l2_model';
CREATE FUNCTION @extschema@._l2_gram_source_sql(d @extschema@._l2_definition) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
