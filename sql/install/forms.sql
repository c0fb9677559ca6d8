-- How forms of one shape are declared: by a CALL of one of these procedures each.
--
-- They are for this script alone: its chapter "spellings", the last with aggregates, drops them.  What they
-- call is pg_catalog's, whatever else the schema holds.

-- A C function and its COMMENT
CREATE PROCEDURE _l2_function(signature text, result text, symbol text, cost integer, about text)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE pg_catalog.format('CREATE FUNCTION %s RETURNS %s AS %L, %L
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST %s', signature, result, 'MODULE_PATHNAME', symbol, cost);
  EXECUTE pg_catalog.format('COMMENT ON FUNCTION %s IS %L', signature, about);
END
$$;

-- An aggregate and its COMMENT
CREATE PROCEDURE _l2_aggregate(signature text, definition text, about text)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE pg_catalog.format('CREATE AGGREGATE %s (%s, PARALLEL = SAFE)', signature, definition);
  EXECUTE pg_catalog.format('COMMENT ON AGGREGATE %s IS %L', signature, about);
END
$$;

-- Transition functions (state, y, x) of y float8 and of l2_obs, each without and with options: the C
-- functions symbol, symbol_options, symbol_obs, symbol_obs_options
CREATE PROCEDURE _l2_transitions(name text, state text, x text, symbol text, cost integer, about text)
LANGUAGE plpgsql AS $$
BEGIN
  CALL _l2_function(pg_catalog.format('%s(%s, float8, %s)', name, state, x), state, symbol, cost, about);
  CALL _l2_function(pg_catalog.format('%s(%s, float8, %s, l2_options)', name, state, x), state,
    pg_catalog.format('%s_options', symbol), cost, pg_catalog.format('%s with options', about));
  CALL _l2_function(pg_catalog.format('%s(%s, l2_obs, %s)', name, state, x), state,
    pg_catalog.format('%s_obs', symbol), cost, pg_catalog.format('%s of l2_obs', about));
  CALL _l2_function(pg_catalog.format('%s(%s, l2_obs, %s, l2_options)', name, state, x), state,
    pg_catalog.format('%s_obs_options', symbol), cost, pg_catalog.format('%s of l2_obs with options', about));
END
$$;

-- The aggregates over these: x says the arguments behind y
CREATE PROCEDURE _l2_forms(name text, x text, definition text, about text, about_options text, about_obs text,
  about_both text DEFAULT 'The same with options and what a row brings besides.',
  definition_options text DEFAULT NULL)
LANGUAGE plpgsql AS $$
BEGIN
  definition_options := COALESCE(definition_options, definition);
  CALL _l2_aggregate(pg_catalog.format('%s(y float8, %s)', name, x), definition, about);
  CALL _l2_aggregate(pg_catalog.format('%s(y float8, %s, options l2_options)', name, x), definition_options,
    about_options);
  CALL _l2_aggregate(pg_catalog.format('%s(y l2_obs, %s)', name, x), definition, about_obs);
  CALL _l2_aggregate(pg_catalog.format('%s(y l2_obs, %s, options l2_options)', name, x), definition_options,
    about_both);
END
$$;

-- A penalised fit over arrays, whose third argument, strength, is lambda or a rate
CREATE PROCEDURE _l2_penalised_forms(name text, method text, strength text, about text, about_options text)
LANGUAGE plpgsql AS $$
BEGIN
  CALL _l2_function(pg_catalog.format('_l2_%s_final(l2_gram)', method), 'l2_model',
    pg_catalog.format('%s_final', method), 1000, pg_catalog.format('final function of %s', name));
  CALL _l2_function(pg_catalog.format('_l2_%s_moving_final(internal)', method), 'l2_model',
    pg_catalog.format('%s_moving_final', method), 1000,
    pg_catalog.format('final function of %s over moving frames', name));
  CALL _l2_transitions(pg_catalog.format('_l2_moving_add_%s', method), 'internal', 'float8[], float8',
    pg_catalog.format('l2_moving_add_%s', method), 5,
    pg_catalog.format('transition function of %s over moving frames', name));
  CALL _l2_forms(name, pg_catalog.format('x float8[], %s float8', strength),
    pg_catalog.format('SFUNC = _l2_accum, STYPE = l2_gram, SSPACE = 1024, INITCOND = %1$L,
      FINALFUNC = _l2_%1$s_final, COMBINEFUNC = _l2_combine, MSFUNC = _l2_moving_add_%1$s,
      MINVFUNC = _l2_moving_remove, MSTYPE = internal, MSSPACE = 4096,
      MFINALFUNC = _l2_%1$s_moving_final', method),
    about, about_options,
    'The same with what a row brings besides: l2_obs(y, weight => w). Each square counts weight times.');
END
$$;

-- Over ("any", "any"), which records and arrays of any numbers are: the transition functions and aggregates
-- without and with options.  more, as ', lambda float8', is what comes between x and the options.
CREATE PROCEDURE _l2_any_forms(name text, method text, x text, more text, cost integer, definition text,
  over text, about text, about_options text)
LANGUAGE plpgsql AS $$
DECLARE
  function_name text := pg_catalog.format('_l2_any_%s', method);
  symbol text := pg_catalog.format('l2_any_%s', method);
  types text := pg_catalog.format('internal, "any", "any"%s',
    pg_catalog.regexp_replace(more, '\w+ float8', 'float8'));
BEGIN
  CALL _l2_function(pg_catalog.format('%s(%s)', function_name, types), 'internal', symbol, cost,
    pg_catalog.format('transition function of %s%s', name, over));
  CALL _l2_function(pg_catalog.format('%s(%s, l2_options)', function_name, types), 'internal', symbol, cost,
    pg_catalog.format('transition function of %s%s', name, over));
  definition := pg_catalog.format('SFUNC = %s, STYPE = internal, %s', function_name, definition);
  CALL _l2_aggregate(pg_catalog.format('%s(y "any", %s "any"%s)', name, x, more), definition, about);
  CALL _l2_aggregate(pg_catalog.format('%s(y "any", %s "any"%s, options l2_options)', name, x, more),
    definition, about_options);
END
$$;

-- Errors that say what to write, of arguments behind y and x that are none of these: rest, as 'weight float8'
CREATE PROCEDURE _l2_refused_form(name text, method text, final text, rest text)
LANGUAGE plpgsql AS $$
DECLARE
  function_name text := pg_catalog.format('_l2_numbers_%s', method);
BEGIN
  CALL _l2_function(pg_catalog.format('%s(internal, "any", "any", %s)', function_name,
      pg_catalog.regexp_replace(rest, '\m(b|c|weight) ', '', 'g')),
    'internal', pg_catalog.format('l2_numbers_%s', method), 20,
    pg_catalog.format('error of %s for features that are no array', name));
  CALL _l2_aggregate(pg_catalog.format('%s(y "any", a "any", %s)', name, rest),
    pg_catalog.format('SFUNC = %s, STYPE = internal, FINALFUNC = %s', function_name, final),
    'An error: features are one array or record, and weights go with y.');
END
$$;

-- An aggregate over records: all of its forms
CREATE PROCEDURE _l2_record_forms(name text, method text, strength text, result text, cost integer,
  about text, about_options text)
LANGUAGE plpgsql AS $$
DECLARE
  final text := pg_catalog.format('_l2_any_%s_final', method);
  lack text := pg_catalog.format('_l2_lack_%s', method);
BEGIN
  CALL _l2_function(pg_catalog.format('%s(internal)', final), result,
    pg_catalog.format('l2_any_%s_final', method), cost,
    pg_catalog.format('final function of %s over records', name));
  CALL _l2_any_forms(name, method, 'features',
    CASE WHEN strength IS NULL THEN '' ELSE pg_catalog.format(', %s float8', strength) END, 20,
    pg_catalog.format('SSPACE = 16384, FINALFUNC = %s, COMBINEFUNC = _l2_any_combine,
      SERIALFUNC = _l2_any_serialize, DESERIALFUNC = _l2_any_deserialize', final), ' over records', about,
    about_options);
  IF strength IS NULL THEN
    CALL _l2_refused_form(name, method, final, 'weight float8');
  ELSE
    CALL _l2_function(pg_catalog.format('%s(internal, "any", "any")', lack), 'internal',
      pg_catalog.format('l2_lack_%s', method), 20,
      pg_catalog.format('error of %s without %s', name, strength));
    CALL _l2_aggregate(pg_catalog.format('%s(y "any", features "any")', name),
      pg_catalog.format('SFUNC = %s, STYPE = internal, FINALFUNC = %s', lack, final),
      pg_catalog.format('An error: %s needs a %s.', name, strength));
    CALL _l2_refused_form(name, method, final, 'b "any", VARIADIC "any"');
  END IF;
END
$$;

-- An aggregate that keeps rows for Newton steps: the forms without lambda, and those with it where it has
-- comments
CREATE PROCEDURE _l2_glm_forms(name text, method text, result text, about text, about_options text,
  about_lambda text DEFAULT NULL, about_lambda_options text DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
  final text := pg_catalog.format('_l2_%s_final', method);
  definition text := pg_catalog.format('SSPACE = 2048, FINALFUNC = %s', final);
BEGIN
  CALL _l2_function(pg_catalog.format('%s(internal)', final), result, pg_catalog.format('%s_final', method),
    10000, pg_catalog.format('final function of %s', name));
  CALL _l2_any_forms(name, method, 'x', '', 8, definition, '', about, about_options);
  IF about_lambda IS NULL THEN
    CALL _l2_refused_form(name, method, final, 'weight float8');
  ELSE
    CALL _l2_any_forms(name, method, 'x', ', lambda float8', 8, definition, '', about_lambda,
      about_lambda_options);
    CALL _l2_refused_form(name, method, final, 'b "any", VARIADIC "any"');
  END IF;
END
$$;
