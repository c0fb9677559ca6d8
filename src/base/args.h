/*
 * args.h: datums as rows of doubles, and what to do with NULL, NaN and wrong shapes.
 */
#ifndef L2_ARGS_H
#define L2_ARGS_H

#include "base/l2reg.h"

#include "access/detoast.h"

/* Values below this in magnitude, but not 0, have squares that lose bits */
#define L2_TINY 0x1p-450

/* A varlena argument as it was last time */
typedef struct l2_kept_value
{
	struct varlena *value; /* a copy, detoasted */
	bool on_disk;          /* it came as the TOAST pointer that follows */
	char pointer[TOAST_POINTER_SIZE];
} l2_kept_value;

/*
 * Whether the argument is the value that was kept.  A TOAST pointer never comes to mean another
 * value while somebody can see it, so an equal one needs no fetching.
 */
extern bool l2_same_value(const l2_kept_value *k, Datum d);

/* Keep the argument in the current memory context */
extern void l2_keep_value(l2_kept_value *k, Datum d);

/* A float8[] as it lies, perhaps unaligned: read the values with memcpy */
typedef struct l2_array_view
{
	int n;              /* elements */
	bool has_null;      /* one of them is NULL */
	const char *values; /* n doubles, where has_null is false */
} l2_array_view;

/* what names the argument in errors */
extern l2_array_view l2_view_float8_array(Datum d, const char *what);

/* Reads one datum of some numeric type as a double; the type is settled once a query */
typedef double (*l2_reader)(Datum d);

/* The reader of a base type; NULL where it is not numeric */
extern l2_reader l2_find_reader(Oid type);

/* The reader of a type, or an error that calls the argument what */
extern l2_reader l2_reader_of(Oid type, const char *what);

/* Whether values of a type are labels: text of some kind, or an enum */
extern bool l2_is_label(Oid type);

/* Where a label of that type comes among those of its enum; 0 where it is of none */
extern double l2_label_order(Oid type, Datum label);

/* The same of the target; an error of text says how to make two classes of it */
extern l2_reader l2_reader_of_target(Oid type, const char *what);

/*
 * The readers of n arguments from number first on, which the caller counts from position on; true
 * where all of them are float8
 */
extern bool l2_find_readers(FunctionCallInfo fcinfo, int first, int n, int position,
							l2_reader *reader);

/* Those arguments, none of them NULL, as doubles */
static inline void
l2_read_arguments(FunctionCallInfo fcinfo, int first, int n, const l2_reader *reader,
				  bool all_float8, double *row)
{
	if (all_float8)
		for (int i = 0; i < n; i++)
			row[i] = DatumGetFloat8(fcinfo->args[first + i].value);
	else
		for (int i = 0; i < n; i++)
			row[i] = reader[i](fcinfo->args[first + i].value);
}

/* A number that must not be NULL; what names it in the error */
extern double l2_number_argument(FunctionCallInfo fcinfo, int argument, const char *what);

/* The number that a JSON value is, or a string of it, as "NaN"; false where it is neither */
struct JsonbValue;
extern bool l2_json_number(const struct JsonbValue *v, double *number);

/* Elements of an array of any numeric type; nulls[i] tells which are NULL, and given as 0 */
extern double *l2_read_array(Datum d, const char *what, int *n, bool **nulls);

/*
 * An error of a share that is not between 0 and 1, where it may not be either, or, closed, may; of
 * one that looks like a percentage the hint has the share.  what names it in the error.
 */
extern void l2_check_share(const char *what, double share, bool closed);

/*
 * Whether a row of this weight counts: not where it is 0, as in R's lm.  An error for one that is
 * no weight.
 */
extern bool l2_usable_weight(double w);

#endif
