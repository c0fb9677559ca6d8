/*
 * covariance.c: the inverse of the normal equations, and what a penalty makes of it.
 *
 * As in ridge.c small problems go by double-double, and large ones by OpenBLAS where they are tame.
 */
#include "num/stats/covariance.h"

#include <float.h>
#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"

/* Fewer columns than this go straight to double-double */
#define DENSE_MIN 160

/* Reciprocal condition numbers that doubles are good for: see ridge.c */
#define DENSE_RCOND           1e-7
#define DENSE_RCOND_PENALISED 1e-4

/* Features between looks at whether to stop */
#define POLL_EVERY 16

/* A system with its penalty, scaled */
typedef struct covariance
{
	l2n_system sys;
	double *penalty; /* p */
	bool penalised;
} covariance;

size_t
l2n_covariance_worksize(int p)
{
	size_t k = (size_t) p, factors = 4 * l2n_tri_size(k) * sizeof(double);

	if (p >= DENSE_MIN)
		factors += 4 * k * k * sizeof(double);
	return l2n_system_worksize(p) + factors + 12 * (k * sizeof(double) + 64);
}

/* Entry (i, j) of the features' part, from scaled numbers */
static void
covariance_put(const covariance *c, double *v, size_t i, size_t j, double scaled)
{
	size_t k = (size_t) c->sys.p + 1;

	v[l2n_tri(k, i + 1, j + 1)] = scaled * c->sys.scale[i] * c->sys.scale[j];
}

/* Entry (i, j) of the factor, from scaled numbers */
static void
covariance_put_factor(const covariance *c, double *f, size_t i, size_t j, double scaled)
{
	size_t k = (size_t) c->sys.p + 1;

	f[l2n_tri(k, i + 1, j + 1)] = scaled * c->sys.scale[i];
}

/*
 * The factor of the inverse of the penalised matrix, and where there is a penalty the inverse about
 * the products, in double-double.
 */
static l2n_status
covariance_by_dd(const l2n_kernel *kernel, covariance *c, double *f, double *variance, char *at,
				 l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) c->sys.p, low = l2n_tri_size(p);
	double *u = l2n_take(&at, sizeof(double) * 2 * low);
	double *a = l2n_take(&at, sizeof(double) * 2 * low);
	double *x = l2n_take(&at, sizeof(double) * 2 * p);
	double *y = l2n_take(&at, sizeof(double) * 2 * p);
	double *floor = l2n_take(&at, sizeof(double) * p);
	bool *dropped = l2n_take(&at, sizeof(bool) * p);
	int rank, failed;
	l2n_status status;

	memcpy(u, c->sys.c, sizeof(double) * 2 * low);
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);
		dd v = dd_add_d(dd_make(u[d], u[low + d]), c->penalty[j]);

		u[d] = v.hi;
		u[low + d] = v.lo;
		floor[j] = -DBL_MIN; /* nothing is dropped any more */
	}
	status = l2n_cholesky(kernel, c->sys.p, u, floor, dropped, &rank, &failed, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	memcpy(a, u, sizeof(double) * 2 * low);
	status = l2n_cholesky_invert_factor(kernel, c->sys.p, a, dropped, x, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < p; i++)
		for (size_t j = i; j < p; j++)
			covariance_put_factor(c, f, i, j, a[l2n_tri(p, i, j)]);
	if (!variance || !c->penalised)
		return L2N_OK;
	memcpy(a, u, sizeof(double) * 2 * low);
	status = l2n_cholesky_invert(kernel, c->sys.p, a, dropped, x, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		if (j % POLL_EVERY == 0 && poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t i = 0; i < p; i++)
		{
			size_t e = i < j ? l2n_tri(p, i, j) : l2n_tri(p, j, i);

			x[i] = a[e];
			x[p + i] = a[low + e];
		}
		l2n_symmetric_times(kernel, c->sys.p, c->sys.c, x, y);
		l2n_cholesky_solve(kernel, c->sys.p, u, dropped, y);
		for (size_t i = 0; i <= j; i++)
			covariance_put(c, variance, i, j, y[i]);
	}
	return L2N_OK;
}

/* The system's matrix in full */
static void
covariance_fill(const covariance *c, double *a)
{
	size_t p = (size_t) c->sys.p;

	for (size_t j = 0; j < p; j++)
		for (size_t i = j; i < p; i++)
			a[j * p + i] = a[i * p + j] = c->sys.c[l2n_tri(p, j, i)];
}

/* The same in double; L2N_ILL_CONDITIONED where that is too coarse. */
static l2n_status
covariance_by_dense(covariance *c, double *f, double *variance, char *at, l2n_poll poll,
					void *poll_arg)
{
	size_t p = (size_t) c->sys.p;
	double *a = l2n_take(&at, sizeof(double) * p * p);
	double *b = l2n_take(&at, sizeof(double) * p * p);
	double *t = l2n_take(&at, sizeof(double) * p * p);
	double *work = l2n_take(&at, sizeof(double) * 3 * p);
	int *iwork = l2n_take(&at, sizeof(int) * p);
	l2n_status status;

	covariance_fill(c, a);
	for (size_t j = 0; j < p; j++)
		a[j * p + j] += c->penalty[j];
	status = l2n_dense_cholesky(c->sys.p, a, c->penalised ? DENSE_RCOND_PENALISED : DENSE_RCOND,
								work, iwork, poll, poll_arg);
	if (status == L2N_OK)
		status = l2n_dense_invert_factor(c->sys.p, a, c->sys.p, b, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < p; i++)
		for (size_t j = i; j < p; j++)
			covariance_put_factor(c, f, i, j, b[i * p + j]);
	if (!variance || !c->penalised)
		return L2N_OK;
	status = l2n_dense_invert(c->sys.p, a, b, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	covariance_fill(c, a);
	status = l2n_dense_symmetric_times(c->sys.p, a, b, t, poll, poll_arg);
	if (status == L2N_OK)
		status = l2n_dense_symmetric_times(c->sys.p, b, t, a, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < p; i++)
		for (size_t j = i; j < p; j++)
			covariance_put(c, variance, i, j, a[j * p + i]);
	return L2N_OK;
}

l2n_status
l2n_covariance(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec,
			   double *f, double *variance, void *work, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p, n = l2n_tri_size(p + 1);
	char *at = work;
	covariance c = {.penalised = false};
	void *system_work;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	c.penalty = l2n_take(&at, sizeof(double) * p);
	system_work = l2n_take(&at, l2n_system_worksize(spec->columns.p));
	l2n_ridge_penalty(m, spec, c.penalty);
	status = l2n_system_init(&c.sys, m, &spec->columns, c.penalty, system_work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		c.penalty[j] *= c.sys.scale[j] * c.sys.scale[j];
		c.penalised |= c.penalty[j] > 0.0;
	}
	memset(f, 0, sizeof(double) * (p + 1));
	status = L2N_ILL_CONDITIONED;
	if (p >= DENSE_MIN)
		status = covariance_by_dense(&c, f, variance, at, poll, poll_arg);
	if (status == L2N_ILL_CONDITIONED)
		status = covariance_by_dd(kernel, &c, f, variance, at, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	if (spec->columns.intercept)
		f[0] = sqrt(dd_div(dd_of(1.0), m->weight).hi);
	if (variance && !c.penalised)
		l2n_factor_square((int) p + 1, f, variance);
	else if (variance)
	{
		memset(variance, 0, sizeof(double) * (p + 1));
		variance[0] = f[0] * f[0];
	}
	for (size_t i = 0; i < n; i++)
		if (!isfinite(f[i]) || (variance && !isfinite(variance[i])))
			return L2N_OUT_OF_RANGE;
	return L2N_OK;
}

void
l2n_factor_move(int k, int block, double *f, const double *d)
{
	size_t n = (size_t) k;

	for (size_t i = 1; i < (size_t) block; i++)
	{
		const double *row = f + l2n_tri(n, i, i);

		for (size_t j = i; j < n; j++)
			f[j] += d[i - 1] * row[j - i];
	}
}

void
l2n_factor_square(int k, const double *f, double *v)
{
	size_t n = (size_t) k;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
		{
			const double *a = f + l2n_tri(n, i, j), *b = f + l2n_tri(n, j, j);
			double sum = 0.0;

			for (size_t c = 0; c < n - j; c++)
				sum += a[c] * b[c];
			v[l2n_tri(n, i, j)] = sum;
		}
}

bool
l2n_covariance_factor(int k, const double *v, double *f)
{
	size_t n = (size_t) k;

	memset(f, 0, sizeof(double) * l2n_tri_size(n));
	for (size_t j = n; j-- > 0;)
	{
		const double *of_j = f + l2n_tri(n, j, j);
		double diagonal = v[l2n_tri(n, j, j)];

		if (diagonal == 0.0)
			continue;
		for (size_t i = j + 1; i-- > 0;)
		{
			double *at = f + l2n_tri(n, i, j), left = v[l2n_tri(n, i, j)];

			for (size_t c = 1; c < n - j; c++)
				left -= at[c] * of_j[c];
			if (i == j && !(left > 0.0))
				return false;
			*at = i == j ? sqrt(left) : left / of_j[0];
		}
	}
	return true;
}

void
l2n_covariance_move(int k, double *v, const double *d)
{
	size_t n = (size_t) k;
	double corner = v[0];

	for (size_t j = 1; j < n; j++)
	{
		double change = 0.0;

		for (size_t i = 1; i < n; i++)
			change += v[i < j ? l2n_tri(n, i, j) : l2n_tri(n, j, i)] * d[i - 1];
		corner += (2.0 * v[j] + change) * d[j - 1];
		v[j] += change;
	}
	v[0] = corner;
}

void
l2n_covariance_times(int k, const double *v, const double *z, double *y)
{
	size_t n = (size_t) k;

	memset(y, 0, sizeof(double) * n);
	for (size_t i = 0; i < n; i++)
	{
		const double *row = v + l2n_tri(n, i, i);
		double sum = row[0] * z[i];

		for (size_t j = i + 1; j < n; j++)
		{
			sum += row[j - i] * z[j];
			y[j] += row[j - i] * z[i];
		}
		y[i] += sum;
	}
}

double
l2n_covariance_form(int k, const double *v, const double *z)
{
	size_t n = (size_t) k;
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
	{
		const double *row = v + l2n_tri(n, i, i);
		double rest = 0.0;

		for (size_t j = i + 1; j < n; j++)
			rest += row[j - i] * z[j];
		sum += z[i] * (row[0] * z[i] + 2.0 * rest);
	}
	return sum;
}
