/*
 * encoding.h: what is known of the attributes of the record that columns come from.
 *
 * A numeric attribute is one column of its name.  A category is one column of 0 and 1 for each
 * level, named attribute=level, and one named "attribute IS NULL" where NULL is a level; a level
 * that was left out, the reference, has none.  Since no attribute has a '=' in its name, the first
 * one ends it.
 *
 * What is called an attribute here may be a term of a formula, which is worked out from attributes
 * of the record: then its expression is kept, in the language of record/terms.h, and the inputs are
 * all attributes that expressions use, with the built-in types that they are taken as.
 *
 * The labels of a target of two, or of several classes, are kept beside all that, and alone where
 * there is nothing else.
 */
#ifndef L2_ENCODING_H
#define L2_ENCODING_H

#include "base/l2reg.h"
#include "base/enum_order.h"
#include "base/names.h"
#include "options/options.h"

/* What an attribute is.  Dates and timestamps are days since 2000-01-01, intervals days. */
typedef enum l2_kind
{
	L2_NUMBER,
	L2_BOOLEAN,
	L2_DATE,
	L2_TIMESTAMP,
	L2_TIMESTAMPTZ,
	L2_INTERVAL,
	L2_CATEGORY,
	L2_KINDS, /* of no kind that a model can use */
} l2_kind;

/* A level of a category; NULL is one without bytes */
typedef const char *l2_level_name;

typedef struct l2_attribute
{
	const char *name;
	l2_kind kind;
	bool null_level; /* of a category: NULL is a level, whether it occurred or not */
	bool guard;      /* a category without columns, whose levels, all left out, are those known */
	int n_left;      /* levels left out */
	l2_level_name *left;
	const char *expression; /* what it is worked out by; NULL: it is the attribute of its name */
	l2_enum_order order;    /* of the levels of an enum; in grams only */
} l2_attribute;

/* An attribute that expressions use */
typedef struct l2_input
{
	const char *name;
	const char *type; /* as SQL has it: "double precision" */
} l2_input;

typedef struct l2_encoding
{
	l2_unseen unseen;
	int n;
	l2_attribute *attribute;
	int n_inputs;
	l2_input *input;
} l2_encoding;

/* The kind that JSON calls so; L2_KINDS for none */
extern l2_kind l2_kind_of_name(const char *name);

/* What JSON calls a kind */
extern const char *l2_kind_name(l2_kind kind);

/* "a number", "a category", ... */
extern const char *l2_kind_phrase(l2_kind kind);

/* Whether a value of one kind means the same where another was: a timestamp for a date, say */
extern bool l2_kinds_agree(l2_kind a, l2_kind b);

/* The encoding that goes with names; NULL for none */
extern l2_encoding *l2_encoding_of(l2_names names);

/* names as a model has them, whose columns have their order: without that of an enum's labels */
extern l2_names l2_names_without_orders(l2_names names);

/* names with that encoding, none for NULL, and without labels */
extern l2_names l2_encode_names(l2_names names, const l2_encoding *e);

/*
 * Whether untrusted bytes are an encoding: of a model, whose target may have labels, or of a gram,
 * whose categories may have an order
 */
extern bool l2_valid_encoding(const char *bytes, uint32 len, bool of_model);

/* The labels of a target that is one of two texts; where it is not, both are NULL */
typedef struct l2_target_labels
{
	const char *negative; /* counts as 0 */
	const char *positive; /* counts as 1 */
} l2_target_labels;

/* The labels that go with names, whose bytes they lie in */
extern l2_target_labels l2_labels_of(l2_names names);

/* names with those labels, none for NULLs, and the encoding that they have */
extern l2_names l2_label_names(l2_names names, l2_target_labels labels);

/* A target of more classes is a number */
#define L2_CLASSES_LIMIT 1000

/*
 * The labels of a target of n classes, in the order of their coefficients, in memory of their own
 * but for the bytes, which are those of names; NULL and 0 where it is not
 */
extern const char **l2_classes_of(l2_names names, int *n);

/* names with those classes */
extern l2_names l2_class_names(l2_names names, int n, const char *const *label);

/* names with the labels or the classes of another */
extern l2_names l2_names_with_labels_of(l2_names names, l2_names other);

/* The column of a level of an attribute */
extern char *l2_level_column(const char *attribute, l2_level_name level);

/* What a column is in an encoding */
typedef struct l2_column_origin
{
	int attribute; /* -1: none of the encoding's */
	bool is_level;
	l2_level_name level;
} l2_column_origin;

/* Of each of n columns */
extern l2_column_origin *l2_column_origins(const l2_encoding *e, const char *const *columns, int n);

/*
 * Keep of the levels of each guard those without a column of the category's own, as "zone=north":
 * the reference of a formula's terms.  None where no level has one, for then the category is in
 * interactions only.  first gets for each attribute the number of the first such column, -1 for
 * none.
 */
extern void l2_keep_left_out(l2_encoding *e, const char *const *columns, int n, int *first);

/*
 * Whether a name is that of a category; columns gets the numbers of its columns among ncols, *n how
 * many it has
 */
extern bool l2_category_columns(l2_names names, const char *const *list, int ncols,
								const char *name, int *columns, int *n);

/*
 * Names of a target and n features taken from ncols columns, whose names are also a list.  With as
 * much of the encoding as they need; levels that are not among them are left out.
 */
extern l2_names l2_select_names(l2_names names, const char *const *list, int ncols, int target,
								int n, const int *columns);

/* As JSON */
extern void l2_append_encoding(StringInfo s, const l2_encoding *e);

#endif
