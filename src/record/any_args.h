/*
 * any_args.h: arguments of type "any": what y and the features of an aggregate may be.
 *
 * y is a number, a boolean, an l2_obs or, where there are two classes, a label; the features are a
 * record or an array of numbers.  What is none of these comes here too, and gets an error that says
 * what to write.
 */
#ifndef L2_ANY_ARGS_H
#define L2_ANY_ARGS_H

#include "base/args.h"
#include "options/obs.h"
#include "options/options.h"
#include "record/row.h"

typedef enum l2_features
{
	L2_FEATURES_RECORD, /* or an l2_row, which is made one */
	L2_FEATURES_FLOAT8, /* a float8[], read where it lies */
	L2_FEATURES_ARRAY,  /* an array of another numeric type */
} l2_features;

/* How the arguments of a call site are read */
typedef struct l2_any_args
{
	l2_features features;
	bool is_obs;
	l2_reader read_y;  /* where it is no l2_obs */
	bool takes_labels; /* set before settling: y may be text or an enum */
	bool is_label;     /* y is: see l2_any_read_label */
	bool label_is_padded;
	FmgrInfo label_out;
	bool is_row; /* the features are an l2_row */
	l2_row_records rows;
} l2_any_args;

/* Settle how arguments 1 and 2, y and the features, are read; errors call the aggregate by name */
extern void l2_any_args_settle(FunctionCallInfo fcinfo, const char *name, l2_any_args *a);

/* Argument 1, which is not NULL */
static inline void
l2_any_read_y(FunctionCallInfo fcinfo, const l2_any_args *a, l2_row_of_y *r)
{
	if (a->is_obs)
		l2_obs_read(PG_GETARG_DATUM(1), r);
	else
	{
		r->y = a->read_y(PG_GETARG_DATUM(1));
		r->weight = 1.0;
		r->offset = 0.0;
		r->flags = 0;
	}
}

/* Argument 1, a label that is not NULL, in the current memory context; bpchar has no blanks behind
 */
extern char *l2_any_read_label(FunctionCallInfo fcinfo, l2_any_args *a);

/* Error: option positive names a label, and y has none */
extern void l2_any_refuse_positive(FunctionCallInfo fcinfo, const l2_any_args *a);

/* Argument 2, a record or an l2_row that is not NULL */
static inline HeapTupleHeader
l2_any_read_record(FunctionCallInfo fcinfo, l2_any_args *a)
{
	if (a->is_row)
		return l2_row_as_record(&a->rows, fcinfo->flinfo->fn_mcxt, PG_GETARG_DATUM(2));
	return PG_GETARG_HEAPTUPLEHEADER(2);
}

/*
 * Argument 2, an array that is not NULL; its values stay until the next row.  options: number of
 * the argument that may say that it has no elements, see l2_options_allow_empty.
 */
extern l2_array_view l2_any_read_array(FunctionCallInfo fcinfo, l2_any_args *a, int options);

/* Error: numbers where others have features one by one, or a weight */
extern Datum l2_refuse_numbers(FunctionCallInfo fcinfo, l2_method method, l2_place place);

#endif
