/*
 * criteria.h: what makes one model better than another.
 */
#ifndef L2_CRITERIA_H
#define L2_CRITERIA_H

#include "options/options.h"

/* The criteria that need only RSS and effective parameters: the first so many */
#define L2_RSS_CRITERIA (L2_CRITERION_BIC + 1)

/*
 * That of least squares where the variance is estimated, too, by rss / rows; log_weights is the sum
 * of the logarithms of weights that say how well rows are known, 0 where there are none
 */
extern double l2_gaussian_log_likelihood(double rss, double rows, double log_weights);

/*
 * Those of a fit with df effective parameters, the intercept among them, to so many rows, by their
 * numbers.  As in R's logLik the variance is a parameter more.  NaN where there are no more rows
 * than parameters, which fit then whatever the data are; AIC, AICc and BIC of a perfect fit with
 * fewer parameters are -infinity.
 */
extern void l2_criteria(double rss, double rows, double log_weights, double df, double *value);

/* AIC, AICc and BIC of a fit by maximum likelihood; NaN where df and likelihood are not known */
extern void l2_likelihood_criteria(double log_likelihood, double rows, double df, double *value);

/* Whether a model with value a is better than one with value b; any is better than NaN */
extern bool l2_criterion_prefers(l2_criterion c, double a, double b);

#endif
