/*
 * changes.c: what statements do to the source of a model, written down as they do it.
 *
 * A trigger on each statement adds a row to l2_registry_change.  For a live model that row has the
 * grams of the rows that came and of those that went, or, of a single row of numbers, just these;
 * for one with buckets it names the buckets that were touched.  Rows are only ever added, so
 * writers do not wait for each other, and a row counts for whoever sees what the statement did: it
 * came with it, and goes with it when it is rolled back.
 *
 * What is worked out is worked out as the model's owner, whose expressions they are, but for plain
 * arithmetic.  The row is put into the table past all rights and policies, as RI triggers work: the
 * writer need not know that there is a model.  Nor must a model get in his way: an error in an
 * expression is written down too, and the model is not up to date until its source was read anew.
 *
 * What replication brings fires no trigger for statements.  One for its rows just writes down that
 * they came.
 */
#include "named/registry.h"

#include <math.h>

#include "base/names.h"
#include "record/terms.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

/* The two transition tables; ONLY the relation itself, before it is truncated */
#define NEW_ROWS "l2_new"
#define OLD_ROWS "l2_old"

typedef enum follow
{
	FOLLOW_NOT,     /* no such model, or not with this relation */
	FOLLOW_GRAMS,   /* live */
	FOLLOW_BUCKETS, /* which ones */
} follow;

typedef struct followed_key
{
	int32 id;
	Oid relation;
} followed_key;

/* A model and a relation that it follows */
typedef struct followed
{
	followed_key key;
	bool valid;
	bool complete;            /* no error left it half-built */
	TransactionId replicated; /* the last one that was written down as such */
	uint64 generation;        /* of the registry */
	follow how;
	MemoryContext context; /* of what follows */
	char *owner;
	char *search_path;
	char *before_from; /* the query is this, a relation, and that */
	char *after_from;
	Oid grams;          /* the type l2_gram[] */
	SPIPlanPtr plan[2]; /* over NEW_ROWS and OLD_ROWS */

	/* for single rows, where that can be: target, features and weight */
	l2_terms *columns;
	bool compiled;
	l2_record_type row;
	l2_term **column;
} followed;

static HTAB *cache = NULL;

/* Plans over rows of a relation last as long as its row type */
static void
relation_changed(Datum arg, Oid relation)
{
	HASH_SEQ_STATUS scan;
	followed *f;

	hash_seq_init(&scan, cache);
	while ((f = hash_seq_search(&scan)) != NULL)
		if (!OidIsValid(relation) || f->key.relation == relation)
			f->valid = false;
}

/* Whether the relation is the one of that name, or one of its partitions or children */
static bool
is_part_of(Relation relation, const char *source, Oid owner)
{
	List *names;
	Oid top;

	/* a query, or a table whose owner need not be trusted */
	if (source == NULL || !has_privs_of_role(owner, relation->rd_rel->relowner))
		return false;
	names = l2_qualified_name_list(source);
	if (list_length(names) != 2)
		return false;
	top = get_namespace_oid(strVal(linitial(names)), true);
	top = OidIsValid(top) ? get_relname_relid(strVal(lsecond(names)), top) : InvalidOid;
	if (top == RelationGetRelid(relation))
		return true;
	return OidIsValid(top) &&
		   list_member_oid(find_all_inheritors(top, NoLock, NULL), RelationGetRelid(relation));
}

/*
 * The definition of a model, from the registry, as its owner: whatever the writer may see of it;
 * and as it is now, whatever his snapshot
 */
static void
read_as_owner(Oid schema, int32 id)
{
	Oid types[1] = {INT4OID}, user;
	Datum values[1] = {Int32GetDatum(id)};
	int context;
	Relation r = table_open(get_relname_relid("l2_registry", schema), AccessShareLock);

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(r->rd_rel->relowner,
						   context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_execute_with_args(psprintf("SELECT d.refresh, d.owner, d.search_path, d.follow_sql[1], "
									   "d.follow_sql[2], CASE WHEN d.follows "
									   "OPERATOR(pg_catalog.>=) 0 THEN d.source END, d.row_sql "
									   "FROM %s.l2_registry d WHERE d.id "
									   "OPERATOR(pg_catalog.=) $1",
									   quote_identifier(get_namespace_name(schema))),
							  1, types, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed");
	PopActiveSnapshot();
	SetUserIdAndSecContext(user, context);
	table_close(r, NoLock);
}

static void
load(followed *f, Relation relation, Oid schema)
{
	Oid owner;
	char *value[6];
	Datum columns;
	bool isnull;
	MemoryContext old;

	read_as_owner(schema, f->key.id);
	f->how = FOLLOW_NOT;
	f->valid = true;
	if (SPI_processed == 0)
		return;
	for (int i = 0; i < 6; i++)
		value[i] = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1);
	owner = get_role_oid(value[1], true);
	if (!OidIsValid(owner) || value[3] == NULL || value[4] == NULL ||
		!is_part_of(relation, value[5], owner))
		return;
	old = MemoryContextSwitchTo(f->context);
	f->how = strcmp(value[0], "live") == 0 ? FOLLOW_GRAMS : FOLLOW_BUCKETS;
	f->owner = pstrdup(value[1]);
	f->search_path = pstrdup(value[2]);
	f->before_from = pstrdup(value[3]);
	f->after_from = pstrdup(value[4]);
	f->grams = get_array_type(
		GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("l2_gram"), schema));
	f->columns = NULL;
	f->compiled = false;
	columns = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 7, &isnull);
	if (!isnull)
	{
		f->columns = palloc0(sizeof *f->columns);
		f->columns->name = f->columns->expression =
			l2_text_array(columns, "row_sql", &f->columns->n);
	}
	MemoryContextSwitchTo(old);
}

static followed *
find_followed(int32 id, Relation relation, Oid schema)
{
	uint64 generation = l2_registry_generation(schema);
	followed_key key = {id, RelationGetRelid(relation)};
	followed *f;
	bool found;

	if (cache == NULL)
	{
		HASHCTL ctl = {.keysize = sizeof key, .entrysize = sizeof(followed)};

		cache = hash_create("l2reg followed relations", 16, &ctl, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	}
	f = hash_search(cache, &key, HASH_ENTER, &found);
	if (!found)
	{
		f->valid = false;
		f->complete = false;
		f->context = NULL;
		f->plan[0] = f->plan[1] = NULL;
	}
	if (f->valid && f->complete && f->generation == generation)
		return f;
	f->complete = false;
	for (int i = 0; i < 2; i++)
	{
		if (f->plan[i])
			SPI_freeplan(f->plan[i]);
		f->plan[i] = NULL;
	}
	if (f->context == NULL)
		f->context =
			AllocSetContextCreate(CacheMemoryContext, "l2reg followed", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(f->context);
	f->replicated = InvalidTransactionId; /* a refresh may have taken the note away */
	f->generation = generation;
	load(f, relation, schema);
	f->complete = true;
	return f;
}

/*
 * What was done
 */

typedef struct change
{
	int64 rows;
	bool one;    /* a row, not grams of rows */
	bool has[2]; /* grams of new and old rows, or buckets */
	Datum value[2];
	char *reason;
} change;

/* The rows of one transition table, or of the relation, in the change: to it, or from it */
static void
take_rows(followed *f, change *c, int which, const char *relation)
{
	SPIPlanPtr plan = f->plan[which];
	bool isnull;
	int64 rows;

	if (relation == NULL && plan == NULL)
	{
		const char *sql =
			psprintf("%s %s %s", f->before_from, which ? OLD_ROWS : NEW_ROWS, f->after_from);

		(void) l2_parse_select(sql);
		plan = SPI_prepare(sql, 0, NULL);
		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "SPI_prepare failed");
		f->plan[which] = plan;
	}
	if (relation)
	{
		const char *sql = psprintf("%s %s %s", f->before_from, relation, f->after_from);

		(void) l2_parse_select(sql);
		if (SPI_execute(sql, true, 0) != SPI_OK_SELECT)
			elog(ERROR, "SPI_execute failed");
	}
	else if (SPI_execute_plan(plan, NULL, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed");
	/* these go into columns of such types */
	if (SPI_processed != 1 || SPI_tuptable->tupdesc->natts != 2 ||
		SPI_gettypeid(SPI_tuptable->tupdesc, 1) != INT8OID ||
		SPI_gettypeid(SPI_tuptable->tupdesc, 2) !=
			(f->how == FOLLOW_GRAMS ? f->grams : get_array_type(TIMESTAMPOID)))
		elog(ERROR, "a change must be one row of a count and an array");
	rows = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	c->rows += which ? -rows : rows;
	c->value[which] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull);
	c->has[which] = !isnull;
}

/* Errors that are no matter of the expressions */
static bool
must_pass_on(int code)
{
	return code == ERRCODE_QUERY_CANCELED ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_OPERATOR_INTERVENTION ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_TRANSACTION_ROLLBACK ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_INSUFFICIENT_RESOURCES ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_INTERNAL_ERROR;
}

/*
 * A single row
 */

/* The columns over rows of the relation; none of them where one is no term that we read ourselves
 */
static void
compile_columns(followed *f, Relation relation)
{
	MemoryContext old = MemoryContextSwitchTo(f->context);
	ResourceOwner resources = CurrentResourceOwner;

	f->row.type = relation->rd_rel->reltype;
	f->row.typmod = -1;
	f->row.desc = CreateTupleDescCopy(RelationGetDescr(relation));
	f->row.values = palloc(sizeof(Datum) * f->row.desc->natts);
	f->row.nulls = palloc(sizeof(bool) * f->row.desc->natts);
	f->row.context = NULL;
	f->column = palloc(sizeof(l2_term *) * f->columns->n);
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(f->context);
	PG_TRY();
	{
		for (int i = 0; f->columns && i < f->columns->n; i++)
			if ((f->column[i] = l2_term_compile(f->columns, i, &f->row)) == NULL)
				f->columns = NULL;
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *e;

		MemoryContextSwitchTo(f->context);
		e = CopyErrorData();
		if (must_pass_on(e->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		f->columns = NULL;
	}
	PG_END_TRY();
	CurrentResourceOwner = resources;
	f->compiled = true;
	MemoryContextSwitchTo(old);
}

/* The row of a transition table as an array of numbers */
static void
take_row(followed *f, change *c, int which, Tuplestorestate *rows)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(f->row.desc, &TTSOpsMinimalTuple);
	int n = f->columns->n, natts = f->row.desc->natts, lower = 1;
	Datum *values = palloc(sizeof(Datum) * n);
	bool *nulls = palloc(sizeof(bool) * n);

	tuplestore_rescan(rows);
	if (!tuplestore_gettupleslot(rows, true, false, slot))
		elog(ERROR, "transition table has no row");
	slot_getallattrs(slot);
	memcpy(f->row.values, slot->tts_values, sizeof(Datum) * natts);
	memcpy(f->row.nulls, slot->tts_isnull, sizeof(bool) * natts);
	for (int i = 0; i < n; i++)
	{
		values[i] = l2_term_value(f->column[i], &nulls[i]);
		if (!nulls[i] && !isfinite(DatumGetFloat8(values[i])))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("%s is not finite", f->columns->expression[i])));
	}
	ExecDropSingleTupleTableSlot(slot);
	c->rows += which ? -1 : 1;
	c->has[which] = true;
	c->value[which] = PointerGetDatum(construct_md_array(
		values, nulls, 1, &n, &lower, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static bool
has_one_row(const TriggerData *t)
{
	return (t->tg_newtable || t->tg_oldtable) &&
		   (!t->tg_newtable || tuplestore_tuple_count(t->tg_newtable) == 1) &&
		   (!t->tg_oldtable || tuplestore_tuple_count(t->tg_oldtable) == 1);
}

/*
 * Whatever happens
 */

static char *
describe_error(const ErrorData *e)
{
	return psprintf("%s: %s", unpack_sql_state(e->sqlerrcode), e->message);
}

static void
take_grams(followed *f, change *c, TriggerData *t)
{
	l2_identity before = l2_act_as_owner(f->owner, f->search_path);
	Relation r = t->tg_relation;

	if (TRIGGER_FIRED_BY_TRUNCATE(t->tg_event))
	{
		PushActiveSnapshot(GetLatestSnapshot());
		take_rows(f, c, 1,
				  psprintf("ONLY %s",
						   quote_qualified_identifier(get_namespace_name(RelationGetNamespace(r)),
													  RelationGetRelationName(r))));
		PopActiveSnapshot();
	}
	else
	{
		if (SPI_register_trigger_data(t) != SPI_OK_TD_REGISTER)
			elog(ERROR, "SPI_register_trigger_data failed");
		if (t->tg_newtable)
			take_rows(f, c, 0, NULL);
		if (t->tg_oldtable)
			take_rows(f, c, 1, NULL);
	}
	l2_act_as_before(&before);
}

/* Work out what the statement did; an error becomes a reason */
static change
take_change(followed *f, TriggerData *t)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner resources = CurrentResourceOwner;
	Relation r = t->tg_relation;
	change c = {0};

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		if (f->columns && has_one_row(t))
		{
			if (!f->compiled)
				compile_columns(f, r);
			c.one = f->columns != NULL;
		}
		if (c.one)
		{
			if (t->tg_newtable)
				take_row(f, &c, 0, t->tg_newtable);
			if (t->tg_oldtable)
				take_row(f, &c, 1, t->tg_oldtable);
		}
		else
			take_grams(f, &c, t);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(memory);
		CurrentResourceOwner = resources;
	}
	PG_CATCH();
	{
		ErrorData *e;

		MemoryContextSwitchTo(memory);
		e = CopyErrorData();
		if (must_pass_on(e->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(memory);
		CurrentResourceOwner = resources;
		memset(&c, 0, sizeof c);
		c.reason = describe_error(e);
	}
	PG_END_TRY();
	return c;
}

/* Whether the rows that came are worth what those that went were */
static bool
is_nothing(const change *c)
{
	const struct varlena *a = (const struct varlena *) DatumGetPointer(c->value[0]);
	const struct varlena *b = (const struct varlena *) DatumGetPointer(c->value[1]);

	if (c->reason != NULL || c->rows != 0 || c->has[0] != c->has[1])
		return false;
	return !c->has[0] || (VARSIZE_ANY(a) == VARSIZE_ANY(b) && memcmp(a, b, VARSIZE_ANY(a)) == 0);
}

/*
 * Writing it down
 */

/* The columns of l2_registry_change */
enum
{
	SEQ,
	ID,
	ROWS,
	ADDED,
	REMOVED,
	CAME,
	WENT,
	BUCKET,
	UNTIL,
	REASON,
	COLUMNS
};

/* A row with those values, past rights, policies and the executor */
static void
insert_row(Relation table, Oid numbers, Datum *values, bool *nulls)
{
	HeapTuple tuple;

	values[SEQ] = Int64GetDatum(nextval_internal(numbers, false));
	nulls[SEQ] = false;
	tuple = heap_form_tuple(RelationGetDescr(table), values, nulls);
	CatalogTupleInsert(table, tuple);
	heap_freetuple(tuple);
}

static void
insert_buckets(Relation table, Oid numbers, const change *c, Datum *values, bool *nulls)
{
	for (int which = 0; which < 2; which++)
	{
		Datum *bucket;
		bool *isnull;
		int n;

		if (!c->has[which])
			continue;
		deconstruct_array(DatumGetArrayTypeP(c->value[which]), TIMESTAMPOID, sizeof(Timestamp),
						  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &bucket, &isnull, &n);
		nulls[BUCKET] = false;
		for (int i = 0; i < n; i++)
		{
			values[BUCKET] = bucket[i];
			insert_row(table, numbers, values, nulls);
		}
	}
}

static void
write_down(const followed *f, const change *c, Oid schema)
{
	Oid table = get_relname_relid("l2_registry_change", schema);
	Oid numbers = get_relname_relid("l2_registry_change_seq_seq", schema);
	Datum values[COLUMNS] = {0};
	bool nulls[COLUMNS];
	Relation r;

	if (!OidIsValid(table) || !OidIsValid(numbers))
		elog(ERROR, "table l2_registry_change does not exist");
	r = table_open(table, RowExclusiveLock);
	if (RelationGetDescr(r)->natts != COLUMNS)
		elog(ERROR, "table l2_registry_change has been changed");
	memset(nulls, true, sizeof nulls);
	nulls[ID] = nulls[ROWS] = false;
	values[ID] = Int32GetDatum(f->key.id);
	values[ROWS] = Int64GetDatum(c->rows);
	if (c->reason)
	{
		values[REASON] = CStringGetTextDatum(c->reason);
		nulls[REASON] = false;
	}
	if (f->how == FOLLOW_GRAMS)
		for (int which = 0; which < 2; which++)
		{
			int column = (c->one ? CAME : ADDED) + which;

			values[column] = c->value[which];
			nulls[column] = !c->has[which];
		}
	if (f->how == FOLLOW_BUCKETS && (c->has[0] || c->has[1]))
		insert_buckets(r, numbers, c, values, nulls);
	else
		insert_row(r, numbers, values, nulls);
	table_close(r, NoLock);
	CommandCounterIncrement();
}

/* Whether a statement that touched no row can be forgotten */
static bool
touched_nothing(const TriggerData *t)
{
	return !TRIGGER_FIRED_BY_TRUNCATE(t->tg_event) &&
		   (!t->tg_newtable || tuplestore_tuple_count(t->tg_newtable) == 0) &&
		   (!t->tg_oldtable || tuplestore_tuple_count(t->tg_oldtable) == 0);
}

/* A row that may have come by replication: its transaction is written down, once */
static void
take_replicated_row(TriggerData *t, int32 id, Oid schema)
{
	TransactionId transaction;
	change c = {.reason = "rows came by replication, past the model's triggers"};
	followed *f;

	/* the trigger may have been enabled for others too */
	if (SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA)
		return;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	transaction = GetCurrentTransactionId();
	f = find_followed(id, t->tg_relation, schema);
	if (f->how != FOLLOW_NOT && f->replicated != transaction)
	{
		write_down(f, &c, schema);
		f->replicated = transaction;
	}
	SPI_finish();
}

PG_FUNCTION_INFO_V1(l2_changed);
PGDLLEXPORT Datum
l2_changed(PG_FUNCTION_ARGS)
{
	TriggerData *t = (TriggerData *) fcinfo->context;
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	bool truncate;
	int32 id;
	followed *f;

	if (!CALLED_AS_TRIGGER(fcinfo) || t->tg_trigger->tgnargs != 1)
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("l2_changed is a trigger function for statements"),
						errhint("l2_train makes its triggers.")));
	id = pg_strtoint32(t->tg_trigger->tgargs[0]);
	if (TRIGGER_FIRED_FOR_ROW(t->tg_event))
	{
		if (!TRIGGER_FIRED_AFTER(t->tg_event))
			ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
							errmsg("trigger \"%s\" comes before its row", t->tg_trigger->tgname),
							errhint("l2_train makes its triggers.")));
		take_replicated_row(t, id, schema);
		PG_RETURN_POINTER(NULL);
	}
	truncate = TRIGGER_FIRED_BY_TRUNCATE(t->tg_event);
	if (truncate ? !TRIGGER_FIRED_BEFORE(t->tg_event)
				 : (t->tg_newtable == NULL && !TRIGGER_FIRED_BY_DELETE(t->tg_event)) ||
					   (t->tg_oldtable == NULL && !TRIGGER_FIRED_BY_INSERT(t->tg_event)))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("trigger \"%s\" needs transition tables", t->tg_trigger->tgname),
						errhint("l2_train makes its triggers.")));
	if (touched_nothing(t))
		PG_RETURN_POINTER(NULL);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	f = find_followed(id, t->tg_relation, schema);
	if (f->how != FOLLOW_NOT)
	{
		change c = {0};

		/* which buckets its rows were in matters less than that all are to be looked at */
		if (f->how == FOLLOW_GRAMS || !truncate)
			c = take_change(f, t);
		if (f->how == FOLLOW_BUCKETS)
			c.rows = 0;
		if (f->how == FOLLOW_BUCKETS || !is_nothing(&c))
			write_down(f, &c, schema);
	}
	SPI_finish();
	PG_RETURN_POINTER(NULL);
}
