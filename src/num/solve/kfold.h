/*
 * kfold.h: the errors of a model on rows that it has not seen, from their moments alone.
 */
#ifndef L2N_KFOLD_H
#define L2N_KFOLD_H

#include "num/solve/system.h"

/* The rows to predict, ready for many models; see kfold.c */
typedef struct l2n_fold l2n_fold;

/* Scratch in bytes for p features */
size_t l2n_fold_worksize(int p);

/*
 * Make ready the rows of test for models of columns that were fitted to train; the moments stay in
 * use.  L2N_INTERRUPTED.
 */
l2n_status l2n_fold_start(const l2n_moments *test, const l2n_moments *train,
						  const l2n_columns *columns, void *work, l2n_fold **fold, l2n_poll poll,
						  void *poll_arg);

/*
 * Weighted sum of squared errors of a model with p coefficients coef, whose intercept, if it has
 * one, makes it right for train's means.
 */
double l2n_fold_sse(l2n_fold *fold, const double *coef);

#endif
