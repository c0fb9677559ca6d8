/*
 * system.h: the normal equations of some columns of a gram, as every solver starts from them.
 *
 * With features x_j, target y, about their means or (without an intercept) about 0:
 *
 *	c = X'WX,  rhs = X'Wy,  syy = y'Wy
 *
 * each column scaled by a power of two that brings its square near 1, so that no unit of
 * measurement can hurt and no bit is lost.  Numbers called scaled are those of the scaled
 * columns: b_j = scaled b_j * scale[j] / scale_y.
 */
#ifndef L2N_SYSTEM_H
#define L2N_SYSTEM_H

#include "num/moments/gramian.h"

/*
 * A column whose part unexplained by those before it is less than 1e-12 of its norm is
 * collinear.  Exact copies and sums of columns leave 1e-16, their own rounding; the hardest of
 * NIST's problems, Filip, leaves 1.7e-9, and R's limit of 1e-7 loses a column of it.
 */
#define L2N_COLLINEAR 1e-24 /* squared, as pivots are */

/* Which columns of a gram explain which */
typedef struct l2n_columns
{
	int p;              /* features */
	const int *feature; /* p columns */
	int target;         /* another one */
	bool intercept;     /* fitted, else 0 */
} l2n_columns;

typedef struct l2n_system
{
	int p;
	bool intercept;
	dd weight;     /* sum of weights */
	double *c;     /* 2 l2n_tri_size(p): upper triangle by rows, high words, then low words */
	double *rhs;   /* 2p */
	double *mean;  /* 2p; means of the features */
	dd mean_y;     /* mean of the target, not scaled */
	double *scale; /* p: the powers of two */
	double scale_y;
	dd syy; /* scaled */
} l2n_system;

/* Scratch for a system, in bytes; its arrays lie in it */
size_t l2n_system_worksize(int p);

/*
 * Fill s from moments that have rows.  penalty, p numbers or NULL, is what a solver will add to
 * the diagonal, so that the scale suits the sum.  L2N_OUT_OF_RANGE where a number is not finite,
 * L2N_INTERRUPTED.
 */
l2n_status l2n_system_init(l2n_system *s, const l2n_moments *m, const l2n_columns *columns,
						   const double *penalty, void *work, l2n_poll poll, void *poll_arg);

/* The power of two whose square brings a positive number near 1; 1 for 0 */
double l2n_power_scale(double square);

/*
 * The pivot at or below which feature j is collinear with those before it, for l2n_cholesky on
 * s->c: infinite where the intercept explains it
 */
double l2n_system_floor(const l2n_system *s, const l2n_moments *m, const l2n_columns *columns,
						int j);

/* Cross product of two columns, about their means or about 0 */
dd l2n_product(const l2n_moments *m, bool centred, int i, int j);

/* Population variance of a column about its mean */
double l2n_variance(const l2n_moments *m, int column);

/* Whether a column is constant: a block's shift leaves exactly nothing of such a one */
bool l2n_is_constant(const l2n_moments *m, int column);

/* What a solution says of the rows */
typedef struct l2n_solution
{
	double intercept;
	double *coef;     /* p, the caller's */
	double rss;       /* weighted sum of squared residuals */
	double tss;       /* of y about its mean, or about 0 without an intercept */
	double r_squared; /* 1 - rss / tss, without cancellation; NaN where tss = 0 */
} l2n_solution;

/* g = rhs - c b for scaled coefficients b; 2p numbers each */
void l2n_system_gradient(const l2n_kernel *kernel, const l2n_system *s, const double *b, double *g);

/*
 * From scaled coefficients b and their gradient g to the solution.  L2N_OUT_OF_RANGE where a number
 * is not finite.
 */
l2n_status l2n_system_solution(const l2n_system *s, const double *b, const double *g,
							   l2n_solution *solution);

/* Part of a caller's scratch, aligned to 64 bytes; moves *at behind it */
static inline void *
l2n_take(char **at, size_t bytes)
{
	void *p = *at;

	*at += (bytes + 63) / 64 * 64;
	return p;
}

#endif
