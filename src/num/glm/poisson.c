/*
 * poisson.c: regression of counts.
 */
#include <math.h>

#include "num/glm/family.h"

/* Residuals, weights and losses of counts by the logarithm. */
static void
poisson_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
				 const double *eta, double *residual, double *weight, double *loss)
{
	int odd = 0;

	(void) f;
	kernel->exp((size_t) n, eta, weight);
	l2n_log_above_one(kernel, n, y, loss);
	/* no call and no branch, so that a compiler makes vectors of it */
	for (int i = 0; i < n; i++)
	{
		double l;

		residual[i] = y[i] - weight[i];
		l = y[i] * (loss[i] - eta[i]) - residual[i];
		loss[i] = l > 0.0 ? l : 0.0;
		odd += ((y[i] > 0.0) & (y[i] < 1.0)) | !(fabs(l) <= L2N_LARGEST_MEAN) |
			   !(weight[i] <= L2N_LARGEST_MEAN);
	}
	for (int i = 0; i < n && odd > 0; i++)
		if (!(weight[i] <= L2N_LARGEST_MEAN))
			loss[i] = INFINITY;
		else
			loss[i] = y[i] > 0.0 ? fmax(y[i] * (log(y[i]) - eta[i]) - residual[i], 0.0) : weight[i];
}

static double
poisson_bend(double eta, double weight)
{
	return weight;
}

static double
poisson_saturated(const l2n_family *f, double y, double w)
{
	(void) f;
	/* y log y - y - log y! */
	return y > 0.0 ? -w * (0.5 * log(2.0 * M_PI * y) + l2n_stirling_error(y)) : 0.0;
}

/* With another link */
static double
poisson_variance(const l2n_family *f, double mu, double *slope)
{
	(void) f;
	*slope = 1.0;
	return mu;
}

static double
poisson_deviance(const l2n_family *f, double y, double mu)
{
	(void) f;
	return y > 0.0 ? y * log(y / mu) - (y - mu) : mu;
}

const l2n_family l2n_poisson = {
	.kind = L2N_POISSON,
	.link = &l2n_links[L2N_LOG],
	.highest = INFINITY,
	.canonical = true,
	.steady = true,
	.evaluate = poisson_evaluate,
	.bend = poisson_bend,
	.variance = poisson_variance,
	.deviance = poisson_deviance,
	.saturated = poisson_saturated,
};

const l2n_family l2n_poisson_general = {
	.kind = L2N_POISSON,
	.highest = INFINITY,
	.evaluate = l2n_evaluate_general,
	.variance = poisson_variance,
	.deviance = poisson_deviance,
	.saturated = poisson_saturated,
};
