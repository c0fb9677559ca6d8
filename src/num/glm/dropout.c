/*
 * dropout.c: rows and their masks; normal linear predictors.
 *
 * Both are exact derivatives of one objective, so that a fit can be certified: with masks it is a
 * sum over more rows; with the points t_k of Gauss and Hermite, of weights u_k, that of
 *
 *	L(eta, s) = sum_k u_k loss(eta + s t_k)
 *	- dL/d eta   = sum_k u_k r(eta + s t_k)
 *	- dL/ds / s  = sum_k u_k t_k r(eta + s t_k) / s
 *
 * The last is minus the curvature v that by Stein's identity the expectation has in eta, too; and
 * since s^2 = dropout sum_j (b_j x_j)^2, its part of the slope by b_j is - dropout v x_j^2 b_j.
 */
#include "num/glm/dropout.h"

#include <math.h>
#include <string.h>

#include "num/mix.h"
#include "num/solve/system.h"

/* Points of Gauss and Hermite, 32 of them, half of which are minus these, and their weights */
static const double points[][2] = {
	{0.27554641923027581, 0.21170556988047932},   {0.82728490377976519, 0.15653899375759844},
	{1.3809801992721442, 0.08534480827208076},    {1.9380049059257174, 0.034109847726092051},
	{2.4998404151873952, 0.0099034617023205919},  {3.0681351690131213, 0.0020620510513078847},
	{3.6447812498808331, 0.00030255702581706249}, {4.2320211099954098, 3.0559803060896302e-5},
	{4.8326046132444886, 2.0596221039534289e-6},  {5.4500332736234281, 8.8812907131058951e-8},
	{6.0889643090769868, 2.3125184120742405e-9},  {6.7559308305407047, 3.347501239801207e-11},
	{7.4607557541215188, 2.3780648557778087e-13}, {8.2197287653822454, 6.7552902236701187e-16},
	{9.0643992107024062, 5.2084495919608613e-19}, {10.077422674229466, 4.1246074890182693e-23},
};

/* An s below which the row's own residual and curvature are the expectation's, to s^2 */
#define SMALL_SPREAD 1e-6

bool
l2n_dropout_suits(const l2n_family *f)
{
	switch (f->kind)
	{
		case L2N_GAUSSIAN:
			return f->link->kind == L2N_IDENTITY;
		case L2N_BINOMIAL:
			return f->link->share != NULL && f->link->kind != L2N_IDENTITY &&
				   f->link->kind != L2N_LOG;
		case L2N_POISSON:
		case L2N_GAMMA:
		case L2N_NEGATIVE_BINOMIAL:
			return f->link->kind == L2N_LOG;
		case L2N_TWEEDIE:
		case L2N_QUASI:
			return f->link->kind == L2N_LOG && f->parameter >= 1.0 && f->parameter <= 2.0;
		default:
			return false;
	}
}

void
l2n_dropout_normal(const l2n_family *f, const l2n_kernel *kernel, double dropout, int rows,
				   const double *y, const double *eta, const double *square, double *residual,
				   double *curvature, double *loss)
{
	double spread[L2N_BLOCK_ROWS], at[2][L2N_BLOCK_ROWS], r[2][L2N_BLOCK_ROWS],
		unused[L2N_BLOCK_ROWS], lost[2][L2N_BLOCK_ROWS];

	for (int i = 0; i < rows; i++)
	{
		spread[i] = sqrt(dropout * square[i]);
		if (spread[i] >= SMALL_SPREAD)
			residual[i] = curvature[i] = loss[i] = 0.0;
	}
	for (size_t k = 0; k < sizeof(points) / sizeof(points[0]); k++)
	{
		double t = points[k][0], u = points[k][1];

		for (int side = 0; side < 2; side++)
		{
			for (int i = 0; i < rows; i++)
				at[side][i] = eta[i] + (side == 0 ? -t : t) * spread[i];
			f->evaluate(f, kernel, rows, y, at[side], r[side], unused, lost[side]);
		}
		for (int i = 0; i < rows; i++)
			if (spread[i] >= SMALL_SPREAD)
			{
				residual[i] += u * (r[0][i] + r[1][i]);
				curvature[i] += u * t * ((r[0][i] - r[1][i]) / spread[i]);
				loss[i] += u * (lost[0][i] + lost[1][i]);
			}
			else if (k == 0 && spread[i] > 0.0)
				loss[i] += 0.5 * curvature[i] * spread[i] * spread[i];
	}
}

/*
 * Masks
 */

/* Rows that wait to be a block, of y, the features, weight and offset */
typedef struct masked
{
	const l2n_kernel *kernel;
	l2n_irls irls;
	double base;
	const double *coef;
	int n;
	size_t width;
	double *block;
	l2n_moments *m;
	dd *loss;
	const l2n_slopes *slopes;
	void *work;
	l2n_poll poll;
	void *poll_arg;
} masked;

/* y, the features, weight and offset; p is near 1 at least */
static size_t
masked_width(int p)
{
	return (size_t) p + 3;
}

size_t
l2n_masks_worksize(int p)
{
	size_t block = masked_width(p) * L2N_BLOCK_ROWS * sizeof(double);

	return block + 2 * sizeof(int) * ((size_t) p + 1) + 3 * 64 + l2n_irls_worksize(p);
}

static void
masked_flush(masked *b)
{
	if (b->n > 0)
		l2n_irls_block(b->kernel, &b->irls, b->base, b->coef, b->n, b->block, (ptrdiff_t) b->width,
					   b->m, b->loss, b->slopes, NULL, b->work, b->poll, b->poll_arg);
	b->n = 0;
}

/* Room for a row like that one, of that weight, all features dropped */
static double *
masked_next(masked *b, const double *row, double weight)
{
	double *out;

	if (b->n == L2N_BLOCK_ROWS)
		masked_flush(b);
	out = b->block + b->width * (size_t) b->n++;
	memset(out, 0, sizeof(double) * b->width);
	out[0] = row[0];
	out[b->width - 2] = weight;
	out[b->width - 1] = row[1];
	return out;
}

/* All masks of the k features of a row that are not 0 */
static void
masked_enumerate(masked *b, const l2n_masks *masks, const double *row, double weight, int k,
				 const int *present, const l2n_irls *s, const double *x)
{
	for (uint32_t mask = 0; mask < (uint32_t) 1 << k; mask++)
	{
		double p = weight, *out;

		for (int i = 0; i < k; i++)
			p *= mask >> i & 1 ? 1.0 - masks->rate : masks->rate;
		if (!(p > 0.0))
			continue;
		out = masked_next(b, row, p);
		for (int i = 0; i < k; i++)
			if (mask >> i & 1)
				out[1 + present[i]] = x[s->feature[present[i]]] / (1.0 - masks->rate);
	}
}

/* Some masks, drawn from a seed */
static void
masked_sample(masked *b, const l2n_masks *masks, const double *row, double weight, uint64_t seed,
			  const l2n_irls *s, const double *x)
{
	for (int i = 0; i < masks->samples; i++)
	{
		double *out = masked_next(b, row, weight / masks->samples);

		for (int j = 0; j < s->p; j++)
			if (l2n_next_random(&seed) >= masks->rate)
				out[1 + j] = x[s->feature[j]] / (1.0 - masks->rate);
	}
}

void
l2n_masks_block(const l2n_kernel *kernel, const l2n_irls *s, const l2n_masks *masks, double base,
				const double *coef, int rows, const double *x, ptrdiff_t stride,
				const uint64_t *seed, l2n_moments *m, dd *loss, const l2n_slopes *slopes,
				void *work, l2n_poll poll, void *poll_arg)
{
	char *at = work;
	masked b = {.kernel = kernel,
				.irls = *s,
				.base = base,
				.coef = coef,
				.width = masked_width(s->p),
				.m = m,
				.loss = loss,
				.slopes = slopes,
				.poll = poll,
				.poll_arg = poll_arg};
	int *feature, *present;

	b.block = l2n_take(&at, b.width * L2N_BLOCK_ROWS * sizeof(double));
	feature = l2n_take(&at, sizeof(int) * ((size_t) s->p + 1));
	present = l2n_take(&at, sizeof(int) * ((size_t) s->p + 1));
	b.work = at;
	for (int j = 0; j < s->p; j++)
		feature[j] = j + 1;
	b.irls.feature = feature;
	b.irls.weight = s->p + 1;
	b.irls.offset = s->offset ? s->p + 2 : 0;
	b.irls.classes = false;
	b.irls.dropout = 0.0;
	for (int i = 0; i < rows && isfinite(loss->hi); i++)
	{
		const double *from = x + i * stride;
		double row[2], weight = l2n_irls_weight(s, from, &row[0]);
		int k = 0;

		row[1] = s->offset ? from[s->offset] : 0.0;
		if (masks->samples > 0)
		{
			masked_sample(&b, masks, row, weight, seed[i], s, from);
			continue;
		}
		for (int j = 0; j < s->p; j++)
			if (from[s->feature[j]] != 0.0)
				present[k++] = j;
		masked_enumerate(&b, masks, row, weight, k, present, s, from);
	}
	if (isfinite(loss->hi))
		masked_flush(&b);
}
