/*
 * row_state.c: aggregates over l2_rows: transition, combine and final functions.
 *
 * All types are concrete and the state is flat where it leaves its process, so that a distributed
 * planner can run them where the rows are.  Such a planner calls a transition function with nothing
 * known of the call, anew for each row: what has to be kept from row to row is kept with the
 * states.
 */
#include "base/aggregate.h"
#include "base/citus.h"
#include "fit/record.h"
#include "fit/row_state.h"

#include "num/stats/hash.h"

#include "utils/memutils.h"

/* How rows of one shape are read */
typedef struct row_reader
{
	struct row_reader *next;
	l2_row_shape *shape;
	l2_record_reader reader;
	int n; /* attributes of the states: the reader's, and more numbers */
	l2_sparse_attribute *attribute;
} row_reader;

/* What states of the same options have in common */
typedef struct row_site
{
	struct row_site *next;
	l2_gram *spec;
	l2_options options;
	row_reader *readers;
} row_site;

/* The site of the states of that spec, whose options are read once */
static row_site *
row_site_of(l2_state_pool *pool, const l2_sparse *s)
{
	l2_scope scope;
	MemoryContext old;
	row_site *site;

	for (site = pool->sites; site; site = site->next)
		if (VARSIZE(site->spec) == VARSIZE(s->spec) &&
			memcmp(site->spec, s->spec, VARSIZE(s->spec)) == 0)
			return site;
	scope = l2_state_scope_of_sums(s);
	old = MemoryContextSwitchTo(pool->context);
	site = palloc0(sizeof *site);
	site->spec = memcpy(palloc(VARSIZE(s->spec)), s->spec, VARSIZE(s->spec));
	l2_state_options(site->spec, &scope, &site->options);
	site->next = pool->sites;
	pool->sites = site;
	MemoryContextSwitchTo(old);
	return site;
}

static row_reader *
row_reader_make(l2_state_pool *pool, row_site *site, const l2_row *row, int more,
				const char *const *names)
{
	MemoryContext old = MemoryContextSwitchTo(pool->context);
	row_reader *r = palloc0(sizeof *r);

	r->shape = l2_row_shape_of(row);
	r->reader.options = &site->options;
	l2_record_settle_row(&r->reader, r->shape);
	r->n = r->reader.n + more;
	r->attribute = palloc(sizeof(l2_sparse_attribute) * r->n);
	memcpy(r->attribute, r->reader.attribute, sizeof(l2_sparse_attribute) * r->reader.n);
	for (int i = 0; i < more; i++)
		r->attribute[r->reader.n + i] = (l2_sparse_attribute){.name = names[i], .kind = L2_NUMBER};
	r->next = site->readers;
	site->readers = r;
	MemoryContextSwitchTo(old);
	return r;
}

/* Error unless rows that are read so are of the attributes of the state */
static void
row_check_alike(const l2_sparse *s, const row_reader *r)
{
	bool same = s->n == r->n;

	for (int i = 0; i < s->n && same; i++)
		same = strcmp(s->attribute[i].name, r->attribute[i].name) == 0 &&
			   s->attribute[i].kind == r->attribute[i].kind;
	if (!same)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("rows of a group must have the same attributes"),
						errhint("Name those to use in the option \"features\".")));
}

/* How the row is read: an error unless it has the attributes of those before */
static l2_record_reader *
row_reader_of(l2_state *state, const l2_row *row, bool weighted, int more, const char *const *names)
{
	const row_reader *before = state->reader;
	l2_sparse *s = state->sparse;
	row_site *site;
	row_reader *r;

	if (likely(before && l2_row_has_shape(row, before->shape)))
		return (l2_record_reader *) &before->reader;
	site = row_site_of(state->pool, s);
	for (r = site->readers; r && !(l2_row_has_shape(row, r->shape) && r->n == r->reader.n + more);)
		r = r->next;
	if (r == NULL)
		r = row_reader_make(state->pool, site, row, more, names);
	if (!s->settled)
	{
		l2_sparse_settle(s, site->options.target ? site->options.target : "y", r->n, r->attribute,
						 weighted);
		if (more > 0 ||
			(r->reader.has_target && (site->options.place & (L2_IN_GRAM | L2_IN_FOLDS))))
			s->n_equal = 0;
	}
	else if (s->weighted != weighted)
		l2_foreign_state();
	else
	{
		row_check_alike(s, r);
		l2_sparse_learn_orders(s, r->attribute);
	}
	state->reader = r;
	return &r->reader;
}

/* Add a row that was read to the part that its key says, or to where rows are dealt by their values
 */
static void
row_add_to_part(FunctionCallInfo fcinfo, l2_sparse *s, const l2_record_reader *r,
				const l2_row_of_y *y)
{
	int64 seed = r->options->seed;
	int fold = 0;

	if (s->n_parts == 1 || l2_obs_fold(y, s->n_parts, seed, &fold))
		l2_sparse_add(fcinfo, s, fold, r->row, y->weight, r->level);
	else
		l2_sparse_deal(fcinfo, s, l2_record_hash(r, y->weight, 0, seed), r->row, y->weight,
					   r->level);
}

l2_record_reader *
l2_row_state_read(FunctionCallInfo fcinfo, const l2_shape *sh, l2_state *state, bool weighted,
				  int more, const char *const *names, l2_row_of_y *y)
{
	l2_record_reader *r;
	const l2_row *row;

	*y = (l2_row_of_y){.weight = 1.0};
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return NULL;
	row = l2_row_get(PG_GETARG_DATUM(2));
	r = row_reader_of(state, row, weighted, more, names);
	if (!l2_record_read_row(r, row))
		return NULL;
	if (sh->is_obs)
		l2_obs_read(PG_GETARG_DATUM(1), y);
	else
		y->y = PG_GETARG_FLOAT8(1);
	if (sh->is_obs && !l2_state_usable_weight(state->sparse->spec, y->weight))
		return NULL;
	return r;
}

/* False where the row is to be skipped */
static bool
row_add(FunctionCallInfo fcinfo, const l2_shape *sh, l2_state *state)
{
	l2_row_of_y y;
	l2_record_reader *r = l2_row_state_read(fcinfo, sh, state, sh->is_obs, 0, NULL, &y);

	if (r == NULL)
		return false;
	if (sh->is_obs)
		l2_refuse_offset(&y);
	l2_refuse_cluster(&y);
	r->row[1] = y.y;
	row_add_to_part(fcinfo, state->sparse, r, &y);
	return true;
}

static MemoryContext
row_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		l2_need_aggregate(fcinfo);
	return context;
}

/* The state to add rows to, where what there is is flat: the initial value, or one from elsewhere
 */
static l2_state *
row_open(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_state_pool *pool = l2_state_pool_of(row_context(fcinfo));
	Datum d = PG_GETARG_DATUM(0);
	l2_sparse *s = l2_state_sums(d), *own;
	l2_scope scope = l2_state_scope_of_sums(s);

	if (l2_state_is_ready(s))
	{
		(void) l2_state_of_fit(fcinfo, sh, s->spec);
		own = l2_state_copy_of_sums(pool->context, d);
	}
	else
	{
		l2_citus_pulled(fcinfo, NULL);
		own = l2_sparse_make_like(CurrentMemoryContext, s);
		own->spec = l2_state_first(fcinfo, sh, &scope);
		own = l2_state_first_sums(pool->context, own->spec, &row_site_of(pool, own)->options);
	}
	return l2_state_expand(pool, own);
}

/* Argument 0: the state to add a row to */
static l2_state *
row_state_argument(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_state *state;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		l2_foreign_state();
	state = l2_state_own(PG_GETARG_DATUM(0));
	if (state == NULL)
		return row_open(fcinfo, sh);
	(void) l2_state_of_fit(fcinfo, sh, state->sparse->spec);
	return state;
}

Datum
l2_row_state_accumulate(FunctionCallInfo fcinfo, const l2_shape *sh, l2_row_state_add add)
{
	l2_state *state = row_state_argument(fcinfo, sh);

	if (!add(fcinfo, sh, state))
		state->sparse->skipped++;
	PG_RETURN_DATUM(EOHPGetRWDatum(&state->header));
}

static Datum
row_accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	return l2_row_state_accumulate(fcinfo, sh, row_add);
}

L2_TRANSITION(l2_row_accum, row_accumulate, .is_obs = false);
L2_TRANSITION(l2_row_accum_options, row_accumulate, .options = 3);
L2_TRANSITION(l2_row_accum_obs, row_accumulate, .is_obs = true);
L2_TRANSITION(l2_row_accum_obs_options, row_accumulate, .is_obs = true, .options = 3);

PG_FUNCTION_INFO_V1(l2_row_combine);
PGDLLEXPORT Datum
l2_row_combine(PG_FUNCTION_ARGS)
{
	l2_state *a = NULL;
	l2_state_pool *pool;
	l2_sparse *b;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (!PG_ARGISNULL(0))
		a = l2_state_own(PG_GETARG_DATUM(0));
	pool = a ? a->pool : l2_state_pool_of(row_context(fcinfo));
	if (a == NULL && (PG_ARGISNULL(0) || !l2_state_is_ready(l2_state_sums(PG_GETARG_DATUM(0)))))
	{
		/* those that no row has come to say nothing yet */
		a = l2_state_expand(pool, l2_state_copy_of_sums(pool->context, PG_GETARG_DATUM(1)));
		PG_RETURN_DATUM(EOHPGetRWDatum(&a->header));
	}
	if (a == NULL)
		a = l2_state_expand(pool, l2_state_copy_of_sums(pool->context, PG_GETARG_DATUM(0)));
	b = l2_state_sums(PG_GETARG_DATUM(1));
	if (l2_state_is_ready(b))
		l2_sparse_merge(fcinfo, a->sparse, b);
	a->reader = a->step = NULL;
	PG_RETURN_DATUM(EOHPGetRWDatum(&a->header));
}

/*
 * Final functions.  They leave the state as it is: it may be shared, or go on in a window.
 */

static l2_gram **
row_grams(FunctionCallInfo fcinfo, l2_place place, l2_sparse **s)
{
	const l2_scope scope = {L2_METHOD_OLS, place};
	l2_options o;

	if (PG_ARGISNULL(0))
		return NULL;
	*s = l2_state_sums(PG_GETARG_DATUM(0));
	if (l2_state_scope_of_sums(*s).place != place)
		l2_foreign_state();
	return l2_record_grams(fcinfo, *s, &scope, &o);
}

PG_FUNCTION_INFO_V1(l2_row_gram_final);
PGDLLEXPORT Datum
l2_row_gram_final(PG_FUNCTION_ARGS)
{
	l2_sparse *s;
	l2_gram **g = row_grams(fcinfo, L2_IN_GRAM, &s);

	if (g == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(g[0]);
}

PG_FUNCTION_INFO_V1(l2_row_folds_final);
PGDLLEXPORT Datum
l2_row_folds_final(PG_FUNCTION_ARGS)
{
	l2_sparse *s;
	l2_gram **g = row_grams(fcinfo, L2_IN_FOLDS, &s);

	if (g == NULL)
		PG_RETURN_NULL();
	l2_sparse_tell(&l2_call_cache_of(fcinfo, 0)->told, s, g);
	PG_RETURN_DATUM(l2_record_folds(fcinfo, g, s->n_parts));
}
