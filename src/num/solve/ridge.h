/*
 * ridge.h: least squares with a quadratic penalty, from moments alone.
 *
 *	minimise  1/2 sum_i w_i (y_i - b0 - x_i'b)^2 + sum_j (lambda f_j + extra_j)/2 b_j^2
 *
 * with b0 never penalised.  lambda = 0 is ordinary least squares.  An unpenalised column that
 * the columns before it explain is dropped, as R's lm does.
 */
#ifndef L2N_RIDGE_H
#define L2N_RIDGE_H

#include "num/solve/system.h"

typedef struct l2n_ridge_spec
{
	l2n_columns columns;
	bool standardize;      /* the penalty is on b_j times the population sd of column j */
	double lambda;         /* >= 0, finite */
	const double *penalty; /* f: p factors >= 0; NULL for all ones */
	double rows;           /* what degrees of freedom are counted in: rows, or sum of weights */
	double sigma;          /* where it is known; 0: to be estimated */
	const double *extra;   /* p numbers >= 0 more on b_j^2 / 2, whatever lambda is; NULL for none */
} l2n_ridge_spec;

/* What is added to the diagonal of X'WX, feature by feature: p numbers */
void l2n_ridge_penalty(const l2n_moments *m, const l2n_ridge_spec *spec, double *penalty);

typedef enum l2n_solver
{
	L2N_SOLVER_DD,       /* Cholesky in double-double */
	L2N_SOLVER_DENSE,    /* OpenBLAS, refined by double-double residuals */
	L2N_SOLVER_SPECTRUM, /* eigenvalues, refined likewise; see spectrum.h */
} l2n_solver;

typedef struct l2n_fit
{
	l2n_solution solution; /* coefficients 0 for dropped columns */
	bool *dropped;         /* p, the caller's */
	double *se;            /* p, the caller's: standard errors; NaN where there are none */
	double intercept_se;
	int rank;        /* columns kept */
	double df;       /* effective parameters, trace of the hat matrix; the intercept counts */
	double df_resid; /* rows - trace(2H - H^2) */
	double sigma;    /* sqrt(rss / df_resid); NaN where df_resid <= 0 */
	double rcond;    /* reciprocal condition number, 1-norm, of the scaled equations */
	l2n_solver solver;
	int failed;          /* with L2N_SINGULAR_PENALTY: the feature at which it shows */
	double failed_pivot; /* its pivot, relative to its diagonal */
} l2n_fit;

/* Scratch in bytes for p features */
size_t l2n_ridge_worksize(int p);

/*
 * Solve.  L2N_NO_ROWS, L2N_SINGULAR_PENALTY, L2N_OUT_OF_RANGE (a coefficient or the residual
 * sum of squares is no finite double), L2N_INTERRUPTED.
 *
 * Covariance: sigma^2 A^-1 C A^-1 with A = C + penalty (Hoerl and Kennard 1970), which for
 * lambda = 0 is the usual sigma^2 C^-1.  For lambda > 0 it leaves out the bias.
 */
l2n_status l2n_ridge(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec,
					 l2n_fit *fit, void *work, l2n_poll poll, void *poll_arg);

/*
 * df, df_resid and sigma of a fit whose rss is known, from the trace of T = A^-1 C and the residual
 * degrees of freedom: the rows less the intercept less the trace of 2 T - T^2
 */
void l2n_fit_statistics(l2n_fit *fit, double trace, double df_resid, bool intercept);

#endif
