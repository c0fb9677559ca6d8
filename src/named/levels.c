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

typedef struct levels_state
{
	int n;
	uint64 hash[LEVELS_KEPT]; /* in order, each once */
} levels_state;

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

PG_FUNCTION_INFO_V1(_l2_level_count);
PGDLLEXPORT Datum
_l2_level_count(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	levels_state *s;

	if (!AggCheckCallContext(fcinfo, &context))
		l2_need_aggregate(fcinfo);
	s = PG_ARGISNULL(0) ? MemoryContextAllocZero(context, sizeof *s)
						: (levels_state *) PG_GETARG_POINTER(0);
	if (!PG_ARGISNULL(1))
	{
		text *t = PG_GETARG_TEXT_PP(1);

		levels_add(s, hash_bytes_extended((const unsigned char *) VARDATA_ANY(t),
										  VARSIZE_ANY_EXHDR(t), 0));
		PG_FREE_IF_COPY(t, 1);
	}
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(_l2_level_count_final);
PGDLLEXPORT Datum
_l2_level_count_final(PG_FUNCTION_ARGS)
{
	levels_state *s;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_FLOAT8(0);
	s = (levels_state *) PG_GETARG_POINTER(0);
	if (s->n < LEVELS_KEPT)
		PG_RETURN_FLOAT8(s->n);
	PG_RETURN_FLOAT8((LEVELS_KEPT - 1) / ldexp((double) s->hash[LEVELS_KEPT - 1], -64));
}
