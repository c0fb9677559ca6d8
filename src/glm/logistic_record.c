/*
 * logistic_record.c: logistic and Poisson regression over records.
 *
 * Attributes are read as for every aggregate over records (record.c).  A row is kept as its numbers
 * and the numbers of its levels, however many columns they make, and takes its full width only a
 * block at a time.
 */
#include "base/aggregate.h"
#include "glm/glm_rows.h"
#include "base/progress.h"
#include "record/record_reader.h"

#include <math.h>

#include "num/stats/hash.h"

#include "utils/memutils.h"

/* What a call site keeps */
typedef struct call_site
{
	void *pools;
	l2_shape shape;
	l2_reader read_y;

	/* for one record type and one set of options */
	MemoryContext context;
	bool valid;
	uint64 hash; /* of the options */
	l2_options options;
	l2_record_reader reader;
} call_site;

static call_site *
site_of(FunctionCallInfo fcinfo, l2_method method, bool tunes)
{
	call_site *site = fcinfo->flinfo->fn_extra;

	if (likely(site != NULL))
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
	site->shape = l2_glm_shape(fcinfo, method, tunes);
	site->shape.is_record = true;
	site->context =
		AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg record", ALLOCSET_DEFAULT_SIZES);
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* The options in a state, read once for each call site and options */
static void
settle_options(call_site *site, const l2_glm_state *s)
{
	MemoryContext old;

	if (site->valid && site->hash == s->hash)
		return;
	site->valid = false;
	MemoryContextReset(site->context);
	memset(&site->reader, 0, sizeof site->reader);
	old = MemoryContextSwitchTo(site->context);
	l2_glm_state_options(s, false, &site->options);
	MemoryContextSwitchTo(old);
	site->reader.options = &site->options;
	site->hash = s->hash;
	site->valid = true;
}

static l2_glm_state *
first_state(FunctionCallInfo fcinfo, call_site *site, MemoryContext context)
{
	l2_glm_state *s = l2_glm_state_first(fcinfo, &site->shape, context);
	l2_names none = {NULL, 0};
	l2_options o;

	/* the penalty may say which level is left out, so these are not the call site's */
	l2_glm_state_options(s, false, &o);
	s->levels = l2_sparse_make(context, l2_gram_new(1, false, NULL, 0, none), &o, 1);
	return s;
}

/* The first usable record settles the attributes; the others must agree */
static void
check_attributes(FunctionCallInfo fcinfo, call_site *site, l2_glm_state *s, MemoryContext context)
{
	const l2_shape *sh = &site->shape;
	const l2_record_reader *r = &site->reader;
	int weighted = sh->weight != 0;

	if (likely(s->ncols > 0))
	{
		if (s->levels->type != r->type.type || s->levels->typmod != r->type.typmod)
			l2_records_differ();
		return;
	}
	l2_sparse_settle(s->levels, site->options.target ? site->options.target : "y", r->n,
					 r->attribute, weighted);
	s->levels->type = r->type.type;
	s->levels->typmod = r->type.typmod;
	s->ncols = r->k + r->n_categories;
	s->weight = weighted ? s->ncols : 0;
	s->offset = sh->offset ? s->ncols + weighted : 0;
	for (int i = 0; i < s->n_parts; i++)
		l2_row_store_init(&s->part[i].rows,
						  l2_row_pool_of(&site->pools, fcinfo->flinfo->fn_mcxt, context),
						  s->ncols + weighted + (sh->offset != 0));
}

/* What the values are called, for errors */
static const char *
name_of(const l2_record_reader *r, int j)
{
	for (int i = 0; i < r->n; i++)
		if (r->reading[i].kind != L2_CATEGORY && r->attribute[i].index == j)
			return psprintf("\"%s\"", r->attribute[i].name);
	return "y";
}

/* False where a number is not finite and such rows are to be skipped; an error for others */
static bool
check_numbers(const l2_record_reader *r, l2_glm_state *s, double weight)
{
	double largest = L2_GLM_LARGEST, smallest = L2_TINY;

	if (weight > 1.0)
		largest /= sqrt(weight);
	else
		smallest /= sqrt(weight);
	for (int j = 0; j < r->k; j++)
	{
		double v = fabs(r->row[1 + j]);

		if (unlikely(!(v <= largest)))
		{
			if (s->skip_nonfinite && !isfinite(v))
				return false;
			l2_glm_refuse(r->row[1 + j], name_of(r, j));
		}
		s->tiny |= v < smallest && v != 0.0;
	}
	return true;
}

static int
deal(FunctionCallInfo fcinfo, const call_site *site, const l2_glm_state *s)
{
	int i = 0;

	if (s->n_parts > 1 && !l2_state_fold_of_key(fcinfo, &site->shape, s->n_parts, s->seed, &i))
		i = l2n_hash_below(l2_record_hash(&site->reader, s->seed), s->n_parts);
	return i;
}

/* A weight or an offset; false where it is not finite and such rows are to be skipped */
static bool
read_others(FunctionCallInfo fcinfo, const l2_shape *sh, const l2_glm_state *s, double *weight,
			double *offset)
{
	*weight = sh->weight ? PG_GETARG_FLOAT8(sh->weight) : 1.0;
	*offset = sh->offset ? PG_GETARG_FLOAT8(sh->offset) : 0.0;
	if (s->skip_nonfinite && !(isfinite(*weight) && isfinite(*offset)))
		return false;
	if (!(fabs(*offset) <= L2_GLM_LARGEST))
		l2_glm_refuse(*offset, "offset");
	return !sh->weight || l2_usable_weight(*weight);
}

/* False where the row is to be skipped */
static bool
add_row(FunctionCallInfo fcinfo, call_site *site, l2_glm_state *s, MemoryContext context)
{
	const l2_shape *sh = &site->shape;
	l2_record_reader *r = &site->reader;
	double weight, offset, *row;
	HeapTupleHeader record;
	l2_glm_part *part;
	const int *level;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (sh->weight && PG_ARGISNULL(sh->weight)) ||
		(sh->offset && PG_ARGISNULL(sh->offset)))
		return false;
	record = PG_GETARG_HEAPTUPLEHEADER(2);
	if (unlikely(!l2_is_of_type(&r->type, record)))
	{
		MemoryContext old = MemoryContextSwitchTo(site->context);

		l2_record_settle(r, record);
		MemoryContextSwitchTo(old);
	}
	check_attributes(fcinfo, site, s, context);
	if (!read_others(fcinfo, sh, s, &weight, &offset) || !l2_record_read(r, record))
		return false;
	if (unlikely(site->read_y == NULL))
		site->read_y = l2_reader_of(get_fn_expr_argtype(fcinfo->flinfo, 1), "y");
	r->row[1] = site->read_y(PG_GETARG_DATUM(1));
	if (!check_numbers(r, s, weight))
		return false;
	l2_glm_check_y(s->method, r->row[1]);

	part = &s->part[deal(fcinfo, site, s)];
	level = l2_sparse_number(s->levels, r->row, weight, r->level);
	row = l2_row_store_next(&part->rows);
	memcpy(row, r->row + 1, sizeof(double) * r->k);
	for (int c = 0; c < r->n_categories; c++)
		row[r->k + c] = level[c];
	if (sh->weight)
		row[s->weight] = weight;
	if (sh->offset)
		row[s->offset] = offset;
	part->total = dd_add_d(part->total, weight);
	part->sum_y = dd_add(part->sum_y, dd_two_prod(weight, row[0]));
	part->rows.rows++;
	l2_progress_row();
	return true;
}

static Datum
accumulate(FunctionCallInfo fcinfo, l2_method method, bool tunes)
{
	MemoryContext context;
	call_site *site;
	l2_glm_state *s;

	l2_need_aggregate(fcinfo);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	site = site_of(fcinfo, method, tunes);
	if (PG_ARGISNULL(0))
		s = first_state(fcinfo, site, context);
	else
	{
		s = (l2_glm_state *) PG_GETARG_POINTER(0);
		l2_glm_state_check(fcinfo, &site->shape, s);
	}
	settle_options(site, s);
	if (!add_row(fcinfo, site, s, context))
		s->n_skipped++;
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(logistic_record_accum, accumulate, L2_METHOD_LOGISTIC, false);
L2_FUNCTION(poisson_record_accum, accumulate, L2_METHOD_POISSON, false);
L2_FUNCTION(logistic_tune_record_accum, accumulate, L2_METHOD_LOGISTIC, true);
L2_FUNCTION(poisson_tune_record_accum, accumulate, L2_METHOD_POISSON, true);
