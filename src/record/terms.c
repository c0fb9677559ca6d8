/*
 * terms.c: terms of a formula that are no attributes, worked out from a record.
 *
 * A term is an expression over q, a row of the source that the model was trained on.  Here q is the
 * record at hand: its attributes are parameters of the expression, whose types are known once the
 * record's is.  An expression that cannot do anything but compute, of immutable functions that
 * come with the server, is evaluated as it is; any other one as the model's owner, who wrote it.
 */
#include "record/terms.h"

#include "record/sql.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/params.h"
#include "optimizer/optimizer.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

struct l2_term
{
	const l2_terms *terms;
	const l2_record_type *type;
	const char *name;
	Oid result;
	bool harmless; /* whoever evaluates it */
	ExprContext *context;
	ParamListInfo parameters;
	ExprState *state;
};

/* "q.attribute", or "attribute", as a parameter */
static Node *
attribute_of(ParseState *pstate, ColumnRef *reference, Node *found)
{
	const l2_term *t = pstate->p_ref_hook_state;
	int n = list_length(reference->fields), a;
	const char *name;
	Form_pg_attribute form;
	Param *p;

	if (found != NULL || n > 2 || !IsA(llast(reference->fields), String))
		return NULL;
	if (n == 2 && strcmp(strVal(linitial(reference->fields)), "q") != 0)
		return NULL;
	name = strVal(llast(reference->fields));
	a = l2_find_attribute(t->type, name);
	if (a < 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("record has no attribute \"%s\"", name),
				 errdetail("Term \"%s\" of the model is made from it. The record's "
						   "attributes are: %s.",
						   t->name, l2_list_attributes(t->type))));
	form = TupleDescAttr(t->type->desc, a);
	p = makeNode(Param);
	p->paramkind = PARAM_EXTERN;
	p->paramid = a + 1;
	p->paramtype = form->atttypid;
	p->paramtypmod = form->atttypmod;
	p->paramcollid = form->attcollation;
	p->location = -1;
	return (Node *) p;
}

static bool
is_foreign(Oid function, void *context)
{
	return function >= FirstNormalObjectId;
}

static bool
has_foreign_function(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_foreign, context))
		return true;
	return expression_tree_walker(node, has_foreign_function, context);
}

static void
say_which_term(void *arg)
{
	errcontext("term \"%s\" of a model", (const char *) arg);
}

/* NULL where it takes more than one record */
static Expr *
compile(l2_term *t, const char *sql)
{
	l2_sql_text text = {sql, -(int) strlen("SELECT "), "expression of a model"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &text};
	SelectStmt *select;
	ParseState *pstate = make_parsestate(NULL);
	Node *expression;

	error_context_stack = &on_error;
	select = (SelectStmt *) l2_parse_select(psprintf("SELECT %s", sql))->stmt;
	if (list_length(select->targetList) != 1)
		elog(ERROR, "a term must be one expression");
	pstate->p_sourcetext = psprintf("SELECT %s", sql);
	pstate->p_post_columnref_hook = attribute_of;
	pstate->p_ref_hook_state = t;
	expression = transformExpr(pstate, linitial_node(ResTarget, select->targetList)->val,
							   EXPR_KIND_SELECT_TARGET);
	assign_expr_collations(pstate, expression);
	error_context_stack = on_error.previous;
	if (pstate->p_hasSubLinks || pstate->p_hasAggs || pstate->p_hasWindowFuncs ||
		pstate->p_hasTargetSRFs)
		return NULL;
	free_parsestate(pstate);
	return expression_planner((Expr *) expression);
}

static l2_term *
make_term(const l2_terms *terms, int i, const l2_record_type *type)
{
	ErrorContextCallback on_error = {error_context_stack, say_which_term, terms->name[i]};
	l2_identity before;
	l2_term *t = palloc0(sizeof *t);
	Expr *e;

	t->terms = terms;
	t->type = type;
	t->name = terms->name[i];
	error_context_stack = &on_error;
	before = l2_act_as(get_role_oid(terms->owner, false), terms->search_path);
	e = compile(t, terms->expression[i]);
	l2_act_as_before(&before);
	error_context_stack = on_error.previous;
	if (e == NULL)
		return NULL;
	t->result = exprType((Node *) e);
	t->harmless = !contain_mutable_functions((Node *) e) && !has_foreign_function((Node *) e, NULL);

	t->parameters = makeParamList(type->desc->natts);
	for (int a = 0; a < type->desc->natts; a++)
		t->parameters->params[a].ptype = TupleDescAttr(type->desc, a)->atttypid;
	t->context = CreateStandaloneExprContext();
	t->context->ecxt_param_list_info = t->parameters;
	t->state = ExecInitExprWithParams(e, t->parameters);
	return t;
}

l2_term *
l2_term_make(const l2_terms *terms, const char *name, const l2_record_type *type)
{
	l2_term *t;

	for (int i = 0; i < terms->n; i++)
		if (strcmp(terms->name[i], name) == 0)
		{
			if (strcmp(terms->expression[i], psprintf("q.%s", quote_identifier(name))) == 0)
				return NULL;
			t = make_term(terms, i, type);
			if (t == NULL)
				ereport(ERROR,
						(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						 errmsg("term \"%s\" cannot be worked out from a single record", name),
						 errdetail("It has a subquery, an aggregate or a set in it."),
						 errhint("Give its value, with those of the other features, as arguments "
								 "of l2_predict.")));
			return t;
		}
	return NULL;
}

l2_term *
l2_term_compile(const l2_terms *terms, int i, const l2_record_type *type)
{
	l2_term *t = make_term(terms, i, type);

	return t && t->harmless && t->result == FLOAT8OID ? t : NULL;
}

Oid
l2_term_type(const l2_term *t)
{
	return t->result;
}

Datum
l2_term_value(l2_term *t, bool *isnull)
{
	ErrorContextCallback on_error = {error_context_stack, say_which_term, (void *) t->name};
	l2_identity before;
	Datum value;

	for (int a = 0; a < t->type->desc->natts; a++)
	{
		t->parameters->params[a].value = t->type->values[a];
		t->parameters->params[a].isnull = t->type->nulls[a];
	}
	ResetExprContext(t->context);
	error_context_stack = &on_error;
	if (!t->harmless)
		before = l2_act_as(get_role_oid(t->terms->owner, false), t->terms->search_path);
	value = ExecEvalExprSwitchContext(t->state, t->context, isnull);
	if (!t->harmless)
		l2_act_as_before(&before);
	error_context_stack = on_error.previous;
	return value;
}
