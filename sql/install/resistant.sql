-- Resistant regression: Huber's, and quantiles.
--
-- The state keeps rows as that of logistic_fit does; the fit takes them into memory.

-- Huber's regression

CREATE FUNCTION _l2_any_huber(internal, "any", "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_huber' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_huber(internal, "any", "any") IS
'transition function of huber_fit';
CREATE FUNCTION _l2_any_huber(internal, "any", "any", l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_huber' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_huber(internal, "any", "any", l2_options) IS
'transition function of huber_fit';
CREATE FUNCTION _l2_huber_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'huber_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION _l2_huber_final(internal) IS 'final function of huber_fit';

CREATE AGGREGATE huber_fit(y "any", x "any") (
  SFUNC = _l2_any_huber, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_huber_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE huber_fit("any", "any") IS
'Huber''s robust regression of y on the elements of x, with an intercept, as MASS''s rlm: residuals '
'beyond 1.345 times their scale count by their sign only. The scale, median |residual| / 0.6745, is '
'found along with the coefficients, and is sigma of l2_glance. Standard errors are those of rlm''s '
'summary (Huber 1981, 7.6). NULLs, records, weights and offsets as in logistic_fit; a row of weight w '
'is w rows, and the offset is taken from y. Rows are in memory while the model is fitted. WARNING and '
'converged false where half of the rows are fitted exactly, so that the scale is 0; NULL where no row '
'is usable.';

CREATE AGGREGATE huber_fit(y "any", x "any", options l2_options) (
  SFUNC = _l2_any_huber, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_huber_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE huber_fit("any", "any", l2_options) IS
'The same with options: features, huber_k (1.345), intercept, max_iter (10000), names, nonfinite, '
'weight_type; over records those of l2_gram_agg over records too.';

CREATE FUNCTION _l2_numbers_huber(internal, "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_huber' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_huber(internal, "any", "any", "any", VARIADIC "any") IS
'error of huber_fit for features that are no array';
CREATE AGGREGATE huber_fit(y "any", a "any", b "any", VARIADIC "any") (
  SFUNC = _l2_numbers_huber, STYPE = internal, FINALFUNC = _l2_huber_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE huber_fit("any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';

-- Quantiles

CREATE FUNCTION _l2_any_quantile(internal, "any", "any", float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_quantile' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_quantile(internal, "any", "any", float8) IS
'transition function of quantile_fit';
CREATE FUNCTION _l2_any_quantile(internal, "any", "any", float8, l2_options) RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_any_quantile' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
COMMENT ON FUNCTION _l2_any_quantile(internal, "any", "any", float8, l2_options) IS
'transition function of quantile_fit';
CREATE FUNCTION _l2_quantile_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'quantile_final' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION _l2_quantile_final(internal) IS 'final function of quantile_fit';

CREATE AGGREGATE quantile_fit(y "any", x "any", tau float8) (
  SFUNC = _l2_any_quantile, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_quantile_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE quantile_fit("any", "any", float8) IS
'Quantile regression of y on the elements of x, with an intercept, as quantreg''s rq: minimises sum of '
'w (tau - [r < 0]) r of residuals r, 0 < tau < 1; 0.5 is least absolute deviations. The minimum is '
'exact: a vertex of the simplex method, proved by its dual solution; where several are (the median of '
'an even number of rows) it is one of them. Standard errors are Powell''s, as quantreg''s se = "ker" '
'with Hall and Sheather''s bandwidth. NULLs, records, weights and offsets as in logistic_fit, the '
'offset taken from y. Rows are in memory while the model is fitted. NULL where no row is usable.';

CREATE AGGREGATE quantile_fit(y "any", x "any", tau float8, options l2_options) (
  SFUNC = _l2_any_quantile, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_quantile_final,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE quantile_fit("any", "any", float8, l2_options) IS
'The same with options: features, intercept, max_iter (vertices, 10000), names, nonfinite, weight_type;'
' over records those of l2_gram_agg over records too.';

CREATE FUNCTION _l2_numbers_quantile(internal, "any", "any", "any", "any", VARIADIC "any") RETURNS internal
  AS 'MODULE_PATHNAME', 'l2_numbers_quantile' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION _l2_numbers_quantile(internal, "any", "any", "any", "any", VARIADIC "any") IS
'error of quantile_fit for features that are no array';
CREATE AGGREGATE quantile_fit(y "any", a "any", b "any", c "any", VARIADIC "any") (
  SFUNC = _l2_numbers_quantile, STYPE = internal, FINALFUNC = _l2_quantile_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE quantile_fit("any", "any", "any", "any", VARIADIC "any") IS
'An error: features are one array or record, and weights go with y.';
