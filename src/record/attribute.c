/*
 * attribute.c: records, and their attributes as numbers or levels.
 *
 * Dates and timestamps are days since 2000-01-01, where PostgreSQL counts from, a timestamp with
 * time zone as the instant that it is: so no setting of the session matters.
 */
#include "record/attribute.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/*
 * Numbers
 */

static double
read_date(Datum d)
{
	DateADT date = DatumGetDateADT(d);

	if (DATE_NOT_FINITE(date))
		return DATE_IS_NOBEGIN(date) ? -HUGE_VAL : HUGE_VAL;
	return date;
}

static double
read_timestamp(Datum d)
{
	Timestamp t = DatumGetTimestamp(d);
	int64 days = t / USECS_PER_DAY;

	if (TIMESTAMP_NOT_FINITE(t))
		return TIMESTAMP_IS_NOBEGIN(t) ? -HUGE_VAL : HUGE_VAL;
	/* the remainder apart: whole days and halves of them are exact */
	return (double) days + (double) (t % USECS_PER_DAY) / USECS_PER_DAY;
}

/* As extract(epoch FROM i) has it: a year is 365.25 days, another month 30 */
static double
read_interval(Datum d)
{
	const Interval *i = DatumGetIntervalP(d);
	int years = i->month / MONTHS_PER_YEAR;

	if (L2_INTERVAL_NOT_FINITE(i))
		return i->month < 0 ? -HUGE_VAL : HUGE_VAL;
	return years * DAYS_PER_YEAR + (double) (i->month % MONTHS_PER_YEAR) * DAYS_PER_MONTH + i->day +
		   (double) i->time / USECS_PER_DAY;
}

/*
 * Levels
 */

struct l2_labels
{
	MemoryContext context;
	l2_dictionary *oids;
	int room;
	l2_bytes *label; /* of each */
};

static l2_labels *
make_labels(void)
{
	l2_labels *l = palloc(sizeof *l);

	l->context = CurrentMemoryContext;
	l->oids = l2_dictionary_make(l->context);
	l->room = 8;
	l->label = palloc(sizeof(l2_bytes) * l->room);
	return l;
}

static l2_bytes
read_label(l2_labels *l, Datum d)
{
	Oid oid = DatumGetObjectId(d);
	l2_bytes key = l2_hashed((char *) &oid, sizeof oid);
	int i = l2_dictionary_find(l->oids, &key);

	if (i < 0)
	{
		char *name = DatumGetCString(DirectFunctionCall1(enum_out, d));
		char *kept = MemoryContextStrdup(l->context, name);

		i = l2_dictionary_size(l->oids);
		if (i == l->room)
			l->label = repalloc(l->label, sizeof(l2_bytes) * (l->room *= 2));
		l->label[i] = l2_hashed(kept, strlen(kept));
		l2_dictionary_add(l->oids, &key);
	}
	return l->label[i];
}

l2_bytes
l2_read_level(const l2_reading *r, Datum d)
{
	struct varlena *v;
	const char *bytes;
	int len;

	switch (r->form)
	{
		case L2_FORM_ENUM:
			return read_label(r->labels, d);
		case L2_FORM_NAME:
			bytes = NameStr(*DatumGetName(d));
			return l2_hashed(bytes, strlen(bytes));
		default:
			v = PG_DETOAST_DATUM_PACKED(d);
			bytes = VARDATA_ANY(v);
			len = VARSIZE_ANY_EXHDR(v);
			if (r->form == L2_FORM_BPCHAR)
				len = bpchartruelen((char *) bytes, len);
			return l2_hashed(bytes, len);
	}
}

/*
 * Types
 */

/*
 * Whether a type is text by another name, as citext is: a cast to text that is not for explicit use
 * only leaves its bytes as they are.  These tell levels apart, whatever the type's own = says.
 */
static bool
l2_is_text_like(Oid type)
{
	HeapTuple tuple = SearchSysCache2(CASTSOURCETARGET, type, TEXTOID);
	bool result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_cast) GETSTRUCT(tuple))->castmethod == COERCION_METHOD_BINARY &&
			 ((Form_pg_cast) GETSTRUCT(tuple))->castcontext != COERCION_CODE_EXPLICIT;
	ReleaseSysCache(tuple);
	/* documents are no levels */
	return result && type != XMLOID && get_typtype(type) == TYPTYPE_BASE && get_typlen(type) == -1;
}

Oid
l2_builtin_type(Oid type)
{
	/* whoever names it by number may name one that is not there */
	if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type)))
		return InvalidOid;
	type = getBaseType(type);
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case TIMEOID:
		case INTERVALOID:
		case TEXTOID:
			return type;
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
			return TEXTOID;
		case INT2ARRAYOID:
		case INT4ARRAYOID:
		case INT8ARRAYOID:
		case FLOAT4ARRAYOID:
		case FLOAT8ARRAYOID:
		case NUMERICARRAYOID:
			return FLOAT8ARRAYOID;
		default:
			return get_typtype(type) == TYPTYPE_ENUM || l2_is_text_like(type) ? TEXTOID
																			  : InvalidOid;
	}
}

/* What SQL calls the built-in types, whatever the search_path */
static const struct
{
	const char *name;
	Oid type;
} builtin_types[] = {{"boolean", BOOLOID},
					 {"smallint", INT2OID},
					 {"integer", INT4OID},
					 {"bigint", INT8OID},
					 {"real", FLOAT4OID},
					 {"double precision", FLOAT8OID},
					 {"numeric", NUMERICOID},
					 {"date", DATEOID},
					 {"timestamp without time zone", TIMESTAMPOID},
					 {"timestamp with time zone", TIMESTAMPTZOID},
					 {"time without time zone", TIMEOID},
					 {"interval", INTERVALOID},
					 {"text", TEXTOID},
					 {"double precision[]", FLOAT8ARRAYOID}};

Oid
l2_builtin_type_of_name(const char *name)
{
	for (int i = 0; i < (int) lengthof(builtin_types); i++)
		if (strcmp(builtin_types[i].name, name) == 0)
			return builtin_types[i].type;
	return InvalidOid;
}

l2_reading
l2_reading_of(Oid type)
{
	l2_reading r = {L2_KINDS, NULL, L2_FORM_TEXT};

	type = getBaseType(type);
	switch (type)
	{
		case BOOLOID:
			r.kind = L2_BOOLEAN;
			break;
		case DATEOID:
			r.kind = L2_DATE;
			r.number = read_date;
			return r;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			r.kind = type == TIMESTAMPOID ? L2_TIMESTAMP : L2_TIMESTAMPTZ;
			r.number = read_timestamp;
			return r;
		case INTERVALOID:
			r.kind = L2_INTERVAL;
			r.number = read_interval;
			return r;
		case TEXTOID:
		case VARCHAROID:
			r.kind = L2_CATEGORY;
			return r;
		case BPCHAROID:
			r.kind = L2_CATEGORY;
			r.form = L2_FORM_BPCHAR;
			return r;
		case NAMEOID:
			r.kind = L2_CATEGORY;
			r.form = L2_FORM_NAME;
			return r;
		default:
			r.kind = L2_NUMBER;
	}
	r.number = l2_find_reader(type);
	if (r.number)
		return r;
	r.kind = l2_is_text_like(type) ? L2_CATEGORY : L2_KINDS;
	if (get_typtype(type) == TYPTYPE_ENUM)
	{
		r.kind = L2_CATEGORY;
		r.form = L2_FORM_ENUM;
		r.labels = make_labels();
		r.order = l2_enum_order_of_type(type);
	}
	return r;
}

/*
 * Records
 */

void
l2_record_type_of(HeapTupleHeader record, l2_record_type *t)
{
	Oid type = HeapTupleHeaderGetTypeId(record);

	t->typmod = HeapTupleHeaderGetTypMod(record);
	t->desc = lookup_rowtype_tupdesc_copy(type, t->typmod);
	t->values = palloc(sizeof(Datum) * Max(t->desc->natts, 1));
	t->nulls = palloc(sizeof(bool) * Max(t->desc->natts, 1));
	t->context = NULL;
	t->type = type;
}

void
l2_take_apart(const l2_record_type *t, HeapTupleHeader record)
{
	HeapTupleData tuple;

	tuple.t_len = HeapTupleHeaderGetDatumLength(record);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = record;
	heap_deform_tuple(&tuple, t->desc, t->values, t->nulls);
}

int
l2_find_attribute(const l2_record_type *t, const char *name)
{
	for (int i = 0; i < t->desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(t->desc, i);

		if (!a->attisdropped && strcmp(NameStr(a->attname), name) == 0)
			return i;
	}
	return -1;
}

char *
l2_list_attributes(const l2_record_type *t)
{
	StringInfoData s;
	int n = 0;

	initStringInfo(&s);
	for (int i = 0; i < t->desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(t->desc, i);

		if (a->attisdropped)
			continue;
		if (n++ == 20)
		{
			appendStringInfo(&s, ", ... (%d attributes)", t->desc->natts);
			break;
		}
		appendStringInfo(&s, "%s%s", n > 1 ? ", " : "", NameStr(a->attname));
	}
	return s.data;
}
