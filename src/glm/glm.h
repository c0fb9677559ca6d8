/*
 * glm.h: generalised linear models, whoever makes the passes over the rows.
 */
#ifndef L2_GLM_H
#define L2_GLM_H

#include "model/family.h"
#include "fit/fit.h"

#include "num/glm/newton.h"

/* The share of the penalty that is on |b|, and others, where the method has its own defaults */
extern void l2_glm_options_init(l2_options *o, l2_method method);

/* Error for a y that the family cannot have */
extern void l2_glm_check_y(const l2n_family *f, double y);

/*
 * Largest magnitude of a value, times the root of its weight: then a Poisson variance may be as
 * large as poisson.c allows, and no sum of squares overflows
 */
#define L2_GLM_LARGEST 1e100

/* Error for a value of a column that is NaN, infinite or beyond that */
extern void l2_glm_refuse(double v, const char *column);

/* What is known of the rows before the first step, and how to pass over them */
typedef struct l2_glm_source
{
	l2_gram *prior;   /* of the rows as they are: y and all features */
	bool offset;      /* rows have one */
	double saturated; /* log likelihood of a perfect fit */
	double reference; /* a linear predictor, and the loss of all rows there, for rows without */
	double reference_loss; /* an offset: see newton.h */
	double least_weight;   /* of a row, where known: see newton.h */
	l2n_family family;     /* which the passes go by */
	int masks;             /* an l2_masks, or how many: how they have dropout; once prepared */
	bool plain;            /* asks for passes without it, */
	bool check;            /* or by masks, as many as take little time, where masks are none */

	/* Called before the first pass: columns are those of prior */
	void (*prepare)(struct l2_glm_source *s, const l2n_columns *columns, const double *centre);
	/* passes; called with the source */
	l2n_newton_pass pass;
	void (*reach)(void *source, double *reach); /* see newton.h; NULL: not known */
	bool by_moments;                            /* passes do not sum slopes up */

	/* Slope and curvature of the log likelihood by the family's theta; and set saturated for it */
	void (*theta_pass)(void *source, double base, const double *coef, double *score,
					   double *information);
	void (*theta_saturate)(struct l2_glm_source *source);
	bool (*constant)(void *source, double base, double *loss); /* see newton.h; or NULL */
} l2_glm_source;

/*
 * Whether y is not the same extreme value in all rows, which have then a fit; if it is, an error or
 * false, as the options want it
 */
extern bool l2_glm_has_classes(const l2_glm_source *s, const l2n_moments *m, const l2_options *o);

/* A source and options that say which columns, for several fits that differ in their penalty */
typedef struct l2_glm l2_glm;
/* NULL where the rows have no fit that the options want an error for */
extern l2_glm *l2_glm_make(l2_glm_source *s, const l2_options *o);
extern l2_model *l2_glm_fit(l2_glm *g, const l2_options *o);

/* The lambdas to try, as l2_fitter_grid; before the first fit */
extern double *l2_glm_grid(l2_glm *g, const l2_options *o, int *n);

/*
 * The coefficients alone, and the linear predictor at the centre that the source was given.  False
 * where the search did not converge.
 */
extern bool l2_glm_coefficients(l2_glm *g, const l2_options *o, double *base, double *coef);

/*
 * The same of the features whose coefficients in coef are not 0, without a penalty: what relaxed
 * fits are blended with
 */
typedef struct l2_glm_refit
{
	double base;
	double *coef; /* 0 for the others; there until the next call */
	double intercept;
	double df;
	int iterations;
	l2n_newton_end end;
} l2_glm_refit;

extern const l2_glm_refit *l2_glm_relax(l2_glm *g, const l2_options *o, const double *coef);

#endif
