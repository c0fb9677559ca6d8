/*
 * options.h: what a fit was asked for: the type l2_options, and what its keys mean.
 */
#ifndef L2_OPTIONS_H
#define L2_OPTIONS_H

#include "base/l2reg.h"

#include "num/glm/family.h"

typedef enum l2_method
{
	L2_METHOD_OLS,
	L2_METHOD_RIDGE,
	L2_METHOD_LASSO,
	L2_METHOD_ELASTIC_NET,
	L2_METHOD_DROPOUT,
	L2_METHOD_IV,
	L2_METHOD_PCA,      /* a component as a function of the columns */
	L2_METHOD_LOGISTIC, /* from here on generalised linear models */
	L2_METHOD_POISSON,
	L2_METHOD_GLM, /* of a family and a link; the last of them */
	L2_METHOD_HUBER,
	L2_METHOD_QUANTILE,
	L2_METHOD_MULTINOMIAL, /* coefficients of each class */
	L2_METHODS,
} l2_method;

/* Whether it is a generalised linear model: fitted to rows, with a link before the mean */
static inline bool
l2_method_has_link(l2_method m)
{
	return m >= L2_METHOD_LOGISTIC && m <= L2_METHOD_GLM;
}

/* Whether there is nothing to penalise: no lambda, nor what belongs to it */
static inline bool
l2_method_without_penalty(l2_method m)
{
	return m == L2_METHOD_OLS || m == L2_METHOD_IV || m == L2_METHOD_PCA || m == L2_METHOD_HUBER ||
		   m == L2_METHOD_QUANTILE;
}

/* Whether a method's errors are of rows that may lie far off: Huber's and quantiles */
static inline bool
l2_is_resistant(l2_method m)
{
	return m == L2_METHOD_HUBER || m == L2_METHOD_QUANTILE;
}

/* Whether a gram makes such a fit, for penalties that vary */
static inline bool
l2_method_has_path(l2_method m)
{
	return m == L2_METHOD_RIDGE || m == L2_METHOD_LASSO || m == L2_METHOD_ELASTIC_NET;
}

typedef enum l2_lambda_scale
{
	L2_LAMBDA_SUM,    /* as the objective has it; scikit-learn's Ridge */
	L2_LAMBDA_MEAN,   /* times the sum of weights */
	L2_LAMBDA_GLMNET, /* times the sum of weights, over the population sd of y */
} l2_lambda_scale;

typedef enum l2_weight_kind
{
	L2_WEIGHTS_PRECISION, /* a weight is an inverse variance: n counts rows, as in R's lm */
	L2_WEIGHTS_FREQUENCY, /* a weight is a number of equal rows: n is their sum */
} l2_weight_kind;

/* Which covariance: append only */
typedef enum l2_vcov
{
	L2_VCOV_IID, /* rows are independent and, but for their weights, vary alike */
	L2_VCOV_HC0,
	L2_VCOV_HC1,
	L2_VCOV_HC2,
	L2_VCOV_HC3,
	L2_VCOV_CR0,
	L2_VCOV_CR1,
	L2_VCOV_HAC,
	L2_VCOVS,
} l2_vcov;

/* What corrects clustered errors and those of HAC for small samples */
typedef enum l2_ssc
{
	L2_SSC_DEFAULT, /* CR1: full; HAC: none */
	L2_SSC_FULL,    /* G/(G-1) (n-1)/(n-k), each way with its own G; of HAC n/(n-k) */
	L2_SSC_CLUSTER, /* G/(G-1) */
	L2_SSC_MIN,     /* full, with the least G for both ways */
	L2_SSC_NONE,
} l2_ssc;

/* How p of several tests are adjusted */
typedef enum l2_adjust
{
	L2_ADJUST_NONE,
	L2_ADJUST_HOLM,
	L2_ADJUST_BONFERRONI,
} l2_adjust;

/* How to solve, as it is asked for */
typedef enum l2_solver
{
	L2_BY_DEFAULT, /* Cholesky, or with an L1 penalty coordinate descent */
	L2_BY_CHOLESKY,
	L2_BY_COORDINATE,
	L2_BY_FISTA,
	L2_BY_GRADIENT,
} l2_solver;

/* What the best of several models is best by; see criteria.h */
typedef enum l2_criterion
{
	L2_CRITERION_DEFAULT = -1, /* nobody said which */
	L2_CRITERION_GCV,
	L2_CRITERION_AIC,
	L2_CRITERION_AICC,
	L2_CRITERION_BIC,
	L2_CRITERION_CP,
	L2_CRITERION_ADJ_R2,
	L2_CRITERION_EVIDENCE, /* of a penalty alone */
	L2_CRITERIA,
} l2_criterion;

/* What is selected, and how: columns, or a penalty */
typedef enum l2_selection
{
	L2_SELECT_FORWARD,
	L2_SELECT_BACKWARD,
	L2_SELECT_BEST,
	L2_SELECT_RIDGE,
	L2_SELECT_LASSO,
	L2_SELECT_ELASTIC_NET,
} l2_selection;

/* What cross-validation of a generalised linear model compares */
typedef enum l2_measure
{
	L2_MEASURE_DEVIANCE, /* mean of a row */
	L2_MEASURE_AUC,
	L2_MEASURE_MISCLASSIFICATION,
} l2_measure;

/* How the expectation over what dropout drops is had; a number > 0 is how many masks are drawn */
typedef enum l2_masks
{
	L2_MASKS_DEFAULT = -3, /* exact where that is little work, else normal */
	L2_MASKS_QUADRATIC,
	L2_MASKS_NORMAL,
	L2_MASKS_EXACT,
} l2_masks;

/* Which level of a category has no column of its own */
typedef enum l2_reference
{
	L2_REFERENCE_DEFAULT, /* the first without a penalty, else none */
	L2_REFERENCE_FIRST,   /* in the order of the bytes */
	L2_REFERENCE_MOST_FREQUENT,
	L2_REFERENCE_NONE,
} l2_reference;

/* What a prediction makes of a level that the model was not trained on */
typedef enum l2_unseen
{
	L2_UNSEEN_ERROR,
	L2_UNSEEN_ZERO,
	L2_UNSEEN_NULL,
} l2_unseen;

#define L2_SELECT_COLUMNS (L2_SELECT_BEST + 1) /* so many of them select columns */

typedef struct l2_options
{
	l2_method method;
	int place;        /* an l2_place: whose they are */
	double lambda;    /* as given; 0 for OLS */
	double l1_ratio;  /* share of the penalty that is on |b|: 0 for ridge, 1 for lasso */
	double tolerance; /* duality gap to reach, as a share of y'y / 2 */
	bool tolerance_given;
	bool replaced; /* the errors are: those by the rows come after the fit */
	bool quiet;    /* no WARNING where a solver stops short: the caller says it */
	int *told;     /* notices that a call site has given: see l2_tell_once; NULL: it keeps none */
	int max_iter;  /* of coordinate descent, and where given of any solver */
	bool max_iter_given;
	l2_solver solver;     /* as asked for */
	double learning_rate; /* of gradient descent; 0: 1/L */
	int batch;            /* rows of a step; 0: all */
	int n_start;          /* -1: not given */
	double *start;        /* where steps start: the intercept and the coefficients */
	double rate;          /* of dropout */
	bool dropout_given;
	bool to_mean; /* dropout to the mean, not to zero */
	int masks;    /* of dropout in a generalised linear model: an l2_masks */
	bool intercept;
	bool standardize;
	l2_lambda_scale lambda_scale;
	l2_weight_kind weights;
	int covariance; /* up to how many features the model keeps its covariance; -1: no matter what */
	l2_vcov vcov;
	l2_ssc ssc;
	l2_adjust adjust;
	bool psd;         /* a covariance that is indefinite is cut off at 0 */
	double bandwidth; /* of HAC; -1: not given */
	bool skip_nonfinite;
	bool balanced;       /* of logistic regression: both classes weigh the same */
	bool one_class_null; /* NULL where y is 0, or 1, in all rows; else an error */
	int n_penalty;       /* -1: not given */
	double *penalty;
	double relax;    /* the share of the penalised fit in a relaxed one; 1: it is not relaxed */
	int n_relaxes;   /* in cross-validation; -1: just relax */
	double *relaxes; /* largest first */
	bool by_factors; /* the columns of a category are penalised as one */
	int n_group;     /* -1: not given */
	double *group;   /* or each column's group, a number */
	int n_lower;     /* -1: not given; 1: for all */
	double *lower;
	int n_upper;
	double *upper;
	bool non_negative;
	int n_features; /* -1: all but the target */
	char **features;
	char *target; /* NULL: column 0 */
	int n_names;  /* -1: as in the gram, or the record */
	char **names;

	/* many lambdas */
	int n_lambda;
	double lambda_min_ratio; /* smallest over largest; 0: glmnet's */
	int n_lambdas;           /* -1: a grid of n_lambda */
	double *lambdas;

	/* cross-validation */
	l2_measure measure;
	int folds;
	int64 seed;      /* of the hash that deals rows to folds */
	bool adds_up;    /* rows are dealt by their values alone, copies together */
	bool one_se;     /* the largest lambda within a standard error, not the best */
	int n_l1_ratios; /* -1: just l1_ratio */
	double *l1_ratios;
	int n_rates; /* of dropout; -1: just rate */
	double *rates;

	/* generalised linear models */
	l2n_family_kind family;
	int link;              /* an l2n_link_kind; -1: not given, L2N_LINKS: the canonical one */
	double power;          /* NaN: not given */
	double theta;          /* NaN: by maximum likelihood */
	double dispersion;     /* 0: the family's, -1: estimated, else given */
	char *positive;        /* the label of a target that counts as 1; NULL: not given */
	const char *negative;  /* the other one, which rows tell; NULL: y has no labels */
	char *reference_class; /* of several: the one with coefficients 0; NULL: the first */

	/* robust regression */
	double huber_k; /* residuals beyond so many times their scale count less */
	double tau;     /* the quantile's */

	/* selection */
	l2_criterion criterion;
	int max_features; /* -1: not given */
	int n_force;      /* -1: not given */
	char **force;

	bool center; /* condition indexes of centred columns */

	/* records */
	l2_reference reference;
	int n_bases; /* categories whose level without a column is given, by name; -1: none */
	char **base_of;
	char **base;
	l2_unseen unseen;
	bool null_level; /* of categories */
	int max_levels;
} l2_options;

/*
 * Who reads options, for whom some keys are known and others are not: a bit each
 */
typedef enum l2_place
{
	L2_IN_FIT = 1 << 0,        /* aggregates: ridge_fit */
	L2_IN_CV = 1 << 1,         /* ridge_cv */
	L2_IN_CURVE = 1 << 2,      /* logistic_cv_curve */
	L2_IN_PATH = 1 << 3,       /* logistic_path */
	L2_IN_GRAM = 1 << 4,       /* l2_gram_agg */
	L2_IN_FOLDS = 1 << 5,      /* l2_gram_folds */
	L2_IN_SOLVE = 1 << 6,      /* functions of grams: l2_ridge */
	L2_IN_SOLVE_CV = 1 << 7,   /* l2_cv, l2_cv_curve */
	L2_IN_SOLVE_PATH = 1 << 8, /* l2_path */
	L2_IN_SELECT = 1 << 9,     /* l2_select, of lambdas */
	L2_IN_SUBSET = 1 << 10,    /* l2_select and l2_subset, of columns */
	L2_IN_TRACE = 1 << 11,     /* l2_trace */
	L2_IN_COLLINEARITY = 1 << 12,
	L2_IN_CONDITION = 1 << 13, /* l2_condition_indexes */
	L2_IN_TRAIN = 1 << 14,     /* l2_train, beside those of its method's aggregate */
	L2_IN_REPORT = 1 << 15,
	L2_IN_CORRELATION = 1 << 16,
	L2_IN_PCA = 1 << 17,
	L2_IN_MEAT = 1 << 18,     /* l2_meat */
	L2_IN_ROBUST = 1 << 19,   /* l2_robust */
	L2_IN_CONTRAST = 1 << 20, /* l2_contrast */
	L2_PLACES = 21,
} l2_place;

typedef struct l2_scope
{
	l2_method method;
	l2_place place;
	bool record;      /* features are those of records */
	const char *name; /* of the caller in errors; NULL: what method and place say */
} l2_scope;

/* The name of the aggregate or function of a scope */
extern const char *l2_scope_name(const l2_scope *scope);

extern void l2_options_init(l2_options *o, l2_method method);

/* Defaults of a scope */
extern void l2_options_start(l2_options *o, const l2_scope *scope);

/*
 * Read options, JSON that is an object, into o.  An unknown key, one of another scope and a value
 * that cannot be are errors.
 */
extern void l2_options_read(l2_options *o, const l2_scope *scope, const char *json);

/* The same of an argument of SQL type l2_options, which may be NULL or left out */
extern void l2_options_argument(FunctionCallInfo fcinfo, int argument, const l2_scope *scope,
								l2_options *o);

/*
 * Error for an array without elements, a likely mistake, unless the options in that argument (0:
 * there is none) say that there are no features: {"names": []}.  The model is then of the mean.
 */
extern void l2_options_allow_empty(FunctionCallInfo fcinfo, int argument);

/* Error for JSON that no scope can read */
extern void l2_options_check(const char *json);

/* A key as the reference tells it */
typedef struct l2_option_told
{
	const char *key;
	bool again;          /* it was told before, of other callers */
	const char *value;   /* what it must be */
	const char *callers; /* who knows it, a * for every method that there is */
} l2_option_told;

/* Number i of the table, from 0, in the current memory context; false behind the last */
extern bool l2_option_tell(int i, l2_option_told *told);
extern bool l2_option_exists(const char *key);

/* The bytes of a value of SQL type l2_options, not terminated */
extern const char *l2_options_bytes(Datum d, int *len);

/* Set and check what is not an option everywhere: lambda, l1_ratio, the rate of dropout */
extern void l2_options_set_lambda(l2_options *o, double lambda);
extern void l2_options_set_l1_ratio(l2_options *o, double l1_ratio);
extern void l2_options_set_rate(l2_options *o, double rate);

/* What a fit calls the number after x, and set it */
extern const char *l2_strength_name(l2_method method);
extern void l2_options_set_strength(l2_options *o, double v);

/* Names to values, with errors that list the choices; and back */
extern const char *l2_lambda_scale_name(l2_lambda_scale s);
extern l2_lambda_scale l2_lambda_scale_of(const char *name);
extern const char *l2_weight_kind_name(l2_weight_kind k);
extern l2_weight_kind l2_weight_kind_of(const char *name);
extern bool l2_dropout_to_mean(const char *name);
extern const char *l2_masks_name(int masks); /* NULL for a number */
extern int l2_masks_of(const char *name);
extern const char *l2_method_name(l2_method m);
extern l2_method l2_method_of(const char *name);

/* Error for a method that l2_train does not know */
extern void l2_check_trained_method(const char *name);
extern const char *l2_vcov_name(l2_vcov v);
extern l2_vcov l2_vcov_of(const char *name);
extern l2_unseen l2_unseen_of(const char *name);
extern const char *l2_unseen_name(l2_unseen u);
extern const char *l2_criterion_name(l2_criterion c);
extern const char *l2_family_name(l2n_family_kind f);
extern l2n_family_kind l2_family_kind_of(const char *name);
extern const char *l2_link_name(l2n_link_kind l);
extern l2n_link_kind l2_link_kind_of(const char *name);

/* The ways to select, or only those that select columns */
extern l2_selection l2_selection_of(const char *name, bool columns_only);
extern const char *l2_selection_name(l2_selection s);

/* Error for a method that needs the rows, from what works on grams */
extern void l2_refuse_gram(l2_method method);

/* Whether the features that an L1 penalty leaves are fitted again without it */
static inline bool
l2_options_relaxed(const l2_options *o)
{
	return o->relax < 1 || o->n_relaxes >= 0;
}

/* Whether some coefficient may not go where it wants */
static inline bool
l2_options_bounded(const l2_options *o)
{
	return o->n_lower >= 0 || o->n_upper >= 0 || o->non_negative;
}

#endif
