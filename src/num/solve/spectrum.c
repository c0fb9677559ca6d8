/*
 * spectrum.c: one decomposition of A = D^-1/2 X'WX D^-1/2 answers for every lambda.
 *
 *	b = D^-1/2 V (d + lambda)^-1 V' D^-1/2 X'Wy
 *
 * with its eigenvalues d and eigenvectors V, or with a band B for diag(d) and Q for V.  Either is
 * right to 2^-52 of the largest eigenvalue, which is enough for traces and variances as long as
 * lambda is not far below it; the coefficients are refined with residuals in double-double, for
 * which the decomposition serves as an approximate inverse.
 */
#include "num/solve/spectrum.h"

#include <string.h>

#include "num/linalg/band.h"
#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"
#include "num/linalg/eigen.h"

/* (smallest d + lambda) / (largest) from which on variances are right to 1e-10 */
#define RATIO 1e-6

/* The same for coefficients by a band in double, right to 1e-9 */
#define RATIO_COEF 1e-6

/* What an eigenvalue may be off by, as a share of the largest, and the share of a variance that may
 * be */
#define NOISE 0x1p-51
#define ERROR 1e-7

struct l2n_spectrum
{
	l2n_system sys;
	double rows;
	bool constant;  /* some column is, so that l2n_ridge drops it */
	double *factor; /* p: the diagonal D is factor * variance, scaled */
	double *variance;
	double *penalty; /* p: lambda D, rounded as l2n_ridge rounds it */
	double *root;    /* p: D^-1/2 */
	int rank;        /* at most, for the rows that there are */
	double least;    /* the extreme eigenvalues; of a band, as they are estimated */
	double most;
	double *a;    /* p x p: V by columns, or what Q is made of */
	double *z;    /* p: V' D^-1/2 X'Wy, or with Q */
	double *x;    /* 2p: scratch */
	double *g;    /* 2p */
	double *move; /* 2p */

	/* with eigenvalues */
	double *d;     /* p, ascending; NULL: there is a band */
	double *c;     /* p x p: high words of X'WX in full */
	double *zmean; /* p: V' D^-1/2 mean */
	double *t;     /* p */
	int *iwork;    /* p */

	/* with a band */
	l2n_band band;
	double *band_work;
	double *banded; /* the factor of B + lambda, for the lambda in hand */
};

typedef l2n_spectrum spectrum;

/* Doubles that it takes for a band's factor, or to find its extreme eigenvalues */
static size_t
banded_doubles(size_t p)
{
	return (L2N_BAND + 3) * p;
}

size_t
l2n_spectrum_worksize(int p, l2n_spectrum_use use)
{
	size_t k = (size_t) p, size;

	size = sizeof(spectrum) + l2n_system_worksize(p) + sizeof(double) * (k * k + 11 * k) + 12 * 64;
	if (use == L2N_SPECTRUM_MODELS)
		size += l2n_eigen_worksize(p) + sizeof(double) * (k * k + 3 * k) + sizeof(int) * k + 6 * 64;
	else
		size +=
			sizeof(double) * (l2n_band_doubles(p, L2N_SPECTRUM_BATCH) + banded_doubles(k)) + 2 * 64;
	return size;
}

/* y = D^-1/2 V f(d) V' D^-1/2 x, where z is V' D^-1/2 x already and f(d) = 1/(d + lambda) */
static void
from_spectrum(spectrum *s, double lambda, const double *z, double *y)
{
	int p = s->sys.p;

	if (s->d)
	{
		for (int k = 0; k < p; k++)
			s->t[k] = z[k] / (s->d[k] + lambda);
		l2n_dense_times(p, p, s->a, false, s->t, y);
	}
	else
	{
		if (y != z)
			memcpy(y, z, sizeof(double) * (size_t) p);
		l2n_band_solve(&s->band, s->banded, y);
		l2n_reflect(&s->band.q, false, 1, y, s->band_work, NULL, NULL);
	}
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
	if (s->d)
		l2n_dense_times(p, p, s->a, true, x, z);
	else
	{
		memcpy(z, x, sizeof(double) * (size_t) p);
		l2n_reflect(&s->band.q, true, 1, z, s->band_work, NULL, NULL);
	}
}

/* The diagonal of the penalty; L2N_ILL_CONDITIONED where it does not have one everywhere */
static l2n_status
spectrum_penalty(spectrum *s, const l2n_moments *m, const l2n_ridge_spec *spec)
{
	const l2n_columns *columns = &spec->columns;

	s->constant = false;
	if (spec->extra)
		return L2N_ILL_CONDITIONED; /* lambda is no shift of it */
	for (int j = 0; j < columns->p; j++)
	{
		double scaled = s->sys.scale[j] * s->sys.scale[j];

		s->factor[j] = spec->penalty ? spec->penalty[j] : 1.0;
		s->variance[j] = spec->standardize ? l2n_variance(m, columns->feature[j]) * scaled : scaled;
		if (spec->standardize && columns->intercept && l2n_is_constant(m, columns->feature[j]))
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
	return L2N_OK;
}

/*
 * a = A times a power of two that brings its largest entry near 1, which is on the diagonal; to
 * *unit, its square root
 */
static l2n_status
spectrum_matrix(spectrum *s, double *unit, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) s->sys.p;
	double largest = 0.0;

	for (size_t j = 0; j < p; j++)
	{
		double v = s->sys.c[l2n_tri(p, j, j)] * s->root[j] * s->root[j];

		if (!isfinite(v))
			return L2N_ILL_CONDITIONED;
		largest = fmax(largest, v);
	}
	*unit = l2n_power_scale(largest);
	for (size_t j = 0; j < p; j++)
	{
		double left = s->root[j] * *unit;

		if (j % 64 == 0 && poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t i = j; i < p; i++)
			s->a[j * p + i] = s->sys.c[l2n_tri(p, j, i)] * left * (s->root[i] * *unit);
	}
	return L2N_OK;
}

/* X'WX in full: columns that are triangles' rows */
static void
spectrum_full(spectrum *s)
{
	size_t p = (size_t) s->sys.p;

	for (size_t j = 0; j < p; j++)
		for (size_t i = j; i < p; i++)
			s->c[j * p + i] = s->c[i * p + j] = s->sys.c[l2n_tri(p, j, i)];
}

/* Eigenvalues and vectors of the matrix, for models; those beyond its rank are 0. */
static l2n_status
spectrum_eigen(spectrum *s, char *at, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) s->sys.p;
	double unit;
	l2n_status status = spectrum_matrix(s, &unit, poll, poll_arg);

	if (status == L2N_OK)
		status = l2n_eigen(s->sys.p, s->a, s->d, at, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
		s->d[j] = j < p - (size_t) s->rank ? 0.0 : fmax(s->d[j] / unit / unit, 0.0);
	s->least = p > 0 ? s->d[0] : 0.0;
	s->most = p > 0 ? s->d[p - 1] : 0.0;
	spectrum_full(s);
	memcpy(s->x, s->sys.mean, sizeof(double) * p);
	to_spectrum(s, s->x, s->zmean);
	return L2N_OK;
}

/*
 * The matrix as a band, for coefficients alone: its factors for each lambda cost next to nothing.
 */
static l2n_status
spectrum_band(spectrum *s, double *room, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) s->sys.p;
	double unit;
	l2n_status status = spectrum_matrix(s, &unit, poll, poll_arg);

	if (status == L2N_OK)
		status = l2n_band_reduce(s->sys.p, L2N_SPECTRUM_BATCH, s->a, room, &s->band, &s->band_work,
								 poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < (L2N_BAND + 1) * p; i++)
		s->band.b[i] = s->band.b[i] / unit / unit;
	l2n_band_extremes(&s->band, &s->least, &s->most, s->banded);
	return L2N_OK;
}

l2n_status
l2n_spectrum_start(const l2n_moments *m, const l2n_ridge_spec *spec, l2n_spectrum_use use,
				   void *work, l2n_spectrum **started, l2n_poll poll, void *poll_arg)
{
	int p = spec->columns.p;
	size_t k = (size_t) p;
	char *at = work;
	spectrum *s;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	s = l2n_take(&at, sizeof *s);
	memset(s, 0, sizeof *s);
	s->rows = spec->rows - (spec->columns.intercept ? 1.0 : 0.0);
	s->rank = m->n > p ? p : (int) m->n - (m->n > 0 && spec->columns.intercept);
	s->factor = l2n_take(&at, sizeof(double) * k);
	s->variance = l2n_take(&at, sizeof(double) * k);
	s->penalty = l2n_take(&at, sizeof(double) * k);
	s->root = l2n_take(&at, sizeof(double) * k);
	s->a = l2n_take(&at, sizeof(double) * k * k);
	s->z = l2n_take(&at, sizeof(double) * k);
	s->x = l2n_take(&at, sizeof(double) * 2 * k);
	s->g = l2n_take(&at, sizeof(double) * 2 * k);
	s->move = l2n_take(&at, sizeof(double) * 2 * k);

	status = l2n_system_init(&s->sys, m, &spec->columns, NULL,
							 l2n_take(&at, l2n_system_worksize(p)), poll, poll_arg);
	if (status == L2N_OK)
		status = spectrum_penalty(s, m, spec);
	if (status != L2N_OK)
		return status;
	if (use == L2N_SPECTRUM_MODELS)
	{
		s->d = l2n_take(&at, sizeof(double) * k);
		s->c = l2n_take(&at, sizeof(double) * k * k);
		s->zmean = l2n_take(&at, sizeof(double) * k);
		s->t = l2n_take(&at, sizeof(double) * k);
		s->iwork = l2n_take(&at, sizeof(int) * k);
		status = spectrum_eigen(s, at, poll, poll_arg);
	}
	else
	{
		s->banded = l2n_take(&at, sizeof(double) * banded_doubles(k));
		status = spectrum_band(s, (double *) at, poll, poll_arg);
	}
	if (status != L2N_OK)
		return status;
	memcpy(s->x, s->sys.rhs, sizeof(double) * k);
	to_spectrum(s, s->x, s->z);
	*started = s;
	return L2N_OK;
}

/* (smallest + lambda) / (largest + lambda); no columns are as good as any */
static double
ratio(const spectrum *s, double lambda)
{
	return s->sys.p == 0 ? 1.0 : (s->least + lambda) / (s->most + lambda);
}

/* lambda D as l2n_ridge has it */
static void
spectrum_penalise(spectrum *s, double lambda)
{
	for (int j = 0; j < s->sys.p; j++)
		s->penalty[j] = lambda * s->factor[j] * s->variance[j];
}

/*
 * s->x = the solution and, with eigenvalues, s->g = rhs - c x, both in double-double; a step of no
 * more than a share of enough is the last
 */
static l2n_status
spectrum_refine(const l2n_kernel *kernel, spectrum *s, double lambda, double enough, l2n_poll poll,
				void *poll_arg)
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
		if (s->d == NULL && change <= enough * size)
			return L2N_OK;
		if (s->d && change <= 0x1p-40 * size)
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
		if (change <= enough * size)
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
static l2n_status
rcond(spectrum *s, double lambda, double *value, l2n_poll poll, void *poll_arg)
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
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = 0; j < p; j++)
			x[j] /= e[j];
		to_spectrum(s, x, s->t);
		memcpy(x, s->t, sizeof(double) * p);
		from_spectrum(s, lambda, x, x);
		for (size_t j = 0; j < p; j++)
			x[j] /= e[j];
	}
	*value = norm * inverse > 0.0 ? 1.0 / (norm * inverse) : 0.0;
	return L2N_OK;
}

/*
 * With share = d / (d + lambda) the trace of 2 T - T^2 is the sum of 1 - (1 - share)^2, and that of
 * eigenvalues which are 0 is 0: taken from the rows, no digit is lost, however little is left.
 */
static void
spectrum_statistics(const spectrum *s, double lambda, l2n_fit *fit)
{
	double trace = 0.0, left = s->rows - s->rank;

	for (int k = s->sys.p - s->rank; k < s->sys.p; k++)
	{
		double penalised = lambda / (s->d[k] + lambda);

		trace += s->d[k] / (s->d[k] + lambda);
		left += penalised * penalised;
	}
	l2n_fit_statistics(fit, trace, left, s->sys.intercept);
}

/*
 * Degrees of freedom and standard errors: the diagonal of D^-1/2 V (d/(d + lambda)^2) V' D^-1/2.
 * An eigenvalue may be off by a share of the largest; where that would show in some column's
 * variance, or the intercept's, since next to all of it comes from the smallest, they are
 * L2N_ILL_CONDITIONED.
 */
static l2n_status
spectrum_errors(spectrum *s, double lambda, l2n_fit *fit)
{
	size_t p = (size_t) s->sys.p;
	double *variance = s->move, *off = s->move + p, noise = NOISE * s->most;
	double intercept = dd_div(dd_of(1.0), s->sys.weight).hi, intercept_off = 0.0;

	spectrum_statistics(s, lambda, fit);
	memset(s->move, 0, sizeof(double) * 2 * p);
	for (size_t k = p - (size_t) s->rank; k < p; k++)
	{
		const double *column = s->a + k * p;
		double square = 1.0 / ((s->d[k] + lambda) * (s->d[k] + lambda));
		double share = s->d[k] * square, error = noise * square;

		intercept += s->zmean[k] * s->zmean[k] * share;
		intercept_off += s->zmean[k] * s->zmean[k] * error;
		for (size_t j = 0; j < p; j++)
		{
			variance[j] += column[j] * column[j] * share;
			off[j] += column[j] * column[j] * error;
		}
	}
	/* the eigenvalue of a constant column is rounding, and its mean may be far from 0 */
	if (s->sys.intercept && !(intercept_off <= ERROR * intercept))
		return L2N_ILL_CONDITIONED;
	for (size_t j = 0; j < p; j++)
	{
		if (s->sys.c[l2n_tri(p, j, j)] == 0.0)
			variance[j] = 0.0; /* a constant column's coefficient is 0 for sure */
		else if (!(off[j] <= ERROR * variance[j]))
			return L2N_ILL_CONDITIONED;
		fit->dropped[j] = false;
		fit->se[j] = fit->sigma * sqrt(variance[j]) * s->root[j] * s->sys.scale[j];
	}
	fit->intercept_se = s->sys.intercept ? fit->sigma * sqrt(intercept) : NAN;
	return L2N_OK;
}

l2n_status
l2n_spectrum_ridge(const l2n_kernel *kernel, l2n_spectrum *s, double lambda, l2n_fit *fit,
				   l2n_poll poll, void *poll_arg)
{
	l2n_status status;

	if (s->d == NULL || s->constant || !(lambda > 0.0) || !(ratio(s, lambda) >= RATIO))
		return L2N_ILL_CONDITIONED;
	spectrum_penalise(s, lambda);
	status = spectrum_refine(kernel, s, lambda, 0x1p-75, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	status = l2n_system_solution(&s->sys, s->x, s->g, &fit->solution);
	if (status != L2N_OK)
		return status;

	status = rcond(s, lambda, &fit->rcond, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	fit->rank = s->sys.p;
	fit->solver = L2N_SOLVER_SPECTRUM;
	return spectrum_errors(s, lambda, fit);
}

/* Coefficients that doubles cannot tell: by refinement, with the band's factor in place */
static l2n_status
refined_coefficients(const l2n_kernel *kernel, spectrum *s, double lambda, double *coef,
					 bool *solved, l2n_poll poll, void *poll_arg)
{
	l2n_status status;

	spectrum_penalise(s, lambda);
	status = spectrum_refine(kernel, s, lambda, 0x1p-45, poll, poll_arg);
	if (status == L2N_INTERRUPTED)
		return status;
	*solved = status == L2N_OK;
	if (*solved)
		memcpy(coef, s->x, sizeof(double) * (size_t) s->sys.p);
	return L2N_OK;
}

l2n_status
l2n_spectrum_coefficients(const l2n_kernel *kernel, l2n_spectrum *s, int n, const double *lambda,
						  double *coef, bool *solved, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) s->sys.p;
	bool cheap[L2N_SPECTRUM_BATCH];
	l2n_status status;

	for (int i = 0; i < n; i++)
	{
		double *b = coef + (size_t) i * p;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		cheap[i] = solved[i] = lambda[i] > 0.0 && l2n_band_factor(&s->band, lambda[i], s->banded);
		memset(b, 0, sizeof(double) * p);
		if (!solved[i])
			continue;
		cheap[i] = ratio(s, lambda[i]) >= RATIO_COEF;
		memcpy(b, s->z, sizeof(double) * p);
		l2n_band_solve(&s->band, s->banded, b);
	}
	/* all of them at once are little more than one */
	status = l2n_reflect(&s->band.q, false, n, coef, s->band_work, poll, poll_arg);
	for (int i = 0; status == L2N_OK && i < n; i++)
	{
		double *b = coef + (size_t) i * p;

		for (size_t j = 0; j < p; j++)
			b[j] *= s->root[j];
		if (solved[i] && !cheap[i])
		{
			l2n_band_factor(&s->band, lambda[i], s->banded);
			status = refined_coefficients(kernel, s, lambda[i], b, &solved[i], poll, poll_arg);
		}
		for (size_t j = 0; j < p; j++)
		{
			b[j] *= s->sys.scale[j] / s->sys.scale_y;
			solved[i] &= isfinite(b[j]);
		}
	}
	return status;
}
