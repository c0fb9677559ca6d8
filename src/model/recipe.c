/*
 * recipe.c: what the features of a model are made of, kept in the model.
 *
 * A model that was trained by a formula takes the same records wherever it goes: its encoding says
 * of each feature that is no attribute by which expression it is worked out, and as which built-in
 * types the attributes in those are taken.
 */
#include "gram/encoding.h"
#include "model/model.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Features that are new have no variance: their coefficients are 0 */
static void
recipe_copy_matrix(l2_model *r, const l2_model *m, int which)
{
	const double *from = l2_model_matrix(m, which);
	double *to = l2_model_matrix(r, which);
	Size k = l2_model_coordinates(m), of = l2_model_coordinates(r);
	Size block = (Size) m->p + 1, block_of = (Size) r->p + 1;

	if (from == NULL)
		return;
	memset(to, 0, sizeof(double) * l2n_tri_size(of));
	for (Size i = 0; i < k; i++)
		for (Size j = i; j < k; j += block - j % block)
		{
			Size row = i / block * block_of + i % block, at = j / block * block_of + j % block;

			memcpy(to + l2n_tri(of, row, at), from + l2n_tri(k, i, j),
				   sizeof(double) * (block - j % block));
		}
}

/* All that m says, into a model of at least as many features, and not finished yet */
static void
recipe_copy(l2_model *r, const l2_model *m)
{
	r->flags = m->flags;
	r->method = m->method;
	r->lambda_scale = m->lambda_scale;
	r->solver = m->solver;
	r->n = m->n;
	r->n_skipped = m->n_skipped;
	memcpy(r->values, m->values, sizeof(double) * m->nstats);
	for (int v = 0; v < m->nvectors; v++)
		memcpy(l2_model_vector(r, v), l2_model_vector(m, v), sizeof(double) * (m->p + 1));
	recipe_copy_matrix(r, m, L2_KEPT_FACTOR);
	recipe_copy_matrix(r, m, L2_KEPT_VARIANCE);
	recipe_copy_matrix(r, m, L2_KEPT_ALIASES);
	for (int c = 0; c < m->classes; c++)
		for (int errors = 0; errors <= 1; errors++)
			memcpy(l2_model_class(r, c, errors), l2_model_class(m, c, errors),
				   sizeof(double) * (m->p + 1));
	memcpy(l2_model_dropped(r), l2_model_dropped(m), m->p);
}

/* The model with other names and another encoding, of as many columns */
static l2_model *
recipe_rename(const l2_model *m, l2_names names)
{
	l2_model *r = l2_model_new_keeping(m->p, names, m->kept);

	recipe_copy(r, m);
	l2_model_finish(r);
	return r;
}

/* Categories that have no columns, since their levels are features: they tell which levels are
 * known */
static void
recipe_guards(FunctionCallInfo fcinfo, l2_encoding *e)
{
	int n, n_expressions, n_owners, n_levels;
	char **guards = l2_text_array(PG_GETARG_DATUM(6), "guards", &n);
	char **expressions = l2_text_array(PG_GETARG_DATUM(7), "guard_expressions", &n_expressions);
	char **owners = l2_text_array(PG_GETARG_DATUM(8), "level_guards", &n_owners);
	char **levels = l2_text_array(PG_GETARG_DATUM(9), "levels", &n_levels);
	l2_attribute *all = palloc(sizeof(l2_attribute) * (e->n + n));

	if (n_expressions != n || n_owners != n_levels)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("guards and expressions, levels and their guards must be as many")));
	memcpy(all, e->attribute, sizeof(l2_attribute) * e->n);
	for (int i = 0; i < n; i++)
	{
		l2_attribute a = {
			.name = guards[i], .kind = L2_CATEGORY, .guard = true, .expression = expressions[i]};

		if (strchr(guards[i], '=') != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("category \"%s\" has \"=\" in its name", guards[i]),
					 errdetail("In names of columns it separates a category from its level."),
					 errhint("Give the column another name.")));
		a.left = palloc(sizeof(l2_level_name) * Max(n_levels, 1));
		for (int l = 0; l < n_levels; l++)
			if (strcmp(owners[l], guards[i]) == 0)
				a.left[a.n_left++] = levels[l];
		all[e->n++] = a;
	}
	e->attribute = all;
	if (n > 0)
		e->unseen = l2_unseen_of(text_to_cstring(PG_GETARG_TEXT_PP(10)));
}

/* The encoding's attribute of that name, which it gets as one of that kind where it has none */
static l2_attribute *
recipe_attribute(l2_encoding *e, const char *name, l2_kind kind)
{
	for (int i = 0; i < e->n; i++)
		if (strcmp(e->attribute[i].name, name) == 0)
			return &e->attribute[i];
	e->attribute[e->n] = (l2_attribute){.name = name, .kind = kind};
	return &e->attribute[e->n++];
}

/* As in the frames of R's models */
#define OFFSET_NAME "(offset)"

bool
l2_model_has_offset(const l2_model *m)
{
	/* a column that happens to be called so has a mean */
	return m->p > 0 && isnan(l2_model_vector(m, L2_MEAN)[m->p]) &&
		   strcmp(l2_model_term(m, m->p), OFFSET_NAME) == 0;
}

/* The model with one more feature, the offset, whose coefficient is 1; the encoding learns of it */
static l2_model *
recipe_add_offset(const l2_model *m, l2_encoding *e, const char *expression)
{
	l2_names old = l2_names_of_model(m);
	const char **names = palloc(sizeof(char *) * (m->p + 1));
	l2_attribute *all = palloc(sizeof(l2_attribute) * (e->n + 1));
	l2_model *r;

	memcpy(names, l2_name_list(old, m->p + 1) + 1, sizeof(char *) * m->p);
	names[m->p] = OFFSET_NAME;
	memcpy(all, e->attribute, sizeof(l2_attribute) * e->n);
	all[e->n++] = (l2_attribute){.name = names[m->p], .kind = L2_NUMBER, .expression = expression};
	e->attribute = all;
	r = l2_model_new_keeping(m->p + 1, l2_join_names(l2_column_name(old, 0), m->p + 1, names),
							 m->kept);
	recipe_copy(r, m);
	l2_model_vector(r, L2_ESTIMATE)[m->p + 1] = 1;
	return r;
}

/*
 * Arguments: a model; names of its features, or of the attributes that they come from; of each an
 * expression, NULL for an attribute of the record; the attributes that expressions use, and their
 * types; the name of the target; categories whose levels are features, an expression of each, and
 * of each level its category and itself; what is done with rows of another level; the offset; the
 * labels of the target, that of 0 first, or none; the kinds of the features, of which "boolean" is
 * noted, and whatever else comes without a kind of its own is a number.
 */
PG_FUNCTION_INFO_V1(_l2_with_recipe);
PGDLLEXPORT Datum
_l2_with_recipe(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	int n, n_expressions, n_inputs, n_types;
	char **features = l2_text_array(PG_GETARG_DATUM(1), "features", &n);
	Datum *expressions;
	bool *plain;
	char **inputs = l2_text_array(PG_GETARG_DATUM(3), "inputs", &n_inputs);
	char **types = l2_text_array(PG_GETARG_DATUM(4), "types", &n_types);
	char *target = text_to_cstring(PG_GETARG_TEXT_PP(5));
	int n_labels;
	char **labels = l2_text_array(PG_GETARG_DATUM(12), "labels", &n_labels);
	int n_kinds;
	char **kinds = l2_text_array(PG_GETARG_DATUM(13), "kinds", &n_kinds);
	l2_names names = l2_names_of_model(m);
	l2_encoding *old = l2_encoding_of(names), e = {0};

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false, TYPALIGN_INT, &expressions,
					  &plain, &n_expressions);
	if (n_expressions != n || n_kinds != n || n_inputs != n_types)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("features, expressions and kinds, inputs and types must be as many")));
	if (old)
		e = *old;
	e.attribute = palloc(sizeof(l2_attribute) * (e.n + n + 1));
	if (old)
		memcpy(e.attribute, old->attribute, sizeof(l2_attribute) * e.n);
	for (int i = 0; i < n; i++)
		recipe_attribute(&e, features[i], strcmp(kinds[i], "boolean") == 0 ? L2_BOOLEAN : L2_NUMBER)
			->expression = plain[i] ? NULL : TextDatumGetCString(expressions[i]);
	recipe_guards(fcinfo, &e);
	e.n_inputs = n_inputs;
	e.input = palloc(sizeof(l2_input) * Max(n_inputs, 1));
	for (int i = 0; i < n_inputs; i++)
		e.input[i] = (l2_input){inputs[i], types[i]};
	if (VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(11)) > 0)
		m = recipe_add_offset(m, &e, text_to_cstring(PG_GETARG_TEXT_PP(11)));
	names = l2_canonical_names(
		l2_join_names(target, m->p, l2_name_list(l2_names_of_model(m), m->p + 1) + 1));
	names = l2_encode_names(names, &e);
	if (n_labels == 2)
		names = l2_label_names(names, (l2_target_labels){labels[0], labels[1]});
	else if (m->classes > 0)
		names = l2_names_with_labels_of(names, l2_names_of_model(m));
	l2_check_names(names);
	PG_RETURN_POINTER(recipe_rename(m, names));
}

l2_model *
l2_model_with_recipe_of(const l2_model *m, const l2_model *other)
{
	l2_names names = l2_names_of_model(m), theirs = l2_names_of_model(other);
	l2_encoding *mine = l2_encoding_of(names), *e = l2_encoding_of(theirs), all = {0};
	const l2_attribute *offset = NULL;

	if (mine)
		all = *mine;
	all.attribute = palloc(sizeof(l2_attribute) * (all.n + (e ? e->n : 0) + 1));
	if (mine)
		memcpy(all.attribute, mine->attribute, sizeof(l2_attribute) * mine->n);
	for (int i = 0; e && i < e->n; i++)
	{
		if (e->attribute[i].guard)
			all.attribute[all.n++] = e->attribute[i];
		else if (strcmp(e->attribute[i].name, OFFSET_NAME) == 0)
			offset = &e->attribute[i];
		else
			recipe_attribute(&all, e->attribute[i].name, e->attribute[i].kind)->expression =
				e->attribute[i].expression;
	}
	all.n_inputs = e ? e->n_inputs : 0;
	all.input = e ? e->input : NULL;
	if (offset)
	{
		m = recipe_add_offset(m, &all, offset->expression);
		names = l2_names_of_model(m);
	}
	names = l2_canonical_names(
		l2_join_names(l2_column_name(theirs, 0), m->p, l2_name_list(names, m->p + 1) + 1));
	names = l2_encode_names(names, e || mine ? &all : NULL);
	names = l2_names_with_labels_of(names, theirs);
	l2_check_names(names);
	return recipe_rename(m, names);
}
