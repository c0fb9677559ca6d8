/*
 * path.c: one gram, many penalties.
 *
 * The grid is glmnet's: from the smallest penalty that leaves no coefficient, down by equal
 * factors.  Each fit starts from the one before, so that a hundred cost little more than a few.
 */
#include "fit.h"

#include <math.h>

#include "args.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

typedef struct path
{
	l2_fitter *fitter;
	l2_options options;
	double *lambda;
	int unconverged;
} path;

static void
start_path(FunctionCallInfo fcinfo, FuncCallContext *ctx)
{
	path *p = palloc0(sizeof *p);
	l2_gram *g = (l2_gram *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	l2_method method;
	int n;

	method = l2_method_of(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	if (method == L2_METHOD_OLS || method == L2_METHOD_DROPOUT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s has no lambda to vary", l2_method_name(method)),
						errhint("Use ridge, lasso or elastic_net.")));
	l2_options_init(&p->options, method);
	p->options.quiet = true;
	if (method == L2_METHOD_ELASTIC_NET)
		l2_options_set_l1_ratio(&p->options, PG_ARGISNULL(2) ? 0.5 : PG_GETARG_FLOAT8(2));
	else if (!PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("l1_ratio is for method elastic_net, not %s", l2_method_name(method))));
	if (!PG_ARGISNULL(3))
		l2_options_set_n_lambda(&p->options, PG_GETARG_INT32(3));
	if (!PG_ARGISNULL(4))
		l2_options_set_lambda_min_ratio(&p->options, PG_GETARG_FLOAT8(4));
	if (!PG_ARGISNULL(5))
	{
		bool *nulls;
		double *list = l2_read_array(PG_GETARG_DATUM(5), "lambdas", &n, &nulls);

		l2_options_set_lambdas(&p->options, list, nulls, n);
	}
	l2_read_penalised(fcinfo, 6, &p->options);
	l2_read_bounds(fcinfo, 16, &p->options);
	p->fitter = l2_fitter_make(l2_gram_get(PointerGetDatum(g)), &p->options);
	ctx->user_fctx = p;
	ctx->max_calls = 0;
	if (p->fitter == NULL)
		return;
	l2_fitter_expect_many(p->fitter);
	p->lambda = l2_fitter_grid(p->fitter, &p->options, &n);
	ctx->max_calls = n;
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
		GCV,
		AIC,
		AICC,
		BIC,
		CONVERGED,
		MODEL,
		COLUMNS
	};
	FuncCallContext *ctx;
	path *p;
	l2_model *m;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double n, df, deviance, row[COLUMNS] = {0};
	int nonzero = 0;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &ctx->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		ctx->tuple_desc = BlessTupleDesc(ctx->tuple_desc);
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

	p->options.lambda = p->lambda[ctx->call_cntr];
	m = l2_fitter_fit(p->fitter, &p->options);
	p->unconverged += (m->flags & L2_MODEL_UNCONVERGED) != 0;

	n = l2_fitter_rows(p->fitter);
	df = m->values[L2_STAT_DF];
	deviance = n * log(m->values[L2_STAT_RSS] / n);
	row[LAMBDA] = p->options.lambda;
	row[DF] = df;
	row[DEV_RATIO] = m->values[L2_STAT_R_SQUARED];
	row[RSS] = m->values[L2_STAT_RSS];
	row[GCV] = df < n ? m->values[L2_STAT_RSS] / n / ((1 - df / n) * (1 - df / n)) : NAN;
	row[AIC] = deviance + 2 * df;
	row[AICC] = n - df - 1 > 0 ? row[AIC] + 2 * df * (df + 1) / (n - df - 1) : NAN;
	row[BIC] = deviance + df * log(n);
	for (int i = LAMBDA; i < CONVERGED; i++)
	{
		nulls[i] = !isfinite(row[i]);
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
