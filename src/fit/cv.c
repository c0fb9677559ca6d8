/*
 * cv.c: cross-validation from one gram a fold.
 *
 * The rows to train on are all but a fold's: the sum of the other grams.  What the models fitted
 * to them miss on the fold follows from its gram.  No row is looked at again.
 */
#include "fit/folds.h"

#include <math.h>

#include "fit/fit.h"
#include "fit/grid.h"
#include "base/deck.h"
#include "base/progress.h"
#include "base/rows.h"

#include "num/solve/kfold.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef struct curve
{
	l2_options options;
	int k;           /* folds that have rows */
	l2_gram **folds; /* those */
	l2_gram *all;    /* their sum */
	l2_fitter *fitter;
	int n;
	int64 done;          /* fits, of k times the points that are not known */
	l2_cv_point *points; /* for each l1_ratio lambdas largest first */
	int best;
	int one_se; /* largest lambda, at the l1_ratio of the best, within a standard error of it */
} curve;

l2_options
l2_cv_options(const l2_options *o, const l2_cv_point *point)
{
	l2_options r = *o;

	r.rate = point->rate;
	r.l1_ratio = point->l1_ratio;
	r.relax = point->relax;
	r.n_relaxes = -1;
	r.lambda = point->lambda;
	return r;
}

bool
l2_cv_grid(const l2_options *all, int i, l2_options *o)
{
	int ratios = Max(all->n_l1_ratios, 1), rates = Max(all->n_rates, 1);

	*o = *all;
	if (i >= ratios * rates * Max(all->n_relaxes, 1))
		return false;
	if (all->n_l1_ratios >= 0)
		o->l1_ratio = all->l1_ratios[i % ratios];
	if (all->n_rates >= 0)
		o->rate = all->rates[i / ratios % rates];
	if (all->n_relaxes >= 0)
		o->relax = all->relaxes[i / ratios / rates];
	return true;
}

bool
l2_cv_is_first(const l2_cv_point *points, int i)
{
	for (int j = 0; !points[i].known && j < i; j++)
		if (!points[j].known && l2_cv_same_fit(&points[j], &points[i]))
			return false;
	return !points[i].known;
}

int
l2_cv_next(const l2_cv_point *points, int n, int first, int i)
{
	for (int j = i + 1; j < n; j++)
		if (!points[j].known && l2_cv_same_fit(&points[j], &points[first]))
			return j;
	return -1;
}

/* A point for each lambda of each grid, with a place for the error of every fold. */
static void
make_points(curve *c)
{
	l2_options o;

	c->n = 0;
	c->points = NULL;
	for (int r = 0; l2_cv_grid(&c->options, r, &o); r++)
	{
		int n;
		double *list = l2_fitter_grid(c->fitter, &o, &n);

		c->points = c->points ? repalloc(c->points, sizeof(l2_cv_point) * (c->n + n))
							  : palloc(sizeof(l2_cv_point) * n);
		for (int i = 0; i < n; i++)
			c->points[c->n++] = (l2_cv_point){.rate = o.rate,
											  .l1_ratio = o.l1_ratio,
											  .relax = o.relax,
											  .lambda = list[i],
											  .fold = palloc(sizeof(double) * c->k)};
	}
}

/* What one fold after another uses: memory for each would cost more than its sums */
typedef struct trial
{
	l2_gram *rest; /* the sum of the other folds */
	l2_fitter *fitter;
	int batch; /* models at once */
	void *work;
	double *lambda; /* for each of them */
	double *coef;
	double *blend; /* of one model, where it is relaxed */
	double *error;
} trial;

/* How many points from number i on, which is not known, the fitter does at once: those of one grid
 */
static int
batch_at(const curve *c, const l2_fitter *fitter, int i)
{
	l2_options o = l2_cv_options(&c->options, &c->points[i]);
	int n, most;

	most = l2_fitter_batch(fitter, &o);
	for (n = 1; n < most && i + n < c->n; n++)
		if (!l2_cv_same_grid(&c->points[i], &c->points[i + n]) || c->points[i + n].known)
			break;
	return n;
}

static trial *
make_trial(const curve *c)
{
	trial *t = palloc(sizeof *t);
	int p;

	t->rest = l2_gram_copy(c->all, NULL, 0, l2_names_of_gram(c->all));
	t->fitter = l2_fitter_make(t->rest, &c->options);
	p = l2_fitter_columns(t->fitter)->p;
	t->batch = 1;
	for (int i = 0; i < c->n; i++)
		if (!c->points[i].known)
			t->batch = Max(t->batch, batch_at(c, t->fitter, i));
	t->work = l2_scratch(l2n_fold_worksize(p, t->batch));
	t->coef = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * Max(p, 1) * t->batch);
	t->blend = palloc(sizeof(double) * Max(p, 1));
	t->error = palloc(sizeof(double) * t->batch);
	t->lambda = palloc(sizeof(double) * t->batch);
	return t;
}

/* Errors on fold number k, at the points not yet known, of relaxed fits: those of one penalised fit
 * share it, and its refit; how many did not converge */
static int
try_relaxed(curve *c, trial *t, int k, l2n_fold *fold, double weight)
{
	int p = l2_fitter_columns(t->fitter)->p, unconverged = 0;

	for (int first = 0; first < c->n; first++)
	{
		l2_options o = l2_cv_options(&c->options, &c->points[first]);
		const double *refit;

		if (!l2_cv_is_first(c->points, first))
			continue;
		unconverged += l2_fitter_coefficients(t->fitter, &o, 1, &o.lambda, t->coef);
		refit = l2_fitter_refit(t->fitter, t->coef);
		for (int i = first; i >= 0; i = l2_cv_next(c->points, c->n, first, i))
		{
			for (int j = 0; j < p; j++)
				t->blend[j] = l2_blend(c->points[i].relax, t->coef[j], refit[j]);
			l2_check(l2n_fold_sse(fold, 1, t->blend, t->error, l2_poll, NULL), NULL, 0);
			c->points[i].fold[k] = t->error[0] / weight;
			l2_progress_pass(++c->done);
		}
	}
	return unconverged;
}

/* Errors on fold number k, at the points not yet known, of models fitted to the rest; how many did
 * not converge */
static int
try_fold(curve *c, trial *t, int k, const l2_gram *rest)
{
	l2n_moments test = l2_gram_moments(c->folds[k]);
	l2n_fold *fold;
	int unconverged = 0;

	Assert(rest != NULL);                 /* there are two folds at least */
	memcpy(t->rest, rest, VARSIZE(rest)); /* its columns and names are those of all rows */
	l2_fitter_refresh(t->fitter);
	l2_fitter_expect_many(t->fitter, true);
	l2_check(l2n_fold_start(&test, l2_fitter_moments(t->fitter), l2_fitter_columns(t->fitter),
							t->work, &fold, l2_poll, NULL),
			 NULL, 0);
	if (l2_options_relaxed(&c->options))
		return try_relaxed(c, t, k, fold, test.weight.hi);
	for (int i = 0, n; i < c->n; i += n)
	{
		l2_options o = l2_cv_options(&c->options, &c->points[i]);

		n = 1;
		if (c->points[i].known)
			continue;
		n = batch_at(c, t->fitter, i);
		for (int b = 0; b < n; b++)
			t->lambda[b] = c->points[i + b].lambda;
		unconverged += l2_fitter_coefficients(t->fitter, &o, n, t->lambda, t->coef);
		l2_check(l2n_fold_sse(fold, n, t->coef, t->error, l2_poll, NULL), NULL, 0);
		for (int b = 0; b < n; b++)
			c->points[i + b].fold[k] = t->error[b] / test.weight.hi;
		l2_progress_pass(c->done += n);
	}
	return unconverged;
}

/*
 * The same for folds from .. to - 1, where rest is the sum of all others, NULL for none: halve
 * them, and add each half to the rest of the other.  Subtracting a fold from the sum of all would
 * be less work; but a value far larger than the others would have taken their digits, and would go
 * with nothing left of them.
 */
static int
try_folds(curve *c, trial *t, int from, int to, l2_gram *rest)
{
	int middle = from + (to - from) / 2, unconverged = 0;

	if (to - from == 1)
		return try_fold(c, t, from, rest);
	for (int half = 0; half < 2; half++)
	{
		MemoryContext context =
			AllocSetContextCreate(CurrentMemoryContext, "l2reg folds", ALLOCSET_DEFAULT_SIZES);
		MemoryContext old = MemoryContextSwitchTo(context);
		int first = half == 0 ? middle : from, last = half == 0 ? to : middle;
		l2_gram *sum = rest ? rest : c->folds[first++];

		sum = l2_gram_copy(sum, NULL, 0, l2_names_of_gram(c->all));
		for (int k = first; k < last; k++)
		{
			CHECK_FOR_INTERRUPTS();
			l2_gram_absorb(sum, c->folds[k]);
		}
		unconverged +=
			half == 0 ? try_folds(c, t, from, middle, sum) : try_folds(c, t, middle, to, sum);
		MemoryContextSwitchTo(old);
		MemoryContextDelete(context);
	}
	return unconverged;
}

/*
 * The standard error of a mean of errors, one a fold.  These are squares already: their distances
 * are squared by the exponent of the largest, which takes nothing from their digits.
 */
static double
cv_standard_error(const double *error, const double *weight, int k, double total, double mean)
{
	double far = 0, sum = 0;
	int folds = 0, exponent;

	for (int f = 0; f < k; f++)
		if (!isnan(error[f]))
		{
			far = fmax(far, fabs(error[f] - mean));
			folds++;
		}
	if (folds < 2 || !isfinite(far))
		return folds < 2 ? 0 : far;
	(void) frexp(far, &exponent);
	for (int f = 0; f < k; f++)
	{
		double apart = ldexp(error[f] - mean, -exponent);

		if (!isnan(error[f]))
			sum += weight[f] / total * apart * apart;
	}
	return ldexp(sqrt(sum / (folds - 1)), exponent);
}

void
l2_cv_choose(l2_cv_point *points, int n, int k, const double *weight, int *best, int *one_se)
{
	double limit;

	*best = 0;
	for (int i = 0; i < n; i++)
	{
		l2_cv_point *p = &points[i];
		double total = 0;

		p->mean = 0;
		for (int f = 0; f < k; f++)
			if (!isnan(p->fold[f]))
				total += weight[f];
		for (int f = 0; f < k; f++)
			if (!isnan(p->fold[f]))
				p->mean += weight[f] / total * p->fold[f];
		p->se = cv_standard_error(p->fold, weight, k, total, p->mean);
		p->known = true;
		if (p->mean < points[*best].mean)
			*best = i;
	}
	limit = points[*best].mean + points[*best].se;
	*one_se = *best;
	for (int i = 0; i < n; i++)
		if (points[i].rate == points[*best].rate && points[i].l1_ratio == points[*best].l1_ratio &&
			points[i].mean <= limit &&
			(points[i].lambda > points[*one_se].lambda ||
			 (points[i].lambda == points[*one_se].lambda &&
			  points[i].relax > points[*one_se].relax)))
			*one_se = i;
}

/* Lambdas and errors of n points, for what looks at a grid of them */
static double *
points_lambda(const l2_cv_point *points, int n, double **error)
{
	double *lambda = palloc(sizeof(double) * 2 * Max(n, 1));

	*error = lambda + n;
	for (int i = 0; i < n; i++)
	{
		lambda[i] = points[i].lambda;
		(*error)[i] = points[i].mean;
	}
	return lambda;
}

/* Whether the error still falls at the best of points, the last of its grid, which begins at first
 */
static bool
still_falls(const l2_cv_point *points, int first, int best)
{
	double *error, *lambda = points_lambda(points + first, best - first + 1, &error);
	bool falls = l2_grid_still_falls(best - first + 1, lambda, error);

	pfree(lambda);
	return falls;
}

/* The same at the first of the lambdas that somebody gave, which end at last, towards larger ones
 */
static bool
still_falls_above(const l2_cv_point *points, int first, int last)
{
	const l2_cv_point *p = &points[first];
	int below = first;

	while (below < last && points[below].lambda * L2_FALL_OVER > p->lambda)
		below++;
	return points[below].mean - p->mean > L2_STILL_FALLS * fabs(p->mean);
}

/* NOTICE where the best of the lambdas that somebody gave is at an end of them, and that matters */
static void
cv_tell_given(int *told, const l2_cv_point *points, int first, int last, int best)
{
	bool falls = best == last ? points[best].lambda > 0 && still_falls(points, first, best)
							  : best == first && still_falls_above(points, first, last);

	if (first < last && falls && l2_tell_once(told, L2_TOLD_LAMBDA))
		ereport(NOTICE,
				(errmsg(best == last
							? "lambda is the smallest of those given, and the error still falls: %g"
							: "lambda is the largest of those given, and the error still falls: %g",
						points[best].lambda),
				 errhint("Add %s ones to \"lambdas\", or leave the option out: the grid then "
						 "spans what matters.",
						 best == last ? "smaller" : "larger")));
}

void
l2_tell_lambda(int *told, const l2_cv_point *points, int n, int best, const l2_options *o)
{
	const l2_cv_point *p = &points[best];
	int first = best, last = best;
	double most = p->mean;

	while (first > 0 && l2_cv_same_grid(&points[first - 1], p))
		first--;
	while (last + 1 < n && l2_cv_same_grid(&points[last + 1], p))
		last++;
	for (int i = first; i <= last; i++)
		most = fmax(most, points[i].mean);
	/* without features, or of a target that does not vary, lambda is of no matter */
	if (!(most > p->mean))
		return;
	if (o->n_lambdas >= 0)
	{
		cv_tell_given(told, points, first, last, best);
		return;
	}
	if (best == first)
	{
		if (l2_tell_once(told, L2_TOLD_LAMBDA))
			ereport(NOTICE,
					(errmsg("lambda is the largest of its grid: no feature helps to predict rows "
							"not seen"),
					 errhint("If one should, look at the folds: l2_obs(y, fold => key) says what "
							 "tells rows apart.")));
		return;
	}
	if (best == last && still_falls(points, first, best) && l2_tell_once(told, L2_TOLD_LAMBDA))
		ereport(
			NOTICE,
			(errmsg("lambda is the smallest of its grid, and the error still falls: %g", p->lambda),
			 errhint("Let the grid go further down: {\"lambda_min_ratio\": %.0e}.%s",
					 1e-3 * p->lambda / points[first].lambda,
					 o->standardize ? ""
									: " Columns in different units are penalised alike with "
									  "{\"standardize\": true}.")));
}

/* How many points from number first on are of its grid */
static int
grid_length(const l2_cv_point *points, int first, int n)
{
	int end = first;

	while (end < n && l2_cv_same_grid(&points[end], &points[first]))
		end++;
	return end - first;
}

/*
 * By how many points a grid of n is to go on, in the same steps: where the best lambda is the last
 * and the error still falls, until the best is within, or the curve is flat.  Columns that are
 * nearly collinear want a lambda that is far below those of others, and so does the square of a
 * penalty on a target whose unit is small.
 */
static int
goes_on_by(const l2_options *o, const l2_cv_point *grid, int n)
{
	double *error, *lambda;
	int best = 0, more;

	for (int i = 1; i < n; i++)
		if (grid[i].mean < grid[best].mean)
			best = i;
	if (best != n - 1)
		return 0;
	lambda = points_lambda(grid, n, &error);
	more = l2_grid_more(o, n, lambda, error);
	pfree(lambda);
	return more;
}

/* Those points, of a grid of n, at all; returns how many there are in it */
static int
copy_grid(l2_cv_point *all, const l2_cv_point *grid, int n, int more, int k)
{
	memcpy(all, grid, sizeof(l2_cv_point) * n);
	for (int i = n; i < n + more; i++)
		all[i] = (l2_cv_point){
			.rate = grid[0].rate,
			.l1_ratio = grid[0].l1_ratio,
			.relax = grid[0].relax,
			.lambda = l2_grid_next(grid[n - 2].lambda, grid[n - 1].lambda, i - n + 1),
			.fold = palloc(sizeof(double) * k),
		};
	return n + more;
}

int
l2_cv_unknown(const l2_cv_point *points, int n)
{
	int unknown = 0;

	for (int i = 0; i < n; i++)
		unknown += !points[i].known;
	return unknown;
}

bool
l2_cv_go_on(const l2_options *o, int k, l2_cv_point **points, int *n)
{
	l2_cv_point *old = *points, *all;
	int total = *n, end = 0;

	if (o->n_lambdas >= 0 || o->lambda_min_ratio > 0)
		return false;
	for (int i = 0, length; i < *n; i += length)
	{
		length = grid_length(old, i, *n);
		total += goes_on_by(o, old + i, length);
	}
	if (total == *n)
		return false;
	all = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(l2_cv_point) * total);
	for (int i = 0, length; i < *n; i += length)
	{
		length = grid_length(old, i, *n);
		end += copy_grid(all + end, old + i, length, goes_on_by(o, old + i, length), k);
	}
	*points = all;
	*n = total;
	return true;
}

/* The errors of all penalties; NULL where no fold has rows */
static curve *
make_curve(int *told, l2_gram **folds, int n, int64 skipped, const l2_options *o)
{
	curve *c = palloc0(sizeof *c);
	double *weight;
	int64 *rows = palloc0(sizeof(int64) * Max(n, 1));
	int unconverged = 0;
	bool began;

	c->options = *o;
	c->options.quiet = true;
	c->folds = palloc(sizeof(l2_gram *) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		l2_gram *g = folds[i];

		if (g == NULL || l2_gram_count(g) == 0)
		{
			skipped += g ? g->n_skipped : 0;
			continue;
		}
		rows[i] = l2_gram_count(g);
		if (g->nrows > 0 || g->options_len > 0)
			g = l2_gram_copy(g, NULL, 0, l2_names_of_gram(g));
		if (c->all == NULL)
			c->all = l2_gram_copy(g, NULL, 0, l2_names_of_gram(g));
		else
		{
			l2_gram_align(&c->all, &g);
			l2_gram_check_alike(c->all, g);
			if (c->all->names_len == 0)
				c->all = l2_gram_copy(c->all, NULL, 0, l2_names_of_gram(g));
			l2_gram_absorb(c->all, g);
		}
		c->folds[c->k++] = g;
	}
	if (c->k == 0)
		return NULL;
	c->all->n_skipped += skipped;
	for (int i = 0; i < c->k; i++)
		l2_gram_align(&c->all, &c->folds[i]); /* to levels that came later */
	if (c->k == 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cross-validation needs rows in at least two folds"),
						errhint("Rows of one fold key share a fold.")));
	l2_tell_folds(told, n, rows);
	c->fitter = l2_fitter_make(c->all, &c->options);
	l2_fitter_expect_many(c->fitter, false);
	make_points(c);
	began = l2_progress_begin(psprintf("%s_cv", l2_method_name(o->method)), NULL, InvalidOid);
	weight = palloc(sizeof(double) * c->k);
	for (int k = 0; k < c->k; k++)
		weight[k] = c->folds[k]->weight_hi;
	do
	{
		l2_progress_phase(L2_PHASE_CV, (int64) c->k * l2_cv_unknown(c->points, c->n), 0);
		c->done = 0;
		unconverged += try_folds(c, make_trial(c), 0, c->k, NULL);
		l2_cv_choose(c->points, c->n, c->k, weight, &c->best, &c->one_se);
	} while (l2_cv_go_on(&c->options, c->k, &c->points, &c->n));
	l2_progress_end(began);
	if (unconverged > 0)
		ereport(WARNING, (errmsg("%d of %d fits of the cross-validation did not converge",
								 unconverged, c->n * c->k),
						  errhint("Raise max_iter, or standardize the columns.")));
	return c;
}

/* The fit to all rows at point number i */
static l2_model *
fit_point(curve *c, int i, bool quiet)
{
	l2_options o = l2_cv_options(&c->options, &c->points[i]);
	l2_model *m;

	o.quiet = quiet;
	m = l2_fitter_fit(c->fitter, &o);
	m->values[L2_STAT_CV_ERROR] = c->points[i].mean;
	m->values[L2_STAT_CV_SE] = c->points[i].se;
	m->values[L2_STAT_FOLDS] = c->k;
	return m;
}

l2_model *
l2_cross_validate(int *told, l2_gram **folds, int n, int64 skipped, l2_options *o)
{
	curve *c = make_curve(told, folds, n, skipped, o);

	if (c == NULL)
		return NULL;
	if (c->n > 1)
		l2_tell_lambda(told, c->points, c->n, c->best, &c->options);
	return fit_point(c, c->options.one_se ? c->one_se : c->best, false);
}

/*
 * From SQL
 */

/* Arguments: grams, method, options */
static l2_gram **
read_arguments(FunctionCallInfo fcinfo, int *n, l2_options *o)
{
	l2_scope scope = {l2_method_of(text_to_cstring(PG_GETARG_TEXT_PP(1))), L2_IN_SOLVE_CV};

	l2_refuse_gram(scope.method);
	if (!l2_method_has_path(scope.method))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s has no penalty to choose", l2_method_name(scope.method)),
						errhint("Use ridge, lasso or elastic_net.")));
	l2_options_init(o, scope.method);
	l2_options_argument(fcinfo, 2, &scope, o);
	return l2_gram_list(PG_GETARG_DATUM(0), n);
}

PG_FUNCTION_INFO_V1(l2_cv);
PGDLLEXPORT Datum
l2_cv(PG_FUNCTION_ARGS)
{
	l2_options o;
	l2_gram **folds;
	l2_model *m;
	int n;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	folds = read_arguments(fcinfo, &n, &o);
	m = l2_cross_validate(NULL, folds, n, 0, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(l2_cv_curve);
PGDLLEXPORT Datum
l2_cv_curve(PG_FUNCTION_ARGS)
{
	enum
	{
		L1_RATIO,
		LAMBDA,
		MEAN,
		SE,
		DF,
		NONZERO,
		FOLD_MSE,
		IS_MIN,
		IS_1SE,
		DROPOUT,
		RELAX,
		COLUMNS
	};
	FuncCallContext *ctx;
	curve *c;
	l2_cv_point *p;
	l2_model *m;
	Datum values[COLUMNS], *folds;
	bool nulls[COLUMNS] = {false};
	int i;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1))
		{
			l2_options o;
			int n;
			l2_gram **grams = read_arguments(fcinfo, &n, &o);

			ctx->user_fctx = c = make_curve(NULL, grams, n, 0, &o);
			ctx->max_calls = c ? c->n : 0;
		}
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);
	c = ctx->user_fctx;
	i = (int) ctx->call_cntr;
	p = &c->points[i];
	m = fit_point(c, i, true);
	folds = palloc(sizeof(Datum) * c->k);
	for (int k = 0; k < c->k; k++)
		folds[k] = Float8GetDatum(p->fold[k]);

	values[L1_RATIO] = Float8GetDatum(p->l1_ratio);
	values[LAMBDA] = Float8GetDatum(p->lambda);
	values[MEAN] = Float8GetDatum(p->mean);
	values[SE] = Float8GetDatum(p->se);
	values[DF] = Float8GetDatum(m->values[L2_STAT_DF]);
	values[NONZERO] = Int32GetDatum(l2_model_nonzero(m));
	values[FOLD_MSE] = PointerGetDatum(
		construct_array(folds, c->k, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	values[IS_MIN] = BoolGetDatum(i == c->best);
	values[IS_1SE] = BoolGetDatum(i == c->one_se);
	values[DROPOUT] = Float8GetDatum(p->rate);
	values[RELAX] = Float8GetDatum(p->relax);
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}
