/*
 * encoding.c: what is known of the attributes of the record that columns come from.
 *
 * It is kept as strings, as names are, so that they change their character set alike: the policy on
 * levels not seen, then for each attribute a letter for its kind and its name, behind it its
 * expression, "(sql", if it has one, and behind a category the labels of its enum, "<label", in a
 * gram, and the levels that were left out: "=level", or "0" for NULL.  Inputs come next, each with
 * its type behind it: "$name", ":type".  The labels of the target come last, "-label" of 0 and
 * "+label" of 1, or "*label" of each of several classes; where nothing else is known, not even a
 * policy stands before them.
 */
#include "gram/encoding.h"

#include "base/category.h"

#include "miscadmin.h"
#include "utils/json.h"

/* Letters of the kinds; a category where NULL is a level, and one that is a guard, have large ones
 */
static const char letters[] = "nbdtzic";
#define CATEGORY_WITH_NULL 'C'
#define GUARD              'G'
#define LEFT_OUT           '='
#define NULL_LEFT_OUT      '0'
#define EXPRESSION         '('
#define ORDERED            '<'
#define INPUT              '$'
#define INPUT_TYPE         ':'
#define NEGATIVE           '-'
#define POSITIVE           '+'
#define CLASS              '*'

static const char *const kind_names[] = {"number",      "boolean",  "date",    "timestamp",
										 "timestamptz", "interval", "category"};
static const char *const kind_phrases[] = {
	"a number",    "a boolean", "a date", "a timestamp", "a timestamp with time zone",
	"an interval", "a category"};

#define IS_NULL " IS NULL"

const char *
l2_kind_name(l2_kind kind)
{
	return kind_names[kind];
}

const char *
l2_kind_phrase(l2_kind kind)
{
	return kind_phrases[kind];
}

bool
l2_kinds_agree(l2_kind a, l2_kind b)
{
	static const l2_kind alike[] = {L2_NUMBER,      L2_NUMBER,   L2_DATE,    L2_DATE,
									L2_TIMESTAMPTZ, L2_INTERVAL, L2_CATEGORY};

	return alike[a] == alike[b];
}

/*
 * Bytes
 */

/* Index of a string among the policies; -1 for none of them */
static int
find_policy(const char *s)
{
	for (int u = L2_UNSEEN_ERROR; u <= L2_UNSEEN_NULL; u++)
		if (strcmp(s, l2_unseen_name(u)) == 0)
			return u;
	return -1;
}

static bool
is_kind(char letter)
{
	return letter == CATEGORY_WITH_NULL || letter == GUARD ||
		   (letter != '\0' && strchr(letters, letter) != NULL);
}

static bool
is_category(char letter)
{
	return letter == CATEGORY_WITH_NULL || letter == GUARD || letter == letters[L2_CATEGORY];
}

/* Where the labels of the target begin in strings that end with a NUL; len where there are none */
static uint32
find_labels(const char *bytes, uint32 len)
{
	const char *s = bytes, *end = bytes + len;

	while (s < end && *s != NEGATIVE && *s != POSITIVE && *s != CLASS)
		s += strlen(s) + 1;
	return (uint32) (s - bytes);
}

/* For qsort of pointers to labels */
static int
encoding_compare_labels(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Whether strings are classes, all different */
static bool
valid_classes(const char *bytes, uint32 len)
{
	const char **label;
	int n = 0;
	bool valid = true;

	for (const char *s = bytes; s < bytes + len; s += strlen(s) + 1)
		if (*s != CLASS || ++n > L2_CLASSES_LIMIT)
			return false;
	label = palloc(sizeof(char *) * n);
	n = 0;
	for (const char *s = bytes; s < bytes + len; s += strlen(s) + 1)
		label[n++] = s;
	qsort(label, n, sizeof *label, encoding_compare_labels);
	for (int i = 1; i < n; i++)
		valid &= strcmp(label[i - 1], label[i]) != 0;
	pfree(label);
	return valid && n >= 2;
}

/* Whether strings are two different labels, or classes */
static bool
valid_labels(const char *bytes, uint32 len)
{
	const char *positive = bytes + strlen(bytes) + 1;

	if (*bytes == CLASS)
		return valid_classes(bytes, len);
	return *bytes == NEGATIVE && positive < bytes + len && *positive == POSITIVE &&
		   positive + strlen(positive) + 1 == bytes + len && strcmp(bytes + 1, positive + 1) != 0;
}

bool
l2_valid_encoding(const char *bytes, uint32 len, bool of_model)
{
	const char *s = bytes, *end;
	bool category = false, plain = false; /* the string before was an attribute */
	bool inputs = false, typed = true;
	uint32 labels;

	if (len == 0 || bytes[len - 1] != '\0')
		return false;
	labels = find_labels(bytes, len);
	if (labels < len && !(of_model && valid_labels(bytes + labels, len - labels)))
		return false;
	if (labels == 0)
		return true;
	end = bytes + labels;
	if (find_policy(s) < 0)
		return false;
	for (s += strlen(s) + 1; s < end; s += strlen(s) + 1)
	{
		bool attribute = !inputs && is_kind(*s);

		if (attribute)
		{
			category = is_category(*s);
			if (category && strchr(s, '=') != NULL)
				return false;
		}
		else if (*s == INPUT ? !typed : *s == INPUT_TYPE ? typed : inputs)
			return false;
		else if (*s == INPUT || *s == INPUT_TYPE)
		{
			inputs = true;
			typed = *s == INPUT_TYPE;
		}
		else if (*s == EXPRESSION ? !plain
								  : !category || (*s != LEFT_OUT && (*s != ORDERED || of_model) &&
												  strcmp(s, (char[]){NULL_LEFT_OUT, '\0'}) != 0))
			return false;
		plain = attribute;
	}
	return typed;
}

l2_encoding *
l2_encoding_of(l2_names names)
{
	const char *s = names.encoding, *end;
	uint32 len = names.encoding_len > 0 ? find_labels(s, names.encoding_len) : 0;
	l2_encoding *e;
	l2_level_name *left;
	const char **label;
	int strings = 0;

	if (len == 0)
		return NULL;
	end = s + len;
	for (const char *t = s; t < end; t += strlen(t) + 1)
		strings++;
	e = palloc0(sizeof *e);
	e->unseen = find_policy(s);
	e->attribute = palloc(sizeof(l2_attribute) * strings);
	e->input = palloc(sizeof(l2_input) * strings);
	left = palloc(sizeof(l2_level_name) * strings);
	label = palloc(sizeof(char *) * strings);
	for (s += strlen(s) + 1; s < end; s += strlen(s) + 1)
	{
		if (*s == INPUT)
			e->input[e->n_inputs++].name = s + 1;
		else if (*s == INPUT_TYPE)
			e->input[e->n_inputs - 1].type = s + 1;
		else if (*s == EXPRESSION)
			e->attribute[e->n - 1].expression = s + 1;
		else if (*s == ORDERED)
		{
			l2_enum_order *order = &e->attribute[e->n - 1].order;

			if (order->n++ == 0)
				order->label = label;
			*label++ = s + 1;
		}
		else if (is_kind(*s))
		{
			l2_kind kind = is_category(*s) ? L2_CATEGORY : strchr(letters, *s) - letters;

			e->attribute[e->n++] =
				(l2_attribute){s + 1, kind, *s == CATEGORY_WITH_NULL, *s == GUARD, 0, left, NULL};
		}
		else
		{
			*left++ = *s == LEFT_OUT ? s + 1 : NULL;
			e->attribute[e->n - 1].n_left++;
		}
	}
	return e;
}

static void
encoding_append_string(StringInfo s, char letter, const char *text)
{
	appendStringInfoChar(s, letter);
	appendBinaryStringInfo(s, text, strlen(text) + 1);
}

l2_names
l2_encode_names(l2_names names, const l2_encoding *e)
{
	StringInfoData s;

	names.encoding = NULL;
	names.encoding_len = 0;
	if (e == NULL)
		return names;
	initStringInfo(&s);
	appendBinaryStringInfo(&s, l2_unseen_name(e->unseen), strlen(l2_unseen_name(e->unseen)) + 1);
	for (int i = 0; i < e->n; i++)
	{
		const l2_attribute *a = &e->attribute[i];

		encoding_append_string(&s,
							   a->guard        ? GUARD
							   : a->null_level ? CATEGORY_WITH_NULL
											   : letters[a->kind],
							   a->name);
		if (a->expression)
			encoding_append_string(&s, EXPRESSION, a->expression);
		for (int j = 0; j < a->order.n; j++)
			encoding_append_string(&s, ORDERED, a->order.label[j]);
		for (int j = 0; j < a->n_left; j++)
			encoding_append_string(&s, a->left[j] ? LEFT_OUT : NULL_LEFT_OUT,
								   a->left[j] ? a->left[j] : "");
	}
	for (int i = 0; i < e->n_inputs; i++)
	{
		encoding_append_string(&s, INPUT, e->input[i].name);
		encoding_append_string(&s, INPUT_TYPE, e->input[i].type);
	}
	names.encoding = s.data;
	names.encoding_len = (uint32) s.len;
	return names;
}

l2_names
l2_names_without_orders(l2_names names)
{
	l2_encoding *e = l2_encoding_of(names);
	bool ordered = false;

	for (int i = 0; e && i < e->n; i++)
	{
		ordered |= e->attribute[i].order.n > 0;
		e->attribute[i].order.n = 0;
	}
	return ordered ? l2_names_with_labels_of(l2_encode_names(names, e), names) : names;
}

l2_target_labels
l2_labels_of(l2_names names)
{
	uint32 at = names.encoding_len > 0 ? find_labels(names.encoding, names.encoding_len) : 0;
	const char *negative = names.encoding + at;

	if (at == names.encoding_len || *negative == CLASS)
		return (l2_target_labels){NULL, NULL};
	return (l2_target_labels){negative + 1, negative + strlen(negative) + 2};
}

const char **
l2_classes_of(l2_names names, int *n)
{
	uint32 at = names.encoding_len > 0 ? find_labels(names.encoding, names.encoding_len) : 0;
	const char *first = names.encoding + at, *end = names.encoding + names.encoding_len;
	const char **label;

	*n = 0;
	if (at == names.encoding_len || *first != CLASS)
		return NULL;
	for (const char *s = first; s < end; s += strlen(s) + 1)
		(*n)++;
	label = palloc(sizeof(char *) * *n);
	*n = 0;
	for (const char *s = first; s < end; s += strlen(s) + 1)
		label[(*n)++] = s + 1;
	return label;
}

l2_names
l2_class_names(l2_names names, int n, const char *const *label)
{
	StringInfoData s;

	initStringInfo(&s);
	if (names.encoding_len > 0)
		appendBinaryStringInfo(&s, names.encoding,
							   (int) find_labels(names.encoding, names.encoding_len));
	for (int i = 0; i < n; i++)
		encoding_append_string(&s, CLASS, label[i]);
	names.encoding = s.data;
	names.encoding_len = (uint32) s.len;
	return names;
}

l2_names
l2_names_with_labels_of(l2_names names, l2_names other)
{
	int n;
	const char **label = l2_classes_of(other, &n);

	return label ? l2_class_names(names, n, label) : l2_label_names(names, l2_labels_of(other));
}

l2_names
l2_label_names(l2_names names, l2_target_labels labels)
{
	StringInfoData s;

	initStringInfo(&s);
	if (names.encoding_len > 0)
		appendBinaryStringInfo(&s, names.encoding,
							   (int) find_labels(names.encoding, names.encoding_len));
	if (labels.negative && labels.positive)
	{
		encoding_append_string(&s, NEGATIVE, labels.negative);
		encoding_append_string(&s, POSITIVE, labels.positive);
	}
	names.encoding = s.data;
	names.encoding_len = (uint32) s.len;
	return names;
}

/*
 * Columns
 */

char *
l2_level_column(const char *attribute, l2_level_name level)
{
	if (level == NULL)
		return psprintf("%s" IS_NULL, attribute);
	return psprintf("%s=%s", attribute, level);
}

void
l2_keep_left_out(l2_encoding *e, const char *const *columns, int n, int *first)
{
	l2_dictionary *names = l2_dictionary_make(CurrentMemoryContext);

	for (int j = 0; j < n; j++)
	{
		l2_bytes key = l2_hashed(columns[j], strlen(columns[j]));

		l2_dictionary_add(names, &key);
	}
	for (int i = 0; i < e->n; i++)
	{
		l2_attribute *a = &e->attribute[i];
		int n_levels = a->guard ? a->n_left : 0;

		first[i] = -1;
		a->n_left -= n_levels;
		for (int l = 0; l < n_levels; l++)
		{
			char *column = l2_level_column(a->name, a->left[l]);
			l2_bytes key = l2_hashed(column, strlen(column));
			int found = l2_dictionary_find(names, &key);

			if (found < 0)
				a->left[a->n_left++] = a->left[l];
			else if (first[i] < 0 || found < first[i])
				first[i] = found;
		}
		if (a->guard && first[i] < 0)
			a->n_left = 0;
	}
}

l2_column_origin *
l2_column_origins(const l2_encoding *e, const char *const *columns, int n)
{
	l2_dictionary *names = l2_dictionary_make(CurrentMemoryContext);
	l2_column_origin *origin = palloc(sizeof(l2_column_origin) * Max(n, 1));
	int *attribute = palloc(sizeof(int) * Max(e->n, 1));

	for (int i = 0; i < e->n; i++)
	{
		const char *name = e->attribute[i].name;
		l2_bytes key = l2_hashed(name, strlen(name));

		attribute[l2_dictionary_add(names, &key)] = i;
	}
	for (int j = 0; j < n; j++)
	{
		const char *column = columns[j], *equals = strchr(column, '=');
		size_t len = strlen(column), suffix = strlen(IS_NULL);
		l2_bytes key = l2_hashed(column, len);
		int found = l2_dictionary_find(names, &key);

		CHECK_FOR_INTERRUPTS();
		origin[j] = (l2_column_origin){-1, false, NULL};
		if (found >= 0 && e->attribute[attribute[found]].kind != L2_CATEGORY)
		{
			origin[j].attribute = attribute[found];
			continue;
		}
		if (equals)
			key = l2_hashed(column, equals - column);
		else if (len > suffix && strcmp(column + len - suffix, IS_NULL) == 0)
			key = l2_hashed(column, len - suffix);
		else
			continue;
		found = l2_dictionary_find(names, &key);
		if (found < 0 || e->attribute[attribute[found]].kind != L2_CATEGORY)
			continue;
		origin[j] = (l2_column_origin){attribute[found], true, equals ? pstrdup(equals + 1) : NULL};
	}
	return origin;
}

bool
l2_category_columns(l2_names names, const char *const *list, int ncols, const char *name,
					int *columns, int *n)
{
	l2_encoding *e = l2_encoding_of(names);
	size_t len = strlen(name);
	char *null_column;

	*n = 0;
	for (int i = 0; e && i < e->n; i++)
	{
		if (e->attribute[i].kind != L2_CATEGORY || strcmp(e->attribute[i].name, name) != 0)
			continue;
		null_column = e->attribute[i].null_level ? l2_level_column(name, NULL) : NULL;
		for (int j = 0; j < ncols; j++)
			if ((strncmp(list[j], name, len) == 0 && list[j][len] == '=') ||
				(null_column && strcmp(list[j], null_column) == 0))
				columns[(*n)++] = j;
		return true;
	}
	return false;
}

l2_names
l2_select_names(l2_names names, const char *const *list, int ncols, int target, int n,
				const int *columns)
{
	l2_encoding *e = l2_encoding_of(names);
	const char **features = palloc(sizeof(char *) * Max(n, 1));
	l2_names result;
	l2_column_origin *origin;
	bool *chosen;
	int used = 0;

	for (int i = 0; i < n; i++)
		features[i] = list[columns[i]];
	result = l2_join_names(list[target], n, features);
	if (e == NULL)
		return result;

	origin = l2_column_origins(e, list, ncols);
	chosen = palloc0(sizeof(bool) * ncols);
	for (int i = 0; i < n; i++)
		chosen[columns[i]] = true;
	for (int a = 0; a < e->n; a++)
	{
		l2_attribute *attribute = &e->attribute[a];
		l2_level_name *left = palloc(sizeof(l2_level_name) * (attribute->n_left + ncols));
		int n_left = attribute->n_left;
		bool needed = false;

		memcpy(left, attribute->left, sizeof(l2_level_name) * n_left);
		for (int j = 0; j < ncols; j++)
		{
			if (origin[j].attribute != a)
				continue;
			if (chosen[j])
				needed = true;
			else
				left[n_left++] = origin[j].level;
		}
		if (!needed)
			continue;
		if (attribute->kind == L2_CATEGORY)
		{
			attribute->left = left;
			attribute->n_left = n_left;
		}
		e->attribute[used++] = *attribute;
	}
	e->n = used;
	return l2_encode_names(result, e);
}

/*
 * JSON
 */

void
l2_append_encoding(StringInfo s, const l2_encoding *e)
{
	appendStringInfo(s, "{\"unseen\": \"%s\", \"attributes\": [", l2_unseen_name(e->unseen));
	for (int i = 0; i < e->n; i++)
	{
		const l2_attribute *a = &e->attribute[i];

		appendStringInfo(s, "%s{\"attribute\": ", i ? ", " : "");
		escape_json(s, a->name);
		appendStringInfo(s, ", \"kind\": \"%s\"", kind_names[a->kind]);
		if (a->expression)
		{
			appendStringInfoString(s, ", \"expression\": ");
			escape_json(s, a->expression);
		}
		if (a->null_level)
			appendStringInfoString(s, ", \"null_level\": true");
		if (a->guard)
			appendStringInfoString(s, ", \"guard\": true");
		for (int j = 0; j < a->order.n; j++)
		{
			appendStringInfoString(s, j ? ", " : ", \"labels\": [");
			escape_json(s, a->order.label[j]);
		}
		if (a->order.n > 0)
			appendStringInfoChar(s, ']');
		for (int j = 0; j < a->n_left; j++)
		{
			appendStringInfoString(s, j ? ", " : ", \"reference\": [");
			if (a->left[j])
				escape_json(s, a->left[j]);
			else
				appendStringInfoString(s, "null");
		}
		appendStringInfoString(s, a->n_left ? "]}" : "}");
	}
	appendStringInfoChar(s, ']');
	for (int i = 0; i < e->n_inputs; i++)
	{
		appendStringInfoString(s, i ? ", {\"attribute\": " : ", \"inputs\": [{\"attribute\": ");
		escape_json(s, e->input[i].name);
		appendStringInfoString(s, ", \"type\": ");
		escape_json(s, e->input[i].type);
		appendStringInfoChar(s, '}');
	}
	appendStringInfoString(s, e->n_inputs ? "]}" : "}");
}

l2_kind
l2_kind_of_name(const char *name)
{
	for (int k = 0; k < L2_KINDS; k++)
		if (strcmp(name, kind_names[k]) == 0)
			return k;
	return L2_KINDS;
}
