/*
 * rowstore.c: rows in memory and in a temporary file.
 *
 * An aggregate over a million groups may have a million stores, so none has a file, or a buffer of
 * some size, to itself.  When the buffers of all together take what work_mem allows, all are
 * written to the end of the one file, each as a chunk, and freed: so the file is written in large
 * pieces, however the groups' rows alternate.
 */
#include "rowstore.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/buffile.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/* Smallest buffer; the allocator rounds up to powers of two */
#define MIN_BYTES 512

/*
 * The share of work_mem that rows may take: where the executor hashes groups, it counts them too,
 * and would begin to put groups off
 */
#define SHARE 0.75

struct l2_row_pool
{
	l2_row_pool *next; /* of the call site */
	l2_row_pool **list;
	MemoryContext context;
	l2_row_store *stores;
	int64 n_stores;
	Size used;     /* bytes of all buffers */
	Size limit;    /* for used */
	BufFile *file; /* NULL until it is needed */
	ResourceOwner owner;
	l2_row_pool *next_open; /* of the pools that have a file */
	int end_fileno;
	off_t end_offset;
};

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
	for (l2_row_pool **p = pool->list; *p != NULL; p = &(*p)->next)
		if (*p == pool)
		{
			*p = pool->next;
			break;
		}
}

l2_row_pool *
l2_row_pool_of(void **cache, MemoryContext cache_context, MemoryContext context)
{
	l2_row_pool **list = *cache, *pool;
	MemoryContextCallback *callback;

	if (list == NULL)
		*cache = list = MemoryContextAllocZero(cache_context, sizeof *list);
	for (pool = *list; pool != NULL; pool = pool->next)
		if (pool->context == context)
			return pool;
	pool = MemoryContextAllocZero(context, sizeof *pool);
	callback = MemoryContextAllocZero(context, sizeof *callback);
	pool->context = context;
	pool->limit = (Size) ((double) work_mem * 1024 * SHARE);
	pool->list = list;
	pool->next = *list;
	*list = pool;
	callback->func = forget_pool;
	callback->arg = pool;
	MemoryContextRegisterResetCallback(context, callback);
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

static void
write_out(l2_row_store *s)
{
	l2_row_pool *pool = s->pool;
	char *at = (char *) s->buffer;
	Size left = sizeof(double) * s->rows * s->width;

	if (s->n_chunks == s->max_chunks)
	{
		s->max_chunks = Max(2 * s->max_chunks, 4);
		if (s->chunks == NULL)
			s->chunks = MemoryContextAlloc(pool->context, sizeof(l2_row_chunk) * s->max_chunks);
		else
			s->chunks = repalloc_huge(s->chunks, sizeof(l2_row_chunk) * s->max_chunks);
	}
	s->chunks[s->n_chunks++] = (l2_row_chunk){pool->end_fileno, pool->end_offset, s->rows};
	while (left > 0)
	{
		Size piece = Min(left, 1024 * 1024);

		CHECK_FOR_INTERRUPTS();
		BufFileWrite(pool->file, at, piece);
		at += piece;
		left -= piece;
	}
	note_end(pool);
	s->rows = 0;
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
		if (s->capacity == 0)
			continue;
		if (s->rows > 0)
			write_out(s);
		pfree(s->buffer);
		s->buffer = NULL;
		s->capacity = 0;
	}
	pool->used = 0;
	/* with very many stores their smallest buffers alone may take more: do not spill all the time
	 */
	pool->limit = Max(pool->limit, (Size) pool->n_stores * MIN_BYTES * 2);
	MemoryContextSwitchTo(old);
}

double *
l2_row_store_grow(l2_row_store *s)
{
	l2_row_pool *pool = s->pool;
	Size row = sizeof(double) * s->width, old = s->capacity * row;
	Size size = Max(2 * old, Max(MIN_BYTES, row));

	if (pool->used - old + size > pool->limit && pool->used > 0)
	{
		spill(pool);
		old = 0;
		size = Max(MIN_BYTES, row);
	}
	if (s->buffer == NULL)
		s->buffer = MemoryContextAllocHuge(pool->context, size);
	else
		s->buffer = repalloc_huge(s->buffer, size);
	s->capacity = size / row;
	pool->used += s->capacity * row - old;
	return s->buffer + s->rows * s->width;
}

void
l2_row_reader_init(l2_row_reader *r, l2_row_store *s)
{
	r->store = s;
	r->block = s->n_chunks > 0 ? palloc(sizeof(double) * s->width * L2N_BLOCK_ROWS) : NULL;
	l2_row_reader_rewind(r);
}

int
l2_row_reader_next(l2_row_reader *r, const double **rows)
{
	l2_row_store *s = r->store;
	int n;

	CHECK_FOR_INTERRUPTS();
	if (r->chunk < s->n_chunks)
	{
		int have = 0;

		/* a block of short chunks is filled from several */
		while (have < L2N_BLOCK_ROWS && r->chunk < s->n_chunks)
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
			r->row += n;
			if (r->row == c->rows)
			{
				r->chunk++;
				r->row = 0;
			}
		}
		*rows = r->block;
		return have;
	}
	n = (int) Min(s->rows - r->row, L2N_BLOCK_ROWS);
	*rows = s->buffer + r->row * s->width;
	r->row += n;
	return n;
}
