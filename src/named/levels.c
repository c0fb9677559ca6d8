/*
 * levels.c: how many different texts a column has, at the price of one hash a row.
 *
 * The LEVELS_KEPT smallest hashes are kept: where they are not all, the largest of them tells how
 * dense hashes are (Bar-Yossef and others 2002).  A function of the set of texts alone.
 */
#include "base/l2reg.h"

#include "base/aggregate.h"

#include <math.h>

#include "common/hashfn.h"
#include "utils/builtins.h"

#define LEVELS_KEPT 1024

/* A bytea, so that workers and other servers can send it */
typedef struct levels_state
{
	int32 vl_len_;
	int32 n;
	uint64 hash[LEVELS_KEPT]; /* in order, each once */
} levels_state;

/*
 * The least hashes are kept, in order (a KMV sketch): how many distinct values there are follows
 * from the largest of them.
 */
static void
levels_add(levels_state *s, uint64 hash)
{
	int low = 0, high = s->n;

	if (s->n == LEVELS_KEPT && hash >= s->hash[s->n - 1])
		return;
	while (low < high)
	{
		int middle = (low + high) / 2;

		if (s->hash[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < s->n && s->hash[low] == hash)
		return;
	if (s->n < LEVELS_KEPT)
		s->n++;
	memmove(s->hash + low + 1, s->hash + low, sizeof(uint64) * (s->n - 1 - low));
	s->hash[low] = hash;
}

static levels_state *
levels_make(void)
{
	levels_state *s = palloc0(sizeof *s);

	SET_VARSIZE(s, sizeof *s);
	return s;
}

/* A state, to change in place.  A bytea may be anything, and lie at any multiple of four. */
static levels_state *
levels_of(Datum d)
{
	levels_state *s = l2_own_state(d);

	if (VARSIZE(s) != sizeof *s)
		l2_foreign_state();
	if (unlikely((uintptr_t) s % MAXIMUM_ALIGNOF != 0))
		s = memcpy(palloc(sizeof *s), s, sizeof *s);
	if (s->n < 0 || s->n > LEVELS_KEPT)
		l2_foreign_state();
	return s;
}

/* The same of one that may come from elsewhere */
static levels_state *
levels_received(Datum d)
{
	levels_state *s = levels_of(d);

	for (int i = 1; i < s->n; i++)
		if (s->hash[i - 1] >= s->hash[i])
			l2_foreign_state();
	return s;
}

PG_FUNCTION_INFO_V1(_l2_level_count);
PGDLLEXPORT Datum
_l2_level_count(PG_FUNCTION_ARGS)
{
	levels_state *s;

	l2_need_aggregate(fcinfo);
	s = PG_ARGISNULL(0) ? levels_make() : levels_of(PG_GETARG_DATUM(0));
	if (!PG_ARGISNULL(1))
	{
		text *t = PG_GETARG_TEXT_PP(1);

		levels_add(s, hash_bytes_extended((const unsigned char *) VARDATA_ANY(t),
										  VARSIZE_ANY_EXHDR(t), 0));
		PG_FREE_IF_COPY(t, 1);
	}
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(_l2_level_combine);
PGDLLEXPORT Datum
_l2_level_combine(PG_FUNCTION_ARGS)
{
	levels_state *a, *b;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	a = PG_ARGISNULL(0) ? levels_make() : levels_of(PG_GETARG_DATUM(0));
	b = levels_received(PG_GETARG_DATUM(1));
	for (int i = 0; i < b->n; i++)
		levels_add(a, b->hash[i]);
	PG_RETURN_POINTER(a);
}

PG_FUNCTION_INFO_V1(_l2_level_count_final);
PGDLLEXPORT Datum
_l2_level_count_final(PG_FUNCTION_ARGS)
{
	levels_state *s;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_FLOAT8(0);
	s = levels_received(PG_GETARG_DATUM(0));
	if (s->n < LEVELS_KEPT)
		PG_RETURN_FLOAT8(s->n);
	PG_RETURN_FLOAT8((LEVELS_KEPT - 1) / ldexp((double) s->hash[LEVELS_KEPT - 1], -64));
}
