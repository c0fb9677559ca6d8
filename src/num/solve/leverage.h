/*
 * leverage.h: what a fit knows of a new row: its leverage, and the variance of its prediction.
 */
#ifndef L2N_LEVERAGE_H
#define L2N_LEVERAGE_H

#include "num/solve/ridge.h"

/* A gram factored for a fit, in the scratch that it was made in */
typedef struct l2n_leverage l2n_leverage;

/* Scratch in bytes for p features */
size_t l2n_leverage_worksize(int p);

/*
 * Factor A = C + penalty for the features that a fit kept.  L2N_NO_ROWS, L2N_NOT_POSITIVE,
 * L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_leverage_start(const l2n_kernel *kernel, const l2n_moments *m,
							  const l2n_ridge_spec *spec, void *work, l2n_leverage **started,
							  l2n_poll poll, void *poll_arg);

/*
 * How far coefficients are from those of this gram: the largest of |c - A b|, each as a share of
 * the terms that it is the difference of.  About 2^-53 for the solution rounded to double.
 */
double l2n_leverage_mismatch(const l2n_leverage *l, const double *coef);

/* Sum of squares of the target, as a fit has it in l2n_solution */
double l2n_leverage_tss(const l2n_leverage *l);

/*
 * For a row x of weight 1, d = x - mean (x without an intercept): leverage = 1/W + d'A^-1 d and
 * variance = 1/W + d'A^-1 C A^-1 d, the variance of the prediction in units of sigma^2 (1/W only
 * with an intercept, W the sum of weights).  The same number without a penalty.
 */
void l2n_leverage_row(const l2n_kernel *kernel, l2n_leverage *l, const double *x, double *leverage,
					  double *variance);

#endif
