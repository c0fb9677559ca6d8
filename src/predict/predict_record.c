/*
 * predict_record.c: models on records, whose attributes are matched by name.
 *
 * Which attribute goes with which coefficients is settled once, for a model and a record type; a
 * row then costs a look at each attribute that the model uses, and a hash for each category.
 */
#include "predict/predict_record.h"

#include <math.h>

#include "record/attribute.h"
#include "record/row.h"
#include "model/family.h"
#include "model/model.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

/* What the model does with an attribute */
typedef struct use
{
	const char *name;
	int number;    /* in the record */
	l2_term *term; /* instead, where it is none of its attributes */
	int place;     /* among all uses, as in training */
	l2_reading reading;
	double at_mean; /* what it adds to a prediction where every column has its mean */

	/* of a number */
	double coefficient;
	bool dropped; /* its value does not matter */
	int column;   /* its number among the model's features */

	/* of a category */
	bool null_level;
	bool guard;            /* its levels are features of their own: it just must be one of them */
	l2_dictionary *levels; /* those that training saw */
	int room;
	double *effect; /* of each, 0 for one without a column */
	int *column_of; /* of each, its number, or -1 */
} use;

struct l2_record_predictor
{
	bool constant; /* the model is a literal: the same in every row */
	bool is_row;   /* features are l2_rows, not records */
	l2_row_records rows;
	MemoryContext context;
	bool valid;
	l2_kept_value model;
	l2_record_type type;
	l2_terms *terms; /* of the model's formula; NULL where its features are attributes */
	l2_unseen unseen;
	const l2n_link *link; /* NULL for least squares */
	double intercept;
	bool classes; /* the model is of several */
	bool within;  /* groups, so that it cannot predict */
	int n_columns;
	int n;
	use *use;
};

bool
l2_is_record(Oid type)
{
	type = getBaseType(type);
	return type_is_rowtype(type) || l2_is_row(type);
}

/*
 * Whether argument 0 is a model written as a literal.  A parameter may change while the call site
 * stays, in a loop of PL/pgSQL, and so may what a name stands for.
 */
static bool
plan_is_constant(const FmgrInfo *f)
{
	const FuncExpr *call = (const FuncExpr *) f->fn_expr;

	return call && IsA(call, FuncExpr) && IsA(linitial(call->args), Const) &&
		   linitial_node(Const, call->args)->consttype != TEXTOID &&
		   linitial_node(Const, call->args)->consttype != REGCLASSOID;
}

l2_record_predictor *
l2_record_predictor_make(FmgrInfo *f)
{
	l2_record_predictor *p = MemoryContextAllocZero(f->fn_mcxt, sizeof *p);

	p->constant = plan_is_constant(f);
	p->is_row = l2_is_row(getBaseType(get_fn_expr_argtype(f, 1)));
	p->context = AllocSetContextCreate(f->fn_mcxt, "l2reg predict", ALLOCSET_DEFAULT_SIZES);
	return p;
}

HeapTupleHeader
l2_record_argument(FunctionCallInfo fcinfo, l2_record_predictor *p)
{
	if (p->is_row)
		return l2_row_as_record(&p->rows, fcinfo->flinfo->fn_mcxt, PG_GETARG_DATUM(1));
	return PG_GETARG_HEAPTUPLEHEADER(1);
}

/*
 * Matching
 */

static int
find_attribute(const l2_record_type *t, const char *name, l2_kind kind)
{
	int a = l2_find_attribute(t, name);
	bool by_name = kind != L2_KINDS;

	if (a < 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("record has no attribute \"%s\"", name),
				 by_name
					 ? errdetail("When the model was trained, it was %s. The record's attributes "
								 "are: %s.",
								 l2_kind_phrase(kind), l2_list_attributes(t))
					 : errdetail("The record's attributes are: %s.", l2_list_attributes(t)),
				 by_name ? 0
						 : errhint("The model was not trained on records: the attributes must have "
								   "the names of its features, which l2_names(model) lists.")));
	return a;
}

/* A use of the attribute of that name; kind is what it was in training, L2_KINDS where that is not
 * known */
static use *
add_use(l2_record_predictor *p, const char *name, l2_kind kind)
{
	const char *was = l2_kind_phrase(kind == L2_KINDS ? L2_NUMBER : kind);
	use *u = &p->use[p->n++];
	Oid type;

	*u = (use){.name = name};
	if (p->terms)
		u->term = l2_term_make(p->terms, name, &p->type);
	if (u->term)
		type = l2_term_type(u->term);
	else
	{
		u->number = find_attribute(&p->type, name, kind);
		type = TupleDescAttr(p->type.desc, u->number)->atttypid;
	}
	u->reading = l2_reading_of(type);
	if (u->reading.kind == L2_KINDS ||
		!l2_kinds_agree(u->reading.kind, kind == L2_KINDS ? L2_NUMBER : kind))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 u->term ? errmsg("term \"%s\" has type %s, but was %s when the model was trained",
								  name, format_type_be(type), was)
						 : errmsg("attribute \"%s\" has type %s, but was %s when the model was "
								  "trained",
								  name, format_type_be(type), was),
				 errhint("Cast it to what it was, or train the model anew.")));
	return u;
}

static void
plan_add_level(use *u, l2_level_name level, double effect, int column)
{
	l2_bytes key = l2_hashed(level, level ? strlen(level) : 0);
	int i;

	if (u->levels == NULL)
		u->levels = l2_dictionary_make(CurrentMemoryContext);
	i = l2_dictionary_add(u->levels, &key);
	if (i >= u->room)
	{
		u->room = Max(8, 2 * u->room);
		u->effect = u->effect ? repalloc(u->effect, sizeof(double) * u->room)
							  : palloc(sizeof(double) * u->room);
		u->column_of = u->column_of ? repalloc(u->column_of, sizeof(int) * u->room)
									: palloc(sizeof(int) * u->room);
	}
	u->effect[i] = effect;
	u->column_of[i] = column;
}

static int
plan_compare_places(const void *a, const void *b)
{
	return ((const use *) a)->place - ((const use *) b)->place;
}

/* A model of a record: its attributes say what they were */
static void
match_encoded(l2_record_predictor *p, const l2_model *m, const l2_encoding *e,
			  const char *const *terms)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE) + 1, *mean = l2_model_vector(m, L2_MEAN) + 1;
	const bool *dropped = l2_model_dropped(m);
	l2_column_origin *origin = l2_column_origins(e, terms, m->p);
	use **of_attribute = palloc0(sizeof(use *) * Max(e->n, 1));

	p->unseen = e->unseen;
	p->use = palloc(sizeof(use) * (e->n + m->p));
	for (int i = 0; i < e->n; i++)
	{
		const l2_attribute *a = &e->attribute[i];
		use *u;

		if (a->kind != L2_CATEGORY)
			continue;
		u = of_attribute[i] = add_use(p, a->name, a->kind);
		u->place = i;
		u->null_level = a->null_level;
		u->guard = a->guard;
		u->levels = l2_dictionary_make(CurrentMemoryContext);
		for (int l = 0; l < a->n_left; l++)
			plan_add_level(u, a->left[l], 0, -1);
	}
	for (int j = 0; j < m->p; j++)
	{
		const l2_column_origin *o = &origin[j];

		CHECK_FOR_INTERRUPTS();
		if (o->is_level)
		{
			plan_add_level(of_attribute[o->attribute], o->level, b[j], j);
			if (!dropped[j])
				of_attribute[o->attribute]->at_mean += b[j] * mean[j];
		}
		else
		{
			l2_kind kind = o->attribute < 0 ? L2_KINDS : e->attribute[o->attribute].kind;
			use *u = add_use(p, terms[j], kind);

			u->place = o->attribute < 0 ? e->n + j : o->attribute;
			u->coefficient = b[j];
			u->column = j;
			u->dropped = dropped[j];
			u->at_mean = dropped[j] ? 0 : b[j] * mean[j];
		}
	}
	qsort(p->use, p->n, sizeof(use), plan_compare_places);
}

/* Any other model: each term is an attribute */
static void
match_terms(l2_record_predictor *p, const l2_model *m, const char *const *terms)
{
	p->use = palloc(sizeof(use) * Max(m->p, 1));
	for (int j = 0; j < m->p; j++)
	{
		use *u = add_use(p, terms[j], L2_KINDS);

		CHECK_FOR_INTERRUPTS();
		u->column = j;
		u->coefficient = l2_model_vector(m, L2_ESTIMATE)[j + 1];
		u->dropped = l2_model_dropped(m)[j];
		u->at_mean = u->dropped ? 0 : u->coefficient * l2_model_vector(m, L2_MEAN)[j + 1];
	}
}

/*
 * Matches the attributes of a record with the columns of a model by name, once for rows of one
 * type.
 */
static void
plan_match(l2_record_predictor *p, Datum model, HeapTupleHeader record)
{
	MemoryContext old;
	const l2_model *m;
	l2_encoding *e;
	const char **names;

	p->valid = false;
	MemoryContextReset(p->context);
	old = MemoryContextSwitchTo(p->context);
	l2_keep_value(&p->model, model);
	m = l2_model_get_any(PointerGetDatum(p->model.value));
	p->classes = m->classes > 0;
	l2_record_type_of(record, &p->type);
	p->n = 0;
	p->n_columns = m->p;
	p->link = l2_link_of_model(m);
	p->intercept = l2_model_vector(m, L2_ESTIMATE)[0];
	p->within = l2_model_stat(m, L2_STAT_ABSORBED) > 0;
	e = l2_encoding_of(l2_names_of_model(m));
	p->terms = e ? l2_terms_of(e) : NULL;
	names = l2_name_list(l2_names_of_model(m), m->p + 1) + 1;
	if (e)
		match_encoded(p, m, e, names);
	else
		match_terms(p, m, names);
	MemoryContextSwitchTo(old);
	p->valid = true;
}

/*
 * Rows
 */

static void
unseen_level(const use *u, const l2_bytes *level)
{
	int n = l2_dictionary_size(u->levels);

	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
		 level->bytes ? errmsg("the model was not trained on level \"%s\" of attribute \"%s\"",
							   pnstrdup(level->bytes, level->len), u->name)
					  : errmsg("the model was not trained on NULL in attribute \"%s\"", u->name),
		 errdetail_plural("It knows %d level.", "It knows %d levels.", n, n),
		 errhint("Train it with the option {\"unseen\": \"zero\"} or \"null\", or leave such rows "
				 "out.")));
}

/* Of the record that was taken apart last */
static inline Datum
value_of(const l2_record_predictor *p, const use *u, bool *null)
{
	if (unlikely(u->term))
		return l2_term_value(u->term, null);
	*null = p->type.nulls[u->number];
	return p->type.values[u->number];
}

/* Whether something that the prediction needs is NULL in the record that was taken apart last */
static bool
lacks_value(const l2_record_predictor *p)
{
	for (int i = 0; i < p->n; i++)
	{
		bool null;

		(void) value_of(p, &p->use[i], &null);
		if (null && !p->use[i].null_level)
			return true;
	}
	return false;
}

/* The effect of a category in *result; false where the prediction is NULL */
static bool
add_category(const l2_record_predictor *p, const use *u, Datum value, bool null, double *result)
{
	l2_bytes level;
	int i;

	if (null && !u->null_level)
		return false;
	level = null ? l2_hashed(NULL, 0) : l2_read_level(&u->reading, value);
	i = l2_dictionary_find(u->levels, &level);
	if (likely(i >= 0))
		*result += u->effect[i];
	else if (p->unseen == L2_UNSEEN_NULL)
		return false;
	else if (p->unseen == L2_UNSEEN_ERROR)
	{
		/* no reason to stop where the prediction is NULL anyway */
		if (lacks_value(p))
			return false;
		unseen_level(u, &level);
	}
	return true;
}

/* Match model and record, where they are not those of the row before */
static inline void
plan_settle(FunctionCallInfo fcinfo, l2_record_predictor *p, HeapTupleHeader record)
{
	if (unlikely(!p->valid || !l2_is_of_type(&p->type, record) ||
				 !(p->constant || l2_same_value(&p->model, PG_GETARG_DATUM(0)))))
		plan_match(p, PG_GETARG_DATUM(0), record);
}

/* The linear predictor of the record; false where it is NULL */
static bool
predict_link(FunctionCallInfo fcinfo, l2_record_predictor *p, double *result, bool *finite)
{
	HeapTupleHeader record = l2_record_argument(fcinfo, p);
	bool known = true;

	plan_settle(fcinfo, p, record);

	l2_take_apart(&p->type, record);
	*result = p->intercept;
	*finite = true;
	for (int i = 0; i < p->n && known; i++)
	{
		const use *u = &p->use[i];
		bool null;
		Datum value = value_of(p, u, &null);

		if (u->reading.kind == L2_CATEGORY)
			known = add_category(p, u, value, null, result);
		else if (null)
			known = false;
		else if (!u->dropped)
		{
			double x = u->reading.number(value);

			*finite &= isfinite(x) != 0;
			*result += u->coefficient * x;
		}
	}
	return known;
}

/* The mean, infinite where it is beyond the range of doubles: one row must not stop a scan */
static double
mean_of(const l2_record_predictor *p, double link, bool finite)
{
	if (p->link && !isnan(link))
		return p->link->mean(link);
	if (unlikely(finite && !isfinite(link)))
		float_overflow_error();
	return link;
}

bool
l2_predict_record(FunctionCallInfo fcinfo, l2_record_predictor *p, bool link, double *result)
{
	double eta;
	bool finite;

	if (!predict_link(fcinfo, p, &eta, &finite))
		return false;
	if (unlikely(p->within || p->classes))
		l2_check_predicts(l2_model_get(PointerGetDatum(p->model.value)));
	if (!link)
		*result = mean_of(p, eta, finite);
	else
	{
		if (unlikely(finite && !isfinite(eta)))
			float_overflow_error();
		*result = eta;
	}
	return true;
}

const l2_model *
l2_record_model(const l2_record_predictor *p)
{
	return (const l2_model *) p->model.value;
}

/*
 * Encoding
 */

/* Whether a feature is made from the levels of a guard: its name says so, as formula.c writes it */
static bool
is_of_guard(const char *feature, const char *guard)
{
	size_t n = strlen(guard);

	for (const char *s = feature; (s = strstr(s, guard)) != NULL; s++)
		if ((s == feature || s[-1] == ':') && s[n] == '=')
			return true;
	return false;
}

/* A level that a guard does not know, where it makes NULLs: so are the features made from its
 * levels */
static void
encode_guard(const l2_record_predictor *p, const use *guard, Datum value, bool null, bool *nulls)
{
	double effect = 0;

	if (add_category(p, guard, value, null, &effect))
		return;
	for (int i = 0; i < p->n; i++)
		if (p->use[i].reading.kind != L2_CATEGORY && is_of_guard(p->use[i].name, guard->name))
			nulls[p->use[i].column] = true;
}

/* The columns of a category's levels, which are 0 and not NULL: 1 for the record's own */
static void
encode_category(const l2_record_predictor *p, const use *u, Datum value, bool null, double *x,
				bool *nulls)
{
	l2_bytes level = null ? l2_hashed(NULL, 0) : l2_read_level(&u->reading, value);
	bool unknown = null && !u->null_level;
	int found = unknown ? -1 : l2_dictionary_find(u->levels, &level);

	if (!unknown && found < 0 && p->unseen == L2_UNSEEN_ERROR)
	{
		/* as add_category: where the prediction is NULL anyway, a level that is not known is so */
		if (!lacks_value(p))
			unseen_level(u, &level);
		unknown = true;
	}
	unknown |= found < 0 && p->unseen == L2_UNSEEN_NULL;
	if (found >= 0 && u->column_of[found] >= 0)
		x[u->column_of[found]] = 1;
	for (int l = 0; unknown && l < l2_dictionary_size(u->levels); l++)
		if (u->column_of[l] >= 0)
			nulls[u->column_of[l]] = true;
}

/*
 * An array of n numbers: where none is NULL in one piece, for construct_md_array puts them in one
 * by one, which would be a fifth of the time of a fit over categories
 */
static ArrayType *
encoded_array(const double *x, bool *nulls, int n)
{
	Size size = ARR_OVERHEAD_NONULLS(1) + sizeof(float8) * n;
	int lower = 1;
	Datum *values;
	ArrayType *a;

	if (memchr(nulls, true, n) == NULL)
	{
		a = palloc(size);
		SET_VARSIZE(a, size);
		a->ndim = 1;
		a->dataoffset = 0;
		a->elemtype = FLOAT8OID;
		ARR_DIMS(a)[0] = n;
		ARR_LBOUND(a)[0] = lower;
		memcpy(ARR_DATA_PTR(a), x, sizeof(float8) * n);
		return a;
	}
	values = palloc(sizeof(Datum) * n);
	for (int i = 0; i < n; i++)
		values[i] = Float8GetDatum(x[i]);
	return construct_md_array(values, nulls, 1, &n, &lower, FLOAT8OID, sizeof(float8),
							  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

Datum
l2_encode_record(FunctionCallInfo fcinfo, l2_record_predictor *p)
{
	HeapTupleHeader record = l2_record_argument(fcinfo, p);
	double *x;
	bool *nulls;
	int n;

	plan_settle(fcinfo, p, record);
	l2_take_apart(&p->type, record);
	n = p->n_columns;
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	x = palloc0(sizeof(double) * n);
	nulls = palloc0(sizeof(bool) * n);
	for (int i = 0; i < p->n; i++)
	{
		const use *u = &p->use[i];
		bool null;
		Datum value = value_of(p, u, &null);

		if (u->reading.kind == L2_CATEGORY)
			encode_category(p, u, value, null, x, nulls);
		else
		{
			nulls[u->column] = null;
			x[u->column] = null ? 0 : u->reading.number(value);
		}
	}
	for (int i = 0; i < p->n; i++)
		if (p->use[i].guard)
		{
			bool null;
			Datum value = value_of(p, &p->use[i], &null);

			encode_guard(p, &p->use[i], value, null, nulls);
		}
	PG_RETURN_ARRAYTYPE_P(encoded_array(x, nulls, n));
}

/*
 * Explaining
 */

static l2_contribution
explain_category(const l2_record_predictor *p, const use *u, Datum value, bool null)
{
	l2_contribution c = {u->name, NAN, NAN, NAN, u->at_mean};
	double effect = 0;
	l2_bytes level;

	if (null && !u->null_level)
		return c;
	level = null ? l2_hashed(NULL, 0) : l2_read_level(&u->reading, value);
	c.term = l2_level_column(u->name, null ? NULL : pnstrdup(level.bytes, level.len));
	c.value = 1;
	if (!add_category(p, u, value, null, &effect))
		return c;
	c.contribution = effect;
	if (l2_dictionary_find(u->levels, &level) >= 0)
		c.estimate = effect;
	return c;
}

/* A level that makes the prediction NULL makes the features made from its levels so, and their
 * shares
 */
static void
explain_guard(const char *guard, l2_contribution *list, int n)
{
	for (int i = 0; i < n; i++)
		if (is_of_guard(list[i].term, guard))
			list[i].value = list[i].contribution = NAN;
}

l2_contribution *
l2_explain_record(l2_record_predictor *p, Datum model, HeapTupleHeader record, int *n)
{
	l2_contribution *list;

	plan_match(p, model, record);
	l2_take_apart(&p->type, record);
	list = palloc(sizeof *list * Max(p->n, 1));
	*n = 0;
	for (int i = 0; i < p->n; i++)
	{
		const use *u = &p->use[i];
		bool null;
		Datum value = value_of(p, u, &null);
		l2_contribution c;

		if (u->reading.kind == L2_CATEGORY)
			c = explain_category(p, u, value, null);
		else
		{
			double x = null ? NAN : u->reading.number(value);

			c = (l2_contribution){u->name, x, u->dropped ? NAN : u->coefficient,
								  u->dropped ? 0 : u->coefficient * x, u->at_mean};
		}
		if (!u->guard)
			list[(*n)++] = c;
		else if (isnan(c.contribution))
			explain_guard(u->name, list, *n);
	}
	return list;
}
