/*
 * test_covariance.c: the inverse of normal equations about any centre, sandwiches, Newey and West's
 * sums, the cutting of negative directions and Wald's test, against small cases by hand, and of
 * many numbers against the same products in long double.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/stats/covariance.h"
#include "num/stats/sandwich.h"
#include "num/stats/wald.h"
#include "rows.h"

#define ROWS 6

static const double given[ROWS][3] = {{1, 0, 2}, {3, 1, 1}, {2, 2, 5},
									  {7, 3, 1}, {5, 4, 3}, {8, 5, 4}};

/* Moments of (y, x1 + far, x2) */
static l2n_moments
small_moments(const l2n_kernel *kernel, double far)
{
	double x[ROWS * 3];
	l2n_moments m = {.k = 3};

	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < 3; j++)
			x[i * 3 + j] = given[i][j] + (j == 1 ? far : 0);
	m.mean = scratch(sizeof(double) * l2n_moments_doubles(3));
	m.cross = m.mean + 6;
	l2n_moments_clear(&m);
	l2n_moments_add_block(kernel, &m, ROWS, x, 3, NULL, scratch(l2n_add_block_worksize(3)), NULL,
						  NULL);
	return m;
}

static bool
near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance * fmax(fabs(b), 1e-3);
}

/* A mean of so little weight that no double holds its error; and the room of matrices in full */
static void
test_ends(const l2n_kernel *kernel)
{
	const int feature[] = {1, 2};
	l2n_moments m = small_moments(kernel, 0);
	l2n_ridge_spec spec = {{2, feature, 0, true}, false, 0, NULL, ROWS, 0};
	double f[6];
	size_t less = l2n_covariance_worksize(159);

	m.weight = dd_of(1e-310);
	is_int(
		l2n_covariance(kernel, &m, &spec, f, NULL, scratch(l2n_covariance_worksize(2)), NULL, NULL),
		L2N_OUT_OF_RANGE, "the mean of a weight of 1e-310");
	ok(l2n_covariance_worksize(160) >= less + 4 * 160 * 160 * sizeof(double),
	   "room for four matrices of 160 columns");
}

/* v times a symmetric matrix is the identity: v from the module, X'X + penalty by hand */
static void
test_inverse(const l2n_kernel *kernel, double far, double lambda)
{
	const int feature[] = {1, 2};
	l2n_moments m = small_moments(kernel, far);
	l2n_ridge_spec spec = {{2, feature, 0, true}, false, lambda, NULL, ROWS, 0};
	double f[6], inverse[6], variance[6], c[3] = {0}, mean[2] = {0}, worst = 0, product;
	l2n_status status = l2n_covariance(kernel, &m, &spec, f, variance,
									   scratch(l2n_covariance_worksize(2)), NULL, NULL);

	ok(status == L2N_OK, "far %g, lambda %g: solved", far, lambda);
	l2n_factor_square(3, f, inverse);
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < 2; j++)
			mean[j] += given[i][j + 1] / ROWS;
	for (int i = 0; i < ROWS; i++)
	{
		double a = given[i][1] - mean[0], b = given[i][2] - mean[1];

		c[0] += a * a;
		c[1] += a * b;
		c[2] += b * b;
	}
	product = inverse[3] * (c[0] + lambda) + inverse[4] * c[1];
	worst = fmax(worst, fabs(product - 1));
	product = inverse[3] * c[1] + inverse[4] * (c[2] + lambda);
	worst = fmax(worst, fabs(product));
	product = inverse[4] * c[1] + inverse[5] * (c[2] + lambda);
	worst = fmax(worst, fabs(product - 1));
	ok(worst < 1e-14, "far %g, lambda %g: the inverse", far, lambda);
	ok(near(inverse[0], 1.0 / ROWS, 1e-15) && inverse[1] == 0 && inverse[2] == 0, "about the mean");
	/* A^-1 C A^-1 */
	product = inverse[3] * (inverse[3] * c[0] + inverse[4] * c[1]) +
			  inverse[4] * (inverse[3] * c[1] + inverse[4] * c[2]);
	ok(near(variance[3], product, 1e-14), "far %g, lambda %g: the variance", far, lambda);
}

static void
test_move(void)
{
	/* about 0 in place of a mean of 2: a var(b0) by hand */
	double v[6] = {0.25, 0, 0.5}, d[1] = {-2}, z[2] = {1, 3}, y[2];
	double of_blocks[6] = {1, 2, 4, 3, 5, 6};

	l2n_covariance_move(2, v, d);
	ok(near(v[0], 0.25 + 4 * 0.5, 1e-15) && near(v[1], -1, 1e-15) && v[2] == 0.5, "moved");
	ok(near(l2n_covariance_form(2, v, z), 0.25 + 0.5, 1e-14), "a form does not depend on where");
	l2n_covariance_times(2, v, z, y);
	ok(near(z[0] * y[0] + z[1] * y[1], 0.75, 1e-14), "nor a product");
	v[0] = 0.5;
	v[1] = 0;
	v[2] = sqrt(0.5);
	l2n_factor_move(2, 2, v, d);
	ok(near(v[0], 0.5, 1e-15) && near(v[1], -2 * sqrt(0.5), 1e-15), "a factor moved");
	l2n_factor_square(2, v, v + 3);
	ok(near(v[3], 2.25, 1e-15) && near(v[4], -1, 1e-15) && near(v[5], 0.5, 1e-15), "its square");
	/* of two blocks the first: rows 1, 2, 4; 3, 5; 6 */
	l2n_factor_move(3, 2, of_blocks, d);
	ok(of_blocks[0] == 1 && of_blocks[1] == 2 - 6 && of_blocks[2] == 4 - 10 && of_blocks[3] == 3 &&
		   of_blocks[4] == 5 && of_blocks[5] == 6,
	   "the first block of a factor moved");
}

/* Columns that differ by d: a sum of their coefficients is as sure as that of one of them */
static void
test_collinear(const l2n_kernel *kernel, double d)
{
	const int feature[] = {1, 2};
	double x[ROWS * 3], f[6], z[3] = {0, 1, 1}, square = 0, product = 0, c[2] = {0}, a, b;
	l2n_moments m = {.k = 3};
	l2n_ridge_spec spec = {{2, feature, 0, true}, false, 0, NULL, ROWS, 0};

	for (int i = 0; i < ROWS; i++)
	{
		a = given[i][1] - 2.5;
		b = given[i][2] - 16 / 6.0;
		c[0] += a * a;
		c[1] += a * b;
		square += b * b;
		x[i * 3] = given[i][0];
		x[i * 3 + 1] = given[i][1];
		x[i * 3 + 2] = given[i][1] + d * given[i][2];
	}
	m.mean = scratch(sizeof(double) * l2n_moments_doubles(3));
	m.cross = m.mean + 6;
	l2n_moments_clear(&m);
	l2n_moments_add_block(kernel, &m, ROWS, x, 3, NULL, scratch(l2n_add_block_worksize(3)), NULL,
						  NULL);
	ok(l2n_covariance(kernel, &m, &spec, f, NULL, scratch(l2n_covariance_worksize(2)), NULL,
					  NULL) == L2N_OK,
	   "columns that differ by %g: solved", d);
	/* b1 + b2 is the coefficient of the first where the other is d x2 */
	product = square / (c[0] * square - c[1] * c[1]);
	ok(near(l2n_sandwich_turn(3, f, z), product, 1e-14 / d), "their sum, to %g", 1e-14 / d);
}

static void
test_sandwich(void)
{
	/* f f' = (2 1; 1 3) */
	double f[3] = {sqrt(5 / 3.0), 1 / sqrt(3), sqrt(3)}, m[3] = {0, 0, 0}, z[2] = {1, 0.5};
	double v[3], work[8];

	ok(near(l2n_sandwich_turn(2, f, z), 2 + 1 + 0.75, 1e-15), "z' b z");
	l2n_rank_one(2, m, 1, z);
	z[0] = 0;
	z[1] = sqrt(3.75);
	l2n_sandwich_turn(2, f, z);
	l2n_rank_one(2, m, 1, z);
	l2n_sandwich(2, f, m, v, work);
	/* (2 1; 1 3)(1 .5; .5 4)(2 1; 1 3) */
	ok(near(v[0], 10, 1e-14) && near(v[1], 17.5, 1e-14) && near(v[2], 40, 1e-14), "b m b");
	memset(m, 0, sizeof m);
	l2n_rank_one(2, m, 2, (double[]){3, -1});
	ok(m[0] == 18 && m[1] == -6 && m[2] == 2, "a z z'");
}

static void
test_hac(void)
{
	const double s[4] = {1, -2, 3, 5};

	for (int bandwidth = 0; bandwidth <= 3; bandwidth++)
	{
		double m[1] = {0}, expected = 0;
		double memory[16];
		l2n_hac h;

		l2n_hac_init(&h, 1, bandwidth, memory);
		for (int i = 0; i < 4; i++)
			l2n_hac_add(&h, m, s + i);
		for (int i = 0; i < 4; i++)
			for (int j = 0; j < 4; j++)
				if (abs(i - j) <= bandwidth)
					expected += (1 - abs(i - j) / (bandwidth + 1.0)) * s[i] * s[j];
		ok(near(m[0], expected, 1e-14), "Bartlett's weights, bandwidth %d", bandwidth);
	}
	ok(l2n_hac_doubles(3, 4) == 18, "their room");
}

static void
test_cut(void)
{
	/* (1 2; 2 1) has eigenvalues 3 and -1, of (1, 1) and (1, -1); a row of f may be 0 */
	const double one[3] = {1, 0, 1}, f[6] = {2, 0, 1, 0, 0, 4};
	double v[3] = {1, 2, 1}, w[3] = {4, 1, 2}, old[3];
	double m[6] = {1 / 64.0, 7, 7 / 32.0, 9, 7, 1 / 16.0};
	double product[6], work[18], scale[3] = {1, 0, 1e-10};
	double far[3] = {1, 2, 1}, gone[3] = {-2, 1, -3}, rest;

	ok(l2n_cut_negative(2, one, v, &rest, scratch(l2n_cut_negative_worksize(2)), NULL, NULL) ==
		   L2N_OK,
	   "cut");
	ok(near(v[0], 1.5, 1e-14) && near(v[1], 1.5, 1e-14) && near(v[2], 1.5, 1e-14), "to 3/2");
	ok(rest > 0 && rest < 1e-12, "what rounding may leave of 0");
	memcpy(old, w, sizeof w);
	l2n_cut_negative(2, one, w, &rest, scratch(l2n_cut_negative_worksize(2)), NULL, NULL);
	ok(memcmp(old, w, sizeof w) == 0, "what is not indefinite stays");
	ok(rest == 0, "without rounding");
	l2n_cut_negative(2, one, gone, &rest, scratch(l2n_cut_negative_worksize(2)), NULL, NULL);
	ok(fabs(gone[0]) < rest && fabs(gone[2]) < rest && rest < 1e-12,
	   "nothing is left of negative ones");
	ok(l2n_cut_negative(3, f, m, &rest, scratch(l2n_cut_negative_worksize(3)), NULL, NULL) ==
		   L2N_OK,
	   "cut in the coordinates of a factor");
	l2n_sandwich(3, f, m, product, work);
	ok(near(product[0], 1.5, 1e-13) && near(product[2], 1.5, 1e-13) && near(product[5], 1.5, 1e-13),
	   "the same");
	ok(l2n_cut_negative(2, scale, far, &rest, scratch(l2n_cut_negative_worksize(2)), NULL, NULL) ==
		   L2N_ILL_CONDITIONED,
	   "not where rounding of the greatest is more than the least");
}

/* b'(z m z')^-1 b */
static void
test_wald(void)
{
	const double m[3] = {2, 1, 3}, b[2] = {1, 2};
	double z[4] = {1, 0, 0, 1}, same[4] = {1, 2, 2, 4}, f, work[8];
	double e = 1.0 / (1 << 20), close[4] = {1, 1, 1, 1 + e}, near_b[2] = {3, 3 + 2 * e};

	ok(l2n_wald_worksize(2, 2) == sizeof work, "its room");
	ok(l2n_wald(2, 2, b, z, m, 0, work, &f) == L2N_OK && near(f, (3 - 4 + 8) / 5.0 / 2, 1e-14),
	   "F");
	memcpy(z, (double[]){1, 0, 0, 1}, sizeof z);
	ok(l2n_wald(2, 2, b, z, NULL, 0, work, &f) == L2N_OK && near(f, 2.5, 1e-15), "of the identity");
	ok(l2n_wald(2, 2, b, same, m, 0, work, &f) == L2N_ILL_CONDITIONED, "of one form twice");
	ok(l2n_wald(2, 2, b, (double[]){1, 0, 0, 0}, m, 0, work, &f) == L2N_ILL_CONDITIONED,
	   "of a form of nothing");
	ok(l2n_wald(2, 2, b, (double[]){1, 2, 2, 4}, NULL, 0, work, &f) == L2N_ILL_CONDITIONED &&
		   l2n_wald(2, 2, b, (double[]){1, 1, 1, 1 + 1e-11}, m, 0, work, &f) == L2N_ILL_CONDITIONED,
	   "of one and next to itself");
	ok(l2n_wald(2, 2, b, (double[]){1, 0, 0, 1}, (double[]){0, 0, 3}, 0, work, &f) ==
			   L2N_ILL_CONDITIONED &&
		   l2n_wald(2, 2, b, (double[]){1, 0, 0, 1}, (double[]){3, 0, -1}, 0, work, &f) ==
			   L2N_ILL_CONDITIONED,
	   "of one without a variance");
	/* z^-1 b = (1, 2) */
	ok(l2n_wald(2, 2, near_b, close, m, 0, work, &f) == L2N_OK && near(f, 0.7, 1e-9),
	   "of forms nearly the same");
	ok(l2n_wald(2, 2, b, (double[]){1, 0, 0, 1}, (double[]){1, 2, 1}, 0, work, &f) ==
		   L2N_ILL_CONDITIONED,
	   "of an indefinite variance");
	ok(l2n_wald(1, 2, b, (double[]){0, 7}, m, 3.5, work, &f) == L2N_ILL_CONDITIONED,
	   "of one that is but rounding");
	ok(l2n_wald(1, 2, b, (double[]){0, 7}, m, 3, work, &f) == L2N_ILL_CONDITIONED &&
		   l2n_wald(1, 2, b, (double[]){0, 7}, m, 2.5, work, &f) == L2N_OK,
	   "of one that is no more than that, and of one that is");
}

/* Forms of many numbers next to each other, whose products have the rounding of as many sums */
static void
test_wald_many(void)
{
	int k = 100000;
	const double e = 0x1p-14, b[2] = {3, 3 + 5 * e};
	double *z = malloc(sizeof(double) * 2 * (size_t) k), f;
	void *work = scratch(l2n_wald_worksize(2, k));

	for (int i = 0; i < k; i++)
	{
		z[i] = 1;
		z[k + i] = 1 + (i % 2 ? e : -e);
	}
	/* the forms of 1 and of what alternates, at right angles, are 3 and 5 */
	ok(l2n_wald(2, k, b, z, NULL, 0, work, &f) == L2N_OK, "forms of many numbers");
	is_close(f, (9 + 25) / 2.0 / k, 1e-9, "next to each other");
	free(z);
	free(work);
}

/* A covariance whose second variable is constant comes back of its factor; one that is none has
 * none
 */
static void
test_factor(void)
{
	double v[6] = {5, 0, -2, 0, 0, 3}, none[3] = {1, 2, 1}, unknown[3] = {NAN, 0, 1}, f[6], back[6];
	bool same = true;

	ok(l2n_covariance_factor(3, v, f), "a covariance has a factor");
	l2n_factor_square(3, f, back);
	for (int i = 0; i < 6; i++)
		same &= fabs(back[i] - v[i]) < 1e-14;
	ok(same, "which is of it");
	ok(!l2n_covariance_factor(2, none, f), "a correlation of 2 has none");
	ok(!l2n_covariance_factor(2, unknown, f), "nor has what is not known");
}

/*
 * The same of many numbers, in arrays that end where they should
 */

/* The upper triangle of a symmetric matrix, or of a triangle, at (i, j) */
static double
upper_at(int k, const double *v, int i, int j)
{
	return v[l2n_tri((size_t) k, (size_t) (i < j ? i : j), (size_t) (i < j ? j : i))];
}

static double *
new_normal(size_t n)
{
	double *x = malloc(sizeof(double) * n);

	for (size_t i = 0; i < n; i++)
		x[i] = normal();
	return x;
}

static double *
new_copy(size_t n, const double *x)
{
	return memcpy(malloc(sizeof(double) * n), x, sizeof(double) * n);
}

/* An upper triangle, with a row of zeros where that is said */
static double *
new_factor(int k, int zero_row)
{
	double *f = new_normal(l2n_tri_size((size_t) k));

	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
		{
			double *at = f + l2n_tri((size_t) k, (size_t) i, (size_t) j);

			*at = i == zero_row ? 0.0 : i == j ? 1.0 + fabs(*at) : *at;
		}
	return f;
}

/* f, or a symmetric matrix, in full */
static long double *
full_of(int k, const double *f, bool triangle)
{
	long double *a = calloc((size_t) (k * k) + 1, sizeof(long double));

	for (int i = 0; i < k; i++)
		for (int j = triangle ? i : 0; j < k; j++)
			a[i * k + j] = upper_at(k, f, i, j);
	return a;
}

static long double *
transposed(int k, const long double *a)
{
	long double *t = malloc(sizeof(long double) * (size_t) (k * k));

	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			t[j * k + i] = a[i * k + j];
	return t;
}

/* a b a', a new one */
static long double *
sandwich_of(int k, const long double *a, const long double *b)
{
	long double *t = transposed(k, a), *ab = product_of(a, b, k), *r = product_of(ab, t, k);

	free(t);
	free(ab);
	return r;
}

/* How far an upper triangle is from a matrix, as a share of the geometric mean of its diagonal */
static double
far_from(int k, const double *v, const long double *want)
{
	double far = 0.0;

	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
		{
			long double size = sqrtl(fabsl(want[i * k + i] * want[j * k + j]));

			far = fmax(far, off(upper_at(k, v, i, j), want[i * k + j], size > 0 ? size : 1));
		}
	return far;
}

/* The identity in the corner of the coordinates but for what a centre that is d further on adds */
static long double *
shift_of(int k, int block, const double *d)
{
	long double *a = calloc((size_t) (k * k), sizeof(long double));

	for (int i = 0; i < k; i++)
	{
		a[i * k + i] = 1;
		if (i > 0 && i < block)
			a[i] = d[i - 1];
	}
	return a;
}

/* Factors, their squares, and both about another centre */
static void
test_many_coordinates(int k, int block)
{
	size_t n = l2n_tri_size((size_t) k);
	double *f, *v, *moved, *d, *z, *y, far = 0.0;
	long double *a, *t, *shift, *inner, *square, form = 0;

	seed = (uint64_t) k;
	f = new_factor(k, -1);
	v = new_normal(n);
	d = new_normal((size_t) block - 1);
	z = new_normal((size_t) k);
	y = new_normal((size_t) k);
	a = full_of(k, f, true);
	t = transposed(k, a);
	square = product_of(a, t, k);
	l2n_factor_square(k, f, v);
	ok(far_from(k, v, square) < 1e-15, "k = %d: f f', %.1e", k, far_from(k, v, square));

	/* y = v z and z' v z */
	l2n_covariance_times(k, v, z, y);
	for (int i = 0; i < k; i++)
	{
		long double sum = 0, size = 0;

		for (int j = 0; j < k; j++)
		{
			sum += square[i * k + j] * z[j];
			size += fabsl(square[i * k + j] * z[j]);
		}
		far = fmax(far, off(y[i], sum, size));
		form += z[i] * sum;
	}
	ok(far < 1e-15, "v z, %.1e", far);
	is_close(l2n_covariance_form(k, v, z), (double) form, 1e-13, "z'v z");

	shift = shift_of(k, block, d);
	moved = new_copy(n, f);
	l2n_factor_move(k, block, moved, d);
	inner = product_of(shift, a, k);
	far = 0.0;
	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
			far = fmax(far, off(upper_at(k, moved, i, j), inner[i * k + j], 1.0L));
	ok(far < 1e-14, "a factor's first %d coordinates moved, %.1e", block, far);
	if (block == k)
	{
		long double *want = sandwich_of(k, shift, square);

		memcpy(moved, v, sizeof(double) * n);
		l2n_covariance_move(k, moved, d);
		ok(far_from(k, moved, want) < 1e-14, "a covariance moved, %.1e", far_from(k, moved, want));
		free(want);
	}
	free(f);
	free(v);
	free(moved);
	free(d);
	free(z);
	free(y);
	free(a);
	free(t);
	free(shift);
	free(inner);
	free(square);
}

/* A covariance's factor, also where one of the variables is constant: at either end, or between */
static void
test_many_factors(int k, int constant)
{
	size_t n = l2n_tri_size((size_t) k);
	double *f, *v, *back, far = 0.0;
	bool triangle = true;

	seed = (uint64_t) (100 + k + constant);
	f = new_factor(k, constant);
	v = new_normal(n);
	back = new_normal(n);
	/* what a constant has to do with the others */
	for (int i = 0; i < constant; i++)
		f[l2n_tri((size_t) k, (size_t) i, (size_t) constant)] = 0.0;
	l2n_factor_square(k, f, v);
	ok(l2n_covariance_factor(k, v, back), "k = %d, constant %d: has a factor", k, constant);
	for (size_t i = 0; i < n; i++)
		far = fmax(far, off(back[i], f[i], 1.0L));
	ok(far < 1e-13, "that one, %.1e", far);
	for (int i = 0; i < k; i++)
		triangle &= i == constant ? upper_at(k, back, i, i) == 0.0 : upper_at(k, back, i, i) > 0.0;
	ok(triangle, "its diagonal is positive");
	free(f);
	free(v);
	free(back);
}

/* Scores turned and added up, and what becomes of them */
static void
test_many_sandwiches(int k)
{
	size_t n = l2n_tri_size((size_t) k), width = (size_t) k;
	double *f, *m, *z, *v, *work, far = 0.0, form;
	long double *a, *full, *want, sum = 0;

	seed = (uint64_t) (7 * k);
	f = new_factor(k, -1);
	m = new_normal(n);
	z = new_normal(width);
	v = new_normal(n);
	work = new_normal(2 * width * width);
	a = full_of(k, f, true);
	full = full_of(k, m, false);
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			full[i * k + j] += -1.5L * z[i] * z[j];
	l2n_rank_one(k, m, -1.5, z);
	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
			far = fmax(far, off(upper_at(k, m, i, j), full[i * k + j], 1.0L));
	ok(far < 1e-14, "k = %d: m + a z z', %.1e", k, far);
	want = sandwich_of(k, a, full);
	l2n_sandwich(k, f, m, v, work);
	far = 0.0;
	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
			far = fmax(far, off(upper_at(k, v, i, j), want[i * k + j], 1.0L + k * k));
	ok(far < 1e-14, "f m f', %.1e", far);

	/* z = f'z: component j is of column j of f */
	memcpy(work, z, sizeof(double) * width);
	form = l2n_sandwich_turn(k, f, z);
	far = 0.0;
	for (int j = 0; j < k; j++)
	{
		long double turned = 0;

		for (int i = 0; i <= j; i++)
			turned += a[i * k + j] * work[i];
		far = fmax(far, off(z[j], turned, 1.0L));
		sum += turned * turned;
	}
	ok(far < 1e-14, "f'z, %.1e", far);
	is_close(form, (double) sum, 1e-14, "and its square");
	free(f);
	free(m);
	free(z);
	free(v);
	free(work);
	free(a);
	free(full);
	free(want);
}

/* Newey and West's sums of several scores at once, with more and fewer of them than the bandwidth
 */
static void
test_many_scores(int k, int bandwidth, int count)
{
	size_t n = l2n_tri_size((size_t) k), width = (size_t) k;
	double *score, *m, *memory = new_normal(l2n_hac_doubles(k, bandwidth)), far = 0.0;
	l2n_hac h;

	seed = (uint64_t) (k + bandwidth);
	score = new_normal(width * (size_t) count);
	m = new_normal(n);
	memset(m, 0, sizeof(double) * n);
	l2n_hac_init(&h, k, bandwidth, memory);
	for (int t = 0; t < count; t++)
		l2n_hac_add(&h, m, score + (size_t) t * width);
	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
		{
			long double want = 0;

			for (int t = 0; t < count; t++)
				for (int s = 0; s < count; s++)
					if (abs(t - s) <= bandwidth)
						want += (1 - abs(t - s) / (bandwidth + 1.0L)) * score[t * k + i] *
								score[s * k + j];
			far = fmax(far, off(upper_at(k, m, i, j), want, 1.0L + count));
		}
	ok(far < 1e-15, "%d scores of %d rows, bandwidth %d, %.1e", k, count, bandwidth, far);
	is_int((long) h.n, count, "all are counted");
	free(score);
	free(m);
	free(memory);
}

/* f^-1 v f^-1' for a symmetric v in full: the m that f m f' is v for, in packed form */
static double *
new_inner(int k, const double *f, const double *v)
{
	long double *a = full_of(k, f, true), *back = inverse_of(a, k), *full, *r;
	double *m = malloc(sizeof(double) * l2n_tri_size((size_t) k));

	full = malloc(sizeof(long double) * (size_t) (k * k));
	for (int i = 0; i < k * k; i++)
		full[i] = v[i];
	r = sandwich_of(k, back, full);
	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
			m[l2n_tri((size_t) k, (size_t) i, (size_t) j)] = (double) r[i * k + j];
	free(a);
	free(back);
	free(full);
	free(r);
	return m;
}

/* Four by four, of eigenvalues and of Hadamard's vectors */
static void
of_eigenvalues(const double *value, double *v)
{
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
		{
			v[i * 4 + j] = 0.0;
			for (int e = 0; e < 4; e++)
				v[i * 4 + j] += 0.25 * value[e] * (__builtin_popcount(i & e) % 2 ? -1 : 1) *
								(__builtin_popcount(j & e) % 2 ? -1 : 1);
		}
}

static bool
stop_at(void *left)
{
	return (*(int *) left)-- == 0;
}

/* Negative eigenvalues of f m f' become 0, and nothing else of it changes */
static void
test_many_cut(double first, double second)
{
	const double value[4] = {5, first, 2, second},
				 kept[4] = {5, fmax(first, 0), 2, fmax(second, 0)};
	double v[16], want[16], rest = -1, far = 0.0, *f, *m, *old,
							*result = malloc(10 * sizeof(double));
	double *work = malloc(32 * sizeof(double)), most = fmax(5, fmax(fabs(first), fabs(second)));
	void *room = scratch(l2n_cut_negative_worksize(4));
	int stops = 0;

	seed = 9;
	f = new_factor(4, -1);
	of_eigenvalues(value, v);
	of_eigenvalues(kept, want);
	m = new_inner(4, f, v);
	old = new_copy(10, m);
	for (bool whole = false; !whole; stops++)
	{
		int left = stops;
		l2n_status status;

		memcpy(m, old, sizeof(double) * 10);
		status = l2n_cut_negative(4, f, m, &rest, room, stop_at, &left);
		whole = status == L2N_OK;
		if (!whole && (status != L2N_INTERRUPTED || stops > 100))
			break;
	}
	is_int(stops - 1, 4, "eigenvalues %g and %g: stops at each poll, and is cut at last", first,
		   second);
	l2n_sandwich(4, f, m, result, work);
	for (int i = 0; i < 4; i++)
		for (int j = i; j < 4; j++)
			far = fmax(far, fabs(upper_at(4, result, i, j) - want[i * 4 + j]));
	ok(far < 1e-13 * most, "to 0 and no further, %.1e", far);
	is_close(rest, 16 * 4 * 0x1p-52 * most, 1e-13, "what rounding may leave of 0");
	free(f);
	free(m);
	free(old);
	free(result);
	free(work);
	free(room);
}

/* Of one variance, and of none; and where the first of two is the least */
static void
test_cut_ends(void)
{
	double m[1] = {-3}, f[1] = {2}, rest = -1;
	double far[3] = {1, 2, 1}, scale[3] = {1e-10, 0, 1};
	void *room = scratch(l2n_cut_negative_worksize(2));

	is_int(l2n_cut_negative(1, f, m, &rest, room, NULL, NULL), L2N_OK, "one negative variance");
	ok(fabs(4 * m[0]) <= rest, "is cut");
	is_close(rest, 16 * 0x1p-52 * 12, 1e-15, "but for rounding");
	is_int(l2n_cut_negative(0, f, m, &rest, room, NULL, NULL), L2N_OK, "none");
	ok(rest == 0, "needs no cut");
	is_int(l2n_cut_negative(2, scale, far, &rest, room, NULL, NULL), L2N_ILL_CONDITIONED,
		   "not where the rounding of the second is more than the first");
	free(room);
}

/* A negative eigenvalue that the rounding of four numbers may be stays; twice that does not */
static void
test_cut_rounding(void)
{
	const double one[10] = {1, 0, 0, 0, 1, 0, 0, 1, 0, 1};
	void *room = scratch(l2n_cut_negative_worksize(4));
	double rest;

	for (int kind = 0; kind < 2; kind++)
	{
		double m[10] = {0, 0, 0, 0, 2, 0, 0, 2, 0, 8}, least = kind ? 8 * -5 : 8 * -3;

		m[0] = least * 0x1p-52;
		is_int(l2n_cut_negative(4, one, m, &rest, room, NULL, NULL),
			   kind ? L2N_ILL_CONDITIONED : L2N_OK, "%d roundings of the largest", kind ? 5 : 3);
		ok(m[0] == least * 0x1p-52 && rest == 0, "neither changes anything");
	}
	free(room);
}

/* b'(z m z')^-1 b / q of q forms of k numbers */
static void
test_many_forms(int q, int k, bool identity)
{
	double *f, *m, *z, *b, *turned, *work, got = 0;
	long double *v = calloc((size_t) (q * q), sizeof(long double)), *back, want = 0;

	seed = (uint64_t) (q + 10 * k);
	f = new_factor(k, -1);
	m = new_normal(l2n_tri_size((size_t) k));
	z = new_normal((size_t) (q * k));
	b = new_normal((size_t) q);
	turned = new_copy((size_t) (q * k), z);
	work = malloc(l2n_wald_worksize(q, k));
	l2n_factor_square(k, f, m);
	for (int i = 0; i < q; i++)
		for (int j = 0; j < q; j++)
			for (int l = 0; l < k; l++)
				for (int c = 0; c < k; c++)
					v[i * q + j] += z[i * k + l] *
									(identity ? l == c : (long double) upper_at(k, m, l, c)) *
									z[j * k + c];
	back = inverse_of(v, q);
	for (int i = 0; i < q; i++)
		for (int j = 0; j < q; j++)
			want += b[i] * back[i * q + j] * b[j];
	is_int(l2n_wald(q, k, b, turned, identity ? NULL : m, 0, work, &got), L2N_OK,
		   "%d forms of %d numbers%s", q, k, identity ? ", as sure as each other" : "");
	is_close(got, (double) (want / q), 1e-11, "b'V^-1 b / q");
	free(f);
	free(m);
	free(z);
	free(b);
	free(turned);
	free(work);
	free(v);
	free(back);
}

/* The inverse and the covariance of a fit, against explicit inverses */
static void
test_fit(int p, bool intercept, bool weighted, double lambda, double near, int polls)
{
	rows r = random_rows(p + 30, p + 1, (uint64_t) p, weighted);
	size_t k = (size_t) p + 1, n = l2n_tri_size(k);
	int *feature = malloc(sizeof(int) * (size_t) p), most = 10000, left = most, not_stopped = 0;
	void *work = scratch(l2n_covariance_worksize(p));
	double *f = malloc(sizeof(double) * n), *v = malloc(sizeof(double) * n), far = 0.0;
	double *alone = malloc(sizeof(double) * n), tolerance = near > 0 ? 1e-8 : 1e-12;
	long double *inverse, *variance, corner;
	l2n_moments m;
	equations e;
	l2n_ridge_spec spec = {{p, feature, 0, intercept}, false, lambda, NULL, r.n, 0};

	for (int j = 0; j < p; j++)
		feature[j] = j + 1;
	for (int i = 0; i < r.n && near > 0; i++)
		row_at(&r, i)[1] = row_at(&r, i)[2] + near * sin(i);
	m = moments_of(&r);
	e = equations_of(&r, intercept);
	corner = intercept ? 1 / e.weight : 0;
	for (int j = 0; j < p; j++)
		e.c[j * p + j] += lambda;
	inverse = inverse_of(e.c, p);
	for (int j = 0; j < p; j++)
		e.c[j * p + j] -= lambda;
	variance = sandwich_of(p, inverse, e.c);
	memset(f, 0xff, sizeof(double) * n);
	memset(v, 0xff, sizeof(double) * n);
	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, f, v, work, stop_at, &left), L2N_OK,
		   "p = %d, lambda %g%s%s", p, lambda, intercept ? "" : ", no intercept",
		   near > 0 ? ", nearly collinear" : "");
	for (int i = 1; i <= p; i++)
		for (int j = i; j <= p; j++)
		{
			long double sum = 0;
			long double size =
				sqrtl(inverse[(i - 1) * p + i - 1]) * sqrtl(inverse[(j - 1) * p + j - 1]);

			for (int c = j; c <= p; c++)
				sum += (long double) upper_at(p + 1, f, i, c) * upper_at(p + 1, f, j, c);
			far = fmax(far, off((double) sum, inverse[(i - 1) * p + j - 1], size));
			far = fmax(far, off(upper_at(p + 1, v, i, j), variance[(i - 1) * p + j - 1], size));
		}
	ok(far < tolerance, "f f' is the inverse, and its covariance, %.1e", far);
	far = 0.0;
	for (int j = 1; j <= p; j++)
		far = fmax(far, fmax(fabs(f[j]), fabs(v[j])));
	ok(off(f[0], sqrtl(corner), 1.0L) < 1e-15 && off(v[0], corner, 1.0L) < 1e-15 && far == 0.0,
	   "about the means the fit there is as sure as their number says");
	memset(alone, 0xff, sizeof(double) * n);
	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, alone, NULL, work, NULL, NULL), L2N_OK,
		   "the factor alone");
	ok(memcmp(f, alone, sizeof(double) * n) == 0, "is the same");
	is_int(polls, most - left, "it polls as often as that");
	for (int i = 0; i<polls; i += polls - i> 12 ? 1 + polls / 12 : 1)
	{
		left = i;
		not_stopped += l2n_covariance(l2n_kernel_best(), &m, &spec, f, v, work, stop_at, &left) !=
						   L2N_INTERRUPTED ||
					   left != -1;
	}
	is_int(not_stopped, 0, "and stops at each");
	free(r.x);
	free(m.mean);
	free_equations(&e);
	free(feature);
	free(work);
	free(f);
	free(v);
	free(alone);
	free(inverse);
	free(variance);
}

/* What there is no covariance of */
static void
test_no_fit(void)
{
	rows r = random_rows(20, 3, 5, false);
	const int feature[] = {1, 2};
	l2n_ridge_spec spec = {{2, feature, 0, true}, false, 0, NULL, 20, 0};
	void *work = scratch(l2n_covariance_worksize(2));
	l2n_moments m = no_moments(3);
	double f[6], v[6];

	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, f, v, work, NULL, NULL), L2N_NO_ROWS,
		   "no rows");
	for (int i = 0; i < 20; i++)
		row_at(&r, i)[2] = 4 * (row_at(&r, i)[1] = i % 2);
	free(m.mean);
	m = moments_of(&r);
	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, f, v, work, NULL, NULL), L2N_NOT_POSITIVE,
		   "a column that is four times another");
	m.cross[l2n_tri(3, 2, 2)] = INFINITY;
	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, f, v, work, NULL, NULL), L2N_OUT_OF_RANGE,
		   "a column out of range");
	/* so small, and so near to each other, that variances are no doubles, though their roots are */
	for (int i = 0; i < 20; i++)
	{
		row_at(&r, i)[1] = 1e-150 * sin(i);
		row_at(&r, i)[2] = row_at(&r, i)[1] + 1e-156 * cos(3 * i);
	}
	free(m.mean);
	m = moments_of(&r);
	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, f, NULL, work, NULL, NULL), L2N_OK,
		   "columns that are nearly out of range");
	is_int(l2n_covariance(l2n_kernel_best(), &m, &spec, f, v, work, NULL, NULL), L2N_OUT_OF_RANGE,
		   "and are in squares");
	free(m.mean);
	free(work);
	free(r.x);
}

int
main(void)
{
	const l2n_kernel *kernel = l2n_kernel_best();

	test_ends(kernel);
	test_inverse(kernel, 0, 0);
	test_inverse(kernel, 0, 2);
	test_inverse(kernel, 1e8, 0);
	test_inverse(kernel, 1e8, 2);
	test_collinear(kernel, 1.0 / 1024);
	test_collinear(kernel, 1.0 / 1048576);
	test_move();
	test_sandwich();
	test_hac();
	test_cut();
	test_wald();
	test_wald_many();
	test_factor();
	for (int k = 1; k <= 9; k += k < 3 ? 1 : 3)
	{
		for (int block = k > 2 ? k - 2 : 1; block <= k; block++)
			test_many_coordinates(k, block);
		test_many_sandwiches(k);
		test_many_factors(k, -1);
	}
	for (int constant = 0; constant < 5; constant += 2)
		test_many_factors(5, constant);
	for (int bandwidth = 0; bandwidth < 6; bandwidth++)
		test_many_scores(3, bandwidth, 4 + bandwidth % 2 * 10);
	test_many_cut(-1, -3);
	test_many_cut(0.5, -7);
	test_cut_ends();
	test_cut_rounding();
	for (int q = 1; q <= 4; q++)
	{
		test_many_forms(q, q, false);
		test_many_forms(q, 7, false);
		test_many_forms(q, 7, true);
	}
	/* each column is looked at, factored and inverted; and for a penalty twice more, and as a sum
	 */
	for (int kind = 0; kind < 8; kind++)
	{
		bool penalised = kind & 4;

		test_fit(1, kind & 1, kind & 2, penalised ? 2 : 0, 0, penalised ? 5 + 1 : 3);
		test_fit(6, kind & 1, kind & 2, penalised ? 2 : 0, 0, penalised ? 5 * 6 + 1 : 3 * 6);
	}
	test_fit(20, true, false, 0.5, 0, 5 * 20 + 2);
	test_fit(20, true, false, 0, 1e-4, 3 * 20);
	/* many columns by blocks of them, where they are tame */
	test_fit(165, true, true, 0, 0, 165 + 3);
	test_fit(165, false, false, 3000, 0, 165 + 9);
	test_fit(165, true, false, 0, 1e-4, 3 * 165 + 1);
	test_no_fit();
	return done_testing();
}
