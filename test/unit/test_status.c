/*
 * test_status.c: how src/num ends when it does not end well.  Each solver stops at whichever poll
 * tells it to, at once, and solves as before when it is called again; and each gives the reasons
 * that its header names.
 */
#include <stdlib.h>
#include <string.h>

#include "num/solve/collinear.h"
#include "num/solve/components.h"
#include "num/solve/coordinate.h"
#include "num/solve/evidence.h"
#include "num/solve/group.h"
#include "num/glm/irls.h"
#include "num/linalg/jacobi.h"
#include "num/solve/kfold.h"
#include "num/solve/leverage.h"
#include "num/stats/median.h"
#include "num/glm/newton.h"
#include "num/solve/proximal.h"
#include "num/solve/ridge.h"
#include "num/solve/spectrum.h"
#include "num/solve/subset.h"
#include "num/stats/iv.h"

#include "random.h"

#define MOST  200
#define ROWS  400
#define STOPS 60

static const l2n_kernel *kernel;
static int feature[MOST];
static double row_of[ROWS][MOST + 1]; /* the target first */

/*
 * Moments
 */

static void *
scratch(size_t size)
{
	return dirty(size);
}

static l2n_moments
no_rows(int k)
{
	l2n_moments m = {.k = k};

	m.mean = malloc(sizeof(double) * l2n_moments_doubles(k));
	m.cross = m.mean + 2 * k;
	l2n_moments_clear(&m);
	return m;
}

static l2n_moments
copy_of(const l2n_moments *m)
{
	l2n_moments r = no_rows(m->k);

	memcpy(r.mean, m->mean, sizeof(double) * l2n_moments_doubles(m->k));
	r.n = m->n;
	r.weight = m->weight;
	return r;
}

/* Rows with a target of 0 and 1 and p features: alike, and every sixth the sum of two others */
static l2n_moments
make_rows(int p)
{
	l2n_moments m = no_rows(p + 1);
	void *work = scratch(l2n_add_block_worksize(m.k));

	seed = (uint64_t) p;
	for (int i = 0; i < ROWS; i++)
	{
		double *x = row_of[i], common = normal();

		for (int j = 1; j <= p; j++)
			x[j] = j % 6 ? common + normal() * (1.0 + j) : x[j - 1] + x[j - 2];
		x[0] = x[1] + x[p > 1 ? 2 : 1] / 2 + 3 * normal() > 0.0;
		l2n_moments_add_block(kernel, &m, 1, x, MOST + 1, NULL, work, NULL, NULL);
	}
	free(work);
	return m;
}

/*
 * Problems: each solves for moments and writes what it finds; how many numbers, or the status,
 * negative
 */

typedef struct countdown
{
	long left;  /* polls until the one that says stop */
	long polls; /* so far */
	long late;  /* after that one */
} countdown;

static bool
poll(void *arg)
{
	countdown *c = arg;

	c->polls++;
	if (c->left < 0)
		c->late++;
	return c->left-- <= 0;
}

typedef l2n_status (*problem)(const l2n_moments *m, void *work, double *out, countdown *c);

#define TRY(call)                \
	do                           \
	{                            \
		l2n_status tried = call; \
		if (tried != L2N_OK)     \
			return tried;        \
	} while (0)

static l2n_columns
columns_of(const l2n_moments *m)
{
	return (l2n_columns){m->k - 1, feature, 0, true};
}

static bool dropped[MOST];
static double se[MOST];

static l2n_status
ridge(const l2n_moments *m, double lambda, void *work, double *out, countdown *c)
{
	l2n_ridge_spec spec = {.columns = columns_of(m), .lambda = lambda, .rows = (double) m->n};
	l2n_fit fit = {.dropped = dropped, .se = se};

	fit.solution.coef = out;
	TRY(l2n_ridge(kernel, m, &spec, &fit, work, poll, c));
	out[m->k] = fit.df;
	return L2N_OK;
}

static l2n_status
least_squares(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return ridge(m, 0.0, work, out, c);
}

static l2n_status
some_ridge(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return ridge(m, 1e5, work, out, c);
}

/* So large a penalty that products are worked out, not differences */
static l2n_status
much_ridge(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return ridge(m, 1e30, work, out, c);
}

static l2n_status
eigenvalues(const l2n_moments *m, void *work, double *out, countdown *c)
{
	l2n_ridge_spec spec = {.columns = columns_of(m), .standardize = true, .rows = (double) m->n};
	l2n_fit fit = {.dropped = dropped, .se = se};
	l2n_spectrum *s;

	TRY(l2n_spectrum_start(m, &spec, L2N_SPECTRUM_MODELS, work, &s, poll, c));
	for (int i = 0; i < 3; i++)
	{
		fit.solution.coef = out + i * m->k;
		TRY(l2n_spectrum_ridge(kernel, s, pow(10.0, i), &fit, poll, c));
	}
	return L2N_OK;
}

static l2n_status
band(const l2n_moments *m, void *work, double *out, countdown *c)
{
	const double lambda[] = {1e-9, 1.0, 100.0};
	l2n_ridge_spec spec = {.columns = columns_of(m), .standardize = true, .rows = (double) m->n};
	bool solved[3];
	l2n_spectrum *s;

	TRY(l2n_spectrum_start(m, &spec, L2N_SPECTRUM_COEFFICIENTS, work, &s, poll, c));
	TRY(l2n_spectrum_coefficients(kernel, s, 3, lambda, out, solved, poll, c));
	return L2N_OK;
}

static l2n_status
net(const l2n_moments *m, bool bounded, void *work, double *out, countdown *c)
{
	double lower[MOST], upper[MOST], factor[MOST], largest;
	l2n_elastic_net_spec spec = {.columns = columns_of(m), .penalty = factor, .standardize = true};
	l2n_elastic_net_fit fit;
	l2n_elastic_net *n;

	for (int j = 0; j < m->k - 1; j++)
	{
		lower[j] = 0.0;
		upper[j] = 0.01 * (j + 1);
		factor[j] = j != 2;
	}
	if (bounded)
	{
		spec.lower = lower;
		spec.upper = upper;
	}
	TRY(l2n_elastic_net_start(m, &spec, work, &n, poll, c));
	fit.solution.coef = out;
	TRY(l2n_elastic_net_largest(kernel, n, &largest, &fit, poll, c));
	for (int i = 1; i <= 4; i++)
	{
		l2n_elastic_net_goal goal = {largest * pow(0.02, i), i % 2 ? largest * 1e-3 : 0.0, 1e-13,
									 1000, i != 2};

		fit.solution.coef = out + i * m->k;
		TRY(l2n_elastic_net_solve(kernel, n, &goal, &fit, poll, c));
		l2n_elastic_net_coefficients(n, fit.solution.coef);
	}
	return L2N_OK;
}

static l2n_status
free_net(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return net(m, false, work, out, c);
}

static l2n_status
bounded_net(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return net(m, true, work, out, c);
}

/* Groups of three, the first for nothing */
static l2n_status
groups(const l2n_moments *m, void *work, double *out, countdown *c)
{
	int group[MOST];
	double factor[MOST], largest;
	l2n_group_spec spec = {.columns = columns_of(m),
						   .standardize = true,
						   .group = group,
						   .groups = (m->k + 1) / 3,
						   .penalty = factor};
	l2n_group_fit fit = {.solution.coef = out};
	l2n_group_net *n;

	for (int j = 0; j < m->k - 1; j++)
	{
		group[j] = j / 3;
		factor[j] = group[j] > 0;
	}
	TRY(l2n_group_start(m, &spec, work, &n, poll, c));
	TRY(l2n_group_largest(kernel, n, &largest, &fit, poll, c));
	for (int i = 1; i < 4; i++)
	{
		fit.solution.coef = out + i * m->k;
		TRY(l2n_group_solve(kernel, n, largest * pow(0.1, i), 0.0, 1000, &fit, poll, c));
	}
	return l2n_group_parameters(kernel, n, largest, 1.0, out + m->k, out + m->k - 1, poll, c);
}

static l2n_status
descend(const l2n_moments *m, l2n_descent method, double l1, void *work, double *out, countdown *c)
{
	l2n_proximal_spec spec = {
		.columns = columns_of(m), .l1 = l1, .l2 = 3.0, .method = method, .rows = (double) m->n};
	l2n_proximal_fit fit;
	l2n_proximal *d;

	TRY(l2n_proximal_start(kernel, m, &spec, work, &d, poll, c));
	fit.solution.coef = out;
	return l2n_proximal_solve(kernel, d, 1e-7, 300, &fit, poll, c);
}

static l2n_status
gradient_steps(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return descend(m, L2N_GRADIENT, 10.0, work, out, c);
}

static l2n_status
fista(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return descend(m, L2N_FISTA, 0.0, work, out, c);
}

static l2n_status
sweeps(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return descend(m, L2N_SWEEPS, 10.0, work, out, c);
}

static l2n_subset_spec
subset_spec(const l2n_moments *m, l2n_subset_method method)
{
	l2n_columns columns = columns_of(m);

	return (l2n_subset_spec){columns, 1, columns.p, method};
}

static l2n_status
subsets(const l2n_moments *m, l2n_subset_method method, void *work, double *out, countdown *c)
{
	l2n_subset_spec spec = subset_spec(m, method);
	bool member[32 * 32], left_out[32];
	l2n_subsets found = {.rss = out, .member = member, .left_out = left_out};

	return l2n_subset(kernel, m, &spec, &found, work, poll, c);
}

static l2n_status
forward(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return subsets(m, L2N_FORWARD, work, out, c);
}

static l2n_status
backward(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return subsets(m, L2N_BACKWARD, work, out, c);
}

static l2n_status
best(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return subsets(m, L2N_BEST, work, out, c);
}

static l2n_status
collinear(const l2n_moments *m, void *work, double *out, countdown *c)
{
	l2n_columns columns = columns_of(m);
	l2n_collinear found;

	TRY(l2n_collinear_start(kernel, m, &columns, &found, work, poll, c));
	for (int j = 0; j < columns.p; j++)
	{
		double tolerance, r_squared, constant;

		l2n_collinear_inflation(kernel, &found, j, &out[j], &tolerance, &r_squared);
		if (found.dropped[j])
			TRY(l2n_collinear_alias(kernel, &found, j, &constant, out + m->k));
	}
	return L2N_OK;
}

static l2n_status
conditions(const l2n_moments *m, void *work, double *out, countdown *c)
{
	l2n_columns columns = columns_of(m);
	l2n_condition found;

	TRY(l2n_condition_indexes(kernel, m, &columns, false, &found, work, poll, c));
	memcpy(out, found.index, sizeof(double) * (size_t) found.k);
	return L2N_OK;
}

static l2n_status
leverage(const l2n_moments *m, void *work, double *out, countdown *c)
{
	l2n_ridge_spec spec = {.columns = columns_of(m), .lambda = 2.0, .rows = (double) m->n};
	l2n_leverage *l;

	TRY(l2n_leverage_start(kernel, m, &spec, work, &l, poll, c));
	l2n_leverage_row(kernel, l, row_of[0] + 1, out, out + 1);
	return L2N_OK;
}

static l2n_status
fold(const l2n_moments *m, void *work, double *out, countdown *c)
{
	l2n_columns columns = columns_of(m);
	double coef[MOST] = {1.0, -1.0};
	l2n_fold *f;

	TRY(l2n_fold_start(m, m, &columns, work, &f, poll, c));
	TRY(l2n_fold_sse(f, 1, coef, out, poll, c));
	return L2N_OK;
}

/* Of all columns, the target among them */
static l2n_status
components(const l2n_moments *m, void *work, double *out, countdown *c)
{
	int column[MOST + 1];
	l2n_components found;

	for (int j = 0; j < m->k; j++)
		column[j] = j;
	TRY(l2n_components_find(m, m->k, column, false, (double) m->n, &found, work, poll, c));
	memcpy(out, found.sd, sizeof(double) * (size_t) m->k);
	return L2N_OK;
}

static l2n_status
evidence(const l2n_moments *m, void *work, double *out, countdown *c)
{
	l2n_ridge_spec spec = {.columns = columns_of(m), .rows = (double) m->n};
	l2n_evidence_end end;
	int which;

	return l2n_evidence(kernel, m, &spec, 0, out, &which, &end, work, poll, c);
}

/* The first half of the features, by the other half as instruments */
static l2n_status
two_stages(const l2n_moments *m, void *work, double *out, countdown *c)
{
	int p = (m->k - 1) / 2;
	l2n_iv_spec spec = {{p, feature, 0, true}, m->k - 1 - p, feature + p, (double) m->n};
	l2n_fit fit = {.dropped = dropped, .se = se};
	l2n_iv_test test;
	l2n_iv iv;

	fit.solution.coef = out;
	TRY(l2n_iv_start(kernel, m, &spec, &iv, work, poll, c));
	TRY(l2n_iv_fit(kernel, &iv, &fit, &test, poll, c));
	out[p] = test.statistic;
	TRY(l2n_iv_first_stage(kernel, &iv, 0, &test, poll, c));
	out[p + 1] = test.statistic;
	TRY(l2n_iv_endogeneity(kernel, &iv, &test, poll, c));
	out[p + 2] = test.statistic;
	return L2N_OK;
}

static l2n_status
median(const l2n_moments *m, void *work, double *out, countdown *c)
{
	double *value = work, *weight = value + 100000;

	seed = 3;
	for (int i = 0; i < 100000; i++)
	{
		value[i] = normal();
		weight[i] = 1.0 + uniform();
	}
	return l2n_median(100000, value, weight, out, poll, c);
}

/* The rows at some coefficients, with the poll that a scan of a table would have */
typedef struct scan
{
	l2n_irls irls;
	countdown *c;
	void *work;
} scan;

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
	 const l2n_slopes *slopes, l2n_moments *information)
{
	scan *s = arg;
	dd sum = dd_of(0.0);

	for (int i = 0; i < ROWS; i += L2N_BLOCK_ROWS)
	{
		if (poll(s->c))
			return L2N_INTERRUPTED;
		l2n_irls_block(kernel, &s->irls, base, coef,
					   ROWS - i < L2N_BLOCK_ROWS ? ROWS - i : L2N_BLOCK_ROWS, row_of[i], MOST + 1,
					   m, &sum, slopes, information, s->work, NULL, NULL);
	}
	*loss = sum.hi;
	return L2N_OK;
}

static l2n_status
logistic(const l2n_moments *m, bool sparse, void *work, double *out, countdown *c)
{
	int p = m->k - 1;
	double centre[MOST], lower[MOST], upper[MOST], factor[MOST], largest = 20.0;
	scan s = {{.family = &l2n_binomial, .p = p, .feature = feature, .centre = centre},
			  c,
			  (char *) work + (l2n_newton_worksize(p, 0) + 63) / 64 * 64};
	l2n_newton_spec spec = {.family = &l2n_binomial,
							.columns = columns_of(m),
							.prior = m,
							.reference_loss = ROWS * log(2.0),
							.penalty = factor,
							.rows = (double) m->n,
							.centre = centre,
							.pass = pass,
							.pass_arg = &s};
	l2n_newton_fit fit = {.coef = out, .se = se, .dropped = dropped};
	l2n_newton *n;

	for (int j = 0; j < p; j++)
	{
		centre[j] = m->mean[j + 1];
		lower[j] = -0.25;
		upper[j] = 0.25;
		factor[j] = sparse && j > 0;
	}
	if (sparse)
	{
		spec.lower = lower;
		spec.upper = upper;
	}
	TRY(l2n_newton_start(kernel, &spec, work, &n));
	if (sparse)
		TRY(l2n_newton_largest(n, 1e-8, &largest, &fit, poll, c));
	for (int i = 0; i < 2; i++)
	{
		l2n_newton_goal goal = {sparse ? largest * pow(0.1, i + 1) : 0.0, i, 1e-8, 50};

		fit.coef = out + i * m->k;
		TRY(l2n_newton_solve(n, &goal, &fit, poll, c));
	}
	return L2N_OK;
}

static l2n_status
plain_logistic(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return logistic(m, false, work, out, c);
}

static l2n_status
sparse_logistic(const l2n_moments *m, void *work, double *out, countdown *c)
{
	return logistic(m, true, work, out, c);
}

/*
 * Interrupts
 */

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* What the most of the problems needs */
static size_t
worksize(const l2n_moments *m)
{
	int p = m->k - 1;
	size_t size = sizeof(double) * 200000;

	size = larger(size, l2n_ridge_worksize(p));
	size = larger(size, l2n_spectrum_worksize(p, L2N_SPECTRUM_MODELS));
	size = larger(size, l2n_spectrum_worksize(p, L2N_SPECTRUM_COEFFICIENTS));
	size = larger(size, l2n_elastic_net_worksize(p));
	size = larger(size, l2n_group_worksize(p, p));
	size = larger(size, l2n_proximal_worksize(p));
	size = larger(size, l2n_collinear_worksize(p));
	size = larger(size, l2n_condition_worksize(p));
	size = larger(size, l2n_components_worksize(m->k));
	size = larger(size, l2n_evidence_worksize(p));
	size = larger(size, l2n_leverage_worksize(p));
	size = larger(size, l2n_fold_worksize(p, 1));
	size = larger(size, l2n_iv_worksize(m->k, p / 2, p - p / 2));
	size = larger(size, l2n_newton_worksize(p, 0) + 64 + l2n_irls_worksize(p));
	for (int i = L2N_FORWARD; p <= 20 && i <= L2N_BEST; i++)
	{
		l2n_subset_spec spec = subset_spec(m, i);

		size = larger(size, l2n_subset_worksize(&spec));
	}
	return size;
}

/*
 * Stop it at each of its polls, or at STOPS of them, and solve in the same scratch again.  It polls
 * at least so often: where the columns say how often, exactly so, and a loop that forgets to is
 * told
 */
static void
test_interrupts(const char *name, int p, problem solve, int least)
{
	l2n_moments m = make_rows(p);
	void *work = scratch(worksize(&m));
	double want[5 * (MOST + 1)] = {0}, got[5 * (MOST + 1)] = {0};
	countdown whole = {.left = 1L << 40};
	long not_stopped = 0, late = 0, different = 0;
	l2n_status status = solve(&m, work, want, &whole);

	for (long i = 0; i < whole.polls; i += 1 + (whole.polls - 1) / STOPS)
	{
		countdown early = {.left = i}, again = {.left = 1L << 40};

		not_stopped += solve(&m, work, got, &early) != L2N_INTERRUPTED;
		late += early.late;
		memset(got, 0, sizeof got);
		different += solve(&m, work, got, &again) != L2N_OK || memcmp(want, got, sizeof want) != 0;
	}
	ok(status == L2N_OK && whole.polls >= least, "%s, p = %d, polls %d times", name, p, least);
	is_int(not_stopped, 0, "%s, p = %d, stops when told", name, p);
	is_int(late, 0, "%s, p = %d, asks no more then", name, p);
	is_int(different, 0, "%s, p = %d, solves again as before", name, p);
	diag("%ld polls", whole.polls);
	free(work);
	free(m.mean);
}

/*
 * Other reasons
 */

static void
test_reasons(const char *name, problem solve)
{
	l2n_moments m = make_rows(4), none = no_rows(5), target = copy_of(&m), column = copy_of(&m);
	void *work = scratch(worksize(&m));
	double out[5 * (MOST + 1)];
	countdown c = {.left = 1L << 40};

	target.cross[l2n_tri(5, 0, 0)] = INFINITY;
	column.cross[l2n_tri(5, 2, 2)] = INFINITY;
	is_int(solve(&none, work, out, &c), L2N_NO_ROWS, "%s: no rows", name);
	is_int(solve(&target, work, out, &c), L2N_OUT_OF_RANGE, "%s: a target out of range", name);
	is_int(solve(&column, work, out, &c), L2N_OUT_OF_RANGE, "%s: a column out of range", name);
	free(work);
	free(m.mean);
	free(none.mean);
	free(target.mean);
	free(column.mean);
}

static bool
same(const l2n_moments *a, const l2n_moments *b)
{
	return a->n == b->n && a->weight.hi == b->weight.hi &&
		   memcmp(a->mean, b->mean, sizeof(double) * l2n_moments_doubles(a->k)) == 0;
}

static void
test_moments(void)
{
	l2n_moments m = make_rows(2), small = no_rows(2), none = no_rows(3), a = copy_of(&m),
				b = copy_of(&m), product = no_rows(6);
	void *work = scratch(larger(l2n_merge_worksize(3), l2n_add_block_worksize(3)));
	double row[4] = {1, 2, 3, 0};

	small.n = 1;
	is_int(l2n_moments_merge(kernel, &a, &small, work), L2N_SHAPE, "merge of other columns");
	is_int(l2n_moments_unmerge(kernel, &a, &small, work), L2N_SHAPE, "unmerge of other columns");
	is_int(l2n_moments_merge(kernel, &a, &none, work), L2N_OK, "merge of no rows");
	is_int(l2n_moments_unmerge(kernel, &a, &none, work), L2N_OK, "unmerge of no rows");
	ok(same(&a, &m), "neither changes anything");
	l2n_moments_add_block(kernel, &a, 1, row, 4, row + 3, work, NULL, NULL);
	ok(a.n == m.n && same(&a, &m), "nor does a row of no weight");
	is_int(l2n_moments_merge(kernel, &none, &m, work), L2N_OK, "merge into no rows");
	ok(same(&none, &m), "that is a copy");

	b.n = INT64_MAX;
	is_int(l2n_moments_merge(kernel, &a, &b, work), L2N_TOO_MANY_ROWS, "more rows than can be");
	b.n = 1;
	a.weight = b.weight = dd_of(1e308);
	is_int(l2n_moments_merge(kernel, &a, &b, work), L2N_OUT_OF_RANGE, "weights that overflow");
	is_int(l2n_moments_unmerge(kernel, &a, &b, work), L2N_NOT_A_PART, "no weight left of rows");
	is_int(l2n_moments_unmerge(kernel, &b, &a, work), L2N_NOT_A_PART, "more rows than there are");

	a.n = b.n = INT64_C(1) << 40;
	is_int(l2n_moments_product(&product, &a, &b), L2N_TOO_MANY_ROWS, "more pairs than can be");
	a.n = b.n = 2;
	is_int(l2n_moments_product(&product, &a, &b), L2N_OUT_OF_RANGE, "pairs' squares that overflow");

	free(work);
	free(m.mean);
	free(small.mean);
	free(none.mean);
	free(a.mean);
	free(b.mean);
	free(product.mean);
}

int
main(void)
{
	static const struct
	{
		const char *name;
		problem solve;
		int p[2]; /* 0: none */
		int least[2];
		bool reasons;
	} problems[] = {
		{"least squares", least_squares, {12, 170}, {48, 680}, true},
		{"ridge", some_ridge, {12, 170}, {48, 351}, true},
		{"much ridge", much_ridge, {12}, {60}, true},
		{"ridge by eigenvalues", eigenvalues, {12, 80}, {30, 120}, true},
		{"coefficients by a band", band, {12, 80}, {20, 99}, true},
		{"elastic net", free_net, {18, 80}, {60, 220}, true},
		{"elastic net within bounds", bounded_net, {18, 80}, {40, 380}, true},
		{"group lasso", groups, {12, 130}, {140, 800}, true},
		{"gradient steps", gradient_steps, {8}, {320}, true},
		{"FISTA", fista, {8}, {150}, true},
		{"sweeps", sweeps, {8}, {40}, true},
		{"forward selection", forward, {12}, {21}, true},
		{"backward elimination", backward, {12}, {68}, true},
		{"best subsets", best, {12, 20}, {60, 170}, true},
		{"collinearity", collinear, {12}, {36}, true},
		{"condition indexes", conditions, {12}, {400}, true},
		{"principal components", components, {12}, {390}, true},
		{"evidence", evidence, {12, 80}, {60, 420}, true},
		{"leverage", leverage, {12}, {24}, true},
		{"errors of a fold", fold, {12}, {13}},
		{"two stages", two_stages, {14}, {226}},
		{"median", median, {1}, {1}},
		{"logistic regression", plain_logistic, {8}, {260}},
		{"sparse logistic regression", sparse_logistic, {8}, {300}},
	};

	kernel = l2n_kernel_best();
	for (int j = 0; j < MOST; j++)
		feature[j] = j + 1;
	for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
	{
		for (int j = 0; j < 2 && problems[i].p[j]; j++)
			test_interrupts(problems[i].name, problems[i].p[j], problems[i].solve,
							problems[i].least[j]);
		if (problems[i].reasons)
			test_reasons(problems[i].name, problems[i].solve);
	}
	test_moments();
	return done_testing();
}
