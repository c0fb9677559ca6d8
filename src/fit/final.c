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

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = l2_gram_raw(PG_GETARG_DATUM(0));
	l2_options_init(&o, method);
	l2_state_options(g, method, &o);
	m = l2_fit(g, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(ols_final);
PGDLLEXPORT Datum
ols_final(PG_FUNCTION_ARGS)
{
	return fit_final(fcinfo, L2_METHOD_OLS);
}

PG_FUNCTION_INFO_V1(ridge_final);
PGDLLEXPORT Datum
ridge_final(PG_FUNCTION_ARGS)
{
	return fit_final(fcinfo, L2_METHOD_RIDGE);
}

PG_FUNCTION_INFO_V1(lasso_final);
PGDLLEXPORT Datum
lasso_final(PG_FUNCTION_ARGS)
{
	return fit_final(fcinfo, L2_METHOD_LASSO);
}

PG_FUNCTION_INFO_V1(elastic_net_final);
PGDLLEXPORT Datum
elastic_net_final(PG_FUNCTION_ARGS)
{
	return fit_final(fcinfo, L2_METHOD_ELASTIC_NET);
}

PG_FUNCTION_INFO_V1(dropout_final);
PGDLLEXPORT Datum
dropout_final(PG_FUNCTION_ARGS)
{
	return fit_final(fcinfo, L2_METHOD_DROPOUT);
}
