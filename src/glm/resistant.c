/*
 * resistant.c: Huber's and quantile regression as aggregates.
 *
 * Rows are kept as those of logistic.c are; the final function takes them into memory, since the
 * simplex method goes back and forth among them.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/progress.h"
#include "glm/glm_rows.h"
#include "model/vcov.h"

#include <math.h>

#include "num/stats/covariance.h"
#include "num/stats/resistant.h"

#include "miscadmin.h"

/* What the rows became: features about their means in units of their deviation, a constant first */
typedef struct resistant_rows
{
	l2n_resistant fit;
	int p;        /* features that count */
	int constant; /* 1 with an intercept */
	int *feature; /* p: which of the model's, from 1 on */
	double *mean; /* p */
	double *sd;   /* p */
	double unit;  /* what 1 of a row's residuals is in units of y; see resistant_scale */
} resistant_rows;

static double *
resistant_numbers(size_t n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * Max(n, 1));
}

static void
resistant_choose(resistant_rows *r, const l2_model *ols, const l2_options *o)
{
	r->feature = palloc(sizeof(int) * (ols->p + 1));
	r->mean = palloc(sizeof(double) * (ols->p + 1));
	r->sd = palloc(sizeof(double) * (ols->p + 1));
	r->constant = o->intercept;
	for (int j = 1; j <= ols->p; j++)
	{
		double mean = l2_model_vector(ols, L2_MEAN)[j], sd = l2_model_vector(ols, L2_SD)[j];

		if (l2_model_dropped(ols)[j - 1])
			continue;
		r->feature[r->p] = j;
		r->mean[r->p] = r->constant ? mean : 0;
		r->sd[r->p++] = sd > 0 && isfinite(sd) ? sd : Max(fabs(mean), 1);
	}
	r->fit.k = r->p + r->constant;
}

/*
 * Weights that are precisions go into the rows, each of which counts once: Huber's by their square
 * roots, as rlm's inv.var; quantiles by themselves, whose w |r| is |w r|, as rq's.  What all have
 * in common does not matter, so that the largest may be 1.
 */
static void
resistant_scale(resistant_rows *r, const l2_options *o, size_t n, double *x, double *y, double *w)
{
	double most = 0;

	r->unit = 1;
	if (o->weights == L2_WEIGHTS_FREQUENCY)
		return;
	for (size_t i = 0; i < n; i++)
		most = Max(most, w[i]);
	r->unit = o->method == L2_METHOD_HUBER ? sqrt(most) : most;
	for (size_t i = 0; i < n; i++)
	{
		double by = o->method == L2_METHOD_HUBER ? sqrt(w[i] / most) : w[i] / most;

		for (int j = 0; j < r->fit.k; j++)
			x[i * r->fit.k + j] *= by;
		y[i] *= by;
		w[i] = 1;
	}
}

/* All rows in memory, centred and scaled, since each step sorts or weighs residuals anew. */
static void
resistant_read(resistant_rows *r, l2_glm_rows *rows, const l2_options *o,
			   const l2n_columns *columns, size_t n)
{
	double *x = resistant_numbers(n * r->fit.k), *y = resistant_numbers(n),
		   *w = resistant_numbers(n);
	const double *row;
	ptrdiff_t stride;
	size_t at = 0;
	int count;

	l2_glm_rows_rewind(rows);
	while ((count = l2_glm_rows_next(rows, &row, &stride)) > 0)
		for (int i = 0; i < count; i++, at++, row += stride)
		{
			double *to = x + at * r->fit.k;

			CHECK_FOR_INTERRUPTS();
			if (r->constant)
				*to++ = 1;
			for (int j = 0; j < r->p; j++)
				to[j] = (row[columns->feature[r->feature[j] - 1]] - r->mean[j]) / r->sd[j];
			y[at] = row[0] - (rows->irls.offset ? row[rows->irls.offset] : 0);
			w[at] = rows->irls.weight ? row[rows->irls.weight] : 1;
		}
	resistant_scale(r, o, at, x, y, w);
	r->fit.n = at;
	r->fit.x = x;
	r->fit.y = y;
	r->fit.weight = w;
	r->fit.residual = resistant_numbers(at);
	r->fit.coef = resistant_numbers(r->fit.k);
	r->fit.variance = resistant_numbers((size_t) r->fit.k * r->fit.k);
}

/* From least squares, of y without its offset */
static void
resistant_start(resistant_rows *r, const l2_model *ols)
{
	double *b = r->fit.coef;

	if (r->constant)
		*b++ = l2_model_vector(ols, L2_ESTIMATE)[0];
	for (int j = 0; j < r->p; j++)
	{
		double estimate = l2_model_vector(ols, L2_ESTIMATE)[r->feature[j]];

		b[j] = estimate * r->sd[j];
		if (r->constant)
			r->fit.coef[0] += estimate * r->mean[j];
	}
}

/* The factor of the covariance into a model that keeps it: about the means, as the rows are */
static void
resistant_keep(const resistant_rows *r, l2_model *m)
{
	const l2n_resistant *f = &r->fit;
	double *to = l2_model_matrix(m, L2_KEPT_FACTOR), *v;
	Size k = (Size) m->p + 1;

	if (to == NULL)
		return;
	v = l2_scratch(sizeof(double) * l2n_tri_size(k));
	memset(v, 0, sizeof(double) * l2n_tri_size(k));
	for (int i = 0; i < f->k; i++)
		for (int j = i; j < f->k; j++)
		{
			int a = i - r->constant, b = j - r->constant;
			double by = (a < 0 ? 1 : r->sd[a]) * (b < 0 ? 1 : r->sd[b]);

			v[l2n_tri(k, a < 0 ? 0 : r->feature[a], b < 0 ? 0 : r->feature[b])] =
				f->variance[(Size) i * f->k + j] / by;
		}
	/* 0 for one that could not be had: see l2_vcov_unit */
	if (!l2n_covariance_factor((int) k, v, to))
		memset(to, 0, sizeof(double) * l2n_tri_size(k));
}

/* The solution into the model, in the units of its features */
static void
resistant_put(const resistant_rows *r, l2_model *m)
{
	const l2n_resistant *f = &r->fit;
	double *estimate = l2_model_vector(m, L2_ESTIMATE), *se = l2_model_vector(m, L2_STD_ERROR);
	dd base = dd_of(r->constant ? f->coef[0] : 0);
	double *z = palloc0(sizeof(double) * (f->k + 1)), of_base = 0;

	for (int j = 0; j <= m->p; j++)
		se[j] = NAN;
	z[0] = 1;
	for (int j = 0; j < r->p; j++)
	{
		int at = j + r->constant;
		double b = f->coef[at] / r->sd[j];

		estimate[r->feature[j]] = b;
		se[r->feature[j]] = sqrt(f->variance[(size_t) at * f->k + at]) / r->sd[j];
		base = dd_sub(base, dd_mul_d(dd_of(b), r->mean[j]));
		z[at] = -r->mean[j] / r->sd[j];
	}
	for (int i = 0; r->constant && i < f->k; i++)
		for (int j = 0; j < f->k; j++)
			of_base += z[i] * z[j] * f->variance[(size_t) i * f->k + j];
	estimate[0] = base.hi;
	if (r->constant)
		se[0] = sqrt(of_base < 0 ? 0 : of_base);
	resistant_keep(r, m);
}

/* What is known of the rows from least squares, in a model of another method */
static l2_model *
resistant_model(const l2_model *ols, const l2_options *o)
{
	l2_model *m =
		l2_model_new_keeping(ols->p, l2_names_of_model(ols), l2_vcov_parts(o, ols->p, true, false));

	m->flags = ols->flags;
	m->n = ols->n;
	m->n_skipped = ols->n_skipped;
	m->values[L2_STAT_SUM_WEIGHTS] = ols->values[L2_STAT_SUM_WEIGHTS];
	for (int i = 0; i <= m->p; i++)
	{
		l2_model_vector(m, L2_MEAN)[i] = l2_model_vector(ols, L2_MEAN)[i];
		l2_model_vector(m, L2_SD)[i] = l2_model_vector(ols, L2_SD)[i];
		l2_model_vector(m, L2_ESTIMATE)[i] = 0;
	}
	memcpy(l2_model_dropped(m), l2_model_dropped(ols), m->p);
	return m;
}

static void
resistant_tell(const l2_options *o, const l2n_resistant *f, l2n_status status, l2_model *m)
{
	if (status == L2N_OK && f->converged)
		return;
	m->flags |= L2_MODEL_UNCONVERGED;
	if (status == L2N_ILL_CONDITIONED)
		ereport(WARNING, (errmsg("%s did not converge: the scale is 0", l2_method_name(o->method)),
						  errdetail("Half of the rows or more are fitted exactly."),
						  errhint("quantile_fit(y, x, 0.5) needs no scale.")));
	else
		ereport(WARNING,
				(errmsg_plural("%s did not converge in %d step", "%s did not converge in %d steps",
							   f->iterations, l2_method_name(o->method), f->iterations),
				 errhint("Raise max_iter, or leave out columns that nearly explain each other.")));
}

static void
resistant_describe(const resistant_rows *r, const l2_options *o, const l2_fitter *fitter,
				   l2_model *m)
{
	m->method = o->method;
	m->solver = o->method == L2_METHOD_HUBER ? L2_SOLVER_REWEIGHTED : L2_SOLVER_SIMPLEX;
	m->values[L2_STAT_ITERATIONS] = r->fit.iterations;
	m->values[L2_STAT_DF] = r->fit.k;
	m->values[L2_STAT_DF_RESIDUAL] = Max(l2_fitter_rows(fitter) - r->fit.k, 0);
	if (o->method == L2_METHOD_HUBER)
	{
		m->values[L2_STAT_SIGMA] = r->fit.scale * r->unit;
		m->values[L2_STAT_HUBER_K] = o->huber_k;
	}
	else
		m->values[L2_STAT_TAU] = o->tau;
}

/*
 * Fit from where least squares end; where the features' matrix cannot be inverted there are no
 * errors.
 */
static l2_model *
resistant_fit(l2_glm_state *s, const l2_options *o)
{
	l2_glm_rows *rows = l2_glm_rows_make(s, o, 0, s->n_parts, -1);
	resistant_rows r = {.fit = {.max_iter = o->max_iter}};
	l2_options plain = *o;
	l2_fitter *fitter;
	l2n_status status;
	l2_model *m;
	void *work;

	if (rows == NULL)
		return NULL;
	plain.method = L2_METHOD_OLS;
	plain.covariance = 0;
	fitter = l2_fitter_make(rows->source.prior, &plain);
	m = l2_fitter_fit(fitter, &plain);
	resistant_choose(&r, m, o);
	resistant_read(&r, rows, o, l2_fitter_columns(fitter), l2_gram_count(rows->source.prior));
	resistant_start(&r, m);
	work = l2_scratch(l2n_resistant_worksize(r.fit.n, r.fit.k));
	if (o->method == L2_METHOD_HUBER)
		status = l2n_huber(&r.fit, o->huber_k, work, l2_poll, NULL);
	else
		status = l2n_quantile(&r.fit, o->tau, work, l2_poll, NULL);
	if (status != L2N_ILL_CONDITIONED)
		l2_check(status, NULL, 0);
	else
		for (int i = 0; i < r.fit.k * r.fit.k; i++)
			r.fit.variance[i] = NAN;
	m = resistant_model(m, o);
	resistant_put(&r, m);
	resistant_describe(&r, o, fitter, m);
	resistant_tell(o, &r.fit, status, m);
	l2_model_finish(m);
	return m;
}

static Datum
resistant_final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_glm_state *s = l2_glm_state_argument(fcinfo, method, L2_IN_FIT);
	l2_options o;
	l2_model *m;
	bool began;

	if (s == NULL)
		PG_RETURN_NULL();
	l2_glm_state_open(s, &o);
	o.told = &l2_call_cache_of(fcinfo, 0)->told;
	began = l2_progress_begin(l2_scope_name(&s->scope), NULL, InvalidOid);
	m = resistant_fit(s, &o);
	l2_progress_end(began);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(huber_final, resistant_final, L2_METHOD_HUBER);
L2_FUNCTION(quantile_final, resistant_final, L2_METHOD_QUANTILE);
