/*
 * test_moments.c: parts that are put together and taken out again, and windows that rows enter
 * and leave, against the moments of the rows that are in.
 */
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/moments/rolling.h"
#include "tap.h"

#define COLUMNS 3
#define ROWS    40

static double rows[ROWS][COLUMNS];

static void *
scratch(size_t size)
{
	return dirty(size);
}

static l2n_moments
empty(void)
{
	l2n_moments m = {.k = COLUMNS};

	m.mean = scratch(sizeof(double) * l2n_moments_doubles(COLUMNS));
	m.cross = m.mean + 2 * COLUMNS;
	l2n_moments_clear(&m);
	return m;
}

static l2n_moments
moments(int n, const double *x)
{
	l2n_moments m = empty();

	l2n_moments_add_block(l2n_kernel_best(), &m, n, x, COLUMNS, NULL,
						  scratch(l2n_add_block_worksize(COLUMNS)), NULL, NULL);
	return m;
}

static l2n_status
unmerge(l2n_moments *a, const l2n_moments *b)
{
	return l2n_moments_unmerge(l2n_kernel_best(), a, b, scratch(l2n_merge_worksize(COLUMNS)));
}

/* How far two are apart, in units of the columns' spread */
static double
apart(const l2n_moments *a, const l2n_moments *b)
{
	double most = a->n == b->n && dd_sub(a->weight, b->weight).hi == 0 ? 0 : INFINITY;

	for (int i = 0; i < COLUMNS; i++)
	{
		double si = sqrt(l2n_cross(b, i, i).hi);

		most = fmax(most, fabs(dd_sub(l2n_mean(a, i), l2n_mean(b, i)).hi) / si);
		for (int j = i; j < COLUMNS; j++)
			most = fmax(most, fabs(dd_sub(l2n_cross(a, i, j), l2n_cross(b, i, j)).hi) / si /
								  sqrt(l2n_cross(b, j, j).hi));
	}
	return most;
}

static void
test_parts(void)
{
	l2n_moments all = moments(ROWS, rows[0]), first = moments(15, rows[0]);
	l2n_moments last = moments(ROWS - 15, rows[15]), sum = moments(15, rows[0]);

	is_int(l2n_moments_merge(l2n_kernel_best(), &sum, &last, scratch(l2n_merge_worksize(COLUMNS))),
		   L2N_OK, "two parts");
	ok(apart(&sum, &all) < 1e-25, "are the whole, off by %.1e", apart(&sum, &all));
	is_int(unmerge(&sum, &last), L2N_OK, "one of them taken out");
	ok(apart(&sum, &first) < 1e-25, "leaves the other, off by %.1e", apart(&sum, &first));
	is_int(unmerge(&sum, &first), L2N_OK, "and that taken out");
	ok(sum.n == 0 && sum.weight.hi == 0 && l2n_cross(&sum, 1, 1).hi == 0, "leaves nothing");
	is_int(unmerge(&first, &all), L2N_NOT_A_PART, "the whole is no part of a part");
}

/* Rows that are nearly those that were added, one value being another */
static void
test_not_a_part(void)
{
	static const double share[] = {1, 1e-3, 1e-6, 1e-9, 1e-12};
	double x[ROWS][COLUMNS];
	l2n_moments b;

	for (int i = 0; i < 5; i++)
	{
		l2n_moments a = moments(ROWS, rows[0]);

		memcpy(x, rows, sizeof rows);
		x[7][1] *= 1 + share[i];
		b = moments(ROWS, x[0]);
		is_int(unmerge(&a, &b), L2N_NOT_A_PART, "as many rows, one off by %g of it", share[i]);
	}
	{
		l2n_moments a = moments(ROWS, rows[0]);

		memcpy(x, rows, sizeof rows);
		x[7][1] += 1;
		x[9][1] -= 1;
		b = moments(ROWS, x[0]);
		is_int(unmerge(&a, &b), L2N_NOT_A_PART, "the same means, another spread");
	}
	{
		static const double narrow[3][COLUMNS] = {{1, 1, 1}, {2, 2, 2}, {3, 3, 3}};
		static const double wide[2][COLUMNS] = {{1, -5, 1}, {3, 9, 3}};
		l2n_moments a = moments(3, narrow[0]);

		b = moments(2, wide[0]);
		is_int(unmerge(&a, &b), L2N_NOT_A_PART, "rows that vary more than the whole");
		for (int i = 1; i < 5; i++)
		{
			double wider[2][COLUMNS] = {{1, 1 - share[i], 1}, {3, 3 + share[i], 3}};

			a = moments(3, narrow[0]);
			b = moments(2, wider[0]);
			is_int(unmerge(&a, &b), L2N_NOT_A_PART, "rows that vary more by %g", share[i]);
		}
	}
}

/* Windows that an outlier passes through: to 1e-10, or the window asks to be made anew */
static void
test_windows(double outlier)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	const int width = 10, at = 5;
	double x[ROWS][COLUMNS], most = 0,
							 *memory = scratch(sizeof(double) * l2n_rolling_doubles(COLUMNS));
	int anew = 0;
	l2n_rolling r;
	l2n_moments out = empty();
	double doubt[COLUMNS + 1];

	memcpy(x, rows, sizeof rows);
	x[at][1] += outlier;
	l2n_rolling_start(&r, COLUMNS, memory);
	for (int i = 0; i < ROWS; i++)
	{
		l2n_rolling_add(kernel, &r, x[i], 1);
		if (i >= width && !l2n_rolling_remove(kernel, &r, x[i - width], 1))
		{
			anew++;
			l2n_rolling_start(&r, COLUMNS, memory);
			for (int j = i - width + 1; j <= i; j++)
				l2n_rolling_add(kernel, &r, x[j], 1);
		}
		if (i >= width)
		{
			l2n_moments want = moments(width, x[i - width + 1]);

			l2n_rolling_moments(&r, &out, doubt);
			most = fmax(most, apart(&out, &want));
		}
	}
	ok(most < 1e-10, "an outlier of %g leaves a window, off by %.1e", outlier, most);
	ok(anew <= 1 && (outlier < 1e9) == (anew == 0), "which was made anew %d times", anew);
}

/* A row of that weight that enters first and is the shift, and leaves again */
static void
test_heavy_window(double weight)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	double doubt[COLUMNS + 1], *memory = scratch(sizeof(double) * l2n_rolling_doubles(COLUMNS));
	l2n_moments out = empty(), want = moments(ROWS - 1, rows[1]);
	l2n_rolling r;
	bool exact;

	l2n_rolling_start(&r, COLUMNS, memory);
	for (int i = 0; i < ROWS; i++)
		l2n_rolling_add(kernel, &r, rows[i], i == 0 ? weight : 1);
	exact = l2n_rolling_remove(kernel, &r, rows[0], weight);
	l2n_rolling_moments(&r, &out, doubt);
	ok(exact == (weight < 1e12), "a row of weight %g leaves a window: %s", weight,
	   exact ? "as good as new" : "make it anew");
	out.weight = exact ? out.weight : want.weight;
	ok(!exact || fabs(dd_sub(out.weight, want.weight).hi) < 1e-12 * want.weight.hi,
	   "and the weight of the rest is known");
	out.weight = want.weight;
	ok(!exact || apart(&out, &want) < 1e-10, "off by %.1e", apart(&out, &want));
}

/*
 * Rows that are each so much further out or heavier than the next that no single subtraction tells:
 * of n in all, taken out one after another.  want: whether that must be told; it must be where the
 * rest is off by more than 1e-10.
 */
static void
test_graded(int n, const double *value, const double *weight, bool want)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	void *work = scratch(l2n_merge_worksize(COLUMNS));
	l2n_moments all = moments(ROWS, rows[0]), plain = moments(ROWS, rows[0]);
	double doubt[COLUMNS + 1] = {0}, before[COLUMNS + 1] = {0}, off;
	bool told = false;

	for (int pass = 0; pass < 2 * n; pass++)
	{
		const double row[COLUMNS] = {1, value[pass % n], 2};
		l2n_moments one = moments(1, row);

		l2n_moments_scale(&one, weight[pass % n]);
		if (pass < n)
			is_int(l2n_moments_merge(kernel, &all, &one, work), L2N_OK, "a row of %g comes",
				   row[1]);
		else
		{
			l2n_doubt_take_out(doubt, &all, &one);
			(void) l2n_moments_unmerge(kernel, &all, &one, work);
			told |= l2n_doubt_is_serious(doubt, &all);
			for (int j = 0; j <= COLUMNS; j++)
				told |= doubt[j] < before[j];
			memcpy(before, doubt, sizeof doubt);
		}
	}
	off = apart(&all, &plain);
	ok(told == want, "rows of %g to %g that went are %s", value[0], value[n - 1],
	   told ? "told of" : "harmless");
	/* the weights are those of the rest to rounding */
	all.weight = plain.weight;
	off = want ? off : apart(&all, &plain);
	ok(told || off < 1e-10, "the rest is off by %.1e", off);
}

static void
test_doubt(void)
{
	static const double ones[] = {1, 1, 1, 1}, heavy[] = {1e30, 1}, graded[] = {1e25, 1e13};
	static const double slight[] = {1e6, 1e3};
	static const int pick[] = {1, -1};
	double a[] = {1, 2, 4}, to[3];

	test_graded(2, (double[]){1e19, 5e9}, ones, true);
	test_graded(3, (double[]){1e20, 1e12, 1e4}, ones, true);
	test_graded(4, (double[]){1e20, 1e16, 1e12, 1e8}, ones, true);
	test_graded(1, (double[]){1e20}, ones, true);
	test_graded(3, (double[]){1e7, 1e6, 1e5}, ones, false);
	test_graded(1, (double[]){3}, heavy, true);
	test_graded(2, (double[]){3, 4}, graded, true);
	test_graded(2, (double[]){3, 4}, slight, false);

	l2n_doubt_pick(2, a, pick, 2, to);
	ok(to[0] == 2 && to[1] == 0 && to[2] == 4, "the record of some of the columns");
	l2n_doubt_scale(2, to, 0.5);
	l2n_doubt_add(2, to, a);
	ok(to[0] == 2 && to[1] == 2 && to[2] == 6, "scaled and added to another");
}

int
main(void)
{
	for (int i = 0; i < ROWS; i++)
	{
		rows[i][0] = sin(i) * 3 + 0.1 * i;
		rows[i][1] = cos(i * i) + i % 5 + 2;
		rows[i][2] = sin(2.5 * i) * (i % 3 + 1) + 100;
	}
	test_parts();
	test_not_a_part();
	test_windows(0);
	for (double outlier = 1e2; outlier < 1e16; outlier *= 10)
		test_windows(outlier);
	test_heavy_window(1);
	test_heavy_window(1e6);
	test_heavy_window(1e30);
	test_doubt();
	return done_testing();
}
