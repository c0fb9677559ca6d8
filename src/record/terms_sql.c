/*
 * terms_sql.c: the language of terms, below SQL.
 */
#include "record/sql.h"
#include "record/term_tree.h"
#include "record/terms.h"

#include "base/names.h"
#include "base/rows.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* A regtype[] of n elements */
static Oid *
sql_type_list(Datum d, int n)
{
	ArrayType *a = DatumGetArrayTypeP(d);
	Oid *types = palloc(sizeof(Oid) * Max(n, 1));
	Datum *values;
	bool *nulls;
	int found;

	deconstruct_array(a, REGTYPEOID, sizeof(Oid), true, TYPALIGN_INT, &values, &nulls, &found);
	if (found != n)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d names of columns, but %d types given", n, found)));
	for (int i = 0; i < n; i++)
		types[i] = nulls[i] ? InvalidOid : DatumGetObjectId(values[i]);
	return types;
}

/* By which types of the language columns are kept */
static Oid *
kept_types(const Oid *types, int n)
{
	Oid *kept = palloc(sizeof(Oid) * Max(n, 1));

	for (int i = 0; i < n; i++)
		kept[i] = OidIsValid(types[i]) ? l2_builtin_type(types[i]) : InvalidOid;
	return kept;
}

PG_FUNCTION_INFO_V1(l2_sql_term);
PGDLLEXPORT Datum
l2_sql_term(PG_FUNCTION_ARGS)
{
	enum
	{
		SQL,
		TYPE,
		USES,
		COLUMNS
	};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	l2_columns columns = {0};
	l2_term_tree *t;
	const char **uses;
	Oid *actual;
	int settings;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	columns.name = l2_text_array(PG_GETARG_DATUM(1), "names", &columns.n);
	actual = sql_type_list(PG_GETARG_DATUM(2), columns.n);
	columns.type = PG_ARGISNULL(3)
					   ? kept_types(actual, columns.n)
					   : kept_types(sql_type_list(PG_GETARG_DATUM(3), columns.n), columns.n);
	columns.actual = actual;
	settings = l2_pin_settings();
	t = l2_term_analyse(text_to_cstring(PG_GETARG_TEXT_PP(0)), &columns);
	values[SQL] = CStringGetTextDatum(l2_term_deparse(t, &columns));
	l2_unpin_settings(settings);
	values[TYPE] = ObjectIdGetDatum(t->type);
	uses = palloc(sizeof(char *) * Max(t->n_used, 1));
	for (int i = 0; i < t->n_used; i++)
		uses[i] = columns.name[t->used[i]];
	values[USES] = l2_make_text_array(uses, t->n_used);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}

PG_FUNCTION_INFO_V1(l2_sql_builtin_type);
PGDLLEXPORT Datum
l2_sql_builtin_type(PG_FUNCTION_ARGS)
{
	Oid type = l2_builtin_type(PG_GETARG_OID(0));

	if (!OidIsValid(type))
		PG_RETURN_NULL();
	PG_RETURN_OID(type);
}

PG_FUNCTION_INFO_V1(l2_eval_term);
PGDLLEXPORT Datum
l2_eval_term(PG_FUNCTION_ARGS)
{
	static char name[] = "term";
	char *names[] = {name}, *expressions[] = {text_to_cstring(PG_GETARG_TEXT_PP(0))};
	HeapTupleHeader record = PG_GETARG_HEAPTUPLEHEADER(1);
	l2_terms terms = {1, names, expressions};
	l2_record_type type;
	l2_term *t;
	Datum value;
	Oid output;
	bool null, varlena;
	char *text;
	int settings;

	terms.attribute = l2_text_array(PG_GETARG_DATUM(2), "names", &terms.n_attributes);
	terms.type =
		kept_types(sql_type_list(PG_GETARG_DATUM(3), terms.n_attributes), terms.n_attributes);
	l2_record_type_of(record, &type);
	l2_take_apart(&type, record);
	t = l2_term_make(&terms, name, &type);
	value = l2_term_value(t, &null);
	if (null)
		PG_RETURN_NULL();
	settings = l2_pin_settings();
	getTypeOutputInfo(l2_term_type(t), &output, &varlena);
	text = OidOutputFunctionCall(output, value);
	l2_unpin_settings(settings);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}
