/*
 * version.c: the tables of models, as a caller may read them.
 */
#include "named/version.h"

#include "base/citus.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/value.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

static const char *const column_names[L2_VERSION_COLUMNS] = {"version", "active",     "outcome",
															 "model",   "definition", "details"};

Oid
l2_version_type(Oid schema)
{
	Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("l2_version"),
							   ObjectIdGetDatum(schema));

	if (!OidIsValid(type))
		elog(ERROR, "type l2_version does not exist");
	return type;
}

/*
 * Names
 */

static void
version_no_such_model(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE), errmsg("model \"%s\" does not exist", name),
			 l2_citus_is_shard()
				 ? errhint("A model is where it was trained. Over a distributed table write its "
						   "value for its name: l2_predict((SELECT l2_get('%s')), t).",
						   name)
				 : errhint("The view l2_models lists the models that you may use.")));
}

static void
version_name_error(void *arg)
{
	errhint("The name of a model is written as in SQL: house_price, sales.house_price, or "
			"\"House price\" in double quotes.");
}

RangeVar *
l2_model_range_var(const char *name)
{
	ErrorContextCallback on_error = {error_context_stack, version_name_error, NULL};
	List *names = NIL;
	Datum *parts;
	RangeVar *r;
	int n;

	error_context_stack = &on_error;
	/* not cut off, as names of regclass are: two models must not become one */
	deconstruct_array(DatumGetArrayTypeP(DirectFunctionCall2(parse_ident, CStringGetTextDatum(name),
															 BoolGetDatum(true))),
					  TEXTOID, -1, false, TYPALIGN_INT, &parts, NULL, &n);
	for (int i = 0; i < n; i++)
	{
		char *part = TextDatumGetCString(parts[i]);

		if (strlen(part) >= NAMEDATALEN)
			ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG), errmsg("name \"%s\" is too long", part),
							errdetail("A name has at most %d bytes.", NAMEDATALEN - 1)));
		names = lappend(names, makeString(part));
	}
	r = makeRangeVarFromNameList(names);
	error_context_stack = on_error.previous;
	return r;
}

/* In the first schema of the search_path that has it, temporary ones left out */
static Oid
version_search(const char *name)
{
	List *path = fetch_search_path(false);
	ListCell *cell;
	Oid found = InvalidOid;

	foreach (cell, path)
	{
		if (OidIsValid(found))
			break;
		if (!isTempNamespace(lfirst_oid(cell)))
			found = get_relname_relid(name, lfirst_oid(cell));
	}
	list_free(path);
	return found;
}

static Oid
version_look_up(const RangeVar *r, bool missing_ok)
{
	Oid schema;

	if (r->schemaname == NULL)
		return version_search(r->relname);
	schema = LookupExplicitNamespace(r->schemaname, missing_ok);
	return OidIsValid(schema) ? get_relname_relid(r->relname, schema) : InvalidOid;
}

/* Who could read a relation or become its owner may lock it; nobody else, whatever it is */
static bool
version_may_lock(Oid relation, LOCKMODE mode)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid user = GetUserId(), owner;

	if (!HeapTupleIsValid(tuple))
		return true;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (owner == user || l2_can_set_role(user, owner))
		return true;
	return mode == AccessShareLock &&
		   (pg_class_aclcheck(relation, user, ACL_SELECT) == ACLCHECK_OK ||
			pg_attribute_aclcheck_all(relation, user, ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK);
}

Oid
l2_lock_model(const char *name, bool missing_ok, LOCKMODE mode, bool *is_locked)
{
	RangeVar *r = l2_model_range_var(name);
	Oid model, locked = InvalidOid;

	if (r->catalogname && strcmp(r->catalogname, get_database_name(MyDatabaseId)) != 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cross-database references are not implemented: %s", name)));
	/* whoever held the lock may have dropped or renamed the table: what has the name now counts */
	while (OidIsValid(model = version_look_up(r, missing_ok)) && model != locked)
	{
		if (OidIsValid(locked))
			UnlockRelationOid(locked, mode);
		locked = InvalidOid;
		if (!version_may_lock(model, mode))
			break;
		LockRelationOid(model, mode);
		locked = model;
	}
	if (!OidIsValid(model) && OidIsValid(locked))
		UnlockRelationOid(locked, mode);
	if (!OidIsValid(model) && !missing_ok)
		version_no_such_model(name);
	*is_locked = OidIsValid(model) && model == locked;
	return model;
}

Oid
l2_find_model(const char *name, bool missing_ok)
{
	bool is_locked;

	return l2_lock_model(name, missing_ok, AccessShareLock, &is_locked);
}

char *
l2_model_name(Oid model)
{
	char *name = get_rel_name(model), *schema = get_namespace_name(get_rel_namespace(model));

	if (name == NULL || schema == NULL)
		return psprintf("%u", model);
	return quote_qualified_identifier(schema, name);
}

/* The model that whoever called sees without its schema, while we work with another search_path */
static Oid shown_plainly = InvalidOid;

void
l2_model_show(Oid model)
{
	/* a relation that is not there has no name, and is no error here */
	shown_plainly = get_rel_name(model) != NULL && RelationIsVisible(model) ? model : InvalidOid;
}

char *
l2_model_shown(Oid model)
{
	char *name = get_rel_name(model);

	if (name != NULL && (model == shown_plainly || RelationIsVisible(model)))
		return pstrdup(quote_identifier(name));
	return l2_model_name(model);
}

/*
 * Opening
 */

bool
l2_is_model(Oid relation, Oid schema)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	bool is_one = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		is_one = form->relkind == RELKIND_RELATION && form->reloftype == l2_version_type(schema);
		ReleaseSysCache(tuple);
	}
	return is_one;
}

void
l2_model_gone(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE), errmsg("the model is gone: its table was dropped")));
}

static void
version_refuse(Relation r, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a model", RelationGetRelationName(r)), errdetail("%s", detail),
			 errhint("A model is a table that l2_train made; the view l2_models lists them.")));
}

static void
version_check_kind(Relation r, Oid schema)
{
	if (r->rd_rel->relkind == RELKIND_PARTITIONED_TABLE || r->rd_rel->relispartition)
		version_refuse(r, "It is partitioned, or a partition.");
	if (r->rd_rel->relkind != RELKIND_RELATION || r->rd_rel->reloftype != l2_version_type(schema))
		version_refuse(r, "It is no table of type l2_version.");
	if (r->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
		version_refuse(r, "It is a temporary table.");
	if (r->rd_rel->relrowsecurity)
		version_refuse(r, "Row security is enabled on it, and nobody's policies run here.");
}

bool
l2_version_may_read(const l2_version_table *table, int attnum)
{
	Oid relation = RelationGetRelid(table->relation), user = GetUserId();

	return pg_class_aclcheck(relation, user, ACL_SELECT) == ACLCHECK_OK ||
		   pg_attribute_aclcheck(relation, attnum, user, ACL_SELECT) == ACLCHECK_OK;
}

static void
version_check_rights(const l2_version_table *table)
{
	static const l2_version_column needed[] = {L2_VERSION_NUMBER, L2_VERSION_ACTIVE,
											   L2_VERSION_MODEL};

	for (int i = 0; i < (int) lengthof(needed); i++)
		if (!l2_version_may_read(table, table->column[needed[i]]))
			ereport(
				ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for model %s", RelationGetRelationName(table->relation)),
				 errhint("Its owner can run: GRANT SELECT (version, active, model) ON %s TO %s",
						 l2_model_name(RelationGetRelid(table->relation)),
						 quote_identifier(GetUserNameFromId(GetUserId(), false)))));
}

void
l2_version_open(Oid model, Oid schema, bool may_read, l2_version_table *table)
{
	TupleDesc desc;

	table->relation = try_relation_open(model, AccessShareLock);
	/* a number in the place of the model is cast to regclass */
	if (table->relation == NULL && model < FirstNormalObjectId)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE), errmsg("%u is no model", model),
			 errhint("The model comes first, by its name or as a value: l2_predict('house_price', "
					 "t).")));
	if (table->relation == NULL)
		l2_model_gone();
	version_check_kind(table->relation, schema);
	desc = RelationGetDescr(table->relation);
	for (int c = 0; c < L2_VERSION_COLUMNS; c++)
	{
		table->column[c] = get_attnum(model, column_names[c]);
		if (table->column[c] <= 0 || table->column[c] > desc->natts)
			elog(ERROR, "table %u has no column \"%s\"", model, column_names[c]);
	}
	if (may_read)
		version_check_rights(table);
}

void
l2_version_close(l2_version_table *table)
{
	/* the lock stays, as with every table that a query reads */
	relation_close(table->relation, NoLock);
	table->relation = NULL;
}

/*
 * Reading
 */

Snapshot
l2_current_snapshot(void)
{
	return ActiveSnapshotSet() ? GetActiveSnapshot() : GetTransactionSnapshot();
}

static void
version_keep(const l2_version_table *table, TupleTableSlot *slot, l2_version_row *row)
{
	slot_getallattrs(slot);
	for (int c = 0; c < L2_VERSION_COLUMNS; c++)
	{
		int a = table->column[c] - 1;
		Form_pg_attribute form = TupleDescAttr(slot->tts_tupleDescriptor, a);

		row->null[c] = slot->tts_isnull[a];
		row->value[c] = 0;
		if (row->null[c])
			continue;
		row->value[c] = form->attlen == -1
							? PointerGetDatum(PG_DETOAST_DATUM_COPY(slot->tts_values[a]))
							: slot->tts_values[a];
	}
}

/* A column of the row in the slot; what is by value */
static Datum
version_peek(const l2_version_table *table, TupleTableSlot *slot, l2_version_column c, bool *null)
{
	return slot_getattr(slot, table->column[c], null);
}

bool
l2_version_find(const l2_version_table *table, Snapshot snapshot, int32 version,
				l2_version_row *row, int32 *newest)
{
	TupleTableSlot *slot = table_slot_create(table->relation, NULL);
	TableScanDesc scan;
	int found = 0;

	snapshot = RegisterSnapshot(snapshot);
	scan = l2_begin_scan(table->relation, snapshot);
	if (newest)
		*newest = 0;
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool no_number, no_active, no_model;
		int32 number = DatumGetInt32(version_peek(table, slot, L2_VERSION_NUMBER, &no_number));
		bool active = DatumGetBool(version_peek(table, slot, L2_VERSION_ACTIVE, &no_active));

		CHECK_FOR_INTERRUPTS();
		if (no_number)
			continue;
		(void) version_peek(table, slot, L2_VERSION_MODEL, &no_model);
		if (newest && !no_model)
			*newest = Max(*newest, number);
		if (version == 0 ? no_active || !active : number != version)
			continue;
		if (found++ == 0)
			version_keep(table, slot, row);
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	if (found > 1)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("model %s has %d %s versions",
							   l2_model_shown(RelationGetRelid(table->relation)), found,
							   version == 0 ? "active" : "such"),
						errhint("l2_activate chooses one.")));
	return found == 1;
}

bool
l2_takes_regclass(Oid function)
{
	Oid *types;
	int n;

	(void) get_func_signature(function, &types, &n);
	return n > 0 && types[0] == REGCLASSOID;
}
