/*
 * system.c: from moments to scaled normal equations, and back to coefficients.
 */
#include "num/solve/system.h"

#include "num/linalg/cholesky.h"

/*
 * A difference below this share of the terms it is made of is nothing but what is left of the
 * rounding in the sums, 2^-97 at worst: it is reported as 0.
 */
#define RESIDUE 0x1p-90

size_t
l2n_system_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(double) * (2 * l2n_tri_size(k) + 5 * k) + 4 * 64;
}

double
l2n_power_scale(double square)
{
	int e;

	if (!(square > 0.0))
		return 1.0;
	frexp(square, &e);
	return ldexp(1.0, -(e / 2));
}

dd
l2n_product(const l2n_moments *m, bool centred, int i, int j)
{
	dd v = l2n_cross(m, i, j);

	if (!centred)
		v = dd_add(v, dd_mul(m->weight, dd_mul(l2n_mean(m, i), l2n_mean(m, j))));
	return v;
}

l2n_status
l2n_system_init(l2n_system *s, const l2n_moments *m, const l2n_columns *columns,
				const double *penalty, void *work, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) columns->p, low = l2n_tri_size(p);
	const int *feature = columns->feature;
	bool centred = columns->intercept;
	char *at = work;

	s->p = columns->p;
	s->intercept = columns->intercept;
	s->weight = m->weight;
	s->c = l2n_take(&at, sizeof(double) * 2 * low);
	s->rhs = l2n_take(&at, sizeof(double) * 2 * p);
	s->mean = l2n_take(&at, sizeof(double) * 2 * p);
	s->scale = l2n_take(&at, sizeof(double) * p);

	s->mean_y = l2n_mean(m, columns->target);
	s->syy = l2n_product(m, centred, columns->target, columns->target);
	if (!isfinite(s->syy.hi))
		return L2N_OUT_OF_RANGE;
	s->scale_y = l2n_power_scale(s->syy.hi);
	s->syy = dd_scale(s->syy, s->scale_y * s->scale_y);

	for (size_t j = 0; j < p; j++)
	{
		double square = l2n_product(m, centred, feature[j], feature[j]).hi;

		if (penalty)
			square += penalty[j];
		if (!isfinite(square))
			return L2N_OUT_OF_RANGE;
		s->scale[j] = l2n_power_scale(square);
	}
	for (size_t i = 0; i < p; i++)
	{
		size_t row = l2n_tri(p, i, i);
		dd rhs = dd_scale(l2n_product(m, centred, feature[i], columns->target),
						  s->scale[i] * s->scale_y);
		dd mean = dd_scale(l2n_mean(m, feature[i]), s->scale[i]);

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		s->rhs[i] = rhs.hi;
		s->rhs[p + i] = rhs.lo;
		s->mean[i] = mean.hi;
		s->mean[p + i] = mean.lo;
		for (size_t j = i; j < p; j++)
		{
			dd v = dd_scale(l2n_product(m, centred, feature[i], feature[j]),
							s->scale[i] * s->scale[j]);

			s->c[row + j - i] = v.hi;
			s->c[low + row + j - i] = v.lo;
		}
	}
	return L2N_OK;
}

double
l2n_system_floor(const l2n_system *s, const l2n_moments *m, const l2n_columns *columns, int j)
{
	if (columns->intercept && l2n_is_constant(m, columns->feature[j]))
		return INFINITY;
	return L2N_COLLINEAR * s->c[l2n_tri((size_t) s->p, (size_t) j, (size_t) j)];
}

double
l2n_variance(const l2n_moments *m, int column)
{
	return l2n_cross(m, column, column).hi / m->weight.hi;
}

bool
l2n_is_constant(const l2n_moments *m, int column)
{
	return !(l2n_cross(m, column, column).hi > 0.0);
}

void
l2n_system_gradient(const l2n_kernel *kernel, const l2n_system *s, const double *b, double *g)
{
	size_t p = (size_t) s->p;

	l2n_symmetric_times(kernel, s->p, s->c, b, g);
	for (size_t j = 0; j < p; j++)
	{
		dd v = dd_sub(dd_make(s->rhs[j], s->rhs[p + j]), dd_make(g[j], g[p + j]));

		g[j] = v.hi;
		g[p + j] = v.lo;
	}
}

l2n_status
l2n_system_solution(const l2n_system *s, const double *b, const double *g, l2n_solution *solution)
{
	size_t p = (size_t) s->p;
	dd rss = s->syy, intercept = dd_of(0.0);
	double unit = 1.0 / s->scale_y, terms = s->syy.hi;
	bool finite = true;

	/* RSS = syy - 2 b'c + b'Cb = syy - b'c - b'g, g = c - Cb: exact to second order in b */
	for (size_t j = 0; j < p; j++)
	{
		dd c = dd_make(s->rhs[j], s->rhs[p + j]);
		dd term = dd_mul(dd_make(b[j], b[p + j]), dd_add(c, dd_make(g[j], g[p + j])));

		rss = dd_sub(rss, term);
		terms += fabs(term.hi);
	}
	if (rss.hi < RESIDUE * terms)
		rss = dd_of(0.0);
	solution->rss = rss.hi * unit * unit;
	solution->tss = s->syy.hi * unit * unit;
	solution->r_squared = s->syy.hi > 0.0 ? dd_div(dd_sub(s->syy, rss), s->syy).hi : NAN;

	terms = 0.0;
	for (size_t j = 0; j < p; j++)
	{
		dd v = dd_scale(dd_make(b[j], b[p + j]), unit); /* still of the scaled column */

		solution->coef[j] = v.hi * s->scale[j] + 0.0; /* never -0 */
		finite &= isfinite(solution->coef[j]);
		if (s->intercept)
		{
			dd term = dd_mul(v, dd_make(s->mean[j], s->mean[p + j]));

			intercept = dd_sub(intercept, term);
			terms += fabs(term.hi);
		}
	}
	if (s->intercept)
		intercept = dd_add(intercept, s->mean_y);
	if (fabs(intercept.hi) < RESIDUE * terms)
		intercept = dd_of(0.0);
	solution->intercept = intercept.hi + 0.0;

	return finite && isfinite(solution->intercept) && isfinite(solution->rss) &&
				   isfinite(solution->tss)
			   ? L2N_OK
			   : L2N_OUT_OF_RANGE;
}
