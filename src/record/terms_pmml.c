/*
 * terms_pmml.c: an analysed term as an expression of PMML, for a derived field.
 *
 * Numbers are doubles there.  What PMML has no word for, or means otherwise where something is
 * missing, is an error: no expression is better than one of other numbers.
 */
#include "record/term_tree.h"

#include "base/xml.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

typedef struct pmml
{
	const l2_term_tree *tree;
	const l2_columns *columns;
	const char *term; /* its name, for errors */
	StringInfo out;
	int depth; /* of elements that are open */
} pmml;

static void pmml_node(pmml *p, Node *node);

static void
pmml_refuse(const pmml *p, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("PMML cannot say the term %s", p->term),
			 errdetail("It has no word for %s.", what),
			 errhint("Use l2_sql; or put the term's value into the source, as a column of a "
					 "view.")));
}

/*
 * Elements
 */

static void
pmml_indent(pmml *p)
{
	appendStringInfoSpaces(p->out, 2 * p->depth);
}

static void
pmml_open(pmml *p, const char *function, const char *rest)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	pmml_indent(p);
	appendStringInfo(p->out, "<Apply function=\"%s\"%s>\n", function, rest);
	p->depth++;
}

static void
pmml_close(pmml *p)
{
	p->depth--;
	pmml_indent(p);
	appendStringInfoString(p->out, "</Apply>\n");
}

static void
pmml_apply(pmml *p, const char *function, List *args)
{
	ListCell *cell;

	pmml_open(p, function, "");
	foreach (cell, args)
		pmml_node(p, lfirst(cell));
	pmml_close(p);
}

static void
pmml_constant(pmml *p, const char *type, const char *value)
{
	pmml_indent(p);
	appendStringInfo(p->out, "<Constant dataType=\"%s\">", type);
	l2_append_xml(p->out, value);
	appendStringInfoString(p->out, "</Constant>\n");
}

/* Whether values of a type are the numbers that PMML computes with */
static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID || type == FLOAT4OID ||
		   type == FLOAT8OID || type == NUMERICOID;
}

static bool
is_integer(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

static bool
pmml_is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID;
}

static void
pmml_column(pmml *p, int column)
{
	Oid type = p->columns->type[column];

	if (!is_number(type) && !pmml_is_text(type) && type != BOOLOID)
		pmml_refuse(p, psprintf("arithmetic of type %s", format_type_be(type)));
	pmml_indent(p);
	appendStringInfoString(p->out, "<FieldRef field=\"");
	l2_append_xml(p->out, p->columns->name[column]);
	appendStringInfoString(p->out, "\"/>\n");
}

static void
pmml_const(pmml *p, const Const *c)
{
	Oid output;
	bool varlena;
	char *text;

	if (c->constisnull)
		pmml_refuse(p, "NULL");
	getTypeOutputInfo(c->consttype, &output, &varlena);
	text = OidOutputFunctionCall(output, c->constvalue);
	if (c->consttype == BOOLOID)
		pmml_constant(p, "boolean", DatumGetBool(c->constvalue) ? "true" : "false");
	else if (pmml_is_text(c->consttype))
		pmml_constant(p, "string", text);
	else if (is_number(c->consttype) && strpbrk(text, "Nn") == NULL)
		pmml_constant(p, "double", text);
	else
		pmml_refuse(p, psprintf("the constant %s", text));
}

/*
 * Conditions
 */

/*
 * Whether a condition is that, true or false, and not unknown: what a CASE asks, where PMML's "if"
 * of something missing is missing
 */
static void
pmml_is(pmml *p, Node *node, bool truth)
{
	const BoolExpr *b = (const BoolExpr *) node;
	ListCell *cell;

	if (IsA(node, BoolExpr) && b->boolop == NOT_EXPR)
	{
		pmml_is(p, linitial(b->args), !truth);
		return;
	}
	if (IsA(node, BoolExpr))
	{
		pmml_open(p, (b->boolop == AND_EXPR) == truth ? "and" : "or", "");
		foreach (cell, b->args)
			pmml_is(p, lfirst(cell), truth);
		pmml_close(p);
		return;
	}
	if (!IsA(node, OpExpr) && !IsA(node, ScalarArrayOpExpr) && !IsA(node, NullTest) &&
		!IsA(node, Param))
		pmml_refuse(p, "such a condition");
	pmml_open(p, "equal", " mapMissingTo=\"false\"");
	pmml_node(p, node);
	pmml_constant(p, "boolean", truth ? "true" : "false");
	pmml_close(p);
}

/* A CASE from one of its conditions on */
static void
pmml_case(pmml *p, const CaseExpr *e, int from)
{
	CaseWhen *when;

	if (from == list_length(e->args))
	{
		pmml_node(p, (Node *) e->defresult);
		return;
	}
	when = list_nth_node(CaseWhen, e->args, from);
	pmml_open(p, "if", "");
	pmml_is(p, (Node *) when->expr, true);
	pmml_node(p, (Node *) when->result);
	/* without a third argument it is missing */
	if (from + 1 < list_length(e->args) || !IsA(e->defresult, Const) ||
		!((const Const *) e->defresult)->constisnull)
		pmml_case(p, e, from + 1);
	pmml_close(p);
}

/* 1 where it is true, 0 where it is false */
static void
pmml_indicator(pmml *p, Node *condition)
{
	pmml_open(p, "if", "");
	pmml_node(p, condition);
	pmml_constant(p, "double", "1");
	pmml_constant(p, "double", "0");
	pmml_close(p);
}

/*
 * Calls
 */

/* Functions of numbers, by their name in PostgreSQL and how many arguments they have */
static const struct
{
	const char *name;
	int args;
	const char *pmml;
} functions[] = {
	{"ln", 1, "ln"},     {"dlog1", 1, "ln"},     {"log", 1, "log10"}, {"log10", 1, "log10"},
	{"exp", 1, "exp"},   {"sqrt", 1, "sqrt"},    {"abs", 1, "abs"},   {"floor", 1, "floor"},
	{"ceil", 1, "ceil"}, {"ceiling", 1, "ceil"}, {"power", 2, "pow"}, {"pow", 2, "pow"},
	{"sin", 1, "sin"},   {"cos", 1, "cos"},      {"tan", 1, "tan"},   {"asin", 1, "asin"},
	{"acos", 1, "acos"}, {"atan", 1, "atan"},    {"sinh", 1, "sinh"}, {"cosh", 1, "cosh"},
	{"tanh", 1, "tanh"},
};

static void
pmml_function(pmml *p, const FuncExpr *f)
{
	const char *name = get_func_name(f->funcid);
	Node *arg = f->args ? linitial(f->args) : NULL;
	int n = list_length(f->args);

	/* a cast of a number to one that holds it, and of a condition */
	if (n == 1 && f->funcformat != COERCE_EXPLICIT_CALL && is_number(exprType(arg)) &&
		(f->funcresulttype == FLOAT8OID || f->funcresulttype == NUMERICOID ||
		 (is_integer(exprType(arg)) && is_integer(f->funcresulttype))))
	{
		pmml_node(p, arg);
		return;
	}
	if (n == 1 && exprType(arg) == BOOLOID && strcmp(name, "int4") == 0)
	{
		pmml_indicator(p, arg);
		return;
	}
	for (int i = 0; i < (int) lengthof(functions); i++)
		if (functions[i].args == n && strcmp(functions[i].name, name) == 0 &&
			is_number(f->funcresulttype))
		{
			pmml_apply(p, functions[i].pmml, f->args);
			return;
		}
	pmml_refuse(p, psprintf("the function %s", name));
}

static const struct
{
	const char *name;
	const char *pmml;
} operators[] = {
	{"+", "+"},
	{"-", "-"},
	{"*", "*"},
	{"/", "/"},
	{"^", "pow"},
	{"=", "equal"},
	{"<>", "notEqual"},
	{"<", "lessThan"},
	{"<=", "lessOrEqual"},
	{">", "greaterThan"},
	{">=", "greaterOrEqual"},
};

/*
 * Operators that PMML has with the same meaning; division of whole numbers, and order of texts by
 * collation, are not among them.
 */
static void
pmml_operator(pmml *p, const OpExpr *e)
{
	const char *name = get_opname(e->opno);
	Oid type = exprType(linitial(e->args));
	bool orders = strchr("<>", *name) && strcmp(name, "<>") != 0;

	if (list_length(e->args) == 1)
	{
		if (!is_number(type) || strchr("-+@", *name) == NULL || name[1] != '\0')
			pmml_refuse(p, psprintf("the operator %s", name));
		pmml_open(p, *name == '@' ? "abs" : name, "");
		if (*name != '@')
			pmml_constant(p, "double", "0");
		pmml_node(p, linitial(e->args));
		pmml_close(p);
		return;
	}
	for (int i = 0; i < (int) lengthof(operators); i++)
		if (strcmp(operators[i].name, name) == 0 && !(*name == '/' && is_integer(type)) &&
			(is_number(type) || (!orders && (pmml_is_text(type) || type == BOOLOID))) &&
			(is_number(type) || exprType((Node *) e) == BOOLOID))
		{
			pmml_apply(p, operators[i].pmml, e->args);
			return;
		}
	pmml_refuse(p, psprintf("the operator %s of type %s", name, format_type_be(type)));
}

static void
pmml_in(pmml *p, const ScalarArrayOpExpr *e)
{
	ListCell *cell;

	pmml_open(p, e->useOr ? "isIn" : "isNotIn", "");
	pmml_node(p, linitial(e->args));
	foreach (cell, lsecond_node(ArrayExpr, e->args)->elements)
		pmml_node(p, lfirst(cell));
	pmml_close(p);
}

/* The first that is not missing */
static void
pmml_coalesce(pmml *p, List *args, int from)
{
	if (from + 1 == list_length(args))
	{
		pmml_node(p, list_nth(args, from));
		return;
	}
	pmml_open(p, "if", "");
	pmml_apply(p, "isNotMissing", list_make1(list_nth(args, from)));
	pmml_node(p, list_nth(args, from));
	pmml_coalesce(p, args, from + 1);
	pmml_close(p);
}

static void
pmml_node(pmml *p, Node *node)
{
	static const char *const connectives[] = {
		[AND_EXPR] = "and", [OR_EXPR] = "or", [NOT_EXPR] = "not"};

	switch (nodeTag(node))
	{
		case T_Param:
			pmml_column(p, p->tree->used[((Param *) node)->paramid - 1]);
			break;
		case T_Const:
			pmml_const(p, (Const *) node);
			break;
		case T_FuncExpr:
			pmml_function(p, (FuncExpr *) node);
			break;
		case T_OpExpr:
			pmml_operator(p, (OpExpr *) node);
			break;
		case T_ScalarArrayOpExpr:
			pmml_in(p, (ScalarArrayOpExpr *) node);
			break;
		case T_BoolExpr:
			pmml_apply(p, connectives[((BoolExpr *) node)->boolop], ((BoolExpr *) node)->args);
			break;
		case T_RelabelType:
			pmml_node(p, (Node *) ((RelabelType *) node)->arg);
			break;
		case T_CaseExpr:
			pmml_case(p, (CaseExpr *) node, 0);
			break;
		case T_CoalesceExpr:
			pmml_coalesce(p, ((CoalesceExpr *) node)->args, 0);
			break;
		case T_MinMaxExpr:
			if (!is_number(((MinMaxExpr *) node)->minmaxtype))
				pmml_refuse(p, "the greatest of what is no number");
			pmml_apply(p, ((MinMaxExpr *) node)->op == IS_GREATEST ? "max" : "min",
					   ((MinMaxExpr *) node)->args);
			break;
		case T_NullTest:
			pmml_apply(p,
					   ((NullTest *) node)->nulltesttype == IS_NULL ? "isMissing" : "isNotMissing",
					   list_make1(((NullTest *) node)->arg));
			break;
		default:
			pmml_refuse(p, "such an expression");
	}
}

void
l2_term_write_pmml(StringInfo out, const l2_term_tree *t, const l2_columns *columns,
				   const char *name, int depth)
{
	pmml p = {t, columns, name, out, depth};

	if (t->type == BOOLOID)
		pmml_indicator(&p, (Node *) t->expression);
	else if (is_number(t->type))
		pmml_node(&p, (Node *) t->expression);
	else
		pmml_refuse(&p, psprintf("a feature of type %s", format_type_be(t->type)));
}

int
l2_term_bare_column(const l2_term_tree *t)
{
	Node *node = (Node *) t->expression;

	for (;;)
	{
		if (IsA(node, RelabelType))
			node = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, CoerceViaIO))
			node = (Node *) ((CoerceViaIO *) node)->arg;
		else if (IsA(node, FuncExpr) && list_length(((FuncExpr *) node)->args) == 1 &&
				 ((FuncExpr *) node)->funcformat != COERCE_EXPLICIT_CALL)
			node = linitial(((FuncExpr *) node)->args);
		else
			break;
	}
	return IsA(node, Param) ? t->used[((Param *) node)->paramid - 1] : -1;
}
