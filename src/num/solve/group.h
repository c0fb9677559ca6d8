/*
 * group.h: the group lasso and its elastic net, from moments alone.
 *
 *	minimise  1/2 sum_i w_i (y_i - b0 - x_i'b)^2 + l1 sum_g f_g sqrt(p_g) |s_g b_g|
 *			  + l2/2 sum_j f_g s_j^2 b_j^2 + sum_j extra_j/2 b_j^2
 *
 * over groups g of p_g columns (Yuan and Lin, JRSS B 68, 2006), where |.| is the Euclidean norm and
 * s_j is 1 or the population standard deviation of column j: a group is in or out as a whole.  With
 * groups of one column it is coordinate.h's problem.  gglasso has this objective over the sum of
 * weights; grpreg's is that of columns made orthonormal within their group.
 */
#ifndef L2N_GROUP_H
#define L2N_GROUP_H

#include "num/solve/system.h"

typedef struct l2n_group_spec
{
	l2n_columns columns;
	bool standardize;
	const int *group; /* p: the group of each column, 0 .. groups - 1; none is empty */
	int groups;
	const double *penalty;  /* p factors >= 0, equal within a group; NULL for all ones */
	const double *extra;    /* p numbers >= 0; NULL for none */
	const double *variance; /* p: whose roots are s_j, where standardised; NULL: the moments' own */
	double square;          /* taken for the sum of w y^2 in telling what is missed, where > 0 */
} l2n_group_spec;

typedef struct l2n_group_net l2n_group_net;

typedef struct l2n_group_fit
{
	l2n_solution solution;
	int nonzero; /* coefficients */
	double df;   /* trace of the derivative of the fitted values by y; the intercept counts */
	int iterations;
	double missed;  /* the most by which an optimality condition is, as a share of its terms */
	bool converged; /* missed <= 9e-10 */
} l2n_group_fit;

/* Scratch in bytes for p features in at most so many groups */
size_t l2n_group_worksize(int p, int groups);

/* Set a problem up in work, at 0.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED */
l2n_status l2n_group_start(const l2n_moments *m, const l2n_group_spec *spec, void *work,
						   l2n_group_net **net, l2n_poll poll, void *poll_arg);

/* Solve it, starting from the last solution.  L2N_OUT_OF_RANGE, L2N_INTERRUPTED */
l2n_status l2n_group_solve(const l2n_kernel *kernel, l2n_group_net *net, double l1, double l2,
						   int max_iter, l2n_group_fit *fit, l2n_poll poll, void *poll_arg);

/* The effective parameters, as a solution there would have them, of some coefficients */
l2n_status l2n_group_parameters(const l2n_kernel *kernel, l2n_group_net *net, double l1, double l2,
								const double *coef, double *df, l2n_poll poll, void *poll_arg);

/* The smallest l1 at which every penalised group is out; fit takes the solution there */
l2n_status l2n_group_largest(const l2n_kernel *kernel, l2n_group_net *net, double *l1,
							 l2n_group_fit *fit, l2n_poll poll, void *poll_arg);

#endif
