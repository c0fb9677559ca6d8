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
#include "catalog/index.h"
#include "catalog/pg_type.h"
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
	return c;
}

void
l2_change_set(l2_change *c, l2_change_column column, Datum value)
{
	c->value[column] = value;
	c->null[column] = false;
}

void
l2_change_set_rows(l2_change *c, int64 rows)
{
	c->value[L2_C_ROWS] = Int64GetDatum(rows);
	c->null[L2_C_ROWS] = rows == 0;
}

int64
l2_change_rows(const l2_change *c)
{
	return c->null[L2_C_ROWS] ? 0 : DatumGetInt64(c->value[L2_C_ROWS]);
}

/*
 * Single rows.  A byte says which there are.  Then come the numbers of the row that came; then a
 * bit for each number of the one that went, set where it is another one, and those that are.  With
 * no row that came all are.
 */

#define CHANGE_CAME 1
#define CHANGE_WENT 2

static int
change_bitmap_size(int n)
{
	return (n + 7) / 8;
}

void
l2_change_set_numbers(l2_change *c, const double *came, const double *went, int n)
{
	size_t size = sizeof(double) * n;
	char *start, *p;
	uint8 *differs;

	if (!came && !went)
		return;
	start = palloc(VARHDRSZ + 1 + 2 * size + change_bitmap_size(n));
	p = start + VARHDRSZ;
	*p++ = (char) ((came ? CHANGE_CAME : 0) | (went ? CHANGE_WENT : 0));
	if (came)
	{
		memcpy(p, came, size);
		p += size;
	}
	if (went)
	{
		differs = memset(p, 0, change_bitmap_size(n));
		p += change_bitmap_size(n);
		for (int i = 0; i < n; i++)
		{
			if (came && memcmp(&came[i], &went[i], sizeof(double)) == 0)
				continue;
			differs[i / 8] |= 1 << i % 8;
			memcpy(p, &went[i], sizeof(double));
			p += sizeof(double);
		}
		if (came && p == (char *) differs + change_bitmap_size(n))
			return;
	}
	SET_VARSIZE(start, p - start);
	l2_change_set(c, L2_C_NUMBERS, PointerGetDatum(start));
}

/* Take so many bytes from p, of which there are left */
static const char *
change_take(const char **p, size_t *left, size_t bytes)
{
	const char *taken = *p;

	if (bytes > *left)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("a row that was noted has fewer numbers than its model")));
	*p += bytes;
	*left -= bytes;
	return taken;
}

bool
l2_change_numbers(const l2_change *c, bool went, double *number, int n)
{
	const struct varlena *value = (const struct varlena *) DatumGetPointer(c->value[L2_C_NUMBERS]);
	const char *p;
	const uint8 *differs;
	size_t left;
	int has;

	if (c->null[L2_C_NUMBERS])
		return false;
	p = VARDATA_ANY(value);
	left = VARSIZE_ANY_EXHDR(value);
	has = *change_take(&p, &left, 1);
	if (!(has & (went ? CHANGE_WENT : CHANGE_CAME)))
		return false;
	if (has & CHANGE_CAME)
		memcpy(number, change_take(&p, &left, sizeof(double) * n), sizeof(double) * n);
	if (!went)
		return true;
	differs = (const uint8 *) change_take(&p, &left, change_bitmap_size(n));
	for (int i = 0; i < n; i++)
		if (differs[i / 8] & 1 << i % 8)
			memcpy(&number[i], change_take(&p, &left, sizeof(double)), sizeof(double));
	return true;
}

/*
 * Past rights, policies and the executor.  This is most of what a model costs those who write to
 * its source, so the indexes are told of the row directly.
 */

/* The table as this process found it: to look it up by name takes as long as to write the row */
typedef struct change_table
{
	Oid schema; /* invalid: to be looked up */
	Oid table;
	Oid index; /* invalid: there are several, while one is made anew */
} change_table;

static change_table change_found;

static void
change_table_changed(Datum arg, Oid relation)
{
	if (!OidIsValid(relation) || relation == change_found.table || relation == change_found.index)
		change_found.schema = InvalidOid;
}

static Relation
change_open_for_writing(Oid schema)
{
	static bool registered = false;
	Relation r;
	List *indexes;

	if (change_found.schema == schema)
	{
		r = table_open(change_found.table, RowExclusiveLock);
		/* the lock may have brought news of it */
		if (change_found.schema == schema)
			return r;
		table_close(r, NoLock);
	}
	if (!registered)
		CacheRegisterRelcacheCallback(change_table_changed, (Datum) 0);
	registered = true;
	r = l2_follow_open(schema, "_l2_change", RowExclusiveLock);
	indexes = RelationGetIndexList(r);
	if (indexes == NIL || RelationGetDescr(r)->natts != L2_C_COLUMNS)
		elog(ERROR, "table _l2_change has been changed");
	change_found.schema = schema;
	change_found.table = RelationGetRelid(r);
	change_found.index = list_length(indexes) == 1 ? linitial_oid(indexes) : InvalidOid;
	return r;
}

/* Tell an index of a row; one that is being built hears of it when it is ready to */
static void
change_index_row(Relation r, Oid oid, HeapTuple tuple, l2_change *c)
{
	Relation index = index_open(oid, RowExclusiveLock);
	bool null = false;

	if (!l2_follow_index_is_of(index, L2_C_MODEL + 1))
		elog(ERROR, "index \"%s\" is none of table _l2_change", RelationGetRelationName(index));
	if (index->rd_index->indisready)
		l2_index_insert(index, &c->value[L2_C_MODEL], &null, &tuple->t_self, r,
						BuildIndexInfo(index));
	index_close(index, NoLock);
}

void
l2_change_write(Oid schema, l2_change *c)
{
	Relation r = change_open_for_writing(schema);
	HeapTuple tuple = heap_form_tuple(RelationGetDescr(r), c->value, c->null);

	heap_insert(r, tuple, GetCurrentCommandId(true), 0, NULL);
	if (OidIsValid(change_found.index))
		change_index_row(r, change_found.index, tuple, c);
	else
	{
		List *indexes = RelationGetIndexList(r);
		ListCell *cell;

		foreach (cell, indexes)
			change_index_row(r, lfirst_oid(cell), tuple, c);
	}
	heap_freetuple(tuple);
	table_close(r, NoLock);
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
	List *changes = NIL;
	SysScanDesc scan;
	HeapTuple tuple;

	if (RelationGetDescr(r)->natts != L2_C_COLUMNS)
		elog(ERROR, "table _l2_change has been changed");
	snapshot = RegisterSnapshot(snapshot);
	scan = l2_follow_scan(r, L2_C_MODEL + 1, f->model, snapshot);
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

Datum
l2_change_ids(List *changes)
{
	Datum *ids = palloc(sizeof(Datum) * Max(list_length(changes), 1));
	int n = 0;
	ListCell *cell;

	foreach (cell, changes)
		ids[n++] = PointerGetDatum(&((l2_change *) lfirst(cell))->tid);
	return PointerGetDatum(
		construct_array(ids, n, TIDOID, sizeof(ItemPointerData), false, TYPALIGN_SHORT));
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

	if (l2_delete_row(r, tid, snapshot, &failure) != TM_Ok)
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("could not serialize access due to concurrent delete")));
}

void
l2_change_forget(Oid model, Oid schema)
{
	Relation r = l2_follow_open(schema, "_l2_change", RowExclusiveLock);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = l2_follow_scan(r, L2_C_MODEL + 1, model, snapshot);
	HeapTuple tuple;

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

void
l2_change_hold(Oid schema)
{
	table_close(l2_follow_open(schema, "_l2_change", AccessShareLock), NoLock);
}

/* The row of a model in _l2_followed, whose changes are asked for */
static l2_followed *
change_followed(Oid model, Oid schema)
{
	l2_follow_check_owner(model);
	l2_change_hold(schema);
	return l2_followed_read(model, schema, l2_current_snapshot());
}

static int
change_compare_ids(const void *a, const void *b)
{
	return ItemPointerCompare(*(ItemPointer const *) a, *(ItemPointer const *) b);
}

/* The elements of tid[] that are not NULL, in order */
static ItemPointer *
change_sorted_ids(Datum ids, int *n)
{
	ItemPointer *sorted;
	Datum *elements;
	bool *nulls;
	int all;

	deconstruct_array(DatumGetArrayTypeP(ids), TIDOID, sizeof(ItemPointerData), false,
					  TYPALIGN_SHORT, &elements, &nulls, &all);
	sorted = palloc(sizeof(ItemPointer) * Max(all, 1));
	*n = 0;
	for (int i = 0; i < all; i++)
		if (!nulls[i])
			sorted[(*n)++] = (ItemPointer) DatumGetPointer(elements[i]);
	qsort(sorted, *n, sizeof(ItemPointer), change_compare_ids);
	return sorted;
}

/* Of each change where it is, its rows, bucket, end and reason */
PG_FUNCTION_INFO_V1(_l2_changes);
PGDLLEXPORT Datum
_l2_changes(PG_FUNCTION_ARGS)
{
	static const l2_change_column shown[] = {L2_C_ROWS, L2_C_BUCKET, L2_C_UNTIL, L2_C_REASON};
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_followed *f = change_followed(PG_GETARG_OID(0), schema);
	ListCell *cell;

	if (f == NULL)
		return (Datum) 0;
	foreach (cell, l2_change_list(f, schema, l2_current_snapshot()))
	{
		l2_change *c = lfirst(cell);
		Datum values[1 + lengthof(shown)] = {PointerGetDatum(&c->tid)};
		bool nulls[1 + lengthof(shown)] = {false};

		for (int i = 0; i < (int) lengthof(shown); i++)
		{
			values[1 + i] = c->value[shown[i]];
			nulls[1 + i] = c->null[shown[i]];
		}
		l2_rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* _l2_changes_done(model, where they are) */
PG_FUNCTION_INFO_V1(_l2_changes_done);
PGDLLEXPORT Datum
_l2_changes_done(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Snapshot snapshot = l2_current_snapshot();
	l2_followed *f = PG_ARGISNULL(0) ? NULL : change_followed(PG_GETARG_OID(0), schema);
	ItemPointer *done, id;
	Relation r;
	ListCell *cell;
	int n;

	if (f == NULL || PG_ARGISNULL(1))
		PG_RETURN_VOID();
	done = change_sorted_ids(PG_GETARG_DATUM(1), &n);
	r = l2_follow_open(schema, "_l2_change", RowExclusiveLock);
	foreach (cell, l2_change_list(f, schema, snapshot))
	{
		id = &((l2_change *) lfirst(cell))->tid;
		if (bsearch(&id, done, n, sizeof(ItemPointer), change_compare_ids))
			change_remove(r, id, snapshot);
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
	CommandCounterIncrement();
	PG_RETURN_VOID();
}
