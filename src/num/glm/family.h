/*
 * family.h: the distributions of a generalised linear model: link, variance and deviance.
 *
 * Each family is a file of its own, and the link its canonical one, so that the log likelihood of a
 * row is concave in the linear predictor eta and its second derivative does not depend on y.
 */
#ifndef L2N_FAMILY_H
#define L2N_FAMILY_H

#include "num/kernel/kernel.h"

typedef struct l2n_family
{
	/* bounds of y; a mean that lies on one has an infinite eta */
	double lowest;
	double highest;
	bool separable; /* y of lowest and highest alone may be told apart by a large eta */

	/*
	 * n rows at eta:
	 *	residual	y - mu
	 *	weight		d mu / d eta, which is the variance; >= 0
	 *	loss		half the deviance: log likelihood of a perfect fit, less that at eta; >= 0
	 * No eta makes them NaN; a loss too large for a double is infinite.
	 */
	void (*evaluate)(const l2n_kernel *kernel, int n, const double *y, const double *eta,
					 double *residual, double *weight, double *loss);

	/* d weight / d eta, of a row at eta that has that weight */
	double (*bend)(double eta, double weight);

	double (*mean)(double eta);
	double (*eta)(double mean); /* its inverse */

	/* Log likelihood of a perfect fit to a row of weight w */
	double (*saturated)(double y, double w);
} l2n_family;

/* Logit link; y is 0, 1 or a proportion, of w trials */
extern const l2n_family l2n_binomial;

/* Log link; y is a count >= 0 */
extern const l2n_family l2n_poisson;

#endif
