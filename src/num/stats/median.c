/*
 * median.c: selection by partitioning (Hoare's "Find", CACM 4, 1961), with weights.
 *
 * A sort would do more than is asked for.  Here each pass splits the values that are still in
 * question at one of them and goes on with the side that half of the weight falls into: about
 * three passes' worth of work in all.  Weights are summed in double-double, since whether a sum is
 * just half of another one must not depend on the order of the rows.
 */
#include "num/stats/median.h"

#include <math.h>

#include "num/kernel/dd.h"
#include "num/stats/hash.h"

/* Elements between two polls: a millisecond */
#define POLL_EVERY 0x20000

typedef struct selection
{
	double *value;
	double *weight;
	l2n_poll poll;
	void *poll_arg;
} selection;

static inline void
median_swap(const selection *s, size_t i, size_t j)
{
	double v = s->value[i];

	s->value[i] = s->value[j];
	s->value[j] = v;
	if (s->weight)
	{
		double w = s->weight[i];

		s->weight[i] = s->weight[j];
		s->weight[j] = w;
	}
}

/* left is how much there is to do still */
static inline bool
median_stop(const selection *s, size_t left)
{
	return left % POLL_EVERY == 0 && s->poll && s->poll(s->poll_arg);
}

/* The middle one of three elements chosen at random: no order of the rows is a bad one */
static double
choose_pivot(const selection *s, size_t from, size_t to)
{
	double v[3];

	for (int i = 0; i < 3; i++)
		v[i] = s->value[from + l2n_hash_u64(from + (uint64_t) i, to) % (to - from)];
	return fmax(fmin(v[0], v[1]), fmin(fmax(v[0], v[1]), v[2]));
}

/* What a pass makes of elements from .. to - 1 */
typedef struct parts
{
	size_t below; /* elements from .. below - 1 are less than the pivot, with this weight */
	dd less;
	size_t above; /* elements below .. above - 1 equal it */
	dd equal;
} parts;

/*
 * Values from..to - 1 by a pivot: less, equal and more than it, with the weight of the first two.
 */
static l2n_status
median_partition(const selection *s, size_t from, size_t to, double pivot, parts *p)
{
	*p = (parts){from, dd_of(0.0), to, dd_of(0.0)};
	for (size_t i = from; i < p->above;)
	{
		if (median_stop(s, p->above - i))
			return L2N_INTERRUPTED;
		if (s->value[i] > pivot)
		{
			median_swap(s, i, --p->above);
			continue;
		}
		if (s->value[i] < pivot)
		{
			if (s->weight)
				p->less = dd_add_d(p->less, s->weight[i]);
			median_swap(s, i, p->below++);
		}
		else if (s->weight)
			p->equal = dd_add_d(p->equal, s->weight[i]);
		i++;
	}
	if (!s->weight)
	{
		p->less = dd_of((double) (p->below - from));
		p->equal = dd_of((double) (p->above - p->below));
	}
	return L2N_OK;
}

/* Twice a weight less all of it */
static double
over_half(dd weight, dd all)
{
	return dd_sub(dd_scale(weight, 2.0), all).hi;
}

l2n_status
l2n_median(size_t n, double *value, double *weight, double *median, l2n_poll poll, void *poll_arg)
{
	selection s = {value, weight, poll, poll_arg};
	size_t from = 0, to = n;
	dd all = dd_of(weight ? 0.0 : (double) n), before = dd_of(0.0), under, upto;
	parts p;

	for (size_t i = 0; weight && i < n; i++)
	{
		if (median_stop(&s, i))
			return L2N_INTERRUPTED;
		all = dd_add_d(all, weight[i]);
	}

	/* The median is among from .. to - 1, and the weight of all that is less than those is before
	 */
	for (;;)
	{
		l2n_status status;

		if (from >= to)
			return L2N_OUT_OF_RANGE;
		*median = choose_pivot(&s, from, to);
		status = median_partition(&s, from, to, *median, &p);
		if (status != L2N_OK)
			return status;
		under = dd_add(before, p.less);
		upto = dd_add(under, p.equal);
		if (over_half(under, all) >= 0.0)
			to = p.below;
		else if (over_half(upto, all) >= 0.0)
			break;
		else
		{
			before = upto;
			from = p.above;
		}
	}
	if (over_half(upto, all) == 0.0 && p.above < n)
	{
		double next = INFINITY;

		for (size_t i = p.above; i < n; i++)
		{
			if (median_stop(&s, i))
				return L2N_INTERRUPTED;
			if (value[i] < next)
				next = value[i];
		}
		*median += (next - *median) / 2.0;
	}
	return isfinite(*median) ? L2N_OK : L2N_OUT_OF_RANGE;
}
