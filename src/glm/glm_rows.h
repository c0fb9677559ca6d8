/*
 * glm_rows.h: rows that the aggregates of generalised linear models keep, and passes over them.
 */
#ifndef L2_GLM_ROWS_H
#define L2_GLM_ROWS_H

#include "gram/gram_state.h"
#include "fit/robust.h"
#include "glm/glm.h"
#include "base/deck.h"
#include "base/rowstore.h"
#include "gram/sparse.h"

#include "num/glm/dropout.h"

/* The classes of y, of a fit that has coefficients of each: a row's y is the number of its own */
typedef struct l2_glm_classes
{
	int n;
	int room;
	char **label;
	double *order; /* where it comes among them: of numbers they themselves, of an enum its own; of
					  text by its bytes */
	int last;      /* of the row before */
} l2_glm_classes;

/* The rows of one fold, or all */
typedef struct l2_glm_part
{
	l2_row_store rows;
	int64 n;      /* rows, of which copies may be stored as one of their weight */
	dd total;     /* sum of weights */
	dd sum_y;     /* and of weighted y */
	double least; /* weight; of parts that have rows */
} l2_glm_part;

/*
 * The state of an aggregate.  A row is y, x, and where there are such weight and offset.  x of a
 * record is its numbers, and then the numbers of its levels.
 */
typedef struct l2_glm_state
{
	l2_scope scope;          /* the method, and which aggregate it is; where features come from */
	l2_sparse *levels;       /* records: their attributes */
	l2_sparse_layout layout; /* columns, while a final function is at work */
	double lambda;
	const char *json; /* the options; NULL for none */
	int json_length;  /* of those, in bytes, */
	uint64 hash;      /* and theirs */
	bool skip_nonfinite;
	l2n_family family; /* theta apart */
	int64 seed;        /* of the hash that deals rows to parts */
	int ncols;         /* y and x; 0 before the first usable row */
	int weight;        /* positions in a row; 0: none */
	int offset;
	int cluster;     /* of two keys */
	bool clustered;  /* rows must have clusters */
	int ways;        /* of clusters; 0 before the first row */
	int64 n_bare;    /* rows that were skipped since they had none */
	bool any_weight; /* one of them is not 1 */
	bool any_offset; /* one of them is not 0 */
	bool tiny;       /* some values were too small to be squared */
	int64 n_skipped;
	const char *positive; /* the label that counts as 1; NULL: not given */
	int n_labels;         /* how many labels y has, where it is of such */
	const char *label[2];
	l2_glm_classes classes; /* of several; none where y is a number */
	l2_deck *deck;          /* rows that wait to be dealt to parts; NULL for one part */
	double *packed;         /* such a row: numbers, weight, offset */
	int n_parts;
	l2_glm_part part[FLEXIBLE_ARRAY_MEMBER];
} l2_glm_state;

/* What the first row starts with, in that context: options read and checked, no columns yet */
extern l2_glm_state *l2_glm_state_first(FunctionCallInfo fcinfo, const l2_shape *sh,
										MemoryContext context);

/* Error unless this row asks for the fit that s is the state of */
extern void l2_glm_state_check(FunctionCallInfo fcinfo, const l2_shape *sh, const l2_glm_state *s);

/*
 * The state that a final function of that method and place is given: an error for another one's,
 * NULL where no row has settled its columns
 */
extern l2_glm_state *l2_glm_state_argument(FunctionCallInfo fcinfo, l2_method method,
										   l2_place place);

/* The options of a state, in the current context */
extern void l2_glm_state_options(const l2_glm_state *s, l2_options *o);

/* Likewise, of a state that has rows, for fits: what is left once the columns are settled */
extern void l2_glm_state_open(l2_glm_state *s, l2_options *o);

/* Count the label of a row that is used in: an error for a third one.  What is kept is in context
 */
extern void l2_glm_count_label(l2_glm_state *s, const char *label, MemoryContext context);

/*
 * The number of a row's class, by its label, or where that is NULL by the number that y is; an
 * error where there are too many.  What is kept is in context.
 */
extern int l2_glm_class_of(l2_glm_state *s, const char *label, double order, bool is_boolean,
						   MemoryContext context);

/* Count copies of a row in, whose values are where the next one of its part goes */
extern void l2_glm_part_take(l2_glm_state *s, l2_glm_part *part, double *row, double weight,
							 double offset, int64 copies);

/* Deal the rows that wait, all copies of each to one part: no more will */
extern void l2_glm_stop_waiting(l2_glm_state *s);

/* The state with the rows that wait dealt to its parts; itself where none do */
extern l2_glm_state *l2_glm_state_dealt(FunctionCallInfo fcinfo, l2_glm_state *s);

/* How many parts have rows, which those are, and the weight of each */
extern int l2_glm_parts_with_rows(const l2_glm_state *s, int **part, double **weight);

/* NOTICEs of how rows were dealt to folds: see l2_tell_folds and l2_tell_repeats */
extern void l2_glm_tell_deal(int *told, const l2_glm_state *s);

/* Rows of a state as the source of fits */
typedef struct l2_glm_rows
{
	l2_glm_source source;
	const l2_glm_state *state;
	int first;             /* parts from here on, */
	int last;              /* up to here, */
	int without;           /* but for this */
	int part;              /* where the reading is */
	l2_row_reader *reader; /* of each part */
	int ncols;             /* y and features */
	int width;
	double *dense; /* a block of rows of records; else NULL */
	int *place;    /* of the numbers of a record, y first */
	int cluster;   /* where the keys of clusters are; 0: nowhere */
	l2n_irls irls;
	l2n_masks masks; /* of dropout, where source.masks says that it is by such */
	int64 seed_of;   /* what their seeds are made with, */
	uint64 *seed;    /* one a row, in the order of the reading; NULL: not needed */
	double *counts;  /* of families of counts: weights of rows by whole number y below this */
#define L2_GLM_COUNTS 256
	bool all_counted; /* they are of all rows */
	void *work;
	int room;              /* so many features work is for */
	l2_robust_rows robust; /* the same, for errors from them */
} l2_glm_rows;

/* The rows for standard errors of a fit that has been made of them */
extern l2_robust_rows *l2_glm_robust_rows(l2_glm_rows *r);

/*
 * The rows of parts first to last, but for one, -1 for none; class weights are those of just these
 * rows.  NULL where there are none.
 */
extern l2_glm_rows *l2_glm_rows_make(l2_glm_state *s, const l2_options *o, int first, int last,
									 int without);

extern void l2_glm_rows_rewind(l2_glm_rows *r);

/* The next rows, at most L2N_BLOCK_ROWS of them, and how far apart they are; 0 at the end */
extern int l2_glm_rows_next(l2_glm_rows *r, const double **rows, ptrdiff_t *stride);

#endif
