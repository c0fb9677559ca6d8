/*
 * iv.h: instrumental variables from moments alone: two-stage least squares and its tests.
 *
 * P is the projection on the instruments, and on the intercept where there is one.  Then
 *
 *	b = (X'PX)^-1 X'Py
 *
 * and all of it is in the moments: X'PX = C_xz C_zz^-1 C_zx, and so on for any two columns.  A
 * feature that is its own instrument is exogenous (Wooldridge, Econometric Analysis, chapter 5).
 */
#ifndef L2N_IV_H
#define L2N_IV_H

#include "num/solve/ridge.h"

typedef struct l2n_iv_spec
{
	l2n_columns columns;
	int q;                 /* instruments, exogenous features among them */
	const int *instrument; /* q columns */
	double rows;           /* what degrees of freedom are counted in */
} l2n_iv_spec;

/* A test of the instruments or of the need for them */
typedef struct l2n_iv_test
{
	double statistic; /* NaN where it cannot be made */
	double df1;
	double df2; /* infinite: statistic is chi-squared with df1, else F */
	double p;
} l2n_iv_test;

/* The columns projected: what both stages, and the tests, start from; its arrays lie in scratch */
typedef struct l2n_iv
{
	const l2n_moments *m;
	const l2n_iv_spec *spec;
	l2n_moments projected; /* of all columns of m */
	int rank;              /* of the instruments */
	void *work;            /* for the fits */
} l2n_iv;

/* Scratch in bytes, for moments of k columns, p of them features, and q instruments */
size_t l2n_iv_worksize(int k, int p, int q);

/* Project.  m and spec must stay.  L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED. */
l2n_status l2n_iv_start(const l2n_kernel *kernel, const l2n_moments *m, const l2n_iv_spec *spec,
						l2n_iv *iv, void *work, l2n_poll poll, void *poll_arg);

/*
 * Two-stage least squares.  Residuals, and with them rss, r_squared and sigma, are those of the
 * features themselves, not of the second stage; df_resid is rows less the parameters.  A feature
 * whose projection those before it explain is dropped.  overidentified: Sargan's test of the
 * instruments that are more than the features need; not made where there are none.
 */
l2n_status l2n_iv_fit(const l2n_kernel *kernel, const l2n_iv *iv, l2n_fit *fit,
					  l2n_iv_test *overidentified, l2n_poll poll, void *poll_arg);

/*
 * The coefficients of the q instruments, 0 for those that others explain, in the projection of
 * feature j; about the means where there is an intercept
 */
l2n_status l2n_iv_projection(const l2n_kernel *kernel, const l2n_iv *iv, int j, double *coef,
							 l2n_poll poll, void *poll_arg);

/*
 * Whether the instruments that are no features say anything about feature j, which is none of
 * them: F of its first stage with them and without
 */
l2n_status l2n_iv_first_stage(const l2n_kernel *kernel, const l2n_iv *iv, int j, l2n_iv_test *weak,
							  l2n_poll poll, void *poll_arg);

/*
 * Whether least squares would do (Wu 1973, Hausman 1978): F of the projections of the endogenous
 * features, added to the regression of the target on all features
 */
l2n_status l2n_iv_endogeneity(const l2n_kernel *kernel, const l2n_iv *iv, l2n_iv_test *test,
							  l2n_poll poll, void *poll_arg);

#endif
