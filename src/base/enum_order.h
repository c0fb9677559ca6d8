/*
 * enum_order.h: the labels of an enum in their order.
 *
 * They go with a category through states, grams and rows, as labels and not as the numbers that one
 * server has for them: so levels come in the enum's order wherever they meet, whichever of them a
 * worker, or a part of the rows, has seen.
 */
#ifndef L2_ENUM_ORDER_H
#define L2_ENUM_ORDER_H

#include "base/category.h"

typedef struct l2_enum_order
{
	int n; /* 0: of no enum */
	const char *const *label;
} l2_enum_order;

/* The labels of an enum, in the current memory context; none of another type */
extern l2_enum_order l2_enum_order_of_type(Oid type);

/* A copy, with its bytes, in the current memory context */
extern l2_enum_order l2_enum_order_copy(l2_enum_order o);

extern bool l2_enum_order_equal(l2_enum_order a, l2_enum_order b);

/*
 * Both, where an enum got labels in between: an error that names the category where the two
 * contradict each other.  The same whichever is first; bytes are those of a and b.
 */
extern l2_enum_order l2_enum_order_merge(l2_enum_order a, l2_enum_order b, const char *category);

/* Where levels come: look-up of the labels, in the current memory context; NULL of no enum */
extern l2_dictionary *l2_enum_ranks(l2_enum_order o);

/* Where a level comes: behind all labels what is none of them, and everywhere at 0 where ranks is
 * NULL
 */
extern int l2_enum_rank(l2_dictionary *ranks, const char *level);

#endif
