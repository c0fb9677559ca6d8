/*
 * test_moments.c: parts that are put together and taken out again, and windows that rows enter
 * and leave, against the moments of the rows that are in.
 */
#include <float.h>
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

/* Columns that rows which stay have one value of, wherever they stand, vary by nothing */
static void
test_constant_rest(void)
{
	for (int c = 0; c < COLUMNS; c++)
	{
		double x[ROWS][COLUMNS];
		l2n_moments all, gone;

		memcpy(x, rows, sizeof rows);
		for (int i = 0; i < 15; i++)
			x[i][c] = 0.1;
		all = moments(ROWS, x[0]);
		gone = moments(ROWS - 15, x[15]);
		is_int(unmerge(&all, &gone), L2N_OK, "column %d is constant in what is left", c);
		for (int j = 0; j < COLUMNS; j++)
			ok(l2n_cross(&all, j, c).hi == 0 && (l2n_cross(&all, j, j).hi > 0) == (j != c),
			   "it alone does not vary: %g", l2n_cross(&all, j, j).hi);
		is_close(l2n_mean(&all, c).hi, 0.1, 0, "its value, to the last bit");
	}
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

/* A part of one row, and one of all rows of a level, whose column is then just 0 */
static void
test_small_parts(void)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	void *work = scratch(l2n_merge_worksize(COLUMNS));
	l2n_moments one = moments(1, rows[0]), rest = moments(ROWS - 1, rows[1]), all, b;
	double x[ROWS][COLUMNS];

	all = moments(ROWS, rows[0]);
	is_int(l2n_moments_merge(kernel, &one, &rest, work), L2N_OK, "one row and many");
	ok(apart(&one, &all) < 1e-25, "are all");
	one = moments(1, rows[0]);
	is_int(l2n_moments_merge(kernel, &rest, &one, work), L2N_OK, "many and one row");
	ok(apart(&rest, &all) < 1e-25, "are all");

	memcpy(x, rows, sizeof rows);
	for (int i = 0; i < ROWS; i++)
	{
		x[i][0] = i < 7; /* a level that the others do not have */
		x[i][2] = i < 7 ? x[i][2] : 0.1;
	}
	all = moments(ROWS, x[0]);
	b = moments(7, x[0]);
	is_int(unmerge(&all, &b), L2N_OK, "all rows of a level go");
	ok(all.mean[0] == 0 && all.mean[COLUMNS] == 0 && all.mean[2] == 0.1 &&
		   all.mean[COLUMNS + 2] == 0,
	   "what is left of it is 0, and of a constant one double: %g, %g", all.mean[0], all.mean[2]);
	for (int j = 0; j < COLUMNS; j++)
		ok(l2n_cross(&all, 0, j).hi == 0 && l2n_cross(&all, 0, j).lo == 0 &&
			   l2n_cross(&all, 2, j).hi == 0 && l2n_cross(&all, 2, j).lo == 0,
		   "without a spread, and %d has none with it", j);
	b = moments(ROWS - 7, x[7]);
	ok(fabs(l2n_cross(&all, 1, 1).hi / l2n_cross(&b, 1, 1).hi - 1) < 1e-15,
	   "the other has its own");

	/* as many rows of means as good as the same: their spreads must be, too, in any unit */
	for (double unit = 1e-6; unit < 1e7; unit *= 1e3)
		for (int same = 0; same < 2; same++)
		{
			double narrow[2][COLUMNS] = {{1, 2, 3}, {2, 3, 4}}, wide[2][COLUMNS];

			memcpy(wide, narrow, sizeof narrow);
			for (int i = 0; i < 2; i++)
			{
				narrow[i][1] *= unit;
				wide[i][1] = unit * (2.5 + (i - 0.5) * (same ? 1 + 1e-10 : 1 + 1e-8));
			}
			all = moments(2, narrow[0]);
			b = moments(2, wide[0]);
			all.mean[1] = b.mean[1];
			all.mean[COLUMNS + 1] = b.mean[COLUMNS + 1];
			is_int(unmerge(&all, &b), same ? L2N_OK : L2N_NOT_A_PART,
				   "in units of %g a spread that is off by 1e-%d", unit, same ? 10 : 8);
		}
}

/* What rounding alone can make, and a little more, which it cannot */
static void
test_rounding(void)
{
	for (int more = 0; more < 2; more++)
	{
		double by = more ? 1.5e-20 : 0.75e-20;
		l2n_moments a = moments(ROWS, rows[0]), b = moments(ROWS, rows[0]);

		a.mean[COLUMNS + 1] += by * (fabs(a.mean[1]) + sqrt(l2n_cross(&a, 1, 1).hi));
		is_int(unmerge(&a, &b), more ? L2N_NOT_A_PART : L2N_OK, "means that are off by %g", by);

		a = moments(ROWS, rows[0]);
		b = moments(ROWS, rows[0]);
		b.n--;
		b.weight = dd_of(ROWS - 1);
		for (int j = 0; j < COLUMNS; j++)
		{
			size_t at = l2n_tri(COLUMNS, (size_t) j, (size_t) j);

			a.cross[l2n_tri_size(COLUMNS) + at] -= by * a.cross[at];
		}
		is_int(unmerge(&a, &b), more ? L2N_NOT_A_PART : L2N_OK, "a square of -%g is left", by);

		/* more rows, if not more weight, are no part of fewer */
		a = moments(ROWS - 1, rows[0]);
		b = moments(ROWS, rows[0]);
		b.weight = dd_of(1);
		is_int(unmerge(&a, &b), L2N_NOT_A_PART, "more rows of less weight");
	}
}

/*
 * Windows of any number of columns, of rows with weights, each with its record: moments of the rows
 * that are in, and the squares from the first one of all that came and went
 */

#define WIDEST 9

static void
test_record(int k)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	const int width = 7;
	double x[ROWS][WIDEST + 1], doubt[WIDEST + 1], most = 0, told = 0, record[WIDEST] = {0};
	double *memory = malloc(sizeof(double) * l2n_rolling_doubles(k)), passed = 0, last;
	void *work = scratch(l2n_add_block_worksize(k));
	l2n_moments out = {.k = k}, want = {.k = k};
	l2n_rolling r;
	int gone = 0;

	memset(memory, 0xff, sizeof(double) * l2n_rolling_doubles(k));
	out.mean = scratch(sizeof(double) * l2n_moments_doubles(k));
	out.cross = out.mean + 2 * k;
	want.mean = scratch(sizeof(double) * l2n_moments_doubles(k));
	want.cross = want.mean + 2 * k;
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j <= k; j++)
			x[i][j] = j == k ? 0.5 + i % 4 : sin(i * (j + 1.5)) * (j + 1) + 10 * j;

	l2n_rolling_start(&r, k, memory);
	for (int i = 0; i < ROWS; i++)
	{
		double factor = 1;

		l2n_rolling_add(kernel, &r, x[i], x[i][k]);
		for (int side = 0; side < (i < width ? 1 : 2); side++)
		{
			const double *row = side ? x[i - width] : x[i];

			passed += row[k];
			for (int j = 0; j < k; j++)
				record[j] += row[k] * (row[j] - x[0][j]) * (row[j] - x[0][j]);
			if (side)
				gone += l2n_rolling_remove(kernel, &r, row, row[k]);
		}
		if (i == ROWS - 1)
		{
			factor = 0.125;
			l2n_rolling_decay(&r, factor);
		}
		l2n_moments_clear(&want);
		for (int j = i < width ? 0 : i - width + 1; j <= i; j++)
			l2n_moments_add_block(kernel, &want, 1, x[j], WIDEST + 1, x[j] + k, work, NULL, NULL);
		l2n_moments_scale(&want, factor);
		l2n_rolling_moments(&r, &out, doubt);
		most = fmax(most, out.n == want.n ? 0 : INFINITY);
		most = fmax(most, fabs(out.weight.hi / want.weight.hi - 1));
		for (int j = 0; j < k; j++)
		{
			double si = sqrt(l2n_cross(&want, j, j).hi) + 1e-300;

			most =
				fmax(most, fabs(dd_sub(l2n_mean(&out, j), l2n_mean(&want, j)).hi) / (10 * j + 1));
			for (int l = j; l < k && i > 0; l++)
				most = fmax(most, fabs(dd_sub(l2n_cross(&out, j, l), l2n_cross(&want, j, l)).hi) /
									  si / sqrt(l2n_cross(&want, l, l).hi));
			last = i < width ? 0 : 0x1p-96 * record[j] * factor;
			told = fmax(told, last == doubt[j] ? 0 : fabs(doubt[j] / last - 1));
		}
		last = i < width ? 0 : 0x1p-96 * passed * factor;
		told = fmax(told, last == doubt[k] ? 0 : fabs(doubt[k] / last - 1));
	}
	ok(most < 1e-25, "%d columns in a window, off by %.1e", k, most);
	ok(told < 1e-12 && gone == ROWS - width, "and their record, off by %.1e", told);

	/* the last row of all takes all with it; the next one is the first */
	for (int i = ROWS - width; i < ROWS; i++)
		ok(l2n_rolling_remove(kernel, &r, x[i], 0.125 * x[i][k]) == (i != ROWS - 2),
		   "a row leaves others, but not one alone, whose spread is 0");
	l2n_rolling_moments(&r, &out, doubt);
	ok(out.n == 0 && out.weight.hi == 0 && l2n_cross(&out, k - 1, k - 1).hi == 0 && doubt[0] == 0 &&
		   doubt[k] == 0,
	   "none is left, nor a record");
	l2n_rolling_add(kernel, &r, x[3], 0.25);
	l2n_rolling_add(kernel, &r, x[4], 0.25);
	l2n_rolling_moments(&r, &out, doubt);
	ok(doubt[0] == 0 && doubt[k] == 0 &&
		   fabs(out.mean[k - 1] * 2 - x[3][k - 1] - x[4][k - 1]) < 1e-13,
	   "two rows come, none has left");
	ok(!l2n_rolling_remove(kernel, &r, x[3], 0.5) && !l2n_rolling_remove(kernel, &r, x[3], 0.75),
	   "a row as heavy as all, or more, cannot leave others behind");
	l2n_rolling_start(&r, k, memory);
	l2n_rolling_add(kernel, &r, x[3], 0.25);
	l2n_rolling_add(kernel, &r, x[4], 0.25);
	l2n_rolling_add(kernel, &r, x[5], 0.25);
	ok(l2n_rolling_remove(kernel, &r, x[3], 0.25), "but one of three light ones can");
	l2n_rolling_moments(&r, &out, doubt);
	last = pow(x[4][0] - x[3][0], 2) + pow(x[5][0] - x[3][0], 2);
	ok(out.n == 2 && out.weight.hi == 0.5 && doubt[k] == 0x1p-96 && /* four times 0.25 */
		   fabs(doubt[0] / (0x1p-98 * last) - 1) < 1e-12,
	   "and is told of");
	free(memory);
	free(out.mean);
	free(want.mean);
	free(work);
}

/* What rows that go leave, as doubt.c has it, written out; and from where on it is serious */
static void
test_doubt_numbers(void)
{
	l2n_moments a = moments(ROWS, rows[0]), b = moments(15, rows[0]), none = empty();
	double doubt[COLUMNS + 1] = {1e-30, 2e-30, 3e-30, 4e-30}, want[COLUMNS + 1], off = 0;

	l2n_moments_scale(&a, 3);
	l2n_moments_scale(&b, 0.5);
	l2n_doubt_take_out(doubt, &a, &none);
	ok(doubt[0] == 1e-30 && doubt[COLUMNS] == 4e-30, "no rows leave nothing");
	want[COLUMNS] = 4e-30 + 0x1p-96 * 120;
	for (int j = 0; j < COLUMNS; j++)
	{
		double far = fmax(fabs(a.mean[j]), fabs(b.mean[j]));

		want[j] = doubt[j] + 0x1p-96 * l2n_cross(&a, j, j).hi +
				  2 * fabs(a.mean[j] - b.mean[j]) * 120 / 112.5 * far * want[COLUMNS];
	}
	l2n_doubt_take_out(doubt, &a, &b);
	for (int j = 0; j <= COLUMNS; j++)
		off = fmax(off, fabs(doubt[j] / want[j] - 1));
	ok(off < 1e-13, "some leave what they took part in, off by %.1e", off);
	b = a;
	memcpy(want, doubt, sizeof doubt);
	l2n_doubt_take_out(doubt, &a, &b);
	off = fabs(doubt[1] / (want[1] + 0x1p-96 * l2n_cross(&a, 1, 1).hi) - 1);
	ok(off < 1e-13, "all of them no distance to any that stay, off by %.1e", off);

	doubt[1] = DBL_MAX;
	l2n_doubt_scale(COLUMNS, doubt, 4);
	ok(doubt[1] == DBL_MAX, "no error is infinite");
	l2n_doubt_add(COLUMNS, doubt, doubt);
	ok(doubt[1] == DBL_MAX, "nor their sum");
	doubt[1] = DBL_MAX;
	l2n_doubt_take_out(doubt, &a, &b);
	ok(doubt[1] == DBL_MAX, "nor what is left of it");

	for (int over = 0; over < 2; over++)
	{
		double by = over ? 1.001 : 0.999, zero[COLUMNS + 1] = {0}, left = l2n_cross(&a, 1, 1).hi;
		l2n_moments c = moments(ROWS, rows[0]);

		c.weight = dd_of(50);
		zero[COLUMNS] = 5e-11 * by;
		c.mean[0] = c.mean[1] = c.mean[2] = 0;
		ok(l2n_doubt_is_serious(zero, &c) == over, "1e-12 of the weight, %d", over);
		left = l2n_cross(&c, 1, 1).hi;
		zero[COLUMNS] = 1e-12;
		c.mean[1] = -sqrt(left * 50) * by;
		ok(l2n_doubt_is_serious(zero, &c) == over, "by a mean that is far away, %d", over);
		zero[COLUMNS] = c.mean[1] = 0;
		zero[1] = 1e-12 * left * by;
		ok(l2n_doubt_is_serious(zero, &c) == over, "1e-12 of a spread, %d", over);
		l2n_moments_clear_column(&c, 1);
		zero[1] = 1e-18 * by * 50;
		ok(l2n_doubt_is_serious(zero, &c) == over, "1e-9 of none, and no mean, %d", over);
		c.mean[1] = -8;
		zero[1] = 64e-18 * by * 50;
		ok(l2n_doubt_is_serious(zero, &c) == over, "1e-9 of a mean without a spread, %d", over);
		c.n = 1;
		ok(l2n_doubt_is_serious(zero, &c) == over, "also of one row, %d", over);
		c.n = 0;
		ok(!l2n_doubt_is_serious(zero, &c), "but not of none, %d", over);
	}
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
	test_constant_rest();
	test_not_a_part();
	test_windows(0);
	for (double outlier = 1e2; outlier < 1e16; outlier *= 10)
		test_windows(outlier);
	test_heavy_window(1);
	test_heavy_window(1e6);
	test_heavy_window(1e30);
	test_doubt();
	test_doubt_numbers();
	test_small_parts();
	test_rounding();
	for (int k = 1; k <= WIDEST; k++)
		test_record(k);
	return done_testing();
}
