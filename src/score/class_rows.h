/*
 * class_rows.h: rows of what happened, 0 or 1, and its probability.
 */
#ifndef L2_CLASS_ROWS_H
#define L2_CLASS_ROWS_H

#include "base/args.h"

/* What argument 1 of an aggregate, y, is */
typedef enum l2_class_y
{
	L2_Y_BOOLEAN,
	L2_Y_FLOAT8,
	L2_Y_OBS,
} l2_class_y;

typedef struct l2_class_row
{
	bool y;
	double p;
	double weight; /* > 0 */
} l2_class_row;

/*
 * Arguments 1 and 2 of an aggregate, y and p.  False where the row is to be skipped; an error where
 * y is not 0 or 1, or p no probability; where any score will do, just where it is NaN.
 */
extern bool l2_read_class_row(FunctionCallInfo fcinfo, l2_class_y kind, bool any_score,
							  l2_class_row *r);

#endif
