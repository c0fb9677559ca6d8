/*
 * definition.c: texts of a definition, a source and what is made of it, looked up and run.
 *
 * Whoever calls these functions runs them as himself, under the search_path of the definition and
 * read-only; for a model of somebody else owner.c has become its owner by then.
 */
#include "base/citus.h"
#include "base/names.h"
#include "base/rows.h"
#include "record/attribute.h"
#include "record/sql.h"

#include <ctype.h>

#include "access/sysattr.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/dependency.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "common/keywords.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parsetree.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

/* Whether the text is names with dots between them, and not a query */
static bool
definition_is_name(const char *s)
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

/* Refuses a query with an alias, as in FROM */
static void
definition_refuse_alias(const char *source)
{
	const char *alias = strrchr(source, ')');

	if (*source != '(' || alias == NULL)
		return;
	alias += 1 + strspn(alias + 1, " \t\n\r\f\v");
	if (pg_strncasecmp(alias, "as ", 3) == 0)
		alias += 3;
	if (definition_is_name(alias))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("a query as the source has no alias, but here it is \"%s\"", alias),
						errhint("Write the query alone: l2_fit('SELECT ...', 'price ~ area').")));
}

/*
 * Refuses what begins as no query does, in words: a formula in the place of the source, as R has
 * the two, or a relation with a condition or an alias.
 */
static void
definition_refuse(const char *source)
{
	const char *next;
	char *word;

	source += strspn(source, " \t\n\r\f\v");
	definition_refuse_alias(source);
	next =
		source + strspn(source, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.0123456789");
	if (next == source)
		return;
	word = downcase_truncate_identifier(source, next - source, false);
	next += strspn(next, " \t\n\r\f\v");
	/* a word of SQL begins a statement, and what else there is has PostgreSQL's message */
	if (*next != '~' && !(*next == '(' && strchr(next, '~')) &&
		!((isalpha((unsigned char) *next) || *next == '_') &&
		  ScanKeywordLookup(word, &ScanKeywords) < 0))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_SYNTAX_ERROR),
		 errmsg("a source is a relation's name or a query, not \"%s\"", source),
		 errhint(
			 "The source comes before the formula, l2_fit('houses', 'price ~ area'); some rows "
			 "of it, or several relations, are a query, SELECT * FROM houses WHERE area > 50.")));
}

/*
 * Error where a relation has that name as it stands, which in SQL it needs quotes for: spaces or
 * large letters are in it
 */
static void
definition_need_quotes(const char *source)
{
	const char *quoted = quote_identifier(source);

	if (strlen(source) >= NAMEDATALEN || quoted == source ||
		!OidIsValid(RangeVarGetRelid(makeRangeVar(NULL, pstrdup(source), -1), NoLock, true)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("a relation's name is written as in SQL, but %s is without its quotes", source),
			 errhint("Write l2_fit('%s', ...).", quoted)));
}

/*
 * A NOTICE where a name without a schema means a temporary table to the session and another
 * relation here, where pg_temp is searched last so that no caller's table stands in for another's;
 * once a statement, for a training reads its source more than once
 */
static void
definition_tell_hidden(const RangeVar *name)
{
	static Oid told = InvalidOid;
	static TimestampTz told_at = 0;
	Oid temporary = name->schemaname ? InvalidOid : LookupNamespaceNoError("pg_temp");
	Oid oid = OidIsValid(temporary) ? RangeVarGetRelid(name, NoLock, true) : InvalidOid;

	if (!OidIsValid(oid) || isTempNamespace(get_rel_namespace(oid)) ||
		!OidIsValid(get_relname_relid(name->relname, temporary)))
		return;
	if (told == oid && told_at == GetCurrentStatementStartTimestamp())
		return;
	told = oid;
	told_at = GetCurrentStatementStartTimestamp();
	ereport(NOTICE, (errmsg("source %s is the one of schema %s, and not the temporary table",
							quote_identifier(name->relname),
							quote_identifier(get_namespace_name(get_rel_namespace(oid)))),
					 errhint("Write pg_temp.%s for that.", quote_identifier(name->relname))));
}

/* The same of the relations in a query; ctes: names that WITH gives, a List of strings */
static bool
definition_tell_all_hidden(Node *node, List **ctes)
{
	ListCell *cell;

	if (node == NULL)
		return false;
	if (IsA(node, CommonTableExpr))
		*ctes = lappend(*ctes, ((CommonTableExpr *) node)->ctename);
	if (IsA(node, SelectStmt) && ((SelectStmt *) node)->withClause &&
		definition_tell_all_hidden((Node *) ((SelectStmt *) node)->withClause, ctes))
		return true;
	if (IsA(node, RangeVar))
	{
		foreach (cell, *ctes)
			if (strcmp(lfirst(cell), ((RangeVar *) node)->relname) == 0)
				return false;
		definition_tell_hidden((RangeVar *) node);
		return false;
	}
	return raw_expression_tree_walker(node, definition_tell_all_hidden, ctes);
}

PG_FUNCTION_INFO_V1(_l2_source);
PGDLLEXPORT Datum
_l2_source(PG_FUNCTION_ARGS)
{
	char *source = text_to_cstring(PG_GETARG_TEXT_PP(0));
	l2_identity before = l2_act_read_only(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	l2_sql_text t = {source, 0, "source of a model: a relation's name, or a query"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
	Datum values[2];
	bool nulls[2] = {false};

	error_context_stack = &on_error;
	if (definition_is_name(source))
	{
		RangeVar *name = makeRangeVarFromNameList(l2_qualified_name_list(source));
		Oid oid = RangeVarGetRelid(name, NoLock, true), schema;

		if (!OidIsValid(oid))
		{
			definition_need_quotes(source);
			(void) RangeVarGetRelid(name, NoLock, false); /* as PostgreSQL says it */
		}
		definition_tell_hidden(name);
		schema = get_rel_namespace(oid);
		source = quote_qualified_identifier(
			isTempNamespace(schema) ? "pg_temp" : get_namespace_name(schema), get_rel_name(oid));
		values[0] = values[1] = CStringGetTextDatum(source);
	}
	else
	{
		List *ctes = NIL;
		RawStmt *s;

		definition_need_quotes(source);
		definition_refuse(source);
		s = l2_parse_select(source);
		(void) definition_tell_all_hidden(s->stmt, &ctes);
		/* without the semicolon; a comment at the end must not reach what follows */
		source += s->stmt_location;
		source = s->stmt_len > 0 ? pnstrdup(source, s->stmt_len) : source;
		/* what is wrong in it points into the text as it was written */
		(void) l2_parse_analyze(s, text_to_cstring(PG_GETARG_TEXT_PP(0)));
		values[0] = CStringGetTextDatum(source);
		values[1] = CStringGetTextDatum(psprintf("(%s\n)", source));
	}
	error_context_stack = on_error.previous;
	l2_act_as_before(&before);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}

/* Arrays whose elements can be features */
static bool
definition_is_array(Oid type)
{
	/* none of domains, from which there may be casts of anybody's */
	return l2_builtin_type(type) == FLOAT8ARRAYOID;
}

/* What may be made of a column of that type; NULL for nothing */
static const char *
definition_kind(Oid type)
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
			return definition_is_array(type) ? "array" : NULL;
		default:
			return "time";
	}
}

PG_FUNCTION_INFO_V1(_l2_describe);
PGDLLEXPORT Datum
_l2_describe(PG_FUNCTION_ARGS)
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
		before = l2_act_read_only(text_to_cstring(PG_GETARG_TEXT_PP(1)));
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
	kind = definition_kind(exprType((Node *) column->expr));
	values[0] = CStringGetTextDatum(column->resname ? column->resname : "?column?");
	values[1] = ObjectIdGetDatum(exprType((Node *) column->expr));
	nulls[2] = kind == NULL;
	values[2] = kind ? CStringGetTextDatum(kind) : (Datum) 0;
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

PG_FUNCTION_INFO_V1(_l2_is_distributed);
PGDLLEXPORT Datum
_l2_is_distributed(PG_FUNCTION_ARGS)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	l2_identity before;
	CachedPlan *cached;
	SPIPlanPtr plan;
	bool found;

	if (!OidIsValid(get_extension_oid("citus", true)))
		PG_RETURN_BOOL(false);
	before = l2_act_read_only(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	(void) l2_parse_select(sql);
	if (SPI_connect() != SPI_OK_CONNECT || (plan = SPI_prepare(sql, 0, NULL)) == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	cached = SPI_plan_get_cached_plan(plan);
	found = l2_citus_plan(linitial_node(PlannedStmt, cached->stmt_list)->planTree);
	l2_release_plan(cached);
	SPI_finish();
	l2_act_as_before(&before);
	PG_RETURN_BOOL(found);
}

/* Anybody may call _l2_run, with any query */
static void
definition_unsuited(void)
{
	ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
					errmsg("the query of a training must give one row of its columns")));
}

/* Runs a query that must give one row of columns of the types of desc, which are returned */
static void
definition_run(FunctionCallInfo fcinfo, TupleDesc desc, Datum *values, bool *nulls)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	l2_identity before = l2_act_read_only(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	l2_sql_text t = {sql, 0, "training of a model"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};

	error_context_stack = &on_error;
	(void) l2_parse_select(sql);
	error_context_stack = on_error.previous;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql, false, 0) != SPI_OK_SELECT || SPI_processed != 1 ||
		SPI_tuptable->tupdesc->natts != desc->natts)
		definition_unsuited();
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (SPI_gettypeid(SPI_tuptable->tupdesc, i + 1) != column->atttypid)
			definition_unsuited();
		values[i] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &nulls[i]);
		if (!nulls[i])
			values[i] = SPI_datumTransfer(values[i], column->attbyval, column->attlen);
	}
	SPI_finish();
	l2_act_as_before(&before);
}

PG_FUNCTION_INFO_V1(_l2_run);
PGDLLEXPORT Datum
_l2_run(PG_FUNCTION_ARGS)
{
	TupleDesc desc = l2_row_desc(fcinfo);
	Datum *values = palloc(sizeof(Datum) * desc->natts);
	bool *nulls = palloc(sizeof(bool) * desc->natts);

	definition_run(fcinfo, desc, values, nulls);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

/* The same of one column, which is an array of texts */
PG_FUNCTION_INFO_V1(_l2_run_one);
PGDLLEXPORT Datum
_l2_run_one(PG_FUNCTION_ARGS)
{
	TupleDesc desc = CreateTemplateTupleDesc(1);
	Datum value = 0;
	bool null = true;

	TupleDescInitEntry(desc, 1, "a", TEXTARRAYOID, -1, 0);
	l2_finish_desc(desc);
	definition_run(fcinfo, desc, &value, &null);
	if (null)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(value);
}

/*
 * Keys
 */

/* The one table whose rows a query gives, each once; InvalidOid where there is none */
static Oid
definition_table(const Query *q)
{
	const RangeTblEntry *r;

	while (q->setOperations == NULL && q->groupClause == NIL && q->groupingSets == NIL &&
		   !q->hasAggs && !q->hasTargetSRFs && list_length(q->jointree->fromlist) == 1 &&
		   IsA(linitial(q->jointree->fromlist), RangeTblRef))
	{
		r = rt_fetch(linitial_node(RangeTblRef, q->jointree->fromlist)->rtindex, q->rtable);
		if (r->rtekind == RTE_RELATION)
			return r->relid;
		if (r->rtekind != RTE_SUBQUERY)
			break;
		q = r->subquery;
	}
	return InvalidOid;
}

/* The one column of a table's primary key; 0 where it has none, or of several */
static AttrNumber
definition_key(Oid table)
{
	Bitmapset *key;
	Oid constraint;
	int attribute;

	if (!OidIsValid(table))
		return 0;
	key = get_primary_key_attnos(table, false, &constraint);
	if (bms_membership(key) != BMS_SINGLETON)
		return 0;
	attribute = bms_singleton_member(key) + FirstLowInvalidHeapAttributeNumber;
	return (AttrNumber) attribute;
}

PG_FUNCTION_INFO_V1(_l2_key_column);
PGDLLEXPORT Datum
_l2_key_column(PG_FUNCTION_ARGS)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	l2_identity before = l2_act_read_only(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	Query *query = l2_parse_analyze(l2_parse_select(sql), sql);
	Oid table = definition_table(query);
	AttrNumber key = definition_key(table);
	ListCell *cell;

	l2_act_as_before(&before);
	foreach (cell, query->targetList)
	{
		const TargetEntry *column = lfirst_node(TargetEntry, cell);

		if (key > 0 && !column->resjunk && column->resorigtbl == table && column->resorigcol == key)
			PG_RETURN_TEXT_P(cstring_to_text(column->resname));
	}
	PG_RETURN_NULL();
}

/*
 * Functions that are not of the extension
 */

/* The function of that name in a schema with the least number that no extension has; or none */
static Oid
definition_stranger(const char *name, Oid schema)
{
	CatCList *list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	Oid found = InvalidOid;

	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_proc f = (Form_pg_proc) GETSTRUCT(&list->members[i]->tuple);

		if (f->pronamespace == schema && (!OidIsValid(found) || f->oid < found) &&
			!OidIsValid(getExtensionOfObject(ProcedureRelationId, f->oid)))
			found = f->oid;
	}
	ReleaseSysCacheList(list);
	return found;
}

PG_FUNCTION_INFO_V1(_l2_check_functions);
PGDLLEXPORT Datum
_l2_check_functions(PG_FUNCTION_ARGS)
{
	Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid), found = InvalidOid;
	char **names;
	int n;

	names = l2_text_array(PG_GETARG_DATUM(0), "names", &n);
	for (int i = 0; i < n; i++)
	{
		Oid other = definition_stranger(names[i], schema);

		if (OidIsValid(other) && (!OidIsValid(found) || other < found))
			found = other;
	}
	if (OidIsValid(found))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("function %s would be taken for one of l2reg", format_procedure(found)),
				 errhint("Drop it, or rename it.")));
	PG_RETURN_VOID();
}
