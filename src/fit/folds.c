/*
 * folds.c: rows into one gram a fold: transition, combine and final functions.
 *
 * The state is an array.  Its first element knows the rows that are dealt by their values: the
 * distinct ones with their counts, while these are few, or how many they are.  Behind it are the
 * states of the folds once a row is in one of them: with a key it is at once, without one when the
 * distinct rows have become too many to wait for the others.  They are all laid out alike, so that
 * the array is as flat as they are and one address computation finds a fold's; when one of them has
 * to grow, all do.
 */
#include "fit/folds.h"

#include "base/aggregate.h"
#include "base/citus.h"
#include "base/deck.h"
#include "gram/gram_state.h"

#include "num/stats/hash.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* Bytes of all states from which on they grow by large steps */
#define LARGE 65536

/* Rows in the first table */
#define FIRST_ROOM 4

/* The states in an array */
typedef struct fold_states
{
	ArrayType *array;
	l2_gram *side; /* the first element */
	int n;         /* folds; 0 while there are none */
	char *first;
	Size stride; /* bytes from one to the next */
} fold_states;

static inline l2_gram *
fold_state(const fold_states *s, int i)
{
	return (l2_gram *) (s->first + s->stride * i);
}

/* Whether number i is a state of the size that all have */
static inline void
check_state(const fold_states *s, int i)
{
	if (VARATT_IS_EXTENDED(fold_state(s, i)) || VARSIZE(fold_state(s, i)) != s->stride ||
		fold_state(s, i)->sparse)
		l2_foreign_state();
}

/*
 * Read what this or anybody else made; anything but such an array is refused.  Whether the folds
 * are of one size is for check_state: with thousands of them that would be most of the work of a
 * row.
 */
static fold_states
view_states(Datum d)
{
	fold_states s;
	Size bytes;

	s.array = l2_own_state(d);
	if (ARR_NDIM(s.array) != 1 || ARR_HASNULL(s.array) || ARR_DIMS(s.array)[0] < 1)
		l2_foreign_state();
	s.n = ARR_DIMS(s.array)[0] - 1;
	s.side = (l2_gram *) ARR_DATA_PTR(s.array);
	bytes = ARR_SIZE(s.array) - ARR_DATA_OFFSET(s.array);
	if (VARATT_IS_EXTENDED(s.side) || VARSIZE(s.side) < L2_GRAM_HEADER || VARSIZE(s.side) > bytes ||
		VARSIZE(s.side) % MAXIMUM_ALIGNOF != 0 || s.side->options_len < L2_FIT_SPEC_HEADER ||
		s.side->sparse || (s.side->flags & L2_GRAM_KEEPS))
		l2_foreign_state();
	/* what is behind the options of a gram that is none of such states is no table */
	if (s.side->ncols > 0 && !(s.side->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)))
		l2_foreign_state();
	s.first = (char *) s.side + VARSIZE(s.side);
	s.stride = s.n > 0 ? (bytes - VARSIZE(s.side)) / s.n : 0;
	return s;
}

/* The states of the folds, which need not be of one size where they were sent; NULL for none */
static l2_gram **
list_states(const fold_states *s)
{
	char *at = s->first, *end = (char *) s->array + ARR_SIZE(s->array);
	l2_gram **g;

	if (s->n == 0)
		return NULL;
	g = palloc(sizeof(l2_gram *) * s->n);
	for (int i = 0; i < s->n; i++)
	{
		g[i] = (l2_gram *) at;
		if ((Size) (end - at) < L2_GRAM_HEADER || VARATT_IS_EXTENDED(g[i]) ||
			VARSIZE(g[i]) < L2_GRAM_HEADER || VARSIZE(g[i]) > (Size) (end - at) ||
			VARSIZE(g[i]) % MAXIMUM_ALIGNOF != 0 ||
			(g[i]->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH | L2_GRAM_KEEPS)) || g[i]->sparse ||
			g[i]->ncols != s->side->ncols)
			l2_foreign_state();
		at += VARSIZE(g[i]);
	}
	return g;
}

/* Before anything of that size is allocated */
static void
folds_check_size(int n, Size total)
{
	if (total > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("grams of %d folds would take %s", n, l2_pretty_size((double) total)),
				 errdetail("A value may take at most 1 GB."),
				 errhint("Use fewer folds, or fewer columns.")));
}

/* Room for n states of that many bytes each behind the first element */
static fold_states
new_states(const l2_gram *side, int n, Size size, Oid type)
{
	Size head = ARR_OVERHEAD_NONULLS(1), total;
	fold_states s;

	s.n = n;
	s.stride = MAXALIGN(size);
	total = head + VARSIZE(side) + s.stride * n;
	folds_check_size(n, total);
	s.array = palloc(total);
	memset(s.array, 0, head);
	SET_VARSIZE(s.array, total);
	s.array->ndim = 1;
	s.array->elemtype = type;
	ARR_DIMS(s.array)[0] = n + 1;
	ARR_LBOUND(s.array)[0] = 1;
	s.side = (l2_gram *) ARR_DATA_PTR(s.array);
	memcpy(s.side, side, VARSIZE(side));
	s.first = (char *) s.side + VARSIZE(side);
	return s;
}

/* The states g, of n folds, behind the first element, laid out alike */
static fold_states
folds_gather(const l2_gram *side, l2_gram **g, int n, const l2_state_layout *layout, Oid type)
{
	l2_state_layout aligned = *layout;
	fold_states s;

	aligned.size = MAXALIGN(layout->size);
	s = new_states(side, n, aligned.size, type);
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

/* The same, whatever they have room for; where one has weights, all do */
static fold_states
gather_all(const l2_gram *side, l2_gram **g, int n, Oid type)
{
	l2_state_layout layout = {false, 0, 0};
	bool weighted = false;

	for (int i = 0; i < n; i++)
		weighted |= (g[i]->flags & L2_GRAM_WEIGHTED) != 0;
	for (int i = 0; i < n; i++)
	{
		if (weighted)
			g[i] = l2_state_weigh(g[i]);
		layout.moments |= (g[i]->flags & L2_GRAM_MOMENTS) != 0;
		layout.capacity = Max(layout.capacity, g[i]->capacity);
	}
	if (layout.moments)
		layout.capacity = L2N_BLOCK_ROWS;
	for (int i = 0; i < n; i++)
		layout.size = Max(layout.size, l2_state_size(g[i], &layout));
	return folds_gather(side, g, n, &layout, type);
}

/*
 * All states, with room for another row in the one that is full.  Each step copies every fold, here
 * and again in the executor, so once they are large two steps are taken at a time.
 */
static fold_states
folds_enlarge(const fold_states *s, const l2_gram *full)
{
	l2_state_layout layout = l2_state_grown(full);

	if (layout.size * s->n > LARGE)
	{
		l2_gram grown = *full;

		grown.capacity = layout.capacity;
		if (layout.moments)
			grown.flags |= L2_GRAM_MOMENTS;
		layout = l2_state_grown(&grown);
	}
	return folds_gather(s->side, list_states(s), s->n, &layout, ARR_ELEMTYPE(s->array));
}

/*
 * Dealing
 */

/* How many folds, and what deals rows to them */
typedef struct dealer
{
	int folds;
	int64 seed;
	bool adds_up;
} dealer;

/* What the options in a state say of it: parsed once for each call site and options */
static dealer
dealer_of_options(FunctionCallInfo fcinfo, l2_gram *g)
{
	const l2_fit_spec *spec = (const l2_fit_spec *) l2_gram_options(g);
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);

	if (c->folds == 0 || c->options_hash != spec->hash)
	{
		l2_scope scope = l2_state_scope(g);
		l2_options o;

		l2_state_options(g, &scope, &o);
		c->folds = o.folds;
		c->seed = o.seed;
		c->adds_up = o.adds_up;
		c->options_hash = spec->hash;
	}
	return (dealer){c->folds, c->seed, c->adds_up};
}

/* The same in a final function, whose call site need not keep them */
static dealer
dealer_of_state(l2_gram *g)
{
	l2_scope scope = l2_state_scope(g);
	l2_options o;

	l2_state_options(g, &scope, &o);
	return (dealer){o.folds, o.seed, o.adds_up};
}

/* Distinct rows that may wait to be dealt, of that many columns */
static int
most_waiting(const dealer *d, int ncols)
{
	return d->adds_up ? 0 : l2n_deal_most(d->folds, ncols + 1);
}

/* A first element like that one, with room for so many bytes of a table or sketch */
static l2_gram *
side_like(l2_gram *side, int flag, Size size)
{
	Size head = l2_gram_size_of_head(side);
	l2_gram *r;

	folds_check_size(1, head + size);
	r = palloc0(head + size);
	memcpy(r, side, head);
	r->flags &= ~(L2_GRAM_TABLE | L2_GRAM_SKETCH);
	r->flags |= flag;
	SET_VARSIZE(r, head + size);
	return r;
}

static l2_gram *
side_of_table(l2_gram *side, int ncols, int room)
{
	l2_gram *r = side_like(side, L2_GRAM_TABLE, l2n_distinct_size(ncols + 1, room));

	r->ncols = ncols;
	l2n_distinct_init(l2_gram_dealt(r), ncols + 1, room);
	return r;
}

static l2_gram *
side_of_sketch(l2_gram *side, int ncols)
{
	l2_gram *r = side_like(side, L2_GRAM_SKETCH, sizeof(l2n_sketch));

	r->ncols = ncols;
	return r;
}

/* The same as a first element that is twice as large, or of size room if that is more */
static l2_gram *
side_grown(l2_gram *side, int room, int most)
{
	const l2n_distinct *from = l2_gram_dealt(side);
	l2_gram *r = side_of_table(side, side->ncols, Min(Max(2 * from->room, room), most));

	for (int i = 0; i < from->n; i++)
		(void) l2n_distinct_add(l2_gram_dealt(r), l2n_distinct_hash(from)[i],
								l2n_distinct_row(from, i), l2n_distinct_count(from)[i]);
	return r;
}

/* States of folds without rows */
static l2_gram **
empty_folds(l2_gram *side, int n)
{
	l2_gram **g = palloc(sizeof(l2_gram *) * n);

	folds_check_size(n, l2_gram_size_of_head(side) * n);
	for (int i = 0; i < n; i++)
	{
		g[i] = l2_gram_new(side->ncols, false, l2_gram_options(side), side->options_len,
						   (l2_names){NULL, 0});
		g[i]->flags |= side->flags & L2_GRAM_SKIP_NONFINITE;
	}
	return g;
}

/* Add copies of a row, its weight behind it, to the state of a fold */
static void
add_copies(FunctionCallInfo fcinfo, l2_gram **g, const double *row, int64 copies)
{
	l2_state_add_copies(fcinfo, g, row, row[(*g)->ncols], copies);
}

/* Deal the rows of a table, all copies of each to one fold, and count them in a sketch */
static void
deal_by_row(FunctionCallInfo fcinfo, const l2n_distinct *t, l2_gram **g, int folds,
			l2n_sketch *sketch)
{
	for (int i = 0; i < t->n; i++)
	{
		uint64 hash = l2n_distinct_hash(t)[i];
		int64 copies = l2n_distinct_count(t)[i];

		CHECK_FOR_INTERRUPTS();
		l2n_sketch_add(sketch, hash, copies);
		add_copies(fcinfo, &g[l2n_deal_row(hash, folds)], l2n_distinct_row(t, i), copies);
	}
}

/* The states where there are too many distinct rows to wait: those that did are dealt */
static fold_states
folds_stop_waiting(FunctionCallInfo fcinfo, const fold_states *s, int folds)
{
	const l2n_distinct *t = l2_gram_dealt(s->side);
	l2_gram *side = side_of_sketch(s->side, s->side->ncols);
	l2_gram **g = list_states(s);

	if (g == NULL)
		g = empty_folds(side, folds);
	deal_by_row(fcinfo, t, g, folds, l2_gram_dealt(side));
	return gather_all(side, g, folds, ARR_ELEMTYPE(s->array));
}

/* With the states of folds behind the first element */
static fold_states
with_folds(const fold_states *s, int folds)
{
	l2_gram **g;

	if (s->n > 0)
		return *s;
	g = empty_folds(s->side, folds);
	return gather_all(s->side, g, folds, ARR_ELEMTYPE(s->array));
}

/* With another first element */
static fold_states
with_side(const fold_states *s, l2_gram *side)
{
	fold_states r = new_states(side, s->n, s->stride, ARR_ELEMTYPE(s->array));

	memcpy(r.first, s->first, s->stride * s->n);
	return r;
}

/*
 * Aggregates
 */

/* The initial value of an aggregate, one state that no row has come to */
static bool
folds_is_start(const fold_states *s)
{
	return s->n == 0 && !((const l2_fit_spec *) l2_gram_options(s->side))->ready;
}

static fold_states
first_states(FunctionCallInfo fcinfo, const l2_shape *sh, const fold_states *start)
{
	l2_gram *g = l2_state_of_fit(fcinfo, sh, start->side);

	g = side_like(g, L2_GRAM_TABLE, 0);
	return new_states(g, 0, 0, ARR_ELEMTYPE(start->array));
}

static void
folds_check_folds(int before, int now)
{
	if (now != before)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("folds must be the same in every row of a group"),
						errdetail("It is %d and %d.", before, now)));
}

/* Room for a row and its weight, kept with the call site */
static double *
row_room(FunctionCallInfo fcinfo, int width)
{
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);

	if (c->width < width)
	{
		if (c->row)
			pfree(c->row);
		c->row = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(double) * width);
		c->width = width;
	}
	return c->row;
}

/*
 * Let a row without a key wait to be dealt; false where it does not, and goes to *fold, which is -1
 * where it is to be skipped.  *s may move.
 */
static bool
wait_for_others(FunctionCallInfo fcinfo, fold_states *s, const dealer *d, const l2_state_row *r,
				int *fold)
{
	int k = s->side->ncols, most;
	double others[3] = {r->y.y, r->y.weight, 0}, *row; /* no offset */
	uint64 hash =
		l2n_hash_doubles(r->x.values, r->x.n, l2n_hash_doubles(others, lengthof(others), d->seed));
	l2n_distinct *t;

	*fold = l2n_deal_row(hash, d->folds);
	if (s->side->flags & L2_GRAM_TABLE)
	{
		row = row_room(fcinfo, k + 1);
		if (!l2_state_check_row(s->side, r, row))
		{
			*fold = -1;
			return false;
		}
		for (int j = 0; j < k; j++)
			row[j] += 0.0; /* -0 is 0 */
		row[k] = r->y.weight;
		t = l2_gram_dealt(s->side);
		if (l2n_distinct_add(t, hash, row, 1))
			return true;
		most = most_waiting(d, k);
		if (t->n < most)
		{
			*s = with_side(s, side_grown(s->side, FIRST_ROOM, most));
			return l2n_distinct_add(l2_gram_dealt(s->side), hash, row, 1);
		}
		*s = folds_stop_waiting(fcinfo, s, d->folds);
	}
	l2n_sketch_add(l2_gram_dealt(s->side), hash, 1);
	return false;
}

/* Add a row to the state of its fold */
static void
add_to_fold(FunctionCallInfo fcinfo, const l2_shape *sh, fold_states *s, int fold,
			const l2_state_row *row)
{
	l2_gram *g;

	check_state(s, fold);
	g = fold_state(s, fold);
	if (unlikely(sh->is_obs && row->y.weight != 1.0 && !(g->flags & L2_GRAM_WEIGHTED)))
	{
		l2_gram **all = list_states(s);

		all[fold] = l2_state_weigh(g);
		*s = gather_all(s->side, all, s->n, ARR_ELEMTYPE(s->array));
		g = fold_state(s, fold);
	}
	if (unlikely(l2_state_is_full(g)))
	{
		*s = folds_enlarge(s, g);
		g = fold_state(s, fold);
	}
	if (l2_state_add_row(fcinfo, sh, g, row) != g)
		l2_foreign_state();
}

/*
 * A row whose key names its fold is added to it; one without a key waits in the table of distinct
 * rows until all are known, since which copies there are decides how they are dealt.
 */
static inline Datum
folds_accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_state_row row;
	fold_states s;
	dealer d;
	int fold;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		l2_foreign_state();
	s = view_states(PG_GETARG_DATUM(0));
	if (folds_is_start(&s))
		s = first_states(fcinfo, sh, &s);
	else
		(void) l2_state_of_fit(fcinfo, sh, s.side);
	if (!(s.side->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)))
		l2_foreign_state();
	d = dealer_of_options(fcinfo, s.side);
	if (s.n > 0)
		folds_check_folds(s.n, d.folds);

	if (!l2_state_read_row(fcinfo, sh, &row) || row.x.has_null ||
		(sh->is_obs && !l2_state_usable_weight(s.side, row.y.weight)))
	{
		s.side->n_skipped++;
		PG_RETURN_POINTER(s.array);
	}
	if (sh->is_obs)
		l2_refuse_offset(&row.y);
	if (unlikely(s.side->ncols == 0))
	{
		l2_citus_pulled(fcinfo, NULL);
		l2_check_columns(row.x.n + 1);
		s = with_side(&s, d.adds_up ? side_of_sketch(s.side, row.x.n + 1)
									: side_of_table(s.side, row.x.n + 1, FIRST_ROOM));
	}
	else
		l2_state_check_columns(s.side, row.x.n + 1);
	if (!l2_obs_fold(&row.y, d.folds, d.seed, &fold) &&
		wait_for_others(fcinfo, &s, &d, &row, &fold))
		PG_RETURN_POINTER(s.array);
	if (fold < 0)
	{
		s.side->n_skipped++;
		PG_RETURN_POINTER(s.array);
	}
	if (unlikely(s.n == 0))
		s = with_folds(&s, d.folds);
	add_to_fold(fcinfo, sh, &s, fold, &row);
	PG_RETURN_POINTER(s.array);
}

L2_TRANSITION(l2_folds_accum, folds_accumulate, .is_obs = false);
L2_TRANSITION(l2_folds_accum_options, folds_accumulate, .options = 3);
L2_TRANSITION(l2_folds_accum_obs, folds_accumulate, .is_obs = true);
L2_TRANSITION(l2_folds_accum_obs_options, folds_accumulate, .is_obs = true, .options = 3);

/*
 * Combining
 */

/* Error unless both are of one fit, of the same columns */
static void
check_sides(l2_gram *a, l2_gram *b)
{
	if (!(a->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)) ||
		!(b->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)))
		l2_foreign_state();
	if (a->options_len != b->options_len ||
		memcmp(l2_gram_options(a), l2_gram_options(b), a->options_len) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("lambda and options must be the same in every row of a group")));
	if (a->ncols > 0 && b->ncols > 0)
		l2_gram_check_alike(a, b);
}

/* The rows that wait in a, and those in b; NULL where they have become too many */
static l2_gram *
merge_tables(l2_gram *a, const l2n_distinct *b, int most)
{
	for (int i = 0; i < b->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (l2n_distinct_add(l2_gram_dealt(a), l2n_distinct_hash(b)[i], l2n_distinct_row(b, i),
							 l2n_distinct_count(b)[i]))
			continue;
		if (((l2n_distinct *) l2_gram_dealt(a))->n >= most)
			return NULL;
		a = side_grown(a, b->n, most);
		(void) l2n_distinct_add(l2_gram_dealt(a), l2n_distinct_hash(b)[i], l2n_distinct_row(b, i),
								l2n_distinct_count(b)[i]);
	}
	return a;
}

/*
 * The first element of the states of all rows of a and b.  Where rows wait no more that did, they
 * are dealt to the folds *g, which are made where there are none.
 */
static l2_gram *
merge_sides(FunctionCallInfo fcinfo, l2_gram *a, l2_gram *b, const dealer *d, l2_gram ***g)
{
	l2_gram *merged = NULL, *sides[2] = {a, b};
	l2n_sketch *sketch;

	if ((a->flags & L2_GRAM_TABLE) && (b->flags & L2_GRAM_TABLE))
	{
		int most = most_waiting(d, a->ncols);

		/* a must stay as it is until it is known that all find room */
		merged = merge_tables(side_grown(a, FIRST_ROOM, most), l2_gram_dealt(b), most);
	}
	if (merged != NULL)
		return merged;
	merged = side_of_sketch(a, a->ncols);
	sketch = l2_gram_dealt(merged);
	if (*g == NULL)
		*g = empty_folds(merged, d->folds);
	for (int i = 0; i < 2; i++)
		if (sides[i]->flags & L2_GRAM_TABLE)
			deal_by_row(fcinfo, l2_gram_dealt(sides[i]), *g, d->folds, sketch);
		else
			l2n_sketch_merge(sketch, l2_gram_dealt(sides[i]));
	return merged;
}

PG_FUNCTION_INFO_V1(l2_folds_combine);
PGDLLEXPORT Datum
l2_folds_combine(PG_FUNCTION_ARGS)
{
	fold_states a, b;
	l2_gram **g, **h, *side;
	int64 skipped;
	dealer d;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	b = view_states(PG_GETARG_DATUM(1));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(b.array);
	a = view_states(PG_GETARG_DATUM(0));
	if (folds_is_start(&b))
		PG_RETURN_POINTER(a.array);
	if (folds_is_start(&a))
		PG_RETURN_POINTER(b.array);
	check_sides(a.side, b.side);
	d = dealer_of_options(fcinfo, a.side);
	skipped = b.side->n_skipped;
	if (b.side->ncols == 0)
	{
		l2_gram_add_counts(a.side, b.side);
		PG_RETURN_POINTER(a.array);
	}
	if (a.side->ncols == 0)
	{
		/* b is not ours to change */
		b.array = memcpy(palloc(ARR_SIZE(b.array)), b.array, ARR_SIZE(b.array));
		b = view_states(PointerGetDatum(b.array));
		l2_gram_add_counts(b.side, a.side);
		PG_RETURN_POINTER(b.array);
	}
	g = list_states(&a);
	h = list_states(&b);
	if (g != NULL)
		folds_check_folds(a.n, d.folds);
	if (h != NULL)
		folds_check_folds(b.n, d.folds);
	side = merge_sides(fcinfo, a.side, b.side, &d, &g);
	if (pg_add_s64_overflow(a.side->n_skipped, skipped, &side->n_skipped))
		l2_check(L2N_TOO_MANY_ROWS, NULL, 0);
	if (g == NULL)
		g = h;
	else
		for (int i = 0; h != NULL && i < d.folds; i++)
		{
			CHECK_FOR_INTERRUPTS();
			g[i] = l2_state_combine(fcinfo, g[i], h[i]);
		}
	if (g == NULL)
		PG_RETURN_POINTER(new_states(side, 0, 0, ARR_ELEMTYPE(a.array)).array);
	PG_RETURN_POINTER(gather_all(side, g, d.folds, ARR_ELEMTYPE(a.array)).array);
}

/*
 * Final functions.  They leave the state as it is: it may be shared, or go on in a window.
 */

/* The states of all folds, with the rows that waited; NULL where no row was usable */
static l2_gram **
dealt_folds(FunctionCallInfo fcinfo, fold_states *s, const dealer *d, const l2n_sketch **sketch)
{
	l2_gram **g = list_states(s), **waited;
	const l2n_distinct *t;
	l2_dealt_rows *rows;
	int width = s->side->ncols + 1;

	*sketch = NULL;
	if (s->side->ncols == 0)
		return NULL;
	if (g != NULL)
		folds_check_folds(s->n, d->folds);
	if (s->side->flags & L2_GRAM_SKETCH)
	{
		*sketch = l2_gram_dealt(s->side);
		return g;
	}
	t = l2_gram_dealt(s->side);
	if (t->n == 0)
		return g;
	waited = empty_folds(s->side, d->folds);
	rows = l2_deal_rows(t, d->folds, l2_compare_numbers, &width);
	for (int i = 0; i < rows->n; i++)
	{
		const int *fold;
		const int64 *tally;
		int n = l2_next_dealt(rows, i, &fold, &tally);

		for (int f = 0; f < n; f++)
			add_copies(fcinfo, &waited[fold[f]], l2n_distinct_row(t, rows->row[i]), tally[fold[f]]);
	}
	for (int f = 0; g != NULL && f < d->folds; f++)
	{
		/* the state's own must not change */
		if (l2_gram_count(g[f]) == 0)
			continue;
		if (l2_gram_count(waited[f]) == 0)
			waited[f] = g[f];
		else
			waited[f] = l2_state_combine(fcinfo,
										 l2_gram_copy(g[f], l2_gram_options(g[f]),
													  g[f]->options_len, l2_names_of_gram(g[f])),
										 waited[f]);
	}
	return waited;
}

/* NOTICEs on a deal; how many folds have rows */
static int
folds_tell_deal(int *told, l2_gram **g, int n, const l2n_sketch *sketch)
{
	int64 largest = 0;
	int with_rows = 0;

	for (int i = 0; i < n; i++)
	{
		largest = Max(largest, l2_gram_count(g[i]));
		with_rows += l2_gram_count(g[i]) > 0;
	}
	if (sketch && sketch->rows > 0)
		l2_tell_repeats(told, sketch, n, largest);
	return with_rows;
}

PG_FUNCTION_INFO_V1(l2_folds_final);
PGDLLEXPORT Datum
l2_folds_final(PG_FUNCTION_ARGS)
{
	const l2_state_layout moments = {true, 0, 0};
	const l2n_sketch *sketch;
	fold_states s;
	dealer d;
	Datum *grams;
	bool *empty;
	l2_gram **g;
	int lower = 1, first = -1;
	int64 skipped;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = view_states(PG_GETARG_DATUM(0));
	if (folds_is_start(&s))
		PG_RETURN_NULL();
	skipped = s.side->n_skipped;
	d = dealer_of_state(s.side);
	g = dealt_folds(fcinfo, &s, &d, &sketch);
	if (g == NULL)
		PG_RETURN_NULL();
	folds_check_size(d.folds, d.folds * l2_state_size(g[0], &moments));
	grams = palloc(sizeof(Datum) * d.folds);
	empty = palloc(sizeof(bool) * d.folds);
	for (int i = 0; i < d.folds; i++)
	{
		empty[i] = l2_gram_count(g[i]) == 0;
		if (empty[i])
		{
			skipped += g[i]->n_skipped;
			continue;
		}
		first = first < 0 ? i : first;
		grams[i] = PointerGetDatum(l2_gram_copy(g[i], NULL, 0, l2_state_names(g[i])));
	}
	if (first < 0)
		PG_RETURN_NULL();
	(void) folds_tell_deal(&l2_call_cache_of(fcinfo, 0)->told, g, d.folds, sketch);
	((l2_gram *) DatumGetPointer(grams[first]))->n_skipped += skipped;
	PG_RETURN_ARRAYTYPE_P(construct_md_array(grams, empty, 1, &d.folds, &lower,
											 ARR_ELEMTYPE(s.array), -1, false, TYPALIGN_DOUBLE));
}

/*
 * Deals the rows that wait, says what is odd about the folds, and fits the best point to all
 * rows.
 */
static Datum
cv_final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_scope scope = {method, L2_IN_CV};
	const l2n_sketch *sketch;
	fold_states s;
	dealer d;
	l2_options o;
	l2_gram **g;
	l2_model *m;
	int with_rows;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = view_states(PG_GETARG_DATUM(0));
	if (folds_is_start(&s))
		PG_RETURN_NULL();
	l2_state_options(s.side, &scope, &o);
	d = (dealer){o.folds, o.seed, o.adds_up};
	g = dealt_folds(fcinfo, &s, &d, &sketch);
	if (g == NULL)
		PG_RETURN_NULL();
	with_rows = folds_tell_deal(&l2_call_cache_of(fcinfo, 0)->told, g, d.folds, sketch);
	if (with_rows == 0)
		PG_RETURN_NULL();
	if (with_rows == 1)
	{
		/* one such group among thousands, or the first rows of a frame, must not end the query */
		l2_tell_one_fold(&l2_call_cache_of(fcinfo, 0)->told);
		PG_RETURN_NULL();
	}
	m = l2_cross_validate(&l2_call_cache_of(fcinfo, 0)->told, g, d.folds, s.side->n_skipped, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(ridge_cv_final, cv_final, L2_METHOD_RIDGE);
L2_FUNCTION(lasso_cv_final, cv_final, L2_METHOD_LASSO);
L2_FUNCTION(elastic_net_cv_final, cv_final, L2_METHOD_ELASTIC_NET);
