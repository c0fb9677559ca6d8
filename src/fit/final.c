/*
 * final.c: final functions of the aggregates that fit a gram.  They leave the state as it is: it
 * may be shared, or go on in a window.
 */
#include "fit/fit.h"
#include "fit/robust.h"
#include "gram/gram_state.h"
#include "gram/kept.h"

/* A fit whose errors need its rows */
static l2_model *
model_final_robust(FunctionCallInfo fcinfo, Datum state, const l2_options *o)
{
	l2_kept_state *s = l2_kept_state_of(fcinfo, state, CurrentMemoryContext);
	l2_options before = l2_robust_before(o);
	l2_fitter *f = l2_fitter_make(s->gram, &before);
	l2_robust_rows *rows;

	if (f == NULL)
	{
		l2_robust_check_bare(s->rows.n_bare);
		return NULL;
	}
	rows = l2_robust_of_kept(&s->rows, s->gram->ncols);
	rows->target = l2_fitter_columns(f)->target;
	rows->feature = l2_fitter_columns(f)->feature;
	return l2_robust_fit(l2_fitter_fit(f, &before), o, rows);
}

static Datum
model_final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_gram *g;
	l2_model *m;
	l2_options o;
	l2_scope scope = {method, L2_IN_FIT};
	bool keeps;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	keeps = l2_kept_is_state(PG_GETARG_DATUM(0));
	g = keeps ? l2_kept_state_of(fcinfo, PG_GETARG_DATUM(0), CurrentMemoryContext)->gram
			  : l2_gram_raw(PG_GETARG_DATUM(0));
	if (l2_gram_count(g) == 0 && !keeps)
		PG_RETURN_NULL();
	l2_state_options(g, &scope, &o);
	o.told = &l2_call_cache_of(fcinfo, 0)->told;
	if (keeps)
		l2_robust_check_order(fcinfo, &o);
	m = keeps ? model_final_robust(fcinfo, PG_GETARG_DATUM(0), &o) : l2_fit(g, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(ols_final, model_final, L2_METHOD_OLS);
L2_FUNCTION(ridge_final, model_final, L2_METHOD_RIDGE);
L2_FUNCTION(lasso_final, model_final, L2_METHOD_LASSO);
L2_FUNCTION(elastic_net_final, model_final, L2_METHOD_ELASTIC_NET);
L2_FUNCTION(dropout_final, model_final, L2_METHOD_DROPOUT);
