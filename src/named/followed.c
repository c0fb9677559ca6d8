/*
 * followed.c: the table _l2_followed, a row for each model that follows its source.
 */
#include "named/follow.h"

#include "base/args.h"
#include "base/rows.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "port.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define TOKEN_BYTES 16

/* More than any option says */
#define MAX_FOLDS 10000

void
l2_follow_check_owner(Oid model)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(model));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the model is gone: its table was dropped")));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (owner != GetUserId() && !l2_can_set_role(GetUserId(), owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("must be owner of model %s", l2_model_shown(model))));
}

Relation
l2_follow_open(Oid schema, const char *name, LOCKMODE mode)
{
	Oid table = get_relname_relid(name, schema);

	if (!OidIsValid(table))
		elog(ERROR, "table %s does not exist", name);
	return table_open(table, mode);
}

/* Whether an error is no matter of what is worked out, so that it must stop who works it out */
static bool
follow_must_pass_on(int code)
{
	return code == ERRCODE_QUERY_CANCELED ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_OPERATOR_INTERVENTION ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_TRANSACTION_ROLLBACK ||
		   ERRCODE_TO_CATEGORY(code) == ERRCODE_INSUFFICIENT_RESOURCES;
}

ErrorData *
l2_follow_try(void (*work)(void *), void *arg)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner resources = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		work(arg);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		if (follow_must_pass_on(error->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = resources;
	return error;
}

Oid
l2_follow_model_of(Oid trigger, Oid relation)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple tuple;
	Oid model = InvalidOid;

	ScanKeyInit(&key[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(TriggerRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trigger));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->deptype == DEPENDENCY_AUTO && form->refclassid == RelationRelationId &&
			form->refobjsubid == 0 && form->refobjid != relation)
			model = form->refobjid;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return model;
}

/*
 * Reading
 */

static Oid *
followed_oids(Datum d, int *n)
{
	Datum *elements;
	bool *nulls;
	Oid *r;

	deconstruct_array(DatumGetArrayTypeP(d), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &elements,
					  &nulls, n);
	r = palloc(sizeof(Oid) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
		r[i] = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
	return r;
}

/*
 * Texts of a column; NULL, and nothing said before stands, where one is missing or the array has
 * more than one dimension
 */
static char **
followed_texts(l2_followed *f, l2_followed_column c, int *n)
{
	ArrayType *a;

	*n = 0;
	if (f->null[c])
		return NULL;
	a = DatumGetArrayTypeP(f->value[c]);
	if (ARR_NDIM(a) <= 1 && !array_contains_nulls(a))
		return l2_text_array(f->value[c], "_l2_followed", n);
	f->wrong = "What is remembered of its source is no list of texts.";
	return NULL;
}

static char *
followed_text(const l2_followed *f, l2_followed_column c)
{
	return f->null[c] ? NULL : TextDatumGetCString(f->value[c]);
}

/*
 * Whether the columns of a row make sense together.  It comes from whoever may do as a model's
 * owner, and what it lacks nobody looks for again.
 */
static bool
followed_is_whole(const l2_followed *f, int n_types)
{
	static const l2_followed_column needed[] = {
		L2_F_MODEL,    L2_F_EXPRESSIONS, L2_F_INPUTS,   L2_F_INPUT_TYPES,
		L2_F_TARGET,   L2_F_FEATURES,    L2_F_RECIPE,   L2_F_METHOD,
		L2_F_STRENGTH, L2_F_BY_CV,       L2_F_L1_RATIO, L2_F_FIT_OPTIONS};

	for (int i = 0; i < (int) lengthof(needed); i++)
		if (f->null[needed[i]])
			return false;
	return (f->null[L2_F_TIME_COLUMN] || !f->null[L2_F_BUCKET]) && n_types == f->n_inputs &&
		   f->n_expressions >= (f->weighted ? 2 : 1) && f->folds >= 0 && f->folds <= MAX_FOLDS &&
		   (f->n_fold <= 1 || f->fold_is_row);
}

/* What its columns say, in the fields */
static void
followed_fill(l2_followed *f)
{
	int n_types = 0;

	f->model = DatumGetObjectId(f->value[L2_F_MODEL]);
	f->token = followed_text(f, L2_F_TOKEN);
	f->key = f->null[L2_F_KEY] ? 0 : DatumGetInt64(f->value[L2_F_KEY]);
	f->source = f->null[L2_F_SOURCE] ? InvalidOid : DatumGetObjectId(f->value[L2_F_SOURCE]);
	f->buckets = f->null[L2_F_BUCKETS] ? InvalidOid : DatumGetObjectId(f->value[L2_F_BUCKETS]);
	if (!f->null[L2_F_RELATIONS])
		f->relation = followed_oids(f->value[L2_F_RELATIONS], &f->n_relations);
	f->state = followed_texts(f, L2_F_STATE, &f->n_state);
	f->used = followed_texts(f, L2_F_USED, &f->n_used);
	f->expression = followed_texts(f, L2_F_EXPRESSIONS, &f->n_expressions);
	f->weighted = !f->null[L2_F_WEIGHTED] && DatumGetBool(f->value[L2_F_WEIGHTED]);
	f->input = followed_texts(f, L2_F_INPUTS, &f->n_inputs);
	if (!f->null[L2_F_INPUT_TYPES])
		f->input_type = followed_oids(f->value[L2_F_INPUT_TYPES], &n_types);
	f->records = !f->null[L2_F_RECORDS] && DatumGetBool(f->value[L2_F_RECORDS]);
	f->gram_options = followed_text(f, L2_F_GRAM_OPTIONS);
	f->folds = f->null[L2_F_FOLDS] ? 0 : DatumGetInt32(f->value[L2_F_FOLDS]);
	f->fold = followed_texts(f, L2_F_FOLD, &f->n_fold);
	f->fold_is_row = !f->null[L2_F_FOLD_IS_ROW] && DatumGetBool(f->value[L2_F_FOLD_IS_ROW]);
	f->time_column = followed_text(f, L2_F_TIME_COLUMN);
	f->bucket = f->null[L2_F_BUCKET] ? NULL : DatumGetIntervalP(f->value[L2_F_BUCKET]);
	if (f->wrong == NULL && !followed_is_whole(f, n_types))
		f->wrong = "What is remembered of its source is not whole.";
}

/* The columns of a tuple in memory of their own */
static l2_followed *
followed_of_tuple(HeapTuple tuple, TupleDesc desc)
{
	l2_followed *f = palloc0(sizeof *f);

	if (desc->natts != L2_F_COLUMNS)
		elog(ERROR, "table _l2_followed has been changed");
	heap_deform_tuple(tuple, desc, f->value, f->null);
	for (int i = 0; i < L2_F_COLUMNS; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (f->null[i] || a->attbyval)
			continue;
		f->value[i] = a->attlen == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(f->value[i]))
									  : datumCopy(f->value[i], false, a->attlen);
	}
	followed_fill(f);
	return f;
}

/* Whether an index is complete: while it is made anew there is one more that is not */
static bool
followed_index_serves(Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	bool serves = index->rd_index->indisvalid;

	index_close(index, AccessShareLock);
	return serves;
}

/* Where the row of a model begins to be looked for */
static SysScanDesc
followed_scan(Relation r, Oid model, Snapshot snapshot)
{
	List *indexes = RelationGetIndexList(r);
	Oid index = InvalidOid;
	ScanKeyData key;
	ListCell *cell;

	foreach (cell, indexes)
		if (!OidIsValid(index) && followed_index_serves(lfirst_oid(cell)))
			index = lfirst_oid(cell);
	ScanKeyInit(&key, L2_F_MODEL + 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(model));
	return systable_beginscan(r, index, OidIsValid(index), snapshot, 1, &key);
}

l2_followed *
l2_followed_read(Oid model, Oid schema, Snapshot snapshot)
{
	Relation r = l2_follow_open(schema, "_l2_followed", AccessShareLock);
	l2_followed *f = NULL;
	SysScanDesc scan;
	HeapTuple tuple;

	snapshot = RegisterSnapshot(snapshot);
	scan = followed_scan(r, model, snapshot);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		f = followed_of_tuple(tuple, RelationGetDescr(r));
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(r, AccessShareLock);
	return f;
}

/*
 * Writing
 */

/* Take the row of a model away, as the transaction sees it now */
static void
followed_remove(Relation r, Oid model)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = followed_scan(r, model, snapshot);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		CatalogTupleDelete(r, &tuple->t_self);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	CommandCounterIncrement();
}

static char *
followed_new_token(void)
{
	char bytes[TOKEN_BYTES], *text = palloc(2 * TOKEN_BYTES + 1);

	if (!pg_strong_random(bytes, sizeof bytes))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not make a random number")));
	hex_encode(bytes, sizeof bytes, text);
	text[2 * TOKEN_BYTES] = '\0';
	return text;
}

static Datum
followed_text_array(List *strings)
{
	Datum *elements = palloc(sizeof(Datum) * Max(list_length(strings), 1));
	int n = 0;
	ListCell *cell;

	foreach (cell, strings)
		elements[n++] = CStringGetTextDatum(lfirst(cell));
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
followed_oid_array(List *oids)
{
	Datum *elements = palloc(sizeof(Datum) * Max(list_length(oids), 1));
	int n = 0;
	ListCell *cell;

	foreach (cell, oids)
		elements[n++] = ObjectIdGetDatum(lfirst_oid(cell));
	return PointerGetDatum(construct_array(elements, n, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}

static void
followed_set(l2_followed *f, l2_followed_column c, Datum value)
{
	f->value[c] = value;
	f->null[c] = false;
}

/* The state of the source as it is, and a new key: what was noted before counts for nothing */
static void
followed_settle(l2_followed *f, int64 key, Oid schema, Oid owner)
{
	List *relations;
	ListCell *cell;

	followed_set(f, L2_F_KEY, Int64GetDatum(key));
	if (!OidIsValid(f->source))
	{
		f->null[L2_F_RELATIONS] = f->null[L2_F_STATE] = true;
		CacheInvalidateRelcacheByRelid(f->model);
		return;
	}
	followed_set(f, L2_F_STATE,
				 followed_text_array(
					 l2_state_of(f->model, schema, f->source, f->used, f->n_used, &relations)));
	followed_set(f, L2_F_RELATIONS, followed_oid_array(relations));
	foreach (cell, relations)
	{
		Relation r = relation_open(lfirst_oid(cell), AccessShareLock);

		if (!has_privs_of_role(owner, r->rd_rel->relowner))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("role \"%s\" must be owner of table %s for its model to follow it",
							GetUserNameFromId(owner, false), RelationGetRelationName(r))));
		CacheInvalidateRelcache(r);
		relation_close(r, NoLock);
	}
	CacheInvalidateRelcacheByRelid(f->model);
}

/* A row that somebody gives, who must be able to do as the model's owner */
static l2_followed *
followed_of_argument(HeapTupleHeader header, Relation r, Oid schema)
{
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header};
	l2_followed *f;
	Datum model;
	bool null;

	if (HeapTupleHeaderGetTypeId(header) != r->rd_rel->reltype)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("not a row of _l2_followed")));
	model = GetAttributeByNum(header, L2_F_MODEL + 1, &null);
	if (null)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("a row of _l2_followed has no model")));
	l2_follow_check_owner(DatumGetObjectId(model));
	f = followed_of_tuple(&tuple, RelationGetDescr(r));
	if (!l2_is_model(f->model, schema))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("%s is no model", l2_model_shown(f->model))));
	if (f->wrong)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a row of _l2_followed is of no model"), errdetail("%s", f->wrong)));
	return f;
}

/* Whether two rows say the same, but for what only the source itself can say */
static bool
followed_same(const l2_followed *a, const l2_followed *b, TupleDesc desc)
{
	for (int i = 0; i < L2_F_COLUMNS; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (i == L2_F_TOKEN || i == L2_F_KEY || i == L2_F_RELATIONS || i == L2_F_STATE)
			continue;
		if (a->null[i] != b->null[i] ||
			(!a->null[i] &&
			 !datumIsEqual(a->value[i], b->value[i], column->attbyval, column->attlen)))
			return false;
	}
	return true;
}

/* _l2_remembers(row of _l2_followed): whether that is what is remembered of a model's source */
PG_FUNCTION_INFO_V1(_l2_remembers);
PGDLLEXPORT Datum
_l2_remembers(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Relation r = l2_follow_open(schema, "_l2_followed", AccessShareLock);
	l2_followed *f = followed_of_argument(PG_GETARG_HEAPTUPLEHEADER(0), r, schema);
	l2_followed *old = l2_followed_read(f->model, schema, l2_current_snapshot());
	bool same = old != NULL && old->wrong == NULL && followed_same(f, old, RelationGetDescr(r));

	table_close(r, AccessShareLock);
	PG_RETURN_BOOL(same);
}

/*
 * _l2_remember(row of _l2_followed, anew): keep it, with a token, which is returned.  anew: the
 * source is remembered as it is now, and not as before.
 */
PG_FUNCTION_INFO_V1(_l2_remember);
PGDLLEXPORT Datum
_l2_remember(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Relation r = l2_follow_open(schema, "_l2_followed", RowExclusiveLock);
	l2_followed *f, *old;
	HeapTuple row;
	char *token;

	f = followed_of_argument(PG_GETARG_HEAPTUPLEHEADER(0), r, schema);
	old = l2_followed_read(f->model, schema, GetLatestSnapshot());
	if (PG_GETARG_BOOL(1) || old == NULL || old->wrong)
	{
		HeapTuple class = SearchSysCache1(RELOID, ObjectIdGetDatum(f->model));
		Oid owner = ((Form_pg_class) GETSTRUCT(class))->relowner;

		ReleaseSysCache(class);
		followed_settle(f, l2_change_new_key(r, old), schema, owner);
	}
	else
		f = old;
	token = followed_new_token();
	followed_set(f, L2_F_TOKEN, CStringGetTextDatum(token));
	followed_remove(r, f->model);
	row = heap_form_tuple(RelationGetDescr(r), f->value, f->null);
	CatalogTupleInsert(r, row);
	table_close(r, NoLock);
	CommandCounterIncrement();
	PG_RETURN_TEXT_P(cstring_to_text(token));
}

/* Forget what a model follows, and what was noted for it */
PG_FUNCTION_INFO_V1(_l2_forget);
PGDLLEXPORT Datum
_l2_forget(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid), model = PG_GETARG_OID(0);
	l2_followed *f;
	Relation r;

	l2_follow_check_owner(model);
	l2_change_forget(model, schema);
	f = l2_followed_read(model, schema, GetLatestSnapshot());
	if (f == NULL)
		PG_RETURN_VOID();
	r = l2_follow_open(schema, "_l2_followed", RowExclusiveLock);
	followed_remove(r, model);
	table_close(r, NoLock);
	CacheInvalidateRelcacheByRelid(model);
	for (int i = 0; i < f->n_relations; i++)
		if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(f->relation[i])))
			CacheInvalidateRelcacheByRelid(f->relation[i]);
	PG_RETURN_VOID();
}

/* Why the changes that were noted are not all that there were; NULL where they are */
PG_FUNCTION_INFO_V1(_l2_missed);
PGDLLEXPORT Datum
_l2_missed(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid), model = PG_GETARG_OID(0);
	bool states_only = PG_GETARG_BOOL(1);
	l2_followed *f;
	const char *reason;

	l2_follow_check_owner(model);
	f = l2_followed_read(model, schema, l2_current_snapshot());
	if (f == NULL)
		PG_RETURN_TEXT_P(cstring_to_text("It is not known what its source was like: the model "
										 "was restored, or its source left."));
	/* what was emptied is cheaper to read than to remember */
	reason = l2_state_reason(f, schema, false);
	if (reason == NULL && !states_only)
		reason = l2_change_reason(l2_change_list(f, schema, l2_current_snapshot()));
	if (reason == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(reason));
}

PG_FUNCTION_INFO_V1(_l2_token);
PGDLLEXPORT Datum
_l2_token(PG_FUNCTION_ARGS)
{
	l2_followed *f;

	l2_follow_check_owner(PG_GETARG_OID(0));
	f = l2_followed_read(PG_GETARG_OID(0), get_func_namespace(fcinfo->flinfo->fn_oid),
						 l2_current_snapshot());
	if (f == NULL || f->token == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(f->token));
}

/*
 * The tables of grams
 */

PG_FUNCTION_INFO_V1(_l2_bucket_name);
PGDLLEXPORT Datum
_l2_bucket_name(PG_FUNCTION_ARGS)
{
	Oid model = PG_GETARG_OID(0), schema = get_rel_namespace(model);
	char *name = get_rel_name(model);

	if (name == NULL)
		PG_RETURN_NULL();
	name = ChooseRelationName(name, NULL, "grams", schema, false);
	PG_RETURN_TEXT_P(cstring_to_text(quote_qualified_identifier(get_namespace_name(schema), name)));
}

Oid
l2_bucket_type(Oid schema)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("l2_bucket"),
						   ObjectIdGetDatum(schema));
}

bool
l2_bucket_open(l2_bucket_table *t, Oid relation, Oid schema)
{
	t->relation = try_relation_open(relation, AccessShareLock);
	if (t->relation == NULL)
		return false;
	t->version = get_attnum(relation, "version");
	t->bucket = get_attnum(relation, "bucket");
	t->rows = get_attnum(relation, "rows");
	t->grams = get_attnum(relation, "grams");
	if (t->relation->rd_rel->relkind == RELKIND_RELATION && t->version > 0 && t->bucket > 0 &&
		t->rows > 0 && t->grams > 0 && t->relation->rd_rel->reloftype == l2_bucket_type(schema))
		return true;
	relation_close(t->relation, NoLock);
	return false;
}

uint64
l2_bucket_digest(uint64 digest, const l2_bucket_table *t, TupleTableSlot *row)
{
	bool no_bucket, no_rows, no_grams;
	Datum bucket = slot_getattr(row, t->bucket, &no_bucket);
	Datum rows = slot_getattr(row, t->rows, &no_rows);
	Datum grams = slot_getattr(row, t->grams, &no_grams);
	int64 head[3] = {no_bucket ? 0 : DatumGetInt64(bucket), no_rows ? 0 : DatumGetInt64(rows),
					 no_bucket | no_rows << 1 | no_grams << 2};
	uint64 hash = hash_bytes_extended((const unsigned char *) head, sizeof head, 0);

	if (!no_grams)
	{
		struct varlena *bytes = PG_DETOAST_DATUM_PACKED(grams);

		hash = hash_bytes_extended((const unsigned char *) VARDATA_ANY(bytes),
								   (int) VARSIZE_ANY_EXHDR(bytes), hash);
		if ((Pointer) bytes != DatumGetPointer(grams))
			pfree(bytes);
	}
	/* a sum, and not of 0: a row twice is not none */
	return digest + (hash | 1);
}

char *
l2_bucket_digest_text(uint64 digest)
{
	return psprintf(UINT64_FORMAT, digest);
}

/* _l2_grams_digest(table of grams): of all its rows; NULL where it is none */
PG_FUNCTION_INFO_V1(_l2_grams_digest);
PGDLLEXPORT Datum
_l2_grams_digest(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid), relation = PG_GETARG_OID(0);
	Snapshot snapshot;
	TupleTableSlot *slot;
	TableScanDesc scan;
	l2_bucket_table t;
	uint64 digest = 0;

	l2_follow_check_owner(relation);
	if (!l2_bucket_open(&t, relation, schema))
		PG_RETURN_NULL();
	snapshot = RegisterSnapshot(l2_current_snapshot());
	slot = table_slot_create(t.relation, NULL);
	scan = l2_begin_scan(t.relation, snapshot);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		digest = l2_bucket_digest(digest, &t, slot);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	relation_close(t.relation, NoLock);
	PG_RETURN_TEXT_P(cstring_to_text(l2_bucket_digest_text(digest)));
}

/* Whether a relation is an ordinary table of grams: nothing else's dependencies are ours to change
 */
static bool
followed_is_of_grams(Oid relation, Oid schema)
{
	Oid type = l2_bucket_type(schema);
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Form_pg_class c;
	bool is;

	if (!HeapTupleIsValid(tuple))
		return false;
	c = (Form_pg_class) GETSTRUCT(tuple);
	is = c->relkind == RELKIND_RELATION && !c->relispartition && OidIsValid(type) &&
		 c->reloftype == type;
	ReleaseSysCache(tuple);
	return is;
}

/* Let the table of grams go with the model's: restored ones do not know of it yet */
PG_FUNCTION_INFO_V1(_l2_tie);
PGDLLEXPORT Datum
_l2_tie(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Oid grams = PG_GETARG_OID(0), model = PG_GETARG_OID(1);
	ObjectAddress depender, referenced;

	l2_follow_check_owner(model);
	l2_follow_check_owner(grams);
	if (!l2_is_model(model, schema) || !followed_is_of_grams(grams, schema))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("_l2_tie takes a table of grams and a model")));
	(void) deleteDependencyRecordsForClass(RelationRelationId, grams, RelationRelationId,
										   DEPENDENCY_AUTO);
	ObjectAddressSet(depender, RelationRelationId, grams);
	ObjectAddressSet(referenced, RelationRelationId, model);
	recordDependencyOn(&depender, &referenced, DEPENDENCY_AUTO);
	PG_RETURN_VOID();
}

/* _l2_in_use(relation): whether a query of this session is at work on it.  It takes no lock. */
PG_FUNCTION_INFO_V1(_l2_in_use);
PGDLLEXPORT Datum
_l2_in_use(PG_FUNCTION_ARGS)
{
	Relation r = RelationIdGetRelation(PG_GETARG_OID(0));
	bool in_use;

	if (!RelationIsValid(r))
		PG_RETURN_BOOL(false);
	in_use = r->rd_refcnt > 1;
	RelationClose(r);
	PG_RETURN_BOOL(in_use);
}

/*
 * Triggers
 */

static Oid
followed_function(Oid schema)
{
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("_l2_follow"),
						   PointerGetDatum(buildoidvector(NULL, 0)), ObjectIdGetDatum(schema));
}

/* Whether a trigger is one by which the model follows a relation; InvalidOid: by which none does */
static bool
followed_is_trigger(HeapTuple tuple, Oid function, Oid model)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);

	return form->tgfoid == function && l2_follow_model_of(form->oid, form->tgrelid) == model;
}

/* The triggers by which a model follows relations, whatever they are called */
PG_FUNCTION_INFO_V1(_l2_model_triggers);
PGDLLEXPORT Datum
_l2_model_triggers(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	Oid model = PG_GETARG_OID(0);
	Oid function = followed_function(get_func_namespace(fcinfo->flinfo->fn_oid));
	Relation triggers = table_open(TriggerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(triggers, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
		bool nulls[2] = {false, false};
		Datum values[2] = {ObjectIdGetDatum(form->oid), ObjectIdGetDatum(form->tgrelid)};

		if (followed_is_trigger(tuple, function, model))
			l2_rows_put(rows, values, nulls);
	}
	systable_endscan(scan);
	table_close(triggers, AccessShareLock);
	return (Datum) 0;
}

/* The relation of a trigger of ours that is for that model, or for none; InvalidOid for any other
 */
static Oid
followed_relation_of(Oid trigger, Oid function, Oid model)
{
	Relation triggers = table_open(TriggerRelationId, AccessShareLock);
	Oid relation = InvalidOid;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trigger));
	scan = systable_beginscan(triggers, TriggerOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple) && followed_is_trigger(tuple, function, model))
		relation = ((Form_pg_trigger) GETSTRUCT(tuple))->tgrelid;
	systable_endscan(scan);
	table_close(triggers, AccessShareLock);
	return relation;
}

/* _l2_link_trigger(model, trigger): one of our function that is new, and for no model yet */
PG_FUNCTION_INFO_V1(_l2_link_trigger);
PGDLLEXPORT Datum
_l2_link_trigger(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Oid model = PG_GETARG_OID(0), trigger = PG_GETARG_OID(1), relation;
	ObjectAddress depender, referenced;

	l2_follow_check_owner(model);
	relation = followed_relation_of(trigger, followed_function(schema), InvalidOid);
	if (!OidIsValid(relation) || !l2_is_model(model, schema) || relation == model)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("_l2_link_trigger takes a model and a trigger that follows none")));
	l2_follow_check_owner(relation);
	ObjectAddressSet(depender, TriggerRelationId, trigger);
	ObjectAddressSet(referenced, RelationRelationId, model);
	recordDependencyOn(&depender, &referenced, DEPENDENCY_AUTO);
	CacheInvalidateRelcacheByRelid(relation);
	PG_RETURN_VOID();
}

/*
 * _l2_drop_trigger(model, trigger): whoever the relation belongs to by now; the model's owner put
 * it there
 */
PG_FUNCTION_INFO_V1(_l2_drop_trigger);
PGDLLEXPORT Datum
_l2_drop_trigger(PG_FUNCTION_ARGS)
{
	Oid model = PG_GETARG_OID(0), trigger = PG_GETARG_OID(1);
	Oid function = followed_function(get_func_namespace(fcinfo->flinfo->fn_oid));
	ObjectAddress object;

	l2_follow_check_owner(model);
	if (!OidIsValid(followed_relation_of(trigger, function, model)))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("trigger %u is none of model %s", trigger, l2_model_shown(model))));
	ObjectAddressSet(object, TriggerRelationId, trigger);
	performDeletion(&object, DROP_RESTRICT, 0);
	PG_RETURN_VOID();
}
