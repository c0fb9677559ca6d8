/*
 * test_kernel.c: every kernel that this processor runs, against sums in __float128.
 *
 * The bound on an entry of the Gram matrix is 2^-95 of the product of the two column norms
 * (Cauchy and Schwarz's bound on the entry itself), and on a sum the same with the norm of a
 * column of ones.  Results below 2^-1074 cannot be told apart from 0.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "random.h"
#include "tap.h"

typedef __float128 quad;

#define MAX_K  101
#define STRIDE (MAX_K + 9)

static const char *const names[] = {"avx512", "avx2", "portable"};

#define N_NAMES ((int) (sizeof(names) / sizeof(names[0])))

/*
 * A block and what a kernel made of it
 */

static double data[L2N_BLOCK_ROWS * STRIDE];
static double shift[MAX_K];
static dd wsum;
static double sum[2 * MAX_K + 1];
static double gram[MAX_K * (MAX_K + 1) + 1];

#define SENTINEL 12345.678

/* Runs block() on exact copies of its arguments, which a memory checker can guard */
static void
run_block(const l2n_kernel *kernel, int rows, int k, ptrdiff_t stride, const double *x,
		  const double *weight)
{
	size_t size = l2n_block_worksize(k);
	double *work = aligned_alloc(64, (size + 64 + 63) / 64 * 64);
	double *after = (double *) ((char *) work + size);

	*after = SENTINEL;
	memset(work, 0xff, size); /* NaN: nothing may be read that was not written */
	memset(shift, 0xff, sizeof(shift));
	memset(sum, 0xff, sizeof(sum));
	memset(gram, 0xff, sizeof(gram));
	kernel->block(rows, k, x, stride, weight, shift, &wsum, sum, gram, work);
	if (*after != SENTINEL || !isnan(gram[k * (k + 1)]) || !isnan(sum[2 * k]))
	{
		diag("%s wrote past its end: rows %d, k %d", kernel->name, rows, k);
		exit(1);
	}
	free(work);
}

static quad
quad_abs(quad a)
{
	return a < 0 ? -a : a;
}

/* (error / scale)^2, less what a double cannot hold */
static double
squared_error(quad got, quad want, quad scale_squared)
{
	quad error = quad_abs(got - want) - 2 * (quad) 0x1p-1074;

	if (error <= 0)
		return 0.0;
	return scale_squared > 0 ? (double) (error * error / scale_squared) : INFINITY;
}

/* Words near the end of the range are rounded each for itself */
static bool
normalised(double hi, double lo)
{
	return hi + lo == hi || fabs(hi) < 0x1p-960;
}

/*
 * Checks the last run; the worst squared error, infinite if the shift was not exact or a result
 * not normalised.
 */
static double
check_block(int rows, int k, ptrdiff_t stride, const double *x, const double *weight)
{
	static quad z[L2N_BLOCK_ROWS][MAX_K];
	static quad square[MAX_K];
	size_t low = l2n_tri_size(k);
	quad want_wsum = 0;
	double worst = 0.0;

#define WORSE(e)            \
	do                      \
	{                       \
		double e_ = (e);    \
                            \
		if (!(e_ <= worst)) \
			worst = e_;     \
	} while (0)

	for (int i = 0; i < rows; i++)
		want_wsum += weight ? weight[i * stride] : 1.0;
	WORSE(squared_error((quad) wsum.hi + wsum.lo, want_wsum, want_wsum * want_wsum));

	for (int j = 0; j < k; j++)
	{
		bool from_column = shift[j] == 0.0;
		quad total = 0;

		square[j] = 0;
		for (int i = 0; i < rows; i++)
		{
			double v = x[i * stride + j];
			double w = weight ? weight[i * stride] : 1.0;

			from_column |= v == shift[j];
			z[i][j] = (quad) v - shift[j];
			if (w > 0.0 && (double) z[i][j] != z[i][j])
				WORSE(INFINITY);
			square[j] += w * (z[i][j] * z[i][j]);
			total += w * z[i][j];
		}
		if (!from_column || !normalised(sum[j], sum[k + j]))
			WORSE(INFINITY);
		WORSE(squared_error((quad) sum[j] + sum[k + j], total, want_wsum * square[j]));
	}
	for (int i = 0; i < k; i++)
	{
		for (int j = i; j < k; j++)
		{
			size_t at = l2n_tri(k, i, j);
			quad total = 0;

			for (int row = 0; row < rows; row++)
				total += (weight ? weight[row * stride] : 1.0) * (z[row][i] * z[row][j]);
			WORSE(squared_error((quad) gram[at] + gram[low + at], total, square[i] * square[j]));
			if (!normalised(gram[at], gram[low + at]))
				WORSE(INFINITY);
		}
	}
	return worst;
}

static double
run_and_check(const l2n_kernel *kernel, int rows, int k, ptrdiff_t stride, const double *x,
			  const double *weight)
{
	run_block(kernel, rows, k, stride, x, weight);
	return check_block(rows, k, stride, x, weight);
}

/* One line: the worst of a group of blocks */
static void
report(const l2n_kernel *kernel, double worst, const char *what)
{
	ok(worst <= 0x1p-190, "%s: %s", kernel->name, what);
	if (worst > 0.0)
		diag("largest error 2^%.1f of the norms", 0.5 * log2(worst));
	else
		diag("exact");
}

static void
fill(int rows, int k, ptrdiff_t stride, double offset, double scale)
{
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < k; j++)
			data[i * stride + j] = offset + scale * normal();
}

/*
 * The tests
 */

static void
test_shapes(const l2n_kernel *kernel)
{
	double worst = 0.0;

	for (int k = 1; k <= 40; k++)
	{
		for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows += rows < 12 ? 1 : 1 + integer(40))
		{
			fill(rows, k, k, 0.0, 1.0);
			worst = fmax(worst, run_and_check(kernel, rows, k, k, data, NULL));
		}
		fill(L2N_BLOCK_ROWS, k, k, 0.0, 1.0);
		worst = fmax(worst, run_and_check(kernel, L2N_BLOCK_ROWS, k, k, data, NULL));
	}
	report(kernel, worst, "1 to 40 columns, 1 to 128 rows");

	worst = 0.0;
	for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows++)
	{
		fill(rows, 11, 11, 3.0, 1.0);
		worst = fmax(worst, run_and_check(kernel, rows, 11, 11, data, NULL));
	}
	report(kernel, worst, "11 columns, every number of rows");

	worst = 0.0;
	for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows = rows * 2 + (rows > 1 && rows < 32))
	{
		fill(rows, MAX_K, STRIDE, 0.0, 1.0);
		worst = fmax(worst, run_and_check(kernel, rows, MAX_K, STRIDE, data, NULL));
	}
	report(kernel, worst, "101 columns, longer stride");
}

static void
test_offsets(const l2n_kernel *kernel)
{
	static const int ks[] = {1, 4, 11, 31};
	double worst = 0.0;
	bool shifted = true, exact = true;

	for (int t = 0; t < 4; t++)
	{
		fill(L2N_BLOCK_ROWS, ks[t], STRIDE, 1e9, 1.0);
		worst = fmax(worst, run_and_check(kernel, L2N_BLOCK_ROWS, ks[t], STRIDE, data, NULL));
		for (int j = 0; j < ks[t]; j++)
			shifted &= shift[j] != 0.0;
	}
	report(kernel, worst, "1e9 + normal, relative to the shifted norms");
	ok(shifted, "%s: 1e9 + normal is shifted", kernel->name);

	for (int t = 0; t < 4; t++)
	{
		for (int i = 0; i < L2N_BLOCK_ROWS; i++)
			for (int j = 0; j < ks[t]; j++)
				data[i * STRIDE + j] = (j % 2 ? -1e15 : 1e15) + integer(2000) - 1000;
		exact &= run_and_check(kernel, L2N_BLOCK_ROWS, ks[t], STRIDE, data, NULL) == 0.0;
		for (int j = 0; j < ks[t] * (ks[t] + 1) / 2; j++)
			exact &= gram[j] == rint(gram[j]) && gram[l2n_tri_size(ks[t]) + j] == 0.0;
	}
	ok(exact, "%s: 1e15 + small integers is exact", kernel->name);

	for (int t = 0; t < 4; t++)
	{
		for (int i = 0; i < L2N_BLOCK_ROWS; i++)
			for (int j = 0; j < ks[t]; j++)
				data[i * STRIDE + j] = integer(2000001) - 1000000;
		exact &= run_and_check(kernel, L2N_BLOCK_ROWS, ks[t], STRIDE, data, NULL) == 0.0;
	}
	ok(exact, "%s: integers of 20 bits are exact", kernel->name);

	/* a shift that is valid for most rows only would not be exact */
	worst = 0.0;
	for (int t = 0; t < 60; t++)
	{
		int row = integer(L2N_BLOCK_ROWS);

		fill(L2N_BLOCK_ROWS, 7, STRIDE, 1e6, 1.0);
		for (int j = 0; j < 7; j++)
			data[row * STRIDE + j] = 1e6 * exp(j - 3.0) * (1.0 + uniform());
		worst = fmax(worst, run_and_check(kernel, L2N_BLOCK_ROWS, 7, STRIDE, data, NULL));
	}
	report(kernel, worst, "1e6 + normal with one outlier");
}

static void
test_constants(const l2n_kernel *kernel)
{
	static const double constants[] = {0.0,     -0.0,      1.0,    0.1,    -1e9,    1e15,
									   1e140,   1e-10,     1e-40,  1e-130, -1e-145, 1e-200,
									   0x1p480, 0x1p-1074, 3e-310, 7.0};
	const int k = sizeof(constants) / sizeof(constants[0]);
	bool zero = true;
	double worst = 0.0;

	for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows += 21)
	{
		/* between columns that vary */
		for (int i = 0; i < rows; i++)
			for (int j = 0; j < 2 * k; j++)
				data[i * STRIDE + j] = j % 2 ? normal() : constants[j / 2];
		worst = fmax(worst, run_and_check(kernel, rows, 2 * k, STRIDE, data, NULL));
		for (int i = 0; i < 2 * k; i += 2)
		{
			zero &= shift[i] == constants[i / 2] && sum[i] == 0.0 && sum[2 * k + i] == 0.0;
			for (int j = 0; j < 2 * k; j++)
			{
				size_t at = j < i ? l2n_tri(2 * k, j, i) : l2n_tri(2 * k, i, j);

				zero &= gram[at] == 0.0 && gram[l2n_tri_size(2 * k) + at] == 0.0;
			}
		}
	}
	report(kernel, worst, "constant columns among others");
	ok(zero, "%s: constant columns give exact zeros", kernel->name);
}

static void
test_ranges(const l2n_kernel *kernel)
{
	static const double scales[] = {1e-300, 1e140, 1.0,    1e-308, 1e-150, 1e-145, 1e-118,
									1e-117, 1e144, 1e-320, 1e-10,  1e10,   5e-324, 1e-230};
	const int k = sizeof(scales) / sizeof(scales[0]);
	double worst = 0.0;

	for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows += 1 + integer(20))
	{
		for (int i = 0; i < rows; i++)
			for (int j = 0; j < k; j++)
				data[i * STRIDE + j] = j == 12 ? integer(9) * 0x1p-1074 : scales[j] * normal();
		worst = fmax(worst, run_and_check(kernel, rows, k, STRIDE, data, NULL));
	}
	report(kernel, worst, "columns from 5e-324 to 1e144 in one block");

	worst = 0.0;
	for (int t = 0; t < 40; t++)
	{
		for (int i = 0; i < L2N_BLOCK_ROWS; i++)
			for (int j = 0; j < 11; j++)
				data[i * STRIDE + j] = normal() * exp2(900.0 * uniform() - 700.0);
		worst = fmax(worst, run_and_check(kernel, L2N_BLOCK_ROWS, 11, STRIDE, data, NULL));
	}
	report(kernel, worst, "values from 2^-700 to 2^200 in each column");

	worst = 0.0;
	for (int i = 0; i < L2N_BLOCK_ROWS; i++)
		for (int j = 0; j < 11; j++)
			data[i * STRIDE + j] = (i + j) % 3 ? L2N_MAX_ABS : -L2N_MAX_ABS;
	worst = run_and_check(kernel, L2N_BLOCK_ROWS, 11, STRIDE, data, NULL);
	report(kernel, worst, "the largest values");
}

static void
test_cancellation(const l2n_kernel *kernel)
{
	double worst = 0.0;

	/* each row has its opposite, except for a small last pair */
	for (int t = 0; t < 20; t++)
	{
		fill(L2N_BLOCK_ROWS, 11, STRIDE, 0.0, 1e8);
		for (int i = 1; i < L2N_BLOCK_ROWS; i += 2)
			for (int j = 0; j < 11; j++)
				data[i * STRIDE + j] = (j % 2 ? -1.0 : 1.0) * data[(i - 1) * STRIDE + j];
		data[(L2N_BLOCK_ROWS - 1) * STRIDE] *= 1.0 + 0x1p-50;
		worst = fmax(worst, run_and_check(kernel, L2N_BLOCK_ROWS, 11, STRIDE, data, NULL));
	}
	report(kernel, worst, "rows that cancel");

	/* norms that are a power of two, nearly: the edge of the binade */
	worst = 0.0;
	for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows++)
	{
		for (int i = 0; i < rows; i++)
			for (int j = 0; j < 13; j++)
				data[i * STRIDE + j] = j % 2 ? 1.0 : (i % 2 ? -1.0 : 1.0);
		data[1] = 1.0 - 0x1p-53;
		data[12] = 1.0 + 0x1p-52;
		worst = fmax(worst, run_and_check(kernel, rows, 13, STRIDE, data, NULL));
	}
	report(kernel, worst, "columns of 1 and -1");
}

static void
test_weights(const l2n_kernel *kernel)
{
	static double weighted_gram[MAX_K * (MAX_K + 1) + 1];
	static double weighted_shift[MAX_K];
	static double repeated[L2N_BLOCK_ROWS * STRIDE];
	static const int ks[] = {1, 3, 4, 5, 8, 11, 13, 31};
	double worst = 0.0, worst_zero = 0.0, worst_wide = 0.0, worst_repeat = 0.0;
	double worst_huge = 0.0;
	bool exact = true;

	/* the weight is a column of the table, as it will be */
	for (int t = 0; t < 8; t++)
	{
		int k = ks[t];

		for (int rows = 1; rows <= L2N_BLOCK_ROWS; rows += 1 + integer(9))
		{
			fill(rows, k, STRIDE, t % 2 ? 1e4 : 0.0, 1.0);
			for (int i = 0; i < rows; i++)
				data[i * STRIDE + k] = uniform();
			worst = fmax(worst, run_and_check(kernel, rows, k, STRIDE, data, data + k));

			/* a row of weight 0 may hold anything */
			for (int i = 0; i < rows; i++)
			{
				if (integer(3) == 0)
				{
					data[i * STRIDE + k] = 0.0;
					for (int j = 0; j < k; j++)
						data[i * STRIDE + j] = (j % 2 ? 1e140 : 1e-300) * normal();
				}
			}
			worst_zero = fmax(worst_zero, run_and_check(kernel, rows, k, STRIDE, data, data + k));

			for (int i = 0; i < rows; i++)
			{
				data[i * STRIDE + k] = exp(20.0 * normal());
				for (int j = 0; j < k; j++)
					data[i * STRIDE + j] = normal();
			}
			worst_wide = fmax(worst_wide, run_and_check(kernel, rows, k, STRIDE, data, data + k));

			for (int i = 0; i < rows; i++)
				data[i * STRIDE + k] = uniform() * (rows % 2 ? 1e300 : 1e-300);
			worst_huge = fmax(worst_huge, run_and_check(kernel, rows, k, STRIDE, data, data + k));
		}
	}
	report(kernel, worst, "weights");
	report(kernel, worst_zero, "weights of zero");
	report(kernel, worst_wide, "weights of many magnitudes");
	report(kernel, worst_huge, "weights of 1e-300 and 1e300");

	for (int rows = 1; rows <= 40; rows++)
	{
		const int k = 11;
		int n = 0;

		fill(rows, k, STRIDE, 0.0, 1.0);
		for (int i = 0; i < rows; i++)
		{
			int times = integer(4);

			data[i * STRIDE + k] = times;
			while (times-- > 0)
				memcpy(repeated + n++ * k, data + i * STRIDE, k * sizeof(double));
		}
		if (n == 0)
			continue;
		run_block(kernel, rows, k, STRIDE, data, data + k);
		exact &= wsum.hi == n && wsum.lo == 0.0;
		memcpy(weighted_gram, gram, sizeof(gram));
		memcpy(weighted_shift, shift, sizeof(shift));
		run_block(kernel, n, k, k, repeated, NULL);
		for (int i = 0; i < k; i++)
			for (int j = i; j < k; j++)
			{
				size_t at = l2n_tri(k, i, j), low = l2n_tri_size(k);

				/* with few rows either may find another shift */
				if (shift[i] != weighted_shift[i] || shift[j] != weighted_shift[j])
					continue;
				worst_repeat =
					fmax(worst_repeat,
						 squared_error((quad) gram[at] + gram[low + at],
									   (quad) weighted_gram[at] + weighted_gram[low + at],
									   (quad) gram[l2n_tri(k, i, i)] * gram[l2n_tri(k, j, j)]));
			}
	}
	report(kernel, worst_repeat, "integer weights against repeated rows");
	ok(exact, "%s: integer weights have an exact sum", kernel->name);

	fill(20, 5, STRIDE, 1.0, 1.0);
	for (int i = 0; i < 20; i++)
		data[i * STRIDE + 5] = 0.0;
	run_block(kernel, 20, 5, STRIDE, data, data + 5);
	exact = wsum.hi == 0.0 && wsum.lo == 0.0;
	for (int j = 0; j < 5; j++)
		exact &= shift[j] == 0.0 && sum[j] == 0.0 && sum[5 + j] == 0.0;
	for (int j = 0; j < 30; j++)
		exact &= gram[j] == 0.0;
	ok(exact, "%s: all weights zero", kernel->name);
}

/*
 * Row operations
 */

#define MAX_N 75

static void
fill_dd(double *hi, double *lo, int n, bool wide)
{
	for (int j = 0; j < n; j++)
	{
		double h = normal() * (wide ? exp(10.0 * normal()) : 1.0);
		dd v = dd_fast_two_sum(h, h * 0x1p-53 * (2.0 * uniform() - 1.0));

		hi[j] = v.hi;
		lo[j] = v.lo;
	}
}

static quad
quad_of(double hi, double lo)
{
	return (quad) hi + lo;
}

/* |got - want| / scale */
static double
row_error(double hi, double lo, quad want, quad scale)
{
	quad error = quad_abs((hi - want) + lo);

	if (hi + lo != hi || isnan(hi))
		return INFINITY;
	return error == 0 ? 0.0 : (double) (error / scale);
}

static void
test_rows(const l2n_kernel *kernel)
{
	/* one further, for pointers that are not aligned */
	static double v[10][MAX_N + 2];
	static double y[2][MAX_N + 2];
	double add = 0.0, axpy = 0.0, dot = 0.0, merge = 0.0;
	bool kept = true;

	for (int t = 0; t < 20 * MAX_N; t++)
	{
		const int n = t % MAX_N;
		const int cancel = t / MAX_N % 4;
		double *x_hi = v[0] + 1, *x_lo = v[1] + 1, *y_hi = y[0] + t % 2, *y_lo = y[1] + 1;
		double *s_hi = v[2], *s_lo = v[3] + 1, *d_hi = v[4] + 1, *d_lo = v[5];
		double *c_hi = v[6] + 1, *c_lo = v[7];
		double coefficient[2][2];
		dd a, b, got;
		quad want, scale;

		fill_dd(x_hi, x_lo, n, cancel == 1);
		fill_dd(y_hi, y_lo, n, cancel == 1);
		fill_dd(s_hi, s_lo, n, cancel == 1);
		fill_dd(d_hi, d_lo, n, cancel == 1);
		fill_dd(coefficient[0], coefficient[1], 2, false);
		a = dd_make(coefficient[0][0], coefficient[1][0]);
		b = dd_make(coefficient[0][1], coefficient[1][1]);

		/* y += x, cancelling to some or to nearly all digits */
		if (cancel >= 2)
			for (int j = 0; j < n; j++)
			{
				y_hi[j] = -x_hi[j];
				if (cancel == 2)
					y_hi[j] *= 1.0 + integer(9) * 0x1p-52;
				y_lo[j] = dd_fast_two_sum(y_hi[j], y_lo[j] * 0x1p-2).lo;
			}
		memcpy(c_hi, y_hi, n * sizeof(double));
		memcpy(c_lo, y_lo, n * sizeof(double));
		c_hi[n] = c_lo[n] = SENTINEL;
		kernel->dd_add_row(n, x_hi, x_lo, c_hi, c_lo);
		for (int j = 0; j < n; j++)
		{
			want = quad_of(x_hi[j], y_hi[j]) + quad_of(x_lo[j], y_lo[j]);
			add = fmax(add, row_error(c_hi[j], c_lo[j], want, quad_abs(want)));
		}
		kept &= c_hi[n] == SENTINEL && c_lo[n] == SENTINEL;

		/* y += a x */
		if (cancel >= 2)
			for (int j = 0; j < n; j++)
			{
				dd p = dd_neg(dd_mul(a, dd_make(x_hi[j], x_lo[j])));

				y_hi[j] = p.hi;
				y_lo[j] = p.lo * (cancel == 2 ? 1.0 : 0.75);
			}
		memcpy(c_hi, y_hi, n * sizeof(double));
		memcpy(c_lo, y_lo, n * sizeof(double));
		kernel->dd_axpy_row(n, a, x_hi, x_lo, c_hi, c_lo);
		for (int j = 0; j < n; j++)
		{
			quad p = quad_of(a.hi, a.lo) * quad_of(x_hi[j], x_lo[j]);
			quad q = quad_of(y_hi[j], y_lo[j]);

			axpy = fmax(axpy, row_error(c_hi[j], c_lo[j], p + q, quad_abs(p) + quad_abs(q)));
		}
		kept &= c_hi[n] == SENTINEL && c_lo[n] == SENTINEL;

		/* x . y */
		got = kernel->dd_dot(n, x_hi, x_lo, s_hi, s_lo);
		want = scale = 0;
		for (int j = 0; j < n; j++)
		{
			quad p = quad_of(x_hi[j], x_lo[j]) * quad_of(s_hi[j], s_lo[j]);

			want += p;
			scale += quad_abs(p);
		}
		dot = fmax(dot, row_error(got.hi, got.lo, want, scale));

		/* c += g + a s + b d */
		memcpy(c_hi, y_hi, n * sizeof(double));
		memcpy(c_lo, y_lo, n * sizeof(double));
		kernel->dd_merge_row(n, x_hi, x_lo, a, s_hi, s_lo, b, d_hi, d_lo, c_hi, c_lo);
		for (int j = 0; j < n; j++)
		{
			quad terms[4] = {quad_of(y_hi[j], y_lo[j]), quad_of(x_hi[j], x_lo[j]),
							 quad_of(a.hi, a.lo) * quad_of(s_hi[j], s_lo[j]),
							 quad_of(b.hi, b.lo) * quad_of(d_hi[j], d_lo[j])};

			want = scale = 0;
			for (int i = 0; i < 4; i++)
			{
				want += terms[i];
				scale += quad_abs(terms[i]);
			}
			merge = fmax(merge, row_error(c_hi[j], c_lo[j], want, scale));
		}
		kept &= c_hi[n] == SENTINEL && c_lo[n] == SENTINEL;
	}
	ok(add <= 0x1p-104, "%s: dd_add_row, relative to the result", kernel->name);
	diag("largest error 2^%.1f", log2(add));
	ok(axpy <= 0x1p-102, "%s: dd_axpy_row, relative to the terms", kernel->name);
	diag("largest error 2^%.1f", log2(axpy));
	ok(dot <= 0x1p-101, "%s: dd_dot, relative to the terms", kernel->name);
	diag("largest error 2^%.1f", log2(dot));
	ok(merge <= 0x1p-102, "%s: dd_merge_row, relative to the terms", kernel->name);
	diag("largest error 2^%.1f", log2(merge));
	ok(kept, "%s: rows end where they should", kernel->name);

	/* integers stay exact through cancellation */
	for (int j = 0; j < MAX_N; j++)
	{
		v[0][j] = 1e15 + j;
		v[2][j] = j;
		v[4][j] = 3.0;
		v[6][j] = -1e15;
		v[1][j] = v[3][j] = v[5][j] = v[7][j] = 0.0;
	}
	kernel->dd_merge_row(MAX_N, v[0], v[1], dd_of(-1.0), v[2], v[3], dd_of(5.0), v[4], v[5], v[6],
						 v[7]);
	kept = true;
	for (int j = 0; j < MAX_N; j++)
		kept &= v[6][j] == 15.0 && v[7][j] == 0.0;
	ok(kept, "%s: dd_merge_row of integers is exact", kernel->name);
}

/* All kernels on the same block; each is within the bound, so they are within twice of it */
/* Copies every length from an odd address, with one odd value in each place */
static void
test_copy(const l2n_kernel *kernel)
{
	const struct
	{
		double value;
		int found;
	} odd[] = {
		{1.0, 0},
		{0.0, 0},
		{-0.0, 0},
		{-1e10, 0},
		{1.0000001e10, L2N_LARGE},
		{-INFINITY, L2N_LARGE},
		{NAN, L2N_LARGE},
		{-NAN, L2N_LARGE},
		{1e-10, 0},
		{-0.9999999e-10, L2N_SMALL},
		{5e-324, L2N_SMALL},
	};
	double from[40], to[40];
	char bytes[sizeof(from) + 1];
	int wrong = 0;

	for (size_t n = 1; n <= 37; n++)
		for (size_t at = 0; at < n; at++)
			for (size_t o = 0; o < sizeof(odd) / sizeof(*odd); o++)
			{
				for (size_t j = 0; j < n; j++)
					from[j] = 1.0 + (double) j;
				from[at] = odd[o].value;
				memcpy(bytes + 1, from, sizeof(double) * n);
				to[n] = 7.0;
				wrong += kernel->copy_row(n, (const double *) (void *) (bytes + 1), to, 1e10,
										  1e-10) != odd[o].found;
				wrong += memcmp(to, from, sizeof(double) * n) != 0 || to[n] != 7.0;
				wrong += kernel->copy_row(n, to, to, 1e10, 1e-10) != odd[o].found;
				wrong += memcmp(to, from, sizeof(double) * n) != 0;
			}
	ok(wrong == 0, "%s: rows are copied and looked through", kernel->name);
}

static void
test_agreement(void)
{
	static double other[MAX_K * (MAX_K + 1) + 1];
	const l2n_kernel *first = l2n_kernel_best();
	const int k = 31;
	double worst = 0.0;

	fill(L2N_BLOCK_ROWS, k, k, 100.0, 30.0);
	run_block(first, L2N_BLOCK_ROWS, k, k, data, NULL);
	memcpy(other, gram, sizeof(gram));
	for (int t = 0; t < N_NAMES; t++)
	{
		const l2n_kernel *kernel = l2n_kernel_by_name(names[t]);

		if (kernel == NULL)
			continue;
		run_block(kernel, L2N_BLOCK_ROWS, k, k, data, NULL);
		for (int i = 0; i < k; i++)
			for (int j = i; j < k; j++)
			{
				size_t at = l2n_tri(k, i, j), low = l2n_tri_size(k);

				worst = fmax(worst,
							 squared_error((quad) gram[at] + gram[low + at],
										   (quad) other[at] + other[low + at],
										   (quad) gram[l2n_tri(k, i, i)] * gram[l2n_tri(k, j, j)]));
			}
	}
	report(first, worst, "the kernels agree");
}

/*
 * exp(-|eta|) and its log1p, against the library's, which are right to less than a unit in the last
 * place
 */
static void
test_logistic(const l2n_kernel *kernel)
{
	double eta[97], e[97], l[97], worst = 0;
	bool exact = true;

	for (int t = 0; t < 20000; t++)
	{
		int n = 1 + integer(97);
		double scale = pow(10.0, 6.0 * uniform() - 3.0);

		for (int i = 0; i < n; i++)
			eta[i] = scale * normal();
		kernel->logistic((size_t) n, eta, e, l);
		for (int i = 0; i < n; i++)
		{
			double want = exp(-fabs(eta[i])), of = log1p(e[i]);

			/* below the normal numbers a unit is 2^-1074 */
			worst = fmax(worst, (fabs(e[i] - want) - 0x1p-1074) / (want * 0x1p-52 + 0x1p-1022));
			worst = fmax(worst, (fabs(l[i] - of) - 0x1p-1074) / (of * 0x1p-52 + 0x1p-1022));
		}
	}
	ok(worst <= 2.0, "%s: exponentials and logarithms to %.2f units in the last place",
	   kernel->name, worst);
	for (int i = 0; i < 7; i++)
		eta[i] = (double[]){0.0, -0.0, INFINITY, -INFINITY, NAN, 1e300, 744.9}[i];
	kernel->logistic(7, eta, e, l);
	for (int i = 0; i < 2; i++)
		exact &= e[i] == 1.0 && fabs(l[i] - log(2.0)) < 2e-16;
	exact &= e[2] == 0.0 && l[2] == 0.0 && e[3] == 0.0 && e[5] == 0.0 && isnan(e[4]) && isnan(l[4]);
	ok(exact && e[6] == 0x1p-1074 && l[6] == e[6], "%s: at the ends, of infinity and NaN",
	   kernel->name);
}

/* exp, against the library's */
static void
test_exp(const l2n_kernel *kernel)
{
	double x[97], e[97], worst = 0;
	bool exact;

	for (int t = 0; t < 20000; t++)
	{
		int n = 1 + integer(97);
		double scale = pow(10.0, 5.0 * uniform() - 3.0);

		for (int i = 0; i < n; i++)
			x[i] = i % 5 == 0 ? -750.0 * uniform() : fmin(scale * normal(), 710.0);
		kernel->exp((size_t) n, x, e);
		for (int i = 0; i < n; i++)
		{
			double want = exp(x[i]);

			if (isfinite(want))
				worst = fmax(worst, fabs(e[i] - want) / (want * 0x1p-52 + 0x1p-1074));
			else
				worst = e[i] == want ? worst : INFINITY;
		}
	}
	ok(worst <= 1.5, "%s: exp to %.2f units in the last place", kernel->name, worst);
	for (int i = 0; i < 5; i++)
		x[i] = (double[]){0.0, INFINITY, -INFINITY, NAN, 1e300}[i];
	kernel->exp(5, x, e);
	exact = e[0] == 1.0 && e[1] == INFINITY && e[2] == 0.0 && isnan(e[3]) && e[4] == INFINITY;
	ok(exact, "%s: exp at the ends", kernel->name);
}

/* log1p of what is not negative, against the library's */
static void
test_log1p(const l2n_kernel *kernel)
{
	double x[97], l[97], worst = 0;
	bool exact;

	for (int t = 0; t < 20000; t++)
	{
		int n = 1 + integer(97);
		double scale = pow(10.0, 40.0 * uniform() - 20.0);

		for (int i = 0; i < n; i++)
			x[i] = i % 3 == 0 ? integer(1000) : fabs(scale * normal());
		kernel->log1p((size_t) n, x, l);
		for (int i = 0; i < n; i++)
			worst = fmax(worst, fabs(l[i] - log1p(x[i])) / (log1p(x[i]) * 0x1p-52 + 0x1p-1022));
	}
	ok(worst <= 2.0, "%s: log1p to %.2f units in the last place", kernel->name, worst);
	for (int i = 0; i < 6; i++)
		x[i] = (double[]){0.0, INFINITY, NAN, 1e308, 0x1p-1074, 1.0}[i];
	kernel->log1p(6, x, l);
	exact = l[0] == 0.0 && l[1] == INFINITY && isnan(l[2]) && fabs(l[3] / log(1e308) - 1) < 4e-16;
	ok(exact && l[4] == 0x1p-1074 && fabs(l[5] - log(2.0)) < 2e-16, "%s: log1p at the ends",
	   kernel->name);
}

/* Linear predictors and slopes of a block against the same sums in __float128 */
static void
test_linear(const l2n_kernel *kernel)
{
	double centre[MAX_K], coef[MAX_K], r[L2N_BLOCK_ROWS], q[L2N_BLOCK_ROWS];
	double eta[L2N_BLOCK_ROWS + 1], size[L2N_BLOCK_ROWS + 1], plain[L2N_BLOCK_ROWS];
	double sums[3][MAX_K + 1];
	double worst = 0;
	bool within = true;

	for (int t = 0; t < 2000; t++)
	{
		int rows = 1 + integer(L2N_BLOCK_ROWS), k = integer(MAX_K + 1);
		ptrdiff_t stride = k + integer(9);
		double base = normal();

		for (ptrdiff_t i = 0; i < rows * stride; i++)
			data[i] = 1e3 + normal();
		for (int j = 0; j < k; j++)
		{
			centre[j] = 1e3 + normal();
			coef[j] = normal();
		}
		for (int i = 0; i < rows; i++)
		{
			r[i] = normal();
			q[i] = uniform();
		}
		for (int s = 0; s < 3; s++)
			for (int j = 0; j <= k; j++)
				sums[s][j] = j;
		eta[rows] = size[rows] = SENTINEL;
		kernel->linear(rows, (size_t) k, data, stride, centre, coef, base, eta, size);
		kernel->linear(rows, (size_t) k, data, stride, centre, coef, base, plain, NULL);
		kernel->slopes(rows, (size_t) k, data, stride, centre, r, q, sums[0], sums[1], sums[2]);
		within &= eta[rows] == SENTINEL && size[rows] == SENTINEL;
		for (int i = 0; i < rows; i++)
		{
			quad want = base, sized = 0;

			for (int j = 0; j < k; j++)
			{
				quad part = (quad) coef[j] * ((quad) data[i * stride + j] - centre[j]);

				want += part;
				sized += quad_abs(part);
			}
			within &= plain[i] == eta[i];
			WORSE((double) (quad_abs(eta[i] - want) / (quad_abs(base) + sized)));
			WORSE(k == 0 ? size[i] : (double) (quad_abs(size[i] - sized) / sized));
		}
		for (int j = 0; j < k; j++)
		{
			quad want[3] = {j, j, j};

			for (int i = 0; i < rows; i++)
			{
				quad a = (quad) data[i * stride + j] - centre[j];

				want[0] += r[i] * a;
				want[1] += quad_abs(r[i] * a);
				want[2] += q[i] * quad_abs(a);
			}
			WORSE((double) (quad_abs(sums[0][j] - want[0]) / want[1]));
			WORSE((double) (quad_abs(sums[1][j] - want[1]) / want[1]));
			WORSE((double) (quad_abs(sums[2][j] - want[2]) / want[2]));
		}
		for (int s = 0; s < 3; s++)
			within &= sums[s][k] == k;
	}
	ok(worst <= 0x1p-46, "%s: linear predictors and slopes to %.1e of their terms", kernel->name,
	   worst);
	ok(within, "%s: nothing beyond the rows and columns, the same with sizes and without",
	   kernel->name);
}

/* a r^2 is 1 to twice the relative error of r = 1 / sqrt(a) */
static void
test_inverse_root(void)
{
	double worst = 0.0;

	for (int i = 0; i < 100000; i++)
	{
		double hi = exp2(200.0 * uniform() - 100.0);
		dd a = dd_fast_two_sum(hi, hi * 0x1p-53 * (2.0 * uniform() - 1.0)), r = dd_rsqrt(a);
		quad root = (quad) r.hi + r.lo;

		worst = fmax(worst, (double) quad_abs(((quad) a.hi + a.lo) * root * root - 1) / 2.0);
	}
	ok(worst <= 0x1p-102, "dd_rsqrt, relative to the result");
	diag("largest error 2^%.1f", log2(worst));
}

int
main(void)
{
	ok(l2n_kernel_best() != NULL && l2n_kernel_best() == l2n_kernel_best(),
	   "there is a best kernel");
	ok(l2n_kernel_by_name("portable") != NULL, "the portable kernel always runs");
	ok(l2n_kernel_by_name("no such") == NULL, "an unknown kernel does not");
	ok(l2n_kernel_by_name(l2n_kernel_best()->name) == l2n_kernel_best(), "the best has a name");
	diag("best: %s", l2n_kernel_best()->name);

	for (int t = 0; t < N_NAMES; t++)
	{
		const l2n_kernel *kernel = l2n_kernel_by_name(names[t]);

		if (kernel == NULL)
		{
			skip("%s: not for this processor", names[t]);
			continue;
		}
		test_shapes(kernel);
		test_offsets(kernel);
		test_constants(kernel);
		test_ranges(kernel);
		test_cancellation(kernel);
		test_weights(kernel);
		test_rows(kernel);
		test_copy(kernel);
		test_logistic(kernel);
		test_exp(kernel);
		test_log1p(kernel);
		test_linear(kernel);
	}
	test_agreement();
	test_inverse_root();
	return done_testing();
}
