/*
 * record_reader.c: reading the features of records.
 */
#include "record/record_reader.h"

#include "num/stats/hash.h"
#include "options/hints.h"

#include "utils/builtins.h"

/* Add attribute number i of the record to the features */
static void
use_attribute(l2_record_reader *r, int i)
{
	Form_pg_attribute a = TupleDescAttr(r->type.desc, i);
	l2_reading reading = l2_reading_of(a->atttypid);
	bool renamed = r->n < r->options->n_names;
	char *name = renamed ? r->options->names[r->n] : NameStr(a->attname);

	if (reading.kind == L2_KINDS)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("attribute \"%s\" has type %s, which is neither a number nor a category",
						name, format_type_be(a->atttypid)),
				 errhint("Leave it out: name the attributes to use in the option \"features\"; or "
						 "cast it.")));
	/* a column of a number is found by its whole name */
	if (strchr(name, '=') != NULL && (reading.kind == L2_CATEGORY || !renamed))
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
						errmsg("attribute \"%s\" has a \"=\" in its name", name),
						errdetail("In names of columns it separates a category from its level."),
						errhint("Give the attribute another name.")));
	for (int j = 0; j < r->n; j++)
		if (strcmp(r->attribute[j].name, name) == 0)
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
							errmsg("feature \"%s\" given twice", name)));
	r->attribute[r->n] = (l2_sparse_attribute){name, reading.kind, 0, reading.order};
	r->reading[r->n] = reading;
	r->number[r->n++] = i;
	if (reading.kind == L2_CATEGORY)
		r->attribute[r->n - 1].index = r->n_categories++;
	else
		r->attribute[r->n - 1].index = r->k++;
}

/* The attribute that a name may mean; NULL where none is near */
static const char *
record_near(const TupleDesc desc, const char *name)
{
	const char **list = palloc(sizeof(char *) * Max(desc->natts, 1)), *hint;
	int n = 0;

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			list[n++] = NameStr(TupleDescAttr(desc, i)->attname);
	hint = l2_name_hint(name, n, list);
	return strncmp(hint, "Perhaps", 7) == 0 ? hint : NULL;
}

static void
find_features(l2_record_reader *r)
{
	const l2_options *o = r->options;

	for (int i = 0; i < o->n_features; i++)
	{
		int a = l2_find_attribute(&r->type, o->features[i]);
		const char *near = a < 0 ? record_near(r->type.desc, o->features[i]) : NULL;

		if (a < 0)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("record has no attribute \"%s\"", o->features[i]),
							errdetail("Its attributes are: %s.", l2_list_attributes(&r->type)),
							near ? errhint("%s", near) : 0));
		if (o->target && strcmp(o->target, o->features[i]) == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("column \"%s\" is both feature and target", o->target)));
		use_attribute(r, a);
	}
}

/*
 * Error where no attribute is called as the target, and a feature is but for large and small
 * letters: it would be left out if the target were written as the column is.  Who names all
 * columns knows them.
 */
static void
record_check_target(const l2_record_reader *r)
{
	const l2_options *o = r->options;
	int same = -1;

	if (o->target == NULL || o->n_names >= 0 || l2_find_attribute(&r->type, o->target) >= 0)
		return;
	for (int i = 0; i < r->n && same < 0; i++)
		if (pg_strcasecmp(r->attribute[i].name, o->target) == 0)
			same = i;
	if (same >= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target \"%s\" is no attribute, and attribute \"%s\" is a feature",
						o->target, r->attribute[same].name),
				 errhint("Write names as the columns have them, {\"target\": \"%s\"}; or give the "
						 "target a name of its own.",
						 r->attribute[same].name)));
}

/* Which attributes of r's type take part */
static void
record_settle_type(l2_record_reader *r)
{
	const l2_options *o = r->options;
	TupleDesc desc = r->type.desc;

	r->attribute = palloc(sizeof(l2_sparse_attribute) * Max(desc->natts, 1));
	r->reading = palloc(sizeof(l2_reading) * Max(desc->natts, 1));
	r->number = palloc(sizeof(int) * Max(desc->natts, 1));
	r->n = r->n_categories = 0;
	r->has_target = false;
	r->k = 1;
	if (o->n_features >= 0)
		find_features(r);
	else
		for (int i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute a = TupleDescAttr(desc, i);

			if (a->attisdropped)
				continue;
			if (o->target && strcmp(NameStr(a->attname), o->target) == 0)
				r->has_target = true;
			else
				use_attribute(r, i);
		}
	if (r->n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("record has no features")));
	record_check_target(r);
	if (o->n_names >= 0 && o->n_names != r->n)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%d names given, but the number of features is %d", o->n_names, r->n)));
	r->row = palloc(sizeof(double) * (1 + r->k));
	r->row[0] = 1;
	r->level = palloc(sizeof(l2_bytes) * Max(r->n_categories, 1));
}

/* The order of levels, as l2_rows of that shape say it; their records' types do not */
static void
record_take_orders(l2_record_reader *r, const l2_row_shape *shape)
{
	for (int i = 0; i < r->n; i++)
		r->attribute[i].order = shape->order[r->number[i]];
}

void
l2_record_settle(l2_record_reader *r, HeapTupleHeader record, const l2_row_shape *shape)
{
	r->type.type = InvalidOid;
	l2_record_type_of(record, &r->type);
	record_settle_type(r);
	if (shape)
		record_take_orders(r, shape);
}

void
l2_record_settle_row(l2_record_reader *r, const l2_row_shape *shape)
{
	r->type = (l2_record_type){.desc = l2_row_shape_desc(shape)};
	record_settle_type(r);
	record_take_orders(r, shape);
	l2_row_view_make(&r->view, shape);
}

void
l2_record_settle_array(l2_record_reader *r, int n)
{
	r->n = n;
	r->k = n + 1;
	r->n_categories = 0;
	r->attribute = palloc(sizeof(l2_sparse_attribute) * n);
	r->row = palloc(sizeof(double) * (1 + r->k));
	r->row[0] = 1;
	for (int i = 0; i < n; i++)
		r->attribute[i] = (l2_sparse_attribute){psprintf("x%d", i + 1), L2_NUMBER, i + 1};
}

bool
l2_record_read(l2_record_reader *r, HeapTupleHeader record)
{
	l2_take_apart(&r->type, record);
	for (int i = 0; i < r->n; i++)
	{
		int a = r->number[i], index = r->attribute[i].index;
		Datum value = r->type.values[a];

		if (r->reading[i].kind != L2_CATEGORY)
		{
			if (r->type.nulls[a])
				return false;
			r->row[1 + index] = r->reading[i].number(value);
		}
		else if (!r->type.nulls[a])
			r->level[index] = l2_read_level(&r->reading[i], value);
		else if (r->options->null_level)
			r->level[index] = l2_hashed(NULL, 0);
		else
			return false;
	}
	return true;
}

bool
l2_record_read_row(l2_record_reader *r, const l2_row *row)
{
	l2_row_look(&r->view, row);
	for (int i = 0; i < r->n; i++)
	{
		int a = r->number[i], index = r->attribute[i].index;
		bool null = l2_row_is_null(&r->view, a);

		if (r->reading[i].kind != L2_CATEGORY)
		{
			if (null)
				return false;
			r->row[1 + index] = r->reading[i].number(l2_row_datum(&r->view, a));
		}
		else if (!null || r->options->null_level)
		{
			const l2_bytes *level = &r->view.level[r->view.shape->place[a]];

			r->level[index] = l2_hashed(level->bytes, level->len);
		}
		else
			return false;
	}
	return true;
}

uint64
l2_record_hash(const l2_record_reader *r, double weight, double offset, int64 seed)
{
	double y[3] = {r->row[1], weight, offset};
	uint64 hash = l2n_hash_doubles(y, lengthof(y), seed);

	hash = l2n_hash_doubles(r->row + 2, r->k - 1, hash);
	for (int c = 0; c < r->n_categories; c++)
		hash = l2n_hash_u64(r->level[c].hash, hash);
	return hash;
}
