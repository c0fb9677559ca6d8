/*
 * coordinate.h: lasso, elastic net and bounded coefficients, from moments alone.
 *
 *	minimise  1/2 sum_i w_i (y_i - b0 - x_i'b)^2 + sum_j f_j (l1 |b_j| + l2/2 b_j^2)
			  + sum_j extra_j/2 b_j^2
 *	where     lower_j <= b_j <= upper_j
 */
#ifndef L2N_COORDINATE_H
#define L2N_COORDINATE_H

#include "num/solve/penalty.h"

typedef struct l2n_elastic_net_spec
{
	l2n_columns columns;
	bool standardize;      /* the penalty is on b_j times the population sd of column j */
	const double *penalty; /* f: p factors >= 0; NULL for all ones */
	const double *lower;   /* p numbers each, lower_j <= upper_j; NULL for none */
	const double *upper;
	const double *variance; /* p numbers for standardize; NULL: those of the columns */
	const double *extra;    /* p numbers >= 0; NULL for none */
	double square; /* y'y, where less of it than there is could be explained; 0: what it is */
} l2n_elastic_net_spec;

/* A problem and the solution found last, from which the next search starts; see coordinate.c */
typedef struct l2n_elastic_net l2n_elastic_net;

/* What a search is after */
typedef struct l2n_elastic_net_goal
{
	double l1; /* >= 0, finite */
	double l2;
	double tolerance; /* duality gap to reach, as a share of y'y / 2 */
	int max_iter;     /* sweeps over the columns */
	bool exact;       /* to the last bit, with gap and df; else as doubles allow, and neither */
} l2n_elastic_net_goal;

typedef struct l2n_elastic_net_fit
{
	l2n_solution solution; /* where exact */
	int nonzero;           /* coefficients; where exact */
	double df;             /* effective parameters; the intercept counts */
	int iterations;        /* sweeps made */
	double gap;            /* duality gap, as a share of y'y / 2: no model is better by more */
	bool converged;        /* gap <= tolerance */
	bool settled;          /* or the optimality conditions hold, as far as double-double tells */
} l2n_elastic_net_fit;

/* Scratch in bytes for p features */
size_t l2n_elastic_net_worksize(int p);

/* Set a problem up in work.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED */
l2n_status l2n_elastic_net_start(const l2n_moments *m, const l2n_elastic_net_spec *spec, void *work,
								 l2n_elastic_net **net, l2n_poll poll, void *poll_arg);

/*
 * Solve it, starting from the last solution: a path of falling penalties takes few sweeps each.
 * L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_elastic_net_solve(const l2n_kernel *kernel, l2n_elastic_net *net,
								 const l2n_elastic_net_goal *goal, l2n_elastic_net_fit *fit,
								 l2n_poll poll, void *poll_arg);

/* The coefficients found last, p of them, in double */
void l2n_elastic_net_coefficients(const l2n_elastic_net *net, double *coef);

/*
 * The smallest l1 at which every penalised coefficient is zero.  Columns of factor 0 are fitted
 * for it; fit takes that solution.
 */
l2n_status l2n_elastic_net_largest(const l2n_kernel *kernel, l2n_elastic_net *net, double *l1,
								   l2n_elastic_net_fit *fit, l2n_poll poll, void *poll_arg);

#endif
