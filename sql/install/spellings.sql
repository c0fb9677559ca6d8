-- Spellings of before 1.0, and of other places: each is an error that says what to write.

CREATE FUNCTION _l2_refuse_weight(internal, "any", "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_refuse_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_weight(internal, "any", "any", "any") IS
'error of scores with a weight of their own';
CREATE FUNCTION _l2_refuse_final(internal) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_refuse_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_final(internal) IS 'NULL, of scores with a weight of their own over no rows';

CREATE FUNCTION _l2_refuse_model(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_refuse_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_model(internal) IS 'NULL, of fits that are called otherwise over no rows';

-- The owner of the schema may have anything in it, and the script runs as a superuser: what these blocks work
-- out they work out by functions and operators of pg_catalog, and then run.
DO $$
DECLARE
  statements text[];
  statement text;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  -- weights behind y and what is predicted
  statements := ARRAY(
    SELECT s FROM unnest('{l2_mse, l2_rmse, l2_mae, l2_mape, l2_r2, l2_score, l2_auc, l2_roc, l2_logloss,
                           l2_brier, l2_accuracy}'::name[]) name,
      LATERAL (VALUES
        (1, format('CREATE AGGREGATE %I(y "any", predicted "any", weight "any") (SFUNC = _l2_refuse_weight,
           STYPE = internal, FINALFUNC = _l2_refuse_final, PARALLEL = SAFE)', name)),
        (2, format('COMMENT ON AGGREGATE %I("any", "any", "any") IS %L', name,
           'An error: weights go with y.'))) v(o, s) ORDER BY o);

  -- keys of folds, l1_ratio and more behind the features
  statements := statements || ARRAY(
    SELECT s
    FROM (VALUES ('l2_gram_folds', 'folds', '_l2_any_folds_final'),
                 ('ridge_cv', 'ridge_cv', '_l2_any_ridge_cv_final'),
                 ('lasso_cv', 'lasso_cv', '_l2_any_lasso_cv_final'),
                 ('elastic_net_cv', 'elastic_net_cv', '_l2_any_elastic_net_cv_final'),
                 ('logistic_cv', 'logistic_cv', '_l2_logistic_cv_final'),
                 ('poisson_cv', 'poisson_cv', '_l2_poisson_cv_final')) f(name, symbol, final),
      LATERAL (VALUES
        (1, format('CREATE FUNCTION _l2_numbers_%1$s(internal, "any", "any", float8, VARIADIC "any")
           RETURNS internal AS %2$L, %3$L LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20',
           f.symbol, 'MODULE_PATHNAME', 'l2_numbers_' || f.symbol)),
        (2, format('COMMENT ON FUNCTION _l2_numbers_%s(internal, "any", "any", float8, VARIADIC "any") IS %L',
           f.symbol, 'error of ' || f.name || ' for arguments behind the features')),
        (3, format('CREATE AGGREGATE %I(y "any", x "any", n float8, VARIADIC "any") (SFUNC = _l2_numbers_%s,
           STYPE = internal, FINALFUNC = %I, PARALLEL = SAFE)', f.name, f.symbol, f.final)),
        (4, format('COMMENT ON AGGREGATE %I("any", "any", float8, VARIADIC "any") IS %L', f.name,
           'An error: weights and keys of folds go with y, all else are options.'))) v(o, s) ORDER BY o);

  -- standardize as an argument, as most have it
  statements := statements || ARRAY(
    SELECT s
    FROM (VALUES ('l2_ridge', 'lambda float8'), ('l2_lasso', 'lambda float8'),
                 ('l2_elastic_net', 'lambda float8'), ('l2_path', 'method text'),
                 ('l2_select', 'method text')) f(name, second),
      LATERAL (VALUES
        (1, format('CREATE FUNCTION %I(gram l2_gram, %s, standardize boolean) RETURNS l2_model AS %L, %L
           LANGUAGE C IMMUTABLE PARALLEL SAFE', f.name, f.second, 'MODULE_PATHNAME',
           'l2_refuse_standardize')),
        (2, format('COMMENT ON FUNCTION %I(l2_gram, %s, boolean) IS %L', f.name, f.second,
           'An error: standardize is an option.'))) v(o, s) ORDER BY o);
  PERFORM pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);
  FOREACH statement IN ARRAY statements LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

-- Calls that others would write, and slips: the comment of each, and so the error's hint, is what to write
CREATE FUNCTION _l2_refuse_row(internal, "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_refuse_call' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_row(internal, "any") IS
'error of an aggregate that is not called so: its hint is the comment of the aggregate';
CREATE FUNCTION _l2_refuse_row(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_refuse_call' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_row(internal, "any", "any") IS 'the same, of two arguments';
CREATE FUNCTION _l2_refuse_row(internal, float8, VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_refuse_call' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_row(internal, float8, VARIADIC "any") IS 'the same, of y and features';

DO $$
DECLARE
  statements text[];
  statement text;
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  statements := ARRAY(SELECT e.s FROM (
    SELECT v.kind, s.name || v.arguments AS call,
      coalesce(p.result, 'l2_model') AS result, coalesce(p.columns, '') AS columns,
      'An error: ' || replace(replace(v.hint, 'NAME', s.name), 'METHOD',
        regexp_replace(s.name, '^l2_|_fit$', '', 'g')) AS about
    FROM (VALUES
      ('FUNCTION', '{l2_ridge, l2_lasso, l2_elastic_net}', '(gram l2_gram)', 'lambda is the number after the '
        'gram: NAME(gram, 0.1). To have it chosen: l2_cv(l2_gram_folds(y, x), ''METHOD'').'),
      ('FUNCTION', '{l2_dropout}', '(gram l2_gram)',
        'the rate is the number after the gram: l2_dropout(gram, 0.1).'),
      ('FUNCTION', '{l2_elastic_net}', '(gram l2_gram, lambda float8, l1_ratio float8)',
        'the share of the lasso is an option: l2_elastic_net(gram, 0.1, ''{"l1_ratio": 0.5}'').'),
      ('FUNCTION', '{l2_subset}', '(gram l2_gram, n float8)',
        'how many features is an option: l2_subset(gram, ''best'', ''{"max_features": 5}'').'),
      ('FUNCTION', '{l2_summary, l2_glance, l2_coef, l2_intercept, l2_sql, l2_pmml}', '(gram l2_gram)',
        'a gram is no model yet: NAME(l2_ols(gram)).'),
      ('FUNCTION', '{l2_predict}', '(gram l2_gram, VARIADIC "any")',
        'a gram is no model yet: l2_predict(l2_ols(gram), x).'),
      ('FUNCTION', '{l2_predict}', '(model l2_model)', 'features come behind the model, a number '
        'each, an array, or the row of a table by its alias: NAME(model, t).'),
      ('FUNCTION', '{l2_contrast}', '(model l2_model)',
        'a contrast of terms comes behind the model: l2_contrast(model, ''area - 2 * rooms'').'),
      ('FUNCTION', '{l2_iv_diagnostics}', '(model l2_model)',
        'the tests are of the gram that the model is of: l2_iv_diagnostics(gram, ARRAY[''price''], '
        'ARRAY[''cost'']), features, then instruments.'),
      ('FUNCTION', '{l2_iv_diagnostics}', '(source text, formula text)',
        'the tests are of a gram: l2_iv_diagnostics(l2_gram_agg(y, h, ''{"target": "y"}''), '
        'ARRAY[''price''], ARRAY[''cost'']) over the rows, features, then instruments.'),
      ('FUNCTION', '{l2_drop1}', '(model l2_model)',
        'the gram that the model is of comes behind it: l2_drop1(model, gram); or l2_drop1(gram) alone.'),
      ('FUNCTION', '{l2_fit}', '(source text)',
        'a formula comes behind the source: l2_fit(''houses'', ''price ~ area + zone'').'),
      ('FUNCTION', '{l2_fit}', '(source text, formula text, n "any")', 'the method comes before lambda, and '
        'features are in the formula: l2_fit(''houses'', ''price ~ area + zone'', ''lasso'', 0.1).'),
      ('FUNCTION', '{ols_fit, logistic_fit, poisson_fit, glm_fit}', '(source text, formula text)',
        'an aggregate takes y and x of rows; of a table and a formula write '
        'l2_fit(''houses'', ''price ~ area'', ''METHOD'').'),
      ('FUNCTION', '{ridge_fit, lasso_fit, elastic_net_fit}', '(source text, formula text, lambda float8)',
        'an aggregate takes y and x of rows; of a table and a formula write '
        'l2_fit(''houses'', ''price ~ area'', ''METHOD'', 0.1).'),
      -- aggregates of rows, so that groups are told the same
      ('AGGREGATE', '{l2_ols}', '(y float8, VARIADIC "any")',
        'rows make a gram first: l2_ols(l2_gram_agg(y, x)). In one: ols_fit(y, x).'),
      ('AGGREGATE', '{quantile_fit}', '(y "any", x "any")',
        'the quantile is the number after the features: quantile_fit(y, x, 0.5).'),
      ('AGGREGATE', '{l2_ridge, l2_lasso, l2_elastic_net, l2_dropout}', '(y float8, VARIADIC "any")',
        'rows make a gram first: NAME(l2_gram_agg(y, x), 0.1). In one: METHOD_fit(y, x, 0.1).'),
      ('AGGREGATE', '{l2_confusion}', '(y "any", p "any")',
        'a threshold comes last: l2_confusion(y, p, 0.5). Of labels that are '
        'predicted: l2_label_score(y, label).'),
      ('AGGREGATE', '{l2_calibration}', '(y "any", p "any")',
        'a number of bins comes last: l2_calibration(y, p, 10).'),
      ('AGGREGATE', '{l2_auc, l2_roc, l2_logloss, l2_brier, l2_accuracy}', '(y "any", p "any")',
        'the outcome comes first, a boolean or 0 and 1, then a number: NAME(y, l2_predict(model, t)). '
        'Of labels that are predicted: l2_label_score(y, label).'),
      ('AGGREGATE',
        '{ols_fit, ridge_fit, lasso_fit, logistic_fit, poisson_fit, glm_fit, lasso_cv, l2_gram_agg}',
        '(y "any")', 'the target comes first, then features, an array or a record: '
        'NAME(price, ARRAY[area, rooms]), or NAME(price, h, ''{"target": "price"}'') of a table h; '
        'lambda comes before the options.')
    ) v(kind, names, arguments, hint) CROSS JOIN unnest(v.names::text[]) s(name)
    -- the columns are those of the call that was meant
    LEFT JOIN LATERAL (SELECT pg_get_function_result(oid) AS result,
        substring(pg_get_function_arguments(oid) FROM ', OUT .*') AS columns
      FROM pg_proc WHERE proname = s.name AND prokind = 'f' AND proargtypes[0] IN (
        '@extschema@.l2_model'::regtype, '@extschema@.l2_gram'::regtype)
      ORDER BY oid LIMIT 1) p ON v.kind = 'FUNCTION') f,
    LATERAL (VALUES
      (1, format('CREATE %s %s%s) %s', f.kind, left(f.call, -1), f.columns, CASE f.kind
         WHEN 'FUNCTION' THEN format('RETURNS %s AS ''MODULE_PATHNAME'', ''l2_refuse_call'' LANGUAGE C '
           'IMMUTABLE PARALLEL SAFE', f.result)
         -- what stands around it wants a model
         ELSE format('(SFUNC = _l2_refuse_row, STYPE = internal, FINALFUNC = %I, PARALLEL = SAFE)',
           CASE WHEN f.call ~ '^(l2_(ols|ridge|lasso|elastic_net|dropout)|[a-z]+(_net)?_(fit|cv))[(]'
             THEN '_l2_refuse_model' ELSE '_l2_refuse_final' END) END)),
      (2, format('COMMENT ON %s %s IS %L', f.kind, replace(f.call, ' DEFAULT NULL', ''), f.about)))
      e(o, s) ORDER BY e.o);
  PERFORM pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);
  FOREACH statement IN ARRAY statements LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

-- All forms are declared.
DROP PROCEDURE _l2_function, _l2_aggregate, _l2_transitions, _l2_forms, _l2_penalised_forms, _l2_any_forms,
  _l2_refused_form, _l2_record_forms, _l2_glm_forms;
