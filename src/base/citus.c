/*
 * citus.c: whether rows are on servers of Citus.
 *
 * Citus plans what it distributes as a custom scan of its own.  An aggregate whose state can be
 * shipped is pushed down: then what is above the scan here combines states, and no transition
 * function runs. One that does run above it gets the rows themselves.
 */
#include "base/citus.h"

#include "access/xact.h"
#include "nodes/execnodes.h"
#include "nodes/extensible.h"
#include "utils/guc.h"

bool
l2_citus_plan(const Plan *p)
{
	if (p == NULL)
		return false;
	if (IsA(p, CustomScan))
		return strncmp(((const CustomScan *) p)->methods->CustomName, "Citus", 5) == 0;
	if (IsA(p, SubqueryScan))
		return l2_citus_plan(((const SubqueryScan *) p)->subplan);
	return l2_citus_plan(p->lefttree) || l2_citus_plan(p->righttree);
}

bool
l2_citus_is_shard(void)
{
	return application_name && strncmp(application_name, "citus_internal", 14) == 0;
}

void
l2_citus_pulled(FunctionCallInfo fcinfo, const char *write)
{
	static TimestampTz told = 0;
	const PlanState *p = (const PlanState *) fcinfo->context;
	bool window = p && IsA(p, WindowAggState);

	if (!p || !(IsA(p, AggState) || window) || !l2_citus_plan(p->plan->lefttree) ||
		told == GetCurrentStatementStartTimestamp())
		return;
	told = GetCurrentStatementStartTimestamp();
	if (window)
		write = "Where a window is PARTITIONed BY the distribution column, its rows stay where "
				"they are.";
	else if (write == NULL)
		write = "Without ORDER BY and DISTINCT in the aggregate, sums are made where the rows are.";
	ereport(
		NOTICE,
		(errmsg("every row of a distributed table is sent to this server, to be aggregated here"),
		 errhint("%s", write)));
}
