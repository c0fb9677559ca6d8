/*
 * reflect.c: products of Householder reflectors applied a panel at a time, by matrix products
 * (Schreiber and Van Loan, SIAM J. Sci. Stat. Comput. 10, 1989).
 */
#include "num/linalg/reflect.h"

#include "num/linalg/blas.h"

/* Vectors that are turned at once: what is between two polls */
#define STRIPE 256

int
l2n_reflect_count(const l2n_reflectors *q, int j)
{
	int rows = q->p - j - q->offset;

	return rows < q->width ? (rows > 0 ? rows : 0) : q->width;
}

void
l2n_reflect_finish(l2n_reflectors *q, int j, const double *tau)
{
	int k = l2n_reflect_count(q, j), rows = q->p - j - q->offset;
	size_t p = (size_t) q->p;
	double *v = q->v + (size_t) j * p + j + q->offset;

	for (int c = 0; c < k; c++)
	{
		for (int i = 0; i < c; i++)
			v[(size_t) c * p + i] = 0.0;
		v[(size_t) c * p + c] = 1.0;
	}
	if (k > 0)
		dlarft_("F", "C", &rows, &k, v, &q->p, tau, q->t + (size_t) q->width * j, &q->width);
}

size_t
l2n_reflect_work(const l2n_reflectors *q, int n)
{
	return (size_t) q->width * (size_t) (n < STRIPE ? n : STRIPE);
}

/* x -= V T V' x, or T' for T, for n vectors */
static void
reflect_panel(const l2n_reflectors *q, int j, bool transposed, int n, double *x, double *work)
{
	const double one = 1.0, zero = 0.0, minus = -1.0;
	const int one_apart = 1;
	int k = l2n_reflect_count(q, j), rows = q->p - j - q->offset;
	const double *v = q->v + (size_t) j * q->p + j + q->offset, *t = q->t + (size_t) q->width * j;
	const char *side = transposed ? "T" : "N";

	if (k == 0)
		return;
	x += j + q->offset;
	if (n == 1)
	{
		dgemv_("T", &rows, &k, &one, v, &q->p, x, &one_apart, &zero, work, &one_apart);
		dtrmv_("U", side, "N", &k, t, &q->width, work, &one_apart);
		dgemv_("N", &rows, &k, &minus, v, &q->p, work, &one_apart, &one, x, &one_apart);
		return;
	}
	dgemm_("T", "N", &k, &n, &rows, &one, v, &q->p, x, &q->p, &zero, work, &k);
	dtrmm_("L", "U", side, "N", &k, &n, &one, t, &q->width, work, &k);
	dgemm_("N", "N", &rows, &n, &k, &minus, v, &q->p, work, &k, &one, x, &q->p);
}

l2n_status
l2n_reflect(const l2n_reflectors *q, bool transposed, int n, double *x, double *work, l2n_poll poll,
			void *poll_arg)
{
	int panels = (q->p + q->width - 1) / q->width;

	for (int s = 0; s < n; s += STRIPE)
		for (int i = 0; i < panels; i++)
		{
			int stripe = n - s < STRIPE ? n - s : STRIPE;
			int j = (transposed ? i : panels - 1 - i) * q->width;

			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			reflect_panel(q, j, transposed, stripe, x + (size_t) s * q->p, work);
		}
	return L2N_OK;
}
