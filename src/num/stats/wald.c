/*
 * wald.c: b'V^-1 b by Cholesky's factor of the correlations.
 */
#include "num/stats/wald.h"

#include "num/kernel/kernel.h"

/* A pivot of the correlations below this is rounding */
#define SINGULAR 1e-12

l2n_status
l2n_wald(int q, const double *b, const double *v, double *work, double *f)
{
	size_t n = (size_t) q;
	double *a = work, *x = work + n * n, sum = 0.0;

	for (size_t i = 0; i < n; i++)
	{
		double unit = sqrt(v[l2n_tri(n, i, i)]);

		if (!(unit > 0.0))
			return L2N_ILL_CONDITIONED;
		x[i] = b[i] / unit;
		for (size_t j = 0; j <= i; j++)
			a[i * n + j] = v[l2n_tri(n, j, i)] / unit / sqrt(v[l2n_tri(n, j, j)]);
	}
	for (size_t i = 0; i < n; i++)
	{
		for (size_t j = 0; j <= i; j++)
		{
			double s = a[i * n + j];

			for (size_t l = 0; l < j; l++)
				s -= a[i * n + l] * a[j * n + l];
			if (i != j)
				a[i * n + j] = s / a[j * n + j];
			else if (s > SINGULAR)
				a[i * n + i] = sqrt(s);
			else
				return L2N_ILL_CONDITIONED;
		}
		for (size_t l = 0; l < i; l++)
			x[i] -= a[i * n + l] * x[l];
		x[i] /= a[i * n + i];
		sum += x[i] * x[i];
	}
	*f = sum / q;
	return L2N_OK;
}
