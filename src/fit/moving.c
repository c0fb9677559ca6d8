/*
 * moving.c: aggregates over sliding frames.
 *
 * Where a frame moves on, PostgreSQL lets the rows that leave it be taken out (the inverse
 * transition) instead of adding up all rows of the next frame, so a row costs the same whatever the
 * frame.  The state is a window of moments, and a gram that parses rows and holds the options.
 */
#include "base/aggregate.h"

#include <math.h>

#include "fit/fit.h"
#include "gram/gram_state.h"

#include "num/moments/rolling.h"

#include "miscadmin.h"
#include "utils/memutils.h"

typedef struct moving
{
	MemoryContext context;
	bool named;         /* the gram has the names that the options say */
	l2_gram *parser;    /* takes a row at a time; options, and rows skipped in the frame */
	l2n_rolling window; /* once the columns are known */
	l2_gram *gram;      /* of the frame, filled for each result */
	l2_options options; /* parsed for the first result */
	l2_fitter *fitter;  /* of gram */
	double half_life;   /* in rows, where they fade */
	dd log_weight;      /* sum of the logarithms of the weights in the window */
} moving;

static moving *
moving_state(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	MemoryContext context, old;
	moving *s;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("this function may be called only by an aggregate")));
	if (!PG_ARGISNULL(0))
		return (moving *) PG_GETARG_POINTER(0);
	old = MemoryContextSwitchTo(context);
	s = palloc0(sizeof *s);
	s->context = context;
	s->parser = sh->scope.place ? l2_state_first(fcinfo, sh, &sh->scope)
								: l2_gram_new(0, false, NULL, 0, (l2_names){NULL, 0});
	MemoryContextSwitchTo(old);
	if (s->parser->flags & L2_GRAM_KEEPS)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("frames that move have no errors of another vcov than \"iid\""),
						errhint("Use a frame that starts at UNBOUNDED PRECEDING, or GROUP BY.")));
	return s;
}

/* The row's values, its weight behind them; NULL where it is skipped, which is counted */
static const double *
parse_row(FunctionCallInfo fcinfo, const l2_shape *sh, moving *s)
{
	MemoryContext old;
	l2_state_row row;
	l2_gram *g;

	if (!sh->is_columns && !l2_state_read_row(fcinfo, sh, &row))
	{
		s->parser->n_skipped++;
		return NULL;
	}
	old = MemoryContextSwitchTo(s->context);
	g = sh->is_columns ? l2_state_add_columns(fcinfo, sh, s->parser)
					   : l2_state_add_row(fcinfo, sh, s->parser, &row);
	if (g != s->parser)
	{
		pfree(s->parser);
		s->parser = g;
	}
	if (g->nrows > 0 && s->window.m.k == 0)
		l2n_rolling_start(&s->window, g->ncols,
						  palloc(sizeof(double) * l2n_rolling_doubles(g->ncols)));
	MemoryContextSwitchTo(old);
	if (g->nrows == 0)
		return NULL;
	g->nrows = 0;
	return l2_gram_rows(g);
}

/* The weight of a row that has been parsed */
static double
weight_of(const moving *s, const double *row)
{
	return (s->parser->flags & L2_GRAM_WEIGHTED) ? row[s->parser->ncols] : 1.0;
}

/* Rows so far count less by what one row more makes */
static void
fade(FunctionCallInfo fcinfo, const l2_shape *sh, moving *s)
{
	double half_life;

	if (PG_ARGISNULL(sh->half_life))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("half_life must not be NULL")));
	half_life = PG_GETARG_FLOAT8(sh->half_life);
	if (!(half_life > 0) || isinf(half_life))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("half_life must be a finite number of rows > 0, but is %g", half_life)));
	if (s->half_life > 0 && half_life != s->half_life)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("half_life must be the same in every row of a group"),
						errdetail("It is %g and %g.", s->half_life, half_life)));
	s->half_life = half_life;
	if (s->window.m.n == 0)
		return;
	l2n_rolling_decay(&s->window, exp2(-1 / half_life));
	s->log_weight = dd_add(s->log_weight, dd_two_prod((double) s->window.m.n, -M_LN2 / half_life));
}

/* A row of that weight comes, sign 1, or has gone, -1 */
static void
moving_log_weight(moving *s, double weight, double sign)
{
	if (s->window.m.n == 0)
		s->log_weight = dd_of(0.0);
	else if (weight != 1.0)
		s->log_weight = dd_add_d(s->log_weight, sign * log(weight));
}

static Datum
moving_add(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	moving *s = moving_state(fcinfo, sh);
	const double *row;

	if (sh->scope.place)
		(void) l2_state_of_fit(fcinfo, sh, s->parser);
	row = parse_row(fcinfo, sh, s);
	if (row && sh->half_life)
		fade(fcinfo, sh, s);
	if (row)
	{
		l2n_rolling_add(l2_kernel, &s->window, row, weight_of(s, row));
		moving_log_weight(s, weight_of(s, row), 1);
	}
	PG_RETURN_POINTER(s);
}

/* NULL asks PostgreSQL to start again with the rows of the frame */
static Datum
take_out(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	moving *s = moving_state(fcinfo, sh);
	const double *row = parse_row(fcinfo, sh, s);

	if (row == NULL)
		s->parser->n_skipped -= 2; /* as it was before the row came, and now again */
	else if (!l2n_rolling_remove(l2_kernel, &s->window, row, weight_of(s, row)))
		PG_RETURN_NULL();
	else
		moving_log_weight(s, weight_of(s, row), -1);
	PG_RETURN_POINTER(s);
}

/*
 * Each method has its own function to add rows, since a state of type internal has no initial value
 * to name it; what takes them out finds a state, and need not know
 */
#define ADD(name, ...)       L2_TRANSITION(name, moving_add, __VA_ARGS__)
#define REMOVE(name, ...)    L2_TRANSITION(name, take_out, __VA_ARGS__)
#define SCOPE(METHOD, where) .scope = {L2_METHOD_##METHOD, L2_IN_##where}

ADD(l2_moving_add, .is_obs = false);
ADD(l2_moving_add_obs, .is_obs = true);
ADD(l2_moving_add_columns, .is_columns = true);
ADD(l2_moving_add_columns_obs, .is_columns = true, .is_obs = true);
ADD(l2_moving_add_gram, .options = 3, SCOPE(OLS, GRAM));
ADD(l2_moving_add_gram_obs, .is_obs = true, .options = 3, SCOPE(OLS, GRAM));
ADD(l2_moving_add_ols, .options = 3, SCOPE(OLS, FIT));
ADD(l2_moving_add_ols_obs, .is_obs = true, .options = 3, SCOPE(OLS, FIT));

REMOVE(l2_moving_remove, .is_obs = false);
REMOVE(l2_moving_remove_obs, .is_obs = true);
REMOVE(l2_moving_remove_columns, .is_columns = true);
REMOVE(l2_moving_remove_columns_obs, .is_columns = true, .is_obs = true);

#define ADD_PENALISED(name, METHOD)                                                     \
	ADD(l2_moving_add_##name, .lambda = 3, SCOPE(METHOD, FIT));                         \
	ADD(l2_moving_add_##name##_options, .lambda = 3, .options = 4, SCOPE(METHOD, FIT)); \
	ADD(l2_moving_add_##name##_obs, .is_obs = true, .lambda = 3, SCOPE(METHOD, FIT));   \
	ADD(l2_moving_add_##name##_obs_options, .is_obs = true, .lambda = 3, .options = 4,  \
		SCOPE(METHOD, FIT))

ADD_PENALISED(ridge, RIDGE);
ADD_PENALISED(lasso, LASSO);
ADD_PENALISED(elastic_net, ELASTIC_NET);
ADD_PENALISED(dropout, DROPOUT);

ADD(ridge_ewm_add, .lambda = 3, .half_life = 4, SCOPE(RIDGE, FIT));
ADD(ridge_ewm_add_options, .lambda = 3, .half_life = 4, .options = 5, SCOPE(RIDGE, FIT));
ADD(ridge_ewm_add_obs, .is_obs = true, .lambda = 3, .half_life = 4, SCOPE(RIDGE, FIT));
ADD(ridge_ewm_add_obs_options, .is_obs = true, .lambda = 3, .half_life = 4, .options = 5,
	SCOPE(RIDGE, FIT));

/* The gram of the frame; NULL where it has no rows */
static l2_gram *
frame_gram(moving *s)
{
	l2n_moments m;

	if (s->window.m.k == 0 || s->window.m.n == 0)
		return NULL;
	if (s->gram == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(s->context);

		s->gram = l2_gram_new(s->parser->ncols, true, NULL, 0, (l2_names){NULL, 0});
		MemoryContextSwitchTo(old);
	}
	m = l2_gram_moments(s->gram);
	l2n_rolling_moments(&s->window, &m, l2_gram_doubt(s->gram));
	l2_gram_store(s->gram, &m);
	s->gram->n_skipped = s->parser->n_skipped;
	s->gram->flags |= s->parser->flags & L2_GRAM_TINY;
	s->gram->more |= s->parser->more;
	l2_gram_weigh(s->gram, s->half_life > 0 ? 0.5 : 1.0);
	l2_gram_set_log_weight(s->gram, s->log_weight);
	return s->gram;
}

PG_FUNCTION_INFO_V1(l2_gram_moving_final);
PGDLLEXPORT Datum
l2_gram_moving_final(PG_FUNCTION_ARGS)
{
	moving *s = PG_ARGISNULL(0) ? NULL : (moving *) PG_GETARG_POINTER(0);
	l2_gram *g = s ? frame_gram(s) : NULL;

	if (g == NULL)
		PG_RETURN_NULL();
	if (!s->named && s->parser->options_len > 0)
	{
		MemoryContext old = MemoryContextSwitchTo(s->context);

		s->gram = l2_gram_copy(g, NULL, 0, l2_state_names(s->parser));
		MemoryContextSwitchTo(old);
		pfree(g);
		g = s->gram;
		s->named = true;
	}
	PG_RETURN_POINTER(l2_gram_copy(g, NULL, 0, l2_names_of_gram(g)));
}

static Datum
fit_frame(FunctionCallInfo fcinfo, l2_method method)
{
	moving *s = PG_ARGISNULL(0) ? NULL : (moving *) PG_GETARG_POINTER(0);
	l2_gram *g = s ? frame_gram(s) : NULL;
	l2_scope scope = {method, L2_IN_FIT};

	if (g == NULL)
		PG_RETURN_NULL();
	if (s->fitter == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(s->context);

		l2_state_options(s->parser, &scope, &s->options);
		s->fitter = l2_fitter_make(g, &s->options);
		MemoryContextSwitchTo(old);
	}
	else
		l2_fitter_refresh(s->fitter);
	s->options.told = &l2_call_cache_of(fcinfo, 0)->told;
	PG_RETURN_POINTER(l2_fitter_fit(s->fitter, &s->options));
}

/*
 * Grams that enter and leave
 */

typedef struct moving_sum
{
	MemoryContext context;
	l2_gram *sum;
	void *work;
} moving_sum;

/* The sum gets more columns, levels that have not been met before */
static void
moving_widen(moving_sum *s, l2_gram *wider)
{
	MemoryContext context = MemoryContextSwitchTo(s->context);

	pfree(s->sum);
	s->sum = l2_gram_copy(wider, NULL, 0, l2_names_of_gram(wider));
	s->work = l2_scratch(l2n_merge_worksize(wider->ncols));
	MemoryContextSwitchTo(context);
}

PG_FUNCTION_INFO_V1(l2_gram_sum_moving_add);
PGDLLEXPORT Datum
l2_gram_sum_moving_add(PG_FUNCTION_ARGS)
{
	moving_sum *s = PG_ARGISNULL(0) ? NULL : (moving_sum *) PG_GETARG_POINTER(0);
	MemoryContext context, old;
	l2_gram *g;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("this function may be called only by an aggregate")));
	old = MemoryContextSwitchTo(context);
	if (s == NULL)
	{
		s = palloc0(sizeof *s);
		s->context = context;
	}
	MemoryContextSwitchTo(old);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(s);
	g = PG_GETARG_L2_GRAM(1);
	if (!(g->flags & L2_GRAM_MOMENTS))
		PG_RETURN_POINTER(s);
	if (s->sum != NULL)
	{
		l2_gram *sum = s->sum;

		l2_gram_align(&sum, &g);
		if (sum != s->sum)
			moving_widen(s, sum);
	}
	MemoryContextSwitchTo(context);
	if (s->sum == NULL)
	{
		s->sum = l2_gram_new(g->ncols, true, NULL, 0, l2_names_of_gram(g));
		s->work = l2_scratch(l2n_merge_worksize(g->ncols));
	}
	l2_gram_check_alike(s->sum, g);
	if (s->sum->names_len == 0 && g->names_len > 0)
		s->sum = l2_gram_copy(s->sum, NULL, 0, l2_names_of_gram(g));
	MemoryContextSwitchTo(old);
	{
		l2n_moments a = l2_gram_moments(s->sum), b = l2_gram_moments(g);

		l2_check(l2n_moments_merge(l2_kernel, &a, &b, s->work), NULL, 0);
		l2n_doubt_add(a.k, l2_gram_doubt(s->sum), l2_gram_doubt(g));
		l2_gram_store(s->sum, &a);
		l2_gram_add_log_weight(s->sum, g);
	}
	s->sum->flags |= g->flags & (L2_GRAM_TINY | L2_GRAM_WITHIN);
	s->sum->more |= g->more;
	l2_gram_add_counts(s->sum, g);
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(l2_gram_sum_moving_remove);
PGDLLEXPORT Datum
l2_gram_sum_moving_remove(PG_FUNCTION_ARGS)
{
	moving_sum *s = (moving_sum *) PG_GETARG_POINTER(0);
	l2n_moments a, b;
	l2_gram *g, *sum;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(s);
	g = PG_GETARG_L2_GRAM(1);
	if (!(g->flags & L2_GRAM_MOMENTS))
		PG_RETURN_POINTER(s);
	sum = s->sum;
	l2_gram_align(&sum, &g);
	a = l2_gram_moments(s->sum);
	b = l2_gram_moments(g);
	if (a.k != b.k)
		PG_RETURN_NULL();
	l2n_doubt_add(a.k, l2_gram_doubt(s->sum), l2_gram_doubt(g));
	l2n_doubt_take_out(l2_gram_doubt(s->sum), &a, &b);
	if (l2n_moments_unmerge(l2_kernel, &a, &b, s->work) != L2N_OK)
		PG_RETURN_NULL();
	l2_gram_store(s->sum, &a);
	l2_gram_take_log_weight(s->sum, g);
	s->sum->n_skipped -= g->n_skipped;
	s->sum->absorbed -= g->absorbed;
	if (s->sum->n == 0)
		s->sum->flags &= ~L2_GRAM_WITHIN;
	if (l2n_doubt_is_serious(l2_gram_doubt(s->sum), &a))
		PG_RETURN_NULL();
	/* a level, say, that no row of the frame has: a sum of its own would have no such column */
	for (int j = 0; j < a.k && a.n > 0; j++)
		if (l2n_cross(&a, j, j).hi == 0 && l2_gram_doubt(s->sum)[j] > 0)
			PG_RETURN_NULL();
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(l2_gram_sum_moving_final);
PGDLLEXPORT Datum
l2_gram_sum_moving_final(PG_FUNCTION_ARGS)
{
	moving_sum *s = PG_ARGISNULL(0) ? NULL : (moving_sum *) PG_GETARG_POINTER(0);

	if (s == NULL || s->sum == NULL || s->sum->n == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(l2_gram_copy(s->sum, NULL, 0, l2_names_of_gram(s->sum)));
}

L2_FUNCTION(ols_moving_final, fit_frame, L2_METHOD_OLS);
L2_FUNCTION(ridge_moving_final, fit_frame, L2_METHOD_RIDGE);
L2_FUNCTION(lasso_moving_final, fit_frame, L2_METHOD_LASSO);
L2_FUNCTION(elastic_net_moving_final, fit_frame, L2_METHOD_ELASTIC_NET);
L2_FUNCTION(dropout_moving_final, fit_frame, L2_METHOD_DROPOUT);
