/*
 * dense.h: every call of BLAS and LAPACK.
 *
 * Matrices are symmetric, p x p, stored in full by columns; only their lower triangles are
 * read where it says so.  Long factorisations go by blocks, so that poll is called at least
 * every few tens of milliseconds.
 */
#ifndef L2N_DENSE_H
#define L2N_DENSE_H

#include "status.h"

/* Largest column sum of absolute values (lower triangle read); sums: p doubles of scratch */
double l2n_dense_norm1(int p, const double *a, double *sums);

/*
 * Factor the lower triangle of a = LL' in place.  L2N_ILL_CONDITIONED where a is not positive
 * definite, or its reciprocal condition number, estimated, is below limit.  work: 3p doubles,
 * p ints.
 */
l2n_status l2n_dense_cholesky(int p, double *a, double limit, double *work, int *iwork,
							  l2n_poll poll, void *poll_arg);

/* Solve LL'x = b in place for nrhs columns of b */
void l2n_dense_solve(int p, int nrhs, const double *l, double *b);

/* inverse = (LL')^-1, in full */
l2n_status l2n_dense_invert(int p, const double *l, double *inverse, l2n_poll poll, void *poll_arg);

/* c = a b for symmetric a (lower triangle read), b and c p x p in full */
l2n_status l2n_dense_symmetric_times(int p, const double *a, const double *b, double *c,
									 l2n_poll poll, void *poll_arg);

/* Scratch in bytes for l2n_dense_eigen */
size_t l2n_dense_eigen_worksize(int p);

/*
 * Eigenvalues of a (lower triangle read) in ascending order; a becomes their eigenvectors, by
 * columns.  Right to about 2^-52 times the largest eigenvalue.  One call of LAPACK, which cannot
 * be stopped on the way: a second at p = 1000.  L2N_ILL_CONDITIONED where it does not converge.
 */
l2n_status l2n_dense_eigen(int p, double *a, double *values, void *work);

#endif
