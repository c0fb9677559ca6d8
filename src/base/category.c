/*
 * category.c: dictionaries of levels, and weights of pairs of them.
 *
 * Open addressing with linear probing, at most half full.  A dictionary's slots hold numbers of
 * strings and a few bits of their hashes, so that a miss seldom looks at a string.
 */
#include "base/category.h"

#include "utils/memutils.h"

#define FIRST_SLOTS 16

l2_bytes
l2_hashed(const char *bytes, uint32 len)
{
	/* NULL differs from all strings by its bytes; any number will do */
	return (l2_bytes){bytes, len, bytes ? l2n_hash_bytes(bytes, len, 0) : L2N_HASH_P5};
}

int
l2_compare_bytes(const l2_bytes *a, const l2_bytes *b)
{
	int order;

	if (a->bytes == NULL || b->bytes == NULL)
		return (a->bytes == NULL) - (b->bytes == NULL);
	order = memcmp(a->bytes, b->bytes, Min(a->len, b->len));
	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/*
 * Dictionaries
 */

typedef struct slot
{
	uint32 hash;
	int32 number; /* from 1; 0: free */
} slot;

struct l2_dictionary
{
	MemoryContext context;
	int n;
	int capacity; /* of string */
	l2_bytes *string;
	uint32 mask; /* slots less one, a power of two less one */
	slot *slots;
};

l2_dictionary *
l2_dictionary_make(MemoryContext context)
{
	l2_dictionary *d = MemoryContextAllocZero(context, sizeof *d);

	d->context = context;
	d->capacity = FIRST_SLOTS / 2;
	d->string = MemoryContextAlloc(context, sizeof(l2_bytes) * d->capacity);
	d->mask = FIRST_SLOTS - 1;
	d->slots = MemoryContextAllocZero(context, sizeof(slot) * FIRST_SLOTS);
	return d;
}

int
l2_dictionary_size(const l2_dictionary *d)
{
	return d->n;
}

const l2_bytes *
l2_dictionary_get(const l2_dictionary *d, int i)
{
	return &d->string[i];
}

/* The slot of a string, or the free one where it belongs */
static slot *
find_slot(l2_dictionary *d, const l2_bytes *s)
{
	uint32 hash = (uint32) s->hash;

	for (uint32 at = hash & d->mask;; at = (at + 1) & d->mask)
	{
		slot *t = &d->slots[at];
		const l2_bytes *known;

		if (t->number == 0)
			return t;
		if (t->hash != hash)
			continue;
		known = &d->string[t->number - 1];
		if (known->len == s->len && (known->bytes == NULL) == (s->bytes == NULL) &&
			(s->bytes == NULL || memcmp(known->bytes, s->bytes, s->len) == 0))
			return t;
	}
}

int
l2_dictionary_find(l2_dictionary *d, const l2_bytes *s)
{
	return find_slot(d, s)->number - 1;
}

/* Twice the slots, and room for as many strings as half of them */
static void
category_grow(l2_dictionary *d)
{
	uint32 mask = 2 * d->mask + 1;
	slot *slots = MemoryContextAllocExtended(d->context, sizeof(slot) * ((Size) mask + 1),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (uint32 i = 0; i <= d->mask; i++)
	{
		uint32 at = d->slots[i].hash & mask;

		if (d->slots[i].number == 0)
			continue;
		while (slots[at].number != 0)
			at = (at + 1) & mask;
		slots[at] = d->slots[i];
	}
	pfree(d->slots);
	d->slots = slots;
	d->mask = mask;
	d->capacity *= 2;
	d->string = repalloc_huge(d->string, sizeof(l2_bytes) * d->capacity);
}

int
l2_dictionary_add(l2_dictionary *d, const l2_bytes *s)
{
	slot *t = find_slot(d, s);
	l2_bytes copy = *s;

	if (t->number != 0)
		return t->number - 1;
	if (d->n == d->capacity)
	{
		category_grow(d);
		t = find_slot(d, s);
	}
	if (s->bytes)
	{
		char *bytes = MemoryContextAlloc(d->context, (Size) s->len + 1);

		memcpy(bytes, s->bytes, s->len);
		bytes[s->len] = '\0';
		copy.bytes = bytes;
	}
	d->string[d->n] = copy;
	t->hash = (uint32) s->hash;
	t->number = d->n + 1;
	return d->n++;
}

/*
 * Pairs
 */

typedef struct pair
{
	uint32 a; /* from 1; 0: free */
	uint32 b;
	dd weight;
} pair;

struct l2_pairs
{
	MemoryContext context;
	uint32 n;
	uint32 mask;
	pair *slots;
};

l2_pairs *
l2_pairs_make(MemoryContext context)
{
	l2_pairs *p = MemoryContextAllocZero(context, sizeof *p);

	p->context = context;
	p->mask = FIRST_SLOTS - 1;
	p->slots = MemoryContextAllocZero(context, sizeof(pair) * FIRST_SLOTS);
	return p;
}

uint32
l2_pairs_size(const l2_pairs *p)
{
	return p->n;
}

/* The slot of a pair, a counted from 1, or the free one where it belongs */
static pair *
find_pair(pair *slots, uint32 mask, uint32 a, uint32 b)
{
	uint64 key = ((uint64) a << 32 | b) * L2N_HASH_P1;
	uint32 at = (uint32) (key >> 32) & mask;

	while (slots[at].a != 0 && (slots[at].a != a || slots[at].b != b))
		at = (at + 1) & mask;
	return &slots[at];
}

static void
grow_pairs(l2_pairs *p)
{
	uint32 mask = 2 * p->mask + 1;
	pair *slots = MemoryContextAllocExtended(p->context, sizeof(pair) * ((Size) mask + 1),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (uint32 i = 0; i <= p->mask; i++)
		if (p->slots[i].a != 0)
			*find_pair(slots, mask, p->slots[i].a, p->slots[i].b) = p->slots[i];
	pfree(p->slots);
	p->slots = slots;
	p->mask = mask;
}

void
l2_pairs_add(l2_pairs *p, uint32 a, uint32 b, dd weight)
{
	pair *t = find_pair(p->slots, p->mask, a + 1, b);

	if (t->a == 0)
	{
		if (2 * (Size) p->n > p->mask)
		{
			grow_pairs(p);
			t = find_pair(p->slots, p->mask, a + 1, b);
		}
		t->a = a + 1;
		t->b = b;
		p->n++;
	}
	t->weight = dd_add(t->weight, weight);
}

bool
l2_pairs_next(const l2_pairs *p, uint32 *at, uint32 *a, uint32 *b, dd *weight)
{
	for (; *at <= p->mask; ++*at)
	{
		const pair *t = &p->slots[*at];

		if (t->a == 0)
			continue;
		*a = t->a - 1;
		*b = t->b;
		*weight = t->weight;
		++*at;
		return true;
	}
	return false;
}
