-- Explaining and exporting by a model's name.

CREATE FUNCTION @extschema@.l2_explain(
  name text,
  x float8[],
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_explain_name' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION @extschema@.l2_explain(text, float8[]) IS
'l2_explain(model, x) of the model in use under that name. A text that begins with a brace is read as the model itself.';

CREATE FUNCTION @extschema@.l2_explain(
  name text,
  features record,
  OUT term text,
  OUT value float8,
  OUT estimate float8,
  OUT contribution float8,
  OUT from_mean float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME', 'l2_explain_name' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION @extschema@.l2_explain(text, record) IS
'l2_explain(model, record) of the model in use under that name; a row of its source will do, of which the terms of a formula are worked out.';

CREATE FUNCTION @extschema@.l2_sql(name text) RETURNS text
  LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(
    (SELECT @extschema@.l2_sql(v.model, coalesce(array_agg(f ORDER BY i) FILTER (WHERE f IS NOT NULL), '{}'), coalesce(array_agg(sql ORDER BY i) FILTER (WHERE f IS NOT NULL), '{}'))
     FROM @extschema@.l2_registry d JOIN @extschema@.l2_registry_version v ON v.id = d.id AND v.version = d.active
       LEFT JOIN LATERAL (
         SELECT f, i, CASE WHEN k = 'boolean' AND NOT v.model::jsonb ? 'encoding' THEN format('CASE (%s) WHEN true THEN 1 WHEN false THEN 0 END', e) ELSE e END AS sql
         FROM unnest(v.features, v.expressions, CASE WHEN d.features = v.features THEN d.kinds END) WITH ORDINALITY u(f, e, k, i)) t
         ON sql <> 'q.' || quote_ident(f)
     WHERE d.name = $1 GROUP BY v.id, v.version),
    @extschema@.l2_sql(@extschema@.l2_model(name => $1)))
$$;
COMMENT ON FUNCTION @extschema@.l2_sql(text) IS
'l2_sql of the model in use under that name, the terms of a formula and other expressions as they were trained: over q, a row of its source, SELECT ... FROM source AS q. A text that begins with a brace is read as the model itself.';

CREATE FUNCTION @extschema@.l2_drift(
  name text,
  source text,
  search_path text DEFAULT pg_catalog.current_setting('search_path'),
  OUT term text,
  OUT mean float8,
  OUT mean_now float8,
  OUT shift float8,
  OUT sd float8,
  OUT sd_now float8,
  OUT spread float8
) RETURNS SETOF record
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d @extschema@.l2_registry := @extschema@.l2_find_model(name, true);
  from_item text;
  c record;
  n integer := cardinality(d.features);
  query text;
  y text;
BEGIN
  SELECT s.source, s.from_item INTO d.source, from_item FROM @extschema@.l2_source(l2_drift.source, l2_drift.search_path, d.owner) s;
  SELECT * INTO c FROM @extschema@.l2_columns(d);
  y := CASE WHEN d.weight IS NULL THEN c.columns[1] ELSE format('@extschema@.l2_obs(%s, %s)', c.columns[1], c.columns[n + 2]) END;
  IF @extschema@.l2_needs_records(d, c.kinds) THEN
    query := format('@extschema@.l2_gram_agg(%s, f, %L::@extschema@.l2_options) AS gram FROM %s AS q, LATERAL (SELECT %s) AS f',
      y, @extschema@.l2_gram_options(d), from_item, c.record);
  ELSE
    query := format('@extschema@.l2_set_names(@extschema@.l2_gram_agg(%s, ARRAY[%s]), %L, %L) AS gram FROM %s AS q',
      y, array_to_string(c.columns[2 : n + 1], ', '),
      d.features, d.target, from_item);
  END IF;
  RETURN QUERY SELECT r.* FROM @extschema@.l2_run('SELECT NULL::@extschema@.l2_model AS model, ' || query, d.search_path, d.owner) g,
    @extschema@.l2_drift(@extschema@.l2_model(name => l2_drift.name), g.gram) r;
END $$;
COMMENT ON FUNCTION @extschema@.l2_drift(text, text, text) IS
'l2_drift of the model in use under that name against the rows of a relation or a query, which has the columns that the model''s source has: read once, with the rights of the model''s owner. search_path: where the names in source are looked up, by default as now. For the owner and members of that role.';
