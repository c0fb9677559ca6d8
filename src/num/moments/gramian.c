/*
 * gramian.c: centred moments in double-double.
 *
 * Raw sums of squares lose everything once the mean is large against the spread: at
 * x = 1e9 + N(0,1) a slope of 2 comes out as anything.  Centred sums in plain double lose the
 * same digits as soon as rows are taken out again.  Here means and centred cross products are
 * kept in double-double, and two states are joined by
 *
 *	C = C1 + C2 + W1 W2 / (W1 + W2) d d',		d = mean2 - mean1
 *
 * (Chan, Golub and LeVeque 1979; core's float8_regr_combine is the case of two columns).  A
 * block of rows is one such state, whose cross products the kernel has summed about a shift.
 */
#include "num/moments/gramian.h"

#include <string.h>

/*
 * What rounding may leave of a sum of squares that should be zero, relative to the terms that
 * it is the difference of: well above the 2^-98 of a block, well below any data's own 2^-53.
 */
#define RESIDUE 0x1p-92

size_t
l2n_add_block_worksize(int k)
{
	/* shift, sum, mean of the block, distance of the means, gram */
	return l2n_block_worksize(k) + 64 +
		   sizeof(double) * (7 * (size_t) k + 2 * l2n_tri_size((size_t) k));
}

size_t
l2n_merge_worksize(int k)
{
	return sizeof(double) * 2 * (size_t) k;
}

void
l2n_moments_clear(l2n_moments *m)
{
	m->n = 0;
	m->weight = dd_of(0.0);
	memset(m->mean, 0, sizeof(double) * 2 * (size_t) m->k);
	memset(m->cross, 0, sizeof(double) * 2 * l2n_tri_size((size_t) m->k));
}

void
l2n_moments_pick(const l2n_moments *m, const int *from, l2n_moments *to)
{
	size_t k = (size_t) to->k, tri = l2n_tri_size(k);

	l2n_moments_clear(to);
	to->n = m->n;
	to->weight = m->weight;
	for (size_t i = 0; i < k; i++)
	{
		dd mean = from[i] < 0 ? dd_of(0.0) : l2n_mean(m, from[i]);

		to->mean[i] = mean.hi;
		to->mean[k + i] = mean.lo;
		for (size_t j = i; j < k && from[i] >= 0; j++)
			if (from[j] >= 0)
			{
				dd c = l2n_cross(m, from[i], from[j]);

				to->cross[l2n_tri(k, i, j)] = c.hi;
				to->cross[tri + l2n_tri(k, i, j)] = c.lo;
			}
	}
}

void
l2n_moments_add_block(const l2n_kernel *kernel, l2n_moments *m, int rows, const double *x,
					  ptrdiff_t stride, const double *weight, void *work, l2n_poll poll,
					  void *poll_arg)
{
	size_t k = (size_t) m->k, tri = l2n_tri_size(k);
	double *shift, *sum, *gram, *centre, *delta;
	dd wsum, inverse, total, share = dd_of(1.0), pull = dd_of(0.0);

	shift = (double *) ((char *) work + (l2n_block_worksize(m->k) + 63) / 64 * 64);
	sum = shift + k;
	centre = sum + 2 * k;
	delta = centre + 2 * k;
	gram = delta + 2 * k;

	kernel->block(rows, m->k, x, stride, weight, shift, &wsum, sum, gram, work);
	if (!(wsum.hi > 0.0))
		return;

	inverse = dd_div(dd_of(1.0), wsum);
	total = dd_add(m->weight, wsum);
	if (m->n > 0)
	{
		share = dd_div(wsum, total);
		pull = dd_mul(m->weight, share);
	}

	for (size_t j = 0; j < k; j++)
	{
		/* mean of the block, less the shift */
		dd c = dd_mul(dd_make(sum[j], sum[k + j]), inverse);
		dd mean = dd_add_d(c, shift[j]);
		dd old = dd_make(m->mean[j], m->mean[k + j]);
		dd d = m->n == 0 ? dd_of(0.0) : dd_sub(mean, old);

		mean = m->n == 0 ? mean : dd_add(old, dd_mul(d, share));
		centre[j] = c.hi;
		centre[k + j] = c.lo;
		delta[j] = d.hi;
		delta[k + j] = d.lo;
		m->mean[j] = mean.hi;
		m->mean[k + j] = mean.lo;
	}

	for (size_t i = 0; i < k; i++)
	{
		size_t at = l2n_tri(k, i, i);
		dd d = dd_make(delta[i], delta[k + i]);

		if (poll && i % 64 == 0)
			poll(poll_arg);

		/* gram - sum_i centre_j moves the cross products from the shift to the block's mean */
		kernel->dd_merge_row(k - i, gram + at, gram + tri + at, dd_make(-sum[i], -sum[k + i]),
							 centre + i, centre + k + i, dd_mul(pull, d), delta + i, delta + k + i,
							 m->cross + at, m->cross + tri + at);
		if (m->cross[at] < 0.0)
			m->cross[at] = m->cross[tri + at] = 0.0;
	}

	m->weight = total;
	m->n += rows;
}

/* delta = b's means less a's, of which a's move by a share */
static void
move_means(l2n_moments *a, const l2n_moments *b, dd share, double *delta)
{
	size_t k = (size_t) a->k;

	for (size_t j = 0; j < k; j++)
	{
		dd old = dd_make(a->mean[j], a->mean[k + j]);
		dd d = dd_sub(dd_make(b->mean[j], b->mean[k + j]), old);
		dd mean = dd_add(old, dd_mul(d, share));

		delta[j] = d.hi;
		delta[k + j] = d.lo;
		a->mean[j] = mean.hi;
		a->mean[k + j] = mean.lo;
	}
}

l2n_status
l2n_moments_merge(const l2n_kernel *kernel, l2n_moments *a, const l2n_moments *b, void *work)
{
	size_t k = (size_t) a->k, tri = l2n_tri_size(k);
	double *delta = work;
	dd total, share, pull;

	if (a->k != b->k)
		return L2N_SHAPE;
	if (b->n == 0)
		return L2N_OK;
	if (a->n > INT64_MAX - b->n)
		return L2N_TOO_MANY_ROWS;
	if (!isfinite(a->weight.hi + b->weight.hi))
		return L2N_OUT_OF_RANGE;
	if (a->n == 0)
	{
		a->n = b->n;
		a->weight = b->weight;
		memcpy(a->mean, b->mean, sizeof(double) * 2 * k);
		memcpy(a->cross, b->cross, sizeof(double) * 2 * tri);
		return L2N_OK;
	}

	total = dd_add(a->weight, b->weight);
	share = dd_div(b->weight, total);
	pull = dd_mul(a->weight, share);

	move_means(a, b, share, delta);
	for (size_t i = 0; i < k; i++)
	{
		size_t at = l2n_tri(k, i, i);

		kernel->dd_add_row(k - i, b->cross + at, b->cross + tri + at, a->cross + at,
						   a->cross + tri + at);
		kernel->dd_axpy_row(k - i, dd_mul(pull, dd_make(delta[i], delta[k + i])), delta + i,
							delta + k + i, a->cross + at, a->cross + tri + at);
	}
	a->weight = total;
	a->n += b->n;
	return L2N_OK;
}

void
l2n_moments_clear_column(l2n_moments *m, int column)
{
	size_t k = (size_t) m->k, tri = l2n_tri_size(k), j = (size_t) column;

	for (size_t i = 0; i < k; i++)
	{
		size_t at = i < j ? l2n_tri(k, i, j) : l2n_tri(k, j, i);

		m->cross[at] = m->cross[tri + at] = 0.0;
	}
}

l2n_status
l2n_moments_unmerge(const l2n_kernel *kernel, l2n_moments *a, const l2n_moments *b, void *work)
{
	size_t k = (size_t) a->k, tri = l2n_tri_size(k);
	double *delta = work;
	dd rest, ratio, push;

	if (a->k != b->k)
		return L2N_SHAPE;
	if (b->n == 0)
		return L2N_OK;
	if (a->n < b->n)
		return L2N_NOT_A_PART;
	if (a->n == b->n)
	{
		/* Nothing is left; the two must then be the same rows */
		for (size_t j = 0; j < k; j++)
		{
			dd d = dd_sub(dd_make(a->mean[j], a->mean[k + j]), dd_make(b->mean[j], b->mean[k + j]));
			dd square = l2n_cross(a, (int) j, (int) j);
			double more = dd_sub(square, l2n_cross(b, (int) j, (int) j)).hi;

			/* what outliers that came and went have left of a spread may be more than rounding */
			if (fabs(d.hi) > 1e-20 * (fabs(a->mean[j]) + sqrt(square.hi)) ||
				fabs(more) > 1e-9 * square.hi)
				return L2N_NOT_A_PART;
		}
		l2n_moments_clear(a);
		return L2N_OK;
	}

	rest = dd_sub(a->weight, b->weight);
	if (!(rest.hi > 0.0))
		return L2N_NOT_A_PART;
	ratio = dd_div(b->weight, rest);
	push = dd_mul(a->weight, ratio);

	move_means(a, b, dd_neg(ratio), delta);
	for (size_t i = 0; i < k; i++)
	{
		size_t at = l2n_tri(k, i, i);

		kernel->dd_axpy_row(k - i, dd_of(-1.0), b->cross + at, b->cross + tri + at, a->cross + at,
							a->cross + tri + at);
		kernel->dd_axpy_row(k - i, dd_neg(dd_mul(push, dd_make(delta[i], delta[k + i]))), delta + i,
							delta + k + i, a->cross + at, a->cross + tri + at);
	}
	a->weight = rest;
	a->n -= b->n;

	for (size_t j = 0; j < k; j++)
	{
		size_t at = l2n_tri(k, j, j);
		double left = a->cross[at];
		double d = delta[j];
		double terms = b->cross[at] + push.hi * d * d;

		if (left > RESIDUE * terms)
			continue;
		if (left < -1e-20 * terms)
			return L2N_NOT_A_PART;
		l2n_moments_clear_column(a, (int) j);
		/* a level, say, that no row has any more */
		if (fabs(a->mean[j]) <= RESIDUE * (fabs(b->mean[j]) + (1.0 + ratio.hi) * fabs(d)))
			a->mean[j] = a->mean[k + j] = 0.0;
		/* all that is left is one value, a double: parts of it must not differ by a rounding error
		 */
		else
			a->mean[k + j] = 0.0;
	}
	return L2N_OK;
}

void
l2n_moments_scale(l2n_moments *m, double factor)
{
	size_t tri = l2n_tri_size((size_t) m->k);

	m->weight = dd_mul_d(m->weight, factor);
	for (size_t i = 0; i < tri; i++)
	{
		dd v = dd_mul_d(dd_make(m->cross[i], m->cross[tri + i]), factor);

		m->cross[i] = v.hi;
		m->cross[tri + i] = v.lo;
	}
}

/* A block of the product: columns from first on are those of m, each of whose rows comes times over
 */
static void
put_block(l2n_moments *out, size_t first, const l2n_moments *m, dd times)
{
	size_t k = (size_t) m->k, all = (size_t) out->k, low = l2n_tri_size(k);

	for (size_t i = 0; i < k; i++)
	{
		out->mean[first + i] = m->mean[i];
		out->mean[all + first + i] = m->mean[k + i];
		for (size_t j = i; j < k; j++)
		{
			size_t from = l2n_tri(k, i, j), to = l2n_tri(all, first + i, first + j);
			dd v = dd_mul(dd_make(m->cross[from], m->cross[low + from]), times);

			out->cross[to] = v.hi;
			out->cross[l2n_tri_size(all) + to] = v.lo;
		}
	}
}

l2n_status
l2n_moments_product(l2n_moments *out, const l2n_moments *a, const l2n_moments *b)
{
	if (a->n > 0 && b->n > INT64_MAX / a->n)
		return L2N_TOO_MANY_ROWS;
	l2n_moments_clear(out);
	out->n = a->n * b->n;
	out->weight = dd_mul(a->weight, b->weight);
	if (out->n == 0)
		return L2N_OK;
	/* every row of a meets every row of b, so the columns of the one do not vary with the other's
	 */
	put_block(out, 0, a, b->weight);
	put_block(out, (size_t) a->k, b, a->weight);
	for (int j = 0; j < out->k; j++)
		if (!isfinite(out->cross[l2n_tri((size_t) out->k, (size_t) j, (size_t) j)]))
			return L2N_OUT_OF_RANGE;
	return L2N_OK;
}
