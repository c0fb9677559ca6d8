/*
 * spectrum.h: ridge regression at many penalties, for one decomposition.
 *
 * With D the diagonal of the penalty, A = D^-1/2 X'WX D^-1/2 is scaled so that every
 * X'WX + lambda D is a shift of it.  For models, A = V diag(d) V': each lambda takes p^2
 * multiplications, standard errors included.  For coefficients alone a band does, A = Q B Q', which
 * is had for a quarter of the time.
 */
#ifndef L2N_SPECTRUM_H
#define L2N_SPECTRUM_H

#include "num/solve/ridge.h"

typedef struct l2n_spectrum l2n_spectrum;

/* What is to be asked of a spectrum */
typedef enum l2n_spectrum_use
{
	L2N_SPECTRUM_MODELS,       /* l2n_spectrum_ridge */
	L2N_SPECTRUM_COEFFICIENTS, /* l2n_spectrum_coefficients */
} l2n_spectrum_use;

/* Lambdas that l2n_spectrum_coefficients takes at once */
#define L2N_SPECTRUM_BATCH 32

/* Scratch in bytes for p features */
size_t l2n_spectrum_worksize(int p, l2n_spectrum_use use);

/*
 * Decompose; of spec, lambda does not count.  L2N_ILL_CONDITIONED where some column is not
 * penalised: use l2n_ridge.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_spectrum_start(const l2n_moments *m, const l2n_ridge_spec *spec,
							  l2n_spectrum_use use, void *work, l2n_spectrum **spectrum,
							  l2n_poll poll, void *poll_arg);

/*
 * What l2n_ridge gives: coefficients refined with double-double residuals to the last bit, the
 * rest to 1e-10, standard errors of columns that are next to collinear to 1e-7; rcond is estimated.
 * L2N_ILL_CONDITIONED where that would be less: use l2n_ridge.
 */
l2n_status l2n_spectrum_ridge(const l2n_kernel *kernel, l2n_spectrum *spectrum, double lambda,
							  l2n_fit *fit, l2n_poll poll, void *poll_arg);

/*
 * The coefficients alone, for n lambdas, n <= L2N_SPECTRUM_BATCH: p numbers each, one after the
 * other in coef.  They are right to 1e-9, which is enough for predictions; where doubles do not
 * allow that, they are refined as those of l2n_spectrum_ridge.  solved[i] is false where that
 * fails too: use l2n_ridge.  L2N_OK, L2N_INTERRUPTED.
 */
l2n_status l2n_spectrum_coefficients(const l2n_kernel *kernel, l2n_spectrum *spectrum, int n,
									 const double *lambda, double *coef, bool *solved,
									 l2n_poll poll, void *poll_arg);

#endif
