/*
 * irls.h: one pass of iteratively reweighted least squares: rows at some coefficients become the
 * moments that a Newton step needs.
 *
 * A row of features x, whose family has residual r = y - mu and variance v at its linear predictor,
 * becomes the row (r / v, x) of weight w v.  Cross products of the first column are then the
 * gradient X'W (y - mu), those of the others the Hessian X'WVX of the negative log likelihood.
 */
#ifndef L2N_IRLS_H
#define L2N_IRLS_H

#include "num/glm/family.h"
#include "num/moments/gramian.h"

/*
 * Dropout on the inputs of a row adds to the expectation of its loss about half the variance of its
 * linear predictor times v (Wager, Wang and Liang, NIPS 2013): 1/2 dropout v q, where q = sum_j
 * (b_j x_j)^2 and dropout = rate / (1 - rate).  Its gradient has a part through b, which is that of
 * a quadratic penalty with factors sum_i w v x_j^2, and a part through v, which goes into the
 * residual.
 */
static inline void
l2n_dropout(const l2n_family *f, double dropout, double q, double eta, double v, double *residual,
			double *loss)
{
	*residual -= 0.5 * dropout * q * f->bend(eta, v);
	*loss += 0.5 * dropout * q * v;
}

/*
 * The least variance that a row is given.  Below it what the row says of the Hessian is lost, but
 * not what it says of the gradient.
 */
#define L2N_LEAST_VARIANCE 0x1p-100

/* How rows are laid out, and what is asked of them.  Position 0 of a row has y. */
typedef struct l2n_irls
{
	const l2n_family *family;
	int p;
	const int *feature; /* p: positions */
	int weight;         /* its position; 0: all are 1 */
	int offset;         /* added to the linear predictor; 0: none */
	bool classes;       /* y = 0 and y = 1 count so many times: */
	double class_weight[2];
	double dropout;       /* rate / (1 - rate); 0: none */
	bool normal;          /* its expectation by a normal linear predictor: see dropout.h */
	const double *centre; /* p */
} l2n_irls;

/*
 * How the loss falls with each coefficient, b0 last, and what that says: a pass that is asked for
 * it sums it up row by row, beside the moments.
 */
typedef struct l2n_slopes
{
	double *slope;    /* 2(p + 1): sum of w r (x - centre), high words, then low words */
	double *size;     /* p + 1: sum of w |r (x - centre)| */
	double *rounding; /* p + 1: by how much the last bits of coefficients and of linear predictors
						 may move the slope, */
	double *noise;    /* and the sum of losses */
} l2n_slopes;

/* What the slopes of p features take: doubles */
static inline size_t
l2n_slopes_doubles(int p)
{
	return 4 * ((size_t) p + 1) + 1;
}

/* The weight of a row, and its y: each class counts so many times */
double l2n_irls_weight(const l2n_irls *s, const double *row, double *y);

/* Scratch in bytes for p features, aligned to 64 */
size_t l2n_irls_worksize(int p);

/*
 * Add 1 .. L2N_BLOCK_ROWS rows, row i at x + i * stride, at linear predictor
 * base + sum_j coef_j (x_j - centre_j), to moments m of p + 1 columns, to the sum of losses, and,
 * unless they are NULL, to slopes and to the moments of the expected information, without dropout.
 * A loss that is infinite ends it: the rest is then of no use.  With m NULL the information is all
 * that is added up, but for the loss.
 */
void l2n_irls_block(const l2n_kernel *kernel, const l2n_irls *s, double base, const double *coef,
					int rows, const double *x, ptrdiff_t stride, l2n_moments *m, dd *loss,
					const l2n_slopes *slopes, l2n_moments *information, void *work, l2n_poll poll,
					void *poll_arg);

/*
 * The same rows as they are, (y, x) of weight w; the log likelihood of a perfect fit, and the loss
 * where every row has linear predictor eta, unless saturated is NULL
 */
void l2n_irls_plain(const l2n_kernel *kernel, const l2n_irls *s, double eta, int rows,
					const double *x, ptrdiff_t stride, l2n_moments *m, dd *saturated, dd *loss,
					void *work, l2n_poll poll, void *poll_arg);

/* Their linear predictors, y and weights; work as for a block */
void l2n_irls_linear(const l2n_kernel *kernel, const l2n_irls *s, double base, const double *coef,
					 int rows, const double *x, ptrdiff_t stride, double *eta, double *y,
					 double *weight, void *work);

/* The same where most coefficients are 0 */
void l2n_irls_predict(const l2n_irls *s, double base, const double *coef, int rows, const double *x,
					  ptrdiff_t stride, double *eta, double *y, double *weight);

#endif
