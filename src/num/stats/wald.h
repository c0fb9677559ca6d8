/*
 * wald.h: one test of several linear forms.
 */
#ifndef L2N_WALD_H
#define L2N_WALD_H

#include "num/status.h"

/* Scratch in bytes for l2n_wald */
size_t l2n_wald_worksize(int q, int k);

/*
 * b'V^-1 b / q for q forms b of covariance V = z m z', where row i of z has k numbers, and m, the
 * upper triangle by rows, is symmetric; NULL stands for the identity.  The rows are made orthogonal
 * in place, so that V's being nearly singular by them, as where columns are nearly collinear, costs
 * few digits.  L2N_ILL_CONDITIONED where one form is a combination of the others, as far as z and m
 * tell, or where that of z z' being 1 m's is no more than least.
 */
l2n_status l2n_wald(int q, int k, const double *b, double *z, const double *m, double least,
					void *work, double *f);

#endif
