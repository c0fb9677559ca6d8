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

/* Means at their ends have a linear predictor, and those beyond have none */
static void
test_ends(void)
{
	static const l2n_link_kind shares[] = {L2N_LOGIT, L2N_PROBIT, L2N_CLOGLOG};

	for (int i = 0; i < 3; i++)
	{
		const l2n_link *l = &l2n_links[shares[i]];
		double none = l->eta(0), all = l->eta(1);

		ok(none < -30 && all > 30, "link %d: of 0 %g, of 1 %g", shares[i], none, all);
		ok(isnan(l->eta(-0.1)) && isnan(l->eta(1.1)), "none of -0.1 and 1.1");
	}
}

/* Where e^eta is more than can be told apart, a row of ones costs nothing, and one of zeros all */
static void
test_far_cloglog(void)
{
	static const double far[] = {231, 709, 1e4};
	l2n_share s;

	for (int i = 0; i < 3; i++)
		if (ok(l2n_links[L2N_CLOGLOG].share(far[i], &s), "a share at %g", far[i]))
			ok(s.log_p == 0 && s.log_q == -INFINITY, "%g and %g", s.log_p, s.log_q);
	if (ok(l2n_links[L2N_CLOGLOG].share(200, &s), "a share at 200"))
		is_close(s.log_q, -exp(200), 1e-15, "a loss that is a number");
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

/*
 * What each number of a family has to be, of responses that it may have: by its definition, in long
 * double, and by differences
 */

static long double
mean_power(l2n_family_kind kind, double parameter)
{
	return kind == L2N_GAUSSIAN           ? 0
		   : kind == L2N_POISSON          ? 1
		   : kind == L2N_GAMMA            ? 2
		   : kind == L2N_INVERSE_GAUSSIAN ? 3
										  : parameter;
}

static long double
variance_of(const l2n_family *f, long double mu)
{
	if (f->kind == L2N_BINOMIAL)
		return mu * (1 - mu);
	if (f->kind == L2N_NEGATIVE_BINOMIAL)
		return mu + mu * mu / f->parameter;
	return powl(mu, mean_power(f->kind, f->parameter));
}

static long double
times_log(long double y, long double ratio)
{
	return y > 0 ? y * logl(ratio) : 0;
}

/* Half the deviance: the integral of (y - m) / V(m) from mu to y */
static long double
half_deviance(const l2n_family *f, long double y, long double mu)
{
	long double p = mean_power(f->kind, f->parameter), theta = f->parameter;

	if (f->kind == L2N_BINOMIAL)
		return times_log(y, y / mu) + times_log(1 - y, (1 - y) / (1 - mu));
	if (f->kind == L2N_NEGATIVE_BINOMIAL)
		return times_log(y, y / mu) - (y + theta) * logl((y + theta) / (mu + theta));
	if (p == 1)
		return times_log(y, y / mu) - (y - mu);
	if (p == 2)
		return (y - mu) / mu - logl(y / mu);
	return (y != 0 ? y * (powl(fabsl(y), 1 - p) * (y < 0 && p == 0 ? -1 : 1) - powl(mu, 1 - p)) /
						 (1 - p)
				   : 0) -
		   (powl(fabsl(y), 2 - p) - powl(mu, 2 - p)) / (2 - p);
}

typedef struct worst
{
	double loss, deviance, residual, expected, observed, bend, variance;
	int points;
} worst;

static void
test_point(const l2n_family *given, double y, double eta, worst *far)
{
	l2n_family f = *given;
	double h = 1e-4 * fmax(fabs(eta), 0.1), mu = f.link->mean(eta), r[3], w[3], l[3], slope;
	double first, second, want, at[3] = {eta, eta + h, eta - h}, ys[3] = {y, y, y};
	long double v = variance_of(&f, mu);

	f.expected = true;
	f.evaluate(&f, l2n_kernel_best(), 3, ys, at, r, w, l);
	if (!isfinite(l[0]) || !isfinite(l[1]) || !isfinite(l[2]))
		return;
	far->points++;
	want = (double) half_deviance(&f, y, mu);
	far->loss = fmax(far->loss, fabs(l[0] - want) / fmax(fabs(want), 1));
	f.link->slopes(eta, mu, &first, &second);
	want = (double) ((y - mu) / v * first);
	far->residual = fmax(far->residual, fabs(r[0] - want) / fmax(fabs(want), 1e-6));
	want = (double) (first * first / v);
	far->expected = fmax(far->expected, fabs(w[0] - want) / want);
	if (f.canonical)
	{
		want = (w[1] - w[2]) / (2 * h);
		far->bend = fmax(far->bend, fabs(f.bend(eta, w[0]) - want) / fmax(fabs(want), w[0]));
	}
	if (f.variance)
	{
		double up, down, unused;

		want = (double) v;
		far->variance = fmax(far->variance, fabs(f.variance(&f, mu, &slope) - want) / want);
		up = f.variance(&f, mu * (1 + 1e-5), &unused);
		down = f.variance(&f, mu * (1 - 1e-5), &unused);
		want = (up - down) / (2e-5 * mu);
		far->variance = fmax(far->variance, fabs(slope - want) / fmax(fabs(want), 1e-3));
	}
	if (f.deviance)
	{
		want = (double) half_deviance(&f, y, mu);
		far->deviance =
			fmax(far->deviance, fabs(f.deviance(&f, y, mu) - want) / fmax(fabs(want), 1));
	}
	/* as it is: the slope of the residual, where that is a curvature, else a tenth */
	f.expected = false;
	f.evaluate(&f, l2n_kernel_best(), 3, ys, at, r, w, l);
	want = (r[2] - r[1]) / (2 * h);
	if (fabs(want) < 1e-3 * (double) (first * first / v))
		return; /* too near to where it turns */
	if (want < 0)
		want = 0.1 * (double) (first * first / v);
	far->observed = fmax(far->observed, fabs(w[0] - want) / want);
}

static void
test_numbers(l2n_family_kind kind, l2n_link_kind link, double parameter)
{
	static const double ys[] = {0, 0.25, 0.75, 1, 2, 3.5, 17},
						etas[] = {-4, -1, -0.3, 0.05, 0.2, 0.7, 1, 2.5};
	worst far = {0};
	l2n_family f;

	if (!l2n_family_make(&f, kind, link, parameter))
		return;
	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 8; j++)
		{
			double mean = f.link->mean(etas[j]);

			if (ys[i] > f.highest || ys[i] < f.lowest || (f.open && ys[i] == f.lowest) ||
				!(mean > 0) || (kind == L2N_BINOMIAL && mean >= 1) || !isfinite(mean) ||
				(link != L2N_IDENTITY && link != L2N_LOG && etas[j] < 0 && kind != L2N_BINOMIAL))
				continue;
			test_point(&f, ys[i], etas[j], &far);
		}
	ok(far.points > 2 && far.loss < 1e-12 && far.deviance < 1e-13,
	   "family %d, link %d, %g: losses at %d points, to %.2g and %.2g", kind, link, parameter,
	   far.points, far.loss, far.deviance);
	ok(far.residual < 1e-9 && far.expected < 1e-11, "residuals, information: %.2g, %.2g",
	   far.residual, far.expected);
	ok(far.observed < 1e-3, "curvature: %.2g", far.observed);
	ok(far.bend < 1e-6 && far.variance < 1e-6, "slopes of weights and variances: %.2g, %.2g",
	   far.bend, far.variance);
}

/* No linear predictor makes anything but a number of it, or an infinite loss */
static void
test_far(l2n_family_kind kind, l2n_link_kind link, double parameter)
{
	static const double etas[] = {-INFINITY, -1e308, -1e101, -2000, -750,  -40,     0,
								  40,        750,    2000,   1e101, 1e308, INFINITY};
	static const double ys[] = {0, 0.5, 1, 1e9};
	int bad = 0, lost = 0;
	l2n_family f;

	if (!l2n_family_make(&f, kind, link, parameter))
		return;
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 13; j++)
			for (int expected = 0; expected < 2; expected++)
			{
				double r, w, l;

				if (ys[i] > f.highest || (f.open && ys[i] == f.lowest))
					continue;
				f.expected = expected;
				l = loss_of(&f, ys[i], etas[j], &r, &w);
				bad += !(l >= 0);
				lost += l < INFINITY && !(isfinite(r) && w >= 0 && w < INFINITY);
			}
	is_int(bad, 0, "family %d, link %d, %g: losses are >= 0, however far", kind, link, parameter);
	is_int(lost, 0, "and what goes with a finite one is finite");
}

/* The log likelihood is the sum of logarithms of densities */
static long double
log_density(const l2n_family *f, long double y, long double mu, long double w, long double phi)
{
	long double theta = f->parameter, shape = 1 / phi;
	const long double two_pi = 2 * acosl(-1.0L);

	switch (f->kind)
	{
		case L2N_GAUSSIAN:
			return -logl(two_pi * phi / w) / 2 - w * (y - mu) * (y - mu) / (2 * phi);
		case L2N_BINOMIAL:
			return lgammal(w + 1) - lgammal(w * y + 1) - lgammal(w * (1 - y) + 1) +
				   w * times_log(y, mu) + w * times_log(1 - y, 1 - mu);
		case L2N_POISSON:
			return w * (times_log(y, mu) - mu - lgammal(y + 1));
		case L2N_GAMMA:
			return w * (shape * logl(shape * y / mu) - shape * y / mu - logl(y) - lgammal(shape));
		case L2N_INVERSE_GAUSSIAN:
			return w * (-logl(two_pi * phi * y * y * y) / 2 -
						(y - mu) * (y - mu) / (2 * phi * mu * mu * y));
		default:
			return w * (lgammal(y + theta) - lgammal(theta) - lgammal(y + 1) +
						theta * logl(theta / (theta + mu)) + times_log(y, mu / (theta + mu)));
	}
}

static void
test_likelihood(l2n_family_kind kind, l2n_link_kind link, double parameter)
{
	static const double ys[2][6] = {{0, 1, 3, 2, 7, 0}, {0.25, 1.5, 3, 0.5, 6, 2}};
	static const double etas[] = {0.2, 0.4, 0.9, 0.7, 1.6, -0.5};
	double loss = 0, saturated = 0, weight = 0, got;
	long double want = 0, phi = 1;
	l2n_family f;

	if (!l2n_family_make(&f, kind, link, parameter))
		abort();
	for (int again = 0; again < 2; again++)
	{
		want = 0;
		for (int i = 0; i < 6; i++)
		{
			double w = 1 + i % 3, y = ys[f.open || kind == L2N_GAUSSIAN][i], r, v;

			/* shares of whole trials */
			if (kind == L2N_BINOMIAL)
			{
				w = 4;
				y = i % 5 / 4.0;
			}
			want += log_density(&f, y, f.link->mean(etas[i]), w, phi);
			if (again)
				continue;
			loss += w * loss_of(&f, y, etas[i], &r, &v);
			saturated += f.saturated(&f, y, w);
			weight += w;
		}
		/* the dispersion is the deviance over the weight; of normal rows over their number */
		phi = 2 * loss / (kind == L2N_GAUSSIAN ? 6 : weight);
	}
	got = f.likelihood ? f.likelihood(loss, saturated, 6, weight) : saturated - loss;
	is_close(got, (double) want, 1e-12, "family %d: log likelihood", kind);
	ok(f.dispersed == (f.likelihood != NULL) && !f.unlikely, "it has a dispersion or none");
}

/* Counts so large that a logarithm of their factorial has no digit behind the point; by mpmath */
static void
test_large_counts(void)
{
	static const struct
	{
		l2n_family_kind kind;
		double theta, y, mu, weight, density;
	} of[] = {
		{L2N_POISSON, 0, 1e12, 1e12, 1, -14.73444909116903},
		{L2N_POISSON, 0, 123456, 123000, 1, -7.6249849217933513},
		{L2N_BINOMIAL, 0, 0.4, 0.4, 1e12, -14.020890913349138},
		{L2N_BINOMIAL, 0, 0.25, 0.26, 1e6, -269.07666674170359},
		{L2N_NEGATIVE_BINOMIAL, 0.02, 1e16, 5e15, 1, -40.846543520500471},
		{L2N_NEGATIVE_BINOMIAL, 7, 2e8, 1e8, 1, -21.219677724215608},
		{L2N_NEGATIVE_BINOMIAL, 1e-4, 5, 3, 1, -10.820767520682906},
		{L2N_NEGATIVE_BINOMIAL, 1e9, 3000, 3100, 1, -6.552678125847943},
	};
	int bad = 0;

	for (size_t i = 0; i < sizeof of / sizeof of[0]; i++)
	{
		l2n_family f;
		double r, v, saturated, loss;

		if (!l2n_family_make(&f, of[i].kind, l2n_default_link(of[i].kind), of[i].theta))
			abort();
		saturated = f.saturated(&f, of[i].y, of[i].weight);
		loss = of[i].weight * loss_of(&f, of[i].y, f.link->eta(of[i].mu), &r, &v);
		is_close(saturated - loss, of[i].density, 1e-11, "density of %g at %g", of[i].y, of[i].mu);
	}
	for (double x = 0.01; x < 1e4; x *= 1.37)
	{
		long double want = lgammal(x + 1.0L) - ((x + 0.5L) * logl(x) - x + 0.918938533204672742L);

		bad += !(fabsl(l2n_stirling_error(x) - want) < 1e-14L);
	}
	is_int(bad, 0, "errors of Stirling's formula");
}

static long double
theta_likelihood(double theta, double y, long double mu)
{
	l2n_family f = {.kind = L2N_NEGATIVE_BINOMIAL, .parameter = theta};

	return log_density(&f, y, mu, 1, 1);
}

/* Slope and curvature of the likelihood by theta, of counts and of what is none */
static void
test_theta(void)
{
	static const double ys[] = {0, 1, 2, 7, 40, 41, 300, 0.5, 12.25};
	static const double thetas[] = {0.1, 0.8, 3, 11.9, 25, 400};
	double far = 0, bent = 0;

	for (int link = 0; link < 2; link++)
		for (int t = 0; t < 6; t++)
			for (int i = 0; i < 9; i++)
			{
				double score, information, etas[70], many[70], scores[70], informations[70];
				double theta = thetas[t], eta = 0.4 + 0.3 * i, h = 1e-3 * theta;
				long double mu, up, down, here, want;
				l2n_family f;

				(void) l2n_family_make(&f, L2N_NEGATIVE_BINOMIAL, link ? L2N_IDENTITY : L2N_LOG,
									   theta);
				mu = link ? eta : expl(eta);
				for (int k = 0; k < 70; k++)
				{
					etas[k] = k == 69 ? eta : 1;
					many[k] = k == 69 ? ys[i] : 1;
				}
				l2n_theta_count(&f, ys[i], &score, &information);
				l2n_theta_means(&f, l2n_kernel_best(), 70, many, etas, scores, informations);
				here = theta_likelihood(theta, ys[i], mu);
				up = theta_likelihood(theta + h, ys[i], mu);
				down = theta_likelihood(theta - h, ys[i], mu);
				want = (up - down) / (2 * h);
				far = fmax(far, fabs((double) ((score + scores[69] - want) * theta)) /
									fmax(fabs((double) (want * theta)), 1));
				want = -(up - 2 * here + down) / (h * h);
				bent = fmax(
					bent, fabs((double) ((information + informations[69] - want) * theta * theta)) /
							  fmax(fabs((double) (want * theta * theta)), 1));
			}
	ok(far < 1e-5 && bent < 1e-4, "theta's score and information: %.2g, %.2g", far, bent);
}

/* The probabilities of a link, to the ends of their tails, in long double */
static void
test_tails(void)
{
	static const double etas[] = {-1e5, -100, -60,  -40,   -30.5, -29.5, -10, -7,
								  -2.5, -1,   -0.5, -0.01, 0,     0.01,  0.5, 0.9,
								  1,    2.5,  6.5,  10,    29,    31,    60,  100};
	const long double root = sqrtl(0.5L), pi = acosl(-1.0L);
	int refused = 0;

	for (int kind = 0; kind < L2N_LINKS; kind++)
	{
		double far = 0;

		for (size_t i = 0; l2n_links[kind].share && i < sizeof etas / sizeof etas[0]; i++)
		{
			long double eta = etas[i], p, q, up, down, curve_p, curve_q, log_p, log_q;
			bool there = kind == L2N_IDENTITY ? eta > 0 && eta < 1 : kind != L2N_LOG || eta < 0;
			l2n_share s;

			refused += l2n_links[kind].share(etas[i], &s) != there;
			if (!there || (kind == L2N_PROBIT && fabsl(eta) > 110) ||
				(kind == L2N_CLOGLOG && eta < -8))
				continue;
			if (kind == L2N_LOGIT || kind == L2N_PROBIT)
			{
				bool logit = kind == L2N_LOGIT;

				p = logit ? 1 / (1 + expl(-eta)) : erfcl(-eta * root) / 2;
				q = logit ? 1 / (1 + expl(eta)) : erfcl(eta * root) / 2;
				up = logit ? q : expl(-eta * eta / 2) / sqrtl(2 * pi) / p;
				down = logit ? p : expl(-eta * eta / 2) / sqrtl(2 * pi) / q;
				curve_p = logit ? p * q : up * (up + eta);
				curve_q = logit ? p * q : down * (down - eta);
				log_p = p > 0.5L ? log1pl(-q) : logl(p);
				log_q = q > 0.5L ? log1pl(-p) : logl(q);
				if (logit && eta < -1e4L)
					log_p = eta;
			}
			else if (kind == L2N_CLOGLOG)
			{
				long double u = expl(eta);

				up = u / expm1l(u);
				down = curve_q = u;
				curve_p = up * (up - 1 + u);
				log_p = u > 1 ? log1pl(-expl(-u)) : logl(-expm1l(-u));
				log_q = -u;
			}
			else
			{
				p = kind == L2N_LOG ? expl(eta) : eta;
				q = kind == L2N_LOG ? -expm1l(eta) : 1 - eta;
				up = kind == L2N_LOG ? 1 : 1 / p;
				down = kind == L2N_LOG ? p / q : 1 / q;
				curve_p = kind == L2N_LOG ? 0 : 1 / (p * p);
				curve_q = kind == L2N_LOG ? p / (q * q) : 1 / (q * q);
				log_p = kind == L2N_LOG ? eta : logl(p);
				log_q = kind == L2N_LOG && eta < -1 ? log1pl(-p) : logl(q);
			}
			{
				long double want[] = {up, down, curve_p, curve_q, log_p, log_q};
				double got[] = {s.up, s.down, s.curve_p, s.curve_q, s.log_p, s.log_q};

				for (int k = 0; k < 6; k++)
				{
					double w = (double) want[k];

					/* what no double is, or next to it, may be 0 */
					if (got[k] != w && !(fabs(w) < 1e-300 && fabs(got[k]) < 1e-300))
						far = fmax(far, fabs(got[k] - w) / fabs(w));
				}
			}
		}
		/* of the curvature of a probit the two parts nearly cancel there */
		ok(far < (kind == L2N_PROBIT ? 1e-8 : 1e-11), "link %d in the tails: %.2g", kind, far);
	}
	for (int kind = L2N_LOGIT; kind <= L2N_CLOGLOG; kind++)
	{
		l2n_share s;

		refused += l2n_links[kind].share(1e120, &s) != (kind != L2N_PROBIT);
	}
	is_int(refused, 0, "where there is a probability, and where there is none");
}

/* Rows of a block are what each is alone, those out of range among them */
static void
test_many(l2n_family_kind kind, l2n_link_kind link, double parameter)
{
	enum
	{
		n = 150
	};
	double *y = malloc(sizeof(double) * n), *eta = malloc(sizeof(double) * n);
	double *got[3], far = 0;
	l2n_family f;
	int finite = 0;

	if (!l2n_family_make(&f, kind, link, parameter))
		return;
	seed = 4;
	for (int i = 0; i < n; i++)
	{
		eta[i] = i == 70 ? -1e30 : i == 71 ? 1e30 : 3 * uniform() - 0.5;
		y[i] = kind == L2N_BINOMIAL ? integer(5) / 4.0 : integer(6) + (f.open ? 0.5 : 0);
		if (i % 50 == 49)
			y[i] = kind == L2N_BINOMIAL ? 0.001 : 1e6;
	}
	for (int k = 0; k < 3; k++)
		got[k] = malloc(sizeof(double) * n);
	for (int expected = 0; expected < 2; expected++)
	{
		f.expected = expected;
		f.evaluate(&f, l2n_kernel_best(), n, y, eta, got[0], got[1], got[2]);
		for (int i = 0; i < n; i++)
		{
			double alone[3];

			alone[2] = loss_of(&f, y[i], eta[i], &alone[0], &alone[1]);
			finite += isfinite(alone[2]);
			for (int k = isfinite(alone[2]) ? 0 : 2; k < 3; k++)
				if (got[k][i] != alone[k])
					far = fmax(far, fabs(got[k][i] - alone[k]) / (1 + fabs(alone[k])));
		}
	}
	ok(far < 1e-13 && finite > n / 10, "family %d, link %d, %g: %d rows as each alone, %.2g", kind,
	   link, parameter, finite, far);
	for (int k = 0; k < 3; k++)
		free(got[k]);
	free(y);
	free(eta);
}

/*
 * With the log link: right however far a mean is, and infinite just where one of the powers that a
 * row goes by is above 2^300
 */
static void
test_wide(l2n_family_kind kind, double parameter)
{
	static const double ys[] = {0, 0.5, 1, 7, 1e9};
	double p = (double) mean_power(kind, parameter), far = 0;
	int wrong = 0, finite = 0;
	l2n_family f;

	if (!l2n_family_make(&f, kind, L2N_LOG, parameter))
		abort();
	for (int i = 0; i < 5; i++)
		for (double eta = -689; eta < 690; eta += 7.3)
		{
			long double y = ys[i], mu = expl(eta), ratio = y / mu, of_mu, of_y, most, r, l;
			double got_r, got_w, got;

			if (f.open && y == 0)
				continue;
			got = loss_of(&f, ys[i], eta, &got_r, &got_w);
			of_mu = expl((2 - p) * eta);
			of_y = y > 0 ? y * expl((1 - p) * eta) : 0;
			most = kind == L2N_POISSON || kind == L2N_NEGATIVE_BINOMIAL ? mu
				   : kind == L2N_GAMMA                                  ? ratio
				   : kind == L2N_INVERSE_GAUSSIAN                       ? ratio * ratio / y
																		: fmaxl(of_mu, of_y);
			if (fabsl(logl(most) - 300 * logl(2)) < 1)
				continue;
			wrong += isfinite(got) != (most < 0x1p300L);
			if (!isfinite(got))
				continue;
			finite++;
			r = kind == L2N_NEGATIVE_BINOMIAL ? (y - mu) * parameter / (parameter + mu)
											  : of_y - of_mu;
			most = kind == L2N_NEGATIVE_BINOMIAL ? y + parameter : 1e-300L + fmaxl(of_y, of_mu);
			far = fmax(far, (double) (fabsl(got_r - r) / most));
			l = kind == L2N_NEGATIVE_BINOMIAL ? half_deviance(&f, y, mu)
				: p == 1                      ? (y > 0 ? y * (logl(y) - eta) : 0) - (y - mu)
				: p == 2                      ? ratio - 1 - (logl(y) - eta)
				: p == 3                      ? (ratio - 1) * (ratio - 1) / (2 * y)
											  : half_deviance(&f, y, mu);
			far = fmax(far, (double) (fabsl(got - l) / (1 + y + fabsl(l))));
		}
	ok(wrong == 0 && finite > 100, "family %d, %g: %d losses that are or are not finite", kind,
	   parameter, finite);
	ok(far < 1e-10, "family %d, %g: right as far as they go: %.2g", kind, parameter, far);
}

/* Families of which a bound on the third derivative of the loss is known */
static void
test_steady(void)
{
	int wrong = 0, made = 0, bounds = 0;

	for (int kind = 0; kind < L2N_FAMILIES; kind++)
		for (int link = 0; link < L2N_LINKS; link++)
			for (double parameter = 0; parameter <= 3; parameter += 0.5)
			{
				l2n_family f;
				bool want = link == L2N_IDENTITY  ? kind == L2N_GAUSSIAN
							: link == L2N_LOGIT   ? kind == L2N_BINOMIAL
							: link != L2N_LOG     ? false
							: kind >= L2N_TWEEDIE ? parameter >= 1 && parameter <= 2
												  : kind == L2N_POISSON || kind == L2N_GAMMA ||
														kind == L2N_NEGATIVE_BINOMIAL;

				if (!l2n_family_make(&f, kind, link, parameter))
					continue;
				made++;
				wrong += f.steady != want;
				bounds += f.highest != (kind == L2N_BINOMIAL ? 1 : INFINITY);
				bounds +=
					f.lowest != (kind == L2N_GAUSSIAN || (kind >= L2N_TWEEDIE && parameter == 0)
									 ? -INFINITY
									 : 0);
				bounds += f.open != (kind == L2N_GAMMA || kind == L2N_INVERSE_GAUSSIAN ||
									 (kind >= L2N_TWEEDIE && parameter >= 2));
				bounds += f.separable != (kind == L2N_BINOMIAL);
				bounds += f.unlikely != (kind >= L2N_TWEEDIE);
				bounds += f.dispersed != (kind != L2N_BINOMIAL && kind != L2N_POISSON &&
										  kind != L2N_NEGATIVE_BINOMIAL);
				bounds += f.canonical != ((kind == L2N_BINOMIAL && link == L2N_LOGIT) ||
										  (kind == L2N_POISSON && link == L2N_LOG));
				bounds += f.kind != (l2n_family_kind) kind || f.link != &l2n_links[link] ||
						  f.parameter != parameter;
			}
	is_int(wrong, 0, "which of %d are steady", made);
	is_int(bounds, 0, "and what else is said of them");
}

/* Theta's score of each of many rows is that of the row alone */
static void
test_theta_rows(void)
{
	enum
	{
		n = 150
	};
	double *y = malloc(sizeof(double) * n), *eta = malloc(sizeof(double) * n);
	double *score = malloc(sizeof(double) * n), *information = malloc(sizeof(double) * n), far = 0;
	l2n_family f;

	for (int link = 0; link < 2; link++)
	{
		(void) l2n_family_make(&f, L2N_NEGATIVE_BINOMIAL, link ? L2N_IDENTITY : L2N_LOG, 1.7);
		for (int i = 0; i < n; i++)
		{
			y[i] = integer(9);
			eta[i] = link ? 0.5 + 2 * uniform() : 2 * normal();
		}
		l2n_theta_means(&f, l2n_kernel_best(), n, y, eta, score, information);
		for (int i = 0; i < n; i++)
		{
			double s, of;

			l2n_theta_means(&f, l2n_kernel_best(), 1, y + i, eta + i, &s, &of);
			far = fmax(far, fabs(score[i] - s) + fabs(information[i] - of));
		}
	}
	ok(far < 1e-14, "theta's score of rows, off by %.2g", far);
	free(y);
	free(eta);
	free(score);
	free(information);
}

static void
test_families(void)
{
	static const struct
	{
		l2n_family_kind kind;
		double parameter;
	} kinds[] = {{L2N_GAUSSIAN, 0},
				 {L2N_BINOMIAL, 0},
				 {L2N_POISSON, 0},
				 {L2N_GAMMA, 0},
				 {L2N_INVERSE_GAUSSIAN, 0},
				 {L2N_NEGATIVE_BINOMIAL, 0.6},
				 {L2N_NEGATIVE_BINOMIAL, 12},
				 {L2N_TWEEDIE, 1.2},
				 {L2N_TWEEDIE, 1.9},
				 {L2N_QUASI, 0},
				 {L2N_QUASI, 1},
				 {L2N_QUASI, 2},
				 {L2N_QUASI, 2.5}};
	int made = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (int link = 0; link < L2N_LINKS; link++)
		{
			test_numbers(kinds[i].kind, link, kinds[i].parameter);
			test_far(kinds[i].kind, link, kinds[i].parameter);
			test_many(kinds[i].kind, link, kinds[i].parameter);
		}
	for (int kind = 0; kind < L2N_TWEEDIE; kind++)
		test_likelihood(kind, l2n_default_link(kind), 1.7);
	test_likelihood(L2N_BINOMIAL, L2N_PROBIT, 0);
	test_large_counts();
	test_theta();
	test_theta_rows();
	test_steady();
	test_tails();
	test_wide(L2N_POISSON, 0);
	test_wide(L2N_GAMMA, 0);
	test_wide(L2N_INVERSE_GAUSSIAN, 0);
	test_wide(L2N_NEGATIVE_BINOMIAL, 3);
	test_wide(L2N_TWEEDIE, 1.5);
	test_wide(L2N_QUASI, 2.5);

	for (int kind = 0; kind < L2N_FAMILIES; kind++)
		for (int link = 0; link < L2N_LINKS; link++)
			made += test_family(kind, link, kind == L2N_TWEEDIE ? 1.4 : kind == L2N_QUASI ? 1 : 3);
	ok(made > 20, "%d families with links", made);
	ok(l2n_canonical_link(L2N_GAUSSIAN) == L2N_IDENTITY &&
		   l2n_canonical_link(L2N_BINOMIAL) == L2N_LOGIT &&
		   l2n_canonical_link(L2N_POISSON) == L2N_LOG &&
		   l2n_canonical_link(L2N_GAMMA) == L2N_INVERSE &&
		   l2n_canonical_link(L2N_INVERSE_GAUSSIAN) == L2N_INVERSE_SQUARED,
	   "canonical links");
	ok(l2n_default_link(L2N_GAMMA) == L2N_LOG && l2n_default_link(L2N_BINOMIAL) == L2N_LOGIT &&
		   l2n_default_link(L2N_GAUSSIAN) == L2N_IDENTITY,
	   "links that are taken");
}

int
main(void)
{
	test_links();
	test_ends();
	test_far_cloglog();
	test_families();
	return done_testing();
}
