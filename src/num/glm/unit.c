/*
 * unit.c: gradient descent for logistic regression.
 *
 * Plain sums, in the order of the rows: what a loop in any language gives, to the last digits.
 */
#include "num/glm/unit.h"

#include <math.h>
#include <string.h>

#include "num/linalg/dense.h"
#include "num/linalg/eigen.h"

/* Rows between two polls */
#define POLL_ROWS 4096

static double
unit_score(const l2n_unit *u, size_t row)
{
	return l2n_dense_dot(u->q, u->z + row * (size_t) u->q, u->coef);
}

static double
unit_probability(double score)
{
	if (score >= 0)
		return 1 / (1 + exp(-score));
	return exp(score) / (1 + exp(score));
}

/* - log of the likelihood of y, without overflow */
static double
unit_loss(double score, double y)
{
	return (score > 0 ? score + log1p(exp(-score)) : log1p(exp(score))) - y * score;
}

l2n_status
l2n_unit_largest_rate(const l2n_unit *u, double *matrix, double *values, void *work, double *rate,
					  l2n_poll poll, void *poll_arg)
{
	size_t q = (size_t) u->q;
	l2n_status status;

	memset(matrix, 0, sizeof(double) * q * q);
	for (size_t i = 0; i < u->n; i++)
	{
		const double *z = u->z + i * q;

		if (i % POLL_ROWS == 0 && poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t j = 0; j < q; j++)
			l2n_dense_axpy(u->q - (int) j, 0.25 * u->weight[i] * z[j], z + j, matrix + j * q + j);
	}
	for (size_t j = 0; j < q; j++)
		matrix[j * q + j] += u->l2[j];
	status = l2n_eigen(u->q, matrix, values, work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	*rate = values[q - 1] > 0 ? 2 * (u->total / values[q - 1]) : INFINITY;
	return isnan(*rate) ? L2N_OUT_OF_RANGE : L2N_OK;
}

/* One step over rows from .. to of the order, whose mean gradient it goes along */
static void
unit_step(l2n_unit *u, size_t from, size_t to)
{
	double sum = 0;

	memset(u->slope, 0, sizeof(double) * (size_t) u->q);
	for (size_t i = from; i < to; i++)
	{
		size_t row = u->order[i];

		sum += u->weight[row];
		l2n_dense_axpy(u->q, u->weight[row] * (unit_probability(unit_score(u, row)) - u->y[row]),
					   u->z + row * (size_t) u->q, u->slope);
	}
	for (int j = 0; j < u->q; j++)
	{
		double b = u->coef[j] - u->rate * (u->slope[j] / sum + u->l2[j] / u->total * u->coef[j]);
		double by = u->rate * u->l1[j] / u->total;

		u->coef[j] = b > by ? b - by : b < -by ? b + by : by > 0 ? 0 : b;
	}
}

/* Fisher and Yates, from the last place to the first */
static void
unit_shuffle(l2n_unit *u)
{
	uint64_t seed = l2n_unit_random(u->seed, (uint64_t) u->iterations);

	for (size_t i = u->n - 1; i > 0; i--)
	{
		size_t j = (size_t) (l2n_unit_random(seed, i) % (i + 1)), row = u->order[i];

		u->order[i] = u->order[j];
		u->order[j] = row;
	}
}

l2n_status
l2n_unit_iterate(l2n_unit *u, l2n_poll poll, void *poll_arg)
{
	size_t since = 0;

	if (u->batch < u->n)
		unit_shuffle(u);
	for (size_t i = 0; i < u->n; i += u->batch)
	{
		size_t to = u->n - i > u->batch ? i + u->batch : u->n;

		since += to - i;
		if (since >= POLL_ROWS && poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		since = since >= POLL_ROWS ? 0 : since;
		unit_step(u, i, to);
	}
	u->iterations++;
	return L2N_OK;
}

l2n_status
l2n_unit_look(l2n_unit *u, l2n_poll poll, void *poll_arg)
{
	size_t q = (size_t) u->q;

	memset(u->slope, 0, sizeof(double) * q);
	memset(u->size, 0, sizeof(double) * q);
	u->loss = 0;
	for (size_t i = 0; i < u->n; i++)
	{
		const double *z = u->z + i * q;
		double score = unit_score(u, i), r = u->weight[i] * (unit_probability(score) - u->y[i]);

		if (i % POLL_ROWS == 0 && poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		u->loss += u->weight[i] * unit_loss(score, u->y[i]);
		for (size_t j = 0; j < q; j++)
		{
			u->slope[j] += r * z[j];
			u->size[j] += fabs(r * z[j]);
		}
	}
	u->objective = u->loss;
	u->miss = 0;
	for (size_t j = 0; j < q; j++)
	{
		double b = u->coef[j], ridge = u->l2[j] * b, slope = u->slope[j] + ridge, miss;

		u->objective += u->l1[j] * fabs(b) + 0.5 * ridge * b;
		miss = b != 0 ? fabs(slope + copysign(u->l1[j], b)) : fmax(fabs(slope) - u->l1[j], 0);
		if (miss > 0)
			u->miss = fmax(u->miss, miss / (u->size[j] + u->l1[j] + fabs(ridge)));
	}
	return isfinite(u->objective) ? L2N_OK : L2N_OUT_OF_RANGE;
}
