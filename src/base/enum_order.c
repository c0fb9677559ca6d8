/*
 * enum_order.c: the labels of an enum in their order.
 */
#include "base/enum_order.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* A label and what orders it on this server */
typedef struct placed_label
{
	const char *label;
	float4 place;
} placed_label;

static int
compare_placed(const void *a, const void *b)
{
	float4 p = ((const placed_label *) a)->place, q = ((const placed_label *) b)->place;

	return (p > q) - (p < q);
}

l2_enum_order
l2_enum_order_of_type(Oid type)
{
	l2_enum_order o = {0, NULL};
	CatCList *list;
	placed_label *placed;
	const char **label;

	type = getBaseType(type);
	if (get_typtype(type) != TYPTYPE_ENUM)
		return o;
	list = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));
	o.n = list->n_members;
	placed = palloc(sizeof *placed * Max(o.n, 1));
	for (int i = 0; i < o.n; i++)
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(&list->members[i]->tuple);

		placed[i] = (placed_label){pstrdup(NameStr(form->enumlabel)), form->enumsortorder};
	}
	ReleaseSysCacheList(list);
	qsort(placed, o.n, sizeof *placed, compare_placed);
	label = palloc(sizeof(char *) * Max(o.n, 1));
	for (int i = 0; i < o.n; i++)
		label[i] = placed[i].label;
	pfree(placed);
	o.label = label;
	return o;
}

l2_enum_order
l2_enum_order_copy(l2_enum_order o)
{
	const char **label = palloc(sizeof(char *) * Max(o.n, 1));

	for (int i = 0; i < o.n; i++)
		label[i] = pstrdup(o.label[i]);
	return (l2_enum_order){o.n, label};
}

bool
l2_enum_order_equal(l2_enum_order a, l2_enum_order b)
{
	for (int i = 0; i < a.n && i < b.n; i++)
		if (strcmp(a.label[i], b.label[i]) != 0)
			return false;
	return a.n == b.n;
}

l2_dictionary *
l2_enum_ranks(l2_enum_order o)
{
	l2_dictionary *ranks;

	if (o.n == 0)
		return NULL;
	ranks = l2_dictionary_make(CurrentMemoryContext);
	for (int i = 0; i < o.n; i++)
	{
		l2_bytes label = l2_hashed(o.label[i], strlen(o.label[i]));

		l2_dictionary_add(ranks, &label);
	}
	return ranks;
}

int
l2_enum_rank(l2_dictionary *ranks, const char *level)
{
	l2_bytes key = l2_hashed(level, level ? strlen(level) : 0);
	int rank;

	if (ranks == NULL)
		return 0;
	rank = l2_dictionary_find(ranks, &key);
	return rank < 0 ? l2_dictionary_size(ranks) : rank;
}

/* Whether a label is one of those */
static bool
is_ranked(l2_dictionary *ranks, const char *label)
{
	return l2_enum_rank(ranks, label) < l2_dictionary_size(ranks);
}

static void
orders_differ(const char *category, const char *a, const char *b)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("the labels of \"%s\" are in two orders", category),
			 errdetail("\"%s\" comes before \"%s\" in one, and behind it in the other.", a, b),
			 errhint("Make all of them anew, or cast \"%s\" to text.", category)));
}

/*
 * A label that only one of the two has is taken before one that both have, and of two such the
 * smaller by its bytes, so that it does not matter which is a.
 */
l2_enum_order
l2_enum_order_merge(l2_enum_order a, l2_enum_order b, const char *category)
{
	l2_dictionary *in_a, *in_b;
	const char **label;
	int i = 0, j = 0, n = 0;

	if (b.n == 0 || l2_enum_order_equal(a, b))
		return a;
	if (a.n == 0)
		return b;
	in_a = l2_enum_ranks(a);
	in_b = l2_enum_ranks(b);
	label = palloc(sizeof(char *) * (a.n + b.n));
	while (i < a.n || j < b.n)
	{
		bool only_a = i < a.n && !is_ranked(in_b, a.label[i]);
		bool only_b = j < b.n && !is_ranked(in_a, b.label[j]);

		if (only_a && only_b)
			only_a = strcmp(a.label[i], b.label[j]) < 0;
		if (only_a)
			label[n++] = a.label[i++];
		else if (only_b)
			label[n++] = b.label[j++];
		else
		{
			if (i == a.n || j == b.n || strcmp(a.label[i], b.label[j]) != 0)
				orders_differ(category, a.label[Min(i, a.n - 1)], b.label[Min(j, b.n - 1)]);
			label[n++] = a.label[i++];
			j++;
		}
	}
	return (l2_enum_order){n, label};
}
