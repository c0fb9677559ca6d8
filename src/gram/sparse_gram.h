/*
 * sparse_gram.h: grams with categories as they are kept: by levels.
 *
 * A gram of a category of a thousand levels has a million moments, which follow from a few numbers
 * a level.  So a gram of records that have categories is kept as these:
 *
 *	header | options | names and their encoding | counts | moments of the numeric columns |
 *	sums of each level | pairs of levels of each two categories
 *
 * and made dense, with moments of all columns, by whoever reads them: to the last bit what the
 * aggregate would have made.  Sums, differences and decay keep it so; what else makes a gram of
 * grams is dense.  Which column is what the encoding says.
 */
#ifndef L2_SPARSE_GRAM_H
#define L2_SPARSE_GRAM_H

#include "gram/gram.h"
#include "gram/sparse.h"

/* What rows of a group are in a sparse gram: g has names, encoding and the rest of the header */
extern l2_gram *l2_sparse_gram_make(const l2_sparse *s, const l2_sparse_part *p,
									const l2_sparse_layout *y);

/* Whether the columns of a layout are worth it: some are levels */
extern bool l2_sparse_gram_suits(const l2_sparse_layout *y);

/* Append the body to a binary form; and read one, of a gram of which all before it is known */
extern void l2_sparse_gram_send(StringInfo buf, l2_gram *g);
extern Size l2_sparse_gram_wire_size(const char *bytes, Size available);
extern l2_gram *l2_sparse_gram_recv(StringInfo buf, const l2_gram *head);

#endif
