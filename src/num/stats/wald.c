/*
 * wald.c: b'V^-1 b where V = z m z'.  With z = r o, the rows of o orthonormal and r a lower
 * triangle, it is u'(o m o')^-1 u with r u = b; and that by Cholesky's factor of the correlations.
 */
#include "num/stats/wald.h"

#include <math.h>

#include "num/kernel/kernel.h"
#include "num/stats/covariance.h"

/* A pivot of the correlations below this is rounding */
#define SINGULAR 1e-12

/* What may be left of a row that is made orthogonal: with less its direction is rounding */
#define LEFT 1e-10

size_t
l2n_wald_worksize(int q, int k)
{
	size_t n = (size_t) q;

	return sizeof(double) * (n * n + n + (size_t) k);
}

static double
wald_dot(size_t k, const double *a, const double *b)
{
	double sum = 0.0;

	for (size_t i = 0; i < k; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Make row i of z orthonormal to those before, and u[i] what is left of b[i]; false if nothing is
 */
static bool
wald_orthogonal(size_t i, size_t k, double *z, double *u)
{
	double *row = z + i * k, unit = sqrt(wald_dot(k, row, row)), left;

	/* of a row of zeros this makes NaN, and nothing is left of that */
	for (size_t l = 0; l < k; l++)
		row[l] /= unit;
	u[i] /= unit;
	/* twice is enough (W. Kahan) */
	for (int pass = 0; pass < 2; pass++)
		for (size_t j = 0; j < i; j++)
		{
			const double *before = z + j * k;
			double share = wald_dot(k, before, row);

			for (size_t l = 0; l < k; l++)
				row[l] -= share * before[l];
			u[i] -= share * u[j];
		}
	left = sqrt(wald_dot(k, row, row));
	if (!(left > LEFT))
		return false;
	for (size_t l = 0; l < k; l++)
		row[l] /= left;
	u[i] /= left;
	return true;
}

/*
 * u'a^-1 u for a symmetric a, q x q, of which the lower triangle is read; false where singular.
 * square: q doubles
 */
static bool
wald_square(size_t q, double *a, double *u, double *square, double least, double *sum)
{
	*sum = 0.0;
	for (size_t i = 0; i < q; i++)
	{
		double unit = sqrt(square[i] = a[i * q + i]);

		/* correlations: the units of the rows before have been taken out */
		for (size_t j = 0; j < i; j++)
			a[i * q + j] /= unit;
		for (size_t j = i + 1; j < q; j++)
			a[j * q + i] /= unit;
		u[i] /= unit;
		a[i * q + i] = 1.0;
	}
	for (size_t i = 0; i < q; i++)
	{
		for (size_t j = 0; j <= i; j++)
		{
			double s = a[i * q + j] - wald_dot(j, a + i * q, a + j * q);

			if (i != j)
				a[i * q + j] = s / a[j * q + j];
			else if (s > SINGULAR && s * square[i] > least)
				a[i * q + i] = sqrt(s);
			else
				return false;
		}
		u[i] = (u[i] - wald_dot(i, a + i * q, u)) / a[i * q + i];
		*sum += u[i] * u[i];
	}
	return true;
}

l2n_status
l2n_wald(int q, int k, const double *b, double *z, const double *m, double least, void *work,
		 double *f)
{
	size_t n = (size_t) q, width = (size_t) k;
	double *a = work, *u = a + n * n, *y = u + n, square;

	for (size_t i = 0; i < n; i++)
	{
		u[i] = b[i];
		if (!wald_orthogonal(i, width, z, u))
			return L2N_ILL_CONDITIONED;
	}
	if (m == NULL)
		square = wald_dot(n, u, u);
	else
	{
		for (size_t i = 0; i < n; i++)
		{
			l2n_covariance_times(k, m, z + i * width, y);
			for (size_t j = 0; j <= i; j++)
				a[i * n + j] = wald_dot(width, y, z + j * width);
		}
		if (!wald_square(n, a, u, y, least, &square))
			return L2N_ILL_CONDITIONED;
	}
	*f = square / q;
	return L2N_OK;
}
