/*
 * live.c: a live model as its source makes it now.
 *
 * Its grams, as they were when it was refreshed, and the changes since that the query's snapshot
 * sees, are added up and fitted.  No SQL and nobody's code: it works in parallel workers and for
 * whoever may read the model, whatever else he may not read.
 */
#include "named/follow.h"

#include "base/args.h"
#include "base/rows.h"
#include "fit/fit.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* Grams that are added up, one a fold, and the rows that they are of */
typedef struct live_sum
{
	int n;
	l2_gram **gram;
	int64 rows;
} live_sum;

/* Which of a model's versions, and what its grams are to be; digest: NULL, unknown */
typedef struct live_version
{
	int32 number;
	const char *digest;
} live_version;

/*
 * Adding up
 */

static void
live_add(live_sum *s, l2_gram **g, int n)
{
	if (s->gram == NULL)
	{
		s->n = n;
		s->gram = palloc0(sizeof(l2_gram *) * Max(n, 1));
	}
	if (n != s->n)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("grams of %d folds and of %d", s->n, n)));
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (g[i] == NULL)
			continue;
		s->gram[i] = s->gram[i] ? l2_gram_plus(s->gram[i], g[i]) : l2_gram_kept_copy(g[i]);
	}
}

static void
live_add_array(live_sum *s, Datum grams)
{
	int n;
	l2_gram **g = l2_gram_stored_list(grams, &n);

	live_add(s, g, n);
}

/* What came less what went */
static void
live_subtract(live_sum *from, const live_sum *s)
{
	bool lost;

	for (int i = 0; i < s->n; i++)
	{
		if (s->gram == NULL || s->gram[i] == NULL)
			continue;
		if (from->gram == NULL || i >= from->n || from->gram[i] == NULL)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("more rows went from a live model's source than there were")));
		from->gram[i] = l2_gram_minus(from->gram[i], s->gram[i], &lost);
		if (lost)
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("rows that went were very far from those that stay, of which "
								   "too few digits are left")));
	}
}

/* Rows of numbers that were kept as they are, those that came or those that went */
static void
live_add_singles(live_sum *s, const l2_followed *f, List *changes, bool went)
{
	int features = f->n_expressions - 1 - (f->weighted ? 1 : 0), n;
	l2_sparse_attribute *feature = palloc0(sizeof *feature * Max(features, 1));
	int n_numbers = l2_followed_numbers(f);
	double *number = palloc(sizeof(double) * n_numbers);
	l2_tally *t = NULL;
	l2_gram **g;
	ListCell *cell;

	for (int i = 0; i < features; i++)
		feature[i].kind = L2_NUMBER;
	foreach (cell, changes)
	{
		const l2_change *c = lfirst(cell);

		if (!l2_change_numbers(c, went, number, n_numbers))
			continue;
		if (t == NULL)
			t = l2_tally_make(f, features, feature);
		l2_tally_add_numbers(t, number, n_numbers);
	}
	g = t ? l2_tally_grams(t, &n) : NULL;
	if (g != NULL)
		live_add(s, g, n);
}

static void
live_no_grams(const l2_followed *f)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("the grams of model %s are gone", l2_model_shown(f->model)),
					errhint("l2_refresh reads its source anew.")));
}

static Oid
live_owner(Oid relation)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* The grams that were kept with that version, in a table of the model's owner */
static void
live_add_kept(live_sum *s, const l2_followed *f, const live_version *v, Snapshot snapshot,
			  Oid schema)
{
	l2_bucket_table t;
	TupleTableSlot *slot;
	TableScanDesc scan;
	uint64 digest = 0;
	bool found = false;

	/* before it is locked: what is remembered may name a table of anybody */
	if (!OidIsValid(f->buckets) || live_owner(f->buckets) != live_owner(f->model) ||
		!l2_bucket_open(&t, f->buckets, schema))
		live_no_grams(f);
	slot = table_slot_create(t.relation, NULL);
	snapshot = RegisterSnapshot(snapshot);
	scan = l2_begin_scan(t.relation, snapshot);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool null;
		Datum d = slot_getattr(slot, t.version, &null);

		if (null || DatumGetInt32(d) != v->number)
			continue;
		found = true;
		digest = l2_bucket_digest(digest, &t, slot);
		d = slot_getattr(slot, t.rows, &null);
		s->rows += null ? 0 : DatumGetInt64(d);
		d = slot_getattr(slot, t.grams, &null);
		if (!null)
			live_add_array(s, PointerGetDatum(PG_DETOAST_DATUM_COPY(d)));
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	relation_close(t.relation, NoLock);
	if (!found)
		live_no_grams(f);
	if (v->digest && strcmp(v->digest, l2_bucket_digest_text(digest)) != 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the grams of model %s were altered", l2_model_shown(f->model)),
						errhint("l2_refresh reads its source anew.")));
}

/*
 * Adds first, then subtracts once: what went may be more than what came in any one transaction,
 * but not in all.
 */
static live_sum
live_add_up(const l2_followed *f, const live_version *v, List *changes, Snapshot snapshot,
			Oid schema)
{
	live_sum came = {0}, went = {0};
	ListCell *cell;

	live_add_kept(&came, f, v, snapshot, schema);
	foreach (cell, changes)
	{
		const l2_change *c = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (!c->null[L2_C_BUCKET])
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("a live model has no buckets to read anew")));
		came.rows += l2_change_rows(c);
		if (!c->null[L2_C_ADDED])
			live_add_array(&came, c->value[L2_C_ADDED]);
		if (!c->null[L2_C_REMOVED])
			live_add_array(&went, c->value[L2_C_REMOVED]);
	}
	live_add_singles(&came, f, changes, false);
	live_add_singles(&went, f, changes, true);
	live_subtract(&came, &went);
	return came;
}

/* The arguments of live_add_up, and what it gives */
typedef struct live_attempt
{
	const l2_followed *f;
	const live_version *version;
	List *changes;
	Snapshot snapshot;
	Oid schema;
	live_sum *sum;
} live_attempt;

static void
live_attempt_sum(void *arg)
{
	live_attempt *a = arg;

	*a->sum = live_add_up(a->f, a->version, a->changes, a->snapshot, a->schema);
}

/*
 * The same, for readers: false, and why, where what was noted does not fit what was kept.  That
 * needs a subtransaction, which a parallel query must not start: there it is an error.
 */
static bool
live_try(const l2_followed *f, const live_version *v, List *changes, Snapshot snapshot, Oid schema,
		 live_sum *sum, char **why)
{
	live_attempt a = {f, v, changes, snapshot, schema, sum};
	ErrorData *e = NULL;

	if (IsInParallelMode())
		live_attempt_sum(&a);
	else
		e = l2_follow_try(live_attempt_sum, &a);
	if (e)
		*why = e->message;
	return e == NULL;
}

/*
 * Fitting
 */

static l2_model *
live_fit(const l2_followed *f, live_sum *s)
{
	l2_refit_spec spec = {.quiet = true};
	l2_model *m;

	spec.method = l2_method_of(TextDatumGetCString(f->value[L2_F_METHOD]));
	spec.strength = DatumGetFloat8(f->value[L2_F_STRENGTH]);
	spec.by_cv = DatumGetBool(f->value[L2_F_BY_CV]);
	spec.l1_ratio = DatumGetFloat8(f->value[L2_F_L1_RATIO]);
	spec.options = JsonbToCString(NULL, &DatumGetJsonbP(f->value[L2_F_FIT_OPTIONS])->root, 0);
	m = s->gram ? l2_refit(s->gram, s->n, s->rows, &spec) : NULL;
	if (m == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the source of model %s has no usable row", l2_model_shown(f->model)),
				 errhint("Rows with a NULL in the target, a feature or the weight are left "
						 "out.")));
	return m;
}

/*
 * Reading
 */

/* A text in a JSON object; NULL */
static char *
live_json_text(Datum d, const char *name)
{
	JsonbContainer *object = &DatumGetJsonbP(d)->root;
	JsonbValue key = {.type = jbvString}, *v;

	if (!JsonContainerIsObject(object))
		return NULL;
	key.val.string.val = (char *) name;
	key.val.string.len = (int) strlen(name);
	v = findJsonbValueFromContainer(object, JB_FOBJECT, &key);
	return v && v->type == jbvString ? pnstrdup(v->val.string.val, v->val.string.len) : NULL;
}

/* Whether the version is the newest of a live model */
static bool
live_is(const l2_version_row *row, int32 newest)
{
	char *refresh;

	if (row->null[L2_VERSION_DEFINITION] || row->null[L2_VERSION_NUMBER] ||
		DatumGetInt32(row->value[L2_VERSION_NUMBER]) != newest)
		return false;
	refresh = live_json_text(row->value[L2_VERSION_DEFINITION], "refresh");
	return refresh != NULL && strcmp(refresh, "live") == 0;
}

/* Errors that statements made tell of values, other reasons of the source: the owner's business */
static void
live_warn(const l2_version_table *table, const char *reason, bool is_of_change)
{
	bool is_owner = has_privs_of_role(GetUserId(), table->relation->rd_rel->relowner);
	bool is_gone = strcmp(reason, L2_STATE_NO_SOURCE) == 0;

	if (is_of_change)
		reason = is_owner ? psprintf("A change could not be worked out: %s", reason)
						  : "A change could not be worked out.";
	else if (!is_owner)
		reason = "Its source was altered.";
	ereport(WARNING, (errmsg("model %s is not up to date",
							 l2_model_shown(RelationGetRelid(table->relation))),
					  errdetail("%s", reason),
					  is_gone ? errhint("Train it with l2_train on the source as it is called now: "
										"l2_refresh reads the one of the old name.")
							  : errhint("l2_refresh reads the source anew.")));
}

/* Whether the version and what is remembered belong together */
static bool
live_goes_with(const l2_version_row *row, const l2_followed *f)
{
	char *token;

	if (f == NULL || f->token == NULL || (!f->wrong && !OidIsValid(f->source)) ||
		row->null[L2_VERSION_DETAILS])
		return false;
	token = live_json_text(row->value[L2_VERSION_DETAILS], "token");
	return token != NULL && strcmp(token, f->token) == 0;
}

/*
 * Whether the transaction has written to the source of a model that was trained anew since its
 * snapshot was taken: what it noted then goes with a version that it does not see
 */
static bool
live_wrote_past(const l2_followed *f, Oid schema, Snapshot snapshot)
{
	l2_followed *latest;

	if (!IsolationUsesXactSnapshot() || !TransactionIdIsValid(GetTopTransactionIdIfAny()))
		return false;
	latest = l2_followed_read(f->model, schema, GetLatestSnapshot());
	return latest != NULL && latest->key != f->key &&
		   l2_change_list(latest, schema, snapshot) != NIL;
}

/* The model that changes make of the grams that were kept; NULL: what is stored still holds */
static l2_model *
live_look(const l2_version_table *table, const l2_version_row *row, Oid schema)
{
	static const char past[] = "It was trained anew since this transaction took its snapshot, and "
							   "the transaction has written to its source since.";
	static const char unknown[] = "It is not known what its source was like: the model was "
								  "restored, or its source left.";
	Snapshot snapshot = l2_current_snapshot();
	l2_followed *f = l2_followed_read(RelationGetRelid(table->relation), schema, snapshot);
	List *changes = NIL;
	const char *reason = live_goes_with(row, f) ? l2_state_reason(f, schema, true) : unknown;
	bool is_of_change;
	live_sum sum = {0};
	live_version v;
	char *why = NULL;

	if (reason == NULL && live_wrote_past(f, schema, snapshot))
		reason = past;
	is_of_change = reason == NULL;
	if (reason == NULL)
	{
		changes = l2_change_list(f, schema, snapshot);
		reason = l2_change_reason(changes);
	}
	if (reason)
	{
		live_warn(table, reason, is_of_change);
		return NULL;
	}
	if (changes == NIL)
		return NULL;
	v.number = DatumGetInt32(row->value[L2_VERSION_NUMBER]);
	v.digest = live_json_text(row->value[L2_VERSION_DETAILS], "grams");
	if (v.digest == NULL)
		v.digest = "none";
	if (!live_try(f, &v, changes, snapshot, schema, &sum, &why))
	{
		live_warn(table, why, true);
		return NULL;
	}
	return l2_model_with_recipe_of(live_fit(f, &sum), l2_model_get(row->value[L2_VERSION_MODEL]));
}

l2_model *
l2_live_model(const l2_version_table *table, const l2_version_row *row, int32 newest, Oid schema)
{
	l2_model *stored = l2_model_get_any(row->value[L2_VERSION_MODEL]), *m;
	MemoryContext old, work;

	if (!live_is(row, newest))
		return stored;
	work = AllocSetContextCreate(CurrentMemoryContext, "l2reg live model", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(work);
	m = live_look(table, row, schema);
	MemoryContextSwitchTo(old);
	if (m)
		stored = memcpy(palloc(VARSIZE(m)), m, VARSIZE(m));
	MemoryContextDelete(work);
	return stored;
}

/* _l2_live_grams(model, version): grams, rows, and which changes are in them */
PG_FUNCTION_INFO_V1(_l2_live_grams);
PGDLLEXPORT Datum
_l2_live_grams(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid), model = PG_GETARG_OID(0);
	Snapshot snapshot = l2_current_snapshot();
	Datum values[3];
	bool nulls[3] = {false};
	live_version v = {PG_GETARG_INT32(1), NULL};
	l2_followed *f;
	List *changes;
	live_sum sum;

	l2_follow_check_owner(model);
	f = l2_followed_read(model, schema, snapshot);
	if (f == NULL || f->wrong)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("model %s follows no source", l2_model_shown(model)),
						errhint("Read its source anew with l2_refresh.")));
	l2_change_hold(f, schema);
	changes = l2_change_list(f, schema, snapshot);
	sum = live_add_up(f, &v, changes, snapshot, schema);
	nulls[0] = sum.gram == NULL;
	if (sum.gram)
		values[0] = l2_gram_array(sum.gram, sum.n, schema);
	values[1] = Int64GetDatum(sum.rows);
	values[2] = l2_change_ids(changes);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}
