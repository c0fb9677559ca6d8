/*
 * iv.c: projections of a gram's columns on some of them, and fits to the projections.
 *
 * The cross products of projections are W'W, W = U'^-1 C_zx for the Cholesky factor U of C_zz, in
 * double-double as all of it: what instruments hardly explain is a small difference of large
 * numbers otherwise.
 */
#include "num/stats/iv.h"

#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/stats/student.h"

/* How many more columns the test of endogeneity has than m */
static size_t
wide(size_t k, size_t p)
{
	return k + p;
}

size_t
l2n_iv_worksize(int columns, int features, int instruments)
{
	size_t k = (size_t) columns, p = (size_t) features, q = (size_t) instruments;
	size_t largest = 2 * p > q ? 2 * p : q, w = wide(k, p);
	size_t fits = l2n_ridge_worksize((int) largest) + l2n_system_worksize((int) p) +
				  sizeof(double) * (l2n_moments_doubles((int) w) + 8 * largest) +
				  (sizeof(int) + sizeof(bool)) * (2 * largest + w) + 16 * 64;
	size_t stage = l2n_system_worksize((int) q) +
				   sizeof(double) * (2 * l2n_tri_size(q) + 2 * q * k + 2 * q) + sizeof(bool) * q +
				   6 * 64;

	return sizeof(double) * l2n_moments_doubles(columns) + 2 * 64 + (fits > stage ? fits : stage);
}

/* Whether a column is one of a list */
static bool
iv_is_among(int column, int n, const int *list)
{
	for (int i = 0; i < n; i++)
		if (list[i] == column)
			return true;
	return false;
}

static void
put_cross(l2n_moments *m, size_t i, size_t j, dd v)
{
	size_t at = l2n_tri((size_t) m->k, i < j ? i : j, i < j ? j : i);

	m->cross[at] = v.hi;
	m->cross[l2n_tri_size((size_t) m->k) + at] = v.lo;
}

/* Projections keep the means; about 0 there are none, and cross products are those about 0 */
static void
start_moments(const l2n_moments *m, bool centred, l2n_moments *to)
{
	to->n = m->n;
	to->weight = m->weight;
	if (centred)
		memcpy(to->mean, m->mean, sizeof(double) * 2 * (size_t) m->k);
	else
		memset(to->mean, 0, sizeof(double) * 2 * (size_t) m->k);
}

l2n_status
l2n_iv_start(const l2n_kernel *kernel, const l2n_moments *m, const l2n_iv_spec *spec, l2n_iv *iv,
			 void *work, l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) m->k, q = (size_t) spec->q, low = l2n_tri_size(q);
	bool centred = spec->columns.intercept;
	const l2n_columns z = {spec->q, spec->instrument, spec->columns.target, centred};
	char *next = work;
	void *system_work;
	double *u, *w, *floor;
	bool *dropped;
	int failed;
	l2n_system s;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	iv->m = m;
	iv->spec = spec;
	iv->projected.k = m->k;
	iv->projected.mean = l2n_take(&next, sizeof(double) * l2n_moments_doubles(m->k));
	iv->projected.cross = iv->projected.mean + 2 * k;
	start_moments(m, centred, &iv->projected);
	iv->work = next;

	system_work = l2n_take(&next, l2n_system_worksize(spec->q));
	u = l2n_take(&next, sizeof(double) * 2 * low);
	w = l2n_take(&next, sizeof(double) * 2 * q * k);
	floor = l2n_take(&next, sizeof(double) * q);
	dropped = l2n_take(&next, sizeof(bool) * q);
	status = l2n_system_init(&s, m, &z, NULL, system_work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	memcpy(u, s.c, sizeof(double) * 2 * low);
	for (int j = 0; j < spec->q; j++)
		floor[j] = l2n_system_floor(&s, m, &z, j);
	status = l2n_cholesky(kernel, spec->q, u, floor, dropped, &iv->rank, &failed, poll, poll_arg);
	if (status != L2N_OK)
		return status;

	for (size_t j = 0; j < k; j++)
	{
		double *to = w + 2 * q * j;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t i = 0; i < q; i++)
		{
			dd v = dd_scale(l2n_product(m, centred, spec->instrument[i], (int) j), s.scale[i]);

			if (!isfinite(v.hi))
				return L2N_OUT_OF_RANGE;
			to[i] = v.hi;
			to[q + i] = v.lo;
		}
		l2n_cholesky_forward(kernel, spec->q, u, dropped, to);
	}
	for (size_t i = 0; i < k; i++)
	{
		bool own = iv_is_among((int) i, spec->q, spec->instrument);

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = i; j < k; j++)
			put_cross(&iv->projected, i, j,
					  own || iv_is_among((int) j, spec->q, spec->instrument)
						  ? l2n_product(m, centred, (int) i, (int) j)
						  : kernel->dd_dot(q, w + 2 * q * i, w + 2 * q * i + q, w + 2 * q * j,
										   w + 2 * q * j + q));
	}
	return L2N_OK;
}

/* F of one fit within another, by what they leave of the target */
static void
compare_fits(const l2n_fit *smaller, const l2n_fit *larger, double rows, bool intercept,
			 l2n_iv_test *test)
{
	double more = larger->rank - smaller->rank;
	double left = rows - larger->rank - (intercept ? 1 : 0);

	test->df1 = more;
	test->df2 = left;
	test->statistic = test->p = NAN;
	if (!(more > 0) || !(left > 0) || !(larger->solution.rss > 0))
		return;
	test->statistic =
		(smaller->solution.rss - larger->solution.rss) / more / (larger->solution.rss / left);
	test->p = l2n_f_pvalue(test->statistic, more, left);
}

/* Least squares for what it leaves; room: 2p doubles, p bools and a ridge's scratch */
static l2n_status
iv_residual(const l2n_kernel *kernel, const l2n_moments *m, const l2n_columns *columns, double rows,
			l2n_fit *fit, char *room, l2n_poll poll, void *poll_arg)
{
	const l2n_ridge_spec spec = {.columns = *columns, .rows = rows};
	size_t p = (size_t) columns->p;

	fit->solution.coef = l2n_take(&room, sizeof(double) * p);
	fit->se = l2n_take(&room, sizeof(double) * p);
	fit->dropped = l2n_take(&room, sizeof(bool) * p);
	return l2n_ridge(kernel, m, &spec, fit, room, poll, poll_arg);
}

/* What coefficients of a fit to projections leave of the target itself, or of its projection */
static l2n_status
structural(const l2n_kernel *kernel, const l2n_moments *m, const l2n_columns *columns,
		   const double *coef, l2n_solution *solution, char *room, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) columns->p;
	void *system_work = l2n_take(&room, l2n_system_worksize(columns->p));
	double *b = l2n_take(&room, sizeof(double) * 2 * p);
	double *g = l2n_take(&room, sizeof(double) * 2 * p);
	l2n_system s;
	l2n_status status = l2n_system_init(&s, m, columns, NULL, system_work, poll, poll_arg);

	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		b[j] = coef[j] / s.scale[j] * s.scale_y;
		b[p + j] = 0.0;
	}
	l2n_system_gradient(kernel, &s, b, g);
	return l2n_system_solution(&s, b, g, solution);
}

l2n_status
l2n_iv_fit(const l2n_kernel *kernel, const l2n_iv *iv, l2n_fit *fit, l2n_iv_test *overidentified,
		   l2n_poll poll, void *poll_arg)
{
	const l2n_iv_spec *spec = iv->spec;
	l2n_ridge_spec second = {.columns = spec->columns, .rows = spec->rows};
	int p = spec->columns.p;
	char *room = iv->work;
	l2n_solution solution;
	double *unused;
	l2n_status status;

	status = l2n_ridge(kernel, &iv->projected, &second, fit, room, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	unused = l2n_take(&room, sizeof(double) * (size_t) p);
	overidentified->statistic = overidentified->p = NAN;
	overidentified->df1 = iv->rank - fit->rank;
	overidentified->df2 = INFINITY;

	/* e'Pe: what the second stage leaves of the projected target */
	solution.coef = unused;
	status = structural(kernel, &iv->projected, &spec->columns, fit->solution.coef, &solution, room,
						poll, poll_arg);
	if (status != L2N_OK)
		return status;
	overidentified->statistic = solution.rss;

	/* the features' own residuals; rounding a coefficient twice changes nothing */
	status = structural(kernel, iv->m, &spec->columns, fit->solution.coef, &solution, room, poll,
						poll_arg);
	if (status != L2N_OK)
		return status;
	solution.coef = fit->solution.coef;
	fit->df_resid = spec->rows - fit->df;
	fit->sigma = fit->df_resid > 0 ? sqrt(solution.rss / fit->df_resid) : NAN;
	if (overidentified->df1 > 0 && solution.rss > 0)
	{
		overidentified->statistic = spec->rows * (overidentified->statistic / solution.rss);
		/* half of chi-squared's tail is F's with infinitely many degrees of freedom */
		overidentified->p = l2n_f_pvalue(overidentified->statistic / overidentified->df1,
										 overidentified->df1, INFINITY);
	}
	else
		overidentified->statistic = NAN;
	if (fit->sigma > 0)
	{
		/* the standard errors again, with the residuals' deviation known; coefficients stay */
		l2n_fit again = *fit;

		second.sigma = fit->sigma;
		status = l2n_ridge(kernel, &iv->projected, &second, &again, room, poll, poll_arg);
		if (status != L2N_OK)
			return status;
		fit->intercept_se = again.intercept_se;
	}
	else
	{
		for (int j = 0; j < p; j++)
			fit->se[j] = isnan(fit->sigma) || fit->dropped[j] ? NAN : 0.0;
		fit->intercept_se = spec->columns.intercept ? fit->sigma : NAN;
	}
	fit->solution = solution;
	return L2N_OK;
}

l2n_status
l2n_iv_projection(const l2n_kernel *kernel, const l2n_iv *iv, int j, double *coef, l2n_poll poll,
				  void *poll_arg)
{
	const l2n_iv_spec *spec = iv->spec;
	const l2n_columns all = {spec->q, spec->instrument, spec->columns.feature[j],
							 spec->columns.intercept};
	l2n_fit fit;
	l2n_status status;

	if (iv_is_among(all.target, spec->q, spec->instrument))
	{
		for (int i = 0; i < spec->q; i++)
			coef[i] = spec->instrument[i] == all.target ? 1.0 : 0.0;
		return L2N_OK;
	}
	status = iv_residual(kernel, iv->m, &all, spec->rows, &fit, iv->work, poll, poll_arg);
	for (int i = 0; i < spec->q && status == L2N_OK; i++)
		coef[i] = fit.dropped[i] ? 0.0 : fit.solution.coef[i];
	return status;
}

l2n_status
l2n_iv_first_stage(const l2n_kernel *kernel, const l2n_iv *iv, int j, l2n_iv_test *weak,
				   l2n_poll poll, void *poll_arg)
{
	const l2n_iv_spec *spec = iv->spec;
	char *room = iv->work;
	int *own = l2n_take(&room, sizeof(int) * (size_t) spec->columns.p);
	l2n_columns all = {spec->q, spec->instrument, spec->columns.feature[j],
					   spec->columns.intercept};
	l2n_columns exogenous = all;
	l2n_fit larger, smaller;
	l2n_status status;

	exogenous.feature = own;
	exogenous.p = 0;
	for (int i = 0; i < spec->columns.p; i++)
		if (iv_is_among(spec->columns.feature[i], spec->q, spec->instrument))
			own[exogenous.p++] = spec->columns.feature[i];
	status = iv_residual(kernel, iv->m, &all, spec->rows, &larger, room, poll, poll_arg);
	if (status == L2N_OK)
		status = iv_residual(kernel, iv->m, &exogenous, spec->rows, &smaller, room, poll, poll_arg);
	if (status == L2N_OK)
		compare_fits(&smaller, &larger, spec->rows, spec->columns.intercept, weak);
	return status;
}

l2n_status
l2n_iv_endogeneity(const l2n_kernel *kernel, const l2n_iv *iv, l2n_iv_test *test, l2n_poll poll,
				   void *poll_arg)
{
	const l2n_iv_spec *spec = iv->spec;
	size_t k = (size_t) iv->m->k, p = (size_t) spec->columns.p;
	bool centred = spec->columns.intercept;
	char *room = iv->work;
	int *of = l2n_take(&room, sizeof(int) * wide(k, p));
	int *feature = l2n_take(&room, sizeof(int) * 2 * p);
	l2n_moments wider = {.k = (int) k};
	l2n_columns with = spec->columns;
	l2n_fit larger, smaller;
	l2n_status status;

	/* the columns of m, and behind them the projections of the endogenous features */
	memcpy(feature, spec->columns.feature, sizeof(int) * p);
	for (size_t j = 0; j < p; j++)
		if (!iv_is_among(feature[j], spec->q, spec->instrument))
		{
			of[wider.k] = feature[j];
			feature[with.p++] = wider.k++;
		}
	with.feature = feature;
	wider.mean = l2n_take(&room, sizeof(double) * l2n_moments_doubles(wider.k));
	wider.cross = wider.mean + 2 * wider.k;
	wider.n = iv->m->n;
	wider.weight = iv->m->weight;
	memset(wider.mean, 0, sizeof(double) * 2 * (size_t) wider.k);
	for (size_t i = 0; i < (size_t) wider.k; i++)
		for (size_t j = i; j < (size_t) wider.k; j++)
			put_cross(&wider, i, j,
					  j < k ? l2n_product(iv->m, centred, (int) i, (int) j)
							: l2n_cross(&iv->projected, i < k ? (int) i : of[i], of[j]));
	status = iv_residual(kernel, &wider, &with, spec->rows, &larger, room, poll, poll_arg);
	if (status == L2N_OK)
		status =
			iv_residual(kernel, iv->m, &spec->columns, spec->rows, &smaller, room, poll, poll_arg);
	if (status == L2N_OK)
		compare_fits(&smaller, &larger, spec->rows, centred, test);
	return status;
}
