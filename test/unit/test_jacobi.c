/*
 * test_jacobi.c: singular values that are known, however far apart; vectors; pivoted Cholesky,
 * which the condition indexes take them from.
 */
#include <stdlib.h>
#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/jacobi.h"
#include "tap.h"

/* A few roundings of each of k terms */
#define TOLERANCE 1e-14

/* The same numbers on every machine */
static double
next_random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double) (state >> 11) * 0x1p-53 - 0.5;
}

/* Largest element of V V' - I, V by rows */
static double
worst_angle(int k, const double *v)
{
	double worst = 0;

	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
		{
			double sum = i == j ? -1 : 0;

			for (int l = 0; l < k; l++)
				sum += v[i * k + l] * v[j * k + l];
			worst = fmax(worst, fabs(sum));
		}
	return worst;
}

static void
test_known(void)
{
	double two[] = {3, 0, 4, 5}, one[] = {-3}, sigma[4];
	static const double size[] = {1e-90, 1e-30, 1, 1e20};
	double graded[16];

	ok(l2n_jacobi(0, NULL, NULL, NULL, NULL) == L2N_OK, "no rows");
	ok(l2n_jacobi(1, one, sigma, NULL, NULL) == L2N_OK && sigma[0] == 3 && one[0] == -1, "one row");
	l2n_jacobi(2, two, sigma, NULL, NULL);
	is_close(sigma[0], sqrt(45), TOLERANCE, "larger of two");
	is_close(sigma[1], sqrt(5), TOLERANCE, "smaller of two");
	is_close(fabs(two[0]), sqrt(0.5), TOLERANCE, "its vector");

	/* Hadamard's matrix, its rows of lengths that no other method keeps apart */
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
			graded[4 * i + j] = size[i] * 0.5 * (__builtin_popcount(i & j) % 2 ? -1 : 1);
	l2n_jacobi(4, graded, sigma, NULL, NULL);
	is_close(sigma[0], 1e20, TOLERANCE, "graded rows: 1e20");
	is_close(sigma[1], 1, TOLERANCE, "graded rows: 1");
	is_close(sigma[2], 1e-30, TOLERANCE, "graded rows: 1e-30");
	is_close(sigma[3], 1e-90, TOLERANCE, "graded rows: 1e-90");
	ok(worst_angle(4, graded) <= TOLERANCE, "graded rows: vectors");
	for (int i = 0; i < 4; i++)
	{
		double sum = 0;

		for (int j = 0; j < 4; j++)
			sum += graded[4 * i + j] * 0.5 * (__builtin_popcount((3 - i) & j) % 2 ? -1 : 1);
		is_close(fabs(sum), 1, TOLERANCE, "of its own row each: %d", i);
	}
}

/*
 * Rows of D B, D falling from 1 towards 1e-15, B triangular and tame.  The product of the values is
 * that of the diagonal: one small value that is wrong would show.
 */
static bool
count_only(void *polls)
{
	++*(int *) polls;
	return false;
}

static void
test_random(int k, int sweeps)
{
	double *x = malloc(sizeof(double) * k * k), *copy = malloc(sizeof(double) * k * k);
	double *sigma = malloc(sizeof(double) * k), worst = 0, determinant = 1, product = 1;
	int polls = 0;

	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
		{
			double scale = pow(10, -15.0 * i / k);

			x[i * k + j] = j < i ? 0 : scale * (j == i ? 1 : next_random());
		}
	for (int i = 0; i < k; i++)
		determinant *= x[i * k + i];
	memcpy(copy, x, sizeof(double) * k * k);
	ok(l2n_jacobi(k, x, sigma, count_only, &polls) == L2N_OK, "%d rows", k);
	/* each pair of rows polls */
	is_int(polls % (k * (k - 1) / 2), 0, "%d rows: whole sweeps", k);
	ok(polls <= sweeps * k * (k - 1) / 2, "%d rows: %d of them, no more than %d", k,
	   polls / (k * (k - 1) / 2), sweeps);
	ok(worst_angle(k, x) <= TOLERANCE * k, "%d rows: orthonormal vectors", k);
	for (int i = 0; i < k; i++)
		product *= sigma[i];
	is_close(product, determinant, TOLERANCE * k, "%d rows: determinant", k);
	for (int i = 1; i < k; i++)
		if (sigma[i] > sigma[i - 1])
			worst = 1;
	ok(worst == 0, "%d rows: in order", k);

	/* each row of x is orthogonal to what the vectors leave of it */
	for (int i = 0; i < k; i++)
	{
		double length = 0, projected = 0;

		for (int j = 0; j < k; j++)
			length += copy[i * k + j] * copy[i * k + j];
		for (int d = 0; d < k; d++)
		{
			double along = 0;

			for (int j = 0; j < k; j++)
				along += copy[i * k + j] * x[d * k + j];
			projected += along * along;
		}
		worst = fmax(worst, fabs(projected / length - 1));
	}
	ok(worst <= TOLERANCE * k, "%d rows: the vectors span them", k);
	/* what the rows make of a vector is as long as its value says */
	worst = 0;
	for (int d = 0; d < k && sigma[d] > 1e-3; d++)
	{
		long double square = 0;

		for (int i = 0; i < k; i++)
		{
			long double along = 0;

			for (int j = 0; j < k; j++)
				along += copy[i * k + j] * (long double) x[d * k + j];
			square += along * along;
		}
		worst = fmax(worst, fabs((double) sqrtl(square) / sigma[d] - 1));
	}
	ok(worst <= TOLERANCE * k, "%d rows: values are the lengths, %.1e", k, worst);
	free(x);
	free(copy);
	free(sigma);
}

static void
test_degenerate(void)
{
	double zero[9] = {0}, same[] = {1, 2, 2, 1, 2, 2, 2, 4, 4}, sigma[3];

	l2n_jacobi(3, zero, sigma, NULL, NULL);
	ok(sigma[0] == 0 && sigma[2] == 0 && zero[0] == 0, "zeros");
	l2n_jacobi(3, same, sigma, NULL, NULL);
	is_close(sigma[0], sqrt(54), TOLERANCE, "rank 1: the value");
	ok(sigma[1] <= 1e-15 && sigma[2] <= 1e-15, "rank 1: no other value");
}

static bool
stop(void *arg)
{
	return --*(int *) arg == 0;
}

static void
test_poll(void)
{
	double x[16], sigma[4];
	int left = 3;

	for (int i = 0; i < 16; i++)
		x[i] = next_random();
	ok(l2n_jacobi(4, x, sigma, stop, &left) == L2N_INTERRUPTED, "stops when told to");
}

static void
test_pivoted(void)
{
	/* of rows 1 0 2 3, 0 1 2 1, 0 0 0 2 */
	double a[20] = {1, 0, 2, 3, 1, 2, 1, 8, 8, 14}, original[4][4], worst = 0;
	const l2n_kernel *kernel = l2n_kernel_best();
	int order[4], rank, left = 2;

	for (int i = 0, at = 0; i < 4; i++)
		for (int j = i; j < 4; j++)
			original[i][j] = original[j][i] = a[at++];
	ok(l2n_cholesky_pivoted(kernel, 4, a, order, &rank, NULL, NULL) == L2N_OK, "pivoted Cholesky");
	is_int(order[0], 3, "largest diagonal first");
	is_int(order[1], 2, "then what is left");
	ok(rank >= 3, "rank %d", rank);
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
		{
			double sum = -original[order[i]][order[j]];

			for (int l = 0; l <= i && l <= j && l < rank; l++)
			{
				double pivot = 1 / a[l2n_tri(4, l, l)];

				sum +=
					(l == i ? pivot : a[l2n_tri(4, l, i)]) * (l == j ? pivot : a[l2n_tri(4, l, j)]);
			}
			worst = fmax(worst, fabs(sum));
		}
	ok(worst <= TOLERANCE, "U'U is the matrix, reordered");

	memset(a, 0, sizeof(a));
	a[0] = a[1] = a[4] = 1; /* columns 0 and 1 the same, 2 and 3 zero */
	l2n_cholesky_pivoted(kernel, 4, a, order, &rank, NULL, NULL);
	is_int(rank, 1, "stops where nothing is left");
	ok(a[4] == 0 && a[9] == 0, "and leaves zeros");
	a[0] = a[4] = a[7] = a[9] = 1;
	ok(l2n_cholesky_pivoted(kernel, 4, a, order, &rank, stop, &left) == L2N_INTERRUPTED,
	   "stops when told to");
}

int
main(void)
{
	test_known();
	test_random(2, 2);
	test_random(3, 2);
	test_random(7, 3);
	test_random(40, 4);
	test_degenerate();
	test_poll();
	test_pivoted();
	return done_testing();
}
