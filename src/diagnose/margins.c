/*
 * margins.c: average marginal effects: what the mean of y does when a feature changes, averaged
 * over rows, with errors by the delta method.
 *
 * Of a number it is the derivative of the mean; of a boolean and of a level the difference that it
 * makes to false and to the level that was left out.  Where terms are worked out of other columns,
 * effects are those of the columns, from rows in which one is another: sums of the means of such
 * rows with weights that add up to 0, differences or those of a numerical derivative.  Gradients
 * are in the coordinates of num/stats/covariance.h, about the means of the features.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/citus.h"
#include "gram/encoding.h"
#include "model/family.h"
#include "model/vcov.h"

#include <math.h>

#include "num/stats/student.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/memutils.h"

/* Cases of a row at most; those of a derivative, and by how much two of them may differ from four
 */
#define MOST_CASES 4
#define DERIVATIVE 4
#define UNLIKE     0.01

/* What there is to know of a model, and where the sums over rows are, all of which add up */
typedef struct margins
{
	MemoryContext context;
	l2_kept_value kept;
	l2_model *m;
	const l2n_link *link; /* NULL: the mean is the linear predictor */
	int p;
	const char **boolean_of; /* of each feature: not NULL where effects are differences */
	int *category;           /* of each feature; -1: none */
	int *place;              /* of each feature whose effect is a difference, among these */
	int n_differences;
	double *z;     /* p + 1: scratch */
	double *other; /* p + 1: scratch */

	double *n; /* rows */
	/* of all features, */
	double *slope;        /* sum of d mean / d eta */
	double *bend;         /* p + 1: sum of the second derivative times the row */
	double *effect;       /* of each difference; or of the effect of a column, */
	double *gradient;     /* p + 1 for each */
	double *moves;        /* cases differ in features that the fit kept, */
	double *drops;        /* and in some that it dropped */
	double *seen;         /* of each feature: not 0 in some row, */
	double *varies;       /* and another in some case of a row; */
	double *undetermined; /* that cases differ in it so is not known from the fit, in some row */
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

/* Which features are levels, and which are true or false */
static void
margins_read_kinds(margins *s)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_model(s->m));
	const char **names = l2_name_list(l2_names_of_model(s->m), s->p + 1) + 1;
	l2_column_origin *origin = e ? l2_column_origins(e, names, s->p) : NULL;

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

/* What there is to know of that argument, a model; kept from row to row */
static margins *
margins_of(FunctionCallInfo fcinfo, int model)
{
	margins *s = fcinfo->flinfo->fn_extra;
	MemoryContext old, context;

	if (likely(s && l2_same_value(&s->kept, PG_GETARG_DATUM(model))))
		return s;
	fcinfo->flinfo->fn_extra = NULL;
	if (s)
		MemoryContextDelete(s->context);
	context =
		AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg margins", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	s = palloc0(sizeof *s);
	s->context = context;
	l2_keep_value(&s->kept, PG_GETARG_DATUM(model));
	s->m = l2_model_get(PointerGetDatum(s->kept.value));
	l2_check_predicts(s->m);
	l2_vcov_need(s->m, "l2_margins");
	s->link = l2_link_of_model(s->m);
	s->p = s->m->p;
	s->boolean_of = palloc0(sizeof(char *) * (s->p + 1));
	s->category = palloc0(sizeof(int) * (s->p + 1));
	s->place = palloc0(sizeof(int) * (s->p + 1));
	margins_read_kinds(s);
	for (int j = 0; j < s->p; j++)
		s->place[j] = s->boolean_of[j] ? s->n_differences++ : -1;
	s->z = palloc(sizeof(double) * (s->p + 1));
	s->other = palloc(sizeof(double) * (s->p + 1));
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = s;
	return s;
}

/* How many sums there are of all features, or of the effect of a column, */
static Size
margins_sums(const margins *s, bool of_column)
{
	Size k = (Size) s->p + 1;

	return of_column ? 4 + k + 3 * (k - 1) : 2 + k + s->n_differences * (1 + k);
}

/* and where they are: in an array that has room for them */
static void
margins_point(margins *s, bool of_column, double *sums)
{
	s->n = sums++;
	s->slope = s->moves = sums++;
	s->bend = s->drops = sums;
	s->effect = sums + (of_column ? 1 : s->p + 1);
	s->gradient = s->effect + (of_column ? 1 : s->n_differences);
	s->seen = s->gradient + s->p + 1;
	s->varies = s->seen + s->p;
	s->undetermined = s->varies + s->p;
}

/* An array of so many zeros */
static ArrayType *
margins_zeros(Size n)
{
	Size size = ARR_OVERHEAD_NONULLS(1) + sizeof(float8) * n;
	ArrayType *a;

	if (size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("marginal effects of so many levels would take %s a row",
							   l2_pretty_size((double) size))));
	a = palloc0(size);
	SET_VARSIZE(a, size);
	a->ndim = 1;
	a->elemtype = FLOAT8OID;
	ARR_DIMS(a)[0] = (int) n;
	ARR_LBOUND(a)[0] = 1;
	return a;
}

/* The numbers in an array that has n of them, as margins_zeros made it */
static double *
margins_numbers(ArrayType *a, Size n)
{
	if (ARR_NDIM(a) != 1 || ARR_HASNULL(a) || ARR_ELEMTYPE(a) != FLOAT8OID ||
		(Size) ARR_DIMS(a)[0] != n)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("sums of marginal effects are not of their model")));
	return (double *) ARR_DATA_PTR(a);
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
	double *gradient = s->gradient + (Size) s->place[j] * (s->p + 1), first, second;

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
	s->effect[s->place[j]] += sign * margins_mean(s, eta, &first, &second);
	for (int i = 0; i <= s->p; i++)
		gradient[i] += sign * first * s->other[i];
}

/* The linear predictor of a row */
static double
margins_eta(const margins *s, const double *x)
{
	const double *b = l2_model_vector(s->m, L2_ESTIMATE);
	double eta = b[0];

	for (int j = 0; j < s->p; j++)
		if (!l2_model_dropped(s->m)[j])
			eta += b[j + 1] * x[j];
	return eta;
}

static void
margins_add_row(margins *s, const double *x)
{
	double eta = margins_eta(s, x), first, second;

	l2_vcov_row(s->m, (const char *) x, s->z);
	(void) margins_mean(s, eta, &first, &second);
	*s->n += 1;
	*s->slope += first;
	for (int i = 0; i <= s->p; i++)
		s->bend[i] += second * s->z[i];
	for (int j = 0; j < s->p; j++)
		if (s->boolean_of[j] && !l2_model_dropped(s->m)[j])
		{
			margins_add_case(s, j, 1, 1, x, eta);
			margins_add_case(s, j, 0, -1, x, eta);
		}
}

/*
 * Error where the derivative from four values, at h, -h, 2h and -2h, is far from that of the first
 * two: then the function is not smooth there
 */
static void
margins_check_slope(const double *change, const double *weight)
{
	double four = 0, two = (change[0] - change[1]) * weight[0] * 0.75, most = 0;

	for (int i = 0; i < DERIVATIVE; i++)
	{
		four += weight[i] * change[i];
		most = fmax(most, fabs(weight[0] * change[i]));
	}
	if (!(fabs(four - two) <= UNLIKE * most))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a term of the model has no derivative at a row"),
						errdetail("A value lies where it ends or bends, as 0 of a logarithm."),
						errhint("Leave such rows out of the source, or compare l2_predict at two "
								"values of the column.")));
}

/* Note in what features the cases of a row differ */
static void
margins_note_moves(margins *s, int n, const double *cases)
{
	for (int j = 0; j < s->p; j++)
		s->seen[j] = cases[j] != 0;
	for (int i = 1; i < n; i++)
		for (int j = 0; j < s->p; j++)
		{
			if (cases[(Size) i * s->p + j] == cases[j])
				continue;
			s->varies[j] = 1;
			*(l2_model_dropped(s->m)[j] ? s->drops : s->moves) = 1;
		}
}

/*
 * The feature, from 1, which the fit dropped, that keeps the effect of a row from being known; 0
 * where it is known.  Of a linear model it is of what cases differ in; the mean of another is of
 * each of them.
 */
static int
margins_undetermined(margins *s, int n, const double *cases, const double *weight)
{
	int of = 0;

	for (int i = 0; i < n && s->link && of == 0; i++)
		of = l2_vcov_undetermined(s->m, (const char *) (cases + (Size) i * s->p), false);
	if (s->link)
		return of;
	for (int j = 0; j < s->p; j++)
	{
		s->other[j] = 0;
		for (int i = 0; i < n; i++)
			s->other[j] += weight[i] * (cases[(Size) i * s->p + j] - cases[j]);
	}
	return l2_vcov_undetermined(s->m, (const char *) s->other, true);
}

/*
 * Add the weighted means of the cases of a row, n of them, one after the other: as differences to
 * the row as it is, x, so that what they have in common is not rounded
 */
static void
margins_add_cases(margins *s, const double *x, int n, const double *cases, const double *weight)
{
	const double *b = l2_model_vector(s->m, L2_ESTIMATE);
	double eta = margins_eta(s, x), first, second, mean, change[MOST_CASES];
	int undetermined;

	mean = margins_mean(s, eta, &first, &second);
	*s->n += 1;
	margins_note_moves(s, n, cases);
	undetermined = margins_undetermined(s, n, cases, weight);
	if (undetermined > 0)
		s->undetermined[undetermined - 1] = 1;
	for (int i = 0; i < n; i++)
	{
		const double *to = cases + (Size) i * s->p;

		change[i] = 0;
		for (int j = 0; j < s->p; j++)
			if (!l2_model_dropped(s->m)[j])
				change[i] += b[j + 1] * (to[j] - x[j]);
		if (s->link)
			change[i] = margins_mean(s, eta + change[i], &first, &second) - mean;
		s->effect[0] += weight[i] * change[i];
		l2_vcov_row(s->m, (const char *) to, s->z);
		for (int j = 0; j < s->p && s->link == NULL; j++)
			s->z[j + 1] = l2_model_dropped(s->m)[j] ? 0 : to[j] - x[j];
		for (int j = s->link ? 0 : 1; j <= s->p; j++)
			s->gradient[j] += weight[i] * first * s->z[j];
	}
	if (n == DERIVATIVE)
		margins_check_slope(change, weight);
}

/* A row of features in the current context; NULL for one that has a NULL */
static double *
margins_row(const margins *s, Datum d)
{
	l2_array_view x = l2_view_float8_array(d, "x");
	double *row;

	l2_check_features(s->m, x.n);
	if (x.has_null)
		return NULL;
	row = palloc(sizeof(double) * Max(x.n, 1));
	memcpy(row, x.values, sizeof(double) * x.n);
	return row;
}

/* _l2_margins_of(model, x): what a row adds to the sums of all features */
PG_FUNCTION_INFO_V1(l2_margins_of);
PGDLLEXPORT Datum
l2_margins_of(PG_FUNCTION_ARGS)
{
	margins *s;
	ArrayType *sums;
	double *row;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = margins_of(fcinfo, 0);
	sums = margins_zeros(margins_sums(s, false));
	row = PG_ARGISNULL(1) ? NULL : margins_row(s, PG_GETARG_DATUM(1));
	margins_point(s, false, (double *) ARR_DATA_PTR(sums));
	if (row)
		margins_add_row(s, row);
	PG_RETURN_ARRAYTYPE_P(sums);
}

/* _l2_margin_of(model, x, cases, weights): what a row adds to the sums of the effect of a column */
PG_FUNCTION_INFO_V1(l2_margin_of);
PGDLLEXPORT Datum
l2_margin_of(PG_FUNCTION_ARGS)
{
	margins *s;
	ArrayType *sums;
	l2_array_view cases, weights;
	double *row, *to, *weight;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = margins_of(fcinfo, 0);
	sums = margins_zeros(margins_sums(s, true));
	for (int i = 1; i < 4; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_ARRAYTYPE_P(sums);
	row = margins_row(s, PG_GETARG_DATUM(1));
	cases = l2_view_float8_array(PG_GETARG_DATUM(2), "cases");
	weights = l2_view_float8_array(PG_GETARG_DATUM(3), "weights");
	if (row == NULL || cases.has_null || weights.has_null)
		PG_RETURN_ARRAYTYPE_P(sums);
	if (weights.n > MOST_CASES || cases.n != (int64) weights.n * s->p)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("cases of a marginal effect are not of its model")));
	to = palloc(sizeof(double) * Max(cases.n, 1));
	weight = palloc(sizeof(double) * Max(weights.n, 1));
	memcpy(to, cases.values, sizeof(double) * cases.n);
	memcpy(weight, weights.values, sizeof(double) * weights.n);
	margins_point(s, true, (double *) ARR_DATA_PTR(sums));
	margins_add_cases(s, row, weights.n, to, weight);
	PG_RETURN_ARRAYTYPE_P(sums);
}

/* The sums of both arrays, either of which may be NULL, in the first */
static Datum
margins_sum(FunctionCallInfo fcinfo)
{
	ArrayType *a, *b;
	double *sum;
	const double *x;
	int n;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(PG_ARGISNULL(0) ? 1 : 0));
	a = PG_GETARG_ARRAYTYPE_P(0);
	b = PG_GETARG_ARRAYTYPE_P(1);
	n = ArrayGetNItems(ARR_NDIM(b), ARR_DIMS(b));
	sum = margins_numbers(a, n);
	x = margins_numbers(b, n);
	for (int i = 0; i < n; i++)
		sum[i] += x[i];
	PG_RETURN_ARRAYTYPE_P(a);
}

/* Transition function of _l2_sum */
PG_FUNCTION_INFO_V1(l2_sum_add);
PGDLLEXPORT Datum
l2_sum_add(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		l2_citus_pulled(
			fcinfo, "A part of the rows has nearly the same means: CREATE TABLE part AS SELECT * "
					"FROM t WHERE l2_holdout(id, 0.01), then l2_margins('m', 'part').");
	return margins_sum(fcinfo);
}

/* Its combine function */
PG_FUNCTION_INFO_V1(l2_sum_combine);
PGDLLEXPORT Datum
l2_sum_combine(PG_FUNCTION_ARGS)
{
	return margins_sum(fcinfo);
}

/* The numbers of an effect with that gradient */
static void
margins_test(double level, double effect, const double *gradient, const l2_covariance *v, double df,
			 double *out)
{
	double square = l2_covariance_form(v, gradient);
	double t = l2n_t_quantile(0.5 + level / 2, df);

	out[ESTIMATE] = effect;
	out[STD_ERROR] = sqrt(square);
	out[T] = out[STD_ERROR] > 0 ? out[ESTIMATE] / out[STD_ERROR] : NAN;
	out[P] = out[STD_ERROR] > 0 ? fmin(l2n_t_pvalue(out[T], df), 1) : NAN;
	out[LOWER] = out[ESTIMATE] - t * out[STD_ERROR];
	out[UPPER] = out[ESTIMATE] + t * out[STD_ERROR];
}

/* The numbers of feature j */
static void
margins_put(margins *s, int j, double level, const l2_covariance *v, double df, double *out)
{
	double b = l2_model_vector(s->m, L2_ESTIMATE)[j + 1], n = *s->n, *gradient = s->other;
	bool difference = s->boolean_of[j] != NULL;

	for (int i = 0; i < NUMBERS; i++)
		out[i] = NAN;
	out[DIFFERENCE] = difference;
	out[ROWS] = n;
	if (l2_model_dropped(s->m)[j] || n == 0)
		return;
	for (int i = 0; i <= s->p; i++)
		gradient[i] =
			(difference ? s->gradient[(Size) s->place[j] * (s->p + 1) + i] : b * s->bend[i]) / n;
	if (!difference)
		gradient[j + 1] += *s->slope / n;
	margins_test(level, (difference ? s->effect[s->place[j]] : b * *s->slope) / n, gradient, v, df,
				 out);
}

/* The level of confidence in that argument */
static double
margins_level(FunctionCallInfo fcinfo, int at)
{
	double level = PG_GETARG_FLOAT8(at);

	l2_check_share("level", level, false);
	return level;
}

static Datum
margins_array(const double *numbers, int n)
{
	Datum *values = palloc(sizeof(Datum) * Max(n, 1));
	bool *nulls = palloc(sizeof(bool) * Max(n, 1));
	int lower = 1;

	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	for (int i = 0; i < n; i++)
	{
		values[i] = Float8GetDatum(numbers[i]);
		nulls[i] = isnan(numbers[i]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 1, &n, &lower, FLOAT8OID,
											 sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* _l2_margins_final(sums, model, level): NUMBERS of each feature, one after the other */
PG_FUNCTION_INFO_V1(l2_margins_final);
PGDLLEXPORT Datum
l2_margins_final(PG_FUNCTION_ARGS)
{
	double level = margins_level(fcinfo, 2), *out, df;
	margins *s = margins_of(fcinfo, 1);
	l2_covariance v = l2_covariance_of(s->m);

	margins_point(s, false, margins_numbers(PG_GETARG_ARRAYTYPE_P(0), margins_sums(s, false)));
	df = l2_vcov_df(s->m);
	out = palloc(sizeof(double) * Max(s->p, 1) * NUMBERS);
	for (int j = 0; j < s->p; j++)
		margins_put(s, j, level, &v, df, out + (Size) j * NUMBERS);
	return margins_array(out, s->p * NUMBERS);
}

/*
 * _l2_margin_final(sums, model, n_cases, level): NUMBERS of the effect of a column, and for each
 * feature 1 where it is the same in all cases of each row, and not 0 in all rows: one that has the
 * column in it is a step, without a slope; 2 for the feature that keeps it from being known
 */
PG_FUNCTION_INFO_V1(l2_margin_final);
PGDLLEXPORT Datum
l2_margin_final(PG_FUNCTION_ARGS)
{
	bool slope = PG_GETARG_INT32(2) == DERIVATIVE, known = true;
	double level = margins_level(fcinfo, 3), *out;
	margins *s = margins_of(fcinfo, 1);
	l2_covariance v;

	margins_point(s, true, margins_numbers(PG_GETARG_ARRAYTYPE_P(0), margins_sums(s, true)));
	out = palloc(sizeof(double) * (NUMBERS + s->p));
	for (int i = 0; i < NUMBERS; i++)
		out[i] = NAN;
	out[DIFFERENCE] = !slope;
	out[ROWS] = *s->n;
	for (int j = 0; j < s->p; j++)
		out[NUMBERS + j] =
			slope && s->seen[j] > 0 && s->varies[j] == 0 && !l2_model_dropped(s->m)[j];
	for (int j = 0; j < s->p && known; j++)
		if (s->undetermined[j] > 0)
		{
			known = false;
			out[NUMBERS + j] = 2;
		}
	/* nothing is known of what only dropped features say, and steps have no slope */
	if (*s->n > 0 && known && (*s->moves > 0 || (*s->drops == 0 && !slope)))
	{
		for (int i = 0; i <= s->p; i++)
			s->other[i] = s->gradient[i] / *s->n;
		v = l2_covariance_of(s->m);
		margins_test(level, *s->effect / *s->n, s->other, &v, l2_vcov_df(s->m), out);
	}
	return margins_array(out, NUMBERS + s->p);
}
