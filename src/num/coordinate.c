/*
 * coordinate.c: coordinate descent with covariance updates, and an exact finish.
 *
 * The usual way (Friedman, Hastie and Tibshirani, J. Stat. Software 33, 2010) cycles over the
 * columns, each solved for by soft thresholding, until the changes are small: how far the answer
 * is then from the best nobody says.  Here the gradient c - Cb is kept for all columns, so the
 * optimality conditions and the duality gap cost nothing extra; and once the set of non-zero
 * coefficients and their signs have settled, that set is a linear system, which is solved in
 * double-double.  If its solution has the signs that were assumed and no column outside wants in,
 * it is the minimum, right to the last bit.
 */
#include "coordinate.h"

#include <float.h>
#include <string.h>

#include "cholesky.h"

/* Slack of the optimality conditions for columns outside, relative: far above dd's rounding */
#define SLACK 1e-12

/* A scaled penalty this large leaves nothing of a column, and can still be multiplied by */
#define LARGEST 0x1p900

/* A pivot below this share of its diagonal: the set is collinear, no unique solution */
#define TOO_SMALL 1e-20

struct l2n_elastic_net
{
	l2n_system sys;
	double *c;  /* p x p, in full */
	double *b;  /* p */
	double *g;  /* p: rhs - c b */
	double *l1; /* p: scaled penalties */
	double *l2;
	double *unit1; /* p: what a penalty of 1 is, with factor, spread and scale */
	double *unit2;
	int *active; /* the columns of the set tried last */
	int n_active;
	double *exact;  /* 2p: b in double-double */
	double *tmp;    /* 2p: scratch; after a search the gradient of exact */
	double *small;  /* triangle for the set: 2 l2n_tri_size(p) */
	double *rhs;    /* 2p */
	double *floor;  /* p */
	bool *dropped;  /* p */
	bool quadratic; /* some l2 is not 0 */
	double df;      /* of the set tried last */
};

typedef l2n_elastic_net net;

size_t
l2n_elastic_net_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(net) + l2n_system_worksize(p) +
		   sizeof(double) * (k * k + 2 * l2n_tri_size(k) + 16 * k) +
		   (sizeof(int) + sizeof(bool)) * k + 20 * 64;
}

l2n_status
l2n_elastic_net_start(const l2n_moments *m, const l2n_elastic_net_spec *spec, void *work,
					  l2n_elastic_net **started, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p;
	char *at = work;
	net *n = l2n_take(&at, sizeof(net));
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	n->c = l2n_take(&at, sizeof(double) * p * p);
	n->b = l2n_take(&at, sizeof(double) * p);
	n->g = l2n_take(&at, sizeof(double) * p);
	n->l1 = l2n_take(&at, sizeof(double) * p);
	n->l2 = l2n_take(&at, sizeof(double) * p);
	n->unit1 = l2n_take(&at, sizeof(double) * p);
	n->unit2 = l2n_take(&at, sizeof(double) * p);
	n->active = l2n_take(&at, sizeof(int) * p);
	n->exact = l2n_take(&at, sizeof(double) * 2 * p);
	n->tmp = l2n_take(&at, sizeof(double) * 2 * p);
	n->small = l2n_take(&at, sizeof(double) * 2 * l2n_tri_size(p));
	n->rhs = l2n_take(&at, sizeof(double) * 2 * p);
	n->floor = l2n_take(&at, sizeof(double) * p);
	n->dropped = l2n_take(&at, sizeof(bool) * p);

	status = l2n_system_init(&n->sys, m, &spec->columns, NULL,
							 l2n_take(&at, l2n_system_worksize(spec->columns.p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		double factor = spec->penalty ? spec->penalty[j] : 1.0;
		double variance = spec->standardize ? l2n_variance(m, spec->columns.feature[j]) : 1.0;

		n->unit1[j] = factor * sqrt(variance) * n->sys.scale[j] * n->sys.scale_y;
		n->unit2[j] = factor * variance * n->sys.scale[j] * n->sys.scale[j];
		n->b[j] = 0.0;
		n->g[j] = n->sys.rhs[j];
		for (size_t i = j; i < p; i++)
			n->c[j * p + i] = n->c[i * p + j] = n->sys.c[l2n_tri(p, j, i)];
	}
	memset(n->exact, 0, sizeof(double) * 2 * p);
	*started = n;
	return L2N_OK;
}

/* One cycle over the columns, or over those not zero; returns the largest change, as a square */
static double
sweep(net *n, bool all)
{
	size_t p = (size_t) n->sys.p;
	double largest = 0.0;

	for (size_t j = 0; j < p; j++)
	{
		double old = n->b[j], diagonal = n->c[j * p + j], z, step;

		if ((!all && old == 0.0) || !(diagonal + n->l2[j] > 0.0))
			continue;
		z = n->g[j] + diagonal * old;
		z = z > n->l1[j] ? z - n->l1[j] : (z < -n->l1[j] ? z + n->l1[j] : 0.0);
		n->b[j] = z / (diagonal + n->l2[j]);
		step = n->b[j] - old;
		if (step == 0.0)
			continue;
		for (size_t i = 0; i < p; i++)
			n->g[i] -= n->c[j * p + i] * step;
		largest = fmax(largest, step * step * diagonal);
	}
	return largest;
}

/*
 * Solve for the columns that are not zero, their signs given, in double-double: true where the
 * answer has those signs.  Then n->exact holds it.
 */
static bool
solve_active(const l2n_kernel *kernel, net *n, l2n_poll poll, void *poll_arg)
{
	const l2n_system *s = &n->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p), k, sub;
	dd trace = dd_of(0.0);
	int rank, failed;

	n->n_active = 0;
	for (size_t j = 0; j < p; j++)
		if (n->b[j] != 0.0)
			n->active[n->n_active++] = (int) j;
	k = (size_t) n->n_active;
	sub = l2n_tri_size(k);

	for (size_t i = 0; i < k; i++)
	{
		size_t ai = (size_t) n->active[i];
		dd c = dd_make(s->rhs[ai], s->rhs[p + ai]);

		for (size_t j = i; j < k; j++)
		{
			size_t from = l2n_tri(p, ai, (size_t) n->active[j]), to = l2n_tri(k, i, j);
			dd v = dd_make(s->c[from], s->c[low + from]);

			if (i == j)
				v = dd_add_d(v, n->l2[ai]);
			n->small[to] = v.hi;
			n->small[sub + to] = v.lo;
		}
		n->floor[i] = -TOO_SMALL * n->small[l2n_tri(k, i, i)];
		c = dd_add_d(c, n->b[ai] > 0.0 ? -n->l1[ai] : n->l1[ai]);
		n->rhs[i] = c.hi;
		n->rhs[k + i] = c.lo;
	}
	if (l2n_cholesky(kernel, (int) k, n->small, n->floor, n->dropped, &rank, &failed, poll,
					 poll_arg) != L2N_OK)
		return false;
	l2n_cholesky_solve(kernel, (int) k, n->small, n->dropped, n->rhs);

	memset(n->exact, 0, sizeof(double) * 2 * p);
	for (size_t i = 0; i < k; i++)
	{
		size_t ai = (size_t) n->active[i];

		if ((n->rhs[i] > 0.0) != (n->b[ai] > 0.0) && n->l1[ai] > 0.0)
			return false;
		n->exact[ai] = n->rhs[i];
		n->exact[p + ai] = n->rhs[k + i];
	}

	/* trace of C (C + l2)^-1 over the set */
	n->df = (double) k;
	if (!n->quadratic)
		return true;
	if (l2n_cholesky_invert(kernel, (int) k, n->small, n->dropped, n->tmp, poll, poll_arg) !=
		L2N_OK)
		return false;
	for (size_t i = 0; i < k; i++)
	{
		size_t d = l2n_tri(k, i, i);

		trace =
			dd_add(trace, dd_mul_d(dd_make(n->small[d], n->small[sub + d]), n->l2[n->active[i]]));
	}
	n->df -= trace.hi;
	return true;
}

/*
 * The duality gap of n->exact as a share of syy / 2; *outside is true where a column outside the
 * set breaks the optimality conditions.  Leaves the gradient in n->tmp.
 *
 * With the quadratic penalty as more rows of the data (X over sqrt(l2), y over 0) this is a lasso,
 * whose dual point is the residual scaled down until no column exceeds its l1:
 *	gap = P - (s y'r - s^2 r'r / 2)
 */
static double
duality_gap(const l2n_kernel *kernel, net *n, bool *outside)
{
	const l2n_system *s = &n->sys;
	size_t p = (size_t) s->p;
	dd yr = s->syy, rr = s->syy, l1_part = dd_of(0.0), l2_part = dd_of(0.0), primal, dual;
	double shrink = 1.0;

	*outside = false;
	l2n_system_gradient(kernel, s, n->exact, n->tmp);
	for (size_t j = 0; j < p; j++)
	{
		dd b = dd_make(n->exact[j], n->exact[p + j]), c = dd_make(s->rhs[j], s->rhs[p + j]);
		dd g = dd_make(n->tmp[j], n->tmp[p + j]);
		dd square = dd_mul_d(dd_mul(b, b), n->l2[j]);
		double pull;

		yr = dd_sub(yr, dd_mul(b, c));
		rr = dd_sub(rr, dd_mul(b, dd_add(c, g)));
		l1_part = dd_add(l1_part, dd_mul_d(b.hi < 0.0 ? dd_neg(b) : b, n->l1[j]));
		l2_part = dd_add(l2_part, square);
		pull = fabs(dd_sub(g, dd_mul_d(b, n->l2[j])).hi);
		if (pull > n->l1[j])
		{
			if (n->l1[j] > 0.0)
				shrink = fmin(shrink, n->l1[j] / pull);
			*outside |= b.hi == 0.0 && pull > n->l1[j] * (1.0 + SLACK) + 0x1p-80 * fabs(c.hi);
		}
	}
	rr = dd_add(rr, l2_part);
	primal = dd_add(dd_mul_d(rr, 0.5), l1_part);
	dual = dd_sub(dd_mul_d(yr, shrink), dd_mul_d(rr, 0.5 * shrink * shrink));
	return s->syy.hi > 0.0 ? fmax(dd_sub(primal, dual).hi, 0.0) / (0.5 * s->syy.hi) : 0.0;
}

l2n_status
l2n_elastic_net_solve(const l2n_kernel *kernel, l2n_elastic_net *n, double l1, double l2,
					  double tolerance, int max_iter, l2n_elastic_net_fit *fit, l2n_poll poll,
					  void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	double settled = 1e-6;
	bool outside = false;

	for (size_t j = 0; j < p; j++)
	{
		n->l1[j] = n->unit1[j] > 0.0 ? fmin(l1 * n->unit1[j], LARGEST) : 0.0;
		n->l2[j] = fmin(l2 * n->unit2[j], LARGEST);
	}
	n->quadratic = l2 > 0.0;
	n->df = 0.0;
	fit->iterations = 0;
	fit->gap = INFINITY;
	while (fit->iterations < max_iter)
	{
		double change;
		bool exact;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		fit->iterations++;
		change = sweep(n, true);
		while (change > settled * n->sys.syy.hi && fit->iterations < max_iter)
		{
			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			fit->iterations++;
			change = sweep(n, false);
		}

		exact = solve_active(kernel, n, poll, poll_arg);
		if (!exact)
		{
			/* signs not settled, or a collinear set: what the sweeps have come to */
			n->df = n->n_active;
			for (size_t j = 0; j < p; j++)
			{
				n->exact[j] = n->b[j];
				n->exact[p + j] = 0.0;
			}
		}
		fit->gap = duality_gap(kernel, n, &outside);
		if (exact)
			for (size_t j = 0; j < p; j++)
			{
				n->b[j] = n->exact[j];
				n->g[j] = n->tmp[j];
			}
		if ((exact && !outside) || fit->gap <= tolerance)
			break;
		if (!exact)
			settled = fmax(settled * 0.01, 1e-32);
	}
	fit->converged = fit->gap <= tolerance;
	fit->nonzero = 0;
	for (size_t j = 0; j < p; j++)
		fit->nonzero += n->exact[j] != 0.0;
	fit->df = n->df + (n->sys.intercept ? 1.0 : 0.0);
	return l2n_system_solution(&n->sys, n->exact, n->tmp, &fit->solution);
}

l2n_status
l2n_elastic_net_largest(const l2n_kernel *kernel, l2n_elastic_net *n, double *l1,
						l2n_elastic_net_fit *fit, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	l2n_status status;

	/* no penalised column is worth the largest penalty; the others are least squares */
	status = l2n_elastic_net_solve(kernel, n, HUGE_VAL, 0.0, 1e-13, 10000, fit, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	*l1 = 0.0; /* the gradient is still in tmp */
	for (size_t j = 0; j < p; j++)
		if (n->unit1[j] > 0.0)
			*l1 = fmax(*l1, fabs(n->tmp[j]) / n->unit1[j]);
	return L2N_OK;
}
