/*
 * expand.c: moments of categories, from counts and sums by level.
 *
 * The sums are not centred, and need not be: double-double has the digits to spare that the
 * subtraction of W_l mean_j takes, up to means of 1e9 spreads and beyond.
 */
#include "num/moments/expand.h"

#include <string.h>

/* A share of all weight that rounding alone may have made; see RESIDUE in gramian.c */
#define RESIDUE 0x1p-92

/* Word i of a level's sums over k numeric columns: 0 is its weight, 1 + j the sum of column j */
static dd
level_sum(const l2n_source *s, int k, int i)
{
	return dd_make(s->sums[i], s->sums[k + 1 + i]);
}

/* One cross product; mean is that of column b, or of the level b */
static dd
cross(const l2n_moments *numeric, const l2n_source *a, const l2n_source *b, dd mean)
{
	int k = numeric->k;

	if (a->category < 0 && b->category < 0)
		return l2n_cross(numeric, a->column, b->column);
	if (a->category < 0)
		return dd_sub(level_sum(b, k, 1 + a->column),
					  dd_mul(level_sum(b, k, 0), l2n_mean(numeric, a->column)));
	if (b->category < 0)
		return dd_sub(level_sum(a, k, 1 + b->column), dd_mul(level_sum(a, k, 0), mean));
	return dd_neg(dd_mul(level_sum(a, k, 0), mean));
}

void
l2n_expand(const l2n_moments *numeric, const l2n_source *source, l2n_moments *to, l2n_poll poll,
		   void *poll_arg)
{
	size_t k = (size_t) to->k, tri = l2n_tri_size(k);

	l2n_moments_clear(to);
	if (numeric->n == 0)
		return;
	to->n = numeric->n;
	to->weight = numeric->weight;
	for (size_t j = 0; j < k; j++)
	{
		dd mean = source[j].category < 0
					  ? l2n_mean(numeric, source[j].column)
					  : dd_div(level_sum(&source[j], numeric->k, 0), numeric->weight);

		to->mean[j] = mean.hi;
		to->mean[k + j] = mean.lo;
	}
	for (size_t i = 0; i < k; i++)
	{
		if (poll && i % 64 == 0)
			poll(poll_arg);
		for (size_t j = i; j < k; j++)
		{
			size_t at = l2n_tri(k, i, j);
			dd c;

			if (i == j && source[i].category >= 0)
				c = dd_mul(l2n_mean(to, (int) i),
						   dd_sub(numeric->weight, level_sum(&source[i], numeric->k, 0)));
			else
				c = cross(numeric, &source[i], &source[j], l2n_mean(to, (int) j));
			to->cross[at] = c.hi;
			to->cross[tri + at] = c.lo;
		}
	}
}

void
l2n_expand_pair(l2n_moments *to, int i, int j, dd weight)
{
	size_t k = (size_t) to->k;
	size_t at = l2n_tri(k, (size_t) (i < j ? i : j), (size_t) (i < j ? j : i));
	double *low = to->cross + l2n_tri_size(k);
	dd c = dd_add(dd_make(to->cross[at], low[at]), weight);

	to->cross[at] = c.hi;
	low[at] = c.lo;
}

void
l2n_expand_finish(const l2n_source *source, l2n_moments *to)
{
	for (int j = 0; j < to->k; j++)
		if (source[j].category >= 0 && !(l2n_cross(to, j, j).hi > RESIDUE * to->weight.hi))
			l2n_moments_clear_column(to, j);
}
