/*
 * proximal.c: gradient descent as the textbook has it, and FISTA.
 *
 * The textbook's batch gradient descent, b_j += rate/N x_j'(y - Xb), is written for the columns as
 * they are; here its steps are taken on scaled columns, where they are the same steps with a
 * length of their own for each column.  The intercept is not a coordinate of the search: it is
 * solved for at every step, which is the same iteration on centred columns.  An L1 penalty adds
 * its proximal map, soft thresholding (ISTA).  FISTA (Beck and Teboulle, SIAM J. Imaging Sci. 2,
 * 2009) extrapolates from the last two points, and starts over where that has led uphill
 * (O'Donoghue and Candes, Found. Comput. Math. 15, 2015); it has no learning rate, hence no units
 * to keep to, and works on columns of equal length.
 *
 * In double alone the gradient c - Cb comes to rest at the rounding error of Cb.  So b is kept as
 * base + x, with the gradient at base worked out in double-double every few steps: then only Cx is
 * rounded, and x vanishes.
 */
#include "num/solve/proximal.h"

#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"

/* Steps from one base to the next */
#define REBASE 32

/* A scaled penalty this large leaves nothing of a column, and can still be multiplied by */
#define LARGEST 0x1p900

/* A scaled coefficient beyond this has diverged; its square can still be multiplied by */
#define DIVERGED 0x1p300

/* A quadratic penalty below this share of a column's square is no bound on the coefficient */
#define FREE 1e-12

struct l2n_proximal
{
	l2n_system sys;
	l2n_descent method;
	double *c;    /* p x p, in full */
	double *base; /* p: coefficients are base + x */
	double *x;
	double *last; /* x before the last step */
	double *g;    /* p: gradient rhs - c b at x, last and base */
	double *g_last;
	double *g_base;
	double *l1; /* p: scaled penalties */
	double *l2;
	double *step;  /* p: step lengths */
	double *exact; /* 2p: b in double-double, and its gradient */
	double *exact_g;
	double *pull;  /* p: what the dual point is made of */
	double *block; /* triangle: inverse of c + l2 on the columns of a set; 2 l2n_tri_size(p) */
	double *work;  /* 3p */
	int *set;      /* the columns that only the data hold: not penalised */
	int n_free;
	int rank;
	bool *is_free;  /* p */
	bool *dropped;  /* p: of a set */
	bool quadratic; /* no l1 */
	double momentum;
	double weight_of_last; /* extrapolation: momentum of the last step - 1, over that of this one */
	double rate;
	double largest_rate;
	double rows;
	int iterations;
};

typedef l2n_proximal descent;

size_t
l2n_proximal_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(descent) + l2n_system_worksize(p) +
		   sizeof(double) * (k * k + 2 * l2n_tri_size(k) + 17 * k) +
		   (sizeof(int) + 2 * sizeof(bool)) * k + 24 * 64;
}

static inline double
coefficient(const descent *d, size_t j)
{
	return d->base[j] + d->x[j];
}

/* y -= c x */
static void
subtract_product(const descent *d, const double *x, double *y)
{
	size_t p = (size_t) d->sys.p;

	for (size_t j = 0; j < p; j++)
	{
		const double *column = d->c + j * p;
		double xj = x[j];

		if (xj != 0.0)
			for (size_t i = 0; i < p; i++)
				y[i] -= column[i] * xj;
	}
}

/*
 * The largest eigenvalue of s (c + l2) s, where s is diagonal and makes the largest element 1: a
 * power iteration comes near it from below, and where a Cholesky factor of bound - s (c + l2) s
 * exists the bound is above it.  A bound a millionth too large does no harm; one too small would
 * let the steps diverge.
 */
static l2n_status
largest_eigenvalue(descent *d, const double *s, double *value, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) d->sys.p;
	double *v = d->x, *w = d->last, *scaled = d->g;
	double ratio = 0.0, low, slack = 1e-10, failed = 0.0, next = slack;
	l2n_status status;

	/* any direction will do that no symmetry of the data is blind to */
	for (size_t j = 0; j < p; j++)
		v[j] = 1.0 + fmod(0.6180339887498949 * (double) (j + 1), 1.0);
	for (int k = 0; k < 300; k++)
	{
		double vv = 0.0, vw = 0.0, ww = 0.0, before = ratio;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = 0; j < p; j++)
		{
			scaled[j] = -s[j] * v[j];
			w[j] = 0.0;
		}
		subtract_product(d, scaled, w);
		for (size_t j = 0; j < p; j++)
		{
			w[j] = s[j] * (w[j] - d->l2[j] * scaled[j]);
			vv += v[j] * v[j];
			vw += v[j] * w[j];
			ww += w[j] * w[j];
		}
		ratio = vw / vv;
		if (!(ww > 0.0) || (k > 10 && ratio - before <= 1e-13 * ratio))
			break;
		for (size_t j = 0; j < p; j++)
			v[j] = w[j] / sqrt(ww);
	}

	low = fmax(ratio, 1.0);
	for (;;)
	{
		double *a = d->block, bound = low * (1.0 + next);

		for (size_t j = 0; j < p; j++)
		{
			for (size_t i = j; i < p; i++)
				a[j * p + i] = -s[j] * d->c[j * p + i] * s[i];
			a[j * p + j] += bound - s[j] * d->l2[j] * s[j];
		}
		status = l2n_dense_cholesky(d->sys.p, a, 0.0, d->work, d->set, poll, poll_arg);
		if (status == L2N_INTERRUPTED)
			return status;
		/* slacks up to failed are too small, slack is large enough once one is */
		if (status == L2N_OK)
			slack = next;
		else
			failed = next;
		if (failed >= slack)
			next = slack = failed * 8.0; /* none is, yet */
		else if (slack - failed <= 1e-6 * fmax(1.0, slack))
			break;
		else
			next = 0.5 * (slack + failed);
		if (!isfinite(next))
			return L2N_OUT_OF_RANGE;
	}
	*value = low * (1.0 + slack);
	return L2N_OK;
}

/*
 * Step lengths.  In units of the columns as they are (or, standardised, of their sd) every column
 * has the same, rate / N; on columns times scale this is rate / (N scale^2).
 */
static l2n_status
set_steps(descent *d, const l2n_moments *m, const l2n_proximal_spec *spec, l2n_poll poll,
		  void *poll_arg)
{
	size_t p = (size_t) d->sys.p;
	double *s = d->pull, largest = 0.0, eigenvalue, n = d->sys.weight.hi;
	l2n_status status;

	d->largest_rate = INFINITY;
	d->rate = spec->rate;
	memset(d->step, 0, sizeof(double) * p);
	if (d->method == L2N_SWEEPS)
		return L2N_OK;
	for (size_t j = 0; j < p; j++)
	{
		double square = d->c[j * p + j] + d->l2[j], unit = d->sys.scale[j];

		if (spec->standardize)
			unit *= sqrt(l2n_variance(m, spec->columns.feature[j]));
		d->step[j] = d->method == L2N_FISTA ? square : unit * unit;
		/* a column of which nothing is left has nowhere to go */
		d->step[j] = d->step[j] > 0.0 && square > 0.0 ? 1.0 / d->step[j] : 0.0;
		largest = fmax(largest, d->step[j] * square);
	}
	if (!(largest > 0.0))
		return L2N_OK;
	if (isinf(largest))
		return L2N_OUT_OF_RANGE;
	for (size_t j = 0; j < p; j++)
		s[j] = sqrt(d->step[j] / largest);
	status = largest_eigenvalue(d, s, &eigenvalue, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	/* L = eigenvalue / n */
	eigenvalue *= largest;
	d->largest_rate = 2.0 * (n / eigenvalue);
	if (!(d->rate > 0.0))
		d->rate = n / eigenvalue;
	for (size_t j = 0; j < p; j++)
		d->step[j] *= d->rate / n;
	return L2N_OK;
}

/*
 * The inverse of c + l2 on k columns of set goes to block; collinear ones are dropped from it, and
 * d->rank counts the others.
 */
static l2n_status
invert_set(const l2n_kernel *kernel, descent *d, int n, l2n_poll poll, void *poll_arg)
{
	const l2n_system *s = &d->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p), k = (size_t) n, sub = l2n_tri_size(k);
	double *floor = d->work;
	int failed;
	l2n_status status;

	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++)
		{
			size_t from = l2n_tri(p, (size_t) d->set[i], (size_t) d->set[j]);
			size_t to = l2n_tri(k, i, j);
			dd v = dd_make(s->c[from], s->c[low + from]);

			if (i == j)
			{
				v = dd_add_d(v, d->l2[d->set[i]]);
				floor[i] = L2N_COLLINEAR * v.hi;
			}
			d->block[to] = v.hi;
			d->block[sub + to] = v.lo;
		}
	status =
		l2n_cholesky(kernel, n, d->block, floor, d->dropped, &d->rank, &failed, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	return l2n_cholesky_invert(kernel, n, d->block, d->dropped, d->work, poll, poll_arg);
}

/* The columns that only the data hold go to set, and the inverse of c on them to block */
static l2n_status
hold_free(const l2n_kernel *kernel, descent *d, l2n_poll poll, void *poll_arg)
{
	d->n_free = 0;
	for (size_t j = 0; j < (size_t) d->sys.p; j++)
		if (d->is_free[j])
			d->set[d->n_free++] = (int) j;
	return invert_set(kernel, d, d->n_free, poll, poll_arg);
}

l2n_status
l2n_proximal_start(const l2n_kernel *kernel, const l2n_moments *m, const l2n_proximal_spec *spec,
				   void *work, l2n_proximal **started, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p;
	char *at = work;
	descent *d = l2n_take(&at, sizeof(descent));
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	d->method = spec->method;
	d->rows = spec->rows;
	d->c = l2n_take(&at, sizeof(double) * p * p);
	d->base = l2n_take(&at, sizeof(double) * p);
	d->x = l2n_take(&at, sizeof(double) * p);
	d->last = l2n_take(&at, sizeof(double) * p);
	d->g = l2n_take(&at, sizeof(double) * p);
	d->g_last = l2n_take(&at, sizeof(double) * p);
	d->g_base = l2n_take(&at, sizeof(double) * p);
	d->l1 = l2n_take(&at, sizeof(double) * p);
	d->l2 = l2n_take(&at, sizeof(double) * p);
	d->step = l2n_take(&at, sizeof(double) * p);
	d->exact = l2n_take(&at, sizeof(double) * 2 * p);
	d->exact_g = l2n_take(&at, sizeof(double) * 2 * p);
	d->pull = l2n_take(&at, sizeof(double) * p);
	d->block = l2n_take(&at, sizeof(double) * 2 * l2n_tri_size(p));
	d->work = l2n_take(&at, sizeof(double) * 3 * p);
	d->set = l2n_take(&at, sizeof(int) * p);
	d->is_free = l2n_take(&at, sizeof(bool) * p);
	d->dropped = l2n_take(&at, sizeof(bool) * p);

	status = l2n_system_init(&d->sys, m, &spec->columns, NULL,
							 l2n_take(&at, l2n_system_worksize(spec->columns.p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;
	d->quadratic = !(spec->l1 > 0.0);
	for (size_t j = 0; j < p; j++)
	{
		double factor = spec->penalty ? spec->penalty[j] : 1.0;
		double variance = spec->standardize ? l2n_variance(m, spec->columns.feature[j]) : 1.0;
		double scale = d->sys.scale[j], unit = factor * sqrt(variance) * scale * d->sys.scale_y;

		d->l1[j] = unit > 0.0 ? fmin(spec->l1 * unit, LARGEST) : 0.0;
		d->l2[j] = spec->l2 * (factor * variance * scale * scale);
		if (spec->extra)
			d->l2[j] += spec->extra[j] * scale * scale;
		d->l2[j] = fmin(d->l2[j], LARGEST);
		for (size_t i = j; i < p; i++)
			d->c[j * p + i] = d->c[i * p + j] = d->sys.c[l2n_tri(p, j, i)];
		d->is_free[j] = d->l1[j] == 0.0 && d->l2[j] <= FREE * d->c[j * p + j];
	}
	status = set_steps(d, m, spec, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	status = hold_free(kernel, d, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	d->iterations = 0;
	d->momentum = 1.0;
	d->weight_of_last = 0.0;
	for (size_t j = 0; j < p; j++)
	{
		d->base[j] = d->x[j] = d->last[j] = 0.0;
		d->g[j] = d->g_last[j] = d->g_base[j] = d->sys.rhs[j];
	}
	*started = d;
	return L2N_OK;
}

double
l2n_proximal_rate(const l2n_proximal *d)
{
	return d->rate;
}

double
l2n_proximal_largest_rate(const l2n_proximal *d)
{
	return d->largest_rate;
}

/* A step along the gradient from the extrapolated point, and the proximal map of the L1 penalty */
static void
proximal_step(descent *d)
{
	size_t p = (size_t) d->sys.p;
	double uphill = 0.0, ahead = d->weight_of_last, before = d->momentum;

	for (size_t j = 0; j < p; j++)
	{
		double from = d->x[j] + ahead * (d->x[j] - d->last[j]);
		double g = d->g[j] + ahead * (d->g[j] - d->g_last[j]);
		double b = d->base[j] + from, pull = g - d->l2[j] * b, step = d->step[j];
		double to = b + step * pull, threshold = step * d->l1[j];

		if (to > threshold)
			to = from + step * (pull - d->l1[j]);
		else if (to < -threshold)
			to = from + step * (pull + d->l1[j]);
		else
			to = -d->base[j];
		if (step > 0.0)
			uphill += (from - to) * (to - d->x[j]) / step;
		d->last[j] = d->x[j];
		d->g_last[j] = d->g[j];
		d->x[j] = to;
	}
	memcpy(d->g, d->g_base, sizeof(double) * p);
	subtract_product(d, d->x, d->g);

	if (d->method != L2N_FISTA)
		return;
	if (uphill > 0.0)
		before = 1.0;
	d->momentum = 0.5 * (1.0 + sqrt(1.0 + 4.0 * before * before));
	d->weight_of_last = (before - 1.0) / d->momentum;
}

/* Each column solved for in turn, the others held */
static void
proximal_sweep(descent *d)
{
	size_t p = (size_t) d->sys.p;

	for (size_t j = 0; j < p; j++)
	{
		const double *column = d->c + j * p;
		double b = coefficient(d, j), square = column[j] + d->l2[j];
		double pull = d->g[j] - d->l2[j] * b, to = pull + square * b, change;

		if (!(square > 0.0))
			continue;
		if (to > d->l1[j])
			change = (pull - d->l1[j]) / square;
		else if (to < -d->l1[j])
			change = (pull + d->l1[j]) / square;
		else
			change = -b;
		d->x[j] = change == -b ? -d->base[j] : d->x[j] + change;
		if (change != 0.0)
			for (size_t i = 0; i < p; i++)
				d->g[i] -= column[i] * change;
	}
}

void
l2n_proximal_step(l2n_proximal *d)
{
	d->iterations++;
	if (d->method == L2N_SWEEPS)
		proximal_sweep(d);
	else
		proximal_step(d);
}

/* Let base be where x has come to; the gradient anew from double-double */
static void
proximal_rebase(const l2n_kernel *kernel, descent *d)
{
	size_t p = (size_t) d->sys.p;

	for (size_t j = 0; j < p; j++)
	{
		double from = d->base[j];
		dd b = dd_two_sum(from, d->x[j]);

		d->base[j] = d->exact[j] = b.hi;
		d->x[j] = d->exact[p + j] = b.lo;
		d->last[j] += from - b.hi;
	}
	l2n_system_gradient(kernel, &d->sys, d->exact, d->exact_g);
	memcpy(d->g, d->exact_g, sizeof(double) * p);
	for (size_t j = 0; j < p; j++)
	{
		d->g_base[j] = 0.0;
		d->pull[j] = -d->x[j];
	}
	subtract_product(d, d->pull, d->g_base);
	for (size_t j = 0; j < p; j++)
		d->g_base[j] += d->g[j];
}

/* The residual's square at b */
static double
residual_square(const descent *d)
{
	size_t p = (size_t) d->sys.p;
	dd rr = d->sys.syy;

	for (size_t j = 0; j < p; j++)
		rr = dd_sub(rr, dd_mul_d(dd_add_d(dd_of(d->sys.rhs[j]), d->g[j]), coefficient(d, j)));
	return fmax(rr.hi, 0.0);
}

/*
 * The duality gap at b as a share of syy / 2.
 *
 * The dual point is the residual r, made orthogonal to the columns without a penalty, by t =
 * (inverse of C on them) X'r, and with an L1 penalty scaled by s until no column pulls harder than
 * its l1; the quadratic penalty counts as more rows of the data (X over sqrt(l2), y over 0), so
 * that the pull is X'r - l2 b.  The gap is then a sum of terms that are none of them negative,
 * and nothing cancels:
 *
 *	1/2 (pull't over columns without a penalty)  +  (1 - s)^2 / 2 r'r  +  sum (l1 |b| - s b pull)
 *
 * and without an L1 penalty, pull^2 / (2 l2) for the last sum (Fenchel's inequality).  Far from the
 * minimum that may be more than the objective, which is a bound too.
 */
static double
duality_gap(descent *d)
{
	size_t p = (size_t) d->sys.p, k = (size_t) d->n_free;
	double *pull = d->pull, *t = d->work, free_part = 0.0, square = 0.0, gap = 0.0, s = 1.0;

	if (!(d->sys.syy.hi > 0.0))
		return 0.0;
	for (size_t j = 0; j < p; j++)
		pull[j] = d->g[j] - d->l2[j] * coefficient(d, j);
	for (size_t i = 0; i < k; i++)
	{
		t[i] = 0.0;
		for (size_t j = 0; j < k; j++)
			t[i] += d->block[i < j ? l2n_tri(k, i, j) : l2n_tri(k, j, i)] * pull[d->set[j]];
	}
	for (size_t i = 0; i < k; i++)
		free_part += pull[d->set[i]] * t[i];
	if (k < p)
		for (size_t i = 0; i < k; i++)
			for (size_t j = 0; j < p; j++)
				pull[j] -= d->c[(size_t) d->set[i] * p + j] * t[i];

	for (size_t j = 0; j < p; j++)
		if (!d->is_free[j] && d->l1[j] > 0.0)
			s = fmin(s, d->l1[j] / fabs(pull[j]));
	if (d->quadratic || s < 1.0)
	{
		square = residual_square(d);
		for (size_t j = 0; j < p; j++)
			square += d->l2[j] * coefficient(d, j) * coefficient(d, j);
		gap = 0.5 * (1.0 - s) * (1.0 - s) * fmax(square - free_part, 0.0);
	}
	gap += 0.5 * fmax(free_part, 0.0);
	for (size_t j = 0; j < p; j++)
	{
		double b = coefficient(d, j);

		if (d->is_free[j])
			continue;
		if (d->l1[j] > 0.0)
			gap += fmax(fabs(b) * d->l1[j] - s * (b * pull[j]), 0.0);
		else
			gap += 0.5 * pull[j] * (pull[j] / d->l2[j]);
	}
	if (d->quadratic)
		gap = fmin(gap, 0.5 * square);
	return gap / (0.5 * d->sys.syy.hi);
}

l2n_status
l2n_proximal_look(const l2n_kernel *kernel, l2n_proximal *d, l2n_proximal_fit *fit)
{
	size_t p = (size_t) d->sys.p;
	double penalty = 0.0, unit = 1.0 / d->sys.scale_y;
	l2n_status status;

	fit->nonzero = 0;
	for (size_t j = 0; j < p; j++)
	{
		double b = coefficient(d, j);

		if (!(fabs(b) <= DIVERGED))
			return L2N_OUT_OF_RANGE;
		fit->nonzero += b != 0.0;
		penalty += d->l1[j] * fabs(b) + 0.5 * (d->l2[j] * b) * b;
	}
	proximal_rebase(kernel, d);
	status = l2n_system_solution(&d->sys, d->exact, d->exact_g, &fit->solution);
	if (status != L2N_OK)
		return status;
	fit->objective = 0.5 * fit->solution.rss + penalty * unit * unit;
	fit->gap = duality_gap(d);
	fit->iterations = d->iterations;
	return isfinite(fit->objective) && isfinite(fit->gap) ? L2N_OK : L2N_OUT_OF_RANGE;
}

/*
 * Effective parameters.  Of a lasso the rank of its columns that are not zero, of an elastic net
 * the trace of C (C + l2)^-1 over them, and of ridge that of all columns, T; there the residuals
 * have tr(2T - T^2) fewer degrees of freedom than the rows.
 */
static l2n_status
proximal_count_parameters(const l2n_kernel *kernel, descent *d, l2n_proximal_fit *fit,
						  l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) d->sys.p, k, sub;
	double intercept = d->sys.intercept ? 1.0 : 0.0;
	dd lost = dd_of(0.0), lost2 = dd_of(0.0); /* traces of I - T and its square */
	int n = 0;
	l2n_status status;

	for (size_t j = 0; j < p; j++)
		if (d->quadratic || coefficient(d, j) != 0.0)
			d->set[n++] = (int) j;
	status = invert_set(kernel, d, n, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	k = (size_t) n;
	sub = l2n_tri_size(k);
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++)
		{
			double li = d->l2[d->set[i]], lj = d->l2[d->set[j]];
			size_t at = l2n_tri(k, i, j);
			dd v = dd_make(d->block[at], d->block[sub + at]);

			if (i == j)
				lost = dd_add(lost, dd_mul_d(v, li));
			v = dd_mul(dd_mul_d(v, li), dd_mul_d(v, lj));
			lost2 = dd_add(lost2, dd_scale(v, i == j ? 1.0 : 2.0));
		}
	fit->df = dd_sub(dd_of(d->rank), lost).hi + intercept;
	/* 2T - T^2 = I - (I - T)^2 */
	fit->df_resid =
		d->quadratic ? d->rows - intercept - dd_sub(dd_of(d->rank), lost2).hi : d->rows - fit->df;
	/* for the gap, should the search go on */
	if (d->n_free == 0 || (d->quadratic && d->n_free == d->sys.p))
		return L2N_OK;
	return hold_free(kernel, d, poll, poll_arg);
}

l2n_status
l2n_proximal_solve(const l2n_kernel *kernel, l2n_proximal *d, double tolerance, int max_iter,
				   l2n_proximal_fit *fit, l2n_poll poll, void *poll_arg)
{
	l2n_status status;

	for (;; l2n_proximal_step(d))
	{
		bool enough = d->iterations >= max_iter || duality_gap(d) <= tolerance;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		if (!enough && d->iterations % REBASE != 0)
			continue;
		/* in double-double before anything is believed */
		status = l2n_proximal_look(kernel, d, fit);
		if (status != L2N_OK)
			return status;
		fit->converged = fit->gap <= tolerance;
		if (fit->converged || d->iterations >= max_iter)
			break;
	}
	return proximal_count_parameters(kernel, d, fit, poll, poll_arg);
}
