/*
 * names.c: names of columns.
 */
#include "base/names.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

const char *
l2_column_name(l2_names names, int column)
{
	const char *name = names.bytes;

	if (names.len == 0)
		return column == 0 ? "y" : psprintf("x%d", column);
	while (column-- > 0)
		name += strlen(name) + 1;
	return name;
}

l2_names
l2_join_names(const char *target, int n, const char *const *features)
{
	StringInfoData s;

	initStringInfo(&s);
	appendBinaryStringInfo(&s, target, strlen(target) + 1);
	for (int i = 0; i < n; i++)
		appendBinaryStringInfo(&s, features[i], strlen(features[i]) + 1);
	return (l2_names){s.data, (uint32) s.len};
}

l2_names
l2_canonical_names(l2_names names)
{
	const char *name = names.bytes;
	l2_names none = {NULL, 0, names.encoding, names.encoding_len};
	char expected[16];

	for (int column = 0; name < names.bytes + names.len; column++)
	{
		snprintf(expected, sizeof expected, "x%d", column);
		if (strcmp(name, column == 0 ? "y" : expected) != 0)
			return names;
		name += strlen(name) + 1;
	}
	return none;
}

/* Terminating zeros in names: as many as there are names */
static int
count_names(l2_names names)
{
	int count = 0;

	for (uint32 i = 0; i < names.len; i++)
		count += names.bytes[i] == '\0';
	return count;
}

bool
l2_valid_names(l2_names names, int ncols)
{
	return names.len == 0 || (count_names(names) == ncols && names.bytes[names.len - 1] == '\0');
}

int
l2_compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

void
l2_check_names(l2_names names)
{
	const char **sorted, *name = names.bytes;
	int n = count_names(names);

	sorted = palloc(sizeof(char *) * Max(n, 1));
	for (int i = 0; i < n; i++, name += strlen(name) + 1)
	{
		sorted[i] = name;
		if (strlen(name) > L2_NAME_LIMIT)
			ereport(ERROR,
					(errcode(ERRCODE_NAME_TOO_LONG), errmsg("name of column %d is too long", i),
					 errdetail("It has %zu bytes; there may be %d.", strlen(name), L2_NAME_LIMIT)));
		if (i > 0 && strcmp(name, L2_INTERCEPT_NAME) == 0)
			ereport(ERROR, (errcode(ERRCODE_RESERVED_NAME),
							errmsg("a feature cannot be called \"%s\"", name),
							errhint("Give the column another name in a query: SELECT ... AS x.")));
	}
	qsort(sorted, n, sizeof(char *), l2_compare_names);
	for (int i = 1; i < n; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
							errmsg("column name \"%s\" given twice", sorted[i])));
	pfree(sorted);
}

/* Each string through convert: the conversions stop at a zero */
static const char *
convert_strings(const char *bytes, uint32 *len, char *(*convert)(const char *, int, int) )
{
	StringInfoData s;

	if (*len == 0)
		return bytes;
	initStringInfo(&s);
	for (const char *name = bytes; name < bytes + *len; name += strlen(name) + 1)
	{
		char *converted = convert(name, strlen(name), PG_UTF8);

		appendBinaryStringInfo(&s, converted, strlen(converted) + 1);
	}
	*len = (uint32) s.len;
	return s.data;
}

static l2_names
convert_names(l2_names names, char *(*convert)(const char *, int, int) )
{
	names.bytes = convert_strings(names.bytes, &names.len, convert);
	names.encoding = convert_strings(names.encoding, &names.encoding_len, convert);
	return names;
}

l2_names
l2_names_to_utf8(l2_names names)
{
	return convert_names(names, pg_server_to_any);
}

l2_names
l2_names_from_utf8(l2_names names)
{
	return convert_names(names, pg_any_to_server);
}

char *
l2_string_from_utf8(const char *bytes, int len)
{
	char *copy = palloc((Size) len + 1);

	/* a 0 among them would end a string before what is verified does */
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	return pg_any_to_server(copy, len, PG_UTF8);
}

const char **
l2_name_list(l2_names names, int ncols)
{
	const char **list = palloc(sizeof(char *) * Max(ncols, 1)), *name = names.bytes;

	for (int j = 0; j < ncols; j++)
	{
		list[j] = names.len > 0 ? name : l2_column_name(names, j);
		if (names.len > 0)
			name += strlen(name) + 1;
	}
	return list;
}

Datum
l2_make_text_array(const char *const *strings, int n)
{
	Datum *elements = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		elements[i] = CStringGetTextDatum(strings[i]);
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

Datum
l2_names_array(l2_names names, int ncols)
{
	return l2_make_text_array(l2_name_list(names, ncols), ncols);
}

char **
l2_text_array(Datum d, const char *what, int *n)
{
	ArrayType *a = DatumGetArrayTypeP(d);
	Datum *elements;
	bool *nulls;
	char **r;

	if (ARR_NDIM(a) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s must be a one-dimensional array", what)));
	deconstruct_array(a, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	r = palloc(sizeof(char *) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s must not contain NULLs", what)));
		r[i] = TextDatumGetCString(elements[i]);
	}
	return r;
}

static bool
names_have(int n, const char *const *features, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(features[i], name) == 0)
			return true;
	return false;
}

const char *
l2_default_target(int n, const char *const *features)
{
	const char *name = "y";

	if (!names_have(n, features, name))
		return name;
	for (name = "target"; names_have(n, features, name);)
		name = psprintf("%s_", name);
	return name;
}
