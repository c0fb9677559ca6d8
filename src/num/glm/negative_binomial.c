/*
 * negative_binomial.c: counts that vary more than Poisson's: the variance is mu + mu^2 / theta.
 */
#include <math.h>

#include "num/glm/family.h"

/* y log(y / mu) - (y + theta) log((y + theta) / (mu + theta)), theta large beside y and mu or not
 */
static double
negbin_deviance(const l2n_family *f, double y, double mu)
{
	double theta = f->parameter;

	return (y > 0.0 ? y * log(y / mu) : 0.0) - (y + theta) * log1p((y - mu) / (mu + theta));
}

/* With the log link */
static void
negbin_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
				const double *eta, double *residual, double *weight, double *loss)
{
	double theta = f->parameter;

	l2n_exp(kernel, n, eta, residual, loss);
	for (int i = 0; i < n; i++)
	{
		double mu = residual[i], share = theta / (theta + mu);

		residual[i] = (y[i] - mu) * share;
		weight[i] = mu * share;
		if (!f->expected)
			weight[i] = l2n_curvature(weight[i] * ((theta + y[i]) / (theta + mu)), weight[i]);
		loss[i] = fmax(negbin_deviance(f, y[i], mu), 0.0);
		if (!(mu <= L2N_LARGEST_MEAN) || !(loss[i] >= 0.0))
			loss[i] = INFINITY;
	}
}

static double
negbin_variance(const l2n_family *f, double mu, double *slope)
{
	*slope = 1.0 + 2.0 * mu / f->parameter;
	return mu + mu * mu / f->parameter;
}

static double
negbin_saturated(const l2n_family *f, double y, double w)
{
	double theta = f->parameter, own = 0.0;

	/* theta log theta - (y + theta) log(y + theta) + y log y, and what does not depend on mu */
	own = -theta * log1p(y / theta);
	if (y > 0.0)
		own -= y * log1p(theta / y);
	return w * (lgamma(theta + y) - lgamma(theta) - lgamma(y + 1.0) + own);
}

/*
 * psi(x + y) - psi(x) and the same of psi', x > 0, y >= 0: the sums of 1 / (x + k) where there are
 * few of them, else by the series at large arguments
 */
static void
psi_differences(double x, double y, double *first, double *second)
{
	*first = *second = 0.0;
	if (y == floor(y) && y <= 40.0)
	{
		for (double k = y - 1.0; k >= 0.0; k -= 1.0)
		{
			double v = 1.0 / (x + k);

			*first += v;
			*second -= v * v;
		}
		return;
	}
	for (int sign = -1; sign <= 1; sign += 2)
	{
		double at = sign < 0 ? x : x + y, psi = 0.0, psi1 = 0.0, v;

		for (; at < 12.0; at += 1.0)
		{
			psi -= 1.0 / at;
			psi1 += 1.0 / (at * at);
		}
		v = 1.0 / (at * at);
		psi += log(at) - 0.5 / at -
			   v * (1.0 / 12 - v * (1.0 / 120 - v * (1.0 / 252 - v * (1.0 / 240 - v / 132))));
		psi1 += (1.0 + 0.5 / at +
				 v * (1.0 / 6 - v * (1.0 / 30 - v * (1.0 / 42 - v * (1.0 / 30 - v * 5.0 / 66))))) /
				at;
		*first += sign * psi;
		*second += sign * psi1;
	}
}

void
l2n_theta_row(const l2n_family *f, double y, double eta, double *score, double *information)
{
	double theta = f->parameter, mu = f->link->mean(eta), of_y, of_y2, both = mu + theta;

	psi_differences(theta, y, &of_y, &of_y2);
	*score = of_y - log1p(mu / theta) + (mu - y) / both;
	/* 1 / theta - 2 / (mu + theta) + (y + theta) / (mu + theta)^2, in one fraction each */
	*information = -of_y2 - mu / (theta * both) - (y - mu) / (both * both);
}

const l2n_family l2n_negative_binomial = {
	.lowest = 0.0,
	.highest = INFINITY,
	.evaluate = negbin_evaluate,
	.variance = negbin_variance,
	.deviance = negbin_deviance,
	.saturated = negbin_saturated,
};
