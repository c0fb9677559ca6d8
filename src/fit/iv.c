/*
 * iv.c: instrumental variables: two-stage least squares of a gram, and the tests of it.
 */
#include "fit/fit.h"

#include "num/stats/iv.h"

#include "base/args.h"
#include "base/rows.h"
#include "gram/encoding.h"
#include "model/vcov.h"

#include "miscadmin.h"
#include "utils/builtins.h"

/* The arguments of both functions */
enum
{
	GRAM,
	FEATURES,
	INSTRUMENTS,
	OPTIONS
};

/* A gram's columns projected on its instruments */
typedef struct stages
{
	l2_fitter *fitter;
	l2_options options;
	l2n_iv_spec spec;
	l2n_iv iv;
} stages;

/* The columns that instruments name, a category's name all of its columns */
static int *
instrument_columns(l2_gram *g, int target, char **name, int n, int *q)
{
	l2_names names = l2_names_of_gram(g);
	const char **list = l2_name_list(names, g->ncols);
	int *r = palloc(sizeof(int) * g->ncols), *of = palloc(sizeof(int) * g->ncols);
	bool *used = palloc0(sizeof(bool) * g->ncols);

	*q = 0;
	for (int i = 0; i < n; i++)
	{
		int k;

		CHECK_FOR_INTERRUPTS();
		if (!l2_category_columns(names, list, g->ncols, name[i], of, &k))
		{
			of[0] = l2_gram_find(g, list, name[i]);
			k = 1;
		}
		for (int j = 0; j < k; j++)
		{
			if (of[j] == target)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("column \"%s\" is both instrument and target", list[of[j]])));
			if (used[of[j]])
				ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
								errmsg("instrument \"%s\" given twice", list[of[j]])));
			used[of[j]] = true;
			r[(*q)++] = of[j];
		}
	}
	return r;
}

static bool
is_instrument(const stages *s, int feature)
{
	for (int i = 0; i < s->spec.q; i++)
		if (s->spec.instrument[i] == s->spec.columns.feature[feature])
			return true;
	return false;
}

/* As many instruments as features are needed, and each that is exogenous is one of them */
static void
check_identified(const stages *s)
{
	int excluded = s->spec.q, endogenous = 0;

	for (int j = 0; j < s->spec.columns.p; j++)
		if (is_instrument(s, j))
			excluded--;
		else
			endogenous++;
	if (endogenous > excluded)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("too few instruments: %d for %d endogenous features", excluded, endogenous),
			 errdetail("A feature that is not among the instruments is endogenous; an instrument "
					   "that is a feature counts for that one alone."),
			 errhint("Name features that need no instrument in both lists, as for l2_iv(gram, "
					 "'{price, income}', '{income, cost}').")));
}

/* NULL where the gram has no rows */
static stages *
read_stages(FunctionCallInfo fcinfo)
{
	static const l2_scope scope = {L2_METHOD_IV, L2_IN_SOLVE};
	stages *s = palloc0(sizeof *s);
	l2_gram *g = l2_gram_get(PG_GETARG_DATUM(GRAM));
	const l2n_columns *columns;
	int n;
	char **name = l2_text_array(PG_GETARG_DATUM(INSTRUMENTS), "instruments", &n);

	l2_options_init(&s->options, L2_METHOD_IV);
	l2_options_argument(fcinfo, OPTIONS, &scope, &s->options);
	s->options.features =
		l2_text_array(PG_GETARG_DATUM(FEATURES), "features", &s->options.n_features);
	s->fitter = l2_fitter_make(g, &s->options);
	if (s->fitter == NULL)
		return NULL;
	columns = l2_fitter_columns(s->fitter);
	s->spec.columns = *columns;
	s->spec.instrument = instrument_columns(g, columns->target, name, n, &s->spec.q);
	s->spec.rows = l2_fitter_rows(s->fitter);
	check_identified(s);
	l2_check(l2n_iv_start(l2_kernel, l2_fitter_moments(s->fitter), &s->spec, &s->iv,
						  l2_scratch(l2n_iv_worksize(g->ncols, columns->p, s->spec.q)), l2_poll,
						  NULL),
			 NULL, 0);
	return s;
}

PG_FUNCTION_INFO_V1(l2_iv);
PGDLLEXPORT Datum
l2_iv(PG_FUNCTION_ARGS)
{
	l2n_iv_test overidentified;
	l2n_ridge_spec second = {.standardize = false};
	stages *s;
	l2_model *model;
	l2n_fit fit;

	if (PG_ARGISNULL(GRAM) || PG_ARGISNULL(FEATURES) || PG_ARGISNULL(INSTRUMENTS))
		PG_RETURN_NULL();
	s = read_stages(fcinfo);
	if (s == NULL)
		PG_RETURN_NULL();
	second.columns = s->spec.columns;
	second.rows = s->spec.rows;
	model = l2_fitter_start(s->fitter, &s->options,
							l2_vcov_parts(&s->options, second.columns.p, true, false));
	fit = l2_room_of_fit(model);
	l2_check(l2n_iv_fit(l2_kernel, &s->iv, &fit, &overidentified, l2_poll, NULL), NULL, 0);
	l2_fitter_put(s->fitter, &s->options, &fit, model);
	if (model->kept)
	{
		l2_vcov_put(model, &s->iv.projected, &second, NULL);
		l2_vcov_put_base(model, l2_fitter_moments(s->fitter), &second.columns);
	}
	l2_fitter_finish(s->fitter, model);
	PG_RETURN_POINTER(model);
}

/* A row of l2_iv_diagnostics */
static void
put_test(l2_rows *rows, const char *name, const char *term, const l2n_iv_test *t)
{
	enum
	{
		TEST,
		TERM,
		STATISTIC,
		DF1,
		DF2,
		P,
		COLUMNS
	};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};

	values[TEST] = CStringGetTextDatum(name);
	nulls[TERM] = term == NULL;
	values[TERM] = term ? CStringGetTextDatum(term) : (Datum) 0;
	l2_set_double(values, nulls, STATISTIC, t->statistic);
	l2_set_double(values, nulls, DF1, t->df1);
	l2_set_double(values, nulls, DF2, isinf(t->df2) ? NAN : t->df2);
	l2_set_double(values, nulls, P, t->p);
	l2_rows_put(rows, values, nulls);
}

PG_FUNCTION_INFO_V1(l2_iv_diagnostics);
PGDLLEXPORT Datum
l2_iv_diagnostics(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	l2n_iv_test test;
	stages *s;
	const char **name;
	l2_model *model;
	l2n_fit fit;

	if (PG_ARGISNULL(GRAM) || PG_ARGISNULL(FEATURES) || PG_ARGISNULL(INSTRUMENTS))
		return (Datum) 0;
	s = read_stages(fcinfo);
	if (s == NULL)
		return (Datum) 0;
	name = l2_name_list(l2_fitter_names(s->fitter), s->spec.columns.p + 1) + 1;
	for (int j = 0; j < s->spec.columns.p; j++)
		if (!is_instrument(s, j))
		{
			l2_check(l2n_iv_first_stage(l2_kernel, &s->iv, j, &test, l2_poll, NULL), NULL, 0);
			put_test(rows, "weak instruments", name[j], &test);
		}
	l2_check(l2n_iv_endogeneity(l2_kernel, &s->iv, &test, l2_poll, NULL), NULL, 0);
	put_test(rows, "Wu-Hausman", NULL, &test);
	model = l2_fitter_start(s->fitter, &s->options, 0);
	fit = l2_room_of_fit(model);
	l2_check(l2n_iv_fit(l2_kernel, &s->iv, &fit, &test, l2_poll, NULL), NULL, 0);
	put_test(rows, "Sargan", NULL, &test);
	return (Datum) 0;
}
