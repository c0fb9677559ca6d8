/*
 * coordinate.h: lasso and elastic net, from moments alone.
 *
 *	minimise  1/2 sum_i w_i (y_i - b0 - x_i'b)^2 + sum_j f_j (l1 |b_j| + l2/2 b_j^2)
 */
#ifndef L2N_COORDINATE_H
#define L2N_COORDINATE_H

#include "system.h"

typedef struct l2n_elastic_net_spec
{
	l2n_columns columns;
	bool standardize;      /* the penalty is on b_j times the population sd of column j */
	double l1, l2;         /* >= 0, finite; l1 > 0 */
	const double *penalty; /* f: p factors >= 0; NULL for all ones */
	double tolerance;      /* stop at a duality gap of this share of y'y / 2 */
	int max_iter;          /* sweeps over the columns */
} l2n_elastic_net_spec;

typedef struct l2n_elastic_net_fit
{
	l2n_solution solution;
	int nonzero;    /* coefficients */
	double df;      /* effective parameters; the intercept counts */
	int iterations; /* sweeps made */
	double gap;     /* duality gap, as a share of y'y / 2: no model is better by more */
	bool converged; /* gap <= tolerance */
} l2n_elastic_net_fit;

/* Scratch in bytes for p features */
size_t l2n_elastic_net_worksize(int p);

/* Solve.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED */
l2n_status l2n_elastic_net(const l2n_kernel *kernel, const l2n_moments *m,
						   const l2n_elastic_net_spec *spec, l2n_elastic_net_fit *fit, void *work,
						   l2n_poll poll, void *poll_arg);

#endif
