/*
 * test_spectrum.c: eigenvalues, bands and what ridge makes of them, against values that are known
 * exactly or come from the factorisation in double-double.
 *
 * The matrix of min(i, j), i, j = 1 .. p, has the eigenvalues 1 / (2 sin((2k - 1) pi / (4p +
 * 2)))^2, and its inverse is tridiagonal: 2 on the diagonal but for a last 1, -1 beside it.
 */
#include "num/linalg/band.h"
#include "num/linalg/dense.h"
#include "num/linalg/eigen.h"
#include "num/solve/kfold.h"
#include "num/solve/spectrum.h"

#include "random.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static const l2n_kernel *kernel;

static const int sizes[] = {1, 2, 3, 23, 24, 25, 32, 33, 48, 49, 65, 130, 499, 500, 501, 1000};

static void *
zeros(size_t doubles)
{
	size_t size = (sizeof(double) * doubles + 127) / 64 * 64;

	return memset(aligned_alloc(64, size), 0, size);
}

static double *
copy_of(size_t n, const double *x)
{
	return memcpy(zeros(n), x, sizeof(double) * n);
}

/* ---- eigenvalues */

static double *
matrix_of_minima(int p)
{
	double *a = zeros((size_t) p * p);

	for (int j = 0; j < p; j++)
		for (int i = 0; i < p; i++)
			a[(size_t) j * p + i] = (i < j ? i : j) + 1;
	return a;
}

/* Decompose a; the largest of |A v - d v| and |v'v - I|, as shares of the largest eigenvalue and 1
 */
static double
decompose(int p, const double *a, double *values)
{
	size_t k = (size_t) p;
	double *v = copy_of(k * k, a), *product = zeros(k * k), off = 0.0, largest;
	void *work = zeros(l2n_eigen_worksize(p) / sizeof(double) + 1);

	if (l2n_eigen(p, v, values, work, NULL, NULL) != L2N_OK)
		return INFINITY;
	largest = fmax(fabs(values[0]), fabs(values[p - 1]));
	l2n_dense_times_many(p, p, a, v, product);
	for (size_t j = 0; j < k; j++)
		for (size_t i = 0; i < k; i++)
			off = fmax(off, fabs(product[j * k + i] - values[j] * v[j * k + i]) /
								(largest > 0.0 ? largest : 1.0));
	for (size_t j = 0; j < k; j++)
		for (size_t i = j; i < k; i++)
			off = fmax(off, fabs(l2n_dense_dot(p, v + i * k, v + j * k) - (i == j)));
	free(v);
	free(product);
	free(work);
	return off;
}

static void
test_known_eigenvalues(int p, double unit)
{
	double *a = matrix_of_minima(p), *values = zeros((size_t) p), off;
	double worst = 0.0;

	for (int i = 0; i < p * p; i++)
		a[i] *= unit;
	off = decompose(p, a, values);

	for (int k = 1; k <= p; k++)
	{
		double s = 2.0 * sin((2.0 * k - 1.0) * M_PI / (4.0 * p + 2.0));

		worst = fmax(worst, fabs(values[p - k] / unit * s * s - 1.0) / (s * s));
	}
	/* the error of a value is a share of the largest, 1 / (pi / (2p + 1))^2 */
	worst *= M_PI * M_PI / ((2.0 * p + 1.0) * (2.0 * p + 1.0));
	ok(worst <= 2e-15,
	   "p = %d: eigenvalues as the formula has them, within 2e-15 of the largest (%.1e)", p, worst);
	ok(off <= 4e-14, "p = %d: their vectors fit them and are orthogonal (%.1e)", p, off);
	free(a);
	free(values);
}

/* Matrices on which dividing finds nothing to do, or everything at once */
static void
test_odd_matrices(void)
{
	int p = 200;
	size_t k = (size_t) p;
	double *a = zeros(k * k), *values = zeros(k);

	ok(decompose(p, a, values) <= 1e-14 && values[0] == 0.0 && values[p - 1] == 0.0, "of zeros");
	for (size_t j = 0; j < k; j++)
		a[j * k + j] = 3.0;
	ok(decompose(p, a, values) <= 1e-14 && values[0] == 3.0 && values[p - 1] == 3.0,
	   "of the unit matrix, three times");
	for (size_t i = 0; i < k * k; i++)
		a[i] = 1.0;
	ok(decompose(p, a, values) <= 1e-13 && fabs(values[p - 1] - p) <= 1e-12 &&
		   fabs(values[p - 2]) <= 1e-12,
	   "of ones");
	for (size_t j = 0; j < k; j++)
		for (size_t i = 0; i < k; i++)
			a[j * k + i] = i == j ? fabs((double) i - 100.0) : i + 1 == j || j + 1 == i ? 1.0 : 0.0;
	ok(decompose(p, a, values) <= 1e-13,
	   "of Wilkinson's, whose values come in pairs that doubles cannot tell apart");
	for (size_t j = 0; j < k; j++)
		for (size_t i = 0; i < k; i++)
			a[j * k + i] = i / 50 == j / 50
							   ? cos((double) ((i % 50 + 1) * (j % 50 + 1))) + (i == j ? 9.0 : 0.0)
							   : 0.0;
	for (size_t j = 0; j < k; j++)
		for (size_t i = 0; i < j; i++)
			a[j * k + i] = a[i * k + j];
	ok(decompose(p, a, values) <= 1e-13, "of four equal blocks");
	free(a);
	free(values);
}

/*
 * Diagonals with one number beside them, where dividing tears them: of the two halves only the pair
 * there has to do with the other, or one of it where both are the same
 */
static void
test_pairs(int kind)
{
	int p = 40, at = 19;
	size_t k = (size_t) p;
	double *a = zeros(k * k), *values = zeros(k), far = 0.0, pair[2], mean, half;

	for (int j = 0; j < p; j++)
		a[(size_t) j * k + j] = kind == 0 ? 1.5 * j : kind == 1 ? 100.0 - 2.0 * j : 3.0;
	a[at * k + at + 1] = a[(at + 1) * k + at] = 0.75;
	mean = (a[at * k + at] + a[(at + 1) * k + at + 1]) / 2;
	half = (a[at * k + at] - a[(at + 1) * k + at + 1]) / 2;
	pair[0] = mean - hypot(half, 0.75);
	pair[1] = mean + hypot(half, 0.75);
	ok(decompose(p, a, values) <= 1e-14, "a pair in a diagonal, kind %d", kind);
	for (int j = 0; j < 2; j++)
	{
		double nearest = INFINITY;

		for (int i = 0; i < p; i++)
			nearest = fmin(nearest, fabs(values[i] - pair[j]));
		far = fmax(far, nearest);
	}
	ok(far <= 1e-13, "has its eigenvalues, %.1e", far);
	free(a);
	free(values);
}

/* ---- a band */

static void
test_band(int p)
{
	size_t k = (size_t) p;
	double *a = matrix_of_minima(p), *room = zeros(l2n_band_doubles(p, 3)), *work,
		   *factor = zeros((L2N_BAND + 3) * k);
	double *b = zeros(3 * k), *x = zeros(3 * k), worst = 0.0, size = 0.0, least, most,
		   s = sin(M_PI / (4.0 * p + 2.0)), c = cos(M_PI / (2.0 * p + 1.0));
	double first = 0.25 / (s * s), last = 0.25 / (c * c); /* eigenvalues */
	l2n_band band;

	/* b = (A + 1) x: with y = A^-1 z, z_i = sum over j of min(i, j) y_j */
	for (size_t v = 0; v < 3; v++)
		for (size_t i = 0; i < k; i++)
			x[v * k + i] = (double) ((i * (2 * v + 1)) % 7) - 3.0;
	l2n_dense_times_many(p, 3, a, x, b);
	for (size_t i = 0; i < 3 * k; i++)
	{
		size = fmax(size, fabs(x[i]));
		b[i] += x[i];
	}
	if (!ok(l2n_band_reduce(p, 3, a, room, &band, &work, NULL, NULL) == L2N_OK &&
				l2n_band_factor(&band, 1.0, factor),
			"p = %d: reduced and factored", p))
		return;
	l2n_reflect(&band.q, true, 3, b, work, NULL, NULL);
	for (size_t v = 0; v < 3; v++)
		l2n_band_solve(&band, factor, b + v * k);
	l2n_reflect(&band.q, false, 2, b, work, NULL, NULL);
	l2n_reflect(&band.q, false, 1, b + 2 * k, work, NULL, NULL);
	for (size_t i = 0; i < 3 * k; i++)
		worst = fmax(worst, fabs(b[i] - x[i]) / size);
	/* 2^-53 times the condition, first + 1, times what p reflections may add */
	ok(worst <= 4e-16 * sqrt(p) * (first + 8.0),
	   "p = %d: shifted systems are solved by the band (%.1e)", p, worst);
	l2n_band_extremes(&band, &least, &most, factor);
	ok(most >= 0.5 * first && most <= first * 1.0001 && least >= last * 0.9999 &&
		   least <= 2.0 * last,
	   "p = %d: its extreme eigenvalues %.3g, %.3g are about %.3g, %.3g", p, least, most, last,
	   first);
	free(a);
	free(room);
	free(factor);
	free(b);
	free(x);
}

/* ---- room and polls */

static bool
stop_at(void *left)
{
	return (*(int *) left)-- == 0;
}

/*
 * In room of just the size that is asked for eigenvalues, bands and turned vectors poll so often,
 * stop at each, and are then what they were.
 */
static void
test_rooms(int p, int eigen_polls, int band_polls, int turn_polls)
{
	size_t k = (size_t) p;
	double *a = matrix_of_minima(p), *v = malloc(sizeof(double) * k * k), *x, *work;
	double *values = malloc(sizeof(double) * k), *room = malloc(l2n_eigen_worksize(p)), far = 0.0;
	int n = 300, polls[3] = {0, 0, 0}, not_stopped = 0;
	l2n_band band;

	for (int kind = 0; kind < 3; kind++)
	{
		l2n_status status = L2N_INTERRUPTED;
		double *factor = malloc(sizeof(double) * (L2N_BAND + 3) * k);

		if (kind == 1)
		{
			free(room);
			room = malloc(sizeof(double) * l2n_band_doubles(p, n));
		}
		x = malloc(sizeof(double) * k * (size_t) n);
		for (int stops = 0; status == L2N_INTERRUPTED && stops < 2000; stops++)
		{
			int left = stops;

			if (kind < 2)
				memcpy(v, a, sizeof(double) * k * k);
			for (size_t i = 0; i < k * (size_t) n; i++)
				x[i] = sin((double) i);
			status = kind == 0   ? l2n_eigen(p, v, values, room, stop_at, &left)
					 : kind == 1 ? l2n_band_reduce(p, n, v, room, &band, &work, stop_at, &left)
								 : l2n_reflect(&band.q, true, n, x, work, stop_at, &left);
			polls[kind] = stops;
			not_stopped += status == L2N_INTERRUPTED ? left != -1 : left < 0;
		}
		for (int j = 0; j < p && kind == 0; j++)
		{
			double s = 2.0 * sin((2.0 * (p - j) - 1.0) * M_PI / (4.0 * p + 2.0));

			far = fmax(far, fabs(values[j] * s * s - 1.0) / p / p);
		}
		/* Q Q'x is x */
		if (kind == 2)
		{
			double least, most;

			l2n_reflect(&band.q, false, n, x, work, NULL, NULL);
			for (size_t i = 0; i < k * (size_t) n; i++)
				far = fmax(far, fabs(x[i] - sin((double) i)) / (1.0 + p));
			l2n_band_extremes(&band, &least, &most, factor);
			ok(least > 0.2 && most > least * (p > 1), "p = %d: extremes", p);
		}
		free(factor);
		free(x);
	}
	ok(far < 1e-15, "p = %d: eigenvalues and reflections are right, %.1e", p, far);
	is_int(polls[0], eigen_polls, "eigenvalues poll so often");
	is_int(polls[1], band_polls, "so does a band");
	is_int(polls[2], turn_polls, "and 300 vectors that are turned");
	is_int(not_stopped, 0, "each stops where it is told to");
	is_int((long) l2n_reflect_work(&band.q, 5), 5 * L2N_BAND, "room for five vectors");
	is_int((long) l2n_reflect_work(&band.q, 300), 256 * L2N_BAND, "and for a stripe of them");
	free(a);
	free(v);
	free(values);
	free(room);
}

/* ---- ridge */

typedef struct problem
{
	int p;
	int n;
	bool standardize;
	bool no_intercept;
	bool weighted;
	bool factors;  /* penalty factors */
	bool constant; /* a column is */
	double near;   /* the second column is the first but for noise of this size; 0: it is not */
	double offset; /* added to all columns */
} problem;

static l2n_moments
moments_of(const problem *f)
{
	l2n_moments m = {.k = f->p + 1};
	size_t k = (size_t) m.k;
	double *rows = zeros(L2N_BLOCK_ROWS * k), *weight = zeros(L2N_BLOCK_ROWS * k);
	void *work = zeros(l2n_add_block_worksize(m.k) / sizeof(double) + 1);

	m.mean = zeros(l2n_moments_doubles(m.k));
	m.cross = m.mean + 2 * k;
	l2n_moments_clear(&m);
	for (int from = 0; from < f->n; from += L2N_BLOCK_ROWS)
	{
		int n = f->n - from < L2N_BLOCK_ROWS ? f->n - from : L2N_BLOCK_ROWS;

		for (int i = 0; i < n; i++)
		{
			double *row = rows + (size_t) i * k, common = normal();

			weight[(size_t) i * k] = 0.5 + uniform();
			row[0] = normal();
			for (size_t j = 1; j < k; j++)
			{
				row[j] = normal() + 0.5 * common + f->offset;
				if (j == 2 && f->near > 0.0)
					row[j] = row[1] + f->near * normal();
				if (j == 3 && f->constant)
					row[j] = 7.0;
				row[0] += j % 3 == 0 ? 0.3 * row[j] : 0.0;
			}
		}
		l2n_moments_add_block(kernel, &m, n, rows, (ptrdiff_t) k, f->weighted ? weight : NULL, work,
							  NULL, NULL);
	}
	free(rows);
	free(weight);
	free(work);
	return m;
}

/* The largest difference of two vectors as a share of the largest number of the second */
static double
apart(int p, const double *a, const double *b)
{
	double worst = 0.0, size = 0.0;

	for (int j = 0; j < p; j++)
	{
		worst = fmax(worst, fabs(a[j] - b[j]));
		size = fmax(size, fabs(b[j]));
	}
	return size > 0.0 ? worst / size : worst;
}

/* Both uses of a spectrum against l2n_ridge */
static void
test_ridge(const char *what, problem f, int n, const double *lambda)
{
	int p = f.p, models = 0;
	size_t k = (size_t) p;
	l2n_moments m = moments_of(&f);
	int *feature = zeros(k);
	double *coef = zeros((size_t) n * k), *want = zeros(k), *got = zeros(k), *se = zeros(k),
		   *want_se = zeros(k), *factors = zeros(k);
	double worst = 0.0, worst_coef = 0.0, worst_se = 0.0, worst_df = 0.0;
	bool *dropped = zeros(k), solved[8], all = true, near = true;
	l2n_ridge_spec spec = {.columns = {p, feature, 0, !f.no_intercept},
						   .standardize = f.standardize,
						   .penalty = f.factors ? factors : NULL,
						   .rows = f.n};
	void *work = zeros(l2n_spectrum_worksize(p, L2N_SPECTRUM_COEFFICIENTS) / sizeof(double) + 1),
		 *model_work = zeros(l2n_spectrum_worksize(p, L2N_SPECTRUM_MODELS) / sizeof(double) + 1);
	void *ridge_work = zeros(l2n_ridge_worksize(p) / sizeof(double) + 1);
	l2n_spectrum *band, *spectrum;

	for (int j = 0; j < p; j++)
	{
		feature[j] = j + 1;
		factors[j] = 0.5 + j % 4;
	}
	if (l2n_spectrum_start(&m, &spec, L2N_SPECTRUM_COEFFICIENTS, work, &band, NULL, NULL) !=
			L2N_OK ||
		l2n_spectrum_start(&m, &spec, L2N_SPECTRUM_MODELS, model_work, &spectrum, NULL, NULL) !=
			L2N_OK ||
		l2n_spectrum_coefficients(kernel, band, n, lambda, coef, solved, NULL, NULL) != L2N_OK)
	{
		ok(false, "%s: decomposed", what);
		return;
	}
	for (int i = 0; i < n; i++)
	{
		l2n_fit direct = {.solution.coef = want, .se = want_se, .dropped = dropped};
		l2n_fit fit = {.solution.coef = got, .se = se, .dropped = dropped};

		spec.lambda = lambda[i];
		all &= solved[i] && l2n_ridge(kernel, &m, &spec, &direct, ridge_work, NULL, NULL) == L2N_OK;
		worst = fmax(worst, apart(p, coef + (size_t) i * k, want));
		if (l2n_spectrum_ridge(kernel, spectrum, lambda[i], &fit, NULL, NULL) == L2N_OK)
		{
			models++;
			worst_coef = fmax(worst_coef, apart(p, got, want));
			worst_se = fmax(worst_se, apart(p, se, want_se));
			worst_df = fmax(worst_df, fmax(fabs(fit.df / direct.df - 1.0),
										   fabs(fit.df_resid / direct.df_resid - 1.0)));
			/* an estimate: too good it may be, and is most where two columns are all but equal */
			near &= fit.rcond >= 0.999 * direct.rcond &&
					fit.rcond <= (f.near > 0.0 ? 100.0 : 3.0) * direct.rcond;
			if (!f.no_intercept)
				worst_df = fmax(worst_df, fabs(fit.intercept_se / direct.intercept_se - 1.0));
		}
	}
	ok(all && worst <= 1e-9, "%s, p = %d: coefficients by a band are l2n_ridge's (%.1e)", what, p,
	   worst);
	ok(near, "%s, p = %d: conditions are those that l2n_ridge tells", what, p);
	if (!f.constant || !f.standardize)
		ok(models > 0 && worst_coef <= 1e-15 && worst_se <= 1e-10 && worst_df <= 1e-10,
		   "%s, p = %d: and %d models by eigenvalues (%.1e, %.1e, %.1e)", what, p, models,
		   worst_coef, worst_se, worst_df);
	else
		ok(models == 0, "%s, p = %d: a model that drops a column is left to l2n_ridge", what, p);
	free(m.mean);
	free(feature);
	free(coef);
	free(want);
	free(got);
	free(se);
	free(want_se);
	free(factors);
	free(dropped);
	free(work);
	free(model_work);
	free(ridge_work);
}

/* ---- errors of several models at once are those of each */

static void
test_fold(void)
{
	enum
	{
		P = 40,
		N = 5
	};
	problem f = {.p = P, .n = 90, .offset = 1e4};
	l2n_moments train = moments_of(&f), test = moments_of(&f);
	int feature[P];
	double coef[N * P], error[N], alone;
	l2n_columns columns = {P, feature, 0, true};
	void *work = zeros(l2n_fold_worksize(P, N) / sizeof(double) + 1);
	l2n_fold *fold;
	bool same = true;

	for (int j = 0; j < P; j++)
		feature[j] = j + 1;
	for (int i = 0; i < N * P; i++)
		coef[i] = i < P ? 0.0 : i % 7 ? 0.1 * normal() : 0.0;
	ok(l2n_fold_start(&test, &train, &columns, work, &fold, NULL, NULL) == L2N_OK &&
		   l2n_fold_sse(fold, N, coef, error, NULL, NULL) == L2N_OK,
	   "errors of several models");
	for (int i = 0; i < N; i++)
	{
		l2n_fold_sse(fold, 1, coef + i * P, &alone, NULL, NULL);
		same &= fabs(error[i] / alone - 1.0) <= 1e-12;
	}
	ok(same, "are those of each alone");
	free(train.mean);
	free(test.mean);
	free(work);
}

int
main(void)
{
	const double lambda[] = {1e4, 10.0, 0.1, 1e-2};
	const double small[] = {1.0, 1e-3, 1e-6, 1e-8};
	const double one[] = {30.0};

	kernel = l2n_kernel_best();
	test_rooms(1, 2, 0, 2);
	test_rooms(24, 2, 0, 2);
	test_rooms(25, 2, 2, 4);
	test_rooms(33, 11, 2, 4);
	test_rooms(67, 30, 4, 6);
	test_rooms(130, 58, 10, 12);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
	{
		test_known_eigenvalues(sizes[i], 1.0);
		test_known_eigenvalues(sizes[i], 0x1p-600);
	}
	test_odd_matrices();
	for (int kind = 0; kind < 3; kind++)
		test_pairs(kind);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		test_band(sizes[i]);

	test_ridge("one column", (problem){.p = 1, .n = 20}, 4, lambda);
	test_ridge("two columns", (problem){.p = 2, .n = 20, .standardize = true}, 4, lambda);
	test_ridge("a narrow matrix", (problem){.p = 24, .n = 200}, 4, lambda);
	test_ridge("just beyond the band", (problem){.p = 25, .n = 200, .weighted = true}, 4, lambda);
	test_ridge("more columns than rows", (problem){.p = 60, .n = 30, .standardize = true}, 3,
			   lambda);
	test_ridge("weights and penalty factors",
			   (problem){.p = 60, .n = 300, .weighted = true, .factors = true, .standardize = true},
			   4, lambda);
	test_ridge("no intercept", (problem){.p = 60, .n = 300, .no_intercept = true, .offset = 3.0}, 4,
			   lambda);
	test_ridge("a constant column",
			   (problem){.p = 60, .n = 300, .constant = true, .standardize = true}, 4, lambda);
	test_ridge("a constant column in its own unit", (problem){.p = 60, .n = 300, .constant = true},
			   4, lambda);
	test_ridge("columns far from 0", (problem){.p = 60, .n = 300, .offset = 1e8}, 4, lambda);
	test_ridge("columns that are nearly equal", (problem){.p = 60, .n = 300, .near = 1e-6}, 4,
			   small);
	test_ridge("more columns than rows, and next to no penalty", (problem){.p = 60, .n = 30}, 4,
			   small);
	for (int p = 499; p <= 501; p++)
		test_ridge("about 500 columns", (problem){.p = p, .n = 700, .standardize = p % 2 == 0}, 1,
				   one);
	test_ridge("a thousand columns", (problem){.p = 1000, .n = 1100}, 1, one);
	test_fold();
	return done_testing();
}
