/*
 * contrast.c: tests of linear forms of the coefficients, one by one and several as one.
 */
#include "base/args.h"
#include "base/names.h"
#include "base/rows.h"
#include "gram/encoding.h"
#include "model/effects.h"
#include "model/vcov.h"
#include "options/hints.h"

#include <ctype.h>
#include <float.h>
#include <math.h>

#include "num/stats/student.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* What forms may name: terms of the model, and levels that were left out, whose effect is 0 */
typedef struct contrast_name
{
	const char *name; /* of several classes "class:term" */
	const char *term_name;
	int term;     /* coordinate of its coefficient; -1: such a level, or of the reference class */
	int category; /* of the encoding; -1: none */
} contrast_name;

typedef struct contrast_names
{
	const l2_model *m;
	l2_encoding *e;
	int n;
	contrast_name *list;
} contrast_names;

static void
contrast_add(contrast_names *names, const char *name, int term, int category)
{
	names->list[names->n++] = (contrast_name){name, name, term, category};
}

static int
contrast_compare(const void *a, const void *b)
{
	return strcmp(((const contrast_name *) a)->name, ((const contrast_name *) b)->name);
}

/* Error where a class and a term with a colon in them make the same name twice */
static void
contrast_check_names(const contrast_names *names)
{
	contrast_name *list = palloc(sizeof(contrast_name) * names->n);

	memcpy(list, names->list, sizeof(contrast_name) * names->n);
	qsort(list, names->n, sizeof(contrast_name), contrast_compare);
	for (int i = 1; i < names->n; i++)
		if (strcmp(list[i - 1].name, list[i].name) == 0)
			ereport(
				ERROR,
				(errcode(ERRCODE_AMBIGUOUS_COLUMN),
				 errmsg("\"%s\" is a class and a term in two ways", list[i].name),
				 errhint("Test the model of two classes: l2_class_model(model, class, other).")));
	pfree(list);
}

/* The same names for each class, which is before them */
static void
contrast_repeat(contrast_names *names)
{
	const l2_model *m = names->m;
	double reference = l2_model_stat(m, L2_STAT_REFERENCE_CLASS);
	int n = names->n, classes;
	const char **class = l2_classes_of(l2_names_of_model(m), &classes);
	contrast_name *old = names->list;

	names->n = 0;
	names->list = palloc(sizeof(contrast_name) * n * classes);
	for (int c = 0; c < classes; c++)
		for (int i = 0; i < n; i++)
		{
			contrast_name name = old[i];

			name.name = psprintf("%s:%s", class[c], name.term_name);
			if (c == reference)
				name.term = -1;
			else if (name.term >= 0)
				name.term += c * (m->p + 1);
			names->list[names->n++] = name;
		}
	contrast_check_names(names);
}

/*
 * What a contrast may name: the intercept, the columns, and the levels left out as references,
 * which are 0; of several classes all of them of each.
 */
static contrast_names
contrast_list(const l2_model *m)
{
	contrast_names names = {m, l2_encoding_of(l2_names_of_model(m)), 0, NULL};
	l2_column_origin *origin = NULL;
	const char **list = l2_name_list(l2_names_of_model(m), m->p + 1);
	int most = m->p + 1;

	if (names.e)
	{
		origin = l2_column_origins(names.e, list + 1, m->p);
		l2_keep_left_out(names.e, list + 1, m->p, palloc(sizeof(int) * Max(names.e->n, 1)));
	}
	for (int i = 0; names.e && i < names.e->n; i++)
		most += names.e->attribute[i].n_left;
	names.list = palloc(sizeof(contrast_name) * most);
	if (m->flags & L2_MODEL_INTERCEPT)
		contrast_add(&names, L2_INTERCEPT_NAME, 0, -1);
	for (int i = 1; i <= m->p; i++)
		contrast_add(&names, list[i], i,
					 origin && origin[i - 1].is_level ? origin[i - 1].attribute : -1);
	for (int i = 0; names.e && i < names.e->n; i++)
		for (int l = 0; l < names.e->attribute[i].n_left; l++)
			contrast_add(&names,
						 l2_level_column(names.e->attribute[i].name, names.e->attribute[i].left[l]),
						 -1, i);
	if (m->classes > 0)
		contrast_repeat(&names);
	return names;
}

/* Which of the model's terms a coordinate is of: 0 the intercept */
static int
contrast_term(const l2_model *m, int coordinate)
{
	return coordinate % (m->p + 1);
}

/* What to write for what is no term, but a category, or nearly a term; NULL where nothing is near
 */
static char *
contrast_meant(const contrast_names *names, const char *what)
{
	const l2_effect *effects = l2_effects_of(names->m);
	const char **list = palloc(sizeof(char *) * Max(names->n, 1));
	char *hint;

	for (int i = 0; i < names->n; i++)
	{
		const contrast_name *c = &names->list[i];
		int term = c->term > 0 ? contrast_term(names->m, c->term) : 0;
		const char *effect = term > 0 ? effects[term - 1].name : NULL;

		if (effect && strcmp(effect, what) == 0)
			return psprintf("A category has a term for each level, without blanks, as \"%s\"; "
							"l2_wald tests all of them as one.",
							c->name);
		list[i] = c->name;
	}
	/* of a model of classes: the class first */
	for (int i = 0; i < names->n; i++)
	{
		const char *colon = strchr(list[i], ':');

		if (colon && strcmp(colon + 1, what) == 0)
			return psprintf(
				"Terms have their class before them, as in \"%s\"; l2_wald(model, '%s') "
				"tests all classes as one.",
				list[i], what);
	}
	hint = l2_name_hint(what, names->n, list);
	return strncmp(hint, "Perhaps", 7) == 0 ? hint : NULL;
}

/* hint: NULL for one of what may be meant */
static void
contrast_unknown(const contrast_names *names, const char *what, int len, const char *hint)
{
	StringInfoData list;

	if (hint == NULL)
		hint = contrast_meant(names, pnstrdup(what, len));

	initStringInfo(&list);
	for (int i = 0; i < names->n && i < 20; i++)
		appendStringInfo(&list, "%s%s", i ? ", " : "", names->list[i].name);
	if (names->n > 20)
		appendStringInfoString(&list, ", ...");
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("the model has no term \"%.*s\"", len, what),
			 errdetail("Its terms: %s.", list.data), hint ? errhint("%s", hint) : 0));
}

static void
contrast_bad(const char *form, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR), errmsg("invalid contrast \"%.100s\"", form),
			 errdetail("%s", why),
			 errhint("It is a sum of terms, each perhaps times a number: zone=south - "
					 "zone=north, or 2*a + b; perhaps with what it equals: a = b, or a - b = "
					 "0.5. Several have a semicolon between them. Names may be in double "
					 "quotes.")));
}

/* Whether that is a feature that was dropped */
static bool
contrast_dropped(const l2_model *m, int coordinate)
{
	int term = contrast_term(m, coordinate);

	return term > 0 && l2_model_dropped(m)[term - 1];
}

/* A dropped term has no coefficient to be tested */
static void
contrast_check_term(const l2_model *m, int coordinate)
{
	if (contrast_dropped(m, coordinate))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("term \"%s\" was dropped", l2_model_term(m, contrast_term(m, coordinate))),
				 errdetail("The columns before it explain it, so it has no coefficient.")));
}

/* Whether a name may end here; also a level may have an = in it */
static bool
contrast_ends(const char *s)
{
	return *s == '\0' || isspace((unsigned char) *s) || strchr("+-*;=", *s) != NULL;
}

/* The longest name of a term that is there; NULL for none */
static const contrast_name *
contrast_find_name(const contrast_names *names, const char *s)
{
	const contrast_name *found = NULL;
	size_t longest = 0;

	for (int i = 0; i < names->n; i++)
	{
		size_t len = strlen(names->list[i].name);

		if (len > longest && strncmp(names->list[i].name, s, len) == 0 && contrast_ends(s + len))
		{
			longest = len;
			found = &names->list[i];
		}
	}
	return found;
}

/* Whether some name begins so */
static bool
contrast_begins(const contrast_names *names, const char *s, size_t len)
{
	for (int i = 0; i < names->n; i++)
		if (strncmp(names->list[i].name, s, len) == 0)
			return true;
	return false;
}

/* The name at *s, the longest that is one of a term; moves *s behind it */
static const contrast_name *
contrast_read_name(const contrast_names *names, const char **s)
{
	const contrast_name *found;

	if (**s == '"')
	{
		StringInfoData quoted;

		initStringInfo(&quoted);
		for ((*s)++; **s && (**s != '"' || (*s)[1] == '"'); (*s)++)
		{
			*s += **s == '"';
			appendStringInfoChar(&quoted, **s);
		}
		*s += **s == '"';
		for (int i = 0; i < names->n; i++)
			if (strcmp(names->list[i].name, quoted.data) == 0)
				return &names->list[i];
		contrast_unknown(names, quoted.data, quoted.len, NULL);
	}
	found = contrast_find_name(names, *s);
	if (found == NULL)
	{
		const char *end = *s;

		/* a level has an = in its name, and so has what is near one */
		while (!contrast_ends(end) || (*end == '=' && contrast_begins(names, *s, end + 1 - *s)))
			end++;
		contrast_unknown(names, *s, (int) Max(end - *s, 1), NULL);
	}
	*s += strlen(found->name);
	return found;
}

static const char *
contrast_skip(const char *s)
{
	while (isspace((unsigned char) *s))
		s++;
	return s;
}

/* A form while it is read, all of it on the left of its = */
typedef struct contrast_form
{
	const char *all;
	double *l;       /* a factor for each coordinate */
	double constant; /* what the numbers sum to */
	bool any;        /* there is a term */
	bool numbers;    /* there is a number */
} contrast_form;

/* A summand at *s, which moves behind it, times side: signs, and a term, a factor and one, a number
 */
static void
contrast_read_summand(const contrast_names *names, contrast_form *f, const char **s, double side)
{
	const contrast_name *name;
	double factor = side;

	/* an operator, and perhaps a sign: a + -0.5*b */
	for (int signs = 0; signs < 2 && (**s == '+' || **s == '-'); signs++)
	{
		factor = **s == '-' ? -factor : factor;
		*s = contrast_skip(*s + 1);
	}
	if (**s == '+' || **s == '-')
		contrast_bad(f->all, psprintf("There is a sign too many at \"%.40s\".", *s));
	if (isdigit((unsigned char) **s) || **s == '.')
	{
		char *end;
		double v = strtod(*s, &end);
		const char *next = contrast_skip(end);
		bool is_number = end > *s && contrast_ends(end) && *next != '*';

		if (end > *s && !isfinite(v))
			contrast_bad(f->all, "A number is not finite.");
		/* a name may begin with a digit */
		if (end > *s && *next == '*')
		{
			factor *= v;
			*s = contrast_skip(next + 1);
		}
		else if (is_number && contrast_find_name(names, *s) == NULL)
		{
			f->constant += factor * v;
			f->numbers = true;
			*s = end;
			return;
		}
	}
	if (**s == '\0' || **s == ';')
		contrast_bad(f->all, "A term is missing.");
	name = contrast_read_name(names, s);
	f->any = true;
	if (name->term >= 0)
	{
		contrast_check_term(names->m, name->term);
		f->l[name->term] += factor;
	}
}

/*
 * A form up to a semicolon or the end, which *s moves to; l: a factor for each coordinate.  Returns
 * what it is tested to equal: 0 where it does not say.
 */
static double
contrast_read(const contrast_names *names, const char *all, const char **s, double *l)
{
	contrast_form f = {all, l, 0, false, false};
	double side = 1;

	memset(l, 0, sizeof(double) * l2_model_coordinates(names->m));
	for (bool first = true;; first = false)
	{
		*s = contrast_skip(*s);
		if (!first && (**s == '\0' || **s == ';'))
			break;
		if (!first && **s == '=')
		{
			if (side < 0)
				contrast_bad(all, "It has a second =.");
			side = -1;
			/* R's glht has two of them */
			*s = contrast_skip(*s + ((*s)[1] == '=' ? 2 : 1));
		}
		else if (!first && **s != '+' && **s != '-')
			contrast_bad(all, psprintf("There is no + or - before \"%.40s\".", *s));
		contrast_read_summand(names, &f, s, side);
	}
	if (!f.any)
		contrast_bad(all, "There is no term in it.");
	if (f.numbers && side > 0)
		contrast_bad(all, "A number alone is no coefficient; what a form is tested to equal goes "
						  "behind an =.");
	return f.constant == 0 ? 0 : -f.constant;
}

/* Multiply p by their number, or as Holm (1979) does */
static void
contrast_adjust(int n, double *p, l2_adjust adjust)
{
	bool *done = palloc0(sizeof(bool) * Max(n, 1));
	double least = 0;

	for (int left = n; left > 0; left--)
	{
		int at = -1;

		for (int i = 0; i < n; i++)
			if (!done[i] && (at < 0 || p[i] < p[at]))
				at = i;
		done[at] = true;
		if (adjust == L2_ADJUST_BONFERRONI)
			p[at] = fmin(1, p[at] * n);
		else if (adjust == L2_ADJUST_HOLM)
			p[at] = least = fmax(least, fmin(1, p[at] * left));
	}
}

/* Share of a standard error that rounding may be before it is told */
#define TOLD_ROUNDING 1e-6

/* Tell of a form that has no standard error, or one of few digits */
static void
contrast_tell(const l2_covariance *v, const double *z, const char *form, double se)
{
	double loss = l2_covariance_loss(v, z) * DBL_EPSILON;

	if (isnan(v->unit) || loss == 0)
		return;
	if (isnan(se))
		ereport(NOTICE, (errmsg("no standard error of \"%.100s\"", form),
						 errdetail("Its variance would be negative, or is nothing but rounding.")));
	else if (loss > TOLD_ROUNDING)
		ereport(NOTICE, (errmsg("the standard error of \"%.100s\" is rounded", form),
						 errdetail("Its relative error may be %.0e: columns are nearly collinear, "
								   "or far from 0, and what they have in common cancels.",
								   loss)));
}

PG_FUNCTION_INFO_V1(l2_contrast);
PGDLLEXPORT Datum
l2_contrast(PG_FUNCTION_ARGS)
{
	enum
	{
		CONTRAST,
		ESTIMATE,
		STD_ERROR,
		T,
		P,
		LOWER,
		UPPER,
		VCOV,
		COLUMNS
	};
	l2_scope scope = {L2_METHOD_OLS, L2_IN_CONTRAST};
	l2_rows *rows;
	l2_model *m;
	char *all;
	const char *s;
	contrast_names names;
	double level, df, *l, *z, *estimate, *se, *by_t, *p, t;
	l2_covariance v;
	char **forms;
	int n = 0, most = 1;
	l2_options o;

	rows = l2_rows_make(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	m = PG_GETARG_ANY_L2_MODEL(0);
	all = text_to_cstring(PG_GETARG_TEXT_PP(1));
	level = PG_GETARG_FLOAT8(2);
	l2_check_share("level", level, false);
	l2_options_start(&o, &scope);
	l2_options_argument(fcinfo, 3, &scope, &o);
	l2_vcov_need(m, "l2_contrast");
	names = contrast_list(m);
	v = l2_covariance_of(m);
	df = l2_vcov_df(m);
	for (s = all; *s; s++)
		most += *s == ';';
	l = palloc(sizeof(double) * v.k);
	z = palloc(sizeof(double) * v.k);
	estimate = palloc(sizeof(double) * most);
	se = palloc(sizeof(double) * most);
	by_t = palloc(sizeof(double) * most);
	p = palloc(sizeof(double) * most);
	forms = palloc(sizeof(char *) * most);
	for (s = all;; s++)
	{
		const char *from = contrast_skip(s), *to;
		double equals;

		s = from;
		equals = contrast_read(&names, all, &s, l);
		for (to = s; to > from && isspace((unsigned char) to[-1]); to--)
			;
		forms[n] = pnstrdup(from, to - from);
		estimate[n] = 0;
		for (int i = 0; i < v.k; i++)
			estimate[n] += l[i] * l2_model_estimate(m, i);
		l2_vcov_combination(m, l, z);
		se[n] = sqrt(l2_covariance_form(&v, z));
		contrast_tell(&v, z, forms[n], se[n]);
		by_t[n] = se[n] > 0 ? (estimate[n] - equals) / se[n] : NAN;
		p[n] = se[n] > 0 ? fmin(l2n_t_pvalue(by_t[n], df), 1) : NAN;
		n++;
		if (*s == '\0')
			break;
	}
	contrast_adjust(n, p, o.adjust);
	t = l2n_t_quantile(0.5 + (o.adjust == L2_ADJUST_NONE ? level : 1 - (1 - level) / n) / 2, df);
	for (int i = 0; i < n; i++)
	{
		const char *vcov = l2_vcov_label(m);
		Datum values[COLUMNS];
		bool nulls[COLUMNS] = {false};

		values[CONTRAST] = CStringGetTextDatum(forms[i]);
		l2_set_double(values, nulls, ESTIMATE, estimate[i]);
		l2_set_double(values, nulls, STD_ERROR, se[i]);
		l2_set_double(values, nulls, T, by_t[i]);
		l2_set_double(values, nulls, P, p[i]);
		l2_set_double(values, nulls, LOWER, estimate[i] - t * se[i]);
		l2_set_double(values, nulls, UPPER, estimate[i] + t * se[i]);
		nulls[VCOV] = vcov == NULL;
		values[VCOV] = vcov ? CStringGetTextDatum(vcov) : (Datum) 0;
		l2_rows_put(rows, values, nulls);
	}
	PG_RETURN_NULL();
}

/*
 * Whether a term is a column of poly(), ns() or bs() that the name says without its number, spaces
 * or not; also where it is a part of an interaction, "ns(age, 3):zone"
 */
static bool
wald_is_column(const char *term, const char *name)
{
	bool basis = false, numbered = false;
	const char *start = term;

	for (;; term++, name++)
	{
		while (*term == ' ')
			term++;
		while (*name == ' ')
			name++;
		if (term == start || term[-1] == ':')
			basis = strncmp(term, "poly(", 5) == 0 || strncmp(term, "ns(", 3) == 0 ||
					strncmp(term, "bs(", 3) == 0;
		if (basis && term > start && term[-1] == ')')
			while (isdigit((unsigned char) *term) && *term != *name)
			{
				term++;
				numbered = true;
			}
		if (*term != *name)
			return false;
		if (*term == '\0')
			return numbered;
	}
}

/* Mark the terms of a name: a term's, of all classes or of one as "class:term", or a category's,
 * which stands for all of its levels, or a polynomial's or spline's, for all of its columns */
static void
wald_mark(const contrast_names *names, const char *name, bool *chosen)
{
	const l2_effect *effects = l2_effects_of(names->m);
	bool found = false;

	for (int i = 0; i < names->n; i++)
	{
		const contrast_name *c = &names->list[i];
		int term = c->term > 0 ? contrast_term(names->m, c->term) : 0;
		const char *effect = term > 0 ? effects[term - 1].name : NULL;
		bool itself = strcmp(c->name, name) == 0 || strcmp(c->term_name, name) == 0;

		if (!itself && !(effect && (strcmp(effect, name) == 0 || wald_is_column(effect, name))) &&
			!wald_is_column(c->term_name, name) && !wald_is_column(c->name, name))
			continue;
		found = true;
		if (c->term >= 0 && itself)
			contrast_check_term(names->m, c->term);
		if (c->term >= 0 && !contrast_dropped(names->m, c->term))
			chosen[c->term] = true;
	}
	if (!found)
		contrast_unknown(names, name, (int) strlen(name),
						 strpbrk(name, ", +")
							 ? "Several are an array: l2_wald(model, '{a,b}'). What "
							   "terms are to equal l2_contrast takes, as 'a = b'."
							 : NULL);
}

/* Mark all but intercepts and an offset */
static void
wald_all(const contrast_names *names, bool *chosen)
{
	const l2_model *m = names->m;
	int last = m->p - l2_model_has_offset(m);

	for (int i = 0; i < names->n; i++)
	{
		int at = names->list[i].term;

		if (at >= 0 && contrast_term(m, at) > 0 && contrast_term(m, at) <= last)
			chosen[at] = !contrast_dropped(m, at);
	}
}

/* The coordinates that are chosen; returns how many */
static int
wald_terms(const l2_model *m, const bool *chosen, int *term)
{
	int q = 0;

	for (int i = 0; i < (int) l2_model_coordinates(m); i++)
		if (chosen[i])
			term[q++] = i;
	return q;
}

/* The terms as they are given: an array of text, one as a literal, or a name */
static char **
wald_names(FunctionCallInfo fcinfo, int *n)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, 1), element = get_element_type(type), output;
	bool varlena, preferred;
	char *word, **list, category = TYPCATEGORY_STRING;

	if (type != UNKNOWNOID)
		get_type_category_preferred(OidIsValid(element) ? element : type, &category, &preferred);
	if (category != TYPCATEGORY_STRING)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("terms are an array of text, or one name, not %s", format_type_be(type))));
	getTypeOutputInfo(type, &output, &varlena);
	word = OidOutputFunctionCall(output, PG_GETARG_DATUM(1));
	if (*word == '{' && word[strlen(word) - 1] != '}')
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("terms \"%.100s\" begin with a brace and do not end with one", word),
			 errhint("Write one name, or several as '{a,b}'; names with braces, commas, quotes or "
					 "blanks as ARRAY['...'].")));
	if (*word == '{')
		return l2_text_array(OidInputFunctionCall(F_ARRAY_IN, word, TEXTOID, -1), "terms", n);
	list = palloc(sizeof(char *));
	list[0] = word;
	*n = 1;
	return list;
}

/* l2_wald(model, terms): F of their coefficients being 0 */
PG_FUNCTION_INFO_V1(l2_wald);
PGDLLEXPORT Datum
l2_wald(PG_FUNCTION_ARGS)
{
	enum
	{
		F,
		DF,
		DF_ERRORS,
		P,
		VCOV,
		COLUMNS
	};
	l2_model *m;
	contrast_names names;
	double f, df, groups;
	int q, *term;
	bool *chosen, nulls[COLUMNS] = {false};
	const char *vcov;
	Datum values[COLUMNS];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	m = PG_GETARG_ANY_L2_MODEL(0);
	l2_vcov_need(m, "l2_wald");
	names = contrast_list(m);
	chosen = palloc0(sizeof(bool) * l2_model_coordinates(m));
	if (PG_ARGISNULL(1))
		wald_all(&names, chosen);
	else
	{
		int n;
		char **list = wald_names(fcinfo, &n);

		for (int i = 0; i < n; i++)
			wald_mark(&names, list[i], chosen);
	}
	term = palloc(sizeof(int) * l2_model_coordinates(m));
	q = wald_terms(m, chosen, term);
	if (q == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("there is no coefficient to be tested")));
	groups = l2_vcov_clusters(m);
	if (groups <= q)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%.0f clusters are too few to test %d coefficients as one", groups, q),
				 errdetail("The covariance of clustered errors has a rank of clusters - 1 at "
						   "most."),
				 errhint("Test fewer, or use errors of another vcov.")));
	df = l2_vcov_df(m);
	if (!l2_vcov_wald(m, q, term, &f))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the covariance of these coefficients is singular"),
						errdetail("A combination of them has no variance but rounding's, or a "
								  "negative one."),
						errhint("Test fewer as one.")));
	df = l2_vcov_df(m);
	vcov = l2_vcov_label(m);
	l2_set_double(values, nulls, F, f);
	values[DF] = Int32GetDatum(q);
	l2_set_double(values, nulls, DF_ERRORS, df);
	l2_set_double(values, nulls, P, l2n_f_pvalue(f, q, df));
	nulls[VCOV] = vcov == NULL;
	values[VCOV] = vcov ? CStringGetTextDatum(vcov) : (Datum) 0;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}

/* l2_wald's F of all levels of an effect; NaN where there is no such test.  *df: how many */
static double
effects_test(const l2_model *m, const l2_effect *effects, const char *name, int *df)
{
	bool *chosen = palloc0(sizeof(bool) * (m->p + 1));
	int *term = palloc(sizeof(int) * (m->p + 1));
	double f;

	for (int i = 0; i < m->p; i++)
		chosen[i + 1] =
			effects[i].name && strcmp(effects[i].name, name) == 0 && !l2_model_dropped(m)[i];
	*df = wald_terms(m, chosen, term);
	if (!(m->kept & L2_KEPT_FACTOR) || *df == 0 || l2_vcov_clusters(m) <= *df ||
		!l2_vcov_wald(m, *df, term, &f))
		return NAN;
	return f;
}

/*
 * _l2_effects(model): a row a level of a category or of an interaction, those left out among them:
 * its term, what it is a level of, and l2_wald's test of all its levels where there is one
 */
PG_FUNCTION_INFO_V1(_l2_effects);
PGDLLEXPORT Datum
_l2_effects(PG_FUNCTION_ARGS)
{
	enum
	{
		TERM,
		EFFECT,
		LEVEL,
		F,
		DF,
		P,
		COLUMNS
	};
	l2_model *m = PG_GETARG_L2_MODEL(0);
	l2_rows *rows = l2_rows_make(fcinfo);
	contrast_names names = contrast_list(m);
	const l2_effect *effects = l2_effects_of(m);
	double f = NAN;
	const char *tested = NULL;
	int df = 0;

	for (int i = 0; i < names.n; i++)
	{
		const contrast_name *c = &names.list[i];
		l2_effect e = {NULL, NULL};
		Datum values[COLUMNS] = {0};
		bool nulls[COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		if (c->term > 0)
			e = effects[c->term - 1];
		else if (c->term < 0)
		{
			e.name = names.e->attribute[c->category].name;
			if (strncmp(c->name, e.name, strlen(e.name)) == 0 && c->name[strlen(e.name)] == '=')
				e.level = c->name + strlen(e.name) + 1;
		}
		if (e.name == NULL)
			continue;
		if (tested == NULL || strcmp(tested, e.name) != 0)
			f = effects_test(m, effects, tested = e.name, &df);
		values[TERM] = CStringGetTextDatum(c->name);
		values[EFFECT] = CStringGetTextDatum(e.name);
		nulls[LEVEL] = e.level == NULL;
		values[LEVEL] = e.level ? CStringGetTextDatum(e.level) : (Datum) 0;
		l2_set_double(values, nulls, F, f);
		values[DF] = Int32GetDatum(df);
		l2_set_double(values, nulls, P, isnan(f) ? NAN : l2n_f_pvalue(f, df, l2_vcov_df(m)));
		l2_rows_put(rows, values, nulls);
	}
	PG_RETURN_NULL();
}
