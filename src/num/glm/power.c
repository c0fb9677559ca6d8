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

/* (e^(at) - 1) / a */
static double
grown(double a, double t)
{
	return a == 0.0 ? t : expm1(a * t) / a;
}

/*
 * grown(2 - p, t) - grown(1 - p, t): from t^2 / 2 on, the sum of t^k / k! ((2 - p)^(k - 1) -
 * (1 - p)^(k - 1)).  Where t is small that is what is left of the two.
 */
static double
grown_apart(double p, double t)
{
	double a = 2.0 - p, b = 1.0 - p, term = t, sum = 0.0, powers = 1.0, of_b = 1.0;

	if (fabs(t) > 0.1)
		return grown(a, t) - grown(b, t);
	for (int k = 2; k < 12; k++)
	{
		/* powers = a^(k - 2) + a^(k - 3) b + ... + b^(k - 2), since a - b = 1 */
		term *= t / k;
		sum += term * powers;
		of_b *= b;
		powers = powers * a + of_b;
	}
	return sum;
}

/* As Jorgensen, The Theory of Dispersion Models, 1997, has it, by log(mu / y) */
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
	if (!(y > 0.0))
		return pow(mu, 2.0 - p) / (2.0 - p);
	return pow(y, 2.0 - p) * grown_apart(p, log(mu / y));
}

/*
 * With the log link, by powers of mu that do not vanish with it: a mean next to 0 is right where y
 * is 0
 */
static void
power_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
			   const double *eta, double *residual, double *weight, double *loss)
{
	double p = f->parameter;

	(void) kernel;
	for (int i = 0; i < n; i++)
	{
		double of_mu = exp((2.0 - p) * eta[i]), of_y = 0.0;

		if (y[i] != 0.0)
			of_y = y[i] * exp((1.0 - p) * eta[i]);
		residual[i] = of_y - of_mu;
		weight[i] = of_mu;
		if (!f->expected)
			weight[i] = l2n_curvature((2.0 - p) * of_mu + (p - 1.0) * of_y, of_mu);
		if (y[i] > 0.0 && p != 0.0)
			loss[i] = pow(y[i], 2.0 - p) * grown_apart(p, eta[i] - log(y[i]));
		else
			loss[i] = y[i] == 0.0 ? of_mu / (2.0 - p) : power_deviance(f, y[i], exp(eta[i]));
		loss[i] = fmax(loss[i], 0.0);
		if (!(of_mu <= L2N_LARGEST_MEAN) || !(fabs(of_y) <= L2N_LARGEST_MEAN) ||
			!(fabs(eta[i]) < 1e100))
			loss[i] = INFINITY;
	}
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
	.evaluate = power_evaluate,
	.variance = power_variance,
	.deviance = power_deviance,
	.saturated = power_saturated,
	.dispersed = true,
	.unlikely = true,
};
