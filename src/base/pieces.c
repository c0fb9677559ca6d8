/*
 * pieces.c: values taken apart, to compare and hash them.
 */
#include "base/pieces.h"

#include <math.h>

#include "common/hashfn.h"
#include "utils/float.h"

/* Doubles that are hashed at a time */
#define PIECE_BLOCK 256

static int
pieces_compare_words(const int64 *a, const int64 *b, Size n)
{
	for (Size i = 0; i < n; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static int
pieces_compare_doubles(const double *a, const double *b, Size n)
{
	/* most that are equal are so by their bytes */
	if (memcmp(a, b, n * sizeof(double)) == 0)
		return 0;
	for (Size i = 0; i < n; i++)
	{
		int order = float8_cmp_internal(a[i], b[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

/* Orders two pieces of one kind by what both have, and then by length, as strings are. */
static int
compare_piece(const l2_piece *a, const l2_piece *b)
{
	Size n = Min(a->n, b->n);
	int order = 0;

	if (n > 0)
		switch (a->kind)
		{
			case L2_PIECE_WORDS:
				order = pieces_compare_words(a->at, b->at, n);
				break;
			case L2_PIECE_BYTES:
				order = memcmp(a->at, b->at, n);
				break;
			case L2_PIECE_DOUBLES:
				order = pieces_compare_doubles(a->at, b->at, n);
				break;
		}
	if (order != 0)
		return order < 0 ? -1 : 1;
	return a->n == b->n ? 0 : a->n < b->n ? -1 : 1;
}

int
l2_compare_pieces(const l2_piece *a, const l2_piece *b, int n)
{
	for (int i = 0; i < n; i++)
	{
		int order = compare_piece(&a[i], &b[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

static uint64
hash_doubles(const double *v, Size n, uint64 seed)
{
	double block[PIECE_BLOCK];

	for (Size done = 0; done < n; done += PIECE_BLOCK)
	{
		int some = (int) Min(n - done, PIECE_BLOCK);

		/* one NaN, and no -0 */
		for (int i = 0; i < some; i++)
			block[i] = isnan(v[done + i]) ? get_float8_nan() : v[done + i] + 0.0;
		seed = hash_bytes_extended((unsigned char *) block, some * (int) sizeof(double), seed);
	}
	return seed;
}

uint64
l2_hash_pieces(const l2_piece *p, int n, uint64 seed)
{
	for (int i = 0; i < n; i++)
		switch (p[i].kind)
		{
			case L2_PIECE_WORDS:
				seed = hash_bytes_extended(p[i].at, (int) (p[i].n * sizeof(int64)), seed);
				break;
			case L2_PIECE_BYTES:
				seed = hash_bytes_extended(p[i].at, (int) p[i].n, seed);
				break;
			case L2_PIECE_DOUBLES:
				seed = hash_doubles(p[i].at, p[i].n, seed);
				break;
		}
	return seed;
}
