/*
 * test_families.c: links and families by differences, whatever their formulas.
 */
#include <stdlib.h>
#include <string.h>

#include "num/glm/family.h"
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

int
main(void)
{
	test_links();
	test_families();
	return done_testing();
}
