/*
 * rows.h: results that are rows.
 */
#ifndef L2_ROWS_H
#define L2_ROWS_H

#include "l2reg.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"

/* The row type that the function returns */
static inline TupleDesc
l2_row_desc(FunctionCallInfo fcinfo)
{
	TupleDesc desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(desc);
}

/* NULL for a number that is not known, NaN */
static inline void
l2_set_double(Datum *values, bool *nulls, int i, double v)
{
	nulls[i] = isnan(v);
	values[i] = Float8GetDatum(v);
}

#endif
