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
 * Raina and Ng, 2007).  Each step lowers the objective and there are finitely many faces, so the
 * search ends; residuals in double-double then refine the solution to the last bit.
 */
#include "coordinate.h"

#include <float.h>
#include <string.h>

#include "cholesky.h"
#include "dense.h"

/* Slack of the optimality conditions for fixed columns, relative: far above dd's rounding */
#define SLACK 1e-12

/* What rounding may do to a gradient in double, relative to the terms it is the sum of */
#define ROUNDING 0x1p-49

/* A scaled penalty this large leaves nothing of a column, and can still be multiplied by */
#define LARGEST 0x1p900

/* A pivot below this share of its diagonal: the face is collinear, no unique solution */
#define TOO_SMALL 1e-20

/* The same for a factor in double, whose rounding this must stay above */
#define TOO_SMALL_DOUBLE 1e-11

/* Reciprocal condition number down to which the trace of an inverse in double is good enough */
#define TRACE_RCOND 1e-6

/* A penalty this much smaller than the last is approached by strides of that factor */
#define NEAR   0.3
#define STRIDE 0.5

/* Faces that were left with all columns at once which were in the wrong place */
#define MANY_ROUNDS 8

/* Coefficients fixed on the way to the minimum of a face before sweeps are tried again */
#define MAX_FIXED 20

struct l2n_elastic_net
{
	l2n_system sys;
	l2n_penalty f;
	double *c;     /* p x p in full, high words, then low words */
	double *b;     /* p */
	double *g;     /* p: rhs - c b */
	double *unit1; /* p: what a penalty of 1 is, with factor, spread and scale */
	double *unit2;
	int n_free;
	int *free;      /* p: columns of the face, as the factor has them */
	double *factor; /* p x p: LL' of the face's c + l2, columns p apart */
	double *step;   /* p */
	bool factored;  /* the factor is that of free and of the penalties */
	int n_held;
	bool *held;     /* p: free, but a sum of columns of the face, so left where it is */
	bool quadratic; /* some l2 is not 0 */
	double last_l1; /* of the last solution, that b may be near */
	double df;      /* of the face tried last */
	double *exact;  /* 2p: b in double-double */
	double *tmp;    /* 2p: scratch; after a search the gradient of exact */
	double *small;  /* 2 l2n_tri_size(p): the factor in double-double where need be */
	double *rhs;    /* 2p */
	double *floor;  /* p */
	bool *flag;     /* p */
	bool *violates; /* p: fixed in the wrong place */
	int *iwork;     /* p */
};

typedef l2n_elastic_net net;

size_t
l2n_elastic_net_worksize(int p)
{
	size_t k = (size_t) p;

	return sizeof(net) + l2n_system_worksize(p) +
		   sizeof(double) * (3 * k * k + 2 * l2n_tri_size(k) + 20 * k) +
		   (2 * sizeof(int) + 3 * sizeof(bool)) * k + 26 * 64;
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

l2n_status
l2n_elastic_net_start(const l2n_moments *m, const l2n_elastic_net_spec *spec, void *work,
					  l2n_elastic_net **started, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) spec->columns.p, low = l2n_tri_size(p);
	char *at = work;
	net *n = l2n_take(&at, sizeof(net));
	double *vector[13];
	l2n_status status;

	if (m->n == 0)
		return L2N_NO_ROWS;
	memset(n, 0, sizeof *n);
	n->c = l2n_take(&at, sizeof(double) * 2 * p * p);
	for (int i = 0; i < 13; i++)
		vector[i] = l2n_take(&at, sizeof(double) * (i < 3 ? 2 * p : p));
	n->exact = vector[0];
	n->tmp = vector[1];
	n->rhs = vector[2];
	n->b = vector[3];
	n->g = vector[4];
	n->unit1 = vector[5];
	n->unit2 = vector[6];
	n->f = (l2n_penalty){vector[7], vector[8], vector[9], vector[10]};
	n->step = vector[11];
	n->floor = vector[12];
	n->free = l2n_take(&at, sizeof(int) * p);
	n->iwork = l2n_take(&at, sizeof(int) * p);
	n->flag = l2n_take(&at, sizeof(bool) * p);
	n->violates = l2n_take(&at, sizeof(bool) * p);
	n->held = l2n_take(&at, sizeof(bool) * p);
	memset(n->held, 0, sizeof(bool) * p);
	n->factor = l2n_take(&at, sizeof(double) * p * p);
	n->small = l2n_take(&at, sizeof(double) * 2 * low);

	status = l2n_system_init(&n->sys, m, &spec->columns, NULL,
							 l2n_take(&at, l2n_system_worksize(spec->columns.p)), poll, poll_arg);
	if (status != L2N_OK)
		return status;
	for (size_t j = 0; j < p; j++)
	{
		double factor = spec->penalty ? spec->penalty[j] : 1.0;
		double variance = spec->standardize ? l2n_variance(m, spec->columns.feature[j]) : 1.0;
		double unit = n->sys.scale_y / n->sys.scale[j];

		n->unit1[j] = factor * sqrt(variance) * n->sys.scale[j] * n->sys.scale_y;
		n->unit2[j] = factor * variance * n->sys.scale[j] * n->sys.scale[j];
		n->f.lower[j] = spec->lower ? spec->lower[j] * unit : -HUGE_VAL;
		n->f.upper[j] = spec->upper ? spec->upper[j] * unit : HUGE_VAL;
		n->b[j] = fmin(fmax(0.0, n->f.lower[j]), n->f.upper[j]);
		for (size_t i = j; i < p; i++)
		{
			size_t e = l2n_tri(p, j, i);

			n->c[j * p + i] = n->c[i * p + j] = n->sys.c[e];
			n->c[p * p + j * p + i] = n->c[p * p + i * p + j] = n->sys.c[low + e];
		}
	}
	gradient(n);
	memset(n->exact, 0, sizeof(double) * 2 * p);
	n->last_l1 = HUGE_VAL;
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

/*
 * One cycle over the columns that are not fixed, and those fixed in the wrong place; returns the
 * largest change, as a square
 */
static double
sweep(net *n)
{
	size_t p = (size_t) n->sys.p;
	double largest = 0.0;

	for (size_t j = 0; j < p; j++)
	{
		double old = n->b[j], diagonal = n->c[j * p + j], step;

		if (is_fixed(n, j) && !n->violates[j])
			continue;
		n->violates[j] = false;
		n->b[j] = l2n_penalty_minimum(&n->f, j, n->g[j] + diagonal * old, diagonal);
		step = n->b[j] - old;
		if (step == 0.0)
			continue;
		l2n_dense_axpy(n->sys.p, -step, n->c + j * p, n->g);
		largest = larger(largest, step * step * diagonal);
	}
	return largest;
}

/* Whether a column wants to leave its place by more than slack, given its gradient */
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
 * The factor of a face
 */

static l2n_status
refactor(net *n, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	l2n_status status;

	n->n_free = 0;
	for (size_t j = 0; j < p; j++)
		if (!is_fixed(n, j))
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
	n->factored = status == L2N_OK;
	return status;
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
 * Append a column.  False where the others explain it: then *rest is what they leave, and n->step
 * has the coefficients L'^-1 ... of the sum that it is.
 */
static bool
append_column(net *n, int column, double *rest)
{
	size_t p = (size_t) n->sys.p, k = (size_t) n->n_free;
	const double *row = n->c + (size_t) column * p;
	double *x = n->step, total = curvature(n, (size_t) column);

	for (size_t i = 0; i < k; i++)
		x[i] = row[n->free[i]];
	l2n_dense_triangular(n->n_free, n->factor, n->sys.p, false, x);
	*rest = total - l2n_dense_dot(n->n_free, x, x);
	if (!(*rest > TOO_SMALL_DOUBLE * total))
	{
		l2n_dense_triangular(n->n_free, n->factor, n->sys.p, true, x);
		return false;
	}
	for (size_t i = 0; i < k; i++)
		n->factor[i * p + k] = x[i];
	n->factor[k * p + k] = sqrt(*rest);
	n->free[n->n_free++] = column;
	return true;
}

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

/* What a coefficient would gain by moving: the slope of the objective, its sign turned */
static inline double
gain(const net *n, size_t j)
{
	return n->g[j] - n->f.l2[j] * n->b[j] - signed_l1(n, j);
}

static void
move(net *n, size_t j, double to)
{
	double old = n->b[j];

	n->b[j] = to;
	if (to != old)
		l2n_dense_axpy(n->sys.p, old - to, n->c + j * (size_t) n->sys.p, n->g);
}

/*
 * A column is the sum of columns of the face, with coefficients n->step: to add to it what is taken
 * from them leaves the fit as it is, and changes the penalty in proportion.  Go that way, the
 * cheaper one, to where the first of them has to be fixed.  False where there is no such place.
 */
static bool
slide(net *n, size_t column, double rest)
{
	double slope = gain(n, column), way, t, small = TOO_SMALL_DOUBLE * curvature(n, column);
	int met = -1;

	for (int k = 0; k < n->n_free; k++)
		slope -= n->step[k] * gain(n, (size_t) n->free[k]);
	/* where it makes no difference, towards the smaller coefficient for the later column */
	way = slope != 0.0 ? slope : -n->b[column];
	way = way < 0.0 ? -1.0 : 1.0;
	t = fabs(limit(n, column, way) - n->b[column]);
	for (int k = 0; k < n->n_free; k++)
	{
		size_t j = (size_t) n->free[k];
		double step = -way * n->step[k], room;

		if (step == 0.0)
			continue;
		room = fabs((limit(n, j, step) - n->b[j]) / step);
		if (room < t)
		{
			t = room;
			met = k;
		}
	}
	/* not quite a sum: do not go beyond the lowest point */
	if (isinf(t) || (rest > small * 1e-3 && fabs(slope) < t * rest))
		return false;
	for (int k = 0; k < n->n_free; k++)
	{
		size_t j = (size_t) n->free[k];
		double step = -way * n->step[k];

		move(n, j, k == met ? limit(n, j, step) : n->b[j] + t * step);
	}
	move(n, column, met < 0 ? limit(n, column, way) : n->b[column] + t * way);
	if (met >= 0)
		delete_column(n, (size_t) met);
	return true;
}

/* Make the factor that of the columns that are not fixed */
static l2n_status
update_factor(net *n, l2n_poll poll, void *poll_arg)
{
	int p = n->sys.p, changes = 0, wanted = 0;
	l2n_status status = L2N_OK;

	memset(n->flag, 0, sizeof(bool) * (size_t) p);
	for (int k = 0; k < n->n_free; k++)
		n->flag[n->free[k]] = true;
	for (int j = 0; j < p; j++)
	{
		bool is_free = !is_fixed(n, (size_t) j);

		n->held[j] &= is_free && n->factored;
		wanted += is_free;
		changes += is_free != n->flag[j] && !n->held[j];
	}
	if (n->factored && changes == 0)
		return L2N_OK;
	if (!n->factored || changes > 4 + wanted / 16)
	{
		memset(n->held, 0, sizeof(bool) * (size_t) p);
		n->n_held = 0;
		status = refactor(n, poll, poll_arg);
		if (status != L2N_ILL_CONDITIONED)
			return status;
		/* some are sums of others: which ones shows a column at a time */
		n->n_free = 0;
		n->factored = true;
		memset(n->flag, 0, sizeof(bool) * (size_t) p);
	}
	for (int k = n->n_free - 1; k >= 0; k--)
		if (is_fixed(n, (size_t) n->free[k]))
		{
			delete_column(n, (size_t) k);
			memset(n->held, 0, sizeof(bool) * (size_t) p);
		}
	n->n_held = 0;
	for (int j = 0; j < p; j++)
	{
		double rest;

		if (n->flag[j] || n->held[j])
		{
			n->n_held += n->held[j];
			continue;
		}
		if (poll && (j & 63) == 0 && poll(poll_arg))
			return L2N_INTERRUPTED;
		while (!is_fixed(n, (size_t) j) && !append_column(n, j, &rest))
			if (!slide(n, (size_t) j, rest))
			{
				n->held[j] = true;
				n->n_held++;
				break;
			}
	}
	return L2N_OK;
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
 * L2N_ILL_CONDITIONED where there is no factor in double, L2N_NOT_POSITIVE where the way is too
 * long.
 */
static l2n_status
descend(net *n, l2n_poll poll, void *poll_arg)
{
	bool arrived = false;
	int fixed = 0;

	for (;;)
	{
		double t = 1.0, change = 0.0, size = 0.0;
		int met = -1;
		l2n_status status = update_factor(n, poll, poll_arg);

		if (status != L2N_OK)
			return status;
		for (int k = 0; k < n->n_free; k++)
		{
			size_t j = (size_t) n->free[k];

			n->step[k] = gain(n, j);
		}
		solve_face(n);
		for (int k = 0; k < n->n_free; k++)
		{
			size_t j = (size_t) n->free[k];
			double step = n->step[k], room = limit(n, j, step) - n->b[j];

			change = larger(change, fabs(step));
			size = larger(size, fabs(n->b[j]));
			if (fabs(step) * t > fabs(room))
			{
				t = room / step;
				met = (int) j;
			}
		}
		if (!isfinite(change))
			return L2N_ILL_CONDITIONED;
		for (int k = 0; k < n->n_free; k++)
		{
			size_t j = (size_t) n->free[k];
			move(n, j, (int) j == met ? limit(n, j, n->step[k]) : n->b[j] + t * n->step[k]);
		}
		if (met >= 0 && fixed++ == MAX_FIXED)
			return L2N_NOT_POSITIVE;
		/* a second step takes away the rounding of the first, where that was not small itself */
		if (met < 0 && (arrived || change <= 0x1p-20 * size))
			return L2N_OK;
		arrived = met < 0;
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
refine(const l2n_kernel *kernel, net *n, l2n_poll poll, void *poll_arg)
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

/*
 * Solve for the face in double-double, from scratch; columns that are sums of others stay where
 * they are.  L2N_NOT_POSITIVE where the solution lies beyond a limit, to which it then goes.
 */
static l2n_status
solve_exactly(const l2n_kernel *kernel, net *n, l2n_poll poll, void *poll_arg)
{
	const l2n_system *s = &n->sys;
	size_t p = (size_t) s->p, low = l2n_tri_size(p), k = 0, sub;
	dd trace = dd_of(0.0);
	double t = HUGE_VAL;
	int rank, failed, met = -1;
	l2n_status status;

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
		dd r = dd_add_d(dd_make(n->tmp[ai], n->tmp[p + ai]), -signed_l1(n, ai));

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
		r = dd_sub(r, dd_mul_d(dd_of(n->b[ai]), n->f.l2[ai]));
		n->rhs[i] = r.hi;
		n->rhs[k + i] = r.lo;
	}
	status =
		l2n_cholesky(kernel, (int) k, n->small, n->floor, n->flag, &rank, &failed, poll, poll_arg);
	if (status != L2N_OK)
		return status == L2N_INTERRUPTED ? status : L2N_ILL_CONDITIONED;
	l2n_cholesky_solve(kernel, (int) k, n->small, n->flag, n->rhs);
	for (size_t i = 0; i < k; i++)
	{
		size_t ai = (size_t) n->free[i];
		dd b = dd_add_d(dd_make(n->rhs[i], n->rhs[k + i]), n->b[ai]);
		double end = limit(n, ai, n->rhs[i]);

		n->exact[ai] = b.hi;
		n->exact[p + ai] = b.lo;
		if (n->flag[i] || (n->rhs[i] > 0.0 ? b.hi < end : b.hi > end))
			continue;
		if ((end - n->b[ai]) / n->rhs[i] < t)
		{
			t = (end - n->b[ai]) / n->rhs[i];
			met = (int) i;
		}
	}
	if (met >= 0)
	{
		/* as far as the first limit, at which that coefficient is fixed */
		for (size_t i = 0; i < k; i++)
		{
			size_t ai = (size_t) n->free[i];

			n->b[ai] = (int) i == met ? limit(n, ai, n->rhs[i]) : n->b[ai] + t * n->rhs[i];
		}
		gradient(n);
		return L2N_NOT_POSITIVE;
	}
	exact_gradient(kernel, n);

	/* trace of C (C + l2)^-1 over the face */
	n->df = rank;
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
finish(const l2n_kernel *kernel, net *n, l2n_status descended, l2n_poll poll, void *poll_arg)
{
	l2n_status status = descended;
	int met = 0;

	if (status == L2N_OK && n->n_held > 0)
		status = L2N_ILL_CONDITIONED;
	if (status == L2N_OK)
		status = refine(kernel, n, poll, poll_arg);
	if (status == L2N_OK)
		status = count_df(n, poll, poll_arg);
	if (status == L2N_ILL_CONDITIONED)
		do
			status = solve_exactly(kernel, n, poll, poll_arg);
		while (status == L2N_NOT_POSITIVE && met++ < MAX_FIXED);
	return status;
}

/*
 * Searching
 */

static void
set_penalties(net *n, double l1, double l2)
{
	bool changed = false;

	n->quadratic = l2 > 0.0;
	for (size_t j = 0; j < (size_t) n->sys.p; j++)
	{
		double square = l2 > 0.0 ? fmin(l2 * n->unit2[j], LARGEST) : 0.0;

		n->f.l1[j] = l1 > 0.0 && n->unit1[j] > 0.0 ? fmin(l1 * n->unit1[j], LARGEST) : 0.0;
		changed |= square != n->f.l2[j];
		n->f.l2[j] = square;
	}
	if (changed)
		n->factored = false;
}

/*
 * Mark the columns that are in the wrong place, as far as doubles tell, and count them.  *coarse
 * says whether the rounding of the gradient, where large coefficients cancel, may hide some.
 */
static int
outside(net *n, bool *coarse)
{
	size_t p = (size_t) n->sys.p;
	double size = sqrt(n->sys.syy.hi), least = size * 1e-4;
	bool others = false;
	int count = 0;

	for (size_t j = 0; j < p; j++)
		size += fabs(n->b[j]) * sqrt(n->c[j * p + j]);
	for (size_t j = 0; j < p; j++)
	{
		n->violates[j] =
			curvature(n, j) > 0.0 &&
			pulls(n, j, n->g[j], SLACK * n->f.l1[j] + ROUNDING * size * sqrt(n->c[j * p + j]));
		if (is_fixed(n, j))
			count += n->violates[j];
		else
			others |= n->violates[j];
		if (n->f.l1[j] > 0.0)
			least = fmin(least, n->f.l1[j]);
	}
	*coarse = others || ROUNDING * size > 1e-6 * least;
	return count;
}

/* The same of the exact solution */
static int
outside_exactly(net *n)
{
	size_t p = (size_t) n->sys.p;
	int count = 0;

	for (size_t j = 0; j < p; j++)
	{
		n->violates[j] =
			curvature(n, j) > 0.0 &&
			pulls(n, j, n->tmp[j],
				  SLACK * n->f.l1[j] + 0x1p-80 * sqrt(n->c[j * p + j] * n->sys.syy.hi));
		count += n->violates[j];
	}
	return count;
}

/* Of the columns in the wrong place, leave marked only the one that is pulled hardest */
static void
keep_worst(net *n)
{
	size_t p = (size_t) n->sys.p, worst = 0;
	double most = -1.0;

	for (size_t j = 0; j < p; j++)
	{
		double pull = fabs(n->g[j] - n->f.l2[j] * n->b[j]) / sqrt(n->c[j * p + j]);

		if (n->violates[j] && pull > most)
		{
			most = pull;
			worst = j;
		}
	}
	memset(n->violates, 0, sizeof(bool) * p);
	if (most >= 0.0)
		n->violates[worst] = true;
}

/* The gap of what the search has come to; true where nothing is left to do */
static bool
judge(const l2n_kernel *kernel, net *n, l2n_status finished, double tolerance,
	  l2n_elastic_net_fit *fit)
{
	size_t p = (size_t) n->sys.p;
	bool done = false;

	if (finished == L2N_OK)
	{
		done = outside_exactly(n) == 0;
		memcpy(n->b, n->exact, sizeof(double) * p);
		memcpy(n->g, n->tmp, sizeof(double) * p);
	}
	else
	{
		/* no face settled, or a collinear one: as far as the sweeps have come */
		n->df = 0.0;
		for (size_t j = 0; j < p; j++)
			n->df += !is_fixed(n, j);
		take_doubles(kernel, n);
	}
	fit->gap = l2n_penalty_gap(&n->sys, &n->f, n->exact, n->tmp);
	return done || fit->gap <= tolerance;
}

/* How far a search goes: near, as far as doubles tell, to the last bit */
typedef enum finish_line
{
	ROUGH,
	DOUBLE,
	EXACT,
} finish_line;

/* Search with the penalties that are set, from where b is */
static l2n_status
search(const l2n_kernel *kernel, net *n, const l2n_elastic_net_goal *goal, finish_line line,
	   l2n_elastic_net_fit *fit, l2n_poll poll, void *poll_arg)
{
	double settled = 1e-6, change;
	int rounds = 0;

	fit->gap = INFINITY;
	fit->converged = false;
	for (;;)
	{
		l2n_status status;
		bool last, coarse;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		last = fit->iterations >= goal->max_iter;
		status = descend(n, poll, poll_arg);
		if (status == L2N_INTERRUPTED)
			return status;
		if (outside(n, &coarse) == 0 || status != L2N_OK)
		{
			if (status == L2N_OK && (line == ROUGH || (line == DOUBLE && !coarse)))
			{
				fit->converged = true;
				return L2N_OK;
			}
			status = finish(kernel, n, status, poll, poll_arg);
			if (status == L2N_INTERRUPTED)
				return status;
			if (judge(kernel, n, status, goal->tolerance, fit))
				break;
			if (status != L2N_OK)
				settled = fmax(settled * 0.01, 1e-32);
		}
		else if (last && line == EXACT)
			judge(kernel, n, L2N_NOT_POSITIVE, goal->tolerance, fit);
		if (last)
			break;

		/*
		 * Some column is in the wrong place: sweep until all have found theirs.  Where many at a
		 * time get nowhere, one will: from the minimum of a face it moves the way it is pulled.
		 */
		if (status == L2N_OK && ++rounds > MANY_ROUNDS)
			keep_worst(n);
		fit->iterations++;
		change = sweep(n);
		while (change > settled * n->sys.syy.hi && fit->iterations < goal->max_iter)
		{
			if (poll && poll(poll_arg))
				return L2N_INTERRUPTED;
			fit->iterations++;
			change = sweep(n);
		}
	}
	fit->converged = fit->gap <= goal->tolerance;
	return L2N_OK;
}

/*
 * From far away, go by way of larger lasso penalties: each takes a few sweeps from the one before,
 * where the last alone might take thousands to find its columns.
 */
static l2n_status
approach(const l2n_kernel *kernel, net *n, const l2n_elastic_net_goal *goal,
		 l2n_elastic_net_fit *fit, l2n_poll poll, void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	double largest = 0.0, smallest;

	for (size_t j = 0; j < p; j++)
		if (n->unit1[j] > 0.0)
			largest = fmax(largest, fabs(n->g[j]) / n->unit1[j]);
	largest = fmin(largest, n->last_l1);
	smallest = fmax(goal->l1, largest * 1e-15);
	for (double l1 = largest * STRIDE; l1 > smallest / STRIDE; l1 *= STRIDE)
	{
		l2n_status status;

		set_penalties(n, l1, goal->l2);
		status = search(kernel, n, goal, ROUGH, fit, poll, poll_arg);
		if (status != L2N_OK)
			return status;
		if (fit->iterations >= goal->max_iter)
			break;
	}
	return L2N_OK;
}

l2n_status
l2n_elastic_net_solve(const l2n_kernel *kernel, l2n_elastic_net *n,
					  const l2n_elastic_net_goal *goal, l2n_elastic_net_fit *fit, l2n_poll poll,
					  void *poll_arg)
{
	size_t p = (size_t) n->sys.p;
	l2n_status status = L2N_OK;

	fit->iterations = 0;
	if (goal->l1 < NEAR * n->last_l1)
		status = approach(kernel, n, goal, fit, poll, poll_arg);
	if (status == L2N_OK)
	{
		set_penalties(n, goal->l1, goal->l2);
		status = search(kernel, n, goal, goal->exact ? EXACT : DOUBLE, fit, poll, poll_arg);
	}
	if (status != L2N_OK)
		return status;
	n->last_l1 = goal->l1;
	fit->nonzero = 0;
	for (size_t j = 0; j < p; j++)
		fit->nonzero += n->b[j] != 0.0;
	if (!goal->exact)
		return L2N_OK;
	fit->df = n->df + (n->sys.intercept ? 1.0 : 0.0);
	return l2n_system_solution(&n->sys, n->exact, n->tmp, &fit->solution);
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
