/*
 * coordinate.c: coordinate descent with covariance updates, and an exact finish.
 *
 * The usual way (Friedman, Hastie and Tibshirani, J. Stat. Software 33, 2010) cycles over the
 * columns, each solved for by soft thresholding, until the changes are small: how far the answer
 * is then from the best nobody says.  Here the gradient c - Cb is kept for all columns, so the
 * optimality conditions and the duality gap cost nothing extra; and the sweeps need only find
 * which coefficients are fixed, at zero or a bound, and the signs of the others.  Those others
 * span a face, on which the objective is quadratic.  Its minimum is a linear system, for which a
 * Cholesky factor is kept from search to search, a column added or deleted at a time; on the way
 * there, a coefficient that meets zero or a bound is fixed (the active-set idea of Lee, Battle,
 * Raina and Ng, 2007).  Where the columns of a face are collinear, as they are wherever there are
 * more of them than rows, its objective is linear in some direction, and going down that fixes a
 * coefficient, too, until the others are independent.  Each step lowers the objective and there
 * are finitely many faces, so the search ends; residuals in double-double then refine the solution
 * to the last bit.
 */
#include "num/solve/coordinate.h"

#include <float.h>
#include <string.h>

#include "num/linalg/cholesky.h"
#include "num/linalg/dense.h"

/* Slack of the optimality conditions for fixed columns, relative: far above dd's rounding */
#define SLACK 1e-12

/* The same for a gradient in double, relative to the largest that its terms can be */
#define SLACK_DOUBLE 0x1p-46

/* What the rounding of values to double makes of a gradient, as a share of the largest possible */
#define VALUES_NOISE 0x1p-48

/* A scaled penalty this large leaves nothing of a column, and can still be multiplied by */
#define LARGEST 0x1p900

/* One so small changes nothing, and its square must not underflow */
#define SMALLEST 0x1p-300

/* A pivot below this share of its diagonal: the column is collinear with those before it */
#define TOO_SMALL 1e-24

/* The same for a factor in double, whose rounding this must stay above */
#define TOO_SMALL_DOUBLE 1e-11

/* Rounding of what a double factor leaves of a column, as a share of the products it is left of */
#define ROUNDING 0x1p-46

/* Reciprocal condition number down to which the trace of an inverse in double is good enough */
#define TRACE_RCOND 1e-6

/* A direction among collinear columns has no smaller part in it than this, but for rounding */
#define TRACE 0x1p-26

/*
 * Coefficients fixed on the way to the minimum of a face before sweeps are tried again: so many,
 * and as many as stay free.  A deletion costs less than a sweep.
 */
#define MAX_FIXED 20

/* A change so small, in squares, has not moved many columns in or out */
#define SETTLED 1e-6

/* Columns from which on a small penalty is approached by way of larger ones; how many of those */
#define MANY_COLUMNS 64
#define MAX_STAGES   30

/* Sweeps before the minimum of the face is looked for again */
#define MAX_SWEEPS 10

/* How often a face may look settled in double and turn out not to be, where that may be rounding */
#define MAX_ROUNDS 5

/* Columns up to which all faces may then be factored in double-double */
#define MAX_EXACT 1000

/* What factors in double-double may cost, in k^3 for k columns, before sweeps are tried again */
#define MAX_CUBES 2e9

struct l2n_elastic_net
{
	l2n_system sys;
	l2n_penalty f;
	double *c;     /* p x p in full, high words, then low words */
	double *b;     /* p */
	double *g;     /* p: rhs - c b */
	double *unit1; /* p: what a penalty of 1 is, with factor, spread and scale */
	double *unit2;
	double *extra; /* p: what is on b^2 / 2 in any case */
	bool any_extra;
	int n_free;
	int *free;      /* p: columns of the face, as the factor has them */
	double *factor; /* p x p: LL' of the face's c + l2, columns p apart */
	double *step;   /* p */
	bool coarse;    /* columns had to be traded: doubles may not tell which to take */
	bool factored;  /* the factor is that of free and of the penalties */
	int n_held;
	bool *held;     /* p: neither fixed nor in the factor, which is too coarse for them */
	bool quadratic; /* some l2 is not 0 */
	double df;      /* of the face tried last */
	double *exact;  /* 2p: b in double-double */
	double *tmp;    /* 2p: scratch; after a search the gradient of exact */
	double *small;  /* 2 l2n_tri_size(p): the factor in double-double where need be */
	double *rhs;    /* 2p */
	double *along;  /* 2p: a direction */
	double *floor;  /* p */
	bool *flag;     /* p */
	int *iwork;     /* p */
};

typedef l2n_elastic_net net;

size_t
l2n_elastic_net_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(net) + l2n_system_worksize(p) +
		   sizeof(double) * (3 * k * k + 2 * l2n_tri_size(k) + 19 * k) +
		   (2 * sizeof(int) + 2 * sizeof(bool)) * k + 25 * 64;
}

/* fmax, where no NaN can be: one instruction instead of a call */
static inline double
larger(double a, double b)
{
	return a > b ? a : b;
}

static void
gradient(net *n)
{
	size_t p = (size_t) n->sys.p;

	memcpy(n->g, n->sys.rhs, sizeof(double) * p);
	for (size_t j = 0; j < p; j++)
		if (n->b[j] != 0.0)
			l2n_dense_axpy(n->sys.p, -n->b[j], n->c + j * p, n->g);
}

/* A symmetric matrix in full from its upper triangle, by tiles that stay in the cache */
static l2n_status
net_expand(size_t p, const double *triangle, double *full, l2n_poll poll, void *poll_arg)
{
	const size_t tile = 32;

	for (size_t above = 0; above < p; above += tile)
	{
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t i = above; i < p && i < above + tile; i++)
			memcpy(full + i * (p + 1), triangle + l2n_tri(p, i, i), sizeof(double) * (p - i));
		for (size_t left = 0; left <= above; left += tile)
			for (size_t i = above; i < p && i < above + tile; i++)
				for (size_t j = left; j < i && j < left + tile; j++)
					full[i * p + j] = full[j * p + i];
	}
	return L2N_OK;
}

l2n_status
l2n_elastic_net_start(const l2n_moments *m, const l2n_elastic_net_spec *spec, void *work,
					  l2n_elastic_net **started, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p, low = l2n_tri_size(p);
	char *at = work;
	net *n = l2n_take(&at, sizeof(net));
	double *vector[15];
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	memset(n, 0, sizeof *n);
	n->c = l2n_take(&at, sizeof(double) * 2 * p * p);
	for (int i = 0; i < 15; i++)
		vector[i] = l2n_take(&at, sizeof(double) * (i < 4 ? 2 * p : p));
	n->exact = vector[0];
	n->tmp = vector[1];
	n->rhs = vector[2];
	n->along = vector[3];
	n->b = vector[4];
	n->g = vector[5];
	n->unit1 = vector[6];
	n->unit2 = vector[7];
	n->f = (l2n_penalty){vector[8], vector[9], vector[10], vector[11]};
	n->step = vector[12];
	n->floor = vector[13];
	n->extra = vector[14];
	n->free = l2n_take(&at, sizeof(int) * p);
	n->iwork = l2n_take(&at, sizeof(int) * p);
	n->flag = l2n_take(&at, sizeof(bool) * p);
	n->held = l2n_take(&at, sizeof(bool) * p);
	n->factor = l2n_take(&at, sizeof(double) * p * p);
	n->small = l2n_take(&at, sizeof(double) * 2 * low);

	status = l2n_system_init(&n->sys, m, &spec->columns, NULL,
							 l2n_take(&at, l2n_system_worksize(spec->columns.p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;
	if (spec->square > 0.0)
		n->sys.syy = dd_of(fmin(n->sys.syy.hi, spec->square * n->sys.scale_y * n->sys.scale_y));
	for (size_t j = 0; j < p; j++)
	{
		double factor = spec->penalty ? spec->penalty[j] : 1.0;
		double variance = !spec->standardize ? 1.0
						  : spec->variance   ? spec->variance[j]
											 : l2n_variance(m, spec->columns.feature[j]);
		double unit = n->sys.scale_y / n->sys.scale[j];

		n->unit1[j] = factor * sqrt(variance) * n->sys.scale[j] * n->sys.scale_y;
		n->unit2[j] = factor * variance * n->sys.scale[j] * n->sys.scale[j];
		n->extra[j] = spec->extra ? spec->extra[j] * n->sys.scale[j] * n->sys.scale[j] : 0.0;
		n->any_extra |= n->extra[j] > 0.0;
		n->f.lower[j] = spec->lower ? spec->lower[j] * unit : -HUGE_VAL;
		n->f.upper[j] = spec->upper ? spec->upper[j] * unit : HUGE_VAL;
		n->f.l1[j] = n->f.l2[j] = 0.0;
		n->b[j] = fmin(fmax(0.0, n->f.lower[j]), n->f.upper[j]);
	}
	status = net_expand(p, n->sys.c, n->c, poll, poll_arg);
	if (status == L2N_OK)
		status = net_expand(p, n->sys.c + low, n->c + p * p, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	gradient(n);
	memset(n->exact, 0, sizeof(double) * 2 * p);
	memset(n->held, 0, sizeof(bool) * p);
	*started = n;
	return L2N_OK;
}

/* The curvature of the objective along a column; none for one without spread or penalty */
static inline double
curvature(const net *n, size_t j)
{
	return n->c[j * (size_t) n->sys.p + j] + n->f.l2[j];
}

static inline bool
is_fixed(const net *n, size_t j)
{
	double b = n->b[j];

	return b == n->f.lower[j] || b == n->f.upper[j] || (b == 0.0 && n->f.l1[j] > 0.0) ||
		   !(curvature(n, j) > 0.0);
}

/* The largest that the sums may be of which residuals and gradients are what is left */
static double
magnitude(const net *n)
{
	size_t p = (size_t) n->sys.p;
	double sum = sqrt(n->sys.syy.hi);

	for (size_t j = 0; j < p; j++)
		if (n->b[j] != 0.0)
			sum += fabs(n->b[j]) * sqrt(n->c[j * p + j]);
	return sum;
}

/* One cycle over the columns, or over those not fixed; returns the largest change, as a square */
static double
net_sweep(net *n, bool all)
{
	size_t p = (size_t) n->sys.p;
	double largest = 0.0;

	for (size_t j = 0; j < p; j++)
	{
		double old = n->b[j], diagonal = n->c[j * p + j], step;

		if (all ? !(curvature(n, j) > 0.0) : is_fixed(n, j))
			continue;
		n->b[j] = l2n_penalty_minimum(&n->f, j, n->g[j] + diagonal * old, diagonal);
		step = n->b[j] - old;
		if (step == 0.0)
			continue;
		l2n_dense_axpy(n->sys.p, -step, n->c + j * p, n->g);
		largest = larger(largest, step * step * diagonal);
	}
	return largest;
}

/* Whether a fixed column wants to leave its place by more than slack, given its gradient */
static bool
pulls(const net *n, size_t j, double g, double slack)
{
	double b = n->b[j], l1 = n->f.l1[j], up, down;

	g -= n->f.l2[j] * b;
	up = g - (b >= 0.0 ? l1 : -l1);
	down = g - (b > 0.0 ? l1 : -l1);
	return (b < n->f.upper[j] && up > slack) || (b > n->f.lower[j] && down < -slack);
}

/*
 * The limits of a face
 */

/* Up to where a coefficient of the face may move in the direction of step */
static double
limit(const net *n, size_t j, double step)
{
	double b = n->b[j];

	if (step > 0.0)
		return n->f.l1[j] > 0.0 && b < 0.0 ? fmin(n->f.upper[j], 0.0) : n->f.upper[j];
	return n->f.l1[j] > 0.0 && b > 0.0 ? fmax(n->f.lower[j], 0.0) : n->f.lower[j];
}

/* The signed lasso penalty of a coefficient of the face */
static inline double
signed_l1(const net *n, size_t j)
{
	return n->b[j] > 0.0 ? n->f.l1[j] : -n->f.l1[j];
}

/* How far the coefficients may move by step, a number each of list, and which one ends it */
typedef struct way
{
	double length; /* in steps; infinite where nothing ends it */
	int met;       /* column, -1 for none */
} way;

static way
end_of_way(const net *n, int count, const int *list, const double *step)
{
	way w = {HUGE_VAL, -1};

	for (int k = 0; k < count; k++)
	{
		size_t j = (size_t) list[k];
		double room = step[k] != 0.0 ? limit(n, j, step[k]) - n->b[j] : HUGE_VAL;

		if (fabs(room) < w.length * fabs(step[k]))
			w = (way){room / step[k], list[k]};
	}
	return w;
}

/* Move by length steps; one that meets its limit stops just there */
static void
net_move(net *n, int count, const int *list, const double *step, way w)
{
	for (int k = 0; k < count; k++)
	{
		size_t j = (size_t) list[k];
		double old = n->b[j];

		if (step[k] == 0.0)
			continue;
		n->b[j] = list[k] == w.met ? limit(n, j, step[k]) : old + w.length * step[k];
		l2n_dense_axpy(n->sys.p, old - n->b[j], n->c + j * (size_t) n->sys.p, n->g);
	}
}

/*
 * A direction that leaves the fit as it is, but for rounding, which makes small numbers of it where
 * there should be none: leave them out.  Returns the largest.
 */
static double
net_clean(const net *n, int count, const int *list, double *step)
{
	size_t p = (size_t) n->sys.p;
	double largest = 0.0;

	for (int k = 0; k < count; k++)
		largest = larger(largest, fabs(step[k]) * sqrt(n->c[(size_t) list[k] * (p + 1)]));
	for (int k = 0; k < count; k++)
		if (fabs(step[k]) * sqrt(n->c[(size_t) list[k] * (p + 1)]) <= TRACE * largest)
			step[k] = 0.0;
	return largest;
}

/*
 * Where to go in such a direction, which may be turned round: down the slope, or where all is even
 * so that column goes, the later of two.  None where nothing is met, or, on even ground, only so
 * far away that no more than rounding can point there.
 */
static way
way_aside(const net *n, int count, double *step, size_t column, double largest, double slope,
		  bool flat)
{
	double sign = !flat ? slope : (n->f.l1[column] > 0.0 ? -n->b[column] : 1.0);
	way w = {HUGE_VAL, -1};

	for (int attempt = 0; attempt < (flat ? 2 : 1) && w.met < 0; attempt++)
	{
		for (int k = 0; k < count; k++)
			step[k] = copysign(1.0, attempt == 0 ? sign : -1.0) * step[k];
		w = end_of_way(n, count, n->free, step);
		if (flat && w.length * largest > magnitude(n))
			w.met = -1;
	}
	return w;
}

/*
 * The factor of a face
 */

static inline bool
is_free(const net *n, size_t j)
{
	return !is_fixed(n, j) && !n->held[j];
}

/* Delete column k of the factor: rotate away what it leaves beside the diagonal */
static void
delete_column(net *n, size_t k)
{
	size_t p = (size_t) n->sys.p, last = (size_t) n->n_free - 1;
	double *l = n->factor;

	for (size_t j = 0; j <= last; j++)
	{
		size_t first = j > k ? j : k + 1;

		memmove(l + j * p + first - 1, l + j * p + first, sizeof(double) * (last + 1 - first));
	}
	for (size_t i = k; i < last; i++)
	{
		double *a = l + i * p + i, *b = a + p, r = hypot(*a, *b);

		l2n_dense_rotate((int) (last - i), a, b, *a / r, *b / r);
	}
	memmove(n->free + k, n->free + k + 1, sizeof(int) * (last - k));
	n->n_free--;
}

/*
 * Let a column into the face: one row more of the factor in double.  False, and nothing changed,
 * where the columns before explain all but rounding of it.
 */
static bool
append_column(net *n, int column)
{
	size_t p = (size_t) n->sys.p, k = (size_t) n->n_free;
	const double *row = n->c + (size_t) column * p;
	double *x = n->step, total = curvature(n, (size_t) column), rest;

	for (size_t i = 0; i < k; i++)
		x[i] = row[n->free[i]];
	l2n_dense_triangular(n->n_free, n->factor, n->sys.p, false, x);
	rest = total - l2n_dense_dot(n->n_free, x, x);
	if (!(rest > TOO_SMALL_DOUBLE * total))
		return false;
	for (size_t i = 0; i < k; i++)
		n->factor[i * p + k] = x[i];
	n->factor[k * p + k] = sqrt(rest);
	n->free[n->n_free++] = column;
	return true;
}

static void
hold(net *n, int column)
{
	n->held[column] = true;
	n->n_held++;
}

static void
net_release(net *n)
{
	memset(n->held, 0, sizeof(bool) * (size_t) n->sys.p);
	n->n_held = 0;
}

/*
 * The columns of the factor explain this one, for which append_column has left its part of a row
 * in n->step.  So it can be traded for them along a direction that leaves the fit as it is, but
 * for a curvature that a factor in double tells badly from none.  Go down there until a
 * coefficient is fixed.  True where that was one of the factor, so that this column may have a
 * place now; otherwise this one is fixed, or held where it is.
 */
static bool
trade(net *n, int column)
{
	size_t p = (size_t) n->sys.p, last = (size_t) n->n_free, j = (size_t) column;
	double *d = n->step, unit = SLACK_DOUBLE * magnitude(n), slope = 0.0, size = 0.0;
	double bend = curvature(n, j) - l2n_dense_dot(n->n_free, d, d), rounding = 0.0, largest;
	bool flat, straight;
	way w;

	l2n_dense_triangular(n->n_free, n->factor, n->sys.p, true, d);
	n->free[last] = column; /* n_free stays */
	for (size_t k = 0; k <= last; k++)
	{
		size_t i = (size_t) n->free[k];

		d[k] = k == last ? 1.0 : -d[k];
		slope += d[k] * (n->g[i] - n->f.l2[i] * n->b[i] - signed_l1(n, i));
		size += fabs(d[k]) * (sqrt(n->c[i * p + i]) * unit + SLACK_DOUBLE * n->f.l1[i]);
		rounding += d[k] * d[k] * curvature(n, i);
	}
	rounding *= ROUNDING;
	largest = net_clean(n, n->n_free + 1, n->free, d);
	flat = !(fabs(slope) > size);
	straight = !(bend > rounding);
	n->coarse = true;
	if (flat && !straight)
	{
		hold(n, column);
		return false;
	}
	w = way_aside(n, n->n_free + 1, d, j, largest, slope, flat);
	if (w.met < 0 && straight)
	{
		hold(n, column);
		return false;
	}
	if (!flat && fabs(slope) < w.length * larger(bend, rounding))
		w = (way){fabs(slope) / larger(bend, rounding), -1};
	net_move(n, n->n_free + 1, n->free, d, w);
	if (w.met < 0)
		hold(n, column);
	if (w.met < 0 || w.met == column)
		return false;
	for (size_t k = 0; k < last; k++)
		if (n->free[k] == w.met)
		{
			delete_column(n, k);
			break;
		}
	return true;
}

/* Give the free columns that are not flagged a place in the factor */
static l2n_status
append_columns(net *n, l2n_poll poll, void *poll_arg)
{
	for (int j = 0; j < n->sys.p; j++)
	{
		if (n->flag[j] || !is_free(n, (size_t) j))
			continue;
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		while (!append_column(n, j))
			if (!trade(n, j))
				break;
	}
	return L2N_OK;
}

/*
 * The factor in double of the face as the coefficients and their limits have it now; columns that
 * the ones before explain are left out by append_columns where the whole cannot be factored.
 */
static l2n_status
net_refactor(net *n, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	l2n_status status;

	n->n_free = 0;
	for (size_t j = 0; j < p; j++)
		if (is_free(n, j))
			n->free[n->n_free++] = (int) j;
	for (size_t k = 0; k < (size_t) n->n_free; k++)
	{
		const double *row = n->c + (size_t) n->free[k] * p;
		double *column = n->factor + k * p;

		for (size_t i = k; i < (size_t) n->n_free; i++)
			column[i] = row[n->free[i]];
		column[k] += n->f.l2[n->free[k]];
	}
	status = l2n_dense_factor(n->n_free, n->factor, n->sys.p, poll, poll_arg);
	for (size_t k = 0; status == L2N_OK && k < (size_t) n->n_free; k++)
	{
		double pivot = n->factor[k * p + k];

		if (!(pivot * pivot > TOO_SMALL_DOUBLE * curvature(n, (size_t) n->free[k])))
			status = L2N_ILL_CONDITIONED;
	}
	n->factored = status != L2N_INTERRUPTED;
	if (status != L2N_ILL_CONDITIONED)
		return status;
	n->n_free = 0;
	memset(n->flag, 0, sizeof(bool) * p);
	return append_columns(n, poll, poll_arg);
}

/* Make the factor that of the columns that are free */
static l2n_status
update_factor(net *n, l2n_poll poll, void *poll_arg)
{
	int p = n->sys.p, changes = 0, wanted = 0;

	memset(n->flag, 0, sizeof(bool) * (size_t) p);
	for (int k = 0; k < n->n_free; k++)
		n->flag[n->free[k]] = true;
	for (int j = 0; j < p; j++)
	{
		bool wants = is_free(n, (size_t) j);

		wanted += wants;
		changes += wants != n->flag[j];
	}
	if (!n->factored || changes > 4 + wanted / 16)
		return net_refactor(n, poll, poll_arg);
	if (changes == 0)
		return L2N_OK;
	for (int k = n->n_free - 1; k >= 0; k--)
		if (!is_free(n, (size_t) n->free[k]))
		{
			if (poll && poll(poll_arg))
				return n->factored = false, L2N_INTERRUPTED;
			delete_column(n, (size_t) k);
		}
	return append_columns(n, poll, poll_arg);
}

/* n->step = (LL')^-1 n->step */
static void
solve_face(net *n)
{
	l2n_dense_triangular(n->n_free, n->factor, n->sys.p, false, n->step);
	l2n_dense_triangular(n->n_free, n->factor, n->sys.p, true, n->step);
}

/*
 * Go to the minimum of the face, and of the smaller faces that are met on the way.
 * L2N_ILL_CONDITIONED where there is no factor in double, L2N_NOT_POSITIVE where the way is long.
 */
static l2n_status
net_descend(net *n, l2n_poll poll, void *poll_arg)
{
	bool arrived = false;
	int fixed = 0;

	net_release(n);
	for (;;)
	{
		double change = 0.0, size = 0.0;
		l2n_status status = update_factor(n, poll, poll_arg);
		way w;

		if (status != L2N_OK)
			return status;
		for (int k = 0; k < n->n_free; k++)
		{
			size_t j = (size_t) n->free[k];

			n->step[k] = n->g[j] - n->f.l2[j] * n->b[j] - signed_l1(n, j);
		}
		solve_face(n);
		for (int k = 0; k < n->n_free; k++)
		{
			change = larger(change, fabs(n->step[k]));
			size = larger(size, fabs(n->b[n->free[k]]));
		}
		if (!isfinite(change))
			return L2N_ILL_CONDITIONED;
		w = end_of_way(n, n->n_free, n->free, n->step);
		if (!(w.length < 1.0))
			w = (way){1.0, -1};
		net_move(n, n->n_free, n->free, n->step, w);
		if (w.met >= 0)
		{
			if (fixed++ == MAX_FIXED + n->n_free)
				return L2N_NOT_POSITIVE;
			if (n->n_held > 0)
				net_release(n); /* the columns left may not explain them any more */
		}
		/* a second step takes away the rounding of the first, where that was not small itself */
		if (w.met < 0 && (arrived || change <= 0x1p-20 * size))
			return L2N_OK;
		arrived = w.met < 0;
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
	}
}

/*
 * The exact finish
 */

/* n->tmp = rhs - c exact */
static void
exact_gradient(const l2n_kernel *kernel, net *n)
{
	size_t p = (size_t) n->sys.p;

	memcpy(n->tmp, n->sys.rhs, sizeof(double) * 2 * p);
	for (size_t j = 0; j < p; j++)
	{
		dd b = dd_make(n->exact[j], n->exact[p + j]);

		if (b.hi != 0.0)
			kernel->dd_axpy_row(p, dd_neg(b), n->c + j * p, n->c + (p + j) * p, n->tmp, n->tmp + p);
	}
}

/* n->exact = b; n->tmp its gradient */
static void
take_doubles(const l2n_kernel *kernel, net *n)
{
	size_t p = (size_t) n->sys.p;

	memcpy(n->exact, n->b, sizeof(double) * p);
	memset(n->exact + p, 0, sizeof(double) * p);
	exact_gradient(kernel, n);
}

/*
 * Refine b, the minimum of a face as its factor gives it, with residuals in double-double.
 * L2N_ILL_CONDITIONED where the factor is too coarse for that; L2N_NOT_POSITIVE where a
 * coefficient turns out to lie beyond its limit, at which it is then fixed.
 */
static l2n_status
net_refine(const l2n_kernel *kernel, net *n, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	double last = INFINITY;

	take_doubles(kernel, n);
	for (;;)
	{
		double change = 0.0, size = 0.0;
		bool beyond = false;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (int k = 0; k < n->n_free; k++)
		{
			size_t j = (size_t) n->free[k];
			dd r = dd_add_d(dd_make(n->tmp[j], n->tmp[p + j]), -signed_l1(n, j));

			if (n->f.l2[j] != 0.0)
				r = dd_sub(r, dd_mul_d(dd_make(n->exact[j], n->exact[p + j]), n->f.l2[j]));
			n->step[k] = r.hi;
		}
		solve_face(n);
		for (int k = 0; k < n->n_free; k++)
		{
			size_t j = (size_t) n->free[k];
			dd b = dd_add_d(dd_make(n->exact[j], n->exact[p + j]), n->step[k]);
			double end = limit(n, j, n->step[k]);

			change = larger(change, fabs(n->step[k]));
			size = larger(size, fabs(b.hi));
			if (n->step[k] > 0.0 ? b.hi >= end : b.hi <= end)
			{
				beyond = true;
				n->b[j] = end;
			}
			n->exact[j] = b.hi;
			n->exact[p + j] = b.lo;
		}
		if (beyond)
		{
			gradient(n);
			return L2N_NOT_POSITIVE;
		}
		if (change <= 0x1p-40 * size)
		{
			/* so small a step changes the gradient by what a double can hold */
			double *move = n->rhs;

			memset(move, 0, sizeof(double) * p);
			for (int k = 0; k < n->n_free; k++)
				l2n_dense_axpy(n->sys.p, -n->step[k], n->c + (size_t) n->free[k] * p, move);
			for (size_t j = 0; j < p; j++)
			{
				dd g = dd_add_d(dd_make(n->tmp[j], n->tmp[p + j]), move[j]);

				n->tmp[j] = g.hi;
				n->tmp[p + j] = g.lo;
			}
		}
		else
			exact_gradient(kernel, n);
		if (change <= 0x1p-75 * size)
			return L2N_OK;
		if (!(change <= 0.25 * last))
			return L2N_ILL_CONDITIONED;
		last = change;
	}
}

/* What pulls at a coefficient of the face, its gradient in tmp: exactly */
static dd
exact_pull(const net *n, size_t j)
{
	dd r = dd_add_d(dd_make(n->tmp[j], n->tmp[(size_t) n->sys.p + j]), -signed_l1(n, j));

	return dd_sub(r, dd_mul_d(dd_of(n->b[j]), n->f.l2[j]));
}

/*
 * What trade does, in double-double: column number i of the face, k columns, was dropped from
 * their factor in n->small.  True where a coefficient has been fixed.
 */
static bool
trade_exactly(const l2n_kernel *kernel, net *n, size_t k, size_t i)
{
	const l2n_system *s = &n->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p), j = (size_t) n->free[i];
	double unit = magnitude(n), size = 0.0, largest;
	dd slope = dd_of(0.0);
	bool flat;
	way w;

	for (size_t m = 0; m < k; m++)
	{
		size_t a = (size_t) n->free[m], e = a < j ? l2n_tri(p, a, j) : l2n_tri(p, j, a);

		n->along[m] = s->c[e];
		n->along[k + m] = s->c[low + e];
	}
	l2n_cholesky_solve(kernel, (int) k, n->small, n->flag, n->along);
	for (size_t m = 0; m < k; m++)
	{
		size_t a = (size_t) n->free[m];
		dd d = m == i ? dd_of(1.0) : dd_neg(dd_make(n->along[m], n->along[k + m]));

		slope = dd_add(slope, dd_mul(d, exact_pull(n, a)));
		size += fabs(d.hi) * (sqrt(s->c[l2n_tri(p, a, a)]) * unit + n->f.l1[a]);
		n->step[m] = d.hi;
	}
	largest = net_clean(n, (int) k, n->free, n->step);
	flat = !(fabs(slope.hi) > 0x1p-80 * size);
	w = way_aside(n, (int) k, n->step, j, largest, slope.hi, flat);
	if (w.met < 0)
		return false;
	net_move(n, (int) k, n->free, n->step, w);
	return true;
}

/*
 * A step to the minimum of the face in double-double, from scratch.  L2N_NOT_POSITIVE where a
 * coefficient has met a limit on the way.
 */
static l2n_status
step_exactly(const l2n_kernel *kernel, net *n, l2n_poll poll, void *poll_arg)
{
	const l2n_system *s = &n->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p), k = 0, sub;
	dd trace = dd_of(0.0);
	int rank, failed;
	l2n_status status;
	way w;

	/* about the present b, whose gradient is in tmp: the fixed ones stay where they are */
	take_doubles(kernel, n);
	n->factored = false;
	for (size_t j = 0; j < p; j++)
		if (!is_fixed(n, j))
			n->free[k++] = (int) j;
	n->n_free = (int) k;
	sub = l2n_tri_size(k);
	for (size_t i = 0; i < k; i++)
	{
		size_t ai = (size_t) n->free[i];
		dd r = exact_pull(n, ai);

		for (size_t j = i; j < k; j++)
		{
			size_t from = l2n_tri(p, ai, (size_t) n->free[j]), to = l2n_tri(k, i, j);
			dd v = dd_make(s->c[from], s->c[low + from]);

			if (i == j)
				v = dd_add_d(v, n->f.l2[ai]);
			n->small[to] = v.hi;
			n->small[sub + to] = v.lo;
		}
		n->floor[i] = TOO_SMALL * n->small[l2n_tri(k, i, i)];
		n->rhs[i] = r.hi;
		n->rhs[k + i] = r.lo;
	}
	status =
		l2n_cholesky(kernel, (int) k, n->small, n->floor, n->flag, &rank, &failed, poll, poll_arg);
	if (status != L2N_OK)
		return status == L2N_INTERRUPTED ? status : L2N_ILL_CONDITIONED;
	for (size_t i = 0; i < k; i++)
		if (n->flag[i])
		{
			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			if (trade_exactly(kernel, n, k, i))
				return L2N_NOT_POSITIVE;
		}
	l2n_cholesky_solve(kernel, (int) k, n->small, n->flag, n->rhs);
	w = end_of_way(n, (int) k, n->free, n->rhs);
	if (w.length <= 1.0)
	{
		net_move(n, (int) k, n->free, n->rhs, w);
		return L2N_NOT_POSITIVE;
	}
	for (size_t i = 0; i < k; i++)
	{
		size_t ai = (size_t) n->free[i];
		dd b = dd_add_d(dd_make(n->rhs[i], n->rhs[k + i]), n->b[ai]);

		n->exact[ai] = b.hi;
		n->exact[p + ai] = b.lo;
	}
	exact_gradient(kernel, n);

	/* trace of C (C + l2)^-1 over the face */
	n->df = (double) rank;
	if (!n->quadratic)
		return L2N_OK;
	status = l2n_cholesky_invert(kernel, (int) k, n->small, n->flag, n->rhs, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < k; i++)
	{
		size_t d = l2n_tri(k, i, i);

		trace =
			dd_add(trace, dd_mul_d(dd_make(n->small[d], n->small[sub + d]), n->f.l2[n->free[i]]));
	}
	n->df -= trace.hi;
	return L2N_OK;
}

/* What net_descend does, in double-double.  L2N_NOT_POSITIVE where that would take too long. */
static l2n_status
descend_exactly(const l2n_kernel *kernel, net *n, l2n_poll poll, void *poll_arg)
{
	for (double cost = 0.0;;)
	{
		l2n_status status = step_exactly(kernel, n, poll, poll_arg);
		double k = n->n_free;

		cost += k * k * k;
		if (status != L2N_NOT_POSITIVE || cost > MAX_CUBES)
			return status;
	}
}

/* Degrees of freedom of the face from its factor; L2N_ILL_CONDITIONED where too coarse for that */
static l2n_status
count_df(net *n, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->sys.p, k = (size_t) n->n_free;
	double norm = 0.0, *inverse = n->small, trace = 0.0;
	l2n_status status;

	n->df = n->n_free;
	if (!n->quadratic || k == 0)
		return L2N_OK;
	for (size_t i = 0; i < k; i++)
	{
		const double *row = n->c + (size_t) n->free[i] * p;
		double sum = n->f.l2[n->free[i]];

		for (size_t j = 0; j < k; j++)
			sum += fabs(row[n->free[j]]);
		norm = fmax(norm, sum);
	}
	/* 3k doubles of scratch: inverse is not in use yet */
	if (k >= 4 &&
		!(l2n_dense_rcond((int) k, n->factor, n->sys.p, norm, inverse, n->iwork) >= TRACE_RCOND))
		return L2N_ILL_CONDITIONED;
	if (k < 4)
		return L2N_ILL_CONDITIONED; /* double-double is as quick */
	status = l2n_dense_invert_factor((int) k, n->factor, n->sys.p, inverse, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t i = 0; i < k; i++)
	{
		const double *column = inverse + i * k + i;

		trace += n->f.l2[n->free[i]] * l2n_dense_dot((int) (k - i), column, column);
	}
	n->df -= trace;
	return L2N_OK;
}

/* The minimum of the face b has come to, to the last bit; n->tmp its gradient */
static l2n_status
net_finish(const l2n_kernel *kernel, net *n, l2n_status descended, l2n_poll poll, void *poll_arg)
{
	l2n_status status = descended;

	if (status == L2N_OK && n->n_held > 0)
		status = L2N_ILL_CONDITIONED;
	if (status == L2N_OK)
		status = net_refine(kernel, n, poll, poll_arg);
	if (status == L2N_OK)
		status = count_df(n, poll, poll_arg);
	if (status == L2N_ILL_CONDITIONED)
		status = descend_exactly(kernel, n, poll, poll_arg);
	return status;
}

/*
 * Searching
 */

/* A penalty on a scaled coefficient: one too small to change it is none */
static double
scaled_penalty(double penalty, double unit)
{
	double f = unit > 0.0 && penalty > 0.0 ? penalty * unit : 0.0;

	return f < SMALLEST ? 0.0 : fmin(f, LARGEST);
}

/*
 * Penalties of every column in its unit.  Those of squares are part of the factor, which is kept
 * where they stay.
 */
static void
net_set_penalties(net *n, double l1, double l2)
{
	bool changed = false;

	n->quadratic = l2 > 0.0 || n->any_extra;
	for (size_t j = 0; j < (size_t) n->sys.p; j++)
	{
		double square = scaled_penalty(l2, n->unit2[j]) + scaled_penalty(n->extra[j], 1.0);

		square = fmin(square, LARGEST);
		/* what is left of a column under the largest square is nothing, too */
		n->f.l1[j] = square == LARGEST ? LARGEST : scaled_penalty(l1, n->unit1[j]);
		changed |= square != n->f.l2[j];
		n->f.l2[j] = square;
	}
	if (changed)
		n->factored = false;
}

/* Whether some column is in the wrong place, as far as doubles tell */
static bool
outside(const net *n)
{
	size_t p = (size_t) n->sys.p;
	double unit = SLACK_DOUBLE * magnitude(n);

	for (size_t j = 0; j < p; j++)
		if (!is_free(n, j) && curvature(n, j) > 0.0 &&
			pulls(n, j, n->g[j], SLACK * n->f.l1[j] + unit * sqrt(n->c[j * p + j])))
			return true;
	return false;
}

/* The same of the exact solution */
static bool
outside_exactly(const net *n)
{
	for (size_t j = 0; j < (size_t) n->sys.p; j++)
		if (is_fixed(n, j) && curvature(n, j) > 0.0 &&
			pulls(n, j, n->tmp[j], SLACK * n->f.l1[j] + 0x1p-80 * fabs(n->sys.rhs[j])))
			return true;
	return false;
}

/* What is minimised, at exact, whose gradient is in tmp */
static double
objective(const net *n)
{
	size_t p = (size_t) n->sys.p;
	dd sum = n->sys.syy;
	double cost = 0.0;

	for (size_t j = 0; j < p; j++)
	{
		dd b = dd_make(n->exact[j], n->exact[p + j]);
		dd rhs = dd_make(n->sys.rhs[j], n->sys.rhs[p + j]);

		if (b.hi == 0.0)
			continue;
		sum = dd_sub(sum, dd_mul(b, dd_add(rhs, dd_make(n->tmp[j], n->tmp[p + j]))));
		cost += n->f.l1[j] * fabs(b.hi) + 0.5 * n->f.l2[j] * b.hi * b.hi;
	}
	return 0.5 * sum.hi + cost;
}

/*
 * The gap of what the search has come to; true where nothing is left to do.  *best is the objective
 * of the last face that was settled.
 */
static bool
net_judge(const l2n_kernel *kernel, net *n, l2n_status finished, double tolerance, double *best,
		  l2n_elastic_net_fit *fit)
{
	size_t p = (size_t) n->sys.p;

	if (finished == L2N_OK)
	{
		bool done = !outside_exactly(n);
		double now = objective(n), gain = *best - now;

		memcpy(n->b, n->exact, sizeof(double) * p);
		memcpy(n->g, n->tmp, sizeof(double) * p);
		*best = now;
		fit->gap = l2n_penalty_gap(&n->sys, &n->f, n->exact, n->tmp, L2N_PENALTY_NOISE);
		fit->settled = done;
		if (done || fit->gap <= tolerance)
			return true;
		/*
		 * A column that others explain but for the rounding of its values pulls by no more than
		 * that, and there is no place for it beside them: for ever, unless that is let pass.
		 */
		if (gain > 0.5 * tolerance * n->sys.syy.hi)
			return false;
		gain = l2n_penalty_gap(&n->sys, &n->f, n->exact, n->tmp, VALUES_NOISE);
		if (gain > tolerance)
			return false;
		fit->gap = gain;
		return true;
	}

	/* no face settled: as far as the sweeps have come */
	n->df = 0.0;
	for (size_t j = 0; j < p; j++)
		n->df += !is_fixed(n, j);
	take_doubles(kernel, n);
	fit->gap = l2n_penalty_gap(&n->sys, &n->f, n->exact, n->tmp, L2N_PENALTY_NOISE);
	return fit->gap <= tolerance;
}

/* Whether the face has fewer columns than that */
static bool
fewer_than(const net *n, int limit)
{
	int count = 0;

	for (size_t j = 0; j < (size_t) n->sys.p; j++)
		count += !is_fixed(n, j);
	return count < limit;
}

/* Some column is in the wrong place: sweep until most have found theirs */
static l2n_status
sweeps(net *n, double settled, int most, const l2n_elastic_net_goal *goal, l2n_elastic_net_fit *fit,
	   l2n_poll poll, void *poll_arg)
{
	for (int i = 0; i < most && (i == 0 || fit->iterations < goal->max_iter); i++)
	{
		double change = net_sweep(n, i == 0);

		fit->iterations++;
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		if (!(change > settled * n->sys.syy.hi))
			break;
	}
	return L2N_OK;
}

/* The least lasso penalty that leaves every coefficient that is 0 and may be fixed there where it
 * is */
static double
holding_penalty(const net *n, const l2n_elastic_net_goal *goal)
{
	double largest = 0.0;

	for (size_t j = 0; j < (size_t) n->sys.p; j++)
		if (n->b[j] == 0.0 && n->unit1[j] > 0.0 &&
			(goal->l1 > 0.0 || n->f.lower[j] == 0.0 || n->f.upper[j] == 0.0))
			largest = larger(largest, fabs(n->g[j]) / n->unit1[j]);
	return largest;
}

/*
 * From a start where most coefficients are zero, by a small penalty or because they have their
 * bounds there, the minimum is reached sooner by way of larger lasso penalties, each solved
 * roughly: sweeps would let too many columns in.
 */
static l2n_status
net_approach(net *n, const l2n_elastic_net_goal *goal, l2n_elastic_net_fit *fit, l2n_poll poll,
			 void *poll_arg)
{
	double l1 = 0.5 * holding_penalty(n, goal);

	if (n->sys.p < MANY_COLUMNS)
		return L2N_OK;
	for (int stages = 0; l1 > 2.0 * goal->l1 && stages < MAX_STAGES; l1 *= 0.5, stages++)
	{
		net_set_penalties(n, l1, goal->l1 > 0.0 ? goal->l2 * (l1 / goal->l1) : goal->l2);
		for (int i = 0; i < MAX_ROUNDS && fit->iterations < goal->max_iter; i++)
		{
			l2n_status status = net_descend(n, poll, poll_arg);

			if (status == L2N_OK && !outside(n))
				break;
			if (status != L2N_INTERRUPTED)
				status = sweeps(n, SETTLED, MAX_SWEEPS, goal, fit, poll, poll_arg);
			if (status != L2N_OK)
				return status;
		}
	}
	return L2N_OK;
}

l2n_status
l2n_elastic_net_solve(const l2n_kernel *kernel, l2n_elastic_net *n,
					  const l2n_elastic_net_goal *goal, l2n_elastic_net_fit *fit, l2n_poll poll,
					  void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	double settled = SETTLED, best = HUGE_VAL;
	bool exactly = false; /* no more faces in double */
	int rounds = 0;
	l2n_status status;

	fit->iterations = 0;
	status = net_approach(n, goal, fit, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	net_set_penalties(n, goal->l1, goal->l2);
	n->coarse = false;
	fit->gap = INFINITY;
	fit->converged = fit->settled = false;
	for (;;)
	{
		bool last;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		last = fit->iterations >= goal->max_iter;
		status = exactly ? L2N_ILL_CONDITIONED : net_descend(n, poll, poll_arg);
		if (status == L2N_INTERRUPTED)
			return status;
		if (status == L2N_OK && n->coarse && outside(n) && ++rounds >= MAX_ROUNDS &&
			fewer_than(n, MAX_EXACT))
		{
			exactly = true;
			status = L2N_ILL_CONDITIONED;
		}
		if (status == L2N_ILL_CONDITIONED || (status == L2N_OK && !outside(n)))
		{
			if (status == L2N_OK && !goal->exact)
			{
				fit->converged = true;
				break;
			}
			status = net_finish(kernel, n, status, poll, poll_arg);
			if (status == L2N_INTERRUPTED)
				return status;
			if (net_judge(kernel, n, status, goal->tolerance, &best, fit))
				break;
			/* doubles put a column back that pulls: let them not have a say any more */
			if (status == L2N_OK && n->coarse && ++rounds >= MAX_ROUNDS && fewer_than(n, MAX_EXACT))
				exactly = true;
			if (status != L2N_OK)
				settled = fmax(settled * 0.01, 1e-32);
		}
		else if (last && goal->exact)
			net_judge(kernel, n, L2N_NOT_POSITIVE, goal->tolerance, &best, fit);
		if (last)
			break;

		status = sweeps(n, settled, exactly ? 1 : MAX_SWEEPS, goal, fit, poll, poll_arg);
		if (status != L2N_OK)
			return status;
	}
	fit->converged |= fit->gap <= goal->tolerance;
	if (!goal->exact)
		return L2N_OK;
	fit->df = n->df + (n->sys.intercept ? 1.0 : 0.0);
	status = l2n_system_solution(&n->sys, n->exact, n->tmp, &fit->solution);
	fit->nonzero = 0;
	for (size_t j = 0; j < p; j++)
		fit->nonzero += fit->solution.coef[j] != 0.0;
	return status;
}

void
l2n_elastic_net_coefficients(const l2n_elastic_net *n, double *coef)
{
	for (size_t j = 0; j < (size_t) n->sys.p; j++)
		coef[j] = n->b[j] * (n->sys.scale[j] / n->sys.scale_y) + 0.0;
}

l2n_status
l2n_elastic_net_largest(const l2n_kernel *kernel, l2n_elastic_net *n, double *l1,
						l2n_elastic_net_fit *fit, l2n_poll poll, void *poll_arg)
{
	const l2n_elastic_net_goal goal = {HUGE_VAL, 0.0, 1e-13, 10000, true};
	size_t p = (size_t) n->sys.p;
	l2n_status status;

	/* no penalised column is worth the largest penalty; the others are least squares */
	status = l2n_elastic_net_solve(kernel, n, &goal, fit, poll, poll_arg);
	if (status != L2N_OK)
		return status;
	*l1 = 0.0; /* the gradient is still in tmp */
	for (size_t j = 0; j < p; j++)
		if (n->unit1[j] > 0.0)
			*l1 = fmax(*l1, fabs(n->tmp[j]) / n->unit1[j]);
	return L2N_OK;
}
