/*
 * test_newton.c: a path of penalties takes few passes over the rows, and ends where each fit alone
 * does.
 */
#include <stdlib.h>
#include <string.h>

#include "num/glm/irls.h"
#include "num/glm/newton.h"

#include "random.h"
#include "tap.h"

#define ROWS    2000
#define P       10
#define LAMBDAS 20

static double rows[ROWS][P + 1];
static const int feature[P] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static double centre[P];
static int passes;

typedef struct data
{
	const l2n_kernel *kernel;
	l2n_irls irls;
	l2n_moments prior;
	void *work;
} data;

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
	 const l2n_slopes *slopes, l2n_moments *information)
{
	data *d = arg;
	dd sum = dd_of(0.0);

	passes++;
	for (int i = 0; i < ROWS; i += L2N_BLOCK_ROWS)
		l2n_irls_block(d->kernel, &d->irls, base, coef,
					   ROWS - i < L2N_BLOCK_ROWS ? ROWS - i : L2N_BLOCK_ROWS, rows[i], P + 1, m,
					   &sum, slopes, information, d->work, NULL, NULL);
	*loss = sum.hi;
	return L2N_OK;
}

static void
reach(void *arg, double *furthest)
{
	(void) arg;
	for (int i = 0; i < ROWS; i++)
		for (int j = 0; j < P; j++)
			furthest[j] = fmax(furthest[j], fabs(rows[i][j + 1] - centre[j]));
}

static void *
memory(size_t size)
{
	return dirty(size);
}

static void
make(data *d)
{
	dd saturated = dd_of(0.0), loss = dd_of(0.0);

	for (int i = 0; i < ROWS; i++)
	{
		double eta = -1.0;

		for (int j = 0; j < P; j++)
		{
			rows[i][j + 1] = normal() + (j > 0 ? 0.5 * rows[i][j] : 0.0);
			eta += j < 4 ? rows[i][j + 1] / (j + 1) : 0.0;
		}
		rows[i][0] = uniform() < 1.0 / (1.0 + exp(-eta));
	}
	*d = (data){.kernel = l2n_kernel_best(),
				.irls = {.family = &l2n_binomial, .p = P, .feature = feature, .centre = centre},
				.prior = {.k = P + 1},
				.work = memory(l2n_irls_worksize(P))};
	d->prior.mean = memory(sizeof(double) * l2n_moments_doubles(P + 1));
	d->prior.cross = d->prior.mean + 2 * (P + 1);
	l2n_moments_clear(&d->prior);
	for (int i = 0; i < ROWS; i += L2N_BLOCK_ROWS)
		l2n_irls_plain(d->kernel, &d->irls, 0.0,
					   ROWS - i < L2N_BLOCK_ROWS ? ROWS - i : L2N_BLOCK_ROWS, rows[i], P + 1,
					   &d->prior, &saturated, &loss, d->work, NULL, NULL);
	for (int j = 0; j < P; j++)
		centre[j] = d->prior.mean[j + 1];
}

static l2n_newton *
start(data *d, void *work)
{
	l2n_newton_spec spec = {.family = &l2n_binomial,
							.columns = {P, feature, 0, true},
							.prior = &d->prior,
							.reference_loss = ROWS * log(2.0),
							.rows = ROWS,
							.least_weight = 1.0,
							.centre = centre,
							.pass = pass,
							.reach = reach,
							.pass_arg = d};
	l2n_newton *n;

	if (l2n_newton_start(d->kernel, &spec, work, &n) != L2N_OK)
		abort();
	return n;
}

/* Distance of the fits at all lambdas, one after the other and each alone, and their passes */
static double
follow(data *d, double l1_ratio, double largest, double shrinkage, int *together, int *alone)
{
	size_t size = l2n_newton_worksize(P, 0);
	void *work = memory(size), *other = memory(size);
	l2n_newton *path = start(d, work);
	double apart = 0.0, lambda = largest;

	*together = *alone = 0;
	for (int i = 0; i < LAMBDAS; i++, lambda *= shrinkage)
	{
		double coef[2][P], se[P];
		bool dropped[P];
		l2n_newton_goal goal = {lambda * l1_ratio, lambda * (1.0 - l1_ratio), 1e-11, 100, false};
		l2n_newton_fit fit[2];

		for (int j = 0; j < 2; j++)
		{
			fit[j] = (l2n_newton_fit){.coef = coef[j], .se = se, .dropped = dropped};
			passes = 0;
			if (l2n_newton_solve(j == 0 ? path : start(d, other), &goal, &fit[j], NULL, NULL) !=
					L2N_OK ||
				fit[j].end != L2N_NEWTON_CONVERGED)
				abort();
			*(j == 0 ? together : alone) += passes;
		}
		for (int j = 0; j < P; j++)
			apart = fmax(apart, fabs(coef[0][j] - coef[1][j]));
		apart = fmax(apart, fabs(fit[0].intercept - fit[1].intercept));
		apart = fmax(apart, fabs(fit[0].loss - fit[1].loss) / ROWS);
	}
	free(work);
	free(other);
	return apart;
}

int
main(void)
{
	data d;
	int together, alone;
	double apart;

	make(&d);
	apart = follow(&d, 1.0, 500.0, 0.6, &together, &alone);
	diag("lasso: %d passes, alone %d", together, alone);
	ok(apart <= 1e-14, "the lasso's path ends where its fits do: %g", apart);
	ok(together <= 45 && 2 * together < alone, "in little more than two passes a fit: %d",
	   together);
	apart = follow(&d, 0.5, 500.0, 0.6, &together, &alone);
	diag("elastic net: %d passes, alone %d", together, alone);
	ok(apart <= 1e-14, "the elastic net's: %g", apart);
	ok(together <= 45, "in as few: %d", together);
	apart = follow(&d, 0.0, 500.0, 0.6, &together, &alone);
	diag("ridge: %d passes, alone %d", together, alone);
	ok(apart <= 1e-14, "ridge's: %g", apart);
	apart = follow(&d, 1.0, 1.0, 1.5, &together, &alone);
	diag("upwards: %d passes, alone %d", together, alone);
	ok(apart <= 1e-14, "a path upwards: %g", apart);
	return done_testing();
}
