/*
 * band.h: a symmetric matrix as Q B Q' with B a narrow band, for many shifted systems.
 *
 * (A + s I)^-1 = Q (B + s I)^-1 Q', and a banded system costs next to nothing, so that for many s
 * it is one reduction, all of it matrix products, and two products with Q a system: no eigenvalues.
 */
#ifndef L2N_BAND_H
#define L2N_BAND_H

#include "num/linalg/reflect.h"

/* Diagonals of B below the main one */
#define L2N_BAND 24

typedef struct l2n_band
{
	l2n_reflectors q;
	double *b; /* (L2N_BAND + 1) x p: column j's entries from the diagonal down */
} l2n_band;

/* Doubles that a band, its scratch for turning n vectors included, takes beside the matrix */
size_t l2n_band_doubles(int p, int n);

/*
 * Reduce a, p x p (lower triangle read, and used up: Q is kept in it).  room: l2n_band_doubles(p,
 * n); what is left of it is at *work, for l2n_reflect of n vectors and the functions below.
 */
l2n_status l2n_band_reduce(int p, int n, double *a, double *room, l2n_band *band, double **work,
						   l2n_poll poll, void *poll_arg);

/* factor = the Cholesky factor of B + shift I; (L2N_BAND + 1) p doubles.  False: not positive */
bool l2n_band_factor(const l2n_band *band, double shift, double *factor);

/* x = (B + shift I)^-1 x */
void l2n_band_solve(const l2n_band *band, const double *factor, double *x);

/*
 * Estimates of the extreme eigenvalues of B, which has none below 0 but for rounding: the largest
 * is too small and the smallest too large, by a factor of 2 at most; 0 for one below 1e-13 of the
 * largest.  work: (L2N_BAND + 3) p doubles.
 */
void l2n_band_extremes(const l2n_band *band, double *smallest, double *largest, double *work);

#endif
