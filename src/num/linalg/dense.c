/*
 * dense.c: the large and well-conditioned case, in double, by OpenBLAS.
 *
 * LAPACK's dpotrf and dpotri on a few thousand columns run for seconds without a way to stop
 * them; so the block algorithms are written out here over the same level-3 kernels (Golub and
 * Van Loan, 4.2.6), and a cancelled query returns at the next block.
 */
#include "num/linalg/dense.h"

#include <math.h>
#include <string.h>

#include "num/linalg/blas.h"

#define BLOCK 96

static inline int
dense_least(int a, int b)
{
	return a < b ? a : b;
}

double
l2n_dense_norm1(int p, const double *a, double *sums)
{
	double largest = 0.0;

	memset(sums, 0, sizeof(double) * (size_t) p);
	for (int j = 0; j < p; j++)
	{
		const double *column = a + (size_t) j * (size_t) p;

		sums[j] += fabs(column[j]);
		for (int i = j + 1; i < p; i++)
		{
			sums[i] += fabs(column[i]);
			sums[j] += fabs(column[i]);
		}
	}
	for (int j = 0; j < p; j++)
		largest = fmax(largest, sums[j]);
	return largest;
}

static const int one_apart = 1;

void (*l2n_dense_prepare)(void);

/*
 * OpenBLAS takes its working area with the first call that needs one, keeps it, and where there is
 * no memory for it tries again for ever: so it is asked for where there is some.
 */
void
l2n_blas_ready(void)
{
	static bool taken = false;
	double a = 1.0;
	int n = 1, info;

	if (taken)
		return;
	if (l2n_dense_prepare)
		l2n_dense_prepare();
	dpotrf_("L", &n, &a, &n, &info);
	taken = true;
}

void
l2n_dense_axpy(int n, double a, const double *x, double *y)
{
	daxpy_(&n, &a, x, &one_apart, y, &one_apart);
}

double
l2n_dense_dot(int n, const double *x, const double *y)
{
	return ddot_(&n, x, &one_apart, y, &one_apart);
}

void
l2n_dense_rotate(int n, double *x, double *y, double c, double s)
{
	drot_(&n, x, &one_apart, y, &one_apart, &c, &s);
}

void
l2n_dense_times(int n, int k, const double *a, bool transposed, const double *x, double *y)
{
	const double one = 1.0, zero = 0.0;

	l2n_blas_ready();
	dgemv_(transposed ? "T" : "N", &n, &k, &one, a, &n, x, &one_apart, &zero, y, &one_apart);
}

void
l2n_dense_add_product(int m, int n, int k, const double *a, int lda, bool a_transposed,
					  const double *b, int ldb, bool b_transposed, double *c, int ldc)
{
	const double one = 1.0;

	l2n_blas_ready();
	dgemm_(a_transposed ? "T" : "N", b_transposed ? "T" : "N", &m, &n, &k, &one, a, &lda, b, &ldb,
		   &one, c, &ldc);
}

void
l2n_dense_times_many(int p, int n, const double *a, const double *x, double *y)
{
	const double one = 1.0, zero = 0.0;

	l2n_blas_ready();
	if (p > 0)
		dgemm_("N", "N", &p, &n, &p, &one, a, &p, x, &p, &zero, y, &p);
}

bool
l2n_dense_norm_step(int p, double *v, double *x, int *isgn, double *norm, int *task, int state[3])
{
	if (p > 0)
		dlacn2_(&p, v, x, isgn, norm, task, state);
	return *task != 0;
}

l2n_status
l2n_dense_factor(int p, double *a, int ld, l2n_poll poll, void *poll_arg)
{
	const double one = 1.0, minus = -1.0;
	int info = 0;

	l2n_blas_ready();
	for (int j = 0; j < p; j += BLOCK)
	{
		int nb = dense_least(BLOCK, p - j), below = p - j - nb;
		double *diagonal = a + (size_t) j * (size_t) ld + j, *panel = diagonal + nb;

		dpotrf_("L", &nb, diagonal, &ld, &info);
		if (info != 0)
			return L2N_ILL_CONDITIONED;
		if (below == 0)
			break;
		dtrsm_("R", "L", "T", "N", &below, &nb, &one, diagonal, &ld, panel, &ld);

		/* the trailing triangle, by stripes of columns: poll between them */
		for (int s = 0; s < below; s += 4 * BLOCK)
		{
			int ns = dense_least(4 * BLOCK, below - s), under = below - s - ns;
			double *target = a + (size_t) (j + nb + s) * (size_t) ld + (j + nb + s);

			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			dsyrk_("L", "N", &ns, &nb, &minus, panel + s, &ld, &one, target, &ld);
			if (under > 0)
				dgemm_("N", "T", &under, &ns, &nb, &minus, panel + s + ns, &ld, panel + s, &ld,
					   &one, target + ns, &ld);
		}
	}
	return L2N_OK;
}

double
l2n_dense_rcond(int p, const double *l, int ld, double norm, double *work, int *iwork)
{
	double rcond = 0.0;
	int info = 0;

	l2n_blas_ready();
	dpocon_("L", &p, l, &ld, &norm, &rcond, work, iwork, &info);
	return info == 0 ? rcond : 0.0;
}

l2n_status
l2n_dense_cholesky(int p, double *a, double limit, double *work, int *iwork, l2n_poll poll,
				   void *poll_arg)
{
	double norm = l2n_dense_norm1(p, a, work);
	l2n_status status = l2n_dense_factor(p, a, p, poll, poll_arg);

	if (status != L2N_OK)
		return status;
	return l2n_dense_rcond(p, a, p, norm, work, iwork) >= limit ? L2N_OK : L2N_ILL_CONDITIONED;
}

void
l2n_dense_triangular(int p, const double *l, int ld, bool transposed, double *x)
{
	l2n_blas_ready();
	dtrsv_("L", transposed ? "T" : "N", "N", &p, l, &ld, x, &one_apart);
}

void
l2n_dense_solve(int p, int nrhs, const double *l, double *b)
{
	const double one = 1.0;

	l2n_blas_ready();
	dtrsm_("L", "L", "N", "N", &p, &nrhs, &one, l, &p, b, &p);
	dtrsm_("L", "L", "T", "N", &p, &nrhs, &one, l, &p, b, &p);
}

l2n_status
l2n_dense_invert(int p, const double *l, double *inverse, l2n_poll poll, void *poll_arg)
{
	memset(inverse, 0, sizeof(double) * (size_t) p * (size_t) p);
	for (int j = 0; j < p; j += BLOCK)
	{
		int nb = dense_least(BLOCK, p - j);
		double *stripe = inverse + (size_t) j * (size_t) p;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (int i = 0; i < nb; i++)
			stripe[(size_t) i * (size_t) p + (size_t) (j + i)] = 1.0;
		l2n_dense_solve(p, nb, l, stripe);
	}
	return L2N_OK;
}

l2n_status
l2n_dense_invert_factor(int p, const double *l, int ld, double *inverse, l2n_poll poll,
						void *poll_arg)
{
	const double one = 1.0;

	memset(inverse, 0, sizeof(double) * (size_t) p * (size_t) p);
	for (int j = 0; j < p; j += BLOCK)
	{
		int nb = dense_least(BLOCK, p - j), rows = p - j;
		double *corner = inverse + (size_t) j * (size_t) p + j;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (int i = 0; i < nb; i++)
			corner[(size_t) i * (size_t) p + (size_t) i] = 1.0;
		dtrsm_("L", "L", "N", "N", &rows, &nb, &one, l + (size_t) j * (size_t) ld + j, &ld, corner,
			   &p);
	}
	return L2N_OK;
}

l2n_status
l2n_dense_symmetric_times(int p, const double *a, const double *b, double *c, l2n_poll poll,
						  void *poll_arg)
{
	const double one = 1.0, zero = 0.0;

	for (int j = 0; j < p; j += BLOCK)
	{
		int nb = dense_least(BLOCK, p - j);
		size_t at = (size_t) j * (size_t) p;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		dsymm_("L", "L", &p, &nb, &one, a, &p, b + at, &p, &zero, c + at, &p);
	}
	return L2N_OK;
}
