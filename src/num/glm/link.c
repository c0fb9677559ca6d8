/*
 * link.c: links, and the probabilities that they make.
 *
 * The ratios that a binomial likelihood is made of are formed from each other, not from p and 1 -
 * p, one of which rounds to 1 long before the other vanishes.
 */
#include "num/glm/link.h"

#include <math.h>
#include <stddef.h>

#define ROOT_HALF   0.70710678118654752440
#define LOG_ROOT_PI 0.91893853320467274178 /* log(2 pi) / 2 */

#define LOG_2 0.69314718055994530942

/* exp(eta) of a complementary log-log is no more than that */
#define LARGEST_U 1e100

/* Where the normal distribution's tail is taken from its asymptotic series: right to 2^-53 */
#define FAR_TAIL (-30.0)

static double
link_identity(double v)
{
	return v;
}

static void
identity_slopes(double eta, double mean, double *first, double *second)
{
	(void) eta;
	(void) mean;
	*first = 1.0;
	*second = 0.0;
}

static bool
identity_share(double eta, l2n_share *s)
{
	if (!(eta > 0.0 && eta < 1.0))
		return false;
	*s = (l2n_share){
		.up = 1.0 / eta,
		.down = 1.0 / (1.0 - eta),
		.curve_p = 1.0 / (eta * eta),
		.curve_q = 1.0 / ((1.0 - eta) * (1.0 - eta)),
		.log_p = log(eta),
		.log_q = log1p(-eta),
	};
	return true;
}

static void
log_slopes(double eta, double mean, double *first, double *second)
{
	(void) eta;
	*first = *second = mean;
}

static bool
log_share(double eta, l2n_share *s)
{
	double q = -expm1(eta), odds = exp(eta) / q;

	if (!(eta < 0.0) || !(q > 0.0))
		return false;
	*s = (l2n_share){1.0, odds, 0.0, odds / q, eta, eta < -LOG_2 ? log1p(-exp(eta)) : log(q)};
	return true;
}

static double
logistic(double eta)
{
	double e = exp(-fabs(eta));

	return (eta >= 0.0 ? 1.0 : e) / (1.0 + e);
}

static double
logit(double mean)
{
	return log(mean) - log1p(-mean);
}

static void
logit_slopes(double eta, double mean, double *first, double *second)
{
	*first = mean * logistic(-eta);
	*second = -*first * tanh(0.5 * eta);
}

static bool
logit_share(double eta, l2n_share *s)
{
	double p = logistic(eta), q = logistic(-eta), l = log1p(exp(-fabs(eta)));

	*s = (l2n_share){q, p, p * q, p * q, fmin(eta, 0.0) - l, fmin(-eta, 0.0) - l};
	return true;
}

static double
link_normal(double eta)
{
	return 0.5 * erfc(-eta * ROOT_HALF);
}

static double
link_density(double eta)
{
	return exp(-0.5 * eta * eta - LOG_ROOT_PI);
}

/* density / distribution function */
static double
mills(double eta)
{
	double s = 1.0 / (eta * eta);

	if (eta > FAR_TAIL)
		return link_density(eta) / link_normal(eta);
	return -eta / (1.0 - s * (1.0 - s * (3.0 - s * (15.0 - s * 105.0))));
}

/* mills(eta) + eta, which for the normal distribution is - d log mills / d eta */
static double
mills_over(double eta)
{
	double s = 1.0 / (eta * eta), t;

	if (eta > FAR_TAIL)
		return mills(eta) + eta;
	t = s * (1.0 - s * (3.0 - s * (15.0 - s * 105.0)));
	return -eta * (t / (1.0 - t));
}

static double
log_normal(double eta)
{
	if (eta > 0.0)
		return log1p(-link_normal(-eta));
	if (eta > FAR_TAIL)
		return log(link_normal(eta));
	return -0.5 * eta * eta - LOG_ROOT_PI - log(mills(eta));
}

/* By Newton steps on the logarithm of the smaller tail, which is concave, so that none overshoots
 */
static double
probit(double mean)
{
	double p = mean < 0.5 ? mean : 1.0 - mean, eta = p < 0.02 ? -sqrt(-2.0 * log(p)) : 0.0;

	if (!(mean > 0.0))
		return mean == 0.0 ? -INFINITY : NAN;
	if (!(mean < 1.0))
		return mean == 1.0 ? INFINITY : NAN;
	for (int i = 0; i < 60; i++)
	{
		double step = (log_normal(eta) - log(p)) / mills(eta);

		eta -= step;
		if (fabs(step) <= 1e-15 * (1.0 + fabs(eta)))
			break;
	}
	return mean < 0.5 ? eta : -eta;
}

static void
probit_slopes(double eta, double mean, double *first, double *second)
{
	(void) mean;
	*first = link_density(eta);
	*second = -eta * *first;
}

static bool
probit_share(double eta, l2n_share *s)
{
	double up, down;

	if (!(fabs(eta) < 1e100))
		return false;
	up = mills(eta);
	down = mills(-eta);
	*s = (l2n_share){
		.up = up,
		.down = down,
		.curve_p = up * mills_over(eta),
		.curve_q = down * mills_over(-eta),
		.log_p = log_normal(eta),
		.log_q = log_normal(-eta),
	};
	return true;
}

static double
cloglog_mean(double eta)
{
	return -expm1(-exp(eta));
}

static double
cloglog(double mean)
{
	return log(-log1p(-mean));
}

static void
cloglog_slopes(double eta, double mean, double *first, double *second)
{
	double u = exp(eta);

	(void) mean;
	*first = u < 750.0 ? u * exp(-u) : 0.0;
	*second = u < 750.0 ? *first * (1.0 - u) : 0.0;
}

static bool
cloglog_share(double eta, l2n_share *s)
{
	/* a row of ones may be as far as it likes; the loss of others is infinite there */
	double u = fmin(exp(eta), LARGEST_U), up, over;

	up = u < 700.0 ? (u > 0.0 ? u / expm1(u) : 1.0) : 0.0;
	s->up = up;
	s->down = u;
	/* u / (e^u - 1) - 1 + u, of which little is left where u is small */
	over = u < 0.1 ? u * (1.0 / 2 + u * (1.0 / 12 - u * u * (1.0 / 720 - u * u / 30240)))
				   : up - 1.0 + u;
	s->curve_p = up * over;
	s->curve_q = u;
	s->log_q = u < LARGEST_U ? -u : -INFINITY;
	/* log(1 - exp(-u)), where u vanishes eta itself */
	s->log_p = u > LOG_2 ? log1p(-exp(-u)) : u > 0.0 ? log(-expm1(-u)) : eta;
	return true;
}

static double
inverse(double v)
{
	return 1.0 / v;
}

static void
inverse_slopes(double eta, double mean, double *first, double *second)
{
	(void) eta;
	*first = -mean * mean;
	*second = 2.0 * mean * mean * mean;
}

static double
inverse_root(double eta)
{
	return 1.0 / sqrt(eta);
}

static double
inverse_square(double mean)
{
	return 1.0 / (mean * mean);
}

static void
inverse_squared_slopes(double eta, double mean, double *first, double *second)
{
	double cube = mean * mean * mean;

	(void) eta;
	*first = -0.5 * cube;
	*second = 0.75 * cube * mean * mean;
}

const l2n_link l2n_links[L2N_LINKS] = {
	{L2N_IDENTITY, link_identity, link_identity, identity_slopes, identity_share},
	{L2N_LOG, exp, log, log_slopes, log_share},
	{L2N_LOGIT, logistic, logit, logit_slopes, logit_share},
	{L2N_PROBIT, link_normal, probit, probit_slopes, probit_share},
	{L2N_CLOGLOG, cloglog_mean, cloglog, cloglog_slopes, cloglog_share},
	{L2N_INVERSE, inverse, inverse, inverse_slopes, NULL},
	{L2N_INVERSE_SQUARED, inverse_root, inverse_square, inverse_squared_slopes, NULL},
};
