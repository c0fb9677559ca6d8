/*
 * rows.h: weighted rows for the unit tests, their moments, and what the textbook makes of them in
 * long double, with explicit inverses: nothing of src/num but l2n_moments_add_block has a part in
 * it.
 */
#ifndef L2N_ROWS_H
#define L2N_ROWS_H

#include <stdlib.h>
#include <string.h>

#include "num/moments/gramian.h"
#include "random.h"
#include "tap.h"

/* Rows of k columns, the target the first one, and their weights */
typedef struct rows
{
	int n;
	int k;
	double *x; /* n by k + 1, the weight behind the columns */
} rows;

TAP_UNUSED static rows
make_rows(int n, int k)
{
	rows r = {n, k, malloc(sizeof(double) * (size_t) n * (size_t) (k + 1))};

	return r;
}

TAP_UNUSED static double *
row_at(const rows *r, int i)
{
	return r->x + (size_t) i * (size_t) (r->k + 1);
}

/* Features that have much in common, spreads and means of their own, and a target of them all */
TAP_UNUSED static rows
random_rows(int n, int k, uint64_t from, bool weighted)
{
	rows r = make_rows(n, k);

	seed = from;
	for (int i = 0; i < n; i++)
	{
		double *x = row_at(&r, i), common = normal();

		x[0] = 3.0 + normal();
		for (int j = 1; j < k; j++)
		{
			x[j] = 2.0 * (j % 3) + (common + normal()) * (1.0 + 0.5 * (j % 4));
			x[0] += x[j] * (j % 2 ? 0.5 : -0.25);
		}
		x[k] = weighted ? 0.25 + 2.0 * uniform() : 1.0;
	}
	return r;
}

TAP_UNUSED static void *
scratch(size_t size)
{
	return dirty(size);
}

TAP_UNUSED static l2n_moments
no_moments(int k)
{
	l2n_moments m = {.k = k};

	m.mean = malloc(sizeof(double) * l2n_moments_doubles(k));
	m.cross = m.mean + 2 * k;
	l2n_moments_clear(&m);
	return m;
}

TAP_UNUSED static l2n_moments
moments_of(const rows *r)
{
	l2n_moments m = no_moments(r->k);
	void *work = scratch(l2n_add_block_worksize(r->k));

	for (int i = 0; i < r->n; i++)
		l2n_moments_add_block(l2n_kernel_best(), &m, 1, row_at(r, i), r->k + 1, row_at(r, i) + r->k,
							  work, NULL, NULL);
	free(work);
	return m;
}

/* The normal equations of the features, about their means or about 0 */
typedef struct equations
{
	int p;
	bool intercept;
	long double weight;
	long double *mean; /* p; 0 without an intercept */
	long double mean_y;
	long double *c;   /* p by p */
	long double *rhs; /* p */
	long double syy;
} equations;

TAP_UNUSED static equations
equations_of(const rows *r, bool intercept)
{
	int p = r->k - 1;
	equations e = {.p = p, .intercept = intercept};

	e.mean = calloc((size_t) p + 1, sizeof(long double));
	e.c = calloc((size_t) (p * p) + 1, sizeof(long double));
	e.rhs = calloc((size_t) p + 1, sizeof(long double));
	for (int i = 0; i < r->n; i++)
		e.weight += row_at(r, i)[r->k];
	for (int i = 0; i < r->n && intercept; i++)
	{
		long double w = row_at(r, i)[r->k] / e.weight;

		e.mean_y += w * row_at(r, i)[0];
		for (int j = 0; j < p; j++)
			e.mean[j] += w * row_at(r, i)[j + 1];
	}
	for (int i = 0; i < r->n; i++)
	{
		const double *x = row_at(r, i);
		long double w = x[r->k], y = x[0] - e.mean_y;

		e.syy += w * y * y;
		for (int j = 0; j < p; j++)
		{
			e.rhs[j] += w * y * (x[j + 1] - e.mean[j]);
			for (int l = 0; l < p; l++)
				e.c[j * p + l] += w * (x[j + 1] - e.mean[j]) * (x[l + 1] - e.mean[l]);
		}
	}
	return e;
}

TAP_UNUSED static void
free_equations(equations *e)
{
	free(e->mean);
	free(e->c);
	free(e->rhs);
}

/* A new p by p inverse, by elimination with the largest pivot */
TAP_UNUSED static long double *
inverse_of(const long double *of, int p)
{
	long double *a = malloc(sizeof(long double) * (size_t) (p * p) + 1);
	long double *b = calloc((size_t) (p * p) + 1, sizeof(long double));

	memcpy(a, of, sizeof(long double) * (size_t) (p * p));
	for (int i = 0; i < p; i++)
		b[i * p + i] = 1;
	for (int c = 0; c < p; c++)
	{
		int at = c;

		for (int i = c + 1; i < p; i++)
			at = fabsl(a[i * p + c]) > fabsl(a[at * p + c]) ? i : at;
		for (int j = 0; j < p && at != c; j++)
		{
			long double t = a[at * p + j];

			a[at * p + j] = a[c * p + j];
			a[c * p + j] = t;
			t = b[at * p + j];
			b[at * p + j] = b[c * p + j];
			b[c * p + j] = t;
		}
		for (int i = 0; i < p; i++)
		{
			long double by = a[i * p + c] / a[c * p + c];

			for (int j = 0; j < p && i != c; j++)
			{
				a[i * p + j] -= by * a[c * p + j];
				b[i * p + j] -= by * b[c * p + j];
			}
		}
	}
	for (int i = 0; i < p; i++)
		for (int j = 0; j < p; j++)
			b[i * p + j] /= a[i * p + i];
	free(a);
	return b;
}

/* A new p by p product */
TAP_UNUSED static long double *
product_of(const long double *a, const long double *b, int p)
{
	long double *r = calloc((size_t) (p * p) + 1, sizeof(long double));

	for (int i = 0; i < p; i++)
		for (int l = 0; l < p; l++)
			for (int j = 0; j < p; j++)
				r[i * p + j] += a[i * p + l] * b[l * p + j];
	return r;
}

/* How far a number is from what it has to be, as a share of a size; NaN only from NaN is 0 */
TAP_UNUSED static double
off(double got, long double want, long double size)
{
	if (got == (double) want || (isnan(got) && isnan((double) want)))
		return 0.0;
	return isnan(got) || isnan((double) want) ? INFINITY : fabs((double) ((got - want) / size));
}

#endif
