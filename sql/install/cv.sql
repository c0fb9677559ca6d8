-- Cross-validation in one scan: a gram a fold.

CALL _l2_transitions('_l2_folds_accum', 'l2_gram[]', 'float8[]', 'l2_folds_accum', 7,
  'transition function of the aggregates over folds');
CALL _l2_function('_l2_folds_combine(l2_gram[], l2_gram[])', 'l2_gram[]', 'l2_folds_combine', 200,
  'combine function of the aggregates over folds');
CALL _l2_function('_l2_folds_final(l2_gram[])', 'l2_gram[]', 'l2_folds_final', 200,
  'final function of l2_gram_folds');

CALL _l2_forms('l2_gram_folds', 'x float8[]',
  'SFUNC = _l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, INITCOND = ''{folds}'',
    FINALFUNC = _l2_folds_final, COMBINEFUNC = _l2_folds_combine',
'One gram for each of ten folds, in an array, NULL for a fold without rows; for l2_cv. Rows are dealt to '
'folds by chance, but always in the same way: by a hash of their values, each copy of a row on its own, in '
'folds of equal size; so a fold tells of rows not seen, and order, plan and session do not matter. Beyond '
'4096 different rows (or 4 MB of them, but 16 a fold) all copies of a row share a fold; a NOTICE says where '
'that matters. Folds of groups do not add up to those of all rows: for that give a key, l2_obs(y, fold => '
'key), or option adds_up. Their sum is l2_gram_agg(y, x). Takes up to 4 MB, or 8 k^2 + 1024 k bytes a fold '
'for k columns. NULL rows and errors as in l2_gram_agg. NULL where no row is usable.',
'The same with options: folds (10, from 2 to 10000), seed (of the hash that deals rows to folds), adds_up '
'(false; true: all copies of a row share the fold that its values say, so that folds of groups add up to '
'those of all rows), and those of l2_gram_agg.',
'The same; l2_obs(y, fold => key) says the fold of a row: key modulo folds, counted from 0, where it is a '
'whole number, else by a hash, also of ROW(a, b). So rows that share a key share a fold: a group, a block of '
'time, a fold that you have chosen; repeated measures of a person, fold => person. Where it is NULL the row '
'is dealt by its values.');

-- Grams of folds into a model

CREATE FUNCTION l2_cv(folds l2_gram[], method text DEFAULT 'lasso', options l2_options DEFAULT NULL)
  RETURNS l2_model
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION l2_cv(l2_gram[], text, l2_options) IS
'The model at the penalty that cross-validation over the grams, one a fold, chooses. For each fold, '
'models are fitted to the sum of the others at every lambda and their squared errors on the fold '
'computed, all from the grams. method: "ridge", "lasso", "elastic_net" (option l1_ratio: 0.5 by default, '
'or an array to choose from). Options: lambdas, or the grid of l2_path for all rows, which goes '
'on downwards while the error still falls, unless lambda_min_ratio is given; lambda means the same, on '
'the scale given, for the training rows as for all. rule: "min" (least mean squared error) or "1se" (the '
'largest lambda within a standard error of it). The model is fitted to all rows, and states cv_error, '
'cv_se and folds. Others as l2_path. Error where fewer than two folds have rows; NULL where none has.';

CREATE FUNCTION l2_cv_curve(
  folds l2_gram[],
  method text DEFAULT 'lasso',
  options l2_options DEFAULT NULL,
  OUT l1_ratio float8,
  OUT lambda float8,
  OUT mean float8,
  OUT se float8,
  OUT df float8,
  OUT nonzero integer,
  OUT fold_mse float8[],
  OUT is_min boolean,
  OUT is_1se boolean,
  OUT dropout float8,
  OUT relax float8
) RETURNS SETOF record
  AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION l2_cv_curve(l2_gram[], text, l2_options) IS
'What l2_cv compares: for each l1_ratio and lambda, largest first, the mean squared error over all folds, '
'each counting by its weight, its standard error sqrt(sum W_k (mse_k - mean)^2 / W / (K - 1)) over K '
'folds (as cv.glmnet with lambda given), degrees of freedom and coefficients not zero of the fit to all '
'rows, the mean squared error of each fold that has rows, which row the rules "min" and "1se" choose, '
'the rate of dropout, and the share of the penalised fit in a relaxed one (relax; 1: not relaxed): '
'options dropout and relax may be arrays of them, each of which has a row for each l1_ratio and lambda.';

-- One-line aggregates

CALL _l2_function('_l2_ridge_cv_final(l2_gram[])', 'l2_model', 'ridge_cv_final', 10000,
  'final function of ridge_cv');
CALL _l2_forms('ridge_cv', 'x float8[]',
  'SFUNC = _l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, INITCOND = ''{ridge_cv}'',
    FINALFUNC = _l2_ridge_cv_final, COMBINEFUNC = _l2_folds_combine',
'Ridge regression at the lambda that 10-fold cross-validation chooses, in one scan: '
'l2_cv(l2_gram_folds(y, x), ''ridge''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a '
'NOTICE, where all are in one fold.',
'The same with options: folds (10), seed (of the hash that deals rows to folds), nonfinite, and those of '
'l2_cv.',
'The same; l2_obs(y, weight => w, fold => key): each square counts weight times, in fitting and in '
'errors, and rows that share a key share a fold.');

CALL _l2_function('_l2_lasso_cv_final(l2_gram[])', 'l2_model', 'lasso_cv_final', 10000,
  'final function of lasso_cv');
CALL _l2_forms('lasso_cv', 'x float8[]',
  'SFUNC = _l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, INITCOND = ''{lasso_cv}'',
    FINALFUNC = _l2_lasso_cv_final, COMBINEFUNC = _l2_folds_combine',
'Lasso at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x), '
'''lasso''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all fall into '
'one fold.',
'The same with options: folds (10), seed (of the hash that deals rows to folds), nonfinite, and those of '
'l2_cv.',
'The same; l2_obs(y, weight => w, fold => key): each square counts weight times, in fitting and in '
'errors, and rows that share a key share a fold.');

CALL _l2_function('_l2_elastic_net_cv_final(l2_gram[])', 'l2_model', 'elastic_net_cv_final', 10000,
  'final function of elastic_net_cv');
CALL _l2_forms('elastic_net_cv', 'x float8[]',
  'SFUNC = _l2_folds_accum, STYPE = l2_gram[], SSPACE = 8192, INITCOND = ''{elastic_net_cv}'',
    FINALFUNC = _l2_elastic_net_cv_final, COMBINEFUNC = _l2_folds_combine',
'Elastic net at the lambda that 10-fold cross-validation chooses, in one scan: l2_cv(l2_gram_folds(y, x), '
'''elastic_net''). NULLs as in l2_gram_agg. NULL where no row is usable, or, with a NOTICE, where all '
'fall into one fold.',
'The same with options: folds (10), seed (of the hash that deals rows to folds), nonfinite, and those of '
'l2_cv.',
'The same; l2_obs(y, weight => w, fold => key): each square counts weight times, in fitting and in '
'errors, and rows that share a key share a fold.');
