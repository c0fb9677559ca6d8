/*
 * rowstore.h: the rows of aggregates that need more than one pass over them.
 *
 * All stores in one memory context, an aggregate's, share the memory of work_mem, and beyond it one
 * temporary file, which obeys temp_file_limit and goes away with the aggregate's memory, or with
 * the transaction.
 */
#ifndef L2_ROWSTORE_H
#define L2_ROWSTORE_H

#include "base/l2reg.h"

/* What the stores in a memory context share; see rowstore.c */
typedef struct l2_row_pool l2_row_pool;

/* Rows written together, or a block of memory that is full */
typedef struct l2_row_chunk
{
	double *memory; /* NULL: in the file */
	off_t offset;
	int64 rows;
} l2_row_chunk;

/* Rows of some group: those of the chunks, then those of the buffer */
typedef struct l2_row_store
{
	l2_row_pool *pool;
	struct l2_row_store *next; /* of the pool */
	int width;                 /* doubles a row */
	bool whole;                /* rows in memory are all in the buffer: no chunk has any */
	int64 rows;                /* in the buffer */
	int64 capacity;
	double *buffer;
	int n_chunks;
	int max_chunks;
	l2_row_chunk *chunks;
} l2_row_store;

/* The pool of a context, an aggregate's, which may be reset and used again */
extern l2_row_pool *l2_row_pool_of(MemoryContext context);

extern void l2_row_store_init(l2_row_store *s, l2_row_pool *pool, int width);

/* Where the next row goes; it counts once s->rows does */
extern double *l2_row_store_grow(l2_row_store *s);

static inline double *
l2_row_store_next(l2_row_store *s)
{
	if (unlikely(s->rows == s->capacity))
		return l2_row_store_grow(s);
	return s->buffer + s->rows * s->width;
}

/* Reads all rows of a store, which must not grow meanwhile */
typedef struct l2_row_reader
{
	l2_row_store *store;
	int chunk; /* n_chunks: the buffer */
	int64 row; /* of the chunk */

	/* rows of the file that were read and not yet given out */
	double *block; /* room for n_block; NULL without a file */
	int n_block;
	int read;
	int given;
} l2_row_reader;

/* In the current context */
extern void l2_row_reader_init(l2_row_reader *r, l2_row_store *s);

/* From the first row again */
static inline void
l2_row_reader_rewind(l2_row_reader *r)
{
	r->chunk = 0;
	r->row = 0;
	r->read = r->given = 0;
}

/* The next rows, at most L2N_BLOCK_ROWS of them; 0 at the end */
extern int l2_row_reader_next(l2_row_reader *r, const double **rows);

/* Fewer faults on the first touch of much memory, where the system knows how */
extern void l2_ask_for_huge_pages(void *memory, Size size);

#endif
