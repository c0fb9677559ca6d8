/*
 * fit.c: solve a gram as the options say, and write the model.
 */
#include "fit.h"

#include <math.h>

#include "num/ridge.h"

#include "args.h"
#include "miscadmin.h"

#include "utils/array.h"
#include "utils/builtins.h"

/* Columns of the gram that take part */
typedef struct selection
{
	int target;
	int p;
	int *feature;
} selection;

static selection
select_columns(l2_gram *g, const l2_options *o)
{
	const char **list = NULL;
	bool *used;
	selection s;

	if (o->target || o->n_features >= 0)
		list = l2_name_list(l2_names_of_gram(g), g->ncols);
	s.target = o->target ? l2_gram_find(g, list, o->target) : 0;
	s.p = 0;
	s.feature = palloc(sizeof(int) * g->ncols);
	if (o->n_features < 0)
	{
		for (int j = 0; j < g->ncols; j++)
			if (j != s.target)
				s.feature[s.p++] = j;
		return s;
	}
	used = palloc0(sizeof(bool) * g->ncols);
	for (int i = 0; i < o->n_features; i++)
	{
		int column = l2_gram_find(g, list, o->features[i]);

		CHECK_FOR_INTERRUPTS();
		if (column == s.target)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("column \"%s\" is both feature and target", o->features[i])));
		if (used[column])
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
							errmsg("feature \"%s\" given twice", o->features[i])));
		used[column] = true;
		s.feature[s.p++] = column;
	}
	return s;
}

/* The penalty as the objective takes it */
static double
effective_lambda(const l2_options *o, const l2n_moments *m, int target)
{
	double w = m->weight.hi, square;

	switch (o->lambda_scale)
	{
		case L2_LAMBDA_SUM:
			return o->lambda;
		case L2_LAMBDA_MEAN:
			return o->lambda * w;
		case L2_LAMBDA_GLMNET:
			/* glmnet works on y / sd(y); without an intercept, on y over its root mean square */
			square = l2n_cross(m, target, target).hi / w;
			if (!o->intercept)
				square += m->mean[target] * m->mean[target];
			if (square <= 0)
				return o->lambda * w;
			return o->lambda * w / sqrt(square);
	}
	return 0;
}

/*
 * As glmnet does under its own scale, rescale penalty factors to a mean of 1; otherwise they
 * count as they are given.
 */
static double *
penalty_factors(const l2_options *o, int p)
{
	double *f, sum = 0;

	if (o->n_penalty < 0)
		return NULL;
	if (o->n_penalty != p)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d penalty factors given, but the number of features is %d",
							   o->n_penalty, p)));
	if (o->lambda_scale != L2_LAMBDA_GLMNET)
		return o->penalty;
	for (int i = 0; i < p; i++)
		sum += o->penalty[i];
	if (sum <= 0)
		return o->penalty;
	f = palloc(sizeof(double) * p);
	for (int i = 0; i < p; i++)
		f[i] = o->penalty[i] * p / sum;
	return f;
}

/* What the model's target and features are called */
static l2_names
model_names(l2_gram *g, const selection *s, const l2_options *o)
{
	const char **features, **list;
	l2_names names;

	if (o->n_names < 0 && o->n_features < 0 && s->target == 0)
		return l2_names_of_gram(g);
	list = l2_name_list(l2_names_of_gram(g), g->ncols);
	if (o->n_names >= 0)
		features = (const char **) o->names;
	else
	{
		features = palloc(sizeof(char *) * Max(s->p, 1));
		for (int i = 0; i < s->p; i++)
			features[i] = list[s->feature[i]];
	}
	names = l2_canonical_names(l2_join_names(list[s->target], s->p, features));
	l2_check_names(names);
	return names;
}

static void
tell_dropped(const l2_model *model)
{
	StringInfoData list;
	int n = 0;

	if (!(model->flags & L2_MODEL_DROPPED))
		return;
	initStringInfo(&list);
	for (int i = 0; i < model->p; i++)
		if (l2_model_dropped(model)[i] && n++ < 20)
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", l2_model_term(model, i + 1));
	if (n > 20)
		appendStringInfoString(&list, ", ...");
	ereport(NOTICE, (errmsg_plural("dropped a column that the columns before it explain: %s",
								   "dropped columns that the columns before them explain: %s", n,
								   list.data),
					 errdetail("Constant and collinear columns get a NULL coefficient.")));
}

/* Sample standard deviation of a column, NaN where there are too few rows */
static double
column_sd(const l2n_moments *m, int column, double rows)
{
	if (!(rows > 1))
		return NAN;
	return sqrt(l2n_cross(m, column, column).hi / m->weight.hi * (rows / (rows - 1)));
}

l2_model *
l2_fit(l2_gram *g, const l2_options *o)
{
	l2n_moments m;
	selection s;
	l2n_ridge_spec spec;
	l2n_fit fit;
	l2n_status status;
	l2_model *model;
	double *stat, *penalty;
	int p;

	if (l2_gram_count(g) == 0)
		return NULL;
	if (g->nrows > 0)
		g = l2_gram_copy(g, NULL, 0, l2_names_of_gram(g));
	m = l2_gram_moments(g);
	s = select_columns(g, o);
	p = s.p;
	penalty = penalty_factors(o, p);

	if (o->n_names >= 0 && o->n_names != p)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d names given, but the number of features is %d", o->n_names, p)));
	if (g->flags & L2_GRAM_TINY)
		for (int i = -1; i < p; i++)
		{
			int column = i < 0 ? s.target : s.feature[i];
			double square = l2n_cross(&m, column, column).hi, mean = fabs(m.mean[column]);

			/* a spread that underflowed; a constant column has none, and a mean that did not */
			if (square < 0x1p-900 && (square > 0 || (mean > 0 && mean < 0x1p-450)))
				ereport(ERROR,
						(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						 errmsg("values of column \"%s\" are too small to be squared",
								l2_gram_name(g, column)),
						 errhint("Rescale the column: give it a unit in which it is near 1.")));
		}

	spec.columns.p = p;
	spec.columns.feature = s.feature;
	spec.columns.target = s.target;
	spec.columns.intercept = o->intercept;
	spec.standardize = o->standardize;
	spec.lambda = effective_lambda(o, &m, s.target);
	spec.penalty = penalty;
	spec.rows = o->weights == L2_WEIGHTS_FREQUENCY ? m.weight.hi : (double) m.n;
	if (isinf(spec.lambda))
		l2_check(L2N_OUT_OF_RANGE, NULL, 0);

	model = l2_model_new(p, model_names(g, &s, o));
	fit.solution.coef = l2_model_vector(model, L2_ESTIMATE) + 1;
	fit.se = l2_model_vector(model, L2_STD_ERROR) + 1;
	fit.dropped = l2_model_dropped(model);

	status =
		l2n_ridge(l2_kernel, &m, &spec, &fit, l2_scratch(l2n_ridge_worksize(p)), l2_poll, NULL);
	if (status == L2N_SINGULAR_PENALTY)
		l2_check(status, l2_model_term(model, fit.failed + 1), fit.failed_pivot);
	l2_check(status, NULL, 0);

	model->method = o->method;
	model->flags = (o->intercept ? L2_MODEL_INTERCEPT : 0) |
				   (o->standardize ? L2_MODEL_STANDARDIZE : 0) |
				   (o->weights == L2_WEIGHTS_FREQUENCY ? L2_MODEL_FREQUENCY : 0);
	if (p > 0 && memchr(fit.dropped, true, p) != NULL)
		model->flags |= L2_MODEL_DROPPED;
	tell_dropped(model);
	model->lambda_scale = o->lambda_scale;
	model->solver =
		fit.solver == L2N_SOLVER_DENSE ? L2_SOLVER_CHOLESKY_REFINED : L2_SOLVER_CHOLESKY_DD;
	model->n = m.n;
	model->n_skipped = g->n_skipped;

	stat = model->values;
	stat[L2_STAT_SUM_WEIGHTS] = m.weight.hi;
	if (o->method != L2_METHOD_OLS)
	{
		stat[L2_STAT_LAMBDA] = o->lambda;
		stat[L2_STAT_LAMBDA_EFFECTIVE] = spec.lambda;
	}
	stat[L2_STAT_RSS] = fit.solution.rss;
	stat[L2_STAT_TSS] = fit.solution.tss;
	stat[L2_STAT_R_SQUARED] = fit.solution.r_squared;
	if (!isnan(fit.sigma))
		stat[L2_STAT_ADJ_R_SQUARED] =
			1 - (1 - fit.solution.r_squared) * (spec.rows - (o->intercept ? 1 : 0)) / fit.df_resid;
	stat[L2_STAT_SIGMA] = fit.sigma;
	stat[L2_STAT_DF] = fit.df;
	stat[L2_STAT_DF_RESIDUAL] = fmax(fit.df_resid, 0);
	stat[L2_STAT_RCOND] = fit.rcond;

	l2_model_vector(model, L2_ESTIMATE)[0] = fit.solution.intercept;
	l2_model_vector(model, L2_STD_ERROR)[0] = fit.intercept_se;
	for (int i = 0; i <= p; i++)
	{
		int column = i == 0 ? s.target : s.feature[i - 1];

		l2_model_vector(model, L2_MEAN)[i] = m.mean[column];
		l2_model_vector(model, L2_SD)[i] = column_sd(&m, column, spec.rows);
		if (i > 0 && penalty)
			l2_model_vector(model, L2_PENALTY_FACTOR)[i] = penalty[i - 1];
	}
	return model;
}

/* What the named arguments of l2_ols and l2_ridge have in common, from argument at on */
static void
read_common(FunctionCallInfo fcinfo, int at, l2_options *o)
{
	if (!PG_ARGISNULL(at))
		o->features = l2_text_array(PG_GETARG_DATUM(at), "features", &o->n_features);
	if (!PG_ARGISNULL(at + 1))
		o->target = text_to_cstring(PG_GETARG_TEXT_PP(at + 1));
	if (!PG_ARGISNULL(at + 2))
		o->names = l2_text_array(PG_GETARG_DATUM(at + 2), "names", &o->n_names);
	if (!PG_ARGISNULL(at + 3))
		o->weights = l2_weight_kind_of(text_to_cstring(PG_GETARG_TEXT_PP(at + 3)));
}

PG_FUNCTION_INFO_V1(l2_ols);
PGDLLEXPORT Datum
l2_ols(PG_FUNCTION_ARGS)
{
	l2_options o;
	l2_model *m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	l2_options_init(&o, L2_METHOD_OLS);
	if (!PG_ARGISNULL(1))
		o.intercept = PG_GETARG_BOOL(1);
	read_common(fcinfo, 2, &o);
	m = l2_fit(l2_gram_raw(PG_GETARG_DATUM(0)), &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(l2_ridge);
PGDLLEXPORT Datum
l2_ridge(PG_FUNCTION_ARGS)
{
	l2_options o;
	l2_model *m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	l2_options_init(&o, L2_METHOD_RIDGE);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("lambda must not be NULL")));
	l2_options_set_lambda(&o, PG_GETARG_FLOAT8(1));
	if (!PG_ARGISNULL(2))
		o.intercept = PG_GETARG_BOOL(2);
	if (!PG_ARGISNULL(3))
		o.standardize = PG_GETARG_BOOL(3);
	if (!PG_ARGISNULL(4))
		o.lambda_scale = l2_lambda_scale_of(text_to_cstring(PG_GETARG_TEXT_PP(4)));
	if (!PG_ARGISNULL(5))
	{
		ArrayType *a = PG_GETARG_ARRAYTYPE_P(5);
		bool *nulls;

		o.penalty = l2_read_array(PointerGetDatum(a), "penalty_factor", &o.n_penalty, &nulls);
		for (int i = 0; i < o.n_penalty; i++)
			if (nulls[i])
				ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
								errmsg("penalty_factor must not contain NULLs")));
		l2_options_check_penalty(&o);
	}
	read_common(fcinfo, 6, &o);
	m = l2_fit(l2_gram_raw(PG_GETARG_DATUM(0)), &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}
