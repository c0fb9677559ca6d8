/*
 * test_score.c: selection of medians, and sums that must not depend on how rows are divided.
 */
#include "num/stats/median.h"
#include "num/stats/score.h"

#include "num/stats/hash.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#define MOST 5000

static double value[MOST], weight[MOST], sorted[MOST];

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/* Whether n values, and each with the same weight, have the median that sorting finds */
static bool
right(size_t n)
{
	double plain, weighted, want;

	memcpy(sorted, value, sizeof(double) * n);
	qsort(sorted, n, sizeof(double), ascending);
	want = n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
	for (size_t i = 0; i < n; i++)
		weight[i] = 0.1;
	return l2n_median(n, value, weight, &weighted, NULL, NULL) == L2N_OK && weighted == want &&
		   l2n_median(n, value, NULL, &plain, NULL, NULL) == L2N_OK && plain == want;
}

static void
test_median(void)
{
	static const char *const order[] = {"rising",     "falling", "equal",
										"organ pipe", "random",  "three values over and over"};

	for (int o = 0; o < 6; o++)
	{
		bool all = true;

		for (size_t n = 1; n <= MOST; n += n < 40 ? 1 : 709)
		{
			for (size_t i = 0; i < n; i++)
				value[i] = (double[]){i,
									  n - i,
									  7,
									  i < n / 2 ? i : n - i,
									  (double) l2n_hash_u64(i, n),
									  (double) (l2n_hash_u64(i, n) % 3)}[o];
			all &= right(n);
		}
		ok(all, "%s, with and without weights", order[o]);
	}
}

/* The middle by weight, found by adding up in order */
static void
test_weighted_median(void)
{
	bool all = true;

	for (uint64_t n = 1; n <= 300; n++)
	{
		double got, want = 0, total = 0, upto = 0;

		for (uint64_t i = 0; i < n; i++)
		{
			value[i] = (double) (i * 307 % n);
			weight[i] = (double) (1 + l2n_hash_u64(i * 307 % n, n) % 5);
			total += weight[i];
		}
		for (uint64_t v = 0; v < n; v++)
		{
			upto += (double) (1 + l2n_hash_u64(v, n) % 5);
			if (2 * upto >= total)
			{
				want = (double) v + (2 * upto == total ? 0.5 : 0);
				break;
			}
		}
		all &= l2n_median(n, value, weight, &got, NULL, NULL) == L2N_OK && got == want;
	}
	ok(all, "weights of 1 to 5, at half and between");
}

static bool
stop_at_once(void *arg)
{
	++*(int *) arg;
	return true;
}

static bool
stop_later(void *left)
{
	return --*(int *) left == 0;
}

static void
test_refusals(void)
{
	double got;
	int polls = 0;

	for (int i = 0; i < MOST; i++)
		value[i] = i % 2 ? NAN : i, weight[i] = 1;
	ok(l2n_median(0, value, NULL, &got, NULL, NULL) != L2N_OK, "no values");
	l2n_median(MOST, value, weight, &got, NULL, NULL);
	for (int i = 0; i < MOST; i++)
		value[i] = i, weight[i] = i % 2 ? NAN : 1;
	ok(l2n_median(MOST, value, weight, &got, NULL, NULL) != L2N_OK, "weights that are no numbers");
	for (int i = 0; i < MOST; i++)
		value[i] = NAN, weight[i] = -1;
	ok(l2n_median(MOST, value, weight, &got, NULL, NULL) != L2N_OK, "values that are no numbers");
	for (int i = 0; i < 5; i++)
		value[i] = i < 2 ? 1 : INFINITY;
	ok(l2n_median(5, value, NULL, &got, NULL, NULL) == L2N_OUT_OF_RANGE, "one that is infinite");
	polls = 0;
	ok(l2n_median(5, value, weight, &got, stop_at_once, &polls) == L2N_INTERRUPTED && polls == 1,
	   "stops before it adds up weights");
	polls = 0;
	{
		size_t n = 1 << 20;
		double *large = calloc(n, sizeof(double));

		ok(l2n_median(n, large, NULL, &got, stop_at_once, &polls) == L2N_INTERRUPTED && polls == 1,
		   "stops when it is told to");
		free(large);
	}
}

/* Polls of a selection that has some to do: before, along and behind it; it stops at each */
static void
test_polls(bool weighted, int most)
{
	size_t n = 1 << 19;
	double *v = malloc(sizeof(double) * n), *w = malloc(sizeof(double) * n), got;
	int polls = 1, not_stopped = 0;

	for (bool whole = false; !whole; polls++)
	{
		int left = polls;
		l2n_status status;

		for (size_t i = 0; i < n; i++)
		{
			v[i] = (double) (l2n_hash_u64(i % (n / 2), 5) >> 20) + (i < n / 2 ? 0.0 : 0x1p50);
			w[i] = 2;
		}
		status = l2n_median(n, v, weighted ? w : NULL, &got, stop_later, &left);
		whole = status == L2N_OK;
		not_stopped += !whole && (status != L2N_INTERRUPTED || left != 0);
	}
	/* chosen well, what it divides by leaves so few passes */
	ok(polls - 2 <= most && polls > 10, "a selection%s polls %d times, no more than %d",
	   weighted ? " with weights" : "", polls - 2, most);
	is_int(not_stopped, 0, "and stops at each");
	free(v);
	free(w);
}

static bool
same(const l2n_metrics *a, const l2n_metrics *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

/* Two parts, split anywhere, make the whole; an empty one changes nothing */
static void
test_merge(double y_offset, double first_weight, const char *what)
{
	enum
	{
		N = 200
	};
	l2n_score whole = {0}, empty = {0};
	l2n_metrics want, got;
	bool all = true;

	for (int pass = -1; pass <= N; pass++)
	{
		l2n_score part[2] = {{0}, {0}};

		for (int i = 0; i < N; i++)
		{
			double y = i == 0 ? -y_offset : y_offset + 0.9 * sin(i);
			double yhat = y + 1e-3 * cos(i * i);
			double w = i == 0 ? first_weight : 1 + i % 3;

			l2n_score_add(pass < 0 ? &whole : &part[i >= pass], y, yhat, w, true);
		}
		if (pass < 0)
		{
			ok(l2n_score_metrics(&whole, &want) == L2N_OK, "%s: has metrics", what);
			continue;
		}
		l2n_score_merge(&part[1], &part[0]);
		l2n_score_merge(&part[1], &empty);
		l2n_score_merge(&empty, &part[1]);
		all &= l2n_score_metrics(&part[1], &got) == L2N_OK && same(&got, &want);
		all &= l2n_score_metrics(&empty, &got) == L2N_OK && same(&got, &want);
		memset(&empty, 0, sizeof empty);
	}
	ok(all, "%s: parts make the whole, to the last bit", what);
}

/* Each number by its definition, of rows of many weights */
static void
test_metrics(void)
{
	l2n_score s = {0}, none = {0};
	l2n_metrics m;
	long double weight = 0, square = 0, size = 0, share = 0, log = 0, sum = 0, mean = 0;
	long double about = 0, spread = 0;
	double largest = 0, y[50], yhat[50], w[50];

	for (int i = 0; i < 50; i++)
	{
		y[i] = 2 + sin(i);
		yhat[i] = i == 7 ? 10 : y[i] + 0.3 * cos(i * i) + 0.1;
		w[i] = 1 + i % 4 * 0.5;
		l2n_score_add(&s, y[i], yhat[i], w[i], true);
		weight += w[i];
		square += w[i] * ((long double) yhat[i] - y[i]) * ((long double) yhat[i] - y[i]);
		size += w[i] * fabsl((long double) yhat[i] - y[i]);
		share += w[i] * fabsl((long double) yhat[i] - y[i]) / fabsl(y[i]);
		log +=
			w[i] * logl((1.0L + y[i]) / (1.0L + yhat[i])) * logl((1.0L + y[i]) / (1.0L + yhat[i]));
		sum += w[i] * ((long double) yhat[i] - y[i]);
		mean += w[i] * y[i];
		largest = fmax(largest, fabs(yhat[i] - y[i]));
	}
	for (int i = 0; i < 50; i++)
	{
		about += w[i] * (y[i] - mean / weight) * (y[i] - mean / weight);
		spread += w[i] * (yhat[i] - y[i] - sum / weight) * (yhat[i] - y[i] - sum / weight);
	}
	is_close(l2n_score_metrics(&s, &m), L2N_OK, 0, "metrics");
	is_close(m.mse, (double) (square / weight), 1e-15, "mean square");
	is_close(m.rmse, (double) sqrtl(square / weight), 1e-15, "its root");
	is_close(m.mae, (double) (size / weight), 1e-15, "mean error");
	is_close(m.max_error, largest, 0, "largest");
	is_close(m.mape, (double) (share / weight), 1e-15, "mean share");
	is_close(m.msle, (double) (log / weight), 1e-14, "mean square of logarithms");
	is_close(m.r2, (double) (1 - square / about), 1e-14, "R^2");
	is_close(m.explained_variance, (double) (1 - spread / about), 1e-14, "explained variance");
	is_close(m.bias, (double) (sum / weight), 1e-14, "bias");
	is_close(s.rows, 50, 0, "rows");

	/* what has no value, and what stands for it */
	ok(l2n_score_metrics(&none, &m) == L2N_NO_ROWS, "no rows");
	l2n_score_add(&none, -1, 3, 1, true);
	ok(l2n_score_metrics(&none, &m) == L2N_OK && isnan(m.msle) && isnan(m.r2) &&
		   isnan(m.explained_variance) && m.mse == 16 && m.bias == 4,
	   "one row, of which there is no logarithm");
	memset(&none, 0, sizeof none);
	l2n_score_add(&none, 0, 0.25, 1, true);
	l2n_score_add(&none, 0.5, 0.5, 1, true);
	ok(l2n_score_metrics(&none, &m) == L2N_OK && m.r2 == 0.5 && m.explained_variance == 0.75,
	   "two rows next to each other");
	memset(&none, 0, sizeof none);
	l2n_score_add(&none, 0, 0x1p-52, 1, false);
	ok(l2n_score_metrics(&none, &m) == L2N_OK && m.mape == 1 && m.msle == 0,
	   "a share of 0 is one of the floor: %g", m.mape);
	memset(&none, 0, sizeof none);
	l2n_score_add(&none, 1e308, -1e308, 1, false);
	ok(l2n_score_metrics(&none, &m) == L2N_OUT_OF_RANGE, "what a double cannot hold");
}

/* Errors of one row: y, yhat, and what the square of its logarithmic error is; NaN: it has none */
static void
test_logarithms(void)
{
	static const double row[][2] = {
		{1, 1 + 1e-9}, {1 + 1e-9, 1}, {1, 2.9},      {2.9, 1},         {1, 3.5}, {3.5, 1},
		{0, 1e9},      {1e9, 0},      {1e-9 - 1, 9}, {9, 0x1p-30 - 1}, {0, 0},   {-1, 1},
		{1, -1},       {-1, -1},      {-3, -2},      {5, -1.5},        {-1.5, 5}};
	l2n_score all = {0}, unasked = {0}, twice = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
	{
		long double y = row[i][0], yhat = row[i][1], q = (y - yhat) / (1 + yhat);
		long double l = fabsl(q) < 0.5L ? log1pl(q) : logl((1 + y) / (1 + yhat));
		l2n_score s = {0};
		l2n_metrics m;

		l2n_score_add(&s, row[i][0], row[i][1], 3, true);
		l2n_score_add(&all, row[i][0], row[i][1], 1, true);
		l2n_score_add(&unasked, row[i][0], row[i][1], 1, false);
		is_int(l2n_score_metrics(&s, &m), L2N_OK, "of %.17g and %.17g", row[i][0], row[i][1]);
		if (y > -1 && yhat > -1)
			is_close(m.msle, (double) (l * l), 4e-15, "the square of the logarithms' difference");
		else
			ok(isnan(m.msle), "no logarithm");
	}
	is_close(all.no_log, 6, 0, "rows without a logarithm are counted");
	ok(unasked.no_log == 0 && unasked.logarithmic.hi == 0, "not where nobody asks");
	l2n_score_merge(&twice, &all);
	twice.skipped = 2;
	all.skipped = 5;
	l2n_score_merge(&twice, &all);
	ok(twice.no_log == 12 && twice.skipped == 7 && twice.rows == 34, "and added up");
}

/* The row that values are taken about: a new one is so much heavier that the old one is nothing */
static void
test_centre(void)
{
	l2n_score s = {0}, light = {0}, heavy;

	l2n_score_add(&s, 3, 4, 0.5, false);
	l2n_score_add(&s, 5, 7, 0x1p19, false);
	ok(s.y.centre == 3 && s.error.centre == 1 && s.y.centre_weight == 0.5,
	   "a row that is 2^20 times as heavy does not move it");
	l2n_score_add(&s, 6, 9, 0x1.8p19, false);
	ok(s.y.centre == 6 && s.error.centre == 3 && s.error.centre_weight == 0x1.8p19,
	   "one that is more does");
	l2n_score_add(&light, 1, 1, 2, false);
	heavy = s;
	l2n_score_merge(&heavy, &light);
	l2n_score_merge(&light, &s);
	ok(heavy.y.centre == 6 && light.y.centre == 6, "of two the heavier one is kept");
}

/* What a double cannot hold, in any one of the sums */
static void
test_range(void)
{
	l2n_score s = {0};
	l2n_metrics m;

	for (int i = 0; i < 4; i++)
		l2n_score_add(&s, i, i + sin(i), 1, true);
	for (int kind = 0; kind < 8; kind++)
	{
		l2n_score far = s;

		*(double *[]){&far.y.square.hi,  &far.error.square.hi, &far.absolute.hi,
					  &far.relative.hi,  &far.logarithmic.hi,  &far.largest,
					  &far.error.sum.hi, &far.y.sum.hi}[kind] = INFINITY;
		is_int(l2n_score_metrics(&far, &m), L2N_OUT_OF_RANGE, "an infinite sum: %d", kind);
	}
	memset(&s, 0, sizeof s);
	l2n_score_add(&s, 0, 1e5, 1, false);
	l2n_score_add(&s, 1e-150, 2e5, 1, false);
	is_int(l2n_score_metrics(&s, &m), L2N_OUT_OF_RANGE, "R^2 below any double");
	s.weight = dd_of(0.0);
	is_int(l2n_score_metrics(&s, &m), L2N_NO_ROWS, "rows without weight");

	/* y that is 1 in all rows but for rounding, which left squares that are too small; errors of 1
	 */
	memset(&s, 0, sizeof s);
	s.weight = s.y.sum = s.error.sum = s.absolute = dd_of(3.0);
	s.y.square = s.error.square = dd_make(3.0, -0x1p-100);
	ok(l2n_score_metrics(&s, &m) == L2N_OK && m.mse == 1 && isnan(m.r2) &&
		   isnan(m.explained_variance),
	   "a spread that rounding takes below 0 is none");
}

int
main(void)
{
	test_median();
	test_weighted_median();
	test_refusals();
	test_polls(false, 12);
	test_polls(true, 16);
	test_metrics();
	test_logarithms();
	test_centre();
	test_range();
	test_merge(0, 1, "about zero");
	test_merge(1e9, 1, "far from zero");
	test_merge(1e9, 1e-30, "far from zero, the first row next to weightless");
	test_merge(1e9, 1e30, "far from zero, the first row heavy");
	return done_testing();
}
