CREATE FUNCTION @extschema@._l2_check_follow(INOUT d @extschema@._l2_definition) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_width(bucket text) RETURNS interval LANGUAGE sql AS 'SELECT bucket::interval';
CREATE FUNCTION @extschema@._l2_begin_following(model regclass, d @extschema@._l2_definition) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_end_following(model regclass, d @extschema@._l2_definition, version integer) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION @extschema@._l2_unfollow(model regclass, keep text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
