/*
 * proximal.h: ridge, lasso and elastic net by gradient steps, from moments alone.
 *
 *	minimise  1/2 sum_i w_i (y_i - b0 - x_i'b)^2 + sum_j f_j (l1 |b_j| + l2/2 b_j^2)
 */
#ifndef L2N_PROXIMAL_H
#define L2N_PROXIMAL_H

#include "num/solve/system.h"

typedef enum l2n_descent
{
	L2N_GRADIENT, /* the textbook's: a step of rate / N along the gradient, then soft thresholding
				   */
	L2N_FISTA,    /* the same on columns of equal length, with momentum */
	L2N_SWEEPS,   /* coordinate descent: an iteration is a sweep over the columns */
} l2n_descent;

typedef struct l2n_proximal_spec
{
	l2n_columns columns;
	bool standardize;      /* the penalty is on b_j times the population sd of column j */
	const double *penalty; /* f: p factors >= 0; NULL for all ones */
	double l1, l2;         /* >= 0, finite */
	l2n_descent method;
	double rate;         /* of L2N_GRADIENT; 0: 1/L */
	double rows;         /* what degrees of freedom are counted in: rows, or sum of weights */
	const double *extra; /* p numbers >= 0 more on b_j^2 / 2; NULL for none */
} l2n_proximal_spec;

/* A problem and how far the search has come; see proximal.c */
typedef struct l2n_proximal l2n_proximal;

typedef struct l2n_proximal_fit
{
	l2n_solution solution;
	double objective; /* what is minimised */
	double gap;       /* duality gap, as a share of y'y / 2: no model is better by more */
	int nonzero;      /* coefficients */
	int iterations;
	bool converged; /* gap <= tolerance */
	double df;      /* effective parameters; the intercept counts */
	double df_resid;
} l2n_proximal_fit;

/* Scratch in bytes for p features */
size_t l2n_proximal_worksize(int p);

/* Set a problem up in work, all coefficients 0.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED */
l2n_status l2n_proximal_start(const l2n_kernel *kernel, const l2n_moments *m,
							  const l2n_proximal_spec *spec, void *work, l2n_proximal **descent,
							  l2n_poll poll, void *poll_arg);

/* The rate that L2N_GRADIENT steps with, and 2/L, below which every rate converges */
double l2n_proximal_rate(const l2n_proximal *d);
double l2n_proximal_largest_rate(const l2n_proximal *d);

/* One iteration.  A rate above the largest diverges: then look at every step how far it went */
void l2n_proximal_step(l2n_proximal *d);

/*
 * Where the search is: solution, objective, gap, nonzero and iterations of fit.  L2N_OUT_OF_RANGE
 * where a number is not finite, or nearly so.
 */
l2n_status l2n_proximal_look(const l2n_kernel *kernel, l2n_proximal *d, l2n_proximal_fit *fit);

/*
 * Iterate to a duality gap of tolerance, as a share of y'y / 2, or for max_iter iterations in all;
 * fills fit.  L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_proximal_solve(const l2n_kernel *kernel, l2n_proximal *d, double tolerance,
							  int max_iter, l2n_proximal_fit *fit, l2n_poll poll, void *poll_arg);

#endif
