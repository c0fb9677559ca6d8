/*
 * test_dropout.c: expectations over masks, against sums that are written out.
 */
#include <stdlib.h>
#include <string.h>

#include "num/glm/dropout.h"
#include "num/kernel/kernel.h"
#include "random.h"
#include "tap.h"

#define P    4
#define ROWS 150

static const int feature[P] = {1, 2, 3, 4};
static const double centre[P] = {0.5, -0.25, 0, 1};
static const double rate = 0.3;

static void *
scratch(size_t bytes)
{
	return dirty(bytes);
}

/* y, x, weight, offset; some x are 0 */
static void
make_rows(double *x)
{
	seed = 3;
	for (int i = 0; i < ROWS; i++, x += P + 3)
	{
		x[0] = integer(2);
		for (int j = 1; j <= P; j++)
			x[j] = integer(4) == 0 ? 0 : normal();
		x[P + 1] = 1 + integer(3);
		x[P + 2] = 0.1 * normal();
	}
}

static double
loss_at(const l2n_family *f, double y, double eta)
{
	double residual, weight, loss;

	f->evaluate(f, l2n_kernel_best(), 1, &y, &eta, &residual, &weight, &loss);
	return loss;
}

/* The expectation with every mask of all features, one by one */
static double
by_hand(const l2n_family *f, const double *x, double base, const double *coef)
{
	double sum = 0;

	for (int i = 0; i < ROWS; i++, x += P + 3)
		for (int mask = 0; mask < 1 << P; mask++)
		{
			double p = x[P + 1], eta = base + x[P + 2];

			for (int j = 0; j < P; j++)
			{
				bool there = mask >> j & 1;

				p *= there ? 1 - rate : rate;
				eta += coef[j] * ((there ? x[1 + j] / (1 - rate) : 0) - centre[j]);
			}
			sum += p * loss_at(f, x[0], eta);
		}
	return sum;
}

typedef struct result
{
	double loss;
	double slope[P + 1]; /* of the loss, falling, by the coefficients and base */
} result;

/* The same by the blocks of rows; of a normal linear predictor where samples < 0 */
static result
by_blocks(const l2n_family *f, const double *x, double base, const double *coef, int samples,
		  uint64_t seeds)
{
	l2n_irls s = {.family = f,
				  .p = P,
				  .feature = feature,
				  .weight = P + 1,
				  .offset = P + 2,
				  .dropout = rate / (1 - rate),
				  .normal = true,
				  .centre = centre};
	l2n_masks masks = {rate, samples};
	l2n_moments m = {.k = P + 1};
	dd loss = dd_of(0);
	void *work = scratch(l2n_masks_worksize(P));
	result r;

	m.mean = scratch(sizeof(double) * l2n_moments_doubles(P + 1));
	m.cross = m.mean + 2 * (P + 1);
	l2n_moments_clear(&m);
	for (int i = 0; i < ROWS; i += 50)
	{
		const double *at = x + (size_t) i * (P + 3);
		uint64_t of_row[50];

		for (int k = 0; k < 50; k++)
			of_row[k] = seeds + (uint64_t) (i + k);
		if (samples < 0)
			l2n_irls_block(l2n_kernel_best(), &s, base, coef, 50, at, P + 3, &m, &loss, NULL, NULL,
						   work, NULL, NULL);
		else
			l2n_masks_block(l2n_kernel_best(), &s, &masks, base, coef, 50, at, P + 3, of_row, &m,
							&loss, NULL, work, NULL, NULL);
	}
	r.loss = loss.hi;
	r.slope[P] = m.weight.hi * m.mean[0];
	for (int j = 0; j < P; j++)
	{
		r.slope[j] =
			l2n_cross(&m, 0, j + 1).hi + m.weight.hi * m.mean[0] * (m.mean[j + 1] - centre[j]);
		if (samples < 0)
			r.slope[j] -=
				s.dropout * coef[j] *
				(l2n_cross(&m, j + 1, j + 1).hi + m.weight.hi * m.mean[j + 1] * m.mean[j + 1]);
	}
	return r;
}

/* The slope is the loss's: differences of the loss tell, to a share of 1e-7 */
static void
test_slope(const l2n_family *f, const double *x, int samples, const char *what)
{
	double coef[P] = {0.8, -1.2, 0.3, 0}, h = 1e-5, worst = 0;
	result at = by_blocks(f, x, 0.2, coef, samples, 1);

	for (int j = 0; j <= P; j++)
	{
		double up, down, from = j < P ? coef[j] : 0.2;

		for (int side = 0; side < 2; side++)
		{
			double to = from + (side ? h : -h), base = j < P ? 0.2 : to, loss;

			if (j < P)
				coef[j] = to;
			loss = by_blocks(f, x, base, coef, samples, 1).loss;
			if (side)
				up = loss;
			else
				down = loss;
		}
		if (j < P)
			coef[j] = from;
		worst = fmax(worst, fabs((down - up) / (2 * h) - at.slope[j]) / (1 + fabs(at.slope[j])));
	}
	ok(worst < 1e-6, "%s: slopes are those of the loss, %g apart", what, worst);
}

int
main(void)
{
	static double x[ROWS * (P + 3)];
	double coef[P] = {0.8, -1.2, 0.3, 0.1}, small[P] = {0.2, -0.2, 0.1, 0.1}, drawn = 0, exact;
	const l2n_family *f[2] = {&l2n_binomial, &l2n_poisson};
	l2n_family made;
	uint64_t other;

	make_rows(x);
	for (int i = 0; i < 2; i++)
	{
		const char *name = i ? "poisson" : "binomial";

		exact = by_hand(f[i], x, 0.2, coef);
		is_close(by_blocks(f[i], x, 0.2, coef, 0, 0).loss, exact, 1e-13, "%s: all masks", name);
		is_close(by_blocks(f[i], x, 0.2, coef, 2000, 0).loss, exact, 0.01, "%s: 2000 masks", name);
		is_close(by_blocks(f[i], x, 0.2, small, -1, 0).loss, by_hand(f[i], x, 0.2, small), 1e-3,
				 "%s: a normal linear predictor", name);
		test_slope(f[i], x, 0, name);
		test_slope(f[i], x, 3, name);
		test_slope(f[i], x, -1, name);
	}
	for (other = 0; other < 200; other++)
		drawn += by_blocks(&l2n_binomial, x, 0.2, coef, 1, other * 1000003).loss / 200;
	is_close(drawn, by_hand(&l2n_binomial, x, 0.2, coef), 0.005,
			 "one mask a row from many seeds has the same mean");
	ok(by_blocks(&l2n_binomial, x, 0.2, coef, 2, 5).loss ==
		   by_blocks(&l2n_binomial, x, 0.2, coef, 2, 5).loss,
	   "the same seeds draw the same masks");
	ok(by_blocks(&l2n_binomial, x, 0.2, coef, 2, 5).loss !=
		   by_blocks(&l2n_binomial, x, 0.2, coef, 2, 6).loss,
	   "others draw others");
	ok(l2n_dropout_suits(&l2n_binomial) && l2n_dropout_suits(&l2n_poisson), "convex losses suit");
	ok(l2n_family_make(&made, L2N_GAMMA, L2N_LOG, 0) && l2n_dropout_suits(&made), "gamma does");
	ok(l2n_family_make(&made, L2N_GAMMA, L2N_INVERSE, 0) && !l2n_dropout_suits(&made),
	   "with link inverse it does not");
	ok(l2n_family_make(&made, L2N_INVERSE_GAUSSIAN, L2N_LOG, 0) && !l2n_dropout_suits(&made),
	   "inverse gaussian does not");
	return done_testing();
}
