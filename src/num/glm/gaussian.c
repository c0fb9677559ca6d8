/*
 * gaussian.c: least squares by maximum likelihood, for links other than the identity too.
 */
#include <math.h>

#include "num/glm/family.h"

#define LOG_2_PI 1.83787706640934548356

static double
variance(const l2n_family *f, double mu, double *slope)
{
	(void) f;
	(void) mu;
	*slope = 0.0;
	return 1.0;
}

static double
deviance(const l2n_family *f, double y, double mu)
{
	(void) f;
	return 0.5 * (y - mu) * (y - mu);
}

static double
saturated(const l2n_family *f, double y, double w)
{
	(void) f;
	(void) y;
	return 0.5 * log(w);
}

static double
likelihood(double loss, double saturated, double rows, double weight)
{
	(void) weight;
	return saturated - 0.5 * rows * (LOG_2_PI + log(2.0 * loss / rows) + 1.0);
}

const l2n_family l2n_gaussian = {
	.lowest = -INFINITY,
	.highest = INFINITY,
	.evaluate = l2n_evaluate_general,
	.variance = variance,
	.deviance = deviance,
	.saturated = saturated,
	.likelihood = likelihood,
	.dispersed = true,
};
