/*
 * newton.c: damped Newton steps for canonical links; proximal ones with an L1 penalty or bounds.
 *
 * Iteratively reweighted least squares regresses a working response z = eta + r / v, by QR in R's
 * glm: one more factorisation of all rows a step.  Here a pass leaves moments, to which the solvers
 * of least squares apply as they are: ridge.h for a quadratic penalty, coordinate.h for an L1
 * penalty and bounds, which makes it a proximal Newton method (Lee, Sun and Saunders, SIAM J.
 * Optim. 24, 2014).  The moments are those of r / v, and z's follow from them in double-double, so
 * that at the end the rounding of eta is all that the solution has of rounding.
 *
 * A full step may overshoot, so it is halved until the objective falls by what its slope promises
 * (Armijo).  Near the minimum each step squares the error of the one before.
 */
#include "num/glm/newton.h"

#include <string.h>

#include "num/solve/coordinate.h"
#include "num/glm/irls.h"
#include "num/solve/ridge.h"

/* Share of the promised decrease that a step must bring, and what rounding may take of it */
#define ARMIJO 1e-4
#define SLACK  1e-13

/*
 * Squared relative change of eta below which a step promises less than rounding, of loss and of
 * terms that cancel in it, may take: by then it is as good as its promise
 */
#define CLOSE 1e-10

#define MAX_HALVINGS 60

/* Squared relative change of eta below which a step that did not shrink is rounding */
#define ROUNDING 1e-16

/*
 * Separation: the loss of a single row on the wrong side of 1/2 is log 2, so less than that of all
 * rows together means that none is.  The margin is for weights that differ.
 */
#define SEPARATED (1e-3 * 0.6931471805599453)

/*
 * Where only some rows can be told apart the objective settles, but the steps keep going where the
 * variances have nearly vanished: less than this share of the mean, so many times in turn
 */
#define VANISHED       1e-5
#define VANISHED_STEPS 3

struct l2n_newton
{
	const l2n_kernel *kernel;
	l2n_newton_spec spec;
	int p;
	double *variance; /* p: of the prior moments */
	double *unit1;    /* p: what a penalty of 1 is on |b| and b^2/2 */
	double *unit2;
	double null_loss;
	bool binary; /* y is lowest or highest in every row */

	/* where the search is */
	double base;
	double *coef; /* p */
	double loss;
	l2n_moments m;
	bool vanished; /* a column's variance, under the working weights */

	/* where it goes */
	double next_base;
	double *next; /* p */
	double trial_base;
	double *trial; /* p */
	double trial_loss;
	l2n_moments trial_m;

	/* columns that are not dropped, and what is known of them */
	int n_active;
	int *active; /* p: features */
	int *column; /* p: their columns in m */
	double *factor;
	double *solution;
	double *se;
	bool *dropped; /* p, of active ones */

	double *residual; /* 2 (p + 2): the first row of m, and its mean, as the pass left them */
	double *x;        /* 2p: scratch */
	double *y;        /* 2p: scratch */
	void *solver;     /* scratch of ridge.h or coordinate.h */
};

typedef l2n_newton newton;

static size_t
solver_worksize(int p)
{
	size_t a = l2n_ridge_worksize(p), b = l2n_elastic_net_worksize(p);

	return a > b ? a : b;
}

size_t
l2n_newton_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(newton) + 2 * sizeof(double) * l2n_moments_doubles(p + 1) +
		   sizeof(double) * (18 * k + 8) + 2 * sizeof(int) * k + sizeof(bool) * k + 64 * 24 +
		   solver_worksize(p);
}

static l2n_moments
take_moments(int k, char **at)
{
	l2n_moments m = {.k = k};

	m.mean = l2n_take(at, sizeof(double) * l2n_moments_doubles(k));
	m.cross = m.mean + 2 * k;
	l2n_moments_clear(&m);
	return m;
}

/*
 * Linear algebra on the features of m, its columns from 1 on
 */

/* y = C x: 2p numbers each */
static void
times(const newton *n, const l2n_moments *m, const double *x, double *y)
{
	size_t p = (size_t) n->p, k = p + 1, low = l2n_tri_size(k);

	memset(y, 0, sizeof(double) * 2 * p);
	for (size_t i = 0; i < p; i++)
	{
		const double *row = m->cross + l2n_tri(k, i + 1, i + 1);
		dd xi = dd_make(x[i], x[p + i]);
		dd rest = n->kernel->dd_dot(p - i - 1, row + 1, row + low + 1, x + i + 1, x + p + i + 1);

		n->kernel->dd_axpy_row(p - i, xi, row, row + low, y + i, y + p + i);
		rest = dd_add(rest, dd_make(y[i], y[p + i]));
		y[i] = rest.hi;
		y[p + i] = rest.lo;
	}
}

static dd
dot(const newton *n, const double *x, const double *y)
{
	size_t p = (size_t) n->p;

	return n->kernel->dd_dot(p, x, x + p, y, y + p);
}

/* sum of b_j (mean_j - centre_j) */
static dd
at_mean(const newton *n, const l2n_moments *m, const double *b)
{
	dd sum = dd_of(0.0);

	for (int j = 0; j < n->p; j++)
		sum = dd_add(sum, dd_mul_d(dd_add_d(l2n_mean(m, j + 1), -n->spec.centre[j]), b[j]));
	return sum;
}

/* x = doubles b */
static void
widen(const newton *n, const double *b, double *x)
{
	memcpy(x, b, sizeof(double) * (size_t) n->p);
	memset(x + n->p, 0, sizeof(double) * (size_t) n->p);
}

/*
 * The working response in place of the residual: z = base + b'(x - centre) + r
 */
static void
set_response(newton *n)
{
	l2n_moments *m = &n->m;
	size_t p = (size_t) n->p, k = p + 1, low = l2n_tri_size(k);
	dd mean = l2n_mean(m, 0), square = l2n_cross(m, 0, 0);

	memcpy(n->residual, m->cross, sizeof(double) * k);
	memcpy(n->residual + k, m->cross + low, sizeof(double) * k);
	n->residual[2 * k] = mean.hi;
	n->residual[2 * k + 1] = mean.lo;

	widen(n, n->coef, n->x);
	times(n, m, n->x, n->y);
	for (size_t j = 0; j < p; j++)
	{
		dd r = dd_make(m->cross[j + 1], m->cross[low + j + 1]), v = dd_make(n->y[j], n->y[p + j]);
		dd z = dd_add(r, v);

		square = dd_add(square, dd_mul_d(dd_add(dd_scale(r, 2.0), v), n->coef[j]));
		m->cross[j + 1] = z.hi;
		m->cross[low + j + 1] = z.lo;
	}
	square = square.hi > 0.0 ? square : dd_of(0.0);
	m->cross[0] = square.hi;
	m->cross[low] = square.lo;
	mean = dd_add(dd_add_d(mean, n->base), at_mean(n, m, n->coef));
	m->mean[0] = mean.hi;
	m->mean[k] = mean.lo;
}

static void
set_residual(newton *n)
{
	l2n_moments *m = &n->m;
	size_t k = (size_t) n->p + 1, low = l2n_tri_size(k);

	memcpy(m->cross, n->residual, sizeof(double) * k);
	memcpy(m->cross + low, n->residual + k, sizeof(double) * k);
	m->mean[0] = n->residual[2 * k];
	m->mean[k] = n->residual[2 * k + 1];
}

/*
 * The null model
 */

static l2n_status
evaluate(newton *n, double base, const double *coef, l2n_moments *m, double *loss)
{
	l2n_moments_clear(m);
	*loss = INFINITY;
	return n->spec.pass(n->spec.pass_arg, base, coef, m, loss);
}

/* The moments of a pass with all rows at the same linear predictor follow from the prior ones */
static void
evaluate_constant(newton *n, double base)
{
	const l2n_moments *prior = n->spec.prior;
	const l2n_columns *columns = &n->spec.columns;
	l2n_moments *m = &n->m;
	size_t k = (size_t) n->p + 1, low = l2n_tri_size(k);
	double zero = 0.0, residual, v, lost;
	dd inverse, mean;

	n->spec.family->evaluate(n->kernel, 1, &zero, &base, &residual, &v, &lost);
	v = fmax(v, L2N_LEAST_VARIANCE);
	inverse = dd_div(dd_of(1.0), dd_of(v));
	m->n = prior->n;
	m->weight = dd_mul_d(prior->weight, v);
	for (size_t i = 0; i < k; i++)
	{
		int a = i == 0 ? columns->target : columns->feature[i - 1];

		mean = l2n_mean(prior, a);
		if (i == 0)
			mean = dd_mul(dd_add_d(mean, residual), inverse);
		m->mean[i] = mean.hi;
		m->mean[k + i] = mean.lo;
		for (size_t j = i; j < k; j++)
		{
			size_t e = l2n_tri(k, i, j);
			int b = j == 0 ? columns->target : columns->feature[j - 1];
			dd c = l2n_cross(prior, a, b);

			if (i > 0)
				c = dd_mul_d(c, v);
			else if (j == 0)
				c = dd_mul(c, inverse);
			m->cross[e] = c.hi;
			m->cross[low + e] = c.lo;
		}
	}
}

/* The loss of all rows at the same linear predictor: y enters it as a multiple of eta only */
static double
constant_loss(const newton *n, double base)
{
	const l2n_moments *prior = n->spec.prior;
	double zero[2] = {0.0, 0.0}, eta[2] = {base, n->spec.reference}, residual[2], v[2], cumulant[2];
	dd sum = dd_mul(prior->weight, l2n_mean(prior, n->spec.columns.target));

	n->spec.family->evaluate(n->kernel, 2, zero, eta, residual, v, cumulant);
	sum = dd_neg(dd_mul_d(sum, base - n->spec.reference));
	sum = dd_add(sum, dd_mul_d(prior->weight, cumulant[0] - cumulant[1]));
	return fmax(dd_add_d(sum, n->spec.reference_loss).hi, 0.0);
}

static l2n_status
start_without_offset(newton *n)
{
	const l2n_family *f = n->spec.family;

	if (n->spec.columns.intercept)
		n->base = f->eta(l2n_mean(n->spec.prior, n->spec.columns.target).hi);
	if (!isfinite(n->base))
		return L2N_OUT_OF_RANGE;
	evaluate_constant(n, n->base);
	n->loss = constant_loss(n, n->base);
	return L2N_OK;
}

/* The intercept alone, by a first step that makes the means agree, and then Newton's */
static l2n_status
start_with_offset(newton *n)
{
	const l2n_moments *prior = n->spec.prior;
	const l2n_family *f = n->spec.family;
	double mean = prior->mean[n->spec.columns.target], total = prior->weight.hi, before = INFINITY;
	l2n_status status;

	for (int i = 0;; i++)
	{
		double short_of, step;

		status = evaluate(n, n->base, n->coef, &n->m, &n->loss);
		if (status != L2N_OK)
			return status;
		if (!isfinite(n->loss))
			return L2N_OUT_OF_RANGE;
		if (!n->spec.columns.intercept)
			return L2N_OK;
		short_of = n->m.mean[0] * n->m.weight.hi / total;
		step = n->m.mean[0];
		if (i == 0 || !(fabs(step) < before))
		{
			double reached = fmin(fmax(mean - short_of, f->lowest), f->highest);
			double by_means = f->eta(mean) - f->eta(reached);

			if (isfinite(by_means))
				step = by_means;
			else
				step = fmin(fmax(step, -1.0), 1.0);
		}
		if (fabs(step) <= 1e-10 || i >= 50)
			return L2N_OK;
		before = fabs(step);
		n->base += step;
	}
}

l2n_status
l2n_newton_start(const l2n_kernel *kernel, const l2n_newton_spec *spec, void *work,
				 l2n_newton **started)
{
	const l2n_moments *prior = spec->prior;
	size_t p = (size_t) spec->columns.p;
	int target = spec->columns.target;
	char *at = work;
	newton *n = l2n_take(&at, sizeof(newton));
	double **vector[] = {&n->variance, &n->unit1,  &n->unit2,    &n->coef, &n->next,
						 &n->trial,    &n->factor, &n->solution, &n->se};
	dd square, one;
	l2n_status status;

	if (prior->n == 0)
		return L2N_NO_ROWS;
	memset(n, 0, sizeof *n);
	n->kernel = kernel;
	n->spec = *spec;
	n->p = spec->columns.p;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++)
	{
		*vector[i] = l2n_take(&at, sizeof(double) * p);
		memset(*vector[i], 0, sizeof(double) * p);
	}
	n->x = l2n_take(&at, sizeof(double) * 2 * p);
	n->y = l2n_take(&at, sizeof(double) * 2 * p);
	n->residual = l2n_take(&at, sizeof(double) * 2 * (p + 2));
	n->active = l2n_take(&at, sizeof(int) * p);
	n->column = l2n_take(&at, sizeof(int) * p);
	n->dropped = l2n_take(&at, sizeof(bool) * p);
	n->m = take_moments(n->p + 1, &at);
	n->trial_m = take_moments(n->p + 1, &at);
	n->solver = at;

	for (size_t j = 0; j < p; j++)
	{
		int column = spec->columns.feature[j];
		double factor = spec->penalty ? spec->penalty[j] : 1.0;

		n->variance[j] = l2n_variance(prior, column);
		n->unit2[j] = factor * (spec->standardize ? n->variance[j] : 1.0);
		n->unit1[j] = factor * (spec->standardize ? sqrt(n->variance[j]) : 1.0);
		if (!isfinite(n->variance[j]))
			return L2N_OUT_OF_RANGE;
	}

	/* sum w y^2 = sum w y: then y is 0 or 1 */
	one = dd_mul(prior->weight, l2n_mean(prior, target));
	square = dd_add(l2n_cross(prior, target, target), dd_mul(one, l2n_mean(prior, target)));
	n->binary = spec->family->separable && fabs(dd_sub(square, one).hi) <= 1e-25 * one.hi;

	status = spec->offset ? start_with_offset(n) : start_without_offset(n);
	if (status != L2N_OK)
		return status;
	n->null_loss = n->loss;
	if (spec->lower)
	{
		bool moved = false;

		for (size_t j = 0; j < p; j++)
		{
			n->coef[j] = fmin(fmax(0.0, spec->lower[j]), spec->upper[j]);
			moved |= n->coef[j] != 0.0;
		}
		if (moved)
			status = evaluate(n, n->base, n->coef, &n->m, &n->loss);
		if (status == L2N_OK && !isfinite(n->loss))
			status = L2N_OUT_OF_RANGE;
	}
	*started = n;
	return status;
}

/*
 * Steps
 */

/* What a penalty on b^2/2 is multiplied by */
static inline double
quadratic(const newton *n, const l2n_newton_goal *goal)
{
	return n->spec.dropout > 0.0 ? n->spec.dropout : goal->l2;
}

/* Whether column j costs anything */
static inline bool
is_penalised(const newton *n, const l2n_newton_goal *goal, int j)
{
	return (goal->l1 > 0.0 && n->unit1[j] > 0.0) || (quadratic(n, goal) > 0.0 && n->unit2[j] > 0.0);
}

/* Under dropout the factors are those of the weights at hand */
static void
set_dropout(newton *n)
{
	for (int j = 0; j < n->p && n->spec.dropout > 0.0; j++)
		n->unit2[j] = l2n_cross(&n->m, j + 1, j + 1).hi +
					  n->m.weight.hi * n->m.mean[j + 1] * n->m.mean[j + 1];
}

/* The part of the loss that is dropout's */
static double
dropout_loss(const newton *n)
{
	double sum = 0.0;

	for (int j = 0; j < n->p && n->spec.dropout > 0.0; j++)
		sum += 0.5 * n->spec.dropout * n->unit2[j] * n->coef[j] * n->coef[j];
	return sum;
}

static double
penalty(const newton *n, const l2n_newton_goal *goal, const double *coef)
{
	double sum = 0.0;

	if (n->spec.dropout > 0.0)
		return 0.0;
	for (int j = 0; j < n->p; j++)
		if (coef[j] != 0.0)
			sum += goal->l1 * n->unit1[j] * fabs(coef[j]) +
				   0.5 * goal->l2 * n->unit2[j] * coef[j] * coef[j];
	return sum;
}

/*
 * The columns to solve for by least squares: those that the ones before them explain are dropped
 * once, by the rows as they are, since variances may nearly vanish on the way.
 */
static l2n_status
choose_columns(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
			   void *poll_arg)
{
	l2n_ridge_spec spec = {
		.columns = n->spec.columns, .lambda = quadratic(n, goal), .rows = n->spec.rows};
	l2n_fit f = {.solution.coef = n->solution, .se = n->se, .dropped = fit->dropped};
	bool all = true, moved = false;
	l2n_status status;

	memset(fit->dropped, 0, sizeof(bool) * (size_t) n->p);
	for (int j = 0; j < n->p; j++)
		all &= is_penalised(n, goal, j);
	if (!all)
	{
		spec.penalty = n->unit2;
		status = l2n_ridge(n->kernel, n->spec.prior, &spec, &f, n->solver, poll, poll_arg);
		fit->failed = f.failed;
		fit->failed_pivot = f.failed_pivot;
		if (status != L2N_OK)
			return status;
	}
	n->n_active = 0;
	for (int j = 0; j < n->p; j++)
	{
		if (fit->dropped[j])
		{
			moved |= n->coef[j] != 0.0;
			n->coef[j] = 0.0;
			continue;
		}
		n->active[n->n_active] = j;
		n->column[n->n_active] = j + 1;
		n->factor[n->n_active++] = n->unit2[j];
	}
	return moved ? evaluate(n, n->base, n->coef, &n->m, &n->loss) : L2N_OK;
}

/* next from m, whose first column is the response: least squares, perhaps with a quadratic penalty
 */
static l2n_status
solve_quadratic(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
				void *poll_arg)
{
	l2n_ridge_spec spec = {
		.columns = {n->n_active, n->column, 0, n->spec.columns.intercept},
		.lambda = quadratic(n, goal),
		.penalty = n->factor,
		.rows = n->spec.rows,
		.sigma = 1.0,
	};
	l2n_fit f = {.solution.coef = n->solution, .se = n->se, .dropped = n->dropped};
	l2n_status status = l2n_ridge(n->kernel, &n->m, &spec, &f, n->solver, poll, poll_arg);

	if (status == L2N_SINGULAR_PENALTY)
	{
		fit->failed = n->active[f.failed];
		fit->failed_pivot = f.failed_pivot;
	}
	if (status != L2N_OK)
		return status;
	n->vanished = false;
	for (int j = 0; j < n->p; j++)
	{
		n->next[j] = 0.0;
		fit->se[j] = NAN;
	}
	for (int i = 0; i < n->n_active; i++)
	{
		n->next[n->active[i]] = n->solution[i];
		fit->se[n->active[i]] = n->se[i];
		n->vanished |= n->dropped[i];
	}
	fit->intercept_se = f.intercept_se;
	fit->rcond = f.rcond;
	fit->df = f.df;
	return L2N_OK;
}

/* The same with an L1 penalty or bounds */
static l2n_status
solve_constrained(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
				  void *poll_arg)
{
	l2n_elastic_net_spec spec = {
		.columns = {n->p, n->column, 0, n->spec.columns.intercept},
		.standardize = n->spec.standardize,
		.penalty = n->spec.penalty,
		.lower = n->spec.lower,
		.upper = n->spec.upper,
		.variance = n->variance,
	};
	l2n_elastic_net_goal inner = {goal->l1, goal->l2, 1e-20, 10000, true};
	l2n_elastic_net_fit f = {.solution.coef = n->next};
	l2n_elastic_net *net;
	l2n_status status;

	for (int j = 0; j < n->p; j++)
	{
		n->column[j] = j + 1;
		fit->dropped[j] = false;
		fit->se[j] = NAN;
	}
	status = l2n_elastic_net_start(&n->m, &spec, n->solver, &net, poll, poll_arg);
	if (status == L2N_OK)
		status = l2n_elastic_net_solve(n->kernel, net, &inner, &f, poll, poll_arg);
	n->vanished = false;
	fit->intercept_se = NAN;
	fit->rcond = NAN;
	fit->df = f.df;
	return status;
}

/* What a step does to the linear predictor */
typedef struct change
{
	double square; /* sum of w v (d eta)^2, and what the step's own penalty is */
	double share;  /* of the variance of a mean row that those have whose eta changes */
} change;

static change
change_of(newton *n, const l2n_newton_goal *goal)
{
	const l2n_moments *prior = n->spec.prior;
	const l2n_columns *columns = &n->spec.columns;
	double base = n->next_base - n->base, penalty = 0.0, *d = n->trial;
	double prior_square = prior->weight.hi * base * base;
	dd square, mean;
	change c;

	for (int j = 0; j < n->p; j++)
	{
		d[j] = n->next[j] - n->coef[j];
		penalty += quadratic(n, goal) * n->unit2[j] * d[j] * d[j];
	}
	widen(n, d, n->x);
	times(n, &n->m, n->x, n->y);
	mean = dd_add_d(at_mean(n, &n->m, d), base);
	square = dd_add(dot(n, n->x, n->y), dd_mul(n->m.weight, dd_mul(mean, mean)));
	c.square = fmax(square.hi, 0.0);

	/* the same with the prior weights; about 0 where there is no intercept, and base is 0 */
	for (int i = 0; i < n->p; i++)
	{
		double sum = 0.0;

		for (int j = 0; j < n->p; j++)
		{
			int a = columns->feature[i], b = columns->feature[j];
			double v = l2n_cross(prior, a, b).hi;

			if (!columns->intercept)
				v += prior->weight.hi * prior->mean[a] * prior->mean[b];
			sum += v * d[j];
		}
		prior_square += d[i] * sum;
	}
	c.share = prior_square > 0.0
				  ? (c.square + penalty) / prior_square * (prior->weight.hi / n->m.weight.hi)
				  : 1.0;
	c.square += penalty;
	return c;
}

/*
 * Go along the step, as far as the objective falls as it should; *share of it.  L2N_ILL_CONDITIONED
 * where it never does.
 */
static l2n_status
search(newton *n, const l2n_newton_goal *goal, double square, double *share)
{
	double before = n->loss + penalty(n, goal, n->coef), step = 1.0;
	double slack = SLACK * before;

	if (square <= CLOSE * n->m.weight.hi)
		slack += square + CLOSE * (before + n->m.weight.hi);
	for (int i = 0; i < MAX_HALVINGS; i++)
	{
		double objective;
		l2n_status status;

		n->trial_base = step == 1.0 ? n->next_base : n->base + step * (n->next_base - n->base);
		for (int j = 0; j < n->p; j++)
			n->trial[j] = step == 1.0 ? n->next[j] : n->coef[j] + step * (n->next[j] - n->coef[j]);
		status = evaluate(n, n->trial_base, n->trial, &n->trial_m, &n->trial_loss);
		if (status != L2N_OK)
			return status;
		objective = n->trial_loss + penalty(n, goal, n->trial);
		if (objective <= before - ARMIJO * step * square + slack)
		{
			l2n_moments m = n->m;
			double *coef = n->coef;

			n->m = n->trial_m;
			n->trial_m = m;
			n->coef = n->trial;
			n->trial = coef;
			n->base = n->trial_base;
			n->loss = n->trial_loss;
			*share = step;
			return L2N_OK;
		}
		step *= isfinite(objective) ? 0.5 : 0.1;
	}
	return L2N_ILL_CONDITIONED;
}

/* Rows are told apart wholly: possible only where nothing holds the coefficients back */
static bool
is_separated(const newton *n, bool free)
{
	return n->binary && free &&
		   n->loss < SEPARATED * n->spec.prior->weight.hi / (double) n->spec.prior->n;
}

static void
set_fit(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit)
{
	bool settled = fit->end == L2N_NEWTON_CONVERGED;
	const double *coef = settled ? n->next : n->coef;
	dd intercept = dd_of(settled ? n->next_base : n->base);

	fit->base = intercept.hi;
	fit->nonzero = 0;
	for (int j = 0; j < n->p; j++)
	{
		fit->coef[j] = coef[j] + 0.0;
		fit->nonzero += coef[j] != 0.0;
		intercept = dd_sub(intercept, dd_mul_d(dd_of(n->spec.centre[j]), coef[j]));
	}
	fit->intercept = n->spec.columns.intercept ? intercept.hi + 0.0 : 0.0;
	fit->loss = n->loss - dropout_loss(n);
	fit->null_loss = n->null_loss;
	fit->objective = n->loss + penalty(n, goal, coef);
}

l2n_status
l2n_newton_solve(l2n_newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
				 void *poll_arg)
{
	bool constrained = goal->l1 > 0.0 || n->spec.lower, free = !constrained;
	double last = INFINITY, share = 1.0;
	int vanished = 0;
	l2n_status status = L2N_OK;

	set_dropout(n);
	for (int j = 0; j < n->p; j++)
		free &= !is_penalised(n, goal, j);
	if (!constrained)
		status = choose_columns(n, goal, fit, poll, poll_arg);
	for (fit->iterations = 1; status == L2N_OK; fit->iterations++)
	{
		change c;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		set_dropout(n);
		for (int i = 0; i < n->n_active; i++)
			n->factor[i] = n->unit2[n->active[i]];
		set_response(n);
		if (constrained)
			status = solve_constrained(n, goal, fit, poll, poll_arg);
		else
			status = solve_quadratic(n, goal, fit, poll, poll_arg);
		if (status != L2N_OK)
			break;
		n->next_base = 0.0;
		if (n->spec.columns.intercept)
			n->next_base = dd_sub(l2n_mean(&n->m, 0), at_mean(n, &n->m, n->next)).hi;
		set_residual(n);

		c = change_of(n, goal);
		fit->change = sqrt(c.square / n->m.weight.hi);
		if (c.share < VANISHED && share == 1.0 && c.square > 0.1 * last)
			vanished++;
		else
			vanished = 0;
		fit->end = L2N_NEWTON_CONVERGED;
		if (is_separated(n, free) || n->vanished || vanished >= VANISHED_STEPS)
			fit->end = L2N_NEWTON_SEPARATED;
		else if (fit->change > goal->tolerance &&
				 !(c.square <= ROUNDING * n->m.weight.hi && c.square > 0.25 * last &&
				   n->spec.dropout == 0.0))
		{
			last = c.square;
			status = search(n, goal, c.square, &share);
			if (status == L2N_OK && fit->iterations < goal->max_iter)
				continue;
			fit->end = status == L2N_OK ? L2N_NEWTON_MAX_ITER : L2N_NEWTON_STUCK;
			if (status == L2N_ILL_CONDITIONED)
				status = L2N_OK;
		}
		set_fit(n, goal, fit);
		return status;
	}
	return status;
}

/* The largest slope, over that of a penalty of 1, of the columns that have a penalty */
static double
largest_slope(const newton *n)
{
	const l2n_moments *m = &n->m;
	double largest = 0.0;

	for (int j = 0; j < n->p; j++)
	{
		double slope = l2n_cross(m, 0, j + 1).hi;

		if (!n->spec.columns.intercept)
			slope += m->weight.hi * m->mean[0] * m->mean[j + 1];
		if (!(n->unit1[j] > 0.0))
			continue;
		/* a bound at 0 may hold it by itself */
		if (n->spec.lower && (slope < 0.0 ? n->spec.lower[j] >= 0.0 : n->spec.upper[j] <= 0.0))
			continue;
		largest = fmax(largest, fabs(slope) / n->unit1[j]);
	}
	return largest;
}

l2n_status
l2n_newton_largest(l2n_newton *n, double tolerance, double *largest, l2n_newton_fit *fit,
				   l2n_poll poll, void *poll_arg)
{
	bool free = n->spec.lower != NULL;

	*largest = largest_slope(n);
	for (int j = 0; j < n->p; j++)
		free |= n->unit1[j] == 0.0 && n->variance[j] > 0.0;
	/* with the free ones fitted, slopes differ: try until none of the others comes in */
	for (double l1 = *largest; free && l1 > 0.0; l1 *= 2.0)
	{
		l2n_newton_goal goal = {l1, 0.0, tolerance, 100};
		l2n_status status = l2n_newton_solve(n, &goal, fit, poll, poll_arg);
		bool in = false;

		if (status != L2N_OK)
			return status;
		for (int j = 0; j < n->p; j++)
			in |= n->unit1[j] > 0.0 && fit->coef[j] != 0.0 &&
				  !(n->spec.lower && (n->spec.lower[j] > 0.0 || n->spec.upper[j] < 0.0));
		*largest = largest_slope(n);
		if (!in || !isfinite(2.0 * l1))
			break;
	}
	return L2N_OK;
}
