/*
 * newton.c: damped Newton steps; proximal ones with an L1 penalty or bounds.
 *
 * Iteratively reweighted least squares regresses a working response z = eta + r / v, by QR in R's
 * glm: one more factorisation of all rows a step.  Here a pass leaves moments, to which the solvers
 * of least squares apply as they are: ridge.h for a quadratic penalty, coordinate.h for an L1
 * penalty and bounds, group.h for one of groups, which makes it a proximal Newton method (Lee, Sun
 * and Saunders, SIAM J. Optim. 24, 2014).  The moments are those of r / v, and z's follow from them
 * in double-double, so that at the end the rounding of eta is all that the solution has of
 * rounding.
 *
 * A full step may overshoot, so it is halved until the objective falls by what its slope promises
 * (Armijo).  Near the minimum each step squares the error of the one before.  Along a path of
 * penalties the first step of each goes further by what those before it have fallen short.
 */
#include "num/glm/newton.h"

#include <limits.h>
#include <string.h>

#include "num/solve/coordinate.h"
#include "num/solve/group.h"
#include "num/glm/irls.h"
#include "num/solve/ridge.h"

/*
 * Share of the promised decrease that a step must bring.  Rounding may hide the decrease, of the
 * loss and of terms that cancel in it: within this share of the loss, or within what the last bits
 * of linear predictors may make of it, the slope decides, which must not have turned up by more
 * than this share of what it was.  Where a step is so small, in squares, there is no slope to be
 * seen.
 */
#define ARMIJO 1e-4
#define SLACK  1e-10
#define TURNED 0.5
#define TINY   1e-18

/* How often a step is halved before it is damped; a damped one is damped more sooner */
#define HALVINGS        8
#define HALVINGS_DAMPED 1

/*
 * Where the curvature is not that of the loss, steps shrink by the same factor again and again.
 * After two whole ones that are no less than this share of the one before, the sum of them all is
 * tried at once, if it is no more than so many.
 */
#define SHRINKS_BY 0.7
#define LONGEST    30.0

/*
 * The first damping, as a share of the null model's variance: so little that it can still be heavy
 * rows that it slows down; by what it grows and shrinks, and how often it may grow for a step
 */
#define DAMPING      1e-12
#define GROWTH       10.0
#define SHRINKAGE    0.1
#define MAX_DAMPINGS 60

/*
 * Squared relative change of eta below which a step that did not shrink is rounding; and how often
 * in turn a larger one must not
 */
#define ROUNDING   1e-16
#define IDLE       0.5
#define IDLE_STEPS 3
#define NOTHING    1e-40

/*
 * What each optimality condition may be missed by where a search ends, as a share of what its terms
 * add up to; the search goes on for less than that as long as steps bring it, and is content at
 * once where a bound on that share (see violation) is so small.  A step that moves the linear
 * predictor by less than NEAR, in squares, may be the last: then the terms are added up.
 */
#define CERTIFIED 9e-10
#define LOOSE     1e-2
#define MISSED    1e-16
#define NEAR      1e-3

/* A step so small, root mean square, changes no digit of errors that is looked at */
#define NO_STEP 1e-10

/*
 * Of what rounding may make of a condition at worst, the share within which it is nothing but
 * rounding: errors of many rows seldom add up
 */
#define SEEN 0.1

/* And by less than this, where the search may be at its end: there errors want the expected
 * information, which a pass has beside the curvature */
#define LAST 1e-9

/*
 * The same of a step that is not evaluated: what it may be off by, and that in squares of the
 * tolerance, where that is a looser one and the step within it
 */
#define SURE         1e-16
#define SURE_SQUARES 1e4

/*
 * Sweeps of the inner search: by then it has settled, or goes on for ever.  Its gap is a share of
 * what response_square gives.
 */
#define INNER_SWEEPS        1000
#define INNER_SWEEPS_GROUPS 10000

/* How much more than last time the penalty may fall for the path to be known there */
#define FURTHEST 4.0

/*
 * Who allows so many steps wants an answer: the way round may take twice as many again.  How fast
 * the penalties fall on it, from how much larger ones at most, and how well each is solved for.
 */
#define PATIENT         50
#define STAGE           0.125
#define LARGEST_SHARE   1e15
#define STAGE_TOLERANCE 1e-2

/*
 * Separation: the loss of a single row on the wrong side of 1/2 is log 2, so less than that of all
 * rows together means that none is.  The margin is for weights that differ.
 */
#define SEPARATED        (1e-3 * 0.6931471805599453)
#define SEPARATED_PARTLY 1e-20

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
	double *unit1; /* p: what a penalty of 1 is on |b|, or as a part of a group's norm, and b^2/2 */
	double *unit2;
	double *extra; /* p: what dropout, in closed form, is more on b^2/2 where the search is */
	double null_loss;
	bool binary; /* y is lowest or highest in every row */

	/* where the search is */
	double base;
	double *coef; /* p */
	double loss;
	l2n_moments m;
	l2n_slopes slopes; /* where known */
	bool known;
	l2n_moments information; /* the expected one, of a family that is not canonical, where known: */
	bool informed;
	double apart; /* by what next moves the linear predictor, root mean square; at an end */
	double null_base;
	bool no_null; /* there is no null model: null_loss is NaN, and the search starts elsewhere */
	double null_variance;
	double unit;     /* what changes of eta are measured in: see set_unit */
	double damping;  /* what every row's variance is raised by */
	double undamped; /* by what it was when it was last tried without */

	/* where it goes */
	double next_base;
	double *next; /* p */
	bool usable;  /* next is finite, and of all columns */
	bool solved;  /* it minimises the quadratic model, as far as its solver can tell */
	double trial_base;
	double *trial; /* p */
	double trial_loss;
	l2n_moments trial_m; /* and, while next is solved for, the model's */
	l2n_slopes trial_slopes;
	bool trial_known;
	bool trial_informed;

	/* the path that its goals follow: see bend_next */
	l2n_newton_goal last; /* that was reached; strength 0: none */
	bool on_path;         /* the goal at hand comes after it */
	double *plain;        /* p + 1: the minimum of the first model on the way to it, base last */
	int bends;            /* that are known, 0 to 2, the newest first */
	double *bent[2];      /* p + 1 each */
	double bent_at[2];
	double fell;   /* by what the penalty fell to the last goal */
	double *reach; /* p: the largest |x_j - centre_j|; known once it is needed */
	bool reach_known;

	/* columns that are not dropped, and what is known of them */
	int n_active;
	int *active; /* p: features */
	int *column; /* p: their columns in m */
	double *factor;
	double *solution;
	double *se;
	bool *dropped; /* p, of active ones */

	double *x;    /* 2p + 2: scratch */
	double *y;    /* 2p + 2: scratch */
	void *solver; /* scratch of ridge.h or coordinate.h */
};

typedef l2n_newton newton;

static size_t
solver_worksize(int p, int groups)
{
	size_t a = l2n_ridge_worksize(p),
		   b = groups > 0 ? l2n_group_worksize(p, groups) : l2n_elastic_net_worksize(p);

	return a > b ? a : b;
}

size_t
l2n_newton_worksize(int p, int groups)
{
	size_t k = (size_t) p;

	return sizeof(newton) + 3 * sizeof(double) * l2n_moments_doubles(p + 1) +
		   sizeof(double) * (19 * k + 7 + 2 * l2n_slopes_doubles(p)) + 2 * sizeof(int) * k +
		   sizeof(bool) * k + 64 * 31 + solver_worksize(p, groups);
}

static l2n_moments
take_moments(int k, char **at)
{
	l2n_moments m = {.k = k};

	m.mean = l2n_take(at, sizeof(double) * l2n_moments_doubles(k));
	m.cross = m.mean + 2 * k;
	return m;
}

static l2n_slopes
take_slopes(int p, char **at)
{
	double *memory = l2n_take(at, sizeof(double) * l2n_slopes_doubles(p));
	size_t k = (size_t) p + 1;

	return (l2n_slopes){memory, memory + 2 * k, memory + 3 * k, memory + 4 * k};
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
newton_widen(const newton *n, const double *b, double *x)
{
	memcpy(x, b, sizeof(double) * (size_t) n->p);
	memset(x + n->p, 0, sizeof(double) * (size_t) n->p);
}

/*
 * Working moments
 */

/* How far the mean of column i of the rows as they are, with residual 0, is from that of m */
static dd
means_apart(const newton *n, size_t i)
{
	dd mean = i == 0 ? dd_of(0.0) : l2n_mean(n->spec.prior, n->spec.columns.feature[i - 1]);

	return dd_sub(mean, l2n_mean(&n->m, (int) i));
}

/*
 * Those of m, and of all rows once more as they are, with residual 0 and this much for a variance.
 * The gradient stays, the Hessian gets that much of the rows' own cross products.
 */
static void
set_damped(newton *n, double damping)
{
	const l2n_moments *prior = n->spec.prior;
	const l2n_columns *columns = &n->spec.columns;
	l2n_moments *m = &n->m, *to = &n->trial_m;
	size_t k = (size_t) n->p + 1, low = l2n_tri_size(k);
	dd weight = dd_mul_d(prior->weight, damping), both = dd_add(m->weight, weight);
	dd share = dd_div(weight, both), joint = dd_mul(m->weight, share);

	to->n = m->n;
	to->weight = both;
	for (size_t i = 0; i < k; i++)
	{
		dd apart = means_apart(n, i), mean = dd_add(l2n_mean(m, (int) i), dd_mul(share, apart));

		to->mean[i] = mean.hi;
		to->mean[k + i] = mean.lo;
		apart = dd_mul(apart, joint);
		for (size_t j = i; j < k; j++)
		{
			size_t e = l2n_tri(k, i, j);
			dd c = dd_make(m->cross[e], m->cross[low + e]);

			c = dd_add(c, dd_mul(apart, means_apart(n, j)));

			if (i > 0)
				c = dd_add(
					c, dd_mul_d(l2n_cross(prior, columns->feature[i - 1], columns->feature[j - 1]),
								damping));
			to->cross[e] = c.hi;
			to->cross[low + e] = c.lo;
		}
	}
}

/*
 * The working response in place of the residual: z = base + b'(x - centre) + r, in trial_m
 */
static void
set_response(newton *n)
{
	l2n_moments *m = &n->trial_m;
	size_t p = (size_t) n->p, k = p + 1, low = l2n_tri_size(k);
	dd mean, square;

	if (n->damping > 0.0)
		set_damped(n, n->damping);
	else
	{
		memcpy(m->mean, n->m.mean, sizeof(double) * 2 * k);
		memcpy(m->cross, n->m.cross, sizeof(double) * 2 * low);
		m->n = n->m.n;
		m->weight = n->m.weight;
	}
	mean = l2n_mean(m, 0);
	square = l2n_cross(m, 0, 0);
	newton_widen(n, n->coef, n->x);
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

/*
 * The null model
 */

/* A pass at these coefficients; slopes, and the expected information, unless they are NULL */
static l2n_status
newton_look(newton *n, double base, const double *coef, l2n_moments *m, double *loss,
			const l2n_slopes *slopes, l2n_moments *information)
{
	l2n_moments_clear(m);
	*loss = INFINITY;
	if (slopes)
		memset(slopes->slope, 0, sizeof(double) * l2n_slopes_doubles(n->p));
	if (information)
		l2n_moments_clear(information);
	return n->spec.pass(n->spec.pass_arg, base, coef, m, loss, slopes, information);
}

/* One where the trial is; with the slopes or without, with the expected information or not */
static l2n_status
evaluate_trial(newton *n, bool slopes, bool informed)
{
	n->trial_known = slopes;
	n->trial_informed = informed;
	n->informed &= !informed; /* there is room for one */
	return newton_look(n, n->trial_base, n->trial, &n->trial_m, &n->trial_loss,
					   slopes ? &n->trial_slopes : NULL, informed ? &n->information : NULL);
}

/* Likewise where the search is */
static l2n_status
evaluate_here(newton *n, bool slopes, bool informed)
{
	n->known = slopes;
	n->informed = informed;
	return newton_look(n, n->base, n->coef, &n->m, &n->loss, slopes ? &n->slopes : NULL,
					   informed ? &n->information : NULL);
}

/* The expected information alone, where the search is, or where it ends one step on */
static l2n_status
newton_inform(newton *n, bool next)
{
	double loss;

	n->informed = true;
	l2n_moments_clear(&n->information);
	return n->spec.pass(n->spec.pass_arg, next ? n->next_base : n->base, next ? n->next : n->coef,
						NULL, &loss, NULL, &n->information);
}

static l2n_status
newton_evaluate(newton *n, bool slopes)
{
	return evaluate_here(n, slopes, false);
}

/*
 * How the residual of a row at a linear predictor goes by its y, at + by (y - from): a line,
 * whatever the family
 */
typedef struct residual_line
{
	double from;
	double at;
	double by;
	double weight; /* of the expected information, which does not go by y */
} residual_line;

static residual_line
residuals_at(const newton *n, double base)
{
	int target = n->spec.columns.target;
	double sd = sqrt(l2n_variance(n->spec.prior, target)), mean = n->spec.prior->mean[target];
	double y[2] = {mean, mean + (sd > 0.0 ? sd : 1.0)}, eta[2] = {base, base}, r[2], v[2], lost[2];
	l2n_family f = *n->spec.family;
	residual_line line = {.by = 1.0};

	if (f.canonical)
		y[0] = 0.0;
	f.expected = true;
	f.evaluate(&f, n->kernel, 2, y, eta, r, v, lost);
	line.from = y[0];
	line.at = r[0];
	if (!f.canonical)
		line.by = (r[1] - r[0]) / (y[1] - y[0]);
	line.weight = fmax(v[0], L2N_LEAST_VARIANCE);
	return line;
}

/*
 * The moments of a pass with all rows at the same linear predictor follow from the prior ones:
 * those of the expected information
 */
static void
evaluate_constant(newton *n, const residual_line *line)
{
	const l2n_moments *prior = n->spec.prior;
	const l2n_columns *columns = &n->spec.columns;
	l2n_moments *m = &n->m;
	size_t k = (size_t) n->p + 1, low = l2n_tri_size(k);
	dd inverse = dd_div(dd_of(1.0), dd_of(line->weight)), mean;

	m->n = prior->n;
	m->weight = dd_mul_d(prior->weight, line->weight);
	for (size_t i = 0; i < k; i++)
	{
		int a = i == 0 ? columns->target : columns->feature[i - 1];

		mean = l2n_mean(prior, a);
		if (i == 0)
		{
			mean = dd_mul_d(dd_add_d(mean, -line->from), line->by);
			mean = dd_mul(dd_add_d(mean, line->at), inverse);
		}
		m->mean[i] = mean.hi;
		m->mean[k + i] = mean.lo;
		for (size_t j = i; j < k; j++)
		{
			size_t e = l2n_tri(k, i, j);
			int b = j == 0 ? columns->target : columns->feature[j - 1];
			dd c = l2n_cross(prior, a, b);

			if (i > 0)
				c = dd_mul_d(c, line->weight);
			else if (j > 0)
				c = dd_mul_d(c, line->by);
			else
				c = dd_mul(dd_mul_d(dd_mul_d(c, line->by), line->by), inverse);
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

	n->spec.family->evaluate(n->spec.family, n->kernel, 2, zero, eta, residual, v, cumulant);
	sum = dd_neg(dd_mul_d(sum, base - n->spec.reference));
	sum = dd_add(sum, dd_mul_d(prior->weight, cumulant[0] - cumulant[1]));
	return fmax(dd_add_d(sum, n->spec.reference_loss).hi, 0.0);
}

/* Start where all means are the target's; its loss is that of one value. */
static l2n_status
start_without_offset(newton *n)
{
	const l2n_family *f = n->spec.family;
	residual_line line;

	if (n->spec.columns.intercept)
		n->base = f->link->eta(l2n_mean(n->spec.prior, n->spec.columns.target).hi);
	if (!isfinite(n->base))
		return L2N_OUT_OF_RANGE;
	if (n->spec.masked)
		return newton_evaluate(n, false);
	line = residuals_at(n, n->base);
	evaluate_constant(n, &line);
	n->loss = constant_loss(n, n->base);
	return L2N_OK;
}

/*
 * The next step to the intercept alone, which is between low and high: Newton's as long as they
 * shrink; else the one that makes the means agree, no shorter than twice the last one, or where
 * both ends are known half way.
 */
static double
step_with_offset(const newton *n, double low, double high, double before)
{
	const l2n_family *f = n->spec.family;
	double mean = n->spec.prior->mean[n->spec.columns.target], step = n->m.mean[0];
	double short_of = step * n->m.weight.hi / n->spec.prior->weight.hi;
	double reached = fmin(fmax(mean - short_of, f->lowest), f->highest);
	double by_means = f->link->eta(mean) - f->link->eta(reached);

	if (fabs(step) < before && n->base + step >= low && n->base + step <= high)
		return step;
	if (isfinite(low) && isfinite(high))
		return 0.5 * (low + high) - n->base;
	if (isfinite(by_means))
		step = by_means;
	else
		step = fmin(fmax(step, -1.0), 1.0);
	return copysign(fmax(fabs(step), 2.0 * before), step);
}

/* The intercept alone, by passes */
static l2n_status
start_with_offset(newton *n)
{
	double before = 0.0, low = -INFINITY, high = INFINITY;

	for (int i = 0;; i++)
	{
		l2n_status status = newton_evaluate(n, false);
		double step;

		if (status != L2N_OK)
			return status;
		if (!isfinite(n->loss))
			return L2N_OUT_OF_RANGE;
		if (!n->spec.columns.intercept)
			return L2N_OK;
		if (n->m.mean[0] > 0.0)
			low = n->base;
		else
			high = n->base;
		step = step_with_offset(n, low, high, before);
		if (fabs(step) <= 1e-10 || i >= 100)
			return L2N_OK;
		before = fabs(step);
		n->base += step;
	}
}

/* The expected information where it is known, which is the curvature of a canonical family */
static const l2n_moments *
newton_information(const newton *n)
{
	return n->informed ? &n->information : &n->m;
}

/* sum of w r^2 / v, which is Pearson's chi square where v is the expected information */
static double
sum_of_squares(const newton *n)
{
	const l2n_moments *m = newton_information(n);
	double mean = m->mean[0];

	return l2n_cross(m, 0, 0).hi + m->weight.hi * mean * mean;
}

/*
 * Logits and logarithms of means have no unit, and a change of 1e-11 is small whatever the rows
 * are. A mean itself has that of y: what is small is so beside the spread of y, as the link has it
 * at the mean.
 */
static void
set_unit(newton *n)
{
	const l2n_link *link = n->spec.family->link;
	int target = n->spec.columns.target;
	double mean = n->spec.prior->mean[target], first, second, unit;

	link->slopes(link->eta(mean), mean, &first, &second);
	unit = sqrt(l2n_variance(n->spec.prior, target)) / fabs(first);
	n->unit = unit > 0x1p-300 && unit < 0x1p300 ? unit : 1.0;
}

/* What the linear predictor of the reference may be off by to be that of the null model */
#define SAME_BASE 1e-12

/*
 * Start at the mean of y without a pass, where the loss there is known: by the expected
 * information.  False where it takes a pass.
 */
static bool
start_at_mean(newton *n)
{
	residual_line line;
	double loss = n->spec.reference_loss;

	if (n->spec.offset || !n->spec.columns.intercept || n->spec.masked)
		return false;
	if (!(n->spec.constant && n->spec.constant(n->spec.pass_arg, n->base, &loss)) &&
		!(fabs(n->base - n->spec.reference) <= SAME_BASE * (1.0 + fabs(n->base))))
		return false;
	line = residuals_at(n, n->base);
	if (!isfinite(loss) || !isfinite(line.by) || !isfinite(line.at))
		return false;
	evaluate_constant(n, &line);
	n->loss = loss;
	n->known = n->informed = false;
	return true;
}

/*
 * The same with another link: the mean of y fits all rows best where they have no offset, and is
 * where the search starts in any case
 */
static l2n_status
start_general(newton *n)
{
	const l2n_family *f = n->spec.family;
	double before = INFINITY, step;

	if (n->spec.columns.intercept && !(n->spec.offset && f->link->kind == L2N_LOG))
		n->base = f->link->eta(n->spec.prior->mean[n->spec.columns.target]);
	if (!isfinite(n->base))
		return L2N_OUT_OF_RANGE;
	set_unit(n);
	if (start_at_mean(n))
		return L2N_OK;
	for (int i = 0;; i++)
	{
		l2n_status status = newton_evaluate(n, false);

		if (status != L2N_OK)
			return status;
		if (!isfinite(n->loss) && i > 0 && i < 100)
		{
			/* too far */
			n->base -= 0.5 * before;
			before *= 0.5;
			continue;
		}
		if (!isfinite(n->loss))
			return L2N_OUT_OF_RANGE;
		step = n->m.mean[0];
		if (!n->spec.columns.intercept || !n->spec.offset || fabs(step) <= 1e-10 * n->unit ||
			i >= 100)
			return L2N_OK;
		if (f->link->kind == L2N_LOG)
			step = fmin(fmax(step, -2.0), 2.0);
		before = step;
		n->base += step;
	}
}

/*
 * Without an intercept the null model is a linear predictor of 0, which may have no mean: 1 / 0, or
 * a mean of 0.  Then the search starts where the columns come nearest to the mean of y in every
 * row: those of a category reach it.
 */
static l2n_status
start_away(newton *n)
{
	const l2n_moments *prior = n->spec.prior;
	size_t k = (size_t) n->p + 1, low = l2n_tri_size(k);
	double base = n->spec.family->link->eta(prior->mean[n->spec.columns.target]);
	l2n_ridge_spec spec = {.columns = {n->p, n->column, 0, false}, .rows = n->spec.rows};
	l2n_fit f = {.solution.coef = n->coef, .se = n->se, .dropped = n->dropped};
	l2n_status status;

	if (n->spec.columns.intercept || n->spec.lower || n->spec.masked || !isfinite(base))
		return L2N_OUT_OF_RANGE;
	l2n_moments_clear(&n->m);
	n->m.n = prior->n;
	n->m.weight = prior->weight;
	n->m.mean[0] = base;
	for (size_t j = 1; j < k; j++)
	{
		dd mean = l2n_mean(prior, n->spec.columns.feature[j - 1]);

		n->column[j - 1] = (int) j;
		n->m.mean[j] = mean.hi;
		n->m.mean[k + j] = mean.lo;
		for (size_t i = j; i < k; i++)
		{
			dd c = l2n_cross(prior, n->spec.columns.feature[j - 1], n->spec.columns.feature[i - 1]);

			n->m.cross[l2n_tri(k, j, i)] = c.hi;
			n->m.cross[low + l2n_tri(k, j, i)] = c.lo;
		}
	}
	status = l2n_ridge(n->kernel, &n->m, &spec, &f, n->solver, NULL, NULL);
	if (status != L2N_OK)
		return status;
	for (int j = 0; j < n->p; j++)
		if (n->dropped[j] || !isfinite(n->coef[j]))
			n->coef[j] = 0.0;
	status = newton_evaluate(n, false);
	if (status == L2N_OK && !isfinite(n->loss))
		status = L2N_OUT_OF_RANGE;
	n->no_null = status == L2N_OK;
	return status;
}

/* How many columns are in the group of column j */
static int
group_size(const newton *n, int j)
{
	int size = 0;

	for (int i = 0; i < n->p; i++)
		size += n->spec.group[i] == n->spec.group[j];
	return size;
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
	double **vector[] = {&n->variance, &n->unit1,    &n->unit2, &n->coef,  &n->next, &n->trial,
						 &n->factor,   &n->solution, &n->se,    &n->extra, &n->reach};
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
	n->x = l2n_take(&at, sizeof(double) * 2 * (p + 1));
	n->y = l2n_take(&at, sizeof(double) * 2 * (p + 1));
	n->plain = l2n_take(&at, sizeof(double) * (p + 1));
	for (int i = 0; i < 2; i++)
		n->bent[i] = l2n_take(&at, sizeof(double) * (p + 1));
	n->active = l2n_take(&at, sizeof(int) * p);
	n->column = l2n_take(&at, sizeof(int) * p);
	n->dropped = l2n_take(&at, sizeof(bool) * p);
	n->m = take_moments(n->p + 1, &at);
	n->trial_m = take_moments(n->p + 1, &at);
	n->information = take_moments(n->p + 1, &at);
	n->slopes = take_slopes(n->p, &at);
	n->trial_slopes = take_slopes(n->p, &at);
	n->solver = at;

	for (size_t j = 0; j < p; j++)
	{
		int column = spec->columns.feature[j];
		double factor = spec->penalty ? spec->penalty[j] : 1.0;

		n->variance[j] = l2n_variance(prior, column);
		n->unit2[j] = factor * (spec->standardize ? n->variance[j] : 1.0);
		n->unit1[j] = factor * (spec->standardize ? sqrt(n->variance[j]) : 1.0);
		if (spec->group)
			n->unit1[j] *= sqrt(group_size(n, j));
		if (!isfinite(n->variance[j]))
			return L2N_OUT_OF_RANGE;
	}

	/* sum w y^2 = sum w y: then y is 0 or 1 */
	one = dd_mul(prior->weight, l2n_mean(prior, target));
	square = dd_add(l2n_cross(prior, target, target), dd_mul(one, l2n_mean(prior, target)));
	n->binary = spec->family->separable && fabs(dd_sub(square, one).hi) <= 1e-25 * one.hi;

	n->unit = 1.0;
	if (!spec->family->canonical)
	{
		status = start_general(n);
		if (status == L2N_OUT_OF_RANGE)
			status = start_away(n);
	}
	else
		status = spec->offset ? start_with_offset(n) : start_without_offset(n);
	if (status != L2N_OK)
		return status;
	n->null_loss = n->no_null ? NAN : n->loss;
	n->null_base = n->base;
	n->null_variance = n->m.weight.hi / prior->weight.hi;
	if (spec->lower)
	{
		bool moved = false;

		for (size_t j = 0; j < p; j++)
		{
			n->coef[j] = fmin(fmax(0.0, spec->lower[j]), spec->upper[j]);
			moved |= n->coef[j] != 0.0;
		}
		if (moved)
			status = newton_evaluate(n, false);
		if (status == L2N_OK && !isfinite(n->loss))
			status = L2N_OUT_OF_RANGE;
	}
	*started = n;
	return status;
}

/*
 * Steps
 */

/* Whether dropout is in closed form */
static inline bool
is_closed(const newton *n)
{
	return n->spec.dropout > 0.0 && !n->spec.masked;
}

/* What there is on b_j^2 / 2, for a step */
static inline double
quadratic(const newton *n, const l2n_newton_goal *goal, int j)
{
	return goal->l2 * n->unit2[j] + n->extra[j];
}

/* Whether column j costs anything */
static inline bool
is_penalised(const newton *n, const l2n_newton_goal *goal, int j)
{
	return (goal->l1 > 0.0 && n->unit1[j] > 0.0) || quadratic(n, goal, j) > 0.0;
}

/* Whether there is more to the objective than squares */
static inline bool
is_constrained(const newton *n, const l2n_newton_goal *goal)
{
	return goal->l1 > 0.0 || n->spec.lower;
}

/* What dropout in closed form is on b_j^2 / 2, where m is of: by the weights there */
static double
dropout_square(const newton *n, const l2n_moments *m, int j)
{
	return n->spec.dropout *
		   (l2n_cross(m, j + 1, j + 1).hi + m->weight.hi * m->mean[j + 1] * m->mean[j + 1]);
}

static void
newton_set_dropout(newton *n)
{
	for (int j = 0; j < n->p && is_closed(n); j++)
		n->extra[j] = dropout_square(n, &n->m, j);
}

/* The norm of the group of column j: of v times what a penalty of 1 is there, or over it */
static double
newton_group_norm(const newton *n, const double *v, int j, bool over)
{
	double sum = 0.0;

	for (int i = 0; i < n->p; i++)
		if (n->spec.group[i] == n->spec.group[j] && n->unit1[i] > 0.0)
		{
			double part = over ? v[i] / n->unit1[i] : v[i] * n->unit1[i];

			sum += part * part;
		}
	return sqrt(sum);
}

/* The slope of the L1 penalty by b_j, where b_j or its group is not 0; else 0 */
static double
pull(const newton *n, const l2n_newton_goal *goal, const double *coef, int j)
{
	double l1 = goal->l1 * n->unit1[j];

	if (coef[j] == 0.0 || l1 == 0.0)
		return 0.0;
	if (n->spec.group)
		return l1 * (n->unit1[j] * coef[j] / newton_group_norm(n, coef, j, false));
	return copysign(l1, coef[j]);
}

static double
penalty(const newton *n, const l2n_newton_goal *goal, const double *coef)
{
	double sum = 0.0;

	for (int j = 0; j < n->p; j++)
		if (coef[j] != 0.0)
			sum +=
				pull(n, goal, coef, j) * coef[j] + 0.5 * goal->l2 * n->unit2[j] * coef[j] * coef[j];
	return sum;
}

/* What dropout is on b_j^2 / 2 by the rows as they are, of any weight: 0 for a column of zeros */
static double
prior_square(const newton *n, int j)
{
	const l2n_moments *prior = n->spec.prior;
	int column = n->spec.columns.feature[j];

	return n->spec.dropout * (l2n_cross(prior, column, column).hi +
							  prior->weight.hi * prior->mean[column] * prior->mean[column]);
}

/*
 * The columns to solve for by least squares: those that the ones before them explain are dropped
 * once, by the rows as they are, since variances may nearly vanish on the way.
 */
static l2n_status
choose_columns(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
			   void *poll_arg)
{
	l2n_ridge_spec spec = {.columns = n->spec.columns, .lambda = goal->l2, .rows = n->spec.rows};
	l2n_fit f = {.solution.coef = n->solution, .se = n->se, .dropped = fit->dropped};
	bool all = true, moved = false;
	l2n_status status;

	memset(fit->dropped, 0, sizeof(bool) * (size_t) n->p);
	for (int j = 0; j < n->p; j++)
		all &= is_penalised(n, goal, j);
	if (!all)
	{
		spec.penalty = n->unit2;
		if (n->spec.dropout > 0.0)
			spec.extra = n->x;
		for (int j = 0; j < n->p && spec.extra; j++)
			n->x[j] = prior_square(n, j);
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
	return moved ? newton_evaluate(n, false) : L2N_OK;
}

/*
 * next from trial_m, whose first column is the response: least squares, perhaps with a quadratic
 * penalty
 */
static l2n_status
newton_solve_quadratic(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
					   void *poll_arg)
{
	l2n_ridge_spec spec = {
		.columns = {n->n_active, n->column, 0, n->spec.columns.intercept},
		.lambda = goal->l2,
		.penalty = n->factor,
		.rows = n->spec.rows,
		.sigma = 1.0,
		.extra = is_closed(n) ? n->x : NULL,
	};
	l2n_fit f = {.solution.coef = n->solution, .se = n->se, .dropped = n->dropped};
	l2n_status status;

	for (int i = 0; i < n->n_active; i++)
		n->x[i] = n->extra[n->active[i]];
	status = l2n_ridge(n->kernel, &n->trial_m, &spec, &f, n->solver, poll, poll_arg);

	if (status == L2N_SINGULAR_PENALTY)
	{
		fit->failed = n->active[f.failed];
		fit->failed_pivot = f.failed_pivot;
	}
	if (status != L2N_OK)
		return status;
	for (int j = 0; j < n->p; j++)
	{
		n->next[j] = 0.0;
		fit->se[j] = NAN;
	}
	n->usable = true;
	for (int i = 0; i < n->n_active; i++)
	{
		n->next[n->active[i]] = n->solution[i];
		fit->se[n->active[i]] = n->se[i];
		/* its variance has vanished under the working weights: this is no step for it */
		n->usable &= !n->dropped[i];
	}
	n->solved = n->usable;
	fit->intercept_se = f.intercept_se;
	fit->rcond = f.rcond;
	fit->df = f.df;
	return L2N_OK;
}

/*
 * How the loss at the coefficients that m is of falls with b_j at the same base, in slope, less
 * what dropout costs; and with base, which is returned
 */
static double
slopes(const newton *n, const l2n_moments *m, const double *coef, double *slope)
{
	dd sum = dd_mul(m->weight, l2n_mean(m, 0));

	for (int j = 0; j < n->p; j++)
	{
		dd mean = dd_add_d(l2n_mean(m, j + 1), -n->spec.centre[j]);

		slope[j] = dd_add(l2n_cross(m, 0, j + 1), dd_mul(sum, mean)).hi;
		if (is_closed(n))
			slope[j] -= coef[j] * dropout_square(n, m, j);
	}
	return sum.hi;
}

/* Of the loss's slopes at coef, what a group that is out has beyond the penalty: the part of b_j */
static double
excess_of_group(const newton *n, const l2n_newton_goal *goal, int j, const double *slope)
{
	double norm = newton_group_norm(n, slope, j, true);

	return norm > goal->l1 ? fabs(slope[j]) * (1.0 - goal->l1 / norm) : 0.0;
}

/*
 * How far b_j of coef is from where its penalty and bounds hold it against these slopes of the loss
 */
static double
excess(const newton *n, const l2n_newton_goal *goal, int j, const double *coef,
	   const double *slopes)
{
	double l1 = goal->l1 * n->unit1[j], b = coef[j], slope = slopes[j], up, down, off = 0.0;

	slope -= goal->l2 * n->unit2[j] * b;
	if (n->spec.group && l1 > 0.0)
		return newton_group_norm(n, coef, j, false) > 0.0 ? fabs(slope - pull(n, goal, coef, j))
														  : excess_of_group(n, goal, j, slopes);
	up = slope - (b >= 0.0 ? l1 : -l1);
	down = slope - (b > 0.0 ? l1 : -l1);
	if (!n->spec.upper || b < n->spec.upper[j])
		off = fmax(off, up);
	if (!n->spec.lower || b > n->spec.lower[j])
		off = fmax(off, -down);
	return off;
}

/*
 * What the inner search is to take for the square of the working response, which it measures its
 * gap and its rounding by.  All that matters of it is the part that the columns may explain.  A row
 * far on the wrong side has a response of 1 / v, e^90 say, that would hide all others; so it is no
 * more than what the linear predictor at hand has of it, and what each column that is not yet where
 * its penalty holds it could add.
 */
static double
response_square(const newton *n, const l2n_newton_goal *goal)
{
	const l2n_moments *m = &n->trial_m;
	double weight = n->spec.columns.intercept ? 0.0 : m->weight.hi, most = 0.0, square;
	dd mean = dd_of(0.0);

	for (int j = 0; j < n->p && weight > 0.0; j++)
		mean = dd_add(mean, dd_mul_d(l2n_mean(m, j + 1), n->coef[j]));
	/* x is coef and y what the moments make of it: set_response has left them so */
	square = fmax(dd_add(dot(n, n->x, n->y), dd_mul(m->weight, dd_mul(mean, mean))).hi, 0.0);
	(void) slopes(n, &n->m, n->coef, n->y);
	for (int j = 0; j < n->p; j++)
	{
		double own = l2n_cross(m, j + 1, j + 1).hi + weight * m->mean[j + 1] * m->mean[j + 1];
		double pull = excess(n, goal, j, n->coef, n->y);

		if (own > 0.0)
			most = fmax(most, pull * (pull / (own + quadratic(n, goal, j))));
	}
	return 2.0 * (square + n->p * most);
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
		.square = response_square(n, goal),
		.extra = is_closed(n) ? n->extra : NULL,
	};
	l2n_elastic_net_goal inner = {goal->l1, goal->l2, 1e-20, INNER_SWEEPS, true};
	l2n_elastic_net_fit f = {.solution.coef = n->next};
	l2n_elastic_net *net;
	l2n_status status;

	for (int j = 0; j < n->p; j++)
	{
		n->column[j] = j + 1;
		fit->dropped[j] = false;
		fit->se[j] = NAN;
	}
	status = l2n_elastic_net_start(&n->trial_m, &spec, n->solver, &net, poll, poll_arg);
	if (status == L2N_OK)
		status = l2n_elastic_net_solve(n->kernel, net, &inner, &f, poll, poll_arg);
	n->usable = status == L2N_OK;
	n->solved = f.converged || f.settled;
	fit->intercept_se = NAN;
	fit->rcond = NAN;
	fit->df = f.df;
	return status;
}

/* The same with the penalty of groups */
static l2n_status
newton_solve_grouped(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
					 void *poll_arg)
{
	l2n_group_spec spec = {
		.columns = {n->p, n->column, 0, n->spec.columns.intercept},
		.standardize = n->spec.standardize,
		.group = n->spec.group,
		.groups = n->spec.groups,
		.penalty = n->spec.penalty,
		.extra = is_closed(n) ? n->extra : NULL,
		.variance = n->variance,
		.square = response_square(n, goal),
	};
	l2n_group_fit f = {.solution.coef = n->next};
	l2n_group_net *net;
	l2n_status status;

	for (int j = 0; j < n->p; j++)
	{
		n->column[j] = j + 1;
		fit->dropped[j] = false;
		fit->se[j] = NAN;
	}
	status = l2n_group_start(&n->trial_m, &spec, n->solver, &net, poll, poll_arg);
	if (status == L2N_OK)
		status = l2n_group_solve(n->kernel, net, goal->l1, goal->l2, INNER_SWEEPS_GROUPS, &f, poll,
								 poll_arg);
	n->usable = status == L2N_OK;
	n->solved = f.converged;
	fit->intercept_se = NAN;
	fit->rcond = NAN;
	fit->df = f.df;
	return status;
}

/* What the square of a step is a share of: its unit in every row */
static inline double
squares(const newton *n)
{
	return n->m.weight.hi * n->unit * n->unit;
}

/* What a step does to the linear predictor */
typedef struct change
{
	double square; /* sum of w v (d eta)^2, and what the step's own quadratic penalty is */
	double prior;  /* sum of w (d eta)^2 */
	double share;  /* of the variance of a mean row that those have whose eta changes with the
					  columns that have no penalty; 1 where all have one */
} change;

/* Of a step by base and n->trial, without a penalty */
static change
spread_of(newton *n, double base)
{
	const l2n_moments *prior = n->spec.prior;
	const l2n_columns *columns = &n->spec.columns;
	double *d = n->trial;
	change c = {.prior = prior->weight.hi * base * base};
	dd square, mean;

	newton_widen(n, d, n->x);
	times(n, &n->m, n->x, n->y);
	mean = dd_add_d(at_mean(n, &n->m, d), base);
	square = dd_add(dot(n, n->x, n->y), dd_mul(n->m.weight, dd_mul(mean, mean)));
	c.square = fmax(square.hi, 0.0);

	/* the same with the prior weights; without an intercept about 0, and base is 0 */
	for (int i = 0; i < n->p; i++)
	{
		double sum = 0.0;

		for (int j = 0; d[i] != 0.0 && j < n->p; j++)
		{
			int a = columns->feature[i], b = columns->feature[j];
			double v = l2n_cross(prior, a, b).hi;

			if (!columns->intercept)
				v += prior->weight.hi * prior->mean[a] * prior->mean[b];
			sum += v * d[j];
		}
		c.prior += d[i] * sum;
	}
	c.prior = fmax(c.prior, 0.0);
	c.share = c.prior > 0.0 ? c.square / c.prior * (prior->weight.hi / n->m.weight.hi) : 1.0;
	return c;
}

/*
 * How far the step moves the predictor, and the share of it that unpenalised columns have, for
 * they may go to infinity.
 */
static change
change_of(newton *n, const l2n_newton_goal *goal)
{
	double base = n->next_base - n->base, penalty = 0.0, *d = n->trial;
	int penalised = 0;
	change c = {INFINITY, INFINITY, 1.0};

	if (!n->usable)
		return c;
	for (int j = 0; j < n->p; j++)
	{
		d[j] = n->next[j] - n->coef[j];
		penalty += quadratic(n, goal, j) * d[j] * d[j];
		penalised += is_penalised(n, goal, j);
	}
	c = spread_of(n, base);
	if (penalised == n->p)
		c.share = 1.0;
	else if (penalised > 0)
	{
		for (int j = 0; j < n->p; j++)
			if (is_penalised(n, goal, j))
				d[j] = 0.0;
		c.share = spread_of(n, base).share;
	}
	c.square += penalty;
	return c;
}

/*
 * The largest violation of the optimality conditions where the search is, which has been evaluated,
 * each as a share of what its terms add up to: sum w |r x| is taken for what it is at most where
 * |r| is v, as it is of rows on the right side.
 */
static double
violation(newton *n, const l2n_newton_goal *goal, const l2n_newton_fit *fit)
{
	const l2n_moments *m = &n->m;
	double weight = m->weight.hi, *slope = n->y, largest = fabs(slopes(n, m, n->coef, slope));

	largest = n->spec.columns.intercept ? largest / weight / n->unit : 0.0;
	for (int j = 0; j < n->p; j++)
	{
		double apart = m->mean[j + 1] - n->spec.centre[j];
		double square = l2n_cross(m, j + 1, j + 1).hi + weight * apart * apart;
		double size = sqrt(square) * sqrt(weight) * n->unit + goal->l1 * n->unit1[j] +
					  fabs(quadratic(n, goal, j) * n->coef[j]);

		if (!fit->dropped[j] && size > 0.0)
			largest = fmax(largest, excess(n, goal, j, n->coef, slope) / size);
	}
	return largest;
}

/* What a condition may be missed by in the end: as a share, where the tolerance is a looser one */
static double
certified_share(const l2n_newton_goal *goal)
{
	return fmax(CERTIFIED, SURE_SQUARES * goal->tolerance * goal->tolerance);
}

/*
 * Whether the optimality conditions hold at coef, where the loss falls by slope, p + 1 numbers of
 * which each may be off by error: each within that limit of what its terms add up to, besides that
 * share of what rounding makes of it.  The slopes' sizes are those at hand, of which a share is
 * sure.
 */
static bool
holds(const newton *n, const l2n_newton_goal *goal, const l2n_newton_fit *fit, const double *coef,
	  const double *slope, const double *error, double share, double limit, double rounding)
{
	const l2n_slopes *s = &n->slopes;
	int p = n->p;

	if (n->spec.columns.intercept &&
		!(fabs(slope[p]) + error[p] <= limit * share * s->size[p] + rounding * s->rounding[p]))
		return false;
	for (int j = 0; j < p; j++)
	{
		double b = coef[j],
			   size = share * s->size[j] + goal->l1 * n->unit1[j] + fabs(quadratic(n, goal, j) * b);

		if (!fit->dropped[j] && !(excess(n, goal, j, coef, slope) + error[j] <=
								  limit * size + rounding * s->rounding[j]))
			return false;
	}
	return true;
}

/* What the moments say of the slopes, for passes that do not sum them up */
static void
estimate_slopes(newton *n)
{
	const l2n_moments *m = &n->m;
	double weight = m->weight.hi, parts = n->unit + fabs(n->base);
	dd sum = dd_mul(m->weight, l2n_mean(m, 0));

	for (int j = 0; j < n->p; j++)
	{
		double apart = l2n_mean(n->spec.prior, n->spec.columns.feature[j]).hi - n->spec.centre[j];

		parts += fabs(n->coef[j]) * sqrt(n->variance[j] + apart * apart);
	}
	for (int j = 0; j <= n->p; j++)
	{
		dd apart = j < n->p ? dd_add_d(l2n_mean(m, j + 1), -n->spec.centre[j]) : dd_of(1.0);
		dd own = j < n->p ? l2n_cross(m, 0, j + 1) : dd_of(0.0);
		dd slope = dd_add(own, dd_mul(sum, apart));
		double square = weight * apart.hi * apart.hi;

		if (j < n->p)
			square += l2n_cross(m, j + 1, j + 1).hi;
		n->slopes.slope[j] = slope.hi;
		n->slopes.slope[n->p + 1 + j] = slope.lo;
		n->slopes.size[j] = 0.1 * sqrt(weight) * sqrt(square) * n->unit;
		n->slopes.rounding[j] = parts * 0x1p-52 * sqrt(weight) * sqrt(square);
	}
	n->known = true;
}

/*
 * Whether errors want the expected information, which is not the curvature; under dropout they
 * are made elsewhere
 */
static bool
wants_information(const newton *n, const l2n_newton_goal *goal)
{
	return !n->spec.family->canonical && !goal->rough && n->spec.dropout == 0.0;
}

/* Have the slopes where the search is, by a pass if need be, which has what errors want too */
static l2n_status
know_slopes(newton *n, const l2n_newton_goal *goal)
{
	if (!n->known && n->spec.by_moments)
		estimate_slopes(n);
	return n->known ? L2N_OK : evaluate_here(n, true, wants_information(n, goal));
}

/* Whether the conditions hold where the search is and slopes are known, as holds has it */
static bool
holds_here(newton *n, const l2n_newton_goal *goal, const l2n_newton_fit *fit, double limit,
		   double rounding)
{
	double *slope = n->x, *error = n->y;

	newton_set_dropout(n);
	for (int j = 0; j <= n->p; j++)
	{
		slope[j] = n->slopes.slope[j];
		error[j] = 0.0;
		if (j < n->p && is_closed(n))
			slope[j] -= n->extra[j] * n->coef[j];
	}
	return isfinite(n->loss) && holds(n, goal, fit, n->coef, slope, error, 1.0, limit, rounding);
}

/*
 * Whether the conditions hold where the search is, by a pass if need be; to a tolerance so loose
 * that the moments say enough they do
 */
static l2n_status
certify(newton *n, const l2n_newton_goal *goal, const l2n_newton_fit *fit, bool *certified)
{
	l2n_status status = L2N_OK;

	*certified = goal->rough && certified_share(goal) >= LOOSE;
	if (*certified)
		return L2N_OK;
	status = know_slopes(n, goal);
	if (status == L2N_OK)
		*certified = holds_here(n, goal, fit, certified_share(goal), 1.0);
	return status;
}

/* The slope of the L1 penalty by b_j, 0 as its group is, along the step that has ended there */
static double
pull_out(const newton *n, const l2n_newton_goal *goal, int j)
{
	double l1 = goal->l1 * n->unit1[j], norm = 0.0, d = n->next[j] - n->coef[j];

	if (!n->spec.group)
		return copysign(l1, d);
	for (int i = 0; i < n->p; i++)
		if (n->spec.group[i] == n->spec.group[j])
		{
			double part = n->unit1[i] * (n->next[i] - n->coef[i]);

			if (n->trial[i] != 0.0 && n->unit1[i] > 0.0)
				return 0.0;
			norm += part * part;
		}
	return norm > 0.0 ? l1 * (n->unit1[j] * d / sqrt(norm)) : 0.0;
}

/* The slope of the objective at the trial, from where the step comes */
static double
slope_of_trial(newton *n, const l2n_newton_goal *goal)
{
	double *slope = n->y, base = n->next_base - n->base;
	double sum = -slopes(n, &n->trial_m, n->trial, slope) * base;

	for (int j = 0; j < n->p; j++)
	{
		double b = n->trial[j], d = n->next[j] - n->coef[j];

		sum -= slope[j] * d;
		sum += goal->l2 * n->unit2[j] * b * d;
		sum += pull(n, goal, n->trial, j) * d;
		if (b == 0.0)
			sum -= pull_out(n, goal, j) * d;
	}
	return sum;
}

/* Whether the trial, that share of a step whose promise is square, is good enough */
static bool
is_lower(newton *n, const l2n_newton_goal *goal, double before, double square, double step)
{
	double objective = n->trial_loss + penalty(n, goal, n->trial);
	double slack = SLACK * (before + squares(n));

	if (!isfinite(objective))
		return false;
	if (objective <= before - ARMIJO * step * square)
		return true;
	if (n->trial_known)
		slack = fmax(slack, *n->trial_slopes.noise);
	if (objective <= before + slack && square <= TINY * squares(n))
		return true;
	return objective <= before + slack && slope_of_trial(n, goal) <= TURNED * square;
}

/* The trial is where the search is now; what was, is room for the next trial. */
static void
take_trial(newton *n)
{
	l2n_moments m = n->m;
	l2n_slopes slopes = n->slopes;
	double *coef = n->coef;

	n->m = n->trial_m;
	n->trial_m = m;
	n->slopes = n->trial_slopes;
	n->trial_slopes = slopes;
	n->known = n->trial_known;
	n->informed = n->trial_informed;
	n->coef = n->trial;
	n->trial = coef;
	n->base = n->trial_base;
	n->loss = n->trial_loss;
}

/* Coefficient j by more than a step: not past 0 or a bound */
static double
further(const newton *n, int j, double step)
{
	double b = n->coef[j] + step * (n->next[j] - n->coef[j]);

	if (!(b * n->next[j] > 0.0))
		return n->next[j];
	if (n->spec.lower)
		b = fmin(fmax(b, n->spec.lower[j]), n->spec.upper[j]);
	return b;
}

/* The trial is that share of a step; with the slopes there or without, and as evaluate_trial has it
 */
static l2n_status
newton_try(newton *n, double step, bool slopes, bool informed)
{
	n->trial_base = step == 1.0 ? n->next_base : n->base + step * (n->next_base - n->base);
	for (int j = 0; j < n->p; j++)
		n->trial[j] = step == 1.0  ? n->next[j]
					  : step > 1.0 ? further(n, j, step)
								   : n->coef[j] + step * (n->next[j] - n->coef[j]);
	return evaluate_trial(n, slopes && !n->spec.by_moments, informed);
}

/* Whether a step of that promise may be the last but one: then slopes are wanted at its end */
static bool
is_near(const newton *n, double square)
{
	return square <= NEAR * squares(n);
}

/* Whether a step of that promise may lead to the end, where errors want the expected information */
static bool
is_last(const newton *n, const l2n_newton_goal *goal, double square)
{
	return n->spec.family->steady && wants_information(n, goal) && square <= LAST * squares(n);
}

/* Go by so much more than the step, if the objective falls by what that promises */
static l2n_status
leap(newton *n, const l2n_newton_goal *goal, double square, double by, bool slopes)
{
	double before = n->loss + penalty(n, goal, n->coef);
	l2n_status status = newton_try(n, by, slopes, false);

	if (status != L2N_OK)
		return status;
	if (!is_lower(n, goal, before, square, 1.0))
		return L2N_ILL_CONDITIONED;
	take_trial(n);
	return L2N_OK;
}

/*
 * Go along the step, as far as the objective falls as it should; *share of it.  L2N_ILL_CONDITIONED
 * where a few halvings do not bring it that far.
 */
static l2n_status
newton_search(newton *n, const l2n_newton_goal *goal, double square, double *share)
{
	double before = n->loss + penalty(n, goal, n->coef), step = 1.0;

	for (int i = 0; i <= (n->damping > 0.0 ? HALVINGS_DAMPED : HALVINGS); i++)
	{
		l2n_status status = newton_try(n, step, is_near(n, square), is_last(n, goal, square));

		if (status != L2N_OK)
			return status;
		if (is_lower(n, goal, before, square, step))
		{
			take_trial(n);
			*share = step;
			return L2N_OK;
		}
		step *= isfinite(n->trial_loss) ? 0.5 : 0.1;
	}
	return L2N_ILL_CONDITIONED;
}

/*
 * What no row's eta changes by more than with the step in n->trial: by how far its features go, or
 * where that is not known, by Cauchy's inequality
 */
static double
largest_change(newton *n, const change *c)
{
	double sum = fabs(n->next_base - n->base);

	if (n->spec.reach == NULL)
		return sqrt(c->prior / n->spec.least_weight);
	if (!n->reach_known)
		n->spec.reach(n->spec.pass_arg, n->reach);
	n->reach_known = true;
	for (int j = 0; j < n->p; j++)
		sum += fabs(n->trial[j]) * n->reach[j];
	return sum;
}

/*
 * Whether the next point is right without being evaluated; then *left is what a step from there
 * would be.  No eta moves by more than delta, and the logarithm of a curvature by no more than eta
 * does: so the gradient there is that of the quadratic model but for a share
 * (e^delta - 1 - delta) / delta of what the step has changed.
 */
static bool
is_sure(newton *n, const l2n_newton_goal *goal, const l2n_newton_fit *fit, const change *c,
		double *left)
{
	const l2n_moments *m = &n->m;
	double weight = m->weight.hi, delta;
	double most = SURE, share = 1.0, *slope = n->y, *error = n->x, *d = n->trial;
	size_t p = (size_t) n->p;
	dd mean;

	if (fit->change <= goal->tolerance)
		most = fmax(most, SURE_SQUARES * goal->tolerance * goal->tolerance);
	if (!(n->known && n->spec.family->steady && n->spec.least_weight > 0.0 &&
		  n->spec.dropout == 0.0 && !n->spec.group && c->square / weight <= most))
		return false;
	for (size_t j = 0; j < p; j++)
		d[j] = n->next[j] - n->coef[j];
	delta = largest_change(n, c);
	*left = 0.55 * delta * sqrt(c->square / weight);
	if (!(delta <= 0.1 && *left <= most))
		return false;
	newton_widen(n, d, n->x);
	times(n, m, n->x, n->y);
	mean = dd_mul(m->weight, dd_add_d(at_mean(n, m, d), n->next_base - n->base));
	for (size_t j = 0; j <= p; j++)
	{
		dd apart = j < p ? dd_add_d(l2n_mean(m, (int) j + 1), -n->spec.centre[j]) : dd_of(1.0);
		dd moved = dd_mul(mean, apart),
		   at = dd_make(n->slopes.slope[j], n->slopes.slope[p + 1 + j]);
		double square = weight * apart.hi * apart.hi;

		if (j < p)
		{
			moved = dd_add(moved, dd_make(n->y[j], n->y[p + j]));
			square += l2n_cross(m, (int) j + 1, (int) j + 1).hi;
		}
		slope[j] = dd_sub(at, moved).hi;
		error[j] = 0.55 * delta * sqrt(c->square) * sqrt(square);
		/* what of the size of the slope is left: a residual changes by no more than v delta */
		share = fmin(share, 1.0 - 1.1 * sqrt(c->square) * sqrt(square) / n->slopes.size[j]);
	}
	return share > 0.5 &&
		   holds(n, goal, fit, n->next, slope, error, share, certified_share(goal), 1.0);
}

/*
 * Rows are told apart wholly: possible only where nothing holds the coefficients back.  Where some
 * columns have a penalty, it may be they that do it, by a penalty that is next to none.
 */
static bool
is_separated(const newton *n, const l2n_newton_goal *goal, bool free)
{
	const l2n_moments *prior = n->spec.prior;
	double row =
		n->spec.least_weight > 0.0 ? n->spec.least_weight : prior->weight.hi / (double) prior->n;

	for (int j = 0; !free && j < n->p; j++)
		if (!is_penalised(n, goal, j) && n->variance[j] > 0.0)
			return n->binary && n->loss < SEPARATED_PARTLY * row;
	return n->binary && free && n->loss < SEPARATED * row;
}

/* What the loss is one step on, by the slopes and the curvature here */
static double
next_loss(newton *n)
{
	double base = n->next_base - n->base, *d = n->trial;
	dd loss = dd_of(n->loss);

	for (int j = 0; j < n->p; j++)
		d[j] = n->next[j] - n->coef[j];
	for (int j = 0; j <= n->p; j++)
		loss = dd_sub(loss, dd_mul_d(dd_of(n->slopes.slope[j]), j < n->p ? d[j] : base));
	return dd_add_d(loss, 0.5 * spread_of(n, base).square).hi;
}

/*
 * Tell the fit at the coefficients, or at the next ones, in the units and about the centre that
 * rows have.
 */
static void
set_fit(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, bool next)
{
	const double *coef = next ? n->next : n->coef;
	dd intercept = dd_of(next ? n->next_base : n->base);
	double loss = next ? next_loss(n) : n->loss;

	fit->base = intercept.hi;
	fit->nonzero = 0;
	for (int j = 0; j < n->p; j++)
	{
		fit->coef[j] = coef[j] + 0.0;
		fit->nonzero += coef[j] != 0.0;
		intercept = dd_sub(intercept, dd_mul_d(dd_of(n->spec.centre[j]), coef[j]));
	}
	fit->intercept = n->spec.columns.intercept ? intercept.hi + 0.0 : 0.0;
	fit->loss = loss;
	fit->null_loss = n->null_loss;
	fit->objective = loss + penalty(n, goal, coef);
}

/* The minimum of the quadratic model of the objective, damped as n->damping says */
static l2n_status
solve_model(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
			void *poll_arg)
{
	l2n_status status;

	newton_set_dropout(n);
	for (int i = 0; i < n->n_active; i++)
		n->factor[i] = n->unit2[n->active[i]];
	set_response(n);
	if (goal->l1 > 0.0 && n->spec.group)
		status = newton_solve_grouped(n, goal, fit, poll, poll_arg);
	else if (is_constrained(n, goal))
		status = solve_constrained(n, goal, fit, poll, poll_arg);
	else
		status = newton_solve_quadratic(n, goal, fit, poll, poll_arg);
	if (status == L2N_OUT_OF_RANGE)
		n->usable = n->solved = false;
	if (status != L2N_OK)
		return status == L2N_OUT_OF_RANGE ? L2N_OK : status;
	n->next_base = 0.0;
	if (n->spec.columns.intercept)
		n->next_base = dd_sub(l2n_mean(&n->trial_m, 0), at_mean(n, &n->trial_m, n->next)).hi;
	/* coefficients that are not finite the solvers have refused */
	n->usable &= isfinite(n->next_base);
	n->solved &= n->usable;
	return L2N_OK;
}

static void
raise_damping(newton *n)
{
	n->damping = fmax(n->damping * GROWTH, fmax(n->undamped, DAMPING * n->null_variance));
}

/*
 * Damping keeps a step that the variances at hand do not bound, since they have nearly vanished or
 * grow on the way, where the rows as they are know better.  Less of it where the step went well.
 */
static void
lower_damping(newton *n, double share)
{
	if (share < 1.0)
		return;
	n->undamped = n->damping;
	n->damping *= SHRINKAGE;
	if (n->damping < DAMPING * n->null_variance)
		n->damping = 0.0;
}

/* Where a search has come to */
typedef struct progress
{
	double last;   /* square of the last step's change; infinite before */
	int whole;     /* steps in turn that were gone whole, and no further */
	double share;  /* of the last step that was gone */
	int vanished;  /* steps in turn that go on where the variances have nearly vanished */
	double square; /* of the smallest step so far */
	double missed; /* and the smallest violation */
	int idle;      /* steps in turn that have made neither much smaller */
} progress;

/*
 * Whether there is nothing left to do where the search is, given the next step: *over with fit->end
 * set, and *next where that step's end is the solution.
 */
static l2n_status
is_over(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, const change *c, bool free,
		progress *at, bool *over, bool *next)
{
	const l2n_moments *prior = n->spec.prior;
	double weight = squares(n), least = n->spec.least_weight, missed, enough, even, left;
	bool close = fit->change <= goal->tolerance;

	*next = *over = false;
	if (c->share < VANISHED && at->share == 1.0 && c->square > 0.1 * at->last)
		at->vanished++;
	else
		at->vanished = 0;
	if (is_separated(n, goal, free) || at->vanished >= VANISHED_STEPS)
	{
		fit->end = L2N_NEWTON_SEPARATED;
		*over = true;
		return L2N_OK;
	}
	fit->end = L2N_NEWTON_CONVERGED;
	if (close && n->spec.by_moments)
		(void) know_slopes(n, goal);
	/* errors, unless they have a pass of their own, and slopes after a rough search, are of where
	 * rows were evaluated: that must be near */
	if ((close || (is_constrained(n, goal) && !goal->rough) || wants_information(n, goal)) &&
		n->solved && is_sure(n, goal, fit, c, &left))
	{
		n->apart = fit->change;
		fit->change = fmin(fit->change, left);
		*next = *over = true;
		return L2N_OK;
	}
	missed = violation(n, goal, fit);
	if ((c->square >= IDLE * at->square || c->square <= NOTHING * weight) &&
		missed >= IDLE * at->missed)
		at->idle++;
	else
		at->idle = 0;
	at->square = fmin(at->square, c->square);
	at->missed = fmin(at->missed, missed);

	/* rows that weigh much must not hide what the others say */
	even = least > 0.0 ? least * ((double) prior->n / prior->weight.hi) : 0.0;
	enough = fmax(MISSED * even, SURE_SQUARES * goal->tolerance * goal->tolerance);
	if (close && n->known && n->damping == 0.0 && holds_here(n, goal, fit, enough, SEEN * even))
	{
		*over = true;
		return L2N_OK;
	}
	if (!(close && missed <= enough) &&
		(n->damping > 0.0 ||
		 !(at->idle >= IDLE_STEPS || (at->idle > 1 && c->square <= ROUNDING * weight))))
		return L2N_OK;
	return certify(n, goal, fit, over);
}

/* How far to go at once: see SHRINKS_BY */
static double
stretch(const newton *n, const progress *at, double square)
{
	double rate = sqrt(square / at->last);

	if (n->spec.family->canonical || n->damping > 0.0 || at->whole < 2 ||
		!(rate > SHRINKS_BY && rate < 1.0))
		return 1.0;
	return fmin(1.0 / (1.0 - rate), LONGEST);
}

/* One step down: the model's minimum, damped until the objective falls */
static l2n_status
newton_step(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, double square,
			progress *at, l2n_poll poll, void *poll_arg)
{
	for (int i = 0; i < MAX_DAMPINGS; i++)
	{
		l2n_status status = L2N_ILL_CONDITIONED;
		change c;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		if (n->usable && i == 0 && stretch(n, at, square) > 1.0)
		{
			at->share = stretch(n, at, square);
			status = leap(n, goal, square, at->share, is_near(n, square));
			at->whole = 0;
		}
		if (n->usable && status == L2N_ILL_CONDITIONED)
			status = newton_search(n, goal, square, &at->share);
		if (status == L2N_OK)
		{
			at->whole = at->share == 1.0 ? at->whole + 1 : 0;
			at->last = square;
			if (n->damping > 0.0)
				lower_damping(n, at->share);
			return L2N_OK;
		}
		if (status != L2N_ILL_CONDITIONED)
			return status;
		raise_damping(n);
		status = solve_model(n, goal, fit, poll, poll_arg);
		if (status != L2N_OK)
			return status;
		c = change_of(n, goal);
		square = c.square + n->damping * c.prior;
	}
	return L2N_ILL_CONDITIONED;
}

/*
 * Errors and degrees of freedom by the expected information, as R has them, once the search by
 * another curvature is over; the step that it leaves is of no use
 */
static l2n_status
newton_expect(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, bool next, l2n_poll poll,
			  void *poll_arg)
{
	l2n_moments m = n->m;
	l2n_status status = L2N_OK;

	if (!n->informed || (next && n->apart > NO_STEP))
		status = newton_inform(n, next);
	fit->pearson = sum_of_squares(n);
	if (status != L2N_OK || is_constrained(n, goal))
		return status;
	n->damping = 0.0;
	n->m = n->information;
	status = solve_model(n, goal, fit, poll, poll_arg);
	n->m = m;
	return status;
}

/*
 * Along a path
 *
 * Solutions are smooth in the penalty while no coefficient comes in or goes, and the minimum of the
 * quadratic model at one of them is on their tangent.  So what the next one is beyond it follows
 * from what the last ones were: it goes by the square of how far the penalty falls, times a factor
 * that changes little.
 */

/* The penalty of a goal; along a path its parts are each other's multiples */
static double
strength(const l2n_newton_goal *goal)
{
	return goal->l1 > 0.0 ? goal->l1 : goal->l2;
}

/* Whether a goal comes after the last one on a path */
static bool
is_on_path(const newton *n, const l2n_newton_goal *goal)
{
	double one = goal->l1 * n->last.l2, other = goal->l2 * n->last.l1;

	return strength(goal) > 0.0 && strength(goal) < strength(&n->last) &&
		   fabs(one - other) <= 1e-9 * fmax(one, other);
}

/* Where on the path the bend from the last goal to another is, for differences of bends */
static double
place_of_bend(const newton *n, const l2n_newton_goal *goal)
{
	return (2.0 * strength(&n->last) + strength(goal)) / 3.0;
}

/* At the first step to a goal: keep the model's minimum */
static void
note_plain(newton *n)
{
	n->on_path &= n->usable;
	memcpy(n->plain, n->next, sizeof(double) * (size_t) n->p);
	n->plain[n->p] = n->next_base;
}

/* Move next beyond the model's minimum as the path bends; no coefficient changes sign */
static void
bend_next(newton *n, const l2n_newton_goal *goal)
{
	double fall = strength(&n->last) - strength(goal), more = 0.0;

	if (n->bends > 1)
		more = (place_of_bend(n, goal) - n->bent_at[0]) / (n->bent_at[0] - n->bent_at[1]);
	for (int j = 0; j <= n->p; j++)
	{
		double *end = j < n->p ? &n->next[j] : &n->next_base, bend = n->bent[0][j], to;

		if (n->bends > 1)
			bend += more * (bend - n->bent[1][j]);
		to = *end + fall * fall * bend;
		if (n->spec.lower && j < n->p)
			to = fmin(fmax(to, n->spec.lower[j]), n->spec.upper[j]);
		if (j == n->p || to * *end > 0.0)
			*end = to;
	}
}

/* At a goal: what the path to it says of the way to the next */
static void
note_bend(newton *n, const l2n_newton_goal *goal, const l2n_newton_fit *fit)
{
	double fall = strength(&n->last) - strength(goal), *bent = n->bent[1];
	bool reached = fit->end == L2N_NEWTON_CONVERGED;

	if (reached && n->on_path)
	{
		for (int j = 0; j <= n->p; j++)
			bent[j] = ((j < n->p ? fit->coef[j] : fit->base) - n->plain[j]) / (fall * fall);
		n->bent[1] = n->bent[0];
		n->bent_at[1] = n->bent_at[0];
		n->bent[0] = bent;
		n->bent_at[0] = place_of_bend(n, goal);
		n->bends = n->bends < 2 ? n->bends + 1 : 2;
		n->fell = fall;
	}
	else
		n->bends = 0;
	n->last = reached ? *goal : (l2n_newton_goal){0};
}

/* The first step to a goal on a path; L2N_ILL_CONDITIONED, and as before, where it does not bend so
 */
static l2n_status
step_along_path(newton *n, const l2n_newton_goal *goal, double square)
{
	l2n_status status = L2N_ILL_CONDITIONED;

	if (n->bends == 0 || strength(&n->last) - strength(goal) > FURTHEST * n->fell)
		return status;
	bend_next(n, goal);
	status = leap(n, goal, square, 1.0, true);
	if (status == L2N_ILL_CONDITIONED)
	{
		memcpy(n->next, n->plain, sizeof(double) * (size_t) n->p);
		n->next_base = n->plain[n->p];
	}
	return status;
}

/* Steps until the end that fit tells, or until fit->iterations are limit; *next as is_over has it
 */
static l2n_status
walk(newton *n, const l2n_newton_goal *goal, int limit, bool free, l2n_newton_fit *fit, bool *next,
	 l2n_poll poll, void *poll_arg)
{
	progress at = {.last = INFINITY, .share = 1.0, .square = INFINITY, .missed = INFINITY};
	l2n_status status;

	n->damping = n->undamped = 0.0;
	*next = false;
	for (;; fit->iterations++)
	{
		change c;
		bool over;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		status = solve_model(n, goal, fit, poll, poll_arg);
		if (status != L2N_OK)
			return status;
		if (fit->iterations == 1)
			note_plain(n);
		c = change_of(n, goal);
		if (n->damping > 0.0 &&
			c.square <= fmax(ROUNDING, goal->tolerance * goal->tolerance) * squares(n))
		{
			/* near the end: what is left shows without damping */
			n->damping = 0.0;
			status = solve_model(n, goal, fit, poll, poll_arg);
			if (status != L2N_OK)
				return status;
			c = change_of(n, goal);
		}
		fit->change = sqrt(c.square / squares(n));
		status = is_over(n, goal, fit, &c, free, &at, &over, next);
		if (status != L2N_OK || over)
			return status;
		status = L2N_ILL_CONDITIONED;
		if (n->on_path && fit->iterations == 1)
			status = step_along_path(n, goal, c.square);
		if (status == L2N_ILL_CONDITIONED)
			status =
				newton_step(n, goal, fit, c.square + n->damping * c.prior, &at, poll, poll_arg);
		fit->end = status == L2N_OK ? L2N_NEWTON_MAX_ITER : L2N_NEWTON_STUCK;
		if (status == L2N_ILL_CONDITIONED)
			return L2N_OK;
		if (status != L2N_OK || fit->iterations >= limit)
			return status;
	}
}

/*
 * A search that has ended without an end may be where there is one: where all columns have a
 * penalty, the conditions tell.
 */
static l2n_status
newton_settle(newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit)
{
	bool certified;
	l2n_status status;

	if (fit->end != L2N_NEWTON_STUCK &&
		(fit->end != L2N_NEWTON_MAX_ITER || goal->max_iter < PATIENT))
		return L2N_OK;
	for (int j = 0; j < n->p; j++)
		if (!is_penalised(n, goal, j) && n->variance[j] > 0.0)
			return L2N_OK;
	status = certify(n, goal, fit, &certified);
	if (status == L2N_OK && certified)
		fit->end = L2N_NEWTON_CONVERGED;
	return status;
}

/* How much larger the penalties would have to be to leave little of the columns that have one */
static double
largest_share(const newton *n, const l2n_newton_goal *goal)
{
	double largest = 1.0;

	(void) slopes(n, &n->m, n->coef, n->y);
	for (int j = 0; j < n->p; j++)
	{
		double apart = n->m.mean[j + 1] - n->spec.centre[j], share = 1.0;

		if (goal->l1 * n->unit1[j] > 0.0)
			share = fabs(n->y[j]) / (goal->l1 * n->unit1[j]);
		else if (goal->l2 * n->unit2[j] > 0.0)
			share = (l2n_cross(&n->m, j + 1, j + 1).hi + n->m.weight.hi * apart * apart) /
					(goal->l2 * n->unit2[j]);
		largest = fmax(largest, share);
	}
	return fmin(largest, LARGEST_SHARE);
}

/*
 * The long way round, for a search that has lost its way among rows whose variances have vanished:
 * from the null model by way of larger penalties, each of whose minima is near the next.
 */
static l2n_status
newton_approach(newton *n, const l2n_newton_goal *goal, int limit, l2n_newton_fit *fit,
				l2n_poll poll, void *poll_arg)
{
	l2n_status status;

	n->base = n->null_base;
	for (int j = 0; j < n->p; j++)
		n->coef[j] = n->spec.lower ? fmin(fmax(0.0, n->spec.lower[j]), n->spec.upper[j]) : 0.0;
	status = newton_evaluate(n, false);
	for (double share = largest_share(n, goal) * STAGE;
		 status == L2N_OK && share > 1.0 && fit->iterations < limit; share *= STAGE)
	{
		l2n_newton_goal stage = {goal->l1 * share, goal->l2 * share, STAGE_TOLERANCE,
								 goal->max_iter, true};
		bool next;

		status = walk(n, &stage, limit, false, fit, &next, poll, poll_arg);
		fit->iterations++;
	}
	return status;
}

l2n_status
l2n_newton_solve(l2n_newton *n, const l2n_newton_goal *goal, l2n_newton_fit *fit, l2n_poll poll,
				 void *poll_arg)
{
	bool free = !is_constrained(n, goal), penalised = false, spread = false, next = false;
	int limit = goal->max_iter;
	l2n_status status = L2N_OK;

	newton_set_dropout(n);
	for (int j = 0; j < n->p; j++)
	{
		free &= !is_penalised(n, goal, j);
		penalised |= (goal->l1 > 0.0 && n->unit1[j] > 0.0) || goal->l2 * n->unit2[j] > 0.0;
		spread |= n->variance[j] > 0.0;
	}
	free &= spread; /* an intercept alone goes nowhere, though offsets may tell rows apart */
	if (!is_constrained(n, goal))
		status = choose_columns(n, goal, fit, poll, poll_arg);
	fit->iterations = 1;
	n->on_path = is_on_path(n, goal);
	if (status == L2N_OK)
		status = walk(n, goal, limit, free, fit, &next, poll, poll_arg);
	if (status == L2N_OK)
		status = newton_settle(n, goal, fit);
	if (status == L2N_OK && penalised && limit >= PATIENT && !n->no_null &&
		(fit->end == L2N_NEWTON_MAX_ITER || fit->end == L2N_NEWTON_STUCK))
	{
		fit->iterations++;
		limit = limit < INT_MAX / 3 ? 3 * limit : INT_MAX;
		status = newton_approach(n, goal, limit, fit, poll, poll_arg);
		if (status == L2N_OK)
			status = walk(n, goal, limit, free, fit, &next, poll, poll_arg);
		if (status == L2N_OK)
			status = newton_settle(n, goal, fit);
	}
	if (status != L2N_OK)
		return status;
	set_fit(n, goal, fit, next);
	note_bend(n, goal, fit);
	if (wants_information(n, goal))
		return newton_expect(n, goal, fit, next, poll, poll_arg);
	fit->pearson = sum_of_squares(n);
	return L2N_OK;
}

l2n_status
l2n_newton_move(l2n_newton *n, const l2n_newton_goal *goal, double most, l2n_newton_fit *fit,
				bool *moved, l2n_poll poll, void *poll_arg)
{
	l2n_status status;

	*moved = false;
	n->damping = 0.0;
	status = solve_model(n, goal, fit, poll, poll_arg);
	if (status != L2N_OK || !n->solved)
		return status;
	fit->change = sqrt(change_of(n, goal).square / squares(n));
	if (!(fit->change <= most))
		return L2N_OK;
	*moved = true;
	memcpy(n->coef, n->next, sizeof(double) * (size_t) n->p);
	memcpy(fit->coef, n->next, sizeof(double) * (size_t) n->p);
	n->base = fit->base = n->next_base;
	n->known = false;
	return L2N_OK;
}

l2n_moments
l2n_newton_moments(const l2n_newton *n)
{
	return *newton_information(n);
}

l2n_status
l2n_newton_refresh(l2n_newton *n, bool last)
{
	double base = n->base;
	bool null_model = last;
	l2n_status status = L2N_OK;

	null_model &= !n->no_null;
	if (null_model && n->spec.constant && n->spec.columns.intercept &&
		n->spec.constant(n->spec.pass_arg, n->null_base, &n->null_loss))
		null_model = false;
	if (null_model)
	{
		double *coef = n->coef;

		n->coef = n->trial;
		memset(n->coef, 0, sizeof(double) * (size_t) n->p);
		n->base = n->null_base;
		status = start_general(n);
		n->null_loss = n->loss;
		n->null_base = n->base;
		n->coef = coef;
		n->base = base;
	}
	if (status != L2N_OK)
		return status;
	return evaluate_here(n, last && !n->spec.by_moments, last && !n->spec.family->canonical);
}

l2n_status
l2n_newton_restart(l2n_newton *n)
{
	n->base = n->null_base;
	memset(n->coef, 0, sizeof(double) * (size_t) n->p);
	return newton_evaluate(n, false);
}

/* The largest slope, over that of a penalty of 1, of the columns that have a penalty */
static double
largest_slope(const newton *n)
{
	const l2n_moments *m = &n->m;
	double largest = 0.0, *slopes = n->y;

	for (int j = 0; j < n->p; j++)
	{
		slopes[j] = l2n_cross(m, 0, j + 1).hi;
		if (!n->spec.columns.intercept)
			slopes[j] += m->weight.hi * m->mean[0] * m->mean[j + 1];
	}
	for (int j = 0; j < n->p; j++)
	{
		double slope = slopes[j];

		if (n->spec.group)
			largest = fmax(largest, newton_group_norm(n, slopes, j, true));
		if (!(n->unit1[j] > 0.0) || n->spec.group)
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

	if (n->no_null)
		return L2N_OUT_OF_RANGE;
	*largest = largest_slope(n);
	for (int j = 0; j < n->p; j++)
		free |= n->unit1[j] == 0.0 && n->variance[j] > 0.0;
	/* with the free ones fitted, slopes differ: try until none of the others comes in */
	for (double l1 = *largest; free && l1 > 0.0; l1 *= 2.0)
	{
		l2n_newton_goal goal = {l1, 0.0, tolerance, 100, true};
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
