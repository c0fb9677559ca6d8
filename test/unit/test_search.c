/*
 * test_search.c: coordinate descent, eigenvalues and errors of folds keep to the scratch they ask
 * for, whatever the columns are like.
 */
#include "num/solve/coordinate.h"
#include "num/solve/kfold.h"
#include "num/solve/spectrum.h"

#include "num/stats/hash.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#define MOST  24
#define ROWS  40
#define GUARD 256

static const l2n_kernel *kernel;

/* A number in -1 .. 1 */
static double
number(int a, int b, int c)
{
	return (double) (int64_t) l2n_hash_u64((uint64_t) (a * 1000 + b), c) * 0x1p-63;
}

/* Scratch of just that many bytes, what is behind it marked */
static char *
scratch(size_t size)
{
	char *p = aligned_alloc(64, (size + GUARD + 63) / 64 * 64);

	memset(p, 0xa5, size + GUARD);
	return p;
}

/* Whether the marks are still there; frees it */
static bool
kept_to(char *p, size_t size)
{
	bool same = true;

	for (size_t i = 0; i < GUARD; i++)
		same &= p[size + i] == (char) 0xa5;
	free(p);
	return same;
}

/* Moments of n rows of a target and p features, some of them collinear, constant or far apart */
static l2n_moments
make_moments(int n, int p, int seed)
{
	l2n_moments m = {.k = p + 1};
	double row[MOST + 1];
	size_t size = l2n_add_block_worksize(m.k);
	char *work = scratch(size);

	m.mean = malloc(sizeof(double) * l2n_moments_doubles(m.k));
	m.cross = m.mean + 2 * m.k;
	l2n_moments_clear(&m);
	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j <= p; j++)
			row[j] = j % 5 == 4     ? row[j - 1]
					 : j % 7 == 6   ? row[j - 1] + row[j - 2]
					 : j % 11 == 10 ? 3.0
									: number(i, j, seed) * (seed % 3 == 0 && j % 2 ? 1e60 : 1.0);
		l2n_moments_add_block(kernel, &m, 1, row, p + 1, NULL, work, NULL, NULL);
	}
	free(work);
	return m;
}

/* A path down to almost no penalty */
static void
test_descent(int p, int n, bool *inside, bool *solved)
{
	static const double share[] = {2, 0.5, 1e-2, 1e-5, 1e-9, 0.1};
	l2n_moments m = make_moments(n, p, n);
	size_t size = l2n_elastic_net_worksize(p);
	char *work = scratch(size);
	int feature[MOST];
	double coef[MOST], lower[MOST], upper[MOST], largest;
	l2n_elastic_net_spec spec = {.columns = {p, feature, 0, n % 2 == 0}, .standardize = n % 3 == 1};
	l2n_elastic_net_fit fit;
	l2n_elastic_net *net;

	fit.solution.coef = coef;
	for (int j = 0; j < p; j++)
	{
		feature[j] = j + 1;
		lower[j] = j % 4 == 0 ? 0.0 : -HUGE_VAL;
		upper[j] = j % 3 == 0 ? 0.5 : HUGE_VAL;
	}
	if (n % 4 == 0)
	{
		spec.lower = lower;
		spec.upper = upper;
	}
	*solved &= l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL) == L2N_OK;
	*solved &= l2n_elastic_net_largest(kernel, net, &largest, &fit, NULL, NULL) == L2N_OK;
	for (int i = 0; i < 6; i++)
	{
		l2n_elastic_net_goal goal = {largest * share[i], i % 2 ? largest * 1e-3 : 0, 1e-13, 1000,
									 i % 3 != 2};

		*solved &=
			l2n_elastic_net_solve(kernel, net, &goal, &fit, NULL, NULL) == L2N_OK && fit.converged;
	}
	*inside &= kept_to(work, size);
	free(m.mean);
}

static void
test_ridge(int p, int n, bool *inside)
{
	l2n_moments train = make_moments(n, p, n), test = make_moments(n, p, n + 1);
	size_t size = l2n_spectrum_worksize(p, L2N_SPECTRUM_MODELS);
	size_t band_size = l2n_spectrum_worksize(p, L2N_SPECTRUM_COEFFICIENTS);
	size_t fold_size = l2n_fold_worksize(p, 6);
	char *work = scratch(size), *band_work = scratch(band_size), *fold_work = scratch(fold_size);
	int feature[MOST];
	double coef[6 * MOST], se[MOST], error[6];
	const double lambdas[6] = {1e-9, 1e-6, 1e-3, 1.0, 1e3, 1e6};
	bool solved[6];
	bool dropped[MOST];
	l2n_ridge_spec spec = {.columns = {p, feature, 0, true}, .standardize = n % 2, .rows = n};
	l2n_fit fit = {.se = se, .dropped = dropped};
	l2n_spectrum *spectrum;
	l2n_fold *fold;

	fit.solution.coef = coef;
	for (int j = 0; j < p; j++)
		feature[j] = j + 1;
	memset(coef, 0, sizeof coef);
	if (l2n_spectrum_start(&train, &spec, L2N_SPECTRUM_MODELS, work, &spectrum, NULL, NULL) ==
		L2N_OK)
		for (double lambda = 1e-9; lambda < 1e9; lambda *= 1e3)
			l2n_spectrum_ridge(kernel, spectrum, lambda, &fit, NULL, NULL);
	memset(coef, 0, sizeof coef);
	if (l2n_spectrum_start(&train, &spec, L2N_SPECTRUM_COEFFICIENTS, band_work, &spectrum, NULL,
						   NULL) == L2N_OK)
		l2n_spectrum_coefficients(kernel, spectrum, 6, lambdas, coef, solved, NULL, NULL);
	if (l2n_fold_start(&test, &train, &spec.columns, fold_work, &fold, NULL, NULL) == L2N_OK)
	{
		l2n_fold_sse(fold, 6, coef, error, NULL, NULL);
		for (int i = 0; i < 6; i++)
			*inside &= error[i] >= 0.0;
	}
	*inside &= kept_to(work, size);
	*inside &= kept_to(band_work, band_size);
	*inside &= kept_to(fold_work, fold_size);
	free(train.mean);
	free(test.mean);
}

int
main(void)
{
	bool inside = true, solved = true, ridge = true;

	kernel = l2n_kernel_best();
	for (int p = 1; p <= MOST; p++)
		for (int n = 2; n <= ROWS; n += 3)
		{
			test_descent(p, n, &inside, &solved);
			test_ridge(p, n, &ridge);
		}
	ok(solved, "coordinate descent converges on collinear columns");
	ok(inside, "coordinate descent keeps to its scratch");
	ok(ridge, "eigenvalues and errors of folds keep to their scratch");
	return done_testing();
}
