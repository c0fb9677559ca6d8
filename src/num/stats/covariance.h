/*
 * covariance.h: how sure coefficients are, all of them together.
 *
 * The coordinates are k = p + 1 numbers: what the fit says at a centre, a = b0 + centre'b, and then
 * b itself.  About a centre near the means nothing cancels, however far from 0 the columns are.
 * Symmetric k x k matrices are their upper triangles by rows (l2n_tri), in double, and so are
 * upper triangular ones.  Without an intercept the centre is 0 and row 0 is zeros.
 */
#ifndef L2N_COVARIANCE_H
#define L2N_COVARIANCE_H

#include "num/solve/ridge.h"

/* Scratch in bytes for p features */
size_t l2n_covariance_worksize(int p);

/*
 * For the features that a fit kept, about the means of the moments: the upper triangular f of the
 * inverse (C + penalty)^-1 = f f', and variance = inverse C inverse, the covariance of the
 * coefficients in units of sigma^2.  The inverse's (0, 0) is 1/W.  variance may be NULL; without a
 * penalty it is the inverse.  k = p + 1.  L2N_NO_ROWS, L2N_NOT_POSITIVE, L2N_OUT_OF_RANGE,
 * L2N_INTERRUPTED.
 *
 * Where columns are nearly collinear the inverse is of huge numbers whose forms may be small: of
 * the inverse in double these keep no digit, of f half of what it loses.
 */
l2n_status l2n_covariance(const l2n_kernel *kernel, const l2n_moments *m,
						  const l2n_ridge_spec *spec, double *f, double *variance, void *work,
						  l2n_poll poll, void *poll_arg);

/* v for another centre, which is d (p numbers) further on */
void l2n_covariance_move(int k, double *v, const double *d);

/* The same for the f of v = f f', where d is for the first block of the k coordinates alone */
void l2n_factor_move(int k, int block, double *f, const double *d);

/* v = f f' */
void l2n_factor_square(int k, const double *f, double *v);

/* The factor of v; where a variance is 0 its row is.  False, and f is none, where v has no such */
bool l2n_covariance_factor(int k, const double *v, double *f);

/* z'v z for k numbers z */
double l2n_covariance_form(int k, const double *v, const double *z);

/* y = v z */
void l2n_covariance_times(int k, const double *v, const double *z, double *y);

#endif
