/*
 * test_families.c: links and families by differences, whatever their formulas, and resistant fits
 * by what they minimise.
 */
#include <stdlib.h>
#include <string.h>

#include "num/glm/family.h"
#include "num/stats/resistant.h"
#include "random.h"

/* Where every link has a mean that some family can have */
static double
eta_of(l2n_link_kind kind, int i)
{
	static const double wide[] = {-3, -0.5, 0.1, 2}, positive[] = {0.05, 0.3, 1, 4};

	return kind == L2N_INVERSE || kind == L2N_INVERSE_SQUARED ? positive[i] : wide[i];
}

static void
test_links(void)
{
	for (int kind = 0; kind < L2N_LINKS; kind++)
	{
		const l2n_link *l = &l2n_links[kind];
		double there = 0, slope = 0, bend = 0, shares = 0;

		is_int(l->kind, kind, "link %d stands in its place", kind);
		for (int i = 0; i < 4; i++)
		{
			double eta = eta_of(kind, i), h = 1e-5 * fmax(fabs(eta), 0.1), mean = l->mean(eta);
			double first, second, up, down, rest;
			l2n_share s;

			l->slopes(eta, mean, &first, &second);
			there = fmax(there, fabs(l->eta(mean) - eta) / fmax(fabs(eta), 1));
			slope = fmax(slope, fabs((l->mean(eta + h) - l->mean(eta - h)) / (2 * h) / first - 1));
			l->slopes(eta + h, l->mean(eta + h), &up, &rest);
			l->slopes(eta - h, l->mean(eta - h), &down, &rest);
			bend =
				fmax(bend, fabs((up - down) / (2 * h) - second) / fmax(fabs(second), fabs(first)));
			if (l->share && mean > 0 && mean < 1 && l->share(eta, &s))
			{
				shares = fmax(shares, fabs(s.up * mean / first - 1));
				shares = fmax(shares, fabs(s.down * (1 - mean) / first - 1));
				shares = fmax(shares, fabs(s.log_p - log(mean)) + fabs(s.log_q - log1p(-mean)));
				up = (s.up * s.up - s.curve_p) * mean - second;
				down = (s.curve_q - s.down * s.down) * (1 - mean) - second;
				shares = fmax(shares, fmax(fabs(up), fabs(down)) / fmax(fabs(second), 1e-3));
			}
		}
		ok(there < 1e-12, "link %d and back: %.2g", kind, there);
		ok(slope < 1e-8, "its slope: %.2g", slope);
		ok(bend < 1e-7, "its second derivative: %.2g", bend);
		ok(shares < 1e-9, "as a probability: %.2g", shares);
	}
}

static double
loss_of(const l2n_family *f, double y, double eta, double *residual, double *weight)
{
	double loss;

	f->evaluate(f, l2n_kernel_best(), 1, &y, &eta, residual, weight, &loss);
	return loss;
}

/* A family with a link: residuals are slopes of the loss, which is 0 at a perfect fit */
static int
test_family(l2n_family_kind kind, l2n_link_kind link, double parameter)
{
	static const double ys[] = {0.25, 0.75, 1};
	double off = 0, least = 0, least_weight = INFINITY, perfect = 0;
	l2n_family f;
	int points = 0;

	if (!l2n_family_make(&f, kind, link, parameter))
		return 0;
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 4; j++)
		{
			double eta = eta_of(link, j), h = 1e-5 * fmax(fabs(eta), 0.1), y = ys[i];
			double r, w, rest, other, loss, up, down, mean = f.link->mean(eta);

			if (!(mean > fmax(f.lowest, -1e3) && mean < f.highest) ||
				(kind == L2N_BINOMIAL && mean >= 1))
				continue;
			loss = loss_of(&f, y, eta, &r, &w);
			up = loss_of(&f, y, eta + h, &rest, &other);
			down = loss_of(&f, y, eta - h, &rest, &other);
			if (!isfinite(loss) || !isfinite(up) || !isfinite(down))
				continue;
			off = fmax(off, fabs(r + (up - down) / (2 * h)) / fmax(fabs(r), 1e-2));
			least = fmin(least, loss);
			least_weight = fmin(least_weight, w);
			points++;
		}
	for (int i = 0; i < 2; i++)
	{
		double r, w;

		perfect = fmax(perfect, fabs(loss_of(&f, ys[i], f.link->eta(ys[i]), &r, &w)));
	}
	ok(points > 0 && off < 1e-6, "family %d, link %d: residuals are slopes at %d points, to %.2g",
	   kind, link, points, off);
	ok(least >= 0 && least_weight >= 0, "losses and weights are not negative");
	ok(perfect < 1e-12, "a perfect fit loses nothing: %.2g", perfect);
	return 1;
}

static void
test_families(void)
{
	int made = 0;

	for (int kind = 0; kind < L2N_FAMILIES; kind++)
		for (int link = 0; link < L2N_LINKS; link++)
			made += test_family(kind, link, kind == L2N_TWEEDIE ? 1.4 : kind == L2N_QUASI ? 1 : 3);
	ok(made > 20, "%d families with links", made);
}

#define ROWS 101

static double
check_loss(const double *coef, const double *x, const double *y, double tau)
{
	double sum = 0;

	for (int i = 0; i < ROWS; i++)
	{
		double r = y[i] - coef[0] - coef[1] * x[2 * i + 1];

		sum += (tau - (r < 0)) * r;
	}
	return sum;
}

static void
test_resistant(void)
{
	double x[2 * ROWS], y[ROWS], w[ROWS], residual[ROWS], coef[2], variance[4], sum[2] = {0, 0};
	l2n_resistant r = {.n = ROWS,
					   .k = 2,
					   .x = x,
					   .y = y,
					   .weight = w,
					   .max_iter = 10000,
					   .coef = coef,
					   .residual = residual,
					   .variance = variance};
	void *work = aligned_alloc(64, (l2n_resistant_worksize(ROWS, 2) + 63) / 64 * 64);

	for (int i = 0; i < ROWS; i++)
	{
		x[2 * i] = w[i] = 1;
		x[2 * i + 1] = uniform() * 2 - 1;
		y[i] = 1 + 2 * x[2 * i + 1] + (i % 10 == 0 ? 50 : 0.2 * (uniform() - 0.5));
	}
	coef[0] = coef[1] = 0;
	is_int(l2n_huber(&r, 1.345, work, NULL, NULL), L2N_OK, "Huber's regression");
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < 2; j++)
			sum[j] +=
				fmax(-1.345, fmin(1.345, (y[i] - coef[0] - coef[1] * x[2 * i + 1]) / r.scale)) *
				x[2 * i + j];
	ok(r.converged && fabs(sum[0]) < 1e-8 && fabs(sum[1]) < 1e-8, "its equations hold: %.2g, %.2g",
	   sum[0], sum[1]);
	ok(fabs(coef[1] - 2) < 0.1, "rows far off do not spoil it: %.3g", coef[1]);
	for (int q = 1; q < 10; q += 4)
	{
		double tau = q / 10.0, best, worse = INFINITY;
		int exact = 0;

		coef[0] = coef[1] = 0;
		is_int(l2n_quantile(&r, tau, work, NULL, NULL), L2N_OK, "quantile %.1f", tau);
		best = check_loss(coef, x, y, tau);
		for (int i = 0; i < 8; i++)
		{
			double there[2] = {coef[0] + 1e-3 * cos(i * M_PI / 4),
							   coef[1] + 1e-3 * sin(i * M_PI / 4)};

			worse = fmin(worse, check_loss(there, x, y, tau));
		}
		for (int i = 0; i < ROWS; i++)
			exact += fabs(y[i] - coef[0] - coef[1] * x[2 * i + 1]) < 1e-12;
		ok(worse >= best, "no better one is near");
		is_int(exact, 2, "two rows are fitted exactly");
	}
	free(work);
}

#define MANY_ROWS 30000

/*
 * Of many rows few are in play at first; which are, tells nothing here: the spread grows along the
 * rows, and a level is rare in a sample of them.  What proves the solution is of all: psi summed
 * over them, and what the four that are fitted exactly add within their bounds.
 */
static void
test_quantile_of_many(double tau)
{
	size_t n = MANY_ROWS;
	int k = 4, exact = 0, within = 0;
	double *x = malloc(sizeof(double) * n * 4), *y = malloc(sizeof(double) * n);
	double *w = malloc(sizeof(double) * n), *residual = malloc(sizeof(double) * n);
	double coef[4] = {0}, variance[16], sum[4] = {0}, a[4][5];
	size_t basis[4] = {0};
	l2n_resistant r = {.n = n,
					   .k = k,
					   .x = x,
					   .y = y,
					   .weight = w,
					   .max_iter = 10000,
					   .coef = coef,
					   .residual = residual,
					   .variance = variance};
	void *work = aligned_alloc(64, (l2n_resistant_worksize(n, k) + 63) / 64 * 64);

	for (size_t i = 0; i < n; i++)
	{
		double u = uniform() - 0.5;

		x[4 * i] = 1;
		x[4 * i + 1] = (double) i / (double) n;
		x[4 * i + 2] = uniform();
		x[4 * i + 3] = i % 500 == 77;
		w[i] = 0.5 + uniform();
		y[i] = 1 + x[4 * i + 2] + 30 * x[4 * i + 3] + (1 + 9 * x[4 * i + 1]) * u * fabs(u) * 4;
	}
	is_int(l2n_quantile(&r, tau, work, NULL, NULL), L2N_OK, "quantile %.2f of many rows", tau);
	ok(r.converged, "in %d steps", r.iterations);
	for (size_t i = 0; i < n; i++)
		if (fabs(residual[i]) < 1e-12)
		{
			if (exact < 4)
				basis[exact] = i;
			exact++;
		}
		else
			for (int j = 0; j < k; j++)
				sum[j] += w[i] * (tau - (residual[i] < 0)) * x[4 * i + (size_t) j];
	is_int(exact, k, "as many are fitted exactly as there are coefficients");
	/* what those rows have to add, each times its x: by elimination */
	for (int i = 0; i < k; i++)
	{
		for (int j = 0; j < k; j++)
			a[i][j] = x[4 * basis[j] + (size_t) i];
		a[i][k] = -sum[i];
	}
	for (int c = 0; c < k; c++)
	{
		int at = c;

		for (int i = c; i < k; i++)
			at = fabs(a[i][c]) > fabs(a[at][c]) ? i : at;
		for (int j = 0; j <= k; j++)
		{
			double t = a[at][j];

			a[at][j] = a[c][j];
			a[c][j] = t;
		}
		for (int i = 0; i < k; i++)
			for (int j = k; i != c && j >= c; j--)
				a[i][j] -= a[i][c] / a[c][c] * a[c][j];
	}
	for (int j = 0; j < k; j++)
	{
		double psi = a[j][k] / a[j][j] / w[basis[j]];

		within += psi > tau - 1 - 1e-6 && psi < tau + 1e-6;
	}
	is_int(within, k, "and the dual solution is within its bounds");
	free(x);
	free(y);
	free(w);
	free(residual);
	free(work);
}

int
main(void)
{
	test_links();
	test_families();
	test_resistant();
	test_quantile_of_many(0.5);
	test_quantile_of_many(0.03);
	return done_testing();
}
