/*
 * resistant.h: regressions that few rows far off do not spoil: Huber's and quantiles.
 *
 * Rows are in memory, n of k numbers each, which are independent; a constant is one of them.
 */
#ifndef L2N_RESISTANT_H
#define L2N_RESISTANT_H

#include "num/status.h"

typedef struct l2n_resistant
{
	size_t n;
	int k;
	const double *x;      /* n rows of k; columns near 1 in size */
	const double *y;      /* n */
	const double *weight; /* n, all > 0: how many rows each stands for */
	int max_iter;
	double *coef;     /* k; where to start, and the solution */
	double *residual; /* n */
	double *variance; /* k by k, of the solution; NaN where there are no more rows than k */
	double scale;     /* of residuals, of Huber's */
	int iterations;
	bool converged;
} l2n_resistant;

/* Scratch in bytes, aligned to 64 */
size_t l2n_resistant_worksize(size_t n, int k);

/*
 * Huber's M-estimate: sum of w psi(r / s) x = 0, psi(u) = max(-c, min(c, u)), s the median of |r|
 * over 0.6745, which is found along with it; as MASS's rlm.  The variance is that of its summary
 * (Huber 1981, 7.6).  L2N_ILL_CONDITIONED where s is 0: half of the rows are fitted exactly.
 */
l2n_status l2n_huber(l2n_resistant *r, double c, void *work, l2n_poll poll, void *poll_arg);

/*
 * The minimum of sum w (tau - [r < 0]) r, exactly: a vertex, whose k rows have residual 0 and whose
 * dual solution proves it.  The variance is Powell's, with the kernel and bandwidth of quantreg's
 * se = "ker".
 */
l2n_status l2n_quantile(l2n_resistant *r, double tau, void *work, l2n_poll poll, void *poll_arg);

#endif
