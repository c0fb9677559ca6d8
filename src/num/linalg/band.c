/*
 * band.c: reduction of a symmetric matrix to a band by block reflectors.
 *
 * The reduction to a tridiagonal does half of its work in products of the matrix with one vector,
 * which wait for memory.  A band of width w needs the QR factorisation of w columns at a time,
 * and all else is matrix products (Dongarra, Hammarling and Sorensen, J. Comput. Appl. Math. 27,
 * 1989).  The same backward error: a small multiple of 2^-53 of the norm.
 */
#include "num/linalg/band.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "num/linalg/blas.h"

#define W      L2N_BAND
#define HEIGHT (L2N_BAND + 1)

/* Columns of the trailing matrix between two polls */
#define STRIPE 384

static const double one = 1.0, zero = 0.0, minus = -1.0;

static inline int
band_least(int a, int b)
{
	return a < b ? a : b;
}

size_t
l2n_band_doubles(int p, int n)
{
	l2n_reflectors q = {.p = p, .width = W};
	size_t reduce = (size_t) p * 4 * W + 2 * (size_t) W * W + 2 * (size_t) W;
	size_t turn = l2n_reflect_work(&q, n);

	return (size_t) p * (W + HEIGHT) + (reduce > turn ? reduce : turn);
}

/* x = a v for the n x n symmetric a, lower triangle, k vectors, by stripes */
static l2n_status
band_multiply(int n, int k, const double *a, int lda, const double *v, int ldv, double *x, int ldx,
			  l2n_poll poll, void *poll_arg)
{
	for (int c = 0; c < k; c++)
		memset(x + (size_t) c * ldx, 0, sizeof(double) * (size_t) n);
	for (int s = 0; s < n; s += STRIPE)
	{
		int ns = band_least(STRIPE, n - s), under = n - s - ns;
		const double *corner = a + (size_t) s * lda + s, *below = corner + ns;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		dsymm_("L", "L", &ns, &k, &one, corner, &lda, v + s, &ldv, &one, x + s, &ldx);
		if (under == 0)
			break;
		dgemm_("N", "N", &under, &k, &ns, &one, below, &lda, v + s, &ldv, &one, x + s + ns, &ldx);
		dgemm_("T", "N", &ns, &k, &under, &one, below, &lda, v + s + ns, &ldv, &one, x + s, &ldx);
	}
	return L2N_OK;
}

/* a -= x y' for the lower triangle of the n x n matrix a, x y' symmetric of 2 k columns */
static l2n_status
band_update(int n, int k, const double *x, const double *y, int ld, double *a, int lda,
			l2n_poll poll, void *poll_arg)
{
	int both = 2 * k;

	for (int s = 0; s < n; s += STRIPE)
	{
		int ns = band_least(STRIPE, n - s), under = n - s - ns;
		double *corner = a + (size_t) s * lda + s;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		dsyr2k_("L", "N", &ns, &k, &minus, x + s, &ld, y + s, &ld, &one, corner, &lda);
		if (under > 0)
			dgemm_("N", "T", &under, &ns, &both, &minus, x + s + ns, &ld, y + s, &ld, &one,
				   corner + ns, &lda);
	}
	return L2N_OK;
}

/*
 * Columns j .. j + W - 1: what is below the band is turned into zeros, and the rest of the matrix
 * with it: A - V X' - X V' with X = A V T - V (T' V' A V T) / 2.
 */
static l2n_status
band_panel(l2n_band *band, int j, double *a, double *work, l2n_poll poll, void *poll_arg)
{
	l2n_reflectors *q = &band->q;
	int p = q->p, from = j + W, n = p - from, k = l2n_reflect_count(q, j), w = W, info;
	size_t half = (size_t) n * k;
	double *v = a + (size_t) j * p + from, *rest = a + (size_t) from * p + from;
	double *x = work, *y = x + 2 * half, *small = y + 2 * half, *tau = small + 2 * W * W;
	const double *t = q->t + (size_t) W * j;
	const double less = -0.5;
	l2n_status status;

	dgeqr2_(&n, &w, v, &p, tau, tau + W, &info);
	for (int c = 0; c < W; c++)
		for (int i = 0; i <= band_least(c, n - 1); i++)
			band->b[(size_t) (j + c) * HEIGHT + (W + i - c)] = v[(size_t) c * p + i];
	l2n_reflect_finish(q, j, tau);

	/* x = [V X], y = [X V] */
	for (int c = 0; c < k; c++)
		memcpy(x + (size_t) c * n, v + (size_t) c * p, sizeof(double) * (size_t) n);
	memcpy(y + half, x, sizeof(double) * half);
	status = band_multiply(n, k, rest, p, x, n, y, n, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	dtrmm_("R", "U", "N", "N", &n, &k, &one, t, &w, y, &n);
	dgemm_("T", "N", &k, &k, &n, &one, x, &n, y, &n, &zero, small, &k);
	dtrmm_("L", "U", "T", "N", &k, &k, &one, t, &w, small, &k);
	dgemm_("N", "N", &n, &k, &k, &less, x, &n, small, &k, &one, y, &n);
	memcpy(x + half, y, sizeof(double) * half);
	return band_update(n, k, x, y, n, rest, p, poll, poll_arg);
}

l2n_status
l2n_band_reduce(int p, int n, double *a, double *room, l2n_band *band, double **work, l2n_poll poll,
				void *poll_arg)
{
	size_t k = (size_t) p;

	l2n_blas_ready();
	band->b = room;
	band->q = (l2n_reflectors){p, W, W, a, room + k * HEIGHT};
	*work = band->q.t + k * W;
	memset(band->b, 0, sizeof(double) * k * HEIGHT);
	for (int j = 0; j < p; j += W)
	{
		/* the triangle on the diagonal is final once the panels before are done */
		for (int c = j; c < band_least(j + W, p); c++)
			for (int i = c; i < band_least(j + W, p); i++)
				band->b[(size_t) c * HEIGHT + (i - c)] = a[(size_t) c * k + i];
		if (j + W < p)
		{
			l2n_status status = band_panel(band, j, a, *work, poll, poll_arg);

			if (status != L2N_OK)
				return status;
		}
	}
	return L2N_OK;
}

bool
l2n_band_factor(const l2n_band *band, double shift, double *factor)
{
	int p = band->q.p, w = W, height = HEIGHT, info;

	memcpy(factor, band->b, sizeof(double) * (size_t) p * HEIGHT);
	for (size_t j = 0; j < (size_t) p; j++)
		factor[j * HEIGHT] += shift;
	dpbtrf_("L", &p, &w, factor, &height, &info);
	return info == 0;
}

void
l2n_band_solve(const l2n_band *band, const double *factor, double *x)
{
	int p = band->q.p, w = W, height = HEIGHT, one_vector = 1, info;

	dpbtrs_("L", &p, &w, &one_vector, factor, &height, x, &p, &info);
}

/* x of length 1; its length before */
static double
band_normalize(int p, double *x)
{
	const int one_apart = 1;
	double length = dnrm2_(&p, x, &one_apart);

	if (length > 0.0)
		for (int j = 0; j < p; j++)
			x[j] /= length;
	return length;
}

/* Numbers with no structure, for a start that is orthogonal to nothing */
static void
band_scatter(int p, double *x)
{
	uint64_t state = 1;

	for (int j = 0; j < p; j++)
	{
		state = state * 6364136223846793005u + 1442695040888963407u;
		x[j] = (double) (int64_t) state * 0x1p-63;
	}
	band_normalize(p, x);
}

/* Steps of the power method: with p = 10,000 they find half of the largest value at least */
#define STEPS 12

void
l2n_band_extremes(const l2n_band *band, double *smallest, double *largest, double *work)
{
	const int one_apart = 1;
	int p = band->q.p, w = W, height = HEIGHT;
	double *x = work, *y = x + p, *factor = y + p, shift, inverse = 0.0;

	*smallest = *largest = 0.0;
	band_scatter(p, x);
	for (int i = 0; i < STEPS; i++)
	{
		dsbmv_("L", &p, &w, &one, band->b, &height, x, &one_apart, &zero, y, &one_apart);
		*largest = band_normalize(p, y);
		memcpy(x, y, sizeof(double) * (size_t) p);
	}
	shift = 1e-13 * *largest;
	if (!l2n_band_factor(band, shift, factor))
		return;
	band_scatter(p, x);
	for (int i = 0; i < STEPS; i++)
	{
		l2n_band_solve(band, factor, x);
		inverse = band_normalize(p, x);
	}
	*smallest = fmax(1.0 / inverse - shift, 0.0);
}
