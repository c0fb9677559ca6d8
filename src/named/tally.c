/*
 * tally.c: rows of a source as numbers and levels, and their grams.
 *
 * The grams must be those that the aggregates make of the same rows: records or arrays, dealt to
 * folds by the same hash, columns by the same names.
 */
#include "named/follow.h"

#include <math.h>

#include "fit/fit.h"
#include "gram/sparse.h"
#include "record/record_reader.h"
#include "record/sql.h"

#include "num/stats/deal.h"
#include "num/stats/hash.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* A target, a feature or a weight */
typedef struct tally_column
{
	l2_term *term; /* NULL: attribute number i */
	int attribute;
	l2_reading reading;
	int index; /* among the numbers, or the categories */
} tally_column;

struct l2_row_reader
{
	const l2_followed *followed;
	bool null_level;
	bool plain; /* all is attributes that are numbers, and there is no key: the usual case */
	l2_record_type type;
	int n; /* target, features, weight */
	tally_column *column;
	l2_sparse_attribute *feature; /* their kinds, and orders of levels, as grams have them */
	int n_numbers;
	int n_categories;
	tally_column *key; /* what folds are dealt by: n_fold of them */
	l2_fold_key *fold_key;
	Datum *key_value;
	bool *key_null;
	/* of the row that was read last */
	int fold;    /* -1: its values say it */
	double *row; /* 1, target, features that are numbers */
	l2_bytes *level;
	double weight;
	double *number; /* of each column; the fold */
	bool *null;
};

struct l2_tally
{
	const l2_followed *followed;
	l2_options options;
	l2_sparse *sparse;
	int n_numbers;
	int n_categories;
	double *row; /* of numbers that were kept */
	FmgrInfo function;
	FunctionCallInfoBaseData *call;
};

/*
 * Options
 */

static void
tally_options(const l2_followed *f, l2_options *o)
{
	static const l2_scope scope = {L2_METHOD_OLS, L2_IN_GRAM, true};

	l2_options_start(o, &scope);
	if (f->gram_options)
		l2_options_read(o, &scope, f->gram_options);
}

static int
tally_features(const l2_followed *f)
{
	return f->n_expressions - 1 - (f->weighted ? 1 : 0);
}

/*
 * Reading
 */

/* The number of the attribute that an expression is, or -1 */
static int
tally_attribute(TupleDesc desc, const char *expression)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (!a->attisdropped &&
			strcmp(expression, psprintf("q.%s", quote_identifier(NameStr(a->attname)))) == 0)
			return i;
	}
	return -1;
}

/* Where an expression comes from, and its type; number: which one it is */
static Oid
tally_settle_source(l2_row_reader *r, tally_column *c, char **expression, int number)
{
	const l2_followed *f = r->followed;

	c->attribute = tally_attribute(r->type.desc, *expression);
	if (c->attribute >= 0)
		return TupleDescAttr(r->type.desc, c->attribute)->atttypid;
	else
	{
		/* terms of their own, so that no other has the same name */
		l2_terms *terms = palloc0(sizeof *terms);

		terms->n = 1;
		terms->name = palloc(sizeof(char *));
		terms->name[0] = psprintf("column %d", number);
		terms->expression = expression;
		terms->n_attributes = f->n_inputs;
		terms->attribute = f->input;
		terms->type = f->input_type;
		c->term = l2_term_make(terms, terms->name[0], &r->type);
		if (c->term == NULL)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("expression %s is no term", *expression)));
		return l2_term_type(c->term);
	}
}

static void
tally_settle_column(l2_row_reader *r, int i)
{
	const l2_followed *f = r->followed;
	tally_column *c = &r->column[i];
	Oid type = tally_settle_source(r, c, &f->expression[i], i);

	c->reading = l2_reading_of(type);
	if (c->reading.kind == L2_KINDS)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s has type %s, which is neither a number nor a category",
							   f->expression[i], format_type_be(type))));
}

/* The key of folds, where there is one */
static void
tally_settle_key(l2_row_reader *r)
{
	const l2_followed *f = r->followed;
	Oid *type = palloc(sizeof(Oid) * Max(f->n_fold, 1));

	if (!l2_followed_is_keyed(f))
		return;
	r->key = palloc0(sizeof(tally_column) * f->n_fold);
	r->key_value = palloc(sizeof(Datum) * f->n_fold);
	r->key_null = palloc(sizeof(bool) * f->n_fold);
	for (int i = 0; i < f->n_fold; i++)
		type[i] = tally_settle_source(r, &r->key[i], &f->fold[i], r->n + i);
	r->fold_key = l2_fold_key_make(f->n_fold, type, f->fold_is_row);
}

l2_row_reader *
l2_row_reader_make(const l2_followed *f, TupleDesc desc, Oid type)
{
	l2_row_reader *r = palloc0(sizeof *r);
	int features = tally_features(f);
	int settings = l2_pin_syntax(); /* expressions have names as they were quoted then */
	l2_options o;

	tally_options(f, &o);
	r->followed = f;
	r->null_level = o.null_level;
	r->type.type = type;
	r->type.typmod = -1;
	r->type.desc = desc;
	r->type.values = palloc(sizeof(Datum) * Max(desc->natts, 1));
	r->type.nulls = palloc(sizeof(bool) * Max(desc->natts, 1));
	r->n = f->n_expressions;
	r->column = palloc0(sizeof(tally_column) * r->n);
	r->feature = palloc0(sizeof *r->feature * Max(features, 1));
	for (int i = 0; i < r->n; i++)
	{
		tally_column *c = &r->column[i];
		bool feature = i >= 1 && i <= features;

		tally_settle_column(r, i);
		if (feature)
			r->feature[i - 1].kind = f->records ? c->reading.kind : L2_NUMBER;
		if (feature)
			r->feature[i - 1].order = c->reading.order;
		if (c->reading.kind == L2_CATEGORY && feature && f->records)
			c->index = r->n_categories++;
		else if (c->reading.kind == L2_CATEGORY)
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("%s is a category, and no number", f->expression[i])));
		else
			c->index = feature || i == 0 ? r->n_numbers++ : 0;
	}
	r->plain = r->n_categories == 0 && !l2_followed_is_keyed(f);
	for (int i = 0; i < r->n; i++)
		r->plain &= r->column[i].term == NULL;
	r->row = palloc(sizeof(double) * (1 + r->n_numbers));
	r->row[0] = 1;
	r->level = palloc(sizeof(l2_bytes) * Max(r->n_categories, 1));
	r->number = palloc0(sizeof(double) * (r->n + 1));
	r->null = palloc(sizeof(bool) * r->n);
	tally_settle_key(r);
	l2_unpin_settings(settings);
	return r;
}

bool
l2_row_reader_numeric(const l2_row_reader *r)
{
	return !r->followed->records;
}

bool
l2_row_reader_harmless(const l2_row_reader *r)
{
	for (int i = 0; r->fold_key && i < r->followed->n_fold; i++)
		if (r->key[i].term || !TupleDescAttr(r->type.desc, r->key[i].attribute)->attbyval)
			return false;
	for (int i = 0; i < r->n; i++)
	{
		const tally_column *c = &r->column[i];

		if (c->term || c->reading.kind == L2_CATEGORY ||
			!TupleDescAttr(r->type.desc, c->attribute)->attbyval)
			return false;
	}
	return true;
}

const l2_sparse_attribute *
l2_row_reader_features(const l2_row_reader *r, int *n)
{
	*n = tally_features(r->followed);
	return r->feature;
}

/*
 * A level; the bytes of one that a term made live only until the next is worked out, so these are
 * copied, in the current memory context
 */
static l2_bytes
tally_level(const tally_column *c, Datum value)
{
	l2_bytes level = l2_read_level(&c->reading, value);

	if (c->term)
		level.bytes = memcpy(palloc(level.len + 1), level.bytes, level.len);
	return level;
}

/* The value of an expression of a row that has been taken apart */
static Datum
tally_value(const l2_row_reader *r, const tally_column *c, bool *null)
{
	if (c->term)
		return l2_term_value(c->term, null);
	*null = r->type.nulls[c->attribute];
	return r->type.values[c->attribute];
}

/* The fold that the key of a row says; -1 for none */
static int
tally_key_fold(l2_row_reader *r)
{
	const l2_followed *f = r->followed;
	l2_row_of_y y = {.flags = 0};
	int fold;

	if (r->fold_key == NULL)
		return -1;
	for (int i = 0; i < f->n_fold; i++)
		r->key_value[i] = tally_value(r, &r->key[i], &r->key_null[i]);
	(void) l2_fold_key_read(r->fold_key, r->key_value, r->key_null, &y);
	return l2_obs_fold(&y, f->folds, 0, &fold) ? fold : -1;
}

/* Target, features, weight, in this order, from attributes that are numbers */
static bool
tally_read_plain(l2_row_reader *r, TupleTableSlot *slot)
{
	bool usable = true;

	r->fold = -1;
	r->number[r->n] = r->fold;
	for (int i = 0; i < r->n; i++)
	{
		const tally_column *c = &r->column[i];

		r->null[i] = slot->tts_isnull[c->attribute];
		usable &= !r->null[i];
		if (!r->null[i])
			r->number[i] = c->reading.number(slot->tts_values[c->attribute]);
	}
	memcpy(r->row + 1, r->number, sizeof(double) * r->n_numbers);
	r->weight = r->followed->weighted ? r->number[r->n - 1] : 1;
	return usable;
}

bool
l2_row_reader_read(l2_row_reader *r, TupleTableSlot *slot)
{
	int natts = r->type.desc->natts, features = tally_features(r->followed);
	bool usable = true;

	slot_getallattrs(slot);
	if (likely(r->plain))
		return tally_read_plain(r, slot);
	memcpy(r->type.values, slot->tts_values, sizeof(Datum) * natts);
	memcpy(r->type.nulls, slot->tts_isnull, sizeof(bool) * natts);
	r->weight = 1;
	r->fold = tally_key_fold(r);
	r->number[r->n] = r->fold;
	for (int i = 0; i < r->n; i++)
	{
		tally_column *c = &r->column[i];
		bool feature = i >= 1 && i <= features;
		Datum value;

		value = tally_value(r, c, &r->null[i]);
		if (c->reading.kind == L2_CATEGORY)
		{
			if (!r->null[i])
				r->level[c->index] = tally_level(c, value);
			else if (r->null_level)
				r->level[c->index] = l2_hashed(NULL, 0);
			else
				usable = false;
			continue;
		}
		if (r->null[i])
		{
			usable = false;
			continue;
		}
		r->number[i] = c->reading.number(value);
		if (feature || i == 0)
			r->row[1 + c->index] = r->number[i];
		else
			r->weight = r->number[i];
	}
	return usable;
}

const double *
l2_row_reader_numbers(const l2_row_reader *r, int *n)
{
	*n = l2_followed_numbers(r->followed);
	for (int i = 0; i < r->n; i++)
		if (!r->null[i] && !isfinite(r->number[i]))
			return NULL;
	return r->number;
}

/*
 * Adding up
 */

l2_tally *
l2_tally_make(const l2_followed *f, int n, const l2_sparse_attribute *feature)
{
	l2_tally *t = palloc0(sizeof *t);
	l2_gram *spec = l2_gram_new(0, false, NULL, 0, (l2_names){NULL, 0});
	l2_sparse_attribute *attribute = palloc(sizeof *attribute * Max(n, 1));

	t->followed = f;
	tally_options(f, &t->options);
	if (t->options.n_names != n)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("%d features have %d names", n, t->options.n_names)));
	if (t->options.skip_nonfinite)
		spec->flags |= L2_GRAM_SKIP_NONFINITE;
	t->options.adds_up = true;
	t->sparse = l2_sparse_make(CurrentMemoryContext, spec, &t->options, Max(f->folds, 1));
	for (int i = 0; i < n; i++)
		attribute[i] =
			(l2_sparse_attribute){t->options.names[i], feature[i].kind, 0, feature[i].order};
	l2_sparse_settle(t->sparse, t->options.target ? t->options.target : "y", n, attribute,
					 f->weighted);
	t->n_numbers = t->sparse->k;
	t->n_categories = t->sparse->n_categories;
	t->row = palloc(sizeof(double) * (1 + t->n_numbers));
	t->row[0] = 1;
	t->function.fn_mcxt = CurrentMemoryContext;
	t->call = palloc0(SizeForFunctionCallInfo(0));
	InitFunctionCallInfoData(*t->call, &t->function, 0, InvalidOid, NULL, NULL);
	return t;
}

/* The fold of a row without a key: as the aggregates deal it with the option adds_up */
static int
tally_fold(const l2_tally *t, const double *row, double weight, const l2_bytes *level)
{
	double y[3] = {row[1], weight, 0}; /* no offset */
	uint64 hash;

	if (t->followed->folds <= 1)
		return 0;
	Assert(level != NULL || t->n_categories == 0);
	hash = l2n_hash_doubles(y, lengthof(y), 0);
	hash = l2n_hash_doubles(row + 2, t->n_numbers - 1, hash);
	for (int c = 0; c < t->n_categories; c++)
		hash = l2n_hash_u64(level[c].hash, hash);
	return l2n_deal_row(hash, t->followed->folds);
}

/* fold: what its key says, or -1 */
static void
tally_put(l2_tally *t, const double *row, double weight, const l2_bytes *level, int fold)
{
	if (t->followed->weighted && !l2_state_usable_weight(t->sparse->spec, weight))
		return;
	if (fold < 0)
		fold = tally_fold(t, row, weight, level);
	l2_sparse_add(t->call, t->sparse, fold, row, weight, level);
}

void
l2_tally_add(l2_tally *t, const l2_row_reader *r)
{
	tally_put(t, r->row, r->weight, r->level, r->fold);
}

void
l2_tally_add_numbers(l2_tally *t, const double *number, int n)
{
	const l2_followed *f = t->followed;
	int fold = -1;

	if (n != t->n_numbers + (f->weighted ? 1 : 0) + (l2_followed_is_keyed(f) ? 1 : 0))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("a row of %d numbers was noted for a model of others", n)));
	if (l2_followed_is_keyed(f))
	{
		if (!(number[n - 1] >= -1 && number[n - 1] < f->folds))
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("a row was noted for fold %g of %d", number[n - 1], f->folds)));
		fold = (int) number[n - 1];
	}
	memcpy(t->row + 1, number, sizeof(double) * t->n_numbers);
	tally_put(t, t->row, f->weighted ? number[t->n_numbers] : 1, NULL, fold);
}

l2_gram **
l2_tally_grams(l2_tally *t, int *n)
{
	l2_gram **g = l2_sparse_grams(t->call, t->sparse, &t->options, false);

	*n = t->sparse->n_parts;
	for (int i = 0; i < *n && g != NULL; i++)
	{
		if (g[i] == NULL)
			continue;
		/* skipped rows are all rows less those in the grams; arrays have no names */
		if (!t->followed->records)
			g[i] = l2_gram_copy(g[i], NULL, 0, (l2_names){NULL, 0});
		g[i]->n_skipped = 0;
	}
	return g;
}

Datum
l2_gram_array(l2_gram **g, int n, Oid schema)
{
	Datum *elements = palloc(sizeof(Datum) * Max(n, 1));
	bool *nulls = palloc(sizeof(bool) * Max(n, 1));
	int lower = 1;
	Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("l2_gram"),
							   ObjectIdGetDatum(schema));

	if (!OidIsValid(type))
		elog(ERROR, "type l2_gram does not exist");
	for (int i = 0; i < n; i++)
	{
		nulls[i] = g[i] == NULL;
		elements[i] = PointerGetDatum(g[i]);
	}
	return PointerGetDatum(
		construct_md_array(elements, nulls, 1, &n, &lower, type, -1, false, TYPALIGN_DOUBLE));
}
