/*
 * term_tree.h: the closed language of terms, between the files that read it.
 *
 * Parse analysis of SQL runs code of whoever made the types and functions that a text names.  So a
 * term is checked twice: its raw tree, which is just what is written, against lists of what may be
 * written; and what analysis makes of that, before anything is folded or run.
 */
#ifndef L2_TERM_TREE_H
#define L2_TERM_TREE_H

#include "base/l2reg.h"

#include "record/terms.h"

#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "parser/parse_node.h"

/* What a term may name, as a column or behind "q." */
typedef struct l2_columns
{
	int n;
	char **name;
	Oid *type;         /* as l2_builtin_type has it; InvalidOid: of none that a term can take */
	const Oid *actual; /* the types that they have, where these are known; or NULL */
	/* what to say of a column that is not there, before the error that says just that; or NULL */
	void (*missing)(const char *name, const void *arg);
	const void *arg;
} l2_columns;

/* A term that was checked and analysed: its columns are Params, numbered from 1 as in used */
typedef struct l2_term_tree
{
	Expr *expression; /* nothing in it is folded */
	Oid type;
	int n_used;
	int *used; /* indices of columns */
} l2_term_tree;

/* In place of what analysis must not see as it is written: the n-th of these is parameter $n */
typedef enum l2_slot_kind
{
	L2_SLOT_COLUMN,
	L2_SLOT_LITERAL, /* a string, whose type its surroundings decide */
	L2_SLOT_DIVISION,
	L2_SLOT_POWER,
	L2_SLOT_FLOAT_FUNCTION, /* computed in float8 whatever number comes */
} l2_slot_kind;

typedef struct l2_slot
{
	l2_slot_kind kind;
	int column;
	char *literal;
	Node *raw; /* an A_Expr or FuncCall, of parts that were checked */
} l2_slot;

/* A term on its way */
typedef struct l2_term_source
{
	ParseState *pstate;
	const l2_columns *columns;
	List *slots;
} l2_term_source;

/* Whether what follows the e of a number, NULL for none, is an exponent of a size to compute with
 */
static inline bool
l2_term_exponent_fits(const char *e)
{
	long exponent = e ? strtol(e + 1, NULL, 10) : 0;

	return exponent >= -400 && exponent <= 400;
}

/* Like ereport's errposition, for a location in the term's text */
#define l2_term_position(s, location) parser_errposition((s)->pstate, (location))

/* The way out for whatever the language does not have */
#define l2_source_hint() \
	errhint("Put its value into the source: into a query, a view or a generated column.")

/* Check a raw expression; what comes back is safe to analyse */
extern Node *l2_term_check_raw(l2_term_source *s, Node *raw);

/* Whether such a string is a time zone that no setting of a session changes */
extern bool l2_is_fixed_zone(const char *zone);

/* A string as a constant of one of the language's types; an error where it is none */
extern Const *l2_term_literal(l2_term_source *s, const char *literal, Oid type, int location);

/*
 * Check and analyse the text of an expression, for which errors point into it.  In the current
 * memory context, under l2_pin_settings.
 */
extern l2_term_tree *l2_term_analyse(const char *sql, const l2_columns *columns);

/*
 * The term as SQL over q, in which everything is qualified.  What has to be done to make the types
 * of columns of those that they have there is part of it.  Under l2_pin_settings.
 */
extern char *l2_term_deparse(const l2_term_tree *t, const l2_columns *columns);

/*
 * SQL of the text of an item of that type, one that terms take: by no cast, which the owner of an
 * enum may have made
 */
extern char *l2_text_sql(const char *item, Oid type);

/* IS TRUE and the like, without IS */
extern const char *l2_boolean_test_name(BoolTestType t);

/*
 * The term of that name as an expression of PMML, that deep in its document; an error where it has
 * none
 */
extern void l2_term_write_pmml(StringInfo out, const l2_term_tree *t, const l2_columns *columns,
							   const char *name, int depth);

/* The column that a term is, but for casts; -1 where it is worked out */
extern int l2_term_bare_column(const l2_term_tree *t);

/* The same as SQL to paste elsewhere: write says what stands for a column */
extern void l2_term_write_plain(StringInfo out, const l2_term_tree *t, const l2_columns *columns,
								l2_column_writer write, void *arg);

/* How an attribute of one type becomes a value of the type that a term computes with */
typedef struct l2_conversion l2_conversion;

/* In the current memory context; an error where the one cannot be made of the other */
extern l2_conversion *l2_conversion_make(const char *name, Oid from, Oid to);

/* Of a value that is not NULL, in the current memory context */
extern Datum l2_convert(l2_conversion *c, Datum d);

/* "a number", "a category", ... */
extern const char *l2_type_phrase(Oid type);

#endif
