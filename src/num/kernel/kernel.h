/*
 * kernel.h: the inner loops of the project, behind a run-time choice of instruction set.
 *
 * 1. block: the weighted Gram matrix of a block of rows, right to about 2^-98 of the column
 *    norms at about the cost of a dsyrk (NUMERICS: the accumulator stays in one binade, so
 *    that the bits which an addition drops can be computed exactly and kept).
 * 2. Linear predictors of rows, their exponentials and logarithms, and slopes, for generalised
 *    linear models.
 * 3. Row operations on double-double matrices whose high and low words are stored apart, so
 *    that they vectorise: all the O(p^3) work in double-double is made of them.
 *
 * Every implementation gives the same result to the documented error; not to the last bit,
 * since they add in another order.
 */
#ifndef L2N_KERNEL_H
#define L2N_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num/kernel/dd.h"

/* Rows a block may hold.  The error bound and the scaling of the column of ones rely on it. */
#define L2N_BLOCK_ROWS 128

/*
 * Largest magnitude of a value that a block takes, 2^480: its square times any row count
 * stays a double.  The caller checks.
 */
#define L2N_MAX_ABS 0x1p480

/* What copy_row finds in a row */
#define L2N_LARGE 1
#define L2N_SMALL 2

/* Index of entry (i, j), i <= j, in the upper triangle of a k x k matrix stored by rows */
static inline size_t
l2n_tri(size_t k, size_t i, size_t j)
{
	return i * k - i * (i + 1) / 2 + j;
}

/* Entries of that triangle */
static inline size_t
l2n_tri_size(size_t k)
{
	return k * (k + 1) / 2;
}

typedef struct l2n_kernel
{
	const char *name;

	/*
	 * Sums and cross products of a block of rows.
	 *
	 *	rows	1 .. L2N_BLOCK_ROWS
	 *	k		columns
	 *	x		the values, row i at x + i * stride; finite, at most L2N_MAX_ABS
	 *	weight	rows weights >= 0, row i's at weight[i * stride], or NULL for all ones
	 *	shift	out: k doubles subtracted from the columns, exactly: 0, or a value of the
	 *			column that is near all of its values
	 *	wsum	out: sum of the weights
	 *	sum		out: sum_i w_i (x_ij - shift_j), k high words, then k low words
	 *	gram	out: sum_i w_i (x_ij - shift_j)(x_il - shift_l), j <= l, upper triangle by rows:
	 *			l2n_tri_size(k) high words, then as many low words
	 *	work	l2n_block_worksize(k) bytes, aligned to 64
	 *
	 * Weighted products keep the rounding error of w * x too, so a weight of 2 is as exact
	 * as the row given twice.
	 */
	void (*block)(int rows, int k, const double *x, ptrdiff_t stride, const double *weight,
				  double *shift, dd *wsum, double *sum, double *gram, void *work);

	/*
	 * to[j] = from[j], 0 <= j < n, either perhaps unaligned, and both perhaps the same; says of
	 * the values whether some are not at most largest in magnitude (NaN is not), L2N_LARGE, and
	 * whether some are below smallest but not 0, L2N_SMALL.
	 */
	int (*copy_row)(size_t n, const double *from, double *to, double largest, double smallest);

	/* y[j] += x[j], 0 <= j < n */
	void (*dd_add_row)(size_t n, const double *x_hi, const double *x_lo, double *y_hi,
					   double *y_lo);

	/* y[j] += a * x[j], 0 <= j < n */
	void (*dd_axpy_row)(size_t n, dd a, const double *x_hi, const double *x_lo, double *y_hi,
						double *y_lo);

	/* sum of x[j] * y[j], 0 <= j < n */
	dd (*dd_dot)(size_t n, const double *x_hi, const double *x_lo, const double *y_hi,
				 const double *y_lo);

	/*
	 * Merging a block into a state, one row of it: c[j] += g[j] + a * s[j] + b * d[j], 0 <= j < n,
	 * in one pass over memory.
	 */
	void (*dd_merge_row)(size_t n, const double *g_hi, const double *g_lo, dd a, const double *s_hi,
						 const double *s_lo, dd b, const double *d_hi, const double *d_lo,
						 double *c_hi, double *c_lo);

	/*
	 * e[i] = exp(-|eta[i]|) and l[i] = log(1 + e[i]), 0 <= i < n, right to about a unit in the last
	 * place; NaN for NaN
	 */
	void (*logistic)(size_t n, const double *eta, double *e, double *l);

	/* e[i] = exp(x[i]), likewise; infinite where it is too large */
	void (*exp)(size_t n, const double *x, double *e);

	/* l[i] = log(1 + x[i]), x[i] >= 0, right to about a unit in the last place; NaN for NaN */
	void (*log1p)(size_t n, const double *x, double *l);

	/*
	 * Linear predictors of a block of rows: eta[i] = base + sum_j coef[j] (x_ij - centre[j]),
	 * 0 <= j < n, row i at x + i * stride.  size[i], unless size is NULL, is the sum of the
	 * magnitudes |coef[j] (x_ij - centre[j])|.
	 */
	void (*linear)(int rows, size_t n, const double *x, ptrdiff_t stride, const double *centre,
				   const double *coef, double base, double *eta, double *size);

	/*
	 * What the rows of a block add to each column's sums: with a = x_ij - centre[j], r[i] a to
	 * sum[j], its magnitude to size[j], and q[i] |a| to rounding[j].
	 */
	void (*slopes)(int rows, size_t n, const double *x, ptrdiff_t stride, const double *centre,
				   const double *r, const double *q, double *sum, double *size, double *rounding);
} l2n_kernel;

/* Scratch that l2n_kernel.block needs for k columns, in bytes */
size_t l2n_block_worksize(int k);

/* The fastest implementation that this processor runs; chosen once */
const l2n_kernel *l2n_kernel_best(void);

/*
 * The implementation of that name ("avx512", "avx2", "portable"), or NULL where it is unknown,
 * not compiled in or not supported by this processor.
 */
const l2n_kernel *l2n_kernel_by_name(const char *name);

#endif
