/*
 * sparse_gram.c: grams with categories as they are kept: by levels.
 */
#include "gram/sparse_gram.h"

#include "num/moments/expand.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/memutils.h"

/* A share of a weight, or of a sum of squares, that rounding alone may have made: see gramian.c */
#define SPARSE_RESIDUE  0x1p-92
#define SPARSE_NEGATIVE 1e-20

/* By how much weights of levels may exceed all weight, as a share of it, by rounding */
#define SPARSE_EXCESS 1e-9

/*
 * The body.  Integers come first, padded to 8 bytes: k, the number of numeric columns, the target
 * among them; c, of categories that have a column; c numbers of levels; and for each two categories
 * a < b, in the order of b, then a, the number of pairs that occur.  Then doubles: the moments of
 * the numeric columns, and the record of num/moments/doubt.h; of each level the weight and the
 * weighted sums of the numeric columns, 1 + k high words and as many low ones; of each two
 * categories the weights of the pairs, a dd each. Last, as uint32, the pairs: level of a times
 * levels of b plus level of b, in order.
 */
typedef struct sparse_body
{
	int k;
	int c;
	int n_levels; /* of all categories */
	int n_pairs;  /* of all categories */
	int32 *levels;
	int32 *count;
	double *moments;
	double *sums;
	dd *weight;
	uint32 *key;
} sparse_body;

static int
sparse_blocks(int c)
{
	return c * (c - 1) / 2;
}

static Size
sparse_ints(int c)
{
	return sizeof(int32) * (2 + (Size) c + sparse_blocks(c));
}

static Size
sparse_size(int k, int c, int64 levels, int64 pairs)
{
	return L2_PAD(sparse_ints(c)) +
		   sizeof(double) * (l2_gram_doubles(k) + 2 * (1 + (Size) k) * levels) +
		   sizeof(dd) * pairs + L2_PAD(sizeof(uint32) * pairs);
}

/* Where all is in a body, of which the counts are in place */
static sparse_body
sparse_lay_out(char *bytes, int k, int c, const int32 *levels, const int32 *count)
{
	sparse_body b = {k, c};
	char *at = bytes + L2_PAD(sparse_ints(c));

	b.levels = (int32 *) bytes + 2;
	b.count = b.levels + c;
	for (int i = 0; i < c; i++)
		b.n_levels += levels[i];
	for (int i = 0; i < sparse_blocks(c); i++)
		b.n_pairs += count[i];
	b.moments = (double *) at;
	b.sums = b.moments + l2_gram_doubles(k);
	b.weight = (dd *) (b.sums + 2 * (1 + (Size) k) * b.n_levels);
	b.key = (uint32 *) (b.weight + b.n_pairs);
	return b;
}

static sparse_body
sparse_body_of(l2_gram *g)
{
	char *bytes = (char *) g + l2_gram_size_of_head(g);
	int32 *ints = (int32 *) bytes;

	return sparse_lay_out(bytes, ints[0], ints[1], ints + 2, ints + 2 + ints[1]);
}

static l2n_moments
sparse_numeric(l2_gram *g, const sparse_body *b)
{
	l2n_moments m = {b->k, g->n, dd_make(g->weight_hi, g->weight_lo), b->moments,
					 b->moments + 2 * b->k};

	return m;
}

/* What is known of the rounding errors of the numeric columns */
static double *
sparse_doubt(const sparse_body *b)
{
	return b->moments + l2n_moments_doubles(b->k);
}

l2n_moments
l2_gram_sparse_moments(l2_gram *g, const double **doubt)
{
	sparse_body b = sparse_body_of(g);

	*doubt = sparse_doubt(&b);
	return sparse_numeric(g, &b);
}

/* The sums of level number l of category c */
static double *
sparse_sums(const sparse_body *b, int c, int l)
{
	for (int i = 0; i < c; i++)
		l += b->levels[i];
	return b->sums + 2 * (1 + (Size) b->k) * l;
}

/* A sparse gram with room for those counts, all zero */
static l2_gram *
sparse_new(int ncols, const char *options, uint32 options_len, l2_names names, int k, int c,
		   const int32 *levels, const int32 *count)
{
	l2_gram *head = l2_gram_new(ncols, false, options, options_len, names), *g;
	int64 n_levels = 0, n_pairs = 0;
	int32 *ints;
	Size size;

	for (int i = 0; i < c; i++)
		n_levels += levels[i];
	for (int i = 0; i < sparse_blocks(c); i++)
		n_pairs += count[i];
	size = VARSIZE(head) + sparse_size(k, c, n_levels, n_pairs);
	l2_gram_check_size(ncols, size);
	g = palloc0(size);
	memcpy(g, head, VARSIZE(head));
	pfree(head);
	SET_VARSIZE(g, size);
	g->sparse = 1;
	ints = (int32 *) ((char *) g + l2_gram_size_of_head(g));
	ints[0] = k;
	ints[1] = c;
	memcpy(ints + 2, levels, sizeof(int32) * c);
	memcpy(ints + 2 + c, count, sizeof(int32) * sparse_blocks(c));
	return g;
}

/*
 * Columns
 */

/* What each column of a gram is, as its names and their encoding say */
typedef struct sparse_columns
{
	l2_sparse_column *column;
	int k;
	int c;
	int32 *levels;
} sparse_columns;

/*
 * Which category and level, or which number, each column of a dense gram is. Levels of a category
 * lie together.
 */
static sparse_columns
sparse_columns_of(l2_names names, int ncols)
{
	l2_encoding *e = l2_encoding_of(names);
	l2_column_origin *origin;
	sparse_columns s = {palloc(sizeof(l2_sparse_column) * ncols), 1, 0, NULL};
	int before = -1;

	s.levels = palloc0(sizeof(int32) * ncols);
	s.column[0] = (l2_sparse_column){-1, 0};
	if (e == NULL)
		return s;
	origin = l2_column_origins(e, l2_name_list(names, ncols) + 1, ncols - 1);
	for (int j = 1; j < ncols; j++)
	{
		const l2_column_origin *o = &origin[j - 1];

		if (!o->is_level)
		{
			s.column[j] = (l2_sparse_column){-1, s.k++};
			continue;
		}
		if (o->attribute != before)
			s.c++;
		before = o->attribute;
		s.column[j] = (l2_sparse_column){s.c - 1, s.levels[s.c - 1]++};
	}
	return s;
}

static void
sparse_corrupted(void)
{
	l2_invalid("l2_gram", ERRCODE_DATA_CORRUPTED, "Its levels do not fit its columns.");
}

static bool
sparse_columns_fit(const sparse_columns *s, const sparse_body *b)
{
	return s->k == b->k && s->c == b->c && memcmp(s->levels, b->levels, sizeof(int32) * s->c) == 0;
}

/* The columns of a sparse gram */
static sparse_columns
sparse_columns_in(l2_gram *g, const sparse_body *b)
{
	sparse_columns s = sparse_columns_of(l2_names_of_gram(g), g->ncols);

	if (!sparse_columns_fit(&s, b))
		sparse_corrupted();
	return s;
}

/*
 * Making
 */

bool
l2_sparse_gram_suits(const l2_sparse_layout *y)
{
	for (int j = 0; j < y->k; j++)
		if (y->column[j].category >= 0)
			return true;
	return false;
}

/* A pair on its way into a gram */
typedef struct sparse_pair
{
	uint32 key;
	dd weight;
} sparse_pair;

static int
sparse_compare_pairs(const void *a, const void *b)
{
	uint32 p = ((const sparse_pair *) a)->key, q = ((const sparse_pair *) b)->key;

	return p == q ? 0 : p < q ? -1 : 1;
}

/* Pairs of two categories, both of whose levels have columns, in order */
static sparse_pair *
sparse_list_pairs(const l2_pairs *pairs, const int *number_a, const int *number_b, int levels_b,
				  int32 *count)
{
	sparse_pair *list;
	uint32 at = 0, a, b;
	dd weight;

	*count = 0;
	if (pairs == NULL)
		return NULL;
	list =
		MemoryContextAllocHuge(CurrentMemoryContext, sizeof *list * Max(l2_pairs_size(pairs), 1));
	while (l2_pairs_next(pairs, &at, &a, &b, &weight))
		if (number_a[a] >= 0 && number_b[b] >= 0)
			list[(*count)++] = (sparse_pair){(uint32) number_a[a] * levels_b + number_b[b], weight};
	qsort(list, *count, sizeof *list, sparse_compare_pairs);
	return list;
}

l2_gram *
l2_sparse_gram_make(const l2_sparse *s, const l2_sparse_part *p, const l2_sparse_layout *y)
{
	l2_gram *numeric = l2_gram_copy(p->gram, NULL, 0, (l2_names){NULL, 0}), *g;
	sparse_columns columns = sparse_columns_of(y->names, y->k);
	int **number = palloc0(sizeof(int *) * Max(s->n_categories, 1));
	int *of = palloc(sizeof(int) * Max(columns.c, 1)), filled = 0, width = 2 * (1 + s->k);
	int32 *count = palloc0(sizeof(int32) * Max(sparse_blocks(columns.c), 1));
	sparse_pair **pairs = palloc0(sizeof *pairs * Max(sparse_blocks(columns.c), 1));
	sparse_body b;

	/* of each category of s, the numbers that its levels have here, or -1 */
	for (int c = 0; c < s->n_categories; c++)
	{
		int n = l2_dictionary_size(s->levels[c]);

		number[c] = palloc(sizeof(int) * Max(n, 1));
		for (int l = 0; l < n; l++)
			number[c][l] = y->place[c][l] < 0 ? -1 : columns.column[y->place[c][l]].number;
	}
	for (int j = 1; j < y->k; j++)
		if (y->column[j].category >= 0)
			of[columns.column[j].category] = y->column[j].category;
	for (int q = 1, i = 0; q < columns.c; q++)
		for (int a = 0; a < q; a++, i++)
			pairs[i] = sparse_list_pairs(p->pairs[of[q] * (of[q] - 1) / 2 + of[a]], number[of[a]],
										 number[of[q]], columns.levels[q], &count[i]);

	g = sparse_new(y->k, NULL, 0, y->names, columns.k, columns.c, columns.levels, count);
	b = sparse_body_of(g);
	g->flags |= numeric->flags & L2_GRAM_TINY;
	l2_gram_copy_counts(g, numeric);
	g->n_skipped = 0; /* those of all parts are counted with the first */
	memcpy(b.moments, l2_gram_moment_doubles(numeric), sizeof(double) * l2_gram_doubles(b.k));
	for (int j = 1; j < y->k; j++)
	{
		const l2_sparse_column *c = &y->column[j];

		if (c->category >= 0 && c->number < p->room[c->category])
			memcpy(sparse_sums(&b, columns.column[j].category, columns.column[j].number),
				   p->sums[c->category] + (Size) width * c->number, sizeof(double) * width);
	}
	for (int i = 0; i < sparse_blocks(columns.c); i++)
		for (int at = 0; at < count[i]; at++, filled++)
		{
			b.key[filled] = pairs[i][at].key;
			b.weight[filled] = pairs[i][at].weight;
		}
	pfree(numeric);
	return g;
}

/*
 * Reading
 */

l2_gram *
l2_gram_dense(l2_gram *g)
{
	sparse_body b;
	sparse_columns columns;
	l2n_source *source;
	l2n_moments from, to;
	int **place, filled = 0;
	l2_gram *r;

	if (likely(!g->sparse))
		return g;
	b = sparse_body_of(g);
	columns = sparse_columns_in(g, &b);
	r = l2_gram_new(g->ncols, true, l2_gram_options(g), g->options_len, l2_names_of_gram(g));
	r->flags |= g->flags & L2_GRAM_STORED;
	l2_gram_copy_counts(r, g);
	from = sparse_numeric(g, &b);
	to = l2_gram_moments(r);
	source = palloc(sizeof(l2n_source) * g->ncols);
	place = palloc(sizeof(int *) * Max(b.c, 1));
	for (int c = 0; c < b.c; c++)
		place[c] = palloc(sizeof(int) * Max(b.levels[c], 1));
	for (int j = 0; j < g->ncols; j++)
	{
		const l2_sparse_column *c = &columns.column[j];

		source[j] = (l2n_source){c->category, c->number, NULL};
		if (c->category < 0)
			continue;
		source[j].sums = sparse_sums(&b, c->category, c->number);
		place[c->category][c->number] = j;
	}
	l2n_expand(&from, source, &to, l2_poll, NULL);
	for (int q = 1, i = 0; q < b.c; q++)
		for (int p = 0; p < q; p++, i++)
			for (int at = 0; at < b.count[i]; at++, filled++)
				l2n_expand_pair(&to, place[p][b.key[filled] / b.levels[q]],
								place[q][b.key[filled] % b.levels[q]], b.weight[filled]);
	l2n_expand_finish(source, &to);
	l2_gram_store(r, &to);
	for (int j = 0; j < g->ncols; j++)
		if (columns.column[j].category < 0)
			l2_gram_doubt(r)[j] = sparse_doubt(&b)[columns.column[j].number];
	l2_gram_doubt(r)[g->ncols] = sparse_doubt(&b)[b.k];
	pfree(source);
	return r;
}

l2_gram *
l2_gram_kept_copy(l2_gram *g)
{
	l2_gram *r;

	if (!g->sparse || g->options_len > 0)
		return l2_gram_copy(g, NULL, 0, l2_names_of_gram(g));
	r = palloc(VARSIZE(g));
	memcpy(r, g, VARSIZE(g));
	return r;
}

/*
 * Algebra
 */

/* Two grams, their levels by the numbers that they have in the sum of both */
typedef struct sparse_side
{
	l2_gram *g;
	sparse_body b;
	int *category; /* of each of its own */
	int **number;  /* of each of its own levels */
} sparse_side;

static sparse_side
sparse_side_of(l2_gram *g, const int *from, const sparse_columns *to, int ncols)
{
	sparse_side s = {g, sparse_body_of(g)};
	sparse_columns own = sparse_columns_in(g, &s.b);

	s.category = palloc(sizeof(int) * Max(s.b.c, 1));
	s.number = palloc(sizeof(int *) * Max(s.b.c, 1));
	for (int c = 0; c < s.b.c; c++)
		s.number[c] = palloc(sizeof(int) * Max(s.b.levels[c], 1));
	for (int j = 1; j < ncols; j++)
	{
		const l2_sparse_column *c;

		if (from[j] < 0 || own.column[from[j]].category < 0)
			continue;
		c = &own.column[from[j]];
		s.category[c->category] = to->column[j].category;
		s.number[c->category][c->number] = to->column[j].number;
	}
	return s;
}

/* The pairs of two categories of the sum that one side has, in order */
static sparse_pair *
sparse_side_pairs(const sparse_side *s, int a, int b, int levels_b, int *n)
{
	int filled = 0;

	*n = 0;
	for (int q = 1, i = 0; q < s->b.c; q++)
		for (int p = 0; p < q; filled += s->b.count[i], p++, i++)
		{
			sparse_pair *list;

			if (s->category[p] != a || s->category[q] != b)
				continue;
			*n = s->b.count[i];
			list = MemoryContextAllocHuge(CurrentMemoryContext, sizeof *list * Max(*n, 1));
			for (int at = 0; at < *n; at++)
			{
				uint32 key = s->b.key[filled + at];
				uint32 l = s->number[p][key / s->b.levels[q]];

				list[at] = (sparse_pair){l * levels_b + s->number[q][key % s->b.levels[q]],
										 s->b.weight[filled + at]};
			}
			qsort(list, *n, sizeof *list, sparse_compare_pairs);
			return list;
		}
	return NULL;
}

/* What is left of a weight; nothing where it is no more than rounding */
static dd
sparse_rest(dd a, dd b)
{
	dd rest = dd_sub(a, b);

	if (fabs(rest.hi) <= SPARSE_RESIDUE * a.hi)
		return dd_of(0);
	if (rest.hi < -SPARSE_NEGATIVE * a.hi)
		l2_check(L2N_NOT_A_PART, NULL, 0);
	return rest.hi > 0 ? rest : dd_of(0);
}

/* x, in order, merged with y, those of a pair added up; in place of x, which has room for both */
static int
sparse_merge_pairs(const sparse_pair *x, int n, const sparse_pair *y, int m, bool subtract,
				   sparse_pair *to)
{
	int i = 0, j = 0, filled = 0;

	while (i < n || j < m)
	{
		bool in_x = i < n && (j == m || x[i].key <= y[j].key);
		bool in_y = j < m && (i == n || y[j].key <= x[i].key);
		sparse_pair sum = in_x ? x[i] : (sparse_pair){y[j].key, dd_of(0)};

		if (in_y)
			sum.weight =
				subtract ? sparse_rest(sum.weight, y[j].weight) : dd_add(sum.weight, y[j].weight);
		i += in_x;
		j += in_y;
		if (sum.weight.hi > 0)
			to[filled++] = sum;
	}
	return filled;
}

/* Add the sums of a side's levels to those of the sum, or take them from it */
static void
sparse_add_levels(const sparse_side *s, sparse_body *to, bool subtract)
{
	int words = 1 + to->k;

	for (int c = 0; c < s->b.c; c++)
		for (int l = 0; l < s->b.levels[c]; l++)
		{
			const double *x = sparse_sums(&s->b, c, l);
			double *y = sparse_sums(to, s->category[c], s->number[c][l]);
			dd rest;

			CHECK_FOR_INTERRUPTS();
			if (!subtract)
			{
				l2_kernel->dd_add_row(words, x, x + words, y, y + words);
				continue;
			}
			rest = sparse_rest(dd_make(y[0], y[words]), dd_make(x[0], x[words]));
			for (int i = 0; i < words; i++)
			{
				dd v = rest.hi > 0
						   ? dd_sub(dd_make(y[i], y[words + i]), dd_make(x[i], x[words + i]))
						   : dd_of(0);

				y[i] = v.hi;
				y[words + i] = v.lo;
			}
		}
}

static void
sparse_add_numeric(const sparse_side *s, l2_gram *g, sparse_body *b, bool subtract)
{
	l2n_moments to = sparse_numeric(g, b), from = sparse_numeric(s->g, &s->b);
	void *work = l2_scratch(l2n_merge_worksize(b->k));

	l2n_doubt_add(b->k, sparse_doubt(b), sparse_doubt(&s->b));
	if (subtract)
		l2n_doubt_take_out(sparse_doubt(b), &to, &from);
	l2_check(subtract ? l2n_moments_unmerge(l2_kernel, &to, &from, work)
					  : l2n_moments_merge(l2_kernel, &to, &from, work),
			 NULL, 0);
	l2_gram_store(g, &to);
}

/* Whether a level has rows */
static bool
sparse_has_weight(const sparse_body *b)
{
	for (int l = 0; l < b->n_levels; l++)
		if (b->sums[2 * (1 + (Size) b->k) * l] > 0)
			return true;
	return false;
}

l2_gram *
l2_gram_sparse_sum(l2_gram *a, l2_gram *b, bool subtract)
{
	l2_gram_union u;
	sparse_columns columns;
	sparse_side x, y;
	sparse_pair **pairs;
	sparse_body body;
	int32 *count;
	int filled = 0;
	l2_gram *r;

	if (!l2_gram_unite(a, b, &u))
		return NULL;
	columns = sparse_columns_of(u.names, u.ncols);
	x = sparse_side_of(a, u.from_a, &columns, u.ncols);
	y = sparse_side_of(b, u.from_b, &columns, u.ncols);
	if (columns.k != x.b.k || columns.k != y.b.k)
		return NULL;
	count = palloc0(sizeof(int32) * Max(sparse_blocks(columns.c), 1));
	pairs = palloc0(sizeof *pairs * Max(sparse_blocks(columns.c), 1));
	for (int q = 1, i = 0; q < columns.c; q++)
		for (int p = 0; p < q; p++, i++)
		{
			int n, m;
			sparse_pair *of_x = sparse_side_pairs(&x, p, q, columns.levels[q], &n);
			sparse_pair *of_y = sparse_side_pairs(&y, p, q, columns.levels[q], &m);

			CHECK_FOR_INTERRUPTS();
			pairs[i] = MemoryContextAllocHuge(CurrentMemoryContext,
											  sizeof(sparse_pair) * ((Size) n + m + 1));
			count[i] = sparse_merge_pairs(of_x, n, of_y, m, subtract, pairs[i]);
		}

	r = sparse_new(u.ncols, l2_gram_options(a), a->options_len, u.names, columns.k, columns.c,
				   columns.levels, count);
	body = sparse_body_of(r);
	r->flags |= (a->flags | (subtract ? 0 : b->flags)) & L2_GRAM_TINY;
	r->flags |= a->flags & L2_GRAM_SKIP_NONFINITE;
	l2_gram_copy_counts(r, a);
	r->more |= subtract ? 0 : b->more;
	memcpy(body.moments, x.b.moments, sizeof(double) * l2_gram_doubles(body.k));
	sparse_add_levels(&x, &body, false);
	sparse_add_levels(&y, &body, subtract);
	sparse_add_numeric(&y, r, &body, subtract);
	if (subtract)
		l2_gram_take_log_weight(r, b);
	else
		l2_gram_add_log_weight(r, b);
	for (int i = 0; i < sparse_blocks(columns.c); i++)
		for (int at = 0; at < count[i]; at++, filled++)
		{
			body.key[filled] = pairs[i][at].key;
			body.weight[filled] = pairs[i][at].weight;
		}
	if (!subtract)
		l2_gram_add_counts(r, b);
	else if (r->n_skipped < b->n_skipped || (r->n == 0 && sparse_has_weight(&body)))
		l2_check(L2N_NOT_A_PART, NULL, 0);
	else
		r->n_skipped -= b->n_skipped;
	return r;
}

void
l2_gram_sparse_scale(l2_gram *g, double factor)
{
	sparse_body b = sparse_body_of(g);
	l2n_moments m = sparse_numeric(g, &b);
	int words = 1 + b.k;

	l2n_moments_scale(&m, factor);
	l2n_doubt_scale(b.k, sparse_doubt(&b), factor);
	l2_gram_store(g, &m);
	for (int l = 0; l < b.n_levels; l++)
		for (int i = 0; i < words; i++)
		{
			double *sums = b.sums + 2 * (Size) words * l;
			dd v = dd_mul_d(dd_make(sums[i], sums[words + i]), factor);

			sums[i] = v.hi;
			sums[words + i] = v.lo;
		}
	for (int i = 0; i < b.n_pairs; i++)
		b.weight[i] = dd_mul_d(b.weight[i], factor);
}

/*
 * The binary form: the body's integers, its doubles, the pairs
 */

void
l2_sparse_gram_send(StringInfo buf, l2_gram *g)
{
	sparse_body b = sparse_body_of(g);
	const double *end = (const double *) b.key;

	pq_sendint32(buf, b.k);
	pq_sendint32(buf, b.c);
	for (int i = 0; i < b.c; i++)
		pq_sendint32(buf, b.levels[i]);
	for (int i = 0; i < sparse_blocks(b.c); i++)
		pq_sendint32(buf, b.count[i]);
	for (const double *v = b.moments; v < end; v++)
		pq_sendfloat8(buf, *v);
	for (int i = 0; i < b.n_pairs; i++)
		pq_sendint32(buf, b.key[i]);
}

static void
sparse_damaged(void)
{
	l2_invalid("l2_gram", ERRCODE_INVALID_BINARY_REPRESENTATION,
			   "Its levels do not fit its columns.");
}

static int32
sparse_peek(const char *bytes, Size at, Size available)
{
	uint32 v;

	if (available < sizeof v * (at + 1))
		sparse_damaged();
	memcpy(&v, bytes + sizeof v * at, sizeof v);
	return (int32) pg_ntoh32(v);
}

Size
l2_sparse_gram_wire_size(const char *bytes, Size available)
{
	int32 k = sparse_peek(bytes, 0, available), c = sparse_peek(bytes, 1, available);
	int64 levels = 0, pairs = 0;
	Size size;

	if (k < 1 || k > L2_COLUMNS_LIMIT || c < 1 || c > L2_COLUMNS_LIMIT)
		sparse_damaged();
	if (available < sparse_ints(c))
		sparse_damaged();
	for (int i = 0; i < c + sparse_blocks(c); i++)
	{
		int32 n = sparse_peek(bytes, 2 + (Size) i, available);

		if (n < 0)
			sparse_damaged();
		*(i < c ? &levels : &pairs) += n;
	}
	if (levels > L2_COLUMNS_LIMIT || pairs > (int64) (available / sizeof(dd)))
		sparse_damaged();
	size = sparse_ints(c) + sizeof(double) * (l2_gram_doubles(k) + 2 * (1 + (Size) k) * levels) +
		   (sizeof(dd) + sizeof(uint32)) * pairs;
	if (size > available)
		sparse_damaged();
	return size;
}

static dd
sparse_checked(double hi, double lo)
{
	if (!isfinite(hi) || !(fabs(lo) <= fabs(hi) * 0x1p-50))
		sparse_damaged();
	return dd_make(hi, lo);
}

/* Error unless weights are none of them negative, and in no category more than all weight */
static void
sparse_check_levels(const sparse_body *b, double weight)
{
	int words = 1 + b->k;

	for (int c = 0, at = 0; c < b->c; c++)
	{
		dd total = dd_of(0);

		for (int l = 0; l < b->levels[c]; l++, at++)
		{
			const double *sums = b->sums + 2 * (Size) words * at;

			for (int i = 0; i < words; i++)
				(void) sparse_checked(sums[i], sums[words + i]);
			if (!(sums[0] >= 0))
				sparse_damaged();
			total = dd_add(total, dd_make(sums[0], sums[words]));
		}
		if (!(total.hi <= weight * (1 + SPARSE_EXCESS)))
			sparse_damaged();
	}
}

static void
sparse_check_pairs(const sparse_body *b, double weight)
{
	int at = 0;

	for (int q = 1, i = 0; q < b->c; q++)
		for (int p = 0; p < q; p++, i++)
		{
			dd total = dd_of(0);

			for (int n = 0; n < b->count[i]; n++, at++)
			{
				if (b->key[at] >= (uint32) b->levels[p] * (uint32) b->levels[q] ||
					(n > 0 && b->key[at] <= b->key[at - 1]))
					sparse_damaged();
				(void) sparse_checked(b->weight[at].hi, b->weight[at].lo);
				if (!(b->weight[at].hi > 0))
					sparse_damaged();
				total = dd_add(total, b->weight[at]);
			}
			if (!(total.hi <= weight * (1 + SPARSE_EXCESS)))
				sparse_damaged();
		}
}

l2_gram *
l2_sparse_gram_recv(StringInfo buf, const l2_gram *head)
{
	l2_names names = l2_names_of_gram((l2_gram *) head);
	sparse_columns columns;
	int32 k, c, *levels, *count;
	sparse_body b;
	l2_gram *g;
	l2n_moments m;
	const double *end;

	k = (int32) pq_getmsgint(buf, 4);
	c = (int32) pq_getmsgint(buf, 4);
	levels = palloc(sizeof(int32) * Max(c, 1));
	count = palloc(sizeof(int32) * Max(sparse_blocks(c), 1));
	for (int i = 0; i < c; i++)
		levels[i] = (int32) pq_getmsgint(buf, 4);
	for (int i = 0; i < sparse_blocks(c); i++)
		count[i] = (int32) pq_getmsgint(buf, 4);
	columns = sparse_columns_of(names, head->ncols);
	if (columns.k != k || columns.c != c || memcmp(columns.levels, levels, sizeof(int32) * c) != 0)
		sparse_damaged();
	g = sparse_new(head->ncols, l2_gram_options((l2_gram *) head), head->options_len, names, k, c,
				   levels, count);
	b = sparse_body_of(g);
	end = (const double *) b.key;
	for (double *v = b.moments; v < end; v++)
		*v = pq_getmsgfloat8(buf);
	for (int i = 0; i < b.n_pairs; i++)
		b.key[i] = pq_getmsgint(buf, 4);
	g->flags |= head->flags;
	l2_gram_copy_counts(g, head);
	m = sparse_numeric(g, &b);
	for (int j = 0; j < k; j++)
	{
		(void) sparse_checked(m.mean[j], m.mean[k + j]);
		if (l2n_cross(&m, j, j).hi < 0)
			sparse_damaged();
	}
	for (Size i = 0, tri = l2n_tri_size(k); i < tri; i++)
		(void) sparse_checked(m.cross[i], m.cross[tri + i]);
	for (int j = 0; j <= k; j++)
		if (!(sparse_doubt(&b)[j] >= 0 && isfinite(sparse_doubt(&b)[j])))
			sparse_damaged();
	sparse_check_levels(&b, g->weight_hi);
	sparse_check_pairs(&b, g->weight_hi);
	return g;
}
