-- values_say.sql: what a value of values.sql says, as jsonb.

-- grams: those that belong together
CREATE FUNCTION stored_says(g l2_gram[], final text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r jsonb := '[]';
  m l2_model;
BEGIN
  FOR i IN 1 .. cardinality(g) LOOP
    r := r || jsonb_build_object('n', l2_n(g[i]), 'skipped', l2_n_skipped(g[i]), 'weights',
    l2_sum_weights(g[i]), 'names', l2_names(g[i]),
      'means', l2_means(g[i]),
      -- of many columns the first
      'covariance', CASE WHEN cardinality(l2_means(g[i])) > 20 THEN (l2_covariance(g[i], 0))[1:2]
      ELSE l2_covariance(g[i], 0) END);
  END LOOP;
  IF final IS NOT NULL THEN
    EXECUTE format('SELECT %I(%s)', final, CASE WHEN final ~ '_cv_' THEN '$1'
    ELSE '$1[1]' END) USING g INTO m;
    r := r || jsonb_build_object('final', stored_says(m) - '{gap,iterations}'::text[]);
  END IF;
  RETURN r;
END $$;

-- a model: its statistics, terms, and predictions
CREATE FUNCTION stored_says(m l2_model) RETURNS jsonb LANGUAGE sql AS $$
  SELECT (m::jsonb - '{l2_model,terms}'::text[]) || jsonb_build_object('std_errors',
  jsonb_path_query_array(m::jsonb, '$.terms[*].std_error'), 'names', l2_names(m), 'coef', l2_coef(m),
  'constant', l2_intercept(m),
    'predictions', CASE WHEN (m::jsonb -> 'encoding') IS NULL
    THEN (SELECT jsonb_agg(l2_predict(m, array_fill(x::float8, ARRAY[cardinality(l2_coef(m))])) ORDER BY x)
    FROM generate_series(-1, 2) x)
      ELSE (SELECT jsonb_agg(l2_predict(m, f) ORDER BY x)
      FROM (VALUES (1, 'north', true, date '2024-02-29'), (2.5, 'öst', false, '1999-12-31')) v(x, zone, c,
      day), LATERAL (SELECT x AS a, zone, c, day) f) END)
$$;
