/*
 * aggregate.h: what every transition function checks of its caller.
 */
#ifndef L2_AGGREGATE_H
#define L2_AGGREGATE_H

#include "base/l2reg.h"

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

/* The state to change in place: as the executor keeps it, or, from outside, made plain first */
static inline void *
l2_own_state(Datum d)
{
	if (likely(!VARATT_IS_EXTENDED(DatumGetPointer(d))))
		return DatumGetPointer(d);
	return PG_DETOAST_DATUM(d);
}

#endif
