/*
 * sandwich.c: the products that robust standard errors are made of.
 */
#include "num/stats/sandwich.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "num/linalg/eigen.h"
#include "num/solve/system.h"

void
l2n_rank_one(int k, double *m, double a, const double *z)
{
	size_t n = (size_t) k;

	for (size_t i = 0; i < n; i++)
	{
		double *row = m + l2n_tri(n, i, i), b = a * z[i];

		for (size_t j = i; j < n; j++)
			row[j - i] += b * z[j];
	}
}

static void
sandwich_unpack(size_t k, const double *packed, double *full)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++)
			full[i * k + j] = full[j * k + i] = packed[l2n_tri(k, i, j)];
}

double
l2n_sandwich_turn(int k, const double *f, double *z)
{
	size_t n = (size_t) k;
	double square = 0.0;

	for (size_t j = n; j-- > 0;)
	{
		const double *row = f + l2n_tri(n, j, j);
		double *to = z + j, x = *to;

		*to = 0.0;
		for (size_t i = 0; i < n - j; i++)
			to[i] += row[i] * x;
	}
	for (size_t i = 0; i < n; i++)
		square += z[i] * z[i];
	return square;
}

void
l2n_sandwich(int n, const double *f, const double *m, double *v, double *work)
{
	size_t k = (size_t) n;
	double *full = work, *half = work + k * k;

	sandwich_unpack(k, m, full);
	memset(half, 0, sizeof(double) * k * k);
	for (size_t a = 0; a < k; a++)
		for (size_t i = a; i < k; i++)
		{
			double x = f[l2n_tri(k, a, i)];

			for (size_t j = 0; j < k; j++)
				half[a * k + j] += x * full[i * k + j];
		}
	for (size_t a = 0; a < k; a++)
		for (size_t c = a; c < k; c++)
		{
			const double *row = f + l2n_tri(k, c, c);
			double sum = 0.0;

			for (size_t j = c; j < k; j++)
				sum += half[a * k + j] * row[j - c];
			v[l2n_tri(k, a, c)] = sum;
		}
}

/* Share of a variance that the rounding of eigenvalues may be */
#define CUT_ROUNDING 1e-6

/* What is left of a variance that was cut to 0, in roundings of the greatest a coefficient */
#define CUT_REST 16.0

size_t
l2n_cut_negative_worksize(int k)
{
	size_t n = (size_t) k;

	return sizeof(double) * (3 * n * n + l2n_tri_size(n) + 2 * n) + l2n_eigen_worksize(k) + 5 * 64;
}

/* z = f^-1 z, for z of the rows of f that are not 0 */
static void
cut_turn_back(size_t k, const double *f, double *z)
{
	for (size_t i = k; i-- > 0;)
	{
		const double *row = f + l2n_tri(k, i, i);

		for (size_t j = i + 1; j < k; j++)
			z[i] -= row[j - i] * z[j];
		z[i] = row[0] > 0.0 ? z[i] / row[0] : 0.0;
	}
}

l2n_status
l2n_cut_negative(int n, const double *f, double *m, double *rest, void *work, l2n_poll poll,
				 void *poll_arg)
{
	size_t k = (size_t) n;
	char *at = work;
	double *a = l2n_take(&at, sizeof(double) * k * k);
	double *product = l2n_take(&at, sizeof(double) * 2 * k * k);
	double *v = l2n_take(&at, sizeof(double) * l2n_tri_size(k));
	double *values = l2n_take(&at, sizeof(double) * 2 * k), *z = values + k;
	double rounding, least = INFINITY;
	l2n_status status;

	*rest = 0.0;
	/* m is indefinite where f m f' is, and its numbers are alike in size */
	sandwich_unpack(k, m, a);
	status = l2n_eigen(n, a, values, at, poll, poll_arg);
	if (status != L2N_OK || k == 0 || values[0] >= -DBL_EPSILON * (double) k * fabs(values[k - 1]))
		return status;
	l2n_sandwich(n, f, m, v, product);
	sandwich_unpack(k, v, a);
	status = l2n_eigen(n, a, values, at, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	rounding = DBL_EPSILON * fmax(fabs(values[0]), fabs(values[k - 1]));
	for (size_t i = 0; i < k; i++)
		if (f[l2n_tri(k, i, i)] > 0.0)
			least = fmin(least, fabs(v[l2n_tri(k, i, i)]));
	if (!(rounding <= CUT_ROUNDING * least))
		return L2N_ILL_CONDITIONED;
	for (size_t e = 0; e < k && values[e] < 0.0; e++)
	{
		memcpy(z, a + e * k, sizeof(double) * k);
		cut_turn_back(k, f, z);
		l2n_rank_one(n, m, -values[e], z);
		*rest = CUT_REST * (double) k * rounding;
	}
	return L2N_OK;
}

size_t
l2n_hac_doubles(int k, int bandwidth)
{
	return (size_t) k * ((size_t) bandwidth + 2);
}

void
l2n_hac_init(l2n_hac *h, int k, int bandwidth, double *memory)
{
	h->k = k;
	h->bandwidth = bandwidth;
	h->n = 0;
	h->last = memory;
	h->sum = memory + (size_t) k * ((size_t) bandwidth + 1);
}

void
l2n_hac_add(l2n_hac *h, double *m, const double *score)
{
	size_t k = (size_t) h->k;
	int64_t room = (int64_t) h->bandwidth + 1, most = h->n < h->bandwidth ? h->n : h->bandwidth;

	for (size_t i = 0; i < k; i++)
		h->sum[i] = 0.5 * score[i];
	for (int64_t j = 1; j <= most; j++)
	{
		const double *s = h->last + (size_t) ((h->n - j) % room) * k;
		double w = 1.0 - (double) j / (double) room;

		for (size_t i = 0; i < k; i++)
			h->sum[i] += w * s[i];
	}
	memcpy(h->last + (size_t) (h->n % room) * k, score, sizeof(double) * k);
	h->n++;
	for (size_t i = 0; i < k; i++)
	{
		double *row = m + l2n_tri(k, i, i);

		for (size_t j = i; j < k; j++)
			row[j - i] += score[i] * h->sum[j] + h->sum[i] * score[j];
	}
}
