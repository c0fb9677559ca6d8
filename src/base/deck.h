/*
 * deck.h: rows that wait to be dealt to folds, in states that have pointers; and what is said of a
 * deal.  How rows are dealt, and why: num/stats/deal.h.
 */
#ifndef L2_DECK_H
#define L2_DECK_H

#include "base/l2reg.h"

#include "num/stats/deal.h"

/* Distinct rows and counts while they are few; then only how many they are */
typedef struct l2_deck
{
	MemoryContext context;
	int folds;
	int width;           /* doubles of a row */
	int most;            /* distinct rows that wait; 0: none */
	l2n_distinct *table; /* NULL: rows are dealt as they come, and counted in sketch */
	l2n_sketch sketch;
} l2_deck;

extern l2_deck *l2_deck_make(MemoryContext context, int folds, int width, bool adds_up);

/*
 * Count copies of a row in; false where it does not wait: then the caller deals it, and before that
 * those that do wait, if there is still a table, which l2_deck_close takes away
 */
extern bool l2_deck_add(l2_deck *d, uint64 hash, const double *row, int64 copies);
extern void l2_deck_close(l2_deck *d);

/* The table with room for more rows, of which it may have most; NULL where it has as many */
extern l2n_distinct *l2_distinct_grown(MemoryContext context, const l2n_distinct *d, int most);

/* The rows in the order of their hashes: what they are dealt in, and added up */
typedef struct l2_dealt_rows
{
	int n;
	int *row; /* its number in the table */
	uint64 *hash;
	int64 *count;
	l2n_deal deal;
} l2_dealt_rows;

/* compare: of rows with the same hash, which comes first, whatever the order of the table */
typedef int (*l2_compare_rows)(const double *a, const double *b, void *arg);
extern l2_dealt_rows *l2_deal_rows(const l2n_distinct *d, int folds, l2_compare_rows compare,
								   void *arg);

/* For i = 0, 1, ...: the folds of row number i, as l2n_deal_next has them */
extern int l2_next_dealt(l2_dealt_rows *r, int i, const int **fold, const int64 **tally);

/* For rows that are numbers alone */
extern int l2_compare_numbers(const double *a, const double *b, void *arg);

/*
 * NOTICEs
 */

typedef enum l2_notice
{
	L2_TOLD_REPEATS = 1 << 0,
	L2_TOLD_FOLDS = 1 << 1,
	L2_TOLD_ONE_FOLD = 1 << 2,
	L2_TOLD_ONE_CLASS = 1 << 3,
	L2_TOLD_LAMBDA = 1 << 4,
	L2_TOLD_DROPPED = 1 << 5,
	L2_TOLD_DISPERSION = 1 << 6,
	L2_TOLD_ROUNDED = 1 << 7,
	L2_TOLD_EDGE = 1 << 8,
} l2_notice;

/*
 * Whether to say it: once for all groups of a call site, which keeps what it has told; always where
 * told is NULL
 */
extern bool l2_tell_once(int *told, l2_notice kind);

/* Rows that are dealt as they come: NOTICE where they repeat, so that folds tell little */
extern void l2_tell_repeats(int *told, const l2n_sketch *s, int folds, int64 largest);

/* All rows are in one fold: no model */
extern void l2_tell_one_fold(int *told);

/* NOTICE for folds without rows, or of one that has most of them */
extern void l2_tell_folds(int *told, int folds, const int64 *rows);

#endif
