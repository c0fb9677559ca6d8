/*
 * interval.c: how sure a prediction is.
 *
 * A model that keeps its covariance knows; of another one only the gram knows how far a row is from
 * those that the model was fitted to.  Covariance or gram, factored, is kept from row to row, as
 * long as gram and model are the same.
 */
#include "fit/fit.h"
#include "base/rows.h"
#include "model/family.h"
#include "model/vcov.h"
#include "predict/predict_record.h"

#include "num/solve/leverage.h"
#include "num/stats/student.h"

#include "base/args.h"

#include "utils/float.h"
#include "utils/memutils.h"

/*
 * Relative differences between what gram and model say of the same rows.  Rounding makes 1e-15;
 * coefficients that were written down with a few digits are another model.
 */
#define SAME_MOMENTS 1e-9
#define SAME_FIT     1e-6

typedef struct interval
{
	TupleDesc desc;
	MemoryContext context; /* of what follows */
	bool valid;
	bool by_gram;
	l2_kept_value gram, model;
	l2n_leverage *leverage; /* of a gram */
	l2_covariance inverse;  /* of a model: what it keeps, */
	l2_covariance variance; /* its covariance, */
	double *z;              /* and a row in its coordinates */
	int n_kept;             /* features that the fit did not drop */
	int *kept;
	double *row;            /* n_kept */
	FmgrInfo values, other; /* of the same call: their own fn_extra */
	FmgrInfo link;
	double level; /* that t is for; 0 for none yet */
	double t;
	bool told; /* that a row has no standard error */
} interval;

/* Least squares and ridge, solved to the end: an elastic net without a share on |b| is a ridge */
static void
check_method(const l2_model *m)
{
	bool bounded = (m->flags & L2_MODEL_BOUNDED) != 0;
	bool solved = m->solver == L2_SOLVER_CHOLESKY_DD || m->solver == L2_SOLVER_CHOLESKY_REFINED ||
				  m->solver == L2_SOLVER_EIGEN;

	if (m->method == L2_METHOD_OLS || m->method == L2_METHOD_RIDGE)
		solved = !l2_model_iterated(m); /* one from elsewhere may not say how */
	else if (m->method != L2_METHOD_LASSO && m->method != L2_METHOD_ELASTIC_NET)
		solved = false;
	if (!solved || bounded)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("no intervals for a model of method %s%s", l2_method_name(m->method),
					bounded ? " with bounds" : ""),
			 errdetail("They are known for least squares and ridge, by Cholesky or eigenvalues."),
			 errhint("Fit least squares to the features that it uses, named in option \"features\" "
					 "of l2_ols. Its intervals ignore that they were chosen.")));
}

static bool
has_name(const char *const *list, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/*
 * The columns of the gram that are the model's: those of its names, or, where the fit gave its
 * features other names, all in their order
 */
static void
interval_choose_columns(l2_gram *g, const l2_model *m, l2_options *o)
{
	const char *const *list = l2_name_list(l2_names_of_gram(g), g->ncols);
	const char **names = l2_name_list(l2_names_of_model(m), m->p + 1);
	bool found = true;

	if (has_name(list, g->ncols, names[0]) || g->ncols != m->p + 1)
		o->target = (char *) names[0];
	for (int i = 1; i <= m->p && found; i++)
		found = has_name(list, g->ncols, names[i]);
	if (found || g->ncols != m->p + 1)
	{
		o->features = (char **) names + 1;
		o->n_features = m->p;
	}
}

static void
not_from_this_gram(const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("model was not fitted from this gram"), errdetail("%s", detail),
					errhint("Give the gram that the model was fitted from, with all its rows.")));
}

/* The gram as the model's fit saw it */
static void
check_rows(l2_fitter *f, const l2_model *m)
{
	const l2n_moments *moments = l2_fitter_moments(f);
	const l2n_columns *columns = l2_fitter_columns(f);
	double weight = moments->weight.hi, difference;

	if (moments->n != m->n)
		not_from_this_gram(psprintf("The gram has " INT64_FORMAT " rows, the model " INT64_FORMAT
									".",
									(int64) moments->n, m->n));
	difference = fabs(weight - m->values[L2_STAT_SUM_WEIGHTS]);
	if (!(difference <= SAME_MOMENTS * weight))
		not_from_this_gram(psprintf("The weights of the gram sum to %g, those of the model to %g.",
									weight, m->values[L2_STAT_SUM_WEIGHTS]));
	for (int i = 0; i <= m->p; i++)
	{
		int column = i == 0 ? columns->target : columns->feature[i - 1];
		double mean = moments->mean[column], of_model = l2_model_vector(m, L2_MEAN)[i];

		if (!(fabs(mean - of_model) <=
			  SAME_MOMENTS * hypot(mean, sqrt(l2n_variance(moments, column)))))
			not_from_this_gram(psprintf("The mean of \"%s\" is %g in the gram, %g in the model.",
										l2_column_name(l2_names_of_model(m), i), mean, of_model));
	}
}

/* Factor the gram for the model, and see that they belong together */
static void
interval_start(interval *v, l2_gram *g, const l2_model *m)
{
	const double *estimate = l2_model_vector(m, L2_ESTIMATE) + 1;
	double *coef = palloc(sizeof(double) * Max(m->p, 1));
	double *factor = palloc(sizeof(double) * Max(m->p, 1));
	int *feature = palloc(sizeof(int) * Max(m->p, 1));
	double tss;
	l2_options o;
	l2_fitter *f;
	l2n_ridge_spec spec = {0};

	check_method(m);
	if (l2_model_vcov(m) != L2_VCOV_IID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a gram does not know errors of vcov %s", l2_vcov_name(l2_model_vcov(m))),
				 errhint("Leave gram out: the model's own covariance is used.")));
	if (l2_gram_count(g) == 0)
		not_from_this_gram("The gram has no rows.");
	l2_options_init(&o, L2_METHOD_OLS);
	o.intercept = (m->flags & L2_MODEL_INTERCEPT) != 0;
	interval_choose_columns(g, m, &o);
	f = l2_fitter_make(g, &o);
	check_rows(f, m);

	v->kept = palloc(sizeof(int) * Max(m->p, 1));
	v->n_kept = 0;
	for (int i = 0; i < m->p; i++)
		if (!l2_model_dropped(m)[i])
		{
			double given = l2_model_value(m, L2_PENALTY_FACTOR, i + 1);

			feature[v->n_kept] = l2_fitter_columns(f)->feature[i];
			coef[v->n_kept] = estimate[i];
			factor[v->n_kept] = isnan(given) ? 1 : given;
			v->kept[v->n_kept++] = i;
		}
	v->row = palloc(sizeof(double) * Max(m->p, 1));

	spec.columns = *l2_fitter_columns(f);
	spec.columns.p = v->n_kept;
	spec.columns.feature = feature;
	spec.standardize = (m->flags & L2_MODEL_STANDARDIZE) != 0;
	if (m->method != L2_METHOD_OLS)
		spec.lambda = m->values[L2_STAT_LAMBDA_EFFECTIVE];
	spec.penalty = factor;
	if (!(spec.lambda >= 0))
		not_from_this_gram("The model does not say its effective lambda.");
	l2_check(l2n_leverage_start(l2_kernel, l2_fitter_moments(f), &spec,
								l2_scratch(l2n_leverage_worksize(v->n_kept)), &v->leverage, l2_poll,
								NULL),
			 m->p > 0 ? l2_model_term(m, m->p) : NULL, 0);

	tss = l2n_leverage_tss(v->leverage);
	if (!(fabs(tss - m->values[L2_STAT_TSS]) <= SAME_FIT * tss))
		not_from_this_gram(
			psprintf("The sum of squares of \"%s\" is %g in the gram, %g in the model.",
					 l2_column_name(l2_names_of_model(m), 0), tss, m->values[L2_STAT_TSS]));
	if (!(l2n_leverage_mismatch(v->leverage, coef) <= SAME_FIT))
		not_from_this_gram("The coefficients are not those that the gram gives.");
}

/* The model alone */
static void
start_model(interval *v, const l2_model *m)
{
	if (!(m->kept & L2_KEPT_FACTOR))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("an interval needs the covariance of the coefficients, which this "
							   "model does not keep"),
						errhint("Fit it with the option {\"covariance\": true}, which l2_train has "
								"for up to 500 features; or give the gram that it was fitted from "
								"as gram => ....")));
	v->variance = v->inverse = l2_covariance_of(m);
	v->inverse.matrix = NULL;
	v->inverse.unit = 1;
	v->z = palloc(sizeof(double) * (m->p + 1));
}

/* Once a call site: a row has no standard error */
static void
interval_tell_none(interval *v)
{
	v->told = true;
	ereport(NOTICE, (errmsg("no standard error of a row"),
					 errdetail("Its variance would be negative, which two ways of few clusters can "
							   "make, or is nothing but rounding.")));
}

/* What is kept from row to row, made anew where gram or model are others */
static interval *
interval_prepare(FunctionCallInfo fcinfo)
{
	interval *v = fcinfo->flinfo->fn_extra;
	bool by_gram = !PG_ARGISNULL(3);
	Datum model = PG_GETARG_DATUM(0), gram = by_gram ? PG_GETARG_DATUM(3) : (Datum) 0;
	const l2_model *m;
	MemoryContext old;

	if (v == NULL)
	{
		old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		v = palloc0(sizeof *v);
		v->desc = l2_row_desc(fcinfo);
		v->context =
			AllocSetContextCreate(CurrentMemoryContext, "l2reg interval", ALLOCSET_DEFAULT_SIZES);
		v->values = v->other = v->link = *fcinfo->flinfo;
		MemoryContextSwitchTo(old);
		fcinfo->flinfo->fn_extra = v;
	}
	if (v->valid && v->by_gram == by_gram && l2_same_value(&v->model, model) &&
		(!by_gram || l2_same_value(&v->gram, gram)))
		return v;
	v->valid = false;
	MemoryContextReset(v->context);
	old = MemoryContextSwitchTo(v->context);
	l2_keep_value(&v->model, model);
	m = l2_model_get(PointerGetDatum(v->model.value));
	v->by_gram = by_gram;
	if (by_gram)
	{
		l2_keep_value(&v->gram, gram);
		interval_start(v, l2_gram_raw(PointerGetDatum(v->gram.value)), m);
	}
	else
		start_model(v, m);
	v->level = 0;
	v->valid = true;
	MemoryContextSwitchTo(old);
	return v;
}

/* The features that the fit did not drop, for the gram's factor */
static void
interval_gather(interval *v, const l2_array_view *x)
{
	for (int i = 0; i < v->n_kept; i++)
		memcpy(v->row + i, x->values + sizeof(double) * v->kept[i], sizeof(double));
}

/* Error where finite numbers of a row make one that is not */
static void
check_range(const l2_array_view *x, double made)
{
	bool finite = true;

	for (int i = 0; i < x->n; i++)
	{
		double v;

		memcpy(&v, x->values + sizeof v * i, sizeof v);
		finite &= isfinite(v) != 0;
	}
	if (finite && !isfinite(made))
		float_overflow_error();
}

/* What t is of */
static double
by_model_df(const interval *v, const l2_model *m)
{
	double df = m->values[L2_STAT_DF_RESIDUAL];

	return v->by_gram ? (df > 0 ? df : NAN) : l2_vcov_df(m);
}

/* l2_predict_interval(model, features, level, gram) */
PG_FUNCTION_INFO_V1(l2_predict_interval);
PGDLLEXPORT Datum
l2_predict_interval(PG_FUNCTION_ARGS)
{
	enum
	{
		FIT,
		SE_FIT,
		CONF_LOW,
		CONF_HIGH,
		PRED_LOW,
		PRED_HIGH,
		LEVERAGE,
		COLUMNS
	};
	l2_array_view x;
	double level, fit, leverage, sigma, se, margin;
	interval *v;
	l2_model *m;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false}, null, undetermined;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	level = PG_GETARG_FLOAT8(2);
	l2_check_share("level", level, false);
	v = interval_prepare(fcinfo);
	m = (l2_model *) v->model.value;
	if (v->level != level)
	{
		v->t = l2n_t_quantile(0.5 + level / 2, by_model_df(v, m));
		v->level = level;
	}
	fit = DatumGetFloat8(l2_of_features(fcinfo, &v->values, l2_predict_any, &null));
	if (null)
		PG_RETURN_NULL();
	x = l2_view_float8_array(l2_of_features(fcinfo, &v->other, l2_encode_any, &null), "features");
	sigma = m->values[L2_STAT_SIGMA];
	undetermined = l2_vcov_undetermined(m, x.values, false) > 0;
	if (v->by_gram)
	{
		interval_gather(v, &x);
		l2n_leverage_row(l2_kernel, v->leverage, v->row, &leverage, &se);
		check_range(&x, leverage + se);
		se = sigma * sqrt(se);
	}
	else
	{
		l2_vcov_row(m, x.values, v->z);
		leverage = l2_covariance_form(&v->inverse, v->z);
		se = l2_covariance_form(&v->variance, v->z);
		check_range(&x, leverage + (isnan(se) ? 0 : se));
		if (isnan(se) && !isnan(leverage) && !isnan(v->variance.unit) && !v->told)
			interval_tell_none(v);
		se = sqrt(se);
	}
	values[FIT] = Float8GetDatum(fit);
	if (l2_model_has_link(m))
	{
		double eta = DatumGetFloat8(l2_of_features(fcinfo, &v->link, l2_predict_link_again, &null));
		double residual, information, loss, slope, bend, low, high;
		l2n_family f;

		l2_family_of_model(m, &f);
		f.expected = true;
		f.evaluate(&f, l2_kernel, 1, &fit, &eta, &residual, &information, &loss);
		f.link->slopes(eta, fit, &slope, &bend);
		low = f.link->mean(eta - v->t * se);
		high = f.link->mean(eta + v->t * se);
		leverage *= information;
		l2_set_double(values, nulls, SE_FIT, se * fabs(slope));
		/* a link may fall, and may end before the interval does */
		l2_set_double(values, nulls, CONF_LOW, slope < 0 ? high : low);
		l2_set_double(values, nulls, CONF_HIGH, slope < 0 ? low : high);
		if (isinf(loss) || (slope < 0 && !(eta - v->t * se > 0)))
			nulls[CONF_LOW] = nulls[CONF_HIGH] = true;
		nulls[PRED_LOW] = nulls[PRED_HIGH] = true;
	}
	else if (l2_is_resistant(m->method))
	{
		/* their residuals are of no distribution in particular, and no row has a leverage */
		l2_set_double(values, nulls, SE_FIT, isnan(v->variance.unit) ? NAN : se);
		l2_set_double(values, nulls, CONF_LOW, fit - v->t * (nulls[SE_FIT] ? NAN : se));
		l2_set_double(values, nulls, CONF_HIGH, fit + v->t * (nulls[SE_FIT] ? NAN : se));
		nulls[PRED_LOW] = nulls[PRED_HIGH] = true;
	}
	else
	{
		margin = sqrt(sigma * sigma + se * se);
		values[SE_FIT] = Float8GetDatum(se);
		values[CONF_LOW] = Float8GetDatum(fit - v->t * se);
		values[CONF_HIGH] = Float8GetDatum(fit + v->t * se);
		values[PRED_LOW] = Float8GetDatum(fit - v->t * margin);
		values[PRED_HIGH] = Float8GetDatum(fit + v->t * margin);
		/* NaN comes of a NaN in x; what is not known is NULL */
		for (int i = SE_FIT; i < LEVERAGE; i++)
			nulls[i] = isnan(sigma) || isnan(v->t) || (isnan(se) && !isnan(leverage));
	}
	values[LEVERAGE] = Float8GetDatum(leverage);
	nulls[LEVERAGE] = l2_is_resistant(m->method);
	/* l2_predict has told of it */
	for (int i = SE_FIT; undetermined && i <= LEVERAGE; i++)
		nulls[i] = true;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(v->desc, values, nulls)));
}
