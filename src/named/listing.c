/*
 * listing.c: the tables of models and their rows, as far as the current user may see them.
 */
#include "base/rows.h"
#include "named/version.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(_l2_model_name);
PGDLLEXPORT Datum
_l2_model_name(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(l2_model_name(PG_GETARG_OID(0))));
}

PG_FUNCTION_INFO_V1(_l2_model_shown);
PGDLLEXPORT Datum
_l2_model_shown(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(l2_model_shown(PG_GETARG_OID(0))));
}

PG_FUNCTION_INFO_V1(_l2_find_model);
PGDLLEXPORT Datum
_l2_find_model(PG_FUNCTION_ARGS)
{
	PG_RETURN_OID(l2_find_model(text_to_cstring(PG_GETARG_TEXT_PP(0)), false));
}

/* All relations that were made of the type: what depends on it says which */
static List *
listing_relations_of(Oid type)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	List *relations = NIL;
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(TypeRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(type));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend d = (Form_pg_depend) GETSTRUCT(tuple);

		if (d->classid == RelationRelationId && d->objsubid == 0)
			relations = list_append_unique_oid(relations, d->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return relations;
}

enum
{
	LISTING_MODEL,
	LISTING_OWNER,
	LISTING_ROW,
	LISTING_COLUMNS
};

/* What goes into each row of a listing */
typedef struct listing
{
	l2_rows *rows;
	Oid schema;
	TupleDesc desc; /* of l2_version */
	bool in_use;    /* active versions alone: the others' models need not be read from the disk */
} listing;

static void
listing_put(const listing *l, Oid model, Oid owner, Datum row)
{
	Datum values[LISTING_COLUMNS] = {ObjectIdGetDatum(model), 0, row};
	bool nulls[LISTING_COLUMNS] = {false, false, row == 0};
	NameData name;

	namestrcpy(&name, GetUserNameFromId(owner, false));
	values[LISTING_OWNER] = NameGetDatum(&name);
	l2_rows_put(l->rows, values, nulls);
}

static bool
listing_is_active(const l2_version_table *table, TupleTableSlot *slot)
{
	bool null;
	Datum active = slot_getattr(slot, table->column[L2_VERSION_ACTIVE], &null);

	return !null && DatumGetBool(active);
}

/* Each row of the table; what the user may not read is NULL */
static void
listing_put_table(const listing *l, const l2_version_table *table)
{
	int n = l->desc->natts;
	int *column = palloc(sizeof(int) * n);
	bool *readable = palloc(sizeof(bool) * n);
	Datum *values = palloc(sizeof(Datum) * n);
	bool *nulls = palloc(sizeof(bool) * n);
	Oid model = RelationGetRelid(table->relation);
	TupleTableSlot *slot = table_slot_create(table->relation, NULL);
	Snapshot snapshot = RegisterSnapshot(l2_current_snapshot());
	TableScanDesc scan;

	for (int i = 0; i < n; i++)
	{
		column[i] = get_attnum(model, NameStr(TupleDescAttr(l->desc, i)->attname));
		readable[i] = column[i] > 0 && l2_version_may_read(table, column[i]);
	}
	scan = l2_begin_scan(table->relation, snapshot);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		HeapTuple tuple;

		CHECK_FOR_INTERRUPTS();
		if (l->in_use && !listing_is_active(table, slot))
			continue;
		for (int i = 0; i < n; i++)
		{
			nulls[i] = true;
			values[i] = 0;
			if (readable[i])
				values[i] = slot_getattr(slot, column[i], &nulls[i]);
		}
		tuple = heap_form_tuple(l->desc, values, nulls);
		listing_put(l, model, table->relation->rd_rel->relowner, HeapTupleGetDatum(tuple));
		heap_freetuple(tuple);
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
}

static bool
listing_may_see(Oid model)
{
	static const char *const needed[] = {"version", "active", "model"};
	Oid user = GetUserId();

	if (pg_class_aclcheck(model, user, ACL_SELECT) == ACLCHECK_OK)
		return true;
	for (int i = 0; i < (int) lengthof(needed); i++)
	{
		AttrNumber a = get_attnum(model, needed[i]);

		if (a <= 0 || pg_attribute_aclcheck(model, a, user, ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	return true;
}

/* One of all tables: those that are no models, or hidden, are left out without a word */
static void
listing_try(const listing *l, Oid model)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(model));
	l2_version_table table;
	bool fits;
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		return;
	fits = ((Form_pg_class) GETSTRUCT(tuple))->relkind == RELKIND_RELATION &&
		   ((Form_pg_class) GETSTRUCT(tuple))->relpersistence != RELPERSISTENCE_TEMP &&
		   !((Form_pg_class) GETSTRUCT(tuple))->relrowsecurity &&
		   !((Form_pg_class) GETSTRUCT(tuple))->relispartition &&
		   ((Form_pg_class) GETSTRUCT(tuple))->reloftype == l2_version_type(l->schema);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (!fits || !listing_may_see(model))
		return;
	/* nobody's lock holds a listing up: such a model is there, and no more is said */
	if (!ConditionalLockRelationOid(model, AccessShareLock))
	{
		listing_put(l, model, owner, 0);
		return;
	}
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(model)))
		return;
	l2_version_open(model, l->schema, true, &table);
	listing_put_table(l, &table);
	l2_version_close(&table);
}

PG_FUNCTION_INFO_V1(_l2_versions);
PGDLLEXPORT Datum
_l2_versions(PG_FUNCTION_ARGS)
{
	listing l = {.rows = l2_rows_make(fcinfo),
				 .schema = get_func_namespace(fcinfo->flinfo->fn_oid),
				 .in_use = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1)};
	Oid type = l2_version_type(l.schema);
	ListCell *cell;

	l.desc = lookup_rowtype_tupdesc_copy(type, -1);
	if (!PG_ARGISNULL(0))
	{
		l2_version_table table;

		l2_version_open(PG_GETARG_OID(0), l.schema, true, &table);
		listing_put_table(&l, &table);
		l2_version_close(&table);
		return (Datum) 0;
	}
	foreach (cell, listing_relations_of(type))
		listing_try(&l, lfirst_oid(cell));
	return (Datum) 0;
}
