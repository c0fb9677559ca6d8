/*
 * unit.h: the logistic unit of the textbooks, trained by gradient steps.
 *
 *	minimise  - 1/N sum_i w_i log p_i(y_i) + 1/N sum_j (l1_j |b_j| + l2_j/2 b_j^2),   N = sum_i w_i
 *
 * A step goes along the gradient of the smooth part, over all rows or over those of a batch, times
 * the rate; an l1 penalty then takes its part by soft thresholding.  An iteration sees every row
 * once.
 */
#ifndef L2N_UNIT_H
#define L2N_UNIT_H

#include <stdint.h>

#include "num/status.h"

typedef struct l2n_unit
{
	size_t n;
	int q;           /* columns of z, a constant the first where there is one */
	const double *z; /* n x q, by rows */
	const double *y; /* shares from 0 to 1 */
	const double *weight;
	const double *l1; /* q each, as the sum over rows has it; 0 for what is not penalised */
	const double *l2;
	double rate;
	size_t batch;     /* rows of a step; n for all */
	uint64_t seed;    /* of the order in which batches take rows */
	size_t *order;    /* n: the rows; they start in the order that the first shuffle begins from */
	double *coef;     /* q: where it is */
	double *slope;    /* q: scratch */
	double *size;     /* q: scratch */
	double total;     /* N */
	double objective; /* times N; where it was looked at last */
	double loss;      /* without the penalty, likewise */
	double miss;      /* of the worst optimality condition, as a share of its terms */
	int iterations;
} l2n_unit;

/*
 * The rate below which steps over all rows are sure to converge, 2 / L, where L is the largest
 * eigenvalue of what bounds the Hessian, (1/4 Z'WZ + l2) / N.  matrix: q x q doubles, values: q,
 * and work as l2n_eigen has it.
 */
l2n_status l2n_unit_largest_rate(const l2n_unit *u, double *matrix, double *values, void *work,
								 double *rate, l2n_poll poll, void *poll_arg);

/* One iteration */
l2n_status l2n_unit_iterate(l2n_unit *u, l2n_poll poll, void *poll_arg);

/* Objective, loss and miss where the search is; L2N_OUT_OF_RANGE where a number is not finite */
l2n_status l2n_unit_look(l2n_unit *u, l2n_poll poll, void *poll_arg);

/*
 * Number i, from 0, of the random numbers of a seed: SplitMix64 (Steele, Lea and Flood 2014), so
 * that the order of rows can be reproduced elsewhere
 */
static inline uint64_t
l2n_unit_random(uint64_t seed, uint64_t i)
{
	uint64_t z = seed + (i + 1) * UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

#endif
