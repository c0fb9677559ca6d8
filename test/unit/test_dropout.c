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

/* A row for each mask, written out, is what a row with its masks is: of moments, loss and slopes */
static void
test_written_out(const double *x, bool offset, bool classes, int samples)
{
	static const int order[P] = {3, 1, 4, 2}, plain[P] = {1, 2, 3, 4};
	double far = 0, *written, base = 0.2;
	double coef[P] = {0.8, -1.2, 0.3, 0.1}, total = 0;
	l2n_irls s = {.family = &l2n_binomial,
				  .p = P,
				  .feature = order,
				  .weight = P + 1,
				  .offset = offset ? P + 2 : 0,
				  .classes = classes,
				  .class_weight = {0.5, 2},
				  .dropout = 7, /* is not looked at */
				  .centre = centre};
	l2n_irls explicit = {.family = &l2n_binomial,
						 .p = P,
						 .feature = plain,
						 .weight = P + 1,
						 .offset = P + 2,
						 .centre = centre};
	l2n_masks masks = {rate, samples};
	l2n_moments m[2];
	l2n_slopes slopes[2];
	dd loss[2] = {dd_of(0), dd_of(0)};
	void *work = dirty(l2n_masks_worksize(P));
	int n = 0;

	written = malloc(sizeof(double) * ROWS * (1 << P) * (P + 3));
	for (int k = 0; k < 2; k++)
	{
		double *memory = calloc(l2n_slopes_doubles(P), sizeof(double));

		m[k].k = P + 1;
		m[k].mean = malloc(sizeof(double) * l2n_moments_doubles(P + 1));
		m[k].cross = m[k].mean + 2 * (P + 1);
		l2n_moments_clear(&m[k]);
		slopes[k] =
			(l2n_slopes){memory, memory + 2 * (P + 1), memory + 3 * (P + 1), memory + 4 * (P + 1)};
	}
	for (int i = 0; i < ROWS; i += 70)
	{
		int rows = ROWS - i < 70 ? ROWS - i : 70;
		uint64_t of_row[70];

		for (int k = 0; k < rows; k++)
			of_row[k] = 40 + (uint64_t) (i + k);
		l2n_masks_block(l2n_kernel_best(), &s, &masks, base, coef, rows, x + i * (P + 3), P + 3,
						of_row, &m[0], &loss[0], &slopes[0], work, NULL, NULL);
	}
	for (int i = 0; i < ROWS; i++)
	{
		const double *row = x + i * (P + 3);
		double y = row[0], w = row[P + 1];
		int present[P], k = 0;
		uint64_t state = 40 + (uint64_t) i;

		/* of 0 and 1 each counts so many times */
		if (classes)
			w *= y > 0 ? 2 : 0.5;
		total += w;
		for (int j = 0; j < P; j++)
			if (row[order[j]] != 0)
				present[k++] = j;
		for (int mask = 0; mask < (samples > 0 ? samples : 1 << k); mask++)
		{
			double *out = written + (size_t) n++ * (P + 3);

			memset(out, 0, sizeof(double) * (P + 3));
			out[0] = y;
			out[P + 1] = samples > 0 ? w / samples : w;
			out[P + 2] = offset ? row[P + 2] : 0;
			for (int j = 0; j < k && samples == 0; j++)
			{
				out[P + 1] *= mask >> j & 1 ? 1 - rate : rate;
				if (mask >> j & 1)
					out[1 + present[j]] = row[order[present[j]]] / (1 - rate);
			}
			for (int j = 0; j < P && samples > 0; j++)
			{
				/* SplitMix64's numbers, as shares of 1 */
				seed = state;
				state += 0x9e3779b97f4a7c15;
				if (uniform() >= rate)
					out[1 + j] = row[order[j]] / (1 - rate);
			}
		}
	}
	for (int i = 0; i < n; i += 100)
		l2n_irls_block(l2n_kernel_best(), &explicit, base, coef, n - i < 100 ? n - i : 100,
					   written + (size_t) i * (P + 3), P + 3, &m[1], &loss[1], &slopes[1], NULL,
					   work, NULL, NULL);
	is_int((long) m[0].n, n, "%d masks of all rows", n);
	is_close(loss[0].hi, loss[1].hi, 1e-13, "their loss");
	for (int a = 0; a <= P; a++)
	{
		far = fmax(far, fabs(slopes[0].slope[a] - slopes[1].slope[a]) / slopes[1].size[a]);
		far = fmax(far, fabs(slopes[0].size[a] / slopes[1].size[a] - 1));
		far = fmax(far, fabs(l2n_mean(&m[0], a).hi - l2n_mean(&m[1], a).hi));
		for (int b = a; b <= P; b++)
			far = fmax(far, fabs(l2n_cross(&m[0], a, b).hi - l2n_cross(&m[1], a, b).hi) /
								m[1].weight.hi);
	}
	ok(far < 1e-12, "slopes and moments of masks, off by %.2g", far);
	total = 0;
	for (int i = 0; i < n; i++)
		total += written[(size_t) i * (P + 3) + P + 1];
	ok(total > 0 && m[0].weight.hi < total, "weights of masks are probabilities");
	for (int k = 0; k < 2; k++)
	{
		free(m[k].mean);
		free(slopes[k].slope);
	}
	free(written);
	free(work);
}

/* The normal way, against Simpson's rule in long double; next to no spread changes next to nothing
 */
static void
test_normal(const l2n_family *f, double y)
{
	static const double etas[] = {-3, -0.4, 0, 1.2, 4}, squares[] = {0, 1e-13, 0.04, 0.5, 2, 6};
	double eta[30], ys[30], square[30], r[30], v[30], lost[30], plain[3][30], dropout = 0.75;
	double far = 0, small = 0;

	for (int i = 0; i < 30; i++)
	{
		eta[i] = etas[i % 5];
		square[i] = squares[i / 5];
		ys[i] = y;
	}
	f->evaluate(f, l2n_kernel_best(), 30, ys, eta, r, v, lost);
	memcpy(plain[0], r, sizeof r);
	memcpy(plain[1], v, sizeof v);
	memcpy(plain[2], lost, sizeof lost);
	l2n_dropout_normal(f, l2n_kernel_best(), dropout, 30, ys, eta, square, r, v, lost);
	for (int i = 0; i < 30; i++)
	{
		long double spread = sqrtl((long double) dropout * square[i]), sum[3] = {0}, total = 0;
		const int points = 400;

		if (square[i] < 1e-10)
		{
			double more = 0.5 * plain[1][i] * dropout * square[i];

			small = fmax(small, fabs(r[i] - plain[0][i]) + fabs(v[i] - plain[1][i]));
			small = fmax(small, fabs(lost[i] - plain[2][i] - more) - 1e-16 * fabs(lost[i]));
			continue;
		}
		for (int k = 0; k <= points; k++)
		{
			long double t = 20.0L * k / points - 10;
			long double u = expl(-t * t / 2) * (k == 0 || k == points ? 1 : k % 2 ? 4 : 2);
			double at = (double) (eta[i] + spread * t), of[3];

			f->evaluate(f, l2n_kernel_best(), 1, &y, &at, &of[0], &of[1], &of[2]);
			total += u;
			for (int j = 0; j < 3; j++)
				sum[j] += u * of[j];
		}
		far = fmax(far, fabs(r[i] - (double) (sum[0] / total)) / (1 + fabs(r[i])));
		far = fmax(far, fabs(v[i] - (double) (sum[1] / total)) / (1 + fabs(v[i])));
		far = fmax(far, fabs(lost[i] - (double) (sum[2] / total)) / (1 + fabs(lost[i])));
	}
	ok(far < 1e-6, "a normal linear predictor by Simpson's rule, off by %.2g", far);
	ok(small <= 1e-16, "one that hardly spreads, off by %.2g", small);
}

/* Losses that are convex in eta, and finite everywhere */
static void
test_suits(void)
{
	static const struct
	{
		l2n_family_kind kind;
		l2n_link_kind link;
		double parameter;
	} convex[] = {{L2N_GAUSSIAN, L2N_IDENTITY, 0}, {L2N_BINOMIAL, L2N_LOGIT, 0},
				  {L2N_BINOMIAL, L2N_PROBIT, 0},   {L2N_BINOMIAL, L2N_CLOGLOG, 0},
				  {L2N_POISSON, L2N_LOG, 0},       {L2N_GAMMA, L2N_LOG, 0},
				  {L2N_TWEEDIE, L2N_LOG, 1.5},     {L2N_QUASI, L2N_LOG, 1},
				  {L2N_QUASI, L2N_LOG, 2},         {L2N_NEGATIVE_BINOMIAL, L2N_LOG, 3}};
	int wrong = 0, made = 0;

	for (int kind = 0; kind < L2N_FAMILIES; kind++)
		for (int link = 0; link < L2N_LINKS; link++)
			for (double parameter = 0; parameter <= 3; parameter += 0.5)
			{
				l2n_family f;
				bool suits = false;

				if (!l2n_family_make(&f, kind, link, parameter))
					continue;
				made++;
				for (size_t i = 0; i < sizeof convex / sizeof convex[0]; i++)
					suits |= convex[i].kind == (l2n_family_kind) kind &&
							 convex[i].link == (l2n_link_kind) link &&
							 (kind < L2N_TWEEDIE || (parameter >= 1 && parameter <= 2));
				wrong += l2n_dropout_suits(&f) != suits;
			}
	is_int(wrong, 0, "which of %d families and links dropout suits", made);
}

int
main(void)
{
	static double x[ROWS * (P + 3)];
	double coef[P] = {0.8, -1.2, 0.3, 0.1}, small[P] = {0.2, -0.2, 0.1, 0.1}, drawn = 0, exact;
	const l2n_family *f[2] = {&l2n_binomial, &l2n_poisson};
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
	for (int i = 0; i < 8; i++)
		test_written_out(x, i % 2, i / 2 % 2, i / 4 * 3);
	test_normal(&l2n_binomial, 1);
	test_normal(&l2n_binomial, 0.25);
	test_normal(&l2n_poisson, 3);
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
	test_suits();
	return done_testing();
}
