/*
 * test_irls.c: what a pass makes of its rows, number by number, against sums in long double:
 * working moments, losses, slopes with what rounding may make of them, the expected information,
 * and linear predictors; of columns in any order, with weights, offsets, classes and dropout, in
 * blocks of any size.
 */
#include "num/glm/dropout.h"
#include "num/glm/irls.h"

#include "rows.h"

#define P     4
#define WIDTH 8 /* y, four features and one of no interest, weight, offset */
#define ROWS  300

/* The position of the weight is after the offset's, and one column is nobody's */
enum
{
	OFFSET = 5,
	WEIGHT = 7,
};

typedef struct task
{
	l2n_family_kind family;
	l2n_link_kind link;
	int feature[P];
	bool weighted, offset, classes;
	double dropout;
	bool normal;
	int block;
} task;

static const task tasks[] = {
	{L2N_BINOMIAL, L2N_LOGIT, {1, 2, 3, 4}, false, false, false, 0, false, 128},
	{L2N_BINOMIAL, L2N_LOGIT, {4, 1, 6, 2}, true, true, false, 0, false, 1},
	{L2N_BINOMIAL, L2N_LOGIT, {1, 2, 3, 6}, true, false, true, 0, false, 37},
	{L2N_BINOMIAL, L2N_LOGIT, {1, 2, 3, 4}, true, true, false, 0.3, false, 50},
	{L2N_BINOMIAL, L2N_LOGIT, {2, 1, 3, 4}, true, true, false, 0.3, true, 128},
	{L2N_BINOMIAL, L2N_PROBIT, {1, 2, 3, 4}, true, true, false, 0, false, 100},
	{L2N_POISSON, L2N_LOG, {1, 2, 3, 4}, true, true, false, 0.2, false, 64},
	{L2N_POISSON, L2N_LOG, {1, 2, 3, 4}, false, true, false, 0, false, 128},
	{L2N_GAMMA, L2N_INVERSE, {3, 2, 1, 4}, true, true, false, 0, false, 99},
	{L2N_GAMMA, L2N_LOG, {1, 2, 3, 4}, false, false, false, 0, false, 128},
	{L2N_GAUSSIAN, L2N_IDENTITY, {1, 2, 3, 4}, true, true, false, 0, false, 128},
	{L2N_INVERSE_GAUSSIAN, L2N_INVERSE_SQUARED, {1, 2, 3, 4}, true, false, false, 0, false, 31},
};

typedef struct sums
{
	long double loss, weight, mean[P + 1], cross[P + 1][P + 1];
	long double slope[P + 1], size[P + 1], rounding[P + 1], noise;
} sums;

static double rows_of[ROWS][WIDTH];
static const double centre[P] = {0.5, -0.25, 0, 1};
static const double class_weight[2] = {0.5, 3};

static void
make(const task *t, const l2n_family *f)
{
	seed = 9;
	for (int i = 0; i < ROWS; i++)
	{
		double *x = rows_of[i];

		for (int j = 1; j < WIDTH; j++)
			x[j] = normal() + 0.3 * j;
		x[0] = f->kind == L2N_BINOMIAL  ? (t->classes || i % 3 ? integer(2) : 0.25 * integer(5))
			   : f->kind == L2N_POISSON ? integer(5)
										: 0.2 + uniform();
		x[WEIGHT] = 0.5 + uniform();
		x[OFFSET] = 0.1 * normal();
	}
	/* far on the right side, so that nothing is left of the variance; and next to the edge */
	rows_of[7][t->feature[0]] = f->kind == L2N_BINOMIAL ? 400 : 1;
	rows_of[7][0] = f->kind == L2N_BINOMIAL ? 1 : rows_of[7][0];
}

/* y, weight and linear predictor of a row; parts: what that adds up to in magnitude */
static long double
predictor(const task *t, const double *x, double base, const double *coef, double *y, double *w,
		  long double *parts)
{
	long double eta = base + (t->offset ? (long double) x[OFFSET] : 0);

	*parts = fabsl((long double) base) + (t->offset ? fabsl((long double) x[OFFSET]) : 0);
	for (int j = 0; j < P; j++)
	{
		long double term = coef[j] * ((long double) x[t->feature[j]] - centre[j]);

		eta += term;
		*parts += fabsl(term);
	}
	*y = x[0];
	*w = t->weighted ? x[WEIGHT] : 1;
	if (t->classes)
	{
		double one = *y * class_weight[1], zero = (1 - *y) * class_weight[0];

		*y = one / (one + zero);
		*w *= one + zero;
	}
	return eta;
}

/* A row's residual, curvature or information, and loss, with what dropout makes of them */
static void
evaluate(const task *t, const l2n_family *f, const double *x, const double *coef, double y,
		 double eta, bool expected, double *r, double *v, double *lost)
{
	l2n_family of = *f;
	double q = 0;

	of.expected = expected;
	of.evaluate(&of, l2n_kernel_best(), 1, &y, &eta, r, v, lost);
	if (expected || t->dropout == 0)
		return;
	for (int j = 0; j < P; j++)
		q += coef[j] * x[t->feature[j]] * coef[j] * x[t->feature[j]];
	if (t->normal)
		l2n_dropout_normal(f, l2n_kernel_best(), t->dropout, 1, &y, &eta, &q, r, v, lost);
	else
	{
		double bend = f->bend(eta, *v);

		*r -= 0.5 * t->dropout * q * bend;
		*lost += 0.5 * t->dropout * q * *v;
	}
}

static sums
by_hand(const task *t, const l2n_family *f, double base, const double *coef, bool expected)
{
	bool unit = t->link == L2N_IDENTITY || t->link == L2N_INVERSE || t->link == L2N_INVERSE_SQUARED;
	sums s = {0};
	long double z[ROWS][P + 1], weight[ROWS];

	for (int i = 0; i < ROWS; i++)
	{
		double y, w, r, v, lost;
		long double parts, eta = predictor(t, rows_of[i], base, coef, &y, &w, &parts), bits;

		evaluate(t, f, rows_of[i], coef, y, (double) eta, expected, &r, &v, &lost);
		s.loss += (long double) w * lost;
		parts = (parts + (unit ? 0 : 1)) * (P + 4) * 1.5L * 0x1p-52L;
		s.noise += parts * fabsl((long double) w * r);
		if (unit && isfinite(f->lowest) && parts > 1e-3L * fabsl(eta))
			parts = 0;
		bits = (parts * v + 0x1p-91L) * w;
		for (int j = 0; j <= P; j++)
		{
			long double x = j < P ? (long double) rows_of[i][t->feature[j]] - centre[j] : 1;

			s.slope[j] += (long double) w * r * x;
			s.size[j] += fabsl((long double) w * r * x);
			s.rounding[j] += bits * fabsl(x);
		}
		v = fmax(v, 0x1p-100);
		weight[i] = (long double) w * v;
		s.weight += weight[i];
		z[i][0] = (long double) r / v;
		for (int j = 1; j <= P; j++)
			z[i][j] = rows_of[i][t->feature[j - 1]];
		for (int j = 0; j <= P; j++)
			s.mean[j] += weight[i] * z[i][j];
	}
	for (int j = 0; j <= P; j++)
		s.mean[j] /= s.weight;
	for (int i = 0; i < ROWS; i++)
		for (int a = 0; a <= P; a++)
			for (int b = 0; b <= P; b++)
				s.cross[a][b] += weight[i] * (z[i][a] - s.mean[a]) * (z[i][b] - s.mean[b]);
	return s;
}

static double
moments_off(const l2n_moments *m, const sums *s)
{
	double far = off(m->weight.hi, s->weight, s->weight);

	for (int a = 0; a <= P; a++)
	{
		far = fmax(far, off(l2n_mean(m, a).hi, s->mean[a], 1 + fabsl(s->mean[a])));
		for (int b = a; b <= P; b++)
			far = fmax(far, off(l2n_cross(m, a, b).hi, s->cross[a][b],
								sqrtl(s->cross[a][a] * s->cross[b][b])));
	}
	return far;
}

static void
test_task(const task *t, int number)
{
	double coef[P] = {0.3, -0.2, 0.1, 0.25}, base = 0.4, *memory;
	l2n_slopes slopes;
	double far[3] = {0}, *block = malloc(sizeof(double) * ROWS * WIDTH);
	l2n_family f;
	l2n_moments m = no_moments(P + 1), information = no_moments(P + 1), alone = no_moments(P + 1);
	dd loss = dd_of(0), other = dd_of(0);
	l2n_irls s;
	sums want, expected;
	void *work = dirty(l2n_irls_worksize(P));
	char name[60];

	snprintf(name, sizeof name, "%d: family %d, link %d", number, (int) t->family, (int) t->link);
	memory = calloc(l2n_slopes_doubles(P), sizeof(double));
	slopes = (l2n_slopes){memory, memory + 2 * (P + 1), memory + 3 * (P + 1), memory + 4 * (P + 1)};
	if (!l2n_family_make(&f, t->family, t->link, 0))
		abort();
	if (t->link == L2N_INVERSE || t->link == L2N_INVERSE_SQUARED)
	{
		/* within the range of means, wherever the rows are */
		base = 40;
		for (int j = 0; j < P; j++)
			coef[j] *= 0.1;
	}
	s = (l2n_irls){.family = &f,
				   .p = P,
				   .feature = t->feature,
				   .weight = t->weighted ? WEIGHT : 0,
				   .offset = t->offset ? OFFSET : 0,
				   .classes = t->classes,
				   .class_weight = {class_weight[0], class_weight[1]},
				   .dropout = t->dropout,
				   .normal = t->normal,
				   .centre = centre};
	make(t, &f);
	memcpy(block, rows_of, sizeof rows_of);
	want = by_hand(t, &f, base, coef, false);
	expected = by_hand(t, &f, base, coef, true);
	for (int i = 0; i < ROWS; i += t->block)
	{
		int n = ROWS - i < t->block ? ROWS - i : t->block;

		l2n_irls_block(l2n_kernel_best(), &s, base, coef, n, block + i * WIDTH, WIDTH, &m, &loss,
					   &slopes, &information, work, NULL, NULL);
		l2n_irls_block(l2n_kernel_best(), &s, base, coef, n, block + i * WIDTH, WIDTH, NULL, &other,
					   NULL, &alone, work, NULL, NULL);
	}
	l2n_irls_block(l2n_kernel_best(), &s, base, coef, 0, block, WIDTH, &m, &loss, &slopes,
				   &information, work, NULL, NULL);
	is_close(loss.hi, (double) want.loss, 1e-13, "%s: loss", name);
	is_close(other.hi, (double) expected.loss, 1e-13, "%s: loss of the information", name);
	is_int((long) m.n, ROWS, "%s: rows", name);
	ok(moments_off(&m, &want) < 1e-12, "%s: moments, off by %.2g", name, moments_off(&m, &want));
	ok(moments_off(&information, &expected) < 1e-12, "%s: information, off by %.2g", name,
	   moments_off(&information, &expected));
	ok(moments_off(&alone, &expected) < 1e-12, "%s: alone, off by %.2g", name,
	   moments_off(&alone, &expected));
	for (int j = 0; j <= P; j++)
	{
		far[0] = fmax(far[0],
					  off(slopes.slope[j] + slopes.slope[P + 1 + j], want.slope[j], want.size[j]));
		far[1] = fmax(far[1], off(slopes.size[j], want.size[j], want.size[j]));
		far[2] = fmax(far[2], off(slopes.rounding[j], want.rounding[j], want.rounding[j]));
	}
	ok(far[0] < 1e-14, "%s: slopes, off by %.2g", name, far[0]);
	ok(far[1] < 1e-13, "%s: their sizes, off by %.2g", name, far[1]);
	ok(far[2] < 1e-10, "%s: what rounding may make of them, off by %.2g", name, far[2]);
	is_close(*slopes.noise, (double) want.noise, 1e-10, "%s: and of the loss", name);

	/* linear predictors, and the same of few coefficients */
	for (int few = 0; few < 2; few++)
	{
		double eta[2][L2N_BLOCK_ROWS], y[2][L2N_BLOCK_ROWS], weight[2][L2N_BLOCK_ROWS], worst = 0;

		if (few)
			coef[1] = coef[3] = 0;
		for (int i = 0; i < ROWS; i += t->block)
		{
			int n = ROWS - i < t->block ? ROWS - i : t->block;

			l2n_irls_linear(l2n_kernel_best(), &s, base, coef, n, block + i * WIDTH, WIDTH, eta[0],
							y[0], weight[0], work);
			l2n_irls_predict(&s, base, coef, n, block + i * WIDTH, WIDTH, eta[1], y[1], weight[1]);
			for (int k = 0; k < 2 * n; k++)
			{
				double of, w;
				long double parts,
					at = predictor(t, rows_of[i + k / 2], base, coef, &of, &w, &parts);

				worst = fmax(worst, off(eta[k % 2][k / 2], at, parts));
				worst = fmax(worst, off(y[k % 2][k / 2], of, 1));
				worst = fmax(worst, off(weight[k % 2][k / 2], w, 1));
			}
		}
		ok(worst < 1e-14, "%s: linear predictors, y and weights, off by %.2g", name, worst);
	}
	free(memory);
	free(block);
	free(work);
	free(m.mean);
	free(information.mean);
	free(alone.mean);
}

/* Rows as they are, with the losses where all have the same linear predictor */
static void
test_plain(bool classes, bool weighted)
{
	static const task of = {L2N_BINOMIAL, L2N_LOGIT, {4, 1, 2, 6}, true, false,
							false,        0,         false,        90};
	task t = of;
	const double none[P] = {0};
	l2n_irls s = {.family = &l2n_binomial,
				  .p = P,
				  .feature = of.feature,
				  .weight = weighted ? WEIGHT : 0,
				  .classes = classes,
				  .class_weight = {class_weight[0], class_weight[1]},
				  .centre = centre};
	l2n_moments m = no_moments(P + 1), bare = no_moments(P + 1);
	dd saturated = dd_of(0), loss = dd_of(0), unused = dd_of(7);
	long double want_loss = 0, want_saturated = 0;
	void *work = dirty(l2n_irls_worksize(P));
	sums want = {0};

	t.classes = classes;
	t.weighted = weighted;
	make(&t, &l2n_binomial);
	for (int i = 0; i < ROWS; i += of.block)
	{
		int n = ROWS - i < of.block ? ROWS - i : of.block;

		l2n_irls_plain(l2n_kernel_best(), &s, 0.7, n, rows_of[i], WIDTH, &m, &saturated, &loss,
					   work, NULL, NULL);
		l2n_irls_plain(l2n_kernel_best(), &s, 0.7, n, rows_of[i], WIDTH, &bare, NULL, &unused, work,
					   NULL, NULL);
	}
	l2n_irls_plain(l2n_kernel_best(), &s, 0.7, 0, rows_of[0], WIDTH, &m, &saturated, &loss, work,
				   NULL, NULL);
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < ROWS; i++)
		{
			double y, w, r, v, lost, eta = 0.7;
			long double parts, z[P + 1];

			(void) predictor(&t, rows_of[i], 0, none, &y, &w, &parts);
			z[0] = y;
			for (int j = 0; j < P; j++)
				z[j + 1] = rows_of[i][of.feature[j]];
			if (pass == 0)
			{
				l2n_binomial.evaluate(&l2n_binomial, l2n_kernel_best(), 1, &y, &eta, &r, &v, &lost);
				want_loss += w * lost;
				want_saturated += l2n_binomial.saturated(&l2n_binomial, y, w);
				want.weight += w;
			}
			for (int a = 0; a <= P; a++)
			{
				if (pass == 0)
					want.mean[a] += w * z[a];
				for (int b = 0; b <= P && pass == 1; b++)
					want.cross[a][b] += w * (z[a] - want.mean[a]) * (z[b] - want.mean[b]);
			}
			for (int a = 0; a <= P && pass == 0 && i == ROWS - 1; a++)
				want.mean[a] /= want.weight;
		}
	is_close(loss.hi, (double) want_loss, 1e-13, "rows as they are: loss");
	is_close(saturated.hi, (double) want_saturated, 1e-12, "that of a perfect fit");
	ok(moments_off(&m, &want) < 1e-12, "their moments, off by %.2g", moments_off(&m, &want));
	ok(moments_off(&bare, &want) < 1e-12 && unused.hi == 7, "without losses likewise");
	free(m.mean);
	free(bare.mean);
	free(work);
}

/* A loss that is infinite ends it */
static void
test_infinite(void)
{
	static const int feature[P] = {1, 2, 3, 4};
	const double coef[P] = {0};
	l2n_family f;
	l2n_irls s = {.family = &f, .p = P, .feature = feature, .centre = centre};
	l2n_moments m = no_moments(P + 1);
	dd loss = dd_of(0);
	void *work = dirty(l2n_irls_worksize(P));

	(void) l2n_family_make(&f, L2N_GAMMA, L2N_INVERSE, 0);
	make(&tasks[8], &f);
	l2n_irls_block(l2n_kernel_best(), &s, -1, coef, 20, rows_of[0], WIDTH, &m, &loss, NULL, NULL,
				   work, NULL, NULL);
	ok(loss.hi == INFINITY && m.n == 0, "a mean out of its range adds nothing to moments");
	free(m.mean);
	free(work);
}

/* What rounding may make of a row whose linear predictor has next to nothing left, or no variance
 */
static void
test_alone(l2n_family_kind kind, l2n_link_kind link, double y, double eta, bool bits)
{
	static const int feature[P] = {1, 2, 3, 4};
	const double coef[P] = {0.25, 0, 0, 0}, base = 8;
	double row[WIDTH] = {y, 1, -0.25, 0, 1}, memory[4 * (P + 1) + 1] = {0}, r, v, lost, want;
	l2n_slopes slopes = {memory, memory + 10, memory + 15, memory + 20};
	l2n_family f;
	l2n_irls s = {.family = &f,
				  .p = P,
				  .feature = feature,
				  .weight = WEIGHT,
				  .offset = OFFSET,
				  .centre = centre};
	l2n_moments m = no_moments(P + 1);
	dd loss = dd_of(0);
	void *work = dirty(l2n_irls_worksize(P));
	bool unit = link == L2N_IDENTITY || link == L2N_INVERSE || link == L2N_INVERSE_SQUARED;
	double parts;

	(void) l2n_family_make(&f, kind, link, 0);
	row[WEIGHT] = 3;
	/* the parts of eta are 8, 0.125, and what takes nearly all of them away */
	row[OFFSET] = eta - 8.125;
	parts = (8.125 + fabs(row[OFFSET]) + (unit ? 0 : 1)) * (P + 4) * 1.5 * 0x1p-52;
	eta = 8.125 + row[OFFSET];
	l2n_irls_block(l2n_kernel_best(), &s, base, coef, 1, row, WIDTH, &m, &loss, &slopes, NULL, work,
				   NULL, NULL);
	f.evaluate(&f, l2n_kernel_best(), 1, &y, &eta, &r, &v, &lost);
	want = ((bits ? parts * v : 0) + 0x1p-91) * 3;
	is_close(slopes.rounding[P], want, 1e-9, "family %d, link %d at %g: rounding", kind, link, eta);
	is_close(slopes.rounding[0], want * 0.5, 1e-9, "and of a column half a unit off");
	is_close(*slopes.noise, parts * fabs(3 * r), 1e-9, "and of the loss");
	free(m.mean);
	free(work);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
		test_task(&tasks[i], (int) i);
	for (int i = 0; i < 4; i++)
		test_plain(i % 2, i / 2);
	test_infinite();
	test_alone(L2N_BINOMIAL, L2N_LOGIT, 0.25, 0, true);
	test_alone(L2N_BINOMIAL, L2N_LOGIT, 1, 90, true);
	test_alone(L2N_POISSON, L2N_LOG, 2, 0, true);
	test_alone(L2N_GAUSSIAN, L2N_IDENTITY, 2, 0, true);
	test_alone(L2N_GAMMA, L2N_LOG, 2, 0, true);
	test_alone(L2N_GAMMA, L2N_INVERSE, 2, 0x1p-40, false);
	test_alone(L2N_GAMMA, L2N_INVERSE, 2, 0x1p-20, true);
	return done_testing();
}
