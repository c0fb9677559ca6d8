/*
 * test_iv.c: two-stage least squares and its tests on eight rows, against what the same formulas
 * make of the rows themselves in rational arithmetic; and of many columns, against explicit
 * inverses in long double.
 */
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/stats/iv.h"
#include "num/stats/student.h"
#include "rows.h"

#define ROWS    8
#define COLUMNS 6

/* y, the endogenous x, the exogenous w, two instruments, and one more that is their sum */
static const double given[ROWS * COLUMNS] = {
	9,  3, 1, 2, 1, 3,  4, 1, 2, 1, 3, 4, 12, 5, 0, 4, 2, 6,  7,  4, 3, 3, 0, 3,
	15, 7, 1, 6, 5, 11, 3, 2, 5, 1, 1, 2, 11, 6, 2, 4, 6, 10, 20, 8, 4, 7, 3, 10,
};

static const int features[] = {1, 2};

static l2n_moments
small_moments(int n, const double *x)
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
	double coef[3], se[3];
	bool dropped[3];
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
	static const int twice[] = {1, 2, 2};
	l2n_iv_spec spec = {{2, features, 0, true}, 4, more, ROWS};
	l2n_moments none = small_moments(0, NULL);
	double exact[ROWS * COLUMNS];
	answers a;

	is_int(answer(m, &spec, &a), L2N_OK, "an instrument that is the sum of two");
	is_int(a.iv.rank, 3, "counts for nothing");
	is_close(a.coef[0], 3464625.0 / 1542002.0, 1e-13, "changes no coefficient");
	is_close(a.sargan.df1, 1, 0, "nor Sargan's degrees of freedom");
	is_close(a.weak.statistic, 49.996566558760136, 1e-12, "nor the first stage");
	is_close(a.weak.df1, 2, 0, "nor what that has");

	spec.rows = 4;
	is_int(answer(m, &spec, &a), L2N_OK, "one row more than there are parameters");
	is_close(a.fit.sigma, sqrt(a.fit.solution.rss), 1e-15, "has a deviation");
	ok(isnan(a.weak.statistic) && a.weak.df2 == 0, "but no test of a first stage");
	spec.rows = ROWS;

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
	memcpy(exact, given, sizeof given);
	for (int i = 0; i < ROWS; i++)
		exact[i * COLUMNS] = 1 + 2 * given[i * COLUMNS + 1] - given[i * COLUMNS + 2];
	{
		l2n_moments fitting = small_moments(ROWS, exact);

		spec = (l2n_iv_spec){{2, features, 0, true}, 4, more, 3};
		is_int(answer(&fitting, &spec, &a), L2N_OK, "no rows left for residuals");
		ok(isnan(a.fit.sigma) && isnan(a.se[0]) && isnan(a.fit.intercept_se), "no standard error");
		is_close(a.coef[0], 2, 1e-14, "the coefficient of rows that fit");
		is_close(a.coef[1], -1, 1e-14, "and the other");
		ok(isnan(a.weak.statistic) && isnan(a.weak.p) && a.weak.df2 == -1,
		   "nor a test of the first stage");
		spec.rows = ROWS;
		is_int(answer(&fitting, &spec, &a), L2N_OK, "rows that fit exactly");
		ok(a.fit.sigma == 0 && a.fit.solution.rss == 0 && a.fit.intercept_se == 0 && a.se[0] == 0 &&
			   a.se[1] == 0,
		   "their coefficients are sure");
		spec.columns = (l2n_columns){3, twice, 0, false};
		for (int i = 0; i < ROWS; i++)
			exact[i * COLUMNS] -= 1;
		fitting = small_moments(ROWS, exact);
		is_int(answer(&fitting, &spec, &a), L2N_OK, "and one feature twice");
		ok(a.fit.sigma == 0 && a.se[0] == 0 && a.se[1] == 0 && a.dropped[2] && isnan(a.se[2]) &&
			   isnan(a.fit.intercept_se),
		   "but for what is dropped, and no intercept");
	}
	is_int(l2n_iv_start(l2n_kernel_best(), &none, &spec, &a.iv,
						scratch(l2n_iv_worksize(COLUMNS, 2, 4)), NULL, NULL),
		   L2N_NO_ROWS, "no rows");
}

/*
 * Many columns: the target, features 1 to 5, of which the last two are instruments of themselves,
 * and instruments 6 to 9, the last the sum of two
 */
#define WIDE 10

static const int wide_features[] = {4, 1, 2, 5, 3};
static const int wide_instruments[] = {8, 4, 6, 7, 5, 9};

/* Cross products of all columns, about their means or about 0 */
static void
products_of(const rows *r, bool centred, long double s[WIDE][WIDE], long double *mean)
{
	long double weight = 0;

	memset(s, 0, sizeof(long double) * WIDE * WIDE);
	memset(mean, 0, sizeof(long double) * WIDE);
	for (int i = 0; i < r->n; i++)
	{
		weight += row_at(r, i)[WIDE];
		for (int j = 0; j < WIDE && centred; j++)
			mean[j] += row_at(r, i)[WIDE] * (long double) row_at(r, i)[j];
	}
	for (int j = 0; j < WIDE; j++)
		mean[j] /= weight;
	for (int i = 0; i < r->n; i++)
		for (int j = 0; j < WIDE; j++)
			for (int l = 0; l < WIDE; l++)
				s[j][l] +=
					row_at(r, i)[WIDE] * (row_at(r, i)[j] - mean[j]) * (row_at(r, i)[l] - mean[l]);
}

/* Coefficients of column y on n others by cross products between each; what they leave of it */
static long double
regress(int k, const long double *s, int y, int n, const int *x, long double *b)
{
	long double *a = calloc((size_t) (n * n) + 1, sizeof(long double)), *back, left = s[y * k + y];

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			a[i * n + j] = s[x[i] * k + x[j]];
	back = inverse_of(a, n);
	for (int i = 0; i < n; i++)
	{
		b[i] = 0;
		for (int j = 0; j < n; j++)
			b[i] += back[i * n + j] * s[x[j] * k + y];
		left -= b[i] * s[x[i] * k + y];
	}
	free(a);
	free(back);
	return left;
}

static void
test_wide(bool centred, bool weighted)
{
	rows r = random_rows(60, WIDE, 3, weighted);
	long double s[WIDE][WIDE], mean[WIDE], all[2 * WIDE][2 * WIDE] = {{0}}, z[WIDE][5], b[5], a[25];
	long double c[2 * WIDE], rss = 0, projected, intercept, *back, weight = 0, larger, smaller;
	/* the instruments but for the sum; the features with the projections of three of them behind */
	static const int five[] = {8, 4, 6, 7, 5}, own[] = {4, 5};
	static const int eight[] = {4, 1, 2, 5, 3, WIDE + 1, WIDE + 2, WIDE + 3};
	const l2n_iv_spec spec = {{5, wide_features, 0, centred}, 6, wide_instruments, 60};
	double coef[5], se[5], of[6], far = 0;
	bool gone[5];
	l2n_fit fit = {.solution.coef = coef, .se = se, .dropped = gone};
	l2n_moments m;
	l2n_iv iv;
	l2n_iv_test test;
	void *work = scratch(l2n_iv_worksize(WIDE, 5, 6));
	const l2n_kernel *kernel = l2n_kernel_best();

	for (int i = 0; i < r.n; i++)
	{
		row_at(&r, i)[9] = row_at(&r, i)[6] + row_at(&r, i)[8];
		/* deviations from it that are less than 1, and others */
		row_at(&r, i)[0] /= weighted ? 16 : 1;
		weight += row_at(&r, i)[WIDE];
	}
	m = moments_of(&r);
	products_of(&r, centred, s, mean);
	for (int j = 0; j < WIDE; j++)
		regress(WIDE, s[0], j, 5, five, z[j]);
	for (int i = 0; i < WIDE; i++)
		for (int j = 0; j < WIDE; j++)
		{
			all[i][j] = s[i][j];
			for (int l = 0; l < 5; l++)
				all[i][WIDE + j] += s[i][five[l]] * z[j][l];
			all[WIDE + j][i] = all[WIDE + i][WIDE + j] = all[i][WIDE + j];
		}
	is_int(l2n_iv_start(kernel, &m, &spec, &iv, work, NULL, NULL), L2N_OK, "five features%s%s",
		   centred ? "" : ", no intercept", weighted ? ", weighted" : "");
	is_int(iv.rank, 5, "five instruments, and a sum of them");
	for (int i = 0; i < WIDE; i++)
		for (int j = i; j < WIDE; j++)
			far = fmax(far, off(l2n_cross(&iv.projected, i, j).hi, all[i][WIDE + j],
								sqrtl(s[i][i] * s[j][j])));
	ok(far < 1e-15, "projections, %.1e", far);
	far = 0;
	for (int j = 0; j < WIDE; j++)
		far = fmax(far, off(l2n_mean(&iv.projected, j).hi, mean[j], 1));
	ok(far < 1e-15 && iv.projected.n == 60 && off(iv.projected.weight.hi, weight, weight) < 1e-15,
	   "have the means and the weight of what is projected");

	/* the fit to the projections; its residuals are those of the features */
	for (int i = 0; i < 5; i++)
		for (int j = 0; j < 5; j++)
			a[i * 5 + j] = all[wide_features[i]][WIDE + wide_features[j]];
	back = inverse_of(a, 5);
	rss = s[0][0];
	projected = all[0][WIDE];
	intercept = mean[0];
	for (int i = 0; i < 5; i++)
	{
		b[i] = 0;
		for (int j = 0; j < 5; j++)
			b[i] += back[i * 5 + j] * all[0][WIDE + wide_features[j]];
		intercept -= b[i] * mean[wide_features[i]];
	}
	for (int i = 0; i < 5; i++)
	{
		rss -= 2 * b[i] * s[0][wide_features[i]];
		projected -= b[i] * all[0][WIDE + wide_features[i]];
		for (int j = 0; j < 5; j++)
			rss += b[i] * b[j] * s[wide_features[i]][wide_features[j]];
	}
	is_int(l2n_iv_fit(kernel, &iv, &fit, &test, NULL, NULL), L2N_OK, "two stages");
	far = 0;
	for (int i = 0; i < 5; i++)
	{
		double df = 55 - centred;

		far = fmax(far, off(coef[i], b[i], fabsl(b[i])));
		far = fmax(far, off(se[i], sqrtl(rss / df * back[i * 5 + i]), se[i]));
	}
	ok(far < 1e-13, "coefficients and their errors, %.1e", far);
	ok(fit.solution.coef == coef && off(fit.solution.intercept, intercept, 1) < 1e-13 &&
		   fit.df_resid == 55 - centred,
	   "the intercept, and what is left of the rows");
	is_close(fit.solution.rss, (double) rss, 1e-13, "residuals");
	is_close(fit.solution.r_squared, (double) (1 - rss / s[0][0]), 1e-13, "r squared");
	ok(test.df1 == 0 && isnan(test.statistic) && isnan(test.p), "as many instruments as features");

	/* the projections themselves, of what is endogenous and of an instrument */
	for (int j = 0; j < 5; j++)
	{
		far = 0;
		is_int(l2n_iv_projection(kernel, &iv, j, of, NULL, NULL), L2N_OK,
			   "projection of feature %d", wide_features[j]);
		for (int i = 0; i < 6; i++)
			far = fmax(far, off(of[i], i < 5 ? z[wide_features[j]][i] : 0, 1));
		ok(far < 1e-13, "its coefficients, none for the sum, %.1e", far);
	}
	for (int j = 0; j < 5; j++)
	{
		if (wide_features[j] > 3)
			continue;
		larger = regress(WIDE, s[0], wide_features[j], 5, five, c);
		smaller = regress(WIDE, s[0], wide_features[j], 2, own, c);
		is_int(l2n_iv_first_stage(kernel, &iv, j, &test, NULL, NULL), L2N_OK, "first stage of %d",
			   wide_features[j]);
		is_close(test.statistic, (double) ((smaller - larger) / 3 / (larger / (55 - centred))),
				 1e-12, "its F");
		ok(test.df1 == 3 && test.df2 == 55 - centred, "with 3 and %g", test.df2);
		is_close(test.p, l2n_f_pvalue(test.statistic, 3, 55 - centred), 0, "p");
	}
	larger = regress(2 * WIDE, all[0], 0, 8, eight, c);
	smaller = regress(2 * WIDE, all[0], 0, 5, eight, c);
	is_int(l2n_iv_endogeneity(kernel, &iv, &test, NULL, NULL), L2N_OK, "endogeneity");
	is_close(test.statistic, (double) ((smaller - larger) / 3 / (larger / (52 - centred))), 1e-11,
			 "its F");
	ok(test.df1 == 3 && test.df2 == 52 - centred, "with 3 and %g", test.df2);
	free(r.x);
	free(m.mean);
	free(back);
	free(work);
}

static bool
stop_at(void *left)
{
	return (*(int *) left)-- == 0;
}

/* Each part polls so often, and stops at each */
static void
test_polls(const l2n_moments *m)
{
	static const int instruments[] = {3, 4, 2}, polls[] = {18, 20, 16, 20, 12};
	const l2n_iv_spec spec = {{2, features, 0, true}, 3, instruments, ROWS};
	const l2n_kernel *kernel = l2n_kernel_best();
	double coef[3], se[3];
	bool gone[3];
	l2n_fit fit = {.solution.coef = coef, .se = se, .dropped = gone};
	l2n_iv iv;
	l2n_iv_test test;
	void *work = scratch(l2n_iv_worksize(COLUMNS, 2, 3));

	for (int part = 0; part < 5; part++)
	{
		l2n_status status = L2N_INTERRUPTED;
		int stops;

		for (stops = 0; status == L2N_INTERRUPTED && stops < 100; stops++)
		{
			int left = stops;

			status = part == 0   ? l2n_iv_start(kernel, m, &spec, &iv, work, stop_at, &left)
					 : part == 1 ? l2n_iv_fit(kernel, &iv, &fit, &test, stop_at, &left)
					 : part == 2 ? l2n_iv_first_stage(kernel, &iv, 0, &test, stop_at, &left)
					 : part == 3 ? l2n_iv_endogeneity(kernel, &iv, &test, stop_at, &left)
								 : l2n_iv_projection(kernel, &iv, 0, coef, stop_at, &left);
		}
		is_int(status, L2N_OK, "part %d ends", part);
		is_int(stops - 1, polls[part], "and stops at each poll before");
	}
	free(work);
}

/* A feature whose product with an instrument is out of range; rows that fit exactly */
static void
test_out_of_range(const l2n_moments *m)
{
	static const int instruments[] = {3, 4, 2};
	const l2n_iv_spec spec = {{2, features, 0, true}, 3, instruments, ROWS};
	double *cross = m->cross + l2n_tri(COLUMNS, 1, 3), was = *cross;
	void *work = scratch(l2n_iv_worksize(COLUMNS, 2, 3));
	l2n_iv iv;

	*cross = INFINITY;
	is_int(l2n_iv_start(l2n_kernel_best(), m, &spec, &iv, work, NULL, NULL), L2N_OUT_OF_RANGE,
		   "a product out of range");
	*cross = was;
	free(work);
}

int
main(void)
{
	l2n_moments m = small_moments(ROWS, given);

	test_with_intercept(&m);
	test_without_intercept(&m);
	test_edges(&m);
	for (int kind = 0; kind < 4; kind++)
		test_wide(kind & 1, kind & 2);
	test_polls(&m);
	test_out_of_range(&m);
	return done_testing();
}
