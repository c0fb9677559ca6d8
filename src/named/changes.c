/*
 * changes.c: the table _l2_change, a row for each thing that happened to the source of a model.
 *
 * For a live model it has the grams of the rows that came and of those that went, or, of a single
 * row of numbers, just these; for one with buckets it names those to read anew.  Rows are only ever
 * added, so writers do not wait for each other, and a row counts for whoever sees what the
 * statement did: it came with it, and goes with it when it is rolled back.
 */
#include "named/follow.h"

#include "base/args.h"
#include "base/rows.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

l2_change
l2_change_make(const l2_followed *f)
{
	l2_change c = {0};

	for (int i = 0; i < L2_C_COLUMNS; i++)
		c.null[i] = true;
	l2_change_set(&c, L2_C_MODEL, ObjectIdGetDatum(f->model));
	l2_change_set(&c, L2_C_KEY, Int64GetDatum(f->key));
	l2_change_set(&c, L2_C_ROWS, Int64GetDatum(0));
	return c;
}

void
l2_change_set(l2_change *c, l2_change_column column, Datum value)
{
	c->value[column] = value;
	c->null[column] = false;
}

/* Past rights, policies and the executor */
void
l2_change_write(Oid schema, l2_change *c)
{
	Oid numbers = get_relname_relid("_l2_change_seq_seq", schema);
	Relation r = l2_follow_open(schema, "_l2_change", RowExclusiveLock);
	HeapTuple tuple;

	if (!OidIsValid(numbers) || RelationGetDescr(r)->natts != L2_C_COLUMNS)
		elog(ERROR, "table _l2_change has been changed");
	l2_change_set(c, L2_C_SEQ, Int64GetDatum(nextval_internal(numbers, false)));
	tuple = heap_form_tuple(RelationGetDescr(r), c->value, c->null);
	CatalogTupleInsert(r, tuple);
	heap_freetuple(tuple);
	table_close(r, NoLock);
	CommandCounterIncrement();
}

/*
 * Reading
 */

static l2_change *
change_of_tuple(HeapTuple tuple, TupleDesc desc)
{
	l2_change *c = palloc0(sizeof *c);

	c->tid = tuple->t_self;
	heap_deform_tuple(tuple, desc, c->value, c->null);
	for (int i = 0; i < L2_C_COLUMNS; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (c->null[i] || a->attbyval)
			continue;
		c->value[i] = a->attlen == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(c->value[i]))
									  : datumCopy(c->value[i], false, a->attlen);
	}
	return c;
}

List *
l2_change_list(const l2_followed *f, Oid schema, Snapshot snapshot)
{
	Relation r = l2_follow_open(schema, "_l2_change", AccessShareLock);
	List *indexes = RelationGetIndexList(r), *changes = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	if (indexes == NIL || RelationGetDescr(r)->natts != L2_C_COLUMNS)
		elog(ERROR, "table _l2_change has been changed");
	snapshot = RegisterSnapshot(snapshot);
	ScanKeyInit(&key, L2_C_MODEL + 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(f->model));
	scan = systable_beginscan(r, linitial_oid(indexes), true, snapshot, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool null;
		Datum d = heap_getattr(tuple, L2_C_KEY + 1, RelationGetDescr(r), &null);

		CHECK_FOR_INTERRUPTS();
		if (!null && DatumGetInt64(d) == f->key)
			changes = lappend(changes, change_of_tuple(tuple, RelationGetDescr(r)));
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(r, AccessShareLock);
	return changes;
}

const char *
l2_change_reason(List *changes)
{
	ListCell *cell;

	foreach (cell, changes)
	{
		const l2_change *c = lfirst(cell);

		if (!c->null[L2_C_REASON])
			return TextDatumGetCString(c->value[L2_C_REASON]);
	}
	return NULL;
}

/* Take a row away that our snapshot saw */
static void
change_remove(Relation r, ItemPointer tid, Snapshot snapshot)
{
	TM_FailureData failure;

	if (table_tuple_delete(r, tid, GetCurrentCommandId(true), snapshot, InvalidSnapshot, true,
						   &failure, false) != TM_Ok)
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("could not serialize access due to concurrent delete")));
}

void
l2_change_forget(Oid model, Oid schema)
{
	Relation r = l2_follow_open(schema, "_l2_change", RowExclusiveLock);
	List *indexes = RelationGetIndexList(r);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, L2_C_MODEL + 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(model));
	scan = systable_beginscan(r, linitial_oid(indexes), true, snapshot, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		change_remove(r, &tuple->t_self, snapshot);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(r, NoLock);
	CommandCounterIncrement();
}

/*
 * SQL functions, for whoever may do as the model's owner
 */

/* The row of a model in _l2_followed, whose changes are asked for */
static l2_followed *
change_followed(Oid model, Oid schema)
{
	l2_follow_check_owner(model);
	return l2_followed_read(model, schema, l2_current_snapshot());
}

/* Of each change its number, bucket, end and reason */
PG_FUNCTION_INFO_V1(_l2_changes);
PGDLLEXPORT Datum
_l2_changes(PG_FUNCTION_ARGS)
{
	static const l2_change_column shown[] = {L2_C_SEQ, L2_C_ROWS, L2_C_BUCKET, L2_C_UNTIL,
											 L2_C_REASON};
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_followed *f = change_followed(PG_GETARG_OID(0), schema);
	ListCell *cell;

	if (f == NULL)
		return (Datum) 0;
	foreach (cell, l2_change_list(f, schema, l2_current_snapshot()))
	{
		const l2_change *c = lfirst(cell);
		Datum values[lengthof(shown)];
		bool nulls[lengthof(shown)];

		for (int i = 0; i < (int) lengthof(shown); i++)
		{
			values[i] = c->value[shown[i]];
			nulls[i] = c->null[shown[i]];
		}
		l2_rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* _l2_changes_done(model, numbers) */
PG_FUNCTION_INFO_V1(_l2_changes_done);
PGDLLEXPORT Datum
_l2_changes_done(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Snapshot snapshot = l2_current_snapshot();
	l2_followed *f = PG_ARGISNULL(0) ? NULL : change_followed(PG_GETARG_OID(0), schema);
	Relation r;
	Datum *seen;
	bool *nulls;
	int n;
	ListCell *cell;

	if (f == NULL || PG_ARGISNULL(1))
		PG_RETURN_VOID();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &seen, &nulls, &n);
	r = l2_follow_open(schema, "_l2_change", RowExclusiveLock);
	foreach (cell, l2_change_list(f, schema, snapshot))
	{
		l2_change *c = lfirst(cell);

		for (int i = 0; i < n; i++)
			if (!nulls[i] && DatumGetInt64(seen[i]) == DatumGetInt64(c->value[L2_C_SEQ]))
			{
				change_remove(r, &c->tid, snapshot);
				break;
			}
	}
	table_close(r, NoLock);
	/* what was noted once a transaction must be noted again */
	CacheInvalidateRelcacheByRelid(f->model);
	CommandCounterIncrement();
	PG_RETURN_VOID();
}

/* _l2_note(model, bucket, until, reason): have buckets, or all, be read anew */
PG_FUNCTION_INFO_V1(_l2_note);
PGDLLEXPORT Datum
_l2_note(PG_FUNCTION_ARGS)
{
	static const l2_change_column given[] = {L2_C_MODEL, L2_C_BUCKET, L2_C_UNTIL, L2_C_REASON};
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	l2_followed *f;
	l2_change c;

	if (PG_ARGISNULL(0))
		PG_RETURN_VOID();
	l2_follow_check_owner(PG_GETARG_OID(0));
	f = l2_followed_read(PG_GETARG_OID(0), schema, GetLatestSnapshot());
	/* nothing is known of the source: it will be read anew in any case */
	if (f == NULL)
		PG_RETURN_VOID();
	c = l2_change_make(f);
	for (int i = 1; i < (int) lengthof(given); i++)
		if (!PG_ARGISNULL(i))
			l2_change_set(&c, given[i], PG_GETARG_DATUM(i));
	l2_change_write(schema, &c);
	PG_RETURN_VOID();
}
