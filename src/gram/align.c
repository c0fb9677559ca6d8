/*
 * align.c: grams of records whose levels differ, given the same columns.
 *
 * A level that no row has is a column of zeros, and so has no spread and no covariance: to add it
 * is exact.  What a level that was left out had cannot be told from others' left out, so these must
 * be the same.
 */
#include "gram/gram.h"
#include "base/category.h"
#include "gram/encoding.h"

#include "miscadmin.h"

/* A gram, and what its columns are */
typedef struct origins
{
	l2_gram *g;
	l2_encoding *e;
	const char **list;        /* names of the features */
	l2_column_origin *origin; /* of each feature */
} origins;

static origins
origins_of(l2_gram *g)
{
	origins r;

	r.g = g;
	r.e = l2_encoding_of(l2_names_of_gram(g));
	r.list = l2_name_list(l2_names_of_gram(g), g->ncols) + 1;
	r.origin = l2_column_origins(r.e, r.list, g->ncols - 1);
	return r;
}

static bool
same_bytes(const char *a, uint32 a_len, const char *b, uint32 b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Whether the grams have all columns in common */
static bool
is_aligned(l2_gram *a, l2_gram *b)
{
	l2_names m = l2_names_of_gram(a), n = l2_names_of_gram(b);

	return same_bytes(m.bytes, m.len, n.bytes, n.len) &&
		   same_bytes(m.encoding, m.encoding_len, n.encoding, n.encoding_len);
}

static bool
has_level(const l2_attribute *a, l2_level_name level)
{
	for (int i = 0; i < a->n_left; i++)
		if (level == NULL || a->left[i] == NULL ? level == a->left[i]
												: strcmp(level, a->left[i]) == 0)
			return true;
	return false;
}

/* Whether two attributes can be the same one; an error where only what was left out forbids it */
static bool
attributes_agree(const l2_attribute *a, const l2_attribute *b)
{
	bool same = a->n_left == b->n_left;

	if (strcmp(a->name, b->name) != 0 || a->kind != b->kind)
		return false;
	for (int i = 0; i < a->n_left && same; i++)
		same = has_level(b, a->left[i]);
	if (!same)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("grams left out different levels of \"%s\"", a->name),
						errhint("Make them without the option \"reference\": then every level has "
								"its column.")));
	return true;
}

/* Whether the grams are of the same attributes, each with a column for what is no level */
static bool
can_align(const origins *a, const origins *b)
{
	if (a->e->n != b->e->n || strcmp(l2_gram_name(a->g, 0), l2_gram_name(b->g, 0)) != 0)
		return false;
	for (int i = 0; i < a->e->n; i++)
		if (!attributes_agree(&a->e->attribute[i], &b->e->attribute[i]))
			return false;
	for (int j = 0; j < a->g->ncols - 1; j++)
		if (a->origin[j].attribute < 0)
			return false;
	for (int j = 0; j < b->g->ncols - 1; j++)
		if (b->origin[j].attribute < 0)
			return false;
	return true;
}

/* A column of the result: where it is in each gram, -1 for nowhere */
typedef struct place
{
	const char *name;
	int attribute;
	int rank;       /* of its level, among the labels of an enum */
	l2_bytes level; /* for order; without bytes for NULL and what is no level */
	int in_a;
	int in_b;
} place;

static int
compare_places(const void *a, const void *b)
{
	const place *p = a, *q = b;

	if (p->attribute != q->attribute)
		return p->attribute - q->attribute;
	if (p->rank != q->rank)
		return p->rank < q->rank ? -1 : 1;
	return l2_compare_bytes(&p->level, &q->level);
}

/* The features of both, those in common once; a has the order of levels of both */
static place *
merge_places(const origins *a, const origins *b, int *n)
{
	place *list = palloc(sizeof(place) * (a->g->ncols + b->g->ncols));
	l2_dictionary **ranks = palloc(sizeof *ranks * Max(a->e->n, 1));
	int total = 0;

	for (int i = 0; i < a->e->n; i++)
		ranks[i] = l2_enum_ranks(a->e->attribute[i].order);
	for (int second = 0; second < 2; second++)
	{
		const origins *r = second ? b : a;

		for (int j = 0; j < r->g->ncols - 1; j++)
		{
			l2_level_name level = r->origin[j].level;
			int i = r->origin[j].attribute;

			list[total++] = (place){r->list[j],
									i,
									r->origin[j].is_level ? l2_enum_rank(ranks[i], level) : 0,
									{level, level ? strlen(level) : 0, 0},
									second ? -1 : j + 1,
									second ? j + 1 : -1};
		}
	}
	qsort(list, total, sizeof(place), compare_places);
	*n = 0;
	for (int i = 0; i < total; i++)
	{
		if (*n > 0 && compare_places(&list[*n - 1], &list[i]) == 0)
		{
			list[*n - 1].in_a = Max(list[*n - 1].in_a, list[i].in_a);
			list[*n - 1].in_b = Max(list[*n - 1].in_b, list[i].in_b);
		}
		else
			list[(*n)++] = list[i];
	}
	return list;
}

l2_gram *
l2_gram_spread(l2_gram *g, int ncols, const int *from, l2_names names)
{
	l2_gram *r = l2_gram_new(ncols, true, l2_gram_options(g), g->options_len, names);
	l2n_moments to = l2_gram_moments(r);

	r->flags |= g->flags & L2_GRAM_STORED;
	l2_gram_copy_counts(r, g);
	if (g->flags & L2_GRAM_MOMENTS)
	{
		l2n_moments m = l2_gram_moments(g);

		l2n_moments_pick(&m, from, &to);
		l2n_doubt_pick(g->ncols, l2_gram_doubt(g), from, ncols, l2_gram_doubt(r));
		l2_gram_store(r, &to);
	}
	return r;
}

bool
l2_gram_unite(l2_gram *a, l2_gram *b, l2_gram_union *u)
{
	origins x, y;
	place *list;
	const char **features;
	int n;

	x = origins_of(a);
	y = origins_of(b);
	if (!can_align(&x, &y))
		return false;
	for (int i = 0; i < x.e->n; i++)
		x.e->attribute[i].order = l2_enum_order_merge(
			x.e->attribute[i].order, y.e->attribute[i].order, x.e->attribute[i].name);
	list = merge_places(&x, &y, &n);
	l2_check_columns(n + 1);
	features = palloc(sizeof(char *) * Max(n, 1));
	u->ncols = n + 1;
	u->from_a = palloc0(sizeof(int) * (n + 1));
	u->from_b = palloc0(sizeof(int) * (n + 1));
	for (int i = 0; i < n; i++)
	{
		features[i] = list[i].name;
		u->from_a[i + 1] = list[i].in_a;
		u->from_b[i + 1] = list[i].in_b;
	}
	for (int i = 0; i < x.e->n; i++)
		x.e->attribute[i].null_level |= y.e->attribute[i].null_level;
	u->names = l2_canonical_names(l2_join_names(l2_gram_name(a, 0), n, features));
	u->names = l2_encode_names(u->names, x.e);
	return true;
}

void
l2_gram_align(l2_gram **a, l2_gram **b)
{
	l2_gram_union u;

	*a = l2_gram_dense(*a);
	*b = l2_gram_dense(*b);
	if ((*a)->encoding_len == 0 || (*b)->encoding_len == 0 || (*a)->ncols == 0 ||
		(*b)->ncols == 0 || is_aligned(*a, *b) || !l2_gram_unite(*a, *b, &u))
		return;
	*a = l2_gram_spread(l2_gram_get(PointerGetDatum(*a)), u.ncols, u.from_a, u.names);
	*b = l2_gram_spread(l2_gram_get(PointerGetDatum(*b)), u.ncols, u.from_b, u.names);
}
