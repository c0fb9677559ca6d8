/*
 * eigen.h: eigenvalues and eigenvectors of a symmetric matrix.
 */
#ifndef L2N_EIGEN_H
#define L2N_EIGEN_H

#include "num/status.h"

/* Scratch in bytes for l2n_eigen */
size_t l2n_eigen_worksize(int p);

/*
 * Eigenvalues of the p x p matrix a (by columns, lower triangle read) in ascending order; a becomes
 * their eigenvectors, by columns.  Right to a small multiple of 2^-53 times the largest eigenvalue.
 * L2N_INTERRUPTED; L2N_ILL_CONDITIONED where it does not converge.
 */
l2n_status l2n_eigen(int p, double *a, double *values, void *work, l2n_poll poll, void *poll_arg);

#endif
