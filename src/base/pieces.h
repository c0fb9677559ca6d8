/*
 * pieces.h: values taken apart, to compare and hash them.
 *
 * What is equal is told by numbers, not by their bytes: 0 equals -0, and any NaN any other, which
 * is more than all numbers, as in float8's operators.  Values are taken apart into as many pieces
 * of the same kinds; the words say how long the other pieces are.
 */
#ifndef L2_PIECES_H
#define L2_PIECES_H

#include "base/l2reg.h"

typedef enum l2_piece_kind
{
	L2_PIECE_WORDS,   /* int64 */
	L2_PIECE_BYTES,   /* in the order of memcmp */
	L2_PIECE_DOUBLES, /* aligned */
} l2_piece_kind;

typedef struct l2_piece
{
	l2_piece_kind kind;
	const void *at; /* borrowed */
	Size n;         /* of them */
} l2_piece;

/* As qsort has it: less than, equal to or greater than 0; both have n pieces of the same kinds */
extern int l2_compare_pieces(const l2_piece *a, const l2_piece *b, int n);

/* A hash of n pieces: the same for what is equal */
extern uint64 l2_hash_pieces(const l2_piece *p, int n, uint64 seed);

/*
 * The functions behind a type's operators and operator classes.  compare(Datum, Datum) orders two
 * values, hash(Datum, uint64 seed) hashes one.  Without a seed the hash is what is low in the one
 * with the seed 0: so PostgreSQL asks for it.
 */
#define L2_COMPARISON(name, compare, is)                                      \
	PG_FUNCTION_INFO_V1(name);                                                \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)                                  \
	{                                                                         \
		PG_RETURN_BOOL(compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)) is 0); \
	}                                                                         \
	extern int no_such_variable

#define L2_ORDER(name, compare)                                           \
	PG_FUNCTION_INFO_V1(name);                                            \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)                              \
	{                                                                     \
		PG_RETURN_INT32(compare(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1))); \
	}                                                                     \
	extern int no_such_variable

#define L2_HASH(name, hash)                                     \
	PG_FUNCTION_INFO_V1(name);                                  \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)                    \
	{                                                           \
		PG_RETURN_UINT32((uint32) hash(PG_GETARG_DATUM(0), 0)); \
	}                                                           \
	extern int no_such_variable

#define L2_HASH_SEEDED(name, hash)                                               \
	PG_FUNCTION_INFO_V1(name);                                                   \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)                                     \
	{                                                                            \
		PG_RETURN_UINT64(hash(PG_GETARG_DATUM(0), (uint64) PG_GETARG_INT64(1))); \
	}                                                                            \
	extern int no_such_variable

#endif
