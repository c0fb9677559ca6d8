/*
 * jacobi.h: singular values, the small ones right to as many digits as the large ones.
 */
#ifndef L2N_JACOBI_H
#define L2N_JACOBI_H

#include "num/status.h"

/*
 * Singular values and right singular vectors of the k x k matrix x, row i of which is at x + i k.
 * On return sigma holds the k values, largest first, and row i of x the vector of sigma[i] (zero
 * for a value of 0).
 *
 * Where x = D B, D diagonal, every value is right to about 2^-53 times the condition number of B,
 * however far apart the numbers in D are (Demmel and Veselic, SIAM J. Matrix Anal. Appl. 13, 1992).
 * The factor of a pivoted Cholesky decomposition is such a product, with a tame B.
 */
l2n_status l2n_jacobi(int k, double *x, double *sigma, l2n_poll poll, void *poll_arg);

#endif
