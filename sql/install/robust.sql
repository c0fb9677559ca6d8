-- Standard errors from sums that queries make: grams by cluster, and squares of scores.

CALL _l2_function('_l2_robust_add(l2_model, l2_model, l2_gram)', 'l2_model', 'l2_robust_add', 50,
  'transition function of l2_robust');
CALL _l2_function('_l2_robust_add(l2_model, l2_model, l2_gram, l2_options)', 'l2_model', 'l2_robust_add', 50,
  'transition function of l2_robust');
CALL _l2_function('_l2_robust_combine(l2_model, l2_model)', 'l2_model', 'l2_robust_combine', 10,
  'combine function of l2_robust and l2_meat');
CALL _l2_function('_l2_robust_final(l2_model)', 'l2_model', 'l2_robust_final', 100,
  'final function of l2_robust');

CALL _l2_aggregate('l2_robust(model l2_model, gram l2_gram)',
  'SFUNC = _l2_robust_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_robust_final,
    COMBINEFUNC = _l2_robust_combine',
'The least squares model with clustered errors, CR1, from a gram of each cluster: of the same rows, each in
one gram. Of a model with effects of groups (l2_gram_within) each gram is l2_gram_within(gram) of the
groups in the cluster; the effects count as one parameter, as fixest''s, or with ssc "full" all of them,
as those of R''s lm with dummies. No pass over rows: the sum of a cluster''s scores is in its gram. The
model keeps its covariance (option covariance), and the result too, with errors, intervals and contrasts
of t with clusters - 1 degrees of freedom. Grams may be stored, distributed, in a continuous aggregate; of
a level that a gram of records does not have it has no rows. NULL and empty grams do not count; with fewer
than two clusters errors are NULL, with a NOTICE. Error where the grams have other rows than the model,
for a penalised model, and for logistic and Poisson regression, whose residuals no gram knows.');

CALL _l2_aggregate('l2_robust(model l2_model, gram l2_gram, options l2_options)',
  'SFUNC = _l2_robust_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_robust_final,
    COMBINEFUNC = _l2_robust_combine',
  'The same with options: vcov "CR1" or "CR0", ssc as in ols_fit.');

CALL _l2_function('_l2_meat_add(l2_model, l2_model, float8, float8[])', 'l2_model', 'l2_meat_add', 10,
  'transition function of l2_meat');
CALL _l2_function('_l2_meat_add(l2_model, l2_model, float8, float8[], l2_options)',
  'l2_model', 'l2_meat_add', 10,
  'transition function of l2_meat');
CALL _l2_function('_l2_meat_add(l2_model, l2_model, l2_obs, float8[])', 'l2_model', 'l2_meat_add_obs', 10,
  'transition function of l2_meat');
CALL _l2_function('_l2_meat_add(l2_model, l2_model, l2_obs, float8[], l2_options)',
  'l2_model', 'l2_meat_add_obs', 10,
  'transition function of l2_meat');
CALL _l2_function('_l2_meat_final(l2_model)', 'jsonb', 'l2_meat_final', 100, 'final function of l2_meat');

CALL _l2_aggregate('l2_meat(model l2_model, y float8, x float8[])',
  'SFUNC = _l2_meat_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_meat_final,
    COMBINEFUNC = _l2_robust_combine',
'What l2_robust(model, meat) needs for errors that do not take rows to vary alike, HC1: sums of squares of
the scores of all rows that the model was fitted to, by a second, parallel pass that keeps no row. The model
keeps its covariance (option covariance): least squares, logistic or Poisson, without a penalty. x: in the
order of its features; l2_encode(model, row) gives it of a record. Rows with NULL are skipped.');
CALL _l2_aggregate('l2_meat(model l2_model, y float8, x float8[], options l2_options)',
  'SFUNC = _l2_meat_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_meat_final,
    COMBINEFUNC = _l2_robust_combine',
  'The same with options: vcov, one of "HC0" to "HC3".');
CALL _l2_aggregate('l2_meat(model l2_model, y l2_obs, x float8[])',
  'SFUNC = _l2_meat_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_meat_final,
    COMBINEFUNC = _l2_robust_combine',
  'The same with the weight and the offset that the fit had: l2_obs(y, weight => w).');
CALL _l2_aggregate('l2_meat(model l2_model, y l2_obs, x float8[], options l2_options)',
  'SFUNC = _l2_meat_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_meat_final,
    COMBINEFUNC = _l2_robust_combine',
  'The same with options and weights.');

CREATE FUNCTION l2_robust(model l2_model, meat jsonb) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_robust_of_meat' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION l2_robust(l2_model, jsonb) IS
'The model with errors of HC0 to HC3 from what l2_meat(model, y, x) has summed. Error where that is of other
rows.';

-- What l2_train makes over distributed tables of clusters

CALL _l2_function('_l2_scores_add(bytea, l2_model, float8, float8[])', 'bytea', '_l2_scores_add', 10,
  'transition function of _l2_scores');
CALL _l2_function('_l2_scores_add(bytea, l2_model, l2_obs, float8[])', 'bytea', '_l2_scores_add_obs', 10,
  'transition function of _l2_scores');
CALL _l2_function('_l2_scores_combine(bytea, bytea)', 'bytea', '_l2_scores_combine', 10,
  'combine function of _l2_scores');
CALL _l2_aggregate('_l2_scores(model l2_model, y float8, x float8[])',
  'SFUNC = _l2_scores_add, STYPE = bytea, SSPACE = 512, COMBINEFUNC = _l2_scores_combine',
  'The number of rows, and the sums of their scores, for _l2_robust: as l2_meat takes model, y and x.');
CALL _l2_aggregate('_l2_scores(model l2_model, y l2_obs, x float8[])',
  'SFUNC = _l2_scores_add, STYPE = bytea, SSPACE = 512, COMBINEFUNC = _l2_scores_combine',
  'The same with weights and offsets.');
CALL _l2_function('_l2_robust_add(l2_model, l2_model, bytea, l2_options)', 'l2_model',
  '_l2_robust_add_scores', 50, 'transition function of _l2_robust');
CALL _l2_aggregate('_l2_robust(model l2_model, scores bytea, options l2_options)',
  'SFUNC = _l2_robust_add, STYPE = l2_model, SSPACE = 1024, FINALFUNC = _l2_robust_final,
    COMBINEFUNC = _l2_robust_combine',
  'l2_robust of _l2_scores by cluster, for logistic and Poisson regression, too.');

CREATE FUNCTION _l2_ways(models l2_model[], nested boolean, options l2_options) RETURNS l2_model
  AS 'MODULE_PATHNAME', 'l2_robust_of_ways' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION _l2_ways(l2_model[], boolean, l2_options) IS
'One fit with errors of CR0 by each of its ways of clusters, one way, or one, the other and the pairs, as a
model with errors by all of them. nested: groups whose effects it has lie in clusters of a way.';
