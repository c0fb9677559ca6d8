/*
 * family.h: the distributions of a generalised linear model: link, variance and deviance.
 *
 * Each family is a file of its own.  Logistic and Poisson regression with their canonical links
 * have a file each that does all at once; the other families give their variance and deviance, and
 * general.c puts them together with a link of link.h.
 */
#ifndef L2N_FAMILY_H
#define L2N_FAMILY_H

#include "num/glm/link.h"
#include "num/kernel/kernel.h"

/* Append only: models are stored with these numbers */
typedef enum l2n_family_kind
{
	L2N_GAUSSIAN,
	L2N_BINOMIAL,
	L2N_POISSON,
	L2N_GAMMA,
	L2N_INVERSE_GAUSSIAN,
	L2N_NEGATIVE_BINOMIAL, /* variance mu + mu^2 / theta */
	L2N_TWEEDIE,           /* variance mu^power */
	L2N_QUASI,             /* the same, and no distribution is meant */
	L2N_FAMILIES,
} l2n_family_kind;

typedef struct l2n_family l2n_family;

struct l2n_family
{
	l2n_family_kind kind;
	const l2n_link *link;
	double parameter; /* theta or power, where the family has such a one */

	/* bounds of y; a mean that lies on one has an infinite eta */
	double lowest;
	double highest;
	bool open;      /* y may not be lowest */
	bool separable; /* y of lowest and highest alone may be told apart by a large eta */

	/*
	 * The link is the canonical one: the loss depends on y by a multiple of eta only, and its
	 * second derivative not at all
	 */
	bool canonical;

	/* The logarithm of the curvature of the loss changes by no more than eta does */
	bool steady;

	/* Asks of a family that is not for the expected information in place of a curvature */
	bool expected;

	/*
	 * Asks of one that is not made for its link for the losses of y that keep this far from the
	 * ends: so means do too, where the best ones are at an end of what the link has.  0: no
	 */
	double nudge;

	/*
	 * n rows at eta:
	 *	residual	- d loss / d eta, which is y - mu where the link is canonical
	 *	weight		>= 0, the curvature of the loss by eta, or near it; with expected its
	 *				expectation, as where the link is canonical, when it is the variance
	 *	loss		half the deviance: log likelihood of a perfect fit, less that at eta; >= 0
	 * No eta makes them NaN; a loss too large for a double is infinite, and that of an eta whose
	 * mean the family cannot have.
	 */
	void (*evaluate)(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
					 const double *eta, double *residual, double *weight, double *loss);

	/* d weight / d eta, of a row at eta that has that weight, where the link is canonical */
	double (*bend)(double eta, double weight);

	/* V(mu) and its derivative, and half the deviance of y, where general.c needs them */
	double (*variance)(const l2n_family *f, double mu, double *slope);
	double (*deviance)(const l2n_family *f, double y, double mu);

	/* What a row of weight w adds to the log likelihood of a perfect fit, or to what tells it */
	double (*saturated)(const l2n_family *f, double y, double w);

	/*
	 * The log likelihood, from the sums of loss and of the above, of that many rows of total
	 * weight; a dispersion is the deviance over the weight, as R has it.  NULL: the difference
	 */
	double (*likelihood)(double loss, double saturated, double rows, double weight);
	bool dispersed; /* the variance is V(mu) times a dispersion that is a parameter too */
	bool unlikely;  /* there is no likelihood */
};

/* Logit link; y is 0, 1 or a proportion, of w trials */
extern const l2n_family l2n_binomial;

/* Log link; y is a count >= 0 */
extern const l2n_family l2n_poisson;

/*
 * Slope of the log likelihood of a row by theta, and its second derivative less its sign: what goes
 * by the count alone, and, of n rows, what goes by their means too; a row has the sums of both
 */
void l2n_theta_count(const l2n_family *f, double y, double *score, double *information);
void l2n_theta_means(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
					 const double *eta, double *score, double *information);

/* With any link: set up by l2n_family_make */
extern const l2n_family l2n_gaussian;
extern const l2n_family l2n_binomial_general;
extern const l2n_family l2n_poisson_general;
extern const l2n_family l2n_gamma;
extern const l2n_family l2n_inverse_gaussian;
extern const l2n_family l2n_negative_binomial;
extern const l2n_family l2n_power;

/* evaluate of families by their variance, deviance and link; and where the link is the log */
void l2n_evaluate_general(const l2n_family *f, const l2n_kernel *kernel, int n, const double *y,
						  const double *eta, double *residual, double *weight, double *loss);

/*
 * log x! - ((x + 1/2) log x - x + log(2 pi) / 2), x > 0, to 1e-14: logarithms of densities have
 * differences of such, in which the rest cancels, and a factorial of 1e12 has no digit behind the
 * point (Loader 2000, Fast and accurate computation of binomial probabilities)
 */
double l2n_stirling_error(double x);

/* The logarithms of what is at least 1, and 0 of the rest */
void l2n_log_above_one(const l2n_kernel *kernel, int n, const double *y, double *l);

/* A mean beyond which weights could no longer be multiplied by squares of values, or under 1 / it
 */
#define L2N_LARGEST_MEAN 0x1p300

/*
 * The curvature that a step may go by: the observed one, where the loss curves upwards.  It may be
 * next to 0 where the expected information is without bound, as near the end of a link's range: so
 * the latter is no measure of it.  Where it curves downwards a share of the expected one, since all
 * that is added to the observed one makes steps shorter than they should be.
 */
static inline double
l2n_curvature(double observed, double expected)
{
	return observed >= 0.0 ? observed : 0.1 * expected;
}

/* The link that a family has if none is asked for, and the canonical one */
l2n_link_kind l2n_default_link(l2n_family_kind kind);
l2n_link_kind l2n_canonical_link(l2n_family_kind kind);

/* Set a family up with a link and theta or power; false where they do not go together */
bool l2n_family_make(l2n_family *f, l2n_family_kind kind, l2n_link_kind link, double parameter);

#endif
