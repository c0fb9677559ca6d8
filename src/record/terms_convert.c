/*
 * terms_convert.c: attributes of a caller's record as values of the types that a term computes
 * with.
 *
 * By a fixed table, for casts may be anybody's code.  A number keeps its value or is refused: so a
 * term gives the same number whichever type of whole numbers or decimals it comes in.
 */
#include "record/term_tree.h"

#include "record/attribute.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

struct l2_conversion
{
	const char *name; /* of the attribute */
	Oid from;         /* what a domain is over */
	Oid to;
	l2_reading reading; /* of texts */
};

const char *
l2_type_phrase(Oid type)
{
	switch (type)
	{
		case FLOAT8ARRAYOID:
			return "an array of numbers";
		case TIMEOID:
			return "a time of day";
		default:
			return l2_kind_phrase(l2_reading_of(type).kind);
	}
}

/*
 * Numbers
 */

static bool
convert_is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID || type == FLOAT4OID ||
		   type == FLOAT8OID || type == NUMERICOID || type == BOOLOID;
}

static void
out_of_range(const l2_conversion *c, const char *value)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("attribute \"%s\" is %s, which is no value of type %s", c->name, value,
						   format_type_be(c->to)),
					errdetail("It was of that type when the model was trained.")));
}

static int64
whole_of_double(const l2_conversion *c, double x)
{
	if (!(x >= -0x1p63 && x < 0x1p63) || x != rint(x))
		out_of_range(c, psprintf("%.17g", x));
	return (int64) x;
}

static int64
whole_of_numeric(const l2_conversion *c, Datum d)
{
	Datum whole = DirectFunctionCall2(numeric_trunc, d, Int32GetDatum(0));
	char *text = DatumGetCString(DirectFunctionCall1(numeric_out, d));

	if (numeric_is_nan(DatumGetNumeric(d)) ||
		!DatumGetBool(DirectFunctionCall2(numeric_eq, whole, d)) ||
		!DatumGetBool(
			DirectFunctionCall2(numeric_le, DirectFunctionCall1(numeric_abs, d),
								DirectFunctionCall1(int8_numeric, Int64GetDatum(PG_INT64_MAX)))))
		out_of_range(c, text);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, d));
}

/* The value as a whole number, within bounds */
static int64
whole_of(const l2_conversion *c, Datum d, int64 least, int64 most)
{
	int64 v;

	switch (c->from)
	{
		case BOOLOID:
			v = DatumGetBool(d);
			break;
		case INT2OID:
			v = DatumGetInt16(d);
			break;
		case INT4OID:
			v = DatumGetInt32(d);
			break;
		case INT8OID:
			v = DatumGetInt64(d);
			break;
		case FLOAT4OID:
			v = whole_of_double(c, DatumGetFloat4(d));
			break;
		case FLOAT8OID:
			v = whole_of_double(c, DatumGetFloat8(d));
			break;
		default:
			v = whole_of_numeric(c, d);
	}
	if (v < least || v > most)
		out_of_range(c, psprintf(INT64_FORMAT, v));
	return v;
}

static double
double_of(const l2_conversion *c, Datum d)
{
	switch (c->from)
	{
		case FLOAT4OID:
			return DatumGetFloat4(d);
		case FLOAT8OID:
			return DatumGetFloat8(d);
		case NUMERICOID:
			return DatumGetFloat8(DirectFunctionCall1(numeric_float8, d));
		default:
			return (double) whole_of(c, d, PG_INT64_MIN, PG_INT64_MAX);
	}
}

/* As it is written shortest, which is what it was read from */
static Datum
numeric_of_float(const l2_conversion *c, Datum d)
{
	char text[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (c->from == FLOAT4OID)
		float_to_shortest_decimal_buf(DatumGetFloat4(d), text);
	else
		double_to_shortest_decimal_buf(DatumGetFloat8(d), text);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(-1));
}

static float4
float4_of(const l2_conversion *c, Datum d)
{
	double x;

	if (c->from == NUMERICOID)
		return DatumGetFloat4(DirectFunctionCall1(numeric_float4, d));
	x = double_of(c, d);
	return DatumGetFloat4(DirectFunctionCall1(dtof, Float8GetDatum(x)));
}

/* Without the zeros at its end, on which the digits of a quotient depend */
static Datum
numeric_of(const l2_conversion *c, Datum d)
{
	if (c->from == FLOAT4OID || c->from == FLOAT8OID)
		d = numeric_of_float(c, d);
	else if (c->from != NUMERICOID)
		return DirectFunctionCall1(int8_numeric,
								   Int64GetDatum(whole_of(c, d, PG_INT64_MIN, PG_INT64_MAX)));
	return DirectFunctionCall1(numeric_trim_scale, d);
}

/*
 * Arrays, texts, times
 */

static Datum
convert_array_of(const l2_conversion *c, Datum d)
{
	ArrayType *a = DatumGetArrayTypeP(d);
	l2_conversion element = {c->name, ARR_ELEMTYPE(a), FLOAT8OID};
	int16 length;
	bool by_value;
	char align;
	Datum *values;
	bool *nulls;
	int n;

	if (element.from == FLOAT8OID)
		return PointerGetDatum(a);
	get_typlenbyvalalign(element.from, &length, &by_value, &align);
	deconstruct_array(a, element.from, length, by_value, align, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			values[i] = Float8GetDatum(double_of(&element, values[i]));
	return PointerGetDatum(construct_md_array(values, nulls, ARR_NDIM(a), ARR_DIMS(a),
											  ARR_LBOUND(a), FLOAT8OID, sizeof(float8),
											  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static Datum
text_of(const l2_conversion *c, Datum d)
{
	l2_bytes level;

	if (c->reading.form == L2_FORM_TEXT)
		return d;
	if (c->reading.form == L2_FORM_ENUM)
		/* not by way of labels that are kept: a term may outlive them */
		return PointerGetDatum(cstring_to_text(DatumGetCString(DirectFunctionCall1(enum_out, d))));
	level = l2_read_level(&c->reading, d);
	return PointerGetDatum(cstring_to_text_with_len(level.bytes, level.len));
}

static Datum
date_of(const l2_conversion *c, Datum d)
{
	Datum date = DirectFunctionCall1(timestamp_date, d);

	if (DatumGetTimestamp(DirectFunctionCall1(date_timestamp, date)) != DatumGetTimestamp(d))
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
						errmsg("attribute \"%s\" is a time, and the model takes a date", c->name),
						errhint("Cast it to date.")));
	return date;
}

/*
 * The table
 */

static bool
is_convertible(Oid from, Oid to)
{
	switch (to)
	{
		case DATEOID:
		case TIMESTAMPOID:
			return from == DATEOID || from == TIMESTAMPOID;
		case TEXTOID:
		case FLOAT8ARRAYOID:
			return l2_builtin_type(from) == to;
		default:
			return from == to || (convert_is_number(from) && convert_is_number(to));
	}
}

l2_conversion *
l2_conversion_make(const char *name, Oid from, Oid to)
{
	l2_conversion *c = palloc(sizeof *c);

	*c = (l2_conversion){name, getBaseType(from), to};
	if (!is_convertible(c->from, to))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("attribute \"%s\" has type %s, and the model takes %s", name,
							   format_type_be(from), l2_type_phrase(to)),
						errhint("Cast it to %s.", format_type_be(to))));
	if (to == TEXTOID)
		c->reading = l2_reading_of(c->from);
	return c;
}

Datum
l2_convert(l2_conversion *c, Datum d)
{
	if (c->from == c->to && c->to != NUMERICOID)
		return d;
	switch (c->to)
	{
		case BOOLOID:
			return BoolGetDatum(whole_of(c, d, 0, 1) != 0);
		case INT2OID:
			return Int16GetDatum(whole_of(c, d, PG_INT16_MIN, PG_INT16_MAX));
		case INT4OID:
			return Int32GetDatum(whole_of(c, d, PG_INT32_MIN, PG_INT32_MAX));
		case INT8OID:
			return Int64GetDatum(whole_of(c, d, PG_INT64_MIN, PG_INT64_MAX));
		case FLOAT4OID:
			return Float4GetDatum(float4_of(c, d));
		case FLOAT8OID:
			return Float8GetDatum(double_of(c, d));
		case NUMERICOID:
			return numeric_of(c, d);
		case FLOAT8ARRAYOID:
			return convert_array_of(c, d);
		case TEXTOID:
			return text_of(c, d);
		case DATEOID:
			return date_of(c, d);
		case TIMESTAMPOID:
			return DirectFunctionCall1(date_timestamp, d);
		default:
			elog(ERROR, "no conversion to type %u", c->to);
	}
}
