-- How good probabilities of 0 or 1 are.

CREATE TYPE l2_confusions AS (
  n bigint,
  n_skipped bigint,
  threshold float8,
  tp float8,
  fp float8,
  fn float8,
  tn float8,
  accuracy float8,
  balanced_accuracy float8,
  "precision" float8,
  recall float8,
  specificity float8,
  f1 float8,
  mcc float8
);
COMMENT ON TYPE l2_confusions IS
'What l2_confusion finds. Counts are sums of weights, and numbers of rows without. NULL where a share '
'would be of nothing.';
COMMENT ON COLUMN l2_confusions.n IS 'rows used';
COMMENT ON COLUMN l2_confusions.n_skipped IS 'rows left out: a NULL in them, or weight 0';
COMMENT ON COLUMN l2_confusions.threshold IS 'rows of this probability or more are said to be 1';
COMMENT ON COLUMN l2_confusions.tp IS 'rightly said to be 1';
COMMENT ON COLUMN l2_confusions.fp IS 'said to be 1, but 0';
COMMENT ON COLUMN l2_confusions.fn IS 'said to be 0, but 1';
COMMENT ON COLUMN l2_confusions.tn IS 'rightly said to be 0';
COMMENT ON COLUMN l2_confusions.accuracy IS 'share of all that is right';
COMMENT ON COLUMN l2_confusions.balanced_accuracy IS 'mean of recall and specificity';
COMMENT ON COLUMN l2_confusions."precision" IS 'share of those said to be 1 that are';
COMMENT ON COLUMN l2_confusions.recall IS
'share of the 1s that are said to be; sensitivity, true positive rate';
COMMENT ON COLUMN l2_confusions.specificity IS 'share of the 0s that are said to be';
COMMENT ON COLUMN l2_confusions.f1 IS 'harmonic mean of precision and recall';
COMMENT ON COLUMN l2_confusions.mcc IS 'Matthews'' correlation coefficient of y and the prediction';

CREATE TYPE l2_roc_point AS (
  threshold float8,
  fpr float8,
  tpr float8,
  fp float8,
  tp float8,
  "precision" float8
);
COMMENT ON TYPE l2_roc_point IS
'A point of a ROC curve: what comes of saying 1 to every row of at least this score.';
COMMENT ON COLUMN l2_roc_point.threshold IS
'a score; Infinity for the first point, where no row is said to be 1, or NULL if one has that score';
COMMENT ON COLUMN l2_roc_point.fpr IS 'false positive rate: share of the 0s that are said to be 1';
COMMENT ON COLUMN l2_roc_point.tpr IS 'true positive rate: share of the 1s that are said to be; recall';
COMMENT ON COLUMN l2_roc_point.fp IS 'weight of the 0s said to be 1';
COMMENT ON COLUMN l2_roc_point.tp IS 'weight of the 1s said to be 1';
COMMENT ON COLUMN l2_roc_point."precision" IS 'tp / (tp + fp); NULL for the first point';

CREATE TYPE l2_calibration_bin AS (
  bin integer,
  lower float8,
  upper float8,
  n bigint,
  weight float8,
  mean_p float8,
  mean_y float8
);
COMMENT ON TYPE l2_calibration_bin IS
'Rows whose probabilities are near each other, and how many of them came out 1.';
COMMENT ON COLUMN l2_calibration_bin.bin IS 'its number, from 1';
COMMENT ON COLUMN l2_calibration_bin.lower IS 'probabilities in it are above this; the first bin has 0 too';
COMMENT ON COLUMN l2_calibration_bin.upper IS 'and at most this';
COMMENT ON COLUMN l2_calibration_bin.n IS 'rows';
COMMENT ON COLUMN l2_calibration_bin.weight IS 'their weight';
COMMENT ON COLUMN l2_calibration_bin.mean_p IS 'mean of their probabilities; NULL without rows';
COMMENT ON COLUMN l2_calibration_bin.mean_y IS 'share that came out 1; NULL without rows';

-- Support functions

CALL _l2_function('_l2_loss_accum(float8[], boolean, float8)', 'float8[]', 'l2_loss_accum_boolean', 8,
  'transition function of l2_logloss, l2_brier and l2_accuracy');
CALL _l2_function('_l2_loss_accum(float8[], float8, float8)', 'float8[]', 'l2_loss_accum', 8,
  'transition function of l2_logloss, l2_brier and l2_accuracy');
CALL _l2_function('_l2_loss_accum(float8[], l2_obs, float8)', 'float8[]', 'l2_loss_accum_obs', 8,
  'transition function of l2_logloss, l2_brier and l2_accuracy');
CALL _l2_function('_l2_confusion_accum(float8[], boolean, float8, float8)',
  'float8[]', 'l2_confusion_accum_boolean', 4,
  'transition function of l2_confusion');
CALL _l2_function('_l2_confusion_accum(float8[], float8, float8, float8)',
  'float8[]', 'l2_confusion_accum', 4,
  'transition function of l2_confusion');
CALL _l2_function('_l2_confusion_accum(float8[], l2_obs, float8, float8)',
  'float8[]', 'l2_confusion_accum_obs', 4,
  'transition function of l2_confusion');
CALL _l2_function('_l2_calibration_accum(float8[], boolean, float8, integer)',
  'float8[]', 'l2_calibration_accum_boolean', 4,
  'transition function of l2_calibration');
CALL _l2_function('_l2_calibration_accum(float8[], float8, float8, integer)',
  'float8[]', 'l2_calibration_accum', 4,
  'transition function of l2_calibration');
CALL _l2_function('_l2_calibration_accum(float8[], l2_obs, float8, integer)',
  'float8[]', 'l2_calibration_accum_obs', 4,
  'transition function of l2_calibration');
CALL _l2_function('_l2_roc_accum(internal, boolean, float8)', 'internal', 'l2_roc_accum_boolean', 4,
  'transition function of l2_auc and l2_roc');
CALL _l2_function('_l2_roc_accum(internal, float8, float8)', 'internal', 'l2_roc_accum', 4,
  'transition function of l2_auc and l2_roc');
CALL _l2_function('_l2_roc_accum(internal, l2_obs, float8)', 'internal', 'l2_roc_accum_obs', 4,
  'transition function of l2_auc and l2_roc');
CALL _l2_function('_l2_class_combine(float8[], float8[])', 'float8[]', 'l2_class_combine', 10,
  'combine function of l2_logloss, l2_brier, l2_accuracy, l2_confusion and l2_calibration');
CALL _l2_function('_l2_logloss_final(float8[])', 'float8', 'l2_logloss_final', 1,
  'final function of l2_logloss');
CALL _l2_function('_l2_brier_final(float8[])', 'float8', 'l2_brier_final', 1, 'final function of l2_brier');
CALL _l2_function('_l2_accuracy_final(float8[])', 'float8', 'l2_accuracy_final', 1,
  'final function of l2_accuracy');
CALL _l2_function('_l2_confusion_final(float8[])', 'l2_confusions', 'l2_confusion_final', 10,
  'final function of l2_confusion');
CALL _l2_function('_l2_calibration_final(float8[])', 'l2_calibration_bin[]', 'l2_calibration_final', 100,
  'final function of l2_calibration');
CALL _l2_function('_l2_auc_final(internal)', 'float8', 'l2_auc_final', 10000, 'final function of l2_auc');
CALL _l2_function('_l2_roc_final(internal)', 'l2_roc_point[]', 'l2_roc_final', 10000,
  'final function of l2_roc');

-- Sums, from any plan. In one query the first three share a state.

CALL _l2_aggregate('l2_logloss(y boolean, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_logloss_final,
    COMBINEFUNC = _l2_class_combine',
'Logarithmic loss of probabilities: mean of -log(p) where y is 1, of -log(1 - p) where it is 0; half the '
'deviance a row. A probability of what happened below 2^-52 counts as that, 36.04, as in scikit-learn: '
'one p of exactly 0 would make all infinite. y: boolean, or 0 or 1 of any numeric type; p: the '
'probability that it is 1, from 0 to 1; others are an error. Rows with a NULL are skipped; NULL where no '
'row is usable. Sums in double-double: the same whatever the plan.');

CALL _l2_aggregate('l2_logloss(y float8, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_logloss_final,
    COMBINEFUNC = _l2_class_combine',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_logloss(y l2_obs, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_logloss_final,
    COMBINEFUNC = _l2_class_combine',
'Weighted logarithmic loss. l2_obs(y, weight => w). Weights are finite and >= 0; rows of weight 0 or with '
'a NULL are skipped. See l2_logloss(y, p).');

CALL _l2_aggregate('l2_brier(y boolean, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_brier_final,
    COMBINEFUNC = _l2_class_combine',
'Brier score: mean of (p - y)^2 (Brier 1950, for two classes half of his). y, p and NULLs as in '
'l2_logloss.');

CALL _l2_aggregate('l2_brier(y float8, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_brier_final,
    COMBINEFUNC = _l2_class_combine',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_brier(y l2_obs, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_brier_final,
    COMBINEFUNC = _l2_class_combine',
  'Weighted Brier score: sum w (p - y)^2 / sum w. See l2_brier(y, p).');

CALL _l2_aggregate('l2_accuracy(y boolean, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_accuracy_final,
    COMBINEFUNC = _l2_class_combine',
'Share of rows that are right where p >= 0.5 says 1. For other thresholds see l2_confusion. y, p and '
'NULLs as in l2_logloss.');

CALL _l2_aggregate('l2_accuracy(y float8, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_accuracy_final,
    COMBINEFUNC = _l2_class_combine',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_accuracy(y l2_obs, p float8)',
  'SFUNC = _l2_loss_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_accuracy_final,
    COMBINEFUNC = _l2_class_combine',
  'Weighted share of rows that are right. See l2_accuracy(y, p).');

CALL _l2_aggregate('l2_confusion(y boolean, p float8, threshold float8)',
  'SFUNC = _l2_confusion_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_confusion_final,
    COMBINEFUNC = _l2_class_combine',
'Who is taken for whom where p >= threshold says 1: (l2_confusion(y, p, 0.5)).*, or one column of it; see '
'type l2_confusions. threshold: from 0 to 1, the same in every row. y, p and NULLs as in l2_logloss.');

CALL _l2_aggregate('l2_confusion(y float8, p float8, threshold float8)',
  'SFUNC = _l2_confusion_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_confusion_final,
    COMBINEFUNC = _l2_class_combine',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_confusion(y l2_obs, p float8, threshold float8)',
  'SFUNC = _l2_confusion_accum, STYPE = float8[], SSPACE = 128, FINALFUNC = _l2_confusion_final,
    COMBINEFUNC = _l2_class_combine',
  'The same, each row counting weight times. See l2_confusion(y, p, threshold).');

CALL _l2_aggregate('l2_calibration(y boolean, p float8, bins integer)',
  'SFUNC = _l2_calibration_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = _l2_calibration_final,
    COMBINEFUNC = _l2_class_combine',
'Whether probabilities come true: for each of bins equal parts of 0 to 1, the mean probability and the '
'share of 1s, in an array: SELECT c.* FROM (SELECT l2_calibration(y, p, 10) AS c FROM t) s, unnest(c) c. '
'A row a bin, with or without rows; see type l2_calibration_bin. scikit-learns calibration_curve(strategy '
'= "uniform"). bins: 1 to 1000000, the same in every row; 64 bytes each are kept. y, p and NULLs as in '
'l2_logloss.');

CALL _l2_aggregate('l2_calibration(y float8, p float8, bins integer)',
  'SFUNC = _l2_calibration_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = _l2_calibration_final,
    COMBINEFUNC = _l2_class_combine',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_calibration(y l2_obs, p float8, bins integer)',
  'SFUNC = _l2_calibration_accum, STYPE = float8[], SSPACE = 1024, FINALFUNC = _l2_calibration_final,
    COMBINEFUNC = _l2_class_combine',
  'The same, each row counting weight times. See l2_calibration(y, p, bins).');

-- What needs the rows in order. They are kept, so the scan beneath may be parallel, the aggregate is not.

CALL _l2_aggregate('l2_auc(y boolean, p float8)',
  'SFUNC = _l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_auc_final',
'Area under the ROC curve: the share of pairs of a 1 and a 0 in which the 1 has the larger score, ties '
'counting half (Mann and Whitney 1947). p: a probability or any other score, of which just the order '
'counts; also infinite. Exact but for the last rounding. NULL where y is 0, or 1, in all rows. One sort; '
'16 bytes a row in work_mem, beyond it in temporary files, which obey temp_file_limit. y and NULLs as in '
'l2_logloss.');

CALL _l2_aggregate('l2_auc(y float8, p float8)',
  'SFUNC = _l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_auc_final',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_auc(y l2_obs, p float8)',
  'SFUNC = _l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_auc_final',
  'Area under the ROC curve, each row counting weight times. See l2_auc(y, p).');

CALL _l2_aggregate('l2_roc(y boolean, p float8)',
  'SFUNC = _l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_roc_final',
'The ROC curve from (0, 0) to (1, 1), in an array: SELECT r.* FROM (SELECT l2_roc(y, p) AS r FROM t) s, '
'unnest(r) r ORDER BY fpr, tpr. A point for each score that occurs, but for those within a horizontal or '
'vertical stretch; see type l2_roc_point. Lines from point to point have the area l2_auc(y, '
'p) under them. NULL where y is 0, or 1, in all rows. Rows are kept as by l2_auc.');

CALL _l2_aggregate('l2_roc(y float8, p float8)',
  'SFUNC = _l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_roc_final',
  'The same of y that is 0 or 1.');

CALL _l2_aggregate('l2_roc(y l2_obs, p float8)',
  'SFUNC = _l2_roc_accum, STYPE = internal, SSPACE = 2048, FINALFUNC = _l2_roc_final',
  'The same, each row counting weight times. See l2_roc(y, p).');

-- Several classes

CREATE TYPE l2_label_scores AS (
  n bigint,
  labels integer,
  accuracy float8,
  precision float8,
  recall float8,
  f1 float8,
  kappa float8,
  confusion jsonb
);
COMMENT ON TYPE l2_label_scores IS 'What l2_label_score says of predicted labels.';
COMMENT ON COLUMN l2_label_scores.n IS 'rows that have both labels';
COMMENT ON COLUMN l2_label_scores.labels IS 'different labels, of either';
COMMENT ON COLUMN l2_label_scores.accuracy IS 'share of rows whose labels are the same';
COMMENT ON COLUMN l2_label_scores.precision IS
'mean over labels of the share of rows called so that are so; 0 of a label that nothing is called';
COMMENT ON COLUMN l2_label_scores.recall IS
'mean over labels of the share of rows that are so which are called so; 0 of a label that no row has';
COMMENT ON COLUMN l2_label_scores.f1 IS
'mean over labels of the harmonic mean of their precision and recall';
COMMENT ON COLUMN l2_label_scores.kappa IS
'Cohen''s kappa: accuracy above chance, as a share of what there is; NULL of one label alone';
COMMENT ON COLUMN l2_label_scores.confusion IS
'the confusion matrix: by label, by predicted label, how many rows';

CALL _l2_function('_l2_label_score(internal, "any", "any")', 'internal', 'l2_label_score_accum', 4,
  'transition function of l2_label_score');
CALL _l2_function('_l2_label_score_final(internal)', 'l2_label_scores', 'l2_label_score_final', 100,
  'final function of l2_label_score');
CALL _l2_aggregate('l2_label_score(actual "any", predicted "any")',
  'SFUNC = _l2_label_score, STYPE = internal, SSPACE = 1024, FINALFUNC = _l2_label_score_final',
'Predicted labels against those that came, of text, enums, booleans or whole numbers: accuracy, macro '
'averages of precision, recall and F1 (every label weighs the same), Cohen''s kappa, the confusion matrix, '
'as scikit-learn has them: (l2_label_score(species, l2_predict_label(model, i))).*. Rows with a NULL are '
'skipped; NULL where there is no other; more than 1000 labels are an error.');
