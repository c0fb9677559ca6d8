/*
 * record.h: what the aggregates over records and over l2_rows have in common.
 */
#ifndef L2_FIT_RECORD_H
#define L2_FIT_RECORD_H

#include "gram/sparse.h"

/*
 * The grams of a state of the aggregate of that scope; NULL where it has no rows.  The options are
 * those of what is left to do.
 */
extern l2_gram **l2_record_grams(FunctionCallInfo fcinfo, l2_sparse *s, const l2_scope *scope,
								 l2_options *o);

/* n grams, NULL for one without rows, as what the final function at hand returns */
extern Datum l2_record_folds(FunctionCallInfo fcinfo, l2_gram *const *g, int n);

#endif
