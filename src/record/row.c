/*
 * row.c: the SQL type l2_row: a row that describes itself.
 *
 * In JSON a row is an object of its attributes in order.  A number, true or false, and a string,
 * which is a level of a category, stand for themselves; what JSON has no words for is an object
 * that names its kind: {"date": 8401}, {"number": "NaN"}, {"category": null}; an enum has its
 * labels, {"enum": "sad", "labels": ["sad", "glad"]}.
 */
#include "record/row.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/* Letters of the kinds, in the order of l2_kind; the last for L2_KINDS */
static const char row_letters[] = "nbdtzic?";

/* An enum is a category whose labels follow, each behind a sign of its own */
#define ROW_ENUM  'e'
#define ROW_LABEL '<'

/* What JSON calls an attribute without a value */
#define ROW_OTHER "other"

#define ROW_ENUM_NAME   "enum"
#define ROW_LABELS_NAME "labels"

#define ROW_PAD(len) ((Size) TYPEALIGN(8, (len)))

extern Datum l2_row_in(PG_FUNCTION_ARGS);

static void
row_damaged(const char *why)
{
	l2_invalid("l2_row", ERRCODE_INVALID_BINARY_REPRESENTATION, why);
}

/*
 * Shapes
 */

const l2_row *
l2_row_detoast(Datum d)
{
	const l2_row *row = (const l2_row *) PG_DETOAST_DATUM(d);

	if (VARSIZE(row) < offsetof(l2_row, data))
		row_damaged("It is too short.");
	l2_check_format("l2_row", row->version, L2_ROW_VERSION, ERRCODE_DATA_CORRUPTED);
	return row;
}

/* What a description begins an attribute with */
static int
row_letter(l2_kind kind, l2_enum_order order)
{
	return order.n > 0 ? ROW_ENUM : row_letters[kind];
}

/* The kind of an attribute that begins so; false where there is none */
static bool
row_kind_of_letter(int letter, l2_kind *kind)
{
	const char *found = letter == '\0' ? NULL : strchr(row_letters, letter);

	*kind = letter == ROW_ENUM ? L2_CATEGORY : found ? (l2_kind) (found - row_letters) : L2_KINDS;
	return letter == ROW_ENUM || found != NULL;
}

/* Words that a value of that kind takes */
static int
row_words(l2_kind kind)
{
	return kind == L2_CATEGORY || kind == L2_KINDS ? 0 : kind == L2_INTERVAL ? 2 : 1;
}

/* The labels of an enum, which begin at a place of a description; the place behind them */
static const char *
row_take_labels(const char *at, const char *end, l2_enum_order *order)
{
	const char **label, *s;
	int n = 0;

	for (s = at; s < end && *s == ROW_LABEL; s += strnlen(s, end - s) + 1)
		order->n++;
	label = palloc(sizeof(char *) * Max(order->n, 1));
	for (s = at; n < order->n; s += strlen(s) + 1)
	{
		if (memchr(s, '\0', end - s) == NULL)
			row_damaged("Its description is damaged.");
		label[n++] = s + 1;
	}
	order->label = label;
	return s;
}

/* Reads a description, which came with a row from elsewhere and may be damaged. */
static l2_row_shape *
row_shape_new(const char *description, uint32 len, int n)
{
	l2_row_shape *s = palloc0(sizeof *s);
	char *copy = memcpy(palloc(Max(len, 1)), description, len);
	const char *at = copy, *end = copy + len;

	s->hash = l2n_hash_bytes(copy, len, 0);
	s->len = len;
	s->description = copy;
	s->n = n;
	s->kind = palloc(sizeof(l2_kind) * Max(n, 1));
	s->name = palloc(sizeof(char *) * Max(n, 1));
	s->order = palloc0(sizeof(l2_enum_order) * Max(n, 1));
	s->place = palloc(sizeof(int) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		bool is_enum = at < end && *at == ROW_ENUM;

		if (at >= end || !row_kind_of_letter(*at, &s->kind[i]))
			row_damaged("Its description is damaged.");
		s->name[i] = at + 1;
		s->place[i] = s->kind[i] == L2_CATEGORY ? s->n_categories++ : s->n_words;
		s->n_words += row_words(s->kind[i]);
		at += strnlen(at, end - at) + 1;
		if (is_enum)
			at = row_take_labels(at, end, &s->order[i]);
	}
	if (at != end)
		row_damaged("Its description is damaged.");
	return s;
}

l2_row_shape *
l2_row_shape_of(const l2_row *row)
{
	if (row->description_len > VARSIZE(row) - offsetof(l2_row, data))
		row_damaged("Its description is damaged.");
	return row_shape_new(row->data, row->description_len, row->n);
}

/* The shape of n attributes of those names and kinds */
static l2_row_shape *
row_shape_make(int n, const char *const *names, const l2_kind *kinds, const l2_enum_order *orders)
{
	StringInfoData s;

	if (n > MaxTupleAttributeNumber)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("row has %d attributes, the limit is %d", n, MaxTupleAttributeNumber)));
	initStringInfo(&s);
	for (int i = 0; i < n; i++)
	{
		if (strlen(names[i]) >= NAMEDATALEN)
			ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
							errmsg("name of attribute %d is too long", i + 1),
							errdetail("It has %zu bytes; there may be %d.", strlen(names[i]),
									  NAMEDATALEN - 1)));
		appendStringInfoChar(&s, row_letter(kinds[i], orders[i]));
		appendBinaryStringInfo(&s, names[i], strlen(names[i]) + 1);
		for (int l = 0; l < orders[i].n; l++)
		{
			appendStringInfoChar(&s, ROW_LABEL);
			appendBinaryStringInfo(&s, orders[i].label[l], strlen(orders[i].label[l]) + 1);
		}
	}
	return row_shape_new(s.data, s.len, n);
}

TupleDesc
l2_row_shape_desc(const l2_row_shape *shape)
{
	static const Oid types[] = {FLOAT8OID,      BOOLOID,     DATEOID, TIMESTAMPOID,
								TIMESTAMPTZOID, INTERVALOID, TEXTOID, ANYOID};
	TupleDesc desc = CreateTemplateTupleDesc(shape->n);

	for (int i = 0; i < shape->n; i++)
		TupleDescInitEntry(desc, i + 1, shape->name[i], types[shape->kind[i]], -1, 0);
	l2_finish_desc(desc);
	return desc;
}

/*
 * Values
 */

void
l2_row_view_make(l2_row_view *v, const l2_row_shape *shape)
{
	v->shape = shape;
	v->level = palloc(sizeof(l2_bytes) * Max(shape->n_categories, 1));
}

void
l2_row_look(l2_row_view *v, const l2_row *row)
{
	const l2_row_shape *s = v->shape;
	const char *at = row->data + ROW_PAD(s->len), *end = (const char *) row + VARSIZE(row);
	int category = 0;

	v->nulls = (const uint8 *) at;
	v->words = at + ROW_PAD((s->n + 7) / 8);
	at = v->words + 8 * (Size) s->n_words;
	for (int i = 0; i < s->n && category < s->n_categories; i++)
	{
		uint32 len;

		if (s->kind[i] != L2_CATEGORY)
			continue;
		v->level[category] = (l2_bytes){NULL, 0, 0};
		if (!l2_row_is_null(v, i))
		{
			if (end - at < (ptrdiff_t) sizeof len)
				row_damaged("It is too short.");
			memcpy(&len, at, sizeof len);
			at += sizeof len;
			if (len > (Size) (end - at))
				row_damaged("It is too short.");
			v->level[category] = (l2_bytes){at, len, 0};
			at += len;
		}
		category++;
	}
	if (at != end)
		row_damaged("Its length does not fit its description.");
}

Datum
l2_row_datum(const l2_row_view *v, int i)
{
	const char *at = v->words + 8 * (Size) v->shape->place[i];
	double number;
	int64 whole;

	switch (v->shape->kind[i])
	{
		case L2_NUMBER:
			memcpy(&number, at, sizeof number);
			return Float8GetDatum(number);
		case L2_BOOLEAN:
			memcpy(&number, at, sizeof number);
			return BoolGetDatum(number != 0);
		case L2_DATE:
			memcpy(&whole, at, sizeof whole);
			return DateADTGetDatum((DateADT) whole);
		case L2_TIMESTAMP:
		case L2_TIMESTAMPTZ:
			memcpy(&whole, at, sizeof whole);
			return Int64GetDatum(whole);
		default:
			return PointerGetDatum(at);
	}
}

/* A value on its way into a row */
typedef struct row_value
{
	bool null;
	double number;
	int64 whole;
	Interval interval;
	l2_bytes level;
} row_value;

static void
row_put_words(char *words, const l2_row_shape *shape, int i, const row_value *v)
{
	char *at = words + 8 * (Size) shape->place[i];

	switch (shape->kind[i])
	{
		case L2_NUMBER:
		case L2_BOOLEAN:
		{
			/* one 0, one NaN: equal rows are equal bytes */
			double x = isnan(v->number) ? get_float8_nan() : v->number + 0.0;

			memcpy(at, &x, sizeof x);
			break;
		}
		case L2_DATE:
		case L2_TIMESTAMP:
		case L2_TIMESTAMPTZ:
			memcpy(at, &v->whole, sizeof v->whole);
			break;
		case L2_INTERVAL:
			memcpy(at, &v->interval, sizeof v->interval);
			break;
		default:
			break;
	}
}

/* A row in one piece of memory, as it is stored. */
static l2_row *
row_make(const l2_row_shape *shape, const row_value *values)
{
	Size head = offsetof(l2_row, data) + ROW_PAD(shape->len);
	Size words = head + ROW_PAD((shape->n + 7) / 8), size = words + 8 * (Size) shape->n_words;
	l2_row *row;
	char *at;

	for (int i = 0; i < shape->n; i++)
		if (shape->kind[i] == L2_CATEGORY && !values[i].null)
			size += sizeof(uint32) + values[i].level.len;
	row = palloc(size);
	memset(row, 0, words + 8 * (Size) shape->n_words);
	SET_VARSIZE(row, size);
	row->version = L2_ROW_VERSION;
	row->n = shape->n;
	row->hash = shape->hash;
	row->description_len = shape->len;
	memcpy(row->data, shape->description, shape->len);
	at = (char *) row + words + 8 * (Size) shape->n_words;
	for (int i = 0; i < shape->n; i++)
	{
		if (values[i].null || shape->kind[i] == L2_KINDS)
			((char *) row)[head + i / 8] |= 1 << (i % 8);
		else if (shape->kind[i] == L2_CATEGORY)
		{
			uint32 len = values[i].level.len;

			memcpy(at, &len, sizeof len);
			memcpy(at + sizeof len, values[i].level.bytes, len);
			at += sizeof len + len;
		}
		else
			row_put_words((char *) row + words, shape, i, &values[i]);
	}
	return row;
}

/*
 * l2_row(features, names)
 */

/* What a call site keeps of a record type and names */
typedef struct row_site
{
	MemoryContext context;
	bool valid;
	bool named;
	l2_kept_value names;
	l2_record_type type;
	l2_row_shape *shape;
	int *number; /* of each attribute in the record */
	l2_reading *reading;
	row_value *values;
} row_site;

/* Settle once a query what the attributes of its records are called and how they are read. */
static void
row_settle(FunctionCallInfo fcinfo, row_site *site, HeapTupleHeader record)
{
	MemoryContext old;
	const char **names;
	l2_kind *kinds;
	l2_enum_order *orders;
	char **given = NULL;
	int n = 0, n_given = 0;

	site->valid = false;
	MemoryContextReset(site->context);
	old = MemoryContextSwitchTo(site->context);
	l2_record_type_of(record, &site->type);
	site->named = !PG_ARGISNULL(1);
	if (site->named)
	{
		l2_keep_value(&site->names, PG_GETARG_DATUM(1));
		given = l2_text_array(PG_GETARG_DATUM(1), "names", &n_given);
	}
	names = palloc(sizeof(char *) * Max(site->type.desc->natts, 1));
	kinds = palloc(sizeof(l2_kind) * Max(site->type.desc->natts, 1));
	orders = palloc(sizeof(l2_enum_order) * Max(site->type.desc->natts, 1));
	site->number = palloc(sizeof(int) * Max(site->type.desc->natts, 1));
	site->reading = palloc(sizeof(l2_reading) * Max(site->type.desc->natts, 1));
	for (int i = 0; i < site->type.desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(site->type.desc, i);

		if (a->attisdropped)
			continue;
		names[n] = n < n_given ? given[n] : NameStr(a->attname);
		site->reading[n] = l2_reading_of(a->atttypid);
		kinds[n] = site->reading[n].kind;
		orders[n] = site->reading[n].order;
		site->number[n++] = i;
	}
	if (site->named && n_given != n)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d names given, but the record has %d attributes", n_given, n)));
	site->shape = row_shape_make(n, names, kinds, orders);
	site->values = palloc0(sizeof(row_value) * Max(n, 1));
	MemoryContextSwitchTo(old);
	site->valid = true;
}

static void
row_read_value(l2_kind kind, const l2_reading *reading, Datum d, row_value *v)
{
	switch (kind)
	{
		case L2_NUMBER:
		case L2_BOOLEAN:
			v->number = reading->number(d);
			break;
		case L2_DATE:
			v->whole = DatumGetDateADT(d);
			break;
		case L2_TIMESTAMP:
		case L2_TIMESTAMPTZ:
			v->whole = DatumGetInt64(d);
			break;
		case L2_INTERVAL:
			v->interval = *DatumGetIntervalP(d);
			break;
		case L2_CATEGORY:
			v->level = l2_read_level(reading, d);
			break;
		default:
			break;
	}
}

PG_FUNCTION_INFO_V1(l2_row_of_record);
PGDLLEXPORT Datum
l2_row_of_record(PG_FUNCTION_ARGS)
{
	row_site *site = fcinfo->flinfo->fn_extra;
	HeapTupleHeader record;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	record = PG_GETARG_HEAPTUPLEHEADER(0);
	if (unlikely(site == NULL))
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
		site->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg row", ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = site;
	}
	if (unlikely(!site->valid || !l2_is_of_type(&site->type, record) ||
				 site->named != !PG_ARGISNULL(1) ||
				 (site->named && !l2_same_value(&site->names, PG_GETARG_DATUM(1)))))
		row_settle(fcinfo, site, record);
	l2_take_apart(&site->type, record);
	for (int i = 0; i < site->shape->n; i++)
	{
		int a = site->number[i];

		site->values[i].null = site->type.nulls[a];
		if (!site->type.nulls[a])
			row_read_value(site->shape->kind[i], &site->reading[i], site->type.values[a],
						   &site->values[i]);
	}
	PG_RETURN_POINTER(row_make(site->shape, site->values));
}

/*
 * Text
 */

static void
row_bad_input(const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type l2_row: \"%.40s%s\"", text,
					strlen(text) > 40 ? "..." : ""),
			 errhint("For example: {\"area\": 120.5, \"zone\": \"north\", \"built\": {\"date\": "
					 "8401}}. A NULL says what it is one of: {\"number\": null}.")));
}

static void
row_append_number(StringInfo s, double v)
{
	if (isnan(v) || isinf(v))
		appendStringInfo(s, "{\"number\": \"%s\"}",
						 isnan(v) ? "NaN"
						 : v > 0  ? "Infinity"
								  : "-Infinity");
	else
		l2_append_double(s, v);
}

/* A level of an enum, NULL for none, with all labels */
static void
row_append_label(StringInfo s, const char *level, l2_enum_order order)
{
	appendStringInfoString(s, "{\"" ROW_ENUM_NAME "\": ");
	if (level)
		escape_json(s, level);
	else
		appendStringInfoString(s, "null");
	for (int i = 0; i < order.n; i++)
	{
		appendStringInfoString(s, i ? ", " : ", \"" ROW_LABELS_NAME "\": [");
		escape_json(s, order.label[i]);
	}
	appendStringInfoString(s, "]}");
}

static void
row_append_value(StringInfo s, const l2_row_view *v, int i)
{
	l2_kind kind = v->shape->kind[i];
	const char *name = kind == L2_KINDS ? ROW_OTHER : l2_kind_name(kind);
	l2_enum_order order = v->shape->order[i];
	Datum d;

	if (order.n > 0)
	{
		const l2_bytes *level = &v->level[v->shape->place[i]];

		row_append_label(s, level->bytes ? pnstrdup(level->bytes, level->len) : NULL, order);
		return;
	}
	if (kind == L2_KINDS || l2_row_is_null(v, i))
	{
		appendStringInfo(s, "{\"%s\": null}", name);
		return;
	}
	if (kind == L2_CATEGORY)
	{
		const l2_bytes *level = &v->level[v->shape->place[i]];

		escape_json(s, pnstrdup(level->bytes, level->len));
		return;
	}
	d = l2_row_datum(v, i);
	if (kind == L2_NUMBER)
		row_append_number(s, DatumGetFloat8(d));
	else if (kind == L2_BOOLEAN)
		appendStringInfoString(s, DatumGetBool(d) ? "true" : "false");
	else if (kind == L2_DATE)
		appendStringInfo(s, "{\"%s\": %d}", name, DatumGetDateADT(d));
	else if (kind == L2_INTERVAL)
	{
		Interval interval = *DatumGetIntervalP(d);

		appendStringInfo(s, "{\"%s\": [%d, %d, " INT64_FORMAT "]}", name, interval.month,
						 interval.day, (int64) interval.time);
	}
	else
		appendStringInfo(s, "{\"%s\": " INT64_FORMAT "}", name, DatumGetInt64(d));
}

PG_FUNCTION_INFO_V1(l2_row_out);
PGDLLEXPORT Datum
l2_row_out(PG_FUNCTION_ARGS)
{
	const l2_row *row = l2_row_get(PG_GETARG_DATUM(0));
	const l2_row_shape *shape = l2_row_shape_of(row);
	l2_row_view v;
	StringInfoData s;

	l2_row_view_make(&v, shape);
	l2_row_look(&v, row);
	initStringInfo(&s);
	appendStringInfoChar(&s, '{');
	for (int i = 0; i < shape->n; i++)
	{
		if (i > 0)
			appendStringInfoString(&s, ", ");
		escape_json(&s, shape->name[i]);
		appendStringInfoString(&s, ": ");
		row_append_value(&s, &v, i);
	}
	appendStringInfoChar(&s, '}');
	PG_RETURN_CSTRING(s.data);
}

/* The end of what begins at s, a key or a value, in valid JSON */
static const char *
row_skip_json(const char *s)
{
	int depth = 0;

	for (; *s; s++)
	{
		if (*s == '"')
		{
			for (s++; *s && *s != '"'; s++)
				if (*s == '\\')
					s++;
		}
		else if (*s == '{' || *s == '[')
			depth++;
		else if (depth == 0 && strchr(",:}]", *s))
			return s;
		else if (*s == '}' || *s == ']')
			depth--;
	}
	return s;
}

/* The piece of JSON between the two, as a value */
static JsonbValue *
row_json_piece(const char *from, const char *to)
{
	Datum d =
		DirectFunctionCall1(jsonb_in, CStringGetDatum(psprintf("[%.*s]", (int) (to - from), from)));

	return getIthJsonbValueFromContainer(&DatumGetJsonbP(d)->root, 0);
}

/* A whole number within bounds */
static int64
row_json_whole(const JsonbValue *v, int64 least, int64 most, const char *text)
{
	int64 result;

	if (v->type != jbvNumeric)
		row_bad_input(text);
	/* by way of text, which is not rounded */
	result = DatumGetInt64(DirectFunctionCall1(
		int8in, DirectFunctionCall1(numeric_out, NumericGetDatum(v->val.numeric))));
	if (result < least || result > most)
		row_bad_input(text);
	return result;
}

static double
row_json_number(const JsonbValue *v, const char *text)
{
	double number = 0;

	if (!l2_json_number(v, &number))
		row_bad_input(text);
	return number;
}

static void
row_check_time(l2_kind kind, int64 v, const char *text)
{
	bool valid = kind == L2_DATE ? DATE_NOT_FINITE((DateADT) v) || IS_VALID_DATE(v)
								 : TIMESTAMP_NOT_FINITE(v) || IS_VALID_TIMESTAMP(v);

	if (valid)
		return;
	if (text)
		row_bad_input(text);
	row_damaged("A date or timestamp in it is out of range.");
}

static Interval
row_json_interval(const JsonbValue *v, const char *text)
{
	int64 part[3];
	Interval r;

	if (v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data) ||
		JsonContainerSize(v->val.binary.data) != 3)
		row_bad_input(text);
	for (int i = 0; i < 3; i++)
		part[i] = row_json_whole(getIthJsonbValueFromContainer(v->val.binary.data, i),
								 i < 2 ? PG_INT32_MIN : PG_INT64_MIN,
								 i < 2 ? PG_INT32_MAX : PG_INT64_MAX, text);
	r.month = (int32) part[0];
	r.day = (int32) part[1];
	r.time = part[2];
	return r;
}

/* A value of that kind, which may be null */
static void
row_json_of_kind(l2_kind kind, const JsonbValue *v, const char *text, row_value *to)
{
	bool is_date = kind == L2_DATE;

	to->null = v->type == jbvNull;
	if (to->null)
		return;
	switch (kind)
	{
		case L2_NUMBER:
			to->number = row_json_number(v, text);
			return;
		case L2_BOOLEAN:
			if (v->type != jbvBool)
				row_bad_input(text);
			to->number = v->val.boolean;
			return;
		case L2_DATE:
		case L2_TIMESTAMP:
		case L2_TIMESTAMPTZ:
			to->whole = row_json_whole(v, is_date ? PG_INT32_MIN : PG_INT64_MIN,
									   is_date ? PG_INT32_MAX : PG_INT64_MAX, text);
			row_check_time(kind, to->whole, text);
			return;
		case L2_INTERVAL:
			to->interval = row_json_interval(v, text);
			return;
		case L2_CATEGORY:
			if (v->type != jbvString)
				row_bad_input(text);
			to->level = (l2_bytes){v->val.string.val, v->val.string.len, 0};
			return;
		default:
			row_bad_input(text);
	}
}

/* A level of an enum and its labels, from an object that has nothing else */
static l2_kind
row_json_enum(JsonbContainer *object, const char *text, row_value *to, l2_enum_order *order)
{
	JsonbValue key = {.type = jbvString}, *level, *list;
	const char **label;

	key.val.string.val = ROW_ENUM_NAME;
	key.val.string.len = strlen(ROW_ENUM_NAME);
	level = findJsonbValueFromContainer(object, JB_FOBJECT, &key);
	key.val.string.val = ROW_LABELS_NAME;
	key.val.string.len = strlen(ROW_LABELS_NAME);
	list = findJsonbValueFromContainer(object, JB_FOBJECT, &key);
	if (level == NULL || list == NULL || list->type != jbvBinary ||
		!JsonContainerIsArray(list->val.binary.data) ||
		JsonContainerSize(list->val.binary.data) == 0)
		row_bad_input(text);
	order->n = JsonContainerSize(list->val.binary.data);
	label = palloc(sizeof(char *) * order->n);
	for (int i = 0; i < order->n; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(list->val.binary.data, i);

		if (e->type != jbvString)
			row_bad_input(text);
		label[i] = pnstrdup(e->val.string.val, e->val.string.len);
	}
	order->label = label;
	row_json_of_kind(L2_CATEGORY, level, text, to);
	return L2_CATEGORY;
}

/* A value, and what it says of its kind */
static l2_kind
row_json_value(const JsonbValue *v, const char *text, row_value *to, l2_enum_order *order)
{
	JsonbIterator *it;
	JsonbValue key, value;
	l2_kind kind;
	char *name;

	switch (v->type)
	{
		case jbvNumeric:
			row_json_of_kind(L2_NUMBER, v, text, to);
			return L2_NUMBER;
		case jbvBool:
			row_json_of_kind(L2_BOOLEAN, v, text, to);
			return L2_BOOLEAN;
		case jbvString:
			row_json_of_kind(L2_CATEGORY, v, text, to);
			return L2_CATEGORY;
		case jbvBinary:
			break;
		default:
			row_bad_input(text);
	}
	if (JsonContainerIsObject(v->val.binary.data) && JsonContainerSize(v->val.binary.data) == 2)
		return row_json_enum(v->val.binary.data, text, to, order);
	if (!JsonContainerIsObject(v->val.binary.data) || JsonContainerSize(v->val.binary.data) != 1)
		row_bad_input(text);
	it = JsonbIteratorInit(v->val.binary.data);
	(void) JsonbIteratorNext(&it, &key, true);
	(void) JsonbIteratorNext(&it, &key, true);
	(void) JsonbIteratorNext(&it, &value, true);
	name = pnstrdup(key.val.string.val, key.val.string.len);
	kind = l2_kind_of_name(name);
	if (kind == L2_KINDS && strcmp(name, ROW_OTHER) != 0)
		row_bad_input(text);
	row_json_of_kind(kind, &value, text, to);
	return kind;
}

PG_FUNCTION_INFO_V1(l2_row_in);
PGDLLEXPORT Datum
l2_row_in(PG_FUNCTION_ARGS)
{
	char *text = PG_GETARG_CSTRING(0);
	const char *at = text + strspn(text, " \t\r\n");
	const char *name[MaxTupleAttributeNumber + 1];
	l2_kind kind[MaxTupleAttributeNumber + 1];
	row_value *values = palloc0(sizeof(row_value) * (MaxTupleAttributeNumber + 1));
	l2_enum_order *order = palloc0(sizeof(l2_enum_order) * (MaxTupleAttributeNumber + 1));
	int n = 0;

	if (*at != '{')
		row_bad_input(text);
	/* an error where it is no JSON; of its value the order of the keys is lost */
	(void) DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
	for (at++; at[strspn(at, " \t\r\n")] != '}'; at += *at == ',')
	{
		const char *end = row_skip_json(at);
		JsonbValue *key = row_json_piece(at, end);

		if (n > MaxTupleAttributeNumber)
			break;
		name[n] = pnstrdup(key->val.string.val, key->val.string.len);
		at = end + 1;
		end = row_skip_json(at);
		kind[n] = row_json_value(row_json_piece(at, end), text, &values[n], &order[n]);
		n++;
		at = end;
	}
	PG_RETURN_POINTER(row_make(row_shape_make(n, name, kind, order), values));
}

/*
 * Binary: in UTF-8, as grams are
 */

static void
row_send_string(StringInfo buf, const char *s, int len)
{
	char *converted = pg_server_to_any(s, len, PG_UTF8);

	if (converted != s)
		len = strlen(converted);
	pq_sendint32(buf, len);
	appendBinaryStringInfo(buf, converted, len);
}

static char *
row_recv_string(StringInfo buf, int *len)
{
	char *s;

	*len = (int) pq_getmsgint(buf, 4);
	if (*len < 0 || *len > buf->len - buf->cursor)
		row_damaged("It is too short.");
	s = l2_string_from_utf8(pq_getmsgbytes(buf, *len), *len);
	*len = strlen(s);
	return s;
}

static void
row_send_value(StringInfo buf, const l2_row_view *v, int i)
{
	Datum d;

	if (v->shape->kind[i] == L2_CATEGORY)
	{
		const l2_bytes *level = &v->level[v->shape->place[i]];

		row_send_string(buf, pnstrdup(level->bytes, level->len), level->len);
		return;
	}
	d = l2_row_datum(v, i);
	switch (v->shape->kind[i])
	{
		case L2_NUMBER:
			pq_sendfloat8(buf, DatumGetFloat8(d));
			break;
		case L2_BOOLEAN:
			pq_sendbyte(buf, DatumGetBool(d));
			break;
		case L2_DATE:
			pq_sendint32(buf, DatumGetDateADT(d));
			break;
		case L2_INTERVAL:
			pq_sendint64(buf, DatumGetIntervalP(d)->time);
			pq_sendint32(buf, DatumGetIntervalP(d)->day);
			pq_sendint32(buf, DatumGetIntervalP(d)->month);
			break;
		default:
			pq_sendint64(buf, DatumGetInt64(d));
	}
}

static void
row_recv_value(StringInfo buf, l2_kind kind, row_value *v)
{
	int len;

	switch (kind)
	{
		case L2_NUMBER:
			v->number = pq_getmsgfloat8(buf);
			break;
		case L2_BOOLEAN:
			v->number = pq_getmsgbyte(buf);
			if (v->number > 1)
				row_damaged("A boolean in it is neither true nor false.");
			break;
		case L2_DATE:
			v->whole = (int32) pq_getmsgint(buf, 4);
			row_check_time(kind, v->whole, NULL);
			break;
		case L2_TIMESTAMP:
		case L2_TIMESTAMPTZ:
			v->whole = pq_getmsgint64(buf);
			row_check_time(kind, v->whole, NULL);
			break;
		case L2_INTERVAL:
			v->interval.time = pq_getmsgint64(buf);
			v->interval.day = (int32) pq_getmsgint(buf, 4);
			v->interval.month = (int32) pq_getmsgint(buf, 4);
			break;
		case L2_CATEGORY:
			v->level.bytes = row_recv_string(buf, &len);
			v->level.len = len;
			break;
		default:
			row_damaged("An attribute of no kind in it has a value.");
	}
}

static void
row_send_order(StringInfo buf, l2_enum_order order)
{
	pq_sendint32(buf, order.n);
	for (int i = 0; i < order.n; i++)
		row_send_string(buf, order.label[i], strlen(order.label[i]));
}

static l2_enum_order
row_recv_order(StringInfo buf)
{
	int n = (int) pq_getmsgint(buf, 4), len;
	const char **label;

	/* a label takes its length at least */
	if (n < 1 || n > (buf->len - buf->cursor) / 4)
		row_damaged("It is too short.");
	label = palloc(sizeof(char *) * n);
	for (int i = 0; i < n; i++)
		label[i] = row_recv_string(buf, &len);
	return (l2_enum_order){n, label};
}

PG_FUNCTION_INFO_V1(l2_row_send);
PGDLLEXPORT Datum
l2_row_send(PG_FUNCTION_ARGS)
{
	const l2_row *row = l2_row_get(PG_GETARG_DATUM(0));
	const l2_row_shape *shape = l2_row_shape_of(row);
	StringInfoData buf;
	l2_row_view v;

	l2_row_view_make(&v, shape);
	l2_row_look(&v, row);
	pq_begintypsend(&buf);
	pq_sendbyte(&buf, L2_ROW_VERSION);
	pq_sendbyte(&buf, 0);
	pq_sendint16(&buf, shape->n);
	for (int i = 0; i < shape->n; i++)
	{
		bool null = shape->kind[i] == L2_KINDS || l2_row_is_null(&v, i);

		pq_sendbyte(&buf, row_letter(shape->kind[i], shape->order[i]));
		row_send_string(&buf, shape->name[i], strlen(shape->name[i]));
		if (shape->order[i].n > 0)
			row_send_order(&buf, shape->order[i]);
		pq_sendbyte(&buf, null);
		if (!null)
			row_send_value(&buf, &v, i);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(l2_row_recv);
PGDLLEXPORT Datum
l2_row_recv(PG_FUNCTION_ARGS)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	const char **name;
	l2_kind *kind;
	l2_enum_order *order;
	row_value *values;
	int n;

	l2_check_format("l2_row", pq_getmsgbyte(buf), L2_ROW_VERSION,
					ERRCODE_INVALID_BINARY_REPRESENTATION);
	if (pq_getmsgbyte(buf) != 0)
		row_damaged("It has flags that this l2reg does not know.");
	n = (int) pq_getmsgint(buf, 2);
	if (n > MaxTupleAttributeNumber)
		row_damaged("It has too many attributes.");
	name = palloc(sizeof(char *) * Max(n, 1));
	kind = palloc(sizeof(l2_kind) * Max(n, 1));
	order = palloc0(sizeof(l2_enum_order) * Max(n, 1));
	values = palloc0(sizeof(row_value) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		int letter = pq_getmsgbyte(buf), null, len;

		if (!row_kind_of_letter(letter, &kind[i]))
			row_damaged("An attribute in it is of no kind that this l2reg knows.");
		name[i] = row_recv_string(buf, &len);
		if (letter == ROW_ENUM)
			order[i] = row_recv_order(buf);
		null = pq_getmsgbyte(buf);
		if (null > 1)
			row_damaged("A value in it is neither NULL nor not.");
		values[i].null = null;
		if (!null)
			row_recv_value(buf, kind[i], &values[i]);
		else if (kind[i] == L2_KINDS)
			values[i].null = true;
	}
	if (buf->cursor != buf->len)
		row_damaged("It is too long.");
	PG_RETURN_POINTER(row_make(row_shape_make(n, name, kind, order), values));
}

/*
 * As records
 */

bool
l2_is_row(Oid type)
{
	Oid input, parameter;
	FmgrInfo flinfo;

	if (!OidIsValid(type) || type < FirstNormalObjectId || get_typtype(type) != TYPTYPE_BASE)
		return false;
	getTypeInputInfo(type, &input, &parameter);
	fmgr_info(input, &flinfo);
	return flinfo.fn_addr == l2_row_in;
}

static void
row_records_settle(l2_row_records *r, MemoryContext context, const l2_row *row)
{
	MemoryContext old;

	if (r->context == NULL)
		r->context = AllocSetContextCreate(context, "l2reg row", ALLOCSET_DEFAULT_SIZES);
	r->shape = NULL;
	MemoryContextReset(r->context);
	old = MemoryContextSwitchTo(r->context);
	r->desc = BlessTupleDesc(l2_row_shape_desc(l2_row_shape_of(row)));
	r->values = palloc0(sizeof(Datum) * Max(row->n, 1));
	r->nulls = palloc0(sizeof(bool) * Max(row->n, 1));
	r->shape = l2_row_shape_of(row);
	l2_row_view_make(&r->view, r->shape);
	MemoryContextSwitchTo(old);
}

HeapTupleHeader
l2_row_as_record(l2_row_records *r, MemoryContext context, Datum d)
{
	const l2_row *row = l2_row_get(d);
	const l2_row_shape *s;

	if (unlikely(r->shape == NULL || !l2_row_has_shape(row, r->shape)))
		row_records_settle(r, context, row);
	s = r->shape;
	l2_row_look(&r->view, row);
	for (int i = 0; i < s->n; i++)
	{
		r->nulls[i] = s->kind[i] == L2_KINDS || l2_row_is_null(&r->view, i);
		if (r->nulls[i])
			continue;
		if (s->kind[i] == L2_CATEGORY)
		{
			const l2_bytes *level = &r->view.level[s->place[i]];

			r->values[i] = PointerGetDatum(cstring_to_text_with_len(level->bytes, level->len));
		}
		else
			r->values[i] = l2_row_datum(&r->view, i);
	}
	return heap_form_tuple(r->desc, r->values, r->nulls)->t_data;
}
