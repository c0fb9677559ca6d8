/*
 * resistant.c: Huber's regression by reweighted least squares, quantiles by the simplex method.
 *
 * The quantiles' objective is convex and piecewise linear, so a solution passes through k rows.  A
 * smoothed objective (Hunter and Lange, J. Comput. Graph. Stat. 9, 2000) leads near it; from the
 * rows that it passes closest by, vertices are followed down, each by an exact line search over the
 * rows that the way crosses (Barrodale and Roberts, SIAM J. Numer. Anal. 10, 1973).
 *
 * Of many rows most are far from the solution, and all that matters of them is the side that they
 * are on: the way down is at first among the rows that are near, those that are in play, the others
 * being a constant (Portnoy and Koenker, Statist. Sci. 12, 1997).  At its end all rows are in play:
 * the proof of the solution is of all.
 */
#include "num/stats/resistant.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "num/mix.h"
#include "num/solve/system.h"
#include "num/stats/median.h"
#include "num/stats/student.h"

#define NORMAL_MAD 0.6745 /* as MASS has it */

/* Of the residuals' scale: what a last step may move them by */
#define HUBER_TOLERANCE 1e-12

/* How the quantiles' objective is smoothed at first and at last, as shares of the residuals' size
 */
#define SMOOTH_FIRST  0.1
#define SMOOTH_FACTOR 0.5
#define SMOOTH_STEPS  24

/* Share of a row that those chosen before must leave of it, to be independent of them */
#define INDEPENDENT 1e-7

/* What a dual variable may exceed its bound by, as a share of what it is summed from */
#define DUAL_SLACK 1e-11

/*
 * The share of what it is the difference of that a residual may have of rounding.  And steps in
 * turn that win no more than a share of the objective, after which ties are broken, by moving each
 * y by a share of the mean residual: no vertex has more rows than it needs then, and steps go down.
 * Which rows the solution passes through is all that is kept of that.
 */
#define ROUNDING  1e-14
#define LITTLE    1e-11
#define STALLED   20
#define TIE_BREAK 1e-8

/* Rows from which on they are not all in play from the start */
#define MANY 10000

typedef struct crossing
{
	double at;    /* where along the way a residual is 0 */
	double slope; /* what the objective's slope grows by there */
	size_t row;
} crossing;

typedef struct room
{
	double *a;       /* k by k */
	double *b;       /* k by k */
	double *inverse; /* k by k */
	double *v;       /* k */
	double *u;       /* k */
	double *best;    /* k */
	double *value;   /* n */
	double *other;   /* n */
	double *moved;   /* n: y with its ties broken */
	crossing *cross; /* n */
	size_t *basis;   /* k */
	bool *in;        /* n: a row of the basis */

	size_t *play; /* n: the rows in play, in their order */
	size_t n_play;
	bool *below;   /* n: of the others, whether the residual is negative */
	double *rest;  /* k: sum of psi x of the others */
	double *size;  /* k: of the sizes of its parts */
	double rest_y; /* sum of psi y of the others */
} room;

size_t
l2n_resistant_worksize(size_t n, int k)
{
	size_t p = (size_t) k;

	return sizeof(double) * (3 * p * p + 5 * p + 3 * n) + sizeof(crossing) * n +
		   sizeof(size_t) * (p + n) + 2 * n + 64 * 17;
}

static void
play_all(const l2n_resistant *r, room *m)
{
	size_t bytes = sizeof(double) * (size_t) r->k;

	for (size_t i = 0; i < r->n; i++)
		m->play[i] = i;
	m->n_play = r->n;
	memset(m->rest, 0, bytes);
	memset(m->size, 0, bytes);
	m->rest_y = 0.0;
}

/* Lay out the working area, which is the caller's. */
static room
take_room(const l2n_resistant *r, void *work)
{
	size_t n = r->n, p = (size_t) r->k;
	char *at = work;
	room m;

	m.a = l2n_take(&at, sizeof(double) * p * p);
	m.b = l2n_take(&at, sizeof(double) * p * p);
	m.inverse = l2n_take(&at, sizeof(double) * p * p);
	m.v = l2n_take(&at, sizeof(double) * p);
	m.u = l2n_take(&at, sizeof(double) * p);
	m.best = l2n_take(&at, sizeof(double) * p);
	m.value = l2n_take(&at, sizeof(double) * n);
	m.other = l2n_take(&at, sizeof(double) * n);
	m.moved = l2n_take(&at, sizeof(double) * n);
	m.cross = l2n_take(&at, sizeof(crossing) * n);
	m.basis = l2n_take(&at, sizeof(size_t) * p);
	m.in = l2n_take(&at, n);
	m.play = l2n_take(&at, sizeof(size_t) * n);
	m.below = l2n_take(&at, n);
	m.rest = l2n_take(&at, sizeof(double) * p);
	m.size = l2n_take(&at, sizeof(double) * p);
	play_all(r, &m);
	return m;
}

static inline const double *
row_of(const l2n_resistant *r, size_t i)
{
	return r->x + i * (size_t) r->k;
}

static inline double
resistant_dot(int k, const double *a, const double *b)
{
	double sum = 0.0;

	for (int j = 0; j < k; j++)
		sum += a[j] * b[j];
	return sum;
}

/* Of the rows in play */
static void
set_residuals(l2n_resistant *r, const room *m)
{
	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];

		r->residual[i] = r->y[i] - resistant_dot(r->k, row_of(r, i), r->coef);
	}
}

/* a = X' diag(v) X, and u = X' diag(v) y, of the rows in play */
static void
resistant_weigh(const l2n_resistant *r, const room *m, const double *v, double *a, double *u)
{
	size_t k = (size_t) r->k;

	memset(a, 0, sizeof(double) * k * k);
	memset(u, 0, sizeof(double) * k);
	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];
		const double *x = row_of(r, i);

		for (size_t j = 0; j < k; j++)
		{
			double vx = v[i] * x[j];

			u[j] += vx * r->y[i];
			for (size_t l = 0; l <= j; l++)
				a[j * k + l] += vx * x[l];
		}
	}
	for (size_t j = 1; j < k; j++)
		for (size_t l = 0; l < j; l++)
			a[l * k + j] = a[j * k + l];
}

/* The inverse of a, by elimination with the largest pivot; false where there is none. a is lost */
static bool
resistant_invert(int n, double *a, double *inverse)
{
	size_t k = (size_t) n;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			inverse[i * k + j] = i == j;
	for (size_t c = 0; c < k; c++)
	{
		size_t at = c;

		for (size_t i = c + 1; i < k; i++)
			if (fabs(a[i * k + c]) > fabs(a[at * k + c]))
				at = i;
		if (!(fabs(a[at * k + c]) > 0.0))
			return false;
		for (size_t j = 0; j < k && at != c; j++)
		{
			double t = a[at * k + j];

			a[at * k + j] = a[c * k + j];
			a[c * k + j] = t;
			t = inverse[at * k + j];
			inverse[at * k + j] = inverse[c * k + j];
			inverse[c * k + j] = t;
		}
		for (size_t i = 0; i < k; i++)
		{
			double by = a[i * k + c] / a[c * k + c];

			if (i == c || by == 0.0)
				continue;
			for (size_t j = 0; j < k; j++)
			{
				a[i * k + j] -= by * a[c * k + j];
				inverse[i * k + j] -= by * inverse[c * k + j];
			}
		}
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			inverse[i * k + j] /= a[i * k + i];
	return true;
}

/* to = inverse of a times u; false where it is no step */
static bool
resistant_solve(int k, double *a, const double *u, double *inverse, double *to)
{
	if (!resistant_invert(k, a, inverse))
		return false;
	for (int j = 0; j < k; j++)
	{
		to[j] = resistant_dot(k, inverse + (size_t) j * (size_t) k, u);
		if (!isfinite(to[j]))
			return false;
	}
	return true;
}

/*
 * Huber
 */

static l2n_status
median_of_sizes(const l2n_resistant *r, room *m, double *median, l2n_poll poll, void *poll_arg)
{
	for (size_t i = 0; i < r->n; i++)
	{
		m->value[i] = fabs(r->residual[i]);
		m->other[i] = r->weight[i];
	}
	return l2n_median(r->n, m->value, m->other, median, poll, poll_arg);
}

/* kappa^2 (sum w psi^2 s^2 / (n - k)) / mean(psi')^2 (X'WX)^-1 */
static void
set_huber_variance(l2n_resistant *r, double c, room *m)
{
	double s = r->scale, squares = 0.0, inside = 0.0, total = 0.0, mean, spread, kappa, by;
	size_t k = (size_t) r->k;

	for (size_t i = 0; i < r->n; i++)
	{
		double off = fabs(r->residual[i]) / s, psi = fmin(off, c) * s;

		total += r->weight[i];
		squares += r->weight[i] * psi * psi;
		inside += off <= c ? r->weight[i] : 0.0;
	}
	mean = inside / total;
	spread = (inside - inside * mean) / (total - 1.0);
	kappa = 1.0 + (double) k * spread / (total * mean * mean);
	by = squares / (total - (double) k) * (kappa / mean) * (kappa / mean);
	resistant_weigh(r, m, r->weight, m->a, m->u);
	if (!(total > (double) k) || !resistant_invert(r->k, m->a, r->variance))
		by = NAN;
	for (size_t j = 0; j < k * k; j++)
		r->variance[j] *= by;
}

l2n_status
l2n_huber(l2n_resistant *r, double c, void *work, l2n_poll poll, void *poll_arg)
{
	room m = take_room(r, work);
	double median, last = INFINITY;

	set_residuals(r, &m);
	r->converged = false;
	for (r->iterations = 0; r->iterations < r->max_iter && !r->converged; r->iterations++)
	{
		double moved = 0.0;
		l2n_status status = median_of_sizes(r, &m, &median, poll, poll_arg);

		if (status != L2N_OK)
			return status;
		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		r->scale = median / NORMAL_MAD;
		if (!(r->scale > 0.0))
			return L2N_ILL_CONDITIONED;
		for (size_t i = 0; i < r->n; i++)
			m.value[i] = r->weight[i] * fmin(1.0, c * r->scale / fabs(r->residual[i]));
		resistant_weigh(r, &m, m.value, m.a, m.u);
		if (!resistant_solve(r->k, m.a, m.u, m.inverse, m.v))
			return L2N_OUT_OF_RANGE;
		memcpy(r->coef, m.v, sizeof(double) * (size_t) r->k);
		memcpy(m.other, r->residual, sizeof(double) * r->n);
		set_residuals(r, &m);
		for (size_t i = 0; i < r->n; i++)
			moved = fmax(moved, fabs(m.other[i] - r->residual[i]));
		/* as small as it may be, or as small as rounding lets it be */
		r->converged = moved <= HUBER_TOLERANCE * r->scale ||
					   (moved <= 1e3 * HUBER_TOLERANCE * r->scale && moved >= last);
		last = moved;
	}
	set_huber_variance(r, c, &m);
	return L2N_OK;
}

/*
 * Quantiles
 */

static double
quantile_loss(const l2n_resistant *r, double tau, const room *m)
{
	double sum = m->rest_y - resistant_dot(r->k, m->rest, r->coef);

	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];

		sum += r->weight[i] * r->residual[i] * (tau - (r->residual[i] < 0.0));
	}
	return sum;
}

/* Numbers from 0 to 1 that have nothing to do with the rows (splitmix64) */
static double
any_number(size_t i)
{
	uint64_t seed = (uint64_t) i * UINT64_C(0x9E3779B97F4A7C15);

	return l2n_next_random(&seed);
}

/* How many rows lead to the solution, and are in play at first: of many a share that falls */
static size_t
count_of_sample(const l2n_resistant *r)
{
	return r->n < MANY ? r->n : (size_t) (sqrt(r->k) * pow((double) r->n, 2.0 / 3.0));
}

/*
 * Near the solution: minima of upper bounds that are quadratic, and less and less smooth, of the
 * rows in play.  *solved: whether those have one.
 */
static l2n_status
resistant_approach(l2n_resistant *r, double tau, room *m, bool *solved, l2n_poll poll,
				   void *poll_arg)
{
	size_t k = (size_t) r->k, bytes = sizeof(double) * k;
	double size = 0.0, total = 0.0, best;

	*solved = true;
	set_residuals(r, m);
	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];

		size += r->weight[i] * fabs(r->residual[i]);
		total += r->weight[i];
	}
	size = size / total * SMOOTH_FIRST;
	best = quantile_loss(r, tau, m);
	memcpy(m->best, r->coef, bytes);
	for (int step = 0; step < SMOOTH_STEPS && size > 0.0; step++, size *= SMOOTH_FACTOR)
	{
		double loss;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		for (size_t at = 0; at < m->n_play; at++)
		{
			size_t i = m->play[at];

			m->value[i] = r->weight[i] / (size + fabs(r->residual[i]));
		}
		resistant_weigh(r, m, m->value, m->a, m->u);
		for (size_t at = 0; at < m->n_play; at++)
		{
			size_t i = m->play[at];

			for (size_t j = 0; j < k; j++)
				m->u[j] += (2.0 * tau - 1.0) * r->weight[i] * row_of(r, i)[j];
		}
		*solved = resistant_solve(r->k, m->a, m->u, m->inverse, r->coef);
		if (!*solved)
			break;
		set_residuals(r, m);
		loss = quantile_loss(r, tau, m);
		if (loss < best)
		{
			best = loss;
			memcpy(m->best, r->coef, bytes);
		}
	}
	memcpy(r->coef, m->best, bytes);
	return L2N_OK;
}

/* The same of a sample of many rows, or of all where it leaves coefficients open; then all play */
static l2n_status
resistant_approach_sample(l2n_resistant *r, double tau, room *m, l2n_poll poll, void *poll_arg)
{
	double share = (double) count_of_sample(r) / (double) r->n;
	bool solved = false;
	l2n_status status = L2N_OK;

	if (share < 0.5)
	{
		m->n_play = 0;
		for (size_t i = 0; i < r->n; i++)
			if (any_number(i) < share)
				m->play[m->n_play++] = i;
		if (m->n_play > (size_t) r->k)
			status = resistant_approach(r, tau, m, &solved, poll, poll_arg);
		play_all(r, m);
	}
	if (status == L2N_OK && !solved)
		status = resistant_approach(r, tau, m, &solved, poll, poll_arg);
	set_residuals(r, m);
	return status;
}

static int
by_place(const void *a, const void *b)
{
	const crossing *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* The rows with the smallest residuals that are independent; false where there are too few */
static bool
choose_basis(const l2n_resistant *r, room *m)
{
	size_t k = (size_t) r->k, found = 0;
	double *q = m->a; /* orthonormal rows */

	for (size_t i = 0; i < r->n; i++)
		m->cross[i] = (crossing){fabs(r->residual[i]), 0.0, i};
	qsort(m->cross, r->n, sizeof(crossing), by_place);
	memset(m->in, 0, r->n);
	for (size_t i = 0; i < r->n && found < k; i++)
	{
		size_t row = m->cross[i].row;
		const double *x = row_of(r, row);
		double size = sqrt(resistant_dot(r->k, x, x)), left;

		memcpy(m->v, x, sizeof(double) * k);
		/* twice, since once loses what a near multiple leaves */
		for (int again = 0; again < 2; again++)
			for (size_t l = 0; l < found; l++)
			{
				double part = resistant_dot(r->k, q + l * k, m->v);

				for (size_t j = 0; j < k; j++)
					m->v[j] -= part * q[l * k + j];
			}
		left = sqrt(resistant_dot(r->k, m->v, m->v));
		if (!(left > INDEPENDENT * size))
			continue;
		for (size_t j = 0; j < k; j++)
			q[found * k + j] = m->v[j] / left;
		m->basis[found++] = row;
		m->in[row] = true;
	}
	return found == k;
}

/* The inverse of the basis, the coefficients that fit its rows, and all residuals */
static bool
resistant_settle(l2n_resistant *r, room *m)
{
	size_t k = (size_t) r->k;

	for (size_t j = 0; j < k; j++)
	{
		memcpy(m->a + j * k, row_of(r, m->basis[j]), sizeof(double) * k);
		m->u[j] = r->y[m->basis[j]];
	}
	memcpy(m->b, m->a, sizeof(double) * k * k);
	if (!resistant_solve(r->k, m->a, m->u, m->inverse, r->coef))
		return false;
	/* once more for what rounding has left */
	for (size_t j = 0; j < k; j++)
		m->v[j] = m->u[j] - resistant_dot(r->k, m->b + j * k, r->coef);
	for (size_t j = 0; j < k; j++)
		r->coef[j] += resistant_dot(r->k, m->inverse + j * k, m->v);
	set_residuals(r, m);
	for (size_t j = 0; j < k; j++)
		r->residual[m->basis[j]] = 0.0;
	return true;
}

static int
by_number(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/*
 * Leave in play about so many rows with the smallest residuals, and the basis; all, where that is
 * most of them.  Residuals are of all rows.
 */
static void
play_near(const l2n_resistant *r, double tau, room *m, size_t count)
{
	size_t k = (size_t) r->k;
	double cut;

	play_all(r, m);
	if (count > r->n / 2)
		return;
	for (size_t i = 0; i < r->n; i++)
		m->value[i] = fabs(r->residual[i]);
	memcpy(m->other, m->value, sizeof(double) * r->n);
	qsort(m->other, r->n, sizeof(double), by_number);
	cut = m->other[count];
	m->n_play = 0;
	for (size_t i = 0; i < r->n; i++)
	{
		double psi = r->weight[i] * (tau - (r->residual[i] < 0.0));
		const double *x = row_of(r, i);

		if (m->value[i] <= cut || m->in[i])
		{
			m->play[m->n_play++] = i;
			continue;
		}
		m->below[i] = r->residual[i] < 0.0;
		for (size_t j = 0; j < k; j++)
		{
			m->rest[j] += psi * x[j];
			m->size[j] += fabs(psi * x[j]);
		}
		m->rest_y += psi * r->y[i];
	}
}

/*
 * The residuals of all rows again, where those in play say no more: whether one of the others has
 * changed sides
 */
static bool
see_all(l2n_resistant *r, room *m)
{
	size_t n_play = m->n_play, next = 0;
	bool changed = false;

	for (size_t i = 0; i < r->n; i++)
	{
		if (next < n_play && m->play[next] == i)
		{
			next++;
			continue;
		}
		r->residual[i] = r->y[i] - resistant_dot(r->k, row_of(r, i), r->coef);
		changed = changed || m->below[i] != (r->residual[i] < 0.0);
	}
	return changed;
}

/* Residuals that are but rounding are 0: rows that the solution passes through too */
static void
drop_rounding(l2n_resistant *r, const room *m)
{
	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];
		double size = fabs(r->y[i]);

		for (int j = 0; j < r->k; j++)
			size += fabs(row_of(r, i)[j] * r->coef[j]);
		if (fabs(r->residual[i]) <= ROUNDING * size)
			r->residual[i] = 0.0;
	}
}

/*
 * The row of the basis whose dual variable is furthest beyond its bounds, and which way it has to
 * leave; k where none is: then this is the solution
 */
static size_t
find_leaving(const l2n_resistant *r, double tau, room *m, double *sign, double *slope)
{
	size_t k = (size_t) r->k, leaving = k;
	double worst = 0.0;

	memcpy(m->u, m->rest, sizeof(double) * k);
	memcpy(m->v, m->size, sizeof(double) * k);
	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];
		double psi = r->weight[i] * (tau - (r->residual[i] < 0.0));

		if (m->in[i])
			continue;
		for (size_t j = 0; j < k; j++)
		{
			double term = psi * row_of(r, i)[j];

			m->u[j] += term;
			m->v[j] += fabs(term);
		}
	}
	for (size_t j = 0; j < k; j++)
	{
		double d = 0.0, size = 0.0, w = r->weight[m->basis[j]], over;

		for (size_t l = 0; l < k; l++)
		{
			d += m->inverse[l * k + j] * m->u[l];
			size += fabs(m->inverse[l * k + j]) * m->v[l];
		}
		over = fmax(d - (1.0 - tau) * w, -d - tau * w);
		if (!(over > DUAL_SLACK * (size + w)) || over <= worst)
			continue;
		worst = over;
		leaving = j;
		*sign = d > 0.0 ? 1.0 : -1.0;
		*slope = -over;
	}
	return leaving;
}

/* The row that comes in: where the objective along the way no longer falls; and how far that is */
static size_t
find_entering(const l2n_resistant *r, const room *m, size_t leaving, double sign, double slope,
			  double *step)
{
	size_t k = (size_t) r->k, count = 0;

	for (size_t at = 0; at < m->n_play; at++)
	{
		size_t i = m->play[at];
		double h = 0.0, size = 0.0;

		if (m->in[i])
			continue;
		for (size_t l = 0; l < k; l++)
		{
			double term = row_of(r, i)[l] * m->inverse[l * k + leaving];

			h += term;
			size += fabs(term);
		}
		h *= sign;
		if (fabs(h) <= 1e-13 * size)
			continue;
		/* a residual of 0 counts as one above */
		if (r->residual[i] < 0.0 ? h < 0.0 : h > 0.0)
			m->cross[count++] = (crossing){r->residual[i] / h, r->weight[i] * fabs(h), i};
	}
	qsort(m->cross, count, sizeof(crossing), by_place);
	for (size_t i = 0; i < count; i++)
	{
		slope += m->cross[i].slope;
		if (slope >= 0.0)
		{
			*step = m->cross[i].at;
			return m->cross[i].row;
		}
	}
	return r->n;
}

/* The standard normal distribution's quantile */
static double
normal_quantile(double p)
{
	return l2n_t_quantile(p, INFINITY);
}

static double
resistant_density(double u)
{
	return 0.39894228040143267794 * exp(-0.5 * u * u);
}

/* Of values in their order, of which each counts as often as it weighs, as R's quantile has it */
static double
quantile_of(const crossing *sorted, size_t n, double total, double p)
{
	double at = p * (total - 1.0), whole = floor(at), seen = 0.0, low = 0.0;
	bool found = false;

	for (size_t i = 0; i < n; i++)
	{
		seen += sorted[i].slope;
		if (!found && seen > whole)
		{
			low = sorted[i].at;
			found = true;
		}
		if (found && seen > whole + 1.0)
			return low + (at - whole) * (sorted[i].at - low);
	}
	return sorted[n - 1].at;
}

/* Hall and Sheather's, for an interval of 95 %; as quantreg's bandwidth.rq */
static double
bandwidth(double tau, double n)
{
	double x = normal_quantile(tau), f = resistant_density(x);

	return pow(n, -1.0 / 3.0) * pow(normal_quantile(0.975), 2.0 / 3.0) *
		   pow(1.5 * f * f / (2.0 * x * x + 1.0), 1.0 / 3.0);
}

/* The kernel's width: of the residuals' spread, each residual as often as it weighs */
static double
kernel_width(const l2n_resistant *r, double tau, double total, room *m)
{
	double mean = 0.0, square = 0.0, seen = 0.0, h = bandwidth(tau, total), spread;

	while (tau - h < 0.0 || tau + h > 1.0)
		h *= 0.5;
	for (size_t i = 0; i < r->n; i++)
	{
		double off = r->residual[i] - mean;

		seen += r->weight[i];
		mean += off * r->weight[i] / seen;
		square += r->weight[i] * off * (r->residual[i] - mean);
		m->cross[i] = (crossing){r->residual[i], r->weight[i], i};
	}
	qsort(m->cross, r->n, sizeof(crossing), by_place);
	spread = fmin(sqrt(square / (total - 1.0)), (quantile_of(m->cross, r->n, total, 0.75) -
												 quantile_of(m->cross, r->n, total, 0.25)) /
													1.34);
	return (normal_quantile(tau + h) - normal_quantile(tau - h)) * spread;
}

/* tau (1 - tau) F^-1 X'WX F^-1, F = X' diag(w f) X, f the density of each residual about 0 */
static void
set_quantile_variance(l2n_resistant *r, double tau, room *m)
{
	size_t k = (size_t) r->k;
	double total = 0.0, h;

	for (size_t i = 0; i < r->n; i++)
		total += r->weight[i];
	h = total > (double) k ? kernel_width(r, tau, total, m) : 0.0;
	for (size_t i = 0; i < r->n; i++)
		m->value[i] = r->weight[i] * resistant_density(r->residual[i] / h) / h;
	resistant_weigh(r, m, m->value, m->a, m->u);
	if (!(h > 0.0) || !resistant_invert(r->k, m->a, m->inverse))
	{
		for (size_t j = 0; j < k * k; j++)
			r->variance[j] = NAN;
		return;
	}
	resistant_weigh(r, m, r->weight, m->a, m->u);
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			m->b[i * k + j] = resistant_dot(r->k, m->inverse + i * k, m->a + j * k);
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			r->variance[i * k + j] =
				tau * (1.0 - tau) * resistant_dot(r->k, m->b + i * k, m->inverse + j * k);
}

static bool
break_ties(l2n_resistant *r, room *m)
{
	double size = 0.0;

	for (size_t i = 0; i < r->n; i++)
		size += fabs(r->residual[i]) / (double) r->n;
	for (size_t i = 0; i < r->n; i++)
		m->moved[i] = r->y[i] + TIE_BREAK * size * any_number(i);
	r->y = m->moved;
	return resistant_settle(r, m);
}

l2n_status
l2n_quantile(l2n_resistant *r, double tau, void *work, l2n_poll poll, void *poll_arg)
{
	room m = take_room(r, work);
	const double *given = r->y;
	size_t k = (size_t) r->k, near = count_of_sample(r);
	int stalled = 0;
	l2n_status status = resistant_approach_sample(r, tau, &m, poll, poll_arg);

	r->converged = false;
	r->scale = NAN;
	if (status != L2N_OK)
		return status;
	if (!choose_basis(r, &m) || !resistant_settle(r, &m))
		return L2N_OUT_OF_RANGE;
	play_near(r, tau, &m, near);
	for (r->iterations = 0; r->iterations < r->max_iter; r->iterations++)
	{
		double sign = 1.0, slope = 0.0, step = 0.0;
		size_t leaving, entering = r->n;
		bool settled;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		if (r->y == given)
			drop_rounding(r, &m);
		leaving = find_leaving(r, tau, &m, &sign, &slope);
		settled = leaving == k || quantile_loss(r, tau, &m) == 0.0;
		if (!settled)
			entering = find_entering(r, &m, leaving, sign, slope, &step);
		if (entering == r->n && m.n_play < r->n)
		{
			near = see_all(r, &m) || !settled ? 2 * near : r->n;
			play_near(r, tau, &m, near);
			continue;
		}
		r->converged = settled;
		if (entering == r->n)
			break;
		stalled = -slope * step > LITTLE * quantile_loss(r, tau, &m) ? 0 : stalled + 1;
		m.in[m.basis[leaving]] = false;
		m.in[entering] = true;
		m.basis[leaving] = entering;
		if (!resistant_settle(r, &m) || (stalled > STALLED && r->y == given && !break_ties(r, &m)))
			return L2N_OUT_OF_RANGE;
	}
	if (r->y != given || m.n_play < r->n)
	{
		r->y = given;
		play_all(r, &m);
		(void) resistant_settle(r, &m);
	}
	set_quantile_variance(r, tau, &m);
	return L2N_OK;
}
