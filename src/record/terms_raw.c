/*
 * terms_raw.c: what a term may be made of, as it is written.
 *
 * Everything here is a list: what is not named is refused.  Nothing is looked up in a catalog, so
 * nothing that a user made can be met.  What passes is rewritten where analysis would look at more
 * than the node itself: columns, strings and some operators become parameters, for which
 * terms_analyse.c answers; types are given by number; and what SQL defines by "=" without a name to
 * qualify it, NULLIF, IS DISTINCT FROM and CASE x WHEN, is written out.
 */
#include "record/term_tree.h"

#include <ctype.h>

#include "options/hints.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "pgtime.h"

/* Nodes of a term, those counted that analysis will copy */
#define MAX_NODES 20000

/* By how much a text may grow */
#define MAX_GROWTH 1000

typedef struct raw_check
{
	l2_term_source *s;
	int nodes;
	double growth; /* of what was looked at last: its text may be longer by this factor */
} raw_check;

/*
 * Lists
 */

typedef enum call_rule
{
	RULE_PLAIN,
	RULE_FLOAT,   /* computed in float8 */
	RULE_ZONE,    /* the first argument is a fixed time zone */
	RULE_REPLACE, /* what is looked for and what replaces it are constants */
	RULE_LOG,     /* two arguments, for one is ln to some and log10 to others */
} call_rule;

typedef struct known_function
{
	const char *name;
	call_rule rule;
} known_function;

/* In the order of strcmp */
static const known_function functions[] = {
	{"abs"},
	{"acos"},
	{"acosd"},
	{"acosh"},
	{"age"},
	{"asin"},
	{"asind"},
	{"asinh"},
	{"atan"},
	{"atan2"},
	{"atan2d"},
	{"atand"},
	{"atanh"},
	{"btrim"},
	{"cbrt", RULE_FLOAT},
	{"ceil"},
	{"ceiling"},
	{"char_length"},
	{"character_length"},
	{"cos"},
	{"cosd"},
	{"cosh"},
	{"cot"},
	{"cotd"},
	{"date_bin"},
	{"date_part"},
	{"date_trunc"},
	{"degrees"},
	{"div"},
	{"erf"},
	{"erfc"},
	{"exp", RULE_FLOAT},
	{"extract"},
	{"floor"},
	{"gcd"},
	{"isfinite"},
	{"left"},
	{"length"},
	{"like_escape"},
	{"ln", RULE_FLOAT},
	{"log", RULE_LOG},
	{"log10", RULE_FLOAT},
	{"lower"},
	{"ltrim"},
	{"make_date"},
	{"make_time"},
	{"make_timestamp"},
	{"mod"},
	{"octet_length"},
	{"pi"},
	{"position"},
	{"pow", RULE_FLOAT},
	{"power", RULE_FLOAT},
	{"radians"},
	{"regexp_replace", RULE_REPLACE},
	{"replace", RULE_REPLACE},
	{"reverse"},
	{"right"},
	{"round"},
	{"rtrim"},
	{"sign"},
	{"sin"},
	{"sind"},
	{"sinh"},
	{"split_part"},
	{"sqrt", RULE_FLOAT},
	{"starts_with"},
	{"strpos"},
	{"substr"},
	{"substring"},
	{"tan"},
	{"tand"},
	{"tanh"},
	{"timezone", RULE_ZONE},
	{"translate"},
	{"trunc"},
	{"upper"},
	{"width_bucket"},
};

static const char *const operators[] = {"+",  "-", "*",  "/",  "%", "^",  "=",  "<>", "<",
										"<=", ">", ">=", "||", "~", "~*", "!~", "!~*"};

static const char *const prefixes[] = {"+", "-", "@", "|/", "||/"};

static const struct
{
	const char *name;
	Oid type;
} types[] = {
	{"bool", BOOLOID},       {"int2", INT2OID},           {"int4", INT4OID},
	{"int8", INT8OID},       {"float4", FLOAT4OID},       {"float8", FLOAT8OID},
	{"numeric", NUMERICOID}, {"text", TEXTOID},           {"varchar", VARCHAROID},
	{"date", DATEOID},       {"timestamp", TIMESTAMPOID}, {"timestamptz", TIMESTAMPTZOID},
	{"time", TIMEOID},       {"interval", INTERVALOID},
};

static int
compare_functions(const void *name, const void *f)
{
	return strcmp(name, ((const known_function *) f)->name);
}

static bool
raw_is_among(const char *s, const char *const *list, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(s, list[i]) == 0)
			return true;
	return false;
}

/*
 * Refusals
 */

static void
raw_refuse(const raw_check *c, const char *what, int location)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("a term cannot have %s", what),
					l2_source_hint(), l2_term_position(c->s, location)));
}

/* What a node that is not in the language is called */
static const char *
raw_phrase(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_SubLink:
			return "a subquery";
		case T_RowExpr:
			return "a row";
		case T_A_ArrayExpr:
			return "an array";
		case T_SQLValueFunction:
			return "a value of the session, such as the current date or user";
		case T_XmlExpr:
		case T_XmlSerialize:
			return "XML";
		case T_ParamRef:
			return "a parameter";
		case T_CollateClause:
			return "COLLATE";
		case T_SetToDefault:
			return "DEFAULT";
		case T_NamedArgExpr:
			return "an argument by name";
		default:
			return "an expression of this kind";
	}
}

/* The last of the names; NULL unless what is before it is pg_catalog alone */
static const char *
system_name(const List *names)
{
	if (list_length(names) == 2 && strcmp(strVal(linitial(names)), "pg_catalog") == 0)
		return strVal(lsecond(names));
	return list_length(names) == 1 ? strVal(linitial(names)) : NULL;
}

static char *
dotted(const List *names)
{
	StringInfoData s;
	ListCell *cell;

	initStringInfo(&s);
	foreach (cell, names)
		appendStringInfo(&s, "%s%s", s.len ? "." : "", strVal(lfirst(cell)));
	return s.data;
}

/*
 * Parts
 */

static Node *check_raw(raw_check *c, Node *node);

static void
count_nodes(raw_check *c, int n, const Node *node)
{
	c->nodes += n;
	if (c->nodes > MAX_NODES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a term is too long"),
						errdetail("It has more than %d parts.", MAX_NODES), l2_source_hint(),
						l2_term_position(c->s, exprLocation(node))));
}

/* As check_raw, of what will be there so many times */
static Node *
check_copied(raw_check *c, Node *node, int copies)
{
	int before = c->nodes, n;

	node = check_raw(c, node);
	n = c->nodes - before;
	for (int i = 1; i < copies; i++)
		count_nodes(c, n, node);
	return node;
}

static void
check_list(raw_check *c, List *list)
{
	ListCell *cell;
	double growth = 1;

	foreach (cell, list)
	{
		lfirst(cell) = check_raw(c, lfirst(cell));
		growth = Max(growth, c->growth);
	}
	c->growth = growth;
}

static Node *
make_slot(raw_check *c, l2_slot slot, int location)
{
	l2_slot *kept = palloc(sizeof *kept);
	ParamRef *p = makeNode(ParamRef);

	*kept = slot;
	c->s->slots = lappend(c->s->slots, kept);
	p->number = list_length(c->s->slots);
	p->location = location;
	return (Node *) p;
}

/* The string that a checked node is; NULL where it is none */
static const char *
slot_literal(const raw_check *c, const Node *node)
{
	const l2_slot *s;

	if (!IsA(node, ParamRef))
		return NULL;
	s = list_nth(c->s->slots, ((const ParamRef *) node)->number - 1);
	return s->kind == L2_SLOT_LITERAL ? s->literal : NULL;
}

/*
 * A column becomes a slot by number: the name is looked up here, and nothing after can mean
 * another one.
 */
static Node *
check_column(raw_check *c, const ColumnRef *r)
{
	const l2_columns *columns = c->s->columns;
	const char *name;
	int n = list_length(r->fields);

	if (!IsA(llast(r->fields), String))
		raw_refuse(c, "\"*\"", r->location);
	name = strVal(llast(r->fields));
	if (n > 2 || (n == 2 && strcmp(strVal(linitial(r->fields)), "q") != 0))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("a term cannot name \"%s\"", dotted(r->fields)),
						errhint("Write %s or q.%s for a column of the source.", name, name),
						l2_term_position(c->s, r->location)));
	for (int i = 0; i < columns->n; i++)
		if (strcmp(columns->name[i], name) == 0)
			return make_slot(c, (l2_slot){L2_SLOT_COLUMN, .column = i}, r->location);
	if (columns->missing)
		columns->missing(name, columns->arg);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"%s\" does not exist", name),
			 errhint("%s", l2_name_hint(name, columns->n, (const char *const *) columns->name)),
			 l2_term_position(c->s, r->location)));
}

/* Longer ones are no number that anything could be computed with, and cost much to read */
static void
check_number(raw_check *c, const char *digits, int location)
{
	const char *e = strpbrk(digits, "xX") ? NULL : strpbrk(digits, "eE");

	if (strlen(digits) > 400 || !l2_term_exponent_fits(e))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number in a term is out of range"), l2_term_position(c->s, location)));
}

static Node *
check_const(raw_check *c, A_Const *a)
{
	if (L2_CONST_IS_NULL(a))
		return (Node *) a;
	switch (L2_CONST_TAG(a))
	{
		case T_Integer:
		case T_Boolean:
			return (Node *) a;
		case T_Float:
			check_number(c, L2_CONST_FLOAT(a), a->location);
			return (Node *) a;
		case T_String:
			return make_slot(c, (l2_slot){L2_SLOT_LITERAL, .literal = L2_CONST_STRING(a)},
							 a->location);
		default:
			raw_refuse(c, "a string of bits", a->location);
	}
	return NULL;
}

static Node *
check_cast(raw_check *c, TypeCast *cast)
{
	TypeName *t = cast->typeName;
	const char *name = t->pct_type || t->setof ? NULL : system_name(t->names);
	int i = 0;

	while (name && i < lengthof(types) && strcmp(name, types[i].name) != 0)
		i++;
	if (name == NULL || i == lengthof(types) || t->arrayBounds != NIL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term cannot cast to type %s%s", dotted(t->names),
							   t->arrayBounds != NIL ? "[]" : ""),
						errdetail("It can to boolean, to the types of numbers, times and "
								  "intervals, and to text and varchar."),
						l2_source_hint(), l2_term_position(c->s, t->location)));
	if (t->typmods != NIL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term cannot have a type with a length or a precision"),
						errhint("Round with round(), cut with left() or date_trunc()."),
						l2_term_position(c->s, t->location)));
	cast->arg = check_raw(c, cast->arg);
	cast->typeName = makeTypeNameFromOid(types[i].type, -1);
	cast->typeName->location = t->location;
	return (Node *) cast;
}

/*
 * Operators
 */

static Node *
equals(Node *a, Node *b, int location)
{
	return (Node *) makeSimpleA_Expr(AEXPR_OP, "=", a, b, location);
}

static Node *
boolean_test(BoolTestType what, Node *arg, int location)
{
	BooleanTest *t = makeNode(BooleanTest);

	t->booltesttype = what;
	t->arg = (Expr *) arg;
	t->location = location;
	return (Node *) t;
}

static Node *
null_test(NullTestType what, Node *arg, int location)
{
	NullTest *t = makeNode(NullTest);

	t->nulltesttype = what;
	t->arg = (Expr *) arg;
	t->location = location;
	return (Node *) t;
}

/* CASE WHEN (a = b) IS NOT TRUE THEN a END */
static Node *
write_nullif(raw_check *c, A_Expr *e)
{
	CaseExpr *x = makeNode(CaseExpr);
	CaseWhen *when = makeNode(CaseWhen);
	Node *a = check_copied(c, e->lexpr, 2);
	double growth = c->growth;

	when->expr = (Expr *) boolean_test(IS_NOT_TRUE, equals(a, check_raw(c, e->rexpr), e->location),
									   e->location);
	when->result = (Expr *) copyObject(a);
	when->location = e->location;
	x->args = list_make1(when);
	x->location = e->location;
	c->growth = growth;
	return (Node *) x;
}

/* (a = b) IS NOT TRUE AND (a IS NOT NULL OR b IS NOT NULL) */
static Node *
write_distinct(raw_check *c, A_Expr *e)
{
	Node *a = check_copied(c, e->lexpr, 2), *b = check_copied(c, e->rexpr, 2), *r;
	int at = e->location;

	r = (Node *) makeBoolExpr(OR_EXPR,
							  list_make2(null_test(IS_NOT_NULL, copyObject(a), at),
										 null_test(IS_NOT_NULL, copyObject(b), at)),
							  at);
	r = (Node *) makeBoolExpr(AND_EXPR,
							  list_make2(boolean_test(IS_NOT_TRUE, equals(a, b, at), at), r), at);
	if (e->kind == AEXPR_NOT_DISTINCT)
		r = (Node *) makeBoolExpr(NOT_EXPR, list_make1(r), at);
	return r;
}

/* What SQL has in place of an operator of other languages */
static int
operator_hint(const char *name)
{
	static const char *const sql[][2] = {
		{"==", "Equality is = in SQL."},
		{"**", "A power is ^ in SQL."},
		{"&&", "Conditions are joined by AND in SQL."},
		{"&", "Conditions are joined by AND in SQL."},
		{"|", "Conditions are joined by OR in SQL."},
		{"!", "A condition is turned round by NOT in SQL."},
	};

	for (int i = 0; i < lengthof(sql); i++)
		if (strcmp(name, sql[i][0]) == 0)
			return errhint("%s", sql[i][1]);
	return l2_source_hint();
}

static Node *
check_operator(raw_check *c, A_Expr *e, const char *name)
{
	double growth = 0;
	l2_slot slot = {L2_SLOT_DIVISION, .raw = (Node *) e};

	if (e->rexpr == NULL || !(e->lexpr ? raw_is_among(name, operators, lengthof(operators))
									   : raw_is_among(name, prefixes, lengthof(prefixes))))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term cannot have operator %s", dotted(e->name)),
						operator_hint(name), l2_term_position(c->s, e->location)));
	if (e->lexpr)
	{
		e->lexpr = check_raw(c, e->lexpr);
		growth = c->growth;
	}
	e->rexpr = check_raw(c, e->rexpr);
	c->growth = strcmp(name, "||") == 0 ? growth + c->growth : Max(growth, c->growth);
	if (e->lexpr && strcmp(name, "/") == 0)
		return make_slot(c, slot, e->location);
	slot.kind = L2_SLOT_POWER;
	if (e->lexpr && strcmp(name, "^") == 0)
		return make_slot(c, slot, e->location);
	return (Node *) e;
}

/* A constant, perhaps under a cast; NULL is one, but x IN (NULL) is never what is meant */
static bool
raw_is_constant(const Node *node)
{
	while (IsA(node, TypeCast))
		node = ((const TypeCast *) node)->arg;
	return IsA(node, A_Const);
}

static Node *
check_in(raw_check *c, A_Expr *e)
{
	ListCell *cell;

	if (!IsA(e->rexpr, List))
		return check_raw(c, e->rexpr);
	foreach (cell, (List *) e->rexpr)
		if (!raw_is_constant(lfirst(cell)))
			raw_refuse(c, "IN over anything but constants", exprLocation(lfirst(cell)));
	/* a list of constants of several kinds becomes comparisons */
	e->lexpr = check_copied(c, e->lexpr, list_length((List *) e->rexpr));
	check_list(c, (List *) e->rexpr);
	return (Node *) e;
}

/*
 * Only what the language of terms has passes: operators of pg_catalog, which nobody but a
 * superuser can replace.
 */
static Node *
check_a_expr(raw_check *c, A_Expr *e)
{
	const char *name = system_name(e->name);

	if (name == NULL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term cannot have operator %s", dotted(e->name)),
						errdetail("Operators are those of schema pg_catalog."), l2_source_hint(),
						l2_term_position(c->s, e->location)));
	switch (e->kind)
	{
		case AEXPR_OP:
			return check_operator(c, e, name);
		case AEXPR_DISTINCT:
		case AEXPR_NOT_DISTINCT:
			return write_distinct(c, e);
		case AEXPR_NULLIF:
			return write_nullif(c, e);
		case AEXPR_IN:
			return check_in(c, e);
		case AEXPR_LIKE:
		case AEXPR_ILIKE:
			e->lexpr = check_raw(c, e->lexpr);
			e->rexpr = check_raw(c, e->rexpr);
			return (Node *) e;
		case AEXPR_BETWEEN:
		case AEXPR_NOT_BETWEEN:
			e->lexpr = check_copied(c, e->lexpr, 2);
			check_list(c, castNode(List, e->rexpr));
			return (Node *) e;
		case AEXPR_BETWEEN_SYM:
		case AEXPR_NOT_BETWEEN_SYM:
		{
			int before = c->nodes;

			e->lexpr = check_copied(c, e->lexpr, 4);
			check_list(c, castNode(List, e->rexpr));
			count_nodes(c, c->nodes - before, (Node *) e);
			return (Node *) e;
		}
		case AEXPR_SIMILAR:
			raw_refuse(c, "SIMILAR TO", e->location);
			break;
		case AEXPR_OP_ANY:
		case AEXPR_OP_ALL:
			raw_refuse(c, "ANY or ALL", e->location);
			break;
		default:
			raw_refuse(c, "an operator of this kind", e->location);
	}
	return NULL;
}

/*
 * Calls
 */

bool
l2_is_fixed_zone(const char *zone)
{
	const char *slash = strchr(zone, '/');

	/* other names without a slash may be abbreviations, which timezone_abbreviations defines */
	if (slash == NULL)
		return strcmp(zone, "UTC") == 0 || strcmp(zone, "GMT") == 0;
	for (const char *s = zone; *s; s++)
		if (!isalnum((unsigned char) *s) && strchr("/_+-", *s) == NULL)
			return false;
	return isalpha((unsigned char) *zone) && strstr(zone, "//") == NULL && slash[1] != '\0';
}

/* By how much replacing makes a text longer at most: all of it by what refers to it, say */
static void
check_replacement(raw_check *c, const char *name, const List *args, int location)
{
	double growth = c->growth, by;
	const char *from, *to;

	if (list_length(args) < 3)
		return;
	from = slot_literal(c, lsecond(args));
	to = slot_literal(c, lthird(args));
	if (from == NULL || to == NULL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a term can replace constants by constants only"), l2_source_hint(),
						l2_term_position(c->s, location)));
	if (strcmp(name, "replace") == 0)
		by = from[0] ? (double) strlen(to) / strlen(from) : 1;
	else
		/* an empty match between any two characters, and each reference as much as all of it */
		for (by = 2 + strlen(to); (to = strchr(to, '\\')) != NULL; to++)
			by++;
	c->growth = growth * Max(by, 1);
	if (c->growth > MAX_GROWTH)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a term makes texts too long by replacing"), l2_source_hint(),
						l2_term_position(c->s, location)));
}

/* What may stand between the parentheses besides arguments */
static void
check_plain_call(const raw_check *c, const FuncCall *f)
{
	ListCell *cell;

	if (f->over)
		raw_refuse(c, "a window function", f->location);
	if (f->agg_star || f->agg_distinct || f->agg_order != NIL || f->agg_filter ||
		f->agg_within_group)
		raw_refuse(c, "an aggregate", f->location);
	if (f->func_variadic)
		raw_refuse(c, "VARIADIC", f->location);
	foreach (cell, f->args)
		if (IsA(lfirst(cell), NamedArgExpr))
			raw_refuse(c, "an argument by name", exprLocation(lfirst(cell)));
}

static void
refuse_function(const raw_check *c, const FuncCall *f)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("a term cannot call function %s", dotted(f->funcname)),
					errdetail("Terms are of arithmetic, comparisons and the functions that come "
							  "with the server of mathematics, texts and times: those that give "
							  "the same in every session."),
					l2_source_hint(), l2_term_position(c->s, f->location)));
}

/*
 * Only functions of the list, by pg_catalog, and of these only calls whose answer depends on the
 * row alone.
 */
static Node *
check_call(raw_check *c, FuncCall *f)
{
	const char *name = system_name(f->funcname);
	const known_function *known;
	const char *zone;

	check_plain_call(c, f);
	known =
		name ? bsearch(name, functions, lengthof(functions), sizeof *functions, compare_functions)
			 : NULL;
	if (known == NULL)
	{
		refuse_function(c, f);
		pg_unreachable();
	}
	check_list(c, f->args);
	switch (known->rule)
	{
		case RULE_FLOAT:
			return make_slot(c, (l2_slot){L2_SLOT_FLOAT_FUNCTION, .raw = (Node *) f}, f->location);
		case RULE_ZONE:
			zone = list_length(f->args) == 2 ? slot_literal(c, linitial(f->args)) : NULL;
			if (zone && l2_is_fixed_zone(zone) && pg_tzset(zone) == NULL)
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("time zone \"%s\" not recognized", zone),
								l2_term_position(c->s, f->location)));
			if (zone == NULL || !l2_is_fixed_zone(zone))
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("a term must name its time zones"),
						 errdetail("What others mean depends on settings of the session or "
								   "differs from row to row."),
						 errhint("Write AT TIME ZONE 'UTC', or the name of a region, such as "
								 "'Europe/Berlin'."),
						 l2_term_position(c->s, f->location)));
			break;
		case RULE_REPLACE:
			check_replacement(c, name, f->args, f->location);
			break;
		case RULE_LOG:
			if (list_length(f->args) == 1)
				ereport(ERROR,
						(errcode(ERRCODE_AMBIGUOUS_FUNCTION),
						 errmsg("log() of one argument is refused in a term"),
						 errdetail("It is the logarithm to base 10 in SQL, and the natural "
								   "one elsewhere."),
						 errhint("Write ln() or log10()."), l2_term_position(c->s, f->location)));
			break;
		case RULE_PLAIN:
			break;
	}
	return (Node *) f;
}

static Node *
check_element(raw_check *c, A_Indirection *x)
{
	A_Indices *i = linitial(x->indirection);

	if (!IsA(x->arg, ColumnRef) || list_length(x->indirection) != 1 || !IsA(i, A_Indices))
		raw_refuse(c, "a field or an element of anything but a column", exprLocation(x->arg));
	if (i->is_slice || i->uidx == NULL)
		raw_refuse(c, "a slice of an array", exprLocation(x->arg));
	x->arg = check_raw(c, x->arg);
	i->uidx = check_raw(c, i->uidx);
	return (Node *) x;
}

/* CASE x WHEN a is CASE WHEN x = a */
static Node *
check_case(raw_check *c, CaseExpr *x)
{
	Node *arg = x->arg ? check_copied(c, (Node *) x->arg, list_length(x->args)) : NULL;
	ListCell *cell;
	double growth = 1;

	x->arg = NULL;
	foreach (cell, x->args)
	{
		CaseWhen *when = lfirst_node(CaseWhen, cell);
		Node *condition = check_raw(c, (Node *) when->expr);

		if (arg)
			condition = equals(copyObject(arg), condition, when->location);
		when->expr = (Expr *) condition;
		when->result = (Expr *) check_raw(c, (Node *) when->result);
		growth = Max(growth, c->growth);
	}
	if (x->defresult)
		x->defresult = (Expr *) check_raw(c, (Node *) x->defresult);
	c->growth = Max(growth, c->growth);
	return (Node *) x;
}

/*
 * Let a node of a parsed term pass, or what is written in its place; an error where terms have no
 * such thing.
 */
static Node *
check_raw(raw_check *c, Node *node)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	count_nodes(c, 1, node);
	c->growth = 1;
	switch (nodeTag(node))
	{
		case T_ColumnRef:
			return check_column(c, (ColumnRef *) node);
		case T_A_Const:
			return check_const(c, (A_Const *) node);
		case T_TypeCast:
			return check_cast(c, (TypeCast *) node);
		case T_A_Expr:
			return check_a_expr(c, (A_Expr *) node);
		case T_BoolExpr:
			check_list(c, ((BoolExpr *) node)->args);
			return node;
		case T_NullTest:
			((NullTest *) node)->arg = (Expr *) check_raw(c, (Node *) ((NullTest *) node)->arg);
			return node;
		case T_BooleanTest:
			((BooleanTest *) node)->arg =
				(Expr *) check_raw(c, (Node *) ((BooleanTest *) node)->arg);
			return node;
		case T_CaseExpr:
			return check_case(c, (CaseExpr *) node);
		case T_CoalesceExpr:
			check_list(c, ((CoalesceExpr *) node)->args);
			return node;
		case T_MinMaxExpr:
			check_list(c, ((MinMaxExpr *) node)->args);
			return node;
		case T_FuncCall:
			return check_call(c, (FuncCall *) node);
		case T_A_Indirection:
			return check_element(c, (A_Indirection *) node);
		default:
			raw_refuse(c, raw_phrase(node), exprLocation(node));
	}
	return NULL;
}

Node *
l2_term_check_raw(l2_term_source *s, Node *raw)
{
	raw_check c = {s, 0, 1};

	return check_raw(&c, raw);
}
