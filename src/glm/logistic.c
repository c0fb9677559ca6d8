/*
 * logistic.c: logistic and Poisson regression as aggregates.
 *
 * No summary of the rows is enough here: each Newton step weights them anew.  So the state keeps
 * them, packed, in memory and beyond work_mem in a temporary file, and the final function passes
 * over them as often as it takes.  It leaves the state as it is, for windows.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "glm/glm_rows.h"
#include "base/progress.h"

#include <math.h>

#include "num/stats/hash.h"

#include "utils/memutils.h"

/* What a call site keeps */
typedef struct call_cache
{
	void *pools;
	l2_reader read_y;
	l2_shape shape; /* where the arguments' types say it */
} call_cache;

static call_cache *
call_cache_of(FunctionCallInfo fcinfo)
{
	call_cache *c = fcinfo->flinfo->fn_extra;

	if (unlikely(c == NULL))
	{
		c = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *c);
		c->read_y = l2_reader_of(get_fn_expr_argtype(fcinfo->flinfo, 1), "y");
		fcinfo->flinfo->fn_extra = c;
	}
	return c;
}

/* Whether a row of values too large, NaN or infinite is wanted: false, or an error that names one
 */
static bool
refuse_row(const l2_glm_state *s, const double *row, double limit)
{
	for (int j = 0; j < s->ncols; j++)
	{
		if (fabs(row[j]) <= limit)
			continue;
		if (s->skip_nonfinite && !isfinite(row[j]))
			return false;
		l2_glm_refuse(row[j], j == 0 ? "y" : psprintf("x%d", j));
	}
	if (!(fabs(row[s->offset]) <= L2_GLM_LARGEST) &&
		!(s->skip_nonfinite && !isfinite(row[s->offset])))
		l2_glm_refuse(row[s->offset], "offset");
	return false;
}

/* The first usable row settles the columns; the others must agree */
static void
check_columns(FunctionCallInfo fcinfo, const l2_shape *sh, l2_glm_state *s, int n,
			  MemoryContext context)
{
	if (likely(s->ncols == n + 1))
		return;
	if (s->ncols == 0)
	{
		l2_check_columns(n + 1);
		s->ncols = n + 1;
		s->weight = sh->weight ? s->ncols : 0;
		s->offset = sh->offset ? s->ncols + (sh->weight != 0) : 0;
		for (int i = 0; i < s->n_parts; i++)
			l2_row_store_init(
				&s->part[i].rows,
				l2_row_pool_of(&call_cache_of(fcinfo)->pools, fcinfo->flinfo->fn_mcxt, context),
				s->ncols + (sh->weight != 0) + (sh->offset != 0));
	}
	else
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("x has %d elements, but %d in the rows before", n, s->ncols - 1),
						errhint("Every row needs the same features; use NULL for one that is not "
								"known.")));
}

/* The part that a row belongs to: by its key, or by its values, so that equal rows share one */
static l2_glm_part *
deal(FunctionCallInfo fcinfo, const l2_shape *sh, l2_glm_state *s, double y, const l2_array_view *x)
{
	int i = 0;

	if (s->n_parts > 1 && !l2_state_fold_of_key(fcinfo, sh, s->n_parts, s->seed, &i))
		i = l2n_hash_below(l2n_hash_doubles(x->values, x->n, l2n_hash_doubles(&y, 1, s->seed)),
						   s->n_parts);
	return &s->part[i];
}

/* False where the row is to be skipped */
static bool
add_row(FunctionCallInfo fcinfo, const l2_shape *sh, l2_glm_state *s, MemoryContext context)
{
	double *row, y, weight = 1.0, largest = L2_GLM_LARGEST, smallest = L2_TINY;
	l2_glm_part *part;
	l2_array_view x;
	int found;

	if (!l2_state_read_row(fcinfo, sh, &x) || (sh->offset && PG_ARGISNULL(sh->offset)))
		return false;
	if (s->ncols != 0 || !x.has_null)
		check_columns(fcinfo, sh, s, x.n, context);
	if (x.has_null)
		return false;
	if (sh->weight)
	{
		weight = PG_GETARG_FLOAT8(sh->weight);
		if (s->skip_nonfinite && !isfinite(weight))
			return false;
		if (!l2_usable_weight(weight))
			return false;
		if (weight > 1.0)
			largest /= sqrt(weight);
		else
			smallest /= sqrt(weight);
	}

	y = call_cache_of(fcinfo)->read_y(PG_GETARG_DATUM(1));
	part = deal(fcinfo, sh, s, y, &x);
	row = l2_row_store_next(&part->rows);
	row[0] = y;
	if (sh->weight)
		row[s->weight] = weight;
	found = l2_kernel->copy_row(x.n, (const double *) x.values, row + 1, largest, smallest);
	if (sh->offset)
		row[s->offset] = PG_GETARG_FLOAT8(sh->offset);
	if (unlikely((found & L2N_LARGE) || !(fabs(row[0]) <= largest) ||
				 !(fabs(row[s->offset]) <= L2_GLM_LARGEST)) &&
		!refuse_row(s, row, largest))
		return false;
	l2_glm_check_y(s->method, y);
	s->tiny |= (found & L2N_SMALL) != 0;
	part->total = dd_add_d(part->total, weight);
	part->sum_y = dd_add(part->sum_y, dd_two_prod(weight, y));
	part->rows.rows++;
	l2_progress_row();
	return true;
}

static Datum
accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	MemoryContext context;
	l2_glm_state *s;

	l2_need_aggregate(fcinfo);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	if (PG_ARGISNULL(0))
		s = l2_glm_state_first(fcinfo, sh, context);
	else
	{
		s = (l2_glm_state *) PG_GETARG_POINTER(0);
		l2_glm_state_check(fcinfo, sh, s);
	}
	if (!add_row(fcinfo, sh, s, context))
		s->n_skipped++;
	PG_RETURN_POINTER(s);
}

#define ACCUMULATOR(name, ...) L2_TRANSITION(name, accumulate, __VA_ARGS__)

/* The forms of an aggregate: lambda, l1_ratio, weight and offset in turn, and then options */
#define ACCUMULATORS(name, METHOD)                                                                 \
	ACCUMULATOR(name##_accum, .method = METHOD);                                                   \
	ACCUMULATOR(name##_accum_jsonb, .method = METHOD, .options = 3);                               \
	ACCUMULATOR(name##_accum_text, .method = METHOD, .options = 3, .options_text = true);          \
	ACCUMULATOR(name##_accum_ridge, .method = METHOD, .lambda = 3);                                \
	ACCUMULATOR(name##_accum_ridge_jsonb, .method = METHOD, .lambda = 3, .options = 4);            \
	ACCUMULATOR(name##_accum_ridge_text, .method = METHOD, .lambda = 3, .options = 4,              \
				.options_text = true);                                                             \
	ACCUMULATOR(name##_accum_net, .method = METHOD, .lambda = 3, .l1_ratio = 4);                   \
	ACCUMULATOR(name##_accum_net_jsonb, .method = METHOD, .lambda = 3, .l1_ratio = 4,              \
				.options = 5);                                                                     \
	ACCUMULATOR(name##_accum_net_text, .method = METHOD, .lambda = 3, .l1_ratio = 4, .options = 5, \
				.options_text = true);                                                             \
	ACCUMULATOR(name##_accum_weight, .method = METHOD, .lambda = 3, .l1_ratio = 4, .weight = 5);   \
	ACCUMULATOR(name##_accum_weight_jsonb, .method = METHOD, .lambda = 3, .l1_ratio = 4,           \
				.weight = 5, .options = 6);                                                        \
	ACCUMULATOR(name##_accum_weight_text, .method = METHOD, .lambda = 3, .l1_ratio = 4,            \
				.weight = 5, .options = 6, .options_text = true);                                  \
	ACCUMULATOR(name##_accum_offset, .method = METHOD, .lambda = 3, .l1_ratio = 4, .weight = 5,    \
				.offset = 6);                                                                      \
	ACCUMULATOR(name##_accum_offset_jsonb, .method = METHOD, .lambda = 3, .l1_ratio = 4,           \
				.weight = 5, .offset = 6, .options = 7)

ACCUMULATORS(logistic, L2_METHOD_LOGISTIC);
ACCUMULATORS(poisson, L2_METHOD_POISSON);

static Datum
accumulate_tuning(FunctionCallInfo fcinfo, l2_method method)
{
	call_cache *c = call_cache_of(fcinfo);

	if (unlikely(!c->shape.is_cv))
		c->shape = l2_glm_shape(fcinfo, method, true);
	return accumulate(fcinfo, &c->shape);
}

PG_FUNCTION_INFO_V1(logistic_tune_accum);
PGDLLEXPORT Datum
logistic_tune_accum(PG_FUNCTION_ARGS)
{
	return accumulate_tuning(fcinfo, L2_METHOD_LOGISTIC);
}

PG_FUNCTION_INFO_V1(poisson_tune_accum);
PGDLLEXPORT Datum
poisson_tune_accum(PG_FUNCTION_ARGS)
{
	return accumulate_tuning(fcinfo, L2_METHOD_POISSON);
}

static Datum
final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_glm_state *s;
	l2_glm_rows *rows;
	l2_options o;
	l2_model *m;
	l2_glm *g;
	bool began;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (l2_glm_state *) PG_GETARG_POINTER(0);
	if (s->method != method || s->tunes)
		l2_foreign_state();
	if (s->ncols == 0)
		PG_RETURN_NULL();
	l2_glm_state_open(s, false, &o);
	rows = l2_glm_rows_make(s, &o, 0, 1, -1);
	g = rows ? l2_glm_make(&rows->source, &o) : NULL;
	if (g == NULL)
		PG_RETURN_NULL();
	began = l2_progress_begin(method == L2_METHOD_LOGISTIC ? "logistic_fit" : "poisson_fit", NULL,
							  InvalidOid);
	l2_progress_phase(L2_PHASE_FITTING, 0, l2_gram_count(rows->source.prior));
	m = l2_glm_fit(g, &o);
	l2_progress_end(began);
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(logistic_final);
PGDLLEXPORT Datum
logistic_final(PG_FUNCTION_ARGS)
{
	return final(fcinfo, L2_METHOD_LOGISTIC);
}

PG_FUNCTION_INFO_V1(poisson_final);
PGDLLEXPORT Datum
poisson_final(PG_FUNCTION_ARGS)
{
	return final(fcinfo, L2_METHOD_POISSON);
}
