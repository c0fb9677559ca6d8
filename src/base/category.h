/*
 * category.h: strings that are numbered in the order in which they are met, and weights of pairs of
 * them.
 */
#ifndef L2_CATEGORY_H
#define L2_CATEGORY_H

#include "base/l2reg.h"

#include "num/kernel/dd.h"
#include "num/stats/hash.h"

/* Bytes of a value, not terminated; NULL for NULL, which is no empty string */
typedef struct l2_bytes
{
	const char *bytes;
	uint32 len;
	uint64 hash; /* never changes with version or machine: folds are dealt by it */
} l2_bytes;

extern l2_bytes l2_hashed(const char *bytes, uint32 len);

/* Strings by number and numbers by string, in a memory context of its own choice */
typedef struct l2_dictionary l2_dictionary;

extern l2_dictionary *l2_dictionary_make(MemoryContext context);
extern int l2_dictionary_size(const l2_dictionary *d);

/* The number of a string; -1 where it is not known */
extern int l2_dictionary_find(l2_dictionary *d, const l2_bytes *s);

/* The number of a string, a new one where need be: then a copy is kept */
extern int l2_dictionary_add(l2_dictionary *d, const l2_bytes *s);

/* String number i; its bytes end in a zero that is not counted */
extern const l2_bytes *l2_dictionary_get(const l2_dictionary *d, int i);

/* As qsort has it: in the order of the bytes, NULL last */
extern int l2_compare_bytes(const l2_bytes *a, const l2_bytes *b);

/* Sums of weights by pair of numbers */
typedef struct l2_pairs l2_pairs;

extern l2_pairs *l2_pairs_make(MemoryContext context);
extern void l2_pairs_add(l2_pairs *p, uint32 a, uint32 b, dd weight);
extern uint32 l2_pairs_size(const l2_pairs *p);

/* All of them, in no order: start with *at = 0, until it returns false */
extern bool l2_pairs_next(const l2_pairs *p, uint32 *at, uint32 *a, uint32 *b, dd *weight);

#endif
