/*
 * test_iv.c: two-stage least squares and its tests on eight rows, against what the same formulas
 * make of the rows themselves in rational arithmetic.
 */
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/stats/iv.h"
#include "tap.h"

#define ROWS    8
#define COLUMNS 6

/* y, the endogenous x, the exogenous w, two instruments, and one more that is their sum */
static const double rows[ROWS * COLUMNS] = {
	9,  3, 1, 2, 1, 3,  4, 1, 2, 1, 3, 4, 12, 5, 0, 4, 2, 6,  7,  4, 3, 3, 0, 3,
	15, 7, 1, 6, 5, 11, 3, 2, 5, 1, 1, 2, 11, 6, 2, 4, 6, 10, 20, 8, 4, 7, 3, 10,
};

static const int features[] = {1, 2};

static void *
scratch(size_t size)
{
	return dirty(size);
}

static l2n_moments
moments(int n, const double *x)
{
	l2n_moments m = {.k = COLUMNS};

	m.mean = scratch(sizeof(double) * l2n_moments_doubles(COLUMNS));
	m.cross = m.mean + 2 * COLUMNS;
	l2n_moments_clear(&m);
	if (n > 0)
		l2n_moments_add_block(l2n_kernel_best(), &m, n, x, COLUMNS, NULL,
							  scratch(l2n_add_block_worksize(COLUMNS)), NULL, NULL);
	return m;
}

/* What is made of one choice of instruments */
typedef struct answers
{
	l2n_iv iv;
	l2n_fit fit;
	l2n_iv_test sargan, weak, wu;
	double coef[2], se[2];
	bool dropped[2];
} answers;

static l2n_status
answer(const l2n_moments *m, const l2n_iv_spec *spec, answers *a)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	void *work = scratch(l2n_iv_worksize(m->k, spec->columns.p, spec->q));
	l2n_status status = l2n_iv_start(kernel, m, spec, &a->iv, work, NULL, NULL);

	memset(&a->fit, 0, sizeof a->fit);
	a->fit.solution.coef = a->coef;
	a->fit.se = a->se;
	a->fit.dropped = a->dropped;
	if (status == L2N_OK)
		status = l2n_iv_fit(kernel, &a->iv, &a->fit, &a->sargan, NULL, NULL);
	if (status == L2N_OK)
		status = l2n_iv_first_stage(kernel, &a->iv, 0, &a->weak, NULL, NULL);
	if (status == L2N_OK)
		status = l2n_iv_endogeneity(kernel, &a->iv, &a->wu, NULL, NULL);
	return status;
}

static void
test_with_intercept(const l2n_moments *m)
{
	static const int instruments[] = {3, 4, 2};
	const l2n_iv_spec spec = {{2, features, 0, true}, 3, instruments, ROWS};
	answers a;

	is_int(answer(m, &spec, &a), L2N_OK, "with an intercept");
	is_int(a.iv.rank, 3, "three instruments");
	is_close(l2n_cross(&a.iv.projected, 1, 1).hi, 40.40226136887251, 1e-14, "projected x");
	is_close(l2n_cross(&a.iv.projected, 0, 1).hi, 91.62485379080566, 1e-14, "and with y");
	is_close(l2n_cross(&a.iv.projected, 0, 0).hi, 211.72684134973238, 1e-14, "projected y");
	is_close(l2n_cross(&a.iv.projected, 2, 2).hi, l2n_cross(m, 2, 2).hi, 0,
			 "what is its own instrument stays as it is");
	is_close(l2n_mean(&a.iv.projected, 1).hi, 4.5, 1e-15, "projections keep the means");
	is_close(a.coef[0], 3464625.0 / 1542002.0, 1e-14, "coefficient of x");
	is_close(a.coef[1], -1307023.0 / 4626006.0, 1e-14, "and of w");
	is_close(a.fit.solution.intercept, 143175.0 / 220286.0, 1e-13, "intercept");
	is_close(a.fit.solution.rss, 24.174792406242616, 1e-14, "residuals are those of x itself");
	is_close(a.fit.solution.r_squared, 0.8924967541690156, 1e-14, "r squared");
	is_close(a.fit.df, 3, 1e-15, "parameters");
	is_close(a.fit.df_resid, 5, 1e-15, "and what they leave");
	is_close(a.fit.sigma, 2.1988539017516655, 1e-14, "sigma");
	is_close(a.se[0], 0.34792722558565, 1e-13, "standard error of x");
	is_close(a.se[1], 0.5008110990495082, 1e-13, "of w");
	is_close(a.fit.intercept_se, 2.1685392576361555, 1e-13, "of the intercept");
	is_close(a.sargan.statistic, 0.7941381047537881, 1e-13, "Sargan");
	ok(a.sargan.df1 == 1 && isinf(a.sargan.df2), "is chi-squared with the one more");
	is_close(a.sargan.p, 0.37285177925747726, 1e-12, "p");
	is_close(a.weak.statistic, 49.996566558760136, 1e-13, "F of the first stage");
	ok(a.weak.df1 == 2 && a.weak.df2 == 4, "with 2 and 4");
	is_close(a.weak.p, 0.001479485308450343, 1e-12, "p");
	is_close(a.wu.statistic, 2.1378132325071486, 1e-12, "Wu and Hausman");
	ok(a.wu.df1 == 1 && a.wu.df2 == 4, "with 1 and 4");
	is_close(a.wu.p, 0.21752207350752806, 1e-11, "p");
}

static void
test_without_intercept(const l2n_moments *m)
{
	static const int instruments[] = {3, 4, 2};
	const l2n_iv_spec spec = {{2, features, 0, false}, 3, instruments, ROWS};
	answers a;

	is_int(answer(m, &spec, &a), L2N_OK, "without an intercept");
	is_close(l2n_cross(&a.iv.projected, 1, 1).hi, 202.11551219331406, 1e-14, "projected about 0");
	is_close(l2n_cross(&a.iv.projected, 0, 1).hi, 454.85117856348677, 1e-14, "and with y");
	is_close(l2n_cross(&a.iv.projected, 0, 0).hi, 1026.1944629753168, 1e-14, "projected y");
	is_close(l2n_mean(&a.iv.projected, 1).hi, 0, 0, "no means are left");
	is_close(a.coef[0], 126195450.0 / 54350119.0, 1e-14, "coefficient of x");
	is_close(a.coef[1], -60372487.0 / 326100714.0, 1e-13, "and of w");
	is_close(a.fit.solution.intercept, 0, 0, "intercept");
	is_close(a.fit.solution.rss, 25.179454477353858, 1e-14, "residuals");
	is_close(a.fit.solution.r_squared, 0.9759048282513361, 1e-14, "r squared about 0");
	is_close(a.fit.df_resid, 6, 1e-15, "degrees of freedom");
	is_close(a.fit.sigma, 2.048554550463727, 1e-14, "sigma");
	is_close(a.se[0], 0.20412648176194767, 1e-13, "standard error of x");
	is_close(a.se[1], 0.3746481120254897, 1e-13, "of w");
	ok(isnan(a.fit.intercept_se), "none of an intercept");
	is_close(a.sargan.statistic, 0.49219101690332917, 1e-13, "Sargan");
	is_close(a.sargan.p, 0.48295156658187577, 1e-12, "p");
	is_close(a.weak.statistic, 133.61125478762372, 1e-13, "F of the first stage");
	ok(a.weak.df1 == 2 && a.weak.df2 == 5, "with 2 and 5");
	is_close(a.weak.p, 4.5720916496832876e-05, 1e-12, "p");
	is_close(a.wu.statistic, 1.3797576628422725, 1e-12, "Wu and Hausman");
	ok(a.wu.df1 == 1 && a.wu.df2 == 5, "with 1 and 5");
}

/* What has no answer, and instruments that say the same as others */
static void
test_edges(const l2n_moments *m)
{
	static const int more[] = {3, 4, 5, 2}, enough[] = {3, 2}, few[] = {2}, own[] = {1, 2};
	l2n_iv_spec spec = {{2, features, 0, true}, 4, more, ROWS};
	l2n_moments none = moments(0, NULL);
	double exact[ROWS * COLUMNS];
	answers a;

	is_int(answer(m, &spec, &a), L2N_OK, "an instrument that is the sum of two");
	is_int(a.iv.rank, 3, "counts for nothing");
	is_close(a.coef[0], 3464625.0 / 1542002.0, 1e-13, "changes no coefficient");
	is_close(a.sargan.df1, 1, 0, "nor Sargan's degrees of freedom");
	is_close(a.weak.statistic, 49.996566558760136, 1e-12, "nor the first stage");
	is_close(a.weak.df1, 2, 0, "nor what that has");

	spec.q = 2;
	spec.instrument = enough;
	is_int(answer(m, &spec, &a), L2N_OK, "as many instruments as features");
	ok(isnan(a.sargan.statistic) && isnan(a.sargan.p) && a.sargan.df1 == 0,
	   "leave nothing for Sargan to test");
	spec.q = 1;
	spec.instrument = few;
	is_int(answer(m, &spec, &a), L2N_OK, "too few instruments");
	ok(a.dropped[1] && !a.dropped[0] && a.coef[1] == 0, "tell one feature only, the first");
	ok(isnan(a.weak.statistic), "nothing is added to the first stage");

	spec.q = 2;
	spec.instrument = own;
	is_int(answer(m, &spec, &a), L2N_OK, "features that are all exogenous");
	ok(isnan(a.wu.statistic) && a.wu.df1 == 0, "nothing may be endogenous");

	/* y = 1 + 2 x - w */
	memcpy(exact, rows, sizeof rows);
	for (int i = 0; i < ROWS; i++)
		exact[i * COLUMNS] = 1 + 2 * rows[i * COLUMNS + 1] - rows[i * COLUMNS + 2];
	{
		l2n_moments fitting = moments(ROWS, exact);

		spec = (l2n_iv_spec){{2, features, 0, true}, 4, more, 3};
		is_int(answer(&fitting, &spec, &a), L2N_OK, "no rows left for residuals");
		ok(isnan(a.fit.sigma) && isnan(a.se[0]) && isnan(a.fit.intercept_se), "no standard error");
		is_close(a.coef[0], 2, 1e-14, "the coefficient of rows that fit");
		is_close(a.coef[1], -1, 1e-14, "and the other");
	}
	is_int(l2n_iv_start(l2n_kernel_best(), &none, &spec, &a.iv,
						scratch(l2n_iv_worksize(COLUMNS, 2, 4)), NULL, NULL),
		   L2N_NO_ROWS, "no rows");
}

int
main(void)
{
	l2n_moments m = moments(ROWS, rows);

	test_with_intercept(&m);
	test_without_intercept(&m);
	test_edges(&m);
	return done_testing();
}
