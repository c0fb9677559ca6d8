/*
 * jacobi.c: one-sided Jacobi.
 *
 * The eigenvalues of X'X in double are right to 1e-16 of the largest one: a condition number above
 * 1e8 cannot be told from them, and LAPACK's singular values of X itself stop at 1e16 in the same
 * way.  Hestenes' method (1958) rotates pairs of rows until all are orthogonal; their lengths are
 * the singular values.  A rotation mixes two rows only as far as they are not orthogonal, so a
 * short row keeps its digits beside a long one.
 */
#include "num/linalg/jacobi.h"

#include <float.h>
#include <math.h>

/* Sweeps that are never needed: convergence is quadratic, six to ten in practice */
#define MOST_SWEEPS 100

/* Four sums in flight, since an addition has latency */
static double
jacobi_dot(size_t n, const double *x, const double *y)
{
	double s[4] = {0.0, 0.0, 0.0, 0.0};
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (int l = 0; l < 4; l++)
			s[l] += x[i + l] * y[i + l];
	for (; i < n; i++)
		s[0] += x[i] * y[i];
	return (s[0] + s[1]) + (s[2] + s[3]);
}

/* (x, y) = (c x - s y, s x + c y) */
static void
jacobi_rotate(size_t n, double c, double s, double *x, double *y)
{
	for (size_t i = 0; i < n; i++)
	{
		double u = x[i], v = y[i];

		x[i] = c * u - s * v;
		y[i] = s * u + c * v;
	}
}

static void
swap_rows(size_t n, double *x, double *y)
{
	for (size_t i = 0; i < n; i++)
	{
		double u = x[i];

		x[i] = y[i];
		y[i] = u;
	}
}

l2n_status
l2n_jacobi(int rows, double *x, double *sigma, l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) rows;
	double tolerance = DBL_EPSILON * sqrt((double) rows);
	bool rotated = true;

	for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++)
	{
		rotated = false;
		for (size_t i = 0; i < k; i++)
			sigma[i] = sqrt(jacobi_dot(k, x + i * k, x + i * k));
		for (size_t i = 0; i < k; i++)
			for (size_t j = i + 1; j < k; j++)
			{
				double *a = x + i * k, *b = x + j * k;
				double product = jacobi_dot(k, a, b), zeta, t, c;

				if (poll && poll(poll_arg))
					return L2N_INTERRUPTED;
				if (!(fabs(product) > tolerance * sigma[i] * sigma[j]))
					continue;
				/* the smaller of the two angles that make them orthogonal */
				zeta = (sigma[j] - sigma[i]) * ((sigma[j] + sigma[i]) / (2.0 * product));
				t = copysign(1.0 / (fabs(zeta) + hypot(1.0, zeta)), zeta);
				c = 1.0 / sqrt(1.0 + t * t);
				jacobi_rotate(k, c, c * t, a, b);
				sigma[i] = sqrt(jacobi_dot(k, a, a));
				sigma[j] = sqrt(jacobi_dot(k, b, b));
				rotated = true;
			}
	}

	for (size_t i = 0; i < k; i++)
	{
		size_t largest = i;
		double length;

		for (size_t j = i + 1; j < k; j++)
			if (sigma[j] > sigma[largest])
				largest = j;
		length = sigma[largest];
		if (largest != i)
		{
			swap_rows(k, x + i * k, x + largest * k);
			sigma[largest] = sigma[i];
			sigma[i] = length;
		}
		for (size_t j = 0; j < k && length > 0.0; j++)
			x[i * k + j] /= length;
	}
	return L2N_OK;
}
