/*
 * deal.h: rows dealt to the folds of cross-validation so that each tells of rows not seen.
 *
 * Copies of a row must not all share a fold: what is fitted to the rest would never have met them.
 * Nor may they be spread evenly: each fold would then be an image of the rest, and noise would
 * score better than nothing.  So each copy goes where chance sends it: by a mix of the row's hash
 * and the copy's number.  Which copy is which does not matter, so the deal is a function of the
 * multiset of rows alone.
 *
 * That takes the distinct rows with their counts, a table as long as these are few.  Many distinct
 * rows are dealt by their hashes as they come, copies together.
 */
#ifndef L2N_DEAL_H
#define L2N_DEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num/mix.h"
#include "num/status.h"

/* The fold of a row, all copies of it */
static inline int
l2n_deal_row(uint64_t hash, int folds)
{
	return (int) (l2n_mix(hash) % (uint64_t) folds);
}

/* What copies are dealt by; the first is number 0 */
static inline uint64_t
l2n_deal_mix(uint64_t hash, uint64_t copy)
{
	return l2n_mix(l2n_mix(hash) + copy);
}

/*
 * How many distinct rows of so many doubles a table may have: 4096, or fewer so that it takes at
 * most 4 MB, but at least 16 a fold
 */
int l2n_deal_most(int folds, int width);

/*
 * Distinct rows with their counts: one piece of memory without pointers, which may be copied and
 * sent.  Rows are width doubles, without -0 or NaN, so that equal ones have equal bytes.
 */
typedef struct l2n_distinct
{
	int32_t width;
	int32_t n;
	int32_t room;  /* rows that it can hold */
	int32_t slots; /* of the hash table, a power of two */
	int64_t total; /* copies of all rows */
	uint64_t data[];
	/* hash[room], count[room], row[room][width], slot[slots] of int32_t */
} l2n_distinct;

/* The bytes of a table with that room, a multiple of 8 */
size_t l2n_distinct_size(int width, int room);

/* The table without rows */
void l2n_distinct_init(l2n_distinct *d, int width, int room);

static inline uint64_t *
l2n_distinct_hash(const l2n_distinct *d)
{
	return (uint64_t *) d->data;
}

static inline int64_t *
l2n_distinct_count(const l2n_distinct *d)
{
	return (int64_t *) (d->data + d->room);
}

static inline double *
l2n_distinct_row(const l2n_distinct *d, int i)
{
	return (double *) (d->data + 2 * (size_t) d->room) + (size_t) i * (size_t) d->width;
}

/* Count copies of a row of that hash in; false where it is new, and there is no room for it */
bool l2n_distinct_add(l2n_distinct *d, uint64_t hash, const double *row, int64_t copies);

/*
 * The smallest hashes of a set of rows, from which the number of distinct rows follows (Bar-Yossef
 * and others, "Counting distinct elements in a data stream", 2002)
 */
#define L2N_SKETCH 256

typedef struct l2n_sketch
{
	int32_t n;
	int32_t reserved;
	int64_t rows;              /* of all of them */
	uint64_t hash[L2N_SKETCH]; /* ascending; n of them */
} l2n_sketch;

void l2n_sketch_put(l2n_sketch *s, uint64_t hash);

/* Count copies of a row in; most rows take no more than a look at the largest */
static inline void
l2n_sketch_add(l2n_sketch *s, uint64_t hash, int64_t copies)
{
	s->rows += copies;
	if (s->n < L2N_SKETCH || hash < s->hash[L2N_SKETCH - 1])
		l2n_sketch_put(s, hash);
}

void l2n_sketch_merge(l2n_sketch *s, const l2n_sketch *from);

/* About how many distinct rows there are, within some 6 % of more than 256 */
double l2n_sketch_distinct(const l2n_sketch *s);

/* So many rows are dealt to folds of equal size, to one; more are dealt by their mixes alone */
#define L2N_DEAL_SORTED 100000

/* More rows than this no table has; a value that says so is damaged, and would be dealt for ever */
#define L2N_DEAL_MOST ((int64_t) 1 << 40)

/* Deals the copies of distinct rows */
typedef struct l2n_deal
{
	int folds;
	int n;
	int64_t total;
	const uint64_t *hash;
	const int64_t *count;
	uint32_t *fold; /* of each copy of each row in turn; NULL where there are too many */
	int64_t at;     /* copies of the rows before */
	int64_t *tally; /* of each fold, zeros but for the row at hand */
	int n_touched;
	int *touched;
} l2n_deal;

/* Scratch in bytes */
size_t l2n_deal_worksize(int folds, int64_t total);

/*
 * For n distinct rows with these hashes and counts, in an order that says which comes first where
 * two have the same hash; all of this is borrowed
 */
l2n_status l2n_deal_start(l2n_deal *d, int folds, int n, const uint64_t *hash, const int64_t *count,
						  void *work, l2n_poll poll, void *poll_arg);

/*
 * For rows 0, 1, ... in turn: to how many folds its copies go; *fold lists them, and (*tally)[f]
 * says how many of them go to fold f.  Valid until the next call.  -1 where poll says to stop.
 */
int l2n_deal_next(l2n_deal *d, int i, const int **fold, const int64_t **tally, l2n_poll poll,
				  void *poll_arg);

#endif
