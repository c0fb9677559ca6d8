/*
 * robust.c: standard errors from sums over rows that others make: of grams by cluster, and of
 * squares of scores.
 *
 * The state of both aggregates is a model: the one that is given, with the sums in the place of its
 * variance.  So it is flat, and distributed planners can ship it.
 */
#include "fit/robust.h"

#include "base/aggregate.h"
#include "base/args.h"
#include "gram/gram.h"
#include "model/vcov.h"
#include "options/obs.h"

#include <math.h>

#include "num/stats/sandwich.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* What statistics of a state mean: which are numbers of something else in a model */
#define STATE_GROUPS L2_STAT_CLUSTERS   /* clusters, or rows */
#define STATE_ROWS   L2_STAT_CLUSTERS_2 /* rows of clusters */
#define STATE_CODE   L2_STAT_BANDWIDTH  /* options: ssc, and 8 for psd */

#define STATE_ABSORBED L2_STAT_DF_ERRORS /* effects of groups in the grams */

/* The same of a state of l2_meat */
#define STATE_WEIGHT   STATE_ROWS     /* of all rows */
#define STATE_WEIGHT_Y STATE_ABSORBED /* times y */

/* Share of their size that sums may differ by from those of the fit, by rounding */
#define SAME_ROWS 1e-6

/*
 * The state of both aggregates is a model whose covariance is the sum so far, so that it may be
 * stored and sent.
 */
static l2_model *
state_first(FunctionCallInfo fcinfo, int options, l2_place place, l2_vcov vcov)
{
	l2_model *m, *s;
	l2_scope scope = {L2_METHOD_OLS, place};
	double *none;
	l2_options o;

	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model is NULL")));
	m = PG_GETARG_L2_MODEL(1);
	l2_robust_need(m, place == L2_IN_ROBUST);
	l2_robust_need_near(m);
	l2_options_start(&o, &scope);
	o.vcov = vcov;
	l2_options_argument(fcinfo, options, &scope, &o);
	l2_robust_check(&o);
	if (place == L2_IN_ROBUST && o.vcov != L2_VCOV_CR0 && o.vcov != L2_VCOV_CR1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("vcov of grams by cluster is \"CR0\" or \"CR1\"")));
	if (place == L2_IN_MEAT && (o.vcov < L2_VCOV_HC0 || o.vcov > L2_VCOV_HC3))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("vcov of l2_meat is one of \"HC0\" to \"HC3\""),
						errhint("For clusters make a gram of each by GROUP BY, and use "
								"l2_robust(model, gram).")));
	none = l2_scratch(sizeof(double) * l2_model_triangle(m));
	memset(none, 0, sizeof(double) * l2_model_triangle(m));
	s = l2_vcov_replace(m, o.vcov, none, true);
	s->values[STATE_GROUPS] = s->values[STATE_ROWS] = s->values[STATE_ABSORBED] = 0;
	s->values[STATE_CODE] = o.ssc + (o.psd ? 8 : 0);
	return s;
}

/* A state to change; that of another process may lack the last statistics, which are NaN */
static l2_model *
state_own(Datum d)
{
	l2_model *s = l2_own_state(d);

	if (s->nstats > L2_STATS || !(s->kept & L2_KEPT_FACTOR) || !(s->kept & L2_KEPT_VARIANCE))
		l2_foreign_state();
	if (s->nstats == L2_STATS)
		return s;
	s = l2_model_get(PointerGetDatum(s));
	return l2_vcov_replace(s, l2_model_vcov(s), l2_model_matrix(s, L2_KEPT_VARIANCE), true);
}

/* Whether a state, or a model, is of the same fit; one that keeps no matrix is not, for it is
 * needed */
static bool
state_is_of(const l2_model *s, const l2_model *m)
{
	Size size = sizeof(double) * ((Size) s->p + 1);

	return m->p == s->p && m->n == s->n && m->method == s->method && m->flags == s->flags &&
		   (m->kept & L2_KEPT_FACTOR) != 0 &&
		   memcmp(l2_model_vector(m, L2_ESTIMATE), l2_model_vector(s, L2_ESTIMATE), size) == 0 &&
		   memcmp(l2_model_vector(m, L2_MEAN), l2_model_vector(s, L2_MEAN), size) == 0 &&
		   memcmp(l2_model_dropped(m), l2_model_dropped(s), s->p) == 0;
}

/* Every row must have the same model */
static void
state_check(FunctionCallInfo fcinfo, const l2_model *s)
{
	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model is NULL")));
	if (!state_is_of(s, PG_GETARG_L2_MODEL(1)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("model must be the same in every row of a group")));
}

PG_FUNCTION_INFO_V1(l2_robust_combine);
PGDLLEXPORT Datum
l2_robust_combine(PG_FUNCTION_ARGS)
{
	l2_model *a, *b;
	double *to, *from;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1) && PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(state_own(PG_GETARG_DATUM(1)));
	a = state_own(PG_GETARG_DATUM(0));
	b = state_own(PG_GETARG_DATUM(1));
	if (!state_is_of(a, b) || a->kept != b->kept || a->values[STATE_CODE] != b->values[STATE_CODE])
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("model and options must be the same in every row of a group")));
	to = l2_model_matrix(a, L2_KEPT_VARIANCE);
	from = l2_model_matrix(b, L2_KEPT_VARIANCE);
	for (Size i = 0; i < l2_model_triangle(a); i++)
		to[i] += from[i];
	a->values[STATE_GROUPS] += b->values[STATE_GROUPS];
	a->values[STATE_ROWS] += b->values[STATE_ROWS];
	a->values[STATE_ABSORBED] += b->values[STATE_ABSORBED];
	PG_RETURN_POINTER(a);
}

/*
 * Grams by cluster
 */

/* The aggregate's state, of the first row or of those before, which this row must agree with */
static l2_model *
state_of_row(FunctionCallInfo fcinfo, int options, l2_place place, l2_vcov vcov)
{
	l2_model *s;

	if (PG_ARGISNULL(0))
		return state_first(fcinfo, options, place, vcov);
	s = state_own(PG_GETARG_DATUM(0));
	state_check(fcinfo, s);
	return s;
}

/* The factor that scores of a model are turned by, which a call site keeps */
typedef struct turn_site
{
	MemoryContext context;
	l2_kept_value model;
	const double *turn;
} turn_site;

/*
 * What turns scores by the inverse of the model, kept from row to row while the model is the
 * same.
 */
static const double *
robust_turn(FunctionCallInfo fcinfo)
{
	turn_site *site = fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
		site->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg turn", ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = site;
	}
	if (site->turn && l2_same_value(&site->model, PG_GETARG_DATUM(1)))
		return site->turn;
	site->turn = NULL;
	MemoryContextReset(site->context);
	old = MemoryContextSwitchTo(site->context);
	l2_keep_value(&site->model, PG_GETARG_DATUM(1));
	site->turn = l2_robust_turn_of(l2_model_get(PointerGetDatum(site->model.value)));
	MemoryContextSwitchTo(old);
	return site->turn;
}

/* Error unless both have effects of groups, or neither */
static void
robust_check_groups(const l2_model *m, const l2_gram *g)
{
	bool within = (g->flags & L2_GRAM_WITHIN) != 0;

	if (within == (l2_model_stat(m, L2_STAT_ABSORBED) > 0))
		return;
	if (within)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the gram is one within groups, the model has no effects of any")));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("the model has effects of groups, the gram is not one within them"),
					errhint("Give for each cluster l2_gram_within(gram) of the groups in it.")));
}

PG_FUNCTION_INFO_V1(l2_robust_add);
PGDLLEXPORT Datum
l2_robust_add(PG_FUNCTION_ARGS)
{
	l2_model *s;
	l2_gram *g;
	double *score;

	l2_need_aggregate(fcinfo);
	s = state_of_row(fcinfo, 3, L2_IN_ROBUST, L2_VCOV_CR1);
	if (l2_model_has_link(s))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("grams do not know the residuals of a model of method %s",
							   l2_method_name(s->method)),
						errhint("Give the clusters to the fit: %s_fit(l2_obs(y, cluster => store), "
								"x, '{\"vcov\": \"CR1\"}').",
								l2_method_name(s->method))));
	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(s);
	g = l2_gram_get(PG_GETARG_DATUM(2));
	if (l2_gram_count(g) == 0)
		PG_RETURN_POINTER(s);
	robust_check_groups(s, g);
	score = palloc(sizeof(double) * (s->p + 1));
	l2_robust_score(s, g, l2_robust_columns(g, s), score);
	l2n_sandwich_turn(s->p + 1, robust_turn(fcinfo), score);
	l2n_rank_one(s->p + 1, l2_model_matrix(s, L2_KEPT_VARIANCE), 1, score);
	s->values[STATE_GROUPS] += 1;
	s->values[STATE_ROWS] += (double) l2_gram_count(g);
	s->values[STATE_ABSORBED] += (double) g->absorbed;
	PG_RETURN_POINTER(s);
}

/* Options of a state */
static void
state_options(const l2_model *s, l2_options *o)
{
	l2_options_init(o, s->method);
	o->vcov = l2_model_vcov(s);
	o->ssc = (l2_ssc) ((int) s->values[STATE_CODE] % 8);
	o->psd = s->values[STATE_CODE] >= 8;
}

PG_FUNCTION_INFO_V1(l2_robust_final);
PGDLLEXPORT Datum
l2_robust_final(PG_FUNCTION_ARGS)
{
	l2_model *s;
	l2_robust_sums sums = {.df = NAN, .clusters_2 = NAN, .bandwidth = NAN};
	double factor;
	l2_options o;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = state_own(PG_GETARG_DATUM(0));
	if (s->values[STATE_ROWS] != (double) s->n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the grams have %.0f rows, the model " INT64_FORMAT,
							   s->values[STATE_ROWS], s->n),
						errhint("Give each cluster's gram once: those of the rows that the model "
								"was fitted to.")));
	if (l2_model_stat(s, L2_STAT_ABSORBED) > 0 &&
		s->values[STATE_ABSORBED] != s->values[L2_STAT_ABSORBED])
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the grams have effects of %.0f groups, the model of %.0f",
							   s->values[STATE_ABSORBED], s->values[L2_STAT_ABSORBED]),
						errdetail("A group must lie in one cluster.")));
	state_options(s, &o);
	sums.vcov = o.vcov;
	sums.clusters = s->values[STATE_GROUPS];
	sums.df = sums.clusters - 1;
	if (sums.df > 0)
	{
		const double *meat = l2_model_matrix(s, L2_KEPT_VARIANCE);

		factor = l2_robust_factor(s, &o, sums.clusters, true);
		sums.meat = l2_scratch(sizeof(double) * l2_model_triangle(s));
		for (Size i = 0; i < l2_model_triangle(s); i++)
			sums.meat[i] = factor * meat[i];
	}
	else
		ereport(NOTICE, (errmsg("no standard errors: there is just one cluster")));
	PG_RETURN_POINTER(l2_robust_of_sums(s, &sums, false, true));
}

/*
 * Ways of clusters: of the same fit by one, or by two and by their pairs
 */

/* The models of an array, of one fit each with the sums of its way; NULL where one is NULL */
static l2_model **
ways_of_array(ArrayType *a, int *n)
{
	Datum *elements;
	bool *nulls;
	l2_model **m;

	deconstruct_array(a, ARR_ELEMTYPE(a), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, n);
	m = palloc(sizeof(l2_model *) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			return NULL;
		m[i] = l2_model_get(elements[i]);
		if (l2_model_vcov(m[i]) != L2_VCOV_CR0 || !state_is_of(m[0], m[i]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("the models are not one with the errors of ways of clusters")));
	}
	if (*n != 1 && *n != 3)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%d models are not those of one way, or of two and both", *n)));
	return m;
}

/* _l2_ways(models, nested, options) */
PG_FUNCTION_INFO_V1(l2_robust_of_ways);
PGDLLEXPORT Datum
l2_robust_of_ways(PG_FUNCTION_ARGS)
{
	l2_scope scope = {L2_METHOD_OLS, L2_IN_FIT};
	l2_robust_sums sums = {.clusters_2 = NAN, .bandwidth = NAN};
	bool nested = PG_GETARG_BOOL(1), known = true;
	int n;
	l2_model **m = ways_of_array(PG_GETARG_ARRAYTYPE_P(0), &n);
	Size size;
	l2_options o;

	if (m == NULL)
		PG_RETURN_NULL();
	l2_options_start(&o, &scope);
	l2_options_argument(fcinfo, 2, &scope, &o);
	l2_robust_check(&o);
	sums.vcov = o.vcov;
	sums.clusters = l2_model_stat(m[0], L2_STAT_CLUSTERS);
	sums.df = sums.clusters - 1;
	if (n == 3)
	{
		sums.clusters_2 = l2_model_stat(m[1], L2_STAT_CLUSTERS);
		sums.df = fmin(sums.clusters, sums.clusters_2) - 1;
	}
	size = l2_model_triangle(m[0]);
	sums.meat = l2_scratch(sizeof(double) * size);
	memset(sums.meat, 0, sizeof(double) * size);
	for (int i = 0; i < n; i++)
	{
		const double *meat = l2_model_matrix(m[i], L2_KEPT_VARIANCE);
		double g = o.ssc == L2_SSC_MIN ? sums.df + 1 : l2_model_stat(m[i], L2_STAT_CLUSTERS);
		double factor = (i == 2 ? -1 : 1) * l2_robust_factor(m[0], &o, g, nested);

		known &= meat != NULL;
		for (Size j = 0; meat && j < size; j++)
			sums.meat[j] += factor * meat[j];
	}
	if (!known)
		sums.meat = NULL;
	PG_RETURN_POINTER(l2_robust_of_sums(m[0], &sums, o.psd, l2_vcov_wanted(&o, m[0]->p)));
}

/*
 * Squares of scores
 */

/* What a call site keeps, of one model */
typedef struct meat_site
{
	MemoryContext context;
	l2_kept_value model;
	l2_robust_rows layout;
	l2_scores *scores;
	double *row;
} meat_site;

/*
 * The scores of the model, kept from row to row while it is the same; a row is y, features,
 * weight, offset.
 */
static meat_site *
meat_site_of(FunctionCallInfo fcinfo)
{
	meat_site *site = fcinfo->flinfo->fn_extra;
	MemoryContext old;
	const l2_model *m;
	int *feature;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
		site->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg scores", ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = site;
	}
	if (site->scores && l2_same_value(&site->model, PG_GETARG_DATUM(1)))
		return site;
	site->scores = NULL;
	MemoryContextReset(site->context);
	old = MemoryContextSwitchTo(site->context);
	l2_keep_value(&site->model, PG_GETARG_DATUM(1));
	m = l2_model_get(PointerGetDatum(site->model.value));
	feature = palloc(sizeof(int) * Max(m->p, 1));
	for (int i = 0; i < m->p; i++)
		feature[i] = i + 1;
	site->layout =
		(l2_robust_rows){.target = 0, .feature = feature, .weight = m->p + 1, .offset = m->p + 2};
	site->row = palloc(sizeof(double) * (m->p + 3));
	site->scores = l2_scores_make(m, &site->layout);
	MemoryContextSwitchTo(old);
	return site;
}

static void
meat_not_finite(void)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("a sum of squares of scores is not finite"),
					errhint("Look for rows with NaN or infinity, or rescale the columns.")));
}

/* What a row comes to, in the site's row; NULL where it is skipped */
static meat_site *
meat_read(FunctionCallInfo fcinfo, const l2_model *m, bool is_obs)
{
	l2_array_view x;
	l2_row_of_y y = {.weight = 1};
	meat_site *site;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return NULL;
	x = l2_view_float8_array(PG_GETARG_DATUM(3), "x");
	l2_check_features(m, x.n);
	if (is_obs)
		l2_obs_read(PG_GETARG_DATUM(2), &y);
	else
		y.y = PG_GETARG_FLOAT8(2);
	if (x.has_null || !l2_usable_weight(y.weight))
		return NULL;
	l2_refuse_cluster(&y);
	if (!l2_model_has_link(m))
		l2_refuse_offset(&y);
	site = meat_site_of(fcinfo);
	site->row[0] = y.y;
	memcpy(site->row + 1, x.values, sizeof(double) * x.n);
	site->row[m->p + 1] = y.weight;
	site->row[m->p + 2] = y.offset;
	for (int j = 0; j < m->p + 3; j++)
		if (!isfinite(site->row[j]))
			meat_not_finite();
	return site;
}

static Datum
meat_add(FunctionCallInfo fcinfo, bool is_obs)
{
	l2_model *s;
	meat_site *site;
	double *meat;

	l2_need_aggregate(fcinfo);
	s = state_of_row(fcinfo, 4, L2_IN_MEAT, L2_VCOV_HC1);
	site = meat_read(fcinfo, s, is_obs);
	if (site == NULL)
		PG_RETURN_POINTER(s);
	meat = l2_model_matrix(s, L2_KEPT_VARIANCE);
	if (!l2_scores_add_squares(site->scores, l2_model_vcov(s), site->row, s->p + 3, 1, meat))
		meat[0] = NAN;
	s->values[STATE_GROUPS] += 1;
	s->values[STATE_WEIGHT] += site->row[s->p + 1];
	s->values[STATE_WEIGHT_Y] += site->row[s->p + 1] * site->row[0];
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(l2_meat_add, meat_add, false);
L2_FUNCTION(l2_meat_add_obs, meat_add, true);

/*
 * Error where as many rows as the model was fitted to have other weights or another mean of y: such
 * as those of a fit that balanced the classes
 */
static void
meat_check_rows(const l2_model *s)
{
	double of_fit = s->values[L2_STAT_SUM_WEIGHTS], mean = l2_model_vector(s, L2_MEAN)[0];
	double weight = s->values[STATE_WEIGHT], now = s->values[STATE_WEIGHT_Y] / weight;

	if (s->values[STATE_GROUPS] != (double) s->n)
		return;
	if (!(fabs(weight - of_fit) > SAME_ROWS * of_fit) &&
		!(fabs(now - mean) > SAME_ROWS * (l2_model_vector(s, L2_SD)[0] + fabs(mean))))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the rows do not have the weights or values of y that the model was fitted to"),
			 errdetail("The sum of weights is %g, and was %g; the mean of y is %g, and was %g.",
					   weight, of_fit, now, mean),
			 errhint("Give each row the weight that it had: l2_obs(y, weight => w). Option "
					 "class_weight makes weights, too.")));
}

PG_FUNCTION_INFO_V1(l2_meat_final);
PGDLLEXPORT Datum
l2_meat_final(PG_FUNCTION_ARGS)
{
	l2_model *s;
	const double *meat;
	StringInfoData json;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = state_own(PG_GETARG_DATUM(0));
	meat_check_rows(s);
	meat = l2_model_matrix(s, L2_KEPT_VARIANCE);
	initStringInfo(&json);
	appendStringInfo(&json,
					 "{\"vcov\": \"%s\", \"n\": %.0f, \"meat\": ", l2_vcov_name(l2_model_vcov(s)),
					 s->values[STATE_GROUPS]);
	for (Size i = 0; i < l2_model_triangle(s); i++)
	{
		if (!isnan(meat[0]) && !isfinite(meat[i]))
			meat_not_finite();
		if (isnan(meat[0]))
			break;
		appendStringInfoString(&json, i == 0 ? "[" : ", ");
		l2_append_double(&json, meat[i]);
	}
	appendStringInfoString(&json, isnan(meat[0]) ? "null}" : "]}");
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}

static void
bad_meat(const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid meat"),
					errdetail("%s", detail), errhint("It is made by l2_meat(model, y, x).")));
}

static JsonbValue *
meat_value(Jsonb *jb, const char *key)
{
	JsonbValue k = {.type = jbvString}, *v;

	k.val.string.val = (char *) key;
	k.val.string.len = strlen(key);
	v = JB_ROOT_IS_OBJECT(jb) ? findJsonbValueFromContainer(&jb->root, JB_FOBJECT, &k) : NULL;
	if (v == NULL)
		bad_meat(psprintf("It has no \"%s\".", key));
	return v;
}

static double
meat_number(const JsonbValue *v)
{
	if (v->type != jbvNumeric)
		bad_meat("A number in it is none.");
	return DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(v->val.numeric)));
}

/* l2_robust(model, meat) */
PG_FUNCTION_INFO_V1(l2_robust_of_meat);
PGDLLEXPORT Datum
l2_robust_of_meat(PG_FUNCTION_ARGS)
{
	l2_model *m = PG_GETARG_L2_MODEL(0);
	Jsonb *jb = PG_GETARG_JSONB_P(1);
	l2_robust_sums sums = {.df = NAN, .clusters = NAN, .clusters_2 = NAN, .bandwidth = NAN};
	Size size = l2_model_triangle(m);
	JsonbValue *v = meat_value(jb, "vcov");
	double n = meat_number(meat_value(jb, "n"));
	l2_options o;

	l2_robust_need(m, false);
	if (v->type != jbvString)
		bad_meat("\"vcov\" is no string.");
	l2_options_init(&o, m->method);
	o.vcov = sums.vcov = l2_vcov_of(pnstrdup(v->val.string.val, v->val.string.len));
	if (o.vcov < L2_VCOV_HC0 || o.vcov > L2_VCOV_HC3)
		bad_meat("\"vcov\" is one of HC0 to HC3.");
	if (n != (double) m->n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the meat is of %.0f rows, the model of " INT64_FORMAT, n, m->n),
						errhint("Make it of the rows that the model was fitted to.")));
	v = meat_value(jb, "meat");
	if (v->type == jbvNull)
		ereport(NOTICE, (errmsg("no standard errors: a row has leverage 1, and its residual is "
								"always 0")));
	else
	{
		if (v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data) ||
			JsonContainerSize(v->val.binary.data) != size)
			bad_meat("It is not one of this model.");
		sums.meat = l2_scratch(sizeof(double) * size);
		for (Size i = 0; i < size; i++)
			sums.meat[i] =
				l2_robust_factor(m, &o, NAN, true) *
				meat_number(getIthJsonbValueFromContainer(v->val.binary.data, (uint32) i));
	}
	PG_RETURN_POINTER(l2_robust_of_sums(m, &sums, false, true));
}

/*
 * Sums of scores by cluster, which other servers make of their rows
 */

/* The rows of a cluster, and the sums of their scores: a bytea, of which no digit is lost in text
 */
typedef struct score_sums
{
	int32 vl_len_;
	uint32 mark; /* SUMS_MARK: another machine's bytes are not */
	double rows;
	double sum[FLEXIBLE_ARRAY_MEMBER]; /* k */
} score_sums;

#define SUMS_MARK 0x4c325351

static Size
sums_size(int k)
{
	return offsetof(score_sums, sum) + sizeof(double) * k;
}

static void
sums_check(const score_sums *s, Size size)
{
	if (VARSIZE(s) != size || size < sums_size(1) || s->mark != SUMS_MARK)
		l2_foreign_state();
}

static Datum
sums_add(FunctionCallInfo fcinfo, bool is_obs)
{
	const l2_model *m;
	score_sums *s;
	meat_site *site;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model is NULL")));
	m = PG_GETARG_L2_MODEL(1);
	if (PG_ARGISNULL(0))
	{
		l2_robust_need(m, false);
		l2_robust_need_near(m);
		s = palloc0(sums_size(m->p + 1));
		SET_VARSIZE(s, sums_size(m->p + 1));
		s->mark = SUMS_MARK;
	}
	else
		s = l2_own_state(PG_GETARG_DATUM(0));
	sums_check(s, sums_size(m->p + 1));
	site = meat_read(fcinfo, m, is_obs);
	if (site)
	{
		l2_scores_add(site->scores, site->row, s->sum);
		s->rows += 1;
	}
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(_l2_scores_add, sums_add, false);
L2_FUNCTION(_l2_scores_add_obs, sums_add, true);

PG_FUNCTION_INFO_V1(_l2_scores_combine);
PGDLLEXPORT Datum
_l2_scores_combine(PG_FUNCTION_ARGS)
{
	score_sums *a, *b;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1) && PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	b = (score_sums *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1));
	sums_check(b, VARSIZE(b));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(b);
	a = l2_own_state(PG_GETARG_DATUM(0));
	sums_check(a, VARSIZE(b));
	a->rows += b->rows;
	for (Size i = 0; i < (VARSIZE(a) - sums_size(0)) / sizeof(double); i++)
		a->sum[i] += b->sum[i];
	PG_RETURN_POINTER(a);
}

/* A cluster's sums, squared, are added to those of a model's */
PG_FUNCTION_INFO_V1(_l2_robust_add_scores);
PGDLLEXPORT Datum
_l2_robust_add_scores(PG_FUNCTION_ARGS)
{
	l2_model *s;
	score_sums *scores;

	l2_need_aggregate(fcinfo);
	s = state_of_row(fcinfo, 3, L2_IN_ROBUST, L2_VCOV_CR1);
	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(s);
	scores = (score_sums *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(2));
	sums_check(scores, sums_size(s->p + 1));
	if (scores->rows == 0)
		PG_RETURN_POINTER(s);
	l2n_sandwich_turn(s->p + 1, robust_turn(fcinfo), scores->sum);
	l2n_rank_one(s->p + 1, l2_model_matrix(s, L2_KEPT_VARIANCE), 1, scores->sum);
	s->values[STATE_GROUPS] += 1;
	s->values[STATE_ROWS] += scores->rows;
	PG_RETURN_POINTER(s);
}
