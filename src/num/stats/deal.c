/*
 * deal.c: distinct rows, their number, and their folds.
 */
#include "num/stats/deal.h"

#include <stdlib.h>
#include <string.h>

/* What a table may take, and how many rows it may have, whatever the number of folds */
#define MOST_BYTES (4 * 1024 * 1024)
#define MOST_ROWS  4096
#define LEAST_ROWS 16 /* a fold */

/* Copies between two polls */
#define STEP 65536

int
l2n_deal_most(int folds, int width)
{
	int rows = (int) (MOST_BYTES / (8 * ((size_t) width + 2)));

	rows = rows < MOST_ROWS ? rows : MOST_ROWS;
	return rows > LEAST_ROWS * folds ? rows : LEAST_ROWS * folds;
}

/*
 * Distinct rows
 */

/* At most two thirds of the slots are taken */
static int
slots_for(int room)
{
	int slots = 8;

	while (slots < room + room / 2)
		slots *= 2;
	return slots;
}

size_t
l2n_distinct_size(int width, int room)
{
	return sizeof(l2n_distinct) + 8 * (size_t) room * ((size_t) width + 2) +
		   sizeof(int32_t) * (size_t) slots_for(room);
}

static int32_t *
slots_of(const l2n_distinct *d)
{
	return (int32_t *) l2n_distinct_row(d, d->room);
}

void
l2n_distinct_init(l2n_distinct *d, int width, int room)
{
	memset(d, 0, l2n_distinct_size(width, room));
	d->width = width;
	d->room = room;
	d->slots = slots_for(room);
	memset(slots_of(d), -1, sizeof(int32_t) * (size_t) d->slots);
}

bool
l2n_distinct_add(l2n_distinct *d, uint64_t hash, const double *row, int64_t copies)
{
	int32_t *slot = slots_of(d);
	size_t mask = (size_t) d->slots - 1, at = (size_t) l2n_mix(hash) & mask;
	size_t bytes = sizeof(double) * (size_t) d->width;
	const uint64_t *known = l2n_distinct_hash(d);

	for (; slot[at] >= 0; at = (at + 1) & mask)
		if (known[slot[at]] == hash && memcmp(l2n_distinct_row(d, slot[at]), row, bytes) == 0)
		{
			l2n_distinct_count(d)[slot[at]] += copies;
			d->total += copies;
			return true;
		}
	if (d->n == d->room)
		return false;
	slot[at] = d->n;
	l2n_distinct_hash(d)[d->n] = hash;
	l2n_distinct_count(d)[d->n] = copies;
	memcpy(l2n_distinct_row(d, d->n), row, bytes);
	d->n++;
	d->total += copies;
	return true;
}

/*
 * How many there are
 */

/* Where a hash is, or would be */
static int
find_hash(const l2n_sketch *s, uint64_t hash)
{
	int from = 0, to = s->n;

	while (from < to)
	{
		int middle = from + (to - from) / 2;

		if (s->hash[middle] < hash)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

void
l2n_sketch_put(l2n_sketch *s, uint64_t hash)
{
	int at = find_hash(s, hash), behind;

	if (at == L2N_SKETCH || (at < s->n && s->hash[at] == hash))
		return;
	if (s->n < L2N_SKETCH)
		s->n++;
	behind = s->n - 1 - at;
	memmove(s->hash + at + 1, s->hash + at, sizeof(uint64_t) * (size_t) behind);
	s->hash[at] = hash;
}

void
l2n_sketch_merge(l2n_sketch *s, const l2n_sketch *from)
{
	for (int i = 0; i < from->n; i++)
		l2n_sketch_add(s, from->hash[i], 0);
	s->rows += from->rows;
}

double
l2n_sketch_distinct(const l2n_sketch *s)
{
	if (s->n < L2N_SKETCH)
		return s->n;
	/* the 256th smallest of m numbers spread over 0 .. 1 is about 256 / (m + 1) */
	return (L2N_SKETCH - 1) / (((double) s->hash[L2N_SKETCH - 1] + 1.0) * 0x1p-64);
}

/*
 * Dealing
 */

/* Those of one row have mixes of their own */
typedef struct copy
{
	uint64_t mix;
	int64_t at; /* among all */
	uint32_t row;
} copy;

static int
compare_copies(const void *a, const void *b)
{
	const copy *x = a, *y = b;

	if (x->mix != y->mix)
		return x->mix < y->mix ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static bool
is_sorted(int64_t total)
{
	return total <= L2N_DEAL_SORTED;
}

size_t
l2n_deal_worksize(int folds, int64_t total)
{
	return (sizeof(int64_t) + sizeof(int)) * (size_t) folds +
		   (is_sorted(total) ? (sizeof(copy) + sizeof(uint32_t)) * (size_t) total : 0);
}

/* Each copy's place in the order of the mixes says its fold */
static void
deal_sorted(l2n_deal *d, copy *list)
{
	int64_t at = 0;

	for (int i = 0; i < d->n; i++)
		for (int64_t k = 0; k < d->count[i]; k++, at++)
			list[at] = (copy){l2n_deal_mix(d->hash[i], (uint64_t) k), at, (uint32_t) i};
	qsort(list, (size_t) at, sizeof(copy), compare_copies);
	for (int64_t j = 0; j < at; j++)
		d->fold[list[j].at] = (uint32_t) (j % d->folds);
}

l2n_status
l2n_deal_start(l2n_deal *d, int folds, int n, const uint64_t *hash, const int64_t *count,
			   void *work, l2n_poll poll, void *poll_arg)
{
	int64_t total = 0;

	for (int i = 0; i < n; i++)
		total += count[i];
	*d = (l2n_deal){.folds = folds, .n = n, .total = total, .hash = hash, .count = count};
	d->tally = work;
	memset(d->tally, 0, sizeof(int64_t) * (size_t) folds);
	if (is_sorted(total))
	{
		copy *list = (copy *) (d->tally + folds);

		d->fold = (uint32_t *) (list + total);
		d->touched = (int *) (d->fold + total);
		deal_sorted(d, list);
	}
	else
		d->touched = (int *) (d->tally + folds);
	return poll && poll(poll_arg) ? L2N_INTERRUPTED : L2N_OK;
}

int
l2n_deal_next(l2n_deal *d, int i, const int **fold, const int64_t **tally, l2n_poll poll,
			  void *poll_arg)
{
	int n = 0;

	/* what the row before left */
	for (; d->n_touched > 0; d->n_touched--)
		d->tally[d->touched[d->n_touched - 1]] = 0;
	for (int64_t k = 0; k < d->count[i]; k++)
	{
		int f = d->fold ? (int) d->fold[d->at + k]
						: (int) (l2n_deal_mix(d->hash[i], (uint64_t) k) % (uint64_t) d->folds);

		if (poll && k % STEP == STEP - 1 && poll(poll_arg))
			return -1;
		if (d->tally[f]++ == 0)
			d->touched[n++] = f;
	}
	d->n_touched = n;
	d->at += d->count[i];
	*fold = d->touched;
	*tally = d->tally;
	return n;
}
