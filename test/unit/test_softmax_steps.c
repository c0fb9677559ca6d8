/*
 * test_softmax_steps.c: searches of multinomial regression over a table of penalties, bases and
 * bad columns: how many steps and passes over the rows each takes, and that it ends where the
 * textbook's conditions hold, in long double, with the textbook's loss and parameters.
 *
 * A pass is what a user waits for: more is slower, and fewer leave out something by which the end
 * is known.  STEPS_SAY=1 prints the table as it is.
 */
#include "num/glm/softmax.h"
#include "rows.h"

#define ROWS 120
#define MOST 5 /* columns, and classes */
#define ALL  (MOST * MOST)

#define CONVERGED L2N_SOFTMAX_CONVERGED
#define MAX_ITER  L2N_SOFTMAX_MAX_ITER
#define SEPARATED L2N_SOFTMAX_SEPARATED

/* What columns and classes are like */
enum
{
	COPY = 1,       /* the last column is the one before it */
	ZEROS = 2,      /* it is 0 in all rows */
	LARGE = 4,      /* it is 1e5 times as large */
	SEPARATE = 8,   /* the second column tells the classes apart */
	EMPTY = 16,     /* nobody is of the last class */
	HEAVY = 32,     /* weights from 1e-3 to 1e3 */
	FAR = 64,       /* the search starts far off */
	ORIGIN = 128,   /* no constant */
	FREE = 256,     /* the second column has no penalty */
	VARIANCE = 512, /* the covariance is wanted */
	APART = 1024,   /* one class is told apart, the others are not */
};

typedef struct task
{
	int k, q, base;
	double l1, l2;
	int with;
	int max_iter;
	double tolerance;
	l2n_softmax_end end;
	int steps, passes, hessians, polls;
} task;

typedef struct data
{
	double *z; /* exactly as many as there are, so that AddressSanitizer tells of one more */
	double *weight;
	int *class;
	void *work;
	int passes, hessians, polls;
} data;

static l2n_status
pass(void *arg, const l2n_softmax *s, const double *coef, l2n_softmax_sums *sums)
{
	data *d = arg;

	d->passes++;
	d->hessians += sums->cross != NULL;
	for (int i = 0; i < ROWS; i += 50)
		l2n_softmax_rows(s, coef, ROWS - i < 50 ? ROWS - i : 50, d->z + i * s->q, d->class + i,
						 d->weight + i, sums, d->work);
	return L2N_OK;
}

static bool
polled(void *arg)
{
	((data *) arg)->polls++;
	return false;
}

static double *
exactly(int n)
{
	return malloc(sizeof(double) * (size_t) n);
}

static void
make(data *d, const task *t, uint64_t from)
{
	static const double b[MOST][MOST] = {{0.3, 1.2, -0.7, 0.1, 0},
										 {-0.2, -1.1, 0.4, 0, 0.2},
										 {0, 0.2, 0.9, -0.3, 0},
										 {0.1, -0.4, -0.5, 0, -0.6},
										 {0, 0, 0, 0, 0}};

	seed = from;
	d->z = exactly(ROWS * t->q);
	d->weight = exactly(ROWS);
	d->class = malloc(sizeof(int) * ROWS);
	for (int i = 0; i < ROWS; i++)
	{
		double *z = d->z + i * t->q, best = -INFINITY;
		int classes = t->with & EMPTY ? t->k - 1 : t->k;

		for (int j = 0; j < t->q; j++)
			z[j] = j == 0 && !(t->with & ORIGIN) ? 1 : normal() + (j > 1 ? 0.5 * z[j - 1] : 0);
		for (int c = 0; c < classes; c++)
		{
			double score = t->with & SEPARATE ? -fabs(z[1] - c + 1) : -log(-log(uniform()));

			for (int j = 0; j < t->q && !(t->with & SEPARATE); j++)
				score += b[c][j] * z[j];
			if (t->with & APART && c == 0)
				score = z[1] > 0.5 ? 100 : -100;
			if (score > best)
				d->class[i] = c;
			best = fmax(best, score);
		}
		d->weight[i] = t->with & HEAVY ? pow(10, 6 * uniform() - 3) : 0.5 + uniform();
		if (t->with & COPY)
			z[t->q - 1] = z[t->q - 2];
		if (t->with & ZEROS)
			z[t->q - 1] = 0;
		if (t->with & LARGE)
			z[t->q - 1] *= 1e5;
	}
	d->passes = d->hessians = d->polls = 0;
	d->work = malloc(l2n_softmax_rows_worksize(t->k, t->q, 50));
}

/* Loss, its slopes and what they add up to, and the Hessian of free classes, by the textbook */
static long double
textbook(const data *d, const l2n_softmax *s, const double *coef, long double *slope,
		 long double *size, long double *hessian)
{
	int m = (int) l2n_softmax_unknowns(s);
	long double loss = 0;

	memset(slope, 0, sizeof(long double) * ALL);
	memset(size, 0, sizeof(long double) * ALL);
	memset(hessian, 0, sizeof(long double) * (size_t) (m * m));
	for (int i = 0; i < ROWS; i++)
	{
		const double *z = d->z + i * s->q;
		long double p[MOST] = {0}, most = -INFINITY, sum = 0;

		for (int c = 0; c < s->k; c++)
		{
			for (int j = 0; j < s->q; j++)
				p[c] += (long double) coef[c * s->q + j] * z[j];
			most = fmaxl(most, p[c]);
		}
		for (int c = 0; c < s->k; c++)
			sum += expl(p[c] - most);
		loss -= d->weight[i] * (p[d->class[i]] - most - logl(sum));
		for (int c = 0; c < s->k; c++)
			p[c] = expl(p[c] - most) / sum;
		for (int c = 0; c < s->k; c++)
			for (int j = 0; j < s->q; j++)
			{
				long double g = d->weight[i] * (p[c] - (c == d->class[i])) * z[j];

				slope[c * s->q + j] += g;
				size[c * s->q + j] += fabsl(g);
			}
		for (int a = 0; a < m; a++)
			for (int b = 0; b < m; b++)
			{
				int from = s->base >= 0 && a / s->q >= s->base,
					to = s->base >= 0 && b / s->q >= s->base;
				long double pa = p[a / s->q + from], pb = p[b / s->q + to];

				hessian[a * m + b] += d->weight[i] *
									  (a / s->q == b / s->q ? pa - pa * pb : -pa * pb) *
									  z[a % s->q] * z[b % s->q];
			}
	}
	return loss;
}

static void
check(const char *name, const data *d, const l2n_softmax *s, const task *t,
	  const l2n_softmax_fit *fit)
{
	long double slope[ALL], size[ALL], hessian[ALL * ALL], miss = 0, penalised[ALL * ALL];
	long double loss = textbook(d, s, fit->coef, slope, size, hessian);
	int m = (int) l2n_softmax_unknowns(s), nonzero = 0, left = 0, parameters = 0;

	for (int c = 0; c < s->k; c++)
		for (int j = 0; j < s->q; j++)
		{
			int i = c * s->q + j;
			long double b = fit->coef[i], g = slope[i] + s->l2[j] * b, l1 = s->l1[j], off;

			off = b != 0 ? fabsl(g + copysignl(l1, b)) : fmaxl(fabsl(g) - l1, 0);
			if (c != s->base && off > 0)
				miss = fmaxl(miss, off / (size[i] + l1 + fabsl(s->l2[j] * b)));
			if (c == s->base)
				left += b != 0;
			nonzero += b != 0 && l1 > 0;
		}
	/* of the classes of a column one says nothing that the others do not */
	for (int j = 0; j < s->q; j++)
	{
		int n = 0;

		for (int c = 0; c < s->k; c++)
			n += fit->coef[c * s->q + j] != 0 || s->l1[j] == 0;
		parameters += n < s->k ? n : s->k - 1;
	}
	is_int(left, 0, "%s: the base stays", name);
	is_close(fit->loss, (double) loss, 1e-10, "%s: loss", name);
	ok(fabs(fit->miss - (double) miss) < 1e-12, "%s: missed by %g, so it says %g", name,
	   (double) miss, fit->miss);
	ok(t->end != L2N_SOFTMAX_CONVERGED || miss <= t->tolerance, "%s: as little as is wanted", name);
	is_int(fit->nonzero, nonzero, "%s: coefficients that are not 0", name);
	if (s->penalised)
		is_close(fit->df, parameters, 1e-14, "%s: parameters", name);

	/* of one that no penalty decides: the least sum of magnitudes, or of squares */
	for (int j = 0; j < s->q && s->base < 0 && t->max_iter > 0; j++)
	{
		double sum = 0, cost = 0, least = INFINITY;

		for (int c = 0; c < s->k; c++)
		{
			sum += fit->coef[c * s->q + j];
			cost += fabs(fit->coef[c * s->q + j]);
		}
		for (int c = 0; c < s->k; c++)
		{
			double other = 0;

			for (int e = 0; e < s->k; e++)
				other += fabs(fit->coef[e * s->q + j] - fit->coef[c * s->q + j]);
			least = fmin(least, other);
		}
		if (s->l2[j] == 0 && s->l1[j] == 0)
			ok(fabs(sum) <= 1e-12 * (1 + cost), "%s: classes of column %d add up to 0", name, j);
		else if (s->l2[j] == 0)
			ok(cost <= least + 1e-12 * cost, "%s: no shift of column %d is smaller", name, j);
	}

	/* parameters and covariance, from explicit inverses, where the matrix has one */
	if (s->penalised || t->with & (COPY | ZEROS | EMPTY | SEPARATE | APART | LARGE) ||
		(s->base < 0 && (t->l2 == 0 || s->l2[0] == 0)))
		return;
	{
		long double *inverse, *share, df = 0;
		double far = 0;

		memcpy(penalised, hessian, sizeof(long double) * (size_t) (m * m));
		for (int i = 0; i < m; i++)
			penalised[i * m + i] += s->l2[i % s->q];
		inverse = inverse_of(penalised, m);
		share = product_of(inverse, hessian, m);
		for (int i = 0; i < m; i++)
			df += share[i * m + i];
		is_close(fit->df, (double) df, 1e-9, "%s: parameters", name);
		for (int i = 0; i < m * m && fit->variance; i++)
			far = fmax(far, off(fit->variance[i], inverse[i],
								sqrtl(inverse[i / m * (m + 1)] * inverse[i % m * (m + 1)])));
		ok(far < 1e-8, "%s: covariance, off by %.2g", name, far);
		free(inverse);
		free(share);
	}
}

static const task tasks[] = {
	{2, 2, 0, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 7, 15, 8, 2},
	{2, 2, 1, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 7, 15, 8, 2},
	{2, 2, 1, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 2},
	{2, 2, 0, 0, 2, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 4},
	{2, 2, -1, 0, 2, 0, 100, 1e-9, CONVERGED, 7, 15, 8, 4},
	{2, 2, -1, 3, 0, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 20},
	{2, 2, -1, 2, 1, 0, 100, 1e-9, CONVERGED, 7, 15, 8, 127},
	{2, 2, 0, 3, 0, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 31},
	{2, 2, -1, 25, 0, 0, 100, 1e-9, CONVERGED, 4, 9, 5, 12},
	{2, 2, -1, 0, 0, 0, 100, 1e-9, CONVERGED, 7, 15, 8, 0},
	{3, 3, 0, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 6},
	{3, 3, 2, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 7, 15, 8, 6},
	{3, 3, 1, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 6},
	{3, 3, 0, 0, 2, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 12},
	{3, 3, -1, 0, 2, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 9},
	{3, 3, -1, 3, 0, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 121},
	{3, 3, -1, 2, 1, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 110},
	{3, 3, 0, 3, 0, 0, 100, 1e-9, CONVERGED, 7, 15, 8, 125},
	{3, 3, -1, 25, 0, 0, 100, 1e-9, CONVERGED, 5, 11, 6, 29},
	{3, 3, -1, 0, 0, 0, 100, 1e-9, CONVERGED, 7, 15, 8, 0},
	{5, 4, 0, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 16},
	{5, 4, 4, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 16},
	{5, 4, 1, 0, 0, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 16},
	{5, 4, 0, 0, 2, VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 32},
	{5, 4, -1, 0, 2, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 20},
	{5, 4, -1, 3, 0, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 108},
	{5, 4, -1, 2, 1, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 106},
	{5, 4, 0, 3, 0, 0, 100, 1e-9, CONVERGED, 6, 13, 7, 141},
	{5, 4, -1, 25, 0, 0, 100, 1e-9, CONVERGED, 5, 11, 6, 38},
	{5, 4, -1, 0, 0, 0, 100, 1e-9, CONVERGED, 7, 15, 8, 0},
	{4, 4, 0, 0, 0, COPY, 100, 1e-9, CONVERGED, 7, 15, 8, 0},
	{4, 4, -1, 0, 1, COPY, 100, 1e-9, CONVERGED, 6, 13, 7, 16},
	{4, 4, -1, 2, 0, COPY, 100, 1e-9, CONVERGED, 7, 15, 8, 154},
	{4, 4, -1, 1, 1, COPY, 100, 1e-9, CONVERGED, 6, 13, 7, 126},
	{4, 4, 2, 2, 0, COPY, 100, 1e-9, CONVERGED, 6, 13, 7, 181},
	{4, 4, 0, 0, 0, ZEROS, 100, 1e-9, CONVERGED, 6, 13, 7, 0},
	{4, 4, -1, 0, 1, ZEROS, 100, 1e-9, CONVERGED, 6, 13, 7, 16},
	{4, 4, -1, 2, 0, ZEROS, 100, 1e-9, CONVERGED, 6, 13, 7, 120},
	{4, 4, -1, 1, 1, ZEROS, 100, 1e-9, CONVERGED, 6, 13, 7, 110},
	{4, 4, 2, 2, 0, ZEROS, 100, 1e-9, CONVERGED, 6, 13, 7, 180},
	{4, 4, 0, 0, 0, LARGE, 100, 1e-9, CONVERGED, 6, 13, 7, 0},
	{4, 4, -1, 0, 1, LARGE, 100, 1e-9, CONVERGED, 7, 15, 8, 16},
	{4, 4, -1, 2, 0, LARGE, 100, 1e-9, CONVERGED, 5, 11, 6, 89},
	{4, 4, -1, 1, 1, LARGE, 100, 1e-9, CONVERGED, 6, 13, 7, 109},
	{4, 4, 2, 2, 0, LARGE, 100, 1e-9, CONVERGED, 7, 15, 8, 239},
	{4, 4, 0, 0, 0, EMPTY, 100, 1e-9, SEPARATED, 7, 15, 8, 0},
	{4, 4, -1, 0, 1, EMPTY, 100, 1e-9, SEPARATED, 7, 15, 8, 16},
	{4, 4, -1, 2, 0, EMPTY, 100, 1e-9, SEPARATED, 7, 15, 8, 171},
	{4, 4, -1, 1, 1, EMPTY, 100, 1e-9, SEPARATED, 7, 15, 8, 135},
	{4, 4, 2, 2, 0, EMPTY, 100, 1e-9, SEPARATED, 7, 15, 8, 157},
	{4, 4, 0, 0, 0, HEAVY, 100, 1e-9, CONVERGED, 7, 15, 8, 0},
	{4, 4, -1, 0, 1, HEAVY, 100, 1e-9, CONVERGED, 9, 19, 10, 16},
	{4, 4, -1, 2, 0, HEAVY, 100, 1e-9, CONVERGED, 10, 21, 11, 673},
	{4, 4, -1, 1, 1, HEAVY, 100, 1e-9, CONVERGED, 8, 17, 9, 2808},
	{4, 4, 2, 2, 0, HEAVY, 100, 1e-9, CONVERGED, 8, 17, 9, 1073},
	{4, 4, 0, 0, 0, FAR, 100, 1e-9, CONVERGED, 9, 30, 10, 0},
	{4, 4, -1, 0, 1, FAR, 100, 1e-9, CONVERGED, 11, 33, 12, 16},
	{4, 4, -1, 2, 0, FAR, 100, 1e-9, CONVERGED, 11, 53, 12, 2393},
	{4, 4, -1, 1, 1, FAR, 100, 1e-9, CONVERGED, 10, 35, 11, 274},
	{4, 4, 2, 2, 0, FAR, 100, 1e-9, CONVERGED, 9, 27, 10, 463},
	{4, 4, 0, 0, 0, ORIGIN, 100, 1e-9, CONVERGED, 6, 13, 7, 0},
	{4, 4, -1, 0, 1, ORIGIN, 100, 1e-9, CONVERGED, 6, 13, 7, 16},
	{4, 4, -1, 2, 0, ORIGIN, 100, 1e-9, CONVERGED, 6, 13, 7, 120},
	{4, 4, -1, 1, 1, ORIGIN, 100, 1e-9, CONVERGED, 5, 11, 6, 125},
	{4, 4, 2, 2, 0, ORIGIN, 100, 1e-9, CONVERGED, 6, 13, 7, 120},
	{4, 4, 0, 0, 0, FREE, 100, 1e-9, CONVERGED, 6, 13, 7, 0},
	{4, 4, -1, 0, 1, FREE, 100, 1e-9, CONVERGED, 7, 15, 8, 16},
	{4, 4, -1, 2, 0, FREE, 100, 1e-9, CONVERGED, 6, 13, 7, 252},
	{4, 4, -1, 1, 1, FREE, 100, 1e-9, CONVERGED, 6, 13, 7, 126},
	{4, 4, 2, 2, 0, FREE, 100, 1e-9, CONVERGED, 7, 15, 8, 304},
	{4, 4, 0, 0, 0, APART, 100, 1e-9, SEPARATED, 12, 25, 13, 0},
	{4, 4, -1, 0, 1, APART, 100, 1e-9, CONVERGED, 8, 17, 9, 16},
	{4, 4, -1, 2, 0, APART, 100, 1e-9, CONVERGED, 9, 19, 10, 162},
	{4, 4, -1, 1, 1, APART, 100, 1e-9, CONVERGED, 7, 15, 8, 165},
	{4, 4, 2, 2, 0, APART, 100, 1e-9, CONVERGED, 9, 19, 10, 273},
	{4, 4, 0, 0, 0, SEPARATE, 100, 1e-9, SEPARATED, 14, 29, 15, 0},
	{4, 4, -1, 0, 1, SEPARATE, 100, 1e-9, CONVERGED, 8, 17, 9, 16},
	{4, 4, -1, 2, 0, SEPARATE, 100, 1e-9, CONVERGED, 9, 19, 10, 399},
	{4, 4, -1, 1, 1, SEPARATE, 100, 1e-9, CONVERGED, 8, 17, 9, 168},
	{4, 4, 2, 2, 0, SEPARATE, 100, 1e-9, CONVERGED, 9, 19, 10, 500},
	{4, 4, 1, 0, 0, FAR | HEAVY, 100, 1e-9, CONVERGED, 10, 27, 11, 0},
	{4, 4, -1, 0, 1, FAR | HEAVY, 100, 1e-9, CONVERGED, 11, 52, 12, 16},
	{4, 4, -1, 4, 0, FAR | HEAVY, 100, 1e-9, CONVERGED, 13, 32, 14, 3206},
	{4, 4, 1, 0, 0, COPY | HEAVY, 100, 1e-9, CONVERGED, 8, 17, 9, 0},
	{4, 4, -1, 0, 1, COPY | HEAVY, 100, 1e-9, CONVERGED, 9, 19, 10, 16},
	{4, 4, -1, 4, 0, COPY | HEAVY, 100, 1e-9, CONVERGED, 7, 15, 8, 622},
	{4, 4, 1, 0, 0, ORIGIN | VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 12},
	{4, 4, -1, 0, 1, ORIGIN | VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 32},
	{4, 4, -1, 4, 0, ORIGIN | VARIANCE, 100, 1e-9, CONVERGED, 5, 11, 6, 65},
	{4, 4, 1, 0, 0, FREE | VARIANCE, 100, 1e-9, CONVERGED, 7, 15, 8, 12},
	{4, 4, -1, 0, 1, FREE | VARIANCE, 100, 1e-9, CONVERGED, 6, 13, 7, 32},
	{4, 4, -1, 4, 0, FREE | VARIANCE, 100, 1e-9, CONVERGED, 7, 15, 8, 101},
	{4, 4, 1, 0, 0, FREE | FAR, 100, 1e-9, CONVERGED, 11, 37, 12, 0},
	{4, 4, -1, 0, 1, FREE | FAR, 100, 1e-9, CONVERGED, 8, 22, 9, 16},
	{4, 4, -1, 4, 0, FREE | FAR, 100, 1e-9, CONVERGED, 8, 25, 9, 251},
	{3, 3, 0, 0, 0, 0, 0, 1e-9, MAX_ITER, 0, 1, 1, 0},
	{3, 3, -1, 3, 0, 0, 0, 1e-9, MAX_ITER, 0, 1, 1, 0},
	{3, 3, 0, 0, 0, 0, 1, 1e-9, MAX_ITER, 1, 3, 2, 0},
	{3, 3, -1, 3, 0, 0, 1, 1e-9, MAX_ITER, 1, 3, 2, 15},
	{3, 3, 0, 0, 0, 0, 2, 1e-9, MAX_ITER, 2, 5, 3, 0},
	{3, 3, -1, 3, 0, 0, 2, 1e-9, MAX_ITER, 2, 5, 3, 38},
	{3, 3, 0, 0, 0, 0, 3, 1e-9, MAX_ITER, 3, 7, 4, 0},
	{3, 3, -1, 3, 0, 0, 3, 1e-9, MAX_ITER, 3, 7, 4, 63},
	{3, 3, 0, 0, 0, 0, 4, 1e-9, MAX_ITER, 4, 9, 5, 0},
	{3, 3, -1, 3, 0, 0, 4, 1e-9, MAX_ITER, 4, 9, 5, 68},
	{3, 3, 0, 0, 0, 0, 5, 1e-9, MAX_ITER, 5, 11, 6, 0},
	{3, 3, -1, 3, 0, 0, 5, 1e-9, CONVERGED, 5, 11, 6, 103},
	{3, 3, 0, 0, 0, 0, 100, 1e-2, CONVERGED, 4, 9, 5, 0},
	{3, 3, -1, 3, 0, 0, 100, 1e-2, CONVERGED, 4, 9, 5, 83},
	{3, 3, -1, 0, 3, 0, 100, 1e-2, CONVERGED, 4, 9, 5, 9},
	{3, 3, 0, 0, 0, 0, 100, 1e-4, CONVERGED, 6, 13, 7, 0},
	{3, 3, -1, 3, 0, 0, 100, 1e-4, CONVERGED, 5, 11, 6, 94},
	{3, 3, -1, 0, 3, 0, 100, 1e-4, CONVERGED, 5, 11, 6, 9},
	{3, 3, 0, 0, 0, 0, 100, 1e-13, CONVERGED, 7, 15, 8, 0},
	{3, 3, -1, 3, 0, 0, 100, 1e-13, CONVERGED, 7, 15, 8, 123},
	{3, 3, -1, 0, 3, 0, 100, 1e-13, CONVERGED, 7, 15, 8, 9},
};

static void
run(const task *t, int number)
{
	data d;
	double l1[MOST], l2[MOST], *coef = exactly(t->k * t->q);
	l2n_softmax s = {t->k, t->q, !(t->with & ORIGIN), t->base, l1, l2, t->l1 > 0, pass, &d};
	int m = (int) l2n_softmax_unknowns(&s);
	l2n_softmax_fit fit = {.coef = coef, .variance = t->with & VARIANCE ? exactly(m * m) : NULL};
	void *work;
	char name[100];

	make(&d, t, (uint64_t) number + 1);
	for (int j = 0; j < t->q; j++)
	{
		bool free = (j == 0 && s.constant) || (j == 1 && t->with & FREE);

		l1[j] = free ? 0 : t->l1;
		l2[j] = free ? 0 : t->l2;
	}
	for (int i = 0; i < t->k * t->q; i++)
		coef[i] = t->with & FAR && i / t->q != t->base ? 3 * normal() : 0;
	work = malloc(l2n_softmax_worksize(&s));
	memset(work, 0xff, l2n_softmax_worksize(&s));
	snprintf(name, sizeof name, "%d: %d classes, base %d, l1 %g, l2 %g", number, t->k, t->base,
			 t->l1, t->l2);
	is_int(l2n_softmax_solve(&s, t->tolerance, t->max_iter, &fit, work, polled, &d), L2N_OK, "%s",
		   name);
	if (getenv("STEPS_SAY"))
		diag("{%d, %d, %d, %g, %g, %d, %d, %g, %d, %d, %d, %d, %d},", t->k, t->q, t->base, t->l1,
			 t->l2, t->with, t->max_iter, t->tolerance, (int) fit.end, fit.iterations, d.passes,
			 d.hessians, d.polls);
	is_int(fit.end, t->end, "%s: its end", name);
	is_int(fit.iterations, t->steps, "%s: steps", name);
	is_int(d.passes, t->passes, "%s: passes", name);
	is_int(d.hessians, t->hessians, "%s: of these with the Hessian", name);
	/* sweeps go by the last bits in the end */
	ok(t->l1 > 0 ? abs(d.polls - t->polls) <= t->polls / 4 : d.polls == t->polls,
	   "%s: it asks %d times whether to stop", name, d.polls);
	check(name, &d, &s, t, &fit);
	free(coef);
	free(fit.variance);
	free(d.z);
	free(d.weight);
	free(d.class);
	free(work);
	free(d.work);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
		run(&tasks[i], (int) i);
	return done_testing();
}
