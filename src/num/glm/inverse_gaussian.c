/*
 * inverse_gaussian.c: positive amounts with a longer tail than gamma's: the variance is mu^3.
 */
#include <math.h>

#include "num/glm/family.h"

#define LOG_2_PI 1.83787706640934548356

static double
inverse_gaussian_variance(const l2n_family *f, double mu, double *slope)
{
	(void) f;
	*slope = 3.0 * mu * mu;
	return mu * mu * mu;
}

static double
inverse_gaussian_deviance(const l2n_family *f, double y, double mu)
{
	double off = (y - mu) / mu;

	(void) f;
	return 0.5 * off * off / y;
}

static double
inverse_gaussian_saturated(const l2n_family *f, double y, double w)
{
	(void) f;
	return -1.5 * w * log(y);
}

static double
inverse_gaussian_likelihood(double loss, double saturated, double rows, double weight)
{
	(void) rows;
	return saturated - 0.5 * weight * (LOG_2_PI + log(2.0 * loss / weight) + 1.0);
}

const l2n_family l2n_inverse_gaussian = {
	.lowest = 0.0,
	.highest = INFINITY,
	.open = true,
	.evaluate = l2n_evaluate_general,
	.variance = inverse_gaussian_variance,
	.deviance = inverse_gaussian_deviance,
	.saturated = inverse_gaussian_saturated,
	.likelihood = inverse_gaussian_likelihood,
	.dispersed = true,
};
