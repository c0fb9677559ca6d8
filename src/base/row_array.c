/*
 * row_array.c: arrays of rows.
 */
#include "base/row_array.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

void
l2_row_array_init(FunctionCallInfo fcinfo, l2_row_array *a, int room, const char *hint)
{
	a->type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	a->desc = lookup_rowtype_tupdesc_copy(a->type, -1);
	a->room = Max(room, 16);
	a->rows = palloc(sizeof(Datum) * a->room);
	a->n = 0;
	a->bytes = 0;
	a->hint = hint;
}

void
l2_row_array_add(l2_row_array *a, Datum *values, bool *nulls)
{
	HeapTuple tuple = heap_form_tuple(a->desc, values, nulls);

	a->bytes += MAXALIGN(tuple->t_len);
	if (a->bytes > MaxAllocSize - 65536)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the result has more than %d rows", a->n),
						errdetail("A value may take at most 1 GB."), errhint("%s", a->hint)));
	if (a->n == a->room)
		a->rows = repalloc_huge(a->rows, sizeof(Datum) * (a->room *= 2));
	a->rows[a->n++] = HeapTupleGetDatum(tuple);
}

Datum
l2_row_array_finish(l2_row_array *a)
{
	return PointerGetDatum(construct_array(a->rows, a->n, a->type, -1, false, TYPALIGN_DOUBLE));
}
