/*
 * penalty.h: what a coefficient costs.
 *
 *	f_j(b) = l1_j |b| + l2_j/2 b^2		where lower_j <= b <= upper_j, infinite elsewhere
 *
 * All of it for scaled coefficients (system.h).
 */
#ifndef L2N_PENALTY_H
#define L2N_PENALTY_H

#include "num/solve/system.h"

typedef struct l2n_penalty
{
	double *l1; /* p numbers >= 0 each */
	double *l2;
	double *lower; /* p each; -HUGE_VAL, HUGE_VAL: none */
	double *upper;
} l2n_penalty;

/* The b that minimises curvature/2 b^2 - pull b + f_j(b); curvature + l2_j > 0 */
static inline double
l2n_penalty_minimum(const l2n_penalty *f, size_t j, double pull, double curvature)
{
	double l1 = f->l1[j];

	pull = pull > l1 ? pull - l1 : (pull < -l1 ? pull + l1 : 0.0);
	return fmin(fmax(pull / (curvature + f->l2[j]), f->lower[j]), f->upper[j]);
}

/*
 * The duality gap of scaled coefficients b with gradient g (2p numbers each) as a share of
 * syy / 2: no coefficients have an objective lower than theirs by more.
 *
 * noise is the rounding of the gradient, as a share of the largest it can be.  A penalty may be
 * smaller than that; and then the dual point, which must not pull by more than the penalty, or the
 * division of what is left of a pull by it, would make a gap of nothing else.
 */
double l2n_penalty_gap(const l2n_system *s, const l2n_penalty *f, const double *b, const double *g,
					   double noise);

/* Of one in double-double */
#define L2N_PENALTY_NOISE 0x1p-80

#endif
