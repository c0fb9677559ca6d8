/*
 * options.c: what the keys of options mean, and for whom.
 *
 * Aggregates have no named arguments, and named arguments of functions can never become more; so
 * what a fit is asked for comes as one JSON object, everywhere with the same keys.  One table has
 * them: its rows read the values, and say which aggregates and functions know the key.
 */
#include "options/options.h"

#include <limits.h>

#include <math.h>

#include "base/args.h"
#include "options/hints.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

static const char *const lambda_scales[] = {"sum", "mean", "glmnet"};
static const char *const weight_kinds[] = {"precision", "frequency"};
static const char *const rules[] = {"min", "1se"};
static const char *const methods[] = {"ols",   "ridge",    "lasso",      "elastic_net", "dropout",
									  "iv",    "pca",      "logistic",   "poisson",     "glm",
									  "huber", "quantile", "multinomial"};
static const char *const class_weights[] = {"none", "balanced"};
static const char *const measures[] = {"deviance", "auc", "misclassification"};
static const char *const one_classes[] = {"error", "null"};
static const char *const solvers[] = {"cholesky", "coordinate", "fista", "gradient"};
static const char *const dropouts[] = {"zero", "mean"};
static const char *const masks[] = {"quadratic", "normal", "exact"};
static const char *const criteria[] = {"gcv", "aic", "aicc", "bic", "cp", "adj_r2", "evidence"};
static const char *const selections[] = {"forward", "backward", "best",
										 "ridge",   "lasso",    "elastic_net"};
static const char *const nonfinites[] = {"error", "skip"};
static const char *const references[] = {"first", "most_frequent", "none"};
static const char *const unseens[] = {"error", "zero", "null"};
static const char *const families[] = {"gaussian",         "binomial",          "poisson", "gamma",
									   "inverse_gaussian", "negative_binomial", "tweedie", "quasi"};
static const char *const links[] = {"identity", "log",     "logit",           "probit",
									"cloglog",  "inverse", "inverse_squared", "canonical"};
static const char *const vcovs[] = {"iid", "HC0", "HC1", "HC2", "HC3", "CR0", "CR1", "HAC"};
static const char *const adjusts[] = {"none", "holm", "bonferroni"};
static const char *const sscs[] = {"full", "cluster", "min", "none"};
static const char *const refreshes[] = {"full", "buckets", "live"};

/* What stands in the place of a method, and belongs elsewhere; empty where it does not look so */
static const char *
misplaced(const char *name)
{
	for (int i = 0; i < (int) lengthof(criteria); i++)
		if (pg_strcasecmp(name, criteria[i]) == 0)
			return psprintf("It goes by option: '{\"criterion\": \"%s\"}'. ", criteria[i]);
	if (strpbrk(name, ",{~+") != NULL)
		return "Features are in the formula, as in 'price ~ area + zone'. ";
	return "";
}

/* Index of name in choices, or an error that lists them */
static int
options_choose(const char *what, const char *name, const char *const *choices, int n)
{
	const char *meant = NULL, *made;
	StringInfoData list;

	for (int i = 0; i < n; i++)
		if (strcmp(name, choices[i]) == 0)
			return i;
	initStringInfo(&list);
	for (int i = 0; i < n; i++)
	{
		appendStringInfo(&list, "%s%s", i ? ", " : "", choices[i]);
		if (pg_strcasecmp(l2_own_name(name), choices[i]) == 0)
			meant = choices[i];
	}
	made = meant ? NULL : l2_made_of(what, name);
	/* a slip of the keys; short names are near to too many */
	for (int i = 0; meant == NULL && made == NULL && i < n; i++)
		if (strlen(choices[i]) >= 5 && strlen(name) >= 4 && strlen(name) < NAMEDATALEN &&
			l2_letters_apart(name, choices[i], 2) <= (strlen(name) < 5 ? 1 : 2))
			meant = choices[i];
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown %s \"%s\"", what, name),
			 meant  ? errhint("Write \"%s\". Known values: %s.", meant, list.data)
			 : made ? errhint("%s Known values: %s.", made, list.data)
					: errhint("%sKnown values: %s.", strstr(what, "method") ? misplaced(name) : "",
							  list.data)));
	return -1;
}

l2_lambda_scale
l2_lambda_scale_of(const char *name)
{
	return options_choose("lambda_scale", name, lambda_scales, lengthof(lambda_scales));
}

const char *
l2_lambda_scale_name(l2_lambda_scale s)
{
	return lambda_scales[s];
}

l2_weight_kind
l2_weight_kind_of(const char *name)
{
	return options_choose("kind of weights", name, weight_kinds, lengthof(weight_kinds));
}

const char *
l2_weight_kind_name(l2_weight_kind k)
{
	return weight_kinds[k];
}

bool
l2_dropout_to_mean(const char *name)
{
	return options_choose("dropout_to", name, dropouts, lengthof(dropouts)) == 1;
}

const char *
l2_masks_name(int m)
{
	return m >= L2_MASKS_QUADRATIC && m <= L2_MASKS_EXACT ? masks[m - L2_MASKS_QUADRATIC] : NULL;
}

int
l2_masks_of(const char *name)
{
	return L2_MASKS_QUADRATIC + options_choose("masks", name, masks, lengthof(masks));
}

void
l2_check_trained_method(const char *name)
{
	static const char *const trained[] = {"ols",     "ridge",    "lasso",      "elastic_net",
										  "dropout", "logistic", "poisson",    "glm",
										  "huber",   "quantile", "multinomial"};

	(void) options_choose("method", name, trained, lengthof(trained));
}

l2_method
l2_method_of(const char *name)
{
	return options_choose("method", name, methods, lengthof(methods));
}

const char *
l2_method_name(l2_method m)
{
	return methods[m];
}

const char *
l2_vcov_name(l2_vcov v)
{
	return vcovs[v];
}

l2_vcov
l2_vcov_of(const char *name)
{
	return options_choose("vcov", name, vcovs, lengthof(vcovs));
}

l2_unseen
l2_unseen_of(const char *name)
{
	return options_choose("value of unseen", name, unseens, lengthof(unseens));
}

const char *
l2_unseen_name(l2_unseen u)
{
	return unseens[u];
}

const char *
l2_criterion_name(l2_criterion c)
{
	return criteria[c];
}

const char *
l2_family_name(l2n_family_kind f)
{
	return families[f];
}

l2n_family_kind
l2_family_kind_of(const char *name)
{
	return options_choose("family", name, families, lengthof(families));
}

const char *
l2_link_name(l2n_link_kind l)
{
	return links[l];
}

l2n_link_kind
l2_link_kind_of(const char *name)
{
	return options_choose("link", name, links, L2N_LINKS);
}

l2_selection
l2_selection_of(const char *name, bool columns_only)
{
	return options_choose("method", name, selections,
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
	o->l1_ratio = method == L2_METHOD_LASSO ? 1.0 : method == L2_METHOD_ELASTIC_NET ? 0.5 : 0.0;
	o->tolerance = 1e-13;
	o->max_iter = 10000;
	o->n_lambda = 100;
	o->n_lambdas = o->n_l1_ratios = o->n_rates = o->n_relaxes = o->n_group = o->n_start = -1;
	o->relax = 1;
	o->masks = L2_MASKS_DEFAULT;
	o->folds = 10;
	o->criterion = L2_CRITERION_DEFAULT;
	o->max_features = o->n_force = o->n_bases = -1;
	o->max_levels = 1000;
	o->family = L2N_GAUSSIAN;
	o->link = -1;
	o->power = o->theta = NAN;
	o->huber_k = 1.345;
	o->bandwidth = -1;
}

void
l2_options_start(l2_options *o, const l2_scope *scope)
{
	l2_options_init(o, scope->method);
	o->place = scope->place;
}

/*
 * Checks of numbers
 */

/* An error that says what a number must be */
static void
options_refuse(const char *what, const char *must, double v)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s must %s, but is %.15g", what, must, v)));
}

static void
check_finite(const char *key, double v)
{
	if (!(v >= 0) || isinf(v))
		options_refuse(key, "be a finite number >= 0", v);
}

static void
check_rate_of_learning(const char *key, double v)
{
	if (!(v > 0) || isinf(v))
		options_refuse(key, "be a finite number > 0", v);
}

static void
check_share(const char *key, double v)
{
	l2_check_share(key, v, true);
}

static void
check_ratio(const char *key, double v)
{
	l2_check_share(key, v, false);
}

static void
check_dropout_rate(const char *key, double v)
{
	if (!(v >= 0 && v < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be at least 0 and less than 1, but is %g", key, v),
				 errdetail("It is the share of the values of each feature that are dropped.")));
}

static void
check_whole(const char *key, double v, int least, int most)
{
	if (!(v >= least && v <= most) || v != floor(v))
		options_refuse(key,
					   most == PG_INT32_MAX && !(v > most)
						   ? psprintf("be a whole number >= %d", least)
						   : psprintf("%slie between %d and %d",
									  v == floor(v) ? "" : "be whole and ", least, most),
					   v);
}

static void
check_iterations(const char *key, double v)
{
	check_whole(key, v, 1, PG_INT32_MAX);
}

static void
check_n_lambda(const char *key, double v)
{
	check_whole(key, v, 1, 100000);
}

static void
check_theta(const char *key, double v)
{
	if (!(v >= 1e-6 && v <= 1e9))
		options_refuse(key, "lie between 1e-6 and 1e9", v);
}

static void
check_power(const char *key, double v)
{
	if (!(v == 0 || (v >= 1 && v <= 3)))
		options_refuse(key, "be 0, or lie between 1 and 3", v);
}

static void
check_folds(const char *key, double v)
{
	check_whole(key, v, 2, 10000);
}

static void
check_levels(const char *key, double v)
{
	check_whole(key, v, 1, L2_COLUMNS_LIMIT);
}

static void
check_bandwidth(const char *key, double v)
{
	check_whole(key, v, 0, 1000000);
}

static void
check_size(const char *key, double v)
{
	check_whole(key, v, 0, PG_INT32_MAX);
}

void
l2_options_set_lambda(l2_options *o, double lambda)
{
	check_finite("lambda", lambda);
	o->lambda = lambda;
}

void
l2_options_set_l1_ratio(l2_options *o, double l1_ratio)
{
	check_share("l1_ratio", l1_ratio);
	o->l1_ratio = l1_ratio;
}

void
l2_options_set_rate(l2_options *o, double rate)
{
	check_dropout_rate("rate", rate);
	o->rate = rate;
}

const char *
l2_strength_name(l2_method method)
{
	return method == L2_METHOD_DROPOUT ? "rate" : method == L2_METHOD_QUANTILE ? "tau" : "lambda";
}

void
l2_options_set_strength(l2_options *o, double v)
{
	if (o->method == L2_METHOD_DROPOUT)
		l2_options_set_rate(o, v);
	else if (o->method == L2_METHOD_QUANTILE)
	{
		check_ratio("tau", v);
		o->tau = v;
	}
	else
		l2_options_set_lambda(o, v);
}

/*
 * Values
 */

static void
wrong_type(const char *key, const char *expected)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("option \"%s\" must be %s", key, expected)));
}

static char *
read_string(const char *key, const JsonbValue *v)
{
	if (v->type != jbvString)
		wrong_type(key, "a string");
	return pnstrdup(v->val.string.val, v->val.string.len);
}

/* The container of an array value; *n its length */
static JsonbContainer *
read_array(const char *key, const JsonbValue *v, const char *expected, int *n)
{
	if (v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data))
		wrong_type(key, expected);
	*n = JsonContainerSize(v->val.binary.data);
	return v->val.binary.data;
}

static char **
read_strings(const char *key, const JsonbValue *v, int *n)
{
	const char *expected = "an array of strings";
	JsonbContainer *a = read_array(key, v, expected, n);
	char **r = palloc(sizeof(char *) * Max(*n, 1));

	for (int i = 0; i < *n; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(a, i);

		if (e->type != jbvString)
			wrong_type(key, expected);
		r[i] = read_string(key, e);
	}
	return r;
}

static double
to_double(Numeric n)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(n)));
}

static double
read_number(const char *key, const JsonbValue *v)
{
	if (v->type != jbvNumeric)
		wrong_type(key, "a number");
	return to_double(v->val.numeric);
}

/* Numbers; where one says what stands for null also nulls, and a number for all */
static double *
read_numbers(const char *key, const JsonbValue *v, const double *null, int *n)
{
	const char *expected =
		null ? "a number, or an array of numbers and nulls" : "an array of numbers";
	JsonbContainer *a;
	double *r;

	if (null && v->type == jbvNumeric)
	{
		r = palloc(sizeof(double));
		*r = to_double(v->val.numeric);
		*n = 1;
		return r;
	}
	a = read_array(key, v, expected, n);
	r = palloc0(sizeof(double) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(a, i);

		if (null && e->type == jbvNull)
			r[i] = *null;
		else if (e->type == jbvNumeric)
			r[i] = to_double(e->val.numeric);
		else
			wrong_type(key, expected);
	}
	return r;
}

/* The one bound of all coefficients, or theirs: null is none */
static double *
read_bounds(const char *key, const JsonbValue *v, double none, int *n)
{
	double *r = read_numbers(key, v, &none, n);

	for (int i = 0; i < *n; i++)
		if (r[i] == -none)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s bounds must be numbers, but number %d is %g", key, i + 1, r[i]),
					 errhint("Use null for no bound.")));
	return r;
}

/* Largest first, which suits a search that starts from the last */
static int
descending(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return x < y ? 1 : (x > y ? -1 : 0);
}

/* An array of numbers, each of them checked; there must be some where needed */
static double *
read_checked(const char *key, const JsonbValue *v, void (*check)(const char *key, double v),
			 bool needed, int *n)
{
	double *r = read_numbers(key, v, NULL, n);

	if (needed && *n == 0)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("%s has no elements", key)));
	for (int i = 0; i < *n; i++)
		check(key, r[i]);
	return r;
}

static void
set_covariance(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type == jbvBool)
		o->covariance = v->val.boolean ? -1 : 0;
	else if (v->type == jbvNumeric)
	{
		check_size(key, to_double(v->val.numeric));
		o->covariance = (int) to_double(v->val.numeric);
	}
	else
		wrong_type(key, "true, false or a number of features");
}

static void
set_lower(l2_options *o, const char *key, const JsonbValue *v)
{
	o->lower = read_bounds(key, v, -HUGE_VAL, &o->n_lower);
}

static void
set_upper(l2_options *o, const char *key, const JsonbValue *v)
{
	o->upper = read_bounds(key, v, HUGE_VAL, &o->n_upper);
}

static void
check_factor(const char *key, double v)
{
	if (!(v >= 0) || isinf(v))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("penalty factors must be finite numbers >= 0, but one is %.15g", v)));
}

static void
set_penalty_factor(l2_options *o, const char *key, const JsonbValue *v)
{
	o->penalty = read_checked(key, v, check_factor, false, &o->n_penalty);
}

static void
check_lambda(const char *key, double v)
{
	check_finite("lambda", v);
}

static void
set_lambdas(l2_options *o, const char *key, const JsonbValue *v)
{
	o->lambdas = read_checked(key, v, check_lambda, true, &o->n_lambdas);
	qsort(o->lambdas, o->n_lambdas, sizeof(double), descending);
}

static void
check_coefficient(const char *key, double v)
{
	if (!isfinite(v))
		options_refuse(key, "be finite", v);
}

static void
set_start(l2_options *o, const char *key, const JsonbValue *v)
{
	o->start = read_checked(key, v, check_coefficient, true, &o->n_start);
}

static void
set_l1_ratio(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type == jbvNumeric)
		l2_options_set_l1_ratio(o, to_double(v->val.numeric));
	else if (v->type != jbvBinary)
		wrong_type(key, "a number, or an array of numbers");
	else
		o->l1_ratios = read_checked(key, v, check_share, true, &o->n_l1_ratios);
}

/* A rate, or in cross-validation some to choose from */
static void
set_dropout(l2_options *o, const char *key, const JsonbValue *v)
{
	o->dropout_given = true;
	if (v->type == jbvNumeric)
	{
		o->rate = to_double(v->val.numeric);
		check_dropout_rate(key, o->rate);
	}
	else if (v->type != jbvBinary)
		wrong_type(key, "a number, or an array of numbers");
	else
		o->rates = read_checked(key, v, check_dropout_rate, true, &o->n_rates);
}

/* What cross-validation compares where it is to choose: glmnet's */
static const double usual_relaxes[] = {1, 0.75, 0.5, 0.25, 0};

/* true, a share of the penalised fit, or in cross-validation several of them, largest first */
static void
set_relax(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type == jbvNumeric)
	{
		o->relax = to_double(v->val.numeric);
		check_share(key, o->relax);
	}
	else if (v->type == jbvBinary)
	{
		o->relaxes = read_checked(key, v, check_share, true, &o->n_relaxes);
		qsort(o->relaxes, o->n_relaxes, sizeof(double), descending);
	}
	else if (v->type != jbvBool)
		wrong_type(key, "true, false, a number, or an array of numbers");
	else if (v->val.boolean)
	{
		o->n_relaxes = lengthof(usual_relaxes);
		o->relaxes = (double *) usual_relaxes;
	}
}

static void
check_group(const char *key, double v)
{
	check_whole(key, v, 1, PG_INT32_MAX);
}

/* "factors", or a number for each column */
static void
set_group(l2_options *o, const char *key, const JsonbValue *v)
{
	static const char *const kinds[] = {"factors"};

	if (v->type == jbvString)
	{
		(void) options_choose(key, read_string(key, v), kinds, lengthof(kinds));
		o->by_factors = true;
	}
	else if (v->type != jbvBinary)
		wrong_type(key, "\"factors\", or an array of numbers");
	else
		o->group = read_checked(key, v, check_group, true, &o->n_group);
}

static void
set_masks(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type == jbvNumeric)
	{
		double n = to_double(v->val.numeric);

		check_whole(key, n, 1, 100000);
		o->masks = (int) n;
		return;
	}
	if (v->type != jbvString)
		wrong_type(key, "\"exact\", \"normal\", \"quadratic\" or a number of masks");
	o->masks = l2_masks_of(read_string(key, v));
}

static void
set_seed(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type != jbvNumeric)
		wrong_type(key, "a whole number");
	o->seed = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(v->val.numeric)));
}

static void
set_tolerance(l2_options *o, const char *key, const JsonbValue *v)
{
	o->tolerance = read_number(key, v);
	check_finite(key, o->tolerance);
	o->tolerance_given = true;
}

static void
set_max_iter(l2_options *o, const char *key, const JsonbValue *v)
{
	double n = read_number(key, v);

	check_iterations(key, n);
	o->max_iter = (int) n;
	o->max_iter_given = true;
}

/* What l2_train and l2_report read themselves; here their values are checked */
static void
check_text(l2_options *o, const char *key, const JsonbValue *v)
{
	(void) read_string(key, v);
}

/* What clusters go by, one way or two */
static void
check_cluster(l2_options *o, const char *key, const JsonbValue *v)
{
	const char *expected = "a string, or an array of two";
	int n = 1;

	if (v->type == jbvBinary)
		(void) read_strings(key, v, &n);
	else if (v->type != jbvString)
		wrong_type(key, expected);
	if (n < 1 || n > 2)
		wrong_type(key, expected);
}

static void
check_refresh(l2_options *o, const char *key, const JsonbValue *v)
{
	(void) options_choose(key, read_string(key, v), refreshes, lengthof(refreshes));
}

static void
check_flag(l2_options *o, const char *key, const JsonbValue *v)
{
	if (v->type != jbvBool)
		wrong_type(key, "true or false");
}

static void
check_keep(l2_options *o, const char *key, const JsonbValue *v)
{
	check_iterations(key, read_number(key, v));
}

static void
check_gate(l2_options *o, const char *key, const JsonbValue *v)
{
	double n = read_number(key, v);

	if (!(n >= 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a share >= 0, but is %g", key, n)));
}

static void
check_level(l2_options *o, const char *key, const JsonbValue *v)
{
	l2_check_share(key, read_number(key, v), false);
}

/* "pearson", or a number; 1 says that the variance is the family's */
static void
set_dispersion(l2_options *o, const char *key, const JsonbValue *v)
{
	static const char *const estimated[] = {"pearson"};

	if (v->type == jbvNumeric)
	{
		o->dispersion = to_double(v->val.numeric);
		check_rate_of_learning(key, o->dispersion);
		return;
	}
	if (v->type != jbvString)
		wrong_type(key, "a number, or \"pearson\"");
	(void) options_choose(key, read_string(key, v), estimated, 1);
	o->dispersion = -1;
}

/* One of the words, or an object of attributes and the level of each that gets no column */
static void
set_reference(l2_options *o, const char *key, const JsonbValue *v)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue e;
	int n = 0;

	if (v->type != jbvBinary || !JsonContainerIsObject(v->val.binary.data))
	{
		o->reference = L2_REFERENCE_FIRST +
					   options_choose(key, read_string(key, v), references, lengthof(references));
		return;
	}
	o->base_of = palloc(sizeof(char *) * Max(JsonContainerSize(v->val.binary.data), 1));
	o->base = palloc(sizeof(char *) * Max(JsonContainerSize(v->val.binary.data), 1));
	it = JsonbIteratorInit(v->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &e, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			o->base_of[n] = pnstrdup(e.val.string.val, e.val.string.len);
		else if (token == WJB_VALUE && e.type == jbvNumeric) /* a level of factor(k) */
			o->base[n++] = numeric_normalize(e.val.numeric);
		else if (token == WJB_VALUE)
			o->base[n++] = read_string(key, &e);
	}
	o->n_bases = n;
}

/*
 * The table
 */

typedef enum option_kind
{
	BOOLEAN,
	NUMBER,  /* a double, checked */
	WHOLE,   /* an int, checked */
	STRING,  /* char * */
	STRINGS, /* char **, their number right before them */
	CHOICE,  /* an int, the number of a choice */
	SECOND,  /* a boolean: whether it is the second of two choices */
	OTHER,   /* a function of its own reads it */
} option_kind;

typedef struct option
{
	const char *key;
	option_kind kind;
	size_t offset;    /* of the value in l2_options */
	size_t number;    /* of STRINGS: where their number is */
	int methods;      /* who knows it: bits of methods */
	int places;       /* and of places */
	bool of_record;   /* only where features are those of records */
	int first;        /* of CHOICE: the value of the first one */
	const char *what; /* of choices, in errors; NULL: the key */
	const char *const *choices;
	int n_choices;
	void (*check)(const char *key, double v);
	void (*set)(l2_options *o, const char *key, const JsonbValue *v);
} option;

#define PENALISED (1 << L2_METHOD_RIDGE | 1 << L2_METHOD_LASSO | 1 << L2_METHOD_ELASTIC_NET)
#define GROUPED   (1 << L2_METHOD_LASSO | 1 << L2_METHOD_ELASTIC_NET)
#define DROPOUT   (1 << L2_METHOD_DROPOUT)
#define IV        (1 << L2_METHOD_IV)
#define LINEAR    (1 << L2_METHOD_OLS | PENALISED | DROPOUT)
#define LOGISTIC  (1 << L2_METHOD_LOGISTIC)
#define GLM       (1 << L2_METHOD_GLM)
#define GENERAL   (LOGISTIC | 1 << L2_METHOD_POISSON | GLM)
#define HUBER     (1 << L2_METHOD_HUBER)
#define RESISTANT (HUBER | 1 << L2_METHOD_QUANTILE)
#define CLASSES   (1 << L2_METHOD_MULTINOMIAL)
#define ALL       (LINEAR | GENERAL | RESISTANT | CLASSES)
#define ROBUST    (1 << L2_METHOD_OLS | GENERAL)
#define COVARIANT \
	(1 << L2_METHOD_OLS | 1 << L2_METHOD_RIDGE | DROPOUT | IV | GENERAL | RESISTANT | CLASSES)

#define ROWS      (L2_IN_FIT | ANY_CV | L2_IN_PATH)
#define ANY_CV    (L2_IN_CV | L2_IN_CURVE)
#define GRAMS     (L2_IN_GRAM | L2_IN_FOLDS)
#define FITS      (ROWS | L2_IN_SOLVE | L2_IN_SOLVE_CV | L2_IN_SOLVE_PATH | L2_IN_SELECT | L2_IN_SUBSET)
#define MANY      (ANY_CV | L2_IN_PATH | L2_IN_SOLVE_CV | L2_IN_SOLVE_PATH | L2_IN_SELECT)
#define DIAGNOSIS (L2_IN_COLLINEARITY | L2_IN_CONDITION)
#define SOLVED    (L2_IN_SOLVE | L2_IN_SOLVE_CV | L2_IN_SOLVE_PATH)
#define TOGETHER  (L2_IN_CORRELATION | L2_IN_PCA)

#define AT(field)   .offset = offsetof(l2_options, field)
#define FOR(m, p)   .methods = (m), .places = (p)
#define OF(list)    .choices = (list), .n_choices = lengthof(list)
#define TRAINING(f) OTHER, FOR(ALL, L2_IN_TRAIN), .set = (f)
#define LIST(name)  STRINGS, AT(name), .number = offsetof(l2_options, n_##name)

static const option options[] = {
	{"adds_up", BOOLEAN, AT(adds_up), FOR(ALL, L2_IN_FOLDS)},
	{"adjust", CHOICE, AT(adjust), FOR(1 << L2_METHOD_OLS, L2_IN_CONTRAST), OF(adjusts)},
	{"bandwidth", NUMBER, AT(bandwidth), FOR(ROBUST, L2_IN_FIT), .check = check_bandwidth},
	{"batch_size", WHOLE, AT(batch), FOR(LOGISTIC, L2_IN_FIT | L2_IN_TRACE),
	 .check = check_iterations},
	{"bucket", TRAINING(check_text)},
	{"center", BOOLEAN, AT(center), FOR(LINEAR, L2_IN_CONDITION)},
	{"class_weight", SECOND, AT(balanced), FOR(LOGISTIC, ROWS), OF(class_weights)},
	{"cluster", TRAINING(check_cluster)},
	{"covariance", OTHER, FOR(COVARIANT & ~(1 << L2_METHOD_RIDGE), L2_IN_FIT | L2_IN_SOLVE),
	 .set = set_covariance},
	{"covariance", OTHER,
	 FOR(1 << L2_METHOD_RIDGE, L2_IN_FIT | L2_IN_SOLVE | L2_IN_CV | L2_IN_SOLVE_CV),
	 .set = set_covariance},
	{"criterion", CHOICE, AT(criterion), FOR(LINEAR, L2_IN_SELECT | L2_IN_SUBSET), OF(criteria)},
	{"dispersion", OTHER, FOR(GENERAL, ROWS), .set = set_dispersion},
	{"dropout", OTHER, FOR(PENALISED | GENERAL, ROWS | SOLVED), .set = set_dropout},
	{"dropout_to", SECOND, AT(to_mean), FOR(DROPOUT | PENALISED, L2_IN_FIT | L2_IN_CV | SOLVED),
	 OF(dropouts)},
	{"family", CHOICE, AT(family), FOR(GLM, ROWS), OF(families)},
	{"features", LIST(features), FOR(ALL, FITS | L2_IN_TRACE | DIAGNOSIS | TOGETHER)},
	{"features", LIST(features), FOR(ALL, GRAMS), .of_record = true},
	{"fold", TRAINING(check_text)},
	{"folds", WHOLE, AT(folds), FOR(ALL, ANY_CV | L2_IN_FOLDS), .check = check_folds},
	{"force", LIST(force), FOR(LINEAR, L2_IN_SUBSET)},
	{"gate", TRAINING(check_gate)},
	{"gram", TRAINING(check_text)},
	{"group", OTHER, FOR(GROUPED, L2_IN_FIT | L2_IN_CV | SOLVED), .set = set_group},
	{"group", OTHER, FOR(GENERAL, ROWS), .set = set_group},
	{"half_life", TRAINING(check_text)},
	{"huber_k", NUMBER, AT(huber_k), FOR(HUBER, L2_IN_FIT), .check = check_rate_of_learning},
	{"intercept", BOOLEAN, AT(intercept), FOR(ALL | IV, FITS | L2_IN_TRACE | DIAGNOSIS)},
	{"keep", TRAINING(check_keep)},
	{"keep_gram", TRAINING(check_flag)},
	{"l1_ratio", OTHER, FOR(1 << L2_METHOD_ELASTIC_NET | GENERAL | CLASSES, FITS | L2_IN_TRACE),
	 .set = set_l1_ratio},
	{"lag", TRAINING(check_text)},
	{"lambda_min_ratio", NUMBER, AT(lambda_min_ratio), FOR(PENALISED | GENERAL | CLASSES, MANY),
	 .check = check_ratio},
	{"lambda_scale", CHOICE, AT(lambda_scale),
	 FOR(PENALISED | GENERAL | CLASSES, FITS | L2_IN_TRACE), OF(lambda_scales)},
	{"lambdas", OTHER, FOR(PENALISED | GENERAL | CLASSES, MANY), .set = set_lambdas},
	{"learning_rate", NUMBER, AT(learning_rate),
	 FOR(PENALISED, L2_IN_FIT | L2_IN_SOLVE | L2_IN_TRACE), .check = check_rate_of_learning},
	{"learning_rate", NUMBER, AT(learning_rate), FOR(LOGISTIC, L2_IN_FIT | L2_IN_TRACE),
	 .check = check_rate_of_learning},
	{"level", OTHER, FOR(LINEAR, L2_IN_REPORT), .set = check_level},
	{"link", CHOICE, AT(link), FOR(GLM, ROWS), OF(links)},
	{"lower", OTHER, FOR(PENALISED | GENERAL, FITS), .set = set_lower},
	{"made", OTHER, FOR(LINEAR, L2_IN_REPORT), .set = check_text},
	{"masks", OTHER, FOR(GENERAL, ROWS), .set = set_masks},
	{"max_features", WHOLE, AT(max_features), FOR(LINEAR, L2_IN_SUBSET), .check = check_size},
	{"max_iter", OTHER, FOR(PENALISED | GENERAL | RESISTANT | CLASSES, FITS | L2_IN_TRACE),
	 .set = set_max_iter},
	{"max_levels", WHOLE, AT(max_levels), FOR(ALL, ROWS | GRAMS), .of_record = true,
	 .check = check_levels},
	{"measure", CHOICE, AT(measure), FOR(LOGISTIC | GLM | CLASSES, ANY_CV), OF(measures)},
	{"n_lambda", WHOLE, AT(n_lambda), FOR(PENALISED | GENERAL | CLASSES, MANY),
	 .check = check_n_lambda},
	{"names", LIST(names), FOR(ALL, FITS | GRAMS)},
	{"non_negative", BOOLEAN, AT(non_negative), FOR(PENALISED | GENERAL, FITS)},
	{"nonfinite", SECOND, AT(skip_nonfinite), FOR(ALL, ROWS | GRAMS), OF(nonfinites),
	 .what = "value of nonfinite"},
	{"null_level", BOOLEAN, AT(null_level), FOR(ALL, ROWS | GRAMS), .of_record = true},
	{"offset_by", TRAINING(check_text)},
	{"one_class", SECOND, AT(one_class_null), FOR(GENERAL | CLASSES, ROWS), OF(one_classes),
	 .what = "value of one_class"},
	{"order_by", TRAINING(check_text)},
	{"penalty_factor", OTHER, FOR(PENALISED | GENERAL | CLASSES, FITS | L2_IN_TRACE),
	 .set = set_penalty_factor},
	{"positive", STRING, AT(positive), FOR(LOGISTIC | GLM, ROWS)},
	{"power", NUMBER, AT(power), FOR(GLM, ROWS), .check = check_power},
	{"psd", BOOLEAN, AT(psd), FOR(ROBUST, L2_IN_FIT)},
	{"reference", OTHER, FOR(ALL, ROWS | GRAMS), .of_record = true, .set = set_reference},
	{"reference", OTHER, FOR(1 << L2_METHOD_OLS, L2_IN_SOLVE), .set = set_reference},
	{"reference_class", STRING, AT(reference_class), FOR(CLASSES, L2_IN_FIT)},
	{"refresh", TRAINING(check_refresh)},
	{"rule", SECOND, AT(one_se), FOR(PENALISED | GENERAL | CLASSES, ANY_CV | L2_IN_SOLVE_CV),
	 OF(rules)},
	{"relax", OTHER, FOR(GROUPED, L2_IN_FIT | L2_IN_CV | SOLVED), .set = set_relax},
	{"relax", OTHER, FOR(GENERAL, ROWS), .set = set_relax},
	{"search_path", TRAINING(check_text)},
	{"seed", OTHER, FOR(ALL, ANY_CV | L2_IN_FOLDS), .set = set_seed},
	{"seed", OTHER, FOR(LOGISTIC, L2_IN_TRACE), .set = set_seed},
	{"seed", OTHER, FOR(GENERAL, L2_IN_FIT | L2_IN_PATH), .set = set_seed},
	{"solver", CHOICE, AT(solver), FOR(LOGISTIC, L2_IN_FIT | L2_IN_TRACE), OF(solvers),
	 .first = L2_BY_CHOLESKY},
	{"solver", CHOICE, AT(solver), FOR(PENALISED, L2_IN_FIT | L2_IN_SOLVE | L2_IN_TRACE),
	 OF(solvers), .first = L2_BY_CHOLESKY},
	{"ssc", CHOICE, AT(ssc), FOR(ROBUST, L2_IN_FIT | L2_IN_ROBUST), OF(sscs), .first = L2_SSC_FULL},
	{"ssc", CHOICE, AT(ssc), FOR(IV, L2_IN_ROBUST), OF(sscs), .first = L2_SSC_FULL},
	{"standardize", BOOLEAN, AT(standardize),
	 FOR(PENALISED | GENERAL | CLASSES, FITS | L2_IN_TRACE)},
	{"standardize", BOOLEAN, AT(standardize), FOR(LINEAR, L2_IN_PCA)},
	{"start", OTHER, FOR(LOGISTIC, L2_IN_FIT | L2_IN_TRACE), .set = set_start},
	{"target", STRING, AT(target), FOR(LINEAR | IV, FITS | GRAMS | L2_IN_TRACE | DIAGNOSIS)},
	{"target", STRING, AT(target), FOR(LINEAR, L2_IN_PCA)},
	{"target", STRING, AT(target), FOR(GENERAL | RESISTANT | CLASSES, ROWS), .of_record = true},
	{"theta", NUMBER, AT(theta), FOR(GLM, ROWS), .check = check_theta},
	{"time_column", TRAINING(check_text)},
	{"title", OTHER, FOR(LINEAR, L2_IN_REPORT), .set = check_text},
	{"tolerance", OTHER, FOR(PENALISED | GENERAL | CLASSES, FITS | L2_IN_TRACE),
	 .set = set_tolerance},
	{"training_window", TRAINING(check_text)},
	{"unseen", CHOICE, AT(unseen), FOR(ALL, ROWS | GRAMS), OF(unseens), .of_record = true,
	 .what = "value of unseen"},
	{"upper", OTHER, FOR(PENALISED | GENERAL, FITS), .set = set_upper},
	{"vcov", CHOICE, AT(vcov), FOR(ROBUST, L2_IN_FIT | L2_IN_MEAT | L2_IN_ROBUST), OF(vcovs)},
	{"vcov", CHOICE, AT(vcov), FOR(IV, L2_IN_ROBUST), OF(vcovs)},
	{"weight", TRAINING(check_text)},
	{"weight_type", CHOICE, AT(weights), FOR(ALL | IV, FITS), OF(weight_kinds)},
};

static bool
knows(const l2_scope *scope, const option *p)
{
	return (p->methods & 1 << scope->method) && (p->places & scope->place) &&
		   (scope->record || !p->of_record);
}

/* Read a value as the table says it is, and check it. */
static void
set_option(l2_options *o, const option *p, const JsonbValue *v)
{
	char *at = (char *) o + p->offset;
	double d;
	int choice;

	switch (p->kind)
	{
		case BOOLEAN:
			if (v->type != jbvBool)
				wrong_type(p->key, "true or false");
			*(bool *) at = v->val.boolean;
			break;
		case NUMBER:
			d = read_number(p->key, v);
			p->check(p->key, d);
			*(double *) at = d;
			break;
		case WHOLE:
			d = read_number(p->key, v);
			p->check(p->key, d);
			*(int *) at = (int) d;
			break;
		case STRING:
			*(char **) at = read_string(p->key, v);
			break;
		case STRINGS:
			*(char ***) at = read_strings(p->key, v, (int *) ((char *) o + p->number));
			break;
		case CHOICE:
		case SECOND:
			choice = options_choose(p->what ? p->what : p->key, read_string(p->key, v), p->choices,
									p->n_choices);
			if (p->kind == SECOND)
				*(bool *) at = choice == 1;
			else
				*(int *) at = p->first + choice;
			break;
		case OTHER:
			p->set(o, p->key, v);
	}
}

/*
 * Errors about keys
 */

/* Bytes of a key in an error */
#define LONGEST_SHOWN 200

const char *
l2_scope_name(const l2_scope *scope)
{
	static const char *const names[L2_PLACES] = {NULL,
												 NULL,
												 NULL,
												 NULL,
												 "l2_gram_agg",
												 "l2_gram_folds",
												 NULL,
												 "l2_cv",
												 "l2_path",
												 "l2_select",
												 "l2_subset",
												 "l2_trace",
												 "l2_collinearity",
												 "l2_condition_indexes",
												 "l2_train",
												 "l2_report",
												 "l2_correlation",
												 "l2_pca",
												 "l2_meat",
												 "l2_robust",
												 "l2_contrast"};
	const char *method = methods[scope->method];

	if (scope->name)
		return scope->name;
	switch (scope->place)
	{
		case L2_IN_FIT:
			return psprintf("%s_fit", method);
		case L2_IN_CV:
			return psprintf("%s_cv", method);
		case L2_IN_CURVE:
			return psprintf("%s_cv_curve", method);
		case L2_IN_PATH:
			return psprintf("%s_path", method);
		case L2_IN_SOLVE:
			return psprintf("l2_%s", method);
		case L2_IN_TRACE:
			return l2_method_has_link(scope->method) ? psprintf("%s_trace", method) : "l2_trace";
		default:
			for (int i = 0; i < L2_PLACES; i++)
				if (scope->place == 1 << i)
					return names[i];
	}
	return method;
}

/* Whether there is such an aggregate or function; of those of any method one stands for all */
static bool
exists(const l2_scope *scope)
{
	int method = 1 << scope->method;

	if (scope->place & (L2_IN_CURVE | L2_IN_PATH))
		return (method & GENERAL) != 0;
	if (scope->place & L2_IN_CV)
		return (method & (PENALISED | GENERAL | CLASSES)) != 0;
	if (scope->place & L2_IN_SOLVE)
		return (method & (LINEAR | IV)) != 0;
	if (scope->place & L2_IN_TRACE)
		return scope->method == L2_METHOD_ELASTIC_NET || scope->method == L2_METHOD_LOGISTIC;
	if (scope->place & (L2_IN_SOLVE_CV | L2_IN_SOLVE_PATH | L2_IN_SELECT))
		return scope->method == L2_METHOD_ELASTIC_NET;
	if (scope->place & L2_IN_FIT)
		return (method & ALL) != 0;
	return scope->method == L2_METHOD_OLS;
}

/* Whether there is such an aggregate or function, and it knows the key */
static bool
knows_key(const l2_scope *scope, const char *key)
{
	for (int i = 0; exists(scope) && i < (int) lengthof(options); i++)
		if (strcmp(options[i].key, key) == 0 && knows(scope, &options[i]))
			return true;
	return false;
}

/* Who knows a key; brief: a * stands for the method where all that there are know it */
static char *
list_callers(const char *key, bool brief)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int place = 0; place < L2_PLACES; place++)
	{
		const char *names[L2_METHODS], *method = "";
		int known = 0, all = 0;

		for (int m = 0; m < L2_METHODS; m++)
		{
			l2_scope scope = {m, 1 << place, true, NULL};

			all += exists(&scope);
			if (!knows_key(&scope, key))
				continue;
			method = l2_method_name(m);
			names[known++] = l2_scope_name(&scope);
		}
		if (brief && known == all && known > 1)
		{
			const char *at = strstr(names[known - 1], method);

			names[0] = psprintf("%.*s*%s", (int) (at - names[known - 1]), names[known - 1],
								at + strlen(method));
			known = 1;
		}
		for (int i = 0; i < known; i++)
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", names[i]);
	}
	return list.data;
}

/* The keys that a scope knows; NULL: all */
static char *
list_keys(const l2_scope *scope)
{
	StringInfoData list;
	const char *last = "";

	initStringInfo(&list);
	for (int i = 0; i < (int) lengthof(options); i++)
		if ((scope == NULL || knows(scope, &options[i])) && strcmp(options[i].key, last) != 0)
		{
			last = options[i].key;
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", last);
		}
	return list.data;
}

/*
 * The table as the reference tells it
 */

/* What a value of the key must be */
static const char *
tell_value(const option *p)
{
	StringInfoData s;

	switch (p->kind)
	{
		case BOOLEAN:
			return "true or false";
		case NUMBER:
			return "a number";
		case WHOLE:
			return "a whole number";
		case STRING:
			return "a name";
		case STRINGS:
			return "an array of names";
		case CHOICE:
		case SECOND:
			initStringInfo(&s);
			for (int i = 0; i < p->n_choices; i++)
				appendStringInfo(&s, "%s\"%s\"",
								 i == 0                 ? ""
								 : i < p->n_choices - 1 ? ", "
														: " or ",
								 p->choices[i]);
			return s.data;
		case OTHER:
			break;
	}
	return "a value";
}

bool
l2_option_exists(const char *key)
{
	for (int i = 0; i < (int) lengthof(options); i++)
		if (strcmp(options[i].key, key) == 0)
			return true;
	return false;
}

bool
l2_option_tell(int i, l2_option_told *told)
{
	const option *p = &options[i];

	if (i >= (int) lengthof(options))
		return false;
	told->key = p->key;
	told->again = i > 0 && strcmp(options[i - 1].key, p->key) == 0;
	told->value = tell_value(p);
	told->callers = list_callers(p->key, true);
	return true;
}

static void
refuse_here(const l2_scope *scope, const char *key)
{
	const char *hint = l2_foreign_option(key); /* what it is called elsewhere */
	l2_scope record = *scope;

	record.record = true;
	for (int i = 0; !scope->record && i < (int) lengthof(options); i++)
		if (strcmp(options[i].key, key) == 0 && knows(&record, &options[i]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("option \"%s\" of %s is for records, not arrays", key,
								   l2_scope_name(scope)),
							errhint("Options here: %s.", list_keys(scope))));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("option \"%s\" is not one of %s", key, l2_scope_name(scope)),
					errdetail("It is one of %s.", list_callers(key, false)),
					hint ? errhint("%s", hint)
						 : errhint("Options of %s: %s.", l2_scope_name(scope), list_keys(scope))));
}

static void
refuse_key(const char *key)
{
	int length = pg_mbcliplen(key, strlen(key), LONGEST_SHOWN), least = 3;
	const char *hint = l2_foreign_option(key), *near = NULL;

	for (int i = 0; hint == NULL && length < 64 && i < (int) lengthof(options); i++)
	{
		int distance = l2_letters_apart(key, options[i].key, least - 1);

		if (distance < least)
		{
			least = distance;
			near = options[i].key;
		}
	}
	if (hint == NULL)
		hint = near ? psprintf("Perhaps you mean \"%s\".", near)
					: psprintf("Options are: %s.", list_keys(NULL));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("unknown option \"%.*s\"", length, key), errhint("%s", hint)));
}

/*
 * Reading
 */

/* Options that were given and do not go together */
static void
check_solver(const l2_options *o)
{
	bool bounded = l2_options_bounded(o);
	bool direct = o->solver == L2_BY_CHOLESKY ||
				  (o->solver == L2_BY_DEFAULT && o->method == L2_METHOD_RIDGE && !bounded);

	if (l2_method_has_link(o->method) && o->solver != L2_BY_DEFAULT && o->solver != L2_BY_GRADIENT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("solver %s is for least squares", solvers[o->solver - L2_BY_CHOLESKY]),
				 errhint("Use gradient, or leave solver out for Newton's steps.")));
	if ((o->batch > 0 || o->n_start >= 0) && o->solver != L2_BY_GRADIENT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is for solver gradient only", o->batch > 0 ? "batch_size" : "start"),
				 errhint("Ask for solver gradient.")));
	if (bounded && o->solver != L2_BY_DEFAULT && o->solver != L2_BY_COORDINATE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("solver %s cannot take bounds", solvers[o->solver - L2_BY_CHOLESKY]),
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

/* A relaxed fit is of the features that an L1 penalty leaves, and nothing holds the refit back */
static void
check_relax(const l2_options *o)
{
	const char *other = l2_options_bounded(o)            ? "bounds"
						: o->rate > 0 || o->n_rates >= 0 ? "dropout"
						: o->vcov != L2_VCOV_IID         ? "vcov"
						: o->solver == L2_BY_FISTA       ? "solver fista"
						: o->solver == L2_BY_GRADIENT    ? "solver gradient"
														 : NULL;

	if (other)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("relax does not go together with %s", other),
						errhint("Leave one of them out.")));
	if (o->l1_ratio == 0 && o->n_l1_ratios < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("relax is for a penalty that drops features, but l1_ratio is 0"),
						errhint("Give l1_ratio, too: {\"l1_ratio\": 1} for the lasso.")));
	if (o->family == L2N_NEGATIVE_BINOMIAL && isnan(o->theta))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("relax needs a theta that is given"),
						errhint("Estimate it first, and give it as option theta.")));
}

/* Error for a word or a number, which the JSON parser would call what they are not */
static void
check_object(const char *json)
{
	while (*json == ' ' || *json == '\t' || *json == '\n' || *json == '\r')
		json++;
	if (*json == '{')
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("options must be a JSON object"),
			 strspn(json, "-+.0123456789eE") == strlen(json) && *json
				 ? errhint("If this is lambda, cast it: $1::float8.")
				 : errhint("For example: {\"standardize\": true}.")));
}

/* Into o what json says; for all scopes that there are where scope is NULL */
static void
read_options(l2_options *o, const l2_scope *scope, const char *json)
{
	Jsonb *jb;
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue v;
	char *key = NULL;

	check_object(json);
	jb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
	it = JsonbIteratorInit(&jb->root);
	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
	{
		const option *found = NULL;
		bool any = false;

		if (token == WJB_KEY)
			key = pnstrdup(v.val.string.val, v.val.string.len);
		if (token != WJB_VALUE || key == NULL)
			continue;
		for (int i = 0; found == NULL && i < (int) lengthof(options); i++)
			if (strcmp(options[i].key, key) == 0)
			{
				any = true;
				if (scope == NULL || knows(scope, &options[i]))
					found = &options[i];
			}
		if (!any)
			refuse_key(key);
		if (v.type == jbvNull) /* as if not given */
			continue;
		if (found == NULL)
			refuse_here(scope, key);
		set_option(o, found, &v);
	}
}

void
l2_options_check(const char *json)
{
	l2_options o;

	l2_options_init(&o, L2_METHOD_OLS);
	read_options(&o, NULL, json);
}

void
l2_options_read(l2_options *o, const l2_scope *scope, const char *json)
{
	read_options(o, scope, json);
	if (o->n_l1_ratios >= 0 && !(scope->place & (ANY_CV | L2_IN_SOLVE_CV)))
		wrong_type("l1_ratio", psprintf("a number for %s", l2_scope_name(scope)));
	if ((o->to_mean || o->masks != L2_MASKS_DEFAULT) && !o->dropout_given &&
		o->method != L2_METHOD_DROPOUT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is for dropout", o->to_mean ? "dropout_to" : "masks"),
						errhint("Give the rate of dropout, too: {\"dropout\": 0.2}.")));
	if (o->n_rates >= 0 && !(scope->place & (ANY_CV | L2_IN_SOLVE_CV)))
		wrong_type("dropout", psprintf("a number for %s", l2_scope_name(scope)));
	if ((o->by_factors || o->n_group >= 0) &&
		(l2_options_bounded(o) || o->solver != L2_BY_DEFAULT ||
		 (o->tolerance_given && !l2_method_has_link(o->method))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("groups have a solver of their own"),
				 errdetail("It goes on until the optimality conditions hold, and has no bounds."),
				 errhint("Leave out solver, tolerance and bounds.")));
	if ((o->by_factors || o->n_group >= 0) && l2_method_has_link(o->method) && o->l1_ratio == 0 &&
		o->n_l1_ratios < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("group is for a penalty that drops groups, but l1_ratio is 0"),
						errhint("Give l1_ratio, too: {\"l1_ratio\": 1} for the group lasso.")));
	if (o->relaxes == usual_relaxes && !(scope->place & (ANY_CV | L2_IN_SOLVE_CV)))
	{
		o->n_relaxes = -1;
		o->relax = 0;
	}
	else if (o->n_relaxes >= 0 && !(scope->place & (ANY_CV | L2_IN_SOLVE_CV)))
		wrong_type("relax", psprintf("true, false or a number for %s", l2_scope_name(scope)));
	if (l2_options_relaxed(o))
		check_relax(o);
	if (o->method == L2_METHOD_MULTINOMIAL && o->measure == L2_MEASURE_AUC)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("measure \"auc\" is of two classes"),
						errhint("Use \"deviance\" or \"misclassification\".")));
	if (scope->place & (ROWS | L2_IN_SOLVE | L2_IN_TRACE))
		check_solver(o);
}

const char *
l2_options_bytes(Datum d, int *len)
{
	struct varlena *v = PG_DETOAST_DATUM_PACKED(d);

	*len = VARSIZE_ANY_EXHDR(v);
	return VARDATA_ANY(v);
}

void
l2_options_argument(FunctionCallInfo fcinfo, int argument, const l2_scope *scope, l2_options *o)
{
	const char *bytes;
	int len;

	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return;
	bytes = l2_options_bytes(PG_GETARG_DATUM(argument), &len);
	l2_options_read(o, scope, pnstrdup(bytes, len));
}

void
l2_options_allow_empty(FunctionCallInfo fcinfo, int argument)
{
	if (argument > 0 && !PG_ARGISNULL(argument))
	{
		int len;
		const char *bytes = l2_options_bytes(PG_GETARG_DATUM(argument), &len);

		/* canonical text: quotes inside of strings have a backslash before them */
		if (strstr(pnstrdup(bytes, len), "\"names\": []"))
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("x has no elements"),
			 errhint("Give at least one feature, or NULL to skip the row; a model of nothing but "
					 "the mean has the option {\"names\": []}.")));
}

void
l2_refuse_gram(l2_method method)
{
	if (method >= L2_METHOD_LOGISTIC)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s needs the rows, not their gram", l2_method_name(method)),
						errhint("Use %s_fit(y, x, ...).", l2_method_name(method))));
}
