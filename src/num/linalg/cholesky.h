/*
 * cholesky.h: symmetric positive (semi)definite systems in double-double.
 *
 * A symmetric p x p matrix is its upper triangle by rows: l2n_tri_size(p) high words, then as
 * many low words.  A vector is p high words, then p low words.
 */
#ifndef L2N_CHOLESKY_H
#define L2N_CHOLESKY_H

#include "num/kernel/kernel.h"
#include "num/status.h"

/*
 * Factor a = U'U in place, with 1 / U_jj on the diagonal for U_jj.  Pivot j is the part of column
 * j's diagonal that the columns before it do not explain.  Where it is at most floor[j] >= 0, the
 * column is dropped: dropped[j] is set and its row of U left zero.  Where it is at most -floor[j] >
 * 0, the column must not be dropped: L2N_NOT_POSITIVE, and its number in *failed.  *rank counts the
 * columns kept.
 *
 * A pivot that rounding may have made is dropped as well: columns that are nearly collinear leave
 * little to tell whether a later one is, and all of that may be noise.  floor is used up.
 *
 * Columns are taken in their order, as R's lm does, so that it is the later of two collinear
 * columns that goes.
 */
l2n_status l2n_cholesky(const l2n_kernel *kernel, int p, double *a, double *floor, bool *dropped,
						int *rank, int *failed, l2n_poll poll, void *poll_arg);

/*
 * The same with the largest pivot first, so that the rows of U fall in size and its small singular
 * values can be read from it: column i of U belongs to column order[i] of a.  Where no pivot is
 * above what rounding may have left it stops; the rows from *rank on are zero.
 */
l2n_status l2n_cholesky_pivoted(const l2n_kernel *kernel, int p, double *a, int *order, int *rank,
								l2n_poll poll, void *poll_arg);

/* Solve U'x = x in place, half of what follows; dropped columns get 0 */
void l2n_cholesky_forward(const l2n_kernel *kernel, int p, const double *u, const bool *dropped,
						  double *x);

/* Solve U'U x = x in place; dropped columns get 0 */
void l2n_cholesky_solve(const l2n_kernel *kernel, int p, const double *u, const bool *dropped,
						double *x);

/* Replace the factor by its inverse W, rows and columns of dropped ones zero.  work: 2p doubles */
l2n_status l2n_cholesky_invert_factor(const l2n_kernel *kernel, int p, double *u,
									  const bool *dropped, double *work, l2n_poll poll,
									  void *poll_arg);

/*
 * Replace the factor by the inverse of U'U, rows and columns of dropped ones zero.
 * work: 2p doubles
 */
l2n_status l2n_cholesky_invert(const l2n_kernel *kernel, int p, double *u, const bool *dropped,
							   double *work, l2n_poll poll, void *poll_arg);

/* y = a x for symmetric a */
void l2n_symmetric_times(const l2n_kernel *kernel, int p, const double *a, const double *x,
						 double *y);

#endif
