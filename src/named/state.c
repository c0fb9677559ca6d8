/*
 * state.c: the relations that a model reads, as the catalogs have them.
 *
 * A live model is what its source makes of it as long as every statement that wrote there told it.
 * Statements cannot be watched for having told; but all that lets them get past, or gives rows
 * other values without a statement, leaves something in the catalogs that does not come back as it
 * was: the numbers of transactions, of files, of partitions.  These are remembered with the grams
 * and compared when the model is read.  A difference may be a false alarm, VACUUM FULL is one.
 */
#include "named/follow.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_subscription_rel.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/* What may differ; the first letter of each string of a state */
typedef enum state_aspect
{
	STATE_SERVER = 'v',
	STATE_MODEL = 'm',
	STATE_SOURCE = 's',
	STATE_KIND = 'k',
	STATE_OWNER = 'o',
	STATE_RIGHTS = 'r',
	STATE_CHILDREN = 'c',
	STATE_PARENTS = 'p',
	STATE_FILE = 'f',
	STATE_COLUMNS = 'a',
	STATE_LABELS = 'e',
	STATE_TRIGGERS = 't',
	STATE_SUBSCRIBED = 'u',
} state_aspect;

/* A state that is being put together */
typedef struct state
{
	Oid model;
	Oid owner;    /* of the model */
	Oid function; /* of the triggers */
	List *subscribed;
	List *strings;
} state;

static void
state_add(state *s, state_aspect aspect, Oid relation, char *value)
{
	s->strings = lappend(s->strings, psprintf("%c %u %s", aspect, relation, value));
}

/*
 * Which version of a row of a catalog it is: by the transaction that wrote it, and by where it is,
 * since one that wrote it twice may have let rows pass in between
 */
static char *
state_row(HeapTuple tuple)
{
	return psprintf("%u/%u/%u", (uint32) HeapTupleHeaderGetRawXmin(tuple->t_data),
					ItemPointerGetBlockNumberNoCheck(&tuple->t_self),
					ItemPointerGetOffsetNumberNoCheck(&tuple->t_self));
}

/*
 * Relations
 */

bool
l2_state_may_read(Oid owner, Oid relation)
{
	if (pg_class_aclcheck(relation, owner, ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(relation, owner, ACL_SELECT, ACLMASK_ALL) != ACLCHECK_OK)
		return false;
	return check_enable_rls(relation, owner, true) != RLS_ENABLED;
}

/* All rows of pg_subscription_rel: there is no index that leads from the relation alone */
static List *
state_subscribed(void)
{
	Relation r = table_open(SubscriptionRelRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(r, InvalidOid, false, NULL, 0, NULL);
	List *found = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = lappend_oid(found, ((Form_pg_subscription_rel) GETSTRUCT(tuple))->srrelid);
	systable_endscan(scan);
	table_close(r, AccessShareLock);
	return found;
}

/* A scan of a catalog by an oid */
static SysScanDesc
state_scan(Relation catalog, Oid index, AttrNumber column, Oid value)
{
	ScanKeyData key;

	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
	return systable_beginscan(catalog, index, true, NULL, 1, &key);
}

/* Rows of pg_inherits below a relation, in the order of the children's oids; they are listed too */
static char *
state_children(Oid relation, List **children)
{
	Relation inherits = table_open(InheritsRelationId, AccessShareLock);
	SysScanDesc scan =
		state_scan(inherits, InheritsParentIndexId, Anum_pg_inherits_inhparent, relation);
	List *texts = NIL, *found = NIL;
	StringInfoData s;
	HeapTuple tuple;
	ListCell *a, *b;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);

		found = lappend_oid(found, form->inhrelid);
		texts = lappend(texts, psprintf("%u:%s", form->inhrelid, state_row(tuple)));
	}
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	list_sort(found, list_oid_cmp);
	*children = found;

	initStringInfo(&s);
	/* each where its oid is in order */
	foreach (a, found)
		foreach (b, texts)
			if ((Oid) strtoul(lfirst(b), NULL, 10) == lfirst_oid(a))
				appendStringInfo(&s, "%s ", (char *) lfirst(b));
	return s.data;
}

static int
state_compare_texts(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

static char *
state_join(List *texts)
{
	StringInfoData s;
	ListCell *cell;

	list_sort(texts, state_compare_texts);
	initStringInfo(&s);
	foreach (cell, texts)
		appendStringInfo(&s, "%s ", (char *) lfirst(cell));
	return s.data;
}

/* Rows of pg_inherits above a relation: statements on a parent write to it past its triggers */
static char *
state_parents(Oid relation)
{
	Relation inherits = table_open(InheritsRelationId, AccessShareLock);
	SysScanDesc scan =
		state_scan(inherits, InheritsRelidSeqnoIndexId, Anum_pg_inherits_inhrelid, relation);
	List *texts = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		texts = lappend(texts, psprintf("%u", ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent));
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	return state_join(texts);
}

/* The triggers of the model on a relation */
static char *
state_triggers(const state *s, Oid relation)
{
	Relation triggers = table_open(TriggerRelationId, AccessShareLock);
	SysScanDesc scan =
		state_scan(triggers, TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid, relation);
	List *texts = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);

		if (form->tgfoid != s->function)
			continue;
		if (l2_follow_model_of(form->oid, relation) == s->model)
			texts = lappend(texts, psprintf("%u:%s:%c:%d", form->oid, state_row(tuple),
											form->tgenabled, form->tgtype));
	}
	systable_endscan(scan);
	table_close(triggers, AccessShareLock);
	return state_join(texts);
}

/* Oids and labels of an enum */
static char *
state_labels(Oid type)
{
	Relation enums = table_open(EnumRelationId, AccessShareLock);
	SysScanDesc scan = state_scan(enums, EnumTypIdLabelIndexId, Anum_pg_enum_enumtypid, type);
	List *texts = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(tuple);

		texts = lappend(texts, psprintf("%u:%s", form->oid, NameStr(form->enumlabel)));
	}
	systable_endscan(scan);
	table_close(enums, AccessShareLock);
	return state_join(texts);
}

/* The expression that a generated column is computed by has a number of its own, each time */
static Oid
state_expression(Oid relation, AttrNumber column)
{
	Relation defaults = table_open(AttrDefaultRelationId, AccessShareLock);
	SysScanDesc scan = state_scan(defaults, AttrDefaultIndexId, Anum_pg_attrdef_adrelid, relation);
	Oid found = InvalidOid;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		if (((Form_pg_attrdef) GETSTRUCT(tuple))->adnum == column)
			found = ((Form_pg_attrdef) GETSTRUCT(tuple))->oid;
	systable_endscan(scan);
	table_close(defaults, AccessShareLock);
	return found;
}

/*
 * One of the columns that matter, as a relation has it.  Of its row in pg_attribute the number of
 * the transaction counts: USING may give a column other values and the type that it had.
 */
static void
model_state_column(state *s, Oid relation, const char *name)
{
	HeapTuple tuple = SearchSysCacheAttName(relation, name);
	Oid type = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_attribute a = (Form_pg_attribute) GETSTRUCT(tuple);

		type = getBaseType(a->atttypid);
		state_add(s, STATE_COLUMNS, relation,
				  psprintf("%s %d %u %d %s %u", name, a->attnum, a->atttypid, a->atttypmod,
						   state_row(tuple),
						   a->attgenerated ? state_expression(relation, a->attnum) : InvalidOid));
		ReleaseSysCache(tuple);
	}
	else
		state_add(s, STATE_COLUMNS, relation, psprintf("%s is gone", name));
	if (OidIsValid(type) && get_typtype(type) == TYPTYPE_ENUM)
		state_add(s, STATE_LABELS, relation, state_labels(type));
}

/*
 * A relation and all below it.  Without locks, so that who reads a model waits for nobody who
 * alters its source: what changes meanwhile makes a difference, now or the next time.
 */
static void
state_relation(state *s, Oid relation, char **used, int n_used, List **relations)
{
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relation));
	Form_pg_class form;
	List *children;
	ListCell *cell;

	CHECK_FOR_INTERRUPTS();
	/* children of two parents are met twice */
	if (!HeapTupleIsValid(tuple) || list_member_oid(*relations, relation))
		return;
	form = (Form_pg_class) GETSTRUCT(tuple);
	*relations = lappend_oid(*relations, relation);
	state_add(s, STATE_CHILDREN, relation, state_children(relation, &children));
	state_add(s, STATE_PARENTS, relation, state_parents(relation));
	state_add(s, STATE_KIND, relation,
			  psprintf("%c %c %u", form->relkind, form->relpersistence, form->relam));
	state_add(s, STATE_OWNER, relation,
			  psprintf("%u %d", form->relowner, has_privs_of_role(s->owner, form->relowner)));
	state_add(s, STATE_RIGHTS, relation,
			  psprintf("%d %d %d", form->relrowsecurity && form->relforcerowsecurity,
					   check_enable_rls(relation, s->owner, true) == RLS_ENABLED,
					   l2_state_may_read(s->owner, relation)));
	state_add(s, STATE_FILE, relation, psprintf("%u", form->relfilenode));
	for (int i = 0; i < n_used; i++)
		model_state_column(s, relation, used[i]);
	state_add(s, STATE_TRIGGERS, relation, state_triggers(s, relation));
	state_add(s, STATE_SUBSCRIBED, relation,
			  psprintf("%d", list_member_oid(s->subscribed, relation)));
	foreach (cell, children)
		state_relation(s, lfirst_oid(cell), used, n_used, relations);
}

/* What a relation is called, however the session quotes names */
static char *
state_name(Oid relation)
{
	const char *schema = get_namespace_name(get_rel_namespace(relation));
	const char *name = get_rel_name(relation);

	return psprintf("\"%s\" \"%s\"", schema ? schema : "", name ? name : "");
}

List *
l2_state_of(Oid model, Oid schema, Oid source, char **used, int n_used, List **relations)
{
	state s = {.model = model};
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(model));

	*relations = NIL;
	if (!HeapTupleIsValid(tuple))
		return NIL;
	s.owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	s.function =
		GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("_l2_follow"),
						PointerGetDatum(buildoidvector(NULL, 0)), ObjectIdGetDatum(schema));
	s.subscribed = state_subscribed();
	state_add(&s, STATE_SERVER, InvalidOid,
			  psprintf(UINT64_FORMAT " %u", GetSystemIdentifier(), MyDatabaseId));
	state_add(&s, STATE_MODEL, model, psprintf("%u", s.owner));
	state_add(&s, STATE_SOURCE, source, state_name(source));
	state_relation(&s, source, used, n_used, relations);
	return s.strings;
}

/*
 * Comparing
 */

/* What a difference means; text is the string that there is on one side only, or differs */
static char *
state_explain(const char *text)
{
	Oid relation = strlen(text) < 2 ? InvalidOid : (Oid) strtoul(text + 2, NULL, 10);
	char *name = l2_model_name(relation);

	switch ((state_aspect) text[0])
	{
		case STATE_SERVER:
			return pstrdup("The model came from another server or database.");
		case STATE_MODEL:
			return pstrdup("The model has another owner.");
		case STATE_SOURCE:
			return pstrdup(L2_STATE_NO_SOURCE);
		case STATE_KIND:
			return psprintf("Relation %s is stored in another way.", name);
		case STATE_OWNER:
			return psprintf("Relation %s has another owner, or the model's owner has not its "
							"owner's rights any more.",
							name);
		case STATE_RIGHTS:
			return psprintf("The model's owner may not read all of %s as before.", name);
		case STATE_CHILDREN:
			return psprintf("Partitions or children of %s have come or gone.", name);
		case STATE_PARENTS:
			return psprintf(
				"Relation %s has become a partition or child of another, or is none any "
				"more.",
				name);
		case STATE_FILE:
			return psprintf("Relation %s was rewritten.", name);
		case STATE_COLUMNS:
			return psprintf("Columns of %s were altered.", name);
		case STATE_LABELS:
			return psprintf("Labels of an enum in %s were altered.", name);
		case STATE_TRIGGERS:
			return psprintf("The model's triggers on %s were disabled, or altered.", name);
		case STATE_SUBSCRIBED:
			return psprintf("Rows of %s come by a subscription, past the model's triggers.", name);
	}
	return pstrdup("Its source is another one.");
}

/* The file of a relation may be another one where it was emptied, which was noted */
static bool
state_matters(const char *text, List *emptied)
{
	Oid relation = strlen(text) < 2 ? InvalidOid : (Oid) strtoul(text + 2, NULL, 10);

	return text[0] != STATE_FILE || !list_member_oid(emptied, relation);
}

/*
 * Relations that a TRUNCATE emptied: a list that goes by the snapshot, so it is no part of what is
 * cached
 */
static char *
state_compare(const l2_followed *f, List *now, List *emptied)
{
	ListCell *cell;
	int i = 0;

	foreach (cell, now)
	{
		const char *text = lfirst(cell);

		if (i >= f->n_state)
			return state_explain(text);
		if (strcmp(text, f->state[i]) != 0 && state_matters(f->state[i], emptied))
			return state_explain(text[0] == f->state[i][0] ? text : f->state[i]);
		i++;
	}
	return i < f->n_state ? state_explain(f->state[i]) : NULL;
}

/* Triggers note what happens to the relations that are listed, and to no others */
static bool
state_same_relations(const l2_followed *f, List *now)
{
	ListCell *cell;
	int i = 0;

	foreach (cell, now)
	{
		if (i >= f->n_relations || f->relation[i] != lfirst_oid(cell))
			return false;
		i++;
	}
	return i == f->n_relations;
}

/*
 * What was found last, by model
 */

typedef struct verdict
{
	Oid model;
	uint64 generation;
	uint64 emptied; /* hash of the relations that had been emptied */
	char token[2 * 16 + 1];
	char *reason; /* NULL: all is as it was */
} verdict;

static uint64 state_generation = 1;
static HTAB *state_verdicts = NULL;
static HTAB *state_watched = NULL; /* relations that some verdict rests on */

static void
state_relation_changed(Datum arg, Oid relation)
{
	if (!OidIsValid(relation) || hash_search(state_watched, &relation, HASH_FIND, NULL) != NULL)
		state_generation++;
}

static void
state_catalog_changed(Datum arg, L2_SYSCACHE_ID id, uint32 hash)
{
	state_generation++;
}

static void
model_state_start(void)
{
	static const int caches[] = {ENUMOID, ENUMTYPOIDNAME, AUTHOID,           AUTHMEMMEMROLE,
								 TYPEOID, NAMESPACEOID,   SUBSCRIPTIONRELMAP};
	HASHCTL verdicts = {.keysize = sizeof(Oid), .entrysize = sizeof(verdict)};
	HASHCTL watched = {.keysize = sizeof(Oid), .entrysize = sizeof(Oid)};

	if (state_verdicts != NULL)
		return;
	state_watched = hash_create("l2reg watched relations", 64, &watched, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(state_relation_changed, (Datum) 0);
	for (int i = 0; i < (int) lengthof(caches); i++)
		CacheRegisterSyscacheCallback(caches[i], state_catalog_changed, (Datum) 0);
	state_verdicts = hash_create("l2reg verdicts", 16, &verdicts, HASH_ELEM | HASH_BLOBS);
}

static void
state_watch(Oid relation)
{
	(void) hash_search(state_watched, &relation, HASH_ENTER, NULL);
}

/* Relations that changes of the model say were emptied */
static List *
state_emptied(const l2_followed *f, Oid schema)
{
	List *changes = l2_change_list(f, schema, l2_current_snapshot()), *emptied = NIL;
	ListCell *cell;

	foreach (cell, changes)
	{
		const l2_change *c = lfirst(cell);

		if (!c->null[L2_C_EMPTIED])
			emptied = list_append_unique_oid(emptied, DatumGetObjectId(c->value[L2_C_EMPTIED]));
	}
	return emptied;
}

static char *
state_look(const l2_followed *f, Oid schema, List *emptied)
{
	List *relations, *now;
	ListCell *cell;
	char *reason;

	/* before anything is read: what changes meanwhile must be looked at again */
	state_watch(f->model);
	for (int i = 0; i < f->n_relations; i++)
		state_watch(f->relation[i]);
	now = l2_state_of(f->model, schema, f->source, f->used, f->n_used, &relations);
	foreach (cell, relations)
		state_watch(lfirst_oid(cell));
	reason = state_compare(f, now, emptied);
	return reason || state_same_relations(f, relations) ? reason : state_explain("");
}

char *
l2_state_reason(const l2_followed *f, Oid schema, bool may_be_emptied)
{
	List *emptied;
	uint64 hash = 0, generation;
	verdict *v;
	char *reason;
	ListCell *cell;

	if (f->wrong)
		return pstrdup(f->wrong);
	if (!OidIsValid(f->source))
		return NULL;
	model_state_start();
	emptied = may_be_emptied ? state_emptied(f, schema) : NIL;
	foreach (cell, emptied)
		hash = hash * 31 + lfirst_oid(cell);
	v = hash_search(state_verdicts, &f->model, HASH_FIND, NULL);
	if (v != NULL && v->generation == state_generation && v->emptied == hash && f->token &&
		strcmp(v->token, f->token) == 0)
		return v->reason ? pstrdup(v->reason) : NULL;
	AcceptInvalidationMessages();
	generation = state_generation;
	reason = state_look(f, schema, emptied);
	if (f->token == NULL || strlen(f->token) >= sizeof v->token)
		return reason;
	v = hash_search(state_verdicts, &f->model, HASH_FIND, NULL);
	if (v == NULL)
	{
		v = hash_search(state_verdicts, &f->model, HASH_ENTER, NULL);
		v->reason = NULL;
	}
	v->generation = 0;
	if (v->reason)
		pfree(v->reason);
	v->reason = NULL;
	if (reason)
		v->reason = MemoryContextStrdup(TopMemoryContext, reason);
	v->emptied = hash;
	strlcpy(v->token, f->token, sizeof v->token);
	v->generation = generation;
	return reason;
}
