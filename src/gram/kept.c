/*
 * kept.c: rows beside a gram.
 */
#include "gram/kept.h"

#include "base/aggregate.h"

#include "utils/memutils.h"

/* What is before the rows in bytes */
typedef struct kept_head
{
	int64 n;
	int64 n_bare;
	int32 width;
	int32 ways;
	int32 clustered;
	int32 sorted;
} kept_head;

void
l2_kept_start(l2_kept *k, const l2_options *o)
{
	memset(k, 0, sizeof *k);
	k->clustered = o->vcov == L2_VCOV_CR0 || o->vcov == L2_VCOV_CR1;
	k->sorted = o->vcov == L2_VCOV_HAC;
}

static void
kept_check_ways(l2_kept *k, int ways)
{
	if (k->n == 0)
		k->ways = ways;
	else if (k->ways != ways)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rows have clusters of %d and of %d ways", k->ways, ways)));
}

bool
l2_kept_usable(l2_kept *k, const l2_row_of_y *y)
{
	int ways = l2_obs_clusters(y);

	if (!k->clustered)
		l2_refuse_cluster(y);
	else if (ways == 0)
	{
		k->n_bare++;
		return false;
	}
	else
		kept_check_ways(k, ways);
	return true;
}

double *
l2_kept_next(l2_kept *k, l2_row_pool *pool, int n)
{
	if (k->rows.width == 0)
		l2_row_store_init(&k->rows, pool, n + l2_kept_tail(k));
	return l2_row_store_next(&k->rows);
}

void
l2_kept_took(l2_kept *k, double *values, const l2_row_of_y *y, double weight)
{
	double *tail = values + k->rows.width - l2_kept_tail(k);

	tail[0] = weight;
	memcpy(tail + 1, y->cluster, sizeof(int64) * k->ways);
	k->rows.rows++;
	k->n++;
}

Size
l2_kept_size(const l2_kept *k)
{
	double size = sizeof(kept_head) + sizeof(double) * k->rows.width * (double) k->n;

	if (size > MaxAllocSize / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a parallel worker has too many rows to hand over, " INT64_FORMAT, k->n),
				 errhint("SET max_parallel_workers_per_gather = 0, or make grams by cluster "
						 "and use l2_robust(model, gram), or l2_meat(model, y, x).")));
	return (Size) size;
}

void
l2_kept_write(l2_kept *k, char *to)
{
	kept_head head = {k->n, k->n_bare, k->rows.width, k->ways, k->clustered, k->sorted};
	l2_row_reader reader;
	const double *rows;
	int n;

	memcpy(to, &head, sizeof head);
	to += sizeof head;
	if (k->n == 0)
		return;
	l2_row_reader_init(&reader, &k->rows);
	while ((n = l2_row_reader_next(&reader, &rows)) > 0)
	{
		Size size = sizeof(double) * k->rows.width * n;

		memcpy(to, rows, size);
		to += size;
	}
}

void
l2_kept_add_bytes(l2_kept *k, l2_row_pool *pool, const char *from, Size size,
				  void (*map)(void *arg, double *values), void *arg)
{
	kept_head head;

	if (size < sizeof head)
		elog(ERROR, "invalid state of an aggregate");
	memcpy(&head, from, sizeof head);
	from += sizeof head;
	size -= sizeof head;
	if (head.n < 0 || head.width < 0 || head.ways < 0 || head.ways > 2 ||
		(head.n > 0 && (Size) head.n > size / sizeof(double) / Max(head.width, 1)) ||
		(head.n > 0 && head.width <= 1 + head.ways) ||
		(k->rows.width > 0 && head.n > 0 && head.width != k->rows.width))
		elog(ERROR, "invalid state of an aggregate");
	k->n_bare += head.n_bare;
	k->clustered = head.clustered != 0;
	k->sorted = head.sorted != 0;
	if (head.n > 0)
		kept_check_ways(k, head.ways);
	for (int64 i = 0; i < head.n; i++)
	{
		double *to = l2_kept_next(k, pool, head.width - l2_kept_tail(k));

		memcpy(to, from, sizeof(double) * head.width);
		if (map)
			map(arg, to);
		k->rows.rows++;
		k->n++;
		from += sizeof(double) * head.width;
	}
}

l2_row_pool *
l2_kept_pool(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	l2_need_aggregate(fcinfo);
	(void) AggCheckCallContext(fcinfo, &context);
	return l2_row_pool_of(context);
}

/*
 * Expanded states
 */

/* The bytes of a gram without rows behind it */
static Size
kept_gram_size(const l2_gram *g)
{
	l2_state_layout layout = {(g->flags & L2_GRAM_MOMENTS) != 0, g->capacity, 0};

	return l2_state_size(g, &layout);
}

static Size
kept_flat_size(ExpandedObjectHeader *header)
{
	l2_kept_state *s = (l2_kept_state *) header;

	return L2_PAD(kept_gram_size(s->gram)) + l2_kept_size(&s->rows);
}

static void
kept_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	l2_kept_state *s = (l2_kept_state *) header;
	Size own = kept_gram_size(s->gram);

	memset(result, 0, L2_PAD(own));
	memcpy(result, s->gram, own);
	l2_kept_write(&s->rows, (char *) result + L2_PAD(own));
	SET_VARSIZE(result, size);
}

static const ExpandedObjectMethods kept_methods = {kept_flat_size, kept_flatten};

l2_kept_state *
l2_kept_state_make(MemoryContext parent, const l2_gram *g)
{
	MemoryContext context =
		AllocSetContextCreate(parent, "l2reg kept rows", ALLOCSET_START_SMALL_SIZES);
	l2_kept_state *s = MemoryContextAllocZero(context, sizeof *s);
	Size own = kept_gram_size(g);

	EOH_init_header(&s->header, &kept_methods, context);
	s->gram = memcpy(MemoryContextAlloc(context, own), g, own);
	SET_VARSIZE(s->gram, own);
	return s;
}

void
l2_kept_state_set(l2_kept_state *s, l2_gram *g)
{
	if (g != s->gram)
	{
		pfree(s->gram);
		s->gram = memcpy(MemoryContextAlloc(s->header.eoh_context, VARSIZE(g)), g, VARSIZE(g));
	}
	s->gram->flags |= L2_GRAM_KEEPS;
}

bool
l2_kept_is_state(Datum d)
{
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(d)))
		return DatumGetEOHP(d)->eoh_methods == &kept_methods;
	return (l2_gram_raw(d)->flags & L2_GRAM_KEEPS) != 0;
}

l2_gram *
l2_kept_bytes(Datum d, const char **bytes, Size *size)
{
	l2_gram *g;

	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(d)))
	{
		l2_kept_state *s = (l2_kept_state *) DatumGetEOHP(d);
		char *to;

		*size = l2_kept_size(&s->rows);
		*bytes = to = MemoryContextAllocHuge(CurrentMemoryContext, *size);
		l2_kept_write(&s->rows, to);
		return s->gram;
	}
	g = l2_gram_raw(d);
	*bytes = (char *) g + L2_PAD(kept_gram_size(g));
	*size = VARSIZE(g) - L2_PAD(kept_gram_size(g));
	return g;
}

l2_kept_state *
l2_kept_state_of(FunctionCallInfo fcinfo, Datum d, MemoryContext parent)
{
	const struct varlena *v = (const struct varlena *) DatumGetPointer(d);
	l2_kept_state *s;
	l2_gram *g;
	Size own;

	if (VARATT_IS_EXTERNAL_EXPANDED(v))
	{
		if (!l2_kept_is_state(d))
			l2_foreign_state();
		return (l2_kept_state *) DatumGetEOHP(d);
	}
	g = l2_gram_raw(d);
	own = kept_gram_size(g);
	s = l2_kept_state_make(parent, g);
	l2_kept_add_bytes(&s->rows, l2_kept_pool(fcinfo), (char *) g + L2_PAD(own),
					  VARSIZE(g) - L2_PAD(own), NULL, NULL);
	return s;
}
