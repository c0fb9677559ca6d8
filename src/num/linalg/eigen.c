/*
 * eigen.c: LAPACK's dsyevd in pieces short enough to be cancelled between them.
 *
 * Panels of reflectors reduce the matrix to a tridiagonal.  That is torn in two by a change of
 * rank one, again and again, and what is small is solved by QL; two solved halves are joined by
 * the roots of a secular equation (Cuppen 1981; Gu and Eisenstat, SIAM J. Matrix Anal. Appl. 16,
 * 1995, whose vectors are orthogonal however close the roots).  LAPACK's dlaed2 (deflation) and
 * dlaed4 (a root) do the delicate parts; what dlaed3 does with them is written out here.
 */
#include "num/linalg/eigen.h"

#include <math.h>
#include <string.h>

#include "num/linalg/blas.h"
#include "num/linalg/reflect.h"

#define WIDTH  32  /* columns of a panel of reflectors at most */
#define SMALL  32  /* a tridiagonal that is left to QL */
#define STRIPE 256 /* columns of a product between two polls */

static const double one = 1.0, zero = 0.0, minus = -1.0;

/* A tridiagonal and its decomposition, of which blocks on the diagonal are done */
typedef struct eigen
{
	int p;
	double *d;    /* p: diagonal, then eigenvalues */
	double *e;    /* p: beside it */
	double *z;    /* p x p: eigenvectors of blocks */
	int *order;   /* p: within a block, from 1: sorts its eigenvalues */
	double *work; /* p^2 + 4 p */
	int *iwork;   /* 4 p */
	l2n_poll poll;
	void *poll_arg;
} eigen;

static inline int
eigen_least(int a, int b)
{
	return a < b ? a : b;
}

static inline bool
eigen_stop(const eigen *s)
{
	return s->poll && s->poll(s->poll_arg);
}

size_t
l2n_eigen_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(double) * (2 * k * k + (7 + WIDTH) * k) + sizeof(int) * 5 * k;
}

/* A panel's products with vectors read the matrix once each: fewer for a large one */
static int
panel_width(int p)
{
	double width = 0x1p26 / ((double) p * p);

	return width >= WIDTH ? WIDTH : width <= 4.0 ? 4 : (int) width;
}

/* a = Q T Q', T tridiagonal: its diagonals into s, a into q */
static l2n_status
tridiagonal(eigen *s, double *a, double *tau, double *t, l2n_reflectors *q)
{
	int p = s->p, width = panel_width(p), j, info;

	*q = (l2n_reflectors){p, width, 1, a, t};
	for (j = 0; p - j > width; j += width)
	{
		int n = p - j, rest = n - width;
		double *corner = a + (size_t) j * p + j;

		if (eigen_stop(s))
			return L2N_INTERRUPTED;
		dlatrd_("L", &n, &width, corner, &p, s->e + j, tau + j, s->work, &n);
		dsyr2k_("L", "N", &rest, &width, &minus, corner + width, &p, s->work + width, &n, &one,
				corner + (size_t) width * p + width, &p);
		for (int i = j; i < j + width; i++)
			s->d[i] = a[(size_t) i * p + i];
		l2n_reflect_finish(q, j, tau + j);
	}
	if (j < p)
	{
		int n = p - j;

		dsytd2_("L", &n, a + (size_t) j * p + j, &p, s->d + j, s->e + j, tau + j, &info);
		l2n_reflect_finish(q, j, tau + j);
	}
	return L2N_OK;
}

/*
 * The k roots of a secular equation, and as columns of z the eigenvectors of the problem that
 * deflation left.  They are those of a problem very near to it that has just these roots (Gu and
 * Eisenstat), and so orthogonal.  w is used up.
 */
static l2n_status
secular(eigen *s, int k, double *z, double *d, double *poles, double *w, double rho,
		const int *permuted, double *column)
{
	const int one_apart = 1;
	int info;

	for (int j = 1; j <= k; j++)
	{
		if (j % 16 == 0 && eigen_stop(s))
			return L2N_INTERRUPTED;
		dlaed4_(&k, &j, poles, w, z + (size_t) (j - 1) * s->p, &rho, d + j - 1, &info);
		if (info != 0)
			return L2N_ILL_CONDITIONED;
	}
	if (k <= 1)
		return L2N_OK;
	if (k == 2)
	{
		/* dlaed4 has left the vectors themselves */
		for (int j = 0; j < 2; j++)
		{
			double *v = z + (size_t) j * s->p;
			const double pair[2] = {v[0], v[1]};

			v[0] = pair[permuted[0] - 1];
			v[1] = pair[permuted[1] - 1];
		}
		return L2N_OK;
	}

	/* z has the distances of the roots from the poles, by columns */
	memcpy(column, w, sizeof(double) * (size_t) k);
	for (int i = 0; i < k; i++)
		w[i] = z[(size_t) i * s->p + i];
	for (int j = 0; j < k; j++)
	{
		const double *v = z + (size_t) j * s->p;

		if (j % 64 == 0 && eigen_stop(s))
			return L2N_INTERRUPTED;
		for (int i = 0; i < k; i++)
			if (i != j)
				w[i] *= v[i] / (poles[i] - poles[j]);
	}
	for (int i = 0; i < k; i++)
		w[i] = copysign(sqrt(-w[i]), column[i]);
	for (int j = 0; j < k; j++)
	{
		double *v = z + (size_t) j * s->p, length;

		if (j % 64 == 0 && eigen_stop(s))
			return L2N_INTERRUPTED;
		for (int i = 0; i < k; i++)
			column[i] = w[i] / v[i];
		length = dnrm2_(&k, column, &one_apart);
		for (int i = 0; i < k; i++)
			v[i] = column[permuted[i] - 1] / length;
	}
	return L2N_OK;
}

/* to, rows x k within z, = part, rows x inner, times rows first .. first + inner - 1 of copy */
static l2n_status
eigen_multiply(eigen *s, int rows, int k, int inner, const double *part, const double *copy,
			   double *to)
{
	for (int j = 0; j < k; j += STRIPE)
	{
		int n = eigen_least(STRIPE, k - j);

		if (eigen_stop(s))
			return L2N_INTERRUPTED;
		if (inner > 0)
			dgemm_("N", "N", &rows, &n, &inner, &one, part, &rows, copy + (size_t) j * inner,
				   &inner, &zero, to + (size_t) j * s->p, &s->p);
		else
			for (int c = j; c < j + n; c++)
				memset(to + (size_t) c * s->p, 0, sizeof(double) * (size_t) rows);
	}
	return L2N_OK;
}

/* Rows first .. first + rows - 1 of the k columns of z, next to each other */
static void
copy_rows(const eigen *s, const double *z, int first, int rows, int k, double *to)
{
	for (int j = 0; j < k; j++)
		memcpy(to + (size_t) j * rows, z + (size_t) j * s->p + first,
			   sizeof(double) * (size_t) rows);
}

/* Join blocks from .. from + n1 - 1 and from + n1 .. from + n - 1, torn apart by rho */
static l2n_status
eigen_merge(eigen *s, int from, int n, int n1, double rho)
{
	const int up = 1, down = -1;
	double *z = s->z + (size_t) from * s->p + from, *d = s->d + from;
	double *ends = s->work, *poles = ends + n, *w = poles + n, *parts = w + n, *copy;
	int *order = s->order + from;
	int *indx = s->iwork, *permuted = indx + n, *type = permuted + n, *indxp = type + n;
	int k, n2 = n - n1, deflated, upper, lower, info;
	l2n_status status;

	for (int j = 0; j < n; j++)
		ends[j] = z[(size_t) j * s->p + (j < n1 ? n1 - 1 : n1)];
	dlaed2_(&k, &n, &n1, d, z, &s->p, order, &rho, ends, poles, w, parts, indx, permuted, indxp,
			type, &info);
	if (info != 0)
		return L2N_ILL_CONDITIONED;
	if (k == 0)
	{
		for (int j = 0; j < n; j++)
			order[j] = j + 1;
		return L2N_OK;
	}

	/* type counts the columns with an upper half only, both halves, a lower half only */
	upper = type[0] + type[1];
	lower = type[1] + type[2];
	copy = parts + (size_t) upper * n1 + (size_t) lower * n2;
	status = secular(s, k, z, d, poles, w, rho, permuted, copy);
	if (status != L2N_OK)
		return status;
	copy_rows(s, z, type[0], lower, k, copy);
	status = eigen_multiply(s, n2, k, lower, parts + (size_t) upper * n1, copy, z + n1);
	if (status != L2N_OK)
		return status;
	copy_rows(s, z, 0, upper, k, copy);
	status = eigen_multiply(s, n1, k, upper, parts, copy, z);
	deflated = n - k;
	dlamrg_(&k, &deflated, d, &up, &down, order);
	return status;
}

/* Rows from .. from + n - 1 of the tridiagonal; halves of it are halves of halves */
static l2n_status
eigen_divide(eigen *s, int from, int n)
{
	double *d = s->d + from, *z = s->z + (size_t) from * s->p + from, rho;
	int n1 = n / 2, info;
	l2n_status status;

	if (eigen_stop(s))
		return L2N_INTERRUPTED;
	if (n <= SMALL)
	{
		dsteqr_("I", &n, d, s->e + from, z, &s->p, s->work, &info);
		for (int j = 0; j < n; j++)
			s->order[from + j] = j + 1;
		return info == 0 ? L2N_OK : L2N_ILL_CONDITIONED;
	}
	rho = s->e[from + n1 - 1];
	d[n1 - 1] -= fabs(rho);
	d[n1] -= fabs(rho);
	status = eigen_divide(s, from, n1);
	if (status == L2N_OK)
		status = eigen_divide(s, from + n1, n - n1);
	return status == L2N_OK ? eigen_merge(s, from, n, n1, rho) : status;
}

l2n_status
l2n_eigen(int p, double *a, double *values, void *work, l2n_poll poll, void *poll_arg)
{
	size_t k = (size_t) p;
	eigen s = {.p = p, .poll = poll, .poll_arg = poll_arg};
	double *tau, *t, size = 0.0;
	l2n_reflectors q;
	l2n_status status;

	if (p == 0)
		return L2N_OK;
	l2n_blas_ready();
	s.z = work;
	s.work = s.z + k * k;
	s.d = s.work + k * k + 4 * k;
	s.e = s.d + k;
	tau = s.e + k;
	t = tau + k;
	s.order = (int *) (t + WIDTH * k);
	s.iwork = s.order + k;

	status = tridiagonal(&s, a, tau, t, &q);
	if (status != L2N_OK)
		return status;
	for (int j = 0; j < p; j++)
		size = fmax(size, fmax(fabs(s.d[j]), j + 1 < p ? fabs(s.e[j]) : 0.0));
	for (int j = 0; j < p && size > 0.0; j++)
	{
		s.d[j] /= size;
		s.e[j] /= size;
	}
	memset(s.z, 0, sizeof(double) * k * k);
	status = eigen_divide(&s, 0, p);
	if (status == L2N_OK)
		status = l2n_reflect(&q, false, p, s.z, s.work, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < k; j++)
	{
		size_t from = (size_t) s.order[j] - 1;

		values[j] = s.d[from] * size;
		memcpy(a + j * k, s.z + from * k, sizeof(double) * k);
	}
	return L2N_OK;
}
