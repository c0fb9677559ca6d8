/*
 * evidence.h: the penalty of a ridge that makes the target most likely.
 *
 * With coefficients b_j normal with variance v / f_j and residuals normal with variance s, ridge
 * with lambda = s / v has the most likely b; and lambda itself the evidence, what is left when b is
 * integrated out (MacKay 1992):
 *
 *	log evidence = 1/2 sum_i log(lambda / (d_i + lambda)) - n/2 log J(lambda) + constant
 *
 * d the eigenvalues of the penalised cross products, J = RSS + lambda sum_j f_j b_j^2, and s = J /
 *n the most likely one.  As in scikit-learn's BayesianRidge without hyperpriors, n is all rows,
 * though an intercept is fitted.
 */
#ifndef L2N_EVIDENCE_H
#define L2N_EVIDENCE_H

#include "num/solve/ridge.h"

/* Where the evidence has no maximum between the ends of what is looked at */
typedef enum l2n_evidence_end
{
	L2N_EVIDENCE_INSIDE,
	L2N_EVIDENCE_LEAST, /* it grows as lambda falls: least squares */
	L2N_EVIDENCE_MOST,  /* and as it grows: no feature says anything */
} l2n_evidence_end;

/* Scratch in bytes for p features */
size_t l2n_evidence_worksize(int p);

/*
 * The best of the maxima between 1e-12 and 1e8 of the largest eigenvalue, or an end of that, in
 * *lambda, right to about 1e-12; or, where n > 0, the number of the best of lambda[0 .. n - 1] in
 * *best, the first of equal ones.  Of spec lambda does not count.  L2N_ILL_CONDITIONED where a
 * feature is not penalised; L2N_NO_ROWS, L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_evidence(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec,
						int n, double *lambda, int *best, l2n_evidence_end *end, void *work,
						l2n_poll poll, void *poll_arg);

#endif
