/*
 * diagnose.c: which features explain each other.
 */
#include "fit/fit.h"
#include "base/rows.h"

#include "num/solve/collinear.h"

#include "utils/builtins.h"

/* Arguments of both functions: gram, options.  NULL where there is nothing to diagnose. */
static l2_fitter *
read_gram(FunctionCallInfo fcinfo, l2_place place, l2_options *o)
{
	l2_scope scope = {L2_METHOD_OLS, place};

	if (PG_ARGISNULL(0))
		return NULL;
	l2_options_init(o, L2_METHOD_OLS);
	l2_options_argument(fcinfo, 1, &scope, o);
	return l2_fitter_make(PG_GETARG_L2_GRAM_COPY(0), o);
}

typedef struct inflation
{
	l2n_collinear c;
	const char **name; /* of the target and the features */
	double *coef;      /* p: scratch */
} inflation;

static inflation *
start_inflation(FunctionCallInfo fcinfo)
{
	inflation *f = palloc(sizeof *f);
	l2_options o;
	l2_fitter *r = read_gram(fcinfo, L2_IN_COLLINEARITY, &o);
	int p;

	if (r == NULL)
		return NULL;
	p = l2_fitter_columns(r)->p;
	l2_check(l2n_collinear_start(l2_kernel, l2_fitter_moments(r), l2_fitter_columns(r), &f->c,
								 l2_scratch(l2n_collinear_worksize(p)), l2_poll, NULL),
			 NULL, 0);
	f->name = l2_name_list(l2_fitter_names(r), p + 1);
	f->coef = palloc(sizeof(double) * Max(p, 1));
	return f;
}

/* One more term of a sum, a number times what, which may be nothing */
static void
append_term(StringInfo s, double number, const char *what)
{
	bool first = s->data[s->len - 2] == '=';

	if (first)
		appendStringInfoString(s, number < 0 ? "-" : "");
	else
		appendStringInfoString(s, number < 0 ? " - " : " + ");
	number = fabs(number);
	if (what == NULL || number != 1)
		l2_append_double(s, number);
	if (what != NULL)
		appendStringInfo(s, "%s%s", number != 1 ? " " : "", what);
}

/* "x3 = 2 + x1 + 1.8 x2" */
static char *
describe_alias(inflation *f, int j)
{
	StringInfoData s;
	double constant;
	int start;

	l2_check(l2n_collinear_alias(l2_kernel, &f->c, j, &constant, f->coef), NULL, 0);
	initStringInfo(&s);
	appendStringInfo(&s, "%s = ", f->name[j + 1]);
	start = s.len;
	if (constant != 0)
		append_term(&s, constant, NULL);
	for (int i = 0; i < j; i++)
		if (f->coef[i] != 0)
			append_term(&s, f->coef[i], f->name[i + 1]);
	if (s.len == start)
		appendStringInfoChar(&s, '0');
	return s.data;
}

PG_FUNCTION_INFO_V1(l2_collinearity);
PGDLLEXPORT Datum
l2_collinearity(PG_FUNCTION_ARGS)
{
	enum
	{
		TERM,
		VIF,
		TOLERANCE,
		R_SQUARED,
		ALIASED,
		COLUMNS
	};
	FuncCallContext *ctx;
	inflation *f;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double vif, tolerance, r_squared;
	int j;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		ctx->user_fctx = f = start_inflation(fcinfo);
		ctx->max_calls = f ? f->c.sys.p : 0;
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	f = ctx->user_fctx;
	j = (int) ctx->call_cntr;
	l2n_collinear_inflation(l2_kernel, &f->c, j, &vif, &tolerance, &r_squared);
	values[TERM] = CStringGetTextDatum(f->name[j + 1]);
	l2_set_double(values, nulls, VIF, vif);
	l2_set_double(values, nulls, TOLERANCE, tolerance);
	l2_set_double(values, nulls, R_SQUARED, r_squared);
	nulls[ALIASED] = !f->c.dropped[j];
	if (f->c.dropped[j])
		values[ALIASED] = CStringGetTextDatum(describe_alias(f, j));
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

typedef struct condition
{
	l2n_condition c;
	const char **name; /* of the target and the features */
} condition;

static condition *
start_condition(FunctionCallInfo fcinfo)
{
	condition *r = palloc(sizeof *r);
	l2_options o;
	l2_fitter *f = read_gram(fcinfo, L2_IN_CONDITION, &o);
	int p, left_out;

	if (f == NULL)
		return NULL;
	if (o.center && !o.intercept)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("columns of a model without an intercept cannot be centred"),
						errhint("Leave out center, or \"intercept\": false.")));
	p = l2_fitter_columns(f)->p;
	l2_check(l2n_condition_indexes(l2_kernel, l2_fitter_moments(f), l2_fitter_columns(f), o.center,
								   &r->c, l2_scratch(l2n_condition_worksize(p)), l2_poll, NULL),
			 NULL, 0);
	r->name = l2_name_list(l2_fitter_names(f), p + 1);
	left_out = p - r->c.rank;
	if (left_out > 0)
		ereport(NOTICE, (errmsg_plural("left out %d column that the columns before it explain",
									   "left out %d columns that the columns before them explain",
									   left_out, left_out),
						 errdetail("The condition index with them is infinite."),
						 errhint("l2_collinearity tells which, and how.")));
	return r;
}

PG_FUNCTION_INFO_V1(l2_condition_indexes);
PGDLLEXPORT Datum
l2_condition_indexes(PG_FUNCTION_ARGS)
{
	enum
	{
		DIMENSION,
		EIGENVALUE,
		CONDITION_INDEX,
		TERM,
		PROPORTION,
		COLUMNS
	};
	FuncCallContext *ctx;
	condition *r;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	int dimension, term;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		ctx->user_fctx = r = start_condition(fcinfo);
		ctx->max_calls = r ? (uint64) r->c.k * r->c.k : 0;
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	r = ctx->user_fctx;
	dimension = (int) (ctx->call_cntr / r->c.k);
	term = (int) (ctx->call_cntr % r->c.k);
	values[DIMENSION] = Int32GetDatum(dimension + 1);
	l2_set_double(values, nulls, EIGENVALUE, r->c.eigenvalue[dimension]);
	l2_set_double(values, nulls, CONDITION_INDEX, r->c.index[dimension]);
	values[TERM] =
		CStringGetTextDatum(r->c.term[term] == 0 ? L2_INTERCEPT_NAME : r->name[r->c.term[term]]);
	l2_set_double(values, nulls, PROPORTION, r->c.proportion[ctx->call_cntr]);
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}
