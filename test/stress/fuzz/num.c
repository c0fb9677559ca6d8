/*
 * num.c: libFuzzer on src/num: moments of any rows, merged, taken apart and solved.
 *
 * The first bytes choose shapes and settings, the rest are the numbers: mostly small integers and
 * powers, so that collinear and constant columns are common, some of them any bits at all that the
 * aggregates would let in.  Aborts where something does not hold; the sanitizers see to the rest.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/solve/coordinate.h"
#include "num/moments/gramian.h"
#include "num/solve/proximal.h"
#include "num/solve/ridge.h"
#include "num/solve/spectrum.h"

#define MOST_COLUMNS 7
#define MOST_ROWS    40

#define MUST(condition)                                                     \
	do                                                                      \
	{                                                                       \
		if (!(condition))                                                   \
		{                                                                   \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                   \
	} while (0)

typedef struct input
{
	const uint8_t *at;
	const uint8_t *end;
} input;

static unsigned
byte_of(input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* A value that a row may have */
static double
number_of(input *in)
{
	unsigned kind = byte_of(in);
	double v;

	if (kind < 160)
		return (double) (kind % 16) - 5;
	if (kind < 200)
		return ldexp((double) (int8_t) byte_of(in), (int) (kind - 180) * 4);
	if (kind < 230)
		return ldexp(1 + byte_of(in) / 256.0, (int) (kind - 215) * 30);
	if (in->end - in->at < 8)
		return 0;
	memcpy(&v, in->at, sizeof v);
	in->at += sizeof v;
	return v == 0 || (fabs(v) >= 0x1p-450 && fabs(v) <= 1e144) ? v : 1;
}

static double *
doubles(size_t n)
{
	double *r = calloc(n ? n : 1, sizeof(double));

	MUST(r);
	return r;
}

static void *
work_of(size_t size)
{
	void *r = aligned_alloc(64, (size + 127) / 64 * 64);

	MUST(r);
	return r;
}

static l2n_moments
moments(int k)
{
	l2n_moments m = {.k = k};
	double *v = doubles(l2n_moments_doubles(k));

	m.mean = v;
	m.cross = v + 2 * k;
	l2n_moments_clear(&m);
	return m;
}

static l2n_moments
copy(const l2n_moments *m)
{
	l2n_moments r = moments(m->k);

	memcpy(r.mean, m->mean, sizeof(double) * l2n_moments_doubles(m->k));
	r.n = m->n;
	r.weight = m->weight;
	return r;
}

static void
add(const l2n_kernel *kernel, l2n_moments *m, int rows, const double *x, const double *weight,
	void *work)
{
	if (rows > 0)
		l2n_moments_add_block(kernel, m, rows, x, m->k + 1, weight, work, NULL, NULL);
}

static bool
all_finite(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return false;
	return true;
}

/* Of means and cross products, on the scale of their columns' raw squares */
static void
must_agree(const l2n_moments *a, const l2n_moments *b, const double *scale)
{
	if (getenv("TELL"))
		for (int j = 0; j < a->k; j++)
			fprintf(stderr, "mean %d: %.17g %.17g scale %g; weight %g; square %.17g %.17g\n", j,
					a->mean[j], b->mean[j], scale[j], a->weight.hi, l2n_cross(a, j, j).hi,
					l2n_cross(b, j, j).hi);
	MUST(a->n == b->n);
	MUST(fabs(a->weight.hi - b->weight.hi) <= 1e-14 * a->weight.hi);
	for (int j = 0; j < a->k; j++)
	{
		MUST(fabs(a->mean[j] - b->mean[j]) <= 1e-13 * scale[j] + 1e-290);
		for (int i = 0; i <= j; i++)
			MUST(fabs(l2n_cross(a, i, j).hi - l2n_cross(b, i, j).hi) <=
				 1e-13 * a->weight.hi * scale[i] * scale[j] + 1e-290);
	}
}

static void
must_be_sane(const l2n_solution *s, int p)
{
	MUST(all_finite(s->coef, p));
	MUST(isfinite(s->intercept));
	MUST(isfinite(s->rss) && s->rss >= 0);
	MUST(isnan(s->r_squared) || s->r_squared <= 1 + 1e-9);
}

static void
solve(const l2n_kernel *kernel, const l2n_moments *m, input *in)
{
	static const double lambdas[] = {0, 1e-12, 1e-3, 0.1, 1, 10, 1e6, 1e100};
	int feature[MOST_COLUMNS], p = 0, target = byte_of(in) % m->k;
	double lambda = lambdas[byte_of(in) % 8], factor[MOST_COLUMNS], lower[MOST_COLUMNS],
		   upper[MOST_COLUMNS];
	unsigned flags = byte_of(in);
	l2n_columns columns = {.feature = feature, .target = target, .intercept = flags & 1};

	for (int j = 0; j < m->k; j++)
		if (j != target)
		{
			factor[p] = byte_of(in) % 4;
			lower[p] = -(double) (byte_of(in) % 3);
			upper[p] = byte_of(in) % 3;
			feature[p++] = j;
		}
	columns.p = p;

	{
		l2n_ridge_spec spec = {columns, flags & 2, lambda, flags & 4 ? factor : NULL, m->n, 0};
		bool dropped[MOST_COLUMNS] = {false};
		double coef[MOST_COLUMNS], se[MOST_COLUMNS];
		l2n_fit fit = {.dropped = dropped, .se = se};
		void *work = work_of(l2n_ridge_worksize(p));
		l2n_spectrum *spectrum;

		fit.solution.coef = coef;
		if (l2n_ridge(kernel, m, &spec, &fit, work, NULL, NULL) == L2N_OK)
		{
			must_be_sane(&fit.solution, p);
			MUST(fit.rank >= 0 && fit.rank <= p);
			MUST(isnan(fit.sigma) || fit.sigma >= 0);
			for (int j = 0; j < p; j++)
				MUST(isnan(se[j]) || se[j] >= 0);
		}
		free(work);
		work = work_of(l2n_spectrum_worksize(p, L2N_SPECTRUM_MODELS));
		if (l2n_spectrum_start(m, &spec, L2N_SPECTRUM_MODELS, work, &spectrum, NULL, NULL) == L2N_OK &&
			l2n_spectrum_ridge(kernel, spectrum, lambda, &fit, NULL, NULL) == L2N_OK)
			must_be_sane(&fit.solution, p);
		free(work);
		work = work_of(l2n_spectrum_worksize(p, L2N_SPECTRUM_COEFFICIENTS));
		if (l2n_spectrum_start(m, &spec, L2N_SPECTRUM_COEFFICIENTS, work, &spectrum, NULL, NULL) ==
			L2N_OK)
		{
			bool solved;

			MUST(l2n_spectrum_coefficients(kernel, spectrum, 1, &lambda, coef, &solved, NULL, NULL) ==
				 L2N_OK);
		}
		free(work);
	}
	{
		l2n_elastic_net_spec spec = {columns,
									 flags & 2,
									 flags & 4 ? factor : NULL,
									 flags & 8 ? lower : NULL,
									 flags & 8 ? upper : NULL,
									 NULL};
		void *work = work_of(l2n_elastic_net_worksize(p));
		double coef[MOST_COLUMNS], l1;
		l2n_elastic_net *net;
		l2n_elastic_net_goal goal = {lambda, flags & 16 ? lambda : 0, 1e-9, 2000, !(flags & 32)};
		l2n_elastic_net_fit fit;

		fit.solution.coef = coef;
		if (l2n_elastic_net_start(m, &spec, work, &net, NULL, NULL) == L2N_OK)
		{
			if (l2n_elastic_net_solve(kernel, net, &goal, &fit, NULL, NULL) == L2N_OK && goal.exact)
			{
				must_be_sane(&fit.solution, p);
				MUST(fit.gap >= 0);
				MUST(fit.nonzero >= 0 && fit.nonzero <= p);
				for (int j = 0; j < p && (flags & 8); j++)
					MUST(coef[j] >= lower[j] && coef[j] <= upper[j]);
			}
			if (l2n_elastic_net_largest(kernel, net, &l1, &fit, NULL, NULL) == L2N_OK)
				MUST(l1 >= 0);
		}
		free(work);
	}
	{
		l2n_proximal_spec spec = {columns, flags & 2, flags & 4 ? factor : NULL,
								  lambda,  lambda,    byte_of(in) % 3,
								  0,       m->n};
		void *work = work_of(l2n_proximal_worksize(p));
		double coef[MOST_COLUMNS];
		l2n_proximal *descent;
		l2n_proximal_fit fit;

		fit.solution.coef = coef;
		if (l2n_proximal_start(kernel, m, &spec, work, &descent, NULL, NULL) == L2N_OK &&
			l2n_proximal_solve(kernel, descent, 1e-6, 100, &fit, NULL, NULL) == L2N_OK)
		{
			must_be_sane(&fit.solution, p);
			MUST(fit.gap >= 0);
		}
		free(work);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input in = {data, data + size};
	const l2n_kernel *kernel =
		byte_of(&in) % 2 ? l2n_kernel_best() : l2n_kernel_by_name("portable");
	int k = 2 + byte_of(&in) % (MOST_COLUMNS - 1), rows = byte_of(&in) % MOST_ROWS,
		split = rows ? byte_of(&in) % (rows + 1) : 0;
	bool weighted = byte_of(&in) % 2;
	double *x = doubles((size_t) rows * (k + 1)), scale[MOST_COLUMNS] = {0}, *w = x + k;
	void *block = work_of(l2n_add_block_worksize(k)), *merge = work_of(l2n_merge_worksize(k));
	l2n_moments whole = moments(k), a = moments(k), b = moments(k), ab, ba;

	for (int i = 0; i < rows; i++)
	{
		for (int j = 0; j < k; j++)
		{
			x[i * (k + 1) + j] = number_of(&in);
			scale[j] = fmax(scale[j], fabs(x[i * (k + 1) + j]));
		}
		x[i * (k + 1) + k] = weighted ? 1 + byte_of(&in) % 7 : 1;
	}
	add(kernel, &whole, rows, x, weighted ? w : NULL, block);
	add(kernel, &a, split, x, weighted ? w : NULL, block);
	add(kernel, &b, rows - split, x + split * (k + 1), weighted ? w + split * (k + 1) : NULL,
		block);
	MUST(all_finite(whole.mean, l2n_moments_doubles(k)));
	for (int j = 0; j < k; j++)
		MUST(l2n_cross(&whole, j, j).hi >= 0);

	ab = copy(&a);
	ba = copy(&b);
	if (l2n_moments_merge(kernel, &ab, &b, merge) == L2N_OK &&
		l2n_moments_merge(kernel, &ba, &a, merge) == L2N_OK)
	{
		must_agree(&ab, &ba, scale);
		must_agree(&ab, &whole, scale);
		if (l2n_moments_unmerge(kernel, &ab, &b, merge) == L2N_OK)
			MUST(ab.n == a.n);
	}
	if (whole.n > 0)
		solve(kernel, &whole, &in);

	free(whole.mean);
	free(a.mean);
	free(b.mean);
	free(ab.mean);
	free(ba.mean);
	free(block);
	free(merge);
	free(x);
	return 0;
}
