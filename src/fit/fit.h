/*
 * fit.h: a gram and options make a model.
 */
#ifndef L2_FIT_H
#define L2_FIT_H

#include "gram/gram.h"
#include "model/model.h"
#include "options/options.h"

#include "num/solve/ridge.h"
#include "num/solve/system.h"
#include "num/solve/proximal.h"

/*
 * A gram and the options that say which columns and which factors, for several fits that differ
 * in method, lambda, l1_ratio, tolerance and max_iter; each starts from the one before.  It lives
 * in the memory context it was made in.  NULL where the gram has no rows.
 */
typedef struct l2_fitter l2_fitter;
extern l2_fitter *l2_fitter_make(l2_gram *g, const l2_options *o);

/* Look again at the moments of its gram, which others have replaced */
extern void l2_fitter_refresh(l2_fitter *f);

/* Say that fits at many lambdas will come, or their coefficients alone: worth a decomposition */
extern void l2_fitter_expect_many(l2_fitter *f, bool coefficients);

extern l2_model *l2_fitter_fit(l2_fitter *f, const l2_options *o);

/*
 * The parts of such a fit, for solvers elsewhere: a model with all but its solution, and room for
 * the matrices kept (see l2_vcov_parts); where a solver's numbers go in it; the solution put in,
 * with a NOTICE of dropped columns; and what of each column is told.
 */
extern l2_model *l2_fitter_start(const l2_fitter *f, const l2_options *o, int kept);
extern l2n_fit l2_room_of_fit(l2_model *model);
extern void l2_fitter_put(const l2_fitter *f, const l2_options *o, const l2n_fit *fit,
						  l2_model *model);
extern void l2_fitter_finish(const l2_fitter *f, l2_model *model);

/*
 * The coefficients alone, as doubles allow, for n lambdas at the l1_ratio of o, one after the
 * other: for errors in cross-validation, say.  Returns for how many the solver did not converge.
 * l2_fitter_batch: the n at most, all of which are little more work than one.
 */
extern int l2_fitter_batch(const l2_fitter *f, const l2_options *o);
extern int l2_fitter_coefficients(l2_fitter *f, const l2_options *o, int n, const double *lambda,
								  double *coef);

/*
 * Of a relaxed fit (Meinshausen 2007; glmnet's relax): the features whose coefficients are not 0,
 * fitted again without a penalty.  p coefficients, 0 for the others, which are there until the next
 * call.
 */
extern const double *l2_fitter_refit(l2_fitter *f, const double *coef);

/* A share of the penalised fit, and the rest of the other */
static inline double
l2_blend(double share, double penalised, double refit)
{
	return share * penalised + (1 - share) * refit;
}

/* What a lambda of 1 is in the objective of a ridge, by the scale of o */
extern double l2_fitter_unit(l2_fitter *f, const l2_options *o);

/* What it solves: moments, and the columns of the gram */
extern const l2n_moments *l2_fitter_moments(const l2_fitter *f);
extern const l2n_columns *l2_fitter_columns(const l2_fitter *f);

/*
 * The lambdas to try, largest first: those of o, or glmnet's grid: o->n_lambda values from the
 * smallest that leaves no coefficient, down by equal factors
 */
extern double *l2_fitter_grid(l2_fitter *f, const l2_options *o, int *n);

/* Below this l1_ratio glmnet's grid is that of it, since ridge never leaves no coefficient */
#define L2_GRID_L1_RATIO 0.001

/* That grid down from largest; tall: there are more rows than columns */
extern double *l2_make_grid(const l2_options *o, double largest, bool tall, int *n);

/* The penalty factors, or NULL, and the bounds of all coefficients, or NULL */
extern const double *l2_fitter_penalty(const l2_fitter *f);
extern const double *l2_fitter_bounds(const l2_fitter *f, bool upper);

/* The group of each column, 0 .. *groups - 1, or NULL */
extern const int *l2_fitter_groups(const l2_fitter *f, int *groups);

/* Sample standard deviation of a column, NaN where there are too few rows */
extern double l2_column_sd(const l2n_moments *m, int column, double rows);

/* NOTICE of the columns that the fit dropped, once for all groups of a call site: see l2_tell_once
 */
extern void l2_tell_dropped(const l2_model *model, int *told);

/* Names of the columns that take part, the target's first */
extern l2_names l2_fitter_names(const l2_fitter *f);

/* The search of solver coordinate, fista or gradient, before its first step */
extern l2n_proximal *l2_fitter_search(l2_fitter *f, const l2_options *o);

/* The gap that steps and sweeps stop at */
extern double l2_search_tolerance(const l2_options *o);

/* Say that gradient descent diverges with the rate of o, and which rates would not */
extern void l2_tell_divergence(int elevel, const l2_options *o, const l2n_proximal *search);

/* Its number of features */
extern int l2_fitter_features(const l2_fitter *f);

/* What its degrees of freedom are counted in */
extern double l2_fitter_rows(const l2_fitter *f);

/* The sum of the logarithms of weights that say how well rows are known; 0 where they count rows */
extern double l2_fitter_log_weights(const l2_fitter *f);

/* The fitted model; NULL where the gram has no rows */
extern l2_model *l2_fit(l2_gram *g, const l2_options *o);

/*
 * The columns that a fit to a gram of records with all levels keeps, the target's first, and their
 * names; how many.  Without are references, and levels that no row has.
 */
extern int l2_refit_columns(l2_gram *all, const l2_options *o, int *keep, l2_names *names);

/* A fit to grams that were kept, one a fold with by_cv */
typedef struct l2_refit_spec
{
	l2_method method;
	double strength; /* lambda, or the rate of dropout */
	bool by_cv;
	double l1_ratio;
	const char *options; /* JSON */
	bool quiet;          /* no NOTICE on folds and lambda: nobody trains */
} l2_refit_spec;

/*
 * What an aggregate would have made of the rows of n grams, some of them NULL: rows of them,
 * skipped ones too.  Levels that no row has are taken out, and so is the reference.  NULL where
 * there is no usable row.  The elements of g are replaced.
 */
extern l2_model *l2_refit(l2_gram **g, int n, int64 rows, const l2_refit_spec *spec);

#endif
