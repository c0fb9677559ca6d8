/*
 * kept.h: rows that an aggregate of least squares keeps beside their gram, for standard errors that
 * need residuals.
 *
 * A row is its values, then its weight and the keys of its clusters, none, one or two, 64 bits as
 * they are.  Rows are in the order they came in.
 */
#ifndef L2_KEPT_H
#define L2_KEPT_H

#include "base/rowstore.h"
#include "gram/gram_state.h"

#include "utils/expandeddatum.h"

typedef struct l2_kept
{
	l2_row_store rows; /* width 0 before the first */
	int64 n;           /* rows */
	int64 n_bare;      /* rows that were skipped since they had no cluster */
	int ways;          /* of clusters; 0: none */
	bool clustered;    /* rows must have clusters */
	bool sorted;       /* rows come in an order that matters */
} l2_kept;

/* Doubles behind the values: weight, clusters */
static inline int
l2_kept_tail(const l2_kept *k)
{
	return 1 + k->ways;
}

/* Whether a fit with those options needs rows */
static inline bool
l2_keeps_rows(const l2_options *o)
{
	return o->vcov != L2_VCOV_IID;
}

/* For the first row of a state */
extern void l2_kept_start(l2_kept *k, const l2_options *o);

/* Whether a row has the clusters that it needs; one that has not is counted */
extern bool l2_kept_usable(l2_kept *k, const l2_row_of_y *y);

/*
 * Where the next row's values go, n of them; it counts once l2_kept_took is called.  pool: for the
 * first row.
 */
extern double *l2_kept_next(l2_kept *k, l2_row_pool *pool, int n);
extern void l2_kept_took(l2_kept *k, double *values, const l2_row_of_y *y, double weight);

/* As bytes, for another process */
extern Size l2_kept_size(const l2_kept *k);
extern void l2_kept_write(l2_kept *k, char *to);

/* Add the rows of such bytes; map: called with each row's values before they count, or NULL */
extern void l2_kept_add_bytes(l2_kept *k, l2_row_pool *pool, const char *from, Size size,
							  void (*map)(void *arg, double *values), void *arg);

/* The pool of a call site, for rows of its aggregate */
extern l2_row_pool *l2_kept_pool(FunctionCallInfo fcinfo);

/*
 * A state of an aggregate over arrays whose type is l2_gram, with rows: an expanded object, which
 * as bytes is the gram, flagged, and the rows behind it.
 */
typedef struct l2_kept_state
{
	ExpandedObjectHeader header;
	l2_gram *gram; /* in the object's context */
	l2_kept rows;
} l2_kept_state;

/* The state behind the datum of one with rows, in place or from its bytes */
extern l2_kept_state *l2_kept_state_of(FunctionCallInfo fcinfo, Datum d, MemoryContext parent);

/* Whether an extended datum is of a state with rows */
extern bool l2_kept_is_state(Datum d);

/* The gram of a state with rows, and those as bytes */
extern l2_gram *l2_kept_bytes(Datum d, const char **bytes, Size *size);

/* A state that begins with that gram, which has options */
extern l2_kept_state *l2_kept_state_make(MemoryContext parent, const l2_gram *g);

/* Replace the gram of a state, unless it is the same */
extern void l2_kept_state_set(l2_kept_state *s, l2_gram *g);

#endif
