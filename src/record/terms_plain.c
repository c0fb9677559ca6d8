/*
 * terms_plain.c: an analysed term as SQL to paste elsewhere, over columns that are not qualified.
 *
 * Standard SQL as far as it goes: what the standard has another word for is written by that, and
 * the rest as PostgreSQL has it.  The numbers are those of the term, by the same operations.
 */
#include "record/term_tree.h"

#include "base/base64.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

typedef struct plain
{
	const l2_term_tree *tree;
	const l2_columns *columns;
	l2_column_writer write;
	void *arg;
	StringInfo out;
} plain;

static void plain_node(plain *p, Node *node);

static const char *
plain_type(Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return "boolean";
		case INT2OID:
			return "smallint";
		case INT4OID:
			return "integer";
		case INT8OID:
			return "bigint";
		case FLOAT4OID:
			return "real";
		case FLOAT8OID:
			return "double precision";
		case NUMERICOID:
			return "numeric";
		case TEXTOID:
		case VARCHAROID:
			return "varchar";
		case DATEOID:
			return "date";
		case TIMESTAMPOID:
			return "timestamp";
		case TIMESTAMPTZOID:
			return "timestamp with time zone";
		case TIMEOID:
			return "time";
		case INTERVALOID:
			return "interval";
		case FLOAT8ARRAYOID:
			return "double precision[]";
		default:
			elog(ERROR, "type %u is none of a term", type);
	}
}

/* Whether a function, by its name and number of arguments, is that one */
static bool
is_call(Node *node, const char *name, int args)
{
	FuncExpr *f = (FuncExpr *) node;

	return IsA(node, FuncExpr) && list_length(f->args) == args &&
		   strcmp(get_func_name(f->funcid), name) == 0;
}

static void
plain_cast(plain *p, Node *arg, Oid type)
{
	/* numbers as text have no zeros at the end that are left out here */
	appendStringInfoString(p->out, "CAST(");
	plain_node(p, arg);
	appendStringInfo(p->out, " AS %s)", plain_type(type));
}

/* A column as what it was in training */
static void
plain_column(plain *p, int column)
{
	Oid type = p->columns->type[column];
	const char *trim = type == NUMERICOID ? "TRIM_SCALE(" : "";

	appendStringInfo(p->out, "%sCAST(", trim);
	p->write(p->out, p->columns->name[column], p->arg);
	appendStringInfo(p->out, " AS %s)%s", plain_type(type), *trim ? ")" : "");
}

/* A number that standard SQL takes for an approximate one; infinity has no literal */
static void
plain_double(plain *p, double v)
{
	int start;

	if (!isfinite(v))
	{
		appendStringInfo(p->out, "CAST('%s' AS double precision)",
						 isnan(v)  ? "NaN"
						 : v > 0.0 ? "Infinity"
								   : "-Infinity");
		return;
	}
	appendStringInfoString(p->out, signbit(v) ? "(" : "");
	start = p->out->len;
	l2_append_double(p->out, v);
	if (strchr(p->out->data + start, 'e') == NULL)
		appendStringInfoString(p->out, "e0");
	appendStringInfoString(p->out, signbit(v) ? ")" : "");
}

static void
plain_const(plain *p, const Const *c)
{
	Oid output;
	bool varlena;
	char *text;

	if (c->constisnull)
	{
		appendStringInfo(p->out, "CAST(NULL AS %s)", plain_type(c->consttype));
		return;
	}
	if (c->consttype == FLOAT8OID)
	{
		plain_double(p, DatumGetFloat8(c->constvalue));
		return;
	}
	if (c->consttype == BOOLOID)
	{
		appendStringInfoString(p->out, DatumGetBool(c->constvalue) ? "TRUE" : "FALSE");
		return;
	}
	getTypeOutputInfo(c->consttype, &output, &varlena);
	text = OidOutputFunctionCall(output, c->constvalue);
	if (c->consttype == TEXTOID || c->consttype == VARCHAROID)
		l2_append_literal(p->out, text);
	else if (c->consttype == INT4OID && text[0] != '-')
		appendStringInfoString(p->out, text);
	else
	{
		appendStringInfoString(p->out, "CAST(");
		l2_append_literal(p->out, text);
		appendStringInfo(p->out, " AS %s)", plain_type(c->consttype));
	}
}

static void
plain_list(plain *p, List *list, const char *between)
{
	ListCell *cell;
	bool first = true;

	foreach (cell, list)
	{
		if (!first)
			appendStringInfoString(p->out, between);
		first = false;
		plain_node(p, lfirst(cell));
	}
}

static void
plain_call(plain *p, const char *function, List *args)
{
	appendStringInfo(p->out, "%s(", function);
	plain_list(p, args, ", ");
	appendStringInfoChar(p->out, ')');
}

/* 1 where it is true, 0 where it is false */
static void
plain_indicator(plain *p, Node *condition)
{
	appendStringInfoString(p->out, "CASE ");
	plain_node(p, condition);
	appendStringInfoString(p->out, " WHEN TRUE THEN 1 WHEN FALSE THEN 0 END");
}

/* Calls that are casts in the standard's words, and others */
static void
plain_function(plain *p, const FuncExpr *f)
{
	const char *name = get_func_name(f->funcid);
	Node *arg = f->args ? linitial(f->args) : NULL;

	if (is_call((Node *) f, "float8", 1) && IsA(arg, Const) && !((Const *) arg)->constisnull)
		plain_double(p, DatumGetFloat8(OidFunctionCall1(f->funcid, ((Const *) arg)->constvalue)));
	else if (is_call((Node *) f, "int4", 1) && exprType(arg) == BOOLOID)
		plain_indicator(p, arg);
	else if (list_length(f->args) == 1 && f->funcformat != COERCE_EXPLICIT_CALL)
		plain_cast(p, arg, f->funcresulttype);
	else if (is_call((Node *) f, "log", 1))
		plain_call(p, "LOG10", f->args);
	else
		plain_call(p, quote_identifier(name), f->args);
}

static void
plain_operator(plain *p, const OpExpr *e)
{
	const char *name = get_opname(e->opno);
	Node *first = linitial(e->args);

	if (list_length(e->args) == 1 && strcmp(name, "@") == 0)
		plain_call(p, "ABS", e->args);
	else if (list_length(e->args) == 1 && strcmp(name, "|/") == 0)
		plain_call(p, "SQRT", e->args);
	else if (list_length(e->args) == 1 && strcmp(name, "||/") == 0)
		plain_call(p, "CBRT", e->args);
	else if (list_length(e->args) == 1)
	{
		appendStringInfo(p->out, "(%s ", name);
		plain_node(p, first);
		appendStringInfoChar(p->out, ')');
	}
	else if (strcmp(name, "^") == 0)
		plain_call(p, "POWER", e->args);
	else if (strcmp(name, "%") == 0)
		plain_call(p, "MOD", e->args);
	else
	{
		appendStringInfoChar(p->out, '(');
		plain_list(p, e->args, psprintf(" %s ", name));
		appendStringInfoChar(p->out, ')');
	}
}

static void
plain_in(plain *p, const ScalarArrayOpExpr *e)
{
	appendStringInfoChar(p->out, '(');
	plain_node(p, linitial(e->args));
	appendStringInfo(p->out, " %s (", e->useOr ? "IN" : "NOT IN");
	plain_list(p, lsecond_node(ArrayExpr, e->args)->elements, ", ");
	appendStringInfoString(p->out, "))");
}

static void
plain_bool(plain *p, const BoolExpr *e)
{
	appendStringInfoString(p->out, e->boolop == NOT_EXPR ? "(NOT " : "(");
	plain_list(p, e->args, e->boolop == AND_EXPR ? " AND " : " OR ");
	appendStringInfoChar(p->out, ')');
}

static void
plain_case(plain *p, const CaseExpr *e)
{
	ListCell *cell;

	appendStringInfoString(p->out, "CASE");
	foreach (cell, e->args)
	{
		CaseWhen *when = lfirst_node(CaseWhen, cell);

		appendStringInfoString(p->out, " WHEN ");
		plain_node(p, (Node *) when->expr);
		appendStringInfoString(p->out, " THEN ");
		plain_node(p, (Node *) when->result);
	}
	appendStringInfoString(p->out, " ELSE ");
	plain_node(p, (Node *) e->defresult);
	appendStringInfoString(p->out, " END");
}

static void
plain_test(plain *p, Expr *arg, const char *test)
{
	appendStringInfoChar(p->out, '(');
	plain_node(p, (Node *) arg);
	appendStringInfo(p->out, " IS %s)", test);
}

/* Write a node of a term, in standard SQL as far as that goes. */
static void
plain_node(plain *p, Node *node)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	switch (nodeTag(node))
	{
		case T_Param:
			plain_column(p, p->tree->used[((Param *) node)->paramid - 1]);
			break;
		case T_Const:
			plain_const(p, (Const *) node);
			break;
		case T_FuncExpr:
			plain_function(p, (FuncExpr *) node);
			break;
		case T_OpExpr:
			plain_operator(p, (OpExpr *) node);
			break;
		case T_ScalarArrayOpExpr:
			plain_in(p, (ScalarArrayOpExpr *) node);
			break;
		case T_BoolExpr:
			plain_bool(p, (BoolExpr *) node);
			break;
		case T_RelabelType:
			plain_cast(p, (Node *) ((RelabelType *) node)->arg, ((RelabelType *) node)->resulttype);
			break;
		case T_CoerceViaIO:
			plain_cast(p, (Node *) ((CoerceViaIO *) node)->arg, ((CoerceViaIO *) node)->resulttype);
			break;
		case T_CaseExpr:
			plain_case(p, (CaseExpr *) node);
			break;
		case T_CoalesceExpr:
			plain_call(p, "COALESCE", ((CoalesceExpr *) node)->args);
			break;
		case T_MinMaxExpr:
			plain_call(p, ((MinMaxExpr *) node)->op == IS_GREATEST ? "GREATEST" : "LEAST",
					   ((MinMaxExpr *) node)->args);
			break;
		case T_NullTest:
			plain_test(p, ((NullTest *) node)->arg,
					   ((NullTest *) node)->nulltesttype == IS_NULL ? "NULL" : "NOT NULL");
			break;
		case T_BooleanTest:
			plain_test(p, ((BooleanTest *) node)->arg,
					   l2_boolean_test_name(((BooleanTest *) node)->booltesttype));
			break;
		case T_SubscriptingRef:
			appendStringInfoChar(p->out, '(');
			plain_node(p, (Node *) ((SubscriptingRef *) node)->refexpr);
			appendStringInfoString(p->out, ")[");
			plain_node(p, linitial(((SubscriptingRef *) node)->refupperindexpr));
			appendStringInfoChar(p->out, ']');
			break;
		default:
			elog(ERROR, "unexpected node %d in a term", (int) nodeTag(node));
	}
}

void
l2_term_write_plain(StringInfo out, const l2_term_tree *t, const l2_columns *columns,
					l2_column_writer write, void *arg)
{
	plain p = {t, columns, write, arg, out};

	plain_node(&p, (Node *) t->expression);
}
