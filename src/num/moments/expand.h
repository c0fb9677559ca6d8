/*
 * expand.h: moments of categories, from counts and sums by level.
 *
 * A category of L levels stands for L columns of 0 and 1, one of which is 1 in each row.  Their
 *cross products need no products: with W the sum of weights, W_l that of the rows of level l, S_lj
 *the weighted sum of column j over them, and P_lm the weight of the rows of level l of one category
 *and m of another,
 *
 *	C_ll = W_l (W - W_l) / W			C_lm = -W_l W_m / W in one category
 *	C_lj = S_lj - W_l mean_j			C_lm = P_lm - W_l W_m / W between two
 */
#ifndef L2N_EXPAND_H
#define L2N_EXPAND_H

#include "num/moments/gramian.h"

/* Where a column of the result comes from */
typedef struct l2n_source
{
	int category; /* -1: a numeric column */
	int column;   /* of the numeric moments, where it is one */

	/*
	 * Of a level, otherwise: the sum of weights and the weighted sums of the numeric columns over
	 * its rows, 1 + k high words, then as many low words
	 */
	const double *sums;
} l2n_source;

/*
 * to = the moments of to->k columns, of numeric's rows; to->k sources say which.  Without what two
 * categories have in common: that comes by l2n_expand_pair, and l2n_expand_finish is called last.
 */
void l2n_expand(const l2n_moments *numeric, const l2n_source *source, l2n_moments *to,
				l2n_poll poll, void *poll_arg);

/* Columns i and j, levels of different categories, have rows of that weight in common */
void l2n_expand_pair(l2n_moments *to, int i, int j, dd weight);

/* What is constant, but for rounding, becomes exactly so */
void l2n_expand_finish(const l2n_source *source, l2n_moments *to);

#endif
