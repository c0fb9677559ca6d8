/*
 * gamma.c: positive amounts whose standard deviation grows as their mean.
 */
#include <math.h>

#include "num/glm/family.h"

/* With the log link, where all follows from y / mu */
static void
gamma_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
			   const double *eta, double *residual, double *weight, double *loss)
{
	l2n_exp(kernel, n, eta, residual, loss);
	/* the logarithm of the larger of y and mu over the smaller */
	for (int i = 0; i < n; i++)
		loss[i] = fabs(y[i] - residual[i]) / fmin(y[i], residual[i]);
	kernel->log1p((size_t) n, loss, loss);
	for (int i = 0; i < n; i++)
	{
		double mu = residual[i], ratio = y[i] / mu;
		double log_ratio = !(loss[i] < INFINITY) ? log(ratio) : mu > y[i] ? -loss[i] : loss[i];

		/* no mean is too large, just far from y: ratio is then 0 */
		residual[i] = ratio - 1.0;
		weight[i] = f->expected ? 1.0 : l2n_curvature(ratio, 1.0);
		if (mu <= L2N_LARGEST_MEAN)
			loss[i] = fmax(ratio - 1.0 - log_ratio, 0.0);
		else
			loss[i] = eta[i] - log(y[i]) - 1.0;
		if (!(ratio <= L2N_LARGEST_MEAN) || !(eta[i] < 1e100))
			loss[i] = INFINITY;
	}
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
	return weight * (shape * log(shape) - shape - lgamma(shape)) - shape * loss + saturated;
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
