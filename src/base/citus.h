/*
 * citus.h: whether rows are on servers of Citus, and whether they come here.
 */
#ifndef L2_CITUS_H
#define L2_CITUS_H

#include "base/l2reg.h"

#include "nodes/plannodes.h"

/* Whether a plan reads tables that Citus has distributed */
extern bool l2_citus_plan(const Plan *p);

/* Whether this session is one in which Citus runs its part of another server's query */
extern bool l2_citus_is_shard(void);

/*
 * In a transition function, where a group begins: a NOTICE, once in a client's statement, if the
 * rows come from other servers, one by one, for this process to aggregate.  write is what to write
 * for the sums to be made where the rows are, a sentence; NULL for aggregates whose sums usually
 * are.
 */
extern void l2_citus_pulled(FunctionCallInfo fcinfo, const char *write);

#endif
