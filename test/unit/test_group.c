/*
 * test_group.c: the optimality conditions of the group lasso, taken from rows, not from moments.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "num/kernel/kernel.h"
#include "num/solve/coordinate.h"
#include "num/solve/group.h"
#include "random.h"
#include "tap.h"

#define ROWS 60
#define P    7

static const int feature[P] = {1, 2, 3, 4, 5, 6, 7};
static const int group[P] = {0, 0, 1, 1, 1, 2, 3};
static const double size[4] = {2, 3, 1, 1};
static double x[ROWS * (P + 1)];

static void *
scratch(size_t bytes)
{
	return dirty(bytes);
}

static l2n_moments
moments_of_rows(void)
{
	l2n_moments m = {.k = P + 1};

	m.mean = scratch(sizeof(double) * l2n_moments_doubles(P + 1));
	m.cross = m.mean + 2 * (P + 1);
	l2n_moments_clear(&m);
	l2n_moments_add_block(l2n_kernel_best(), &m, ROWS, x, P + 1, NULL,
						  scratch(l2n_add_block_worksize(P + 1)), NULL, NULL);
	return m;
}

/* y is of the first two columns and of the sixth; the last two are nearly the same */
static l2n_moments
moments(double unit)
{
	seed = 7;
	for (int i = 0; i < ROWS; i++)
	{
		double *row = x + i * (P + 1);

		for (int j = 1; j <= P; j++)
			row[j] = unit * (normal() + j);
		row[7] = row[6] + 1e-4 * row[7];
		row[0] = 2 * row[1] - row[2] + 0.2 * row[6] + unit * normal();
	}
	return moments_of_rows();
}

/* The most by which a condition is missed, over the penalty, with the gradient summed up over rows
 */
static double
missed(const l2n_solution *s, const l2n_group_spec *spec, const l2n_moments *m, double l1,
	   double l2)
{
	double largest = 0, pull[P], norm[4] = {0};

	for (int j = 0; j < P; j++)
	{
		double sd = spec->standardize ? sqrt(l2n_variance(m, feature[j])) : 1;
		double factor = spec->penalty ? spec->penalty[j] : 1;

		pull[j] = 0;
		for (int i = 0; i < ROWS; i++)
		{
			const double *row = x + i * (P + 1);
			double residual = row[0] - s->intercept;

			for (int k = 0; k < P; k++)
				residual -= s->coef[k] * row[feature[k]];
			pull[j] += residual * row[feature[j]];
		}
		pull[j] -= (l2 * factor * sd * sd + (spec->extra ? spec->extra[j] : 0)) * s->coef[j];
		pull[j] /= sd;
		norm[group[j]] += sd * s->coef[j] * (sd * s->coef[j]);
	}
	for (int g = 0; g < 4; g++)
	{
		double sum = 0, factor = 1;

		for (int j = 0; j < P; j++)
			if (group[j] == g)
			{
				double sd = spec->standardize ? sqrt(l2n_variance(m, feature[j])) : 1;

				factor = spec->penalty ? spec->penalty[j] : 1;
				if (norm[g] > 0)
					pull[j] -= l1 * factor * sqrt(size[g]) * sd * s->coef[j] / sqrt(norm[g]);
				sum += pull[j] * pull[j];
			}
		largest = fmax(largest, sqrt(sum) - (norm[g] > 0 ? 0 : l1 * factor * sqrt(size[g])));
	}
	return largest / l1;
}

static void
test_conditions(double unit, bool standardize, const double *penalty, const double *extra)
{
	l2n_moments m = moments(unit);
	l2n_group_spec spec = {.columns = {P, feature, 0, true},
						   .standardize = standardize,
						   .group = group,
						   .groups = 4,
						   .penalty = penalty,
						   .extra = extra};
	double coef[P], largest, worst = 0;
	l2n_group_fit fit = {.solution.coef = coef};
	l2n_group_net *net;
	int in = 0;

	ok(l2n_group_start(&m, &spec, scratch(l2n_group_worksize(P, 4)), &net, NULL, NULL) == L2N_OK &&
		   l2n_group_largest(l2n_kernel_best(), net, &largest, &fit, NULL, NULL) == L2N_OK,
	   "unit %g, standardize %d: starts", unit, standardize);
	for (int i = 0; i < 8; i++)
	{
		double l1 = largest * pow(0.3, i) * 0.999;

		if (l2n_group_solve(l2n_kernel_best(), net, l1, 0.1 * l1, 10000, &fit, NULL, NULL) !=
				L2N_OK ||
			!fit.converged)
			worst = INFINITY;
		worst = fmax(worst, missed(&fit.solution, &spec, &m, l1, 0.1 * l1));
		in = fit.nonzero;
		ok((coef[0] == 0) == (coef[1] == 0) && (coef[2] == 0) == (coef[3] == 0) &&
			   (coef[2] == 0) == (coef[4] == 0),
		   "a group is in or out");
		if (i == 0)
			ok(fit.nonzero > (penalty ? 2 : 0) && fit.nonzero <= 4, "%d come in first",
			   fit.nonzero);
	}
	ok(worst <= 1e-9, "conditions are missed by %g at most", worst);
	ok(in >= P - 1, "all are in at last, but perhaps for one of two that are next to equal");
	(void) l2n_group_solve(l2n_kernel_best(), net, 1.001 * largest, 0, 10000, &fit, NULL, NULL);
	ok(fit.nonzero == (penalty ? 2 : 0), "above the largest none but the free ones: %d",
	   fit.nonzero);
}

static void
solve_rows(const l2n_group_spec *spec, double l1, double l2, l2n_group_fit *fit)
{
	l2n_moments m = moments_of_rows();
	l2n_group_net *net;

	(void) l2n_group_start(&m, spec, scratch(l2n_group_worksize(P, 4)), &net, NULL, NULL);
	if (l2n_group_solve(l2n_kernel_best(), net, l1, l2, 10000, fit, NULL, NULL) != L2N_OK)
		abort();
}

static double
fitted(const l2n_group_fit *fit, int i)
{
	double sum = fit->solution.intercept;

	for (int j = 0; j < P; j++)
		sum += fit->solution.coef[j] * x[i * (P + 1) + feature[j]];
	return sum;
}

/* Every number of a fit, from rows: degrees of freedom as they are defined, by differences */
static void
test_numbers(bool intercept, double l1, double l2)
{
	double coef[P], df = 0, rss = 0, tss = 0, mean = 0;
	l2n_group_spec spec = {.columns = {P, feature, 0, intercept}, .group = group, .groups = 4};
	l2n_group_fit fit = {.solution.coef = coef}, other = {.solution.coef = coef};
	int nonzero = 0;

	(void) moments(1);
	solve_rows(&spec, l1, l2, &fit);
	ok(fit.converged && fit.missed <= 9e-10 && fit.iterations <= 40, "l1 = %g, %d sweeps", l1,
	   fit.iterations);
	for (int i = 0; i < ROWS && intercept; i++)
		mean += x[i * (P + 1)] / ROWS;
	for (int i = 0; i < ROWS; i++)
	{
		double y = x[i * (P + 1)], r = y - fitted(&fit, i);

		rss += r * r;
		tss += (y - mean) * (y - mean);
	}
	for (int j = 0; j < P; j++)
		nonzero += coef[j] != 0;
	is_int(fit.nonzero, nonzero, "coefficients that are not 0");
	is_close(fit.solution.rss, rss, 1e-11, "sum of squared residuals");
	is_close(fit.solution.tss, tss, 1e-12, "sum of squares");
	is_close(fit.solution.r_squared, 1 - rss / tss, 1e-10, "R^2");
	ok(intercept || fit.solution.intercept == 0, "an intercept or none");
	for (int i = 0; i < ROWS; i++)
	{
		double y = x[i * (P + 1)], up, down;
		const double h = 1e-4;

		x[i * (P + 1)] = y + h;
		solve_rows(&spec, l1, l2, &other);
		up = fitted(&other, i);
		x[i * (P + 1)] = y - h;
		solve_rows(&spec, l1, l2, &other);
		down = fitted(&other, i);
		x[i * (P + 1)] = y;
		df += (up - down) / (2 * h);
	}
	is_close(fit.df, df, 1e-5, "degrees of freedom");
}

/* Groups of one column are the lasso */
static void
test_lasso(void)
{
	static const int each[P] = {0, 1, 2, 3, 4, 5, 6};
	l2n_moments m = moments(1);
	double a[P], b[P], apart = 0;
	l2n_group_spec spec = {.columns = {P, feature, 0, true}, .group = each, .groups = P};
	l2n_elastic_net_spec plain = {.columns = {P, feature, 0, true}};
	l2n_elastic_net_goal goal = {9, 2, 1e-14, 10000, true};
	l2n_group_fit fit = {.solution.coef = a};
	l2n_elastic_net_fit lasso = {.solution.coef = b};
	l2n_elastic_net *net;
	l2n_group_net *groups;

	(void) l2n_group_start(&m, &spec, scratch(l2n_group_worksize(P, P)), &groups, NULL, NULL);
	(void) l2n_elastic_net_start(&m, &plain, scratch(l2n_elastic_net_worksize(P)), &net, NULL,
								 NULL);
	(void) l2n_group_solve(l2n_kernel_best(), groups, 9, 2, 10000, &fit, NULL, NULL);
	(void) l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &lasso, NULL, NULL);
	for (int j = 0; j < P; j++)
		apart = fmax(apart, fabs(a[j] - b[j]));
	ok(apart < 1e-12, "groups of one are the lasso: %g apart", apart);
	ok(fabs(fit.df - lasso.df) < 1e-9, "and so are degrees of freedom: %g, %g", fit.df, lasso.df);
	(void) l2n_group_solve(l2n_kernel_best(), groups, 9, 2, 1, &fit, NULL, NULL);
	ok(fit.iterations == 1, "max_iter counts sweeps");
}

int
main(void)
{
	static const double penalty[P] = {0, 0, 2, 2, 2, 1, 1};
	static const double extra[P] = {1, 2, 3, 4, 5, 6, 7};

	test_conditions(1, false, NULL, NULL);
	test_conditions(1, true, NULL, NULL);
	test_conditions(1e-30, true, penalty, NULL);
	test_conditions(1, false, penalty, extra);
	test_lasso();
	for (int i = 0; i < 3; i++)
	{
		test_numbers(true, 30 * pow(0.2, i), i);
		test_numbers(false, 30 * pow(0.2, i), 2 - i);
	}
	return done_testing();
}
