/*
 * link.h: what a linear predictor says of the mean.
 */
#ifndef L2N_LINK_H
#define L2N_LINK_H

#include <stdbool.h>

/* Append only: models are stored with these numbers */
typedef enum l2n_link_kind
{
	L2N_IDENTITY,
	L2N_LOG,
	L2N_LOGIT,
	L2N_PROBIT,
	L2N_CLOGLOG, /* complementary log-log: eta = log(-log(1 - mu)) */
	L2N_INVERSE,
	L2N_INVERSE_SQUARED,
	L2N_LINKS,
} l2n_link_kind;

/* A probability p at some eta, d the derivatives, as what is left when small numbers cancel */
typedef struct l2n_share
{
	double up;      /* d p / p */
	double down;    /* d p / (1 - p) */
	double curve_p; /* - d^2 log p: (d p / p)^2 - d^2 p / p */
	double curve_q; /* - d^2 log (1 - p): (d p / (1 - p))^2 + d^2 p / (1 - p) */
	double log_p;
	double log_q;
} l2n_share;

typedef struct l2n_link
{
	l2n_link_kind kind;
	double (*mean)(double eta);
	double (*eta)(double mean); /* its inverse */

	/* d mean / d eta, and the second derivative */
	void (*slopes)(double eta, double mean, double *first, double *second);

	/* Of links whose mean may be a probability, else NULL; false where it is none at eta */
	bool (*share)(double eta, l2n_share *s);
} l2n_link;

extern const l2n_link l2n_links[L2N_LINKS];

#endif
