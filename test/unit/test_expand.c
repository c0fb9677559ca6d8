/*
 * test_expand.c: moments of other columns than the rows were added with: picked ones, those of all
 * pairs of rows, and categories from sums by level, against the moments of rows that are written
 * out.
 */
#include "num/moments/expand.h"

#include "rows.h"

#define LEVELS 3
#define MOST   8

/* Numbers of rows, means and cross products, on the scale of their columns */
static void
same(const char *name, const l2n_moments *got, const l2n_moments *want)
{
	double far = 0.0;

	is_int((long) got->n, (long) want->n, "%s: rows", name);
	is_close(got->weight.hi, want->weight.hi, 1e-15, "%s: weight", name);
	for (int i = 0; i < want->k; i++)
	{
		double si = sqrt(l2n_cross(want, i, i).hi) + 1e-300;

		far = fmax(far,
				   off(l2n_mean(got, i).hi, l2n_mean(want, i).hi, fabs(l2n_mean(want, i).hi) + si));
		for (int j = 0; j <= i; j++)
			far = fmax(far, off(l2n_cross(got, i, j).hi, l2n_cross(want, i, j).hi,
								si * (sqrt(l2n_cross(want, j, j).hi) + 1e-300)));
	}
	ok(far < 1e-14, "%s: means and products, off by %.2g", name, far);
}

/* To more digits than a double has: the low words are carried along */
static double
low_words(const l2n_moments *m)
{
	double sum = 0;

	for (int i = 0; i < m->k; i++)
	{
		sum += fabs(m->mean[m->k + i]);
		for (int j = 0; j <= i; j++)
			sum += fabs(l2n_cross(m, i, j).lo);
	}
	return sum;
}

static void
test_pick(void)
{
	rows r = random_rows(30, 4, 1, true), picked = make_rows(30, 5);
	l2n_moments m = moments_of(&r), to = no_moments(5), want;
	static const int from[] = {3, -1, 0, 0, 2};

	for (int i = 0; i < 30; i++)
	{
		for (int j = 0; j < 5; j++)
			row_at(&picked, i)[j] = from[j] < 0 ? 0 : row_at(&r, i)[from[j]];
		row_at(&picked, i)[5] = row_at(&r, i)[4];
	}
	want = moments_of(&picked);
	l2n_moments_pick(&m, from, &to);
	same("picked columns", &to, &want);
	ok(low_words(&to) > 0 && to.mean[5 + 2] == m.mean[4 + 0] &&
		   l2n_cross(&to, 0, 4).lo == l2n_cross(&m, 2, 3).lo,
	   "with their low words");
	l2n_moments_clear_column(&to, 2);
	for (int j = 0; j < 5; j++)
		ok(l2n_cross(&to, 2, j).hi == 0 && l2n_cross(&to, j, 2).lo == 0, "cleared: %d", j);
	ok(l2n_cross(&to, 0, 4).hi == l2n_cross(&want, 0, 4).hi && to.mean[2] == want.mean[2],
	   "and no other");
	free(r.x);
	free(picked.x);
	free(m.mean);
	free(to.mean);
	free(want.mean);
}

static void
test_product(void)
{
	rows a = random_rows(7, 2, 2, true), b = random_rows(5, 3, 3, true), all = make_rows(35, 5);
	l2n_moments ma = moments_of(&a), mb = moments_of(&b), none = no_moments(3), want,
				to = no_moments(5);

	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 5; j++)
		{
			double *x = row_at(&all, i * 5 + j);

			memcpy(x, row_at(&a, i), sizeof(double) * 2);
			memcpy(x + 2, row_at(&b, j), sizeof(double) * 3);
			x[5] = row_at(&a, i)[2] * row_at(&b, j)[3];
		}
	want = moments_of(&all);
	is_int(l2n_moments_product(&to, &ma, &mb), L2N_OK, "pairs of rows");
	same("pairs of rows", &to, &want);
	for (int i = 0; i < 2; i++)
		for (int j = 2; j < 5; j++)
			ok(l2n_cross(&to, i, j).hi == 0, "columns of the one do not vary with the other's");
	for (int j = 0; j < 5; j++)
	{
		l2n_moments *from = j < 2 ? &ma : &mb;
		size_t at =
			l2n_tri((size_t) from->k, (size_t) (j < 2 ? j : j - 2), (size_t) (j < 2 ? j : j - 2));
		double was = from->cross[at];

		from->cross[at] = 1e308;
		is_int(l2n_moments_product(&to, &ma, &mb), L2N_OUT_OF_RANGE, "column %d out of range", j);
		from->cross[at] = was;
	}
	is_int(l2n_moments_product(&to, &ma, &none), L2N_OK, "pairs with no rows");
	ok(to.n == 0 && to.weight.hi == 0 && to.mean[0] == 0, "are none");
	free(a.x);
	free(b.x);
	free(all.x);
	free(ma.mean);
	free(mb.mean);
	free(none.mean);
	free(want.mean);
	free(to.mean);
}

/*
 * Two numeric columns, two categories of LEVELS levels, of which the last is in one row at most; in
 * that order and the other way round
 */
static void
test_expand(int n, bool weighted, bool backward)
{
	rows r = random_rows(n, 2, (uint64_t) n, weighted), out = make_rows(n, 2 + 2 * LEVELS);
	int k = out.k, level[64][2], at[MOST];
	double sums[2 * LEVELS][6];
	dd pair[LEVELS][LEVELS];
	l2n_source source[MOST];
	l2n_moments m = moments_of(&r), to = no_moments(k), want;

	for (int l = 0; l < 2 * LEVELS; l++)
		for (int i = 0; i < 6; i++)
			sums[l][i] = 0;
	memset(pair, 0, sizeof pair);
	for (int j = 0; j < k; j++)
		at[j] = backward ? k - 1 - j : j;
	for (int i = 0; i < n; i++)
	{
		const double *x = row_at(&r, i);

		for (int c = 0; c < 2; c++)
		{
			level[i][c] = i == 0 ? 2 : integer(2);
			for (int w = 0; w < 3; w++)
			{
				double *high = &sums[c * LEVELS + level[i][c]][w];
				dd sum = dd_add(dd_make(high[0], high[3]),
								dd_mul_d(dd_of(x[2]), w == 0 ? 1.0 : x[w - 1]));

				high[0] = sum.hi;
				high[3] = sum.lo;
			}
		}
		pair[level[i][0]][level[i][1]] = dd_add_d(pair[level[i][0]][level[i][1]], x[2]);
		for (int j = 0; j < 2; j++)
			row_at(&out, i)[at[j]] = x[j];
		for (int l = 0; l < 2 * LEVELS; l++)
			row_at(&out, i)[at[2 + l]] = level[i][l / LEVELS] == l % LEVELS;
		row_at(&out, i)[k] = x[2];
	}
	for (int j = 0; j < k; j++)
		source[at[j]] =
			(l2n_source){j < 2 ? -1 : (j - 2) / LEVELS, j < 2 ? j : 0, j < 2 ? NULL : sums[j - 2]};
	want = moments_of(&out);
	l2n_expand(&m, source, &to, NULL, NULL);
	for (int a = 0; a < LEVELS; a++)
		for (int b = 0; b < LEVELS; b++)
			/* in either order */
			l2n_expand_pair(&to, at[a % 2 ? 2 + a : 2 + LEVELS + b],
							at[a % 2 ? 2 + LEVELS + b : 2 + a], pair[a][b]);
	l2n_expand_finish(source, &to);
	same(n == 1 ? "levels of one row" : "levels", &to, &want);
	for (int j = 0; j < k && n == 1; j++)
		ok(l2n_cross(&to, j, j).hi == 0, "a level of all rows has no spread at all");
	free(r.x);
	free(out.x);
	free(m.mean);
	free(to.mean);
	free(want.mean);
}

/* A level of all rows but for what rounding of sums in another order has left: it is constant */
static void
test_finish(void)
{
	rows r = random_rows(20, 1, 5, true);
	l2n_moments m = moments_of(&r), to = no_moments(3);
	double sums[2][4] = {{m.weight.hi, m.mean[0] * m.weight.hi}, {m.weight.hi / 2, 1}};

	for (int residue = 0; residue < 2; residue++)
	{
		const l2n_source source[] = {{0, 0, sums[0]}, {1, 0, sums[1]}, {-1, 0, NULL}};
		double spread;

		m.weight = dd_add_d(dd_of(m.weight.hi), m.weight.hi * (residue ? 0x1p-94 : 0x1p-90));
		l2n_expand(&m, source, &to, NULL, NULL);
		spread = l2n_cross(&to, 2, 2).hi;
		l2n_expand_finish(source, &to);
		ok((l2n_cross(&to, 0, 0).hi == 0) == (residue == 1) &&
			   (l2n_cross(&to, 0, 1).hi == 0) == (residue == 1),
		   "what is left of a level that all have, %d", residue);
		ok(l2n_cross(&to, 1, 1).hi > 0 && l2n_cross(&to, 2, 2).hi == spread, "and only of that");
	}
	free(r.x);
	free(m.mean);
	free(to.mean);
}

static void
test_no_rows(void)
{
	l2n_moments none = no_moments(2), to = no_moments(2);
	l2n_source source[] = {{-1, 0, NULL}, {-1, 1, NULL}};

	to.n = 3;
	l2n_expand(&none, source, &to, NULL, NULL);
	ok(to.n == 0 && to.weight.hi == 0, "no rows have no levels");
	free(none.mean);
	free(to.mean);
}

int
main(void)
{
	test_pick();
	test_product();
	for (int weighted = 0; weighted < 2; weighted++)
	{
		test_expand(50, weighted, false);
		test_expand(50, weighted, true);
		test_expand(1, weighted, weighted);
	}
	test_finish();
	test_no_rows();
	return done_testing();
}
