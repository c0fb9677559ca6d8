/*
 * ridge.c: solve (C + penalty) b = c and say how good the answer is.
 *
 * The textbook solves the normal equations in double, which squares the condition number:
 * R, numpy and scikit-learn go to a QR or SVD of the rows instead and need them all in memory.
 * Here C is known to about 2^-98, so its Cholesky factor in double-double is more accurate than
 * their QR in double, and needs no row.  Large problems that turn out tame are factored in
 * double by OpenBLAS, and the solution is refined with residuals in double-double until it is
 * right to the last bit (Wilkinson; Higham, Accuracy and Stability, chapter 12).
 *
 * Columns are scaled by powers of two, so that no unit of measurement can hurt and no bit is
 * lost.
 */
#include "ridge.h"

#include <string.h>

#include "cholesky.h"
#include "dense.h"

/*
 * A column whose part unexplained by those before it is less than 1e-12 of its norm is
 * collinear.  Exact copies and sums of columns leave 1e-16, their own rounding; the hardest of
 * NIST's problems, Filip, leaves 1.7e-9, and R's limit of 1e-7 loses a column of it.
 */
#define COLLINEAR 1e-24 /* squared, as pivots are */

/* A penalised pivot below this, relative to its diagonal, is mostly rounding error */
#define TOO_SMALL 1e-20

/*
 * A difference below this share of the terms it is made of is nothing but what is left of the
 * rounding in the sums, 2^-97 at worst: it is reported as 0.
 */
#define RESIDUE 0x1p-90

/* Fewer columns than this go straight to double-double, which is then no slower */
#define DENSE_MIN 160

/* Below this reciprocal condition number standard errors would lose more than 6 digits */
#define DENSE_RCOND 1e-8

typedef struct system
{
	int p;
	size_t low;      /* offset of the low words of a triangle */
	double *c;       /* scaled cross products of the features, no penalty */
	double *penalty; /* scaled: p */
	double *scale;   /* p: the powers of two */
	double scale_y;
	double *rhs;   /* scaled cross products with the target: 2p */
	double *mean;  /* scaled means: 2p */
	double *b;     /* scaled solution: 2p */
	double *u;     /* inverse times mean: 2p */
	double *tmp;   /* 2p */
	double *floor; /* p */
	double *var;   /* p: diagonal of A^-1 C A^-1 */
	bool penalised;
	dd syy; /* scaled */
} system_t;

static void *
take(char **at, size_t bytes)
{
	void *p = *at;

	*at += (bytes + 63) / 64 * 64;
	return p;
}

size_t
l2n_ridge_worksize(int p)
{
	size_t k = (size_t) p, tri = 2 * l2n_tri_size(k) * sizeof(double);
	size_t big = tri;

	if (p >= DENSE_MIN)
		big = 3 * k * k * sizeof(double);
	return tri + big + 20 * (k * sizeof(double) + 64) + 16 * 64;
}

/* The power of two that brings a positive number, squared in, near 1; 1 for 0 */
static double
power_scale(double square)
{
	int e;

	if (!(square > 0.0))
		return 1.0;
	frexp(square, &e);
	return ldexp(1.0, -(e / 2));
}

/* Cross product of two columns, about their means or about 0 */
static dd
product(const l2n_moments *m, bool centred, int i, int j)
{
	dd v = l2n_cross(m, i, j);

	if (!centred)
		v = dd_add(v, dd_mul(m->weight, dd_mul(l2n_mean(m, i), l2n_mean(m, j))));
	return v;
}

/* Fills s from the moments; false where a number in it is out of range */
static bool
set_up(system_t *s, const l2n_moments *m, const l2n_ridge_spec *spec, char **at)
{
	size_t p = (size_t) spec->p;

	s->p = spec->p;
	s->low = l2n_tri_size(p);
	s->c = take(at, sizeof(double) * 2 * s->low);
	s->penalty = take(at, sizeof(double) * p);
	s->scale = take(at, sizeof(double) * p);
	s->rhs = take(at, sizeof(double) * 2 * p);
	s->mean = take(at, sizeof(double) * 2 * p);
	s->b = take(at, sizeof(double) * 2 * p);
	s->u = take(at, sizeof(double) * 2 * p);
	s->tmp = take(at, sizeof(double) * 2 * p);
	s->floor = take(at, sizeof(double) * p);
	s->var = take(at, sizeof(double) * p);

	s->syy = product(m, spec->intercept, spec->target, spec->target);
	s->scale_y = power_scale(s->syy.hi);
	s->syy = dd_scale(s->syy, s->scale_y * s->scale_y);
	s->penalised = false;
	if (!isfinite(s->syy.hi))
		return false;

	for (size_t j = 0; j < p; j++)
	{
		int f = spec->feature[j];
		double square = product(m, spec->intercept, f, f).hi;
		double spread = l2n_cross(m, f, f).hi, mean = m->mean[f];
		double penalty = spec->lambda * (spec->penalty ? spec->penalty[j] : 1.0);

		if (spec->standardize)
			penalty *= spread / m->weight.hi;
		if (!isfinite(square) || !isfinite(penalty))
			return false;
		s->scale[j] = power_scale(square + penalty);
		s->penalty[j] = penalty * s->scale[j] * s->scale[j];
		s->penalised |= s->penalty[j] > 0.0;
		square *= s->scale[j] * s->scale[j];

		if (s->penalty[j] > 0.0)
			s->floor[j] = -TOO_SMALL * (square + s->penalty[j]);
		else if (spec->intercept && spread <= 0x1p-96 * m->weight.hi * mean * mean)
			s->floor[j] = INFINITY; /* constant: the intercept explains it */
		else
			s->floor[j] = COLLINEAR * square;
	}

	for (size_t i = 0; i < p; i++)
	{
		size_t row = l2n_tri(p, i, i);
		dd c = dd_scale(product(m, spec->intercept, spec->feature[i], spec->target),
						s->scale[i] * s->scale_y);
		dd mean = dd_scale(l2n_mean(m, spec->feature[i]), s->scale[i]);

		s->rhs[i] = c.hi;
		s->rhs[p + i] = c.lo;
		s->mean[i] = mean.hi;
		s->mean[p + i] = mean.lo;
		for (size_t j = i; j < p; j++)
		{
			dd v = dd_scale(product(m, spec->intercept, spec->feature[i], spec->feature[j]),
							s->scale[i] * s->scale[j]);

			s->c[row + j - i] = v.hi;
			s->c[s->low + row + j - i] = v.lo;
		}
	}
	return true;
}

/* Largest column sum of |a + penalty| over the columns kept; sums: p doubles of scratch */
static double
norm1(const system_t *s, const double *a, const double *penalty, const bool *dropped, double *sums)
{
	size_t p = (size_t) s->p;
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

/* What follows from the factor: each path fills s->b, s->u, s->var and these */
typedef struct outcome
{
	double trace;  /* of T = A^-1 C */
	double trace2; /* of T^2 */
} outcome;

static l2n_status
solve_dd(const l2n_kernel *kernel, system_t *s, l2n_fit *fit, outcome *out, char *at, l2n_poll poll,
		 void *poll_arg)
{
	size_t p = (size_t) s->p;
	double *a = take(&at, sizeof(double) * 2 * s->low);
	double *work = take(&at, sizeof(double) * 2 * p);
	double anorm;
	dd trace = dd_of(0.0), trace2 = dd_of(0.0);
	l2n_status status;

	memcpy(a, s->c, sizeof(double) * 2 * s->low);
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);
		dd v = dd_add_d(dd_make(a[d], a[s->low + d]), s->penalty[j]);

		a[d] = v.hi;
		a[s->low + d] = v.lo;
	}

	status = l2n_cholesky(kernel, s->p, a, s->floor, fit->dropped, &fit->rank, &fit->failed, poll,
						  poll_arg);
	if (status == L2N_NOT_POSITIVE)
	{
		size_t d = l2n_tri(p, (size_t) fit->failed, (size_t) fit->failed);

		fit->failed_pivot = a[d] * TOO_SMALL / -s->floor[fit->failed];
		return L2N_SINGULAR_PENALTY;
	}
	if (status != L2N_OK)
		return status;

	memcpy(s->b, s->rhs, sizeof(double) * 2 * p);
	l2n_cholesky_solve(kernel, s->p, a, fit->dropped, s->b);
	memcpy(s->u, s->mean, sizeof(double) * 2 * p);
	l2n_cholesky_solve(kernel, s->p, a, fit->dropped, s->u);

	anorm = norm1(s, s->c, s->penalty, fit->dropped, work);
	status = l2n_cholesky_invert(kernel, s->p, a, fit->dropped, work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	fit->rcond = fit->rank == 0 ? 0.0 : 1.0 / (anorm * norm1(s, a, NULL, fit->dropped, work));

	/*
	 * T = A^-1 C = I - A^-1 penalty, and A^-1 C A^-1 = A^-1 - A^-1 penalty A^-1: no matrix
	 * product.  The differences cancel where the penalty dominates; 106 bits can afford it.
	 */
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);

		work[j] = a[d];
		work[p + j] = a[s->low + d];
	}
	if (s->penalised)
		for (size_t i = 0; i < p; i++)
			for (size_t j = i; j < p; j++)
			{
				size_t e = l2n_tri(p, i, j);
				dd v = dd_make(a[e], a[s->low + e]), square = dd_mul(v, v);
				dd vi = dd_sub(dd_make(work[i], work[p + i]), dd_mul_d(square, s->penalty[j]));

				work[i] = vi.hi;
				work[p + i] = vi.lo;
				square = dd_mul_d(square, s->penalty[i]);
				trace2 = dd_add(trace2, dd_mul_d(square, s->penalty[j] * (i == j ? 1.0 : 2.0)));
				if (i != j)
				{
					dd vj = dd_sub(dd_make(work[j], work[p + j]), square);

					work[j] = vj.hi;
					work[p + j] = vj.lo;
				}
			}
	for (size_t j = 0; j < p; j++)
	{
		size_t d = l2n_tri(p, j, j);

		s->var[j] = fmax(work[j], 0.0);
		trace = dd_add(trace, dd_mul_d(dd_make(a[d], a[s->low + d]), s->penalty[j]));
	}
	out->trace2 = dd_sub(dd_add_d(trace2, fit->rank), dd_mul_d(trace, 2.0)).hi;
	out->trace = dd_sub(dd_of(fit->rank), trace).hi;
	fit->solver = L2N_SOLVER_DD;
	return L2N_OK;
}

/* x = A^-1 rhs, refined until the corrections vanish; false where they do not */
static bool
solve_refined(const l2n_kernel *kernel, system_t *s, const double *factor, const double *rhs,
			  double *x)
{
	size_t p = (size_t) s->p;
	double last = INFINITY;

	memset(x, 0, sizeof(double) * 2 * p);
	for (int step = 0; step < 20; step++)
	{
		double change = 0.0, size = 0.0;

		/* tmp = rhs - (C + penalty) x */
		l2n_symmetric_times(kernel, s->p, s->c, x, s->tmp);
		for (size_t j = 0; j < p; j++)
		{
			dd r = dd_sub(dd_make(rhs[j], rhs[p + j]), dd_make(s->tmp[j], s->tmp[p + j]));

			s->tmp[j] = dd_sub(r, dd_mul_d(dd_make(x[j], x[p + j]), s->penalty[j])).hi;
		}
		l2n_dense_solve(s->p, 1, factor, s->tmp);
		for (size_t j = 0; j < p; j++)
		{
			dd v = dd_add_d(dd_make(x[j], x[p + j]), s->tmp[j]);

			x[j] = v.hi;
			x[p + j] = v.lo;
			change = fmax(change, fabs(s->tmp[j]));
			size = fmax(size, fabs(v.hi));
		}
		/* 2^-75: far below the last bit of any coefficient that matters */
		if (change <= 0x1p-75 * size)
			return true;
		if (!(change <= 0.25 * last))
			return false;
		last = change;
	}
	return false;
}

static l2n_status
solve_dense(const l2n_kernel *kernel, system_t *s, l2n_fit *fit, outcome *out, char *at,
			l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) s->p;
	double *a = take(&at, sizeof(double) * p * p);
	double *inverse = take(&at, sizeof(double) * p * p);
	double *t = take(&at, sizeof(double) * p * p);
	double *work = take(&at, sizeof(double) * 3 * p);
	int *iwork = take(&at, sizeof(int) * p);
	double anorm, inorm = 0.0;
	l2n_status status;

	/* Row j of the upper triangle is column j of the lower one */
	for (size_t j = 0; j < p; j++)
	{
		memcpy(a + j * p + j, s->c + l2n_tri(p, j, j), sizeof(double) * (p - j));
		a[j * p + j] += s->penalty[j];
		fit->dropped[j] = false;
		if (isinf(s->floor[j]))
			return L2N_ILL_CONDITIONED;
	}
	status = l2n_dense_cholesky(s->p, a, DENSE_RCOND, work, iwork, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	if (!solve_refined(kernel, s, a, s->rhs, s->b) || !solve_refined(kernel, s, a, s->mean, s->u))
		return L2N_ILL_CONDITIONED;

	anorm = norm1(s, s->c, s->penalty, fit->dropped, work);
	status = l2n_dense_invert(s->p, a, inverse, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		double sum = 0.0;

		for (size_t i = 0; i < p; i++)
			sum += fabs(inverse[j * p + i]);
		inorm = fmax(inorm, sum);
	}
	fit->rcond = 1.0 / (anorm * inorm);
	fit->rank = s->p;
	fit->solver = L2N_SOLVER_DENSE;

	if (!s->penalised)
	{
		for (size_t j = 0; j < p; j++)
			s->var[j] = fmax(inverse[j * p + j], 0.0);
		out->trace = out->trace2 = s->p;
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
	memset(s->var, 0, sizeof(double) * p);
	out->trace = out->trace2 = 0.0;
	for (size_t i = 0; i < p; i++)
	{
		out->trace += t[i * p + i];
		for (size_t j = 0; j < p; j++)
		{
			s->var[j] += t[i * p + j] * inverse[i * p + j];
			out->trace2 += t[i * p + j] * t[j * p + i];
		}
	}
	for (size_t j = 0; j < p; j++)
		s->var[j] = fmax(s->var[j], 0.0);
	return L2N_OK;
}

l2n_status
l2n_ridge(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec, l2n_fit *fit,
		  void *work, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->p;
	char *at = work;
	system_t s;
	outcome out;
	l2n_status status = L2N_ILL_CONDITIONED;
	dd rss, intercept = dd_of(0.0);
	double unit, terms;
	bool finite = true;

	if (m->n == 0)
		return L2N_NO_ROWS;
	if (!set_up(&s, m, spec, &at))
		return L2N_OUT_OF_RANGE;

	if (spec->p >= DENSE_MIN)
		status = solve_dense(kernel, &s, fit, &out, at, poll, poll_arg);
	if (status == L2N_ILL_CONDITIONED)
		status = solve_dd(kernel, &s, fit, &out, at, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	/* RSS = syy - 2 b'c + b'Cb = syy - b'c - b'g, g = c - Cb: exact to second order in b */
	l2n_symmetric_times(kernel, s.p, s.c, s.b, s.tmp);
	rss = s.syy;
	terms = s.syy.hi;
	for (size_t j = 0; j < p; j++)
	{
		dd c = dd_make(s.rhs[j], s.rhs[p + j]), b = dd_make(s.b[j], s.b[p + j]);
		dd g = dd_sub(c, dd_make(s.tmp[j], s.tmp[p + j]));
		dd term = dd_mul(b, dd_add(c, g));

		rss = dd_sub(rss, term);
		terms += fabs(term.hi);
	}
	unit = 1.0 / s.scale_y;
	if (rss.hi < RESIDUE * terms)
		rss = dd_of(0.0);
	fit->rss = rss.hi * unit * unit;
	fit->tss = s.syy.hi * unit * unit;
	fit->r_squared = s.syy.hi > 0.0 ? dd_div(dd_sub(s.syy, rss), s.syy).hi : NAN;

	terms = 0.0;
	for (size_t j = 0; j < p; j++)
	{
		dd b = dd_scale(dd_make(s.b[j], s.b[p + j]), s.scale[j] * unit);

		fit->coef[j] = b.hi + 0.0; /* never -0 */
		finite &= isfinite(b.hi);
		if (spec->intercept)
		{
			dd term = dd_mul(b, l2n_mean(m, spec->feature[j]));

			intercept = dd_sub(intercept, term);
			terms += fabs(term.hi);
		}
	}
	if (spec->intercept)
		intercept = dd_add(intercept, l2n_mean(m, spec->target));
	if (fabs(intercept.hi) < RESIDUE * terms)
		intercept = dd_of(0.0);
	fit->intercept = intercept.hi + 0.0;

	fit->df = out.trace + (spec->intercept ? 1.0 : 0.0);
	fit->df_resid = spec->rows - (spec->intercept ? 1.0 : 0.0) - (2.0 * out.trace - out.trace2);
	fit->sigma = fit->df_resid > 1e-9 ? sqrt(fit->rss / fit->df_resid) : NAN;

	for (size_t j = 0; j < p; j++)
		fit->se[j] = fit->dropped[j] ? NAN : fit->sigma * sqrt(s.var[j]) * s.scale[j];
	fit->intercept_se = NAN;
	if (spec->intercept)
	{
		dd v = dd_div(dd_of(1.0), m->weight);

		l2n_symmetric_times(kernel, s.p, s.c, s.u, s.tmp);
		v = dd_add(v, kernel->dd_dot(p, s.u, s.u + p, s.tmp, s.tmp + p));
		fit->intercept_se = fit->sigma * sqrt(v.hi);
	}
	return finite && isfinite(fit->intercept) && isfinite(fit->rss) && isfinite(fit->tss)
			   ? L2N_OK
			   : L2N_OUT_OF_RANGE;
}
