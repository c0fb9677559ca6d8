/*
 * select.c: the best of many models of one gram: which columns, which penalty.
 */
#include "fit/grid.h"
#include "fit/path.h"
#include "fit/whole.h"

#include <math.h>

#include "model/criteria.h"
#include "base/rows.h"
#include "num/solve/evidence.h"
#include "num/solve/ridge.h"
#include "num/solve/subset.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* Numbers of the arguments of both functions */
enum
{
	GRAM,
	METHOD,
	OPTIONS
};

/* Subsets of the columns of a gram, one of each size */
typedef struct subsets
{
	l2_gram *g;
	l2n_moments m;
	l2_options options; /* of least squares on all columns */
	l2n_columns columns;
	const char **names; /* of all columns of the gram */
	const char **term;  /* of each feature */
	l2_criterion criterion;
	double rows;
	double log_weights; /* sum of the logarithms of the weights */
	double tss;
	double variance; /* of residuals of all columns together; NaN where not known */
	int *place;      /* of each column in the search, where the forced ones come first */
	l2n_subsets found;
} subsets;

/*
 * The criterion by which models of p columns at most are compared.  BIC, and AIC and GCV more so,
 * take ever more columns where there are about as many as rows, since the likelihood of a model
 * that fits every row is infinite: AICc takes account of it.
 */
static l2_criterion
settle_criterion(l2_criterion asked, int p, bool intercept, double rows)
{
	int parameters = p + (intercept ? 1 : 0);
	bool corrects = asked == L2_CRITERION_AICC || asked >= L2_RSS_CRITERIA;

	if (asked == L2_CRITERION_DEFAULT && 2 * parameters <= rows)
		return L2_CRITERION_BIC;
	if (asked == L2_CRITERION_DEFAULT)
		ereport(NOTICE,
				(errmsg("%d columns and %.15g rows: criterion aicc, not bic", p, rows),
				 errdetail("With about as many columns as rows bic takes the model that fits them "
						   "all, whatever they are."),
				 errhint("A criterion that is named is used without this notice: {\"criterion\": "
						 "\"aicc\"}.")));
	else if (!corrects && parameters >= rows)
		ereport(NOTICE, (errmsg("criterion %s where columns are as many as rows: %d and %.15g",
								l2_criterion_name(asked), p, rows),
						 errdetail("It takes the model that fits all rows, whatever they are."),
						 errhint("Use aicc, or cross-validation: l2_cv.")));
	return asked == L2_CRITERION_DEFAULT ? L2_CRITERION_AICC : asked;
}

/* Error: the criterion has a value for none of the models */
static void
refuse_to_judge(l2_criterion c, double rows)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("criterion %s cannot judge models of %.15g rows", l2_criterion_name(c), rows),
			 errdetail("It needs more rows than parameters, aicc three more."),
			 errhint("Give it more rows.")));
}

/* The term of a forced column, or that of the name itself */
static const char *
find_forced(const subsets *s, const char *name)
{
	for (int j = 0; j < s->columns.p; j++)
		if (strcmp(s->names[s->columns.feature[j]], name) == 0 || strcmp(s->term[j], name) == 0)
			return s->term[j];
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("forced column \"%s\" is not among the features", name)));
	return NULL;
}

/* Which features are forced, those of their terms among them; returns how many */
static int
find_all_forced(const subsets *s, bool *is_forced)
{
	char **forced = s->options.force;
	int n = 0;

	for (int i = 0; i < s->options.n_force; i++)
	{
		const char *term = find_forced(s, forced[i]);

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < i; k++)
			if (strcmp(forced[i], forced[k]) == 0)
				ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
								errmsg("forced column \"%s\" given twice", forced[i])));
		for (int j = 0; j < s->columns.p; j++)
			if (!is_forced[j] && strcmp(s->term[j], term) == 0)
			{
				is_forced[j] = true;
				n++;
			}
	}
	return n;
}

/*
 * Give the columns of the term of feature j places from at on, the first of them the last: of a
 * category's levels, which explain each other, it is the one to be left out.  Returns the place
 * behind them.
 */
static int
subsets_put_term(subsets *s, int j, int at, bool *done)
{
	for (int i = j + 1; i < s->columns.p; i++)
		if (strcmp(s->term[i], s->term[j]) == 0)
		{
			done[i] = true;
			s->place[i] = at++;
		}
	done[j] = true;
	s->place[j] = at++;
	return at;
}

/*
 * Set s->place and order: the forced terms come first, then the others.  The spec gets them, and
 * which terms are never without which.
 */
static void
put_in_order(subsets *s, int *order, l2n_subset_spec *spec)
{
	int p = s->columns.p, at = 0, n = 0, *first = palloc(sizeof(int) * (p + 1));
	bool *is_forced = palloc0(sizeof(bool) * Max(p, 1)), *done = palloc0(sizeof(bool) * Max(p, 1));
	const char **names = palloc(sizeof(char *) * Max(p, 1));
	bool *needs;

	spec->forced = find_all_forced(s, is_forced);
	for (int forced = 1; forced >= 0; forced--)
		for (int j = 0; j < p; j++)
		{
			if (done[j] || is_forced[j] != forced)
				continue;
			CHECK_FOR_INTERRUPTS();
			names[n] = s->term[j];
			first[n] = at;
			n += !forced;
			at = subsets_put_term(s, j, at, done);
		}
	first[n] = p;
	for (int j = 0; j < p; j++)
		order[s->place[j]] = s->columns.feature[j];
	needs = l2_scratch(sizeof(bool) * Max((Size) n * n, 1));
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < n; k++)
			needs[(Size) i * n + k] = l2_term_is_marginal(names[k], names[i]);
	}
	spec->columns.feature = order;
	spec->n_terms = n;
	spec->term = first;
	spec->needs = needs;
}

static int
largest_size(const l2_options *o, int p, int n_forced)
{
	if (o->max_features < 0)
		return p;
	if (o->max_features < n_forced)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_features is %d, but the number of forced columns is %d",
							   o->max_features, n_forced)));
	return Min(o->max_features, p);
}

/* Whether a column is the first of its term, and not the only one: the level that is left out */
static bool
is_reference(const subsets *s, int j)
{
	bool others = false;

	for (int i = 0; i < s->columns.p; i++)
		if (i != j && strcmp(s->term[i], s->term[j]) == 0)
		{
			if (i < j)
				return false;
			others |= !s->found.left_out[s->place[i]];
		}
	return others;
}

static void
tell_left_out(const subsets *s)
{
	StringInfoData list;
	int n = 0;

	initStringInfo(&list);
	for (int j = 0; j < s->columns.p; j++)
		if (s->found.left_out[s->place[j]] && !is_reference(s, j) && n++ < 20)
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", s->names[s->columns.feature[j]]);
	if (n == 0)
		return;
	if (n > 20)
		appendStringInfoString(&list, ", ...");
	ereport(NOTICE,
			(errmsg_plural("left out a column that others explain: %s",
						   "left out columns that others explain: %s", n, list.data),
			 errdetail("Such columns are constant, or combinations of ones that come before them "
					   "or are forced.")));
}

/* What Mallows's Cp compares with: the variance of the residuals when all columns are used */
static void
find_variance(subsets *s)
{
	l2n_ridge_spec spec = {.columns = s->columns, .rows = s->rows};
	Size p = Max(s->columns.p, 1);
	l2n_fit fit;

	fit.solution.coef = palloc(sizeof(double) * p);
	fit.se = palloc(sizeof(double) * p);
	fit.dropped = palloc(sizeof(bool) * p);
	l2_check(l2n_ridge(l2_kernel, &s->m, &spec, &fit, l2_scratch(l2n_ridge_worksize(s->columns.p)),
					   l2_poll, NULL),
			 NULL, 0);
	s->variance = fit.sigma * fit.sigma;
}

/* All criteria of a subset of a size */
static void
subset_criteria(const subsets *s, double rss, int size, double *value)
{
	double free = s->rows - (s->columns.intercept ? 1 : 0);
	double df = size + (s->columns.intercept ? 1 : 0);

	l2_criteria(rss, s->rows, s->log_weights, df, value);
	value[L2_CRITERION_CP] = value[L2_CRITERION_ADJ_R2] = NAN;
	/* Mallows 1973; where all columns fit perfectly, infinite for those that do not */
	if (!isnan(s->variance))
		value[L2_CRITERION_CP] = (rss > 0 ? rss / s->variance : 0) - s->rows + 2 * df;
	if (df < s->rows && s->tss > 0)
		value[L2_CRITERION_ADJ_R2] = 1 - rss / (s->rows - df) / (s->tss / free);
}

/* What a step is judged by: the criterion, the less the better */
static double
judge_step(void *arg, double rss, int size)
{
	const subsets *s = arg;
	double value[L2_CRITERIA];

	subset_criteria(s, rss, size, value);
	return s->criterion == L2_CRITERION_ADJ_R2 ? -value[s->criterion] : value[s->criterion];
}

/* Error where there is more than a search for the best subset takes */
static void
check_best(const l2n_subset_spec *spec)
{
	int p = spec->columns.p - spec->forced;
	bool terms = spec->n_terms > L2N_BEST_MAX;

	if (terms || p > L2N_BEST_COLUMNS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("too many %s for the best subset: %d, the limit is %d",
							   terms && spec->n_terms < p ? "terms" : "columns",
							   terms ? spec->n_terms : p, terms ? L2N_BEST_MAX : L2N_BEST_COLUMNS),
						errdetail("Forced columns do not count."),
						errhint("Use method forward or backward, or fewer features.")));
}

/* The problem of a gram; name is that of the caller.  False where the gram has no rows. */
static bool
start_subsets(FunctionCallInfo fcinfo, l2_gram *g, const char *name, subsets *s)
{
	l2_scope scope = {L2_METHOD_OLS, L2_IN_SUBSET, false, name};
	const char **features;
	l2_fitter *fitter;
	double mean;

	memset(s, 0, sizeof *s);
	s->g = g;
	l2_options_init(&s->options, L2_METHOD_OLS);
	l2_options_argument(fcinfo, OPTIONS, &scope, &s->options);
	fitter = l2_fitter_make(g, &s->options);
	if (fitter == NULL)
		return false;
	s->m = *l2_fitter_moments(fitter);
	s->columns = *l2_fitter_columns(fitter);
	s->names = l2_name_list(l2_names_of_gram(g), g->ncols);
	features = palloc(sizeof(char *) * Max(s->columns.p, 1));
	for (int j = 0; j < s->columns.p; j++)
		features[j] = s->names[s->columns.feature[j]];
	s->term = l2_feature_terms(l2_encoding_of(l2_names_of_gram(g)), features, s->columns.p);
	s->rows = l2_fitter_rows(fitter);
	s->log_weights = l2_fitter_log_weights(fitter);
	s->variance = NAN;
	mean = s->columns.intercept ? 0 : s->m.mean[s->columns.target];
	s->tss = (l2n_variance(&s->m, s->columns.target) + mean * mean) * s->m.weight.hi;
	return true;
}

/* Search, by the criterion that is settled */
static void
find_subsets(subsets *s, l2_selection method)
{
	static const l2n_subset_method methods[] = {L2N_FORWARD, L2N_BACKWARD, L2N_BEST};
	l2n_subset_spec spec = {.columns = s->columns, .judge = judge_step, .judge_arg = s};
	int p = s->columns.p, *order = palloc(sizeof(int) * Max(p, 1));

	s->place = palloc(sizeof(int) * Max(p, 1));
	put_in_order(s, order, &spec);
	spec.largest = largest_size(&s->options, p, spec.forced);
	spec.method = methods[method];
	if (method == L2_SELECT_BEST)
		check_best(&spec);

	s->found.rss = palloc(sizeof(double) * (spec.largest + 1));
	s->found.member = l2_scratch(sizeof(bool) * (Size) (spec.largest + 1) * p);
	s->found.left_out = palloc0(sizeof(bool) * Max(p, 1));
	l2_check(l2n_subset(l2_kernel, &s->m, &spec, &s->found, l2_scratch(l2n_subset_worksize(&spec)),
						l2_poll, NULL),
			 NULL, 0);
	tell_left_out(s);
}

/* Take a criterion that subsets can be judged by */
static void
take_criterion(subsets *s, l2_criterion c)
{
	if (c == L2_CRITERION_EVIDENCE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("criterion evidence is for method ridge"),
						errhint("Use gcv, aic, aicc, bic, cp or adj_r2.")));
	if (c == L2_CRITERION_CP)
		find_variance(s);
	if (c == L2_CRITERION_CP && isnan(s->variance))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("criterion cp needs more rows than parameters"),
						errdetail("It is relative to the residual variance when all features are "
								  "used."),
						errhint("Use gcv, aic, aicc, bic or adj_r2.")));
	s->criterion = c;
}

/* The size with the best criterion, the smallest of equal ones; -1 where it judges none of them */
static int
choose_size(const subsets *s)
{
	double value[L2_CRITERIA], best = NAN;
	int chosen = s->found.smallest;

	for (int size = s->found.smallest; size <= s->found.largest; size++)
	{
		if (s->found.rss[size] < 0)
			continue;
		subset_criteria(s, s->found.rss[size], size, value);
		if (l2_criterion_prefers(s->criterion, value[s->criterion], best))
		{
			chosen = size;
			best = value[s->criterion];
		}
	}
	return isnan(best) ? -1 : chosen;
}

/* Least squares on the subset of a size; *features gets its columns, as an array of names */
static l2_model *
fit_subset(const subsets *s, int size, Datum *features)
{
	const bool *member = s->found.member + (Size) size * s->columns.p;
	l2_options o = s->options;
	int n = 0;

	o.features = palloc(sizeof(char *) * Max(size, 1));
	o.names = palloc(sizeof(char *) * Max(size, 1));
	for (int j = 0; j < s->columns.p; j++)
		if (member[s->place[j]])
		{
			o.features[n] = (char *) s->names[s->columns.feature[j]];
			if (s->options.n_names >= 0)
				o.names[n] = s->options.names[j];
			n++;
		}
	o.n_features = n;
	if (o.n_names >= 0)
		o.n_names = n;
	if (features)
		*features = l2_make_text_array((const char *const *) o.features, n);
	return l2_fit(s->g, &o);
}

/* State of l2_subset */
typedef struct subset_rows
{
	subsets s;
	int chosen;
	int size; /* of the row put last */
} subset_rows;

static void
start_subset(FunctionCallInfo fcinfo, FuncCallContext *ctx)
{
	l2_gram *g = PG_GETARG_L2_GRAM_COPY(GRAM);
	l2_selection method = l2_selection_of(text_to_cstring(PG_GETARG_TEXT_PP(METHOD)), true);
	subset_rows *r = palloc0(sizeof *r);

	if (!start_subsets(fcinfo, g, NULL, &r->s))
		return;
	find_variance(&r->s);
	take_criterion(&r->s, settle_criterion(r->s.options.criterion, r->s.columns.p,
										   r->s.columns.intercept, r->s.rows));
	find_subsets(&r->s, method);
	r->chosen = choose_size(&r->s);
	r->size = r->s.found.smallest - 1;
	ctx->user_fctx = r;
	for (int size = r->s.found.smallest; size <= r->s.found.largest; size++)
		ctx->max_calls += r->s.found.rss[size] >= 0;
}

PG_FUNCTION_INFO_V1(l2_subset);
PGDLLEXPORT Datum
l2_subset(PG_FUNCTION_ARGS)
{
	enum
	{
		SIZE,
		MEMBERS,
		RSS,
		R2,
		ADJ_R2,
		CP,
		GCV,
		AIC,
		AICC,
		BIC,
		CHOSEN,
		MODEL,
		COLUMNS
	};
	FuncCallContext *ctx;
	subset_rows *r;
	l2_model *m;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double criteria[L2_CRITERIA], row[COLUMNS];
	int size;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		ctx->tuple_desc = l2_row_desc(fcinfo);
		if (!PG_ARGISNULL(GRAM) && !PG_ARGISNULL(METHOD))
			start_subset(fcinfo, ctx);
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	if (ctx->call_cntr >= ctx->max_calls)
		SRF_RETURN_DONE(ctx);

	r = ctx->user_fctx;
	do
		size = ++r->size;
	while (r->s.found.rss[size] < 0);
	m = fit_subset(&r->s, size, &values[MEMBERS]);
	subset_criteria(&r->s, r->s.found.rss[size], size, criteria);
	row[RSS] = r->s.found.rss[size];
	row[R2] = m->values[L2_STAT_R_SQUARED];
	row[ADJ_R2] = criteria[L2_CRITERION_ADJ_R2];
	row[CP] = criteria[L2_CRITERION_CP];
	row[GCV] = criteria[L2_CRITERION_GCV];
	row[AIC] = criteria[L2_CRITERION_AIC];
	row[AICC] = criteria[L2_CRITERION_AICC];
	row[BIC] = criteria[L2_CRITERION_BIC];
	for (int i = RSS; i <= BIC; i++)
	{
		nulls[i] = isnan(row[i]);
		values[i] = Float8GetDatum(row[i]);
	}
	values[SIZE] = Int32GetDatum(size);
	values[CHOSEN] = BoolGetDatum(size == r->chosen);
	values[MODEL] = PointerGetDatum(m);
	SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
}

static l2_model *
select_subset(FunctionCallInfo fcinfo, l2_gram *g, l2_selection method, const char *name)
{
	subsets s;
	int size;

	if (!start_subsets(fcinfo, g, name, &s))
		return NULL;
	/* of so many subsets the best fits noise, whichever criterion it is best by */
	if (s.options.criterion == L2_CRITERION_DEFAULT && s.columns.p + s.columns.intercept >= s.rows)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot judge %d columns by %.15g rows", name, s.columns.p, s.rows),
				 errdetail("Of so many subsets the best one fits its rows, whatever they are."),
				 errhint("Use method lasso, or cross-validation: l2_cv.")));
	take_criterion(&s,
				   settle_criterion(s.options.criterion, s.columns.p, s.columns.intercept, s.rows));
	find_subsets(&s, method);
	size = choose_size(&s);
	if (size < 0)
		refuse_to_judge(s.criterion, s.rows);
	return fit_subset(&s, size, NULL);
}

/* The ridge whose penalty has the most evidence: of the lambdas given, or of all */
static l2_model *
select_by_evidence(l2_grid *grid)
{
	l2_options *o = &grid->options;
	const l2n_columns *columns = l2_fitter_columns(grid->fitter);
	const l2n_ridge_spec spec = {.columns = *columns,
								 .standardize = o->standardize,
								 .penalty = (double *) l2_fitter_penalty(grid->fitter),
								 .rows = l2_fitter_rows(grid->fitter)};
	double unit = l2_fitter_unit(grid->fitter, o), found;
	int n = Max(o->n_lambdas, 0), best;
	double *lambda = n > 0 ? palloc(sizeof(double) * n) : &found;
	l2n_evidence_end end;
	l2n_status status;

	if (l2_options_bounded(o))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("criterion evidence is not for bounded coefficients")));
	for (int i = 0; i < n; i++)
		lambda[i] = o->lambdas[i] * unit;
	status = l2n_evidence(l2_kernel, l2_fitter_moments(grid->fitter), &spec, n, lambda, &best, &end,
						  l2_scratch(l2n_evidence_worksize(columns->p)), l2_poll, NULL);
	if (status == L2N_ILL_CONDITIONED)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("criterion evidence needs a penalty on every feature"),
						errhint("Give factors above 0 in penalty_factor, or use gcv.")));
	l2_check(status, NULL, 0);
	if (end != L2N_EVIDENCE_INSIDE)
		ereport(NOTICE,
				(errmsg("the evidence has no maximum: it grows as lambda %s",
						end == L2N_EVIDENCE_MOST ? "grows" : "falls"),
				 end == L2N_EVIDENCE_MOST
					 ? errdetail("The features say no more than chance does.")
					 : errdetail("The rows are few, or fitted without error: least squares.")));
	o->lambda = n > 0 ? o->lambdas[best] : found / unit;
	return l2_fitter_fit(grid->fitter, o);
}

/* A criterion as a variance of residuals, which GCV is; the others are twice a log likelihood */
static double
variance_of(l2_criterion c, double value, double rows)
{
	return c == L2_CRITERION_GCV ? value : exp(value / rows);
}

/* Goes on with a grid of ours whose last lambda is the best; judged: the criterion as a variance */
static bool
select_go_on(l2_grid *grid, double **judged)
{
	const l2_options *o = &grid->options;
	int n = grid->n, more;

	if (o->n_lambdas >= 0 || o->lambda_min_ratio > 0)
		return false;
	more = l2_grid_more(o, n, grid->lambda, *judged);
	if (more == 0)
		return false;
	grid->lambda = repalloc(grid->lambda, sizeof(double) * (n + more));
	*judged = repalloc(*judged, sizeof(double) * (n + more));
	for (int i = 1; i <= more; i++)
		grid->lambda[n - 1 + i] = l2_grid_next(grid->lambda[n - 2], grid->lambda[n - 1], i);
	grid->n = n + more;
	return true;
}

/* NOTICE where the best lambda is the last, and the criterion falls on */
static void
select_tell_end(const l2_grid *grid, l2_criterion c, const double *judged)
{
	int last = grid->n - 1;

	if (last > 0 && grid->lambda[last] > 0 && l2_grid_still_falls(grid->n, grid->lambda, judged))
		ereport(NOTICE,
				(errmsg("lambda is the smallest of its grid, and criterion %s still falls: %g",
						l2_criterion_name(c), grid->lambda[last]),
				 grid->options.n_lambdas >= 0
					 ? errhint("Add smaller ones to \"lambdas\", or leave the option out.")
					 : errhint("Let the grid go further down: {\"lambda_min_ratio\": %.0e}.",
							   1e-3 * grid->lambda[last] / grid->lambda[0])));
}

/* Of the models of a grid of lambdas the one that is best by a criterion, the first of equals. */
static l2_model *
select_lambda(FunctionCallInfo fcinfo, l2_gram *g, l2_method method, const char *name)
{
	l2_scope scope = {method, L2_IN_SELECT, false, name};
	l2_grid grid;
	l2_model *best = NULL;
	double least = NAN;
	MemoryContext each, old;
	l2_criterion c;
	double *judged;
	int chosen = 0, i = 0;

	l2_grid_read(fcinfo, g, OPTIONS, &scope, &grid);
	c = grid.options.criterion;
	if (c == L2_CRITERION_EVIDENCE && method == L2_METHOD_RIDGE)
		return grid.fitter ? select_by_evidence(&grid) : NULL;
	if (c >= L2_RSS_CRITERIA)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("criterion %s is not for method %s", l2_criterion_name(c),
						l2_method_name(method)),
				 c == L2_CRITERION_EVIDENCE ? errhint("Use method ridge, or gcv, aic, aicc or bic.")
											: errhint("Use gcv, aic, aicc or bic.")));
	if (grid.fitter == NULL)
		return NULL;
	l2_grid_make(&grid);
	c = settle_criterion(c, l2_fitter_features(grid.fitter), grid.options.intercept,
						 l2_fitter_rows(grid.fitter));

	each = AllocSetContextCreate(CurrentMemoryContext, "l2_select", ALLOCSET_DEFAULT_SIZES);
	judged = palloc(sizeof(double) * Max(grid.n, 1));
	do
		for (; i < grid.n; i++)
		{
			double value[L2_RSS_CRITERIA];
			l2_model *m;

			CHECK_FOR_INTERRUPTS();
			old = MemoryContextSwitchTo(each);
			m = l2_grid_fit(&grid, i);
			MemoryContextSwitchTo(old);
			l2_criteria(m->values[L2_STAT_RSS], l2_fitter_rows(grid.fitter),
						l2_fitter_log_weights(grid.fitter), m->values[L2_STAT_DF], value);
			judged[i] = variance_of(c, value[c], l2_fitter_rows(grid.fitter));
			if (best == NULL || l2_criterion_prefers(c, value[c], least))
			{
				if (best == NULL)
					best = palloc(VARSIZE(m));
				memcpy(best, m, VARSIZE(m));
				least = value[c];
				chosen = i;
			}
			MemoryContextReset(each);
		}
	while (chosen == grid.n - 1 && select_go_on(&grid, &judged));
	MemoryContextDelete(each);
	Assert(best != NULL);
	if (isnan(least))
		refuse_to_judge(c, l2_fitter_rows(grid.fitter));
	if (chosen == grid.n - 1)
		select_tell_end(&grid, c, judged);
	if (grid.unconverged > 0)
		ereport(WARNING, (errmsg("%d of %d fits did not converge", grid.unconverged, grid.n),
						  (best->flags & L2_MODEL_UNCONVERGED)
							  ? errdetail("The chosen one is among them.")
							  : errdetail("The chosen one is not among them."),
						  errhint("Raise max_iter or tolerance, or standardize the columns.")));
	return best;
}

PG_FUNCTION_INFO_V1(l2_select);
PGDLLEXPORT Datum
l2_select(PG_FUNCTION_ARGS)
{
	static const l2_method penalised[] = {L2_METHOD_RIDGE, L2_METHOD_LASSO, L2_METHOD_ELASTIC_NET};
	l2_selection method;
	const char *name;
	l2_gram *g;
	l2_model *m;

	if (PG_ARGISNULL(GRAM) || PG_ARGISNULL(METHOD))
		PG_RETURN_NULL();
	method = l2_selection_of(text_to_cstring(PG_GETARG_TEXT_PP(METHOD)), false);
	name = psprintf("l2_select with method %s", l2_selection_name(method));
	g = PG_GETARG_L2_GRAM(GRAM);
	if (method < L2_SELECT_COLUMNS)
		m = select_subset(fcinfo, g, method, name);
	else
		m = select_lambda(fcinfo, g, penalised[method - L2_SELECT_COLUMNS], name);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}
