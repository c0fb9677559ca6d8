/*
 * test_ridge.c: every number that a fit, a row's leverage, and inflation and condition indexes
 * give, against explicit inverses in long double, for all that a caller can ask for; and which
 * columns are dropped.
 */
#include "num/solve/collinear.h"
#include "num/solve/leverage.h"
#include "num/solve/ridge.h"

#include "rows.h"

#define MOST      180
#define TOLERANCE 1e-11

static int feature[MOST];
static double coef[MOST], se[MOST];
static bool dropped[MOST];

static l2n_fit
new_fit(void)
{
	l2n_fit fit = {.dropped = dropped, .se = se};

	fit.solution.coef = coef;
	return fit;
}

static long double penalty[MOST]; /* what is added to the diagonal */

/* The header's formula; a variance is about the mean always */
static void
set_penalty(const l2n_ridge_spec *spec, const rows *r)
{
	equations about = equations_of(r, true);

	for (int j = 0; j < about.p; j++)
	{
		penalty[j] = spec->lambda * (spec->penalty ? spec->penalty[j] : 1.0L);
		if (spec->standardize)
			penalty[j] *= about.c[j * about.p + j] / about.weight;
		if (spec->extra)
			penalty[j] += spec->extra[j];
	}
	free_equations(&about);
}

/* The sum of |a_ij| over a column, the largest */
static long double
column_norm(const long double *a, const double *scale, int p, bool inverse)
{
	long double largest = 0;

	for (int j = 0; j < p; j++)
	{
		long double sum = 0;

		for (int i = 0; i < p; i++)
		{
			long double unit = (long double) scale[i] * scale[j];

			sum += fabsl(a[i * p + j]) * (inverse ? 1 / unit : unit);
		}
		largest = fmaxl(largest, sum);
	}
	return largest;
}

/* A row of weight 1: its leverage and variance; and that of the intercept, at a row of zeros */
static void
row_forms(const equations *e, const long double *inverse, const long double *middle,
		  const double *x, long double *leverage, long double *variance)
{
	*leverage = *variance = e->intercept ? 1 / e->weight : 0;
	for (int i = 0; i < e->p; i++)
		for (int j = 0; j < e->p; j++)
		{
			long double square = ((x ? x[i] : 0) - e->mean[i]) * ((x ? x[j] : 0) - e->mean[j]);

			*leverage += square * inverse[i * e->p + j];
			*variance += square * middle[i * e->p + j];
		}
}

static void
test_leverage(const char *name, const rows *r, const l2n_moments *m, const l2n_ridge_spec *spec,
			  const equations *e, const long double *inverse, const long double *middle)
{
	void *work = scratch(l2n_leverage_worksize(e->p));
	l2n_leverage *l;
	double far = 0.0, was, moved;

	if (l2n_leverage_start(l2n_kernel_best(), m, spec, work, &l, NULL, NULL) != L2N_OK)
		ok(false, "%s: leverage", name);
	for (int i = 0; i < 5; i++)
	{
		double leverage, variance;
		long double h, v;

		row_forms(e, inverse, middle, row_at(r, i) + 1, &h, &v);
		l2n_leverage_row(l2n_kernel_best(), l, row_at(r, i) + 1, &leverage, &variance);
		far = fmax(far, fmax(off(leverage, h, h), off(variance, v, v)));
	}
	ok(far < TOLERANCE, "%s: leverage and variance of rows: off by %.2g", name, far);
	is_close(l2n_leverage_tss(l), (double) e->syy, TOLERANCE, "%s: their sum of squares", name);
	was = l2n_leverage_mismatch(l, coef);
	ok(was < 1e-15, "%s: coefficients are those of the rows: %.2g", name, was);
	for (int j = 0; j < e->p; j += e->p / 3 + 1)
	{
		double kept = coef[j];
		long double largest = 0;

		/* of each equation: what its terms leave, as a share of them */
		coef[j] = kept * 1.25 + 0.01;
		for (int i = 0; i < e->p; i++)
		{
			long double g = e->rhs[i], terms = fabsl(g);

			for (int t = 0; t < e->p; t++)
			{
				long double term = e->c[i * e->p + t] * coef[t];

				if (i == t)
					term += penalty[i] * coef[t];
				g -= term;
				terms += fabsl(term);
			}
			largest = fmaxl(largest, fabsl(g) / terms);
		}
		moved = l2n_leverage_mismatch(l, coef);
		is_close(moved, (double) largest, 1e-9, "%s: others are not, and by how much", name);
		coef[j] = kept;
	}
	free(work);
}

static void
test_fit(const char *name, const rows *r, l2n_ridge_spec spec)
{
	int p = r->k - 1;
	l2n_moments m = moments_of(r);
	equations e = equations_of(r, spec.columns.intercept);
	long double *a = malloc(sizeof(long double) * (size_t) (p * p) + 1), *inverse, *t, *middle;
	long double trace = 0, trace2 = 0, rss = 0, df, left, sigma, at_mean, none;
	double worst[3] = {0, 0, 0}, scale[MOST];
	void *work = scratch(l2n_ridge_worksize(p));
	l2n_fit fit = new_fit();
	int n_dropped = 0;

	spec.columns.p = p;
	spec.columns.feature = feature;
	memcpy(a, e.c, sizeof(long double) * (size_t) (p * p));
	set_penalty(&spec, r);
	for (int j = 0; j < p; j++)
	{
		a[j * p + j] += penalty[j];
		scale[j] = l2n_power_scale((double) a[j * p + j]);
		ok(a[j * p + j] * scale[j] * scale[j] >= 0.25 && a[j * p + j] * scale[j] * scale[j] <= 4,
		   "%s: a scale brings squares near 1", name);
	}
	inverse = inverse_of(a, p);
	t = product_of(inverse, e.c, p);
	middle = product_of(t, inverse, p);
	for (int i = 0; i < p; i++)
		for (int j = 0; j < p; j++)
		{
			trace += i == j ? t[i * p + i] : 0;
			trace2 += t[i * p + j] * t[j * p + i];
		}
	df = trace + spec.columns.intercept;
	left = spec.rows - spec.columns.intercept - 2 * trace + trace2;

	is_int(l2n_ridge(l2n_kernel_best(), &m, &spec, &fit, work, NULL, NULL), L2N_OK, "%s", name);
	for (int i = 0; i < r->n; i++)
	{
		const double *x = row_at(r, i);
		long double off_by = x[0] - fit.solution.intercept;

		for (int j = 0; j < p; j++)
			off_by -= (long double) coef[j] * x[j + 1];
		rss += x[r->k] * off_by * off_by;
	}
	sigma = spec.sigma > 0 ? spec.sigma : sqrtl(rss / left);
	for (int j = 0; j < p; j++)
	{
		long double b = 0, v = sigma * sqrtl(middle[j * p + j]);

		for (int l = 0; l < p; l++)
			b += inverse[j * p + l] * e.rhs[l];
		worst[0] = fmax(worst[0], off(coef[j], b, fabsl(b)));
		worst[1] = fmax(worst[1], off(se[j], v, v));
		n_dropped += dropped[j];
	}
	ok(worst[0] < TOLERANCE, "%s: coefficients, off by %.2g", name, worst[0]);
	ok(worst[1] < TOLERANCE, "%s: standard errors, off by %.2g", name, worst[1]);
	is_int(n_dropped, 0, "%s: nothing is dropped", name);
	is_int(fit.rank, p, "%s: rank", name);
	if (spec.columns.intercept)
	{
		long double b0 = e.mean_y;

		for (int j = 0; j < p; j++)
			b0 -= e.mean[j] * coef[j];
		is_close(fit.solution.intercept, (double) b0, TOLERANCE, "%s: intercept", name);
		row_forms(&e, inverse, middle, NULL, &none, &at_mean);
		is_close(fit.intercept_se, (double) (sigma * sqrtl(at_mean)), TOLERANCE, "%s: its error",
				 name);
	}
	else
		ok(fit.solution.intercept == 0.0 && isnan(fit.intercept_se), "%s: no intercept", name);
	is_close(fit.solution.rss, (double) rss, TOLERANCE, "%s: sum of squared residuals", name);
	is_close(fit.solution.tss, (double) e.syy, TOLERANCE, "%s: sum of squares", name);
	/* the difference loses what the row sums round, where nothing is explained */
	ok(off(fit.solution.r_squared, 1 - rss / e.syy, 1) < 1e-16 ||
		   off(fit.solution.r_squared, 1 - rss / e.syy, 1 - rss / e.syy) < TOLERANCE,
	   "%s: R^2 is %.17g", name, fit.solution.r_squared);
	is_close(fit.df, (double) df, TOLERANCE, "%s: effective parameters", name);
	is_close(fit.df_resid, (double) left, TOLERANCE, "%s: residual degrees of freedom", name);
	is_close(fit.sigma, (double) sigma, TOLERANCE, "%s: sigma", name);
	is_close(fit.rcond,
			 p == 0 ? 0
					: (double) (1 / (column_norm(a, scale, p, false) *
									 column_norm(inverse, scale, p, true))),
			 1e-6, "%s: condition", name);
	if (p > 0)
		test_leverage(name, r, &m, &spec, &e, inverse, middle);
	free(m.mean);
	free_equations(&e);
	free(a);
	free(inverse);
	free(t);
	free(middle);
	free(work);
}

static void
test_fits(void)
{
	static const int sizes[] = {0, 1, 2, 5, 40, 170};
	static const double lambdas[] = {0, 1e-3, 0.5, 100, 1e7, 1e19};
	double factor[MOST], extra[MOST];

	for (int j = 0; j < MOST; j++)
	{
		factor[j] = j % 3 == 1 ? 0 : 1 + j % 4;
		extra[j] = j % 4 * 0.5;
	}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (int kind = 0; kind < 12; kind++)
		{
			int p = sizes[i];
			bool wide = p > 100;
			rows r;
			char name[200];
			l2n_ridge_spec spec = {
				.columns = {.target = 0, .intercept = kind % 2 == 0},
				.standardize = kind % 3 == 1,
				.lambda = lambdas[kind % 6],
				.penalty = kind / 6 ? factor : NULL,
				.extra = kind % 4 == 3 ? extra : NULL,
				.sigma = kind % 5 == 4 ? 2.5 : 0,
			};

			if (wide && kind % 4)
				continue;
			r = random_rows(wide ? 400 : 60 + p, p + 1, (uint64_t) (100 * p + kind), kind % 3 > 0);
			spec.rows = r.n + (kind % 3 == 2 ? 7.5 : 0);
			snprintf(name, sizeof name, "p = %d, lambda = %g%s%s%s%s", p, spec.lambda,
					 spec.columns.intercept ? "" : ", no intercept",
					 spec.standardize ? ", standardized" : "", spec.penalty ? ", factors" : "",
					 spec.extra ? ", extra" : "");
			test_fit(name, &r, spec);
			free(r.x);
		}
}

/* Rows whose third feature is the sum of two, the fourth constant, the fifth a copy of the first */
static rows
dependent_rows(int n)
{
	rows r = random_rows(n, 8, 77, true);

	for (int i = 0; i < n; i++)
	{
		double *x = row_at(&r, i);

		x[3] = x[1] + x[2];
		x[4] = 6.5;
		x[5] = x[1];
	}
	return r;
}

/* What is dropped, and that the others are fitted as if it had not been there */
static void
test_dropping(bool intercept)
{
	rows r = dependent_rows(30), few = make_rows(30, intercept ? 5 : 6);
	l2n_moments m = moments_of(&r), small;
	void *work = scratch(l2n_ridge_worksize(7));
	l2n_ridge_spec spec = {.columns = {7, feature, 0, intercept}, .rows = 30};
	l2n_fit fit = new_fit(), alone = new_fit();
	double b[7], error[7], far = 0.0;
	bool gone[7];
	int kept = 0, wrong = 0;

	alone.solution.coef = b;
	alone.se = error;
	alone.dropped = gone;
	for (int i = 0; i < 30; i++)
	{
		const double *x = row_at(&r, i);
		double with[] = {x[0], x[1], x[2], x[6], x[7], x[8]};
		double without[] = {x[0], x[1], x[2], x[4], x[6], x[7], x[8]};

		memcpy(row_at(&few, i), intercept ? with : without, sizeof(double) * (size_t) (few.k + 1));
	}
	small = moments_of(&few);
	is_int(l2n_ridge(l2n_kernel_best(), &m, &spec, &fit, work, NULL, NULL), L2N_OK, "dependent");
	spec.columns.p = few.k - 1;
	is_int(l2n_ridge(l2n_kernel_best(), &small, &spec, &alone, work, NULL, NULL), L2N_OK, "alone");
	for (int j = 0; j < 7; j++)
	{
		bool explained = j == 2 || j == 4 || (j == 3 && intercept);

		wrong += dropped[j] != explained;
		if (explained)
			wrong += coef[j] != 0.0 || !isnan(se[j]);
		else
		{
			far = fmax(far, fmax(off(coef[j], b[kept], fabs(b[kept])),
								 off(se[j], error[kept], error[kept])));
			kept++;
		}
	}
	is_int(wrong, 0, "sum, copy and %s are dropped", intercept ? "constant" : "nothing else");
	ok(far < TOLERANCE, "the others are as they are without them: %.2g", far);
	is_int(fit.rank, few.k - 1, "rank");
	is_close(fit.df, alone.df, TOLERANCE, "parameters");
	is_close(fit.df_resid, 30 - (few.k - 1) - intercept, TOLERANCE, "degrees of freedom");
	is_close(fit.sigma, alone.sigma, TOLERANCE, "sigma");
	is_close(fit.rcond, alone.rcond, 1e-9, "condition");
	is_close(fit.solution.rss, alone.solution.rss, TOLERANCE, "sum of squared residuals");

	/* penalised, but too little to tell such columns apart */
	spec.columns.p = 7;
	spec.lambda = 1e-25;
	is_int(l2n_ridge(l2n_kernel_best(), &m, &spec, &fit, work, NULL, NULL), L2N_SINGULAR_PENALTY,
		   "a penalty that is next to nothing");
	is_int(fit.failed, 2, "shows at the first of them");
	ok(fabs(fit.failed_pivot) < 1e-20, "whose pivot is %.2g", fit.failed_pivot);
	spec.lambda = 1e-3;
	is_int(l2n_ridge(l2n_kernel_best(), &m, &spec, &fit, work, NULL, NULL), L2N_OK, "a larger one");
	is_int(fit.rank, 7, "drops nothing");
	free(work);
	free(r.x);
	free(few.x);
	free(m.mean);
	free(small.mean);
}

/* As many rows as parameters: fitted exactly, with no error to be told; one more: there is one */
static void
test_no_rows_left(bool intercept)
{
	for (int more = 0; more < 2; more++)
	{
		rows r = random_rows(3 + intercept + more, 4, 5, false);
		l2n_moments m = moments_of(&r);
		void *work = scratch(l2n_ridge_worksize(3));
		l2n_ridge_spec spec = {.columns = {3, feature, 0, intercept}, .rows = r.n};
		l2n_fit fit = new_fit();

		is_int(l2n_ridge(l2n_kernel_best(), &m, &spec, &fit, work, NULL, NULL), L2N_OK,
			   "%d rows more than parameters", more);
		ok(more ? fit.sigma > 0 && se[0] > 0 : isnan(fit.sigma) && isnan(se[0]),
		   "sigma %g, error %g", fit.sigma, se[0]);
		is_int((long) fit.df_resid, more, "degrees of freedom");
		free(work);
		free(r.x);
		free(m.mean);
	}
}

static void
test_inflation(bool intercept)
{
	rows r = random_rows(50, 7, 9, true);
	l2n_moments m = moments_of(&r);
	equations e = equations_of(&r, intercept);
	long double *inverse = inverse_of(e.c, 6);
	void *work = scratch(l2n_collinear_worksize(6));
	l2n_columns columns = {6, feature, 0, intercept};
	l2n_collinear c;
	double far = 0.0;

	is_int(l2n_collinear_start(l2n_kernel_best(), &m, &columns, &c, work, NULL, NULL), L2N_OK,
		   "inflation");
	for (int j = 0; j < 6; j++)
	{
		double vif, tolerance, r_squared;
		long double want = e.c[j * 6 + j] * inverse[j * 6 + j];

		l2n_collinear_inflation(l2n_kernel_best(), &c, j, &vif, &tolerance, &r_squared);
		far = fmax(far, fmax(off(vif, want, want), off(tolerance, 1 / want, 1 / want)));
		far = fmax(far, off(r_squared, 1 - 1 / want, 1 - 1 / want));
	}
	ok(far < TOLERANCE, "%s intercept: off by %.2g", intercept ? "with" : "without", far);
	is_int(c.rank, 6, "rank");
	free(inverse);
	free_equations(&e);
	free(work);
	free(r.x);
	free(m.mean);
}

/* Two features at right angles explain nothing of each other: exactly */
static void
test_no_inflation(void)
{
	rows r = make_rows(4, 3);
	l2n_moments m;
	l2n_columns columns = {2, feature, 0, true};
	void *work = scratch(l2n_collinear_worksize(2));
	l2n_collinear c;
	double vif, tolerance, r_squared;

	for (int i = 0; i < 4; i++)
	{
		double x[] = {i, i / 2 * 0.1, i % 2 * 0.3 + 7, 1};

		memcpy(row_at(&r, i), x, sizeof x);
	}
	m = moments_of(&r);
	(void) l2n_collinear_start(l2n_kernel_best(), &m, &columns, &c, work, NULL, NULL);
	l2n_collinear_inflation(l2n_kernel_best(), &c, 0, &vif, &tolerance, &r_squared);
	ok(vif == 1.0 && tolerance == 1.0 && r_squared == 0.0, "no inflation: %.17g %.17g %.17g", vif,
	   tolerance, r_squared);
	free(work);
	free(r.x);
	free(m.mean);
}

static void
test_alias(bool intercept)
{
	rows r = random_rows(40, 6, 12, false);
	l2n_moments m;
	l2n_columns columns = {5, feature, 0, intercept};
	void *work = scratch(l2n_collinear_worksize(5));
	l2n_collinear c;
	double constant, b[5], vif, tolerance, r_squared;

	for (int i = 0; i < 40; i++)
	{
		double *x = row_at(&r, i);

		x[3] = 0.3 * x[1] - 1.75 * x[2] + (intercept ? 12.5 : 0);
		x[5] = intercept ? 4 : x[4] * 3;
	}
	m = moments_of(&r);
	is_int(l2n_collinear_start(l2n_kernel_best(), &m, &columns, &c, work, NULL, NULL), L2N_OK,
		   "aliases");
	ok(!c.dropped[0] && !c.dropped[1] && c.dropped[2] && !c.dropped[3] && c.dropped[4],
	   "of the third and the last");
	is_int(c.rank, 3, "rank");
	is_int(l2n_collinear_alias(l2n_kernel_best(), &c, 2, &constant, b), L2N_OK, "the third");
	ok(constant == (intercept ? 12.5 : 0) && b[0] == 0.3 && b[1] == -1.75 && b[2] == 0 &&
		   b[3] == 0 && b[4] == 0,
	   "%g + %g, %g", constant, b[0], b[1]);
	is_int(l2n_collinear_alias(l2n_kernel_best(), &c, 4, &constant, b), L2N_OK, "the last");
	ok(constant == (intercept ? 4 : 0) && b[3] == (intercept ? 0 : 3) && b[0] == 0 && b[1] == 0,
	   "%g + %g times the fourth", constant, b[3]);
	l2n_collinear_inflation(l2n_kernel_best(), &c, 2, &vif, &tolerance, &r_squared);
	ok(isinf(vif) && tolerance == 0 && r_squared == 1, "its inflation");
	free(work);
	free(r.x);
	free(m.mean);
}

/* The constant of the last of p features, an alias of those before it, and its coefficients to b */
static double
alias_of_last(const rows *r, double *b)
{
	l2n_moments m = moments_of(r);
	l2n_columns columns = {r->k - 1, feature, 0, true};
	void *work = scratch(l2n_collinear_worksize(columns.p));
	l2n_collinear c;
	double constant = NAN;

	is_int(l2n_collinear_start(l2n_kernel_best(), &m, &columns, &c, work, NULL, NULL), L2N_OK,
		   "aliases");
	is_int(c.rank, columns.p - 1, "one of %d features", columns.p);
	ok(c.dropped[columns.p - 1], "is explained by the others");
	is_int(l2n_collinear_alias(l2n_kernel_best(), &c, columns.p - 1, &constant, b), L2N_OK, "how");
	free(work);
	free(m.mean);
	return constant;
}

/*
 * Features next to each other put noise on each other's coefficients, by as much more than rounding
 * as they are near: digits that are too many to be there by accident are still found.
 */
static void
test_alias_of_near(void)
{
	rows r = random_rows(60, 4, 21, false);
	double b[3], constant;

	for (int i = 0; i < r.n; i++)
	{
		double *x = row_at(&r, i);

		x[2] = x[1] + 3e-10 * x[2];
		x[3] = (double) (0.251L * x[1] + 1.371L * x[2] + 2.5L);
	}
	constant = alias_of_last(&r, b);
	ok(b[0] == 0.251 && b[1] == 1.371 && constant == 2.5, "%.17g + %.17g, %.17g", constant, b[0],
	   b[1]);
	free(r.x);
}

/*
 * Far from 0 a coefficient's last bit counts for much in the constant: of 0.1 and 0.3, which no
 * double is, the constant takes back no more than that.
 */
static void
test_alias_far_away(void)
{
	rows r = random_rows(60, 4, 22, false);
	double b[3], constant;

	for (int i = 0; i < r.n; i++)
	{
		double *x = row_at(&r, i);
		double first = round(1000 * x[1]), second = round(1000 * x[2]);

		x[1] = 3e12 + 10 * first;
		x[2] = 1e12 + 10 * second;
		x[3] = first - 3 * second + 0.5;
	}
	constant = alias_of_last(&r, b);
	ok(b[0] == 0.1 && b[1] == -0.3 && constant == 0.5, "%.17g + %.17g, %.17g", constant, b[0],
	   b[1]);
	free(r.x);
}

/*
 * Nor is a coefficient of features far from 0 made shorter than what its rounding leaves open,
 * since the constant would have to make up for it.
 */
static void
test_alias_of_many_digits(void)
{
	rows r = random_rows(400, 3, 23, false);
	double b[2], constant;

	for (int i = 0; i < r.n; i++)
	{
		double *x = row_at(&r, i);

		x[1] = 1e6 + 100 * x[1];
		x[2] = (double) (0.12345678901234L * x[1] + 0.5L);
	}
	constant = alias_of_last(&r, b);
	ok(fabs(b[0] - 0.12345678901234) < 1e-14 && fabs(constant - 0.5) < 1e-8, "%.17g + %.17g",
	   constant, b[0]);
	free(r.x);
}

/* Coefficients that are no decimals are noise in the last bits, whose sum is in the constant */
static void
test_alias_of_many(void)
{
	rows r = random_rows(30, 22, 24, false);
	double b[21], constant, far = 0.0;

	for (int i = 0; i < r.n; i++)
	{
		double *x = row_at(&r, i);
		long double sum = 0.5L;

		for (int j = 1; j < 21; j++)
		{
			x[j] += 1000;
			sum += sqrtl(j) * x[j];
		}
		x[21] = (double) sum;
	}
	constant = alias_of_last(&r, b);
	for (int j = 0; j < 20; j++)
		far = fmax(far, fabs(b[j] - sqrt(j + 1)));
	ok(far < 1e-11 && constant == 0.5, "%.17g + the features by %.2g", constant, far);
	free(r.x);
}

/*
 * With A the cross products of unit columns, v_d its eigenvectors: proportion_dt (A^-1)_tt =
 * v_dt^2 / eigenvalue_d, from which the lengths of the eigenvectors and the diagonal of A follow
 */
static void
test_conditions(bool intercept, bool centred)
{
	int p = 5, shift = intercept && !centred ? 1 : 0, k = p + shift, wrong = 0;
	rows r = random_rows(60, p + 1, 31, true);
	l2n_moments m = moments_of(&r);
	equations e = equations_of(&r, centred);
	l2n_columns columns = {p, feature, 0, intercept};
	long double *a = calloc((size_t) (k * k), sizeof(long double)), *inverse;
	void *work = scratch(l2n_condition_worksize(p));
	l2n_condition c;
	double far = 0.0;

	/* the products of the columns, with one of ones in front; then of unit length */
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			for (int row = 0; row < r.n; row++)
			{
				const double *x = row_at(&r, row);

				a[i * k + j] += (i < shift ? 1 : x[i - shift + 1] - e.mean[i - shift]) *
								(j < shift ? 1 : x[j - shift + 1] - e.mean[j - shift]) * x[r.k];
			}
	for (int i = 0; i < k; i++)
	{
		long double unit = 1 / sqrtl(a[i * k + i]);

		for (int j = 0; j < k; j++)
		{
			a[i * k + j] *= unit;
			a[j * k + i] *= unit;
		}
	}
	inverse = inverse_of(a, k);
	is_int(l2n_condition_indexes(l2n_kernel_best(), &m, &columns, centred, &c, work, NULL, NULL),
		   L2N_OK, "condition indexes%s%s", intercept ? "" : ", no intercept",
		   centred ? ", centred" : "");
	is_int(c.k, k, "as many as terms");
	is_int(c.rank, p, "rank");
	for (int d = 0; d < k; d++)
	{
		long double length = 0, diagonal = 0, sum = 0;
		double index = sqrt(c.eigenvalue[0] / c.eigenvalue[d]);

		wrong += c.term[d] != d + 1 - shift || (d > 0 && c.eigenvalue[d] > c.eigenvalue[d - 1]);
		far = fmax(far, off(c.index[d], index, index));
		for (int t = 0; t < k; t++)
		{
			length += c.proportion[d * k + t] * inverse[t * k + t] * c.eigenvalue[d];
			diagonal +=
				c.proportion[t * k + d] * inverse[d * k + d] * c.eigenvalue[t] * c.eigenvalue[t];
			sum += c.proportion[t * k + d];
		}
		far = fmax(far, off((double) length, 1, 1));
		far = fmax(far, fmax(off((double) diagonal, 1, 1), off((double) sum, 1, 1)));
	}
	is_int(wrong, 0, "terms and eigenvalues in their order");
	ok(far < TOLERANCE, "shares of variance: off by %.2g", far);
	free(a);
	free(inverse);
	free_equations(&e);
	free(work);
	free(r.x);
	free(m.mean);
}

int
main(void)
{
	for (int j = 0; j < MOST; j++)
		feature[j] = j + 1;
	test_fits();
	for (int i = 0; i < 2; i++)
	{
		test_dropping(i);
		test_no_rows_left(i);
		test_inflation(i);
		test_alias(i);
		test_conditions(i, false);
	}
	test_conditions(true, true);
	test_no_inflation();
	test_alias_of_near();
	test_alias_far_away();
	test_alias_of_many_digits();
	test_alias_of_many();
	return done_testing();
}
