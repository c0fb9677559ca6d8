/*
 * spellings.c: errors for calls that are spelt as before 1.0, or as elsewhere; they say what to
 * write.
 */
#include "base/l2reg.h"

#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"

/* Of scores: the weight as an argument of its own */
PG_FUNCTION_INFO_V1(l2_refuse_weight);
PGDLLEXPORT Datum
l2_refuse_weight(PG_FUNCTION_ARGS)
{
	const Aggref *call = AggGetAggref(fcinfo);
	const char *name = call ? get_func_name(call->aggfnoid) : "the score";

	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s takes no weight as an argument of its own", name),
					errhint("Weights go with y: %s(l2_obs(y, weight => w), p).", name)));
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(l2_refuse_final);
PGDLLEXPORT Datum
l2_refuse_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

/* Of functions of grams: what became an option */
PG_FUNCTION_INFO_V1(l2_refuse_standardize);
PGDLLEXPORT Datum
l2_refuse_standardize(PG_FUNCTION_ARGS)
{
	const char *name = get_func_name(fcinfo->flinfo->fn_oid);
	bool by_lambda = get_fn_expr_argtype(fcinfo->flinfo, 1) == FLOAT8OID;

	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s takes standardize as an option", name),
					errhint("Write %s(gram, %s, '{\"standardize\": true}'); other arguments of "
							"before 1.0 are options too.",
							name, by_lambda ? "lambda" : "method")));
	PG_RETURN_NULL();
}

/*
 * Of whatever is called as others would: the comment of the function or aggregate, behind its "An
 * error: ", says what to write
 */
PG_FUNCTION_INFO_V1(l2_refuse_call);
PGDLLEXPORT Datum
l2_refuse_call(PG_FUNCTION_ARGS)
{
	const Aggref *call = AggCheckCallContext(fcinfo, NULL) ? AggGetAggref(fcinfo) : NULL;
	Oid function = call ? call->aggfnoid : fcinfo->flinfo->fn_oid;
	char *comment = GetComment(function, ProcedureRelationId, 0);
	char *hint = comment ? strchr(comment, ':') : NULL;

	if (hint)
	{
		hint += strspn(hint, ": ");
		for (char *s = hint; *s; s++)
			*s = *s == '\n' ? ' ' : *s;
		*hint = (char) pg_toupper((unsigned char) *hint);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s takes other arguments", get_func_name(function)),
					hint ? errhint("%s", hint) : 0));
	PG_RETURN_NULL();
}
