/*
 * aggregate.h: what every transition function checks of its caller.
 */
#ifndef L2_AGGREGATE_H
#define L2_AGGREGATE_H

#include "l2reg.h"

#include "nodes/execnodes.h"

/* A state may be changed in place only where it is an aggregate's own */
static inline void
l2_need_aggregate(FunctionCallInfo fcinfo)
{
	/* the usual case here, since it comes with every row */
	if (likely(fcinfo->context && IsA(fcinfo->context, AggState)))
		return;
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("this function may be called only by an aggregate")));
}

/* A state that this aggregate did not make: somebody's own aggregate over our functions */
static inline void
l2_foreign_state(void)
{
	ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
					errmsg("the aggregate's state is not one of this function"),
					errhint("Use the aggregates of l2reg as they are.")));
}

#endif
