/*
 * compare.c: several models of the same rows, side by side.
 */
#include "gram/encoding.h"
#include "model/criteria.h"
#include "model/family.h"
#include "model/vcov.h"
#include "base/rows.h"

#include <ctype.h>

#include "num/stats/student.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Relative differences that rounding may make between statistics of the same rows */
#define SAME_ROWS 1e-9

/* The same of null deviances, which are iterated to where there are offsets */
#define SAME_NULL 1e-7

typedef struct entry
{
	int number; /* among the arguments, from 1 */
	l2_model *model;
	const char **term; /* names of the target and the features */
	double aic, aicc, bic;
} entry;

typedef struct comparison
{
	int n;
	entry *entries;
	double least_aic, least_bic;
} comparison;

/* The models of an l2_model[], copied, without NULLs; skipped says whether there were some */
static comparison *
read_models(FunctionCallInfo fcinfo, bool *skipped)
{
	comparison *c = palloc0(sizeof *c);
	ArrayType *a = PG_GETARG_ARRAYTYPE_P_COPY(0);
	Datum *elements;
	bool *nulls;
	int16 len;
	bool byval;
	char align;
	int n;

	if (ARR_NDIM(a) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("models must be a one-dimensional array")));
	get_typlenbyvalalign(ARR_ELEMTYPE(a), &len, &byval, &align);
	deconstruct_array(a, ARR_ELEMTYPE(a), len, byval, align, &elements, &nulls, &n);
	c->entries = palloc0(sizeof(entry) * Max(n, 1));
	*skipped = false;
	for (int i = 0; i < n; i++)
	{
		entry *e = &c->entries[c->n];

		*skipped |= nulls[i];
		if (nulls[i])
			continue;
		e->number = i + 1;
		e->model = l2_model_get_any(elements[i]);
		e->term = l2_name_list(l2_names_of_model(e->model), e->model->p + 1);
		c->n++;
	}
	return c;
}

static bool
compare_same(double a, double b, double size)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= SAME_ROWS * size;
}

/* Mean and standard deviation of a column in two models */
static bool
same_moments(double mean, double sd, double other_mean, double other_sd)
{
	return compare_same(mean, other_mean, isnan(sd) ? fabs(mean) : hypot(mean, sd)) &&
		   compare_same(sd, other_sd, sd);
}

static void
not_comparable(const entry *a, const entry *b, const char *why, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("models %d and %d %s", a->number, b->number, why), errdetail("%s", detail),
			 errhint("Fit the models from grams of the same rows. l2_glance describes a "
					 "model on its own.")));
}

/* Whether what a fit leaves is a deviance, of a likelihood, and not a sum of squares */
static bool
compare_by_likelihood(const l2_model *m)
{
	return l2_model_has_link(m) || m->classes > 0;
}

/* Poisson and negative binomial likelihoods are both of counts, and comparable */
static int
family_of(const l2_model *m)
{
	l2n_family f;

	if (!l2_model_has_link(m))
		return m->classes > 0 ? -2 : -1;
	l2_family_of_model(m, &f);
	return f.kind == L2N_NEGATIVE_BINOMIAL ? L2N_POISSON : f.kind;
}

static const char *
family_name(const l2_model *m)
{
	l2n_family f;

	if (!l2_model_has_link(m))
		return m->classes > 0 ? "multinomial" : "least squares";
	l2_family_of_model(m, &f);
	return l2_family_name(f.kind);
}

/* Error unless two models of several classes have the same ones */
static void
compare_check_classes(const entry *a, const entry *b)
{
	int n, other;
	const char **label = l2_classes_of(l2_names_of_model(a->model), &n);
	const char **label_of_b = l2_classes_of(l2_names_of_model(b->model), &other);

	if (n != other)
		not_comparable(a, b, "have different targets",
					   psprintf("They are of %d and of %d classes.", n, other));
	for (int c = 0; c < n; c++)
		if (strcmp(label[c], label_of_b[c]) != 0)
			not_comparable(
				a, b, "have different targets",
				psprintf("Of their classes one is \"%s\" and \"%s\".", label[c], label_of_b[c]));
}

/*
 * Error where one has taken the means of groups from its rows and the other has not, or others:
 * their targets are not the same numbers
 */
static void
compare_check_groups(const entry *a, const entry *b)
{
	double groups = l2_model_stat(a->model, L2_STAT_ABSORBED);
	double other = l2_model_stat(b->model, L2_STAT_ABSORBED);

	if (groups == other || (isnan(groups) && isnan(other)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("models %d and %d have not absorbed the same groups", a->number, b->number),
			 isnan(groups) || isnan(other)
				 ? errdetail("Model %d was fitted within %.0f groups, y ~ x | group, the other was "
							 "not.",
							 isnan(groups) ? b->number : a->number, fmax(groups, other))
				 : errdetail("They were fitted within %.0f and %.0f groups.", groups, other),
			 errhint("Give the groups as levels, y ~ x + factor(group), in a model that is "
					 "compared with others.")));
}

/* Sums of squares and likelihoods of other rows, or of another target, are no yardstick */
static void
check_same_rows(const comparison *c)
{
	for (int i = 1; i < c->n; i++)
	{
		const entry *a = &c->entries[0], *b = &c->entries[i];
		const l2_model *m = a->model, *o = b->model;
		double mean = l2_model_vector(m, L2_MEAN)[0], sd = l2_model_vector(m, L2_SD)[0];
		double other_mean = l2_model_vector(o, L2_MEAN)[0], other_sd = l2_model_vector(o, L2_SD)[0];

		if (strcmp(a->term[0], b->term[0]) != 0)
			not_comparable(a, b, "have different targets",
						   psprintf("\"%s\" and \"%s\".", a->term[0], b->term[0]));
		if (family_of(m) != family_of(o))
			not_comparable(a, b, "are of different families",
						   psprintf("They are %s and %s.", family_name(m), family_name(o)));
		if (m->classes > 0)
			compare_check_classes(a, b);
		if (m->n != o->n ||
			!compare_same(m->values[L2_STAT_SUM_WEIGHTS], o->values[L2_STAT_SUM_WEIGHTS],
						  m->values[L2_STAT_SUM_WEIGHTS]) ||
			!compare_same(l2_model_rows(m), l2_model_rows(o), l2_model_rows(m)))
			not_comparable(a, b, "were fitted to different rows",
						   psprintf("They count " INT64_FORMAT " and " INT64_FORMAT
									" rows, of weight %g and %g, and degrees of freedom from %g "
									"and %g.",
									m->n, o->n, m->values[L2_STAT_SUM_WEIGHTS],
									o->values[L2_STAT_SUM_WEIGHTS], l2_model_rows(m),
									l2_model_rows(o)));
		compare_check_groups(a, b);
		if (!same_moments(mean, sd, other_mean, other_sd) &&
			(l2_model_target_less_offset(m) || l2_model_target_less_offset(o)))
			not_comparable(a, b, "have different targets",
						   psprintf("Least squares take an offset from the target: what is left of "
									"\"%s\" has means %g and %g, standard deviations %g and %g.",
									a->term[0], mean, other_mean, sd, other_sd));
		if (!same_moments(mean, sd, other_mean, other_sd))
			not_comparable(a, b, "were fitted to different rows",
						   psprintf("The mean of \"%s\" is %g and %g, its standard deviation %g "
									"and %g.",
									a->term[0], mean, other_mean, sd, other_sd));
	}
}

/*
 * Analysis of variance
 */

static bool
has_term(const entry *e, int i)
{
	return i == 0 ? (e->model->flags & L2_MODEL_INTERCEPT) != 0
				  : !l2_model_dropped(e->model)[i - 1];
}

/* A feature of a model, to be looked up by its key */
typedef struct feature
{
	const char *name;
	double mean, sd;
} feature;

/* The length of a part of a feature's name, up to a colon outside of brackets and quotes */
static size_t
part_span(const char *s)
{
	int depth = 0;
	bool quoted = false;
	size_t i;

	for (i = 0; s[i] && (quoted || depth > 0 || s[i] != ':'); i++)
	{
		quoted ^= s[i] == '"' || s[i] == '\'';
		if (!quoted)
			depth += (s[i] == '(') - (s[i] == ')');
	}
	return i;
}

/*
 * Take a column of poly(x, n), or of a spline, as a formula names it, apart: of what it is, of len
 * bytes, and its number
 */
static bool
basis_column(const char *part, size_t n, const char *function, const char **what, size_t *len,
			 int *number)
{
	size_t at = strlen(function), digits = n, comma;
	int depth = 0;
	bool quoted = false;

	if (n <= at || strncmp(part, function, at) != 0)
		return false;
	while (digits > at && isdigit((unsigned char) part[digits - 1]))
		digits--;
	if (digits == n || part[digits - 1] != ')')
		return false;
	*number = atoi(part + digits);
	*what = part + at;
	/* up to the comma that no bracket or quote holds */
	for (comma = at; comma < digits && (quoted || depth > 0 || part[comma] != ','); comma++)
	{
		quoted ^= part[comma] == '"' || part[comma] == '\'';
		if (!quoted)
			depth += (part[comma] == '(') - (part[comma] == ')');
	}
	*len = comma - at;
	return comma < digits;
}

/*
 * What a feature is known by: a column of poly(x, n), which are plain powers, as x, I(x^2) and so
 * on, which is what it is by itself or in another polynomial
 */
static const char *
feature_key(const char *name)
{
	StringInfoData key;

	initStringInfo(&key);
	for (const char *s = name;; s++)
	{
		size_t n = part_span(s), len;
		const char *what;
		int power;

		if (!basis_column(s, n, "poly(", &what, &len, &power))
			for (size_t i = 0; i < n; i++)
			{
				if (s[i] != ' ' || strncmp(s, "I(", 2) != 0)
					appendStringInfoChar(&key, s[i]);
			}
		else if (power == 1)
			appendBinaryStringInfo(&key, what, (int) len);
		else
			appendStringInfo(&key, "I(%.*s^%d)", (int) len, what, power);
		s += n;
		if (*s == '\0')
			return key.data;
		appendStringInfoChar(&key, ':');
	}
}

/*
 * Whether a spline of model b, with its intercept, holds the feature of that key: a natural spline
 * x itself, a cubic one its powers up to the third
 */
static bool
held_by_spline(const entry *b, const char *key)
{
	if (!has_term(b, 0))
		return false;
	for (int i = 1; i <= b->model->p; i++)
	{
		const char *name = b->term[i], *what;
		size_t len;
		int number;

		if (part_span(name) != strlen(name))
			continue;
		if (basis_column(name, strlen(name), "bs(", &what, &len, &number))
			for (int power = 2; power <= 3; power++)
				if (strcmp(key, psprintf("I(%.*s^%d)", (int) len, what, power)) == 0)
					return true;
		if ((basis_column(name, strlen(name), "bs(", &what, &len, &number) ||
			 basis_column(name, strlen(name), "ns(", &what, &len, &number)) &&
			strlen(key) == len && strncmp(key, what, len) == 0)
			return true;
	}
	return false;
}

static int
compare_features(const void *a, const void *b)
{
	return strcmp(((const feature *) a)->name, ((const feature *) b)->name);
}

/* A model's features by name: those that it kept, or with those that the kept ones explain */
static feature *
sorted_features(const entry *e, bool kept_only, int *n)
{
	feature *list = palloc(sizeof(feature) * Max(e->model->p, 1));

	*n = 0;
	for (int i = 1; i <= e->model->p; i++)
		if (!kept_only || has_term(e, i))
			list[(*n)++] = (feature){feature_key(e->term[i]), l2_model_vector(e->model, L2_MEAN)[i],
									 l2_model_vector(e->model, L2_SD)[i]};
	qsort(list, *n, sizeof *list, compare_features);
	return list;
}

static const feature *
find_feature(const feature *list, int n, const char *name)
{
	feature key = {name, 0, 0};

	return n > 0 ? bsearch(&key, list, n, sizeof *list, compare_features) : NULL;
}

static void
not_nested(const entry *a, const entry *b, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("models %d and %d are not nested", a->number, b->number),
			 errdetail("%s", detail),
			 errhint("l2_compare compares models that are not nested; l2_wald(model, terms) tests "
					 "terms of one.")));
}

/* Deviances are comparable within a family with its parameter, and a link */
static void
check_same_family(const entry *a, const entry *b)
{
	bool estimated = !isnan(l2_model_stat(a->model, L2_STAT_THETA_SE)) &&
					 !isnan(l2_model_stat(b->model, L2_STAT_THETA_SE));
	l2n_family f, g;

	l2_family_of_model(a->model, &f);
	l2_family_of_model(b->model, &g);
	if (f.kind != g.kind || f.link->kind != g.link->kind)
		not_nested(a, b,
				   psprintf("They are of family %s with link %s, and of family %s with link %s.",
							l2_family_name(f.kind), l2_link_name(f.link->kind),
							l2_family_name(g.kind), l2_link_name(g.link->kind)));
	if (f.parameter != g.parameter && !isnan(f.parameter) && !estimated)
		not_nested(
			a, b,
			psprintf("The parameter of their family is %g and %g.", f.parameter, g.parameter));
}

/* The expression of a model's offset; NULL where it has none that is known */
static const char *
offset_of(const l2_model *m)
{
	l2_encoding *e = l2_model_has_offset(m) ? l2_encoding_of(l2_names_of_model(m)) : NULL;

	for (int i = 0; e && i < e->n; i++)
		if (strcmp(e->attribute[i].name, l2_model_term(m, m->p)) == 0)
			return e->attribute[i].expression;
	return NULL;
}

/*
 * Error unless both have the same offset, which a formula says; where it came with y, the null
 * deviance, of the mean alone, tells that the rows have others, or other weights
 */
static void
check_same_offset(const entry *a, const entry *b)
{
	const char *offset = offset_of(a->model), *other = offset_of(b->model);
	double null = l2_model_stat(a->model, L2_STAT_NULL_DEVIANCE);
	double other_null = l2_model_stat(b->model, L2_STAT_NULL_DEVIANCE);
	double theta = l2_model_stat(a->model, L2_STAT_THETA);
	double other_theta = l2_model_stat(b->model, L2_STAT_THETA);
	bool same_null = isnan(null) || isnan(other_null) ||
					 fabs(null - other_null) <= SAME_NULL * fmax(fabs(null), fabs(other_null));

	if ((offset == NULL) != (other == NULL))
		not_nested(a, b,
				   psprintf("Model %d adds an offset, which model %d lacks.",
							offset ? a->number : b->number, offset ? b->number : a->number));
	if (offset && strcmp(offset, other) != 0)
		not_nested(a, b, psprintf("Their offsets are %s and %s.", offset, other));
	if (!same_null && compare_same(theta, other_theta, 0) && has_term(a, 0) == has_term(b, 0))
		not_comparable(
			a, b, "were fitted to different rows, weights or offsets",
			psprintf("Their null deviances, of the mean alone, are %g and %g.", null, other_null));
}

/* Error unless all that a can say b can say too */
static void
check_nested(const entry *a, const entry *b)
{
	l2_stat left = compare_by_likelihood(a->model) ? L2_STAT_DEVIANCE : L2_STAT_RSS;
	double rss = l2_model_stat(a->model, left), larger_rss = l2_model_stat(b->model, left);
	int n;
	const feature *list = sorted_features(b, false, &n);

	if (l2_model_has_link(a->model))
	{
		check_same_family(a, b);
		check_same_offset(a, b);
	}

	for (int i = 0; i <= a->model->p; i++)
	{
		const char *name = i == 0 ? L2_INTERCEPT_NAME : a->term[i];
		const char *key = i == 0 ? NULL : feature_key(name);
		double mean = l2_model_vector(a->model, L2_MEAN)[i];
		double sd = l2_model_vector(a->model, L2_SD)[i];
		const feature *f;

		if (!has_term(a, i) || (i == 0 && has_term(b, 0)))
			continue;
		f = key ? find_feature(list, n, key) : NULL;
		if (f == NULL && key && held_by_spline(b, key))
			continue;
		if (f == NULL)
			not_nested(a, b,
					   psprintf("Model %d has the term \"%s\", which model %d lacks.", a->number,
								name, b->number));
		else if (!same_moments(mean, sd, f->mean, f->sd))
			not_nested(a, b,
					   psprintf("The mean of \"%s\" is %g and %g, its standard deviation %g and "
								"%g.",
								name, mean, f->mean, sd, f->sd));
	}
	/* with a theta each their deviances are not on one scale */
	if (larger_rss > rss && !compare_same(rss, larger_rss, rss) &&
		isnan(l2_model_stat(a->model, L2_STAT_THETA)))
		not_comparable(a, b, "were fitted to different rows",
					   psprintf("The larger model leaves %g, more than the %g of the smaller.",
								larger_rss, rss));
}

static int
compare_entries(const void *a, const void *b)
{
	const entry *x = a, *y = b;
	double dx = x->model->values[L2_STAT_DF], dy = y->model->values[L2_STAT_DF];

	if (dx != dy)
		return dx < dy ? -1 : 1;
	return x->number - y->number;
}

/* Error unless tests of it are known: least squares, or a likelihood without a penalty */
static void
anova_check(const l2_model *m, int number)
{
	bool likelihood = compare_by_likelihood(m);

	if (m->method != L2_METHOD_OLS && !likelihood)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("model %d is of method %s, not least squares or a generalised linear model",
						number, l2_method_name(m->method)),
				 errdetail("F and likelihood ratio tests are about those."),
				 errhint("l2_compare compares models of any method.")));
	if (m->values[L2_STAT_LAMBDA] > 0 || (m->flags & L2_MODEL_BOUNDED))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("model %d has a penalty or bounds", number),
						errdetail("It does not maximise the likelihood, whose ratio is tested."),
						errhint("l2_compare compares models of any method.")));
	if (l2_model_vcov(m) != L2_VCOV_IID)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("model %d has errors of vcov %s", number, l2_vcov_name(l2_model_vcov(m))),
				 errdetail("Analysis of variance takes rows for independent and alike."),
				 errhint("Test the terms of the larger model: l2_wald(model, terms).")));
	if (isnan(l2_model_stat(m, likelihood ? L2_STAT_DEVIANCE : L2_STAT_RSS)) ||
		isnan(m->values[L2_STAT_DF]) || isnan(m->values[L2_STAT_DF_RESIDUAL]))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("model %d does not say its %s, df and df_residual", number,
							   likelihood ? "deviance" : "rss")));
}

static comparison *
start_anova(FunctionCallInfo fcinfo)
{
	bool skipped;
	comparison *c = read_models(fcinfo, &skipped);

	if (skipped)
		return NULL;
	if (c->n < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("l2_anova needs two models or more, but got %d", c->n),
						errhint("l2_summary tests the terms of one model.")));
	for (int i = 0; i < c->n; i++)
		anova_check(c->entries[i].model, i + 1);
	check_same_rows(c);
	qsort(c->entries, c->n, sizeof(entry), compare_entries);
	for (int i = 1; i < c->n; i++)
		check_nested(&c->entries[i - 1], &c->entries[i]);
	return c;
}

/* Terms of b that a, NULL for none, does not have */
static Datum
added_terms(const entry *a, const entry *b)
{
	const char **added = palloc(sizeof(char *) * (b->model->p + 1));
	feature *list = NULL;
	int n = 0, n_added = 0;

	if (a)
		list = sorted_features(a, true, &n);
	for (int i = 0; i <= b->model->p; i++)
	{
		bool before =
			a && (i == 0 ? has_term(a, 0) : find_feature(list, n, feature_key(b->term[i])) != NULL);

		if (has_term(b, i) && !before)
			added[n_added++] = i == 0 ? L2_INTERCEPT_NAME : b->term[i];
	}
	return l2_make_text_array(added, n_added);
}

/* What the larger of two models takes from the deviance; of negative binomials, whose theta may
 * differ, from twice the log likelihood */
static double
anova_ratio(const l2_model *smaller, const l2_model *larger)
{
	if (!isnan(l2_model_stat(larger, L2_STAT_THETA)))
		return 2 * (l2_model_stat(larger, L2_STAT_LOG_LIKELIHOOD) -
					l2_model_stat(smaller, L2_STAT_LOG_LIKELIHOOD));
	return l2_model_stat(smaller, L2_STAT_DEVIANCE) - l2_model_stat(larger, L2_STAT_DEVIANCE);
}

/* A test of what a model adds to the one before */
typedef struct anova_test
{
	double df;
	double sum_sq; /* of squares */
	double chi_sq; /* likelihood ratio */
	double f;
	double p;
} anova_test;

/*
 * The test of what model m has beyond the one before it: F where the largest model estimates a
 * variance, chi-squared where its family knows it. Scaled by the largest model, as R's anova.
 */
static anova_test
anova_compare(const l2_model *before, const l2_model *m, const l2_model *largest)
{
	anova_test t = {NAN, NAN, NAN, NAN, NAN};
	double df_residual = largest->values[L2_STAT_DF_RESIDUAL];
	bool known = l2_model_knows_variance(largest) || largest->classes > 0;
	double taken;

	t.df = m->values[L2_STAT_DF] - before->values[L2_STAT_DF];
	if (!compare_by_likelihood(m))
		taken = t.sum_sq = fmax(before->values[L2_STAT_RSS] - m->values[L2_STAT_RSS], 0);
	else
		taken = fmax(anova_ratio(before, m), 0);
	if (known)
		t.chi_sq = taken / (largest->classes > 0 ? 1 : l2_vcov_unit(largest));
	if (!(t.df > 0))
		return t;
	if (known)
		t.p = l2n_f_pvalue(t.chi_sq / t.df, t.df, INFINITY);
	else if (df_residual > 0)
	{
		double scale = l2_model_has_link(m) ? l2_vcov_unit(largest)
											: largest->values[L2_STAT_RSS] / df_residual;

		t.f = taken / t.df / scale; /* infinite for a perfect fit, NaN for 0 / 0 */
		t.p = isinf(t.f) ? 0 : l2n_f_pvalue(t.f, t.df, df_residual);
	}
	return t;
}

PG_FUNCTION_INFO_V1(l2_anova);
PGDLLEXPORT Datum
l2_anova(PG_FUNCTION_ARGS)
{
	enum
	{
		NUMBER,
		ADDED,
		DF_RESIDUAL,
		RSS,
		DF,
		SUM_SQ,
		F,
		P,
		DEVIANCE,
		CHI_SQ,
		COLUMNS
	};
	FuncCallContext *ctx;
	comparison *c;
	const entry *e, *before;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	anova_test t = {NAN, NAN, NAN, NAN, NAN};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		ctx->user_fctx = c = start_anova(fcinfo);
		ctx->max_calls = c ? c->n : 0;
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	c = ctx->user_fctx;
	e = &c->entries[ctx->call_cntr];
	before = ctx->call_cntr > 0 ? e - 1 : NULL;
	if (before)
		t = anova_compare(before->model, e->model, c->entries[c->n - 1].model);
	values[NUMBER] = Int32GetDatum(e->number);
	values[ADDED] = added_terms(before, e);
	l2_set_double(values, nulls, DF_RESIDUAL, e->model->values[L2_STAT_DF_RESIDUAL]);
	l2_set_double(values, nulls, RSS,
				  compare_by_likelihood(e->model) ? NAN : e->model->values[L2_STAT_RSS]);
	l2_set_double(values, nulls, DF, t.df);
	l2_set_double(values, nulls, SUM_SQ, t.sum_sq);
	l2_set_double(values, nulls, F, t.f);
	l2_set_double(values, nulls, P, t.p);
	l2_set_double(values, nulls, DEVIANCE, l2_model_stat(e->model, L2_STAT_DEVIANCE));
	l2_set_double(values, nulls, CHI_SQ, t.chi_sq);
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

/*
 * Information criteria
 */

static void
set_criteria(entry *e)
{
	double value[L2_RSS_CRITERIA], df = l2_model_parameters(e->model);

	if (compare_by_likelihood(e->model))
		l2_likelihood_criteria(l2_model_stat(e->model, L2_STAT_LOG_LIKELIHOOD),
							   l2_model_rows(e->model), df, value);
	else
		l2_criteria(e->model->values[L2_STAT_RSS], l2_model_rows(e->model),
					l2_model_log_weights(e->model), df, value);
	for (int i = 0; i < L2_RSS_CRITERIA; i++)
		if (!isfinite(value[i]))
			value[i] = NAN;
	e->aic = value[L2_CRITERION_AIC];
	e->aicc = value[L2_CRITERION_AICC];
	e->bic = value[L2_CRITERION_BIC];
}

static comparison *
start_compare(FunctionCallInfo fcinfo)
{
	bool skipped;
	comparison *c = read_models(fcinfo, &skipped);

	check_same_rows(c);
	c->least_aic = c->least_bic = NAN;
	for (int i = 0; i < c->n; i++)
	{
		set_criteria(&c->entries[i]);
		c->least_aic = fmin(c->least_aic, c->entries[i].aic);
		c->least_bic = fmin(c->least_bic, c->entries[i].bic);
	}
	return c;
}

/* Whether a coefficient, of some class, is not zero */
static bool
compare_uses(const l2_model *m, int term)
{
	bool uses = l2_model_vector(m, L2_ESTIMATE)[term] != 0;

	for (int c = 0; c < m->classes && !uses; c++)
		uses = l2_model_class(m, c, false)[term] != 0;
	return uses;
}

/* Features whose coefficients are not zero */
static Datum
used_terms(const entry *e)
{
	const char **used = palloc(sizeof(char *) * Max(e->model->p, 1));
	int n = 0;

	for (int i = 1; i <= e->model->p; i++)
		if (compare_uses(e->model, i))
			used[n++] = e->term[i];
	return l2_make_text_array(used, n);
}

PG_FUNCTION_INFO_V1(l2_compare);
PGDLLEXPORT Datum
l2_compare(PG_FUNCTION_ARGS)
{
	static const l2_stat statistics[] = {L2_STAT_DF, L2_STAT_RSS, L2_STAT_R_SQUARED,
										 L2_STAT_ADJ_R_SQUARED, L2_STAT_SIGMA};
	FuncCallContext *ctx;
	comparison *c;
	const entry *e;
	Datum values[15];
	bool nulls[15] = {false};
	int at = 0;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		ctx->user_fctx = c = start_compare(fcinfo);
		ctx->max_calls = c->n;
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	c = ctx->user_fctx;
	e = &c->entries[ctx->call_cntr];
	values[at++] = Int32GetDatum(e->number);
	values[at++] = CStringGetTextDatum(l2_method_name(e->model->method));
	values[at++] = used_terms(e);
	values[at++] = Int64GetDatum(e->model->n);
	for (int i = 0; i < (int) lengthof(statistics); i++)
		l2_set_double(values, nulls, at++, e->model->values[statistics[i]]);
	l2_set_double(values, nulls, at++, e->aic);
	l2_set_double(values, nulls, at++, e->aicc);
	l2_set_double(values, nulls, at++, e->bic);
	l2_set_double(values, nulls, at++, e->aic - c->least_aic);
	l2_set_double(values, nulls, at++, e->bic - c->least_bic);
	l2_set_double(values, nulls, at++, e->model->values[L2_STAT_LAMBDA]);
	Assert(at == (int) lengthof(values));
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}
