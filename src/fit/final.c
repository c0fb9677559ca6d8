/*
 * final.c: final functions of the aggregates that fit a gram.  They leave the state as it is: it
 * may be shared, or go on in a window.
 */
#include "fit/fit.h"
#include "gram/gram_state.h"

static Datum
fit_final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_gram *g;
	l2_model *m;
	l2_options o;
	l2_scope scope = {method, L2_IN_FIT};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = l2_gram_raw(PG_GETARG_DATUM(0));
	if (l2_gram_count(g) == 0)
		PG_RETURN_NULL();
	l2_state_options(g, &scope, &o);
	m = l2_fit(g, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(ols_final, fit_final, L2_METHOD_OLS);
L2_FUNCTION(ridge_final, fit_final, L2_METHOD_RIDGE);
L2_FUNCTION(lasso_final, fit_final, L2_METHOD_LASSO);
L2_FUNCTION(elastic_net_final, fit_final, L2_METHOD_ELASTIC_NET);
L2_FUNCTION(dropout_final, fit_final, L2_METHOD_DROPOUT);
