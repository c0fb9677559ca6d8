/*
 * test_softmax.c: multinomial regression and the logistic unit against their definitions: slopes
 * and Hessian by differences, optimality, separation, and the rate of gradient steps.
 */
#include <stdlib.h>
#include <string.h>

#include "num/glm/softmax.h"
#include "num/glm/unit.h"
#include "num/linalg/eigen.h"
#include "rows.h"

#define ROWS    300
#define CLASSES 4
#define COLUMNS 3

typedef struct data
{
	double z[ROWS * COLUMNS];
	double weight[ROWS];
	int class[ROWS];
	void *work;
} data;

static l2n_status
pass(void *arg, const l2n_softmax *s, const double *coef, l2n_softmax_sums *sums)
{
	data *d = arg;

	for (int i = 0; i < ROWS; i += 100)
		l2n_softmax_rows(s, coef, 100, d->z + i * s->q, d->class + i, d->weight + i, sums, d->work);
	return L2N_OK;
}

/* Rows whose classes follow the second column, with some noise, or without any */
static void
make_data(data *d, bool separated)
{
	for (int i = 0; i < ROWS; i++)
	{
		double *z = d->z + i * COLUMNS;

		z[0] = 1;
		z[1] = 4 * uniform() - 2;
		z[2] = 2 * uniform() - 1;
		d->weight[i] = 0.5 + uniform();
		d->class[i] = (int) (z[1] + 2 + (separated ? 0 : 0.8 * (uniform() - 0.5) * 4));
		d->class[i] = d->class[i] < 0 ? 0 : d->class[i] > 3 ? 3 : d->class[i];
	}
	d->work = dirty(l2n_softmax_rows_worksize(CLASSES, COLUMNS, 100));
}

static l2n_softmax
problem(data *d, int base, const double *l1, const double *l2)
{
	return (l2n_softmax){.k = CLASSES,
						 .q = COLUMNS,
						 .constant = true,
						 .base = base,
						 .l1 = l1,
						 .l2 = l2,
						 .penalised = l1[1] > 0,
						 .pass = pass,
						 .pass_arg = d};
}

static const double none[COLUMNS] = {0, 0, 0};

#define ALL     (CLASSES * COLUMNS)
#define UNKNOWN ((CLASSES - 1) * COLUMNS)

static double
loss_at(data *d, const l2n_softmax *s, const double *coef, double *slope)
{
	double size[ALL] = {0};
	l2n_softmax_sums sums = {.loss = dd_of(0), .slope = slope, .size = size};

	memset(slope, 0, sizeof(double) * ALL);
	(void) pass(d, s, coef, &sums);
	return sums.loss.hi;
}

static void
test_derivatives(data *d)
{
	l2n_softmax s = problem(d, 0, none, none);
	double coef[ALL] = {0}, slope[ALL] = {0}, other[ALL], up[ALL], size[ALL] = {0};
	double *cross = calloc(UNKNOWN * UNKNOWN, sizeof(double));
	l2n_softmax_sums sums = {.loss = dd_of(0), .slope = slope, .size = size, .cross = cross};
	double worst = 0, worst2 = 0;
	const double h = 1e-5;

	for (int i = COLUMNS; i < ALL; i++)
		coef[i] = uniform() - 0.5;
	(void) pass(d, &s, coef, &sums);
	for (int i = COLUMNS; i < ALL; i++)
	{
		double plus, minus;

		coef[i] += h;
		plus = loss_at(d, &s, coef, up);
		coef[i] -= 2 * h;
		minus = loss_at(d, &s, coef, other);
		coef[i] += h;
		worst = fmax(worst, fabs((plus - minus) / (2 * h) - slope[i]));
		for (int j = i; j < ALL; j++)
			worst2 = fmax(worst2, fabs((up[j] - other[j]) / (2 * h) -
									   cross[(i - COLUMNS) * UNKNOWN + j - COLUMNS]));
	}
	ok(worst < 1e-6, "slopes are those of the loss, to %.2g", worst);
	ok(worst2 < 1e-6, "the Hessian is that of the slopes, to %.2g", worst2);
	free(cross);
}

/* By how much an optimality condition is missed, from the slopes alone */
static double
miss(data *d, const l2n_softmax *s, const double *coef)
{
	double slope[ALL], worst = 0;

	(void) loss_at(d, s, coef, slope);
	for (int i = 0; i < ALL; i++)
	{
		double l1 = s->l1[i % COLUMNS], g = slope[i] + s->l2[i % COLUMNS] * coef[i];

		if (s->base == i / COLUMNS)
			continue;
		worst = fmax(worst, coef[i] != 0 ? fabs(g + copysign(l1, coef[i])) : fmax(fabs(g) - l1, 0));
	}
	return worst;
}

static l2n_softmax_fit
solve(const l2n_softmax *s, double *coef)
{
	l2n_softmax_fit fit = {.coef = coef};
	void *work = dirty(l2n_softmax_worksize(s));

	memset(coef, 0, sizeof(double) * ALL);
	is_int(l2n_softmax_solve(s, 1e-9, 100, &fit, work, NULL, NULL), L2N_OK, "it is solved");
	free(work);
	return fit;
}

static void
test_fits(data *d)
{
	static const double l1[COLUMNS] = {0, 20, 20}, l2[COLUMNS] = {0, 3, 3},
						both[COLUMNS] = {0, 5, 5};
	double coef[ALL], sum = 0;
	l2n_softmax plain = problem(d, 2, none, none), ridge = problem(d, -1, none, l2),
				lasso = problem(d, -1, l1, none), net = problem(d, -1, both, l2);
	l2n_softmax_fit fit = solve(&plain, coef);

	is_int(fit.end, L2N_SOFTMAX_CONVERGED, "without a penalty");
	ok(miss(d, &plain, coef) < 1e-9, "slopes are 0");
	is_close(fit.df, UNKNOWN, 0, "each coefficient counts");
	fit = solve(&ridge, coef);
	is_int(fit.end, L2N_SOFTMAX_CONVERGED, "with a quadratic one");
	ok(miss(d, &ridge, coef) < 1e-9, "slopes are those of the penalty");
	for (int c = 0; c < CLASSES; c++)
		sum += coef[c * COLUMNS + 1];
	ok(fabs(sum) < 1e-12, "coefficients of a column sum to 0");
	ok(fit.df > CLASSES - 1 && fit.df < UNKNOWN, "%.3g parameters", fit.df);
	fit = solve(&lasso, coef);
	is_int(fit.end, L2N_SOFTMAX_CONVERGED, "with the lasso");
	ok(miss(d, &lasso, coef) < 1e-9, "slopes are within the penalty");
	ok(fit.nonzero > 0 && fit.nonzero < 2 * CLASSES, "%d are left", fit.nonzero);
	fit = solve(&net, coef);
	is_int(fit.end, L2N_SOFTMAX_CONVERGED, "with both");
	ok(miss(d, &net, coef) < 1e-9, "likewise");
}

/* Loss, parameters and covariance, from explicit inverses; with a penalty and without */
static void
test_numbers(data *d, const double *l2)
{
	double coef[ALL], *cross = calloc(UNKNOWN * UNKNOWN, sizeof(double)), slope[ALL] = {0};
	double size[ALL] = {0}, *variance = calloc(UNKNOWN * UNKNOWN, sizeof(double)), far = 0;
	long double loss = 0, *h = calloc(UNKNOWN * UNKNOWN, sizeof(long double)), df = 0;
	long double *a = calloc(UNKNOWN * UNKNOWN, sizeof(long double)), *inverse, *share;
	l2n_softmax s = problem(d, 2, none, l2);
	l2n_softmax_sums sums = {.loss = dd_of(0), .slope = slope, .size = size, .cross = cross};
	l2n_softmax_fit fit = {.coef = coef, .variance = variance};
	void *work = dirty(l2n_softmax_worksize(&s));

	memset(coef, 0, sizeof coef);
	is_int(l2n_softmax_solve(&s, 1e-9, 100, &fit, work, NULL, NULL), L2N_OK, "numbers of a fit");
	for (int i = 0; i < ROWS; i++)
	{
		long double score[CLASSES] = {0}, total = 0;

		for (int c = 0; c < CLASSES; c++)
		{
			for (int j = 0; j < COLUMNS; j++)
				score[c] += coef[c * COLUMNS + j] * d->z[i * COLUMNS + j];
			total += expl(score[c]);
		}
		loss -= d->weight[i] * (score[d->class[i]] - logl(total));
	}
	is_close(fit.loss, (double) loss, 1e-12, "loss");
	ok(fit.miss >= 0 && fit.miss <= 1e-9 && fit.iterations > 2 && fit.iterations < 20,
	   "missed by %.2g after %d", fit.miss, fit.iterations);
	(void) pass(d, &s, coef, &sums);
	for (int i = 0; i < UNKNOWN; i++)
		for (int j = i; j < UNKNOWN; j++)
		{
			a[i * UNKNOWN + j] = h[i * UNKNOWN + j] = cross[i * UNKNOWN + j];
			a[j * UNKNOWN + i] = h[j * UNKNOWN + i] = cross[i * UNKNOWN + j];
			if (i == j)
				a[i * UNKNOWN + i] += l2[i % COLUMNS];
		}
	inverse = inverse_of(a, UNKNOWN);
	share = product_of(inverse, h, UNKNOWN);
	for (int i = 0; i < UNKNOWN; i++)
	{
		df += share[i * UNKNOWN + i];
		for (int j = 0; j < UNKNOWN; j++)
			far = fmax(far, off(variance[i * UNKNOWN + j], inverse[i * UNKNOWN + j],
								sqrtl(inverse[i * UNKNOWN + i] * inverse[j * UNKNOWN + j])));
	}
	is_close(fit.df, (double) df, 1e-9, "parameters");
	ok(l2[1] > 0 || far < 1e-8, "covariance: %.2g", far);

	/* too few steps */
	memset(coef, 0, sizeof coef);
	is_int(l2n_softmax_solve(&s, 1e-9, 1, &fit, work, NULL, NULL), L2N_OK, "one step");
	ok(fit.end == L2N_SOFTMAX_MAX_ITER && fit.iterations == 1 && fit.miss > 1e-9,
	   "is not enough: %.2g", fit.miss);
	free(cross);
	free(variance);
	free(h);
	free(a);
	free(inverse);
	free(share);
	free(work);
}

/* How many are left by the lasso, and which count */
static void
test_left(data *d)
{
	static const double l1[COLUMNS] = {0, 20, 60};
	double coef[ALL];
	l2n_softmax s = problem(d, -1, l1, none);
	l2n_softmax_fit fit = solve(&s, coef);
	int left = 0, parameters = CLASSES - 1;

	for (int j = 1; j < COLUMNS; j++)
	{
		int n = 0;

		for (int c = 0; c < CLASSES; c++)
			n += coef[c * COLUMNS + j] != 0;
		left += n;
		parameters += n < CLASSES - 1 ? n : CLASSES - 1;
	}
	is_int(fit.nonzero, left, "coefficients that are not 0");
	is_close(fit.df, parameters, 1e-14, "parameters");
	ok(isfinite(fit.loss) && fit.loss > 0, "loss");
}

static void
test_separated(data *d)
{
	double coef[ALL];
	l2n_softmax s = problem(d, 0, none, none);

	is_int(solve(&s, coef).end, L2N_SOFTMAX_SEPARATED, "classes that a column separates");
}

/* A loss of two coefficients in place of rows: what the search makes of its derivatives */
typedef enum shape
{
	VALLEY,  /* (b1 + b2 - 2)^2 / 2, least along a line */
	DOWN,    /* exp(-b1), which falls for ever */
	PASS_OF, /* a slope and a curvature of -1, of which there is no step */
} shape;

static l2n_status
shape_pass(void *arg, const l2n_softmax *s, const double *coef, l2n_softmax_sums *sums)
{
	const double *b = coef + 2;
	double up = b[0] + b[1] - 2, down = 0.4 * exp(-b[0]), *h = sums->cross;
	shape of = *(shape *) arg;

	sums->loss = dd_of(of == VALLEY ? up * up / 2 : of == DOWN ? down : b[0]);
	sums->slope[2] = of == VALLEY ? up : of == DOWN ? -down : 1;
	sums->slope[3] = of == VALLEY ? up : 0;
	sums->size[2] = sums->size[3] = 1;
	if (h)
	{
		h[0] = of == VALLEY ? 1 : of == DOWN ? down : -1;
		h[1] = h[2] = of == VALLEY;
		h[3] = 1;
	}
	return L2N_OK;
}

static void
test_shapes(void)
{
	for (shape of = VALLEY; of <= PASS_OF; of++)
	{
		double coef[4] = {0};
		l2n_softmax s = {
			.k = 2, .q = 2, .l1 = none, .l2 = none, .pass = shape_pass, .pass_arg = &of};
		l2n_softmax_fit fit = {.coef = coef};
		void *work = dirty(l2n_softmax_worksize(&s));

		is_int(l2n_softmax_solve(&s, 1e-12, 100, &fit, work, NULL, NULL), L2N_OK, "shape %d", of);
		if (of == VALLEY)
			ok(fit.end == L2N_SOFTMAX_CONVERGED && fabs(coef[2] - 1) < 0.1 &&
				   fabs(coef[3] - 1) < 0.1,
			   "of equal columns each takes its part: %g, %g", coef[2], coef[3]);
		else if (of == DOWN)
			ok(fit.end == L2N_SOFTMAX_SEPARATED && fit.iterations == 6 && coef[2] == 6,
			   "six steps after the first that are alike say where it goes: %d", fit.iterations);
		else
			ok(fit.end == L2N_SOFTMAX_STUCK && fit.iterations == 0 && coef[2] == 0,
			   "without a step it is stuck");
		free(work);
	}
}

static void
test_probabilities(void)
{
	double even[3] = {INFINITY, INFINITY, 0}, far[3] = {-1000, 1000, 999}, nan[2] = {NAN, 1},
		   low[2] = {-INFINITY, -INFINITY}, behind[3] = {1, INFINITY, NAN};

	l2n_softmax_probabilities(3, even);
	ok(even[0] == 0.5 && even[1] == 0.5 && even[2] == 0, "infinite scores share alike");
	l2n_softmax_probabilities(3, far);
	ok(far[0] == 0 && fabs(far[1] - 1 / (1 + exp(-1))) < 1e-15, "scores far from 0");
	l2n_softmax_probabilities(2, nan);
	ok(isnan(nan[0]) && isnan(nan[1]), "no score, no probabilities");
	l2n_softmax_probabilities(3, behind);
	ok(isnan(behind[0]) && isnan(behind[1]) && isnan(behind[2]), "wherever it is missing");
	l2n_softmax_probabilities(2, low);
	ok(low[0] == 0.5 && low[1] == 0.5, "none likelier than the other");
}

/* Objective, loss and miss of a unit at its coefficients, and steps from there, by the textbook */
static void
test_unit_steps(data *d, size_t batch)
{
	static const double l1[COLUMNS] = {0, 12, 40}, l2[COLUMNS] = {0, 2, 3};
	double y[ROWS], coef[COLUMNS] = {0.1, -0.4, 0}, slope[COLUMNS], size[COLUMNS], far = 0;
	long double b[COLUMNS] = {0.1L, -0.4L, 0}, loss = 0, penalty = 0, total = 0, miss = 0;
	long double g[COLUMNS] = {0}, terms[COLUMNS] = {0};
	size_t order[ROWS], shuffled[ROWS];
	l2n_unit u = {.n = ROWS,
				  .q = COLUMNS,
				  .z = d->z,
				  .y = y,
				  .weight = d->weight,
				  .l1 = l1,
				  .l2 = l2,
				  .batch = batch,
				  .order = order,
				  .rate = 0.3,
				  .coef = coef,
				  .slope = slope,
				  .size = size};

	for (int i = 0; i < ROWS; i++)
	{
		long double score = 0;

		order[i] = (size_t) i;
		y[i] = d->class[i] / 3.0;
		total += d->weight[i];
		for (int j = 0; j < COLUMNS; j++)
			score += coef[j] * d->z[i * COLUMNS + j];
		loss += d->weight[i] * (logl(1 + expl(score)) - y[i] * score);
		for (int j = 0; j < COLUMNS; j++)
		{
			long double term =
				d->weight[i] * (1 / (1 + expl(-score)) - y[i]) * d->z[i * COLUMNS + j];

			g[j] += term;
			terms[j] += fabsl(term);
		}
	}
	u.total = (double) total;
	for (int j = 0; j < COLUMNS; j++)
	{
		long double pull = g[j] + l2[j] * b[j];

		penalty += l1[j] * fabsl(b[j]) + l2[j] / 2 * b[j] * b[j];
		pull = b[j] != 0 ? fabsl(pull + copysignl(l1[j], b[j])) : fmaxl(fabsl(pull) - l1[j], 0);
		miss = fmaxl(miss, pull / (terms[j] + l1[j] + fabsl(l2[j] * b[j])));
	}
	is_int(l2n_unit_look(&u, NULL, NULL), L2N_OK, "a unit");
	is_close(u.loss, (double) loss, 1e-13, "its loss");
	is_close(u.objective, (double) (loss + penalty), 1e-13, "its objective");
	is_close(u.miss, (double) miss, 1e-12, "how far it is from its conditions");
	u.seed = 11;
	is_int(l2n_unit_iterate(&u, NULL, NULL), L2N_OK, "a step");
	/* Fisher and Yates, by numbers of this iteration's own seed; all rows at once stay as they are
	 */
	for (size_t i = 0; i < ROWS; i++)
		shuffled[i] = i;
	for (size_t i = ROWS - 1; i > 0 && batch < ROWS; i--)
	{
		size_t j = (size_t) (l2n_unit_random(l2n_unit_random(11, 0), i) % (i + 1)), t = shuffled[i];

		shuffled[i] = shuffled[j];
		shuffled[j] = t;
	}
	ok(memcmp(order, shuffled, sizeof order) == 0, "rows in an order of their own");
	for (size_t from = 0; from < ROWS; from += batch)
	{
		long double sum = 0, s[COLUMNS] = {0};

		for (size_t i = from; i < ROWS && i < from + batch; i++)
		{
			size_t row = order[i];
			long double score = 0;

			for (int j = 0; j < COLUMNS; j++)
				score += b[j] * d->z[row * COLUMNS + (size_t) j];
			sum += d->weight[row];
			for (int j = 0; j < COLUMNS; j++)
				s[j] += d->weight[row] * (1 / (1 + expl(-score)) - y[row]) *
						d->z[row * COLUMNS + (size_t) j];
		}
		for (int j = 0; j < COLUMNS; j++)
		{
			long double by = u.rate * l1[j] / total;

			b[j] -= u.rate * (s[j] / sum + l2[j] / total * b[j]);
			b[j] = by == 0 ? b[j] : b[j] > by ? b[j] - by : b[j] < -by ? b[j] + by : 0;
		}
	}
	for (int j = 0; j < COLUMNS; j++)
		far = fmax(far, fabs((double) (coef[j] - b[j])));
	ok(far < 1e-13 && u.iterations == 1, "is the textbook's, in batches of %d: %.2g", (int) batch,
	   far);
}

static bool
stop_at(void *left)
{
	return (*(int *) left)-- == 0;
}

/* Of many rows a unit asks in between whether to stop, and does */
static void
test_unit_polls(void)
{
	size_t n = 20000;
	double *z = calloc(n, sizeof(double)), *weight = calloc(n, sizeof(double)), coef[1] = {0};
	double slope[1], size[1], matrix[1], values[1], rate;
	size_t *order = calloc(n, sizeof(size_t));
	static const int want[3] = {5, 4, 7};
	void *work = dirty(l2n_eigen_worksize(1));
	l2n_unit u = {.n = n,
				  .q = 1,
				  .z = z,
				  .y = z,
				  .weight = weight,
				  .l1 = none,
				  .l2 = none,
				  .rate = 1,
				  .batch = 1000,
				  .order = order,
				  .coef = coef,
				  .slope = slope,
				  .size = size,
				  .total = (double) n};

	for (size_t i = 0; i < n; i++)
	{
		order[i] = i;
		weight[i] = 1;
		z[i] = i % 2;
	}
	/* one in 4096 rows at least; batches are of 1000 */
	for (int which = 0; which < 3; which++)
	{
		int polls = 0;
		l2n_status status = L2N_INTERRUPTED;

		for (; status == L2N_INTERRUPTED && polls < 100; polls++)
		{
			int left = polls;

			status = which == 0 ? l2n_unit_look(&u, stop_at, &left)
					 : which == 1
						 ? l2n_unit_iterate(&u, stop_at, &left)
						 : l2n_unit_largest_rate(&u, matrix, values, work, &rate, stop_at, &left);
		}
		ok(status == L2N_OK && polls - 1 == want[which], "stops at each of %d polls", polls - 1);
	}
	free(z);
	free(weight);
	free(order);
	free(work);
}

/* Two columns, y of the sign of the first with some noise */
static void
test_unit(data *d)
{
	static const double l2[COLUMNS] = {0, 2, 2};
	double y[ROWS], coef[COLUMNS] = {0}, slope[COLUMNS], size[COLUMNS], matrix[9], values[3], rate;
	size_t order[ROWS];
	void *work = dirty(l2n_eigen_worksize(COLUMNS));
	l2n_unit u = {.n = ROWS,
				  .q = COLUMNS,
				  .z = d->z,
				  .y = y,
				  .weight = d->weight,
				  .l1 = none,
				  .l2 = l2,
				  .batch = ROWS,
				  .order = order,
				  .coef = coef,
				  .slope = slope,
				  .size = size};
	bool fell = true;
	double last;

	for (int i = 0; i < ROWS; i++)
	{
		order[i] = (size_t) i;
		y[i] = d->class[i] > 1;
		u.total += d->weight[i];
	}
	is_int(l2n_unit_largest_rate(&u, matrix, values, work, &rate, NULL, NULL), L2N_OK, "a rate");
	u.rate = 0.999 * rate;
	(void) l2n_unit_look(&u, NULL, NULL);
	last = u.objective;
	for (int i = 0; i < 3000; i++)
	{
		(void) l2n_unit_iterate(&u, NULL, NULL);
		(void) l2n_unit_look(&u, NULL, NULL);
		fell &= u.objective <= last * (1 + 1e-14);
		last = u.objective;
	}
	ok(fell, "below the largest rate the objective falls at every step");
	ok(u.miss < 1e-9, "to the minimum: missed by %.2g", u.miss);
	memset(coef, 0, sizeof coef);
	u.batch = 7;
	u.seed = 5;
	(void) l2n_unit_iterate(&u, NULL, NULL);
	last = 0;
	for (int i = 0; i < ROWS; i++)
		last += (double) order[i];
	is_close(last, ROWS * (ROWS - 1) / 2.0, 0, "a shuffle keeps every row");
	is_int((long) (l2n_unit_random(0, 0) >> 32), 0xe220a839L, "SplitMix64's first number");
	free(work);
}

int
main(void)
{
	data *d = calloc(1, sizeof *d);

	make_data(d, false);
	test_derivatives(d);
	test_fits(d);
	test_numbers(d, none);
	test_numbers(d, (const double[COLUMNS]){0, 3, 3});
	test_left(d);
	test_unit(d);
	test_unit_steps(d, ROWS);
	test_unit_steps(d, 37);
	test_unit_polls();
	free(d->work);
	make_data(d, true);
	test_separated(d);
	test_shapes();
	test_probabilities();
	free(d->work);
	free(d);
	return done_testing();
}
