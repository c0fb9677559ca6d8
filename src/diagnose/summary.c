/*
 * summary.c: what a statistician reads: the coefficient table and the line beneath it.
 */
#include "model/criteria.h"
#include "model/family.h"
#include "gram/encoding.h"
#include "fit/fit.h"
#include "model/vcov.h"
#include "base/args.h"
#include "base/rows.h"

#include <math.h>

#include "num/stats/student.h"

#include "utils/builtins.h"

static void
set_int(Datum *values, bool *nulls, int i, double v)
{
	nulls[i] = !(v >= 0 && v <= PG_INT32_MAX);
	values[i] = Int32GetDatum(nulls[i] ? 0 : (int32) v);
}

/* The coefficient for x in units of its sd, and y, where there is no link, in units of its own */
static double
standardized(const l2_model *m, int i, double estimate)
{
	const l2n_link *link = l2_link_of_model(m);
	double unit =
		m->classes > 0 || (link && link->kind != L2N_IDENTITY) ? 1 : l2_model_vector(m, L2_SD)[0];

	return i == 0 || !(unit > 0) ? NAN : estimate * l2_model_vector(m, L2_SD)[i] / unit;
}

/* A row: a term of the model, or a level that was left out, whose effect is 0 */
typedef struct summary_row
{
	int term; /* -1: such a level */
	const char *level;
	int class; /* of several; -1: the model has none */
} summary_row;

typedef struct summary_rows
{
	l2_model *m;
	const char *vcov;     /* which errors; NULL: none */
	const char *positive; /* the label that counts as 1; NULL: y has no labels */
	const char **class;   /* labels of several */
	int n;
	summary_row *row;
} summary_rows;

static void
summary_add_row(summary_rows *r, int term, const char *level)
{
	r->row[r->n++] = (summary_row){term, level, -1};
}

static void
add_left_out(summary_rows *r, l2_attribute *a)
{
	for (int i = 0; i < a->n_left; i++)
		summary_add_row(r, -1, l2_level_column(a->name, a->left[i]));
	a->n_left = 0;
}

/* The same rows for each class that has coefficients */
static void
repeat_rows(summary_rows *r)
{
	int n = r->n, base = -1;
	double reference = l2_model_stat(r->m, L2_STAT_REFERENCE_CLASS);
	summary_row *row = palloc(sizeof(summary_row) * n * r->m->classes);

	if (reference >= 0)
		base = (int) reference;
	r->n = 0;
	for (int c = 0; c < r->m->classes; c++)
		for (int i = 0; i < n && c != base; i++)
		{
			row[r->n] = r->row[i];
			row[r->n++].class = c;
		}
	r->row = row;
}

/* The terms in order, before the first level of a category those that were left out */
static summary_rows *
list_rows(const l2_model *m)
{
	summary_rows *r = palloc0(sizeof *r);
	l2_encoding *e;
	l2_column_origin *origin = NULL;
	int most = m->p + 1;

	r->m = memcpy(palloc(VARSIZE(m)), m, VARSIZE(m));
	r->vcov = l2_vcov_label(m);
	r->positive = l2_labels_of(l2_names_of_model(r->m)).positive;
	e = l2_encoding_of(l2_names_of_model(r->m));
	if (e)
	{
		const char **features = l2_name_list(l2_names_of_model(r->m), m->p + 1) + 1;
		int *first = palloc(sizeof(int) * Max(e->n, 1));

		origin = l2_column_origins(e, features, m->p);
		l2_keep_left_out(e, features, m->p, first);
		/* a level of a formula is a feature worked out: let it belong to its category */
		for (int i = 0; i < e->n; i++)
			if (first[i] >= 0)
				origin[first[i]] = (l2_column_origin){i, true, NULL};
	}
	for (int i = 0; e && i < e->n; i++)
		most += e->attribute[i].n_left;
	r->row = palloc(sizeof(summary_row) * most);
	if (m->flags & L2_MODEL_INTERCEPT)
		summary_add_row(r, 0, NULL);
	for (int i = 1; i <= m->p; i++)
	{
		if (e && origin[i - 1].is_level)
			add_left_out(r, &e->attribute[origin[i - 1].attribute]);
		summary_add_row(r, i, NULL);
	}
	for (int i = 0; e && i < e->n; i++)
		add_left_out(r, &e->attribute[i]);
	if (m->classes > 0)
	{
		int classes;

		r->class = l2_classes_of(l2_names_of_model(r->m), &classes);
		repeat_rows(r);
	}
	return r;
}

PG_FUNCTION_INFO_V1(l2_summary);
PGDLLEXPORT Datum
l2_summary(PG_FUNCTION_ARGS)
{
	enum
	{
		TERM,
		ESTIMATE,
		STD_ERROR,
		T,
		P,
		LOWER,
		UPPER,
		STANDARDIZED,
		VCOV,
		POSITIVE,
		COLUMNS
	};
	FuncCallContext *ctx;
	summary_rows *rows;
	l2_model *m;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double estimate, se, df, margin;
	const char *positive;
	int i, class;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		double level = PG_GETARG_FLOAT8(1);

		l2_check_share("level", level, false);
		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		m = PG_GETARG_ANY_L2_MODEL(0);
		if (m != NULL)
		{
			ctx->user_fctx = rows = list_rows(m);
			ctx->max_calls = rows->n;
		}
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	rows = ctx->user_fctx;
	m = rows->m;
	i = rows->row[ctx->call_cntr].term;
	class = rows->row[ctx->call_cntr].class;
	positive = class >= 0 ? rows->class[class] : rows->positive;
	nulls[POSITIVE] = positive == NULL;
	if (!nulls[POSITIVE])
		values[POSITIVE] = CStringGetTextDatum(positive);
	if (i < 0)
	{
		values[TERM] = CStringGetTextDatum(rows->row[ctx->call_cntr].level);
		l2_set_double(values, nulls, ESTIMATE, 0);
		for (int j = STD_ERROR; j < VCOV; j++)
			l2_set_double(values, nulls, j, NAN);
		nulls[VCOV] = true;
		SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
	}
	estimate = class >= 0 ? l2_model_class(m, class, false)[i] : l2_model_vector(m, L2_ESTIMATE)[i];
	se = class >= 0 ? l2_model_class(m, class, true)[i] : l2_model_value(m, L2_STD_ERROR, i);
	df = l2_vcov_df(m); /* of a family whose variance is known, infinite: Wald's z */
	if (i > 0 && l2_model_dropped(m)[i - 1])
		estimate = se = NAN;
	margin = isnan(df) ? NAN : se * l2n_t_quantile(0.5 + PG_GETARG_FLOAT8(1) / 2, df);

	values[TERM] = CStringGetTextDatum(l2_model_term(m, i));
	l2_set_double(values, nulls, ESTIMATE, estimate);
	l2_set_double(values, nulls, STD_ERROR, se);
	l2_set_double(values, nulls, T, se > 0 ? estimate / se : NAN);
	l2_set_double(values, nulls, P, se > 0 ? fmin(l2n_t_pvalue(estimate / se, df), 1) : NAN);
	l2_set_double(values, nulls, LOWER, estimate - margin);
	l2_set_double(values, nulls, UPPER, estimate + margin);
	l2_set_double(values, nulls, STANDARDIZED, standardized(m, i, estimate));
	nulls[VCOV] = isnan(se) || rows->vcov == NULL;
	if (!nulls[VCOV])
		values[VCOV] = CStringGetTextDatum(rows->vcov);
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

/* What is multiplied by exp(b) */
static const char *
ratio_kind(const l2_model *m)
{
	l2n_family f;

	l2_family_of_model(m, &f);
	if (f.link->kind == L2N_LOGIT)
		return "odds ratio";
	if (f.kind == L2N_BINOMIAL)
		return "risk ratio";
	return f.kind == L2N_POISSON || f.kind == L2N_NEGATIVE_BINOMIAL ? "rate ratio" : "mean ratio";
}

/* exp(b): what a feature's increase by 1 does to the odds, or to the rate */
PG_FUNCTION_INFO_V1(l2_odds_ratios);
PGDLLEXPORT Datum
l2_odds_ratios(PG_FUNCTION_ARGS)
{
	enum
	{
		TERM,
		RATIO,
		LOWER,
		UPPER,
		P,
		KIND,
		COLUMNS
	};
	FuncCallContext *ctx;
	l2_model *m;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double estimate, se, margin, df;
	int i;

	if (SRF_IS_FIRSTCALL())
	{
		const l2n_link *link;
		MemoryContext old;

		l2_check_share("level", PG_GETARG_FLOAT8(1), false);
		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		m = l2_model_get(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))));
		link = l2_link_of_model(m);
		if (link && link->kind != L2N_LOG && link->kind != L2N_LOGIT)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("a model with link %s has no odds or rates that a feature "
								   "multiplies",
								   l2_link_name(link->kind)),
							errhint("Use link logit or log.")));
		if (link == NULL)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("a model of method %s has no odds", l2_method_name(m->method)),
							errhint("Use a model of logistic_fit or poisson_fit.")));
		ctx->user_fctx = m;
		ctx->max_calls = l2_model_has_offset(m) ? m->p : m->p + 1;
		ctx->call_cntr = 1;
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	m = ctx->user_fctx;
	i = (int) ctx->call_cntr;
	estimate = l2_model_dropped(m)[i - 1] ? NAN : l2_model_vector(m, L2_ESTIMATE)[i];
	se = l2_model_value(m, L2_STD_ERROR, i);
	df = l2_vcov_df(m);
	margin = isnan(df) ? NAN : se * l2n_t_quantile(0.5 + PG_GETARG_FLOAT8(1) / 2, df);
	values[TERM] = CStringGetTextDatum(l2_model_term(m, i));
	l2_set_double(values, nulls, RATIO, exp(estimate));
	l2_set_double(values, nulls, LOWER, exp(estimate - margin));
	l2_set_double(values, nulls, UPPER, exp(estimate + margin));
	l2_set_double(values, nulls, P, se > 0 ? l2n_t_pvalue(estimate / se, df) : NAN);
	values[KIND] = CStringGetTextDatum(ratio_kind(m));
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

/*
 * The overall F, that of all features, and its p.  For a penalised fit its distribution is not F;
 * by errors that are not iid it is Wald's, where the model keeps their covariance.
 */
static void
overall_f(const l2_model *m, double *f, double *p)
{
	double df = m->values[L2_STAT_DF] - ((m->flags & L2_MODEL_INTERCEPT) ? 1 : 0);
	double sigma = m->values[L2_STAT_SIGMA], absorbed = l2_model_stat(m, L2_STAT_ABSORBED);
	int *term = palloc(sizeof(int) * Max(m->p, 1)), q = 0;

	*f = *p = NAN;
	if (absorbed > 0)
		df -= absorbed;
	for (int i = 1; i <= m->p - l2_model_has_offset(m); i++)
		if (!l2_model_dropped(m)[i - 1])
			term[q++] = i;
	if (m->method == L2_METHOD_OLS && l2_model_vcov(m) == L2_VCOV_IID && df > 0 && sigma >= 0)
	{
		*f = m->values[L2_STAT_R_SQUARED] * m->values[L2_STAT_TSS] / df / (sigma * sigma);
		*p = l2n_f_pvalue(*f, df, m->values[L2_STAT_DF_RESIDUAL]);
	}
	else if ((m->method == L2_METHOD_OLS || m->method == L2_METHOD_IV) && q > 0 &&
			 l2_model_vcov(m) != L2_VCOV_IID && (m->kept & L2_KEPT_FACTOR) &&
			 !(l2_vcov_clusters(m) <= q) && l2_vcov_wald(m, q, term, f))
		*p = l2n_f_pvalue(*f, q, l2_vcov_df(m));
	/* of a perfect fit neither is known, as t and p of its coefficients are not */
	if (!isfinite(*f))
		*f = *p = NAN;
}

PG_FUNCTION_INFO_V1(l2_glance);
PGDLLEXPORT Datum
l2_glance(PG_FUNCTION_ARGS)
{
	static const l2_stat before_f[] = {L2_STAT_R_SQUARED, L2_STAT_ADJ_R_SQUARED, L2_STAT_SIGMA,
									   L2_STAT_DF,        L2_STAT_DF_RESIDUAL,   L2_STAT_RSS};
	static const l2_stat after_f[] = {L2_STAT_LAMBDA, L2_STAT_LAMBDA_EFFECTIVE, L2_STAT_RCOND,
									  L2_STAT_L1_RATIO};
	l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	const char *vcov = l2_vcov_label(m);
	Datum values[34];
	bool nulls[34] = {false};
	double f, p, criteria[L2_RSS_CRITERIA];
	int at = 0;

	overall_f(m, &f, &p);
	values[at++] = Int64GetDatum(m->n);
	values[at++] = Int64GetDatum(m->n_skipped);
	for (int i = 0; i < (int) lengthof(before_f); i++, at++)
		l2_set_double(values, nulls, at, m->values[before_f[i]]);
	l2_set_double(values, nulls, at++, f);
	l2_set_double(values, nulls, at++, p);
	for (int i = 0; i < (int) lengthof(after_f); i++, at++)
		l2_set_double(values, nulls, at, m->values[after_f[i]]);
	set_int(values, nulls, at++, m->values[L2_STAT_NONZERO]);
	set_int(values, nulls, at++, m->values[L2_STAT_ITERATIONS]);
	l2_set_double(values, nulls, at++, m->values[L2_STAT_GAP]);
	nulls[at] = !l2_model_iterated(m);
	values[at++] = BoolGetDatum(!(m->flags & L2_MODEL_UNCONVERGED));
	l2_set_double(values, nulls, at++, m->values[L2_STAT_CV_ERROR]);
	l2_set_double(values, nulls, at++, m->values[L2_STAT_CV_SE]);
	set_int(values, nulls, at++, m->values[L2_STAT_FOLDS]);
	l2_set_double(values, nulls, at++, l2_model_stat(m, L2_STAT_DEVIANCE));
	l2_set_double(values, nulls, at++, l2_model_stat(m, L2_STAT_NULL_DEVIANCE));
	l2_set_double(values, nulls, at++, l2_model_log_likelihood(m));
	/* sigma is a parameter of least squares, as in R */
	l2_likelihood_criteria(
		l2_model_log_likelihood(m), l2_model_rows(m),
		l2_model_parameters(m) + (l2_model_has_link(m) || m->classes > 0 ? 0 : 1), criteria);
	l2_set_double(values, nulls, at++, criteria[L2_CRITERION_AIC]);
	l2_set_double(values, nulls, at++, criteria[L2_CRITERION_BIC]);
	nulls[at] = nulls[at + 1] = !l2_model_has_link(m);
	if (l2_model_has_link(m))
	{
		l2n_family family;

		l2_family_of_model(m, &family);
		values[at] = CStringGetTextDatum(l2_family_name(family.kind));
		values[at + 1] = CStringGetTextDatum(l2_link_name(family.link->kind));
	}
	at += 2;
	l2_set_double(values, nulls, at++, l2_model_stat(m, L2_STAT_DISPERSION));
	l2_set_double(values, nulls, at++, l2_model_stat(m, L2_STAT_THETA));
	nulls[at] = vcov == NULL;
	values[at++] = vcov ? CStringGetTextDatum(vcov) : (Datum) 0;
	set_int(values, nulls, at++, l2_vcov_clusters(m));
	l2_set_double(values, nulls, at++, m->values[L2_STAT_RATE]);
	l2_set_double(values, nulls, at++, l2_model_stat(m, L2_STAT_RELAX));
	Assert(at == (int) lengthof(values));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}
