/*
 * penalty.c: how far from the minimum a solution may be.
 */
#include "num/solve/penalty.h"

/* f_j(x) - v x, less its constant: what x costs when the residuals pull by v */
static double
cost(double l1, double l2, dd v, double x)
{
	double rest = x < 0.0 ? dd_add_d(v, l1).hi : dd_add_d(dd_neg(v), l1).hi;

	return fabs(x) * rest + 0.5 * l2 * x * x;
}

/*
 * f_j(b) + f_j*(v) - b v >= 0, by Fenchel and Young: 0 where b is best for the pull v.  Without
 * the cancellation of its three terms, so that a gap of 1e-30 can be told from none.
 */
static double
penalty_excess(const l2n_penalty *f, size_t j, dd b, dd v, double noise, double curvature)
{
	double l1 = f->l1[j], l2 = f->l2[j], best;
	dd pull = dd_add_d(v, v.hi < 0.0 ? l1 : -l1);
	bool drawn = fabs(v.hi) > l1 + noise; /* away from 0 */

	best = !drawn ? 0.0 : (l2 > 0.0 ? pull.hi / l2 : copysign(HUGE_VAL, v.hi));
	if (best > f->upper[j])
		best = f->upper[j];
	else if (best < f->lower[j])
		best = f->lower[j];
	else if (isinf(best) && !(l1 > 0.0))
		/* free of charge, so f* is infinite but at v = 0: what moving it alone would gain */
		return curvature > 0.0 ? 0.5 * v.hi * v.hi / curvature : 0.0;
	else if (isinf(best))
		best = 0.0; /* shrunk to l1, but for rounding */
	else if (drawn && b.hi * v.hi >= 0.0)
	{
		double off = fmax(fabs(dd_sub(pull, dd_mul_d(b, l2)).hi) - noise, 0.0);

		return 0.5 * off * off / l2;
	}
	if (b.hi * best > 0.0)
	{
		dd slope = dd_add_d(dd_neg(v), copysign(l1, best));
		double step = dd_add_d(b, -best).hi;

		return fmax(step * (slope.hi + 0.5 * l2 * (b.hi + best)), 0.0);
	}
	return fmax(cost(l1, l2, v, b.hi) - cost(l1, l2, v, best), 0.0);
}

/*
 * The dual point is the residual r, shrunk by s until no column with a lasso penalty alone pulls
 * by more than that penalty.  With P the objective and D its dual,
 *
 *	P - D = sum_j (f_j(b_j) + f_j*(s g_j) - b_j s g_j) + (1 - s)^2/2 r'r
 *
 * a sum of terms none of which is negative.
 */
double
l2n_penalty_gap(const l2n_system *s, const l2n_penalty *f, const double *b, const double *g,
				double noise)
{
	size_t p = (size_t) s->p;
	double shrink = 1.0, gap = 0.0, unit = noise * sqrt(s->syy.hi);

	if (!(s->syy.hi > 0.0))
		return 0.0;
	for (size_t j = 0; j < p; j++)
		if (f->l1[j] > 0.0 && f->l2[j] == 0.0 &&
			fabs(g[j]) > f->l1[j] + unit * sqrt(s->c[l2n_tri(p, j, j)]) &&
			isinf(g[j] > 0.0 ? f->upper[j] : f->lower[j]))
			shrink = fmin(shrink, f->l1[j] / fabs(g[j]));
	for (size_t j = 0; j < p; j++)
	{
		double square = s->c[l2n_tri(p, j, j)];

		gap +=
			penalty_excess(f, j, dd_make(b[j], b[p + j]), dd_mul_d(dd_make(g[j], g[p + j]), shrink),
						   unit * sqrt(square), square);
	}
	if (shrink < 1.0)
	{
		dd rss = s->syy;

		for (size_t j = 0; j < p; j++)
			if (b[j] != 0.0)
				rss = dd_sub(
					rss, dd_mul(dd_make(b[j], b[p + j]), dd_add(dd_make(s->rhs[j], s->rhs[p + j]),
																dd_make(g[j], g[p + j]))));
		gap += 0.5 * (1.0 - shrink) * (1.0 - shrink) * fmax(rss.hi, 0.0);
	}
	return gap / (0.5 * s->syy.hi);
}
