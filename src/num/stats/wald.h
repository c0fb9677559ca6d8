/*
 * wald.h: one test of several linear forms.
 */
#ifndef L2N_WALD_H
#define L2N_WALD_H

#include "num/status.h"

/*
 * b'V^-1 b / q for q forms b of covariance v, the upper triangle by rows.  work: q (q + 1) doubles.
 * L2N_ILL_CONDITIONED where one form is a combination of the others, as far as V tells.
 */
l2n_status l2n_wald(int q, const double *b, const double *v, double *work, double *f);

#endif
