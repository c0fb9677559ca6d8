/*
 * evidence.c: log evidence and its slope in log lambda, from one decomposition.
 */
#include "num/solve/evidence.h"

#include <string.h>

#include "num/linalg/dense.h"
#include "num/linalg/eigen.h"

/* Eigenvalues below this share of the largest are rounding errors of it */
#define NOISE 0x1p-46

/* How far from the largest eigenvalue maxima are looked for, and in how many steps */
#define LOWEST  1e-12
#define HIGHEST 1e8
#define STEPS   400

typedef struct evidence
{
	int p;
	double rows;
	double *d;   /* p: eigenvalues */
	double *z;   /* p: what each direction explains of the target, V' D^-1/2 X'Wy */
	double rest; /* sum of squares that no direction explains */
	double most; /* the largest eigenvalue */
} evidence;

size_t
l2n_evidence_worksize(int features)
{
	size_t p = (size_t) features;
	size_t eigen = l2n_eigen_worksize(features), ridge = l2n_ridge_worksize(features);

	return l2n_system_worksize(features) + sizeof(double) * (p * p + 5 * p) + sizeof(bool) * p +
		   (eigen > ridge ? eigen : ridge) + 9 * 64;
}

/* What the terms of lambda in J's part of direction i make: with z^2/d where d is more than noise
 */
static double
penalised_rest(const evidence *e, double lambda)
{
	double j = e->rest;

	for (int i = 0; i < e->p; i++)
		if (e->d[i] > NOISE * e->most)
			j += e->z[i] * e->z[i] / e->d[i] * (lambda / (e->d[i] + lambda));
	return j;
}

static double
log_evidence(const evidence *e, double lambda)
{
	double sum = 0.0;

	for (int i = 0; i < e->p; i++)
		sum -= log1p(e->d[i] / lambda);
	return 0.5 * (sum - e->rows * log(penalised_rest(e, lambda)));
}

/* The derivative of the log evidence by log lambda, twice */
static double
slope(const evidence *e, double lambda)
{
	double effective = 0.0, penalty = 0.0;

	for (int i = 0; i < e->p; i++)
	{
		double b = e->z[i] / (e->d[i] + lambda);

		effective += e->d[i] / (e->d[i] + lambda);
		penalty += lambda * b * b;
	}
	return effective - e->rows * (penalty / penalised_rest(e, lambda));
}

/*
 * The eigenvalues of the penalised columns in units in which the penalty of each is lambda, and
 * the target along their vectors; the fit without a penalty tells how much of the target is left.
 */
static l2n_status
evidence_decompose(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec,
				   evidence *e, double *scale_y, char *next, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p;
	void *system_work = l2n_take(&next, l2n_system_worksize(spec->columns.p));
	double *a = l2n_take(&next, sizeof(double) * p * p);
	double *root = l2n_take(&next, sizeof(double) * p);
	l2n_ridge_spec plain = *spec;
	l2n_fit fit = {0};
	l2n_system s;
	l2n_status status;

	e->d = l2n_take(&next, sizeof(double) * p);
	e->z = l2n_take(&next, sizeof(double) * p);
	fit.solution.coef = l2n_take(&next, sizeof(double) * p);
	fit.se = l2n_take(&next, sizeof(double) * p);
	fit.dropped = l2n_take(&next, sizeof(bool) * p);
	plain.lambda = 0.0;
	status = l2n_ridge(kernel, m, &plain, &fit, next, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	status = l2n_system_init(&s, m, &spec->columns, NULL, system_work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		double factor = (spec->penalty ? spec->penalty[j] : 1.0) *
						(spec->standardize ? l2n_variance(m, spec->columns.feature[j]) : 1.0);

		/* a constant column is neither penalised nor of use, as in l2n_ridge */
		root[j] = spec->standardize && l2n_is_constant(m, spec->columns.feature[j])
					  ? 0.0
					  : 1.0 / (sqrt(factor) * s.scale[j]);
		if (!isfinite(root[j]))
			return L2N_ILL_CONDITIONED;
	}
	for (size_t j = 0; j < p; j++)
		for (size_t i = j; i < p; i++)
			a[j * p + i] = s.c[l2n_tri(p, j, i)] * root[j] * root[i];
	status = l2n_eigen(e->p, a, e->d, next, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
		root[j] *= s.rhs[j];
	l2n_dense_times(e->p, e->p, a, true, root, e->z);
	e->most = p > 0 ? e->d[p - 1] : 0.0;
	for (size_t j = 0; j < p; j++)
		e->d[j] = fmax(e->d[j], 0.0);
	*scale_y = s.scale_y;
	e->rest = fit.solution.rss * s.scale_y * s.scale_y;
	return L2N_OK;
}

/* Where the slope falls through 0 between two lambdas */
static double
bisect(const evidence *e, double low, double high)
{
	for (int i = 0; i < 200; i++)
	{
		double middle = sqrt(low) * sqrt(high);

		if (!(middle > low && middle < high))
			break;
		if (slope(e, middle) > 0.0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * The largest of the local maxima of the evidence: a grid in log lambda finds where its slope
 * turns from rising to falling, bisection where just.
 */
static double
find_maximum(const evidence *e, l2n_evidence_end *end)
{
	double step = pow(HIGHEST / LOWEST, 1.0 / STEPS), low = LOWEST * e->most, best = low;
	double most = -INFINITY;
	bool rises = slope(e, low) > 0.0;

	*end = L2N_EVIDENCE_LEAST;
	for (int i = 0; i < STEPS; i++)
	{
		double high = low * step;
		bool on = slope(e, high) > 0.0;

		if (rises && !on)
		{
			double at = bisect(e, low, high), value = log_evidence(e, at);

			if (value > most)
			{
				most = value;
				best = at;
				*end = L2N_EVIDENCE_INSIDE;
			}
		}
		rises = on;
		low = high;
	}
	/* no feature says more than noise does: the limit may beat what little a maximum has */
	if (rises && log_evidence(e, low) > most)
	{
		best = low;
		*end = L2N_EVIDENCE_MOST;
	}
	return best;
}

l2n_status
l2n_evidence(const l2n_kernel *kernel, const l2n_moments *m, const l2n_ridge_spec *spec, int n,
			 double *lambda, int *best, l2n_evidence_end *end, void *work, l2n_poll poll,
			 void *poll_arg)
{
	evidence e = {.p = spec->columns.p, .rows = spec->rows};
	double scale_y, most = -INFINITY;
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	status = evidence_decompose(kernel, m, spec, &e, &scale_y, work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	*end = L2N_EVIDENCE_INSIDE;
	*best = 0;
	if (!(e.most > 0.0))
	{
		*end = L2N_EVIDENCE_MOST;
		if (n == 0)
			*lambda = 0.0;
		return L2N_OK;
	}
	if (n == 0)
	{
		*lambda = find_maximum(&e, end);
		return L2N_OK;
	}
	for (int i = 0; i < n; i++)
	{
		double value = lambda[i] > 0.0 ? log_evidence(&e, lambda[i]) : -INFINITY;

		if (value > most)
		{
			most = value;
			*best = i;
		}
	}
	return L2N_OK;
}
