/*
 * gram_agg.c: rows into grams: transition and combine functions of the aggregates, and the final
 * ones that make a gram.
 *
 * The state is a flat varlena changed in place, as core's int8_avg_accum does.  It starts as a
 * small buffer of rows sized to fill what the allocator would round up to anyway: a group of a
 * dozen rows of three features takes 512 bytes and no arithmetic.  The buffer doubles up to a
 * block of L2N_BLOCK_ROWS; a full block goes to the moments.  Where columns are few the moments
 * come sooner, behind them room for FEW_ROWS, and a whole block once that has been filled many
 * times: ten thousand groups of a kilobyte stay in the processor's cache, of five they do not.
 */
#include "gram/gram_state.h"

#include "gram/kept.h"

#include <math.h>

#include "base/aggregate.h"
#include "base/args.h"
#include "base/citus.h"
#include "options/options.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* Smallest state; the allocator rounds up to powers of two below 8 kB */
#define STATE_MIN 512

/* Columns of a state that begins with a short buffer, and how many rows that holds at least */
#define FEW_COLUMNS 8
#define FEW_ROWS    16

/* A row that comes more often than this is added as one row of so much more weight */
#define MOST_COPIES 16

l2_call_cache *
l2_call_cache_of(FunctionCallInfo fcinfo, int n_readers)
{
	l2_call_cache *c = fcinfo->flinfo->fn_extra;

	if (unlikely(c == NULL))
	{
		c = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
								   offsetof(l2_call_cache, reader) + sizeof(l2_reader) * n_readers);
		c->n_readers = n_readers;
		fcinfo->flinfo->fn_extra = c;
	}
	return c;
}

/* Scratch for flushing a block of ncols columns */
static void *
flush_work(FunctionCallInfo fcinfo, int ncols)
{
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);
	size_t size = l2n_add_block_worksize(ncols);

	if (c->work_size < size)
	{
		if (c->allocated)
			pfree(c->allocated);
		c->allocated = NULL;
		c->work_size = 0;
		c->allocated = MemoryContextAllocHuge(fcinfo->flinfo->fn_mcxt, size + 64);
		c->work = (void *) TYPEALIGN(64, c->allocated);
		c->work_size = size;
	}
	return c->work;
}

l2_gram *
l2_state_to_fill(Datum d)
{
	l2_gram *g = l2_own_state(d);

	if (unlikely(g->sparse))
		l2_foreign_state();
	return g;
}

/*
 * Growing
 */

static Size
size_before_rows(const l2_gram *g, bool moments)
{
	return l2_gram_size_of_head(g) + (moments ? sizeof(double) * l2_gram_doubles(g->ncols) : 0);
}

Size
l2_state_size(const l2_gram *g, const l2_state_layout *layout)
{
	return size_before_rows(g, layout->moments) +
		   sizeof(double) * l2_gram_row_width(g) * layout->capacity;
}

/*
 * With room for at least one more row.  Sizes are powers of two, what the allocator rounds up to,
 * until there is room for a whole block.
 */
l2_state_layout
l2_state_grown(const l2_gram *g)
{
	Size row = sizeof(double) * l2_gram_row_width(g), head;
	bool few = g->ncols <= FEW_COLUMNS && g->capacity > 0 && g->capacity < FEW_ROWS;
	l2_state_layout r;

	r.moments = (g->flags & L2_GRAM_MOMENTS) != 0 || few || g->capacity >= L2N_BLOCK_ROWS;
	r.capacity = L2N_BLOCK_ROWS;
	r.size = STATE_MIN;
	head = size_before_rows(g, r.moments);
	if (!r.moments || few)
	{
		while (r.size < head + Max(g->capacity + 1, few ? FEW_ROWS : 0) * row)
			r.size *= 2;
		r.capacity = Min((r.size - head) / row, L2N_BLOCK_ROWS);
	}
	if (r.capacity == L2N_BLOCK_ROWS)
		r.size = head + r.capacity * row;
	if (r.size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("gram of %d columns would take %s", g->ncols,
							   l2_pretty_size((double) r.size)),
						errdetail("A value may take at most 1 GB.")));
	return r;
}

void
l2_state_copy(l2_gram *g, const l2_state_layout *layout, l2_gram *to)
{
	Size row = sizeof(double) * l2_gram_row_width(g);
	Size head = size_before_rows(g, layout->moments);
	Size old_head = size_before_rows(g, (g->flags & L2_GRAM_MOMENTS) != 0);

	memcpy(to, g, Min(old_head, head));
	if (old_head < head)
		memset((char *) to + old_head, 0, head - old_head);
	SET_VARSIZE(to, layout->size);
	if (layout->moments)
		to->flags |= L2_GRAM_MOMENTS;
	to->capacity = layout->capacity;
	memcpy(l2_gram_rows(to), l2_gram_rows(g), g->nrows * row);
	/* the state may be sent to another process as it is: leave nothing undefined in it */
	memset((char *) l2_gram_rows(to) + to->nrows * row, 0, layout->size - head - to->nrows * row);
}

/* In the current, short-lived context: the executor copies a new state to where states live */
static l2_gram *
gram_grow(l2_gram *g)
{
	l2_state_layout layout = l2_state_grown(g);
	l2_gram *r = palloc(layout.size);

	l2_state_copy(g, &layout, r);
	return r;
}

double *
l2_state_next_row(FunctionCallInfo fcinfo, l2_gram **g)
{
	l2_gram *s = *g;

	if (s->nrows == s->capacity)
	{
		if (l2_state_is_full(s))
			*g = s = gram_grow(s);
		if (s->nrows == s->capacity)
			l2_gram_flush_rows(s, flush_work(fcinfo, s->ncols));
	}
	return l2_gram_rows(s) + (Size) s->nrows * l2_gram_row_width(s);
}

/*
 * The first row
 */

static uint64
hash_options(Datum options, const char **bytes, int *len)
{
	*bytes = l2_options_bytes(options, len);
	return hash_bytes_extended((const unsigned char *) *bytes, *len, 0);
}

static l2_fit_spec *
spec_of(const l2_gram *g)
{
	return (l2_fit_spec *) l2_gram_options((l2_gram *) g);
}

l2_scope
l2_state_scope(const l2_gram *g)
{
	const l2_fit_spec *spec = spec_of(g);

	/* bytes from elsewhere may be anything */
	if (g->options_len < L2_FIT_SPEC_HEADER ||
		spec->json_len != g->options_len - L2_FIT_SPEC_HEADER || spec->method < 0 ||
		spec->method >= L2_METHODS)
		l2_foreign_state();
	return (l2_scope){spec->method, spec->place};
}

l2_gram *
l2_state_first(FunctionCallInfo fcinfo, const l2_shape *sh, const l2_scope *scope)
{
	l2_options o;
	l2_fit_spec head;
	char *json = "";
	l2_gram *g;

	/* a transition function of another signature than the aggregate's */
	if ((sh->lambda != 0) != (scope->place == L2_IN_FIT && scope->method != L2_METHOD_OLS))
		l2_foreign_state();
	memset(&head, 0, sizeof head);
	head.method = scope->method;
	head.place = scope->place;
	head.ready = 1;
	l2_options_start(&o, scope);
	if (sh->lambda)
	{
		head.lambda = l2_number_argument(fcinfo, sh->lambda, l2_strength_name(scope->method));
		l2_options_set_strength(&o, head.lambda);
	}
	if (sh->options && !PG_ARGISNULL(sh->options))
	{
		const char *bytes;
		int len;

		head.hash = hash_options(PG_GETARG_DATUM(sh->options), &bytes, &len);
		json = pnstrdup(bytes, len);
		l2_options_read(&o, scope, json);
		head.json_len = strlen(json);
	}
	g = l2_gram_new(0, false, NULL, L2_FIT_SPEC_HEADER + head.json_len, (l2_names){NULL, 0});
	memcpy(l2_gram_options(g), &head, L2_FIT_SPEC_HEADER);
	memcpy(l2_gram_options(g) + L2_FIT_SPEC_HEADER, json, head.json_len);
	if (o.skip_nonfinite)
		g->flags |= L2_GRAM_SKIP_NONFINITE;
	if (l2_keeps_rows(&o))
		g->flags |= L2_GRAM_KEEPS;
	return g;
}

/* Every row must ask for the same fit */
static void
check_fit(FunctionCallInfo fcinfo, const l2_shape *sh, const l2_gram *g)
{
	const l2_fit_spec *spec = spec_of(g);
	uint64 hash = 0;

	if (sh->lambda)
	{
		const char *name = l2_strength_name(spec->method);
		double lambda = l2_number_argument(fcinfo, sh->lambda, name);

		if (lambda != spec->lambda)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must be the same in every row of a group", name),
					 errdetail("It is %g and %g.", spec->lambda, lambda),
					 errhint("For many values of %s, make the gram once and call %s on it.", name,
							 spec->method == L2_METHOD_DROPOUT
								 ? "l2_dropout(gram, rate)"
								 : "l2_ridge(gram, lambda) or another solver")));
	}
	if (sh->options && !PG_ARGISNULL(sh->options))
	{
		const char *bytes;
		int len;

		hash = hash_options(PG_GETARG_DATUM(sh->options), &bytes, &len);
	}
	if (hash != spec->hash)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("options must be the same in every row of a group")));
}

l2_gram *
l2_state_of_fit(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g)
{
	if (g->options_len < L2_FIT_SPEC_HEADER)
		l2_foreign_state();
	if (unlikely(!spec_of(g)->ready))
	{
		l2_scope scope = l2_state_scope(g);

		return l2_state_first(fcinfo, sh, &scope);
	}
	if (sh->lambda || sh->options || spec_of(g)->hash != 0)
		check_fit(fcinfo, sh, g);
	return g;
}

void
l2_arrays_differ(int n, int before)
{
	ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					errmsg("x has %d elements, but %d in the rows before", n, before),
					errhint("Every row needs the same features; use NULL for one that is not "
							"known.")));
}

/* The first usable row settles the columns of a state; the others must agree */
void
l2_state_check_columns(l2_gram *g, int ncols)
{
	if (unlikely(g->ncols == 0))
	{
		l2_check_columns(ncols);
		g->ncols = ncols;
	}
	else if (unlikely(ncols != g->ncols))
		l2_arrays_differ(ncols - 1, g->ncols - 1);
}

l2_gram *
l2_state_weigh(l2_gram *g)
{
	int width = g->ncols;
	l2_gram head = *g, *r;
	l2_state_layout layout;
	Size before;

	if (g->flags & L2_GRAM_WEIGHTED)
		return g;
	if (g->nrows == 0)
	{
		g->flags |= L2_GRAM_WEIGHTED;
		g->capacity = 0;
		return g;
	}
	head.flags |= L2_GRAM_WEIGHTED;
	head.capacity = g->nrows;
	layout = l2_state_grown(&head);
	r = palloc0(layout.size);
	before = size_before_rows(g, (g->flags & L2_GRAM_MOMENTS) != 0);
	memcpy(r, g, before);
	SET_VARSIZE(r, layout.size);
	r->flags |= L2_GRAM_WEIGHTED | (layout.moments ? L2_GRAM_MOMENTS : 0);
	r->capacity = layout.capacity;
	for (int i = 0; i < g->nrows; i++)
	{
		double *row = l2_gram_rows(r) + (Size) i * (width + 1);

		memcpy(row, l2_gram_rows(g) + (Size) i * width, sizeof(double) * width);
		row[width] = 1.0;
	}
	return r;
}

/*
 * One row
 */

/* What its column is called, which in a state its options may say */
static const char *
state_column(l2_gram *g, int j)
{
	return l2_column_name(l2_state_names(g), j);
}

/*
 * A value of the row is NaN, infinite or, with its weight, too large to be squared: an error that
 * names it.  Returns false where such a row is to be skipped.
 */
static bool
refuse_row(l2_gram *g, const double *row, double weight)
{
	bool usable = true;
	double root_weight = Max(sqrt(weight), 1.0);

	for (int j = 0; j < g->ncols; j++)
	{
		if (isfinite(row[j]))
		{
			if (fabs(row[j]) * root_weight <= L2N_MAX_ABS)
				continue;
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value %g in column %s is too large to be squared", row[j],
							state_column(g, j)),
					 errdetail("Values, times the root of a weight above 1, may be at most %g "
							   "in magnitude.",
							   L2N_MAX_ABS),
					 errhint("Rescale the column: give it a unit in which it is near 1.")));
		}
		if (!(g->flags & L2_GRAM_SKIP_NONFINITE))
			ereport(
				ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("column %s is %s", state_column(g, j), isnan(row[j]) ? "NaN" : "infinite"),
				 errhint("Leave such rows out with FILTER (WHERE ...), or make the values "
						 "NULL; fits skip them with the option {\"nonfinite\": \"skip\"}.")));
		usable = false;
	}
	return usable;
}

/*
 * A row is where l2_state_next_row said, its weight behind it, and found is what the kernel says of
 * its values (row_limits): count it in, or not; which of the two is returned.
 */
static inline bool
take_row(l2_gram *g, const double *row, int found)
{
	if (unlikely(found & L2N_LARGE) &&
		!refuse_row(g, row, (g->flags & L2_GRAM_WEIGHTED) ? row[g->ncols] : 1.0))
	{
		g->n_skipped++;
		return false;
	}
	g->nrows++;
	if (unlikely(found & L2N_SMALL))
		g->flags |= L2_GRAM_TINY;
	return true;
}

/* Between which magnitudes a value can be squared, with its row's weight, and keep its bits */
typedef struct row_limits
{
	double largest;
	double smallest;
} row_limits;

static inline row_limits
limits_of(double weight)
{
	row_limits l = {L2N_MAX_ABS, L2_TINY};

	if (weight > 1.0)
		l.largest /= sqrt(weight);
	else if (weight < 1.0)
		l.smallest /= sqrt(weight);
	return l;
}

/*
 * l2n_kernel.copy_row, by hand for a few values: those of ARRAY[...] have just been written one
 * by one, and a vector load would have to wait until they have all reached the cache.  Magnitudes
 * compare as their bits do, and a sign bit says the answer.
 */
static inline int
copy_values(size_t n, const char *from, double *to, row_limits limits)
{
	int64 bits, largest, smallest, large = 0, small = 0;

	if (n >= 16)
		return l2_kernel->copy_row(n, (const double *) from, to, limits.largest, limits.smallest);
	memcpy(&largest, &limits.largest, sizeof largest);
	memcpy(&smallest, &limits.smallest, sizeof smallest);
	for (size_t j = 0; j < n; j++)
	{
		memcpy(&bits, from + j * sizeof bits, sizeof bits);
		memcpy(to + j, &bits, sizeof bits);
		bits &= PG_INT64_MAX;
		large |= largest - bits;
		small |= (bits - smallest) & ~(bits - 1);
	}
	return (large < 0 ? L2N_LARGE : 0) | (small < 0 ? L2N_SMALL : 0);
}

bool
l2_state_usable_weight(const l2_gram *g, double w)
{
	if (likely(w == 1.0))
		return true;
	if ((g->flags & L2_GRAM_SKIP_NONFINITE) && !isfinite(w))
		return false;
	return l2_usable_weight(w);
}

bool
l2_state_take_row(FunctionCallInfo fcinfo, l2_gram **g, const double *values, double weight)
{
	double *row = l2_state_next_row(fcinfo, g);
	int n = (*g)->ncols;

	if ((*g)->flags & L2_GRAM_WEIGHTED)
		row[n] = weight;
	return take_row(*g, row, copy_values(n, (const char *) values, row, limits_of(weight)));
}

bool
l2_state_check_values(l2_gram *g, const double *values, double weight)
{
	double largest = limits_of(weight).largest;

	for (int j = 0; j < g->ncols; j++)
		if (unlikely(!(fabs(values[j]) <= largest)))
			return refuse_row(g, values, weight);
	return true;
}

bool
l2_state_check_row(l2_gram *g, const l2_state_row *r, double *row)
{
	row_limits limits = limits_of(r->y.weight);
	int found = copy_values(1, (const char *) &r->y.y, row, limits) |
				copy_values(r->x.n, r->x.values, row + 1, limits);

	return likely(!(found & L2N_LARGE)) || refuse_row(g, row, r->y.weight);
}

bool
l2_state_read_row(FunctionCallInfo fcinfo, const l2_shape *sh, l2_state_row *row)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	row->x = l2_view_float8_array(PG_GETARG_DATUM(2), "x");
	if (unlikely(row->x.n == 0))
		l2_options_allow_empty(fcinfo, sh->options);
	if (sh->is_obs)
		l2_obs_read(PG_GETARG_DATUM(1), &row->y);
	else
	{
		row->y.y = PG_GETARG_FLOAT8(1);
		row->y.weight = 1.0;
		row->y.flags = 0;
	}
	return true;
}

l2_gram *
l2_state_add_row(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g, const l2_state_row *r)
{
	double weight = sh->is_obs ? r->y.weight : 1.0;
	row_limits limits;
	double *row;

	if (unlikely(g->ncols == 0))
		l2_citus_pulled(fcinfo, NULL);
	if (g->ncols != 0 || !r->x.has_null)
		l2_state_check_columns(g, r->x.n + 1);
	if (r->x.has_null || (sh->is_obs && !l2_state_usable_weight(g, weight)))
	{
		g->n_skipped++;
		return g;
	}
	if (sh->is_obs)
		l2_refuse_offset(&r->y);
	if (sh->is_obs && !(g->flags & L2_GRAM_KEEPS))
		l2_refuse_cluster(&r->y);
	if (weight != 1.0)
		g = l2_state_weigh(g);
	l2_gram_weigh(g, weight);

	row = l2_state_next_row(fcinfo, &g);
	limits = limits_of(weight);
	if (g->flags & L2_GRAM_WEIGHTED)
		row[g->ncols] = weight;
	take_row(g, row,
			 copy_values(1, (const char *) &r->y.y, row, limits) |
				 copy_values(r->x.n, r->x.values, row + 1, limits));
	return g;
}

/*
 * Copies of a row
 */

/* Whether a value cannot be squared without losing bits, with its row's weight */
static bool
is_tiny(double v, double weight)
{
	return v != 0 && fabs(v) * sqrt(Min(weight, 1.0)) < L2_TINY;
}

/* Copies of a row as a gram: it has no spread */
static l2_gram *
gram_of_copies(l2_gram *like, const double *row, double weight, int64 copies)
{
	l2_gram *r = l2_gram_new(like->ncols, true, l2_gram_options(like), like->options_len,
							 l2_names_of_gram(like));
	l2n_moments m = l2_gram_moments(r);

	m.n = copies;
	m.weight = dd_two_prod(weight, (double) copies);
	memcpy(m.mean, row, sizeof(double) * like->ncols);
	l2_gram_store(r, &m);
	l2_gram_set_log_weight(r, dd_two_prod(log(weight), (double) copies));
	for (int j = 0; j < like->ncols; j++)
		if (is_tiny(row[j], weight))
			r->flags |= L2_GRAM_TINY;
	return r;
}

/* Whether copies of a row can be one row of so much more weight without a rounding error */
static bool
weighs_exactly(const double *row, int n, double weight, int64 copies)
{
	dd product = dd_two_prod(weight, (double) copies);
	double root = sqrt(Max(product.hi, 1.0));

	if (product.lo != 0)
		return false;
	for (int j = 0; j < n; j++)
		if (!(fabs(row[j]) * root <= L2N_MAX_ABS) || is_tiny(row[j], weight))
			return false;
	return true;
}

void
l2_state_add_copies(FunctionCallInfo fcinfo, l2_gram **g, const double *row, double weight,
					int64 copies)
{
	if (weight != 1.0)
		*g = l2_state_weigh(*g);
	l2_gram_weigh(*g, weight);
	if (copies <= MOST_COPIES)
	{
		for (int64 i = 0; i < copies; i++)
			(void) l2_state_take_row(fcinfo, g, row, weight);
		return;
	}
	if (!weighs_exactly(row, (*g)->ncols, weight, copies))
	{
		*g = l2_state_combine(fcinfo, *g, gram_of_copies(*g, row, weight, copies));
		return;
	}
	*g = l2_state_weigh(*g);
	if (!((*g)->flags & L2_GRAM_MOMENTS))
	{
		l2_gram *old = *g;
		l2_state_layout layout = {true, L2N_BLOCK_ROWS, 0};

		layout.size = l2_state_size(old, &layout);
		*g = palloc(layout.size);
		l2_state_copy(old, &layout, *g);
	}
	(void) l2_state_take_row(fcinfo, g, row, weight * copies);
	(*g)->n += copies - 1;
	/* that row will add the logarithm of its own weight */
	l2_gram_set_log_weight(
		*g, dd_add_d(dd_add(l2_gram_log_weight(*g), dd_two_prod(log(weight), (double) copies)),
					 -log(weight * copies)));
}

/* Whether a state keeps rows */
static inline bool
keeps(Datum d)
{
	const struct varlena *v = (const struct varlena *) DatumGetPointer(d);

	return unlikely(VARATT_IS_EXTENDED(v)) ? l2_kept_is_state(d)
										   : (((const l2_gram *) v)->flags & L2_GRAM_KEEPS) != 0;
}

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	l2_need_aggregate(fcinfo);
	(void) AggCheckCallContext(fcinfo, &context);
	return context;
}

/* A state that keeps rows, for the first one */
static l2_kept_state *
begin_kept(FunctionCallInfo fcinfo, l2_gram *g)
{
	l2_kept_state *s = l2_kept_state_make(aggregate_context(fcinfo), g);
	l2_scope scope = l2_state_scope(g);
	l2_options o;

	l2_state_options(g, &scope, &o);
	l2_kept_start(&s->rows, &o);
	return s;
}

/* A row of a state that keeps rows, and has a gram of them too */
static Datum
accumulate_kept(FunctionCallInfo fcinfo, const l2_shape *sh, l2_kept_state *s)
{
	l2_state_row row;
	int64 before = l2_gram_count(s->gram);

	if (!l2_state_read_row(fcinfo, sh, &row) || row.x.has_null ||
		(sh->is_obs && !l2_state_usable_weight(s->gram, row.y.weight)) ||
		!l2_kept_usable(&s->rows, &row.y))
	{
		s->gram->n_skipped++;
		PG_RETURN_DATUM(EOHPGetRWDatum(&s->header));
	}
	l2_kept_state_set(s, l2_state_add_row(fcinfo, sh, s->gram, &row));
	if (l2_gram_count(s->gram) > before)
	{
		l2_row_pool *pool = s->rows.rows.pool ? NULL : l2_kept_pool(fcinfo);
		double *to = l2_kept_next(&s->rows, pool, row.x.n + 1);

		to[0] = row.y.y;
		memcpy(to + 1, row.x.values, sizeof(double) * row.x.n);
		l2_kept_took(&s->rows, to, &row.y, sh->is_obs ? row.y.weight : 1.0);
	}
	PG_RETURN_DATUM(EOHPGetRWDatum(&s->header));
}

/*
 * The state is a gram, whose options the first row sets; one that keeps rows (option vcov) goes
 * its own way.
 */
static inline Datum
gram_accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_state_row row;
	l2_gram *g;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		g = l2_gram_new(0, false, NULL, 0, (l2_names){NULL, 0});
	else if (unlikely(keeps(PG_GETARG_DATUM(0))))
	{
		l2_kept_state *s = l2_kept_state_of(fcinfo, PG_GETARG_DATUM(0), aggregate_context(fcinfo));

		(void) l2_state_of_fit(fcinfo, sh, s->gram);
		return accumulate_kept(fcinfo, sh, s);
	}
	else
		g = l2_state_to_fill(PG_GETARG_DATUM(0));
	if (sh->lambda || sh->options)
	{
		g = l2_state_of_fit(fcinfo, sh, g);
		if (unlikely(g->flags & L2_GRAM_KEEPS))
			return accumulate_kept(fcinfo, sh, begin_kept(fcinfo, g));
	}
	if (l2_state_read_row(fcinfo, sh, &row))
		g = l2_state_add_row(fcinfo, sh, g, &row);
	else
		g->n_skipped++;
	PG_RETURN_POINTER(g);
}

L2_TRANSITION(l2_accum, gram_accumulate, .is_obs = false);
L2_TRANSITION(l2_accum_options, gram_accumulate, .options = 3);
L2_TRANSITION(l2_accum_lambda, gram_accumulate, .lambda = 3);
L2_TRANSITION(l2_accum_lambda_options, gram_accumulate, .lambda = 3, .options = 4);
L2_TRANSITION(l2_accum_obs, gram_accumulate, .is_obs = true);
L2_TRANSITION(l2_accum_obs_options, gram_accumulate, .is_obs = true, .options = 3);
L2_TRANSITION(l2_accum_obs_lambda, gram_accumulate, .is_obs = true, .lambda = 3);
L2_TRANSITION(l2_accum_obs_lambda_options, gram_accumulate, .is_obs = true, .lambda = 3,
			  .options = 4);

/*
 * Columns as separate arguments
 */

static l2_call_cache *
find_readers(FunctionCallInfo fcinfo)
{
	int n = PG_NARGS() - 2;
	l2_call_cache *c;

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("l2_gram_cols takes no VARIADIC array"),
						errhint("Use l2_gram_agg(y, x).")));
	c = l2_call_cache_of(fcinfo, n);
	c->all_float8 = l2_find_readers(fcinfo, 2, n, 2, c->reader);
	return c;
}

l2_gram *
l2_state_add_columns(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g)
{
	l2_call_cache *r = fcinfo->flinfo->fn_extra;
	l2_row_of_y y = {.weight = 1.0};
	double *row;

	if (unlikely(r == NULL))
		r = find_readers(fcinfo);
	for (int i = 1; i < r->n_readers + 2; i++)
		if (PG_ARGISNULL(i))
		{
			g->n_skipped++;
			return g;
		}
	l2_state_check_columns(g, r->n_readers + 1);
	if (sh->is_obs)
		l2_obs_read(PG_GETARG_DATUM(1), &y);
	else
		y.y = PG_GETARG_FLOAT8(1);
	if (sh->is_obs && !l2_state_usable_weight(g, y.weight))
	{
		g->n_skipped++;
		return g;
	}
	if (sh->is_obs)
	{
		l2_refuse_offset(&y);
		l2_refuse_cluster(&y);
	}
	if (y.weight != 1.0)
		g = l2_state_weigh(g);
	l2_gram_weigh(g, y.weight);

	row = l2_state_next_row(fcinfo, &g);
	row[0] = y.y;
	l2_read_arguments(fcinfo, 2, r->n_readers, r->reader, r->all_float8, row + 1);
	if (g->flags & L2_GRAM_WEIGHTED)
		row[g->ncols] = y.weight;
	take_row(g, row, copy_values(g->ncols, (const char *) row, row, limits_of(y.weight)));
	return g;
}

static inline Datum
accumulate_columns(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_gram *g;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
	{
		l2_citus_pulled(fcinfo, "Give the columns as ARRAY[a, b] to l2_gram_agg.");
		g = l2_gram_new(0, false, NULL, 0, (l2_names){NULL, 0});
	}
	else
		g = l2_state_to_fill(PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(l2_state_add_columns(fcinfo, sh, g));
}

L2_TRANSITION(l2_accum_columns, accumulate_columns, .is_obs = false);
L2_TRANSITION(l2_accum_columns_obs, accumulate_columns, .is_obs = true);

/*
 * Combining
 */

l2_gram *
l2_state_combine(FunctionCallInfo fcinfo, l2_gram *a, l2_gram *b)
{
	/* those that no row has come to say nothing yet, nor have they skipped any */
	if (b->options_len >= L2_FIT_SPEC_HEADER && !spec_of(b)->ready)
		return a;
	if (a->options_len >= L2_FIT_SPEC_HEADER && !spec_of(a)->ready && b->options_len > 0 &&
		spec_of(a)->method == spec_of(b)->method && spec_of(a)->place == spec_of(b)->place)
	{
		l2_gram *r = palloc(VARSIZE(b));

		memcpy(r, b, VARSIZE(b));
		return r;
	}
	if (a->options_len != b->options_len ||
		memcmp(l2_gram_options(a), l2_gram_options(b), a->options_len) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("lambda and options must be the same in every row of a group")));
	if (b->ncols == 0)
	{
		l2_gram_add_counts(a, b);
		return a;
	}
	if (a->ncols == 0)
	{
		l2_gram *r = palloc(VARSIZE(b));

		memcpy(r, b, VARSIZE(b));
		l2_gram_add_counts(r, a);
		return r;
	}
	if (a->sparse && b->sparse)
	{
		l2_gram *r = l2_gram_sparse_sum(a, b, false);

		if (r)
			return r;
	}
	l2_gram_align(&a, &b);
	l2_gram_check_alike(a, b);
	if (a->names_len == 0 && b->names_len > 0)
		a = l2_gram_copy(a, l2_gram_options(a), a->options_len, l2_names_of_gram(b));

	if (!(b->flags & L2_GRAM_MOMENTS) && l2_gram_row_width(a) == l2_gram_row_width(b))
	{
		int width = l2_gram_row_width(b);

		for (int i = 0; i < b->nrows; i++)
		{
			double *row = l2_state_next_row(fcinfo, &a);

			memcpy(row, l2_gram_rows(b) + (Size) i * width, sizeof(double) * width);
			a->nrows++;
		}
		a->flags |= b->flags & L2_GRAM_TINY;
		a->more |= b->more;
		l2_gram_add_counts(a, b);
		return a;
	}

	if (b->nrows > 0)
		b = l2_gram_copy(b, NULL, 0, l2_names_of_gram(b));
	if (!(a->flags & L2_GRAM_MOMENTS))
		a = l2_gram_copy(a, l2_gram_options(a), a->options_len, l2_names_of_gram(a));
	l2_gram_absorb(a, b);
	return a;
}

/* Combine states of which one keeps rows; the other is one that no row has come to, or keeps them
 * too */
static Datum
combine_kept(FunctionCallInfo fcinfo)
{
	MemoryContext context = aggregate_context(fcinfo);
	l2_gram *g;
	l2_kept_state *a;
	const char *bytes;
	Size size;

	if (!keeps(PG_GETARG_DATUM(1)))
	{
		a = l2_kept_state_of(fcinfo, PG_GETARG_DATUM(0), context);
		l2_kept_state_set(a, l2_state_combine(fcinfo, a->gram, l2_gram_raw(PG_GETARG_DATUM(1))));
		PG_RETURN_DATUM(EOHPGetRWDatum(&a->header));
	}
	g = l2_kept_bytes(PG_GETARG_DATUM(1), &bytes, &size);
	if (PG_ARGISNULL(0) || !keeps(PG_GETARG_DATUM(0)))
		a = l2_kept_state_make(context, g);
	else
	{
		a = l2_kept_state_of(fcinfo, PG_GETARG_DATUM(0), context);
		l2_kept_state_set(a, l2_state_combine(fcinfo, a->gram, g));
	}
	l2_kept_add_bytes(&a->rows, l2_kept_pool(fcinfo), bytes, size, NULL, NULL);
	PG_RETURN_DATUM(EOHPGetRWDatum(&a->header));
}

/* Combine function of every aggregate, and transition function of l2_gram_sum */
PG_FUNCTION_INFO_V1(l2_gram_combine);
PGDLLEXPORT Datum
l2_gram_combine(PG_FUNCTION_ARGS)
{
	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	if (keeps(PG_GETARG_DATUM(1)) || (!PG_ARGISNULL(0) && keeps(PG_GETARG_DATUM(0))))
		return combine_kept(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(l2_gram_stored(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(l2_state_combine(fcinfo, l2_own_state(PG_GETARG_DATUM(0)),
									   l2_gram_stored(PG_GETARG_DATUM(1))));
}

/*
 * Transition function of l2_gram_within: the sums of one group more, about its own means.  Such
 * grams have means of 0, so that what adds and subtracts grams puts nothing between the groups.
 */
PG_FUNCTION_INFO_V1(l2_gram_within_add);
PGDLLEXPORT Datum
l2_gram_within_add(PG_FUNCTION_ARGS)
{
	l2_gram *g;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	g = PG_GETARG_L2_GRAM(1);
	if (g->flags & L2_GRAM_WITHIN)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the gram is already one within groups"),
						errhint("l2_gram_sum adds such grams.")));
	g = l2_gram_copy(g, NULL, 0, l2_names_of_gram(g));
	if (g->n > 0)
	{
		memset(l2_gram_moments(g).mean, 0, sizeof(double) * 2 * g->ncols);
		g->flags |= L2_GRAM_WITHIN;
		g->absorbed = 1;
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(g);
	PG_RETURN_POINTER(l2_state_combine(fcinfo, l2_own_state(PG_GETARG_DATUM(0)), g));
}

/*
 * _l2_about(part, whole, number): the sums of rows of a group about the means of the whole group,
 * whose effect is counted with the part of number 1
 */
PG_FUNCTION_INFO_V1(l2_gram_about);
PGDLLEXPORT Datum
l2_gram_about(PG_FUNCTION_ARGS)
{
	l2_gram *part = PG_GETARG_L2_GRAM(0), *whole = PG_GETARG_L2_GRAM(1), *r;
	l2n_moments m, all;
	dd *away;

	l2_gram_check_alike(part, whole);
	if (((part->flags | whole->flags) & L2_GRAM_WITHIN) ||
		(l2_gram_count(part) > 0 && l2_gram_count(whole) == 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a part and its whole are grams of rows")));
	r = l2_gram_copy(part, NULL, 0, l2_names_of_gram(part));
	if (r->n == 0)
		PG_RETURN_POINTER(r);
	m = l2_gram_moments(r);
	all = l2_gram_moments(whole);
	away = palloc(sizeof(dd) * r->ncols);
	for (int i = 0; i < r->ncols; i++)
		away[i] = dd_sub(l2n_mean(&m, i), l2n_mean(&all, i));
	for (int i = 0; i < r->ncols; i++)
		for (int j = i; j < r->ncols; j++)
		{
			Size at = l2n_tri(r->ncols, i, j), low = at + l2n_tri_size(r->ncols);
			dd sum = dd_add(l2n_cross(&m, i, j), dd_mul(m.weight, dd_mul(away[i], away[j])));

			m.cross[at] = sum.hi;
			m.cross[low] = sum.lo;
		}
	memset(m.mean, 0, sizeof(double) * 2 * r->ncols);
	r->flags |= L2_GRAM_WITHIN;
	r->absorbed = PG_GETARG_INT64(2) == 1 ? 1 : 0;
	PG_RETURN_POINTER(r);
}

/*
 * Final functions.  They leave the state as it is: it may be shared, or go on in a window.
 */

void
l2_state_options(l2_gram *g, const l2_scope *scope, l2_options *o)
{
	const l2_fit_spec *spec = spec_of(g);
	l2_scope own;

	l2_options_start(o, scope);
	if (g->options_len == 0)
		return;
	own = l2_state_scope(g);
	if (own.method != scope->method || own.place != scope->place)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid fit options"),
						errdetail("The state is not one of this aggregate.")));
	if (scope->place == L2_IN_FIT && scope->method != L2_METHOD_OLS)
		l2_options_set_strength(o, spec->lambda);
	if (spec->json_len > 0)
		l2_options_read(o, scope, pnstrdup(spec->json, spec->json_len));
}

l2_names
l2_names_asked(const l2_options *o, l2_gram *g)
{
	const l2_names none = {NULL, 0};
	const char *const *names = (const char *const *) o->names;
	int n = o->n_names;

	if (n < 0 && o->target == NULL)
		return l2_names_of_gram(g);
	if (n < 0)
	{
		n = g->ncols - 1;
		names = l2_name_list(none, g->ncols) + 1;
	}
	return l2_gram_make_names(g->ncols, o->target ? o->target : l2_default_target(n, names), n,
							  names);
}

l2_names
l2_state_names(l2_gram *g)
{
	l2_options o;
	l2_scope scope;

	if (g->options_len == 0)
		return l2_names_of_gram(g);
	scope = l2_state_scope(g);
	l2_state_options(g, &scope, &o);
	return l2_names_asked(&o, g);
}

/* The state as a gram, with the names that its options say */
PG_FUNCTION_INFO_V1(l2_gram_final);
PGDLLEXPORT Datum
l2_gram_final(PG_FUNCTION_ARGS)
{
	l2_gram *g;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = l2_gram_stored(PG_GETARG_DATUM(0));
	if (l2_gram_count(g) == 0)
		PG_RETURN_NULL();
	if (g->sparse && g->options_len == 0)
		PG_RETURN_POINTER(l2_gram_kept_copy(g));
	PG_RETURN_POINTER(l2_gram_copy(g, NULL, 0, l2_state_names(g)));
}
