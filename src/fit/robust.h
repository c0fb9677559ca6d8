/*
 * robust.h: standard errors that do not take rows for independent and alike, from the rows of a fit
 * or from what others have summed of them.
 */
#ifndef L2_ROBUST_H
#define L2_ROBUST_H

#include "gram/gram.h"
#include "gram/kept.h"
#include "gram/sparse.h"
#include "model/model.h"

/* The rows of a fit, and where things are in them; position 0 stands for none but of the target */
typedef struct l2_robust_rows
{
	void (*rewind)(struct l2_robust_rows *r);
	int (*next)(struct l2_robust_rows *r, const double **rows, ptrdiff_t *stride);
	int target;
	const int *feature;
	int weight;
	int offset;
	int cluster; /* of the first of two keys */
	int ways;
	int64 n_bare;               /* rows that were skipped since they had no cluster */
	const double *class_weight; /* of y = 0 and y = 1; NULL for none */
} l2_robust_rows;

/* Error unless such a fit may have the errors that its options ask for */
extern void l2_robust_check(const l2_options *o);

/* Error for errors that go by the order of rows where the aggregate in a call has none */
extern void l2_robust_check_order(FunctionCallInfo fcinfo, const l2_options *o);

/* Error where there is no usable row because none has a cluster */
extern void l2_robust_check_bare(int64 n_bare);

/* Options of the fit before: the model keeps what errors are made of */
extern l2_options l2_robust_before(const l2_options *o);

/* The model with the errors that o asks for; NOTICE, and NULL errors, where there are none */
extern l2_model *l2_robust_fit(const l2_model *m, const l2_options *o, l2_robust_rows *rows);

/* The rows of an aggregate of least squares over arrays, whose columns are a gram's */
extern l2_robust_rows *l2_robust_of_kept(l2_kept *kept, int ncols);

/* The same over records or arrays of another type */
extern l2_robust_rows *l2_robust_of_sparse(l2_sparse *s, const l2_options *o);

/* What sums of scores were made of */
typedef struct l2_robust_sums
{
	l2_vcov vcov;
	double *meat;      /* of scores turned by l2_robust_turn_of, with all factors; NULL: none */
	double df;         /* of t; NaN: that of the model */
	double clusters;   /* NaN: none */
	double clusters_2; /* NaN: none */
	double bandwidth;  /* NaN: none */
} l2_robust_sums;

/* The model with the errors of sums; keep: with their covariance */
extern l2_model *l2_robust_of_sums(const l2_model *m, const l2_robust_sums *sums, bool psd,
								   bool keep);

/* G/(G-1) and (n-1)/(n-k), as option ssc says; nested: groups whose effects there are lie in
 * clusters */
extern double l2_robust_factor(const l2_model *m, const l2_options *o, double clusters,
							   bool nested);

/* Error unless the model can be the bread of such errors: of grams by cluster, or from rows */
extern void l2_robust_need(const l2_model *m, bool of_grams);

/* Error where y's mean is rounded by more than scores can bear that are not taken about their own
 */
extern void l2_robust_need_near(const l2_model *m);

/*
 * The gram's column of each of the model's, the target first: by name, or where no name is the
 * model's and there are as many, by position.  -1: a level that no row of the gram has.
 */
extern int *l2_robust_columns(l2_gram *g, const l2_model *m);

/* The sum of the scores of a gram's rows, in the coordinates of the model */
extern void l2_robust_score(const l2_model *m, l2_gram *g, const int *column, double *score);

/* The same for q columns, about centres of their own, in place of the features */
extern void l2_robust_score_of(const l2_model *m, l2_gram *g, const int *column, int q,
							   const int *instrument, const double *centre, double *score);

/* Coefficients that the fit estimated, the intercept among them */
extern int l2_robust_rank(const l2_model *m);

/* What scores are turned by before they are squared: see num/stats/sandwich.h.  Of the model */
extern const double *l2_robust_turn_of(const l2_model *m);

/*
 * Add a block of rows to the sums of squares of turned scores of HC0 to HC3.  False where the
 * leverage of one is 1.
 */
typedef struct l2_scores l2_scores;
extern l2_scores *l2_scores_make(const l2_model *m, const l2_robust_rows *rows);
extern bool l2_scores_add_squares(l2_scores *s, l2_vcov vcov, const double *rows, ptrdiff_t stride,
								  int n, double *meat);

/* Add the score of a row, which is not turned, to p + 1 sums */
extern void l2_scores_add(l2_scores *s, const double *row, double *sum);

#endif
