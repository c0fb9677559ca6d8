/*
 * path.c: one gram, many penalties.
 *
 * The grid is glmnet's: from the smallest penalty that leaves no coefficient, down by equal
 * factors.  Each fit starts from the one before, so that a hundred cost little more than a few.
 */
#include "path.h"

#include <math.h>

#include "args.h"
#include "criteria.h"
#include "glm.h"
#include "rows.h"

#include "utils/array.h"
#include "utils/builtins.h"

void
l2_read_lambdas(FunctionCallInfo fcinfo, int at, l2_options *o)
{
	if (!PG_ARGISNULL(at))
		l2_options_set_n_lambda(o, PG_GETARG_INT32(at));
	if (!PG_ARGISNULL(at + 1))
		l2_options_set_lambda_min_ratio(o, PG_GETARG_FLOAT8(at + 1));
	if (!PG_ARGISNULL(at + 2))
	{
		bool *nulls;
		int n;
		double *list = l2_read_array(PG_GETARG_DATUM(at + 2), "lambdas", &n, &nulls);

		l2_options_set_lambdas(o, list, nulls, n);
	}
}

void
l2_grid_read(FunctionCallInfo fcinfo, l2_gram *g, l2_method method, int at, l2_grid *p)
{
	memset(p, 0, sizeof *p);
	l2_options_init(&p->options, method);
	p->options.quiet = true;
	if (method == L2_METHOD_ELASTIC_NET)
		l2_options_set_l1_ratio(&p->options, PG_ARGISNULL(at) ? 0.5 : PG_GETARG_FLOAT8(at));
	else if (!PG_ARGISNULL(at))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("l1_ratio is for method elastic_net, not %s", l2_method_name(method))));
	l2_read_lambdas(fcinfo, at + 1, &p->options);
	l2_read_penalised(fcinfo, at + 4, &p->options);
	l2_read_bounds(fcinfo, at + 14, &p->options);
	p->fitter = l2_fitter_make(g, &p->options);
	if (p->fitter == NULL)
		return;
	l2_fitter_expect_many(p->fitter);
	p->lambda = l2_fitter_grid(p->fitter, &p->options, &p->n);
}

l2_model *
l2_grid_fit(l2_grid *p, int i)
{
	l2_model *m;

	p->options.lambda = p->lambda[i];
	m = l2_fitter_fit(p->fitter, &p->options);
	p->unconverged += (m->flags & L2_MODEL_UNCONVERGED) != 0;
	return m;
}

static void
start_path(FunctionCallInfo fcinfo, FuncCallContext *ctx)
{
	l2_grid *p = palloc(sizeof *p);
	l2_gram *g = (l2_gram *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	l2_method method = l2_method_of(text_to_cstring(PG_GETARG_TEXT_PP(1)));

	l2_glm_refuse_gram(method);
	if (!l2_method_has_path(method))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s has no lambda to vary", l2_method_name(method)),
						errhint("Use ridge, lasso or elastic_net.")));
	l2_grid_read(fcinfo, l2_gram_get(PointerGetDatum(g)), method, 2, p);
	ctx->user_fctx = p;
	ctx->max_calls = p->n;
}

PG_FUNCTION_INFO_V1(l2_path);
PGDLLEXPORT Datum
l2_path(PG_FUNCTION_ARGS)
{
	enum
	{
		LAMBDA,
		DF,
		NONZERO,
		DEV_RATIO,
		RSS,
		GCV, /* as l2_criteria has them: */
		AIC,
		AICC,
		BIC,
		CONVERGED,
		MODEL,
		COLUMNS
	};
	FuncCallContext *ctx;
	l2_grid *p;
	l2_model *m;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double row[COLUMNS] = {0};
	int nonzero = 0;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1))
			start_path(fcinfo, ctx);
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	p = ctx->user_fctx;
	if (ctx->call_cntr >= ctx->max_calls)
	{
		if (p && p->unconverged > 0)
			ereport(WARNING, (errmsg("%d of " UINT64_FORMAT " fits did not converge",
									 p->unconverged, ctx->max_calls),
							  errdetail("Column converged tells which."),
							  errhint("Raise max_iter or tolerance, or standardize the columns.")));
		SRF_RETURN_DONE(ctx);
	}

	m = l2_grid_fit(p, (int) ctx->call_cntr);
	row[LAMBDA] = p->options.lambda;
	row[DF] = m->values[L2_STAT_DF];
	row[DEV_RATIO] = m->values[L2_STAT_R_SQUARED];
	row[RSS] = m->values[L2_STAT_RSS];
	l2_criteria(m->values[L2_STAT_RSS], l2_fitter_rows(p->fitter), row[DF], row + GCV);
	for (int i = LAMBDA; i < CONVERGED; i++)
	{
		nulls[i] = isnan(row[i]);
		values[i] = Float8GetDatum(row[i]);
	}
	for (int i = 1; i <= m->p; i++)
		nonzero += l2_model_vector(m, L2_ESTIMATE)[i] != 0;
	values[NONZERO] = Int32GetDatum(nonzero);
	nulls[NONZERO] = false;
	values[CONVERGED] = BoolGetDatum(!(m->flags & L2_MODEL_UNCONVERGED));
	values[MODEL] = PointerGetDatum(m);
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}
