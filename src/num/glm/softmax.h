/*
 * softmax.h: multinomial logistic regression, by Newton steps with the exact Hessian.
 *
 *	minimise  - sum_i w_i log p_i(class of i) + sum_c sum_j (l1_j |b_cj| + l2_j/2 b_cj^2)
 *	with      p_i(c) = exp(b_c . z_i) / sum_d exp(b_d . z_i)
 *
 * Without a penalty only differences between classes are known: then one class, the base, has
 * coefficients 0.  Penalised, all classes are alike, and what no penalty decides (the intercepts,
 * and under l1 alone a shift of all classes of a column) is settled by the least squares.
 *
 * A fit that says so has converged: every optimality condition was evaluated at its coefficients
 * and is missed by no more than the tolerance times what its terms add up to, the sum of
 * w |[class = c] - p(c)| |z_j| and the penalties.
 */
#ifndef L2N_SOFTMAX_H
#define L2N_SOFTMAX_H

#include "num/kernel/dd.h"
#include "num/status.h"

/* Sums over rows at some coefficients.  Matrices of classes are k x q by rows, a class a row. */
typedef struct l2n_softmax_sums
{
	dd loss;
	double *slope; /* k x q: derivatives of the loss */
	double *size;  /* k x q: what their terms add up to in magnitude */
	double *cross; /* the Hessian of free classes, m x m in full; NULL where it is not wanted */
} l2n_softmax_sums;

typedef struct l2n_softmax l2n_softmax;

/*
 * A pass over all rows at coef, k x q: calls l2n_softmax_rows for blocks of them, with sums that
 * have been cleared
 */
typedef l2n_status (*l2n_softmax_pass)(void *arg, const l2n_softmax *s, const double *coef,
									   l2n_softmax_sums *sums);

struct l2n_softmax
{
	int k;            /* classes, 2 at least */
	int q;            /* columns of z, a constant the first where there is one */
	bool constant;    /* the first column is one: it is not counted among nonzero */
	int base;         /* the class with coefficients 0; -1: none */
	const double *l1; /* q each; 0 for what is not penalised */
	const double *l2;
	bool penalised; /* some l1 is not 0 */
	l2n_softmax_pass pass;
	void *pass_arg;
};

/* Classes that have coefficients, and how many those are */
static inline int
l2n_softmax_free(const l2n_softmax *s)
{
	return s->k - (s->base >= 0);
}

static inline size_t
l2n_softmax_unknowns(const l2n_softmax *s)
{
	return (size_t) l2n_softmax_free(s) * (size_t) s->q;
}

/* Scratch in bytes for so many rows at once */
size_t l2n_softmax_rows_worksize(int k, int q, int rows);

/* Add rows of z, q numbers each, of those classes and weights */
void l2n_softmax_rows(const l2n_softmax *s, const double *coef, int rows, const double *z,
					  const int *class, const double *weight, l2n_softmax_sums *sums, void *work);

/* The probabilities of k classes from their scores, in place; NaN where a score is */
void l2n_softmax_probabilities(int k, double *score);

typedef enum l2n_softmax_end
{
	L2N_SOFTMAX_CONVERGED,
	L2N_SOFTMAX_MAX_ITER,
	L2N_SOFTMAX_SEPARATED, /* some coefficients go to infinity */
	L2N_SOFTMAX_STUCK,     /* no step lowers the objective */
} l2n_softmax_end;

typedef struct l2n_softmax_fit
{
	double *coef;     /* k x q, the caller's: where to start, and the solution */
	double *variance; /* the covariance of the coefficients of free classes, unknowns x unknowns,
						 the caller's; NULL where it is not wanted */
	double loss;
	double miss; /* of the worst optimality condition */
	double df;   /* effective parameters */
	int nonzero; /* coefficients but those of a constant */
	int iterations;
	l2n_softmax_end end;
} l2n_softmax_fit;

/* Scratch in bytes */
size_t l2n_softmax_worksize(const l2n_softmax *s);

/* L2N_INTERRUPTED, L2N_OUT_OF_RANGE, and what a pass gives */
l2n_status l2n_softmax_solve(const l2n_softmax *s, double tolerance, int max_iter,
							 l2n_softmax_fit *fit, void *work, l2n_poll poll, void *poll_arg);

#endif
