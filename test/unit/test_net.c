/*
 * test_net.c: elastic nets, with bounds and without, and gradient steps: the optimality conditions
 * of what the headers say is minimised, from rows, in long double; each number of a fit; the gap
 * against a dual that is written out; and single steps against the textbook's.
 */
#include "num/solve/coordinate.h"
#include "num/solve/proximal.h"

#include "rows.h"

#define MOST 100

static int feature[MOST];

/* sum of costs l1 |b| + l2/2 b^2 between lower and upper, of every feature */
typedef struct costs
{
	double l1[MOST];
	double l2[MOST];
	double lower[MOST];
	double upper[MOST];
	double variance[MOST]; /* where penalties count in it, else 1 */
} costs;

/* x'r about the means, at b */
static long double
gradient_at(const equations *e, const double *b, int j)
{
	long double g = e->rhs[j];

	for (int l = 0; l < e->p; l++)
		g -= e->c[j * e->p + l] * b[l];
	return g;
}

static long double
rss_at(const equations *e, const double *b)
{
	long double sum = e->syy;

	for (int j = 0; j < e->p; j++)
		sum -= b[j] * (e->rhs[j] + gradient_at(e, b, j));
	return sum;
}

static long double
objective_at(const equations *e, const costs *f, const double *b)
{
	long double sum = rss_at(e, b) / 2;

	for (int j = 0; j < e->p; j++)
		sum += f->l1[j] * fabs(b[j]) + f->l2[j] / 2 * b[j] * b[j];
	return sum;
}

/* How far b is from the conditions of a minimum, as a share of |x_j| |y| */
static double
violation(const equations *e, const costs *f, const double *b)
{
	double worst = 0.0;

	for (int j = 0; j < e->p; j++)
	{
		double g = (double) (gradient_at(e, b, j) - (long double) f->l2[j] * b[j]);
		double up = g - (b[j] >= 0 ? f->l1[j] : -f->l1[j]); /* what is won by more of it */
		double down = g - (b[j] > 0 ? f->l1[j] : -f->l1[j]);
		double size = sqrt((double) (e->c[j * e->p + j] * e->syy));

		if (b[j] < f->lower[j] || b[j] > f->upper[j])
			return INFINITY;
		if (b[j] < f->upper[j])
			worst = fmax(worst, up / size);
		if (b[j] > f->lower[j])
			worst = fmax(worst, -down / size);
	}
	return worst;
}

/* Trace of C (C + l2)^-1 over the columns that are neither 0 nor at a bound; that of 2T - T^2 */
static long double
parameters(const equations *e, const costs *f, const double *b, bool all, long double *twice)
{
	int k = 0, p = e->p, set[MOST];
	long double *c, *a, *inverse, *t, trace = 0;

	for (int j = 0; j < p; j++)
		if (all || (b[j] != 0 && b[j] != f->lower[j] && b[j] != f->upper[j]))
			set[k++] = j;
	c = malloc(sizeof(long double) * (size_t) (k * k) + 1);
	a = malloc(sizeof(long double) * (size_t) (k * k) + 1);
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
		{
			c[i * k + j] = e->c[set[i] * p + set[j]];
			a[i * k + j] = c[i * k + j] + (i == j ? f->l2[set[i]] : 0);
		}
	inverse = inverse_of(a, k);
	t = product_of(inverse, c, k);
	*twice = 0;
	for (int i = 0; i < k; i++)
	{
		trace += t[i * k + i];
		*twice += 2 * t[i * k + i];
		for (int j = 0; j < k; j++)
			*twice -= t[i * k + j] * t[j * k + i];
	}
	free(c);
	free(a);
	free(inverse);
	free(t);
	return trace;
}

/* A problem's numbers, by kind, and what they make of a coefficient's cost */
typedef struct task
{
	double factor[MOST];
	double lower[MOST];
	double upper[MOST];
	double extra[MOST];
	bool standardize, factors, bounds, extras, intercept;
} task;

static task
make_task(int kind)
{
	task t = {.standardize = kind % 2,
			  .factors = kind / 2 % 2,
			  .bounds = kind / 4 % 2,
			  .extras = kind % 5 == 3,
			  .intercept = kind % 3 != 1};

	for (int j = 0; j < MOST; j++)
	{
		t.factor[j] = j % 4 == 2 ? 0 : 0.5 + j % 3;
		t.lower[j] = j % 3 ? -0.05 * (j % 5) : -INFINITY;
		t.upper[j] = j % 5 ? 0.1 * (j % 4) : INFINITY;
		t.extra[j] = j % 3 * 4.0;
	}
	/* one that may not be 0, the first */
	t.lower[0] = kind % 8 > 5 ? 0.125 : -INFINITY;
	return t;
}

static costs
costs_of(const task *t, const rows *r, double l1, double l2)
{
	costs f;
	equations about = equations_of(r, true);

	for (int j = 0; j < r->k - 1; j++)
	{
		double factor = t->factors ? t->factor[j] : 1.0;
		double v = t->standardize ? (double) (about.c[j * about.p + j] / about.weight) : 1.0;

		f.l1[j] = l1 * factor * sqrt(v);
		f.l2[j] = l2 * factor * v + (t->extras ? t->extra[j] : 0.0);
		f.lower[j] = t->bounds ? t->lower[j] : -INFINITY;
		f.upper[j] = t->bounds ? t->upper[j] : INFINITY;
		f.variance[j] = v;
	}
	free_equations(&about);
	return f;
}

/*
 * The elastic net
 */

static void
check_net(const char *name, const rows *r, const task *t, const equations *e,
		  const l2n_elastic_net_fit *fit, double l1, double l2)
{
	costs f = costs_of(t, r, l1, l2);
	const double *b = fit->solution.coef;
	double far = violation(e, &f, b);
	long double rss = rss_at(e, b), b0 = e->mean_y, twice, df;
	int nonzero = 0;

	for (int j = 0; j < e->p; j++)
	{
		nonzero += b[j] != 0;
		b0 -= b[j] * e->mean[j];
	}
	df = parameters(e, &f, b, false, &twice) + e->intercept;
	ok(far < 1e-13, "%s, l1 = %.3g, l2 = %.3g: off by %.2g", name, l1, l2, far);
	ok(fit->converged && fit->gap >= 0 && fit->gap <= 1e-13, "and its gap, %.2g", fit->gap);
	is_int(fit->nonzero, nonzero, "coefficients that are not 0");
	ok(off(fit->df, df, fmaxl(df, 1)) < 1e-9, "parameters: %.10g, %.10g", fit->df, (double) df);
	ok(off(fit->solution.rss, rss, e->syy) < 1e-15, "sum of squared residuals");
	ok(off(fit->solution.tss, e->syy, e->syy) < 1e-15, "sum of squares");
	ok(off(fit->solution.r_squared, 1 - rss / e->syy, 1) < 1e-14, "R^2");
	ok(off(fit->solution.intercept, b0, fabsl(e->mean_y) + 1) < 1e-13, "intercept");
}

static void
test_net(int n, int p, int kind)
{
	task t = make_task(kind);
	rows r = random_rows(n, p + 1, (uint64_t) (kind * 1000 + p), kind % 2);
	l2n_moments m = moments_of(&r);
	equations e = equations_of(&r, t.intercept);
	l2n_elastic_net_spec spec = {.columns = {p, feature, 0, t.intercept},
								 .standardize = t.standardize,
								 .penalty = t.factors ? t.factor : NULL,
								 .lower = t.bounds ? t.lower : NULL,
								 .upper = t.bounds ? t.upper : NULL,
								 .extra = t.extras ? t.extra : NULL};
	void *work = scratch(l2n_elastic_net_worksize(p));
	l2n_elastic_net *net;
	l2n_elastic_net_fit fit;
	double b[MOST], also[MOST], largest, want = 0.0;
	costs unit = costs_of(&t, &r, 1, 0);
	char name[100];
	int wrong = 0;

	snprintf(name, sizeof name, "%d rows, p = %d, kind %d", n, p, kind);
	fit.solution.coef = b;
	is_int(l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL), L2N_OK, "%s", name);
	is_int(l2n_elastic_net_largest(l2n_kernel_best(), net, &largest, &fit, NULL, NULL), L2N_OK,
		   "the largest penalty");
	for (int j = 0; j < p; j++)
		if (unit.l1[j] > 0)
		{
			want = fmax(want, fabs((double) gradient_at(&e, b, j)) / unit.l1[j]);
			wrong += b[j] != 0 && !(t.bounds && t.lower[j] > 0);
		}
	is_close(largest, want, 1e-11, "%s: is where all penalised ones are 0", name);
	is_int(wrong, 0, "and so they are");
	for (int i = 0; i < 5; i++)
	{
		double l1 = i == 4 && n > p ? 0 : largest * pow(0.2, i) * 0.9, l2 = i % 2 ? 2.5 * i : 0;
		l2n_elastic_net_goal goal = {l1, l2, 1e-13, 1000, true};

		is_int(l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL), L2N_OK,
			   "%s solves", name);
		ok(fit.iterations <= 60, "in %d sweeps", fit.iterations);
		check_net(name, &r, &t, &e, &fit, l1, l2);
		goal.exact = false;
		is_int(l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL), L2N_OK,
			   "in doubles");
		l2n_elastic_net_coefficients(net, also);
		for (int j = 0; j < p; j++)
			wrong += !(fabs(also[j] - b[j]) <= 1e-7 * (fabs(b[j]) + 1e-3));
		ok(fit.converged && wrong == 0, "finds the same");
	}
	free(work);
	free(r.x);
	free(m.mean);
	free_equations(&e);
}

/* Spreads that are given, and a share of the squares that alone can be explained */
static void
test_given(void)
{
	rows r = random_rows(50, 4, 3, false);
	l2n_moments m = moments_of(&r);
	equations e = equations_of(&r, true);
	double variance[] = {4, 0.25, 1}, b[3];
	l2n_elastic_net_spec spec = {
		.columns = {3, feature, 0, true}, .standardize = true, .variance = variance};
	void *work = scratch(l2n_elastic_net_worksize(3));
	l2n_elastic_net *net;
	l2n_elastic_net_fit fit;
	l2n_elastic_net_goal goal = {20, 3, 1e-13, 1000, true};
	costs f;

	fit.solution.coef = b;
	for (int j = 0; j < 3; j++)
	{
		f.l1[j] = 20 * sqrt(variance[j]);
		f.l2[j] = 3 * variance[j];
		f.lower[j] = -INFINITY;
		f.upper[j] = INFINITY;
	}
	(void) l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL);
	is_int(l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL), L2N_OK,
		   "spreads that are given");
	ok(violation(&e, &f, b) < 1e-13, "are what penalties count in: %.2g", violation(&e, &f, b));

	/* a gap is a share of that square: no step leaves one, whose size is known twice */
	goal.max_iter = 0;
	goal.l1 = 1;
	for (int half = 0; half < 2; half++)
	{
		spec.square = half ? (double) e.syy / 2 : (double) e.syy * 2;
		(void) l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL);
		goal.tolerance = 0;
		(void) l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL);
		is_close(fit.solution.tss, (double) e.syy / (half ? 2 : 1), 1e-14,
				 "what could be explained: no more than there is");
		is_int(fit.iterations, 0, "no sweep where none is allowed");
	}
	free(work);
	free(r.x);
	free(m.mean);
	free_equations(&e);
}

/*
 * The gap: objective less the dual's at r, shrunk so that no lasso penalty without a square and
 * without a bound there is exceeded; conjugates are maxima over a grid of their three candidates
 */
static long double
conjugate(const costs *f, int j, long double v)
{
	long double best = 0, candidates[3] = {f->lower[j], f->upper[j], 0};

	if (f->l2[j] > 0)
		candidates[2] = fabsl(v) > f->l1[j] ? (v - copysignl(f->l1[j], v)) / f->l2[j] : 0;
	best = -INFINITY;
	for (int i = 0; i < 3; i++)
	{
		long double x = fminl(fmaxl(candidates[i], f->lower[j]), f->upper[j]);

		if (isfinite((double) x))
			best = fmaxl(best, v * x - f->l1[j] * fabsl(x) - f->l2[j] / 2 * x * x);
	}
	return best;
}

static void
test_gap(void)
{
	double far = 0.0;
	int tried = 0;

	for (int kind = 0; kind < 300; kind++)
	{
		int p = 1 + kind % 4;
		rows r = random_rows(20, p + 1, (uint64_t) kind, false);
		l2n_moments m = moments_of(&r);
		equations e = equations_of(&r, true);
		l2n_columns columns = {p, feature, 0, true};
		void *work = scratch(l2n_system_worksize(p));
		double b[8], scaled[8], g[8], v[4][4];
		long double shrink = 1, primal, dual = 0, unit;
		l2n_system s;
		costs f;
		l2n_penalty scaled_f = {v[0], v[1], v[2], v[3]};

		(void) l2n_system_init(&s, &m, &columns, NULL, work, NULL, NULL);
		for (int j = 0; j < p; j++)
		{
			f.l1[j] = integer(3) ? 40 * uniform() : 0;
			f.l2[j] = integer(2) || (f.l1[j] == 0 && kind % 3) ? 1 + 20 * uniform() : 0;
			f.lower[j] = integer(2) ? -uniform() : -HUGE_VAL;
			f.upper[j] = integer(2) ? uniform() : HUGE_VAL;
			b[j] = fmin(fmax(integer(3) ? normal() : 0, f.lower[j]), f.upper[j]);
			unit = s.scale[j] * s.scale_y;
			v[0][j] = f.l1[j] * (double) unit;
			v[1][j] = f.l2[j] * s.scale[j] * s.scale[j];
			v[2][j] = f.lower[j] * s.scale_y / s.scale[j];
			v[3][j] = f.upper[j] * s.scale_y / s.scale[j];
			scaled[j] = b[j] * s.scale_y / s.scale[j];
			scaled[p + j] = 0;
		}
		l2n_system_gradient(l2n_kernel_best(), &s, scaled, g);
		for (int j = 0; j < p; j++)
		{
			long double pull = gradient_at(&e, b, j);

			if (f.l1[j] > 0 && f.l2[j] == 0 && isinf(pull > 0 ? f.upper[j] : f.lower[j]))
				shrink = fminl(shrink, f.l1[j] / fabsl(pull));
		}
		primal = objective_at(&e, &f, b);
		/* y'r less r'r / 2, r shrunk: r'y = y'y - b'X'y */
		dual = e.syy;
		for (int j = 0; j < p; j++)
			dual -= b[j] * e.rhs[j];
		dual = shrink * dual - shrink * shrink / 2 * rss_at(&e, b);
		for (int j = 0; j < p; j++)
		{
			long double pull = shrink * gradient_at(&e, b, j);

			/* of a column that costs nothing, what moving it alone would gain */
			if (f.l1[j] == 0 && f.l2[j] == 0 && isinf(pull > 0 ? f.upper[j] : f.lower[j]))
				dual -= b[j] * pull + pull * pull / e.c[j * p + j] / 2;
			else
				dual -= conjugate(&f, j, pull);
		}
		far = fmax(far, off(l2n_penalty_gap(&s, &scaled_f, scaled, g, L2N_PENALTY_NOISE),
							(primal - dual) / (e.syy / 2), fmaxl((primal - dual) / e.syy, 1e-3L)));
		tried++;
		free(work);
		free(r.x);
		free(m.mean);
		free_equations(&e);
	}
	ok(far < 1e-12, "%d gaps are objective less dual: off by %.2g", tried, far);
}

/*
 * Gradient steps
 */

/* The largest eigenvalue of D (C + l2) D, by a power iteration */
static long double
largest_eigenvalue(const equations *e, const costs *f, const long double *d)
{
	long double v[MOST], w[MOST], size = 1;

	for (int j = 0; j < e->p; j++)
		v[j] = 1 + 0.3L * (j % 3);
	for (int step = 0; step < 3000; step++)
	{
		size = 0;
		for (int i = 0; i < e->p; i++)
		{
			w[i] = f->l2[i] * d[i] * d[i] * v[i];
			for (int j = 0; j < e->p; j++)
				w[i] += d[i] * e->c[i * e->p + j] * d[j] * v[j];
			size += w[i] * w[i];
		}
		size = sqrtl(size);
		for (int i = 0; i < e->p; i++)
			v[i] = w[i] / size;
	}
	return size;
}

static double
soft(long double v, long double by)
{
	return (double) (v > by ? v - by : v < -by ? v + by : 0);
}

/* What the textbook makes of 0 in so many steps of its own lengths */
static void
textbook(const equations *e, const costs *f, l2n_descent method, const long double *length,
		 int steps, double *b)
{
	double last[MOST] = {0}, from[MOST];
	long double momentum = 1, next;
	double ahead = 0;

	memset(b, 0, sizeof(double) * (size_t) e->p);
	for (int step = 0; step < steps; step++)
	{
		long double uphill = 0;

		for (int j = 0; j < e->p; j++)
			from[j] = b[j] + ahead * (b[j] - last[j]);
		memcpy(last, b, sizeof last);
		for (int j = 0; j < e->p; j++)
		{
			double *at = method == L2N_SWEEPS ? b : from;
			long double square = e->c[j * e->p + j] + f->l2[j];
			long double by = method == L2N_SWEEPS ? 1 / square : length[j];
			long double pull = gradient_at(e, at, j) - f->l2[j] * at[j];

			b[j] = soft(at[j] + by * pull, by * f->l1[j]);
			if (method != L2N_SWEEPS)
				uphill += (from[j] - b[j]) * (b[j] - last[j]) / by;
		}
		if (method != L2N_FISTA)
			continue;
		momentum = uphill > 0 ? 1 : momentum;
		next = (1 + sqrtl(1 + 4 * momentum * momentum)) / 2;
		ahead = (double) ((momentum - 1) / next);
		momentum = next;
	}
}

/*
 * The gap of a descent, from its definition in proximal.c: the residuals made orthogonal to the
 * columns that are free of charge, and shrunk until no other pulls by more than its l1
 */
static long double
descent_gap(const equations *e, const costs *f, const double *b, bool lasso)
{
	int p = e->p, k = 0, set[MOST];
	long double pull[MOST], t[MOST] = {0}, c[16 * 16] = {0}, *inverse, part = 0, s = 1, gap = 0;
	long double square = rss_at(e, b);

	for (int j = 0; j < p; j++)
	{
		pull[j] = gradient_at(e, b, j) - (long double) f->l2[j] * b[j];
		square += (long double) f->l2[j] * b[j] * b[j];
		if (f->l1[j] == 0 && f->l2[j] == 0)
			set[k++] = j;
	}
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			c[i * k + j] = e->c[set[i] * p + set[j]];
	inverse = inverse_of(c, k);
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			t[i] += inverse[i * k + j] * pull[set[j]];
	for (int i = 0; i < k; i++)
		part += pull[set[i]] * t[i];
	for (int i = 0; i < k; i++)
		for (int j = 0; j < p; j++)
			pull[j] -= e->c[set[i] * p + j] * t[i];
	for (int j = 0; j < p; j++)
		if (f->l1[j] > 0)
			s = fminl(s, f->l1[j] / fabsl(pull[j]));
	if (!lasso || s < 1)
		gap = (1 - s) * (1 - s) * (square - part) / 2;
	gap += part / 2;
	for (int j = 0; j < p; j++)
		if (f->l1[j] > 0)
			gap += fmaxl(fabs(b[j]) * (long double) f->l1[j] - s * b[j] * pull[j], 0);
		else if (f->l2[j] > 0)
			gap += pull[j] * pull[j] / f->l2[j] / 2;
	free(inverse);
	return (lasso ? gap : fminl(gap, square / 2)) / (e->syy / 2);
}

static void
check_descent(const char *name, const rows *r, const task *t, const equations *e,
			  const l2n_proximal_fit *fit, double l1, double l2, double counted)
{
	costs f = costs_of(t, r, l1, l2);
	const double *b = fit->solution.coef;
	long double twice, df = parameters(e, &f, b, l1 == 0, &twice) + e->intercept;
	long double objective = objective_at(e, &f, b);
	int nonzero = 0;

	for (int j = 0; j < e->p; j++)
		nonzero += b[j] != 0;
	ok(violation(e, &f, b) < 1e-6, "%s converges: %.2g", name, violation(e, &f, b));
	is_close(fit->objective, (double) objective, 1e-12, "to the objective");
	is_int(fit->nonzero, nonzero, "coefficients that are not 0");
	ok(off(fit->df, df, fmaxl(df, 1)) < 1e-9, "parameters: %.10g, %.10g", fit->df, (double) df);
	ok(off(fit->df_resid, l1 == 0 ? counted - e->intercept - twice : counted - df, counted) < 1e-10,
	   "residual degrees of freedom");
}

static int descent_steps[3]; /* by method, of all kinds */

static void
test_descent(int kind, l2n_descent method)
{
	static const double penalties[][2] = {{0, 0}, {0, 5}, {15, 0}, {15, 2}};
	int p = 1 + kind % 7;
	double l1 = penalties[kind % 4][0], l2 = penalties[kind % 4][1], b[MOST], want[MOST], far = 0;
	double best, counted = 40 + kind % 2 * 3.5, gap_off = 0;
	long double gap;
	task t = make_task(kind & 3);
	rows r = random_rows(40, p + 1, (uint64_t) kind + 50, kind % 2);
	l2n_moments m = moments_of(&r);
	equations e;
	costs f;
	long double d[MOST], length[MOST], eigenvalue;
	l2n_proximal_spec spec = {.columns = {p, feature, 0, true},
							  .l1 = l1,
							  .l2 = l2,
							  .method = method,
							  .rows = counted,
							  .standardize = t.standardize,
							  .penalty = t.factors ? t.factor : NULL};
	void *work = scratch(l2n_proximal_worksize(p));
	l2n_proximal *descent;
	l2n_proximal_fit fit;
	char name[100];
	int looser = 0;

	t.intercept = spec.columns.intercept = kind % 3 != 2;
	t.extras = kind % 5 == 4;
	spec.extra = t.extras ? t.extra : NULL;
	e = equations_of(&r, t.intercept);
	f = costs_of(&t, &r, l1, l2);
	for (int j = 0; j < p; j++)
		d[j] = method == L2N_FISTA ? 1 / sqrtl(e.c[j * p + j] + f.l2[j]) : 1 / sqrtl(f.variance[j]);
	eigenvalue = largest_eigenvalue(&e, &f, d);
	snprintf(name, sizeof name, "method %d, kind %d", (int) method, kind);
	fit.solution.coef = b;

	is_int(l2n_proximal_start(l2n_kernel_best(), &m, &spec, work, &descent, NULL, NULL), L2N_OK,
		   "%s", name);
	if (method == L2N_GRADIENT)
	{
		double highest = (double) (2 * e.weight / eigenvalue);

		is_close(l2n_proximal_largest_rate(descent), highest, 3e-6, "the largest rate");
		ok(l2n_proximal_largest_rate(descent) <= highest * (1 + 1e-12), "and no larger");
		is_close(l2n_proximal_rate(descent), l2n_proximal_largest_rate(descent) / 2, 1e-14,
				 "the rate is half of it");
	}
	else if (method == L2N_SWEEPS)
		ok(isinf(l2n_proximal_largest_rate(descent)), "sweeps have no rate");

	/* a few steps, those of gradients at a rate that is given; and the gap on the way */
	if (method == L2N_GRADIENT)
	{
		spec.rate = (double) (e.weight / eigenvalue) / 3;
		(void) l2n_proximal_start(l2n_kernel_best(), &m, &spec, work, &descent, NULL, NULL);
		is_close(l2n_proximal_rate(descent), spec.rate, 1e-15, "a rate that is given");
	}
	for (int j = 0; j < p; j++)
		length[j] = d[j] * d[j] * (method == L2N_GRADIENT ? spec.rate / e.weight : 1 / eigenvalue);
	for (int step = 1; step <= 6; step++)
	{
		l2n_proximal_step(descent);
		is_int(l2n_proximal_look(l2n_kernel_best(), descent, &fit), L2N_OK, "step %d", step);
		textbook(&e, &f, method, length, step, want);
		for (int j = 0; j < p; j++)
			far = fmax(far, fabs(b[j] - want[j]));
		looser += fit.iterations != step;
		looser += off(fit.objective, objective_at(&e, &f, b), objective_at(&e, &f, b)) > 1e-12;
		gap = descent_gap(&e, &f, b, l1 > 0);
		gap_off = fmax(gap_off, off(fit.gap, gap, gap + 1e-3L));
	}
	ok(far < (method == L2N_FISTA ? 1e-5 : 1e-12), "steps are the textbook's: off by %.2g", far);
	is_int(looser, 0, "they and the objective are told");
	ok(gap_off < 1e-12, "and the gap, off by %.2g", gap_off);

	/* the end, and that no gap on the way is too small */
	spec.rate = 0;
	(void) l2n_proximal_start(l2n_kernel_best(), &m, &spec, work, &descent, NULL, NULL);
	is_int(l2n_proximal_solve(l2n_kernel_best(), descent, 1e-15, 200000, &fit, NULL, NULL), L2N_OK,
		   "solves");
	ok(fit.converged && fit.gap <= 1e-15 && fit.gap >= 0, "to a gap of %.2g", fit.gap);
	descent_steps[method] += fit.iterations;
	check_descent(name, &r, &t, &e, &fit, l1, l2, counted);
	best = fit.objective;
	(void) l2n_proximal_start(l2n_kernel_best(), &m, &spec, work, &descent, NULL, NULL);
	for (int i = 0; i < 20; i++)
	{
		double ahead;

		(void) l2n_proximal_solve(l2n_kernel_best(), descent, 0, i, &fit, NULL, NULL);
		ahead = (fit.objective - best) / (double) (e.syy / 2);
		looser += fit.gap < ahead * (1 - 1e-6) - 1e-14;
		looser += fit.converged ? fit.gap != 0 : fit.iterations != i;
	}
	is_int(looser, 0, "a gap is no less than what there is to win");
	free(work);
	free(r.x);
	free(m.mean);
	free_equations(&e);
}

/*
 * How long a search takes, counted in polls: one a sweep, a step to the minimum of a face, a column
 * that goes into a factor, a row of one in double-double.  Fewer polls than that would keep a user
 * waiting who wants to stop.
 */

typedef enum columns_kind
{
	PLAIN,
	COPIES,  /* every fifth column is a copy of the one before */
	SUMS,    /* every sixth is the sum of the two before */
	NEAR,    /* every fourth is next to the one before, by 1e-6 */
	NEARER,  /* by 1e-8, where double does not tell which to take */
	FACTORS, /* all are made of four, but for a thousandth */
	LEVELS,  /* 0 and 1: one of each ten is 1 */
} columns_kind;

typedef enum bounds_kind
{
	FREE,
	POSITIVE,
	BOX, /* from -0.05 or 0 to 0.1 or more, by column */
} bounds_kind;

typedef struct search
{
	const char *name;
	columns_kind kind;
	int n, p;
	bounds_kind bounds;
	bool factors, extras, doubles;
	double ridge;     /* l2 over l1 */
	double penalty;   /* the only one, as a share of the largest, or where that is 0 a path */
	bool none;        /* none at all */
	int polls, slack; /* so many, or so few more or less */
	int sweeps;       /* at most */
} search;

static rows
search_rows(const search *s)
{
	rows r = random_rows(s->n, s->p + 1, (uint64_t) (s->n * 7 + s->p), s->p % 2);

	for (int i = 0; i < s->n; i++)
	{
		double *x = row_at(&r, i), common[4];
		int level = integer(10);

		for (int j = 0; j < 4; j++)
			common[j] = normal();
		for (int j = 1; j <= s->p; j++)
			switch (s->kind)
			{
				case PLAIN:
					break;
				case COPIES:
					x[j] = j % 5 ? x[j] : x[j - 1];
					break;
				case SUMS:
					x[j] = j % 6 ? x[j] : x[j - 1] + x[j - 2];
					break;
				case NEAR:
				case NEARER:
					if (j % 4)
						break;
					x[0] += 0.5 * x[j];
					x[j] = x[j - 1] + (s->kind == NEAR ? 1e-6 : 1e-8) * x[j];
					break;
				case FACTORS:
					x[j] = 1e-3 * x[j];
					for (int l = 0; l < 4; l++)
						x[j] += common[l] * cos(j * (l + 1));
					break;
				case LEVELS:
					x[j] = (level + j / 10) % 10 == j % 10;
					level = j % 10 ? level : integer(10);
			}
	}
	return r;
}

static bool
count_polls(void *arg)
{
	++*(int *) arg;
	return false;
}

static void
test_search(const search *s)
{
	static const double path[] = {0.9, 0.5, 0.25, 0.1, 0.03, 0.2, 0.8, 1e-2, 1e-3, 0.05, 1e-6};
	task t = make_task(s->extras ? 3 : 0);
	rows r = search_rows(s);
	l2n_moments m = moments_of(&r);
	equations e = equations_of(&r, true);
	l2n_elastic_net_spec spec = {.columns = {s->p, feature, 0, true},
								 .penalty = s->factors ? t.factor : NULL,
								 .lower = s->bounds ? t.lower : NULL,
								 .upper = s->bounds ? t.upper : NULL,
								 .extra = s->extras ? t.extra : NULL};
	void *work = scratch(l2n_elastic_net_worksize(s->p));
	l2n_elastic_net *net;
	l2n_elastic_net_fit fit;
	double b[MOST], largest, far = 0, gap = 0, df_off = 0;
	int polls = 0, sweeps = 0, wrong = 0, steps = s->none || s->penalty > 0 ? 1 : 11;

	t.standardize = false;
	t.factors = s->factors;
	t.bounds = s->bounds;
	for (int j = 0; j < s->p; j++)
	{
		t.lower[j] = s->bounds == POSITIVE || j % 2 ? 0 : -0.05;
		t.upper[j] = s->bounds == POSITIVE ? INFINITY : 0.1 + 0.1 * (j % 3);
	}
	fit.solution.coef = b;
	wrong += l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL) != L2N_OK;
	wrong += l2n_elastic_net_largest(l2n_kernel_best(), net, &largest, &fit, NULL, NULL) != L2N_OK;
	for (int i = 0; i < steps; i++)
	{
		double l1 = s->none ? 0 : largest * (steps == 1 ? s->penalty : path[i]), l2 = s->ridge * l1;
		l2n_elastic_net_goal goal = {l1, l2, 1e-13, 1000, !s->doubles};
		costs f = costs_of(&t, &r, l1, l2);
		long double twice;

		wrong += l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, count_polls, &polls) !=
					 L2N_OK ||
				 !fit.converged;
		if (s->doubles)
			l2n_elastic_net_coefficients(net, b);
		else
			gap = fmax(gap, fit.gap);
		far = fmax(far, violation(&e, &f, b));
		sweeps += fit.iterations;
		if (s->kind == PLAIN && !s->doubles)
			df_off = fmax(df_off, fabs((double) parameters(&e, &f, b, false, &twice) + 1 - fit.df));
	}
	is_int(wrong, 0, "%s: solves", s->name);
	/* coefficients of near copies are large, and the gap is content with how doubles round them */
	ok(far < (s->doubles ? 1e-9 : s->kind == NEAR && s->none ? 1e-7 : 1e-13), "off by %.2g", far);
	ok(gap <= 1e-13 && df_off < 1e-8, "the gap is %.2g at most, parameters are off by %.2g", gap,
	   df_off);
	ok(sweeps <= s->sweeps, "%s: %d sweeps, of %d", s->name, sweeps, s->sweeps);
	ok(abs(polls - s->polls) <= s->slack, "%s: %d polls, for %d", s->name, polls, s->polls);
	free(work);
	free(r.x);
	free(m.mean);
	free_equations(&e);
}

/*
 * The sum of two features with coefficients of one sign takes the part of the smaller, whichever
 * of them that is, the very first one, too: in double, for which a few polls do.
 */
static void
test_trade(bool first)
{
	rows r = random_rows(80, 9, 41, false);
	l2n_elastic_net_spec spec = {.columns = {8, feature, 0, true}};
	void *work = scratch(l2n_elastic_net_worksize(8));
	l2n_moments m;
	l2n_elastic_net *net;
	l2n_elastic_net_goal goal = {1e-3, 0, 1e-13, 1000, true};
	l2n_elastic_net_fit fit;
	double b[8];
	int polls = 0;

	for (int i = 0; i < r.n; i++)
	{
		double *x = row_at(&r, i);

		for (int j = 1; j < 8; j++)
			x[j] = round(16 * x[j]) / 16;
		x[8] = x[1] + x[2];
		x[0] = (first ? 1 : 3) * x[1] + (first ? 3 : 1) * x[2] + normal() / 8;
		for (int j = 3; j < 8; j++)
			x[0] += x[j];
	}
	m = moments_of(&r);
	fit.solution.coef = b;
	(void) l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL);
	is_int(l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, count_polls, &polls), L2N_OK,
		   "a sum of features");
	ok((first ? b[0] : b[1]) == 0 && fabs(b[7] - 1) < 0.1,
	   "takes the part of the smaller: %g %g %g", b[0], b[1], b[7]);
	ok(fit.converged && polls <= 30, "with %d polls, %d sweeps", polls, fit.iterations);
	free(work);
	free(r.x);
	free(m.mean);
}

/*
 * Bounds next to where a coefficient comes to without them, by less than doubles on the way there
 * can tell, are kept to the last bit.
 */
static void
test_close_bounds(double near)
{
	rows r = random_rows(60, 7, 43, false);
	double lower[6], upper[6], b[6], free_b[6];
	l2n_elastic_net_spec spec = {.columns = {6, feature, 0, true}};
	void *work = scratch(l2n_elastic_net_worksize(6));
	l2n_moments m;
	l2n_elastic_net *net;
	l2n_elastic_net_goal goal = {0, near < 1 ? 0 : 0.01, 1e-13, 1000, true};
	l2n_elastic_net_fit fit;
	double far = 0.0;
	int beyond = 0, wrong = 0;

	for (int i = 0; i < r.n; i++)
		row_at(&r, i)[6] = row_at(&r, i)[5] + near * row_at(&r, i)[6];
	m = moments_of(&r);
	fit.solution.coef = free_b;
	wrong += l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL) != L2N_OK;
	wrong += l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL) != L2N_OK;
	fit.solution.coef = b;
	spec.lower = lower;
	spec.upper = upper;
	for (int t = 0; t < 12 * 9; t++)
	{
		int j = t % 6;
		double bound = free_b[j] + (t / 12 - 4) * 0x1p-53 * fabs(free_b[j]);

		for (int l = 0; l < 6; l++)
		{
			lower[l] = -INFINITY;
			upper[l] = INFINITY;
		}
		(t / 6 % 2 ? lower : upper)[j] = bound;
		wrong += l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL) != L2N_OK;
		wrong += l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL) != L2N_OK ||
				 !fit.converged;
		for (int l = 0; l < 6; l++)
		{
			beyond += !(b[l] >= lower[l] && b[l] <= upper[l]);
			far = fmax(far, fabs(b[l] / free_b[l] - 1));
		}
	}
	is_int(wrong, 0, "bounds at the minimum, features %g apart", near);
	is_int(beyond, 0, "are kept");
	ok(far < 1e-12, "and leave the others where they were, off by %.2g", far);
	free(work);
	free(r.x);
	free(m.mean);
}

/* A column that pulls by less than a gradient in double tells is put where it belongs */
static void
test_weak_pull(void)
{
	static const double x[4][2] = {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}, lower[] = {-INFINITY, 0};
	rows r = make_rows(4, 3);
	l2n_elastic_net_spec spec = {.columns = {2, feature, 0, false}, .lower = lower};
	void *work = scratch(l2n_elastic_net_worksize(2));
	double b[2];
	l2n_elastic_net_fit fit = {.solution.coef = b};
	l2n_elastic_net *net;
	l2n_moments m;

	for (int i = 0; i < 4; i++)
	{
		double *row = row_at(&r, i);

		row[0] = x[i][0] + 0x1p-50 * x[i][1];
		row[1] = x[i][0];
		row[2] = x[i][1];
		row[3] = 1;
	}
	m = moments_of(&r);
	for (int loose = 0; loose < 2; loose++)
	{
		l2n_elastic_net_goal goal = {0, 0, loose ? 1e-13 : 0, 100, true};

		(void) l2n_elastic_net_start(&m, &spec, work, &net, NULL, NULL);
		is_int(l2n_elastic_net_solve(l2n_kernel_best(), net, &goal, &fit, NULL, NULL), L2N_OK,
			   "a pull of 1e-15");
		ok(fit.converged && b[0] == 1 && b[1] == (loose ? 0 : 0x1p-50) && fit.settled == !loose,
		   "settles at %g, %g", b[0], b[1]);
	}
	free(work);
	free(r.x);
	free(m.mean);
}

static const search searches[] = {
	{"a path", PLAIN, 150, 30, .polls = 213, .slack = 2, .sweeps = 75},
	{"a path of many columns", PLAIN, 200, 90, .polls = 464, .slack = 2, .sweeps = 154},
	{"an elastic net's path", PLAIN, 150, 40, .ridge = 0.3, .factors = true, .polls = 228,
	 .slack = 2, .sweeps = 65},
	{"extra squares", PLAIN, 120, 25, .extras = true, .polls = 223, .slack = 2, .sweeps = 79},
	{"a path in doubles", PLAIN, 150, 60, .doubles = true, .polls = 284, .slack = 2, .sweeps = 95},
	{"positive ones", PLAIN, 150, 50, POSITIVE, .polls = 187, .slack = 2, .sweeps = 65},
	{"in boxes", PLAIN, 150, 50, BOX, .factors = true, .polls = 266, .slack = 2, .sweeps = 91},
	{"a small penalty at once", PLAIN, 200, 90, .penalty = 1e-4, .polls = 173, .slack = 2,
	 .sweeps = 93},
	{"a small penalty and ridge at once", PLAIN, 200, 90, .penalty = 1e-3, .ridge = 1, .polls = 97,
	 .slack = 2, .sweeps = 37},
	{"positive least squares", PLAIN, 200, 90, POSITIVE, .none = true, .polls = 141, .slack = 2,
	 .sweeps = 72},
	{"least squares in boxes", PLAIN, 200, 90, BOX, .none = true, .polls = 237, .slack = 2,
	 .sweeps = 84},
	{"least squares", PLAIN, 200, 90, .none = true, .polls = 4, .slack = 2, .sweeps = 0},
	{"copies", COPIES, 100, 30, .polls = 256, .slack = 12, .sweeps = 76},
	{"copies in boxes", COPIES, 100, 30, BOX, .polls = 255, .slack = 2, .sweeps = 106},
	{"copies and ridge", COPIES, 100, 40, .ridge = 0.01, .polls = 376, .slack = 2, .sweeps = 84},
	{"sums", SUMS, 100, 36, .polls = 341, .slack = 2, .sweeps = 102},
	{"sums that are positive", SUMS, 100, 36, POSITIVE, .polls = 250, .slack = 2, .sweeps = 112},
	{"sums, least squares in boxes", SUMS, 100, 36, BOX, .none = true, .polls = 81, .slack = 2,
	 .sweeps = 26},
	{"more columns than rows", PLAIN, 30, 60, .polls = 1710, .slack = 2, .sweeps = 126},
	{"more columns than rows in boxes", PLAIN, 20, 45, BOX, .polls = 264, .slack = 2, .sweeps = 94},
	{"more columns than rows, at once", PLAIN, 40, 90, .penalty = 1e-5, .polls = 275, .slack = 2,
	 .sweeps = 95},
	{"more columns than rows, in doubles", PLAIN, 40, 90, .doubles = true, .polls = 623, .slack = 2,
	 .sweeps = 168},
	{"near copies", NEAR, 100, 32, .polls = 326, .slack = 2, .sweeps = 83},
	{"near copies in boxes", NEAR, 100, 32, BOX, .polls = 227, .slack = 2, .sweeps = 73},
	{"nearer copies", NEARER, 100, 32, .polls = 326, .slack = 2, .sweeps = 83},
	{"nearer copies in boxes", NEARER, 100, 24, BOX, .polls = 207, .slack = 2, .sweeps = 73},
	{"near copies, least squares", NEAR, 100, 32, .none = true, .polls = 207, .slack = 2,
	 .sweeps = 4},
	{"near copies, least squares in boxes", NEAR, 100, 32, BOX, .none = true, .polls = 46,
	 .slack = 2, .sweeps = 6},
	{"nearer copies, positive", NEARER, 100, 32, POSITIVE, .none = true, .polls = 75, .slack = 2,
	 .sweeps = 31},
	{"nearer copies, a small penalty", NEARER, 100, 32, .penalty = 1e-9, .polls = 97, .slack = 2,
	 .sweeps = 21},
	{"nearer copies, ridge", NEARER, 100, 32, .penalty = 1e-9, .ridge = 1e-3, .polls = 98,
	 .slack = 2, .sweeps = 21},
	{"sums of many in doubles", SUMS, 100, 90, .doubles = true, .polls = 651, .slack = 2,
	 .sweeps = 248},
	{"factors, least squares in boxes", FACTORS, 100, 70, BOX, .none = true, .polls = 454,
	 .slack = 2, .sweeps = 72},
	{"factors, least squares", FACTORS, 60, 80, .penalty = 1e-9, .polls = 400, .slack = 2,
	 .sweeps = 59},
	{"factors", FACTORS, 120, 40, .polls = 387, .slack = 2, .sweeps = 92},
	{"factors in boxes", FACTORS, 120, 40, BOX, .polls = 316, .slack = 2, .sweeps = 116},
	{"factors that are positive", FACTORS, 60, 80, POSITIVE, .polls = 627, .slack = 2,
	 .sweeps = 113},
	{"levels", LEVELS, 200, 40, .polls = 382, .slack = 20, .sweeps = 73},
	{"levels and ridge", LEVELS, 200, 40, .ridge = 0.05, .polls = 444, .slack = 2, .sweeps = 91},
};

/*
 * The largest rate where the largest eigenvalue has others next to it, which a power iteration is
 * slow to tell: columns of a Hadamard matrix, times their lengths
 */
static void
test_rates(void)
{
	for (int kind = 0; kind < 6; kind++)
	{
		static const double apart[] = {0, 1e-5, 1e-4, 1e-3, 1e-2, 0.3};
		static const int most_polls[] = {42, 330, 330, 330, 330, 64};
		rows r = make_rows(16, 8);
		l2n_proximal_spec spec = {
			.columns = {7, feature, 0, false}, .method = L2N_GRADIENT, .rows = 16};
		void *work = scratch(l2n_proximal_worksize(7));
		double largest = 0;
		int polls = 0;
		l2n_proximal *descent;
		l2n_moments m;

		for (int i = 0; i < 16; i++)
		{
			double *x = row_at(&r, i);

			x[0] = i;
			for (int j = 1; j <= 7; j++)
			{
				double length = 1.5 * (1 - apart[kind] * ((j * 3) % 7));

				largest = fmax(largest, length * length);
				x[j] = __builtin_popcount((unsigned) (i & j)) % 2 ? -length : length;
			}
			x[8] = 1;
		}
		m = moments_of(&r);
		(void) l2n_proximal_start(l2n_kernel_best(), &m, &spec, work, &descent, count_polls,
								  &polls);
		/* rate / N times the sum of squares is 1 / N times their mean's share */
		ok(l2n_proximal_largest_rate(descent) <= 2 / largest &&
			   l2n_proximal_largest_rate(descent) > 2 / largest * (1 - 3e-6),
		   "lengths that are %g apart: a rate of %.9g, of %.9g", apart[kind],
		   l2n_proximal_largest_rate(descent), 2 / largest);
		ok(polls <= most_polls[kind], "in %d polls", polls);
		free(work);
		free(r.x);
		free(m.mean);
	}
}

/* A column whose square is next to the largest double, and one that a penalty leaves nothing of */
static void
test_descent_range(void)
{
	for (int kind = 0; kind < 2; kind++)
	{
		rows r = make_rows(6, 2);
		l2n_proximal_spec spec = {.columns = {1, feature, 0, true}, .method = L2N_GRADIENT};
		void *work = scratch(l2n_proximal_worksize(1));
		double b[1];
		l2n_proximal_fit fit = {.solution.coef = b};
		l2n_proximal *descent;
		l2n_moments m;

		for (int i = 0; i < 6; i++)
		{
			row_at(&r, i)[0] = i;
			row_at(&r, i)[1] = ldexp(i % 2 ? 1 : -1, kind ? -40 : 510);
			row_at(&r, i)[2] = 2;
		}
		m = moments_of(&r);
		spec.l2 = kind ? 1e308 : 0;
		is_int(l2n_proximal_start(l2n_kernel_best(), &m, &spec, work, &descent, NULL, NULL),
			   kind ? L2N_OK : L2N_OUT_OF_RANGE, kind ? "a penalty of 1e308" : "squares of 1e308");
		if (kind)
		{
			is_int(l2n_proximal_solve(l2n_kernel_best(), descent, 1e-12, 100, &fit, NULL, NULL),
				   L2N_OK, "can be solved for");
			ok(fit.converged && fabs(b[0]) < 1e-280, "and leaves nothing: %g", b[0]);
		}
		free(work);
		free(r.x);
		free(m.mean);
	}
}

int
main(void)
{
	static const int most_steps[] = {5150, 840, 568};

	for (int j = 0; j < MOST; j++)
		feature[j] = j + 1;
	for (int kind = 0; kind < 16; kind++)
	{
		test_net(40, 1 + kind % 8, kind);
		if (kind % 3 == 0)
			test_net(150, 70, kind);
		if (kind % 5 == 0)
			test_net(30, 45, kind & ~2);
	}
	test_given();
	for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
		test_search(&searches[i]);
	test_trade(true);
	test_trade(false);
	test_close_bounds(1);
	test_close_bounds(1e-6);
	test_weak_pull();
	test_gap();
	for (int kind = 0; kind < 12; kind++)
		for (int method = L2N_GRADIENT; method <= L2N_SWEEPS; method++)
			test_descent(kind, method);
	for (int method = L2N_GRADIENT; method <= L2N_SWEEPS; method++)
		ok(descent_steps[method] <= most_steps[method], "method %d takes %d steps", method,
		   descent_steps[method]);
	test_rates();
	test_descent_range();
	return done_testing();
}
