/*
 * trace.c: a solver's way to the minimum, a row an iteration.
 */
#include "fit/fit.h"
#include "base/rows.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

typedef struct trace
{
	l2n_proximal *search;
	l2_options options;
	int p;
	bool diverges;
} trace;

/* A rate that is too large is let go on, so that one sees it diverge: l2_trace is for looking. */
static void
start_trace(FunctionCallInfo fcinfo, FuncCallContext *ctx)
{
	trace *t = palloc0(sizeof *t);
	l2_options *o = &t->options;
	l2_scope scope = {L2_METHOD_ELASTIC_NET, L2_IN_TRACE};
	l2_fitter *fitter;

	l2_options_init(o, L2_METHOD_ELASTIC_NET);
	o->l1_ratio = 0;
	o->solver = L2_BY_GRADIENT;
	o->max_iter = 100;
	l2_options_set_lambda(o, l2_number_argument(fcinfo, 1, "lambda"));
	l2_options_argument(fcinfo, 2, &scope, o);
	if (o->solver == L2_BY_CHOLESKY)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("solver cholesky has no iterations to trace"),
						errhint("Use gradient, fista or coordinate.")));
	fitter = l2_fitter_make(PG_GETARG_L2_GRAM_COPY(0), o);
	if (fitter == NULL)
		return;
	t->search = l2_fitter_search(fitter, o);
	t->p = l2_fitter_features(fitter);
	t->diverges = o->solver == L2_BY_GRADIENT &&
				  l2n_proximal_rate(t->search) >= l2n_proximal_largest_rate(t->search);
	ctx->user_fctx = t;
	ctx->max_calls = (uint64) o->max_iter + 1;
}

PG_FUNCTION_INFO_V1(l2_trace);
PGDLLEXPORT Datum
l2_trace(PG_FUNCTION_ARGS)
{
	enum
	{
		ITERATION,
		OBJECTIVE,
		GAP,
		NONZERO,
		RSS,
		STEP,
		COEFFICIENTS,
		COLUMNS
	};
	FuncCallContext *ctx;
	trace *t;
	l2n_proximal_fit fit;
	l2n_status status;
	Datum values[COLUMNS], *coefficients;
	bool nulls[COLUMNS] = {false};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		ctx->max_calls = 0;
		if (!PG_ARGISNULL(0))
			start_trace(fcinfo, ctx);
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	t = ctx->user_fctx;
	if (ctx->call_cntr >= ctx->max_calls)
	{
		if (t && t->diverges)
			l2_tell_divergence(WARNING, &t->options, t->search);
		SRF_RETURN_DONE(ctx);
	}

	l2_poll(NULL);
	if (ctx->call_cntr > 0)
		l2n_proximal_step(t->search);
	fit.solution.coef = palloc(sizeof(double) * Max(t->p, 1));
	status = l2n_proximal_look(l2_kernel, t->search, &fit);
	if (status == L2N_OUT_OF_RANGE && t->diverges)
	{
		/* as far as doubles go */
		l2_tell_divergence(WARNING, &t->options, t->search);
		SRF_RETURN_DONE(ctx);
	}
	l2_check(status, NULL, 0);
	if (fit.gap <= l2_search_tolerance(&t->options))
	{
		ctx->max_calls = ctx->call_cntr + 1;
		t->diverges = false;
	}

	coefficients = palloc(sizeof(Datum) * (t->p + 1));
	coefficients[0] = Float8GetDatum(fit.solution.intercept);
	for (int j = 0; j < t->p; j++)
		coefficients[j + 1] = Float8GetDatum(fit.solution.coef[j]);
	values[ITERATION] = Int32GetDatum(fit.iterations);
	values[OBJECTIVE] = Float8GetDatum(fit.objective);
	values[GAP] = Float8GetDatum(fit.gap);
	values[NONZERO] = Int32GetDatum(fit.nonzero);
	values[RSS] = Float8GetDatum(fit.solution.rss);
	values[STEP] = Float8GetDatum(l2n_proximal_rate(t->search));
	nulls[STEP] = t->options.solver != L2_BY_GRADIENT || !(l2n_proximal_rate(t->search) > 0);
	values[COEFFICIENTS] = PointerGetDatum(
		construct_array(coefficients, t->p + 1, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}
