/*
 * changes.c: the tables of _l2_change, a row for each thing that happened to the source of a model.
 *
 * For a live model it has the grams of the rows that came and of those that went, or, of a single
 * row of numbers, just these; for one with buckets it names those to read anew.  Rows are only ever
 * added, so writers do not wait for each other, and a row counts for whoever sees what the
 * statement did: it came with it, and goes with it when it is rolled back.
 *
 * An index by the model would be a third of what a row costs its writer.  Instead there are some
 * tables, _l2_change_0 and so on, of which a model has one to itself while there are not many
 * models; whoever reads it reads it whole.
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
#include "utils/syscache.h"

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
 * Tables
 */

#define CHANGE_TABLES 8

static int
change_table_of_key(int64 key)
{
	return (int) (key & (CHANGE_TABLES - 1));
}

static Relation
change_open_by_name(Oid schema, int number, LOCKMODE mode)
{
	char name[NAMEDATALEN];
	Relation r;

	snprintf(name, sizeof name, "_l2_change_%d", number);
	r = l2_follow_open(schema, name, mode);
	if (RelationGetDescr(r)->natts != L2_C_COLUMNS || RelationGetIndexList(r) != NIL)
		elog(ERROR, "table %s has been changed", name);
	return r;
}

/* The tables as this process found them: to look one up takes as long as to write a row */
static struct
{
	Oid schema;
	Oid table[CHANGE_TABLES]; /* invalid: to be looked up */
} change_known;

static void
change_table_altered(Datum arg, Oid relation)
{
	for (int i = 0; i < CHANGE_TABLES; i++)
		if (!OidIsValid(relation) || relation == change_known.table[i])
			change_known.table[i] = InvalidOid;
}

/*
 * Opens the table of changes that a key's models share. Its OID is kept, so that not
 * every writer looks up a name.
 */
static Relation
change_open(Oid schema, int64 key, LOCKMODE mode)
{
	static bool registered = false;
	int number = change_table_of_key(key);
	Oid *known = &change_known.table[number];
	Relation r;

	if (!registered)
		CacheRegisterRelcacheCallback(change_table_altered, (Datum) 0);
	registered = true;
	if (change_known.schema != schema)
		change_table_altered((Datum) 0, InvalidOid);
	change_known.schema = schema;
	if (OidIsValid(*known))
	{
		r = table_open(*known, mode);
		/* the lock may have brought news of it */
		if (OidIsValid(*known))
			return r;
		table_close(r, mode);
	}
	r = change_open_by_name(schema, number, mode);
	*known = RelationGetRelid(r);
	return r;
}

int64
l2_change_new_key(Relation followed, const l2_followed *old)
{
	int models[CHANGE_TABLES] = {0}, fewest = 0;
	Snapshot snapshot;
	SysScanDesc scan;
	HeapTuple tuple;
	int64 key;

	if (!pg_strong_random(&key, sizeof key))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not make a random number")));
	key -= change_table_of_key(key);
	if (old)
		return key + change_table_of_key(old->key);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan(followed, InvalidOid, false, snapshot, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool null;
		Datum d = heap_getattr(tuple, L2_F_KEY + 1, RelationGetDescr(followed), &null);

		if (!null)
			models[change_table_of_key(DatumGetInt64(d))]++;
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	for (int i = 1; i < CHANGE_TABLES; i++)
		if (models[i] < models[fewest])
			fewest = i;
	return key + fewest;
}

/* Past rights, policies and the executor: writing is most of what a model costs a writer */
void
l2_change_write(Oid schema, l2_change *c)
{
	Relation r = change_open(schema, DatumGetInt64(c->value[L2_C_KEY]), RowExclusiveLock);
	HeapTuple tuple = heap_form_tuple(RelationGetDescr(r), c->value, c->null);

	heap_insert(r, tuple, GetCurrentCommandId(true), 0, NULL);
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
	Relation r = change_open(schema, f->key, AccessShareLock);
	List *changes = NIL;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple tuple;

	snapshot = RegisterSnapshot(snapshot);
	ScanKeyInit(&key[0], L2_C_KEY + 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(f->key));
	ScanKeyInit(&key[1], L2_C_MODEL + 1, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(f->model));
	scan = systable_beginscan(r, InvalidOid, false, snapshot, lengthof(key), key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
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

/* Take a row away that our snapshot saw; whether it was there, and nobody else is at it */
static bool
change_try_remove(Relation r, ItemPointer tid, Snapshot snapshot, bool wait)
{
	TM_FailureData failure;

	return l2_delete_row(r, tid, snapshot, wait, &failure) == TM_Ok;
}

static void
change_remove(Relation r, ItemPointer tid, Snapshot snapshot)
{
	if (!change_try_remove(r, tid, snapshot, true))
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("could not serialize access due to concurrent delete")));
}

/* Those of the model, and those of models whose tables were dropped past l2_drop */
static void
change_forget_in(Relation r, Oid model)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(r, InvalidOid, false, snapshot, 0, NULL);
	Oid known = InvalidOid;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool null;
		Oid of = DatumGetObjectId(heap_getattr(tuple, L2_C_MODEL + 1, RelationGetDescr(r), &null));

		CHECK_FOR_INTERRUPTS();
		if (of == model)
			change_remove(r, &tuple->t_self, snapshot);
		else if (of == known || SearchSysCacheExists1(RELOID, ObjectIdGetDatum(of)))
			known = of;
		else
			(void) change_try_remove(r, &tuple->t_self, snapshot, false);
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
}

void
l2_change_forget(Oid model, Oid schema)
{
	for (int i = 0; i < CHANGE_TABLES; i++)
	{
		Relation r = change_open(schema, i, RowExclusiveLock);

		change_forget_in(r, model);
		table_close(r, NoLock);
	}
	CommandCounterIncrement();
}

/*
 * SQL functions, for whoever may do as the model's owner
 */

void
l2_change_hold(const l2_followed *f, Oid schema)
{
	table_close(change_open(schema, f->key, AccessShareLock), NoLock);
}

/* The row of a model in _l2_followed, whose changes are asked for */
static l2_followed *
change_followed(Oid model, Oid schema)
{
	l2_followed *f;

	l2_follow_check_owner(model);
	f = l2_followed_read(model, schema, l2_current_snapshot());
	if (f)
		l2_change_hold(f, schema);
	return f;
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
	r = change_open(schema, f->key, RowExclusiveLock);
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
