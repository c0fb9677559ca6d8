/*
 * test_dense.c: products, factors and inverses in double, within blocks and across them, and the
 * same in double-double with columns that others explain, against long double.
 */
#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"

#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"

static double *
new_doubles(int n)
{
	return calloc((size_t) n, sizeof(double));
}

/* A'A and more on the diagonal, of whole numbers A, in full: so it is exact, and so are its sums */
static double *
new_positive(int p)
{
	double *a = new_doubles(p * p), *b = new_doubles(p * p);

	seed = (uint64_t) p;
	for (int i = 0; i < p * p; i++)
		b[i] = integer(9) - 4;
	for (int i = 0; i < p; i++)
		for (int j = 0; j <= i; j++)
		{
			double sum = (i == j) * (1 + p / 10);

			for (int k = 0; k < p; k++)
				sum += b[i * p + k] * b[j * p + k];
			a[i * p + j] = a[j * p + i] = sum;
		}
	free(b);
	return a;
}

/* The lower triangle of a, columns ld apart, with what must not be read or written beside it */
static double *
new_lower(int p, int ld, const double *a)
{
	double *l = new_doubles(p * ld);

	for (int j = 0; j < p; j++)
		for (int i = 0; i < ld; i++)
			l[j * ld + i] = i >= j && i < p ? a[j * p + i] : -77;
	return l;
}

static int
touched(int p, int ld, const double *l)
{
	int n = 0;

	for (int j = 0; j < p; j++)
		for (int i = 0; i < ld; i++)
			n += (i < j || i >= p) && l[j * ld + i] != -77;
	return n;
}

/* The largest |got - want| of p by p numbers, over the largest |want|; lower: only those */
static double
apart(int p, const double *got, const long double *want, bool lower)
{
	double far = 0, size = 0;

	for (int j = 0; j < p; j++)
		for (int i = lower ? j : 0; i < p; i++)
		{
			far = fmax(far, fabs((double) (got[j * p + i] - want[j * p + i])));
			size = fmax(size, fabs((double) want[j * p + i]));
			if (isnan(got[j * p + i]))
				return INFINITY;
		}
	return far / size;
}

static long double *
new_long(int p, const double *a)
{
	long double *l = malloc(sizeof(long double) * (size_t) (p * p) + 1);

	for (int i = 0; i < p * p; i++)
		l[i] = a[i];
	return l;
}

static double
norm_of(int p, const long double *a)
{
	double largest = 0;

	for (int j = 0; j < p; j++)
	{
		long double sum = 0;

		for (int i = 0; i < p; i++)
			sum += fabsl(a[j * p + i]);
		largest = fmax(largest, (double) sum);
	}
	return largest;
}

static void
test_factor(int p, int ld)
{
	double *a = new_positive(p), *l = new_lower(p, ld, a), *full = new_doubles(p * p);
	double *inverse = new_doubles(p * p), *x = new_doubles(3 * p), *y = new_doubles(3 * p);
	double *work = new_doubles(3 * p), far = 0, rcond;
	long double *exact = new_long(p, a), *inverted = inverse_of(exact, p), *product;
	int *iwork = malloc(sizeof(int) * (size_t) p);

	is_int(l2n_dense_factor(p, l, ld, NULL, NULL), L2N_OK, "p = %d, ld = %d: a factor", p, ld);
	is_int(touched(p, ld, l), 0, "nothing beside it");
	for (int i = 0; i < p; i++)
		for (int j = 0; j <= i; j++)
		{
			long double sum = 0;

			for (int k = 0; k <= j; k++)
				sum += (long double) l[k * ld + i] * l[k * ld + j];
			far = fmax(far, fabs((double) (sum - exact[i * p + j])));
		}
	ok(far < 1e-13 * norm_of(p, exact), "times itself is the matrix: %.2g", far);

	/* L^-1 x and L'^-1 x: times L they are x again */
	for (int transposed = 0; transposed < 2; transposed++)
	{
		double worst = 0;

		for (int i = 0; i < p; i++)
			x[i] = y[i] = i % 5 - 1.5;
		l2n_dense_triangular(p, l, ld, transposed, x);
		for (int i = 0; i < p; i++)
		{
			long double sum = 0;

			for (int j = 0; j < p; j++)
				if (transposed ? j >= i : j <= i)
					sum += (long double) (transposed ? l[i * ld + j] : l[j * ld + i]) * x[j];
			worst = fmax(worst, fabs((double) (sum - y[i])));
		}
		ok(worst < 1e-10, "a triangle%s: %.2g", transposed ? ", transposed" : "", worst);
	}
	rcond = l2n_dense_rcond(p, l, ld, norm_of(p, exact), work, iwork);
	ok(rcond * norm_of(p, exact) * norm_of(p, inverted) > 0.999 &&
		   rcond * norm_of(p, exact) * norm_of(p, inverted) < 3.1,
	   "its condition, an estimate: %.3g", rcond * norm_of(p, exact) * norm_of(p, inverted));
	is_close(l2n_dense_norm1(p, a, work), norm_of(p, exact), 1e-13, "its norm");

	is_int(l2n_dense_invert_factor(p, l, ld, inverse, NULL, NULL), L2N_OK, "its inverse");
	far = 0;
	for (int i = 0; i < p; i++)
		for (int j = 0; j < p; j++)
		{
			long double sum = 0;

			for (int k = i > j ? i : j; k < p; k++)
				sum += (long double) inverse[i * p + k] * inverse[j * p + k];
			far = fmax(far, fabs((double) (sum - inverted[i * p + j])));
		}
	ok(far < 1e-12 * norm_of(p, inverted), "as a factor: %.2g", far);

	/* with columns p apart */
	memcpy(full, a, sizeof(double) * (size_t) (p * p));
	is_int(l2n_dense_cholesky(p, full, rcond * 0.5, work, iwork, NULL, NULL), L2N_OK,
		   "well enough conditioned");
	for (int i = 0; i < 3 * p; i++)
		x[i] = y[i] = sin(i);
	l2n_dense_solve(p, 3, full, x);
	far = 0;
	for (int v = 0; v < 3; v++)
		for (int i = 0; i < p; i++)
		{
			long double sum = 0;

			for (int j = 0; j < p; j++)
				sum += exact[i * p + j] * x[v * p + j];
			far = fmax(far, fabs((double) (sum - y[v * p + i])));
		}
	ok(far < 1e-10, "three systems: %.2g", far);
	is_int(l2n_dense_invert(p, full, inverse, NULL, NULL), L2N_OK, "the inverse");
	ok(apart(p, inverse, inverted, false) < 1e-11, "in full: %.2g",
	   apart(p, inverse, inverted, false));
	product = product_of(exact, inverted, p);
	is_int(l2n_dense_symmetric_times(p, a, inverse, full, NULL, NULL), L2N_OK, "times the matrix");
	ok(apart(p, full, product, false) < 1e-10, "is one: %.2g", apart(p, full, product, false));
	memcpy(full, a, sizeof(double) * (size_t) (p * p));
	if (p > 1)
		is_int(l2n_dense_cholesky(p, full, fmin(rcond * 2, 1.1), work, iwork, NULL, NULL),
			   L2N_ILL_CONDITIONED, "a limit above its condition");
	memcpy(full, a, sizeof(double) * (size_t) (p * p));
	full[p * p - 1] = -1;
	is_int(l2n_dense_cholesky(p, full, 0, work, iwork, NULL, NULL), L2N_ILL_CONDITIONED,
		   "what is not positive definite");
	free(a);
	free(l);
	free(full);
	free(inverse);
	free(x);
	free(y);
	free(work);
	free(exact);
	free(inverted);
	free(product);
	free(iwork);
}

/* Products of every shape, within larger arrays */
static void
test_products(void)
{
	double a[7 * 9], b[7 * 9], c[7 * 9], x[9], y[9], z[9];
	int wrong = 0;

	seed = 4;
	for (int i = 0; i < 63; i++)
	{
		a[i] = normal();
		b[i] = normal();
	}
	for (int kind = 0; kind < 4; kind++)
	{
		bool ta = kind & 1, tb = kind & 2;

		for (int i = 0; i < 63; i++)
			c[i] = i;
		/* 3 by 4, of 3 by 5 and 5 by 4 */
		l2n_dense_add_product(3, 4, 5, a, 7, ta, b, 7, tb, c, 7);
		for (int j = 0; j < 9; j++)
			for (int i = 0; i < 7; i++)
			{
				double want = j * 7 + i;

				for (int k = 0; k < 5 && i < 3 && j < 4; k++)
					want += (ta ? a[i * 7 + k] : a[k * 7 + i]) * (tb ? b[k * 7 + j] : b[j * 7 + k]);
				wrong += fabs(c[j * 7 + i] - want) > 1e-12;
			}
	}
	is_int(wrong, 0, "products, transposed or not, and nothing beside them");
	for (int transposed = 0; transposed < 2; transposed++)
	{
		for (int i = 0; i < 9; i++)
		{
			x[i] = i - 3.5;
			y[i] = 99;
		}
		/* 5 rows, 4 columns */
		l2n_dense_times(5, 4, a, transposed, x, y);
		for (int i = 0; i < 9; i++)
		{
			double want = i < (transposed ? 4 : 5) ? 0 : 99;

			for (int k = 0; k < (transposed ? 5 : 4) && want != 99; k++)
				want += (transposed ? a[i * 5 + k] : a[k * 5 + i]) * x[k];
			wrong += fabs(y[i] - want) > 1e-12;
		}
	}
	is_int(wrong, 0, "a matrix and a vector");
	for (int i = 0; i < 9; i++)
	{
		x[i] = i;
		y[i] = z[i] = 1 - i * i;
	}
	l2n_dense_axpy(8, -2, x, y);
	for (int i = 0; i < 9; i++)
		wrong += y[i] != z[i] - (i < 8 ? 2 * i : 0);
	is_close(l2n_dense_dot(8, x, z),
			 -1 * 0 + 1 * 0 - 2 * 3 - 3 * 8 - 4 * 15 - 5 * 24 - 6 * 35 - 7 * 48, 1e-15, "x'y");
	memcpy(y, z, sizeof y);
	l2n_dense_rotate(8, x, y, 0.6, 0.8);
	for (int i = 0; i < 9; i++)
		wrong += fabs(x[i] - (i < 8 ? 0.6 * i + 0.8 * z[i] : i)) > 1e-13 ||
				 fabs(y[i] - (i < 8 ? 0.6 * z[i] - 0.8 * i : z[i])) > 1e-13;
	is_int(wrong, 0, "a vector added to another, and both turned");
}

/*
 * In double-double, upper triangles by rows: a sum of two columns before is dropped, or is not to
 * be
 */
static void
test_double_double(int p)
{
	size_t low = l2n_tri_size((size_t) p);
	double *a = new_positive(p), *u = new_doubles(2 * (int) low), *floor = new_doubles(p);
	double *x = new_doubles(2 * p), *y = new_doubles(2 * p), *work = new_doubles(2 * p), far = 0;
	bool *dropped = calloc((size_t) p, sizeof(bool));
	int gone = p > 2 ? 2 : -1, rank, failed = -1, k = 0, set[300];
	long double *sub, *inverted;
	const l2n_kernel *kernel = l2n_kernel_best();

	for (int i = 0; i < p && gone >= 0; i++)
		a[2 * p + i] = a[i * p + 2] = a[i * p] + a[i * p + 1];
	if (gone >= 0)
		a[2 * p + 2] = a[2 * p] + a[2 * p + 1];
	for (int j = 0; j < p; j++)
	{
		floor[j] = 1e-24 * a[j * p + j];
		if (j != gone)
			set[k++] = j;
		for (int i = 0; i <= j; i++)
			u[l2n_tri((size_t) p, (size_t) i, (size_t) j)] = a[i * p + j];
	}
	is_int(l2n_cholesky(kernel, p, u, floor, dropped, &rank, &failed, NULL, NULL), L2N_OK,
		   "p = %d, double-double", p);
	is_int(rank, k, "rank");
	for (int j = 0; j < p; j++)
		if (dropped[j] != (j == gone))
			ok(false, "column %d is dropped or not", j);
	sub = malloc(sizeof(long double) * (size_t) (k * k) + 1);
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			sub[i * k + j] = a[set[i] * p + set[j]];
	inverted = inverse_of(sub, k);
	for (int i = 0; i < p; i++)
		x[i] = y[i] = 1 + i % 4;
	l2n_cholesky_solve(kernel, p, u, dropped, x);
	for (int i = 0; i < k; i++)
	{
		long double sum = 0;

		for (int j = 0; j < k; j++)
			sum += sub[i * k + j] * (x[set[j]] + (long double) x[p + set[j]]);
		far = fmax(far, fabs((double) (sum - y[set[i]])));
	}
	ok(far < 1e-14, "a system: %.2g", far);
	ok(gone < 0 || (x[gone] == 0 && x[p + gone] == 0), "without what is dropped");
	/* half of it: the square of what it gives is y'A^-1 y */
	memcpy(x, y, sizeof(double) * 2 * (size_t) p);
	l2n_cholesky_forward(kernel, p, u, dropped, x);
	{
		long double square = 0, want = 0;

		for (int i = 0; i < p; i++)
			square += (long double) x[i] * x[i];
		for (int i = 0; i < k; i++)
			for (int j = 0; j < k; j++)
				want += inverted[i * k + j] * y[set[i]] * y[set[j]];
		is_close((double) square, (double) want, 1e-13, "half of a system");
	}
	l2n_cholesky_invert(kernel, p, u, dropped, work, NULL, NULL);
	far = 0;
	for (int i = 0; i < k; i++)
		for (int j = i; j < k; j++)
			far =
				fmax(far, fabs((double) (u[l2n_tri((size_t) p, (size_t) set[i], (size_t) set[j])] -
										 inverted[i * k + j])));
	ok(far < 1e-16 * k * norm_of(k, inverted), "the inverse: %.2g", far);
	for (int j = 0; j < p && gone >= 0; j++)
		if (u[l2n_tri((size_t) p, (size_t) (j < gone ? j : gone), (size_t) (j < gone ? gone : j))])
			ok(false, "rows of what is dropped are 0");

	/* the same where it must not be dropped */
	memset(u, 0, sizeof(double) * 2 * low);
	for (int j = 0; j < p; j++)
	{
		floor[j] = -1e-20 * a[j * p + j];
		for (int i = 0; i <= j; i++)
			u[l2n_tri((size_t) p, (size_t) i, (size_t) j)] = a[i * p + j];
	}
	if (gone >= 0)
	{
		is_int(l2n_cholesky(kernel, p, u, floor, dropped, &rank, &failed, NULL, NULL),
			   L2N_NOT_POSITIVE, "not to be dropped");
		is_int(failed, gone, "is told");
	}
	/* y = a x */
	memset(u, 0, sizeof(double) * 2 * low);
	for (int j = 0; j < p; j++)
		for (int i = 0; i <= j; i++)
		{
			u[l2n_tri((size_t) p, (size_t) i, (size_t) j)] = a[i * p + j];
			u[low + l2n_tri((size_t) p, (size_t) i, (size_t) j)] = a[i * p + j] * 0x1p-54;
		}
	for (int i = 0; i < p; i++)
	{
		x[i] = 1 + i % 4;
		x[p + i] = x[i] * 0x1p-55;
	}
	l2n_symmetric_times(kernel, p, u, x, y);
	far = 0;
	for (int i = 0; i < p; i++)
	{
		long double sum = 0;

		for (int j = 0; j < p; j++)
			sum += (long double) a[i * p + j] * x[j];
		sum *= (1 + 0x1p-54L) * (1 + 0x1p-55L);
		far = fmax(far, fabs((double) (y[i] + (long double) y[p + i] - sum)));
	}
	ok(far < 1e-17 * p * norm_of(k, sub), "a product, with low words: %.2g", far);
	free(a);
	free(u);
	free(floor);
	free(x);
	free(y);
	free(work);
	free(dropped);
	free(sub);
	free(inverted);
}

/* A factor across stripes, of which there is more than one from 481 columns on: L L'x = a x */
static void
test_stripes(int p)
{
	double *a = new_positive(p), *l = new_lower(p, p + 2, a), far = 0;
	long double *y = calloc((size_t) p, sizeof(long double));

	is_int(l2n_dense_factor(p, l, p + 2, NULL, NULL), L2N_OK, "p = %d: a factor", p);
	is_int(touched(p, p + 2, l), 0, "nothing beside it");
	for (int v = 0; v < 3; v++)
	{
		memset(y, 0, sizeof(long double) * (size_t) p);
		for (int j = 0; j < p; j++)
			for (int i = j; i < p; i++)
				y[j] += l[j * (p + 2) + i] * (long double) ((i * (v + 3)) % 7 - 3);
		for (int i = 0; i < p; i++)
		{
			long double sum = 0, want = 0;

			for (int j = 0; j <= i; j++)
				sum += l[j * (p + 2) + i] * y[j];
			for (int j = 0; j < p; j++)
				want += a[j * p + i] * (long double) ((j * (v + 3)) % 7 - 3);
			far = fmax(far, fabs((double) (sum - want)));
		}
	}
	ok(far < 1e-8, "times itself is the matrix, %.1e", far);
	free(a);
	free(l);
	free(y);
}

static bool
stop_at(void *left)
{
	return (*(int *) left)-- == 0;
}

/* Blocks of 96 columns, stripes of 384, or each column: so often each of them polls, and stops */
static void
test_polls(void)
{
	enum
	{
		P = 490,
		Q = 12
	};
	static const int polls[] = {2 + 1 + 1 + 1 + 1, 6, 6, 6, Q, Q, 2 * Q, Q};
	const l2n_kernel *kernel = l2n_kernel_best();
	double *a = new_positive(P), *l = new_doubles(P * P), *b = new_doubles(P * P);
	double *c = new_doubles(P * P), *small = new_positive(Q), *u = new_doubles(2 * Q * Q);
	double *work = new_doubles(3 * P), floor[Q];
	bool dropped[Q];
	int rank, failed, order[Q];

	for (int kind = 0; kind < 8; kind++)
	{
		l2n_status status = L2N_INTERRUPTED;
		int stops;

		for (stops = 0; status == L2N_INTERRUPTED && stops < 100; stops++)
		{
			int left = stops, never = -1;

			if (kind == 0)
				memcpy(l, a, sizeof(double) * P * P);
			if (kind >= 4)
			{
				memset(u, 0, sizeof(double) * 2 * Q * Q);
				for (int i = 0; i < Q; i++)
				{
					floor[i] = 0;
					for (int j = i; j < Q; j++)
						u[l2n_tri(Q, (size_t) i, (size_t) j)] = small[i * Q + j];
				}
			}
			if (kind > 5)
				l2n_cholesky(kernel, Q, u, floor, dropped, &rank, &failed, stop_at, &never);
			status = kind == 0   ? l2n_dense_factor(P, l, P, stop_at, &left)
					 : kind == 1 ? l2n_dense_invert(P, l, b, stop_at, &left)
					 : kind == 2 ? l2n_dense_symmetric_times(P, a, b, c, stop_at, &left)
					 : kind == 3 ? l2n_dense_invert_factor(P, l, P, c, stop_at, &left)
					 : kind == 4 ? l2n_cholesky(kernel, Q, u, floor, dropped, &rank, &failed,
												stop_at, &left)
					 : kind == 5 ? l2n_cholesky_pivoted(kernel, Q, u, order, &rank, stop_at, &left)
					 : kind == 6
						 ? l2n_cholesky_invert(kernel, Q, u, dropped, work, stop_at, &left)
						 : l2n_cholesky_invert_factor(kernel, Q, u, dropped, work, stop_at, &left);
		}
		is_int(status, L2N_OK, "kind %d ends", kind);
		is_int(stops - 1, polls[kind], "after so many polls");
	}
	free(a);
	free(l);
	free(b);
	free(c);
	free(small);
	free(u);
	free(work);
}

static int prepared;

static void
prepare(void)
{
	prepared++;
}

/*
 * Whatever needs the library's working area first has it prepared, once: each in a process of its
 * own, which has not used the library yet
 */
static void
test_prepare(void)
{
	l2n_dense_prepare = prepare;
	for (int kind = 0; kind < 7; kind++)
	{
		int status = 0;
		pid_t child;

		fflush(stdout);
		child = fork();
		if (child == 0)
		{
			double a[4] = {2, 1, 1, 3}, x[4] = {1, 2, 3, 4}, y[4], work[6];
			int iwork[2];

			for (int again = 0; again < 2; again++)
				switch (kind)
				{
					case 0:
						l2n_dense_times(2, 2, a, false, x, y);
						break;
					case 1:
						l2n_dense_add_product(2, 2, 2, a, 2, false, x, 2, false, a, 2);
						break;
					case 2:
						l2n_dense_times_many(2, 2, a, x, y);
						break;
					case 3:
						(void) l2n_dense_factor(2, a, 2, NULL, NULL);
						break;
					case 4:
						(void) l2n_dense_rcond(2, a, 2, 4, work, iwork);
						break;
					case 5:
						l2n_dense_triangular(2, a, 2, false, x);
						break;
					default:
						l2n_dense_solve(2, 2, a, x);
				}
			_exit(prepared);
		}
		ok(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
			   WEXITSTATUS(status) == 1,
		   "the library's working area is prepared once, function %d", kind);
	}
	l2n_dense_prepare = NULL;
}

/* The norm of a matrix that is known by its products only, an estimate; here that is exact */
static void
test_norm_step(void)
{
	const double a[9] = {4, -1, 0.5, -1, 3, 2, 0.5, 2, -7};
	double v[3], x[3], y[3], norm = 0;
	int isgn[3], task = 0, state[3] = {0}, steps = 0;

	while (l2n_dense_norm_step(3, v, x, isgn, &norm, &task, state) && steps < 50)
	{
		l2n_dense_times_many(3, 1, a, x, y);
		memcpy(x, y, sizeof x);
		steps++;
	}
	is_close(norm, 9.5, 1e-15, "the norm of a matrix by %d products", steps);
	ok(steps <= 6, "no more than six");
	task = 0;
	norm = -5;
	ok(!l2n_dense_norm_step(0, v, x, isgn, &norm, &task, state) && norm == -5, "of no columns");
	l2n_dense_times_many(0, 1, a, x, NULL);
}

/* A factor of ones, of either sign, and zeros: all that is made of it is exact */
static void
test_ones(void)
{
	enum
	{
		P = 5,
		LOW = P * (P + 1) / 2
	};
	static const double factor[P][P] = {
		{1, -1, 1, 0, 1}, {0, 1, 1, -1, 0}, {0, 0, 1, 1, -1}, {0, 0, 0, 1, -1}, {0, 0, 0, 0, 1}};
	const l2n_kernel *kernel = l2n_kernel_best();
	double *u = new_doubles(2 * LOW), *v = new_doubles(2 * LOW), a[P][P] = {{0}};
	double x[2 * P] = {0}, y[2 * P] = {0}, want[P] = {1, -1, 0, 2, 1}, work[2 * P], floor[P] = {0};
	long double full[P * P], *inverse, *back;
	bool dropped[P];
	int rank, failed, wrong = 0;

	for (int i = 0; i < P; i++)
		for (int j = 0; j < P; j++)
		{
			for (int r = 0; r < P; r++)
				a[i][j] += factor[r][i] * factor[r][j];
			full[i * P + j] = factor[i][j];
			if (j >= i)
				u[l2n_tri(P, (size_t) i, (size_t) j)] = a[i][j];
		}
	inverse = inverse_of(full, P);
	for (int i = 0; i < P; i++)
		for (int j = 0; j < P; j++)
		{
			x[i] += a[i][j] * want[j];
			y[i] += factor[i][j] * want[j];
		}
	is_int(l2n_cholesky(kernel, P, u, floor, dropped, &rank, &failed, NULL, NULL), L2N_OK, "ones");
	for (int i = 0; i < P; i++)
		for (int j = i; j < P; j++)
			wrong += u[l2n_tri(P, (size_t) i, (size_t) j)] != factor[i][j];
	for (int i = 0; i < LOW; i++)
		wrong += u[LOW + i] != 0;
	is_int(wrong, 0, "are their factor");
	memcpy(work, x, sizeof work);
	l2n_cholesky_forward(kernel, P, u, dropped, work);
	for (int i = 0; i < P; i++)
		wrong += work[i] != y[i] || work[P + i] != 0;
	l2n_cholesky_solve(kernel, P, u, dropped, x);
	for (int i = 0; i < P; i++)
		wrong += x[i] != want[i] || x[P + i] != 0;
	is_int(wrong, 0, "they solve a system");
	memcpy(v, u, sizeof(double) * 2 * LOW);
	l2n_cholesky_invert_factor(kernel, P, v, dropped, work, NULL, NULL);
	for (int i = 0; i < P; i++)
		for (int j = i; j < P; j++)
			wrong += v[l2n_tri(P, (size_t) i, (size_t) j)] != inverse[i * P + j];
	is_int(wrong, 0, "have an inverse");
	l2n_cholesky_invert(kernel, P, u, dropped, work, NULL, NULL);
	for (int i = 0; i < P * P; i++)
		full[i] = inverse[i % P * P + i / P];
	back = product_of(inverse, full, P);
	for (int i = 0; i < P; i++)
		for (int j = i; j < P; j++)
			wrong += u[l2n_tri(P, (size_t) i, (size_t) j)] != back[i * P + j];
	is_int(wrong, 0, "and so has the matrix");
	free(u);
	free(v);
	free(inverse);
	free(back);
}

/* What a pivot must be more than: with it, or with one that must not go */
static void
test_floors(void)
{
	static const struct
	{
		double pivot, floor;
		bool dropped;
		l2n_status status;
	} one[] = {{100, 1, false, L2N_OK},
			   {100, 100, true, L2N_OK},
			   {100, 101, true, L2N_OK},
			   {0, 0, true, L2N_OK},
			   {-3, 0, true, L2N_OK},
			   {100, -1, false, L2N_OK},
			   {100, -100, false, L2N_NOT_POSITIVE},
			   {100, -101, false, L2N_NOT_POSITIVE},
			   {-100, -1, false, L2N_NOT_POSITIVE}};

	for (size_t i = 0; i < sizeof one / sizeof *one; i++)
	{
		/* between two others: a diagonal */
		double u[12] = {50, 0, 0, one[i].pivot, 0, 9}, floor[3] = {2, one[i].floor, 0.5};
		bool dropped[3];
		int rank = -1, failed = -1;
		l2n_status status =
			l2n_cholesky(l2n_kernel_best(), 3, u, floor, dropped, &rank, &failed, NULL, NULL);

		is_int(status, one[i].status, "pivot %g, floor %g", one[i].pivot, one[i].floor);
		ok(!dropped[0] && dropped[1] == one[i].dropped && failed == (status == L2N_OK ? -1 : 1),
		   "it is %s", one[i].dropped ? "dropped" : "kept, or told");
		if (status == L2N_OK)
			ok(rank == 3 - one[i].dropped && !dropped[2] && floor[1] <= 1, "rank %d", rank);
	}
}

/*
 * A pivot that rounding may have made is none: 2^-96 of what it is left of, and twice what the
 * pivots before it are unsure of
 */
static void
test_rounding(void)
{
	const l2n_kernel *kernel = l2n_kernel_best();
	bool dropped[3];
	int rank, failed, order[2];

	for (int kind = 0; kind < 2; kind++)
	{
		/* columns 1 and 1 + e of one product */
		double e = kind ? 0x1.cp-95 : 0x1.4p-95, floor[3] = {0, 0, 0};
		double u[6] = {1, 1, 1, 0, 0, e}, v[6] = {1, 1, 1, 0, 0, kind ? 0x1.cp-95 : 0x1.4p-95};
		/* of rows (1 1 1), (0 2^-40 1), (0 0 f), f^2 about 6 of 2^-16 */
		double w[12] = {1, 1, 1, 1, 1 + 0x1p-40, 2 + (kind ? 0x1.cp-14 : 0x1.4p-14)};

		(void) l2n_cholesky(kernel, 2, u, floor, dropped, &rank, &failed, NULL, NULL);
		ok(!dropped[0] && dropped[1] == !kind, "left of 1, %g is %s", e,
		   kind ? "a pivot" : "rounding");
		is_close(floor[0], 0x1p-96, 1e-15, "what the first is unsure of");
		(void) l2n_cholesky_pivoted(kernel, 2, v, order, &rank, NULL, NULL);
		is_int(rank, 1 + kind, "also where the largest comes first");
		w[6 + 3] = 0x1p-80;
		memset(floor, 0, sizeof floor);
		(void) l2n_cholesky(kernel, 3, w, floor, dropped, &rank, &failed, NULL, NULL);
		ok(!dropped[1] && dropped[2] == !kind, "behind one of 2^-80, %s",
		   kind ? "7 of 2^-16 are a pivot" : "5 of 2^-16 are not");
		is_close(floor[1], 3 * 0x1p-16, 1e-9, "since that is unsure of 3 of 2^-16 of itself");
	}
}

/* Pivots in the order of their size, a last column that is a combination of others, low words */
static void
test_pivots(int p)
{
	size_t low = l2n_tri_size((size_t) p);
	double *a = new_positive(p), *u = new_doubles(2 * (int) low), far = 0;
	int *order = malloc(sizeof(int) * (size_t) p), rank = -1, wrong = 0;
	bool *seen = calloc((size_t) p, sizeof(bool));
	const l2n_kernel *kernel = l2n_kernel_best();

	/* column 1 is the others' sum but for column 0; exact */
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < p; i++)
		{
			double sum = 0;

			if (pass == 0 && i == 1)
				continue;
			for (int j = 2; j < p; j++)
				sum += a[i * p + j];
			if (pass == 0 || i == 1)
				a[i * p + 1] = a[1 * p + i] = sum;
		}
	/* their scales differ: the smallest in the middle */
	for (int i = 0; i < p; i++)
		for (int j = 0; j < p; j++)
			a[i * p + j] *= ldexp(1, -(abs(i - p / 2) < 2) - (j == p / 2) - (i == p / 2) -
										 (abs(j - p / 2) < 2));
	for (int i = 0; i < p; i++)
		for (int j = i; j < p; j++)
		{
			u[l2n_tri((size_t) p, (size_t) i, (size_t) j)] = a[i * p + j];
			u[low + l2n_tri((size_t) p, (size_t) i, (size_t) j)] = 0;
		}
	is_int(l2n_cholesky_pivoted(kernel, p, u, order, &rank, NULL, NULL), L2N_OK,
		   "p = %d, the largest pivot first", p);
	is_int(rank, p - 1, "one column is of the others");
	for (int i = 0; i < p; i++)
	{
		wrong += seen[order[i]];
		seen[order[i]] = true;
	}
	is_int(wrong, 0, "each column has its place");
	for (int i = 0; i < rank; i++)
	{
		double pivot = 1 / u[l2n_tri((size_t) p, (size_t) i, (size_t) i)];

		/* no later column has more left */
		for (int j = i + 1; j < p; j++)
		{
			long double left = a[order[j] * p + order[j]];

			for (int r = 0; r < i; r++)
				left -= powl(u[l2n_tri((size_t) p, (size_t) r, (size_t) j)], 2);
			wrong += left > pivot * pivot * (1 + 1e-12L);
		}
	}
	is_int(wrong, 0, "none has more left than the one before");
	for (int i = 0; i < p; i++)
		for (int j = i; j < p; j++)
		{
			long double sum = 0;

			for (int r = 0; r <= i && r < rank; r++)
			{
				size_t at = l2n_tri((size_t) p, (size_t) r, (size_t) r);
				long double pivot = 1 / (u[at] + (long double) u[low + at]);
				long double mine = r == i ? pivot : 0, other = r == j ? pivot : 0;

				at = l2n_tri((size_t) p, (size_t) r, (size_t) i);
				mine = r == i ? mine : u[at] + (long double) u[low + at];
				at = l2n_tri((size_t) p, (size_t) r, (size_t) j);
				other = r == j ? other : u[at] + (long double) u[low + at];
				sum += mine * other;
			}
			far = fmax(far, fabs((double) (sum - a[order[i] * p + order[j]])));
		}
	ok(far < 1e-17 * p * a[0], "U'U is the matrix in that order, %.1e", far);
	for (size_t i = l2n_tri((size_t) p, (size_t) rank, (size_t) rank); i < low; i++)
		wrong += u[i] != 0 || u[low + i] != 0;
	is_int(wrong, 0, "behind the last pivot are zeros");
	free(a);
	free(u);
	free(order);
	free(seen);
}

int
main(void)
{
	static const int sizes[] = {1, 2, 3, 7, 96, 97, 200};

	test_prepare();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
	{
		test_factor(sizes[i], sizes[i] + (int) (i % 2) * 3);
		test_double_double(sizes[i]);
	}
	test_products();
	test_norm_step();
	test_ones();
	test_floors();
	test_rounding();
	test_stripes(500);
	for (int p = 3; p < 12; p += 2)
		test_pivots(p);
	test_polls();
	return done_testing();
}
