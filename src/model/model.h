/*
 * model.h: the bytes of an l2_model.
 *
 *	header | statistics | terms | covariance | classes | names | dropped | encoding of the names
 *
 * A term is the intercept (number 0) or a feature (1 .. p).  Numbers that are not known, in a
 * model written by hand, say, are NaN inside and null or absent in JSON.
 *
 * A model of several classes has coefficients, and their standard errors, of each of them; those of
 * its terms are 0.  Whoever asks for a model that is one function of the features gets an error for
 * such a one: l2_model_get.
 */
#ifndef L2_MODEL_H
#define L2_MODEL_H

#include "base/args.h"
#include "base/l2reg.h"
#include "base/names.h"
#include "options/options.h"

#include <math.h>

/*
 * Methods, solvers, statistics and vectors may be appended without a new version: then values of
 * earlier releases have fewer, and earlier releases refuse values that have more.
 */
#define L2_MODEL_VERSION 1

#define L2_MODEL_INTERCEPT   0x01 /* the intercept was fitted */
#define L2_MODEL_STANDARDIZE 0x02 /* the penalty was on standardised coefficients */
#define L2_MODEL_FREQUENCY   0x04 /* weights counted rows */
#define L2_MODEL_DROPPED     0x08 /* some feature was dropped */
#define L2_MODEL_UNCONVERGED 0x10 /* the solver stopped before its tolerance */
#define L2_MODEL_BOUNDED     0x20 /* coefficients had bounds */
#define L2_MODEL_TO_MEAN     0x40 /* dropout was to the mean, not to zero */
#define L2_MODEL_FLAGS       0x7f

/*
 * What is kept of the covariance of the coefficients: symmetric matrices of p + 1, of several
 * classes as many for each, upper triangles by rows, in the coordinates of num/stats/covariance.h
 * about the means of the features.  The covariance is F V F' where it is a sandwich, for V the
 * variance of scores that F has turned: then nearly collinear columns cost no more digits than F's.
 *
 * Of aliases number (i, j), or (j, i), is the coefficient of feature i, kept, in the sum that
 * feature j, dropped, was in all rows: without it nobody knows what a row says where it is another.
 */
#define L2_KEPT_FACTOR   0x01 /* of the inverse of X'WX and the penalty, or of the Fisher's */
#define L2_KEPT_VARIANCE 0x02 /* V, or of a penalty the covariance itself */
#define L2_KEPT_ALIASES  0x04 /* where features were dropped: how the others explained them */
#define L2_KEPT_MATRICES 0x07
#define L2_KEPT_SHIFT    4 /* of an l2_vcov: which covariance standard errors are from */

/* Statistics, in the order of storage: append only */
typedef enum l2_stat
{
	L2_STAT_SUM_WEIGHTS,
	L2_STAT_LAMBDA,           /* as given */
	L2_STAT_LAMBDA_EFFECTIVE, /* as it entered the objective */
	L2_STAT_RSS,
	L2_STAT_TSS,
	L2_STAT_R_SQUARED,
	L2_STAT_ADJ_R_SQUARED,
	L2_STAT_SIGMA,
	L2_STAT_DF,
	L2_STAT_DF_RESIDUAL,
	L2_STAT_RCOND,
	L2_STAT_L1_RATIO,
	L2_STAT_NONZERO, /* coefficients */
	L2_STAT_ITERATIONS,
	L2_STAT_GAP,      /* duality gap, as a share of y'y / 2 */
	L2_STAT_CV_ERROR, /* mean squared error on rows not seen, where cross-validation chose lambda */
	L2_STAT_CV_SE,    /* its standard error */
	L2_STAT_FOLDS,
	L2_STAT_LEARNING_RATE, /* of gradient descent */
	L2_STAT_RATE,          /* of dropout */

	/* of generalised linear models */
	L2_STAT_DEVIANCE,
	L2_STAT_NULL_DEVIANCE,
	L2_STAT_LOG_LIKELIHOOD,
	L2_STAT_LINK_AT_MEAN, /* the linear predictor where every feature has its mean */

	/* of covariances that are not those of independent rows */
	L2_STAT_DF_ERRORS, /* what t and F of the standard errors are of, where not df_residual */
	L2_STAT_CLUSTERS,
	L2_STAT_CLUSTERS_2, /* of the other way, where there are two */
	L2_STAT_BANDWIDTH,  /* of HAC: rows further apart are independent */

	/* of fits within groups */
	L2_STAT_ABSORBED, /* group means, which are among df */

	/* of generalised linear models */
	L2_STAT_DISPERSION, /* Pearson's chi square over the residual degrees of freedom */
	L2_STAT_SCALE,      /* what the variance is taken for, over the family's, where not 1 */
	L2_STAT_FAMILY,     /* of glm_fit: l2n_family_kind; in JSON its name */
	L2_STAT_LINK,       /* l2n_link_kind; in JSON its name */
	L2_STAT_POWER,
	L2_STAT_THETA,
	L2_STAT_THETA_SE,

	/* of robust regression */
	L2_STAT_HUBER_K,
	L2_STAT_TAU,

	/* of several classes */
	L2_STAT_REFERENCE_CLASS, /* its number, from 0: its coefficients are 0; in JSON its label */

	/* of dropout in generalised linear models */
	L2_STAT_MASKS, /* l2_masks, or a number of them; in JSON its name */

	/* of relaxed fits */
	L2_STAT_RELAX, /* the share of the penalised one */

	/* of least squares whose rows had weights other than 1, which count no rows */
	L2_STAT_LOG_WEIGHTS, /* the sum of their logarithms */
	L2_STATS,
} l2_stat;

/* What every stored model has; those behind are left out where none of them is known */
#define L2_STATS_ALWAYS (L2_STAT_LINK_AT_MEAN + 1)

/* What is kept of each term, p + 1 doubles each: append only */
typedef enum l2_vector
{
	L2_ESTIMATE,
	L2_MEAN, /* of the column; of the target for term 0 */
	L2_SD,   /* sample standard deviation, likewise */

	/* not stored where no term, nor any vector behind, has a value: see l2_model_finish */
	L2_STD_ERROR,
	L2_PENALTY_FACTOR,
	L2_VECTORS,
} l2_vector;

#define L2_VECTORS_ALWAYS (L2_SD + 1)

typedef enum l2_model_solver
{
	L2_SOLVER_UNKNOWN,
	L2_SOLVER_CHOLESKY_DD,      /* double-double */
	L2_SOLVER_CHOLESKY_REFINED, /* OpenBLAS and double-double residuals */
	L2_SOLVER_COORDINATE,       /* coordinate descent, exact finish */
	L2_SOLVER_EIGEN,            /* eigenvalues and double-double residuals */
	L2_SOLVER_FISTA,
	L2_SOLVER_GRADIENT,
	L2_SOLVER_NEWTON,
	L2_SOLVER_PROXIMAL_NEWTON, /* with an L1 penalty or bounds */
	L2_SOLVER_REWEIGHTED,      /* least squares, time and again */
	L2_SOLVER_SIMPLEX,
	L2_SOLVER_GROUPS, /* blockwise descent, Newton at the end */
	L2_SOLVERS,
} l2_model_solver;

typedef struct l2_model
{
	int32 vl_len_;
	uint8 version;
	uint8 flags;
	uint8 method;
	uint8 lambda_scale;
	uint8 solver;
	uint8 nstats;
	uint8 nvectors;
	uint8 kept; /* L2_KEPT_... */
	uint16 p;
	uint16 classes;      /* 0: the model is one function */
	uint32 names_len;    /* of target and features, see names.h */
	uint32 encoding_len; /* of the names: see encoding.h */
	int64 n;
	int64 n_skipped;
	double values[FLEXIBLE_ARRAY_MEMBER];
} l2_model;

/* Whether the solver was one that may stop short */
static inline bool
l2_model_iterated(const l2_model *m)
{
	return m->solver == L2_SOLVER_COORDINATE || m->solver == L2_SOLVER_FISTA ||
		   m->solver == L2_SOLVER_GRADIENT || m->solver >= L2_SOLVER_NEWTON;
}

/* Whether the model is of a generalised linear model: then a link stands before the mean */
static inline bool
l2_model_has_link(const l2_model *m)
{
	return l2_method_has_link(m->method);
}

/* Whether the last feature is a formula's offset, whose coefficient is 1 by definition */
extern bool l2_model_has_offset(const l2_model *m);

/*
 * Whether training took that offset from the target, as least squares do: then the target's mean
 * and deviation in the model are of what is left
 */
static inline bool
l2_model_target_less_offset(const l2_model *m)
{
	return l2_model_has_offset(m) && !l2_model_has_link(m) && m->method != L2_METHOD_HUBER &&
		   m->method != L2_METHOD_QUANTILE;
}

/* What degrees of freedom are counted in */
static inline double
l2_model_rows(const l2_model *m)
{
	return (m->flags & L2_MODEL_FREQUENCY) ? m->values[L2_STAT_SUM_WEIGHTS] : (double) m->n;
}

/* A statistic, of which a value that was stored long ago may not have the last ones */
static inline double
l2_model_stat(const l2_model *m, l2_stat s)
{
	return (int) s < m->nstats ? m->values[s] : NAN;
}

/* The sum of the logarithms of weights that say how well rows are known; 0 where there are none */
static inline double
l2_model_log_weights(const l2_model *m)
{
	double sum = l2_model_stat(m, L2_STAT_LOG_WEIGHTS);

	return isnan(sum) ? 0 : sum;
}

static inline double *
l2_model_vector(const l2_model *m, l2_vector v)
{
	return (double *) m->values + m->nstats + (Size) v * (m->p + 1);
}

/* What the coordinates of matrices are about: the mean of feature i, 1 .. p, or 0 */
static inline double
l2_model_centre(const l2_model *m, int i)
{
	double mean = l2_model_vector(m, L2_MEAN)[i];

	return (m->flags & L2_MODEL_INTERCEPT) && isfinite(mean) ? mean : 0;
}

/* A vector's value for term i, of those that may not be stored too */
static inline double
l2_model_value(const l2_model *m, l2_vector v, int i)
{
	return (int) v < m->nvectors ? l2_model_vector(m, v)[i] : NAN;
}

/*
 * How many coordinates the coefficients have: what the model says at the means, and then each of
 * the p; of several classes as many of each of them, the reference among them, whose are 0
 */
static inline Size
l2_model_coordinates(const l2_model *m)
{
	return Max((Size) m->classes, 1) * ((Size) m->p + 1);
}

/* Doubles of a matrix that is kept */
static inline Size
l2_model_triangle(const l2_model *m)
{
	return l2n_tri_size(l2_model_coordinates(m));
}

static inline int
l2_model_matrices(const l2_model *m)
{
	return ((m->kept & L2_KEPT_FACTOR) != 0) + ((m->kept & L2_KEPT_VARIANCE) != 0) +
		   ((m->kept & L2_KEPT_ALIASES) != 0);
}

/* Doubles of the coefficients of all classes, a class after the other, the intercept first */
static inline Size
l2_model_class_numbers(const l2_model *m)
{
	return (Size) m->classes * ((Size) m->p + 1);
}

/* Doubles of all */
static inline Size
l2_model_numbers(const l2_model *m)
{
	return m->nstats + (Size) m->nvectors * (m->p + 1) +
		   l2_model_matrices(m) * l2_model_triangle(m) + 2 * l2_model_class_numbers(m);
}

/* The p + 1 coefficients of a class, or their standard errors, NaN where there are none */
static inline double *
l2_model_class(const l2_model *m, int class, bool errors)
{
	return (double *) m->values + l2_model_numbers(m) -
		   (errors ? 1 : 2) * l2_model_class_numbers(m) + (Size) class * ((Size) m->p + 1);
}

/* The estimate of coordinate i, in place of what the model says at the means the intercept */
static inline double
l2_model_estimate(const l2_model *m, int i)
{
	return m->classes > 0 ? l2_model_class(m, 0, false)[i] : l2_model_vector(m, L2_ESTIMATE)[i];
}

/* The matrix of that bit; NULL where it is not kept */
static inline double *
l2_model_matrix(const l2_model *m, int which)
{
	double *matrix = (double *) m->values + m->nstats + (Size) m->nvectors * (m->p + 1);

	if (!(m->kept & which))
		return NULL;
	for (int before = L2_KEPT_FACTOR; before < which; before <<= 1)
		if (m->kept & before)
			matrix += l2_model_triangle(m);
	return matrix;
}

static inline l2_vcov
l2_model_vcov(const l2_model *m)
{
	return m->kept >> L2_KEPT_SHIFT;
}

static inline l2_names
l2_names_of_model(const l2_model *m)
{
	const char *names = (const char *) (m->values + l2_model_numbers(m));

	return (l2_names){names, m->names_len, names + m->names_len + m->p, m->encoding_len};
}

/* p bytes: true for a feature left out because those before it explain it */
static inline bool *
l2_model_dropped(const l2_model *m)
{
	return (bool *) (l2_names_of_model(m).bytes + m->names_len);
}

extern l2_model *l2_model_get(Datum d);
#define PG_GETARG_L2_MODEL(n) l2_model_get(PG_GETARG_DATUM(n))

/* The same of any model, also of several classes */
extern l2_model *l2_model_get_any(Datum d);
#define PG_GETARG_ANY_L2_MODEL(n) l2_model_get_any(PG_GETARG_DATUM(n))

/*
 * Of a model of several classes the logistic regression of one against another; where other is -1,
 * what class adds to the exponent of its probability, as a linear model
 */
extern l2_model *l2_model_of_class(const l2_model *m, int class, int other);

/* Error for a model of several classes */
extern void l2_model_refuse_classes(const l2_model *m);

/* A new model with all vectors, numbers all NaN */
extern l2_model *l2_model_new(int p, l2_names names);

/* The same with matrices, L2_KEPT_... */
extern l2_model *l2_model_new_keeping(int p, l2_names names, int kept);

/*
 * The model's numbers are all there: keep what the text can say, so no -0 and one kind of NaN, and
 * leave out the last vectors where they say nothing: a path of lasso models takes two thirds.
 */
extern void l2_model_finish(l2_model *m);

/* Whether errors are of normal variables, not Student's: the variance is known */
static inline bool
l2_model_knows_variance(const l2_model *m)
{
	double scale = l2_model_stat(m, L2_STAT_SCALE);

	return l2_model_has_link(m) && !(scale == l2_model_stat(m, L2_STAT_DISPERSION));
}

/*
 * A model of the same rows' attributes with the name of the target and what the features are worked
 * out from in another one, that of the training before; in the current memory context.
 */
extern l2_model *l2_model_with_recipe_of(const l2_model *m, const l2_model *other);

/* Name of term i: "(Intercept)" for 0 */
extern const char *l2_model_term(const l2_model *m, int i);

/* How many features have a coefficient that is not 0 */
extern int l2_model_nonzero(const l2_model *m);

/* Error unless that many features are the model's */
extern void l2_check_features(const l2_model *m, int given);

/* Error where the model cannot predict: it was fitted within groups, whose means it does not know
 */
extern void l2_check_predicts(const l2_model *m);

/*
 * The mean of y at x; false where an element of x is NULL.  Error where their number is not the
 * model's.
 */
extern bool l2_predict_row(const l2_model *m, const l2_array_view *x, double *result);

#endif
