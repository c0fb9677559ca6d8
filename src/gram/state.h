/*
 * state.h: the SQL type l2_state: sums over rows of numbers and levels as a state that can be
 * shipped.
 *
 * In an aggregate it is an expanded object around an l2_sparse, so that a row costs what it does in
 * an internal state.  Flat it is the l2_sparse serialised, in bytes of this server; its text and
 * binary forms are of no server, and are checked like whatever comes from outside.
 */
#ifndef L2_STATE_H
#define L2_STATE_H

#include "gram/sparse.h"

#include "utils/expandeddatum.h"

/*
 * What the states of an aggregate have in common, for as long as its memory context is not reset.
 * They share one memory context: with thousands of groups, one each would take more than the
 * groups, and PostgreSQL looks at all of them whenever it asks how much memory there is.
 */
typedef struct l2_state_pool
{
	char tag[16]; /* it is the context's identifier, which is printed */
	MemoryContext context;
	void *sites; /* how rows are read: of whoever adds them */
} l2_state_pool;

typedef struct l2_state
{
	ExpandedObjectHeader header;
	l2_state_pool *pool;
	l2_sparse *sparse;
	bytea *flat;        /* between the two steps of flattening */
	const void *reader; /* of the row that was added last */
	void *step;         /* of whoever adds rows at a model: see glm/newton_agg.c */
} l2_state;

/* The pool of the states in an aggregate's memory context */
extern l2_state_pool *l2_state_pool_of(MemoryContext aggregate);

/* A state in a pool: the sums must be in its context */
extern l2_state *l2_state_expand(l2_state_pool *pool, l2_sparse *sparse);

/* The state that an aggregate may change in place; NULL for one that is flat */
extern l2_state *l2_state_own(Datum d);

/* The sums, to look at: a flat state's in the current memory context */
extern l2_sparse *l2_state_sums(Datum d);

/* The sums in that context, not to be shared with the state */
extern l2_sparse *l2_state_copy_of_sums(MemoryContext context, Datum d);

/* Whether a row has come to it: its options are known */
extern bool l2_state_is_ready(const l2_sparse *s);

/* Sums without rows, of a spec that is ready, whose options are o */
extern l2_sparse *l2_state_first_sums(MemoryContext context, const l2_gram *spec,
									  const l2_options *o);

/* The scope of a state: of l2_gram_agg or l2_gram_folds over records, or an error */
extern l2_scope l2_state_scope_of_sums(const l2_sparse *s);

#endif
