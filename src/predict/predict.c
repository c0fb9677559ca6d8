/*
 * predict.c: models on rows.
 *
 * NULL in, NULL out; NaN and infinities behave as in PostgreSQL's own arithmetic.  A feature
 * that the fit dropped counts as 0.
 */
#include "model/model.h"

#include <math.h>

#include "base/args.h"
#include "model/family.h"
#include "predict/predict_record.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/float.h"
#include "utils/lsyscache.h"

/* b0 + b . x, x perhaps unaligned; four sums in flight, since an addition has latency */
static inline double
dot(const double *b, const char *x, int n)
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

/* A result that is not finite though its terms are has overflowed */
static inline double
checked(double result, const char *x, int n)
{
	if (unlikely(!isfinite(result)) && all_finite(x, n))
		float_overflow_error();
	return result;
}

static void
wrong_length(int given, int expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
			 errmsg_plural("%d feature given, but the model has %d",
						   "%d features given, but the model has %d", given, given, expected),
			 errhint("l2_names(model) lists the target and the features in order.")));
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
	if (unlikely(m->flags & L2_MODEL_DROPPED))
		result = dot_kept(m, x, &finite);
	else
	{
		result = b[0] + dot(b + 1, x, n);
		finite = isfinite(result) || all_finite(x, n);
	}
	if (unlikely(!isfinite(result)) && finite && !(infinite && isinf(result)))
		float_overflow_error();
	return result;
}

static double
predict(const l2_model *m, const char *x, int n)
{
	double eta, mean;

	if (likely(!l2_model_has_link(m)))
		return linear(m, x, n, false);
	eta = linear(m, x, n, true);
	mean = l2_family_of(m->method)->mean(eta);
	if (unlikely(isinf(mean)))
		return checked(mean, x, n);
	return mean;
}

bool
l2_predict_row(const l2_model *m, const l2_array_view *x, double *result)
{
	if (x->has_null)
	{
		l2_check_features(m, x->n);
		return false;
	}
	*result = predict(m, x->values, x->n);
	return true;
}

PG_FUNCTION_INFO_V1(l2_predict);
PGDLLEXPORT Datum
l2_predict(PG_FUNCTION_ARGS)
{
	l2_model *m = PG_GETARG_L2_MODEL(0);
	l2_array_view x = l2_view_float8_array(PG_GETARG_DATUM(1), "x");
	double result;

	if (!l2_predict_row(m, &x, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/* x in an array of any numeric type */
static Datum
predict_array(FunctionCallInfo fcinfo, const l2_model *m)
{
	int n;
	bool *nulls;
	double *x = l2_read_array(PG_GETARG_DATUM(1), "x", &n, &nulls);

	l2_check_features(m, n);
	for (int i = 0; i < n; i++)
		if (nulls[i])
			PG_RETURN_NULL();
	PG_RETURN_FLOAT8(predict(m, (char *) x, n));
}

PG_FUNCTION_INFO_V1(l2_predict_array);
PGDLLEXPORT Datum
l2_predict_array(PG_FUNCTION_ARGS)
{
	return predict_array(fcinfo, PG_GETARG_L2_MODEL(0));
}

/*
 * Features as they come: an array of any numeric type, a record, or columns
 */

/* What a call site knows of its arguments' types */
typedef struct any_readers
{
	bool array;                  /* one argument, an array, */
	bool array_of_float8;        /* read where it lies */
	l2_record_predictor *record; /* one argument, a record */
	bool all_float8;
	int n;
	l2_reader *reader;
	double *row; /* n values */
} any_readers;

static any_readers *
find_readers(FunctionCallInfo fcinfo)
{
	FmgrInfo *f = fcinfo->flinfo;
	any_readers *r = MemoryContextAllocZero(f->fn_mcxt, sizeof *r);
	Oid type = get_fn_expr_argtype(f, 1), element = get_base_element_type(type);

	r->n = PG_NARGS() - 1;
	if (r->n == 1 && l2_is_record(type))
		r->record = l2_record_predictor_make(f);
	else if (get_fn_expr_variadic(f) || (r->n == 1 && OidIsValid(element)))
	{
		r->array = true;
		r->array_of_float8 = element == FLOAT8OID;
	}
	else
	{
		r->reader = MemoryContextAlloc(f->fn_mcxt, sizeof(l2_reader) * r->n);
		r->row = MemoryContextAlloc(f->fn_mcxt, sizeof(double) * r->n);
		r->all_float8 = l2_find_readers(fcinfo, 1, r->n, 2, r->reader);
	}
	f->fn_extra = r;
	return r;
}

static inline any_readers *
readers_of(FunctionCallInfo fcinfo)
{
	any_readers *r = fcinfo->flinfo->fn_extra;

	return likely(r != NULL) ? r : find_readers(fcinfo);
}

/* The features of an array or of columns, none of which is NULL */
static l2_array_view
read_features(FunctionCallInfo fcinfo, any_readers *r)
{
	l2_array_view x;
	bool *nulls;

	if (r->array_of_float8)
		return l2_view_float8_array(PG_GETARG_DATUM(1), "x");
	if (r->array)
	{
		x.values = (const char *) l2_read_array(PG_GETARG_DATUM(1), "x", &x.n, &nulls);
		x.has_null = x.n > 0 && memchr(nulls, true, x.n) != NULL;
		return x;
	}
	l2_read_arguments(fcinfo, 1, r->n, r->reader, r->all_float8, r->row);
	return (l2_array_view){r->n, false, (const char *) r->row};
}

PG_FUNCTION_INFO_V1(l2_predict_any);
PGDLLEXPORT Datum
l2_predict_any(PG_FUNCTION_ARGS)
{
	any_readers *r = readers_of(fcinfo);
	l2_array_view x;
	double result;

	if (r->record)
		return l2_predict_record(fcinfo, r->record, NULL);
	x = read_features(fcinfo, r);
	if (!l2_predict_row(PG_GETARG_L2_MODEL(0), &x, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/* The linear predictor of a row, NULL where a feature is NULL */
PG_FUNCTION_INFO_V1(l2_predict_link);
PGDLLEXPORT Datum
l2_predict_link(PG_FUNCTION_ARGS)
{
	any_readers *r = readers_of(fcinfo);
	l2_array_view x;
	l2_model *m;

	if (r->record)
		return l2_link_record(fcinfo, r->record, NULL);
	x = read_features(fcinfo, r);
	m = PG_GETARG_L2_MODEL(0);
	l2_check_features(m, x.n);
	if (x.has_null)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(linear(m, x.values, x.n, false));
}

PG_FUNCTION_INFO_V1(l2_classify);
PGDLLEXPORT Datum
l2_classify(PG_FUNCTION_ARGS)
{
	l2_model *m = PG_GETARG_L2_MODEL(0);
	double p;

	if (m->method != L2_METHOD_LOGISTIC)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a model of method %s does not classify", l2_method_name(m->method)),
				 errhint("Use a model of logistic_fit, or compare l2_predict(model, x) with a "
						 "limit.")));
	p = DatumGetFloat8(l2_predict_any(fcinfo));
	if (fcinfo->isnull || isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(p >= 0.5);
}
