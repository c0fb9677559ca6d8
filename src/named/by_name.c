/*
 * by_name.c: the model that is in use under a name, for functions of a model.
 *
 * A call site reads the active row of a model's table once, and keeps the model until the snapshot
 * the user or the search_path is another one.
 */
#include "base/rows.h"
#include "named/follow.h"
#include "predict/predict_record.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#define ACTIVE 0 /* in place of a version */

extern Datum l2_model_in(PG_FUNCTION_ARGS);

/* Work undone takes what it did to models with it, though no snapshot looks different */
static uint64 times_undone = 0;

static void
by_name_subtransaction_ended(SubXactEvent event, SubTransactionId mine, SubTransactionId parent,
							 void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		times_undone++;
}

/*
 * Reading
 */

static void
by_name_no_version(Oid model, int32 version)
{
	if (version == ACTIVE)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("model %s has no active version", l2_model_shown(model)),
						errhint("l2_refresh makes one, l2_activate chooses one.")));
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("model %s has no version %d", l2_model_shown(model), version),
					errhint("The view l2_versions lists the versions, and which have a model.")));
}

/* The model of that version, in the current memory context */
static l2_model *
by_name_read(Oid model, Oid schema, int32 version)
{
	l2_version_table table;
	l2_version_row row;
	l2_model *m;
	int32 newest;

	l2_version_open(model, schema, true, &table);
	if (!l2_version_find(&table, l2_current_snapshot(), version, &row, &newest) ||
		row.null[L2_VERSION_MODEL])
		by_name_no_version(model, version);
	m = version == ACTIVE ? l2_live_model(&table, &row, newest, schema)
						  : l2_model_get_any(row.value[L2_VERSION_MODEL]);
	l2_version_close(&table);
	return m;
}

/*
 * A literal is text where a name may be meant, so a model written as one comes here too.  No name
 * starts as JSON does.
 */
static bool
by_name_is_document(const char *s)
{
	return s[strspn(s, " \t\n\r")] == '{';
}

static l2_model *
by_name_read_document(const char *s)
{
	return l2_model_get_any(DirectFunctionCall1(l2_model_in, CStringGetDatum(s)));
}

/*
 * Call sites
 */

/* What tells one snapshot of a session from the next */
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
	FmgrInfo work; /* the function of a model; its own fn_extra */
	Oid schema;    /* of the extension */
	bool by_table; /* models are given as tables, not as names */
	MemoryContext context;
	HTAB *models; /* that the call site has used, by name */
	Oid user;     /* as he, the path and the snapshot were when these were read */
	char *path;
	moment when;
	text *last; /* the name, or the table, of the call before */
	Oid last_table;
	l2_model *last_model;
	bool last_is_document;
} by_name;

/* Names are cut off for the key, and compared in full */
typedef struct known_model
{
	char key[NAMEDATALEN * 2];
	l2_model *model;
} known_model;

static moment
by_name_moment(void)
{
	Snapshot s = l2_current_snapshot();

	return (moment){s->xmin, s->xmax, s->xcnt, s->curcid, times_undone};
}

static bool
by_name_is_now(const moment *m)
{
	moment now = by_name_moment();

	return m->xmin == now.xmin && m->xmax == now.xmax && m->running == now.running &&
		   m->command == now.command && m->undone == now.undone;
}

/* Whether what was read still answers */
static inline bool
by_name_holds(const by_name *b)
{
	return b->user == GetUserId() && by_name_is_now(&b->when) &&
		   (b->by_table || strcmp(b->path, namespace_search_path) == 0);
}

static by_name *
by_name_of_call(FunctionCallInfo fcinfo)
{
	static bool registered = false;
	FmgrInfo *f = fcinfo->flinfo;
	by_name *b = f->fn_extra;

	if (likely(b != NULL))
		return b;
	if (!registered)
		RegisterSubXactCallback(by_name_subtransaction_ended, NULL);
	registered = true;
	b = MemoryContextAllocZero(f->fn_mcxt, sizeof *b);
	b->work = *f;
	b->schema = get_func_namespace(f->fn_oid);
	b->by_table = l2_takes_regclass(f->fn_oid);
	b->context = AllocSetContextCreate(f->fn_mcxt, "l2reg models", ALLOCSET_DEFAULT_SIZES);
	f->fn_extra = b;
	return b;
}

/* The model of a name or a table that this call site has not just used */
static l2_model *
by_name_look_up(by_name *b, const char *name, Oid table)
{
	char key[NAMEDATALEN * 2];
	HASHCTL ctl = {.keysize = sizeof key, .entrysize = sizeof(known_model), .hcxt = b->context};
	known_model *known;
	l2_model *m;

	memset(key, 0, sizeof key);
	if (name && strlen(name) >= sizeof key)
		return by_name_read(l2_find_model(name, false), b->schema, ACTIVE);
	if (name)
		strlcpy(key, name, sizeof key);
	else
		snprintf(key, sizeof key, "%u", table);
	if (b->models == NULL)
		b->models = hash_create("l2reg models", 8, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	known = hash_search(b->models, key, HASH_FIND, NULL);
	if (known != NULL)
		return known->model;
	/* the entry is made when all that may fail is done */
	m = by_name_read(name ? l2_find_model(name, false) : table, b->schema, ACTIVE);
	known = hash_search(b->models, key, HASH_ENTER, NULL);
	known->model = m;
	return m;
}

static void
by_name_forget(by_name *b)
{
	b->models = NULL;
	b->last = NULL;
	b->last_table = InvalidOid;
	b->last_model = NULL;
	b->last_is_document = false;
	b->path = NULL;
	MemoryContextReset(b->context);
}

static bool
by_name_is_last(const by_name *b, Datum argument)
{
	const text *name = (const text *) DatumGetPointer(argument);

	if (b->last_model == NULL)
		return false;
	if (b->by_table)
		return b->last_table == DatumGetObjectId(argument);
	return b->last != NULL && VARSIZE_ANY(b->last) == VARSIZE_ANY(name) &&
		   memcmp(b->last, name, VARSIZE_ANY(name)) == 0;
}

/* The model that argument 0, not NULL and plain, stands for */
static l2_model *
by_name_model(by_name *b, Datum argument)
{
	MemoryContext old;
	char *name = NULL;

	if (unlikely(b->path && !by_name_holds(b)))
		by_name_forget(b);
	if (likely(by_name_is_last(b, argument)))
		return b->last_model;
	if (b->last_is_document)
		by_name_forget(b); /* documents, one a row, must not pile up */
	b->last_model = NULL;
	old = MemoryContextSwitchTo(b->context);
	if (b->path == NULL)
	{
		b->user = GetUserId();
		b->when = by_name_moment();
		b->path = pstrdup(namespace_search_path);
	}
	if (!b->by_table)
	{
		const text *given = (const text *) DatumGetPointer(argument);

		name = text_to_cstring(given);
		b->last = memcpy(palloc(VARSIZE_ANY(given)), given, VARSIZE_ANY(given));
		b->last_is_document = by_name_is_document(name);
	}
	else
		b->last_table = DatumGetObjectId(argument);
	b->last_model = b->last_is_document
						? by_name_read_document(name)
						: by_name_look_up(b, name, b->by_table ? b->last_table : InvalidOid);
	MemoryContextSwitchTo(old);
	return b->last_model;
}

static Datum
by_name_argument(by_name *b, FunctionCallInfo fcinfo)
{
	return b->by_table ? PG_GETARG_DATUM(0) : PointerGetDatum(PG_GETARG_TEXT_PP(0));
}

/* l2_get(name or table, version) */
PG_FUNCTION_INFO_V1(l2_get);
PGDLLEXPORT Datum
l2_get(PG_FUNCTION_ARGS)
{
	by_name *b = by_name_of_call(fcinfo);
	l2_model *m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1) && PG_GETARG_INT32(1) < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("version must be at least 1, but is %d", PG_GETARG_INT32(1))));
	if (!PG_ARGISNULL(1))
		PG_RETURN_POINTER(
			by_name_read(b->by_table ? PG_GETARG_OID(0)
									 : l2_find_model(text_to_cstring(PG_GETARG_TEXT_PP(0)), false),
						 b->schema, PG_GETARG_INT32(1)));
	m = by_name_model(b, by_name_argument(b, fcinfo));
	PG_RETURN_POINTER(memcpy(palloc(VARSIZE(m)), m, VARSIZE(m)));
}

/* The function of a model and more, of the model that argument 0 stands for */
static Datum
by_name_call(FunctionCallInfo fcinfo, PGFunction work)
{
	by_name *b = by_name_of_call(fcinfo);
	LOCAL_FCINFO(inner, FUNC_MAX_ARGS);
	l2_model *m;
	Datum result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	m = by_name_model(b, by_name_argument(b, fcinfo));
	InitFunctionCallInfoData(*inner, &b->work, PG_NARGS(), PG_GET_COLLATION(), fcinfo->context,
							 fcinfo->resultinfo);
	memcpy(inner->args, fcinfo->args, sizeof inner->args[0] * PG_NARGS());
	inner->args[0].value = PointerGetDatum(m);
	result = work(inner);
	fcinfo->isnull = inner->isnull;
	return result;
}

/* What a function does with a model that is given, it does with one that is found */
#define BY_NAME(name, of_model)                \
	extern Datum of_model(PG_FUNCTION_ARGS);   \
	PG_FUNCTION_INFO_V1(name);                 \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)   \
	{                                          \
		return by_name_call(fcinfo, of_model); \
	}

BY_NAME(l2_predict_named, l2_predict_any)
BY_NAME(l2_predict_link_named, l2_predict_link_any)
BY_NAME(l2_classify_named, l2_classify_any)
BY_NAME(l2_predict_label_named, l2_predict_label_any)
BY_NAME(l2_predict_proba_named, l2_predict_proba_any)
BY_NAME(l2_class_model_named, l2_class_model)
BY_NAME(l2_encode_named, l2_encode_any)
BY_NAME(l2_explain_named, l2_explain_any)
BY_NAME(l2_predict_interval_named, l2_predict_interval)
BY_NAME(l2_augment_named, l2_augment)
BY_NAME(l2_drop1_named, l2_drop1_of_model)
BY_NAME(l2_coef_named, l2_coef)
BY_NAME(l2_vcov_named, l2_model_vcov_array)
BY_NAME(l2_contrast_named, l2_contrast)
BY_NAME(l2_wald_named, l2_wald)
BY_NAME(l2_intercept_named, l2_intercept)
BY_NAME(l2_names_named, l2_model_terms)
BY_NAME(l2_summary_named, l2_summary)
BY_NAME(l2_glance_named, l2_glance)
BY_NAME(l2_odds_ratios_named, l2_odds_ratios)
BY_NAME(l2_sql_named, l2_sql)
BY_NAME(l2_pmml_named, l2_pmml)

/* The array of the models in use under names; NULL for NULL */
static Datum
by_name_array(by_name *b, Datum given)
{
	Oid model = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("l2_model"),
								ObjectIdGetDatum(b->schema));
	ArrayType *names = DatumGetArrayTypeP(given);
	Datum *values;
	bool *nulls;
	int n, lower = 1;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
		{
			/* the next name may take this one's memory */
			l2_model *m = by_name_model(b, values[i]);

			values[i] = PointerGetDatum(memcpy(palloc(VARSIZE(m)), m, VARSIZE(m)));
		}
	if (n == 0)
		return PointerGetDatum(construct_empty_array(model));
	return PointerGetDatum(
		construct_md_array(values, nulls, 1, &n, &lower, model, -1, false, TYPALIGN_DOUBLE));
}

/* A function of an array of models that returns rows: they are those of its first call */
static Datum
by_names_call(FunctionCallInfo fcinfo, PGFunction work)
{
	by_name *b = by_name_of_call(fcinfo);
	LOCAL_FCINFO(inner, 1);
	Datum result;

	InitFunctionCallInfoData(*inner, &b->work, 1, PG_GET_COLLATION(), fcinfo->context,
							 fcinfo->resultinfo);
	if (b->work.fn_extra == NULL)
		inner->args[0].value = by_name_array(b, PG_GETARG_DATUM(0));
	inner->args[0].isnull = false;
	result = work(inner);
	fcinfo->isnull = inner->isnull;
	return result;
}

#define BY_NAMES(name, of_models)                \
	extern Datum of_models(PG_FUNCTION_ARGS);    \
	PG_FUNCTION_INFO_V1(name);                   \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)     \
	{                                            \
		return by_names_call(fcinfo, of_models); \
	}

BY_NAMES(l2_compare_named, l2_compare)
BY_NAMES(l2_anova_named, l2_anova)
