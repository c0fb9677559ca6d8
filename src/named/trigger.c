/*
 * trigger.c: what statements do to the source of a model, noted as they do it.
 *
 * Which model it is for its dependency says, and not a condition (WHEN) that names the model: that
 * would be read and made ready for each statement, which is a fifth of what it costs a writer.
 * After a restore no trigger is for a model, and a refresh makes others.  Anybody can attach it to
 * a table of his own, so it does nothing but for relations that the model remembers.  It changes to
 * no other role and runs nobody's code: the terms of a model are a closed language.  Nor must a
 * model get in a writer's way: what cannot be worked out is noted as such, and the model is not up
 * to date until its source was read anew.
 *
 * What replication brings fires no trigger for statements.  One for its rows just notes that they
 * came.
 */
#include "named/follow.h"

#include "base/merge.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

extern Datum l2_bucket(PG_FUNCTION_ARGS);
extern Datum l2_bucket_date(PG_FUNCTION_ARGS);

/* A trigger, and what it is for */
typedef struct target
{
	Oid trigger;
	Oid relation;
	Oid model;
	bool valid;
	TransactionId noted;   /* the last one for which the same was noted */
	MemoryContext context; /* of what follows */
	l2_followed *followed; /* NULL: the relation is none that the model remembers */
	l2_row_reader *reader; /* NULL until there is a row to read */
	TupleTableSlot *slot;  /* of its rows, empty but while one is read that cannot fail */
	int time_column;       /* of a model with buckets; -1: no more */
	Oid time_type;
} target;

static HTAB *trigger_targets = NULL;

/* Compiled terms last as long as the row type; what is remembered, until the model is trained */
static void
trigger_relation_changed(Datum arg, Oid relation)
{
	HASH_SEQ_STATUS scan;
	target *t;

	hash_seq_init(&scan, trigger_targets);
	while ((t = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relation) || t->relation == relation || t->model == relation)
			t->valid = false;
}

static bool
trigger_remembers(const l2_followed *f, Oid relation)
{
	for (int i = 0; f != NULL && i < f->n_relations; i++)
		if (f->relation[i] == relation)
			return true;
	return false;
}

/* Read what the model remembers, in a context that becomes the target's when all went well */
static void
trigger_load(target *t, Relation relation, Oid schema)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "l2reg followed", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	l2_followed *f = l2_followed_read(t->model, schema, GetLatestSnapshot());

	if (!trigger_remembers(f, RelationGetRelid(relation)))
		f = NULL;
	t->time_column = -1;
	if (f && !f->wrong && f->time_column)
	{
		TupleDesc desc = RelationGetDescr(relation);

		for (int i = 0; i < desc->natts; i++)
			if (!TupleDescAttr(desc, i)->attisdropped &&
				strcmp(NameStr(TupleDescAttr(desc, i)->attname), f->time_column) == 0)
			{
				t->time_column = i;
				t->time_type = TupleDescAttr(desc, i)->atttypid;
			}
	}
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, CacheMemoryContext);
	t->context = context;
	t->followed = f;
	t->reader = NULL;
	t->noted = InvalidTransactionId; /* a refresh may have taken the note away */
	t->valid = true;
}

/* What a trigger does is worked out once and kept until its relation changes. */
static target *
trigger_find(const TriggerData *d, Oid schema)
{
	Oid trigger = d->tg_trigger->tgoid;
	target *t;
	bool found;

	if (trigger_targets == NULL)
	{
		HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(target)};

		trigger_targets = hash_create("l2reg triggers", 16, &ctl, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(trigger_relation_changed, (Datum) 0);
	}
	t = hash_search(trigger_targets, &trigger, HASH_ENTER, &found);
	if (!found)
	{
		t->valid = false;
		t->context = NULL;
	}
	if (t->valid && t->relation == RelationGetRelid(d->tg_relation))
		return t;
	t->valid = false;
	if (t->context)
		MemoryContextDelete(t->context);
	t->context = NULL;
	t->followed = NULL;
	t->reader = NULL;
	t->relation = RelationGetRelid(d->tg_relation);
	t->model = l2_follow_model_of(trigger, t->relation);
	if (OidIsValid(t->model))
		trigger_load(t, d->tg_relation, schema);
	t->valid = true;
	return t;
}

/* The reader of a relation's rows, of which there is one once it is complete */
static l2_row_reader *
trigger_reader(target *t, Relation relation)
{
	MemoryContext context, old;
	l2_row_reader *r;
	TupleDesc desc;

	if (t->reader)
		return t->reader;
	context = AllocSetContextCreate(CurrentMemoryContext, "l2reg reader", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	/* with the values that older rows have in columns that came later */
	desc = CreateTupleDescCopyConstr(RelationGetDescr(relation));
	r = l2_row_reader_make(t->followed, desc, relation->rd_rel->reltype);
	t->slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, t->context);
	t->reader = r;
	return r;
}

/*
 * Rows
 */

/* The grams of a tuplestore's rows, or of all of a relation; how many rows there were */
typedef struct trigger_rows
{
	Tuplestorestate *store;
	TableScanDesc scan;
	TupleTableSlot *slot;
} trigger_rows;

static bool
trigger_next(trigger_rows *rows)
{
	if (rows->store)
		return tuplestore_gettupleslot(rows->store, true, false, rows->slot);
	return table_scan_getnextslot(rows->scan, ForwardScanDirection, rows->slot);
}

/* From a read pointer of our own: others have theirs */
static trigger_rows
trigger_rows_of(Tuplestorestate *store, TupleDesc desc)
{
	trigger_rows r = {.store = store};

	tuplestore_select_read_pointer(store, tuplestore_alloc_read_pointer(store, EXEC_FLAG_REWIND));
	tuplestore_rescan(store);
	r.slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	return r;
}

static void
trigger_rows_end(trigger_rows *r)
{
	if (r->store)
		tuplestore_select_read_pointer(r->store, 0);
	ExecDropSingleTupleTableSlot(r->slot);
}

/* Grams of the rows as an array; false where no row is usable */
static bool
trigger_grams(target *t, l2_row_reader *reader, trigger_rows *rows, Oid schema, int64 *count,
			  Datum *grams)
{
	MemoryContext row =
		AllocSetContextCreate(CurrentMemoryContext, "l2reg row", ALLOCSET_DEFAULT_SIZES);
	int n_features, n;
	const l2_sparse_attribute *features = l2_row_reader_features(reader, &n_features);
	l2_tally *tally = l2_tally_make(t->followed, n_features, features);
	l2_gram **g;

	while (trigger_next(rows))
	{
		MemoryContext old = MemoryContextSwitchTo(row);

		CHECK_FOR_INTERRUPTS();
		(*count)++;
		if (l2_row_reader_read(reader, rows->slot))
			l2_tally_add(tally, reader);
		MemoryContextSwitchTo(old);
		MemoryContextReset(row);
	}
	g = l2_tally_grams(tally, &n);
	MemoryContextDelete(row);
	if (g == NULL)
		return false;
	*grams = l2_gram_array(g, n, schema);
	return true;
}

static bool
trigger_has_one_row(const TriggerData *d)
{
	return (d->tg_newtable || d->tg_oldtable) &&
		   (!d->tg_newtable || tuplestore_tuple_count(d->tg_newtable) == 1) &&
		   (!d->tg_oldtable || tuplestore_tuple_count(d->tg_oldtable) == 1);
}

/*
 * The single row of a transition table as numbers, in memory of the current context; NULL: one that
 * is skipped.  False where a number is not finite.  The store's first read pointer is put back to
 * where it was: at the start.
 */
static bool
trigger_read_single(l2_row_reader *reader, Tuplestorestate *store, TupleTableSlot *slot,
					double **number)
{
	const double *read = NULL;
	bool usable = false;
	int n;

	*number = NULL;
	tuplestore_select_read_pointer(store, 0);
	tuplestore_rescan(store);
	if (tuplestore_gettupleslot(store, true, false, slot))
	{
		usable = l2_row_reader_read(reader, slot);
		read = l2_row_reader_numbers(reader, &n);
	}
	ExecClearTuple(slot);
	tuplestore_rescan(store);
	if (usable && read)
		*number = memcpy(palloc(sizeof(double) * n), read, sizeof(double) * n);
	return read != NULL;
}

/* What a statement on a single row of numbers did; false where one of them is not finite */
static bool
trigger_take_single(l2_row_reader *reader, l2_change *c, const TriggerData *d, TupleTableSlot *slot)
{
	double *came = NULL, *went = NULL;
	int n;

	if ((d->tg_newtable && !trigger_read_single(reader, d->tg_newtable, slot, &came)) ||
		(d->tg_oldtable && !trigger_read_single(reader, d->tg_oldtable, slot, &went)))
		return false;
	(void) l2_row_reader_numbers(reader, &n);
	l2_change_set_numbers(c, came, went, n);
	l2_change_set_rows(c, (d->tg_newtable ? 1 : 0) - (d->tg_oldtable ? 1 : 0));
	return true;
}

/* The same of terms, which may fail and then leave the slot with a row that is gone */
static bool
trigger_take_terms(l2_row_reader *reader, l2_change *c, const TriggerData *d)
{
	TupleTableSlot *slot =
		MakeSingleTupleTableSlot(RelationGetDescr(d->tg_relation), &TTSOpsMinimalTuple);
	bool finite = trigger_take_single(reader, c, d, slot);

	ExecDropSingleTupleTableSlot(slot);
	return finite;
}

/* What came, or went, of a live model */
static void
trigger_take_rows(target *t, l2_change *c, const TriggerData *d, bool went, Oid schema)
{
	Tuplestorestate *store = went ? d->tg_oldtable : d->tg_newtable;
	l2_row_reader *reader = trigger_reader(t, d->tg_relation);
	trigger_rows rows;
	int64 count = 0;
	Datum value;

	if (store == NULL)
		return;
	rows = trigger_rows_of(store, RelationGetDescr(d->tg_relation));
	if (trigger_grams(t, reader, &rows, schema, &count, &value))
		l2_change_set(c, went ? L2_C_REMOVED : L2_C_ADDED, value);
	trigger_rows_end(&rows);
	l2_change_set_rows(c, l2_change_rows(c) + (went ? -count : count));
}

/* All of a relation, before it is emptied; a parent has no rows of its own */
static void
trigger_take_all(target *t, l2_change *c, Relation r, Oid schema)
{
	trigger_rows rows = {0};
	Snapshot snapshot;
	int64 count = 0;
	Datum value;

	l2_change_set(c, L2_C_EMPTIED, ObjectIdGetDatum(RelationGetRelid(r)));
	if (r->rd_rel->relkind != RELKIND_RELATION)
		return;
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	rows.slot = table_slot_create(r, NULL);
	rows.scan = l2_begin_scan(r, snapshot);
	if (trigger_grams(t, trigger_reader(t, r), &rows, schema, &count, &value))
		l2_change_set(c, L2_C_REMOVED, value);
	table_endscan(rows.scan);
	trigger_rows_end(&rows);
	UnregisterSnapshot(snapshot);
	l2_change_set_rows(c, -count);
}

/*
 * Buckets
 */

static int
trigger_compare_times(const void *a, const void *b)
{
	Timestamp x = *(const Timestamp *) a, y = *(const Timestamp *) b;

	return x < y ? -1 : x > y;
}

/* The bucket of a time, as the scan has it */
static Timestamp
trigger_bucket(const target *t, Datum value, bool null)
{
	Datum width = IntervalPGetDatum(t->followed->bucket);

	if (null)
		return DT_NOBEGIN;
	if (t->time_type == DATEOID)
		return DatumGetTimestamp(DirectFunctionCall2(l2_bucket_date, value, width));
	return DatumGetTimestamp(DirectFunctionCall2(l2_bucket, value, width));
}

/* The buckets that rows of a transition table were in */
typedef struct trigger_times
{
	int n;
	int room;
	Timestamp *time;
} trigger_times;

static void
trigger_sort_times(trigger_times *b)
{
	int n = 0;

	qsort(b->time, b->n, sizeof(Timestamp), trigger_compare_times);
	for (int i = 0; i < b->n; i++)
		if (i == 0 || b->time[i] != b->time[n - 1])
			b->time[n++] = b->time[i];
	b->n = n;
}

/*
 * The buckets that rows of a transition table lie in; sorted and made unique as room runs out,
 * since a statement may touch many rows of few buckets.
 */
static void
trigger_take_times(const target *t, trigger_times *b, Tuplestorestate *store, TupleDesc desc)
{
	trigger_rows rows;

	if (store == NULL)
		return;
	if (t->time_column >= 0 && t->time_type != DATEOID && t->time_type != TIMESTAMPOID &&
		t->time_type != TIMESTAMPTZOID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" is no date and no timestamp any more",
							   t->followed->time_column)));
	if (t->time_column < 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("column \"%s\" does not exist", t->followed->time_column)));
	rows = trigger_rows_of(store, desc);
	while (trigger_next(&rows))
	{
		bool null;
		Datum value = slot_getattr(rows.slot, t->time_column + 1, &null);
		Timestamp bucket = trigger_bucket(t, value, null);

		CHECK_FOR_INTERRUPTS();
		if (b->n > 0 && b->time[b->n - 1] == bucket)
			continue;
		if (b->n == b->room)
		{
			trigger_sort_times(b);
			if (b->n >= b->room / 2)
			{
				b->room = Max(64, 2 * b->room);
				b->time = b->time ? repalloc(b->time, sizeof(Timestamp) * b->room)
								  : palloc(sizeof(Timestamp) * b->room);
			}
		}
		b->time[b->n++] = bucket;
	}
	trigger_rows_end(&rows);
}

/*
 * Whatever happens
 */

/*
 * What a statement changed: buckets to read anew, that all is gone, the terms of one row, or sums
 * of rows that came and went.
 */
static void
trigger_take(target *t, l2_change *c, trigger_times *buckets, const TriggerData *d, Oid schema)
{
	TupleDesc desc = RelationGetDescr(d->tg_relation);

	if (t->followed->time_column && !TRIGGER_FIRED_BY_TRUNCATE(d->tg_event))
	{
		trigger_take_times(t, buckets, d->tg_newtable, desc);
		trigger_take_times(t, buckets, d->tg_oldtable, desc);
		trigger_sort_times(buckets);
	}
	else if (t->followed->time_column)
		l2_change_set(c, L2_C_EMPTIED, ObjectIdGetDatum(RelationGetRelid(d->tg_relation)));
	else if (TRIGGER_FIRED_BY_TRUNCATE(d->tg_event))
		trigger_take_all(t, c, d->tg_relation, schema);
	else if (trigger_has_one_row(d) && l2_row_reader_numeric(trigger_reader(t, d->tg_relation)))
	{
		if (!trigger_take_terms(t->reader, c, d))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("a value is not finite")));
	}
	else
	{
		trigger_take_rows(t, c, d, false, schema);
		trigger_take_rows(t, c, d, true, schema);
	}
}

/*
 * A single row of plain numbers: nothing can go wrong with it, so no subtransaction is needed.
 * False where there is more to do.
 */
static bool
trigger_take_plain(target *t, l2_change *c, const TriggerData *d)
{
	return !t->followed->time_column && t->reader && trigger_has_one_row(d) &&
		   l2_row_reader_numeric(t->reader) && l2_row_reader_harmless(t->reader) &&
		   trigger_take_single(t->reader, c, d, t->slot);
}

/* The arguments of trigger_take */
typedef struct trigger_attempt
{
	target *t;
	l2_change *c;
	trigger_times *buckets;
	const TriggerData *d;
	Oid schema;
} trigger_attempt;

static void
trigger_attempt_take(void *arg)
{
	trigger_attempt *a = arg;

	trigger_take(a->t, a->c, a->buckets, a->d, a->schema);
}

/* Work out what the statement did; an error becomes a reason */
static void
trigger_work_out(target *t, l2_change *c, trigger_times *buckets, const TriggerData *d, Oid schema)
{
	trigger_attempt a = {t, c, buckets, d, schema};
	l2_change blank = *c;
	ErrorData *e;

	if (trigger_take_plain(t, c, d))
		return;
	*c = blank;
	e = l2_follow_try(trigger_attempt_take, &a);
	if (e == NULL)
		return;
	*c = blank;
	buckets->n = 0;
	l2_change_set(
		c, L2_C_REASON,
		CStringGetTextDatum(psprintf("%s: %s", unpack_sql_state(e->sqlerrcode), e->message)));
}

/*
 * Noting
 */

/* Just that something happened, once a transaction */
static void
trigger_note(target *t, const char *reason, Oid schema)
{
	TransactionId transaction = GetCurrentTransactionId();
	l2_change c = l2_change_make(t->followed);

	if (t->noted == transaction)
		return;
	l2_change_set(&c, L2_C_REASON, CStringGetTextDatum(reason));
	l2_change_write(schema, &c);
	t->noted = transaction;
}

/* Why no row may be read for the model; NULL */
static const char *
trigger_refusal(const target *t, const TriggerData *d)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(t->model));
	Relation r = d->tg_relation;
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		return "the model is gone";
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (!has_privs_of_role(owner, r->rd_rel->relowner))
		return "the model's owner has not the rights of the table's owner";
	if (!l2_state_may_read(owner, RelationGetRelid(r)))
		return "the model's owner may not read all of the table";
	return NULL;
}

/* Whether a statement that touched no row can be forgotten */
static bool
trigger_touched_nothing(const TriggerData *d)
{
	return !TRIGGER_FIRED_BY_TRUNCATE(d->tg_event) &&
		   (!d->tg_newtable || tuplestore_tuple_count(d->tg_newtable) == 0) &&
		   (!d->tg_oldtable || tuplestore_tuple_count(d->tg_oldtable) == 0);
}

static bool
trigger_same_value(const l2_change *c, l2_change_column a, l2_change_column b)
{
	const struct varlena *x, *y;

	if (c->null[a] || c->null[b])
		return c->null[a] && c->null[b];
	x = (const struct varlena *) DatumGetPointer(c->value[a]);
	y = (const struct varlena *) DatumGetPointer(c->value[b]);
	return VARSIZE_ANY(x) == VARSIZE_ANY(y) && memcmp(x, y, VARSIZE_ANY(x)) == 0;
}

/* Whether the rows that came are worth what those that went were */
static bool
trigger_is_nothing(const l2_change *c)
{
	return c->null[L2_C_REASON] && c->null[L2_C_EMPTIED] && l2_change_rows(c) == 0 &&
		   c->null[L2_C_NUMBERS] && trigger_same_value(c, L2_C_ADDED, L2_C_REMOVED);
}

static void
trigger_write(target *t, l2_change *c, const trigger_times *buckets, Oid schema)
{
	if (buckets->n == 0)
	{
		if (t->followed->time_column || !trigger_is_nothing(c))
			l2_change_write(schema, c);
		return;
	}
	for (int i = 0; i < buckets->n; i++)
	{
		l2_change_set(c, L2_C_BUCKET, TimestampGetDatum(buckets->time[i]));
		l2_change_write(schema, c);
	}
}

static void
trigger_statement(target *t, const TriggerData *d, Oid schema)
{
	const char *refusal = t->followed->wrong ? t->followed->wrong : trigger_refusal(t, d);
	trigger_times buckets = {0};
	l2_change c;

	/* transition tables are without rows that a MERGE moved to another partition */
	if (d->tg_relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
		TRIGGER_FIRED_BY_UPDATE(d->tg_event) &&
		l2_may_be_merge(d->tg_relation, d->tg_trigger->tgfoid))
		refusal = "MERGE may have moved rows between partitions, which triggers are not told of";
	else if (trigger_touched_nothing(d))
		return;
	if (refusal)
	{
		trigger_note(t, refusal, schema);
		return;
	}
	c = l2_change_make(t->followed);
	trigger_work_out(t, &c, &buckets, d, schema);
	trigger_write(t, &c, &buckets, schema);
}

static void
trigger_check_call(FunctionCallInfo fcinfo)
{
	const TriggerData *d = (const TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("_l2_follow is a trigger function"),
						errhint("l2_train makes its triggers.")));
	if (TRIGGER_FIRED_FOR_ROW(d->tg_event) || TRIGGER_FIRED_BY_TRUNCATE(d->tg_event)
			? TRIGGER_FIRED_FOR_ROW(d->tg_event) && !TRIGGER_FIRED_AFTER(d->tg_event)
			: (d->tg_newtable == NULL && !TRIGGER_FIRED_BY_DELETE(d->tg_event)) ||
				  (d->tg_oldtable == NULL && !TRIGGER_FIRED_BY_INSERT(d->tg_event)))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" has not what _l2_follow needs", d->tg_trigger->tgname),
				 errhint("l2_train makes its triggers.")));
}

PG_FUNCTION_INFO_V1(_l2_follow);
PGDLLEXPORT Datum
_l2_follow(PG_FUNCTION_ARGS)
{
	TriggerData *d = (TriggerData *) fcinfo->context;
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	target *t;

	trigger_check_call(fcinfo);
	/* the trigger may have been enabled for others too */
	if (TRIGGER_FIRED_FOR_ROW(d->tg_event) &&
		SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA)
		PG_RETURN_POINTER(NULL);
	t = trigger_find(d, schema);
	if (t->followed == NULL)
		PG_RETURN_POINTER(NULL);
	if (TRIGGER_FIRED_FOR_ROW(d->tg_event))
		trigger_note(t, "rows came by replication, past the model's triggers", schema);
	else
		trigger_statement(t, d, schema);
	PG_RETURN_POINTER(NULL);
}
