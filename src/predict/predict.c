/*
 * predict.c: models on rows.
 *
 * NULL in, NULL out; NaN and infinities behave as in PostgreSQL's own arithmetic.  A feature
 * that the fit dropped counts as 0.
 */
#include "model/model.h"

#include <math.h>

#include "base/args.h"
#include "gram/encoding.h"
#include "model/family.h"
#include "model/vcov.h"
#include "base/rows.h"
#include "num/glm/softmax.h"
#include "predict/predict_record.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"

/* b0 + b . x, x perhaps unaligned; four sums in flight, since an addition has latency */
static inline double
predict_dot(const double *b, const char *x, int n)
{
	double s[4] = {0, 0, 0, 0}, v[4];
	int i = 0;

	for (; i + 4 <= n; i += 4)
	{
		memcpy(v, x + sizeof(double) * i, sizeof v);
		s[0] += b[i] * v[0];
		s[1] += b[i + 1] * v[1];
		s[2] += b[i + 2] * v[2];
		s[3] += b[i + 3] * v[3];
	}
	for (; i < n; i++)
	{
		memcpy(v, x + sizeof(double) * i, sizeof v[0]);
		s[0] += b[i] * v[0];
	}
	return (s[0] + s[1]) + (s[2] + s[3]);
}

static bool
all_finite(const char *x, int n)
{
	double v;

	for (int i = 0; i < n; i++)
	{
		memcpy(&v, x + sizeof(double) * i, sizeof v);
		if (!isfinite(v))
			return false;
	}
	return true;
}

static void
wrong_length(int given, int expected)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
		 errmsg_plural("%d feature given, but the model has %d",
					   "%d features given, but the model has %d", given, given, expected),
		 errhint("l2_names(model) lists the target and the features in order; the row of a table "
				 "is its alias: l2_predict(model, t)%s.",
				 given == 1 ? "; where a column has that name too, t.*" : "")));
}

void
l2_check_predicts(const l2_model *m)
{
	if (unlikely(l2_model_stat(m, L2_STAT_ABSORBED) > 0))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the model was fitted within groups, and does not know their means"),
				 errdetail("It has coefficients of the features alone."),
				 errhint("Fit the groups as levels, factor(store) in a formula or a category of a "
						 "record, to predict; l2_coef gives the coefficients.")));
}

void
l2_check_features(const l2_model *m, int given)
{
	if (unlikely(given != m->p))
		wrong_length(given, m->p);
}

/* Leaves out what the fit dropped, whatever it is: 0 times infinity is not 0 */
static double
dot_kept(const l2_model *m, const char *x, bool *finite)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE);
	const bool *dropped = l2_model_dropped(m);
	double result = b[0], v;

	*finite = true;
	for (int i = 0; i < m->p; i++)
	{
		memcpy(&v, x + sizeof(double) * i, sizeof v);
		if (dropped[i])
			continue;
		result += b[i + 1] * v;
		*finite &= isfinite(v) != 0;
	}
	return result;
}

/* b0 + b . x; an overflow only where the caller cannot do with infinity */
static double
linear(const l2_model *m, const char *x, int n, bool infinite)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE);
	double result;
	bool finite;

	l2_check_features(m, n);
	l2_check_predicts(m);
	if (unlikely(m->flags & L2_MODEL_DROPPED))
		result = dot_kept(m, x, &finite);
	else
	{
		result = b[0] + predict_dot(b + 1, x, n);
		finite = isfinite(result) || all_finite(x, n);
	}
	if (unlikely(!isfinite(result)) && finite && !(infinite && isinf(result)))
		float_overflow_error();
	return result;
}

/* The mean, or, link, the linear predictor */
static double
predict_row(const l2_model *m, const char *x, int n, bool link)
{
	if (likely(!l2_model_has_link(m) || link))
		return linear(m, x, n, false);
	/* a mean beyond the range of doubles is infinite: one row must not stop a scan */
	return l2_link_of_model(m)->mean(linear(m, x, n, true));
}

bool
l2_predict_row(const l2_model *m, const l2_array_view *x, double *result)
{
	if (x->has_null)
	{
		l2_check_features(m, x->n);
		return false;
	}
	*result = predict_row(m, x->values, x->n, false);
	return true;
}

/* What the functions of features know of their arguments' types */
typedef struct any_readers
{
	bool array;                  /* one argument, an array */
	bool float8_array;           /* of float8 */
	l2_record_predictor *record; /* one argument, a record */
	bool all_float8;
	int n;
	l2_reader *reader;
	double *row; /* n values */
	bool told;   /* that a row is not determined */
} any_readers;

static any_readers *
predict_find_readers(FunctionCallInfo fcinfo)
{
	FmgrInfo *f = fcinfo->flinfo;
	any_readers *r = MemoryContextAllocZero(f->fn_mcxt, sizeof *r);

	r->n = PG_NARGS() - 1;
	r->array = get_fn_expr_variadic(f) ||
			   (r->n == 1 && OidIsValid(get_base_element_type(get_fn_expr_argtype(f, 1))));
	r->float8_array = r->array && getBaseType(get_fn_expr_argtype(f, 1)) == FLOAT8ARRAYOID;
	if (r->n == 1 && l2_is_record(get_fn_expr_argtype(f, 1)))
	{
		r->record = l2_record_predictor_make(f);
		f->fn_extra = r;
		return r;
	}
	if (!r->array && OidIsValid(get_base_element_type(get_fn_expr_argtype(f, 1))))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("features are one array, one record, or a number each"),
						errhint("For another threshold than 0.5 write l2_predict(...) >= 0.3.")));
	r->reader = MemoryContextAlloc(f->fn_mcxt, sizeof(l2_reader) * r->n);
	r->row = MemoryContextAlloc(f->fn_mcxt, sizeof(double) * r->n);
	r->all_float8 = !r->array && l2_find_readers(fcinfo, 1, r->n, 2, r->reader);
	f->fn_extra = r;
	return r;
}

static any_readers *
readers_of(FunctionCallInfo fcinfo)
{
	any_readers *r = fcinfo->flinfo->fn_extra;

	return likely(r != NULL) ? r : predict_find_readers(fcinfo);
}

/*
 * Once a call site: a row of features about which the rows of the fit say nothing, such as a
 * combination of levels that none of them had
 */
static void
predict_tell_undetermined(any_readers *r, const l2_model *m, const char *x)
{
	int of = l2_vcov_undetermined(m, x, false);

	if (of == 0)
		return;
	r->told = true;
	ereport(
		NOTICE,
		(errmsg("the rows of training do not determine a prediction"),
		 errdetail("Column \"%s\" was dropped, since others explained it in all of them; in a row "
				   "to predict it is not what they say.",
				   l2_model_term(m, of)),
		 errhint("Such a row is predicted as if the column were not there, which is one of many "
				 "ways. Leave a term out of the model, or put levels together.")));
}

/* Features of an array of any number type; false where one is NULL */
static bool
predict_array(FunctionCallInfo fcinfo, any_readers *r, const l2_model *m, bool link, double *result)
{
	int n;
	bool *nulls;
	double *x = l2_read_array(PG_GETARG_DATUM(1), "features", &n, &nulls);

	l2_check_features(m, n);
	for (int i = 0; i < n; i++)
		if (nulls[i])
			return false;
	*result = predict_row(m, (char *) x, n, link);
	if (unlikely(m->kept & L2_KEPT_ALIASES) && !r->told)
		predict_tell_undetermined(r, m, (char *) x);
	return true;
}

/* Arguments: a model, and features in any way; false where the result is NULL */
static bool
predict_any(FunctionCallInfo fcinfo, bool link, double *result)
{
	any_readers *r = readers_of(fcinfo);
	const l2_model *m;

	if (r->record)
	{
		if (!l2_predict_record(fcinfo, r->record, link, result))
			return false;
		if (!r->told && (m = l2_record_model(r->record))->kept & L2_KEPT_ALIASES)
		{
			Datum row = l2_encode_record(fcinfo, r->record);
			l2_array_view x = l2_view_float8_array(row, "features");

			predict_tell_undetermined(r, m, x.values);
			pfree(DatumGetPointer(row));
		}
		return true;
	}
	m = PG_GETARG_L2_MODEL(0);
	if (r->float8_array)
	{
		l2_array_view x = l2_view_float8_array(PG_GETARG_DATUM(1), "features");

		l2_check_features(m, x.n);
		if (x.has_null)
			return false;
		*result = predict_row(m, x.values, x.n, link);
		if (unlikely(m->kept & L2_KEPT_ALIASES) && !r->told)
			predict_tell_undetermined(r, m, x.values);
		return true;
	}
	if (r->array)
		return predict_array(fcinfo, r, m, link, result);
	l2_read_arguments(fcinfo, 1, r->n, r->reader, r->all_float8, r->row);
	*result = predict_row(m, (char *) r->row, r->n, link);
	if (unlikely(m->kept & L2_KEPT_ALIASES) && !r->told)
		predict_tell_undetermined(r, m, (char *) r->row);
	return true;
}

PG_FUNCTION_INFO_V1(l2_predict_any);
PGDLLEXPORT Datum
l2_predict_any(PG_FUNCTION_ARGS)
{
	double result;

	if (!predict_any(fcinfo, false, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(l2_predict_link_any);
PGDLLEXPORT Datum
l2_predict_link_any(PG_FUNCTION_ARGS)
{
	double result;

	if (!predict_any(fcinfo, true, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

Datum
l2_predict_link_again(PG_FUNCTION_ARGS)
{
	double result;

	readers_of(fcinfo)->told = true;
	if (!predict_any(fcinfo, true, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(l2_classify_any);
PGDLLEXPORT Datum
l2_classify_any(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_L2_MODEL(0);
	double p;

	if (!l2_model_is_binomial(m))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a model of method %s does not classify", l2_method_name(m->method)),
						errhint("Use a model of logistic_fit, or compare l2_predict(...) with a "
								"limit.")));
	if (!predict_any(fcinfo, false, &p) || isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(p >= 0.5);
}

/* The probability of each class in p; false where a feature is NULL */
static bool
predict_classes(FunctionCallInfo fcinfo, const l2_model *m, double *p)
{
	const bool *dropped = l2_model_dropped(m);
	Datum row = l2_encode_any(fcinfo);
	bool *nulls;
	double *x;
	int n;

	if (fcinfo->isnull)
	{
		fcinfo->isnull = false;
		return false;
	}
	x = l2_read_array(row, "features", &n, &nulls);
	for (int i = 0; i < n; i++)
		if (nulls[i])
			return false;
	for (int c = 0; c < m->classes; c++)
	{
		const double *b = l2_model_class(m, c, false);

		p[c] = b[0];
		for (int i = 0; i < n; i++)
			if (!dropped[i] && b[i + 1] != 0)
				p[c] += b[i + 1] * x[i];
	}
	l2n_softmax_probabilities(m->classes, p);
	return true;
}

PG_FUNCTION_INFO_V1(l2_predict_proba_any);
PGDLLEXPORT Datum
l2_predict_proba_any(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	l2_names names = l2_names_of_model(m);
	l2_target_labels labels = l2_labels_of(names);
	const char *two[2] = {labels.positive ? labels.negative : "0",
						  labels.positive ? labels.positive : "1"};
	int n;
	const char *const *class = l2_classes_of(names, &n);
	double *p = palloc(sizeof(double) * Max(n, 2));
	bool known;

	if (n > 0)
		known = predict_classes(fcinfo, m, p);
	else
	{
		if (!l2_model_is_binomial(m))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("a model of method %s has no probabilities of classes",
								   l2_method_name(m->method)),
							errhint("Use a model of multinomial_fit or logistic_fit.")));
		class = two;
		n = 2;
		known = predict_any(fcinfo, false, &p[1]);
		p[0] = 1 - p[1];
	}
	for (int c = 0; c < n; c++)
	{
		Datum values[2] = {CStringGetTextDatum(class[c]), Float8GetDatum(p[c])};
		bool nulls[2] = {false, !known || isnan(p[c])};

		l2_rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* Of several classes; NULL where there is none, since a feature is NULL */
static const char *
most_probable(FunctionCallInfo fcinfo, const l2_model *m)
{
	int n, best = 0;
	const char **class = l2_classes_of(l2_names_of_model(m), &n);
	double *p = palloc(sizeof(double) * n);

	if (!predict_classes(fcinfo, m, p) || isnan(p[0]))
		return NULL;
	for (int c = 1; c < n; c++)
		if (p[c] > p[best])
			best = c;
	return class[best];
}

PG_FUNCTION_INFO_V1(l2_predict_label_any);
PGDLLEXPORT Datum
l2_predict_label_any(PG_FUNCTION_ARGS)
{
	const l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	l2_target_labels labels = l2_labels_of(l2_names_of_model(m));
	double p;

	if (m->classes > 0)
	{
		const char *label = most_probable(fcinfo, m);

		if (label == NULL)
			PG_RETURN_NULL();
		PG_RETURN_TEXT_P(cstring_to_text(label));
	}

	if (labels.positive == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the model's target has no labels"),
						errhint("l2_classify(...) is true or false; a logistic regression of text "
								"or an enum has labels.")));
	if (!predict_any(fcinfo, false, &p) || isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(p >= 0.5 ? labels.positive : labels.negative));
}

/* The features themselves as the numbers that the coefficients belong to */
PG_FUNCTION_INFO_V1(l2_encode_any);
PGDLLEXPORT Datum
l2_encode_any(PG_FUNCTION_ARGS)
{
	any_readers *r = readers_of(fcinfo);
	l2_model *m;
	double *x;
	bool *nulls;
	Datum *values;
	int n = r->n, lower = 1;

	if (r->record)
		return l2_encode_record(fcinfo, r->record);
	m = PG_GETARG_ANY_L2_MODEL(0);
	if (r->array)
		x = l2_read_array(PG_GETARG_DATUM(1), "features", &n, &nulls);
	else
	{
		x = r->row;
		nulls = palloc0(sizeof(bool) * n);
		l2_read_arguments(fcinfo, 1, n, r->reader, r->all_float8, x);
	}
	l2_check_features(m, n);
	values = palloc(sizeof(Datum) * Max(n, 1));
	for (int i = 0; i < n; i++)
		values[i] = Float8GetDatum(x[i]);
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, &n, &lower, FLOAT8OID,
											 sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

Datum
l2_of_features(FunctionCallInfo fcinfo, FmgrInfo *f, PGFunction work, bool *null)
{
	LOCAL_FCINFO(inner, 2);
	Datum result;

	InitFunctionCallInfoData(*inner, f, 2, PG_GET_COLLATION(), NULL, NULL);
	memcpy(inner->args, fcinfo->args, sizeof inner->args[0] * 2);
	result = work(inner);
	*null = inner->isnull;
	return result;
}
