-- Refreshing without reading all rows: grams that are kept, and what statements did since.
--
-- The grams of a model are in a table of its owner, OF l2_bucket, found by its foreign key to the
-- model's.  What happened to the source since is in tables of the extension, which only C writes
-- and reads (src/named/follow.h).  Everything here that writes holds the model's lock (_l2_lock).

CREATE TABLE @extschema@._l2_followed (
  model oid PRIMARY KEY,
  token text,
  key bigint,
  source oid,
  buckets oid,
  relations oid[],
  state text[],
  used text[],
  expressions text[],
  weighted boolean,
  inputs text[],
  input_types oid[],
  records boolean,
  gram_options text,
  folds integer,
  time_column text,
  bucket interval,
  target text,
  features text[],
  recipe text[],
  method text,
  strength float8,
  by_cv boolean,
  l1_ratio float8,
  fit_options jsonb,
  fold text[],
  fold_is_row boolean
);
COMMENT ON TABLE @extschema@._l2_followed IS
'A row for each model with refresh "buckets" or "live": what its source was like when its grams were made. No
rights for anybody, and not dumped: what is restored is read anew.';
COMMENT ON COLUMN @extschema@._l2_followed.token IS
'random, and also in details of the version that it goes with';
COMMENT ON COLUMN @extschema@._l2_followed.key IS 'random: changes that have it count';
COMMENT ON COLUMN @extschema@._l2_followed.source IS 'relation whose statements are followed; NULL for none';
COMMENT ON COLUMN @extschema@._l2_followed.state IS
'the catalogs'' rows of the source, see src/named/state.c';

CREATE TABLE @extschema@._l2_change (
  -- every statement on a source pays for its width: the columns are ordered by alignment
  key bigint,
  rows bigint,
  model oid NOT NULL,
  emptied oid,
  numbers bytea,
  added @extschema@.l2_gram[],
  removed @extschema@.l2_gram[],
  bucket timestamp,
  until timestamp,
  reason text
);
COMMENT ON TABLE @extschema@._l2_change IS
'A row for each statement that touched the source of a live model, or a bucket, since the model was
refreshed, in the tables that inherit this one. No rights for anybody, and not dumped.';
COMMENT ON COLUMN @extschema@._l2_change.rows IS 'rows that came, less those that went; NULL for 0';
COMMENT ON COLUMN @extschema@._l2_change.added IS 'grams of rows that came';
COMMENT ON COLUMN @extschema@._l2_change.removed IS 'grams of rows that went';
COMMENT ON COLUMN @extschema@._l2_change.numbers IS
'instead, a single row that came and one that went: target, features, weight, see src/named/changes.c';
COMMENT ON COLUMN @extschema@._l2_change.bucket IS
'beginning of the bucket to read anew; NULL: all, of one with buckets';
COMMENT ON COLUMN @extschema@._l2_change.until IS 'end of a range of buckets; NULL: just one';
COMMENT ON COLUMN @extschema@._l2_change.reason IS
'why it is not known what came and went: all must be read anew';
COMMENT ON COLUMN @extschema@._l2_change.emptied IS 'relation that was emptied';
-- Without an index, which would be a third of what a row costs; see src/named/changes.c
DO $$
DECLARE
  child text;
BEGIN
  FOR i IN 0 .. 7 LOOP
    child := '@extschema@._l2_change_' || i;
    EXECUTE 'CREATE TABLE ' || child || ' () INHERITS (@extschema@._l2_change)';
    EXECUTE 'COMMENT ON TABLE ' || child || ' IS ''changes of models whose key ends in these bits''';
    PERFORM @extschema@._l2_take_back(child::regclass, false);
  END LOOP;
  -- whatever default privileges hand out
  PERFORM @extschema@._l2_take_back('@extschema@._l2_followed'::regclass, false);
  PERFORM @extschema@._l2_take_back('@extschema@._l2_change'::regclass, false);
END
$$;

CREATE FUNCTION @extschema@._l2_follow() RETURNS trigger
  AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION @extschema@._l2_follow() IS
'trigger function on the source of a model that follows it, on which the trigger depends. Notes what the
statement did, and does not stop it. l2_train makes its triggers.';

-- For whoever may do as the model's owner
CREATE FUNCTION @extschema@._l2_remember(f @extschema@._l2_followed, anew boolean) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_remember(@extschema@._l2_followed, boolean) IS
'Keep what a model follows, with its source as it is now where anew, else as it was: a token for the
version.';
CREATE FUNCTION @extschema@._l2_remembers(f @extschema@._l2_followed) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_remembers(@extschema@._l2_followed) IS
'Whether that is what is remembered, but for the state of the source.';
CREATE FUNCTION @extschema@._l2_forget(model regclass) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_forget(regclass) IS 'Forget what a model follows.';
CREATE FUNCTION @extschema@._l2_token(model regclass) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_token(regclass) IS
'The token of what a model follows; NULL where that is not known.';
CREATE FUNCTION @extschema@._l2_missed(model regclass, states_only boolean) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_missed(regclass, boolean) IS
'Why the changes that were noted are not all that there were, or, not states_only, could not be worked out;
NULL where all is well.';
CREATE FUNCTION @extschema@._l2_changes(
  model regclass, OUT id tid, OUT rows bigint, OUT bucket timestamp, OUT until timestamp, OUT reason text
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT ROWS 100;
COMMENT ON FUNCTION @extschema@._l2_changes(regclass) IS
'The changes of a model that the query''s snapshot sees.';
CREATE FUNCTION @extschema@._l2_changes_done(model regclass, ids tid[]) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION @extschema@._l2_changes_done(regclass, tid[]) IS
'Take changes of a model away, by where they are.';
CREATE FUNCTION @extschema@._l2_note(
  model regclass, bucket timestamp, until timestamp, reason text
) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION @extschema@._l2_note(regclass, timestamp, timestamp, text) IS
'Have the next refresh of a model read buckets anew, or all.';
CREATE FUNCTION @extschema@._l2_live_grams(
  model regclass, version integer, OUT grams @extschema@.l2_gram[], OUT n_rows bigint, OUT seen tid[]
) RETURNS record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_live_grams(regclass, integer) IS
'The grams of a live model, one a fold, and its rows, skipped ones too: what was kept with the version, and
the changes since that the snapshot sees, which are in seen.';
CREATE FUNCTION @extschema@._l2_grams_digest(grams regclass) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_grams_digest(regclass) IS
'A digest of the rows of a table of grams, which its owner may have altered; NULL where it is none.';
CREATE FUNCTION @extschema@._l2_bucket_name(model regclass) RETURNS text
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION @extschema@._l2_bucket_name(regclass) IS
'A name for the table of a model''s grams, which is free.';
CREATE FUNCTION @extschema@._l2_tie(grams regclass, model regclass) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_tie(regclass, regclass) IS
'Let the table of a model''s grams be dropped with the model.';
CREATE FUNCTION @extschema@._l2_model_triggers(
  model regclass, OUT trigger oid, OUT relation oid
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT ROWS 10;
COMMENT ON FUNCTION @extschema@._l2_model_triggers(regclass) IS
'The triggers by which a model follows its source.';
CREATE FUNCTION @extschema@._l2_link_trigger(model regclass, trigger oid) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_link_trigger(regclass, oid) IS
'Let a trigger that is new be one by which a model follows the trigger''s table: it goes with the model.';
CREATE FUNCTION @extschema@._l2_drop_trigger(model regclass, trigger oid) RETURNS void
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_drop_trigger(regclass, oid) IS
'Drop one of these, also where the relation has another owner by now.';

CREATE FUNCTION @extschema@._l2_fit_grams(
  grams @extschema@.l2_gram[], n_rows bigint, method text, strength float8, by_cv boolean, l1_ratio float8,
  options @extschema@.l2_options
) RETURNS @extschema@.l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION @extschema@._l2_fit_grams(@extschema@.l2_gram[], bigint, text, float8, boolean, float8,
  @extschema@.l2_options) IS
'What an aggregate would have made of the rows of these grams, one a fold with by_cv, else one. strength:
lambda, or the rate of dropout. n_rows: with those that were skipped. Levels that no row has are taken out,
and so is the reference.';
CREATE FUNCTION @extschema@._l2_bare_grams(grams @extschema@.l2_gram[]) RETURNS @extschema@.l2_gram[]
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION @extschema@._l2_bare_grams(@extschema@.l2_gram[]) IS
'The grams without their counts of skipped rows.';

CREATE FUNCTION @extschema@.l2_bucket(t timestamp, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(timestamp, interval) IS
'The beginning of the bucket of that width that a time is in: months are counted from January of year 0, days
and less from Monday 2000-01-03. -infinity for infinite times. Error for a width of months and days.';
CREATE FUNCTION @extschema@.l2_bucket(t timestamptz, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(timestamptz, interval) IS 'The same, in UTC.';
CREATE FUNCTION @extschema@.l2_bucket(t date, width interval) RETURNS timestamp
  AS 'MODULE_PATHNAME', 'l2_bucket_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.l2_bucket(date, interval) IS 'The same for dates.';

CREATE FUNCTION @extschema@._l2_run_grams(
  query text, search_path text, OUT grams @extschema@.l2_bucket[], OUT seen tid[]
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_grams(text, text) IS
'As _l2_run, for a query that gives rows of l2_bucket, and which changes its snapshot saw.';

-- Definitions

CREATE FUNCTION @extschema@._l2_width(bucket text) RETURNS interval
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres' AS $$
DECLARE
  width interval;
BEGIN
  BEGIN
    width := CASE WHEN bucket ~ '^\s*[a-zA-Z]+\s*$' THEN '1 ' || bucket ELSE bucket END;
  EXCEPTION WHEN invalid_datetime_format OR datetime_field_overflow THEN
    RAISE invalid_parameter_value USING MESSAGE = format('bucket "%s" is no width of time', bucket),
      HINT = 'It is a unit or an interval, as "day" or "6 hours"; the column of times is time_column.';
  END;
  PERFORM @extschema@.l2_bucket(timestamp '2000-01-01', width);
  RETURN width;
END $$;
COMMENT ON FUNCTION @extschema@._l2_width(text) IS
'The width of a bucket: an interval, or the word for one of its unit, "day".';

CREATE FUNCTION @extschema@._l2_follows(d @extschema@._l2_definition) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN d.gram IS NULL AND (d.refresh = 'live' OR (d.refresh = 'buckets' AND d.lag IS NULL));
END $$;
COMMENT ON FUNCTION @extschema@._l2_follows(@extschema@._l2_definition) IS
'Whether statements that write to the source are followed.';

CREATE FUNCTION @extschema@._l2_check_follow(
  INOUT d @extschema@._l2_definition
) RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  others text := (SELECT string_agg(key, ', ' ORDER BY key)
    FROM jsonb_each(jsonb_strip_nulls(jsonb_build_object(
    'time_column', d.time_column, 'bucket', d.bucket, 'lag', d.lag, 'training_window', d.training_window,
    'half_life', d.half_life))));
  s record;
  time_type regtype;
BEGIN
  IF d.half_life <= '0' OR d.training_window <= '0' OR d.lag < '0' THEN
    RAISE invalid_parameter_value USING
      MESSAGE = 'half_life and training_window must be above 0, and lag not below';
  ELSIF d.refresh = 'full' THEN
    IF others IS NULL THEN
      RETURN;
    END IF;
    RAISE invalid_parameter_value USING MESSAGE = format('refresh full has no %s', others),
      HINT = 'It goes with {"refresh": "buckets"}.';
  ELSIF d.method IN ('logistic', 'poisson', 'glm', 'huber', 'quantile', 'multinomial') THEN
    RAISE feature_not_supported USING MESSAGE = format('method %s has no refresh but full', d.method),
      DETAIL = 'It needs the rows themselves, not sums over them.';
  ELSIF cardinality(d.guards) > 0 THEN
    RAISE feature_not_supported USING
      MESSAGE = format('refresh %s of a formula whose terms are levels of "%s"', d.refresh, d.guards[1]),
      DETAIL = 'New levels would be new terms.', HINT = 'Use refresh full.';
  ELSIF d.options ? 'seed' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh %s has no option seed', d.refresh);
  ELSIF d.options -> 'keep_gram' = 'true' THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh %s keeps the grams anyway', d.refresh),
      HINT = 'Leave out option keep_gram.';
  ELSIF d.refresh = 'live' AND d.gate IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = 'refresh live has no gate',
      DETAIL = 'A live model is that of the rows as they are: there is no version to hold back.',
      HINT = 'It goes with {"refresh": "buckets"}, or "full".';
  ELSIF d.refresh = 'live' AND others IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('refresh live has no %s', others),
      HINT = 'It goes with {"refresh": "buckets"}.';
  ELSIF d.refresh = 'buckets' AND (d.time_column IS NULL OR d.bucket IS NULL) THEN
    RAISE invalid_parameter_value USING MESSAGE = 'refresh buckets needs time_column and bucket',
      HINT = 'For example: {"refresh": "buckets", "time_column": "sold_at", "bucket": "day"}.';
  END IF;
  s := @extschema@._l2_source(d.source, d.search_path);
  IF d.refresh = 'live' AND s.from_item <> s.source THEN
    RAISE invalid_parameter_value USING MESSAGE = 'a live model needs a table as its source, not a query',
      HINT = 'Name the columns in the formula; rows that do not count have weight 0: {"weight": "CASE WHEN '
        'area > 50 THEN 1 ELSE 0 END"}.';
  ELSIF d.refresh = 'live' THEN
    RETURN;
  END IF;
  SELECT t.type INTO time_type
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', s.from_item), d.search_path) t
  WHERE t.name = d.time_column;
  IF NOT FOUND THEN
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', d.time_column);
  ELSIF time_type NOT IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
    RAISE datatype_mismatch USING
      MESSAGE = format('time_column "%s" has type %s, which is no date and no timestamp', d.time_column,
        time_type),
      HINT = 'Make one in a query.';
  ELSIF time_type = 'date'::regtype AND date_trunc('day', d.bucket) <> d.bucket THEN
    RAISE invalid_parameter_value USING MESSAGE = 'buckets of dates are whole days';
  ELSIF d.lag IS NULL AND s.from_item <> s.source THEN
    RAISE invalid_parameter_value USING MESSAGE = 'statements can be followed on a table, not in a query',
      HINT =
        'Say with lag how long after its time a row may come: {"lag": "1 day"}. l2_mark names other buckets.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_follow(@extschema@._l2_definition) IS
'The definition, if what it says of refreshing goes together, and with its source.';

-- What makes the grams of rows

CREATE FUNCTION @extschema@._l2_grams_sql(
  d @extschema@._l2_definition, OUT grams text, OUT from_item text, OUT records boolean, OUT folds integer
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c record := @extschema@._l2_columns(d, true);
  n integer := cardinality(d.features);
  gram text := 'l2_gram_agg';
  options jsonb;
  call text;
BEGIN
  folds := CASE WHEN @extschema@._l2_by_cv(d) THEN coalesce((d.options ->> 'folds')::integer, 10) END;
  records := @extschema@._l2_needs_records(d, c.kinds) OR d.options ? 'nonfinite';
  from_item := c.from_item || ' AS q';
  options := CASE WHEN records THEN @extschema@._l2_gram_options(d) ELSE '{}' END
    || CASE WHEN folds IS NOT NULL THEN jsonb_build_object('folds', folds, 'adds_up', true) ELSE '{}' END;
  IF records THEN
    call := format('%s, %s', c.y, c.record);
    from_item := from_item || c.record_from;
  ELSIF folds IS NULL AND d.weight IS NULL AND n BETWEEN 1 AND 89 AND NOT c.distributed THEN
    call := array_to_string(c.columns[1 : n + 1], ', ');
    gram := 'l2_gram_cols';
  ELSE
    call := format('%s, %s', c.y, @extschema@._l2_features_sql(c.columns[2 : n + 1]));
    IF n = 0 THEN
      options := options || '{"names": []}';
    END IF;
  END IF;
  IF options <> '{}' THEN
    call := format('%s, %L::@extschema@.l2_options', call, options);
  END IF;
  gram := CASE WHEN folds IS NULL THEN gram ELSE 'l2_gram_folds' END;
  PERFORM @extschema@._l2_check_functions(ARRAY[gram, 'l2_obs']);
  grams := format('@extschema@._l2_bare_grams(%s)',
                  CASE WHEN folds IS NULL THEN format('ARRAY[@extschema@.%s(%s)]', gram, call)
                       ELSE format('@extschema@.%s(%s)', gram, call) END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_grams_sql(@extschema@._l2_definition) IS
'SQL of the grams of a definition''s rows, and of what is behind FROM; whether they are of records; and how
many folds there are, NULL for none.';

CREATE FUNCTION @extschema@._l2_scan_sql(
  model regclass, d @extschema@._l2_definition, condition text
) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres' AS $$
DECLARE
  g record := @extschema@._l2_grams_sql(d);
BEGIN
  RETURN format(
    E'SELECT pg_catalog.array_agg(ROW(NULL, s.bucket, s.rows, s.grams)::@extschema@.l2_bucket) AS grams,\n'
    '  (SELECT pg_catalog.array_agg(c.id) FROM @extschema@._l2_changes(%L::pg_catalog.regclass) AS c) AS '
      'seen\n'
    'FROM (SELECT %s AS bucket, pg_catalog.count(*) AS rows, %s AS grams\n  FROM %s%s%s) AS s',
    @extschema@._l2_model_name(model),
    CASE WHEN d.refresh = 'live' THEN '''-infinity''::pg_catalog.timestamp'
         ELSE format('coalesce(@extschema@.l2_bucket(q.%I, %L::pg_catalog.interval), ''-infinity'')',
           d.time_column, d.bucket) END,
    g.grams, g.from_item, E'\n  WHERE ' || condition, CASE WHEN d.refresh = 'live' THEN ''
      ELSE E'\n  GROUP BY 1' END);
END $$;
COMMENT ON FUNCTION @extschema@._l2_scan_sql(regclass, @extschema@._l2_definition, text) IS
'The statement that reads the grams of a model from its source: all of them, or of the rows for which a
condition over q holds.';

CREATE FUNCTION @extschema@._l2_fit_arguments(
  d @extschema@._l2_definition, OUT strength float8, OUT by_cv boolean, OUT l1_ratio float8, OUT options jsonb
) RETURNS record
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  by_cv := @extschema@._l2_by_cv(d);
  options := d.options - '{keep_gram,rate}'::text[];
  IF by_cv AND d.lambda IS NOT NULL THEN
    options := options || jsonb_build_object('lambdas', jsonb_build_array(d.lambda));
  ELSIF NOT by_cv THEN
    options := options - 'l1_ratio';
  END IF;
  IF d.method IN ('ridge', 'lasso', 'elastic_net') THEN
    options := '{"standardize": true}' || options;
  END IF;
  IF d.method NOT IN ('lasso', 'elastic_net') THEN
    options := '{"covariance": 500}' || options;
  END IF;
  -- of numbers alone there are grams without names
  options := options || jsonb_build_object('names', d.features);
  strength := CASE WHEN by_cv THEN 0 ELSE coalesce((d.options ->> 'rate')::float8, d.lambda, 0) END;
  l1_ratio := CASE WHEN by_cv THEN 0.5 ELSE coalesce((d.options ->> 'l1_ratio')::float8, 0.5) END;
END $$;
COMMENT ON FUNCTION @extschema@._l2_fit_arguments(@extschema@._l2_definition) IS
'What _l2_fit_grams is told of a definition.';

CREATE FUNCTION @extschema@._l2_fit_kept(d @extschema@._l2_definition, grams @extschema@.l2_gram[],
  n_rows bigint)
  RETURNS @extschema@.l2_model
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT @extschema@._l2_fit_grams(grams, n_rows, d.method, a.strength, a.by_cv, a.l1_ratio,
    a.options::@extschema@.l2_options)
  FROM @extschema@._l2_fit_arguments(d) a
$$;
COMMENT ON FUNCTION @extschema@._l2_fit_kept(@extschema@._l2_definition, @extschema@.l2_gram[], bigint) IS
'The model of a definition, from grams of its rows.';

-- The table of grams

CREATE FUNCTION @extschema@._l2_grams_table(model regclass) RETURNS regclass
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- what refers to the model by a constraint: pg_constraint has no index by it
  RETURN (SELECT c.oid::regclass FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
    WHERE f.oid IN (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass
                      AND d.refobjid = model AND d.classid = 'pg_constraint'::regclass)
      AND f.confrelid = model AND f.contype = 'f' AND c.reloftype = '@extschema@.l2_bucket'::regtype
      AND c.relowner = (SELECT m.relowner FROM pg_class m WHERE m.oid = model)
      -- what may hide rows from the owner or swallow what he writes makes it none: another one is made
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
      AND NOT EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid)
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
                        AND t.tgtype & 3 = 3)
    ORDER BY c.oid LIMIT 1);
END $$;
COMMENT ON FUNCTION @extschema@._l2_grams_table(regclass) IS
'The table of a model''s grams; NULL where it has none, or one with row security that is forced, rules, or
triggers before rows are written.';

CREATE FUNCTION @extschema@._l2_make_grams_table(model regclass) RETURNS regclass
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grams regclass := @extschema@._l2_grams_table(model);
  item text;
BEGIN
  IF grams IS NULL THEN
    item := @extschema@._l2_bucket_name(model);
    EXECUTE format('CREATE TABLE %s OF @extschema@.l2_bucket (
        FOREIGN KEY (version) REFERENCES %s (version) ON DELETE SET NULL)', item,
          @extschema@._l2_model_name(model));
    grams := item::regclass;
    PERFORM @extschema@._l2_take_back(grams, false);
  END IF;
  PERFORM @extschema@._l2_tie(grams, model);
  RETURN grams;
END $$;
COMMENT ON FUNCTION @extschema@._l2_make_grams_table(regclass) IS
'The table of a model''s grams, made where there is none, and tied to the model: a dump does not say that it
is.';

CREATE FUNCTION @extschema@._l2_put_grams(model regclass, grams @extschema@.l2_bucket[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('INSERT INTO %s SELECT * FROM unnest($1)',
    @extschema@._l2_model_name(@extschema@._l2_grams_table(model)))
  USING grams;
END $$;
COMMENT ON FUNCTION @extschema@._l2_put_grams(regclass, @extschema@.l2_bucket[]) IS
'Add rows to the table of a model''s grams.';

CREATE FUNCTION @extschema@._l2_kept(model regclass) RETURNS SETOF @extschema@.l2_bucket
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grams regclass := @extschema@._l2_grams_table(model);
BEGIN
  IF grams IS NOT NULL THEN
    RETURN QUERY EXECUTE format('SELECT g.version, g.bucket, g.rows, g.grams FROM ONLY %s g',
                                @extschema@._l2_model_name(grams));
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_kept(regclass) IS 'The rows of the table of a model''s grams.';

-- Following the source

CREATE FUNCTION @extschema@._l2_tree(source regclass) RETURNS TABLE (relation oid)
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE tree(relation) AS (
    SELECT source::oid UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.relation
  )
  SELECT tree.relation FROM tree
$$;
COMMENT ON FUNCTION @extschema@._l2_tree(regclass) IS
'A relation, its partitions and children, whoever may see them.';

CREATE FUNCTION @extschema@._l2_source_relation(d @extschema@._l2_definition) RETURNS regclass
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (@extschema@._l2_source(d.source, d.search_path)).source::regclass;
END $$;
COMMENT ON FUNCTION @extschema@._l2_source_relation(@extschema@._l2_definition) IS
'The source, which is a table.';

CREATE FUNCTION @extschema@._l2_is_engines(relation oid) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_its boolean;
  schema text;
BEGIN
  SELECT quote_ident(n.nspname) INTO schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_extension e ON e.extname = 'timescaledb'
  WHERE c.relname = 'hypertable' AND n.nspname = '_timescaledb_catalog';
  IF schema IS NOT NULL THEN
    EXECUTE
      format('SELECT EXISTS (SELECT FROM %s.hypertable h JOIN pg_namespace n ON n.nspname = h.schema_name
      JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
      -- or one of its chunks, to which the rows of statements on it go past triggers for statements
      WHERE c.oid = $1 OR c.oid IN (SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = $1))', schema)
    INTO is_its USING relation;
    IF is_its THEN
      RETURN 'a hypertable';
    END IF;
  END IF;
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')
    AND to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition p WHERE p.logicalrelid = $1::regclass)'
    INTO is_its USING relation;
    IF is_its THEN
      RETURN 'distributed by Citus';
    END IF;
  END IF;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION @extschema@._l2_is_engines(oid) IS
'What a relation is to another extension that keeps its rows elsewhere; NULL.';

CREATE FUNCTION @extschema@._l2_check_relation(owner oid, relation oid) RETURNS void
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c pg_class;
  what text;
  virtual boolean;
BEGIN
  SELECT * INTO c FROM pg_class WHERE pg_class.oid = relation;
  -- attgenerated has virtual columns from PostgreSQL 18 on
  virtual := EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attgenerated = 'v'
    AND NOT a.attisdropped);
  what := CASE
    WHEN c.relkind NOT IN ('r', 'p') THEN 'is no table'
    WHEN c.relpersistence = 't' THEN 'is a temporary table'
    WHEN c.relpersistence = 'u' THEN 'is UNLOGGED, and would be empty after a crash'
    WHEN c.relkind = 'r' AND c.relam <> (SELECT a.oid FROM pg_am a WHERE a.amname = 'heap') THEN
      format('is stored by access method %s', (SELECT a.amname FROM pg_am a WHERE a.oid = c.relam))
    WHEN virtual THEN 'has virtual generated columns'
    WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'has row security that may hide rows from its owner'
    WHEN EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = relation
                   OR s.srrelid IN (SELECT a.relid FROM pg_partition_ancestors(relation) a)) THEN
      'gets rows by a subscription'
    WHEN @extschema@._l2_is_engines(relation) IS NOT NULL THEN 'is '
      || @extschema@._l2_is_engines(relation) END;
  IF what IS NOT NULL THEN
    RAISE feature_not_supported USING MESSAGE = format('a model cannot follow %s, which %s',
      relation::regclass, what),
      HINT = CASE WHEN what LIKE '%hypertable'
        THEN 'Train from a continuous aggregate of grams, docs/guide/timescaledb.md; or use refresh full, or '
          'buckets with lag.'
        ELSE 'Use {"refresh": "full"}, or "buckets" with lag, or keep grams of your own (option gram).' END;
  ELSIF NOT pg_has_role(owner, c.relowner, 'USAGE') THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('role "%s" must be owner of table %s for its model to follow it', owner::regrole,
        relation::regclass);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_relation(oid, oid) IS
'Error where statements that write to a relation cannot be followed for a model of that owner.';

CREATE FUNCTION @extschema@._l2_trigger_name(relation oid, model regclass, event text) RETURNS name
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  stem text := (SELECT c.relname FROM pg_class c WHERE c.oid = model);
  result name;
BEGIN
  -- of bytes, not characters, a name has no more than 63
  WHILE octet_length(stem) > 40 LOOP
    stem := left(stem, -1);
  END LOOP;
  FOR i IN 0 .. 1000 LOOP
    result := format('l2reg_%s%s_%s', stem, CASE WHEN i > 0 THEN '_' || i END, event);
    EXIT WHEN NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = relation AND g.tgname = result);
  END LOOP;
  RETURN result;
END $$;
COMMENT ON FUNCTION @extschema@._l2_trigger_name(oid, regclass, text) IS
'A name for a trigger of a model, which is free.';

CREATE FUNCTION @extschema@._l2_drop_lost_triggers(source regclass) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT t.tgname, t.tgrelid FROM @extschema@._l2_tree(source) s JOIN pg_trigger t
             ON t.tgrelid = s.relation JOIN pg_class c ON c.oid = s.relation
           WHERE t.tgfoid = '@extschema@._l2_follow()'::regprocedure AND pg_has_role(c.relowner, 'USAGE')
             AND NOT EXISTS (SELECT FROM pg_depend d
               WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'a'
                 AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> t.tgrelid) LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', r.tgname, @extschema@._l2_model_name(r.tgrelid::regclass));
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@._l2_drop_lost_triggers(regclass) IS
'Take triggers away that are for no model: restored from a dump, or attached by hand.';

CREATE FUNCTION @extschema@._l2_unfollow(model regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sources text[] := ARRAY(SELECT (v.training).definition ->> 'source'
    FROM @extschema@._l2_versions(_l2_unfollow.model, false) v
    WHERE (v.training).definition ->> 'refresh' <> 'full');
BEGIN
  PERFORM @extschema@._l2_drop_trigger(model, t.trigger) FROM @extschema@._l2_model_triggers(model) t;
  -- a source is kept by its name with the schema; what is no relation's name, or not any more, is passed over
  IF cardinality(sources) > 0 THEN
    PERFORM @extschema@._l2_drop_lost_triggers(c.oid::regclass)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE format('%I.%I', n.nspname, c.relname) = ANY (sources);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_unfollow(regclass) IS
'Take the triggers of a model away, and those on its source that are for none: they may have been its own
before a restore.';

CREATE FUNCTION @extschema@._l2_wanted_triggers(
  OUT event text, OUT type smallint, OUT enabled text, OUT old_rows text, OUT new_rows text
) RETURNS SETOF record
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  -- type: bits of pg_trigger.tgtype, row 1, before 2, insert 4, delete 8, update 16, truncate 32
  VALUES ('insert', 4::smallint, 'O', NULL, 'l2_new'), ('update', 16::smallint, 'O', 'l2_old', 'l2_new'),
    ('delete', 8::smallint, 'O', 'l2_old', NULL), ('truncate', 34::smallint, 'A', NULL, NULL),
    ('replica', 29::smallint, 'R', NULL, NULL)
$$;
COMMENT ON FUNCTION @extschema@._l2_wanted_triggers() IS
'The triggers that a relation which is followed has: one a kind of statement; what replication brings, row by
row.';

CREATE FUNCTION @extschema@._l2_make_trigger(model regclass, relation oid, event text) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  item text := @extschema@._l2_model_name(relation::regclass);
  name name := @extschema@._l2_trigger_name(relation, model, event);
BEGIN
  EXECUTE format('CREATE TRIGGER %I %s ON %s %s EXECUTE FUNCTION @extschema@._l2_follow()', name,
    CASE event WHEN 'truncate' THEN 'BEFORE TRUNCATE' WHEN 'replica' THEN 'AFTER INSERT OR UPDATE OR DELETE'
               ELSE 'AFTER ' || event END, item,
    CASE event WHEN 'insert' THEN 'REFERENCING NEW TABLE AS l2_new'
      WHEN 'delete' THEN 'REFERENCING OLD TABLE AS l2_old'
               WHEN 'update' THEN 'REFERENCING OLD TABLE AS l2_old NEW TABLE AS l2_new' ELSE '' END
      || CASE event WHEN 'replica' THEN ' FOR EACH ROW' ELSE ' FOR EACH STATEMENT' END);
  PERFORM @extschema@._l2_link_trigger(model, t.oid) FROM pg_trigger t
  WHERE t.tgrelid = relation AND t.tgname = name;
  IF event IN ('truncate', 'replica') THEN
    EXECUTE format('ALTER TABLE ONLY %s ENABLE %s TRIGGER %I', item,
                   CASE event WHEN 'truncate' THEN 'ALWAYS' ELSE 'REPLICA' END, name);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_make_trigger(regclass, oid, text) IS
'Make a trigger by which a model follows a relation.';

CREATE FUNCTION @extschema@._l2_make_triggers(model regclass, source regclass) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  good oid[];
  r record;
BEGIN
  -- one of each is enough, and what was altered goes: dropping keeps even readers out, so the rest stays
  SELECT array_agg(f.trigger) INTO good FROM (
    SELECT min(t.oid) AS trigger
    FROM @extschema@._l2_model_triggers(model) m JOIN pg_trigger t ON t.oid = m.trigger
      JOIN @extschema@._l2_wanted_triggers() w ON w.type = t.tgtype AND w.enabled = t.tgenabled::text
        AND w.old_rows IS NOT DISTINCT FROM t.tgoldtable AND w.new_rows IS NOT DISTINCT FROM t.tgnewtable
    WHERE t.tgattr = ''::int2vector AND t.tgrelid IN (SELECT s.relation FROM @extschema@._l2_tree(source) s)
    GROUP BY t.tgrelid, t.tgtype) f;
  PERFORM @extschema@._l2_drop_trigger(model, m.trigger) FROM @extschema@._l2_model_triggers(model) m
  WHERE NOT m.trigger = ANY (coalesce(good, '{}'));
  PERFORM @extschema@._l2_drop_lost_triggers(source);
  FOR r IN SELECT c.oid AS relation, w.event
           FROM @extschema@._l2_tree(source) s JOIN pg_class c ON c.oid = s.relation,
             @extschema@._l2_wanted_triggers() w
           WHERE (w.event <> 'replica' OR c.relkind = 'r')
             AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.oid = ANY (good) AND t.tgrelid = c.oid
               AND t.tgtype = w.type)
           ORDER BY 1, w.type LOOP
    PERFORM @extschema@._l2_make_trigger(model, r.relation, r.event);
  END LOOP;
END $$;
COMMENT ON FUNCTION @extschema@._l2_make_triggers(regclass, regclass) IS
'Let the source, its partitions and children have the triggers of a model, and nothing else.';

CREATE FUNCTION @extschema@._l2_check_tree(source regclass, used text[]) RETURNS void
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
BEGIN
  -- a statement on a parent writes to its children, and fires the parent's triggers alone
  SELECT c.oid::regclass AS child, i.inhparent::regclass AS parent, c.relispartition AS is_partition INTO r
  FROM @extschema@._l2_tree(source) t JOIN pg_class c ON c.oid = t.relation
    JOIN pg_inherits i ON i.inhrelid = t.relation
  WHERE i.inhparent NOT IN (SELECT s.relation FROM @extschema@._l2_tree(source) s) ORDER BY 1, 2 LIMIT 1;
  IF FOUND THEN
    RAISE feature_not_supported USING
      MESSAGE = format('a model cannot follow %s, which is a %s of %s', r.child,
        CASE WHEN r.is_partition THEN 'partition' ELSE 'child' END, r.parent),
      DETAIL = format('Statements on %s write to it past its triggers.', r.parent),
      HINT = format('Train on %s; or use {"refresh": "full"}, or "buckets" with lag.', r.parent);
  END IF;
  -- rows that are written through a parent with another layout have no generated values in its triggers
  SELECT t.relation::regclass AS partition, a.attname AS column INTO r
  FROM @extschema@._l2_tree(source) t JOIN pg_attribute a ON a.attrelid = t.relation
  WHERE a.attgenerated <> '' AND NOT a.attisdropped AND a.attname = ANY (used)
    AND EXISTS (SELECT FROM pg_class c WHERE c.oid = source AND c.relkind = 'p')
    AND (SELECT count(DISTINCT l.layout) FROM (
      SELECT array_agg(format('%s %s %s', b.attname, b.attlen, b.attalign) ORDER BY b.attnum) AS layout
      FROM @extschema@._l2_tree(source) s JOIN pg_attribute b ON b.attrelid = s.relation AND b.attnum > 0
      GROUP BY s.relation) l) > 1
  ORDER BY 1, 2 LIMIT 1;
  IF FOUND THEN
    RAISE feature_not_supported USING
      MESSAGE = format('a model cannot follow "%s", a generated column of partitions that have other '
        'columns, or dropped ones', r.column),
      DETAIL = format('Triggers of %s do not see what it has in rows that are inserted there.', source),
      HINT = 'Write its expression into the formula, as I(...); or use {"refresh": "full"}, or "buckets" '
        'with lag.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_tree(regclass, text[]) IS
'Error where triggers on a source, its partitions and children do not see all that is written to its columns
used: what comes through a parent that is no part of the source, and generated columns of partitions whose
rows have another layout.';

CREATE FUNCTION @extschema@._l2_follow_source(model regclass, source regclass, used text[]) RETURNS void
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = model);
  r record;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = 'statements can be followed from a transaction of isolation level read committed only',
      DETAIL = 'The model must start from all rows that were committed before its triggers were there.';
  END IF;
  -- as they are before the lock, and as they are under it, with what came meanwhile
  FOR i IN 1 .. 2 LOOP
    FOR r IN SELECT t.relation FROM @extschema@._l2_tree(source) t ORDER BY 1 LOOP
      PERFORM @extschema@._l2_check_relation(owner, r.relation);
      EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE',
        @extschema@._l2_model_name(r.relation::regclass));
    END LOOP;
  END LOOP;
  PERFORM @extschema@._l2_check_tree(source, used);
  PERFORM @extschema@._l2_make_triggers(model, source);
END $$;
COMMENT ON FUNCTION @extschema@._l2_follow_source(regclass, regclass, text[]) IS
'Put the triggers on the source, its partitions and children that note what statements do. Until the
transaction ends, others can read the source and not write to it.';

CREATE FUNCTION @extschema@._l2_remembered(
  model regclass, d @extschema@._l2_definition, source regclass
) RETURNS @extschema@._l2_followed
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  f @extschema@._l2_followed;
  g record := @extschema@._l2_grams_sql(d);
  a record := @extschema@._l2_fit_arguments(d);
  columns text[];
  types regtype[];
  fold text[] := CASE WHEN NOT a.by_cv THEN '{}' WHEN d.fold IS NOT NULL THEN ARRAY[d.fold]
    ELSE ARRAY(SELECT 'q.' || quote_ident(k) FROM unnest(d.key) WITH ORDINALITY u(k, i) ORDER BY i) END;
BEGIN
  SELECT array_agg(t.name), array_agg(t.type) INTO columns, types
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q',
    (@extschema@._l2_source(d.source, d.search_path)).from_item),
                                d.search_path) t;
  f.model := model;
  f.source := source;
  f.buckets := @extschema@._l2_grams_table(model);
  -- least squares have the offset taken from the target
  f.expressions := CASE WHEN d.offset_by IS NULL THEN d.target_expression
      ELSE format('(%s)::float8 - (%s)::float8', d.target_expression, d.offset_by) END || d.expressions;
  IF d.weight IS NOT NULL THEN
    f.expressions := f.expressions || d.weight;
  END IF;
  f.weighted := d.weight IS NOT NULL;
  f.inputs := d.inputs;
  f.input_types := ARRAY(SELECT t::regtype::oid FROM unnest(d.input_types) WITH ORDINALITY u(t, i)
    ORDER BY i);
  IF d.offset_by IS NOT NULL THEN
    SELECT f.inputs || array_agg(c.name ORDER BY c.i),
      f.input_types || array_agg(@extschema@._l2_builtin_type(c.type)::oid ORDER BY c.i)
    INTO f.inputs, f.input_types
    FROM unnest(columns, types) WITH ORDINALITY c(name, type, i)
    WHERE 'q.' || quote_ident(c.name) IN (d.target_expression, d.offset_by) AND c.name <> ALL (d.inputs);
  END IF;
  f.used := ARRAY(SELECT c FROM unnest(columns) c
                  WHERE c = ANY (f.inputs) OR 'q.' || quote_ident(c) = ANY (f.expressions || fold)
                    OR c = d.time_column);
  f.records := g.records;
  f.gram_options := @extschema@._l2_gram_options(d)::text;
  f.folds := coalesce(g.folds, 0);
  f.time_column := CASE WHEN d.refresh = 'buckets' THEN d.time_column END;
  f.bucket := d.bucket;
  f.target := d.target;
  f.features := d.features;
  f.recipe := ARRAY(SELECT CASE WHEN e <> 'q.' || quote_ident(n) THEN e END
                    FROM unnest(d.features, d.expressions) WITH ORDINALITY u(n, e, i) ORDER BY i);
  f.method := d.method;
  f.strength := a.strength;
  f.by_cv := a.by_cv;
  f.l1_ratio := a.l1_ratio;
  f.fit_options := a.options;
  f.fold := fold;
  f.fold_is_row := d.fold IS NULL;
  RETURN f;
END $$;
COMMENT ON FUNCTION @extschema@._l2_remembered(regclass, @extschema@._l2_definition, regclass) IS
'What a model of that definition is to remember of its source.';

CREATE FUNCTION @extschema@._l2_remembers_all(model regclass, d @extschema@._l2_definition) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT @extschema@._l2_remembers(@extschema@._l2_remembered(model, d,
    CASE WHEN @extschema@._l2_follows(d) THEN @extschema@._l2_source_relation(d) END))
$$;
COMMENT ON FUNCTION @extschema@._l2_remembers_all(regclass, @extschema@._l2_definition) IS
'Whether what a model remembers is what its definition says.';

CREATE FUNCTION @extschema@._l2_begin_following(model regclass, d @extschema@._l2_definition) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grams regclass := @extschema@._l2_grams_table(model);
BEGIN
  PERFORM @extschema@._l2_forget(model);
  IF d.refresh = 'full' OR d.gram IS NOT NULL THEN
    PERFORM @extschema@._l2_unfollow(model);
    IF grams IS NOT NULL THEN
      EXECUTE format('DROP TABLE %s', @extschema@._l2_model_name(grams));
    END IF;
  ELSIF NOT @extschema@._l2_follows(d) THEN
    PERFORM @extschema@._l2_unfollow(model);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_begin_following(regclass, @extschema@._l2_definition) IS
'Before a model is trained by a definition: nothing of what it followed before counts.';

CREATE FUNCTION @extschema@._l2_end_following(
  model regclass, d @extschema@._l2_definition, version integer
) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF d.refresh = 'full' OR d.gram IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('UPDATE ONLY %s SET version = $1 WHERE version IS DISTINCT FROM $1',
                 @extschema@._l2_model_name(@extschema@._l2_grams_table(model))) USING version;
  EXECUTE
    format('UPDATE ONLY %s SET details = coalesce(details, ''{}'') || '
      'jsonb_build_object(''token'', $2, ''grams'', $3) WHERE version = $1',
      @extschema@._l2_model_name(model))
  USING version, @extschema@._l2_token(model),
    @extschema@._l2_grams_digest(@extschema@._l2_grams_table(model));
END $$;
COMMENT ON FUNCTION @extschema@._l2_end_following(regclass, @extschema@._l2_definition, integer) IS
'The grams that a model keeps are those of that version.';

-- Refreshing

CREATE FUNCTION @extschema@._l2_in_use(relation oid) RETURNS boolean
  AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION @extschema@._l2_in_use(oid) IS
'Whether a query of this session is at work on a relation.';

CREATE FUNCTION @extschema@._l2_check_idle(model regclass, source regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  busy regclass := (SELECT t.relation::regclass FROM @extschema@._l2_tree(source) t
    WHERE @extschema@._l2_in_use(t.relation) ORDER BY t.relation LIMIT 1);
BEGIN
  IF busy IS NOT NULL OR pg_trigger_depth() > 0 THEN
    RAISE object_in_use USING
      MESSAGE = format('the source of live model %s cannot be read within a statement that may write to it',
        @extschema@._l2_model_shown(model)),
      DETAIL = CASE WHEN busy IS NULL THEN 'This is within a trigger.'
        ELSE format('A query of this session is at work on %s.', busy) END
        || ' What is read here, the model''s own trigger would count again.',
      HINT = 'Refresh or train it when the statement is done.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_idle(regclass, regclass) IS
'Error where a statement of this session may have written to the source of a live model without its triggers
having noted that: rows that a scan sees would come a second time.';

CREATE FUNCTION @extschema@._l2_read_anew(model regclass, d @extschema@._l2_definition,
  OUT grams @extschema@.l2_bucket[])
  RETURNS @extschema@.l2_bucket[]
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  follows boolean := @extschema@._l2_follows(d);
  source regclass := CASE WHEN follows THEN @extschema@._l2_source_relation(d) END;
  table_of_grams regclass := @extschema@._l2_make_grams_table(model);
  remembered @extschema@._l2_followed := @extschema@._l2_remembered(model, d, source);
  anew boolean := @extschema@._l2_missed(model, true) IS NOT NULL
    OR NOT @extschema@._l2_remembers(remembered);
  scan record;
BEGIN
  IF d.refresh = 'live' THEN
    PERFORM @extschema@._l2_check_idle(model, source);
  END IF;
  IF anew AND follows THEN
    PERFORM @extschema@._l2_follow_source(model, source, remembered.used);
  END IF;
  PERFORM @extschema@._l2_remember(remembered, anew);
  -- rows and the changes that they are in: one snapshot
  scan := @extschema@._l2_run_grams(@extschema@._l2_scan_sql(model, d, NULL::text), d.search_path);
  PERFORM @extschema@._l2_changes_done(model, scan.seen);
  EXECUTE format('DELETE FROM ONLY %s', @extschema@._l2_model_name(table_of_grams));
  PERFORM @extschema@._l2_put_grams(model, scan.grams);
  grams := scan.grams;
END $$;
COMMENT ON FUNCTION @extschema@._l2_read_anew(regclass, @extschema@._l2_definition) IS
'Read the grams of a model from all rows of its source, and follow that from here on.';

CREATE FUNCTION @extschema@._l2_refit_live(model regclass, d @extschema@._l2_definition, anew boolean)
  RETURNS @extschema@.l2_model
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grams @extschema@.l2_bucket[];
  kept integer := (SELECT CASE WHEN count(*) = 1 THEN max(k.version) END FROM @extschema@._l2_kept(model) k);
  g record;
BEGIN
  anew := anew OR kept IS NULL OR @extschema@._l2_goes_with(model, kept) IS NOT TRUE
    OR @extschema@._l2_missed(model, false) IS NOT NULL OR NOT @extschema@._l2_remembers_all(model, d);
  IF NOT anew THEN
    BEGIN
      -- nobody else takes changes away: those that are added up are still there
      g := @extschema@._l2_live_grams(model, kept);
    EXCEPTION WHEN OTHERS THEN
      -- what was noted does not fit what was kept
      anew := true;
    END;
  END IF;
  IF anew THEN
    grams := @extschema@._l2_read_anew(model, d);
    RETURN @extschema@._l2_fit_kept(d, grams[1].grams, grams[1].rows);
  END IF;
  PERFORM @extschema@._l2_changes_done(model, g.seen);
  EXECUTE format('UPDATE ONLY %s SET grams = $1, rows = $2',
                 @extschema@._l2_model_name(@extschema@._l2_make_grams_table(model))) USING g.grams, g.n_rows;
  PERFORM @extschema@._l2_remember(@extschema@._l2_remembered(model, d, NULL::regclass), false);
  RETURN @extschema@._l2_fit_kept(d, g.grams, g.n_rows);
END $$;
COMMENT ON FUNCTION @extschema@._l2_refit_live(regclass, @extschema@._l2_definition, boolean) IS
'Add the changes of a live model up, or read its source anew where that is asked for, or needed since changes
were missed.';

CREATE FUNCTION @extschema@._l2_goes_with(model regclass, version integer) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (v.training).details ->> 'token' = @extschema@._l2_token($1)
    AND (v.training).details ->> 'grams' = @extschema@._l2_grams_digest(@extschema@._l2_grams_table($1))
  FROM @extschema@._l2_versions($1, false) v
  WHERE (v.training).version = $2
$$;
COMMENT ON FUNCTION @extschema@._l2_goes_with(regclass, integer) IS
'Whether what a model remembers of its source is of the time of that version, and its grams are those
that were kept then.';

CREATE FUNCTION @extschema@._l2_time_condition(
  d @extschema@._l2_definition, first timestamp[], past timestamp[], endless boolean
) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' AS $$
DECLARE
  item text := 'q.' || quote_ident(d.time_column);
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  type regtype := (SELECT t.type FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item),
    d.search_path) t
                   WHERE t.name = d.time_column);
  literal text := CASE type WHEN 'date'::regtype THEN '%L::pg_catalog.timestamp::pg_catalog.date'
    WHEN 'timestamptz'::regtype THEN 'pg_catalog.timezone(''UTC'', %L::pg_catalog.timestamp)'
    ELSE '%L::pg_catalog.timestamp' END;
BEGIN
  RETURN (SELECT string_agg(format('(%s)', c), ' OR ') FROM (
    SELECT format('%s OPERATOR(pg_catalog.>=) ' || literal || ' AND %s OPERATOR(pg_catalog.<) ' || literal,
                  item, f, item, p) AS c
    FROM unnest(first, past) u(f, p) WHERE p < 'infinity'
    UNION ALL SELECT format('%s OPERATOR(pg_catalog.>=) ' || literal
      || ' AND %s OPERATOR(pg_catalog.<) ''infinity''',
                            item, f, item)
    FROM unnest(first, past) u(f, p) WHERE p = 'infinity'
    UNION ALL SELECT
      format('%s IS NULL OR %s OPERATOR(pg_catalog.=) ''infinity'' OR %s '
        'OPERATOR(pg_catalog.=) ''-infinity''',
                            item, item, item) WHERE endless) s);
END $$;
COMMENT ON FUNCTION @extschema@._l2_time_condition(@extschema@._l2_definition, timestamp[], timestamp[],
  boolean) IS
'The condition over q that the time column lies in one of the ranges, or, endless, that it is NULL or
infinite.';

CREATE FUNCTION @extschema@._l2_bucket_grams(
  model regclass, d @extschema@._l2_definition, OUT grams @extschema@.l2_gram[], OUT n_rows bigint
) RETURNS record
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH kept AS MATERIALIZED (
    SELECT k.bucket, k.rows, k.grams FROM @extschema@._l2_kept(model) k
  ), used AS (
    -- a power that is no number any more would be an error
    SELECT k.rows, k.grams, CASE WHEN d.half_life IS NULL THEN 1 ELSE power(0.5::float8, least(
        extract(epoch FROM n.bucket - k.bucket)::float8 / extract(epoch FROM d.half_life)::float8,
          1000)) END AS weight
    FROM kept k, (SELECT max(bucket) AS bucket FROM kept) n
    WHERE CASE WHEN d.training_window IS NULL AND d.half_life IS NULL THEN true
               WHEN k.bucket = '-infinity' THEN false
               WHEN d.training_window IS NULL THEN true ELSE k.bucket > n.bucket - d.training_window END
  ), folds AS (
    SELECT i, @extschema@.l2_gram_sum(CASE WHEN weight < 1 THEN @extschema@.l2_gram_decay(gram, weight)
      ELSE gram END) AS gram
    FROM used, unnest(used.grams) WITH ORDINALITY u(gram, i) WHERE weight > 1e-100 GROUP BY i
  )
  SELECT (SELECT array_agg(gram ORDER BY i) FROM folds),
    (SELECT sum(rows)::bigint FROM used WHERE weight > 1e-100)
$$;
COMMENT ON FUNCTION @extschema@._l2_bucket_grams(regclass, @extschema@._l2_definition) IS
'The sum of a model''s buckets within its training window, each weighing half as much for every half_life
that it is older than the newest; those of rows without a time only where neither is set.';

CREATE FUNCTION @extschema@._l2_dirty_buckets(
  model regclass, d @extschema@._l2_definition, newest timestamp, seen tid[], OUT first timestamp[],
    OUT past timestamp[]
) RETURNS record
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH dirty AS (
    SELECT c.bucket AS lo, coalesce(c.until, c.bucket + d.bucket) AS hi FROM @extschema@._l2_changes(model) c
    WHERE c.id = ANY (seen) AND c.bucket > '-infinity'
    UNION SELECT @extschema@.l2_bucket(CASE WHEN newest > '-infinity' THEN newest - d.lag
      ELSE '4000-01-01 BC' END, d.bucket),
      'infinity' WHERE d.lag IS NOT NULL
  ), starts AS (
    SELECT lo, hi, lo > max(hi) OVER (ORDER BY lo, hi ROWS BETWEEN UNBOUNDED PRECEDING
      AND 1 PRECEDING) IS NOT FALSE AS new
    FROM dirty
  ), islands AS (
    SELECT min(lo) AS lo, max(hi) AS hi
    FROM (SELECT lo, hi, count(*) FILTER (WHERE new) OVER (ORDER BY lo, hi) AS island FROM starts) s
      GROUP BY island
  ), few AS (
    SELECT min(lo) AS lo, max(hi) AS hi FROM islands GROUP BY CASE
      WHEN (SELECT count(*) FROM islands) <= 100 THEN lo END
  )
  SELECT array_agg(lo), array_agg(hi) FROM few
$$;
COMMENT ON FUNCTION @extschema@._l2_dirty_buckets(regclass, @extschema@._l2_definition, timestamp, tid[]) IS
'The ranges of time that a refresh must read anew: those of changes, and what the lag says; a hundred at
most.';

CREATE FUNCTION @extschema@._l2_read_dirty(
  model regclass, d @extschema@._l2_definition, first timestamp[], past timestamp[], seen tid[]
) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  endless boolean := d.lag IS NOT NULL OR EXISTS (SELECT FROM @extschema@._l2_changes(model) c
                                                  WHERE c.id = ANY (seen) AND c.bucket = '-infinity');
  scan record;
BEGIN
  IF first IS NOT NULL OR endless THEN
    scan := @extschema@._l2_run_grams(@extschema@._l2_scan_sql(model, d,
      @extschema@._l2_time_condition(d, first, past, endless)), d.search_path);
    EXECUTE format('DELETE FROM ONLY %s k WHERE ($3 AND k.bucket = ''-infinity'')
        OR EXISTS (SELECT FROM unnest($1, $2) u(f, p) WHERE k.bucket >= f AND k.bucket < p)',
      @extschema@._l2_model_name(@extschema@._l2_make_grams_table(model))) USING first, past, endless;
    PERFORM @extschema@._l2_put_grams(model, scan.grams);
    PERFORM @extschema@._l2_changes_done(model, seen);
  END IF;
  PERFORM @extschema@._l2_remember(@extschema@._l2_remembered(model, d, NULL::regclass), false);
END $$;
COMMENT ON FUNCTION @extschema@._l2_read_dirty(regclass, @extschema@._l2_definition, timestamp[], timestamp[],
  tid[]) IS
'Read the buckets in some ranges of time anew, and those of rows without a time where one of the changes is
of such, or there is a lag; the changes are done with.';

CREATE FUNCTION @extschema@._l2_refit_buckets(model regclass, d @extschema@._l2_definition, anew boolean)
  RETURNS @extschema@.l2_model
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record;
  kept record;
  dirty record;
  seen tid[];
BEGIN
  SELECT max(k.bucket) AS newest, max(k.version) AS version, count(DISTINCT k.version) AS versions INTO kept
  FROM @extschema@._l2_kept(model) k;
  -- marks first: what comes between them and the scan is read, and stays marked
  SELECT array_agg(c.id), anew OR kept.newest IS NULL
    OR coalesce(bool_or(c.bucket IS NULL OR c.reason IS NOT NULL), false)
    OR kept.versions <> 1 OR @extschema@._l2_goes_with(model, kept.version) IS NOT TRUE
    OR @extschema@._l2_missed(model, true) IS NOT NULL
  INTO seen, anew FROM @extschema@._l2_changes(model) c;
  anew := anew OR NOT @extschema@._l2_remembers_all(model, d);
  IF NOT anew THEN
    BEGIN
      dirty := @extschema@._l2_dirty_buckets(model, d, kept.newest, seen);
    EXCEPTION WHEN OTHERS THEN
      -- there is no time after the end of time
      anew := true;
    END;
  END IF;
  IF NOT anew THEN
    PERFORM @extschema@._l2_read_dirty(model, d, dirty.first, dirty.past, seen);
    BEGIN
      g := @extschema@._l2_bucket_grams(model, d);
    EXCEPTION WHEN OTHERS THEN
      -- what is kept does not go together
      anew := true;
    END;
  END IF;
  IF anew THEN
    PERFORM @extschema@._l2_read_anew(model, d);
    g := @extschema@._l2_bucket_grams(model, d);
  END IF;
  RETURN @extschema@._l2_fit_kept(d, g.grams, g.n_rows);
END $$;
COMMENT ON FUNCTION @extschema@._l2_refit_buckets(regclass, @extschema@._l2_definition, boolean) IS
'Read the buckets anew that are marked, and those within the lag; all of them where that is asked for, or
needed. Add up those in the training window.';

CREATE FUNCTION @extschema@._l2_mark(model regclass, first timestamp, last timestamp) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := @extschema@._l2_model_shown(model);
  d @extschema@._l2_definition := @extschema@._l2_definition(model);
BEGIN
  IF d.refresh = 'full' OR d.gram IS NOT NULL THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('model %s is always read in full', name);
  ELSIF d.refresh = 'live' AND (first, last) IS DISTINCT FROM (NULL, NULL) THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = format('model %s has no buckets', name),
      HINT = 'l2_mark(name) has all of its source read anew.';
  ELSIF last < first THEN
    RAISE invalid_parameter_value USING MESSAGE = format('last, %s, is before first, %s', last, first);
  END IF;
  IF d.refresh = 'live' THEN
    PERFORM @extschema@._l2_note(model, NULL::timestamp, NULL::timestamp, 'marked by l2_mark'::text);
  ELSIF first IS NULL AND last IS NULL THEN
    PERFORM @extschema@._l2_note(model, NULL::timestamp, NULL::timestamp, NULL::text);
  ELSE
    first := coalesce(first, '-infinity');
    last := coalesce(last, 'infinity');
    PERFORM @extschema@._l2_note(model,
      CASE WHEN isfinite(first) THEN @extschema@.l2_bucket(first, d.bucket)
        ELSE '4000-01-01 BC'::timestamp END,
      CASE WHEN isfinite(last) THEN @extschema@.l2_bucket(last, d.bucket) + d.bucket ELSE 'infinity' END,
        NULL::text);
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_mark(regclass, timestamp, timestamp) IS
'l2_mark of a model''s table, as its owner.';
CREATE FUNCTION @extschema@.l2_mark(
  name text, first timestamp DEFAULT NULL, last timestamp DEFAULT NULL
) RETURNS void
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION @extschema@.l2_mark(text, timestamp, timestamp) IS
'Have the next l2_refresh of a model with buckets read those from the first time to the last, in UTC, anew;
all of them where both are NULL, and then a live model too. NULL: without limit. For whoever can become the
owner.';
CREATE FUNCTION @extschema@.l2_mark(
  model regclass, first timestamp DEFAULT NULL, last timestamp DEFAULT NULL
) RETURNS void
  AS 'MODULE_PATHNAME', '_l2_for_owner' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION @extschema@.l2_mark(regclass, timestamp, timestamp) IS 'The same of a model''s table.';

-- Grams of one's own as a source

CREATE FUNCTION @extschema@._l2_gram_attributes(gram @extschema@.l2_gram, OUT name text, OUT kind text)
  RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION @extschema@._l2_gram_attributes(@extschema@.l2_gram) IS
'What the columns of a gram come from: numbers, and categories once.';

CREATE FUNCTION @extschema@._l2_run_gram(
  query text, search_path text, OUT grams @extschema@.l2_gram[], OUT n_rows bigint
) RETURNS record
  AS 'MODULE_PATHNAME', '_l2_run' LANGUAGE C VOLATILE STRICT COST 10000;
COMMENT ON FUNCTION @extschema@._l2_run_gram(text, text) IS
'As _l2_run, for a query that gives grams and their rows.';

CREATE FUNCTION @extschema@._l2_gram_source_sql(d @extschema@._l2_definition) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET intervalstyle = 'postgres' AS $$
DECLARE
  from_item text := (@extschema@._l2_source(d.source, d.search_path)).from_item;
  item text := format('q.%I', d.gram);
  moment text := 'q.' || quote_ident(d.time_column);
  gram_type regtype;
  time_type regtype;
  weight text;
  condition text;
  newest text;
BEGIN
  SELECT max(t.type::oid) FILTER (WHERE t.name = d.gram)::regtype,
      max(t.type::oid) FILTER (WHERE t.name = d.time_column)::regtype
  INTO gram_type, time_type
  FROM @extschema@._l2_describe(format('SELECT * FROM %s AS q', from_item), d.search_path) t;
  IF gram_type IS NULL THEN
    RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source', d.gram);
  ELSIF gram_type NOT IN ('@extschema@.l2_gram'::regtype, '@extschema@.l2_gram[]'::regtype) THEN
    RAISE datatype_mismatch USING MESSAGE = format('column "%s" has type %s, which is no gram', d.gram,
        gram_type),
      HINT = 'l2_gram_agg makes grams, l2_gram_folds an array of them, one a fold.';
  END IF;
  IF gram_type = '@extschema@.l2_gram'::regtype THEN
    item := format('ARRAY[%s]', item);
  END IF;
  IF d.time_column IS NOT NULL THEN
    IF time_type IS NULL THEN
      RAISE undefined_column USING MESSAGE = format('column "%s" does not exist in the source',
          d.time_column);
    ELSIF time_type NOT IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
      RAISE datatype_mismatch USING
        MESSAGE = format('time_column "%s" has type %s, which is no date and no timestamp', d.time_column,
            time_type);
    END IF;
    moment := CASE time_type WHEN 'timestamptz'::regtype THEN format('pg_catalog.timezone(''UTC'', %s)',
        moment)
                             ELSE moment || '::pg_catalog.timestamp' END;
    newest := format('(SELECT pg_catalog.max(%s) FROM %s AS q WHERE pg_catalog.isfinite(%1$s))', moment,
        from_item);
    condition := format(E'\n    WHERE pg_catalog.isfinite(%s)', moment)
        || CASE WHEN d.training_window IS NULL THEN ''
      ELSE format(' AND %s OPERATOR(pg_catalog.>) (%s OPERATOR(pg_catalog.-) %L::pg_catalog.interval)',
          moment, newest,
                  d.training_window) END;
  END IF;
  weight := CASE WHEN d.half_life IS NULL THEN '1::double precision'
    ELSE
      format('pg_catalog.power(0.5::double precision, least(EXTRACT(epoch FROM (%s OPERATOR(pg_catalog.-) '
        '%s))::double precision'
      ' OPERATOR(pg_catalog./) %s::double precision, 1000))', newest, moment, extract(epoch
          FROM d.half_life)) END;
  RETURN
    format(E'SELECT pg_catalog.array_agg(s.gram ORDER BY s.fold) AS grams, pg_catalog.sum(s.rows)::bigint AS '
      'rows\n'
    'FROM (\n  SELECT u.fold, @extschema@.l2_gram_sum(CASE WHEN w.weight OPERATOR(pg_catalog.<) 1 THEN'
    ' @extschema@.l2_gram_decay(u.gram, w.weight) ELSE u.gram END) AS gram,\n'
    '    pg_catalog.sum(@extschema@.l2_n(u.gram) OPERATOR(pg_catalog.+) @extschema@.l2_n_skipped(u.gram)) AS '
      'rows\n'
    '  FROM %s AS q, LATERAL (SELECT %s AS weight OFFSET 0) AS w,\n'
    '    LATERAL ROWS FROM (pg_catalog.unnest(%s)) WITH ORDINALITY AS u(gram, fold)%s\n'
    '  GROUP BY u.fold) AS s', from_item, weight, item, condition);
END $$;
COMMENT ON FUNCTION @extschema@._l2_gram_source_sql(@extschema@._l2_definition) IS
'The statement that sums the grams of a source, one a fold: those within the training window, each weighing
half as much for every half_life that it is older than the newest.';

CREATE FUNCTION @extschema@._l2_fit_gram_source(d @extschema@._l2_definition) RETURNS @extschema@.l2_model
  LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record := @extschema@._l2_run_gram(@extschema@._l2_gram_source_sql(d), d.search_path);
  a record := @extschema@._l2_fit_arguments(d);
BEGIN
  RETURN @extschema@._l2_fit_grams(r.grams, r.n_rows, d.method, a.strength, a.by_cv, a.l1_ratio,
    ((a.options - 'names') || jsonb_build_object('features', d.features, 'target',
      d.target))::@extschema@.l2_options);
END $$;
COMMENT ON FUNCTION @extschema@._l2_fit_gram_source(@extschema@._l2_definition) IS
'The model of a definition whose source has grams; NULL where these have no rows.';

CREATE FUNCTION @extschema@._l2_check_gram_source(d @extschema@._l2_definition, folds integer) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  what text := CASE WHEN d.refresh <> 'full' THEN 'refresh ' || d.refresh WHEN d.weight IS NOT NULL
      THEN 'weight'
    WHEN d.bucket IS NOT NULL THEN 'bucket' WHEN d.lag IS NOT NULL THEN 'lag'
    WHEN d.options ? 'keep_gram' THEN 'keep_gram' WHEN d.options ? 'seed' THEN 'seed'
    WHEN d.options ? 'folds' THEN 'folds' WHEN d.options ? 'nonfinite' THEN 'nonfinite'
    WHEN d.options ? 'null_level' THEN 'null_level' WHEN d.options ? 'max_levels' THEN 'max_levels' END;
BEGIN
  IF what IS NOT NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('a source of grams has no %s', what),
      DETAIL = 'The rows are in the grams already.';
  ELSIF d.method IN ('logistic', 'poisson', 'glm', 'huber', 'quantile', 'multinomial') THEN
    RAISE feature_not_supported USING MESSAGE = format('method %s needs the rows, not grams of them',
        d.method);
  ELSIF d.time_column IS NULL AND (d.training_window IS NOT NULL OR d.half_life IS NOT NULL) THEN
    RAISE invalid_parameter_value USING MESSAGE = 'training_window and half_life need time_column';
  ELSIF d.half_life <= '0' OR d.training_window <= '0' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'half_life and training_window must be above 0';
  ELSIF @extschema@._l2_by_cv(d) AND folds < 2 THEN
    RAISE invalid_parameter_value USING MESSAGE = format('column "%s" has no folds to cross-validate',
        d.gram),
      HINT = 'Give lambda, and no gate; or keep arrays of grams, one a fold, which l2_gram_folds makes.';
  ELSIF NOT @extschema@._l2_by_cv(d) AND folds > 1 THEN
    RAISE invalid_parameter_value
        USING MESSAGE = format('column "%s" has folds, and nothing is cross-validated', d.gram),
      HINT = 'Leave lambda to cross-validation; or keep grams, not arrays of them.';
  END IF;
END $$;
COMMENT ON FUNCTION @extschema@._l2_check_gram_source(@extschema@._l2_definition, integer) IS
'Error where a definition asks for what grams cannot give, of so many folds; NULL: not known yet.';

CREATE FUNCTION @extschema@._l2_define_gram_source(d @extschema@._l2_definition, given text[])
  RETURNS @extschema@._l2_definition
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
  first @extschema@.l2_gram;
  columns text[];
  kinds text[];
  others text[];
  f record;
  item text;
BEGIN
  PERFORM @extschema@._l2_check_gram_source(d, NULL::integer);
  r := @extschema@._l2_run_gram(@extschema@._l2_gram_source_sql(d), d.search_path);
  first := (SELECT g FROM unnest(r.grams) g WHERE g IS NOT NULL LIMIT 1);
  PERFORM @extschema@._l2_check_gram_source(d, cardinality(r.grams));
  IF first IS NULL THEN
    RAISE data_exception USING MESSAGE = format('column "%s" has no gram', d.gram);
  END IF;
  SELECT array_agg(a.name ORDER BY i), array_agg(a.kind ORDER BY i) INTO columns, kinds
  FROM @extschema@._l2_gram_attributes(first) WITH ORDINALITY a(name, kind, i);
  d.target := @extschema@._l2_target_of(d.formula, columns);
  IF d.target IS NULL THEN
    IF cardinality(array_remove((@extschema@._l2_formula_parts(d.formula))[2 :], NULL)) > 0 THEN
      RAISE feature_not_supported USING
        MESSAGE = 'a source of grams has no rows to group, and no instruments',
        HINT = 'Of grams by group: l2_ols(l2_gram_within(gram)); of instruments: l2_iv(gram, features, '
          'instruments).';
    END IF;
    IF given IS NOT NULL THEN
      RAISE invalid_parameter_value USING MESSAGE = 'give either option features or a formula';
    END IF;
    -- the dot leaves the target out
    -- columns are what they are: no level of a category is left out here
    SELECT * INTO f FROM @extschema@._l2_formula(d.formula, columns,
      array_fill('number'::text, ARRAY[cardinality(columns)]),
      columns, '{}', '{}', false, array_fill('float8'::regtype, ARRAY[cardinality(columns)]));
    d.target := f.target;
    d.features := ARRAY(SELECT t FROM unnest(f.terms) WITH ORDINALITY u(t, i) WHERE t <> f.target ORDER BY i);
    IF NOT f.intercept THEN
      d.options := d.options || '{"intercept": false}';
    END IF;
  ELSE
    d.features := coalesce(given, array_remove(columns, d.target));
  END IF;
  FOREACH item IN ARRAY d.features || d.target LOOP
    IF NOT coalesce(item = ANY (columns), false) THEN
      RAISE undefined_column USING MESSAGE = format('the grams have no column "%s"', coalesce(item,
          f.target_expression)),
        DETAIL = format('Their columns: %s.', array_to_string(columns, ', ')),
        HINT = 'What is worked out from columns must be a column of the grams.';
    END IF;
  END LOOP;
  d.target_expression := 'q.' || quote_ident(d.target);
  d.expressions := ARRAY(SELECT 'q.' || quote_ident(u) FROM unnest(d.features) WITH ORDINALITY u(u, i)
      ORDER BY i);
  d.kinds := ARRAY(SELECT kinds[array_position(columns, u)] FROM unnest(d.features) WITH ORDINALITY u(u, i)
      ORDER BY i);
  d.inputs := '{}';
  d.input_types := '{}';
  RETURN d;
END $$;
COMMENT ON FUNCTION @extschema@._l2_define_gram_source(@extschema@._l2_definition, text[]) IS
'The definition with target and features, which are columns of the source''s grams.';
