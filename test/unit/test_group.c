/*
 * test_group.c: the optimality conditions of the group lasso, taken from rows, not from moments;
 * how far from them a search says it is, and degrees of freedom, in long double; and in how many
 * sweeps it gets there.
 */
#include "num/solve/coordinate.h"
#include "num/solve/group.h"

#include "rows.h"

#define ROWS 60
#define P    7

static const int feature[P] = {1, 2, 3, 4, 5, 6, 7};
static const int group[P] = {0, 0, 1, 1, 1, 2, 3};
static const double size[4] = {2, 3, 1, 1};
static double x[ROWS * (P + 1)];

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

/*
 * Problems of many shapes
 */

#define MOST 20

/* Columns by number, and how they are grouped: by turns, or one, two, three ... of them */
typedef struct shape
{
	const char *name;
	int n, p, groups;
	bool by_turns;
	bool weighted, intercept, standardize;
	bool factors; /* 0 for the first group, 1 and more for the others */
	bool extras;
	bool constant; /* the second column is */
	int copy;      /* this column is the first of all again, but for a share; 0: none */
	double apart;  /* that share */
	double ridge;  /* l2 over l1 */
	int steps;     /* sweeps and Newton's, at most, for all penalties, less 200 sweeps */
} shape;

/* A shape's numbers, in long double */
typedef struct sized
{
	const shape *of;
	rows r;
	equations e;
	int group[MOST];
	double factor[MOST], extra[MOST];
	long double sd[MOST]; /* 0 for a column that is not used */
} sized;

static sized
make_shape(const shape *of)
{
	sized s = {.of = of, .r = random_rows(of->n, of->p + 1, (uint64_t) of->p, of->weighted)};
	equations about;

	for (int i = 0; i < of->n; i++)
	{
		double *row = row_at(&s.r, i);

		if (of->constant)
			row[2] = 4;
		if (of->copy)
			row[of->copy] = row[1] + of->apart * row[of->copy];
	}
	s.e = equations_of(&s.r, of->intercept);
	about = equations_of(&s.r, true);
	for (int j = 0, g = 0, left = 1; j < of->p; j++)
	{
		s.group[j] = of->by_turns ? j % of->groups : g;
		if (--left == 0 && g < of->groups - 1)
			left = ++g + 1;
		s.factor[j] = of->factors ? s.group[j] * 0.75 : 1;
		s.extra[j] = of->extras ? 1 + j % 3 : 0;
		s.sd[j] = of->standardize ? sqrtl(about.c[j * of->p + j] / about.weight) : 1;
		if (!(s.e.c[j * of->p + j] > 1e-9L))
			s.sd[j] = 0;
	}
	free_equations(&about);
	return s;
}

/* What is on u_j^2 / 2 for u_j = sd b_j, and what multiplies the norm of a group */
static long double
square_on(const sized *s, int j, double l2)
{
	return l2 * s->factor[j] + s->extra[j] / (s->sd[j] * s->sd[j]);
}

static long double
on_norm(const sized *s, int g, double l1)
{
	int count = 0;
	double factor = 0;

	for (int j = 0; j < s->of->p; j++)
		if (s->group[j] == g)
		{
			count++;
			factor = s->factor[j];
		}
	return l1 * factor * sqrtl(count);
}

static long double
norm_of(const sized *s, const double *b, int g)
{
	long double sum = 0;

	for (int j = 0; j < s->of->p; j++)
		if (s->group[j] == g)
			sum += s->sd[j] * b[j] * s->sd[j] * b[j];
	return sqrtl(sum);
}

static long double
pull_at(const sized *s, const double *b, int j, double l2)
{
	long double g = s->e.rhs[j];

	for (int l = 0; l < s->of->p; l++)
		g -= s->e.c[j * s->of->p + l] * b[l];
	return g / s->sd[j] - square_on(s, j, l2) * s->sd[j] * b[j];
}

/* By how much the conditions are missed, of what its terms may add up to in a group */
static long double
missed_at(const sized *s, const double *b, double l1, double l2, long double square)
{
	long double rss = s->e.syy, worst = 0;

	for (int j = 0; j < s->of->p; j++)
	{
		long double xb = 0;

		for (int l = 0; l < s->of->p; l++)
			xb += s->e.c[j * s->of->p + l] * b[l];
		rss -= b[j] * (2 * s->e.rhs[j] - xb);
	}
	rss = fminl(rss, square);
	for (int g = 0; g < s->of->groups; g++)
	{
		long double norm = norm_of(s, b, g), on = on_norm(s, g, l1), sum = 0, size = on;

		for (int j = 0; j < s->of->p; j++)
			if (s->group[j] == g && s->sd[j] > 0)
			{
				long double c = s->e.c[j * s->of->p + j] / (s->sd[j] * s->sd[j]);
				long double off = pull_at(s, b, j, l2);

				size = fmaxl(size, on + sqrtl((c + square_on(s, j, l2)) * rss));
				if (norm > 0)
					off -= on * s->sd[j] * b[j] / norm;
				sum += off * off;
			}
		if (size > 0)
			worst = fmaxl(worst, (sqrtl(sum) - (norm > 0 ? 0 : on)) / size);
	}
	return worst;
}

/* The trace of C H^-1 on the groups that are in, H = C + squares + on / |u| (I - uu' / |u|^2) */
static long double
df_at(const sized *s, const double *b, double l1, double l2)
{
	int k = 0, set[MOST];
	long double c[MOST * MOST], h[MOST * MOST], *inverse, *product, trace = s->of->intercept;

	for (int j = 0; j < s->of->p; j++)
		if (s->sd[j] > 0 && (norm_of(s, b, s->group[j]) > 0 || !(on_norm(s, s->group[j], l1) > 0)))
			set[k++] = j;
	for (int i = 0; i < k; i++)
		for (int l = 0; l < k; l++)
		{
			int j = set[i], m = set[l], g = s->group[j];
			long double norm = norm_of(s, b, g), on = on_norm(s, g, l1);

			c[i * k + l] = h[i * k + l] = s->e.c[j * s->of->p + m] / s->sd[j] / s->sd[m];
			h[i * k + l] += i == l ? square_on(s, j, l2) : 0;
			if (s->group[m] == g && on > 0)
				h[i * k + l] +=
					on / norm * ((i == l) - s->sd[j] * b[j] * s->sd[m] * b[m] / norm / norm);
		}
	inverse = inverse_of(h, k);
	product = product_of(c, inverse, k);
	for (int i = 0; i < k; i++)
		trace += product[i * k + i];
	free(inverse);
	free(product);
	return trace;
}

static bool
count(void *arg)
{
	++*(long *) arg;
	return false;
}

/*
 * Down to penalties that leave all in, and up again: the minimum each time, whatever the start,
 * and no more sweeps than that takes
 */
static void
test_shape(const shape *of)
{
	static const double share[] = {0.9, 0.4, 0.1, 1e-3, 0.3, 0.02, 0.8, 1e-6, 0.6, 0.95};
	static int every[MOST]; /* feature: all after the target */
	sized s = make_shape(of);
	l2n_moments m = moments_of(&s.r);
	double coef[MOST], also, largest, want = 0, df_off = 0;
	long double worst = 0, told = 0;
	l2n_group_spec spec = {.columns = {of->p, every, 0, of->intercept},
						   .standardize = of->standardize,
						   .group = s.group,
						   .groups = of->groups,
						   .penalty = of->factors ? s.factor : NULL,
						   .extra = of->extras ? s.extra : NULL};
	l2n_group_fit fit = {.solution.coef = coef};
	void *work = scratch(l2n_group_worksize(of->p, of->groups));
	l2n_group_net *net;
	int wrong = 0;
	long steps = 0;

	for (int j = 0; j < of->p; j++)
		every[j] = j + 1;
	ok(l2n_group_start(&m, &spec, work, &net, NULL, NULL) == L2N_OK &&
		   l2n_group_largest(l2n_kernel_best(), net, &largest, &fit, NULL, NULL) == L2N_OK &&
		   fit.converged,
	   "%s: starts", of->name);
	for (int g = 0; g < of->groups; g++)
	{
		long double sum = 0, on = on_norm(&s, g, 1);

		for (int j = 0; j < of->p; j++)
			if (s.group[j] == g && s.sd[j] > 0)
			{
				wrong += on > 0 && coef[j] != 0;
				sum += powl(pull_at(&s, coef, j, 0), 2);
			}
		want = on > 0 ? fmax(want, (double) (sqrtl(sum) / on)) : want;
	}
	is_close(largest, want, 1e-12, "the largest penalty");
	for (size_t i = 0; i < sizeof share / sizeof *share; i++)
	{
		double l1 = largest * share[i], l2 = of->ridge * l1, df;
		int nonzero = 0;

		wrong +=
			l2n_group_solve(l2n_kernel_best(), net, l1, l2, 10000, &fit, count, &steps) != L2N_OK;
		wrong += !fit.converged;
		steps -= of->p; /* while the penalties are set */
		worst = fmaxl(worst, missed_at(&s, coef, l1, l2, s.e.syy));
		told = fmaxl(told, fit.missed);
		for (int j = 0; j < of->p; j++)
			nonzero += coef[j] != 0;
		wrong += nonzero != fit.nonzero;
		df = (double) df_at(&s, coef, l1, l2);
		if (!of->copy)
			df_off = fmax(df_off, fabs(fit.df - df));
		else
			wrong += !(fit.df > of->intercept && fit.df <= of->p + of->intercept);
	}
	is_int(wrong, 0, "%s: ends well", of->name);
	ok(worst < 1e-9 && told <= 9e-10, "conditions are missed by %.2Lg, %.2Lg told", worst, told);
	ok(df_off < 1e-8, "degrees of freedom are off by %.2g", df_off);
	ok(steps - 200 <= of->steps, "%ld steps, of %d", steps - 200, of->steps);

	/* short of the minimum, from 0: what is missed is told, of all squares and of half of them */
	for (int half = 0; half < 2; half++)
	{
		double l1 = largest * 0.2, l2 = of->ridge * l1;

		spec.square = half ? (double) s.e.syy / 1e3 : 0;
		for (int most = 0; most < 2; most++)
		{
			long double by;

			(void) l2n_group_start(&m, &spec, work, &net, NULL, NULL);
			(void) l2n_group_solve(l2n_kernel_best(), net, l1, l2, most, &fit, NULL, NULL);
			is_int(fit.iterations, most, "%s: no more sweeps than %d", of->name, most);
			by = missed_at(&s, coef, l1, l2, half ? s.e.syy / 1e3 : s.e.syy);
			ok(fabsl(fit.missed - by) <= 1e-9L * by + 1e-13L, "what is missed then: %.6g, %.6Lg",
			   fit.missed, by);
			wrong += fit.converged != (fit.missed <= 9e-10);
		}
	}

	is_int(wrong, 0, "and whether that is little enough");

	/* coefficients from elsewhere, of which some are 0 */
	for (int j = 0; j < of->p; j++)
		coef[j] = s.group[j] == of->groups - 1 ? 0 : 0.125 * (j + 1);
	(void) l2n_group_parameters(l2n_kernel_best(), net, largest * 0.2, 3, coef, &also, NULL, NULL);
	if (!of->copy)
		is_close(also, (double) df_at(&s, coef, largest * 0.2, 3), 1e-9,
				 "degrees of freedom there");
	free(work);
	free(s.r.x);
	free(m.mean);
	free_equations(&s.e);
}

static const shape shapes[] = {
	{"one, two, three", 60, 10, 4, .weighted = true, .intercept = true, .steps = 31},
	{"by turns", 60, 11, 3, .by_turns = true, .intercept = true, .standardize = true, .ridge = 0.2,
	 .steps = 30},
	{"no intercept", 50, 9, 3, .weighted = true, .standardize = true, .extras = true, .steps = 37},
	{"a group for nothing", 50, 12, 4, .intercept = true, .factors = true, .ridge = 0.1,
	 .steps = 34},
	{"all in one", 30, 6, 1, .intercept = true, .steps = 38},
	{"each its own", 40, 8, 8, .by_turns = true, .intercept = true, .factors = true, .steps = 24},
	{"a constant", 40, 8, 3, .intercept = true, .standardize = true, .factors = true,
	 .constant = true, .steps = 33},
	{"more columns than rows", 8, 16, 5, .intercept = true, .steps = 53},
	{"a copy in the group", 40, 9, 3, .by_turns = true, .intercept = true, .copy = 4, .steps = 29},
	{"a copy for nothing", 40, 9, 3, .by_turns = true, .intercept = true, .factors = true,
	 .copy = 4, .steps = 36},
	{"a near copy elsewhere", 40, 9, 3, .by_turns = true, .intercept = true, .copy = 5,
	 .apart = 1e-5, .steps = 34},
};

/* Coefficients that no double can hold, and a number of the system that none can */
static void
test_range(void)
{
	static const int one[] = {0}, first[] = {1};
	l2n_moments m = no_moments(2);
	double row[] = {1e150, 1e-160}, coef[1];
	l2n_group_spec spec = {.columns = {1, first, 0, false}, .group = one, .groups = 1};
	l2n_group_fit fit = {.solution.coef = coef};
	l2n_group_net *net;
	void *work = scratch(l2n_group_worksize(1, 1));

	l2n_moments_add_block(l2n_kernel_best(), &m, 1, row, 2, NULL,
						  scratch(l2n_add_block_worksize(2)), NULL, NULL);
	is_int(l2n_group_start(&m, &spec, work, &net, NULL, NULL), L2N_OK, "1e150 by 1e-160");
	is_int(l2n_group_solve(l2n_kernel_best(), net, 0, 0, 100, &fit, NULL, NULL), L2N_OUT_OF_RANGE,
		   "has a coefficient out of range");
	is_int(l2n_group_solve(l2n_kernel_best(), net, 0, INFINITY, 100, &fit, NULL, NULL),
		   L2N_OUT_OF_RANGE, "and so is a penalty that has no end");
	free(work);
	free(m.mean);
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
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		test_shape(&shapes[i]);
	test_range();
	return done_testing();
}
