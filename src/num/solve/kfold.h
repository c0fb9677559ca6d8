/*
 * kfold.h: the errors of a model on rows that it has not seen, from their moments alone.
 */
#ifndef L2N_KFOLD_H
#define L2N_KFOLD_H

#include "num/solve/system.h"

/* The rows to predict, ready for many models; see kfold.c */
typedef struct l2n_fold l2n_fold;

/* Scratch in bytes for p features, and n models at once */
size_t l2n_fold_worksize(int p, int n);

/*
 * Make ready the rows of test for models of columns that were fitted to train; the moments stay in
 * use.  L2N_INTERRUPTED.
 */
l2n_status l2n_fold_start(const l2n_moments *test, const l2n_moments *train,
						  const l2n_columns *columns, void *work, l2n_fold **fold, l2n_poll poll,
						  void *poll_arg);

/*
 * To sse, weighted sums of squared errors of n models of p coefficients each, one after the other
 * in coef, whose intercepts, if they have one, make them right for train's means.  L2N_INTERRUPTED.
 */
l2n_status l2n_fold_sse(l2n_fold *fold, int n, const double *coef, double *sse, l2n_poll poll,
						void *poll_arg);

#endif
