/*
 * leverage.c: quadratic forms in the inverse of the normal equations.
 *
 * x'(X'X)^-1 x from the inverse loses the square of the condition number, and with a mean far from
 * 0 the terms cancel besides.  Here d = x - mean is solved for with the factor, all in
 * double-double: p^2 operations a row.
 */
#include "num/solve/leverage.h"

#include <float.h>
#include <string.h>

#include "num/linalg/cholesky.h"

struct l2n_leverage
{
	l2n_system sys;
	double *penalty; /* p, scaled */
	double *u;       /* factor of C + penalty */
	bool *dropped;   /* p: none */
	double *d;       /* 2p */
	double *v;       /* 2p */
	dd constant;     /* 1/W */
	bool penalised;
};

size_t
l2n_leverage_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(l2n_leverage) + l2n_system_worksize(p) +
		   sizeof(double) * (2 * l2n_tri_size(k) + 5 * k) + sizeof(bool) * k + 7 * 64;
}

l2n_status
l2n_leverage_start(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec,
				   void *work, l2n_leverage **started, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p, low = l2n_tri_size(p);
	char *at = work;
	l2n_leverage *l = l2n_take(&at, sizeof(l2n_leverage));
	void *system_work = l2n_take(&at, l2n_system_worksize(spec->columns.p));
	int rank, failed;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	l->penalty = l2n_take(&at, sizeof(double) * p);
	l->u = l2n_take(&at, sizeof(double) * 2 * low);
	l->dropped = l2n_take(&at, sizeof(bool) * p);
	l->d = l2n_take(&at, sizeof(double) * 2 * p);
	l->v = l2n_take(&at, sizeof(double) * 2 * p);

	l2n_ridge_penalty(m, spec, l->penalty);
	status = l2n_system_init(&l->sys, m, &spec->columns, l->penalty, system_work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	l->penalised = false;
	memcpy(l->u, l->sys.c, sizeof(double) * 2 * low);
	for (size_t j = 0; j < p; j++)
	{
		size_t diagonal = l2n_tri(p, j, j);
		dd v = dd_make(l->u[diagonal], l->u[low + diagonal]);

		l->penalty[j] *= l->sys.scale[j] * l->sys.scale[j];
		l->penalised |= l->penalty[j] > 0.0;
		v = dd_add_d(v, l->penalty[j]);
		l->u[diagonal] = v.hi;
		l->u[low + diagonal] = v.lo;
		l->d[j] = -DBL_MIN; /* nothing is dropped any more */
	}
	l->constant = spec->columns.intercept ? dd_div(dd_of(1.0), m->weight) : dd_of(0.0);
	*started = l;
	return l2n_cholesky(kernel, spec->columns.p, l->u, l->d, l->dropped, &rank, &failed, poll,
						poll_arg);
}

double
l2n_leverage_mismatch(const l2n_leverage *l, const double *coef)
{
	const l2n_system *s = &l->sys;
	size_t p = (size_t) s->p;
	double *g = l->d, *terms = l->v, largest = 0.0;

	for (size_t j = 0; j < p; j++)
		terms[j] = fabs(g[j] = s->rhs[j]);
	for (size_t i = 0; i < p; i++)
		for (size_t j = i; j < p; j++)
		{
			double c = s->c[l2n_tri(p, i, j)] + (i == j ? l->penalty[i] : 0.0);
			double bi = coef[i] * s->scale_y / s->scale[i], bj = coef[j] * s->scale_y / s->scale[j];

			g[i] -= c * bj;
			terms[i] += fabs(c * bj);
			if (i != j)
			{
				g[j] -= c * bi;
				terms[j] += fabs(c * bi);
			}
		}
	for (size_t j = 0; j < p; j++)
		if (g[j] != 0.0 && !(fabs(g[j]) / terms[j] <= largest))
			largest = fabs(g[j]) / terms[j]; /* NaN too */
	return largest;
}

double
l2n_leverage_tss(const l2n_leverage *l)
{
	return l->sys.syy.hi / l->sys.scale_y / l->sys.scale_y;
}

void
l2n_leverage_row(const l2n_kernel *kernel, l2n_leverage *l, const double *x, double *leverage,
				 double *variance)
{
	const l2n_system *s = &l->sys;
	size_t p = (size_t) s->p;
	double *d = l->d, *v = l->v;
	dd h;

	for (size_t j = 0; j < p; j++)
	{
		dd t = dd_of(x[j] * s->scale[j]);

		if (s->intercept)
			t = dd_sub(t, dd_make(s->mean[j], s->mean[p + j]));
		d[j] = t.hi;
		d[p + j] = t.lo;
	}
	if (!l->penalised)
	{
		l2n_cholesky_forward(kernel, s->p, l->u, l->dropped, d);
		h = dd_add(kernel->dd_dot(p, d, d + p, d, d + p), l->constant);
		*leverage = *variance = h.hi;
		return;
	}
	memcpy(v, d, sizeof(double) * 2 * p);
	l2n_cholesky_solve(kernel, s->p, l->u, l->dropped, v);
	h = dd_add(kernel->dd_dot(p, d, d + p, v, v + p), l->constant);
	*leverage = h.hi;
	l2n_symmetric_times(kernel, s->p, s->c, v, d);
	h = dd_add(kernel->dd_dot(p, v, v + p, d, d + p), l->constant);
	*variance = h.hi;
}
