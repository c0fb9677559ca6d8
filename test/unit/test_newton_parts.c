/*
 * test_newton_parts.c: what a search by Newton steps goes by, part by part, against sums over the
 * rows in long double.
 *
 * A search that goes by a wrong number often ends in the right place all the same, some steps
 * later; so its parts are looked at from inside.
 */
#include "../../src/num/glm/newton.c"

#include "rows.h"

#define N 40
#define P 5

static const int feature[P] = {1, 2, 3, 4, 5};
static const int group[P] = {0, 1, 0, 1, 2};
static const double factor[P] = {1, 0.5, 1, 0.5, 2};

/* A kind of problem */
typedef struct kind
{
	l2n_family_kind family;
	l2n_link_kind link;
	bool intercept, standardize, grouped, bounded;
	double dropout; /* in closed form */
	double l1, l2;
} kind;

typedef struct setting
{
	const kind *k;
	l2n_family family;
	rows r;
	l2n_irls irls;
	l2n_moments prior;
	double centre[P], lower[P], upper[P];
	void *work, *pass_work;
	l2n_newton *n;
	l2n_newton_goal goal;
	bool dropped[P];
	l2n_newton_fit fit;
	int passes;
} setting;

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
	 const l2n_slopes *slopes, l2n_moments *information)
{
	setting *s = arg;
	dd sum = dd_of(0.0);

	s->passes++;
	for (int i = 0; i < N; i++)
		l2n_irls_block(l2n_kernel_best(), &s->irls, base, coef, 1, row_at(&s->r, i), P + 2, m, &sum,
					   slopes, information, s->pass_work, NULL, NULL);
	*loss = sum.hi;
	return L2N_OK;
}

static void
reach(void *arg, double *furthest)
{
	setting *s = arg;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < P; j++)
			furthest[j] = fmax(furthest[j], fabs(row_at(&s->r, i)[j + 1] - s->centre[j]));
}

/* Rows at some coefficients: their linear predictor, residual, curvature and weight */
typedef struct looks
{
	long double eta[N], r[N], v[N], w[N], loss;
} looks;

static looks
look(const setting *s, double base, const double *coef)
{
	looks l = {.loss = 0};

	for (int i = 0; i < N; i++)
	{
		const double *x = row_at(&s->r, i);
		double y = x[0], eta, r, v, lost, q = 0;

		l.eta[i] = base;
		for (int j = 0; j < P; j++)
		{
			l.eta[i] += (long double) coef[j] * ((long double) x[j + 1] - s->centre[j]);
			q += coef[j] * x[j + 1] * coef[j] * x[j + 1];
		}
		eta = (double) l.eta[i];
		s->irls.family->evaluate(s->irls.family, l2n_kernel_best(), 1, &y, &eta, &r, &v, &lost);
		if (s->k->dropout > 0)
			l2n_dropout(s->irls.family, s->k->dropout, q, eta, v, &r, &lost);
		l.r[i] = r;
		l.v[i] = v;
		l.w[i] = x[P + 1];
		l.loss += l.w[i] * lost;
	}
	return l;
}

static setting *
make(const kind *k)
{
	setting *s = calloc(1, sizeof *s);
	l2n_newton_spec spec;

	s->k = k;
	if (!l2n_family_make(&s->family, k->family, k->link, 0))
		abort();
	s->r = random_rows(N, P + 1, 77, true);
	for (int i = 0; i < N; i++)
	{
		double *x = row_at(&s->r, i), eta = 0.2;

		for (int j = 1; j <= P; j++)
		{
			x[j] *= 0.4;
			eta += 0.2 * (j % 2 ? x[j] : -x[j]);
		}
		x[0] = k->family == L2N_BINOMIAL  ? uniform() < 1 / (1 + exp(-eta))
			   : k->family == L2N_GAMMA   ? exp(eta + 0.4 * normal())
			   : k->family == L2N_POISSON ? floor(exp(eta + 0.4 * normal()))
										  : eta + normal();
	}
	s->prior = moments_of(&s->r);
	for (int j = 0; j < P; j++)
	{
		s->centre[j] = k->intercept ? s->prior.mean[j + 1] : 0;
		s->lower[j] = j == 1 ? 0 : j == 3 ? -0.5 : -2;
		s->upper[j] = j == 2 ? 0 : j == 3 ? -0.1 : 2;
	}
	s->irls = (l2n_irls){.family = &s->family,
						 .p = P,
						 .feature = feature,
						 .weight = P + 1,
						 .dropout = k->dropout,
						 .centre = s->centre};
	if (k->family == L2N_BINOMIAL)
		s->irls.family = &l2n_binomial;
	if (k->family == L2N_POISSON)
		s->irls.family = &l2n_poisson;
	s->pass_work = scratch(l2n_irls_worksize(P));
	s->work = scratch(l2n_newton_worksize(P, k->grouped ? 3 : 0));
	spec = (l2n_newton_spec){.family = s->irls.family,
							 .columns = {P, feature, 0, k->intercept},
							 .prior = &s->prior,
							 .reference = 0.3,
							 .reference_loss = (double) look(s, 0.3, (double[P]){0}).loss,
							 .standardize = k->standardize,
							 .penalty = factor,
							 .group = k->grouped ? group : NULL,
							 .groups = k->grouped ? 3 : 0,
							 .lower = k->bounded ? s->lower : NULL,
							 .upper = k->bounded ? s->upper : NULL,
							 .dropout = k->dropout,
							 .rows = N,
							 .least_weight = 0.25,
							 .centre = s->centre,
							 .pass = pass,
							 .reach = reach,
							 .pass_arg = s};
	if (l2n_newton_start(l2n_kernel_best(), &spec, s->work, &s->n) != L2N_OK)
		abort();
	s->goal = (l2n_newton_goal){k->l1, k->l2, 1e-10, 100, false};
	s->fit = (l2n_newton_fit){.dropped = s->dropped};
	return s;
}

static void
drop(setting *s)
{
	free(s->r.x);
	free(s->prior.mean);
	free(s->pass_work);
	free(s->work);
	free(s);
}

static long double
apart(const setting *s, int i, int j)
{
	return j < 0 ? 1 : (long double) row_at(&s->r, i)[j + 1] - s->centre[j];
}

static double
unit1(const setting *s, int j)
{
	double sd = s->k->standardize ? sqrt(l2n_variance(&s->prior, j + 1)) : 1;

	return factor[j] * sd * (s->k->grouped && group[j] < 2 ? sqrt(2.0) : 1);
}

static double
unit2(const setting *s, int j)
{
	return factor[j] * (s->k->standardize ? l2n_variance(&s->prior, j + 1) : 1);
}

/* How the loss falls by b_j, at the same base, or by the base; and what dropout takes of it */
static long double
slope_of(const setting *s, const looks *l, const double *coef, int j)
{
	long double sum = 0;

	for (int i = 0; i < N; i++)
	{
		long double x = j < 0 ? 0 : row_at(&s->r, i)[j + 1];

		sum += l->w[i] * l->r[i] * apart(s, i, j);
		if (j >= 0)
			sum -= s->k->dropout * l->w[i] * l->v[i] * x * x * coef[j];
	}
	return sum;
}

static long double
norm_of(const setting *s, const double *b, int g)
{
	long double sum = 0;

	for (int j = 0; j < P; j++)
		if (group[j] == g)
			sum += (long double) b[j] * b[j] * unit1(s, j) * unit1(s, j);
	return sqrtl(sum);
}

static long double
penalty_of(const setting *s, const double *b)
{
	long double sum = 0;

	for (int j = 0; j < P; j++)
	{
		sum += s->goal.l2 / 2 * unit2(s, j) * b[j] * b[j];
		if (!s->k->grouped)
			sum += s->goal.l1 * unit1(s, j) * fabs(b[j]);
	}
	for (int g = 0; g < 3 && s->k->grouped; g++)
		sum += s->goal.l1 * norm_of(s, b, g);
	return sum;
}

static const double points[][P] = {
	{0, 0, 0, 0, 0}, {0.3, 0.2, -0.4, -0.2, 0}, {0, 0.1, 0, -0.3, 0.5}, {-0.2, 0, -0.1, -0.5, 0.1}};

#define POINTS 4

/* The search is at that base and coefficients */
static looks
go(setting *s, double base, const double *coef)
{
	newton *n = s->n;

	n->base = base;
	memcpy(n->coef, coef, sizeof(double) * P);
	if (evaluate_here(n, true, false) != L2N_OK)
		abort();
	newton_set_dropout(n);
	return look(s, base, coef);
}

/* The null model: its base, its loss, and moments of a pass there, by the expected information */
static void
test_start(const char *name, setting *s)
{
	newton *n = s->n;
	double mean = s->prior.mean[0], base = s->k->intercept ? s->irls.family->link->eta(mean) : 0;
	double none[P] = {0}, far = 0;
	looks l = look(s, base, none);
	l2n_family f = *s->irls.family;
	l2n_moments want = no_moments(P + 1);
	bool moved = false;

	for (int j = 0; j < P; j++)
	{
		is_close(n->unit1[j], unit1(s, j), 1e-14, "%s: what |b| costs", name);
		is_close(n->unit2[j], unit2(s, j), 1e-14, "%s: what b^2 costs", name);
		moved |= n->coef[j] != 0;
		ok(n->coef[j] == (s->k->bounded ? fmin(fmax(0, s->lower[j]), s->upper[j]) : 0),
		   "%s: it starts at 0 or a bound", name);
	}
	is_close(n->null_base, base, 1e-14, "%s: the base of the null model", name);
	is_close(n->null_loss, (double) l.loss, 1e-12, "%s: its loss", name);
	ok(!n->no_null && !n->known, "%s: there is one", name);
	{
		double first, second, sd = sqrt(l2n_variance(&s->prior, 0));

		s->irls.family->link->slopes(base, mean, &first, &second);
		is_close(n->unit, s->irls.family->canonical ? 1 : sd / fabs(first), 1e-12,
				 "%s: what changes are measured in", name);
	}
	n->base = base;
	memcpy(n->coef, none, sizeof none);
	l2n_moments_clear(&want);
	f.expected = true;
	for (int i = 0; i < N; i++)
	{
		double row[P + 2], y = row_at(&s->r, i)[0], r, v, lost;
		void *work = scratch(l2n_add_block_worksize(P + 1));

		f.evaluate(&f, l2n_kernel_best(), 1, &y, &base, &r, &v, &lost);
		row[0] = r / v;
		memcpy(row + 1, row_at(&s->r, i) + 1, sizeof(double) * P);
		row[P + 1] = v * row_at(&s->r, i)[P + 1];
		l2n_moments_add_block(l2n_kernel_best(), &want, 1, row, P + 2, row + P + 1, work, NULL,
							  NULL);
		free(work);
	}
	{
		residual_line line = residuals_at(n, base);

		evaluate_constant(n, &line);
	}
	is_close(n->null_variance, want.weight.hi / s->prior.weight.hi, 1e-12, "%s: variance", name);
	is_close(n->m.weight.hi, want.weight.hi, 1e-12, "%s: weight without a pass", name);
	is_int((long) n->m.n, N, "%s: rows", name);
	for (int j = 0; j <= P; j++)
	{
		far = fmax(far, fabs(n->m.mean[j] - want.mean[j]));
		for (int i = j; i <= P; i++)
			far = fmax(far, fabs(l2n_cross(&n->m, j, i).hi - l2n_cross(&want, j, i).hi) /
								(1 + fabs(l2n_cross(&want, j, i).hi)));
	}
	ok(far < 1e-11, "%s: moments without a pass: %.2g", name, far);
	free(want.mean);
}

/* The working response, with damping and without */
static void
test_response(const char *name, setting *s, const looks *l, double damping)
{
	newton *n = s->n;
	long double mean[P + 1] = {0}, weight = 0, cross, far = 0;

	n->damping = damping;
	set_response(n);
	n->damping = 0;
	for (int i = 0; i < N; i++)
	{
		weight += l->w[i] * (l->v[i] + damping);
		for (int j = 0; j <= P; j++)
			mean[j] += j > 0 ? l->w[i] * (l->v[i] + damping) * row_at(&s->r, i)[j]
							 : l->w[i] * (l->r[i] + (l->v[i] + damping) * l->eta[i]);
	}
	is_close(n->trial_m.weight.hi, (double) weight, 1e-12, "%s: weight, damped by %g", name,
			 damping);
	for (int j = 0; j <= P; j++)
	{
		mean[j] /= weight;
		far = fmaxl(far, fabsl(n->trial_m.mean[j] - mean[j]));
	}
	ok(far < 1e-12, "%s: means, damped by %g: %.2Lg", name, damping, far);
	far = 0;
	for (int a = 0; a <= P; a++)
		for (int b = a; b <= P; b++)
		{
			long double size = 0;

			cross = 0;
			for (int i = 0; i < N; i++)
			{
				const double *x = row_at(&s->r, i);
				long double w = l->w[i] * (l->v[i] + damping), z = l->eta[i] - mean[0];
				long double xb = x[b] - mean[b], t;

				/* what damping adds has the residual 0 */
				t = a > 0   ? w * (x[a] - mean[a]) * xb
					: b > 0 ? (w * z + l->w[i] * l->r[i]) * xb
							: w * z * z + 2 * l->w[i] * l->r[i] * z +
								  l->w[i] * l->r[i] * l->r[i] / l->v[i];
				cross += t;
				size += fabsl(t);
			}
			far = fmaxl(far, fabsl(l2n_cross(&n->trial_m, a, b).hi - cross) / size);
		}
	ok(far < 1e-12, "%s: cross products, damped by %g: %.2Lg", name, damping, far);
	for (int a = 0; a < 2; a++)
		ok(l2n_cross(&n->trial_m, 0, a).hi + l2n_cross(&n->trial_m, 0, a).lo ==
			   l2n_cross(&n->trial_m, 0, a).hi,
		   "%s: low words go with the high ones", name);
}

/* Slopes, penalties, excess and violation where the search is */
static void
test_conditions(const char *name, setting *s, const looks *l, const double *coef)
{
	newton *n = s->n;
	double slope[P + 1], far = 0, out = 0, largest, square = 0, most = 0;
	long double worst = 0, total, weight = 0, mean[P] = {0};

	for (int i = 0; i < N; i++)
	{
		weight += l->w[i] * l->v[i];
		for (int j = 0; j < P; j++)
			mean[j] += l->w[i] * l->v[i] * row_at(&s->r, i)[j + 1];
	}
	total = slope_of(s, l, coef, -1);
	is_close(slopes(n, &n->m, n->coef, slope), (double) total, 1e-10, "%s: slope of the base",
			 name);
	is_close(penalty(n, &s->goal, coef), (double) penalty_of(s, coef), 1e-13, "%s: penalty", name);
	if (s->k->intercept)
		worst = fabsl(total) / weight / n->unit;
	for (int j = 0; j < P; j++)
	{
		long double want = slope_of(s, l, coef, j), own = 0, l1 = s->goal.l1 * unit1(s, j), g, over;
		long double raw = 0, centred = 0, extra = 0, size;
		double b = coef[j];

		mean[j] /= weight;
		for (int i = 0; i < N; i++)
		{
			long double x = row_at(&s->r, i)[j + 1], c = s->k->intercept ? mean[j] : 0;

			own += l->w[i] * l->v[i] * apart(s, i, j) * apart(s, i, j);
			raw += l->w[i] * x * x;
			extra += s->k->dropout * l->w[i] * l->v[i] * x * x;
			centred += l->w[i] * l->v[i] * (x - c) * (x - c);
		}
		far = fmax(far, off(slope[j], want, 1 + fabsl(want)));
		is_close(prior_square(n, j), (double) (s->k->dropout * raw), 1e-12, "%s: dropout, rows",
				 name);
		is_close(n->extra[j], (double) extra, 1e-11, "%s: dropout", name);
		ok(is_penalised(n, &s->goal, j) == (s->goal.l1 > 0 || s->goal.l2 > 0 || s->k->dropout > 0),
		   "%s: whether it costs anything", name);
		is_close(quadratic(n, &s->goal, j), (double) (s->goal.l2 * unit2(s, j) + extra), 1e-11,
				 "%s: what there is on b^2/2", name);

		/* where penalty and bounds hold b_j: the slope of the objective, one side and the other */
		g = want - s->goal.l2 * unit2(s, j) * b;
		if (s->k->grouped && s->goal.l1 > 0)
		{
			double slopes_of_group[P];
			long double norm = norm_of(s, coef, group[j]), outer = 0;

			for (int i = 0; i < P; i++)
				slopes_of_group[i] = (double) slope_of(s, l, coef, i);
			for (int i = 0; i < P; i++)
				if (group[i] == group[j])
					outer += powl(slopes_of_group[i] / unit1(s, i), 2);
			outer = sqrtl(outer);
			over = norm > 0             ? fabsl(g - l1 * unit1(s, j) * b / norm)
				   : outer > s->goal.l1 ? fabsl(want) * (1 - s->goal.l1 / outer)
										: 0;
			is_close(newton_group_norm(n, coef, j, false), (double) norm, 1e-13, "%s: norm", name);
			is_close(newton_group_norm(n, slope, j, true), (double) outer, 1e-9, "%s: slopes'",
					 name);
		}
		else
		{
			long double up = g - (b >= 0 ? l1 : -l1), down = g - (b > 0 ? l1 : -l1);

			over = 0;
			if (!s->k->bounded || b < s->upper[j])
				over = fmaxl(over, up);
			if (!s->k->bounded || b > s->lower[j])
				over = fmaxl(over, -down);
		}
		out = fmax(out, off(excess(n, &s->goal, j, coef, slope), over, 1 + fabsl(want)));
		size = sqrtl(own * weight) * n->unit + l1 + fabsl((s->goal.l2 * unit2(s, j) + extra) * b);
		worst = fmaxl(worst, over / size);
		most = fmax(most, (double) (over * over / (centred + s->goal.l2 * unit2(s, j) + extra)));
	}
	ok(far < 1e-11, "%s: slopes: %.2g", name, far);
	ok(out < 1e-11, "%s: how far each is from where it is held: %.2g", name, out);
	largest = violation(n, &s->goal, &s->fit);
	is_close(largest, (double) worst, 1e-9, "%s: the largest violation", name);
	for (int i = 0; i < N; i++)
	{
		long double fit = 0;

		for (int j = 0; j < P; j++)
			fit += coef[j] * (row_at(&s->r, i)[j + 1] - (s->k->intercept ? mean[j] : 0));
		square += (double) (l->w[i] * l->v[i] * fit * fit);
	}
	set_response(n);
	is_close(response_square(n, &s->goal), 2 * (square + P * most), 1e-9, "%s: its size", name);
}

/* What a step does, and what there is at its end */
static void
test_step(const char *name, setting *s, const looks *l, double base, const double *from,
		  const double *to, double share)
{
	newton *n = s->n;
	double by = (s->k->intercept ? 0.15 : 0), sum, want_share, quad = 0, reached = fabs(by);
	double own[P], trial_base;
	long double square = 0, prior = 0, weight = 0, all = 0, slope = 0, next = l->loss;
	bool free = true;
	change c;
	looks there;

	memcpy(n->next, to, sizeof(double) * P);
	n->next_base = base + by;
	n->usable = true;
	for (int i = 0; i < N; i++)
	{
		long double eta = by;

		for (int j = 0; j < P; j++)
			eta += (long double) (to[j] - from[j]) * apart(s, i, j);
		square += l->w[i] * l->v[i] * eta * eta;
		prior += l->w[i] * eta * eta;
		weight += l->w[i] * l->v[i];
		all += l->w[i];
	}
	for (int j = 0; j < P; j++)
	{
		double d = to[j] - from[j], furthest = 0;

		for (int i = 0; i < N; i++)
			furthest = fmax(furthest, fabs((double) apart(s, i, j)));
		reached += fabs(d) * furthest;
		quad += (s->goal.l2 * unit2(s, j) + n->extra[j]) * d * d;
		free &= !is_penalised(n, &s->goal, j);
		own[j] = slope_of(s, l, from, j) + n->extra[j] * from[j];
		next -= own[j] * d;
	}
	next += square / 2 - slope_of(s, l, from, -1) * by;
	c = change_of(n, &s->goal);
	is_close(c.square, (double) square + quad, 1e-10, "%s: what a step moves", name);
	is_close(c.prior, (double) prior, 1e-10, "%s: in rows as they are", name);
	want_share = free ? (double) (square / prior * (all / weight)) : 1;
	is_close(c.share, want_share, 1e-10, "%s: share of the variance", name);
	is_close(next_loss(n), (double) next, 1e-10, "%s: the loss a step on", name);
	for (int j = 0; j < P; j++)
		n->trial[j] = to[j] - from[j];
	is_close(largest_change(n, &c), reached, 1e-12, "%s: no row moves by more", name);
	n->spec.reach = NULL;
	is_close(largest_change(n, &c), sqrt(c.prior / 0.25), 1e-13, "%s: by weights alone", name);
	n->spec.reach = reach;

	/* at a share of it: by how much the objective rises along the step */
	if (newton_try(n, share, true, false) != L2N_OK)
		abort();
	trial_base = base + share * by;
	is_close(n->trial_base, trial_base, 1e-14, "%s: where it tries", name);
	there = look(s, trial_base, n->trial);
	is_close(n->trial_loss, (double) there.loss, 1e-11, "%s: loss there", name);
	slope = -slope_of(s, &there, n->trial, -1) * by;
	for (int j = 0; j < P; j++)
	{
		double d = to[j] - from[j], b = n->trial[j], h = 1e-3, before[P];

		if (share <= 1)
			is_close(b, from[j] + share * d, 1e-13, "%s: its coefficients", name);
		slope -= slope_of(s, &there, n->trial, j) * d;
		slope += s->goal.l2 * unit2(s, j) * b * d;
		if (j > 0)
			continue;
		/* of the penalty on magnitudes or norms by where it comes from */
		for (int i = 0; i < P; i++)
			before[i] = n->trial[i] - h * (to[i] - from[i]);
		for (int i = 0; i < P && !s->k->grouped; i++)
			slope += s->goal.l1 * unit1(s, i) * (fabs(n->trial[i]) - fabs(before[i])) / h;
		for (int g = 0; g < 3 && s->k->grouped; g++)
		{
			/* a norm bends: its slope by a smaller difference, but for one that ends at 0 */
			double t = norm_of(s, n->trial, g) > 0 ? 1e-6 : h;

			for (int i = 0; i < P; i++)
				before[i] = n->trial[i] - t * (to[i] - from[i]);
			slope += s->goal.l1 * (norm_of(s, n->trial, g) - norm_of(s, before, g)) / t;
		}
	}
	sum = slope_of_trial(n, &s->goal);
	ok(fabs(sum - (double) slope) < 1e-4 * (1 + fabs((double) slope)),
	   "%s: slope of the objective at %g of a step: %g is %Lg", name, share, sum, slope);
	take_trial(n);
	ok(n->known && n->loss == n->trial_loss, "%s: it is there", name);
	is_close(n->base, trial_base, 1e-14, "%s: at the base", name);
	is_close(n->slopes.slope[P], (double) slope_of(s, &there, n->coef, -1), 1e-9,
			 "%s: with its slopes", name);
}

/* What moments say of slopes */
static void
test_estimates(const char *name, setting *s, const looks *l, double base, const double *coef)
{
	newton *n = s->n;
	double parts = n->unit + fabs(base);
	long double weight = 0;

	for (int i = 0; i < N; i++)
		weight += l->w[i] * l->v[i];
	for (int j = 0; j < P; j++)
	{
		double mean = s->prior.mean[j + 1] - s->centre[j];

		parts += fabs(coef[j]) * sqrt(l2n_variance(&s->prior, j + 1) + mean * mean);
	}
	n->known = false;
	estimate_slopes(n);
	ok(n->known, "%s: estimates are known", name);
	for (int j = 0; j <= P; j++)
	{
		long double want = slope_of(s, l, coef, j < P ? j : -1), square = 0;

		for (int i = 0; i < N; i++)
			square += l->w[i] * l->v[i] * apart(s, i, j < P ? j : -1) * apart(s, i, j < P ? j : -1);
		if (j < P)
			want += n->extra[j] * coef[j];
		ok(fabs(n->slopes.slope[j] - (double) want) < 1e-11 * (1 + fabs((double) want)),
		   "%s: slope %d by moments", name, j);
		is_close(n->slopes.size[j], 0.1 * (double) sqrtl(weight * square) * n->unit, 1e-11,
				 "%s: its size", name);
		is_close(n->slopes.rounding[j], parts * 0x1p-52 * (double) sqrtl(weight * square), 1e-11,
				 "%s: its rounding", name);
	}
}

static void
test_kind(const kind *k, int number)
{
	setting *s = make(k);
	char name[100];

	snprintf(name, sizeof name, "kind %d", number);
	test_start(name, s);
	for (int i = 0; i < POINTS; i++)
	{
		double base = k->intercept ? 0.1 * i - 0.2 : 0;
		const double *to = points[(i + 1) % POINTS];
		looks l = go(s, base, points[i]);

		test_response(name, s, &l, 0);
		test_response(name, s, &l, 0.7);
		test_conditions(name, s, &l, points[i]);
		test_estimates(name, s, &l, base, points[i]);
		for (int j = 0; j < 3; j++)
		{
			l = go(s, base, points[i]);
			test_step(name, s, &l, base, points[i], to, (double[]){1, 0.5, 0.1}[j]);
		}
	}
	drop(s);
}

static const kind kinds[] = {
	{L2N_BINOMIAL, L2N_LOGIT, true, false, false, false, 0, 0, 0},
	{L2N_BINOMIAL, L2N_LOGIT, true, true, false, false, 0, 2, 1},
	{L2N_BINOMIAL, L2N_LOGIT, false, true, false, true, 0, 3, 0},
	{L2N_BINOMIAL, L2N_LOGIT, true, false, true, false, 0, 2, 1},
	{L2N_BINOMIAL, L2N_LOGIT, false, true, true, false, 0, 4, 0},
	{L2N_BINOMIAL, L2N_LOGIT, true, false, false, false, 0.4, 1, 0},
	{L2N_BINOMIAL, L2N_LOGIT, false, false, false, false, 0.4, 0, 2},
	{L2N_GAMMA, L2N_LOG, true, false, false, true, 0, 1, 2},
	{L2N_GAUSSIAN, L2N_IDENTITY, true, true, false, false, 0, 0, 3},
	{L2N_GAUSSIAN, L2N_IDENTITY, true, false, true, false, 0, 1, 0},
};

/* Which goal comes after another on a path, and where the path bends */
static void
test_path(void)
{
	setting *s = make(&kinds[2]); /* with bounds */
	newton *n = s->n;
	l2n_newton_goal goal = {2, 0, 1e-10, 100, false}, first = {4, 0, 1e-10, 100, false};
	double coef[P] = {0.5, 0.25, -0.5, -0.3, 1}, want;
	l2n_newton_fit fit = {.coef = coef, .end = L2N_NEWTON_CONVERGED, .base = 0.75};

	is_close(strength(&(l2n_newton_goal){.l2 = 2}), 2, 0, "how strong a quadratic penalty is");
	is_close(strength(&(l2n_newton_goal){.l1 = 3, .l2 = 2}), 3, 0, "and one of both kinds");
	n->last = (l2n_newton_goal){.l1 = 3, .l2 = 1.5};
	ok(is_on_path(n, &(l2n_newton_goal){.l1 = 2, .l2 = 1}), "both parts smaller by as much");
	ok(!is_on_path(n, &(l2n_newton_goal){.l1 = 2, .l2 = 1.01}), "not by as much");
	ok(!is_on_path(n, &(l2n_newton_goal){.l1 = 3, .l2 = 1.5}), "the same goal");
	ok(!is_on_path(n, &(l2n_newton_goal){.l1 = 4, .l2 = 2}), "larger ones");
	ok(!is_on_path(n, &(l2n_newton_goal){.l1 = 0, .l2 = 0}), "none");
	n->last = (l2n_newton_goal){.l2 = 4};
	ok(is_on_path(n, &(l2n_newton_goal){.l2 = 1}), "a smaller quadratic one");

	/* two goals reached make two bends, a third takes the place of the older one */
	n->last = first;
	n->bends = 0;
	for (int round = 0; round < 3; round++)
	{
		double fall = strength(&n->last) - goal.l1, at = (2 * strength(&n->last) + goal.l1) / 3;
		double older = round > 0 ? n->bent[0][1] : 0, older_at = n->bent_at[0];

		n->on_path = true;
		n->usable = true;
		for (int j = 0; j < P; j++)
			n->next[j] = coef[j] - 0.01 * (j + 1 + round);
		n->next_base = 0.5;
		note_plain(n);
		note_bend(n, &goal, &fit);
		is_int(n->bends, round < 1 ? 1 : 2, "bends known after %d goals", round + 1);
		for (int j = 0; j < P; j++)
			is_close(n->bent[0][j], 0.01 * (j + 1 + round) / (fall * fall), 1e-12, "bend %d", j);
		is_close(n->bent[0][P], 0.25 / (fall * fall), 1e-14, "bend of the base");
		is_close(n->bent_at[0], at, 1e-14, "where it is");
		is_close(n->fell, fall, 0, "how far it fell");
		is_close(n->last.l1, goal.l1, 0, "the goal that was reached");
		if (round > 0)
			is_close(n->bent[1][1], older, 0, "the bend before");
		if (round > 0)
			is_close(n->bent_at[1], older_at, 0, "and where that was");
		goal.l1 *= 0.6;
	}
	for (int bends = 1; bends <= 2; bends++)
	{
		double fall = n->last.l1 - goal.l1, at = (2 * n->last.l1 + goal.l1) / 3, more, base = 0.5;
		double next[P] = {0.3, 0.1, -0.2, -0.105, 1e-9};

		n->bent[0][3] = 1; /* to its bound */
		n->bends = bends;
		memcpy(n->next, next, sizeof next);
		n->next[4] = -1e-9; /* does not come out on the other side */
		n->next_base = base;
		bend_next(n, &goal);
		more = bends > 1 ? (at - n->bent_at[0]) / (n->bent_at[0] - n->bent_at[1]) : 0;
		for (int j = 0; j < P; j++)
		{
			double bend = n->bent[0][j] + more * (n->bent[0][j] - n->bent[1][j]);

			want = j == 3   ? fmin(next[j] + fall * fall * bend, -0.1)
				   : j == 4 ? -1e-9
				   : j == 2 ? fmin(next[j] + fall * fall * bend, 0)
							: next[j] + fall * fall * bend;
			is_close(n->next[j], want, 1e-12, "next %d by %d bends", j, bends);
		}
		want = n->bent[0][P] + more * (n->bent[0][P] - n->bent[1][P]);
		is_close(n->next_base, base + fall * fall * want, 1e-12, "its base by %d bends", bends);
	}
	fit.end = L2N_NEWTON_MAX_ITER;
	note_bend(n, &goal, &fit);
	ok(n->bends == 0 && n->last.l1 == 0, "from a goal that was not reached no path goes on");
	fit.end = L2N_NEWTON_CONVERGED;
	n->on_path = false;
	n->bends = 1;
	note_bend(n, &goal, &fit);
	ok(n->bends == 0 && n->last.l1 == goal.l1, "one that is on no path begins another");
	drop(s);
}

/* How far to go, and how much to damp */
static void
test_lengths(void)
{
	setting *s = make(&kinds[7]); /* gamma, with bounds */
	newton *n = s->n;
	progress at = {.last = 1, .whole = 2};
	double none[P] = {0};

	n->damping = 0;
	is_close(stretch(n, &at, 0.81), 10, 1e-12, "steps that shrink by 0.9 go ten times as far");
	is_close(stretch(n, &at, 0.998), 30, 1e-12, "and no more than thirty times");
	is_close(stretch(n, &at, 0.48), 1, 0, "those that shrink by 0.69 as far as they go");
	is_close(stretch(n, &at, 1), 1, 0, "those that do not shrink likewise");
	at.whole = 1;
	is_close(stretch(n, &at, 0.81), 1, 0, "one whole step is not enough");
	at.whole = 2;
	n->damping = 1;
	is_close(stretch(n, &at, 0.81), 1, 0, "nor is a damped one");

	n->null_variance = 0.5;
	n->damping = n->undamped = 0;
	raise_damping(n);
	is_close(n->damping, 0.5e-12, 1e-14, "the first damping");
	raise_damping(n);
	is_close(n->damping, 5e-12, 1e-14, "ten times as much");
	lower_damping(n, 0.5);
	is_close(n->damping, 5e-12, 1e-14, "after half a step as much");
	lower_damping(n, 1);
	is_close(n->damping, 0.5e-12, 1e-14, "after a whole one less");
	is_close(n->undamped, 5e-12, 1e-14, "what it was then");
	lower_damping(n, 2);
	is_close(n->damping, 0, 0, "and then none");
	n->undamped = 3e-12;
	raise_damping(n);
	is_close(n->damping, 3e-12, 1e-14, "where that did not do, what did before");

	(void) go(s, 0.3, none);
	ok(is_near(n, 1e-3 * squares(n)) && !is_near(n, 1.001e-3 * squares(n)), "near the end");
	ok(is_last(n, &s->goal, 1e-9 * squares(n)) && !is_last(n, &s->goal, 1.001e-9 * squares(n)),
	   "nearer");
	s->goal.rough = true;
	ok(!is_last(n, &s->goal, 0) && !wants_information(n, &s->goal), "who wants no errors");
	s->goal.rough = false;
	ok(wants_information(n, &s->goal), "who does");
	n->spec.dropout = 0.1;
	ok(!wants_information(n, &s->goal), "not under dropout");
	n->spec.dropout = 0;
	is_close(certified_share(&(l2n_newton_goal){.tolerance = 1e-8}), 9e-10, 1e-14, "certified");
	is_close(certified_share(&(l2n_newton_goal){.tolerance = 1e-4}), 1e-4, 1e-14, "loosely");

	/* further than a step: not past 0, nor a bound */
	n->coef[0] = 0.5;
	n->next[0] = 0.75;
	is_close(further(n, 0, 3), 1.25, 1e-14, "three times as far");
	is_close(further(n, 0, 30), 2, 0, "to the bound");
	n->next[0] = 0.25;
	is_close(further(n, 0, 1.5), 0.125, 1e-14, "towards 0");
	is_close(further(n, 0, 2), 0.25, 0, "not to it");
	is_close(further(n, 0, 3), 0.25, 0, "nor past it");
	n->coef[2] = -1;
	n->next[2] = -1.5;
	is_close(further(n, 2, 4), -2, 0, "to the lower bound");
	drop(s);
}

/* Whether all rows are told apart */
static void
test_separation(void)
{
	static const kind lone = {L2N_BINOMIAL, L2N_LOGIT, true, false, false, false, 0, 0, 0};
	setting *s = make(&lone);
	newton *n = s->n;
	double limit = 1e-3 * log(2) * 0.25;

	ok(n->binary, "y of 0 and 1");
	n->loss = 0.999 * limit;
	ok(is_separated(n, &s->goal, true), "no row loses anything");
	n->loss = 1.001 * limit;
	ok(!is_separated(n, &s->goal, true), "one may be on the wrong side");
	n->loss = 0.999e-20 * 0.25;
	ok(is_separated(n, &s->goal, false), "with penalties on others: far further");
	n->loss = 1.001e-20 * 0.25;
	ok(!is_separated(n, &s->goal, false), "not so far");
	n->spec.least_weight = 0;
	n->loss = 0.999e-3 * log(2) * s->prior.weight.hi / N;
	ok(is_separated(n, &s->goal, true), "a row of mean weight");
	n->loss *= 1.01;
	ok(!is_separated(n, &s->goal, true), "that loses a little more");
	n->loss = 0;
	s->goal.l2 = 1;
	ok(!is_separated(n, &s->goal, false), "all columns have a penalty");
	s->goal.l2 = 0;
	n->binary = false;
	ok(!is_separated(n, &s->goal, true) && !is_separated(n, &s->goal, false), "shares");
	drop(s);
}

/* Whether conditions hold: each by itself, just and just not */
static void
test_holds(const kind *k)
{
	setting *s = make(k);
	newton *n = s->n;
	double slope[P + 1], error[P + 1] = {0}, coef[P] = {0.1, 0.2, -0.1, -0.3, 0.2};
	const double limit = 1e-3, share = 0.75, rounding = 0.5;
	int bad = 0;

	for (int j = 0; j <= P; j++)
	{
		n->slopes.size[j] = 10 + j;
		n->slopes.rounding[j] = 0.01 * (j + 1);
		slope[j] =
			j < P ? s->goal.l2 * unit2(s, j) * coef[j] + copysign(s->goal.l1 * unit1(s, j), coef[j])
				  : 0;
	}
	ok(holds(n, &s->goal, &s->fit, coef, slope, error, share, limit, rounding),
	   "nothing is missed");
	for (int j = 0; j <= P; j++)
		for (int side = -1; side <= 1; side += 2)
			for (int more = 0; more < 2; more++)
			{
				double size = share * (10 + j), before = slope[j], allowed, of[2];

				if (j < P)
					size += s->goal.l1 * unit1(s, j) + s->goal.l2 * unit2(s, j) * fabs(coef[j]);
				allowed = limit * size + rounding * 0.01 * (j + 1);
				of[0] = allowed / 3 * (more ? 1.001 : 0.999);
				of[1] = 2 * of[0];
				slope[j] += side * of[0];
				error[j] = of[1];
				bad += holds(n, &s->goal, &s->fit, coef, slope, error, share, limit, rounding) ==
					   (more && (j < P || k->intercept));
				if (j < P)
					s->dropped[j] = true;
				bad += !holds(n, &s->goal, &s->fit, coef, slope, error, share, limit, rounding) &&
					   (j < P || !k->intercept);
				if (j < P)
					s->dropped[j] = false;
				slope[j] = before;
				error[j] = 0;
			}
	is_int(bad, 0, "each condition holds within its limit, and not beyond");
	drop(s);
}

/* Whether a trial is good enough */
static void
test_lower(void)
{
	setting *s = make(&kinds[0]);
	newton *n = s->n;
	double to[P] = {3, 2, -4, -2, 0}, before = 100, slack, rise;

	(void) go(s, 0.1, points[0]);
	memcpy(n->next, to, sizeof to);
	n->next_base = 0.1;
	if (newton_try(n, 1, true, false) != L2N_OK)
		abort();
	rise = slope_of_trial(n, &s->goal);
	ok(rise > 1, "a step too far: the objective rises by %g there", rise);
	*n->trial_slopes.noise = 0;
	slack = 1e-10 * (before + squares(n));
	n->trial_loss = before - 1.01e-4 * 0.5;
	ok(is_lower(n, &s->goal, before, 1, 0.5), "as much lower as is promised");
	n->trial_loss = before - 0.99e-4 * 0.5;
	ok(!is_lower(n, &s->goal, before, 1, 0.5), "not quite");
	ok(is_lower(n, &s->goal, before, 2.01 * rise, 0.5), "but not turned");
	ok(!is_lower(n, &s->goal, before, 1.99 * rise, 0.5), "turned");
	n->trial_loss = before + 0.99 * slack;
	ok(is_lower(n, &s->goal, before, 2.01 * rise, 0.5), "higher by rounding");
	n->trial_loss = before + 1.01 * slack;
	ok(!is_lower(n, &s->goal, before, 2.01 * rise, 0.5), "higher by more");
	*n->trial_slopes.noise = 1;
	ok(is_lower(n, &s->goal, before, 2.01 * rise, 0.5), "by what bits may make of it");
	n->trial_loss = before + 1.01;
	ok(!is_lower(n, &s->goal, before, 2.01 * rise, 0.5), "by more than those");
	n->trial_loss = before + 0.5;
	n->trial_known = false;
	ok(!is_lower(n, &s->goal, before, 2.01 * rise, 0.5), "nobody knows what they may");
	n->trial_loss = before + 0.5 * slack;
	ok(is_lower(n, &s->goal, before, 0.99e-18 * squares(n), 1), "a step of nothing");
	ok(!is_lower(n, &s->goal, before, 1.01e-18 * squares(n), 1), "of a little more");
	n->trial_loss = before + 1.5 * slack;
	ok(!is_lower(n, &s->goal, before, 0.99e-18 * squares(n), 1), "of nothing, and higher");
	n->trial_loss = INFINITY;
	ok(!is_lower(n, &s->goal, before, 1, 1), "out of range");
	drop(s);
}

/* By how much larger penalties leave little of the columns */
static void
test_share(const kind *k)
{
	setting *s = make(k);
	newton *n = s->n;
	double none[P] = {0}, most = 1;
	looks l = go(s, k->intercept ? 0.2 : 0, none);

	for (int j = 0; j < P; j++)
	{
		long double square = 0;

		for (int i = 0; i < N; i++)
			square += l.w[i] * l.v[i] * apart(s, i, j) * apart(s, i, j);
		if (k->l1 > 0)
			square = fabsl(slope_of(s, &l, none, j)) / (k->l1 * unit1(s, j));
		else
			square /= k->l2 * unit2(s, j);
		most = fmax(most, (double) square);
	}
	is_close(largest_share(n, &s->goal), most, 1e-11, "the largest share, %g", most);
	s->goal.l1 *= 1e-20;
	s->goal.l2 *= 1e-20;
	is_close(largest_share(n, &s->goal), 1e15, 1e-14, "and no more");
	drop(s);
}

/* The base of the null model with an offset, and where there is no null model */
static void
test_null(l2n_family_kind family, l2n_link_kind link, double spread, int most)
{
	kind k = {family, link, true, false, false, false, 0, 0, 0};
	setting *s = make(&k);
	rows r = make_rows(N, P + 2);
	long double b = 0, low = -200, high = 200;
	l2n_newton *n;
	l2n_newton_spec spec = s->n->spec;
	void *work = scratch(l2n_newton_worksize(P, 0));

	/* one column more: the offset */
	for (int i = 0; i < N; i++)
	{
		memcpy(row_at(&r, i), row_at(&s->r, i), sizeof(double) * (P + 1));
		row_at(&r, i)[P + 1] = link == L2N_INVERSE ? (i % 4 ? 10 : 0) : spread * sin(i);
		row_at(&r, i)[P + 2] = row_at(&s->r, i)[P + 1];
		if (link == L2N_INVERSE)
			row_at(&r, i)[0] = i % 4 ? 0.05 : 8;
	}
	free(s->r.x);
	s->r = r;
	free(s->prior.mean);
	s->prior = moments_of(&r);
	s->irls.weight = P + 2;
	s->irls.offset = P + 1;
	spec.prior = &s->prior;
	spec.offset = true;
	s->passes = 0;
	if (!ok(l2n_newton_start(l2n_kernel_best(), &spec, work, &n) == L2N_OK,
			"family %d, link %d: a null model", family, link))
		return;
	if (link == L2N_INVERSE)
		low = 1e-9L;
	/* where residuals add up to 0: they fall with the base */
	for (int i = 0; i < 200; i++)
	{
		long double sum = 0;

		b = (low + high) / 2;
		for (int j = 0; j < N; j++)
		{
			long double eta = b + row_at(&r, j)[P + 1], y = row_at(&r, j)[0];
			long double of = link == L2N_LOGIT                        ? y - 1 / (1 + expl(-eta))
							 : family == L2N_GAMMA && link == L2N_LOG ? y * expl(-eta) - 1
							 : link == L2N_INVERSE                    ? 1 / eta - y
							 : link == L2N_LOG                        ? y - expl(eta)
																	  : y - eta;

			sum += row_at(&r, j)[P + 2] * of;
		}
		if (sum > 0)
			low = b;
		else
			high = b;
	}
	is_close(n->null_base, (double) b, 1e-9, "family %d, link %d: its base", family, link);
	ok(s->passes <= most, "in %d passes", s->passes);
	/* looked for again at the end of a search it is where it was, whatever the search's base is */
	if (link == L2N_LOG)
	{
		double base = n->base += 5;

		s->passes = 0;
		is_int(l2n_newton_refresh(n, true), L2N_OK, "a last look");
		is_close(n->null_base, (double) b, 1e-9, "finds it again");
		ok(n->base == base && s->passes <= 2, "in %d passes", s->passes);
	}
	free(work);
	drop(s);
}

/* Without an intercept and with a link that has no mean at 0 */
static void
test_away(void)
{
	kind k = {L2N_GAMMA, L2N_INVERSE, true, false, false, false, 0, 0, 0};
	setting *s = make(&k);
	l2n_newton_spec spec = s->n->spec;
	void *work = scratch(l2n_newton_worksize(P, 0));
	l2n_newton *n;
	equations e;
	long double *inverse, far = 0;
	rows r = make_rows(N, P + 1);

	for (int i = 0; i < N; i++)
	{
		double *x = row_at(&r, i);

		memcpy(x, row_at(&s->r, i), sizeof(double) * (P + 2));
		for (int j = 1; j <= P; j++)
			x[j] = 1 + 0.1 * j + 0.3 * sin(i * j + j);
	}
	free(s->r.x);
	s->r = r;
	free(s->prior.mean);
	s->prior = moments_of(&r);
	memset(s->centre, 0, sizeof s->centre);
	spec.prior = &s->prior;
	spec.columns.intercept = false;
	is_int(l2n_newton_start(l2n_kernel_best(), &spec, work, &n), L2N_OK, "no mean at 0");
	ok(n->no_null && isnan(n->null_loss), "is no null model");
	/* where the columns come nearest to the mean of y in every row */
	e = equations_of(&r, false);
	inverse = inverse_of(e.c, P);
	for (int j = 0; j < P; j++)
	{
		long double want = 0;

		for (int i = 0; i < P; i++)
			for (int l = 0; l < N; l++)
				want += inverse[j * P + i] * row_at(&r, l)[P + 1] * row_at(&r, l)[i + 1] /
						s->prior.mean[0];
		far = fmaxl(far, fabsl(n->coef[j] - want));
	}
	ok(far < 1e-9, "the search starts near the mean: %.2Lg", far);
	is_close(n->loss, (double) look(s, 0, n->coef).loss, 1e-12, "with the loss there");
	free(inverse);
	free_equations(&e);
	spec.lower = s->lower;
	spec.upper = s->upper;
	is_int(l2n_newton_start(l2n_kernel_best(), &spec, work, &n), L2N_OUT_OF_RANGE,
		   "with bounds it may not be there");
	spec.lower = spec.upper = NULL;
	for (int i = 0; i < N; i++)
		for (int j = 1; j <= P; j++)
			row_at(&s->r, i)[j] = sin(i * j + j);
	free(s->prior.mean);
	s->prior = moments_of(&s->r);
	spec.prior = &s->prior;
	is_int(l2n_newton_start(l2n_kernel_best(), &spec, work, &n), L2N_OUT_OF_RANGE,
		   "nor where columns come near no mean");
	free(work);
	drop(s);
}

static bool
known_loss(void *arg, double base, double *loss)
{
	*loss = 42;
	return true;
}

static bool
unknown_loss(void *arg, double base, double *loss)
{
	return false;
}

/* A step without a look, and a look without a step */
static void
test_moves(void)
{
	static const kind of = {L2N_GAMMA, L2N_LOG, true, false, false, false, 0, 0, 1};
	setting *s = make(&of);
	newton *n = s->n;
	double coef[P], se[P], before[P], null_loss, large;
	bool moved = true;
	looks l;

	s->fit.coef = coef;
	s->fit.se = se;
	is_int(l2n_newton_solve(n, &s->goal, &s->fit, NULL, NULL), L2N_OK, "a fit");
	null_loss = s->fit.null_loss;
	s->goal.l2 = 1.5;
	memcpy(before, coef, sizeof before);
	is_int(l2n_newton_move(n, &s->goal, 1e9, &s->fit, &moved, NULL, NULL), L2N_OK, "a step");
	ok(moved && memcmp(coef, n->coef, sizeof coef) == 0 && s->fit.base == n->base, "is made");
	ok(memcmp(coef, before, sizeof coef) != 0 && !n->known, "and nothing known there");
	{
		size_t low = l2n_tri_size(P + 1);
		double hi = s->prior.cross[0], lo = s->prior.cross[low], unit = n->unit;

		s->prior.cross[0] = s->prior.cross[low] = 0;
		set_unit(n);
		is_close(n->unit, 1, 0, "of y that is all the same changes have no unit");
		s->prior.cross[0] = hi;
		s->prior.cross[low] = lo;
		set_unit(n);
		is_close(n->unit, unit, 0, "else its spread");
	}
	large = s->fit.change;
	is_int(l2n_newton_refresh(n, false), L2N_OK, "a look");
	l = look(s, n->base, n->coef);
	is_close(n->loss, (double) l.loss, 1e-12, "at the loss");
	ok(!n->known && !n->informed, "and no more");
	is_close(n->null_loss, null_loss, 0, "the null model is as it was");
	s->goal.l2 = 3;
	memcpy(before, coef, sizeof before);
	is_int(l2n_newton_move(n, &s->goal, 1e-9, &s->fit, &moved, NULL, NULL), L2N_OK, "another");
	ok(!moved && memcmp(before, n->coef, sizeof before) == 0, "is too long");
	ok(s->fit.change > 1e-9 && large > 0, "as it says: %g", s->fit.change);
	large = s->fit.change;
	is_int(l2n_newton_move(n, &s->goal, large, &s->fit, &moved, NULL, NULL), L2N_OK,
		   "just as long");
	ok(moved && s->fit.change == large, "is made");
	memcpy(before, coef, sizeof before);
	(void) l2n_newton_refresh(n, false);
	l = look(s, n->base, n->coef);
	n->null_loss = 0;
	is_int(l2n_newton_refresh(n, true), L2N_OK, "the last look");
	ok(n->known && n->informed, "has all that the end of a search wants");
	is_close(n->null_loss, null_loss, 1e-12, "and the null model");
	ok(memcmp(before, n->coef, sizeof before) == 0, "where the search is");
	is_close(n->slopes.slope[1], (double) slope_of(s, &l, n->coef, 1), 1e-6, "with its slopes");
	is_close(l2n_newton_moments(n).weight.hi, s->prior.weight.hi, 1e-12, "expected information");
	/* who knows the loss of the null model saves it a pass */
	for (int known = 0; known < 2; known++)
	{
		n->spec.constant = known ? known_loss : unknown_loss;
		n->null_loss = 0;
		s->passes = 0;
		is_int(l2n_newton_refresh(n, true), L2N_OK, "the last look once more");
		is_close(n->null_loss, known ? 42 : null_loss, 1e-12, "with the null model's loss");
		is_int(s->passes, known ? 1 : 2, "in so many passes");
	}
	is_int(l2n_newton_restart(n), L2N_OK, "anew");
	is_close(n->loss, null_loss, 1e-12, "from the null model");
	ok(n->coef[0] == 0 && n->coef[P - 1] == 0 && n->base == n->null_base, "where all are 0");
	drop(s);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		test_kind(&kinds[i], (int) i);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].l1 + kinds[i].l2 > 0 && !kinds[i].grouped && kinds[i].dropout == 0)
		{
			test_holds(&kinds[i]);
			test_share(&kinds[i]);
		}
	test_holds(&kinds[0]);
	test_path();
	test_lengths();
	test_separation();
	test_lower();
	test_null(L2N_BINOMIAL, L2N_LOGIT, 30, 10);
	test_null(L2N_BINOMIAL, L2N_LOGIT, 1, 5);
	test_null(L2N_GAMMA, L2N_LOG, 20, 23);
	test_null(L2N_GAMMA, L2N_INVERSE, 0, 7);
	test_null(L2N_GAUSSIAN, L2N_IDENTITY, 3, 2);
	test_null(L2N_POISSON, L2N_LOG, 5, 2);
	test_away();
	test_moves();
	return done_testing();
}
