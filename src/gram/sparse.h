/*
 * sparse.h: sums over rows of numbers and levels, before they become a gram.
 *
 * Numeric columns, the target first, are a gram as elsewhere.  A category is a dictionary of its
 * levels; of each level there is the sum of weights and the weighted sums of the numeric columns,
 * of each two categories the weights of the pairs of levels that occur.  So a row costs a few
 * additions for each category, however many levels it has.
 */
#ifndef L2_SPARSE_H
#define L2_SPARSE_H

#include "gram/encoding.h"
#include "base/category.h"
#include "base/deck.h"
#include "gram/gram_state.h"

typedef struct l2_kept l2_kept; /* see kept.h */

typedef struct l2_sparse_attribute
{
	const char *name;
	l2_kind kind;
	int index;           /* numeric column, from 1; or number of the category */
	l2_enum_order order; /* of the levels of an enum */
} l2_sparse_attribute;

/* The rows of one fold, or all */
typedef struct l2_sparse_part
{
	l2_gram *gram;    /* of the numeric columns */
	int *room;        /* levels that there are sums for, by category */
	double **sums;    /* of each, 1 + k high words and as many low ones: weight, columns */
	l2_pairs **pairs; /* of categories a < b at b (b - 1) / 2 + a */
} l2_sparse_part;

typedef struct l2_sparse
{
	MemoryContext context;
	l2_gram *spec; /* has the options of the fit, and no columns */
	int64 skipped; /* rows that got no further than here */
	int max_levels;
	bool drops_level; /* one level of each category gets no column */
	bool watches_y;   /* an attribute that is y is an error */
	bool of_arrays;   /* rows are arrays: the attributes are x1, x2, ... */
	bool adds_up;     /* rows are dealt by their values alone, and do not wait */
	int n_parts;

	/* from the first usable row on */
	bool settled;
	bool weighted;
	Oid type; /* of the records, in this process; InvalidOid where others have read them */
	int32 typmod;
	int n;
	l2_sparse_attribute *attribute;
	int k; /* numeric columns, the target among them */
	int n_categories;
	const char **category; /* their names */
	l2_dictionary **levels;
	l2_sparse_part *part;
	l2_deck *deck;  /* rows that wait to be dealt to parts: numbers, weight, numbers of levels */
	double *zeros;  /* 2 (1 + k) */
	int *number;    /* of the levels of the row at hand */
	double *packed; /* a row of the deck */
	double *row_of_one; /* 1, and numbers of such a row */

	/* rows, where errors need them: numbers, the target first, and numbers of levels */
	l2_kept *kept;          /* NULL: none */
	const char *kept_bytes; /* of another process */
	Size kept_size;

	/* columns that so far have been y in every row */
	bool any;
	bool y_varies;
	double first_y;
	int n_equal;
	int *equal;

	/* categories that so far have been y's label in every row */
	bool any_label;
	int n_labels;
	int *label;
} l2_sparse;

extern l2_sparse *l2_sparse_make(MemoryContext context, const l2_gram *spec, const l2_options *o,
								 int parts);

/* A state for the rows of b and others, with none of them yet */
extern l2_sparse *l2_sparse_make_like(MemoryContext context, const l2_sparse *b);

/* Settle the attributes; names are copied */
extern void l2_sparse_settle(l2_sparse *s, const char *target, int n,
							 const l2_sparse_attribute *attribute, bool weighted);

/* Rows of other attributes, which are called and are the same, come too: they may know more labels
 */
extern void l2_sparse_learn_orders(l2_sparse *s, const l2_sparse_attribute *attribute);

/*
 * Add a row to part number i: 1, the target, the other numeric columns; and the levels.  False
 * where it turns out to be one that is skipped.
 */
extern bool l2_sparse_add(FunctionCallInfo fcinfo, l2_sparse *s, int i, const double *row,
						  double weight, const l2_bytes *level);

/*
 * The same for a row that has been checked, of whose levels s->number has the numbers, for a state
 * of one part.  tiny: it has values too small to be squared; hash: see L2_GRAM_HASHED.
 */
extern void l2_sparse_add_checked(FunctionCallInfo fcinfo, l2_sparse *s, const double *row,
								  double weight, bool tiny, uint64 hash);

/* The number of a level of category c, a new one where need be */
extern int l2_sparse_level(l2_sparse *s, int c, const l2_bytes *level);

/*
 * The same for a row of that hash that is dealt by its values: at once, or with the others, so that
 * copies are in many parts
 */
extern void l2_sparse_deal(FunctionCallInfo fcinfo, l2_sparse *s, uint64 hash, const double *row,
						   double weight, const l2_bytes *level);

/* A row's levels, and the label that its y is: a category that always is y is an error at the end
 */
extern void l2_sparse_watch_label(l2_sparse *s, const char *label, const l2_bytes *level);

/* NOTICE where rows repeat that were dealt at once, to parts with those grams */
extern void l2_sparse_tell(int *told, const l2_sparse *s, l2_gram **g);

/* Keep the row that has just been added too */
extern void l2_sparse_keep(FunctionCallInfo fcinfo, l2_sparse *s, const double *row,
						   const l2_row_of_y *y);

/* The sums of a level of category c in a part, which may have to grow: see l2_sparse_part */
extern double *l2_sparse_level_sums(l2_sparse *s, l2_sparse_part *p, int c, int number);

/* Rows of level l of category a have level m of category b > a, and that weight */
extern void l2_sparse_add_pair(l2_sparse *s, l2_sparse_part *p, int a, int b, uint32 l, uint32 m,
							   dd weight);

/* Put copies of a row into the deck as they were in another; false where they have no place there
 */
extern bool l2_sparse_wait(l2_sparse *s, uint64 hash, const double *packed, int64 copies);

/* Doubles of a row that waits: its numbers, its weight, the numbers of its levels */
static inline int
l2_sparse_deck_width(const l2_sparse *s)
{
	return s->k + 1 + s->n_categories;
}

/* Add the rows of b to a */
extern void l2_sparse_merge(FunctionCallInfo fcinfo, l2_sparse *a, l2_sparse *b);

/*
 * The grams of the parts, NULL for one without rows; NULL where none has any.  Where they are kept
 * and categories have columns, sparse ones.
 */
extern l2_gram **l2_sparse_grams(FunctionCallInfo fcinfo, l2_sparse *s, const l2_options *o,
								 bool dense);

/* Whether a fit leaves a level of each category without a column, and which */
extern l2_reference l2_reference_of(const l2_options *o);

/* Error: a group has records of more than one type */
extern void l2_records_differ(void);

/* A column of the gram: a numeric one, or a level */
typedef struct l2_sparse_column
{
	int category; /* -1: a numeric one */
	int number;   /* of the numeric column, or of the level */
} l2_sparse_column;

typedef struct l2_sparse_layout
{
	int k;
	l2_sparse_column *column;
	l2_names names;
	int **place; /* of each category, of each level: its column, or -1 */
} l2_sparse_layout;

/* The columns in the order of the attributes, and their names; errors about the target */
extern l2_sparse_layout l2_sparse_lay_out(const l2_sparse *s, const l2_options *o);

/* A NOTICE for each category of one level that has no column: a fit is not what its rows seem to
 * say */
extern void l2_sparse_tell_single(const l2_sparse *s, const l2_sparse_layout *y);

/*
 * For rows that are kept elsewhere: the numbers of a row's levels, one a category, until the next
 * call; its weight is counted in part 0.
 */
extern const int *l2_sparse_number(l2_sparse *s, const double *row, double weight,
								   const l2_bytes *level);

extern bytea *l2_sparse_serialize(l2_sparse *s);

/* In the current memory context */
extern l2_sparse *l2_sparse_deserialize(bytea *bytes);

#endif
