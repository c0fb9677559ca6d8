/*
 * doubt.c: the rounding error that moments keep of rows that are gone; see doubt.h.
 */
#include "num/moments/doubt.h"

#include <float.h>
#include <math.h>
#include <string.h>

/*
 * Rounding of one step in double-double, as a share of what took part, with a margin; and the share
 * of what is left that it may become.  Coefficients lose digits to correlated features, so the sums
 * have a hundred times more than is promised of those, 1e-10.
 */
#define ROUNDING 0x1p-96
#define ALLOWED  1e-12

/*
 * A spread, as a share of the mean, below which a column may as well be constant; of one that is 0
 * a spread itself: most such are 1 for a level that no row has any more
 */
#define CONSTANT 1e-9

/* An error may be all there is and more, but it stays a number: grams are told by it, and keep it
 */
static double
doubt_bounded(double error)
{
	return fmin(error, DBL_MAX);
}

void
l2n_doubt_add(int k, double *to, const double *from)
{
	for (int j = 0; j <= k; j++)
		to[j] = doubt_bounded(to[j] + from[j]);
}

void
l2n_doubt_take_out(double *doubt, const l2n_moments *a, const l2n_moments *b)
{
	double all = a->weight.hi, rest = dd_sub(a->weight, b->weight).hi;

	if (b->n == 0)
		return;
	doubt[a->k] = doubt_bounded(doubt[a->k] + ROUNDING * all);
	for (int j = 0; j < a->k; j++)
	{
		/* between those that go and those that stay; their means err by the share of the weight's
		 * error */
		double apart = rest > 0 ? fabs(b->mean[j] - a->mean[j]) * (all / rest) : 0;
		double far = fmax(fabs(a->mean[j]), fabs(b->mean[j]));

		doubt[j] = doubt_bounded(doubt[j] + ROUNDING * l2n_cross(a, j, j).hi +
								 2 * apart * far * doubt[a->k]);
	}
}

void
l2n_doubt_scale(int k, double *doubt, double factor)
{
	for (int j = 0; j <= k; j++)
		doubt[j] = doubt_bounded(doubt[j] * factor);
}

void
l2n_doubt_pick(int k_from, const double *from, const int *pick, int k, double *to)
{
	for (int j = 0; j < k; j++)
		to[j] = pick[j] < 0 ? 0 : from[pick[j]];
	to[k] = from[k_from];
}

bool
l2n_doubt_is_serious(const double *doubt, const l2n_moments *m)
{
	double weight = m->weight.hi, of_weight = doubt[m->k];

	if (m->n == 0)
		return false;
	if (of_weight > ALLOWED * weight)
		return true;
	for (int j = 0; j < m->k; j++)
	{
		double left = l2n_cross(m, j, j).hi, mean = fabs(m->mean[j]);

		if (left > 0 ? doubt[j] > ALLOWED * left || mean * of_weight > ALLOWED * sqrt(left * weight)
					 : sqrt(doubt[j] / weight) > CONSTANT * (mean > 0 ? mean : 1))
			return true;
	}
	return false;
}
