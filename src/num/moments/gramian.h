/*
 * gramian.h: the centred moments of a set of weighted rows, and their algebra.
 */
#ifndef L2N_GRAMIAN_H
#define L2N_GRAMIAN_H

#include "num/kernel/kernel.h"
#include "num/status.h"

/*
 * Moments of n rows of k columns: a view of memory that the caller keeps.  The high words of
 * a double-double array come first, then its low words.
 */
typedef struct l2n_moments
{
	int k;
	int64_t n;     /* rows */
	dd weight;     /* sum of their weights; n where rows have none */
	double *mean;  /* 2k: weighted means */
	double *cross; /* 2 l2n_tri_size(k): sum of w (x_i - mean_i)(x_j - mean_j), i <= j */
} l2n_moments;

static inline size_t
l2n_moments_doubles(int k)
{
	return 2 * ((size_t) k + l2n_tri_size((size_t) k));
}

static inline dd
l2n_mean(const l2n_moments *m, int j)
{
	return dd_make(m->mean[j], m->mean[m->k + j]);
}

static inline dd
l2n_cross(const l2n_moments *m, int i, int j)
{
	size_t at = l2n_tri((size_t) m->k, (size_t) (i < j ? i : j), (size_t) (i < j ? j : i));

	return dd_make(m->cross[at], m->cross[l2n_tri_size((size_t) m->k) + at]);
}

/* Scratch for l2n_moments_add_block, in bytes; aligned to 64 */
size_t l2n_add_block_worksize(int k);

/* m = no rows */
void l2n_moments_clear(l2n_moments *m);

/* Column j has no spread: then it has no covariance with any other */
void l2n_moments_clear_column(l2n_moments *m, int j);

/*
 * to = m with other columns: column j of to is column from[j] of m, or where that is negative one
 * that is 0 in every row
 */
void l2n_moments_pick(const l2n_moments *m, const int *from, l2n_moments *to);

/*
 * m += a block of 1 .. L2N_BLOCK_ROWS rows, laid out as for l2n_kernel.block.  poll may only
 * longjmp, not ask to stop: a block is added wholly.
 */
void l2n_moments_add_block(const l2n_kernel *kernel, l2n_moments *m, int rows, const double *x,
						   ptrdiff_t stride, const double *weight, void *work, l2n_poll poll,
						   void *poll_arg);

/* Scratch for the two below, in bytes */
size_t l2n_merge_worksize(int k);

/* a += b; a->k must equal b->k */
l2n_status l2n_moments_merge(const l2n_kernel *kernel, l2n_moments *a, const l2n_moments *b,
							 void *work);

/*
 * a -= b, undoing the merge of rows that a holds.  L2N_NOT_A_PART where the rest would have a
 * negative count, weight or sum of squares, or as many rows vary in another way: then a is spoilt.
 */
l2n_status l2n_moments_unmerge(const l2n_kernel *kernel, l2n_moments *a, const l2n_moments *b,
							   void *work);

/* Every row counts factor times what it did; their number stays */
void l2n_moments_scale(l2n_moments *m, double factor);

/*
 * out = the moments of all pairs of a row of a and a row of b, each counting the product of their
 * weights; out->k = a->k + b->k.  L2N_TOO_MANY_ROWS where there are more pairs than can be counted.
 */
l2n_status l2n_moments_product(l2n_moments *out, const l2n_moments *a, const l2n_moments *b);

#endif
