/*
 * test_subset.c: subsets of columns against all 2^p of them, fitted in __float128.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "num/solve/subset.h"
#include "tap.h"

typedef __float128 quad;

#define MAX_P    40
#define FEW_P    11 /* all of whose subsets are looked at */
#define MAX_ROWS 80

/* RSS may differ by this share of itself: exchanges stop at ties of 1e-12 */
#define TOLERANCE 3e-12

static void *
aligned(size_t bytes)
{
	return dirty(bytes);
}

/*
 * A problem: rows of a target and p features
 */

typedef struct problem
{
	int p;
	int rows;
	bool intercept;
	double x[MAX_ROWS][MAX_P + 1];
	double weight[MAX_ROWS];
	quad c[MAX_P + 1][MAX_P + 1]; /* products of the columns, the target first */
	l2n_moments m;
	double *memory;
} problem;

static void
finish(problem *q, const l2n_kernel *kernel)
{
	int k = q->p + 1;
	void *work = aligned(l2n_add_block_worksize(k));
	quad total = 0, mean[MAX_P + 1];

	for (int i = 0; i < q->rows; i++)
		total += q->weight[i];
	for (int j = 0; j < k; j++)
	{
		mean[j] = 0;
		for (int i = 0; i < q->rows; i++)
			mean[j] += (quad) q->weight[i] * q->x[i][j] / total;
		if (!q->intercept)
			mean[j] = 0;
	}
	for (int j = 0; j < k; j++)
		for (int l = 0; l < k; l++)
		{
			q->c[j][l] = 0;
			for (int i = 0; i < q->rows; i++)
				q->c[j][l] += q->weight[i] * (q->x[i][j] - mean[j]) * (q->x[i][l] - mean[l]);
		}

	/* rows end in their weight */
	q->memory = calloc(l2n_moments_doubles(k), sizeof(double));
	q->m = (l2n_moments){.k = k, .mean = q->memory, .cross = q->memory + 2 * k};
	l2n_moments_clear(&q->m);
	for (int i = 0; i < q->rows; i++)
		l2n_moments_add_block(kernel, &q->m, 1, q->x[i], MAX_P + 1, q->weight + i, work, NULL,
							  NULL);
	free(work);
}

/* RSS of the features in a set, in quadruple precision; -1 where one of them is explained */
static quad
rss_of(const problem *q, uint64_t columns)
{
	quad a[MAX_P + 1][MAX_P + 1];
	int index[MAX_P + 1], n = 0;

	for (int j = 0; j < q->p; j++)
		if (columns >> j & 1)
			index[n++] = j + 1;
	index[n] = 0;
	for (int i = 0; i <= n; i++)
		for (int j = 0; j <= n; j++)
			a[i][j] = q->c[index[i]][index[j]];
	for (int i = 0; i < n; i++)
	{
		if (a[i][i] <= L2N_COLLINEAR * q->c[index[i]][index[i]])
			return -1;
		for (int r = i + 1; r <= n; r++)
			for (int l = n; l >= i; l--)
				a[r][l] -= a[i][l] * (a[i][r] / a[i][i]);
	}
	return a[n][n] > 0x1p-90 * (double) q->c[0][0] ? a[n][n] : 0;
}

/*
 * A search and its result
 */

typedef struct result
{
	l2n_status status;
	l2n_subsets found;
	double rss[MAX_P + 1];
	bool member[(MAX_P + 1) * MAX_P];
	bool left_out[MAX_P];
} result;

static void
run(const l2n_kernel *kernel, const problem *q, l2n_subset_method method, int forced, int largest,
	result *r)
{
	int feature[MAX_P];
	l2n_subset_spec spec = {{q->p, feature, 0, q->intercept}, forced, largest, method};
	void *work;

	for (int j = 0; j < q->p; j++)
		feature[j] = j + 1;
	work = aligned(l2n_subset_worksize(&spec));
	r->found.rss = r->rss;
	r->found.member = r->member;
	r->found.left_out = r->left_out;
	r->status = l2n_subset(kernel, &q->m, &spec, &r->found, work, NULL, NULL);
	free(work);
}

static uint64_t
subset(const problem *q, const result *r, int size)
{
	uint64_t columns = 0;

	for (int j = 0; j < q->p; j++)
		columns |= (uint64_t) r->member[size * q->p + j] << j;
	return columns;
}

static bool
near(double got, quad want)
{
	return fabs((double) (got - want)) <= TOLERANCE * (double) want;
}

/* The least RSS of any subset of a size that has the first columns; -1 where there is none */
static quad
least(const problem *q, int size, int forced)
{
	quad best = -1;

	for (unsigned s = 0; s < 1u << q->p; s++)
		if (__builtin_popcount(s) == size && (s & ((1u << forced) - 1)) == (1u << forced) - 1)
		{
			quad rss = rss_of(q, s);

			if (rss >= 0 && (best < 0 || rss < best))
				best = rss;
		}
	return best;
}

/* Whether sizes follow each other from what is forced to what there is, each with its own RSS */
static bool
consistent(const problem *q, const result *r, int forced, int largest)
{
	if (r->status != L2N_OK || r->found.smallest != forced)
		return false;
	for (int size = r->found.smallest; size <= r->found.largest; size++)
	{
		unsigned s = subset(q, r, size);

		if (__builtin_popcount(s) != size || (s & ((1u << forced) - 1)) != (1u << forced) - 1 ||
			!near(r->rss[size], rss_of(q, s)))
			return false;
	}
	return r->found.largest == largest ||
		   (r->found.largest < largest && least(q, r->found.largest + 1, forced) < 0);
}

static bool
is_best(const problem *q, const result *r, int forced)
{
	for (int size = r->found.smallest; size <= r->found.largest; size++)
		if (!near(r->rss[size], least(q, size, forced)))
		{
			diag("size %d: %.17g, but there is %.17g", size, r->rss[size],
				 (double) least(q, size, forced));
			return false;
		}
	return true;
}

/* Whether each size is the one before and the column that lowers RSS most */
static bool
is_forward(const problem *q, const result *r)
{
	for (int size = r->found.smallest + 1; size <= r->found.largest; size++)
	{
		unsigned before = subset(q, r, size - 1), now = subset(q, r, size);

		if ((now & before) != before)
			return false;
		for (int j = 0; j < q->p; j++)
			if (!(before >> j & 1))
			{
				quad other = rss_of(q, before | 1u << j);

				if (other >= 0 && (double) other < r->rss[size] * (1 - TOLERANCE))
					return false;
			}
	}
	return true;
}

/* Whether each size is the one above less the column whose loss raises RSS least */
static bool
is_backward(const problem *q, const result *r, int forced)
{
	for (int size = r->found.smallest; size < r->found.largest; size++)
	{
		unsigned above = subset(q, r, size + 1), now = subset(q, r, size);

		if ((now & above) != now)
			return false;
		for (int j = forced; j < q->p; j++)
			if (above >> j & 1 &&
				(double) rss_of(q, above & ~(1u << j)) < r->rss[size] * (1 - TOLERANCE))
				return false;
	}
	return true;
}

/*
 * Kinds of problems
 */

typedef enum kind
{
	INDEPENDENT,
	CORRELATED,
	COLLINEAR,
	FEW_ROWS,
	INTEGERS,
	POWERS,
	ORTHOGONAL,
	DIFFERENCES,
	KINDS,
} kind;

static const char *const kind_names[] = {
	"independent",
	"correlated",
	"collinear",
	"fewer rows than columns",
	"small integers",
	"powers of one variable",
	"orthogonal, of equal effect",
	"effects of differences",
};

/* Of p features, or where that is 0 of some */
static void
make(problem *q, kind k, int p)
{
	memset(q, 0, sizeof *q);
	q->p = p > 0 ? p : k == POWERS ? 8 : 5 + integer(FEW_P - 5);
	q->rows = k == FEW_ROWS ? 2 + integer(q->p) : 20 + integer(MAX_ROWS - 20);
	if (k == ORTHOGONAL)
		q->rows = 16;
	q->intercept = k == POWERS || integer(3) > 0;
	for (int i = 0; i < q->rows; i++)
	{
		double *x = q->x[i] + 1, common = normal();

		q->weight[i] = k == ORTHOGONAL || integer(2) ? 1 : 0.5 + uniform();
		for (int j = 0; j < q->p; j++)
			switch (k)
			{
				case DIFFERENCES:
					x[j] = common + 0.05 * normal();
					break;
				case CORRELATED:
					x[j] = 1e6 + normal() + 5 * common;
					break;
				case INTEGERS:
					x[j] = integer(3) - 1;
					break;
				case POWERS:
					x[j] = j == 0 ? i - q->rows / 2.0 : x[j - 1] * x[0];
					break;
				case ORTHOGONAL:
					x[j] = __builtin_popcount((unsigned) i & (unsigned) (j + 1)) % 2 ? -1 : 1;
					break;
				default:
					x[j] = normal() * (j == 1 ? 1e-8 : 1);
			}
		if (k == COLLINEAR)
		{
			x[2] = x[0] + x[3];
			x[4] = 1.8 * x[3] + 32;
		}
		q->x[i][0] = normal() * 3;
		for (int j = 0; j < q->p; j++)
			if (k == DIFFERENCES)
				q->x[i][0] += (j % 2 ? -60 : 60) * (j + 1) * x[j];
			else if (k != POWERS)
				q->x[i][0] += j % 3 == 0 ? x[j] : 0.3 * x[j];
		if (k == ORTHOGONAL) /* equal effects, and what no column explains */
			q->x[i][0] = x[0] + x[1] + x[2] + 3 * (__builtin_popcount((unsigned) i) % 2);
	}
}

static void
against_all(const l2n_kernel *kernel)
{
	static problem q;
	static result r;

	for (kind k = 0; k < KINDS; k++)
	{
		int wrong[4] = {0};

		seed = 1 + k;
		for (int n = 0; n < 12; n++)
		{
			int forced, largest;

			make(&q, k, 0);
			finish(&q, kernel);
			forced = k == COLLINEAR || k == FEW_ROWS || integer(2) ? 0 : 2;
			largest = integer(2) ? q.p : forced + integer(q.p - forced);

			run(kernel, &q, L2N_BEST, forced, largest, &r);
			wrong[0] += !consistent(&q, &r, forced, largest) || !is_best(&q, &r, forced);
			run(kernel, &q, L2N_FORWARD, forced, largest, &r);
			wrong[1] += !consistent(&q, &r, forced, largest) || !is_forward(&q, &r);
			run(kernel, &q, L2N_BACKWARD, forced, largest, &r);
			wrong[2] += !consistent(&q, &r, forced, largest) || !is_backward(&q, &r, forced);
			free(q.memory);
		}
		is_int(wrong[0], 0, "%s: best of all subsets, %s", kernel->name, kind_names[k]);
		is_int(wrong[1], 0, "%s: forward, %s", kernel->name, kind_names[k]);
		is_int(wrong[2], 0, "%s: backward, %s", kernel->name, kind_names[k]);
	}
}

/*
 * Terms of many columns, some of them never without others
 */

typedef struct terms
{
	int n;
	int forced; /* columns before them */
	int first[MAX_P + 1];
	bool needs[MAX_P * MAX_P];
	unsigned constant; /* columns */
	double rate;
} terms;

static unsigned
columns_of(const terms *t, unsigned set)
{
	unsigned columns = (1u << t->forced) - 1;

	for (int i = 0; i < t->n; i++)
		for (int j = t->first[i]; j < t->first[i + 1] && (set & (1u << i)); j++)
			columns |= 1u << j;
	return columns & ~t->constant;
}

/* Whether each term has those that it is never without, but for what is of no use */
static bool
is_whole(const terms *t, unsigned set)
{
	for (int i = 0; i < t->n; i++)
		for (int j = 0; j < t->n; j++)
			if ((set & (1u << i)) && t->needs[i * t->n + j] && !(set & (1u << j)) &&
				columns_of(t, 1u << j) != columns_of(t, 0))
				return false;
	return true;
}

/* Whether a subset is one of whole terms, with its own RSS */
static bool
is_of_terms(const problem *q, const terms *t, const result *r, int size)
{
	for (unsigned set = 0; set < 1u << t->n; set++)
		if (columns_of(t, set) == subset(q, r, size))
			return is_whole(t, set) && near(r->rss[size], rss_of(q, columns_of(t, set)));
	return false;
}

/* Whether the best subsets are those that are better than all smaller ones */
static bool
is_best_of_terms(const problem *q, const terms *t, const result *r, int largest)
{
	quad so_far = -1;

	for (int size = 0; size <= largest; size++)
	{
		quad best = -1;

		for (unsigned set = 0; set < 1u << t->n; set++)
			if (is_whole(t, set) && __builtin_popcount(columns_of(t, set)) == size)
			{
				quad rss = rss_of(q, columns_of(t, set));

				best = best < 0 || rss < best ? rss : best;
			}
		if (best < 0 || (so_far >= 0 && best >= so_far))
		{
			if (size <= r->found.largest && r->rss[size] >= 0)
				return false;
			continue;
		}
		so_far = best;
		if (size > r->found.largest || !near(r->rss[size], best) || !is_of_terms(q, t, r, size))
			return false;
	}
	return true;
}

/* Less for less columns, more so than RSS is; no number of three columns, or of any */
static double
by_size(void *arg, double rss, int size)
{
	const terms *t = arg;

	return isnan(t->rate) || size == 3 ? NAN : rss * (1 + t->rate * size);
}

/* The next of a way: what steps go by is least, or where that is no number RSS */
static unsigned
next_set(const problem *q, const terms *t, unsigned set, int largest, bool judged, bool backward)
{
	unsigned next = set;
	double least = 0, least_rss = 0;

	for (int k = 0; k < t->n; k++)
	{
		unsigned other = set ^ 1u << k, columns = columns_of(t, other);
		double rss, value;

		if ((set >> k & 1) != backward || !is_whole(t, other) || columns == columns_of(t, set) ||
			(!backward && __builtin_popcount(columns) > largest))
			continue;
		rss = (double) rss_of(q, columns);
		value = judged ? by_size((void *) t, rss, __builtin_popcount(columns)) : rss;
		value = isnan(value) ? INFINITY : value;
		if (next == set || value < least || (value == least && rss < least_rss))
		{
			next = other;
			least = value;
			least_rss = rss;
		}
	}
	return next;
}

/* Whether all that was come by, one step after another, is there, and nothing else */
static bool
goes(const problem *q, const terms *t, const result *r, int largest, bool judged, bool backward)
{
	unsigned set = 0, by = 0, before;
	int most = 0;

	for (int k = 0; k < t->n && backward; k++)
		set |= columns_of(t, 1u << k) != columns_of(t, 0) ? 1u << k : 0;

	do
	{
		unsigned columns = columns_of(t, set);
		int size = __builtin_popcount(columns);

		if (size <= largest)
		{
			most = size > most ? size : most;
			by |= 1u << size;
			if (!near(r->rss[size], rss_of(q, columns)) || subset(q, r, size) != columns)
				return false;
		}
		before = set;
		set = next_set(q, t, set, largest, judged, backward);
	} while (set != before);
	for (int size = 0; size <= largest; size++)
		if (!(by & 1u << size) && r->rss[size] != -1)
			return false;
	return r->found.smallest == t->forced && r->found.largest == most;
}

static void
of_terms(const l2n_kernel *kernel)
{
	static const double rates[] = {0.1, 2, NAN};
	static problem q;
	static result r;
	static terms t;
	int wrong[3] = {0}, feature[MAX_P];

	seed = 18;
	for (int i = 0; i < 90; i++)
	{
		l2n_subset_spec spec = {{0, feature, 0, true}, .judge = by_size, .judge_arg = &t};
		bool wide;

		memset(&q, 0, sizeof q);
		memset(&t, 0, sizeof t);
		make(&q, i % 7 ? INDEPENDENT : CORRELATED, 0);
		t.forced = i % 3;
		t.rate = rates[i / 3 % 3];
		if (i % 4 == 3)
		{
			int c = t.forced + integer(q.p - t.forced);

			t.constant = 1u << c;
			for (int row = 0; row < q.rows; row++)
				q.x[row][c + 1] = q.intercept ? 7 : 0;
		}
		finish(&q, kernel);
		for (int j = t.forced; j < q.p; j++)
			if (j == t.forced || integer(2))
				t.first[t.n++] = j;
		for (int j = 0; j < q.p; j++)
			feature[j] = j + 1;
		t.first[t.n] = q.p;
		wide = t.n < q.p - t.forced;
		for (int j = 0; j < t.n; j++)
			for (int k = 0; k < t.n; k++)
				t.needs[j * t.n + k] = k < j && integer(5) == 0;
		spec.columns.p = spec.largest = q.p;
		spec.columns.intercept = q.intercept;
		spec.forced = t.forced;
		if (i % 5 == 4)
			spec.largest = t.forced + integer(q.p - t.forced + 1);
		spec.n_terms = t.n;
		spec.term = t.first;
		spec.needs = t.needs;
		r.found.rss = r.rss;
		r.found.member = r.member;
		r.found.left_out = r.left_out;
		for (spec.method = L2N_FORWARD; spec.method <= L2N_BEST; spec.method++)
		{
			void *work = aligned(l2n_subset_worksize(&spec));
			bool right = l2n_subset(kernel, &q.m, &spec, &r.found, work, NULL, NULL) == L2N_OK;

			if (spec.method == L2N_BEST)
				right = right && is_best_of_terms(&q, &t, &r, spec.largest);
			else
				right = right && goes(&q, &t, &r, spec.largest, wide, spec.method == L2N_BACKWARD);
			for (int j = 0; j < q.p; j++)
				right = right && r.left_out[j] == (t.constant >> j & 1);
			wrong[spec.method] += !right;
			free(work);
		}
		free(q.memory);
	}
	for (int method = 0; method < 3; method++)
		is_int(wrong[method], 0, "%s: whole terms, method %d", kernel->name, method);
}

/*
 * Ties, and what must be left out
 */

static void
ties(const l2n_kernel *kernel)
{
	static problem q;
	static result r;

	/* x3 and x5 are copies of x1 and x2; x4 is constant */
	memset(&q, 0, sizeof q);
	q.p = 5;
	q.rows = 30;
	q.intercept = true;
	seed = 7;
	for (int i = 0; i < q.rows; i++)
	{
		double a = normal(), b = normal();
		const double row[] = {a + 2 * b + normal(), a, b, a, 3, 1.8 * b + 32};

		memcpy(q.x[i], row, sizeof row);
		q.weight[i] = 1;
	}
	finish(&q, kernel);
	for (l2n_subset_method method = L2N_FORWARD; method <= L2N_BEST; method++)
	{
		run(kernel, &q, method, 0, 5, &r);
		ok(r.found.largest == 2 && subset(&q, &r, 1) == 2 && subset(&q, &r, 2) == 3 &&
			   r.left_out[3] && r.left_out[2] == (method == L2N_BACKWARD),
		   "%s: copies yield to the earlier column, method %d", kernel->name, method);
	}
	run(kernel, &q, L2N_BEST, 3, 5, &r);
	ok(r.found.smallest == 2 && r.found.largest == 2 && r.left_out[2] && r.left_out[4],
	   "%s: a forced copy of a forced column is left out", kernel->name);
	free(q.memory);

	/* any two of x1, x2, x1 + x2, x1 - x2 do as well */
	for (int i = 0; i < q.rows; i++)
	{
		double a = normal(), b = normal();
		const double row[] = {3 * a + 2 * b + normal(), a, b, a + b, a - b, normal()};

		memcpy(q.x[i], row, sizeof row);
	}
	finish(&q, kernel);
	run(kernel, &q, L2N_BEST, 0, 2, &r);
	ok(subset(&q, &r, 1) == 4 && subset(&q, &r, 2) == 3, "%s: the earliest of equal pairs",
	   kernel->name);
	free(q.memory);

	/* and so do any two of four terms of two columns: which, exchanges find, with its RSS */
	{
		static const int first[] = {0, 2, 4, 6, 8};
		int feature[8];
		l2n_subset_spec spec = {
			{8, feature, 0, true}, .largest = 8, .method = L2N_BEST, .n_terms = 4, .term = first};
		void *work = aligned(l2n_subset_worksize(&spec));

		q.p = 8;
		for (int j = 0; j < q.p; j++)
			feature[j] = j + 1;
		for (int i = 0; i < q.rows; i++)
		{
			double a = normal(), b = normal(), c = normal(), d = normal();
			const double row[] = {
				a + 2 * b + 3 * c - d + normal(), a, b, c, d, a + c, b + d, a - c, b - d};

			memcpy(q.x[i], row, sizeof row);
		}
		finish(&q, kernel);
		ok(l2n_subset(kernel, &q.m, &spec, &r.found, work, NULL, NULL) == L2N_OK &&
			   subset(&q, &r, 4) == 15 && near(r.rss[4], rss_of(&q, 15)) && r.found.largest == 4,
		   "%s: the earliest of equal pairs of terms", kernel->name);
		free(work);
		free(q.memory);
		q.p = 5;
	}

	/* y = x2 + x4 exactly: two columns are enough, whatever is added */
	for (int i = 0; i < q.rows; i++)
	{
		for (int j = 1; j <= 5; j++)
			q.x[i][j] = integer(9);
		q.x[i][0] = q.x[i][2] + q.x[i][4];
	}
	finish(&q, kernel);
	for (l2n_subset_method method = L2N_FORWARD; method <= L2N_BEST; method++)
	{
		run(kernel, &q, method, 0, 5, &r);
		ok(subset(&q, &r, 2) == (2 | 8) && r.rss[2] == 0 && subset(&q, &r, 3) == (1 | 2 | 8) &&
			   r.rss[5] == 0,
		   "%s: a perfect fit, method %d", kernel->name, method);
	}
	free(q.memory);
}

/* Squares of the target that are next to the largest double */
static void
largest_squares(const l2n_kernel *kernel)
{
	static problem q;
	static result r;

	memset(&q, 0, sizeof q);
	q.p = 3;
	q.rows = 6;
	q.intercept = true;
	for (int i = 0; i < q.rows; i++)
	{
		q.weight[i] = 2;
		for (int j = 0; j <= 3; j++)
			q.x[i][j] = 1 + (i == j);
		q.x[i][0] = ldexp(i % 2 ? 1 : -1, 510);
	}
	finish(&q, kernel);
	for (l2n_subset_method method = L2N_FORWARD; method <= L2N_BEST; method++)
	{
		run(kernel, &q, method, 0, 3, &r);
		ok(r.status == L2N_OK && r.rss[0] == ldexp(12, 1020) && r.found.largest == 3 &&
			   near(r.rss[1], least(&q, 1, 0)) && near(r.rss[3], least(&q, 3, 0)),
		   "squares of %g, method %d", r.rss[0], method);
	}
	free(q.memory);
}

static bool
count(void *arg)
{
	++*(int *) arg;
	return false;
}

/*
 * How many nodes of the tree are visited for the best subsets of many columns, or of pairs of them:
 * each polls, besides what takes no time
 */
static void
effort(const l2n_kernel *kernel)
{
	static const struct
	{
		kind kind;
		int p;
		int rows; /* the fewer, the more subsets do next to as well */
		bool pairs;
		int most; /* polls */
	} searches[] = {
		{INDEPENDENT, 24, 27, false, 1864},  {CORRELATED, 20, 24, false, 816},
		{DIFFERENCES, 22, 26, false, 1449},  {INTEGERS, 22, 24, false, 1141},
		{COLLINEAR, 22, 28, false, 1683},    {INDEPENDENT, 30, 34, true, 835},
		{INDEPENDENT, 40, 75, false, 41494}, {CORRELATED, 28, 31, true, 1197},
		{INTEGERS, 30, 32, true, 1272},
	};
	static problem q;
	static result r;
	int feature[MAX_P], term[MAX_P / 2 + 1];

	for (int j = 0; j < MAX_P; j++)
		feature[j] = j + 1;
	for (int t = 0; t <= MAX_P / 2; t++)
		term[t] = 2 * t;
	for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
	{
		l2n_subset_spec spec = {{searches[i].p, feature, 0, true}, .method = L2N_BEST};
		int polls = 0, wrong = 0;
		void *work;

		seed = 40 + i;
		do
			make(&q, searches[i].kind, searches[i].p);
		while (q.rows < searches[i].rows);
		q.rows = searches[i].rows;
		q.intercept = true;
		finish(&q, kernel);
		spec.largest = spec.columns.p;
		if (searches[i].pairs)
		{
			spec.n_terms = spec.columns.p / 2;
			spec.term = term;
		}
		work = aligned(l2n_subset_worksize(&spec));
		r.found.rss = r.rss;
		r.found.member = r.member;
		r.found.left_out = r.left_out;
		wrong += l2n_subset(kernel, &q.m, &spec, &r.found, work, count, &polls) != L2N_OK;
		for (int size = 0; size <= r.found.largest; size++)
			wrong += r.rss[size] >= 0 && !near(r.rss[size], rss_of(&q, subset(&q, &r, size)));
		ok(wrong == 0 && polls <= searches[i].most, "%s: best of %d, %s, in %d polls", kernel->name,
		   searches[i].p, kind_names[searches[i].kind], polls);
		free(work);
		free(q.memory);
	}
}

/* As many columns as there may be, in terms of many */
static void
most_columns(const l2n_kernel *kernel)
{
	enum
	{
		P = L2N_BEST_COLUMNS,
		TERMS = 5,
		ROWS = P + 40
	};
	static const int term[TERMS + 1] = {0, 10, 50, 83, 120, P};
	static double x[ROWS][P + 1], rss[P + 1];
	static long double c[P + 1][P + 1], a[P + 1][P + 1];
	static bool member[(P + 1) * P], left_out[P];
	int feature[P], wrong = 0;
	l2n_subset_spec spec = {
		{P, feature, 0, false}, .largest = P, .method = L2N_BEST, .n_terms = TERMS, .term = term};
	l2n_subsets found = {.rss = rss, .member = member, .left_out = left_out};
	l2n_moments m = {.k = P + 1};
	void *work = aligned(l2n_subset_worksize(&spec)),
		 *block = aligned(l2n_add_block_worksize(P + 1));
	long double so_far = INFINITY;

	seed = 160;
	m.mean = malloc(sizeof(double) * l2n_moments_doubles(P + 1));
	m.cross = m.mean + 2 * (P + 1);
	l2n_moments_clear(&m);
	for (int i = 0; i < ROWS; i++)
	{
		x[i][0] = normal();
		for (int j = 1; j <= P; j++)
		{
			feature[j - 1] = j;
			x[i][j] = normal() + x[i][j / 2];
		}
		for (int j = 0; j <= P; j++)
			for (int l = 0; l <= P; l++)
				c[j][l] += (long double) x[i][(j + 1) % (P + 1)] * x[i][(l + 1) % (P + 1)];
	}
	for (int i = 0; i < ROWS; i++)
		l2n_moments_add_block(kernel, &m, 1, x[i], P + 1, NULL, block, NULL, NULL);
	ok(l2n_subset(kernel, &m, &spec, &found, work, NULL, NULL) == L2N_OK, "best of %d columns", P);
	for (int size = 0; size <= P; size++)
	{
		long double best = INFINITY;

		for (unsigned set = 0; set < 1u << TERMS; set++)
		{
			int columns = 0;

			for (int t = 0; t < TERMS; t++)
				columns += set >> t & 1 ? term[t + 1] - term[t] : 0;
			if (columns != size)
				continue;
			/* what elimination of the columns of the set leaves of the target's square */
			memcpy(a, c, sizeof a);
			for (int t = 0; t < TERMS; t++)
				for (int i = term[t]; i < term[t + 1] && set >> t & 1; i++)
					for (int r = i + 1; r <= P; r++)
						for (int l = P; l >= r; l--)
							a[r][l] -= a[i][l] * (a[i][r] / a[i][i]);
			best = a[P][P] < best ? a[P][P] : best;
		}
		if (best < so_far)
		{
			so_far = best;
			wrong += size > found.largest || !near(rss[size], best);
		}
		else
			wrong += size <= found.largest && rss[size] != -1;
	}
	is_int(wrong, 0, "are those of the least squares");
	free(work);
	free(block);
	free(m.mean);
}

static bool
stop(void *arg)
{
	int *countdown = arg;

	return --*countdown < 0;
}

static void
stopping(const l2n_kernel *kernel)
{
	static problem q;
	static result r;
	int feature[MAX_P], calls = 1000000;
	l2n_subset_spec spec = {{0, feature, 0, true}, 0, 0, L2N_BEST};
	void *work;

	seed = 3;
	make(&q, INDEPENDENT, FEW_P - 1);
	finish(&q, kernel);
	for (int j = 0; j < q.p; j++)
		feature[j] = j + 1;
	spec.columns.p = spec.largest = q.p;
	r.found.rss = r.rss;
	r.found.member = r.member;
	r.found.left_out = r.left_out;
	for (spec.method = L2N_FORWARD; spec.method <= L2N_BEST; spec.method++)
	{
		int all, stopped = 0, countdown;

		work = aligned(l2n_subset_worksize(&spec));
		countdown = calls;
		l2n_subset(kernel, &q.m, &spec, &r.found, work, stop, &countdown);
		all = calls - countdown;
		for (int i = 0; i < all; i++)
		{
			countdown = i;
			stopped += l2n_subset(kernel, &q.m, &spec, &r.found, work, stop, &countdown) ==
					   L2N_INTERRUPTED;
		}
		ok(all > q.p && stopped == all, "%s: stops at any of %d polls, method %d", kernel->name,
		   all, spec.method);
		free(work);
	}
	spec.method = L2N_BEST;
	q.m.n = 0;
	work = aligned(l2n_subset_worksize(&spec));
	ok(l2n_subset(kernel, &q.m, &spec, &r.found, work, NULL, NULL) == L2N_NO_ROWS, "%s: no rows",
	   kernel->name);
	free(work);
	free(q.memory);
}

int
main(void)
{
	static const char *const names[] = {"avx512", "avx2", "portable"};

	for (int i = 0; i < 3; i++)
	{
		const l2n_kernel *kernel = l2n_kernel_by_name(names[i]);

		if (kernel == NULL)
		{
			skip("%s: not for this processor", names[i]);
			continue;
		}
		against_all(kernel);
		of_terms(kernel);
		ties(kernel);
		stopping(kernel);
	}
	largest_squares(l2n_kernel_best());
	effort(l2n_kernel_best());
	most_columns(l2n_kernel_best());
	return done_testing();
}
