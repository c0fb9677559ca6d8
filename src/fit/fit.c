/*
 * fit.c: solve a gram as the options say, and write the model.
 */
#include "fit/fit.h"
#include "fit/whole.h"
#include "gram/encoding.h"
#include "model/effects.h"
#include "gram/sparse.h"
#include "model/vcov.h"

#include <math.h>

#include "num/solve/coordinate.h"
#include "num/solve/group.h"
#include "num/solve/ridge.h"
#include "num/solve/spectrum.h"

#include "base/args.h"

#include "miscadmin.h"
#include "utils/builtins.h"

/* Iterations to stop after, where the caller does not say */
#define MAX_FISTA 100000
#define MAX_STEPS 10000000 /* of gradient descent: most are needed for badly scaled columns */

/* Columns of the gram that take part */
typedef struct selection
{
	int target;
	int p;
	int *feature;
} selection;

/* Add a column of the gram to the features */
static void
use_column(selection *s, bool *used, int column, const char *name)
{
	if (column == s->target)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("column \"%s\" is both feature and target", name)));
	if (used[column])
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_COLUMN), errmsg("feature \"%s\" given twice", name)));
	used[column] = true;
	s->feature[s->p++] = column;
}

/* The level that options say is a category's reference; NULL for none */
static const char *
base_of(const l2_options *o, const char *attribute)
{
	for (int i = 0; i < o->n_bases; i++)
		if (strcmp(o->base_of[i], attribute) == 0)
			return o->base[i];
	return NULL;
}

/* Whether the options let a category in as a whole, rather than levels of it */
static bool
factor_is_whole(const l2_options *o, const char *attribute)
{
	for (int i = 0; i < o->n_features; i++)
		if (strcmp(o->features[i], attribute) == 0)
			return true;
	return o->n_features < 0;
}

/*
 * Of each category that has all its levels in the gram the level that least squares leave out: what
 * aggregates over records leave out too.  Without an intercept the first category keeps all, as in
 * R.
 */
static void
leave_references(l2_gram *g, const l2_options *o, selection *s)
{
	l2_names names = l2_names_of_gram(g);
	l2_encoding *e = l2_encoding_of(names);
	const double *mean = l2_gram_moments(g).mean;
	bool full = !o->intercept;
	l2_column_origin *origin;
	int *left, kept = 0;

	if (e == NULL || l2_reference_of(o) == L2_REFERENCE_NONE)
		return;
	origin = l2_column_origins(e, l2_name_list(names, g->ncols), g->ncols);
	left = palloc(sizeof(int) * Max(e->n, 1));
	for (int a = 0; a < e->n; a++)
	{
		const l2_attribute *attribute = &e->attribute[a];
		const char *base = base_of(o, attribute->name);

		left[a] = -1;
		if (attribute->kind != L2_CATEGORY || attribute->n_left > 0 ||
			!factor_is_whole(o, attribute->name))
			continue;
		for (int i = 0; i < s->p; i++)
		{
			int j = s->feature[i];

			if (origin[j].attribute != a || !(mean[j] > 0))
				continue;
			if (base ? origin[j].level && strcmp(origin[j].level, base) == 0
					 : left[a] < 0 || (l2_reference_of(o) == L2_REFERENCE_MOST_FREQUENT &&
									   mean[j] > mean[left[a]]))
				left[a] = j;
		}
		if (base && left[a] < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("\"%s\" has no level \"%s\"", attribute->name, base),
							errdetail("It is its reference in the options.")));
		if (full)
			left[a] = -1;
		full = false;
	}
	for (int i = 0; i < s->p; i++)
	{
		int j = s->feature[i];

		if (origin[j].attribute < 0 || left[origin[j].attribute] != j)
			s->feature[kept++] = j;
	}
	s->p = kept;
}

/*
 * Target and features by the options: those named in features, in their order, or all but the
 * target.
 */
static selection
fit_select_columns(l2_gram *g, const l2_options *o)
{
	const char **list = NULL;
	int *category, n;
	bool *used;
	selection s;
	bool leaves = o->place == L2_IN_SOLVE && o->method == L2_METHOD_OLS;

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
		if (leaves)
			leave_references(g, o, &s);
		return s;
	}
	used = palloc0(sizeof(bool) * g->ncols);
	category = palloc(sizeof(int) * g->ncols);
	for (int i = 0; i < o->n_features; i++)
	{
		const char *name = o->features[i];

		CHECK_FOR_INTERRUPTS();
		/* the name of a category stands for all of its columns */
		if (l2_category_columns(l2_names_of_gram(g), list, g->ncols, name, category, &n))
			for (int j = 0; j < n; j++)
				use_column(&s, used, category[j], list[category[j]]);
		else
			use_column(&s, used, l2_gram_find(g, list, name), name);
	}
	if (leaves)
		leave_references(g, o, &s);
	return s;
}

/* The penalties as the objective takes them */
static void
effective_penalties(const l2_options *o, const l2n_moments *m, int target, double *l1, double *l2)
{
	double w = m->weight.hi;

	*l1 = o->lambda * o->l1_ratio;
	*l2 = o->lambda * (1 - o->l1_ratio);
	if (o->lambda_scale == L2_LAMBDA_SUM)
		return;
	*l1 *= w;
	*l2 *= w;
	if (o->lambda_scale == L2_LAMBDA_GLMNET)
	{
		/* glmnet works on y / sd(y); without an intercept, on y over its root mean square */
		double square = l2n_variance(m, target);

		if (!o->intercept)
			square += m->mean[target] * m->mean[target];
		if (square > 0)
			*l2 /= sqrt(square);
	}
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

/*
 * Dropout on the inputs of a linear model is a ridge penalty (Wager, Wang and Liang, NIPS 2013).
 * A feature that is 0 with probability rate, and otherwise x / (1 - rate), has mean x and variance
 * rate / (1 - rate) x^2, and independent of the others adds to the expectation of the squares
 * exactly its variance times b^2.  Dropped to the mean, the same holds of x less its mean.  So it
 * is rate / (1 - rate) times sums of squares that is added to whatever else is on b^2 / 2.
 */
static void
dropout_penalty(const l2n_moments *m, const l2n_columns *columns, double rate, bool to_mean,
				double *f)
{
	for (int i = 0; i < columns->p; i++)
	{
		int j = columns->feature[i];
		double mean = m->mean[j];

		f[i] = l2n_cross(m, j, j).hi;
		if (!to_mean)
			f[i] += m->weight.hi * mean * mean;
		f[i] *= rate / (1 - rate);
	}
}

/* What the model's target and features are called */
static l2_names
model_names(l2_gram *g, const selection *s, const l2_options *o)
{
	const char **list;
	l2_names names;

	if (o->n_names < 0 && o->n_features < 0 && s->target == 0 && s->p == g->ncols - 1)
		return l2_names_of_gram(g);
	list = l2_name_list(l2_names_of_gram(g), g->ncols);
	if (o->n_names >= 0)
		names = l2_join_names(l2_names_of_gram(g).len > 0
								  ? list[s->target]
								  : l2_default_target(s->p, (const char *const *) o->names),
							  s->p, (const char *const *) o->names);
	else
		names = l2_select_names(l2_names_of_gram(g), list, g->ncols, s->target, s->p, s->feature);
	names = l2_canonical_names(names);
	l2_check_names(names);
	return names;
}

void
l2_tell_dropped(const l2_model *model, int *told)
{
	StringInfoData list, empty;
	int n = 0, n_empty = 0;

	if (!(model->flags & L2_MODEL_DROPPED) || !l2_tell_once(told, L2_TOLD_DROPPED))
		return;
	initStringInfo(&list);
	initStringInfo(&empty);
	for (int i = 0; i < model->p; i++)
	{
		if (!l2_model_dropped(model)[i])
			continue;
		if (n++ < 20)
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", l2_model_term(model, i + 1));
		if (l2_model_vector(model, L2_MEAN)[i + 1] == 0 &&
			l2_model_vector(model, L2_SD)[i + 1] == 0 && n_empty++ < 20)
			appendStringInfo(&empty, "%s%s", empty.len ? ", " : "", l2_model_term(model, i + 1));
	}
	if (n > 20)
		appendStringInfoString(&list, ", ...");
	if (n_empty > 20)
		appendStringInfoString(&empty, ", ...");
	ereport(
		NOTICE,
		(errmsg_plural("dropped a column that the columns before it explain: %s",
					   "dropped columns that the columns before them explain: %s", n, list.data),
		 model->method == L2_METHOD_IV
			 ? errdetail("Constant and collinear columns get a NULL coefficient, and those "
						 "that the instruments do not tell from the columns before them.")
		 : n_empty > 0
			 ? errdetail("Constant and collinear columns get a NULL coefficient. In every "
						 "row 0: %s.",
						 empty.data)
			 : errdetail("Constant and collinear columns get a NULL coefficient.")));
}

/*
 * Whole numbers from here on are rounded to double precision; and a standard deviation, as a share
 * of the mean, of about 500 units in its last place
 */
#define ROUNDED_FROM 0x1p53
#define ROUNDED      0x1p-43

/*
 * NOTICE for columns that rounding to double precision has left few digits of, as whole numbers of
 * 1e18
 */
static void
tell_rounded(const l2_model *model, int *told)
{
	const double *mean = l2_model_vector(model, L2_MEAN), *sd = l2_model_vector(model, L2_SD);
	StringInfoData list;
	int n = 0;

	initStringInfo(&list);
	for (int i = 0; i <= model->p; i++)
		if (fabs(mean[i]) >= ROUNDED_FROM && sd[i] < ROUNDED * fabs(mean[i]) && n++ < 20)
			appendStringInfo(&list, "%s%s", list.len ? ", " : "",
							 l2_column_name(l2_names_of_model(model), i));
	if (n == 0 || !l2_tell_once(told, L2_TOLD_ROUNDED))
		return;
	ereport(NOTICE,
			(errmsg("values differ by little more than they are rounded by: %s", list.data),
			 errdetail("Of numbers as large as these double precision keeps 15 to 17 digits, "
					   "in which they hardly differ."),
			 errhint("Subtract a constant in SQL before they become double precision, as in "
					 "id - 1000000000000000000.")));
}

double
l2_column_sd(const l2n_moments *m, int column, double rows)
{
	if (!(rows > 1))
		return NAN;
	return sqrt(l2n_variance(m, column) * (rows / (rows - 1)));
}

/* What is to be solved */
typedef struct problem
{
	l2n_moments m;
	l2n_columns columns;
	double *penalty; /* factors, or NULL */
	double *extra;   /* what dropout adds to the quadratic penalties, or NULL */
	double *lower;   /* bounds of all coefficients, or NULL */
	double *upper;
	double rows;     /* for degrees of freedom, less those absorbed */
	double absorbed; /* means of groups that the gram's sums are about */
	double l1, l2;   /* penalties as the objective has them */
} problem;

/* The statistics that every solution has; sigma is NaN where there are no degrees of freedom */
static void
put_solution(l2_model *model, const problem *f, const l2n_solution *solution, double df,
			 double df_resid, double sigma)
{
	double *stat = model->values;
	double total_df = f->rows - (f->columns.intercept ? 1 : 0); /* group means are out of rows */

	l2_model_vector(model, L2_ESTIMATE)[0] = solution->intercept;
	stat[L2_STAT_RSS] = solution->rss;
	stat[L2_STAT_TSS] = solution->tss;
	stat[L2_STAT_R_SQUARED] = solution->r_squared;
	if (!isnan(sigma))
		stat[L2_STAT_ADJ_R_SQUARED] = 1 - (1 - solution->r_squared) * total_df / df_resid;
	stat[L2_STAT_SIGMA] = sigma;
	stat[L2_STAT_DF] = df + f->absorbed;
	if (f->absorbed > 0)
		stat[L2_STAT_ABSORBED] = f->absorbed;
	stat[L2_STAT_DF_RESIDUAL] = fmax(df_resid, 0);
}

static void
tell_unconverged(l2_model *model, const l2_options *o, int iterations, double gap, double tolerance)
{
	model->flags |= L2_MODEL_UNCONVERGED;
	if (o->quiet)
		return;
	ereport(WARNING,
			(errmsg_plural("%s did not converge in %d iteration",
						   "%s did not converge in %d iterations", iterations,
						   l2_method_name(o->method), iterations),
			 errdetail("The duality gap is %g of y'y / 2; the tolerance is %g.", gap, tolerance),
			 errhint("Raise max_iter or tolerance, or standardize the columns.")));
}

/* Columns whose spread underflowed: a constant column has none, and a mean that did not */
static void
check_tiny(l2_gram *g, const problem *f)
{
	for (int i = -1; i < f->columns.p; i++)
	{
		int column = i < 0 ? f->columns.target : f->columns.feature[i];
		double square = l2n_cross(&f->m, column, column).hi, mean = fabs(f->m.mean[column]);

		if (square < 0x1p-900 && (square > 0 || (mean > 0 && mean < 0x1p-450)))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("values of column \"%s\" are too small to be squared",
								   l2_gram_name(g, column)),
							errhint("Rescale the column: give it a unit in which it is near 1.")));
	}
}

/*
 * The bounds of all coefficients from those given, one for all or one each, and 0 where they may
 * not be negative; NULL for none
 */
static double *
bounds(const l2_options *o, bool upper, int p)
{
	int n = upper ? o->n_upper : o->n_lower;
	const double *given = upper ? o->upper : o->lower;
	double none = upper ? HUGE_VAL : -HUGE_VAL, *r;

	if (!l2_options_bounded(o))
		return NULL;
	if (n >= 0 && n != 1 && n != p)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d %s bounds given, but the number of features is %d", n,
							   upper ? "upper" : "lower", p),
						errhint("Give one for all coefficients, or one each.")));
	r = palloc(sizeof(double) * Max(p, 1));
	for (int i = 0; i < p; i++)
	{
		r[i] = n < 0 ? none : given[n == 1 ? 0 : i];
		if (!upper && o->non_negative)
			r[i] = Max(r[i], 0);
	}
	return r;
}

static void
check_bounds(const problem *f, l2_names names)
{
	for (int i = 0; f->lower && i < f->columns.p; i++)
		if (f->lower[i] > f->upper[i])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("lower bound of \"%s\" is above its upper bound",
								   l2_column_name(names, i + 1)),
							errdetail("They are %g and %g.", f->lower[i], f->upper[i])));
}

/* The last refit without a penalty */
typedef struct refit
{
	bool *kept;    /* p: of which features */
	int *feature;  /* those: columns of the gram */
	double *coef;  /* p */
	double *about; /* scratch: coefficients and errors of those */
	bool *dropped; /* likewise */
	void *work;
	bool known;
	l2n_fit fit;
} refit;

struct l2_fitter
{
	l2_gram *g;
	problem f;
	l2_names names;
	l2_weight_kind weights;
	double rate;  /* of dropout, which extra is of */
	double *room; /* for extra */
	bool to_mean;
	bool many;            /* lambdas are to come */
	bool coefficients;    /* and no more than that is asked for */
	l2n_elastic_net *net; /* made when first needed */
	void *net_work;
	int *group; /* of each column; NULL: each is one of its own */
	int n_groups;
	l2n_group_net *groups; /* made when first needed */
	void *groups_work;
	l2n_spectrum *spectrum;
	void *spectrum_work;
	void *ridge_work;
	void *unused;          /* standard errors that nobody asked for */
	refit *refit;          /* made when first needed */
	MemoryContext context; /* where all of it lives */
};

/* Scratch that lives as long as the fitter */
static void *
lasting_scratch(l2_fitter *r, size_t size)
{
	MemoryContext old = MemoryContextSwitchTo(r->context);
	void *work = l2_scratch(size);

	MemoryContextSwitchTo(old);
	return work;
}

/* A decomposition for models or for coefficients, where it is worth it and will do; else NULL */
static l2n_spectrum *
spectrum(l2_fitter *r, const l2n_ridge_spec *spec, bool coefficients)
{
	l2n_spectrum_use use = coefficients ? L2N_SPECTRUM_COEFFICIENTS : L2N_SPECTRUM_MODELS;
	l2n_status status;

	if (!r->many || r->coefficients != coefficients || spec->extra)
		return NULL;
	if (r->spectrum)
		return r->spectrum;
	if (r->spectrum_work == NULL)
		r->spectrum_work = lasting_scratch(r, l2n_spectrum_worksize(spec->columns.p, use));
	status = l2n_spectrum_start(&r->f.m, spec, use, r->spectrum_work, &r->spectrum, l2_poll, NULL);
	if (status != L2N_ILL_CONDITIONED)
		l2_check(status, NULL, 0);
	else
		r->many = false;
	return r->spectrum;
}

/* Least squares and ridge, their scratch kept */
static void
ridge(l2_fitter *r, const l2n_ridge_spec *spec, l2n_fit *fit)
{
	l2n_status status = L2N_ILL_CONDITIONED;

	if (spectrum(r, spec, false))
		status = l2n_spectrum_ridge(l2_kernel, r->spectrum, spec->lambda, fit, l2_poll, NULL);
	if (status == L2N_ILL_CONDITIONED)
	{
		if (r->ridge_work == NULL)
			r->ridge_work = lasting_scratch(r, l2n_ridge_worksize(spec->columns.p));
		status = l2n_ridge(l2_kernel, &r->f.m, spec, fit, r->ridge_work, l2_poll, NULL);
	}
	if (status == L2N_SINGULAR_PENALTY)
		l2_check(status, l2_column_name(r->names, fit->failed + 1), fit->failed_pivot);
	l2_check(status, NULL, 0);
}

l2n_fit
l2_room_of_fit(l2_model *model)
{
	return (l2n_fit){.solution.coef = l2_model_vector(model, L2_ESTIMATE) + 1,
					 .se = l2_model_vector(model, L2_STD_ERROR) + 1,
					 .dropped = l2_model_dropped(model)};
}

void
l2_fitter_put(const l2_fitter *r, const l2_options *o, const l2n_fit *fit, l2_model *model)
{
	int p = r->f.columns.p;

	put_solution(model, &r->f, &fit->solution, fit->df, fit->df_resid, fit->sigma);
	l2_model_vector(model, L2_STD_ERROR)[0] = fit->intercept_se;
	model->values[L2_STAT_RCOND] = fit->rcond;
	model->solver = fit->solver == L2N_SOLVER_DENSE      ? L2_SOLVER_CHOLESKY_REFINED
					: fit->solver == L2N_SOLVER_SPECTRUM ? L2_SOLVER_EIGEN
														 : L2_SOLVER_CHOLESKY_DD;
	if (p > 0 && memchr(fit->dropped, true, p) != NULL)
		model->flags |= L2_MODEL_DROPPED;
	if (!o->quiet)
		l2_tell_dropped(model, o->told);
}

/* Least squares and ridge */
static void
solve_quadratic(l2_model *model, l2_fitter *r, const l2_options *o)
{
	const problem *f = &r->f;
	l2n_ridge_spec spec = {f->columns, o->standardize, f->l2, f->penalty, f->rows, 0, f->extra};
	l2n_fit fit = l2_room_of_fit(model);

	ridge(r, &spec, &fit);
	l2_fitter_put(r, o, &fit, model);
	if (model->kept)
	{
		l2_vcov_put(model, &f->m, &spec, NULL);
		l2_vcov_put_base(model, &f->m, &f->columns);
	}
}

void
l2_fitter_refresh(l2_fitter *r)
{
	r->f.m = l2_gram_moments(r->g);
	r->f.rows = r->weights == L2_WEIGHTS_FREQUENCY ? r->f.m.weight.hi : (double) r->f.m.n;
	r->f.absorbed = (double) r->g->absorbed;
	r->f.rows -= r->f.absorbed;
	r->net = NULL;
	r->groups = NULL;
	r->spectrum = NULL;
	if (r->refit)
		r->refit->known = false;
	if (r->f.extra)
		dropout_penalty(&r->f.m, &r->f.columns, r->rate, r->to_mean, r->f.extra);
	if (r->g->flags & L2_GRAM_TINY)
		check_tiny(r->g, &r->f);
}

/* Groups that are given by numbers, from 0 on in their order */
static void
number_groups(l2_fitter *r, const l2_options *o)
{
	int p = r->f.columns.p;

	if (o->n_group != p)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d groups given, but the number of features is %d", o->n_group, p),
						errhint("Give each feature the number of its group.")));
	for (int j = 0; j < p; j++)
	{
		int like = 0;

		CHECK_FOR_INTERRUPTS();
		while (o->group[like] != o->group[j])
			like++;
		r->group[j] = like < j ? r->group[like] : r->n_groups++;
	}
}

/* The columns of each term with a category are a group, and so is every other column */
static void
group_terms(l2_fitter *r)
{
	int p = r->f.columns.p;
	const char **list = l2_name_list(r->names, p + 1) + 1;
	const char **term = l2_feature_terms(l2_encoding_of(r->names), list, p);
	bool any = false;

	/* what a formula made of factor(k) has its name only */
	for (int j = 0; j < p; j++)
	{
		l2_effect effect = l2_effect_of_name(l2_encoding_of(r->names), list[j]);

		if (strcmp(term[j], list[j]) == 0 && effect.name)
			term[j] = effect.name;
	}

	for (int j = 0; j < p; j++)
	{
		int like = 0;

		CHECK_FOR_INTERRUPTS();
		any |= strcmp(term[j], list[j]) != 0;
		while (strcmp(term[like], term[j]) != 0)
			like++;
		r->group[j] = like < j ? r->group[like] : r->n_groups++;
	}
	if (!any)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("group \"factors\" finds no category among the features"),
						errhint("Features of a record have their categories, and so have formulas "
								"without interactions; or give an array: the number of each "
								"feature's group.")));
}

static void
make_groups(l2_fitter *r, const l2_options *o)
{
	r->group = palloc(sizeof(int) * Max(r->f.columns.p, 1));
	if (o->by_factors)
		group_terms(r);
	else
		number_groups(r, o);
	for (int j = 0; r->f.penalty && j < r->f.columns.p; j++)
		for (int i = 0; i < j; i++)
			if (r->group[i] == r->group[j] && r->f.penalty[i] != r->f.penalty[j])
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("penalty factors of one group differ"),
						 errdetail("Those of \"%s\" and \"%s\" are %g and %g.",
								   l2_column_name(r->names, i + 1), l2_column_name(r->names, j + 1),
								   r->f.penalty[i], r->f.penalty[j])));
}

l2_fitter *
l2_fitter_make(l2_gram *g, const l2_options *o)
{
	l2_fitter *r;
	selection s;

	if (l2_gram_count(g) == 0)
		return NULL;
	r = palloc0(sizeof *r);
	if (g->nrows > 0)
		g = l2_gram_copy(g, NULL, 0, l2_names_of_gram(g));
	r->context = CurrentMemoryContext;
	r->g = g;
	r->f.m = l2_gram_moments(g);
	s = fit_select_columns(g, o);
	if (o->n_names >= 0 && o->n_names != s.p)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%d names given, but the number of features is %d", o->n_names, s.p)));
	/* the means of the groups stand in the intercept's place */
	r->f.columns =
		(l2n_columns){s.p, s.feature, s.target, o->intercept && (g->flags & L2_GRAM_WITHIN) == 0};
	r->f.penalty = penalty_factors(o, s.p);
	r->to_mean = o->to_mean;
	r->weights = o->weights;
	l2_fitter_refresh(r);
	r->names = model_names(g, &s, o);
	r->f.lower = bounds(o, false, s.p);
	r->f.upper = bounds(o, true, s.p);
	check_bounds(&r->f, r->names);
	if (o->by_factors || o->n_group >= 0)
		make_groups(r, o);
	return r;
}

void
l2_fitter_expect_many(l2_fitter *r, bool coefficients)
{
	r->many = true;
	r->coefficients = coefficients;
}

/* The rate of dropout that o asks for, into the problem */
static void
set_rate(l2_fitter *r, const l2_options *o)
{
	/* of a generalised linear model, it is no ridge */
	double rate = l2_method_has_link(o->method) ? 0 : o->rate;

	if (rate == r->rate)
		return;
	r->rate = rate;
	r->net = NULL;
	r->groups = NULL;
	if (rate == 0)
	{
		r->f.extra = NULL;
		return;
	}
	if (r->room == NULL)
		r->room = MemoryContextAlloc(r->context, sizeof(double) * Max(r->f.columns.p, 1));
	r->f.extra = r->room;
	dropout_penalty(&r->f.m, &r->f.columns, rate, r->to_mean, r->f.extra);
}

/* The problem as coordinate descent has it, with the solution found last */
static l2n_elastic_net *
elastic_net(l2_fitter *r, const l2_options *o)
{
	l2n_elastic_net_spec spec = {.columns = r->f.columns,
								 .standardize = o->standardize,
								 .penalty = r->f.penalty,
								 .lower = r->f.lower,
								 .upper = r->f.upper};

	set_rate(r, o);
	spec.extra = r->f.extra;
	if (r->net == NULL)
	{
		if (r->net_work == NULL)
			r->net_work = lasting_scratch(r, l2n_elastic_net_worksize(spec.columns.p));
		l2_check(l2n_elastic_net_start(&r->f.m, &spec, r->net_work, &r->net, l2_poll, NULL), NULL,
				 0);
	}
	return r->net;
}

/* The problem with groups, with the solution found last */
static l2n_group_net *
grouped(l2_fitter *r, const l2_options *o)
{
	l2n_group_spec spec = {.columns = r->f.columns,
						   .standardize = o->standardize,
						   .group = r->group,
						   .groups = r->n_groups,
						   .penalty = r->f.penalty};

	set_rate(r, o);
	spec.extra = r->f.extra;
	if (r->groups == NULL)
	{
		if (r->groups_work == NULL)
			r->groups_work = lasting_scratch(r, l2n_group_worksize(spec.columns.p, spec.groups));
		l2_check(l2n_group_start(&r->f.m, &spec, r->groups_work, &r->groups, l2_poll, NULL), NULL,
				 0);
	}
	return r->groups;
}

/* Least squares or ridge, for its numbers; coefficients go to coef where it is given */
static void
ridge_numbers(l2_fitter *r, const l2_options *o, double *coef, l2n_fit *fit)
{
	const problem *f = &r->f;
	l2n_ridge_spec spec = {f->columns, o->standardize, f->l2, f->penalty, f->rows, 0, f->extra};
	Size p = f->columns.p + 1;

	if (r->unused == NULL)
		r->unused = MemoryContextAlloc(r->context, (2 * sizeof(double) + sizeof(bool)) * p);
	fit->se = r->unused;
	fit->solution.coef = coef ? coef : fit->se + p;
	fit->dropped = (bool *) (fit->se + 2 * p);
	ridge(r, &spec, fit);
}

/* Lasso and elastic net */
static void
solve_elastic_net(l2_model *model, l2_fitter *r, const l2_options *o)
{
	const problem *f = &r->f;
	l2n_elastic_net_goal goal = {f->l1, f->l2, o->tolerance, o->max_iter, true};
	l2n_elastic_net_fit fit;
	double df_resid, *stat = model->values;

	fit.solution.coef = l2_model_vector(model, L2_ESTIMATE) + 1;
	l2_check(l2n_elastic_net_solve(l2_kernel, elastic_net(r, o), &goal, &fit, l2_poll, NULL), NULL,
			 0);

	df_resid = f->rows - fit.df;
	if (f->l1 == 0 && f->lower == NULL)
	{
		/* ridge, whichever way it is solved */
		l2n_fit direct;

		ridge_numbers(r, o, NULL, &direct);
		fit.df = direct.df;
		df_resid = direct.df_resid;
	}
	put_solution(model, f, &fit.solution, fit.df, df_resid,
				 df_resid > 1e-9 ? sqrt(fit.solution.rss / df_resid) : NAN);
	stat[L2_STAT_NONZERO] = fit.nonzero;
	stat[L2_STAT_ITERATIONS] = fit.iterations;
	stat[L2_STAT_GAP] = fit.gap;
	model->solver = L2_SOLVER_COORDINATE;
	if (!fit.converged)
		tell_unconverged(model, o, fit.iterations, fit.gap, o->tolerance);
}

/* Lasso and elastic net of groups */
static void
solve_grouped(l2_model *model, l2_fitter *r, const l2_options *o)
{
	const problem *f = &r->f;
	l2n_group_fit fit;
	double df_resid, *stat = model->values;

	fit.solution.coef = l2_model_vector(model, L2_ESTIMATE) + 1;
	l2_check(
		l2n_group_solve(l2_kernel, grouped(r, o), f->l1, f->l2, o->max_iter, &fit, l2_poll, NULL),
		NULL, 0);
	df_resid = f->rows - fit.df;
	put_solution(model, f, &fit.solution, fit.df, df_resid,
				 df_resid > 1e-9 ? sqrt(fit.solution.rss / df_resid) : NAN);
	stat[L2_STAT_NONZERO] = fit.nonzero;
	stat[L2_STAT_ITERATIONS] = fit.iterations;
	stat[L2_STAT_GAP] = fit.missed;
	model->solver = L2_SOLVER_GROUPS;
	if (fit.converged)
		return;
	model->flags |= L2_MODEL_UNCONVERGED;
	if (!o->quiet)
		ereport(WARNING,
				(errmsg("%s did not converge in %d iterations", l2_method_name(o->method),
						fit.iterations),
				 errdetail("An optimality condition is missed by %g of its terms.", fit.missed),
				 errhint("Raise max_iter, or standardize the columns.")));
}

static refit *
refit_make(l2_fitter *r)
{
	MemoryContext old = MemoryContextSwitchTo(r->context);
	int p = Max(r->f.columns.p, 1);
	refit *x = palloc0(sizeof *x);

	x->kept = palloc0(sizeof(bool) * p);
	x->dropped = palloc(sizeof(bool) * p);
	x->feature = palloc(sizeof(int) * p);
	x->coef = palloc(sizeof(double) * p);
	x->about = palloc(sizeof(double) * 2 * p);
	x->work = l2_scratch(l2n_ridge_worksize(p));
	MemoryContextSwitchTo(old);
	return x;
}

const double *
l2_fitter_refit(l2_fitter *r, const double *coef)
{
	const problem *f = &r->f;
	int p = f->columns.p, n = 0;
	l2n_ridge_spec spec = {.columns = f->columns, .rows = f->rows};
	refit *x;

	if (r->refit == NULL)
		r->refit = refit_make(r);
	x = r->refit;
	for (int j = 0; j < p; j++)
	{
		x->known &= x->kept[j] == (coef[j] != 0);
		x->kept[j] = coef[j] != 0;
		if (x->kept[j])
			x->feature[n++] = f->columns.feature[j];
	}
	if (x->known)
		return x->coef;
	spec.columns.p = n;
	spec.columns.feature = x->feature;
	x->fit = (l2n_fit){.solution.coef = x->about, .se = x->about + p, .dropped = x->dropped};
	l2_check(l2n_ridge(l2_kernel, &f->m, &spec, &x->fit, x->work, l2_poll, NULL), NULL, 0);
	n = 0;
	for (int j = 0; j < p; j++)
		x->coef[j] = x->kept[j] ? x->about[n++] : 0;
	x->known = true;
	return x->coef;
}

/* The model becomes what it is to a share of, and what its features are without a penalty */
static void
relax_model(l2_model *model, l2_fitter *r, double share)
{
	double *b = l2_model_vector(model, L2_ESTIMATE), *stat = model->values, df, left;
	const double *refit = l2_fitter_refit(r, b + 1);
	l2n_solution s = r->refit->fit.solution;

	for (int j = 0; j < model->p; j++)
		b[j + 1] = l2_blend(share, b[j + 1], refit[j]);
	s.intercept = l2_blend(share, b[0], s.intercept);
	/* residuals of least squares are orthogonal to whatever their features could change */
	s.rss += share * share * fmax(stat[L2_STAT_RSS] - s.rss, 0);
	s.r_squared = s.tss > 0 ? 1 - s.rss / s.tss : NAN;
	df = l2_blend(share, stat[L2_STAT_DF] - r->f.absorbed, r->refit->fit.df);
	left = r->f.rows - df;
	put_solution(model, &r->f, &s, df, left, left > 1e-9 ? sqrt(s.rss / left) : NAN);
}

/* The penalties that o asks for, into the problem */
static void
set_penalties(l2_fitter *r, const l2_options *o)
{
	problem *f = &r->f;

	set_rate(r, o);
	effective_penalties(o, &f->m, f->columns.target, &f->l1, &f->l2);
	if (isinf(f->l1) || isinf(f->l2))
		l2_check(L2N_OUT_OF_RANGE, NULL, 0);
}

l2n_proximal *
l2_fitter_search(l2_fitter *r, const l2_options *o)
{
	l2n_proximal_spec spec = {.columns = r->f.columns,
							  .standardize = o->standardize,
							  .penalty = r->f.penalty,
							  .method = o->solver == L2_BY_GRADIENT ? L2N_GRADIENT
										: o->solver == L2_BY_FISTA  ? L2N_FISTA
																	: L2N_SWEEPS,
							  .rate = o->learning_rate,
							  .rows = r->f.rows};
	void *work = lasting_scratch(r, l2n_proximal_worksize(r->f.columns.p));
	l2n_proximal *search;

	set_penalties(r, o);
	spec.l1 = r->f.l1;
	spec.l2 = r->f.l2;
	spec.extra = r->f.extra;
	l2_check(l2n_proximal_start(l2_kernel, &r->f.m, &spec, work, &search, l2_poll, NULL), NULL, 0);
	return search;
}

/*
 * Without an L1 penalty the gap goes with the square of the coefficients' error, so the default
 * has to be a square too.
 */
double
l2_search_tolerance(const l2_options *o)
{
	return o->tolerance_given || o->lambda * o->l1_ratio > 0 ? o->tolerance : 1e-30;
}

/* A number to six digits, not rounded up */
static char *
at_most(double v)
{
	double unit = pow(10, floor(log10(v)) - 5);

	return psprintf("%.6g", floor(v / unit) * unit);
}

void
l2_tell_divergence(int elevel, const l2_options *o, const l2n_proximal *search)
{
	char *largest = at_most(l2n_proximal_largest_rate(search));

	/* the columns that an L1 penalty leaves may allow larger steps than all of them do */
	bool sure = !(o->lambda * o->l1_ratio > 0);

	ereport(elevel, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("gradient descent %s with learning_rate %g",
							sure ? "diverges" : "need not converge", o->learning_rate),
					 sure ? errdetail("The largest rate that converges is %s.", largest)
						  : errdetail("The largest rate that is sure to converge is %s.", largest),
					 errhint("Leave learning_rate out to step with half of that.")));
}

/* Gradient descent and FISTA */
static void
solve_by_steps(l2_model *model, l2_fitter *r, const l2_options *o)
{
	l2n_proximal *search = l2_fitter_search(r, o);
	bool gradient = o->solver == L2_BY_GRADIENT;
	double tolerance = l2_search_tolerance(o), *stat = model->values;
	int max_iter = gradient ? MAX_STEPS : MAX_FISTA;
	l2n_proximal_fit fit;

	if (gradient && o->learning_rate >= l2n_proximal_largest_rate(search))
		l2_tell_divergence(ERROR, o, search);
	if (o->max_iter_given)
		max_iter = o->max_iter;
	fit.solution.coef = l2_model_vector(model, L2_ESTIMATE) + 1;
	l2_check(l2n_proximal_solve(l2_kernel, search, tolerance, max_iter, &fit, l2_poll, NULL), NULL,
			 0);

	put_solution(model, &r->f, &fit.solution, fit.df, fit.df_resid,
				 fit.df_resid > 1e-9 ? sqrt(fit.solution.rss / fit.df_resid) : NAN);
	stat[L2_STAT_NONZERO] = fit.nonzero;
	stat[L2_STAT_ITERATIONS] = fit.iterations;
	stat[L2_STAT_GAP] = fit.gap;
	if (gradient && l2n_proximal_rate(search) > 0)
		stat[L2_STAT_LEARNING_RATE] = l2n_proximal_rate(search);
	model->solver = gradient ? L2_SOLVER_GRADIENT : L2_SOLVER_FISTA;
	if (!fit.converged)
		tell_unconverged(model, o, fit.iterations, fit.gap, tolerance);
}

int
l2_fitter_features(const l2_fitter *r)
{
	return r->f.columns.p;
}

double
l2_fitter_rows(const l2_fitter *r)
{
	return r->f.rows;
}

double
l2_fitter_log_weights(const l2_fitter *r)
{
	return r->weights == L2_WEIGHTS_FREQUENCY ? 0 : r->g->log_weight_hi;
}

l2_names
l2_fitter_names(const l2_fitter *r)
{
	return r->names;
}

/*
 * The largest lambda of use, as it would be given.  That of ridge has the penalty in the objective
 * that glmnet's has, whatever the scale: glmnet works on y / sd(y), which to a quadratic penalty
 * makes the difference.
 */
static double
largest_lambda(l2_fitter *r, const l2_options *o)
{
	problem *f = &r->f;
	l2_options unit = *o;
	l2n_elastic_net_fit fit;
	l2n_group_fit group;
	double largest, l1, l2, glmnet;

	fit.solution.coef = group.solution.coef = palloc(sizeof(double) * Max(f->columns.p, 1));
	if (r->group)
		l2_check(l2n_group_largest(l2_kernel, grouped(r, o), &largest, &group, l2_poll, NULL), NULL,
				 0);
	else
		l2_check(
			l2n_elastic_net_largest(l2_kernel, elastic_net(r, o), &largest, &fit, l2_poll, NULL),
			NULL, 0);
	unit.lambda = 1;
	unit.l1_ratio = Max(o->l1_ratio, L2_GRID_L1_RATIO);
	effective_penalties(&unit, &f->m, f->columns.target, &l1, &l2);
	if (o->l1_ratio >= L2_GRID_L1_RATIO)
		return largest / l1;
	unit.lambda_scale = L2_LAMBDA_GLMNET;
	effective_penalties(&unit, &f->m, f->columns.target, &l1, &glmnet);
	return largest / l1 * (glmnet / l2);
}

double *
l2_make_grid(const l2_options *o, double largest, bool tall, int *n)
{
	double ratio = o->lambda_min_ratio, *list;

	*n = o->n_lambda;
	if (ratio == 0)
	{
		/* with fewer rows than columns the small end means little */
		ratio = tall ? 1e-4 : 1e-2;
		/* glmnet's grid for ridge ends where much is left to gain; under its own scale it stays */
		if (o->l1_ratio < L2_GRID_L1_RATIO && o->lambda_scale != L2_LAMBDA_GLMNET)
			ratio *= 1e-2;
	}
	list = palloc(sizeof(double) * *n);
	for (int i = 0; i < *n; i++)
		list[i] = *n == 1 ? largest : largest * pow(ratio, (double) i / (*n - 1));
	return list;
}

double *
l2_fitter_grid(l2_fitter *r, const l2_options *o, int *n)
{
	*n = o->n_lambdas;
	if (o->n_lambdas >= 0)
		return o->lambdas;
	return l2_make_grid(o, largest_lambda(r, o), r->f.m.n > r->f.columns.p, n);
}

double
l2_fitter_unit(l2_fitter *r, const l2_options *o)
{
	l2_options one = *o;

	one.lambda = 1;
	set_penalties(r, &one);
	return r->f.l2;
}

const l2n_moments *
l2_fitter_moments(const l2_fitter *r)
{
	return &r->f.m;
}

const l2n_columns *
l2_fitter_columns(const l2_fitter *r)
{
	return &r->f.columns;
}

const double *
l2_fitter_penalty(const l2_fitter *r)
{
	return r->f.penalty;
}

const double *
l2_fitter_bounds(const l2_fitter *r, bool upper)
{
	return upper ? r->f.upper : r->f.lower;
}

const int *
l2_fitter_groups(const l2_fitter *r, int *groups)
{
	*groups = r->n_groups;
	return r->group;
}

/* Whether the coefficients are those of ridge, by its own solvers */
static bool
plain_ridge(const l2_fitter *r, const l2_options *o)
{
	return r->f.lower == NULL && o->l1_ratio == 0;
}

int
l2_fitter_batch(const l2_fitter *r, const l2_options *o)
{
	return plain_ridge(r, o) ? L2N_SPECTRUM_BATCH : 1;
}

/* Ridge at n lambdas */
static void
ridge_coefficients(l2_fitter *r, const l2_options *o, int n, const double *lambda, double *coef)
{
	const problem *f = &r->f;
	l2n_ridge_spec spec = {f->columns, o->standardize, 0, f->penalty, f->rows};
	double l2[L2N_SPECTRUM_BATCH];
	bool solved[L2N_SPECTRUM_BATCH] = {false}, any = false;
	l2_options one = *o;

	Assert(n <= L2N_SPECTRUM_BATCH);
	for (int i = 0; i < n; i++)
	{
		one.lambda = lambda[i];
		set_penalties(r, &one);
		l2[i] = f->l2;
		any |= l2[i] > 0;
	}
	spec.extra = f->extra;
	if (any && spectrum(r, &spec, true))
		l2_check(
			l2n_spectrum_coefficients(l2_kernel, r->spectrum, n, l2, coef, solved, l2_poll, NULL),
			NULL, 0);
	for (int i = 0; i < n; i++)
		if (!solved[i])
		{
			l2n_fit fit;

			one.lambda = lambda[i];
			set_penalties(r, &one);
			ridge_numbers(r, &one, coef + (Size) i * f->columns.p, &fit);
		}
}

int
l2_fitter_coefficients(l2_fitter *r, const l2_options *o, int n, const double *lambda, double *coef)
{
	const problem *f = &r->f;
	int unconverged = 0;

	if (plain_ridge(r, o))
	{
		ridge_coefficients(r, o, n, lambda, coef);
		return 0;
	}
	for (int i = 0; i < n; i++)
	{
		double *to = coef + (Size) i * f->columns.p;
		l2_options one = *o;

		one.lambda = lambda[i];
		set_penalties(r, &one);
		if (f->l1 > 0 && r->group)
		{
			l2n_group_fit fit;

			fit.solution.coef = to;
			l2_check(l2n_group_solve(l2_kernel, grouped(r, &one), f->l1, f->l2, o->max_iter, &fit,
									 l2_poll, NULL),
					 NULL, 0);
			unconverged += !fit.converged;
		}
		else if (f->l1 > 0 || f->lower)
		{
			l2n_elastic_net_goal goal = {f->l1, f->l2, o->tolerance, o->max_iter, false};
			l2n_elastic_net *net = elastic_net(r, &one);
			l2n_elastic_net_fit fit;

			l2_check(l2n_elastic_net_solve(l2_kernel, net, &goal, &fit, l2_poll, NULL), NULL, 0);
			l2n_elastic_net_coefficients(net, to);
			unconverged += !fit.converged;
		}
		else
			ridge_coefficients(r, o, 1, lambda + i, to);
	}
	return unconverged;
}

l2_model *
l2_fitter_start(const l2_fitter *r, const l2_options *o, int kept)
{
	const problem *f = &r->f;
	l2_model *model = l2_model_new_keeping(f->columns.p, r->names, kept);

	model->method = o->method;
	model->flags =
		(f->columns.intercept ? L2_MODEL_INTERCEPT : 0) |
		(o->standardize ? L2_MODEL_STANDARDIZE : 0) |
		(o->weights == L2_WEIGHTS_FREQUENCY ? L2_MODEL_FREQUENCY : 0) |
		(f->lower ? L2_MODEL_BOUNDED : 0) |
		(o->to_mean && (o->rate > 0 || o->method == L2_METHOD_DROPOUT) ? L2_MODEL_TO_MEAN : 0);
	model->lambda_scale = o->lambda_scale;
	model->n = f->m.n;
	model->n_skipped = r->g->n_skipped;
	model->values[L2_STAT_SUM_WEIGHTS] = f->m.weight.hi;
	if (o->weights != L2_WEIGHTS_FREQUENCY && (r->g->more & L2_GRAM_WEIGHED))
		model->values[L2_STAT_LOG_WEIGHTS] = r->g->log_weight_hi;
	return model;
}

void
l2_fitter_finish(const l2_fitter *r, l2_model *model)
{
	const problem *f = &r->f;

	for (int i = 0; i <= f->columns.p; i++)
	{
		int column = i == 0 ? f->columns.target : f->columns.feature[i - 1];

		l2_model_vector(model, L2_MEAN)[i] = f->m.mean[column];
		l2_model_vector(model, L2_SD)[i] = l2_column_sd(&f->m, column, f->rows);
		if (i > 0 && f->penalty)
			l2_model_vector(model, L2_PENALTY_FACTOR)[i] = f->penalty[i - 1];
	}
	l2_model_finish(model);
}

l2_model *
l2_fitter_fit(l2_fitter *r, const l2_options *o)
{
	problem *f = &r->f;
	bool steps, constrained;
	l2_model *model;
	double *stat;

	l2_vcov_need_rows(o);
	set_penalties(r, o);
	if (o->solver == L2_BY_CHOLESKY && f->l1 > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("solver cholesky cannot take an L1 penalty"),
						errhint("Use coordinate, the default, or fista or gradient.")));

	steps = o->solver == L2_BY_FISTA || o->solver == L2_BY_GRADIENT;
	constrained = f->l1 > 0 || f->lower || o->solver == L2_BY_COORDINATE;
	model = l2_fitter_start(r, o,
							l2_vcov_and_aliases(l2_vcov_parts(
								o, f->columns.p, !steps && !constrained, f->l2 > 0 || f->extra)));
	stat = model->values;
	if (o->method == L2_METHOD_DROPOUT || o->rate > 0)
		stat[L2_STAT_RATE] = o->rate;
	if (o->method != L2_METHOD_DROPOUT && !l2_method_without_penalty(o->method))
	{
		stat[L2_STAT_LAMBDA] = o->lambda;
		stat[L2_STAT_LAMBDA_EFFECTIVE] = f->l1 + f->l2;
	}
	if (o->method == L2_METHOD_ELASTIC_NET)
		stat[L2_STAT_L1_RATIO] = o->l1_ratio;

	if (r->group && f->l1 > 0)
		solve_grouped(model, r, o);
	else if (steps)
		solve_by_steps(model, r, o);
	else if (constrained)
		solve_elastic_net(model, r, o);
	else
		solve_quadratic(model, r, o);
	if (o->relax < 1)
		stat[L2_STAT_RELAX] = o->relax;
	if (o->relax < 1 && f->l1 > 0)
		relax_model(model, r, o->relax);
	l2_fitter_finish(r, model);
	if (!o->quiet)
		tell_rounded(model, o->told);
	return model;
}

l2_model *
l2_fit(l2_gram *g, const l2_options *o)
{
	l2_fitter *r = l2_fitter_make(g, o);

	return r ? l2_fitter_fit(r, o) : NULL;
}

/*
 * From SQL: a gram, the strength of the penalty where the method has one, options
 */

static Datum
solve_gram(FunctionCallInfo fcinfo, l2_method method)
{
	l2_scope scope = {method, L2_IN_SOLVE};
	int at = 1;
	l2_options o;
	l2_model *m;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	l2_options_init(&o, method);
	o.place = L2_IN_SOLVE;
	if (method != L2_METHOD_OLS)
		l2_options_set_strength(&o, l2_number_argument(fcinfo, at++, l2_strength_name(method)));
	l2_options_argument(fcinfo, at, &scope, &o);
	o.told = &l2_call_cache_of(fcinfo, 0)->told;
	m = l2_fit(l2_gram_raw(PG_GETARG_DATUM(0)), &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(l2_ols, solve_gram, L2_METHOD_OLS);
L2_FUNCTION(l2_ridge, solve_gram, L2_METHOD_RIDGE);
L2_FUNCTION(l2_lasso, solve_gram, L2_METHOD_LASSO);
L2_FUNCTION(l2_elastic_net, solve_gram, L2_METHOD_ELASTIC_NET);
L2_FUNCTION(l2_dropout, solve_gram, L2_METHOD_DROPOUT);
