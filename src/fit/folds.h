/*
 * folds.h: cross-validation of the penalties of a fit.
 */
#ifndef L2_FOLDS_H
#define L2_FOLDS_H

#include "gram/gram.h"
#include "model/model.h"
#include "options/options.h"

/*
 * The model that cross-validation chooses, from n grams of which some may be NULL; or NULL.
 * skipped: rows that were left out beside those of the grams; told: for l2_tell_once.
 */
extern l2_model *l2_cross_validate(int *told, l2_gram **folds, int n, int64 skipped, l2_options *o);

/* One penalty and its errors, the smaller the better */
typedef struct l2_cv_point
{
	double rate; /* of dropout */
	double l1_ratio;
	double relax; /* the share of the penalised fit */
	double lambda;
	double mean;  /* over all folds */
	double se;    /* its standard error */
	double *fold; /* of each fold; NaN where it has none */
	bool known;   /* whether the errors are there: set by l2_cv_choose */
} l2_cv_point;

/* The options of its fits, o being those of all */
extern l2_options l2_cv_options(const l2_options *o, const l2_cv_point *point);

/* Whether both are of one grid of lambdas */
static inline bool
l2_cv_same_grid(const l2_cv_point *a, const l2_cv_point *b)
{
	return a->rate == b->rate && a->l1_ratio == b->l1_ratio && a->relax == b->relax;
}

/* Whether both are of the same penalised fit, which they relax, or not, to some extent */
static inline bool
l2_cv_same_fit(const l2_cv_point *a, const l2_cv_point *b)
{
	return a->rate == b->rate && a->l1_ratio == b->l1_ratio && a->lambda == b->lambda;
}

/* What grids there are: that of l1_ratio, rate and relax number i, in o; false behind the last */
extern bool l2_cv_grid(const l2_options *all, int i, l2_options *o);

/*
 * Means of n points, for each l1_ratio lambdas largest first, over k folds of those weights, as
 * glmnet has them; the best, and the largest lambda of its grid within a standard error of it
 */
extern void l2_cv_choose(l2_cv_point *points, int n, int k, const double *weight, int *best,
						 int *one_se);

/* How many of n points are not known */
extern int l2_cv_unknown(const l2_cv_point *points, int n);

/*
 * Whether point number i is the first of those not known that are of its penalised fit; the others
 * of them are next, next and so on, until -1
 */
extern bool l2_cv_is_first(const l2_cv_point *points, int i);
extern int l2_cv_next(const l2_cv_point *points, int n, int first, int i);

/*
 * Goes on with the grids that end while the error still falls, where the options leave them to us:
 * *points becomes a longer array, of *n, in which the new ones are not known.  False where all is
 * as it was.
 */
extern bool l2_cv_go_on(const l2_options *o, int k, l2_cv_point **points, int *n);

/* NOTICE where the best of n points is at an end of its grid, unless the errors do not differ */
extern void l2_tell_lambda(int *told, const l2_cv_point *points, int n, int best,
						   const l2_options *o);

#endif
