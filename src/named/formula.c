/*
 * formula.c: model formulas, in the notation of Wilkinson and Rogers (1973) as R has it.
 *
 *	formula = [ factor ] "~" sum
 *	sum     = [ "+" | "-" ] cross { ( "+" | "-" ) cross }
 *	cross   = product { "*" product }                          a*b is a + b + a:b
 *	product = primary { ":" primary }
 *	primary = factor | "." | "1" | "0" | "(" sum ")"
 *	factor  = name | "I(" SQL expression ")"
 *
 * A term is a set of factors; the sum keeps each once, main effects first, as R does.  Names are
 * SQL's: folded to lower case where not quoted.
 */
#include "record/sql.h"

#include <ctype.h>

#include "base/names.h"
#include "base/rows.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "parser/parser.h"
#include "parser/scansup.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* A variable: a column, or SQL over columns */
typedef struct factor
{
	const char *name;
	const char *expression;
	bool number;  /* may be multiplied */
	bool boolean; /* a cast away from a number */
	bool category;
} factor;

typedef struct parser
{
	const char *text;
	const char *at;
	int ncolumns;
	char **columns;
	char **kinds; /* see l2_describe; NULL for none of them */
	int ndot;
	char **dot; /* columns that the dot stands for */
	List *factors;
	int response; /* its number, or -1 */
	bool dot_used;
} parser;

/* Terms are sets of numbers of factors */
typedef struct terms
{
	List *list;
	enum
	{
		UNSAID,
		WITHOUT,
		WITH
	} intercept;
} terms;

/* errposition's place, as for SQL that a function runs */
static int
here(const parser *p, const char *at)
{
	internalerrquery(p->text);
	errcontext("formula of a model"); /* by which owner.c knows what the user wrote */
	return internalerrposition(pg_mbstrlen_with_len(p->text, at - p->text) + 1);
}

static void
skip_blanks(parser *p)
{
	while (*p->at && strchr(" \t\n\r\f\v", *p->at))
		p->at++;
}

static bool
is_name_start(char c)
{
	return isalpha((unsigned char) c) || c == '_' || IS_HIGHBIT_SET(c);
}

static bool
is_name_part(char c)
{
	return is_name_start(c) || isdigit((unsigned char) c) || c == '$';
}

/* What is at a position, to name it in an error */
static char *
token_at(const char *at)
{
	const char *end = at;

	while (is_name_part(*end))
		end++;
	if (end == at)
		end += pg_mblen(at);
	return pnstrdup(at, end - at);
}

static void
unexpected(const parser *p)
{
	const char *at = p->at;

	if (*at == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("unexpected end of formula"), here(p, at)));
	ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("syntax error in formula at or near \"%s\"", token_at(at)),
					strchr("^/%|&<>=!@#?'(0123456789", *at)
						? errhint("A formula has names, +, -, :, *, ., 1, 0, parentheses and "
								  "I(...), which takes any SQL expression.")
						: 0,
					here(p, at)));
}

static bool
take_if(parser *p, char c)
{
	skip_blanks(p);
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

/*
 * Factors
 */

static int
add_factor(parser *p, const factor *f)
{
	ListCell *cell;
	factor *new;
	int i = 0;

	foreach (cell, p->factors)
	{
		if (strcmp(((factor *) lfirst(cell))->expression, f->expression) == 0)
			return i;
		i++;
	}
	new = palloc(sizeof *new);
	*new = *f;
	p->factors = lappend(p->factors, new);
	return i;
}

static int
add_column(parser *p, const char *name, const char *at)
{
	factor f = {name};

	for (int i = 0; i < p->ncolumns; i++)
		if (strcmp(p->columns[i], name) == 0)
		{
			f.expression = psprintf("q.%s", quote_identifier(name));
			f.boolean = strcmp(p->kinds[i], "boolean") == 0;
			f.number = f.boolean || strcmp(p->kinds[i], "number") == 0;
			f.category = strcmp(p->kinds[i], "category") == 0;
			return add_factor(p, &f);
		}
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("column \"%s\" does not exist in the source", name), here(p, at)));
	return -1;
}

static char *
quoted_name(parser *p)
{
	const char *start = p->at;
	StringInfoData s;

	initStringInfo(&s);
	for (p->at++; *p->at; p->at++)
	{
		if (*p->at == '"' && *++p->at != '"')
		{
			if (s.len == 0)
				break;
			return s.data;
		}
		appendStringInfoChar(&s, *p->at);
	}
	ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
					errmsg(s.len == 0 ? "zero-length quoted name in formula"
									  : "unterminated quoted name in formula"),
					here(p, start)));
	return NULL;
}

/* Past a quoted string, whose delimiter is at *s; doubled ones inside look like two strings */
static const char *
skip_quoted(const char *s, bool backslash)
{
	char quote = *s;

	for (s++; *s && *s != quote; s++)
		if (backslash && *s == '\\' && s[1])
			s++;
	return *s ? s + 1 : s;
}

/* Past a dollar-quoted string, or past the dollar that begins none */
static const char *
skip_dollar(const char *s)
{
	const char *end = s + 1;
	char *tag;

	while (is_name_part(*end) && *end != '$')
		end++;
	if (*end != '$' || isdigit((unsigned char) s[1]))
		return s + 1;
	tag = pnstrdup(s, end + 1 - s);
	s = strstr(end + 1, tag);
	return s ? s + strlen(tag) : end + strlen(end);
}

/* Past a comment that begins at s, or s */
static const char *
skip_comment(const char *s)
{
	int depth = 0;

	if (s[0] == '-' && s[1] == '-')
		return s + strcspn(s, "\n\r");
	while (*s)
	{
		if (s[0] == '/' && s[1] == '*')
			depth++, s += 2;
		else if (s[0] == '*' && s[1] == '/' && depth > 0)
			depth--, s += 2;
		else if (depth > 0)
			s++;
		if (depth == 0)
			break;
	}
	return s;
}

/* The parenthesis that closes the SQL at s */
static const char *
closing(const char *s)
{
	int depth = 0;
	char before = ' ';

	while (*s)
	{
		const char *next = skip_comment(s);

		if (next == s && (*s == '\'' || *s == '"'))
			next = skip_quoted(s, *s == '\'' && (before == 'E' || before == 'e'));
		else if (next == s && *s == '$' && !is_name_part(before))
			next = skip_dollar(s);
		if (next == s)
		{
			if (*s == '(')
				depth++;
			else if (*s == ')' && depth-- == 0)
				return s;
			next = s + 1;
		}
		before = next[-1];
		s = next;
	}
	return NULL;
}

/* Whether the text in parentheses is just an expression: PostgreSQL's own parser decides */
static bool
is_expression(const char *sql)
{
	SelectStmt *s = (SelectStmt *) l2_parse_select(sql)->stmt;
	ResTarget *target = list_length(s->targetList) == 1 ? linitial(s->targetList) : NULL;

	/* a list in parentheses is a row */
	if (target && IsA(target->val, RowExpr))
		return false;
	return target && target->name == NULL && !s->distinctClause && !s->fromClause &&
		   !s->whereClause && !s->groupClause && !s->havingClause && !s->windowClause &&
		   !s->valuesLists && !s->sortClause && !s->limitOffset && !s->limitCount &&
		   !s->lockingClause && !s->withClause && s->op == SETOP_NONE;
}

/* I(...), its opening parenthesis next */
static int
parse_sql(parser *p, const char *at)
{
	static const char before[] = "SELECT ";
	const char *start = ++p->at, *end = closing(start);
	l2_sql_text t = {p->text, 0, "I(...) of a formula"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
	factor f = {.number = true};
	char *sql;

	if (end == NULL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("I( without its closing parenthesis in formula"), here(p, at)));
	p->at = end + 1;
	sql = pnstrdup(start, end - start);
	f.name = psprintf("I(%s)", sql);
	/* a comment must not reach beyond it */
	f.expression = psprintf(strstr(sql, "--") ? "(%s\n)" : "(%s)", sql);
	t.shift = pg_mbstrlen_with_len(p->text, start - p->text) - (int) strlen(before) - 1;
	error_context_stack = &on_error;
	if (!is_expression(psprintf("%s%s", before, f.expression)))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("I(...) must be one expression"),
						here(p, at)));
	error_context_stack = on_error.previous;
	return add_factor(p, &f);
}

static bool
at_factor(parser *p)
{
	skip_blanks(p);
	return is_name_start(*p->at) || *p->at == '"';
}

static int
parse_factor(parser *p)
{
	const char *at = p->at;
	char *name;

	if (*at == '"')
		return add_column(p, quoted_name(p), at);
	while (is_name_part(*p->at))
		p->at++;
	name = downcase_truncate_identifier(at, p->at - at, false);
	skip_blanks(p);
	if (*p->at == '(' && strcmp(name, "i") == 0)
		return parse_sql(p, at);
	if (*p->at == '(')
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("function \"%s\" in a formula", name),
						errhint("SQL goes into I(...), as in I(%s(...)).", name), here(p, at)));
	return add_column(p, name, at);
}

/*
 * Terms
 */

static List *
add_term(List *list, Bitmapset *term)
{
	ListCell *cell;

	foreach (cell, list)
		if (bms_equal(lfirst(cell), term))
			return list;
	l2_check_columns(list_length(list) + 2);
	return lappend(list, term);
}

static List *
remove_term(List *list, Bitmapset *term)
{
	ListCell *cell;
	List *kept = NIL;

	foreach (cell, list)
		if (!bms_equal(lfirst(cell), term))
			kept = lappend(kept, lfirst(cell));
	return kept;
}

/* Each term of a with each of b */
static List *
interactions(const List *a, const List *b)
{
	ListCell *i, *j;
	List *r = NIL;

	foreach (i, a)
		foreach (j, b)
		{
			CHECK_FOR_INTERRUPTS();
			r = add_term(r, bms_union(lfirst(i), lfirst(j)));
		}
	return r;
}

static terms parse_sum(parser *p);

static terms
parse_primary(parser *p)
{
	terms t = {NIL, UNSAID};

	if (at_factor(p))
		t.list = list_make1(bms_make_singleton(parse_factor(p)));
	else if (take_if(p, '('))
	{
		t = parse_sum(p);
		if (!take_if(p, ')'))
			unexpected(p);
	}
	else if (take_if(p, '.'))
	{
		p->dot_used = true;
		for (int i = 0; i < p->ndot; i++)
		{
			int f = add_column(p, p->dot[i], p->at - 1);

			if (f != p->response)
				t.list = add_term(t.list, bms_make_singleton(f));
		}
	}
	else if ((*p->at == '1' || *p->at == '0') && !is_name_part(p->at[1]) && p->at[1] != '.')
		t.intercept = *p->at++ == '1' ? WITH : WITHOUT;
	else
		unexpected(p);
	return t;
}

/* Both sides of an operator that multiplies must be terms */
static void
check_operand(const parser *p, const char *at, const terms *t)
{
	if (t->intercept != UNSAID)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the intercept cannot be part of a product in a formula"),
				 errhint("1 and 0 stand for the intercept: add or subtract them."), here(p, at)));
}

static terms
parse_product(parser *p)
{
	const char *at = p->at;
	terms t = parse_primary(p), next;

	while (take_if(p, ':'))
	{
		check_operand(p, at, &t);
		at = p->at;
		next = parse_primary(p);
		check_operand(p, at, &next);
		t.list = interactions(t.list, next.list);
	}
	return t;
}

static terms
parse_cross(parser *p)
{
	const char *at = p->at;
	terms t = parse_product(p), next;
	ListCell *cell;

	while (take_if(p, '*'))
	{
		List *both;

		check_operand(p, at, &t);
		at = p->at;
		next = parse_product(p);
		check_operand(p, at, &next);
		both = interactions(t.list, next.list);
		foreach (cell, next.list)
			t.list = add_term(t.list, lfirst(cell));
		foreach (cell, both)
			t.list = add_term(t.list, lfirst(cell));
	}
	return t;
}

static terms
parse_sum(parser *p)
{
	terms sum = {NIL, UNSAID}, t;
	ListCell *cell;
	bool first = true;

	check_stack_depth();
	for (;;)
	{
		const char *at;
		bool minus = false;

		skip_blanks(p);
		at = p->at;
		if (*at == '+' || *at == '-')
			minus = *p->at++ == '-';
		else if (!first)
			return sum;
		first = false;
		t = parse_cross(p);
		if (minus && t.intercept == WITHOUT)
		{
			p->at = at;
			unexpected(p);
		}
		if (t.intercept != UNSAID)
			sum.intercept = minus ? WITHOUT : t.intercept;
		foreach (cell, t.list)
			sum.list =
				minus ? remove_term(sum.list, lfirst(cell)) : add_term(sum.list, lfirst(cell));
	}
}

/*
 * Results
 */

/* Main effects first; else in the order that they were written in */
static List *
by_degree(const List *list, int *n)
{
	List *r = NIL;
	int degree = 1;

	for (*n = 0; *n < list_length(list); degree++)
	{
		ListCell *cell;

		foreach (cell, list)
			if (bms_num_members(lfirst(cell)) == degree)
			{
				r = lappend(r, lfirst(cell));
				(*n)++;
			}
	}
	return r;
}

static void
describe(const parser *p, const Bitmapset *term, const char **name, const char **expression)
{
	bool single = bms_num_members(term) == 1;
	StringInfoData names, product;
	int i = -1;

	initStringInfo(&names);
	initStringInfo(&product);
	while ((i = bms_next_member(term, i)) >= 0)
	{
		const factor *f = list_nth(p->factors, i);

		if (!single && !f->number)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 f->category
						 ? errmsg("category \"%s\" in an interaction", f->name)
						 : errmsg("column \"%s\" in an interaction is not numeric", f->name),
					 f->category ? errdetail("Products are of numbers.") : 0,
					 f->category
						 ? errhint("For a level write I((%s = 'level')::int * ...); for pairs of "
								   "two categories I(%s || ':' || ...), which is a category too.",
								   quote_identifier(f->name), quote_identifier(f->name))
						 : errhint("Make numbers of it in I(...).")));
		appendStringInfo(&names, "%s%s", names.len ? ":" : "", f->name);
		appendStringInfo(&product, "%s%s%s%s", product.len ? " OPERATOR(pg_catalog.*) " : "",
						 f->expression, !single && f->boolean ? "::integer" : "",
						 single ? "" : "::double precision");
	}
	*name = names.data;
	*expression = single ? product.data : psprintf("(%s)", product.data);
}

PG_FUNCTION_INFO_V1(_l2_formula);
PGDLLEXPORT Datum
_l2_formula(PG_FUNCTION_ARGS)
{
	enum
	{
		TARGET,
		TARGET_EXPRESSION,
		TERMS,
		EXPRESSIONS,
		INTERCEPT,
		DOT_USED,
		COLUMNS
	};
	parser p = {.text = text_to_cstring(PG_GETARG_TEXT_PP(0)), .response = -1};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	const char **names, **expressions;
	List *ordered;
	terms t;
	int nkinds, n;

	p.at = p.text;
	p.columns = l2_text_array(PG_GETARG_DATUM(1), "columns", &p.ncolumns);
	p.kinds = l2_text_array(PG_GETARG_DATUM(2), "kinds", &nkinds);
	p.dot = l2_text_array(PG_GETARG_DATUM(3), "dot", &p.ndot);
	if (nkinds != p.ncolumns)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("columns and kinds must have the same length")));

	if (at_factor(&p))
		p.response = parse_factor(&p);
	if (!take_if(&p, '~'))
		unexpected(&p);
	t = parse_sum(&p);
	if (*p.at != '\0')
		unexpected(&p);
	if (t.list == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("formula has no terms"), here(&p, p.at)));

	ordered = by_degree(t.list, &n);
	names = palloc(sizeof *names * n);
	expressions = palloc(sizeof *expressions * n);
	for (int i = 0; i < n; i++)
		describe(&p, list_nth(ordered, i), &names[i], &expressions[i]);
	nulls[TARGET] = nulls[TARGET_EXPRESSION] = p.response < 0;
	if (p.response >= 0)
	{
		const factor *f = list_nth(p.factors, p.response);

		values[TARGET] = CStringGetTextDatum(f->name);
		values[TARGET_EXPRESSION] = CStringGetTextDatum(f->expression);
	}
	values[TERMS] = l2_make_text_array(names, n);
	values[EXPRESSIONS] = l2_make_text_array(expressions, n);
	values[INTERCEPT] = BoolGetDatum(t.intercept != WITHOUT);
	values[DOT_USED] = BoolGetDatum(p.dot_used);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}
