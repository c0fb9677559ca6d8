/*
 * whole.c: the terms of a model, from the names of its columns and their encoding.
 */
#include "fit/whole.h"

/* The name of a feature without the level of that category, where it is crossed with one */
static const char *
without_level(const char *feature, const l2_attribute *a)
{
	for (int l = 0; l < a->n_left; l++)
	{
		const char *level = l2_level_column(a->name, a->left[l]);
		size_t len = strlen(level);

		for (const char *s = feature; (s = strstr(s, level)) != NULL; s++)
			if ((s == feature || s[-1] == ':') && (s[len] == '\0' || s[len] == ':'))
				return psprintf("%.*s%s%s", (int) (s - feature), feature, a->name, s + len);
	}
	return feature;
}

const char **
l2_feature_terms(l2_encoding *e, const char *const *features, int p)
{
	const char **term = palloc(sizeof(char *) * Max(p, 1));
	l2_column_origin *origin = e ? l2_column_origins(e, features, p) : NULL;

	for (int j = 0; j < p; j++)
	{
		term[j] = features[j];
		if (origin && origin[j].is_level)
			term[j] = e->attribute[origin[j].attribute].name;
		for (int i = 0; e && i < e->n; i++)
			if (e->attribute[i].guard)
				term[j] = without_level(term[j], &e->attribute[i]);
	}
	return term;
}

/* Whether a factor, len bytes, is one of those that a term multiplies */
static bool
has_factor(const char *term, const char *factor, size_t len)
{
	for (const char *s = term; s; s = strchr(s, ':') ? strchr(s, ':') + 1 : NULL)
		if (strncmp(s, factor, len) == 0 && (s[len] == '\0' || s[len] == ':'))
			return true;
	return false;
}

bool
l2_term_is_marginal(const char *term, const char *other)
{
	if (strcmp(term, other) == 0 || strchr(other, ':') == NULL)
		return false;
	for (const char *s = term; s; s = strchr(s, ':') ? strchr(s, ':') + 1 : NULL)
		if (!has_factor(other, s, strcspn(s, ":")))
			return false;
	return true;
}
