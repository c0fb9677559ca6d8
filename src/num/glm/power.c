/*
 * power.c: families whose variance is a power of the mean: Tweedie's, and quasi-likelihood.
 *
 * Between 1 and 2 a Tweedie variable is a sum of a Poisson number of gamma variables: amounts of
 * which many are 0.  Its density has no closed form, so there is no likelihood; quasi-likelihood
 * means no density at all.
 */
#include <math.h>

#include "num/glm/family.h"

static double
power_variance(const l2n_family *f, double mu, double *slope)
{
	double p = f->parameter, v = p == 1.0 ? mu : p == 0.0 ? 1.0 : pow(mu, p);

	*slope = p * v / mu;
	return v;
}

/* As Jorgensen, The Theory of Dispersion Models, 1997, has it */
static double
power_deviance(const l2n_family *f, double y, double mu)
{
	double p = f->parameter;

	if (p == 0.0)
		return 0.5 * (y - mu) * (y - mu);
	if (p == 1.0)
		return y > 0.0 ? y * log(y / mu) - (y - mu) : mu;
	if (p == 2.0)
		return (y - mu) / mu - log(y / mu);
	return (y > 0.0 ? pow(y, 2.0 - p) / ((1.0 - p) * (2.0 - p)) : 0.0) -
		   y * pow(mu, 1.0 - p) / (1.0 - p) + pow(mu, 2.0 - p) / (2.0 - p);
}

static double
power_saturated(const l2n_family *f, double y, double w)
{
	(void) f;
	(void) y;
	(void) w;
	return 0.0;
}

const l2n_family l2n_power = {
	.highest = INFINITY,
	.evaluate = l2n_evaluate_general,
	.variance = power_variance,
	.deviance = power_deviance,
	.saturated = power_saturated,
	.dispersed = true,
	.unlikely = true,
};
