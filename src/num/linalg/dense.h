/*
 * dense.h: vectors and matrices in double, by BLAS and LAPACK.
 *
 * Matrices are symmetric, p x p, stored in full by columns; only their lower triangles are
 * read where it says so.  Long factorisations go by blocks, so that poll is called at least
 * every few tens of milliseconds.
 */
#ifndef L2N_DENSE_H
#define L2N_DENSE_H

#include "num/status.h"

/*
 * Where set, called before the library takes its working area, once: for the caller to make sure
 * that there is memory for it, or longjmp away
 */
extern void (*l2n_dense_prepare)(void);

/* Largest column sum of absolute values (lower triangle read); sums: p doubles of scratch */
double l2n_dense_norm1(int p, const double *a, double *sums);

/* Vectors of n numbers: y += a x; x'y; turn x and y into c x + s y and c y - s x */
void l2n_dense_axpy(int n, double a, const double *x, double *y);
double l2n_dense_dot(int n, const double *x, const double *y);
void l2n_dense_rotate(int n, double *x, double *y, double c, double s);

/* y = a x, or a'x where transposed; a has n rows and k columns in full */
void l2n_dense_times(int n, int k, const double *a, bool transposed, const double *x, double *y);

/*
 * c += a b, m x n, all in full by columns that are lda, ldb and ldc apart; a and b, of k columns
 * and k rows, are given transposed where that is said
 */
void l2n_dense_add_product(int m, int n, int k, const double *a, int lda, bool a_transposed,
						   const double *b, int ldb, bool b_transposed, double *c, int ldc);

/* y = a x for symmetric a, p x p in full, and n vectors */
void l2n_dense_times_many(int p, int n, const double *a, const double *x, double *y);

/*
 * Estimate the 1-norm of a symmetric matrix that is known by its products only (Higham 1988):
 * while true, replace x by the product with x.  v and x: p doubles, isgn: p ints; *task and state
 * start as 0.
 */
bool l2n_dense_norm_step(int p, double *v, double *x, int *isgn, double *norm, int *task,
						 int state[3]);

/*
 * Factor the lower triangle of a = LL' in place, its columns ld apart.  L2N_ILL_CONDITIONED where
 * a is not positive definite.
 */
l2n_status l2n_dense_factor(int p, double *a, int ld, l2n_poll poll, void *poll_arg);

/* The same with ld = p, and where the reciprocal condition number, estimated, is below limit.
 * work: 3p doubles, p ints. */
l2n_status l2n_dense_cholesky(int p, double *a, double limit, double *work, int *iwork,
							  l2n_poll poll, void *poll_arg);

/* The reciprocal condition number of LL', estimated, with the norm of the matrix; work as above */
double l2n_dense_rcond(int p, const double *l, int ld, double norm, double *work, int *iwork);

/* x = L^-1 x, or L'^-1 x where transposed */
void l2n_dense_triangular(int p, const double *l, int ld, bool transposed, double *x);

/* Solve LL'x = b in place for nrhs columns of b */
void l2n_dense_solve(int p, int nrhs, const double *l, double *b);

/* inverse = L^-1: lower triangle, ld = p */
l2n_status l2n_dense_invert_factor(int p, const double *l, int ld, double *inverse, l2n_poll poll,
								   void *poll_arg);

/* inverse = (LL')^-1, in full */
l2n_status l2n_dense_invert(int p, const double *l, double *inverse, l2n_poll poll, void *poll_arg);

/* c = a b for symmetric a (lower triangle read), b and c p x p in full */
l2n_status l2n_dense_symmetric_times(int p, const double *a, const double *b, double *c,
									 l2n_poll poll, void *poll_arg);

#endif
