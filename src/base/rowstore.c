/*
 * rowstore.c: rows in memory and in a temporary file.
 *
 * An aggregate over a million groups may have a million stores, so none has a file, or a buffer of
 * some size, to itself.  When the buffers of all together take what work_mem allows, all are
 * written to the end of the one file, each as a chunk, and freed: so the file is written in large
 * pieces, however the groups' rows alternate.
 *
 * A buffer doubles up to a block, and then stays where it is: to move many pages costs more than to
 * fill them, most of all in a virtual machine.  Large blocks are asked for in huge pages.
 */
#include "base/rowstore.h"

#ifndef WIN32
#include <sys/mman.h>
#endif

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/buffile.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/* Smallest buffer; the allocator rounds up to powers of two */
#define MIN_BYTES 512

/* Largest block, and from when on huge pages are worth asking for */
#define MAX_BLOCK (32 * 1024 * 1024)
#define HUGE_FROM (8 * 1024 * 1024)
#define HUGE_PAGE (2 * 1024 * 1024)

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
	Size used;     /* bytes of all buffers */
	Size limit;    /* for used */
	Size block;    /* what a buffer may grow to */
	BufFile *file; /* NULL until it is needed */
	ResourceOwner owner;
	l2_row_pool *next_open; /* of the pools that have a file */
	int end_fileno;
	off_t end_offset;
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
	pool->file = NULL;
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
	pool->file = BufFileCreateTemp(false);
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
	BufFile *file = pool->file;

	if (file != NULL)
	{
		forget_file(pool);
		/* after an error there is nothing to write any more: its owner closes the file */
		if (IsTransactionState())
			BufFileClose(file);
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
	pool->limit = (Size) ((double) work_mem * 1024 * SHARE);
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

/* The file's parts have at most 1 GB each, so not every offset is a product of what came before */
static void
note_end(l2_row_pool *pool)
{
	BufFileTell(pool->file, &pool->end_fileno, &pool->end_offset);
}

static void
seek(l2_row_pool *pool, int fileno, off_t offset)
{
	if (BufFileSeek(pool->file, fileno, offset, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(), errmsg("could not seek in temporary file of rows")));
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

/* Move rows to the end of the file */
static l2_row_chunk
write_out(const l2_row_store *s, double *rows, int64 n)
{
	l2_row_pool *pool = s->pool;
	l2_row_chunk chunk = {NULL, pool->end_fileno, pool->end_offset, n};
	char *at = (char *) rows;
	Size left = sizeof(double) * n * s->width;

	while (left > 0)
	{
		Size piece = Min(left, 1024 * 1024);

		CHECK_FOR_INTERRUPTS();
		BufFileWrite(pool->file, at, piece);
		at += piece;
		left -= piece;
	}
	note_end(pool);
	return chunk;
}

/* Write all rows to the file */
static void
spill(l2_row_pool *pool)
{
	MemoryContext old = MemoryContextSwitchTo(pool->context);

	if (pool->file == NULL)
	{
		open_file(pool);
		note_end(pool);
	}
	seek(pool, pool->end_fileno, pool->end_offset);
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
		if (s->rows > 0)
			*add_chunk(s) = write_out(s, s->buffer, s->rows);
		pfree(s->buffer);
		s->buffer = NULL;
		s->rows = s->capacity = 0;
	}
	pool->used = 0;
	/* with very many stores their smallest buffers alone may take more: do not spill all the time
	 */
	pool->limit = Max(pool->limit, (Size) pool->n_stores * MIN_BYTES * 2);
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

	if (!s->whole)
		size = Min(size, block);
	if (!s->whole && 2 * held > block)
	{
		l2_row_chunk chunk = {s->buffer, 0, 0, s->rows};

		*add_chunk(s) = chunk;
		s->buffer = NULL;
		s->rows = s->capacity = 0;
		held = 0;
		size = block;
	}
	if (pool->used - held + size > pool->limit && pool->used > 0)
	{
		spill(pool);
		held = 0;
		size = least;
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
	r->store = s;
	r->block = s->pool && s->pool->file ? palloc(sizeof(double) * s->width * L2N_BLOCK_ROWS) : NULL;
	l2_row_reader_rewind(r);
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

int
l2_row_reader_next(l2_row_reader *r, const double **rows)
{
	l2_row_store *s = r->store;
	int n;

	CHECK_FOR_INTERRUPTS();
	if (r->chunk < s->n_chunks && s->chunks[r->chunk].memory != NULL)
	{
		const l2_row_chunk *c = &s->chunks[r->chunk];

		n = (int) Min(c->rows - r->row, L2N_BLOCK_ROWS);
		*rows = c->memory + r->row * s->width;
		reader_advance(r, n);
		return n;
	}
	if (r->chunk < s->n_chunks)
	{
		int have = 0;

		/* a block of short chunks is filled from several */
		while (have < L2N_BLOCK_ROWS && r->chunk < s->n_chunks &&
			   s->chunks[r->chunk].memory == NULL)
		{
			const l2_row_chunk *c = &s->chunks[r->chunk];
			Size size;

			if (r->row == 0)
				seek(s->pool, c->fileno, c->offset);
			n = (int) Min(c->rows - r->row, L2N_BLOCK_ROWS - have);
			size = sizeof(double) * s->width * n;
			if (BufFileRead(s->pool->file, r->block + (Size) have * s->width, size) != size)
				ereport(ERROR, (errcode_for_file_access(),
								errmsg("could not read from temporary file of rows")));
			have += n;
			reader_advance(r, n);
		}
		*rows = r->block;
		return have;
	}
	n = (int) Min(s->rows - r->row, L2N_BLOCK_ROWS);
	*rows = s->buffer + r->row * s->width;
	r->row += n;
	return n;
}
