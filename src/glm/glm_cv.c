/*
 * glm_cv.c: paths and cross-validation of generalised linear models.
 *
 * Rows are kept as those of logistic.c are, dealt to folds as they come.  A path starts each fit
 * from the one before; so do those of the rows outside each fold, whose models then meet the fold's
 * rows in one more pass.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "model/criteria.h"
#include "fit/folds.h"
#include "glm/glm_rows.h"
#include "base/progress.h"
#include "score/roc.h"
#include "base/row_array.h"
#include "base/rows.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/memutils.h"

/*
 * What a step may move the linear predictor by, where errors on other rows are all that is wanted:
 * the fit is then right to about its square
 */
#define FOLD_TOLERANCE 1e-7

#define ROWS_HINT "Ask for fewer lambdas."

/*
 * Paths
 */

/* A row of a path: what of a model is compared with others', and the model. */
static Datum
path_row(const l2_model *m, l2_row_array *rows)
{
	enum
	{
		LAMBDA,
		DF,
		NONZERO,
		DEV_RATIO,
		DEVIANCE,
		AIC,
		AICC,
		BIC,
		CONVERGED,
		MODEL,
		COLUMNS
	};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double criteria[L2_RSS_CRITERIA];

	l2_likelihood_criteria(m->values[L2_STAT_LOG_LIKELIHOOD], l2_model_rows(m),
						   l2_model_parameters(m), criteria);
	l2_set_double(values, nulls, LAMBDA, m->values[L2_STAT_LAMBDA]);
	l2_set_double(values, nulls, DF, m->values[L2_STAT_DF]);
	values[NONZERO] = Int32GetDatum(l2_model_nonzero(m));
	l2_set_double(values, nulls, DEV_RATIO, m->values[L2_STAT_R_SQUARED]);
	l2_set_double(values, nulls, DEVIANCE, m->values[L2_STAT_DEVIANCE]);
	l2_set_double(values, nulls, AIC, criteria[L2_CRITERION_AIC]);
	l2_set_double(values, nulls, AICC, criteria[L2_CRITERION_AICC]);
	l2_set_double(values, nulls, BIC, criteria[L2_CRITERION_BIC]);
	values[CONVERGED] = BoolGetDatum(!(m->flags & L2_MODEL_UNCONVERGED));
	values[MODEL] = PointerGetDatum(m);
	l2_row_array_add(rows, values, nulls);
	return (Datum) 0;
}

/* A model for each lambda of the grid, each from where the one before ended. */
static Datum
path(FunctionCallInfo fcinfo, l2_method method)
{
	l2_glm_state *s = l2_glm_state_argument(fcinfo, method, L2_IN_PATH);
	l2_glm_rows *source;
	l2_row_array rows;
	l2_options o;
	l2_glm *g;
	double *lambda;
	int n, unconverged = 0;
	bool began;

	if (s == NULL)
		PG_RETURN_NULL();
	l2_glm_state_open(s, &o);
	o.quiet = true;
	source = l2_glm_rows_make(s, &o, 0, s->n_parts, -1);
	g = source ? l2_glm_make(&source->source, &o) : NULL;
	if (g == NULL)
		PG_RETURN_NULL();
	lambda = l2_glm_grid(g, &o, &n);
	l2_row_array_init(fcinfo, &rows, n, ROWS_HINT);
	began = l2_progress_begin(psprintf("%s_path", l2_method_name(method)), NULL, InvalidOid);
	l2_progress_phase(L2_PHASE_PATH, n, 0);
	for (int i = 0; i < n; i++)
	{
		l2_model *m;

		o.lambda = lambda[i];
		m = l2_glm_fit(g, &o);
		unconverged += (m->flags & L2_MODEL_UNCONVERGED) != 0;
		path_row(m, &rows);
		pfree(m);
		l2_progress_pass(i + 1);
	}
	l2_progress_end(began);
	if (unconverged > 0)
		ereport(WARNING, (errmsg("%d of %d fits did not converge", unconverged, n),
						  errdetail("Column converged tells which."),
						  errhint("Raise max_iter or tolerance, or standardize the columns.")));
	PG_RETURN_DATUM(l2_row_array_finish(&rows));
}

/*
 * Cross-validation
 */

typedef struct curve
{
	l2_glm_state *state;
	l2_options options;
	int k;       /* parts that have rows */
	int counted; /* of these, those that the measure can be had of */
	int *part;   /* those */
	double *weight;
	l2_glm **glm; /* to all rows, one for each rate of dropout */
	int n;
	int64 done;          /* fits, of k times the points that are not known */
	l2_cv_point *points; /* of each grid lambdas largest first; an AUC is negated */
	int best;
	int one_se;
} curve;

static void
glm_make_points(curve *c)
{
	l2_options o;

	for (int r = 0; l2_cv_grid(&c->options, r, &o); r++)
	{
		int n;
		int rate = r / Max(o.n_l1_ratios, 1) % Max(o.n_rates, 1);
		double *list = l2_glm_grid(c->glm[rate], &o, &n);

		if (c->points == NULL)
			c->points = palloc(sizeof(l2_cv_point) * n);
		else
			c->points = repalloc_huge(c->points, sizeof(l2_cv_point) * (c->n + n));
		for (int i = 0; i < n; i++)
			c->points[c->n++] = (l2_cv_point){.rate = o.rate,
											  .l1_ratio = o.l1_ratio,
											  .relax = o.relax,
											  .lambda = list[i],
											  .fold = palloc(sizeof(double) * c->k)};
	}
}

/*
 * What the points not known that are of the fit of number first make of it, and of its refit
 * without a penalty; false where that did not converge
 */
static bool
blend_points(curve *c, l2_glm *g, const l2_options *o, int first, double *all, int p)
{
	const double *b = all + (Size) (p + 1) * first;
	const l2_glm_refit *refit = l2_glm_relax(g, o, b + 1);

	/* the first one is read by the others, so it is the last */
	for (int i = l2_cv_next(c->points, c->n, first, first);;
		 i = l2_cv_next(c->points, c->n, first, i))
	{
		int at = i < 0 ? first : i;
		double *to = all + (Size) (p + 1) * at, share = c->points[at].relax;

		to[0] = l2_blend(share, b[0], refit->base);
		for (int j = 1; j <= p; j++)
			to[j] = l2_blend(share, b[j], refit->coef[j - 1]);
		if (i < 0)
			break;
		l2_progress_pass(++c->done);
	}
	return refit->end == L2N_NEWTON_CONVERGED;
}

/* Coefficients at each point of that rate that is not known, the linear predictor at the centre
 * first
 */
static void
fit_points(curve *c, l2_glm *g, double rate, double *all, int p, int *unconverged)
{
	for (int i = 0; i < c->n; i++)
	{
		l2_options o = l2_cv_options(&c->options, &c->points[i]);
		double *b = all + (Size) (p + 1) * i;

		if (o.rate != rate || !l2_cv_is_first(c->points, i))
			continue;
		o.quiet = true;
		if (!o.tolerance_given)
			o.tolerance = FOLD_TOLERANCE;
		*unconverged += !l2_glm_coefficients(g, &o, b, b + 1);
		if (l2_options_relaxed(&c->options))
			*unconverged += !blend_points(c, g, &o, i, all, p);
		l2_progress_pass(++c->done);
	}
}

/* The rates of dropout that are compared: number i, or false behind the last */
static bool
rate_at(const l2_options *all, int i, l2_options *o)
{
	*o = *all;
	if (all->n_rates >= 0 && i < all->n_rates)
		o->rate = all->rates[i];
	return i < Max(all->n_rates, 1);
}

/* Before the fits to all rows; false where there are none that the options want an error for */
static bool
make_glms(curve *c)
{
	l2_options o;

	c->glm = palloc(sizeof(l2_glm *) * Max(c->options.n_rates, 1));
	for (int i = 0; rate_at(&c->options, i, &o); i++)
	{
		l2_glm_rows *all = l2_glm_rows_make(c->state, &o, 0, c->state->n_parts, -1);

		c->glm[i] = l2_glm_make(&all->source, &o);
		if (c->glm[i] == NULL)
			return false;
	}
	return true;
}

/* Mean deviance, or share of rows on the wrong side, of the points not known in one pass */
static void
mean_errors(curve *c, int k, l2_glm_rows *test, const l2n_irls *irls, const double *all, int p)
{
	double eta[L2N_BLOCK_ROWS], y[L2N_BLOCK_ROWS], weight[L2N_BLOCK_ROWS],
		unused[2][L2N_BLOCK_ROWS], loss[L2N_BLOCK_ROWS];
	dd *sum = palloc0(sizeof(dd) * c->n);
	const double *rows;
	ptrdiff_t stride;
	int n;

	l2_glm_rows_rewind(test);
	while ((n = l2_glm_rows_next(test, &rows, &stride)) > 0)
		for (int i = 0; i < c->n; i++)
		{
			const double *b = all + (Size) (p + 1) * i;

			if (c->points[i].known)
				continue;
			CHECK_FOR_INTERRUPTS();
			l2n_irls_predict(irls, b[0], b + 1, n, rows, stride, eta, y, weight);
			if (c->options.measure == L2_MEASURE_DEVIANCE)
				irls->family->evaluate(irls->family, l2_kernel, n, y, eta, unused[0], unused[1],
									   loss);
			for (int j = 0; j < n; j++)
			{
				double error = c->options.measure == L2_MEASURE_DEVIANCE ? 2 * loss[j]
							   : eta[j] >= 0                             ? 1 - y[j]
																		 : y[j];

				sum[i] = dd_add_d(sum[i], weight[j] * error);
			}
		}
	for (int i = 0; i < c->n; i++)
		if (!c->points[i].known)
			c->points[i].fold[k] = sum[i].hi / c->weight[k];
}

static void
put_probability(l2_row_store *s, double p, double weight, bool y)
{
	double *row;

	if (!(weight > 0))
		return;
	row = l2_row_store_next(s);
	row[0] = p;
	row[1] = y ? weight : -weight;
	s->rows++;
}

/* The area under the curve of one point: less is better, so it is negated */
static double
negative_auc(l2_glm_rows *test, const l2n_irls *irls, const double *b)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "l2reg fold", ALLOCSET_DEFAULT_SIZES);
	double eta[L2N_BLOCK_ROWS], y[L2N_BLOCK_ROWS], weight[L2N_BLOCK_ROWS], auc;
	l2_row_store store;
	const double *rows;
	ptrdiff_t stride;
	int n;

	l2_row_store_init(&store, l2_row_pool_of(context), 2);
	store.whole = true;
	l2_glm_rows_rewind(test);
	while ((n = l2_glm_rows_next(test, &rows, &stride)) > 0)
	{
		l2n_irls_predict(irls, b[0], b + 1, n, rows, stride, eta, y, weight);
		for (int j = 0; j < n; j++)
		{
			double p = irls->family->link->mean(eta[j]);

			/* a share is so many ones, and zeros */
			put_probability(&store, p, weight[j] * y[j], true);
			put_probability(&store, p, weight[j] * (1 - y[j]), false);
		}
	}
	auc = l2_auc_of(&store);
	MemoryContextDelete(context);
	return -auc;
}

/*
 * Errors on fold number k of models fitted to the rest, and how many did not converge; false where
 * the rest has no fit that the options want an error for
 */
static bool
glm_try_fold(curve *c, int k, int *unconverged)
{
	l2_glm_state *s = c->state;
	l2_options plain = c->options, o;
	int part = c->part[k], p = 0;
	l2_glm_rows *train, *test;
	l2n_irls irls;
	double *all = NULL;
	bool fitted = true;

	for (int i = 0; fitted && rate_at(&c->options, i, &o); i++)
	{
		l2_glm *g;

		train = l2_glm_rows_make(s, &o, 0, s->n_parts, part);
		o.quiet = true;
		o.one_class_null = true;
		g = l2_glm_make(&train->source, &o);
		fitted = g != NULL;
		p = train->irls.p;
		irls = train->irls;
		if (all == NULL)
			all = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * (p + 1) * c->n);
		if (fitted)
			fit_points(c, g, o.rate, all, p, unconverged);
	}
	if (!fitted && c->options.one_class_null)
		return false;
	if (!fitted)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("the rows outside a fold have one value of y"),
						errdetail("There is nothing to tell apart in them."),
						errhint("Use more folds, or l2_obs(y, fold => key) to spread the rarer "
								"value over them; or "
								"have NULL with the option {\"one_class\": \"null\"}.")));
	plain.balanced = false;
	plain.rate = 0;
	test = l2_glm_rows_make(s, &plain, part, part + 1, -1);
	irls.classes = false;
	if (c->options.measure == L2_MEASURE_AUC)
	{
		for (int i = 0; i < c->n; i++)
			if (!c->points[i].known)
				c->points[i].fold[k] = negative_auc(test, &irls, all + (Size) (p + 1) * i);
	}
	else
		mean_errors(c, k, test, &irls, all, p);
	return true;
}

/* The same of all folds */
static bool
glm_try_folds(curve *c, int *unconverged)
{
	bool tried = true;

	for (int k = 0; tried && k < c->k; k++)
	{
		MemoryContext context =
			AllocSetContextCreate(CurrentMemoryContext, "l2reg fold", ALLOCSET_DEFAULT_SIZES);
		MemoryContext old = MemoryContextSwitchTo(context);

		tried = glm_try_fold(c, k, unconverged);
		MemoryContextSwitchTo(old);
		MemoryContextDelete(context);
	}
	return tried;
}

void
l2_glm_tell_deal(int *told, const l2_glm_state *s)
{
	int64 largest = 0, *rows = palloc(sizeof(int64) * s->n_parts);

	for (int i = 0; i < s->n_parts; i++)
	{
		rows[i] = s->part[i].n;
		largest = Max(largest, rows[i]);
	}
	if (s->deck->table == NULL && s->deck->sketch.rows > 0)
		l2_tell_repeats(told, &s->deck->sketch, s->n_parts, largest);
	l2_tell_folds(told, s->n_parts, rows);
}

/* An area under the curve takes both classes: NOTICE where some folds have just one */
static void
tell_classes(int *told, curve *c)
{
	int counted = 0;

	for (int k = 0; k < c->k; k++)
		counted += !isnan(c->points[0].fold[k]);
	c->counted = counted;
	if (counted < c->k && l2_tell_once(told, L2_TOLD_ONE_CLASS))
		ereport(NOTICE, (errmsg("the AUC is of %d of %d folds: the others have rows of one class",
								counted, c->k),
						 errhint("Use fewer folds, or the measure \"deviance\".")));
}

/* The errors of all penalties; NULL where they cannot be had, and there is no model */
static curve *
glm_make_curve(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	l2_glm_state *s = l2_glm_state_argument(fcinfo, method, place);
	curve *c = palloc0(sizeof *c);
	int *told = &l2_call_cache_of(fcinfo, 0)->told, unconverged = 0;
	bool began, tried = true;

	if (s == NULL)
		return NULL;
	c->state = s = l2_glm_state_dealt(fcinfo, s);
	c->k = l2_glm_parts_with_rows(s, &c->part, &c->weight);
	if (c->k == 0)
		return NULL;
	if (c->k == 1)
	{
		l2_tell_one_fold(told);
		return NULL;
	}
	l2_glm_tell_deal(told, s);
	l2_glm_state_open(s, &c->options);
	if (!make_glms(c))
		return NULL;
	glm_make_points(c);
	began = l2_progress_begin(psprintf("%s_cv", l2_method_name(method)), NULL, InvalidOid);
	do
	{
		l2_progress_phase(L2_PHASE_CV, (int64) c->k * l2_cv_unknown(c->points, c->n), 0);
		c->done = 0;
		tried = glm_try_folds(c, &unconverged);
		if (tried)
			l2_cv_choose(c->points, c->n, c->k, c->weight, &c->best, &c->one_se);
	} while (tried && l2_cv_go_on(&c->options, c->k, &c->points, &c->n));
	l2_progress_end(began);
	if (!tried)
		return NULL;
	if (unconverged > 0)
		ereport(WARNING, (errmsg("%d of %d fits of the cross-validation did not converge",
								 unconverged, c->n * c->k),
						  errhint("Raise max_iter, or standardize the columns.")));
	tell_classes(told, c);
	if (place == L2_IN_CV)
		l2_tell_lambda(told, c->points, c->n, c->best, &c->options);
	return c;
}

static double
shown(const curve *c, double v)
{
	return c->options.measure == L2_MEASURE_AUC ? -v : v;
}

/* The fit to all rows at point number i */
static l2_model *
glm_fit_point(curve *c, int i)
{
	l2_options o = l2_cv_options(&c->options, &c->points[i]);
	int rate = 0;
	l2_model *m;

	while (o.n_rates >= 0 && o.rates[rate] != o.rate)
		rate++;
	m = l2_glm_fit(c->glm[rate], &o);
	m->values[L2_STAT_CV_ERROR] = shown(c, c->points[i].mean);
	m->values[L2_STAT_CV_SE] = c->points[i].se;
	m->values[L2_STAT_FOLDS] = c->counted;
	return m;
}

static Datum
chosen(FunctionCallInfo fcinfo, l2_method method)
{
	curve *c = glm_make_curve(fcinfo, method, L2_IN_CV);

	if (c == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(glm_fit_point(c, c->options.one_se ? c->one_se : c->best));
}

/*
 * A row for each point that cross-validation compares; those that min and 1se choose are marked.
 */
static Datum
whole_curve(FunctionCallInfo fcinfo, l2_method method)
{
	enum
	{
		L1_RATIO,
		LAMBDA,
		MEAN,
		SE,
		DF,
		NONZERO,
		FOLD,
		IS_MIN,
		IS_1SE,
		DROPOUT,
		RELAX,
		COLUMNS
	};
	curve *c = glm_make_curve(fcinfo, method, L2_IN_CURVE);
	l2_row_array rows;

	if (c == NULL)
		PG_RETURN_NULL();
	l2_row_array_init(fcinfo, &rows, c->n, ROWS_HINT);
	c->options.quiet = true;
	for (int i = 0; i < c->n; i++)
	{
		const l2_cv_point *p = &c->points[i];
		l2_model *m = glm_fit_point(c, i);
		Datum values[COLUMNS], *fold = palloc(sizeof(Datum) * c->k);
		bool nulls[COLUMNS] = {false}, *none = palloc(sizeof(bool) * c->k);
		int lower = 1;

		for (int k = 0; k < c->k; k++)
			l2_set_double(fold, none, k, shown(c, p->fold[k]));
		l2_set_double(values, nulls, L1_RATIO, p->l1_ratio);
		l2_set_double(values, nulls, LAMBDA, p->lambda);
		l2_set_double(values, nulls, MEAN, shown(c, p->mean));
		l2_set_double(values, nulls, SE, p->se);
		l2_set_double(values, nulls, DF, m->values[L2_STAT_DF]);
		values[NONZERO] = Int32GetDatum(l2_model_nonzero(m));
		values[FOLD] = PointerGetDatum(construct_md_array(fold, none, 1, &c->k, &lower, FLOAT8OID,
														  8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
		values[IS_MIN] = BoolGetDatum(i == c->best);
		values[IS_1SE] = BoolGetDatum(i == c->one_se);
		l2_set_double(values, nulls, DROPOUT, p->rate);
		l2_set_double(values, nulls, RELAX, p->relax);
		l2_row_array_add(&rows, values, nulls);
		pfree(m);
	}
	PG_RETURN_DATUM(l2_row_array_finish(&rows));
}

L2_FUNCTION(logistic_path_final, path, L2_METHOD_LOGISTIC);
L2_FUNCTION(poisson_path_final, path, L2_METHOD_POISSON);
L2_FUNCTION(glm_path_final, path, L2_METHOD_GLM);
L2_FUNCTION(logistic_cv_final, chosen, L2_METHOD_LOGISTIC);
L2_FUNCTION(poisson_cv_final, chosen, L2_METHOD_POISSON);
L2_FUNCTION(glm_cv_final, chosen, L2_METHOD_GLM);
L2_FUNCTION(logistic_cv_curve_final, whole_curve, L2_METHOD_LOGISTIC);
L2_FUNCTION(poisson_cv_curve_final, whole_curve, L2_METHOD_POISSON);
L2_FUNCTION(glm_cv_curve_final, whole_curve, L2_METHOD_GLM);
