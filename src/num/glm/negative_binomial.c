/*
 * negative_binomial.c: counts that vary more than Poisson's: the variance is mu + mu^2 / theta.
 */
#include <math.h>

#include "num/glm/family.h"

/*
 * Whether the two parts of half a deviance are so large that little is left of their difference;
 * and that of such a row, of which log_ratio is log(y / mu)
 */
static inline bool
negbin_is_large(double theta, double y)
{
	return (y > 1e5) & (y > theta);
}

static double
negbin_large(double theta, double y, double mu, double log_ratio)
{
	return (y + theta) * log1p(theta / mu * ((y - mu) / (y + theta))) - theta * log_ratio;
}

/* y log(y / mu) - (y + theta) log((y + theta) / (mu + theta)), theta large beside y and mu or not
 */
static double
negbin_deviance(const l2n_family *f, double y, double mu)
{
	double theta = f->parameter;

	if (negbin_is_large(theta, y))
		return negbin_large(theta, y, mu, log(y / mu));
	return (y > 0.0 ? y * log(y / mu) : 0.0) - (y + theta) * log1p((y - mu) / (mu + theta));
}

/* Rows whose logarithms are taken together */
#define NEGBIN_ROWS 64

/* y - mu of a mean near y, which a large weight makes: as a difference it is nearly lost */
static double
negbin_less(double y, double eta, double log_y)
{
	return -y * expm1(eta - log_y);
}

static inline bool
negbin_is_near(double y, double less)
{
	return (y >= 1.0) & (fabs(less) < 1e-3 * y);
}

/*
 * Half the deviance of rows with these means, to loss: negbin_deviance, its logarithms a block at a
 * time, that of the larger over the smaller.  Few rows are near or odd, so that the loops over all
 * have no call and no branch, and a compiler makes vectors of them.
 */
static void
negbin_losses(double theta, const l2n_kernel *kernel, int n, const double *y, const double *eta,
			  const double *mu, double *loss)
{
	double own[NEGBIN_ROWS], less[NEGBIN_ROWS], apart[NEGBIN_ROWS];
	int near = 0, odd = 0;

	l2n_log_above_one(kernel, n, y, own);
	for (int i = 0; i < n; i++)
	{
		less[i] = y[i] - mu[i];
		near += negbin_is_near(y[i], less[i]);
	}
	for (int i = 0; i < n && near > 0; i++)
		if (negbin_is_near(y[i], less[i]))
			less[i] = negbin_less(y[i], eta[i], own[i]);
	for (int i = 0; i < n; i++)
		apart[i] = fabs(less[i]) / ((less[i] > 0.0 ? mu[i] : y[i]) + theta);
	kernel->log1p((size_t) n, apart, apart);
	for (int i = 0; i < n; i++)
	{
		double l =
			y[i] * (own[i] - eta[i]) - (y[i] + theta) * (y[i] > mu[i] ? apart[i] : -apart[i]);

		loss[i] = l > 0.0 ? l : 0.0;
		odd += ((y[i] > 0.0) & (y[i] < 1.0)) | !(fabs(l) <= L2N_LARGEST_MEAN) |
			   !(mu[i] <= L2N_LARGEST_MEAN) | negbin_is_large(theta, y[i]);
	}
	for (int i = 0; i < n && odd > 0; i++)
	{
		double part = y[i] > 0.0 ? y[i] * (y[i] < 1.0 ? log(y[i] / mu[i]) : own[i] - eta[i]) : 0.0,
			   l = part - (y[i] + theta) * (y[i] > mu[i] ? apart[i] : -apart[i]);

		if (negbin_is_large(theta, y[i]))
			l = negbin_large(theta, y[i], mu[i], own[i] - eta[i]);
		loss[i] = mu[i] <= L2N_LARGEST_MEAN && l == l ? fmax(l, 0.0) : INFINITY;
	}
}

/* With the log link */
static void
negbin_evaluate(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
				const double *eta, double *residual, double *weight, double *loss)
{
	double theta = f->parameter;

	kernel->exp((size_t) n, eta, residual);
	for (int i = 0; i < n; i += NEGBIN_ROWS)
		negbin_losses(theta, kernel, n - i < NEGBIN_ROWS ? n - i : NEGBIN_ROWS, y + i, eta + i,
					  residual + i, loss + i);
	for (int i = 0; i < n; i++)
	{
		double mu = residual[i], part = 1.0 / (theta + mu), share = theta * part;

		residual[i] = (y[i] - mu) * share;
		/* the curvature is never negative, so as it is */
		weight[i] = mu * share * (f->expected ? 1.0 : (theta + y[i]) * part);
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
	double theta = f->parameter;

	/*
	 * theta log theta - (y + theta) log(y + theta) + y log y, and what does not depend on mu:
	 * log gamma(y + theta) - log gamma(theta) - log y!
	 */
	if (!(y > 0.0))
		return 0.0;
	return w * (0.5 * log(theta / (theta + y) / (2.0 * M_PI * y)) + l2n_stirling_error(theta + y) -
				l2n_stirling_error(theta) - l2n_stirling_error(y));
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
l2n_theta_count(const l2n_family *f, double y, double *score, double *information)
{
	double of_y2;

	psi_differences(f->parameter, y, score, &of_y2);
	*information = -of_y2;
}

/* The means of rows, to mu */
static void
theta_means(const l2n_family *f, const l2n_kernel *kernel, int n, const double *eta, double *mu)
{
	if (f->link->kind == L2N_LOG)
		kernel->exp((size_t) n, eta, mu);
	else
		for (int i = 0; i < n; i++)
			mu[i] = f->link->mean(eta[i]);
}

void
l2n_theta_means(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
				const double *eta, double *score, double *information)
{
	double theta = f->parameter, mu[NEGBIN_ROWS] = {0}, at[NEGBIN_ROWS] = {0};

	for (int first = 0; first < n; first += NEGBIN_ROWS)
	{
		int rows = n - first < NEGBIN_ROWS ? n - first : NEGBIN_ROWS;

		theta_means(f, kernel, rows, eta + first, mu);
		for (int i = 0; i < rows; i++)
			at[i] = mu[i] / theta;
		kernel->log1p((size_t) rows, at, at);
		for (int i = 0; i < rows; i++)
		{
			double v = 1.0 / (mu[i] + theta), less = y[first + i] - mu[i];

			score[first + i] = -at[i] - less * v;
			/* 1 / theta - 2 / (mu + theta) + (y + theta) / (mu + theta)^2, in one fraction each */
			information[first + i] = -(mu[i] / theta + less * v) * v;
		}
	}
}

const l2n_family l2n_negative_binomial = {
	.lowest = 0.0,
	.highest = INFINITY,
	.evaluate = negbin_evaluate,
	.variance = negbin_variance,
	.deviance = negbin_deviance,
	.saturated = negbin_saturated,
};
