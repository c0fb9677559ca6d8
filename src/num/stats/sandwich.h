/*
 * sandwich.h: standard errors that do not take rows for independent and alike: B M B, where B is
 * the inverse of the normal equations, or of the Fisher information, and M what the scores of rows,
 * or sums of them, vary by.
 *
 * References: H. White, Econometrica 48 (1980); J. MacKinnon and H. White, J. Econometrics 29
 * (1985); K.-Y. Liang and S. Zeger, Biometrika 73 (1986); W. Newey and K. West, Econometrica 55
 * (1987); A. Cameron, J. Gelbach and D. Miller, JBES 29 (2011).
 *
 * Matrices and coordinates are those of covariance.h.
 */
#ifndef L2N_SANDWICH_H
#define L2N_SANDWICH_H

#include "num/kernel/kernel.h"
#include "num/status.h"

/* m += a z z' */
void l2n_rank_one(int k, double *m, double a, const double *z);

/*
 * z = f' z, for the factor of b = f f'; the sum of its squares, which is z' b z.  Scores are
 * turned so before they are squared, that M be of numbers alike in size: where columns are nearly
 * collinear, entries of B M B are small differences of huge ones, and those of f m f' are not.
 */
double l2n_sandwich_turn(int k, const double *f, double *z);

/* v = f m f', for a factor f and symmetric m of turned scores.  work: 2 k^2 doubles */
void l2n_sandwich(int k, const double *f, const double *m, double *v, double *work);

/*
 * Give directions of negative variance, which f m f' may have, variance 0, by what that adds to m:
 * the negative eigenvalues of f m f', whatever units the coefficients have (Cameron, Gelbach and
 * Miller 2011).  A row of f may be 0.  work: l2n_cut_negative_worksize bytes.  L2N_OK;
 * L2N_INTERRUPTED; L2N_ILL_CONDITIONED where they cannot be had, or where the rounding of the
 * greatest may be more than a millionth of a variance that something is added to.  rest: what a
 * variance of 0 may be afterwards; 0 where nothing was cut.
 */
size_t l2n_cut_negative_worksize(int k);
l2n_status l2n_cut_negative(int k, const double *f, double *m, double *rest, void *work,
							l2n_poll poll, void *poll_arg);

/*
 * Scores in order, for Newey and West's M: sum_j w_j (sum_t s_t s_{t-j}' + s_{t-j} s_t'), with
 * w_j = 1 - j / (bandwidth + 1); w_0 = 1/2.
 */
typedef struct l2n_hac
{
	int k;
	int bandwidth;
	int64_t n;    /* scores so far */
	double *last; /* the last bandwidth + 1, row n % (bandwidth + 1) the next to go */
	double *sum;  /* k */
} l2n_hac;

/* Doubles that l2n_hac_init takes */
size_t l2n_hac_doubles(int k, int bandwidth);
void l2n_hac_init(l2n_hac *h, int k, int bandwidth, double *memory);
void l2n_hac_add(l2n_hac *h, double *m, const double *score);

#endif
