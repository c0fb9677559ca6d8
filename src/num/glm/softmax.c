/*
 * softmax.c: multinomial logistic regression.
 *
 * Newton's method on all classes at once: the Hessian of the negative log likelihood has a block
 * X'W (p_a [a = b] - p_a p_b) X for each pair of classes (Boehning 1992).  An l1 penalty makes of
 * each step a lasso on that quadratic form, solved by coordinate descent and finished exactly where
 * the signs are known (Lee, Sun and Saunders 2014).
 */
#include "num/glm/softmax.h"

#include <math.h>
#include <string.h>

#include "num/linalg/dense.h"

/* How far from 1 the decrease of a Newton step is from one to the next where coefficients go to
 * infinity: the loss falls by a factor of e each time */
#define SEPARATED_LEAST  0.2
#define SEPARATED_MOST   0.6
#define SEPARATED_STEPS  6
#define SEPARATED_CHANGE 0.1

#define HALVINGS   40
#define ARMIJO     1e-4
#define NOISE      1e-13 /* of the objective */
#define MAX_SWEEPS 10000
#define SWEPT      1e-12
#define FINISHED   20 /* sweeps before another try at an exact end */
#define LAST_BITS  0x1p-51

/*
 * Rows
 */

size_t
l2n_softmax_rows_worksize(int k, int q, int rows)
{
	return sizeof(double) * (size_t) rows * (2 * (size_t) k + 2 * (size_t) q) +
		   sizeof(double) * (size_t) k * (size_t) q;
}

void
l2n_softmax_probabilities(int k, double *score)
{
	double largest = score[0], sum = 0;

	for (int c = 0; c < k; c++)
		if (score[c] > largest)
			largest = score[c];
	/* several that are infinite share alike; of a NaN the sum is one */
	for (int c = 0; c < k; c++)
		sum += score[c] = score[c] == largest ? 1.0 : exp(score[c] - largest);
	for (int c = 0; c < k; c++)
		score[c] /= sum;
}

/* Scores become probabilities and 1 - probability, both to full relative accuracy; returns the loss
 */
static double
softmax_row(int k, int class, double *score, double *others)
{
	double own = score[class], largest = score[0], sum = 0, rest = 0, loss;

	for (int c = 1; c < k; c++)
		largest = fmax(largest, score[c]);
	for (int c = 0; c < k; c++)
	{
		score[c] = exp(score[c] - largest);
		sum += score[c];
	}
	for (int c = 0; c < k; c++)
		if (c != class)
			rest += score[c];
	/* log(sum / own), which near 0 is log1p */
	loss = score[class] > 0.5 * sum ? log1p(rest / score[class]) : log(sum) + largest - own;
	for (int c = 0; c < k; c++)
	{
		double without = 0;

		if (score[c] > 0.5 * sum)
			for (int d = 0; d < k; d++)
				without += d == c ? 0 : score[d];
		else
			without = sum - score[c];
		others[c] = without / sum;
	}
	for (int c = 0; c < k; c++)
		score[c] /= sum;
	return loss;
}

/* The block of the Hessian of classes a >= b, of which rows have weights v */
static void
add_block(const l2n_softmax *s, int rows, const double *z, const double *v, int a, int b,
		  double *scaled, double *cross)
{
	size_t q = (size_t) s->q, m = l2n_softmax_unknowns(s);

	for (int i = 0; i < rows; i++)
		for (size_t j = 0; j < q; j++)
			scaled[(size_t) i * q + j] = v[i] * z[(size_t) i * q + j];
	l2n_dense_add_product(s->q, s->q, rows, scaled, s->q, false, z, s->q, true,
						  cross + (size_t) b * q * m + (size_t) a * q, (int) m);
}

/*
 * Add rows to the matrix of second derivatives: a block for each pair of classes but the base, the
 * lower half of them.
 */
static void
add_cross(const l2n_softmax *s, int rows, const double *z, const double *p, const double *others,
		  const double *weight, double *v, double *scaled, double *cross)
{
	size_t k = (size_t) s->k;

	for (int a = 0, at = 0; a < s->k; a++)
	{
		if (a == s->base)
			continue;
		for (int b = 0, bt = 0; b <= a; b++)
		{
			if (b == s->base)
				continue;
			for (int i = 0; i < rows; i++)
			{
				const double *pi = p + (size_t) i * k;

				v[i] = weight[i] * (a == b ? pi[a] * others[(size_t) i * k + a] : -pi[a] * pi[b]);
			}
			add_block(s, rows, z, v, at, bt++, scaled, cross);
		}
		at++;
	}
}

void
l2n_softmax_rows(const l2n_softmax *s, const double *coef, int rows, const double *z,
				 const int *class, const double *weight, l2n_softmax_sums *sums, void *work)
{
	size_t k = (size_t) s->k, q = (size_t) s->q, n = (size_t) rows;
	double *p = work, *others = p + n * k, *scaled = others + n * k, *v = scaled + n * q;

	memset(p, 0, sizeof(double) * n * k);
	l2n_dense_add_product(s->k, rows, s->q, coef, s->q, true, z, s->q, false, p, s->k);
	for (size_t i = 0; i < n; i++)
		sums->loss = dd_add_d(sums->loss,
							  weight[i] * softmax_row(s->k, class[i], p + i * k, others + i * k));
	if (sums->cross)
		add_cross(s, rows, z, p, others, weight, v, scaled, sums->cross);
	/* residuals in place of probabilities */
	for (size_t i = 0; i < n; i++)
		for (int c = 0; c < s->k; c++)
			p[i * k + c] = weight[i] * (c == class[i] ? -others[i * k + c] : p[i * k + c]);
	l2n_dense_add_product(s->q, s->k, rows, z, s->q, false, p, s->k, true, sums->slope, s->q);
	for (size_t i = 0; i < n * k; i++)
		p[i] = fabs(p[i]);
	for (size_t i = 0; i < n * q; i++)
		scaled[i] = fabs(z[i]);
	l2n_dense_add_product(s->q, s->k, rows, scaled, s->q, false, p, s->k, true, sums->size, s->q);
}

/*
 * Steps
 */

/* What a search works with: vectors of m unknowns, the coefficients of free classes */
typedef struct softmax_search
{
	const l2n_softmax *s;
	size_t m, all; /* all: k x q */
	l2n_softmax_sums sums;
	double *trial;    /* k x q */
	double *factor;   /* m x m */
	double *step;     /* m */
	double *gradient; /* m: of the loss alone */
	double *b;        /* m */
	double *rest;     /* m: scratch */
	int *active;      /* m */
	l2n_poll poll;
	void *poll_arg;
} softmax_search;

size_t
l2n_softmax_worksize(const l2n_softmax *s)
{
	size_t m = l2n_softmax_unknowns(s), all = (size_t) s->k * (size_t) s->q;

	return sizeof(double) * (3 * all + 2 * m * m + 4 * m) + sizeof(int) * m;
}

/* Lay out the working area, which is the caller's. */
static softmax_search
search_make(const l2n_softmax *s, void *work, l2n_poll poll, void *poll_arg)
{
	softmax_search w = {.s = s, .m = l2n_softmax_unknowns(s), .poll = poll, .poll_arg = poll_arg};
	double *at = work;

	w.all = (size_t) s->k * (size_t) s->q;
	w.sums.slope = at;
	w.sums.size = at += w.all;
	w.trial = at += w.all;
	w.sums.cross = at += w.all;
	w.factor = at += w.m * w.m;
	w.step = at += w.m * w.m;
	w.gradient = at += w.m;
	w.b = at += w.m;
	w.rest = at += w.m;
	w.active = (int *) (at + w.m);
	return w;
}

/* Where unknown i is among all coefficients */
static size_t
place_of(const l2n_softmax *s, size_t i)
{
	return i + (s->base >= 0 && i >= (size_t) s->base * (size_t) s->q ? (size_t) s->q : 0);
}

static double
l1_of(const l2n_softmax *s, size_t i)
{
	return s->l1[i % (size_t) s->q];
}

static double
l2_of(const l2n_softmax *s, size_t i)
{
	return s->l2[i % (size_t) s->q];
}

static double
penalty_of(const l2n_softmax *s, const double *coef)
{
	double sum = 0;

	for (int c = 0; c < s->k; c++)
		for (int j = 0; j < s->q; j++)
		{
			double b = coef[(size_t) c * (size_t) s->q + (size_t) j];

			sum += s->l1[j] * fabs(b) + 0.5 * s->l2[j] * b * b;
		}
	return sum;
}

/*
 * One pass over the rows: loss and slopes, and second derivatives, both halves, where asked for.
 */
static l2n_status
softmax_evaluate(softmax_search *w, const double *coef, bool hessian)
{
	double *cross = w->sums.cross;
	l2n_status status;

	w->sums.loss = dd_of(0.0);
	memset(w->sums.slope, 0, sizeof(double) * w->all);
	memset(w->sums.size, 0, sizeof(double) * w->all);
	if (hessian)
		memset(cross, 0, sizeof(double) * w->m * w->m);
	else
		w->sums.cross = NULL;
	status = w->s->pass(w->s->pass_arg, w->s, coef, &w->sums);
	w->sums.cross = cross;
	for (size_t i = 0; hessian && i < w->m; i++)
		for (size_t j = 0; j < i; j++)
			cross[i * w->m + j] = cross[j * w->m + i];
	return status;
}

/* By how much the worst optimality condition is missed, as a share of its terms */
static double
miss_of(const softmax_search *w, const double *coef)
{
	const l2n_softmax *s = w->s;
	double worst = 0;

	for (size_t i = 0; i < w->m; i++)
	{
		size_t at = place_of(s, i);
		double b = coef[at], l1 = l1_of(s, i), ridge = l2_of(s, i) * b;
		double slope = w->sums.slope[at] + ridge, size = w->sums.size[at] + l1 + fabs(ridge);
		double miss = b != 0 ? fabs(slope + copysign(l1, b)) : fmax(fabs(slope) - l1, 0);

		if (miss > 0)
			worst = fmax(worst, miss / size);
	}
	return worst;
}

/*
 * What the step's matrix has besides the Hessian: the quadratic penalty; where no penalty says
 * which of the shifts of all classes it is, one that leaves their sum alone; and 1 for a column of
 * zeros
 */
static void
penalised_cross(const softmax_search *w, double *to)
{
	const l2n_softmax *s = w->s;
	size_t m = w->m, q = (size_t) s->q;

	memcpy(to, w->sums.cross, sizeof(double) * m * m);
	for (size_t i = 0; i < m; i++)
	{
		double *diagonal = to + i * m + i, pin = w->sums.cross[i * m + i] / s->k;

		if (*diagonal == 0)
			*diagonal = 1;
		*diagonal += l2_of(s, i);
		if (s->base < 0 && l2_of(s, i) == 0 && l1_of(s, i) == 0 && i < q)
			for (size_t a = i; a < m; a += q)
				for (size_t b = i; b < m; b += q)
					to[a * m + b] += pin;
	}
}

/* Factor the n x n matrix in w->factor, with as little more on its diagonal as it takes */
static l2n_status
factor_anyhow(const softmax_search *w, size_t n, void (*fill)(const softmax_search *, double *))
{
	double more = 0;

	for (int i = 0; i < 8; i++)
	{
		l2n_status status;

		fill(w, w->factor);
		for (size_t j = 0; j < n; j++)
			w->factor[j * n + j] *= 1 + more;
		status = l2n_dense_factor((int) n, w->factor, (int) n, w->poll, w->poll_arg);
		if (status != L2N_ILL_CONDITIONED)
			return status;
		more = more == 0 ? 1e-14 : more * 100;
	}
	return L2N_ILL_CONDITIONED;
}

static l2n_status
softmax_newton_step(softmax_search *w)
{
	l2n_status status = factor_anyhow(w, w->m, penalised_cross);

	for (size_t i = 0; i < w->m; i++)
		w->step[i] = -(w->gradient[i] + l2_of(w->s, i) * w->b[i]);
	if (status == L2N_OK)
		l2n_dense_solve((int) w->m, 1, w->factor, w->step);
	return status;
}

static double
soft(double v, double by)
{
	return v > by ? v - by : v < -by ? v + by : 0;
}

/* One sweep of coordinate descent; rest is the gradient of the quadratic form at the step.  Returns
 * by how much, in the form's own measure, the largest change was */
static double
softmax_sweep(softmax_search *w, bool nonzero_only)
{
	double largest = 0;

	for (size_t i = 0; i < w->m; i++)
	{
		const double *column = w->sums.cross + i * w->m;
		double u = w->b[i] + w->step[i], l1 = l1_of(w->s, i), l2 = l2_of(w->s, i);
		double h = column[i] + l2, change;

		if (h == 0 || (nonzero_only && u == 0))
			continue;
		change = soft(h * u - (w->rest[i] + l2 * u), l1) / h - u;
		/* of the last bits of its terms sweeps would not get tired */
		if (h * fabs(change) <= LAST_BITS * (h * fabs(u) + l1 + w->sums.size[place_of(w->s, i)]))
			continue;
		w->step[i] += change;
		l2n_dense_axpy((int) w->m, change, column, w->rest);
		largest = fmax(largest, change * change * h);
	}
	return largest;
}

/* Those that are not 0, or may be whatever they are */
static size_t
find_active(softmax_search *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->m; i++)
		if (w->b[i] + w->step[i] != 0 || l1_of(w->s, i) == 0)
			w->active[n++] = (int) i;
	return n;
}

/* The signs are known: solve for the values that have them.  The step is left where it was unless
 * they keep their signs. */
static l2n_status
finish_exactly(softmax_search *w)
{
	const l2n_softmax *s = w->s;
	size_t n = find_active(w), m = w->m, q = (size_t) s->q;
	double *to = w->factor, *solution = w->trial;
	l2n_status status;

	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++)
		{
			size_t i = (size_t) w->active[a], j = (size_t) w->active[b];
			bool pinned = i % q == j % q && l2_of(s, i) == 0 && l1_of(s, i) == 0;

			to[a * n + b] = w->sums.cross[i * m + j] + (i == j ? l2_of(s, i) : 0);
			if (pinned)
				to[a * n + b] += w->sums.cross[(i % q) * m + i % q] / s->k;
			if (i == j && to[a * n + b] == 0)
				to[a * n + b] = 1;
		}
	status = l2n_dense_factor((int) n, to, (int) n, w->poll, w->poll_arg);
	if (status == L2N_ILL_CONDITIONED)
		return L2N_OK; /* a shift that nothing decides: the sweeps' is as good as another */
	for (size_t a = 0; a < n; a++)
	{
		size_t i = (size_t) w->active[a];
		double u = w->b[i] + w->step[i];

		solution[a] = -(w->rest[i] + l2_of(s, i) * u + (u != 0 ? copysign(l1_of(s, i), u) : 0));
	}
	if (status == L2N_OK)
		l2n_dense_solve((int) n, 1, to, solution);
	for (size_t a = 0; a < n && status == L2N_OK; a++)
	{
		size_t i = (size_t) w->active[a];
		double u = w->b[i] + w->step[i];

		if (l1_of(s, i) > 0 && !(u * (u + solution[a]) > 0))
			return L2N_OK;
	}
	for (size_t a = 0; a < n && status == L2N_OK; a++)
	{
		size_t i = (size_t) w->active[a];

		w->step[i] += solution[a];
		l2n_dense_axpy((int) m, solution[a], w->sums.cross + i * m, w->rest);
	}
	return status;
}

/*
 * The step that minimises the quadratic model and the lasso's penalty: sweeps until the signs
 * settle, then the exact minimum for these signs.
 */
static l2n_status
softmax_proximal_step(softmax_search *w)
{
	double first = 0;

	memset(w->step, 0, sizeof(double) * w->m);
	memcpy(w->rest, w->gradient, sizeof(double) * w->m);
	for (int i = 0; i < MAX_SWEEPS; i++)
	{
		double change = softmax_sweep(w, i % 10 != 0);

		if (w->poll && w->poll(w->poll_arg))
			return L2N_INTERRUPTED;
		if (i == 0)
			first = change;
		if (change <= SWEPT * first && softmax_sweep(w, false) <= SWEPT * first)
			break;
		/* columns that go together take thousands of sweeps, whose signs are known long before */
		if (i % FINISHED == FINISHED - 1)
		{
			l2n_status status = finish_exactly(w);

			if (status != L2N_OK)
				return status;
		}
	}
	return finish_exactly(w);
}

/* By how much the objective falls at once, along the step */
static double
descent_of(const softmax_search *w)
{
	double sum = 0;

	for (size_t i = 0; i < w->m; i++)
	{
		double b = w->b[i], u = b + w->step[i];

		sum += (w->gradient[i] + l2_of(w->s, i) * b) * w->step[i] +
			   l1_of(w->s, i) * (fabs(u) - fabs(b));
	}
	return -sum;
}

/*
 * Shift all classes of a column, which leaves every probability as it is, so that the penalty is
 * least: by the mean, or under l1 by a median.  Of several medians 0 is best, which keeps what is
 * 0, and then the one with the least squares.
 */
static void
shift_column(const l2n_softmax *s, int j, double *coef)
{
	size_t q = (size_t) s->q;
	double sum = 0, low = INFINITY, high = -INFINITY, by;
	bool zero = false;

	for (int c = 0; c < s->k; c++)
		sum += coef[(size_t) c * q + (size_t) j];
	by = sum / s->k;
	for (int c = 0; c < s->k && s->l1[j] > 0; c++)
	{
		double v = coef[(size_t) c * q + (size_t) j];
		int below = 0, above = 0;

		for (int d = 0; d < s->k; d++)
		{
			below += coef[(size_t) d * q + (size_t) j] < v;
			above += coef[(size_t) d * q + (size_t) j] > v;
		}
		zero |= v == 0;
		if (2 * below > s->k || 2 * above > s->k)
			continue;
		low = fmin(low, v);
		high = fmax(high, v);
	}
	if (s->l1[j] > 0)
		by = zero && low <= 0 && high >= 0 ? 0 : fmin(fmax(by, low), high);
	for (int c = 0; c < s->k; c++)
		coef[(size_t) c * q + (size_t) j] -= by;
}

/* A penalty of both kinds decides by itself, and so does a quadratic one */
static void
shift(const l2n_softmax *s, double *coef)
{
	for (int j = 0; s->base < 0 && j < s->q; j++)
		if (s->l2[j] == 0)
			shift_column(s, j, coef);
}

/* Go along the step as far as the objective falls; *moved is false where no part of it does */
static l2n_status
search_line(softmax_search *w, double objective, double descent, double *coef, bool *moved)
{
	const l2n_softmax *s = w->s;
	double t = 1, noise = NOISE * (fabs(objective) + 1);

	*moved = false;
	for (int i = 0; i < HALVINGS && !*moved; i++, t /= 2)
	{
		l2n_status status;
		double there;

		memcpy(w->trial, coef, sizeof(double) * w->all);
		for (size_t j = 0; j < w->m; j++)
		{
			/* what a whole step makes 0 is 0 */
			double u = w->b[j] + w->step[j];

			w->trial[place_of(s, j)] = t == 1 ? u : w->b[j] + t * w->step[j];
		}
		status = softmax_evaluate(w, w->trial, false);
		if (status != L2N_OK)
			return status;
		there = w->sums.loss.hi + penalty_of(s, w->trial);
		*moved = there <= objective - ARMIJO * t * descent + noise;
	}
	if (*moved)
		memcpy(coef, w->trial, sizeof(double) * w->all);
	return L2N_OK;
}

/* Whether steps go on as they do where coefficients go to infinity, and how often they have */
static bool
goes_to_infinity(const softmax_search *w, double descent, double before, int *times)
{
	double largest = 0;

	for (size_t i = 0; i < w->m; i++)
		largest = fmax(largest, fabs(w->step[i]));
	if (largest > SEPARATED_CHANGE && descent > SEPARATED_LEAST * before &&
		descent < SEPARATED_MOST * before)
		(*times)++;
	else
		*times = 0;
	return *times >= SEPARATED_STEPS;
}

/* Effective parameters, and those that are not 0 */
static l2n_status
softmax_count_parameters(softmax_search *w, l2n_softmax_fit *fit)
{
	const l2n_softmax *s = w->s;
	size_t m = w->m, q = (size_t) s->q;
	bool ridge = false;
	l2n_status status;

	fit->df = 0;
	fit->nonzero = 0;
	for (size_t j = 0; j < q; j++)
	{
		int n = 0;

		for (int c = 0; c < s->k; c++)
			n += fit->coef[(size_t) c * q + j] != 0;
		if (s->l1[j] == 0)
			n = s->k; /* whatever it is */
		else
			fit->nonzero += n;
		ridge |= s->l2[j] > 0;
		fit->df += n < s->k - 1 ? n : s->k - 1;
	}
	if (s->penalised || (!ridge && fit->variance == NULL))
		return L2N_OK;
	status = factor_anyhow(w, m, penalised_cross);
	if (status == L2N_ILL_CONDITIONED)
		return L2N_OK;
	if (status != L2N_OK)
		return status;
	if (ridge)
	{
		/* the trace of what the penalty leaves of the Hessian */
		fit->df = 0;
		for (size_t i = 0; i < m; i++)
		{
			memcpy(w->step, w->sums.cross + i * m, sizeof(double) * m);
			l2n_dense_solve((int) m, 1, w->factor, w->step);
			fit->df += w->step[i];
			if (w->poll && w->poll(w->poll_arg))
				return L2N_INTERRUPTED;
		}
	}
	for (size_t i = 0; i < m && fit->variance; i++)
	{
		double *column = fit->variance + i * m;

		memset(column, 0, sizeof(double) * m);
		column[i] = 1;
		l2n_dense_solve((int) m, 1, w->factor, column);
		if (w->poll && w->poll(w->poll_arg))
			return L2N_INTERRUPTED;
	}
	return L2N_OK;
}

/* The coefficients and slopes of free classes */
static void
softmax_gather(softmax_search *w, const double *coef)
{
	for (size_t i = 0; i < w->m; i++)
	{
		w->b[i] = coef[place_of(w->s, i)];
		w->gradient[i] = w->sums.slope[place_of(w->s, i)];
	}
}

l2n_status
l2n_softmax_solve(const l2n_softmax *s, double tolerance, int max_iter, l2n_softmax_fit *fit,
				  void *work, l2n_poll poll, void *poll_arg)
{
	softmax_search w = search_make(s, work, poll, poll_arg);
	double before = 0;
	bool near = false, moved = true;
	int times = 0;

	fit->end = L2N_SOFTMAX_MAX_ITER;
	for (fit->iterations = 0;; fit->iterations++)
	{
		l2n_status status = softmax_evaluate(&w, fit->coef, true);
		double objective = w.sums.loss.hi + penalty_of(s, fit->coef), descent;

		if (status != L2N_OK)
			return status;
		if (!isfinite(objective))
			return L2N_OUT_OF_RANGE;
		fit->loss = w.sums.loss.hi;
		fit->miss = miss_of(&w, fit->coef);
		/* one step more than it takes, for what costs little */
		if (fit->miss <= tolerance && (near || !moved || fit->iterations == max_iter))
			fit->end = L2N_SOFTMAX_CONVERGED;
		else if (!moved)
			fit->end = L2N_SOFTMAX_STUCK;
		if (fit->end != L2N_SOFTMAX_MAX_ITER || fit->iterations == max_iter)
			break;
		near = fit->miss <= tolerance;
		softmax_gather(&w, fit->coef);
		status = s->penalised ? softmax_proximal_step(&w) : softmax_newton_step(&w);
		if (status == L2N_ILL_CONDITIONED)
		{
			fit->end = L2N_SOFTMAX_STUCK;
			break;
		}
		if (status != L2N_OK)
			return status;
		descent = descent_of(&w);
		if (goes_to_infinity(&w, descent, before, &times))
		{
			fit->end = L2N_SOFTMAX_SEPARATED;
			break;
		}
		before = descent;
		status = search_line(&w, objective, descent, fit->coef, &moved);
		if (status != L2N_OK)
			return status;
		shift(s, fit->coef);
	}
	return softmax_count_parameters(&w, fit);
}
