/*
 * gram_state.h: the transition state of the aggregates, one row at a time.
 */
#ifndef L2_GRAM_STATE_H
#define L2_GRAM_STATE_H

#include "base/args.h"
#include "gram/gram.h"
#include "options/obs.h"
#include "options/options.h"

/* Which arguments an aggregate takes; 0 is none, since argument 0 is the state */
typedef struct l2_shape
{
	bool is_obs;     /* argument 1 is an l2_obs, not y alone */
	bool is_columns; /* features are the arguments from number 2 on */
	int lambda;      /* of dropout: its rate */
	int options;
	int half_life;
	l2_scope scope; /* of states that do not say it themselves */
} l2_shape;

/* A row of arguments: the features as they lie, and the rest */
typedef struct l2_state_row
{
	l2_array_view x;
	l2_row_of_y y;
} l2_state_row;

/*
 * What a call site keeps from row to row where the executor lets it (fn_extra; some distributed
 * executors do not, and then it is made anew): scratch for flushing, which at a thousand columns
 * is too large to allocate for every block, how to read columns, how to deal rows to folds.
 */
typedef struct l2_call_cache
{
	size_t work_size;
	void *work;
	void *allocated; /* what work is an aligned part of */
	int folds;       /* 0: not known yet */
	int64 seed;
	int told;     /* NOTICEs: see base/deck.h */
	bool adds_up; /* rows are dealt by their values alone */
	double *row;  /* room for a row, and its weight, of width doubles */
	int width;
	uint64 options_hash; /* of the options these are from */
	void *more;          /* what the columns of records need */
	int n_readers;
	bool all_float8;
	l2_reader reader[FLEXIBLE_ARRAY_MEMBER];
} l2_call_cache;

extern l2_call_cache *l2_call_cache_of(FunctionCallInfo fcinfo, int n_readers);

/*
 * What the first row starts with, for the aggregate of that scope: options read and checked, no
 * columns yet
 */
extern l2_gram *l2_state_first(FunctionCallInfo fcinfo, const l2_shape *sh, const l2_scope *scope);

/*
 * The state g with what this row says of the fit, if it is the first; else an error unless the row
 * asks for the same fit
 */
extern l2_gram *l2_state_of_fit(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g);

/* A state of an aggregate that rows may be added to in place */
extern l2_gram *l2_state_to_fill(Datum d);

/* The scope of a state that has options */
extern l2_scope l2_state_scope(const l2_gram *g);

/* This row; false where something in it is NULL */
extern bool l2_state_read_row(FunctionCallInfo fcinfo, const l2_shape *sh, l2_state_row *row);

/*
 * Where the next row of g goes, whose columns must have been checked; it counts once g->nrows does.
 * Changes *g where the state has to move.
 */
extern double *l2_state_next_row(FunctionCallInfo fcinfo, l2_gram **g);

/* Put a row there, if it is usable, or count it as skipped; which of the two is returned */
extern bool l2_state_take_row(FunctionCallInfo fcinfo, l2_gram **g, const double *values,
							  double weight);

/*
 * Copy y and x of a row, for states that do not keep it as it is; false where it is to be skipped,
 * an error where it cannot be used
 */
extern bool l2_state_check_row(l2_gram *g, const l2_state_row *r, double *row);

/* The same for values that lie as grams have them */
extern bool l2_state_check_values(l2_gram *g, const double *values, double weight);

/*
 * Add copies of a row that has been checked to the state of a gram, or to a new one: what that many
 * rows would have made of it
 */
extern void l2_state_add_copies(FunctionCallInfo fcinfo, l2_gram **g, const double *values,
								double weight, int64 copies);

/* Whether a row of that weight counts; an error for one that is no weight */
extern bool l2_state_usable_weight(const l2_gram *g, double w);

/* Settle the columns with the first row of features, or check them */
extern void l2_state_check_columns(l2_gram *g, int ncols);

/*
 * The state with a weight behind each row, 1 for those that are there: itself, or a copy.  States
 * begin without; the first weight that is not 1 asks for them.
 */
extern l2_gram *l2_state_weigh(l2_gram *g);

/* Error: an array of a group has n elements, and others have another number */
extern void l2_arrays_differ(int n, int before);

/* Add the row to g, whose columns it has; where g has no room for it, to a copy that has */
extern l2_gram *l2_state_add_row(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g,
								 const l2_state_row *row);

/* The same for features that are arguments of their own, from number 2 on */
extern l2_gram *l2_state_add_columns(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g);

/* Rows after which a short buffer, of few columns, becomes one of a whole block */
#define L2_STATE_MANY_ROWS 1024

/* Whether l2_state_next_row needs a copy */
static inline bool
l2_state_is_full(const l2_gram *g)
{
	return g->nrows == g->capacity &&
		   (g->capacity == 0 || !(g->flags & L2_GRAM_MOMENTS) ||
			(g->capacity < L2N_BLOCK_ROWS && g->n >= L2_STATE_MANY_ROWS));
}

/* How such a copy is laid out */
typedef struct l2_state_layout
{
	bool moments;
	int capacity;
	Size size; /* in bytes */
} l2_state_layout;

/* The bytes that g takes so laid out, its size apart */
extern Size l2_state_size(const l2_gram *g, const l2_state_layout *layout);

extern l2_state_layout l2_state_grown(const l2_gram *g);
extern void l2_state_copy(l2_gram *g, const l2_state_layout *layout, l2_gram *to);

/* A transition function of that shape */
#define L2_TRANSITION(name, accumulate, ...)      \
	PG_FUNCTION_INFO_V1(name);                    \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)      \
	{                                             \
		static const l2_shape sh = {__VA_ARGS__}; \
                                                  \
		return accumulate(fcinfo, &sh);           \
	}                                             \
	extern int no_such_variable

/* The state of all rows of both: a, or a new one */
extern l2_gram *l2_state_combine(FunctionCallInfo fcinfo, l2_gram *a, l2_gram *b);

/* The options of a state, for its scope or, of records, another */
extern void l2_state_options(l2_gram *g, const l2_scope *scope, l2_options *o);

/* The names that the options of a gram of arrays ask for, or else its own */
extern l2_names l2_names_asked(const l2_options *o, l2_gram *g);

/* The names that the options in the state of a gram ask for, or else its own */
extern l2_names l2_state_names(l2_gram *g);

#endif
