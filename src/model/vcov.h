/*
 * vcov.h: the covariance of a model's coefficients, as the model keeps it.
 *
 * Numbers are in the coordinates of num/stats/covariance.h about the means of the features: k = p +
 * 1 of them, what the fit says at the means and then the coefficients; of a model of several
 * classes so many of each class, one after the other (l2_model_coordinates).
 */
#ifndef L2_VCOV_H
#define L2_VCOV_H

#include "model/model.h"

#include "num/solve/ridge.h"

/* Whether a covariance of p features is asked for, if there is one */
extern bool l2_vcov_wanted(const l2_options *o, int p);

/*
 * Which matrices a model of p features keeps, by its options; has: the fit has a covariance, of
 * which a penalty makes two matrices.  An error where the options insist on what there is not.
 */
extern int l2_vcov_parts(const l2_options *o, int p, bool has, bool penalised);

/*
 * Fill the matrices of a model, whose features that were dropped are known, from the moments that
 * it was solved from; spec is of all its features.  centre: of these, where it is not the moments'
 * means.
 */
extern void l2_vcov_put(l2_model *model, const l2n_moments *m, const l2n_ridge_spec *spec,
						const double *centre);

/* What is kept of a fit without a penalty that is of these parts: how columns explain others, too
 */
extern int l2_vcov_and_aliases(int parts);

/*
 * What the fit says of a row of p features, perhaps unaligned, is determined by its rows unless a
 * feature that was dropped is another in it than the others say: the number of that, from 1, or 0.
 * difference: the features are differences of rows.
 */
extern int l2_vcov_undetermined(const l2_model *m, const char *x, bool difference);

/* Note what the fit says at the means, from the mean of the target and how it was rounded */
extern void l2_vcov_put_base(l2_model *model, const l2n_moments *m, const l2n_columns *columns);

/* Error for options that ask for errors which need rows, where there are none any more */
extern void l2_vcov_need_rows(const l2_options *o);

/* Error, with a hint at the option, unless the model keeps its covariance; what: that needs it */
extern void l2_vcov_need(const l2_model *m, const char *what);

/* Error for a model whose covariance is not what its own rows alone make it */
extern void l2_vcov_need_own_rows(const l2_model *m, const char *what);

/* What the inverse is to be multiplied by for the covariance of independent rows */
extern double l2_vcov_unit(const l2_model *m);

/* The covariance of a model that keeps it: unit, NaN where it is not known, times matrix, or where
 * that is NULL times factor factor', or where that is turned times factor matrix factor' */
typedef struct l2_covariance
{
	int k;
	double unit;
	const double *matrix;
	const double *factor;
	bool turned;
	double independent; /* times factor factor': what it would be of rows that are alike */
	double *work;       /* k */
} l2_covariance;

/* In the current context */
extern l2_covariance l2_covariance_of(const l2_model *m);

/* z'V z; NaN where it is negative, or nothing but rounding */
extern double l2_covariance_form(const l2_covariance *c, const double *z);

/* How many times more than is left of z'V z may its root lose to rounding */
extern double l2_covariance_loss(const l2_covariance *c, const double *z);

/* What the fit says at the means, on the scale of the linear predictor */
extern double l2_vcov_base(const l2_model *m);

/* A row of p features, perhaps unaligned, in coordinates: 1 and how far they are from the means */
extern void l2_vcov_row(const l2_model *m, const char *x, double *z);

/* A combination of the coefficients, intercept first, as one of coordinates; may be in place */
extern void l2_vcov_combination(const l2_model *m, const double *l, double *z);

/*
 * The model with another covariance, factor meat factor', NULL where there is none; with its
 * matrices where keep.  Not finished: its standard errors, NaN, and statistics are yet to be set.
 */
extern l2_model *l2_vcov_replace(const l2_model *m, l2_vcov vcov, const double *meat, bool keep);

/*
 * Variances of the p + 1 coefficients by factor meat factor', in the current context; NaN of what
 * was dropped.  rounding: below which each is not told from 0.
 */
extern double *l2_vcov_squares(const l2_model *m, const double *meat, double *rounding);

/*
 * Make factor meat factor', about 0, positive semidefinite; false where rounding does not let it.
 * rest: what a variance of 0 may be afterwards.
 */
extern bool l2_vcov_cut_negative(const l2_model *m, double *meat, double *rest);

/* How many clusters there are, of two ways the fewer; NaN for none */
extern double l2_vcov_clusters(const l2_model *m);

/*
 * The factor of the covariance of a model of several classes, about the means, from that v of its
 * free coordinates, of which number i is coordinate at[i]; 0 where v is none
 */
extern void l2_vcov_put_classes(l2_model *m, int n, const int *at, const double *v);

/*
 * The factor of the covariance of one class's coefficients less another's, of p + 1 coordinates;
 * false where that is singular
 */
extern bool l2_vcov_of_classes(const l2_model *m, int class, int other, double *factor);

/*
 * F of q of the coefficients, 0 the intercept, being 0 together, of a model that keeps its
 * covariance: NaN where it has no errors.  False where their covariance is singular.
 */
extern bool l2_vcov_wald(const l2_model *m, int q, const int *term, double *f);

/* Which errors a model shows, in words, as "CR1, 7 clusters"; NULL where it has none */
extern const char *l2_vcov_label(const l2_model *m);

/* What t and F of its errors are of: infinite for a normal distribution, NaN where unknown */
extern double l2_vcov_df(const l2_model *m);

#endif
