/*
 * terms_deparse.c: an analysed term as SQL that means the same wherever it is read.
 *
 * Every function, operator and type is written with its schema, on arguments that have just the
 * types it takes, so that nothing is left to a search path, a cast or a setting.
 */
#include "record/term_tree.h"

#include "record/attribute.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

typedef struct deparser
{
	const l2_term_tree *tree;
	const l2_columns *columns;
	StringInfoData out;
} deparser;

static void terms_deparse(deparser *d, Node *node);

/* Those of the language, as pg_catalog has them */
static const char *
type_name(Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return "pg_catalog.bool";
		case INT2OID:
			return "pg_catalog.int2";
		case INT4OID:
			return "pg_catalog.int4";
		case INT8OID:
			return "pg_catalog.int8";
		case FLOAT4OID:
			return "pg_catalog.float4";
		case FLOAT8OID:
			return "pg_catalog.float8";
		case NUMERICOID:
			return "pg_catalog.numeric";
		case TEXTOID:
			return "pg_catalog.text";
		case VARCHAROID:
			return "pg_catalog.varchar";
		case DATEOID:
			return "pg_catalog.date";
		case TIMESTAMPOID:
			return "pg_catalog.timestamp";
		case TIMESTAMPTZOID:
			return "pg_catalog.timestamptz";
		case TIMEOID:
			return "pg_catalog.time";
		case INTERVALOID:
			return "pg_catalog.interval";
		case FLOAT8ARRAYOID:
			return "pg_catalog.float8[]";
		default:
			elog(ERROR, "type %u is none of a term", type);
	}
}

/*
 * Columns
 */

/* Whether a plain cast of the one to the other is what l2_convert does, and cannot fail halfway */
static bool
is_widened(Oid from, Oid to)
{
	switch (to)
	{
		case INT4OID:
			return from == INT2OID;
		case INT8OID:
			return from == INT2OID || from == INT4OID;
		case NUMERICOID:
			return from == INT2OID || from == INT4OID || from == INT8OID;
		case FLOAT8OID:
			return from == INT2OID || from == INT4OID || from == INT8OID || from == FLOAT4OID ||
				   from == NUMERICOID;
		case TIMESTAMPOID:
			return from == DATEOID;
		default:
			return false;
	}
}

static char *
qualified_type(Oid type)
{
	HeapTuple t = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_type form;
	char *name;

	if (!HeapTupleIsValid(t))
		elog(ERROR, "cache lookup failed for type %u", type);
	form = (Form_pg_type) GETSTRUCT(t);
	name =
		quote_qualified_identifier(get_namespace_name(form->typnamespace), NameStr(form->typname));
	ReleaseSysCache(t);
	return name;
}

char *
l2_text_sql(const char *item, Oid type)
{
	Oid base = getBaseType(type);

	if (get_typtype(base) != TYPTYPE_ENUM)
		return psprintf("%s::pg_catalog.text", item);
	return psprintf("pg_catalog.textin(pg_catalog.enum_out(%s%s%s))", item,
					base == type ? "" : "::", base == type ? "" : qualified_type(base));
}

static void
deparse_column(deparser *d, int column)
{
	const char *name = d->columns->name[column];
	char *q = psprintf("q.%s", quote_identifier(name));
	Oid actual = d->columns->actual[column], kept = d->columns->type[column],
		now = l2_builtin_type(actual);

	if (now != kept && !is_widened(now, kept))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" has type %s, and the model takes type %s", name,
							   format_type_be(actual), format_type_be(kept)),
						errhint("Cast it in the source, or train the model anew.")));
	q = kept == TEXTOID ? l2_text_sql(q, actual) : psprintf("%s::%s", q, type_name(kept));
	if (kept == TEXTOID)
		appendStringInfo(&d->out, "(%s COLLATE pg_catalog.\"default\")", q);
	else if (kept == NUMERICOID)
		appendStringInfo(&d->out, "pg_catalog.trim_scale(%s)", q);
	else
		appendStringInfo(&d->out, "(%s)", q);
}

/*
 * Constants
 */

/* In ISO 8601, which no setting reads otherwise: months, days, and time in parts that do not round
 */
static char *
interval_literal(const Interval *i)
{
	int64 seconds = i->time / USECS_PER_SEC, rest = i->time % USECS_PER_SEC;

	return psprintf("P%dM%dDT" INT64_FORMAT "H" INT64_FORMAT "M%s%d.%06dS", i->month, i->day,
					seconds / SECS_PER_HOUR, seconds % SECS_PER_HOUR / SECS_PER_MINUTE,
					i->time < 0 ? "-" : "", abs((int) (seconds % SECS_PER_MINUTE)),
					abs((int) rest));
}

static void
deparse_const(deparser *d, const Const *c)
{
	Oid output;
	bool varlena;
	char *text;

	if (c->constisnull)
	{
		appendStringInfo(&d->out, "NULL::%s", type_name(c->consttype));
		return;
	}
	if (c->consttype == INTERVALOID)
		text = interval_literal(DatumGetIntervalP(c->constvalue));
	else
	{
		getTypeOutputInfo(c->consttype, &output, &varlena);
		text = OidOutputFunctionCall(output, c->constvalue);
	}
	appendStringInfo(&d->out, "%s::%s", quote_literal_cstr(text), type_name(c->consttype));
}

/*
 * Nodes
 */

static void
deparse_list(deparser *d, List *list, const char *between)
{
	ListCell *cell;
	bool first = true;

	foreach (cell, list)
	{
		if (!first)
			appendStringInfoString(&d->out, between);
		first = false;
		terms_deparse(d, lfirst(cell));
	}
}

static void
deparse_call(deparser *d, const char *function, List *args)
{
	appendStringInfo(&d->out, "%s(", function);
	deparse_list(d, args, ", ");
	appendStringInfoChar(&d->out, ')');
}

static void
deparse_operator(deparser *d, Oid opno, List *args)
{
	appendStringInfoChar(&d->out, '(');
	if (list_length(args) == 2)
	{
		terms_deparse(d, linitial(args));
		appendStringInfoChar(&d->out, ' ');
	}
	appendStringInfo(&d->out, "OPERATOR(pg_catalog.%s) ", get_opname(opno));
	terms_deparse(d, llast(args));
	appendStringInfoChar(&d->out, ')');
}

/* x IN (...) */
static void
deparse_in(deparser *d, const ScalarArrayOpExpr *e)
{
	const ArrayExpr *a = lsecond_node(ArrayExpr, e->args);

	appendStringInfoChar(&d->out, '(');
	terms_deparse(d, linitial(e->args));
	appendStringInfo(&d->out, " OPERATOR(pg_catalog.%s) %s (ARRAY[", get_opname(e->opno),
					 e->useOr ? "ANY" : "ALL");
	deparse_list(d, a->elements, ", ");
	appendStringInfo(&d->out, "]::%s[]))", type_name(a->element_typeid));
}

static void
deparse_bool(deparser *d, const BoolExpr *e)
{
	appendStringInfoString(&d->out, e->boolop == NOT_EXPR ? "(NOT " : "(");
	deparse_list(d, e->args, e->boolop == AND_EXPR ? " AND " : " OR ");
	appendStringInfoChar(&d->out, ')');
}

static void
deparse_case(deparser *d, const CaseExpr *e)
{
	ListCell *cell;

	appendStringInfoString(&d->out, "CASE");
	foreach (cell, e->args)
	{
		CaseWhen *when = lfirst_node(CaseWhen, cell);

		appendStringInfoString(&d->out, " WHEN ");
		terms_deparse(d, (Node *) when->expr);
		appendStringInfoString(&d->out, " THEN ");
		terms_deparse(d, (Node *) when->result);
	}
	appendStringInfoString(&d->out, " ELSE ");
	terms_deparse(d, (Node *) e->defresult);
	appendStringInfoString(&d->out, " END");
}

static void
deparse_cast(deparser *d, Expr *arg, Oid type)
{
	appendStringInfoChar(&d->out, '(');
	terms_deparse(d, (Node *) arg);
	appendStringInfo(&d->out, "::%s)", type_name(type));
}

static void
deparse_test(deparser *d, Expr *arg, const char *test)
{
	appendStringInfoChar(&d->out, '(');
	terms_deparse(d, (Node *) arg);
	appendStringInfo(&d->out, " IS %s)", test);
}

const char *
l2_boolean_test_name(BoolTestType t)
{
	static const char *const names[] = {
		[IS_TRUE] = "TRUE",           [IS_NOT_TRUE] = "NOT TRUE", [IS_FALSE] = "FALSE",
		[IS_NOT_FALSE] = "NOT FALSE", [IS_UNKNOWN] = "UNKNOWN",   [IS_NOT_UNKNOWN] = "NOT UNKNOWN",
	};

	return names[t];
}

/* Write a node of a term in SQL in which every name has its schema. */
static void
terms_deparse(deparser *d, Node *node)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	switch (nodeTag(node))
	{
		case T_Param:
			deparse_column(d, d->tree->used[((Param *) node)->paramid - 1]);
			break;
		case T_Const:
			deparse_const(d, (Const *) node);
			break;
		case T_FuncExpr:
			deparse_call(d,
						 psprintf("pg_catalog.%s",
								  quote_identifier(get_func_name(((FuncExpr *) node)->funcid))),
						 ((FuncExpr *) node)->args);
			break;
		case T_OpExpr:
			deparse_operator(d, ((OpExpr *) node)->opno, ((OpExpr *) node)->args);
			break;
		case T_ScalarArrayOpExpr:
			deparse_in(d, (ScalarArrayOpExpr *) node);
			break;
		case T_BoolExpr:
			deparse_bool(d, (BoolExpr *) node);
			break;
		case T_RelabelType:
			deparse_cast(d, ((RelabelType *) node)->arg, ((RelabelType *) node)->resulttype);
			break;
		case T_CoerceViaIO:
			deparse_cast(d, ((CoerceViaIO *) node)->arg, ((CoerceViaIO *) node)->resulttype);
			break;
		case T_CaseExpr:
			deparse_case(d, (CaseExpr *) node);
			break;
		case T_CoalesceExpr:
			deparse_call(d, "COALESCE", ((CoalesceExpr *) node)->args);
			break;
		case T_MinMaxExpr:
			deparse_call(d, ((MinMaxExpr *) node)->op == IS_GREATEST ? "GREATEST" : "LEAST",
						 ((MinMaxExpr *) node)->args);
			break;
		case T_NullTest:
			deparse_test(d, ((NullTest *) node)->arg,
						 ((NullTest *) node)->nulltesttype == IS_NULL ? "NULL" : "NOT NULL");
			break;
		case T_BooleanTest:
			deparse_test(d, ((BooleanTest *) node)->arg,
						 l2_boolean_test_name(((BooleanTest *) node)->booltesttype));
			break;
		case T_SubscriptingRef:
			terms_deparse(d, (Node *) ((SubscriptingRef *) node)->refexpr);
			appendStringInfoChar(&d->out, '[');
			terms_deparse(d, linitial(((SubscriptingRef *) node)->refupperindexpr));
			appendStringInfoChar(&d->out, ']');
			break;
		default:
			elog(ERROR, "unexpected node %d in a term", (int) nodeTag(node));
	}
}

char *
l2_term_deparse(const l2_term_tree *t, const l2_columns *columns)
{
	deparser d = {t, columns};

	initStringInfo(&d.out);
	terms_deparse(&d, (Node *) t->expression);
	return d.out.data;
}
