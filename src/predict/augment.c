/*
 * augment.c: what a fit makes of one of its own rows.
 *
 * References: R. D. Cook, Technometrics 19 (1977); D. Pregibon, Annals of Statistics 9 (1981), for
 * generalised linear models, at the weights of the last step.
 */
#include "base/args.h"
#include "base/rows.h"
#include "model/family.h"
#include "model/vcov.h"
#include "options/obs.h"
#include "predict/predict_record.h"
#include "record/attribute.h"

#include "num/stats/sandwich.h"

#include <ctype.h>
#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* A leverage this near to 1 is 1, as in R's lm.influence: the row decides its own fit */
#define AUGMENT_WHOLE (1 - 10 * 2.220446049250313e-16)

/* Relative difference by which weights are not all 1 */
#define AUGMENT_WEIGHTED 1e-9

typedef struct augment
{
	TupleDesc desc;
	bool is_obs;                 /* argument 2, */
	l2_reader read_y;            /* or a number or boolean; NULL: a label, or nothing */
	FmgrInfo label_out;          /* of a label */
	FmgrInfo values, encoded;    /* of the same call: their own fn_extra */
	l2_record_predictor *record; /* of features that are a record */
	MemoryContext context;       /* of what follows */
	bool valid;
	l2_kept_value model;
	const double *factor; /* of the inverse: see covariance.h */
	double *z;            /* a row in its coordinates */
	int rank;             /* coefficients */
	l2_record_type type;
	int target;              /* the record's attribute; -1: none */
	l2_reader read_target;   /* NULL: a label */
	FmgrInfo target_out;     /* of a label */
	double (*scale)(double); /* of a target log(price), whose attribute is price; NULL: none */
} augment;

static void
augment_check_method(const l2_model *m)
{
	if (m->method != L2_METHOD_OLS && m->method != L2_METHOD_RIDGE && !l2_model_has_link(m))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("no leverage of rows for a model of method %s", l2_method_name(m->method)),
				 errdetail("It is known for least squares, ridge and generalised linear models."),
				 errhint("l2_predict gives the fitted value.")));
	l2_vcov_need(m, "l2_augment");
	l2_vcov_need_own_rows(m, "l2_augment");
	l2_check_predicts(m);
}

/* How argument 2 is read: l2_obs, a number, a boolean, or a label as text or an enum has them */
static void
augment_find_y(FunctionCallInfo fcinfo, augment *a)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, 2), output;
	bool varlena;

	a->is_obs = l2_is_obs(type);
	if (l2_is_label(type))
	{
		getTypeOutputInfo(type, &output, &varlena);
		fmgr_info_cxt(output, &a->label_out, fcinfo->flinfo->fn_mcxt);
	}
	else if (!a->is_obs && OidIsValid(type) && type != UNKNOWNOID)
		a->read_y = l2_reader_of_target(type, "y");
}

/* What calls of a query have in common, made anew where the model is another. */
static augment *
augment_of_call(FunctionCallInfo fcinfo)
{
	augment *a = fcinfo->flinfo->fn_extra;
	Datum model = PG_GETARG_DATUM(0);
	const l2_model *m;
	MemoryContext old;

	if (a == NULL)
	{
		old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		a = palloc0(sizeof *a);
		a->desc = l2_row_desc(fcinfo);
		augment_find_y(fcinfo, a);
		a->values = a->encoded = *fcinfo->flinfo;
		if (l2_is_record(get_fn_expr_argtype(fcinfo->flinfo, 1)))
			a->record = l2_record_predictor_make(fcinfo->flinfo);
		a->context =
			AllocSetContextCreate(CurrentMemoryContext, "l2reg augment", ALLOCSET_DEFAULT_SIZES);
		MemoryContextSwitchTo(old);
		fcinfo->flinfo->fn_extra = a;
	}
	if (a->valid && l2_same_value(&a->model, model))
		return a;
	a->valid = false;
	MemoryContextReset(a->context);
	old = MemoryContextSwitchTo(a->context);
	l2_keep_value(&a->model, model);
	m = l2_model_get(PointerGetDatum(a->model.value));
	augment_check_method(m);
	a->factor = l2_model_matrix(m, L2_KEPT_FACTOR);
	a->z = palloc(sizeof(double) * (m->p + 1));
	a->rank = (m->flags & L2_MODEL_INTERCEPT) ? 1 : 0;
	for (int i = 0; i < m->p; i++)
		a->rank += !l2_model_dropped(m)[i];
	a->rank -= l2_model_has_offset(m); /* which is not fitted */
	a->type.type = InvalidOid;
	MemoryContextSwitchTo(old);
	a->valid = true;
	return a;
}

/* 1 or 0 of a label of the model's target */
static double
augment_read_label(const l2_model *m, const char *label)
{
	l2_target_labels labels = l2_labels_of(l2_names_of_model(m));

	if (labels.positive == NULL)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("y is a label, \"%s\", and the model's target has none", label),
						errhint("Give it as the fit did: a number, or a boolean.")));
	if (strcmp(label, labels.positive) != 0 && strcmp(label, labels.negative) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("y is \"%s\", which is no label of the model's target", label),
				 errdetail("Its labels are \"%s\" and \"%s\".", labels.negative, labels.positive)));
	return strcmp(label, labels.positive) == 0;
}

/* How the outcome in a record is read: as a number, or as a label of a target that has labels */
static void
augment_find_target(augment *a, const l2_model *m, Oid type, const char *name)
{
	Oid output;
	bool varlena;

	a->read_target = NULL;
	if (l2_is_label(type) && l2_labels_of(l2_names_of_model(m)).positive)
	{
		getTypeOutputInfo(type, &output, &varlena);
		fmgr_info_cxt(output, &a->target_out, a->context);
	}
	else
		a->read_target = l2_reader_of_target(type, name);
}

/* Functions of one column that a formula's target may be, as named/formula.c reads them */
static const struct
{
	const char *name;
	double (*scale)(double);
} augment_scales[] = {
	{"log(", log}, {"log2(", log2}, {"log10(", log10}, {"exp(", exp}, {"sqrt(", sqrt}};

/* The name between brackets, as SQL reads it; NULL where there is more than a name */
static char *
augment_bracketed_name(const char *s)
{
	StringInfoData name;
	bool quoted;

	s += strspn(s, " ");
	quoted = *s == '"';
	s += quoted;
	initStringInfo(&name);
	for (; *s && (quoted || isalnum((unsigned char) *s) || *s == '_' || IS_HIGHBIT_SET(*s)); s++)
	{
		if (*s == '"' && s[1] != '"')
			break;
		s += *s == '"';
		appendStringInfoChar(&name, quoted ? *s : (char) pg_tolower((unsigned char) *s));
	}
	s += quoted && *s == '"';
	s += strspn(s, " ");
	return strcmp(s, ")") == 0 ? name.data : NULL;
}

/* Find the outcome in records of that type: the target, or the column that it is a function of */
static void
augment_look_up_target(augment *a, const l2_model *m)
{
	const char *name = l2_column_name(l2_names_of_model(m), 0);

	a->scale = NULL;
	a->target = l2_find_attribute(&a->type, name);
	for (int i = 0; a->target < 0 && i < (int) lengthof(augment_scales); i++)
	{
		size_t n = strlen(augment_scales[i].name);
		const char *column =
			strncmp(name, augment_scales[i].name, n) == 0 ? augment_bracketed_name(name + n) : NULL;

		if (column == NULL)
			continue;
		a->target = l2_find_attribute(&a->type, column);
		a->scale = augment_scales[i].scale;
	}
	if (a->target >= 0)
		augment_find_target(a, m, TupleDescAttr(a->type.desc, a->target)->atttypid, name);
}

/* The outcome in a record, before it is scaled; false where it has none */
static bool
augment_read_target(FunctionCallInfo fcinfo, augment *a, const l2_model *m, double *y)
{
	HeapTupleHeader record = l2_record_argument(fcinfo, a->record);

	if (!OidIsValid(a->type.type) || !l2_is_of_type(&a->type, record))
	{
		MemoryContext old = MemoryContextSwitchTo(a->context);

		l2_record_type_of(record, &a->type);
		augment_look_up_target(a, m);
		MemoryContextSwitchTo(old);
	}
	if (a->target < 0)
		return false;
	l2_take_apart(&a->type, record);
	if (a->type.nulls[a->target])
		return false;
	*y = a->read_target
			 ? a->read_target(a->type.values[a->target])
			 : augment_read_label(m, OutputFunctionCall(&a->target_out, a->type.values[a->target]));
	return true;
}

/* The outcome that argument 2 is: a number, a boolean or a label */
static double
augment_read_y(FunctionCallInfo fcinfo, augment *a, const l2_model *m)
{
	const char *label;

	if (a->read_y)
		return a->read_y(PG_GETARG_DATUM(2));
	if (get_fn_expr_argtype(fcinfo->flinfo, 2) != UNKNOWNOID)
		return augment_read_label(m, OutputFunctionCall(&a->label_out, PG_GETARG_DATUM(2)));
	/* a literal */
	label = DatumGetCString(PG_GETARG_DATUM(2));
	return l2_labels_of(l2_names_of_model(m)).positive
			   ? augment_read_label(m, label)
			   : DatumGetFloat8(DirectFunctionCall1(float8in, PG_GETARG_DATUM(2)));
}

/* Error for an outcome that is the column of the row, where the model is of a function of it */
static void
augment_check_scale(FunctionCallInfo fcinfo, augment *a, const l2_model *m, double y)
{
	const char *name = l2_column_name(l2_names_of_model(m), 0);
	double plain;

	if (a->record && strchr(name, '(') && augment_read_target(fcinfo, a, m, &plain) && a->scale &&
		y == plain && y != a->scale(plain))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("y is %g, and the model is of %s, which is %g", y, name, a->scale(plain)),
				 errhint("Leave y out, l2_augment(model, row), or give it as the model has it.")));
}

/* What is known of the row besides its features: y is NaN where that is not */
static l2_row_of_y
augment_outcome(FunctionCallInfo fcinfo, augment *a, const l2_model *m)
{
	l2_row_of_y r = {.y = NAN, .weight = 1};
	double total = m->values[L2_STAT_SUM_WEIGHTS];

	if (a->is_obs)
	{
		if (!PG_ARGISNULL(2))
		{
			l2_obs_read(PG_GETARG_DATUM(2), &r);
			augment_check_scale(fcinfo, a, m, r.y);
		}
		if (!l2_model_has_link(m))
			l2_refuse_offset(&r);
		return r;
	}
	if (!(m->flags & L2_MODEL_FREQUENCY) && (!isnan(l2_model_stat(m, L2_STAT_LOG_WEIGHTS)) ||
											 fabs(total - m->n) > AUGMENT_WEIGHTED * m->n))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the model was fitted with weights, and the row has none"),
						errhint("Give the outcome with its weight: l2_augment(model, row, "
								"l2_obs(y, weight => w)).")));
	if (!PG_ARGISNULL(2))
	{
		r.y = augment_read_y(fcinfo, a, m);
		augment_check_scale(fcinfo, a, m, r.y);
	}
	else if (a->record && augment_read_target(fcinfo, a, m, &r.y) && a->scale)
		r.y = a->scale(r.y);
	return r;
}

/* A row of a fit */
typedef struct augment_row
{
	double fitted;
	double residual;
	double pearson;  /* the residual in units of the standard deviation, but for the dispersion */
	double leverage; /* of a row of weight 1 */
} augment_row;

static void
augment_by_link(const l2_model *m, const l2_row_of_y *r, double eta, augment_row *row)
{
	double residual, information, loss, slope, bend;
	l2n_family f;

	l2_family_of_model(m, &f);
	f.expected = true;
	row->fitted = f.link->mean(eta);
	if (r->y < f.lowest || r->y > f.highest)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("y is %g, which family %s cannot have", r->y, l2_family_name(f.kind))));
	f.evaluate(&f, l2_kernel, 1, &row->fitted, &eta, &residual, &information, &loss);
	f.link->slopes(eta, row->fitted, &slope, &bend);
	row->residual = r->y - row->fitted;
	row->pearson = row->leverage = NAN;
	if (isinf(loss))
		return; /* a mean that the family cannot have */
	row->pearson = row->residual * sqrt(information) / fabs(slope);
	row->leverage = information;
}

/* l2_augment(model, features, y) */
PG_FUNCTION_INFO_V1(l2_augment);
PGDLLEXPORT Datum
l2_augment(PG_FUNCTION_ARGS)
{
	enum
	{
		FITTED,
		RESIDUAL,
		STANDARDIZED,
		LEVERAGE,
		COOKS_DISTANCE,
		COLUMNS
	};
	augment *a;
	const l2_model *m;
	l2_row_of_y r;
	l2_array_view x;
	augment_row row = {.leverage = 1};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false}, null, counts, penalised;
	double link, standardized = NAN, cooks = NAN, variance;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	a = augment_of_call(fcinfo);
	m = (const l2_model *) a->model.value;
	r = augment_outcome(fcinfo, a, m);
	link = DatumGetFloat8(l2_of_features(fcinfo, &a->values, l2_predict_link_any, &null));
	if (null)
		PG_RETURN_NULL();
	x = l2_view_float8_array(l2_of_features(fcinfo, &a->encoded, l2_encode_any, &null), "features");
	if (l2_model_has_link(m))
		augment_by_link(m, &r, link + r.offset, &row);
	else
	{
		row.fitted = link;
		row.residual = row.pearson = r.y - link;
	}
	counts = l2_usable_weight(r.weight);
	if (m->flags & L2_MODEL_FREQUENCY)
		r.weight = counts;
	l2_vcov_row(m, x.values, a->z);
	row.leverage *= r.weight * l2n_sandwich_turn(m->p + 1, a->factor, a->z);
	if (row.leverage > AUGMENT_WHOLE && row.leverage < 1 + 1e-9)
		row.leverage = 1;

	/* penalised coefficients do not move as these formulas say */
	penalised = m->values[L2_STAT_LAMBDA] > 0;
	variance = l2_vcov_unit(m);
	if (counts && !penalised && row.leverage < 1)
	{
		standardized = row.pearson * sqrt(r.weight / (variance * (1 - row.leverage)));
		cooks = standardized * standardized * row.leverage / (1 - row.leverage) / a->rank;
		/* 0 / 0: without residual degrees of freedom or of a perfect fit nothing is known */
		if (!isfinite(standardized))
			standardized = cooks = NAN;
	}
	l2_set_double(values, nulls, FITTED, row.fitted);
	l2_set_double(values, nulls, RESIDUAL, row.residual);
	l2_set_double(values, nulls, STANDARDIZED, standardized);
	l2_set_double(values, nulls, LEVERAGE, row.leverage);
	l2_set_double(values, nulls, COOKS_DISTANCE, cooks);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(a->desc, values, nulls)));
}
