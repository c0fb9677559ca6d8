/*
 * score.c: aggregates that compare predictions with what happened.
 *
 * The state is a float8[], which every distributed planner can ship, changed in place: sums in
 * double-double, and for l2_score, which has the median, all errors behind them.  The metrics
 * without it share one transition function, so that a query for several of them does the work once.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/citus.h"
#include "options/obs.h"

#include <math.h>

#include "num/stats/median.h"
#include "num/stats/score.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/memutils.h"

/* What a state keeps besides the sums; the value is in the state */
typedef enum kind
{
	SUMS = 1,
	ERRORS,
	WEIGHTED_ERRORS, /* each with its weight behind it */
} kind;

/* A float8[] of one dimension */
typedef struct state
{
	ArrayType array;
	int dim;
	int lower_bound;
	double kind;
	l2n_score sums;
	double kept; /* errors */
	double errors[FLEXIBLE_ARRAY_MEMBER];
} state;

StaticAssertDecl(offsetof(state, kind) == ARR_OVERHEAD_NONULLS(1), "state is no float8[]");

/* The array's elements before the errors */
#define HEAD ((int) ((offsetof(state, errors) - offsetof(state, kind)) / sizeof(double)))

/* Its elements at most; some of 1 GB is left for the tuple that brings it to another process */
#define MAX_SIZE ((MaxAllocSize - 65536) / sizeof(double))

/* First size of a state that keeps errors; the allocator rounds up to powers of two */
#define STATE_MIN 512

/* Elements of errors a row takes */
static inline int
score_width(kind k)
{
	return k == SUMS ? 0 : (k == ERRORS ? 1 : 2);
}

/*
 * A state of zeros with the sums and errors of old, if any.  It is in the current, short-lived
 * context: the executor copies a new state to where states live.
 */
static state *
score_make_state(kind k, Size elements, const state *old)
{
	Size size = offsetof(state, kind) + sizeof(double) * elements;
	Size filled = old ? offsetof(state, kind) + sizeof(double) * old->dim : 0;
	state *s = palloc(size);

	if (old)
		memcpy(s, old, filled);
	memset((char *) s + filled, 0, size - filled);
	SET_VARSIZE(s, size);
	s->array.ndim = 1;
	s->array.elemtype = FLOAT8OID;
	s->dim = (int) elements;
	s->lower_bound = 1;
	s->kind = k;
	return s;
}

static state *
score_first_state(kind k)
{
	return score_make_state(
		k, k == SUMS ? HEAD : (STATE_MIN - offsetof(state, kind)) / sizeof(double), NULL);
}

/* Any float8[] may come here in an aggregate that somebody made */
static inline bool
is_state(const state *s, kind k)
{
	return s->array.ndim == 1 && s->array.dataoffset == 0 && s->array.elemtype == FLOAT8OID &&
		   s->dim >= HEAD && s->kind == k && s->kept >= 0 && s->kept <= s->dim &&
		   s->kept * score_width(k) <= s->dim - HEAD;
}

/* The state to change in place: as the executor keeps it, or, from outside, made plain first */
static inline state *
own_state(Datum d, kind k)
{
	state *s = (state *) DatumGetPointer(d);

	if (unlikely(VARATT_IS_EXTENDED(s)))
		s = (state *) PG_DETOAST_DATUM(d);
	if (unlikely(!is_state(s, k)))
		l2_foreign_state();
	return s;
}

/* A state to read, of whatever kind */
static const state *
score_read_state(Datum d, kind *k)
{
	const state *s = (state *) PG_DETOAST_DATUM(d);

	for (*k = SUMS; !is_state(s, *k); ++*k)
		if (*k == WEIGHTED_ERRORS)
			l2_foreign_state();
	return s;
}

/* s with room for more rows */
static state *
score_reserve(state *s, kind k, Size rows)
{
	Size needed = HEAD + ((Size) s->kept + rows) * score_width(k);

	if (likely(needed <= s->dim))
		return s;
	if (needed > MAX_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("l2_score cannot take more than %d rows at once",
						(int) (MAX_SIZE - HEAD) / score_width(k)),
				 errdetail("It keeps every error, for the median, in a value of at most 1 GB."),
				 errhint("Ask for l2_rmse, l2_mae, l2_r2 and the like, which keep sums only; "
						 "or score a sample, FILTER (WHERE l2_holdout(id, 0.01)).")));
	return score_make_state(k, Max(needed, Min(2 * (Size) s->dim, MAX_SIZE)), s);
}

/* A value whose square, with its row's weight, is not a finite number */
static void
refuse_value(const char *what, double v)
{
	if (isfinite(v))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("value %g of %s is too large to be squared", v, what),
						errdetail("Values, times the root of a weight above 1, may be at most %g "
								  "in magnitude.",
								  L2N_MAX_ABS)));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is %s", what, isnan(v) ? "NaN" : "infinite"),
			 errhint("Leave such rows out with FILTER (WHERE ...), or make the values NULL.")));
}

/* Add a row and what was predicted of it; rows of NULL, or of weight 0, are counted as skipped. */
static inline Datum
score_accumulate(FunctionCallInfo fcinfo, kind k, bool is_obs)
{
	double yhat, limit = L2N_MAX_ABS;
	l2_row_of_y r = {.weight = 1.0};
	state *s;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		l2_citus_pulled(fcinfo, NULL);
	s = PG_ARGISNULL(0) ? score_first_state(k) : own_state(PG_GETARG_DATUM(0), k);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		s->sums.skipped++;
		PG_RETURN_POINTER(s);
	}
	if (is_obs)
	{
		l2_obs_read(PG_GETARG_DATUM(1), &r);
		l2_refuse_offset(&r);
		if (!l2_usable_weight(r.weight))
		{
			s->sums.skipped++;
			PG_RETURN_POINTER(s);
		}
		if (r.weight > 1.0)
			limit /= sqrt(r.weight);
	}
	else
		r.y = PG_GETARG_FLOAT8(1);
	yhat = PG_GETARG_FLOAT8(2);
	if (unlikely(!(fabs(r.y) <= limit)))
		refuse_value("y", r.y);
	if (unlikely(!(fabs(yhat) <= limit)))
		refuse_value("yhat", yhat);

	l2n_score_add(&s->sums, r.y, yhat, r.weight, k != SUMS);
	if (k != SUMS)
	{
		double *e;

		s = score_reserve(s, k, 1);
		e = s->errors + (Size) s->kept * score_width(k);
		e[0] = fabs(yhat - r.y);
		if (k == WEIGHTED_ERRORS)
			e[1] = r.weight;
		s->kept++;
	}
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(l2_error_accum, score_accumulate, SUMS, false);
L2_FUNCTION(l2_error_accum_obs, score_accumulate, SUMS, true);
L2_FUNCTION(l2_score_accum, score_accumulate, ERRORS, false);
L2_FUNCTION(l2_score_accum_obs, score_accumulate, WEIGHTED_ERRORS, true);

PG_FUNCTION_INFO_V1(l2_score_combine);
PGDLLEXPORT Datum
l2_score_combine(PG_FUNCTION_ARGS)
{
	const state *b;
	state *a;
	kind k;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	b = score_read_state(PG_GETARG_DATUM(1), &k);
	a = PG_ARGISNULL(0) ? score_first_state(k) : own_state(PG_GETARG_DATUM(0), k);
	a = score_reserve(a, k, (Size) b->kept);
	memcpy(a->errors + (Size) a->kept * score_width(k), b->errors,
		   sizeof(double) * (Size) b->kept * score_width(k));
	a->kept += b->kept;
	l2n_score_merge(&a->sums, &b->sums);
	PG_RETURN_POINTER(a);
}

/*
 * Final functions.  They leave the state as it is: it may be shared, or go on in a window.
 */

/* False where no row was usable */
static bool
get_metrics(const state *s, l2n_metrics *m)
{
	l2n_status status = l2n_score_metrics(&s->sums, m);

	if (status == L2N_NO_ROWS)
		return false;
	l2_check(status, NULL, 0);
	return true;
}

/* NULL where there is no row, or the metric is undefined */
#define METRIC(name, metric)                                                                 \
	PG_FUNCTION_INFO_V1(name);                                                               \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)                                                 \
	{                                                                                        \
		l2n_metrics m;                                                                       \
		kind k;                                                                              \
                                                                                             \
		if (PG_ARGISNULL(0) || !get_metrics(score_read_state(PG_GETARG_DATUM(0), &k), &m) || \
			isnan(m.metric))                                                                 \
			PG_RETURN_NULL();                                                                \
		PG_RETURN_FLOAT8(m.metric);                                                          \
	}                                                                                        \
	extern int no_such_variable

METRIC(l2_mse_final, mse);
METRIC(l2_rmse_final, rmse);
METRIC(l2_mae_final, mae);
METRIC(l2_mape_final, mape);
METRIC(l2_r2_final, r2);

static double
median_error(const state *s, kind k)
{
	Size n = (Size) s->kept;
	double *value = l2_scratch(sizeof(double) * n * score_width(k)), *weight = NULL, median;

	if (k == ERRORS)
		memcpy(value, s->errors, sizeof(double) * n);
	else
	{
		weight = value + n;
		for (Size i = 0; i < n; i++)
		{
			value[i] = s->errors[2 * i];
			weight[i] = s->errors[2 * i + 1];
		}
	}
	l2_check(l2n_median(n, value, weight, &median, l2_poll, NULL), NULL, 0);
	return median;
}

PG_FUNCTION_INFO_V1(l2_score_final);
PGDLLEXPORT Datum
l2_score_final(PG_FUNCTION_ARGS)
{
	const state *s;
	kind k;
	l2n_metrics m;
	TupleDesc desc;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = score_read_state(PG_GETARG_DATUM(0), &k);
	if (!get_metrics(s, &m))
		PG_RETURN_NULL();
	if (k == SUMS || s->kept != s->sums.rows || !(s->sums.skipped >= 0 && s->sums.skipped < 0x1p53))
		l2_foreign_state();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	{
		const double column[] = {m.mse,  m.rmse, m.mae, median_error(s, k),   m.max_error,
								 m.mape, m.msle, m.r2,  m.explained_variance, m.bias};
		Datum values[2 + lengthof(column)];
		bool nulls[2 + lengthof(column)] = {false};

		values[0] = Int64GetDatum((int64) s->sums.rows);
		values[1] = Int64GetDatum((int64) s->sums.skipped);
		for (int i = 0; i < (int) lengthof(column); i++)
		{
			nulls[2 + i] = isnan(column[i]);
			values[2 + i] = Float8GetDatum(column[i]);
		}
		PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
	}
}
