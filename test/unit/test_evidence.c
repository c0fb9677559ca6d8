/*
 * test_evidence.c: the penalty of the largest evidence, which one feature has in closed form, and
 * two against the root of the same slope by explicit inverses.
 *
 * Of one feature with x'x = S, x'y = P and residuals R, penalised by f, d = S / f, z^2 = P^2 / S:
 *
 *	lambda = d R / ((n - 1) z^2 - R)
 */
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/solve/evidence.h"
#include "tap.h"

#define ROWS    5
#define COLUMNS 4

/* y, two features and a constant */
static const double rows[ROWS][COLUMNS] = {
	{2, 1, 5, 3}, {4, 2, 1, 3}, {3, 3, 4, 3}, {7, 4, 0, 3}, {9, 6, 2, 3}};

static void *
scratch(size_t size)
{
	return dirty(size);
}

/* Moments of these rows, or of those with another y */
static l2n_moments
moments(const double *y)
{
	double x[ROWS][COLUMNS];
	l2n_moments m = {.k = COLUMNS};

	memcpy(x, rows, sizeof rows);
	for (int i = 0; y && i < ROWS; i++)
		x[i][0] = y[i];
	m.mean = scratch(sizeof(double) * l2n_moments_doubles(COLUMNS));
	m.cross = m.mean + 2 * COLUMNS;
	l2n_moments_clear(&m);
	l2n_moments_add_block(l2n_kernel_best(), &m, ROWS, x[0], COLUMNS, NULL,
						  scratch(l2n_add_block_worksize(COLUMNS)), NULL, NULL);
	return m;
}

static l2n_status
evidence(const l2n_moments *m, const l2n_ridge_spec *spec, int n, double *lambda, int *best,
		 l2n_evidence_end *end)
{
	*best = -1;
	return l2n_evidence(l2n_kernel_best(), m, spec, n, lambda, best, end,
						scratch(l2n_evidence_worksize(spec->columns.p)), NULL, NULL);
}

/* Sums of one feature and y, about the means or 0 */
typedef struct sums
{
	double xx, xy, yy;
} sums;

static sums
sums_of(bool intercept)
{
	double mx = 0, my = 0;
	sums s = {0};

	for (int i = 0; intercept && i < ROWS; i++)
	{
		mx += rows[i][1] / ROWS;
		my += rows[i][0] / ROWS;
	}
	for (int i = 0; i < ROWS; i++)
	{
		double x = rows[i][1] - mx, y = rows[i][0] - my;

		s.xx += x * x;
		s.xy += x * y;
		s.yy += y * y;
	}
	return s;
}

/* By hand: twice the log evidence of one feature */
static double
by_hand(const sums *s, double f, double n, double lambda)
{
	double d = s->xx / f, z2 = s->xy * s->xy / f;

	return -log1p(d / lambda) -
		   n * log(s->yy - s->xy * s->xy / s->xx + z2 / d * lambda / (d + lambda));
}

static void
test_one(bool intercept, bool standardize, double factor, double n)
{
	static const int x[] = {1};
	l2n_moments m = moments(NULL);
	sums s = sums_of(intercept), about_mean = sums_of(true);
	double f = factor * (standardize ? about_mean.xx / ROWS : 1), d = s.xx / f;
	double z2 = s.xy * s.xy / s.xx, rest = s.yy - z2, want = d * rest / ((n - 1) * z2 - rest);
	/* lambda is what is looked for: the one that a spec may have does not count */
	l2n_ridge_spec spec = {.columns = {1, x, 0, intercept},
						   .standardize = standardize,
						   .lambda = 3.0,
						   .penalty = &factor,
						   .rows = n};
	double lambda = NAN, list[4] = {0, want * 1.5, want * 1.02, want / 1.5};
	l2n_evidence_end end;
	int best, which = 0;

	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_OK,
		   "one feature,%s intercept,%s factor %g, %g rows", intercept ? "" : " no",
		   standardize ? " standardized," : "", factor, n);
	is_close(lambda, want, 1e-11, "lambda");
	is_int(end, L2N_EVIDENCE_INSIDE, "a maximum");
	is_int(evidence(&m, &spec, 4, list, &best, &end), L2N_OK, "of a list");
	for (int i = 1; i < 4; i++)
		if (which == 0 || by_hand(&s, f, n, list[i]) > by_hand(&s, f, n, list[which]))
			which = i;
	is_int(best, which, "the best");
	is_int(best, 2, "which is next to it");
	list[3] = list[2];
	evidence(&m, &spec, 4, list, &best, &end);
	is_int(best, 2, "of equal ones the first");
}

static void
test_two(bool intercept, double f1, double f2, double want)
{
	static const int x[] = {1, 2};
	const double factor[] = {f1, f2};
	l2n_moments m = moments(NULL);
	l2n_ridge_spec spec = {.columns = {2, x, 0, intercept}, .penalty = factor, .rows = ROWS};
	double lambda = NAN;
	l2n_evidence_end end;
	int best;

	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_OK,
		   "two features,%s intercept, %g, %g", intercept ? "" : " no", f1, f2);
	is_close(lambda, want, 1e-11, "lambda");
	is_int(end, L2N_EVIDENCE_INSIDE, "a maximum");
}

static void
test_ends(void)
{
	static const int x[] = {1}, constant[] = {3};
	static const double fitting[] = {3, 5, 7, 9, 13}, other[] = {1, 0, -4, 3, 0};
	const double zero = 0;
	l2n_moments m = moments(fitting);
	l2n_ridge_spec spec = {.columns = {1, x, 0, true}, .rows = ROWS};
	double lambda = NAN;
	l2n_evidence_end end;
	int best;

	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_OK, "rows that fit");
	is_int(end, L2N_EVIDENCE_LEAST, "want no penalty");
	is_close(lambda, 1e-12 * sums_of(true).xx, 1e-10, "the least there is");
	m = moments(other);
	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_OK, "a feature that says little");
	is_int(end, L2N_EVIDENCE_MOST, "wants all of it");
	is_close(lambda, 1e8 * sums_of(true).xx, 1e-10, "the most there is");

	spec.columns.feature = constant;
	spec.standardize = true;
	m = moments(NULL);
	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_OK, "a constant says nothing");
	is_int(end, L2N_EVIDENCE_MOST, "to which every penalty is as good");
	is_close(lambda, 0, 0, "none");
	spec.columns.feature = x;
	spec.penalty = &zero;
	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_ILL_CONDITIONED,
		   "a feature without a penalty");
	l2n_moments_clear(&m);
	is_int(evidence(&m, &spec, 0, &lambda, &best, &end), L2N_NO_ROWS, "no rows");
}

int
main(void)
{
	for (int i = 0; i < 8; i++)
		test_one(i & 1, i & 2, i & 4 ? 2.5 : 1, ROWS);
	test_one(true, false, 1, 50);
	test_two(true, 1, 1, 0.8171915732464194);
	test_two(true, 1, 4, 0.5831510128874569);
	test_two(true, 2, 3, 0.37721971080283745);
	test_two(false, 1, 1, 1.100249245716581);
	test_ends();
	return done_testing();
}
