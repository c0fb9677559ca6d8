/*
 * collinear.h: how far the features of a gram explain each other.
 */
#ifndef L2N_COLLINEAR_H
#define L2N_COLLINEAR_H

#include "num/solve/system.h"

/* A gram's features, factored; its arrays lie in the scratch that it was made in */
typedef struct l2n_collinear
{
	l2n_system sys;
	double *u;     /* factor of sys.c as l2n_cholesky leaves it */
	double *w;     /* its inverse */
	bool *dropped; /* p: explained by those before it, or constant beside an intercept */
	int rank;      /* of the others */
	double *work;  /* 2p */
} l2n_collinear;

/* Scratch in bytes for p features */
size_t l2n_collinear_worksize(int p);

/* L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED */
l2n_status l2n_collinear_start(const l2n_kernel *kernel, const l2n_moments *m,
							   const l2n_columns *columns, l2n_collinear *c, void *work,
							   l2n_poll poll, void *poll_arg);

/*
 * What the features that are kept say of feature j: R^2 of its regression on the others among them,
 * tolerance = 1 - R^2, variance inflation factor = 1 / tolerance.  Without an intercept about 0.
 * 1, 0 and infinity for one that is dropped.
 */
void l2n_collinear_inflation(const l2n_kernel *kernel, const l2n_collinear *c, int j, double *vif,
							 double *tolerance, double *r_squared);

/*
 * x_j = constant + sum of coef[i] x_i for a dropped j: numbers as short as the rounding of the
 * columns allows, 0 for those that are nothing but rounding.  coef: p doubles.  L2N_OUT_OF_RANGE.
 */
l2n_status l2n_collinear_alias(const l2n_kernel *kernel, const l2n_collinear *c, int j,
							   double *constant, double *coef);

/* Condition indexes; its arrays lie in the scratch */
typedef struct l2n_condition
{
	int k;              /* terms, and as many dimensions */
	int *term;          /* k: 0 for the intercept, j + 1 for feature j */
	double *eigenvalue; /* k, largest first */
	double *index;      /* k: sqrt(largest eigenvalue / eigenvalue) */
	double *proportion; /* k x k: share of dimension d in the variance of term t at d k + t */
	bool *dropped;      /* p: features left out, as in l2n_collinear */
	int rank;           /* the others */
} l2n_condition;

/* Scratch in bytes for p features */
size_t l2n_condition_worksize(int p);

/*
 * Decompose X'WX, X the features that are kept, and the intercept unless centred, each column of
 * unit length (Belsley, Kuh and Welsch 1980, chapter 3).  Centred about their means, as
 * columns->intercept must then allow.  Statuses as above.
 */
l2n_status l2n_condition_indexes(const l2n_kernel *kernel, const l2n_moments *m,
								 const l2n_columns *columns, bool centred, l2n_condition *c,
								 void *work, l2n_poll poll, void *poll_arg);

#endif
