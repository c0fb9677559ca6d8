/*
 * kernel.c: what exactness costs.  Time per row of the extended-precision Gram of a block
 * against OpenBLAS's plain dsyrk, which keeps half of the digits.
 *
 * Both stream the same table from memory, one thread, blocks of 128 rows; dsyrk takes the
 * better of blocks of 64 and 128.  k = p + 1 columns for us (the kernel sums on the side), p + 2
 * for dsyrk (a column of ones).  "with merge" adds what a state does with a block: the
 * difference of the means and one dd_merge_row per column.
 *
 * OpenBLAS chooses its kernels when it is loaded.  This program runs itself again without the
 * OPENBLAS_ variables it finds, and then once more with OPENBLAS_CORETYPE=Haswell, to meet our
 * AVX2 kernel with OpenBLAS's.
 *
 * Build, from the top of the tree:
 *	gcc -O2 -Isrc/num -I/usr/include/x86_64-linux-gnu/openblas-serial bench/kernel.c \
 *		src/num/kernel*.o /usr/lib/x86_64-linux-gnu/openblas-serial/libopenblas.a -lm
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "num/kernel/kernel.h"

#define REPEATS 15

static const struct
{
	int p;
	int rows;
	double limit;
} cases[] = {
	{3, 100000, 1.2}, {10, 100000, 1.2}, {30, 40000, 1.2}, {100, 12800, 1.8}, {300, 3840, 1.8}};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

static void *
allocate(size_t size)
{
	void *p = aligned_alloc(64, (size + 63) / 64 * 64);

	if (p == NULL)
	{
		perror("kernel");
		exit(1);
	}
	memset(p, 0, size);
	return p;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
median(const double *v)
{
	double sorted[REPEATS];

	memcpy(sorted, v, sizeof(sorted));
	qsort(sorted, REPEATS, sizeof(double), compare);
	return sorted[REPEATS / 2];
}

/* n, means and centred products, high and low words apart */
typedef struct state
{
	double n;
	double *mean, *product;
} state;

typedef struct buffers
{
	double *shift, *sum, *gram, *difference;
	void *work;
} buffers;

/* C += G - s s' / n + f d d', d the difference of the means, f = n N / (n + N) */
static void
merge(const l2n_kernel *kernel, int k, int rows, const buffers *b, state *s)
{
	size_t low = l2n_tri_size(k);
	dd inverse = dd_div(dd_of(1.0), dd_of(rows));
	dd share = dd_div(dd_of(rows), dd_of(s->n + rows));
	dd f = dd_mul_d(share, s->n);

	memcpy(b->difference, b->shift, k * sizeof(double));
	memset(b->difference + k, 0, k * sizeof(double));
	kernel->dd_axpy_row(k, inverse, b->sum, b->sum + k, b->difference, b->difference + k);
	kernel->dd_axpy_row(k, dd_of(-1.0), s->mean, s->mean + k, b->difference, b->difference + k);
	kernel->dd_axpy_row(k, share, b->difference, b->difference + k, s->mean, s->mean + k);
	for (int i = 0; i < k; i++)
	{
		size_t at = l2n_tri(k, i, i);
		dd a = dd_neg(dd_mul(dd_make(b->sum[i], b->sum[k + i]), inverse));
		dd c = dd_mul(dd_make(b->difference[i], b->difference[k + i]), f);

		kernel->dd_merge_row(k - i, b->gram + at, b->gram + low + at, a, b->sum + i, b->sum + k + i,
							 c, b->difference + i, b->difference + k + i, s->product + at,
							 s->product + low + at);
	}
	s->n += rows;
}

static double
time_ours(const l2n_kernel *kernel, int k, int rows, const double *x, const buffers *b, state *s)
{
	double start = now();

	for (int i = 0; i < rows; i += L2N_BLOCK_ROWS)
	{
		int n = rows - i < L2N_BLOCK_ROWS ? rows - i : L2N_BLOCK_ROWS;
		dd wsum;

		kernel->block(n, k, x + (size_t) i * k, k, NULL, b->shift, &wsum, b->sum, b->gram, b->work);
		if (s != NULL)
			merge(kernel, k, n, b, s);
	}
	return (now() - start) / rows;
}

static double
time_dsyrk(int k, int rows, int block, const double *x, double *c)
{
	double start = now();

	for (int i = 0; i < rows; i += block)
	{
		int n = rows - i < block ? rows - i : block;

		cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, k, n, 1.0, x + (size_t) i * k, k, 1.0, c,
					k);
	}
	return (now() - start) / rows;
}

static void
compare_with_dsyrk(const l2n_kernel *kernel, int p, int rows, double limit)
{
	const int k = p + 1, k_blas = p + 2;
	double *x = allocate((size_t) rows * k * sizeof(double));
	double *x_blas = allocate((size_t) rows * k_blas * sizeof(double));
	double *c = allocate((size_t) k_blas * k_blas * sizeof(double));
	buffers b = {allocate(k * sizeof(double)), allocate(2 * k * sizeof(double)),
				 allocate(2 * l2n_tri_size(k) * sizeof(double)), allocate(2 * k * sizeof(double)),
				 allocate(l2n_block_worksize(k))};
	state s = {0.0, allocate(2 * k * sizeof(double)),
			   allocate(2 * l2n_tri_size(k) * sizeof(double))};
	double ours[REPEATS], merged[REPEATS], plain64[REPEATS], plain128[REPEATS];
	double t, t_merged, t_plain;

	srand(1);
	for (size_t i = 0; i < (size_t) rows; i++)
	{
		x_blas[i * k_blas] = 1.0;
		for (int j = 0; j < k; j++)
			x[i * k + j] = x_blas[i * k_blas + 1 + j] = j % 10 + rand() / (RAND_MAX + 1.0);
	}

	/* interleaved, so that what else the machine does hits all alike; the first does not count */
	for (int r = -1; r < REPEATS; r++)
	{
		int at = r < 0 ? 0 : r;

		ours[at] = time_ours(kernel, k, rows, x, &b, NULL);
		plain64[at] = time_dsyrk(k_blas, rows, 64, x_blas, c);
		merged[at] = time_ours(kernel, k, rows, x, &b, &s);
		plain128[at] = time_dsyrk(k_blas, rows, 128, x_blas, c);
	}
	t = median(ours);
	t_merged = median(merged);
	t_plain = median(plain64) < median(plain128) ? median(plain64) : median(plain128);
	printf("%4d %12.1f %12.1f %12.1f %8.2f %8.2f", p, t, t_merged, t_plain, t / t_plain,
		   t_merged / t_plain);
	if (isinf(limit))
		printf(" %8s\n", "-");
	else
		printf(" %8.2f  %s\n", limit, t / t_plain <= limit ? "ok" : "missed");
	fflush(stdout);

	free(x);
	free(x_blas);
	free(c);
	free(b.shift);
	free(b.sum);
	free(b.gram);
	free(b.difference);
	free(b.work);
	free(s.mean);
	free(s.product);
}

/* One kernel through all the cases */
static void
table(const char *name)
{
	const l2n_kernel *kernel = l2n_kernel_by_name(name);
	const char *forced = getenv("OPENBLAS_CORETYPE");
	bool portable = strcmp(name, "portable") == 0;

	if (kernel == NULL)
	{
		printf("\n%s: not for this processor\n", name);
		return;
	}
	printf("\n%s against dsyrk of OpenBLAS with its %s kernels%s\n\n", name,
		   openblas_get_corename(),
		   forced ? " (OPENBLAS_CORETYPE set for this table only)" : ", as it chooses");
	printf("%4s %12s %12s %12s %8s %8s %8s\n", "p", "ns/row", "with merge", "dsyrk ns/row", "ratio",
		   "merged", "limit");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		compare_with_dsyrk(kernel, cases[i].p, portable ? cases[i].rows / 10 : cases[i].rows,
						   portable ? INFINITY : cases[i].limit);
}

static void
run_again(const char *stage, const char *coretype, char **argv)
{
	unsetenv("OPENBLAS_CORETYPE");
	unsetenv("OPENBLAS_L2_SIZE");
	if (coretype != NULL)
		setenv("OPENBLAS_CORETYPE", coretype, 1);
	setenv("L2N_BENCH_STAGE", stage, 1);
	fflush(stdout);
	execv("/proc/self/exe", argv);
	perror("kernel");
	exit(1);
}

int
main(int argc, char **argv)
{
	const char *stage = getenv("L2N_BENCH_STAGE");

	(void) argc;
	if (stage == NULL)
		run_again("default", NULL, argv);
	if (strcmp(stage, "default") == 0)
	{
		table("avx512");
		table("portable");
		run_again("haswell", "Haswell", argv);
	}
	table("avx2");
	return 0;
}
