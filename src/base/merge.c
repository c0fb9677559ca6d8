/*
 * merge.c: whether the statement whose triggers fire is a MERGE.
 *
 * A trigger is not told: it sees the INSERT, UPDATE or DELETE that an action of MERGE is.  Triggers
 * for statements fire in ExecutorFinish, so a hook there knows.  The first statement of a session
 * may load the library from within its own triggers, past the hook: then the portal is asked.
 */
#include "base/merge.h"

#include "access/transam.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "tcop/pquery.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#if PG_VERSION_NUM >= 150000

static ExecutorFinish_hook_type merge_next_finish = NULL;

/* Of the statement that is being finished: depth 0 is none that the hook has seen */
static int merge_depth = 0;
static bool merge_is = false;

static bool
merge_in_state(const PlanState *p)
{
	return p && IsA(p, ModifyTableState) && ((const ModifyTableState *) p)->operation == CMD_MERGE;
}

static bool
merge_in(const QueryDesc *q)
{
	ListCell *cell;

	if (merge_in_state(q->planstate))
		return true;
	/* in a WITH clause */
	foreach (cell, q->estate->es_auxmodifytables)
		if (merge_in_state(lfirst(cell)))
			return true;
	return false;
}

static void
merge_finish(QueryDesc *q)
{
	bool was = merge_is;

	merge_depth++;
	merge_is = merge_in(q);
	PG_TRY();
	{
		if (merge_next_finish)
			merge_next_finish(q);
		else
			standard_ExecutorFinish(q);
	}
	PG_FINALLY();
	{
		merge_depth--;
		merge_is = was;
	}
	PG_END_TRY();
}

void
l2_merge_init(void)
{
	merge_next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = merge_finish;
}

/* Whether a trigger of the relation could run statements of its own, told by the function of ours
 */
static bool
merge_has_other_triggers(Oid relation, Oid function)
{
	Relation r = RelationIdGetRelation(relation);
	bool found = false;

	if (!RelationIsValid(r))
		return true;
	for (int i = 0; r->trigdesc && i < r->trigdesc->numtriggers; i++)
	{
		Oid called = r->trigdesc->triggers[i].tgfoid;

		found |= called >= FirstNormalObjectId && called != function;
	}
	RelationClose(r);
	return found;
}

/* Whether a statement calls functions that somebody wrote: these could run another */
static bool
merge_has_functions(const PlannedStmt *s)
{
	ListCell *cell;

	foreach (cell, s->invalItems)
		if (lfirst_node(PlanInvalItem, cell)->cacheId == PROCOID)
			return true;
	return false;
}

/*
 * Whether the portal's statement is one whose own triggers these are, and no MERGE.  It would not
 * tell of a MERGE that it runs from within, so nothing in it may be able to.
 */
static bool
merge_portal_tells(Relation relation, Oid function)
{
	const PlannedStmt *s;
	bool its_own = false;
	ListCell *cell;

	if (ActivePortal == NULL || list_length(ActivePortal->stmts) != 1)
		return false;
	s = linitial_node(PlannedStmt, ActivePortal->stmts);
	if ((s->commandType != CMD_UPDATE && s->commandType != CMD_INSERT) || s->hasModifyingCTE ||
		merge_has_functions(s))
		return false;
	foreach (cell, s->relationOids)
		if (merge_has_other_triggers(lfirst_oid(cell), function))
			return false;
	for (int i = 1; i <= list_length(s->rtable); i++)
		its_own |= l2_is_result_relation(s, i) &&
				   rt_fetch(i, s->rtable)->relid == RelationGetRelid(relation);
	return its_own;
}

bool
l2_may_be_merge(Relation relation, Oid function)
{
	if (merge_depth > 0)
		return merge_is;
	return !merge_portal_tells(relation, function);
}

#else

void
l2_merge_init(void)
{
}

bool
l2_may_be_merge(Relation relation, Oid function)
{
	return false;
}

#endif
