/*
 * test_components.c: principal components of columns whose cross products have known
 * eigenvectors.
 */
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/solve/components.h"
#include "tap.h"

#define ROWS 4

/* Three directions about a mean of 0 at right angles to each other, each with a sum of squares of 4
 */
static const double direction[3][ROWS] = {{1, 1, -1, -1}, {1, -1, 1, -1}, {1, -1, -1, 1}};

static void *
scratch(size_t size)
{
	return dirty(size);
}

/* Moments of columns that are sums of the directions, and of a constant behind them */
static l2n_moments
moments(int k, const double (*part)[3], double far)
{
	double x[ROWS * 4];
	l2n_moments m = {.k = k + 1};

	for (int i = 0; i < ROWS; i++)
	{
		for (int j = 0; j < k; j++)
			x[i * (k + 1) + j] = far + part[j][0] * direction[0][i] + part[j][1] * direction[1][i] +
								 part[j][2] * direction[2][i];
		x[i * (k + 1) + k] = far;
	}
	m.mean = scratch(sizeof(double) * l2n_moments_doubles(k + 1));
	m.cross = m.mean + 2 * (k + 1);
	l2n_moments_clear(&m);
	l2n_moments_add_block(l2n_kernel_best(), &m, ROWS, x, (size_t) k + 1, NULL,
						  scratch(l2n_add_block_worksize(k + 1)), NULL, NULL);
	return m;
}

static l2n_components
components(const l2n_moments *m, int p, const int *column, bool standardize, double divisor,
		   l2n_status *status)
{
	l2n_components c;

	*status = l2n_components_find(m, p, column, standardize, divisor, &c,
								  scratch(l2n_components_worksize(p)), NULL, NULL);
	return c;
}

/* (2, 1) and (1, 2) of two directions: cross products 20, 16, 20 */
static void
test_two(double far)
{
	static const double part[2][3] = {{2, 1, 0}, {1, 2, 0}};
	static const int both[] = {0, 1};
	l2n_moments m = moments(2, part, far);
	l2n_status status;
	l2n_components c = components(&m, 2, both, false, 3, &status);

	is_int(status, L2N_OK, "two columns, %g off", far);
	is_int(c.rank, 2, "two components");
	is_close(c.sd[0], sqrt(36.0 / 3.0), 1e-14, "deviation of the first");
	is_close(c.sd[1], sqrt(4.0 / 3.0), 1e-14, "of the second");
	is_close(c.loading[0], sqrt(0.5), 1e-14, "loadings");
	is_close(c.loading[1], sqrt(0.5), 1e-14, "of the first");
	is_close(c.loading[2], sqrt(0.5), 1e-13, "of the second the first of two is positive");
	is_close(c.loading[3], -sqrt(0.5), 1e-13, "though they are as large");
	ok(c.unit[0] == 1 && c.unit[1] == 1, "columns as they are");

	c = components(&m, 2, both, true, 3, &status);
	is_int(status, L2N_OK, "standardized");
	is_close(c.sd[0], sqrt(1.8), 1e-14, "deviation of the first, the correlation is 4/5");
	is_close(c.sd[1], sqrt(0.2), 1e-14, "of the second");
	is_close(c.unit[0], sqrt(20.0 / 3.0), 1e-14, "over the columns' own");
	is_close(c.unit[1], sqrt(20.0 / 3.0), 1e-14, "of each");
}

/* Three columns at right angles, in the order of a list, which does not have to be theirs */
static void
test_order(void)
{
	static const double part[3][3] = {{2, 0, 0}, {0, -5, 0}, {0, 0, 3}};
	static const int column[] = {2, 0, 1};
	static const double sd[] = {5, 3, 2};
	static const int at[] = {2, 0, 1};
	l2n_moments m = moments(3, part, 7);
	l2n_status status;
	l2n_components c = components(&m, 3, column, false, 4, &status);

	is_int(status, L2N_OK, "three columns");
	for (int d = 0; d < 3; d++)
	{
		is_close(c.sd[d], sd[d], 1e-15, "deviation %d, the largest first", d + 1);
		for (int j = 0; j < 3; j++)
			is_close(c.loading[d * 3 + j], j == at[d] ? 1 : 0, 1e-15, "loading %d of %d", j + 1,
					 d + 1);
	}
}

/* A largest loading that would be negative, and unequal ones: (4, -3) and (3, 4) of 5 */
static void
test_sign(void)
{
	/* cross products 4 (16 a + 9 b, 12 (b - a), 9 a + 16 b) for squares a = 100, b = 1 */
	static const double part[2][3] = {{8, 0.6, 0}, {-6, 0.8, 0}};
	static const int both[] = {0, 1}, back[] = {1, 0};
	l2n_moments m = moments(2, part, -3);
	l2n_status status;
	l2n_components c = components(&m, 2, both, false, 4, &status);

	is_int(status, L2N_OK, "unequal loadings");
	is_close(c.sd[0], 10, 1e-14, "deviation of the first");
	is_close(c.sd[1], 1, 1e-13, "of the second");
	is_close(c.loading[0], 0.8, 1e-13, "the largest is positive");
	is_close(c.loading[1], -0.6, 1e-13, "the other is not");
	is_close(c.loading[2], 0.6, 1e-13, "of the second");
	is_close(c.loading[3], 0.8, 1e-13, "the largest");
	c = components(&m, 2, back, false, 4, &status);
	is_close(c.loading[0], -0.6, 1e-13, "the other way round");
	is_close(c.loading[1], 0.8, 1e-13, "the largest is positive");
}

/* Columns that agree to 2^-20 of themselves, and to all of it */
static void
test_collinear(void)
{
	const double e = 0x1p-20;
	const double near[2][3] = {{1, 0, 0}, {1, e, 0}}, sum[3][3] = {{2, 1, 0}, {1, 2, 0}, {3, 3, 0}};
	static const int all[] = {0, 1, 2};
	l2n_moments m = moments(2, near, 0);
	double most = (2 + e * e + sqrt(4 + e * e * e * e)) / 2;
	l2n_status status;
	l2n_components c = components(&m, 2, all, false, 4, &status);

	is_int(status, L2N_OK, "columns that hardly differ");
	is_int(c.rank, 2, "are two");
	is_close(c.sd[0], sqrt(most), 1e-14, "deviation of the first");
	is_close(c.sd[1], e / sqrt(most), 1e-14, "of the second, to as many digits");
	m = moments(3, sum, 0);
	c = components(&m, 3, all, false, 4, &status);
	is_int(status, L2N_OK, "a column that is the sum of two");
	is_int(c.rank, 2, "makes no component");
	is_close(c.sd[0], sqrt(27), 1e-14, "deviation of the first");
	is_close(c.sd[1], 1, 1e-13, "of the second");
	ok(fabs(c.sd[2]) < 1e-15, "none of the third");
}

static void
test_refusals(void)
{
	static const double part[2][3] = {{2, 1, 0}, {1, 2, 0}};
	static const int constant[] = {0, 2};
	l2n_moments m = moments(2, part, 5), none = m;
	l2n_status status;
	l2n_components c = components(&m, 2, constant, true, 3, &status);

	is_int(status, L2N_SINGULAR_PENALTY, "a constant column cannot be standardized");
	is_int(c.constant, 1, "it is told which");
	c = components(&m, 2, constant, false, 3, &status);
	is_int(status, L2N_OK, "as it is");
	ok(c.rank == 1 && c.sd[1] == 0, "it has no component");
	l2n_moments_clear(&none);
	components(&none, 2, constant, false, 3, &status);
	is_int(status, L2N_NO_ROWS, "no rows");
}

int
main(void)
{
	test_two(0);
	test_two(1e6);
	test_order();
	test_sign();
	test_collinear();
	test_refusals();
	return done_testing();
}
