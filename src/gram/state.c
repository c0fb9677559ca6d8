/*
 * state.c: the SQL type l2_state: in memory, and its text and binary forms.
 */
#include "gram/state.h"

#include "base/aggregate.h"
#include "base/base64.h"

#include <ctype.h>
#include <math.h>

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define L2_STATE_VERSION 1

/* Shares of all weight by which sums over levels may differ from it, by rounding */
#define STATE_RESIDUE 1e-9

/*
 * In memory
 */

static const char pool_name[] = "l2reg states";

l2_state_pool *
l2_state_pool_of(MemoryContext aggregate)
{
	MemoryContext context;
	l2_state_pool *pool;

	for (context = aggregate->firstchild; context; context = context->nextchild)
		if (context->name == pool_name)
			return (l2_state_pool *) context->ident;
	context = AllocSetContextCreateInternal(aggregate, pool_name, ALLOCSET_DEFAULT_SIZES);
	pool = MemoryContextAllocZero(context, sizeof *pool);
	strlcpy(pool->tag, "rows in groups", sizeof pool->tag);
	pool->context = context;
	MemoryContextSetIdentifier(context, pool->tag);
	return pool;
}

static Size
state_flat_size(ExpandedObjectHeader *header)
{
	l2_state *state = (l2_state *) header;

	if (state->flat == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(state->pool->context);

		state->flat = l2_sparse_serialize(state->sparse);
		MemoryContextSwitchTo(old);
	}
	return VARSIZE(state->flat);
}

static void
state_forget_flat(l2_state *state)
{
	if (state->flat)
		pfree(state->flat);
	state->flat = NULL;
}

static void
state_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	l2_state *state = (l2_state *) header;

	Assert(state->flat && VARSIZE(state->flat) == size);
	memcpy(result, state->flat, size);
	state_forget_flat(state);
}

static const ExpandedObjectMethods state_methods = {state_flat_size, state_flatten};

l2_state *
l2_state_expand(l2_state_pool *pool, l2_sparse *sparse)
{
	l2_state *state = MemoryContextAllocZero(pool->context, sizeof *state);

	EOH_init_header(&state->header, &state_methods, pool->context);
	state->pool = pool;
	state->sparse = sparse;
	return state;
}

static l2_state *
state_expanded(Datum d)
{
	l2_state *state;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(d)))
		return NULL;
	state = (l2_state *) DatumGetEOHP(d);
	if (state->header.eoh_methods != &state_methods)
		l2_foreign_state();
	return state;
}

l2_state *
l2_state_own(Datum d)
{
	l2_state *state = state_expanded(d);

	if (state == NULL || !VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(d)))
		return NULL;
	/* asked for its size, and then not for its bytes */
	if (unlikely(state->flat != NULL))
		state_forget_flat(state);
	return state;
}

l2_sparse *
l2_state_sums(Datum d)
{
	l2_state *state = state_expanded(d);

	return state ? state->sparse : l2_sparse_deserialize((bytea *) PG_DETOAST_DATUM(d));
}

l2_sparse *
l2_state_copy_of_sums(MemoryContext context, Datum d)
{
	bytea *flat = (bytea *) PG_DETOAST_DATUM(d);
	MemoryContext old = MemoryContextSwitchTo(context);
	l2_sparse *s = l2_sparse_deserialize(flat);

	MemoryContextSwitchTo(old);
	return s;
}

bool
l2_state_is_ready(const l2_sparse *s)
{
	return s->spec->options_len >= L2_FIT_SPEC_HEADER &&
		   ((const l2_fit_spec *) l2_gram_options(s->spec))->ready;
}

l2_scope
l2_state_scope_of_sums(const l2_sparse *s)
{
	l2_scope scope = l2_state_scope(s->spec);

	if (scope.method != L2_METHOD_OLS || (scope.place != L2_IN_GRAM && scope.place != L2_IN_FOLDS))
		l2_foreign_state();
	scope.record = true;
	return scope;
}

l2_sparse *
l2_state_first_sums(MemoryContext context, const l2_gram *spec, const l2_options *o)
{
	return l2_sparse_make(context, spec, o, o->place == L2_IN_FOLDS ? o->folds : 1);
}

/*
 * Writing: big-endian, strings in UTF-8, levels and pairs in order, a checksum at the end
 */

static void
state_damaged(const char *why)
{
	l2_invalid("l2_state", ERRCODE_INVALID_BINARY_REPRESENTATION, why);
}

#define STATE_SETTLED  0x01 /* attributes are known */
#define STATE_WEIGHTED 0x02
#define STATE_ANY      0x04 /* there has been a row */
#define STATE_VARIES   0x08 /* y was not the same in all */
#define STATE_FLAGS    0x0f

static void
state_send_string(StringInfo buf, const char *s, int len)
{
	const char *converted = pg_server_to_any(pnstrdup(s, len), len, PG_UTF8);

	len = strlen(converted);
	pq_sendint32(buf, len);
	appendBinaryStringInfo(buf, converted, len);
}

static void
state_send_order(StringInfo buf, l2_enum_order order)
{
	pq_sendint32(buf, order.n);
	for (int i = 0; i < order.n; i++)
		state_send_string(buf, order.label[i], strlen(order.label[i]));
}

static void
state_send_gram(StringInfo buf, l2_gram *g)
{
	int at = buf->len;
	uint32 len;

	pq_sendint32(buf, 0);
	l2_gram_to_bytes(buf, l2_gram_get(PointerGetDatum(g)));
	len = pg_hton32((uint32) (buf->len - at - 4));
	memcpy(buf->data + at, &len, sizeof len);
}

/* A level, in UTF-8, and its number */
typedef struct state_level
{
	l2_bytes bytes;
	int number;
} state_level;

static int
state_compare_levels(const void *a, const void *b)
{
	return l2_compare_bytes(&((const state_level *) a)->bytes, &((const state_level *) b)->bytes);
}

/* The levels of category c in order; place gets where each is */
static state_level *
state_sort_levels(const l2_sparse *s, int c, int *place)
{
	int n = l2_dictionary_size(s->levels[c]);
	state_level *list = palloc(sizeof(state_level) * Max(n, 1));

	for (int l = 0; l < n; l++)
	{
		const l2_bytes *level = l2_dictionary_get(s->levels[c], l);

		list[l] = (state_level){*level, l};
		if (level->bytes)
		{
			list[l].bytes.bytes = pg_server_to_any((char *) level->bytes, level->len, PG_UTF8);
			list[l].bytes.len = strlen(list[l].bytes.bytes);
		}
	}
	qsort(list, n, sizeof(state_level), state_compare_levels);
	for (int l = 0; l < n; l++)
		place[list[l].number] = l;
	return list;
}

static void
state_send_levels(StringInfo buf, const state_level *list, int n)
{
	pq_sendint32(buf, n);
	for (int l = 0; l < n; l++)
	{
		const l2_bytes *level = &list[l].bytes;

		pq_sendint32(buf, level->bytes ? (int) level->len : -1);
		if (level->bytes)
			appendBinaryStringInfo(buf, level->bytes, level->len);
	}
}

/* The weight of two levels, by their places */
typedef struct state_pair
{
	uint32 a;
	uint32 b;
	dd weight;
} state_pair;

static int
state_compare_pairs(const void *x, const void *y)
{
	const state_pair *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return p->b == q->b ? 0 : p->b < q->b ? -1 : 1;
}

static void
state_send_pairs(StringInfo buf, const l2_pairs *pairs, const int *place_a, const int *place_b)
{
	int n = pairs ? (int) l2_pairs_size(pairs) : 0, filled = 0;
	state_pair *list = MemoryContextAllocHuge(CurrentMemoryContext, sizeof *list * Max(n, 1));
	uint32 at = 0, a, b;
	dd weight;

	while (pairs && l2_pairs_next(pairs, &at, &a, &b, &weight))
		list[filled++] = (state_pair){place_a[a], place_b[b], weight};
	qsort(list, n, sizeof *list, state_compare_pairs);
	pq_sendint32(buf, n);
	for (int i = 0; i < n; i++)
	{
		pq_sendint32(buf, list[i].a);
		pq_sendint32(buf, list[i].b);
		pq_sendfloat8(buf, list[i].weight.hi);
		pq_sendfloat8(buf, list[i].weight.lo);
	}
	pfree(list);
}

static void
state_send_part(StringInfo buf, const l2_sparse *s, const l2_sparse_part *p,
				state_level *const *level, int *const *place)
{
	int width = 2 * (1 + s->k);

	state_send_gram(buf, p->gram);
	for (int c = 0; c < s->n_categories; c++)
		for (int l = 0; l < l2_dictionary_size(s->levels[c]); l++)
		{
			int number = level[c][l].number;

			CHECK_FOR_INTERRUPTS();
			for (int i = 0; i < width; i++)
				pq_sendfloat8(buf,
							  number < p->room[c] ? p->sums[c][(Size) width * number + i] : 0.0);
		}
	for (int b = 1, i = 0; b < s->n_categories; b++)
		for (int a = 0; a < b; a++, i++)
			state_send_pairs(buf, p->pairs[i], place[a], place[b]);
}

/* A row that waits to be dealt to a fold, with its levels by their places */
typedef struct state_row
{
	uint64 hash;
	int64 copies;
	int width;
	double *packed;
} state_row;

static int
state_compare_rows(const void *a, const void *b)
{
	const state_row *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return l2_compare_numbers(x->packed, y->packed, (void *) &x->width);
}

/*
 * Rows in order of their hashes, levels by their places in sorted order: equal states are equal
 * bytes.
 */
static void
state_send_deck(StringInfo buf, const l2_sparse *s, int *const *place)
{
	const l2n_distinct *t = s->deck->table;
	int width = l2_sparse_deck_width(s);
	state_row *list;

	pq_sendbyte(buf, t != NULL);
	if (t == NULL)
	{
		pq_sendint64(buf, s->deck->sketch.rows);
		pq_sendint32(buf, s->deck->sketch.n);
		for (int i = 0; i < s->deck->sketch.n; i++)
			pq_sendint64(buf, s->deck->sketch.hash[i]);
		return;
	}
	list = palloc(sizeof *list * Max(t->n, 1));
	for (int i = 0; i < t->n; i++)
	{
		list[i] = (state_row){l2n_distinct_hash(t)[i], l2n_distinct_count(t)[i], width,
							  palloc(sizeof(double) * width)};
		memcpy(list[i].packed, l2n_distinct_row(t, i), sizeof(double) * width);
		for (int c = 0; c < s->n_categories; c++)
			list[i].packed[s->k + 1 + c] = place[c][(int) list[i].packed[s->k + 1 + c]];
	}
	qsort(list, t->n, sizeof *list, state_compare_rows);
	pq_sendint32(buf, t->n);
	for (int i = 0; i < t->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint64(buf, list[i].hash);
		pq_sendint64(buf, list[i].copies);
		for (int j = 0; j < width; j++)
			pq_sendfloat8(buf, list[i].packed[j]);
	}
}

/*
 * Levels are sorted for the bytes, and whatever refers to them by number is renumbered by place:
 * states of the same rows are the same bytes, in whatever order the rows came.
 */
static void
state_to_bytes(StringInfo buf, const l2_sparse *s)
{
	int start = buf->len, flags = 0;
	state_level **level = palloc(sizeof *level * Max(s->n_categories, 1));
	int **place = palloc(sizeof *place * Max(s->n_categories, 1));

	flags |= s->settled ? STATE_SETTLED : 0;
	flags |= s->settled && s->weighted ? STATE_WEIGHTED : 0;
	flags |= s->any ? STATE_ANY : 0;
	flags |= s->y_varies ? STATE_VARIES : 0;
	pq_sendbyte(buf, L2_STATE_VERSION);
	pq_sendbyte(buf, flags);
	pq_sendint16(buf, 0);
	pq_sendint64(buf, s->skipped);
	state_send_gram(buf, s->spec);
	if (s->settled)
	{
		const char *target = l2_gram_name(s->part[0].gram, 0);

		state_send_string(buf, target, strlen(target));
		pq_sendint32(buf, s->n);
		for (int i = 0; i < s->n; i++)
		{
			pq_sendbyte(buf, s->attribute[i].kind);
			state_send_string(buf, s->attribute[i].name, strlen(s->attribute[i].name));
			state_send_order(buf, s->attribute[i].order);
		}
		pq_sendfloat8(buf, s->first_y);
		pq_sendint32(buf, s->n_equal);
		for (int i = 0; i < s->n_equal; i++)
			pq_sendint32(buf, s->equal[i]);
		for (int c = 0; c < s->n_categories; c++)
		{
			int n = l2_dictionary_size(s->levels[c]);

			place[c] = palloc(sizeof(int) * Max(n, 1));
			level[c] = state_sort_levels(s, c, place[c]);
			state_send_levels(buf, level[c], n);
		}
		for (int i = 0; i < s->n_parts; i++)
			state_send_part(buf, s, &s->part[i], level, place);
		if (s->deck != NULL)
			state_send_deck(buf, s, place);
	}
	l2_send_crc(buf, start);
}

/*
 * Reading, of bytes that may be anything
 */

/* A count of things that take so many bytes each at least */
static int
state_recv_count(StringInfo buf, Size size)
{
	int n = (int) pq_getmsgint(buf, 4);

	if (n < 0 || (Size) n > (Size) (buf->len - buf->cursor) / size)
		state_damaged("Its length does not fit what it says of itself.");
	return n;
}

static char *
state_recv_string(StringInfo buf, int len)
{
	return l2_string_from_utf8(pq_getmsgbytes(buf, len), len);
}

static char *
state_recv_name(StringInfo buf)
{
	char *name = state_recv_string(buf, state_recv_count(buf, 1));

	if (strlen(name) > L2_NAME_LIMIT)
		state_damaged("A name in it is too long.");
	return name;
}

static l2_enum_order
state_recv_order(StringInfo buf)
{
	int n = state_recv_count(buf, 4);
	const char **label = palloc(sizeof(char *) * Max(n, 1));

	for (int i = 0; i < n; i++)
		label[i] = state_recv_string(buf, state_recv_count(buf, 1));
	return (l2_enum_order){n, label};
}

static l2_gram *
state_recv_gram(StringInfo buf)
{
	StringInfoData part;
	int len = state_recv_count(buf, 1);

	initStringInfo(&part);
	appendBinaryStringInfo(&part, pq_getmsgbytes(buf, len), len);
	return l2_gram_from_bytes(&part);
}

static dd
state_recv_dd(double hi, double lo)
{
	if (!isfinite(hi) || !(fabs(lo) <= fabs(hi) * 0x1p-50))
		state_damaged("A number in it is no finite double-double.");
	return dd_make(hi, lo);
}

static void
state_recv_attributes(StringInfo buf, l2_sparse *s, bool weighted)
{
	const char *target = state_recv_name(buf);
	int n = state_recv_count(buf, 9);
	l2_sparse_attribute *attribute = palloc(sizeof *attribute * Max(n, 1));
	const char **names = palloc(sizeof(char *) * Max(n, 1));

	if (n == 0)
		state_damaged("It has no attributes.");
	for (int i = 0; i < n; i++)
	{
		int kind = pq_getmsgbyte(buf);

		if (kind >= L2_KINDS)
			state_damaged("An attribute in it is of no kind that this l2reg knows.");
		attribute[i] = (l2_sparse_attribute){state_recv_name(buf), kind};
		attribute[i].order = state_recv_order(buf);
		if (kind != L2_CATEGORY && attribute[i].order.n > 0)
			state_damaged("A number in it has labels.");
		if (kind == L2_CATEGORY && strchr(attribute[i].name, '=') != NULL)
			state_damaged("A category in it has a \"=\" in its name.");
		names[i] = attribute[i].name;
	}
	qsort(names, n, sizeof(char *), l2_compare_names);
	for (int i = 1; i < n; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			state_damaged("Two attributes in it have one name.");
	l2_sparse_settle(s, target, n, attribute, weighted);
}

/*
 * The columns that so far equal y in every row, which is how a target among the features is found
 * out.
 */
static void
state_recv_suspects(StringInfo buf, l2_sparse *s)
{
	int n;

	s->first_y = pq_getmsgfloat8(buf);
	n = state_recv_count(buf, sizeof(int));
	if (n >= s->k || !isfinite(s->first_y))
		state_damaged("What it says of the target is damaged.");
	s->n_equal = 0;
	for (int i = 0; i < n; i++)
	{
		int j = (int) pq_getmsgint(buf, 4);

		if (j < 1 || j >= s->k)
			state_damaged("What it says of the target is damaged.");
		for (int other = 0; other < i; other++)
			if (s->equal[other] == j)
				state_damaged("What it says of the target is damaged.");
		s->equal[s->n_equal++] = j;
	}
	/* where it is not looked for, nothing is said */
	if (!s->watches_y && n > 0)
		state_damaged("What it says of the target is damaged.");
}

/* In strict order, so that none occurs twice and bytes are canonical. */
static void
state_recv_levels(StringInfo buf, l2_sparse *s, int c)
{
	int n = state_recv_count(buf, sizeof(int32));
	l2_bytes before = {0};

	if (n > s->max_levels)
		state_damaged("A category in it has more levels than its options allow.");
	for (int l = 0; l < n; l++)
	{
		int len = (int) pq_getmsgint(buf, 4);
		l2_bytes level = {0}, hashed = l2_hashed(NULL, 0);

		if (len < -1 || len > buf->len - buf->cursor)
			state_damaged("Its length does not fit what it says of itself.");
		if (len >= 0)
		{
			const char *name;

			level = (l2_bytes){buf->data + buf->cursor, len, 0};
			name = state_recv_string(buf, len);
			hashed = l2_hashed(name, strlen(name));
		}
		if (l > 0 && l2_compare_bytes(&before, &level) >= 0)
			state_damaged("Levels in it are not in order.");
		if (l2_dictionary_add(s->levels[c], &hashed) != l)
			state_damaged("A level occurs twice in it.");
		before = level;
	}
}

/* Whether a sum over levels, or pairs, is all weight of the part */
static void
state_check_weight(dd sum, double weight)
{
	if (!(fabs(sum.hi - weight) <= STATE_RESIDUE * weight))
		state_damaged("The weights of its levels do not add up.");
}

static void
state_recv_sums(StringInfo buf, l2_sparse *s, l2_sparse_part *p, int c, double weight)
{
	int n = l2_dictionary_size(s->levels[c]), words = 1 + s->k;
	dd total = dd_of(0);

	if ((Size) (buf->len - buf->cursor) / (2 * sizeof(double) * words) < (Size) n)
		state_damaged("Its length does not fit what it says of itself.");
	for (int l = 0; l < n; l++)
	{
		double *sums = l2_sparse_level_sums(s, p, c, l);
		dd own;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < 2 * words; i++)
			sums[i] = pq_getmsgfloat8(buf);
		for (int i = 0; i < words; i++)
			(void) state_recv_dd(sums[i], sums[words + i]);
		own = dd_make(sums[0], sums[words]);
		if (own.hi < 0)
			state_damaged("A weight in it is negative.");
		total = dd_add(total, own);
	}
	state_check_weight(total, weight);
}

/* In strict order as well; weights of the pairs cannot exceed that of all rows. */
static void
state_recv_pairs(StringInfo buf, l2_sparse *s, l2_sparse_part *p, int a, int b, double weight)
{
	int n = state_recv_count(buf, 2 * sizeof(uint32) + 2 * sizeof(double));
	state_pair before = {0};
	dd total = dd_of(0);

	for (int i = 0; i < n; i++)
	{
		state_pair pair;
		double hi;

		CHECK_FOR_INTERRUPTS();
		pair.a = pq_getmsgint(buf, 4);
		pair.b = pq_getmsgint(buf, 4);
		hi = pq_getmsgfloat8(buf);
		pair.weight = state_recv_dd(hi, pq_getmsgfloat8(buf));
		if (pair.a >= (uint32) l2_dictionary_size(s->levels[a]) ||
			pair.b >= (uint32) l2_dictionary_size(s->levels[b]) || !(pair.weight.hi > 0) ||
			(i > 0 && state_compare_pairs(&before, &pair) >= 0))
			state_damaged("A pair of levels in it is damaged, or out of order.");
		l2_sparse_add_pair(s, p, a, b, pair.a, pair.b, pair.weight);
		total = dd_add(total, pair.weight);
		before = pair;
	}
	state_check_weight(total, weight);
}

static void
state_recv_part(StringInfo buf, l2_sparse *s, l2_sparse_part *p)
{
	l2_gram *g = state_recv_gram(buf);
	int flags = p->gram->flags & (L2_GRAM_SKIP_NONFINITE | L2_GRAM_WEIGHTED);

	if (g->options_len != 0 || g->encoding_len != 0 ||
		(g->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)))
		state_damaged("The sums of its numbers are not a state's.");
	if (g->ncols != s->k || g->names_len != p->gram->names_len ||
		memcmp(l2_names_of_gram(g).bytes, l2_names_of_gram(p->gram).bytes, g->names_len) != 0)
		state_damaged("The sums of its numbers have other columns.");
	g->flags |= flags;
	p->gram = g;
	for (int c = 0; c < s->n_categories; c++)
		state_recv_sums(buf, s, p, c, g->weight_hi);
	for (int b = 1; b < s->n_categories; b++)
		for (int a = 0; a < b; a++)
			state_recv_pairs(buf, s, p, a, b, g->weight_hi);
}

static void
state_recv_sketch(StringInfo buf, l2_sparse *s)
{
	l2n_sketch *sketch = &s->deck->sketch;

	if (s->deck->table != NULL)
		l2_deck_close(s->deck);
	sketch->rows = pq_getmsgint64(buf);
	sketch->n = state_recv_count(buf, sizeof(uint64));
	if (sketch->n > L2N_SKETCH || sketch->rows < sketch->n)
		state_damaged("What it says of rows that repeat is damaged.");
	for (int i = 0; i < sketch->n; i++)
	{
		sketch->hash[i] = pq_getmsgint64(buf);
		if (i > 0 && sketch->hash[i] <= sketch->hash[i - 1])
			state_damaged("What it says of rows that repeat is damaged.");
	}
}

static void
state_recv_deck(StringInfo buf, l2_sparse *s)
{
	int waits = pq_getmsgbyte(buf), width = l2_sparse_deck_width(s), n;
	int64 total = 0;

	if (waits > 1)
		state_damaged("It has flags that this l2reg does not know.");
	if (!waits)
	{
		state_recv_sketch(buf, s);
		return;
	}
	n = state_recv_count(buf, sizeof(double) * ((Size) width + 2));
	for (int i = 0; i < n; i++)
	{
		uint64 hash = pq_getmsgint64(buf);
		int64 copies = pq_getmsgint64(buf);

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < width; j++)
		{
			s->packed[j] = pq_getmsgfloat8(buf) + 0.0;
			if (!(fabs(s->packed[j]) <= L2N_MAX_ABS))
				state_damaged("A row in it has a number that is out of range.");
		}
		if (copies < 1 || copies > L2N_DEAL_MOST - total)
			state_damaged("Its row counts are damaged.");
		if (!(s->packed[s->k] > 0) || (!s->weighted && s->packed[s->k] != 1.0) ||
			!l2_sparse_wait(s, hash, s->packed, copies))
			state_damaged("A row in it is damaged.");
		total += copies;
	}
}

/* Sums without rows, as the options say */
static l2_sparse *
state_recv_spec(StringInfo buf, bool settled)
{
	l2_gram *spec = state_recv_gram(buf);
	l2_sparse just_spec = {.spec = spec};
	l2_options o;
	l2_scope scope;
	l2_sparse *s;

	if (spec->ncols != 0)
		state_damaged("Its options are not those of a state.");
	scope = l2_state_scope_of_sums(&just_spec);
	if (l2_state_is_ready(&just_spec))
	{
		l2_state_options(spec, &scope, &o);
		s = l2_state_first_sums(CurrentMemoryContext, spec, &o);
	}
	else
	{
		if (settled)
			state_damaged("It has rows, but no options.");
		l2_options_start(&o, &scope);
		s = l2_sparse_make(CurrentMemoryContext, spec, &o, 1);
	}
	return s;
}

/* Read the rest of buf, all of it */
static l2_sparse *
state_from_bytes(StringInfo buf)
{
	l2_sparse *s;
	int64 skipped;
	int flags;

	if (buf->len > buf->cursor)
		l2_check_format("l2_state", (unsigned char) buf->data[buf->cursor], L2_STATE_VERSION,
						ERRCODE_INVALID_BINARY_REPRESENTATION);
	if (buf->len - buf->cursor < 16)
		state_damaged("It is too short.");
	if (!l2_crc_matches(buf))
		state_damaged("Its checksum is wrong.");
	(void) pq_getmsgbyte(buf); /* the version */
	flags = pq_getmsgbyte(buf);
	if (pq_getmsgint(buf, 2) != 0 || (flags & ~STATE_FLAGS) != 0)
		state_damaged("It has flags that this l2reg does not know.");
	skipped = pq_getmsgint64(buf);
	if (skipped < 0)
		state_damaged("Its row counts are damaged.");
	s = state_recv_spec(buf, (flags & STATE_SETTLED) != 0);
	s->skipped = skipped;
	if (flags & STATE_SETTLED)
	{
		state_recv_attributes(buf, s, (flags & STATE_WEIGHTED) != 0);
		state_recv_suspects(buf, s);
		for (int c = 0; c < s->n_categories; c++)
			state_recv_levels(buf, s, c);
		for (int i = 0; i < s->n_parts; i++)
			state_recv_part(buf, s, &s->part[i]);
		if (s->deck != NULL)
			state_recv_deck(buf, s);
	}
	s->any = (flags & STATE_ANY) != 0;
	s->y_varies = (flags & STATE_VARIES) != 0;
	if ((flags & ~STATE_SETTLED) != 0 && !s->settled)
		state_damaged("It has flags that this l2reg does not know.");
	if (buf->len - buf->cursor != 4)
		state_damaged("Its length does not fit what it says of itself.");
	(void) pq_getmsgint(buf, 4); /* the checksum */
	return s;
}

/*
 * Input and output
 */

#define STATE_TEXT "l2_state/"

PG_FUNCTION_INFO_V1(l2_state_out);
PGDLLEXPORT Datum
l2_state_out(PG_FUNCTION_ARGS)
{
	char *head = psprintf(STATE_TEXT "%d ", L2_STATE_VERSION), *text;
	Size head_len = strlen(head), size;
	StringInfoData bytes;
	int len;

	initStringInfo(&bytes);
	state_to_bytes(&bytes, l2_state_sums(PG_GETARG_DATUM(0)));
	size = head_len + pg_b64_enc_len(bytes.len) + 1;
	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("state is too large for its text form"), errhint("Use the binary form.")));
	text = palloc(size);
	memcpy(text, head, head_len);
	len = l2_base64_encode(bytes.data, bytes.len, text + head_len, size - head_len - 1);
	if (len < 0)
		elog(ERROR, "could not encode l2_state");
	text[head_len + len] = '\0';
	PG_RETURN_CSTRING(text);
}

/* Initial values of the aggregates */
static const struct
{
	const char *name;
	l2_place place;
} state_starts[] = {{"gram", L2_IN_GRAM}, {"folds", L2_IN_FOLDS}};

static l2_sparse *
state_start(l2_place place)
{
	const l2_scope scope = {L2_METHOD_OLS, place, true};
	l2_options o;

	l2_options_start(&o, &scope);
	return l2_sparse_make(CurrentMemoryContext, l2_gram_start(L2_METHOD_OLS, place), &o, 1);
}

PG_FUNCTION_INFO_V1(l2_state_in);
PGDLLEXPORT Datum
l2_state_in(PG_FUNCTION_ARGS)
{
	char *text = PG_GETARG_CSTRING(0), *data = strchr(text, ' ');
	size_t head = strlen(STATE_TEXT), len;
	StringInfoData bytes;
	int room;

	for (int i = 0; i < (int) lengthof(state_starts); i++)
		if (strcmp(text, state_starts[i].name) == 0)
			PG_RETURN_BYTEA_P(l2_sparse_serialize(state_start(state_starts[i].place)));
	if (strncmp(text, STATE_TEXT, head) == 0 && isdigit((unsigned char) text[head]))
		l2_check_format("l2_state", strtol(text + head, NULL, 10), L2_STATE_VERSION,
						ERRCODE_INVALID_TEXT_REPRESENTATION);
	if (data == NULL || (size_t) (data - text) != head + 1 ||
		strncmp(text, STATE_TEXT, head) != 0 || text[head] != '0' + L2_STATE_VERSION)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type l2_state: \"%.40s%s\"", text,
							   strlen(text) > 40 ? "..." : ""),
						errhint("A state is made by an aggregate, and of no other use.")));
	data++;
	len = strlen(data);
	if (len > MaxAllocSize)
		state_damaged("It is too long.");
	room = (int) (len / 4 * 3 + 3);
	initStringInfo(&bytes);
	enlargeStringInfo(&bytes, room);
	bytes.len = l2_base64_decode(data, len, bytes.data, room);
	if (bytes.len < 0)
		state_damaged("Its data is not base64.");
	PG_RETURN_BYTEA_P(l2_sparse_serialize(state_from_bytes(&bytes)));
}

PG_FUNCTION_INFO_V1(l2_state_send);
PGDLLEXPORT Datum
l2_state_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	state_to_bytes(&buf, l2_state_sums(PG_GETARG_DATUM(0)));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(l2_state_recv);
PGDLLEXPORT Datum
l2_state_recv(PG_FUNCTION_ARGS)
{
	l2_sparse *s = state_from_bytes((StringInfo) PG_GETARG_POINTER(0));

	PG_RETURN_BYTEA_P(l2_sparse_serialize(s));
}
