/*
 * multinomial.h: the rows of a multinomial regression, made ready for fits that differ in their
 * penalty.
 */
#ifndef L2_MULTINOMIAL_H
#define L2_MULTINOMIAL_H

#include "glm/glm_rows.h"

#include "num/glm/softmax.h"

/* Fits are evaluated so many rows at a time */
#define L2_MULTINOMIAL_ROWS 256

typedef struct l2_multinomial
{
	const l2_glm_state *state;
	const l2_options *o;
	l2_glm_rows *rows;
	l2_fitter *fitter;
	l2n_softmax softmax;
	int *place;    /* of the classes as they came: in their order */
	int *arrived;  /* and back */
	int p;         /* features that count */
	int *feature;  /* p: which of the model's, from 1 on */
	bool *dropped; /* which of the model's are left out, as others explain them */
	double *mean;  /* p: what is subtracted */
	double *sd;    /* p: what it is divided by */
	double *mix; /* p x p, upper: column j of z is the sum of mix[i * p + j] times feature i, for i
					up to j; NULL: z is the features */
	double lambda;
	double *linear; /* q each: what lambda is multiplied by, of the penalty on |b|, */
	double *square; /* and of that on b^2 */
	double *l1;     /* q each: the penalties */
	double *l2;
	double *total; /* k: weights of each class */
	double null_loss;

	/* of a pass */
	double *z;
	int class[L2_MULTINOMIAL_ROWS];
	double weight[L2_MULTINOMIAL_ROWS];
	void *work;
} l2_multinomial;

/*
 * Rows of all parts but one, -1 for none, for fits by those options, which outlive t as the state
 * does.  False where there are no rows, or where they have one class and the options want no error.
 */
extern bool l2_multinomial_open(l2_multinomial *t, l2_glm_state *state, const l2_options *o,
								int without);

/* The label of a class, by its number in the order of classes */
extern const char *l2_multinomial_label(const l2_multinomial *t, int class);

/* The penalties that o asks for */
extern void l2_multinomial_penalise(l2_multinomial *t, const l2_options *o);

/* The intercepts alone, where a search starts: k x q coefficients */
extern void l2_multinomial_start(const l2_multinomial *t, double *coef);

/* From there to the solution; the scratch is of one fit */
extern void l2_multinomial_solve(const l2_multinomial *t, const l2_options *o,
								 l2n_softmax_fit *fit);

/* The next rows of a pass that began with l2_glm_rows_rewind: into z, class and weight; 0: no more
 */
extern int l2_multinomial_next(l2_multinomial *t, const double **row, ptrdiff_t *stride,
							   int *count);

/* Sums over all rows, as a pass of softmax.h */
extern l2n_status l2_multinomial_pass(void *arg, const l2n_softmax *s, const double *coef,
									  l2n_softmax_sums *sums);

/* Error for a row with an offset */
extern void l2_multinomial_refuse_offset(const l2_glm_state *s);

/* The model of all rows; NULL where there is none */
extern l2_model *l2_multinomial_fit(l2_glm_state *state, const l2_options *o);

#endif
