/*
 * collinear.c: aliases, variance inflation, condition indexes.
 *
 * A variance inflation factor of v loses 1e-16 v in double where it is the diagonal of an inverted
 * correlation matrix, and a condition index of k loses 1e-16 k^2 where it comes from the
 * eigenvalues of X'X: both are wrong just where they matter.  Here the inverse is taken in
 * double-double, and the indexes come from a pivoted Cholesky factor in double-double, whose
 * singular values Jacobi's method finds to full accuracy.
 */
#include "num/solve/collinear.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/jacobi.h"

/* An R^2 below this is nothing but rounding in double-double */
#define RESIDUE 0x1p-90

/* How much more than its rounding may be changed of an aliased column, for shorter numbers */
#define SLACK 4.0

/* How much of the distance between decimals of some length may be hit by accident */
#define ACCIDENT 0.01

static inline dd
collinear_at(const double *a, size_t low, size_t i)
{
	return dd_make(a[i], a[low + i]);
}

/* The system, its factor in u, and which features it drops; floor: p doubles of scratch */
static l2n_status
factor(const l2n_kernel *kernel, const l2n_moments *m, const l2n_columns *columns, l2n_system *s,
	   void *system_work, double *u, double *floor, bool *dropped, int *rank, l2n_poll poll,
	   void *poll_arg)
{
	int failed;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	status = l2n_system_init(s, m, columns, NULL, system_work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	memcpy(u, s->c, sizeof(double) * 2 * l2n_tri_size((size_t) s->p));
	for (int j = 0; j < s->p; j++)
		floor[j] = l2n_system_floor(s, m, columns, j);
	return l2n_cholesky(kernel, s->p, u, floor, dropped, rank, &failed, poll, poll_arg);
}

/*
 * Inflation and aliases
 */

size_t
l2n_collinear_worksize(int p)
{
	size_t k = (size_t) p;

	return l2n_system_worksize(p) + sizeof(double) * (4 * l2n_tri_size(k) + 2 * k) +
		   sizeof(bool) * k + 5 * 64;
}

l2n_status
l2n_collinear_start(const l2n_kernel *kernel, const l2n_moments *m, const l2n_columns *columns,
					l2n_collinear *c, void *work, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) columns->p, triangle = sizeof(double) * 2 * l2n_tri_size(p);
	char *next = work;
	void *system_work = l2n_take(&next, l2n_system_worksize(columns->p));
	l2n_status status;

	c->u = l2n_take(&next, triangle);
	c->w = l2n_take(&next, triangle);
	c->work = l2n_take(&next, sizeof(double) * 2 * p);
	c->dropped = l2n_take(&next, sizeof(bool) * p);
	status = factor(kernel, m, columns, &c->sys, system_work, c->u, c->work, c->dropped, &c->rank,
					poll, poll_arg);
	if (status != L2N_OK)
		return status;
	memcpy(c->w, c->u, triangle);
	return l2n_cholesky_invert_factor(kernel, columns->p, c->w, c->dropped, c->work, poll,
									  poll_arg);
}

void
l2n_collinear_inflation(const l2n_kernel *kernel, const l2n_collinear *c, int feature, double *vif,
						double *tolerance, double *r_squared)
{
	size_t p = (size_t) c->sys.p, low = l2n_tri_size(p), row;
	dd v, t, r;

	if (c->dropped[feature])
	{
		*vif = INFINITY;
		*tolerance = 0.0;
		*r_squared = 1.0;
		return;
	}
	/* diagonals of C and of its inverse WW' */
	row = l2n_tri(p, (size_t) feature, (size_t) feature);
	v = kernel->dd_dot(p - (size_t) feature, c->w + row, c->w + low + row, c->w + row,
					   c->w + low + row);
	v = dd_mul(v, collinear_at(c->sys.c, low, row));
	t = dd_div(dd_of(1.0), v);
	r = dd_sub(dd_of(1.0), t);
	*vif = fmax(v.hi, 1.0);
	*tolerance = fmin(t.hi, 1.0);
	*r_squared = r.hi > RESIDUE ? r.hi : 0.0;
}

/*
 * The shortest decimal within slack of v; or within more, wide, one so short that it is there by no
 * accident
 */
static double
collinear_shorten(double v, double slack, double wide)
{
	char digits[32];
	double step;

	if (fabs(v) <= wide)
		return 0.0;
	step = pow(10.0, floor(log10(fabs(v))));
	for (int precision = 0; precision < DBL_DECIMAL_DIG - 1; precision++, step /= 10.0)
	{
		double r;

		snprintf(digits, sizeof digits, "%.*e", precision, v);
		r = strtod(digits, NULL);
		if (fabs(r - v) <= (wide <= ACCIDENT * step ? wide : slack))
			return r;
	}
	return v;
}

/* Mean of feature j, not scaled */
static dd
collinear_mean(const l2n_system *s, size_t j)
{
	return dd_scale(collinear_at(s->mean, (size_t) s->p, j), 1.0 / s->scale[j]);
}

/* Norm of what the features kept before j do not explain of it, scaled */
static double
collinear_residual(const l2n_collinear *c, size_t j)
{
	size_t p = (size_t) c->sys.p, low = l2n_tri_size(p);
	dd square = collinear_at(c->sys.c, low, l2n_tri(p, j, j));

	for (size_t i = 0; i < j; i++)
	{
		dd u = collinear_at(c->u, low, l2n_tri(p, i, j));

		square = dd_sub(square, dd_mul(u, u));
	}
	return sqrt(fmax(square.hi, 0.0));
}

l2n_status
l2n_collinear_alias(const l2n_kernel *kernel, const l2n_collinear *c, int feature, double *constant,
					double *coef)
{
	const l2n_system *s = &c->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p), j = (size_t) feature;
	double *b = c->work, slack, terms;
	int kept = 0;
	dd sum = s->intercept ? collinear_mean(s, j) : dd_of(0.0);

	/* What is left of the column is the rounding of its values: as much may be changed of it */
	slack = SLACK * fmax(collinear_residual(c, j), DBL_EPSILON * sqrt(s->c[l2n_tri(p, j, j)]));
	terms = fabs(sum.hi);

	/*
	 * Back substitution, U b = column j of U, over the features kept.  A change of b_i alone costs
	 * the norm of x_i times it; or U_ii times it, since those before i can make up for the rest
	 * (Babai's nearest plane), which ends the noise that near collinear ones put on each other.
	 */
	memset(b, 0, sizeof(double) * 2 * p);
	memset(coef, 0, sizeof(double) * p);
	for (size_t i = j; i-- > 0;)
	{
		size_t row = l2n_tri(p, i, i);
		double scale = s->scale[i] / s->scale[j];
		double norm = sqrt(s->c[row]);
		dd v;

		if (c->dropped[i])
			continue;
		v = dd_sub(collinear_at(c->u, low, row + (j - i)),
				   kernel->dd_dot(j - i - 1, c->u + row + 1, c->u + low + row + 1, b + i + 1,
								  b + p + i + 1));
		v = dd_mul(v, collinear_at(c->u, low, row));
		if (s->intercept)
			norm = hypot(norm, sqrt(s->weight.hi) * s->mean[i]);
		coef[i] = collinear_shorten(v.hi * scale, slack / norm * scale, slack * c->u[row] * scale);
		if (!isfinite(coef[i]))
			return L2N_OUT_OF_RANGE;
		b[i] = coef[i] / scale;
		if (s->intercept)
		{
			dd term = dd_mul_d(collinear_mean(s, i), coef[i]);

			sum = dd_sub(sum, term);
			terms += fabs(term.hi);
		}
		kept += coef[i] != 0.0;
	}
	slack = (kept + 1) * slack / (sqrt(s->weight.hi) * s->scale[j]) + SLACK * DBL_EPSILON * terms;
	*constant = collinear_shorten(sum.hi, slack, slack);
	return isfinite(*constant) ? L2N_OK : L2N_OUT_OF_RANGE;
}

/*
 * Condition indexes
 */

size_t
l2n_condition_worksize(int p)
{
	size_t k = (size_t) p + 1;

	return l2n_system_worksize(p) + sizeof(double) * (2 * l2n_tri_size(k) + k * k + 2 * k * 4) +
		   (3 * sizeof(int) + sizeof(bool)) * k + 12 * 64;
}

l2n_status
l2n_condition_indexes(const l2n_kernel *kernel, const l2n_moments *m, const l2n_columns *columns,
					  bool centred, l2n_condition *c, void *work, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) columns->p, low = l2n_tri_size(p), k, first, n;
	char *next = work;
	void *system_work = l2n_take(&next, l2n_system_worksize(columns->p));
	double *a = l2n_take(&next, sizeof(double) * 2 * low);
	double *x = l2n_take(&next, sizeof(double) * (p + 1) * (p + 1));
	double *unit = l2n_take(&next, sizeof(double) * 2 * p);
	double *sigma = l2n_take(&next, sizeof(double) * (p + 1));
	double *row = l2n_take(&next, sizeof(double) * (p + 1));
	int *kept = l2n_take(&next, sizeof(int) * p);
	int *order = l2n_take(&next, sizeof(int) * p);
	int rank;
	l2n_system s;
	l2n_status status;

	c->term = l2n_take(&next, sizeof(int) * (p + 1));
	c->eigenvalue = l2n_take(&next, sizeof(double) * (p + 1));
	c->index = l2n_take(&next, sizeof(double) * (p + 1));
	c->dropped = l2n_take(&next, sizeof(bool) * p);
	c->proportion = x;
	status =
		factor(kernel, m, columns, &s, system_work, a, unit, c->dropped, &c->rank, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	/*
	 * After the intercept, whose column is of unit length, the elimination leaves the centred
	 * products: no need to add the means to them and to take them away again.
	 */
	first = s.intercept && !centred ? 1 : 0;
	n = 0;
	if (first)
		c->term[0] = 0;
	for (size_t j = 0; j < p; j++)
	{
		dd square = collinear_at(s.c, low, l2n_tri(p, j, j)), mu = collinear_at(s.mean, p, j);

		if (c->dropped[j])
			continue;
		if (first)
			square = dd_add(square, dd_mul(s.weight, dd_mul(mu, mu)));
		square = dd_div(dd_of(1.0), dd_sqrt(square));
		unit[j] = square.hi;
		unit[p + j] = square.lo;
		c->term[first + n] = (int) j + 1;
		kept[n++] = (int) j;
	}
	k = n + first;
	c->k = (int) k;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
		{
			size_t fi = (size_t) kept[i], fj = (size_t) kept[j], to = l2n_tri(n, i, j);
			dd v = dd_mul(collinear_at(s.c, low, l2n_tri(p, fi, fj)),
						  dd_mul(collinear_at(unit, p, fi), collinear_at(unit, p, fj)));

			a[to] = v.hi;
			a[l2n_tri_size(n) + to] = v.lo;
		}
	status = l2n_cholesky_pivoted(kernel, (int) n, a, order, &rank, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	memset(x, 0, sizeof(double) * k * k);
	if (first)
		x[0] = 1.0;
	for (size_t i = 0; i < n; i++)
	{
		size_t j = (size_t) kept[order[i]], diagonal = l2n_tri(n, i, i);
		double *to = x + (first + i) * k + first;

		if (first)
			x[first + i] = dd_mul(dd_mul(dd_sqrt(s.weight), collinear_at(s.mean, p, j)),
								  collinear_at(unit, p, j))
							   .hi;
		if ((int) i < rank)
			to[i] = 1.0 / a[diagonal];
		memcpy(to + i + 1, a + diagonal + 1, sizeof(double) * (n - i - 1));
	}
	status = l2n_jacobi((int) k, x, sigma, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	/* The variance of term t is sigma^2 times the sum over dimensions d of (v_dt / sigma_d)^2 */
	for (size_t d = 0; d < k; d++)
	{
		double *v = x + d * k;

		c->eigenvalue[d] = sigma[d] * sigma[d];
		c->index[d] = sigma[0] / sigma[d];
		memcpy(row, v, sizeof(double) * k);
		for (size_t t = 0; t < k; t++)
		{
			size_t to = t < first ? t : first + (size_t) order[t - first];
			double share = sigma[d] > 0.0 ? row[t] / sigma[d] : 0.0;

			v[to] = share * share;
		}
	}
	memset(row, 0, sizeof(double) * k);
	for (size_t d = 0; d < k; d++)
		for (size_t t = 0; t < k; t++)
			row[t] += x[d * k + t];
	for (size_t d = 0; d < k; d++)
		for (size_t t = 0; t < k; t++)
			x[d * k + t] /= row[t];
	return L2N_OK;
}
