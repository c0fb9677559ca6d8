/*
 * ridge.c: solve (C + penalty) b = c and say how good the answer is.
 *
 * The textbook solves the normal equations in double, which squares the condition number:
 * R, numpy and scikit-learn go to a QR or SVD of the rows instead and need them all in memory.
 * Here C is known to about 2^-98, so its Cholesky factor in double-double is more accurate than
 * their QR in double, and needs no row.  Large problems that turn out tame are factored in
 * double by OpenBLAS, and the solution is refined with residuals in double-double until it is
 * right to the last bit (Wilkinson; Higham, Accuracy and Stability, chapter 12).
 */
#include "num/solve/ridge.h"

#include <float.h>
#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"

/* A penalised pivot below this, relative to its diagonal, is mostly rounding error */
#define TOO_SMALL 1e-20

/* Fewer columns than this go straight to double-double, which is then no slower */
#define DENSE_MIN 160

/* Up to so many features doubles are tried for the variances; the share that they may take off */
#define SMALL  32
#define LITTLE 0.125

/*
 * Reciprocal condition numbers below which the inverse in double is not good enough for standard
 * errors: it loses 1e-16 / rcond, and the products of a penalised fit that squared.
 */
#define DENSE_RCOND           1e-7
#define DENSE_RCOND_PENALISED 1e-4

/* Residual degrees of freedom, as a share of the rows, that a trace in double is enough for */
#define DENSE_DF 0.02

/* A variance that is less than this share of the terms it is the difference of */
#define CANCELLED 0x1p-50

/* A system and what its solution is made of; vectors are scaled */
typedef struct ridge
{
	l2n_system sys;
	double *penalty; /* p */
	double *b;       /* 2p: solution */
	double *u;       /* 2p: inverse times mean */
	double *tmp;     /* 2p */
	double *floor;   /* p: for l2n_cholesky */
	double *var;     /* p: diagonal of A^-1 C A^-1 */
	bool penalised;
	double rows;  /* less the intercept */
	double trace; /* of T = A^-1 C */
	double left;  /* rows less the trace of 2 T - T^2 */
} ridge;

size_t
l2n_ridge_worksize(int p)
{
	size_t k = (size_t) p, factor = 2 * l2n_tri_size(k) * sizeof(double);

	if (p >= DENSE_MIN)
		factor = 3 * k * k * sizeof(double);
	return l2n_system_worksize(p) + factor + 16 * (k * sizeof(double) + 64);
}

void
l2n_ridge_penalty(const l2n_moments *m, const l2n_ridge_spec *spec, double *penalty)
{
	for (int j = 0; j < spec->columns.p; j++)
	{
		penalty[j] = spec->lambda * (spec->penalty ? spec->penalty[j] : 1.0);
		if (spec->standardize)
			penalty[j] *= l2n_variance(m, spec->columns.feature[j]);
		if (spec->extra)
			penalty[j] += spec->extra[j];
	}
}

/* Fill r from the moments */
static l2n_status
set_up(ridge *r, const l2n_moments *m, const l2n_ridge_spec *spec, char **at, l2n_poll poll,
	   void *poll_arg)
{
	size_t p = (size_t) spec->columns.p;
	l2n_status status;

	r->penalty = l2n_take(at, sizeof(double) * p);
	r->b = l2n_take(at, sizeof(double) * 2 * p);
	r->u = l2n_take(at, sizeof(double) * 2 * p);
	r->tmp = l2n_take(at, sizeof(double) * 2 * p);
	r->floor = l2n_take(at, sizeof(double) * p);
	r->var = l2n_take(at, sizeof(double) * p);

	l2n_ridge_penalty(m, spec, r->penalty);
	status = l2n_system_init(&r->sys, m, &spec->columns, r->penalty,
							 l2n_take(at, l2n_system_worksize(spec->columns.p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;

	r->rows = spec->rows - (spec->columns.intercept ? 1.0 : 0.0);
	r->penalised = false;
	for (size_t j = 0; j < p; j++)
	{
		double square = r->sys.c[l2n_tri(p, j, j)];

		r->penalty[j] *= r->sys.scale[j] * r->sys.scale[j];
		r->penalised |= r->penalty[j] > 0.0;
		if (r->penalty[j] > 0.0)
			r->floor[j] = -TOO_SMALL * (square + r->penalty[j]);
		else
			r->floor[j] = l2n_system_floor(&r->sys, m, &spec->columns, (int) j);
	}
	return L2N_OK;
}

/* Largest column sum of |a + penalty| over the columns kept; sums: p doubles of scratch */
static double
norm1(int n, const double *a, const double *penalty, const bool *dropped, double *sums)
{
	size_t p = (size_t) n;
	double largest = 0.0;

	memset(sums, 0, sizeof(double) * p);
	for (size_t i = 0; i < p; i++)
	{
		const double *row = a + l2n_tri(p, i, i);

		if (dropped[i])
			continue;
		sums[i] += fabs(row[0] + (penalty ? penalty[i] : 0.0));
		for (size_t j = i + 1; j < p; j++)
			if (!dropped[j])
			{
				sums[i] += fabs(row[j - i]);
				sums[j] += fabs(row[j - i]);
			}
	}
	for (size_t j = 0; j < p; j++)
		largest = fmax(largest, sums[j]);
	return largest;
}

/*
 * left -= the diagonal of A^-1 penalty A^-1, where so little of it goes that doubles will do; both
 * of p high words, then p low words.  False, and nothing done, where more goes.
 */
static bool
subtract_penalised(size_t p, const double *inverse, const double *penalty, double *left)
{
	double taken[SMALL];

	if (p > SMALL)
		return false;
	memset(taken, 0, sizeof(double) * p);
	for (size_t i = 0; i < p; i++)
	{
		const double *row = inverse + l2n_tri(p, i, i);

		taken[i] += row[0] * row[0] * penalty[i];
		for (size_t j = i + 1; j < p; j++)
		{
			double square = row[j - i] * row[j - i];

			taken[i] += square * penalty[j];
			taken[j] += square * penalty[i];
		}
	}
	for (size_t j = 0; j < p; j++)
		if (!(taken[j] <= LITTLE * left[j]))
			return false;
	for (size_t j = 0; j < p; j++)
	{
		dd v = dd_add_d(dd_make(left[j], left[p + j]), -taken[j]);

		left[j] = v.hi;
		left[p + j] = v.lo;
	}
	return true;
}

/*
 * All in double-double, which drops columns that those before explain: coefficients, the
 * reciprocal condition, and of the inverse the diagonal and what degrees of freedom ask for.
 */
static l2n_status
solve_dd(const l2n_kernel *kernel, ridge *r, l2n_fit *fit, char *at, l2n_poll poll, void *poll_arg)
{
	const l2n_system *s = &r->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p);
	double *a = l2n_take(&at, sizeof(double) * 2 * low);
	double *work = l2n_take(&at, sizeof(double) * 2 * p);
	double *row = l2n_take(&at, sizeof(double) * 2 * p);
	double anorm;
	dd trace = dd_of(0.0), trace2 = dd_of(0.0);
	l2n_status status;

	memcpy(a, s->c, sizeof(double) * 2 * low);
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);
		dd v = dd_add_d(dd_make(a[d], a[low + d]), r->penalty[j]);

		a[d] = v.hi;
		a[low + d] = v.lo;
	}

	status = l2n_cholesky(kernel, s->p, a, r->floor, fit->dropped, &fit->rank, &fit->failed, poll,
						  poll_arg);
	if (status == L2N_NOT_POSITIVE)
	{
		size_t d = l2n_tri(p, (size_t) fit->failed, (size_t) fit->failed);

		fit->failed_pivot = a[d] * TOO_SMALL / -r->floor[fit->failed];
		return L2N_SINGULAR_PENALTY;
	}
	if (status != L2N_OK)
		return status;

	memcpy(r->b, s->rhs, sizeof(double) * 2 * p);
	l2n_cholesky_solve(kernel, s->p, a, fit->dropped, r->b);
	memcpy(r->u, s->mean, sizeof(double) * 2 * p);
	l2n_cholesky_solve(kernel, s->p, a, fit->dropped, r->u);

	anorm = norm1(s->p, s->c, r->penalty, fit->dropped, work);
	status = l2n_cholesky_invert(kernel, s->p, a, fit->dropped, work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	fit->rcond = fit->rank == 0 ? 0.0 : 1.0 / (anorm * norm1(s->p, a, NULL, fit->dropped, work));

	/*
	 * T = A^-1 C = I - A^-1 penalty, and A^-1 C A^-1 = A^-1 - A^-1 penalty A^-1: no matrix
	 * product.  The differences cancel where the penalty dominates; 106 bits can afford much of
	 * that, and where they cannot the product is worked out for that column.
	 */
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);

		work[j] = a[d];
		work[p + j] = a[low + d];
	}
	if (r->penalised && !subtract_penalised(p, a, r->penalty, work))
		for (size_t i = 0; i < p; i++)
			for (size_t j = i; j < p; j++)
			{
				size_t e = l2n_tri(p, i, j);
				dd v = dd_make(a[e], a[low + e]), square = dd_mul(v, v);
				dd vi = dd_sub(dd_make(work[i], work[p + i]), dd_mul_d(square, r->penalty[j]));

				work[i] = vi.hi;
				work[p + i] = vi.lo;
				if (i != j)
				{
					dd vj = dd_sub(dd_make(work[j], work[p + j]), dd_mul_d(square, r->penalty[i]));

					work[j] = vj.hi;
					work[p + j] = vj.lo;
				}
			}
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);
		dd taken = dd_sub(dd_make(a[d], a[low + d]), dd_make(work[j], work[p + j]));

		trace2 = dd_add(trace2, dd_mul_d(taken, r->penalty[j]));
		r->var[j] = work[j];
		if (work[j] < CANCELLED * a[d])
		{
			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			for (size_t i = 0; i < p; i++)
			{
				size_t e = i < j ? l2n_tri(p, i, j) : l2n_tri(p, j, i);

				row[i] = a[e];
				row[p + i] = a[low + e];
			}
			l2n_symmetric_times(kernel, s->p, s->c, row, r->tmp);
			r->var[j] = kernel->dd_dot(p, row, row + p, r->tmp, r->tmp + p).hi;
		}
		r->var[j] = fmax(r->var[j], 0.0);
		trace = dd_add(trace, dd_mul_d(dd_make(a[d], a[low + d]), r->penalty[j]));
	}
	/* I - 2 T + T^2 = (A^-1 penalty)^2, which is little where the rows leave little */
	r->left = dd_add_d(trace2, r->rows - fit->rank).hi;
	r->trace = dd_sub(dd_of(fit->rank), trace).hi;
	fit->solver = L2N_SOLVER_DD;
	return L2N_OK;
}

/* x = A^-1 rhs, refined until the corrections vanish; L2N_ILL_CONDITIONED where they do not */
static l2n_status
solve_refined(const l2n_kernel *kernel, ridge *r, const double *factor, const double *rhs,
			  double *x, l2n_poll poll, void *poll_arg)
{
	const l2n_system *s = &r->sys;
	size_t p = (size_t) s->p;
	double last = DBL_MAX;

	/* each correction is a quarter of the one before at most, and a number: it ends by itself */
	memset(x, 0, sizeof(double) * 2 * p);
	for (;;)
	{
		double change = 0.0, size = 0.0;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;

		/* tmp = rhs - (C + penalty) x */
		l2n_symmetric_times(kernel, s->p, s->c, x, r->tmp);
		for (size_t j = 0; j < p; j++)
		{
			dd residual = dd_sub(dd_make(rhs[j], rhs[p + j]), dd_make(r->tmp[j], r->tmp[p + j]));

			r->tmp[j] = dd_sub(residual, dd_mul_d(dd_make(x[j], x[p + j]), r->penalty[j])).hi;
		}
		l2n_dense_solve(s->p, 1, factor, r->tmp);
		for (size_t j = 0; j < p; j++)
		{
			dd v = dd_add_d(dd_make(x[j], x[p + j]), r->tmp[j]);

			x[j] = v.hi;
			x[p + j] = v.lo;
			change = fmax(change, fabs(r->tmp[j]));
			size = fmax(size, fabs(v.hi));
		}
		/* 2^-75: far below the last bit of any coefficient that matters */
		if (change <= 0x1p-75 * size)
			return L2N_OK;
		if (!(change <= 0.25 * last))
			return L2N_ILL_CONDITIONED;
		last = change;
	}
}

/*
 * The same in double by LAPACK's ways, with coefficients refined in double-double;
 * L2N_ILL_CONDITIONED where that does not do.
 */
static l2n_status
solve_dense(const l2n_kernel *kernel, ridge *r, l2n_fit *fit, char *at, l2n_poll poll,
			void *poll_arg)
{
	const l2n_system *s = &r->sys;
	size_t p = (size_t) s->p;
	double *a = l2n_take(&at, sizeof(double) * p * p);
	double *inverse = l2n_take(&at, sizeof(double) * p * p);
	double *t = l2n_take(&at, sizeof(double) * p * p);
	double *work = l2n_take(&at, sizeof(double) * 3 * p);
	int *iwork = l2n_take(&at, sizeof(int) * p);
	double anorm, trace2 = 0.0;
	l2n_status status;

	/* Row j of the upper triangle is column j of the lower one */
	for (size_t j = 0; j < p; j++)
	{
		memcpy(a + j * p + j, s->c + l2n_tri(p, j, j), sizeof(double) * (p - j));
		a[j * p + j] += r->penalty[j];
		fit->dropped[j] = false;
		if (isinf(r->floor[j]))
			return L2N_ILL_CONDITIONED;
	}
	status = l2n_dense_cholesky(s->p, a, r->penalised ? DENSE_RCOND_PENALISED : DENSE_RCOND, work,
								iwork, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	status = solve_refined(kernel, r, a, s->rhs, r->b, poll, poll_arg);
	if (status == L2N_OK)
		status = solve_refined(kernel, r, a, s->mean, r->u, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	anorm = norm1(s->p, s->c, r->penalty, fit->dropped, work);
	status = l2n_dense_invert(s->p, a, inverse, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	fit->rcond = 1.0 / (anorm * l2n_dense_norm1(s->p, inverse, work));
	fit->rank = s->p;
	fit->solver = L2N_SOLVER_DENSE;

	if (!r->penalised)
	{
		for (size_t j = 0; j < p; j++)
			r->var[j] = fmax(inverse[j * p + j], 0.0);
		r->trace = s->p;
		r->left = r->rows - s->p;
		return L2N_OK;
	}

	/* In double the differences of solve_dd would cancel, so multiply out */
	for (size_t j = 0; j < p; j++)
		memcpy(a + j * p + j, s->c + l2n_tri(p, j, j), sizeof(double) * (p - j));
	for (size_t j = 0; j < p; j++)
		for (size_t i = j + 1; i < p; i++)
			a[i * p + j] = a[j * p + i];
	status = l2n_dense_symmetric_times(s->p, inverse, a, t, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	memset(r->var, 0, sizeof(double) * p);
	r->trace = 0.0;
	for (size_t i = 0; i < p; i++)
	{
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		r->trace += t[i * p + i];
		for (size_t j = 0; j < p; j++)
		{
			r->var[j] += t[i * p + j] * inverse[i * p + j];
			trace2 += t[i * p + j] * t[j * p + i];
		}
	}
	for (size_t j = 0; j < p; j++)
		r->var[j] = fmax(r->var[j], 0.0);
	r->left = r->rows - (2.0 * r->trace - trace2);
	return r->left < DENSE_DF * r->rows ? L2N_ILL_CONDITIONED : L2N_OK;
}

/*
 * u'Cu, u = A^-1 mean: since Au = mean it is u'(mean - penalty u), without a product by C, but
 * where that cancels
 */
static dd
variance_at_mean(const l2n_kernel *kernel, ridge *r)
{
	size_t p = (size_t) r->sys.p;
	const double *u = r->u, *mean = r->sys.mean;
	dd whole = kernel->dd_dot(p, u, u + p, mean, mean + p), v = whole;

	for (size_t j = 0; r->penalised && j < p; j++)
	{
		dd square = dd_mul(dd_make(u[j], u[p + j]), dd_make(u[j], u[p + j]));

		v = dd_sub(v, dd_mul_d(square, r->penalty[j]));
	}
	if (v.hi >= CANCELLED * whole.hi)
		return v;
	l2n_symmetric_times(kernel, r->sys.p, r->sys.c, u, r->tmp);
	return kernel->dd_dot(p, u, u + p, r->tmp, r->tmp + p);
}

void
l2n_fit_statistics(l2n_fit *fit, double trace, double df_resid, bool intercept)
{
	fit->df = trace + (intercept ? 1.0 : 0.0);
	fit->df_resid = df_resid;
	fit->sigma = fit->df_resid > 1e-9 ? sqrt(fit->solution.rss / fit->df_resid) : NAN;
}

l2n_status
l2n_ridge(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec, l2n_fit *fit,
		  void *work, l2n_poll poll, void *poll_arg)
{
	bool intercept = spec->columns.intercept;
	int p = spec->columns.p;
	char *at = work;
	ridge r;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	status = set_up(&r, m, spec, &at, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	status = L2N_ILL_CONDITIONED;
	if (p >= DENSE_MIN)
		status = solve_dense(kernel, &r, fit, at, poll, poll_arg);
	if (status == L2N_ILL_CONDITIONED)
		status = solve_dd(kernel, &r, fit, at, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	l2n_system_gradient(kernel, &r.sys, r.b, r.tmp);
	status = l2n_system_solution(&r.sys, r.b, r.tmp, &fit->solution);
	if (status != L2N_OK)
		return status;

	l2n_fit_statistics(fit, r.trace, r.left, intercept);
	if (spec->sigma > 0.0)
		fit->sigma = spec->sigma;

	for (int j = 0; j < p; j++)
		fit->se[j] = fit->dropped[j] ? NAN : fit->sigma * sqrt(r.var[j]) * r.sys.scale[j];
	fit->intercept_se = NAN;
	if (intercept)
	{
		dd v = dd_add(dd_div(dd_of(1.0), m->weight), variance_at_mean(kernel, &r));

		fit->intercept_se = fit->sigma * sqrt(v.hi);
	}
	return L2N_OK;
}
