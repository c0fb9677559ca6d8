/*
 * args.h: datums as rows of doubles, and what to do with NULL, NaN and wrong shapes.
 */
#ifndef L2_ARGS_H
#define L2_ARGS_H

#include "l2reg.h"

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

/* The reader of a type, or an error that calls the argument what */
extern l2_reader l2_reader_of(Oid type, const char *what);

/* Elements of an array of any numeric type; nulls[i] tells which are NULL */
extern double *l2_read_array(Datum d, const char *what, int *n, bool **nulls);

#endif
