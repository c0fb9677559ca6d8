/*
 * class_rows.c: reading what happened and its probability.
 */
#include "score/class_rows.h"

#include "access/htup_details.h"
l2_class_site *
l2_class_site_of(FunctionCallInfo fcinfo)
{
	l2_class_site *site = fcinfo->flinfo->fn_extra;

	if (unlikely(site == NULL))
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
		site->read_y = l2_reader_of(get_fn_expr_argtype(fcinfo->flinfo, 1), "y");
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}

bool
l2_read_class_row(FunctionCallInfo fcinfo, int weight, l2_class_row *r)
{
	double y;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (weight && PG_ARGISNULL(weight)))
		return false;
	r->weight = weight ? PG_GETARG_FLOAT8(weight) : 1.0;
	if (weight && !l2_usable_weight(r->weight))
		return false;
	y = l2_class_site_of(fcinfo)->read_y(PG_GETARG_DATUM(1));
	r->p = PG_GETARG_FLOAT8(2) + 0.0; /* no -0 */
	if (unlikely(y != 0 && y != 1))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("y must be 0 or 1, but is %g", y),
						errhint("Say which rows count as 1, for example y > 3.")));
	if (unlikely(!(r->p >= 0 && r->p <= 1)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("p must lie between 0 and 1, but is %g", r->p),
				 errhint("It is the probability that y is 1, as l2_predict gives it for a model "
						 "of logistic_fit.")));
	r->y = y == 1;
	return true;
}
