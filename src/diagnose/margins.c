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

typedef struct margins
{
	l2_model *m;
	const l2n_link *link; /* NULL: the mean is the linear predictor */
	double level;
	int p;
	const char **boolean_of; /* of each feature: not NULL where effects are differences */
	int *category;           /* of each feature; -1: none */
	int64 n;
	int n_cases;      /* of the effect of a column */
	bool moves;       /* cases differ in features that the fit kept, */
	bool drops;       /* and in some that it dropped */
	int undetermined; /* a feature, from 1: that cases differ in so is not known from the fit */
	bool *seen;       /* of each feature: not 0 in some row, */
	bool *varies;     /* and another in some case of a row */
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

/*
 * Gradients are a vector a column, so of all columns p squared numbers; of a column alone one
 * vector.
 */
static margins *
margins_start(FunctionCallInfo fcinfo, MemoryContext context, int level, bool of_column)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	margins *s = palloc0(sizeof *s);
	Size k;

	s->m = l2_model_get(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1))));
	l2_check_predicts(s->m);
	l2_vcov_need(s->m, "l2_margins");
	s->level = PG_GETARG_FLOAT8(level);
	l2_check_share("level", s->level, false);
	s->link = l2_link_of_model(s->m);
	s->p = s->m->p;
	k = (Size) s->p + 1;
	s->boolean_of = palloc0(sizeof(char *) * k);
	s->category = palloc0(sizeof(int) * k);
	margins_read_kinds(s);
	s->seen = palloc0(sizeof(bool) * k);
	s->varies = palloc0(sizeof(bool) * k);
	s->bend = palloc0(sizeof(double) * k);
	s->effect = palloc0(sizeof(double) * k);
	s->gradient = MemoryContextAllocHuge(context, sizeof(double) * k * (of_column ? 1 : k));
	memset(s->gradient, 0, sizeof(double) * k * (of_column ? 1 : k));
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
		s->seen[j] |= cases[j] != 0;
	for (int i = 1; i < n; i++)
		for (int j = 0; j < s->p; j++)
		{
			if (cases[(Size) i * s->p + j] == cases[j])
				continue;
			s->varies[j] = true;
			if (l2_model_dropped(s->m)[j])
				s->drops = true;
			else
				s->moves = true;
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

	mean = margins_mean(s, eta, &first, &second);
	s->n++;
	s->n_cases = n;
	margins_note_moves(s, n, cases);
	if (s->undetermined == 0)
		s->undetermined = margins_undetermined(s, n, cases, weight);
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

/* The state of the first row or of those before */
static margins *
margins_state(FunctionCallInfo fcinfo, int level, bool of_column)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "marginal effects called outside an aggregate");
	if (PG_ARGISNULL(0))
		l2_citus_pulled(
			fcinfo, "A part of the rows has nearly the same means: CREATE TABLE part AS SELECT * "
					"FROM t WHERE l2_holdout(id, 0.01), then l2_margins('m', 'part').");
	return PG_ARGISNULL(0) ? margins_start(fcinfo, context, level, of_column)
						   : (margins *) PG_GETARG_POINTER(0);
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

/* _l2_margins_add(state, model, x, level) */
PG_FUNCTION_INFO_V1(l2_margins_add);
PGDLLEXPORT Datum
l2_margins_add(PG_FUNCTION_ARGS)
{
	margins *s = margins_state(fcinfo, 3, false);
	double *row = PG_ARGISNULL(2) ? NULL : margins_row(s, PG_GETARG_DATUM(2));

	if (row)
	{
		margins_add_row(s, row);
		pfree(row);
	}
	PG_RETURN_POINTER(s);
}

/* _l2_margin_add(state, model, x, cases, weights, level) */
PG_FUNCTION_INFO_V1(l2_margin_add);
PGDLLEXPORT Datum
l2_margin_add(PG_FUNCTION_ARGS)
{
	margins *s = margins_state(fcinfo, 5, true);
	l2_array_view cases, weights;
	double *row, *to, *weight;

	for (int i = 2; i < 5; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_POINTER(s);
	row = margins_row(s, PG_GETARG_DATUM(2));
	cases = l2_view_float8_array(PG_GETARG_DATUM(3), "cases");
	weights = l2_view_float8_array(PG_GETARG_DATUM(4), "weights");
	if (row == NULL || cases.has_null || weights.has_null)
		PG_RETURN_POINTER(s);
	if (weights.n > MOST_CASES || cases.n != (int64) weights.n * s->p)
		elog(ERROR, "cases of a marginal effect are not of its model");
	to = palloc(sizeof(double) * Max(cases.n, 1));
	weight = palloc(sizeof(double) * Max(weights.n, 1));
	memcpy(to, cases.values, sizeof(double) * cases.n);
	memcpy(weight, weights.values, sizeof(double) * weights.n);
	margins_add_cases(s, row, weights.n, to, weight);
	pfree(to);
	pfree(weight);
	pfree(row);
	PG_RETURN_POINTER(s);
}

/* The numbers of an effect with that gradient */
static void
margins_test(const margins *s, double effect, const double *gradient, const l2_covariance *v,
			 double df, double *out)
{
	double square = l2_covariance_form(v, gradient);
	double t = l2n_t_quantile(0.5 + s->level / 2, df);

	out[ESTIMATE] = effect;
	out[STD_ERROR] = sqrt(square);
	out[T] = out[STD_ERROR] > 0 ? out[ESTIMATE] / out[STD_ERROR] : NAN;
	out[P] = out[STD_ERROR] > 0 ? fmin(l2n_t_pvalue(out[T], df), 1) : NAN;
	out[LOWER] = out[ESTIMATE] - t * out[STD_ERROR];
	out[UPPER] = out[ESTIMATE] + t * out[STD_ERROR];
}

/* The numbers of feature j */
static void
margins_put(margins *s, int j, const l2_covariance *v, double df, double *out)
{
	double b = l2_model_vector(s->m, L2_ESTIMATE)[j + 1];
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
	margins_test(s, (s->boolean_of[j] ? s->effect[j] : b * s->slope) / s->n, gradient, v, df, out);
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

/* NUMBERS of each feature, one after the other */
PG_FUNCTION_INFO_V1(l2_margins_final);
PGDLLEXPORT Datum
l2_margins_final(PG_FUNCTION_ARGS)
{
	margins *s;
	l2_covariance v;
	double *out, df;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (margins *) PG_GETARG_POINTER(0);
	v = l2_covariance_of(s->m);
	df = l2_vcov_df(s->m);
	out = palloc(sizeof(double) * Max(s->p, 1) * NUMBERS);
	for (int j = 0; j < s->p; j++)
		margins_put(s, j, &v, df, out + (Size) j * NUMBERS);
	return margins_array(out, s->p * NUMBERS);
}

/*
 * NUMBERS of the effect of a column, and for each feature 1 where it is the same in all cases of
 * each row, and not 0 in all rows: one that has the column in it is a step, without a slope; 2
 * where the fit dropped it and the rows of the effect are not known for that
 */
PG_FUNCTION_INFO_V1(l2_margin_final);
PGDLLEXPORT Datum
l2_margin_final(PG_FUNCTION_ARGS)
{
	margins *s;
	l2_covariance v;
	double *out;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (margins *) PG_GETARG_POINTER(0);
	out = palloc(sizeof(double) * (NUMBERS + s->p));
	for (int i = 0; i < NUMBERS; i++)
		out[i] = NAN;
	out[DIFFERENCE] = s->n_cases != DERIVATIVE;
	out[ROWS] = (double) s->n;
	for (int j = 0; j < s->p; j++)
		out[NUMBERS + j] =
			s->n_cases == DERIVATIVE && s->seen[j] && !s->varies[j] && !l2_model_dropped(s->m)[j];
	if (s->undetermined > 0)
		out[NUMBERS + s->undetermined - 1] = 2;
	/* nothing is known of what only dropped features say, and steps have no slope */
	if (s->n > 0 && s->undetermined == 0 && (s->moves || (!s->drops && s->n_cases != DERIVATIVE)))
	{
		for (int i = 0; i <= s->p; i++)
			s->gradient[i] /= s->n;
		v = l2_covariance_of(s->m);
		margins_test(s, s->effect[0] / s->n, s->gradient, &v, l2_vcov_df(s->m), out);
	}
	return margins_array(out, NUMBERS + s->p);
}
