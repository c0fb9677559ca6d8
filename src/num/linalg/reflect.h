/*
 * reflect.h: an orthogonal matrix as panels of Householder reflectors, as reductions to a band or
 * a tridiagonal leave it.
 *
 * Q = Q_1 Q_2 ... Q_m, one for each panel of width columns: Q_k = I - V T V', where V is panel k
 * of v from offset rows below the diagonal on (unit lower trapezoidal, with its zeros and ones),
 * and T is upper triangular.
 */
#ifndef L2N_REFLECT_H
#define L2N_REFLECT_H

#include "num/status.h"

typedef struct l2n_reflectors
{
	int p;
	int width;
	int offset;
	double *v; /* p x p, by columns */
	double *t; /* width x p: T of the panel from column j on is at t + width * j, width apart */
} l2n_reflectors;

/* Doubles of scratch to reflect n vectors */
size_t l2n_reflect_work(const l2n_reflectors *q, int n);

/* x = Q x, or Q'x where transposed, for n vectors of p numbers */
l2n_status l2n_reflect(const l2n_reflectors *q, bool transposed, int n, double *x, double *work,
					   l2n_poll poll, void *poll_arg);

/* How many reflectors the panel from column j on has: 0 where none is left */
int l2n_reflect_count(const l2n_reflectors *q, int j);

/* With the panel from column j on in place and its factors in tau: make V's zeros and ones, and T
 */
void l2n_reflect_finish(l2n_reflectors *q, int j, const double *tau);

#endif
