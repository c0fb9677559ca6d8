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

/*
 * Residuals, weights and losses of shares by the logit, exact for means that are all but 0 or 1.
 */
static void
binomial_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
				  const double *eta, double *residual, double *weight, double *loss)
{
	(void) f;
	/* first in the place of others */
	kernel->logistic((size_t) n, eta, residual, loss);
	for (int i = 0; i < n; i++)
	{
		/* no branch that goes by y or the sign of eta, which a processor cannot foresee */
		double e = residual[i], large = 1.0 / (1.0 + e), small = e * large;
		double sign = copysign(1.0, eta[i]);
		double miss = fabs(y[i] - (0.5 + 0.5 * sign)); /* what of y is on the unlikely side */

		weight[i] = small * large;
		residual[i] = sign * (small - miss);
		/* 0 times infinity is 0 here */
		loss[i] += isinf(eta[i]) && miss == 0.0 ? 0.0 : miss * fabs(eta[i]);
		if (y[i] * (1.0 - y[i]) > 0.0)
			loss[i] = fmax(loss[i] + v_log_v(y[i]) + v_log_v(1.0 - y[i]), 0.0);
	}
}

static double
binomial_bend(double eta, double weight)
{
	return -weight * tanh(0.5 * eta);
}

/* w y of w trials: with the number of ways that they may come about */
static double
binomial_saturated(const l2n_family *f, double y, double w)
{
	double ones = w * y, zeros = w * (1.0 - y);

	(void) f;
	if (!(y > 0.0 && y < 1.0))
		return 0.0;
	/* w (y log y + (1 - y) log(1 - y)) + log w! - log ones! - log zeros! */
	return l2n_stirling_error(w) - l2n_stirling_error(ones) - l2n_stirling_error(zeros) -
		   0.5 * log(2.0 * M_PI * w * y * (1.0 - y));
}

const l2n_family l2n_binomial = {
	.kind = L2N_BINOMIAL,
	.link = &l2n_links[L2N_LOGIT],
	.highest = 1.0,
	.separable = true,
	.canonical = true,
	.steady = true,
	.evaluate = binomial_evaluate,
	.bend = binomial_bend,
	.saturated = binomial_saturated,
};

/*
 * With another link.  p and q = 1 - p enter by ratios that do not vanish:
 *	residual  y p'/p - (1 - y) p'/q
 *	expected  p'/p p'/q
 *	observed  y ((p'/p)^2 - p''/p) + (1 - y) ((p'/q)^2 + p''/q)
 */
static void
evaluate_general(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
				 const double *eta, double *residual, double *weight, double *loss)
{
	(void) kernel;
	for (int i = 0; i < n; i++)
	{
		double ones = f->nudge > 0.0 ? fmax(fmin(y[i], 1.0 - f->nudge), f->nudge) : y[i];
		double zeros = 1.0 - ones, expected;
		l2n_share s;

		residual[i] = 0.0;
		weight[i] = 1.0;
		loss[i] = INFINITY;
		if (!f->link->share(eta[i], &s))
			continue;
		residual[i] = ones * s.up - zeros * s.down;
		weight[i] = expected = s.up * s.down;
		if (!f->expected)
			weight[i] = l2n_curvature(ones * s.curve_p + zeros * s.curve_q, expected);
		loss[i] = v_log_v(ones) + v_log_v(zeros);
		loss[i] -= ones > 0.0 ? ones * s.log_p : 0.0;
		loss[i] -= zeros > 0.0 ? zeros * s.log_q : 0.0;
		loss[i] = loss[i] > 0.0 ? loss[i] : 0.0;
		if (!(weight[i] <= L2N_LARGEST_MEAN))
			loss[i] = INFINITY;
	}
}

const l2n_family l2n_binomial_general = {
	.kind = L2N_BINOMIAL,
	.highest = 1.0,
	.separable = true,
	.evaluate = evaluate_general,
	.saturated = binomial_saturated,
};
