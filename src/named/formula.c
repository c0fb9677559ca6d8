/*
 * formula.c: model formulas, in the notation of Wilkinson and Rogers (1973) as R has it.
 *
 *	formula = [ factor ] "~" sum
 *	sum     = [ "+" | "-" ] cross { ( "+" | "-" ) cross }
 *	cross   = product { "*" product }                          a*b is a + b + a:b
 *	product = power { ":" power }
 *	power   = primary [ "^" whole number ]                     (a+b)^2 is (a+b)*(a+b)
 *	primary = factor | "." | "1" | "0" | "(" sum ")"
 *	factor  = name | "I(" SQL expression ")" | function "(" ... ")"
 *
 * A term is a set of factors; the sum keeps each once, main effects first, as R does.  Names are
 * SQL's: folded to lower case where not quoted.  Functions are log, log2, log10, exp and sqrt of an
 * SQL expression; factor(k), a column whose values are levels; poly(x, d), ns(x, df) and bs(x, df),
 * several columns each; and offset(z), which is no term.
 *
 * A category that is a term of its own is left to the aggregates over records.  Where one takes
 * part in an interaction, or stands without an intercept, its levels must be known: each is then a
 * column of its own, coded so that the columns span what R's model.matrix spans (Chambers and
 *Hastie 1992, 2.4): contrasts where what is left of the term is in the model, all levels otherwise.
 *What must be known of the rows for that, levels and quantiles, is asked of the caller, who calls
 *again with it.
 */
#include "record/sql.h"
#include "record/term_tree.h"

#include <ctype.h>
#include <math.h>

#include "base/args.h"
#include "base/names.h"
#include "base/rows.h"
#include "num/stats/spline.h"
#include "options/hints.h"
#include "record/terms.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pg_list.h"
#include "parser/parser.h"
#include "parser/scansup.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define POWERS_MAX  20  /* of poly(x, d) and of (a + b)^n */
#define NESTING_MAX 100 /* parentheses within each other in the arguments of a function */

/* A variable: a column, SQL over columns, or several columns made from one */
typedef struct factor
{
	const char *name;
	const char *expression;
	bool number;  /* may be multiplied */
	bool boolean; /* a cast away from a number */

	/* a category */
	bool category;
	bool by_formula;   /* its levels are columns of ours even where it stands alone */
	const char *order; /* of its levels: "text", "number" or "enum" */
	bool bare;         /* levels are written without quotes */
	int n_levels;      /* once they are known */
	char **levels;

	/* columns made from one expression */
	int n_columns;
	char **column_name;
	char **column;
} factor;

/* What must be known of the rows before a formula means columns */
typedef struct need
{
	const char *name;
	const char *expression;
	const char *kind; /* the order of levels, or the number of interior knots */
} need;

typedef struct parser
{
	const char *text;
	const char *at;
	int ncolumns;
	char **columns;
	char **kinds; /* see _l2_describe, "enum" and "levels"; "" for none of them */
	Oid *types;   /* built-in ones, see l2_builtin_type */
	Oid *actual;  /* those that the columns have */
	int ndot;
	char **dot; /* columns that the dot stands for */
	List *factors;
	int response;    /* its number, or -1 */
	List *mentioned; /* columns that the left side mentions */
	List *dropped;   /* names of factors that are subtracted */
	bool dot_used;
	bool dot_found;  /* some column that the dot stands for */
	List *offsets;   /* expressions */
	bool all_levels; /* no level is left out */

	/* what is known of the rows: values by name, in order */
	int n_known;
	char **known_name;
	char **known_value;
	List *needs;
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
formula_here(const parser *p, const char *at)
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

/* What to write for what other languages have at a place where a formula has something else */
static const char *
syntax_hint(const parser *p)
{
	static const struct
	{
		const char *text;
		const char *hint;
	} others[] = {
		{"**", "A power is written ^, as in (a + b)^2; the square of a number is I(area^2)."},
		{"*", "a*b is a + b + a:b; a product of numbers is I(a * b)."},
		{"|", "Effects of groups are taken out by y ~ x | store, without parentheses; none are "
			  "random."},
		{"`", "Names are quoted as in SQL, in double quotes."},
		{"%in%", "Terms of a within b are b:a; a remainder is I(a % b)."},
		{"%%", "A remainder is I(a % b)."},
		{"/", "A ratio is I(a / b); terms of b within a are a + a:b."},
		{"==", "A comparison is I(a = b)."},
		{"=",
		 "A formula has one ~ between its two sides; a comparison is I(a = b), left of it too."},
		{"<", "A comparison is I(a < b)."},
		{">", "A comparison is I(a > b)."},
		{"!", "A comparison is I(a <> b)."},
		{",", "Terms are added: area + rooms."},
		{"~", "A formula has one ~, between the target and its terms."},
		{"(", "An expression goes into I(...), as in I(churned = 'yes') ~ area; sums of terms into "
			  "parentheses, as in (a + b)^2."},
		{"'", "Names are quoted as in SQL, in double quotes; strings stand in I(...)."},
		{"::", "A cast is I(a::text)."},
		{".", "The dot stands for the columns that the left side does not use."},
		{"where ",
		 "Some rows of a table are a query as the source: SELECT * FROM houses WHERE area "
		 "> 50."},
		{"group ",
		 "A model a group is an aggregate with GROUP BY, as ols_fit(y, x), or l2_fit of a "
		 "query a group as the source."},
		{"order ", "The order of the rows is option order_by, for vcov \"HAC\"."},
	};
	const char *at = p->at;

	/* the second star or colon of two */
	if ((*at == '*' || *at == ':') && at > p->text && at[-1] == *at)
		at--;
	for (int i = 0; i < (int) lengthof(others); i++)
		if (pg_strncasecmp(at, others[i].text, strlen(others[i].text)) == 0)
			return others[i].hint;
	if (is_name_start(*at))
		return "Terms are added: area + rooms. A name with blanks or capitals is in double quotes.";
	if (isdigit((unsigned char) *at))
		return "Of numbers only 1 and 0 are terms, with and without intercept; others stand in "
			   "I(...), as in I(2 * area).";
	return strchr("^%&@#?(", *at)
			   ? "A formula has names, functions such as log, +, -, :, *, ., 1, 0, parentheses and "
				 "I(...), which takes SQL over columns."
			   : NULL;
}

static void
unexpected(const parser *p)
{
	const char *at = p->at, *hint;

	if (*at == '\0')
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("unexpected end of formula"),
						errhint("Terms follow, as in price ~ area + zone."), formula_here(p, at)));
	hint = syntax_hint(p);
	ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("syntax error in formula at or near \"%s\"", token_at(at)),
					hint ? errhint("%s", hint) : 0, formula_here(p, at)));
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

/* Whether two factors of one name are one: a quoted column may be called as a term is written */
static bool
is_same_factor(const factor *a, const factor *b)
{
	if (a->expression == NULL || b->expression == NULL)
		return a->expression == b->expression && a->n_columns == b->n_columns;
	return strcmp(a->expression, b->expression) == 0 && a->category == b->category;
}

/* at: where it is written, for an error */
static int
add_factor(parser *p, const factor *f, const char *at)
{
	ListCell *cell;
	factor *new;
	int i = 0;

	foreach (cell, p->factors)
	{
		const factor *known = lfirst(cell);

		if (strcmp(known->name, f->name) == 0)
		{
			if (!is_same_factor(known, f))
				ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
								errmsg("\"%s\" is a column and a term in one formula", f->name),
								errhint("Give the column another name, in a query as the source."),
								formula_here(p, at)));
			return i;
		}
		i++;
	}
	new = palloc(sizeof *new);
	*new = *f;
	p->factors = lappend(p->factors, new);
	return i;
}

/* Whether an expression of SQL begins so, and no column is called so without quotes */
static bool
is_sql_word(const char *name)
{
	static const char *const words[] = {"case", "not", "cast", "null", "true", "false", "select"};

	for (int i = 0; i < (int) lengthof(words); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	return false;
}

/* A column of the source as a factor. */
static factor
column_factor(const parser *p, const char *name, const char *at)
{
	factor f = {name};

	for (int i = 0; i < p->ncolumns; i++)
		if (strcmp(p->columns[i], name) == 0)
		{
			const char *kind = p->kinds[i];

			f.expression = psprintf("q.%s", quote_identifier(name));
			/* where rows are arrays of numbers: days since 2000, as in records */
			if (strcmp(kind, "date") == 0)
				f.expression = psprintf("(%s - '2000-01-01')", f.expression);
			f.boolean = strcmp(kind, "boolean") == 0;
			f.number = f.boolean || strcmp(kind, "number") == 0;
			/* which of an enum's labels is first matters where one is left out */
			f.by_formula =
				strcmp(kind, "levels") == 0 || (strcmp(kind, "enum") == 0 && !p->all_levels);
			f.category = strcmp(kind, "enum") == 0 || strcmp(kind, "levels") == 0 ||
						 strcmp(kind, "category") == 0;
			f.order = strcmp(kind, "enum") == 0 ? "enum" : "text";
			return f;
		}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" does not exist in the source", name),
			 is_sql_word(name)
				 ? errhint("An expression goes into I(...), as in I(CASE WHEN a > 0 THEN 1 ELSE 0 "
						   "END), I(NOT b).")
				 : errhint("%s", l2_name_hint(name, p->ncolumns, (const char *const *) p->columns)),
			 formula_here(p, at)));
	return f;
}

static int
add_column(parser *p, const char *name, const char *at)
{
	factor f = column_factor(p, name, at);

	return add_factor(p, &f, at);
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
					formula_here(p, start)));
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

/* The first of two characters at s that is outside all parentheses, strings and comments */
static const char *
find_outside(const char *s, char one, char other)
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
			if (depth == 0 && (*s == one || *s == other))
				return s;
			depth += *s == '(' || *s == '[' ? 1 : *s == ')' || *s == ']' ? -1 : 0;
			if (depth > NESTING_MAX)
				ereport(ERROR, (errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
								errmsg("parentheses in a formula are nested too deeply"),
								errdetail("At most %d stand within each other.", NESTING_MAX)));
			next = s + 1;
		}
		before = next[-1];
		s = next;
	}
	return NULL;
}

/* The parenthesis that closes the SQL at s */
static const char *
closing(const char *s)
{
	return find_outside(s, ')', ')');
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

static char *
trimmed(const char *from, const char *end)
{
	while (from < end && strchr(" \t\n\r\f\v", *from))
		from++;
	while (end > from && strchr(" \t\n\r\f\v", end[-1]))
		end--;
	return pnstrdup(from, end - from);
}

/* One SQL expression from start to end, in parentheses; errors point to their place in the formula
 */
static char *
sql_expression(parser *p, const char *start, const char *end, const char *what)
{
	static const char before[] = "SELECT ";
	l2_sql_text t = {p->text, 0, "expression of a formula"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
	char *sql = pnstrdup(start, end - start), *expression;

	/* a comment must not reach beyond it */
	expression = psprintf(strstr(sql, "--") ? "(%s\n)" : "(%s)", sql);
	t.shift = pg_mbstrlen_with_len(p->text, start - p->text) - (int) strlen(before) - 1;
	error_context_stack = &on_error;
	if (!is_expression(psprintf("%s%s", before, expression)))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("%s(...) must be one expression", what), formula_here(p, start)));
	error_context_stack = on_error.previous;
	return expression;
}

/* Where the arguments end whose opening parenthesis is next; past both */
static const char *
take_arguments(parser *p, const char *name, const char *at)
{
	const char *end = closing(++p->at);

	if (end == NULL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("%s( without its closing parenthesis in formula", name),
						formula_here(p, at)));
	p->at = end + 1;
	return end;
}

/* The type of an expression of the language of terms */
static Oid
expression_type(const parser *p, const char *sql)
{
	l2_columns columns = {
		.n = p->ncolumns, .name = p->columns, .type = p->types, .actual = p->actual};
	int settings = l2_pin_settings();
	Oid type = l2_term_analyse(sql, &columns)->type;

	l2_unpin_settings(settings);
	return type;
}

/*
 * I(...) is SQL, and what it is in the model follows from its type: a condition, a category, a
 * time or a number.
 */
static int
parse_sql(parser *p, const char *at)
{
	const char *start = p->at + 1, *end = take_arguments(p, "I", at);
	factor f = {.number = true};

	f.name = psprintf("I(%s)", pnstrdup(start, end - start));
	f.expression = sql_expression(p, start, end, "I");
	switch (expression_type(p, f.expression))
	{
		case BOOLOID:
			f.boolean = true;
			break;
		case TEXTOID:
			f.category = true;
			f.order = "text";
			f.number = false;
			break;
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
			f.number = false;
			break;
		default:
			break;
	}
	return add_factor(p, &f, at);
}

/* Functions of one number, as R has them */
static const struct
{
	const char *name;
	const char *format;
} transformations[] = {
	{"log", "ln(%s::double precision)"},
	{"log2", "(ln(%s::double precision) / ln(2.0::double precision))"},
	{"log10", "log10(%s::double precision)"},
	{"exp", "exp(%s::double precision)"},
	{"sqrt", "sqrt(%s::double precision)"},
};

static bool
is_transformation(const char *name)
{
	for (int i = 0; i < (int) lengthof(transformations); i++)
		if (strcmp(name, transformations[i].name) == 0)
			return true;
	return false;
}

static char *formula_transformed(parser *p, const char *name, const char *start, const char *end);

/* An expression that is a number */
static char *
number_expression(parser *p, const char *start, const char *end, const char *what)
{
	char *sql = sql_expression(p, start, end, what);
	Oid type = expression_type(p, sql);

	switch (type)
	{
		case BOOLOID:
		case TEXTOID:
		case DATEOID:
		case TIMEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("%s(%s) in a formula takes a number, not type %s", what,
							trimmed(start, end), format_type_be(type)),
					 type == DATEOID ? errhint("Days are a number: %s(%s - '2026-01-01', ...).",
											   what, trimmed(start, end))
									 : 0,
					 formula_here(p, start)));
			break;
		default:
			break;
	}
	return sql;
}

/*
 * An expression as R means it: one of the functions above, whose arguments may be such too, or any
 * SQL
 */
static char *
r_expression(parser *p, const char *start, const char *end, const char *what)
{
	const char *at = start, *from, *close;
	char *name;

	while (at < end && strchr(" \t\n\r\f\v", *at))
		at++;
	for (from = at; at < end && is_name_part(*at);)
		at++;
	name = downcase_truncate_identifier(from, at - from, false);
	while (at < end && strchr(" \t\n\r\f\v", *at))
		at++;
	if (at == end || *at != '(' || !is_transformation(name))
		return number_expression(p, start, end, what);
	close = closing(at + 1);
	if (close == NULL || close >= end ||
		strspn(close + 1, " \t\n\r\f\v") < (size_t) (end - close - 1))
		return number_expression(p, start, end, what);
	return psprintf("(%s)", formula_transformed(p, name, at + 1, close));
}

static char *
formula_transformed(parser *p, const char *name, const char *start, const char *end)
{
	const char *comma = find_outside(start, ',', ')');
	char *sql;

	check_stack_depth();
	if (comma && comma < end)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("%s(...) takes one expression in a formula", name),
				 errhint("Logarithms of other bases are log2(x), log10(x) and I(log(b, x))."),
				 formula_here(p, comma)));
	sql = r_expression(p, start, end, name);
	for (int i = 0; i < (int) lengthof(transformations); i++)
		if (strcmp(name, transformations[i].name) == 0)
			return psprintf(transformations[i].format, sql);
	return sql;
}

static int
parse_transformation(parser *p, const char *name, const char *at)
{
	const char *start = p->at + 1, *end = take_arguments(p, name, at);
	factor f = {.number = true};

	f.expression = formula_transformed(p, name, start, end);
	f.name = psprintf("%s(%s)", name, trimmed(start, end));
	return add_factor(p, &f, at);
}

/* The column that the arguments are, a name and nothing else */
static char *
column_argument(parser *p, const char *name, const char *end)
{
	char *column;

	skip_blanks(p);
	if (*p->at == '"')
		column = quoted_name(p);
	else
	{
		const char *at = p->at;

		while (is_name_part(*p->at))
			p->at++;
		column = downcase_truncate_identifier(at, p->at - at, false);
	}
	skip_blanks(p);
	if (p->at != end || *column == '\0')
		ereport(
			ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR), errmsg("%s(...) takes the name of a column", name),
			 strcmp(name, "factor") == 0
				 ? errhint("A text is a category: I(extract(month FROM sold)::text). Else make a "
						   "column of the expression in a query as the source. The level to "
						   "compare with is the option {\"reference\": {\"zone\": "
						   "\"north\"}}.")
				 : errhint("Make a column of the expression in a query as the source, as in "
						   "SELECT *, extract(month FROM sold) AS k FROM houses, and write %s(k).",
						   name),
			 formula_here(p, p->at)));
	return column;
}

/* factor(k): the values of a column are levels */
static int
parse_levels(parser *p, const char *at)
{
	const char *start = p->at + 1, *end = take_arguments(p, "factor", at), *after = p->at;
	factor f;

	p->at = start;
	f = column_factor(p, column_argument(p, "factor", end), start);
	p->at = after;
	if (!f.number && !f.category)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" cannot be a factor", f.name),
						errhint("Make a text of it in a query."), formula_here(p, start)));
	if (f.number)
	{
		Oid type = expression_type(p, f.expression);

		/* numbers that may have a fraction are told apart as decimals, which is how levels are
		 * written */
		if (type == FLOAT4OID || type == FLOAT8OID || type == NUMERICOID)
			f.expression = psprintf("(%s::numeric)", f.expression);
		f.order = "number";
		f.bare = true;
	}
	f.category = f.by_formula = true;
	f.number = f.boolean = false;
	f.name = psprintf("factor(%s)", f.name);
	return add_factor(p, &f, at);
}

/* What is known of the rows by that name: values in order, of which there are none before it is */
static char **
known_values(const parser *p, const char *name, int *n)
{
	char **values = palloc(sizeof(char *) * Max(p->n_known, 1));

	*n = 0;
	for (int i = 0; i < p->n_known; i++)
		if (strcmp(p->known_name[i], name) == 0)
			values[(*n)++] = p->known_value[i];
	return values;
}

static void
formula_ask(parser *p, const char *name, const char *expression, const char *kind)
{
	need *n;
	ListCell *cell;

	/* the same spline may be in several terms */
	foreach (cell, p->needs)
		if (strcmp(((need *) lfirst(cell))->name, name) == 0)
			return;
	n = palloc(sizeof *n);
	*n = (need){name, expression, kind};
	p->needs = lappend(p->needs, n);
}

static char *
number_text(double v)
{
	StringInfoData s;

	initStringInfo(&s);
	l2_append_double(&s, v);
	return psprintf("(%s)::double precision", s.data);
}

/* A piecewise cubic of x as SQL */
static char *
spline_sql(const char *x, int pieces, const double *from, const double *origin, const double *coef)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfoString(&s, pieces > 1 ? "CASE" : "(");
	for (int k = 0; k < pieces; k++)
	{
		const double *c = coef + 4 * (size_t) k;
		char *t = psprintf("(%s - %s)", x, number_text(origin[k]));

		if (k + 1 < pieces)
			appendStringInfo(&s, " WHEN %s < %s THEN ", x, number_text(from[k + 1]));
		else if (pieces > 1)
			appendStringInfoString(&s, " ELSE ");
		appendStringInfo(&s, "%s + %s * (%s + %s * (%s + %s * %s))", number_text(c[0]), t,
						 number_text(c[1]), t, number_text(c[2]), t, number_text(c[3]));
	}
	appendStringInfoString(&s, pieces > 1 ? " END" : ")");
	return s.data;
}

/* What the cube of neither overflows nor, divided by, underflows */
#define MOST_SPAN 1e100

/* The columns of ns or bs, whose knots are known or asked for */
static void
make_spline(parser *p, factor *f, const char *x, int interior, bool natural)
{
	int n, pieces = l2n_spline_pieces(interior, natural);
	char **known = known_values(p, f->name, &n);
	double *knots = palloc(sizeof(double) * (interior + 2));
	double *from = palloc(sizeof(double) * pieces), *origin = palloc(sizeof(double) * pieces),
		   *coef;

	f->n_columns = l2n_spline_columns(interior, natural);
	coef = palloc(sizeof(double) * 4 * f->n_columns * pieces);
	f->column_name = palloc(sizeof(char *) * f->n_columns);
	f->column = palloc(sizeof(char *) * f->n_columns);
	for (int i = 0; i < f->n_columns; i++)
	{
		f->column_name[i] = psprintf("%s%d", f->name, i + 1);
		f->column[i] = "0";
	}
	if (n == 0)
	{
		formula_ask(p, f->name, x, psprintf("%d", interior));
		return;
	}
	if (n != interior + 2)
		elog(ERROR, "%s has %d knots", f->name, n);
	for (int i = 0; i < n; i++)
		knots[i] = strtod(known[i], NULL);
	/* each piece is a cubic, whose coefficients are as small as the values are large */
	for (int i = 1; i < n; i++)
		if (!(knots[i] - knots[i - 1] < MOST_SPAN) ||
			(knots[i] > knots[i - 1] && knots[i] - knots[i - 1] < 1 / MOST_SPAN))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("values of %s are too %s", f->name,
								   knots[i] - knots[i - 1] < 1 ? "near each other" : "large"),
							errhint("Rescale the column: give it a unit in which it is near 1.")));
	if (l2n_spline_basis(n, knots, natural, from, origin, coef,
						 palloc(sizeof(double) * l2n_spline_worksize(interior))) != 0)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("%s has no %d different knots", f->name, n),
						errdetail("They are quantiles of its values, of which too many are equal."),
						errhint("Take fewer degrees of freedom.")));
	for (int i = 0; i < f->n_columns; i++)
		f->column[i] = spline_sql(x, pieces, from, origin, coef + (size_t) 4 * pieces * i);
}

static void
make_powers(factor *f, const char *x, int degree)
{
	f->n_columns = degree;
	f->column_name = palloc(sizeof(char *) * degree);
	f->column = palloc(sizeof(char *) * degree);
	for (int i = 0; i < degree; i++)
	{
		f->column_name[i] = psprintf("%s%d", f->name, i + 1);
		f->column[i] = i == 0 ? psprintf("%s", x) : psprintf("(%s ^ %d)", x, i + 1);
	}
}

/* Whether an argument of poly is R's raw = TRUE */
static bool
asks_for_raw(const char *argument)
{
	const char *value = strchr(argument, '=');

	if (value == NULL || strncmp(argument, "raw", 3) != 0)
		return false;
	value += 1 + strspn(value + 1, " \t");
	return strcmp(value, "TRUE") == 0 || strcmp(value, "T") == 0 || strcmp(value, "true") == 0;
}

/* poly(x, d), ns(x, df), bs(x, df) */
static int
parse_basis(parser *p, const char *name, const char *at)
{
	const char *start = p->at + 1, *end = take_arguments(p, name, at);
	const char *comma = find_outside(start, ',', ')'), *more;
	bool powers = strcmp(name, "poly") == 0, natural = strcmp(name, "ns") == 0;
	int least = powers ? 1 : natural ? 1 : 3;
	int most = powers ? POWERS_MAX : L2N_SPLINE_MAX;
	factor f = {.number = true};
	char *x, *second, *rest;
	long d;

	if (comma == NULL || comma >= end)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("%s(...) takes an expression and a whole number", name),
						errhint(powers ? "As in poly(area, 2)." : "As in %s(area, 4).", name),
						formula_here(p, at)));
	more = find_outside(comma + 1, ',', ')');
	second = trimmed(comma + 1, more);
	if (strncmp(second, powers ? "degree" : "df", powers ? 6 : 2) == 0 && strchr(second, '='))
		second = strchr(second, '=') + 1;
	errno = 0;
	d = strtol(second, &rest, 10);
	if (errno != 0 || rest == second || rest[strspn(rest, " ")] != '\0' || d < least || d > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of %s(...) must be a whole number from %d to %d",
						powers ? "the degree" : "df", name, least, most),
				 powers
					 ? errhint("poly(...) is of one column, as in poly(area, 2); products are (a "
							   "+ b)^2.")
					 : errhint("Knots are quantiles of the values, as many as df says."),
				 formula_here(p, comma + 1)));
	if (more < end && !(powers && asks_for_raw(trimmed(more + 1, end))))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("%s(...) takes an expression and a whole number", name),
				 powers
					 ? errhint("Its columns are powers of x, as R's by raw = TRUE; predictions are "
							   "those of orthogonal ones.")
					 : errhint("Its knots are quantiles of the values, as many as df says."),
				 formula_here(p, more)));
	x = psprintf("%s::double precision", r_expression(p, start, comma, name));
	f.name = psprintf("%s(%s, %ld)", name, trimmed(start, comma), d);
	f.expression = f.name;
	if (powers)
		make_powers(&f, psprintf("(%s)", x), (int) d);
	else
		make_spline(p, &f, psprintf("(%s)", x), (int) d - (natural ? 1 : 3), natural);
	return add_factor(p, &f, at);
}

static bool
at_factor(parser *p)
{
	skip_blanks(p);
	return is_name_start(*p->at) || *p->at == '"';
}

/* What to write for a function of other languages; NULL for none of them */
static const char *
function_hint(const char *name)
{
	static const struct
	{
		const char *names; /* between blanks */
		const char *hint;
	} others[] = {
		{" as.factor ordered as.ordered c category categorical cat ",
		 "The values of a column are levels in factor(k); a text is a category as it is. The level "
		 "to compare with is the option {\"reference\": {\"zone\": \"north\"}}."},
		{" relevel ", "The reference is the option {\"reference\": {\"zone\": \"north\"}}."},
		{" scale center standardize zscore ",
		 "Columns are standardized by the option \"standardize\", with a penalty by default; "
		 "coefficients and predictions are of the columns as they are."},
		{" log1p ", "Write log(1 + x)."},
		{" expm1 ", "Write I(exp(x) - 1)."},
		{" np.log math.log numpy.log ln ", "The natural logarithm is log(x)."},
		{" np.log2 math.log2 ", "Write log2(x)."},
		{" np.log10 math.log10 ", "Write log10(x)."},
		{" np.log1p math.log1p ", "Write log(1 + x)."},
		{" np.exp math.exp ", "Write exp(x)."},
		{" np.sqrt math.sqrt ", "Write sqrt(x)."},
		{" np.abs math.fabs ", "Write I(abs(x))."},
		{" np.power pow power ", "Write I(x ^ 2), or poly(x, 2)."},
		{" s te ti lo cr cc rcs pspline ", "Splines are ns(x, 4) and bs(x, 5)."},
		{" as.numeric as.integer as.double ", "A cast is I(x::double precision)."},
		{" cut ", "Classes of a number are I(width_bucket(x, 0, 100, 10)::text)."},
		{" cbind mvbind ", "A formula has one target; of yes and no it is the share of yes, with "
						   "the count as option \"weight\"."},
		{" pmin ", "Write I(least(x, 50))."},
		{" pmax ", "Write I(greatest(x, 0))."},
		{" fe absorb ", "Effects of groups are taken out by y ~ x | store."},
		{" re lme ", "Effects of groups are taken out by y ~ x | store; none are random."},
		{" weights weight ", "Weights are the option {\"weight\": \"w\"}."},
		{" cluster ", "Clusters are options: {\"vcov\": \"CR1\", \"cluster\": \"store\"}."},
		{" ifelse if_else ", "Write I(CASE WHEN a > 0 THEN 1 ELSE 0 END)."},
		{" exposure ", "Write offset(log(x))."},
		{" year month quarter week day weekday wday yday hour dow ",
		 "Parts of a date are I(extract(month FROM sold)); as levels, "
		 "I(extract(month FROM sold)::text)."},
		{" lag lead diff shift rolling cumsum row_number rank avg mean sum min max median ",
		 "What looks at other rows goes into a query as the source: SELECT *, lag(x) OVER (ORDER "
		 "BY "
		 "day) AS x_before FROM t."},
	};
	char *word = psprintf(" %s ", name);

	for (int i = 0; i < (int) lengthof(others); i++)
		if (strstr(others[i].names, word))
			return others[i].hint;
	return NULL;
}

static void
unknown_function(const parser *p, const char *name, const char *at)
{
	const char *hint = function_hint(name);

	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR), errmsg("function \"%s\" in a formula", name),
			 hint ? errhint("%s", hint)
				  : errhint("A formula knows log, log2, log10, exp, sqrt, factor, poly, ns, bs and "
							"offset; any other SQL goes into I(...), as in I(%s(...)).",
							name),
			 formula_here(p, at)));
}

/*
 * A name with a dot in it, which begins at a position: a function as others write it, a column of
 * R's, or a table's
 */
static void
refuse_dotted(const parser *p, const char *at)
{
	const char *end = at, *last;
	char *name;

	while (is_name_part(*end) || (*end == '.' && is_name_start(end[1])))
		end++;
	name = downcase_truncate_identifier(at, end - at, false);
	if (*end == '(')
		unknown_function(p, name, at);
	for (int i = 0; i < p->ncolumns; i++)
		if (pg_strcasecmp(p->columns[i], name) == 0)
			ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("name with a dot in a formula"),
							errhint("Quote it: %s.", quote_identifier(p->columns[i])),
							formula_here(p, at)));
	last = strrchr(name, '.') + 1;
	if (strncmp(name, "i.", 2) == 0 || strncmp(name, "ib", 2) == 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR), errmsg("name with a dot in a formula"),
			 errhint("The values of a column are levels in factor(%s); a text is a category as it "
					 "is.",
					 last),
			 formula_here(p, at)));
	ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("name with a dot in a formula"),
					errhint("Columns stand without the name of their table: %s.", last),
					formula_here(p, at)));
}

/* A factor's number; -1 for an offset, which is none */
static int
parse_factor(parser *p)
{
	const char *at = p->at;
	char *name;

	if (*at == '"')
		return add_column(p, quoted_name(p), at);
	while (is_name_part(*p->at))
		p->at++;
	if (*p->at == '.' && is_name_start(p->at[1]))
		refuse_dotted(p, at);
	name = downcase_truncate_identifier(at, p->at - at, false);
	skip_blanks(p);
	if (*p->at != '(')
		return add_column(p, name, at);
	if (strcmp(name, "i") == 0)
		return parse_sql(p, at);
	if (is_transformation(name))
		return parse_transformation(p, name, at);
	if (strcmp(name, "factor") == 0)
		return parse_levels(p, at);
	if (strcmp(name, "poly") == 0 || strcmp(name, "ns") == 0 || strcmp(name, "bs") == 0)
		return parse_basis(p, name, at);
	if (strcmp(name, "offset") != 0)
		unknown_function(p, name, at);
	name = (char *) p->at + 1;
	at = take_arguments(p, "offset", at);
	p->offsets = lappend(p->offsets, r_expression(p, name, at, "offset"));
	return -1;
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

/* Keeps the names of the factors that are terms by themselves of what is subtracted */
static void
note_dropped(parser *p, const List *list)
{
	ListCell *cell;

	foreach (cell, list)
	{
		int f;

		if (bms_get_singleton_member(lfirst(cell), &f))
			p->dropped = lappend(p->dropped, pstrdup(((factor *) list_nth(p->factors, f))->name));
	}
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

/*
 * A factor, a sum in parentheses, a dot for the columns that are not named, or 0 and 1 for the
 * intercept.
 */
static terms
parse_primary(parser *p)
{
	terms t = {NIL, UNSAID};

	if (at_factor(p))
	{
		int f = parse_factor(p);

		if (f >= 0)
			t.list = list_make1(bms_make_singleton(f));
	}
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
			ListCell *cell;
			bool left = false;

			foreach (cell, p->mentioned)
				left |= strcmp(lfirst(cell), p->dot[i]) == 0;
			if (left)
				continue;
			p->dot_found = true;
			t.list = add_term(t.list, bms_make_singleton(add_column(p, p->dot[i], p->at - 1)));
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
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("the intercept cannot be part of a product in a formula"),
						errhint("1 and 0 stand for the intercept: add or subtract them."),
						formula_here(p, at)));
}

/* The terms of (a + b + c)^n: all products of at most n of them */
static terms
parse_power(parser *p)
{
	const char *at = p->at;
	terms t = parse_primary(p);
	List *base = list_copy(t.list); /* what is added to the list itself is no factor */
	char *end;
	long n;

	if (!take_if(p, '^'))
		return t;
	check_operand(p, at, &t);
	skip_blanks(p);
	n = strtol(p->at, &end, 10);
	if (end == p->at || n < 1 || n > POWERS_MAX || is_name_part(*end) || *end == '.')
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("a power in a formula is a whole number from 1 to %d", POWERS_MAX),
						errhint("The square of a number is I(area^2), or poly(area, 2)."),
						formula_here(p, p->at)));
	if (list_length(base) == 1 && n > 1)
		ereport(NOTICE,
				(errmsg("a power of a single term is the term itself in a formula, as in R"),
				 errhint("The square of a number is I(area^2), or poly(area, 2).")));
	p->at = end;
	for (long i = 1; i < n; i++)
	{
		List *more = interactions(t.list, base);
		ListCell *cell;

		foreach (cell, more)
			t.list = add_term(t.list, lfirst(cell));
	}
	return t;
}

static terms
parse_product(parser *p)
{
	const char *at = p->at;
	terms t = parse_power(p), next;

	while (take_if(p, ':'))
	{
		check_operand(p, at, &t);
		at = p->at;
		next = parse_power(p);
		check_operand(p, at, &next);
		t.list = interactions(t.list, next.list);
	}
	return t;
}

/* a*b is a + b + a:b, of sums on either side, too. */
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

/* Terms with + and - between them; a - takes terms out that came before. */
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
		int offsets = list_length(p->offsets);

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
		if (minus && list_length(p->offsets) > offsets)
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an offset is not subtracted"),
					 errdetail("It is no term, which a formula could be without."),
					 errhint("Leave it out; one to be taken from the others is offset(-(x))."),
					 formula_here(p, at)));
		if (t.intercept != UNSAID)
			sum.intercept = minus ? WITHOUT : t.intercept;
		if (minus)
			note_dropped(p, t.list);
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

/*
 * Columns
 */

typedef struct columns
{
	int n;
	const char **name;
	const char **expression;
} columns;

static void
add_made(columns *c, const char *name, const char *expression)
{
	l2_check_columns(c->n + 2);
	if ((c->n & (c->n - 1)) == 0)
	{
		int room = Max(8, 2 * c->n);

		c->name = c->n ? repalloc(c->name, sizeof(char *) * room) : palloc(sizeof(char *) * room);
		c->expression =
			c->n ? repalloc(c->expression, sizeof(char *) * room) : palloc(sizeof(char *) * room);
	}
	c->name[c->n] = name;
	c->expression[c->n++] = expression;
}

/* A string that means the same whatever the settings */
static char *
level_literal(const factor *f, const char *level)
{
	StringInfoData s;

	if (f->bare && !strchr("-.0123456789", *level) && strcmp(level, "false") != 0 &&
		strcmp(level, "true") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s has the value %s, which is no level", f->name, level),
				 errhint("Leave such rows out in a query, or make NULL of it with NULLIF.")));
	if (f->bare)
		return psprintf("(%s)", level);
	initStringInfo(&s);
	appendStringInfoChar(&s, '\'');
	for (; *level; level++)
	{
		if (*level == '\'')
			appendStringInfoChar(&s, '\'');
		appendStringInfoChar(&s, *level);
	}
	appendStringInfoChar(&s, '\'');
	return s.data;
}

/* A level as a number: 1 in its rows, 0 in those of others */
static char *
level_column(const factor *f, const char *level)
{
	return psprintf("(%s OPERATOR(pg_catalog.=) %s)::integer", f->expression,
					level_literal(f, level));
}

/* The columns that a factor is in a term */
static void
factor_columns(const factor *f, bool all_levels, columns *c)
{
	*c = (columns){0};
	if (f->category)
		for (int i = all_levels ? 0 : 1; i < f->n_levels; i++)
			add_made(c,
					 f->boolean && !all_levels ? f->name : psprintf("%s=%s", f->name, f->levels[i]),
					 level_column(f, f->levels[i]));
	else if (f->n_columns > 0)
		for (int i = 0; i < f->n_columns; i++)
			add_made(c, f->column_name[i], f->column[i]);
	else
		add_made(c, f->name, f->boolean ? psprintf("%s::integer", f->expression) : f->expression);
}

static void
check_factor_of_product(const factor *f)
{
	if (!f->number && !f->category && !f->boolean)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" in an interaction is neither a number nor a category",
							   f->name),
						errhint("Make a number of it in I(...): days of a date are I(sold - "
								"'2026-01-01').")));
}

/*
 * Whether a factor has all its levels in a term, by R's rule: unless what is left of the term is
 * part of one before it, or nothing
 */
static bool
has_all_levels(const List *ordered, int number, int f)
{
	Bitmapset *left = bms_del_member(bms_copy(list_nth(ordered, number)), f);

	if (bms_is_empty(left))
		return false;
	for (int i = 0; i < number; i++)
		if (bms_is_subset(left, list_nth(ordered, i)))
			return false;
	return true;
}

/* All products of a column of each factor, those of the first factor running fastest */
static void
term_columns(const parser *p, const List *ordered, int number, int full, columns *all)
{
	const Bitmapset *term = list_nth(ordered, number);
	bool single = bms_num_members(term) == 1;
	columns made = {0};
	int i = -1;

	while ((i = bms_next_member(term, i)) >= 0)
	{
		const factor *f = list_nth(p->factors, i);
		columns mine, product = {0};

		if (single && f->n_columns == 0 && !(f->category && f->by_formula))
		{
			add_made(all, f->name, f->expression);
			return;
		}
		check_factor_of_product(f);
		/* a boolean is one column beside others as it is by itself, whatever the method */
		factor_columns(
			f, (p->all_levels && !f->boolean) || i == full || has_all_levels(ordered, number, i),
			&mine);
		if (made.n == 0)
		{
			made = mine;
			if (mine.n == 0)
				return;
			continue;
		}
		for (int b = 0; b < mine.n; b++)
			for (int a = 0; a < made.n; a++)
			{
				CHECK_FOR_INTERRUPTS();
				add_made(&product, psprintf("%s:%s", made.name[a], mine.name[b]),
						 psprintf("%s::double precision OPERATOR(pg_catalog.*) %s",
								  made.expression[a], mine.expression[b]));
			}
		made = product;
		if (made.n == 0)
			return;
	}
	for (int c = 0; c < made.n; c++)
		add_made(all, made.name[c],
				 single ? made.expression[c]
						: psprintf("(%s::double precision)", made.expression[c]));
}

/* In products, and without an intercept, true and false are levels */
static void
make_levels_of_boolean(factor *f)
{
	static char *levels[] = {"false", "true"};

	if (f->category)
		return;
	f->category = f->by_formula = f->bare = true;
	f->levels = levels;
	f->n_levels = lengthof(levels);
}

/* Which categories are coded here, and their levels, which are asked for where they are not known
 */
static void
settle_levels(parser *p, const List *ordered, bool intercept)
{
	ListCell *cell;

	foreach (cell, ordered)
	{
		int i = -1;

		while ((i = bms_next_member(lfirst(cell), i)) >= 0)
		{
			factor *f = list_nth(p->factors, i);

			if (!(bms_num_members(lfirst(cell)) > 1 || !intercept))
				continue;
			if (f->boolean)
				make_levels_of_boolean(f);
			f->by_formula |= f->category;
		}
	}
	foreach (cell, ordered)
	{
		int i = -1;

		while ((i = bms_next_member(lfirst(cell), i)) >= 0)
		{
			factor *f = list_nth(p->factors, i);

			if (!f->category || !f->by_formula || f->levels)
				continue;
			f->levels = known_values(p, f->name, &f->n_levels);
			if (f->n_levels == 0)
				formula_ask(p, f->name, f->expression, f->order);
		}
	}
}

/*
 * Without an intercept the first category has all its levels in the first term that it is in: its
 * number, and that of the term, or -1
 */
static int
full_factor(const parser *p, const List *ordered, bool intercept, int *in_term)
{
	for (*in_term = 0; !intercept && *in_term < list_length(ordered); (*in_term)++)
	{
		int i = -1;

		while ((i = bms_next_member(list_nth(ordered, *in_term), i)) >= 0)
			if (((factor *) list_nth(p->factors, i))->category)
				return i;
	}
	return -1;
}

/* Columns of the source that an expression mentions */
static bool
find_mentioned(Node *node, void *context)
{
	List **found = context;

	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef) && IsA(llast(((ColumnRef *) node)->fields), String))
		*found = lappend(*found, strVal(llast(((ColumnRef *) node)->fields)));
	return raw_expression_tree_walker(node, find_mentioned, context);
}

/* The columns of the source that SQL mentions */
static List *
mentioned_by(const char *sql)
{
	SelectStmt *s = (SelectStmt *) l2_parse_select(psprintf("SELECT %s", sql))->stmt;
	List *found = NIL;

	(void) find_mentioned(linitial_node(ResTarget, s->targetList)->val, &found);
	return found;
}

static bool
is_mentioned(const List *columns, const char *name)
{
	ListCell *cell;

	foreach (cell, columns)
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

static void
parse_response(parser *p)
{
	const factor *f;

	p->response = parse_factor(p);
	if (p->response < 0)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("an offset is no target"),
						formula_here(p, p->text)));
	f = list_nth(p->factors, p->response);
	if (f->n_columns > 0)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("\"%s\" is no target", f->name),
						errdetail("It is several columns."), formula_here(p, p->text)));
	p->mentioned = mentioned_by(f->expression);
}

/* The sum of the offsets; NULL where there are none */
static char *
sum_of_offsets(const parser *p)
{
	StringInfoData s;
	ListCell *cell;

	if (p->offsets == NIL)
		return NULL;
	initStringInfo(&s);
	foreach (cell, p->offsets)
		appendStringInfo(&s, "%s%s::double precision", s.len ? " OPERATOR(pg_catalog.+) " : "(",
						 (char *) lfirst(cell));
	appendStringInfoChar(&s, ')');
	return s.data;
}

/* Error where SQL mentions all that the target is made from: what tells the target is no term */
static void
refuse_leak(const parser *p, const char *what, const char *sql)
{
	List *columns = mentioned_by(sql);
	ListCell *cell;

	if (p->mentioned == NIL)
		return;
	foreach (cell, p->mentioned)
		if (!is_mentioned(columns, lfirst(cell)))
			return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is made from the target, \"%s\"", what,
					((factor *) list_nth(p->factors, p->response))->name),
			 errdetail("What a model explains is not known of the rows that it is to predict.")));
}

/* A target that is a term too, as it is or transformed */
static void
check_leak(const parser *p, const List *ordered)
{
	ListCell *cell;

	foreach (cell, ordered)
	{
		int i = -1;

		while ((i = bms_next_member(lfirst(cell), i)) >= 0)
		{
			const factor *f = list_nth(p->factors, i);

			if (i == p->response)
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("\"%s\" is both target and term of the formula", f->name)));
			refuse_leak(p, psprintf("term \"%s\"", f->name),
						f->n_columns > 0 ? f->name : f->expression);
		}
	}
	foreach (cell, p->offsets)
		refuse_leak(p, "the offset", lfirst(cell));
}

enum
{
	TARGET,
	TARGET_EXPRESSION,
	TERMS,
	EXPRESSIONS,
	INTERCEPT,
	DOT_USED,
	DROPPED,
	OFFSET,
	GUARDS,
	GUARD_EXPRESSIONS,
	NEEDS,
	NEED_EXPRESSIONS,
	NEED_KINDS,
	FORMULA_COLUMNS
};

static void
put_needs(const parser *p, Datum *values)
{
	int n = list_length(p->needs);
	const char **name = palloc(sizeof(char *) * Max(n, 1));
	const char **expression = palloc(sizeof(char *) * Max(n, 1));
	const char **kind = palloc(sizeof(char *) * Max(n, 1));

	for (int i = 0; i < n; i++)
	{
		const need *one = list_nth(p->needs, i);

		name[i] = one->name;
		expression[i] = one->expression;
		kind[i] = one->kind;
	}
	values[NEEDS] = l2_make_text_array(name, n);
	values[NEED_EXPRESSIONS] = l2_make_text_array(expression, n);
	values[NEED_KINDS] = l2_make_text_array(kind, n);
}

/* The categories whose levels are columns here: a row of another level is one not seen */
static void
put_guards(const parser *p, Datum *values)
{
	int n = 0, all = list_length(p->factors);
	const char **name = palloc(sizeof(char *) * Max(all, 1));
	const char **expression = palloc(sizeof(char *) * Max(all, 1));

	for (int i = 0; i < all; i++)
	{
		const factor *f = list_nth(p->factors, i);

		/* a row to be predicted need not have the target, let alone a known label of it */
		if (i == p->response || !f->category || !f->by_formula || f->boolean)
			continue;
		name[n] = f->name;
		expression[n++] = psprintf("%s::text", f->expression);
	}
	values[GUARDS] = l2_make_text_array(name, n);
	values[GUARD_EXPRESSIONS] = l2_make_text_array(expression, n);
}

/* The types of the columns; *actual as they are, and the built-in ones */
static Oid *
formula_type_list(Datum d, int n, Oid **actual)
{
	Datum *elements;
	bool *nulls;
	Oid *types = palloc(sizeof(Oid) * Max(n, 1));
	int given;

	deconstruct_array(DatumGetArrayTypeP(d), REGTYPEOID, sizeof(Oid), true, TYPALIGN_INT, &elements,
					  &nulls, &given);
	if (given != n)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("columns and types must have the same length")));
	*actual = palloc(sizeof(Oid) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		(*actual)[i] = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
		types[i] = nulls[i] ? InvalidOid : l2_builtin_type((*actual)[i]);
	}
	return types;
}

static Datum
name_array(const List *names)
{
	const char **name = palloc(sizeof(char *) * Max(list_length(names), 1));
	ListCell *cell;
	int n = 0;

	foreach (cell, names)
		name[n++] = lfirst(cell);
	return l2_make_text_array(name, n);
}

PG_FUNCTION_INFO_V1(_l2_formula);
PGDLLEXPORT Datum
_l2_formula(PG_FUNCTION_ARGS)
{
	parser p = {.text = text_to_cstring(PG_GETARG_TEXT_PP(0)), .response = -1};
	Datum values[FORMULA_COLUMNS];
	bool nulls[FORMULA_COLUMNS] = {false};
	columns all = {0};
	List *ordered;
	terms t;
	int nkinds, n, n_values, full, in_term;
	bool intercept;

	p.at = p.text;
	p.columns = l2_text_array(PG_GETARG_DATUM(1), "columns", &p.ncolumns);
	p.kinds = l2_text_array(PG_GETARG_DATUM(2), "kinds", &nkinds);
	p.dot = l2_text_array(PG_GETARG_DATUM(3), "dot", &p.ndot);
	p.known_name = l2_text_array(PG_GETARG_DATUM(4), "names", &p.n_known);
	p.known_value = l2_text_array(PG_GETARG_DATUM(5), "values", &n_values);
	p.all_levels = PG_GETARG_BOOL(6);
	p.types = formula_type_list(PG_GETARG_DATUM(7), p.ncolumns, &p.actual);
	if (nkinds != p.ncolumns || n_values != p.n_known)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("columns and kinds, names and values must have the same length")));

	if (at_factor(&p))
		parse_response(&p);
	if (!take_if(&p, '~'))
		unexpected(&p);
	t = parse_sum(&p);
	if (*p.at != '\0')
		unexpected(&p);
	intercept = t.intercept != WITHOUT;
	if (t.list == NIL && (!intercept || p.dot_used))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("formula has no terms"),
						p.dot_used && !p.dot_found
							? errdetail("The source has no usable column but the target.")
							: 0,
						errhint("The mean alone is price ~ 1."), formula_here(&p, p.at)));
	ordered = by_degree(t.list, &n);
	check_leak(&p, ordered);
	settle_levels(&p, ordered, intercept);
	full = full_factor(&p, ordered, intercept, &in_term);
	for (int i = 0; i < n && p.needs == NIL; i++)
		term_columns(&p, ordered, i, i == in_term ? full : -1, &all);

	nulls[TARGET] = nulls[TARGET_EXPRESSION] = p.response < 0;
	if (p.response >= 0)
	{
		const factor *f = list_nth(p.factors, p.response);

		values[TARGET] = CStringGetTextDatum(f->name);
		values[TARGET_EXPRESSION] = CStringGetTextDatum(f->expression);
	}
	values[TERMS] = l2_make_text_array(all.name, all.n);
	values[EXPRESSIONS] = l2_make_text_array(all.expression, all.n);
	values[INTERCEPT] = BoolGetDatum(intercept);
	values[DOT_USED] = BoolGetDatum(p.dot_used);
	values[DROPPED] = name_array(p.dropped);
	nulls[OFFSET] = p.offsets == NIL;
	values[OFFSET] = p.offsets ? CStringGetTextDatum(sum_of_offsets(&p)) : (Datum) 0;
	put_guards(&p, values);
	put_needs(&p, values);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}

/*
 * The parts of "y ~ terms | group | endogenous ~ instruments"
 */

enum
{
	PART_TERMS,
	PART_GROUP,
	PART_ENDOGENOUS,
	PART_INSTRUMENTS,
	PARTS
};

static void
wrong_parts(const parser *p, const char *at, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR), errmsg("%s", why),
			 errhint("After the terms there may be | and the column whose groups have effects "
					 "of their own, and | and d ~ z, features and their instruments."),
			 formula_here(p, at)));
}

/* One part behind a bar, from start to end */
static void
formula_take_part(const parser *p, const char *start, const char *end, Datum *values, bool *nulls)
{
	char *text = trimmed(start, end);
	const char *tilde = find_outside(text, '~', '~');
	bool instruments = tilde != NULL;

	if (*text == '\0')
		wrong_parts(p, start, "there is nothing behind a | of the formula");
	if (!nulls[instruments ? PART_INSTRUMENTS : PART_GROUP])
		wrong_parts(p, start,
					instruments ? "the formula names instruments twice"
								: "the formula names groups twice");
	if (!instruments)
	{
		values[PART_GROUP] = CStringGetTextDatum(text);
		nulls[PART_GROUP] = false;
		return;
	}
	values[PART_ENDOGENOUS] = CStringGetTextDatum(trimmed(text, tilde));
	values[PART_INSTRUMENTS] = CStringGetTextDatum(trimmed(tilde + 1, text + strlen(text)));
	if (*trimmed(text, tilde) == '\0' || tilde[1] == '\0')
		wrong_parts(p, start, "features and instruments stand on both sides of the second ~");
	nulls[PART_ENDOGENOUS] = nulls[PART_INSTRUMENTS] = false;
}

PG_FUNCTION_INFO_V1(_l2_formula_parts);
PGDLLEXPORT Datum
_l2_formula_parts(PG_FUNCTION_ARGS)
{
	parser p = {.text = text_to_cstring(PG_GETARG_TEXT_PP(0))};
	const char *tilde = find_outside(p.text, '~', '~');
	const char *bar = tilde ? find_outside(tilde + 1, '|', '|') : NULL;
	Datum values[PARTS];
	bool nulls[PARTS] = {false, true, true, true};
	int lower = 1, n = PARTS;

	values[PART_TERMS] =
		bar ? CStringGetTextDatum(trimmed(p.text, bar)) : PointerGetDatum(PG_GETARG_TEXT_PP(0));
	while (bar)
	{
		const char *next = find_outside(bar + 1, '|', '|');

		formula_take_part(&p, bar + 1, next ? next : p.text + strlen(p.text), values, nulls);
		bar = next;
	}
	PG_RETURN_ARRAYTYPE_P(
		construct_md_array(values, nulls, 1, &n, &lower, TEXTOID, -1, false, TYPALIGN_INT));
}

/* _l2_names_in(part of a formula): names that are no function's */
PG_FUNCTION_INFO_V1(_l2_names_in);
PGDLLEXPORT Datum
_l2_names_in(PG_FUNCTION_ARGS)
{
	parser p = {.text = text_to_cstring(PG_GETARG_TEXT_PP(0))};
	List *names = NIL;

	p.at = p.text;
	while (*p.at)
	{
		const char *start = p.at;

		if (*p.at == '"')
			names = lappend(names, quoted_name(&p));
		else if (*p.at == '\'')
		{
			/* doubled inside, it ends one string and begins the next */
			p.at += 1 + strcspn(p.at + 1, "'");
			p.at += *p.at != '\0';
		}
		else if (is_name_part(*p.at))
		{
			while (is_name_part(*p.at))
				p.at++;
			if (is_name_start(*start) && p.at[strspn(p.at, " \t\n\r\f\v")] != '(')
				names = lappend(names, downcase_truncate_identifier(start, p.at - start, false));
		}
		else
			p.at++;
	}
	PG_RETURN_DATUM(name_array(names));
}
