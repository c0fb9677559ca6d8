/*
 * terms_analyse.c: what a term means.
 *
 * Analysis sees the rewritten raw tree of terms_raw.c, with parameters for columns, strings and
 * what depends on the types of operands; what comes out is checked again: nothing but immutable
 * functions that come with the server, on types of the language.
 */
#include "record/term_tree.h"

#include "record/sql.h"

#include <ctype.h>

#include "access/transam.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/timestamp.h"

/* Bytes of a term */
#define MAX_LENGTH 65536

/*
 * Types
 */

static bool
analyse_is_whole(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

static bool
analyse_is_number(Oid type)
{
	return analyse_is_whole(type) || type == FLOAT4OID || type == FLOAT8OID || type == NUMERICOID;
}

static bool
is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID;
}

static bool
is_time(Oid type)
{
	return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
}

/* Of a value in a term */
static bool
is_of_language(Oid type)
{
	return analyse_is_number(type) || is_text(type) || is_time(type) || type == BOOLOID ||
		   type == TIMEOID || type == INTERVALOID;
}

/*
 * Literals
 */

/* digits as a '9' each, in the pattern; anything else stands for itself */
static const char *
match_pattern(const char *s, const char *pattern)
{
	for (; s && *pattern; pattern++, s++)
		if (*pattern == '9' ? !isdigit((unsigned char) *s) : *s != *pattern)
			return NULL;
	return s;
}

/* "12:30", "12:30:15", "12:30:15.25" */
static const char *
match_time(const char *s)
{
	const char *next;

	s = match_pattern(s, "99:99");
	if (s == NULL || (next = match_pattern(s, ":99")) == NULL)
		return s;
	s = next;
	if (*s == '.' && isdigit((unsigned char) s[1]))
		for (s++; isdigit((unsigned char) *s); s++)
			;
	return s;
}

/* "Z", "+02", "+02:30" */
static const char *
match_offset(const char *s)
{
	const char *next;

	if (*s == 'Z')
		return s + 1;
	if (*s != '+' && *s != '-')
		return NULL;
	s = match_pattern(s + 1, "99");
	next = s ? match_pattern(s, ":99") : NULL;
	return next ? next : s;
}

/* Whether a literal of a time says what it says in every session, and at any time */
static bool
is_iso(const char *s, Oid type)
{
	if (type == TIMEOID)
		s = match_time(s);
	else
		s = match_pattern(s, "9999-99-99");
	if (s && (type == TIMESTAMPOID || type == TIMESTAMPTZOID) && (*s == ' ' || *s == 'T'))
		s = match_time(s + 1);
	if (s && type == TIMESTAMPTZOID)
		s = match_offset(s);
	return s && *s == '\0';
}

static void
check_literal(l2_term_source *s, const char *literal, Oid type, int location)
{
	if (!is_of_language(type))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term cannot have a value of type %s", format_type_be(type)),
						l2_source_hint(), l2_term_position(s, location)));
	if ((is_time(type) || type == TIMEOID) && !is_iso(literal, type))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" does not say in a term what %s it is", literal,
						type == DATEOID ? "date" : "time"),
				 errhint("Write it as in '%s'.", type == DATEOID        ? "2024-12-31"
												 : type == TIMEOID      ? "18:30:00"
												 : type == TIMESTAMPOID ? "2024-12-31 18:30:00"
																		: "2024-12-31 18:30:00+00"),
				 l2_term_position(s, location)));
	/* numeric takes a hundred thousand digits */
	if (type == NUMERICOID)
	{
		const char *e = strpbrk(literal, "eE");

		if (strlen(literal) > 400 || !l2_term_exponent_fits(e))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number in a term is out of range"), l2_term_position(s, location)));
	}
}

Const *
l2_term_literal(l2_term_source *s, const char *literal, Oid type, int location)
{
	ParseCallbackState position;
	Oid input, parameter;
	Const *c;
	Datum value;

	check_literal(s, literal, type, location);
	getTypeInputInfo(type, &input, &parameter);
	setup_parser_errposition_callback(&position, s->pstate, location);
	value = OidInputFunctionCall(input, (char *) literal, parameter, -1);
	cancel_parser_errposition_callback(&position);
	if (type == INTERVALOID && L2_INTERVAL_NOT_FINITE(DatumGetIntervalP(value)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("an interval in a term must be finite"), l2_term_position(s, location)));
	c = makeConst(type, -1, get_typcollation(type), get_typlen(type), value, false,
				  get_typbyval(type));
	c->location = location;
	return c;
}

/*
 * Hooks: what the parameters of the raw tree stand for
 */

static const l2_slot *
slot_of(const l2_term_source *s, int number)
{
	return list_nth(s->slots, number - 1);
}

static Node *
make_param(int number, Oid type, int location)
{
	Param *p = makeNode(Param);

	p->paramkind = PARAM_EXTERN;
	p->paramid = number;
	p->paramtype = type;
	p->paramtypmod = -1;
	p->paramcollid = type == UNKNOWNOID ? InvalidOid : get_typcollation(type);
	p->location = location;
	return (Node *) p;
}

static Node *
column_param(const l2_term_source *s, int column, int location)
{
	Oid type = s->columns->type[column];

	if (!OidIsValid(type))
		ereport(
			ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" is of a type that a term cannot take", s->columns->name[column]),
			 errdetail("It can take numbers, booleans, texts, enums, times, intervals and "
					   "arrays of numbers."),
			 l2_source_hint(), l2_term_position(s, location)));
	return make_param(column + 1, type, location);
}

static Node *
as_float8(ParseState *pstate, Node *node)
{
	Oid type = exprType(node);

	if (!analyse_is_number(type) && type != UNKNOWNOID)
		return node;
	return coerce_to_target_type(pstate, node, type, FLOAT8OID, -1, COERCION_IMPLICIT,
								 COERCE_IMPLICIT_CAST, exprLocation(node));
}

/* Whole numbers are divided as numbers; powers are always those of float8 */
static Node *
analyse_operator(ParseState *pstate, const l2_slot *slot)
{
	A_Expr *e = copyObject(castNode(A_Expr, slot->raw));
	Node *l = transformExpr(pstate, e->lexpr, EXPR_KIND_OTHER);
	Node *r = transformExpr(pstate, e->rexpr, EXPR_KIND_OTHER);
	Oid left = exprType(l), right = exprType(r);
	bool whole = (analyse_is_whole(left) || left == UNKNOWNOID) &&
				 (analyse_is_whole(right) || right == UNKNOWNOID);

	if (slot->kind == L2_SLOT_POWER || (whole && (left != UNKNOWNOID || right != UNKNOWNOID)))
	{
		l = as_float8(pstate, l);
		r = as_float8(pstate, r);
	}
	return (Node *) make_op(pstate, e->name, l, r, NULL, e->location);
}

static Node *
analyse_function(ParseState *pstate, const l2_slot *slot)
{
	FuncCall *f = copyObject(castNode(FuncCall, slot->raw));
	List *args = NIL;
	ListCell *cell;

	foreach (cell, f->args)
		args =
			lappend(args, as_float8(pstate, transformExpr(pstate, lfirst(cell), EXPR_KIND_OTHER)));
	return ParseFuncOrColumn(pstate, f->funcname, args, NULL, f, false, f->location);
}

static Node *
analyse_slot(ParseState *pstate, ParamRef *reference)
{
	l2_term_source *s = pstate->p_ref_hook_state;
	const l2_slot *slot = slot_of(s, reference->number);

	switch (slot->kind)
	{
		case L2_SLOT_COLUMN:
			return column_param(s, slot->column, reference->location);
		case L2_SLOT_LITERAL:
			return make_param(reference->number, UNKNOWNOID, reference->location);
		case L2_SLOT_DIVISION:
		case L2_SLOT_POWER:
			return analyse_operator(pstate, slot);
		case L2_SLOT_FLOAT_FUNCTION:
			return analyse_function(pstate, slot);
	}
	return NULL;
}

/* A string whose type has turned out */
static Node *
settle_literal(ParseState *pstate, Param *p, Oid type, int32 typmod, int location)
{
	l2_term_source *s = pstate->p_ref_hook_state;

	if (p->paramtype != UNKNOWNOID)
		return NULL;
	return (Node *) l2_term_literal(s, slot_of(s, p->paramid)->literal, type, p->location);
}

/*
 * After analysis
 */

/* Whatever can be appended to a text: numbers in digits, as a cast to text has it */
static Node *
write_append(l2_term_source *s, OpExpr *e)
{
	Node *l = linitial(e->args), *r = lsecond(e->args);
	Node **other = is_text(exprType(l)) ? &r : &l;

	*other = coerce_to_target_type(s->pstate, *other, exprType(*other), TEXTOID, -1,
								   COERCION_EXPLICIT, COERCE_EXPLICIT_CAST, exprLocation(*other));
	return (Node *) make_op(s->pstate, list_make1(makeString("||")), l, r, NULL, e->location);
}

/* Strings that nothing gives another type are texts, and text is appended to as to text */
static Node *
analyse_settle(Node *node, l2_term_source *s)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Param) && ((Param *) node)->paramtype == UNKNOWNOID)
	{
		const Param *p = (const Param *) node;

		return (Node *) l2_term_literal(s, slot_of(s, p->paramid)->literal, TEXTOID, p->location);
	}
	if (IsA(node, Const) && ((Const *) node)->consttype == UNKNOWNOID)
		return (Node *) makeNullConst(TEXTOID, -1, DEFAULT_COLLATION_OID);
	node = expression_tree_mutator(node, analyse_settle, s);
	if (IsA(node, OpExpr) && list_length(((OpExpr *) node)->args) == 2)
	{
		OpExpr *e = (OpExpr *) node;
		Oid left, right;

		op_input_types(e->opno, &left, &right);
		if ((left == TEXTOID && right == ANYNONARRAYOID) ||
			(left == ANYNONARRAYOID && right == TEXTOID))
			return write_append(s, e);
	}
	return node;
}

/*
 * Of times with a zone: age() says that it is immutable, but is by the days of the session's zone,
 * and so does date_trunc() by a zone from 17 on, which may be an abbreviation
 */
static bool
is_zoned_after_all(const char *function)
{
	return strcmp(function, "age") == 0 || strcmp(function, "date_trunc") == 0;
}

/* An immutable one of the server's, on types of the language */
static void
check_function(const l2_term_source *s, Oid function, int location)
{
	Oid *types, result;
	int n;
	bool stable =
		get_func_namespace(function) == PG_CATALOG_NAMESPACE && function < FirstGenbkiObjectId;
	bool zoned = false;

	result = get_func_signature(function, &types, &n);
	if (!stable || get_func_prokind(function) != PROKIND_FUNCTION || !is_of_language(result))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term cannot call function %s", format_procedure(function)),
						l2_source_hint(), l2_term_position(s, location)));
	for (int i = 0; i < n; i++)
	{
		zoned |= types[i] == TIMESTAMPTZOID;
		if (!is_of_language(types[i]))
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("a term cannot call function %s", format_procedure(function)),
							l2_source_hint(), l2_term_position(s, location)));
	}
	if (func_volatile(function) != PROVOLATILE_IMMUTABLE ||
		(zoned && is_zoned_after_all(get_func_name(function))))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a term cannot depend on settings of the session"),
				 errdetail("Function %s does.", format_procedure(function)),
				 zoned || result == TIMESTAMPTZOID
					 ? errhint("Name the time zone first, as in extract(hour FROM ts AT TIME ZONE "
							   "'UTC'); make a timestamp of a date: date_trunc('month', "
							   "day::timestamp).")
					 : l2_source_hint(),
				 l2_term_position(s, location)));
}

/* An enum is text here, and its labels are in no order */
static void
check_order(const l2_term_source *s, List *args)
{
	ListCell *cell;

	foreach (cell, args)
	{
		const Param *p = lfirst(cell);
		Oid type;

		if (!IsA(p, Param) || s->columns->actual == NULL)
			continue;
		type = s->columns->actual[p->paramid - 1];
		if (OidIsValid(type) && get_typtype(getBaseType(type)) == TYPTYPE_ENUM)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("a term cannot compare enums by their order"),
							errdetail("It takes them as texts."),
							errhint("Write CASE %s WHEN ... THEN 1 ... END, or name labels by IN.",
									quote_identifier(s->columns->name[p->paramid - 1])),
							l2_term_position(s, p->location)));
	}
}

static bool
is_order(const char *operator)
{
	return (operator[0] == '<' || operator[0] == '>') && strcmp(operator, "<>") != 0;
}

static bool
has_plain_text(Oid type)
{
	return is_text(type) || type == BOOLOID || analyse_is_whole(type) || type == NUMERICOID;
}

static void
check_cast_by_text(const l2_term_source *s, const CoerceViaIO *c)
{
	Oid from = exprType((Node *) c->arg), to = c->resulttype;

	if ((is_text(from) && has_plain_text(to)) || (has_plain_text(from) && is_text(to)))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		 errmsg("a term cannot cast type %s to type %s", format_type_be(from), format_type_be(to)),
		 errdetail("Text goes with booleans, whole numbers and numeric: how others are written "
				   "depends on settings of the session."),
		 analyse_is_number(to) ? errhint("Cast it to numeric.")
		 : analyse_is_number(from)
			 ? errhint("Make a numeric of it first, as in round(x::numeric, 2).")
		 : is_text(to) ? errhint("Take it apart by extract().")
					   : l2_source_hint(),
		 l2_term_position(s, c->location)));
}

/* Every node is of a kind and a type that the language has */
static bool
check_node(Node *node, void *context)
{
	const l2_term_source *s = context;

	if (node == NULL)
		return false;
	CHECK_FOR_INTERRUPTS();
	switch (nodeTag(node))
	{
		case T_List:
		case T_CaseWhen:
			return expression_tree_walker(node, check_node, context);
		case T_ArrayExpr: /* of IN */
			if (is_of_language(((ArrayExpr *) node)->element_typeid))
				return expression_tree_walker(node, check_node, context);
			break;
		case T_Param:
			if (exprType(node) == FLOAT8ARRAYOID)
				return false;
			break;
		case T_FuncExpr:
			check_function(s, ((FuncExpr *) node)->funcid, exprLocation(node));
			break;
		case T_OpExpr:
			check_function(s, ((OpExpr *) node)->opfuncid, exprLocation(node));
			if (is_order(get_opname(((OpExpr *) node)->opno)))
				check_order(s, ((OpExpr *) node)->args);
			break;
		case T_ScalarArrayOpExpr:
			check_function(s, ((ScalarArrayOpExpr *) node)->opfuncid, exprLocation(node));
			break;
		case T_CoerceViaIO:
			check_cast_by_text(s, (CoerceViaIO *) node);
			break;
		case T_SubscriptingRef:
			if (((SubscriptingRef *) node)->refassgnexpr == NULL &&
				((SubscriptingRef *) node)->reflowerindexpr == NIL &&
				exprType((Node *) ((SubscriptingRef *) node)->refexpr) == FLOAT8ARRAYOID)
				break;
			elog(ERROR, "unexpected subscript in a term");
			break;
		case T_MinMaxExpr:
			check_order(s, ((MinMaxExpr *) node)->args);
			break;
		case T_Const:
		case T_BoolExpr:
		case T_RelabelType:
		case T_CaseExpr:
		case T_CoalesceExpr:
		case T_NullTest:
		case T_BooleanTest:
			break;
		default:
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("a term cannot have an expression of this kind"),
							l2_source_hint(), l2_term_position(s, exprLocation(node))));
	}
	if (!is_of_language(exprType(node)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a term cannot have a value of type %s", format_type_be(exprType(node))),
				 l2_source_hint(), l2_term_position(s, exprLocation(node))));
	return expression_tree_walker(node, check_node, context);
}

/* What a model can take */
static Node *
check_result(const l2_term_source *s, Node *node)
{
	Oid type = exprType(node);

	if (type == VARCHAROID)
		node = (Node *) makeRelabelType((Expr *) node, TEXTOID, -1, DEFAULT_COLLATION_OID,
										COERCE_IMPLICIT_CAST);
	else if (type == FLOAT8ARRAYOID || type == TIMEOID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("a term has type %s, which is neither a number nor a category",
							   format_type_be(type)),
						type == TIMEOID ? errhint("Make a number of it by extract(epoch FROM ...).")
										: errhint("Take an element of it, as in x[1]."),
						l2_term_position(s, exprLocation(node))));
	return node;
}

/* Number the columns that are used */
static bool
number_columns(Node *node, void *context)
{
	l2_term_tree *t = context;

	if (node == NULL)
		return false;
	if (IsA(node, Param))
	{
		Param *p = (Param *) node;
		int i = 0;

		while (i < t->n_used && t->used[i] != p->paramid - 1)
			i++;
		if (i == t->n_used)
			t->used[t->n_used++] = p->paramid - 1;
		p->paramid = i + 1;
		return false;
	}
	return expression_tree_walker(node, number_columns, context);
}

/* The one expression that the text must be */
static Node *
parse_expression(const char *select)
{
	List *statements = l2_raw_parse(select);
	SelectStmt *s = list_length(statements) == 1
						? (SelectStmt *) linitial_node(RawStmt, statements)->stmt
						: NULL;
	ResTarget *target = NULL;

	if (s && IsA(s, SelectStmt) && list_length(s->targetList) == 1 && s->distinctClause == NIL &&
		s->intoClause == NULL && s->fromClause == NIL && s->whereClause == NULL &&
		s->groupClause == NIL && s->havingClause == NULL && s->windowClause == NIL &&
		s->valuesLists == NIL && s->sortClause == NIL && s->limitOffset == NULL &&
		s->limitCount == NULL && s->lockingClause == NIL && s->withClause == NULL &&
		s->op == SETOP_NONE)
		target = linitial_node(ResTarget, s->targetList);
	if (target == NULL || target->name || target->indirection != NIL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("a term must be one expression")));
	return target->val;
}

static l2_term_tree *
terms_analyse(l2_term_source *s, Node *raw)
{
	l2_term_tree *t = palloc0(sizeof *t);
	Node *node;

	node = transformExpr(s->pstate, l2_term_check_raw(s, raw), EXPR_KIND_OTHER);
	node = analyse_settle(node, s);
	assign_expr_collations(s->pstate, node);
	if (!(IsA(node, Param) && exprType(node) == FLOAT8ARRAYOID))
		check_node(node, s);
	node = check_result(s, node);
	t->expression = (Expr *) node;
	t->type = exprType(node);
	t->used = palloc(sizeof(int) * Max(list_length(s->slots), 1));
	number_columns(node, t);
	return t;
}

l2_term_tree *
l2_term_analyse(const char *sql, const l2_columns *columns)
{
	l2_sql_text text = {sql, -(int) strlen("SELECT "), "expression of a model"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &text};
	l2_term_source s = {make_parsestate(NULL), columns, NIL};
	l2_term_tree *t;
	char *select;

	if (strlen(sql) > MAX_LENGTH)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a term is too long"),
						errdetail("It has %zu bytes, and may have %d.", strlen(sql), MAX_LENGTH),
						l2_source_hint()));
	select = psprintf("SELECT %s", sql);
	error_context_stack = &on_error;
	s.pstate->p_sourcetext = select;
	s.pstate->p_paramref_hook = analyse_slot;
	s.pstate->p_coerce_param_hook = settle_literal;
	s.pstate->p_ref_hook_state = &s;
	t = terms_analyse(&s, parse_expression(select));
	error_context_stack = on_error.previous;
	free_parsestate(s.pstate);
	return t;
}
