/*
 * poisson.c: regression of counts.
 */
#include <math.h>

#include "num/glm/family.h"

/* A mean beyond which weights could no longer be multiplied by squares of values */
#define LARGEST 0x1p300

static void
evaluate(const l2n_kernel *kernel, int n, const double *y, const double *eta, double *residual,
		 double *weight, double *loss)
{
	for (int i = 0; i < n; i++)
	{
		double mu = exp(eta[i]);

		residual[i] = y[i] - mu;
		weight[i] = mu;
		if (!(mu <= LARGEST))
			loss[i] = INFINITY;
		else if (y[i] > 0.0)
			loss[i] = fmax(y[i] * (log(y[i]) - eta[i]) - residual[i], 0.0);
		else
			loss[i] = mu;
	}
}

static double
bend(double eta, double weight)
{
	return weight;
}

static double
inverse(double mu)
{
	return log(mu);
}

static double
saturated(double y, double w)
{
	return w * ((y > 0.0 ? y * log(y) : 0.0) - y - lgamma(y + 1.0));
}

const l2n_family l2n_poisson = {0.0, INFINITY, false, evaluate, bend, exp, inverse, saturated};
