/*
 * class_rows.h: rows of what happened, 0 or 1, and its probability; results that are arrays of
 * rows.
 */
#ifndef L2_CLASS_ROWS_H
#define L2_CLASS_ROWS_H

#include "base/args.h"

/* What a call site keeps */
typedef struct l2_class_site
{
	l2_reader read_y; /* y may be of any numeric type */
	void *pools;      /* of rowstore.h */
} l2_class_site;

extern l2_class_site *l2_class_site_of(FunctionCallInfo fcinfo);

typedef struct l2_class_row
{
	bool y;
	double p;
	double weight; /* > 0 */
} l2_class_row;

/*
 * Arguments 1 and 2 of an aggregate, y and p, and the one that has the weight, 0 for none.  False
 * where the row is to be skipped; an error where y is not 0 or 1, or p no probability.
 */
extern bool l2_read_class_row(FunctionCallInfo fcinfo, int weight, l2_class_row *r);

#endif
