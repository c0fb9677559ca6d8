/*
 * sparse.c: sums over rows of numbers and levels, and the grams that they make.
 */
#include "gram/sparse.h"
#include "gram/kept.h"

#include "gram/sparse_gram.h"

#include "num/moments/expand.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

/*
 * Making
 */

static l2_gram *
copy_of_spec(MemoryContext context, const l2_gram *spec)
{
	l2_gram *copy = MemoryContextAlloc(context, VARSIZE(spec));

	memcpy(copy, spec, VARSIZE(spec));
	return copy;
}

l2_reference
l2_reference_of(const l2_options *o)
{
	if (o->reference != L2_REFERENCE_DEFAULT)
		return o->reference;
	if (o->place & (L2_IN_GRAM | L2_IN_FOLDS | L2_IN_CV | L2_IN_CURVE | L2_IN_PATH))
		return L2_REFERENCE_NONE;
	if (o->method == L2_METHOD_OLS || o->method == L2_METHOD_HUBER ||
		o->method == L2_METHOD_QUANTILE ||
		((l2_method_has_link(o->method) || o->method == L2_METHOD_MULTINOMIAL) && o->lambda == 0))
		return L2_REFERENCE_FIRST;
	return L2_REFERENCE_NONE;
}

l2_sparse *
l2_sparse_make(MemoryContext context, const l2_gram *spec, const l2_options *o, int parts)
{
	l2_sparse *s = MemoryContextAllocZero(context, sizeof *s);

	s->context = context;
	s->spec = copy_of_spec(context, spec);
	s->max_levels = o->max_levels;
	s->drops_level = l2_reference_of(o) != L2_REFERENCE_NONE || o->n_bases > 0;
	s->watches_y = o->n_features < 0 && (o->target == NULL || o->n_names < 0);
	s->adds_up = o->adds_up;
	s->n_parts = parts;
	if (l2_keeps_rows(o))
	{
		s->kept = MemoryContextAlloc(context, sizeof *s->kept);
		l2_kept_start(s->kept, o);
	}
	return s;
}

l2_sparse *
l2_sparse_make_like(MemoryContext context, const l2_sparse *b)
{
	l2_sparse *s = MemoryContextAllocZero(context, sizeof *s);

	s->context = context;
	s->spec = copy_of_spec(context, b->spec);
	s->max_levels = b->max_levels;
	s->drops_level = b->drops_level;
	s->watches_y = b->watches_y;
	s->of_arrays = b->of_arrays;
	s->adds_up = b->adds_up;
	s->n_parts = b->n_parts;
	if (b->kept || b->kept_bytes)
		s->kept = MemoryContextAllocZero(context, sizeof *s->kept);
	return s;
}

static int
n_pairs(const l2_sparse *s)
{
	return s->n_categories * (s->n_categories - 1) / 2;
}

/* Doubles that there are of each level */
static Size
sums_width(const l2_sparse *s)
{
	return 2 * (1 + (Size) s->k);
}

/* The names of the numeric columns, for errors */
static l2_names
numeric_names(const l2_sparse *s, const char *target)
{
	const char **names = palloc(sizeof(char *) * s->k);

	for (int i = 0; i < s->n; i++)
		if (s->attribute[i].kind != L2_CATEGORY)
			names[s->attribute[i].index - 1] = s->attribute[i].name;
	return l2_join_names(target, s->k - 1, names);
}

/* Parts without rows, in the current context */
static l2_sparse_part *
make_parts(const l2_sparse *s, l2_names names)
{
	l2_sparse_part *part = palloc0(sizeof(l2_sparse_part) * s->n_parts);

	for (int i = 0; i < s->n_parts; i++)
	{
		l2_sparse_part *p = &part[i];

		p->gram = l2_gram_new(s->k, false, NULL, 0, names);
		p->gram->flags |= s->spec->flags & L2_GRAM_SKIP_NONFINITE;
		if (s->weighted)
			p->gram->flags |= L2_GRAM_WEIGHTED;
		p->room = palloc0(sizeof(int) * Max(s->n_categories, 1));
		p->sums = palloc0(sizeof(double *) * Max(s->n_categories, 1));
		p->pairs = palloc0(sizeof(l2_pairs *) * Max(n_pairs(s), 1));
	}
	return part;
}

void
l2_sparse_settle(l2_sparse *s, const char *target, int n, const l2_sparse_attribute *attribute,
				 bool weighted)
{
	MemoryContext old = MemoryContextSwitchTo(s->context);
	l2_names names;

	s->settled = true;
	s->weighted = weighted;
	s->n = n;
	s->attribute = palloc(sizeof(l2_sparse_attribute) * Max(n, 1));
	s->category = palloc(sizeof(char *) * Max(n, 1));
	s->k = 1;
	for (int i = 0; i < n; i++)
	{
		l2_sparse_attribute *a = &s->attribute[i];

		a->name = pstrdup(attribute[i].name);
		a->kind = attribute[i].kind;
		a->order = l2_enum_order_copy(attribute[i].order);
		a->index = a->kind == L2_CATEGORY ? s->n_categories++ : s->k++;
		if (a->kind == L2_CATEGORY)
			s->category[a->index] = a->name;
	}
	l2_check_columns(s->k);

	s->levels = palloc(sizeof(l2_dictionary *) * Max(s->n_categories, 1));
	for (int c = 0; c < s->n_categories; c++)
		s->levels[c] = l2_dictionary_make(s->context);
	s->zeros = palloc0(sizeof(double) * sums_width(s));
	s->number = palloc(sizeof(int) * Max(s->n_categories, 1));
	s->row_of_one = palloc(sizeof(double) * (1 + s->k));
	s->row_of_one[0] = 1;
	s->equal = palloc(sizeof(int) * s->k);
	for (int j = 1; j < s->k && s->watches_y; j++)
		s->equal[s->n_equal++] = j;
	s->label = palloc(sizeof(int) * Max(s->n_categories, 1));

	names = numeric_names(s, target);
	s->part = make_parts(s, names);
	if (s->n_parts > 1)
	{
		s->deck = l2_deck_make(s->context, s->n_parts, l2_sparse_deck_width(s), s->adds_up);
		s->packed = palloc(sizeof(double) * l2_sparse_deck_width(s));
	}
	MemoryContextSwitchTo(old);
}

void
l2_sparse_learn_orders(l2_sparse *s, const l2_sparse_attribute *attribute)
{
	for (int i = 0; i < s->n; i++)
	{
		l2_enum_order *own = &s->attribute[i].order;
		MemoryContext old;

		if (likely(l2_enum_order_equal(*own, attribute[i].order)))
			continue;
		old = MemoryContextSwitchTo(s->context);
		*own =
			l2_enum_order_copy(l2_enum_order_merge(*own, attribute[i].order, s->attribute[i].name));
		MemoryContextSwitchTo(old);
	}
}

/*
 * Levels
 */

/* Before the gram would have too many columns, rather than when it has */
static void
sparse_check_columns(const l2_sparse *s)
{
	int64 columns = s->k;
	int most = 0;

	for (int c = 0; c < s->n_categories; c++)
	{
		int levels = l2_dictionary_size(s->levels[c]);

		columns += levels - (s->drops_level && levels > 0 ? 1 : 0);
		if (levels > l2_dictionary_size(s->levels[most]))
			most = c;
	}
	if (columns > l2_max_columns)
		ereport(
			ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("levels make " INT64_FORMAT " columns or more, beyond l2reg.max_columns, %d",
					columns, l2_max_columns),
			 errdetail("Attribute \"%s\" has most of them: %d so far.", s->category[most],
					   l2_dictionary_size(s->levels[most])),
			 errhint("Leave it out: name the attributes to use in the option \"features\".")));
}

int
l2_sparse_level(l2_sparse *s, int c, const l2_bytes *level)
{
	int n = l2_dictionary_size(s->levels[c]);
	int number = l2_dictionary_add(s->levels[c], level);

	if (likely(number < n))
		return number;
	if (n >= s->max_levels)
		ereport(
			ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("attribute \"%s\" has more than %d levels", s->category[c], s->max_levels),
			 errhint("Leave it out: name the others in the option \"features\", or in a formula "
					 "y ~ . - %s; take out its effects by y ~ x | %s; or raise \"max_levels\".",
					 quote_identifier(s->category[c]), quote_identifier(s->category[c]))));
	sparse_check_columns(s);
	return number;
}

double *
l2_sparse_level_sums(l2_sparse *s, l2_sparse_part *p, int c, int number)
{
	Size width = sums_width(s);

	if (unlikely(number >= p->room[c]))
	{
		int room = Max(p->room[c], 2);

		while (room <= number)
			room *= 2;
		if (p->sums[c] == NULL)
			p->sums[c] = MemoryContextAllocHuge(s->context, sizeof(double) * width * room);
		else
			p->sums[c] = repalloc_huge(p->sums[c], sizeof(double) * width * room);
		memset(p->sums[c] + width * p->room[c], 0, sizeof(double) * width * (room - p->room[c]));
		p->room[c] = room;
	}
	return p->sums[c] + width * number;
}

static l2_pairs *
pairs_of(l2_sparse *s, l2_sparse_part *p, int i)
{
	if (p->pairs[i] == NULL)
		p->pairs[i] = l2_pairs_make(s->context);
	return p->pairs[i];
}

void
l2_sparse_add_pair(l2_sparse *s, l2_sparse_part *p, int a, int b, uint32 l, uint32 m, dd weight)
{
	l2_pairs_add(pairs_of(s, p, b * (b - 1) / 2 + a), l, m, weight);
}

/*
 * Rows
 */

/* Columns that are not y in this row are out of suspicion */
static void
watch_y(l2_sparse *s, const double *x)
{
	if (!s->any)
	{
		s->any = true;
		s->first_y = x[0];
	}
	s->y_varies |= x[0] != s->first_y;
	for (int i = 0; i < s->n_equal;)
		if (x[s->equal[i]] == x[0])
			i++;
		else
			s->equal[i] = s->equal[--s->n_equal];
}

void
l2_sparse_watch_label(l2_sparse *s, const char *label, const l2_bytes *level)
{
	l2_bytes own = {label, strlen(label), 0};

	for (int c = 0; c < s->n_categories && s->watches_y && !s->any_label; c++)
		s->label[s->n_labels++] = c;
	s->any_label = true;
	for (int i = 0; i < s->n_labels;)
		if (l2_compare_bytes(&level[s->label[i]], &own) == 0)
			i++;
		else
			s->label[i] = s->label[--s->n_labels];
}

/* Count copies of a row in the sums of its levels, whose numbers s has */
static void
add_levels(l2_sparse *s, l2_sparse_part *p, const double *row, dd weight)
{
	int width = 1 + s->k, *number = s->number;

	for (int c = 0; c < s->n_categories; c++)
	{
		double *sums = l2_sparse_level_sums(s, p, c, number[c]);

		if (s->weighted || weight.hi != 1.0)
			l2_kernel->dd_axpy_row(width, weight, row, s->zeros, sums, sums + width);
		else
			l2_kernel->dd_add_row(width, row, s->zeros, sums, sums + width);
	}
	for (int b = 1, at = 0; b < s->n_categories; b++)
		for (int a = 0; a < b; a++, at++)
			l2_pairs_add(pairs_of(s, p, at), number[a], number[b], weight);
}

/* The part's gram, which has moved or not */
static void
sparse_set_gram(l2_sparse_part *p, l2_gram *g)
{
	if (g == p->gram)
		return;
	pfree(p->gram);
	p->gram = g;
}

bool
l2_sparse_add(FunctionCallInfo fcinfo, l2_sparse *s, int i, const double *row, double weight,
			  const l2_bytes *level)
{
	l2_sparse_part *p = &s->part[i];
	MemoryContext old = MemoryContextSwitchTo(s->context);
	l2_gram *g = p->gram;
	bool taken = l2_state_take_row(fcinfo, &g, row + 1, weight);

	MemoryContextSwitchTo(old);
	sparse_set_gram(p, g);
	if (!taken)
		return false;
	l2_gram_weigh(g, weight);
	if (unlikely(!s->any || s->n_equal > 0))
		watch_y(s, row + 1);
	for (int c = 0; c < s->n_categories; c++)
		s->number[c] = l2_sparse_level(s, c, &level[c]);
	add_levels(s, p, row, dd_of(weight));
	return true;
}

void
l2_sparse_add_checked(FunctionCallInfo fcinfo, l2_sparse *s, const double *row, double weight,
					  bool tiny, uint64 hash)
{
	l2_sparse_part *p = &s->part[0];
	MemoryContext old = MemoryContextSwitchTo(s->context);
	l2_gram *g = p->gram;
	double *to = l2_state_next_row(fcinfo, &g);

	MemoryContextSwitchTo(old);
	sparse_set_gram(p, g);
	memcpy(to, row + 1, sizeof(double) * s->k);
	if (s->weighted)
		to[s->k] = weight;
	g->nrows++;
	if (unlikely(tiny))
		g->flags |= L2_GRAM_TINY;
	g->more |= L2_GRAM_HASHED;
	g->absorbed = (int64) ((uint64) g->absorbed + hash);
	add_levels(s, p, row, dd_of(weight));
}

void
l2_sparse_keep(FunctionCallInfo fcinfo, l2_sparse *s, const double *row, const l2_row_of_y *y)
{
	l2_row_pool *pool = s->kept->rows.pool ? NULL : l2_kept_pool(fcinfo);
	double *to = l2_kept_next(s->kept, pool, s->k + s->n_categories);

	memcpy(to, row + 1, sizeof(double) * s->k);
	for (int c = 0; c < s->n_categories; c++)
		to[s->k + c] = s->number[c];
	l2_kept_took(s->kept, to, y, y->weight);
}

/*
 * Rows that wait
 */

/* Add copies of a row of the deck to a part */
static void
sparse_add_packed(FunctionCallInfo fcinfo, l2_sparse *s, l2_sparse_part *p, const double *packed,
				  int64 copies)
{
	MemoryContext old = MemoryContextSwitchTo(s->context);
	double weight = packed[s->k], *row = s->row_of_one;
	l2_gram *g = p->gram;

	l2_state_add_copies(fcinfo, &g, packed, weight, copies);
	MemoryContextSwitchTo(old);
	sparse_set_gram(p, g);
	memcpy(row + 1, packed, sizeof(double) * s->k);
	for (int c = 0; c < s->n_categories; c++)
		s->number[c] = (int) packed[s->k + 1 + c];
	add_levels(s, p, row, dd_two_prod(weight, (double) copies));
}

/* There are too many distinct rows: those that waited are dealt, all copies of each to one part */
static void
sparse_stop_waiting(FunctionCallInfo fcinfo, l2_sparse *s)
{
	const l2n_distinct *t = s->deck->table;

	for (int i = 0; i < t->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		sparse_add_packed(fcinfo, s, &s->part[l2n_deal_row(l2n_distinct_hash(t)[i], s->n_parts)],
						  l2n_distinct_row(t, i), l2n_distinct_count(t)[i]);
	}
	l2_deck_close(s->deck);
}

void
l2_sparse_deal(FunctionCallInfo fcinfo, l2_sparse *s, uint64 hash, const double *row, double weight,
			   const l2_bytes *level)
{
	int part = l2n_deal_row(hash, s->n_parts);

	if (s->deck->table == NULL)
	{
		(void) l2_deck_add(s->deck, hash, NULL, 1);
		l2_sparse_add(fcinfo, s, part, row, weight, level);
		return;
	}
	if (!l2_state_check_values(s->part[0].gram, row + 1, weight))
	{
		s->skipped++;
		return;
	}
	for (int j = 0; j < s->k; j++)
		s->packed[j] = row[1 + j] + 0.0; /* -0 is 0 */
	s->packed[s->k] = weight;
	if (unlikely(!s->any || s->n_equal > 0))
		watch_y(s, row + 1);
	for (int c = 0; c < s->n_categories; c++)
		s->packed[s->k + 1 + c] = l2_sparse_level(s, c, &level[c]);
	if (l2_deck_add(s->deck, hash, s->packed, 1))
		return;
	sparse_stop_waiting(fcinfo, s);
	l2_sparse_add(fcinfo, s, part, row, weight, level);
}

void
l2_sparse_tell(int *told, const l2_sparse *s, l2_gram **g)
{
	int64 largest = 0;

	if (s->deck == NULL || s->deck->table != NULL || s->deck->sketch.rows == 0)
		return;
	for (int i = 0; i < s->n_parts; i++)
		if (g[i] != NULL)
			largest = Max(largest, l2_gram_count(g[i]));
	l2_tell_repeats(told, &s->deck->sketch, s->n_parts, largest);
}

bool
l2_sparse_wait(l2_sparse *s, uint64 hash, const double *packed, int64 copies)
{
	const double *level = packed + s->k + 1;

	for (int c = 0; c < s->n_categories; c++)
		if (!(level[c] >= 0 && level[c] < l2_dictionary_size(s->levels[c]) &&
			  level[c] == (int) level[c]))
			return false;
	return s->deck->table != NULL && copies > 0 && copies <= PG_INT64_MAX - s->deck->table->total &&
		   l2_deck_add(s->deck, hash, packed, copies);
}

/* For qsort: rows with the same hash, by their numbers and their levels' bytes */
static int
sparse_compare_packed(const double *a, const double *b, void *arg)
{
	const l2_sparse *s = arg;
	int n = s->k + 1, order = l2_compare_numbers(a, b, &n);

	for (int c = 0; c < s->n_categories && order == 0; c++)
		order = l2_compare_bytes(l2_dictionary_get(s->levels[c], (int) a[n + c]),
								 l2_dictionary_get(s->levels[c], (int) b[n + c]));
	return order;
}

const int *
l2_sparse_number(l2_sparse *s, const double *row, double weight, const l2_bytes *level)
{
	l2_sparse_part *p = &s->part[0];

	if (unlikely(!s->any || s->n_equal > 0))
		watch_y(s, row + 1);
	for (int c = 0; c < s->n_categories; c++)
	{
		double *sums;
		dd sum;

		s->number[c] = l2_sparse_level(s, c, &level[c]);
		sums = l2_sparse_level_sums(s, p, c, s->number[c]);
		sum = dd_add_d(dd_make(sums[0], sums[1 + s->k]), weight);
		sums[0] = sum.hi;
		sums[1 + s->k] = sum.lo;
	}
	return s->number;
}

/*
 * Merging
 */

static void
sparse_adopt(l2_sparse *a, const l2_sparse *b)
{
	l2_sparse_settle(a, l2_gram_name(b->part[0].gram, 0), b->n, b->attribute, b->weighted);
	a->n_equal = b->n_equal;
	memcpy(a->equal, b->equal, sizeof(int) * b->n_equal);
	a->any = b->any;
	a->first_y = b->first_y;
	a->y_varies = b->y_varies;
}

void
l2_records_differ(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("records of a group must be of one type"),
			 errhint("Cast them to the same row type.")));
}

/* Error unless the attributes are the same */
static void
check_alike(const l2_sparse *a, const l2_sparse *b)
{
	bool same = a->n == b->n && a->weighted == b->weighted;

	for (int i = 0; i < a->n && same; i++)
		same = strcmp(a->attribute[i].name, b->attribute[i].name) == 0 &&
			   a->attribute[i].kind == b->attribute[i].kind;
	if (!same)
		l2_records_differ();
}

static void
merge_suspects(l2_sparse *a, const l2_sparse *b)
{
	int n = 0;

	for (int i = 0; i < a->n_equal && b->any; i++)
		for (int j = 0; j < b->n_equal; j++)
			if (a->equal[i] == b->equal[j])
			{
				a->equal[n++] = a->equal[i];
				break;
			}
	if (b->any)
	{
		a->n_equal = n;
		a->y_varies |= b->y_varies || (a->any && a->first_y != b->first_y);
		a->first_y = b->first_y;
		a->any = true;
	}
}

/*
 * number says which level of a each level of b is, by category: the two met levels in different
 * orders.
 */
static void
merge_part(FunctionCallInfo fcinfo, l2_sparse *a, l2_sparse_part *to, l2_sparse *b,
		   l2_sparse_part *from, int *const *number)
{
	MemoryContext old = MemoryContextSwitchTo(a->context);
	l2_gram *g = l2_state_combine(fcinfo, to->gram, from->gram);
	int width = 1 + a->k;

	MemoryContextSwitchTo(old);
	sparse_set_gram(to, g);
	for (int c = 0; c < a->n_categories; c++)
		for (int l = 0; l < Min(from->room[c], l2_dictionary_size(b->levels[c])); l++)
		{
			double *x = l2_sparse_level_sums(b, from, c, l),
				   *sums = l2_sparse_level_sums(a, to, c, number[c][l]);

			CHECK_FOR_INTERRUPTS();
			l2_kernel->dd_add_row(width, x, x + width, sums, sums + width);
		}
	for (int q = 1, i = 0; q < a->n_categories; q++)
		for (int p = 0; p < q; p++, i++)
		{
			uint32 at = 0, l, m;
			dd weight;

			while (from->pairs[i] && l2_pairs_next(from->pairs[i], &at, &l, &m, &weight))
			{
				CHECK_FOR_INTERRUPTS();
				l2_pairs_add(pairs_of(a, to, i), number[p][l], number[q][m], weight);
			}
		}
}

/* The rows that wait, or did, with their levels by the numbers that a has for them */
static void
merge_decks(FunctionCallInfo fcinfo, l2_sparse *a, const l2_sparse *b, int *const *number)
{
	const l2n_distinct *t = b->deck->table;

	if (t == NULL && a->deck->table != NULL)
		sparse_stop_waiting(fcinfo, a);
	if (t == NULL)
	{
		l2n_sketch_merge(&a->deck->sketch, &b->deck->sketch);
		return;
	}
	for (int i = 0; i < t->n; i++)
	{
		uint64 hash = l2n_distinct_hash(t)[i];
		int64 copies = l2n_distinct_count(t)[i];

		CHECK_FOR_INTERRUPTS();
		memcpy(a->packed, l2n_distinct_row(t, i), sizeof(double) * l2_sparse_deck_width(a));
		for (int c = 0; c < a->n_categories; c++)
			a->packed[a->k + 1 + c] = number[c][(int) a->packed[a->k + 1 + c]];
		if (l2_deck_add(a->deck, hash, a->packed, copies))
			continue;
		if (a->deck->table != NULL)
			sparse_stop_waiting(fcinfo, a);
		sparse_add_packed(fcinfo, a, &a->part[l2n_deal_row(hash, a->n_parts)], a->packed, copies);
	}
}

/* How the levels of another state's rows are numbered here */
typedef struct renumbering
{
	int k;
	int n_categories;
	int *const *number;
} renumbering;

static void
sparse_renumber(void *arg, double *values)
{
	const renumbering *r = arg;

	for (int c = 0; c < r->n_categories; c++)
		values[r->k + c] = r->number[c][(int) values[r->k + c]];
}

void
l2_sparse_merge(FunctionCallInfo fcinfo, l2_sparse *a, l2_sparse *b)
{
	int **number;

	if (a->n_parts != b->n_parts || VARSIZE(a->spec) != VARSIZE(b->spec) ||
		memcmp(a->spec, b->spec, VARSIZE(a->spec)) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("options must be the same in every row of a group")));
	a->skipped += b->skipped;
	if (!b->settled && a->kept && b->kept_bytes)
		l2_kept_add_bytes(a->kept, NULL, b->kept_bytes, b->kept_size, NULL, NULL);
	if (!b->settled)
		return;
	if (!a->settled)
		sparse_adopt(a, b);
	else
	{
		check_alike(a, b);
		l2_sparse_learn_orders(a, b->attribute);
		merge_suspects(a, b);
	}
	number = palloc(sizeof(int *) * Max(a->n_categories, 1));
	for (int c = 0; c < a->n_categories; c++)
	{
		int n = l2_dictionary_size(b->levels[c]);

		number[c] = palloc(sizeof(int) * Max(n, 1));
		for (int l = 0; l < n; l++)
			number[c][l] = l2_sparse_level(a, c, l2_dictionary_get(b->levels[c], l));
	}
	for (int i = 0; i < a->n_parts; i++)
		merge_part(fcinfo, a, &a->part[i], b, &b->part[i], number);
	if (a->deck != NULL)
		merge_decks(fcinfo, a, b, number);
	if (a->kept && b->kept_bytes)
	{
		renumbering map = {a->k, a->n_categories, number};

		l2_kept_add_bytes(a->kept, l2_kept_pool(fcinfo), b->kept_bytes, b->kept_size,
						  sparse_renumber, &map);
	}
}

/*
 * Grams
 */

/* For qsort: levels of one category */
typedef struct sorted_level
{
	int rank; /* among the labels of an enum */
	const l2_bytes *bytes;
	int number;
} sorted_level;

static int
compare_levels(const void *a, const void *b)
{
	const sorted_level *p = a, *q = b;

	if (p->rank != q->rank)
		return p->rank < q->rank ? -1 : 1;
	return l2_compare_bytes(p->bytes, q->bytes);
}

/* The levels of a category: in the order of its enum, or of their bytes; NULL is the last */
static sorted_level *
sort_levels(const l2_sparse *s, const l2_sparse_attribute *a)
{
	l2_dictionary *levels = s->levels[a->index], *ranks = l2_enum_ranks(a->order);
	int n = l2_dictionary_size(levels);
	sorted_level *list = palloc(sizeof(sorted_level) * Max(n, 1));

	for (int i = 0; i < n; i++)
	{
		const l2_bytes *level = l2_dictionary_get(levels, i);

		list[i] = (sorted_level){l2_enum_rank(ranks, level->bytes), level, i};
	}
	qsort(list, n, sizeof(sorted_level), compare_levels);
	return list;
}

static double
level_weight(const l2_sparse *s, int c, int number)
{
	dd sum = dd_of(0);

	for (int i = 0; i < s->n_parts; i++)
		if (number < s->part[i].room[c])
		{
			const double *sums = s->part[i].sums[c] + sums_width(s) * number;

			sum = dd_add(sum, dd_make(sums[0], sums[1 + s->k]));
		}
	return sum.hi;
}

/* Which of the sorted levels gets no column; -1 for none */
static int
find_reference(const l2_sparse *s, int c, const sorted_level *list, l2_reference reference)
{
	int n = l2_dictionary_size(s->levels[c]), best = 0;

	if (reference == L2_REFERENCE_NONE || n == 0)
		return -1;
	for (int i = 1; i < n && reference == L2_REFERENCE_MOST_FREQUENT; i++)
		if (level_weight(s, c, list[i].number) > level_weight(s, c, list[best].number))
			best = i;
	return best;
}

static char *
json_string(const char *s)
{
	StringInfoData json;

	initStringInfo(&json);
	escape_json(&json, s);
	return json.data;
}

/* Rows from which on a number that is the target in all of them is no chance */
#define CHANCE_ROWS 10

/* Letters that two names may differ by where one is the other misspelt, and letters that it needs
 */
#define MISSPELT       2
#define MISSPELT_LEAST 4

static int64
count_rows(const l2_sparse *s)
{
	int64 n = 0;

	for (int i = 0; i < s->n_parts; i++)
		n += l2_gram_count(s->part[i].gram);
	if (s->deck && s->deck->table)
		for (int i = 0; i < s->deck->table->n; i++)
			n += l2n_distinct_count(s->deck->table)[i];
	return n;
}

static bool
is_misspelt(const char *name, const char *other)
{
	int n = (int) strlen(name), m = (int) strlen(other);

	return pg_strcasecmp(name, other) == 0 ||
		   (Min(n, m) >= MISSPELT_LEAST &&
			varstr_levenshtein_less_equal(name, n, other, m, 1, 1, 1, MISSPELT, true) <= MISSPELT);
}

/*
 * Whether a number may be y by chance in every row.  Of the rows that a model is of it is not; but
 * a gram may be of a few of them, and its target, once somebody has named it, something worked out.
 */
static bool
may_be_chance(const l2_sparse *s, const l2_options *o, const char *name)
{
	return o->target && (o->place & (L2_IN_GRAM | L2_IN_FOLDS)) && count_rows(s) < CHANCE_ROWS &&
		   !is_misspelt(o->target, name);
}

/* Whether an attribute was y in every row, and not the same in all of them */
static bool
sparse_is_target(const l2_sparse *s, const l2_options *o, const l2_sparse_attribute *a)
{
	if (a->kind == L2_CATEGORY)
	{
		for (int i = 0; i < s->n_labels; i++)
			if (s->label[i] == a->index)
				return l2_dictionary_size(s->levels[a->index]) > 1;
		return false;
	}
	for (int i = 0; i < s->n_equal && s->y_varies; i++)
		if (s->equal[i] == a->index)
			return !may_be_chance(s, o, a->name);
	return false;
}

static void
sparse_check_target(const l2_sparse *s, const l2_options *o, const char *target)
{
	for (int i = 0; i < s->n; i++)
	{
		const l2_sparse_attribute *a = &s->attribute[i];

		if (sparse_is_target(s, o, a))
			ereport(
				ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("attribute \"%s\" is the target: the two are equal in every row", a->name),
				 errhint("Leave it out of the features with the option {\"target\": %s}, or "
						 "name those to use in \"features\".",
						 json_string(a->name))));
		if (a->kind == L2_CATEGORY)
			continue;
		if (strcmp(a->name, target) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("attribute \"%s\" has the name of the target", a->name),
					 errhint("Give the target another name with the option \"target\", or name the "
							 "attributes to use in \"features\".")));
	}
}

/* The level that options say has no column, among n in order; -1 where they say none */
static int
given_reference(const char *attribute, const sorted_level *list, int n, const l2_options *o)
{
	for (int i = 0; i < o->n_bases; i++)
	{
		if (strcmp(o->base_of[i], attribute) != 0)
			continue;
		for (int l = 0; l < n; l++)
			if (list[l].bytes->bytes && strcmp(list[l].bytes->bytes, o->base[i]) == 0)
				return l;
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("\"%s\" has no level \"%s\"", attribute, o->base[i]),
						errdetail("It is its reference in the options.")));
	}
	return -1;
}

l2_sparse_layout
l2_sparse_lay_out(const l2_sparse *s, const l2_options *o)
{
	const char *target = o->target ? o->target : "y", **names;
	l2_encoding e = {o->unseen, s->n, palloc0(sizeof(l2_attribute) * Max(s->n, 1))};
	int most = s->k;
	bool full = !o->intercept;
	l2_sparse_layout y = {1};

	sparse_check_target(s, o, target);
	for (int c = 0; c < s->n_categories; c++)
		most += l2_dictionary_size(s->levels[c]);
	names = palloc(sizeof(char *) * most);
	y.column = palloc(sizeof(l2_sparse_column) * most);
	y.place = palloc(sizeof(int *) * Max(s->n_categories, 1));
	y.column[0] = (l2_sparse_column){-1, 0};
	for (int i = 0; i < s->n; i++)
	{
		const l2_sparse_attribute *a = &s->attribute[i];
		sorted_level *list;
		int reference, n;

		e.attribute[i] = (l2_attribute){.name = a->name, .kind = a->kind, .order = a->order};
		if (a->kind != L2_CATEGORY)
		{
			names[y.k - 1] = a->name;
			y.column[y.k++] = (l2_sparse_column){-1, a->index};
			continue;
		}
		n = l2_dictionary_size(s->levels[a->index]);
		list = sort_levels(s, a);
		reference = given_reference(a->name, list, n, o);
		if (reference < 0)
			reference = find_reference(s, a->index, list, l2_reference_of(o));
		/* the first category keeps all its levels where there is no intercept, as in R */
		if (full)
			reference = -1;
		full = false;
		y.place[a->index] = palloc(sizeof(int) * Max(n, 1));
		e.attribute[i].null_level = o->null_level;
		for (int l = 0; l < n; l++)
		{
			l2_level_name name = list[l].bytes->bytes;

			CHECK_FOR_INTERRUPTS();
			y.place[a->index][list[l].number] = l == reference ? -1 : y.k;
			if (l == reference)
			{
				e.attribute[i].n_left = 1;
				e.attribute[i].left = memcpy(palloc(sizeof name), &name, sizeof name);
				continue;
			}
			names[y.k - 1] = l2_level_column(a->name, name);
			y.column[y.k++] = (l2_sparse_column){a->index, list[l].number};
		}
		pfree(list);
	}
	l2_check_columns(y.k);
	y.names = l2_canonical_names(l2_join_names(target, y.k - 1, names));
	l2_check_names(y.names);
	y.names = l2_encode_names(y.names, &e);
	return y;
}

void
l2_sparse_tell_single(const l2_sparse *s, const l2_sparse_layout *y)
{
	for (int i = 0; i < s->n; i++)
	{
		const l2_sparse_attribute *a = &s->attribute[i];

		if (a->kind == L2_CATEGORY && l2_dictionary_size(s->levels[a->index]) == 1 &&
			y->place[a->index][0] < 0)
			ereport(NOTICE,
					(errmsg("category \"%s\" has one level, and no effect", a->name),
					 errdetail("The intercept stands for it, as for a column that is constant.")));
	}
}

/* The gram of a part that has rows */
static l2_gram *
sparse_expand(const l2_sparse *s, const l2_sparse_part *p, const l2_sparse_layout *y)
{
	l2_gram *numeric = l2_gram_copy(p->gram, NULL, 0, (l2_names){NULL, 0});
	l2_gram *g = l2_gram_new(y->k, true, NULL, 0, y->names);
	l2n_moments from = l2_gram_moments(numeric), to = l2_gram_moments(g);
	l2n_source *source = palloc(sizeof(l2n_source) * y->k);

	for (int j = 0; j < y->k; j++)
	{
		const l2_sparse_column *c = &y->column[j];

		source[j] = (l2n_source){c->category, c->number, NULL};
		if (c->category >= 0)
			source[j].sums = c->number < p->room[c->category]
								 ? p->sums[c->category] + sums_width(s) * c->number
								 : s->zeros;
	}
	l2n_expand(&from, source, &to, l2_poll, NULL);
	for (int b = 1, i = 0; b < s->n_categories; b++)
		for (int a = 0; a < b; a++, i++)
		{
			uint32 at = 0, l, m;
			dd weight;

			while (p->pairs[i] && l2_pairs_next(p->pairs[i], &at, &l, &m, &weight))
				if (y->place[a][l] >= 0 && y->place[b][m] >= 0)
					l2n_expand_pair(&to, y->place[a][l], y->place[b][m], weight);
		}
	l2n_expand_finish(source, &to);
	g->flags |= numeric->flags & L2_GRAM_TINY;
	l2_gram_copy_counts(g, numeric);
	g->n_skipped = 0; /* those of all parts are counted with the first */
	pfree(numeric);
	pfree(source);
	return g;
}

/* The same rows, none of which waits any more; what it is made of is as it was */
static l2_sparse *
with_all_dealt(FunctionCallInfo fcinfo, l2_sparse *s)
{
	const l2n_distinct *t = s->deck->table;
	l2_sparse *r = memcpy(palloc(sizeof *r), s, sizeof *r);
	int **number = palloc(sizeof(int *) * Max(s->n_categories, 1));
	l2_dealt_rows *rows;

	r->context = CurrentMemoryContext;
	r->part = make_parts(s, l2_names_of_gram(s->part[0].gram));
	for (int c = 0; c < s->n_categories; c++)
	{
		int n = l2_dictionary_size(s->levels[c]);

		number[c] = palloc(sizeof(int) * Max(n, 1));
		for (int l = 0; l < n; l++)
			number[c][l] = l;
	}
	for (int i = 0; i < s->n_parts; i++)
	{
		if (l2_gram_count(s->part[i].gram) > 0)
			merge_part(fcinfo, r, &r->part[i], s, &s->part[i], number);
		else
			r->part[i].gram->n_skipped = s->part[i].gram->n_skipped;
	}
	rows = l2_deal_rows(t, s->n_parts, sparse_compare_packed, s);
	for (int i = 0; i < rows->n; i++)
	{
		const int *part;
		const int64 *tally;
		int n = l2_next_dealt(rows, i, &part, &tally);

		for (int f = 0; f < n; f++)
			sparse_add_packed(fcinfo, r, &r->part[part[f]], l2n_distinct_row(t, rows->row[i]),
							  tally[part[f]]);
	}
	return r;
}

l2_gram **
l2_sparse_grams(FunctionCallInfo fcinfo, l2_sparse *s, const l2_options *o, bool dense)
{
	l2_gram **g = palloc0(sizeof(l2_gram *) * s->n_parts);
	int64 skipped = s->skipped;
	int first = -1;
	l2_sparse_layout y;

	if (s->deck != NULL && s->deck->table != NULL && s->deck->table->n > 0)
		s = with_all_dealt(fcinfo, s);
	for (int i = 0; i < s->n_parts && s->settled; i++)
	{
		skipped += s->part[i].gram->n_skipped;
		if (first < 0 && l2_gram_count(s->part[i].gram) > 0)
			first = i;
	}
	if (first < 0)
		return NULL;
	y = l2_sparse_lay_out(s, o);
	if (o->place == L2_IN_FIT || o->place == L2_IN_CV)
		l2_sparse_tell_single(s, &y);
	dense |= !l2_sparse_gram_suits(&y);
	for (int i = first; i < s->n_parts; i++)
		if (l2_gram_count(s->part[i].gram) > 0)
			g[i] =
				dense ? sparse_expand(s, &s->part[i], &y) : l2_sparse_gram_make(s, &s->part[i], &y);
	g[first]->n_skipped = skipped;
	return g;
}

/*
 * Between processes of one server, and in its tables: only it makes and reads such bytes
 */

#define SPARSE_VERSION 1

typedef struct reader
{
	const char *at;
	const char *end;
} reader;

static void
sparse_put(StringInfo buf, const void *bytes, Size len)
{
	appendBinaryStringInfo(buf, bytes, (int) len);
}

static const char *
sparse_take(reader *r, Size len)
{
	const char *bytes = r->at;

	if (len > (Size) (r->end - r->at))
		elog(ERROR, "invalid state of an aggregate");
	r->at += len;
	return bytes;
}

static void
put_int(StringInfo buf, int32 v)
{
	sparse_put(buf, &v, sizeof v);
}

static int
take_int(reader *r)
{
	int32 v;

	memcpy(&v, sparse_take(r, sizeof v), sizeof v);
	return v;
}

/* A count, of things that take so many bytes each at least */
static int
take_count(reader *r, Size size)
{
	int n = take_int(r);

	if (n < 0 || (Size) n > (Size) (r->end - r->at) / size)
		elog(ERROR, "invalid state of an aggregate");
	return n;
}

static void
put_gram(StringInfo buf, const l2_gram *g)
{
	put_int(buf, VARSIZE(g));
	sparse_put(buf, g, VARSIZE(g));
}

static l2_gram *
take_gram(reader *r)
{
	int len = take_count(r, 1);
	const char *bytes = sparse_take(r, len);
	l2_gram *g;

	if ((Size) len < L2_GRAM_HEADER)
		elog(ERROR, "invalid state of an aggregate");
	g = memcpy(palloc(len), bytes, len);
	if (VARSIZE(g) != (Size) len)
		elog(ERROR, "invalid state of an aggregate");
	return g;
}

static void
put_part(StringInfo buf, const l2_sparse *s, const l2_sparse_part *p)
{
	put_gram(buf, p->gram);
	for (int c = 0; c < s->n_categories; c++)
	{
		int n = Min(p->room[c], l2_dictionary_size(s->levels[c]));

		put_int(buf, n);
		if (n > 0)
			sparse_put(buf, p->sums[c], sizeof(double) * sums_width(s) * n);
	}
	for (int i = 0; i < n_pairs(s); i++)
	{
		uint32 at = 0, pair[2];
		dd weight;

		put_int(buf, p->pairs[i] ? l2_pairs_size(p->pairs[i]) : 0);
		while (p->pairs[i] && l2_pairs_next(p->pairs[i], &at, &pair[0], &pair[1], &weight))
		{
			sparse_put(buf, pair, sizeof pair);
			sparse_put(buf, &weight, sizeof weight);
		}
	}
}

static void
put_deck(StringInfo buf, const l2_deck *d)
{
	const l2n_distinct *t = d->table;

	put_int(buf, t == NULL);
	if (t == NULL)
	{
		sparse_put(buf, &d->sketch, sizeof d->sketch);
		return;
	}
	put_int(buf, t->n);
	sparse_put(buf, l2n_distinct_hash(t), sizeof(uint64) * t->n);
	sparse_put(buf, l2n_distinct_count(t), sizeof(int64) * t->n);
	sparse_put(buf, l2n_distinct_row(t, 0), sizeof(double) * t->width * t->n);
}

static void
put_kept(StringInfo buf, const l2_sparse *s)
{
	Size size = s->kept ? l2_kept_size(s->kept) : 0;

	put_int(buf, (int) size);
	if (size == 0)
		return;
	enlargeStringInfo(buf, (int) size);
	l2_kept_write(s->kept, buf->data + buf->len);
	buf->len += size;
}

bytea *
l2_sparse_serialize(l2_sparse *s)
{
	StringInfoData buf;

	initStringInfo(&buf);
	put_int(&buf, 0); /* the length, once it is known */
	put_int(&buf, SPARSE_VERSION);
	put_gram(&buf, s->spec);
	sparse_put(&buf, &s->skipped, sizeof s->skipped);
	put_int(&buf, s->max_levels);
	put_int(&buf, s->drops_level);
	put_int(&buf, s->watches_y);
	put_int(&buf, s->of_arrays);
	put_int(&buf, s->adds_up);
	put_int(&buf, s->n_parts);
	put_int(&buf, s->settled);
	put_kept(&buf, s);
	if (s->settled)
	{
		const char *target = l2_gram_name(s->part[0].gram, 0);

		put_int(&buf, s->weighted);
		sparse_put(&buf, target, strlen(target) + 1);
		put_int(&buf, s->n);
		for (int i = 0; i < s->n; i++)
		{
			const l2_sparse_attribute *a = &s->attribute[i];

			put_int(&buf, a->kind);
			sparse_put(&buf, a->name, strlen(a->name) + 1);
			put_int(&buf, a->order.n);
			for (int l = 0; l < a->order.n; l++)
				sparse_put(&buf, a->order.label[l], strlen(a->order.label[l]) + 1);
		}
		put_int(&buf, s->any);
		put_int(&buf, s->y_varies);
		sparse_put(&buf, &s->first_y, sizeof s->first_y);
		put_int(&buf, s->n_equal);
		sparse_put(&buf, s->equal, sizeof(int) * s->n_equal);
		for (int c = 0; c < s->n_categories; c++)
		{
			int n = l2_dictionary_size(s->levels[c]);

			put_int(&buf, n);
			for (int l = 0; l < n; l++)
			{
				const l2_bytes *level = l2_dictionary_get(s->levels[c], l);

				put_int(&buf, level->bytes ? (int) level->len : -1);
				sparse_put(&buf, level->bytes ? level->bytes : "", level->len);
			}
		}
		for (int i = 0; i < s->n_parts; i++)
			put_part(&buf, s, &s->part[i]);
		if (s->deck != NULL)
			put_deck(&buf, s->deck);
	}
	SET_VARSIZE(buf.data, buf.len);
	return (bytea *) buf.data;
}

static char *
take_string(reader *r)
{
	size_t len = strnlen(r->at, r->end - r->at);

	return pstrdup(sparse_take(r, len + 1));
}

static l2_enum_order
take_order(reader *r)
{
	int n = take_count(r, 1);
	const char **label = palloc(sizeof(char *) * Max(n, 1));

	for (int i = 0; i < n; i++)
		label[i] = take_string(r);
	return (l2_enum_order){n, label};
}

/*
 * The reverse of put_part. Bytes of another process of this server: what does not fit is a bug,
 * not a mistake of a user.
 */
static void
sparse_take_part(reader *r, l2_sparse *s, l2_sparse_part *p)
{
	Size width = sums_width(s);

	p->gram = take_gram(r);
	if (p->gram->ncols != s->k)
		elog(ERROR, "invalid state of an aggregate");
	for (int c = 0; c < s->n_categories; c++)
	{
		int n = take_count(r, sizeof(double) * width);

		if (n > l2_dictionary_size(s->levels[c]))
			elog(ERROR, "invalid state of an aggregate");
		if (n > 0)
			memcpy(l2_sparse_level_sums(s, p, c, n - 1) - width * (n - 1),
				   sparse_take(r, sizeof(double) * width * n), sizeof(double) * width * n);
	}
	for (int b = 1, i = 0; b < s->n_categories; b++)
		for (int a = 0; a < b; a++, i++)
			for (int n = take_count(r, 2 * sizeof(uint32) + sizeof(dd)); n > 0; n--)
			{
				uint32 pair[2];
				dd weight;

				memcpy(pair, sparse_take(r, sizeof pair), sizeof pair);
				memcpy(&weight, sparse_take(r, sizeof weight), sizeof weight);
				if (pair[0] >= (uint32) l2_dictionary_size(s->levels[a]) ||
					pair[1] >= (uint32) l2_dictionary_size(s->levels[b]))
					elog(ERROR, "invalid state of an aggregate");
				l2_pairs_add(pairs_of(s, p, i), pair[0], pair[1], weight);
			}
}

static void
take_deck(reader *r, l2_sparse *s)
{
	int width = l2_sparse_deck_width(s), n;
	const char *hash, *count, *row;

	if (take_int(r))
	{
		if (s->deck->table != NULL)
			l2_deck_close(s->deck);
		memcpy(&s->deck->sketch, sparse_take(r, sizeof s->deck->sketch), sizeof s->deck->sketch);
		if (s->deck->sketch.n < 0 || s->deck->sketch.n > L2N_SKETCH)
			elog(ERROR, "invalid state of an aggregate");
		return;
	}
	n = take_count(r, sizeof(double) * (width + 2));
	hash = sparse_take(r, sizeof(uint64) * n);
	count = sparse_take(r, sizeof(int64) * n);
	row = sparse_take(r, sizeof(double) * width * n);
	for (int i = 0; i < n; i++)
	{
		uint64 h;
		int64 copies;

		memcpy(&h, hash + sizeof h * i, sizeof h);
		memcpy(&copies, count + sizeof copies * i, sizeof copies);
		memcpy(s->packed, row + sizeof(double) * width * i, sizeof(double) * width);
		if (!l2_sparse_wait(s, h, s->packed, copies))
			elog(ERROR, "invalid state of an aggregate");
	}
}

l2_sparse *
l2_sparse_deserialize(bytea *bytes)
{
	reader r = {VARDATA_ANY(bytes), VARDATA_ANY(bytes) + VARSIZE_ANY_EXHDR(bytes)};
	l2_sparse *s = palloc0(sizeof *s);
	l2_sparse_attribute *attribute;
	bool settled, weighted;
	char *target;
	int n;

	l2_check_format("l2_state", take_int(&r), SPARSE_VERSION, ERRCODE_DATA_CORRUPTED);
	s->context = CurrentMemoryContext;
	s->spec = take_gram(&r);
	memcpy(&s->skipped, sparse_take(&r, sizeof s->skipped), sizeof s->skipped);
	s->max_levels = take_int(&r);
	s->drops_level = take_int(&r);
	s->watches_y = take_int(&r);
	s->of_arrays = take_int(&r);
	s->adds_up = take_int(&r);
	s->n_parts = take_int(&r);
	settled = take_int(&r);
	s->kept_size = take_count(&r, 1);
	s->kept_bytes = s->kept_size > 0 ? sparse_take(&r, s->kept_size) : NULL;
	if (!settled)
		return s;
	weighted = take_int(&r);
	target = take_string(&r);
	n = take_count(&r, sizeof(int32) + 1);
	attribute = palloc0(sizeof(l2_sparse_attribute) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		attribute[i].kind = take_int(&r);
		attribute[i].name = take_string(&r);
		attribute[i].order = take_order(&r);
	}
	l2_sparse_settle(s, target, n, attribute, weighted);
	s->any = take_int(&r);
	s->y_varies = take_int(&r);
	memcpy(&s->first_y, sparse_take(&r, sizeof s->first_y), sizeof s->first_y);
	s->n_equal = take_count(&r, sizeof(int));
	if (s->n_equal >= s->k)
		elog(ERROR, "invalid state of an aggregate");
	memcpy(s->equal, sparse_take(&r, sizeof(int) * s->n_equal), sizeof(int) * s->n_equal);
	for (int c = 0; c < s->n_categories; c++)
		for (int levels = take_count(&r, sizeof(int32)); levels > 0; levels--)
		{
			int len = take_int(&r);
			l2_bytes level = len < 0 ? l2_hashed(NULL, 0) : l2_hashed(sparse_take(&r, len), len);

			l2_dictionary_add(s->levels[c], &level);
		}
	for (int i = 0; i < s->n_parts; i++)
		sparse_take_part(&r, s, &s->part[i]);
	if (s->deck != NULL)
		take_deck(&r, s);
	return s;
}
