/*
 * general.c: a family by its variance and deviance, with any link.
 *
 *	residual  (y - mu) mu' / V
 *	expected  mu'^2 / V
 *	observed  expected + (y - mu) / V (mu'^2 V' / V - mu'')
 *
 * with derivatives of mu by eta and of V by mu (McCullagh and Nelder, Generalized Linear Models,
 * 2.5).  Steps go by the observed information where it is positive: they are Newton's then, and a
 * few of them do where Fisher scoring creeps.
 */
#include <math.h>

#include "num/glm/family.h"

double
l2n_stirling_error(double x)
{
	double square = x * x;

	if (x < 15.0)
		return lgamma(x + 1.0) - ((x + 0.5) * log(x) - x + 0.5 * log(2.0 * M_PI));
	return (1.0 / 12 -
			(1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) /
				square) /
		   x;
}

void
l2n_log_above_one(const l2n_kernel *kernel, int n, const double *y, double *l)
{
	for (int i = 0; i < n; i++)
		l[i] = y[i] > 1.0 ? y[i] - 1.0 : 0.0;
	kernel->log1p((size_t) n, l, l);
}

void
l2n_evaluate_general(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
					 const double *eta, double *residual, double *weight, double *loss)
{
	(void) kernel;
	for (int i = 0; i < n; i++)
	{
		double mu = f->link->mean(eta[i]), first, second, slope, v, expected;
		double of = f->nudge > 0.0 && y[i] < f->nudge ? f->nudge : y[i];

		residual[i] = 0.0;
		weight[i] = 1.0;
		loss[i] = INFINITY;
		if (!(mu > f->lowest || (f->lowest == -INFINITY && mu == mu)) ||
			!(fabs(mu) <= L2N_LARGEST_MEAN))
			continue;
		f->link->slopes(eta[i], mu, &first, &second);
		v = f->variance(f, mu, &slope);
		expected = first * first / v;
		if (!(v > 0.0) || !(expected <= L2N_LARGEST_MEAN))
			continue;
		residual[i] = (of - mu) / v * first;
		weight[i] = expected;
		if (!f->expected)
			weight[i] = l2n_curvature(
				expected + (of - mu) / v * (first * first * (slope / v) - second), expected);
		loss[i] = fmax(f->deviance(f, of, mu), 0.0);
		if (!isfinite(residual[i]))
			loss[i] = INFINITY;
	}
}

l2n_link_kind
l2n_canonical_link(l2n_family_kind kind)
{
	switch (kind)
	{
		case L2N_GAUSSIAN:
			return L2N_IDENTITY;
		case L2N_BINOMIAL:
			return L2N_LOGIT;
		case L2N_GAMMA:
			return L2N_INVERSE;
		case L2N_INVERSE_GAUSSIAN:
			return L2N_INVERSE_SQUARED;
		default:
			return L2N_LOG;
	}
}

/* A canonical link whose mean may leave its range is no link to begin with */
l2n_link_kind
l2n_default_link(l2n_family_kind kind)
{
	return kind == L2N_GAUSSIAN ? L2N_IDENTITY : kind == L2N_BINOMIAL ? L2N_LOGIT : L2N_LOG;
}

bool
l2n_family_make(l2n_family *f, l2n_family_kind kind, l2n_link_kind link, double parameter)
{
	static const l2n_family *const families[L2N_FAMILIES] = {
		&l2n_gaussian,         &l2n_binomial_general,  &l2n_poisson_general, &l2n_gamma,
		&l2n_inverse_gaussian, &l2n_negative_binomial, &l2n_power,           &l2n_power};
	bool share = link == L2N_LOGIT || link == L2N_PROBIT || link == L2N_CLOGLOG;

	if (kind == L2N_BINOMIAL ? l2n_links[link].share == NULL : share)
		return false;
	if (kind == L2N_BINOMIAL && link == L2N_LOGIT)
		*f = l2n_binomial;
	else if (kind == L2N_POISSON && link == L2N_LOG)
		*f = l2n_poisson;
	else
		*f = *families[kind];
	f->kind = kind;
	f->link = &l2n_links[link];
	f->parameter = parameter;
	if (kind == L2N_TWEEDIE || kind == L2N_QUASI)
	{
		f->lowest = parameter == 0.0 ? -INFINITY : 0.0;
		f->open = parameter >= 2.0;
	}
	f->steady |= kind == L2N_GAUSSIAN && link == L2N_IDENTITY;
	f->steady |= link == L2N_LOG && (kind == L2N_GAMMA || kind == L2N_NEGATIVE_BINOMIAL);
	/* the observed curvature is a sum of two powers of mu then, neither above the first */
	f->steady |= link == L2N_LOG && (kind == L2N_TWEEDIE || kind == L2N_QUASI) &&
				 parameter >= 1.0 && parameter <= 2.0;
	/* what is made for the log does for no other link */
	if (link != L2N_LOG && kind != L2N_BINOMIAL && !f->canonical)
		f->evaluate = l2n_evaluate_general;
	return true;
}
