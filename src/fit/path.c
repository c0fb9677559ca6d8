/*
 * path.c: one gram, many penalties.
 *
 * The grid is glmnet's: from the smallest penalty that leaves no coefficient, down by equal
 * factors.  Each fit starts from the one before, so that a hundred cost little more than a few.
 */
#include "fit/path.h"

#include <math.h>

#include "model/criteria.h"
#include "base/progress.h"
#include "base/rows.h"

#include "utils/builtins.h"

void
l2_grid_read(FunctionCallInfo fcinfo, l2_gram *g, int options, const l2_scope *scope, l2_grid *p)
{
	memset(p, 0, sizeof *p);
	l2_options_init(&p->options, scope->method);
	p->options.quiet = true;
	l2_options_argument(fcinfo, options, scope, &p->options);
	p->fitter = l2_fitter_make(g, &p->options);
	if (p->fitter != NULL)
		l2_fitter_expect_many(p->fitter, false);
}

void
l2_grid_make(l2_grid *p)
{
	if (p->fitter != NULL)
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

/* What a row of a path has */
typedef enum path_column
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
} path_column;

static void
path_put_row(l2_rows *rows, const l2_grid *p, l2_model *m)
{
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double row[COLUMNS] = {0};

	row[LAMBDA] = p->options.lambda;
	row[DF] = m->values[L2_STAT_DF];
	row[DEV_RATIO] = m->values[L2_STAT_R_SQUARED];
	row[RSS] = m->values[L2_STAT_RSS];
	l2_criteria(m->values[L2_STAT_RSS], l2_fitter_rows(p->fitter), l2_fitter_log_weights(p->fitter),
				row[DF], row + GCV);
	for (int i = LAMBDA; i < CONVERGED; i++)
		l2_set_double(values, nulls, i, row[i]);
	values[NONZERO] = Int32GetDatum(l2_model_nonzero(m));
	nulls[NONZERO] = false;
	values[CONVERGED] = BoolGetDatum(!(m->flags & L2_MODEL_UNCONVERGED));
	values[MODEL] = PointerGetDatum(m);
	l2_rows_put(rows, values, nulls);
}

/* All rows at once: they would be kept anyway, and one model's memory does for the next */
PG_FUNCTION_INFO_V1(l2_path);
PGDLLEXPORT Datum
l2_path(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_scope scope = {.place = L2_IN_SOLVE_PATH};
	l2_method method;
	l2_grid p;
	bool began;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	method = l2_method_of(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	l2_refuse_gram(method);
	if (!l2_method_has_path(method))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s has no lambda to vary", l2_method_name(method)),
						errhint("Use ridge, lasso or elastic_net.")));
	scope.method = method;
	l2_grid_read(fcinfo, l2_gram_get(PG_GETARG_DATUM(0)), 2, &scope, &p);
	l2_grid_make(&p);
	began = l2_progress_begin("l2_path", NULL, InvalidOid);
	l2_progress_phase(L2_PHASE_PATH, p.n, 0);
	for (int i = 0; i < p.n; i++)
	{
		l2_model *m = l2_grid_fit(&p, i);

		path_put_row(rows, &p, m);
		pfree(m);
		l2_progress_pass(i + 1);
	}
	l2_progress_end(began);
	if (p.unconverged > 0)
		ereport(WARNING, (errmsg("%d of %d fits did not converge", p.unconverged, p.n),
						  errdetail("Column converged tells which."),
						  errhint("Raise max_iter or tolerance, or standardize the columns.")));
	return (Datum) 0;
}
