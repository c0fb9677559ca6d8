/*
 * test_glm.c: every number of a fit of a generalised linear model, at the coefficients that it
 * gives, against the textbook's in long double: errors and parameters from explicit inverses,
 * losses and Pearson's sum row by row, the null model by a search of its own.  Whether those are
 * the best coefficients test_glm_fits.c asks.
 */
#include "num/glm/irls.h"
#include "num/glm/newton.h"

#include "rows.h"

#define N    150
#define MOST 6

static const int feature[] = {1, 2, 3, 4, 5, 6};

/* A kind of fit */
typedef struct task
{
	l2n_family_kind family;
	l2n_link_kind link;
	int p;
	bool intercept, weighted, offset, standardize, factors, by_moments, known;
	double l1, l2;
} task;

typedef struct problem
{
	const task *t;
	l2n_family family;
	rows r; /* y, features, offset; weight */
	l2n_irls irls;
	l2n_moments prior;
	double centre[MOST], factor[MOST];
	void *work;
	int passes;
} problem;

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
	 const l2n_slopes *slopes, l2n_moments *information)
{
	problem *d = arg;
	dd sum = dd_of(0.0);

	d->passes++;
	for (int i = 0; i < d->r.n; i += L2N_BLOCK_ROWS)
		l2n_irls_block(l2n_kernel_best(), &d->irls, base, coef,
					   d->r.n - i < L2N_BLOCK_ROWS ? d->r.n - i : L2N_BLOCK_ROWS, row_at(&d->r, i),
					   d->r.k + 1, m, &sum, slopes, information, d->work, NULL, NULL);
	*loss = sum.hi;
	return L2N_OK;
}

static void
reach(void *arg, double *furthest)
{
	problem *d = arg;

	for (int i = 0; i < d->r.n; i++)
		for (int j = 0; j < d->t->p; j++)
			furthest[j] = fmax(furthest[j], fabs(row_at(&d->r, i)[j + 1] - d->centre[j]));
}

/*
 * The textbook
 */

static long double
mean_at(const l2n_family *f, long double eta)
{
	switch (f->link->kind)
	{
		case L2N_LOGIT:
			return 1 / (1 + expl(-eta));
		case L2N_PROBIT:
			return erfcl(-eta / sqrtl(2)) / 2;
		case L2N_LOG:
			return expl(eta);
		default:
			return eta;
	}
}

static long double
variance_at(const l2n_family *f, long double mu)
{
	return f->kind == L2N_BINOMIAL  ? mu * (1 - mu)
		   : f->kind == L2N_POISSON ? mu
		   : f->kind == L2N_GAMMA   ? mu * mu
									: 1;
}

/* d mu / d eta, as a difference: errors are told to some digits less for it */
static long double
slope_at(const l2n_family *f, long double eta)
{
	return (mean_at(f, eta + 1e-6L) - mean_at(f, eta - 1e-6L)) / 2e-6L;
}

static long double
part(long double y, long double mu)
{
	return y > 0 ? y * logl(y / mu) : 0;
}

/* Half the deviance of a row */
static long double
loss_at(const l2n_family *f, double y, long double mu)
{
	return f->kind == L2N_BINOMIAL  ? part(y, mu) + part(1 - y, 1 - mu)
		   : f->kind == L2N_POISSON ? part(y, mu) - (y - mu)
		   : f->kind == L2N_GAMMA   ? (y - mu) / mu - logl(y / mu)
									: (y - mu) * (y - mu) / 2;
}

/* Of all rows at b0 and b, which may be NULL; Pearson's sum, the score of b0 and its information */
static long double
total(const problem *d, long double b0, const double *b, long double *pearson, long double *score,
	  long double *information)
{
	long double loss = 0;

	*pearson = *score = *information = 0;
	for (int i = 0; i < d->r.n; i++)
	{
		const double *x = row_at(&d->r, i);
		long double eta = b0 + (d->t->offset ? x[d->t->p + 1] : 0), mu, v, slope, w = x[d->r.k];

		for (int j = 0; b && j < d->t->p; j++)
			eta += (long double) b[j] * x[j + 1];
		mu = mean_at(&d->family, eta);
		v = variance_at(&d->family, mu);
		slope = slope_at(&d->family, eta);
		loss += w * loss_at(&d->family, x[0], mu);
		*pearson += w * (x[0] - mu) * (x[0] - mu) / v;
		*score += w * (x[0] - mu) / v * slope;
		*information += w * slope * slope / v;
	}
	return loss;
}

static long double
null_loss(const problem *d)
{
	long double b0 = 0, loss, pearson, score, information;

	if (d->t->intercept)
		b0 = d->family.link->eta(d->prior.mean[0]);
	for (int i = 0; i < 50; i++)
	{
		loss = total(d, b0, NULL, &pearson, &score, &information);
		if (d->t->intercept)
			b0 += score / information;
	}
	return loss;
}

/* X'WX with a column of ones, and with the penalty: of the expected information */
static void
information_at(const problem *d, const l2n_newton_fit *fit, const long double *penalty,
			   long double *h, long double *a)
{
	int k = d->t->p + 1;

	memset(h, 0, sizeof(long double) * (size_t) (k * k));
	for (int i = 0; i < d->r.n; i++)
	{
		const double *x = row_at(&d->r, i);
		long double eta = fit->intercept + (d->t->offset ? x[k] : 0), mu, slope, w;

		for (int j = 1; j < k; j++)
			eta += (long double) fit->coef[j - 1] * x[j];
		mu = mean_at(&d->family, eta);
		slope = slope_at(&d->family, eta);
		w = x[d->r.k] * slope * slope / variance_at(&d->family, mu);
		for (int j = 0; j < k; j++)
			for (int l = 0; l < k; l++)
				h[j * k + l] += w * (j ? x[j] : 1) * (l ? x[l] : 1);
	}
	memcpy(a, h, sizeof(long double) * (size_t) (k * k));
	for (int j = 1; j < k; j++)
		a[j * k + j] += penalty[j - 1];
	/* no intercept: a column that has no part in it */
	for (int j = 0; j < k && !d->t->intercept; j++)
		a[j] = a[j * k] = h[j] = h[j * k] = j == 0;
}

/*
 * Problems
 */

static void
make_problem(problem *d, const task *t, uint64_t from)
{
	dd saturated = dd_of(0.0), loss = dd_of(0.0);
	double mean = 0.0, weight = 0.0;

	*d = (problem){.t = t, .work = scratch(l2n_irls_worksize(t->p))};
	if (!l2n_family_make(&d->family, t->family, t->link, 0))
		abort();
	d->r = random_rows(N, t->p + 2, from, t->weighted);
	for (int i = 0; i < N; i++)
	{
		double *x = row_at(&d->r, i), eta = 0.3, mu;

		x[t->p + 1] = t->offset ? 0.5 * normal() : 0;
		for (int j = 0; j < t->p; j++)
		{
			x[j + 1] *= 0.5;
			eta += (j % 2 ? -0.3 : 0.4) * x[j + 1] / (j + 1);
		}
		mu = (double) mean_at(&d->family, eta + x[t->p + 1]);
		x[0] = t->family == L2N_BINOMIAL  ? (i % 5 ? uniform() < mu : 0.25 * integer(5))
			   : t->family == L2N_POISSON ? floor(mu * exp(0.4 * normal()))
			   : t->family == L2N_GAMMA   ? mu * exp(0.5 * normal())
										  : eta + normal();
		mean += x[d->r.k] * x[0];
		weight += x[d->r.k];
	}
	for (int j = 0; j < t->p; j++)
		d->factor[j] = t->factors ? j % 3 * 0.75 : 1;
	d->irls = (l2n_irls){.family = d->family.canonical && t->family == L2N_BINOMIAL  ? &l2n_binomial
								   : d->family.canonical && t->family == L2N_POISSON ? &l2n_poisson
																					 : &d->family,
						 .p = t->p,
						 .feature = feature,
						 .weight = t->weighted ? t->p + 2 : 0,
						 .offset = t->offset ? t->p + 1 : 0,
						 .centre = d->centre};
	d->prior = no_moments(t->p + 1);
	for (int i = 0; i < N; i += L2N_BLOCK_ROWS)
		l2n_irls_plain(l2n_kernel_best(), &d->irls, d->irls.family->link->eta(mean / weight),
					   N - i < L2N_BLOCK_ROWS ? N - i : L2N_BLOCK_ROWS, row_at(&d->r, i),
					   d->r.k + 1, &d->prior, &saturated, &loss, d->work, NULL, NULL);
	is_close(d->prior.mean[0], mean / weight, 1e-14, "the mean of y");
	is_close(d->prior.weight.hi, weight, 1e-14, "the sum of weights");
	for (int j = 0; j < t->p; j++)
		d->centre[j] = t->intercept ? d->prior.mean[j + 1] : 0;
}

static l2n_newton *
start(problem *d, void *work)
{
	const task *t = d->t;
	double reference = d->irls.family->link->eta(d->prior.mean[0]), least = INFINITY;
	long double loss = 0;
	l2n_newton *n;

	for (int i = 0; i < N; i++)
	{
		const double *x = row_at(&d->r, i);

		loss += x[d->r.k] * loss_at(&d->family, x[0], mean_at(&d->family, reference));
		least = fmin(least, x[d->r.k]);
	}
	{
		l2n_newton_spec spec = {
			.family = d->irls.family,
			.columns = {t->p, feature, 0, t->intercept},
			.prior = &d->prior,
			.offset = t->offset,
			.reference = reference,
			.reference_loss = (double) loss,
			.standardize = t->standardize,
			.penalty = t->factors ? d->factor : NULL,
			.rows = N,
			.least_weight = t->known ? least : 0,
			.centre = d->centre,
			.pass = pass,
			.reach = t->known ? reach : NULL,
			.by_moments = t->by_moments,
			.pass_arg = d,
		};

		if (l2n_newton_start(l2n_kernel_best(), &spec, work, &n) != L2N_OK)
			abort();
	}
	return n;
}

static void
check(const char *name, problem *d, const l2n_newton_goal *goal, const l2n_newton_fit *fit)
{
	const task *t = d->t;
	int k = t->p + 1, nonzero = 0, active = 0;
	long double h[(MOST + 1) * (MOST + 1)], a[(MOST + 1) * (MOST + 1)], *inverse, *half, *middle;
	long double penalty[MOST], cost = 0, loss, pearson, score, information, df = 0;
	double far = 0.0;
	l2n_moments m;

	m = d->prior;
	for (int j = 0; j < t->p; j++)
	{
		double s2 = t->standardize ? l2n_cross(&m, j + 1, j + 1).hi / m.weight.hi : 1;
		double b = fit->coef[j];

		penalty[j] = goal->l2 * d->factor[j] * s2;
		cost += goal->l1 * d->factor[j] * sqrt(s2) * fabs(b) + penalty[j] / 2 * b * b;
		nonzero += b != 0;
	}
	loss = total(d, fit->intercept, fit->coef, &pearson, &score, &information);
	ok(fit->end == L2N_NEWTON_CONVERGED && fit->iterations > 0 && fit->iterations < 30,
	   "%s converges in %d", name, fit->iterations);
	ok(fit->change >= 0 && fit->change <= goal->tolerance, "%s: its last step, %.2g", name,
	   fit->change);
	ok(!t->intercept || fabs((double) score) < 1e-6 * (double) d->prior.weight.hi,
	   "%s: residuals add up to 0", name);
	is_close(fit->loss, (double) loss, 1e-9, "%s: loss", name);
	is_close(fit->objective, (double) (loss + cost), 1e-9, "%s: objective", name);
	is_close(fit->null_loss, (double) null_loss(d), 1e-9, "%s: loss of the null model", name);
	is_close(fit->pearson, (double) pearson, 1e-5, "%s: Pearson's sum", name);
	is_int(fit->nonzero, nonzero, "%s: coefficients that are not 0", name);
	for (int j = 0; j < t->p; j++)
		active += fit->dropped[j];
	is_int(active, 0, "%s: nothing is dropped", name);
	{
		double base = fit->intercept;

		for (int j = 0; j < t->p; j++)
			base += fit->coef[j] * d->centre[j];
		is_close(fit->base, base, 1e-12, "%s: at the means", name);
		ok(t->intercept || fit->intercept == 0, "%s: no intercept", name);
	}

	information_at(d, fit, penalty, h, a);
	if (goal->l1 > 0)
	{
		/* of the columns that are left, after the intercept */
		int set[MOST + 1], s = 0;
		long double sub[(MOST + 1) * (MOST + 1)], also[(MOST + 1) * (MOST + 1)];

		for (int j = 0; j < k; j++)
			if (j == 0 || fit->coef[j - 1] != 0)
				set[s++] = j;
		for (int i = 0; i < s; i++)
			for (int j = 0; j < s; j++)
			{
				sub[i * s + j] = a[set[i] * k + set[j]];
				also[i * s + j] = h[set[i] * k + set[j]];
			}
		inverse = inverse_of(sub, s);
		half = product_of(inverse, also, s);
		for (int i = t->intercept ? 0 : 1; i < s; i++)
			df += half[i * s + i];
		ok(isnan(fit->se[0]) && isnan(fit->intercept_se) && isnan(fit->rcond), "%s: no errors",
		   name);
		middle = NULL;
	}
	else
	{
		inverse = inverse_of(a, k);
		half = product_of(inverse, h, k);
		middle = product_of(half, inverse, k);
		for (int j = t->intercept ? 0 : 1; j < k; j++)
		{
			long double se = sqrtl(middle[j * k + j]);

			df += half[j * k + j];
			far = fmax(far, off(j ? fit->se[j - 1] : fit->intercept_se, se, se));
		}
		ok(far < 1e-6, "%s: errors, off by %.2g", name, far);
		ok(fit->rcond > 1e-6 && fit->rcond <= 1 + 1e-12, "%s: condition %.2g", name, fit->rcond);
		ok(t->intercept || isnan(fit->intercept_se), "%s: none of no intercept", name);
	}
	/* searches with an L1 penalty go by the observed information */
	is_close(fit->df, (double) df, goal->l1 > 0 && !d->family.canonical ? 1e-2 : 1e-6,
			 "%s: parameters", name);
	free(inverse);
	free(half);
	free(middle);
}

static void
test_task(const task *t, int number)
{
	problem d;
	void *work = scratch(l2n_newton_worksize(t->p, 0));
	double coef[MOST], se[MOST], largest, want = 0.0;
	bool dropped[MOST];
	l2n_newton_fit fit = {.coef = coef, .se = se, .dropped = dropped};
	l2n_newton *n;
	char name[100];

	snprintf(name, sizeof name, "task %d, family %d, link %d", number, (int) t->family,
			 (int) t->link);
	make_problem(&d, t, (uint64_t) number + 300);
	n = start(&d, work);
	if (!t->factors && !t->offset && t->intercept && d.family.canonical)
	{
		/* where nothing comes in: the largest slope of the null model */
		for (int j = 0; j < t->p; j++)
		{
			double s =
				t->standardize ? sqrt(l2n_cross(&d.prior, j + 1, j + 1).hi / d.prior.weight.hi) : 1;

			want = fmax(want, fabs(l2n_cross(&d.prior, 0, j + 1).hi) / s);
		}
		is_int(l2n_newton_largest(n, 1e-10, &largest, &fit, NULL, NULL), L2N_OK, "%s", name);
		is_close(largest, want, 1e-10, "%s: the largest penalty", name);
	}
	else
	{
		/* with free ones, or a null model of its own: none comes in above it, some below */
		int in[2] = {0, 0};
		bool any = false;

		is_int(l2n_newton_largest(n, 1e-10, &largest, &fit, NULL, NULL), L2N_OK, "%s", name);
		ok(d.passes < 40, "%s: found in %d passes", name, d.passes);
		for (int above = 0; above < 2; above++)
		{
			l2n_newton_goal goal = {largest * (above ? 1.001 : 0.999), 0, 1e-10, 100, true};

			is_int(l2n_newton_solve(n, &goal, &fit, NULL, NULL), L2N_OK, "%s", name);
			for (int j = 0; j < t->p; j++)
			{
				any |= d.factor[j] > 0;
				in[above] += d.factor[j] > 0 && coef[j] != 0;
			}
		}
		ok(in[1] == 0 && (in[0] > 0) == any && (largest > 0) == any,
		   "%s: the largest penalty, %g: %d below, %d above", name, largest, in[0], in[1]);
		free(work);
		work = scratch(l2n_newton_worksize(t->p, 0));
		n = start(&d, work);
		d.passes = 0;
	}
	for (int i = 0; i < 3; i++)
	{
		l2n_newton_goal goal = {t->l1 / (1 << i), t->l2 / (1 << i), 1e-10, 50, false};

		is_int(l2n_newton_solve(n, &goal, &fit, NULL, NULL), L2N_OK, "%s", name);
		check(name, &d, &goal, &fit);
		if (t->l1 == 0 && t->l2 == 0)
			break;
	}
	ok(d.passes <= 40, "%s: %d passes", name, d.passes);
	free(work);
	free(d.work);
	free(d.r.x);
	free(d.prior.mean);
}

/* A column that is the sum of two, and rows that are told apart */
static void
test_ends(void)
{
	static const task t = {.family = L2N_BINOMIAL, .link = L2N_LOGIT, .p = 3, .intercept = true};
	problem d;
	void *work = scratch(l2n_newton_worksize(3, 0));
	double coef[3], se[3], lone[2], lone_se[2];
	bool dropped[3];
	l2n_newton_fit fit = {.coef = coef, .se = se, .dropped = dropped};
	l2n_newton_goal goal = {0, 0, 1e-10, 50, false};

	make_problem(&d, &t, 5);
	is_int(l2n_newton_solve(start(&d, work), &goal, &fit, NULL, NULL), L2N_OK, "three columns");
	is_close(fit.df, 4, 1e-12, "four parameters");
	goal.max_iter = 1;
	is_int(l2n_newton_solve(start(&d, work), &goal, &fit, NULL, NULL), L2N_OK, "a step");
	ok(fit.end == L2N_NEWTON_MAX_ITER && fit.iterations == 1, "is not enough");
	goal.max_iter = 50;
	for (int i = 0; i < N; i++)
		row_at(&d.r, i)[3] = row_at(&d.r, i)[1] - row_at(&d.r, i)[2];
	{
		l2n_moments old = d.prior;

		d.prior = moments_of(&(rows){d.r.n, d.r.k, d.r.x});
		d.prior.k = d.r.k;
		{
			static const int from[] = {0, 1, 2, 3};
			l2n_moments of = no_moments(4);

			l2n_moments_pick(&d.prior, from, &of);
			free(d.prior.mean);
			d.prior = of;
		}
		for (int j = 0; j < 3; j++)
			d.centre[j] = d.prior.mean[j + 1];
		is_int(l2n_newton_solve(start(&d, work), &goal, &fit, NULL, NULL), L2N_OK,
			   "the last is the difference of two");
		ok(!dropped[0] && !dropped[1] && dropped[2] && coef[2] == 0 && isnan(se[2]), "is dropped");
		is_close(fit.df, 3, 1e-12, "three parameters");
		/* a penalty that is next to nothing must not be solved with: where that shows is told */
		goal.l2 = 1e-25;
		is_int(l2n_newton_solve(start(&d, work), &goal, &fit, NULL, NULL), L2N_SINGULAR_PENALTY,
			   "with a penalty that is next to nothing");
		is_int(fit.failed, 2, "at the last");
		ok(fabs(fit.failed_pivot) < 1e-19, "its pivot is %.2g", fit.failed_pivot);
		goal.l2 = 0;
		is_int(l2n_newton_solve(start(&d, work), &goal, &fit, NULL, NULL), L2N_OK, "without");
		memcpy(lone, coef, sizeof lone);
		memcpy(lone_se, se, sizeof lone_se);
		ok(fit.nonzero == 2 && lone[0] != 0 && lone_se[0] > 0, "the others are fitted");
		free(old.mean);
	}
	for (int i = 0; i < N; i++)
		row_at(&d.r, i)[0] = row_at(&d.r, i)[1] > 0.5;
	{
		static const int from[] = {0, 1, 2, 3};
		l2n_moments all = moments_of(&d.r), of = no_moments(4);

		l2n_moments_pick(&all, from, &of);
		free(all.mean);
		free(d.prior.mean);
		d.prior = of;
	}
	is_int(l2n_newton_solve(start(&d, work), &goal, &fit, NULL, NULL), L2N_OK, "told apart");
	ok(fit.end == L2N_NEWTON_SEPARATED, "by one column: end %d", (int) fit.end);
	free(work);
	free(d.work);
	free(d.r.x);
	free(d.prior.mean);
}

/* Linear predictors, y and weights of rows, in order or next to each other in a row, with an offset
 */
static void
test_predictors(void)
{
	static const int apart[] = {1, 3}, together[] = {2, 3};
	double coef[] = {0.5, -2}, centre[] = {1, -1}, x[7 * 6], eta[7], y[7], weight[7], far = 0;

	for (int i = 0; i < 42; i++)
		x[i] = cos(i) + (i % 6 == 5 ? 2 : 0);
	for (int kind = 0; kind < 4; kind++)
	{
		l2n_irls s = {.family = &l2n_poisson,
					  .p = 2,
					  .feature = kind / 2 ? together : apart,
					  .offset = 4,
					  .weight = 5,
					  .centre = centre};
		void *work = scratch(l2n_irls_worksize(2));

		if (kind % 2)
			l2n_irls_predict(&s, 0.25, coef, 7, x, 6, eta, y, weight);
		else
			l2n_irls_linear(l2n_kernel_best(), &s, 0.25, coef, 7, x, 6, eta, y, weight, work);
		for (int i = 0; i < 7; i++)
		{
			const double *row = x + 6 * i;
			double want = 0.25 + 0.5 * (row[s.feature[0]] - 1) - 2 * (row[3] + 1) + row[4];

			far = fmax(far, fabs(eta[i] - want) + fabs(y[i] - row[0]) + fabs(weight[i] - row[5]));
		}
		free(work);
	}
	ok(far < 1e-14, "linear predictors, y and weights: off by %.2g", far);
}

/* Weights of classes, and of rows: what they make of a row, and of a pass */
static void
test_weights(void)
{
	double row[] = {1, 2, 0.5}, y;
	l2n_irls s = {.family = &l2n_binomial, .p = 1, .feature = feature};

	is_close(l2n_irls_weight(&s, row, &y), 1, 0, "a row counts once");
	is_close(y, 1, 0, "as it is");
	s.weight = 2;
	is_close(l2n_irls_weight(&s, row, &y), 0.5, 0, "or as its weight says");
	s.classes = true;
	s.class_weight[0] = 3;
	s.class_weight[1] = 8;
	is_close(l2n_irls_weight(&s, row, &y), 4, 1e-15, "times that of its class");
	row[0] = 0;
	is_close(l2n_irls_weight(&s, row, &y), 1.5, 1e-15, "or of the other");
	/* a share of 1/4 is so many of both */
	row[0] = 0.25;
	is_close(l2n_irls_weight(&s, row, &y), 0.5 * (0.25 * 8 + 0.75 * 3), 1e-15, "a share: of both");
	is_close(y, 0.25 * 8 / (0.25 * 8 + 0.75 * 3), 1e-15, "and what it is then");
}

int
main(void)
{
	static const struct
	{
		l2n_family_kind family;
		l2n_link_kind link;
	} kinds[] = {{L2N_BINOMIAL, L2N_LOGIT},
				 {L2N_POISSON, L2N_LOG},
				 {L2N_BINOMIAL, L2N_PROBIT},
				 {L2N_GAMMA, L2N_LOG},
				 {L2N_GAUSSIAN, L2N_IDENTITY}};
	static const double penalties[][2] = {{0, 0}, {0, 3}, {6, 0}, {4, 2}};
	int number = 0;

	for (int kind = 0; kind < 5; kind++)
		for (int i = 0; i < 12; i++, number++)
		{
			task t = {.family = kinds[kind].family,
					  .link = kinds[kind].link,
					  .p = 1 + i % 5,
					  .intercept = i % 4 != 3,
					  .weighted = i % 3 == 1,
					  .offset = i % 5 == 2 && kind != 2,
					  .standardize = i % 2,
					  .factors = i % 6 > 3,
					  .by_moments = i % 7 == 1,
					  .known = i % 3 != 2,
					  .l1 = penalties[(i + i / 4) % 4][0],
					  .l2 = penalties[(i + i / 4) % 4][1]};

			test_task(&t, number);
		}
	test_ends();
	test_weights();
	test_predictors();
	return done_testing();
}
