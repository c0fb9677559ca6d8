/*
 * spectrum.h: ridge regression at many penalties, for one eigendecomposition.
 *
 * With D the diagonal of the penalty, X'WX scaled by D^-1/2 on both sides is V diag(d) V', and
 * every (X'WX + lambda D)^-1 follows from V and d with p^2 multiplications.
 */
#ifndef L2N_SPECTRUM_H
#define L2N_SPECTRUM_H

#include "num/solve/ridge.h"

/* More columns than this and the eigendecomposition, which cannot be cancelled, takes too long */
#define L2N_SPECTRUM_MAX 500

typedef struct l2n_spectrum l2n_spectrum;

/* Scratch in bytes for p features */
size_t l2n_spectrum_worksize(int p);

/*
 * Decompose; of spec, lambda does not count.  L2N_ILL_CONDITIONED where some column is not
 * penalised or there are too many: use l2n_ridge.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_spectrum_start(const l2n_moments *m, const l2n_ridge_spec *spec, void *work,
							  l2n_spectrum **spectrum, l2n_poll poll, void *poll_arg);

/*
 * What l2n_ridge gives: coefficients refined with double-double residuals to the last bit, the
 * rest to 1e-10; rcond is estimated.  L2N_ILL_CONDITIONED where that would be less: use l2n_ridge.
 */
l2n_status l2n_spectrum_ridge(const l2n_kernel *kernel, l2n_spectrum *spectrum, double lambda,
							  l2n_fit *fit, l2n_poll poll, void *poll_arg);

/*
 * The p coefficients alone, as doubles allow; L2N_ILL_CONDITIONED where that is not enough for
 * predictions
 */
l2n_status l2n_spectrum_coefficients(l2n_spectrum *spectrum, double lambda, double *coef);

#endif
