/*
 * export.c: models in the languages of other programs: an SQL expression, and PMML.
 */
#include "base/args.h"
#include "base/xml.h"
#include "gram/encoding.h"
#include "model/family.h"
#include "model/model.h"
#include "record/terms.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* A term as the attribute it comes from */
typedef struct part
{
	const char *name; /* of the attribute */
	int term;         /* the number of the expression that works it out; -1 for none */
	l2_kind kind;
	double coefficient; /* of a number */
	bool null_level;
	bool guard;   /* no feature: its levels are those that others are made from */
	int n_levels; /* of a category, those left out among them */
	l2_level_name *level;
	double *effect;
} part;

typedef struct parts
{
	const l2_model *m;
	l2_unseen unseen;
	double intercept;
	int n;
	part *part;
	l2_terms *terms; /* NULL where all are attributes */

	/* what stands for some attributes, instead of their names */
	int n_given;
	char **given;
	char **given_sql;
} parts;

static void
export_add_level(part *t, l2_level_name level, double effect, int room)
{
	if (t->level == NULL)
	{
		t->level = palloc(sizeof *t->level * room);
		t->effect = palloc(sizeof *t->effect * room);
	}
	t->level[t->n_levels] = level;
	t->effect[t->n_levels++] = effect;
}

/* The model by attributes in the order of training; what the fit dropped counts as 0 */
static parts
take_parts(const l2_model *m)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE);
	const char **names = l2_name_list(l2_names_of_model(m), m->p + 1) + 1;
	l2_encoding *e = l2_encoding_of(l2_names_of_model(m));
	l2_column_origin *origin = e ? l2_column_origins(e, names, m->p) : NULL;
	int attributes = e ? e->n : 0, worked_out = 0;
	parts r = {m, e ? e->unseen : L2_UNSEEN_ERROR, b[0], .terms = e ? l2_terms_of(e) : NULL};

	l2_check_predicts(m);
	r.part = palloc0(sizeof(part) * (attributes + m->p + 1));
	for (int i = 0; i < attributes; i++)
	{
		const l2_attribute *a = &e->attribute[i];

		r.part[i] = (part){.name = a->name,
						   .term = a->expression ? worked_out++ : -1,
						   .kind = a->kind,
						   .null_level = a->null_level,
						   .guard = a->guard};
		for (int l = 0; l < a->n_left; l++)
			export_add_level(&r.part[i], a->left[l], 0, a->n_left + m->p);
	}
	r.n = attributes;
	for (int j = 0; j < m->p; j++)
	{
		int of = origin ? origin[j].attribute : -1;

		if (of >= 0 && origin[j].is_level)
			export_add_level(&r.part[of], origin[j].level, b[j + 1],
							 e->attribute[of].n_left + m->p);
		else if (of >= 0)
			r.part[of].coefficient = b[j + 1];
		else
			r.part[r.n++] =
				(part){.name = names[j], .term = -1, .kind = L2_NUMBER, .coefficient = b[j + 1]};
	}
	return r;
}

/*
 * SQL
 */

/* A number that standard SQL takes for an approximate one, and reads back to the last bit */
static void
append_literal(StringInfo s, double v)
{
	int start = s->len;

	l2_append_double(s, v);
	if (strchr(s->data + start, 'e') == NULL)
		appendStringInfoString(s, "e0");
}

/* What stands for an attribute: its name quoted always, for what is a key word elsewhere, nobody
 * knows here */
static void
append_name(StringInfo s, const char *name, void *arg)
{
	const parts *p = arg;

	for (int i = 0; i < p->n_given; i++)
		if (strcmp(p->given[i], name) == 0)
		{
			appendStringInfo(s, "(%s)", p->given_sql[i]);
			return;
		}
	appendStringInfoChar(s, '"');
	for (; *name; name++)
	{
		if (*name == '"')
			appendStringInfoChar(s, '"');
		appendStringInfoChar(s, *name);
	}
	appendStringInfoChar(s, '"');
}

static void
export_append_attribute(StringInfo s, const parts *p, const part *t)
{
	bool given = false;

	for (int i = 0; i < p->n_given; i++)
		given |= strcmp(p->given[i], t->name) == 0;
	if (t->term >= 0 && !given)
		l2_term_sql(s, p->terms, t->term, append_name, (void *) p);
	else
		append_name(s, t->name, (void *) p);
}

/* The effect of the level that a category has, where its attribute is not NULL */
static void
append_levels(StringInfo s, const parts *p, const part *t)
{
	const char *otherwise = p->unseen == L2_UNSEEN_ZERO ? "0e0" : "NULL";
	bool first = true;

	for (int l = 0; l < t->n_levels; l++)
	{
		if (t->level[l] == NULL)
			continue;
		if (first)
		{
			appendStringInfoString(s, "CASE CAST(");
			export_append_attribute(s, p, t);
			appendStringInfoString(s, " AS varchar)");
		}
		first = false;
		appendStringInfoString(s, " WHEN ");
		l2_append_literal(s, t->level[l]);
		appendStringInfoString(s, " THEN ");
		append_literal(s, t->effect[l]);
	}
	appendStringInfo(s, first ? "%s" : " ELSE %s END", otherwise);
}

/*
 * NULL is a level where the model has one or unseen levels count 0; else the sum is NULL, as
 * l2_predict's.
 */
static void
append_category(StringInfo s, const parts *p, const part *t)
{
	bool null_counts = t->null_level && p->unseen == L2_UNSEEN_ZERO;
	double of_null = 0;

	for (int l = 0; l < t->n_levels; l++)
		if (t->level[l] == NULL)
		{
			null_counts = true;
			of_null = t->effect[l];
		}
	if (!null_counts && p->unseen != L2_UNSEEN_ZERO)
	{
		append_levels(s, p, t); /* NULL is none of them */
		return;
	}
	appendStringInfoString(s, "CASE WHEN ");
	export_append_attribute(s, p, t);
	appendStringInfoString(s, " IS NULL THEN ");
	if (null_counts)
		append_literal(s, of_null);
	else
		appendStringInfoString(s, "NULL");
	appendStringInfoString(s, " ELSE ");
	append_levels(s, p, t);
	appendStringInfoString(s, " END");
}

/* The attribute as the number that the model multiplies */
static void
export_append_number(StringInfo s, const parts *p, const part *t)
{
	const char *before = "", *after = "";

	switch (t->kind)
	{
		case L2_BOOLEAN:
			before = "CASE ";
			after = " WHEN true THEN 1 WHEN false THEN 0 END";
			break;
		case L2_DATE:
			before = "(";
			after = " - DATE '2000-01-01')";
			break;
		case L2_TIMESTAMP:
			before = "(EXTRACT(EPOCH FROM ";
			after = " - TIMESTAMP '2000-01-01 00:00:00') / 86400e0)";
			break;
		case L2_TIMESTAMPTZ:
			before = "(EXTRACT(EPOCH FROM ";
			after = " - TIMESTAMP WITH TIME ZONE '2000-01-01 00:00:00+00') / 86400e0)";
			break;
		case L2_INTERVAL:
			before = "(EXTRACT(EPOCH FROM ";
			after = ") / 86400e0)";
			break;
		default:
			break;
	}
	appendStringInfoString(s, before);
	export_append_attribute(s, p, t);
	appendStringInfoString(s, after);
}

/* What makes the mean of the linear predictor, up to the latter; "" where they are the same */
static const char *
mean_in_sql(const l2_model *m)
{
	const l2n_link *link = l2_link_of_model(m);

	switch (link ? link->kind : L2N_IDENTITY)
	{
		case L2N_LOGIT:
			/* beyond 700, where exp fails, the mean is 0, or 1 to the last bit */
			return "(SELECT CASE WHEN l2.link < -700 THEN 0e0 WHEN l2.link > 700 THEN 1e0 "
				   "ELSE 1 / (1 + EXP(-l2.link)) END FROM (SELECT ";
		case L2N_LOG:
			return "(SELECT CASE WHEN l2.link < -700 THEN 0e0 ELSE EXP(l2.link) END FROM (SELECT ";
		case L2N_CLOGLOG:
			/* 1 - exp(-u), u = exp(link), by the series where u is small: SQL has no expm1 */
			return "(SELECT CASE WHEN l2.link < -700 THEN 0e0 WHEN l2.link < -7 THEN EXP(l2.link) "
				   "* "
				   "(1 - EXP(l2.link) / 2 * (1 - EXP(l2.link) / 3 * (1 - EXP(l2.link) / 4))) "
				   "WHEN l2.link > 6 THEN 1e0 ELSE 1 - EXP(-EXP(l2.link)) END FROM (SELECT ";
		case L2N_INVERSE:
			return "(SELECT 1 / l2.link FROM (SELECT ";
		case L2N_INVERSE_SQUARED:
			return "(SELECT 1 / SQRT(l2.link) FROM (SELECT ";
		case L2N_PROBIT:
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("SQL has no normal distribution for link probit"),
							errhint("Use l2_pmml, l2_predict, or link logit or cloglog.")));
			break;
		default:
			break;
	}
	return "";
}

static text *
to_sql(parts p)
{
	const char *before = mean_in_sql(p.m), *after = *before ? " AS link) AS l2)" : "";
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "%sCAST(", before);
	append_literal(&s, p.intercept);
	appendStringInfoString(&s, " AS double precision)");
	for (int i = 0; i < p.n; i++)
	{
		const part *t = &p.part[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&s,
							   t->kind != L2_CATEGORY && signbit(t->coefficient) ? " - " : " + ");
		if (t->kind == L2_CATEGORY)
			append_category(&s, &p, t);
		else
		{
			append_literal(&s, fabs(t->coefficient));
			appendStringInfoString(&s, " * ");
			export_append_number(&s, &p, t);
		}
	}
	appendStringInfoString(&s, after);
	return cstring_to_text_with_len(s.data, s.len);
}

/* The most probable class, of the first where several are; NULL where a score is */
static text *
classes_to_sql(const l2_model *m)
{
	int n;
	const char **class = l2_classes_of(l2_names_of_model(m), &n);
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfoString(&s, "(SELECT CASE");
	for (int c = 0; c < n; c++)
	{
		appendStringInfoString(&s, " WHEN ");
		for (int d = 0; d < n; d++)
			if (d != c)
				appendStringInfo(&s, "%sl2.c%d >= l2.c%d", d == (c == 0) ? "" : " AND ", c + 1,
								 d + 1);
		appendStringInfoString(&s, " THEN ");
		l2_append_literal(&s, class[c]);
	}
	appendStringInfoString(&s, " END FROM (SELECT ");
	for (int c = 0; c < n; c++)
	{
		text *score = to_sql(take_parts(l2_model_of_class(m, c, -1)));

		appendStringInfo(&s, "%s%s AS c%d", c > 0 ? ", " : "", text_to_cstring(score), c + 1);
	}
	appendStringInfoString(&s, ") AS l2)");
	return cstring_to_text_with_len(s.data, s.len);
}

PG_FUNCTION_INFO_V1(l2_sql);
PGDLLEXPORT Datum
l2_sql(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);

	PG_RETURN_TEXT_P(m->classes > 0 ? classes_to_sql(m) : to_sql(take_parts(m)));
}

PG_FUNCTION_INFO_V1(l2_sql_with);
PGDLLEXPORT Datum
l2_sql_with(PG_FUNCTION_ARGS)
{
	parts p = take_parts(PG_GETARG_L2_MODEL(0));
	int n, n_sql;

	p.given = l2_text_array(PG_GETARG_DATUM(1), "attributes", &n);
	p.given_sql = l2_text_array(PG_GETARG_DATUM(2), "expressions", &n_sql);
	p.n_given = n;
	if (n != n_sql)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d attributes given, but %d expressions", n, n_sql)));
	for (int i = 0; i < n; i++)
	{
		bool used = false;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < p.n; k++)
			used |= strcmp(p.part[k].name, p.given[i]) == 0;
		for (int k = 0; p.terms && k < p.terms->n_attributes; k++)
			used |= strcmp(p.terms->attribute[k], p.given[i]) == 0;
		if (!used)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("model has no attribute \"%s\"", p.given[i]),
							errhint("l2_names(model) lists the target and the features.")));
	}
	PG_RETURN_TEXT_P(to_sql(p));
}

/*
 * PMML
 */

/* An element, or without one an attribute more, and what follows */
static void
append_field(StringInfo s, const char *element, const char *key, const char *name, const char *rest)
{
	appendStringInfo(s, "%s%s %s=\"", *element ? "<" : "", element, key);
	l2_append_xml(s, name);
	appendStringInfo(s, "\"%s", rest);
}

/* How PMML calls a type, and what its unit is in that of the model */
static const char *
pmml_type(l2_kind kind, double *unit)
{
	*unit = 1;
	switch (kind)
	{
		case L2_DATE:
			return " optype=\"continuous\" dataType=\"dateDaysSince[2000]\"";
		case L2_TIMESTAMP:
		case L2_TIMESTAMPTZ:
			*unit = 1 / 86400.0;
			return " optype=\"continuous\" dataType=\"dateTimeSecondsSince[2000]\"";
		case L2_BOOLEAN:
			return " optype=\"categorical\" dataType=\"boolean\"";
		case L2_CATEGORY:
			return " optype=\"categorical\" dataType=\"string\"";
		default:
			return " optype=\"continuous\" dataType=\"double\"";
	}
}

/* Whether a part is a number that is worked out */
static bool
is_derived(const part *t)
{
	return t->term >= 0 && !t->guard;
}

/* Whether a field that is not part except is called so, of the data or worked out, or the target */
static bool
is_field(const parts *p, const part *except, const char *target, const char *name)
{
	for (int i = 0; i < p->n; i++)
		if (&p->part[i] != except && strcmp(p->part[i].name, name) == 0)
			return true;
	for (int i = 0; p->terms && i < p->terms->n_attributes; i++)
		if (strcmp(p->terms->attribute[i], name) == 0)
			return true;
	return strcmp(target, name) == 0;
}

/*
 * The parts of a model for PMML, whose fields have a name each.  A term may be called as the
 * attribute that it is made of: b of y ~ b * x is 1 where the boolean b is true.
 */
static parts
pmml_parts(const l2_model *m, const char *target)
{
	parts p = take_parts(m);

	for (int i = 0; i < p.n; i++)
	{
		part *t = &p.part[i];

		if (!is_derived(t) || !is_field(&p, t, target, t->name))
			continue;
		t->name = psprintf("%s=true", t->name);
		while (is_field(&p, t, target, t->name))
			t->name = psprintf("%s!", t->name);
	}
	return p;
}

/* A field of the data: an attribute of the model, or one that its terms are worked out from */
typedef struct export_field
{
	const char *name;
	const char *type;
	bool is_boolean;
	const part *levels; /* NULL: it is no category */
} export_field;

/* A field that terms use, of a built-in type */
static export_field
input_field(const parts *p, int input)
{
	export_field f = {p->terms->attribute[input], " optype=\"continuous\" dataType=\"double\""};
	bool whole = false;

	for (int i = 0; i < p->n; i++)
		if (p->part[i].guard && l2_term_attribute(p->terms, p->part[i].term) == input)
			f.levels = &p->part[i];
	switch (p->terms->type[input])
	{
		case BOOLOID:
			f.is_boolean = f.levels == NULL;
			f.type = " optype=\"categorical\" dataType=\"boolean\"";
			break;
		case TEXTOID:
			f.type = " optype=\"categorical\" dataType=\"string\"";
			break;
		case INT2OID:
		case INT4OID:
		case INT8OID:
			whole = true;
			f.type = " optype=\"continuous\" dataType=\"integer\"";
			break;
		default:
			break;
	}
	if (f.levels && whole)
		f.type = " optype=\"categorical\" dataType=\"integer\"";
	return f;
}

/* The fields of the data, and how many there are */
static export_field *
export_fields(const parts *p, int *n)
{
	int inputs = p->terms ? p->terms->n_attributes : 0;
	export_field *list = palloc(sizeof *list * (p->n + inputs + 1));
	double unit;

	*n = 0;
	for (int i = 0; i < p->n; i++)
	{
		const part *t = &p->part[i];

		if (t->term >= 0 && t->guard && l2_term_attribute(p->terms, t->term) < 0)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("PMML cannot say the term %s", t->name),
							errdetail("Its levels are worked out."),
							errhint("Use l2_sql; or put the term's value into the source, as a "
									"column of a view.")));
		if (t->term < 0)
			list[(*n)++] = (export_field){t->name, pmml_type(t->kind, &unit), t->kind == L2_BOOLEAN,
										  t->kind == L2_CATEGORY ? t : NULL};
	}
	for (int i = 0; i < inputs; i++)
	{
		bool known = false, used = false;

		/* a target that is worked out has inputs too */
		for (int k = 0; k < p->n; k++)
		{
			known |= p->part[k].term < 0 && strcmp(p->part[k].name, p->terms->attribute[i]) == 0;
			used |= p->part[k].term >= 0 && l2_term_uses(p->terms, p->part[k].term, i);
		}
		if (used && !known)
			list[(*n)++] = input_field(p, i);
	}
	return list;
}

static void
append_dictionary(StringInfo s, const parts *p, const char *target, const char *target_type)
{
	int n;
	export_field *field = export_fields(p, &n);

	appendStringInfo(s, "  <DataDictionary numberOfFields=\"%d\">\n    ", n + 1);
	append_field(s, "DataField", "name", target, target_type);
	for (int i = 0; i < n; i++)
	{
		const part *t = field[i].levels;

		appendStringInfoString(s, "    ");
		append_field(s, "DataField", "name", field[i].name, field[i].type);
		if (field[i].is_boolean)
			appendStringInfoString(
				s, ">\n      <Value value=\"false\"/>\n      <Value value=\"true\"/>\n"
				   "    </DataField>\n");
		else if (t != NULL)
		{
			appendStringInfoString(s, ">\n");
			for (int l = 0; l < t->n_levels; l++)
			{
				if (t->level[l] == NULL)
					continue;
				appendStringInfoString(s, "      ");
				append_field(s, "Value", "value", t->level[l], "/>\n");
			}
			appendStringInfoString(s, "    </DataField>\n");
		}
		else
			appendStringInfoString(s, "/>\n");
	}
	appendStringInfoString(s, "  </DataDictionary>\n");
}

/* The terms, as fields that are derived from those of the data */
static void
append_transformations(StringInfo s, const parts *p)
{
	bool any = false;

	for (int i = 0; i < p->n; i++)
	{
		const part *t = &p->part[i];

		CHECK_FOR_INTERRUPTS();
		if (!is_derived(t))
			continue;
		appendStringInfoString(s, any ? "    " : "  <TransformationDictionary>\n    ");
		any = true;
		append_field(s, "DerivedField", "name", t->name,
					 " optype=\"continuous\" dataType=\"double\">\n");
		l2_term_pmml(s, p->terms, t->term, 3);
		appendStringInfoString(s, "    </DerivedField>\n");
	}
	if (any)
		appendStringInfoString(s, "  </TransformationDictionary>\n");
}

/* The level that stands for NULL, which no value of the category may be called */
static char *
null_stand_in(const part *t)
{
	char *name = psprintf("%s IS NULL", t->name);

	for (int l = 0; l < t->n_levels; l++)
		if (t->level[l] && strcmp(t->level[l], name) == 0)
		{
			name = psprintf("%s!", name);
			l = -1;
		}
	return name;
}

static void
append_schema(StringInfo s, const parts *p, const char *target)
{
	int n;
	export_field *field = export_fields(p, &n);

	appendStringInfoString(s, "    <MiningSchema>\n      ");
	append_field(s, "MiningField", "name", target, " usageType=\"target\"/>\n");
	for (int i = 0; i < n; i++)
	{
		const part *t = field[i].levels;

		appendStringInfoString(s, "      ");
		append_field(s, "MiningField", "name", field[i].name, "");
		if (t != NULL)
		{
			appendStringInfo(s, " invalidValueTreatment=\"%s\"",
							 p->unseen == L2_UNSEEN_ZERO ? "asIs" : "returnInvalid");
			if (t->null_level)
				append_field(s, "", "missingValueReplacement", null_stand_in(t), "");
		}
		appendStringInfoString(s, "/>\n");
	}
	appendStringInfoString(s, "    </MiningSchema>\n");
}

static void
append_predictor(StringInfo s, const char *element, const part *t, const char *value,
				 double coefficient)
{
	appendStringInfoString(s, "      ");
	append_field(s, element, "name", t->name, "");
	if (value)
		append_field(s, "", "value", value, "");
	appendStringInfoString(s, " coefficient=\"");
	l2_append_double(s, coefficient);
	appendStringInfoString(s, "\"/>\n");
}

/* Numbers, then categories, as the schema has it */
static void
append_predictors(StringInfo s, const parts *p)
{
	for (int i = 0; i < p->n; i++)
	{
		const part *t = &p->part[i];
		double unit;

		CHECK_FOR_INTERRUPTS();
		(void) pmml_type(t->kind, &unit);
		if (is_derived(t))
			append_predictor(s, "NumericPredictor", t, NULL, t->coefficient);
		else if (t->kind != L2_CATEGORY && t->kind != L2_BOOLEAN)
			append_predictor(s, "NumericPredictor", t, NULL, t->coefficient * unit);
	}
	for (int i = 0; i < p->n; i++)
	{
		const part *t = &p->part[i];

		CHECK_FOR_INTERRUPTS();
		if (t->term >= 0)
			continue;
		if (t->kind == L2_BOOLEAN)
			append_predictor(s, "CategoricalPredictor", t, "true", t->coefficient);
		for (int l = 0; l < t->n_levels; l++)
			append_predictor(s, "CategoricalPredictor", t,
							 t->level[l] ? t->level[l] : null_stand_in(t), t->effect[l]);
	}
}

/* How PMML's regression models say the link; those of classification know more of them */
static const char *
pmml_normalization(const l2_model *m, bool classes)
{
	const l2n_link *link = l2_link_of_model(m);

	if (link && link->kind == L2N_LOG && !classes)
		return " normalizationMethod=\"exp\"";
	switch (link ? link->kind : L2N_IDENTITY)
	{
		case L2N_IDENTITY:
			return classes ? " normalizationMethod=\"none\"" : "";
		case L2N_LOGIT:
			return " normalizationMethod=\"logit\"";
		case L2N_PROBIT:
			return " normalizationMethod=\"probit\"";
		case L2N_CLOGLOG:
			return " normalizationMethod=\"cloglog\"";
		default:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("PMML has no regression with link %s here", l2_link_name(link->kind)),
					 errhint("Use l2_sql.")));
	}
	return NULL;
}

/* What the data dictionary says of a target of classes */
static char *
pmml_classes(int n, const char *const *class, bool labels)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, " optype=\"categorical\" dataType=\"%s\">\n",
					 labels ? "string" : "integer");
	for (int c = 0; c < n; c++)
	{
		appendStringInfoString(&s, "      ");
		append_field(&s, "Value", "value", class[c], "/>\n");
	}
	appendStringInfoString(&s, "    </DataField>\n");
	return s.data;
}

/* A table of a model's parts, of a class where there is such */
static void
append_table(StringInfo s, const parts *p, const char *class)
{
	appendStringInfoString(s, "    <RegressionTable intercept=\"");
	l2_append_double(s, p->intercept);
	appendStringInfoString(s, class ? "\"" : "\">\n");
	if (class)
		append_field(s, "", "targetCategory", class, ">\n");
	append_predictors(s, p);
	appendStringInfoString(s, "    </RegressionTable>\n");
}

static void
append_header(StringInfo s)
{
	appendStringInfoString(s, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
							  "<PMML version=\"4.4\" xmlns=\"http://www.dmg.org/PMML-4_4\">\n"
							  "  <Header>\n    <Application name=\"l2reg\" "
							  "version=\"" L2REG_VERSION "\"/>\n  </Header>\n");
}

/* A table for each of several classes */
static text *
classes_to_pmml(const l2_model *m)
{
	int n;
	const char **class = l2_classes_of(l2_names_of_model(m), &n);
	const char *target = l2_column_name(l2_names_of_model(m), 0);
	parts p = pmml_parts(l2_model_of_class(m, 0, -1), target);
	StringInfoData s;

	initStringInfo(&s);
	append_header(&s);
	append_dictionary(&s, &p, target, pmml_classes(n, class, true));
	append_transformations(&s, &p);
	appendStringInfo(&s,
					 "  <RegressionModel functionName=\"classification\" algorithmName=\"%s\" "
					 "normalizationMethod=\"softmax\">\n",
					 l2_method_name(m->method));
	append_schema(&s, &p, target);
	for (int c = 0; c < n; c++)
	{
		p = pmml_parts(l2_model_of_class(m, c, -1), target);
		append_table(&s, &p, class[c]);
	}
	appendStringInfoString(&s, "  </RegressionModel>\n</PMML>\n");
	return cstring_to_text_with_len(s.data, s.len);
}

PG_FUNCTION_INFO_V1(l2_pmml);
PGDLLEXPORT Datum
l2_pmml(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	bool logistic = l2_model_is_binomial(m);
	l2_target_labels labels = l2_labels_of(l2_names_of_model(m));
	const char *target = l2_column_name(l2_names_of_model(m), 0);
	const char *class[2] = {labels.positive ? labels.negative : "0",
							labels.positive ? labels.positive : "1"};
	StringInfoData s;
	parts p;

	if (m->classes > 0)
		PG_RETURN_TEXT_P(classes_to_pmml(m));
	p = pmml_parts(m, target);
	initStringInfo(&s);
	append_header(&s);
	append_dictionary(&s, &p, target,
					  logistic ? pmml_classes(2, class, labels.positive != NULL)
							   : " optype=\"continuous\" dataType=\"double\"/>\n");
	append_transformations(&s, &p);
	appendStringInfo(&s, "  <RegressionModel functionName=\"%s\" algorithmName=\"%s\"%s>\n",
					 logistic ? "classification" : "regression", l2_method_name(m->method),
					 pmml_normalization(m, logistic));
	append_schema(&s, &p, target);
	append_table(&s, &p, logistic ? class[1] : NULL);
	if (logistic)
	{
		appendStringInfoString(&s, "    <RegressionTable intercept=\"0\"");
		append_field(&s, "", "targetCategory", class[0], "/>\n");
	}
	appendStringInfoString(&s, "  </RegressionModel>\n</PMML>\n");
	PG_RETURN_TEXT_P(cstring_to_text_with_len(s.data, s.len));
}
