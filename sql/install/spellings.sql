-- Spellings of before 1.0, and of other places: each is an error that says what to write.

CREATE FUNCTION _l2_refuse_weight(internal, "any", "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_refuse_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_weight(internal, "any", "any", "any") IS
'error of scores with a weight of their own';
CREATE FUNCTION _l2_refuse_final(internal) RETURNS float8
  AS 'MODULE_PATHNAME', 'l2_refuse_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION _l2_refuse_final(internal) IS 'NULL, of scores with a weight of their own over no rows';

DO $$
DECLARE
  f record;
BEGIN
  -- weights behind y and what is predicted
  FOR f IN SELECT * FROM unnest('{l2_mse, l2_rmse, l2_mae, l2_mape, l2_r2, l2_score, l2_auc, l2_roc,
                                  l2_logloss, l2_brier, l2_accuracy}'::name[]) name
  LOOP
    EXECUTE format('CREATE AGGREGATE %I(y "any", predicted "any", weight "any") (SFUNC = _l2_refuse_weight,
      STYPE = internal, FINALFUNC = _l2_refuse_final, PARALLEL = SAFE)', f.name);
    EXECUTE format('COMMENT ON AGGREGATE %I("any", "any", "any") IS %L', f.name,
      'An error: weights go with y.');
  END LOOP;

  -- keys of folds, l1_ratio and more behind the features
  FOR f IN SELECT * FROM (VALUES ('l2_gram_folds', 'folds', '_l2_any_folds_final'),
                                 ('ridge_cv', 'ridge_cv', '_l2_any_ridge_cv_final'),
                                 ('lasso_cv', 'lasso_cv', '_l2_any_lasso_cv_final'),
                                 ('elastic_net_cv', 'elastic_net_cv', '_l2_any_elastic_net_cv_final'),
                                 ('logistic_cv', 'logistic_cv', '_l2_logistic_cv_final'),
                                 ('poisson_cv', 'poisson_cv', '_l2_poisson_cv_final')) v(name, symbol, final)
  LOOP
    EXECUTE format('CREATE FUNCTION _l2_numbers_%1$s(internal, "any", "any", float8, VARIADIC "any")
      RETURNS internal AS %2$L, %3$L LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20',
      f.symbol, 'MODULE_PATHNAME', 'l2_numbers_' || f.symbol);
    EXECUTE format('COMMENT ON FUNCTION _l2_numbers_%s(internal, "any", "any", float8, VARIADIC "any") IS %L',
      f.symbol, 'error of ' || f.name || ' for arguments behind the features');
    EXECUTE format('CREATE AGGREGATE %I(y "any", x "any", n float8, VARIADIC "any") (SFUNC = _l2_numbers_%s,
      STYPE = internal, FINALFUNC = %I, PARALLEL = SAFE)', f.name, f.symbol, f.final);
    EXECUTE format('COMMENT ON AGGREGATE %I("any", "any", float8, VARIADIC "any") IS %L', f.name,
      'An error: weights and keys of folds go with y, all else are options.');
  END LOOP;

  -- standardize as an argument, as most have it
  FOR f IN SELECT * FROM (VALUES ('l2_ridge', 'lambda float8'), ('l2_lasso', 'lambda float8'),
                                 ('l2_elastic_net', 'lambda float8'), ('l2_path', 'method text'),
                                 ('l2_select', 'method text')) v(name, second)
  LOOP
    EXECUTE format('CREATE FUNCTION %I(gram l2_gram, %s, standardize boolean) RETURNS l2_model AS %L, %L
      LANGUAGE C IMMUTABLE PARALLEL SAFE', f.name, f.second, 'MODULE_PATHNAME', 'l2_refuse_standardize');
    EXECUTE format('COMMENT ON FUNCTION %I(l2_gram, %s, boolean) IS %L', f.name, f.second,
      'An error: standardize is an option.');
  END LOOP;
END
$$;

-- All forms are declared.
DROP PROCEDURE _l2_function, _l2_aggregate, _l2_transitions, _l2_forms, _l2_penalised_forms, _l2_any_forms,
  _l2_refused_form, _l2_record_forms, _l2_glm_forms;
