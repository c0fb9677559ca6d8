-- Logistic and Poisson regression: generalised linear models with their canonical links.

-- y is of any numeric type or boolean.  The state keeps rows, so it is internal: the scan beneath may be
-- parallel, the aggregate is not.  For a parallel or distributed fit see l2_logistic.

CREATE FUNCTION logistic_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_ridge_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_ridge_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_net_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_net_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_weight_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_offset' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'logistic_accum_offset_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
CREATE FUNCTION logistic_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[]) IS 'transition function of logistic_fit';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], jsonb) IS 'transition function of logistic_fit with options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], text) IS 'transition function of logistic_fit with options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8) IS 'transition function of logistic_fit with a penalty';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, text) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of logistic_fit with a penalty';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of logistic_fit with a penalty and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of logistic_fit with a penalty and weights';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of logistic_fit with a penalty, weights and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of logistic_fit with a penalty, weights and options';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8) IS 'transition function of logistic_fit with a penalty, weights and offsets';
COMMENT ON FUNCTION logistic_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) IS 'transition function of logistic_fit with a penalty, weights, offsets and options';
COMMENT ON FUNCTION logistic_final(internal) IS 'final function of logistic_fit';

CREATE FUNCTION poisson_accum(internal, anyelement, float8[]) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 4;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_ridge' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_ridge_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_ridge_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_net' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 6;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_net_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_net_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 7;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_weight_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, text) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_weight_text' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_offset' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) RETURNS internal
  AS 'MODULE_PATHNAME', 'poisson_accum_offset_jsonb' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
CREATE FUNCTION poisson_final(internal) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[]) IS 'transition function of poisson_fit';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], jsonb) IS 'transition function of poisson_fit with options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], text) IS 'transition function of poisson_fit with options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8) IS 'transition function of poisson_fit with a penalty';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, jsonb) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, text) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8) IS 'transition function of poisson_fit with a penalty';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, jsonb) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, text) IS 'transition function of poisson_fit with a penalty and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8) IS 'transition function of poisson_fit with a penalty and weights';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, jsonb) IS 'transition function of poisson_fit with a penalty, weights and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, text) IS 'transition function of poisson_fit with a penalty, weights and options';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8) IS 'transition function of poisson_fit with a penalty, weights and offsets';
COMMENT ON FUNCTION poisson_accum(internal, anyelement, float8[], float8, float8, float8, float8, jsonb) IS 'transition function of poisson_fit with a penalty, weights, offsets and options';
COMMENT ON FUNCTION poisson_final(internal) IS 'final function of poisson_fit';

CREATE AGGREGATE logistic_fit(y anyelement, x float8[]) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[]) IS
'Logistic regression of y on the elements of x, with an intercept: maximum likelihood, as R''s glm(family = binomial). y: boolean, or a number from 0 to 1: 0, 1 or the share of 1s among weight trials. NULLs as in l2_gram_agg; NULL where no row is usable. Newton steps until the last one moves the linear predictor by less than tolerance (root mean square). Rows are kept in work_mem and beyond it in a temporary file. WARNING and converged false where the features separate 0 from 1, so that coefficients go to infinity; error where y is 0, or 1, in every row. l2_predict(model, x) is the probability of 1.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], jsonb) IS
'Logistic regression with options, a JSON object of: class_weight ("none", or "balanced": weights times sum(w) / (2 sum of w of the row''s class)), dropout (the share of each feature''s values that are set to 0 while the others grow to keep the mean: its expected loss, by the quadratic approximation of Wager, Wang and Liang 2013, -log likelihood + 1/2 rate/(1 - rate) sum_j b_j^2 sum_i w_i p_i (1 - p_i) x_ij^2, which is not convex far from 0 and does not cure separation; instead of another penalty or bounds), features, intercept, lambda_scale, lower, max_iter (steps, 100), names, non_negative, nonfinite ("error" or "skip"), one_class ("error", or "null" for the result where y is 0, or 1, in every row), penalty_factor, standardize, tolerance (1e-11), upper, weights; as the arguments of l2_elastic_net where not said otherwise. standardize goes by the weighted population sd of x; lambda_scale "mean" and "glmnet" multiply lambda by sum(w). An unknown option is an error.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], text) IS
'As logistic_fit(y, x, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8) IS
'Logistic regression with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2, the intercept not penalised; scikit-learn''s LogisticRegression(C = 1/lambda). Standard errors are those of A^-1 C A^-1, C the information and A = C + lambda: they leave out the bias that the penalty makes. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, text) IS
'As logistic_fit(y, x, lambda, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8) IS
'Logistic regression with the penalty of l2_elastic_net: minimises -log likelihood + lambda (l1_ratio |b|_1 + (1 - l1_ratio)/2 |b|^2); l1_ratio 1 is the lasso. Proximal Newton steps (Lee, Sun and Saunders 2014), each solved exactly by coordinate descent on moments. With l1_ratio > 0 there are no standard errors. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, text) IS
'As logistic_fit(y, x, lambda, l1_ratio, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8) IS
'Logistic regression with weights: each row counts weight times, and a share y of weight trials is weight rows. lambda 0 for no penalty. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options text) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, text) IS
'As logistic_fit(y, x, lambda, l1_ratio, weight, options jsonb), for a literal without a cast.';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, float8) IS
'Logistic regression with an offset, which is added to the linear predictor; l2_predict does not know it, and l2_predict_link(model, x) + offset is then the predictor. See logistic_fit(y, x).';
CREATE AGGREGATE logistic_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = logistic_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = logistic_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE logistic_fit(anyelement, float8[], float8, float8, float8, float8, jsonb) IS
'The same with options; see logistic_fit(y, x, options).';

CREATE AGGREGATE poisson_fit(y anyelement, x float8[]) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[]) IS
'Poisson regression of counts y on the elements of x, with an intercept: mean exp(b0 + x''b), maximum likelihood, as R''s glm(family = poisson). y >= 0. NULLs as in l2_gram_agg; NULL where no row is usable. Steps, memory and separation (a feature singles out rows whose counts are all 0) as in logistic_fit(y, x). Error where every count is 0. l2_predict(model, x) is the mean.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], jsonb) IS
'Poisson regression with options; see logistic_fit(y, x, options), but for class_weight; of dropout the variance is the mean, not p (1 - p).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], text) IS
'As poisson_fit(y, x, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8) IS
'Poisson regression with a quadratic penalty: minimises -log likelihood + lambda/2 |b|^2; scikit-learn''s PoissonRegressor(alpha) is lambda = alpha sum(w). See logistic_fit(y, x, lambda).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, text) IS
'As poisson_fit(y, x, lambda, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8) IS
'Poisson regression with the penalty of l2_elastic_net. See logistic_fit(y, x, lambda, l1_ratio).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, text) IS
'As poisson_fit(y, x, lambda, l1_ratio, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8) IS
'Poisson regression with weights: each row counts weight times. lambda 0 for no penalty. See poisson_fit(y, x).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, options text) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, text) IS
'As poisson_fit(y, x, lambda, l1_ratio, weight, options jsonb), for a literal without a cast.';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, float8) IS
'Poisson regression with an offset, which is added to the linear predictor: the log of the exposure, for counts from unequal times or populations. l2_predict(model, x) is then the mean for exposure 1. See poisson_fit(y, x).';
CREATE AGGREGATE poisson_fit(y anyelement, x float8[], lambda float8, l1_ratio float8, weight float8, "offset" float8, options jsonb) (
  SFUNC = poisson_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = poisson_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE poisson_fit(anyelement, float8[], float8, float8, float8, float8, jsonb) IS
'The same with options; see poisson_fit(y, x, options).';

-- A pass over the rows, and the fits that make one query a pass.

CREATE FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model) RETURNS l2_gram
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 8;
CREATE FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_newton_accum_weight' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
CREATE FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8, float8) RETURNS l2_gram
  AS 'MODULE_PATHNAME', 'l2_newton_accum_offset' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 9;
COMMENT ON FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model) IS 'transition function of l2_newton_agg';
COMMENT ON FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8) IS 'transition function of l2_newton_agg with weights';
COMMENT ON FUNCTION l2_newton_accum(l2_gram, float8, float8[], l2_model, float8, float8) IS 'transition function of l2_newton_agg with weights and offsets';

CREATE AGGREGATE l2_newton_agg(y float8, x float8[], model l2_model) (
  SFUNC = l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_newton_agg(float8, float8[], l2_model) IS
'What a Newton step of logistic or Poisson regression needs of the rows at a model, as a gram: with residual r = y - mean, variance v and loss d (half the deviance) of each row there, the gram of the rows (r / v, x, d / v) of weight v. Its cross products of column 1 with the others, about 0, are the gradient, those of the others the information, weight times mean of the last column the sum of losses. At a model with "n": 0, as l2_logistic starts from: the gram of (y, x, d, log likelihood of a perfect fit). y as in logistic_fit or poisson_fit. NULLs as in l2_gram_agg. Every row must bring the same model.';
CREATE AGGREGATE l2_newton_agg(y float8, x float8[], model l2_model, weight float8) (
  SFUNC = l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_newton_agg(float8, float8[], l2_model, float8) IS
'The same with weights, which multiply v.';
CREATE AGGREGATE l2_newton_agg(y float8, x float8[], model l2_model, weight float8, "offset" float8) (
  SFUNC = l2_newton_accum, STYPE = l2_gram, SSPACE = 1024, FINALFUNC = l2_gram_final,
  COMBINEFUNC = l2_gram_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE l2_newton_agg(float8, float8[], l2_model, float8, float8) IS
'The same with weights and offsets, which are added to the linear predictor.';

CREATE FUNCTION l2_logistic(
  relation text,
  target text,
  features text[] DEFAULT NULL,
  lambda float8 DEFAULT 0,
  l1_ratio float8 DEFAULT 0,
  weight text DEFAULT NULL,
  "offset" text DEFAULT NULL,
  options jsonb DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION l2_logistic(text, text, text[], float8, float8, text, text, jsonb) IS
'Logistic regression of a table, view or query that need not fit into memory or temporary files: a query of l2_newton_agg for each step, which parallel workers share and distributed tables push down; all see the rows of one snapshot. relation: the name of a table or view, or a query. target, features, weight, offset: columns of it, numeric or boolean; features NULL: all the others. The model and the options are those of logistic_fit(y, x, lambda, l1_ratio, weight, offset, options), and the coefficients but for rounding. The terms have the columns'' names.';

CREATE FUNCTION l2_poisson(
  relation text,
  target text,
  features text[] DEFAULT NULL,
  lambda float8 DEFAULT 0,
  l1_ratio float8 DEFAULT 0,
  weight text DEFAULT NULL,
  "offset" text DEFAULT NULL,
  options jsonb DEFAULT NULL
) RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 100000;
COMMENT ON FUNCTION l2_poisson(text, text, text[], float8, float8, text, text, jsonb) IS
'Poisson regression of a table, view or query, as l2_logistic; see poisson_fit.';
