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
	{
		size_t n = 1 << 20;
		double *large = calloc(n, sizeof(double));

		ok(l2n_median(n, large, NULL, &got, stop_at_once, &polls) == L2N_INTERRUPTED && polls == 1,
		   "stops when it is told to");
		free(large);
	}
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
			double y = i == 0 ? -y_offset : y_offset + sin(i);
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

int
main(void)
{
	test_median();
	test_weighted_median();
	test_refusals();
	test_merge(0, 1, "about zero");
	test_merge(1e9, 1, "far from zero");
	test_merge(1e9, 1e-30, "far from zero, the first row next to weightless");
	test_merge(1e9, 1e30, "far from zero, the first row heavy");
	return done_testing();
}
