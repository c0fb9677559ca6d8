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
	if (VARATT_IS_EXTENDED(fold_state(s, i)) || VARSIZE(fold_state(s, i)) != s->stride)
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
dealer_of_options(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g)
{
	const l2_fit_spec *spec = (const l2_fit_spec *) l2_gram_options(g);
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);

	if (g->options_len < L2_FIT_SPEC_HEADER)
		l2_foreign_state();
	if (c->folds == 0 || c->options_hash != spec->hash)
	{
		l2_options o;

		l2_options_init(&o, sh->method);
		o.cv = true;
		l2_state_options(g, sh->method, &o);
		c->folds = o.folds;
		c->seed = o.seed;
		c->options_hash = spec->hash;
	}
	return (dealer){c->folds, c->seed};
}

bool
l2_state_fold_of_key(FunctionCallInfo fcinfo, const l2_shape *sh, int folds, int64 seed, int *fold)
{
	int64 key;

	if (!sh->fold_key || PG_ARGISNULL(sh->fold_key))
		return false;
	if (sh->key_text)
	{
		text *name = PG_GETARG_TEXT_PP(sh->fold_key);

		*fold =
			l2n_hash_below(l2n_hash_bytes(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), seed), folds);
		return true;
	}
	key = PG_GETARG_INT64(sh->fold_key) % folds;
	*fold = (int) (key < 0 ? key + folds : key);
	return true;
}

/* The fold of a row: by its key, or by its values, so that equal rows share a fold */
static int
deal(FunctionCallInfo fcinfo, const l2_shape *sh, const dealer *d, const l2_array_view *x)
{
	double y;
	int fold;

	if (l2_state_fold_of_key(fcinfo, sh, d->folds, d->seed, &fold))
		return fold;
	y = PG_GETARG_FLOAT8(1);
	return l2n_hash_below(l2n_hash_doubles(x->values, x->n, l2n_hash_doubles(&y, 1, d->seed)),
						  d->folds);
}

/*
 * Aggregates
 */

static fold_states
first_states(FunctionCallInfo fcinfo, const l2_shape *sh, const dealer *given)
{
	l2_gram *g = l2_state_first(fcinfo, sh);
	dealer d = given ? *given : dealer_of_options(fcinfo, sh, g);
	Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	fold_states s = new_states(d.folds, VARSIZE(g), type);

	for (int i = 0; i < s.n; i++)
	{
		memset(fold_state(&s, i), 0, s.stride);
		memcpy(fold_state(&s, i), g, VARSIZE(g));
		SET_VARSIZE(fold_state(&s, i), s.stride);
	}
	return s;
}

int
l2_given_folds(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_options o;

	if (PG_ARGISNULL(sh->folds))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("folds must not be NULL")));
	l2_options_set_folds(&o, PG_GETARG_INT32(sh->folds));
	return o.folds;
}

void
l2_check_folds(int before, int now)
{
	if (now != before)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("folds must be the same in every row of a group"),
						errdetail("It is %d and %d.", before, now)));
}

static Datum
accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_array_view x;
	fold_states s;
	dealer d = {0};
	l2_gram *g;
	int fold;

	l2_need_aggregate(fcinfo);
	if (sh->folds)
		d = (dealer){l2_given_folds(fcinfo, sh), 0};
	if (PG_ARGISNULL(0))
		s = first_states(fcinfo, sh, sh->folds ? &d : NULL);
	else
		s = view_states(PG_GETARG_DATUM(0));
	check_state(&s, 0);
	if (sh->is_fit)
	{
		if (!PG_ARGISNULL(0))
			l2_state_check_fit(fcinfo, sh, fold_state(&s, 0));
		d = dealer_of_options(fcinfo, sh, fold_state(&s, 0));
	}
	l2_check_folds(s.n, d.folds);

	if (!l2_state_read_row(fcinfo, sh, &x) || x.has_null)
	{
		fold_state(&s, 0)->n_skipped++;
		PG_RETURN_POINTER(s.array);
	}
	fold = deal(fcinfo, sh, &d, &x);
	check_state(&s, fold);
	g = fold_state(&s, fold);
	if (unlikely(g->ncols == 0))
		for (int i = 0; i < s.n; i++)
		{
			check_state(&s, i);
			l2_state_check_columns(fold_state(&s, i), x.n + 1, sh->weight != 0);
		}
	if (unlikely(l2_state_is_full(g)))
	{
		l2_state_check_columns(g, x.n + 1, sh->weight != 0);
		s = enlarge(&s, g);
		g = fold_state(&s, fold);
	}
	if (l2_state_add_row(fcinfo, sh, g, &x) != g)
		l2_foreign_state();
	PG_RETURN_POINTER(s.array);
}

#define ACCUMULATOR(name, ...) L2_TRANSITION(name, accumulate, __VA_ARGS__)

ACCUMULATOR(l2_folds_accum, .folds = 3);
ACCUMULATOR(l2_folds_accum_key, .folds = 3, .fold_key = 4);
ACCUMULATOR(l2_folds_accum_name, .folds = 3, .fold_key = 4, .key_text = true);
ACCUMULATOR(l2_folds_accum_key_weight, .folds = 3, .fold_key = 4, .weight = 5);
ACCUMULATOR(l2_folds_accum_name_weight, .folds = 3, .fold_key = 4, .key_text = true, .weight = 5);

#define CV_ACCUMULATORS(method_, METHOD)                                                          \
	ACCUMULATOR(method_##_cv_accum, .is_fit = true, .is_cv = true, .method = METHOD);             \
	ACCUMULATOR(method_##_cv_accum_jsonb, .is_fit = true, .is_cv = true, .method = METHOD,        \
				.options = 3);                                                                    \
	ACCUMULATOR(method_##_cv_accum_text, .is_fit = true, .is_cv = true, .method = METHOD,         \
				.options = 3, .options_text = true);                                              \
	ACCUMULATOR(method_##_cv_accum_weight, .is_fit = true, .is_cv = true, .method = METHOD,       \
				.weight = 3);                                                                     \
	ACCUMULATOR(method_##_cv_accum_weight_jsonb, .is_fit = true, .is_cv = true, .method = METHOD, \
				.weight = 3, .options = 4)

CV_ACCUMULATORS(ridge, L2_METHOD_RIDGE);
CV_ACCUMULATORS(lasso, L2_METHOD_LASSO);
CV_ACCUMULATORS(elastic_net, L2_METHOD_ELASTIC_NET);

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
	b = read_states(PG_GETARG_DATUM(1));
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(b.array);
	a = read_states(PG_GETARG_DATUM(0));
	l2_check_folds(a.n, b.n);
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
	s = read_states(PG_GETARG_DATUM(0));
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
		grams[i] = PointerGetDatum(l2_gram_copy(g, NULL, 0, l2_names_of_gram(g)));
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
	fold_states s;
	l2_options o;
	l2_gram **g;
	l2_model *m;
	int with_rows = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = read_states(PG_GETARG_DATUM(0));
	l2_options_init(&o, method);
	if (method == L2_METHOD_ELASTIC_NET)
		o.l1_ratio = 0.5;
	o.cv = true;
	l2_state_options(fold_state(&s, 0), method, &o);
	g = list_states(&s);
	for (int i = 0; i < s.n; i++)
		with_rows += l2_gram_count(g[i]) > 0;
	if (with_rows == 1)
	{
		/* one such group among thousands, or the first rows of a frame, must not end the query */
		ereport(NOTICE,
				(errmsg("rows in one fold only cannot be cross-validated: the model is NULL"),
				 errhint("Equal rows, and rows of one fold_key, share a fold.")));
		PG_RETURN_NULL();
	}
	m = l2_cross_validate(g, s.n, &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(ridge_cv_final);
PGDLLEXPORT Datum
ridge_cv_final(PG_FUNCTION_ARGS)
{
	return cv_final(fcinfo, L2_METHOD_RIDGE);
}

PG_FUNCTION_INFO_V1(lasso_cv_final);
PGDLLEXPORT Datum
lasso_cv_final(PG_FUNCTION_ARGS)
{
	return cv_final(fcinfo, L2_METHOD_LASSO);
}

PG_FUNCTION_INFO_V1(elastic_net_cv_final);
PGDLLEXPORT Datum
elastic_net_cv_final(PG_FUNCTION_ARGS)
{
	return cv_final(fcinfo, L2_METHOD_ELASTIC_NET);
}
