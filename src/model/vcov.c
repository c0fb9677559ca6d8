/*
 * vcov.c: the covariance of a model's coefficients.
 */
#include "model/vcov.h"

#include <math.h>

#include "num/stats/covariance.h"
#include "num/stats/sandwich.h"
#include "num/stats/wald.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

bool
l2_vcov_wanted(const l2_options *o, int p)
{
	return o->covariance < 0 || (o->covariance > 0 && p <= o->covariance);
}

int
l2_vcov_parts(const l2_options *o, int p, bool has, bool penalised)
{
	if (o->covariance < 0 && !has)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("this fit has no covariance"),
				 errdetail("%s", o->method == L2_METHOD_MULTINOMIAL
									 ? "Of several classes it is known for fits without a penalty."
									 : "It is known for fits without bounds, an L1 penalty, or a "
									   "solver that is asked for and stops short."),
				 errhint("Leave option \"covariance\" out.")));
	if (!has || !l2_vcov_wanted(o, p))
		return 0;
	return L2_KEPT_FACTOR | (penalised ? L2_KEPT_VARIANCE : 0);
}

int
l2_vcov_and_aliases(int parts)
{
	return parts == L2_KEPT_FACTOR ? parts | L2_KEPT_ALIASES : parts;
}

/* Where the number is that relates features i and j, from 1 */
static inline Size
alias_at(const l2_model *m, int i, int j)
{
	return l2n_tri((Size) m->p + 1, Min(i, j), Max(i, j));
}

/* Below this share of a column's spread its part in another column is rounding */
#define NO_PART 1e-9

/*
 * How the p features that were kept, whose places are from 1 on and whose columns of the moments
 * are given, explain those that were dropped: by the factor of the inverse, about the moments'
 * means
 */
static void
put_aliases(l2_model *model, const l2n_moments *m, const l2n_columns *columns, int p,
			const int *place, const int *feature, const double *f)
{
	double *to = l2_model_matrix(model, L2_KEPT_ALIASES);
	double *z = palloc(sizeof(double) * ((Size) p + 1));
	Size k = (Size) p + 1;

	if (to == NULL)
		return;
	memset(to, 0, sizeof(double) * l2_model_triangle(model));
	for (int j = 0; j < model->p; j++)
	{
		int column = columns->feature[j];
		double spread = l2n_cross(m, column, column).hi;

		if (!l2_model_dropped(model)[j])
			continue;
		z[0] = 0;
		for (int i = 1; i <= p; i++)
		{
			z[i] = l2n_cross(m, feature[i - 1], column).hi;
			if (!columns->intercept)
				z[i] += m->weight.hi * m->mean[feature[i - 1]] * m->mean[column];
		}
		if (!columns->intercept)
			spread += m->weight.hi * m->mean[column] * m->mean[column];
		(void) l2n_sandwich_turn(p + 1, f, z);
		for (int i = 1; i <= p; i++)
		{
			double square = l2n_cross(m, feature[i - 1], feature[i - 1]).hi, part = 0;

			for (Size c = i; c < k; c++)
				part += f[l2n_tri(k, i, c)] * z[c];
			if (fabs(part) * sqrt(square) > NO_PART * sqrt(spread) && isfinite(part))
				to[alias_at(model, place[i], j + 1)] = part;
		}
	}
}

/* A value may be so far, as a share of what adds up to it, from what explained it */
#define SAME_VALUE 1e-7

int
l2_vcov_undetermined(const l2_model *m, const char *x, bool difference)
{
	const double *a = l2_model_matrix(m, L2_KEPT_ALIASES);
	const bool *dropped = l2_model_dropped(m);

	for (int j = 1; a && j <= m->p; j++)
	{
		double left = 0, size = 0;

		if (!dropped[j - 1])
			continue;
		for (int i = 1; i <= m->p; i++)
		{
			double part = i == j ? -1 : dropped[i - 1] ? 0 : a[alias_at(m, i, j)], v;
			double centre = difference || part == 0 ? 0 : l2_model_centre(m, i);

			if (part == 0)
				continue;
			memcpy(&v, x + sizeof v * (i - 1), sizeof v);
			left += part * (v - centre);
			size += fabs(part) * (fabs(v) + fabs(centre));
		}
		if (fabs(left) > SAME_VALUE * size)
			return j;
	}
	return 0;
}

void
l2_vcov_put(l2_model *model, const l2n_moments *m, const l2n_ridge_spec *spec, const double *centre)
{
	Size k = (Size) model->p + 1;
	int p = 0, *place = palloc(sizeof(int) * k), *feature = palloc(sizeof(int) * k);
	double *factor = palloc(sizeof(double) * k), *away = palloc(sizeof(double) * k);
	double *extra = spec->extra ? palloc(sizeof(double) * k) : NULL;
	double *packed[2] = {NULL, NULL}, *to[2];
	l2n_ridge_spec kept = *spec;

	to[0] = l2_model_matrix(model, L2_KEPT_FACTOR);
	to[1] = l2_model_matrix(model, L2_KEPT_VARIANCE);
	place[0] = 0;
	for (int j = 0; j < model->p; j++)
		if (!l2_model_dropped(model)[j])
		{
			int column = spec->columns.feature[j];

			feature[p] = column;
			factor[p] = spec->penalty ? spec->penalty[j] : 1;
			if (extra)
				extra[p] = spec->extra[j];
			away[p] = dd_sub(dd_of(centre ? centre[j] : m->mean[column]), l2n_mean(m, column)).hi;
			place[++p] = j + 1;
		}
	kept.columns.p = p;
	kept.columns.feature = feature;
	kept.penalty = factor;
	kept.extra = extra;
	for (int i = 0; i < 2; i++)
		if (to[i])
			packed[i] = l2_scratch(sizeof(double) * l2n_tri_size((Size) p + 1));
	l2_check(l2n_covariance(l2_kernel, m, &kept, packed[0], packed[1],
							l2_scratch(l2n_covariance_worksize(p)), l2_poll, NULL),
			 p > 0 ? l2_model_term(model, place[p]) : NULL, 0);
	put_aliases(model, m, &spec->columns, p, place, feature, packed[0]);
	for (int i = 0; i < 2; i++)
	{
		if (!to[i])
			continue;
		if (spec->columns.intercept && i == 0)
			l2n_factor_move(p + 1, p + 1, packed[i], away);
		else if (spec->columns.intercept)
			l2n_covariance_move(p + 1, packed[i], away);
		memset(to[i], 0, sizeof(double) * l2n_tri_size(k));
		for (int a = 0; a <= p; a++)
			for (int b = a; b <= p; b++)
				to[i][l2n_tri(k, place[a], place[b])] = packed[i][l2n_tri((Size) p + 1, a, b)];
	}
}

void
l2_vcov_put_base(l2_model *model, const l2n_moments *m, const l2n_columns *columns)
{
	dd base = l2n_mean(m, columns->target);

	if (!columns->intercept)
		return;
	for (int j = 0; j < columns->p; j++)
		base = dd_sub(base, dd_mul_d(dd_of(m->mean[m->k + columns->feature[j]]),
									 l2_model_vector(model, L2_ESTIMATE)[j + 1]));
	model->values[L2_STAT_LINK_AT_MEAN] = base.hi;
}

void
l2_vcov_put_classes(l2_model *m, int n, const int *at, const double *v)
{
	double *to = l2_model_matrix(m, L2_KEPT_FACTOR);
	Size k = l2_model_coordinates(m), size = sizeof(double) * l2n_tri_size(k);
	double *all = memset(l2_scratch(size), 0, size);

	for (Size i = 0; i < n; i++)
		for (Size j = i; j < n; j++)
			all[l2n_tri(k, at[i], at[j])] = v[i * n + j];
	if (!l2n_covariance_factor((int) k, all, to))
		memset(to, 0, size);
}

bool
l2_vcov_of_classes(const l2_model *m, int class, int other, double *factor)
{
	l2_covariance c = l2_covariance_of(m);
	Size k = (Size) m->p + 1, size = sizeof(double) * k * c.k;
	double *turned = memset(l2_scratch(size), 0, size);
	double *v = l2_scratch(sizeof(double) * l2n_tri_size(k));

	for (Size i = 0; i < k; i++)
	{
		turned[i * c.k + class * k + i] = 1;
		turned[i * c.k + other * k + i] = -1;
		(void) l2n_sandwich_turn(c.k, c.factor, turned + i * c.k);
	}
	for (Size i = 0; i < k; i++)
		for (Size j = i; j < k; j++)
		{
			double sum = 0;

			for (Size l = 0; l < c.k; l++)
				sum += turned[i * c.k + l] * turned[j * c.k + l];
			v[l2n_tri(k, i, j)] = sum;
		}
	return !isnan(c.unit) && l2n_covariance_factor((int) k, v, factor);
}

void
l2_vcov_need_rows(const l2_options *o)
{
	if (o->vcov != L2_VCOV_IID)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("vcov \"%s\" needs the rows, not their gram", l2_vcov_name(o->vcov)),
				 errhint("Use ols_fit, logistic_fit or poisson_fit over the rows, or l2_robust.")));
}

void
l2_vcov_need(const l2_model *m, const char *what)
{
	if (m->kept & L2_KEPT_FACTOR)
		return;
	if (m->method == L2_METHOD_LASSO || l2_model_stat(m, L2_STAT_L1_RATIO) > 0 ||
		(m->flags & L2_MODEL_BOUNDED))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a fit with %s has no covariance, which %s needs",
						(m->flags & L2_MODEL_BOUNDED) ? "bounds" : "an L1 penalty", what),
				 errdetail("Its coefficients are not normally distributed, and those at %s have "
						   "no standard error.",
						   (m->flags & L2_MODEL_BOUNDED) ? "a bound" : "0"),
				 errhint("Fit it without, or by ridge; the columns that a penalty chose are best "
						 "tested on rows that did not choose them.")));
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("the model does not keep its covariance, which %s needs", what),
					errhint("Fit it with the option {\"covariance\": true}; l2_train keeps it for "
							"up to 500 features of methods that have it.")));
}

/* Share of the variance of independent rows below which one of a sandwich is rounding */
#define NO_VARIANCE 1e-20

void
l2_vcov_need_own_rows(const l2_model *m, const char *what)
{
	if (l2_model_has_link(m) && isnan(l2_model_stat(m, L2_STAT_DEVIANCE)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s takes models that were fitted to their rows", what),
				 errdetail("This one does not state its deviance: of two classes of several, by "
						   "l2_class_model, the errors come from the rows of all classes.")));
}

/*
 * 1, of resistant fits and of several classes, which keep the factor of the covariance itself; NaN
 * where that is 0: it could not be had
 */
static double
vcov_known_unit(const l2_model *m)
{
	const double *f = l2_model_matrix(m, L2_KEPT_FACTOR);
	Size k = l2_model_coordinates(m);

	for (Size i = 0; f && i < k; i++)
		if (f[l2n_tri(k, i, i)] > 0)
			return 1;
	return NAN;
}

double
l2_vcov_unit(const l2_model *m)
{
	double sigma = m->values[L2_STAT_SIGMA], scale = l2_model_stat(m, L2_STAT_SCALE);

	if (l2_model_has_link(m))
		return isnan(scale) ? 1 : scale;
	if (l2_is_resistant(m->method) || m->classes > 0)
		return vcov_known_unit(m);
	return sigma * sigma;
}

l2_covariance
l2_covariance_of(const l2_model *m)
{
	l2_covariance c = {.k = (int) l2_model_coordinates(m), .unit = 1};

	c.matrix = l2_model_matrix(m, L2_KEPT_VARIANCE);
	c.factor = l2_model_matrix(m, L2_KEPT_FACTOR);
	c.work = palloc(sizeof(double) * c.k);
	c.independent = l2_vcov_unit(m);
	c.turned = l2_model_vcov(m) != L2_VCOV_IID;
	if (!c.turned)
		c.unit = c.independent;
	else if (c.matrix == NULL)
		c.unit = NAN; /* errors that could not be had */
	return c;
}

double
l2_covariance_form(const l2_covariance *c, const double *z)
{
	double square, form;

	if (c->matrix && !c->turned)
	{
		form = c->unit * l2n_covariance_form(c->k, c->matrix, z);
		return form < 0 ? NAN : form;
	}
	memcpy(c->work, z, sizeof(double) * c->k);
	square = l2n_sandwich_turn(c->k, c->factor, c->work);
	if (c->matrix == NULL)
		return c->unit * square;
	form = c->unit * l2n_covariance_form(c->k, c->matrix, c->work);
	return form < NO_VARIANCE * c->independent * square ? NAN : form;
}

double
l2_covariance_loss(const l2_covariance *c, const double *z)
{
	Size k = c->k;
	double most = 0, left;

	if (c->matrix && !c->turned)
	{
		left = l2n_covariance_form(c->k, c->matrix, z);
		for (Size i = 0; i < k; i++)
			most += fabs(z[i]) * sqrt(fabs(c->matrix[l2n_tri(k, i, i)]));
		return left > 0 ? most / sqrt(left) * (most / sqrt(left)) : NAN;
	}
	memcpy(c->work, z, sizeof(double) * k);
	left = l2n_sandwich_turn(c->k, c->factor, c->work);
	for (Size j = 0; j < k; j++)
	{
		double sum = 0;

		for (Size i = 0; i <= j; i++)
			sum += fabs(c->factor[l2n_tri(k, i, j)] * z[i]);
		most += sum * sum;
	}
	return sqrt(most / left);
}

double
l2_vcov_base(const l2_model *m)
{
	double base = m->values[L2_STAT_LINK_AT_MEAN];

	if (!(m->flags & L2_MODEL_INTERCEPT))
		return 0;
	if (!isnan(base))
		return base;
	base = l2_model_vector(m, L2_ESTIMATE)[0];
	for (int i = 1; i <= m->p; i++)
		base += l2_model_vector(m, L2_ESTIMATE)[i] * l2_model_centre(m, i);
	return base;
}

void
l2_vcov_row(const l2_model *m, const char *x, double *z)
{
	z[0] = (m->flags & L2_MODEL_INTERCEPT) ? 1 : 0;
	for (int i = 1; i <= m->p; i++)
	{
		double v;

		memcpy(&v, x + sizeof v * (i - 1), sizeof v);
		z[i] = l2_model_dropped(m)[i - 1] ? 0 : v - l2_model_centre(m, i);
	}
}

void
l2_vcov_combination(const l2_model *m, const double *l, double *z)
{
	for (Size c = 0; c < l2_model_coordinates(m);
		 c += (Size) m->p + 1, l += m->p + 1, z += m->p + 1)
	{
		double first = l[0];

		for (int i = 1; i <= m->p; i++)
			z[i] = l2_model_dropped(m)[i - 1] ? 0 : l[i] - first * l2_model_centre(m, i);
		z[0] = first;
	}
}

double
l2_vcov_df(const l2_model *m)
{
	double df = l2_model_stat(m, L2_STAT_DF_ERRORS);

	if (isnan(df))
		df = l2_model_knows_variance(m) || m->classes > 0 ? INFINITY
														  : m->values[L2_STAT_DF_RESIDUAL];
	return df > 0 ? df : NAN;
}

double
l2_vcov_clusters(const l2_model *m)
{
	return fmin(l2_model_stat(m, L2_STAT_CLUSTERS), l2_model_stat(m, L2_STAT_CLUSTERS_2));
}

bool
l2_vcov_wald(const l2_model *m, int q, const int *term, double *f)
{
	l2_covariance v = l2_covariance_of(m);
	int k = v.k;
	double *b = palloc(sizeof(double) * q);
	double *z = l2_scratch(sizeof(double) * (Size) k * q), *l = palloc0(sizeof(double) * k);

	*f = NAN;
	if (isnan(v.unit))
		return true;
	for (int i = 0; i < q; i++)
	{
		double *row = z + (Size) i * k;

		CHECK_FOR_INTERRUPTS();
		l[term[i]] = 1;
		l2_vcov_combination(m, l, row);
		l[term[i]] = 0;
		if (v.matrix == NULL || v.turned)
			l2n_sandwich_turn(k, v.factor, row);
		b[i] = l2_model_estimate(m, term[i]);
	}
	if (l2n_wald(q, k, b, z, v.matrix, v.turned ? NO_VARIANCE * v.independent : 0,
				 l2_scratch(l2n_wald_worksize(q, k)), f) != L2N_OK)
		return false;
	*f /= v.unit;
	return true;
}

const char *
l2_vcov_label(const l2_model *m)
{
	const char *name = l2_vcov_name(l2_model_vcov(m));
	double n = l2_model_stat(m, L2_STAT_CLUSTERS), other = l2_model_stat(m, L2_STAT_CLUSTERS_2);
	double bandwidth = l2_model_stat(m, L2_STAT_BANDWIDTH);
	bool any = l2_model_vcov(m) != L2_VCOV_IID;

	for (int i = 0; i <= m->p && !any; i++)
		any = !isnan(l2_model_value(m, L2_STD_ERROR, i));
	for (int c = 0; c < m->classes && !any; c++)
		any = !isnan(l2_model_class(m, c, true)[m->p]) || !isnan(l2_model_class(m, c, true)[0]);
	if (!any)
		return NULL;
	if (!isnan(other))
		return psprintf("%s, %.0f and %.0f clusters", name, n, other);
	if (!isnan(n))
		return psprintf(n == 1 ? "%s, %.0f cluster" : "%s, %.0f clusters", name, n);
	if (!isnan(bandwidth))
		return psprintf("%s, bandwidth %.0f", name, bandwidth);
	return name;
}

/* How far 0 is from the means, in the current context */
static double *
vcov_to_0(const l2_model *m)
{
	double *away = palloc(sizeof(double) * (m->p + 1));

	for (int i = 1; i <= m->p; i++)
		away[i - 1] = -l2_model_centre(m, i);
	return away;
}

/* The factor about 0 in place of the means, that of each class by itself; in the current context */
static double *
vcov_factor_about_0(const l2_model *m)
{
	Size size = sizeof(double) * l2_model_triangle(m);
	Size k = l2_model_coordinates(m), block = (Size) m->p + 1;
	double *f = memcpy(l2_scratch(size), l2_model_matrix(m, L2_KEPT_FACTOR), size);
	const double *away = vcov_to_0(m);

	for (Size first = 0; first < k; first += block)
		l2n_factor_move((int) (k - first), (int) block, f + l2n_tri(k, first, first), away);
	return f;
}

/* The covariance of a model about 0 */
static double *
vcov_of_coefficients(const l2_model *m)
{
	l2_covariance c = l2_covariance_of(m);
	Size n = l2_model_triangle(m);
	double *r = l2_scratch(sizeof(double) * n);

	if (c.matrix == NULL)
		l2n_factor_square(c.k, vcov_factor_about_0(m), r);
	else if (c.turned)
		l2n_sandwich(c.k, vcov_factor_about_0(m), c.matrix, r,
					 l2_scratch(sizeof(double) * 2 * (Size) c.k * c.k));
	else
	{
		memcpy(r, c.matrix, sizeof(double) * n);
		l2n_covariance_move(c.k, r, vcov_to_0(m));
	}
	for (Size i = 0; i < n; i++)
		r[i] *= c.unit;
	return r;
}

double *
l2_vcov_squares(const l2_model *m, const double *meat, double *rounding)
{
	int k = m->p + 1;
	const double *f = vcov_factor_about_0(m);
	double *square = palloc(sizeof(double) * k), unit = l2_vcov_unit(m);

	for (int i = 0; i < k; i++)
	{
		/* row i of the factor is 0 before its diagonal */
		Size at = l2n_tri((Size) k, i, i);
		double independent = 0;

		for (int j = 0; j < k - i; j++)
			independent += f[at + j] * f[at + j];
		rounding[i] = NO_VARIANCE * unit * independent;
		square[i] = i > 0 && l2_model_dropped(m)[i - 1]
						? NAN
						: l2n_covariance_form(k - i, meat + at, f + at);
	}
	return square;
}

bool
l2_vcov_cut_negative(const l2_model *m, double *meat, double *rest)
{
	int k = m->p + 1;
	l2n_status status = l2n_cut_negative(k, vcov_factor_about_0(m), meat, rest,
										 l2_scratch(l2n_cut_negative_worksize(k)), l2_poll, NULL);

	if (status != L2N_ILL_CONDITIONED)
		l2_check(status, NULL, 0);
	return status == L2N_OK;
}

l2_model *
l2_vcov_replace(const l2_model *m, l2_vcov vcov, const double *meat, bool keep)
{
	int aliases = m->kept & L2_KEPT_ALIASES;
	int kept = keep ? L2_KEPT_FACTOR | (meat ? L2_KEPT_VARIANCE : 0) | aliases : 0;
	Size k = (Size) m->p + 1, size = sizeof(double) * l2_model_triangle(m);
	l2_model *r = l2_model_new_keeping(m->p, l2_names_of_model(m), kept | vcov << L2_KEPT_SHIFT);

	r->flags = m->flags;
	r->method = m->method;
	r->lambda_scale = m->lambda_scale;
	r->solver = m->solver;
	r->n = m->n;
	r->n_skipped = m->n_skipped;
	memcpy(r->values, m->values, sizeof(double) * m->nstats);
	for (int i = 0; i < m->nvectors; i++)
		memcpy(l2_model_vector(r, i), l2_model_vector(m, i), sizeof(double) * k);
	memcpy(l2_model_dropped(r), l2_model_dropped(m), m->p);
	if (keep)
		memcpy(l2_model_matrix(r, L2_KEPT_FACTOR), l2_model_matrix(m, L2_KEPT_FACTOR), size);
	if (keep && meat)
		memcpy(l2_model_matrix(r, L2_KEPT_VARIANCE), meat, size);
	if (keep && aliases)
		memcpy(l2_model_matrix(r, L2_KEPT_ALIASES), l2_model_matrix(m, L2_KEPT_ALIASES), size);
	if (!keep && !l2_model_has_link(m))
		r->values[L2_STAT_LINK_AT_MEAN] = NAN;
	for (Size i = 0; i < k; i++)
		l2_model_vector(r, L2_STD_ERROR)[i] = NAN;
	return r;
}

/* The coordinates of the coefficients that l2_summary shows, in its order; returns how many */
static int
vcov_coefficients(const l2_model *m, int *coordinate)
{
	double reference = l2_model_stat(m, L2_STAT_REFERENCE_CLASS);
	int n = 0;

	for (int i = 0; i < (int) l2_model_coordinates(m); i++)
	{
		bool intercept = i % (m->p + 1) == 0;
		bool offset = i == m->p && l2_model_has_offset(m);

		if ((!intercept || m->flags & L2_MODEL_INTERCEPT) && i / (m->p + 1) != reference && !offset)
			coordinate[n++] = i;
	}
	return n;
}

static bool
vcov_dropped(const l2_model *m, int coordinate)
{
	int i = coordinate % (m->p + 1);

	return i > 0 && l2_model_dropped(m)[i - 1];
}

/* Covariances of the coefficients, in the order of l2_summary; NULL for what was dropped */
PG_FUNCTION_INFO_V1(l2_model_vcov_array);
PGDLLEXPORT Datum
l2_model_vcov_array(PG_FUNCTION_ARGS)
{
	l2_model *m = PG_GETARG_ANY_L2_MODEL(0);
	Size k = l2_model_coordinates(m);
	int *term = palloc(sizeof(int) * k), n = vcov_coefficients(m, term);
	int dims[2] = {n, n}, lower[2] = {1, 1};
	double *v;
	Datum *values;
	bool *nulls;

	l2_vcov_need(m, "l2_vcov");
	if (n == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(FLOAT8OID));
	v = vcov_of_coefficients(m);
	values = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * n * n);
	nulls = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(bool) * n * n);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
		{
			int a = term[Min(i, j)], b = term[Max(i, j)];
			Size at = (Size) i * n + j;

			values[at] = Float8GetDatum(v[l2n_tri(k, a, b)]);
			nulls[at] = isnan(v[l2n_tri(k, a, b)]) || vcov_dropped(m, a) || vcov_dropped(m, b);
		}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, 2, dims, lower, FLOAT8OID, 8,
											 FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
