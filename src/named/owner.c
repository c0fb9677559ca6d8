/*
 * owner.c: work on a model, done as its owner.
 *
 * l2_train, l2_refresh and all that writes to a model's table run whole as the table's owner, in a
 * security-restricted operation and under a search_path of their own, as REFRESH MATERIALIZED VIEW
 * and VACUUM do: what the owner wrote, a query, triggers on the table, predicates of its indexes,
 * is then his code as himself, whoever asked for it.  Only those who may become him may ask.
 *
 * The work itself is in functions of the same name that begin with _l2_ and take the model's table.
 * They have no rights of their own: called by themselves they do what their caller could do.
 */
#include "named/version.h"
#include "record/sql.h"

#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* The path of our own functions */
#define OWNER_PATH "pg_catalog, pg_temp"

/* What a call site knows of its function */
typedef struct owner_call
{
	FmgrInfo work;
	Oid schema;
} owner_call;

/* Who asked, while the work goes on as somebody else */
static Oid owner_caller = InvalidOid;

/*
 * The function of the same name that begins with _, and takes others behind the arguments;
 * by_model: and the model's table in place of its name
 */
static owner_call *
owner_call_of(FunctionCallInfo fcinfo, bool by_model, int n_more, const Oid *more)
{
	FmgrInfo *f = fcinfo->flinfo;
	owner_call *c = f->fn_extra;
	Oid types[FUNC_MAX_ARGS], *declared, found;
	char *name;
	int n;

	if (c != NULL)
		return c;
	(void) get_func_signature(f->fn_oid, &declared, &n);
	memcpy(types, declared, sizeof(Oid) * n);
	if (by_model)
		types[0] = REGCLASSOID;
	if (n_more > 0)
		memcpy(types + n, more, sizeof(Oid) * n_more);
	c = MemoryContextAlloc(f->fn_mcxt, sizeof *c);
	c->schema = get_func_namespace(f->fn_oid);
	name = psprintf("_%s", get_func_name(f->fn_oid));
	found = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
							PointerGetDatum(buildoidvector(types, n + n_more)),
							ObjectIdGetDatum(c->schema));
	if (!OidIsValid(found))
		elog(ERROR, "function %s does not exist", name);
	fmgr_info_cxt(found, &c->work, f->fn_mcxt);
	f->fn_extra = c;
	return c;
}

/* Whether what an error points into is what the user wrote, and no statement that we made of it */
static bool
owner_shows_user_text(const ErrorData *e)
{
	return e->internalquery && e->context &&
		   (strstr(e->context, "of a model") || strstr(e->context, "of a formula")) &&
		   !strstr(e->context, "columns of a model") && !strstr(e->context, "training of a model");
}

/* The error at hand again, without the statements by which we got there */
static void
owner_throw_again(MemoryContext context)
{
	ErrorData *e;

	MemoryContextSwitchTo(context);
	e = CopyErrorData();
	FlushErrorState();
	if (!owner_shows_user_text(e))
	{
		e->internalquery = NULL;
		e->internalpos = e->cursorpos = 0;
	}
	e->context = NULL;
	ReThrowError(e);
}

/*
 * The owner of a model, whom the current user must be able to become.  No lock is kept: who waits
 * for one that others must have to themselves holds none of those that they wait for.
 */
static Oid
owner_of(Oid model, Oid schema)
{
	l2_version_table table;
	Oid owner;

	l2_version_open(model, schema, false, &table);
	owner = table.relation->rd_rel->relowner;
	l2_version_close(&table);
	UnlockRelationOid(model, AccessShareLock);
	if (owner != GetUserId() && !l2_can_set_role(GetUserId(), owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("must be owner of model %s", l2_model_shown(model)),
						errdetail("It belongs to role \"%s\".", GetUserNameFromId(owner, false))));
	return owner;
}

/*
 * The work, with more arguments, whatever the session says of how SQL is read; what it throws is
 * thrown again without its context
 */
static Datum
owner_invoke(FunctionCallInfo fcinfo, owner_call *c, const Oid *model, int n_more,
			 const NullableDatum *more)
{
	LOCAL_FCINFO(inner, FUNC_MAX_ARGS);
	MemoryContext context = CurrentMemoryContext;
	volatile Datum result = 0;
	int n = PG_NARGS(), settings = l2_pin_syntax();

	InitFunctionCallInfoData(*inner, &c->work, n + n_more, PG_GET_COLLATION(), NULL,
							 fcinfo->resultinfo);
	memcpy(inner->args, fcinfo->args, sizeof inner->args[0] * n);
	if (model)
		inner->args[0] = (NullableDatum){ObjectIdGetDatum(*model), false};
	for (int i = 0; i < n_more; i++)
		inner->args[n + i] = more[i];
	PG_TRY();
	{
		result = FunctionCallInvoke(inner);
	}
	PG_CATCH();
	{
		owner_throw_again(context);
	}
	PG_END_TRY();
	l2_unpin_settings(settings);
	fcinfo->isnull = inner->isnull;
	return result;
}

/*
 * Runs a call as the owner of the model, with who asked remembered, and is the caller again after
 * it; an error makes it so by the end of the transaction.
 */
static Datum
owner_run(FunctionCallInfo fcinfo, owner_call *c, Oid model, int n_more, const NullableDatum *more)
{
	Oid owner = owner_of(model, c->schema), caller = owner_caller;
	volatile Datum result = 0;
	l2_identity before;

	l2_model_show(model);
	before = l2_act_as(owner, OWNER_PATH);
	PG_TRY();
	{
		owner_caller = before.user;
		result = owner_invoke(fcinfo, c, &model, n_more, more);
	}
	PG_FINALLY();
	{
		owner_caller = caller;
	}
	PG_END_TRY();
	l2_act_as_before(&before);
	return result;
}

/* The table of the model of that name, found behind whoever is changing it, and not locked any more
 */
static Oid
owner_find_model(const char *name, bool missing_ok)
{
	bool is_locked;
	Oid model = l2_lock_model(name, missing_ok, AccessShareLock, &is_locked);

	if (is_locked)
		UnlockRelationOid(model, AccessShareLock);
	return model;
}

/* Argument 0 as a model: its name, or its table */
static Oid
owner_model_argument(FunctionCallInfo fcinfo)
{
	if (l2_takes_regclass(fcinfo->flinfo->fn_oid))
		return PG_GETARG_OID(0);
	return owner_find_model(text_to_cstring(PG_GETARG_TEXT_PP(0)), false);
}

/* _l2_lock(model, wait): against other trainings, until the transaction ends; reading goes on */
PG_FUNCTION_INFO_V1(_l2_lock);
PGDLLEXPORT Datum
_l2_lock(PG_FUNCTION_ARGS)
{
	Oid model = PG_GETARG_OID(0);
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(model));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		l2_model_gone();
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (!has_privs_of_role(GetUserId(), owner))
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(model));
	if (PG_GETARG_BOOL(1))
		LockRelationOid(model, ShareRowExclusiveLock);
	else if (!ConditionalLockRelationOid(model, ShareRowExclusiveLock))
		PG_RETURN_BOOL(false);
	/* whoever had it may have dropped it */
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(model)))
		l2_model_gone();
	PG_RETURN_BOOL(true);
}

/* Functions of a model that is there; NULL for a NULL model */
PG_FUNCTION_INFO_V1(_l2_for_owner);
PGDLLEXPORT Datum
_l2_for_owner(PG_FUNCTION_ARGS)
{
	owner_call *c = owner_call_of(fcinfo, true, 0, NULL);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return owner_run(fcinfo, c, owner_model_argument(fcinfo), 0, NULL);
}

/* The same, done as the caller, who must be able to become the owner */
PG_FUNCTION_INFO_V1(_l2_for_member);
PGDLLEXPORT Datum
_l2_for_member(PG_FUNCTION_ARGS)
{
	owner_call *c = owner_call_of(fcinfo, true, 0, NULL);
	Oid model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	model = owner_model_argument(fcinfo);
	(void) owner_of(model, c->schema);
	l2_model_show(model);
	return owner_invoke(fcinfo, c, &model, 0, NULL);
}

/* Functions of a model and more, as oneself; the work takes the session's search_path too */
PG_FUNCTION_INFO_V1(_l2_for_reader);
PGDLLEXPORT Datum
_l2_for_reader(PG_FUNCTION_ARGS)
{
	static const Oid more_types[] = {TEXTOID};
	owner_call *c = owner_call_of(fcinfo, true, 1, more_types);
	NullableDatum more = {PointerGetDatum(cstring_to_text(namespace_search_path)), false};
	Oid model;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	model = owner_model_argument(fcinfo);
	l2_model_show(model);
	return owner_invoke(fcinfo, c, &model, 1, &more);
}

/* l2_drop(name or table, if_exists): the schedules are the caller's */
PG_FUNCTION_INFO_V1(l2_drop);
PGDLLEXPORT Datum
l2_drop(PG_FUNCTION_ARGS)
{
	owner_call *c = owner_call_of(fcinfo, true, 0, NULL);
	Oid type = REGCLASSOID, model, unschedule;

	/* behind a training, and behind another that drops it: then there is none of that name any more
	 */
	if (!l2_takes_regclass(fcinfo->flinfo->fn_oid))
	{
		char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
		bool is_locked;

		model = l2_lock_model(name, PG_GETARG_BOOL(1), ShareRowExclusiveLock, &is_locked);
		if (!OidIsValid(model))
		{
			ereport(NOTICE, (errmsg("model \"%s\" does not exist, skipping", name)));
			PG_RETURN_VOID();
		}
	}
	else
		model = PG_GETARG_OID(0);
	(void) owner_of(model, c->schema);
	unschedule =
		GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("_l2_unschedule"),
						PointerGetDatum(buildoidvector(&type, 1)), ObjectIdGetDatum(c->schema));
	if (!OidIsValid(unschedule))
		elog(ERROR, "function _l2_unschedule does not exist");
	(void) OidFunctionCall1(unschedule, ObjectIdGetDatum(model));
	return owner_run(fcinfo, c, model, 0, NULL);
}

/* The role that asked for the work at hand */
PG_FUNCTION_INFO_V1(_l2_caller);
PGDLLEXPORT Datum
_l2_caller(PG_FUNCTION_ARGS)
{
	Oid caller = OidIsValid(owner_caller) ? owner_caller : GetUserId();
	Name name = palloc0(NAMEDATALEN);

	namestrcpy(name, GetUserNameFromId(caller, false));
	PG_RETURN_NAME(name);
}

/*
 * Training: the table is made before, by the caller
 */

static void
owner_table_exists(Oid relation)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("relation %s already exists, and is not a model", l2_model_shown(relation)),
			 errdetail("A model is a table, and wants a name of its own."),
			 errhint("Choose another name, or qualify it with another schema.")));
}

static void
owner_check_create(Oid schema, const char *name)
{
	if (isAnyTempNamespace(schema))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("model \"%s\" cannot be temporary", name),
						errhint("l2_fit gives the model as a value.")));
	if (l2_namespace_aclcheck(schema, GetUserId(), ACL_CREATE) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for schema %s", get_namespace_name(schema)),
				 errdetail("A model is a table, and this one would be made there."),
				 errhint("Qualify the name with a schema of your own; or use l2_fit, which gives "
						 "the model as a value.")));
}

static void
owner_execute(const char *sql)
{
	if (SPI_execute(sql, false, 0) < 0)
		elog(ERROR, "SPI_execute failed: %s", sql);
}

/* What two sessions get that make a table of the same name; the error at hand otherwise */
static void
owner_creation_failed(MemoryContext context, const char *table)
{
	ErrorData *e;

	if (geterrcode() != ERRCODE_UNIQUE_VIOLATION)
		owner_throw_again(context);
	MemoryContextSwitchTo(context);
	e = CopyErrorData();
	FlushErrorState();
	FreeErrorData(e);
	ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
					errmsg("another session has just made relation %s", table),
					errhint("Try again: where it is a model, it gets another version.")));
}

/* A new table for the model of that name, as the current user */
static Oid
owner_create_table(const char *name, Oid extension)
{
	RangeVar *r = l2_model_range_var(name);
	Oid schema = RangeVarGetCreationNamespace(r), there;
	MemoryContext context = CurrentMemoryContext;
	const char *table;

	owner_check_create(schema, r->relname);
	/* who makes it first: the other then trains what is there */
	LockDatabaseObject(NamespaceRelationId, schema,
					   1 + hash_bytes((const unsigned char *) r->relname, strlen(r->relname)) %
							   65535,
					   ExclusiveLock);
	there = get_relname_relid(r->relname, schema);
	if (OidIsValid(there) && l2_is_model(there, extension))
		return there;
	if (OidIsValid(there))
		owner_table_exists(there);
	table = quote_qualified_identifier(get_namespace_name(schema), r->relname);
	PG_TRY();
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		owner_execute(psprintf("CREATE TABLE %s OF %s.l2_version (PRIMARY KEY (version))", table,
							   quote_identifier(get_namespace_name(extension))));
		owner_execute(psprintf("CREATE UNIQUE INDEX ON %s (active) WHERE active", table));
		owner_execute(psprintf("SELECT %s._l2_take_back(%s::pg_catalog.regclass, true)",
							   quote_identifier(get_namespace_name(extension)),
							   quote_literal_cstr(table)));
		SPI_finish();
	}
	PG_CATCH();
	{
		owner_creation_failed(context, table);
	}
	PG_END_TRY();
	return get_relname_relid(r->relname, schema);
}

/* The search_path of a definition: an option, or that of the session */
static text *
owner_search_path(FunctionCallInfo fcinfo, int options)
{
	JsonbValue key, *v;
	const char *name = "search_path", *bytes;
	Datum json;
	int len;

	if (!PG_ARGISNULL(options))
	{
		bytes = l2_options_bytes(PG_GETARG_DATUM(options), &len);
		json = DirectFunctionCall1(jsonb_in, CStringGetDatum(pnstrdup(bytes, len)));
		key.type = jbvString;
		key.val.string.val = (char *) name;
		key.val.string.len = (int) strlen(name);
		v = findJsonbValueFromContainer(&DatumGetJsonbP(json)->root, JB_FOBJECT, &key);
		if (v != NULL && v->type == jbvString)
			return cstring_to_text_with_len(v->val.string.val, v->val.string.len);
	}
	return cstring_to_text(namespace_search_path);
}

/*
 * Error where a superuser, who may become anybody, would put his data into a table that somebody
 * else made under the name, and may write to
 */
static void
owner_check_stranger(Oid owner, Oid model)
{
	const char *role;

	if (owner == GetUserId() || is_member_of_role_nosuper(GetUserId(), owner))
		return;
	role = quote_identifier(GetUserNameFromId(owner, false));
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("model %s belongs to role \"%s\"", l2_model_shown(model),
						   GetUserNameFromId(owner, false)),
					errdetail("Another version of it would be that role's, who can write to it."),
					errhint("To train it as its owner, SET ROLE %s first; for a model of your own "
							"choose another name, or qualify it with another schema.",
							role)));
}

/*
 * l2_train(name, source, formula, method, lambda, options): the work takes the search_path too, and
 * whether the table is new
 */
PG_FUNCTION_INFO_V1(l2_train);
PGDLLEXPORT Datum
l2_train(PG_FUNCTION_ARGS)
{
	static const Oid more_types[] = {TEXTOID, BOOLOID};
	owner_call *c = owner_call_of(fcinfo, true, 2, more_types);
	NullableDatum more[2] = {{PointerGetDatum(owner_search_path(fcinfo, 5)), false}};
	char *name;
	Oid model;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must not be NULL", PG_ARGISNULL(0) ? "name" : "source")));
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	model = owner_find_model(name, true);
	more[1] = (NullableDatum){BoolGetDatum(!OidIsValid(model)), false};
	if (OidIsValid(model) && !l2_is_model(model, c->schema))
		owner_table_exists(model);
	if (!OidIsValid(model))
		model = owner_create_table(name, c->schema);
	else
		owner_check_stranger(owner_of(model, c->schema), model);
	return owner_run(fcinfo, c, model, 2, more);
}

/* Functions of a source that have no model: their work takes the search_path too, as oneself */
PG_FUNCTION_INFO_V1(_l2_without_name);
PGDLLEXPORT Datum
_l2_without_name(PG_FUNCTION_ARGS)
{
	static const Oid more_types[] = {TEXTOID};
	owner_call *c = owner_call_of(fcinfo, false, 1, more_types);
	NullableDatum more = {PointerGetDatum(owner_search_path(fcinfo, PG_NARGS() - 1)), false};

	return owner_invoke(fcinfo, c, NULL, 1, &more);
}

/*
 * Functions of which options come last and lambda before them, called without it: the function of
 * the same name that has both
 */
PG_FUNCTION_INFO_V1(_l2_without_lambda);
PGDLLEXPORT Datum
_l2_without_lambda(PG_FUNCTION_ARGS)
{
	enum
	{
		MOST = 6
	};
	LOCAL_FCINFO(call, MOST);
	FmgrInfo *whole = fcinfo->flinfo->fn_extra;
	int options = PG_NARGS() - 1;
	Datum result;

	if (whole == NULL)
	{
		Oid types[MOST], *own, id = fcinfo->flinfo->fn_oid, oid;
		int n;

		(void) get_func_signature(id, &own, &n);
		memcpy(types, own, sizeof(Oid) * options);
		types[options] = FLOAT8OID;
		types[options + 1] = own[options];
		oid = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(get_func_name(id)),
							  PointerGetDatum(buildoidvector(types, n + 1)),
							  ObjectIdGetDatum(get_func_namespace(id)));
		if (!OidIsValid(oid))
			elog(ERROR, "function %u has none beside it that takes lambda", id);
		whole = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *whole);
		fmgr_info_cxt(oid, whole, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = whole;
	}
	InitFunctionCallInfoData(*call, whole, options + 2, PG_GET_COLLATION(), NULL, NULL);
	for (int i = 0; i < options; i++)
		call->args[i] = fcinfo->args[i];
	call->args[options] = (NullableDatum){(Datum) 0, true};
	call->args[options + 1] = fcinfo->args[options];
	result = FunctionCallInvoke(call);
	fcinfo->isnull = call->isnull;
	return result;
}
