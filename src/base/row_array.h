/*
 * row_array.h: results that are arrays of rows, which is how an aggregate returns a table.
 */
#ifndef L2_ROW_ARRAY_H
#define L2_ROW_ARRAY_H

#include "base/l2reg.h"

#include "access/tupdesc.h"

/* An array of rows, as a function that returns one fills it */
typedef struct l2_row_array
{
	Oid type;
	TupleDesc desc;
	Datum *rows;
	int n;
	int room;
	double bytes;
	const char *hint; /* where it gets too large */
} l2_row_array;

extern void l2_row_array_init(FunctionCallInfo fcinfo, l2_row_array *a, int room, const char *hint);
extern void l2_row_array_add(l2_row_array *a, Datum *values, bool *nulls);
extern Datum l2_row_array_finish(l2_row_array *a);

#endif
