/*
 * margins.c: average marginal effects: what the mean of y does when a feature changes, averaged
 * over rows, with errors by the delta method.
 *
 * Of a number it is the derivative of the mean; of a boolean and of a level the difference that it
 * makes to false and to the level that was left out.  Gradients are in the coordinates of
 * num/stats/covariance.h, about the means of the features.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "gram/encoding.h"
#include "model/family.h"
#include "model/vcov.h"

#include <math.h>

#include "num/stats/covariance.h"
#include "num/stats/student.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/memutils.h"

typedef struct margins
{
	l2_model *m;
	const l2n_link *link; /* NULL: the mean is the linear predictor */
	double level;
	int p;
	const char **boolean_of; /* of each feature: not NULL where effects are differences */
	int *category;           /* of each feature; -1: none */
	int64 n;
	double slope;     /* sum of d mean / d eta */
	double *bend;     /* p + 1: sum of the second derivative times the row */
	double *effect;   /* p: sums of differences */
	double *gradient; /* p rows of p + 1 */
	double *z;        /* p + 1: scratch */
	double *other;    /* p + 1: scratch */
} margins;

/* What a margin says of a feature, in the order of the result */
enum
{
	ESTIMATE,
	STD_ERROR,
	T,
	P,
	LOWER,
	UPPER,
	DIFFERENCE, /* 1 or 0 */
	ROWS,
	NUMBERS
};

/* Which features are levels, and which are true or false; error for terms of other columns */
static void
margins_read_kinds(margins *s)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_model(s->m));
	const char **names = l2_name_list(l2_names_of_model(s->m), s->p + 1) + 1;
	l2_column_origin *origin = e ? l2_column_origins(e, names, s->p) : NULL;

	for (int i = 0; e && i < e->n; i++)
		if (e->attribute[i].expression || e->attribute[i].guard)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("no marginal effects of a model with the term \"%s\"",
							e->attribute[i].name),
					 errdetail("It is worked out of other columns, which change several terms."),
					 errhint("Compare l2_predict at two values of the column.")));
	for (int j = 0; j < s->p; j++)
	{
		bool known = origin && origin[j].attribute >= 0;

		s->category[j] = known && origin[j].is_level ? origin[j].attribute : -1;
		s->boolean_of[j] =
			known && (origin[j].is_level || e->attribute[origin[j].attribute].kind == L2_BOOLEAN)
				? names[j]
				: NULL;
	}
}

static margins *
margins_start(FunctionCallInfo fcinfo, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	margins *s = palloc0(sizeof *s);
	Size k;

	s->m = l2_model_get(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1))));
	l2_check_predicts(s->m);
	l2_vcov_need(s->m, "l2_margins");
	s->level = PG_GETARG_FLOAT8(3);
	if (!(s->level > 0 && s->level < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("level must lie between 0 and 1, but is %g", s->level)));
	s->link = l2_link_of_model(s->m);
	s->p = s->m->p;
	k = (Size) s->p + 1;
	s->boolean_of = palloc0(sizeof(char *) * k);
	s->category = palloc0(sizeof(int) * k);
	margins_read_kinds(s);
	s->bend = palloc0(sizeof(double) * k);
	s->effect = palloc0(sizeof(double) * k);
	s->gradient = MemoryContextAllocHuge(context, sizeof(double) * k * k);
	memset(s->gradient, 0, sizeof(double) * k * k);
	s->z = palloc(sizeof(double) * k);
	s->other = palloc(sizeof(double) * k);
	MemoryContextSwitchTo(old);
	return s;
}

/* The mean, and its derivatives by the linear predictor */
static double
margins_mean(const margins *s, double eta, double *first, double *second)
{
	double mean = eta;

	*first = 1;
	*second = 0;
	if (s->link)
	{
		mean = s->link->mean(eta);
		s->link->slopes(eta, mean, first, second);
	}
	return mean;
}

/*
 * Add the row x with feature j at 0 or 1, and other levels of its category at 0, times sign; eta is
 * that of the row as it is
 */
static void
margins_add_case(margins *s, int j, double value, double sign, const double *x, double eta)
{
	const double *b = l2_model_vector(s->m, L2_ESTIMATE) + 1;
	double *gradient = s->gradient + (Size) j * (s->p + 1), first, second;

	memcpy(s->other, s->z, sizeof(double) * (s->p + 1));
	for (int i = 0; i < s->p; i++)
	{
		double to = i == j ? value : 0;

		if ((i != j && (s->category[j] < 0 || s->category[i] != s->category[j])) ||
			l2_model_dropped(s->m)[i])
			continue;
		eta += b[i] * (to - x[i]);
		s->other[i + 1] = to - l2_model_centre(s->m, i + 1);
	}
	s->effect[j] += sign * margins_mean(s, eta, &first, &second);
	for (int i = 0; i <= s->p; i++)
		gradient[i] += sign * first * s->other[i];
}

static void
margins_add_row(margins *s, const double *x)
{
	const double *b = l2_model_vector(s->m, L2_ESTIMATE);
	double eta = b[0], first, second;

	for (int j = 0; j < s->p; j++)
		if (!l2_model_dropped(s->m)[j])
			eta += b[j + 1] * x[j];
	l2_vcov_row(s->m, (const char *) x, s->z);
	(void) margins_mean(s, eta, &first, &second);
	s->n++;
	s->slope += first;
	for (int i = 0; i <= s->p; i++)
		s->bend[i] += second * s->z[i];
	for (int j = 0; j < s->p; j++)
		if (s->boolean_of[j] && !l2_model_dropped(s->m)[j])
		{
			margins_add_case(s, j, 1, 1, x, eta);
			margins_add_case(s, j, 0, -1, x, eta);
		}
}

/* _l2_margins_add(state, model, x, level) */
PG_FUNCTION_INFO_V1(l2_margins_add);
PGDLLEXPORT Datum
l2_margins_add(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	margins *s;
	l2_array_view x;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "l2_margins_add called outside an aggregate");
	s = PG_ARGISNULL(0) ? margins_start(fcinfo, context) : (margins *) PG_GETARG_POINTER(0);
	if (!PG_ARGISNULL(2))
	{
		x = l2_view_float8_array(PG_GETARG_DATUM(2), "x");
		l2_check_features(s->m, x.n);
		if (!x.has_null)
		{
			double *row = palloc(sizeof(double) * Max(x.n, 1));

			memcpy(row, x.values, sizeof(double) * x.n);
			margins_add_row(s, row);
			pfree(row);
		}
	}
	PG_RETURN_POINTER(s);
}

/* The numbers of feature j */
static void
margins_put(margins *s, int j, const double *v, double df, double *out)
{
	double b = l2_model_vector(s->m, L2_ESTIMATE)[j + 1], square, t;
	double *gradient = s->gradient + (Size) j * (s->p + 1);

	for (int i = 0; i < NUMBERS; i++)
		out[i] = NAN;
	out[DIFFERENCE] = s->boolean_of[j] != NULL;
	out[ROWS] = (double) s->n;
	if (l2_model_dropped(s->m)[j] || s->n == 0)
		return;
	for (int i = 0; i <= s->p; i++)
		gradient[i] = (s->boolean_of[j] ? gradient[i] : b * s->bend[i]) / s->n;
	if (!s->boolean_of[j])
		gradient[j + 1] += s->slope / s->n;
	square = l2n_covariance_form(s->p + 1, v, gradient);
	t = l2n_t_quantile(0.5 + s->level / 2, df);
	out[ESTIMATE] = (s->boolean_of[j] ? s->effect[j] : b * s->slope) / s->n;
	out[STD_ERROR] = square >= 0 ? sqrt(square) : NAN;
	out[T] = out[STD_ERROR] > 0 ? out[ESTIMATE] / out[STD_ERROR] : NAN;
	out[P] = out[STD_ERROR] > 0 ? fmin(l2n_t_pvalue(out[T], df), 1) : NAN;
	out[LOWER] = out[ESTIMATE] - t * out[STD_ERROR];
	out[UPPER] = out[ESTIMATE] + t * out[STD_ERROR];
}

/* NUMBERS of each feature, one after the other */
PG_FUNCTION_INFO_V1(l2_margins_final);
PGDLLEXPORT Datum
l2_margins_final(PG_FUNCTION_ARGS)
{
	margins *s;
	const double *v;
	double out[NUMBERS], df;
	Datum *values;
	bool *nulls;
	int n, lower = 1;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (margins *) PG_GETARG_POINTER(0);
	n = s->p * NUMBERS;
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	v = l2_vcov_matrix(s->m);
	df = l2_vcov_df(s->m);
	values = palloc(sizeof(Datum) * n);
	nulls = palloc(sizeof(bool) * n);
	for (int j = 0; j < s->p; j++)
	{
		margins_put(s, j, v, df, out);
		for (int i = 0; i < NUMBERS; i++)
		{
			values[j * NUMBERS + i] = Float8GetDatum(out[i]);
			nulls[j * NUMBERS + i] = isnan(out[i]);
		}
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, &n, &lower, FLOAT8OID,
											 sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
