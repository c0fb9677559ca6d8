/*
 * multinomial.c: multinomial logistic regression as an aggregate.
 *
 * Rows are kept as those of logistic.c are, y the number of a row's class as classes came; each
 * Newton step passes over them.  The search works on features about their means in units of their
 * deviation, so that neither units nor origins matter to its numbers; without a penalty, where
 * features nearly explain each other, on sums of them that do not.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/progress.h"
#include "gram/encoding.h"
#include "glm/multinomial.h"
#include "model/vcov.h"

#include <math.h>

#include "num/linalg/cholesky.h"

#include "miscadmin.h"

/* The Hessian has the square of so many numbers */
#define MULTINOMIAL_UNKNOWNS 3000

/*
 * A feature of which the others leave less than this share of its variance unexplained costs the
 * Hessian, which is in plain doubles, so many of its digits
 */
#define MULTINOMIAL_COLLINEAR 1e-3

/*
 * Classes
 */

static int
multinomial_compare(const void *a, const void *b, void *arg)
{
	const l2_glm_classes *c = arg;
	int i = *(const int *) a, j = *(const int *) b;

	if (c->order[i] != c->order[j])
		return c->order[i] < c->order[j] ? -1 : 1;
	return strcmp(c->label[i], c->label[j]);
}

/* The classes of rows that count, in their order; false where the result is NULL */
static bool
multinomial_order(l2_multinomial *t)
{
	const l2_glm_classes *c = &t->state->classes;
	int k = c->n;

	t->arrived = palloc(sizeof(int) * k);
	t->place = palloc(sizeof(int) * k);
	for (int i = 0; i < k; i++)
		t->arrived[i] = i;
	qsort_arg(t->arrived, k, sizeof(int), multinomial_compare, (void *) c);
	for (int i = 0; i < k; i++)
		t->place[t->arrived[i]] = i;
	if (k > 1)
		return true;
	if (!t->o->one_class_null)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION), errmsg("y is \"%s\" in every row", c->label[0]),
				 errdetail("There is nothing to tell apart."),
				 errhint("Leave out groups of one class before aggregating, or have NULL for them "
						 "with the option {\"one_class\": \"null\"}.")));
	return false;
}

const char *
l2_multinomial_label(const l2_multinomial *t, int class)
{
	return t->state->classes.label[t->arrived[class]];
}

/* The class whose coefficients are 0; -1 where a penalty makes all alike */
static int
multinomial_base(const l2_multinomial *t)
{
	int k = t->state->classes.n;

	if (t->o->reference_class && t->lambda > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a penalised fit has no reference class"),
						errdetail("All its classes have coefficients, which sum to 0 where nothing "
								  "else decides."),
						errhint("Leave out reference_class, or lambda.")));
	if (t->lambda > 0)
		return -1;
	if (t->o->reference_class == NULL)
		return 0;
	for (int c = 0; c < k; c++)
		if (strcmp(l2_multinomial_label(t, c), t->o->reference_class) == 0)
			return c;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("y has no class \"%s\"", t->o->reference_class),
					errhint("Its classes are \"%s\"%s.", l2_multinomial_label(t, 0),
							k == 2 ? psprintf(" and \"%s\"", l2_multinomial_label(t, 1))
								   : psprintf(", \"%s\" and %d more", l2_multinomial_label(t, 1),
											  k - 2))));
	return -1;
}

/*
 * Columns
 */

/* Without a penalty columns that others explain are dropped, as least squares does it */
static void
multinomial_choose(l2_multinomial *t)
{
	const l2n_moments *prior = l2_fitter_moments(t->fitter);
	const l2n_columns *columns = l2_fitter_columns(t->fitter);
	const double *factor = l2_fitter_penalty(t->fitter);
	l2_options plain = *t->o;
	int p = columns->p;

	t->dropped = palloc0(sizeof(bool) * (p + 1));
	plain.method = L2_METHOD_OLS;
	plain.lambda = 0;
	plain.covariance = 0;
	plain.vcov = L2_VCOV_IID;
	plain.quiet = true; /* what is dropped is told of the fit itself */
	if (t->lambda == 0)
		memcpy(t->dropped, l2_model_dropped(l2_fitter_fit(t->fitter, &plain)), sizeof(bool) * p);
	t->feature = palloc(sizeof(int) * (p + 1));
	t->mean = palloc(sizeof(double) * (p + 1));
	t->sd = palloc(sizeof(double) * (p + 1));
	t->linear = palloc0(sizeof(double) * (p + 1));
	t->square = palloc0(sizeof(double) * (p + 1));
	t->l1 = palloc0(sizeof(double) * (p + 1));
	t->l2 = palloc0(sizeof(double) * (p + 1));
	for (int j = 1; j <= p; j++)
	{
		int column = columns->feature[j - 1];
		double mean = t->o->intercept ? l2n_mean(prior, column).hi : 0;
		double variance = l2n_variance(prior, column), sd, f = factor ? factor[j - 1] : 1;
		int at = t->p + t->o->intercept;

		if (!t->o->intercept)
			variance += l2n_mean(prior, column).hi * l2n_mean(prior, column).hi;
		sd = sqrt(variance);
		/* a constant beside the intercept has no coefficient, whatever the penalty */
		if (t->dropped[j - 1] || !(sd > 0))
			continue;
		/* the penalty is on the coefficient of x, or, standardised, of x / sd */
		t->linear[at] = f / (t->o->standardize ? 1 : sd);
		t->square[at] = f / (t->o->standardize ? 1 : sd * sd);
		t->feature[t->p] = j;
		t->mean[t->p] = mean;
		t->sd[t->p++] = sd;
	}
}

/* What two features, as z has them before they are mixed, have in common, by their deviations */
static dd
multinomial_correlation(const l2_multinomial *t, int i, int j)
{
	const l2n_moments *prior = l2_fitter_moments(t->fitter);
	const l2n_columns *columns = l2_fitter_columns(t->fitter);
	int a = columns->feature[t->feature[i] - 1], b = columns->feature[t->feature[j] - 1];
	dd cross = l2n_cross(prior, a, b);

	if (!t->o->intercept)
		cross =
			dd_add(cross, dd_mul(prior->weight, dd_mul(l2n_mean(prior, a), l2n_mean(prior, b))));
	return dd_div(cross, dd_mul_d(dd_mul_d(prior->weight, t->sd[i]), t->sd[j]));
}

/*
 * Columns for the search that are orthogonal over the rows, U'U being the features' correlation
 * and mix the inverse of U.  Any mix is exact as long as coefficients go back by the same one, so
 * it is rounded.
 */
static void
multinomial_mix(l2_multinomial *t)
{
	int p = t->p, rank, failed;
	Size size = l2n_tri_size(p);
	double *u = l2_scratch(sizeof(double) * 2 * Max(size, 1)), least = 1;
	double *floor = palloc0(sizeof(double) * Max(p, 1));
	double *work = palloc(sizeof(double) * 2 * Max(p, 1));
	bool *dropped = palloc0(sizeof(bool) * Max(p, 1));

	for (int i = 0; i < p; i++)
		for (int j = i; j < p; j++)
		{
			dd r = multinomial_correlation(t, i, j);

			u[l2n_tri(p, i, j)] = r.hi;
			u[size + l2n_tri(p, i, j)] = r.lo;
		}
	l2_check(l2n_cholesky(l2_kernel, p, u, floor, dropped, &rank, &failed, l2_poll, NULL), NULL, 0);
	for (int i = 0; i < rank; i++)
		least = Min(least, 1 / (u[l2n_tri(p, i, i)] * u[l2n_tri(p, i, i)]));
	if (rank < p || least >= MULTINOMIAL_COLLINEAR)
		return;
	l2_check(l2n_cholesky_invert_factor(l2_kernel, p, u, dropped, work, l2_poll, NULL), NULL, 0);
	t->mix = l2_scratch(sizeof(double) * p * p);
	for (int i = 0; i < p; i++)
		for (int j = 0; j < p; j++)
			t->mix[(Size) i * p + j] = j < i ? 0 : u[l2n_tri(p, i, j)];
}

/* Features to columns of the search, in place: from the last on, since each takes those before */
static void
multinomial_mix_row(const l2_multinomial *t, double *z)
{
	for (int j = t->p - 1; j >= 0; j--)
	{
		double sum = 0;

		for (int i = 0; i <= j; i++)
			sum += t->mix[(Size) i * t->p + j] * z[i];
		z[j] = sum;
	}
}

/* Coefficients of features, in units of their deviations, from those of the search */
static double
multinomial_unmix(const l2_multinomial *t, const double *b, int i)
{
	dd sum = dd_of(0);

	if (!t->mix)
		return b[i];
	for (int j = i; j < t->p; j++)
		sum = dd_add(sum, dd_two_prod(t->mix[(Size) i * t->p + j], b[j]));
	return sum.hi;
}

/*
 * Passes
 */

int
l2_multinomial_next(l2_multinomial *t, const double **row, ptrdiff_t *stride, int *count)
{
	const l2n_columns *columns = l2_fitter_columns(t->fitter);
	double *z = t->z;
	int n = 0;

	CHECK_FOR_INTERRUPTS();
	while (n == 0)
	{
		if (*count == 0)
		{
			*count = l2_glm_rows_next(t->rows, row, stride);
			l2_progress_rows(*count);
		}
		if (*count == 0)
			return 0;
		for (; *count > 0 && n < L2_MULTINOMIAL_ROWS; --*count, *row += *stride)
		{
			double weight = t->rows->irls.weight ? (*row)[t->rows->irls.weight] : 1;

			if (weight == 0)
				continue;
			if (t->o->intercept)
				*z++ = 1;
			for (int j = 0; j < t->p; j++)
				*z++ = ((*row)[columns->feature[t->feature[j] - 1]] - t->mean[j]) / t->sd[j];
			if (t->mix)
				multinomial_mix_row(t, z - t->p);
			t->class[n] = t->place[(int) (*row)[0]];
			t->weight[n++] = weight;
		}
	}
	return n;
}

l2n_status
l2_multinomial_pass(void *arg, const l2n_softmax *s, const double *coef, l2n_softmax_sums *sums)
{
	l2_multinomial *t = arg;
	const double *row;
	ptrdiff_t stride;
	int count = 0, n;

	l2_progress_step();
	l2_glm_rows_rewind(t->rows);
	while ((n = l2_multinomial_next(t, &row, &stride, &count)) > 0)
		l2n_softmax_rows(s, coef, n, t->z, t->class, t->weight, sums, t->work);
	return L2N_OK;
}

/* Weights of each class, and the loss of the intercepts alone */
static void
multinomial_count(l2_multinomial *t)
{
	int k = t->state->classes.n;
	const double *row;
	ptrdiff_t stride;
	double all = 0;
	int count;

	t->total = palloc0(sizeof(double) * k);
	l2_glm_rows_rewind(t->rows);
	while ((count = l2_glm_rows_next(t->rows, &row, &stride)) > 0)
		for (; count > 0; count--, row += stride)
		{
			double weight = t->rows->irls.weight ? row[t->rows->irls.weight] : 1;

			t->total[t->place[(int) row[0]]] += weight;
			all += weight;
		}
	for (int c = 0; c < k; c++)
		t->null_loss +=
			t->total[c] > 0 ? t->total[c] * (t->o->intercept ? log(all / t->total[c]) : log(k)) : 0;
}

void
l2_multinomial_start(const l2_multinomial *t, double *coef)
{
	const l2n_softmax *s = &t->softmax;
	double mean = 0;

	if (!t->o->intercept)
		return;
	for (int c = 0; c < s->k; c++)
		mean += log(t->total[c]) / s->k;
	for (int c = 0; c < s->k; c++)
		coef[(Size) c * s->q] = log(t->total[c]) - (s->base >= 0 ? log(t->total[s->base]) : mean);
}

/*
 * The model
 */

/* Only differences of the intercepts are known: let them sum to 0 */
static void
multinomial_centre(l2_model *m)
{
	dd sum = dd_of(0);

	for (int c = 0; c < m->classes; c++)
		sum = dd_add_d(sum, l2_model_class(m, c, false)[0]);
	for (int c = 0; c < m->classes; c++)
		l2_model_class(m, c, false)[0] -= sum.hi / m->classes;
}

/* What the intercept at the features' origin is, of the q coefficients of the search */
static void
multinomial_origin(const l2_multinomial *t, double *direction)
{
	direction[0] = 1;
	for (int j = 0; j < t->p; j++)
	{
		dd sum = dd_of(0);

		if (!t->mix)
			sum = dd_of(-t->mean[j] / t->sd[j]);
		for (int i = 0; t->mix && i <= j; i++)
			sum = dd_sub(sum, dd_mul_d(dd_div(dd_of(t->mean[i]), dd_of(t->sd[i])),
									   t->mix[(Size) i * t->p + j]));
		direction[1 + j] = sum.hi;
	}
}

/*
 * The standard error of the sum of direction[i] times coefficient i of a class, of those from first
 * on; v: the corner of the class in a covariance of m
 */
static double
multinomial_error(const double *v, Size m, int q, int first, const double *direction)
{
	double sum = 0;

	for (int i = first; i < q; i++)
		for (int j = first; j < q; j++)
			sum += direction[i - first] * direction[j - first] * v[(Size) i * m + j];
	return sqrt(Max(sum, 0));
}

/*
 * Of a class's coefficients in the search those of a model about the features' means, in place: a
 * vector of q numbers that are stride apart
 */
static void
multinomial_turn(const l2_multinomial *t, double *b, Size stride)
{
	double *z = b + t->o->intercept * stride;

	for (int j = 0; j < t->p; j++)
	{
		double sum = t->mix ? 0 : z[j * stride];

		for (int i = j; t->mix && i < t->p; i++)
			sum += t->mix[(Size) j * t->p + i] * z[i * stride];
		z[j * stride] = sum / t->sd[j];
	}
}

/* The covariance of all coefficients into a model that keeps it */
static void
multinomial_keep(const l2_multinomial *t, double *v, l2_model *m)
{
	const l2n_softmax *s = &t->softmax;
	int n = (int) l2n_softmax_unknowns(s), *at = palloc(sizeof(int) * Max(n, 1));

	for (int c = 0, i = 0; c < s->k; c++)
		for (int j = 0; j < s->q && c != s->base; j++, i++)
		{
			int feature = j - t->o->intercept;

			at[i] = c * (m->p + 1) + (feature < 0 ? 0 : t->feature[feature]);
		}
	for (Size i = 0; i < n; i++)
		for (int j = 0; j < n; j += s->q)
			multinomial_turn(t, v + i * n + j, 1);
	for (Size i = 0; i < n; i++)
		for (int j = 0; j < n; j += s->q)
			multinomial_turn(t, v + (Size) j * n + i, n);
	l2_vcov_put_classes(m, n, at, v);
}

/* Coefficients, and their errors, in the units of the features */
static void
multinomial_put(const l2_multinomial *t, const l2n_softmax_fit *fit, l2_model *m)
{
	const l2n_softmax *s = &t->softmax;
	int q = s->q, first = t->o->intercept, free = 0;
	Size all = l2n_softmax_unknowns(s);
	double *direction = palloc0(sizeof(double) * Max(q, 1));

	if (first)
		multinomial_origin(t, direction);
	for (int c = 0; c < s->k; c++)
	{
		const double *b = fit->coef + (Size) c * q;
		const double *v =
			fit->variance && c != s->base ? fit->variance + (all + 1) * (Size) free++ * q : NULL;
		double *estimate = l2_model_class(m, c, false), *se = l2_model_class(m, c, true);
		dd base = dd_of(first ? b[0] : 0);

		memset(estimate, 0, sizeof(double) * (m->p + 1));
		for (int j = 0; j < t->p; j++)
		{
			estimate[t->feature[j]] = multinomial_unmix(t, b + first, j) / t->sd[j];
			base = dd_sub(base, dd_mul_d(dd_of(estimate[t->feature[j]]), t->mean[j]));
			if (v)
				se[t->feature[j]] =
					(t->mix ? multinomial_error(v, all, q, first, t->mix + (Size) j * t->p)
							: sqrt(v[(all + 1) * (first + j)])) /
					t->sd[j];
		}
		estimate[0] = first ? base.hi : 0;
		if (first && v)
			se[0] = multinomial_error(v, all, q, 0, direction);
	}
	if (first && s->base < 0)
		multinomial_centre(m);
}

static void
multinomial_describe(const l2_multinomial *t, const l2n_softmax_fit *fit, l2_model *m)
{
	const l2n_moments *prior = l2_fitter_moments(t->fitter);
	const l2n_columns *columns = l2_fitter_columns(t->fitter);
	const double *factor = l2_fitter_penalty(t->fitter);
	const l2_options *o = t->o;
	double rows = l2_fitter_rows(t->fitter), *stat = m->values;

	m->method = o->method;
	for (int j = 0; j < m->p; j++)
		if (t->dropped[j])
		{
			l2_model_dropped(m)[j] = true;
			m->flags |= L2_MODEL_DROPPED;
		}
	m->flags |= (o->intercept ? L2_MODEL_INTERCEPT : 0) |
				(o->standardize ? L2_MODEL_STANDARDIZE : 0) |
				(o->weights == L2_WEIGHTS_FREQUENCY ? L2_MODEL_FREQUENCY : 0) |
				(fit->end != L2N_SOFTMAX_CONVERGED ? L2_MODEL_UNCONVERGED : 0);
	m->lambda_scale = o->lambda_scale;
	m->solver = t->softmax.penalised ? L2_SOLVER_PROXIMAL_NEWTON : L2_SOLVER_NEWTON;
	m->n = prior->n;
	m->n_skipped = t->rows->source.prior->n_skipped;
	stat[L2_STAT_SUM_WEIGHTS] = prior->weight.hi;
	stat[L2_STAT_LAMBDA] = o->lambda;
	stat[L2_STAT_LAMBDA_EFFECTIVE] = t->lambda;
	if (o->l1_ratio > 0)
		stat[L2_STAT_L1_RATIO] = o->l1_ratio;
	stat[L2_STAT_DEVIANCE] = 2 * fit->loss;
	stat[L2_STAT_NULL_DEVIANCE] = 2 * t->null_loss;
	stat[L2_STAT_LOG_LIKELIHOOD] = -fit->loss;
	stat[L2_STAT_DF] = fit->df;
	stat[L2_STAT_DF_RESIDUAL] = fmax(rows * (t->softmax.k - 1) - fit->df, 0);
	if (t->null_loss > 0)
		stat[L2_STAT_R_SQUARED] = 1 - fit->loss / t->null_loss;
	if (t->softmax.penalised)
		stat[L2_STAT_NONZERO] = fit->nonzero;
	stat[L2_STAT_ITERATIONS] = fit->iterations;
	stat[L2_STAT_GAP] = fit->miss;
	if (t->softmax.base >= 0)
		stat[L2_STAT_REFERENCE_CLASS] = t->softmax.base;
	for (int i = 0; i <= m->p; i++)
	{
		l2_model_vector(m, L2_ESTIMATE)[i] = 0;
		if (i == 0)
			continue;
		l2_model_vector(m, L2_MEAN)[i] = prior->mean[columns->feature[i - 1]];
		l2_model_vector(m, L2_SD)[i] = l2_column_sd(prior, columns->feature[i - 1], rows);
		if (factor)
			l2_model_vector(m, L2_PENALTY_FACTOR)[i] = factor[i - 1];
	}
}

static void
multinomial_tell_end(const l2_multinomial *t, const l2n_softmax_fit *fit)
{
	if (fit->end == L2N_SOFTMAX_CONVERGED)
		return;
	if (fit->end == L2N_SOFTMAX_SEPARATED)
		ereport(WARNING, (errmsg("multinomial did not converge: some coefficients go to infinity"),
						  errdetail("The features separate some classes from the others without a "
									"mistake, wholly or in part."),
						  errhint("Penalise the coefficients: give a lambda > 0.")));
	else if (fit->end == L2N_SOFTMAX_MAX_ITER)
		ereport(WARNING,
				(errmsg_plural("multinomial did not converge in %d step",
							   "multinomial did not converge in %d steps", fit->iterations,
							   fit->iterations),
				 errdetail("The worst optimality condition is missed by %g of its terms; the "
						   "tolerance is %g.",
						   fit->miss, t->o->tolerance),
				 errhint("Raise max_iter or tolerance, or penalise the coefficients.")));
	else
		ereport(WARNING,
				(errmsg("multinomial did not converge: no step improves the fit any more"),
				 errdetail("The worst optimality condition is missed by %g of its terms; the "
						   "tolerance is %g.",
						   fit->miss, t->o->tolerance),
				 errhint("Leave out columns that nearly explain each other, or penalise the "
						 "coefficients.")));
}

/* The model before its solution, with the columns that count */
static l2_model *
multinomial_model(l2_multinomial *t)
{
	int k = t->state->classes.n, p = l2_fitter_columns(t->fitter)->p;
	const char **label = palloc(sizeof(char *) * k);
	int kept = l2_vcov_parts(t->o, k * p, t->lambda == 0, false);

	for (int c = 0; c < k; c++)
		label[c] = l2_multinomial_label(t, c);
	return l2_model_new_keeping(p, l2_class_names(l2_fitter_names(t->fitter), k, label), kept);
}

void
l2_multinomial_penalise(l2_multinomial *t, const l2_options *o)
{
	l2n_softmax *s = &t->softmax;
	double weight = l2_fitter_moments(t->fitter)->weight.hi;

	t->lambda = o->lambda * (o->lambda_scale == L2_LAMBDA_SUM ? 1 : weight);
	if (isinf(t->lambda))
		l2_check(L2N_OUT_OF_RANGE, NULL, 0);
	s->penalised = false;
	for (int j = 0; j < s->q; j++)
	{
		t->l1[j] = t->lambda * o->l1_ratio * t->linear[j];
		t->l2[j] = t->lambda * (1 - o->l1_ratio) * t->square[j];
		s->penalised |= t->l1[j] > 0;
	}
	s->base = multinomial_base(t);
}

/* The columns that count, and what a pass works with */
static void
multinomial_settle(l2_multinomial *t)
{
	l2n_softmax *s = &t->softmax;

	multinomial_choose(t);
	if (t->lambda == 0)
		multinomial_mix(t);
	s->k = t->state->classes.n;
	s->q = t->p + t->o->intercept;
	s->constant = t->o->intercept;
	s->l1 = t->l1;
	s->l2 = t->l2;
	s->pass = l2_multinomial_pass;
	s->pass_arg = t;
	l2_multinomial_penalise(t, t->o);
	if (l2n_softmax_unknowns(s) > MULTINOMIAL_UNKNOWNS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%d classes of %d coefficients each are more than %d unknowns", s->k,
							   s->q, MULTINOMIAL_UNKNOWNS),
						errhint("Merge rare classes, or leave features out.")));
	t->z = l2_scratch(sizeof(double) * Max(s->q, 1) * L2_MULTINOMIAL_ROWS);
	t->work = l2_scratch(l2n_softmax_rows_worksize(s->k, s->q, L2_MULTINOMIAL_ROWS));
	multinomial_count(t);
}

bool
l2_multinomial_open(l2_multinomial *t, l2_glm_state *state, const l2_options *o, int without)
{
	memset(t, 0, sizeof *t);
	t->state = state;
	t->o = o;
	t->rows = l2_glm_rows_make(state, o, 0, state->n_parts, without);
	if (t->rows == NULL || !multinomial_order(t))
		return false;
	t->fitter = l2_fitter_make(t->rows->source.prior, o);
	t->lambda = o->lambda;
	multinomial_settle(t);
	return true;
}

void
l2_multinomial_solve(const l2_multinomial *t, const l2_options *o, l2n_softmax_fit *fit)
{
	l2_check(l2n_softmax_solve(&t->softmax, o->tolerance, o->max_iter, fit,
							   l2_scratch(l2n_softmax_worksize(&t->softmax)), l2_poll, NULL),
			 NULL, 0);
}

l2_model *
l2_multinomial_fit(l2_glm_state *state, const l2_options *o)
{
	l2n_softmax_fit fit = {0};
	l2_multinomial t;
	l2_model *m;
	Size all;

	if (!l2_multinomial_open(&t, state, o, -1))
		return NULL;
	m = multinomial_model(&t);
	all = (Size) t.softmax.k * t.softmax.q;
	fit.coef = l2_scratch(sizeof(double) * Max(all, 1));
	memset(fit.coef, 0, sizeof(double) * all);
	if (t.lambda == 0)
	{
		Size n = l2n_softmax_unknowns(&t.softmax);

		fit.variance = l2_scratch(sizeof(double) * Max(n * n, 1));
		for (Size i = 0; i < n * n; i++)
			fit.variance[i] = NAN;
	}
	l2_multinomial_start(&t, fit.coef);
	l2_multinomial_solve(&t, o, &fit);
	multinomial_put(&t, &fit, m);
	multinomial_describe(&t, &fit, m);
	if (m->kept)
		multinomial_keep(&t, fit.variance, m);
	l2_model_finish(m);
	if (!o->quiet)
	{
		l2_tell_dropped(m, o->told);
		multinomial_tell_end(&t, &fit);
	}
	return m;
}

void
l2_multinomial_refuse_offset(const l2_glm_state *s)
{
	if (s->any_offset)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("an offset is the same for all classes, and changes nothing"),
						errhint("Leave offset_by out.")));
}

PG_FUNCTION_INFO_V1(multinomial_final);
PGDLLEXPORT Datum
multinomial_final(PG_FUNCTION_ARGS)
{
	l2_glm_state *s = l2_glm_state_argument(fcinfo, L2_METHOD_MULTINOMIAL, L2_IN_FIT);
	l2_options o;
	l2_model *m;
	bool began;

	if (s == NULL)
		PG_RETURN_NULL();
	l2_glm_state_open(s, &o);
	o.told = &l2_call_cache_of(fcinfo, 0)->told;
	l2_multinomial_refuse_offset(s);
	began = l2_progress_begin(l2_scope_name(&s->scope), NULL, InvalidOid);
	m = l2_multinomial_fit(s, &o);
	l2_progress_end(began);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}
