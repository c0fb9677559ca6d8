/*
 * folds.c: rows into one gram a fold: transition, combine and final functions.
 *
 * The state is an array of the states of the folds, all laid out alike, so that it is as flat as
 * they are and one address computation finds a fold's.  When one of them has to grow, all do.
 */
#include "fit/folds.h"

#include "base/aggregate.h"
#include "gram/gram_state.h"

#include "num/stats/hash.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Bytes of all states from which on they grow by large steps */
#define LARGE 65536

/* The states in an array */
typedef struct fold_states
{
	ArrayType *array;
	int n;
	Size stride; /* bytes from one to the next */
} fold_states;

static inline l2_gram *
fold_state(const fold_states *s, int i)
{
	return (l2_gram *) (ARR_DATA_PTR(s->array) + s->stride * i);
}

/* Whether number i is a state of the size that all have */
static inline void
check_state(const fold_states *s, int i)
{
	if (VARATT_IS_EXTENDED(fold_state(s, i)) || VARSIZE(fold_state(s, i)) != s->stride ||
		(fold_state(s, i)->flags & L2_GRAM_SPARSE))
		l2_foreign_state();
}

/*
 * Read what this or anybody else made; anything but states of one size is refused.  read_states
 * looks at all of them, view_states at none: with thousands of folds that would be most of the
 * work of a row.
 */
static fold_states
view_states(Datum d)
{
	fold_states s;
	Size bytes;

	s.array = l2_own_state(d);
	if (ARR_NDIM(s.array) != 1 || ARR_HASNULL(s.array) || ARR_DIMS(s.array)[0] < 1)
		l2_foreign_state();
	s.n = ARR_DIMS(s.array)[0];
	bytes = ARR_SIZE(s.array) - ARR_DATA_OFFSET(s.array);
	s.stride = bytes / s.n;
	if (s.stride % MAXIMUM_ALIGNOF != 0 || s.stride * s.n != bytes || s.stride < L2_GRAM_HEADER)
		l2_foreign_state();
	return s;
}

static fold_states
read_states(Datum d)
{
	fold_states s = view_states(d);

	for (int i = 0; i < s.n; i++)
		check_state(&s, i);
	return s;
}

/* Before anything of that size is allocated */
static void
check_size(int n, Size total)
{
	if (total > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("grams of %d folds would take %s", n, l2_pretty_size((double) total)),
				 errdetail("A value may take at most 1 GB."),
				 errhint("Use fewer folds, or fewer columns.")));
}

/* Room for n states of that many bytes each */
static fold_states
new_states(int n, Size size, Oid type)
{
	Size head = ARR_OVERHEAD_NONULLS(1), total;
	fold_states s;

	s.n = n;
	s.stride = MAXALIGN(size);
	total = head + s.stride * n;
	check_size(n, total);
	s.array = palloc(total);
	memset(s.array, 0, head);
	SET_VARSIZE(s.array, total);
	s.array->ndim = 1;
	s.array->elemtype = type;
	ARR_DIMS(s.array)[0] = n;
	ARR_LBOUND(s.array)[0] = 1;
	return s;
}

/* The states g, of n folds, in an array, laid out alike */
static fold_states
gather(l2_gram **g, int n, const l2_state_layout *layout, Oid type)
{
	l2_state_layout aligned = *layout;
	fold_states s;

	aligned.size = MAXALIGN(layout->size);
	s = new_states(n, aligned.size, type);
	for (int i = 0; i < n; i++)
	{
		/* the same number of columns, no names, the same options: then they take the same room */
		if (g[i]->ncols != g[0]->ncols || g[i]->names_len != g[0]->names_len ||
			g[i]->encoding_len != g[0]->encoding_len || g[i]->options_len != g[0]->options_len ||
			l2_gram_row_width(g[i]) != l2_gram_row_width(g[0]) || g[i]->nrows > layout->capacity ||
			((g[i]->flags & L2_GRAM_MOMENTS) && !layout->moments))
			l2_foreign_state();
		l2_state_copy(g[i], &aligned, fold_state(&s, i));
	}
	return s;
}

/*
 * The states in an array that others may have made: where a state came as text, those of folds
 * without rows take less room than the rest.  Then they are laid out anew.
 */
static fold_states
open_states(Datum d)
{
	ArrayType *array = l2_own_state(d);
	l2_state_layout layout = {false, 0, 0};
	fold_states s = {array};
	l2_gram **g;
	Datum *elements;
	bool *nulls, alike = true;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &elements, &nulls,
					  &s.n);
	if (s.n < 1)
		l2_foreign_state();
	g = palloc(sizeof(l2_gram *) * s.n);
	for (int i = 0; i < s.n; i++)
	{
		if (nulls[i])
			l2_foreign_state();
		g[i] = l2_gram_raw(elements[i]);
		alike &= VARSIZE_ANY(DatumGetPointer(elements[i])) == VARSIZE(g[0]);
		layout.moments |= (g[i]->flags & L2_GRAM_MOMENTS) != 0;
		layout.capacity = Max(layout.capacity, g[i]->nrows);
	}
	if (alike)
		return read_states(PointerGetDatum(array));
	for (int i = 0; i < s.n; i++)
		layout.size = Max(layout.size, l2_state_size(g[i], &layout));
	return gather(g, s.n, &layout, ARR_ELEMTYPE(array));
}

static l2_gram **
list_states(const fold_states *s)
{
	l2_gram **g = palloc(sizeof(l2_gram *) * s->n);

	for (int i = 0; i < s->n; i++)
		g[i] = fold_state(s, i);
	return g;
}

/*
 * All states, with room for another row in the one that is full.  Each step copies every fold, here
 * and again in the executor, so once they are large two steps are taken at a time.
 */
static fold_states
enlarge(const fold_states *s, const l2_gram *full)
{
	l2_state_layout layout = l2_state_grown(full);

	for (int i = 0; i < s->n; i++)
		check_state(s, i);
	if (layout.size * s->n > LARGE)
	{
		l2_gram grown = *full;

		grown.capacity = layout.capacity;
		if (layout.moments)
			grown.flags |= L2_GRAM_MOMENTS;
		layout = l2_state_grown(&grown);
	}
	return gather(list_states(s), s->n, &layout, ARR_ELEMTYPE(s->array));
}

/* All states with a weight behind each row */
static fold_states
weigh(const fold_states *s)
{
	l2_gram **g = list_states(s);
	l2_state_layout layout = {false, 0, 0};

	for (int i = 0; i < s->n; i++)
	{
		check_state(s, i);
		g[i] = l2_state_weigh(g[i]);
		layout.moments |= (g[i]->flags & L2_GRAM_MOMENTS) != 0;
		layout.capacity = Max(layout.capacity, g[i]->capacity);
	}
	if (layout.moments)
		layout.capacity = L2N_BLOCK_ROWS;
	for (int i = 0; i < s->n; i++)
		layout.size = Max(layout.size, l2_state_size(g[i], &layout));
	return gather(g, s->n, &layout, ARR_ELEMTYPE(s->array));
}

/*
 * Dealing
 */

/* How many folds, and what deals rows to them */
typedef struct dealer
{
	int folds;
	int64 seed;
} dealer;

/* What the options in a state say of it: parsed once for each call site and options */
static dealer
dealer_of_options(FunctionCallInfo fcinfo, l2_gram *g)
{
	const l2_fit_spec *spec = (const l2_fit_spec *) l2_gram_options(g);
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);

	if (g->options_len < L2_FIT_SPEC_HEADER)
		l2_foreign_state();
	if (c->folds == 0 || c->options_hash != spec->hash)
	{
		l2_scope scope = l2_state_scope(g);
		l2_options o;

		l2_state_options(g, &scope, &o);
		c->folds = o.folds;
		c->seed = o.seed;
		c->options_hash = spec->hash;
	}
	return (dealer){c->folds, c->seed};
}

/* The fold of a row: by its key, or by its values, so that equal rows share a fold */
static int
deal(const dealer *d, const l2_state_row *row)
{
	int fold;

	if (l2_obs_fold(&row->y, d->folds, d->seed, &fold))
		return fold;
	return l2n_hash_below(
		l2n_hash_doubles(row->x.values, row->x.n, l2n_hash_doubles(&row->y.y, 1, d->seed)),
		d->folds);
}

/*
 * Aggregates
 */

/* The initial value of an aggregate, one state that no row has come to */
static bool
is_start(const fold_states *s)
{
	const l2_gram *g = fold_state(s, 0);

	return s->n == 1 && g->options_len >= L2_FIT_SPEC_HEADER &&
		   !((const l2_fit_spec *) l2_gram_options((l2_gram *) g))->ready;
}

static fold_states
first_states(FunctionCallInfo fcinfo, const l2_shape *sh, const fold_states *start)
{
	l2_gram *g = l2_state_of_fit(fcinfo, sh, fold_state(start, 0));
	dealer d = dealer_of_options(fcinfo, g);
	fold_states s = new_states(d.folds, VARSIZE(g), ARR_ELEMTYPE(start->array));

	for (int i = 0; i < s.n; i++)
	{
		memset(fold_state(&s, i), 0, s.stride);
		memcpy(fold_state(&s, i), g, VARSIZE(g));
		SET_VARSIZE(fold_state(&s, i), s.stride);
	}
	return s;
}

static void
check_folds(int before, int now)
{
	if (now != before)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("folds must be the same in every row of a group"),
						errdetail("It is %d and %d.", before, now)));
}

static inline Datum
accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_state_row row;
	fold_states s;
	dealer d;
	l2_gram *g;
	int fold;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		l2_foreign_state();
	s = view_states(PG_GETARG_DATUM(0));
	check_state(&s, 0);
	if (is_start(&s))
		s = first_states(fcinfo, sh, &s);
	else
		(void) l2_state_of_fit(fcinfo, sh, fold_state(&s, 0));
	d = dealer_of_options(fcinfo, fold_state(&s, 0));
	check_folds(s.n, d.folds);

	if (!l2_state_read_row(fcinfo, sh, &row) || row.x.has_null)
	{
		fold_state(&s, 0)->n_skipped++;
		PG_RETURN_POINTER(s.array);
	}
	fold = deal(&d, &row);
	check_state(&s, fold);
	g = fold_state(&s, fold);
	if (unlikely(g->ncols == 0))
		for (int i = 0; i < s.n; i++)
		{
			check_state(&s, i);
			l2_state_check_columns(fold_state(&s, i), row.x.n + 1);
		}
	if (unlikely(sh->is_obs && row.y.weight != 1.0 && !(g->flags & L2_GRAM_WEIGHTED)))
	{
		s = weigh(&s);
		g = fold_state(&s, fold);
	}
	if (unlikely(l2_state_is_full(g)))
	{
		l2_state_check_columns(g, row.x.n + 1);
		s = enlarge(&s, g);
		g = fold_state(&s, fold);
	}
	if (l2_state_add_row(fcinfo, sh, g, &row) != g)
		l2_foreign_state();
	PG_RETURN_POINTER(s.array);
}

L2_TRANSITION(l2_folds_accum, accumulate, .is_obs = false);
L2_TRANSITION(l2_folds_accum_options, accumulate, .options = 3);
L2_TRANSITION(l2_folds_accum_obs, accumulate, .is_obs = true);
L2_TRANSITION(l2_folds_accum_obs_options, accumulate, .is_obs = true, .options = 3);

PG_FUNCTION_INFO_V1(l2_folds_combine);
PGDLLEXPORT Datum
l2_folds_combine(PG_FUNCTION_ARGS)
{
	fold_states a, b;
	l2_gram **g;
	l2_state_layout layout = {false, 0, 0};
	bool same = true;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	b = open_states(PG_GETARG_DATUM(1));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(b.array);
	a = open_states(PG_GETARG_DATUM(0));
	if (is_start(&b))
		PG_RETURN_POINTER(a.array);
	if (is_start(&a))
		PG_RETURN_POINTER(b.array);
	check_folds(a.n, b.n);
	g = list_states(&a);
	for (int i = 0; i < a.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		g[i] = l2_state_combine(fcinfo, g[i], fold_state(&b, i));
		same &= g[i] == fold_state(&a, i);
		layout.moments |= (g[i]->flags & L2_GRAM_MOMENTS) != 0;
		layout.capacity = Max(layout.capacity, g[i]->capacity);
	}
	if (same)
		PG_RETURN_POINTER(a.array);
	if (layout.moments)
		layout.capacity = L2N_BLOCK_ROWS;
	for (int i = 0; i < a.n; i++)
		layout.size = Max(layout.size, l2_state_size(g[i], &layout));
	PG_RETURN_POINTER(gather(g, a.n, &layout, ARR_ELEMTYPE(a.array)).array);
}

PG_FUNCTION_INFO_V1(l2_folds_final);
PGDLLEXPORT Datum
l2_folds_final(PG_FUNCTION_ARGS)
{
	const l2_state_layout moments = {true, 0, 0};
	fold_states s;
	Datum *grams;
	bool *empty;
	int lower = 1, first = -1;
	int64 skipped = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = open_states(PG_GETARG_DATUM(0));
	check_size(s.n, s.n * l2_state_size(fold_state(&s, 0), &moments));
	grams = palloc(sizeof(Datum) * s.n);
	empty = palloc(sizeof(bool) * s.n);
	for (int i = 0; i < s.n; i++)
	{
		l2_gram *g = fold_state(&s, i);

		empty[i] = l2_gram_count(g) == 0;
		if (empty[i])
		{
			skipped += g->n_skipped;
			continue;
		}
		first = first < 0 ? i : first;
		grams[i] = PointerGetDatum(l2_gram_copy(g, NULL, 0, l2_state_names(g)));
	}
	if (first < 0)
		PG_RETURN_NULL();
	((l2_gram *) DatumGetPointer(grams[first]))->n_skipped += skipped;
	PG_RETURN_ARRAYTYPE_P(construct_md_array(grams, empty, 1, &s.n, &lower, ARR_ELEMTYPE(s.array),
											 -1, false, TYPALIGN_DOUBLE));
}

static Datum
cv_final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_scope scope = {method, L2_IN_CV};
	fold_states s;
	l2_options o;
	l2_gram **g;
	l2_model *m;
	int with_rows = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = open_states(PG_GETARG_DATUM(0));
	l2_state_options(fold_state(&s, 0), &scope, &o);
	g = list_states(&s);
	for (int i = 0; i < s.n; i++)
		with_rows += l2_gram_count(g[i]) > 0;
	if (with_rows == 1)
	{
		/* one such group among thousands, or the first rows of a frame, must not end the query */
		ereport(NOTICE,
				(errmsg("rows in one fold only cannot be cross-validated: the model is NULL"),
				 errhint("Equal rows, and rows of one fold key, share a fold.")));
		PG_RETURN_NULL();
	}
	m = l2_cross_validate(g, s.n, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(ridge_cv_final, cv_final, L2_METHOD_RIDGE);
L2_FUNCTION(lasso_cv_final, cv_final, L2_METHOD_LASSO);
L2_FUNCTION(elastic_net_cv_final, cv_final, L2_METHOD_ELASTIC_NET);
