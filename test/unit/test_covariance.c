/*
 * test_covariance.c: the inverse of normal equations about any centre, sandwiches, Newey and West's
 * sums and the cutting of negative directions, against small cases by hand.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/stats/covariance.h"
#include "num/stats/sandwich.h"
#include "num/stats/wald.h"
#include "tap.h"

#define ROWS 6

static const double rows[ROWS][3] = {{1, 0, 2}, {3, 1, 1}, {2, 2, 5},
									 {7, 3, 1}, {5, 4, 3}, {8, 5, 4}};

static void *
scratch(size_t size)
{
	return dirty(size);
}

/* Moments of (y, x1 + far, x2) */
static l2n_moments
moments(const l2n_kernel *kernel, double far)
{
	double x[ROWS * 3];
	l2n_moments m = {.k = 3};

	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < 3; j++)
			x[i * 3 + j] = rows[i][j] + (j == 1 ? far : 0);
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

/* v times a symmetric matrix is the identity: v from the module, X'X + penalty by hand */
static void
test_inverse(const l2n_kernel *kernel, double far, double lambda)
{
	const int feature[] = {1, 2};
	l2n_moments m = moments(kernel, far);
	l2n_ridge_spec spec = {{2, feature, 0, true}, false, lambda, NULL, ROWS, 0};
	double f[6], inverse[6], variance[6], c[3] = {0}, mean[2] = {0}, worst = 0, product;
	l2n_status status = l2n_covariance(kernel, &m, &spec, f, variance,
									   scratch(l2n_covariance_worksize(2)), NULL, NULL);

	ok(status == L2N_OK, "far %g, lambda %g: solved", far, lambda);
	l2n_factor_square(3, f, inverse);
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < 2; j++)
			mean[j] += rows[i][j + 1] / ROWS;
	for (int i = 0; i < ROWS; i++)
	{
		double a = rows[i][1] - mean[0], b = rows[i][2] - mean[1];

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
		a = rows[i][1] - 2.5;
		b = rows[i][2] - 16 / 6.0;
		c[0] += a * a;
		c[1] += a * b;
		square += b * b;
		x[i * 3] = rows[i][0];
		x[i * 3 + 1] = rows[i][1];
		x[i * 3 + 2] = rows[i][1] + d * rows[i][2];
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
	/* z^-1 b = (1, 2) */
	ok(l2n_wald(2, 2, near_b, close, m, 0, work, &f) == L2N_OK && near(f, 0.7, 1e-9),
	   "of forms nearly the same");
	ok(l2n_wald(2, 2, b, (double[]){1, 0, 0, 1}, (double[]){1, 2, 1}, 0, work, &f) ==
		   L2N_ILL_CONDITIONED,
	   "of an indefinite variance");
	ok(l2n_wald(1, 2, b, (double[]){0, 7}, m, 3.5, work, &f) == L2N_ILL_CONDITIONED,
	   "of one that is but rounding");
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

int
main(void)
{
	const l2n_kernel *kernel = l2n_kernel_best();

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
	test_factor();
	return done_testing();
}
