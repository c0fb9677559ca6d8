/*
 * merge.h: whether the statement whose triggers fire is a MERGE.
 */
#ifndef L2_MERGE_H
#define L2_MERGE_H

#include "base/l2reg.h"

#include "utils/relcache.h"

/* Called when the library is loaded */
extern void l2_merge_init(void);

/*
 * Whether the statement for which that trigger function on the relation is called may be a MERGE;
 * true where that is not known
 */
extern bool l2_may_be_merge(Relation relation, Oid function);

#endif
