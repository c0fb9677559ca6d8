/*
 * components.c: singular values and vectors of centred columns, from their cross products.
 */
#include "num/solve/components.h"

#include <math.h>
#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/jacobi.h"
#include "num/solve/system.h"

size_t
l2n_components_worksize(int columns)
{
	size_t p = (size_t) columns;

	return sizeof(double) * (2 * l2n_tri_size(p) + p * p + 4 * p) + sizeof(int) * p + 7 * 64;
}

/* What each column is divided by, as a double-double, and a common power of two for all */
static l2n_status
find_units(const l2n_moments *m, const int *column, bool standardize, double divisor,
		   l2n_components *c, double *inverse, double *scale)
{
	size_t p = (size_t) c->p;
	double largest = 0.0;

	for (size_t j = 0; j < p; j++)
	{
		dd square = l2n_cross(m, column[j], column[j]);
		dd v;

		if (!isfinite(square.hi))
			return L2N_OUT_OF_RANGE;
		c->unit[j] = 1.0;
		inverse[j] = 1.0;
		inverse[p + j] = 0.0;
		largest = fmax(largest, square.hi);
		if (!standardize)
			continue;
		if (!(square.hi > 0.0))
		{
			c->constant = (int) j;
			return L2N_SINGULAR_PENALTY;
		}
		c->unit[j] = sqrt(square.hi / divisor);
		v = dd_div(dd_of(1.0), dd_sqrt(square));
		inverse[j] = v.hi;
		inverse[p + j] = v.lo;
	}
	*scale = standardize ? 1.0 : l2n_power_scale(largest);
	return L2N_OK;
}

/* The largest loading is positive, the first of them where several are as large but for rounding */
static void
choose_sign(size_t p, double *v)
{
	size_t at = 0;

	for (size_t j = 1; j < p; j++)
		if (fabs(v[j]) > fabs(v[at]) * (1.0 + 1e-10))
			at = j;
	if (v[at] < 0.0)
		for (size_t j = 0; j < p; j++)
			v[j] = 0.0 - v[j];
}

l2n_status
l2n_components_find(const l2n_moments *m, int columns, const int *column, bool standardize,
					double divisor, l2n_components *c, void *work, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) columns, low = l2n_tri_size(p);
	char *next = work;
	double *a = l2n_take(&next, sizeof(double) * 2 * low);
	double *inverse = l2n_take(&next, sizeof(double) * 2 * p);
	int *order = l2n_take(&next, sizeof(int) * p);
	double scale;
	l2n_status status;

	c->p = columns;
	c->sd = l2n_take(&next, sizeof(double) * p);
	c->unit = l2n_take(&next, sizeof(double) * p);
	c->loading = l2n_take(&next, sizeof(double) * p * p);
	if (m->n == 0)
		return L2N_NO_ROWS;
	status = find_units(m, column, standardize, divisor, c, inverse, &scale);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < p; i++)
		for (size_t j = i; j < p; j++)
		{
			dd v = dd_mul(
				dd_scale(l2n_cross(m, column[i], column[j]), scale * scale),
				dd_mul(dd_make(inverse[i], inverse[p + i]), dd_make(inverse[j], inverse[p + j])));

			a[l2n_tri(p, i, j)] = v.hi;
			a[low + l2n_tri(p, i, j)] = v.lo;
		}
	status = l2n_cholesky_pivoted(l2n_kernel_best(), columns, a, order, &c->rank, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	memset(c->loading, 0, sizeof(double) * p * p);
	for (size_t i = 0; i < (size_t) c->rank; i++)
	{
		size_t diagonal = l2n_tri(p, i, i);

		c->loading[i * p + i] = 1.0 / a[diagonal];
		memcpy(c->loading + i * p + i + 1, a + diagonal + 1, sizeof(double) * (p - i - 1));
	}
	status = l2n_jacobi(columns, c->loading, c->sd, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t d = 0; d < p; d++)
	{
		double *v = c->loading + d * p;

		memcpy(inverse, v, sizeof(double) * p);
		for (size_t j = 0; j < p; j++)
			v[order[j]] = inverse[j];
		choose_sign(p, v);
		/* of standardized columns the cross products are correlations already */
		c->sd[d] = standardize ? c->sd[d] : c->sd[d] / scale / sqrt(divisor);
	}
	return L2N_OK;
}
