/*
 * options_type.c: the SQL type l2_options.
 *
 * A value is JSON text in one form: keys in the order of jsonb, nulls left out, numbers without
 * zeros at their end.  So equal options are equal bytes.  Text, since views keep literals as bytes
 * and pg_upgrade carries them past the input function: whoever reads a value may meet a key that
 * is none any more, and says so then.
 */
#include "options/options.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

/* A scalar as it stands in JSON */
static void
append_scalar(StringInfo s, const JsonbValue *v)
{
	switch (v->type)
	{
		case jbvNull:
			appendStringInfoString(s, "null");
			break;
		case jbvBool:
			appendStringInfoString(s, v->val.boolean ? "true" : "false");
			break;
		case jbvNumeric:
			appendStringInfoString(
				s, DatumGetCString(DirectFunctionCall1(
					   numeric_out,
					   DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(v->val.numeric)))));
			break;
		default:
			escape_json(s, pnstrdup(v->val.string.val, v->val.string.len));
	}
}

/* The one form of an object */
static char *
canonical(Jsonb *jb)
{
	JsonbIterator *it = JsonbIteratorInit(&jb->root);
	JsonbIteratorToken token;
	JsonbValue v;
	StringInfoData s;
	int depth = 0;
	bool first = true; /* in its array or object */
	char *key = NULL;

	initStringInfo(&s);
	while ((token = JsonbIteratorNext(&it, &v, false)) != WJB_DONE)
	{
		if (token == WJB_END_ARRAY || token == WJB_END_OBJECT)
		{
			appendStringInfoChar(&s, token == WJB_END_ARRAY ? ']' : '}');
			depth--;
			first = false;
			continue;
		}
		if (token == WJB_KEY)
		{
			key = pnstrdup(v.val.string.val, v.val.string.len);
			continue;
		}
		if (token == WJB_VALUE && depth == 1 && v.type == jbvNull)
			continue;
		if (!first)
			appendStringInfoString(&s, ", ");
		if (key)
		{
			escape_json(&s, key);
			appendStringInfoString(&s, ": ");
			key = NULL;
		}
		first = token == WJB_BEGIN_ARRAY || token == WJB_BEGIN_OBJECT;
		if (first)
		{
			appendStringInfoChar(&s, token == WJB_BEGIN_ARRAY ? '[' : '{');
			depth++;
		}
		else
			append_scalar(&s, &v);
	}
	return s.data;
}

static Datum
make_options(const char *json)
{
	Jsonb *jb;

	l2_options_check(json);
	jb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
	return CStringGetTextDatum(canonical(jb));
}

PG_FUNCTION_INFO_V1(l2_options_in);
PGDLLEXPORT Datum
l2_options_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(make_options(PG_GETARG_CSTRING(0)));
}

PG_FUNCTION_INFO_V1(l2_options_out);
PGDLLEXPORT Datum
l2_options_out(PG_FUNCTION_ARGS)
{
	int len;
	const char *bytes = l2_options_bytes(PG_GETARG_DATUM(0), &len);

	PG_RETURN_CSTRING(pnstrdup(bytes, len));
}

/*
 * l2_options('key', value, ...)
 */

static void append_value(StringInfo s, const char *key, Datum d, Oid type);

static void
append_array(StringInfo s, const char *key, Datum d, Oid element)
{
	ArrayType *a = DatumGetArrayTypeP(d);
	Datum *elements;
	bool *nulls, byval;
	int16 len;
	char align;
	int n;

	if (ARR_NDIM(a) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("option \"%s\" must be a one-dimensional array", key)));
	get_typlenbyvalalign(element, &len, &byval, &align);
	deconstruct_array(a, element, len, byval, align, &elements, &nulls, &n);
	appendStringInfoChar(s, '[');
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(s, ", ");
		if (nulls[i])
			appendStringInfoString(s, "null");
		else
			append_value(s, key, elements[i], element);
	}
	appendStringInfoChar(s, ']');
}

/* Shortest digits: what float8out says depends on a setting, and this must not */
static void
append_float(StringInfo s, const char *key, char *digits, bool finite)
{
	if (!finite)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("option \"%s\" must be finite", key)));
	appendStringInfoString(s, digits);
}

/* Append a value as JSON has it; types that options have no use for are an error. */
static void
append_value(StringInfo s, const char *key, Datum d, Oid type)
{
	char digits[DOUBLE_SHORTEST_DECIMAL_LEN];
	Oid element = get_base_element_type(type);
	char *number;

	if (OidIsValid(element))
	{
		append_array(s, key, d, element);
		return;
	}
	type = getBaseType(type);
	switch (type)
	{
		case BOOLOID:
			appendStringInfoString(s, DatumGetBool(d) ? "true" : "false");
			return;
		case INT2OID:
			appendStringInfo(s, "%d", DatumGetInt16(d));
			return;
		case INT4OID:
			appendStringInfo(s, "%d", DatumGetInt32(d));
			return;
		case INT8OID:
			appendStringInfo(s, INT64_FORMAT, DatumGetInt64(d));
			return;
		case FLOAT4OID:
			float_to_shortest_decimal_buf(DatumGetFloat4(d), digits);
			append_float(s, key, digits, isfinite(DatumGetFloat4(d)));
			return;
		case FLOAT8OID:
			double_to_shortest_decimal_buf(DatumGetFloat8(d), digits);
			append_float(s, key, digits, isfinite(DatumGetFloat8(d)));
			return;
		case NUMERICOID:
			number = DatumGetCString(DirectFunctionCall1(numeric_out, d));
			append_float(s, key, number, strspn(number, "-.0123456789") == strlen(number));
			return;
		case TEXTOID:
		case VARCHAROID:
			escape_json(s, TextDatumGetCString(d));
			return;
		case NAMEOID:
			escape_json(s, NameStr(*DatumGetName(d)));
			return;
		case JSONOID:
			appendStringInfoString(s, TextDatumGetCString(d));
			return;
		case JSONBOID:
			appendStringInfoString(s, JsonbToCString(NULL, &DatumGetJsonbP(d)->root, 0));
			return;
	}
	ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
					errmsg("option \"%s\" has type %s, which options cannot have", key,
						   format_type_be(type)),
					errhint("Cast it to text.")));
}

PG_FUNCTION_INFO_V1(l2_options_build);
PGDLLEXPORT Datum
l2_options_build(PG_FUNCTION_ARGS)
{
	Datum *values;
	bool *nulls, first = true;
	Oid *types;
	int n = extract_variadic_args(fcinfo, 0, true, &values, &types, &nulls);
	StringInfoData s;

	if (n < 0)
		PG_RETURN_NULL();
	if (n % 2 != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("options come in pairs, but their number is %d", n),
						errhint("For example: l2_options('standardize', true, 'folds', 5).")));
	initStringInfo(&s);
	appendStringInfoChar(&s, '{');
	for (int i = 0; i < n; i += 2)
	{
		char *key;

		if (nulls[i] || (types[i] != TEXTOID && types[i] != VARCHAROID))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("argument %d must be the name of an option", i + 1),
							errhint("For example: l2_options('standardize', true, 'folds', 5).")));
		key = TextDatumGetCString(values[i]);
		if (nulls[i + 1])
			continue;
		if (!first)
			appendStringInfoString(&s, ", ");
		first = false;
		escape_json(&s, key);
		appendStringInfoString(&s, ": ");
		append_value(&s, key, values[i + 1], types[i + 1]);
	}
	appendStringInfoChar(&s, '}');
	PG_RETURN_DATUM(make_options(s.data));
}
