/*
 * drop1.c: what least squares loses without each of its terms.
 *
 * Columns that belong together go together: the levels of a category, also where they are crossed
 * with something else in a formula.
 */
#include "base/rows.h"
#include "fit/fit.h"
#include "fit/whole.h"
#include "model/criteria.h"

#include "num/solve/ridge.h"
#include "num/stats/student.h"

#include "utils/builtins.h"

/* Relative difference that rounding may make between what gram and model say of the same rows */
#define DROP1_SAME 1e-9

typedef struct drop1
{
	const l2_fitter *fitter;
	int p;
	const char **name; /* of each feature the term that it belongs to */
	l2n_fit fit;       /* of the last columns */
	void *work;
	int *feature; /* scratch: columns of the gram */
} drop1;

/* Whether a term is part of an interaction: then it stays, as in R */
static bool
drop1_is_marginal(const drop1 *d, const char *term)
{
	for (int j = 0; j < d->p; j++)
		if (l2_term_is_marginal(term, d->name[j]))
			return true;
	return false;
}

/* Least squares without the columns of a term; of all for NULL */
static void
drop1_fit(drop1 *d, const char *without)
{
	l2n_ridge_spec spec = {.columns = *l2_fitter_columns(d->fitter),
						   .rows = l2_fitter_rows(d->fitter)};
	int n = 0;

	for (int j = 0; j < d->p; j++)
		if (without == NULL || strcmp(d->name[j], without) != 0)
			d->feature[n++] = spec.columns.feature[j];
	spec.columns.p = n;
	spec.columns.feature = d->feature;
	l2_check(
		l2n_ridge(l2_kernel, l2_fitter_moments(d->fitter), &spec, &d->fit, d->work, l2_poll, NULL),
		NULL, 0);
}

/* Start with the full model */
static drop1
drop1_start(l2_gram *g, const l2_options *o)
{
	drop1 d = {.fitter = l2_fitter_make(g, o)};
	l2_names names;

	if (d.fitter == NULL)
		return d;
	d.p = l2_fitter_features(d.fitter);
	names = l2_fitter_names(d.fitter);
	d.name = l2_feature_terms(l2_encoding_of(names), l2_name_list(names, d.p + 1) + 1, d.p);
	d.fit.solution.coef = palloc(sizeof(double) * Max(d.p, 1));
	d.fit.se = palloc(sizeof(double) * Max(d.p, 1));
	d.fit.dropped = palloc(sizeof(bool) * Max(d.p, 1));
	d.feature = palloc(sizeof(int) * Max(d.p, 1));
	d.work = l2_scratch(l2n_ridge_worksize(d.p));
	drop1_fit(&d, NULL);
	return d;
}

/* A row for each term that no other contains: the fit without it. */
static void
drop1_put(l2_rows *rows, drop1 *d)
{
	enum
	{
		TERM,
		DF,
		SUM_SQ,
		RSS,
		AIC,
		F,
		P,
		COLUMNS
	};
	double full = d->fit.solution.rss, sigma = d->fit.sigma, df_resid = d->fit.df_resid;
	int rank = d->fit.rank;

	for (int j = 0; j < d->p; j++)
	{
		Datum values[COLUMNS];
		bool nulls[COLUMNS] = {false}, seen = false;
		double criteria[L2_RSS_CRITERIA], f = NAN, sum_sq, rss;
		int df;

		for (int i = 0; i < j && !seen; i++)
			seen = strcmp(d->name[i], d->name[j]) == 0;
		if (seen || drop1_is_marginal(d, d->name[j]))
			continue;
		CHECK_FOR_INTERRUPTS();
		drop1_fit(d, d->name[j]);
		df = rank - d->fit.rank;
		rss = d->fit.solution.rss;
		sum_sq = df > 0 ? fmax(rss - full, 0) : 0;
		if (df > 0 && sigma >= 0)
			f = sum_sq / df / (sigma * sigma); /* infinite for a perfect fit, NaN for 0 / 0 */
		l2_criteria(rss, l2_fitter_rows(d->fitter), l2_fitter_log_weights(d->fitter), d->fit.df,
					criteria);
		values[TERM] = CStringGetTextDatum(d->name[j]);
		values[DF] = Int32GetDatum(df);
		l2_set_double(values, nulls, SUM_SQ, sum_sq);
		l2_set_double(values, nulls, RSS, rss);
		l2_set_double(values, nulls, AIC, criteria[L2_CRITERION_AIC]);
		l2_set_double(values, nulls, F, f);
		l2_set_double(values, nulls, P, isinf(f) ? 0 : l2n_f_pvalue(f, df, df_resid));
		l2_rows_put(rows, values, nulls);
	}
}

/* l2_drop1(gram, options) */
PG_FUNCTION_INFO_V1(l2_drop1);
PGDLLEXPORT Datum
l2_drop1(PG_FUNCTION_ARGS)
{
	l2_scope scope = {L2_METHOD_OLS, L2_IN_COLLINEARITY};
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_options o;
	drop1 d;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	l2_options_init(&o, L2_METHOD_OLS);
	l2_options_argument(fcinfo, 1, &scope, &o);
	d = drop1_start(l2_gram_get(PG_GETARG_DATUM(0)), &o);
	if (d.fitter)
		drop1_put(rows, &d);
	PG_RETURN_NULL();
}

/* l2_drop1(model, gram) */
PG_FUNCTION_INFO_V1(l2_drop1_of_model);
PGDLLEXPORT Datum
l2_drop1_of_model(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	const l2_model *m;
	const char **names;
	double rss;
	l2_options o;
	l2_gram *g;
	drop1 d;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	m = PG_GETARG_L2_MODEL(0);
	g = l2_gram_get(PG_GETARG_DATUM(1));
	if (m->method != L2_METHOD_OLS)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("model is of method %s, not least squares", l2_method_name(m->method)),
				 l2_model_has_link(m)
					 ? errhint("Fit it without the term, and compare both: l2_anova(a, b).")
					 : 0));
	if (l2_model_vcov(m) != L2_VCOV_IID)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("model has errors of vcov %s", l2_vcov_name(l2_model_vcov(m))),
						errdetail("Sums of squares take rows for independent and alike."),
						errhint("Test its terms by l2_wald(model, terms).")));
	l2_options_init(&o, L2_METHOD_OLS);
	names = l2_name_list(l2_names_of_model(m), m->p + 1);
	o.intercept = (m->flags & L2_MODEL_INTERCEPT) != 0;
	o.target = (char *) names[0];
	o.features = (char **) names + 1;
	/* an offset is no term: it was taken from the target that is in the gram */
	o.n_features = l2_model_has_offset(m) ? m->p - 1 : m->p;
	d = drop1_start(g, &o);
	rss = m->values[L2_STAT_RSS];
	if (d.fitter == NULL || l2_fitter_moments(d.fitter)->n != m->n ||
		!(fabs(d.fit.solution.rss - rss) <= DROP1_SAME * d.fit.solution.tss))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("model was not fitted from this gram"),
				 l2_model_has_offset(m)
					 ? errhint("Give the gram of all rows that the model was fitted from, its "
							   "target less the offset.")
					 : errhint("Give the gram that the model was fitted from, with all its "
							   "rows.")));
	drop1_put(rows, &d);
	PG_RETURN_NULL();
}
