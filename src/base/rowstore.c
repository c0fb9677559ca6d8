/*
 * rowstore.c: rows in memory and in a temporary file.
 *
 * An aggregate over a million groups may have a million stores, so none has a file, or a buffer of
 * some size, to itself.  When the buffers of all together take what work_mem allows, all are
 * written to the end of the one file, each as a chunk, and freed: so the file is written in large
 * pieces, however the groups' rows alternate.  With few stores rows stay in memory, and only those
 * that come later go to the file.  Pieces are larger than those of a BufFile, for whose 8 kB
 * systems spend more time on the file than on what is in it.
 *
 * A buffer doubles up to a block, and then stays where it is: to move many pages costs more than to
 * fill them, most of all in a virtual machine.  Large blocks are asked for in huge pages.
 */
#include "base/rowstore.h"

#ifndef WIN32
#include <sys/mman.h>
#endif

#include "access/xact.h"
#include "commands/tablespace.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/* Smallest buffer; the allocator rounds up to powers of two */
#define MIN_BYTES 512

/* Largest block, and from when on huge pages are worth asking for */
#define MAX_BLOCK (32 * 1024 * 1024)
#define HUGE_FROM (8 * 1024 * 1024)
#define HUGE_PAGE (2 * 1024 * 1024)

/* What is written and read at once */
#define PIECE (128 * 1024)

/*
 * The share of work_mem that rows may take: where the executor hashes groups, it counts them too,
 * and would begin to put groups off
 */
#define SHARE 0.75

struct l2_row_pool
{
	l2_row_pool *next; /* of all that there are */
	MemoryContext context;
	l2_row_store *stores;
	int64 n_stores;
	Size full;     /* bytes that rows may take */
	Size used;     /* by all buffers, and what is full of them, but for what stays */
	Size limit;    /* for used */
	Size block;    /* what a buffer may grow to */
	bool stays;    /* what came first stays in memory, and a buffer that is full is written */
	bool has_file; /* from when it is needed */
	File file;
	ResourceOwner owner;
	l2_row_pool *next_open; /* of the pools that have a file */
	off_t end;              /* of the file */
	char *piece;            /* before the end, what is not yet written */
	Size pending;
};

/*
 * Pools are found by their context, and not by what a call site remembers: that may live shorter.
 * Citus calls transition functions by way of an FmgrInfo made for one row.
 */
static l2_row_pool *pools = NULL;
static l2_row_pool *open_pools = NULL;

static void
forget_file(l2_row_pool *pool)
{
	for (l2_row_pool **p = &open_pools; *p != NULL; p = &(*p)->next_open)
		if (*p == pool)
		{
			*p = pool->next_open;
			break;
		}
	pool->has_file = false;
}

/*
 * After an error resource owners close their files, at a time when the memory of the query may
 * still be there for a while: then the file must not be closed again.
 */
static void
forget_files(ResourceReleasePhase phase, bool is_commit, bool is_top, void *arg)
{
	l2_row_pool *next;

	if (phase != RESOURCE_RELEASE_BEFORE_LOCKS)
		return;
	for (l2_row_pool *pool = open_pools; pool != NULL; pool = next)
	{
		next = pool->next_open;
		if (pool->owner == CurrentResourceOwner)
			forget_file(pool);
	}
}

static void
open_file(l2_row_pool *pool)
{
	static bool registered = false;

	if (!registered)
		RegisterResourceReleaseCallback(forget_files, NULL);
	registered = true;
	if (pool->piece == NULL)
		pool->piece = MemoryContextAlloc(pool->context, PIECE);
	PrepareTempTablespaces();
	pool->file = OpenTemporaryFile(false);
	pool->has_file = true;
	pool->owner = CurrentResourceOwner;
	pool->next_open = open_pools;
	open_pools = pool;
}

/* The context is reset or deleted: for the next group, at the end of the query, or after an error
 */
static void
forget_pool(void *arg)
{
	l2_row_pool *pool = arg;

	if (pool->has_file)
	{
		forget_file(pool);
		/* after an error there is nothing to write any more: its owner closes the file */
		if (IsTransactionState())
			FileClose(pool->file);
	}
	for (l2_row_pool **p = &pools; *p != NULL; p = &(*p)->next)
		if (*p == pool)
		{
			*p = pool->next;
			break;
		}
}

l2_row_pool *
l2_row_pool_of(MemoryContext context)
{
	l2_row_pool *pool;
	MemoryContextCallback *callback;

	for (pool = pools; pool != NULL; pool = pool->next)
		if (pool->context == context)
			return pool;
	pool = MemoryContextAllocZero(context, sizeof *pool);
	callback = MemoryContextAllocZero(context, sizeof *callback);
	pool->context = context;
	pool->full = (Size) ((double) work_mem * 1024 * SHARE);
	pool->limit = pool->full - pool->full / 8;
	pool->block = Min(pool->limit / 4, MAX_BLOCK);
	callback->func = forget_pool;
	callback->arg = pool;
	MemoryContextRegisterResetCallback(context, callback);
	pool->next = pools;
	pools = pool;
	return pool;
}

void
l2_row_store_init(l2_row_store *s, l2_row_pool *pool, int width)
{
	memset(s, 0, sizeof *s);
	s->pool = pool;
	s->width = width;
	s->next = pool->stores;
	pool->stores = s;
	pool->n_stores++;
}

static l2_row_chunk *
add_chunk(l2_row_store *s)
{
	if (s->n_chunks == s->max_chunks)
	{
		s->max_chunks = Max(2 * s->max_chunks, 4);
		if (s->chunks == NULL)
			s->chunks = MemoryContextAlloc(s->pool->context, sizeof(l2_row_chunk) * s->max_chunks);
		else
			s->chunks = repalloc_huge(s->chunks, sizeof(l2_row_chunk) * s->max_chunks);
	}
	return &s->chunks[s->n_chunks++];
}

/* Write to the end of the file */
static void
write_piece(l2_row_pool *pool, const char *from, Size size)
{
	CHECK_FOR_INTERRUPTS();
	if (FileWrite(pool->file, (char *) from, size, pool->end, WAIT_EVENT_BUFFILE_WRITE) !=
		(int) size)
		ereport(ERROR,
				(errcode_for_file_access(), errmsg("could not write temporary file of rows: %m")));
	pool->end += size;
	pgBufferUsage.temp_blks_written += size / BLCKSZ;
}

static void
write_pending(l2_row_pool *pool)
{
	Size size = pool->pending;

	pool->pending = 0;
	if (size > 0)
		write_piece(pool, pool->piece, size);
}

/* Move rows to the end of the file: to its pending piece, or past it */
static l2_row_chunk
write_out(const l2_row_store *s, double *rows, int64 n)
{
	l2_row_pool *pool = s->pool;
	l2_row_chunk chunk = {NULL, pool->end + pool->pending, n};
	const char *at = (char *) rows;
	Size left = sizeof(double) * n * s->width;

	while (left > 0)
	{
		Size part = Min(left, PIECE - pool->pending);

		if (part == PIECE)
			write_piece(pool, at, part);
		else
		{
			memcpy(pool->piece + pool->pending, at, part);
			pool->pending += part;
			if (pool->pending == PIECE)
				write_pending(pool);
		}
		at += part;
		left -= part;
	}
	return chunk;
}

/* Write a store's buffer to the file, which goes on where its last chunk ended or in another */
static void
write_buffer(l2_row_store *s)
{
	l2_row_chunk chunk = write_out(s, s->buffer, s->rows);
	l2_row_chunk *last = s->n_chunks > 0 ? &s->chunks[s->n_chunks - 1] : NULL;

	if (last && last->memory == NULL &&
		last->offset + (off_t) (sizeof(double) * s->width * last->rows) == chunk.offset)
		last->rows += chunk.rows;
	else if (chunk.rows > 0)
		*add_chunk(s) = chunk;
	s->rows = 0;
}

/* Write all rows to the file */
static void
write_all(l2_row_pool *pool)
{
	for (l2_row_store *s = pool->stores; s != NULL; s = s->next)
	{
		for (int i = 0; i < s->n_chunks; i++)
		{
			double *memory = s->chunks[i].memory;

			if (memory == NULL)
				continue;
			s->chunks[i] = write_out(s, memory, s->chunks[i].rows);
			pfree(memory);
		}
		if (s->capacity == 0)
			continue;
		write_buffer(s);
		pfree(s->buffer);
		s->buffer = NULL;
		s->capacity = 0;
	}
}

/* What is full of a store, to make room for another buffer */
static void
set_aside(l2_row_store *s)
{
	l2_row_chunk chunk = {s->buffer, 0, s->rows};

	if (s->rows > 0)
		*add_chunk(s) = chunk;
	s->buffer = NULL;
	s->rows = s->capacity = 0;
}

/* What all stores need to write a piece each when it is full; 0 where that is too much */
static Size
room_to_write(const l2_row_pool *pool)
{
	Size room = 0;

	for (const l2_row_store *s = pool->stores; s != NULL; s = s->next)
	{
		room += 2 * Max(PIECE, sizeof(double) * s->width);
		if (s->whole || room > pool->full / 8)
			return 0;
	}
	return room;
}

/* There are more rows than there may be in memory */
static void
spill(l2_row_pool *pool)
{
	MemoryContext old = MemoryContextSwitchTo(pool->context);
	Size room = room_to_write(pool);

	if (!pool->has_file)
		open_file(pool);
	if (room == 0)
	{
		write_all(pool);
		pool->stays = false;
		pool->block = Min(pool->full / 4, MAX_BLOCK);
		/* with very many stores their smallest buffers alone may take more: do not spill all the
		 * time */
		pool->limit = Max(pool->full, (Size) pool->n_stores * MIN_BYTES * 2);
		pool->used = 0;
	}
	else
	{
		for (l2_row_store *s = pool->stores; s != NULL && !pool->stays; s = s->next)
			set_aside(s);
		if (!pool->stays)
			pool->used = 0;
		pool->stays = true;
		pool->block = PIECE;
		pool->limit = room;
	}
	MemoryContextSwitchTo(old);
}

void
l2_ask_for_huge_pages(void *memory, Size size)
{
#ifdef MADV_HUGEPAGE
	uintptr_t from = TYPEALIGN(HUGE_PAGE, (uintptr_t) memory);
	uintptr_t to = TYPEALIGN_DOWN(HUGE_PAGE, (uintptr_t) memory + size);

	if (size >= HUGE_FROM && from < to)
		(void) madvise((void *) from, to - from, MADV_HUGEPAGE);
#endif
}

double *
l2_row_store_grow(l2_row_store *s)
{
	l2_row_pool *pool = s->pool;
	Size row = sizeof(double) * s->width, least = Max(MIN_BYTES, row),
		 block = Max(pool->block, least);
	Size held = s->capacity * row, size = Max(2 * held, least);

	if (pool->stays && 2 * held > block)
	{
		write_buffer(s);
		return s->buffer;
	}
	if (!s->whole)
		size = Min(size, block);
	if (!s->whole && 2 * held > block)
	{
		set_aside(s);
		held = 0;
		size = block;
	}
	if (pool->used - held + size > pool->limit && pool->used > 0)
	{
		spill(pool);
		held = s->capacity * row;
		size = Max(2 * held, least);
	}
	if (s->buffer == NULL)
	{
		s->buffer = MemoryContextAllocHuge(pool->context, size);
		l2_ask_for_huge_pages(s->buffer, size);
	}
	else
		s->buffer = repalloc_huge(s->buffer, size);
	s->capacity = size / row;
	pool->used += s->capacity * row - held;
	return s->buffer + s->rows * s->width;
}

void
l2_row_reader_init(l2_row_reader *r, l2_row_store *s)
{
	Size row = sizeof(double) * s->width;

	memset(r, 0, sizeof *r);
	r->store = s;
	if (s->pool && s->pool->has_file)
	{
		write_pending(s->pool);
		r->n_block = (int) Max(PIECE / row, L2N_BLOCK_ROWS);
		r->block = palloc(row * r->n_block);
	}
}

/* n rows on, which are in a chunk */
static void
reader_advance(l2_row_reader *r, int n)
{
	r->row += n;
	if (r->row == r->store->chunks[r->chunk].rows)
	{
		r->chunk++;
		r->row = 0;
	}
}

/* Whether the next rows are in the file */
static bool
reader_is_in_file(const l2_row_reader *r)
{
	return r->chunk < r->store->n_chunks && r->store->chunks[r->chunk].memory == NULL;
}

/* Fill the block from the file, where chunks are short from several */
static void
reader_fill(l2_row_reader *r)
{
	const l2_row_store *s = r->store;
	Size row = sizeof(double) * s->width;

	r->read = r->given = 0;
	while (r->read < r->n_block && reader_is_in_file(r))
	{
		const l2_row_chunk *c = &s->chunks[r->chunk];
		int n = (int) Min(c->rows - r->row, r->n_block - r->read);
		Size size = row * n;

		if (FileRead(s->pool->file, (char *) r->block + row * r->read, size,
					 c->offset + (off_t) (row * r->row), WAIT_EVENT_BUFFILE_READ) != (int) size)
			ereport(ERROR, (errcode_for_file_access(),
							errmsg("could not read from temporary file of rows")));
		pgBufferUsage.temp_blks_read += size / BLCKSZ;
		r->read += n;
		reader_advance(r, n);
	}
}

int
l2_row_reader_next(l2_row_reader *r, const double **rows)
{
	l2_row_store *s = r->store;
	int n;

	CHECK_FOR_INTERRUPTS();
	if (r->given == r->read && reader_is_in_file(r))
		reader_fill(r);
	if (r->given < r->read)
	{
		n = Min(r->read - r->given, L2N_BLOCK_ROWS);
		*rows = r->block + (Size) r->given * s->width;
		r->given += n;
		return n;
	}
	if (r->chunk < s->n_chunks)
	{
		const l2_row_chunk *c = &s->chunks[r->chunk];

		n = (int) Min(c->rows - r->row, L2N_BLOCK_ROWS);
		*rows = c->memory + r->row * s->width;
		reader_advance(r, n);
		return n;
	}
	n = (int) Min(s->rows - r->row, L2N_BLOCK_ROWS);
	*rows = s->buffer + r->row * s->width;
	r->row += n;
	return n;
}
