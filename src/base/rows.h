/*
 * rows.h: results that are rows.
 */
#ifndef L2_ROWS_H
#define L2_ROWS_H

#include "base/l2reg.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/tuplestore.h"

/* The row type that the function returns */
static inline TupleDesc
l2_row_desc(FunctionCallInfo fcinfo)
{
	TupleDesc desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return BlessTupleDesc(desc);
}

/* Rows that are put one by one, and returned when the function does */
typedef struct l2_rows
{
	Tuplestorestate *store;
	TupleDesc desc;
} l2_rows;

static inline l2_rows *
l2_rows_make(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	l2_rows *rows;
	MemoryContext old;

	if (set == NULL || !IsA(set, ReturnSetInfo) || !(set->allowedModes & SFRM_Materialize))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("set-valued function called in context that cannot accept a set")));
	old = MemoryContextSwitchTo(set->econtext->ecxt_per_query_memory);
	rows = palloc(sizeof *rows);
	rows->desc = CreateTupleDescCopy(l2_row_desc(fcinfo));
	rows->store =
		tuplestore_begin_heap((set->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	MemoryContextSwitchTo(old);
	set->returnMode = SFRM_Materialize;
	set->setResult = rows->store;
	set->setDesc = rows->desc;
	return rows;
}

static inline void
l2_rows_put(l2_rows *rows, Datum *values, bool *nulls)
{
	tuplestore_putvalues(rows->store, rows->desc, values, nulls);
}

/* NULL for a number that is not known, NaN */
static inline void
l2_set_double(Datum *values, bool *nulls, int i, double v)
{
	nulls[i] = isnan(v);
	values[i] = Float8GetDatum(v);
}

#endif
