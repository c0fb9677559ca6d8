/*
 * components.h: principal components of columns of a gram.
 */
#ifndef L2N_COMPONENTS_H
#define L2N_COMPONENTS_H

#include "num/moments/gramian.h"

typedef struct l2n_components
{
	int p;
	int rank;        /* components that have any variance */
	double *sd;      /* p: their standard deviations, largest first */
	double *loading; /* p x p: of component d in column j at d p + j, unit vectors */
	double *unit;    /* p: what a column is divided by first: 1, or its standard deviation */
	int constant;    /* with L2N_SINGULAR_PENALTY: the column that has none */
} l2n_components;

/* Scratch in bytes for p columns; the arrays above lie in it */
size_t l2n_components_worksize(int p);

/*
 * The components of p columns about their means, or, standardized, of the columns over their
 * standard deviations.  divisor: what makes variances of cross products.  The signs are such that
 * the largest loading of a component is positive.  Deviations are right to about 2^-50 of
 * themselves even where they are small: by one-sided Jacobi on a pivoted double-double factor, as
 * condition indexes are (Demmel and Veselic 1992).  L2N_NO_ROWS; L2N_SINGULAR_PENALTY where a
 * constant column would be standardized; L2N_OUT_OF_RANGE; L2N_INTERRUPTED.
 */
l2n_status l2n_components_find(const l2n_moments *m, int p, const int *column, bool standardize,
							   double divisor, l2n_components *c, void *work, l2n_poll poll,
							   void *poll_arg);

#endif
