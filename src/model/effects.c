/*
 * effects.c: which features of a model are levels of one category, or of one interaction.
 *
 * Features of records say in the encoding what they are.  Those that a formula made have their name
 * only, of parts with ':' between them: a number's own name, or category=level.  Names in brackets
 * and quotes may have these signs too, and so may levels: the encoding has those of categories.
 */
#include "model/effects.h"

#include "base/names.h"
#include "gram/encoding.h"

#include "miscadmin.h"

/* Up to the first of these signs outside of brackets and quotes, or to the end */
static size_t
effects_span(const char *s, const char *signs)
{
	int depth = 0;
	bool quoted = false;
	size_t i;

	for (i = 0; s[i]; i++)
	{
		if (s[i] == '"' || s[i] == '\'')
			quoted = !quoted;
		else if (!quoted && s[i] == '(')
			depth++;
		else if (!quoted && s[i] == ')')
			depth--;
		else if (!quoted && depth == 0 && strchr(signs, s[i]))
			break;
	}
	return i;
}

/* The length of the level at s of the category of that name: the longest that is known and ends
 * there */
static size_t
effects_level_span(const l2_encoding *e, const char *name, size_t len, const char *s)
{
	size_t longest = 0;

	for (int i = 0; e && i < e->n; i++)
	{
		const l2_attribute *a = &e->attribute[i];

		if (!a->guard || strlen(a->name) != len || strncmp(a->name, name, len) != 0)
			continue;
		for (int l = 0; l < a->n_left; l++)
		{
			size_t n = a->left[l] ? strlen(a->left[l]) : 0;

			if (n > longest && strncmp(s, a->left[l], n) == 0 && (s[n] == ':' || s[n] == '\0'))
				longest = n;
		}
	}
	return longest > 0 ? longest : strcspn(s, ":");
}

l2_effect
l2_effect_of_name(const l2_encoding *e, const char *feature)
{
	StringInfoData name, level;
	bool category = false;

	initStringInfo(&name);
	initStringInfo(&level);
	for (const char *s = feature; *s;)
	{
		size_t len = effects_span(s, "=:");

		appendStringInfo(&name, "%s%.*s", name.len > 0 ? ":" : "", (int) len, s);
		if (s[len] == '=')
		{
			const char *value = s + len + 1;
			size_t n = effects_level_span(e, s, len, value);

			appendStringInfo(&level, "%s%.*s", category ? ":" : "", (int) n, value);
			category = true;
			s = value + n;
		}
		else
			s += len;
		if (*s == ':')
			s++;
	}
	return category ? (l2_effect){name.data, level.data} : (l2_effect){NULL, NULL};
}

l2_effect *
l2_effects_of(const l2_model *m)
{
	l2_effect *effects = palloc0(sizeof(l2_effect) * Max(m->p, 1));
	l2_encoding *e = l2_encoding_of(l2_names_of_model(m));
	const char **list = l2_name_list(l2_names_of_model(m), m->p + 1);
	l2_column_origin *origin;

	if (e == NULL)
		return effects;
	origin = l2_column_origins(e, list + 1, m->p);
	for (int i = 0; i < m->p; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (origin[i].is_level)
			effects[i] = (l2_effect){e->attribute[origin[i].attribute].name, origin[i].level};
		else if (origin[i].attribute >= 0 && e->attribute[origin[i].attribute].expression)
			effects[i] = l2_effect_of_name(e, list[i + 1]);
	}
	return effects;
}
