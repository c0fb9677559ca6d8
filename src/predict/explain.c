/*
 * explain.c: how a prediction comes about.
 */
#include "base/args.h"
#include "model/model.h"
#include "predict/predict_record.h"
#include "base/rows.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* The intercept, then each contribution; both columns of them sum to the prediction */
static void
put_rows(l2_rows *rows, const l2_model *m, const l2_contribution *list, int n)
{
	enum
	{
		TERM,
		VALUE,
		ESTIMATE,
		CONTRIBUTION,
		FROM_MEAN,
		COLUMNS
	};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};
	double intercept = l2_model_vector(m, L2_ESTIMATE)[0], at_mean = intercept;

	for (int i = 0; i < n; i++)
		at_mean += list[i].at_mean;
	values[TERM] = CStringGetTextDatum(L2_INTERCEPT_NAME);
	l2_set_double(values, nulls, VALUE, 1);
	l2_set_double(values, nulls, ESTIMATE, intercept);
	l2_set_double(values, nulls, CONTRIBUTION, intercept);
	l2_set_double(values, nulls, FROM_MEAN, at_mean);
	l2_rows_put(rows, values, nulls);
	for (int i = 0; i < n; i++)
	{
		const l2_contribution *c = &list[i];

		values[TERM] = CStringGetTextDatum(c->term);
		l2_set_double(values, nulls, VALUE, c->value);
		l2_set_double(values, nulls, ESTIMATE, c->estimate);
		l2_set_double(values, nulls, CONTRIBUTION, c->contribution);
		l2_set_double(values, nulls, FROM_MEAN, c->contribution - c->at_mean);
		l2_rows_put(rows, values, nulls);
	}
}

/* Arguments from number 1 on as numbers, of which none is NULL */
static double *
explain_arguments(FunctionCallInfo fcinfo, int *n, bool **nulls)
{
	l2_reader *reader;
	double *x;
	bool all_float8;

	*n = PG_NARGS() - 1;
	reader = palloc(sizeof *reader * *n);
	x = palloc(sizeof *x * *n);
	*nulls = palloc0(sizeof(bool) * *n);
	all_float8 = l2_find_readers(fcinfo, 1, *n, 2, reader);
	l2_read_arguments(fcinfo, 1, *n, reader, all_float8, x);
	return x;
}

/* Features as an array, or as arguments */
static Datum
explain_numbers(FunctionCallInfo fcinfo)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_model *m = PG_GETARG_L2_MODEL(0);
	l2_contribution *list = palloc(sizeof *list * Max(m->p, 1));
	bool *nulls;
	double *x;
	int n;

	l2_check_predicts(m);
	if (PG_NARGS() == 2 &&
		OidIsValid(get_base_element_type(get_fn_expr_argtype(fcinfo->flinfo, 1))))
		x = l2_read_array(PG_GETARG_DATUM(1), "features", &n, &nulls);
	else
		x = explain_arguments(fcinfo, &n, &nulls);
	l2_check_features(m, n);
	for (int i = 0; i < n; i++)
	{
		bool dropped = l2_model_dropped(m)[i];
		double b = l2_model_vector(m, L2_ESTIMATE)[i + 1];
		double value = nulls[i] ? NAN : x[i];

		list[i] = (l2_contribution){
			.term = l2_model_term(m, i + 1),
			.value = value,
			.estimate = dropped ? NAN : b,
			.contribution = dropped ? 0 : b * value,
			.at_mean = dropped ? 0 : b * l2_model_vector(m, L2_MEAN)[i + 1],
		};
	}
	put_rows(rows, m, list, n);
	return (Datum) 0;
}

static Datum
explain_record(FunctionCallInfo fcinfo)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_model *m = PG_GETARG_L2_MODEL(0);
	l2_record_predictor *p = l2_record_predictor_make(fcinfo->flinfo);
	int n;
	l2_contribution *list;

	l2_check_predicts(m);
	list = l2_explain_record(p, PG_GETARG_DATUM(0), l2_record_argument(fcinfo, p), &n);
	put_rows(rows, m, list, n);
	return (Datum) 0;
}

/* An array, columns, or a record */
PG_FUNCTION_INFO_V1(l2_explain_any);
PGDLLEXPORT Datum
l2_explain_any(PG_FUNCTION_ARGS)
{
	if (PG_NARGS() == 2 && l2_is_record(get_fn_expr_argtype(fcinfo->flinfo, 1)))
		return explain_record(fcinfo);
	return explain_numbers(fcinfo);
}
