/*
 * registry.c: what the registry of models needs below SQL.
 *
 * A definition is text that its owner wrote: a relation or query, and expressions over its columns.
 * It is analysed and run here, always as the owner, as REFRESH MATERIALIZED VIEW runs a view's
 * query: a superuser who refreshes somebody's model lends him no rights, and row security shows the
 * rows that the owner may see.  Training reads and never writes: it is a read-only part of the
 * transaction.
 */
#include "named/registry.h"

#include "record/attribute.h"
#include "model/model.h"
#include "predict/predict_record.h"
#include "base/rows.h"
#include "record/terms.h"

#include <ctype.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"

/*
 * Roles
 */

PG_FUNCTION_INFO_V1(l2_has_role);
PGDLLEXPORT Datum
l2_has_role(PG_FUNCTION_ARGS)
{
	ArrayType *a = PG_GETARG_ARRAYTYPE_P(0);
	Datum *roles;
	bool *nulls;
	int n;

	/* with rights to see every row of every table also those of roles that are gone */
	if (has_bypassrls_privilege(GetUserId()))
		PG_RETURN_BOOL(true);
	deconstruct_array(a, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &roles, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		const char *role = NameStr(*DatumGetName(roles[i]));
		Oid oid;

		if (nulls[i])
			continue;
		if (strcmp(role, "public") == 0)
			PG_RETURN_BOOL(true);
		oid = get_role_oid(role, true);
		if (OidIsValid(oid) && has_privs_of_role(GetUserId(), oid))
			PG_RETURN_BOOL(true);
	}
	PG_RETURN_BOOL(false);
}

/* The same for a role that the caller names: he must be able to become it */
static l2_identity
act_as(Name owner, text *search_path)
{
	Oid role = get_role_oid(NameStr(*owner), false);

	if (role != GetUserId() && !l2_can_set_role(GetUserId(), role))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("must be able to SET ROLE \"%s\"", NameStr(*owner))));
	return l2_act_as_owner(NameStr(*owner), text_to_cstring(search_path));
}

/*
 * Texts that become SQL
 */

/* Whether the text is names with dots between them, and not a query */
static bool
is_name(const char *s)
{
	static const char blanks[] = " \t\n\r\f\v";

	for (;;)
	{
		s += strspn(s, blanks);
		if (*s == '"')
			/* doubled inside, it ends one string and begins the next */
			while (*s == '"')
			{
				s = strchr(s + 1, '"');
				if (s++ == NULL)
					return false;
			}
		else if (isalpha((unsigned char) *s) || *s == '_' || IS_HIGHBIT_SET(*s))
			while (isalnum((unsigned char) *s) || *s == '_' || *s == '$' || IS_HIGHBIT_SET(*s))
				s++;
		else
			return false;
		s += strspn(s, blanks);
		if (*s == '\0')
			return true;
		if (*s++ != '.')
			return false;
	}
}

PG_FUNCTION_INFO_V1(l2_source);
PGDLLEXPORT Datum
l2_source(PG_FUNCTION_ARGS)
{
	char *source = text_to_cstring(PG_GETARG_TEXT_PP(0));
	l2_identity before = act_as(PG_GETARG_NAME(2), PG_GETARG_TEXT_PP(1));
	l2_sql_text t = {source, 0, "source of a model: a relation's name, or a query"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
	Datum values[2];
	bool nulls[2] = {false};

	error_context_stack = &on_error;
	if (is_name(source))
	{
		List *names = l2_qualified_name_list(source);
		Oid oid = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, false);
		Oid schema = get_rel_namespace(oid);

		source = quote_qualified_identifier(
			isTempNamespace(schema) ? "pg_temp" : get_namespace_name(schema), get_rel_name(oid));
		values[0] = values[1] = CStringGetTextDatum(source);
	}
	else
	{
		RawStmt *s = l2_parse_select(source);

		/* without the semicolon; a comment at the end must not reach what follows */
		source += s->stmt_location;
		source = s->stmt_len > 0 ? pnstrdup(source, s->stmt_len) : source;
		values[0] = CStringGetTextDatum(source);
		values[1] = CStringGetTextDatum(psprintf("(%s\n)", source));
	}
	error_context_stack = on_error.previous;
	l2_act_as_before(&before);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}

/* What may be made of a column of that type; NULL for nothing */
static const char *
kind_of(Oid type)
{
	switch (l2_reading_of(type).kind)
	{
		case L2_NUMBER:
			return "number";
		case L2_BOOLEAN:
			return "boolean";
		case L2_CATEGORY:
			return "category";
		case L2_KINDS:
			return NULL;
		default:
			return "time";
	}
}

PG_FUNCTION_INFO_V1(l2_describe);
PGDLLEXPORT Datum
l2_describe(PG_FUNCTION_ARGS)
{
	FuncCallContext *ctx;
	TargetEntry *column;
	const char *kind;
	Datum values[3];
	bool nulls[3] = {false};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
		l2_identity before;
		l2_sql_text t = {sql, 0, "columns of a model"};
		ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
		List *columns = NIL;
		ListCell *cell;
		Query *query;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		before = act_as(PG_GETARG_NAME(2), PG_GETARG_TEXT_PP(1));
		error_context_stack = &on_error;
		query = l2_parse_analyze(l2_parse_select(sql), sql);
		error_context_stack = on_error.previous;
		l2_act_as_before(&before);
		foreach (cell, query->targetList)
			if (!lfirst_node(TargetEntry, cell)->resjunk)
				columns = lappend(columns, lfirst(cell));
		ctx->user_fctx = columns;
		ctx->max_calls = list_length(columns);
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);
	column = list_nth_node(TargetEntry, ctx->user_fctx, (int) ctx->call_cntr);
	kind = kind_of(exprType((Node *) column->expr));
	values[0] = CStringGetTextDatum(column->resname ? column->resname : "?column?");
	values[1] = ObjectIdGetDatum(exprType((Node *) column->expr));
	nulls[2] = kind == NULL;
	values[2] = kind ? CStringGetTextDatum(kind) : (Datum) 0;
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

/* Anybody may call l2_run, with any query */
static void
unsuited_result(void)
{
	ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
					errmsg("the query of a training must give one row of a model and a gram")));
}

PG_FUNCTION_INFO_V1(l2_run);
PGDLLEXPORT Datum
l2_run(PG_FUNCTION_ARGS)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	TupleDesc desc = l2_row_desc(fcinfo);
	l2_identity before = act_as(PG_GETARG_NAME(2), PG_GETARG_TEXT_PP(1));
	l2_sql_text t = {sql, 0, "training of a model"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
	Datum values[2];
	bool nulls[2];

	error_context_stack = &on_error;
	(void) l2_parse_select(sql);
	error_context_stack = on_error.previous;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql, false, 0) != SPI_OK_SELECT || SPI_processed != 1 ||
		SPI_tuptable->tupdesc->natts != desc->natts)
		unsuited_result();
	for (int i = 0; i < desc->natts; i++)
	{
		if (SPI_gettypeid(SPI_tuptable->tupdesc, i + 1) != TupleDescAttr(desc, i)->atttypid)
			unsuited_result();
		values[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &nulls[i]);
		if (!nulls[i])
			values[i] = SPI_datumTransfer(values[i], false, -1);
	}
	SPI_finish();
	l2_act_as_before(&before);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

/*
 * Models by name.  The active version is looked up once a query and kept with the call site, with
 * the caller's rights and row security; anything that changes the registry makes all sessions look
 * again.
 */

#define ACTIVE 0 /* in place of a version */

/* Of a model that is given: what the functions below do with one that they found */
extern Datum l2_model_in(PG_FUNCTION_ARGS);
extern Datum l2_predict(PG_FUNCTION_ARGS);
extern Datum l2_predict_array(PG_FUNCTION_ARGS);
extern Datum l2_predict_any(PG_FUNCTION_ARGS);
extern Datum l2_explain(PG_FUNCTION_ARGS);

/* The registry in use, and how often it changed, by us or by others once they committed */
static Oid registry = InvalidOid;
static uint64 registry_changes = 0;

/* Work undone takes what it did to live models with it, though no snapshot looks different */
static uint64 times_undone = 0;

static void
registry_changed(Datum arg, Oid relation)
{
	if (relation == registry || !OidIsValid(relation))
		registry_changes++;
}

PG_FUNCTION_INFO_V1(l2_registry_changed);
PGDLLEXPORT Datum
l2_registry_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("l2_registry_changed is a trigger function")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	PG_RETURN_POINTER(NULL);
}

static void
subtransaction_ended(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		times_undone++;
}

uint64
l2_registry_generation(Oid schema)
{
	static bool registered = false;
	static Oid of = InvalidOid;

	if (!registered)
	{
		CacheRegisterRelcacheCallback(registry_changed, (Datum) 0);
		RegisterSubXactCallback(subtransaction_ended, NULL);
		registered = true;
	}
	if (of != schema || !OidIsValid(registry))
	{
		registry = get_relname_relid("l2_registry", schema);
		of = schema;
		registry_changes++;
	}
	return registry_changes;
}

/* The prepared look-up, of the registry in that schema */
static SPIPlanPtr
lookup_plan(Oid schema)
{
	static SPIPlanPtr plan = NULL;
	static Oid of = InvalidOid;
	Oid types[2] = {TEXTOID, INT4OID};
	const char *s;
	SPIPlanPtr new;

	(void) l2_registry_generation(schema);
	if (plan != NULL && of == schema)
		return plan;
	s = quote_identifier(get_namespace_name(schema));
	new = SPI_prepare(
		psprintf(
			"SELECT CASE WHEN x.live THEN %s.l2_live_model(d.id, v.model) ELSE v.model END,"
			" v.features, v.expressions, x.live"
			" FROM %s.l2_registry d LEFT JOIN %s.l2_registry_version v"
			" ON v.id OPERATOR(pg_catalog.=) d.id AND v.version OPERATOR(pg_catalog.=)"
			" CASE WHEN $2 OPERATOR(pg_catalog.=) 0 THEN d.active ELSE $2 END"
			" CROSS JOIN LATERAL (SELECT $2 OPERATOR(pg_catalog.=) 0 AND d.refresh"
			" OPERATOR(pg_catalog.=) 'live' AND d.live OPERATOR(pg_catalog.=) v.version) x(live)"
			" WHERE d.name OPERATOR(pg_catalog.=) $1",
			s, s, s),
		2, types);
	if (new == NULL || SPI_keepplan(new) != 0)
		elog(ERROR, "SPI_prepare failed");
	if (plan != NULL)
		SPI_freeplan(plan);
	plan = new;
	of = schema;
	return plan;
}

static l2_model *
copy_model(const l2_model *m, MemoryContext context)
{
	return memcpy(MemoryContextAlloc(context, VARSIZE(m)), m, VARSIZE(m));
}

/* A column of the one row that SPI has, in the current memory context */
static Datum
found_column(int column, bool by_value, int length)
{
	bool isnull;
	Datum d = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &isnull);

	Assert(!isnull);
	return datumCopy(d, by_value, length);
}

/* What the terms of the version that was found are */
static l2_terms *
found_terms(MemoryContext context, bool *live)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	l2_terms *t = palloc0(sizeof *t);
	bool isnull;
	int n;

	t->name = l2_text_array(found_column(2, false, -1), "features", &t->n);
	t->expression = l2_text_array(found_column(3, false, -1), "expressions", &n);
	if (n != t->n)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("model has %d features, but %d expressions", t->n, n)));
	*live = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 4, &isnull));
	*live &= !isnull;
	MemoryContextSwitchTo(old);
	return t;
}

/*
 * The model of that name and version in memory of the given context; and there what its terms are,
 * and whether it is live, where the caller asks
 */
static l2_model *
find_model(Oid schema, text *name, int32 version, MemoryContext context, l2_terms **terms,
		   bool *live)
{
	Datum values[2] = {PointerGetDatum(name), Int32GetDatum(version)};
	l2_model *m;
	bool isnull;
	Datum d;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_plan(lookup_plan(schema), values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan failed");
	if (SPI_processed == 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("model \"%s\" does not exist", text_to_cstring(name)),
						errhint("The view l2_models lists the models that you may use.")));
	d = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
	{
		if (version == ACTIVE)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
							errmsg("model \"%s\" has no active version", text_to_cstring(name)),
							errhint("l2_refresh makes one, l2_activate chooses one.")));
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("model \"%s\" has no version %d", text_to_cstring(name), version),
				 errhint("The view l2_versions lists the versions, and which have a model.")));
	}
	m = copy_model(l2_model_get(d), context);
	if (terms)
		*terms = found_terms(context, live);
	SPI_finish();
	return m;
}

/* Models that a call site has used */
typedef struct known_model
{
	char name[NAMEDATALEN];
	l2_model *model;
	l2_terms *terms; /* NULL for a model that was given as text */
} known_model;

/* What tells one snapshot of a session from the next, for whoever looks at what others commit */
typedef struct moment
{
	TransactionId xmin;
	TransactionId xmax;
	uint32 running;
	CommandId command;
	uint64 undone;
} moment;

typedef struct by_name
{
	FmgrInfo predict; /* what works with the model; its own fn_extra */
	l2_record_predictor *record;
	Oid schema;            /* of the registry */
	MemoryContext context; /* of the models, and of all below */
	HTAB *models;
	uint64 changes; /* as they were, and who we were, when these were looked up */
	Oid user;
	bool live; /* one of them is; then also */
	moment when;
	text *last;
	known_model *last_model;
	known_model document;
} by_name;

static by_name *
models_of_call(FunctionCallInfo fcinfo)
{
	FmgrInfo *f = fcinfo->flinfo;
	by_name *b = f->fn_extra;

	if (b != NULL)
		return b;
	b = MemoryContextAllocZero(f->fn_mcxt, sizeof *b);
	b->predict = *f;
	if (PG_NARGS() == 2 && l2_is_record(get_fn_expr_argtype(f, 1)))
		b->record = l2_record_predictor_make(&b->predict);
	b->schema = get_func_namespace(f->fn_oid);
	(void) l2_registry_generation(b->schema); /* from here on changes are told */
	b->context = AllocSetContextCreate(f->fn_mcxt, "l2reg models", ALLOCSET_DEFAULT_SIZES);
	f->fn_extra = b;
	return b;
}

/*
 * A literal is text where a name may be meant, so a model written as one comes here too.  No name
 * of a model starts as JSON does.
 */
static bool
is_document(const char *s)
{
	return s[strspn(s, " \t\n\r")] == '{';
}

static l2_model *
read_document(const text *document, MemoryContext context)
{
	Datum m = DirectFunctionCall1(l2_model_in, CStringGetDatum(text_to_cstring(document)));

	return copy_model(l2_model_get(m), context);
}

static known_model *
find_known(by_name *b, text *name)
{
	char key[NAMEDATALEN];
	HASHCTL ctl = {.keysize = NAMEDATALEN, .entrysize = sizeof(known_model), .hcxt = b->context};
	known_model *known;
	l2_terms *terms;
	l2_model *m;
	bool live;

	if (VARSIZE_ANY_EXHDR(name) >= NAMEDATALEN)
		find_model(b->schema, name, ACTIVE, b->context, NULL, NULL); /* no model has such a name */
	if (b->models == NULL)
		b->models =
			hash_create("l2reg models", 8, &ctl, HASH_ELEM | L2_HASH_STRINGS | HASH_CONTEXT);
	text_to_cstring_buffer(name, key, sizeof key);
	known = hash_search(b->models, key, HASH_FIND, NULL);
	if (known != NULL)
		return known;
	m = find_model(b->schema, name, ACTIVE, b->context, &terms, &live);
	b->live |= live;
	known = hash_search(b->models, key, HASH_ENTER, NULL);
	known->model = m;
	known->terms = terms;
	return known;
}

static moment
moment_now(void)
{
	Snapshot s = GetActiveSnapshot();

	return (moment){s->xmin, s->xmax, s->xcnt, s->curcid, times_undone};
}

static bool
is_now(const moment *m)
{
	moment now = moment_now();

	return m->xmin == now.xmin && m->xmax == now.xmax && m->running == now.running &&
		   m->command == now.command && m->undone == now.undone;
}

static known_model *
model_of(by_name *b, text *name)
{
	Size size = VARSIZE_ANY(name);

	if (unlikely(b->changes != registry_changes || b->user != GetUserId() ||
				 (b->live && !is_now(&b->when))))
	{
		MemoryContextReset(b->context);
		if (b->record)
			l2_record_predictor_forget(b->record);
		b->models = NULL;
		b->last = NULL;
		b->live = false;
	}
	if (likely(b->last != NULL && VARSIZE_ANY(b->last) == size && memcmp(b->last, name, size) == 0))
		return b->last_model;
	b->changes = registry_changes;
	b->user = GetUserId();
	b->when = moment_now();
	if (b->last != NULL)
	{
		pfree(b->last);
		b->last = NULL;
		if (b->last_model == &b->document)
			pfree(b->document.model);
	}
	if (is_document(text_to_cstring(name)))
	{
		b->document.model = read_document(name, b->context);
		b->last_model = &b->document;
	}
	else
		b->last_model = find_known(b, name);
	b->last = memcpy(MemoryContextAlloc(b->context, size), name, size);
	return b->last_model;
}

PG_FUNCTION_INFO_V1(l2_model_by_name);
PGDLLEXPORT Datum
l2_model_by_name(PG_FUNCTION_ARGS)
{
	by_name *b;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	b = models_of_call(fcinfo);
	if (!PG_ARGISNULL(1) && !is_document(text_to_cstring(PG_GETARG_TEXT_PP(0))))
		PG_RETURN_POINTER(find_model(b->schema, PG_GETARG_TEXT_PP(0), PG_GETARG_INT32(1),
									 CurrentMemoryContext, NULL, NULL));
	PG_RETURN_POINTER(copy_model(model_of(b, PG_GETARG_TEXT_PP(0))->model, CurrentMemoryContext));
}

/* The call of a function of a model and more, with the model of the name that is argument 0 */
static known_model *
inner_call(FunctionCallInfo fcinfo, by_name *b, FunctionCallInfo inner)
{
	known_model *m = model_of(b, PG_GETARG_TEXT_PP(0));

	InitFunctionCallInfoData(*inner, &b->predict, PG_NARGS(), PG_GET_COLLATION(), fcinfo->context,
							 fcinfo->resultinfo);
	memcpy(inner->args, fcinfo->args, sizeof inner->args[0] * PG_NARGS());
	inner->args[0].value = PointerGetDatum(m->model);
	return m;
}

static Datum
call_with_model(FunctionCallInfo fcinfo, PGFunction predict)
{
	by_name *b = models_of_call(fcinfo);
	LOCAL_FCINFO(inner, FUNC_MAX_ARGS);
	known_model *m = inner_call(fcinfo, b, inner);
	Datum result;

	result = b->record ? l2_predict_record(inner, b->record, m->terms) : predict(inner);
	fcinfo->isnull = inner->isnull;
	return result;
}

PG_FUNCTION_INFO_V1(l2_predict_name);
PGDLLEXPORT Datum
l2_predict_name(PG_FUNCTION_ARGS)
{
	return call_with_model(fcinfo, l2_predict);
}

PG_FUNCTION_INFO_V1(l2_predict_name_array);
PGDLLEXPORT Datum
l2_predict_name_array(PG_FUNCTION_ARGS)
{
	return call_with_model(fcinfo, l2_predict_array);
}

PG_FUNCTION_INFO_V1(l2_predict_name_any);
PGDLLEXPORT Datum
l2_predict_name_any(PG_FUNCTION_ARGS)
{
	return call_with_model(fcinfo, l2_predict_any);
}

PG_FUNCTION_INFO_V1(l2_explain_name);
PGDLLEXPORT Datum
l2_explain_name(PG_FUNCTION_ARGS)
{
	by_name *b = models_of_call(fcinfo);
	LOCAL_FCINFO(inner, FUNC_MAX_ARGS);
	known_model *m = inner_call(fcinfo, b, inner);

	return b->record ? l2_explain_with(inner, m->terms) : l2_explain(inner);
}
