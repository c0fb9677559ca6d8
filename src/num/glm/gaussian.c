/*
 * gaussian.c: least squares by maximum likelihood, for links other than the identity too.
 */
#include <math.h>

#include "num/glm/family.h"

#define LOG_2_PI 1.83787706640934548356

static double
gaussian_variance(const l2n_family *f, double mu, double *slope)
{
	(void) f;
	(void) mu;
	*slope = 0.0;
	return 1.0;
}

static double
gaussian_deviance(const l2n_family *f, double y, double mu)
{
	(void) f;
	return 0.5 * (y - mu) * (y - mu);
}

static double
gaussian_saturated(const l2n_family *f, double y, double w)
{
	(void) f;
	(void) y;
	return 0.5 * log(w);
}

static double
gaussian_likelihood(double loss, double saturated, double rows, double weight)
{
	(void) weight;
	return saturated - 0.5 * rows * (LOG_2_PI + log(2.0 * loss / rows) + 1.0);
}

const l2n_family l2n_gaussian = {
	.lowest = -INFINITY,
	.highest = INFINITY,
	.evaluate = l2n_evaluate_general,
	.variance = gaussian_variance,
	.deviance = gaussian_deviance,
	.saturated = gaussian_saturated,
	.likelihood = gaussian_likelihood,
	.dispersed = true,
};
