/*
 * gradient.c: logistic regression by the gradient steps of the textbooks, and their trace.
 *
 * Rows are kept as those of logistic.c are; the final function takes them into memory.  Batches are
 * dealt from the rows in the order of their values, so that neither plan nor storage matters.
 */
#include "glm/gradient.h"

#include "base/aggregate.h"
#include "base/args.h"
#include "base/progress.h"
#include "base/row_array.h"
#include "base/rows.h"
#include "glm/glm_rows.h"

#include <math.h>

#include "num/glm/unit.h"
#include "num/linalg/eigen.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

/* Iterations where nobody says how many, and of a trace; what an optimality condition may be missed
 * by */
#define GRADIENT_ITERATIONS 10000
#define GRADIENT_TRACE      100
#define GRADIENT_TOLERANCE  1e-9

/* The matrix of the bound of the Hessian has the square of so many numbers */
#define GRADIENT_FEATURES 5000

typedef struct gradient
{
	const l2_options *o;
	l2_glm_rows *rows;
	l2_fitter *fitter;
	l2n_unit unit;
	int p;
	int first;    /* 1 with an intercept */
	double *mean; /* p: standardised features are (x - mean) / sd */
	double *sd;
	double largest_rate;
	double start; /* objective of the first iteration */
	bool rose;    /* the objective, from one iteration to the next */
	double lambda;
} gradient;

static double *
gradient_numbers(size_t n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * Max(n, 1));
}

/* Options that such a fit has no use for */
static void
gradient_check(const l2_options *o)
{
	const char *what = o->rate > 0              ? "dropout"
					   : l2_options_bounded(o)  ? "bounds"
					   : o->vcov != L2_VCOV_IID ? "vcov"
					   : o->covariance < 0      ? "covariance"
					   : o->dispersion != 0     ? "dispersion"
												: NULL;

	if (what)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("solver gradient has no %s", what),
				 errhint("Leave it out, or leave solver out for Newton's steps.")));
	if (o->batch > 0 && o->tolerance_given)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("steps over batches have no tolerance"),
						errdetail("At a constant rate they go on about the minimum; max_iter says "
								  "when they end."),
						errhint("Leave out tolerance, or batch_size.")));
}

/*
 * Steps are taken in the units of the penalty: standardised columns where the option says so, raw
 * ones else.
 */
static void
gradient_units(gradient *g)
{
	const l2n_moments *m = l2_fitter_moments(g->fitter);
	const l2n_columns *columns = l2_fitter_columns(g->fitter);
	const double *factor = l2_fitter_penalty(g->fitter);
	double *l1 = palloc0(sizeof(double) * (g->p + 1)), *l2 = palloc0(sizeof(double) * (g->p + 1));

	g->mean = palloc0(sizeof(double) * (g->p + 1));
	g->sd = palloc(sizeof(double) * (g->p + 1));
	for (int j = 0; j < g->p; j++)
	{
		double f = g->lambda * (factor ? factor[j] : 1), sd = 0;

		g->sd[j] = 1;
		if (g->o->standardize)
		{
			sd = sqrt(l2n_variance(m, columns->feature[j]));
			g->sd[j] = sd > 0 ? sd : 1;
			g->mean[j] = g->first ? m->mean[columns->feature[j]] : 0;
		}
		l1[g->first + j] = f * g->o->l1_ratio;
		l2[g->first + j] = f * (1 - g->o->l1_ratio);
	}
	g->unit.l1 = l1;
	g->unit.l2 = l2;
}

static void
gradient_read(gradient *g, size_t n)
{
	const l2n_columns *columns = l2_fitter_columns(g->fitter);
	l2n_irls *irls = &g->rows->irls;
	double *z = gradient_numbers(n * g->unit.q), *y = gradient_numbers(n), *w = gradient_numbers(n);
	const double *row;
	ptrdiff_t stride;
	size_t at = 0;
	int count;

	l2_glm_rows_rewind(g->rows);
	while ((count = l2_glm_rows_next(g->rows, &row, &stride)) > 0)
		for (int i = 0; i < count; i++, at++, row += stride)
		{
			double *to = z + at * g->unit.q;

			CHECK_FOR_INTERRUPTS();
			if (g->first)
				*to++ = 1;
			for (int j = 0; j < g->p; j++)
				to[j] = (row[columns->feature[j]] - g->mean[j]) / g->sd[j];
			y[at] = row[0];
			w[at] = irls->weight ? row[irls->weight] : 1;
			if (irls->classes)
				w[at] *= (1 - row[0]) * irls->class_weight[0] + row[0] * irls->class_weight[1];
			g->unit.total += w[at];
		}
	g->unit.n = at;
	g->unit.z = z;
	g->unit.y = y;
	g->unit.weight = w;
}

/* For qsort: rows by y, features and weight */
static int
gradient_compare(const void *a, const void *b, void *arg)
{
	const l2n_unit *u = arg;
	size_t i = *(const size_t *) a, j = *(const size_t *) b;

	if (u->y[i] != u->y[j])
		return u->y[i] < u->y[j] ? -1 : 1;
	for (int c = 0; c < u->q; c++)
		if (u->z[i * u->q + c] != u->z[j * u->q + c])
			return u->z[i * u->q + c] < u->z[j * u->q + c] ? -1 : 1;
	return u->weight[i] < u->weight[j] ? -1 : u->weight[i] > u->weight[j];
}

static void
gradient_order(gradient *g)
{
	l2n_unit *u = &g->unit;

	u->order = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(size_t) * Max(u->n, 1));
	for (size_t i = 0; i < u->n; i++)
		u->order[i] = i;
	u->batch = g->o->batch > 0 ? (size_t) g->o->batch : u->n;
	if (u->batch < u->n)
		qsort_arg(u->order, u->n, sizeof(size_t), gradient_compare, u);
	u->seed = (uint64_t) g->o->seed;
}

/* Coefficients as they are given, or 0, in the units of the steps */
static void
gradient_start(gradient *g)
{
	const l2_options *o = g->o;
	double *b = g->unit.coef;

	memset(b, 0, sizeof(double) * g->unit.q);
	if (o->n_start < 0)
		return;
	if (o->n_start != g->p + 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("option \"start\" has %d numbers, but an intercept and %d features "
							   "are %d",
							   o->n_start, g->p, g->p + 1),
						errhint("As model::float8[] has them, the intercept first, 0 where there "
								"is none.")));
	if (!g->first && o->start[0] != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("option \"start\" begins with an intercept that is not fitted"),
						errhint("Put 0 first.")));
	if (g->first)
		b[0] = o->start[0];
	for (int j = 0; j < g->p; j++)
	{
		b[g->first + j] = o->start[j + 1] * g->sd[j];
		if (g->first)
			b[0] += o->start[j + 1] * g->mean[j];
	}
}

/* The intercept and the coefficients, in the units of the features */
static void
gradient_put(const gradient *g, double *coef)
{
	coef[0] = g->first ? g->unit.coef[0] : 0;
	for (int j = 0; j < g->p; j++)
	{
		coef[j + 1] = g->unit.coef[g->first + j] / g->sd[j];
		if (g->first)
			coef[0] -= coef[j + 1] * g->mean[j];
	}
}

static void
gradient_tell(int elevel, const gradient *g)
{
	double unit = pow(10, floor(log10(g->largest_rate)) - 5);

	ereport(elevel,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("gradient descent diverges with learning_rate %g", g->unit.rate),
			 errdetail("The largest rate that is sure to converge is %.6g.",
					   floor(g->largest_rate / unit) * unit),
			 errhint("Leave learning_rate out to step with half of that; features near 1, as "
					 "option standardize makes them, allow larger ones.")));
}

/* NULL where the rows have no fit */
static gradient *
gradient_make(l2_glm_state *s, const l2_options *o)
{
	gradient *g = palloc0(sizeof *g);
	l2n_unit *u = &g->unit;

	gradient_check(o);
	g->o = o;
	g->rows = l2_glm_rows_make(s, o, 0, s->n_parts, -1);
	if (g->rows == NULL)
		return NULL;
	if (s->any_offset)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("solver gradient has no offset"),
				 errhint("Leave solver out for Newton's steps.")));
	g->fitter = l2_fitter_make(g->rows->source.prior, o);
	if (!l2_glm_has_classes(&g->rows->source, l2_fitter_moments(g->fitter), o))
		return NULL;
	g->p = l2_fitter_columns(g->fitter)->p;
	g->first = o->intercept;
	u->q = g->p + g->first;
	if (u->q > GRADIENT_FEATURES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("solver gradient takes at most %d features", GRADIENT_FEATURES)));
	g->lambda = o->lambda *
				(o->lambda_scale == L2_LAMBDA_SUM ? 1 : l2_fitter_moments(g->fitter)->weight.hi);
	gradient_units(g);
	gradient_read(g, l2_gram_count(g->rows->source.prior));
	gradient_order(g);
	u->coef = palloc(sizeof(double) * (u->q + 1));
	u->slope = palloc(sizeof(double) * (u->q + 1));
	u->size = palloc(sizeof(double) * (u->q + 1));
	gradient_start(g);
	l2_check(l2n_unit_largest_rate(u, l2_scratch(sizeof(double) * (u->q + 1) * (u->q + 1)),
								   palloc(sizeof(double) * (u->q + 1)),
								   l2_scratch(l2n_eigen_worksize(u->q)), &g->largest_rate, l2_poll,
								   NULL),
			 NULL, 0);
	u->rate = o->learning_rate > 0 ? o->learning_rate : g->largest_rate / 2;
	return g;
}

/* Look where it is; false where numbers overflow, since it diverges */
static bool
gradient_look(gradient *g)
{
	double before = g->unit.objective;
	l2n_status status = l2n_unit_look(&g->unit, l2_poll, NULL);

	if (status == L2N_OUT_OF_RANGE && g->unit.iterations > 0 && g->unit.rate >= g->largest_rate)
		return false;
	l2_check(status, NULL, 0);
	if (g->unit.iterations == 0)
		g->start = g->unit.objective;
	else if (g->unit.objective > before * (1 + 1e-12))
		g->rose = true;
	return true;
}

/* Whether a rate that may diverge did */
static bool
gradient_diverged(const gradient *g)
{
	return g->unit.rate >= g->largest_rate && g->unit.batch >= g->unit.n && g->rose;
}

static bool
gradient_converged(const gradient *g)
{
	double tolerance = g->o->tolerance_given ? g->o->tolerance : GRADIENT_TOLERANCE;

	return g->unit.batch >= g->unit.n && g->unit.miss <= tolerance;
}

/* Errors are none: the end of a descent by a rate need not be the optimum. */
static void
gradient_describe(const gradient *g, l2_model *m)
{
	const l2_options *o = g->o;
	const l2n_moments *prior = l2_fitter_moments(g->fitter);
	double *stat = m->values, mean = prior->mean[l2_fitter_columns(g->fitter)->target];
	double null = g->first ? -(mean * log(mean) + (1 - mean) * log1p(-mean)) : log(2);
	int nonzero = 0;

	gradient_put(g, l2_model_vector(m, L2_ESTIMATE));
	for (int j = 0; j <= g->p; j++)
	{
		l2_model_vector(m, L2_STD_ERROR)[j] = NAN;
		nonzero += j > 0 && l2_model_vector(m, L2_ESTIMATE)[j] != 0;
	}
	m->solver = L2_SOLVER_GRADIENT;
	stat[L2_STAT_LAMBDA] = o->lambda;
	stat[L2_STAT_LAMBDA_EFFECTIVE] = g->lambda;
	if (o->l1_ratio > 0)
		stat[L2_STAT_L1_RATIO] = o->l1_ratio;
	stat[L2_STAT_NONZERO] = nonzero;
	stat[L2_STAT_ITERATIONS] = g->unit.iterations;
	stat[L2_STAT_GAP] = g->unit.miss;
	stat[L2_STAT_LEARNING_RATE] = g->unit.rate;
	if (!o->balanced)
	{
		stat[L2_STAT_DEVIANCE] = 2 * (g->unit.loss + g->rows->source.saturated);
		stat[L2_STAT_NULL_DEVIANCE] = 2 * (null * g->unit.total + g->rows->source.saturated);
		stat[L2_STAT_R_SQUARED] = 1 - stat[L2_STAT_DEVIANCE] / stat[L2_STAT_NULL_DEVIANCE];
		stat[L2_STAT_LOG_LIKELIHOOD] = -g->unit.loss;
	}
}

l2_model *
l2_gradient_fit(l2_glm_state *s, const l2_options *o)
{
	gradient *g = gradient_make(s, o);
	int most = o->max_iter_given ? o->max_iter : GRADIENT_ITERATIONS;
	l2_model *m;

	if (g == NULL)
		return NULL;
	while (true)
	{
		if (!gradient_look(g))
			gradient_tell(ERROR, g);
		if (gradient_converged(g) || g->unit.iterations == most)
			break;
		l2_progress_step();
		l2_check(l2n_unit_iterate(&g->unit, l2_poll, NULL), NULL, 0);
	}
	if (!gradient_converged(g) && gradient_diverged(g))
		gradient_tell(ERROR, g);
	m = l2_fitter_start(g->fitter, o, 0);
	gradient_describe(g, m);
	if (!gradient_converged(g))
	{
		m->flags |= L2_MODEL_UNCONVERGED;
		if (g->unit.batch >= g->unit.n)
			ereport(
				WARNING,
				(errmsg_plural("logistic did not converge in %d iteration",
							   "logistic did not converge in %d iterations", g->unit.iterations,
							   g->unit.iterations),
				 errdetail("The worst optimality condition is missed by %g of its terms.",
						   g->unit.miss),
				 errhint("Raise max_iter or learning_rate, standardize, or leave solver out for "
						 "Newton's steps.")));
	}
	l2_fitter_finish(g->fitter, m);
	return m;
}

/*
 * The trace
 */

static void
gradient_row(const gradient *g, l2_row_array *rows)
{
	enum
	{
		ITERATION,
		OBJECTIVE,
		LOSS,
		GAP,
		STEP,
		COEFFICIENTS,
		COLUMNS
	};
	Datum values[COLUMNS], *coefficients = palloc(sizeof(Datum) * (g->p + 1));
	bool nulls[COLUMNS] = {false};
	double *coef = palloc(sizeof(double) * (g->p + 1));

	gradient_put(g, coef);
	for (int j = 0; j <= g->p; j++)
		coefficients[j] = Float8GetDatum(coef[j]);
	values[ITERATION] = Int32GetDatum(g->unit.iterations);
	values[OBJECTIVE] = Float8GetDatum(g->unit.objective);
	values[LOSS] = Float8GetDatum(g->unit.loss);
	values[GAP] = Float8GetDatum(g->unit.miss);
	values[STEP] = Float8GetDatum(g->unit.rate);
	values[COEFFICIENTS] = PointerGetDatum(
		construct_array(coefficients, g->p + 1, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	l2_row_array_add(rows, values, nulls);
	pfree(coef);
	pfree(coefficients);
}

PG_FUNCTION_INFO_V1(logistic_trace_final);
PGDLLEXPORT Datum
logistic_trace_final(PG_FUNCTION_ARGS)
{
	l2_glm_state *s = l2_glm_state_argument(fcinfo, L2_METHOD_LOGISTIC, L2_IN_TRACE);
	l2_row_array rows;
	l2_options o;
	gradient *g;
	int most;

	if (s == NULL)
		PG_RETURN_NULL();
	l2_glm_state_open(s, &o);
	g = gradient_make(s, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	most = o.max_iter_given ? o.max_iter : GRADIENT_TRACE;
	l2_row_array_init(fcinfo, &rows, Min(most, 10000) + 1, "Ask for fewer iterations.");
	while (gradient_look(g))
	{
		gradient_row(g, &rows);
		if (gradient_converged(g) || g->unit.iterations == most)
			break;
		l2_check(l2n_unit_iterate(&g->unit, l2_poll, NULL), NULL, 0);
	}
	if (!gradient_converged(g) && (gradient_diverged(g) || !isfinite(g->unit.objective)))
		gradient_tell(WARNING, g);
	PG_RETURN_DATUM(l2_row_array_finish(&rows));
}
