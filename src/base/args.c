/*
 * args.c: datums as rows of doubles.
 *
 * A short array in a table has a one-byte length word, so its values are not aligned.  The
 * usual way in, PG_GETARG_ARRAYTYPE_P, copies every such array to align it, which costs more
 * than all the arithmetic on ten columns; here the array is read where it lies.
 */
#include "base/args.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/numeric.h"

bool
l2_same_value(const l2_kept_value *k, Datum d)
{
	struct varlena *v = (struct varlena *) DatumGetPointer(d);

	if (VARATT_IS_EXTERNAL_ONDISK(v) && k->on_disk &&
		memcmp(v, k->pointer, TOAST_POINTER_SIZE) == 0)
		return true;
	v = PG_DETOAST_DATUM(d);
	return VARSIZE(v) == VARSIZE(k->value) && memcmp(v, k->value, VARSIZE(v)) == 0;
}

void
l2_keep_value(l2_kept_value *k, Datum d)
{
	k->on_disk = VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(d));
	if (k->on_disk)
		memcpy(k->pointer, DatumGetPointer(d), TOAST_POINTER_SIZE);
	k->value = PG_DETOAST_DATUM_COPY(d);
}

l2_array_view
l2_view_float8_array(Datum d, const char *what)
{
	struct varlena *v = (struct varlena *) DatumGetPointer(d);
	const char *base;
	l2_array_view r = {0, false, NULL};
	ArrayType head;
	int dims[2];

	if (unlikely(VARATT_IS_COMPRESSED(v) || VARATT_IS_EXTERNAL(v)))
		v = PG_DETOAST_DATUM_PACKED(d);
	/* the address that ArrayType's fields count from, were the length word of four bytes */
	base = (const char *) VARDATA_ANY(v) - VARHDRSZ;
	memcpy((char *) &head + VARHDRSZ, base + VARHDRSZ, sizeof head - VARHDRSZ);
	if (head.ndim == 0)
		return r;
	if (head.ndim != 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s must be a one-dimensional array, but has %d dimensions", what,
							   head.ndim)));
	if (head.elemtype != FLOAT8OID)
		elog(ERROR, "%s is not a float8 array", what);
	memcpy(dims, base + sizeof head, sizeof(int));
	r.n = dims[0];
	if (head.dataoffset != 0)
	{
		const uint8 *bitmap = (const uint8 *) (base + sizeof head + 2 * sizeof(int));

		for (int i = 0; i < r.n; i++)
			if (!(bitmap[i / 8] & (1 << (i % 8))))
			{
				r.has_null = true;
				break;
			}
		r.values = base + head.dataoffset;
	}
	else
		r.values = base + ARR_OVERHEAD_NONULLS(1);
	return r;
}

static double
read_float8(Datum d)
{
	return DatumGetFloat8(d);
}

static double
read_float4(Datum d)
{
	return DatumGetFloat4(d);
}

static double
read_int2(Datum d)
{
	return DatumGetInt16(d);
}

static double
read_int4(Datum d)
{
	return DatumGetInt32(d);
}

static double
read_int8(Datum d)
{
	return (double) DatumGetInt64(d);
}

static double
read_bool(Datum d)
{
	return DatumGetBool(d) ? 1.0 : 0.0;
}

static double
read_numeric(Datum d)
{
	/* beyond the range of double: infinite, which is refused or skipped by name later */
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, d));
}

l2_reader
l2_find_reader(Oid type)
{
	switch (type)
	{
		case FLOAT8OID:
			return read_float8;
		case FLOAT4OID:
			return read_float4;
		case INT2OID:
			return read_int2;
		case INT4OID:
			return read_int4;
		case INT8OID:
			return read_int8;
		case BOOLOID:
			return read_bool;
		case NUMERICOID:
			return read_numeric;
	}
	return NULL;
}

/* What to write for an argument of a type that is no number */
static const char *
number_hint(Oid type)
{
	if (type == UNKNOWNOID)
		return "Cast the literal to double precision, or to double precision[]. A category goes "
			   "into a "
			   "record, as in SELECT l2_predict(model, r) FROM (SELECT 120 AS area, 'north' AS "
			   "zone) AS r.";
	if (type == JSONOID || type == JSONBOID)
		return "Make a record of the document: l2_predict(model, "
			   "jsonb_populate_record(NULL::houses, "
			   "doc)).";
	if (type_is_rowtype(type))
		return "A record is the last argument, as in l2_predict(model, t); other predictions are "
			   "l2_predict_link, l2_predict_proba, l2_predict_label and l2_predict_interval.";
	if (l2_is_label(type))
		return "Cast it to double precision; categories are given in a record, as in "
			   "l2_predict(model, t) and l2_gram_agg(y, t).";
	if (OidIsValid(get_element_type(type)))
		return "An array is all of the features: l2_gram_agg(y, x), l2_predict(model, x).";
	return "Cast it to double precision.";
}

l2_reader
l2_reader_of(Oid type, const char *what)
{
	l2_reader r = l2_find_reader(type);

	if (r == NULL)
		r = l2_find_reader(getBaseType(type));
	if (r == NULL)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s has type %s, which is not numeric", what, format_type_be(type)),
						errhint("%s", number_hint(type))));
	return r;
}

bool
l2_is_label(Oid type)
{
	char category;
	bool preferred;

	if (!OidIsValid(type) || type == UNKNOWNOID)
		return false;
	get_type_category_preferred(type, &category, &preferred);
	return category == TYPCATEGORY_STRING || category == TYPCATEGORY_ENUM;
}

double
l2_label_order(Oid type, Datum label)
{
	HeapTuple tuple;
	double order;

	if (!type_is_enum(getBaseType(type)))
		return 0;
	tuple = SearchSysCache1(ENUMOID, label);
	if (!HeapTupleIsValid(tuple))
		return 0;
	order = ((Form_pg_enum) GETSTRUCT(tuple))->enumsortorder;
	ReleaseSysCache(tuple);
	return order;
}

l2_reader
l2_reader_of_target(Oid type, const char *what)
{
	if (type == UNKNOWNOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("%s is a literal", what),
				 errhint("Name the column without quotes, as in ols_fit(price, x); of a table "
						 "and a formula write l2_fit('houses', 'price ~ area').")));
	if (l2_is_label(type))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("%s has type %s, which is not numeric", what, format_type_be(type)),
						errhint("Compare it with the class that is to count as 1, as in zone = "
								"'north'; numbers in text are cast with ::float8.")));
	return l2_reader_of(type, what);
}

bool
l2_find_readers(FunctionCallInfo fcinfo, int first, int n, int position, l2_reader *reader)
{
	bool all_float8 = true;

	for (int i = 0; i < n; i++)
	{
		Oid type = get_fn_expr_argtype(fcinfo->flinfo, first + i);

		reader[i] = l2_reader_of(type, psprintf("argument %d", position + i));
		all_float8 &= type == FLOAT8OID;
	}
	return all_float8;
}

double
l2_number_argument(FunctionCallInfo fcinfo, int argument, const char *what)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", what)));
	return PG_GETARG_FLOAT8(argument);
}

bool
l2_json_number(const struct JsonbValue *v, double *number)
{
	Datum d;

	if (v->type == jbvNumeric)
		d = DirectFunctionCall1(numeric_float8, NumericGetDatum(v->val.numeric));
	else if (v->type == jbvString)
		d = DirectFunctionCall1(float8in,
								CStringGetDatum(pnstrdup(v->val.string.val, v->val.string.len)));
	else
		return false;
	*number = DatumGetFloat8(d);
	return true;
}

double *
l2_read_array(Datum d, const char *what, int *n, bool **nulls)
{
	ArrayType *a = DatumGetArrayTypeP(d);
	l2_reader reader = l2_reader_of(ARR_ELEMTYPE(a), what);
	Datum *elements;
	double *r;
	int16 len;
	bool byval;
	char align;

	if (ARR_NDIM(a) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s must be a one-dimensional array", what)));
	get_typlenbyvalalign(ARR_ELEMTYPE(a), &len, &byval, &align);
	deconstruct_array(a, ARR_ELEMTYPE(a), len, byval, align, &elements, nulls, n);
	r = palloc(sizeof(double) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
		r[i] = (*nulls)[i] ? 0.0 : reader(elements[i]);
	return r;
}

void
l2_check_share(const char *what, double share, bool closed)
{
	if ((share > 0 && share < 1) || (closed && (share == 0 || share == 1)))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		 errmsg("%s must lie between 0 and 1, but is %.15g", what, share),
		 share >= 5 && share < 100 ? errhint("For %g percent give %g.", share, share / 100) : 0));
}

bool
l2_usable_weight(double w)
{
	if (isnan(w) || isinf(w) || w < 0 || w > L2N_MAX_ABS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("weight must be a finite number >= 0, but is %g", w)));
	/* sums of weighted squares must keep their bits: a ratio of 2^450 to 1 is no weight */
	if (w != 0 && w < L2_TINY)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("weight %g is too small to count", w),
						errhint("Scale the weights, or give such rows weight 0.")));
	return w > 0;
}
