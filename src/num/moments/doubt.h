/*
 * doubt.h: how far rounding may have put moments wrong that rows were taken out of.
 *
 * Moments that an outlier was in keep the rounding error of its square when it goes.  Each
 * subtraction is told by what it leaves; small losses of one after another add up, and only a
 * record of all of them tells when too few digits are left.  The record goes with the moments: of
 * each column the error that its sum of squares may have, and last that of the sum of weights.
 */
#ifndef L2N_DOUBT_H
#define L2N_DOUBT_H

#include <stdbool.h>

#include "num/moments/gramian.h"

/* Doubles of a record of k columns; all 0: nothing was ever taken out */
static inline size_t
l2n_doubt_doubles(int k)
{
	return (size_t) k + 1;
}

/* The record of a sum of moments, to is one part's and from the other's */
void l2n_doubt_add(int k, double *to, const double *from);

/* What taking b out of a adds to a's record, to which b's has been added; before it is done */
void l2n_doubt_take_out(double *doubt, const l2n_moments *a, const l2n_moments *b);

/* Of moments of which every row counts factor times what it did */
void l2n_doubt_scale(int k, double *doubt, double factor);

/* Of moments with other columns; see l2n_moments_pick */
void l2n_doubt_pick(int k_from, const double *from, const int *pick, int k, double *to);

/*
 * Whether the moments have fewer digits than are promised, or, of a column that seems constant,
 * nobody knows whether it is
 */
bool l2n_doubt_is_serious(const double *doubt, const l2n_moments *m);

#endif
