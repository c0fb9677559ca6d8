/*
 * binomial.c: logistic regression.
 *
 * The textbook's 1 / (1 + exp(-eta)) loses the small one of pi and 1 - pi, and log(1 - pi) is then
 * -infinity; exp(-|eta|), which never overflows, gives both, the variance and the loss to the last
 * digits, however far from 0 eta is.
 */
#include <math.h>

#include "num/glm/family.h"

/* v log v, which is 0 at 0 */
static double
v_log_v(double v)
{
	return v > 0.0 ? v * log(v) : 0.0;
}

static void
evaluate(const l2n_kernel *kernel, int n, const double *y, const double *eta, double *residual,
		 double *weight, double *loss)
{
	/* first in the place of others */
	kernel->logistic((size_t) n, eta, residual, loss);
	for (int i = 0; i < n; i++)
	{
		double e = residual[i], large = 1.0 / (1.0 + e), small = e * large;
		double miss; /* what of y is on the unlikely side */

		weight[i] = small * large;
		if (eta[i] >= 0.0)
		{
			miss = 1.0 - y[i];
			residual[i] = small - miss;
		}
		else
		{
			miss = y[i];
			residual[i] = miss - small;
		}
		/* 0 times infinity is 0 here */
		loss[i] += miss > 0.0 ? miss * fabs(eta[i]) : 0.0;
		if (y[i] > 0.0 && y[i] < 1.0)
			loss[i] = fmax(loss[i] + v_log_v(y[i]) + v_log_v(1.0 - y[i]), 0.0);
	}
}

static double
bend(double eta, double weight)
{
	return -weight * tanh(0.5 * eta);
}

static double
mean(double eta)
{
	double e = exp(-fabs(eta));

	return (eta >= 0.0 ? 1.0 : e) / (1.0 + e);
}

static double
inverse(double mu)
{
	return log(mu) - log1p(-mu);
}

/* w y of w trials: with the number of ways that they may come about */
static double
saturated(double y, double w)
{
	if (!(y > 0.0 && y < 1.0))
		return 0.0;
	return w * (v_log_v(y) + v_log_v(1.0 - y)) + lgamma(w + 1.0) - lgamma(w * y + 1.0) -
		   lgamma(w * (1.0 - y) + 1.0);
}

const l2n_family l2n_binomial = {0.0, 1.0, true, evaluate, bend, mean, inverse, saturated};
