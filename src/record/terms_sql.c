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

/* The columns of a source, of arguments names and types, and by what types terms take them: all
 * zero but these */
static l2_columns
sql_columns(Datum names, Datum types, const NullableDatum *kept)
{
	l2_columns columns = {0};
	Oid *actual;

	columns.name = l2_text_array(names, "names", &columns.n);
	actual = sql_type_list(types, columns.n);
	columns.type = kept_types(kept ? sql_type_list(kept->value, columns.n) : actual, columns.n);
	columns.actual = actual;
	return columns;
}

/* A term as SQL over q, and its tree */
static char *
sql_of_term(const char *expression, const l2_columns *columns, l2_term_tree **t)
{
	int settings = l2_pin_settings();
	char *sql;

	*t = l2_term_analyse(expression, columns);
	sql = l2_term_deparse(*t, columns);
	l2_unpin_settings(settings);
	return sql;
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
	l2_columns columns;
	l2_term_tree *t;
	const char **uses;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	columns = sql_columns(PG_GETARG_DATUM(1), PG_GETARG_DATUM(2),
						  PG_ARGISNULL(3) ? NULL : &fcinfo->args[3]);
	values[SQL] =
		CStringGetTextDatum(sql_of_term(text_to_cstring(PG_GETARG_TEXT_PP(0)), &columns, &t));
	values[TYPE] = ObjectIdGetDatum(t->type);
	uses = palloc(sizeof(char *) * Max(t->n_used, 1));
	for (int i = 0; i < t->n_used; i++)
		uses[i] = columns.name[t->used[i]];
	values[USES] = l2_make_text_array(uses, t->n_used);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}

/* How many columns of a source an expression is, as it stands */
static int
sql_count_columns(const char *expression, char *const *names, int n)
{
	int found = 0;

	if (strncmp(expression, "q.", 2) != 0)
		return 0;
	for (int i = 0; i < n; i++)
		found += strcmp(expression + 2, quote_identifier(names[i])) == 0;
	return found;
}

/* Which of the columns of a source an expression is, as it stands; -1 for none */
static int
sql_plain_column(const char *expression, char *const *names, int n)
{
	int found = sql_count_columns(expression, names, n);

	if (found > 1)
		ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
						errmsg("the source has %d columns %s", found, expression + 2),
						errhint("Give them different names in the query.")));
	for (int i = 0; found == 1 && i < n; i++)
		if (strcmp(expression + 2, quote_identifier(names[i])) == 0)
			return i;
	return -1;
}

PG_FUNCTION_INFO_V1(l2_sql_column);
PGDLLEXPORT Datum
l2_sql_column(PG_FUNCTION_ARGS)
{
	char *expression = text_to_cstring(PG_GETARG_TEXT_PP(0));
	l2_columns columns;
	l2_term_tree *t;
	char **names;
	int n;

	names = l2_text_array(PG_GETARG_DATUM(1), "names", &n);
	if (sql_plain_column(expression, names, n) >= 0)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	columns = sql_columns(PG_GETARG_DATUM(1), PG_GETARG_DATUM(2), NULL);
	PG_RETURN_TEXT_P(cstring_to_text(sql_of_term(expression, &columns, &t)));
}

/* A text of what has the values of an expression: of a column of a type of anybody by no cast of
 * his */
PG_FUNCTION_INFO_V1(l2_sql_level);
PGDLLEXPORT Datum
l2_sql_level(PG_FUNCTION_ARGS)
{
	char *expression = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *item = text_to_cstring(PG_GETARG_TEXT_PP(3)), **names;
	Oid type = TEXTOID;
	int n, column;

	names = l2_text_array(PG_GETARG_DATUM(1), "names", &n);
	column = sql_plain_column(expression, names, n);
	if (column >= 0)
		type = sql_type_list(PG_GETARG_DATUM(2), n)[column];
	/* terms have none but built-in types */
	if (!OidIsValid(l2_builtin_type(type)))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" has type %s, which is neither a number nor a category",
						names[column], format_type_be(type)),
				 errhint("Cast it in the source.")));
	PG_RETURN_TEXT_P(cstring_to_text(l2_text_sql(psprintf("(%s)", item), type)));
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
