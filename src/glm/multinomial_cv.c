/*
 * multinomial_cv.c: cross-validation of multinomial logistic regression.
 *
 * Rows are kept, and dealt to folds, as those of glm_cv.c are.  The fits to the rows outside a fold
 * start each from the one before, lambda by lambda, and meet the fold's rows in one more pass.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/progress.h"
#include "fit/folds.h"
#include "glm/multinomial.h"

#include <math.h>

#include "utils/memutils.h"

/* By how much of its terms an optimality condition may be missed, where errors on other rows are
 * all that is wanted: those are then right to about its square */
#define FOLD_TOLERANCE 1e-6

typedef struct class_curve
{
	l2_glm_state *state;
	l2_options options;
	int k;     /* parts that have rows */
	int *part; /* those */
	double *weight;
	int n;
	int64 done;
	l2_cv_point *points; /* of each l1_ratio lambdas largest first */
	int best;
	int one_se;
} class_curve;

/*
 * The smallest lambda that leaves no coefficient, of those that have a penalty: what the others,
 * and the intercepts, leave of the slopes is what it has to hold
 */
static double
class_largest(l2_multinomial *t, const l2_options *o)
{
	l2n_softmax *s = &t->softmax;
	Size all = (Size) s->k * s->q;
	double weight = l2_fitter_moments(t->fitter)->weight.hi, largest = 0;
	l2n_softmax_fit fit = {.coef = l2_scratch(sizeof(double) * Max(all, 1))};
	l2n_softmax_sums sums = {.slope = l2_scratch(sizeof(double) * Max(all, 1)),
							 .size = l2_scratch(sizeof(double) * Max(all, 1))};
	l2_options rough = *o;

	memset(fit.coef, 0, sizeof(double) * all);
	memset(sums.slope, 0, sizeof(double) * all);
	memset(sums.size, 0, sizeof(double) * all);
	s->penalised = true;
	s->base = -1;
	for (int j = 0; j < s->q; j++)
	{
		/* columns have a mean square of 1, so that no slope is larger */
		t->l1[j] = t->linear[j] > 0 ? 2 * weight : 0;
		t->l2[j] = 0;
	}
	l2_multinomial_start(t, fit.coef);
	rough.tolerance = Min(rough.tolerance, 1e-9);
	l2_multinomial_solve(t, &rough, &fit);
	l2_check(l2_multinomial_pass(t, s, fit.coef, &sums), NULL, 0);
	for (int c = 0; c < s->k; c++)
		for (int j = 0; j < s->q; j++)
			if (t->linear[j] > 0)
				largest = fmax(largest, fabs(sums.slope[(Size) c * s->q + j]) / t->linear[j]);
	largest /= Max(o->l1_ratio, L2_GRID_L1_RATIO);
	return o->lambda_scale == L2_LAMBDA_SUM ? largest : largest / weight;
}

static void
class_make_points(class_curve *c, l2_multinomial *t)
{
	bool tall = l2_fitter_moments(t->fitter)->n > l2_fitter_columns(t->fitter)->p;
	l2_options o;

	for (int r = 0; l2_cv_grid(&c->options, r, &o); r++)
	{
		int n = o.n_lambdas;
		double *list =
			o.n_lambdas >= 0 ? o.lambdas : l2_make_grid(&o, class_largest(t, &o), tall, &n);

		c->points = c->points ? repalloc_huge(c->points, sizeof(l2_cv_point) * (c->n + n))
							  : palloc(sizeof(l2_cv_point) * n);
		for (int i = 0; i < n; i++)
		{
			if (!(list[i] > 0))
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("lambdas of multinomial_cv must be > 0"),
								errhint("multinomial_fit without lambda has no penalty.")));
			c->points[c->n++] = (l2_cv_point){.l1_ratio = o.l1_ratio,
											  .relax = 1,
											  .lambda = list[i],
											  .fold = palloc(sizeof(double) * c->k)};
		}
	}
}

/* The share of the weight of rows whose most probable class is another */
static double
class_wrong(l2_multinomial *t, const double *coef)
{
	const l2n_softmax *s = &t->softmax;
	dd wrong = dd_of(0), weight = dd_of(0);
	const double *row;
	ptrdiff_t stride;
	int count = 0, n;

	l2_glm_rows_rewind(t->rows);
	while ((n = l2_multinomial_next(t, &row, &stride, &count)) > 0)
		for (int i = 0; i < n; i++)
		{
			double best = -HUGE_VAL;
			int guess = 0;

			for (int c = 0; c < s->k; c++)
			{
				double score = 0;

				for (int j = 0; j < s->q; j++)
					score += coef[(Size) c * s->q + j] * t->z[(Size) i * s->q + j];
				if (score > best)
				{
					best = score;
					guess = c;
				}
			}
			if (guess != t->class[i])
				wrong = dd_add_d(wrong, t->weight[i]);
			weight = dd_add_d(weight, t->weight[i]);
		}
	return wrong.hi / weight.hi;
}

/* The mean deviance of rows */
static double
class_deviance(l2_multinomial *t, const double *coef, double weight)
{
	const l2n_softmax *s = &t->softmax;
	Size all = (Size) s->k * s->q;
	l2n_softmax_sums sums = {.slope = palloc0(sizeof(double) * Max(all, 1)),
							 .size = palloc0(sizeof(double) * Max(all, 1))};

	l2_check(l2_multinomial_pass(t, s, coef, &sums), NULL, 0);
	pfree(sums.slope);
	pfree(sums.size);
	return 2 * sums.loss.hi / weight;
}

static void
class_check(const l2_multinomial *t)
{
	for (int c = 0; c < t->softmax.k; c++)
		if (!(t->total[c] > 0))
			ereport(
				ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("no row outside a fold is of class \"%s\"", l2_multinomial_label(t, c)),
				 errdetail("Its rows are all in that fold, and there is nothing to tell them by."),
				 errhint("Use more folds, or l2_obs(y, fold => key) to spread its rows over "
						 "them; leave out, or merge, a class of one row.")));
}

/* Errors on fold number k, at the points not yet known, of models fitted to the rest; how many did
 * not converge */
static int
class_try_fold(class_curve *c, int k)
{
	l2_options o = c->options;
	l2_glm_rows *train, *test;
	l2_multinomial t;
	l2n_softmax_fit fit = {0};
	int unconverged = 0;
	Size all;

	o.one_class_null = false;
	o.lambda = 1; /* there is a penalty */
	(void) l2_multinomial_open(&t, c->state, &o, c->part[k]);
	class_check(&t);
	train = t.rows;
	test = l2_glm_rows_make(c->state, &o, c->part[k], c->part[k] + 1, -1);
	all = (Size) t.softmax.k * t.softmax.q;
	fit.coef = l2_scratch(sizeof(double) * Max(all, 1));
	for (int i = 0; i < c->n; i++)
	{
		l2_options one = l2_cv_options(&c->options, &c->points[i]);
		MemoryContext context, old;

		if (i == 0 || !l2_cv_same_grid(&c->points[i], &c->points[i - 1]))
		{
			memset(fit.coef, 0, sizeof(double) * all);
			l2_multinomial_start(&t, fit.coef);
		}
		if (c->points[i].known)
			continue;
		context = AllocSetContextCreate(CurrentMemoryContext, "l2reg fold", ALLOCSET_DEFAULT_SIZES);
		old = MemoryContextSwitchTo(context);
		if (!one.tolerance_given)
			one.tolerance = FOLD_TOLERANCE;
		l2_multinomial_penalise(&t, &one);
		l2_multinomial_solve(&t, &one, &fit);
		unconverged += fit.end != L2N_SOFTMAX_CONVERGED;
		t.rows = test;
		c->points[i].fold[k] = one.measure == L2_MEASURE_MISCLASSIFICATION
								   ? class_wrong(&t, fit.coef)
								   : class_deviance(&t, fit.coef, c->weight[k]);
		t.rows = train;
		MemoryContextSwitchTo(old);
		MemoryContextDelete(context);
		l2_progress_pass(++c->done);
	}
	return unconverged;
}

static int
class_try_folds(class_curve *c)
{
	int unconverged = 0;

	for (int k = 0; k < c->k; k++)
	{
		MemoryContext context =
			AllocSetContextCreate(CurrentMemoryContext, "l2reg fold", ALLOCSET_DEFAULT_SIZES);
		MemoryContext old = MemoryContextSwitchTo(context);

		unconverged += class_try_fold(c, k);
		MemoryContextSwitchTo(old);
		MemoryContextDelete(context);
	}
	return unconverged;
}

/* The parts that have rows; false where there are too few */
static bool
class_find_parts(class_curve *c, int *told)
{
	c->k = l2_glm_parts_with_rows(c->state, &c->part, &c->weight);
	if (c->k == 1)
		l2_tell_one_fold(told);
	return c->k > 1;
}

/*
 * The grid goes on while the curve still falls at its end (l2_cv_go_on), so the folds may be
 * tried more than once.
 */
static l2_model *
class_cross_validate(class_curve *c, int *told)
{
	int unconverged = 0;
	l2_options o = c->options;
	l2_multinomial t;
	l2_model *m;

	o.lambda = 1;
	if (!l2_multinomial_open(&t, c->state, &o, -1))
		return NULL;
	class_make_points(c, &t);
	do
	{
		l2_progress_phase(L2_PHASE_CV, (int64) c->k * l2_cv_unknown(c->points, c->n), 0);
		c->done = 0;
		unconverged += class_try_folds(c);
		l2_cv_choose(c->points, c->n, c->k, c->weight, &c->best, &c->one_se);
	} while (l2_cv_go_on(&c->options, c->k, &c->points, &c->n));
	if (unconverged > 0)
		ereport(WARNING, (errmsg("%d of %d fits of the cross-validation did not converge",
								 unconverged, c->n * c->k),
						  errhint("Raise max_iter, or standardize the columns.")));
	l2_tell_lambda(told, c->points, c->n, c->best, &c->options);
	o = l2_cv_options(&c->options, &c->points[c->options.one_se ? c->one_se : c->best]);
	m = l2_multinomial_fit(c->state, &o);
	return m;
}

/*
 * From SQL
 */

PG_FUNCTION_INFO_V1(multinomial_cv_final);
PGDLLEXPORT Datum
multinomial_cv_final(PG_FUNCTION_ARGS)
{
	l2_glm_state *s = l2_glm_state_argument(fcinfo, L2_METHOD_MULTINOMIAL, L2_IN_CV);
	int *told = &l2_call_cache_of(fcinfo, 0)->told;
	class_curve c = {0};
	const l2_cv_point *chosen;
	l2_model *m;
	bool began;

	if (s == NULL)
		PG_RETURN_NULL();
	c.state = l2_glm_state_dealt(fcinfo, s);
	if (!class_find_parts(&c, told))
		PG_RETURN_NULL();
	l2_glm_tell_deal(told, c.state);
	l2_glm_state_open(c.state, &c.options);
	l2_multinomial_refuse_offset(c.state);
	began = l2_progress_begin("multinomial_cv", NULL, InvalidOid);
	m = class_cross_validate(&c, told);
	l2_progress_end(began);
	if (m == NULL)
		PG_RETURN_NULL();
	chosen = &c.points[c.options.one_se ? c.one_se : c.best];
	m->values[L2_STAT_CV_ERROR] = chosen->mean;
	m->values[L2_STAT_CV_SE] = chosen->se;
	m->values[L2_STAT_FOLDS] = c.k;
	PG_RETURN_POINTER(m);
}
