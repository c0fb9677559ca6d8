/*
 * grid.c: where a grid of lambdas ends.
 */
#include "fit/grid.h"

#include <math.h>

#define GOES_ON_TO_FALL 0.0001 /* L2_STILL_FALLS where the grid has gone on already */

/* The fall matters where it is also this share of the error at the first lambda */
#define MATTERS 0.001

/* A grid goes on by so many times smaller lambdas, to so many in all */
#define GOES_ON      1e-2
#define GOES_ON_TO   1e-13
#define MOST_LAMBDAS 1000

/* Whether the error still falls by that share at the last of n lambdas */
static bool
grid_falls_by(int n, const double *lambda, const double *error, double share)
{
	int last = n - 1, above = last;
	double fall;

	while (above > 0 && lambda[above] < L2_FALL_OVER * lambda[last])
		above--;
	fall = error[above] - error[last];
	return fall > share * fabs(error[last]) &&
		   fall > share / L2_STILL_FALLS * MATTERS * fabs(error[0]);
}

bool
l2_grid_still_falls(int n, const double *lambda, const double *error)
{
	return grid_falls_by(n, lambda, error, L2_STILL_FALLS);
}

int
l2_grid_more(const l2_options *o, int n, const double *lambda, const double *error)
{
	double step, last, least;
	int more;

	if (n < 2 ||
		!grid_falls_by(n, lambda, error, n == o->n_lambda ? L2_STILL_FALLS : GOES_ON_TO_FALL))
		return 0;
	last = lambda[n - 1];
	step = last / lambda[n - 2];
	least = lambda[0] * GOES_ON_TO;
	if (!(last * step >= least))
		return 0;
	more = (int) ceil(log(Max(GOES_ON, least / last)) / log(step) - 0.5);
	return Max(Min(Max(more, 1), MOST_LAMBDAS - n), 0);
}

double
l2_grid_next(double before, double last, int i)
{
	return last * pow(last / before, i);
}
