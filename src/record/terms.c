/*
 * terms.c: terms worked out from records.
 *
 * A term is analysed once for a type of records; then each record costs the conversion of the
 * attributes that it uses, and what it computes.
 */
#include "record/terms.h"

#include "record/sql.h"
#include "record/term_tree.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/params.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

struct l2_term
{
	l2_record_type *type;
	const char *name;
	Oid result;
	int n; /* attributes that it uses */
	int *attribute;
	l2_conversion **conversion;
	ParamListInfo parameters;
	ExprState *state;
};

/* What is said of attributes that a record does not have */
typedef struct lookup
{
	const l2_record_type *type;
	const char *term;
} lookup;

static void
missing_attribute(const char *name, const void *arg)
{
	const lookup *l = arg;

	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("record has no attribute \"%s\"", name),
			 errdetail("Term \"%s\" of the model is made from it. The record's "
					   "attributes are: %s.",
					   l->term, l2_list_attributes(l->type))));
}

/* What the terms may name */
static l2_columns
columns_of(const l2_terms *terms, const lookup *l)
{
	TupleDesc desc = l->type->desc;
	l2_columns c = {terms->n_attributes, terms->attribute, terms->type};
	Oid *actual;

	if (c.n > 0)
		return c;
	c.missing = missing_attribute;
	c.arg = l;
	c.name = palloc(sizeof(char *) * Max(desc->natts, 1));
	c.type = palloc(sizeof(Oid) * Max(desc->natts, 1));
	c.actual = actual = palloc(sizeof(Oid) * Max(desc->natts, 1));
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (a->attisdropped)
			continue;
		c.name[c.n] = NameStr(a->attname);
		actual[c.n] = a->atttypid;
		c.type[c.n++] = l2_builtin_type(a->atttypid);
	}
	return c;
}

static void
say_which_term(void *arg)
{
	errcontext("term \"%s\" of a model", (const char *) arg);
}

/* Where the attributes that the tree uses are in the record, and how they are read */
static void
find_attributes(l2_term *t, const l2_term_tree *tree, const l2_columns *columns, const lookup *l)
{
	t->n = tree->n_used;
	t->attribute = palloc(sizeof(int) * Max(t->n, 1));
	t->conversion = palloc(sizeof(l2_conversion *) * Max(t->n, 1));
	t->parameters = makeParamList(t->n);
	for (int i = 0; i < t->n; i++)
	{
		const char *name = columns->name[tree->used[i]];
		Oid type = columns->type[tree->used[i]];
		int a = l2_find_attribute(t->type, name);

		if (a < 0)
			missing_attribute(name, l);
		t->attribute[i] = a;
		t->conversion[i] =
			l2_conversion_make(pstrdup(name), TupleDescAttr(t->type->desc, a)->atttypid, type);
		t->parameters->params[i].ptype = type;
		t->parameters->params[i].isnull = true;
	}
}

/*
 * Planned in a context of its own, with settings pinned that would change what an expression
 * means.
 */
static l2_term *
make_term(const l2_terms *terms, int i, l2_record_type *type)
{
	ErrorContextCallback on_error = {error_context_stack, say_which_term, terms->name[i]};
	MemoryContext kept = CurrentMemoryContext, work;
	lookup l = {type, terms->name[i]};
	l2_term *t = palloc0(sizeof *t);
	l2_term_tree *tree;
	l2_columns columns;
	Expr *e;
	int settings;

	error_context_stack = &on_error;
	work = AllocSetContextCreate(kept, "l2reg term", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work);
	settings = l2_pin_settings();
	columns = columns_of(terms, &l);
	tree = l2_term_analyse(terms->expression[i], &columns);
	e = expression_planner(tree->expression);
	l2_unpin_settings(settings);

	MemoryContextSwitchTo(kept);
	t->type = type;
	t->name = terms->name[i];
	t->result = tree->type;
	find_attributes(t, tree, &columns, &l);
	if (type->context == NULL)
		type->context = CreateStandaloneExprContext();
	t->state = ExecInitExprWithParams(copyObject(e), t->parameters);
	MemoryContextDelete(work);
	error_context_stack = on_error.previous;
	return t;
}

/* Whether the expression is q's attribute of that name, as quote_ident writes it under any settings
 */
static bool
is_attribute(const char *expression, const char *name)
{
	StringInfoData quoted;

	if (strncmp(expression, "q.", 2) != 0)
		return false;
	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '"');
	for (const char *s = name; *s; s++)
	{
		if (*s == '"')
			appendStringInfoChar(&quoted, '"');
		appendStringInfoChar(&quoted, *s);
	}
	appendStringInfoChar(&quoted, '"');
	return strcmp(expression + 2, quoted.data) == 0 ||
		   strcmp(expression + 2, quote_identifier(name)) == 0;
}

l2_term *
l2_term_make(const l2_terms *terms, const char *name, l2_record_type *type)
{
	for (int i = 0; i < terms->n; i++)
		if (strcmp(terms->name[i], name) == 0)
		{
			if (is_attribute(terms->expression[i], name))
				return NULL;
			return make_term(terms, i, type);
		}
	return NULL;
}

l2_term *
l2_term_compile(const l2_terms *terms, int i, l2_record_type *type)
{
	l2_term *t = make_term(terms, i, type);

	return t->result == FLOAT8OID ? t : NULL;
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
	ExprContext *context = t->type->context;
	MemoryContext old;
	Datum value;

	error_context_stack = &on_error;
	ResetExprContext(context);
	old = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
	for (int i = 0; i < t->n; i++)
	{
		ParamExternData *p = &t->parameters->params[i];

		p->isnull = t->type->nulls[t->attribute[i]];
		p->value =
			p->isnull ? (Datum) 0 : l2_convert(t->conversion[i], t->type->values[t->attribute[i]]);
	}
	context->ecxt_param_list_info = t->parameters;
	value = ExecEvalExpr(t->state, context, isnull);
	MemoryContextSwitchTo(old);
	error_context_stack = on_error.previous;
	return value;
}

l2_terms *
l2_terms_of(const l2_encoding *e)
{
	l2_terms *t = palloc0(sizeof *t);

	t->name = palloc(sizeof(char *) * Max(e->n, 1));
	t->expression = palloc(sizeof(char *) * Max(e->n, 1));
	for (int i = 0; i < e->n; i++)
		if (e->attribute[i].expression)
		{
			t->name[t->n] = (char *) e->attribute[i].name;
			t->expression[t->n++] = (char *) e->attribute[i].expression;
		}
	if (t->n == 0)
		return NULL;
	t->n_attributes = e->n_inputs;
	t->attribute = palloc(sizeof(char *) * Max(e->n_inputs, 1));
	t->type = palloc(sizeof(Oid) * Max(e->n_inputs, 1));
	for (int i = 0; i < e->n_inputs; i++)
	{
		t->attribute[i] = (char *) e->input[i].name;
		t->type[i] = l2_builtin_type_of_name(e->input[i].type);
		if (!OidIsValid(t->type[i]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("the model takes attribute \"%s\" as type \"%s\", which is none "
								   "that a model can take",
								   e->input[i].name, e->input[i].type)));
	}
	return t;
}

static l2_columns
terms_columns(const l2_terms *terms)
{
	return (l2_columns){.n = terms->n_attributes,
						.name = terms->attribute,
						.type = terms->type,
						.actual = terms->type};
}

void
l2_term_sql(StringInfo out, const l2_terms *terms, int i, l2_column_writer write, void *arg)
{
	l2_columns columns = terms_columns(terms);
	int settings = l2_pin_settings();

	l2_term_write_plain(out, l2_term_analyse(terms->expression[i], &columns), &columns, write, arg);
	l2_unpin_settings(settings);
}

void
l2_term_pmml(StringInfo out, const l2_terms *terms, int i, int depth)
{
	l2_columns columns = terms_columns(terms);
	int settings = l2_pin_settings();

	l2_term_write_pmml(out, l2_term_analyse(terms->expression[i], &columns), &columns,
					   terms->name[i], depth);
	l2_unpin_settings(settings);
}

bool
l2_term_uses(const l2_terms *terms, int i, int attribute)
{
	l2_columns columns = terms_columns(terms);
	int settings = l2_pin_settings();
	l2_term_tree *t = l2_term_analyse(terms->expression[i], &columns);
	bool uses = false;

	for (int k = 0; k < t->n_used; k++)
		uses |= t->used[k] == attribute;
	l2_unpin_settings(settings);
	return uses;
}

int
l2_term_attribute(const l2_terms *terms, int i)
{
	l2_columns columns = terms_columns(terms);
	int settings = l2_pin_settings(), column;

	column = l2_term_bare_column(l2_term_analyse(terms->expression[i], &columns));
	l2_unpin_settings(settings);
	return column;
}
