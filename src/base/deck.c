/*
 * deck.c: rows that wait to be dealt to folds.
 */
#include "base/deck.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

/* Rows that a table has room for at first */
#define FIRST_ROOM 8

/* Where a fold has so many times its share of the rows, more than chance would give it */
#define REPEATED_SHARE 1.5
#define LARGE_SHARE    3.0
#define CHANCE_SD      6.0
#define EMPTY_SD       4.0 /* of the number of folds without rows */

/*
 * Tables
 */

static l2n_distinct *
make_table(MemoryContext context, int width, int room)
{
	l2n_distinct *d = MemoryContextAllocHuge(context, l2n_distinct_size(width, room));

	l2n_distinct_init(d, width, room);
	return d;
}

l2_deck *
l2_deck_make(MemoryContext context, int folds, int width, bool adds_up)
{
	l2_deck *d = MemoryContextAllocZero(context, sizeof *d);

	d->context = context;
	d->folds = folds;
	d->width = width;
	d->most = adds_up ? 0 : l2n_deal_most(folds, width);
	if (d->most > 0)
		d->table = make_table(context, width, FIRST_ROOM);
	return d;
}

l2n_distinct *
l2_distinct_grown(MemoryContext context, const l2n_distinct *d, int most)
{
	l2n_distinct *r;

	if (d->n >= most)
		return NULL;
	r = make_table(context, d->width, Min(Max(2 * d->room, FIRST_ROOM), most));
	for (int i = 0; i < d->n; i++)
		(void) l2n_distinct_add(r, l2n_distinct_hash(d)[i], l2n_distinct_row(d, i),
								l2n_distinct_count(d)[i]);
	return r;
}

bool
l2_deck_add(l2_deck *d, uint64 hash, const double *row, int64 copies)
{
	l2n_distinct *grown;

	if (d->table == NULL)
	{
		l2n_sketch_add(&d->sketch, hash, copies);
		return false;
	}
	if (l2n_distinct_add(d->table, hash, row, copies))
		return true;
	grown = l2_distinct_grown(d->context, d->table, d->most);
	if (grown == NULL)
	{
		l2n_sketch_add(&d->sketch, hash, copies);
		return false;
	}
	pfree(d->table);
	d->table = grown;
	return l2n_distinct_add(d->table, hash, row, copies);
}

void
l2_deck_close(l2_deck *d)
{
	const l2n_distinct *t = d->table;

	for (int i = 0; i < t->n; i++)
		l2n_sketch_add(&d->sketch, l2n_distinct_hash(t)[i], l2n_distinct_count(t)[i]);
	pfree(d->table);
	d->table = NULL;
}

/*
 * Dealing
 */

/* For qsort_arg */
typedef struct row_order
{
	const l2n_distinct *table;
	l2_compare_rows compare;
	void *arg;
} row_order;

static int
compare_dealt(const void *a, const void *b, void *arg)
{
	const row_order *o = arg;
	int x = *(const int *) a, y = *(const int *) b;
	uint64 p = l2n_distinct_hash(o->table)[x], q = l2n_distinct_hash(o->table)[y];

	if (p != q)
		return p < q ? -1 : 1;
	return o->compare(l2n_distinct_row(o->table, x), l2n_distinct_row(o->table, y), o->arg);
}

/* For rows of one table, all of a width */
int
l2_compare_numbers(const double *a, const double *b, void *arg)
{
	int width = *(const int *) arg;

	for (int j = 0; j < width; j++)
		if (a[j] != b[j])
			return a[j] < b[j] ? -1 : 1;
	return 0;
}

l2_dealt_rows *
l2_deal_rows(const l2n_distinct *d, int folds, l2_compare_rows compare, void *arg)
{
	l2_dealt_rows *r = palloc(sizeof *r);
	row_order order = {d, compare, arg};

	r->n = d->n;
	r->row = palloc(sizeof(int) * Max(d->n, 1));
	r->hash = palloc(sizeof(uint64) * Max(d->n, 1));
	r->count = palloc(sizeof(int64) * Max(d->n, 1));
	for (int i = 0; i < d->n; i++)
		r->row[i] = i;
	qsort_arg(r->row, d->n, sizeof(int), compare_dealt, &order);
	for (int i = 0; i < d->n; i++)
	{
		r->hash[i] = l2n_distinct_hash(d)[r->row[i]];
		r->count[i] = l2n_distinct_count(d)[r->row[i]];
	}
	l2_check(l2n_deal_start(&r->deal, folds, r->n, (const uint64_t *) r->hash,
							(const int64_t *) r->count,
							l2_scratch(l2n_deal_worksize(folds, d->total)), l2_poll, NULL),
			 NULL, 0);
	return r;
}

int
l2_next_dealt(l2_dealt_rows *r, int i, const int **fold, const int64 **tally)
{
	const int64_t *t;
	int n = l2n_deal_next(&r->deal, i, fold, &t, l2_poll, NULL);

	CHECK_FOR_INTERRUPTS();
	if (n < 0)
		l2_check(L2N_INTERRUPTED, NULL, 0);
	*tally = (const int64 *) t;
	return n;
}

/*
 * NOTICEs
 */

bool
l2_tell_once(int *told, l2_notice kind)
{
	if (told == NULL)
		return true;
	if (*told & kind)
		return false;
	*told |= kind;
	return true;
}

/* Whether the largest of so many folds has more rows than that share of all, and than by chance */
static bool
is_lopsided(int64 largest, int64 rows, int folds, double share)
{
	double fair = (double) rows / folds;

	return largest > share * fair && largest > fair + CHANCE_SD * sqrt(fair);
}

void
l2_tell_repeats(int *told, const l2n_sketch *s, int folds, int64 largest)
{
	double distinct = l2n_sketch_distinct(s), unit;

	if (s->rows <= 2 * distinct && !is_lopsided(largest, s->rows, folds, REPEATED_SHARE))
		return;
	/* it is not known to more than two digits */
	unit = pow(10, Max(floor(log10(distinct)) - 1, 0));
	if (l2_tell_once(told, L2_TOLD_REPEATS))
		ereport(NOTICE, (errmsg("rows repeat: about %.0f different among " INT64_FORMAT,
								rint(distinct / unit) * unit, s->rows),
						 errdetail("Equal rows share a fold, so that folds tell less of rows not "
								   "seen than they should."),
						 errhint("Say what tells rows apart: l2_obs(y, fold => key).")));
}

void
l2_tell_one_fold(int *told)
{
	if (l2_tell_once(told, L2_TOLD_ONE_FOLD))
		ereport(NOTICE,
				(errmsg("rows in one fold only cannot be cross-validated: the model is NULL"),
				 errhint("It takes two rows; those with one fold key share a fold.")));
}

void
l2_tell_folds(int *told, int folds, const int64 *rows)
{
	int64 total = 0, largest = 0;
	int with_rows = 0;
	double by_chance;

	for (int i = 0; i < folds; i++)
	{
		total += rows[i];
		largest = Max(largest, rows[i]);
		with_rows += rows[i] > 0;
	}
	/* where each row is a fold of its own, that is what was asked for */
	if (largest <= 1)
		return;
	/* keys that are hashed leave some of many folds empty where there are few rows */
	by_chance = folds * exp(-(double) total / folds);
	if (folds - with_rows > by_chance + EMPTY_SD * sqrt(by_chance) &&
		l2_tell_once(told, L2_TOLD_FOLDS))
		ereport(NOTICE, (errmsg("cross-validation is over %d of %d folds: the others have no rows",
								with_rows, folds),
						 errhint("Give no more folds than there are keys, or number the keys: "
								 "dense_rank() OVER (ORDER BY key) deals them evenly.")));
	else if (with_rows == folds && is_lopsided(largest, total, folds, LARGE_SHARE) &&
			 l2_tell_once(told, L2_TOLD_FOLDS))
		ereport(NOTICE,
				(errmsg("folds are uneven: one of %d has " INT64_FORMAT " of " INT64_FORMAT " rows",
						folds, largest, total),
				 errhint("Use a fold key with more values, or fewer folds.")));
}
