/*
 * dropout.h: the expectation of the loss of rows whose features are dropped at random.
 *
 * Each feature of a row is 0 with probability rate, and else x / (1 - rate), so that its mean is x
 * (inverted dropout, as neural networks have it).  What is minimised is the mean of the loss over
 * that (Srivastava and others, JMLR 15, 2014); there are three ways to have it:
 *
 *	masks		each row becomes one row for each subset of its features that are not 0, with its
 *				probability for a weight, or some subsets drawn at random
 *	normal		the linear predictor is taken for a normal one, with the mean and the variance that
 *				it has: s^2 = dropout sum_j (b_j x_j)^2 with dropout = rate / (1 - rate) (Wang and
 *				Manning, ICML 2013).  Its expectation is a sum over the points of Gauss and Hermite
 *	quadratic	its expectation is that of two terms of Taylor's series, 1/2 v s^2 with v the
 *				curvature of the loss (Wager, Wang and Liang, NIPS 2013): far off where s is large
 */
#ifndef L2N_DROPOUT_H
#define L2N_DROPOUT_H

#include <stdint.h>

#include "num/glm/irls.h"

/* Features of which every mask may be gone through */
#define L2N_DROPOUT_FEATURES 12

typedef struct l2n_masks
{
	double rate;
	int samples; /* masks that are drawn for each row; 0: all of them */
} l2n_masks;

/* Scratch in bytes for p features, aligned to 64 */
size_t l2n_masks_worksize(int p);

/*
 * l2n_irls_block with the masks of each row in place of it; s->dropout is not looked at.  seed has
 * a number for each row, from which its masks are drawn: rows with the same one have the same
 * masks.
 */
void l2n_masks_block(const l2n_kernel *kernel, const l2n_irls *s, const l2n_masks *masks,
					 double base, const double *coef, int rows, const double *x, ptrdiff_t stride,
					 const uint64_t *seed, l2n_moments *m, dd *loss, const l2n_slopes *slopes,
					 void *work, l2n_poll poll, void *poll_arg);

/*
 * The normal way, for 1 .. L2N_BLOCK_ROWS rows at eta: residual, curvature and loss are those of
 * the family there, and become those of the expectation: minus its derivative by eta, twice that by
 * s^2, square being s^2 over dropout, and itself.
 */
void l2n_dropout_normal(const l2n_family *f, const l2n_kernel *kernel, double dropout, int rows,
						const double *y, const double *eta, const double *square, double *residual,
						double *curvature, double *loss);

/* Whether the loss of a family is convex in eta, and finite everywhere: else dropout is no good */
bool l2n_dropout_suits(const l2n_family *f);

#endif
