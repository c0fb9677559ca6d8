/*
 * roc.c: what depends on the order of the scores: the ROC curve and the area under it.
 *
 * The rows are kept as those of logistic.c are, in work_mem and beyond it in a temporary file,
 * and sorted once: in memory where they all are, else by PostgreSQL's external sort.  A row is its
 * score, any number, for which the order is all that counts, and its weight, whose sign tells y.
 */
#include "base/aggregate.h"
#include "base/citus.h"
#include "score/class_rows.h"
#include "base/row_array.h"
#include "base/rows.h"
#include "score/roc.h"

#include "num/kernel/dd.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "utils/tuplesort.h"
#include "utils/typcache.h"

/*
 * Collecting
 */

static Datum
roc_accumulate(FunctionCallInfo fcinfo, l2_class_y y)
{
	MemoryContext context;
	l2_row_store *s;
	l2_class_row r;
	double *row;

	l2_need_aggregate(fcinfo);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	if (PG_ARGISNULL(0))
	{
		l2_citus_pulled(
			fcinfo, "Round the scores and count: l2_auc(l2_obs(y, weight => n), p) of (SELECT y, "
					"round(p::numeric, 4)::float8 AS p, count(*) AS n FROM t GROUP BY 1, 2).");
		s = MemoryContextAllocZero(context, sizeof *s);
		l2_row_store_init(s, l2_row_pool_of(context), 2);
		s->whole = true;
	}
	else
		s = (l2_row_store *) PG_GETARG_POINTER(0);
	if (!l2_read_class_row(fcinfo, y, true, &r))
		PG_RETURN_POINTER(s);
	row = l2_row_store_next(s);
	row[0] = r.p;
	row[1] = r.y ? r.weight : -r.weight;
	s->rows++;
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(l2_roc_accum_boolean, roc_accumulate, L2_Y_BOOLEAN);
L2_FUNCTION(l2_roc_accum, roc_accumulate, L2_Y_FLOAT8);
L2_FUNCTION(l2_roc_accum_obs, roc_accumulate, L2_Y_OBS);

/*
 * Sorting, the largest score first
 */

typedef struct sorted_rows
{
	l2_row_store *s;
	int64 at;             /* in memory */
	Tuplesortstate *sort; /* NULL where all are */
	TupleTableSlot *slot;
} sorted_rows;

typedef struct scored_row
{
	double p;
	double weight;
} scored_row;

#if L2_HAS_SORT_TEMPLATE
#define ST_SORT          sort_scored_rows
#define ST_ELEMENT_TYPE  scored_row
#define ST_COMPARE(a, b) (((a)->p < (b)->p) - ((a)->p > (b)->p))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"
#else
static int
compare_scored_rows(const void *a, const void *b)
{
	double x = ((const scored_row *) a)->p, y = ((const scored_row *) b)->p;

	CHECK_FOR_INTERRUPTS();
	return (x < y) - (x > y);
}

static void
sort_scored_rows(scored_row *rows, size_t n)
{
	qsort(rows, n, sizeof *rows, compare_scored_rows);
}
#endif

/* Through tuples of the score and the weight */
static void
sort_outside(sorted_rows *r)
{
	TupleDesc desc = CreateTemplateTupleDesc(2);
	Oid greater = lookup_type_cache(FLOAT8OID, TYPECACHE_GT_OPR)->gt_opr, collation = InvalidOid;
	AttrNumber key = 1;
	bool nulls_first = false;
	l2_row_reader reader;
	const double *rows;
	int n;
	TupleTableSlot *slot;

	TupleDescInitEntry(desc, 1, "p", FLOAT8OID, -1, 0);
	TupleDescInitEntry(desc, 2, "weight", FLOAT8OID, -1, 0);
	l2_finish_desc(desc);
	r->sort = tuplesort_begin_heap(desc, 1, &key, &greater, &collation, &nulls_first,
								   Max(work_mem / 2, 64), NULL, 0);
	slot = MakeSingleTupleTableSlot(desc, &TTSOpsVirtual);
	l2_row_reader_init(&reader, r->s);
	while ((n = l2_row_reader_next(&reader, &rows)) > 0)
		for (int i = 0; i < n; i++, rows += 2)
		{
			ExecClearTuple(slot);
			slot->tts_values[0] = Float8GetDatum(rows[0]);
			slot->tts_values[1] = Float8GetDatum(rows[1]);
			slot->tts_isnull[0] = slot->tts_isnull[1] = false;
			ExecStoreVirtualTuple(slot);
			tuplesort_puttupleslot(r->sort, slot);
		}
	ExecDropSingleTupleTableSlot(slot);
	tuplesort_performsort(r->sort);
	r->slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
}

static void
sort_start(sorted_rows *r, l2_row_store *s)
{
	*r = (sorted_rows){s};
	if (s->n_chunks > 0)
		sort_outside(r);
	else
		sort_scored_rows((scored_row *) s->buffer, s->rows);
}

/* The next row; false at the end */
static bool
sort_next(sorted_rows *r, double *p, double *weight, bool *y)
{
	bool null;

	if (r->sort == NULL)
	{
		const double *row = r->s->buffer + 2 * r->at;

		if (r->at == r->s->rows)
			return false;
		r->at++;
		*p = row[0];
		*weight = row[1];
	}
	else
	{
		CHECK_FOR_INTERRUPTS();
		if (!tuplesort_gettupleslot(r->sort, true, false, r->slot, NULL))
			return false;
		*p = DatumGetFloat8(slot_getattr(r->slot, 1, &null));
		*weight = DatumGetFloat8(slot_getattr(r->slot, 2, &null));
	}
	*y = !signbit(*weight);
	*weight = fabs(*weight);
	return true;
}

static void
sort_end(sorted_rows *r)
{
	if (r->sort == NULL)
		return;
	ExecDropSingleTupleTableSlot(r->slot);
	tuplesort_end(r->sort);
}

/*
 * Sweeping: the rows of one score after the other
 */

typedef struct sweep
{
	sorted_rows rows;
	bool more;
	double p; /* of the next rows */
	double weight;
	bool y;

	double at;    /* the score just swept */
	dd here[2];   /* weights of the zeros and ones that have it */
	dd so_far[2]; /* and of all from the first on, these included */
} sweep;

static void
sweep_start(sweep *w, l2_row_store *s)
{
	memset(w, 0, sizeof *w);
	sort_start(&w->rows, s);
	w->more = sort_next(&w->rows, &w->p, &w->weight, &w->y);
}

static bool
sweep_next(sweep *w)
{
	if (!w->more)
	{
		sort_end(&w->rows);
		return false;
	}
	w->at = w->p;
	w->here[0] = w->here[1] = dd_of(0.0);
	do
	{
		w->here[w->y] = dd_add_d(w->here[w->y], w->weight);
		w->more = sort_next(&w->rows, &w->p, &w->weight, &w->y);
	} while (w->more && w->p == w->at);
	for (int y = 0; y < 2; y++)
		w->so_far[y] = dd_add(w->so_far[y], w->here[y]);
	return true;
}

/* Mann and Whitney 1947; nothing is rounded before the division */
double
l2_auc_of(l2_row_store *rows)
{
	sweep w;
	dd won = dd_of(0.0), pairs;

	sweep_start(&w, rows);
	while (sweep_next(&w))
	{
		dd above = dd_sub(w.so_far[1], w.here[1]);

		if (w.here[0].hi == 0)
			continue;
		won = dd_add(won, dd_mul(w.here[0], dd_add(above, dd_scale(w.here[1], 0.5))));
	}
	pairs = dd_mul(w.so_far[0], w.so_far[1]);
	return pairs.hi > 0 ? dd_div(won, pairs).hi : NAN;
}

PG_FUNCTION_INFO_V1(l2_auc_final);
PGDLLEXPORT Datum
l2_auc_final(PG_FUNCTION_ARGS)
{
	double auc;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	auc = l2_auc_of((l2_row_store *) PG_GETARG_POINTER(0));
	if (isnan(auc))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(auc);
}

/* A corner of the curve */
typedef struct corner
{
	double threshold;
	dd weight[2]; /* of the zeros and ones that have that score at least */
} corner;

typedef struct curve
{
	corner *corners;
	int64 n;
	int64 room;
} curve;

static void
add_corner(curve *c, double threshold, const dd *weight)
{
	if (c->n == c->room)
	{
		c->room = Max(2 * c->room, 64);
		if (c->corners == NULL)
			c->corners = palloc(sizeof(corner) * c->room);
		else
			c->corners = repalloc_huge(c->corners, sizeof(corner) * c->room);
	}
	c->corners[c->n++] = (corner){threshold, {weight[0], weight[1]}};
}

/* Points within a stretch along an axis say nothing: just its ends are kept */
static curve
roc_make_curve(l2_row_store *s)
{
	curve c = {NULL, 0, 0};
	sweep w;
	bool before[2] = {true, true}; /* whether the last step went along each axis */

	sweep_start(&w, s);
	/* above all scores; no number is, where one is infinite */
	add_corner(&c, w.more && w.p == HUGE_VAL ? NAN : HUGE_VAL, w.so_far);
	while (sweep_next(&w))
	{
		bool along[2] = {w.here[0].hi > 0, w.here[1].hi > 0};

		if (c.n > 1 && along[0] != along[1] && along[0] == before[0] && along[1] == before[1])
			c.n--;
		add_corner(&c, w.at, w.so_far);
		memcpy(before, along, sizeof before);
	}
	return c;
}

PG_FUNCTION_INFO_V1(l2_roc_final);
PGDLLEXPORT Datum
l2_roc_final(PG_FUNCTION_ARGS)
{
	curve c;
	const corner *last;
	l2_row_array rows;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	c = roc_make_curve((l2_row_store *) PG_GETARG_POINTER(0));
	last = &c.corners[c.n - 1];
	if (!(last->weight[0].hi > 0 && last->weight[1].hi > 0))
		PG_RETURN_NULL();
	l2_row_array_init(fcinfo, &rows, (int) Min(c.n, PG_INT32_MAX / 2),
					  "Round the scores, to four digits say.");
	for (int64 i = 0; i < c.n; i++)
	{
		const corner *at = &c.corners[i];
		dd fp = at->weight[0], tp = at->weight[1], said = dd_add(fp, tp);
		const double column[] = {at->threshold,
								 dd_div(fp, last->weight[0]).hi,
								 dd_div(tp, last->weight[1]).hi,
								 fp.hi,
								 tp.hi,
								 said.hi > 0 ? dd_div(tp, said).hi : NAN};
		Datum values[lengthof(column)];
		bool nulls[lengthof(column)];

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < (int) lengthof(column); j++)
			l2_set_double(values, nulls, j, column[j]);
		l2_row_array_add(&rows, values, nulls);
	}
	PG_RETURN_DATUM(l2_row_array_finish(&rows));
}
