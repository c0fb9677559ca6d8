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
