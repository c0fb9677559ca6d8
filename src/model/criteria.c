/*
 * criteria.c: generalised cross-validation and information criteria.
 */
#include "model/criteria.h"

#include <math.h>

double
l2_gaussian_log_likelihood(double rss, double rows, double log_weights)
{
	return (log_weights - rows * (log(2 * M_PI * rss / rows) + 1)) / 2;
}

void
l2_criteria(double rss, double rows, double log_weights, double df, double *value)
{
	l2_likelihood_criteria(l2_gaussian_log_likelihood(rss, rows, log_weights), rows, df + 1, value);
	/* Golub, Heath and Wahba 1979 */
	value[L2_CRITERION_GCV] = rss / rows / ((1 - df / rows) * (1 - df / rows));
	for (int i = 0; i < L2_RSS_CRITERIA && !(df < rows); i++)
		value[i] = NAN;
}

void
l2_likelihood_criteria(double log_likelihood, double rows, double df, double *value)
{
	double left = rows - df - 1;

	for (int i = 0; i < L2_RSS_CRITERIA; i++)
		value[i] = NAN;
	/* Akaike 1974; Hurvich and Tsai 1989; Schwarz 1978 */
	value[L2_CRITERION_AIC] = -2 * log_likelihood + 2 * df;
	if (left > 0)
		value[L2_CRITERION_AICC] = value[L2_CRITERION_AIC] + 2 * df * (df + 1) / left;
	value[L2_CRITERION_BIC] = -2 * log_likelihood + df * log(rows);
}

bool
l2_criterion_prefers(l2_criterion c, double a, double b)
{
	if (isnan(a) || isnan(b))
		return !isnan(a) && isnan(b);
	return c == L2_CRITERION_ADJ_R2 ? a > b : a < b;
}
