/*
 * options.c: named choices and JSON options.
 *
 * Aggregates have no named arguments, so theirs come as one JSON object; it knows the same
 * names as the arguments of the solvers.
 */
#include "options/options.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

static const char *const lambda_scales[] = {"sum", "mean", "glmnet"};
static const char *const weight_kinds[] = {"precision", "frequency"};
static const char *const rules[] = {"min", "1se"};
static const char *const methods[] = {"ols",     "ridge",    "lasso",  "elastic_net",
									  "dropout", "logistic", "poisson"};
static const char *const class_weights[] = {"none", "balanced"};
static const char *const measures[] = {"deviance", "auc", "misclassification"};
static const char *const one_classes[] = {"error", "null"};
static const char *const solvers[] = {"default", "cholesky", "coordinate", "fista", "gradient"};
static const char *const dropouts[] = {"zero", "mean"};
static const char *const criteria[] = {"gcv", "aic", "aicc", "bic", "cp", "adj_r2"};
static const char *const selections[] = {"forward", "backward", "best",
										 "ridge",   "lasso",    "elastic_net"};
static const char *const nonfinites[] = {"error", "skip"};
static const char *const references[] = {"first", "most_frequent", "none"};
static const char *const unseens[] = {"error", "zero", "null"};

/* Index of name in choices, or an error that lists them */
static int
choose(const char *what, const char *name, const char *const *choices, int n)
{
	StringInfoData list;

	for (int i = 0; i < n; i++)
		if (strcmp(name, choices[i]) == 0)
			return i;
	initStringInfo(&list);
	for (int i = 0; i < n; i++)
		appendStringInfo(&list, "%s%s", i ? ", " : "", choices[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown %s \"%s\"", what, name),
			 errhint("Known values: %s.", list.data)));
	return -1;
}

l2_lambda_scale
l2_lambda_scale_of(const char *name)
{
	return choose("lambda_scale", name, lambda_scales, lengthof(lambda_scales));
}

const char *
l2_lambda_scale_name(l2_lambda_scale s)
{
	return lambda_scales[s];
}

l2_weight_kind
l2_weight_kind_of(const char *name)
{
	return choose("kind of weights", name, weight_kinds, lengthof(weight_kinds));
}

const char *
l2_weight_kind_name(l2_weight_kind k)
{
	return weight_kinds[k];
}

l2_solver
l2_solver_of(const char *name)
{
	return choose("solver", name, solvers + 1, lengthof(solvers) - 1) + 1;
}

bool
l2_dropout_to_mean(const char *name)
{
	return choose("dropout_to", name, dropouts, lengthof(dropouts)) == 1;
}

l2_method
l2_method_of(const char *name)
{
	return choose("method", name, methods, lengthof(methods));
}

const char *
l2_method_name(l2_method m)
{
	return methods[m];
}

l2_unseen
l2_unseen_of(const char *name)
{
	return choose("value of unseen", name, unseens, lengthof(unseens));
}

const char *
l2_unseen_name(l2_unseen u)
{
	return unseens[u];
}

l2_criterion
l2_criterion_of(const char *name)
{
	return choose("criterion", name, criteria, lengthof(criteria));
}

const char *
l2_criterion_name(l2_criterion c)
{
	return criteria[c];
}

l2_selection
l2_selection_of(const char *name, bool columns_only)
{
	return choose("method", name, selections,
				  columns_only ? L2_SELECT_COLUMNS : lengthof(selections));
}

const char *
l2_selection_name(l2_selection s)
{
	return selections[s];
}

void
l2_options_init(l2_options *o, l2_method method)
{
	memset(o, 0, sizeof *o);
	o->method = method;
	o->intercept = true;
	o->n_penalty = o->n_lower = o->n_upper = o->n_features = o->n_names = -1;
	o->l1_ratio = method == L2_METHOD_LASSO ? 1.0 : 0.0;
	o->tolerance = 1e-13;
	o->max_iter = 10000;
	o->n_lambda = 100;
	o->n_lambdas = o->n_l1_ratios = -1;
	o->folds = 10;
	o->max_levels = 1000;
}

void
l2_options_set_lambda(l2_options *o, double lambda)
{
	if (!(lambda >= 0) || isinf(lambda))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("lambda must be a finite number >= 0, but is %g", lambda)));
	o->lambda = lambda;
}

void
l2_options_set_l1_ratio(l2_options *o, double l1_ratio)
{
	if (!(l1_ratio >= 0 && l1_ratio <= 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("l1_ratio must lie between 0 and 1, but is %g", l1_ratio)));
	o->l1_ratio = l1_ratio;
}

static void
no_null(const char *what, const bool *nulls, int n)
{
	for (int i = 0; i < n; i++)
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s must not contain NULLs", what)));
}

/* Largest first, which suits a search that starts from the last */
static int
descending(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return x < y ? 1 : (x > y ? -1 : 0);
}

void
l2_options_set_lambdas(l2_options *o, double *lambdas, const bool *nulls, int n)
{
	no_null("lambdas", nulls, n);
	if (n == 0)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("lambdas has no elements")));
	for (int i = 0; i < n; i++)
		l2_options_set_lambda(o, lambdas[i]);
	o->lambdas = lambdas;
	o->n_lambdas = n;
	qsort(lambdas, n, sizeof(double), descending);
}

void
l2_options_set_l1_ratios(l2_options *o, double *ratios, const bool *nulls, int n)
{
	no_null("l1_ratios", nulls, n);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("l1_ratios has no elements")));
	for (int i = 0; i < n; i++)
		l2_options_set_l1_ratio(o, ratios[i]);
	o->l1_ratios = ratios;
	o->n_l1_ratios = n;
}

void
l2_options_set_n_lambda(l2_options *o, double n)
{
	if (!(n >= 1 && n <= 100000) || n != floor(n))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("n_lambda must lie between 1 and 100000, but is %.15g", n)));
	o->n_lambda = (int) n;
}

void
l2_options_set_lambda_min_ratio(l2_options *o, double ratio)
{
	if (!(ratio > 0 && ratio < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("lambda_min_ratio must lie between 0 and 1, but is %g", ratio)));
	o->lambda_min_ratio = ratio;
}

void
l2_options_set_folds(l2_options *o, double folds)
{
	if (!(folds >= 2 && folds <= 10000) || folds != floor(folds))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("folds must lie between 2 and 10000, but is %.15g", folds)));
	o->folds = (int) folds;
}

void
l2_options_set_max_levels(l2_options *o, double n)
{
	if (!(n >= 1 && n <= L2_COLUMNS_LIMIT) || n != floor(n))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_levels must lie between 1 and %d, but is %.15g",
							   L2_COLUMNS_LIMIT, n)));
	o->max_levels = (int) n;
}

void
l2_options_set_rule(l2_options *o, const char *rule)
{
	o->one_se = choose("rule", rule, rules, lengthof(rules)) == 1;
}

void
l2_options_set_tolerance(l2_options *o, double tolerance)
{
	if (!(tolerance >= 0) || isinf(tolerance))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("tolerance must be a finite number >= 0, but is %g", tolerance)));
	o->tolerance = tolerance;
	o->tolerance_given = true;
}

void
l2_options_set_max_iter(l2_options *o, double max_iter)
{
	if (!(max_iter >= 1 && max_iter <= PG_INT32_MAX) || max_iter != floor(max_iter))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_iter must be a whole number >= 1, but is %g", max_iter)));
	o->max_iter = (int) max_iter;
	o->max_iter_given = true;
}

void
l2_options_set_learning_rate(l2_options *o, double learning_rate)
{
	if (!(learning_rate > 0) || isinf(learning_rate))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("learning_rate must be a finite number > 0, but is %g", learning_rate)));
	o->learning_rate = learning_rate;
}

void
l2_options_set_rate(l2_options *o, double rate)
{
	if (!(rate >= 0 && rate < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rate must be at least 0 and less than 1, but is %g", rate),
				 errdetail("It is the share of the values of each feature that are dropped.")));
	o->rate = rate;
}

void
l2_options_check_solver(const l2_options *o)
{
	bool bounded = l2_options_bounded(o);
	bool direct = o->solver == L2_BY_CHOLESKY ||
				  (o->solver == L2_BY_DEFAULT && o->method == L2_METHOD_RIDGE && !bounded);

	if (bounded && o->solver != L2_BY_DEFAULT && o->solver != L2_BY_COORDINATE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("solver %s cannot take bounds", solvers[o->solver]),
						errhint("Use coordinate, the default with bounds.")));
	if (o->learning_rate > 0 && o->solver != L2_BY_GRADIENT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("learning_rate is for solver gradient only"),
						errhint("Ask for solver gradient, or leave learning_rate out.")));
	if (direct && (o->tolerance_given || o->max_iter_given))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is for solvers that iterate, and cholesky does not",
							   o->max_iter_given ? "max_iter" : "tolerance"),
						errhint("Ask for solver coordinate, fista or gradient.")));
}

void
l2_options_check_penalty(const l2_options *o)
{
	for (int i = 0; i < o->n_penalty; i++)
		if (!(o->penalty[i] >= 0) || isinf(o->penalty[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("penalty factors must be finite numbers >= 0, but number %d is %g",
							i + 1, o->penalty[i])));
}

void
l2_options_set_bounds(l2_options *o, bool upper, double *bounds, const bool *nulls, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (nulls && nulls[i])
			bounds[i] = upper ? HUGE_VAL : -HUGE_VAL;
		if (isnan(bounds[i]) || bounds[i] == (upper ? -HUGE_VAL : HUGE_VAL))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s bounds must be numbers, but number %d is %g",
								   upper ? "upper" : "lower", i + 1, bounds[i]),
							errhint("Use NULL for no bound.")));
	}
	if (upper)
	{
		o->upper = bounds;
		o->n_upper = n;
	}
	else
	{
		o->lower = bounds;
		o->n_lower = n;
	}
}

/*
 * JSON.  One reader a type of value, then one table of keys.
 */

static void
wrong_type(const char *key, const char *expected)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("option \"%s\" must be %s", key, expected)));
}

static bool
json_bool(const char *key, const JsonbValue *v)
{
	if (v->type != jbvBool)
		wrong_type(key, "true or false");
	return v->val.boolean;
}

static char *
json_string(const char *key, const JsonbValue *v)
{
	if (v->type != jbvString)
		wrong_type(key, "a string");
	return pnstrdup(v->val.string.val, v->val.string.len);
}

/* The container of an array value; *n its length */
static JsonbContainer *
json_array(const char *key, const JsonbValue *v, const char *expected, int *n)
{
	if (v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data))
		wrong_type(key, expected);
	*n = JsonContainerSize(v->val.binary.data);
	return v->val.binary.data;
}

static char **
json_strings(const char *key, const JsonbValue *v, int *n)
{
	const char *expected = "an array of strings";
	JsonbContainer *a = json_array(key, v, expected, n);
	char **r = palloc(sizeof(char *) * Max(*n, 1));

	for (int i = 0; i < *n; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(a, i);

		if (e->type != jbvString)
			wrong_type(key, expected);
		r[i] = json_string(key, e);
	}
	return r;
}

static double
json_number(const char *key, const JsonbValue *v)
{
	if (v->type != jbvNumeric)
		wrong_type(key, "a number");
	return DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(v->val.numeric)));
}

/* Numbers; where nulls is given also nulls, which it tells of */
static double *
json_numbers(const char *key, const JsonbValue *v, int *n, bool **nulls)
{
	const char *expected =
		nulls ? "a number, or an array of numbers and nulls" : "an array of numbers";
	JsonbContainer *a = json_array(key, v, expected, n);
	double *r = palloc0(sizeof(double) * Max(*n, 1));

	if (nulls)
		*nulls = palloc0(sizeof(bool) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(a, i);

		if (nulls && e->type == jbvNull)
			(*nulls)[i] = true;
		else if (e->type != jbvNumeric)
			wrong_type(key, expected);
		else
			r[i] = DatumGetFloat8(
				DirectFunctionCall1(numeric_float8, NumericGetDatum(e->val.numeric)));
	}
	return r;
}

/* A number for all, or an array */
static void
json_bounds(l2_options *o, bool upper, const char *key, const JsonbValue *v)
{
	bool *nulls = NULL;
	double *bounds;
	int n = 1;

	if (v->type == jbvNumeric)
	{
		bounds = palloc(sizeof(double));
		*bounds = json_number(key, v);
	}
	else
		bounds = json_numbers(key, v, &n, &nulls);
	l2_options_set_bounds(o, upper, bounds, nulls, n);
}

static void
set_lower(l2_options *o, const char *key, const JsonbValue *v)
{
	json_bounds(o, false, key, v);
}

static void
set_upper(l2_options *o, const char *key, const JsonbValue *v)
{
	json_bounds(o, true, key, v);
}

static void
set_non_negative(l2_options *o, const char *key, const JsonbValue *v)
{
	o->non_negative = json_bool(key, v);
}

static void
set_intercept(l2_options *o, const char *key, const JsonbValue *v)
{
	o->intercept = json_bool(key, v);
}

static void
set_standardize(l2_options *o, const char *key, const JsonbValue *v)
{
	o->standardize = json_bool(key, v);
}

static void
set_lambda_scale(l2_options *o, const char *key, const JsonbValue *v)
{
	o->lambda_scale = l2_lambda_scale_of(json_string(key, v));
}

static void
set_penalty_factor(l2_options *o, const char *key, const JsonbValue *v)
{
	o->penalty = json_numbers(key, v, &o->n_penalty, NULL);
	l2_options_check_penalty(o);
}

static void
set_features(l2_options *o, const char *key, const JsonbValue *v)
{
	o->features = json_strings(key, v, &o->n_features);
}

static void
set_target(l2_options *o, const char *key, const JsonbValue *v)
{
	o->target = json_string(key, v);
}

static void
set_names(l2_options *o, const char *key, const JsonbValue *v)
{
	o->names = json_strings(key, v, &o->n_names);
}

static void
set_weights(l2_options *o, const char *key, const JsonbValue *v)
{
	o->weights = l2_weight_kind_of(json_string(key, v));
}

static void
set_nonfinite(l2_options *o, const char *key, const JsonbValue *v)
{
	o->skip_nonfinite =
		choose("value of nonfinite", json_string(key, v), nonfinites, lengthof(nonfinites)) == 1;
}

static void
set_tolerance(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_tolerance(o, json_number(key, v));
}

static void
set_max_iter(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_max_iter(o, json_number(key, v));
}

static void
set_folds(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_folds(o, json_number(key, v));
}

static void
set_seed(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type != jbvNumeric)
		wrong_type(key, "a whole number");
	o->seed = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(v->val.numeric)));
}

static void
set_rule(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_rule(o, json_string(key, v));
}

static void
set_n_lambda(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_n_lambda(o, json_number(key, v));
}

static void
set_lambda_min_ratio(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_lambda_min_ratio(o, json_number(key, v));
}

static void
set_lambdas(l2_options *o, const char *key, const JsonbValue *v)
{
	int n;
	double *list = json_numbers(key, v, &n, NULL);

	l2_options_set_lambdas(o, list, palloc0(sizeof(bool) * Max(n, 1)), n);
}

static void
set_l1_ratio(l2_options *o, const char *key, const JsonbValue *v)
{
	int n;
	double *list;

	if (v->type == jbvNumeric)
	{
		l2_options_set_l1_ratio(o, json_number(key, v));
		return;
	}
	list = json_numbers(key, v, &n, NULL);
	l2_options_set_l1_ratios(o, list, palloc0(sizeof(bool) * Max(n, 1)), n);
}

static void
set_solver(l2_options *o, const char *key, const JsonbValue *v)
{
	o->solver = l2_solver_of(json_string(key, v));
}

static void
set_learning_rate(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_learning_rate(o, json_number(key, v));
}

static void
set_dropout(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_rate(o, json_number(key, v));
}

static void
set_dropout_to(l2_options *o, const char *key, const JsonbValue *v)
{
	o->to_mean = l2_dropout_to_mean(json_string(key, v));
}

static void
set_class_weight(l2_options *o, const char *key, const JsonbValue *v)
{
	o->balanced =
		choose("class_weight", json_string(key, v), class_weights, lengthof(class_weights)) == 1;
}

static void
set_measure(l2_options *o, const char *key, const JsonbValue *v)
{
	o->measure = choose(key, json_string(key, v), measures, lengthof(measures));
}

static void
set_one_class(l2_options *o, const char *key, const JsonbValue *v)
{
	o->one_class_null =
		choose("value of one_class", json_string(key, v), one_classes, lengthof(one_classes)) == 1;
}

static void
set_reference(l2_options *o, const char *key, const JsonbValue *v)
{
	o->reference = L2_REFERENCE_FIRST +
				   choose("reference", json_string(key, v), references, lengthof(references));
}

static void
set_unseen(l2_options *o, const char *key, const JsonbValue *v)
{
	o->unseen = l2_unseen_of(json_string(key, v));
}

static void
set_null_level(l2_options *o, const char *key, const JsonbValue *v)
{
	o->null_level = json_bool(key, v);
}

static void
set_max_levels(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_options_set_max_levels(o, json_number(key, v));
}

/* Which methods know an option: a bit each */
#define PENALISED (1 << L2_METHOD_RIDGE | 1 << L2_METHOD_LASSO | 1 << L2_METHOD_ELASTIC_NET)
#define DROPOUT   (1 << L2_METHOD_DROPOUT)
#define LINEAR    (1 << L2_METHOD_OLS | PENALISED | DROPOUT)
#define LOGISTIC  (1 << L2_METHOD_LOGISTIC)
#define GENERAL   (LOGISTIC | 1 << L2_METHOD_POISSON)
#define ALL       (LINEAR | GENERAL)

/* Only where many lambdas are tried; only where one is */
#define CV     (1 << L2_METHODS)
#define SINGLE (1 << (L2_METHODS + 1))

/* Only where there are folds; only where the features are a record */
#define FOLDS  (1 << (L2_METHODS + 2))
#define RECORD (1 << (L2_METHODS + 3))

/* Where a gram is all: of records, of arrays, of either */
#define RECORD_GRAM (1 << (L2_METHODS + 4))
#define ARRAY_GRAM  (1 << (L2_METHODS + 5))
#define GRAM        (RECORD_GRAM | ARRAY_GRAM)

static const struct
{
	const char *key;
	void (*set)(l2_options *o, const char *key, const JsonbValue *v);
	int methods;
} keys[] = {
	{"class_weight", set_class_weight, LOGISTIC},
	{"dropout", set_dropout, GENERAL | SINGLE},
	{"dropout_to", set_dropout_to, DROPOUT},
	{"features", set_features, ALL | RECORD_GRAM},
	{"folds", set_folds, PENALISED | GENERAL | CV | FOLDS},
	{"intercept", set_intercept, ALL},
	{"l1_ratio", set_l1_ratio, 1 << L2_METHOD_ELASTIC_NET | GENERAL | CV | FOLDS},
	{"lambda_min_ratio", set_lambda_min_ratio, PENALISED | GENERAL | CV},
	{"lambda_scale", set_lambda_scale, PENALISED | GENERAL},
	{"lambdas", set_lambdas, PENALISED | GENERAL | CV},
	{"learning_rate", set_learning_rate, PENALISED | SINGLE},
	{"lower", set_lower, PENALISED | GENERAL},
	{"max_iter", set_max_iter, PENALISED | GENERAL},
	{"max_levels", set_max_levels, ALL | GRAM | RECORD},
	{"measure", set_measure, LOGISTIC | CV | FOLDS},
	{"n_lambda", set_n_lambda, PENALISED | GENERAL | CV},
	{"names", set_names, ALL | GRAM},
	{"non_negative", set_non_negative, PENALISED | GENERAL},
	{"nonfinite", set_nonfinite, ALL | GRAM},
	{"null_level", set_null_level, ALL | GRAM | RECORD},
	{"one_class", set_one_class, GENERAL},
	{"penalty_factor", set_penalty_factor, PENALISED | GENERAL},
	{"reference", set_reference, ALL | GRAM | RECORD},
	{"rule", set_rule, PENALISED | GENERAL | CV | FOLDS},
	{"seed", set_seed, PENALISED | GENERAL | CV | FOLDS},
	{"solver", set_solver, PENALISED | SINGLE},
	{"standardize", set_standardize, PENALISED | GENERAL},
	{"target", set_target, LINEAR | GRAM},
	{"target", set_target, GENERAL | RECORD},
	{"tolerance", set_tolerance, PENALISED | GENERAL},
	{"unseen", set_unseen, ALL | GRAM | RECORD},
	{"upper", set_upper, PENALISED | GENERAL},
	{"weights", set_weights, ALL},
};

static bool
is_known(const l2_options *o, int i)
{
	int method = 1 << o->method;

	if (o->just_gram)
		method = o->record ? RECORD_GRAM : ARRAY_GRAM;

	return (keys[i].methods & method) && !(keys[i].methods & (o->cv ? SINGLE : CV)) &&
		   (o->record || !(keys[i].methods & RECORD)) && !(o->no_fold && keys[i].methods & FOLDS);
}

/* Bytes of a key in an error */
#define LONGEST_SHOWN 200

static void
unknown_key(const l2_options *o, const char *key)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < (int) lengthof(keys); i++)
		if (is_known(o, i))
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", keys[i].key);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown option \"%.*s\"", pg_mbcliplen(key, strlen(key), LONGEST_SHOWN), key),
			 errhint("Options of %s: %s.", o->just_gram ? "l2_gram_agg" : l2_method_name(o->method),
					 list.data)));
}

void
l2_options_from_json(l2_options *o, const char *json)
{
	Jsonb *jb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue v;
	char *key = NULL;

	if (!JB_ROOT_IS_OBJECT(jb))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("options must be a JSON object"),
				 errhint("For example: {\"intercept\": false}.")));
	it = JsonbIteratorInit(&jb->root);
	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
	{
		int i;

		if (token == WJB_KEY)
			key = pnstrdup(v.val.string.val, v.val.string.len);
		if (token != WJB_VALUE)
			continue;
		Assert(key != NULL); /* it comes before its value */
		for (i = 0; i < (int) lengthof(keys); i++)
			if (strcmp(keys[i].key, key) == 0 && is_known(o, i))
				break;
		if (i == (int) lengthof(keys))
			unknown_key(o, key);
		if (v.type != jbvNull) /* null: as if not given */
			keys[i].set(o, key, &v);
	}
	l2_options_check_solver(o);
}

void
l2_refuse_gram(l2_method method)
{
	if (method == L2_METHOD_LOGISTIC || method == L2_METHOD_POISSON)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s needs the rows, not their gram", l2_method_name(method)),
						errhint("Use %s_fit(y, x, ...).", l2_method_name(method))));
}
