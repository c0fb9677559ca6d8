/*
 * test_kfold.c: squared errors of models on rows that are left out, against sums over the rows,
 * with an intercept, which the means of the other rows give, and without one.
 */
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/solve/kfold.h"
#include "tap.h"

#define COLUMNS 4
#define TRAIN   6
#define TEST    5
#define MODELS  3

/* y and three features; the fold's rows are elsewhere than the others, on the average */
static const double train[TRAIN][COLUMNS] = {{2, 1, 0, 3}, {5, 3, 1, 1}, {4, 2, 2, 5},
											 {8, 7, 3, 1}, {9, 5, 4, 3}, {3, 8, 5, 4}};
static const double test[TEST][COLUMNS] = {
	{12, 4, 7, 1}, {15, 6, 1, 2}, {11, 9, 2, 6}, {19, 7, 3, 5}, {14, 9, 9, 0}};
static const double weight[TEST] = {1, 2, 1, 3, 0.5};
static const double models[MODELS][COLUMNS - 1] = {{1, 0.5, -2}, {0, 0, 0.25}, {0, 0, 0}};

static void *
scratch(size_t size)
{
	return dirty(size);
}

/* A row's weight is behind its values */
static l2n_moments
moments(int n, const double *x, const double *w, double far)
{
	l2n_moments m = {.k = COLUMNS};
	double moved[TRAIN][COLUMNS + 1];

	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < COLUMNS; j++)
			moved[i][j] = x[i * COLUMNS + j] + far;
		moved[i][COLUMNS] = w ? w[i] : 1;
	}
	m.mean = scratch(sizeof(double) * l2n_moments_doubles(COLUMNS));
	m.cross = m.mean + 2 * COLUMNS;
	l2n_moments_clear(&m);
	l2n_moments_add_block(l2n_kernel_best(), &m, n, moved[0], COLUMNS + 1,
						  w ? &moved[0][COLUMNS] : NULL, scratch(l2n_add_block_worksize(COLUMNS)),
						  NULL, NULL);
	return m;
}

static double
mean_of(int j, double far)
{
	double sum = 0;

	for (int i = 0; i < TRAIN; i++)
		sum += train[i][j] + far;
	return sum / TRAIN;
}

/* Over the rows */
static double
by_hand(const double *coef, bool intercept, const double *w, double far)
{
	double sum = 0;

	for (int i = 0; i < TEST; i++)
	{
		double error = test[i][0] + far - (intercept ? mean_of(0, far) : 0);

		for (int j = 1; j < COLUMNS; j++)
			error -= coef[j - 1] * (test[i][j] + far - (intercept ? mean_of(j, far) : 0));
		sum += (w ? w[i] : 1) * error * error;
	}
	return sum;
}

static void
test_fold(bool intercept, const double *w, double far)
{
	static const int feature[] = {1, 2, 3};
	const l2n_columns columns = {COLUMNS - 1, feature, 0, intercept};
	l2n_moments rest = moments(TRAIN, train[0], NULL, far), out = moments(TEST, test[0], w, far);
	double sse[MODELS], one;
	l2n_fold *fold;

	is_int(l2n_fold_start(&out, &rest, &columns, scratch(l2n_fold_worksize(COLUMNS - 1, MODELS)),
						  &fold, NULL, NULL),
		   L2N_OK, "%s intercept%s, %g off", intercept ? "an" : "no", w ? ", weights" : "", far);
	is_int(l2n_fold_sse(fold, MODELS, models[0], sse, NULL, NULL), L2N_OK, "models at once");
	for (int i = 0; i < MODELS; i++)
	{
		is_close(sse[i], by_hand(models[i], intercept, w, far), 1e-12, "errors of model %d", i + 1);
		l2n_fold_sse(fold, 1, models[i], &one, NULL, NULL);
		is_close(one, sse[i], 1e-13, "and alone");
	}
}

/* Errors that are small beside what they are made from */
static void
test_exact(bool intercept)
{
	static const int feature[] = {1, 2, 3};
	const l2n_columns columns = {COLUMNS - 1, feature, 0, intercept};
	double x[TEST][COLUMNS], coef[] = {1 + 0x1p-30, 2, -1}, sse, want = 0;
	l2n_moments rest, out;
	l2n_fold *fold;

	/* y = x1 + 2 x2 - x3 but for the coefficient's last bits */
	for (int i = 0; i < TEST; i++)
	{
		memcpy(x[i], test[i], sizeof x[i]);
		x[i][0] = x[i][1] + 2 * x[i][2] - x[i][3];
	}
	out = moments(TEST, x[0], NULL, 0);
	for (int i = 0; i < TEST; i++)
	{
		double error = 0x1p-30 * (x[i][1] - (intercept ? 7 : 0));

		want += error * error;
	}
	rest = moments(TEST, x[0], NULL, 0);
	l2n_fold_start(&out, &rest, &columns, scratch(l2n_fold_worksize(COLUMNS - 1, 1)), &fold, NULL,
				   NULL);
	is_int(l2n_fold_sse(fold, 1, coef, &sse, NULL, NULL), L2N_OK, "%s intercept, a model that fits",
		   intercept ? "an" : "no");
	ok(fabs(sse - want) <= 1e-9 * want + (intercept ? 0 : 1e-13), "its errors: %.17g, %.17g", sse,
	   want);
}

/* Of many columns, of which few have a coefficient: any one, two, half or all */
static void
test_sparse(void)
{
	enum
	{
		P = 9,
		ROWS = 12
	};
	static const int feature[P] = {2, 3, 4, 5, 6, 7, 8, 9, 0};
	static double x[ROWS][P + 1];
	const l2n_columns columns = {P, feature, 1, false};
	l2n_moments m = {.k = P + 1};
	double wrong = 0;
	l2n_fold *fold;

	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j <= P; j++)
			x[i][j] = sin(3 * i + j * j) + (i + j) % 3;
	m.mean = scratch(sizeof(double) * l2n_moments_doubles(P + 1));
	m.cross = m.mean + 2 * (P + 1);
	l2n_moments_clear(&m);
	l2n_moments_add_block(l2n_kernel_best(), &m, ROWS, x[0], P + 1, NULL,
						  scratch(l2n_add_block_worksize(P + 1)), NULL, NULL);
	l2n_fold_start(&m, &m, &columns, scratch(l2n_fold_worksize(P, 1)), &fold, NULL, NULL);
	for (int set = 0; set < 1 << P; set++)
	{
		double coef[P], want = 0, got;

		for (int j = 0; j < P; j++)
			coef[j] = set >> j & 1 ? 0.25 * (j + 1) * (j % 2 ? 1 : -1) : 0;
		for (int i = 0; i < ROWS; i++)
		{
			double error = x[i][1];

			for (int j = 0; j < P; j++)
				error -= coef[j] * x[i][feature[j]];
			want += error * error;
		}
		l2n_fold_sse(fold, 1, coef, &got, NULL, NULL);
		wrong = fmax(wrong, isnan(got) ? INFINITY : fabs(got / want - 1));
	}
	ok(wrong < 1e-12, "errors by any of %d columns, off by %.2g", P, wrong);
}

int
main(void)
{
	for (int i = 0; i < 8; i++)
		test_fold(i & 1, i & 2 ? weight : NULL, i & 4 ? 1000 : 0);
	test_exact(true);
	test_exact(false);
	test_sparse();
	return done_testing();
}
