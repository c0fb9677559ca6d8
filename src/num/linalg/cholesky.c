/*
 * cholesky.c: Cholesky's factorisation in double-double.
 *
 * In double, normal equations fail at a condition number of 1e8 and iterative refinement with
 * them; with 106 bits they reach 1e16 with digits to spare, at the price of about ten
 * vectorised additions and multiplications for one.  Everything is arranged as operations on
 * contiguous rows of the upper triangle, so that the kernel's row primitives do the work
 * (the right-looking, outer-product form of Golub and Van Loan, Matrix Computations, 4.2.5).
 */
#include "num/linalg/cholesky.h"

#include <string.h>

static inline dd
cholesky_at(const double *a, size_t low, size_t i)
{
	return dd_make(a[i], a[low + i]);
}

static inline void
cholesky_put(double *a, size_t low, size_t i, dd v)
{
	a[i] = v.hi;
	a[low + i] = v.lo;
}

/* Row i of U from its pivot, and its part taken out of the rows below */
static void
cholesky_eliminate(const l2n_kernel *kernel, size_t k, double *a, size_t i)
{
	size_t low = l2n_tri_size(k), row = l2n_tri(k, i, i);
	dd inverse = dd_rsqrt(cholesky_at(a, low, row));

	cholesky_put(a, low, row, inverse);
	for (size_t j = 1; j < k - i; j++)
		cholesky_put(a, low, row + j, dd_mul(cholesky_at(a, low, row + j), inverse));

	for (size_t r = i + 1; r < k; r++)
	{
		size_t target = l2n_tri(k, r, r), source = row + (r - i);
		dd factor = dd_neg(cholesky_at(a, low, source));

		if (factor.hi != 0.0)
			kernel->dd_axpy_row(k - r, factor, a + source, a + low + source, a + target,
								a + low + target);
	}
}

/* Rounding of a product in double-double, and of the sums that a is made of, with some to spare */
#define ROUNDING 0x1p-96

/*
 * How large rounding alone may make pivot i.  Pivots before it are off by shares noise[r] of
 * themselves, and so are the squares of U that were taken away for them.
 */
static double
rounding_of_pivot(const double *a, size_t k, size_t i, double pivot, const double *noise)
{
	double diagonal = fabs(pivot), inherited = 0.0;

	for (size_t r = 0; r < i; r++)
	{
		double u = a[l2n_tri(k, r, i)];

		diagonal += u * u;
		inherited += u * u * noise[r];
	}
	return ROUNDING * diagonal + 2.0 * inherited;
}

l2n_status
l2n_cholesky(const l2n_kernel *kernel, int p, double *a, double *floor, bool *dropped, int *rank,
			 int *failed, l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);

	*rank = 0;
	for (size_t i = 0; i < k; i++)
	{
		size_t row = l2n_tri(k, i, i);
		dd pivot = cholesky_at(a, low, row);
		double rounding = rounding_of_pivot(a, k, i, pivot.hi, floor);

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		dropped[i] = floor[i] >= 0.0 && !(pivot.hi > fmax(floor[i], rounding));
		if (dropped[i])
		{
			floor[i] = 0.0;
			memset(a + row, 0, sizeof(double) * (k - i));
			memset(a + low + row, 0, sizeof(double) * (k - i));
			continue;
		}
		if (!(pivot.hi > fabs(floor[i])))
		{
			*failed = (int) i;
			return L2N_NOT_POSITIVE;
		}
		(*rank)++;
		floor[i] = rounding / pivot.hi;
		cholesky_eliminate(kernel, k, a, i);
	}
	return L2N_OK;
}

static void
cholesky_swap(double *a, size_t i, size_t j)
{
	double v = a[i];

	a[i] = a[j];
	a[j] = v;
}

/* Exchange columns i < j of a whose rows above i are factored */
static void
cholesky_exchange(double *a, size_t k, size_t i, size_t j)
{
	for (size_t r = 0; r < i; r++)
		cholesky_swap(a, l2n_tri(k, r, i), l2n_tri(k, r, j));
	cholesky_swap(a, l2n_tri(k, i, i), l2n_tri(k, j, j));
	for (size_t r = i + 1; r < j; r++)
		cholesky_swap(a, l2n_tri(k, i, r), l2n_tri(k, r, j));
	for (size_t r = j + 1; r < k; r++)
		cholesky_swap(a, l2n_tri(k, i, r), l2n_tri(k, j, r));
}

/* The same of a column after i pivots, none of which was smaller than what is left */
static double
rounding_left(const double *a, size_t k, size_t i, size_t column)
{
	double diagonal = fabs(a[l2n_tri(k, column, column)]);

	for (size_t r = 0; r < i; r++)
		diagonal += a[l2n_tri(k, r, column)] * a[l2n_tri(k, r, column)];
	return ROUNDING * (double) (1 + 2 * i) * diagonal;
}

l2n_status
l2n_cholesky_pivoted(const l2n_kernel *kernel, int p, double *a, int *order, int *rank,
					 l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);

	for (int i = 0; i < p; i++)
		order[i] = i;
	for (size_t i = 0; i < k; i++)
	{
		size_t largest = i;
		int column = order[i];

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = i + 1; j < k; j++)
			if (a[l2n_tri(k, j, j)] > a[l2n_tri(k, largest, largest)])
				largest = j;
		*rank = (int) i;
		if (!(a[l2n_tri(k, largest, largest)] > rounding_left(a, k, i, largest)))
		{
			size_t row = l2n_tri(k, i, i);

			memset(a + row, 0, sizeof(double) * (low - row));
			memset(a + low + row, 0, sizeof(double) * (low - row));
			return L2N_OK;
		}
		if (largest != i)
		{
			cholesky_exchange(a, k, i, largest);
			cholesky_exchange(a + low, k, i, largest);
			order[i] = order[largest];
			order[largest] = column;
		}
		cholesky_eliminate(kernel, k, a, i);
	}
	*rank = p;
	return L2N_OK;
}

void
l2n_cholesky_forward(const l2n_kernel *kernel, int p, const double *u, const bool *dropped,
					 double *x)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);

	for (size_t i = 0; i < k; i++)
	{
		size_t row = l2n_tri(k, i, i);
		dd v = dropped[i] ? dd_of(0.0) : dd_mul(cholesky_at(x, k, i), cholesky_at(u, low, row));

		cholesky_put(x, k, i, v);
		if (v.hi != 0.0 && i + 1 < k)
			kernel->dd_axpy_row(k - i - 1, dd_neg(v), u + row + 1, u + low + row + 1, x + i + 1,
								x + k + i + 1);
	}
}

void
l2n_cholesky_solve(const l2n_kernel *kernel, int p, const double *u, const bool *dropped, double *x)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);

	l2n_cholesky_forward(kernel, p, u, dropped, x);
	for (size_t i = k; i-- > 0;)
	{
		size_t row = l2n_tri(k, i, i);
		dd v;

		if (dropped[i])
			continue;
		v = cholesky_at(x, k, i);
		if (i + 1 < k)
			v = dd_sub(v, kernel->dd_dot(k - i - 1, u + row + 1, u + low + row + 1, x + i + 1,
										 x + k + i + 1));
		cholesky_put(x, k, i, dd_mul(v, cholesky_at(u, low, row)));
	}
}

l2n_status
l2n_cholesky_invert_factor(const l2n_kernel *kernel, int p, double *u, const bool *dropped,
						   double *work, l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);

	/* From the last row up: row i needs the rows of W below it */
	for (size_t i = k; i-- > 0;)
	{
		size_t row = l2n_tri(k, i, i);
		dd inverse;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		if (dropped[i])
			continue;
		inverse = cholesky_at(u, low, row);
		memset(work, 0, sizeof(double) * 2 * k);
		for (size_t l = i + 1; l < k; l++)
		{
			size_t below = l2n_tri(k, l, l);
			dd factor = cholesky_at(u, low, row + (l - i));

			if (!dropped[l] && factor.hi != 0.0)
				kernel->dd_axpy_row(k - l, factor, u + below, u + low + below, work + l,
									work + k + l);
		}
		for (size_t j = i + 1; j < k; j++)
			cholesky_put(u, low, row + (j - i), dd_neg(dd_mul(cholesky_at(work, k, j), inverse)));
	}
	return L2N_OK;
}

l2n_status
l2n_cholesky_invert(const l2n_kernel *kernel, int p, double *u, const bool *dropped, double *work,
					l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);
	l2n_status status = l2n_cholesky_invert_factor(kernel, p, u, dropped, work, poll, poll_arg);

	if (status != L2N_OK)
		return status;

	/* W := W W', from the first row down: row i needs the rows of W from i on */
	for (size_t i = 0; i < k; i++)
	{
		size_t row = l2n_tri(k, i, i);

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = i; j < k; j++)
		{
			size_t other = l2n_tri(k, j, j), mine = row + (j - i);

			cholesky_put(
				work, k, j,
				kernel->dd_dot(k - j, u + mine, u + low + mine, u + other, u + low + other));
		}
		memcpy(u + row, work + i, sizeof(double) * (k - i));
		memcpy(u + low + row, work + k + i, sizeof(double) * (k - i));
	}
	return L2N_OK;
}

void
l2n_symmetric_times(const l2n_kernel *kernel, int p, const double *a, const double *x, double *y)
{
	size_t k = (size_t) p, low = l2n_tri_size(k);

	memset(y, 0, sizeof(double) * 2 * k);
	for (size_t i = 0; i < k; i++)
	{
		size_t row = l2n_tri(k, i, i);

		cholesky_put(y, k, i,
					 dd_add(cholesky_at(y, k, i),
							kernel->dd_dot(k - i, a + row, a + low + row, x + i, x + k + i)));
		if (i + 1 < k)
			kernel->dd_axpy_row(k - i - 1, cholesky_at(x, k, i), a + row + 1, a + low + row + 1,
								y + i + 1, y + k + i + 1);
	}
}
