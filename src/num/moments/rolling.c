/*
 * rolling.c: update and downdate in double-double.
 *
 *	C := C + w W/(W + w) d d',  d = x - mean		(Chan, Golub and LeVeque; Welford for w = 1)
 *	C := C - w W/(W - w) d d'
 *
 * In double such a window is spoilt by the first outlier that passes through it.  Double-double has
 *53 more bits to lose, and a record of what has passed tells when they are used up: each step
 *rounds by about 2^-104 of the squares that took part, and of the weights.
 */
#include "num/moments/rolling.h"

#include <string.h>

/* Rounding of one step, with a margin; the share of a column's spread that it may become */
#define STEP_ROUNDING 0x1p-96
#define ALLOWED       1e-12

/* From so many columns on the kernel's vectors beat a plain loop */
#define MIN_ROW 5

size_t
l2n_rolling_doubles(int k)
{
	return l2n_moments_doubles(k) + 4 * (size_t) k;
}

/* What passed through a window that is empty now left nothing behind */
static void
rolling_forget(l2n_rolling *r)
{
	memset(r->record, 0, sizeof(double) * (size_t) r->m.k);
	r->passed = 0;
	r->has_left = false;
}

void
l2n_rolling_start(l2n_rolling *r, int k, double *memory)
{
	r->m.k = k;
	r->m.mean = memory;
	r->m.cross = r->m.mean + 2 * (size_t) k;
	r->shift = memory + l2n_moments_doubles(k);
	r->record = r->shift + k;
	r->delta = r->record + k;
	l2n_moments_clear(&r->m);
	rolling_forget(r);
}

/* mean += ratio d for d = x - mean, C += factor d d' */
static void
rolling_step(const l2n_kernel *kernel, l2n_rolling *r, const double *row, double weight, dd ratio,
			 dd factor)
{
	size_t k = (size_t) r->m.k, low = l2n_tri_size(k);
	double *mean = r->m.mean, *cross = r->m.cross, *d = r->delta;

	r->passed += weight;
	for (size_t j = 0; j < k; j++)
	{
		dd x = dd_two_sum(row[j], -r->shift[j]), m = dd_make(mean[j], mean[k + j]);
		dd v = dd_sub(x, m);

		d[j] = v.hi;
		d[k + j] = v.lo;
		m = dd_add(m, dd_mul(v, ratio));
		mean[j] = m.hi;
		mean[k + j] = m.lo;
		r->record[j] += weight * x.hi * x.hi;
	}
	for (size_t i = 0; i < k; i++)
	{
		dd a = dd_mul(factor, dd_make(d[i], d[k + i]));
		size_t at = l2n_tri(k, i, i);

		if (k - i >= MIN_ROW)
		{
			kernel->dd_axpy_row(k - i, a, d + i, d + k + i, cross + at, cross + low + at);
			continue;
		}
		for (size_t j = i; j < k; j++, at++)
		{
			dd v = dd_add(dd_make(cross[at], cross[low + at]), dd_mul(a, dd_make(d[j], d[k + j])));

			cross[at] = v.hi;
			cross[low + at] = v.lo;
		}
	}
}

void
l2n_rolling_add(const l2n_kernel *kernel, l2n_rolling *r, const double *row, double weight)
{
	dd before = r->m.weight, ratio;

	if (r->m.n == 0)
		memcpy(r->shift, row, sizeof(double) * (size_t) r->m.k);
	r->m.weight = dd_add_d(before, weight);
	ratio = dd_div(dd_of(weight), r->m.weight);
	rolling_step(kernel, r, row, weight, ratio, dd_mul(before, ratio));
	r->m.n++;
}

bool
l2n_rolling_remove(const l2n_kernel *kernel, l2n_rolling *r, const double *row, double weight)
{
	size_t k = (size_t) r->m.k;
	dd before = r->m.weight, ratio;

	if (r->m.n <= 1)
	{
		l2n_moments_clear(&r->m);
		rolling_forget(r);
		return true;
	}
	r->m.weight = dd_add_d(before, -weight);
	if (!(r->m.weight.hi > 0.0))
		return false;
	r->m.n--;
	r->has_left = true;
	ratio = dd_div(dd_of(weight), r->m.weight);
	rolling_step(kernel, r, row, weight, dd_neg(ratio), dd_neg(dd_mul(before, ratio)));
	if (STEP_ROUNDING * r->passed > ALLOWED * r->m.weight.hi)
		return false;
	for (size_t j = 0; j < k; j++)
		if (STEP_ROUNDING * r->record[j] > ALLOWED * r->m.cross[l2n_tri(k, j, j)])
			return false;
	return true;
}

void
l2n_rolling_decay(l2n_rolling *r, double factor)
{
	l2n_moments_scale(&r->m, factor);
	for (int j = 0; j < r->m.k; j++)
		r->record[j] *= factor;
	r->passed *= factor;
}

void
l2n_rolling_moments(const l2n_rolling *r, l2n_moments *out, double *doubt)
{
	size_t k = (size_t) r->m.k;

	out->n = r->m.n;
	out->weight = r->m.weight;
	memcpy(out->cross, r->m.cross, sizeof(double) * 2 * l2n_tri_size(k));
	for (size_t j = 0; j < k; j++)
	{
		dd m = dd_add_d(dd_make(r->m.mean[j], r->m.mean[k + j]), r->shift[j]);

		out->mean[j] = m.hi;
		out->mean[k + j] = m.lo;
		doubt[j] = r->has_left ? STEP_ROUNDING * r->record[j] : 0;
	}
	doubt[k] = r->has_left ? STEP_ROUNDING * r->passed : 0;
}
