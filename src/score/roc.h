/*
 * roc.h: the area under a ROC curve.
 */
#ifndef L2_ROC_H
#define L2_ROC_H

#include "base/rowstore.h"

/*
 * Rows of a store that is whole: a score, and a weight, negative where y is 0: the share of pairs
 * of a 1 and a 0 in which the 1 has the larger score, ties counting half; NaN where there are no
 * pairs.  Rows in memory change their order.
 */
extern double l2_auc_of(l2_row_store *rows);

#endif
