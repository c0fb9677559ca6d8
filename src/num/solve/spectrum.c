/*
 * spectrum.c: the eigenvalues d and eigenvectors V of D^-1/2 X'WX D^-1/2 answer for every lambda.
 *
 *	b = D^-1/2 V (d + lambda)^-1 V' D^-1/2 X'Wy
 *
 * LAPACK's eigenvalues are right to 2^-52 of the largest, which is enough for traces and variances
 * as long as lambda is not far below it; the coefficients are refined with residuals in
 * double-double, for which V and d serve as an approximate inverse.
 */
#include "num/solve/spectrum.h"

#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"

/* (smallest d + lambda) / (largest) from which on variances are right to 1e-10 */
#define RATIO 1e-6

/* The same for coefficients in double, right to 1e-9 */
#define RATIO_COEF 1e-7

struct l2n_spectrum
{
	l2n_system sys;
	double rows;
	bool constant;  /* some column is, so that l2n_ridge drops it */
	double *factor; /* p: the diagonal D is factor * variance, scaled */
	double *variance;
	double *penalty; /* p: lambda D, rounded as l2n_ridge rounds it */
	double *root;    /* p: D^-1/2 */
	double *d;       /* p: eigenvalues, ascending */
	double *v;       /* p x p: eigenvectors by columns */
	double *c;       /* p x p: high words of X'WX in full */
	double *z;       /* p: V' D^-1/2 X'Wy */
	double *zmean;   /* p: V' D^-1/2 mean */
	double *x;       /* 2p: scratch */
	double *g;       /* 2p */
	double *t;       /* p */
	double *move;    /* 2p */
	int *iwork;      /* p */
};

typedef l2n_spectrum spectrum;

size_t
l2n_spectrum_worksize(int p)
{
	size_t k = (size_t) p;

	if (p > L2N_SPECTRUM_MAX)
		return 0;
	return sizeof(spectrum) + l2n_system_worksize(p) + l2n_dense_eigen_worksize(p) +
		   sizeof(double) * (2 * k * k + 16 * k) + sizeof(int) * k + 22 * 64;
}

/* y = D^-1/2 V f(d) V' D^-1/2 x, where z is V' D^-1/2 x already and f(d) = 1/(d + lambda) */
static void
from_spectrum(spectrum *s, double lambda, const double *z, double *y)
{
	int p = s->sys.p;

	for (int k = 0; k < p; k++)
		s->t[k] = z[k] / (s->d[k] + lambda);
	l2n_dense_times(p, p, s->v, false, s->t, y);
	for (int j = 0; j < p; j++)
		y[j] *= s->root[j];
}

/* z = V' D^-1/2 x; x is spoilt */
static void
to_spectrum(spectrum *s, double *x, double *z)
{
	int p = s->sys.p;

	for (int j = 0; j < p; j++)
		x[j] *= s->root[j];
	l2n_dense_times(p, p, s->v, true, x, z);
}

l2n_status
l2n_spectrum_start(const l2n_moments *m, const l2n_ridge_spec *spec, void *work,
				   l2n_spectrum **started, l2n_poll poll, void *poll_arg)
{
	int p = spec->columns.p;
	size_t k = (size_t) p;
	char *at = work;
	spectrum *s;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	if (p > L2N_SPECTRUM_MAX)
		return L2N_ILL_CONDITIONED;
	s = l2n_take(&at, sizeof *s);
	s->constant = false;
	s->rows = spec->rows - (spec->columns.intercept ? 1.0 : 0.0);
	s->factor = l2n_take(&at, sizeof(double) * k);
	s->variance = l2n_take(&at, sizeof(double) * k);
	s->penalty = l2n_take(&at, sizeof(double) * k);
	s->root = l2n_take(&at, sizeof(double) * k);
	s->d = l2n_take(&at, sizeof(double) * k);
	s->v = l2n_take(&at, sizeof(double) * k * k);
	s->c = l2n_take(&at, sizeof(double) * k * k);
	s->z = l2n_take(&at, sizeof(double) * k);
	s->zmean = l2n_take(&at, sizeof(double) * k);
	s->x = l2n_take(&at, sizeof(double) * 2 * k);
	s->g = l2n_take(&at, sizeof(double) * 2 * k);
	s->t = l2n_take(&at, sizeof(double) * k);
	s->move = l2n_take(&at, sizeof(double) * 2 * k);
	s->iwork = l2n_take(&at, sizeof(int) * k);

	status = l2n_system_init(&s->sys, m, &spec->columns, NULL,
							 l2n_take(&at, l2n_system_worksize(p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < k; j++)
	{
		double scaled = s->sys.scale[j] * s->sys.scale[j];

		s->factor[j] = spec->penalty ? spec->penalty[j] : 1.0;
		s->variance[j] =
			spec->standardize ? l2n_variance(m, spec->columns.feature[j]) * scaled : scaled;
		if (spec->standardize && spec->columns.intercept &&
			l2n_is_constant(m, spec->columns.feature[j]))
		{
			/* neither penalised nor of use: its coefficient stays 0 */
			s->root[j] = 0.0;
			s->constant = true;
			continue;
		}
		s->root[j] = 1.0 / sqrt(s->factor[j] * s->variance[j]);
		if (!isfinite(s->root[j]))
			return L2N_ILL_CONDITIONED;
	}
	for (size_t j = 0; j < k; j++)
		for (size_t i = j; i < k; i++)
		{
			double v = s->sys.c[l2n_tri(k, j, i)];

			s->c[j * k + i] = s->c[i * k + j] = v;
			s->v[j * k + i] = v * s->root[i] * s->root[j];
		}
	if (poll && poll(poll_arg))
		return L2N_INTERRUPTED;
	status = l2n_dense_eigen(p, s->v, s->d, at);
	if (status != L2N_OK)
		return status;
	if (poll && poll(poll_arg))
		return L2N_INTERRUPTED;
	for (size_t j = 0; j < k; j++)
		s->d[j] = fmax(s->d[j], 0.0);

	memcpy(s->x, s->sys.rhs, sizeof(double) * k);
	to_spectrum(s, s->x, s->z);
	memcpy(s->x, s->sys.mean, sizeof(double) * k);
	to_spectrum(s, s->x, s->zmean);
	*started = s;
	return L2N_OK;
}

/* (smallest + lambda) / (largest + lambda); no columns are as good as any */
static double
ratio(const spectrum *s, double lambda)
{
	int p = s->sys.p;

	return p == 0 ? 1.0 : (s->d[0] + lambda) / (s->d[p - 1] + lambda);
}

l2n_status
l2n_spectrum_coefficients(l2n_spectrum *s, double lambda, double *coef)
{
	if (!(ratio(s, lambda) >= RATIO_COEF))
		return L2N_ILL_CONDITIONED;
	from_spectrum(s, lambda, s->z, coef);
	for (int j = 0; j < s->sys.p; j++)
		coef[j] *= s->sys.scale[j] / s->sys.scale_y;
	return L2N_OK;
}

/* s->x = the solution, s->g = rhs - c x, both in double-double */
static l2n_status
refine(const l2n_kernel *kernel, spectrum *s, double lambda, l2n_poll poll, void *poll_arg)
{
	const l2n_system *sys = &s->sys;
	size_t p = (size_t) sys->p;
	double last = INFINITY;

	memset(s->x, 0, sizeof(double) * 2 * p);
	from_spectrum(s, lambda, s->z, s->x);
	l2n_system_gradient(kernel, sys, s->x, s->g);
	for (;;)
	{
		double change = 0.0, size = 0.0;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = 0; j < p; j++)
		{
			dd cost = dd_mul_d(dd_make(s->x[j], s->x[p + j]), s->penalty[j]);

			s->move[j] = dd_sub(dd_make(s->g[j], s->g[p + j]), cost).hi;
		}
		to_spectrum(s, s->move, s->move + p);
		from_spectrum(s, lambda, s->move + p, s->move);
		for (size_t j = 0; j < p; j++)
		{
			dd x = dd_add_d(dd_make(s->x[j], s->x[p + j]), s->move[j]);

			s->x[j] = x.hi;
			s->x[p + j] = x.lo;
			change = fmax(change, fabs(s->move[j]));
			size = fmax(size, fabs(x.hi));
		}
		if (change <= 0x1p-40 * size)
		{
			/* so small a step changes the gradient by what a double can hold */
			l2n_dense_times(sys->p, sys->p, s->c, false, s->move, s->move + p);
			for (size_t j = 0; j < p; j++)
			{
				dd g = dd_add_d(dd_make(s->g[j], s->g[p + j]), -s->move[p + j]);

				s->g[j] = g.hi;
				s->g[p + j] = g.lo;
			}
		}
		else
			l2n_system_gradient(kernel, sys, s->x, s->g);
		if (change <= 0x1p-75 * size)
			return L2N_OK;
		if (!(change <= 0.25 * last))
			return L2N_ILL_CONDITIONED;
		last = change;
	}
}

/*
 * The reciprocal of |A|_1 |A^-1|_1 for A = c + lambda D, scaled as l2n_ridge does; the second is
 * estimated
 */
static double
rcond(spectrum *s, double lambda)
{
	size_t p = (size_t) s->sys.p;
	double norm = 0.0, inverse = 0.0, *e = s->g, *x = s->move + p;
	int state[3] = {0}, task = 0;

	for (size_t j = 0; j < p; j++)
		e[j] = l2n_power_scale(s->c[j * p + j] + s->penalty[j]);
	for (size_t j = 0; j < p; j++)
	{
		double sum = s->penalty[j] * e[j];

		for (size_t i = 0; i < p; i++)
			sum += fabs(s->c[j * p + i]) * e[i];
		norm = fmax(norm, sum * e[j]);
	}
	while (l2n_dense_norm_step(s->sys.p, s->move, x, s->iwork, &inverse, &task, state))
	{
		for (size_t j = 0; j < p; j++)
			x[j] /= e[j];
		to_spectrum(s, x, s->t);
		memcpy(x, s->t, sizeof(double) * p);
		from_spectrum(s, lambda, x, x);
		for (size_t j = 0; j < p; j++)
			x[j] /= e[j];
	}
	return norm * inverse > 0.0 ? 1.0 / (norm * inverse) : 0.0;
}

l2n_status
l2n_spectrum_ridge(const l2n_kernel *kernel, l2n_spectrum *s, double lambda, l2n_fit *fit,
				   l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) s->sys.p;
	double trace = 0.0, trace2 = 0.0, intercept = dd_div(dd_of(1.0), s->sys.weight).hi;
	l2n_status status;

	if (s->constant || !(lambda > 0.0) || !(ratio(s, lambda) >= RATIO))
		return L2N_ILL_CONDITIONED;
	for (size_t j = 0; j < p; j++)
		s->penalty[j] = lambda * s->factor[j] * s->variance[j];
	status = refine(kernel, s, lambda, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	status = l2n_system_solution(&s->sys, s->x, s->g, &fit->solution);
	if (status != L2N_OK)
		return status;

	fit->rcond = rcond(s, lambda);
	fit->rank = s->sys.p;
	fit->solver = L2N_SOLVER_SPECTRUM;
	for (size_t k = 0; k < p; k++)
	{
		double share = s->d[k] / (s->d[k] + lambda);

		trace += share;
		trace2 += share * share;
		s->t[k] = share / (s->d[k] + lambda);
		intercept += s->zmean[k] * s->zmean[k] * s->t[k];
	}
	l2n_fit_statistics(fit, trace, trace2, s->rows, s->sys.intercept);

	/* the diagonal of D^-1/2 V (d/(d + lambda)^2) V' D^-1/2 */
	memset(s->move, 0, sizeof(double) * p);
	for (size_t k = 0; k < p; k++)
	{
		const double *column = s->v + k * p;

		for (size_t j = 0; j < p; j++)
			s->move[j] += column[j] * column[j] * s->t[k];
	}
	for (size_t j = 0; j < p; j++)
	{
		fit->dropped[j] = false;
		fit->se[j] = fit->sigma * sqrt(s->move[j]) * s->root[j] * s->sys.scale[j];
	}
	fit->intercept_se = s->sys.intercept ? fit->sigma * sqrt(intercept) : NAN;
	return L2N_OK;
}
