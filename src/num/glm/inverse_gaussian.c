/*
 * inverse_gaussian.c: positive amounts with a longer tail than gamma's: the variance is mu^3.
 */
#include <math.h>

#include "num/glm/family.h"

#define LOG_2_PI 1.83787706640934548356

/* With the log link, by y / mu, which vanishes where a mean is too large for powers of it */
static void
inverse_gaussian_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
						  const double *eta, double *residual, double *weight, double *loss)
{
	(void) kernel;
	for (int i = 0; i < n; i++)
	{
		double ratio = y[i] * exp(-eta[i]), expected = ratio / y[i];

		residual[i] = (ratio - 1.0) * expected;
		weight[i] = expected;
		if (!f->expected)
			weight[i] = l2n_curvature((2.0 * ratio - 1.0) * expected, expected);
		loss[i] = 0.5 * (ratio - 1.0) * (ratio - 1.0) / y[i];
		if (!(ratio * ratio / y[i] <= L2N_LARGEST_MEAN) || !(eta[i] < 1e100))
			loss[i] = INFINITY;
	}
}

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
	.evaluate = inverse_gaussian_evaluate,
	.variance = inverse_gaussian_variance,
	.deviance = inverse_gaussian_deviance,
	.saturated = inverse_gaussian_saturated,
	.likelihood = inverse_gaussian_likelihood,
	.dispersed = true,
};
