/*
 * iv.c: instrumental variables: two-stage least squares of a gram, and the tests of it.
 */
#include "fit/fit.h"
#include "fit/robust.h"

#include "num/stats/iv.h"
#include "num/stats/sandwich.h"

#include "base/args.h"
#include "base/rows.h"
#include "gram/encoding.h"
#include "model/vcov.h"

#include "miscadmin.h"
#include "utils/builtins.h"

/* The arguments of all functions */
enum
{
	GRAM, /* or grams by cluster */
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
read_stages(FunctionCallInfo fcinfo, l2_gram *g, const l2_scope *scope)
{
	stages *s = palloc0(sizeof *s);
	const l2n_columns *columns;
	int n;
	char **name = l2_text_array(PG_GETARG_DATUM(INSTRUMENTS), "instruments", &n);

	l2_options_init(&s->options, L2_METHOD_IV);
	l2_options_argument(fcinfo, OPTIONS, scope, &s->options);
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

static const l2_scope of_gram = {L2_METHOD_IV, L2_IN_SOLVE};

static bool
has_null(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(GRAM) || PG_ARGISNULL(FEATURES) || PG_ARGISNULL(INSTRUMENTS);
}

/* F below which instruments are called weak: Staiger and Stock 1997 */
#define WEAK 10

/*
 * A NOTICE of features that their instruments hardly move: estimates then lean to those of least
 * squares, and t does not hold.  An infinite F is of an instrument that is the feature.
 */
static void
tell_weak(const stages *s)
{
	const char **name = l2_name_list(l2_fitter_names(s->fitter), s->spec.columns.p + 1) + 1;
	l2n_iv_test test;

	for (int j = 0; j < s->spec.columns.p; j++)
	{
		if (is_instrument(s, j))
			continue;
		l2_check(l2n_iv_first_stage(l2_kernel, &s->iv, j, &test, l2_poll, NULL), NULL, 0);
		if (!(test.statistic < WEAK))
			continue;
		ereport(
			NOTICE,
			(errmsg("instruments of \"%s\" are weak: F of its first stage is %.3g", name[j],
					test.statistic),
			 errdetail("Below %d the estimates lean to those of least squares, and their errors "
					   "and p do not hold.",
					   WEAK)));
		return;
	}
}

static l2_model *
fit_stages(stages *s)
{
	l2n_iv_test overidentified;
	l2n_ridge_spec second = {.columns = s->spec.columns, .rows = s->spec.rows};
	l2_model *model = l2_fitter_start(s->fitter, &s->options,
									  l2_vcov_parts(&s->options, second.columns.p, true, false));
	l2n_fit fit = l2_room_of_fit(model);

	l2_check(l2n_iv_fit(l2_kernel, &s->iv, &fit, &overidentified, l2_poll, NULL), NULL, 0);
	l2_fitter_put(s->fitter, &s->options, &fit, model);
	if (model->kept)
	{
		l2_vcov_put(model, &s->iv.projected, &second, NULL);
		l2_vcov_put_base(model, l2_fitter_moments(s->fitter), &second.columns);
	}
	l2_fitter_finish(s->fitter, model);
	tell_weak(s);
	return model;
}

PG_FUNCTION_INFO_V1(l2_iv);
PGDLLEXPORT Datum
l2_iv(PG_FUNCTION_ARGS)
{
	stages *s;

	if (has_null(fcinfo))
		PG_RETURN_NULL();
	s = read_stages(fcinfo, l2_gram_get(PG_GETARG_DATUM(GRAM)), &of_gram);
	if (s == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(fit_stages(s));
}

/*
 * Clustered errors: scores are those of the projected features, X'P e, and so the sum of a
 * cluster's is in its gram, by the products of its instruments with e.
 */

/* The sum of the grams of an array, of those that have rows; NULL where none has */
static l2_gram *
sum_grams(l2_gram **g, int n)
{
	l2_gram *sum = NULL;

	for (int i = 0; i < n; i++)
	{
		l2_gram *before = sum;

		CHECK_FOR_INTERRUPTS();
		if (g[i] == NULL || l2_gram_count(g[i]) == 0)
			continue;
		sum = sum ? l2_gram_plus(sum, g[i]) : l2_gram_copy(g[i], NULL, 0, l2_names_of_gram(g[i]));
		if (before)
			pfree(before);
	}
	return sum;
}

/* The projections: a row of q coefficients a feature */
static double *
projections(const stages *s)
{
	int p = s->spec.columns.p, q = s->spec.q;
	double *r = l2_scratch(sizeof(double) * Max((Size) p * q, 1));

	for (int j = 0; j < p; j++)
		l2_check(l2n_iv_projection(l2_kernel, &s->iv, j, r + (Size) j * q, l2_poll, NULL), NULL, 0);
	return r;
}

/* A gram with the columns of a sum that it is part of: it may lack levels of categories */
static l2_gram *
gram_like_sum(l2_gram *g, l2_gram *sum)
{
	l2_gram *all = sum;

	l2_gram_align(&all, &g);
	Assert(g->ncols == sum->ncols);
	return g;
}

/* Squares of the sums of scores of each gram; *clusters gets how many have rows */
static double *
meat_of_grams(const stages *s, const l2_model *m, l2_gram *sum, l2_gram **g, int n,
			  double *clusters)
{
	const l2n_moments *x = l2_fitter_moments(s->fitter);
	int k = m->p + 1, q = s->spec.q, *column = l2_robust_columns(sum, m);
	double *meat = l2_scratch(sizeof(double) * l2_model_triangle(m));
	const double *turn = l2_robust_turn_of(m);
	double *gamma = projections(s);
	double *of = palloc(sizeof(double) * (q + 1)), *score = palloc(sizeof(double) * k);
	double *centre = palloc(sizeof(double) * Max(q, 1));

	memset(meat, 0, sizeof(double) * l2_model_triangle(m));
	for (int i = 0; i < q; i++)
		centre[i] = s->spec.columns.intercept ? x->mean[s->spec.instrument[i]] : 0;
	*clusters = 0;
	for (int i = 0; i < n; i++)
	{
		l2_gram *part;

		CHECK_FOR_INTERRUPTS();
		if (g[i] == NULL || l2_gram_count(g[i]) == 0)
			continue;
		part = gram_like_sum(g[i], sum);
		l2_robust_score_of(m, part, column, q, s->spec.instrument, centre, of);
		score[0] = of[0];
		for (int j = 0; j < m->p; j++)
		{
			score[j + 1] = 0;
			for (int l = 0; l < q && !l2_model_dropped(m)[j]; l++)
				score[j + 1] += gamma[(Size) j * q + l] * of[l + 1];
		}
		l2n_sandwich_turn(k, turn, score);
		l2n_rank_one(k, meat, 1, score);
		if (part != g[i])
			pfree(part);
		*clusters += 1;
	}
	return meat;
}

/* l2_iv(grams, features, instruments, options) */
PG_FUNCTION_INFO_V1(l2_iv_of_clusters);
PGDLLEXPORT Datum
l2_iv_of_clusters(PG_FUNCTION_ARGS)
{
	static const l2_scope scope = {L2_METHOD_IV, L2_IN_SOLVE | L2_IN_ROBUST, false, "l2_iv"};
	l2_robust_sums sums = {.clusters_2 = NAN, .bandwidth = NAN};
	l2_options asked;
	l2_gram **g, *sum;
	stages *s;
	l2_model *m;
	double *meat;
	int n;

	if (has_null(fcinfo))
		PG_RETURN_NULL();
	g = l2_gram_list(PG_GETARG_DATUM(GRAM), &n);
	sum = sum_grams(g, n);
	s = sum ? read_stages(fcinfo, sum, &scope) : NULL;
	if (s == NULL)
		PG_RETURN_NULL();
	asked = s->options;
	if (asked.vcov == L2_VCOV_IID)
		asked.vcov = L2_VCOV_CR1;
	if (asked.vcov != L2_VCOV_CR0 && asked.vcov != L2_VCOV_CR1)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("vcov of grams by cluster is \"CR0\" or \"CR1\""),
			 errdetail("Of rows that vary differently they are HC0 and HC1, with a gram of each "
					   "row; what leverage is with instruments packages do not agree on."),
			 errhint("For errors that take rows for independent: l2_iv(l2_gram_sum(gram), "
					 "...).")));
	s->options = l2_robust_before(&asked);
	m = fit_stages(s);
	l2_robust_need_near(m);
	sums.vcov = asked.vcov;
	meat = meat_of_grams(s, m, sum, g, n, &sums.clusters);
	sums.df = sums.clusters - 1;
	if (sums.df > 0)
	{
		double factor = l2_robust_factor(m, &asked, sums.clusters, true);

		for (Size i = 0; i < l2_model_triangle(m); i++)
			meat[i] *= factor;
		sums.meat = meat;
	}
	else
		ereport(NOTICE, (errmsg("no standard errors: there is just one cluster")));
	PG_RETURN_POINTER(l2_robust_of_sums(m, &sums, false, l2_vcov_wanted(&asked, m->p)));
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

	if (has_null(fcinfo))
		return (Datum) 0;
	s = read_stages(fcinfo, l2_gram_get(PG_GETARG_DATUM(GRAM)), &of_gram);
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
