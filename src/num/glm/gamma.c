/*
 * gamma.c: positive amounts whose standard deviation grows as their mean.
 */
#include <math.h>

#include "num/glm/family.h"

/* The loss of a row whose mean or ratio y / mu is beyond what the loop below is for */
static double
gamma_far_loss(double y, double eta, double mu)
{
	double ratio = y / mu;

	if (!(ratio <= L2N_LARGEST_MEAN) || !(eta < 1e100))
		return INFINITY;
	/* no mean is too large, just far from y: ratio is then 0 */
	return mu <= L2N_LARGEST_MEAN ? fmax(ratio - 1.0 - log(ratio), 0.0) : eta - log(y) - 1.0;
}

/* With the log link, where all follows from y / mu */
static void
gamma_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
			   const double *eta, double *residual, double *weight, double *loss)
{
	int far = 0;

	kernel->exp((size_t) n, eta, residual);
	/* the logarithm of the larger of y and mu over the smaller */
	for (int i = 0; i < n; i++)
	{
		double mu = residual[i];

		loss[i] = fabs(y[i] - mu) / (y[i] < mu ? y[i] : mu);
	}
	kernel->log1p((size_t) n, loss, loss);
	/* no call and no branch, so that a compiler makes vectors of it */
	for (int i = 0; i < n; i++)
	{
		double mu = residual[i], ratio = y[i] / mu;
		double l = ratio - 1.0 - (mu > y[i] ? -loss[i] : loss[i]);

		weight[i] = ratio;
		loss[i] = l > 0.0 ? l : 0.0;
		far += !(mu <= L2N_LARGEST_MEAN) | !(ratio <= L2N_LARGEST_MEAN) | !(l <= L2N_LARGEST_MEAN);
	}
	for (int i = 0; i < n && far > 0; i++)
		if (!(residual[i] <= L2N_LARGEST_MEAN) || !(weight[i] <= L2N_LARGEST_MEAN) ||
			!(loss[i] <= L2N_LARGEST_MEAN))
			loss[i] = gamma_far_loss(y[i], eta[i], residual[i]);
	for (int i = 0; i < n; i++)
		residual[i] = weight[i] - 1.0;
	for (int i = 0; i < n && f->expected; i++)
		weight[i] = 1.0;
}

static double
gamma_variance(const l2n_family *f, double mu, double *slope)
{
	(void) f;
	*slope = 2.0 * mu;
	return mu * mu;
}

static double
gamma_deviance(const l2n_family *f, double y, double mu)
{
	(void) f;
	return (y - mu) / mu - log(y / mu);
}

static double
gamma_saturated(const l2n_family *f, double y, double w)
{
	(void) f;
	return -w * log(y);
}

static double
gamma_likelihood(double loss, double saturated, double rows, double weight)
{
	double shape = weight / (2.0 * loss);

	(void) rows;
	/* shape log shape - shape - log gamma(shape) */
	return weight * (0.5 * log(shape / (2.0 * M_PI)) - l2n_stirling_error(shape)) - shape * loss +
		   saturated;
}

const l2n_family l2n_gamma = {
	.lowest = 0.0,
	.highest = INFINITY,
	.open = true,
	.evaluate = gamma_evaluate,
	.variance = gamma_variance,
	.deviance = gamma_deviance,
	.saturated = gamma_saturated,
	.likelihood = gamma_likelihood,
	.dispersed = true,
};
